"""simulate: a float model that behaves as if chosen values were stored in 8 bits.

The entry gets one more input, ``formats``, with a row for each real number in the order of
:mod:`values`: (scale, zero point) of its storage, then the same of its reading by products; a
scale of 0 leaves the numbers as they are. So one compiled model shows what each value's rounding
does to the outputs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from millrace.ir.builder import Builder
from millrace.ir.core import Use, Value
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr import compare, elementary, kinds
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.cast import Cast
from millrace.ir.dialects.mr.movement import Slice, reshape
from millrace.ir.dialects.mr.support import constant
from millrace.ir.levels import Level
from millrace.ir.rewriter import Rewriter
from millrace.ir.types import F32, element_of, tensor
from millrace.passes.base import Pass, PassContext
from millrace.passes.quantize.observe import add_input
from millrace.passes.quantize.plan import made_here
from millrace.passes.quantize.values import real_values

FORMATS = "formats"
"""The name of the additional input."""


@dataclass(frozen=True)
class Simulate(Pass):
    """Round values as formats say that are given at run time."""

    name: ClassVar[str] = "simulate"
    requires: ClassVar[Level | tuple[Level, ...]] = Level.GRAPH
    only: tuple[int, ...] | None = None
    """Numbers of the values whose storage may be rounded; all that are computed by default."""

    def run(self, module: Module, ctx: PassContext) -> None:
        entry = module.entry
        count = len(real_values(entry))
        formats = add_input(entry, tensor((count, 4), F32), FORMATS, ctx.rewriter)
        values = [v for v in real_values(entry) if v is not formats]
        made = made_here(entry)
        fresh = {v for i, v in enumerate(values) if v in made}
        if self.only is not None:
            fresh &= {values[i] for i in self.only}
        rounding = _Rounding(formats, ctx.rewriter)
        for i, v in enumerate(values):
            stored = rounding.apply(v, v.uses, i, 0) if v in fresh else v
            reads = [u for u in stored.uses if isinstance(u.op, kinds.Contraction)]
            rounding.apply(stored, reads, i, 2)


class _Rounding:
    def __init__(self, formats: Value, rw: Rewriter) -> None:
        self.formats = formats
        self.rw = rw

    def apply(self, v: Value, uses: Sequence[Use], index: int, column: int) -> Value:
        """Let ``uses`` see the rounded value."""
        if not uses:
            return v
        op = v.defining_op
        block = v.parent_block
        b = Builder.after(op) if op is not None else Builder(block, block.first)
        y = self._rounded(b, v, index, column)
        for use in uses:
            self.rw.set_operand(use.op, use.index, y)
        return y

    def _rounded(self, b: Builder, v: Value, index: int, column: int) -> Value:
        def number(k: int) -> Value:
            cut = b.value(Slice, self.formats, starts=[index, column + k], sizes=[1, 1])
            return reshape(b, cut, ())

        x = v if element_of(v.type) == F32 else b.value(Cast, v, to=F32)
        scale, zero = number(0), number(1)
        on = b.value(compare.Greater, scale, constant(b, 0.0, F32))
        divisor = b.value(compare.Where, on, scale, constant(b, 1.0, F32))
        q = b.value(elementary.Round, b.value(ew.Div, x, divisor))
        q = b.value(ew.Add, q, zero)
        q = b.value(ew.Clip, q, constant(b, -128.0, F32), constant(b, 127.0, F32))
        y = b.value(ew.Mul, b.value(ew.Sub, q, zero), scale)
        y = b.value(compare.Where, on, y, x)
        return y if element_of(v.type) == F32 else b.value(Cast, y, to=element_of(v.type))
