"""Functions of one integer as tables. The table is an attribute, so that to every pass these are
elementwise operations like any other."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from millrace.ir.attributes import Dense
from millrace.ir.core import OpResult, Value
from millrace.ir.dialects.mr.kinds import Array, Elementwise
from millrace.ir.opdef import attr, operand, result
from millrace.ir.types import I16, I32, INDEX, ElementType, IntegerType

if TYPE_CHECKING:
    from millrace.ir.scalar import ScalarBuilder, ScalarValue


class TableFunction(Elementwise):
    """Common part: a function that is given by a table."""

    input: Value = operand()
    table: Dense = attr()
    result: OpResult = result()

    def tables(self) -> tuple[Dense, ...]:
        return (self.table,)

    def verify_op(self) -> None:
        if self.table.array.ndim != 1:
            raise self.error(f"a table of {self.table.type}")

    def result_element(self, *elements: ElementType) -> ElementType:
        return self.table.type.element


class Lookup(TableFunction):
    """``mr.lookup``: ``table[input - m]``, where m is the smallest number of the input's type, of
    8 or 16 bits: the table has an entry for each number."""

    name = "mr.lookup"

    def verify_op(self) -> None:
        super().verify_op()
        e = self.operand_type(0).element
        if not isinstance(e, IntegerType) or e.width not in (8, 16):
            raise self.error(f"no table for numbers of {e}")
        if self.table.array.size != 1 << e.width:
            raise self.error(f"{self.table.array.size} entries for numbers of {e}")

    def evaluate(self, x: Array) -> Array:
        at = x.astype(np.int64) - int(np.iinfo(x.dtype).min)
        return np.asarray(self.table.array[at])

    def scalar(self, b: ScalarBuilder, *xs: Any) -> ScalarValue:
        x, table = xs
        low = int(np.iinfo(x.type.dtype).min)
        at = b.sub(b.cast(x, I32), b.const(low, I32)) if low else b.cast(x, I32)
        return b.read(table, [b.cast(at, INDEX)])


class Interpolate(TableFunction):
    """``mr.interpolate``: a function of an i16 or i32 number, linear between knots. Knot k of the
    i16 ``table`` stands at ``low`` + k 2^``shift``; inputs outside the knots count as the nearest
    one inside, the last knot excluded. Between knots the value is rounded half up."""

    name = "mr.interpolate"
    low: int = attr()
    shift: int = attr()

    def verify_op(self) -> None:
        super().verify_op()
        if self.operand_type(0).element not in (I16, I32) or self.table.type.element != I16:
            raise self.error("the input must be i16 or i32, the table i16")
        if not 1 <= self.shift <= 14:
            raise self.error(f"knots 2^{self.shift} apart")
        if self.table.array.size < 2:
            raise self.error("a table of less than two knots")
        if not self.low >= -(1 << 15) or self.low + self.last > (1 << 16):
            raise self.error(f"knots from {self.low} to {self.low + self.last + 1}")

    @property
    def last(self) -> int:
        """The largest distance from the first knot that is told apart."""
        return ((self.table.array.size - 1) << self.shift) - 1

    def evaluate(self, x: Array) -> Array:
        at = np.clip(x.astype(np.int64) - self.low, 0, self.last)
        segment, part = at >> self.shift, at & ((1 << self.shift) - 1)
        knots = self.table.array.astype(np.int64)
        rise = (knots[segment + 1] - knots[segment]) * part
        y = knots[segment] + ((rise + (1 << (self.shift - 1))) >> self.shift)
        return np.asarray(y).astype(np.int16)

    def scalar(self, b: ScalarBuilder, *xs: Any) -> ScalarValue:
        x, table = xs

        def number(n: int) -> ScalarValue:
            return b.const(n, I32)

        limits = np.iinfo(x.type.dtype)
        at = b.cast(x, I32)
        if self.low > limits.min:
            at = b.maximum(at, number(self.low))
        if self.low + self.last < limits.max:
            at = b.minimum(at, number(self.low + self.last))
        at = b.sub(at, number(self.low))
        segment = b.shr(at, number(self.shift))
        part = b.and_(at, number((1 << self.shift) - 1))
        here = b.cast(b.read(table, [b.cast(segment, INDEX)]), I32)
        there = b.cast(b.read(table, [b.cast(b.add(segment, number(1)), INDEX)]), I32)
        rise = b.add(b.mul(b.sub(there, here), part), number(1 << (self.shift - 1)))
        return b.cast(b.add(here, b.shr(rise, number(self.shift))), I16)
