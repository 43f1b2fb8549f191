"""How the loops of dot products run.

A stage qualifies when its reductions multiply bytes or halves of an operand ``x`` by those of
constant weights. Of its parallel dimensions some move x (*rows*: pixels, samples), some the weights
(*channels*), some both (*groups*). A tile holds the accumulators of a few rows by a few channels in
registers; the reduction runs over chunks of both. Several products of vectors (the input's and the
state's of a recurrent cell) share the loops over channels and follow each other in a tile.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from millrace.ir.core import Value
from millrace.ir.dialects.arm import HALVES
from millrace.ir.types import storage_bytes
from millrace.passes.kernel.dot.instructions import Dot, dot_of
from millrace.passes.kernel.dot.match import Products, Start, products_of, starts_of
from millrace.passes.kernel.promote import Form, Promotion
from millrace.passes.kernel.schedule import Problem
from millrace.passes.kernel.stage import Access, Member, Stage
from millrace.passes.kernel.tiles import Run, balanced, full_then_rest

SCRATCH_BYTES = 4096
"""A copy of rows that overlap is made for a whole line of them up to this size."""
CHANNEL_BLOCK = 16
"""Channels that are copied together where each has rows of its own."""
LEAST_DEPTH = 4
"""Products of a row that are worth such a copy."""
MOST_RUNS = 9
"""Runs that a reduction may fall into: each has code of its own."""
TILE_OVERHEAD = 8.0
SHAPE_PENALTY = 0.02
"""Of the cost, for each further shape of tile: code that runs seldom."""
BODY = 48
"""Chunks of one row by one channel in the innermost body, at most."""


@dataclass(frozen=True)
class DotPart:
    """One group of reductions. ``reduced``: its dimensions from the outermost in, contiguous in x
    or in ``runs`` that are, which begin at these elements; ``depth``: their steps; ``row_step``:
    elements of x between rows; ``promoted``: x is copied, in ``form``; ``dense``: the last chunk of
    weights is not filled up: zeros follow the copy, or the weights that were read too far are
    cleared. ``channel``: the dimension along which x has rows of its own (-1: all channels share
    them); they are copied ``block`` channels at a time."""

    dot: Dot
    products: Products
    reduced: tuple[int, ...]
    depth: int
    row_step: int
    form: Form
    promoted: bool
    dense: bool = False
    channel: int = -1
    block: int = 1
    runs: tuple[int, ...] = (0,)

    @property
    def members(self) -> tuple[Member, ...]:
        return self.products.members

    @property
    def x(self) -> Access:
        return self.products.x

    @property
    def weights(self) -> tuple[Access, ...]:
        return self.products.weights

    @property
    def chunks(self) -> int:
        return -(-self.depth // self.dot.chunk)

    @property
    def run_chunks(self) -> int:
        """Chunks of one run."""
        return self.chunks // len(self.runs)

    @property
    def whole_chunks(self) -> int:
        """The chunks without the last one when that has fewer weights."""
        return self.depth // self.dot.chunk if self.dense else self.chunks

    @property
    def _whole_run(self) -> int:
        return self.whole_chunks // len(self.runs)

    @property
    def stream_depth(self) -> int:
        """Weights of one row of the stream."""
        return self.depth if self.dense else self.chunks * self.dot.chunk

    @property
    def stream_slack(self) -> int:
        """Bytes behind the stream that are read, though not used."""
        return (self.chunks * self.dot.chunk - self.stream_depth) * self.w_bytes

    @property
    def alignment(self) -> int:
        """Of the chunks in the stream, in bytes."""
        return math.gcd(self.dot.chunk, self.stream_depth) * self.w_bytes

    @property
    def x_bytes(self) -> int:
        """Bytes of an element of x, as it is read."""
        widened = self.promoted and self.form is not Form.SAME
        return 2 if widened else storage_bytes(self.x.element)

    @property
    def w_bytes(self) -> int:
        """Bytes of a weight."""
        return storage_bytes(self.dot.w)

    @property
    def x_aligned(self) -> bool:
        """Whether the chunks of each row are aligned to words: an operand may lie anywhere."""
        return self.promoted and self.row_step * self.x_bytes % 4 == 0

    @property
    def copy(self) -> tuple[Access, Form]:
        """Parts that agree in this share a copy of x."""
        return self.x, self.form

    def unroll(self, tile: tuple[int, int]) -> int:
        """Chunks in the innermost body."""
        most = max(1, BODY // (tile[0] * tile[1] * len(self.members)))
        if self.run_chunks <= most + 2:
            return self.run_chunks
        whole = [u for u in range(most, 0, -1) if self._whole_run % u == 0]
        return whole[0] if whole[0] * 2 > most else most

    def promotion(self, stage: Stage, row: int, rows: int, channels: int = 0) -> Promotion:
        """The copy of x for a block of ``rows`` rows, and of ``channels`` (0: a whole block)."""
        if self.channel < 0:
            return _promotion(stage, self.products, row, rows, self.form)
        size = channels or self.block
        return _transposed(stage, self.products, row, rows, self.channel, size)


@dataclass(frozen=True)
class DotPlan:
    """``outer``: loops around the copies of x; ``row`` and ``channel``: the dimensions of the tile,
    -1 for none; ``inner``: further channel dimensions, inside the copies. ``blocks``: runs of rows
    that are copied together; ``tile``: rows and channels. ``starts``: what sums start with, by the
    result of the reduction."""

    dot: Dot
    parts: tuple[DotPart, ...]
    outer: tuple[int, ...]
    row: int
    inner: tuple[int, ...]
    channel: int
    blocks: tuple[Run, ...]
    tile: tuple[int, int]
    starts: Mapping[Value, Start]

    def channel_runs(self, stage: Stage) -> tuple[Run, ...]:
        """The tiles of channels: even ones, or whole vectors first."""
        cover = full_then_rest if self.dot.lanes > 1 else balanced
        return cover(stage.extents[self.channel], self.tile[1])

    def describe(self, stage: Stage) -> str:
        loops = " x ".join(str(n) for n in stage.extents[: stage.parallel])
        depths = " + ".join(str(part.depth) for part in self.parts)
        rows, channels = self.tile
        each = len(self.parts[0].members)
        kinds = ", ".join(dict.fromkeys(f" {p.dot.kinds}" for p in self.parts if p.dot.kinds))
        text = (
            f"{self.dot.name}{kinds}: {loops} | {depths}: tiles of {rows} rows by {channels * each}"
        )
        text += f" channels, {self.parts[0].unroll(self.tile)} chunks a body"
        block = self.blocks[0].size
        for part in {part.copy: part for part in self.parts}.values():
            if part.promoted:
                size = part.promotion(stage, self.row, block).nbytes
                of = f" of {part.block} channels" if part.channel >= 0 else ""
                text += f", {block} rows{of} copied to {size} bytes, {part.form.value}"
        return text


def plan_dot(p: Problem) -> DotPlan | None:
    """The plan of a stage that is made of dot products; None when it is not."""
    machine, stage = dot_of(p.target), p.stage
    products = None if machine is None else products_of(stage, p.constants)
    if machine is None or products is None:
        return None
    first = products[0]
    dot = machine(p.target, first.x.element, first.weights[0].element)
    parallel = range(stage.parallel)
    rows = [d for d in parallel if first.x.coeffs[d] and not first.weights[0].coeffs[d]]
    channels = [d for d in parallel if first.weights[0].coeffs[d] and not first.x.coeffs[d]]
    if not channels and rows and dot.transposes:
        return _plan_apart(stage, dot, products, rows[-1])
    if not channels or not all(_share_channels(q, channels, stage) for q in products[1:]):
        return None  # each weight would be used once: nothing to share
    row = rows[-1] if rows else -1
    outer = tuple(d for d in parallel if d not in channels and d != row)
    if len(products) > 1 and (row >= 0 or outer):
        return None
    if dot.lanes > 1 and row < 0 and not outer:
        products = [single for q in products for single in q.singles()]
    dots = [machine(p.target, q.x.element, q.weights[0].element) for q in products]
    parts = [_part(stage, d, q, row) for d, q in zip(dots, products, strict=True)]
    whole = [part for part in parts if part is not None]
    if len(whole) < len(parts):
        return None
    candidates = [
        DotPlan(
            dot=dot,
            parts=tuple(whole),
            outer=outer,
            row=row,
            inner=tuple(channels[:-1]),
            channel=channels[-1],
            blocks=_blocks(stage, whole[0], row, tile[0]),
            tile=tile,
            starts=starts_of(stage, [m for q in products for m in q.members], channels[-1]),
        )
        for tile in _tiles(stage, dots, row, channels[-1], max(len(q.members) for q in products))
    ]
    right = [plan for plan in candidates if _copies_agree(stage, plan)]
    return min(right, key=lambda plan: _cost(stage, plan), default=None)


def _copies_agree(stage: Stage, plan: DotPlan) -> bool:
    """Whether windows lie alike in copies of all sizes: one of a single row of a dilated window
    leaves out what lies between the taps."""
    sizes = {2, *(run.size for run in plan.blocks)}
    for part in plan.parts:
        copies = [part.promotion(stage, plan.row, n) for n in sizes if part.promoted]
        if len({tuple(p.coefficients[d] for d in part.reduced) for p in copies}) > 1:
            return False
    return True


def _plan_apart(stage: Stage, dot: Dot, products: Sequence[Products], row: int) -> DotPlan | None:
    """Each channel multiplies rows of its own (a depthwise convolution): those of some channels
    are copied so that the rows of each are contiguous."""
    q = products[0]
    depth = math.prod(stage.extents[d] for d in stage.groups[q.group])
    channel = channel_apart(stage, q)
    if len(products) > 1 or len(q.members) > 1 or channel < 0 or depth < LEAST_DEPTH:
        return None
    block = min(stage.extents[channel], CHANNEL_BLOCK)
    p = _transposed(stage, q, row, 2, channel, 2)
    order = _contiguous(stage, stage.groups[q.group], p.coefficients)
    if order is None or _transposed(stage, q, row, 1, channel, block).nbytes > SCRATCH_BYTES:
        return None
    rows = stage.extents[row]
    while rows > 1 and _transposed(stage, q, row, rows, channel, block).nbytes > SCRATCH_BYTES:
        rows = -(-rows // 2)
    part = DotPart(
        dot=dot,
        products=q,
        reduced=order,
        depth=depth,
        row_step=p.coefficients[row],
        form=Form.SAME,
        promoted=True,
        dense=depth % dot.chunk > 0,
        channel=channel,
        block=block,
    )
    return DotPlan(
        dot=dot,
        parts=(part,),
        outer=tuple(d for d in range(stage.parallel) if d not in (channel, row)),
        row=row,
        inner=(),
        channel=channel,
        blocks=balanced(stage.extents[row], rows),
        tile=(1, min(dot.lanes, stage.extents[channel])),
        starts=starts_of(stage, q.members, channel),
    )


def channel_apart(stage: Stage, q: Products) -> int:
    """The dimension whose neighbours are neighbouring bytes of x, and move the weights, too; -1
    when there is none."""
    both = [d for d in range(stage.parallel) if q.weights[0].coeffs[d]]
    along = [c for c in q.x.coordinates if both and c.coeffs[both[-1]]]
    if len(along) != 1 or along[0].padded or along[0].stride * along[0].coeffs[both[-1]] != 1:
        return -1
    alone = not any(c for d, c in enumerate(along[0].coeffs) if d not in both)
    return both[-1] if alone else -1


def _share_channels(q: Products, channels: Sequence[int], stage: Stage) -> bool:
    """The weights move along the same dimensions, and x along none."""
    moved = [d for d in range(stage.parallel) if q.weights[0].coeffs[d]]
    return moved == list(channels) and not any(q.x.coeffs[: stage.parallel])


# ---- layout of x


def _part(stage: Stage, dot: Dot, q: Products, row: int) -> DotPart | None:
    for form in dot.forms:
        layout = _layout(stage, q, row, form, dot)
        if layout is not None:
            order, step, promoted, runs = layout
            depth = math.prod(stage.extents[d] for d in order)
            dense = promoted and row < 0 and dot.any_place and depth % dot.chunk > 0
            return DotPart(dot, q, order, depth, step, form, promoted, dense, runs=runs)
    return None


def _promotion(stage: Stage, q: Products, row: int, rows: int, form: Form) -> Promotion:
    """The coordinates that rows move along come first: what is left of each row, its reduction,
    is then one contiguous run."""
    extents = [1] * len(stage.extents)
    for d in stage.groups[q.group]:
        extents[d] = stage.extents[d]
    if row >= 0:
        extents[row] = rows
    coordinates = q.x.coordinates
    moving = [k for k, c in enumerate(coordinates) if row >= 0 and c.coeffs[row]]
    rest = [k for k in range(len(coordinates)) if k not in moving]
    rest.sort(key=lambda k: -coordinates[k].stride)
    return Promotion(q.x, tuple(extents), (*moving, *rest), form)


def _transposed(
    stage: Stage, q: Products, row: int, rows: int, channel: int, channels: int
) -> Promotion:
    """The same for several channels, which come first of all."""
    plain = _promotion(stage, q, row, rows, Form.SAME)
    extents = list(plain.extents)
    extents[channel] = channels
    first = [k for k, c in enumerate(q.x.coordinates) if c.coeffs[channel]]
    order = (*first, *(k for k in plain.order if k not in first))
    return Promotion(q.x, tuple(extents), order, lanes=HALVES.shape[0])


Layout = tuple[tuple[int, ...], int, bool, tuple[int, ...]]


def _layout(stage: Stage, q: Products, row: int, form: Form, dot: Dot) -> Layout | None:
    """(reduction dimensions in order, elements between rows, whether x is copied, where runs of
    the reduction begin)."""
    group, x = stage.groups[q.group], q.x
    depth = math.prod(stage.extents[d] for d in group)
    if form is Form.SAME and not x.padded and (dot.chunk == 1 or depth % dot.chunk == 0):
        order = _contiguous(stage, group, x.coeffs)
        if order is not None:
            return order, x.coeffs[row] if row >= 0 else 0, False, (0,)
    p = _promotion(stage, q, row, 2, form)
    found = _runs(stage, group, p.coefficients)
    if found is None:
        return None
    order, runs = found
    step = p.coefficients[row] if row >= 0 else 0
    if len(runs) > 1 and (depth // len(runs)) % dot.chunk:
        return None  # each run would have to be filled up
    if form is Form.PAIRS and (step % 4 or depth % 4 or p.run[1] % 4 or any(r % 4 for r in runs)):
        return None
    return order, step, True, runs


def _runs(
    stage: Stage, group: Sequence[int], coeffs: Sequence[int]
) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
    """The reduction dimensions from the outermost in, and where the runs begin that the inner ones
    walk together (the taps of a dilated window lie apart); None when those are too many."""
    order = sorted(group, key=lambda d: -coeffs[d])
    inner = len(order)
    while inner and _contiguous(stage, order[inner - 1 :], coeffs) is not None:
        inner -= 1
    runs = [0]
    for d in order[:inner]:
        runs = [r + i * coeffs[d] for r in runs for i in range(stage.extents[d])]
    return (tuple(order), tuple(runs)) if len(runs) <= MOST_RUNS else None


def _contiguous(
    stage: Stage, group: Sequence[int], coeffs: Sequence[int]
) -> tuple[int, ...] | None:
    """The reduction dimensions from the outermost in, when together they walk one run."""
    order = sorted(group, key=lambda d: -coeffs[d])
    expected = 1
    for d in reversed(order):
        if coeffs[d] != expected:
            return None
        expected *= stage.extents[d]
    return tuple(order)


# ---- tiles


def _tiles(
    stage: Stage, dots: Sequence[Dot], row: int, channel: int, members: int
) -> list[tuple[int, int]]:
    rows = stage.extents[row] if row >= 0 else 1
    return [
        (p, c)
        for p in range(1, min(rows, 6) + 1)
        for c in range(1, min(stage.extents[channel], 6) + 1)
        if all(dot.fits(p, c * members) for dot in dots) or (p, c) == (1, 1)
    ]


def _blocks(stage: Stage, part: DotPart, row: int, tile: int) -> tuple[Run, ...]:
    """Rows are copied a tile at a time; a whole line at once where they overlap. Without a copy
    all rows are one block: the numbers of a channel are then loaded once for all of them."""
    if row < 0:
        return (Run(0, 1, 1),)
    extent = stage.extents[row]
    if not part.promoted:
        return (Run(0, 1, extent),)
    overlap = any(
        c.coeffs[row] and any(c.coeffs[d] for d in part.reduced) for c in part.x.coordinates
    )
    if overlap and part.promotion(stage, row, extent).nbytes <= SCRATCH_BYTES:
        return (Run(0, 1, extent),)
    return balanced(extent, tile)


def _cost(stage: Stage, plan: DotPlan) -> float:
    """Instructions of a step of the outer loops, to compare tiles with."""
    total, shapes = 0.0, 0
    for count, rows, channels in _tile_shapes(stage, plan):
        parts = (
            _sums_cost(plan, part, rows, channels) + _after_cost(plan, part, rows, channels)
            for part in plan.parts
        )
        total += count * (TILE_OVERHEAD + sum(parts))
        shapes += 1
    return total * (1 + SHAPE_PENALTY * (shapes - 1))


def sums_cost(stage: Stage, plan: DotPlan) -> float:
    """Instructions until the sums are there: what follows them is not in it."""
    total = 0.0
    for count, rows, channels in _tile_shapes(stage, plan):
        parts = sum(_sums_cost(plan, part, rows, channels) for part in plan.parts)
        total += count * (TILE_OVERHEAD + parts)
    return total * math.prod(stage.extents[d] for d in (*plan.outer, *plan.inner))


def _tile_shapes(stage: Stage, plan: DotPlan) -> list[tuple[int, int, int]]:
    """(how many, rows, channels) of the tiles."""
    rows = stage.extents[plan.row] if plan.row >= 0 else 1
    return [
        (r.count * c.count, r.size, c.size)
        for r in balanced(rows, plan.tile[0])
        for c in plan.channel_runs(stage)
    ]


def _sums_cost(plan: DotPlan, part: DotPart, rows: int, channels: int) -> float:
    unroll = part.unroll(plan.tile)
    loops = 0.0 if unroll >= part.run_chunks else 3.0 * part.chunks / unroll
    return part.chunks * part.dot.cost(rows, channels * len(part.members)) + loops


def _after_cost(plan: DotPlan, part: DotPart, rows: int, channels: int) -> float:
    after = part.dot.epilogue * rows * channels * len(part.members)
    # Vectors are put together of single results first.
    return after / part.dot.lanes**0.5 if channels % part.dot.lanes == 0 else after
