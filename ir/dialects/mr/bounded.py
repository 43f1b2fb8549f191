"""Tensors whose size follows from data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from millrace.ir.core import OpResult, Value
from millrace.ir.dialects.mr.kinds import Array, Library
from millrace.ir.dialects.mr.select import check_count, require_count
from millrace.ir.opdef import attr, operand, result
from millrace.ir.types import INDEX, Type, is_integer, tensor

if TYPE_CHECKING:
    from millrace.ir.scalar import Buffer, LoopBuilder


class Bounded(Library):
    """``mr.bounded``: the first ``count`` elements of ``axis``, a number that is known at run time
    and that is ``size`` here (a run in which it is not fails). Importers write it where a size
    follows from data: the module is one of several, at other sizes, that become one in which the
    size is the ``symbol``'s value, and no more is in it of this operation."""

    name = "mr.bounded"
    input: Value = operand()
    count: Value = operand()
    size: int = attr()
    symbol: str = attr()
    axis: int = attr(0)
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        t, n = self.operand_type(0), self.operand_type(1)
        if not is_integer(n.element) or n.size != 1:
            raise self.error(f"the count is {n}, not one integer")
        if not 0 <= self.axis < t.rank or not 0 <= self.size <= t.shape[self.axis]:
            raise self.error(f"{self.size} elements of axis {self.axis} of {t}")
        shape = [self.size if i == self.axis else n for i, n in enumerate(t.shape)]
        return (tensor(shape, t.element),)

    def evaluate(self, x: Array, count: Array) -> Array:
        require_count(self, int(count.reshape(())), self.size)
        return x[(slice(None),) * self.axis + (slice(self.size),)]

    def lower(
        self, b: LoopBuilder, inputs: tuple[Buffer, ...], outputs: tuple[Buffer, ...]
    ) -> None:
        (source, count), (target,) = inputs, outputs
        zeros = [b.index_const(0)] * len(count.shape)
        check_count(b, b.cast(b.load(count, zeros), INDEX), self.size)
        b.nest(target.shape, lambda index: b.store(target, index, b.load(source, index)))
