"""Conversions between element types."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from millrace.ir.core import OpResult, Value
from millrace.ir.dialects.mr.kinds import Array, Elementwise
from millrace.ir.dialects.mr.support import quiet
from millrace.ir.interval import Interval
from millrace.ir.opdef import attr, operand, result
from millrace.ir.types import (
    BF16,
    I1,
    ElementType,
    FloatType,
    element_of,
    is_integer,
    storage_bytes,
)

if TYPE_CHECKING:
    from millrace.ir.builder import Builder
    from millrace.ir.scalar import ScalarBuilder, ScalarValue


def cast_array(x: Array, dtype: np.dtype[Any]) -> Array:
    """Numeric conversion: anything to truth by ``!= 0``, floats to integers toward zero and
    saturating (NaN gives 0), integers wrapping, floats rounding."""
    with quiet():
        is_float = x.dtype.kind == "f" or x.dtype == BF16.dtype
        if dtype.kind == "b":
            return np.asarray(x != 0)
        if not (is_float and dtype.kind in "iu"):
            return x.astype(dtype, copy=False)
        return _saturate(x if x.dtype.kind == "f" else x.astype(np.float32), dtype)


def _saturate(x: Array, dtype: np.dtype[Any]) -> Array:
    info = np.iinfo(dtype)
    wide = x.astype(np.float64)
    over, under = wide >= float(info.max) + 1.0, wide <= float(info.min) - 1.0
    inside = np.where(over | under | np.isnan(wide), 0.0, wide).astype(dtype)
    y = np.where(over, np.array(info.max, dtype), inside)
    return np.where(under, np.array(info.min, dtype), y)


class Cast(Elementwise):
    """Numeric conversion to ``to`` (ONNX Cast): see :func:`cast_array` for the corners."""

    name = "mr.cast"
    input: Value = operand()
    to: ElementType = attr()
    result: OpResult = result()

    def result_element(self, *elements: ElementType) -> ElementType:
        return self.to

    def evaluate(self, x: Array) -> Array:
        return cast_array(x, self.to.dtype)

    def scalar(self, b: ScalarBuilder, *xs: ScalarValue) -> ScalarValue:
        return b.cast(xs[0], self.to)

    def fold(self, constants: Sequence[Array | None]) -> Sequence[Value] | None:
        return [self.input] if self.input.type == self.result.type else None

    def interval(self, x: Interval) -> Interval | None:
        return x if is_integer(self.to) else None

    def canonicalize(self, b: Builder) -> Sequence[Value] | None:
        """Two casts are one when the first loses nothing and the second sees no difference."""
        inner = self.input.defining_op
        if not isinstance(inner, Cast):
            return None
        source = element_of(inner.input.type)
        if source == self.to and _is_lossless(source, inner.to):
            return [inner.input]
        if not _is_one_cast(source, inner.to, self.to):
            return None
        return [b.value(Cast, inner.input, to=self.to)]


_WHOLE_BITS = {"f16": 11, "bf16": 8, "f32": 24, "f64": 53}
"""Integers of so many bits are exact in a float type."""


def _is_lossless(source: ElementType, target: ElementType) -> bool:
    if source in (I1, target):
        return True
    if isinstance(source, FloatType):
        return isinstance(target, FloatType) and source.width < target.width
    if isinstance(target, FloatType):
        return source.width <= _WHOLE_BITS[target.name]
    return target != I1 and bool(np.can_cast(source.dtype, target.dtype))


def _is_one_cast(source: ElementType, middle: ElementType, target: ElementType) -> bool:
    if not _is_lossless(source, middle):
        return False
    # Through a float an integer saturates, directly it wraps.
    wraps = is_integer(source) and is_integer(target)
    return not (wraps and isinstance(middle, FloatType)) or _is_lossless(source, target)


class Bitcast(Elementwise):
    """The same bits as another type of equal width (ONNX BitCast); truth values are bytes."""

    name = "mr.bitcast"
    input: Value = operand()
    to: ElementType = attr()
    result: OpResult = result()

    def result_element(self, *elements: ElementType) -> ElementType:
        if storage_bytes(elements[0]) != storage_bytes(self.to):
            raise self.error(f"{elements[0]} and {self.to} differ in width")
        return self.to

    def evaluate(self, x: Array) -> Array:
        if self.to == I1:
            return np.asarray(x != 0)
        return np.ascontiguousarray(x).reshape(x.shape).view(self.to.dtype)

    def scalar(self, b: ScalarBuilder, *xs: ScalarValue) -> ScalarValue:
        return (b.cast if I1 in (xs[0].type, self.to) else b.bitcast)(xs[0], self.to)

    def fold(self, constants: Sequence[Array | None]) -> Sequence[Value] | None:
        return [self.input] if self.input.type == self.result.type else None
