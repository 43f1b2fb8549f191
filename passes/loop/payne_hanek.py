"""x = n pi/2 + r for any f32 number, by integer arithmetic (Payne and Hanek).

The bits of 1/(2 pi) that matter for an x of a given exponent are multiplied with its mantissa: 96
bits of a table by 32 bits. Of the product, a part of a turn, the upper two bits are the quadrant
and the 62 below them the fraction, exact to 2^-60 of a quadrant.
"""

from __future__ import annotations

import math
from itertools import pairwise

from millrace.ir.core import Operation
from millrace.ir.dialects import arith
from millrace.ir.dialects import math as mathd
from millrace.ir.types import F32, I64
from millrace.passes.loop.float_bits import compare
from millrace.passes.loop.lanes import Lanes, Num

ONE_OVER_TWO_PI = (
    0x28BE60DB,
    0x9391054A,
    0x7F09D5F4,
    0x7D4D3770,
    0x36D8A566,
    0x4F10E410,
    0x7F9458EA,
)
"""1/(2 pi) = 0.28BE60DB9391... in words of 32 bits: so much of a turn is one radian."""

_HALF_PI = 0xC90FDAA2
"""pi/2 with 31 fractional bits."""
_BELOW_ONE_HALF = 126
"""Exponents up to this one belong to numbers below 1/2, which are in the first quadrant."""


def reduced(lanes: Lanes, x: Num) -> tuple[Num, Num]:
    """(r with |r| <= pi/4, n as an integer of which the low two bits count); NaN at infinity."""
    bits = x.bits()
    negative = compare(bits, "slt", 0)
    size = bits & 0x7FFFFFFF
    exponent = (size >> 23) - _BELOW_ONE_HALF
    small = compare(exponent, "slt", 0)
    exponent = lanes.select(small, 0, exponent)
    mantissa = ((size & 0x7FFFFF) << 8) | -(1 << 31)
    quadrant, fraction = _product(lanes, mantissa, _window(lanes, exponent))
    r = _radians(lanes, fraction)
    r = lanes.select(negative, -r, r)
    quadrant = lanes.select(negative, quadrant.like(0) - quadrant, quadrant)
    r = lanes.select(small, x, r)
    quadrant = lanes.select(small, 0, quadrant)
    finite = compare(size, "slt", 0x7F800000)
    return lanes.select(finite, r, lanes.const(math.nan)), quadrant


def _window(lanes: Lanes, exponent: Num) -> list[Num]:
    """The three words of 1/(2 pi) from bit ``exponent`` - 32 on, the most significant one first."""
    word, shift = exponent >> 5, exponent & 31
    padded = (0, *map(_signed, ONE_OVER_TWO_PI))
    words = [_chosen(lanes, word, padded[k : k + 5]) for k in range(4)]
    rest = shift ^ 31
    return [
        _shifted(lanes, arith.ShLI, high, shift)
        | _shifted(lanes, arith.ShRUI, low.shift_right_logical(1), rest)
        for high, low in pairwise(words)
    ]


def _chosen(lanes: Lanes, index: Num, words: tuple[int, ...]) -> Num:
    found = index.like(words[0])
    for i, word in enumerate(words[1:], 1):
        found = lanes.select(compare(index, "eq", i), index.like(word), found)
    return found


def _shifted(lanes: Lanes, op: type[Operation], x: Num, amount: Num) -> Num:
    return lanes.emit(op, x, amount)


def _product(lanes: Lanes, mantissa: Num, window: list[Num]) -> tuple[Num, Num]:
    """(quadrant, the signed fraction of a quadrant with 62 bits)."""
    m = _wide(lanes, mantissa)
    high, middle, low = (_wide(lanes, w) for w in window)
    p = (m * low).shift_right_logical(32) + m * middle
    p = ((m * high) << 32) + p
    quadrant = p.shift_right_logical(62)
    fraction = p & ((1 << 62) - 1)
    # From one half on, the next quadrant is nearer.
    upper = fraction.shift_right_logical(61)
    return (quadrant + upper).to_i32(), fraction - (upper << 62)


def _radians(lanes: Lanes, fraction: Num) -> Num:
    """The fraction of a quadrant as an angle, rounded once."""
    zero = fraction.like(0)
    negative = compare(fraction, "slt", 0)
    size = lanes.select(negative, zero - fraction, fraction)
    zeros = lanes.emit(mathd.CountLeadingZeros, size)
    top = _shifted(lanes, arith.ShLI, size, zeros).shift_right_logical(32)
    turned = (top * _HALF_PI).shift_right_logical(32).to_i32()
    scale = ((zeros.to_i32().like(127 - 29) - zeros.to_i32()) << 23).as_float()
    angle = lanes.cast(arith.UIToFP, turned, F32) * scale
    return lanes.select(negative, -angle, angle)


def _wide(lanes: Lanes, x: Num) -> Num:
    return lanes.cast(arith.ExtUI, x, I64)


def _signed(word: int) -> int:
    return word - (word >> 31 << 32)
