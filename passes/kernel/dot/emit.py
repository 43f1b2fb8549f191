"""The loops of a dot product: copies of x, tiles of accumulators, one stream of weights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import product

from millrace.ir.core import Block, Value
from millrace.ir.dialects import arm, memref, scf, vector
from millrace.ir.types import I8, INDEX, MemRefType, VectorType, element_of
from millrace.passes.kernel.dot.pack import channel_steps
from millrace.passes.kernel.dot.plan import DotPart, DotPlan
from millrace.passes.kernel.dot.start import start_of
from millrace.passes.kernel.emit import Base, Emitter, Offset, Point
from millrace.passes.kernel.promote import Form, emit_fill
from millrace.passes.kernel.stage import Access
from millrace.passes.kernel.tiles import Run, balanced, full_then_rest

AHEAD = 4
"""Accumulators up to which weights of the next chunk find a register."""
Finish = Callable[[Sequence[Point]], None]


class DotEmitter:
    """Emits a stage by a plan. ``weights`` are the streams of the parts, which
    :func:`pack_weights` made; ``finish`` emits what follows the reductions at the points of a
    tile."""

    def __init__(self, e: Emitter, plan: DotPlan, weights: Sequence[Value], finish: Finish) -> None:
        self.e = e
        self.stage = e.stage
        self.plan = plan
        self.weights = weights
        self.finish = finish
        self.scratch: dict[tuple[Access, Form], Value] = {}
        """Where each x is copied to, by form."""
        self.channel_step = 0
        """How far channels with rows of their own are apart in the copy of a block."""

    def emit(self) -> None:
        most = max((r.size for r in self.plan.blocks), default=1)
        for part in self.plan.parts:
            if part.promoted and part.copy not in self.scratch:
                t = part.promotion(self.stage, self.plan.row, most).type
                self.scratch[part.copy] = self.e.entry.value(memref.Alloc, result_types=[t])
        self._each(self.plan.outer, self._channel_blocks)

    # ---- loops

    def _each(self, dims: Sequence[int], body: Callable[[], None]) -> None:
        """Loops over whole dimensions, a step at a time."""
        if not dims:
            body()
            return
        d, rest = dims[0], dims[1:]
        self.e.loop(d, Run(0, self.stage.extents[d], 1), lambda: self._each(rest, body))

    def _channel_blocks(self) -> None:
        """Channels with rows of their own come a block at a time."""
        d, part = self.plan.channel, self.plan.parts[0]
        if part.channel < 0:
            self._blocks(0)
            return
        for run in full_then_rest(self.stage.extents[d], part.block):
            self.e.loop(d, run, partial(self._blocks, run.size))

    def _blocks(self, channels: int) -> None:
        """Copy the rows of a block, then run all channels over them; ``channels``: of these only
        (0: all)."""
        for run in self.plan.blocks:
            if self.plan.row < 0:
                self._block(channels, run)
            else:
                self.e.loop(self.plan.row, run, partial(self._block, channels, run))

    def _block(self, channels: int, run: Run) -> None:
        around = (*self.plan.outer, self.plan.row, *((self.plan.channel,) if channels else ()))
        promoted = {part.copy: part for part in reversed(self.plan.parts) if part.promoted}
        for key, scratch in self.scratch.items():
            part = promoted[key]
            p = part.promotion(self.stage, self.plan.row, run.size, channels)
            emit_fill(self.e, p, scratch, around)
            if channels > 1:
                self.channel_step = p.coefficients[part.channel]
            if part.dense and not channels:
                part.dot.clear(self.e, scratch, part.depth * part.x_bytes)
        self._each(self.plan.inner, lambda: self._channels(channels, run))

    def _channels(self, channels: int, rows: Run) -> None:
        d = self.plan.channel
        if channels:
            start = self.e.bases[d]
            for run in full_then_rest(channels, self.plan.tile[1]):
                self.e.loop_in_block(d, run, start, partial(self._rows, rows, run.size))
            return
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
        self.e.results = {}
        for i in range(len(self.plan.parts)):
            self._part(i, rows, channels)
        lanes = self._lanes(channels)
        self.finish([self._point(r, c) for r in range(rows) for c in _steps(channels, lanes)])

    def _lanes(self, channels: int) -> int:
        return self.plan.dot.lanes if channels % self.plan.dot.lanes == 0 else 1

    def _part(self, i: int, rows: int, channels: int) -> None:
        """Reduce one part; its sums are known to the emitter then."""
        e, members = self.e, self.plan.parts[i].members
        lanes = self._lanes(channels)
        starts = self.plan.starts if lanes == 1 else {}
        accs = [
            start_of(self.e, m, starts.get(m.op.results[0]), self._point(r, c))
            for r, c, m in product(range(rows), range(channels), members)
        ]
        accs = self._reduce(i, rows, channels, accs)
        for r, c in product(range(rows), _steps(channels, lanes)):
            pt, first = self._point(r, c), c[0] if isinstance(c, tuple) else c
            for j, m in enumerate(members):
                at = [(r * channels + first + k) * len(members) + j for k in range(lanes)]
                added = starts.get(m.op.results[0])
                done = m if added is None else added.member
                key = (done.op.results[0], e.project(pt, done.deps))
                e.results[key] = self._joined([accs[i] for i in at])

    def _point(self, row: int, channel: Offset) -> Point:
        pt: list[Offset] = [0] * len(self.stage.extents)
        pt[self.plan.channel] = channel
        if self.plan.row >= 0:
            pt[self.plan.row] = row
        return tuple(pt)

    def _joined(self, lanes: list[Value]) -> Value:
        """A vector of neighbouring channels."""
        if len(lanes) == 1:
            return lanes[0]
        t = VectorType((len(lanes),), element_of(lanes[0].type))
        return self.e.b.value(vector.FromElements, lanes, result_types=[t])

    def _reduce(self, i: int, rows: int, channels: int, accs: list[Value]) -> list[Value]:
        """The runs of the reduction, one after the other."""
        part = self.plan.parts[i]
        for n in range(len(part.runs)):
            accs = self._reduce_run(i, n, rows, channels, accs)
        return accs

    def _reduce_run(
        self, i: int, n: int, rows: int, channels: int, accs: list[Value]
    ) -> list[Value]:
        """Two pointers walk through memory: one through the rows of x, all at the same chunk,
        one through the weights."""
        e, part = self.e, self.plan.parts[i]
        width = channels * len(part.members)
        x, w = self._x_view(i, n, rows, channels), self._w_view(i, n, width)
        walked = 0
        for run in _runs(part, part.unroll(self.plan.tile)):
            if run.count == 1:
                at = range(run.start - walked, run.stop - walked)
                whole = part.whole_chunks - walked
                accs = self._chunks(part, rows, width, accs, x, w, at, whole)
                continue
            walked = run.stop
            block = Block([INDEX, *(v.type for v in (*accs, x, w))])
            e.push()
            with e.b.at_end_of(block):
                *inner, x_at, w_at = block.args[1:]
                at = range(run.size)
                out = self._chunks(part, rows, width, inner, x_at, w_at, at, run.size)
                step = part.dot.chunk * run.size
                x_next = e.b.value(memref.Advance, x_at, step=step * part.x_bytes)
                w_next = e.b.value(memref.Advance, w_at, step=step * part.w_bytes * width)
                e.b.create(scf.Yield, [*out, x_next, w_next])
            e.pop()
            bounds = (e.index(n) for n in (run.start, run.stop, run.size))
            loop = e.b.create(scf.For, *bounds, [*accs, x, w], block=block)
            accs, (x, w) = list(loop.results[:-2]), loop.results[-2:]
        return accs

    def _chunks(
        self,
        part: DotPart,
        rows: int,
        width: int,
        accs: Sequence[Value],
        x: Value,
        w: Value,
        chunks: range,
        whole: int,
    ) -> list[Value]:
        """``chunks``, counted from where the pointers stand; from ``whole`` on they have fewer
        weights."""
        dot, size = part.dot, part.x_bytes
        accs = list(accs)
        ahead = len(accs) <= AHEAD
        pending: dict[int, tuple[Value, ...]] = {}
        for k in chunks:

            def weight(j: int, k: int = k) -> tuple[Value, ...]:
                n = k * width + j
                more = j + 1 < width or (ahead and k + 1 in chunks)
                if more and n not in pending and not part.dense:
                    pending[n], pending[n + 1] = dot.load_two_w(self.e, w, n * dot.chunk_bytes)
                if n in pending:
                    return pending.pop(n)
                step = dot.chunk if k < whole else part.depth % dot.chunk
                at = (k * width * dot.chunk + j * step) * part.w_bytes
                loaded = dot.load_w(self.e, w, at, part.alignment)
                cut = part.channel >= 0 and step < dot.chunk
                return dot.first(self.e, loaded, step) if cut else loaded

            def element(r: int, j: int, k: int = k) -> tuple[Value, ...]:
                at = r * part.row_step + j * self.channel_step + k * dot.chunk
                return dot.load_x(self.e, x, at * size, part.x_aligned)

            self._products(part, rows, width, accs, element, weight)
            if dot.in_order(len(accs)):
                accs = list(self.e.b.create(arm.InOrder, accs).results)
        return accs

    def _products(
        self,
        part: DotPart,
        rows: int,
        width: int,
        accs: list[Value],
        element: Callable[[int, int], tuple[Value, ...]],
        weight: Callable[[int], tuple[Value, ...]],
    ) -> None:
        """One chunk of every row by every channel; the smaller side stays in registers."""
        dot, e = part.dot, self.e
        if rows <= width:
            shared = [element(r, 0) for r in range(rows)] if part.channel < 0 else []
            for j in range(width):
                w = weight(j)
                for r in range(rows):
                    i = r * width + j
                    accs[i] = dot.accumulate(e, accs[i], shared[r] if shared else element(r, j), w)
            return
        ws = [weight(j) for j in range(width)]
        for r in range(rows):
            x = element(r, 0)
            for j in range(width):
                i = r * width + j
                own = element(r, j) if part.channel >= 0 and j else x
                accs[i] = dot.accumulate(e, accs[i], own, ws[j])

    # ---- addresses, in bytes

    def _x_view(self, i: int, n: int, rows: int, channels: int) -> Value:
        """The rows of a tile, from where run ``n`` begins."""
        part = self.plan.parts[i]
        memory = self.scratch.get(part.copy, self.e.memrefs[part.x.buffer])
        elements = (rows - 1) * part.row_step + part.run_chunks * part.dot.chunk
        if part.channel >= 0:
            elements += (channels - 1) * self.channel_step
        t = MemRefType((elements * part.x_bytes,), I8)
        return self.e.b.value(
            memref.View, memory, self._index(self._x_start(i, part.runs[n])), result_types=[t]
        )

    def _w_view(self, i: int, n: int, width: int) -> Value:
        """The weights of run ``n`` of a tile: channels and the groups around them follow each
        other."""
        part = self.plan.parts[i]
        start = n * part.run_chunks * part.dot.chunk_bytes * width
        at = Base(None, start)
        for d, step in channel_steps(self.stage, self.plan, part).items():
            at = self.e.sum_of(at, self.e.scaled(self.e.bases[d], step))
        size = width * part.stream_depth * part.w_bytes + part.stream_slack - start
        t = MemRefType((size,), I8)
        return self.e.b.value(memref.View, self.weights[i], self._index(at), result_types=[t])

    def _index(self, base: Base) -> Value:
        return self.e.add_index(base.counter, base.const)

    def _x_start(self, i: int, run: int) -> Base:
        part = self.plan.parts[i]
        if part.copy in self.scratch:
            local = self.e.locals.get(self.plan.row, Base(None, 0))
            at = self.e.scaled(local, part.row_step * part.x_bytes)
            at = Base(at.counter, at.const + run * part.x_bytes)
            if part.channel >= 0:
                channel = self.e.scaled(self.e.locals[part.channel], self.channel_step)
                at = self.e.sum_of(at, channel)
            return at
        total = Base(None, part.x.const * part.x_bytes)
        for d in range(self.stage.parallel):
            if part.x.coeffs[d]:
                step = part.x.coeffs[d] * part.x_bytes
                total = self.e.sum_of(total, self.e.scaled(self.e.bases[d], step))
        return total


def _steps(channels: int, lanes: int) -> list[Offset]:
    """The channels of a tile, or vectors of them."""
    return [c if lanes == 1 else (c, lanes) for c in range(0, channels, lanes)]


def _runs(part: DotPart, unroll: int) -> list[Run]:
    """All chunks, ``unroll`` of them a body; a last one with fewer weights is in none of a loop."""
    chunks = part.run_chunks
    full = (part.whole_chunks if unroll < chunks and part.dense else chunks) // unroll
    rest = chunks - full * unroll
    runs = [Run(0, full, unroll)] if full else []
    return [*runs, Run(full * unroll, 1, rest)] if rest else runs
