"""How a real number is stored as an integer: real = scale * (stored - zero)."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from millrace.ir.attributes import FrozenDict
from millrace.ir.quantization import Quantization
from millrace.ir.types import I8, I16, IntegerType

Array = np.ndarray[Any, Any]

SPARE = 1.2
"""What is kept free in 16-bit formats. A limit that a value has by itself needs none, but 1 itself
is as large as a unit of 2^-15 can hold."""
GAP = 100.0
ROOM_TIMES, ROOM = 4.0, 16.0
"""What stands for infinity lies so far outside: so many times the rest, and some more, so that an
exponential of it is 0."""
LEAST = 2.0**-40
"""A range narrower than this is one number for us."""


@dataclass(frozen=True)
class Range:
    """The limits between which a value was seen."""

    low: float
    high: float

    def __or__(self, other: Range) -> Range:
        return Range(min(self.low, other.low), max(self.high, other.high))

    @property
    def radius(self) -> float:
        return max(-self.low, self.high)

    @staticmethod
    def of(array: Array) -> Range:
        finite = array[np.isfinite(array)] if array.size else array
        if not finite.size:
            return Range(0.0, 0.0)
        return Range(float(finite.min()), float(finite.max()))


def without_far(everything: Range, near: Range) -> Range:
    """The range of numbers of which some are so far from the rest, ``near``, that they stand for
    infinity, as in masks: they count as not much farther than that."""
    far = GAP * near.radius
    if not 0 < far < everything.radius:
        return everything
    room = ROOM_TIMES * near.radius + ROOM
    return Range(
        near.low - room if -everything.low > far else everything.low,
        near.high + room if everything.high > far else everything.high,
    )


@dataclass(frozen=True)
class Format:
    """The storage of the elements of a tensor. Not all numbers of the type need be in use."""

    element: IntegerType
    scale: float
    zero: int = 0
    first: int | None = None
    last: int | None = None

    @property
    def lowest(self) -> int:
        return int(np.iinfo(self.element.dtype).min) if self.first is None else self.first

    @property
    def highest(self) -> int:
        return int(np.iinfo(self.element.dtype).max) if self.last is None else self.last

    @property
    def reach(self) -> int:
        """The largest absolute value of a stored number less the zero point."""
        return max(self.highest - self.zero, self.zero - self.lowest)

    def encode(self, x: Array) -> Array:
        """The nearest stored numbers."""
        q = np.rint(x.astype(np.float64) / self.scale) + self.zero
        return np.asarray(np.clip(q, self.lowest, self.highest)).astype(self.element.dtype)

    def decode(self, q: Array) -> Array:
        return np.asarray((q.astype(np.float64) - self.zero) * self.scale)

    def to_attr(self) -> FrozenDict:
        """As entries declare it."""
        return Quantization((self.scale,), (self.zero,)).to_attr()

    def __str__(self) -> str:
        zero = f", zero point {self.zero}" if self.zero else ""
        return f"{self.element}, scale {self.scale:.6g}{zero}"


def narrow(r: Range) -> Format:
    """8 bits over the whole range and 0, which is exact."""
    low, high = min(r.low, 0.0), max(r.high, 0.0)
    scale = max(high - low, LEAST) / 255
    zero = round(-128 - low / scale)
    return Format(I8, scale, min(max(zero, -128), 127))


def wide(r: Range) -> Format:
    """16 bits in units of a power of two: such numbers are added and multiplied by shifts. There
    is some room for what was not seen."""
    exponent = math.ceil(math.log2(max(r.radius * SPARE, LEAST) / 32768))
    return Format(I16, 2.0**exponent)


def on_grid(scale: float, low: int, high: int) -> Format:
    """For ``low`` to ``high`` multiples of ``scale``, at most 2^16 of them."""
    element = I8 if high - low < 256 else I16
    limits = np.iinfo(element.dtype)
    zero = 0 if limits.min <= low and high <= limits.max else int(limits.min) - low
    return Format(element, scale, zero, low + zero, high + zero)


def power_of_two(x: Any) -> int | None:
    """k where x is 2^k, for a single number."""
    if np.ndim(x) or x <= 0:
        return None
    fraction, exponent = math.frexp(float(x))
    return exponent - 1 if fraction == 0.5 else None


def fixed(real: Array, common: bool = False) -> tuple[Array, Array]:
    """Real numbers as multipliers with 31 fractional bits and powers of two from -31 to 30, of
    their own or one for all, in which the largest number has all bits."""
    real = np.asarray(real, np.float64)
    _, shift = np.frexp(np.abs(real).max() if common else real)
    multiplier = np.rint(real * 2.0 ** (31 - shift)).astype(np.int64)
    over = np.abs(multiplier).max() >= 1 << 31 if common else np.abs(multiplier) >= 1 << 31
    shift = shift + over
    multiplier = np.rint(real * 2.0 ** (31 - shift)).astype(np.int64)
    small = shift < -31
    multiplier, shift = np.where(small, 0, multiplier), np.where(small, 0, shift)
    return multiplier.astype(np.int32), shift.astype(np.int32)
