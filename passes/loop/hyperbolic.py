"""sinh, cosh and the inverse hyperbolic functions on f32, from exponentials and logarithms."""

from __future__ import annotations

import math

from millrace.ir.dialects import math as mathd
from millrace.passes.loop.exponentials import exp
from millrace.passes.loop.lanes import Lanes, Num
from millrace.passes.loop.logarithms import log, log1p

SINH_P = (
    0.1666666716337204,
    0.00833331048488617,
    0.00019842895562760532,
    2.7822131869470468e-06,
)
"""sinh x = x + x^3 P(x^2) for |x| <= 1, relative error 2^-31.6."""

_LN2 = 0.693359375
"""ln 2 in nine bits: differences from it are exact."""
_LN2_ERROR = math.exp(_LN2 - math.log(2))
_HUGE = 2.0**24
"""From here on 1 is nothing beside x^2."""


def _half_exp(lanes: Lanes, x: Num) -> Num:
    """e^x / 2, finite as long as that is."""
    return exp(lanes, x - _LN2) * _LN2_ERROR


def sinh(lanes: Lanes, x: Num) -> Num:
    """Within 3 ulp; keeps -0."""
    size, square = x.abs(), x * x
    h = _half_exp(lanes, size)
    large = _signed(h - 0.25 / h, x)
    small = lanes.horner(square, SINH_P) * (square * x) + x
    return lanes.select(size.compare("ole", 1.0), small, large)


def cosh(lanes: Lanes, x: Num) -> Num:
    """Within 2 ulp."""
    h = _half_exp(lanes, x.abs())
    return h + 0.25 / h


def asinh(lanes: Lanes, x: Num) -> Num:
    """Within 2 ulp; keeps -0."""
    size = x.abs()
    square = size * size
    root = lanes.emit(mathd.Sqrt, square + 1.0)
    small = log1p(lanes, size + square / (root + 1.0))
    large = log(lanes, size) + math.log(2)
    return _signed(lanes.select(size.compare("olt", _HUGE), small, large), x)


def acosh(lanes: Lanes, x: Num) -> Num:
    """Within 4 ulp; NaN below 1."""
    t = x - 1.0
    root = lanes.emit(mathd.Sqrt, t * 2.0 + t * t)
    small = log1p(lanes, t + root)
    large = log(lanes, x) + math.log(2)
    y = lanes.select(x.compare("olt", _HUGE), small, large)
    return lanes.select(x.compare("olt", 1.0), lanes.const(math.nan), y)


def atanh(lanes: Lanes, x: Num) -> Num:
    """Within 3 ulp; keeps -0, infinity at 1, NaN beyond."""
    size = x.abs()
    y = log1p(lanes, (size + size) / (1.0 - size)) * 0.5
    y = lanes.select(size.compare("ogt", 1.0), lanes.const(math.nan), y)
    return _signed(y, x)


def _signed(size: Num, x: Num) -> Num:
    """The magnitude with the sign of ``x``."""
    return size.lanes.emit(mathd.CopySign, size, x)
