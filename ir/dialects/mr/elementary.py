"""Elementary functions of floats: roots, exponentials, trigonometry, rounding."""

from __future__ import annotations

import math as pymath
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from millrace.ir.core import Operation
from millrace.ir.dialects import math
from millrace.ir.dialects.mr.kinds import EXACT, Array, Tolerance
from millrace.ir.dialects.mr.support import FLOATS, Binary, Unary

if TYPE_CHECKING:
    from millrace.ir.scalar import ScalarBuilder, ScalarValue


class MathUnary(Unary):
    """A function of one float that numpy and the ``math`` dialect both have."""

    accepts = FLOATS
    tolerance = Tolerance(ulp=4)
    function: ClassVar[Callable[..., Any]]
    math_op: ClassVar[type[Operation]]

    def compute(self, x: Array) -> Any:
        return type(self).function(x)

    def formula(self, b: ScalarBuilder, x: ScalarValue) -> ScalarValue:
        return b.unary(self.math_op, x)


class Sqrt(MathUnary):
    """Square root (ONNX Sqrt)."""

    name = "mr.sqrt"
    tolerance = EXACT
    function = np.sqrt
    math_op = math.Sqrt


class Rsqrt(Unary):
    """1 / sqrt(x) (StableHLO rsqrt)."""

    name = "mr.rsqrt"
    accepts = FLOATS
    tolerance = Tolerance(ulp=2)

    def compute(self, x: Array) -> Any:
        return np.reciprocal(np.sqrt(x))

    def formula(self, b: ScalarBuilder, x: ScalarValue) -> ScalarValue:
        return b.div(b.const_like(1.0, x), b.sqrt(x))


class Exp(MathUnary):
    """e to the x (ONNX Exp)."""

    name = "mr.exp"
    function = np.exp
    math_op = math.Exp


class Expm1(MathUnary):
    """e to the x, minus 1, precise near 0 (StableHLO exponential_minus_one)."""

    name = "mr.expm1"
    function = np.expm1
    math_op = math.ExpM1


class Log(MathUnary):
    """Natural logarithm (ONNX Log)."""

    name = "mr.log"
    function = np.log
    math_op = math.Log


class Log1p(MathUnary):
    """Logarithm of 1 + x, precise near 0 (StableHLO log_plus_one)."""

    name = "mr.log1p"
    function = np.log1p
    math_op = math.Log1p


class Floor(MathUnary):
    """The next whole number below (ONNX Floor)."""

    name = "mr.floor"
    tolerance = EXACT
    function = np.floor
    math_op = math.Floor


class Ceil(MathUnary):
    """The next whole number above (ONNX Ceil)."""

    name = "mr.ceil"
    tolerance = EXACT
    function = np.ceil
    math_op = math.Ceil


class Trunc(MathUnary):
    """The next whole number toward zero (numpy trunc)."""

    name = "mr.trunc"
    tolerance = EXACT
    function = np.trunc
    math_op = math.Trunc


class Round(MathUnary):
    """The nearest whole number, half to even (ONNX Round)."""

    name = "mr.round"
    tolerance = EXACT
    function = np.rint
    math_op = math.RoundEven


class Sin(MathUnary):
    """Sine (ONNX Sin)."""

    name = "mr.sin"
    function = np.sin
    math_op = math.Sin


class Cos(MathUnary):
    """Cosine (ONNX Cos)."""

    name = "mr.cos"
    function = np.cos
    math_op = math.Cos


class Tan(MathUnary):
    """Tangent (ONNX Tan)."""

    name = "mr.tan"
    function = np.tan
    math_op = math.Tan


class Asin(MathUnary):
    """Inverse sine (ONNX Asin)."""

    name = "mr.asin"
    function = np.arcsin
    math_op = math.Asin


class Acos(MathUnary):
    """Inverse cosine (ONNX Acos)."""

    name = "mr.acos"
    function = np.arccos
    math_op = math.Acos


class Atan(MathUnary):
    """Inverse tangent (ONNX Atan)."""

    name = "mr.atan"
    function = np.arctan
    math_op = math.Atan


class Sinh(MathUnary):
    """Hyperbolic sine (ONNX Sinh)."""

    name = "mr.sinh"
    function = np.sinh
    math_op = math.Sinh


class Cosh(MathUnary):
    """Hyperbolic cosine (ONNX Cosh)."""

    name = "mr.cosh"
    function = np.cosh
    math_op = math.Cosh


class Tanh(MathUnary):
    """Hyperbolic tangent (ONNX Tanh)."""

    name = "mr.tanh"
    function = np.tanh
    math_op = math.Tanh


class Asinh(MathUnary):
    """Inverse hyperbolic sine (ONNX Asinh)."""

    name = "mr.asinh"
    function = np.arcsinh
    math_op = math.Asinh


class Acosh(MathUnary):
    """Inverse hyperbolic cosine (ONNX Acosh)."""

    name = "mr.acosh"
    function = np.arccosh
    math_op = math.Acosh


class Atanh(MathUnary):
    """Inverse hyperbolic tangent (ONNX Atanh)."""

    name = "mr.atanh"
    function = np.arctanh
    math_op = math.Atanh


def erf_array(x: Array) -> Array:
    """The error function; numpy has none."""
    values = np.fromiter(map(pymath.erf, x.ravel().tolist()), np.float64, count=x.size)
    return values.reshape(x.shape).astype(x.dtype)


class Erf(MathUnary):
    """Error function (ONNX Erf)."""

    name = "mr.erf"
    function = erf_array
    math_op = math.Erf


class Sigmoid(Unary):
    """1 / (1 + exp(-x)) (ONNX Sigmoid, StableHLO logistic)."""

    name = "mr.sigmoid"
    accepts = FLOATS
    tolerance = Tolerance(ulp=4)

    def compute(self, x: Array) -> Any:
        return 1 / (1 + np.exp(-x))

    def formula(self, b: ScalarBuilder, x: ScalarValue) -> ScalarValue:
        return b.sigmoid(x)


class Atan2(Binary):
    """The angle of the point (rhs, lhs) (StableHLO atan2)."""

    name = "mr.atan2"
    accepts = FLOATS
    tolerance = Tolerance(ulp=4)
    compute = staticmethod(np.arctan2)

    def formula(self, b: ScalarBuilder, x: ScalarValue, y: ScalarValue) -> ScalarValue:
        return b.binary(math.Atan2, x, y)
