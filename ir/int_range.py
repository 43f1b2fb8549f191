"""Ranges of scalar integers: the least and the greatest number that a value can be.

Upstream's ``IntegerRange`` of MLIR, read as signed; truth values are 0 and 1. Operations say what
theirs are in terms of their operands' (``infer_range`` in the ``arith`` dialect); the bounds are
numbers of any size, and who asks compares them with the type (``Interval``, beside, is for tensors
with channels)."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from millrace.ir.types import IndexType, IntegerType, Type


class IntRange(NamedTuple):
    """All numbers from ``low`` to ``high``."""

    low: int
    high: int

    @property
    def is_point(self) -> bool:
        return self.low == self.high

    def join(self, other: IntRange) -> IntRange:
        """The smallest range around both."""
        return IntRange(min(self.low, other.low), max(self.high, other.high))

    def meet(self, other: IntRange) -> IntRange | None:
        """What both have; None when that is nothing."""
        low, high = max(self.low, other.low), min(self.high, other.high)
        return IntRange(low, high) if low <= high else None

    def within(self, other: IntRange) -> bool:
        return other.low <= self.low and self.high <= other.high

    def corners(self, other: IntRange, f: Callable[[int, int], int]) -> IntRange:
        """The range of a function that is monotone in each of its two arguments."""
        found = [f(a, b) for a in self for b in other]
        return IntRange(min(found), max(found))


class InfersIntRange:
    """Mixed into operations that say what integers their result can be."""

    def infer_range(self, *xs: IntRange) -> IntRange | None:
        """What the result is, by what the operands are; None when nothing is known. Where the
        range exceeds the type the result wraps, and nothing is known either."""
        return None


TRUE, FALSE, EITHER = IntRange(1, 1), IntRange(0, 0), IntRange(0, 1)


def range_of_type(t: Type, pointer_bits: int = 64) -> IntRange | None:
    """All numbers of a scalar type; None when it is no integer."""
    if isinstance(t, IndexType):
        half = 1 << (pointer_bits - 1)
        return IntRange(-half, half - 1)
    if not isinstance(t, IntegerType):
        return None
    if t.width == 1:
        return EITHER
    half = 1 << (t.width - 1)
    return IntRange(0, 2 * half - 1) if t.unsigned else IntRange(-half, half - 1)


# ---- comparisons

SWAPPED = {"lt": "gt", "gt": "lt", "le": "ge", "ge": "le", "eq": "eq", "ne": "ne"}
NEGATED = {"lt": "ge", "ge": "lt", "gt": "le", "le": "gt", "eq": "ne", "ne": "eq"}


def compare(relation: str, x: IntRange, y: IntRange) -> IntRange:
    """Whether ``x relation y`` (``lt``, ``le``, ...) holds: always, never, or sometimes."""
    if relation in ("gt", "ge"):
        return compare(SWAPPED[relation], y, x)
    if relation == "ne":
        low, high = compare("eq", x, y)
        return IntRange(1 - high, 1 - low)
    if relation == "eq":
        if x.meet(y) is None:
            return FALSE
        return TRUE if x.is_point and x == y else EITHER
    strict = relation == "lt"
    if x.high + strict <= y.low:
        return TRUE
    return FALSE if x.low + strict > y.high else EITHER


def bounded(x: IntRange, relation: str, y: IntRange) -> IntRange | None:
    """What is left of ``x`` when ``x relation y`` holds; None when it cannot."""
    if relation == "eq":
        return x.meet(y)
    if relation == "ne":
        low = x.low + (y.is_point and x.low == y.low)
        high = x.high - (y.is_point and x.high == y.low)
        return IntRange(low, high) if low <= high else None
    strict = relation in ("lt", "gt")
    low, high = x
    if relation in ("lt", "le"):
        high = min(high, y.high - strict)
    else:
        low = max(low, y.low + strict)
    return IntRange(low, high) if low <= high else None
