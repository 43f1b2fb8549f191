"""Activation functions: elementwise functions of floats with parameters."""

from __future__ import annotations

import math as pymath
from typing import TYPE_CHECKING, Any

import numpy as np

from millrace.ir.dialects import math
from millrace.ir.dialects.mr.elementary import erf_array
from millrace.ir.dialects.mr.kinds import EXACT, Array, Tolerance
from millrace.ir.dialects.mr.support import FLOATS, NUMBERS, Binary, Unary
from millrace.ir.opdef import attr

if TYPE_CHECKING:
    from millrace.ir.scalar import ScalarBuilder, ScalarValue

HALF_SQRT = pymath.sqrt(0.5)
SQRT_2_OVER_PI = pymath.sqrt(2 / pymath.pi)


def softplus_formula(b: ScalarBuilder, x: ScalarValue) -> ScalarValue:
    """max(x, 0) + log1p(exp(-abs(x))): never overflows."""
    tail = b.unary(math.Log1p, b.exp(b.neg(b.abs(x))))
    return b.add(b.maximum(x, b.const_like(0.0, x)), tail)


class Activation(Unary):
    """A function of one float."""

    accepts = FLOATS
    tolerance = Tolerance(ulp=8)


class Relu(Unary):
    """max(x, 0) (ONNX Relu)."""

    name = "mr.relu"

    def compute(self, x: Array) -> Any:
        return np.maximum(x, np.zeros_like(x))

    def formula(self, b: ScalarBuilder, x: ScalarValue) -> ScalarValue:
        return b.maximum(x, b.const_like(0, x))


class LeakyRelu(Activation):
    """x, or alpha x below 0 (ONNX LeakyRelu)."""

    name = "mr.leaky_relu"
    tolerance = EXACT
    alpha: float = attr(0.01)

    def compute(self, x: Array) -> Any:
        return np.where(x < 0, x * x.dtype.type(self.alpha), x)

    def formula(self, b: ScalarBuilder, x: ScalarValue) -> ScalarValue:
        below = b.mul(x, b.const_like(self.alpha, x))
        return b.select(b.lt(x, b.const_like(0.0, x)), below, x)


class PRelu(Binary):
    """``lhs``, or ``lhs * rhs`` below 0 (ONNX PRelu)."""

    name = "mr.prelu"
    accepts = NUMBERS

    def compute(self, x: Array, slope: Array) -> Any:
        return np.where(x < 0, x * slope, x)

    def formula(self, b: ScalarBuilder, x: ScalarValue, slope: ScalarValue) -> ScalarValue:
        return b.select(b.lt(x, b.const_like(0, x)), b.mul(x, slope), x)


class Elu(Activation):
    """x, or alpha (exp(x) - 1) below 0 (ONNX Elu)."""

    name = "mr.elu"
    alpha: float = attr(1.0)

    def compute(self, x: Array) -> Any:
        return np.where(x < 0, x.dtype.type(self.alpha) * np.expm1(x), x)

    def formula(self, b: ScalarBuilder, x: ScalarValue) -> ScalarValue:
        below = b.mul(b.const_like(self.alpha, x), b.unary(math.ExpM1, x))
        return b.select(b.lt(x, b.const_like(0.0, x)), below, x)


class Selu(Activation):
    """gamma x, or gamma alpha (exp(x) - 1) up to 0 (ONNX Selu)."""

    name = "mr.selu"
    alpha: float = attr(1.67326319217681884765625)
    gamma: float = attr(1.05070102214813232421875)

    def compute(self, x: Array) -> Any:
        alpha, gamma = x.dtype.type(self.alpha), x.dtype.type(self.gamma)
        return np.where(x <= 0, gamma * (alpha * np.expm1(x)), gamma * x)

    def formula(self, b: ScalarBuilder, x: ScalarValue) -> ScalarValue:
        below = b.mul(b.const_like(self.alpha, x), b.unary(math.ExpM1, x))
        y = b.select(b.le(x, b.const_like(0.0, x)), below, x)
        return b.mul(b.const_like(self.gamma, x), y)


class Celu(Activation):
    """max(0, x) + min(0, alpha (exp(x / alpha) - 1)) (ONNX Celu)."""

    name = "mr.celu"
    alpha: float = attr(1.0)

    def compute(self, x: Array) -> Any:
        alpha = x.dtype.type(self.alpha)
        zero = x.dtype.type(0)
        return np.maximum(x, zero) + np.minimum(alpha * np.expm1(x / alpha), zero)

    def formula(self, b: ScalarBuilder, x: ScalarValue) -> ScalarValue:
        alpha, zero = b.const_like(self.alpha, x), b.const_like(0.0, x)
        tail = b.mul(alpha, b.unary(math.ExpM1, b.div(x, alpha)))
        return b.add(b.maximum(x, zero), b.minimum(tail, zero))


class Gelu(Activation):
    """x Phi(x); ``approximate`` is ``none`` (erf) or ``tanh`` (ONNX Gelu)."""

    name = "mr.gelu"
    tolerance = Tolerance(ulp=8, absolute=4e-7)
    approximate: str = attr("none")

    def verify_op(self) -> None:
        if self.approximate not in ("none", "tanh"):
            raise self.error(f"approximate is {self.approximate!r}, not 'none' or 'tanh'")

    def compute(self, x: Array) -> Any:
        t = x.dtype.type
        if self.approximate == "tanh":
            inner = t(SQRT_2_OVER_PI) * (x + t(0.044715) * x * x * x)
            return t(0.5) * x * (1 + np.tanh(inner))
        return t(0.5) * x * (1 + erf_array(np.asarray(x * t(HALF_SQRT))))

    def formula(self, b: ScalarBuilder, x: ScalarValue) -> ScalarValue:
        if self.approximate == "tanh":
            cube = b.mul(b.mul(x, x), b.mul(x, b.const_like(0.044715, x)))
            f = b.tanh(b.mul(b.const_like(SQRT_2_OVER_PI, x), b.add(x, cube)))
        else:
            f = b.erf(b.mul(x, b.const_like(HALF_SQRT, x)))
        half = b.mul(x, b.const_like(0.5, x))
        return b.mul(half, b.add(b.const_like(1.0, x), f))


class HardSigmoid(Activation):
    """alpha x + beta, bounded to [0, 1] (ONNX HardSigmoid)."""

    name = "mr.hard_sigmoid"
    tolerance = Tolerance(ulp=2, absolute=1.5e-7)
    alpha: float = attr(0.2)
    beta: float = attr(0.5)

    def compute(self, x: Array) -> Any:
        t = x.dtype.type
        return np.minimum(np.maximum(x * t(self.alpha) + t(self.beta), t(0)), t(1))

    def formula(self, b: ScalarBuilder, x: ScalarValue) -> ScalarValue:
        line = b.add(b.mul(x, b.const_like(self.alpha, x)), b.const_like(self.beta, x))
        return b.clamp(line, b.const_like(0.0, x), b.const_like(1.0, x))


class HardSwish(Activation):
    """x hard_sigmoid(x, 1/6, 1/2) (ONNX HardSwish)."""

    name = "mr.hard_swish"
    tolerance = Tolerance(ulp=4, absolute=1e-6)

    def compute(self, x: Array) -> Any:
        t = x.dtype.type
        return x * np.minimum(np.maximum(x * t(1 / 6) + t(0.5), t(0)), t(1))

    def formula(self, b: ScalarBuilder, x: ScalarValue) -> ScalarValue:
        line = b.add(b.mul(x, b.const_like(1 / 6, x)), b.const_like(0.5, x))
        return b.mul(x, b.clamp(line, b.const_like(0.0, x), b.const_like(1.0, x)))


class HardTanh(Activation):
    """Bounded to [-1, 1] or other bounds (torch Hardtanh)."""

    name = "mr.hard_tanh"
    tolerance = EXACT
    low: float = attr(-1.0)
    high: float = attr(1.0)

    def compute(self, x: Array) -> Any:
        t = x.dtype.type
        return np.minimum(np.maximum(x, t(self.low)), t(self.high))

    def formula(self, b: ScalarBuilder, x: ScalarValue) -> ScalarValue:
        return b.clamp(x, b.const_like(self.low, x), b.const_like(self.high, x))


class Softplus(Activation):
    """log(exp(x) + 1) (ONNX Softplus)."""

    name = "mr.softplus"

    def compute(self, x: Array) -> Any:
        return np.logaddexp(x, x.dtype.type(0))

    def formula(self, b: ScalarBuilder, x: ScalarValue) -> ScalarValue:
        return softplus_formula(b, x)


class Softsign(Activation):
    """x / (1 + abs(x)) (ONNX Softsign)."""

    name = "mr.softsign"
    tolerance = EXACT

    def compute(self, x: Array) -> Any:
        return x / (1 + np.abs(x))

    def formula(self, b: ScalarBuilder, x: ScalarValue) -> ScalarValue:
        return b.div(x, b.add(b.const_like(1.0, x), b.abs(x)))


class Mish(Activation):
    """x tanh(softplus(x)) (ONNX Mish)."""

    name = "mr.mish"
    tolerance = Tolerance(ulp=16)

    def compute(self, x: Array) -> Any:
        return x * np.tanh(np.logaddexp(x, x.dtype.type(0)))

    def formula(self, b: ScalarBuilder, x: ScalarValue) -> ScalarValue:
        return b.mul(x, b.tanh(softplus_formula(b, x)))


class ThresholdedRelu(Activation):
    """x above alpha, else 0 (ONNX ThresholdedRelu)."""

    name = "mr.thresholded_relu"
    tolerance = EXACT
    alpha: float = attr(1.0)

    def compute(self, x: Array) -> Any:
        return np.where(x > x.dtype.type(self.alpha), x, np.zeros_like(x))

    def formula(self, b: ScalarBuilder, x: ScalarValue) -> ScalarValue:
        return b.select(b.gt(x, b.const_like(self.alpha, x)), x, b.const_like(0.0, x))


class Shrink(Activation):
    """x + bias below -lambd, x - bias above lambd, else 0 (ONNX Shrink)."""

    name = "mr.shrink"
    tolerance = EXACT
    lambd: float = attr(0.5)
    bias: float = attr(0.0)

    def compute(self, x: Array) -> Any:
        t = x.dtype.type
        inner = np.where(x > t(self.lambd), x - t(self.bias), np.zeros_like(x))
        return np.where(x < -t(self.lambd), x + t(self.bias), inner)

    def formula(self, b: ScalarBuilder, x: ScalarValue) -> ScalarValue:
        bias, zero = b.const_like(self.bias, x), b.const_like(0.0, x)
        above = b.gt(x, b.const_like(self.lambd, x))
        below = b.lt(x, b.const_like(-self.lambd, x))
        return b.select(below, b.add(x, bias), b.select(above, b.sub(x, bias), zero))


class Swish(Activation):
    """x sigmoid(alpha x) (ONNX Swish; SiLU with alpha = 1)."""

    name = "mr.swish"
    alpha: float = attr(1.0)

    def compute(self, x: Array) -> Any:
        return x / (1 + np.exp(-x.dtype.type(self.alpha) * x))

    def formula(self, b: ScalarBuilder, x: ScalarValue) -> ScalarValue:
        scaled = x if self.alpha == 1.0 else b.mul(b.const_like(self.alpha, x), x)
        return b.mul(x, b.sigmoid(scaled))
