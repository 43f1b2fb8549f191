"""Rows: Slice and Pad, with parameters that are known now or only at run time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from millrace.frontend.onnx.dynamic import non_negative, require, require_equal
from millrace.frontend.onnx.expr import Expr
from millrace.frontend.onnx.offsets import constant_difference
from millrace.frontend.onnx.table import Call, Results, Rows
from millrace.frontend.onnx.tensors import checked_shape
from millrace.frontend.onnx.trips import values_by_step
from millrace.ir.core import Value
from millrace.ir.dialects.mr import compare
from millrace.ir.dialects.mr.assemble import Concat, Pad, PadMode
from millrace.ir.dialects.mr.gather import DynamicSlice, Gather
from millrace.ir.dialects.mr.generate import Iota
from millrace.ir.dialects.mr.kinds import Array
from millrace.ir.dialects.mr.movement import Slice
from millrace.ir.types import I1, I64

# ---- Slice


def slice_(c: Call) -> Results:
    if c.opset < 10:
        starts, ends = c.node.need_ints("starts"), c.node.need_ints("ends")
        axes = c.node.get_ints("axes", range(len(starts)))
        return _static_slice(c, starts, ends, axes, (1,) * len(starts))
    count = c.type_at(1).size
    known = [c.ints(i) for i in (1, 2)]
    axes_ = tuple(range(count)) if c.opt(3) is None else c.ints(3)
    steps = (1,) * count if c.opt(4) is None else c.ints(4)
    if axes_ is None or steps is None:
        return _slice_by_gather(c)
    if known[0] is not None and known[1] is not None:
        return _static_slice(c, known[0], known[1], axes_, steps)
    c.axes(axes_)
    result = _moving_slice(c, axes_, steps)
    if result is not None:
        return result
    return _slice_by_gather(c)


def _static_slice(
    c: Call,
    starts: Sequence[int],
    ends: Sequence[int],
    axes: Sequence[int],
    steps: Sequence[int],
) -> Results:
    if not len(starts) == len(ends) == len(axes) == len(steps):
        raise c.node.error("starts, ends, axes and steps have different lengths")
    shape = c.type_at(0).shape
    c.axes(axes)
    first, sizes, strides = [0] * len(shape), list(shape), [1] * len(shape)
    for start, end, axis, step in zip(starts, ends, axes, steps, strict=True):
        a = c.axis(axis)
        if step == 0:
            raise c.node.error("a step is 0")
        taken = range(*slice(start, end, step).indices(shape[a]))
        # A slice to the smallest integer goes down to the beginning.
        if step < 0 and end < -shape[a]:
            taken = range(*slice(start, None, step).indices(shape[a]))
        first[a], sizes[a], strides[a] = taken.start if taken else 0, len(taken), taken.step
        if not taken:
            strides[a] = 1
    return c.op(Slice, c.arg(0), starts=first, sizes=sizes, steps=strides)


def _moving_slice(c: Call, axes: Sequence[int], steps: Sequence[int]) -> Value | None:
    """A window of known size at a place known at run time: ``x[i : i + 3]``. None when the size
    is not known, or elements are left out between."""
    sizes = _window_sizes(c, axes, steps)
    if sizes is None or any(n > 1 and s != 1 for n, s in zip(sizes, steps, strict=True)):
        return None
    window = list(c.type_at(0).shape)
    for axis, n in zip(axes, sizes, strict=True):
        window[c.axis(axis)] = n
    bounds = _bounds(c, axes)
    starts = _from_front(Expr(c.emit, c.arg(1)).cast(I64), bounds)
    last = bounds - Expr(c.emit, c.emit.constant(np.array(sizes, np.int64)))
    inside = (starts >= 0) & (starts <= last)
    require(c, inside.value, f"the slice has not the size {list(sizes)}", code="index")
    return c.op(DynamicSlice, c.arg(0), _starts_of_all(c, starts.value, axes), sizes=window)


def _bounds(c: Call, axes: Sequence[int]) -> Expr:
    """The sizes of the first input along ``axes``."""
    sizes = [c.type_at(0).shape[c.axis(a)] for a in axes]
    return Expr(c.emit, c.emit.constant(np.array(sizes, np.int64)))


def _from_front(x: Expr, bounds: Expr | int) -> Expr:
    """Indices with negative ones counted from the end."""
    return (x < 0).choose(x + bounds, x)


def _starts_of_all(c: Call, starts: Value, axes: Sequence[int]) -> Value:
    """Starts of all dimensions: those given, zero elsewhere."""
    parts: list[Value] = []
    zero = c.emit.constant(np.zeros(1, np.int64))
    where = {c.axis(a): i for i, a in enumerate(axes)}
    for d in range(c.rank()):
        if d in where:
            parts.append(c.op(Slice, starts, starts=(where[d],), sizes=(1,)))
        else:
            parts.append(zero)
    return parts[0] if len(parts) == 1 else c.op(Concat, parts, axis=0)


def _window_sizes(c: Call, axes: Sequence[int], steps: Sequence[int]) -> tuple[int, ...] | None:
    """Sizes along ``axes``: because ends are starts and a constant, because a loop's counter
    decides, or by declaration."""
    steady = _steady_sizes(c, axes, steps)
    if steady is not None:
        return steady
    if any(s != 1 for s in steps):
        return None
    difference = constant_difference(c.emit, c.arg(1), c.arg(2))
    if difference is not None and difference > 0:
        return (difference,)
    declared = c.declared_static()
    if declared is None or len(declared) != c.rank():
        return None
    sizes = tuple(declared[c.axis(a)] for a in axes)
    _require_ends(c, axes, sizes)
    return sizes


def _steady_sizes(c: Call, axes: Sequence[int], steps: Sequence[int]) -> tuple[int, ...] | None:
    """The sizes in a loop whose counter decides where the slice is, when they are the same at
    each step."""
    moments = values_by_step(c.emit, c.arg(1), c.arg(2))
    if not moments or any(s < 1 for s in steps):
        return None
    wholes = [range(c.type_at(0).shape[c.axis(a)]) for a in axes]
    found = set()
    for starts, ends in moments:
        bounds = zip(wholes, starts.reshape(-1), ends.reshape(-1), steps, strict=True)
        found.add(tuple(len(whole[int(b) : int(e) : s]) for whole, b, e, s in bounds))
    return found.pop() if len(found) == 1 else None


def _require_ends(c: Call, axes: Sequence[int], sizes: Sequence[int]) -> None:
    """Check that clamped ends less clamped starts are the declared sizes."""
    bounds = _bounds(c, axes)
    length = _clamped(c, 2, bounds) - _clamped(c, 1, bounds)
    require_equal(c, length.value, sizes, f"the slice has not the size {list(sizes)}")


def _clamped(c: Call, index: int, bounds: Expr) -> Expr:
    x = _from_front(Expr(c.emit, c.arg(index)).cast(I64), bounds)
    return x.at_least(0).at_most(bounds)


def _slice_by_gather(c: Call) -> Results:
    """Starts, axes or steps known at run time only; the declared shape gives the sizes. Along
    each dimension the elements ``start + i * step`` are gathered."""
    target = c.declared_static()
    if target is None or len(target) != c.rank():
        raise c.unknown(1, "the slice")
    plan = _plan(c)
    x = c.arg(0)
    for d, n in enumerate(target):
        start, end, step = _entry(plan, d, c.type_at(0).shape[d])
        require(
            c, _has_count(start, end, step, n).value, f"the slice has not the declared size {n}"
        )
        places = Expr(c.emit, c.op(Iota, size=n, to=I64)) * step + start
        x = c.op(Gather, x, places.value, axis=d)
    return x


@dataclass(frozen=True)
class Plan:
    """Starts, ends and steps of the axes ``places``, all vectors known at run time."""

    starts: Expr
    ends: Expr
    steps: Expr
    places: Expr


def _plan(c: Call) -> Plan:
    def vector(index: int, default: Array) -> Expr:
        value = c.opt(index)
        return Expr(c.emit, c.emit.constant(default) if value is None else value).cast(I64)

    n = c.type_at(1).size
    places = vector(3, np.arange(n))
    return Plan(
        vector(1, np.zeros(n, np.int64)),
        vector(2, np.zeros(n, np.int64)),
        vector(4, np.ones(n, np.int64)),
        _from_front(places, c.rank()),
    )


def _entry(plan: Plan, d: int, size: int) -> tuple[Expr, Expr, Expr]:
    """(start, end, step) of dimension d, clamped as the standard says; the whole dimension when
    no axis names it."""
    marks = plan.places.equals(d).cast(I64)
    named = marks.sum((0,)) > 0

    def pick(values: Expr, default: int) -> Expr:
        chosen = (marks * values).sum((0,))
        return named.choose(chosen, chosen * 0 + default)

    step = pick(plan.steps, 1)
    down = step < 0
    zero = step * 0
    low = down.choose(-1, zero)
    high = down.choose(size - 1, zero + size)
    start = _from_front(pick(plan.starts, 0), size).at_least(0).at_most(high)
    end = _from_front(pick(plan.ends, size), size).at_least(low).at_most(high)
    return start, end, step


def _has_count(start: Expr, end: Expr, step: Expr, n: int) -> Expr:
    """Whether n elements lie between start and end: the last does, the one after does not."""

    def before_end(count: int) -> Expr:
        place = step * count + start
        return (step < 0).choose(place > end, place < end)

    fits = ~before_end(n)
    return fits & before_end(n - 1) if n > 0 else fits


# ---- Pad


def pad(c: Call) -> Results:
    mode = c.node.get_str("mode", "constant")
    if mode not in ("constant", "edge", "reflect", "wrap"):
        raise c.node.error(f"unknown mode {mode!r}")
    pads = c.node.need_ints("pads") if c.opset < 11 else c.ints(1)
    axes = tuple(range(c.rank())) if c.opt(3) is None else c.ints(3)
    if pads is None or axes is None:
        return _pad_by_gather(c, mode)
    c.axes(axes)
    if len(pads) != 2 * len(axes):
        raise c.node.error(f"{len(pads)} pads for {len(axes)} axes")
    low, high = [0] * c.rank(), [0] * c.rank()
    for i, a in enumerate(axes):
        low[c.axis(a)], high[c.axis(a)] = pads[i], pads[len(axes) + i]
    shape = [n + p + q for n, p, q in zip(c.type_at(0).shape, low, high, strict=True)]
    checked_shape(shape, c.node.loc.describe())
    if mode != "constant":
        return c.op(PadMode, c.arg(0), low=low, high=high, mode=mode)
    return _pad_with_value(c, low, high)


def _pad_with_value(c: Call, low: Sequence[int], high: Sequence[int]) -> Value:
    value = _pad_value(c)
    known = c.emit.known(value)
    if known is not None:
        return c.op(Pad, c.arg(0), low=low, high=high, value=known.reshape(()).item())
    inside = c.emit.splat(True, c.type_at(0).shape, I1)
    mask = c.op(Pad, inside, low=low, high=high, value=False)
    filled = c.op(Pad, c.arg(0), low=low, high=high, value=0)
    return c.op(compare.Where, mask, filled, value)


def _pad_value(c: Call) -> Value:
    if c.opset < 11:
        return c.emit.like(c.node.get_float("value", 0.0), c.arg(0))
    value = c.opt(2)
    return c.emit.like(0, c.arg(0)) if value is None else c.emit.reshape(value, ())


def _pad_by_gather(c: Call, mode: str) -> Results:
    """Pads or axes known at run time only; the declared shape gives the sums of the pads. Along
    each dimension the element at ``i - low`` is gathered."""
    target = c.declared_static()
    if target is None or len(target) != c.rank():
        raise c.unknown(1, "the pads")
    shape = c.type_at(0).shape
    pads = Expr(c.emit, c.arg(1)).cast(I64)
    count = c.rank() if c.opt(3) is None else c.type_at(3).size
    if pads.shape != (2 * count,):
        raise c.node.error(f"the pads do not fit {count} axes")
    x, inside = c.arg(0), None
    for d, low, high in _pads_of_dimensions(c, pads, count):
        extra = target[d] - shape[d]
        message = f"dimension {d} is not padded by the declared {extra}"
        require_equal(c, (low + high).value, extra, message)
        place = Expr(c.emit, c.op(Iota, size=target[d], to=I64)) - low
        index, valid = _wrapped(place, shape[d], mode)
        x = c.op(Gather, x, index.value, axis=d)
        if valid is not None:
            column = valid.reshape(*(target[d] if e == d else 1 for e in range(c.rank())))
            inside = column if inside is None else inside & column
    return x if inside is None else c.op(compare.Where, inside.value, x, _pad_value(c))


def _pads_of_dimensions(c: Call, pads: Expr, count: int) -> Iterator[tuple[int, Expr, Expr]]:
    """(dimension, low, high) of those dimensions that are padded, or may be."""
    axes = tuple(range(count)) if c.opt(3) is None else c.ints(3)
    if axes is not None:
        for i, a in enumerate(axes):
            yield c.axis(a), pads.item(i), pads.item(count + i)
        return
    places = Expr(c.emit, non_negative(c, c.arg(3), c.rank()))
    low = Expr(c.emit, c.op(Slice, pads.value, starts=(0,), sizes=(count,)))
    high = Expr(c.emit, c.op(Slice, pads.value, starts=(count,), sizes=(count,)))
    for d in range(c.rank()):
        marks = places.equals(d).cast(I64)
        yield d, (marks * low).sum((0,)), (marks * high).sum((0,))


def _wrapped(place: Expr, n: int, mode: str) -> tuple[Expr, Expr | None]:
    """Where a padded position reads, and for constant padding whether it does."""
    clipped = place.at_least(0).at_most(n - 1)
    if mode == "constant":
        return clipped, place.equals(clipped)
    if mode == "edge":
        return clipped, None
    if mode == "wrap":
        return place % n, None
    period = max(1, 2 * (n - 1))
    turned = place % period
    return turned.at_most(period - turned), None


ROWS: Rows = {"Pad": pad, "Slice": slice_}
