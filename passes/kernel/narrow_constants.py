"""narrow-constants: numbers that fit fewer bytes are stored in fewer bytes.

On small machines flash is scarce and loads widen at no cost: the offsets of a requantization, one a
channel, are mostly small numbers. Floats are stored in a narrower type where that is asked for and
loses nothing: then weights take less of the caches, too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from millrace.ir.attributes import Dense
from millrace.ir.builder import Builder
from millrace.ir.core import Operation, Use
from millrace.ir.dialects import arith, linalg
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.levels import Level
from millrace.ir.rewriter import Rewriter
from millrace.ir.target import TargetInfo
from millrace.ir.types import BF16, F16, F32, I8, I16, I32, ElementType, element_of
from millrace.passes.base import Pass, PassContext

FEWEST = 4
"""Elements from which on it is worth while."""
Array = np.ndarray[Any, Any]


Form = tuple[ElementType, type[Operation]]
"""How elements are stored, and the operation that widens them."""

INTEGERS: tuple[Form, ...] = ((I8, arith.ExtSI), (I16, arith.ExtSI))
FLOATS: Mapping[str, tuple[Form, ...]] = {
    "": (),
    "bf16": ((BF16, arith.ExtF),),
    "f16": ((F16, arith.ExtF),),
    "int8": ((I8, arith.SIToFP),),
}


@dataclass(frozen=True)
class NarrowConstants(Pass):
    """Store i32 constants as i16 or i8 where their values allow it, and f32 constants as
    ``floats`` (bf16, f16, int8)."""

    name: ClassVar[str] = "narrow-constants"
    requires: ClassVar[Level | tuple[Level, ...]] = Level.KERNEL
    ensures: ClassVar[Level | None] = Level.KERNEL
    floats: str = ""

    def run(self, module: Module, ctx: PassContext) -> None:
        target = TargetInfo.from_attr(module.target) if module.target else None
        whole = () if target is None or not target.single_issue else INTEGERS
        forms = {I32: whole, F32: FLOATS[self.floats]}
        for op in list(module.walk()):
            if isinstance(op, Constant):
                _narrow(op, forms.get(element_of(op.result.type), ()), ctx.rewriter)


def _narrow(op: Constant, forms: Sequence[Form], rw: Rewriter) -> None:
    array = op.value.array
    if not forms or array.size < FEWEST or op.value.is_splat:
        return
    fitting = [f for f in forms if _fits(array, f[0])]
    if not fitting or not all(_is_input(u) for u in op.result.uses):
        return
    narrow, widen = fitting[0]
    with rw.atomic():
        dense = Dense(array.astype(narrow.dtype))
        new = Builder.before(op).value(Constant, value=dense, table=op.table)
        for use in op.result.uses:
            g = use.op
            assert isinstance(g, linalg.Generic)
            arg = g.block.args[use.index]
            users = arg.uses
            inner = Builder(g.block, g.block.first, g.loc)
            wide = inner.value(widen, arg, result_types=[element_of(op.result.type)])
            for user in users:
                rw.set_operand(user.op, user.index, wide)
            rw.set_type(arg, narrow)
            rw.set_operand(g, use.index, new)
        rw.erase(op)


def _fits(array: Array, t: ElementType) -> bool:
    """Whether the narrower type holds all elements as they are."""
    with np.errstate(all="ignore"):
        return bool((array.astype(t.dtype).astype(array.dtype) == array).all())


def _is_input(use: Use) -> bool:
    """Read element by element by a generic."""
    return isinstance(use.op, linalg.Generic) and use.index < len(use.op.inputs)
