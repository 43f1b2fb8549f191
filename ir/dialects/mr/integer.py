"""Integer products with zero points."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from millrace.ir.core import OpResult, Value
from millrace.ir.dialects.mr.assemble import pad
from millrace.ir.dialects.mr.cast import Cast
from millrace.ir.dialects.mr.contraction import MatMul
from millrace.ir.dialects.mr.conv import Conv
from millrace.ir.dialects.mr.elementwise import Add, Mul, Neg, Sub
from millrace.ir.dialects.mr.kinds import Array, Composite, broadcast_shapes
from millrace.ir.dialects.mr.movement import reshape, shape_of
from millrace.ir.dialects.mr.reduction import ReduceSum
from millrace.ir.dialects.mr.support import constant, constant_of, is_all, tensor_type
from millrace.ir.opdef import attr, operand, optional_operand, result
from millrace.ir.types import I8, I32, IntegerType, Type, element_of

if TYPE_CHECKING:
    from millrace.ir.builder import Builder


@dataclass(frozen=True)
class Side:
    """A factor, and its zero point unless that is 0."""

    value: Value
    zero: Value | None


class IntegerProduct(Composite):
    """Common part: a product of 8-bit operands less their zero points (broadcast against them),
    in i32 arithmetic that wraps."""

    lhs: Value = operand()
    rhs: Value = operand()
    lhs_zero_point: Value | None = optional_operand()
    rhs_zero_point: Value | None = optional_operand()
    result: OpResult = result()

    def product(self, lhs: Value, rhs: Value, *, bordered: bool = False) -> MatMul | Conv:
        """The product in i32; not inserted anywhere. ``lhs`` may have its border already."""
        raise NotImplementedError(self.name)

    def bordered(self, b: Builder, lhs: Side) -> Value:
        """``lhs`` with its border, which stands for the zero point."""
        return lhs.value

    def separable(self, lhs: Side, rhs: Side) -> bool:
        """Whether all terms of a sum have one zero point, so that it factors out."""
        raise NotImplementedError(self.name)

    def sum_of_lhs(self, b: Builder, lhs: Value) -> Value:
        """For each result element the sum of the elements of ``lhs`` that go into it."""
        raise NotImplementedError(self.name)

    def axes_of_rhs(self, rhs: Value) -> tuple[tuple[int, ...], bool]:
        """Along which dimensions ``rhs`` is summed up, and whether they are kept."""
        raise NotImplementedError(self.name)

    def terms(self) -> int:
        """Products in one sum."""
        raise NotImplementedError(self.name)

    def sides(self) -> tuple[tuple[Value, Value | None], tuple[Value, Value | None]]:
        return (self.lhs, self.lhs_zero_point), (self.rhs, self.rhs_zero_point)

    def infer(self) -> Sequence[Type]:
        for value, zero_point in self.sides():
            t = tensor_type(value)
            if not isinstance(t.element, IntegerType) or t.element.width not in (8, 16):
                raise self.error(f"{t} is no tensor of 8 or 16 bit integers")
            if zero_point is None:
                continue
            z = tensor_type(zero_point)
            if z.element != t.element or broadcast_shapes(self, t.shape, z.shape) != t.shape:
                raise self.error(f"a zero point of {z} for {t}")
        return tuple(v.type for v in self._widened().results)

    def _widened(self) -> MatMul | Conv:
        """The product on its own, of i32 operands."""
        lhs, rhs = (Value(tensor_type(v).with_element(I32)) for v, _ in self.sides())
        return self.product(lhs, rhs)

    def evaluate(self, x: Array, y: Array, x_zero: Array | None, y_zero: Array | None) -> Array:
        x, y = x.astype(np.int32), y.astype(np.int32)
        x = x if x_zero is None else x - x_zero.astype(np.int32)
        y = y if y_zero is None else y - y_zero.astype(np.int32)
        return self._widened().evaluate(x, y)

    def decompose(self, b: Builder) -> Sequence[Value]:
        """The product of the operands as they are, less what the zero points contribute: the sum
        of (x - p)(w - q) is that of xw, less p times that of w, less q times that of x - p."""
        lhs, rhs = (_without_zero(b, *side) for side in self.sides())
        if not self.separable(lhs, rhs):
            return (b.insert(self.product(_centered(b, lhs), _centered(b, rhs))).result,)
        x = self.bordered(b, lhs)
        y: Value = b.insert(self.product(x, rhs.value, bordered=True)).result
        p, q = (None if s.zero is None else self._point(b, s.zero) for s in (lhs, rhs))
        if p is not None:
            y = b.value(Add, y, self._share_of_lhs_zero(b, rhs.value, p, lhs.zero))
        if q is not None:
            total = self.sum_of_lhs(b, x)
            if p is not None:
                total = b.value(Sub, total, b.value(Mul, p, constant(b, self.terms(), I32)))
            y = b.value(Sub, y, b.value(Mul, total, q))
        return (y,)

    def _share_of_lhs_zero(self, b: Builder, rhs: Value, p: Value, zero: Value | None) -> Value:
        """What the zero point of ``lhs`` adds: numbers of our own where all is known."""
        axes, keepdims = self.axes_of_rhs(rhs)
        w, point = constant_of(rhs), None if zero is None else constant_of(zero)
        if w is None or point is None:
            total = b.value(ReduceSum, b.value(Cast, rhs, to=I32), axes=axes, keepdims=keepdims)
            return b.value(Neg, b.value(Mul, total, p))
        sums = w.sum(axis=axes, dtype=np.int32, keepdims=keepdims)
        return constant(b, -sums * point.reshape(shape_of(p)).astype(np.int32), I32, table=True)

    def _point(self, b: Builder, zero: Value) -> Value:
        """A zero point in i32, without leading unit dimensions."""
        shape = shape_of(zero)
        first = next((i for i, n in enumerate(shape) if n != 1), len(shape))
        return b.value(Cast, reshape(b, zero, shape[first:]), to=I32)


def _without_zero(b: Builder, value: Value, zero: Value | None) -> Side:
    """A constant takes in its zero point where the difference has 8 bits too."""
    point = None if zero is None else constant_of(zero)
    if zero is None or is_all(point, 0):
        return Side(value, None)
    known = constant_of(value)
    if known is not None and point is not None and known.size:
        difference = known.astype(np.int32) - point.astype(np.int32)
        if difference.min() >= -128 and difference.max() <= 127:
            return Side(constant(b, difference, I8), None)
    return Side(value, zero)


def _centered(b: Builder, side: Side) -> Value:
    wide: Value = b.value(Cast, side.value, to=I32)
    if side.zero is None:
        return wide
    return b.value(Sub, wide, b.value(Cast, side.zero, to=I32))


class MatMulInteger(IntegerProduct):
    """``mr.matmul_integer``: matrix product of integers less their zero points, in i32 (ONNX
    MatMulInteger)."""

    name = "mr.matmul_integer"

    def product(self, lhs: Value, rhs: Value, *, bordered: bool = False) -> MatMul:
        return MatMul(lhs, rhs, acc=I32, loc=self.loc)

    def separable(self, lhs: Side, rhs: Side) -> bool:
        """One zero point a row and one a column at most."""
        rows = (1,) if lhs.zero is None else shape_of(lhs.zero)[-1:]
        columns = (1,) if rhs.zero is None else shape_of(rhs.zero)[-2:-1]
        return rows in ((), (1,)) and columns in ((), (1,))

    def sum_of_lhs(self, b: Builder, lhs: Value) -> Value:
        axes = (len(shape_of(lhs)) - 1,)
        return b.value(ReduceSum, b.value(Cast, lhs, to=I32), axes=axes, keepdims=True)

    def axes_of_rhs(self, rhs: Value) -> tuple[tuple[int, ...], bool]:
        return (len(shape_of(rhs)) - 2,), True

    def terms(self) -> int:
        return shape_of(self.lhs)[-1]


class ConvInteger(IntegerProduct):
    """``mr.conv_integer``: ``mr.conv`` of integers less their zero points, in i32; padding stands
    for the zero point (ONNX ConvInteger)."""

    name = "mr.conv_integer"
    strides: tuple[int, ...] | None = attr(None)
    dilations: tuple[int, ...] | None = attr(None)
    low: tuple[int, ...] | None = attr(None)
    high: tuple[int, ...] | None = attr(None)
    groups: int = attr(1)

    def product(self, lhs: Value, rhs: Value, *, bordered: bool = False) -> Conv:
        return Conv(
            lhs,
            rhs,
            strides=self.strides,
            dilations=self.dilations,
            low=None if bordered else self.low,
            high=None if bordered else self.high,
            groups=self.groups,
            acc=I32,
            loc=self.loc,
        )

    def bordered(self, b: Builder, lhs: Side) -> Value:
        low, high = ((0, *(side or self._unpadded), 0) for side in (self.low, self.high))
        known = None if lhs.zero is None else constant_of(lhs.zero)
        value = 0 if known is None else int(known.reshape(-1)[0])
        return pad(b, lhs.value, low, high, value=value)

    @property
    def _unpadded(self) -> tuple[int, ...]:
        return (0,) * (len(shape_of(self.lhs)) - 2)

    def separable(self, lhs: Side, rhs: Side) -> bool:
        """One zero point for the input, known if there is a border, and one an output channel."""
        padded = any((*(self.low or ()), *(self.high or ())))
        if lhs.zero is not None and math.prod(shape_of(lhs.zero)) != 1:
            return False
        if lhs.zero is not None and padded and constant_of(lhs.zero) is None:
            return False
        return rhs.zero is None or all(n == 1 for n in shape_of(rhs.zero)[:-1])

    def sum_of_lhs(self, b: Builder, lhs: Value) -> Value:
        """A convolution with ones: for each group, or each channel where that is no more."""
        *kernel, ins, outs = shape_of(self.rhs)
        outs = 1 if self.groups == 1 else outs
        ones = constant(b, np.ones((*kernel, ins, outs)), element_of(self.rhs.type))
        return b.insert(self.product(lhs, ones, bordered=True)).result

    def axes_of_rhs(self, rhs: Value) -> tuple[tuple[int, ...], bool]:
        return tuple(range(len(shape_of(rhs)) - 1)), False

    def terms(self) -> int:
        return math.prod(shape_of(self.rhs)[:-1])
