"""The loops of a sparse product: a pointer walks through the stream, channel by channel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from millrace.ir.core import Block, Value
from millrace.ir.dialects import arith, memref, scf
from millrace.ir.types import I8, I16, INDEX, MemRefType
from millrace.passes.kernel.emit import Base, Emitter, Point
from millrace.passes.kernel.sparse.match import SparsePart
from millrace.passes.kernel.sparse.plan import SparsePlan
from millrace.passes.kernel.stage import Member
from millrace.passes.kernel.tiles import Run, balanced

Finish = Callable[[Sequence[Point]], None]
Pointers = list[Value]
"""Where the next number of bodies stands; the next weight, if weights stand apart."""


class SparseEmitter:
    """Emits a stage by a plan. ``stream``: the bytes that :func:`pack_entries` made; ``finish``
    emits what follows the reductions at the points of a tile."""

    def __init__(self, e: Emitter, plan: SparsePlan, stream: Value, finish: Finish) -> None:
        self.e = e
        self.stage = e.stage
        self.plan = plan
        self.sparse = plan.sparse
        self.format = plan.format
        self.stream = stream
        self.finish = finish

    def emit(self) -> None:
        self._outer(self.sparse.outer)

    # ---- loops

    def _outer(self, dims: Sequence[int]) -> None:
        if not dims:
            self._rows()
            return
        d, rest = dims[0], dims[1:]
        self.e.loop(d, Run(0, self.stage.extents[d], 1), lambda: self._outer(rest))

    def _rows(self) -> None:
        row = self.sparse.row
        if row < 0:
            self._channels(self.sparse.channels, 1, self._start())
            return
        for run in balanced(self.stage.extents[row], self.plan.rows):
            self.e.loop(row, run, partial(self._row_tile, run.size))

    def _row_tile(self, rows: int) -> None:
        self._channels(self.sparse.channels, rows, self._start())

    def _start(self) -> Pointers:
        f = self.format
        places = self._view(f.weights_bytes, MemRefType((f.places_bytes,), I8))
        if not f.is_apart:
            return [places]
        return [places, self._view(0, MemRefType((f.bodies * f.unroll,), f.element))]

    def _view(self, at: int, t: MemRefType) -> Value:
        return self.e.b.value(memref.View, self.stream, self.e.index(at), result_types=[t])

    def _channels(self, dims: Sequence[int], rows: int, pointers: Pointers) -> Pointers:
        """The loops over channels, which hand the pointers on."""
        if not dims:
            return self._tile(rows, pointers)
        e, d = self.e, dims[0]
        block = Block([INDEX, *(p.type for p in pointers)])
        e.push()
        with e.b.at_end_of(block):
            e.bases[d] = Base(block.args[0], 0)
            out = self._channels(dims[1:], rows, list(block.args[1:]))
            e.b.create(scf.Yield, out)
        e.pop()
        bounds = (e.index(n) for n in (0, self.stage.extents[d], 1))
        return list(e.b.create(scf.For, *bounds, pointers, block=block).results)

    # ---- a channel

    def _tile(self, rows: int, pointers: Pointers) -> Pointers:
        e = self.e
        e.results = {}
        points = [self._point(r) for r in range(rows)]
        for part in self.sparse.parts:
            x = self._x_view(part, rows)
            for m in part.products.members:
                sums, pointers = self._sums(part, m, x, points, pointers)
                for pt, total in zip(points, sums, strict=True):
                    e.results[m.op.results[0], e.project(pt, m.deps)] = total
        self.finish(points)
        return pointers

    def _point(self, row: int) -> Point:
        pt = [0] * len(self.stage.extents)
        if self.sparse.row >= 0:
            pt[self.sparse.row] = row
        return tuple(pt)

    def _x_view(self, part: SparsePart, rows: int) -> Value:
        """The rows of a tile."""
        x, e = part.products.x, self.e
        size = part.span + (rows - 1) * self._row_step(part)
        still = (0,) * (len(x.coeffs) - self.stage.parallel)
        start = replace(x, coeffs=(*x.coeffs[: self.stage.parallel], *still))
        at = e.address(start, self._point(0))
        return e.b.value(memref.Subview, e.memrefs[x.buffer], at, size=size)

    def _row_step(self, part: SparsePart) -> int:
        return part.products.x.coeffs[self.sparse.row] if self.sparse.row >= 0 else 0

    def _sums(
        self, part: SparsePart, m: Member, x: Value, points: Sequence[Point], pointers: Pointers
    ) -> tuple[list[Value], Pointers]:
        """The sums of a channel at all rows, and where its entries end."""
        e = self.e
        count = self._count(pointers[0])
        places = e.b.value(memref.Advance, pointers[0], step=self.format.count_bytes)
        sums = [e.initial(m.op.outputs[0]) for _ in points]
        at = [e.index(0)] if self.plan.walks else []
        carried = [*sums, *at, places, *pointers[1:]]
        block = Block([INDEX, *(v.type for v in carried)])
        e.push()
        with e.b.at_end_of(block):
            e.b.create(scf.Yield, self._body(part, m, x, points, list(block.args[1:])))
        e.pop()
        loop = e.b.create(scf.For, e.index(0), count, e.index(1), carried, block=block)
        out: list[Value] = list(loop.results)
        return out[: len(points)], out[len(points) + len(at) :]

    def _count(self, at: Value) -> Value:
        """How many bodies follow."""
        e = self.e
        if self.format.count_bytes == 1:
            count = e.b.value(memref.Load, at, [e.index(0)])
        else:
            t = MemRefType((1,), I16)
            wide = e.b.value(memref.View, at, e.index(0), result_types=[t])
            count = e.b.value(memref.Load, wide, [e.index(0)], alignment=1)
        return e.b.value(arith.IndexCastUI, count, result_types=[INDEX])

    def _body(
        self, part: SparsePart, m: Member, x: Value, points: Sequence[Point], carried: list[Value]
    ) -> list[Value]:
        """``unroll`` entries: what the loop carries after them."""
        e, f, n = self.e, self.format, len(points)
        sums, rest = carried[:n], carried[n:]
        at, pointers = (rest[0], rest[1:]) if self.plan.walks else (None, rest)
        for k in range(f.unroll):
            step = e.b.value(memref.Load, pointers[0], [e.index(k * f.entry_bytes)])
            place = e.b.value(arith.IndexCastUI, step, result_types=[INDEX])
            if at is not None:
                place = at = e.b.value(arith.AddI, at, place)
            weight = self._weight(pointers, k)
            for r, pt in enumerate(points):
                value = e.b.value(memref.Load, x, [e.add_index(place, r * self._row_step(part))])
                sums[r] = self._added(m, part, value, weight, sums[r], pt)
        steps = (f.unroll * f.entry_bytes, f.unroll)
        moved = [
            e.b.value(memref.Advance, p, step=s) for p, s in zip(pointers, steps, strict=False)
        ]
        return [*sums, *([] if at is None else [at]), *moved]

    def _weight(self, pointers: Pointers, k: int) -> Value:
        at = k if self.format.is_apart else 2 * k + 1
        return self.e.b.value(memref.Load, pointers[-1], [self.e.index(at)])

    def _added(
        self, m: Member, part: SparsePart, x: Value, weight: Value, total: Value, pt: Point
    ) -> Value:
        """A sum with one product more."""
        first = m.reads[0] == part.products.x
        return self.e.run(m, [x, weight, total] if first else [weight, x, total], pt)[0]
