"""How far the operands of a lowered kernel may lie over each other.

A kernel that has read a part of an operand for the last time may write its result there. How far
apart the two must start for that to hold always follows from when each byte is read last and
written first."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from millrace.ir.core import BlockArgument
from millrace.ir.dialects import func, scf
from millrace.ir.types import MemRefType, storage_bytes
from millrace.passes.kernel.accesses import Access, accesses, trips

Array = np.ndarray[Any, Any]
MOST = 1 << 22
"""Bytes and accesses that are looked at, at most."""
NEVER = np.iinfo(np.int64).max


@dataclass(frozen=True)
class Overlap:
    """``at_least``: an operand that starts so many bytes behind a result, or more, is read before
    it is overwritten; ``exactly``: so, too, at this smaller distance."""

    at_least: int
    exactly: int | None = None


class Overlaps:
    """Of the kernels of a module."""

    def __init__(self, alignment: int) -> None:
        self.alignment = alignment
        self._accesses: dict[func.Func, list[Access] | None] = {}
        self._found: dict[tuple[func.Func, int, int], Overlap | None] = {}

    def of(self, f: func.Func, operand: int, result: int) -> Overlap | None:
        """That of operand ``operand``, which is read alone, and ``result``, which is written."""
        key = (f, operand, result)
        if key not in self._found:
            self._found[key] = self._find(f, f.block.args[operand], f.block.args[result])
        return self._found[key]

    def written(self, f: func.Func) -> set[int] | None:
        """The operands that a kernel writes; None when that is not known."""
        found = self._known(f)
        return None if found is None else {a.operand.index for a in found if a.writes}

    def _known(self, f: func.Func) -> list[Access] | None:
        if f not in self._accesses:
            self._accesses[f] = accesses(f)
        return self._accesses[f]

    def _find(self, f: func.Func, x: BlockArgument, y: BlockArgument) -> Overlap | None:
        known = self._known(f)
        if known is None:
            return None
        reads = [a for a in known if a.operand is x]
        writes = [a for a in known if a.operand is y and a.writes]
        if any(a.at is None or a.writes for a in reads) or any(a.at is None for a in writes):
            return None
        clock = _Clock(reads, writes)
        if not clock.exact or sum(clock.count(a) for a in (*reads, *writes)) > MOST:
            return None
        unit = _unit([*reads, *writes], self.alignment)
        last = np.full(_bytes(x) // unit, -1, np.int64)
        first = np.full(_bytes(y) // unit, NEVER, np.int64)
        if last.size + first.size > MOST:
            return None
        for a in reads:
            clock.note(a, unit, last, np.maximum)
        for a in writes:
            clock.note(a, unit, first, np.minimum)
        distance = _safe_distance(last, first)
        exactly = _smaller(last, first, distance, max(self.alignment // unit, 1))
        return Overlap(distance * unit, None if exactly is None else exactly * unit)


def _bytes(v: BlockArgument) -> int:
    t = v.type
    assert isinstance(t, MemRefType)
    return math.prod(t.shape) * storage_bytes(t.element)


def _unit(found: Sequence[Access], alignment: int) -> int:
    """A number of bytes that divides all there is."""
    unit = alignment
    for a in found:
        assert a.at is not None
        size = _bytes(a.operand)
        unit = math.gcd(unit, a.size, a.at.const, size, *(step for _, step in a.at.steps))
    return unit


# ---- time


class _Clock:
    """Numbers the moments of a kernel in their order. Loops without a write are one moment: all
    that they read may be read at their end."""

    def __init__(self, reads: Sequence[Access], writes: Sequence[Access]) -> None:
        self.split = {loop for a in writes for _, loop in a.path}
        known = [*reads, *writes]
        levels = [self._levels(a) for a in known]
        depth = max((len(x) for x in levels), default=0)
        self.ranks: list[dict[int, int]] = []
        sizes = []
        for k in range(depth):
            places = sorted({x[k][0] for x in levels if len(x) > k})
            self.ranks.append({place: i + 1 for i, place in enumerate(places)})
            loops = [x[k][1] for x in levels if len(x) > k]
            steps = max((trips(loop) or 1 for loop in loops if loop is not None), default=1)
            sizes.append((len(places) + 1, steps))
        weight = 1
        self.weights: list[tuple[int, int]] = []
        for count, steps in reversed(sizes):
            self.weights.insert(0, (weight * steps, weight))
            weight *= count * steps
        self.exact = weight < NEVER

    def _levels(self, a: Access) -> list[tuple[int, scf.For | None]]:
        """Places and loops on the way to an access, as far as they are told apart."""
        out: list[tuple[int, scf.For | None]] = []
        for place, loop in a.path:
            if loop not in self.split:
                return [*out, (place, None)]
            out.append((place, loop))
        return [*out, (a.place, None)]

    @staticmethod
    def count(a: Access) -> int:
        return math.prod(trips(loop) or 0 for _, loop in a.path) * a.size

    def note(self, a: Access, unit: int, times: Array, choose: np.ufunc) -> None:
        """Enter an access into ``times``: of the bytes of its operand."""
        assert a.at is not None
        when = np.zeros((), np.int64)
        where = np.array(a.at.const, np.int64)
        steps, levels = dict(a.at.steps), self._levels(a)
        for k, (_, loop) in enumerate(a.path):
            counter = np.arange(trips(loop) or 0, dtype=np.int64)
            told = k < len(levels) and levels[k][1] is loop
            when = np.add.outer(when, counter * (self.weights[k][1] if told else 0))
            where = np.add.outer(where, counter * steps.get(loop, 0))
        for k, (place, _) in enumerate(levels):
            when = when + self.ranks[k][place] * self.weights[k][0]
        units = np.arange(a.size // unit, dtype=np.int64)
        at = np.add.outer(where // unit, units).reshape(-1)
        at_time = np.add.outer(when, np.zeros_like(units)).reshape(-1)
        inside = (at >= 0) & (at < times.size)  # what is not there is not read
        choose.at(times, at[inside], at_time[inside])


# ---- distances, in units


def _safe_distance(last: Array, first: Array) -> int:
    """From which distance on nothing is overwritten before it has been read."""
    read, written = np.nonzero(last >= 0)[0], np.nonzero(first != NEVER)[0]
    if not read.size or not written.size:
        return -last.size
    by_read = read[np.argsort(last[read], kind="stable")]
    by_write = written[np.argsort(first[written], kind="stable")]
    # For each write: the lowest element that is read at a later time.
    lowest = np.minimum.accumulate(by_read[::-1])[::-1]
    later = np.searchsorted(last[by_read], first[by_write], side="right")
    some = later < by_read.size
    if not some.any():
        return -last.size
    return int((by_write[some] - lowest[later[some]]).max()) + 1


def _smaller(last: Array, first: Array, distance: int, step: int) -> int | None:
    """The smallest distance below that is safe, too; of those that are no less than 0."""
    found = (d for d in range(0, distance, step) if _is_safe(last, first, d))
    return next(found, None)


def _is_safe(last: Array, first: Array, distance: int) -> bool:
    """Whether nothing is overwritten too early at one distance."""
    size = min(last.size, first.size - distance)
    if size <= 0:
        return True
    for stride in (61, 1):  # most are refused by a few elements
        reads, writes = last[:size:stride], first[distance : distance + size : stride]
        if (writes < reads).any():
            return False
    return True
