"""Rows: reductions, arg-max, cumulative sums."""

from __future__ import annotations

from millrace.frontend.tensorflow.graphdef import Node
from millrace.frontend.tensorflow.table import Call, Results, RowFunction, Rows
from millrace.frontend.tensorflow.tensors import DataType
from millrace.ir.core import Operation
from millrace.ir.dialects.mr import reduction as red
from millrace.ir.dialects.mr import reduction_composite as redc
from millrace.ir.dialects.mr.cumulative import CumProd, CumSum
from millrace.ir.types import I64, ElementType


def reduction(cls: type[Operation]) -> RowFunction:
    def row(c: Call) -> Results:
        x = c.arg(0)
        axes = c.axes_at(1, len(c.shape_at(0)))
        keep = c.node.get("keep_dims", bool, False)
        return c.op(cls, x, axes=axes, keepdims=keep) if axes else x

    return row


def arg_reduction(cls: type[Operation]) -> RowFunction:
    def row(c: Call) -> Results:
        axis = c.axis_of(c.need_int(1, "the axis"), len(c.shape_at(0)))
        return c.emit.cast(c.op(cls, c.arg(0), axes=(axis,)), _output(c.node))

    return row


def _output(node: Node) -> ElementType:
    if "output_type" not in node.attributes:
        return I64
    return node.need("output_type", DataType).element(node.loc.describe())


def cumulative(cls: type[Operation]) -> RowFunction:
    def row(c: Call) -> Results:
        axis = c.axis_of(c.need_int(1, "the axis"), len(c.shape_at(0)))
        flags = {k: c.node.get(k, bool, False) for k in ("exclusive", "reverse")}
        return c.op(cls, c.arg(0), axis=axis, **flags)

    return row


ROWS: Rows = {
    "All": reduction(red.ReduceAll),
    "Any": reduction(red.ReduceAny),
    "ArgMax": arg_reduction(red.ArgMax),
    "ArgMin": arg_reduction(red.ArgMin),
    "Cumprod": cumulative(CumProd),
    "Cumsum": cumulative(CumSum),
    "EuclideanNorm": reduction(redc.ReduceL2),
    "Max": reduction(red.ReduceMax),
    "Mean": reduction(red.ReduceMean),
    "Min": reduction(red.ReduceMin),
    "Prod": reduction(red.ReduceProd),
    "Sum": reduction(red.ReduceSum),
}
