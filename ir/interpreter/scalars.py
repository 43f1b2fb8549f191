"""``arith`` and ``math`` on numpy scalars and arrays alike.

Integers are held in signed arrays, as KERNEL and LOOP level see them; unsigned operations
reinterpret the bits. ``FUNCTIONS`` maps an operation class to a function of the operand values;
``apply`` is what operations with attributes or a given result type go through as well.
"""

from __future__ import annotations

import math as pymath
from collections.abc import Callable, Mapping
from functools import partial
from types import MappingProxyType
from typing import Any

import numpy as np

from millrace.ir.core import Operation
from millrace.ir.dialects import arith, math
from millrace.ir.dialects.mr.high_product import MulHigh, upper_half
from millrace.ir.types import IndexType, IntegerType, element_of

Array = Any
"""A numpy scalar or array."""
Function = Callable[..., Array]


def unsigned(x: Array) -> Array:
    """The same bits as unsigned integers (truth values as 0 and 1 of 8 bits)."""
    if x.dtype == np.bool_:
        return x.astype(np.uint8)
    return x.view(np.dtype(f"u{x.dtype.itemsize}"))


def _back(x: Array, dtype: np.dtype[Any]) -> Array:
    """The low bits of ``x`` as ``dtype``."""
    if dtype == np.bool_:
        return (x & 1).astype(np.bool_)
    return x.astype(np.dtype(f"u{dtype.itemsize}")).view(dtype)


def _signed(f: Function) -> Function:
    """``f`` on signed integers; ``i1`` goes through 0 and -1."""

    def run(x: Array, y: Array) -> Array:
        if x.dtype != np.bool_:
            return f(x, y)
        return (f(-x.astype(np.int8), -y.astype(np.int8)) & 1).astype(np.bool_)

    return run


def _unsigned(f: Function) -> Function:
    """``f`` on the same bits as unsigned integers."""
    return lambda x, y: _back(f(unsigned(x), unsigned(y)), x.dtype)


def pick(condition: Array, x: Array, y: Array) -> Array:
    """``np.where`` that gives scalars for scalars."""
    chosen: Array = np.where(condition, x, y)
    return chosen[()]


def _quotient(x: Array, y: Array) -> Array:
    """Truncating division; by zero 0; MIN / -1 wraps."""
    safe = pick(y == 0, np.ones_like(y), y)
    minus = y == -1 if np.issubdtype(y.dtype, np.signedinteger) else np.zeros_like(y, np.bool_)
    divisor = pick(minus, np.ones_like(y), safe)
    q = x // divisor
    inexact = (x - q * divisor) != 0
    q = q + (inexact & ((x < 0) != (divisor < 0))).astype(x.dtype)
    q = pick(minus, np.zeros_like(x) - x, q)
    return pick(y == 0, np.zeros_like(q), q)


def _remainder(x: Array, y: Array) -> Array:
    """The sign of the dividend; by zero 0."""
    r = x - _quotient(x, y) * y
    return pick(y == 0, np.zeros_like(r), r)


def _floor_quotient(x: Array, y: Array) -> Array:
    q = _quotient(x, y)
    below = ((x - q * y) != 0) & ((x < 0) != (y < 0)) & (y != 0)
    return q - below.astype(x.dtype)


def _shift_left(x: Array, y: Array) -> Array:
    return _shift(np.left_shift, unsigned(x), unsigned(y), x.dtype)


def _shift_right_logical(x: Array, y: Array) -> Array:
    return _shift(np.right_shift, unsigned(x), unsigned(y), x.dtype)


def _shift(f: Function, x: Array, y: Array, dtype: np.dtype[Any]) -> Array:
    """Shifts by the width or more give 0."""
    width = 1 if dtype == np.bool_ else dtype.itemsize * 8
    out = f(x, np.minimum(y, np.asarray(width - 1, y.dtype)))
    return _back(pick(y >= width, np.zeros_like(out), out), dtype)


def _shift_right_arithmetic(x: Array, y: Array) -> Array:
    """Shifts by the width or more give the sign."""
    if x.dtype == np.bool_:
        return x | np.zeros_like(y)
    most = x.dtype.itemsize * 8 - 1
    return x >> np.minimum(unsigned(y), np.asarray(most, unsigned(y).dtype)).astype(x.dtype)


def _maxnum(x: Array, y: Array) -> Array:
    return pick(np.isnan(x), y, pick(np.isnan(y), x, np.maximum(x, y)))


def _minnum(x: Array, y: Array) -> Array:
    return pick(np.isnan(x), y, pick(np.isnan(y), x, np.minimum(x, y)))


def _round_half_away(x: Array) -> Array:
    whole = np.trunc(x)
    up = (np.abs(x - whole) >= 0.5).astype(x.dtype)
    return np.copysign(pick(np.isinf(x), x, whole + np.copysign(up, x)), x)


def _erf(x: Array) -> Array:
    """Exact to double precision, element by element."""
    wide = np.asarray(x, np.float64)
    flat = np.fromiter(map(pymath.erf, wide.reshape(-1).tolist()), np.float64, wide.size)
    return flat.reshape(wide.shape).astype(x.dtype)[()]


def _power(x: Array, y: Array) -> Array:
    """C's pow. The exponents are copied: for a single one of 1/2 numpy takes the root, which is
    NaN for -infinity."""
    shape = np.broadcast_shapes(np.shape(x), np.shape(y))
    base, exponent = np.broadcast_arrays(np.atleast_1d(x), np.atleast_1d(y))
    return np.power(base, exponent.copy()).reshape(shape)[()]


def _fma(a: Array, b: Array, c: Array) -> Array:
    """Rounded once for types narrower than f64."""
    if a.dtype == np.float64:
        return a * b + c
    wide = [np.asarray(x, np.float64) for x in (a, b, c)]
    return (wide[0] * wide[1] + wide[2]).astype(a.dtype)[()]


def _leading_zeros(x: Array) -> Array:
    bits = unsigned(x)
    count = np.zeros_like(bits)
    for k in range(x.dtype.itemsize * 8):
        count = count + (bits >> np.asarray(k, bits.dtype) == 0).astype(bits.dtype)
    return count.view(x.dtype)


def _population(x: Array) -> Array:
    return np.bitwise_count(unsigned(x)).astype(x.dtype)


FUNCTIONS: Mapping[type[Operation], Function] = MappingProxyType(
    {
        arith.AddF: np.add,
        arith.SubF: np.subtract,
        arith.MulF: np.multiply,
        arith.DivF: np.divide,
        arith.RemF: np.fmod,
        arith.MaximumF: np.maximum,
        arith.MinimumF: np.minimum,
        arith.MaxNumF: _maxnum,
        arith.MinNumF: _minnum,
        arith.AddI: _signed(np.add),
        arith.SubI: _signed(np.subtract),
        arith.MulI: _signed(np.multiply),
        arith.DivSI: _signed(_quotient),
        arith.DivUI: _unsigned(_quotient),
        arith.RemSI: _signed(_remainder),
        arith.RemUI: _unsigned(_remainder),
        arith.FloorDivSI: _signed(_floor_quotient),
        arith.AndI: np.bitwise_and,
        arith.OrI: np.bitwise_or,
        arith.XOrI: np.bitwise_xor,
        arith.ShLI: _shift_left,
        arith.ShRSI: _shift_right_arithmetic,
        arith.ShRUI: _shift_right_logical,
        arith.MaxSI: _signed(np.maximum),
        arith.MinSI: _signed(np.minimum),
        arith.MaxUI: _unsigned(np.maximum),
        arith.MinUI: _unsigned(np.minimum),
        arith.NegF: np.negative,
        arith.Select: pick,
        MulHigh: lambda x, y, high, low: upper_half(x, y, high, low)[()],
        math.AbsF: np.abs,
        math.AbsI: np.abs,
        math.Ceil: np.ceil,
        math.Floor: np.floor,
        math.Round: _round_half_away,
        math.RoundEven: np.rint,
        math.Trunc: np.trunc,
        math.Sqrt: np.sqrt,
        math.Rsqrt: lambda x: np.divide(np.ones_like(x), np.sqrt(x)),
        math.Exp: np.exp,
        math.Exp2: np.exp2,
        math.ExpM1: np.expm1,
        math.Log: np.log,
        math.Log1p: np.log1p,
        math.Log2: np.log2,
        math.Log10: np.log10,
        math.Sin: np.sin,
        math.Cos: np.cos,
        math.Tan: np.tan,
        math.Asin: np.arcsin,
        math.Acos: np.arccos,
        math.Atan: np.arctan,
        math.Sinh: np.sinh,
        math.Cosh: np.cosh,
        math.Tanh: np.tanh,
        math.Asinh: np.arcsinh,
        math.Acosh: np.arccosh,
        math.Atanh: np.arctanh,
        math.Erf: _erf,
        math.CountLeadingZeros: _leading_zeros,
        math.CtPop: _population,
        math.Atan2: np.arctan2,
        math.PowF: _power,
        math.CopySign: np.copysign,
        math.IsNaN: np.isnan,
        math.IsInf: np.isinf,
        math.Fma: _fma,
    }
)
"""Operations whose meaning depends on the operand values alone."""


def _compare_integers(op: arith.CmpI, x: Array, y: Array) -> Array:
    predicate = arith.INT_PREDICATES[op.predicate]
    if predicate in ("eq", "ne"):
        return _RELATIONS[predicate](x, y)
    if predicate[0] == "u":
        return _RELATIONS[predicate[1:]](unsigned(x), unsigned(y))
    if x.dtype == np.bool_:
        x, y = -x.astype(np.int8), -y.astype(np.int8)
    return _RELATIONS[predicate[1:]](x, y)


_RELATIONS: Mapping[str, Function] = MappingProxyType(
    {
        "eq": np.equal,
        "ne": np.not_equal,
        "lt": np.less,
        "le": np.less_equal,
        "gt": np.greater,
        "ge": np.greater_equal,
    }
)


def _compare_floats(op: arith.CmpF, x: Array, y: Array) -> Array:
    predicate = arith.FLOAT_PREDICATES[op.predicate]
    unordered = np.isnan(x) | np.isnan(y)
    if predicate in ("false", "true"):
        return np.full_like(unordered, predicate == "true")[()]
    if predicate in ("ord", "uno"):
        return unordered if predicate == "uno" else ~unordered
    related = _RELATIONS[predicate[1:]](x, y)
    return related | unordered if predicate[0] == "u" else related & ~unordered


def _constant(op: arith.Constant) -> Array:
    t = op.value.type
    value: Array = op.value.value
    if isinstance(element_of(t), IntegerType | IndexType) and not isinstance(value, bool):
        width = element_of(t).width
        value = int(value) & ((1 << width) - 1)  # constants may be written signed or unsigned
        scalar = _back(np.uint64(value), element_of(t).dtype)
    else:
        scalar = np.asarray(value, element_of(t).dtype)[()]
    shape = getattr(t, "shape", None)
    return scalar if shape is None else np.full(shape, scalar)


def _float_to_integer(x: Array, dtype: np.dtype[Any]) -> Array:
    """Saturating, toward zero; NaN gives 0. ``dtype`` may be unsigned."""
    wide = np.trunc(np.asarray(x, np.float64))
    info = np.iinfo(dtype)
    inside = (wide >= float(info.min)) & (wide < float(info.max) + (info.bits < 64))
    out = np.where(inside, wide, 0.0).astype(dtype)
    out = np.where(wide >= float(info.max), np.asarray(info.max, dtype), out)
    out = np.where(wide < float(info.min), np.asarray(info.min, dtype), out)
    return out[()]


def _unsigned_dtype(dtype: np.dtype[Any]) -> np.dtype[Any]:
    return np.dtype(f"u{dtype.itemsize}")


def _extend_signed(x: Array, dtype: np.dtype[Any]) -> Array:
    return -x.astype(dtype) if x.dtype == np.bool_ else x.astype(dtype)


def _to_float(x: Array, dtype: np.dtype[Any]) -> Array:
    return x.astype(dtype)


def _bitcast(x: Array, dtype: np.dtype[Any]) -> Array:
    return np.ascontiguousarray(x).view(dtype).reshape(np.shape(x))[()]


CASTS: Mapping[type[Operation], Callable[[Array, np.dtype[Any]], Array]] = MappingProxyType(
    {
        arith.ExtF: _to_float,
        arith.TruncF: _to_float,
        arith.ExtSI: _extend_signed,
        arith.ExtUI: lambda x, d: unsigned(x).astype(_unsigned_dtype(d)).view(d),
        arith.TruncI: _back,
        arith.SIToFP: lambda x, d: _extend_signed(x, np.dtype(np.int64)).astype(d),
        arith.UIToFP: lambda x, d: unsigned(x).astype(d),
        arith.FPToSI: _float_to_integer,
        arith.FPToUI: lambda x, d: _float_to_integer(x, _unsigned_dtype(d)).view(d),
        arith.IndexCast: lambda x, d: _back(_extend_signed(x, np.dtype(np.int64)), d),
        arith.IndexCastUI: lambda x, d: _back(unsigned(x).astype(np.uint64), d),
        arith.Bitcast: _bitcast,
    }
)
"""Casts: a function of the value and of the result's dtype."""


def is_scalar_op(cls: type[Operation]) -> bool:
    """True for operations that :func:`apply` knows."""
    return cls in FUNCTIONS or cls in CASTS or cls in _WITH_ATTRIBUTES


_WITH_ATTRIBUTES: Mapping[type[Operation], Function] = MappingProxyType(
    {
        arith.Constant: _constant,
        arith.CmpI: _compare_integers,
        arith.CmpF: _compare_floats,
    }
)


def bind(op: Operation) -> Function:
    """The function of the operand values that an ``arith`` or ``math`` operation stands for."""
    cls = type(op)
    f = FUNCTIONS.get(cls)
    if f is not None:
        return f
    cast = CASTS.get(cls)
    if cast is not None:
        dtype = element_of(op.results[0].type).dtype
        return lambda x: cast(x, dtype)
    if isinstance(op, arith.Constant):
        value = _constant(op)
        return lambda: value
    return partial(_WITH_ATTRIBUTES[cls], op)


def apply(op: Operation, *args: Array) -> Array:
    """The result of an ``arith`` or ``math`` operation."""
    return bind(op)(*args)
