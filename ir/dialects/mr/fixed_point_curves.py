"""The logistic function and the hyperbolic tangent of 16-bit fixed-point numbers, with the results
of gemmlowp (and so of TensorFlow Lite) to the bit.

Both are made of exp(-|x|), by a polynomial within a quarter and products for the binary digits of
the number of quarters, and of 2 / (1 + exp(-|x|)), by three Newton steps. None of the saturations
of the definition can happen for these numbers but the last one, and signs are known; the scalar
form leaves them out, and joins sums with the rounding of products. It exists twice: with products
that are shifted, and with rounded upper halves of products (``mr.mul_high``), which are single
instructions on some machines.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from millrace.ir.core import OpResult, Value
from millrace.ir.dialects.mr import fixed_point as fp
from millrace.ir.dialects.mr.kinds import Array, Elementwise
from millrace.ir.interval import Interval
from millrace.ir.opdef import attr, operand, optional_operand, result
from millrace.ir.types import I16, I32, ElementType

if TYPE_CHECKING:
    from millrace.ir.scalar import ScalarBuilder, ScalarValue

    Digit = tuple[ScalarValue, int]

BITS = 16
ONE = 1 << (BITS - 1)
MOST_INTEGER_BITS = 6


class FixedPointCurve(Elementwise):
    """Common part: of an i16 number with ``integer_bits``, as an i32 number with 15 fractional
    bits. ``start`` is the polynomial's value, when that is looked up (:meth:`start_table`);
    ``upper`` says that upper halves of products are cheap."""

    extra_bits: ClassVar[int]
    """By how many bits the exponential's argument is greater than the number."""
    input: Value = operand()
    start: Value | None = optional_operand()
    integer_bits: int = attr()
    upper: bool = attr(False)
    result: OpResult = result()

    def result_element(self, *elements: ElementType) -> ElementType:
        if any(e != I16 for e in elements):
            raise self.error(f"operands must be i16, got {', '.join(map(str, elements))}")
        return I32

    def verify_op(self) -> None:
        if not 0 <= self.integer_bits <= MOST_INTEGER_BITS - self.extra_bits:
            raise self.error(f"{self.integer_bits} integer bits")

    @property
    def exponential_bits(self) -> int:
        """Integer bits of the exponential's argument."""
        return self.integer_bits + self.extra_bits

    @property
    def quarter(self) -> int:
        """1/4 as an argument of the exponential."""
        return 1 << (BITS - 1 - self.exponential_bits - 2)

    def start_table(self) -> Array:
        """The polynomial for every place within a quarter."""
        place = -1 - np.arange(self.quarter, dtype=np.int64)
        return fp.exponential_start(place, self.exponential_bits, BITS).astype(np.int16)

    def interval(self, x: Interval, start: Interval | None) -> Interval | None:
        """The curves are not monotone in their last digits."""
        if start is not None or x.most - x.least >= 1 << BITS:
            return None
        y = self.evaluate(np.arange(x.least, x.most + 1), None)
        return Interval.of(y.min(), y.max())

    def evaluate(self, x: Array, start: Array | None) -> Array:
        wide = np.asarray(x, np.int64)
        given = None if start is None else np.asarray(start, np.int64)
        return self.curve(wide, given).astype(np.int32)

    def curve(self, x: Array, start: Array | None) -> Array:
        raise NotImplementedError(self.name)

    def scalar(self, b: ScalarBuilder, *xs: ScalarValue) -> ScalarValue:
        x = b.cast(xs[0], I32)
        # |x| - 1: the numbers of a quarter end with its multiple.
        above = b.sub(x, b.const(1, I32))
        place = b.select(b.lt(above, b.const(0, I32)), b.not_(x), above)
        y = b.cast(xs[1], I32) if len(xs) > 1 else self._start(b, place)
        form = _upper_halves if self.upper else _shifted_products
        return self.finish(b, x, form(b, y, self._digits(b, place)))

    def finish(self, b: ScalarBuilder, x: ScalarValue, y: ScalarValue) -> ScalarValue:
        """The result of ``y``, which is 2 / (1 + exp(-|x|)) with 13 fractional bits."""
        raise NotImplementedError(self.name)

    def _start(self, b: ScalarBuilder, place: ScalarValue) -> ScalarValue:
        """exp(a - 1/8) for a within 1/8, by its power series."""
        within = b.and_(place, b.const(self.quarter - 1, I32))
        moved = b.shl(within, b.const(self.exponential_bits, I32))
        a = b.sub(b.const((1 << 12) - (1 << self.exponential_bits), I32), moved)
        third, middle = fp.narrow_constant(715827883, BITS), fp.narrow_constant(1895147668, BITS)
        square = _product(b, a, a)
        cube, fourth = _product(b, square, a), _product(b, square, square)
        low = b.add(b.shr(b.add(fourth, b.const(2, I32)), b.const(2, I32)), cube)
        inner = b.add(_product(b, low, b.const(third, I32)), square)
        rest = b.add(a, b.shr(b.add(inner, b.const(1, I32)), b.const(1, I32)))
        return _product(b, b.const(middle, I32), rest, middle)

    def _digits(self, b: ScalarBuilder, place: ScalarValue) -> list[Digit]:
        """For the binary digits of the number of whole quarters: whether one is set, and its
        factor."""
        digits = []
        for k, (exponent, factor) in enumerate(fp.EXPONENTIALS):
            if self.exponential_bits > exponent:
                bit = b.and_(place, b.const(self.quarter << k, I32))
                is_set = b.ne(bit, b.const(0, I32))
                digits.append((is_set, fp.narrow_constant(factor, BITS)))
        return digits


FIRST, SLOPE = (fp.narrow_constant(n, BITS) for n in (fp.F2_48_17, fp.F2_NEG_32_17))
"""48/17 and -32/17 with 13 fractional bits: where the Newton steps begin."""


def _shifted_products(b: ScalarBuilder, y: ScalarValue, digits: Sequence[Digit]) -> ScalarValue:
    """2 / (1 + exp(-|x|)) with 13 fractional bits."""
    for is_set, factor in digits:
        y = b.select(is_set, _product(b, y, b.const(factor, I32)), y)
    half = b.shr(b.add(y, b.const(ONE, I32)), b.const(1, I32))
    y = _product(b, half, b.const(SLOPE, I32), FIRST)
    # one - round(h y) is the floor of this:
    one = b.const((1 << 13 << (BITS - 1)) + (ONE >> 1) - 1, I32)
    for _ in range(3):
        rest = b.shr(b.sub(one, b.mul(half, y)), b.const(BITS - 1, I32))
        y = b.add(y, b.shl(_product(b, y, rest), b.const(2, I32)))
    return y


def _product(b: ScalarBuilder, x: ScalarValue, y: ScalarValue, added: int = 0) -> ScalarValue:
    """The product with 15 fractional bits, rounded half up, plus a number."""
    half = b.const((added << (BITS - 1)) + (ONE >> 1), I32)
    return b.shr(b.add(b.mul(x, y), half), b.const(BITS - 1, I32))


TIES = (2,)
"""Newton steps, from 0 on, in which some correction lies halfway between two numbers. Corrections
are subtracted there, so that such a one must be rounded down: its factor is made a little less."""


def _upper_halves(b: ScalarBuilder, y: ScalarValue, digits: Sequence[Digit]) -> ScalarValue:
    """The same with numbers in the upper halves of words."""
    sixteen, one = b.const(BITS, I32), b.const(1, I32)
    y = b.shl(y, sixteen)
    for is_set, factor in digits:
        moved = _rounded(b, y, b.const(2 * factor, I32))
        y = b.select(is_set, b.shl(moved, sixteen), y)
    twice = b.and_(b.or_(b.shr(y, sixteen), b.const(ONE, I32)), b.const(-2, I32))
    x = b.shl(_rounded(b, twice, b.const(SLOPE << BITS, I32), FIRST), sixteen)
    for step in range(3):
        excess = _rounded(b, twice, x, -1 << 13)
        less = b.sub(x, one) if step in TIES else x
        x = b.sub(x, b.shl(_rounded(b, less, b.shl(excess, one)), b.const(BITS + 2, I32)))
    return b.shr(x, sixteen)


def _rounded(b: ScalarBuilder, x: ScalarValue, y: ScalarValue, added: int = 0) -> ScalarValue:
    return b.mul_high(x, y, b.const(added, I32), b.const(-(1 << 31), I32))


def _limited(b: ScalarBuilder, x: ScalarValue) -> ScalarValue:
    """To 16 bits."""
    return b.clamp(x, b.const(-ONE, I32), b.const(ONE - 1, I32))


class FixedPointLogistic(FixedPointCurve):
    """``mr.fixed_point_logistic``: 1 / (1 + exp(-x)); ``input`` has ``integer_bits``, the result
    has 15 fractional bits. ``start``: see ``tabulate-curves``."""

    name = "mr.fixed_point_logistic"
    extra_bits = 0

    def curve(self, x: Array, start: Array | None) -> Array:
        return fp.logistic(x, self.integer_bits, BITS, start)

    def finish(self, b: ScalarBuilder, x: ScalarValue, y: ScalarValue) -> ScalarValue:
        zero = b.const(0, I32)
        up = _limited(b, b.shl(y, b.const(1, I32)))
        y = b.select(b.lt(x, zero), b.sub(b.const(ONE - 1, I32), up), up)
        return b.select(b.eq(x, zero), b.const(ONE >> 1, I32), y)


class FixedPointTanh(FixedPointCurve):
    """``mr.fixed_point_tanh``: the hyperbolic tangent; ``input`` has ``integer_bits``, the result
    has 15 fractional bits. ``start``: see ``tabulate-curves``."""

    name = "mr.fixed_point_tanh"
    extra_bits = 1

    def curve(self, x: Array, start: Array | None) -> Array:
        return fp.hyperbolic_tangent(x, self.integer_bits, BITS, start)

    def finish(self, b: ScalarBuilder, x: ScalarValue, y: ScalarValue) -> ScalarValue:
        zero = b.const(0, I32)
        up = b.shl(b.sub(y, b.const(1 << 13, I32)), b.const(2, I32))
        up = _limited(b, up)
        y = b.select(b.lt(x, zero), b.neg(up), up)
        return b.select(b.eq(x, zero), zero, y)
