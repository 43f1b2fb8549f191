"""lower-kernels: each kernel's generics become one loop nest over registers and flat memory."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from millrace.ir.builder import Builder
from millrace.ir.core import Block, Value
from millrace.ir.dialects import func
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr.kinds import Library
from millrace.ir.levels import Level
from millrace.ir.opdef import grouped
from millrace.ir.scalar import Buffer, LoopBuilder
from millrace.ir.target import TargetInfo
from millrace.ir.types import (
    FunctionType,
    MemRefType,
    TensorType,
    contiguous_strides,
    element_of,
)
from millrace.passes.base import Pass, PassContext
from millrace.passes.kernel.constants import Constants
from millrace.passes.kernel.stage_lowering import StageLowering


@dataclass(frozen=True)
class LowerKernels(Pass):
    """Schedule every kernel and lower it to loops."""

    name: ClassVar[str] = "lower-kernels"
    requires: ClassVar[Level | tuple[Level, ...]] = Level.KERNEL
    ensures: ClassVar[Level | None] = Level.LOOP
    mandatory: ClassVar[bool] = True

    def run(self, module: Module, ctx: PassContext) -> None:
        target = TargetInfo.from_attr(module.target) if module.target else TargetInfo("generic", "")
        lowering = _Lowering(module, target, ctx)
        for f in module.functions():
            if f.role == "kernel":
                lowering.lower(f)


def span(shape: Sequence[int], strides: Sequence[int]) -> int:
    """Elements from the first to the last of a strided tensor."""
    if 0 in shape:
        return 0
    return 1 + sum((n - 1) * abs(s) for n, s in zip(shape, strides, strict=True))


class _Lowering:
    def __init__(self, module: Module, target: TargetInfo, ctx: PassContext) -> None:
        self.module = module
        self.target = target
        self.ctx = ctx
        self.constants = Constants(module, ctx.rewriter)

    def lower(self, f: func.Func) -> None:
        types = [v.type for v in (*f.block.args, *f.block.terminator.operands)]
        tensors = [t for t in types if isinstance(t, TensorType)]
        layouts = f.layouts or tuple(contiguous_strides(t.shape) for t in tensors)
        flat = [
            MemRefType((span(t.shape, s),), t.element)
            for t, s in zip(tensors, layouts, strict=True)
        ]
        block = Block(flat)
        body = next(iter(f.block))
        if isinstance(body, Library):
            self._library(f, body, block, layouts)
        else:
            lowering = StageLowering(f, block, layouts, self.target, self.constants)
            lowering.lower(self.ctx, strict=self.module.strict)
        self._finish(f, block)

    def _library(
        self, f: func.Func, op: Library, block: Block, layouts: Sequence[tuple[int, ...]]
    ) -> None:
        elements = f.elements
        buffers = []
        returned = list(f.block.terminator.operands)
        for i, v in enumerate((*f.block.args, *returned)):
            assert isinstance(v.type, TensorType)
            element = element_of(elements[i]) if elements else v.type.element
            buffers.append(Buffer(block.args[i], v.type.shape, layouts[i], element))
        of: dict[Value, Buffer] = dict(zip(f.block.args, buffers, strict=False))
        outputs = dict(zip(returned, buffers[len(f.block.args) :], strict=True))
        inputs = grouped(op, [of[v] for v in op.operands])
        lb = LoopBuilder(Builder(block, None, op.loc), strict=self.module.strict)
        op.lower(lb, tuple(inputs), tuple(outputs[r] for r in op.results))

    def _finish(self, f: func.Func, block: Block) -> None:
        """Give the function its new body and signature."""
        Builder(block).create(func.Return)
        region = f.regions[0]
        old = region.blocks[0]
        for op in reversed(old):
            op._erase()
        region.blocks.clear()
        region._append(block)
        t = FunctionType(tuple(a.type for a in block.args), ())
        self.ctx.rewriter.set_attr(f, "function_type", t)
        self.ctx.rewriter.set_attr(f, "layouts", None)
        self.ctx.rewriter.set_attr(f, "sparse", None)
