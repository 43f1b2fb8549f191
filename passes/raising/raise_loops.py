"""``raise-loops``: ``scf.while`` and ``scf.for`` become ``mr.scan`` where the number of steps is
known, and what they read and write step by step becomes slices. Loops that depend on data stay."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from millrace.ir.core import Block, Operation
from millrace.ir.dialects import scf
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr.control import Scan
from millrace.ir.levels import Level
from millrace.passes.base import Pass, PassContext
from millrace.passes.raising.counted import raise_for, raise_while
from millrace.passes.raising.last_values import drop_fixed_carries, share_last_values
from millrace.passes.raising.slices import raise_slices


@dataclass(frozen=True)
class RaiseLoops(Pass):
    """Counted loops become ``mr.scan``; reads and writes at the step number become slices."""

    name: ClassVar[str] = "raise-loops"
    requires: ClassVar[Level | tuple[Level, ...]] = Level.GRAPH

    def run(self, module: Module, ctx: PassContext) -> None:
        for f in module.functions():
            _visit(f.block, module, ctx)


def _visit(block: Block, module: Module, ctx: PassContext) -> None:
    """Inner loops first: they may make up the body of a loop that can be raised then."""
    for op in block:
        for region in op.regions:
            for inner in region.blocks:
                _visit(inner, module, ctx)
        _raise(op, module, ctx)


def _raise(op: Operation, module: Module, ctx: PassContext) -> None:
    if isinstance(op, Scan):
        _slice(op, module, ctx)
        return
    where, before, after = op.loc, op.prev, op.next
    block = op.parent
    assert block is not None
    if isinstance(op, scf.While):
        with ctx.rewriter.atomic():
            done = raise_while(op, module, ctx)
    elif isinstance(op, scf.For):
        with ctx.rewriter.atomic():
            done = raise_for(op, module, ctx)
    else:
        return
    subject = where.describe() if where else op.name
    if not done:
        if isinstance(op, scf.While):
            with ctx.rewriter.atomic():
                drop_fixed_carries(op, ctx.rewriter)
        ctx.remark(subject, "stays a loop: its number of steps depends on data")
        return
    fresh = block.first if before is None else before.next
    while fresh is not None and fresh is not after:
        if isinstance(fresh, Scan):
            ctx.remark(subject, f"is a scan of {fresh.trip} steps")
            _slice(fresh, module, ctx)
            return
        fresh = fresh.next


def _slice(scan: Scan, module: Module, ctx: PassContext) -> None:
    new = raise_slices(scan, module, ctx)
    with ctx.rewriter.atomic():
        share_last_values(new, ctx.rewriter)
