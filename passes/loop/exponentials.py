"""exp, exp2, expm1, tanh on f32.

x = n ln 2 + r with an integer n and |r| <= ln 2 / 2; e^r = 1 + r + r^2 Q(r). n comes from adding
a number so large that the sum's last bit is worth 1: the rounded sum holds n in its low bits, and
the exponent of 2^n is a shift away. The coefficients are minimax fits of our own, rounded to f32
one after the other.
"""

from __future__ import annotations

import math

from millrace.passes.loop.lanes import Lanes, Num

LOG2_E = 1.4426950408889634
LN2_HIGH = 0.693359375
"""Nine bits: its product with any n is exact."""
LN2_LOW = math.log(2) - LN2_HIGH

EXP_Q = (0.5, 0.16666485369205475, 0.04166553169488907, 0.008372610434889793, 0.0014037082437425852)
"""Relative error of 1 + r + r^2 Q(r): 2^-27.7."""

EXPM1_Q = (
    0.5,
    0.16666635870933533,
    0.041666511446237564,
    0.008341509848833084,
    0.0013930542627349496,
    0.00015045781037770212,
)
"""Relative error of r + r^2 Q(r): 2^-28.1."""
TANH_Q = (
    0.5,
    0.16666528582572937,
    0.04166615009307861,
    0.008368448354303837,
    0.0013976250775158405,
)
"""As EXPM1_Q but one term shorter: 2^-25.9."""

_MAGIC = 12582912.0  # 1.5 * 2^23: one unit in the last place is 1
_EXPONENT = 127


def _round_scaled(x: Num, factor: float, bias: int) -> tuple[Num, Num]:
    """(n, an integer with n + bias in its low 9 bits) for n = round(factor x)."""
    magic = _MAGIC + bias
    shifted = x * factor + magic
    return shifted - magic, shifted.bits()


def _reduce(x: Num, n: Num) -> Num:
    """x - n ln 2."""
    return (x - n * LN2_HIGH) - n * LN2_LOW


def _scaled(p: Num, biased: Num) -> Num:
    """p 2^n for any n, with gradual underflow and overflow to infinity. The low 9 bits of
    ``biased`` hold n + 254; the power is split in two factors that are both normal."""
    half = biased.shift_right_logical(1)
    return p * (half << 23).as_float() * ((biased - half) << 23).as_float()


def _exp_of_reduced(lanes: Lanes, r: Num) -> Num:
    return lanes.horner(r, EXP_Q) * (r * r) + r + 1.0


def exp(lanes: Lanes, x: Num) -> Num:
    """e^x within 1 ulp, subnormal results included; exactly 0 and infinity at the ends."""
    x = x.at_least(-105.0).at_most(89.0)
    n, biased = _round_scaled(x, LOG2_E, 2 * _EXPONENT)
    return _scaled(_exp_of_reduced(lanes, _reduce(x, n)), biased)


def exp2(lanes: Lanes, x: Num) -> Num:
    """2^x within 2 ulp."""
    x = x.at_least(-151.0).at_most(129.0)
    n, biased = _round_scaled(x, 1.0, 2 * _EXPONENT)
    return two_to(lanes, x - n, biased)


def two_to(lanes: Lanes, f: Num, biased: Num) -> Num:
    """2^(n + f) for |f| <= 1/2; the low 9 bits of ``biased`` hold n + 254."""
    r = f * LN2_HIGH + f * LN2_LOW
    return _scaled(_exp_of_reduced(lanes, r), biased)


def exp_of_moderate(lanes: Lanes, x: Num) -> Num:
    """e^x within 1 ulp for |x| < 80, cheaper than :func:`exp`."""
    n, biased = _round_scaled(x, LOG2_E, _EXPONENT)
    return _exp_of_reduced(lanes, _reduce(x, n)) * (biased << 23).as_float()


def _expm1_of_reduced(lanes: Lanes, r: Num, q: tuple[float, ...]) -> Num:
    square = r * r
    return lanes.polynomial(r, square, q) * square + r


def expm1(lanes: Lanes, x: Num) -> Num:
    """e^x - 1 within 2 ulp; keeps the sign of zero."""
    clamped = x.at_least(-18.0).at_most(88.8)
    # Half of 2^n, because 2^128 is no f32.
    n, biased = _round_scaled(clamped, LOG2_E, _EXPONENT - 1)
    half_scale = (biased << 23).as_float()
    q = _expm1_of_reduced(lanes, _reduce(clamped, n), EXPM1_Q)
    y = (half_scale * q + (half_scale - 0.5)) * 2.0
    return lanes.select(x.compare("oeq", 0.0), x, y)


def tanh(lanes: Lanes, x: Num) -> Num:
    """tanh x = E / (E + 2) with E = e^(2x) - 1, within 3 ulp; keeps the sign of zero."""
    size = x.abs().at_most(9.02)  # from there on tanh rounds to 1
    doubled = size + size
    n, biased = _round_scaled(size, 2 * LOG2_E, _EXPONENT)
    scale = (biased << 23).as_float()
    q = _expm1_of_reduced(lanes, _reduce(doubled, n), TANH_Q)
    e = scale * q + (scale - 1.0)
    return with_sign_of(e / (e + 2.0), x)


def with_sign_of(y: Num, x: Num) -> Num:
    """y >= 0 with the sign of x."""
    return (y.bits() | (x.bits() & -(1 << 31))).as_float()
