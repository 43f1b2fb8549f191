"""Arithmetic on values, written as arithmetic: for parameters that are only known at run time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from millrace.frontend.onnx.emitter import Emitter, element_of, shape_of
from millrace.ir.core import Operation, Value
from millrace.ir.dialects.mr import bits, compare, elementary
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.movement import Slice
from millrace.ir.dialects.mr.reduction import ReduceMax, ReduceMin, ReduceSum
from millrace.ir.types import ElementType


@dataclass(frozen=True)
class Expr:
    """A value that understands operators. Numbers become constants of its element type."""

    emit: Emitter
    value: Value

    @property
    def shape(self) -> tuple[int, ...]:
        return shape_of(self.value)

    def of(self, other: Expr | int | float) -> Value:
        return other.value if isinstance(other, Expr) else self.emit.like(other, self.value)

    def _apply(self, cls: type[Operation], *others: Expr | int | float) -> Expr:
        return Expr(self.emit, self.emit.op(cls, self.value, *map(self.of, others)))

    def _flipped(self, cls: type[Operation], other: int | float) -> Expr:
        return Expr(self.emit, self.emit.op(cls, self.of(other), self.value))

    def __add__(self, other: Expr | int | float) -> Expr:
        return self._apply(ew.Add, other)

    def __sub__(self, other: Expr | int | float) -> Expr:
        return self._apply(ew.Sub, other)

    def __mul__(self, other: Expr | int | float) -> Expr:
        return self._apply(ew.Mul, other)

    def __truediv__(self, other: Expr | int | float) -> Expr:
        return self._apply(ew.Div, other)

    def __mod__(self, other: Expr | int | float) -> Expr:
        return self._apply(ew.Mod, other)

    def __rsub__(self, other: int | float) -> Expr:
        return self._flipped(ew.Sub, other)

    def __rtruediv__(self, other: int | float) -> Expr:
        return self._flipped(ew.Div, other)

    def __lt__(self, other: Expr | int | float) -> Expr:
        return self._apply(compare.Less, other)

    def __le__(self, other: Expr | int | float) -> Expr:
        return self._apply(compare.LessEqual, other)

    def __gt__(self, other: Expr | int | float) -> Expr:
        return self._apply(compare.Greater, other)

    def __ge__(self, other: Expr | int | float) -> Expr:
        return self._apply(compare.GreaterEqual, other)

    def equals(self, other: Expr | int | float) -> Expr:
        return self._apply(compare.Equal, other)

    def __and__(self, other: Expr) -> Expr:
        return self._apply(bits.And, other)

    def __or__(self, other: Expr) -> Expr:
        return self._apply(bits.Or, other)

    def __invert__(self) -> Expr:
        return self._apply(bits.Not)

    def __abs__(self) -> Expr:
        return self._apply(ew.Abs)

    def floor(self) -> Expr:
        return self._apply(elementary.Floor)

    def ceil(self) -> Expr:
        return self._apply(elementary.Ceil)

    def round(self) -> Expr:
        """To the nearest whole number, halves to even."""
        return self._apply(elementary.Round)

    def at_least(self, other: Expr | int | float) -> Expr:
        return self._apply(ew.Max, other)

    def at_most(self, other: Expr | int | float) -> Expr:
        return self._apply(ew.Min, other)

    def cast(self, element: ElementType) -> Expr:
        return Expr(self.emit, self.emit.cast(self.value, element))

    def reshape(self, *shape: int) -> Expr:
        return Expr(self.emit, self.emit.reshape(self.value, shape))

    def choose(self, on_true: Expr | int | float, on_false: Expr) -> Expr:
        """A choice element by element, this being the condition."""
        picked = on_false.of(on_true)
        value = self.emit.op(compare.Where, self.value, picked, on_false.value)
        return Expr(self.emit, value)

    def sum(self, axes: Sequence[int], *, keepdims: bool = False) -> Expr:
        return self._reduced(ReduceSum, axes, keepdims)

    def largest(self, axes: Sequence[int], *, keepdims: bool = False) -> Expr:
        return self._reduced(ReduceMax, axes, keepdims)

    def smallest(self, axes: Sequence[int], *, keepdims: bool = False) -> Expr:
        return self._reduced(ReduceMin, axes, keepdims)

    def _reduced(self, cls: type[Operation], axes: Sequence[int], keepdims: bool) -> Expr:
        value = self.emit.op(cls, self.value, axes=tuple(axes), keepdims=keepdims)
        return Expr(self.emit, value)

    def item(self, index: int) -> Expr:
        """One element of a vector, as a scalar."""
        part = self.emit.op(Slice, self.value, starts=(index,), sizes=(1,))
        return Expr(self.emit, self.emit.reshape(part, ()))

    @property
    def element(self) -> ElementType:
        return element_of(self.value)
