"""A tensor made band by band: straight code for the first and the last bands, a loop over bands
in the middle that differ only in their place."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from millrace.ir.attributes import Scalar
from millrace.ir.builder import Builder
from millrace.ir.core import Block, Operation, Value
from millrace.ir.dialects import arith, scf
from millrace.ir.dialects.mr.assemble import Concat, pad
from millrace.ir.dialects.mr.band import Band
from millrace.ir.dialects.mr.control import Scan
from millrace.ir.dialects.mr.index import Index
from millrace.ir.dialects.mr.kinds import TensorOp
from millrace.ir.dialects.mr.movement import reshape, resized, shape_of, slice_along
from millrace.ir.opdef import fields_with
from millrace.ir.types import INDEX
from millrace.passes.graph.bands import BandPlan, Rows

SHORTEST = 2
"""Bands of which a loop is made."""

Made = dict[Value, tuple[Value, Band]]
"""For values of the region what has been made of them last, and which rows that are."""
Outer = Callable[[Builder, Operation, int, Band], Value]
"""A band of an operand that is made outside of the region."""


@dataclass(frozen=True)
class Loop:
    """Bands ``start`` to ``stop`` - 1 are the same but for where they are."""

    start: int
    stop: int


def emit_bands(plan: BandPlan, b: Builder) -> Value:
    """The plan's last result."""
    made: Made = {}
    pieces: list[Value] = []
    loop = find_loop(plan)
    i = 0
    while i < len(plan.bands):
        if loop is not None and i == loop.start:
            pieces.append(_LoopEmitter(plan, loop, b).emit(made))
            i = loop.stop
            continue
        _emit_band(plan.ops, plan.bands[i], made, b, _cut)
        pieces.append(made[plan.last.results[0]][0])
        i += 1
    return b.value(Concat, pieces, axis=plan.axis)


# ---- one band


def _emit_band(
    ops: Sequence[Operation], rows: dict[Value, Rows], made: Made, b: Builder, outer: Outer
) -> None:
    """Make the rows of one band; ``made`` is brought up to date."""
    for op in ops:
        v = op.results[0]
        if v not in rows:
            continue
        r = rows[v]
        pieces = _kept(b, r, *made[v]) if r.kept else []
        if r.new.size:
            pieces.append(_emit(op, r.new, made, b, outer))
        whole = b.value(Concat, pieces, axis=r.need.axis) if len(pieces) > 1 else pieces[0]
        made[v] = (whole, r.need)


def _kept(b: Builder, r: Rows, old: Value, have: Band) -> list[Value]:
    """What is kept of the rows of the band before, in pieces that can be moved to the front of the
    same memory one after the other."""
    first = r.need.start - have.start
    size = first if 0 < first < r.kept and have.size == r.need.size else r.kept
    starts = range(first, first + r.kept, size)
    end = first + r.kept
    return [slice_along(b, old, have.axis, k, min(size, end - k)) for k in starts]


def _emit(op: Operation, band: Band, made: Made, b: Builder, outer: Outer) -> Value:
    """A band of an operation's result."""
    operands = []
    for i, (v, part) in enumerate(_wanted(op, band)):
        if part is None:
            operands.append(v)
        elif v in made:
            value, have = made[v]
            operands.append(_slice(b, value, _relative(part, have)))
        else:
            operands.append(outer(b, op, i, part))
    assert isinstance(op, TensorOp)
    fields = fields_with(op, operands) | op.band_fields(band)
    return b.value(type(op), loc=op.loc, **fields)


def _wanted(op: Operation, band: Band) -> list[tuple[Value, Band | None]]:
    """The operands with the parts of them that a band is made of."""
    assert isinstance(op, TensorOp)
    parts = op.operand_bands(band)
    assert parts is not None
    return list(zip(op.operands, parts, strict=True))


def _relative(part: Band, to: Band) -> Band:
    return Band(part.axis, part.start - to.start, part.stop - to.start)


def _cut(b: Builder, op: Operation, index: int, part: Band) -> Value:
    return _slice(b, op.operands[index], part)


def _slice(b: Builder, v: Value, part: Band) -> Value:
    if part.size == shape_of(v)[part.axis]:
        return v
    return slice_along(b, v, part.axis, part.start, part.size)


# ---- bands that are alike


def find_loop(plan: BandPlan) -> Loop | None:
    """The longest run of bands that are alike, if it is long enough."""
    forms = [_form(plan, rows) for rows in plan.bands]
    places = [_places(plan, rows) for rows in plan.bands]
    best: Loop | None = None
    start = 0
    for i in range(1, len(forms) + 1):
        if i < len(forms) and forms[i] == forms[start]:
            steps = [_steps(places, k) for k in (start, i - 1)]
            if steps[0] == steps[1]:
                continue
        if i - start >= SHORTEST and (best is None or i - start > best.stop - best.start):
            best = Loop(start, i)
        start = i
    return best if best is not None and _leaves_what_is_kept(plan, best) else None


def _leaves_what_is_kept(plan: BandPlan, loop: Loop) -> bool:
    """Whether the band behind the loop keeps what each band of the loop keeps, or less."""
    if loop.stop == len(plan.bands):
        return True
    last, after = plan.bands[loop.stop - 1], plan.bands[loop.stop]
    return all(
        v in last and last[v].kept and r.kept <= last[v].kept for v, r in after.items() if r.kept
    )


def _form(plan: BandPlan, rows: dict[Value, Rows]) -> Any:
    """All that a band's code depends on, but for where it is."""
    out: list[Any] = []
    for op in plan.ops:
        r = rows.get(op.results[0])
        if r is None:
            out.append(None)
            continue
        assert isinstance(op, TensorOp)
        operands = []
        for v, part in _wanted(op, r.new) if r.new.size else ():
            have = rows[v].need if v in rows else part
            operands.append(part and have and (_relative(part, have), v in rows))
        fields = tuple(sorted(op.band_fields(r.new).items())) if r.new.size else ()
        out.append((r.need.size, r.new.size, fields, tuple(operands)))
    return tuple(out)


def _places(plan: BandPlan, rows: dict[Value, Rows]) -> tuple[int, ...]:
    """Where a band's values begin, and the parts of values from outside that it reads."""
    starts = []
    for op in plan.ops:
        r = rows.get(op.results[0])
        if r is None:
            continue
        starts.append(r.need.start)
        for v, part in _wanted(op, r.new) if r.new.size else ():
            if v not in rows and part is not None:
                starts.append(part.start)
    return tuple(starts)


def _steps(places: Sequence[tuple[int, ...]], k: int) -> tuple[int, ...]:
    """How far places move from band ``k`` to the next one."""
    return tuple(b - a for a, b in zip(places[k], places[k + 1], strict=True))


class _LoopEmitter:
    """A scan over bands. Its carries are the rows that the band before had of those values of
    which some are kept: a band moves what it keeps to the front, and adds what is new."""

    def __init__(self, plan: BandPlan, loop: Loop, b: Builder) -> None:
        self.plan = plan
        self.loop = loop
        self.b = b
        self.rows, self.after = plan.bands[loop.start], plan.bands[loop.start + 1]
        self.carried = [v for v, r in self.rows.items() if r.kept]
        self.index: dict[tuple[int, int], Value] = {}

    def emit(self, made: Made) -> Value:
        """The rows of the loop's bands, as one tensor."""
        before = {v: self._before(v) for v in self.carried}
        inits = [self._init(before[v], *made[v]) for v in self.carried]
        trip = self.loop.stop - self.loop.start
        block = Block([INDEX, *(v.type for v in inits)])
        inside: Made = dict(made)
        for v, arg in zip(self.carried, block.args[1:], strict=True):
            inside[v] = (arg, before[v])
        target = self.plan.last.results[0]
        with self.b.at_end_of(block):
            _emit_band(self.plan.ops, self.rows, inside, self.b, self._outer)
            carries = [inside[v][0] for v in self.carried]
            self.b.create(scf.Yield, [*carries, inside[target][0]])
        scan = self.b.create(Scan, inits=inits, xs=[], trip=trip, block=block)
        last = self.plan.bands[self.loop.stop - 1]
        for v, out in zip(self.carried, scan.results, strict=False):
            made[v] = (out, last[v].need)
        rows = Band(self.plan.axis, 0, trip * last[target].need.size)
        return reshape(self.b, scan.results[-1], resized(shape_of(target), rows))

    def _before(self, v: Value) -> Band:
        """The rows that the band before would have if it were like the others."""
        need, step = self.rows[v].need, self.after[v].need.start - self.rows[v].need.start
        return Band(need.axis, need.start - step, need.stop - step)

    def _init(self, wanted: Band, value: Value, have: Band) -> Value:
        """``wanted`` of the rows of the band before; the first ones may be missing, nobody reads
        them."""
        missing = max(have.start - wanted.start, 0)
        start = Band(wanted.axis, wanted.start + missing, wanted.stop)
        low = [missing if i == wanted.axis else 0 for i in range(len(shape_of(value)))]
        return pad(self.b, _slice(self.b, value, _relative(start, have)), low, [0] * len(low))

    def _outer(self, b: Builder, op: Operation, index: int, part: Band) -> Value:
        """Rows of an operand from outside, as far on as the step says."""
        after = _wanted(op, self.after[op.results[0]].new)[index][1]
        assert after is not None
        at = self._place(part.start, after.start - part.start)
        places = {"axes": (part.axis,), "sizes": (part.size,), "in_bounds": True}
        return b.value(Index, op.operands[index], [at], **places)

    def _place(self, start: int, rate: int) -> Value:
        """``start`` and ``rate`` a step."""
        key = (start, rate)
        if key not in self.index:
            b = self.b
            start_, rate_ = (b.value(arith.Constant, value=Scalar(n, INDEX)) for n in key)
            at = b.value(arith.MulI, b.block.args[0], rate_)
            self.index[key] = b.value(arith.AddI, at, start_)
        return self.index[key]
