"""numpy's PCG64 generator and what its ``Generator`` makes of it, bit by bit, written in Python as
the compiler takes it. A state is (high, low, increment high, increment low, has32, spare32): two
halves of 128 bits each, and the 32 bits that are left of the last number."""

from __future__ import annotations

from typing import Any

import numpy as np

# mypy: disable-error-code="no-any-return"

MULTIPLIER_HIGH, MULTIPLIER_LOW = 0x2360ED051FC65DA4, 0x4385DF649FCCF645
LOW32 = 0xFFFFFFFF


def multiply_high(x: Any, y: Any) -> Any:
    """The upper 64 bits of a product."""
    x0, x1, y0, y1 = x & LOW32, x >> 32, y & LOW32, y >> 32
    carry = (x0 * y0) >> 32
    t = x1 * y0 + carry
    middle, top = t & LOW32, t >> 32
    return x1 * y1 + top + ((x0 * y1 + middle) >> 32)


def next64(s: Any) -> Any:
    """(64 random bits, the next state)."""
    high, low, inc_high, inc_low, has32, spare = s
    m_high, m_low = np.uint64(MULTIPLIER_HIGH), np.uint64(MULTIPLIER_LOW)
    new_high = multiply_high(low, m_low) + high * m_low + low * m_high
    product = low * m_low
    new_low = product + inc_low
    new_high = new_high + inc_high + np.uint64(new_low < product)
    bits = new_high ^ new_low
    turn = new_high >> 58
    value = (bits >> turn) | (bits << ((64 - turn) & 63))
    return value, (new_high, new_low, inc_high, inc_low, has32, spare)


def next32(s: Any) -> Any:
    """(32 random bits, the next state): the lower half of a number, then its upper half."""
    if s[4]:
        return s[5], (s[0], s[1], s[2], s[3], False, s[5])
    value, s = next64(s)
    return value & LOW32, (s[0], s[1], s[2], s[3], True, value >> 32)


def next_double(s: Any) -> Any:
    value, s = next64(s)
    return (value >> 11) * np.float64(2.0**-53), s


def next_float(s: Any) -> Any:
    value, s = next32(s)
    return (value >> 8).astype(np.float32) * np.float32(2.0**-24), s


# ---- whole numbers


def bounded32(s: Any, span: Any) -> Any:
    """A number in [0, span], span below 2 ** 32 - 1: Lemire's method."""
    count = span + np.uint64(1)
    value, s = next32(s)
    product = value * count
    rest = product & LOW32
    if rest < count:
        threshold = (LOW32 - span) % count
        while rest < threshold:
            value, s = next32(s)
            product = value * count
            rest = product & LOW32
    return product >> 32, s


def bounded64(s: Any, span: Any) -> Any:
    """A number in [0, span], span of more than 32 bits and less than 2 ** 64 - 1."""
    count = span + np.uint64(1)
    value, s = next64(s)
    rest = value * count
    if rest < count:
        threshold = (np.uint64(0xFFFFFFFFFFFFFFFF) - span) % count
        while rest < threshold:
            value, s = next64(s)
            rest = value * count
    return multiply_high(value, count), s


def bounded(s: Any, span: Any) -> Any:
    """A number in [0, span]; ``span`` is known when the function is compiled."""
    if span == 0:
        return np.uint64(0), s
    if span < LOW32:
        return bounded32(s, np.uint64(span))
    if span == LOW32:
        return next32(s)
    if span == 0xFFFFFFFFFFFFFFFF:
        return next64(s)
    return bounded64(s, np.uint64(span))


def interval(s: Any, last: Any) -> Any:
    """A number in [0, last], by drawing until one fits: what shuffling takes."""
    mask = last
    for k in (1, 2, 4, 8, 16):
        mask = mask | mask >> k
    value, s = next32(s)
    found = value.astype(np.int64) & mask
    while found > last:
        value, s = next32(s)
        found = value.astype(np.int64) & mask
    return found, s


# ---- normal numbers

TAIL = 3.6541528853610087963519472518
"""Where the ziggurat's lowest layer ends."""


def standard_normal(s: Any, limits: Any, widths: Any, heights: Any) -> Any:
    """One normal number by the ziggurat method."""
    result = np.float64(0)
    searching = True
    while searching:
        bits, s = next64(s)
        layer = (bits & 0xFF).astype(np.int64)
        bits = bits >> 8
        size = (bits >> 1) & 0x000FFFFFFFFFFFFF
        x = size * widths[layer]
        if bits & 1:
            x = -x
        if size < limits[layer]:
            result = x
            searching = False
        elif layer == 0:
            tail = np.float64(0)
            inside = False
            while not inside:
                u, s = next_double(s)
                tail = -(1 / TAIL) * np.log1p(-u)
                v, s = next_double(s)
                y = -np.log1p(-v)
                inside = y + y > tail * tail
            result = -(TAIL + tail) if (size >> 8) & 1 else TAIL + tail
            searching = False
        else:
            u, s = next_double(s)
            upper, lower = heights[layer - 1], heights[layer]
            if (upper - lower) * u + lower < np.exp(-0.5 * x * x):
                result = x
                searching = False
    return result, s


# ---- arrays


def fill_double(s: Any, n: Any) -> Any:
    out = np.empty(n)
    for i in range(n):
        out[i], s = next_double(s)
    return out, s


def fill_float(s: Any, n: Any) -> Any:
    out = np.empty(n, np.float32)
    for i in range(n):
        out[i], s = next_float(s)
    return out, s


def fill_bounded(s: Any, n: Any, span: Any) -> Any:
    out = np.empty(n, np.uint64)
    for i in range(n):
        out[i], s = bounded(s, span)
    return out, s


def fill_normal(s: Any, n: Any, limits: Any, widths: Any, heights: Any) -> Any:
    out = np.empty(n)
    for i in range(n):
        out[i], s = standard_normal(s, limits, widths, heights)
    return out, s


def permuted(s: Any, x: Any) -> Any:
    """Shuffled along the first axis."""
    out = x.copy()
    n = x.shape[0]
    for k in range(n - 1):
        i = n - 1 - k
        place, s = interval(s, i)
        t = out[i].copy() if out.ndim > 1 else out[i]
        out[i] = out[place]
        out[place] = t
    return out, s
