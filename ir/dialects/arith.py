"""Scalar and vector arithmetic, as upstream ``arith``.

All operations work alike on scalars and on vectors of any length. Differences from upstream's
undefined corners, so that nothing is undefined: ``fptosi``/``fptoui`` saturate (NaN gives 0);
integer division by zero gives 0 (a check goes before it where the source asks for an error);
MIN / -1 wraps; shifts by the width or more give 0, or the sign for ``shrsi``.
"""

from __future__ import annotations

from collections.abc import Sequence

from millrace.ir.attributes import DialectAttr, Scalar
from millrace.ir.core import Operation, OpResult, Value
from millrace.ir.opdef import attr, operand, result
from millrace.ir.types import I1, Type, VectorType

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


class IntBinary(Binary):
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


class SubI(IntBinary):
    name = "arith.subi"


class MulI(IntBinary):
    name = "arith.muli"


class DivSI(IntBinary):
    name = "arith.divsi"


class DivUI(IntBinary):
    name = "arith.divui"


class RemSI(IntBinary):
    name = "arith.remsi"


class RemUI(IntBinary):
    name = "arith.remui"


class FloorDivSI(IntBinary):
    name = "arith.floordivsi"


class AndI(IntBinary):
    name = "arith.andi"


class OrI(IntBinary):
    name = "arith.ori"


class XOrI(IntBinary):
    name = "arith.xori"


class ShLI(IntBinary):
    name = "arith.shli"


class ShRSI(IntBinary):
    name = "arith.shrsi"


class ShRUI(IntBinary):
    name = "arith.shrui"


class MaxSI(IntBinary):
    name = "arith.maxsi"


class MinSI(IntBinary):
    name = "arith.minsi"


class MaxUI(IntBinary):
    name = "arith.maxui"


class MinUI(IntBinary):
    name = "arith.minui"


class NegF(Operation):
    name = "arith.negf"
    operand: Value = operand()
    fastmath: DialectAttr | None = attr(None)
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        return (self.operand.type,)


class CmpI(Operation):
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


class Cast(Operation):
    """One operand; the result type is given."""

    input: Value = operand()
    result: OpResult = result()


class ExtF(Cast):
    name = "arith.extf"


class TruncF(Cast):
    name = "arith.truncf"


class ExtSI(Cast):
    name = "arith.extsi"


class ExtUI(Cast):
    name = "arith.extui"


class TruncI(Cast):
    name = "arith.trunci"


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


class IndexCastUI(Cast):
    name = "arith.index_castui"


class Bitcast(Cast):
    name = "arith.bitcast"


def cmp_i(predicate: str) -> int:
    return INT_PREDICATES.index(predicate)


def cmp_f(predicate: str) -> int:
    return FLOAT_PREDICATES.index(predicate)
