"""Emission of reduction loops: accumulators are loop-carried values in registers.

All reductions of one group run in one nest of loops. Each result point has ``splits``
accumulators (to hide the latency of the combining operation); when the vector dimension is a
reduction dimension each lane accumulates for itself. After the loops partial accumulators are
merged by the combining operation itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import product

from millrace.ir.core import Block, Operation, Value
from millrace.ir.dialects import arith, linalg, scf, vector
from millrace.ir.types import INDEX, VectorType
from millrace.passes.kernel.emit import Base, Emitter, Offset, Point
from millrace.passes.kernel.stage import Access, Member
from millrace.passes.kernel.tiles import Run, segments

HORIZONTAL: dict[type[Operation], str] = {
    arith.AddF: "add",
    arith.AddI: "add",
    arith.MulF: "mul",
    arith.MulI: "mul",
    arith.MaximumF: "maximumf",
    arith.MinimumF: "minimumf",
    arith.MaxSI: "maxsi",
    arith.MinSI: "minsi",
    arith.MaxUI: "maxui",
    arith.MinUI: "minui",
    arith.AndI: "and",
    arith.OrI: "or",
    arith.XOrI: "xor",
}
"""Combining operations that merge partial accumulators, and their ``vector.reduction`` kind."""


def combiner(op: linalg.Generic) -> type[Operation] | None:
    """The operation that takes in a new element, when it alone makes the next accumulator of the
    old one and can merge partial ones too; None for anything else (arg-max)."""
    if len(op.outputs) != 1:
        return None
    acc = op.block.args[len(op.inputs)]
    if len(acc.uses) != 1:
        return None
    user = acc.uses[0].op
    yielded = op.block.terminator.operands[0]
    if type(user) in HORIZONTAL and yielded is user.results[0]:
        return type(user)
    return None


@dataclass(frozen=True)
class Slot:
    """One accumulator: of result ``out`` of a member at a point of the tile."""

    member: int
    out: int
    point: Point
    split: int
    width: int
    """Lanes of the part of the vector dimension that it accumulates; 0 when the vector dimension
    is not reduced."""


class ReductionEmitter:
    """Emits one group of reductions for the current tile of parallel points."""

    def __init__(self, e: Emitter, group: int, points: Sequence[Point]) -> None:
        self.e = e
        self.stage = e.stage
        self.schedule = e.schedule
        self.dims = self.stage.groups[group]
        self.points = points
        self.members = [m for m in self.stage.members if m.role == "reduce" and m.group == group]
        self.in_vector = self.schedule.vector_dim in self.dims
        self.unique = [self._unique(m) for m in self.members]
        self.slots = self._slots()
        self.where = {s: i for i, s in enumerate(self.slots)}
        self.sizes: dict[int, int] = {}
        inside = {m.op for m in self.stage.members if m.role == "pre" and m.group == group}
        self.stores: list[tuple[Value, Access]] = [
            (v, a) for v, _, a in self.stage.stores if v.defining_op in inside
        ]

    def emit(self) -> None:
        """Run the loops and register the merged results with the emitter."""
        accs = [self._initial(s) for s in self.slots]
        accs = self._loops(0, accs)
        for k, m in enumerate(self.members):
            for pt in self.points:
                for out, r in enumerate(m.op.results):
                    key = (r, self.e.project(pt, m.deps))
                    if key not in self.e.results:
                        self.e.results[key] = self._merge(m, k, out, pt, accs)

    def _unique(self, m: Member) -> frozenset[Point]:
        """The points at which the member accumulates: of those that differ only in dimensions it
        does not depend on, the first."""
        first: dict[Point, Point] = {}
        for pt in self.points:
            first.setdefault(self.e.project(pt, m.deps), pt)
        return frozenset(first.values())

    def _slots(self) -> list[Slot]:
        widths = [0]
        if self.in_vector:
            v = self.schedule.vector_dim
            runs = self.schedule.runs(v, self.stage.extents[v])
            found = {w for r in runs for _, w in segments(r.size, self.schedule.lanes)}
            widths = sorted(found, reverse=True)
        slots: dict[Slot, None] = {}
        for k, m in enumerate(self.members):
            for pt in self.points:
                at = self.e.project(pt, m.deps)
                for out, split, w in product(
                    range(len(m.op.outputs)), range(self.schedule.splits), widths
                ):
                    slots[Slot(k, out, at, split, w)] = None
        return list(slots)

    def _initial(self, s: Slot) -> Value:
        m = self.members[s.member]
        value = self.e.initial(m.op.outputs[s.out])
        return self.e.widen(value, self._lanes(m, s))

    def _lanes(self, m: Member, s: Slot) -> int:
        if self.in_vector:
            return s.width
        v = self.schedule.vector_dim
        p = s.point[v] if v >= 0 else 0
        return p[1] if isinstance(p, tuple) and v in m.deps else 1

    # ---- loops

    def _loops(self, level: int, accs: list[Value]) -> list[Value]:
        """Loops over the group's dimensions from ``level`` in; returns the accumulators."""
        if level == len(self.dims):
            return self._body(accs)
        d = self.dims[level]
        for run in self.schedule.runs(d, self.stage.extents[d]):
            if run.count == 1:
                self.e.push()
                accs = self._at(d, run, Base(None, run.start), level, accs)
                self.e.pop()
            else:
                accs = self._loop(d, run, level, accs)
        return accs

    def _at(self, d: int, run: Run, base: Base, level: int, accs: list[Value]) -> list[Value]:
        self.e.bases[d] = base
        self.sizes[d] = run.size
        return self._loops(level + 1, accs)

    def _loop(self, d: int, run: Run, level: int, accs: list[Value]) -> list[Value]:
        e = self.e
        block = Block([INDEX, *(a.type for a in accs)])
        e.push()
        with e.b.at_end_of(block):
            base = Base(block.args[0], 0)
            out = self._at(d, run, base, level, list(block.args[1:]))
            e.b.create(scf.Yield, out)
        e.pop()
        loop = e.b.create(
            scf.For, e.index(run.start), e.index(run.stop), e.index(run.size), accs, block=block
        )
        return list(loop.results)

    # ---- the innermost body

    def _body(self, accs: list[Value]) -> list[Value]:
        accs = list(accs)
        for n, inner in enumerate(product(*(self._offsets(d) for d in self.dims))):
            split = n % self.schedule.splits
            for pt in self.points:
                full = self._with(pt, inner)
                self._step(full, pt, split, accs)
            self._store_pre(inner)
        return accs

    def _offsets(self, d: int) -> Sequence[Offset]:
        size = self.sizes[d]
        if d == self.schedule.vector_dim:
            return segments(size, self.schedule.lanes)
        return range(size)

    def _with(self, pt: Point, inner: Sequence[Offset]) -> Point:
        full = list(pt)
        for d, o in zip(self.dims, inner, strict=True):
            full[d] = o
        return tuple(full)

    def _step(self, full: Point, pt: Point, split: int, accs: list[Value]) -> None:
        width = 0
        if self.in_vector:
            p = full[self.schedule.vector_dim]
            assert isinstance(p, tuple)
            width = p[1]
        for k, m in enumerate(self.members):
            if pt not in self.unique[k]:
                continue
            at = self.e.project(pt, m.deps)
            slots = [self.where[Slot(k, out, at, split, width)] for out in range(len(m.op.outputs))]
            args = self.e.inputs(m, full)[: len(m.op.inputs)]
            outs = self.e.run(m, [*args, *(accs[i] for i in slots)], full)
            for i, out in zip(slots, outs, strict=True):
                accs[i] = out

    def _store_pre(self, inner: Sequence[Offset]) -> None:
        values = []
        for pt in self.points:
            full = self._with(pt, inner)
            values += [(self.e.value(v, full), a, full) for v, a in self.stores]
        for value, a, full in values:
            self.e.store(value, a, full)

    # ---- merging partial accumulators

    def _merge(self, m: Member, k: int, out: int, pt: Point, accs: list[Value]) -> Value:
        at = self.e.project(pt, m.deps)
        op = combiner(m.op)
        parts: list[Value] = []
        widths = sorted({s.width for s in self.slots}, reverse=True)
        for w in widths:
            group = [accs[self.where[Slot(k, out, at, s, w)]] for s in range(self.schedule.splits)]
            parts.append(self._horizontal(self._tree(op, group), op))
        return self._tree(op, parts)

    def _tree(self, op: type[Operation] | None, values: list[Value]) -> Value:
        while len(values) > 1:
            assert op is not None
            pairs = zip(values[::2], values[1::2], strict=False)
            merged = [self._combine(op, x, y) for x, y in pairs]
            values = merged + (values[-1:] if len(values) % 2 else [])
        return values[0]

    def _combine(self, op: type[Operation], x: Value, y: Value) -> Value:
        if issubclass(op, arith.FloatBinary):
            return self.e.b.value(op, x, y, fastmath=self.e.fastmath)
        return self.e.b.value(op, x, y)

    def _horizontal(self, value: Value, op: type[Operation] | None) -> Value:
        if not self.in_vector or not isinstance(value.type, VectorType):
            return value
        assert op is not None
        return self.e.b.value(vector.Reduction, value, kind=HORIZONTAL[op])
