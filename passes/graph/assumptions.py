"""What follows from a condition that holds or does not: tighter ranges of what it compares."""

from __future__ import annotations

import math
from collections.abc import Callable

from millrace.ir.core import Operation, Value
from millrace.ir.dialects import arith, scf
from millrace.ir.int_range import (
    FALSE,
    NEGATED,
    SWAPPED,
    TRUE,
    IntRange,
    bounded,
    range_of_type,
)

Ranges = Callable[[Value], IntRange | None]


class Assumptions:
    """The ranges of values where ``condition`` is ``truth``, and which values are related how
    there; ``of`` gives what is known anyway."""

    def __init__(self, condition: Value, truth: bool, of: Ranges, pointer_bits: int) -> None:
        self._before = of
        self._bits = pointer_bits
        self.known: dict[Value, IntRange] = {}
        self.related: list[tuple[Value, str, Value]] = []
        self._hold(condition, truth)

    def of(self, v: Value) -> IntRange | None:
        found = self.known.get(v)
        return self._before(v) if found is None else found

    def _hold(self, v: Value, truth: bool) -> None:
        """Note that a truth value is ``truth``, and what follows."""
        self.known[v] = TRUE if truth else FALSE
        op = v.defining_op
        if isinstance(op, arith.CmpI):
            self._compared(op, truth)
        elif isinstance(op, arith.AndI | arith.OrI):
            if truth == isinstance(op, arith.AndI):
                self._hold(op.lhs, truth)
                self._hold(op.rhs, truth)
        elif isinstance(op, arith.XOrI):
            for a, b in ((op.lhs, op.rhs), (op.rhs, op.lhs)):
                if self.of(b) in (TRUE, FALSE):
                    self._hold(a, truth != (self.of(b) == TRUE))
                    break
        elif isinstance(op, scf.If):
            i = v.index  # type: ignore[attr-defined]
            ends = [b.terminator.operands[i] for b in (op.then_block, op.else_block)]
            self._chosen(op.condition, ends[0], ends[1], truth)
        elif isinstance(op, arith.Select):
            self._chosen(op.condition, op.true_value, op.false_value, truth)

    def _chosen(self, condition: Value, yes: Value, no: Value, truth: bool) -> None:
        """``yes if condition else no`` is ``truth``: where one of them cannot be that, the other
        one was chosen. So ``a and b`` reads, whose ``b`` is not evaluated unless ``a`` holds."""
        for side, chosen, other in ((True, yes, no), (False, no, yes)):
            known = (FALSE if side else TRUE) if other is condition else self.of(other)
            if known == (FALSE if truth else TRUE):
                self._hold(condition, side)
                self._hold(chosen, truth)
                return

    def _compared(self, op: arith.CmpI, truth: bool) -> None:
        name = arith.INT_PREDICATES[op.predicate]
        x, y = self.of(op.lhs), self.of(op.rhs)
        if x is None or y is None:
            return
        relation = name if name in ("eq", "ne") else name[1:]
        relation = relation if truth else NEGATED[relation]
        if name[0] == "u" and min(x.low, y.low) < 0:
            if y.low < 0 or relation not in ("lt", "le"):
                return
            x = IntRange(0, max(x.high, 0))  # a negative number is a great one
        if name[0] != "u":
            self.related.append((op.lhs, relation, op.rhs))
        self._bound(op.lhs, bounded(x, relation, y))
        self._bound(op.rhs, bounded(y, SWAPPED[relation], x))

    def _bound(self, v: Value, found: IntRange | None) -> None:
        """Note a range, and what it says of the operand that the value was made of. A range of
        nothing is that of code which does not run, and tells nothing."""
        old = self.of(v)
        found = old.meet(found) if found is not None and old is not None else None
        if found is None or found == old:
            return
        self.known[v] = found
        op = v.defining_op
        if isinstance(op, arith.IndexCast | arith.ExtSI | arith.TruncI):
            self._behind(op, op.input, found)
        elif isinstance(op, arith.AddI | arith.SubI | arith.MulI):
            self._arithmetic(op, found)

    def _behind(self, op: Operation, v: Value, found: IntRange) -> None:
        """A conversion that loses nothing, backwards."""
        x, limits = self.of(v), range_of_type(op.results[0].type, self._bits)
        if x is not None and limits is not None and x.within(limits):
            self._bound(v, found)

    def _arithmetic(self, op: arith.IntBinary, found: IntRange) -> None:
        """An operation with a known number, or a square, backwards; not where it may wrap."""
        v, other = op.lhs, op.rhs
        if not isinstance(op, arith.SubI) and _is_point(self.of(v)):
            v, other = other, v
        x, c = self.of(v), self.of(other)
        limits = range_of_type(op.result.type, self._bits)
        if x is None or c is None or limits is None:
            return
        reached = op.infer_range(x, c)
        if reached is None or not reached.within(limits):
            return
        if isinstance(op, arith.MulI) and v is other and found.high >= 0:
            root = math.isqrt(found.high)
            self._bound(v, IntRange(-root, root))
        elif c.is_point and isinstance(op, arith.AddI):
            self._bound(v, IntRange(found.low - c.low, found.high - c.low))
        elif c.is_point and isinstance(op, arith.SubI):
            self._bound(v, IntRange(found.low + c.low, found.high + c.low))
        elif c.is_point and c.low > 0:
            self._bound(v, IntRange(-(-found.low // c.low), found.high // c.low))


def _is_point(x: IntRange | None) -> bool:
    return x is not None and x.is_point
