"""Operations on floats that the target has no instructions for, and that LLVM would call the C
library for, become arithmetic on their bits: the larger and the smaller, rounding to integral
numbers, square roots; on 32-bit machines conversions from and to 64-bit integers. Additions,
products and comparisons stay; without a floating-point unit they call the compiler's run-time
library, as C code does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from millrace.ir.builder import Builder
from millrace.ir.core import Operation
from millrace.ir.dialects import arith, math
from millrace.ir.dialects.builtin import Module
from millrace.ir.levels import Level
from millrace.ir.rewriter import Rewriter
from millrace.ir.target import TargetInfo
from millrace.ir.types import F32, F64, I64, ElementType, FloatType, element_of
from millrace.passes.base import Pass, PassContext
from millrace.passes.loop.float_bits import extreme, rounded, square_root
from millrace.passes.loop.lanes import Lanes, Num
from millrace.passes.loop.wide_casts import to_float, to_integer

Expansion = Callable[..., Num]


def _extreme(*, largest: bool, keep_nan: bool) -> Expansion:
    return lambda x, y: extreme(x, y, largest=largest, keep_nan=keep_nan)


def _rounded(how: str) -> Expansion:
    return lambda x: rounded(x, how)


def _reciprocal_root(x: Num) -> Num:
    return 1.0 / square_root(x)


_EXTREMES: dict[type[Operation], Expansion] = {
    arith.MaximumF: _extreme(largest=True, keep_nan=True),
    arith.MinimumF: _extreme(largest=False, keep_nan=True),
    arith.MaxNumF: _extreme(largest=True, keep_nan=False),
    arith.MinNumF: _extreme(largest=False, keep_nan=False),
}
_ROUNDINGS: dict[type[Operation], Expansion] = {
    math.Floor: _rounded("floor"),
    math.Ceil: _rounded("ceil"),
    math.Trunc: _rounded("trunc"),
    math.Round: _rounded("round"),
    math.RoundEven: _rounded("roundeven"),
}
_ROOTS: dict[type[Operation], Expansion] = {
    math.Sqrt: square_root,
    math.Rsqrt: _reciprocal_root,
}
_CASTS = (arith.SIToFP, arith.UIToFP, arith.FPToSI, arith.FPToUI)
_ALL = frozenset((*_EXTREMES, *_ROUNDINGS, *_ROOTS))
_NUMERIC_EXTREMES = (arith.MaxNumF, arith.MinNumF)


def computes(target: TargetInfo, element: ElementType) -> bool:
    """Whether the floating-point unit computes with this type."""
    return target.fpu == "double" or (target.fpu == "single" and element != F64)


def _cast_expansion(op: Operation, target: TargetInfo) -> Expansion | None:
    """Of a conversion from or to integers of 64 bits on 32-bit machines."""
    source, to = element_of(op.operands[0].type), element_of(op.results[0].type)
    number = to if isinstance(op, arith.SIToFP | arith.UIToFP) else source
    if target.pointer_bytes != 4 or I64 not in (source, to) or not computes(target, number):
        return None
    signed = isinstance(op, arith.SIToFP | arith.FPToSI)
    if isinstance(op, arith.SIToFP | arith.UIToFP):
        wide = to if to == F64 else F32
        return lambda x: to_float(x, wide, signed=signed)
    return lambda x: to_integer(x, signed=signed)


def _expansion(op: Operation, target: TargetInfo) -> Expansion | None:
    kind = type(op)
    if kind in _CASTS:
        return _cast_expansion(op, target)
    if kind not in _ALL:
        return None
    native = computes(target, element_of(op.results[0].type))
    if kind in _ROUNDINGS:
        return None if native and target.fpu_round else _ROUNDINGS[kind]
    if kind in _EXTREMES:
        # With comparisons in hardware LLVM makes good code, but not of those that drop NaNs.
        inline = native and (target.fpu_round or kind not in _NUMERIC_EXTREMES)
        return None if inline else _EXTREMES[kind]
    return None if native else _ROOTS[kind]


def expand_floats(module: Module, target: TargetInfo, rw: Rewriter | None = None) -> int:
    """Expand what ``target`` does not have in a LOOP module; returns how many there were."""
    rw = rw or Rewriter()
    found = [
        (op, expansion)
        for f in module.functions()
        for op in f.walk()
        if (expansion := _expansion(op, target)) is not None
    ]
    for op, expansion in found:
        _expand(op, expansion, rw)
    return len(found)


def _expand(op: Operation, expansion: Expansion, rw: Rewriter) -> None:
    lanes = Lanes(Builder.before(op), op.results[0].type)
    args = [Num(lanes, v) for v in op.operands]
    args = [lanes.cast(arith.ExtF, x, F32) if _is_half(x.element) else x for x in args]
    y = expansion(*args)
    result = element_of(op.results[0].type)
    if _is_half(result):
        y = lanes.cast(arith.TruncF, y, result)
    rw.replace(op, y.value)


def _is_half(element: ElementType) -> bool:
    """Floats of 16 bits are computed in 32."""
    return isinstance(element, FloatType) and element.width == 16


@dataclass(frozen=True)
class ExpandFloats(Pass):
    """Turns max, min, floor, round, sqrt, ... into integer arithmetic where the target's
    floating-point unit has no instructions for them."""

    name = "expand-floats"
    requires = Level.LOOP
    mandatory = True

    def run(self, module: Module, ctx: PassContext) -> None:
        if module.target is not None:
            expand_floats(module, TargetInfo.from_attr(module.target), ctx.rewriter)
