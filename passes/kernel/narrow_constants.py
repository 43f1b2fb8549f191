"""narrow-constants: integers that fit fewer bytes are stored in fewer bytes.

On small machines flash is scarce and loads widen at no cost: the offsets of a requantization, one a
channel, are mostly small numbers.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from millrace.ir.attributes import Dense
from millrace.ir.builder import Builder
from millrace.ir.core import Use
from millrace.ir.dialects import arith, linalg
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.levels import Level
from millrace.ir.rewriter import Rewriter
from millrace.ir.target import TargetInfo
from millrace.ir.types import I8, I16, I32, IntegerType, element_of
from millrace.passes.base import Pass, PassContext

FEWEST = 4
"""Elements from which on it is worth while."""


@dataclass(frozen=True)
class NarrowConstants(Pass):
    """Store i32 constants as i16 or i8 where their values allow it."""

    name: ClassVar[str] = "narrow-constants"
    requires: ClassVar[Level | tuple[Level, ...]] = Level.KERNEL
    ensures: ClassVar[Level | None] = Level.KERNEL

    def run(self, module: Module, ctx: PassContext) -> None:
        target = TargetInfo.from_attr(module.target) if module.target else None
        if target is None or not target.single_issue:
            return
        for op in list(module.walk()):
            if isinstance(op, Constant) and element_of(op.result.type) == I32:
                _narrow(op, ctx.rewriter)


def _narrow(op: Constant, rw: Rewriter) -> None:
    array = op.value.array
    fitting = [t for t in (I8, I16) if _fits(array, t)]
    if array.size < FEWEST or op.value.is_splat or not fitting:
        return
    if not all(_is_input(u) for u in op.result.uses):
        return
    narrow = fitting[0]
    with rw.atomic():
        dense = Dense(array.astype(narrow.dtype))
        new = Builder.before(op).value(Constant, value=dense, table=op.table)
        for use in op.result.uses:
            g = use.op
            assert isinstance(g, linalg.Generic)
            arg = g.block.args[use.index]
            users = arg.uses
            wide = Builder(g.block, g.block.first, g.loc).value(
                arith.ExtSI, arg, result_types=[I32]
            )
            for inner in users:
                rw.set_operand(inner.op, inner.index, wide)
            rw.set_type(arg, narrow)
            rw.set_operand(g, use.index, new)
        rw.erase(op)


def _fits(array: np.ndarray[tuple[int, ...], np.dtype[np.int32]], t: IntegerType) -> bool:
    limits = np.iinfo(t.dtype)
    return bool(array.size and array.min() >= limits.min and array.max() <= limits.max)


def _is_input(use: Use) -> bool:
    """Read element by element by a generic."""
    return isinstance(use.op, linalg.Generic) and use.index < len(use.op.inputs)
