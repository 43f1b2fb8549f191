"""log, log2, log10, log1p on f32.

x = m 2^e with m in [sqrt 1/2, sqrt 2); log m = f - f^2 / 2 + f^3 P(f) with f = m - 1. Near 1,
where e = 0, all terms are relative to f, so that the result stays precise.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from millrace.ir.types import F32
from millrace.passes.loop.lanes import Lanes, Num

LOG_P = (
    0.3333333134651184,
    -0.2500082850456238,
    0.20001262426376343,
    -0.16623075306415558,
    0.14200834929943085,
    -0.13161896169185638,
    0.12772423028945923,
    -0.07648653537034988,
)
"""Relative error of the logarithm: 2^-27.0."""

_SQRT_HALF_BITS = 0x3F3504F3
_LEAST_NORMAL = 2.0**-126


@dataclass(frozen=True)
class _Base:
    """Of a logarithm: log 2 and 1 / ln(base), each as a sum whose first part has few bits."""

    log2_high: float
    log2_low: float
    scale_high: float
    scale_low: float


def _base(base: float, log2_high: float, scale_high: float) -> _Base:
    return _Base(
        log2_high,
        math.log(2) / math.log(base) - log2_high,
        scale_high,
        1 / math.log(base) - scale_high,
    )


_E = _base(math.e, 0.693359375, 1.0)
_TWO = _base(2.0, 1.0, 1.4423828125)
_TEN = _base(10.0, 0.30078125, 0.43359375)


def _logarithm(lanes: Lanes, x: Num, base: _Base) -> Num:
    y = _finite(lanes, x, base)
    y = lanes.select(x.compare("olt", math.inf), y, x)  # infinity and NaN give themselves
    below = lanes.select(x.compare("oeq", 0.0), lanes.const(-math.inf), math.nan)
    return lanes.select(x.compare("ole", 0.0), below, y)


def _finite(lanes: Lanes, x: Num, base: _Base) -> Num:
    """For positive finite x."""
    subnormal = x.compare("olt", _LEAST_NORMAL)
    scaled = lanes.select(subnormal, x * 2.0**23, x)
    offset = scaled.bits() - _SQRT_HALF_BITS
    exponent = (offset >> 23) - lanes.select(subnormal, offset.like(23), 0)
    m = ((offset & 0x7FFFFF) + _SQRT_HALF_BITS).as_float()
    e, f = exponent.int_to(F32), m - 1.0
    square = f * f
    rest = lanes.horner(f, LOG_P) * (f * square) - square * 0.5  # log m - f
    if base is _E:
        return e * base.log2_high + (f + (e * base.log2_low + rest))
    t = rest * base.scale_high + (f + rest) * base.scale_low
    if base.log2_low:
        t = e * base.log2_low + t
    return e * base.log2_high + (f * base.scale_high + t)


def log(lanes: Lanes, x: Num) -> Num:
    """Natural logarithm within 1 ulp; of 0 -infinity, of negative numbers NaN."""
    return _logarithm(lanes, x, _E)


def log2(lanes: Lanes, x: Num) -> Num:
    """Within 2 ulp."""
    return _logarithm(lanes, x, _TWO)


def log10(lanes: Lanes, x: Num) -> Num:
    """Within 2 ulp."""
    return _logarithm(lanes, x, _TEN)


def log1p(lanes: Lanes, x: Num) -> Num:
    """log(1 + x) within 2 ulp: the logarithm of the rounded sum u, plus (what rounding lost) / u.
    Keeps the sign of zero."""
    u = x + 1.0
    lost = lanes.select(x.compare("ogt", 1.0), 1.0 - (u - x), x - (u - 1.0))
    y = log(lanes, u)
    mended = y + lost / u
    special = x.compare("oeq", 0.0)
    y = lanes.select(u.abs().compare("olt", math.inf), mended, y)
    y = lanes.select(u.compare("oeq", 0.0), lanes.const(-math.inf), y)
    return lanes.select(special, x, y)
