"""sin, cos, tan on f32.

x = n pi/2 + r with |r| <= pi/4, computed in f64 with pi/2 in two parts, the first of 33 bits, so
that n times it is exact for |x| up to a million. Beyond, in a branch of their own, and on machines
without f64, n and r come from integer arithmetic (``payne_hanek.py``).
"""

from __future__ import annotations

from collections.abc import Callable

from millrace.passes.loop.lanes import Lanes, Num
from millrace.passes.loop.payne_hanek import reduced

SIN_P = (-0.16666655242443085, 0.008332187309861183, -0.00019517897453624755)
"""sin r = r + r^3 P(r^2), relative error 2^-27.9."""
COS_P = (0.04166664555668831, -0.0013887309469282627, 2.4432327336398885e-05)
"""cos r = 1 - r^2 / 2 + r^4 P(r^2), relative error 2^-33."""

_LARGEST = 1.0e6
_TWO_OVER_PI = 0.6366197723675814
_HALF_PI_HIGH = 1.5707963267341256
_HALF_PI_LOW = 6.077100506506192e-11
_MAGIC = 6755399441055744.0  # 1.5 * 2^52


Reduction = Callable[[Num], tuple[Num, Num]]


def _quick(x: Num) -> tuple[Num, Num]:
    """(r, quadrant as an integer of which the low two bits count)."""
    wide = x.to_f64()
    shifted = wide * _TWO_OVER_PI + _MAGIC
    n = shifted - _MAGIC
    r = (wide - n * _HALF_PI_HIGH) - n * _HALF_PI_LOW
    return r.to_f32(), shifted.bits().to_i32()


def _sin_cos(lanes: Lanes, r: Num) -> tuple[Num, Num]:
    z = r * r
    sine = lanes.horner(z, SIN_P) * (z * r) + r
    cosine = lanes.horner(z, COS_P) * (z * z) + (1.0 - z * 0.5)
    return sine, cosine


def _wave(lanes: Lanes, x: Num, reduction: Reduction, ahead: int) -> Num:
    """sin(x + ahead pi/2)."""
    r, quadrant = reduction(x)
    if ahead:
        quadrant = quadrant + ahead
    sine, cosine = _sin_cos(lanes, r)
    size = lanes.select((quadrant & 1).int_equals(0), sine, cosine)
    return (size.bits() ^ ((quadrant & 2) << 30)).as_float()


def _tangent(lanes: Lanes, x: Num, reduction: Reduction) -> Num:
    r, quadrant = reduction(x)
    sine, cosine = _sin_cos(lanes, r)
    even = (quadrant & 1).int_equals(0)
    return lanes.select(even, sine, -cosine) / lanes.select(even, cosine, sine)


def _guarded(lanes: Lanes, x: Num, function: Callable[[Reduction], Num]) -> Num:
    def exact(x: Num) -> tuple[Num, Num]:
        return reduced(lanes, x)

    if not lanes.f64:
        return function(exact)
    large = x.abs().compare("ogt", _LARGEST)
    return lanes.if_any(large, lambda: function(exact), lambda: function(_quick))


def _odd(lanes: Lanes, x: Num, y: Num) -> Num:
    """The sign of a zero gets lost in the polynomial."""
    return lanes.select(x.compare("oeq", 0.0), x, y)


def sin(lanes: Lanes, x: Num) -> Num:
    """Within 2 ulp everywhere; keeps the sign of zero."""
    return _guarded(lanes, x, lambda how: _odd(lanes, x, _wave(lanes, x, how, 0)))


def cos(lanes: Lanes, x: Num) -> Num:
    """Within 2 ulp everywhere."""
    return _guarded(lanes, x, lambda how: _wave(lanes, x, how, 1))


def tan(lanes: Lanes, x: Num) -> Num:
    """Within 4 ulp everywhere; keeps the sign of zero."""
    return _guarded(lanes, x, lambda how: _odd(lanes, x, _tangent(lanes, x, how)))
