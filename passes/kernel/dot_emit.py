"""The loops of a dot product: copies of x, tiles of accumulators, one stream of weights."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from functools import partial
from itertools import product
from typing import Any

import numpy as np

from millrace.ir.core import Block, Value
from millrace.ir.dialects import arith, memref, scf, vector
from millrace.ir.types import I8, INDEX, MemRefType, VectorType, element_of
from millrace.passes.kernel.dot_plan import DotPlan, Start
from millrace.passes.kernel.emit import Base, Emitter, Offset, Point
from millrace.passes.kernel.promote import emit_fill
from millrace.passes.kernel.stage import Access, Member, Stage
from millrace.passes.kernel.tiles import Run, balanced

Array = np.ndarray[Any, Any]
Finish = Callable[[Sequence[Point]], None]


class DotEmitter:
    """Emits a stage by a plan. ``weights`` is the stream that :func:`pack_weights` made;
    ``finish`` emits what follows the reductions at the points of a tile."""

    def __init__(self, e: Emitter, plan: DotPlan, weights: Value, finish: Finish) -> None:
        self.e = e
        self.stage = e.stage
        self.plan = plan
        self.weights = weights
        self.finish = finish
        self.x = e.memrefs[plan.x.buffer]
        self.scratch: Value | None = None

    def emit(self) -> None:
        if self.plan.promoted:
            most = max((r.size for r in self.plan.blocks), default=1)
            t = self.plan.promotion(self.stage, most).type
            self.scratch = self.e.entry.value(memref.Alloc, result_types=[t])
        self._each(self.plan.outer, self._blocks)

    # ---- loops

    def _each(self, dims: Sequence[int], body: Callable[[], None]) -> None:
        """Loops over whole dimensions, a step at a time."""
        if not dims:
            body()
            return
        d, rest = dims[0], dims[1:]
        self.e.loop(d, Run(0, self.stage.extents[d], 1), lambda: self._each(rest, body))

    def _blocks(self) -> None:
        """Copy the rows of a block, then run all channels over them."""
        for run in self.plan.blocks:
            if self.plan.row < 0:
                self._block(run)
            else:
                self.e.loop(self.plan.row, run, partial(self._block, run))

    def _block(self, run: Run) -> None:
        if self.scratch is not None:
            around = (*self.plan.outer, self.plan.row)
            emit_fill(self.e, self.plan.promotion(self.stage, run.size), self.scratch, around)
        self._each(self.plan.inner, lambda: self._channels(run))

    def _channels(self, rows: Run) -> None:
        d = self.plan.channel
        for run in self.plan.channel_runs(self.stage):
            self.e.loop(d, run, partial(self._rows, rows, run.size))

    def _rows(self, block: Run, channels: int) -> None:
        row = self.plan.row
        if row < 0:
            self._tile(1, channels)
            return
        start = self.e.bases[row]
        for run in balanced(block.size, self.plan.tile[0]):
            self.e.loop_in_block(row, run, start, partial(self._tile, run.size, channels))

    # ---- a tile

    def _tile(self, rows: int, channels: int) -> None:
        e, plan = self.e, self.plan
        e.results = {}
        lanes = plan.dot.lanes if channels % plan.dot.lanes == 0 else 1
        starts = plan.starts if lanes == 1 else {}
        accs = [
            self._start(m, starts.get(m.op.results[0]), self._point(r, c))
            for r, c, m in product(range(rows), range(channels), plan.members)
        ]
        accs = self._reduce(rows, channels, accs)
        points = []
        for r, c in product(range(rows), range(0, channels, lanes)):
            pt = self._point(r, c if lanes == 1 else (c, lanes))
            points.append(pt)
            for j, m in enumerate(plan.members):
                at = [((r * channels) + c + k) * len(plan.members) + j for k in range(lanes)]
                value = self._joined([accs[i] for i in at])
                added = starts.get(m.op.results[0])
                done = m if added is None else added.member
                e.results[done.op.results[0], e.project(pt, done.deps)] = value
        self.finish(points)

    def _point(self, row: int, channel: Offset) -> Point:
        pt: list[Offset] = [0] * len(self.stage.extents)
        pt[self.plan.channel] = channel
        if self.plan.row >= 0:
            pt[self.plan.row] = row
        return tuple(pt)

    def _start(self, m: Member, added: Start | None, pt: Point) -> Value:
        """Where a sum starts: at what is added to it afterwards, or at zero."""
        if added is None:
            return self.e.initial(m.op.outputs[0])
        return self.e.load(added.access, pt)

    def _joined(self, lanes: list[Value]) -> Value:
        """A vector of neighbouring channels."""
        if len(lanes) == 1:
            return lanes[0]
        t = VectorType((len(lanes),), element_of(lanes[0].type))
        return self.e.b.value(vector.FromElements, lanes, result_types=[t])

    def _reduce(self, rows: int, channels: int, accs: list[Value]) -> list[Value]:
        """Two pointers walk through memory: one through the rows of x, all at the same chunk,
        one through the weights."""
        e, plan = self.e, self.plan
        width = channels * len(plan.members)
        x, w = self._x_view(rows), self._w_view(width)
        walked = 0
        for run in _runs(plan.chunks, plan.unroll):
            if run.count == 1:
                at = range(run.start - walked, run.stop - walked)
                accs = self._chunks(rows, width, accs, x, w, at)
                continue
            walked = run.stop
            block = Block([INDEX, *(v.type for v in (*accs, x, w))])
            e.push()
            with e.b.at_end_of(block):
                *inner, x_at, w_at = block.args[1:]
                out = self._chunks(rows, width, inner, x_at, w_at, range(run.size))
                step = plan.dot.chunk * run.size
                x_next = e.b.value(memref.Advance, x_at, step=step * _x_bytes(plan))
                w_next = e.b.value(memref.Advance, w_at, step=step * width)
                e.b.create(scf.Yield, [*out, x_next, w_next])
            e.pop()
            bounds = (e.index(n) for n in (run.start, run.stop, run.size))
            loop = e.b.create(scf.For, *bounds, [*accs, x, w], block=block)
            accs, (x, w) = list(loop.results[:-2]), loop.results[-2:]
        return accs

    def _chunks(
        self, rows: int, width: int, accs: Sequence[Value], x: Value, w: Value, chunks: range
    ) -> list[Value]:
        """``chunks``, counted from where the pointers stand."""
        plan, dot = self.plan, self.plan.dot
        size = _x_bytes(plan)
        aligned = (plan.row_step * size) % 4 == 0
        accs = list(accs)
        for k in chunks:

            def weight(j: int, k: int = k) -> tuple[Value, ...]:
                return dot.load_w(self.e, w, (k * width + j) * dot.chunk)

            def element(r: int, k: int = k) -> tuple[Value, ...]:
                at = (r * plan.row_step + k * dot.chunk) * size
                return dot.load_x(self.e, x, at, aligned)

            self._products(rows, width, accs, element, weight)
        return accs

    def _products(
        self,
        rows: int,
        width: int,
        accs: list[Value],
        element: Callable[[int], tuple[Value, ...]],
        weight: Callable[[int], tuple[Value, ...]],
    ) -> None:
        """One chunk of every row by every channel; the smaller side stays in registers."""
        dot, e = self.plan.dot, self.e
        if rows <= width:
            xs = [element(r) for r in range(rows)]
            for j in range(width):
                w = weight(j)
                for r in range(rows):
                    i = r * width + j
                    accs[i] = dot.accumulate(e, accs[i], xs[r], w)
            return
        ws = [weight(j) for j in range(width)]
        for r in range(rows):
            x = element(r)
            for j in range(width):
                i = r * width + j
                accs[i] = dot.accumulate(e, accs[i], x, ws[j])

    # ---- addresses, in bytes

    def _x_view(self, rows: int) -> Value:
        """The rows of a tile."""
        plan = self.plan
        at = self._x_start()
        memory = self.x if self.scratch is None else self.scratch
        elements = (rows - 1) * plan.row_step + plan.chunks * plan.dot.chunk
        t = MemRefType((elements * _x_bytes(plan),), I8)
        return self.e.b.value(memref.View, memory, self._index(at), result_types=[t])

    def _w_view(self, width: int) -> Value:
        """The weights of a tile."""
        plan = self.plan
        t = MemRefType((width * plan.chunks * plan.dot.chunk,), I8)
        at = self._index(self._w_start())
        return self.e.b.value(memref.View, self.weights, at, result_types=[t])

    def _index(self, base: Base) -> Value:
        return self.e.add_index(base.counter, base.const)

    def _x_start(self) -> Base:
        plan, size = self.plan, _x_bytes(self.plan)
        if self.scratch is not None:
            local = self.e.locals.get(plan.row, Base(None, 0))
            return self._scaled(local, plan.row_step * size)
        total = Base(None, plan.x.const * size)
        for d in range(self.stage.parallel):
            if plan.x.coeffs[d]:
                total = self._sum(total, self._scaled(self.e.bases[d], plan.x.coeffs[d] * size))
        return total

    def _w_start(self) -> Base:
        """Channels and the groups around them follow each other in the stream."""
        total = Base(None, 0)
        for d, step in channel_steps(self.stage, self.plan).items():
            total = self._sum(total, self._scaled(self.e.bases[d], step))
        return total

    def _scaled(self, base: Base, factor: int) -> Base:
        counter = base.counter
        if counter is not None and factor != 1:
            counter = self.e.b.value(arith.MulI, counter, self.e.index(factor))
        return Base(counter, base.const * factor)

    def _sum(self, a: Base, b: Base) -> Base:
        counter = a.counter or b.counter
        if a.counter is not None and b.counter is not None:
            counter = self._add(a.counter, b.counter)
        return Base(counter, a.const + b.const)

    def _add(self, a: Value, b: Value) -> Value:
        return self.e.b.value(arith.AddI, a, b)


def _x_bytes(plan: DotPlan) -> int:
    return 2 if plan.promoted and plan.form.value.startswith("bytes") else 1


def _runs(chunks: int, unroll: int) -> list[Run]:
    full, rest = divmod(chunks, unroll)
    runs = [Run(0, full, unroll)] if full else []
    return [*runs, Run(full * unroll, 1, rest)] if rest else runs


# ---- the stream of weights


def channel_steps(stage: Stage, plan: DotPlan) -> dict[int, int]:
    """Bytes of the stream that one step of each dimension goes."""
    w = plan.weights[0]
    dims = [d for d in (*plan.outer, *plan.inner, plan.channel) if w.coeffs[d]]
    each = plan.chunks * plan.dot.chunk * len(plan.members)
    steps: dict[int, int] = {}
    for d in reversed(dims):
        steps[d] = each
        each *= stage.extents[d]
    return steps


def pack_weights(stage: Stage, plan: DotPlan, arrays: Sequence[Array]) -> Array:
    """One stream of the weights of all members: by group and channel tile, then by chunk; in a
    chunk by channel, then by member. The last chunk is filled up with zeros."""
    dot = plan.dot
    dims = list(channel_steps(stage, plan))[::-1]
    rows = [_gathered(stage, plan, w, dims, a) for w, a in zip(plan.weights, arrays, strict=True)]
    stacked = np.stack(rows, axis=2)  # groups, channels, members, chunks, elements
    stacked = stacked[..., list(dot.order(plan.form))]
    parts = []
    for group in stacked:
        for run in plan.channel_runs(stage):
            for i in range(run.count):
                tile = group[run.start + i * run.size :][: run.size]
                parts.append(tile.transpose(2, 0, 1, 3).reshape(-1))
    return np.concatenate(parts)


def _gathered(stage: Stage, plan: DotPlan, w: Access, dims: Sequence[int], data: Array) -> Array:
    """One member's weights as groups x channels x chunks x elements."""
    at = np.array(w.const, np.int64)
    for d in (*dims, *plan.reduced):
        at = np.add.outer(at, np.arange(stage.extents[d], dtype=np.int64) * w.coeffs[d])
    channels = stage.extents[plan.channel]
    flat = data[at].reshape(-1, channels, plan.depth)
    size = plan.chunks * plan.dot.chunk
    out = np.zeros((*flat.shape[:2], size), data.dtype)
    out[..., : plan.depth] = flat
    return out.reshape(*flat.shape[:2], plan.chunks, plan.dot.chunk)


def stream_bytes(stage: Stage, plan: DotPlan) -> int:
    dims = channel_steps(stage, plan)
    count = math.prod(stage.extents[d] for d in dims)
    return count * plan.chunks * plan.dot.chunk * len(plan.members)
