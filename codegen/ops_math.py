"""Emitters of ``math``: LLVM intrinsics, and calls of libm for what LLVM has no intrinsic for.

f32 elementary functions have normally become polynomials before (``passes/loop/expand_math.py``).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from millrace.codegen.emitter import Emitter, FunctionEmitter
from millrace.codegen.ops_arith import (
    FloatCode,
    as_f32,
    float_op,
    intrinsic,
    mangled,
)
from millrace.codegen.wide_ints import leading_zeros, needs_help
from millrace.ir.core import Operation
from millrace.ir.dialects import math
from millrace.ir.types import VectorType, element_of


def _libm(name: str) -> FloatCode:
    """A call of libm for every lane; 16-bit floats through f32."""

    def code(e: FunctionEmitter, args: Sequence[str], t: str, flags: str) -> str:
        if not t.startswith("<"):
            return _libm_scalar(e, name, args, t)
        lanes, _, element = t[1:-1].partition(" x ")
        result = "poison"
        for i in range(int(lanes)):
            xs = [e.value(f"extractelement {t} {x}, i32 {i}") for x in args]
            y = _libm_scalar(e, name, xs, element)
            result = e.value(f"insertelement {t} {result}, {element} {y}, i32 {i}")
        return result

    return code


def _libm_scalar(e: FunctionEmitter, name: str, args: Sequence[str], t: str) -> str:
    if t == "half":
        wide = [e.value(f"fpext half {x} to float") for x in args]
        return e.value(f"fptrunc float {_libm_scalar(e, name, wide, 'float')} to half")
    symbol = name if t == "double" else f"{name}f"
    return e.call(symbol, t, [(t, x) for x in args])


def _rsqrt(e: FunctionEmitter, args: Sequence[str], t: str, flags: str) -> str:
    root = intrinsic("sqrt")(e, args, t, flags)
    element = t[1:-1].partition(" x ")[2] if t.startswith("<") else t
    one = {"half": "0xH3C00"}.get(element, "1.0")
    numerator = f"splat ({element} {one})" if t.startswith("<") else one
    return e.value(f"fdiv {flags}{t} {numerator}, {root}")


def _fma(e: FunctionEmitter, args: Sequence[str], t: str, flags: str) -> str:
    """Rounded once where the hardware can; elsewhere a product and a sum, because libm's ``fma``
    costs hundreds of instructions."""
    name = "fma" if e.state.target.fma else "fmuladd"
    return intrinsic(name)(e, args, t, flags)


def _bits_intrinsic(name: str, immediate: str = "") -> Emitter:
    """An integer intrinsic, with a constant ``i1`` operand if it takes one."""

    def emit(e: FunctionEmitter, op: Operation) -> None:
        v = op.operands[0]
        t = e.types(v.type)
        args = [(t, e.use(v))] + ([("i1", immediate)] if immediate else [])
        e.bind(op.results[0], e.call(f"llvm.{name}.{mangled(t)}", t, args))

    return emit


def _leading_zeros(e: FunctionEmitter, op: Operation) -> None:
    t = op.operands[0].type
    width = int(mangled(e.types(t)).rpartition("i")[2])
    if isinstance(t, VectorType) or not needs_help(e, "ctlz", width):
        _bits_intrinsic("ctlz", "false")(e, op)
    else:
        e.bind(op.results[0], leading_zeros(e, e.use(op.operands[0]), width))


def _isnan(e: FunctionEmitter, op: Operation) -> None:
    x, t = as_f32(e, op.operands[0])
    e.define(op.results[0], f"fcmp uno {e.types(t)} {x}, {x}")


def _isinf(e: FunctionEmitter, op: Operation) -> None:
    x, t = as_f32(e, op.operands[0])
    text = e.types(t)
    size = e.call(f"llvm.fabs.{mangled(text)}", text, [(text, x)])
    infinity = e.types.literal(float("inf"), element_of(t))
    if isinstance(t, VectorType):
        infinity = f"splat ({e.types.element(t.element)} {infinity})"
    e.define(op.results[0], f"fcmp oeq {text} {size}, {infinity}")


_INTRINSICS: dict[type[Operation], str] = {
    math.AbsF: "fabs",
    math.Ceil: "ceil",
    math.Floor: "floor",
    math.Round: "round",
    math.RoundEven: "roundeven",
    math.Trunc: "trunc",
    math.Sqrt: "sqrt",
    math.CopySign: "copysign",
    math.Exp: "exp",
    math.Exp2: "exp2",
    math.Log: "log",
    math.Log2: "log2",
    math.Log10: "log10",
    math.Sin: "sin",
    math.Cos: "cos",
    math.Tan: "tan",
    math.Asin: "asin",
    math.Acos: "acos",
    math.Atan: "atan",
    math.Sinh: "sinh",
    math.Cosh: "cosh",
    math.Tanh: "tanh",
    math.Atan2: "atan2",
    math.PowF: "pow",
}

_LIBM: dict[type[Operation], str] = {
    math.ExpM1: "expm1",
    math.Log1p: "log1p",
    math.Asinh: "asinh",
    math.Acosh: "acosh",
    math.Atanh: "atanh",
    math.Erf: "erf",
}

MATH: dict[type[Operation], Any] = {
    **{cls: float_op(intrinsic(name)) for cls, name in _INTRINSICS.items()},
    **{cls: float_op(_libm(name)) for cls, name in _LIBM.items()},
    math.Rsqrt: float_op(_rsqrt),
    math.Fma: float_op(_fma),
    math.AbsI: _bits_intrinsic("abs", "false"),
    math.CountLeadingZeros: _leading_zeros,
    math.CtPop: _bits_intrinsic("ctpop"),
    math.IsNaN: _isnan,
    math.IsInf: _isinf,
}
