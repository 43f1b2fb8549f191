"""When buffers of a function are in use."""

from __future__ import annotations

from dataclasses import dataclass

from millrace.ir.core import Block, Operation, Value
from millrace.ir.dialects import func, memref, scf
from millrace.ir.types import storage_bytes

LOOPS = (scf.For, scf.While)
ACTIONS = (func.Call, memref.Copy)
"""What moves data at LOOP level."""
DERIVED = (memref.Subview, memref.View)
"""Operations whose result is another view of their first operand's memory."""


@dataclass(frozen=True)
class Lifetime:
    """``alloc`` holds data from step ``first`` to step ``last``, both included."""

    alloc: memref.Alloc
    size: int
    """In bytes."""
    first: int
    last: int


def lifetimes(function: func.Func) -> list[Lifetime]:
    """The lifetimes of the function's buffers in the order of their operations; steps number the
    operations in order of execution of straight code. A use within a loop that does not contain
    the buffer itself keeps the buffer for the whole loop: the next round may read it."""
    start, end = _steps(function)
    found = []
    for op in function.walk():
        if isinstance(op, memref.Alloc):
            spans = [_extent(user, op, start, end) for user in _users(op.result)]
            t = op.result.type
            size = t.shape[0] * storage_bytes(t.element)  # type: ignore[attr-defined]
            if spans:
                first, last = min(s for s, _ in spans), max(e for _, e in spans)
                found.append(Lifetime(op, size, first, last))
            else:
                found.append(Lifetime(op, size, start[op], start[op]))
    return found


def starts(function: func.Func) -> dict[Operation, int]:
    """The steps of operations as lifetimes number them."""
    return _steps(function)[0]


def acting_steps(function: func.Func) -> dict[Operation, int]:
    """The calls and copies of a function, and their steps as lifetimes number them."""
    start, _ = _steps(function)
    return {op: n for op, n in start.items() if isinstance(op, ACTIONS)}


def _steps(function: func.Func) -> tuple[dict[Operation, int], dict[Operation, int]]:
    """For every operation its number and that of the last one inside of it."""
    start: dict[Operation, int] = {}
    end: dict[Operation, int] = {}
    work: list[tuple[Operation, bool]] = [(op, False) for op in reversed(function.block)]
    while work:
        op, done = work.pop()
        if done:
            end[op] = len(start) - 1
            continue
        start[op] = len(start)
        work.append((op, True))
        for region in reversed(op.regions):
            for block in reversed(region.blocks):
                work.extend((inner, False) for inner in reversed(block))
    return start, end


def _users(value: Value) -> list[Operation]:
    """The operations that read or write the memory, directly or through views."""
    found: dict[Operation, None] = {}
    work = [value]
    while work:
        for user in work.pop().users:
            if isinstance(user, DERIVED):
                work.extend(user.results)
            else:
                found[user] = None
    return list(found)


def _extent(
    user: Operation, alloc: Operation, start: dict[Operation, int], end: dict[Operation, int]
) -> tuple[int, int]:
    """The steps of one use: of the outermost loop around it that does not contain the buffer."""
    home: Block | None = alloc.parent
    found = user
    here: Operation | None = user
    while here is not None and here.parent is not home:
        here = here.parent_op
        if isinstance(here, LOOPS):
            found = here
    return start[found], end[found]
