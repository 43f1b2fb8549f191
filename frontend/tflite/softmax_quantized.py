"""Softmax on quantized numbers: exponentials come from a table by the distance from the greatest;
their sum's reciprocal is a fixed-point number."""

from __future__ import annotations

import math

import numpy as np

from millrace.frontend.tflite.activations import clip
from millrace.frontend.tflite.luts import interpolated, lut16
from millrace.frontend.tflite.quantization import Scale, rounded, scale_of, scaled, single
from millrace.frontend.tflite.table import Call, Results
from millrace.ir.core import Value
from millrace.ir.dialects.mr import bits
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr import fixed_point as fp
from millrace.ir.dialects.mr import reduction as red
from millrace.ir.dialects.mr.gather import Gather
from millrace.ir.dialects.mr.high_product import MultiplyHigh
from millrace.ir.types import I16, I32

DIFFERENCE_BITS = 5
SUM_BITS = 12
"""Integer bits of the differences and of the sum."""


def _exponentials(beta: float, scale: float) -> np.ndarray[tuple[int], np.dtype[np.int32]]:
    """exp(-d * scale * beta) with 31 fractional bits, by the distance d; 0 where it is too
    small."""
    real = min(beta * scale * (1 << (31 - DIFFERENCE_BITS)), float((1 << 31) - 1))
    fraction, shift = math.frexp(real)
    multiplier = rounded(fraction * (1 << 31))
    if multiplier == 1 << 31:
        multiplier, shift = multiplier // 2, shift + 1
    most = ((1 << DIFFERENCE_BITS) - 1) * 2.0 ** (31 - DIFFERENCE_BITS) / 2.0**shift
    d = np.arange(256, dtype=np.int64)
    inside = d <= math.floor(most)
    x = np.where(inside, -d, 0) * 2.0**shift
    y = fp.exponential(fp.high_product(x.astype(np.int64), multiplier), DIFFERENCE_BITS)
    return np.where(inside, y, 0).astype(np.int32)


def softmax(c: Call) -> Results:
    source, to = scale_of(c, c.info(0)), scale_of(c, c.result())
    kinds = c.info(0).type, c.result().type
    if not 0 <= c.option("beta") * source.scale < 1 << 16:
        raise c.error(f"beta {c.option('beta')} is not supported with the scale {source.scale}")
    if kinds == ("int16", "int16"):
        return _softmax16(c)
    if c.info(0).dtype.itemsize != 1 or kinds[1] not in (kinds[0], "int16"):
        raise c.error(f"not supported on {kinds[0]} to {kinds[1]}")
    table = _exponentials(c.option("beta"), source.scale)
    axes = (c.axis(-1),)
    x = c.emit.cast(c.arg(0), I32)
    greatest = c.op(red.ReduceMax, x, axes=axes, keepdims=True)
    distance = c.op(ew.Sub, greatest, x)
    terms = np.array(fp.divided_by_power(table.astype(np.int64), SUM_BITS), np.int32)
    parts = c.op(Gather, c.emit.constant(terms, table=True), distance, in_bounds=True)
    total = c.op(red.ReduceSum, parts, axes=axes, keepdims=True)
    zeros = c.op(fp.LeadingZeros, total)
    # The sum's first one is shifted out: what is left is the fraction that follows it.
    shifted = c.op(bits.ShiftLeft, total, zeros)
    fraction = c.op(ew.Sub, shifted, c.emit.like(-(1 << 31), shifted))
    reciprocal = c.op(fp.FixedPointReciprocal, fraction)
    powers = c.op(Gather, c.emit.constant(table, table=True), distance, in_bounds=True)
    return _finished(c, powers, reciprocal, zeros, to.low, to.high)


def _finished(
    c: Call, powers: Value, reciprocal: Value, zeros: Value, low: int, high: int
) -> Value:
    """exp / sum with as many fractional bits as the result has bits, plus the smallest number of
    its type."""
    width = 8 * c.result().dtype.itemsize
    exponent = c.op(ew.Sub, c.emit.constant(np.int32(SUM_BITS + 31 - width)), zeros)
    y = _halved(c, _product(c, powers, reciprocal), exponent)
    moved = c.op(ew.Add, y, c.emit.like(low, y))
    return c.emit.cast(clip(c.emit, moved, low, high), c.result().element)


def _product(c: Call, x: Value, y: Value) -> Value:
    """The product of numbers with 31 fractional bits, rounded half up: its bits 31 to 61."""
    half = c.emit.like(1 << 30, x)
    upper = c.op(MultiplyHigh, x, y, None, half)
    lower = c.op(ew.Add, c.op(ew.Mul, x, y), half)
    last = c.op(bits.ShiftRight, lower, c.emit.like(31, x))  # -1 where bit 31 is set
    return c.op(ew.Sub, c.op(bits.ShiftLeft, upper, c.emit.like(1, x)), last)


def _halved(c: Call, x: Value, exponent: Value) -> Value:
    """A number that is not negative, by a power of two, rounded half up."""
    one = c.emit.like(1, exponent)
    most = c.op(ew.Min, c.op(ew.Sub, exponent, one), c.emit.like(30, exponent))
    near = c.op(bits.ShiftRight, x, most)
    return c.op(bits.ShiftRight, c.op(ew.Add, near, one), one)


# ---- 16 bits

RANGE, REACH = (1 << 16) - 1, 10.0
"""Numbers of 16 bits; the distance from the greatest at which the exponential is no more."""
EXPONENTIAL = Scale(REACH / RANGE, (1 << 15) - 1, -(1 << 15), (1 << 15) - 1)
FRACTION = Scale(1.0 / RANGE, -(1 << 15), -(1 << 15), (1 << 15) - 1)
RESULT = Scale(2.0 / RANGE, 0, -(1 << 15), (1 << 15) - 1)


def _softmax16(c: Call) -> Value:
    """The exponentials and the reciprocal of their sum are linear between the knots of tables."""
    axes, real = (c.axis(-1),), c.option("beta") * scale_of(c, c.info(0)).scale
    x = c.emit.cast(c.arg(0), I32)
    x = c.op(ew.Sub, x, c.op(red.ReduceMax, x, axes=axes, keepdims=True))
    x = _moved(c, scaled(c, x, single(real) / (REACH / RANGE)), (1 << 15) - 1)
    powers = c.emit.cast(interpolated(c, x, lut16(np.exp, EXPONENTIAL, RESULT, np.float64)), I32)
    total = c.op(red.ReduceSum, powers, axes=axes, keepdims=True)
    # The first one of the sum is moved to bit 30; of what follows it 16 bits are kept.
    zeros = c.op(fp.LeadingZeros, total)
    fraction = c.op(bits.ShiftLeft, total, c.op(ew.Sub, zeros, c.emit.like(1, zeros)))
    fraction = _halved(c, fraction, c.emit.like(14, fraction))
    fraction = _moved(c, fraction, -(1 << 15) - (1 << 16))
    table = lut16(lambda v: 1.0 / (1.0 + v), FRACTION, RESULT, np.float64)
    reciprocal = c.emit.cast(interpolated(c, fraction, table), I32)
    y = c.op(ew.Mul, powers, reciprocal)
    y = _halved(c, y, c.op(ew.Sub, c.emit.like(31, zeros), zeros))
    return c.emit.cast(clip(c.emit, y, 0, (1 << 15) - 1), I16)


def _moved(c: Call, x: Value, by: int) -> Value:
    """As i16, limited."""
    x = c.op(ew.Add, x, c.emit.like(by, x))
    return c.emit.cast(clip(c.emit, x, -(1 << 15), (1 << 15) - 1), I16)
