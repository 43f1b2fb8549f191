"""Rows: operators on quantized numbers, with the results of LiteRT's reference kernels to the
bit. They become products of integers, multiplications by fixed-point numbers, and tables."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from millrace.frontend.emitter import element_of, shape_of, type_of
from millrace.frontend.tflite import ops_conv, ops_elementwise, ops_matmul
from millrace.frontend.tflite.hybrid import hybrid_conv, hybrid_fully_connected
from millrace.frontend.tflite.lstm_quantized import sequence_lstm
from millrace.frontend.tflite.model import Array, Quantization
from millrace.frontend.tflite.quantization import (
    ROUNDING,
    Scale,
    centered,
    channel_scales,
    codes,
    finished,
    fixed,
    is_float,
    lookup,
    round_away,
    rounded,
    scale_of,
    scaled,
    single,
    stored,
    times,
    zero_constant,
)
from millrace.frontend.tflite.softmax_quantized import softmax
from millrace.frontend.tflite.table import Call, Results, RowFunction, Rows
from millrace.frontend.tflite.windows import windows
from millrace.ir.core import Operation, Value
from millrace.ir.dialects.mr import bits, compare
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr import fixed_point as fp
from millrace.ir.dialects.mr import reduction as red
from millrace.ir.dialects.mr.average_pool import AvgPool
from millrace.ir.dialects.mr.integer import ConvInteger, MatMulInteger
from millrace.ir.dialects.mr.pool import MaxPool, SumPool
from millrace.ir.types import F32, I32

# ---- between floats and numbers that stand for them


def quantize(c: Call) -> Results:
    x, q = c.arg(0), c.result().quantization
    if q is None or not is_float(x):
        source, to = scale_of(c, c.info(0)), scale_of(c, c.result())
        ratio = float(source.scale) / float(to.scale)
        return stored(c, scaled(c, centered(c, x, source.zero), ratio), to)
    scale = along_axis(c, q, np.array(q.scale, np.float32))
    zero = along_axis(c, q, np.array(q.zero_point, np.float32))
    y = c.op(ew.Add, round_away(c, c.op(ew.Div, x, scale)), zero)
    return c.emit.cast(y, c.result().element)


def along_axis(c: Call, q: Quantization, parameter: Array) -> Value:
    """A parameter, one or one a slice, to go with the first input."""
    if len(q.scale) == 1:
        return c.emit.constant(parameter.reshape(()))
    return c.emit.constant(parameter.reshape([-1 if i == q.axis else 1 for i in range(c.rank())]))


def dequantize(c: Call) -> Results:
    """Also of weights with a scale a channel."""
    info, x = c.info(0), c.arg(0)
    q = info.quantization
    if q is None or is_float(x):
        return ops_elementwise.cast(c)
    wide = c.emit.cast(x, I32)
    if any(q.zero_point):
        wide = c.op(ew.Sub, wide, along_axis(c, q, np.array(q.zero_point, np.int32)))
    return c.op(ew.Mul, c.emit.cast(wide, F32), along_axis(c, q, np.array(q.scale, np.float32)))


# ---- products


def _product(c: Call, acc: Value, real: list[float], rounding: str = ROUNDING) -> Value:
    """An accumulator, after its bias, as the result."""
    bias = c.opt(2)
    if bias is not None:
        if element_of(bias) != I32:
            raise c.error(f"a bias of {element_of(bias)} is not supported")
        acc = c.op(ew.Add, acc, c.emit.reshape(bias, (type_of(bias).size,)))
    return finished(c, scaled(c, acc, real if len(set(real)) > 1 else real[0], rounding))


def _ratios(c: Call, channels: int, axis: int) -> list[float]:
    source, to = scale_of(c, c.info(0)), scale_of(c, c.result())
    weights = channel_scales(c, c.info(1), channels, axis)
    return [source.scale * w / to.scale for w in weights]


def fully_connected(c: Call) -> Results:
    if is_float(c.arg(0)):
        return hybrid_fully_connected(c)
    if c.option("weights_format") or c.rank(1) != 2:
        raise c.error("the weights are no plain matrix")
    units, depth = c.shape(1)
    size = type_of(c.arg(0)).size
    if not depth or size % depth:
        raise c.error(f"cannot multiply {c.type_at(0)} with weights {c.type_at(1)}")
    x = c.emit.reshape(c.arg(0), (size // depth, depth))
    w = ops_matmul.transposed(c, c.arg(1))
    acc = c.op(MatMulInteger, x, w, zero_constant(c, c.info(0)), zero_constant(c, c.info(1)))
    y = _product(c, acc, _ratios(c, units, 0), "once")
    return c.emit.reshape(y, (*c.shape(0)[:-1], units)) if c.option("keep_num_dims") else y


def batch_matmul(c: Call) -> Results:
    x, y = c.arg(0), c.arg(1)
    if is_float(x) or is_float(y):
        raise c.error("products of floats with quantized numbers are not supported")
    for i, name in enumerate(("adj_x", "adj_y")):
        if c.option(name):
            swapped = [*range(c.rank(i) - 2), c.rank(i) - 1, c.rank(i) - 2]
            x, y = (
                (c.emit.transpose(x, swapped), y) if i == 0 else (x, c.emit.transpose(y, swapped))
            )
    acc = c.op(MatMulInteger, x, y, zero_constant(c, c.info(0)), zero_constant(c, c.info(1)))
    a, b, to = (scale_of(c, i) for i in (c.info(0), c.info(1), c.result()))
    return finished(c, scaled(c, acc, a.scale * b.scale / to.scale))


def conv_2d(c: Call) -> Results:
    if is_float(c.arg(0)):
        return hybrid_conv(c)
    shape, kernel = ops_conv.image(c), ops_conv.image(c, 1)
    if not kernel[3] or shape[3] % kernel[3]:
        raise c.error(f"{shape[3]} channels with weights for {kernel[3]}")
    weights = c.emit.transpose(c.arg(1), (1, 2, 3, 0))
    acc = _convolved(c, weights, shape[3] // kernel[3])
    return _product(c, acc, _ratios(c, kernel[0], 0))


def depthwise_conv_2d(c: Call) -> Results:
    if is_float(c.arg(0)):
        raise c.error("floats with quantized weights are not supported")
    shape, kernel = ops_conv.image(c), ops_conv.image(c, 1)
    if kernel[0] != 1 or kernel[3] != shape[3] * c.option("multiplier"):
        raise c.error(f"weights {list(kernel)} for {shape[3]} channels")
    weights = c.emit.reshape(c.arg(1), (*kernel[1:3], 1, kernel[3]))
    return _product(c, _convolved(c, weights, shape[3]), _ratios(c, kernel[3], 3))


def _convolved(c: Call, weights: Value, groups: int) -> Value:
    at = windows(c, c.shape()[1:3], shape_of(weights)[:2])
    return c.op(
        ConvInteger,
        c.arg(0),
        weights,
        zero_constant(c, c.info(0)),
        zero_constant(c, c.info(1)),
        strides=at.strides,
        dilations=at.dilations,
        low=at.low,
        high=at.high,
        groups=groups,
    )


# ---- pooling


def max_pool(c: Call) -> Results:
    kernel = (c.option("filter_h"), c.option("filter_w"))
    at = windows(c, ops_conv.image(c)[1:3], kernel)
    y = c.op(MaxPool, c.arg(0), kernel=kernel, strides=at.strides, low=at.low, high=at.high)
    return _limited(c, c.emit.cast(y, I32))


def _limited(c: Call, x: Value) -> Value:
    """Numbers in the result's scale, zero point included, as i32."""
    to = scale_of(c, c.result())
    if scale_of(c, c.info(0)) != to:
        raise c.error("input and output have different scales")
    return finished(c, c.op(ew.Sub, x, c.emit.like(to.zero, x)))


def average_pool(c: Call) -> Results:
    """The sum divided by the number of elements, rounded half away from zero."""
    kernel = (c.option("filter_h"), c.option("filter_w"))
    at = windows(c, ops_conv.image(c)[1:3], kernel)
    fields = {"kernel": kernel, "strides": at.strides, "low": at.low, "high": at.high}
    n = c.emit.constant(_counts(c, fields).astype(np.int32))
    return _limited(c, _divided(c, c.op(SumPool, c.emit.cast(c.arg(0), I32), **fields), n))


def _counts(c: Call, fields: dict[str, Any]) -> Array:
    """How many elements each window holds, without the padding."""
    return AvgPool(Value(c.type_at(0).with_element(F32)), **fields).counts()


def _divided(c: Call, total: Value, n: Value) -> Value:
    half = c.op(ew.Div, n, c.emit.like(2, n))
    positive = c.op(compare.Greater, total, c.emit.like(0, total))
    up = c.op(compare.Where, positive, half, c.op(ew.Neg, half))
    return c.op(ew.Div, c.op(ew.Add, total, up), n)


# ---- arithmetic


def sum_of(cls: type[Operation]) -> RowFunction:
    """Both sides in twice the greater scale, with 20 more bits."""

    def row(c: Call) -> Results:
        if c.result().type == "int16":
            raise c.error("sums of int16 are not supported")
        scales = [scale_of(c, c.info(i)) for i in (0, 1)]
        twice = 2.0 * max(s.scale for s in scales)
        sides = [_side(c, c.arg(i), s, twice) for i, s in enumerate(scales)]
        to = scale_of(c, c.result())
        return finished(c, scaled(c, c.op(cls, *sides), twice / ((1 << 20) * to.scale)))

    return row


def _side(c: Call, x: Value, scale: Scale, unit: float) -> Value:
    wide = centered(c, x, scale.zero)
    moved = c.op(bits.ShiftLeft, wide, c.emit.like(20, wide))
    return scaled(c, moved, scale.scale / unit)


def mul(c: Call) -> Results:
    a, b, to = (scale_of(c, i) for i in (c.info(0), c.info(1), c.result()))
    product = c.op(ew.Mul, centered(c, c.arg(0), a.zero), centered(c, c.arg(1), b.zero))
    return finished(c, scaled(c, product, a.scale * b.scale / to.scale))


def relu(c: Call, low: float | None, high: float | None) -> Results:
    source, to = scale_of(c, c.info(0)), scale_of(c, c.result())
    y = scaled(c, centered(c, c.arg(0), source.zero), source.scale / to.scale)
    limits = [to.low, to.high]
    if low is not None:
        limits[0] = max(to.low, to.zero + rounded(single(low) / single(to.scale)))
    if high is not None:
        limits[1] = min(to.high, to.zero + rounded(single(high) / single(to.scale)))
    return stored(c, y, to, *limits)


def between(low: float | None, high: float | None) -> RowFunction:
    return lambda c: relu(c, low, high)


# ---- functions of one number


def _radius(integer_bits: int, shift: int) -> int:
    """The greatest input that its fixed-point form can hold."""
    return math.floor(((1 << integer_bits) - 1) * 2.0 ** (31 - integer_bits) / 2.0**shift)


def function(curve: Callable[[Array, int], Array], result_bits: int, zero: int) -> RowFunction:
    """A curve with 31 fractional bits, tabulated for the 256 inputs."""

    def row(c: Call) -> Results:
        info, source = c.info(0), scale_of(c, c.info(0))
        if info.dtype.itemsize != 1:
            raise c.error(f"not supported on {info.type}")
        fraction, shift = math.frexp(source.scale * (1 << 27))
        multiplier, radius = rounded(fraction * (1 << 31)), _radius(4, shift)
        x = codes(info) - source.zero
        fixed = _scaled_array(x, multiplier, shift)
        y = fp.divided_by_power(curve(fixed, 4), 31 - result_bits) + zero
        limits = np.iinfo(c.result().dtype)
        y = np.where(x <= -radius, limits.min, np.where(x >= radius, limits.max, y))
        table = np.clip(y, limits.min, limits.max).astype(c.result().dtype)
        return lookup(c, c.arg(0), table)

    return row


def _scaled_array(x: Array, multiplier: int, shift: int) -> Array:
    left, right = max(shift, 0), max(-shift, 0)
    wide = (x << left).astype(np.int32)
    return fp.divided_by_power(fp.high_product(wide, multiplier), right)


def logistic(c: Call) -> Results:
    zero = -128 if c.result().type == "int8" else 0
    return function(fp.logistic, 8, zero)(c)


def tanh(c: Call) -> Results:
    zero = 0 if c.result().type == "int8" else 128
    return function(fp.hyperbolic_tangent, 7, zero)(c)


# ---- comparison


def comparison(cls: type[Operation]) -> RowFunction:
    """Of numbers in different scales, with 8 more bits."""

    def row(c: Call) -> Results:
        sides = []
        for i in (0, 1):
            s = scale_of(c, c.info(i))
            wide = centered(c, c.arg(i), s.zero)
            moved = c.op(bits.ShiftLeft, wide, c.emit.like(8, wide))
            sides.append(scaled(c, moved, s.scale))
        return c.op(cls, *sides)

    return row


def reduce_extreme(cls: type[Operation]) -> RowFunction:
    def row(c: Call) -> Results:
        axes = sorted({c.axis(a) for a in c.need_ints(1, "the axes")})
        if scale_of(c, c.info(0)) != scale_of(c, c.result()):
            raise c.error("input and output have different scales")
        return c.op(cls, c.arg(0), axes=axes, keepdims=bool(c.option("keep_dims")))

    return row


def reduce_sum(c: Call) -> Results:
    axes = sorted({c.axis(a) for a in c.need_ints(1, "the axes")})
    source, to = scale_of(c, c.info(0)), scale_of(c, c.result())
    wide = centered(c, c.arg(0), source.zero)
    if axes:
        wide = c.op(red.ReduceSum, wide, axes=axes, keepdims=bool(c.option("keep_dims")))
    return stored(c, scaled(c, wide, source.scale / to.scale, "once"), to)


def mean(c: Call) -> Results:
    """The sum times a factor that holds the scales' ratio and the number of elements."""
    axes = sorted({c.axis(a) for a in c.need_ints(1, "the axes")})
    source, to = scale_of(c, c.info(0)), scale_of(c, c.result())
    count = math.prod(c.shape()[a] for a in axes)
    if not axes or not count:
        raise c.error("there is nothing to take the mean of")
    wide = centered(c, c.arg(0), source.zero)
    total = c.op(red.ReduceSum, wide, axes=axes, keepdims=bool(c.option("keep_dims")))
    multiplier, shift = fixed(source.scale / to.scale)
    spare = min(count.bit_length() - 1, 32, 31 + shift)
    factor = np.array([(multiplier << spare) // count, shift - spare])
    return stored(c, times(c, total, factor), to)


ROWS: Rows = {
    "ADD": sum_of(ew.Add),
    "AVERAGE_POOL_2D": average_pool,
    "BATCH_MATMUL": batch_matmul,
    "CONV_2D": conv_2d,
    "DEPTHWISE_CONV_2D": depthwise_conv_2d,
    "DEQUANTIZE": dequantize,
    "EQUAL": comparison(compare.Equal),
    "FULLY_CONNECTED": fully_connected,
    "GREATER": comparison(compare.Greater),
    "GREATER_EQUAL": comparison(compare.GreaterEqual),
    "LESS": comparison(compare.Less),
    "LESS_EQUAL": comparison(compare.LessEqual),
    "LOGISTIC": logistic,
    "MAX_POOL_2D": max_pool,
    "MEAN": mean,
    "MUL": mul,
    "NOT_EQUAL": comparison(compare.NotEqual),
    "QUANTIZE": quantize,
    "REDUCE_MAX": reduce_extreme(red.ReduceMax),
    "REDUCE_MIN": reduce_extreme(red.ReduceMin),
    "RELU": between(0.0, None),
    "RELU6": between(0.0, 6.0),
    "SOFTMAX": softmax,
    "SUB": sum_of(ew.Sub),
    "SUM": reduce_sum,
    "TANH": tanh,
    "UNIDIRECTIONAL_SEQUENCE_LSTM": sequence_lstm,
}
