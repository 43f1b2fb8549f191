"""How far a number that a loop carries moves in one step, however the step branches."""

from __future__ import annotations

from collections.abc import Callable

from millrace.ir.core import OpResult, Value
from millrace.ir.dialects import arith, scf
from millrace.ir.dialects.mr.control import Scan
from millrace.ir.int_range import FALSE, IntRange

Ranges = Callable[[Value], IntRange | None]
Steps = Callable[[scf.For | Scan], int | None]
DEPTH = 16


class CarrySteps:
    """``of`` gives the ranges of values, ``steps`` how often a loop runs at most."""

    def __init__(self, of: Ranges, steps: Steps) -> None:
        self._of = of
        self._steps = steps

    def distance(self, v: Value, start: Value, depth: int = DEPTH) -> IntRange | None:
        """``v - start``, where ``v`` is made of ``start`` by sums and choices alone; modulo the
        width of the type. None where it is made in another way."""
        if v is start:
            return FALSE
        op = v.defining_op
        if op is None or depth == 0:
            return None
        if isinstance(op, arith.AddI | arith.SubI):
            return self._moved(op, start, depth)
        if isinstance(op, arith.Select):
            return self._either(op.true_value, op.false_value, start, depth)
        assert isinstance(v, OpResult)
        if isinstance(op, scf.If):
            yes, no = (b.terminator.operands[v.index] for b in (op.then_block, op.else_block))
            return self._either(yes, no, start, depth)
        if isinstance(op, scf.For | Scan) and v.index < len(op.inits):
            return self._through(op, v.index, start, depth)
        return None

    def _either(self, x: Value, y: Value, start: Value, depth: int) -> IntRange | None:
        first, second = (self.distance(v, start, depth - 1) for v in (x, y))
        return None if first is None or second is None else first.join(second)

    def _moved(self, op: arith.AddI | arith.SubI, start: Value, depth: int) -> IntRange | None:
        """A sum with a number that has nothing to do with the start but its range."""
        pairs = [(op.lhs, op.rhs)]
        if isinstance(op, arith.AddI):
            pairs.append((op.rhs, op.lhs))
        for v, other in pairs:
            before, by = self.distance(v, start, depth - 1), self._of(other)
            if before is not None and by is not None:
                return op.infer_range(before, by)
        return None

    def _through(self, op: scf.For | Scan, i: int, start: Value, depth: int) -> IntRange | None:
        """What a loop inside makes of it in all of its steps."""
        before = self.distance(op.inits[i], start, depth - 1)
        arg, end = op.block.args[1 + i], op.block.terminator.operands[i]
        each, steps = self.distance(end, arg, depth - 1), self._steps(op)
        if before is None or each is None or steps is None:
            return None
        return repeated(before, each, steps)


def repeated(start: IntRange, step: IntRange, most: int) -> IntRange:
    """Where one gets from ``start`` in ``most`` steps or fewer."""
    return IntRange(start.low + min(step.low, 0) * most, start.high + max(step.high, 0) * most)
