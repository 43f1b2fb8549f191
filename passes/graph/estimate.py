"""Rough costs of operations at GRAPH level: what unrolling and hoisting decide by.

Instructions are counted for the target's vectors, before any schedule is known; what matters is
the ratio between the work of a step and the overhead around it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from millrace.ir.core import Operation
from millrace.ir.dialects.mr import kinds
from millrace.ir.target import TargetInfo
from millrace.ir.types import TensorType, storage_bytes

CALL_INSTRUCTIONS = 14.0
"""Instructions to call a kernel: arguments, prologue, epilogue."""
CALL_BYTES = 150
"""Machine code of one call and its addresses (measured on an LSTM step of 15 operands)."""
LOOP_INSTRUCTIONS = 6.0
"""Instructions of one iteration around the work: counter, slice addresses."""
ELEMENTWISE_INSTRUCTIONS = 4.0
"""Instructions an element (or vector of elements) of a pointwise operation, loads included."""


def lanes(t: TensorType, target: TargetInfo) -> int:
    return max(1, target.vector_bytes // storage_bytes(t.element))


def instructions(op: Operation, target: TargetInfo) -> float:
    """Instructions of one execution of a tensor operation."""
    if not op.results or not isinstance(op, kinds.TensorOp):
        return 0.0
    t = op.results[0].type
    if not isinstance(t, TensorType) or isinstance(op, kinds.Movement):
        return 0.0
    width = lanes(t, target)
    if isinstance(op, kinds.Accumulating):
        points = math.prod(op.nest().extents)
        return points / width * 1.5 + 4.0
    return math.ceil(t.size / width) * ELEMENTWISE_INSTRUCTIONS


def kernels(ops: Iterable[Operation]) -> int:
    """Kernels that the operations will take at least: one for each chain of contractions that
    depend on each other."""
    depth: dict[Operation, int] = {}
    for op in ops:
        if not isinstance(op, kinds.TensorOp):
            continue
        before = max((depth.get(v.defining_op, 0) for v in op.operands if v.defining_op), default=0)
        depth[op] = before + isinstance(op, kinds.Accumulating)
    return max(1, *depth.values()) if depth else 0
