"""``patch``: first layers band by band, so that large tensors between them never exist whole.

The tensor that is named is made in bands along its first axis; for each of them, just what it
needs of everything before it. Neighbouring bands need some of the same rows, which are computed
again: memory for instructions. Each number is computed as before, so that results are the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr.movement import shape_of
from millrace.ir.errors import CompileError
from millrace.ir.levels import Level
from millrace.passes.base import Pass, PassContext
from millrace.passes.graph.band_emit import emit_bands
from millrace.passes.graph.bands import plan_bands


@dataclass(frozen=True)
class Patch(Pass):
    """Makes the result of operation ``last`` of the entry in bands of ``rows`` rows (0: all at
    once), and what it needs from operation ``first`` on; operations count from 0. Without ``keep``
    each band makes anew what it shares with its neighbour."""

    name: ClassVar[str] = "patch"
    requires: ClassVar[Level | tuple[Level, ...]] = Level.GRAPH
    first: int = 0
    last: int = 0
    rows: int = 0
    keep: bool = True

    def run(self, module: Module, ctx: PassContext) -> None:
        if not self.rows:
            return
        ops = module.entry.block.ops
        if not 0 <= self.first <= self.last < len(ops):
            raise CompileError(f"patch: the entry has no operations {self.first} to {self.last}")
        plan = plan_bands(ops, self.first, self.last, self.rows, keep=self.keep)
        if plan is None:
            raise CompileError(str(ops[self.last].error("its result cannot be made in bands")))
        whole = shape_of(plan.last.results[0])[plan.axis]
        ctx.remark(plan.last, f"{whole} rows in {len(plan.bands)} bands of {self.rows}")
        with ctx.rewriter.atomic():
            made = emit_bands(plan, ctx.rewriter.before(plan.last))
            ctx.rewriter.replace(plan.last, made)
            for op in reversed(plan.ops[:-1]):
                ctx.rewriter.erase(op)
