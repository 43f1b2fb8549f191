"""quantize: a function on floats becomes one on integers.

The ranges of the values stand in the module's attribute ``ranges``, a row for each real number in
the order of :mod:`values`: the lowest and the highest value, and the limits of 8-bit formats. It is
used up. Numbers of values in ``wide`` say which get 16 bits although they are stored, those in
``wide_reads`` which of these products read so, those in ``wide_weights`` which products have
weights of 16 bits.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from millrace.ir.dialects.builtin import Module
from millrace.ir.errors import CompileError
from millrace.ir.levels import Level
from millrace.passes.base import Pass, PassContext
from millrace.passes.quantize.contractions import find_accumulators, set_units
from millrace.passes.quantize.plan import make_plan, operand_formats, seen_values
from millrace.passes.quantize.rewrite import Options, Quantizer
from millrace.passes.quantize.rules import RULES
from millrace.passes.quantize.values import is_in_loop, real_values


@dataclass(frozen=True)
class Quantize(Pass):
    """Write the entry function on integers."""

    name: ClassVar[str] = "quantize"
    requires: ClassVar[Level | tuple[Level, ...]] = Level.GRAPH
    mandatory: ClassVar[bool] = True
    bits: int = 8
    """Of what is stored: 8 or 16. Weights have 8."""
    float_io: bool = True
    """The function takes and gives floats."""
    wide: tuple[int, ...] = ()
    """Numbers of values that get 16 bits where they are stored."""
    wide_reads: tuple[int, ...] = ()
    """Numbers of values in 16 bits that products read so; others they read in 8."""
    wide_weights: tuple[int, ...] = ()
    """Numbers of products whose weights get 16 bits, as all that are added to them."""

    def run(self, module: Module, ctx: PassContext) -> None:
        self.rewrite(module, ctx)

    def rewrite(self, module: Module, ctx: PassContext) -> Quantizer:
        """The pass; what comes back knows which integers stand for which real numbers."""
        entry = module.entry
        values = real_values(entry)
        if module.ranges is None or module.ranges.array.shape != (len(values), 4):
            raise CompileError(f"quantize: ranges of {len(values)} values are wanted")
        seen = seen_values(values, module.ranges.array)
        plan = make_plan(entry, seen, [values[i] for i in self.wide], self.bits)
        accumulators = find_accumulators(entry)
        for i in self.wide_weights:
            group = accumulators.group(values[i])
            if group is not None:
                group.wide = True
        for v in accumulators.values:
            group = accumulators.group(v)
            if group is not None and plan.on_own_grid(v) and is_in_loop(v):
                group.precise = True
        reads = {plan.classes.find(values[i]) for i in self.wide_reads}
        operands = operand_formats(entry, plan, self.bits, reads)
        set_units(accumulators, operands)
        options = Options(self.bits, self.float_io, 2.0**-11 if self.bits == 8 else 2.0**-14)
        q = Quantizer(plan, accumulators, operands, RULES, options, ctx)
        new = q.function(entry)
        ctx.rewriter.before(entry).insert(new)
        ctx.rewriter.erase(entry)
        ctx.rewriter.set_attr(module, "ranges", None)
        return q
