"""Instruments: the model tells, beside its outputs, something of its real numbers.

The entry gets one more result: a row for each chosen value in the order of :mod:`values`, over all
elements and all steps of all loops. By default those are chosen that are computed and not only
handed on: what is handed on are the same numbers again. Loops carry the rows of what is inside of
them; a branch that is not taken contributes nothing. What a row holds says a :class:`Probe`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from millrace.ir.builder import Builder
from millrace.ir.core import Block, BlockArgument, Operation, Value
from millrace.ir.dialects import scf
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.func import Func
from millrace.ir.dialects.mr import assemble, cast, compare, control, elementary, reduction
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.movement import Slice, reshape, shape_of
from millrace.ir.dialects.mr.scatter import ScatterElements
from millrace.ir.dialects.mr.support import constant
from millrace.ir.levels import Level
from millrace.ir.rewriter import Rewriter
from millrace.ir.types import F32, I32, FunctionType, element_of, tensor
from millrace.passes.base import Pass, PassContext
from millrace.passes.quantize.plan import made_here
from millrace.passes.quantize.values import real_values

RANGES = "ranges"
HISTOGRAMS = "histograms"
"""The names of the additional outputs."""
LIMITS = "limits"
"""The name of the additional input of ``observe-histograms``."""
NOTHING = -3.0e38
"""In the ranges of a value that was never computed, or never finite."""
TIERS = (1e6, 1e3)


@dataclass(frozen=True)
class Observe(Pass):
    """Add an output with the range of every real number: (-lowest, highest), then the same of its
    elements nearer to 0 than each of ``TIERS``, then of all with infinity as a number."""

    name: ClassVar[str] = "observe"
    requires: ClassVar[Level | tuple[Level, ...]] = Level.GRAPH

    def run(self, module: Module, ctx: PassContext) -> None:
        chosen = chosen_values(module.entry, None)
        instrument(module.entry, chosen, RangeProbe(), RANGES, ctx.rewriter)


@dataclass(frozen=True)
class ObserveHistograms(Pass):
    """Add an output with a histogram of real numbers, and an input with the limits between which
    the bins lie, a row each: (low, bins / (high - low))."""

    name: ClassVar[str] = "observe-histograms"
    requires: ClassVar[Level | tuple[Level, ...]] = Level.GRAPH
    bins: int = 1024
    only: tuple[int, ...] | None = None
    """Numbers of the values."""

    def run(self, module: Module, ctx: PassContext) -> None:
        entry = module.entry
        chosen = chosen_values(entry, self.only)
        limits = add_input(entry, tensor((len(chosen), 2), F32), LIMITS, ctx.rewriter)
        instrument(entry, chosen, HistogramProbe(self.bins, limits), HISTOGRAMS, ctx.rewriter)


def chosen_values(f: Func, numbers: Sequence[int] | None) -> list[Value]:
    """The values with these numbers; those that are computed when there are none."""
    values = real_values(f)
    if numbers is not None:
        return [values[i] for i in numbers]
    made = made_here(f)
    return [v for v in values if v in made]


def add_input(f: Func, t: Any, name: str, rw: Rewriter) -> BlockArgument:
    """One more argument, before the states."""
    n = len(f.block.args) - f.num_states
    names = (*f.input_names, name)
    new = insert_argument(f.block, n, t, rw)
    types = tuple(a.type for a in f.block.args)
    rw.set_attr(f, "function_type", FunctionType(types, f.function_type.results))
    rw.set_attr(f, "arg_names", names)
    return new


def insert_argument(block: Block, place: int, t: Any, rw: Rewriter) -> BlockArgument:
    """A further argument at ``place``."""
    rest = block.args[place:]
    for kind in (t, *(a.type for a in rest)):
        rw.add_argument(block, kind)
    for old, new in zip(rest, block.args[place + len(rest) + 1 :], strict=True):
        new.name_hint = old.name_hint
        rw.replace_value(old, new)
    for _ in rest:
        rw.remove_argument(block, place)
    return block.args[place]


def add_result(f: Func, value: Value, name: str, rw: Rewriter) -> None:
    """One more result, before the states."""
    end = f.block.terminator
    n = len(end.operands) - f.num_states
    names = (*f.output_names, name)
    rw.set_operands(end, [*end.operands[:n], value, *end.operands[n:]])
    types = tuple(v.type for v in end.operands)
    rw.set_attr(f, "function_type", FunctionType(f.function_type.inputs, types))
    rw.set_attr(f, "result_names", names)


def instrument(f: Func, chosen: Sequence[Value], probe: Probe, name: str, rw: Rewriter) -> None:
    """Let a function return what a probe measures of values, none of which is handed on."""
    rows = _Observer(rw, probe, chosen).block(f.block)
    if rows is None:
        rows = constant(rw.before(f.block.terminator), np.zeros((0, probe.width)), F32)
    add_result(f, rows, name, rw)


class Probe:
    """What is measured of a value: a row of ``width`` floats, joined with others by ``join``,
    which ``neutral`` does not change."""

    width: int
    neutral: float
    join: type[Operation]

    def row(self, b: Builder, v: Value, index: int) -> Value:
        """[1, width] of the value in row ``index``."""
        raise NotImplementedError


class RangeProbe(Probe):
    """(-lowest, highest) of the finite elements, of those in each tier, and of all."""

    width = 2 * (2 + len(TIERS))
    neutral = NOTHING
    join = ew.Max

    def row(self, b: Builder, v: Value, index: int) -> Value:
        x = finite(b, v)
        seen = [x, *(within(b, x, t) for t in TIERS), numbers(b, v)]
        ends = [end for part in seen for end in self._ends(b, part)]
        return b.value(assemble.Concat, [reshape(b, s, (1, 1)) for s in ends], axis=1)

    def _ends(self, b: Builder, x: Value) -> tuple[Value, Value]:
        axes = tuple(range(len(shape_of(x))))
        low = b.value(ew.Neg, b.value(reduction.ReduceMin, x, axes=axes))
        return low, b.value(reduction.ReduceMax, x, axes=axes)


class HistogramProbe(Probe):
    """How many elements lie in each bin; those outside count in the first or last."""

    neutral = 0.0
    join = ew.Add

    def __init__(self, bins: int, limits: Value) -> None:
        self.width = bins
        self.limits = limits

    def row(self, b: Builder, v: Value, index: int) -> Value:
        size = int(np.prod(shape_of(v)))
        x = reshape(b, finite(b, v), (size,))
        own = b.value(Slice, self.limits, starts=[index, 0], sizes=[1, 2])
        low, scale = (
            reshape(b, b.value(Slice, own, starts=[0, k], sizes=[1, 1]), ()) for k in (0, 1)
        )
        place = b.value(ew.Mul, b.value(ew.Sub, x, low), scale)
        first, last = constant(b, 0.0, F32), constant(b, self.width - 1.0, F32)
        place = b.value(ew.Clip, b.value(elementary.Floor, place), first, last)
        bins = b.value(
            ScatterElements,
            constant(b, np.zeros(self.width), F32),
            b.value(cast.Cast, place, to=I32),
            constant(b, np.ones(size), F32),
            axis=0,
            reduction="add",
        )
        return reshape(b, bins, (1, self.width))


def finite(b: Builder, v: Value) -> Value:
    """As f32, with 0 for NaN and infinity."""
    return within(b, _single(b, v), -NOTHING)


def within(b: Builder, x: Value, limit: float) -> Value:
    """With 0 for what is not nearer to 0."""
    below = b.value(compare.Less, b.value(ew.Abs, x), constant(b, limit, F32))
    return b.value(compare.Where, below, x, constant(b, 0.0, F32))


def numbers(b: Builder, v: Value) -> Value:
    """As f32, with 0 for NaN and numbers of f32 for infinity."""
    x = _single(b, v)
    known = b.value(compare.Where, b.value(compare.Equal, x, x), x, constant(b, 0.0, F32))
    return b.value(ew.Clip, known, *(constant(b, s * NOTHING, F32) for s in (1, -1)))


def _single(b: Builder, v: Value) -> Value:
    return v if element_of(v.type) == F32 else b.value(cast.Cast, v, to=F32)


class _Observer:
    def __init__(self, rw: Rewriter, probe: Probe, chosen: Sequence[Value]) -> None:
        self.rw = rw
        self.probe = probe
        self.rows = {v: i for i, v in enumerate(chosen)}

    def block(self, block: Block) -> Value | None:
        """The rows of all chosen values of a block, made before its terminator."""
        ops = block.ops
        first = self.rw.before(ops[0])
        parts = [self._row(a, first) for a in block.args if a in self.rows]
        for op in ops[:-1]:
            if op.regions:
                inside = self._control(op)
                parts += [inside] if inside is not None else []
            else:
                parts += [self._row(r, self.rw.after(op)) for r in op.results if r in self.rows]
        return _joined(self.rw.before(block.terminator), parts)

    def _row(self, v: Value, b: Builder) -> Value:
        if 0 in shape_of(v):
            return self._nothing(b, 1)
        return self.probe.row(b, v, self.rows[v])

    def _nothing(self, b: Builder, count: int) -> Value:
        return constant(b, np.full((count, self.probe.width), self.probe.neutral), F32)

    # ---- regions

    def _control(self, op: Any) -> Value | None:
        """The operation again, with one more result: the rows of what is inside of it."""
        rows = [self.block(b) for r in op.regions for b in r.blocks]
        counts = [0 if r is None else shape_of(r)[0] for r in rows]
        if not any(counts):
            return None
        b = self.rw.before(op)
        full = []
        for i, region in enumerate(op.regions):
            at = self.rw.before(region.block.terminator)
            around = [
                self._nothing(at, sum(counts[:i])),
                rows[i],
                self._nothing(at, sum(counts[i + 1 :])),
            ]
            full.append(_joined(at, [v for v in around if v is not None and shape_of(v)[0]]))
        new, place = _REBUILD[type(op)](self, op, full, self._nothing(b, sum(counts)))
        self.rw.replace(op, *new.results[:place], *new.results[place + 1 :])
        rows_of: Value = new.results[place]
        return rows_of

    def _if(self, op: scf.If, full: Sequence[Any], start: Value) -> tuple[Operation, int]:
        for block, rows in zip((op.then_block, op.else_block), full, strict=True):
            self.rw.set_operands(block.terminator, [*block.terminator.operands, rows])
        regions = [self.rw.take_region(op, i) for i in (0, 1)]
        types = [*(r.type for r in op.results), start.type]
        new = self.rw.before(op).create(
            scf.If, op.condition, then_block=regions[0], else_block=regions[1], result_types=types
        )
        return new, len(types) - 1

    def _while(self, op: scf.While, full: Sequence[Any], start: Value) -> tuple[Operation, int]:
        for block, rows in zip((op.before, op.after), full, strict=True):
            self._carry(block, len(block.args), rows, len(block.terminator.operands))
        regions = [self.rw.take_region(op, i) for i in (0, 1)]
        types = [*(r.type for r in op.results), start.type]
        inits = [*op.inits, start]
        new = self.rw.before(op).create(
            scf.While, inits, before=regions[0], after=regions[1], result_types=types
        )
        return new, len(types) - 1

    def _for(self, op: scf.For, full: Sequence[Any], start: Value) -> tuple[Operation, int]:
        self._carry(op.block, len(op.block.args), full[0], len(op.inits))
        region = self.rw.take_region(op)
        inits = [*op.inits, start]
        new = self.rw.before(op).create(scf.For, op.lower, op.upper, op.step, inits, block=region)
        return new, len(inits) - 1

    def _scan(self, op: control.Scan, full: Sequence[Any], start: Value) -> tuple[Operation, int]:
        n = op.num_carries
        self._carry(op.block, 1 + n, full[0], n)
        new = self.rw.before(op).create(
            control.Scan,
            [*op.inits, start],
            list(op.xs),
            op.count,
            trip=op.trip,
            reverse=op.reverse,
            block=self.rw.take_region(op),
        )
        return new, n

    def _carry(self, block: Block, place: int, rows: Value, yielded: int) -> None:
        """A further argument at ``place``, joined with ``rows`` and yielded again."""
        new = insert_argument(block, place, rows.type, self.rw)
        end = block.terminator
        both = self.rw.before(end).value(self.probe.join, new, rows)
        self.rw.set_operands(end, [*end.operands[:yielded], both, *end.operands[yielded:]])


_REBUILD: dict[type[Operation], Any] = {
    scf.If: _Observer._if,
    scf.While: _Observer._while,
    scf.For: _Observer._for,
    control.Scan: _Observer._scan,
}


def _joined(b: Builder, parts: Sequence[Value]) -> Value | None:
    if len(parts) < 2:
        return parts[0] if parts else None
    return b.value(assemble.Concat, list(parts), axis=0)
