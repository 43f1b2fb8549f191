"""erf on f32: an odd polynomial up to 0.84375, beyond 1 - e^G(x) where G fits log erfc."""

from __future__ import annotations

from millrace.passes.loop.exponentials import exp_of_moderate, with_sign_of
from millrace.passes.loop.lanes import Lanes, Num

_CUT = 0.84375
_ONE = 3.94
"""From here on erf rounds to 1."""

SMALL_P = (
    0.12837916612625122,
    -0.37612593173980713,
    0.11282911896705627,
    -0.026809535920619965,
    0.0050618816167116165,
    -0.000637496414128691,
)
"""erf x = x + x P(x^2) for |x| <= 0.84375, relative error 2^-27.2."""

LOG_ERFC = (
    -9.78278330876492e-05,
    -1.1280901432037354,
    -0.6364673972129822,
    -0.1045733094215393,
    0.022542906925082207,
    -0.0031240852549672127,
    0.00020433632016647607,
)
"""log erfc x for 0.84375 <= x <= 3.94; relative error of erf 2^-28.7."""


def erf(lanes: Lanes, x: Num) -> Num:
    """The error function within 2 ulp; keeps the sign of zero."""
    size = x.abs()
    small = lanes.horner(x * x, SMALL_P) * x + x
    clamped = size.at_most(_ONE)
    large = 1.0 - exp_of_moderate(lanes, lanes.horner(clamped, LOG_ERFC))
    return lanes.select(size.compare("olt", _CUT), small, with_sign_of(large, x))
