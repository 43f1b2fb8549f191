"""The loops of windows that slide along a line."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from millrace.ir.core import Value
from millrace.ir.dialects import arith, arm, memref
from millrace.ir.types import I8, I16, MemRefType
from millrace.passes.kernel.dot.instructions import two_words, word
from millrace.passes.kernel.dot.start import start_of
from millrace.passes.kernel.emit import Emitter, Point
from millrace.passes.kernel.promote import Part, emit_fill
from millrace.passes.kernel.slide.plan import SlidePlan
from millrace.passes.kernel.tiles import Run

Finish = Callable[[Sequence[Point]], None]


class SlideEmitter:
    """Emits a stage by a plan. ``weights``: what :func:`pack_slide` made; ``finish`` emits what
    follows the reductions at the points of a tile."""

    def __init__(self, e: Emitter, plan: SlidePlan, weights: Value, finish: Finish) -> None:
        self.e = e
        self.stage = e.stage
        self.plan = plan
        self.weights = weights
        self.finish = finish
        most = max(r.size for r in plan.blocks)
        halves = 2 * plan.line_words * len(plan.lines)
        copy = plan.promotion(self.stage, most).type
        self.x = e.entry.value(memref.Alloc, result_types=[copy])
        self.w = e.entry.value(memref.Alloc, result_types=[MemRefType((halves,), I16)])
        self.steps = plan.promotion(self.stage, most).coefficients

    def emit(self) -> None:
        self._zeros()
        if self._same_border():
            self._fill(self.plan.blocks[0], (), Part.BORDER)
        self._each(self.plan.outer)

    def _same_border(self) -> bool:
        """Whether the copies of all channels have the same border, which is then written once."""
        (run, *more) = self.plan.blocks
        others = (*self.plan.outer, self.plan.channel)
        moved = any(c.padded and any(c.coeffs[d] for d in others) for c in self.plan.x.coordinates)
        return run.count == 1 and not more and not moved

    def _fill(self, run: Run, around: tuple[int, ...], part: Part) -> None:
        emit_fill(self.e, self.plan.promotion(self.stage, run.size), self.x, around, part)

    # ---- loops

    def _each(self, dims: Sequence[int]) -> None:
        if not dims:
            run = Run(0, self.stage.extents[self.plan.channel], 1)
            self.e.loop(self.plan.channel, run, self._channel)
            return
        d, rest = dims[0], dims[1:]
        self.e.loop(d, Run(0, self.stage.extents[d], 1), lambda: self._each(rest))

    def _channel(self) -> None:
        self._unpack()
        for run in self.plan.blocks:
            if self.plan.across < 0:
                self._block(run)
            else:
                self.e.loop(self.plan.across, run, partial(self._block, run))

    def _block(self, run: Run) -> None:
        e, across = self.e, self.plan.across
        around = (*self.plan.outer, self.plan.channel, *((across,) if across >= 0 else ()))
        self._fill(run, around, Part.INSIDE if self._same_border() else Part.ALL)
        if across < 0:
            self._line()
        else:
            e.loop_in_block(across, Run(0, run.size, 1), e.bases[across], self._line)

    def _line(self) -> None:
        for run in self.plan.runs(self.stage):
            self.e.loop(self.plan.row, run, partial(self._tile, run.size))

    # ---- weights

    def _halves(self) -> list[tuple[int, int | None]]:
        """What stands at each half: (its place, the tap of the window; None: a zero)."""
        plan, found = self.plan, list[tuple[int, int | None]]()
        at = 0
        for line in range(len(plan.lines)):
            for shift in plan.shifts:
                for k in range(2 * plan.words(shift)):
                    tap = k - shift
                    inside = 0 <= tap < plan.taps
                    found.append((at, line * plan.taps + tap if inside else None))
                    at += 1
        return found

    def _zeros(self) -> None:
        zero = self.e.constant(0, I16)
        for at, tap in self._halves():
            if tap is None:
                self.e.b.create(memref.Store, zero, self.w, [self.e.index(at)])

    def _unpack(self) -> None:
        """The weights of a channel in both forms."""
        e, plan = self.e, self.plan
        start = e.scaled(e.bases[plan.channel], plan.depth)
        at = e.add_index(start.counter, start.const)
        bytes_ = e.b.value(
            memref.View, self.weights, at, result_types=[MemRefType((plan.depth,), I8)]
        )
        for tap in range(plan.depth):
            byte = e.b.value(memref.Load, bytes_, [e.index(tap)])
            half = e.b.value(arith.ExtSI, byte, result_types=[I16])
            for place, k in self._halves():
                if k == tap:
                    e.b.create(memref.Store, half, self.w, [e.index(place)])

    # ---- a tile

    def _tile(self, results: int) -> None:
        e, plan = self.e, self.plan
        e.results = {}
        (m,) = plan.products.members
        points = [self._point(r) for r in range(results)]
        added = plan.starts.get(m.op.results[0])
        accs = [start_of(e, m, added, pt) for pt in points]
        x = self._x_view(results)
        for i, line in enumerate(plan.lines):
            accs = self._products(x, i, line, accs)
            accs = list(e.b.create(arm.InOrder, accs).results)
        done = m if added is None else added.member
        for pt, acc in zip(points, accs, strict=True):
            e.results[done.op.results[0], e.project(pt, done.deps)] = acc
        self.finish(points)

    def _products(self, x: Value, i: int, line: int, accs: list[Value]) -> list[Value]:
        """Line ``i`` of the windows: those of one shift after those of the other."""
        plan, accs = self.plan, list(accs)
        loaded: dict[int, Value] = {}
        first = i * plan.line_words
        for shift in plan.shifts:
            mine = [r for r in range(len(accs)) if plan.place(r)[1] == shift]
            weights = self._weights(first, plan.words(shift)) if mine else []
            first += plan.words(shift)
            for r in mine:
                for k, w in enumerate(weights):
                    at = plan.place(r)[0] + k
                    if at not in loaded:
                        loaded[at] = word(self.e, x, 2 * line + 4 * at, 2)
                    accs[r] = self.e.b.value(arm.Smlad, loaded[at], w, accs[r])
        return accs

    def _weights(self, first: int, count: int) -> list[Value]:
        found: list[Value] = []
        while len(found) + 1 < count:
            found += two_words(self.e, self.w, 4 * (first + len(found)))
        if len(found) < count:
            found.append(word(self.e, self.w, 4 * (first + len(found))))
        return found

    def _point(self, result: int) -> Point:
        pt = [0] * len(self.stage.extents)
        pt[self.plan.row] = result
        return tuple(pt)

    # ---- addresses, in bytes

    def _x_view(self, results: int) -> Value:
        """What a tile reads of the copy, from the window of its first result on."""
        e, plan = self.e, self.plan
        at = e.scaled(e.bases[plan.row], 2 * plan.step)
        if plan.across >= 0:
            down = e.scaled(e.locals[plan.across], 2 * self.steps[plan.across])
            at = e.sum_of(at, down)
        size = 2 * max(plan.lines) + 4 * plan.x_words(results)
        return e.b.value(
            memref.View,
            self.x,
            e.add_index(at.counter, at.const),
            result_types=[MemRefType((size,), I8)],
        )
