"""Cumulative sums and products."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from millrace.ir.core import OpResult, Value
from millrace.ir.dialects.mr.kinds import Array, Library, Tolerance
from millrace.ir.dialects.mr.support import quiet, wide_type
from millrace.ir.opdef import attr, operand, result
from millrace.ir.types import Type, is_bool

if TYPE_CHECKING:
    from millrace.ir.scalar import Buffer, LoopBuilder, ScalarBuilder, ScalarValue


class Cumulative(Library):
    """Common part: running totals along ``axis``; ``exclusive`` leaves the element itself out,
    ``reverse`` runs from the end. Floats narrower than f32 keep their total in f32."""

    tolerance = Tolerance(accumulates=True)
    input: Value = operand()
    axis: int = attr()
    exclusive: bool = attr(False)
    reverse: bool = attr(False)
    result: OpResult = result()
    start: ClassVar[int]
    ufunc: ClassVar[np.ufunc]

    def infer(self) -> Sequence[Type]:
        t = self.operand_type(0)
        if not 0 <= self.axis < t.rank or is_bool(t.element):
            raise self.error(f"axis {self.axis} of {t}")
        return (t,)

    def join(self, b: ScalarBuilder, total: ScalarValue, x: ScalarValue) -> ScalarValue:
        raise NotImplementedError(self.name)

    def evaluate(self, x: Array) -> Array:
        wide = wide_type(self.operand_type(0).element).dtype
        y = x.astype(wide, copy=False)
        y = np.flip(y, self.axis) if self.reverse else y
        with quiet():
            total = self.ufunc.accumulate(y, self.axis, dtype=wide)
        if self.exclusive and x.shape[self.axis]:
            total = np.roll(total, 1, self.axis)
            total[(slice(None),) * self.axis + (0,)] = self.start
        total = np.flip(total, self.axis) if self.reverse else total
        return total.astype(x.dtype, copy=False)

    def lower(
        self, b: LoopBuilder, inputs: tuple[Buffer, ...], outputs: tuple[Buffer, ...]
    ) -> None:
        (source,), (target,) = inputs, outputs
        size = source.shape[self.axis]
        wide = wide_type(source.element)
        lanes = [1 if i == self.axis else n for i, n in enumerate(source.shape)]

        def lane(index: tuple[ScalarValue, ...]) -> None:
            def step(i: ScalarValue, total: ScalarValue) -> list[ScalarValue]:
                place = b.sub(b.index_const(size - 1), i) if self.reverse else i
                at = [place if d == self.axis else k for d, k in enumerate(index)]
                after = self.join(b, total, b.cast(b.load(source, at), wide))
                b.store(target, at, b.cast(total if self.exclusive else after, target.element))
                return [after]

            b.for_(0, size, step, [b.const(self.start, wide)])

        b.nest(lanes, lane)


class CumSum(Cumulative):
    """``mr.cumsum``: running sums."""

    name = "mr.cumsum"
    start = 0
    ufunc = np.add

    def join(self, b: ScalarBuilder, total: ScalarValue, x: ScalarValue) -> ScalarValue:
        return b.add(total, x)


class CumProd(Cumulative):
    """``mr.cumprod``: running products."""

    name = "mr.cumprod"
    start = 1
    ufunc = np.multiply

    def join(self, b: ScalarBuilder, total: ScalarValue, x: ScalarValue) -> ScalarValue:
        return b.mul(total, x)
