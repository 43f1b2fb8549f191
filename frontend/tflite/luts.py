"""Tables of functions of one quantized number, with every entry as LiteRT computes it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from millrace.frontend.emitter import type_of
from millrace.frontend.tflite.model import Array, TensorInfo
from millrace.frontend.tflite.quantization import Scale, rounded_away, scale_of
from millrace.frontend.tflite.table import Call
from millrace.ir.attributes import Dense
from millrace.ir.core import Value
from millrace.ir.dialects.mr import bits
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.gather import Gather
from millrace.ir.dialects.mr.lookup import Interpolate, Lookup
from millrace.ir.errors import CompileError
from millrace.ir.types import I16, I32

Curve = Callable[[Any], Any]
"""A function in numpy of arrays of f32, or of f64."""
STEPS, STEP_BITS = 512, 7
"""Parts of the range of 16-bit numbers between which a function is linear."""


def codes(info: TensorInfo) -> Array:
    """All numbers that a tensor of 8 bits can hold."""
    limits = np.iinfo(info.dtype)
    return np.arange(limits.min, limits.max + 1, dtype=np.int64)


def whole(x: Array, low: int, high: int) -> Array:
    """Floats as whole numbers within limits; 0 for what is no number."""
    return np.where(np.isnan(x), 0, np.clip(x, low, high)).astype(np.int64)


def table_of(y: Array, to: Scale, info: TensorInfo) -> Array:
    """Whole numbers, zero point included, limited to the result's type."""
    return np.clip(y, to.low, to.high).astype(info.dtype)


def lut8(curve: Curve, info: TensorInfo, source: Scale, to: Scale) -> Array:
    """Entries for all 256 numbers, in f32 arithmetic."""
    one = np.float32
    with np.errstate(all="ignore"):
        x = one(source.scale) * (codes(info) - source.zero).astype(one)
        y = rounded_away(one(curve(x)) * (one(1) / one(to.scale)))
        return whole(y + one(to.zero), to.low, to.high)


def lut16(curve: Curve, source: Scale, to: Scale, kind: type[Any] = np.float32) -> Array:
    """513 knots, each moved by half the error in the middle of its part."""
    bounds = np.array([-(1 << 15), (1 << 15) - 1])
    low, high = (kind(source.scale) * kind(b - source.zero) for b in bounds)
    bottom, top = (kind(to.scale) * kind(b - to.zero) for b in bounds)
    inverse = kind(1 << 16) / (top - bottom)
    step = (high - low) / kind(STEPS)
    places = np.arange(STEPS).astype(kind)
    with np.errstate(all="ignore"):
        here = kind(curve(low + places * step))
        middle = kind(curve(low + places * step + step / kind(2)))
        after = kind(curve(low + (places + kind(1)) * step))
        first = rounded_away(here * inverse)
        between = rounded_away((after * inverse + first) / kind(2))
        error = between - rounded_away(middle * inverse)
        knots = first - rounded_away(error / kind(2))
        last = rounded_away(kind(curve(np.array([high], kind))) * inverse)
    return whole(np.concatenate([knots, last]), *bounds).astype(np.int16)


def looked_up(c: Call, x: Value, table: Array) -> Value:
    """``table[x]``: an entry for each number of 8 bits, or the knots for 16 bits."""
    if type_of(x).dtype.itemsize == 1:
        return c.op(Lookup, x, table=Dense(table))
    return interpolated(c, x, table)


def interpolated(c: Call, x: Value, table: Array) -> Value:
    if np.abs(np.diff(table.astype(np.int64))).max() < 1 << 15:
        return c.op(Interpolate, x, table=Dense(table), low=-(1 << 15), shift=STEP_BITS)
    # LiteRT has the differences in 16 bits, where these wrap.
    at = c.op(ew.Add, c.emit.cast(x, I32), c.emit.constant(np.int32(1 << 15)))
    place = c.op(bits.ShiftRight, at, c.emit.like(STEP_BITS, at))
    first, rise = (
        c.op(Gather, c.emit.constant(a.astype(np.int32), table=True), place, in_bounds=True)
        for a in (table[:-1], np.diff(table))
    )
    part = c.op(bits.BitwiseAnd, at, c.emit.like((1 << STEP_BITS) - 1, at))
    y = c.op(ew.Add, c.op(ew.Mul, rise, part), c.emit.like(1 << (STEP_BITS - 1), at))
    y = c.op(ew.Add, first, c.op(bits.ShiftRight, y, c.emit.like(STEP_BITS, y)))
    return c.emit.cast(y, I16)


def function(c: Call, curve: Callable[[Scale], Curve] | Curve, *, plain: bool = True) -> Value:
    """The operator as a curve; unless ``plain``, ``curve`` makes one for the result's scale."""
    info, source, to = c.info(0), scale_of(c, c.info(0)), scale_of(c, c.result())
    if info.type != c.result().type:
        raise refused(c)
    used: Curve = curve if plain else curve(to)
    if info.dtype.itemsize == 1:
        table = table_of(lut8(used, info, source, to), to, c.result())
    elif info.type == "int16":
        table = lut16(used, source, to)
    else:
        raise refused(c)
    return looked_up(c, c.arg(0), table)


def refused(c: Call) -> CompileError:
    return c.error(f"not supported on {c.info(0).type} to {c.result().type}")
