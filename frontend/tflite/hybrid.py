"""Floats times quantized weights: the floats are quantized when the operator runs, with one scale,
and in some operators a zero point, a row of the batch.

Sums are those of LiteRT; what follows differs from it by roundings of f32 at most.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from millrace.frontend.emitter import element_of, shape_of, type_of
from millrace.frontend.tflite.activations import activated, clip
from millrace.frontend.tflite.model import TensorInfo
from millrace.frontend.tflite.quantization import channel_scales, round_away, zero_constant
from millrace.frontend.tflite.table import Call
from millrace.frontend.tflite.windows import windows
from millrace.ir.core import Value
from millrace.ir.dialects.mr import compare
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr import reduction as red
from millrace.ir.dialects.mr.integer import ConvInteger, MatMulInteger
from millrace.ir.types import F32, F64, I8

LIMIT, LOW, HIGH = 127.0, -128.0, 127.0


@dataclass(frozen=True)
class Codes:
    """A batch as i8; the scale and the zero point of each row (all dimensions kept)."""

    values: Value
    scale: Value
    zero: Value | None


def quantized(c: Call, x: Value, with_zero: bool, first: int = 1) -> Codes:
    """``first`` is the first dimension of what has one scale."""
    axes = tuple(range(first, len(shape_of(x))))
    return _asymmetric(c, x, axes) if with_zero else _symmetric(c, x, axes)


def _symmetric(c: Call, x: Value, axes: Sequence[int]) -> Codes:
    reach = c.op(red.ReduceMax, c.op(ew.Abs, x), axes=axes, keepdims=True)
    empty = c.op(compare.Equal, reach, c.emit.like(0.0, x))
    safe = c.op(compare.Where, empty, c.emit.like(LIMIT, x), reach)
    limit = c.emit.like(LIMIT, x)
    inverse = c.op(ew.Div, limit, safe)
    y = clip(c.emit, round_away(c, c.op(ew.Mul, x, inverse)), -LIMIT, LIMIT)
    return Codes(c.emit.cast(y, I8), c.op(ew.Div, safe, limit), None)


def _asymmetric(c: Call, x: Value, axes: Sequence[int]) -> Codes:
    """From the least to the greatest, 0 included; scales and zero points are found in f64."""
    zero = c.emit.like(0.0, x)
    ends = [
        c.emit.cast(c.op(limit, c.op(reduce, x, axes=axes, keepdims=True), zero), F64)
        for reduce, limit in ((red.ReduceMin, ew.Min), (red.ReduceMax, ew.Max))
    ]
    span = c.op(ew.Sub, ends[1], ends[0])
    empty = c.op(compare.Equal, span, c.emit.like(0.0, span))
    scale = c.op(ew.Div, span, c.emit.like(HIGH - LOW, span))
    scale = c.op(compare.Where, empty, c.emit.like(1.0, span), scale)
    first, last = (c.op(ew.Div, end, scale) for end in ends)
    by_first = c.op(ew.Sub, c.emit.like(LOW, first), first)
    by_last = c.op(ew.Sub, c.emit.like(HIGH, last), last)
    errors = [
        c.op(ew.Add, c.emit.like(abs(n), v), c.op(ew.Abs, v))
        for n, v in ((LOW, first), (HIGH, last))
    ]
    place = c.op(compare.Where, c.op(compare.Less, *errors), by_first, by_last)
    place = clip(c.emit, round_away(c, place), LOW, HIGH)
    place = c.emit.cast(c.op(compare.Where, empty, c.emit.like(0.0, place), place), F32)
    scale = c.emit.cast(scale, F32)
    inverse = c.op(ew.Div, c.emit.like(1.0, scale), scale)
    y = c.op(ew.Add, place, c.op(ew.Mul, x, inverse))
    y = clip(c.emit, round_away(c, y), LOW, HIGH)
    return Codes(c.emit.cast(y, I8), scale, c.emit.cast(place, I8))


# ---- products


def _weights(c: Call, info: TensorInfo) -> None:
    if info.type != "int8" or zero_constant(c, info) is not None:
        raise c.error(
            f"floats with the weights {info.name!r} of {info.type}: only int8 without a zero point "
            "is supported"
        )


def _scales(c: Call, info: TensorInfo, channels: int, axis: int) -> Value:
    return c.emit.constant(np.array(channel_scales(c, info, channels, axis), np.float32))


def product(c: Call, x: Value, weights: Value, info: TensorInfo) -> Value:
    """Rows of floats times weights of [units, depth]."""
    _weights(c, info)
    codes = quantized(c, x, bool(c.node.options.get("asymmetric")))
    acc = c.op(MatMulInteger, codes.values, c.emit.transpose(weights, (1, 0)), codes.zero, None)
    scales = _scales(c, info, shape_of(weights)[0], 0)
    return c.op(ew.Mul, c.emit.cast(acc, F32), c.op(ew.Mul, codes.scale, scales))


def hybrid_batch_matmul(c: Call, x: Value, weights: Value) -> Value:
    """Matrices of floats, row by row, times matrices with one scale."""
    info = c.info(1)
    _weights(c, info)
    with_zero = bool(c.node.options.get("asymmetric"))
    codes = quantized(c, x, with_zero, len(shape_of(x)) - 1)
    acc = c.op(MatMulInteger, codes.values, weights, codes.zero, None)
    scale = c.op(ew.Mul, codes.scale, _scales(c, info, 1, 0))
    return c.op(ew.Mul, c.emit.cast(acc, F32), scale)


def info_of(c: Call, x: Value) -> TensorInfo:
    """What the file says of a value that is an input."""
    return c.info(next(i for i, a in enumerate(c.args) if a is x))


def real(c: Call, x: Value) -> Value:
    """Weights that are used one by one, as floats."""
    if element_of(x) == F32:
        return x
    info = info_of(c, x)
    _weights(c, info)
    return c.op(ew.Mul, c.emit.cast(x, F32), _scales(c, info, 1, 0))


def _biased(c: Call, y: Value) -> Value:
    bias = c.opt(2)
    if bias is not None:
        y = c.op(ew.Add, y, c.emit.reshape(bias, (type_of(bias).size,)))
    return activated(c, y)


def hybrid_fully_connected(c: Call) -> Value:
    if c.option("weights_format") or c.rank(1) != 2:
        raise c.error("the weights are no plain matrix")
    units, depth = c.shape(1)
    size = type_of(c.arg(0)).size
    if not depth or size % depth:
        raise c.error(f"cannot multiply {c.type_at(0)} with weights {c.type_at(1)}")
    x = c.emit.reshape(c.arg(0), (size // depth, depth))
    y = product(c, x, c.arg(1), c.info(1))
    if c.option("keep_num_dims"):
        y = c.emit.reshape(y, (*c.shape(0)[:-1], units))
    return _biased(c, y)


def hybrid_convolution(c: Call, weights: Value, groups: int, axis: int) -> Value:
    """With a scale a channel there is a zero point. Depthwise convolutions always have them."""
    info = c.info(1)
    _weights(c, info)
    *kernel, _, units = shape_of(weights)
    q = info.quantization
    each = axis == 3 or (q is not None and len(q.scale) > 1)
    codes = quantized(c, c.arg(0), each)
    at = windows(c, c.shape()[1:3], kernel)
    acc = c.op(
        ConvInteger,
        codes.values,
        weights,
        codes.zero,
        None,
        strides=at.strides,
        dilations=at.dilations,
        low=at.low,
        high=at.high,
        groups=groups,
    )
    y, scales = c.emit.cast(acc, F32), _scales(c, info, units, axis)
    if each:
        y = c.op(ew.Mul, c.op(ew.Mul, y, scales), codes.scale)
    else:
        y = c.op(ew.Mul, y, c.op(ew.Mul, codes.scale, scales))
    return _biased(c, y)
