"""Rows: numpy's elementwise functions, on tensors of the types that they compute in."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np

from millrace.frontend.emitter import Emitter, element_of
from millrace.ir.core import Operation, Value
from millrace.ir.dialects.mr import bits, compare, elementary
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.cast import Bitcast
from millrace.ir.types import I1, I16, I32, I64, is_bool, is_float

Row = Callable[..., Value]


def _op(cls: type[Operation], **fields: Any) -> Row:
    return lambda e, *xs: e.op(cls, *xs, **fields)


def _truth_or(truth: type[Operation], number: type[Operation]) -> Row:
    """One operation for truth values, another for numbers."""
    return lambda e, *xs: e.op(truth if is_bool(element_of(xs[0])) else number, *xs)


def _identity(e: Emitter, x: Value) -> Value:
    return x


def _absolute(e: Emitter, x: Value) -> Value:
    return x if is_bool(element_of(x)) else e.op(ew.Abs, x)


def _on_floats(cls: type[Operation]) -> Row:
    """Integers and truth values are whole already."""
    return lambda e, x: e.op(cls, x) if is_float(element_of(x)) else x


def _test(cls: type[Operation], *, on_integers: bool) -> Row:
    """A property of floats; integers all have it, or none."""

    def row(e: Emitter, x: Value) -> Value:
        if is_float(element_of(x)):
            return e.op(cls, x)
        return e.splat(on_integers, x.type.shape, I1)  # type: ignore[attr-defined]

    return row


def _is_finite(e: Emitter, x: Value) -> Value:
    if not is_float(element_of(x)):
        return e.splat(True, x.type.shape, I1)  # type: ignore[attr-defined]
    return e.op(compare.Less, e.op(ew.Abs, x), e.like(math.inf, x))


def _square(e: Emitter, x: Value) -> Value:
    return e.op(ew.Mul, x, x) if not is_bool(element_of(x)) else x


def _times(factor: float) -> Row:
    return lambda e, x: e.op(ew.Mul, x, e.like(factor, x))


def _cbrt(e: Emitter, x: Value) -> Value:
    """The real cube root; negative numbers have one."""
    size = e.op(ew.Abs, x)
    root = e.op(ew.Pow, size, e.like(1 / 3, x))
    # One step of Newton's method: 1/3 is not exact.
    cube = e.op(ew.Mul, root, e.op(ew.Mul, root, root))
    slope = e.op(ew.Mul, e.like(3.0, x), e.op(ew.Mul, root, root))
    better = e.op(ew.Sub, root, e.op(ew.Div, e.op(ew.Sub, cube, size), slope))
    whole = e.op(bits.Or, e.op(compare.Equal, size, e.like(0.0, x)), e.op(compare.IsInf, x))
    better = e.op(compare.Where, whole, size, better)
    return _copysign(e, better, x)


def _sign_bit(e: Emitter, x: Value) -> Value:
    if not is_float(element_of(x)):
        return e.op(compare.Less, x, e.like(0, x))
    wide = {16: I16, 32: I32, 64: I64}[element_of(x).width]
    pattern = e.op(Bitcast, x, to=wide)
    return e.op(compare.Less, pattern, e.like(0, pattern))


def _copysign(e: Emitter, x: Value, y: Value) -> Value:
    size = e.op(ew.Abs, x)
    return e.op(compare.Where, _sign_bit(e, y), e.op(ew.Neg, size), size)


def _ignoring_nan(cls: type[Operation]) -> Row:
    """``fmax`` and ``fmin``: a NaN gives way to the other operand."""

    def row(e: Emitter, x: Value, y: Value) -> Value:
        if not is_float(element_of(x)):
            return e.op(cls, x, y)
        best = e.op(compare.Where, e.op(compare.IsNaN, y), x, e.op(cls, x, y))
        return e.op(compare.Where, e.op(compare.IsNaN, x), y, best)

    return row


def _hypot(e: Emitter, x: Value, y: Value) -> Value:
    """Without overflow: the larger side is taken out."""
    x, y = e.op(ew.Abs, x), e.op(ew.Abs, y)
    big, small = e.op(ew.Max, x, y), e.op(ew.Min, x, y)
    ratio = e.op(ew.Div, small, big)
    one = e.like(1.0, x)
    root = e.op(elementary.Sqrt, e.op(ew.Add, one, e.op(ew.Mul, ratio, ratio)))
    length = e.op(ew.Mul, big, root)
    zero = e.op(compare.Equal, big, e.like(0.0, x))
    length = e.op(compare.Where, zero, big, length)
    endless = e.op(bits.Or, e.op(compare.IsInf, x), e.op(compare.IsInf, y))
    return e.op(compare.Where, endless, e.like(math.inf, x), length)


def _logaddexp(e: Emitter, x: Value, y: Value) -> Value:
    big, small = e.op(ew.Max, x, y), e.op(ew.Min, x, y)
    rest = e.op(elementary.Log1p, e.op(elementary.Exp, e.op(ew.Sub, small, big)))
    same = e.op(compare.Equal, x, y)  # equal infinities have no difference
    double = e.op(ew.Add, x, e.like(math.log(2), x))
    return e.op(compare.Where, same, double, e.op(ew.Add, big, rest))


def _exp2(e: Emitter, x: Value) -> Value:
    return e.op(ew.Pow, e.like(2.0, x), x)


def _logical(cls: type[Operation]) -> Row:
    return lambda e, *xs: e.op(cls, *(e.cast(x, I1) for x in xs))


def _heaviside(e: Emitter, x: Value, y: Value) -> Value:
    zero = e.like(0.0, x)
    right = e.op(compare.Where, e.op(compare.Greater, x, zero), e.like(1.0, x), zero)
    at = e.op(compare.Where, e.op(compare.Equal, x, zero), y, right)
    return e.op(compare.Where, e.op(compare.IsNaN, x), x, at)


def _sign(e: Emitter, x: Value) -> Value:
    return e.op(ew.Sign, x)


ROWS: dict[Any, Row] = {
    np.add: _truth_or(bits.Or, ew.Add),
    np.subtract: _op(ew.Sub),
    np.multiply: _truth_or(bits.And, ew.Mul),
    np.true_divide: _op(ew.Div),
    np.floor_divide: _op(ew.FloorDiv),
    np.remainder: _op(ew.Mod),
    np.fmod: _op(ew.Mod, fmod=True),
    np.power: _op(ew.Pow),
    np.float_power: _op(ew.Pow),
    np.negative: _op(ew.Neg),
    np.positive: _identity,
    np.absolute: _absolute,
    np.fabs: _op(ew.Abs),
    np.sign: _sign,
    np.maximum: _op(ew.Max),
    np.minimum: _op(ew.Min),
    np.fmax: _ignoring_nan(ew.Max),
    np.fmin: _ignoring_nan(ew.Min),
    np.reciprocal: lambda e, x: e.op(ew.Div, e.like(1, x), x),
    np.square: _square,
    np.sqrt: _op(elementary.Sqrt),
    np.cbrt: _cbrt,
    np.exp: _op(elementary.Exp),
    np.exp2: _exp2,
    np.expm1: _op(elementary.Expm1),
    np.log: _op(elementary.Log),
    np.log1p: _op(elementary.Log1p),
    np.log2: lambda e, x: _times(1 / math.log(2))(e, e.op(elementary.Log, x)),
    np.log10: lambda e, x: _times(1 / math.log(10))(e, e.op(elementary.Log, x)),
    np.sin: _op(elementary.Sin),
    np.cos: _op(elementary.Cos),
    np.tan: _op(elementary.Tan),
    np.arcsin: _op(elementary.Asin),
    np.arccos: _op(elementary.Acos),
    np.arctan: _op(elementary.Atan),
    np.arctan2: _op(elementary.Atan2),
    np.sinh: _op(elementary.Sinh),
    np.cosh: _op(elementary.Cosh),
    np.tanh: _op(elementary.Tanh),
    np.arcsinh: _op(elementary.Asinh),
    np.arccosh: _op(elementary.Acosh),
    np.arctanh: _op(elementary.Atanh),
    np.hypot: _hypot,
    np.logaddexp: _logaddexp,
    np.heaviside: _heaviside,
    np.copysign: _copysign,
    np.signbit: _sign_bit,
    np.deg2rad: _times(math.pi / 180),
    np.radians: _times(math.pi / 180),
    np.rad2deg: _times(180 / math.pi),
    np.degrees: _times(180 / math.pi),
    np.floor: _on_floats(elementary.Floor),
    np.ceil: _on_floats(elementary.Ceil),
    np.trunc: _on_floats(elementary.Trunc),
    np.rint: _op(elementary.Round),
    np.isnan: _test(compare.IsNaN, on_integers=False),
    np.isinf: _test(compare.IsInf, on_integers=False),
    np.isfinite: _is_finite,
    np.equal: _op(compare.Equal),
    np.not_equal: _op(compare.NotEqual),
    np.less: _op(compare.Less),
    np.less_equal: _op(compare.LessEqual),
    np.greater: _op(compare.Greater),
    np.greater_equal: _op(compare.GreaterEqual),
    np.logical_and: _logical(bits.And),
    np.logical_or: _logical(bits.Or),
    np.logical_xor: _logical(bits.Xor),
    np.logical_not: _logical(bits.Not),
    np.bitwise_and: _truth_or(bits.And, bits.BitwiseAnd),
    np.bitwise_or: _truth_or(bits.Or, bits.BitwiseOr),
    np.bitwise_xor: _truth_or(bits.Xor, bits.BitwiseXor),
    np.invert: _truth_or(bits.Not, bits.BitwiseNot),
    np.left_shift: _op(bits.ShiftLeft),
    np.right_shift: _op(bits.ShiftRight),
}
