"""``tabulate-curves``: 16-bit logistic functions and hyperbolic tangents look up what flash allows.

A table of a whole curve takes 128 KB and an access. A table of the exponential within a quarter
takes 2 KB, serves all curves and saves about a quarter of their operations; the rest is computed.
On machines with vectors all is: they have no lookups of several numbers at once.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from millrace.ir.attributes import Dense
from millrace.ir.builder import Builder
from millrace.ir.core import Value
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr.bits import BitwiseAnd, BitwiseNot, ShiftLeft
from millrace.ir.dialects.mr.cast import Cast
from millrace.ir.dialects.mr.compare import Less, Where
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.dialects.mr.elementwise import Add
from millrace.ir.dialects.mr.fixed_point_curves import ONE, FixedPointCurve
from millrace.ir.dialects.mr.gather import Gather
from millrace.ir.dialects.mr.support import constant
from millrace.ir.levels import Level
from millrace.ir.target import TargetInfo
from millrace.ir.types import I32
from millrace.passes.base import Pass, PassContext

Array = np.ndarray[Any, Any]
WHOLE = 2 * (1 << 16)
"""Bytes of a table of a whole curve."""
PLACES = 1024
"""Entries of a table of a quarter at most."""
SHARE = 64
"""A table of a quarter may take this part of the flash memory that the target has."""
CODE = 16 << 10
"""Bytes of flash left to code, beside constants and tables."""


@dataclass(frozen=True)
class TabulateCurves(Pass):
    """Gives 16-bit curves a table for a part of their computation; replaces them by whole tables
    where ``flash`` bytes (what the user allows; 0: nothing is said) have room for all of them."""

    name: ClassVar[str] = "tabulate-curves"
    requires: ClassVar[Level | tuple[Level, ...]] = Level.GRAPH
    flash: int = 0

    def run(self, module: Module, ctx: PassContext) -> None:
        curves = [op for op in module.walk() if isinstance(op, FixedPointCurve) and not op.start]
        if not curves or module.target is None:
            return
        target = TargetInfo.from_attr(module.target)
        if target.vector_bytes:
            return
        for c in curves:
            if target.dsp and not target.vector_bytes:
                ctx.rewriter.set_attr(c, "upper", True)
        kinds = {(type(c), c.integer_bits) for c in curves}
        spare = self.flash - constant_bytes(module) - CODE
        room = len(kinds) * WHOLE <= spare
        ctx.remark(
            curves[0],
            f"{len(kinds)} curve(s) {'from tables' if room else 'computed'}: "
            f"whole tables take {len(kinds) * WHOLE} bytes (--flash)",
        )
        if room:
            for c in curves:
                ctx.rewriter.replace(c, whole(c, ctx.rewriter.before(c)))
        elif not target.flash_bytes or target.flash_bytes >= 2 * PLACES * SHARE:
            some = [c for c in curves if c.quarter <= PLACES]
            table = max(some, key=lambda c: c.quarter).start_table() if some else None
            for c in some:
                assert table is not None
                ctx.rewriter.replace(c, started(c, ctx.rewriter.before(c), table))


def constant_bytes(module: Module) -> int:
    return sum(op.value.array.nbytes for op in module.walk() if isinstance(op, Constant))


def whole(c: FixedPointCurve, b: Builder) -> Value:
    """All of a curve from a table."""
    table = c.evaluate(np.arange(-ONE, ONE), None)
    place = b.value(Add, b.value(Cast, c.input, to=I32), constant(b, ONE, I32))
    return b.value(Cast, b.value(Gather, _table(b, table), place, in_bounds=True), to=I32)


def _table(b: Builder, table: Array) -> Value:
    return b.value(Constant, value=Dense(table.astype(np.int16)), table=True)


def started(c: FixedPointCurve, b: Builder, table: Array) -> Value:
    """The polynomial from a table, which may be finer than the curve's own. The place in it is
    computed as the curve does it, so that it is computed once."""

    def number(n: int) -> Value:
        return constant(b, n, I32)

    x = b.value(Cast, c.input, to=I32)
    above = b.value(Add, x, number(-1))
    below = b.value(BitwiseNot, x)
    place: Value = b.value(Where, b.value(Less, above, number(0)), below, above)
    steps = len(table) // c.quarter
    if steps > 1:
        place = b.value(ShiftLeft, place, number(steps.bit_length() - 1))
        place = b.value(Add, place, number(steps - 1))
    place = b.value(BitwiseAnd, place, number(len(table) - 1))
    start = b.value(Gather, _table(b, table), place, in_bounds=True)
    return b.value(type(c), c.input, start, integer_bits=c.integer_bits, upper=c.upper)
