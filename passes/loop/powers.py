"""pow on f32: 2^(y log2 x) with the logarithm in f64, and C's rules for the special cases."""

from __future__ import annotations

import math

from millrace.ir.types import F64
from millrace.passes.loop.exponentials import two_to
from millrace.passes.loop.lanes import Lanes, Num

LOG2_T = (
    2.885390081777849,
    0.9617966941152459,
    0.5770779417627149,
    0.41220931772451436,
    0.31990284668404845,
    0.28294314114495106,
)
"""log2 m = s T(s^2) with s = (m - 1) / (m + 1), relative error 2^-45."""

_SQRT_HALF_BITS = 0x3FE6A09E00000000
_MAGIC = 6755399441055744.0  # 1.5 * 2^52
_BIAS = 254


def power(lanes: Lanes, x: Num, y: Num) -> Num:
    """x^y within 2 ulp."""
    size = _power_of_size(lanes, x.abs(), y)
    whole = y.trunc().compare("oeq", y)
    half = y * 0.5
    odd = half.trunc().compare("one", half) & whole
    sign = (x.bits() & -(1 << 31)) & (odd.extend() << 31)
    result = (size.bits() | sign).as_float()
    negative = x.compare("olt", 0.0) & x.compare("ogt", -math.inf)
    undefined = negative & (whole ^ 1)
    result = lanes.select(undefined | x.compare("uno", y), lanes.const(math.nan), result)
    unit = x.compare("oeq", -1.0) & y.abs().compare("oeq", math.inf)
    one = x.compare("oeq", 1.0) | y.compare("oeq", 0.0) | unit
    return lanes.select(one, lanes.const(1.0), result)


def _power_of_size(lanes: Lanes, x: Num, y: Num) -> Num:
    exponent = y.to_f64() * _log2(lanes, x)
    exponent = exponent.at_least(-200.0).at_most(200.0)
    shifted = exponent + (_MAGIC + _BIAS)
    f = exponent - (shifted - (_MAGIC + _BIAS))
    return two_to(lanes, f.to_f32(), shifted.bits().to_i32())


def _log2(lanes: Lanes, x: Num) -> Num:
    """log2 of x >= 0 in f64; subnormal f32 numbers are normal there."""
    wide = x.to_f64()
    offset = wide.bits() - _SQRT_HALF_BITS
    e = (offset >> 52).to_i32().int_to(F64)
    m = ((offset & ((1 << 52) - 1)) + _SQRT_HALF_BITS).as_float()
    s = (m - 1.0) / (m + 1.0)
    y = e + s * lanes.horner(s * s, LOG2_T)
    y = lanes.select(x.compare("oeq", 0.0), lanes.const(-math.inf, F64), y)
    return lanes.select(x.compare("olt", math.inf), y, wide)


def constant_power(lanes: Lanes, x: Num, y: float) -> Num | None:
    """x^y for the few exponents that have a shorter way."""
    if y == 0.0:
        return lanes.const(1.0)
    if y == 0.5:
        return _root(lanes, x)
    simple = {1.0: lambda: x, 2.0: lambda: x * x, 3.0: lambda: x * x * x, -1.0: lambda: 1.0 / x}
    return simple[y]() if y in simple else None


def _root(lanes: Lanes, x: Num) -> Num:
    """Unlike sqrt, pow gives +0 for -0 and infinity for -infinity."""
    from millrace.ir.dialects.math import Sqrt

    root = lanes.emit(Sqrt, x + 0.0)
    return lanes.select(x.compare("oeq", -math.inf), lanes.const(math.inf), root)
