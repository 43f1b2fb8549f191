"""Integers that stand for real numbers, and arithmetic on them.

A :class:`Stored` tensor has the format of its class. A :class:`Fixed` one is i32, without a zero
point, in any unit, also in one a channel (the last dimension): an accumulator, or a number on the
way between two operations.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from millrace.ir.builder import Builder
from millrace.ir.core import Operation, Value
from millrace.ir.dialects.mr import bits
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.cast import Cast
from millrace.ir.dialects.mr.fixed_point import FixedPointScale
from millrace.ir.dialects.mr.quant import DequantizeLinear, QuantizeLinear
from millrace.ir.dialects.mr.support import constant
from millrace.ir.types import F32, I32, ElementType, element_of
from millrace.passes.quantize.formats import Array, Format, fixed, power_of_two

SAFE = 1 << 30
"""Numbers up to this can be rounded without overflow."""


@dataclass(frozen=True)
class Stored:
    value: Value
    format: Format


@dataclass(frozen=True)
class Fixed:
    """``scale`` is a number or one a channel; no absolute value is above ``bound``. ``rounding``
    is that of the multiplication that brings it into another unit."""

    value: Value
    scale: Any
    bound: float
    rounding: str = "once"


class Arithmetic:
    """Emits integer operations with a builder."""

    def __init__(self, b: Builder) -> None:
        self.b = b

    def op(self, cls: type[Operation], *operands: Any, **fields: Any) -> Value:
        return self.b.value(cls, *operands, **fields)

    def const(self, number: Any, element: ElementType = I32) -> Value:
        return constant(self.b, number, element)

    # ---- between forms

    def opened(self, x: Stored) -> Fixed:
        """As i32 without the zero point."""
        wide = x.value
        if element_of(wide.type) != I32:
            wide = self.op(Cast, wide, to=I32)
        if x.format.zero:
            wide = self.op(ew.Sub, wide, self.const(x.format.zero))
        return Fixed(wide, x.format.scale, x.format.reach)

    def stored(self, x: Fixed, to: Format) -> Stored:
        """Rounded to a format and limited to its range."""
        y = self.in_unit(x, to.scale)
        value = y.value
        if to.zero:
            value = self.op(ew.Add, value, self.const(to.zero))
        if y.bound + abs(to.zero) > to.highest:
            value = self.op(ew.Clip, value, self.const(to.lowest), self.const(to.highest))
        return Stored(self.op(Cast, value, to=to.element), to)

    def in_unit(self, x: Fixed, unit: float) -> Fixed:
        """The same numbers, rounded to whole multiples of ``unit``."""
        ratio = np.asarray(x.scale, np.float64) / unit
        if np.ndim(ratio) and np.all(ratio == ratio.flat[0]):
            ratio = np.asarray(ratio.flat[0])
        if np.ndim(ratio) == 0 and ratio == 1:
            return Fixed(x.value, unit, x.bound)
        count = None if np.ndim(ratio) else whole_ratio(float(ratio))
        if count is not None and x.bound * count <= SAFE:
            return Fixed(self._times(x.value, count), unit, x.bound * count)
        value = self._limited(x, ratio)
        k = power_of_two(ratio)
        if k is None:
            m, s = fixed(ratio, common=x.rounding == "once")
            value = self.op(
                FixedPointScale, value, self.const(m), self.const(s), rounding=x.rounding
            )
        else:
            value = self.shifted(value, k)
        bound = min(x.bound * float(np.max(np.abs(ratio))) + 1, 2.0**31)
        return Fixed(value, unit, bound)

    def _times(self, x: Value, count: int) -> Value:
        k = power_of_two(count)
        return self.op(ew.Mul, x, self.const(count)) if k is None else self.shifted(x, k)

    def _limited(self, x: Fixed, ratio: Array) -> Value:
        """So that the product fits in 32 bits."""
        most = float(np.max(np.abs(ratio)))
        if x.bound * most <= SAFE and x.bound <= SAFE:
            return x.value
        limit = int(min(SAFE, SAFE / most))
        return self.op(ew.Clip, x.value, self.const(-limit), self.const(limit))

    def shifted(self, x: Value, count: int) -> Value:
        """Times 2^count, rounded half up."""
        if count >= 0:
            return self.op(bits.ShiftLeft, x, self.const(count)) if count else x
        half = self.const(1 << (-count - 1))
        return self.op(bits.ShiftRight, self.op(ew.Add, x, half), self.const(-count))

    def shifted_down(self, x: Value, count: int) -> Value:
        """Divided by 2^count, rounded down."""
        return self.op(bits.ShiftRight, x, self.const(count)) if count else x

    # ---- floats

    def quantized(self, x: Value, to: Format) -> Stored:
        scale, zero = self.const(to.scale, F32), self.const(to.zero, to.element)
        wide = x if element_of(x.type) == F32 else self.op(Cast, x, to=F32)
        return Stored(self.op(QuantizeLinear, wide, scale, zero, to=to.element), to)

    def real(self, x: Stored, element: ElementType = F32) -> Value:
        scale = self.const(x.format.scale, F32)
        zero = self.const(x.format.zero, x.format.element)
        y = self.op(DequantizeLinear, x.value, scale, zero)
        return y if element == F32 else self.op(Cast, y, to=element)

    # ---- sums and products

    def common_unit(self, a: Fixed, b: Fixed, to: Format) -> float:
        """A unit in which the sum of two numbers loses nothing that the result has."""
        powers = [power_of_two(x.scale) for x in (a, b)]
        if None not in powers:
            unit = min(a.scale, b.scale)
            while max(x.bound * x.scale for x in (a, b)) / unit > SAFE / 4:
                unit *= 2
            return float(unit)
        guard = 8 if to.element.width == 8 else 6
        return to.scale / (1 << guard)

    def sum(self, cls: type[Operation], a: Fixed, b: Fixed, to: Format) -> Fixed:
        """Their sum or difference."""
        a, b = self._near(a, b, to), self._near(b, a, to)
        if not same_scale(a, b):
            unit = self.common_unit(a, b, to)
            a, b = self.in_unit(a, unit), self.in_unit(b, unit)
        return Fixed(self.op(cls, a.value, b.value), a.scale, a.bound + b.bound)

    def _near(self, x: Fixed, other: Fixed, to: Format) -> Fixed:
        """What lies outside of the format of a sum whatever is added to it may lie nearer: a unit
        that serves both summands is then finer."""
        scales = [np.asarray(s, np.float64) for s in (x.scale, other.scale)]
        enough = to.reach * to.scale + other.bound * float(np.max(scales[1]))
        limit = int(np.ceil(enough / float(np.min(scales[0]))))
        if x.bound <= 2 * limit:
            return x
        value = self.op(ew.Clip, x.value, self.const(-limit), self.const(limit))
        return Fixed(value, x.scale, limit, x.rounding)

    def product(self, a: Fixed, b: Fixed) -> Fixed:
        """Of numbers that were stored in 16 bits or fewer."""
        y = self.op(ew.Mul, a.value, b.value)
        return Fixed(y, np.multiply(a.scale, b.scale), a.bound * b.bound)


def same_scale(a: Fixed, b: Fixed) -> bool:
    return np.shape(a.scale) == np.shape(b.scale) and bool(np.all(a.scale == b.scale))


def whole_ratio(ratio: float) -> int | None:
    """A whole number that a ratio of units is, but for the bits of a float."""
    near = round(ratio) if ratio < SAFE else 0
    return near if near and abs(ratio - near) <= near * 2.0**-23 else None
