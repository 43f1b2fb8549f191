"""Reductions: sums, products, extremes, and the positions of extremes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from millrace.ir.core import Value
from millrace.ir.dialects.mr.elementwise import truncating_div
from millrace.ir.dialects.mr.kinds import EXACT, Array, Reduction
from millrace.ir.dialects.mr.support import (
    ANY,
    NUMBERS,
    TRUTH,
    ElementSet,
    extreme,
    quiet,
    widen_array,
)
from millrace.ir.interval import Interval, moved
from millrace.ir.opdef import attr
from millrace.ir.types import I32, I64, ElementType, element_of, element_type_of, is_float

if TYPE_CHECKING:
    from millrace.ir.scalar import Number, ScalarBuilder, ScalarValue


class Fold(Reduction):
    """One accumulator, one combining operation. Sums and the like of no axes are the input."""

    accepts: ClassVar[ElementSet] = NUMBERS
    grows: ClassVar[bool] = False
    """Whether the result grows with each element."""
    compute: Callable[..., Any]

    def result_element(self, element: ElementType) -> ElementType:
        if element not in self.accepts:
            raise self.error(f"not defined on {element}")
        return element

    def evaluate(self, x: Array) -> Array:
        wide = widen_array(x)
        assert wide is not None
        with quiet():
            y = self.compute(wide, tuple(self.axes), self.keepdims)
            return np.asarray(y).astype(x.dtype, copy=False)

    def interval(self, x: Interval) -> Interval | None:
        return moved(self.evaluate, [x], [self.operand_type(0).shape]) if self.grows else None

    def neutral(self) -> tuple[Number, ...]:
        return (self.start(self.accumulators()[0]),)

    def padding(self, element: ElementType) -> Number | None:
        return self.start(element)

    def start(self, t: ElementType) -> Number:
        """The neutral value of the combining operation."""
        raise NotImplementedError(self.name)

    def step(self, b: ScalarBuilder, acc: ScalarValue, x: ScalarValue) -> ScalarValue:
        """The combining operation, in the accumulator's type."""
        raise NotImplementedError(self.name)

    def combine(
        self,
        b: ScalarBuilder,
        accs: tuple[ScalarValue, ...],
        xs: tuple[ScalarValue, ...],
        indices: tuple[ScalarValue, ...],
    ) -> tuple[ScalarValue, ...]:
        return (self.step(b, accs[0], b.cast(xs[0], accs[0].type)),)

    def fold(self, constants: Sequence[Array | None]) -> Sequence[Value] | None:
        """Nothing to do over no axes, or over axes of size 1."""
        t = self.operand_type(0)
        if all(t.shape[a] == 1 for a in self.axes) and t == self.result.type:
            return [self.input]
        return None


class ReduceSum(Fold):
    """Sum over axes; integers wrap (ONNX ReduceSum)."""

    name = "mr.reduce_sum"
    grows = True

    def compute(self, x: Array, axes: tuple[int, ...], keepdims: bool) -> Any:
        return np.sum(x, axis=axes, keepdims=keepdims, dtype=x.dtype)

    def start(self, t: ElementType) -> Number:
        return 0.0 if is_float(t) else 0

    def step(self, b: ScalarBuilder, acc: ScalarValue, x: ScalarValue) -> ScalarValue:
        return b.add(acc, x)


class ReduceMean(ReduceSum):
    """Mean over axes; of integers truncated (ONNX ReduceMean)."""

    name = "mr.reduce_mean"

    def compute(self, x: Array, axes: tuple[int, ...], keepdims: bool) -> Any:
        total = np.sum(x, axis=axes, keepdims=keepdims, dtype=x.dtype)
        count = np.asarray(self.count).astype(x.dtype)
        return total / count if x.dtype.kind == "f" else truncating_div(total, count)

    def finish(self, b: ScalarBuilder, accs: tuple[ScalarValue, ...]) -> tuple[ScalarValue, ...]:
        mean = b.div(accs[0], b.const_like(self.count, accs[0]))
        return (b.cast(mean, element_of(self.result.type)),)


class ReduceProd(Fold):
    """Product over axes; integers wrap (ONNX ReduceProd)."""

    name = "mr.reduce_prod"

    def compute(self, x: Array, axes: tuple[int, ...], keepdims: bool) -> Any:
        return np.prod(x, axis=axes, keepdims=keepdims, dtype=x.dtype)

    def start(self, t: ElementType) -> Number:
        return 1.0 if is_float(t) else 1

    def step(self, b: ScalarBuilder, acc: ScalarValue, x: ScalarValue) -> ScalarValue:
        return b.mul(acc, x)


class ReduceMax(Fold):
    """Largest over axes, NaN if there is one; of none the smallest value of the type
    (ONNX ReduceMax)."""

    name = "mr.reduce_max"
    grows = True
    accepts = ANY
    tolerance = EXACT

    def selects(self) -> bool:
        return True

    def compute(self, x: Array, axes: tuple[int, ...], keepdims: bool) -> Any:
        low = extreme(element_type_of(x.dtype), -1)
        return np.max(x, axis=axes, keepdims=keepdims, initial=low)

    def start(self, t: ElementType) -> Number:
        return extreme(t, -1)

    def step(self, b: ScalarBuilder, acc: ScalarValue, x: ScalarValue) -> ScalarValue:
        return b.maximum(acc, x)


class ReduceMin(Fold):
    """Smallest over axes, NaN if there is one; of none the largest value of the type
    (ONNX ReduceMin)."""

    name = "mr.reduce_min"
    grows = True
    accepts = ANY
    tolerance = EXACT

    def selects(self) -> bool:
        return True

    def compute(self, x: Array, axes: tuple[int, ...], keepdims: bool) -> Any:
        high = extreme(element_type_of(x.dtype), 1)
        return np.min(x, axis=axes, keepdims=keepdims, initial=high)

    def start(self, t: ElementType) -> Number:
        return extreme(t, 1)

    def step(self, b: ScalarBuilder, acc: ScalarValue, x: ScalarValue) -> ScalarValue:
        return b.minimum(acc, x)


class ReduceAny(Fold):
    """True where any element is (StableHLO reduce with or)."""

    name = "mr.reduce_any"
    accepts = TRUTH
    tolerance = EXACT

    def compute(self, x: Array, axes: tuple[int, ...], keepdims: bool) -> Any:
        return np.any(x, axis=axes, keepdims=keepdims)

    def start(self, t: ElementType) -> Number:
        return False

    def step(self, b: ScalarBuilder, acc: ScalarValue, x: ScalarValue) -> ScalarValue:
        return b.or_(acc, x)


class ReduceAll(Fold):
    """True where all elements are (StableHLO reduce with and)."""

    name = "mr.reduce_all"
    accepts = TRUTH
    tolerance = EXACT

    def compute(self, x: Array, axes: tuple[int, ...], keepdims: bool) -> Any:
        return np.all(x, axis=axes, keepdims=keepdims)

    def start(self, t: ElementType) -> Number:
        return True

    def step(self, b: ScalarBuilder, acc: ScalarValue, x: ScalarValue) -> ScalarValue:
        return b.and_(acc, x)


class ArgReduction(Reduction):
    """The index (``i64``) of an extreme along the one axis in ``axes``: the first of equal ones,
    or the last with ``select_last_index``. NaN counts as the extreme. Code counts in 32 bits."""

    select_last_index: bool = attr(False)
    tolerance = EXACT
    sign: ClassVar[int]

    def selects(self) -> bool:
        return True

    def result_element(self, element: ElementType) -> ElementType:
        if len(self.axes) != 1:
            raise self.error(f"takes one axis, not {len(self.axes)}")
        if self.operand_type(0).shape[self.axes[0]] == 0:
            raise self.error("an axis of size 0 has no extreme")
        if element not in ANY:
            raise self.error(f"not defined on {element}")
        return I64

    def position(self, x: Array, axis: int) -> Any:
        """numpy's function for the first extreme."""
        raise NotImplementedError(self.name)

    def evaluate(self, x: Array) -> Array:
        wide = widen_array(x)
        assert wide is not None
        axis = self.axes[0]
        if self.select_last_index:
            at = x.shape[axis] - 1 - self.position(np.flip(wide, axis), axis)
        else:
            at = self.position(wide, axis)
        y = np.asarray(at).astype(np.int64)
        return np.expand_dims(y, axis) if self.keepdims else y

    def accumulators(self) -> tuple[ElementType, ...]:
        return (*super().accumulators(), I32)

    def neutral(self) -> tuple[Number, ...]:
        return (extreme(self.accumulators()[0], -self.sign), 0)

    def padding(self, element: ElementType) -> Number | None:
        return None if self.select_last_index else extreme(element, -self.sign)

    def combine(
        self,
        b: ScalarBuilder,
        accs: tuple[ScalarValue, ...],
        xs: tuple[ScalarValue, ...],
        indices: tuple[ScalarValue, ...],
    ) -> tuple[ScalarValue, ...]:
        best, at = accs
        x = b.cast(xs[0], best.type)
        take = self._beats(b, x, best)
        here = b.cast(indices[-1], I32)
        return b.select(take, x, best), b.select(take, here, at)

    def _beats(self, b: ScalarBuilder, x: ScalarValue, best: ScalarValue) -> ScalarValue:
        last = self.select_last_index
        if self.sign > 0:
            take = b.ge(x, best) if last else b.gt(x, best)
        else:
            take = b.le(x, best) if last else b.lt(x, best)
        if not is_float(x.type):
            return take
        nan = b.isnan(x)
        return b.or_(take, nan if last else b.and_(nan, b.not_(b.isnan(best))))

    def finish(self, b: ScalarBuilder, accs: tuple[ScalarValue, ...]) -> tuple[ScalarValue, ...]:
        return (b.cast(accs[1], I64),)


class ArgMax(ArgReduction):
    """Index of the largest element (ONNX ArgMax)."""

    name = "mr.arg_max"
    sign = 1

    def position(self, x: Array, axis: int) -> Any:
        return np.argmax(x, axis=axis)


class ArgMin(ArgReduction):
    """Index of the smallest element (ONNX ArgMin)."""

    name = "mr.arg_min"
    sign = -1

    def position(self, x: Array, axis: int) -> Any:
        return np.argmin(x, axis=axis)
