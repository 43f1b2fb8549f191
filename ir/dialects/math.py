"""Elementary functions, as upstream ``math``; scalars and vectors alike.

``passes/loop/expand_math.py`` turns those on f32 into vectorizable polynomials; what remains
becomes an LLVM intrinsic or a libm call.
"""

from __future__ import annotations

from collections.abc import Sequence

from millrace.ir.attributes import DialectAttr
from millrace.ir.core import Operation, OpResult, Value
from millrace.ir.dialects.arith import truth_type
from millrace.ir.int_range import InfersIntRange, IntRange
from millrace.ir.opdef import attr, operand, result
from millrace.ir.types import Type


class Unary(Operation):
    operand: Value = operand()
    fastmath: DialectAttr | None = attr(None)
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        return (self.operand.type,)


class BinaryMath(Operation):
    lhs: Value = operand()
    rhs: Value = operand()
    fastmath: DialectAttr | None = attr(None)
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        if self.lhs.type != self.rhs.type:
            raise self.error(f"operand types differ: {self.lhs.type} and {self.rhs.type}")
        return (self.lhs.type,)


class AbsF(Unary):
    name = "math.absf"


class AbsI(Unary, InfersIntRange):
    name = "math.absi"

    def infer_range(self, x: IntRange) -> IntRange | None:  # type: ignore[override]
        return IntRange(max(x.low, -x.high, 0), max(-x.low, x.high))


class Ceil(Unary):
    name = "math.ceil"


class Floor(Unary):
    name = "math.floor"


class Round(Unary):
    """Half away from zero."""

    name = "math.round"


class RoundEven(Unary):
    """Half to even."""

    name = "math.roundeven"


class Trunc(Unary):
    name = "math.trunc"


class Sqrt(Unary):
    name = "math.sqrt"


class Rsqrt(Unary):
    name = "math.rsqrt"


class Exp(Unary):
    name = "math.exp"


class Exp2(Unary):
    name = "math.exp2"


class ExpM1(Unary):
    name = "math.expm1"


class Log(Unary):
    name = "math.log"


class Log1p(Unary):
    name = "math.log1p"


class Log2(Unary):
    name = "math.log2"


class Log10(Unary):
    name = "math.log10"


class Sin(Unary):
    name = "math.sin"


class Cos(Unary):
    name = "math.cos"


class Tan(Unary):
    name = "math.tan"


class Asin(Unary):
    name = "math.asin"


class Acos(Unary):
    name = "math.acos"


class Atan(Unary):
    name = "math.atan"


class Sinh(Unary):
    name = "math.sinh"


class Cosh(Unary):
    name = "math.cosh"


class Tanh(Unary):
    name = "math.tanh"


class Asinh(Unary):
    name = "math.asinh"


class Acosh(Unary):
    name = "math.acosh"


class Atanh(Unary):
    name = "math.atanh"


class Erf(Unary):
    name = "math.erf"


class CountLeadingZeros(Unary):
    name = "math.ctlz"


class CtPop(Unary):
    name = "math.ctpop"


class Atan2(BinaryMath):
    name = "math.atan2"


class PowF(BinaryMath):
    name = "math.powf"


class CopySign(BinaryMath):
    name = "math.copysign"


class IsNaN(Operation):
    name = "math.isnan"
    operand: Value = operand()
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        return (truth_type(self.operand.type),)


class IsInf(Operation):
    name = "math.isinf"
    operand: Value = operand()
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        return (truth_type(self.operand.type),)


class Fma(Operation):
    """``a * b + c``, rounded once."""

    name = "math.fma"
    a: Value = operand()
    b: Value = operand()
    c: Value = operand()
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        return (self.a.type,)
