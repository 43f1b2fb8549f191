"""Comparisons, selection and tests for NaN and infinity."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from millrace.ir.core import OpResult, Value
from millrace.ir.dialects.mr.kinds import Array
from millrace.ir.dialects.mr.support import (
    ANY,
    FLOATS,
    Binary,
    Pointwise,
    Unary,
    is_all,
)
from millrace.ir.interval import Interval
from millrace.ir.opdef import attr, operand, result
from millrace.ir.types import I1, ElementType

if TYPE_CHECKING:
    from millrace.ir.scalar import ScalarBuilder, ScalarValue


class Compare(Binary):
    """A comparison; false with NaN, except ``not_equal``."""

    accepts = ANY

    def result_element(self, *elements: ElementType) -> ElementType:
        self.check_elements(*elements)
        return I1


class Equal(Compare):
    """x == y (ONNX Equal)."""

    name = "mr.equal"
    compute = staticmethod(np.equal)

    def formula(self, b: ScalarBuilder, x: ScalarValue, y: ScalarValue) -> ScalarValue:
        return b.eq(x, y)


class NotEqual(Compare):
    """x != y; true with NaN."""

    name = "mr.not_equal"
    compute = staticmethod(np.not_equal)

    def formula(self, b: ScalarBuilder, x: ScalarValue, y: ScalarValue) -> ScalarValue:
        return b.ne(x, y)


class Less(Compare):
    """x < y (ONNX Less)."""

    name = "mr.less"
    compute = staticmethod(np.less)

    def formula(self, b: ScalarBuilder, x: ScalarValue, y: ScalarValue) -> ScalarValue:
        return b.lt(x, y)


class LessEqual(Compare):
    """x <= y (ONNX LessOrEqual)."""

    name = "mr.less_equal"
    compute = staticmethod(np.less_equal)

    def formula(self, b: ScalarBuilder, x: ScalarValue, y: ScalarValue) -> ScalarValue:
        return b.le(x, y)


class Greater(Compare):
    """x > y (ONNX Greater)."""

    name = "mr.greater"
    compute = staticmethod(np.greater)

    def formula(self, b: ScalarBuilder, x: ScalarValue, y: ScalarValue) -> ScalarValue:
        return b.gt(x, y)


class GreaterEqual(Compare):
    """x >= y (ONNX GreaterOrEqual)."""

    name = "mr.greater_equal"
    compute = staticmethod(np.greater_equal)

    def formula(self, b: ScalarBuilder, x: ScalarValue, y: ScalarValue) -> ScalarValue:
        return b.ge(x, y)


class Where(Pointwise):
    """``on_true`` where the condition holds, else ``on_false`` (ONNX Where)."""

    name = "mr.where"
    accepts = ANY
    condition: Value = operand()
    on_true: Value = operand()
    on_false: Value = operand()
    result: OpResult = result()

    def selects(self) -> bool:
        return True

    def result_element(self, *elements: ElementType) -> ElementType:
        if elements[0] != I1:
            raise self.error(f"the condition is {elements[0]}, not i1")
        self.check_elements(*elements[1:])
        return elements[1]

    def compute(self, condition: Array, on_true: Array, on_false: Array) -> Array:
        return np.where(condition, on_true, on_false)

    def formula(
        self, b: ScalarBuilder, condition: ScalarValue, x: ScalarValue, y: ScalarValue
    ) -> ScalarValue:
        return b.select(condition, x, y)

    def interval(self, *xs: Interval | None) -> Interval | None:
        _, x, y = xs
        assert x is not None and y is not None
        return x.join(y)

    def fold(self, constants: Sequence[Array | None]) -> Sequence[Value] | None:
        if self.on_true is self.on_false or is_all(constants[0], True):
            picked = self.on_true
        elif is_all(constants[0], False):
            picked = self.on_false
        else:
            return None
        return [picked] if picked.type == self.result.type else None


class FloatTest(Unary):
    """A property of a float."""

    accepts = FLOATS

    def result_element(self, *elements: ElementType) -> ElementType:
        self.check_elements(*elements)
        return I1


class IsNaN(FloatTest):
    """True for NaN (ONNX IsNaN)."""

    name = "mr.isnan"
    compute = staticmethod(np.isnan)

    def formula(self, b: ScalarBuilder, x: ScalarValue) -> ScalarValue:
        return b.isnan(x)


class IsInf(FloatTest):
    """True for the infinities asked for (ONNX IsInf)."""

    name = "mr.isinf"
    detect_positive: bool = attr(True)
    detect_negative: bool = attr(True)

    def compute(self, x: Array) -> Array:
        y = np.zeros(x.shape, np.bool_)
        if self.detect_positive:
            y = y | np.isposinf(x)
        if self.detect_negative:
            y = y | np.isneginf(x)
        return y

    def formula(self, b: ScalarBuilder, x: ScalarValue) -> ScalarValue:
        infinite = b.isinf(x)
        if self.detect_positive and self.detect_negative:
            return infinite
        zero = b.const_like(0.0, x)
        if self.detect_positive:
            return b.and_(infinite, b.gt(x, zero))
        if self.detect_negative:
            return b.and_(infinite, b.lt(x, zero))
        return b.const(False, I1)
