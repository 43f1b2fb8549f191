"""Reads at indices from data: an open dimension ends where its size says, for indices that count
from the end, and for the check of their range; indices that do not count are not checked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from millrace.ir.affine import AffineExpr
from millrace.ir.builder import Builder
from millrace.ir.core import Operation, Value
from millrace.ir.dialects.mr import compare
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.assemble import Concat
from millrace.ir.dialects.mr.cast import Cast
from millrace.ir.dialects.mr.gather import (
    DynamicSlice,
    DynamicUpdateSlice,
    Gather,
    GatherElements,
    GatherND,
    ReverseSequence,
)
from millrace.ir.dialects.mr.generate import Iota, OneHot, Range, Trilu
from millrace.ir.dialects.mr.movement import reshape, shape_of
from millrace.ir.dialects.mr.support import constant
from millrace.ir.types import I64, element_of
from millrace.passes.sizes.opening import Opening


def open_indexed(o: Opening, op: Operation) -> None:
    rule = _RULES.get(type(op))
    if rule is None:
        raise o.family.error(op, f"{op.name} does not work on dimensions of run-time size")
    rule(o, op)


def _sizes_only(o: Opening, op: Operation) -> None:
    """Elements follow from their index alone."""


def _attributes_alike(o: Opening, op: Operation) -> None:
    for name in op.attributes:
        if name not in ("size", "sizes") and not o.family.same(op, name):
            raise o.family.error(op, f"{name} of {op.name} does not follow from it")


def _open_one_hot(o: Opening, op: Operation) -> None:
    _attributes_alike(o, op)


def _open_gather(o: Opening, op: Any) -> None:
    """``mr.gather`` and ``mr.gather_elements``."""
    _attributes_alike(o, op)
    size = o.family.shape(op.input)[op.axis]
    if op.axis in o.family.open_axes(op.input):
        with o.rw.atomic():
            o.rw.set_operand(op, 1, _from_front(o, op, size))
    if not op.attributes.get("in_bounds", False):
        for axis in o.family.open_axes(op.indices):
            o.mask_operand(op, 1, axis, 0)


def _open_gather_nd(o: Opening, op: Operation) -> None:
    """Indices into dimensions of fixed size; those that do not count become zero."""
    assert isinstance(op, GatherND)
    _attributes_alike(o, op)
    depth = shape_of(op.indices)[-1]
    searched = range(op.batch_dims, op.batch_dims + depth)
    if set(searched) & set(o.family.open_axes(op.input)):
        raise o.family.error(op, f"{op.name} searches in dimensions of run-time size")
    for axis in o.family.open_axes(op.indices):
        o.mask_operand(op, 1, axis, 0)


def _from_front(o: Opening, op: Any, size: AffineExpr) -> Value:
    """Indices with negative ones counted from the end at run time; those beyond it are made too
    large for the operation's own check."""
    b: Builder = o.rw.before(op)
    element = I64
    zero, n = constant(b, 0, element), o.cast(size, element)
    whole = constant(b, shape_of(op.input)[op.axis], element)
    index = op.indices
    if element_of(index.type) != element:
        index = b.value(Cast, index, to=element)
    wrapped = b.value(ew.Add, index, n)
    at = b.value(compare.Where, b.value(compare.Less, index, zero), wrapped, index)
    low, high = b.value(compare.Less, at, zero), b.value(compare.GreaterEqual, at, n)
    at = b.value(compare.Where, high, whole, at)
    at = b.value(compare.Where, low, whole, at)
    o.family.adopt(at, op.indices)
    return at


def _open_dynamic_slice(o: Opening, op: Operation) -> None:
    assert isinstance(op, DynamicSlice)
    _clamp_starts(o, op, 1, op.input, o.family.shape(op.result))


def _open_dynamic_update(o: Opening, op: Operation) -> None:
    assert isinstance(op, DynamicUpdateSlice)
    sizes = o.family.shape(op.update)
    for axis, e in enumerate(sizes):
        whole = e == o.family.shape(op.input)[axis]
        if axis in o.family.open_axes(op.update) and not whole:
            raise o.family.error(op, "a part of that size is written into a tensor")
    _clamp_starts(o, op, 2, op.input, sizes)


def _clamp_starts(
    o: Opening, op: Operation, index: int, source: Value, sizes: tuple[AffineExpr, ...]
) -> None:
    """A slice must end where the open dimension ends."""
    shape = o.family.shape(source)
    open_axes = [i for i in o.family.open_axes(source) if sizes[i] != shape[i]]
    if not open_axes:
        return
    starts = op.operands[index]
    element = element_of(starts.type)
    with o.rw.atomic():
        b = o.rw.before(op)
        room = []
        for i, whole in enumerate(shape):
            last = whole + sizes[i] * -1 if i in open_axes else None
            free = constant(b, 2**30, element) if last is None else o.cast(last, element)
            room.append(reshape(b, free, (1,)))
        clamped = b.value(ew.Min, starts, b.value(Concat, room, axis=0))
        o.family.adopt(clamped, starts)
        o.rw.set_operand(op, index, clamped)


def _open_reverse_sequence(o: Opening, op: Operation) -> None:
    assert isinstance(op, ReverseSequence)
    for axis in o.family.open_axes(op.lengths):
        o.mask_operand(op, 1, axis, 0)


_RULES: dict[type[Operation], Callable[[Opening, Any], None]] = {
    Gather: _open_gather,
    GatherElements: _open_gather,
    GatherND: _open_gather_nd,
    DynamicSlice: _open_dynamic_slice,
    DynamicUpdateSlice: _open_dynamic_update,
    ReverseSequence: _open_reverse_sequence,
    Iota: _sizes_only,
    Range: _sizes_only,
    OneHot: _open_one_hot,
    Trilu: _attributes_alike,
}
