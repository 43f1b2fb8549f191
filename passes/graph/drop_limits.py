"""``drop-limits``: limits that a value never reaches, as its bounds show, are dropped.

Not before a conversion to fewer bits: there a limit costs what extending the sign again does, and
says what the number can be.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from millrace.ir.core import Value
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr.cast import Cast
from millrace.ir.dialects.mr.elementwise import Clip
from millrace.ir.dialects.mr.support import constant_of
from millrace.ir.levels import Level
from millrace.passes.base import Pass, PassContext
from millrace.passes.graph.ranges import Ranges, ranges_of


@dataclass(frozen=True)
class DropLimits(Pass):
    """Drops ``mr.clip`` of integers that are known to lie within the limits."""

    name: ClassVar[str] = "drop-limits"
    requires: ClassVar[Level | tuple[Level, ...]] = Level.GRAPH

    def run(self, module: Module, ctx: PassContext) -> None:
        for f in module.functions():
            clips = [op for op in f.walk() if isinstance(op, Clip)]
            ranges = ranges_of(f.block) if clips else Ranges()
            for op in clips:
                narrowed = any(isinstance(u, Cast) for u in op.result.users)
                same = op.input.type == op.result.type
                if same and not narrowed and _never_reached(op, ranges):
                    ctx.rewriter.replace(op, op.input)


def _never_reached(op: Clip, ranges: Ranges) -> bool:
    known = ranges.of(op.input)
    if known is None:
        return False
    low, high = _limit(op.low, -(1 << 62)), _limit(op.high, 1 << 62)
    return low is not None and high is not None and low <= known.least and known.most <= high


def _limit(v: Value | None, missing: int) -> int | None:
    """A limit that is the same everywhere; None when it is not known."""
    known = missing if v is None else constant_of(v)
    if known is None:
        return None
    array = np.asarray(known)
    return (
        int(array.reshape(-1)[0]) if array.size and (array == array.reshape(-1)[0]).all() else None
    )
