"""lower-kernels: each kernel's generics become one loop nest over registers and flat memory."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product
from typing import ClassVar

from millrace.ir.attributes import Dense, DialectAttr
from millrace.ir.builder import Builder
from millrace.ir.core import Block, Operation, Value
from millrace.ir.dialects import arith, func, linalg, memref, scf
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr.kinds import Library
from millrace.ir.levels import Level
from millrace.ir.opdef import grouped
from millrace.ir.scalar import Buffer, LoopBuilder
from millrace.ir.target import TargetInfo
from millrace.ir.types import (
    INDEX,
    FunctionType,
    MemRefType,
    TensorType,
    contiguous_strides,
    element_of,
)
from millrace.passes.base import Pass, PassContext
from millrace.passes.kernel.emit import Address, Base, Emitter, Offset, Point
from millrace.passes.kernel.pack import Packing, pack, packing_of
from millrace.passes.kernel.reduce import ReductionEmitter
from millrace.passes.kernel.schedule import Problem, choose, describe
from millrace.passes.kernel.stage import Access, Stage, build_stage, collapse
from millrace.passes.kernel.tiles import Schedule, segments


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
        self.calls: dict[str, list[func.Call]] = {}
        self.globals = {g.sym_name: g for g in module.block if isinstance(g, memref.Global)}
        self.packed: dict[tuple[str, object], str] = {}
        for op in module.walk():
            if isinstance(op, func.Call):
                self.calls.setdefault(op.callee.name, []).append(op)

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
            _StageLowering(self, f, block, layouts).lower()
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

    # ---- constants

    def constant_args(self, f: func.Func) -> frozenset[int]:
        """Arguments that are a whole constant at every call."""
        calls = self.calls.get(f.sym_name, [])
        if not calls:
            return frozenset()
        count = len(f.block.args)
        return frozenset(
            i
            for i in range(count)
            if all(isinstance(c.operands[i].defining_op, memref.GetGlobal) for c in calls)
        )

    def repack(self, f: func.Func, arg: int, p: Packing, schedule: Schedule) -> MemRefType:
        """Make every call pass the packed constant; returns the argument's new type."""
        new_type: MemRefType | None = None
        for call in self.calls[f.sym_name]:
            old = call.operands[arg].defining_op
            assert isinstance(old, memref.GetGlobal)
            name = self._packed_global(old.sym, p, schedule)
            t = MemRefType((self.globals[name].value.array.size,), p.access.element)
            new = Builder.before(old).value(memref.GetGlobal, sym=name, result_types=[t])
            self.ctx.rewriter.set_operand(call, arg, new)
            if old.result.is_unused:
                self.ctx.rewriter.erase(old)
            new_type = t
        assert new_type is not None
        return new_type

    def _packed_global(self, sym: str, p: Packing, schedule: Schedule) -> str:
        source = self.globals[sym]
        runs = tuple(schedule.runs(d, p.extents[d]) for d in p.outer)
        strides = (p.access.coeffs, p.access.const)
        key = (sym, (p.outer, p.inner, p.reduced, p.extents, strides, runs))
        if key not in self.packed:
            flat = source.value.array.reshape(-1)
            data = Dense(pack(p, schedule, flat))
            name = f"{sym}_p{len(self.packed)}"
            g = memref.Global(sym_name=name, value=data, loc=source.loc)
            self.module.block._insert_before(source.next, g)
            self.globals[name] = g
            self.packed[key] = name
        return self.packed[key]


class _StageLowering:
    """Lowers one kernel made of generics."""

    def __init__(
        self, parent: _Lowering, f: func.Func, block: Block, layouts: Sequence[tuple[int, ...]]
    ) -> None:
        self.parent = parent
        self.f = f
        self.block = block
        self.stage = collapse(build_stage(f))
        strict = parent.module.strict
        constant = parent.constant_args(f)
        self.constants: dict[Access, int] = {}
        for m in self.stage.members:
            for a in m.reads:
                if a is not None and m.group >= 0:
                    i = list(f.block.args).index(a.buffer)  # type: ignore[arg-type]
                    if i in constant and packable(self.stage, f, a, i):
                        self.constants[a] = i
        problem = Problem(self.stage, frozenset(self.constants), parent.target, strict)
        self.schedule = choose(problem)
        parent.ctx.remark(f, describe(self.schedule, self.stage))
        self.b = Builder(block, None, f.loc)
        self.prologue = Block()
        memrefs: dict[Value, Value] = dict(zip(f.block.args, block.args, strict=False))
        outs = block.args[len(f.block.args) :]
        memrefs.update({v: outs[k] for v, k, _ in self.stage.stores})
        self.store_to = {(v, k): outs[k] for v, k, _ in self.stage.stores}
        fast: DialectAttr | None = None if strict else arith.REASSOC_CONTRACT
        self.e = Emitter(
            self.stage,
            self.schedule,
            self.b,
            Builder(self.prologue),
            memrefs,
            dict(zip(f.block.args, layouts, strict=False)),
            fast,
        )
        self.packings: dict[Access, Packing] = {}

    def lower(self) -> None:
        self._pack()
        self._parallel(0, {})
        first = self.block.first
        for op in self.prologue:
            self.prologue._unlink(op)
            self.block._insert_before(first, op)

    def _pack(self) -> None:
        inner = [m for m in self.stage.members if m.group >= 0]
        group = {a: m.group for m in inner for a in m.reads if a is not None}
        for a, arg in self.constants.items():
            p = packing_of(self.stage, self.schedule, a, group[a])
            if p is not None:
                t = self.parent.repack(self.f, arg, p, self.schedule)
                self.block.args[arg].type = t
                self.packings[a] = p

    def _parallel(self, level: int, sizes: dict[int, int]) -> None:
        """The loops over the parallel dimensions from ``level`` in."""
        if level == len(self.schedule.order):
            self._tile(sizes)
            return
        d = self.schedule.order[level]
        for run in self.schedule.runs(d, self.stage.extents[d]):
            inner = {**sizes, d: run.size}
            self.e.push()
            if run.count == 1:
                self.e.bases[d] = Base(None, run.start)
                self._parallel(level + 1, inner)
            else:
                e = self.e
                body = Block([INDEX])
                with self.b.at_end_of(body):
                    e.bases[d] = Base(body.args[0], 0)
                    self._parallel(level + 1, inner)
                    self.b.create(scf.Yield)
                bounds = (e.index(run.start), e.index(run.stop), e.index(run.size))
                self.b.create(scf.For, *bounds, [], block=body)
            self.e.pop()

    def _tile(self, sizes: dict[int, int]) -> None:
        """All points of one tile: reductions, then what follows them, then the stores."""
        e = self.e
        e.results = {}
        for a, p in self.packings.items():
            base, offset = p.coefficients(sizes)
            e.addresses[a] = Address(e.memrefs[a.buffer], base, offset, 0)
        points = self._points(sizes)
        for g in range(len(self.stage.groups)):
            ReductionEmitter(e, g, points).emit()
        pre = {m.op for m in self.stage.members if m.role == "pre"}
        stores = [(v, k, a) for v, k, a in self.stage.stores if v.defining_op not in pre]
        for pt in points:
            values = [e.value(v, pt) for v, _, _ in stores]
            for (v, k, a), value in zip(stores, values, strict=True):
                e.memrefs[v] = self.store_to[v, k]
                e.store(value, a, pt)

    def _points(self, sizes: dict[int, int]) -> list[Point]:
        offsets: list[Sequence[Offset]] = []
        for d in range(len(self.stage.extents)):
            if d >= self.stage.parallel:
                offsets.append((0,))
            elif d == self.schedule.vector_dim:
                offsets.append(segments(sizes[d], self.schedule.lanes))
            else:
                offsets.append(range(sizes[d]))
        return list(product(*offsets))


def packable(stage: Stage, f: func.Func, a: Access, arg: int) -> bool:
    """A constant may be reordered when this access is its only use in the kernel."""
    v = f.block.args[arg]
    users: list[Operation] = [u.op for u in v.uses]
    reads = [r for m in stage.members for r in m.reads if r is not None and r.buffer is v]
    once = len(users) == 1 and isinstance(users[0], linalg.Generic)
    size = math.prod(v.type.shape) if isinstance(v.type, TensorType) else 0
    touched = math.prod(stage.extents[d] for d in a.dims)
    return once and reads == [a] and touched == size
