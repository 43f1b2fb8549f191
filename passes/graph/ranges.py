"""What values integers can have: bounds of every tensor, by channels, from the inputs' types, the
constants and the operations' own rules (``TensorOp.interval``)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from millrace.ir.core import Block, Operation, Value
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.dialects.mr.control import Scan
from millrace.ir.dialects.mr.kinds import Control, TensorOp
from millrace.ir.interval import Interval
from millrace.ir.opdef import grouped
from millrace.ir.types import TensorType


class Ranges:
    """Bounds of the values of functions; what nothing is known of has the bounds of its type."""

    def __init__(self) -> None:
        self._known: dict[Value, Interval | None] = {}

    def of(self, v: Value) -> Interval | None:
        """None where values are no integers of at most 32 bits. A value that came later than the
        analysis is looked at now."""
        if v not in self._known:
            op = v.defining_op
            if op is None or op.regions:
                return Interval.of_type(v.type)
            self._visit(op)
        return self._known[v]

    def add(self, block: Block) -> None:
        """Look at all operations of a block, in order, and at those nested in them."""
        for op in block:
            self._visit(op)

    def _visit(self, op: Operation) -> None:
        if isinstance(op, Scan):
            self._scan(op)
            return
        for region in op.regions:
            for block in region.blocks:
                self.add(block)
        for i, r in enumerate(op.results):
            known = self._computed(op) if i == 0 and isinstance(op, TensorOp) else None
            self._set(r, known)

    def _set(self, v: Value, known: Interval | None) -> None:
        """Note bounds, unless the type has tighter ones or would wrap."""
        limits = Interval.of_type(v.type)
        fits = known is not None and limits is not None and known.within(limits)
        self._known[v] = known if fits else limits

    def _computed(self, op: TensorOp) -> Interval | None:
        if isinstance(op, Control) or Interval.of_type(op.results[0].type) is None:
            return None
        if isinstance(op, Constant):
            array = op.value.array
            return Interval.of(array, array) if array.size else None
        xs = [self.of(v) for v in op.operands]
        return None if any(x is None for x in xs) else op.interval(*grouped(op, xs))

    def _scan(self, scan: Scan) -> None:
        """Carries have the bounds of their types at first; those of what a step then yields, and
        of their first values, are theirs."""
        n, block = scan.num_carries, scan.block
        slices = [self._slice(x) for x in scan.xs]
        for a, known in zip(block.args[1 + n :], slices, strict=True):
            self._set(a, known)
        self.add(block)
        yielded = [self.of(v) for v in block.terminator.operands]
        carries = [_join(self.of(i), y) for i, y in zip(scan.inits, yielded, strict=False)]
        for a, known in zip(block.args[1 : 1 + n], carries, strict=True):
            self._set(a, known)
        self.add(block)
        ends: Sequence[Interval | None] = [self.of(v) for v in block.terminator.operands]
        for i, r in enumerate(scan.results):
            start = self.of(scan.inits[i]) if i < n else Interval.of(0, 0)
            self._set(r, _join(start, ends[i]))

    def _slice(self, x: Value) -> Interval | None:
        """Of one step's slice: channels are kept where they are no steps."""
        known, t = self.of(x), x.type
        assert isinstance(t, TensorType)
        return known if known is None or t.rank > 1 else known.whole()


def _join(x: Interval | None, y: Interval | None) -> Interval | None:
    return None if x is None or y is None else x.join(y)


def ranges_of(block: Block) -> Ranges:
    """Of all values in a function's body."""
    ranges = Ranges()
    with np.errstate(all="ignore"):
        ranges.add(block)
    return ranges
