"""materialize: a contraction's run-time operand is brought into an order that vectors can read.

Where an operand varies along the innermost dimension of the result, neighbours in that dimension
should be neighbours in memory: vectors load them, and everything else is broadcast. Constants are
packed at compile time whatever their order; a run-time operand in another order (the keys of an
attention) is copied once, when each of its elements is used often enough to pay for that.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import ClassVar

from millrace.ir.affine import AffineMap, Dim, dims_of
from millrace.ir.builder import Builder
from millrace.ir.core import Value
from millrace.ir.dialects import linalg
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr import constant
from millrace.ir.dialects.mr.movement import Transpose, shape_of
from millrace.ir.levels import Level
from millrace.passes.base import Pass, PassContext
from millrace.passes.kernel.structure import identity_copy

WORTH_COPYING = 4
"""Uses of each element from which on a copy pays."""


@dataclass(frozen=True)
class Materialize(Pass):
    """Copy run-time operands of contractions into vector order."""

    name: ClassVar[str] = "materialize"
    requires: ClassVar[Level | tuple[Level, ...]] = Level.KERNEL
    ensures: ClassVar[Level | None] = Level.KERNEL
    mandatory: ClassVar[bool] = True

    def run(self, module: Module, ctx: PassContext) -> None:
        for op in list(module.walk()):
            if isinstance(op, linalg.Generic) and 0 < op.num_parallel < op.num_loops:
                for i in range(len(op.inputs)):
                    _operand(op, i, ctx)


def _operand(g: linalg.Generic, i: int, ctx: PassContext) -> None:
    v, m = g.inputs[i], g.indexing_maps[i]
    inner = g.num_parallel - 1
    used = {d for e in m.results for d in dims_of(e)}
    if inner not in used or isinstance(v.defining_op, constant.Constant):
        return
    uses = math.prod(g.ranges[d] for d in range(g.num_parallel) if d not in used)
    at = next((k for k, e in enumerate(m.results) if e == Dim(inner)), None)
    if uses < WORTH_COPYING or at is None:
        return
    b = Builder.before(g)
    last = len(m.results) - 1
    if at == last:
        if _last_dimension_strided(v):
            ctx.rewriter.set_operand(g, i, identity_copy(v, b))
        return
    perm = [k for k in range(len(m.results)) if k != at] + [at]
    copied = identity_copy(b.value(Transpose, v, perm=perm), b)
    maps = list(g.indexing_maps)
    maps[i] = AffineMap(m.num_dims, tuple(m.results[p] for p in perm))
    ctx.rewriter.set_operand(g, i, copied)
    ctx.rewriter.set_attr(g, "indexing_maps", tuple(maps))


def _last_dimension_strided(v: Value) -> bool:
    """True when the value is a transposed view whose last dimension is not the source's."""
    op = v.defining_op
    if not isinstance(op, Transpose):
        return False
    shape = shape_of(op.input)
    moved = [p for p in op.perm if shape[p] != 1]
    return bool(moved) and moved[-1] != max(moved)
