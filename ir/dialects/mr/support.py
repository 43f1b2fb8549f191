"""Helpers shared by the operation classes: element type sets, widening, constants, builders."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from millrace.ir.attributes import Dense
from millrace.ir.core import OpResult, Value
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.dialects.mr.kinds import Array, Elementwise
from millrace.ir.interval import Interval, monotone
from millrace.ir.opdef import operand, result
from millrace.ir.types import (
    BF16,
    F16,
    F32,
    F64,
    I1,
    I8,
    I16,
    I32,
    I64,
    UI8,
    UI16,
    UI32,
    UI64,
    ElementType,
    FloatType,
    TensorType,
    Type,
    element_of,
)

if TYPE_CHECKING:
    from millrace.ir.builder import Builder
    from millrace.ir.scalar import Number, ScalarBuilder, ScalarValue

ElementSet = frozenset[ElementType]

FLOATS: ElementSet = frozenset({F16, BF16, F32, F64})
SIGNED: ElementSet = frozenset({I8, I16, I32, I64})
UNSIGNED: ElementSet = frozenset({UI8, UI16, UI32, UI64})
INTEGERS: ElementSet = SIGNED | UNSIGNED
NUMBERS: ElementSet = FLOATS | INTEGERS
TRUTH: ElementSet = frozenset({I1})
ANY: ElementSet = NUMBERS | TRUTH


def quiet() -> np.errstate:
    """Overflow, division by zero and NaN are results here, not warnings."""
    return np.errstate(all="ignore")


def wide_type(t: ElementType) -> ElementType:
    """The type in which floats are computed: f32 for the narrower ones."""
    return F32 if t in (F16, BF16) else t


def float_type(t: ElementType) -> ElementType:
    """The type in which a function with fractions is computed: f64 for integers."""
    return wide_type(t) if isinstance(t, FloatType) else F64


def widen_array(x: Array | None) -> Array | None:
    """f16 and bf16 as f32, anything else as it is."""
    if x is not None and x.dtype in (F16.dtype, BF16.dtype):
        return x.astype(np.float32)
    return x


def mean_array(x: Array, axes: Sequence[int], keepdims: bool = True) -> Array:
    """The mean over axes; NaN where there is nothing, without numpy's warning."""
    count = np.prod([x.shape[a] for a in axes], dtype=np.int64)
    total = np.sum(x, axis=tuple(axes), keepdims=keepdims, dtype=x.dtype)
    return np.asarray(total / x.dtype.type(count))


def constant_of(value: Value) -> Array | None:
    """The content of a value made by ``mr.constant``."""
    op = value.defining_op
    return op.value.array if isinstance(op, Constant) else None


def is_all(array: Array | None, number: Number) -> bool:
    """True for a known array all of whose elements equal ``number``."""
    if array is None or array.size == 0 or array.flat[0] != number:
        return False
    return bool((array == number).all())


def constant(b: Builder, array: Any, element: ElementType, *, table: bool = False) -> OpResult:
    """A constant of ``element`` from anything numpy takes; a ``table`` is of our own making."""
    value = Dense(np.asarray(array).astype(element.dtype))
    return b.value(Constant, value=value, **({"table": True} if table else {}))


def is_table(value: Value) -> bool:
    """Whether a value is a constant of the compiler's own making."""
    op = value.defining_op
    return isinstance(op, Constant) and op.table


def scalar_like(b: Builder, number: Number, like: Value) -> OpResult:
    """A rank 0 constant with the element type of ``like``."""
    return constant(b, number, element_of(like.type))


def extreme(t: ElementType, sign: int) -> Number:
    """The largest (``sign`` > 0) or smallest value of a type; the infinities for floats."""
    if isinstance(t, FloatType):
        return float("inf") if sign > 0 else float("-inf")
    if t == I1:
        return sign > 0
    info = np.iinfo(t.dtype)
    return int(info.max if sign > 0 else info.min)


class Pointwise(Elementwise):
    """An elementwise operation whose floats narrower than f32 are computed in f32 and rounded
    once. Subclasses give ``compute`` (numpy) and ``formula`` (scalar builder), both on widened
    operands of one element type out of ``accepts``."""

    accepts: ClassVar[ElementSet] = NUMBERS
    monotone: ClassVar[tuple[int, ...]] = ()
    """For each operand 1 if the result grows with it, -1 if it falls; nothing when neither."""
    compute: Callable[..., Any]
    formula: Callable[..., ScalarValue]

    def result_element(self, *elements: ElementType) -> ElementType:
        self.check_elements(*elements)
        return elements[0]

    def check_elements(self, *elements: ElementType) -> None:
        """All of one type, and of an accepted one."""
        for e in elements:
            if e != elements[0]:
                raise self.error(f"operand types differ: {elements[0]} and {e}")
        if elements[0] not in self.accepts:
            raise self.error(f"not defined on {elements[0]}")

    def evaluate(self, *args: Any) -> Any:
        with quiet():
            y = self.compute(*(widen_array(a) for a in args))
            return np.asarray(y).astype(element_of(self.results[0].type).dtype, copy=False)

    def interval(self, *xs: Interval | None) -> Interval | None:
        return monotone(self.compute, xs, self.monotone) if self.monotone else None

    def scalar(self, b: ScalarBuilder, *xs: ScalarValue) -> ScalarValue:
        wide = [b.cast(x, wide_type(x.type)) for x in xs]
        return b.cast(self.formula(b, *wide), element_of(self.results[0].type))


class Unary(Pointwise):
    """One operand; the result has its type."""

    input: Value = operand()
    result: OpResult = result()


class Binary(Pointwise):
    """Two operands of one element type, broadcast."""

    lhs: Value = operand()
    rhs: Value = operand()
    result: OpResult = result()

    def same_as_result(self, value: Value) -> Sequence[Value] | None:
        """``value`` as a replacement of the result when no broadcast stands between them."""
        return [value] if value.type == self.result.type else None


def tensor_type(value: Value) -> TensorType:
    t: Type = value.type
    assert isinstance(t, TensorType), t
    return t
