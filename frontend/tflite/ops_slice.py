"""Rows: slices, gathers and scatters, at places known now or at run time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from millrace.frontend.emitter import shape_of
from millrace.frontend.tflite.affine import Affine, Ragged, elements, number
from millrace.frontend.tflite.table import Call, Results, Rows
from millrace.ir.core import Value
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.assemble import Concat
from millrace.ir.dialects.mr.gather import DynamicSlice, DynamicUpdateSlice, Gather, GatherND
from millrace.ir.dialects.mr.generate import OneHot
from millrace.ir.dialects.mr.movement import Slice
from millrace.ir.dialects.mr.scatter import ScatterND
from millrace.ir.types import F32, is_float

# ---- SLICE


def numbers(c: Call, index: int) -> list[Affine]:
    """The elements of an input of integers."""
    if is_float(c.type_at(index).element):
        raise c.error(f"input {index} is {c.info(index).type}, not integers")
    return elements(c.emit, c.arg(index))


def slice_(c: Call) -> Results:
    """``size`` elements from ``begin`` on; a size of -1 takes all that is left."""
    shape = c.shape()
    begins, sizes = (numbers(c, i) for i in (1, 2))
    if not len(begins) == len(sizes) == len(shape):
        raise c.error(f"{len(begins)} begins and {len(sizes)} sizes for {len(shape)} dimensions")
    known: list[int | None] = []
    for n, begin, size in zip(shape, begins, sizes, strict=True):
        if size.number == -1:
            known.append(None if begin.number is None else n - begin.number)
        else:
            known.append(size.number)
    open_ = [i for i, n in enumerate(known) if n is None]
    if not open_:
        return _window(c, begins, [n for n in known if n is not None])
    if len(open_) > 1:
        raise c.error("several sizes are only known at run time")
    return [_ragged(c, open_[0], begins, sizes, known)]


def _window(c: Call, begins: Sequence[Affine], sizes: Sequence[int]) -> Value:
    """A slice of known size."""
    fixed = [b.number for b in begins]
    for n, b, size in zip(c.shape(), fixed, sizes, strict=True):
        if not 0 <= size <= n or (b is not None and not 0 <= b <= n - size):
            raise c.error(f"{size} elements from {b} on in a dimension of {n}")
    if all(b is not None for b in fixed):
        return c.op(Slice, c.arg(0), starts=[b for b in fixed if b is not None], sizes=sizes)
    return c.op(DynamicSlice, c.arg(0), starts_of(c, begins), sizes=sizes)


def starts_of(c: Call, begins: Sequence[Affine]) -> Value:
    parts = [b.value(c.emit) for b in begins]
    return parts[0] if len(parts) == 1 else c.op(Concat, parts, axis=0)


def _ragged(
    c: Call,
    axis: int,
    begins: Sequence[Affine],
    sizes: Sequence[Affine],
    known: Sequence[int | None],
) -> Ragged:
    """A piece of run-time size along ``axis``, all of the other dimensions."""
    shape = c.shape()
    for i, (b, n) in enumerate(zip(begins, known, strict=True)):
        if i != axis and (b.number != 0 or n != shape[i]):
            raise c.error("a piece of unknown size that leaves out elements elsewhere")
    begin, size = begins[axis], sizes[axis]
    if size.number == -1:
        return Ragged(c.arg(0), axis, begin, number(shape[axis]))
    if begin.number is None:
        raise c.error("begin and size are both only known at run time")
    return Ragged(c.arg(0), axis, begin, size.plus(begin.number))


# ---- STRIDED_SLICE


@dataclass(frozen=True)
class Range:
    """What one dimension of the input gives: ``size`` elements from ``begin`` on. ``shrinks``
    drops the dimension."""

    begin: Affine
    size: int
    step: int
    shrinks: bool


@dataclass(frozen=True)
class Spec:
    """The operands of one sparse entry of the specification."""

    begin: Affine
    end: Affine
    step: Affine
    masks: frozenset[str]


MASKS = ("begin", "end", "ellipsis", "new_axis", "shrink_axis")


def _specs(c: Call) -> list[Spec]:
    columns = [numbers(c, i) for i in (1, 2, 3)]
    if len({len(col) for col in columns}) != 1:
        raise c.error("begin, end and strides have different lengths")
    specs = []
    for i, (begin, end, step) in enumerate(zip(*columns, strict=True)):
        masks = frozenset(m for m in MASKS if c.option(f"{m}_mask") >> i & 1)
        specs.append(Spec(begin, end, step, masks))
    return specs


def strided_slice(c: Call) -> Results:
    shape, specs = c.shape(), _specs(c)
    if c.option("offset"):
        raise c.error("ends relative to the begins are not supported")
    taken = sum(not s.masks & {"ellipsis", "new_axis"} for s in specs)
    if taken > len(shape) or sum("ellipsis" in s.masks for s in specs) > 1:
        raise c.error(f"{taken} ranges for {len(shape)} dimensions")
    ranges: list[Range] = []
    result: list[int | None] = []  # positions of new dimensions: None
    for s in specs:
        if "ellipsis" in s.masks:
            for _ in range(len(shape) - taken):
                result.append(len(ranges))
                ranges.append(Range(number(0), shape[len(ranges)], 1, False))
        elif "new_axis" in s.masks:
            result.append(None)
        else:
            result.append(len(ranges))
            ranges.append(_range(c, s, shape[len(ranges)]))
    while len(ranges) < len(shape):
        result.append(len(ranges))
        ranges.append(Range(number(0), shape[len(ranges)], 1, False))
    x = _take(c, ranges)
    final = [
        1 if r is None else ranges[r].size for r in result if r is None or not ranges[r].shrinks
    ]
    return c.emit.reshape(x, final)


def _range(c: Call, s: Spec, n: int) -> Range:
    step = s.step.number
    if step is None or step == 0:
        raise c.error("a stride is 0 or only known at run time")
    if "shrink_axis" in s.masks:
        if step < 0:
            raise c.error("a single index has a negative stride")
        at = s.begin
        if at.number is not None:
            i = at.number + n if at.number < 0 else at.number
            if not 0 <= i < n:
                raise c.error(f"index {at.number} in a dimension of {n}")
            at = number(i)
        return Range(at, 1, 1, True)
    begin = None if "begin" in s.masks else s.begin
    end = None if "end" in s.masks else s.end
    if (begin is None or begin.number is not None) and (end is None or end.number is not None):
        bounds = slice(begin and begin.number, end and end.number, step)
        found = range(*_clamped(bounds, n))
        return Range(number(found.start if found else 0), len(found), step if found else 1, False)
    size = end.minus(begin) if begin is not None and end is not None else None
    if size is None or size <= 0 or size > n or step != 1:
        raise c.error("the size of the slice is only known at run time")
    assert begin is not None
    return Range(begin, size, 1, False)


def _clamped(bounds: slice, n: int) -> tuple[int, int, int]:
    """Python's meaning of the bounds, which is also TensorFlow's."""
    return bounds.indices(n)


def _take(c: Call, ranges: Sequence[Range]) -> Value:
    """The elements, with all dimensions kept. A run-time index is a gather, which checks it."""
    fixed = [r.begin.number is not None for r in ranges]
    shape = c.shape()
    x = c.op(
        Slice,
        c.arg(0),
        starts=[(r.begin.number or 0) if f else 0 for r, f in zip(ranges, fixed, strict=True)],
        sizes=[r.size if f else n for r, f, n in zip(ranges, fixed, shape, strict=True)],
        steps=[r.step if f else 1 for r, f in zip(ranges, fixed, strict=True)],
    )
    for axis, r in enumerate(ranges):
        if not fixed[axis] and r.shrinks:
            x = c.op(Gather, x, r.begin.value(c.emit), axis=axis)
    moving = [not f and not r.shrinks for r, f in zip(ranges, fixed, strict=True)]
    if not any(moving):
        return x
    begins = [r.begin if m else number(0) for r, m in zip(ranges, moving, strict=True)]
    return c.op(DynamicSlice, x, starts_of(c, begins), sizes=[r.size for r in ranges])


def dynamic_update_slice(c: Call) -> Results:
    return c.op(DynamicUpdateSlice, c.arg(0), c.arg(1), c.arg(2))


# ---- gather and scatter


def gather(c: Call) -> Results:
    axis, batch = c.axis(c.option("axis")), c.option("batch_dims")
    if batch < 0:
        batch += c.rank(1)
    if batch == 0:
        return c.op(Gather, c.arg(0), c.arg(1), axis=axis)
    if batch != axis or c.rank(1) < batch:
        raise c.error(f"axis {axis} with {batch} batch dimensions is not supported")
    indices = c.emit.reshape(c.arg(1), (*c.shape(1), 1))
    return c.op(GatherND, c.arg(0), indices, batch_dims=batch)


def gather_nd(c: Call) -> Results:
    return c.op(GatherND, c.arg(0), c.arg(1))


def embedding_lookup(c: Call) -> Results:
    rows = c.op(Gather, c.arg(1), c.arg(0), axis=0)
    q = c.info(1).quantization
    if q is None or c.result().type != "float32":
        return rows
    if any(q.zero_point) or (len(q.scale) > 1 and q.axis):
        raise c.error(f"{c.info(1).name!r} has a zero point, or scales that are not one a row")
    scale = c.emit.constant(np.array(q.scale, np.float32))
    if len(q.scale) > 1:
        scale = c.op(Gather, scale, c.arg(0), axis=0)
        scale = c.emit.reshape(scale, (*shape_of(scale), *(1 for _ in c.shape(1)[1:])))
    return c.op(ew.Mul, c.emit.cast(rows, F32), scale)


def scatter_nd(c: Call) -> Results:
    """Updates of the same place add up."""
    shape = c.need_ints(2, "the result's dimensions")
    if min(shape, default=0) < 0:
        raise c.error(f"negative dimension in {list(shape)}")
    zeros = c.emit.splat(0, shape, c.type_at(1).element)
    return c.op(ScatterND, zeros, c.arg(0), c.arg(1), reduction="add")


def one_hot(c: Call) -> Results:
    depth = c.need_int(1, "the depth")
    values = c.op(Concat, [c.emit.reshape(c.arg(i), (1,)) for i in (3, 2)], axis=0)
    axis = c.axis(c.option("axis"), c.rank() + 1)
    return c.op(OneHot, c.arg(0), values, depth=depth, axis=axis)


ROWS: Rows = {
    "DYNAMIC_UPDATE_SLICE": dynamic_update_slice,
    "EMBEDDING_LOOKUP": embedding_lookup,
    "GATHER": gather,
    "GATHER_ND": gather_nd,
    "ONE_HOT": one_hot,
    "SCATTER_ND": scatter_nd,
    "SLICE": slice_,
    "STRIDED_SLICE": strided_slice,
}
