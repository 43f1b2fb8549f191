"""Constants."""

from __future__ import annotations

from collections.abc import Sequence

from millrace.ir.attributes import Dense
from millrace.ir.core import OpResult
from millrace.ir.dialects.mr.kinds import Array, TensorOp
from millrace.ir.opdef import attr, result
from millrace.ir.types import Type


class Constant(TensorOp):
    """``mr.constant``: a tensor whose content is known. A ``table`` is one of the compiler's own:
    values of a function that are looked up, numbers that stand for a scale. It counts as code."""

    name = "mr.constant"
    value: Dense = attr()
    table: bool = attr(False, rare=True)
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        return (self.value.type,)

    def evaluate(self) -> Array:
        return self.value.array
