"""Scalar and vector arithmetic, as upstream ``arith``.

All operations work alike on scalars and on vectors of any length. Differences from upstream's
undefined corners, so that nothing is undefined: ``fptosi``/``fptoui`` saturate (NaN gives 0);
integer division by zero gives 0 (a check goes before it where the source asks for an error);
MIN / -1 wraps; shifts by the width or more give 0, or the sign for ``shrsi``.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence

from millrace.ir.attributes import DialectAttr, Scalar
from millrace.ir.core import Operation, OpResult, Value
from millrace.ir.int_range import EITHER, InfersIntRange, IntRange, compare
from millrace.ir.opdef import attr, operand, result
from millrace.ir.types import I1, IntegerType, Type, VectorType

CONTRACT = DialectAttr("arith.fastmath<contract>")
REASSOC_CONTRACT = DialectAttr("arith.fastmath<reassoc,contract>")

INT_PREDICATES = ("eq", "ne", "slt", "sle", "sgt", "sge", "ult", "ule", "ugt", "uge")
FLOAT_PREDICATES = (
    "false",
    "oeq",
    "ogt",
    "oge",
    "olt",
    "ole",
    "one",
    "ord",
    "ueq",
    "ugt",
    "uge",
    "ult",
    "ule",
    "une",
    "uno",
    "true",
)


def truth_type(t: Type) -> Type:
    """``i1``, or a vector of ``i1`` of the same length."""
    return VectorType(t.shape, I1) if isinstance(t, VectorType) else I1


class Constant(Operation):
    """``arith.constant``: a scalar, or a vector whose elements are all equal."""

    name = "arith.constant"
    value: Scalar = attr()
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        return (self.value.type,)


class Binary(Operation):
    """Two operands and a result of one type."""

    lhs: Value = operand()
    rhs: Value = operand()
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        if self.lhs.type != self.rhs.type:
            raise self.error(f"operand types differ: {self.lhs.type} and {self.rhs.type}")
        return (self.lhs.type,)


class FloatBinary(Binary):
    fastmath: DialectAttr | None = attr(None)


class IntBinary(Binary, InfersIntRange):
    pass


class AddF(FloatBinary):
    name = "arith.addf"


class SubF(FloatBinary):
    name = "arith.subf"


class MulF(FloatBinary):
    name = "arith.mulf"


class DivF(FloatBinary):
    name = "arith.divf"


class RemF(FloatBinary):
    """C ``fmod``: the sign of the dividend."""

    name = "arith.remf"


class MaximumF(FloatBinary):
    """NaN if either is NaN."""

    name = "arith.maximumf"


class MinimumF(FloatBinary):
    """NaN if either is NaN."""

    name = "arith.minimumf"


class MaxNumF(FloatBinary):
    """The other operand if one is NaN."""

    name = "arith.maxnumf"


class MinNumF(FloatBinary):
    """The other operand if one is NaN."""

    name = "arith.minnumf"


class AddI(IntBinary):
    name = "arith.addi"

    def infer_range(self, x: IntRange, y: IntRange) -> IntRange | None:  # type: ignore[override]
        return IntRange(x.low + y.low, x.high + y.high)


class SubI(IntBinary):
    name = "arith.subi"

    def infer_range(self, x: IntRange, y: IntRange) -> IntRange | None:  # type: ignore[override]
        return IntRange(x.low - y.high, x.high - y.low)


class MulI(IntBinary):
    name = "arith.muli"

    def infer_range(self, x: IntRange, y: IntRange) -> IntRange | None:  # type: ignore[override]
        return x.corners(y, operator.mul)


class DivSI(IntBinary):
    name = "arith.divsi"

    def infer_range(self, x: IntRange, y: IntRange) -> IntRange | None:  # type: ignore[override]
        return x.corners(y, _truncated) if y.low > 0 or y.high < 0 else None


class DivUI(IntBinary):
    name = "arith.divui"

    def infer_range(self, x: IntRange, y: IntRange) -> IntRange | None:  # type: ignore[override]
        return x.corners(y, operator.floordiv) if x.low >= 0 and y.low > 0 else None


class RemSI(IntBinary):
    name = "arith.remsi"

    def infer_range(self, x: IntRange, y: IntRange) -> IntRange | None:  # type: ignore[override]
        if y.low <= 0:
            return None
        most = y.high - 1
        return IntRange(max(-most, min(x.low, 0)), min(most, max(x.high, 0)))


class RemUI(IntBinary):
    name = "arith.remui"

    def infer_range(self, x: IntRange, y: IntRange) -> IntRange | None:  # type: ignore[override]
        if x.low < 0 or y.low <= 0:
            return None
        return IntRange(0, min(x.high, y.high - 1))


class FloorDivSI(IntBinary):
    name = "arith.floordivsi"

    def infer_range(self, x: IntRange, y: IntRange) -> IntRange | None:  # type: ignore[override]
        return x.corners(y, operator.floordiv) if y.low > 0 or y.high < 0 else None


class AndI(IntBinary):
    name = "arith.andi"

    def infer_range(self, x: IntRange, y: IntRange) -> IntRange | None:  # type: ignore[override]
        if x.is_point and y.is_point:
            return IntRange(x.low & y.low, x.low & y.low)
        tops = [r.high for r in (x, y) if r.low >= 0]
        return IntRange(0, min(tops)) if tops else None


class OrI(IntBinary):
    name = "arith.ori"

    def infer_range(self, x: IntRange, y: IntRange) -> IntRange | None:  # type: ignore[override]
        if x.low < 0 or y.low < 0:
            return None
        return IntRange(max(x.low, y.low), _ones(max(x.high, y.high)))


class XOrI(IntBinary):
    name = "arith.xori"

    def infer_range(self, x: IntRange, y: IntRange) -> IntRange | None:  # type: ignore[override]
        return IntRange(0, _ones(max(x.high, y.high))) if min(x.low, y.low) >= 0 else None


class ShLI(IntBinary):
    name = "arith.shli"

    def infer_range(self, x: IntRange, y: IntRange) -> IntRange | None:  # type: ignore[override]
        known = y.low >= 0 and y.high < 64
        return x.corners(y, lambda a, n: a << n) if known else None


class ShRSI(IntBinary):
    name = "arith.shrsi"

    def infer_range(self, x: IntRange, y: IntRange) -> IntRange | None:  # type: ignore[override]
        return x.corners(y, lambda a, n: a >> min(n, 64)) if y.low >= 0 else None


class ShRUI(IntBinary):
    name = "arith.shrui"

    def infer_range(self, x: IntRange, y: IntRange) -> IntRange | None:  # type: ignore[override]
        return x.corners(y, lambda a, n: a >> min(n, 64)) if min(x.low, y.low) >= 0 else None


class MaxSI(IntBinary):
    name = "arith.maxsi"

    def infer_range(self, x: IntRange, y: IntRange) -> IntRange | None:  # type: ignore[override]
        return IntRange(max(x.low, y.low), max(x.high, y.high))


class MinSI(IntBinary):
    name = "arith.minsi"

    def infer_range(self, x: IntRange, y: IntRange) -> IntRange | None:  # type: ignore[override]
        return IntRange(min(x.low, y.low), min(x.high, y.high))


class MaxUI(IntBinary):
    name = "arith.maxui"

    def infer_range(self, x: IntRange, y: IntRange) -> IntRange | None:  # type: ignore[override]
        if min(x.low, y.low) < 0:
            return None
        return IntRange(max(x.low, y.low), max(x.high, y.high))


class MinUI(IntBinary):
    name = "arith.minui"

    def infer_range(self, x: IntRange, y: IntRange) -> IntRange | None:  # type: ignore[override]
        if min(x.low, y.low) < 0:
            return None
        return IntRange(min(x.low, y.low), min(x.high, y.high))


class NegF(Operation):
    name = "arith.negf"
    operand: Value = operand()
    fastmath: DialectAttr | None = attr(None)
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        return (self.operand.type,)


class CmpI(Operation, InfersIntRange):
    """``predicate`` indexes INT_PREDICATES."""

    name = "arith.cmpi"
    lhs: Value = operand()
    rhs: Value = operand()
    predicate: int = attr()
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        if self.lhs.type != self.rhs.type:
            raise self.error(f"operand types differ: {self.lhs.type} and {self.rhs.type}")
        return (truth_type(self.lhs.type),)

    def infer_range(self, x: IntRange, y: IntRange) -> IntRange | None:  # type: ignore[override]
        name = INT_PREDICATES[self.predicate]
        if name in ("eq", "ne"):
            return compare(name, x, y)
        truths = truth_type(self.lhs.type) == self.lhs.type
        comparable = not truths if name[0] == "s" else min(x.low, y.low) >= 0
        return compare(name[1:], x, y) if comparable else EITHER


class CmpF(Operation):
    """``predicate`` indexes FLOAT_PREDICATES."""

    name = "arith.cmpf"
    lhs: Value = operand()
    rhs: Value = operand()
    predicate: int = attr()
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        if self.lhs.type != self.rhs.type:
            raise self.error(f"operand types differ: {self.lhs.type} and {self.rhs.type}")
        return (truth_type(self.lhs.type),)


class Select(Operation):
    name = "arith.select"
    condition: Value = operand()
    true_value: Value = operand()
    false_value: Value = operand()
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        if self.true_value.type != self.false_value.type:
            raise self.error("the two values differ in type")
        return (self.true_value.type,)


class Cast(Operation, InfersIntRange):
    """One operand; the result type is given."""

    input: Value = operand()
    result: OpResult = result()


class ExtF(Cast):
    name = "arith.extf"


class TruncF(Cast):
    name = "arith.truncf"


class ExtSI(Cast):
    name = "arith.extsi"

    def infer_range(self, x: IntRange) -> IntRange | None:  # type: ignore[override]
        return _extended(self, x)


class ExtUI(Cast):
    name = "arith.extui"

    def infer_range(self, x: IntRange) -> IntRange | None:  # type: ignore[override]
        if x.low >= 0:
            return x
        t = self.input.type
        return IntRange(0, (1 << t.width) - 1) if isinstance(t, IntegerType) else None


class TruncI(Cast):
    name = "arith.trunci"

    def infer_range(self, x: IntRange) -> IntRange | None:  # type: ignore[override]
        return x


class SIToFP(Cast):
    name = "arith.sitofp"


class UIToFP(Cast):
    name = "arith.uitofp"


class FPToSI(Cast):
    name = "arith.fptosi"


class FPToUI(Cast):
    name = "arith.fptoui"


class IndexCast(Cast):
    name = "arith.index_cast"

    def infer_range(self, x: IntRange) -> IntRange | None:  # type: ignore[override]
        return _extended(self, x)


class IndexCastUI(Cast):
    name = "arith.index_castui"

    def infer_range(self, x: IntRange) -> IntRange | None:  # type: ignore[override]
        return x if x.low >= 0 else None


class Bitcast(Cast):
    name = "arith.bitcast"


def cmp_i(predicate: str) -> int:
    return INT_PREDICATES.index(predicate)


def cmp_f(predicate: str) -> int:
    return FLOAT_PREDICATES.index(predicate)


def _truncated(a: int, b: int) -> int:
    """The quotient, rounded toward zero."""
    return a // b if (a < 0) == (b < 0) else -(-a // b)


def _ones(x: int) -> int:
    """The greatest number of as many bits."""
    return (1 << x.bit_length()) - 1


def _extended(op: Cast, x: IntRange) -> IntRange:
    """What a signed value stays when it is extended; the one bit of a truth value is its sign."""
    return IntRange(-x.high, -x.low) if op.input.type == I1 else x
