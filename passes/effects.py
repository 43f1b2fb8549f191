"""What operations do besides computing their results."""

from __future__ import annotations

from millrace.ir.core import Operation
from millrace.ir.dialects import arith, arm, func, linalg, math, memref, scf, tensor, vector
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr.control import Check
from millrace.ir.dialects.mr.kinds import Control, TensorOp

_VALUES: tuple[type[Operation], ...] = (
    TensorOp,
    arith.Constant,
    arith.Binary,
    arith.NegF,
    arith.CmpI,
    arith.CmpF,
    arith.Select,
    arith.Cast,
    math.Unary,
    math.BinaryMath,
    math.IsNaN,
    math.IsInf,
    math.Fma,
    tensor.Extract,
    tensor.FromElements,
    tensor.Insert,
    linalg.Index,
    vector.Broadcast,
    vector.Extract,
    vector.FromElements,
    vector.Shuffle,
    vector.Reduction,
    vector.Step,
    arm.Instruction,
    arm.InOrder,
    memref.View,
    memref.Subview,
    memref.Advance,
    memref.GetGlobal,
)
"""Classes whose results depend on operands and attributes alone."""

_HARMLESS: tuple[type[Operation], ...] = (
    *_VALUES,
    tensor.Empty,
    linalg.Generic,
    linalg.Fill,
    linalg.Yield,
    scf.If,
    scf.For,
    scf.While,
    scf.Yield,
    scf.Condition,
    memref.Load,
    memref.Alloc,
    vector.Load,
)
"""Classes that change nothing but their results, by themselves (regions are looked into)."""


def is_value(op: Operation) -> bool:
    """True when an equal operation with equal operands has equal results, so that one can stand
    for the other. Operations with regions are not looked at: False."""
    return isinstance(op, _VALUES) and not isinstance(op, Control)


class Effects:
    """Which operations may be dropped when nobody uses their results. Calls are looked
    through, with the answers remembered by function."""

    def __init__(self, module: Module) -> None:
        self._functions = {f.sym_name: f for f in module.functions()}
        self._pure: dict[str, bool] = {}

    def droppable(self, op: Operation) -> bool:
        return all(self._harmless(inner) for inner in op.walk())

    def _harmless(self, op: Operation) -> bool:
        if isinstance(op, func.Call):
            return self._pure_function(op.callee.name)
        return isinstance(op, _HARMLESS) and not isinstance(op, Check)

    def _pure_function(self, name: str) -> bool:
        known = self._pure.get(name)
        if known is not None:
            return known
        self._pure[name] = False  # holds while the body of a recursive function is looked at
        f = self._functions.get(name)
        pure = f is not None and all(
            self._harmless(inner)
            for op in f.block
            for inner in op.walk()
            if not isinstance(inner, func.Return)
        )
        self._pure[name] = pure
        return pure
