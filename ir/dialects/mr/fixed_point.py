"""Integers that stand for fractions: multiplication by a real number as TensorFlow Lite's kernels
do it, exact to the bit."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from millrace.ir.core import OpResult, Value
from millrace.ir.dialects.mr.kinds import Array, Elementwise
from millrace.ir.interval import Interval
from millrace.ir.opdef import attr, operand, result
from millrace.ir.types import I32, I64, ElementType

if TYPE_CHECKING:
    from millrace.ir.scalar import ScalarBuilder, ScalarValue

ROUNDINGS = ("once", "twice")


def scaled_by(x: Array, multiplier: Array, shift: Array, rounding: str) -> Array:
    """``mr.fixed_point_scale`` in numpy."""
    wide, m, s = (np.asarray(a).astype(np.int64) for a in (x, multiplier, shift))
    s = np.clip(s, -31, 30)
    if rounding == "once":
        total = 31 - s
        return np.asarray((wide * m + (np.int64(1) << (total - 1))) >> total).astype(np.int32)
    left, right = np.maximum(s, 0), np.maximum(-s, 0)
    wide = (wide << left).astype(np.int32).astype(np.int64)
    high = ((wide * m + (1 << 30)) >> 31).astype(np.int32).astype(np.int64)
    return divided_by_power(high, right).astype(np.int32)


class FixedPoint(Elementwise):
    """Common part: operands and result are i32."""

    def result_element(self, *elements: ElementType) -> ElementType:
        if any(e != I32 for e in elements):
            raise self.error(f"operands must be i32, got {', '.join(map(str, elements))}")
        return I32


class FixedPointScale(FixedPoint):
    """``mr.fixed_point_scale``: ``input`` times ``multiplier`` / 2^31 times 2^``shift``; shifts are
    from -31 to 30. Rounded ``once``, half up; or ``twice``: the product with the multiplier half
    up, then the division by a power of two half away from zero. i32 arithmetic wraps."""

    name = "mr.fixed_point_scale"
    input: Value = operand()
    multiplier: Value = operand()
    shift: Value = operand()
    rounding: str = attr("twice")
    result: OpResult = result()

    def verify_op(self) -> None:
        if self.rounding not in ROUNDINGS:
            raise self.error(f"unknown rounding {self.rounding!r}")

    def evaluate(self, x: Array, multiplier: Array, shift: Array) -> Array:
        return scaled_by(x, multiplier, shift, self.rounding)

    def interval(self, x: Interval, multiplier: Interval, shift: Interval) -> Interval | None:
        """By a known factor, where nothing wraps."""
        m, s = multiplier.low, shift.low
        if not (multiplier.is_point and shift.is_point) or m.min() < 0:
            return None
        largest = np.maximum(-x.low, x.high).astype(np.float64)
        real = largest * np.exp2(np.maximum(s, 0)) * np.maximum(1.0, m * 2.0**-31)
        if (s > 30).any() or (s < -31).any() or (real >= 2.0**31 - 2).any():
            return None
        return Interval.of(self.evaluate(x.low, m, s), self.evaluate(x.high, m, s))

    def scalar(self, b: ScalarBuilder, *xs: ScalarValue) -> ScalarValue:
        x, m, s = xs
        one, zero = b.const(1, I64), b.const(0, I32)
        s = b.clamp(s, b.const(-31, I32), b.const(30, I32))
        if self.rounding == "once":
            total = b.cast(b.sub(b.const(31, I32), s), I64)
            product = b.mul(b.cast(x, I64), b.cast(m, I64))
            half = b.shl(one, b.sub(total, one))
            return b.cast(b.shr(b.add(product, half), total), I32)
        left, right = b.maximum(s, zero), b.maximum(b.neg(s), zero)
        x = b.shl(x, left)
        product = b.mul(b.cast(x, I64), b.cast(m, I64))
        high = b.cast(b.shr(b.add(product, b.const(1 << 30, I64)), b.const(31, I64)), I32)
        wide, count = b.cast(high, I64), b.cast(right, I64)
        half = b.shr(b.shl(one, count), one)
        below = b.select(b.lt(high, zero), b.minimum(half, one), b.const(0, I64))
        return b.cast(b.shr(b.sub(b.add(wide, half), below), count), I32)


def divided_by_power(x: Array, exponent: Array | int) -> Array:
    """x / 2^exponent of int64, rounded half away from zero."""
    half = (np.int64(1) << np.asarray(exponent, np.int64)) >> 1
    below = np.where(np.asarray(x) < 0, np.minimum(half, 1), 0)
    return np.asarray((x + half - below) >> exponent)


class LeadingZeros(FixedPoint):
    """``mr.leading_zeros``: how many of the 32 bits before the first one are zero."""

    name = "mr.leading_zeros"
    input: Value = operand()
    result: OpResult = result()

    def evaluate(self, x: Array) -> Array:
        bits = np.asarray(x).view(np.uint32).astype(np.float64)
        _, exponent = np.frexp(bits)
        return np.asarray(32 - exponent).astype(np.int32)

    def interval(self, x: Interval) -> Interval | None:
        return Interval.of(0, 32)

    def scalar(self, b: ScalarBuilder, *xs: ScalarValue) -> ScalarValue:
        return b.count_leading_zeros(xs[0])


class FixedPointReciprocal(FixedPoint):
    """``mr.fixed_point_reciprocal``: 1 / (1 + x) for x in [0, 1), both with 31 fractional bits, by
    three Newton steps on i32 numbers."""

    name = "mr.fixed_point_reciprocal"
    input: Value = operand()
    result: OpResult = result()

    def evaluate(self, x: Array) -> Array:
        return newton_reciprocal(x)[0].astype(np.int32)

    def scalar(self, b: ScalarBuilder, *xs: ScalarValue) -> ScalarValue:
        """In 32 bits: a half of 1 + x is near 1, so its difference to that is multiplied. The
        steps come from within 1/17 of the result: nothing saturates but the result itself."""

        def number(n: int) -> ScalarValue:
            return b.const(n, I32)

        def product(x: ScalarValue, y: ScalarValue) -> ScalarValue:
            return b.mul_high(b.shl(x, number(1)), y, number(0), number(-(1 << 31)))

        def times_half(y: ScalarValue) -> ScalarValue:
            return b.add(y, product(less, y))

        less = b.shr(b.add(xs[0], number(-(1 << 31))), number(1))
        y = b.add(number(F2_48_17), times_half(number(F2_NEG_32_17)))
        for _ in range(3):
            rest = b.sub(number(F2_ONE), times_half(y))
            y = b.add(y, b.shl(product(rest, y), number(2)))
        most = b.ge(y, number(1 << 30))
        return b.select(most, number((1 << 31) - 1), b.shl(y, number(1)))


F2_ONE = 1 << 29
F2_48_17 = 1515870810
F2_NEG_32_17 = -1010580540
"""1, 48/17 and -32/17 with 29 fractional bits."""


def high_product(x: Array | int, y: Array | int, bits: int = 32) -> Array:
    """The upper half of twice the product of numbers of ``bits``, rounded half up."""
    wide = np.asarray(x, np.int64) * np.asarray(y, np.int64)
    return np.asarray((wide + (1 << (bits - 2))) >> (bits - 1))


def saturated_shift(x: Array, count: int, bits: int = 32) -> Array:
    """Shifted left, saturated."""
    return _saturated(np.asarray(x, np.int64) << count, bits)


def _saturated(x: Array, bits: int) -> Array:
    return np.asarray(np.clip(x, -(1 << (bits - 1)), (1 << (bits - 1)) - 1))


def narrow_constant(number: int, bits: int) -> int:
    """A constant of 32 bits with fewer."""
    return int(divided_by_power(np.array(number, np.int64), 32 - bits))


def newton_reciprocal(x: Array, bits: int = 32) -> tuple[Array, Array]:
    """1 / (1 + x) with ``bits - 1`` fractional bits; and 2 / (1 + x) with 2 fewer, as it is
    before rescaling."""
    first, slope = narrow_constant(F2_48_17, bits), narrow_constant(F2_NEG_32_17, bits)
    one = 1 << (bits - 3)
    half = (np.asarray(x, np.int64) + (1 << (bits - 1))) >> 1
    y = first + high_product(half, slope, bits)
    for _ in range(3):
        rest = one - high_product(half, y, bits)
        y = y + saturated_shift(high_product(y, rest, bits), 2, bits)
    return saturated_shift(y, 1, bits), y


def exponential_start(place: Array, integer_bits: int, bits: int = 32) -> Array:
    """exp(place) with ``bits - 1`` fractional bits, from -1/4 to 0, by the power series around
    -1/8."""
    a = saturated_shift(place, integer_bits, bits) + (1 << (bits - 4))
    square = high_product(a, a, bits)
    cube, fourth = high_product(square, a, bits), high_product(square, square, bits)
    third, middle = narrow_constant(715827883, bits), narrow_constant(1895147668, bits)
    inner = high_product(divided_by_power(fourth, 2) + cube, third, bits) + square
    return _saturated(middle + high_product(middle, a + divided_by_power(inner, 1), bits), bits)


def exponential(x: Array, integer_bits: int, bits: int = 32, start: Array | None = None) -> Array:
    """exp(x) with ``bits - 1`` fractional bits of x <= 0 with ``integer_bits`` fewer. ``start``
    stands for the exponential of the part within a quarter."""
    x = np.asarray(x, np.int64)
    fraction = bits - 1 - integer_bits
    quarter = 1 << (fraction - 2)
    low = (x & (quarter - 1)) - quarter
    y = exponential_start(low, integer_bits, bits) if start is None else start
    rest = low - x
    for exponent, factor in EXPONENTIALS:
        if integer_bits > exponent:
            bit = (rest >> (fraction + exponent)) & 1
            y = np.where(bit == 1, high_product(y, narrow_constant(factor, bits), bits), y)
    return np.where(x == 0, (1 << (bits - 1)) - 1, y)


EXPONENTIALS: Sequence[tuple[int, int]] = (
    (-2, 1672461947), (-1, 1302514674), (0, 790015084), (1, 290630308), (2, 39332535),
    (3, 720401), (4, 242),
)  # fmt: skip
"""exp(-2^k) with 31 fractional bits, by k."""


def logistic(x: Array, integer_bits: int, bits: int = 32, start: Array | None = None) -> Array:
    """1 / (1 + exp(-x)) with ``bits - 1`` fractional bits."""
    x = np.asarray(x, np.int64)
    one = (1 << (bits - 1)) - 1
    positive = newton_reciprocal(exponential(-np.abs(x), integer_bits, bits, start), bits)[0]
    return np.where(x > 0, positive, np.where(x < 0, one - positive, 1 << (bits - 2)))


def hyperbolic_tangent(
    x: Array, integer_bits: int, bits: int = 32, start: Array | None = None
) -> Array:
    """tanh(x) with ``bits - 1`` fractional bits."""
    x = np.asarray(x, np.int64)
    power = exponential(-np.abs(x), integer_bits + 1, bits, start)
    twice = newton_reciprocal(power, bits)[1]
    positive = saturated_shift(twice - (1 << (bits - 3)), 2, bits)
    return np.where(x > 0, positive, np.where(x < 0, -positive, 0))
