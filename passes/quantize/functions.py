"""Functions of one number as tables: an entry a code for 8-bit inputs, knots for wider ones."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from millrace.ir.attributes import Dense
from millrace.ir.core import Value
from millrace.ir.dialects.mr.cast import Cast
from millrace.ir.dialects.mr.kinds import Elementwise
from millrace.ir.dialects.mr.lookup import Interpolate, Lookup
from millrace.ir.dialects.mr.support import constant_of
from millrace.ir.opdef import grouped
from millrace.ir.types import I16, I32
from millrace.passes.quantize.arithmetic import Fixed, Stored
from millrace.passes.quantize.exact import exactly, rounded_function
from millrace.passes.quantize.formats import Array, Format, Range
from millrace.passes.quantize.values import is_real

if TYPE_CHECKING:
    from millrace.passes.quantize.rewrite import Quantizer

Curve = Callable[[Array], Array]
SEGMENTS = (16, 32, 64, 128, 256, 512, 1024)
"""Sizes of tables that are tried, the smallest first."""


def tabulated(q: Quantizer, op: Elementwise) -> Sequence[Stored | Fixed | Value]:
    """An elementwise operation on one number and constants; an island when it is none of these
    or when no table is near enough."""
    found = one_number(op)
    if found is None or not is_real(op.results[0]):
        return q.island(op)
    x, curve = found
    y = applied(q, x, curve, op.results[0])
    return [y] if y is not None else q.island(op)


def one_number(op: Elementwise) -> tuple[Value, Curve] | None:
    """The only operand that is not a constant, and the result as a function of it."""
    varying = [v for v in dict.fromkeys(op.operands) if constant_of(v) is None]
    others = [a for v in op.operands if (a := constant_of(v)) is not None]
    if len(varying) != 1 or any(a.size != 1 for a in others):
        return None
    x = varying[0]
    fixed = {v: a.reshape(()) for v in op.operands if (a := constant_of(v)) is not None}

    def curve(numbers: Array) -> Array:
        given: list[Any] = [fixed.get(v, numbers.astype(np.float32)) for v in op.operands]
        with np.errstate(all="ignore"):
            return np.asarray(op.evaluate(*grouped(op, given))).astype(np.float64)

    return x, curve


def applied(q: Quantizer, v: Value, curve: Curve, result: Value) -> Stored | Fixed | None:
    """``curve(v)`` in the format of the result."""
    source, to = q.format(v), q.format(result)
    if q.plan.on_own_grid(result) and not q.plan.on_own_grid(v):
        x = exactly(q, v)
        found = None if x is None else rounded_function(q, x, curve, to)
        if found is not None:
            return found
    if source.element.width == 8:
        y = _finite(curve(source.decode(np.arange(-128, 128))))
        code = q.stored(v).value
        return Stored(q.math.op(Lookup, code, table=Dense(to.encode(y))), to)
    return _interpolated(q, v, curve, result)


def _interpolated(q: Quantizer, v: Value, curve: Curve, result: Value) -> Stored | Fixed | None:
    """Over all 16-bit numbers, so that equal functions share a table; or, where that is too
    coarse, over the numbers that were seen, or those between which the function is not flat."""
    source, to, seen = q.format(v), q.format(result), q.plan.range(v)
    further, radius = beyond(seen), _radius(curve, seen)
    fine = _entries(min(_radius(curve, further), 2 * radius), to)
    allowed = max(q.options.tolerance * radius / fine.scale, 1.0)
    everywhere = (-(1 << 15), 1 << 15)
    spans = [_codes(source, r) for r in (further, seen)]
    flat = allowed * fine.scale / 2
    for span in (everywhere, *spans, *(_steep(curve, source, s, flat) for s in spans)):
        for segments in SEGMENTS:
            needed = _codes(source, seen)
            found = _knots(curve, source, fine, span, segments, allowed, needed)
            if found is None:
                continue
            table, shift = found
            x = q.opened(v).value
            y = q.math.op(Interpolate, x, table=Dense(table), low=span[0], shift=shift)
            wide = q.math.op(Cast, y, to=I32)
            return q.finish(result, Fixed(wide, fine.scale, float(np.abs(table.astype(int)).max())))
    return None


def _entries(radius: float, to: Format) -> Format:
    """The format of a table's entries: in units that a shift brings to those of the result, and
    with as many bits as there are."""
    spare = int(np.floor(np.log2(32767 * to.scale / max(radius, 1e-12))))
    return Format(I16, to.scale / 2.0 ** max(spare, 0))


def beyond(seen: Range) -> Range:
    """Somewhat more than was seen, on the same side of 0: there may be poles at 0."""
    more = (seen.high - seen.low) / 2
    low = seen.low - more
    high = seen.high + more
    return Range(
        max(low, seen.low / 2) if seen.low > 0 else low,
        min(high, seen.high / 2) if seen.high < 0 else high,
    )


def _radius(curve: Curve, seen: Range) -> float:
    """The largest absolute result between two limits."""
    y = _finite(curve(np.linspace(seen.low, seen.high, 1025)))
    return float(np.abs(y).max())


def _codes(f: Format, seen: Range) -> tuple[int, int]:
    """The stored numbers between two limits: the first, and the one behind the last."""
    return (
        max(int(np.floor(seen.low / f.scale)), f.lowest),
        min(int(np.ceil(seen.high / f.scale)) + 1, f.highest + 1),
    )


def _steep(curve: Curve, f: Format, span: tuple[int, int], allowed: float) -> tuple[int, int]:
    """The part of ``span`` outside of which the function is as good as constant."""
    codes = np.arange(*span)
    y = _finite(curve(codes * f.scale))
    moved = [np.flatnonzero(np.abs(y - end) > allowed) for end in (y[0], y[-1])]
    if not all(m.size for m in moved):
        return span
    first, last = max(int(moved[0][0]) - 1, 0), min(int(moved[1][-1]) + 1, codes.size - 1)
    return (int(codes[first]), int(codes[last]) + 1) if first < last else span


def _knots(
    curve: Curve,
    source: Format,
    fine: Format,
    span: tuple[int, int],
    segments: int,
    allowed: float,
    needed: tuple[int, int],
) -> tuple[Array, int] | None:
    """A table over codes ``span`` and the shift between its knots; None when it is off by more
    than ``allowed`` units of its entries somewhere in ``needed``."""
    width = max(span[1] - span[0], 2)
    shift = max(1, int(np.ceil(np.log2(width / segments))))
    if shift > 14:
        return None
    count = -(-width >> shift) + 1
    knots = span[0] + (np.arange(count) << shift)
    table = fine.encode(_finite(curve(knots * source.scale)))
    step = max(1, (needed[1] - needed[0]) >> 14)
    codes = np.arange(needed[0], needed[1], step)
    at = np.clip(codes - span[0], 0, ((count - 1) << shift) - 1)
    segment, part = at >> shift, at & ((1 << shift) - 1)
    wide = table.astype(np.int64)
    y = wide[segment] + ((wide[segment + 1] - wide[segment]) * part) / (1 << shift)
    off = np.abs(y - _finite(curve(codes * source.scale)) / fine.scale)
    return (table, shift) if off.max(initial=0) <= allowed else None


def _finite(y: Array) -> Array:
    return np.nan_to_num(y, nan=0.0, posinf=3e38, neginf=-3e38)
