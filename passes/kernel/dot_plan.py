"""Which kernels are dot products of bytes, and how their loops run.

A stage qualifies when its reductions multiply bytes of one operand ``x`` by bytes of constant
weights. Of its parallel dimensions some move x (*rows*: pixels, samples), some the weights
(*channels*), some both (*groups*). A tile holds the accumulators of a few rows by a few channels in
registers; the reduction runs over chunks of both.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from millrace.ir.core import Operation, Value
from millrace.ir.dialects import arith, linalg
from millrace.ir.types import I8, I32
from millrace.passes.kernel.dots import Dot, dot_of
from millrace.passes.kernel.promote import Form, Promotion, can_promote
from millrace.passes.kernel.schedule import Problem
from millrace.passes.kernel.stage import Access, Member, Stage
from millrace.passes.kernel.tiles import Run, balanced, full_then_rest

SCRATCH_BYTES = 4096
"""A copy of rows that overlap is made for a whole line of them up to this size."""
TILE_OVERHEAD = 8.0
SHAPE_PENALTY = 0.02
"""Of the cost, for each further shape of tile: code that runs seldom."""
BODY = 48
"""Chunks of one row by one channel in the innermost body, at most."""


@dataclass(frozen=True)
class Start:
    """A number a channel that is added to a sum: the sum may as well start with it."""

    member: Member
    access: Access


@dataclass(frozen=True)
class DotPlan:
    """``outer``: loops around the copy of x; ``row`` and ``channel``: the dimensions of the tile,
    -1 for none; ``inner``: further channel dimensions, inside the copy. ``blocks``: runs of rows
    that are copied together; ``tile``: rows and channels. ``reduced``: the reduction dimensions
    from the outermost in, contiguous in x. ``row_step``: elements of x between rows. ``starts``:
    what sums start with, by the result of the reduction."""

    dot: Dot
    members: tuple[Member, ...]
    x: Access
    weights: tuple[Access, ...]
    outer: tuple[int, ...]
    row: int
    inner: tuple[int, ...]
    channel: int
    blocks: tuple[Run, ...]
    tile: tuple[int, int]
    reduced: tuple[int, ...]
    depth: int
    row_step: int
    form: Form
    promoted: bool
    starts: dict[Value, Start]

    def channel_runs(self, stage: Stage) -> tuple[Run, ...]:
        """The tiles of channels: even ones, or whole vectors first."""
        cover = full_then_rest if self.dot.lanes > 1 else balanced
        return cover(stage.extents[self.channel], self.tile[1])

    @property
    def chunks(self) -> int:
        return -(-self.depth // self.dot.chunk)

    @property
    def unroll(self) -> int:
        """Chunks in the innermost body."""
        rows, channels = self.tile
        most = max(1, BODY // (rows * channels * len(self.members)))
        if self.chunks <= most + 2:
            return self.chunks
        whole = [u for u in range(most, 0, -1) if self.chunks % u == 0]
        return whole[0] if whole[0] * 2 > most else most

    def promotion(self, stage: Stage, rows: int) -> Promotion:
        """The copy of x for a block of ``rows`` rows."""
        return _promotion(stage, self.x, self.row, rows, self.form)

    def describe(self, stage: Stage) -> str:
        rows, channels = self.tile
        copy = ""
        if self.promoted:
            size = self.promotion(stage, self.blocks[0].size).nbytes
            copy = f", {self.blocks[0].size} rows copied to {size} bytes {self.form.value}"
        loops = " x ".join(str(n) for n in stage.extents[: stage.parallel])
        return (
            f"{self.dot.name}: {loops} | {self.depth}: tiles of {rows} rows by "
            f"{channels * len(self.members)} channels, {self.unroll} chunks a body{copy}"
        )


def plan_dot(p: Problem) -> DotPlan | None:
    """The plan of a stage that is a dot product of bytes; None when it is none."""
    dot, stage = dot_of(p.target), p.stage
    members = [m for m in stage.members if m.role == "reduce"]
    if dot is None or len(stage.groups) != 1 or any(m.role == "pre" for m in stage.members):
        return None
    sides = [_sides(m, p.constants) for m in members]
    if not sides or None in sides:
        return None
    pairs = [s for s in sides if s is not None]
    x, group = pairs[0][0], stage.groups[0]
    weights = tuple(w for _, w in pairs)
    if any(other != x for other, _ in pairs) or not can_promote(x):
        return None
    if any(not x.coeffs[d] for d in group) or any(not w.coeffs[d] for w in weights for d in group):
        return None
    if any(
        {bool(c) for c in at} == {True, False}
        for at in zip(*(w.coeffs for w in weights), strict=True)
    ):
        return None
    return _plan(p, dot, tuple(members), x, weights)


def _plan(
    p: Problem, dot: Dot, members: tuple[Member, ...], x: Access, weights: tuple[Access, ...]
) -> DotPlan | None:
    stage, w = p.stage, weights[0]
    parallel = range(stage.parallel)
    rows = [d for d in parallel if x.coeffs[d] and not w.coeffs[d]]
    channels = [d for d in parallel if w.coeffs[d] and not x.coeffs[d]]
    if not channels:
        return None  # each weight would be used once: nothing to share
    row = rows[-1] if rows else -1
    channel = channels[-1]
    best: tuple[float, DotPlan] | None = None
    for form in dot.forms:
        layout = _layout(stage, x, row, form, dot)
        if layout is None:
            continue
        reduced, step, promoted = layout
        depth = math.prod(stage.extents[d] for d in reduced)
        for tile in _tiles(stage, dot, row, channel, len(members)):
            plan = DotPlan(
                dot=dot,
                members=members,
                x=x,
                weights=weights,
                outer=tuple(d for d in parallel if d not in channels and d != row),
                row=row,
                inner=tuple(channels[:-1]),
                channel=channel,
                blocks=_blocks(stage, x, row, tile[0], form, reduced),
                tile=tile,
                reduced=reduced,
                depth=depth,
                row_step=step,
                form=form,
                promoted=promoted,
                starts=_starts(stage, members, channel),
            )
            cost = _cost(stage, plan)
            if best is None or cost < best[0] * 0.999:
                best = (cost, plan)
        break
    return None if best is None else best[1]


# ---- recognition


def _sides(m: Member, constants: frozenset[Access]) -> tuple[Access, Access] | None:
    """(x, weights) of a member that adds up products of bytes."""
    reads = [a for a in m.reads if a is not None]
    if len(m.op.inputs) != 2 or len(reads) != 2 or any(a.element != I8 for a in reads):
        return None
    if not _multiplies(m.op):
        return None
    if reads[1] in constants and reads[0] not in constants:
        return reads[0], reads[1]
    return (reads[1], reads[0]) if reads[0] in constants and reads[1] not in constants else None


def _multiplies(g: linalg.Generic) -> bool:
    """The body is ``acc + extsi(x) * extsi(y)`` in i32."""
    if len(g.outputs) != 1:
        return False
    x, y, acc = g.block.args
    total = g.block.terminator.operands[0].defining_op
    if not isinstance(total, arith.AddI) or acc.type != I32 or acc not in total.operands:
        return False
    product = next((v for v in total.operands if v is not acc), acc).defining_op
    if not isinstance(product, arith.MulI):
        return False
    return {_widened(v) for v in product.operands} == {x, y}


def _widened(v: Value) -> Value | None:
    op: Operation | None = v.defining_op
    return op.input if isinstance(op, arith.ExtSI) else None


def _starts(stage: Stage, members: Sequence[Member], channel: int) -> dict[Value, Start]:
    found: dict[Value, Start] = {}
    for m in members:
        total = m.op.results[0]
        user = next((n for n in stage.members if n.role == "post" and n.op in total.users), None)
        if user is None or len(total.uses) != 1 or not _starts_at_zero(m.op):
            continue
        body = user.op.block.first
        plain = isinstance(body, arith.AddI) and user.op.block.terminator.operands[0] is body.result
        reads = [a for a in user.reads if a is not None]
        if (
            plain
            and len(user.op.inputs) == 2
            and len(reads) == 1
            and set(reads[0].dims) <= {channel}
        ):
            found[total] = Start(user, reads[0])
    return found


def _starts_at_zero(g: linalg.Generic) -> bool:
    fill = g.outputs[0].defining_op
    scalar = fill.value.defining_op if isinstance(fill, linalg.Fill) else None
    return isinstance(scalar, arith.Constant) and scalar.value.value == 0


# ---- layout of x


def _promotion(stage: Stage, x: Access, row: int, rows: int, form: Form) -> Promotion:
    """The coordinates that rows move along come first: what is left of each row, its reduction,
    is then one contiguous run."""
    extents = [1] * len(stage.extents)
    for d in stage.groups[0]:
        extents[d] = stage.extents[d]
    if row >= 0:
        extents[row] = rows
    coordinates = x.coordinates
    moving = [k for k, c in enumerate(coordinates) if row >= 0 and c.coeffs[row]]
    rest = [k for k in range(len(coordinates)) if k not in moving]
    rest.sort(key=lambda k: -coordinates[k].stride)
    return Promotion(x, tuple(extents), (*moving, *rest), form)


def _layout(
    stage: Stage, x: Access, row: int, form: Form, dot: Dot
) -> tuple[tuple[int, ...], int, bool] | None:
    """(reduction dimensions in order, elements between rows, whether x is copied)."""
    group = stage.groups[0]
    depth = math.prod(stage.extents[d] for d in group)
    if form is Form.SAME and not x.padded and (dot.chunk == 1 or depth % dot.chunk == 0):
        order = _contiguous(stage, group, x.coeffs)
        if order is not None:
            return order, x.coeffs[row] if row >= 0 else 0, False
    p = _promotion(stage, x, row, 2, form)
    order = _contiguous(stage, group, p.coefficients)
    if order is None:
        return None
    step = p.coefficients[row] if row >= 0 else 0
    if form is Form.PAIRS and (step % 4 or depth % 4 or p.run[1] % 4):
        return None
    return order, step, True


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


def _tiles(stage: Stage, dot: Dot, row: int, channel: int, members: int) -> list[tuple[int, int]]:
    rows = stage.extents[row] if row >= 0 else 1
    return [
        (p, c)
        for p in range(1, min(rows, 6) + 1)
        for c in range(1, min(stage.extents[channel], 6) + 1)
        if dot.fits(p, c * members) or (p, c) == (1, 1)
    ]


def _blocks(
    stage: Stage, x: Access, row: int, tile: int, form: Form, reduced: Sequence[int]
) -> tuple[Run, ...]:
    """Rows are copied a tile at a time; a whole line at once where they overlap."""
    if row < 0:
        return (Run(0, 1, 1),)
    extent = stage.extents[row]
    overlap = any(c.coeffs[row] and any(c.coeffs[d] for d in reduced) for c in x.coordinates)
    if overlap and _promotion(stage, x, row, extent, form).nbytes <= SCRATCH_BYTES:
        return (Run(0, 1, extent),)
    return balanced(extent, tile)


def _cost(stage: Stage, plan: DotPlan) -> float:
    """Instructions, to compare tiles with."""
    rows = stage.extents[plan.row] if plan.row >= 0 else 1
    members = len(plan.members)
    total, shapes = 0.0, 0
    for r in balanced(rows, plan.tile[0]):
        for c in plan.channel_runs(stage):
            p, w = r.size, c.size * members
            loops = 0.0 if plan.unroll >= plan.chunks else 3.0 * plan.chunks / plan.unroll
            after = plan.dot.epilogue * p * w
            if c.size % plan.dot.lanes == 0:
                after /= plan.dot.lanes**0.5  # vectors are put together of single results first
            tile = plan.chunks * plan.dot.cost(p, w) + loops + after + TILE_OVERHEAD
            total += r.count * c.count * tile
            shapes += 1
    return total * (1 + SHAPE_PENALTY * (shapes - 1))
