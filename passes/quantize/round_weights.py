"""round-weights: weights of float models that need fewer bytes.

Products stay on floats. Their constant weights become numbers that a narrower type holds exactly:
those of bf16 or f16, or, with a factor for each channel of the result, whole numbers of 8 bits. The
pass ``narrow-constants`` stores them so.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr import kinds
from millrace.ir.dialects.mr.contraction import MatMul
from millrace.ir.dialects.mr.support import constant
from millrace.ir.levels import Level
from millrace.ir.rewriter import Rewriter
from millrace.ir.types import BF16, F16, F32, element_of
from millrace.passes.base import Pass, PassContext
from millrace.passes.quantize.contractions import weight_steps, weights_of
from millrace.passes.quantize.formats import Array

FLOATS = {"bf16": BF16, "f16": F16}
FEWEST = 64
"""Weights of a product from which on it is worth while."""


@dataclass(frozen=True)
class RoundWeights(Pass):
    """Round weights to ``to``: bf16, f16 or int8."""

    name: ClassVar[str] = "round-weights"
    requires: ClassVar[Level | tuple[Level, ...]] = Level.GRAPH
    to: str = "bf16"

    def run(self, module: Module, ctx: PassContext) -> None:
        for op in list(module.entry.walk()):
            if not isinstance(op, kinds.Contraction) or element_of(op.result.type) != F32:
                continue
            w = weights_of(op)
            if w is None or w.size < FEWEST:
                continue
            if not self._round(op, w, ctx.rewriter):
                ctx.remark(op, f"weights stay as they are: {self.to} does not hold them")

    def _round(self, op: kinds.Contraction, w: Array, rw: Rewriter) -> bool:
        if self.to == "int8":
            steps = weight_steps(w.reshape(-1, w.shape[-1]))
            steps = np.where(steps > 0, steps, 1.0).astype(np.float32)
            rounded = np.rint(w / steps)
        else:
            steps = np.ones(1, np.float32)
            with np.errstate(over="ignore"):
                rounded = w.astype(np.float32).astype(FLOATS[self.to].dtype).astype(np.float64)
        if not np.isfinite(rounded).all():
            return False
        if isinstance(op, MatMul) and op.transpose_rhs:
            rounded = rounded.swapaxes(-1, -2)
        new = constant(rw.before(op), rounded.astype(np.float32), F32)
        rw.set_operand(op, op.operands.index(op.rhs), new)
        if self.to == "int8":
            _scale(op, steps, rw)
        return True


def _scale(op: kinds.Contraction, steps: Array, rw: Rewriter) -> None:
    """The result times a factor a channel."""
    users = list(op.result.uses)
    b = rw.after(op)
    y = b.value(ew.Mul, op.result, constant(b, steps, F32), loc=op.loc)
    for use in users:
        rw.set_operand(use.op, use.index, y)
