"""sink-casts: a conversion to a wider type is made where its result is read.

The narrow tensor is what lies in memory: a mean over bytes reads bytes and widens them in its loop,
instead of storing words first. Bodies of generics take the conversion in."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from millrace.ir.affine import AffineMap, Dim, cst
from millrace.ir.builder import Builder
from millrace.ir.core import Value, clone
from millrace.ir.dialects import arith, linalg
from millrace.ir.dialects.builtin import Module
from millrace.ir.levels import Level
from millrace.ir.types import BF16, F16, element_of
from millrace.passes.base import Pass, PassContext

WIDENING = (arith.ExtSI, arith.ExtUI, arith.ExtF)


@dataclass(frozen=True)
class SinkCasts(Pass):
    """Move widening conversions into the bodies that read them."""

    name: ClassVar[str] = "sink-casts"
    requires: ClassVar[Level | tuple[Level, ...]] = Level.KERNEL
    ensures: ClassVar[Level | None] = Level.KERNEL

    def run(self, module: Module, ctx: PassContext) -> None:
        for op in list(module.walk()):
            if isinstance(op, linalg.Generic):
                for i in range(len(op.inputs)):
                    _sink(op, i, ctx)
        for op in reversed(list(module.walk())):
            unused = all(r.is_unused for r in op.results)
            if unused and isinstance(op, linalg.Generic) and _conversion(op) is not None:
                ctx.rewriter.erase(op)


def _sink(g: linalg.Generic, i: int, ctx: PassContext) -> None:
    """Let input ``i`` be what was converted."""
    source = g.inputs[i].defining_op
    if not isinstance(source, linalg.Generic) or source.parent is not g.parent:
        return
    cast = _conversion(source)
    through = None if cast is None else _through(source, g.indexing_maps[i])
    if cast is None or through is None:
        return
    narrow: Value = source.inputs[0]
    arg, rw = g.block.args[i], ctx.rewriter
    maps = list(g.indexing_maps)
    maps[i] = through
    with rw.atomic():
        users = arg.uses
        wide = Builder(g.block, g.block.first, g.loc).insert(clone(cast, {cast.input: arg}))
        for use in users:
            rw.set_operand(use.op, use.index, wide.results[0])
        rw.set_type(arg, element_of(narrow.type))
        rw.set_operand(g, i, narrow)
        rw.set_attr(g, "indexing_maps", tuple(maps))


def _conversion(g: linalg.Generic) -> arith.Cast | None:
    """The conversion of a generic that does nothing else, element by element. Narrow floats stay:
    converting them takes more than a load does on most machines."""
    if len(g.inputs) != 1 or len(g.outputs) != 1 or g.num_parallel != g.num_loops:
        return None
    op = g.block.first
    if not isinstance(op, WIDENING) or op.next is not g.block.terminator:
        return None
    if op.input is not g.block.args[0] or element_of(op.input.type) in (F16, BF16):
        return None
    return op


def _through(source: linalg.Generic, read: AffineMap) -> AffineMap | None:
    """Where the converted tensor's own input is read, given where its result is."""
    taken, written = source.indexing_maps
    loops = [cst(0)] * source.num_loops
    for w, r in zip(written.results, read.results, strict=True):
        if isinstance(w, Dim):
            loops[w.index] = r
        elif w != r:
            return None
    return taken.compose(AffineMap(read.num_dims, tuple(loops)))
