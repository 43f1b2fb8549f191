"""Which buffers of the plan may lie over each other: at the call that reads the one for the last
time and makes the other."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from millrace.ir.core import Value
from millrace.ir.dialects import arith, func, memref
from millrace.ir.dialects.builtin import Module
from millrace.ir.types import element_of, storage_bytes
from millrace.passes.kernel.lifetimes import Lifetime, starts
from millrace.passes.kernel.overlaps import Overlap, Overlaps


@dataclass(frozen=True)
class _Passed:
    """Argument ``index`` of a call begins ``shift`` bytes (None: not known) into ``buffer``."""

    index: int
    buffer: int
    shift: int | None


def find_overlaps(
    module: Module, lives: Sequence[Lifetime], alignment: int
) -> dict[tuple[int, int], Overlap]:
    """For (operand, result), places in ``lives``, how far they may lie over each other."""
    overlaps, found = Overlaps(alignment), dict[tuple[int, int], Overlap]()
    numbers: dict[Value, int] = {x.alloc.result: i for i, x in enumerate(lives)}
    for op, step in starts(module.entry).items():
        if not isinstance(op, func.Call):
            continue
        callee = module.function(op.callee.name)
        written = overlaps.written(callee)
        passed = list(_passed(op, numbers))
        if written is None or any(p.shift is None for p in passed):
            continue
        made = {p.buffer for p in passed if p.index in written}
        for x in sorted({p.buffer for p in passed} - made):
            for y in sorted(made):
                if lives[x].last == step == lives[y].first:
                    pairs = [
                        _moved(overlaps.of(callee, p.index, q.index), p, q)
                        for p in passed
                        for q in passed
                        if p.buffer == x and q.buffer == y
                    ]
                    both = _all_of(pairs)
                    if both is not None:
                        found[x, y] = both
    return found


def _passed(call: func.Call, numbers: dict[Value, int]) -> Iterator[_Passed]:
    for i, v in enumerate(call.operands):
        shift: int | None = 0
        while isinstance(op := v.defining_op, memref.View | memref.Subview):
            by = op.byte_shift if isinstance(op, memref.View) else op.offset
            unit = 1 if isinstance(op, memref.View) else storage_bytes(element_of(op.source.type))
            number = by.defining_op
            known = int(number.value.value) if isinstance(number, arith.Constant) else None
            shift = None if shift is None or known is None else shift + known * unit
            v = op.source
        if v in numbers:
            yield _Passed(i, numbers[v], shift)


def _moved(o: Overlap | None, x: _Passed, y: _Passed) -> Overlap | None:
    """Between the beginnings of the buffers instead of those of the arguments."""
    if o is None:
        return None
    assert x.shift is not None and y.shift is not None
    by = y.shift - x.shift
    return Overlap(o.at_least + by, None if o.exactly is None else o.exactly + by)


def _all_of(pairs: Sequence[Overlap | None]) -> Overlap | None:
    """What all allow."""
    known = [o for o in pairs if o is not None]
    if len(known) < len(pairs) or not known:
        return None
    if len(known) == 1:
        return known[0]
    return Overlap(max(o.at_least for o in known))
