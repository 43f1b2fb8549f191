"""f32 elementary functions become polynomials that vectorize; narrower and wider types and the
rarer functions stay, for the C library.

Largest errors, against the exact result, over all of f32 (measured on samples of all exponents,
with and without fused multiply-add; ``tests/codegen/test_expand_math.py``):

========  =====  ====================================================
function  ulp    special cases
========  =====  ====================================================
exp       1      0 below -104, infinity from 88.73 on, subnormals exact
exp2      2      as exp
expm1     2      keeps -0
tanh      3      keeps -0, 1 from 9.02 on
log       1      -infinity at 0, NaN below
log2      2      as log
log10     2      as log
log1p     2      keeps -0
sin, cos  2      all arguments; NaN at infinity
tan       4      all arguments; NaN at infinity
erf       2      keeps -0, 1 from 3.94 on
asin      2      keeps -0, NaN beyond 1
acos      2      NaN beyond 1
atan      2      keeps -0
atan2     3      C's rules
sinh      3      keeps -0
cosh      2
asinh     2      keeps -0
acosh     4      NaN below 1
atanh     3      keeps -0, infinity at 1, NaN beyond
pow       2      C's rules; exponents 2, 3, -1, 1/2 by products, root
========  =====  ====================================================

``pow`` alone computes in f64, in software where there is no such unit.

NaN gives NaN (but ``pow(1, NaN)`` and ``pow(NaN, 0)`` give 1, as in C).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from millrace.ir.builder import Builder
from millrace.ir.core import Operation
from millrace.ir.dialects import arith, math, vector
from millrace.ir.dialects.builtin import Module
from millrace.ir.levels import Level
from millrace.ir.rewriter import Rewriter
from millrace.ir.target import TargetInfo
from millrace.ir.types import F32, element_of
from millrace.passes.base import Pass, PassContext
from millrace.passes.loop import (
    arcs,
    error_function,
    exponentials,
    hyperbolic,
    logarithms,
    powers,
    trigonometry,
)
from millrace.passes.loop.lanes import Lanes, Num

Expansion = Callable[..., Num]
"""(lanes, operands) -> result."""

_UNARY: dict[type[Operation], Expansion] = {
    math.Exp: exponentials.exp,
    math.Exp2: exponentials.exp2,
    math.ExpM1: exponentials.expm1,
    math.Tanh: exponentials.tanh,
    math.Log: logarithms.log,
    math.Log2: logarithms.log2,
    math.Log10: logarithms.log10,
    math.Log1p: logarithms.log1p,
    math.Sin: trigonometry.sin,
    math.Cos: trigonometry.cos,
    math.Tan: trigonometry.tan,
    math.Erf: error_function.erf,
    math.Asin: arcs.asin,
    math.Acos: arcs.acos,
    math.Atan: arcs.atan,
    math.Sinh: hyperbolic.sinh,
    math.Cosh: hyperbolic.cosh,
    math.Asinh: hyperbolic.asinh,
    math.Acosh: hyperbolic.acosh,
    math.Atanh: hyperbolic.atanh,
}


def expand_math(module: Module, rw: Rewriter | None = None, *, f64: bool = True) -> int:
    """Expand all elementary functions of f32 in a LOOP module; returns how many there were.
    ``f64``: the machine computes with such floats."""
    rw = rw or Rewriter()
    found = list(_candidates(module))
    return sum(_expand(op, rw, f64) for op in found)


def _candidates(module: Module) -> Iterator[Operation]:
    for f in module.functions():
        for op in f.walk():
            known = type(op) in _UNARY or type(op) in _BINARY
            if known and element_of(op.operands[0].type) == F32:
                yield op


def _expand(op: Operation, rw: Rewriter, f64: bool) -> bool:
    lanes = Lanes(Builder.before(op), op.results[0].type, f64=f64)
    args = [Num(lanes, v) for v in op.operands]
    expansion = _BINARY.get(type(op)) or _UNARY[type(op)]
    rw.replace(op, expansion(lanes, *args).value)
    return True


def _power(lanes: Lanes, x: Num, y: Num) -> Num:
    known = _constant(y)
    short = powers.constant_power(lanes, x, known) if known is not None else None
    return powers.power(lanes, x, y) if short is None else short


_BINARY: dict[type[Operation], Expansion] = {
    math.PowF: _power,
    math.Atan2: arcs.atan2,
}


def _constant(x: Num) -> float | None:
    op = x.value.defining_op
    if isinstance(op, vector.Broadcast):
        op = op.source.defining_op
    return float(op.value.value) if isinstance(op, arith.Constant) else None


@dataclass(frozen=True)
class ExpandMath(Pass):
    """Turns exp, log, tanh, erf, sin, cos, pow, ... of f32 into polynomials."""

    name = "expand-math"
    requires = Level.LOOP
    mandatory = True

    def run(self, module: Module, ctx: PassContext) -> None:
        double = module.target is None or TargetInfo.from_attr(module.target).fpu == "double"
        expand_math(module, ctx.rewriter, f64=double)
