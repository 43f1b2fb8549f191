"""Rough costs of operations at GRAPH level: what unrolling and hoisting decide by.

Instructions are counted for the target's vectors, before any schedule is known; what matters is
the ratio between the work of a step and the overhead around it.
"""

from __future__ import annotations

import math
from collections.abc import Iterable

from millrace.ir.core import Operation
from millrace.ir.dialects.mr import kinds
from millrace.ir.dialects.mr.control import Scan
from millrace.ir.target import TargetInfo
from millrace.ir.types import TensorType, storage_bytes

CALL_INSTRUCTIONS = 14.0
"""Instructions to call a kernel: arguments, prologue, epilogue."""
CALL_BYTES = 150
"""Machine code of one call and its addresses (measured on an LSTM step of 15 operands)."""
LOOP_INSTRUCTIONS = 6.0
"""Instructions of one iteration around the work: counter, slice addresses."""
SCALAR_LOOP_INSTRUCTIONS = 3.0
"""Instructions of one iteration around work on numbers: there are no slices."""
SCALAR_INSTRUCTIONS = 1.5
"""Instructions of an operation on numbers, its part of loads included."""
SCALAR_BYTES = 8
"""Machine code of it."""
ELEMENTWISE_INSTRUCTIONS = 4.0
"""Instructions an element (or vector of elements) of a pointwise operation, loads included."""


def lanes(t: TensorType, target: TargetInfo) -> int:
    return max(1, target.vector_bytes // storage_bytes(t.element))


def is_scalar(op: Operation) -> bool:
    """Whether the operation makes one element of others, or reads one: an instruction or a few of
    the plan, no kernel."""
    if not op.results or isinstance(op, kinds.Accumulating) or op.regions:
        return False
    t = op.results[0].type
    return not isinstance(t, TensorType) or (t.is_static and t.size == 1)


def instructions(op: Operation, target: TargetInfo) -> float:
    """Instructions of one execution of an operation; loops in it count as often as they run, those
    on data once."""
    if op.regions:
        trip = op.trip if isinstance(op, Scan) else 1
        inner = (o for region in op.regions for block in region.blocks for o in block)
        return trip * (LOOP_INSTRUCTIONS + sum(instructions(o, target) for o in inner))
    if is_scalar(op):
        constant = not op.operands or isinstance(op, kinds.Movement)
        return 0.0 if constant else SCALAR_INSTRUCTIONS
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
        if not isinstance(op, kinds.TensorOp) or is_scalar(op):
            continue
        before = max((depth.get(v.defining_op, 0) for v in op.operands if v.defining_op), default=0)
        depth[op] = before + isinstance(op, kinds.Accumulating)
    return max(1, *depth.values()) if depth else 0
