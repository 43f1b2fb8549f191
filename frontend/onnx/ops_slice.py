"""Rows: Slice and Pad, with parameters that are known now or only at run time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from millrace.frontend.onnx.dynamic import non_negative, require, require_equal
from millrace.frontend.onnx.emitter import shape_of
from millrace.frontend.onnx.offsets import constant_difference
from millrace.frontend.onnx.table import Call, Results, Rows
from millrace.frontend.onnx.tensors import checked_shape
from millrace.frontend.onnx.trips import values_by_step
from millrace.ir.core import Value
from millrace.ir.dialects.mr import bits, compare
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.assemble import Concat, Pad, PadMode
from millrace.ir.dialects.mr.gather import DynamicSlice, Gather
from millrace.ir.dialects.mr.generate import Iota
from millrace.ir.dialects.mr.movement import Slice
from millrace.ir.dialects.mr.reduction import ReduceSum
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
    shape = c.type_at(0).shape
    window = list(shape)
    for axis, n in zip(axes, sizes, strict=True):
        window[c.axis(axis)] = n
    starts = c.emit.cast(c.arg(1), I64)
    bounds = c.emit.constant(np.array([shape[c.axis(a)] for a in axes], np.int64))
    negative = c.op(compare.Less, starts, c.emit.like(0, starts))
    starts = c.op(compare.Where, negative, c.op(ew.Add, starts, bounds), starts)
    last = c.op(ew.Sub, bounds, c.emit.constant(np.array(sizes, np.int64)))
    inside = c.op(
        bits.And,
        c.op(compare.GreaterEqual, starts, c.emit.like(0, starts)),
        c.op(compare.LessEqual, starts, last),
    )
    require(c, inside, f"the slice has not the size {sizes}", code="index")
    full = _starts_of_all(c, starts, axes)
    return c.op(DynamicSlice, c.arg(0), full, sizes=window)


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
    shape = c.type_at(0).shape
    bounds = c.emit.constant(np.array([shape[c.axis(a)] for a in axes], np.int64))
    first, last = (_clamped(c, c.arg(i), bounds) for i in (1, 2))
    require_equal(c, c.op(ew.Sub, last, first), sizes, f"the slice has not the size {list(sizes)}")


def _clamped(c: Call, x: Value, bounds: Value) -> Value:
    x = c.emit.cast(x, I64)
    zero = c.emit.like(0, x)
    x = c.op(compare.Where, c.op(compare.Less, x, zero), c.op(ew.Add, x, bounds), x)
    return c.op(ew.Min, c.op(ew.Max, x, zero), bounds)


def _slice_by_gather(c: Call) -> Results:
    """Starts, axes or steps known at run time only; the declared shape gives the sizes. Along
    each dimension the elements ``start + i * step`` are gathered."""
    target = c.declared_static()
    if target is None or len(target) != c.rank():
        raise c.unknown(1, "the slice")
    plan = _plan(c)
    x = c.arg(0)
    for d, n in enumerate(target):
        start, end, step = (c.emit.reshape(v, ()) for v in _entry(c, plan, d))
        _require_count(c, start, end, step, n)
        steps = c.op(ew.Mul, c.op(Iota, size=n, to=I64), step)
        x = c.op(Gather, x, c.op(ew.Add, start, steps), axis=d)
    return x


@dataclass(frozen=True)
class Plan:
    """Starts, ends and steps of the axes that ``hits`` [axes, rank] marks."""

    starts: Value
    ends: Value
    steps: Value
    hits: Value


def _plan(c: Call) -> Plan:
    starts, ends = c.emit.cast(c.arg(1), I64), c.emit.cast(c.arg(2), I64)
    n = shape_of(starts)[0]
    places = c.opt(3)
    places = c.emit.constant(np.arange(n)) if places is None else non_negative(c, places, c.rank())
    steps = c.opt(4)
    steps = c.emit.constant(np.ones(n, np.int64)) if steps is None else c.emit.cast(steps, I64)
    dims = c.emit.constant(np.arange(c.rank(), dtype=np.int64))
    hits = c.op(compare.Equal, c.emit.reshape(places, (n, 1)), dims)
    return Plan(starts, ends, steps, hits)


def _entry(c: Call, plan: Plan, d: int) -> tuple[Value, Value, Value]:
    """(start, end, step) of dimension d, clamped as the standard says; the whole dimension when
    no axis names it."""
    size = c.type_at(0).shape[d]
    n = shape_of(plan.starts)[0]
    column = c.emit.reshape(c.op(Slice, plan.hits, starts=(0, d), sizes=(n, 1)), (n,))
    marks = c.emit.cast(column, I64)

    def pick(values: Value, default: int) -> Value:
        chosen = c.op(ReduceSum, c.op(ew.Mul, marks, values), axes=(0,))
        named = c.op(ReduceSum, marks, axes=(0,))
        zero = c.emit.like(0, named)
        is_named = c.op(compare.Greater, named, zero)
        return c.op(compare.Where, is_named, chosen, c.emit.like(default, named))

    step = pick(plan.steps, 1)
    zero = c.emit.like(0, step)
    down = c.op(compare.Less, step, zero)
    low = c.op(compare.Where, down, c.emit.like(-1, step), zero)
    high = c.op(compare.Where, down, c.emit.like(size - 1, step), c.emit.like(size, step))

    def bounded(values: Value, default: int, lowest: Value) -> Value:
        x = pick(values, default)
        below = c.op(compare.Less, x, zero)
        x = c.op(compare.Where, below, c.op(ew.Add, x, c.emit.like(size, x)), x)
        return c.op(ew.Min, c.op(ew.Max, x, lowest), high)

    return bounded(plan.starts, 0, zero), bounded(plan.ends, size, low), step


def _require_count(c: Call, start: Value, end: Value, step: Value, n: int) -> None:
    """Check that n elements lie between start and end: the last does, the one after does not."""
    down = c.op(compare.Less, step, c.emit.like(0, step))

    def before_end(count: int) -> Value:
        place = c.op(ew.Add, start, c.op(ew.Mul, c.emit.like(count, step), step))
        up = c.op(compare.Less, place, end)
        return c.op(compare.Where, down, c.op(compare.Greater, place, end), up)

    fits = c.op(bits.Not, before_end(n))
    if n > 0:
        fits = c.op(bits.And, fits, before_end(n - 1))
    require(c, fits, f"the slice has not the declared {n} elements")


# ---- Pad


def pad(c: Call) -> Results:
    mode = c.node.get_str("mode", "constant")
    if mode not in ("constant", "edge", "reflect", "wrap"):
        raise c.node.error(f"unknown mode {mode!r}")
    axes = _pad_axes(c)
    pads = c.node.need_ints("pads") if c.opset < 11 else c.ints(1)
    if pads is None:
        return _pad_by_gather(c, mode, axes)
    if len(pads) != 2 * len(axes):
        raise c.node.error(f"{len(pads)} pads for {len(axes)} axes")
    low, high = [0] * c.rank(), [0] * c.rank()
    for i, a in enumerate(axes):
        low[a], high[a] = pads[i], pads[len(axes) + i]
    shape = [n + p + q for n, p, q in zip(c.type_at(0).shape, low, high, strict=True)]
    checked_shape(shape, c.node.loc.describe())
    if mode != "constant":
        return c.op(PadMode, c.arg(0), low=low, high=high, mode=mode)
    value = _pad_value(c)
    known = c.emit.known(value)
    if known is not None:
        return c.op(Pad, c.arg(0), low=low, high=high, value=known.reshape(()).item())
    inside = c.emit.splat(True, c.type_at(0).shape, I1)
    mask = c.op(Pad, inside, low=low, high=high, value=False)
    filled = c.op(Pad, c.arg(0), low=low, high=high, value=0)
    return c.op(compare.Where, mask, filled, value)


def _pad_axes(c: Call) -> tuple[int, ...]:
    if c.opt(3) is None:
        return tuple(range(c.rank()))
    axes = tuple(c.axis(a) for a in c.need_ints(3, "the axes"))
    c.axes(axes)
    return axes


def _pad_value(c: Call) -> Value:
    if c.opset < 11:
        return c.emit.like(c.node.get_float("value", 0.0), c.arg(0))
    value = c.opt(2)
    return c.emit.like(0, c.arg(0)) if value is None else c.emit.reshape(value, ())


def _pad_by_gather(c: Call, mode: str, axes: Sequence[int]) -> Results:
    """Pads known at run time only; the declared shape gives their sums. Along each axis the
    element at ``i - low`` is gathered."""
    target = c.declared_static()
    if target is None or len(target) != c.rank():
        raise c.unknown(1, "the pads")
    pads = c.emit.cast(c.arg(1), I64)
    if shape_of(pads) != (2 * len(axes),):
        raise c.node.error(f"the pads do not fit {len(axes)} axes")
    x, inside = c.arg(0), None
    shape = c.type_at(0).shape
    for i, a in enumerate(axes):
        low, high = (c.op(Slice, pads, starts=(j,), sizes=(1,)) for j in (i, len(axes) + i))
        extra = target[a] - shape[a]
        require_equal(
            c, c.op(ew.Add, low, high), [extra], f"axis {a} is not padded by the declared {extra}"
        )
        place = c.op(ew.Sub, c.op(Iota, size=target[a], to=I64), low)
        index, valid = _wrapped(c, place, shape[a], mode)
        x = c.op(Gather, x, index, axis=a)
        if valid is not None:
            column = c.emit.reshape(valid, [target[a] if d == a else 1 for d in range(c.rank())])
            inside = column if inside is None else c.op(bits.And, inside, column)
    return x if inside is None else c.op(compare.Where, inside, x, _pad_value(c))


def _wrapped(c: Call, place: Value, n: int, mode: str) -> tuple[Value, Value | None]:
    """Where a padded position reads, and for constant padding whether it does."""

    def number(k: int) -> Value:
        return c.emit.like(k, place)

    clipped = c.op(ew.Min, c.op(ew.Max, place, number(0)), number(n - 1))
    if mode == "constant":
        return clipped, c.op(compare.Equal, place, clipped)
    if mode == "edge":
        return clipped, None
    if mode == "wrap":
        return c.op(ew.Mod, place, number(n)), None
    period = max(1, 2 * (n - 1))
    turned = c.op(ew.Mod, place, number(period))
    return c.op(ew.Min, turned, c.op(ew.Sub, number(period), turned)), None


ROWS: Rows = {"Pad": pad, "Slice": slice_}
