"""``decompose``: composite operations become others of the dialect."""

from __future__ import annotations

from dataclasses import dataclass

from millrace.ir.core import Operation
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr.kinds import Composite
from millrace.ir.errors import CompileError
from millrace.ir.rewriter import Rewriter
from millrace.passes.base import Pass, PassContext

DEPTH = 32


@dataclass(frozen=True)
class Decompose(Pass):
    """Replaces composite operations (softmax, layer norm, ...) by what they are made of."""

    name = "decompose"
    mandatory = True

    def run(self, module: Module, ctx: PassContext) -> None:
        visit(module, ctx.rewriter, 0)


def visit(op: Operation, rw: Rewriter, depth: int) -> None:
    """Decompose everything nested in ``op``."""
    for region in op.regions:
        for block in region.blocks:
            for inner in block:
                if isinstance(inner, Composite):
                    decompose(inner, rw, depth)
                else:
                    visit(inner, rw, depth)


def decompose(op: Composite, rw: Rewriter, depth: int = 0) -> None:
    """Replace one operation; the composites it is made of follow."""
    if depth >= DEPTH:
        raise CompileError(f"{op!r} decomposes more than {DEPTH} levels deep")
    block, start = op.parent, op.prev
    assert block is not None
    with rw.atomic():
        values = list(op.decompose(rw.before(op)))
        got, want = [v.type for v in values], [r.type for r in op.results]
        if got != want:
            texts = (", ".join(map(str, types)) for types in (got, want))
            raise op.error("decomposes into values of types {}, not {}".format(*texts))
        end = op.next
        rw.replace(op, *values)
    at = block.first if start is None else start.next
    while at is not None and at is not end:
        following = at.next
        if isinstance(at, Composite):
            decompose(at, rw, depth + 1)
        else:
            visit(at, rw, depth + 1)
        at = following
