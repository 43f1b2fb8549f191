"""Rows: products of quantized numbers with weights, and with each other.

8-bit numbers are added up in 32 bits. 16-bit ones are in 64 bits, and their sums are multiplied by
factors of 16 bits; where the weights say that 32 bits hold every sum, those are used.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from millrace.frontend.emitter import element_of, shape_of, type_of
from millrace.frontend.tflite import ops_conv, ops_matmul
from millrace.frontend.tflite.activations import clip
from millrace.frontend.tflite.hybrid import (
    hybrid_batch_matmul,
    hybrid_convolution,
    hybrid_fully_connected,
)
from millrace.frontend.tflite.quantization import (
    channel_scales,
    finished,
    fixed,
    is_float,
    ratio,
    round_away,
    same_factor,
    scale_of,
    times,
    zero_constant,
)
from millrace.frontend.tflite.table import Call, Results, Rows
from millrace.frontend.tflite.windows import windows
from millrace.ir.core import Value
from millrace.ir.dialects.mr import bits
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.assemble import Pad
from millrace.ir.dialects.mr.contraction import MatMul
from millrace.ir.dialects.mr.conv import Conv
from millrace.ir.dialects.mr.integer import ConvInteger, MatMulInteger
from millrace.ir.dialects.mr.movement import Reverse
from millrace.ir.types import F64, I32, I64, IntegerType

TYPES = (("int8", "int16"), ("uint8", "int16"))
"""Of inputs and results of full connections that differ."""
Make = Callable[[IntegerType], Value]
"""Makes a product whose sums are i32, or i64."""


def finished_product(c: Call, make: Make, real: Sequence[float], bias: int = 2) -> Value:
    """A product, after its bias, as the result. ``real`` is one number, or one a channel."""
    given = _bias(c, bias)
    factors = np.array([fixed(r) for r in _few(real)], np.int64).T
    if _is_wide(c, 0 if bias == 2 else 2, given):
        return finished(c, _short_times(c, make, given, factors))
    return finished(c, times(c, _sum(c, make, given, I32), _plain(factors)))


def _bias(c: Call, index: int) -> Value | None:
    given = c.opt(index)
    if given is None:
        return None
    if element_of(given) not in (I32, I64):
        raise c.error(f"a bias of {element_of(given)} is not supported")
    return c.emit.reshape(given, (type_of(given).size,))


def _is_wide(c: Call, source: int, bias: Value | None) -> bool:
    """Whether the sums have 64 bits."""
    wide = bias is not None and element_of(bias) == I64
    if c.info(source).type == "int16":
        return wide or bias is None
    if wide:
        raise c.error("a bias of 64 bits for 8-bit numbers is not supported")
    return False


def _few(real: Sequence[float]) -> Sequence[float]:
    """One number where all are equal."""
    return real if len(set(real)) > 1 else real[:1]


def _sum(c: Call, make: Make, bias: Value | None, element: IntegerType) -> Value:
    acc = make(element)
    return acc if bias is None else c.op(ew.Add, acc, c.emit.cast(bias, element))


def _plain(factors: np.ndarray) -> np.ndarray:
    return factors[:, 0] if factors.shape[1] == 1 else factors


def _short_times(c: Call, make: Make, bias: Value | None, factors: np.ndarray) -> Value:
    """Sums of 64 bits times multipliers of 16, rounded half up."""
    short = np.where(factors[0] < 0x7FFF0000, (factors[0] + (1 << 15)) >> 16, 0x7FFF)
    if _fits(c, bias):
        acc = _sum(c, make, bias, I32)
        return times(c, acc, _plain(np.stack([short << 16, factors[1]])), "once")
    if (factors[1] > 7).any():
        raise c.error("the scales are too far apart")
    acc = _sum(c, make, bias, I64)
    count = 15 - factors[1]
    m, half, shift = (
        c.emit.constant(_plain(a[None])[0] if a.size == 1 else a)
        for a in (short, np.int64(1) << (count - 1), count)
    )
    y = c.op(bits.ShiftRight, c.op(ew.Add, c.op(ew.Mul, acc, m), half), shift)
    return c.emit.cast(y, I32)


def _fits(c: Call, bias: Value | None) -> bool:
    """Whether no sum leaves 32 bits: what the weights add up to, whatever their arrangement."""
    weights = c.known(1)
    known = np.zeros(1) if bias is None else c.emit.known(bias)
    if weights is None or known is None or c.info(1).dtype.itemsize != 1:
        return False
    axis = {"DEPTHWISE_CONV_2D": weights.ndim - 1}.get(c.node.kind, 0)
    if c.node.kind == "BATCH_MATMUL":
        axis = weights.ndim - (2 if c.option("adj_y") else 1)
    totals = np.abs(weights.astype(np.int64)).sum(
        tuple(i for i in range(weights.ndim) if i != axis)
    )
    return int(totals.max(initial=0)) * (1 << 15) + int(np.abs(known).max(initial=0)) < 1 << 31


def matmul(c: Call, x: Value, y: Value) -> Make:
    zeros = zero_constant(c, c.info(0)), zero_constant(c, c.info(1))
    if any(z is not None for z in zeros):
        return lambda acc: c.op(MatMulInteger, x, y, *zeros)
    return lambda acc: (
        c.op(MatMulInteger, x, y, None, None) if acc == I32 else c.op(MatMul, x, y, acc=acc)
    )


def _channel_ratios(c: Call, channels: int, axis: int, source: int = 0) -> list[float]:
    """What a sum's unit is in units of the result, by channel, in f64 arithmetic."""
    x, to = scale_of(c, c.info(source)), scale_of(c, c.result())
    weights = channel_scales(c, c.info(1), channels, axis)
    return [x.scale * w / to.scale for w in weights]


def _whole_ratio(c: Call) -> float:
    """The same of weights with one scale: the scales are multiplied in f32."""
    a, b, to = (scale_of(c, i) for i in (c.info(0), c.info(1), c.result()))
    return ratio([a.scale, b.scale], [1.0]) / to.scale


def fully_connected(c: Call) -> Results:
    if is_float(c.arg(0)):
        return hybrid_fully_connected(c)
    kinds = c.info(0).type, c.result().type
    if (kinds[0] != kinds[1] and kinds not in TYPES) or c.result().dtype.itemsize > 2:
        raise c.error(f"not supported on {kinds[0]} to {kinds[1]}")
    if c.option("weights_format") or c.rank(1) != 2:
        raise c.error("the weights are no plain matrix")
    units, depth = c.shape(1)
    size = type_of(c.arg(0)).size
    if not depth or size % depth:
        raise c.error(f"cannot multiply {c.type_at(0)} with weights {c.type_at(1)}")
    x = c.emit.reshape(c.arg(0), (size // depth, depth))
    q = c.info(1).quantization
    each = q is not None and len(q.scale) > 1
    real = _channel_ratios(c, units if each else 1, 0)
    y = _rounded_product(c, matmul(c, x, ops_matmul.transposed(c, c.arg(1))), real)
    return c.emit.reshape(y, (*c.shape(0)[:-1], units)) if c.option("keep_num_dims") else y


def _rounded_product(c: Call, make: Make, real: Sequence[float]) -> Value:
    """A product, after its bias, times a real number in f64, rounded half away from zero: as the
    result. In integers where that is the same."""
    bias = _bias(c, 2)
    wide = _is_wide(c, 0, bias) and not _fits(c, bias)
    acc = _sum(c, make, bias, I64 if wide else I32)
    factors = None if wide else _same_factors(c, _few(real))
    if factors is not None:
        return finished(c, times(c, acc, _plain(factors), "once"))
    y = c.emit.cast(acc, F64)
    y = c.op(ew.Mul, y, c.emit.constant(np.squeeze(np.array(_few(real)))))
    return finished(c, c.emit.cast(clip(c.emit, round_away(c, y), -(2.0**30), 2.0**30), I32))


def _same_factors(c: Call, real: Sequence[float]) -> np.ndarray | None:
    to = scale_of(c, c.result())
    found = []
    for r in real:
        factor = same_factor(r, to.low - to.zero, to.high - to.zero)
        if factor is None:
            return None
        found.append(factor)
    return np.array(found, np.int64).T


def batch_matmul(c: Call) -> Results:
    x, y = c.arg(0), c.arg(1)
    kinds = c.info(0).type, c.info(1).type, c.result().type
    if len(set(kinds)) > 1 and kinds != ("float32", "int8", "float32"):
        raise c.error(f"not supported on {kinds[0]} and {kinds[1]} to {kinds[2]}")
    if c.option("adj_x"):
        x = _swapped(c, x)
    if c.option("adj_y"):
        y = _swapped(c, y)
    if is_float(x):
        return hybrid_batch_matmul(c, x, y)
    return finished_product(c, matmul(c, x, y), [_whole_ratio(c)])


def _swapped(c: Call, x: Value) -> Value:
    rank = len(shape_of(x))
    return c.emit.transpose(x, [*range(rank - 2), rank - 1, rank - 2])


# ---- convolutions


def conv_2d(c: Call) -> Results:
    shape, kernel = ops_conv.image(c), ops_conv.image(c, 1)
    if not kernel[3] or shape[3] % kernel[3]:
        raise c.error(f"{shape[3]} channels with weights for {kernel[3]}")
    weights = c.emit.transpose(c.arg(1), (1, 2, 3, 0))
    return _conv(c, weights, shape[3] // kernel[3], 0)


def depthwise_conv_2d(c: Call) -> Results:
    shape, kernel = ops_conv.image(c), ops_conv.image(c, 1)
    if kernel[0] != 1 or kernel[3] != shape[3] * c.option("multiplier"):
        raise c.error(f"weights {list(kernel)} for {shape[3]} channels")
    return _conv(c, c.emit.reshape(c.arg(1), (*kernel[1:3], 1, kernel[3])), shape[3], 3)


def _conv(c: Call, weights: Value, groups: int, axis: int) -> Results:
    if is_float(c.arg(0)):
        return hybrid_convolution(c, weights, groups, axis)
    at = windows(c, c.shape()[1:3], shape_of(weights)[:2])
    make = convolution(
        c,
        c.arg(0),
        weights,
        zero_constant(c, c.info(0)),
        strides=at.strides,
        dilations=at.dilations,
        low=at.low,
        high=at.high,
        groups=groups,
    )
    units = shape_of(weights)[-1]
    real = _channel_ratios(c, units, axis)
    return finished_product(c, make, [_whole_ratio(c)] if c.info(0).type == "uint8" else real)


def convolution(c: Call, x: Value, weights: Value, zero: Value | None, **fields: object) -> Make:
    other = zero_constant(c, c.info(1))
    if zero is not None or other is not None:
        return lambda acc: c.op(ConvInteger, x, weights, zero, other, **fields)
    return lambda acc: (
        c.op(ConvInteger, x, weights, None, None, **fields)
        if acc == I32
        else c.op(Conv, x, weights, acc=acc, **fields)
    )


def transpose_conv(c: Call) -> Results:
    """As a convolution of the input with zeros between its numbers; weights are turned around.
    The shape of the result is input 0, weights are input 1, then the tensor and a bias."""
    if is_float(c.arg(2)):
        raise c.error("floats with quantized weights are not supported")
    shape, kernel = ops_conv.image(c, 2), ops_conv.image(c, 1)
    if shape[3] != kernel[3]:
        raise c.error(f"{shape[3]} channels with weights for {kernel[3]}")
    at = ops_conv.spread(c, shape[1:3], kernel[1:3])
    zero = zero_constant(c, c.info(2))
    known = None if zero is None else c.emit.known(zero)
    x = c.op(
        Pad,
        c.arg(2),
        low=(0, *at.low, 0),
        high=(0, *at.high, 0),
        interior=(0, *(s - 1 for s in at.strides), 0),
        value=0 if known is None else int(known.reshape(-1)[0]),
    )
    weights = c.op(Reverse, c.emit.transpose(c.arg(1), (1, 2, 3, 0)), axes=(0, 1))
    make = convolution(c, x, weights, zero)
    return finished_product(c, make, _channel_ratios(c, kernel[0], 0, 2), bias=3)


ROWS: Rows = {
    "BATCH_MATMUL": batch_matmul,
    "CONV_2D": conv_2d,
    "DEPTHWISE_CONV_2D": depthwise_conv_2d,
    "FULLY_CONNECTED": fully_connected,
    "TRANSPOSE_CONV": transpose_conv,
}
