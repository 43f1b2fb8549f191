"""The lowering of one kernel made of generics."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import product

from millrace.ir.attributes import DialectAttr
from millrace.ir.builder import Builder
from millrace.ir.core import Block, Operation, Value
from millrace.ir.dialects import arith, func, linalg, memref
from millrace.ir.target import TargetInfo
from millrace.ir.types import MemRefType, TensorType, storage_bytes
from millrace.passes.base import PassContext
from millrace.passes.kernel.arrange import arrange, promotion
from millrace.passes.kernel.constants import Constants, Merge
from millrace.passes.kernel.dot.emit import DotEmitter
from millrace.passes.kernel.dot.instructions import dot_of
from millrace.passes.kernel.dot.pack import pack_weights, stream_key
from millrace.passes.kernel.dot.plan import DotPart, DotPlan, plan_dot
from millrace.passes.kernel.emit import Address, Base, Emitter, Offset, Point
from millrace.passes.kernel.pack import Packing, packing_of
from millrace.passes.kernel.promote import emit_fill
from millrace.passes.kernel.records import Column, Record, is_number, record_of
from millrace.passes.kernel.reduce import ReductionEmitter
from millrace.passes.kernel.schedule import Problem, choose, describe, plain_schedule
from millrace.passes.kernel.slide.emit import SlideEmitter
from millrace.passes.kernel.slide.plan import SlidePlan, pack_slide, plan_slide, slide_key
from millrace.passes.kernel.sparse.emit import SparseEmitter
from millrace.passes.kernel.sparse.match import sparse_stage
from millrace.passes.kernel.sparse.pack import entries_of
from millrace.passes.kernel.sparse.plan import SparsePlan, pack_sparse, plan_of, sparse_key
from millrace.passes.kernel.stage import Access, Stage, build_stage, collapse
from millrace.passes.kernel.tiles import Run, Schedule, segments


class StageLowering:
    """Lowers one kernel made of generics."""

    def __init__(
        self,
        f: func.Func,
        block: Block,
        layouts: Sequence[tuple[int, ...]],
        target: TargetInfo,
        constants: Constants,
    ) -> None:
        self.f = f
        self.block = block
        self.layouts = layouts
        self.target = target
        self.repository = constants
        self.whole = build_stage(f)
        self._take(collapse(self.whole))
        self.b = Builder(block, None, f.loc)
        self.prologue = Block()
        self.packings: dict[Access, Packing] = {}
        self.scratch: dict[Access, Value] = {}
        outs = block.args[len(f.block.args) :]
        self.store_to = {(v, k): outs[k] for v, k, _ in self.stage.stores}

    def _take(self, stage: Stage) -> None:
        """Lower this form of the stage."""
        self.stage = stage
        self.constants = self._reads(stage)

    def _reads(self, stage: Stage) -> dict[Access, int]:
        return constant_reads(stage, self.f, self.repository)

    def _problem(self, strict: bool) -> Problem:
        return Problem(self.stage, frozenset(self.constants), self.target, strict)

    def lower(self, ctx: PassContext, *, strict: bool) -> None:
        """Emit the loops into the block."""
        sparse = self._sparse_plan(strict)
        plan = None if sparse is not None else self._dot_plan(strict)
        slide = None if sparse is not None or plan is not None else self._slide_plan(strict)
        if sparse is not None:
            ctx.remark(self.f, sparse.describe(self.stage))
            self.e = self._emitter(plain_schedule(self.stage), strict)
            self._sparse(sparse)
        elif plan is not None:
            ctx.remark(self.f, plan.describe(self.stage))
            vector = plan.channel if plan.dot.lanes > 1 else -1
            self.e = self._emitter(plain_schedule(self.stage, vector, plan.dot.lanes), strict)
            self._dot(plan)
        elif slide is not None:
            ctx.remark(self.f, slide.describe(self.stage))
            self.e = self._emitter(plain_schedule(self.stage), strict)
            self._slide(slide)
        else:
            self.schedule = choose(self._problem(strict))
            ctx.remark(self.f, describe(self.schedule, self.stage))
            self.e = self._emitter(self.schedule, strict)
            self.nest = arrange(self.stage, self.schedule)
            self._pack()
            self._outer(0, {})
        first = self.block.first
        for op in self.prologue:
            self.prologue._unlink(op)
            self.block._insert_before(first, op)

    def _emitter(self, schedule: Schedule, strict: bool) -> Emitter:
        args, new = self.f.block.args, self.block.args
        memrefs: dict[Value, Value] = dict(zip(args, new, strict=False))
        memrefs.update({v: new[len(args) + k] for v, k, _ in self.stage.stores})
        layouts: dict[Value, tuple[int, ...]] = dict(zip(args, self.layouts, strict=False))
        fast: DialectAttr | None = None if strict else arith.REASSOC_CONTRACT
        entry = Builder(self.prologue)
        return Emitter(self.stage, schedule, self.b, entry, memrefs, layouts, fast)

    def _dot(self, plan: DotPlan) -> None:
        streams = [self._stream(plan, part) for part in plan.parts]
        if plan.dot.lanes == 1 and plan.row < 0:  # rows share what is read of a channel
            self._records(plan)
        DotEmitter(self.e, plan, streams, self._finish).emit()

    def _records(self, plan: DotPlan) -> None:
        """Let the calls pass the numbers a channel as one constant."""
        args: dict[Value, int] = {v: i for i, v in enumerate(self.f.block.args)}
        columns: dict[tuple[str, ...], Column] = {}
        for a in self._numbers(plan.channel):
            if self.repository.is_shared(self.f, args[a.buffer]):
                return  # would be stored twice
            passed = self.repository.passed(self.f, args[a.buffer])
            columns.setdefault(passed, []).append(a)
        found = record_of(list(columns.values()), self.stage.extents[plan.channel])
        if found is None:
            return
        record, kept = found
        merged = [args[a.buffer] for column in kept for a in column]
        first = [sum(len(c) for c in kept[:k]) for k in range(len(kept))]
        t = self.repository.merge(
            self.f, merged, record, lambda arrays: record.pack([arrays[k] for k in first])
        )
        for i in merged:
            self.block.args[i].type = t
        for k, column in enumerate(kept):
            for a in column:
                self._place(a, record, k, self.block.args[merged[0]])

    def _place(self, a: Access, record: Record, k: int, memory: Value) -> None:
        """The access reads place ``k`` of the records in memory."""
        size, at = storage_bytes(a.element), record.offset(k)
        t = MemRefType(((record.nbytes - at) // size,), a.element)
        view = self.e.entry.value(memref.View, memory, self.e.index(at), result_types=[t])
        steps = tuple(c * (record.size // size) for c in a.coeffs)
        self.e.addresses[a] = Address(view, steps, steps, 0)

    def _numbers(self, channel: int) -> list[Access]:
        """What is read behind the reductions of constants with a number a channel."""
        constant = self.repository.args(self.f)
        reads = [(m, a) for m in self.stage.members for a in m.reads if a is not None]
        found: list[Access] = []
        for i in sorted(constant):
            v = self.f.block.args[i]
            own = [(m, a) for m, a in reads if a.buffer is v]
            behind = all(m.role == "post" and is_number(a, channel) for m, a in own)
            size = math.prod(v.type.shape) if isinstance(v.type, TensorType) else 0
            if behind and len(v.users) == len(own) and size == self.stage.extents[channel]:
                found += dict.fromkeys(a for _, a in own)
        return found

    def _stream(self, plan: DotPlan, part: DotPart) -> Value:
        """Let the calls pass the weights of a part as one stream."""
        args = [self.constants[w] for w in part.weights]
        key = stream_key(self.stage, plan, part)
        return self._merged(args, key, partial(pack_weights, self.stage, plan, part))

    def _dot_plan(self, strict: bool) -> DotPlan | None:
        problem, plan = dot_problem(self.whole, self._reads, self.target, strict=strict)
        if plan is not None:
            self._take(problem.stage)
        return plan

    def _slide_plan(self, strict: bool) -> SlidePlan | None:
        """Windows, which are seen where the coordinates are taken apart."""
        apart = collapse(self.whole, by_coordinates=True)
        problem = Problem(apart, frozenset(self._reads(apart)), self.target, strict)
        plan = plan_slide(problem)
        if plan is not None:
            self._take(apart)
        return plan

    def _slide(self, plan: SlidePlan) -> None:
        args = [self.constants[w] for w in plan.products.weights]
        pack = partial(pack_slide, self.stage, plan)
        stream = self._merged(args, slide_key(self.stage, plan), pack)
        SlideEmitter(self.e, plan, stream, self._finish).emit()

    def _sparse_plan(self, strict: bool) -> SparsePlan | None:
        """The plan that :mod:`sparsify` has decided for."""
        if self.f.sparse is None:
            return None
        found = sparse_stage(self._problem(strict))
        assert found is not None
        args = [self.constants[w] for _, _, w in found.members]
        calls = self.repository.constants(self.f, args).values()
        entries = [entries_of(self.stage, found, arrays) for arrays in calls]
        rows, unroll = self.f.sparse
        return plan_of(found, entries, (rows, unroll))

    def _sparse(self, plan: SparsePlan) -> None:
        args = [self.constants[w] for _, _, w in plan.sparse.members]
        pack = partial(pack_sparse, self.stage, plan)
        stream = self._merged(args, sparse_key(self.stage, plan), pack)
        SparseEmitter(self.e, plan, stream, self._finish).emit()

    def _merged(self, args: Sequence[int], key: object, pack: Merge) -> Value:
        """Let the calls pass one constant for several."""
        t = self.repository.merge(self.f, args, key, pack)
        for i in args:
            self.block.args[i].type = t
        return self.block.args[args[0]]

    def _pack(self) -> None:
        inner = [m for m in self.stage.members if m.group >= 0]
        group = {a: m.group for m in inner for a in m.reads if a is not None}
        for a, arg in self.constants.items():
            p = packing_of(self.stage, self.schedule, a, group[a])
            if p is not None:
                t = self.repository.repack(self.f, arg, p, self.schedule)
                self.block.args[arg].type = t
                self.packings[a] = p

    def _outer(self, level: int, sizes: dict[int, int]) -> None:
        """The loops around the copies from ``level`` in."""
        if level == len(self.nest.outer):
            # Copies begin where the loops around them stand.
            self.e.locals = {d: Base(None, 0) for d, _ in self.nest.outer}
            self._copies(sizes)
            self._inner(0, sizes)
            self.e.locals = {}
            return
        d, step = self.nest.outer[level]
        extent = self.stage.extents[d]
        runs = (Run(0, extent // step, step),) if step else self.schedule.runs(d, extent)
        for run in runs:
            self.e.loop(d, run, partial(self._outer, level + 1, {**sizes, d: run.size}))

    def _copies(self, sizes: dict[int, int]) -> None:
        """Copy what the loops inside read of padded operands."""
        e = self.e
        for a in self.nest.promoted:
            outer = [d for d, _ in self.nest.outer]
            p = promotion(self.stage, a, sizes, outer)
            if a not in self.scratch:
                self.scratch[a] = e.entry.value(memref.Alloc, result_types=[p.type])
            emit_fill(e, p, self.scratch[a], outer)
            e.copied.add(a)
            e.addresses[a] = Address(self.scratch[a], p.coefficients, p.coefficients, 0)

    def _inner(self, level: int, sizes: dict[int, int]) -> None:
        """The loops over tiles inside of the copies from ``level`` in."""
        if level == len(self.nest.inner):
            self._tile(sizes)
            return
        d = self.nest.inner[level]
        step = self.nest.step(d)
        start = self.e.bases.get(d)
        for run in self.schedule.runs(d, step or self.stage.extents[d]):
            body = partial(self._inner, level + 1, {**sizes, d: run.size})
            if step and start is not None:
                self.e.loop_in_block(d, run, start, body)
            else:
                self.e.loop(d, run, body)

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
        self._finish(points)

    def _finish(self, points: Sequence[Point]) -> None:
        """What follows the reductions at the points of a tile, and the stores."""
        e = self.e
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


Reads = Callable[[Stage], Mapping[Access, int]]


def dot_problem(
    whole: Stage, reads: Reads, target: TargetInfo, *, strict: bool
) -> tuple[Problem, DotPlan | None]:
    """The form of a stage in which it is lowered, and the plan for dot products in it: where the
    coordinates of an operand became one, perhaps after taking them apart."""
    few = problem = _problem(collapse(whole), reads, target, strict=strict)
    plan = plan_dot(problem)
    if plan is None and dot_of(target) is not None:
        problem = _problem(collapse(whole, by_coordinates=True), reads, target, strict=strict)
        plan = plan_dot(problem)
    return (problem if plan is not None else few), plan


def _problem(stage: Stage, reads: Reads, target: TargetInfo, *, strict: bool) -> Problem:
    return Problem(stage, frozenset(reads(stage)), target, strict)


def constant_reads(stage: Stage, f: func.Func, repository: Constants) -> dict[Access, int]:
    """The reads in reductions that are of constants which may be reordered, and their arguments."""
    constant = repository.args(f)
    found: dict[Access, int] = {}
    for m in stage.members:
        for a in m.reads:
            if a is not None and m.group >= 0:
                i = list(f.block.args).index(a.buffer)  # type: ignore[arg-type]
                if i in constant and packable(stage, f, a, i):
                    found[a] = i
    return found


def packable(stage: Stage, f: func.Func, a: Access, arg: int) -> bool:
    """A constant may be reordered when this access is its only use in the kernel."""
    v = f.block.args[arg]
    users: list[Operation] = [u.op for u in v.uses]
    reads = [r for m in stage.members for r in m.reads if r is not None and r.buffer is v]
    once = len(users) == 1 and isinstance(users[0], linalg.Generic)
    size = math.prod(v.type.shape) if isinstance(v.type, TensorType) else 0
    touched = math.prod(stage.extents[d] for d in a.dims)
    return once and reads == [a] and touched == size
