"""``canonicalize``: local simplifications until nothing changes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from millrace.ir.core import Operation, Value
from millrace.ir.dialects import arith, scf, tensor
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.dialects.mr.control import Check, Scan
from millrace.ir.dialects.mr.kinds import Elementwise, TensorOp
from millrace.ir.dialects.mr.movement import Reshape, shape_of
from millrace.ir.levels import Level
from millrace.ir.opdef import SEGMENTS
from millrace.ir.rewriter import Rewriter
from millrace.ir.types import ShapedType
from millrace.passes.base import Pass, PassContext, Pattern, apply_patterns
from millrace.passes.graph.fold_constants import constant_of, fold_scalar
from millrace.passes.graph.last_step import LastStep


@dataclass(frozen=True)
class Canonicalize(Pass):
    """Applies the folds and canonical forms that operations bring along, and simplifies control
    flow and scalars whose operands are known."""

    name = "canonicalize"
    requires = (Level.GRAPH, Level.KERNEL, Level.LOOP)

    def run(self, module: Module, ctx: PassContext) -> None:
        apply_patterns(module, patterns(), ctx.rewriter)


def patterns() -> list[Pattern]:
    return [
        FoldHook(),
        CanonicalizeHook(),
        DroppedUnits(),
        ScalarConstants(),
        ScalarIdentity(),
        KnownSelect(),
        KnownIf(),
        ShortFor(),
        FullCount(),
        InvariantCarry(),
        LastStep(),
        PassedCheck(),
        ExtractOfElements(),
        ElementsOfExtract(),
    ]


def content_of(v: Value) -> np.ndarray[Any, Any] | None:
    """The array when ``v`` is an ``mr.constant``."""
    op = v.defining_op
    return op.value.array if isinstance(op, Constant) else None


def _replace_checked(op: Operation, values: Sequence[Value], rw: Rewriter) -> bool:
    got, want = [v.type for v in values], [r.type for r in op.results]
    if got != want:
        texts = (", ".join(map(str, types)) for types in (got, want))
        raise op.error("is replaced by values of types {}, not {}".format(*texts))
    rw.replace(op, *values)
    return True


class FoldHook(Pattern):
    """``TensorOp.fold``."""

    def match_and_rewrite(self, op: TensorOp, rw: Rewriter) -> bool:
        if type(op).fold is TensorOp.fold:
            return False
        values = op.fold([content_of(v) for v in op.operands])
        return values is not None and _replace_checked(op, values, rw)


class CanonicalizeHook(Pattern):
    """``TensorOp.canonicalize``."""

    def match_and_rewrite(self, op: TensorOp, rw: Rewriter) -> bool:
        if type(op).canonicalize is TensorOp.canonicalize:
            return False
        values = op.canonicalize(rw.before(op))
        return values is not None and _replace_checked(op, values, rw)


class DroppedUnits(Pattern):
    """An operand that lost leading dimensions of 1 broadcasts as it did before."""

    def match_and_rewrite(self, op: Elementwise, rw: Rewriter) -> bool:
        rank = len(shape_of(op.results[0]))
        changed = False
        for i, v in enumerate(op.operands):
            inner = v.defining_op
            if not isinstance(inner, Reshape):
                continue
            before, after = shape_of(inner.input), shape_of(v)
            lead = len(before) - len(after)
            if 0 < lead <= rank - len(after) and before == (1,) * lead + after:
                rw.set_operand(op, i, inner.input)
                changed = True
        return changed


class ScalarConstants(Pattern):
    """Arithmetic on scalar constants."""

    def match_and_rewrite(self, op: Operation, rw: Rewriter) -> bool:
        return fold_scalar(op, rw)


class ScalarIdentity(Pattern):
    """``x + 0``, ``x - 0``, ``x * 1``, ``x / 1`` on integers."""

    _right_neutral = {arith.AddI: 0, arith.SubI: 0, arith.MulI: 1, arith.DivSI: 1}
    _commutes = frozenset({arith.AddI, arith.MulI})

    def match_and_rewrite(self, op: arith.IntBinary, rw: Rewriter) -> bool:
        neutral = self._right_neutral.get(type(op))
        if neutral is None:
            return False
        pairs = [(op.lhs, op.rhs)]
        if type(op) in self._commutes:
            pairs.append((op.rhs, op.lhs))
        for kept, other in pairs:
            c = constant_of(other)
            if c is not None and int(c.value) == neutral:
                rw.replace(op, kept)
                return True
        return False


class KnownSelect(Pattern):
    """A select whose condition is constant or whose two values are one."""

    def match_and_rewrite(self, op: arith.Select, rw: Rewriter) -> bool:
        c = constant_of(op.condition)
        if op.true_value is op.false_value:
            rw.replace(op, op.true_value)
        elif c is not None:
            rw.replace(op, op.true_value if c.value else op.false_value)
        else:
            return False
        return True


class KnownIf(Pattern):
    """``scf.if`` on a constant: the branch taken stands in its place."""

    def match_and_rewrite(self, op: scf.If, rw: Rewriter) -> bool:
        c = constant_of(op.condition)
        if c is None:
            return False
        taken = op.then_block if c.value else op.else_block
        rw.replace(op, *rw.inline_block(taken, op, ()))
        return True


class ShortFor(Pattern):
    """``scf.for`` that runs never or once."""

    def match_and_rewrite(self, op: scf.For, rw: Rewriter) -> bool:
        bounds = [constant_of(v) for v in (op.lower, op.upper, op.step)]
        values = [int(c.value) for c in bounds if c is not None]
        if len(values) != 3 or values[2] <= 0:
            return False
        trips = len(range(*values))
        if trips == 0:
            rw.replace(op, *op.inits)
        elif trips == 1:
            rw.replace(op, *rw.inline_block(op.block, op, (op.lower, *op.inits)))
        else:
            return False
        return True


class FullCount(Pattern):
    """``mr.scan`` whose run-time count is constant and equal to its trip needs none."""

    def match_and_rewrite(self, op: Scan, rw: Rewriter) -> bool:
        if op.count is None:
            return False
        c = constant_of(op.count)
        if c is None or c.value != op.trip:
            return False
        sizes = (len(op.inits), len(op.xs), 0)
        rw.set_operands(op, op.operands[:-1])
        rw.set_attr(op, SEGMENTS, sizes)
        return True


class InvariantCarry(Pattern):
    """A carry of ``mr.scan`` that no step changes is a value from outside; ``prune`` drops it."""

    def match_and_rewrite(self, op: Scan, rw: Rewriter) -> bool:
        changed = False
        yielded = op.block.terminator.operands
        for i, init in enumerate(op.inits):
            arg = op.block.args[1 + i]
            if yielded[i] is not arg and yielded[i] is not init:
                continue
            for old in (arg, op.results[i]):
                if any(u.op is not op.block.terminator or u.index != i for u in old.uses):
                    rw.replace_value(old, init)
                    changed = True
        return changed


class PassedCheck(Pattern):
    """``mr.check`` of a constant truth."""

    def match_and_rewrite(self, op: Check, rw: Rewriter) -> bool:
        c = constant_of(op.condition)
        if c is None or not c.value:
            return False
        rw.erase(op)
        return True


class ExtractOfElements(Pattern):
    """An element of ``tensor.from_elements`` at constant indices, or of a tensor of one
    element."""

    def match_and_rewrite(self, op: tensor.Extract, rw: Rewriter) -> bool:
        source = op.tensor.defining_op
        if not isinstance(source, tensor.FromElements):
            return False
        t = source.result.type
        assert isinstance(t, ShapedType)
        indices = [constant_of(v) for v in op.indices]
        at = [int(c.value) for c in indices if c is not None]
        if len(at) != len(t.shape) or not all(0 <= i < n for i, n in zip(at, t.shape, strict=True)):
            return False
        flat = int(np.ravel_multi_index(at, t.shape)) if at else 0
        rw.replace(op, source.elements[flat])
        return True


class ElementsOfExtract(Pattern):
    """``from_elements(extract(t))`` of a rank-0 tensor is the tensor."""

    def match_and_rewrite(self, op: tensor.FromElements, rw: Rewriter) -> bool:
        if len(op.elements) != 1:
            return False
        source = op.elements[0].defining_op
        if not isinstance(source, tensor.Extract) or source.tensor.type != op.result.type:
            return False
        rw.replace(op, source.tensor)
        return True
