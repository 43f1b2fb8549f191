"""The last slice of what a scan stacks is the last value of a carry, where both are the same: a
recurrence whose last output alone is used need not keep the others."""

from __future__ import annotations

import numpy as np

from millrace.ir.core import OpResult, Value
from millrace.ir.dialects.mr.control import Scan
from millrace.ir.dialects.mr.movement import Reshape, Slice, reshape, shape_of
from millrace.ir.rewriter import Rewriter
from millrace.passes.base import Pattern

MOST_ELEMENTS = 1 << 22
"""Larger stacks are left as they are."""


class LastStep(Pattern):
    """A slice, also of a reshaped stack, that holds exactly the last step's value."""

    def match_and_rewrite(self, op: Slice, rw: Rewriter) -> bool:
        source = op.input
        inner = source.defining_op
        if isinstance(inner, Reshape):
            source = inner.input
        scan = source.defining_op
        if not isinstance(scan, Scan) or not isinstance(source, OpResult):
            return False
        carry = _same_carry(scan, source)
        if carry is None or not _takes_last(op, scan, source):
            return False
        rw.replace(op, reshape(rw.before(op), carry, shape_of(op.result)))
        return True


def _same_carry(scan: Scan, stacked: OpResult) -> Value | None:
    """The last value of the carry that takes what is stacked, of a scan that runs all its steps."""
    n = scan.num_carries
    if stacked.index < n or scan.count is not None or scan.trip == 0:
        return None
    yielded = scan.block.terminator.operands
    value = yielded[stacked.index]
    return next((scan.results[i] for i in range(n) if yielded[i] is value), None)


def _takes_last(op: Slice, scan: Scan, stacked: Value) -> bool:
    """The elements of the slice are those of the last step, in their order."""
    shape = shape_of(stacked)
    size = int(np.prod(shape, dtype=np.int64))
    inside = size // scan.trip
    if size > MOST_ELEMENTS or int(np.prod(shape_of(op.result), dtype=np.int64)) != inside:
        return False
    places = np.arange(size).reshape(shape_of(op.input))
    last = 0 if scan.reverse else scan.trip - 1
    wanted = np.arange(last * inside, (last + 1) * inside)
    return bool((op.evaluate(places).reshape(-1) == wanted).all())
