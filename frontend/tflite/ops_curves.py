"""Rows: functions of one quantized number, as tables."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from millrace.frontend.tflite import luts
from millrace.frontend.tflite.curves16 import logistic16, tanh16
from millrace.frontend.tflite.model import Array
from millrace.frontend.tflite.quantization import (
    Scale,
    centered,
    check_near,
    fixed,
    ratio,
    scale_of,
    scaled,
    stored,
)
from millrace.frontend.tflite.table import Call, Results, RowFunction, Rows
from millrace.ir.dialects.mr import compare
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr import fixed_point as fp

ONE = np.float32(1)


def exp(x: Array) -> Array:
    """In the type of ``x``; of f32, rounded from f64, as the C library's is to nearly always."""
    return np.exp(x.astype(np.float64)).astype(x.dtype)


def _logistic(x: Array) -> Array:
    return ONE / (ONE + exp(-x))


def _tanh(x: Array) -> Array:
    return np.tanh(x.astype(np.float64)).astype(x.dtype)


def _elu(x: Array) -> Array:
    return np.where(x < 0, np.expm1(x.astype(np.float64)).astype(x.dtype), x)


def _gelu(x: Array) -> Array:
    tail = [math.erfc(float(v)) for v in x * np.float32(-math.sqrt(0.5))]
    return np.float32(0.5) * x * np.array(tail, np.float32)


def _gelu_approximate(x: Array) -> Array:
    cubic = np.float32(0.044715) * x * x * x
    inner = np.float32(math.sqrt(2 / math.pi)) * (x + cubic)
    return np.float32(0.5) * x * (ONE + _tanh(inner))


def _log(to: Scale) -> Callable[[Array], Array]:
    """The smallest number that the result can stand for where there is none."""
    least = np.float32(to.low - to.zero) * np.float32(to.scale)

    def curve(x: Array) -> Array:
        positive = np.log(np.where(x > 0, x, 1).astype(np.float64)).astype(x.dtype)
        return np.where(x > 0, positive, least)

    return curve


def _rsqrt(to: Scale) -> Callable[[Array], Array]:
    most = np.float32((1 << 15) - 1) * np.float32(to.scale)
    return lambda x: np.where(x > 0, ONE / np.sqrt(np.where(x > 0, x, ONE)), most)


def curve(function: Callable[[Array], Array]) -> RowFunction:
    return lambda c: luts.function(c, function)


def logistic(c: Call) -> Results:
    return logistic16(c) if c.info(0).type == "int16" else luts.function(c, _logistic)


def tanh(c: Call) -> Results:
    return tanh16(c) if c.info(0).type == "int16" else luts.function(c, _tanh)


def gelu(c: Call) -> Results:
    return luts.function(c, _gelu_approximate if c.option("approximate") else _gelu)


def log(c: Call) -> Results:
    return luts.function(c, _log, plain=False)


# ---- tables of integer arithmetic


def _tabulated(c: Call, of: Callable[[Array, Scale, Scale], Array]) -> Results:
    """A table of a function from numbers less their zero point to numbers without theirs."""
    source, to = scale_of(c, c.info(0)), scale_of(c, c.result())
    check_near(c, ratio([source.scale], [to.scale]), 1 / source.scale, 1 / to.scale)
    y = of(luts.codes(c.info(0)) - source.zero, source, to)
    return luts.looked_up(c, c.arg(0), luts.table_of(y + to.zero, to, c.result()))


def _times(x: Array, real: float) -> Array:
    """By a real number in fixed point; a negative one is the positive one's result negated."""
    multiplier, shift = fixed(abs(real))
    y = fp.scaled_by(x, np.array(multiplier), np.array(shift), "twice").astype(np.int64)
    return -y if real < 0 else y


def leaky_relu(c: Call) -> Results:
    source, to = scale_of(c, c.info(0)), scale_of(c, c.result())
    kept, part = ratio([source.scale], [to.scale]), _leak(c, source, to)
    check_near(c, kept, part)
    if c.info(0).dtype.itemsize == 1:
        return _tabulated(c, lambda x, *_: np.where(x >= 0, _times(x, kept), _times(x, part)))
    x = centered(c, c.arg(0), source.zero)
    below = scaled(c, x, abs(part))
    below = c.op(ew.Neg, below) if part < 0 else below
    positive = c.op(compare.GreaterEqual, x, c.emit.like(0, x))
    return stored(c, c.op(compare.Where, positive, scaled(c, x, kept), below), to)


def _leak(c: Call, source: Scale, to: Scale) -> float:
    return ratio([source.scale, c.option("alpha")], [to.scale])


def absolute(c: Call) -> Results:
    source, to = scale_of(c, c.info(0)), scale_of(c, c.result())
    real = ratio([source.scale], [to.scale])
    if c.info(0).dtype.itemsize == 1:
        return _tabulated(c, lambda x, *_: np.abs(x) if real == 1 else _times(np.abs(x), real))
    x = c.op(ew.Abs, centered(c, c.arg(0), source.zero))
    return stored(c, x if real == 1 else scaled(c, x, real), to)


HIGHER = 7
"""Bits by which hard swish shifts its input left."""


def hard_swish(c: Call) -> Results:
    if c.info(0).dtype.itemsize != 1:
        raise luts.refused(c)
    return _tabulated(c, _hard_swish)


def _hard_swish(x: Array, source: Scale, to: Scale) -> Array:
    """x times a number from 0 to 1 with 15 fractional bits, in 16-bit arithmetic."""
    fine = np.float32(source.scale) / np.float32(1 << HIGHER)
    outer, outer_shift = _short(float(fine / np.float32(to.scale)))
    inner, inner_shift = _short(float(fine / (np.float32(3) / np.float32(1 << 15))))
    x = x << HIGHER
    gate = x
    if inner_shift > 0:
        gate = fp.saturated_shift(gate, inner_shift - 1, 16)
    gate = fp.high_product(gate, inner, 16)
    if inner_shift > 0:
        gate = fp.saturated_shift(gate, 1, 16)
    if inner_shift < 0:
        gate = _halved(gate, -inner_shift)
    gate = (gate + (1 << 15)) >> 1
    product = gate * fp.high_product(x, outer, 16)
    toward_zero = np.sign(product) * (np.abs(product) >> 15)
    return _halved(toward_zero, -outer_shift)


def _halved(x: Array, count: int) -> Array:
    """x / 2^count of 16-bit numbers, rounded half away from zero. From 16 on the mask of LiteRT's
    function has no bits left: its result is 1 or -1."""
    return fp.divided_by_power(x, count) if count < 16 else np.where(x < 0, -1, 1)


def _short(real: float) -> tuple[int, int]:
    """A multiplier with 15 fractional bits and a power of two."""
    multiplier, shift = fixed(real)
    rest = 1 << 15
    return (rest - 1 if multiplier >= (1 << 31) - 1 - rest else (multiplier + rest) >> 16), shift


def rsqrt(c: Call) -> Results:
    if c.info(0).type == "int16":
        return luts.function(c, _rsqrt, plain=False)
    if c.info(0).type != "int8":
        raise luts.refused(c)
    return _tabulated(c, _rsqrt8)


ROOT_SHIFT = 20


def _rsqrt8(x: Array, source: Scale, to: Scale) -> Array:
    """Numbers below zero have no result; 0 has the greatest."""
    real = float(1.0 / float(np.sqrt(np.float32(source.scale)) * np.float32(to.scale)))
    outer, shift = fixed(real)
    y = np.full(x.shape, 1 << 30, np.int64)
    for i, v in enumerate(x):
        if v > 0:
            root, power = inverse_root(int(v))
            one = np.array(1)
            data = fp.scaled_by(one, np.array(root), np.array(power + ROOT_SHIFT), "twice")
            y[i] = fp.scaled_by(data, np.array(outer), np.array(shift - ROOT_SHIFT), "twice")
    return y


HALF_ROOT = 1518500250
"""The root of 1/2 with 31 fractional bits."""


def inverse_root(x: int) -> tuple[int, int]:
    """1 / sqrt(x) as a multiplier with 31 fractional bits and a power of two: Newton's method on
    numbers with 28 fractional bits."""
    if x <= 1:
        return (1 << 31) - 1, 0
    shift = 11
    while x >= 1 << 29:
        x //= 4
        shift += 1
    pairs = (32 - x.bit_length() - 1) // 2 - 1
    shift -= pairs
    whole = np.array((x << 2 * pairs) >> 1, np.int64)
    half, y = fp.divided_by_power(whole, 1), np.array(1 << 28, np.int64)
    for _ in range(5):
        cube = fp.saturated_shift(fp.high_product(fp.high_product(y, y), y), 6)
        y = fp.saturated_shift(fp.high_product(3 << 27, y) - fp.high_product(half, cube), 3)
    root = int(fp.high_product(y, HALF_ROOT))
    return (root << -shift, 0) if shift < 0 else (root, -shift)


def negative(c: Call) -> Results:
    """Of the numbers as they are stored, whatever their zero points."""
    return c.op(ew.Neg, c.arg(0))


def sqrt(c: Call) -> Results:
    if c.info(0).type != "int8":
        raise luts.refused(c)
    return _tabulated(c, _sqrt8)


def _sqrt8(x: Array, source: Scale, to: Scale) -> Array:
    """Rounded toward zero; numbers below zero have no result."""
    real = np.float32(source.scale) * np.maximum(x, 0).astype(np.float32)
    y = np.trunc(np.sqrt(real) / np.float32(to.scale))
    return luts.whole(y, -(1 << 30), 1 << 30)


_CURVES: dict[str, Any] = {"ELU": _elu, "EXP": exp}
ROWS: Rows = {
    "ABS": absolute,
    **{kind: curve(of) for kind, of in _CURVES.items()},
    "GELU": gelu,
    "HARD_SWISH": hard_swish,
    "LEAKY_RELU": leaky_relu,
    "LOG": log,
    "LOGISTIC": logistic,
    "NEG": negative,
    "RSQRT": rsqrt,
    "SQRT": sqrt,
    "TANH": tanh,
}
