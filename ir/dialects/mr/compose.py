"""Writing decompositions: a :class:`Term` is a value that understands arithmetic."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, TypeAlias

from millrace.ir.core import Operation, Value
from millrace.ir.dialects.mr import compare, elementary, elementwise, reduction
from millrace.ir.dialects.mr.cast import Cast
from millrace.ir.dialects.mr.movement import Broadcast, reshape
from millrace.ir.dialects.mr.support import scalar_like, tensor_type, wide_type
from millrace.ir.types import ElementType

if TYPE_CHECKING:
    from millrace.ir.builder import Builder
    from millrace.ir.scalar import Number

Operand: TypeAlias = "Value | Number | Term"


@dataclass(frozen=True)
class Term:
    """A tensor value and the builder that extends it. Numbers become constants of its type."""

    b: Builder
    value: Value

    @property
    def shape(self) -> tuple[int, ...]:
        return tensor_type(self.value).shape

    @property
    def element(self) -> ElementType:
        return tensor_type(self.value).element

    def apply(self, cls: type[Operation], *others: Operand, **fields: Any) -> Term:
        """``cls(self, *others, **fields)``."""
        rest = [self._value(o) for o in others]
        return Term(self.b, self.b.value(cls, self.value, *rest, **fields))

    def _value(self, other: Operand) -> Value:
        if isinstance(other, Term):
            return other.value
        return other if isinstance(other, Value) else scalar_like(self.b, other, self.value)

    def number(self, number: Number) -> Term:
        """A constant of rank 0 with this term's element type."""
        return Term(self.b, scalar_like(self.b, number, self.value))

    def __add__(self, other: Operand) -> Term:
        return self.apply(elementwise.Add, other)

    def __sub__(self, other: Operand) -> Term:
        return self.apply(elementwise.Sub, other)

    def __mul__(self, other: Operand) -> Term:
        return self.apply(elementwise.Mul, other)

    def __truediv__(self, other: Operand) -> Term:
        return self.apply(elementwise.Div, other)

    def maximum(self, other: Operand) -> Term:
        return self.apply(elementwise.Max, other)

    def minimum(self, other: Operand) -> Term:
        return self.apply(elementwise.Min, other)

    def equal(self, other: Operand) -> Term:
        return self.apply(compare.Equal, other)

    def less(self, other: Operand) -> Term:
        return self.apply(compare.Less, other)

    def where(self, on_true: Term, on_false: Term) -> Term:
        """A choice, this term being the condition."""
        return self.apply(compare.Where, on_true, on_false)

    def square(self) -> Term:
        return self * self

    def exp(self) -> Term:
        return self.apply(elementary.Exp)

    def log(self) -> Term:
        return self.apply(elementary.Log)

    def sqrt(self) -> Term:
        return self.apply(elementary.Sqrt)

    def rsqrt(self) -> Term:
        return self.apply(elementary.Rsqrt)

    def abs(self) -> Term:
        return self.apply(elementwise.Abs)

    def reciprocal(self) -> Term:
        return self.apply(elementwise.Reciprocal)

    def sum(self, axes: Sequence[int], keepdims: bool = True) -> Term:
        return self.apply(reduction.ReduceSum, axes=tuple(axes), keepdims=keepdims)

    def mean(self, axes: Sequence[int], keepdims: bool = True) -> Term:
        return self.apply(reduction.ReduceMean, axes=tuple(axes), keepdims=keepdims)

    def max(self, axes: Sequence[int], keepdims: bool = True) -> Term:
        return self.apply(reduction.ReduceMax, axes=tuple(axes), keepdims=keepdims)

    def min(self, axes: Sequence[int], keepdims: bool = True) -> Term:
        return self.apply(reduction.ReduceMin, axes=tuple(axes), keepdims=keepdims)

    def cast(self, element: ElementType) -> Term:
        return self if self.element == element else self.apply(Cast, to=element)

    def widened(self) -> Term:
        """f16 and bf16 as f32."""
        return self.cast(wide_type(self.element))

    def reshape(self, shape: Sequence[int]) -> Term:
        return Term(self.b, reshape(self.b, self.value, shape))

    def broadcast(self, shape: Sequence[int]) -> Term:
        return self if self.shape == tuple(shape) else self.apply(Broadcast, shape=tuple(shape))

    def along(self, axis: int, rank: int) -> Term:
        """A vector as a tensor of ``rank`` whose dimension ``axis`` it runs along."""
        size = self.shape[0]
        return self.reshape([size if i == axis else 1 for i in range(rank)])
