"""Vectors of one dimension, as upstream ``vector``."""

from __future__ import annotations

from collections.abc import Sequence

from millrace.ir.core import Operation, OpResult, Value
from millrace.ir.opdef import attr, operand, operands, result
from millrace.ir.types import INDEX, Type, VectorType, element_of


class Load(Operation):
    """Consecutive elements from ``indices`` on. ``alignment`` in bytes, of the address; absent:
    the element's. Type given."""

    name = "vector.load"
    base: Value = operand()
    indices: tuple[Value, ...] = operands()
    alignment: int | None = attr(None)
    result: OpResult = result()


class Store(Operation):
    name = "vector.store"
    value: Value = operand()
    base: Value = operand()
    indices: tuple[Value, ...] = operands()
    alignment: int | None = attr(None)

    def infer(self) -> Sequence[Type]:
        return ()


class Broadcast(Operation):
    """A vector of one scalar. Type given."""

    name = "vector.broadcast"
    source: Value = operand()
    result: OpResult = result()


class Extract(Operation):
    """Element ``position``."""

    name = "vector.extract"
    source: Value = operand()
    position: int = attr()
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        return (element_of(self.source.type),)


class FromElements(Operation):
    """A vector from scalars. Type given."""

    name = "vector.from_elements"
    elements: tuple[Value, ...] = operands()
    result: OpResult = result()


class Shuffle(Operation):
    """Elements of ``lhs`` followed by ``rhs``, picked by ``mask``."""

    name = "vector.shuffle"
    lhs: Value = operand()
    rhs: Value = operand()
    mask: tuple[int, ...] = attr()
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        return (VectorType((len(self.mask),), element_of(self.lhs.type)),)


class Reduction(Operation):
    """All elements combined in unspecified order. ``kind``: ``add mul and or xor minsi maxsi minui
    maxui minimumf maximumf``."""

    name = "vector.reduction"
    vector: Value = operand()
    kind: str = attr()
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        return (element_of(self.vector.type),)


class Step(Operation):
    """``[0, 1, 2, ...]`` of ``index``. ``size`` elements."""

    name = "vector.step"
    size: int = attr()
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        return (VectorType((self.size,), INDEX),)
