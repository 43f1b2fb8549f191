"""Numbers that integers stand for exactly.

What lies on the grids of simulated quantization are whole multiples of a unit, and so are their
sums, differences and products. As long as they fit they are kept so, and rounded once, where the
model rounds: in a loop, a number that falls to the other of two steps is carried on. A function of
such a number that grows or falls, and whose result lies on a grid, is a table that is corrected by
the numbers at which it goes from one step to the next.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from millrace.ir.attributes import Dense
from millrace.ir.core import Value
from millrace.ir.dialects.mr import compare
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.cast import Cast
from millrace.ir.dialects.mr.lookup import Interpolate, Lookup
from millrace.ir.dialects.mr.support import constant_of
from millrace.ir.types import I32
from millrace.passes.quantize.arithmetic import Fixed, Stored, whole_ratio
from millrace.passes.quantize.formats import Array, Format

if TYPE_CHECKING:
    from millrace.passes.quantize.functions import Curve
    from millrace.passes.quantize.rewrite import Quantizer

LARGEST_PRODUCT = float(1 << 30)
LARGEST_ARGUMENT = 1 << 17
"""Functions of larger numbers are not looked at one by one."""
FAR = (1 << 31) - 1
SEGMENTS = (64, 128, 256, 512)
"""Sizes of tables that are tried, the smallest first."""


def exactly(q: Quantizer, v: Value) -> Fixed | None:
    """A number as a whole multiple of a unit, when it is exactly one."""
    if v in q.exact:
        return q.exact[v]
    x = q.numbers.get(v)
    return q.math.opened(x) if isinstance(x, Stored) and q.plan.on_own_grid(v) else None


def exact_sum(q: Quantizer, op: Any) -> Fixed | None:
    sides = [exactly(q, v) for v in (op.lhs, op.rhs)]
    known = [constant_of(v) for v in (op.lhs, op.rhs)]
    units = [x.scale for x in sides if x is not None]
    if len(units) + sum(a is not None for a in known) < 2 or not units:
        return None
    unit = min(units)
    terms = []
    for x, array in zip(sides, known, strict=True):
        term = _multiple_of(q, array, unit) if x is None else _in_finer_unit(q, x, unit)
        if term is None:
            return None
        terms.append(term)
    a, b = terms
    if a.bound + b.bound > LARGEST_PRODUCT:
        return None
    return Fixed(q.math.op(type(op), a.value, b.value), unit, a.bound + b.bound)


def exact_product(q: Quantizer, op: Any) -> Fixed | None:
    a, b = (exactly(q, v) for v in (op.lhs, op.rhs))
    if a is None or b is None or a.bound * b.bound > LARGEST_PRODUCT:
        return None
    return q.math.product(a, b)


def _multiple_of(q: Quantizer, array: Array | None, unit: float) -> Fixed | None:
    if array is None:
        return None
    ratio = array.astype(np.float64) / unit
    near = np.abs(ratio - np.rint(ratio)) <= 1e-6 * np.maximum(np.abs(ratio), 1)
    return q.constant_in(array, unit) if near.all() else None


def _in_finer_unit(q: Quantizer, x: Fixed, unit: float) -> Fixed | None:
    count = whole_ratio(x.scale / unit)
    if count is None or x.bound * count > LARGEST_PRODUCT:
        return None
    return q.math.in_unit(x, unit)


def rounded_function(q: Quantizer, x: Fixed, curve: Curve, to: Format) -> Stored | None:
    """``curve`` of ``x`` on a grid, to the step; None when it neither grows nor falls."""
    bound = int(x.bound)
    if np.ndim(x.scale) or bound > LARGEST_ARGUMENT or to.element.width != 8:
        return None
    numbers = np.arange(-bound, bound + 1)
    y = curve(numbers * float(x.scale))
    if not np.isfinite(y).all():
        return None
    steps = to.encode(y).astype(np.int64)
    if np.all(np.diff(steps) <= 0) and steps[0] != steps[-1]:
        x = Fixed(q.math.op(ew.Neg, x.value), x.scale, x.bound)
        y, steps = y[::-1], steps[::-1]
    if np.any(np.diff(steps) < 0):
        return None
    first = _from_below(q, x, y / to.scale + to.zero, to)
    if first is None:
        return None
    table = _thresholds(numbers, steps, to)
    limit = q.math.op(Lookup, first, table=Dense(table))
    more = q.math.op(Cast, q.math.op(compare.GreaterEqual, x.value, limit), to=I32)
    total = q.math.op(ew.Add, q.math.op(Cast, first, to=I32), more)
    return Stored(q.math.op(Cast, total, to=to.element), to)


def _thresholds(numbers: Array, steps: Array, to: Format) -> Array:
    """For each number of the type: the argument at which the next step begins."""
    info = np.iinfo(to.element.dtype)
    following = np.arange(info.min, info.max + 1) + 1
    at = np.searchsorted(steps, following)
    table = np.where(at < steps.size, numbers[np.minimum(at, steps.size - 1)], FAR)
    return table.astype(np.int32)


def _from_below(q: Quantizer, x: Fixed, y: Array, to: Format) -> Value | None:
    """A step of the function or the one below it, by a table whose knots are connected by lines. It
    is no last step, which has none above it. ``y`` is the function in steps."""
    y = np.clip(y, to.lowest - 1, to.highest + 1)
    spare = 14 - int(np.ceil(np.log2(np.abs(y).max())))
    bound = int(x.bound)
    cut = max(0, bound.bit_length() - 15)
    whole = (np.arange(-bound, bound + 1) >> cut) - (-bound >> cut)
    for segments in SEGMENTS:
        shift = max(1, int(np.ceil(np.log2((whole[-1] + 1) / segments))))
        count = int(whole[-1] >> shift) + 2
        knots = _knots(y, whole, count, shift, spare)
        segment, part = whole >> shift, whole & ((1 << shift) - 1)
        line = knots[segment] + ((knots[segment + 1] - knots[segment]) * part) / (1 << shift)
        off = int(np.ceil(np.abs(line - y * 2.0**spare).max())) + 1
        if 2 * off >= 1 << spare:
            continue
        short = q.math.shifted_down(x.value, cut)
        table = Dense(knots.astype(np.int16))
        z = q.math.op(Interpolate, short, table=table, low=-bound >> cut, shift=shift)
        half = q.math.const((1 << (spare - 1)) - off)
        z = q.math.op(ew.Add, q.math.op(Cast, z, to=I32), half)
        z = q.math.shifted_down(z, spare)
        z = q.math.op(ew.Clip, z, q.math.const(to.lowest), q.math.const(to.highest - 1))
        return q.math.op(Cast, z, to=to.element)
    return None


def _knots(y: Array, whole: Array, count: int, shift: int, spare: int) -> Array:
    """The function at every 2^``shift``-th of the numbers ``whole``; beyond the last one the line
    goes on to it."""
    at = np.searchsorted(whole, np.arange(count) << shift)
    return np.rint(y[np.minimum(at, y.size - 1)] * 2.0**spare).astype(np.int64)
