"""Tensor primitives, as upstream ``tensor``."""

from __future__ import annotations

from collections.abc import Sequence

from millrace.ir.core import Operation, OpResult, Value
from millrace.ir.opdef import operand, operands, result
from millrace.ir.types import ShapedType, Type, element_of


class Empty(Operation):
    """A tensor of unspecified content, the destination of ``linalg`` operations. Type given."""

    name = "tensor.empty"
    result: OpResult = result()


class Extract(Operation):
    """The scalar at ``indices`` (one ``index`` value a dimension)."""

    name = "tensor.extract"
    tensor: Value = operand()
    indices: tuple[Value, ...] = operands()
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        t = self.tensor.type
        if not isinstance(t, ShapedType) or t.rank != len(self.indices):
            raise self.error(f"{len(self.indices)} indices for {t}")
        return (element_of(t),)


class FromElements(Operation):
    """A tensor from scalars in row-major order. Type given."""

    name = "tensor.from_elements"
    elements: tuple[Value, ...] = operands()
    result: OpResult = result()


class Insert(Operation):
    """``dest`` with the scalar in the place of the element at ``indices``."""

    name = "tensor.insert"
    scalar: Value = operand()
    dest: Value = operand()
    indices: tuple[Value, ...] = operands()
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        t = self.dest.type
        if not isinstance(t, ShapedType) or t.rank != len(self.indices):
            raise self.error(f"{len(self.indices)} indices for {t}")
        return (t,)
