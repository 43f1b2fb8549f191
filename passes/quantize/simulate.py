"""simulate: a float model that behaves as if chosen values were stored in 8 bits.

The entry gets one more input, ``formats``, with a row for each real number in the order of
:mod:`values`: (scale, zero point) of its storage, then the same of its reading by products; a
scale of 0 leaves the numbers as they are. The last column says, for products with constant weights,
whether these are rounded to 8 bits: to those that the module's attribute ``ranges`` leads to, as
for the pass ``quantize``. So one compiled model shows what the rounding of each value does to the
outputs.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

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
from millrace.passes.quantize.contractions import find_accumulators, rounded_weights, set_units
from millrace.passes.quantize.formats import Array
from millrace.passes.quantize.observe import add_input
from millrace.passes.quantize.plan import made_here, make_plan, operand_formats, seen_values
from millrace.passes.quantize.values import real_values

FORMATS = "formats"
"""The name of the additional input."""
COLUMNS = 5


@dataclass(frozen=True)
class Simulate(Pass):
    """Round values as formats say that are given at run time."""

    name: ClassVar[str] = "simulate"
    requires: ClassVar[Level | tuple[Level, ...]] = Level.GRAPH
    only: tuple[int, ...] | None = None
    """Numbers of the values whose storage may be rounded; all that are computed by default."""
    bits: int = 8
    """Of what is stored: weights are factors of such numbers."""

    def run(self, module: Module, ctx: PassContext) -> None:
        entry = module.entry
        count = len(real_values(entry))
        weights = self._weights(module, ctx.rewriter)
        formats = add_input(entry, tensor((count, COLUMNS), F32), FORMATS, ctx.rewriter)
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
            if v in weights:
                rounding.choose(v.defining_op, weights[v], i)

    def _weights(self, module: Module, rw: Rewriter) -> dict[Value, Array]:
        """Rounded weights, by the product that reads them."""
        entry = module.entry
        if module.ranges is None:
            return {}
        plan = make_plan(entry, seen_values(real_values(entry), module.ranges.array), (), self.bits)
        accumulators, formats = find_accumulators(entry), operand_formats(entry, plan, self.bits)
        set_units(accumulators, formats)
        rw.set_attr(module, "ranges", None)
        return {
            op.result: rounded_weights(group, op, formats[op.lhs].scale)
            for group in accumulators.groups.values()
            for op in group.members
        }


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

    def choose(self, product: Any, rounded: Array, index: int) -> None:
        """Let a product have ``rounded`` weights where its row says so."""
        b = Builder.before(product)
        on = b.value(compare.Greater, self._number(b, index, COLUMNS - 1), constant(b, 0.0, F32))
        element = element_of(product.rhs.type)
        w = b.value(compare.Where, on, constant(b, rounded, element), product.rhs)
        self.rw.set_operand(product, product.operands.index(product.rhs), w)

    def _number(self, b: Builder, index: int, column: int) -> Value:
        cut = b.value(Slice, self.formats, starts=[index, column], sizes=[1, 1])
        return reshape(b, cut, ())

    def _rounded(self, b: Builder, v: Value, index: int, column: int) -> Value:
        x = v if element_of(v.type) == F32 else b.value(Cast, v, to=F32)
        scale, zero = (self._number(b, index, column + k) for k in (0, 1))
        on = b.value(compare.Greater, scale, constant(b, 0.0, F32))
        divisor = b.value(compare.Where, on, scale, constant(b, 1.0, F32))
        q = b.value(elementary.Round, b.value(ew.Div, x, divisor))
        q = b.value(ew.Add, q, zero)
        q = b.value(ew.Clip, q, constant(b, -128.0, F32), constant(b, 127.0, F32))
        y = b.value(ew.Mul, b.value(ew.Sub, q, zero), scale)
        y = b.value(compare.Where, on, y, x)
        return y if element_of(v.type) == F32 else b.value(Cast, y, to=element_of(v.type))
