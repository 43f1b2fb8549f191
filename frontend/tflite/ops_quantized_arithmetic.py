"""Rows: arithmetic and comparisons on quantized numbers, element by element."""

from __future__ import annotations

import math

import numpy as np

from millrace.frontend.tflite import luts
from millrace.frontend.tflite.quantization import (
    Scale,
    centered,
    check_near,
    divided_by_power,
    finished,
    fixed,
    ratio,
    rounded,
    scale_of,
    scaled,
    single,
    stored,
)
from millrace.frontend.tflite.table import Call, Results, RowFunction, Rows
from millrace.ir.attributes import Dense
from millrace.ir.core import Operation, Value
from millrace.ir.dialects.mr import bits, compare
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr import fixed_point as fp
from millrace.ir.dialects.mr.lookup import Lookup
from millrace.ir.types import I32

HEADROOM = {1: 20, 2: 15}
"""Bits by which the sides of a sum are shifted left, by the bytes of a number."""


# ---- sums


def sum_of(cls: type[Operation]) -> RowFunction:
    """Both sides in twice the greater scale, with more bits."""

    def row(c: Call) -> Results:
        powers = _powers(c)
        if powers is not None:
            return _sum_of_powers(c, cls, powers)
        scales, twice = _sides(c)
        count = HEADROOM[c.result().dtype.itemsize]
        sides = [_side(c, i, s, twice, count) for i, s in enumerate(scales)]
        to = scale_of(c, c.result())
        return finished(c, scaled(c, c.op(cls, *sides), twice / ((1 << count) * to.scale)))

    return row


def _sides(c: Call) -> tuple[list[Scale], float]:
    """The scales of the operands, and twice the greater one."""
    scales = [scale_of(c, c.info(i)) for i in (0, 1)]
    return scales, 2.0 * max(s.scale for s in scales)


def _side(c: Call, index: int, scale: Scale, unit: float, count: int) -> Value:
    wide = centered(c, c.arg(index), scale.zero)
    moved = c.op(bits.ShiftLeft, wide, c.emit.like(count, wide))
    return scaled(c, moved, scale.scale / unit)


def _powers(c: Call) -> list[int] | None:
    """The scales as powers of two, relative to the result's: what old files say of 16-bit sums,
    where all are and no number has a zero point."""
    infos = [c.info(0), c.info(1), c.result()]
    if any(i.type != "int16" for i in infos) or not c.option("pot_scale_int16"):
        return None
    scales = [scale_of(c, i) for i in infos]
    powers = [math.log2(s.scale) for s in scales]
    if any(s.zero for s in scales) or any(abs(p - round(p)) >= 1e-3 for p in powers):
        return None
    return [round(p) - round(powers[2]) for p in powers[:2]]


def _sum_of_powers(c: Call, cls: type[Operation], powers: list[int]) -> Results:
    """One side is in the result's scale, the other is divided by a power of two."""
    if max(powers) > 0 or 0 not in powers:
        raise c.error("scales that are powers of two, one of them the result's, were expected")
    sides = [
        _divided_by_power(c, centered(c, c.arg(i), 0), -power) for i, power in enumerate(powers)
    ]
    return finished(c, c.op(cls, *sides))


def _divided_by_power(c: Call, x: Value, count: int) -> Value:
    return divided_by_power(c, x, c.emit.like(count, x)) if count else x


def squared_difference(c: Call) -> Results:
    if c.info(0).type != "int8":
        raise luts.refused(c)
    scales, twice = _sides(c)
    to, count = scale_of(c, c.result()), 7
    sides = [_side(c, i, s, twice, count) for i, s in enumerate(scales)]
    difference = c.op(ew.Sub, *sides)
    square = c.op(ew.Mul, difference, difference)
    real = twice * twice / single(np.float32(1 << 2 * count) * np.float32(to.scale))
    return stored(c, scaled(c, square, real), to)


# ---- products


def mul(c: Call) -> Results:
    a, b, to = (scale_of(c, i) for i in (c.info(0), c.info(1), c.result()))
    product = c.op(ew.Mul, centered(c, c.arg(0), a.zero), centered(c, c.arg(1), b.zero))
    return finished(c, scaled(c, product, ratio([a.scale, b.scale], [to.scale])))


def div(c: Call) -> Results:
    """Times the reciprocal, which a table has for each of the 256 divisors."""
    if c.info(0).dtype.itemsize != 1:
        raise luts.refused(c)
    a, b, to = (scale_of(c, i) for i in (c.info(0), c.info(1), c.result()))
    real = ratio([a.scale], [b.scale, to.scale])
    check_near(c, real)
    multiplier, shift = fixed(real)
    divisors = luts.codes(c.info(1)) - b.zero
    reciprocals, powers = zip(*(_reciprocal(abs(int(d))) for d in divisors), strict=True)
    x = centered(c, c.arg(0), a.zero)
    signs = np.where(divisors < 0, -1, 1).astype(np.int32)
    x = c.op(ew.Mul, x, c.op(Lookup, c.arg(1), table=Dense(signs)))
    inverse = c.op(Lookup, c.arg(1), table=Dense(np.array(reciprocals, np.int32)))
    power = c.op(Lookup, c.arg(1), table=Dense(np.array(powers, np.int32)))
    room = _sign_bits(c, x)
    zero, factor = c.emit.constant(np.int32(0)), c.emit.constant(np.int32(multiplier))
    quotient = c.op(bits.ShiftLeft, x, room)
    quotient = c.op(fp.FixedPointScale, quotient, inverse, zero, rounding="twice")
    quotient = c.op(fp.FixedPointScale, quotient, factor, zero, rounding="twice")
    right = c.op(ew.Sub, c.op(ew.Add, room, power), c.emit.like(shift, x))
    return finished(c, _divided_by_many(c, quotient, right))


def _divided_by_many(c: Call, x: Value, right: Value) -> Value:
    """x / 2^right, rounded half away from zero. From 32 on LiteRT's result is that of x86, where
    counts are taken modulo 32: zero becomes 1."""
    y = divided_by_power(c, x, right)
    rest = c.op(bits.BitwiseAnd, right, c.emit.like(31, right))
    up = c.emit.cast(c.op(compare.GreaterEqual, x, c.emit.like(0, x)), I32)
    odd = c.op(ew.Add, c.op(bits.ShiftRight, x, rest), up)
    few = c.op(compare.Less, right, c.emit.like(32, right))
    return c.op(compare.Where, few, y, odd)


def _reciprocal(x: int) -> tuple[int, int]:
    """1 / x as a number from 1/2 to 1 with 31 fractional bits, and a power of two."""
    if x == 0:
        return 0, 0
    zeros = 32 - x.bit_length()
    fraction = np.array((x << zeros) - (1 << 31), np.int64)
    return int(fp.newton_reciprocal(fraction)[0]), 31 - zeros


def _sign_bits(c: Call, x: Value) -> Value:
    """How many bits after the first are equal to it."""
    inverted = c.op(bits.BitwiseNot, x)
    negative = c.op(compare.Less, x, c.emit.like(0, x))
    zeros = c.op(fp.LeadingZeros, c.op(compare.Where, negative, inverted, x))
    return c.op(ew.Sub, zeros, c.emit.like(1, zeros))


def prelu(c: Call) -> Results:
    if c.info(0).dtype.itemsize != 1:
        raise luts.refused(c)
    source, slope, to = (scale_of(c, i) for i in (c.info(0), c.info(1), c.result()))
    x = centered(c, c.arg(0), source.zero)
    positive = c.op(compare.GreaterEqual, x, c.emit.like(0, x))
    product = c.op(ew.Mul, x, centered(c, c.arg(1), slope.zero))
    kept = scaled(c, x, ratio([source.scale], [to.scale]))
    part = scaled(c, product, ratio([source.scale, slope.scale], [to.scale]))
    return stored(c, c.op(compare.Where, positive, kept, part), to)


# ---- rectifiers


def relu(c: Call, low: float | None, high: float | None) -> Results:
    source, to = scale_of(c, c.info(0)), scale_of(c, c.result())
    y = scaled(c, centered(c, c.arg(0), source.zero), ratio([source.scale], [to.scale]))
    limits = [to.low, to.high]
    if low is not None:
        limits[0] = max(to.low, to.zero + rounded(ratio([low], [to.scale])))
    if high is not None:
        limits[1] = min(to.high, to.zero + rounded(ratio([high], [to.scale])))
    return stored(c, y, to, *limits)


def between(low: float | None, high: float | None) -> RowFunction:
    return lambda c: relu(c, low, high)


# ---- comparison


def comparison(cls: type[Operation], *, scales16: bool = False) -> RowFunction:
    """Of numbers in different scales, with 8 more bits. 16-bit numbers are compared as they are
    stored, unless ``scales16``."""

    def row(c: Call) -> Results:
        if c.info(0).type == "int16" and not scales16:
            return c.op(cls, c.arg(0), c.arg(1))
        sides = []
        for i in (0, 1):
            s = scale_of(c, c.info(i))
            wide = centered(c, c.arg(i), s.zero)
            moved = c.op(bits.ShiftLeft, wide, c.emit.like(8, wide))
            sides.append(scaled(c, moved, s.scale))
        return c.op(cls, *sides)

    return row


COMPARISONS: Rows = {
    "EQUAL": comparison(compare.Equal, scales16=True),
    "GREATER": comparison(compare.Greater),
    "GREATER_EQUAL": comparison(compare.GreaterEqual),
    "LESS": comparison(compare.Less),
    "LESS_EQUAL": comparison(compare.LessEqual),
    "NOT_EQUAL": comparison(compare.NotEqual, scales16=True),
}
ROWS: Rows = {
    **COMPARISONS,
    "ADD": sum_of(ew.Add),
    "DIV": div,
    "MUL": mul,
    "PRELU": prelu,
    "RELU": between(0.0, None),
    "RELU6": between(0.0, 6.0),
    "RELU_0_TO_1": between(0.0, 1.0),
    "RELU_N1_TO_1": between(-1.0, 1.0),
    "SQUARED_DIFFERENCE": squared_difference,
    "SUB": sum_of(ew.Sub),
}
