"""How often a loop runs, where that can be known: exporters write counted loops as a condition
on a counter that starts at a constant. The part of the body that the condition depends on is run
here, at import, when it depends on constants and itself only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from millrace.frontend.onnx.emitter import Emitter, element_of
from millrace.ir.core import Block, BlockArgument, Operation, Value
from millrace.ir.dialects.mr.kinds import Array, Control, TensorOp
from millrace.ir.opdef import grouped
from millrace.ir.types import is_float

MAX_STEPS = 100_000
"""Longest loop that is counted; also limits the operations that are run for it."""
MAX_ELEMENTS = 1024
"""Largest tensor that takes part in a condition."""


@dataclass(frozen=True)
class Counted:
    """A loop of ``trip`` steps. ``tables[i]`` has the values of carry i, known at each step and
    after the last: ``trip + 1`` rows."""

    trip: int
    tables: Mapping[int, Array]


@dataclass(frozen=True)
class LoopBody:
    """An imported loop body. ``step`` is the argument that counts; ``carries[i]`` becomes
    ``next_carries[i]``; the loop goes on while ``condition``."""

    block: Block
    step: Value
    carries: Sequence[BlockArgument]
    next_carries: Sequence[Value]
    condition: Value


def count_trips(
    emit: Emitter, body: LoopBody, inits: Sequence[Value], limit: int | None
) -> Counted | None:
    """The loop's steps, or None when they depend on data or are too many. Counters among the
    carries that the condition does not depend on are tabulated as well."""
    going = emit.known(body.condition)
    if going is not None and going.all():
        if limit is None:
            return None
        counted = Counted(limit, {})
    else:
        found = _tabulate(emit, body, inits, body.condition, limit)
        if found is None:
            return None
        counted = found
    tables = dict(counted.tables)
    for i, arg in enumerate(body.carries):
        small = getattr(arg.type, "size", 0) == 1 and not is_float(element_of(arg))
        if small and i not in tables and body.next_carries[i] is not arg:
            extra = _tabulate(emit, body, inits, arg, counted.trip)
            tables.update(extra.tables if extra is not None else {})
    return Counted(counted.trip, tables)


def _tabulate(
    emit: Emitter, body: LoopBody, inits: Sequence[Value], root: Value, limit: int | None
) -> Counted | None:
    """Run what ``root`` depends on; None when that includes data, or takes too long. The loop
    ends when ``root`` is the condition and false, or after ``limit`` steps."""
    ops, used = _slice(emit, body, root)
    if ops is None:
        return None
    state: dict[int, Array] = {}
    for i in used:
        known = emit.known(inits[i])
        if known is None or known.size > MAX_ELEMENTS:
            return None
        state[i] = known
    return _run(emit, body, ops, state, limit, until=root is body.condition)


def _slice(emit: Emitter, body: LoopBody, root: Value) -> tuple[list[Operation] | None, list[int]]:
    """The operations of the body that ``root`` depends on through all steps, in order, and the
    carries among them; None when that includes data."""
    position: dict[Value, int] = {arg: i for i, arg in enumerate(body.carries)}
    used: dict[int, None] = {}
    needed: set[Operation] = set()
    work: list[Value] = [root]
    while work:
        value = work.pop()
        if value is body.step or emit.known(value) is not None:
            continue
        if value in position:
            i = position[value]
            if i not in used:
                used[i] = None
                work.append(body.next_carries[i])
            continue
        op = value.defining_op
        if op is None or op.parent is not body.block or not _can_run(op):
            return None, []
        if op not in needed:
            needed.add(op)
            work.extend(op.operands)
    return [op for op in body.block if op in needed], sorted(used)


def _can_run(op: Operation) -> bool:
    if not isinstance(op, TensorOp) or isinstance(op, Control):
        return False
    sizes = [getattr(r.type, "size", MAX_ELEMENTS + 1) for r in op.results]
    return max(sizes) <= MAX_ELEMENTS


def _run(
    emit: Emitter,
    body: LoopBody,
    ops: Sequence[Operation],
    state: dict[int, Array],
    limit: int | None,
    until: bool,
) -> Counted | None:
    most = MAX_STEPS // max(1, len(ops))
    history: dict[int, list[Array]] = {i: [a] for i, a in state.items()}
    trip = 0
    going = True
    while going and (limit is None or trip < limit):
        if trip >= most:
            return None
        values: dict[Value, Array] = {body.carries[i]: a for i, a in state.items()}
        values[body.step] = np.asarray(trip, dtype=np.int64)
        _evaluate(emit, ops, values)
        state = {i: _read(emit, body.next_carries[i], values) for i in state}
        for i, a in state.items():
            history[i].append(a)
        if until:
            going = bool(_read(emit, body.condition, values).reshape(()))
        trip += 1
    return Counted(trip, {i: np.stack(rows) for i, rows in history.items()})


def _read(emit: Emitter, value: Value, values: Mapping[Value, Array]) -> Array:
    known = emit.known(value)
    return values[value] if known is None else known


def _evaluate(emit: Emitter, ops: Sequence[Operation], values: dict[Value, Array]) -> None:
    for op in ops:
        assert isinstance(op, TensorOp)
        arrays = [_read(emit, v, values) for v in op.operands]
        with np.errstate(all="ignore"):
            result = op.evaluate(*grouped(op, arrays))
        many = result if isinstance(result, tuple) else (result,)
        for r, a in zip(op.results, many, strict=True):
            values[r] = np.asarray(a)
