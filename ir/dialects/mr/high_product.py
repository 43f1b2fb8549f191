"""The upper half of a product of 32-bit numbers: what multiplication by a fraction becomes on
machines that multiply integers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from millrace.ir.core import Operation, OpResult, Value
from millrace.ir.dialects.mr.kinds import Array, Elementwise
from millrace.ir.interval import Interval, product
from millrace.ir.opdef import operand, optional_operand, result
from millrace.ir.types import I32, ElementType, Type

if TYPE_CHECKING:
    from millrace.ir.scalar import ScalarBuilder, ScalarValue


def upper_half(x: Array, y: Array, high: Array | int = 0, low: Array | int = 0) -> Array:
    """Bits 32 to 63 of x y + 2^32 high + low; ``low`` is read as unsigned."""
    wide = np.asarray(x, np.int64) * np.asarray(y, np.int64)
    total = (wide + (np.asarray(low, np.int64) & 0xFFFFFFFF)) >> 32
    return np.asarray(total + np.asarray(high, np.int64)).astype(np.int32)


class MulHigh(Operation):
    """``mr.mul_high``: on scalars and vectors of i32, what :class:`MultiplyHigh` is on tensors.
    Upstream's ``arith.mulsi_extended`` does not add."""

    name = "mr.mul_high"
    lhs: Value = operand()
    rhs: Value = operand()
    high: Value = operand()
    low: Value = operand()
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        for v in self.operands:
            if v.type != self.lhs.type:
                raise self.error(f"operand types differ: {self.lhs.type} and {v.type}")
        return (self.lhs.type,)


class MultiplyHigh(Elementwise):
    """``mr.multiply_high``: bits 32 to 63 of ``lhs`` times ``rhs`` plus 2^32 ``high`` plus ``low``;
    all are i32, ``low`` is read as unsigned. With 2^31 for ``low`` the upper half is rounded."""

    name = "mr.multiply_high"
    lhs: Value = operand()
    rhs: Value = operand()
    high: Value | None = optional_operand()
    low: Value | None = optional_operand()
    result: OpResult = result()

    def result_element(self, *elements: ElementType) -> ElementType:
        if any(e != I32 for e in elements):
            raise self.error(f"operands must be i32, got {', '.join(map(str, elements))}")
        return I32

    def evaluate(self, x: Array, y: Array, high: Array | None, low: Array | None) -> Array:
        return upper_half(x, y, 0 if high is None else high, 0 if low is None else low)

    def interval(
        self, x: Interval, y: Interval, high: Interval | None, low: Interval | None
    ) -> Interval | None:
        """From the product's bounds; the lower half adds less than one."""
        whole = product(x, y)
        if whole is None:
            return None
        carry = 0 if low is None else 1
        first, last = whole.low >> 32, (whole.high >> 32) + carry
        if high is not None:
            first, last = first + high.low, last + high.high
        return Interval.of(first, last)

    def scalar(self, b: ScalarBuilder, *xs: ScalarValue) -> ScalarValue:
        rest, added = iter(xs[2:]), []
        for v in (self.high, self.low):
            added.append(b.const(0, I32) if v is None else next(rest))
        return b.mul_high(xs[0], xs[1], *added)
