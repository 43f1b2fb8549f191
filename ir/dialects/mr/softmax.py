"""The softmax family."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from millrace.ir.core import OpResult, Value
from millrace.ir.dialects.mr.compose import Term
from millrace.ir.dialects.mr.kinds import EXACT, Array, Composite, Tolerance
from millrace.ir.dialects.mr.reduction import ArgMax
from millrace.ir.dialects.mr.support import FLOATS, constant, quiet, widen_array
from millrace.ir.opdef import attr, operand, result
from millrace.ir.types import I64, Type

if TYPE_CHECKING:
    from millrace.ir.builder import Builder


class AlongAxis(Composite):
    """A function of the vectors along ``axis`` (not negative), of the input's type; computed in
    f32 or wider."""

    tolerance = Tolerance(accumulates=True)
    input: Value = operand()
    axis: int = attr()
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        t = self.operand_type(0)
        if t.element not in FLOATS:
            raise self.error(f"not defined on {t.element}")
        if not 0 <= self.axis < t.rank:
            raise self.error(f"axis {self.axis} of a tensor of rank {t.rank}")
        return (t,)

    def evaluate(self, x: Array) -> Array:
        if x.size == 0:
            return x
        with quiet():
            return np.asarray(self.compute(widen_array(x))).astype(x.dtype, copy=False)

    def compute(self, x: Array | None) -> Any:
        """The numpy meaning on widened elements."""
        raise NotImplementedError(self.name)

    def decompose(self, b: Builder) -> Sequence[Value]:
        x = Term(b, self.input)
        if 0 in x.shape:
            return (self.input,)
        return (self.build(x.widened()).cast(x.element).value,)

    def build(self, x: Term) -> Term:
        """The same of other operations."""
        raise NotImplementedError(self.name)


class Softmax(AlongAxis):
    """exp(x) / sum(exp(x)) (ONNX Softmax since 13)."""

    name = "mr.softmax"

    def compute(self, x: Any) -> Any:
        e = np.exp(x - np.max(x, axis=self.axis, keepdims=True))
        return e / np.sum(e, axis=self.axis, keepdims=True)

    def build(self, x: Term) -> Term:
        e = (x - x.max([self.axis])).exp()
        return e * e.sum([self.axis]).reciprocal()


class LogSoftmax(AlongAxis):
    """log(softmax(x)) without loss (ONNX LogSoftmax since 13)."""

    name = "mr.log_softmax"
    tolerance = Tolerance(accumulates=True, absolute=1e-6)

    def compute(self, x: Any) -> Any:
        d = x - np.max(x, axis=self.axis, keepdims=True)
        return d - np.log(np.sum(np.exp(d), axis=self.axis, keepdims=True))

    def build(self, x: Term) -> Term:
        d = x - x.max([self.axis])
        return d - d.exp().sum([self.axis]).log()


class Hardmax(AlongAxis):
    """1 at the first largest element, 0 elsewhere (ONNX Hardmax since 13)."""

    name = "mr.hardmax"
    tolerance = EXACT

    def compute(self, x: Any) -> Any:
        y = np.zeros_like(x)
        at = np.expand_dims(np.argmax(x, axis=self.axis), self.axis)
        np.put_along_axis(y, at, 1, axis=self.axis)
        return y

    def build(self, x: Term) -> Term:
        at = x.apply(ArgMax, axes=[self.axis], keepdims=True)
        place = Term(x.b, constant(x.b, np.arange(x.shape[self.axis]), I64))
        return place.along(self.axis, len(x.shape)).equal(at).cast(x.element)
