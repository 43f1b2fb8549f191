"""How windows slide along a line of one channel (a depthwise convolution on the DSP extension).

The channel is copied, widened to halves, line by line. Neighbouring results share the words of two
elements that they read: a result that begins in the middle of a word takes weights that begin with
a zero, so that no word is read anywhere but at its place. Both forms of the weights are made of the
bytes when a channel begins."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from millrace.ir.core import Value
from millrace.ir.types import I8
from millrace.passes.kernel.dot.instructions import Smlad, dot_of
from millrace.passes.kernel.dot.match import Products, Start, products_of, starts_of
from millrace.passes.kernel.dot.plan import SCRATCH_BYTES, channel_apart
from millrace.passes.kernel.promote import Form, Promotion
from millrace.passes.kernel.schedule import Problem
from millrace.passes.kernel.stage import Access, Stage
from millrace.passes.kernel.tiles import Run, balanced, full_then_rest

Array = np.ndarray[Any, Any]
Lines = tuple[int, ...]
MOST_LINES = 8
MOST_TAPS = 64
"""Of a window: its lines, and the taps of all; each has code of its own."""
REGISTERS = 13
RESULTS = (1, 2, 4)
"""Of a tile, which begins at a word. With more sums no register is left for the order of code."""
COPY = 3.0
RESULT, TILE = 7.0, 6.0
PLAIN, PLAIN_RESULT = 1.45, 8.0
"""Instructions, measured on Cortex-M4: to copy an element or to take a weight apart; for what
follows a sum, and around a tile; for a product by the loops of one product at a time, and for what
follows there."""


@dataclass(frozen=True)
class SlidePlan:
    """``outer``: loops around the channel; ``across``: the dimension from line to line (-1: none),
    in ``blocks`` that are copied together; ``row``: that along the lines, ``step`` elements from
    result to result, in tiles of ``tile``. ``reduced``: the reduction's dimensions, the last along
    the line: ``taps`` of them. ``lines``: where those of a window are, in elements of the copy."""

    products: Products
    outer: tuple[int, ...]
    channel: int
    across: int
    blocks: tuple[Run, ...]
    row: int
    step: int
    tile: int
    reduced: tuple[int, ...]
    taps: int
    lines: Lines
    starts: Mapping[Value, Start]

    @property
    def x(self) -> Access:
        return self.products.x

    @property
    def depth(self) -> int:
        return self.taps * len(self.lines)

    @property
    def shifts(self) -> tuple[int, ...]:
        """By how many elements windows begin behind a word."""
        return (0, 1) if self.step % 2 else (0,)

    def words(self, shift: int) -> int:
        """Of the weights of a line."""
        return -(-(self.taps + shift) // 2)

    @property
    def line_words(self) -> int:
        """Of the weights of a line, in all forms."""
        return sum(self.words(s) for s in self.shifts)

    def place(self, result: int) -> tuple[int, int]:
        """The word in which a result's window begins, and its shift."""
        return divmod(self.step * result, 2)

    def x_words(self, results: int) -> int:
        """Of a line that a tile reads."""
        places = [self.place(r) for r in range(results)]
        return max(at + self.words(shift) for at, shift in places)

    def fits(self, results: int) -> bool:
        """Sums, words of x, weights of one form and two pointers."""
        weights = max(self.words(s) for s in self.shifts)
        return results + self.x_words(results) + weights + 2 <= REGISTERS

    def runs(self, stage: Stage) -> tuple[Run, ...]:
        """Tiles along the lines: all but the last begin at a word."""
        return full_then_rest(stage.extents[self.row], self.tile)

    def cost(self, stage: Stage) -> float:
        """Instructions of a channel."""
        total = 0.0
        for run in self.runs(stage):
            n = run.size
            products = sum(self.words(self.place(r)[1]) for r in range(n))
            loads = self.x_words(n) + sum(-(-self.words(s) // 2) for s in self.shifts)
            total += run.count * (len(self.lines) * (loads + products) + RESULT * n + TILE)
        return total * (stage.extents[self.across] if self.across >= 0 else 1)

    def promotion(self, stage: Stage, lines: int) -> Promotion:
        """The copy of x for so many steps across."""
        return _promotion(stage, self.products, self.row, self.across, lines)

    def describe(self, stage: Stage) -> str:
        loops = " x ".join(str(n) for n in stage.extents[: stage.parallel])
        size = self.promotion(stage, self.blocks[0].size).nbytes
        return (
            f"smlad: {loops} | {len(self.lines)} lines of {self.taps} taps: tiles of {self.tile} "
            f"along dimension {self.row}, channels copied to {size} bytes"
        )


def plan_slide(p: Problem) -> SlidePlan | None:
    """The cheapest plan; None when the stage has no such windows, or few results a channel."""
    stage = p.stage
    products = products_of(stage, p.constants) if dot_of(p.target) is Smlad else None
    if products is None or len(products) > 1 or len(products[0].members) > 1:
        return None
    q = products[0]
    channel = channel_apart(stage, q)
    if q.x.element != I8 or q.weights[0].element != I8 or channel < 0:
        return None
    others = [d for d in range(stage.parallel) if d != channel]
    if any(q.weights[0].coeffs[d] for d in others):
        return None
    moving = [d for d in others if q.x.coeffs[d]]
    pairs = [(r, a) for r in moving for a in moving if r != a] or [(r, -1) for r in moving]
    plans = [_plan(stage, q, channel, row, across) for row, across in pairs]
    found = [plan for plan in plans if plan is not None and _wins(stage, plan)]
    return min(found, key=lambda plan: plan.cost(stage), default=None)


def _plan(stage: Stage, q: Products, channel: int, row: int, across: int) -> SlidePlan | None:
    group = stage.groups[q.group]
    along = [c for c in q.x.coordinates if c.coeffs[row]]
    inside = [d for d in group if along[0].coeffs[d]] if len(along) == 1 else []
    if len(inside) != 1 or along[0].coeffs[inside[0]] != 1:
        return None  # taps that lie apart
    tap = inside[0]
    if any(along[0].coeffs[d] for d in range(stage.parallel) if d != row):
        return None
    rest = [d for d in group if d != tap]
    blocks = _blocks(stage, q, row, across)
    lines = _lines(stage, rest, [_promotion(stage, q, row, across, r.size) for r in blocks])
    if lines is None:
        return None
    taps = stage.extents[tap]
    if len(lines) > MOST_LINES or len(lines) * taps > MOST_TAPS or taps < 2:
        return None
    candidates = [
        SlidePlan(
            products=q,
            outer=tuple(d for d in range(stage.parallel) if d not in (channel, row, across)),
            channel=channel,
            across=across,
            blocks=blocks,
            row=row,
            step=along[0].coeffs[row],
            tile=n,
            reduced=(*rest, tap),
            taps=taps,
            lines=lines,
            starts=starts_of(stage, q.members, channel),
        )
        for n in RESULTS
    ]
    fitting = [plan for plan in candidates if plan.fits(plan.tile)]
    small = _promotion(stage, q, row, across, blocks[0].size).nbytes <= SCRATCH_BYTES
    return min(fitting, key=lambda plan: plan.cost(stage), default=None) if small else None


def _lines(stage: Stage, rest: Sequence[int], copies: Sequence[Promotion]) -> Lines | None:
    """Where the lines of a window are, if that is the same in copies of all sizes: a single step
    across of a dilated window leaves out what lies between the taps."""
    found = {tuple(p.coefficients[d] for d in rest) for p in copies}
    if len(found) > 1:
        return None
    (steps,) = found
    places = product(*(range(stage.extents[d]) for d in rest))
    return tuple(sum(i * n for i, n in zip(at, steps, strict=True)) for at in places)


def _promotion(stage: Stage, q: Products, row: int, across: int, lines: int) -> Promotion:
    """One channel; the coordinate along the lines comes last."""
    extents = [1] * len(stage.extents)
    for d in stage.groups[q.group]:
        extents[d] = stage.extents[d]
    extents[row] = stage.extents[row]
    if across >= 0:
        extents[across] = min(lines, stage.extents[across])
    coordinates = q.x.coordinates
    order = sorted(
        range(len(coordinates)),
        key=lambda k: (bool(coordinates[k].coeffs[row]), -coordinates[k].stride),
    )
    return Promotion(q.x, tuple(extents), tuple(order), Form.HALVES)


def _blocks(stage: Stage, q: Products, row: int, across: int) -> tuple[Run, ...]:
    """The steps across, as many at once as fit."""
    if across < 0:
        return (Run(0, 1, 1),)
    lines = stage.extents[across]
    while lines > 1 and _promotion(stage, q, row, across, lines).nbytes > SCRATCH_BYTES:
        lines = -(-lines // 2)
    return balanced(stage.extents[across], lines)


def _wins(stage: Stage, plan: SlidePlan) -> bool:
    """Whether the loops of one product at a time, which copy only where there is a border, would
    take more instructions."""
    outputs = stage.extents[plan.row] * (stage.extents[plan.across] if plan.across >= 0 else 1)
    copied = COPY * sum(r.count * plan.promotion(stage, r.size).elements for r in plan.blocks)
    plain = outputs * (PLAIN * plan.depth + PLAIN_RESULT) + (copied if plan.x.padded else 0.0)
    return plan.cost(stage) + copied + COPY * plan.depth < plain


# ---- weights


def slide_key(stage: Stage, plan: SlidePlan) -> object:
    """Equal for plans that order the same weights alike."""
    w = plan.products.weights[0]
    dims = (plan.channel, *plan.reduced)
    return "slide", w.const, tuple((stage.extents[d], w.coeffs[d]) for d in dims)


def pack_slide(stage: Stage, plan: SlidePlan, arrays: Sequence[Array]) -> Array:
    """The bytes of the weights by channel, line and tap."""
    w = plan.products.weights[0]
    at = np.array(w.const, np.int64)
    for d in (plan.channel, *plan.reduced):
        at = np.add.outer(at, np.arange(stage.extents[d], dtype=np.int64) * w.coeffs[d])
    assert at.size == stage.extents[plan.channel] * plan.depth == math.prod(at.shape)
    return arrays[0][at].reshape(-1)
