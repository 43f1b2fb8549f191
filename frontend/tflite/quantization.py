"""Quantized numbers: what tensors declare of them, and arithmetic on them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from millrace.frontend.emitter import element_of
from millrace.frontend.tflite.activations import clip
from millrace.frontend.tflite.model import Array, TensorInfo
from millrace.frontend.tflite.table import Call
from millrace.ir.core import Value
from millrace.ir.dialects.mr import bits, compare
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.elementary import Trunc
from millrace.ir.dialects.mr.fixed_point import FixedPointScale
from millrace.ir.types import F32, I32

ROUNDING = "twice"
"""How LiteRT's kernels multiply by a real number; FULLY_CONNECTED alone does it in f64."""
FAR = 99
"""The power of two of a number that is too large."""
CHANGES = (0, 1, -1, 2, -2, 3, -3, 5, -5, 8, -8)
"""Changes of a multiplier that are tried."""


@dataclass(frozen=True)
class Scale:
    """How the numbers of a whole tensor are stored: real = scale * (stored - zero)."""

    scale: float
    zero: int
    low: int
    high: int


def scale_of(c: Call, info: TensorInfo) -> Scale:
    q = info.quantization
    if info.dtype.kind not in "iu":
        raise c.error(f"{info.name!r} is {info.type}, not an integer")
    if q is None or not q.scale[0]:
        raise c.error(f"{info.name!r} ({info.type}) has no scale: the file must quantize it")
    if len(q.scale) != 1:
        raise c.error(f"{info.name!r} has {len(q.scale)} scales: only weights can have several")
    limits = np.iinfo(info.dtype)
    return Scale(q.scale[0], q.zero_point[0], int(limits.min), int(limits.max))


def fixed(real: float) -> tuple[int, int]:
    """``real`` as a multiplier with 31 fractional bits and a power of two."""
    if real == 0:
        return 0, 0
    if not math.isfinite(real):
        return 1 << 30, FAR
    fraction, shift = math.frexp(real)
    multiplier = rounded(fraction * (1 << 31))
    if multiplier == 1 << 31:
        multiplier, shift = multiplier // 2, shift + 1
    return (0, 0) if shift < -31 else (multiplier, shift)


def same_factor(real: float, low: int, high: int) -> tuple[int, int] | None:
    """A multiplier and a power of two with which the product rounded half up is what the product
    in f64 rounded half away from zero is: for all x of 32 bits, results from low to high. Both
    grow with x; so they are the same if they step from each result to the next at the same x."""
    multiplier, shift = fixed(real)
    if not multiplier:
        return 0, 0
    if shift > 30:
        return None
    values = np.arange(low + 1, high + 1)
    first = np.ceil((values - 0.5) / real).clip(-(2.0**40), 2.0**40).astype(np.int64) - 1
    for _ in range(2):
        first = first + (rounded_away(first * real) < values)
    inside = np.abs(first) < (1 << 31) - 1
    first, values = first[inside], values[inside]
    if not (
        (rounded_away(first * real) >= values) & (rounded_away((first - 1) * real) < values)
    ).all():
        return None
    total = 31 - shift
    half = np.int64(1) << (total - 1)
    for m in (multiplier + change for change in CHANGES):
        reached = (first * m + half) >> total >= values
        missed = ((first - 1) * m + half) >> total < values
        if 0 < m < 1 << 31 and (reached & missed).all():
            return m, shift
    return None


def rounded_away(x: Any) -> Array:
    """To whole numbers, half away from zero, in the type of ``x``."""
    whole = np.trunc(x)
    return np.asarray(whole + np.where(np.abs(x - whole) >= 0.5, np.sign(x), 0), x.dtype)


def ratio(over: Sequence[float], under: Sequence[float]) -> float:
    """A product over a product, in the f32 arithmetic that some kernels do it in."""
    with np.errstate(all="ignore"):
        y, z = np.float32(over[0]), np.float32(under[0])
        for factor in over[1:]:
            y = y * np.float32(factor)
        for factor in under[1:]:
            z = z * np.float32(factor)
        return float(y / z)


def check_near(c: Call, *real: float) -> None:
    """Numbers that tables are multiplied by."""
    if not all(abs(r) < 1 << 30 for r in real):
        raise c.error("the scales are too far apart")


def rounded(x: float) -> int:
    """To the nearest, half away from zero."""
    return int(math.copysign(math.floor(abs(x) + 0.5), x))


def scaled(c: Call, x: Value, real: float | Sequence[float], rounding: str = ROUNDING) -> Value:
    """An i32 tensor times a real number, or one a channel (the last dimension)."""
    pairs = [fixed(r) for r in ([real] if isinstance(real, float) else real)]
    columns = np.array(pairs, np.int64).T
    return times(c, x, columns[:, 0] if isinstance(real, float) else columns, rounding)


def times(c: Call, x: Value, factors: Array, rounding: str = ROUNDING) -> Value:
    """An i32 tensor times multipliers (row 0) and powers of two (row 1)."""
    if (factors[1] > 30).any():
        raise c.error("the scales are too far apart")
    m, s = (c.emit.constant(a) for a in factors.astype(np.int32))
    return c.op(FixedPointScale, x, m, s, rounding=rounding)


def centered(c: Call, x: Value, zero: int) -> Value:
    """As i32, less the zero point."""
    wide = c.emit.cast(x, I32)
    return c.op(ew.Sub, wide, c.emit.like(zero, wide)) if zero else wide


def stored(c: Call, x: Value, to: Scale, low: int | None = None, high: int | None = None) -> Value:
    """An i32 tensor plus the zero point, limited to the range, as the result's type."""
    if to.zero:
        x = c.op(ew.Add, x, c.emit.like(to.zero, x))
    x = clip(c.emit, x, to.low if low is None else low, to.high if high is None else high)
    return c.emit.cast(x, c.result().element)


def activation_range(c: Call, to: Scale) -> tuple[int, int]:
    """The limits that the fused activation sets on stored numbers."""

    def place(real: float) -> int:
        return to.zero + rounded(float(np.float32(real) / np.float32(to.scale)))

    number = c.node.options.get("activation", 0)
    ranges = {
        0: (to.low, to.high),
        1: (max(to.low, place(0.0)), to.high),
        2: (max(to.low, place(-1.0)), min(to.high, place(1.0))),
        3: (max(to.low, place(0.0)), min(to.high, place(6.0))),
    }
    if number not in ranges:
        raise c.error(f"activation number {number} is not supported on quantized numbers")
    return ranges[number]


def finished(c: Call, x: Value) -> Value:
    """An i32 tensor in the result's scale, stored after the fused activation."""
    to = scale_of(c, c.result())
    return stored(c, x, to, *activation_range(c, to))


def divided_by_power(c: Call, x: Value, count: Value) -> Value:
    """x / 2^count, rounded half away from zero, of i32; counts from 1 to 31."""
    one = c.emit.like(1, x)
    negative = c.emit.cast(c.op(compare.Less, x, c.emit.like(0, x)), I32)
    near = c.op(bits.ShiftRight, c.op(ew.Sub, x, negative), c.op(ew.Sub, count, one))
    return c.op(bits.ShiftRight, c.op(ew.Add, near, one), one)


def round_away(c: Call, x: Value) -> Value:
    """Floats to whole numbers, half away from zero."""
    whole = c.op(Trunc, x)
    rest = c.op(ew.Abs, c.op(ew.Sub, x, whole))
    up = c.op(compare.GreaterEqual, rest, c.emit.like(0.5, x))
    step = c.op(compare.Where, up, c.op(ew.Sign, x), c.emit.like(0.0, x))
    return c.op(ew.Add, whole, step)


def channel_scales(c: Call, info: TensorInfo, channels: int, axis: int) -> list[float]:
    """The scale of each output channel of weights."""
    q = info.quantization
    if q is None:
        raise c.error(f"{info.name!r} has no scale")
    if len(q.scale) == 1:
        return list(q.scale) * channels
    if len(q.scale) != channels or q.axis != axis:
        raise c.error(f"{len(q.scale)} scales along dimension {q.axis} of {info.name!r}")
    return list(q.scale)


def zero_constant(c: Call, info: TensorInfo) -> Value | None:
    """The zero point of a tensor, in its own type; None when it is 0 everywhere."""
    q = info.quantization
    if q is None or not any(q.zero_point):
        return None
    if len(set(q.zero_point)) != 1:
        raise c.error(f"{info.name!r} has several zero points")
    return c.emit.constant(np.array(q.zero_point[0], dtype=info.dtype))


def is_float(x: Value) -> bool:
    return element_of(x) == F32


def single(x: Any) -> float:
    """As the float that a kernel computes with."""
    return float(np.float32(x))
