"""``int-range-optimizations``: comparisons that ranges decide become constants, as upstream's pass
of this name does.

Foremost these are the checks of indices: where the bounds of loops and the conditions around show
that a place exists, nothing is left of its check, and nothing of what Python does with negative
places. ``canonicalize`` clears away what has become constant."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from millrace.ir.attributes import Scalar
from millrace.ir.dialects import arith
from millrace.ir.dialects.builtin import Module
from millrace.ir.levels import Level
from millrace.ir.rewriter import Rewriter
from millrace.ir.target import TargetInfo
from millrace.ir.types import I1
from millrace.passes.base import Pass, PassContext
from millrace.passes.graph.int_ranges import IntRanges


@dataclass(frozen=True)
class IntRangeOptimizations(Pass):
    """Scalar integers of which only one number is possible become constants."""

    name: ClassVar[str] = "int-range-optimizations"
    requires: ClassVar[Level | tuple[Level, ...]] = Level.GRAPH

    def run(self, module: Module, ctx: PassContext) -> None:
        bits = 8 * TargetInfo.from_attr(module.target).pointer_bytes if module.target else 64
        for f in module.functions():
            compared = [op for op in f.walk() if isinstance(op, arith.CmpI)]
            if not compared:
                continue
            ranges = IntRanges(f.block, bits)
            if ranges.settled:
                _replace_known(compared, ranges, ctx.rewriter)


def _replace_known(compared: list[arith.CmpI], ranges: IntRanges, rw: Rewriter) -> None:
    for op in compared:
        found = ranges.of(op.result)
        if found is not None and found.is_point and not op.result.is_unused:
            truth = Scalar(bool(found.low), I1)
            rw.replace(op, rw.before(op).value(arith.Constant, value=truth))
