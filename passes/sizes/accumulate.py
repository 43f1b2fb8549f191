"""Sums, extremes and products over open dimensions: elements behind the end add nothing."""

from __future__ import annotations

import numpy as np

from millrace.ir.affine import AffineExpr, dims_of
from millrace.ir.core import Operation, Value
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.dialects.mr.cumulative import Cumulative
from millrace.ir.dialects.mr.kinds import Accumulating, Contraction, Nest
from millrace.ir.dialects.mr.reduction import ReduceMean, ReduceSum
from millrace.ir.types import element_of
from millrace.passes.sizes.opening import Opening

_SIZES = frozenset({"kernel", "axes"})
"""Attributes that may follow from the sizes: the nest says how."""


def open_accumulating(o: Opening, op: Operation) -> None:
    """Parallel dimensions may end anywhere. Along reduced ones the inputs are masked."""
    assert isinstance(op, Accumulating)
    for name in op.attributes:
        if name not in _SIZES and not o.family.same(op, name):
            raise o.family.error(op, f"{name} of {op.name} does not follow from it")
    for index, axis in _masked_axes(o, op):
        x = op.operands[index]
        if isinstance(op, Contraction) and _is_finite(x):
            continue  # the other operand has a mask: a finite number times zero is zero
        fill = op.padding(element_of(x.type))
        if fill is None:
            raise o.family.error(op, f"{op.name} cannot leave out what is behind the end")
        o.mask_operand(op, index, axis, fill)


def _is_finite(x: Value) -> bool:
    op = x.defining_op
    return isinstance(op, Constant) and bool(np.isfinite(op.value.array).all())


def _masked_axes(o: Opening, op: Accumulating) -> list[tuple[int, int]]:
    """The (operand, dimension) pairs that are read along an open reduced loop."""
    nests = [i.nest() for i in o.family.instances(op) if isinstance(i, Accumulating)]
    first = nests[0]
    if any(n.maps != first.maps or n.parallel != first.parallel for n in nests):
        raise o.family.error(op, f"{op.name} reads other elements")
    loops = range(first.parallel, len(first.extents))
    reduced = {d for d in loops if len({n.extents[d] for n in nests}) > 1}
    found = []
    for index, m in enumerate(first.maps):
        for axis, e in enumerate(m.results):
            if not dims_of(e) & reduced:
                continue
            _check_alone(o, op, nests, e)
            found.append((index, axis))
    return found


def _check_alone(o: Opening, op: Operation, nests: list[Nest], e: AffineExpr) -> None:
    """A window of open size must not move, or its end would not be the dimension's."""
    moving = [d for d in dims_of(e) if any(n.extents[d] != 1 for n in nests)]
    if len(moving) > 1:
        raise o.family.error(op, "a window of that size moves over the dimension")


def open_mean(o: Opening, op: Operation) -> None:
    """The divisor of a mean is the size at run time."""
    assert isinstance(op, ReduceMean)
    axes = [a for a in op.axes if a in o.family.open_axes(op.input)]
    if not axes:
        return
    for axis in axes:
        o.mask_operand(op, 0, axis, 0)
    with o.rw.atomic():
        b = o.rw.before(op)
        total = b.value(ReduceSum, op.input, axes=op.axes, keepdims=op.keepdims)
        counts = [i.count for i in o.family.instances(op) if isinstance(i, ReduceMean)]
        size = o.family.expression(op, counts, "the number of elements")
        o.replace(op, b.value(ew.Div, total, o.cast(size, element_of(total.type))))


def open_cumulative(o: Opening, op: Operation) -> None:
    """Running totals from the end begin behind it, with elements that add nothing."""
    assert isinstance(op, Cumulative)
    if op.reverse and op.axis in o.family.open_axes(op.input):
        o.mask_operand(op, 0, op.axis, op.start)
