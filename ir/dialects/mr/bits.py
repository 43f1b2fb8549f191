"""Truth values and bits."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from millrace.ir.core import Value
from millrace.ir.dialects.mr.elementwise import Add
from millrace.ir.dialects.mr.kinds import Array
from millrace.ir.dialects.mr.support import (
    INTEGERS,
    TRUTH,
    Binary,
    Unary,
    constant,
    constant_of,
)
from millrace.ir.interval import LIMIT, Interval
from millrace.ir.types import IntegerType, element_of

if TYPE_CHECKING:
    from millrace.ir.builder import Builder
    from millrace.ir.scalar import ScalarBuilder, ScalarValue


class AndFormula(Binary):
    """Both bits."""

    compute = staticmethod(np.bitwise_and)

    def formula(self, b: ScalarBuilder, x: ScalarValue, y: ScalarValue) -> ScalarValue:
        return b.and_(x, y)


class OrFormula(Binary):
    """Either bit."""

    compute = staticmethod(np.bitwise_or)

    def formula(self, b: ScalarBuilder, x: ScalarValue, y: ScalarValue) -> ScalarValue:
        return b.or_(x, y)


class XorFormula(Binary):
    """One bit of the two."""

    compute = staticmethod(np.bitwise_xor)

    def formula(self, b: ScalarBuilder, x: ScalarValue, y: ScalarValue) -> ScalarValue:
        return b.xor(x, y)


class NotFormula(Unary):
    """Flipped bits."""

    compute = staticmethod(np.invert)

    def formula(self, b: ScalarBuilder, x: ScalarValue) -> ScalarValue:
        return b.not_(x)

    def fold(self, constants: Sequence[Array | None]) -> Sequence[Value] | None:
        inner = self.input.defining_op
        return [inner.input] if isinstance(inner, NotFormula) else None


class And(AndFormula):
    """Logical and (ONNX And)."""

    name = "mr.and"
    accepts = TRUTH


class Or(OrFormula):
    """Logical or (ONNX Or)."""

    name = "mr.or"
    accepts = TRUTH


class Xor(XorFormula):
    """Logical exclusive or (ONNX Xor)."""

    name = "mr.xor"
    accepts = TRUTH


class Not(NotFormula):
    """Logical negation (ONNX Not)."""

    name = "mr.not"
    accepts = TRUTH


class BitwiseAnd(AndFormula):
    """And of the bits of integers (ONNX BitwiseAnd)."""

    name = "mr.bitwise_and"
    accepts = INTEGERS


class BitwiseOr(OrFormula):
    """Or of the bits of integers (ONNX BitwiseOr)."""

    name = "mr.bitwise_or"
    accepts = INTEGERS


class BitwiseXor(XorFormula):
    """Exclusive or of the bits of integers (ONNX BitwiseXor)."""

    name = "mr.bitwise_xor"
    accepts = INTEGERS


class BitwiseNot(NotFormula):
    """All bits of integers flipped (ONNX BitwiseNot)."""

    name = "mr.bitwise_not"
    accepts = INTEGERS


class Shift(Binary):
    """A shift; counts are read as unsigned."""

    accepts = INTEGERS

    def width(self) -> int:
        t = element_of(self.lhs.type)
        assert isinstance(t, IntegerType)
        return t.width

    def over_wide(self, y: Array) -> Array:
        """Where the count is the width or more."""
        return (y < 0) | (y >= self.width())

    def interval(self, *xs: Interval | None) -> Interval | None:
        """By a known count."""
        x, y = xs
        assert x is not None and y is not None
        if not y.is_point or y.least < 0 or y.most >= self.width():
            return None
        wide = max(-x.least, x.most) << y.most > LIMIT
        return None if wide else Interval.of(*(self.compute(end, y.low) for end in (x.low, x.high)))


class ShiftLeft(Shift):
    """Shifted left; counts of the width or more give 0 (ONNX BitShift LEFT)."""

    name = "mr.shift_left"

    def compute(self, x: Array, y: Array) -> Array:
        wide = self.over_wide(y)
        return np.where(
            wide, np.zeros_like(x), np.left_shift(x, np.where(wide, np.zeros_like(y), y))
        )

    def formula(self, b: ScalarBuilder, x: ScalarValue, y: ScalarValue) -> ScalarValue:
        return b.shl(x, y)

    def canonicalize(self, b: Builder) -> Sequence[Value] | None:
        """``(x + a) << n`` is ``(x << n) + (a << n)``, of constants: ``a`` may join others. Not
        where the sum is needed for itself: that would add twice."""
        inner, count = self.lhs.defining_op, constant_of(self.rhs)
        if not isinstance(inner, Add) or count is None or self.lhs.type != self.result.type:
            return None
        a = constant_of(inner.rhs)
        if a is None or not self.lhs.has_one_use:
            return None
        moved = constant(b, self.compute(a, count), element_of(inner.rhs.type))
        return (b.value(Add, b.value(ShiftLeft, inner.lhs, self.rhs), moved),)


class ShiftRight(Shift):
    """Shifted right, arithmetically when signed; counts of the width or more give 0 or the sign
    (ONNX BitShift RIGHT)."""

    name = "mr.shift_right"

    def compute(self, x: Array, y: Array) -> Array:
        wide = self.over_wide(y)
        shifted = np.right_shift(x, np.where(wide, np.zeros_like(y), y))
        sign = np.where(x < 0, np.invert(np.zeros_like(x)), np.zeros_like(x))
        return np.where(wide, sign, shifted)

    def formula(self, b: ScalarBuilder, x: ScalarValue, y: ScalarValue) -> ScalarValue:
        return b.shr(x, y)
