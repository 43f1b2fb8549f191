"""bufferize: the plan's tensors become flat memory.

Three steps: :mod:`assign` decides where every tensor lies, :mod:`emit` writes the entry function
anew on memory, with :mod:`memory` for addresses and copies and :mod:`helpers` for the kernels
that copy and fill."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from millrace.ir.builder import Builder
from millrace.ir.dialects import func
from millrace.ir.dialects.builtin import Module
from millrace.ir.errors import CompileError
from millrace.ir.levels import Level
from millrace.ir.rewriter import Rewriter
from millrace.ir.types import TensorType
from millrace.passes.base import Pass, PassContext
from millrace.passes.kernel.bufferize.assign import Assigner
from millrace.passes.kernel.bufferize.emit import Emitter
from millrace.passes.kernel.bufferize.helpers import Kernels


def bufferize(module: Module, rewriter: Rewriter | None = None) -> None:
    """Rewrite the entry function onto flat buffers; kernels keep their bodies and learn the
    strides of their operands and results (``layouts``)."""
    rewriter = rewriter or Rewriter()
    entry = module.entry
    _check_static(entry)
    kernels = Kernels(module, rewriter)
    assigner = Assigner(entry, dict(kernels.by_name))
    assigner.run()
    emitter = Emitter(entry, assigner, kernels)
    new = emitter.run()
    Builder.before(entry).insert(new)
    rewriter.erase(entry)
    first = module.block.first
    for g in emitter.m.globals.values():
        Builder(module.block, first, new.loc).insert(g)


def _check_static(entry: func.Func) -> None:
    for op in entry.walk():
        values = [*op.results, *(a for r in op.regions for b in r.blocks for a in b.args)]
        for v in values:
            if isinstance(v.type, TensorType) and not v.type.is_static:
                raise CompileError(f"{op.error('run-time sizes are not supported yet')}: {v.type}")


@dataclass(frozen=True)
class Bufferize(Pass):
    """Give every tensor of the plan its memory, in place where possible."""

    name: ClassVar[str] = "bufferize"
    requires: ClassVar[Level] = Level.KERNEL
    ensures: ClassVar[Level] = Level.KERNEL
    mandatory: ClassVar[bool] = True

    def run(self, module: Module, ctx: PassContext) -> None:
        bufferize(module, ctx.rewriter)
