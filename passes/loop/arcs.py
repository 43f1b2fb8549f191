"""atan, asin, acos, atan2 on f32."""

from __future__ import annotations

import math

from millrace.ir.dialects import math as mathd
from millrace.passes.loop.lanes import Lanes, Num

ATAN_P = (
    -0.33333298563957214,
    0.1999852955341339,
    -0.14264015853405,
    0.10950880497694016,
    -0.08399306237697601,
    0.05788138881325722,
    -0.031096985563635826,
    0.010868685320019722,
    -0.0017828206764534116,
)
"""atan t = t + t^3 P(t^2) for |t| <= 1, relative error 2^-28.5."""
ASIN_P = (
    0.16666659712791443,
    0.07500521838665009,
    0.04451337456703186,
    0.03183908388018608,
    0.014314963482320309,
    0.037696462124586105,
)
"""asin t = t + t^3 P(t^2) for |t| <= 1/2, relative error 2^-31.7."""

_HIGH = 1.57079625129699707031
_LOW = math.pi / 2 - _HIGH
"""pi/2 as an f32 number and what is left."""


def _arc(lanes: Lanes, t: Num, coefficients: tuple[float, ...]) -> Num:
    square = t * t
    return lanes.horner(square, coefficients) * (square * t) + t


def _from_right_angle(y: Num) -> Num:
    """pi/2 - y."""
    return (y.like(_HIGH) - y) + _LOW


def atan(lanes: Lanes, x: Num) -> Num:
    """Within 2 ulp; keeps -0."""
    size = x.abs()
    steep = size.compare("ogt", 1.0)
    y = _arc(lanes, lanes.select(steep, 1.0 / size, size), ATAN_P)
    y = lanes.select(steep, _from_right_angle(y), y)
    return lanes.emit(mathd.CopySign, y, x)


def _half_arc(lanes: Lanes, size: Num) -> Num:
    """acos(size) / 2 for sizes from 1/2 to 1; NaN beyond."""
    return _arc(lanes, lanes.emit(mathd.Sqrt, 0.5 - size * 0.5), ASIN_P)


def asin(lanes: Lanes, x: Num) -> Num:
    """Within 2 ulp; keeps -0, NaN beyond 1."""
    size = x.abs()
    half = _half_arc(lanes, size)
    y = lanes.select(
        size.compare("ole", 0.5), _arc(lanes, size, ASIN_P), _from_right_angle(half + half)
    )
    return lanes.emit(mathd.CopySign, y, x)


def acos(lanes: Lanes, x: Num) -> Num:
    """Within 2 ulp; NaN beyond 1."""
    half = _half_arc(lanes, x.abs())
    double = half + half
    far = (double.like(2 * _HIGH) - double) + 2 * _LOW
    outer = lanes.select(x.compare("olt", 0.0), far, double)
    inner = _from_right_angle(_arc(lanes, x, ASIN_P))
    return lanes.select(x.abs().compare("ole", 0.5), inner, outer)


def atan2(lanes: Lanes, y: Num, x: Num) -> Num:
    """The angle of the point (x, y), within 3 ulp; zeros and infinities as in C."""
    a, b = y.abs(), x.abs()
    steep = a.compare("ogt", b)
    least, most = lanes.select(steep, b, a), lanes.select(steep, a, b)
    t = least / most
    t = lanes.select(most.compare("oeq", 0.0), lanes.const(0.0), t)
    both = least.compare("oeq", math.inf)
    t = lanes.select(both, lanes.const(1.0), t)
    angle = _arc(lanes, t, ATAN_P)
    angle = lanes.select(steep, _from_right_angle(angle), angle)
    left = (angle.like(2 * _HIGH) - angle) + 2 * _LOW
    behind = lanes.emit(mathd.CopySign, lanes.const(1.0), x).compare("olt", 0.0)
    angle = lanes.select(behind, left, angle)
    nan = y.compare("uno", x)
    return lanes.select(nan, lanes.const(math.nan), lanes.emit(mathd.CopySign, angle, y))
