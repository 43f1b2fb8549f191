"""Movements of open dimensions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from millrace.ir.affine import AffineExpr, Const, cst, linear_form
from millrace.ir.builder import Builder
from millrace.ir.core import Operation, Value
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.assemble import Concat
from millrace.ir.dialects.mr.gather import DynamicSlice, Gather
from millrace.ir.dialects.mr.kinds import Movement
from millrace.ir.dialects.mr.movement import Slice, reshape, shape_of
from millrace.ir.dialects.mr.support import constant
from millrace.ir.types import I32
from millrace.passes.sizes.opening import Opening
from millrace.passes.sizes.symbols import is_fixed


@dataclass(frozen=True)
class Line:
    """Element i along a dimension of the result is element ``start + step * i`` of the input's."""

    start: AffineExpr
    step: int


def open_movement(o: Opening, op: Operation) -> None:
    """A movement that reads the same elements at all sizes stays. One whose place along a
    dimension follows from the size (the last row, the reversed order) reads at run-time places."""
    assert isinstance(op, Movement)
    maps = [i.access() for i in o.family.instances(op) if isinstance(i, Movement)]
    if all(m == maps[0] for m in maps):
        return
    lines = _lines(o, op)
    b = o.rw.before(op)
    with o.rw.atomic():
        moving = [i for i, line in enumerate(lines) if not is_fixed(line.start)]
        x = _fixed_part(b, op, lines, moving)
        sizes = shape_of(op.result)
        fixed = [i for i in moving if is_fixed(o.family.shape(op.result)[i])]
        steady = [i for i in fixed if lines[i].step == 1]
        if steady:
            x = _sliced(o, b, x, {i: (lines[i].start, sizes[i]) for i in steady})
        for i in moving:
            if i not in steady:
                x = _gathered(o, b, x, i, lines[i], sizes[i])
        o.replace(op, x)


def _lines(o: Opening, op: Movement) -> list[Line]:
    """The movement dimension by dimension."""
    rank = len(shape_of(op.result))
    forms = []
    for i in o.family.instances(op):
        assert isinstance(i, Movement)
        forms.append([linear_form(e, rank) for e in i.access().results])
    lines = []
    for axis, column in enumerate(zip(*forms, strict=True)):
        first = column[0]
        own = [int(k == axis) for k in range(rank)]
        if first is None or len(forms[0]) != rank:
            raise _mixed(o, op)
        step = first[0][axis] if axis < rank else 0
        for f in column:
            if f is None or f[0] != [k * step for k in own]:
                raise _mixed(o, op)
        starts = [f[1] for f in column if f is not None]
        lines.append(Line(o.family.expression(op, starts, "the place"), step))
    return lines


def _mixed(o: Opening, op: Operation) -> Exception:
    return o.family.error(
        op, f"{op.name} joins that dimension with one before it: only the outermost can be open"
    )


def _fixed_part(b: Builder, op: Movement, lines: list[Line], moving: list[int]) -> Value:
    """What the movement does to the dimensions whose places are fixed."""
    starts, sizes, steps = [], list(shape_of(op.result)), []
    for i, line in enumerate(lines):
        move = i in moving
        starts.append(line.start.value if isinstance(line.start, Const) else 0)
        steps.append(1 if move else line.step)
        sizes[i] = shape_of(op.input)[i] if move else sizes[i]
    return b.value(Slice, op.input, starts=starts, sizes=sizes, steps=steps)


def _sliced(o: Opening, b: Builder, x: Value, cuts: dict[int, tuple[AffineExpr, int]]) -> Value:
    """A few elements from a run-time place on."""
    sizes = list(shape_of(x))
    parts = []
    for i in range(len(sizes)):
        start, sizes[i] = cuts.get(i, (cst(0), sizes[i]))
        parts.append(reshape(b, o.tensor(start), (1,)))
    starts = b.value(Concat, parts, axis=0)
    return b.value(DynamicSlice, x, starts, sizes=sizes)


def _gathered(o: Opening, b: Builder, x: Value, axis: int, line: Line, size: int) -> Value:
    """Elements at the places of a line that starts at a run-time place."""
    steps = constant(b, np.arange(size) * line.step, I32)
    places = b.value(ew.Add, steps, o.tensor(line.start))
    return gather_clipped(b, x, places, axis)


def gather_clipped(b: Builder, x: Value, places: Value, axis: int) -> Value:
    """Elements along ``axis``; places out of range, whose elements do not count, read the ends."""
    last = constant(b, shape_of(x)[axis] - 1, I32)
    places = b.value(ew.Max, b.value(ew.Min, places, last), constant(b, 0, I32))
    return b.value(Gather, x, places, axis=axis, in_bounds=True)
