"""Rows: reductions over axes, arg-reductions, softmax and its relatives."""

from __future__ import annotations

import math
from functools import partial
from itertools import combinations

from millrace.frontend.onnx.emitter import shape_of
from millrace.frontend.onnx.ops_shape import choose_axes
from millrace.frontend.onnx.table import Call, Results, RowFunction, Rows
from millrace.ir.core import Operation, Value
from millrace.ir.dialects.mr import reduction as red
from millrace.ir.dialects.mr import reduction_composite as redc
from millrace.ir.dialects.mr.softmax import Hardmax, LogSoftmax, Softmax


def reduction(cls: type[Operation], axes_input_since: int) -> RowFunction:
    """``axes`` is an attribute before the given operator set, an input since."""

    def row(c: Call) -> Results:
        keepdims = c.node.get_int("keepdims", 1) == 1
        everything = tuple(range(c.rank()))
        if c.opset < axes_input_since:
            given = c.node.opt_ints("axes")
        else:
            given = c.ints(1)
            if given is None and c.opt(1) is not None:
                return _unknown_axes(c, cls, keepdims)
        if not given and c.node.get_int("noop_with_empty_axes", 0):
            return _reduce(c, cls, (), keepdims)
        axes = c.axes(given) if given else everything
        return _reduce(c, cls, axes, keepdims)

    return row


def _reduce(c: Call, cls: type[Operation], axes: tuple[int, ...], keepdims: bool) -> Value:
    return c.op(cls, c.arg(0), axes=axes, keepdims=keepdims)


def _unknown_axes(c: Call, cls: type[Operation], keepdims: bool) -> Results:
    """Axes known at run time only: a choice among those that give the declared shape."""
    declared = c.declared_static()
    count = math.prod(shape_of(c.arg(1)))
    shape = c.type_at(0).shape
    if count == 0:
        noop = c.node.get_int("noop_with_empty_axes", 0)
        return _reduce(c, cls, () if noop else tuple(range(len(shape))), keepdims)
    if declared is None:
        raise c.unknown(1, "the axes")
    cases = {}
    for axes in combinations(range(len(shape)), count):
        if keepdims:
            result = tuple(1 if i in axes else n for i, n in enumerate(shape))
        else:
            result = tuple(n for i, n in enumerate(shape) if i not in axes)
        if result == declared:
            cases[axes] = partial(_reduce, c, cls, axes, keepdims)
    return choose_axes(c, cases, len(shape))


def arg_reduction(cls: type[Operation]) -> RowFunction:
    def row(c: Call) -> Results:
        axis = c.axis(c.node.get_int("axis", 0))
        return c.op(
            cls,
            c.arg(0),
            axes=(axis,),
            keepdims=c.node.get_int("keepdims", 1) == 1,
            select_last_index=bool(c.node.get_int("select_last_index", 0)),
        )

    return row


def softmax(cls: type[Operation]) -> RowFunction:
    """Since operator set 13 along one axis; before over all dimensions from ``axis`` on."""

    def row(c: Call) -> Results:
        x, shape = c.arg(0), c.type_at(0).shape
        if c.opset >= 13:
            return c.op(cls, x, axis=c.axis(c.node.get_int("axis", -1)))
        axis = c.axis(c.node.get_int("axis", 1))
        flat = c.emit.reshape(x, (math.prod(shape[:axis]), math.prod(shape[axis:])))
        return c.emit.reshape(c.op(cls, flat, axis=1), shape)

    return row


ROWS: Rows = {
    "ArgMax": arg_reduction(red.ArgMax),
    "ArgMin": arg_reduction(red.ArgMin),
    "Hardmax": softmax(Hardmax),
    "LogSoftmax": softmax(LogSoftmax),
    "ReduceL1": reduction(redc.ReduceL1, 18),
    "ReduceL2": reduction(redc.ReduceL2, 18),
    "ReduceLogSum": reduction(redc.ReduceLogSum, 18),
    "ReduceLogSumExp": reduction(redc.ReduceLogSumExp, 18),
    "ReduceMax": reduction(red.ReduceMax, 18),
    "ReduceMean": reduction(red.ReduceMean, 18),
    "ReduceMin": reduction(red.ReduceMin, 18),
    "ReduceProd": reduction(red.ReduceProd, 18),
    "ReduceSum": reduction(red.ReduceSum, 13),
    "ReduceSumSquare": reduction(redc.ReduceSumSquare, 18),
    "Softmax": softmax(Softmax),
}
