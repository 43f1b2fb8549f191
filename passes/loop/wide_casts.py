"""Conversions between floats and integers of 64 bits, for 32-bit machines: there LLVM would call
the compiler's run-time library even where floats are computed in hardware."""

from __future__ import annotations

from millrace.ir.dialects import arith
from millrace.ir.dialects import math as mathd
from millrace.ir.types import F32, F64, I64, ElementType
from millrace.passes.loop.float_bits import compare, is_nan, layout_of
from millrace.passes.loop.lanes import Lanes, Num


def to_integer(x: Num, *, signed: bool) -> Num:
    """Rounded toward zero, saturating; NaN gives 0."""
    f, lanes, bits = layout_of(x.element), x.lanes, x.bits()
    size = bits & f.magnitude
    exponent = _as(lanes, (size >> f.fraction) - f.bias, I64)
    mantissa = _as(lanes, size & ((1 << f.fraction) - 1) | 1 << f.fraction, I64)
    left = exponent - f.fraction
    # Shifts by 64 and more give 0, and so do the negative ones, which are huge as unsigned numbers.
    grown = lanes.emit(arith.ShLI, mantissa, left)
    shrunk = lanes.emit(arith.ShRUI, mantissa, left.like(0) - left)
    y = lanes.select(compare(left, "sge", 0), grown, shrunk)
    negative = compare(bits, "slt", 0)
    if signed:
        y = lanes.select(negative, y.like(0) - y, y)
        limit = lanes.select(negative, y.like(-(1 << 63)), y.like((1 << 63) - 1))
    else:
        y, limit = lanes.select(negative, 0, y), lanes.select(negative, 0, y.like(-1))
    y = lanes.select(compare(exponent, "sge", 63 if signed else 64), limit, y)
    return lanes.select(is_nan(bits, f), 0, y)


def to_float(x: Num, element: ElementType, *, signed: bool) -> Num:
    """Rounded to nearest, once."""
    return _to_double(x, signed=signed) if element == F64 else _to_single(x, signed=signed)


def _to_double(x: Num, *, signed: bool) -> Num:
    """Both halves are exact, so that only their sum is rounded."""
    lanes = x.lanes
    high = x.shift_right_logical(32).to_i32()
    cast = arith.SIToFP if signed else arith.UIToFP
    upper = lanes.cast(cast, high, F64) * 2.0**32
    return lanes.emit(arith.AddF, upper, lanes.cast(arith.UIToFP, x.to_i32(), F64))


def _to_single(x: Num, *, signed: bool) -> Num:
    """The first 32 bits, the last of which tells whether more follow, are rounded rightly."""
    lanes, zero = x.lanes, x.like(0)
    negative = compare(x, "slt", 0)
    size = lanes.select(negative, zero - x, x) if signed else x
    zeros = lanes.emit(mathd.CountLeadingZeros, size)
    first = lanes.emit(arith.ShLI, size, zeros)
    more = compare(first & 0xFFFFFFFF, "ne", 0).extend()
    top = first.shift_right_logical(32).to_i32() | more
    scale = ((more.like(127 + 32) - zeros.to_i32()) << 23).as_float()
    y = lanes.cast(arith.UIToFP, top, F32) * scale
    return lanes.select(negative, -y, y) if signed else y


def _as(lanes: Lanes, x: Num, element: ElementType) -> Num:
    """A signed integer in another width."""
    if x.element == element:
        return x
    return lanes.cast(arith.ExtSI if element == I64 else arith.TruncI, x, element)
