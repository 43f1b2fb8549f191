"""Rows: gather, scatter, sort and running totals."""

from __future__ import annotations

from functools import partial

import numpy as np

from millrace.frontend import from_data
from millrace.frontend.onnx.dynamic import choose, non_negative, require_equal
from millrace.frontend.onnx.emitter import element_of, shape_of
from millrace.frontend.onnx.table import Call, Results, RowFunction, Rows
from millrace.ir.core import Operation, Value
from millrace.ir.dialects.mr import bits, compare
from millrace.ir.dialects.mr.cumulative import CumProd, CumSum
from millrace.ir.dialects.mr.gather import Gather, GatherElements, GatherND, ReverseSequence
from millrace.ir.dialects.mr.scatter import ScatterElements, ScatterND, TensorScatter
from millrace.ir.dialects.mr.sort import TopK
from millrace.ir.types import I64


def gather(c: Call) -> Results:
    return c.op(Gather, c.arg(0), c.arg(1), axis=c.axis(c.node.get_int("axis", 0)))


def gather_elements(c: Call) -> Results:
    return c.op(GatherElements, c.arg(0), c.arg(1), axis=c.axis(c.node.get_int("axis", 0)))


def gather_nd(c: Call) -> Results:
    return c.op(GatherND, c.arg(0), c.arg(1), batch_dims=c.node.get_int("batch_dims", 0))


def scatter_elements(c: Call) -> Results:
    axis = c.axis(c.node.get_int("axis", 0))
    reduction = c.node.get_str("reduction", "none")
    return c.op(ScatterElements, c.arg(0), c.arg(1), c.arg(2), axis=axis, reduction=reduction)


def scatter_nd(c: Call) -> Results:
    reduction = c.node.get_str("reduction", "none")
    return c.op(ScatterND, c.arg(0), c.arg(1), c.arg(2), reduction=reduction)


def tensor_scatter(c: Call) -> Results:
    mode = c.node.get_str("mode", "linear")
    if mode not in ("linear", "circular"):
        raise c.node.error(f"unknown mode {mode!r}")
    axis = c.axis(c.node.get_int("axis", -2))
    circular = mode == "circular"
    return c.op(TensorScatter, c.arg(0), c.arg(1), c.opt(2), axis=axis, circular=circular)


def top_k(c: Call) -> Results:
    axis = c.axis(c.node.get_int("axis", -1))
    largest = bool(c.node.get_int("largest", 1))
    return c.ops(TopK, c.arg(0), k=_count(c, axis), axis=axis, largest=largest)


def _count(c: Call, axis: int) -> int:
    if c.opset < 10:
        return c.node.need_int("k")
    known = c.ints(1)
    if known is None:
        shapes = [c.declared(i) for i in (0, 1)]
        sizes = {s[axis] for s in shapes if s is not None and len(s) == c.rank()} - {None}
        if len(sizes) != 1:
            raise c.unknown(1, "k")
        k = int(sizes.pop() or 0)
        require_equal(c, c.emit.reshape(c.arg(1), ()), k, f"k differs from the declared {k}")
        return k
    if len(known) != 1 or known[0] < 0:
        raise c.node.error(f"k is {list(known)}")
    return known[0]


def cumulative(cls: type[Operation]) -> RowFunction:
    def row(c: Call) -> Results:
        fields = {k: bool(c.node.get_int(k, 0)) for k in ("exclusive", "reverse")}
        known = c.ints(1)
        if known is not None:
            if len(known) != 1:
                raise c.node.error(f"the axis is {list(known)}")
            return c.op(cls, c.arg(0), axis=c.axis(known[0]), **fields)
        place = c.emit.reshape(non_negative(c, c.arg(1), c.rank()), ())
        cases = {a: partial(c.op, cls, c.arg(0), axis=a, **fields) for a in range(c.rank())}
        return choose(c, place, cases, f"the axis is not in [0, {c.rank()})")

    return row


def reverse_sequence(c: Call) -> Results:
    time, batch = c.node.get_int("time_axis", 0), c.node.get_int("batch_axis", 1)
    return c.op(
        ReverseSequence, c.arg(0), c.arg(1), time_axis=c.axis(time), batch_axis=c.axis(batch)
    )


# ---- results whose size depends on data: only where all is known, or by declaration


def compress(c: Call) -> Results:
    """The elements where the condition holds: by a known condition, or as many as declared."""
    axis = c.node.opt_int("axis")
    x = c.arg(0)
    if axis is None:
        x = c.emit.reshape(x, (c.type_at(0).size,))
    place = c.axis(axis if axis is not None else 0, len(shape_of(x)))
    known = c.known(1)
    if known is not None:
        return c.op(Gather, x, c.emit.constant(np.flatnonzero(known)), axis=place)
    declared = c.declared_static()
    count = None if declared is None or len(declared) != len(shape_of(x)) else declared[place]
    return c.op(Gather, x, positions(c, c.arg(1), count), axis=place)


def non_zero(c: Call) -> Results:
    known = c.known(0)
    if known is not None:
        return c.emit.constant(np.array(np.nonzero(known), dtype=np.int64))
    declared = c.declared_static()
    fits = declared is not None and len(declared) == 2 and declared[0] == c.rank()
    if not c.rank():
        raise c.unknown(0, "the input")
    shape = c.type_at(0).shape
    flat = c.emit.reshape(c.arg(0), (c.type_at(0).size,))
    nonzero = flat
    if str(element_of(flat)) != "i1":
        nonzero = c.op(bits.Not, c.op(compare.Equal, flat, c.emit.like(0, flat)))
    places = positions(c, nonzero, declared[1] if declared is not None and fits else None)
    table = np.indices(shape).reshape(len(shape), -1).astype(np.int64)
    return c.op(Gather, c.emit.constant(table), places, axis=1)


def positions(c: Call, condition: Value, count: int | None) -> Value:
    """Indices of the true elements of a vector: those of its largest elements. There are ``count``
    of them, or a number that follows from data."""
    if count is None:
        return from_data.positions(c.bounds, condition)
    (n,) = shape_of(condition)
    numbers = c.emit.cast(condition, I64)
    total = c.op(CumSum, numbers, axis=0)
    message = f"not {count} elements are selected"
    if n == 0:
        return c.emit.constant(np.zeros(0, np.int64))
    last = c.op(Gather, total, c.emit.constant(np.array(n - 1)), axis=0)
    require_equal(c, last, count, message)
    return c.ops(TopK, numbers, k=min(count, n), axis=0, largest=True)[1]


ROWS: Rows = {
    "Compress": compress,
    "CumProd": cumulative(CumProd),
    "CumSum": cumulative(CumSum),
    "Gather": gather,
    "GatherElements": gather_elements,
    "GatherND": gather_nd,
    "NonZero": non_zero,
    "ReverseSequence": reverse_sequence,
    "Scatter": scatter_elements,
    "ScatterElements": scatter_elements,
    "ScatterND": scatter_nd,
    "TensorScatter": tensor_scatter,
    "TopK": top_k,
}
