"""Assembling open pieces."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from millrace.ir.affine import AffineExpr
from millrace.ir.core import Operation, Value
from millrace.ir.dialects.mr import compare
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.assemble import Concat, Pad
from millrace.ir.dialects.mr.kinds import Assemble
from millrace.ir.dialects.mr.movement import reshape, shape_of
from millrace.ir.dialects.mr.support import constant
from millrace.ir.types import I32, element_of
from millrace.passes.sizes.movement import gather_clipped
from millrace.passes.sizes.opening import Opening
from millrace.passes.sizes.symbols import is_fixed


def open_assemble(o: Opening, op: Operation) -> None:
    """Pieces whose places are the same at all sizes stay. Others are put together at their
    largest sizes, and what counts is read from there."""
    assert isinstance(op, Assemble)
    if isinstance(op, Concat):
        _open_concat(o, op)
    elif isinstance(op, Pad):
        _open_pad(o, op)
    else:
        raise o.family.error(op, f"{op.name} does not work on dimensions of run-time size")


def _offsets(o: Opening, op: Assemble, axis: int) -> list[AffineExpr]:
    """Where each piece begins along ``axis``."""
    pieces = [i.pieces() for i in o.family.instances(op) if isinstance(i, Assemble)]
    return [
        o.family.expression(op, [p.offsets[axis] for p in same], "a piece's place")
        for same in zip(*pieces, strict=True)
    ]


def _open_concat(o: Opening, op: Concat) -> None:
    offsets = _offsets(o, op, op.axis)
    if all(is_fixed(e) for e in offsets):
        return
    begins = [p.offsets[op.axis] for p in op.pieces()]
    with o.rw.atomic():
        b = o.rw.before(op)
        whole = b.value(Concat, op.inputs, axis=op.axis)
        place: Value = constant(b, np.arange(shape_of(whole)[op.axis]), I32)
        numbers = place
        for begin, offset in zip(begins[1:], offsets[1:], strict=True):
            at = o.tensor(offset)
            shift = b.value(ew.Sub, constant(b, begin, I32), at)
            moved = b.value(ew.Add, numbers, shift)
            behind = b.value(compare.GreaterEqual, numbers, at)
            place = b.value(compare.Where, behind, moved, place)
        o.replace(op, gather_clipped(b, whole, place, op.axis))


def _open_pad(o: Opening, op: Pad) -> None:
    """What stands behind the input is padding; padding before it of run-time size moves it."""
    if not o.family.same(op, "value") or not o.family.same(op, "interior"):
        raise o.family.error(op, "the padding does not follow from it")
    for axis in o.family.open_axes(op.input):
        highs = [i.attributes["high"][axis] for i in o.family.instances(op)]
        if max(highs) > 0:
            o.mask_operand(op, 0, axis, op.value)
    lows = [_low(o, op, axis) for axis in range(len(op.low))]
    moving = [axis for axis, e in enumerate(lows) if not is_fixed(e)]
    if not moving:
        return
    if any(op.all_interior[axis] for axis in moving):
        raise o.family.error(op, "padding inside and before a dimension")
    with o.rw.atomic():
        b = o.rw.before(op)
        result = shape_of(op.result)
        low, high = list(op.low), list(op.high)
        for axis in moving:
            low[axis], high[axis] = 0, result[axis] - shape_of(op.input)[axis]
        x: Value = b.value(Pad, op.input, low=low, high=high, interior=op.interior, value=op.value)
        for axis in moving:
            x = _shifted(o, op, x, axis, lows[axis])
        o.replace(op, x)


def _low(o: Opening, op: Pad, axis: int) -> AffineExpr:
    values: Sequence[int] = [i.attributes["low"][axis] for i in o.family.instances(op)]
    return o.family.expression(op, values, "the padding")


def _shifted(o: Opening, op: Pad, x: Value, axis: int, low: AffineExpr) -> Value:
    """``x`` moved back by a run-time number of places, which are filled."""
    b = o.rw.before(op)
    shape = shape_of(x)
    numbers = constant(b, np.arange(shape[axis]), I32)
    places = b.value(ew.Sub, numbers, o.tensor(low))
    moved = gather_clipped(b, x, places, axis)
    column = reshape(b, numbers, [n if i == axis else 1 for i, n in enumerate(shape)])
    inside = b.value(compare.GreaterEqual, column, o.tensor(low))
    fill = constant(b, op.value, element_of(x.type))
    return b.value(compare.Where, inside, moved, fill)
