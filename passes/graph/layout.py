"""layout: transposes move toward the outputs, where they meet others and cancel.

Importers wrap channels-last operations (convolution, pooling) of a channels-first model in
transposes. Moving each below the operations that follow it leaves channels-last computation inside
and transposes only at the model's borders.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from millrace.ir.attributes import Dense
from millrace.ir.builder import Builder
from millrace.ir.core import Operation, Value
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr import assemble, constant, kinds, movement
from millrace.ir.dialects.mr.movement import Transpose, inverse_perm, shape_of
from millrace.ir.levels import Level
from millrace.ir.opdef import fields_with
from millrace.ir.rewriter import Rewriter
from millrace.passes.base import Pass, PassContext, Pattern, apply_patterns


@dataclass(frozen=True)
class Layout(Pass):
    """Move transposes below elementwise operations, reductions, concatenations and pads."""

    name: ClassVar[str] = "layout"
    requires: ClassVar[Level | tuple[Level, ...]] = Level.GRAPH

    def run(self, module: Module, ctx: PassContext) -> None:
        patterns = [
            UnitTranspose(),
            CancelTransposes(),
            SinkElementwise(),
            SinkReduction(),
            SinkConcat(),
            SinkPad(),
        ]
        apply_patterns(module, patterns, ctx.rewriter)


def _transposed(v: Value) -> Transpose | None:
    op = v.defining_op
    return op if isinstance(op, Transpose) else None


def moves_data(perm: Sequence[int], shape: Sequence[int]) -> bool:
    """False when only unit dimensions change places: such a transpose is a reshape."""
    order = [p for p in perm if shape[p] != 1]
    return order != sorted(order)


def undo(b: Builder, v: Value, perm: Sequence[int], rank: int) -> Value | None:
    """``v``, broadcast-compatible with a transposed tensor of ``rank``, as it is before the
    transposition; None when that would move data at run time."""
    shape = (1,) * (rank - len(shape_of(v))) + shape_of(v)
    back = inverse_perm(perm)
    t = _transposed(v)
    if t is not None and t.perm == tuple(perm):
        return t.input
    op = v.defining_op
    if isinstance(op, constant.Constant):
        array = op.value.array.reshape(shape).transpose(back)
        return b.value(constant.Constant, value=Dense(array), loc=op.loc)
    if moves_data(back, shape):
        return None
    return movement.reshape(b, v, [shape[p] for p in back])


class UnitTranspose(Pattern):
    """A transpose that only moves unit dimensions is a reshape."""

    def match_and_rewrite(self, op: Transpose, rw: Rewriter) -> bool:
        shape = shape_of(op.input)
        if moves_data(op.perm, shape):
            return False
        new = movement.reshape(rw.before(op), op.input, [shape[p] for p in op.perm])
        rw.replace(op, new)
        return True


class CancelTransposes(Pattern):
    """Two transposes in a row are one or none."""

    def match_and_rewrite(self, op: Transpose, rw: Rewriter) -> bool:
        inner = _transposed(op.input)
        if inner is None:
            return False
        perm = tuple(inner.perm[p] for p in op.perm)
        rw.replace(op, movement.transpose(rw.before(op), inner.input, perm))
        return True


class SinkElementwise(Pattern):
    """``f(transpose(x), c)`` becomes ``transpose(f(x, c'))``."""

    def match_and_rewrite(self, op: kinds.Elementwise, rw: Rewriter) -> bool:
        shape = shape_of(op.results[0])
        for v in op.operands:
            t = _transposed(v)
            if t is not None and len(t.perm) == len(shape):
                return self._sink(op, t.perm, len(shape), rw)
        return False

    def _sink(self, op: Operation, perm: tuple[int, ...], rank: int, rw: Rewriter) -> bool:
        b = rw.before(op)
        operands = [undo(b, v, perm, rank) for v in op.operands]
        if any(v is None for v in operands):
            return False
        new = b.create(type(op), **fields_with(op, operands))
        rw.replace(op, b.value(Transpose, new.results[0], perm=perm))
        return True


class SinkReduction(Pattern):
    """A reduction of a transposed tensor reduces other axes of the tensor itself."""

    def match_and_rewrite(self, op: kinds.Reduction, rw: Rewriter) -> bool:
        t = _transposed(op.input)
        if t is None or len(op.operands) != 1 or len(op.results) != 1:
            return False
        b = rw.before(op)
        axes = tuple(sorted(t.perm[a] for a in op.axes))
        fields = {**fields_with(op, [t.input]), "axes": axes}
        new = b.create(type(op), **fields)
        kept = [p for i, p in enumerate(t.perm) if op.keepdims or i not in op.axes]
        order = sorted(kept)
        perm = [order.index(p) for p in kept]
        rw.replace(op, movement.transpose(b, new.results[0], perm))
        return True


class SinkConcat(Pattern):
    """A concatenation of equally transposed tensors."""

    def match_and_rewrite(self, op: assemble.Concat, rw: Rewriter) -> bool:
        t = next((t for t in map(_transposed, op.operands) if t is not None), None)
        if t is None:
            return False
        b = rw.before(op)
        inputs = [undo(b, v, t.perm, len(t.perm)) for v in op.operands]
        if any(v is None for v in inputs):
            return False
        new = b.value(assemble.Concat, inputs, axis=t.perm[op.axis])
        rw.replace(op, b.value(Transpose, new, perm=t.perm))
        return True


class SinkPad(Pattern):
    """Padding of a transposed tensor."""

    def match_and_rewrite(self, op: assemble.Pad, rw: Rewriter) -> bool:
        t = _transposed(op.input)
        if t is None:
            return False
        b = rw.before(op)
        back = inverse_perm(t.perm)
        amounts = {"low": op.low, "high": op.high, "interior": op.interior}
        moved = {n: None if a is None else [a[i] for i in back] for n, a in amounts.items()}
        fields = {**fields_with(op, [t.input]), **moved}
        new = b.create(assemble.Pad, **fields)
        rw.replace(op, b.value(Transpose, new.results[0], perm=t.perm))
        return True
