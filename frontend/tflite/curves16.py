"""The logistic function and the hyperbolic tangent of 16-bit numbers in any scale: linear between
256 knots of one half of the curve; the other half is the same turned around."""

from __future__ import annotations

import math

import numpy as np

from millrace.frontend.tflite.luts import refused
from millrace.frontend.tflite.model import Array
from millrace.frontend.tflite.quantization import centered, scale_of, single
from millrace.frontend.tflite.table import Call
from millrace.ir.core import Value
from millrace.ir.dialects.mr import bits, compare
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.gather import Gather
from millrace.ir.types import I16

KNOTS, LAST = 256, 255


def knots() -> Array:
    """1 / (1 + exp(-k / 24)) with 16 fractional bits, each raised by half the error that lines
    have in the middle of its part; the last is the greatest number."""

    def curve(k: Array) -> Array:
        return np.asarray((1 << 16) / (1 + np.exp(-k / 24)))

    k = np.arange(KNOTS, dtype=np.float64)
    error = curve(k + 0.5) - (curve(k) + curve(k + 1)) / 2
    y = np.round(curve(k) + error / 2).astype(np.int32)
    y[LAST] = (1 << 16) - 1
    return y


def _units(c: Call, most_shift: int) -> tuple[int, int, bool]:
    """The factor and the shift that bring the input to units of 1/12288, or to 2^shift units of
    1/4096, which is said third."""
    source, to = scale_of(c, c.info(0)), scale_of(c, c.result())
    if c.result().type != "int16" or source.zero or to.zero or to.scale != 2.0**-15:
        raise refused(c)
    power = math.log2(source.scale)
    if abs(power - round(power)) < 1e-3 and 0 <= 12 + round(power) <= most_shift:
        return 0, 12 + round(power), True
    real, shift = single(source.scale) * 4096.0 * 3.0, 0
    while real <= 32767.0 / 2 and shift <= 30:
        real, shift = real * 2, shift + 1
    return int(real), shift, False


def _moved(c: Call, x: Value, factor: int, shift: int) -> Value:
    """x times factor / 2^shift, rounded half up."""
    x = c.op(ew.Mul, x, c.emit.like(factor, x))
    if not shift:
        return x
    x = c.op(ew.Add, x, c.emit.like(1 << (shift - 1), x))
    return c.op(bits.ShiftRight, x, c.emit.like(shift, x))


def _half(c: Call, x: Value, width: int, beyond: int) -> Value:
    """The curve at ``x`` >= 0, with 16 + ``width`` fractional bits; knots are 2^width apart."""
    place = c.op(bits.ShiftRight, x, c.emit.like(width, x))
    place = c.op(ew.Min, place, c.emit.like(LAST, x))
    table = c.emit.constant(np.append(knots(), knots()[-1]), table=True)
    here, after = (
        c.op(Gather, table, at, in_bounds=True)
        for at in (place, c.op(ew.Add, place, c.emit.like(1, x)))
    )
    part = c.op(bits.BitwiseAnd, x, c.emit.like((1 << width) - 1, x))
    rise = c.op(ew.Mul, part, c.op(ew.Sub, after, here))
    y = c.op(ew.Add, c.op(bits.ShiftLeft, here, c.emit.like(width, x)), rise)
    inside = c.op(compare.Less, place, c.emit.like(LAST, x))
    return c.op(compare.Where, inside, y, c.emit.like(beyond, x))


def logistic16(c: Call) -> Value:
    factor, shift, is_power = _units(c, 0)
    x = centered(c, c.arg(0), 0)
    x = _moved(c, x, *((3 << shift, 0) if is_power else (factor, shift)))
    half = _half(c, c.op(ew.Abs, x), 9, ((1 << 15) - 1) << 10)
    low = c.op(ew.Sub, c.emit.like((1 << 25) + (1 << 9) - 1, x), half)
    return _joined(c, x, c.op(ew.Add, half, c.emit.like(1 << 9, x)), low, 10)


def tanh16(c: Call) -> Value:
    """2 / (1 + exp(-2x)) - 1."""
    factor, shift, is_power = _units(c, 1)
    x = centered(c, c.arg(0), 0)
    x = _moved(c, x, *((3 << shift, 0) if is_power else (factor, shift)))
    half = _half(c, c.op(ew.Abs, x), 8, 0xFFFF << 8)
    middle = 1 << 23
    high = c.op(ew.Add, half, c.emit.like((1 << 7) - middle, x))
    low = c.op(ew.Sub, c.emit.like(middle + (1 << 7) - 1, x), half)
    return _joined(c, x, high, low, 8)


def _joined(c: Call, x: Value, high: Value, low: Value, count: int) -> Value:
    positive = c.op(compare.GreaterEqual, x, c.emit.like(0, x))
    y = c.op(compare.Where, positive, high, low)
    return c.emit.cast(c.op(bits.ShiftRight, y, c.emit.like(count, y)), I16)
