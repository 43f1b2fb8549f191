"""Floats times quantized weights: the floats are quantized when the operator runs, one scale a
row of the batch."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from millrace.frontend.emitter import shape_of, type_of
from millrace.frontend.tflite import ops_conv
from millrace.frontend.tflite.activations import activated, clip
from millrace.frontend.tflite.quantization import channel_scales, round_away, zero_constant
from millrace.frontend.tflite.table import Call
from millrace.frontend.tflite.windows import windows
from millrace.ir.core import Value
from millrace.ir.dialects.mr import compare
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr import reduction as red
from millrace.ir.dialects.mr.integer import ConvInteger, MatMulInteger
from millrace.ir.types import F32, I8

LIMIT = 127.0


def _quantized(c: Call, x: Value) -> tuple[Value, Value]:
    """The batch as i8, and the scale of each row (all dimensions kept)."""
    axes = tuple(range(1, len(shape_of(x))))
    reach = c.op(red.ReduceMax, c.op(ew.Abs, x), axes=axes, keepdims=True)
    empty = c.op(compare.Equal, reach, c.emit.like(0.0, x))
    safe = c.op(compare.Where, empty, c.emit.like(LIMIT, x), reach)
    limit = c.emit.like(LIMIT, x)
    inverse = c.op(ew.Div, limit, safe)
    y = clip(c.emit, round_away(c, c.op(ew.Mul, x, inverse)), -LIMIT, LIMIT)
    return c.emit.cast(y, I8), c.op(ew.Div, safe, limit)


def _finished(c: Call, acc: Value, scale: Value, weights: Sequence[float]) -> Value:
    factor = c.op(ew.Mul, scale, c.emit.constant(np.array(weights, np.float32)))
    y = c.op(ew.Mul, c.emit.cast(acc, F32), factor)
    bias = c.opt(2)
    if bias is not None:
        y = c.op(ew.Add, y, c.emit.reshape(bias, (type_of(bias).size,)))
    return y


def _check(c: Call) -> None:
    info = c.info(1)
    if info.type != "int8" or zero_constant(c, info) is not None:
        raise c.error(f"floats with weights of {info.type} are not supported")
    if c.node.options.get("asymmetric"):
        raise c.error("inputs quantized with a zero point are not supported")


def hybrid_fully_connected(c: Call) -> Value:
    _check(c)
    if c.option("weights_format") or c.rank(1) != 2:
        raise c.error("the weights are no plain matrix")
    units, depth = c.shape(1)
    size = type_of(c.arg(0)).size
    if not depth or size % depth:
        raise c.error(f"cannot multiply {c.type_at(0)} with weights {c.type_at(1)}")
    x, scale = _quantized(c, c.emit.reshape(c.arg(0), (size // depth, depth)))
    acc = c.op(MatMulInteger, x, c.emit.transpose(c.arg(1), (1, 0)))
    y = _finished(c, acc, scale, channel_scales(c, c.info(1), units, 0))
    if c.option("keep_num_dims"):
        y = c.emit.reshape(y, (*c.shape(0)[:-1], units))
    return activated(c, y)


def hybrid_conv(c: Call) -> Value:
    _check(c)
    shape, kernel = ops_conv.image(c), ops_conv.image(c, 1)
    if not kernel[3] or shape[3] % kernel[3]:
        raise c.error(f"{shape[3]} channels with weights for {kernel[3]}")
    x, scale = _quantized(c, c.arg(0))
    at = windows(c, shape[1:3], kernel[1:3])
    acc = c.op(
        ConvInteger,
        x,
        c.emit.transpose(c.arg(1), (1, 2, 3, 0)),
        strides=at.strides,
        dilations=at.dilations,
        low=at.low,
        high=at.high,
        groups=shape[3] // kernel[3],
    )
    return activated(c, _finished(c, acc, scale, channel_scales(c, c.info(1), kernel[0], 0)))
