"""Rows: reductions, softmax, sums along an axis."""

from __future__ import annotations

import numpy as np

from millrace.frontend.tflite.activations import activated
from millrace.frontend.tflite.table import Call, Results, RowFunction, Rows
from millrace.ir.core import Operation
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr import reduction as red
from millrace.ir.dialects.mr.cumulative import CumSum
from millrace.ir.dialects.mr.elementary import Sqrt
from millrace.ir.dialects.mr.softmax import LogSoftmax, Softmax
from millrace.ir.dialects.mr.sort import TopK
from millrace.ir.types import I32


def reduce(cls: type[Operation]) -> RowFunction:
    def row(c: Call) -> Results:
        axes = sorted({c.axis(a) for a in c.need_ints(1, "the axes")})
        if not axes:
            return c.arg(0)
        return c.op(cls, c.arg(0), axes=axes, keepdims=bool(c.option("keep_dims")))

    return row


def arg_extreme(cls: type[Operation]) -> RowFunction:
    def row(c: Call) -> Results:
        axis = c.axis(c.need_int(1, "the axis"))
        if c.result().type not in ("int32", "int64"):
            raise c.error(f"indices as {c.result().type}")
        return c.emit.cast(c.op(cls, c.arg(0), axes=(axis,)), c.result().element)

    return row


def softmax(c: Call) -> Results:
    x, beta = c.arg(0), c.option("beta")
    if beta != 1.0:
        x = c.op(ew.Mul, x, c.emit.like(beta, x))
    return c.op(Softmax, x, axis=c.axis(-1))


def log_softmax(c: Call) -> Results:
    return c.op(LogSoftmax, c.arg(0), axis=c.axis(-1))


def cumsum(c: Call) -> Results:
    axis = c.axis(c.need_int(1, "the axis"))
    options = {name: bool(c.option(name)) for name in ("exclusive", "reverse")}
    return c.op(CumSum, c.arg(0), axis=axis, **options)


def l2_normalization(c: Call) -> Results:
    x = c.arg(0)
    total = c.op(red.ReduceSum, c.op(ew.Mul, x, x), axes=(c.axis(-1),), keepdims=True)
    floor = c.emit.constant(np.float32(1e-6))
    norm = c.op(Sqrt, c.op(ew.Max, total, floor))
    return activated(c, c.op(ew.Div, x, norm))


def topk(c: Call) -> Results:
    k = c.need_int(1, "the count")
    values, indices = c.emit.create(TopK, c.arg(0), k=k, axis=c.axis(-1))
    return [values, c.emit.cast(indices, I32)]


ROWS: Rows = {
    "ARG_MAX": arg_extreme(red.ArgMax),
    "ARG_MIN": arg_extreme(red.ArgMin),
    "CUMSUM": cumsum,
    "L2_NORMALIZATION": l2_normalization,
    "LOG_SOFTMAX": log_softmax,
    "MEAN": reduce(red.ReduceMean),
    "REDUCE_ALL": reduce(red.ReduceAll),
    "REDUCE_ANY": reduce(red.ReduceAny),
    "REDUCE_MAX": reduce(red.ReduceMax),
    "REDUCE_MIN": reduce(red.ReduceMin),
    "REDUCE_PROD": reduce(red.ReduceProd),
    "SOFTMAX": softmax,
    "SUM": reduce(red.ReduceSum),
    "TOPK_V2": topk,
}
