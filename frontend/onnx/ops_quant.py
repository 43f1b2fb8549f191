"""Rows: quantization and integer arithmetic."""

from __future__ import annotations

from collections.abc import Sequence

from millrace.frontend.onnx.emitter import element_of, shape_of
from millrace.frontend.onnx.ops_conv import kernel_of
from millrace.frontend.onnx.table import Call, Results, Rows
from millrace.frontend.onnx.tensors import element_type
from millrace.frontend.onnx.windows import (
    channels_first,
    channels_last,
    spatial_shape,
    weights_last,
    windows,
)
from millrace.ir.core import Value
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.integer import ConvInteger, MatMulInteger
from millrace.ir.dialects.mr.quant import DequantizeLinear, DynamicQuantizeLinear, QuantizeLinear
from millrace.ir.types import F32, UI8, ElementType


def _layout(c: Call) -> dict[str, int]:
    """``axis`` and ``block_size``; the axis means nothing where the scale is one number."""
    rank = c.rank()
    axis = c.node.get_int("axis", 1)
    if c.type_at(1).size != 1 or c.node.get_int("block_size", 0):
        axis = c.axis(axis)
    return {
        "axis": axis % rank if rank else 0,
        "block_size": c.node.get_int("block_size", 0),
    }


def _operand(c: Call, index: int) -> Value | None:
    """A scale or zero point; one of one element becomes a scalar."""
    value = c.opt(index)
    if value is not None and shape_of(value) == (1,):
        return c.emit.reshape(value, ())
    return value


def quantize(c: Call) -> Results:
    zero = _operand(c, 2)
    to: ElementType = UI8
    if zero is not None:
        to = element_of(zero)
    elif c.node.get_int("output_dtype", 0):
        to = element_type(c.node.get_int("output_dtype", 0), c.node.loc.describe())
    return c.op(QuantizeLinear, c.arg(0), _operand(c, 1), zero, to=to, **_layout(c))


def dequantize(c: Call) -> Results:
    return c.op(DequantizeLinear, c.arg(0), _operand(c, 1), _operand(c, 2), **_layout(c))


def dynamic_quantize(c: Call) -> Results:
    return c.ops(DynamicQuantizeLinear, c.arg(0))


def matmul_integer(c: Call) -> Results:
    zeros = [_row_zero(c, c.opt(2)), c.opt(3)]
    return c.op(MatMulInteger, c.arg(0), c.arg(1), *zeros)


def _row_zero(c: Call, zero: Value | None) -> Value | None:
    """Zero points of the rows of the left operand, as a column."""
    if zero is None or len(shape_of(zero)) != 1 or shape_of(zero) == (1,):
        return zero
    return c.emit.reshape(zero, (*shape_of(zero), 1))


def _requantized(
    c: Call, total: Value, scales: Sequence[Value], scale: Value, zero: Value, axis: int
) -> Value:
    """An i32 sum, times the operands' scales, quantized again."""
    factor = c.op(ew.Mul, *(c.emit.cast(s, F32) for s in scales))
    wide = c.op(ew.Mul, c.emit.cast(total, F32), factor)
    out = [c.emit.reshape(v, ()) if shape_of(v) == (1,) else v for v in (scale, zero)]
    out[0] = c.emit.cast(out[0], F32)
    return c.op(QuantizeLinear, wide, *out, to=element_of(zero), axis=axis)


def qlinear_matmul(c: Call) -> Results:
    a, a_scale, a_zero, b, b_scale, b_zero, y_scale, y_zero = (c.arg(i) for i in range(8))
    total = c.op(MatMulInteger, a, b, _row_zero(c, a_zero), b_zero)
    column = _row_zero(c, a_scale)
    assert column is not None
    axis = max(0, len(shape_of(total)) - 1)
    return _requantized(c, total, (column, b_scale), y_scale, y_zero, axis)


def qlinear_conv(c: Call) -> Results:
    x, x_scale, x_zero, w, w_scale, w_zero, y_scale, y_zero = (c.arg(i) for i in range(8))
    win = windows(c, spatial_shape(c), kernel_of(c, 3))
    total = c.op(
        ConvInteger,
        channels_last(c, x),
        weights_last(c, w),
        x_zero,
        w_zero,
        groups=c.node.get_int("group", 1),
        **win.fields,
    )
    bias = c.opt(8)
    if bias is not None:
        total = c.op(ew.Add, total, bias)
    axis = len(shape_of(total)) - 1
    return channels_first(c, _requantized(c, total, (x_scale, w_scale), y_scale, y_zero, axis))


ROWS: Rows = {
    "DequantizeLinear": dequantize,
    "DynamicQuantizeLinear": dynamic_quantize,
    "MatMulInteger": matmul_integer,
    "QLinearConv": qlinear_conv,
    "QLinearMatMul": qlinear_matmul,
    "QuantizeLinear": quantize,
}
