"""Reductions made of simpler ones: norms, logarithms of sums, variance."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from millrace.ir.core import OpResult, Value
from millrace.ir.dialects.mr.cast import cast_array
from millrace.ir.dialects.mr.compose import Term
from millrace.ir.dialects.mr.kinds import Array, Composite, Tolerance, reduced_shape
from millrace.ir.dialects.mr.support import NUMBERS, float_type, mean_array, quiet
from millrace.ir.opdef import attr, operand, result
from millrace.ir.types import ElementType, Type, is_float, tensor

if TYPE_CHECKING:
    from millrace.ir.builder import Builder


class ReduceComposite(Composite):
    """Reduces ``axes`` (non-negative, sorted) through simpler reductions, in f32 or wider;
    integers in f64, or as they are when the function is ``whole`` on them."""

    tolerance = Tolerance(accumulates=True)
    whole = False
    input: Value = operand()
    axes: tuple[int, ...] = attr()
    keepdims: bool = attr(False)
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        t = self.operand_type(0)
        if t.element not in NUMBERS:
            raise self.error(f"not defined on {t.element}")
        return (tensor(reduced_shape(self, t.shape, self.axes, self.keepdims), t.element),)

    def computed_in(self, t: ElementType) -> ElementType:
        return t if self.whole and not is_float(t) else float_type(t)

    def evaluate(self, x: Array) -> Array:
        wide = x.astype(self.computed_in(self.operand_type(0).element).dtype)
        with quiet():
            y = np.asarray(self.compute(wide, tuple(self.axes), self.keepdims))
            return cast_array(y, x.dtype)

    def compute(self, x: Array, axes: tuple[int, ...], keepdims: bool) -> Any:
        """The numpy meaning on widened elements."""
        raise NotImplementedError(self.name)

    def decompose(self, b: Builder) -> Sequence[Value]:
        x = Term(b, self.input)
        return (self.build(x.cast(self.computed_in(x.element))).cast(x.element).value,)

    def build(self, x: Term) -> Term:
        """The same of other operations."""
        raise NotImplementedError(self.name)


class ReduceL1(ReduceComposite):
    """Sum of absolute values (ONNX ReduceL1)."""

    name = "mr.reduce_l1"
    whole = True

    def compute(self, x: Array, axes: tuple[int, ...], keepdims: bool) -> Any:
        return np.sum(np.abs(x), axis=axes, keepdims=keepdims, dtype=x.dtype)

    def build(self, x: Term) -> Term:
        return x.abs().sum(self.axes, self.keepdims)


class ReduceSumSquare(ReduceComposite):
    """Sum of squares (ONNX ReduceSumSquare)."""

    name = "mr.reduce_sum_square"
    whole = True

    def compute(self, x: Array, axes: tuple[int, ...], keepdims: bool) -> Any:
        return np.sum(x * x, axis=axes, keepdims=keepdims, dtype=x.dtype)

    def build(self, x: Term) -> Term:
        return x.square().sum(self.axes, self.keepdims)


class ReduceL2(ReduceComposite):
    """Root of the sum of squares (ONNX ReduceL2)."""

    name = "mr.reduce_l2"

    def compute(self, x: Array, axes: tuple[int, ...], keepdims: bool) -> Any:
        return np.sqrt(np.sum(x * x, axis=axes, keepdims=keepdims))

    def build(self, x: Term) -> Term:
        return x.square().sum(self.axes, self.keepdims).sqrt()


class ReduceLogSum(ReduceComposite):
    """Logarithm of the sum (ONNX ReduceLogSum)."""

    name = "mr.reduce_log_sum"

    def compute(self, x: Array, axes: tuple[int, ...], keepdims: bool) -> Any:
        return np.log(np.sum(x, axis=axes, keepdims=keepdims))

    def build(self, x: Term) -> Term:
        return x.sum(self.axes, self.keepdims).log()


class ReduceLogSumExp(ReduceComposite):
    """Logarithm of the sum of exponentials, without overflow (ONNX ReduceLogSumExp)."""

    name = "mr.reduce_log_sum_exp"

    def compute(self, x: Array, axes: tuple[int, ...], keepdims: bool) -> Any:
        for axis in axes:
            x = np.logaddexp.reduce(x, axis=axis, keepdims=True)
        return x if keepdims else np.squeeze(x, axis=axes)

    def build(self, x: Term) -> Term:
        top = x.max(self.axes)
        finite = top.abs().less(float("inf"))
        shift = finite.where(top, top.number(0.0))
        total = (x - shift).exp().sum(self.axes, self.keepdims).log()
        return total + shift.reshape(total.shape)


class ReduceVariance(ReduceComposite):
    """Mean squared distance from the mean; the divisor is the count less ``correction``
    (numpy var with ddof)."""

    name = "mr.reduce_variance"
    correction: int = attr(0)

    def compute(self, x: Array, axes: tuple[int, ...], keepdims: bool) -> Any:
        count = np.prod([x.shape[a] for a in axes], dtype=np.int64)
        d = x - mean_array(x, axes)
        total = np.sum(d * d, axis=axes, keepdims=keepdims)
        return total / x.dtype.type(max(count - self.correction, 0))

    def build(self, x: Term) -> Term:
        shape = self.operand_type(0).shape
        count = int(np.prod([shape[a] for a in self.axes], dtype=np.int64))
        total = (x - x.mean(self.axes)).square().sum(self.axes, self.keepdims)
        return total / float(max(count - self.correction, 0))
