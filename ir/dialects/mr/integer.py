"""Integer products with zero points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from millrace.ir.core import OpResult, Value
from millrace.ir.dialects.mr.cast import Cast
from millrace.ir.dialects.mr.contraction import MatMul
from millrace.ir.dialects.mr.conv import Conv
from millrace.ir.dialects.mr.elementwise import Sub
from millrace.ir.dialects.mr.kinds import Array, Composite, broadcast_shapes
from millrace.ir.dialects.mr.support import tensor_type
from millrace.ir.opdef import attr, operand, optional_operand, result
from millrace.ir.types import I32, IntegerType, Type

if TYPE_CHECKING:
    from millrace.ir.builder import Builder


class IntegerProduct(Composite):
    """Common part: a product of 8-bit operands less their zero points (broadcast against them),
    in i32 arithmetic that wraps."""

    lhs: Value = operand()
    rhs: Value = operand()
    lhs_zero_point: Value | None = optional_operand()
    rhs_zero_point: Value | None = optional_operand()
    result: OpResult = result()

    def product(self, lhs: Value, rhs: Value) -> MatMul | Conv:
        """The product of i32 values; not inserted anywhere."""
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
        wide = []
        for value, zero_point in self.sides():
            x: Value = b.value(Cast, value, to=I32)
            if zero_point is not None:
                x = b.value(Sub, x, b.value(Cast, zero_point, to=I32))
            wide.append(x)
        return (b.insert(self.product(wide[0], wide[1])).result,)


class MatMulInteger(IntegerProduct):
    """``mr.matmul_integer``: matrix product of integers less their zero points, in i32 (ONNX
    MatMulInteger)."""

    name = "mr.matmul_integer"

    def product(self, lhs: Value, rhs: Value) -> MatMul:
        return MatMul(lhs, rhs, loc=self.loc)


class ConvInteger(IntegerProduct):
    """``mr.conv_integer``: ``mr.conv`` of integers less their zero points, in i32; padding stands
    for the zero point (ONNX ConvInteger)."""

    name = "mr.conv_integer"
    strides: tuple[int, ...] | None = attr(None)
    dilations: tuple[int, ...] | None = attr(None)
    low: tuple[int, ...] | None = attr(None)
    high: tuple[int, ...] | None = attr(None)
    groups: int = attr(1)

    def product(self, lhs: Value, rhs: Value) -> Conv:
        return Conv(
            lhs,
            rhs,
            strides=self.strides,
            dilations=self.dilations,
            low=self.low,
            high=self.high,
            groups=self.groups,
            loc=self.loc,
        )
