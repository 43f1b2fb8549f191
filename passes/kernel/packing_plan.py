"""Offsets for buffers with lifetimes: strip packing. Two buffers that are in use at once lie apart,
or as far over each other as the step that they have in common allows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from millrace.passes.kernel.overlaps import Overlap


@dataclass(frozen=True)
class Item:
    """``size`` bytes that are in use from step ``first`` to step ``last``, both included."""

    size: int
    first: int
    last: int


Allowed = Mapping[tuple[int, int], Overlap]
"""For (operand, result), places in a list of items: the first is in use up to the step at which the
second begins to be."""


def align(n: int, alignment: int) -> int:
    """``n`` rounded up."""
    return -(-n // alignment) * alignment


def lower_bound(items: Sequence[Item], alignment: int, allowed: Allowed | None = None) -> int:
    """The most bytes in use at one step: no plan takes less. What may lie under something else
    does not count at that step."""
    under = {i for i, _ in allowed or {}}
    changes: dict[int, int] = {}
    for i, it in enumerate(items):
        size = align(it.size, alignment)
        last = it.last - 1 if i in under else it.last
        if last >= it.first:
            changes[it.first] = changes.get(it.first, 0) + size
            changes[last + 1] = changes.get(last + 1, 0) - size
    live = most = 0
    for step in sorted(changes):
        live += changes[step]
        most = max(most, live)
    return most


ORDERS: tuple[Callable[[Item], tuple[int, ...]], ...] = (
    lambda it: (-it.size, it.first),
    lambda it: (-it.size * (it.last - it.first + 1), it.first),
    lambda it: (it.first - it.last, -it.size, it.first),
    lambda it: (it.first, -it.size),
    lambda it: (-it.last, -it.size),
    lambda it: (-it.size, -it.first),
)
"""By size, by area, by length of life, by start, by end; by size from the end on."""
ROUNDS = 64
MOST_IMPROVED = 128
"""Rounds in which a plan is improved, and buffers up to which that is tried."""


def pack(
    items: Sequence[Item], alignment: int, allowed: Allowed | None = None
) -> tuple[list[int], int]:
    """(offsets, total size): first fit in several orders, the best of them; then with what reaches
    the end placed first."""
    bound = lower_bound(items, alignment, allowed)
    best: tuple[list[int], int] | None = None
    start: list[int] = []
    for order in ORDERS:
        ranked = sorted(range(len(items)), key=lambda i: (*order(items[i]), i))
        found = _first_fit(items, ranked, alignment, allowed or {})
        if best is None or found[1] < best[1]:
            best, start = found, ranked
        if best[1] == bound:
            return best
    assert best is not None
    return _improved(items, start, best, alignment, allowed or {}, bound)


def _improved(
    items: Sequence[Item],
    ranked: Sequence[int],
    best: tuple[list[int], int],
    alignment: int,
    allowed: Allowed,
    bound: int,
) -> tuple[list[int], int]:
    """A smaller plan, if placing what reaches the end of one before all else leads to it."""
    found = best
    for _ in range(ROUNDS if len(items) <= MOST_IMPROVED else 0):
        offsets, total = found
        last = [i for i in ranked if offsets[i] + align(items[i].size, alignment) == total]
        ranked = [*last, *(i for i in ranked if i not in last)]
        found = _first_fit(items, ranked, alignment, allowed)
        if found[1] < best[1]:
            best = found
        if best[1] == bound:
            break
    return best


@dataclass(frozen=True)
class _Gap:
    """Where a buffer must not begin: between ``low`` and ``high``, but for ``point``."""

    low: int
    high: int
    point: int | None = None

    def refuses(self, at: int) -> bool:
        return self.low < at < self.high and at != self.point


def _first_fit(
    items: Sequence[Item], ranked: Sequence[int], alignment: int, allowed: Allowed
) -> tuple[list[int], int]:
    """Place items in the given order, each at the lowest offset that is free in its lifetime."""
    first = np.array([items[i].first for i in ranked], np.int64)
    last = np.array([items[i].last for i in ranked], np.int64)
    begin = np.zeros(len(ranked), np.int64)
    end = np.zeros(len(ranked), np.int64)
    place = {i: n for n, i in enumerate(ranked)}
    partners: dict[int, list[tuple[int, bool, Overlap]]] = {}
    for (x, y), o in allowed.items():
        partners.setdefault(x, []).append((place[y], True, o))
        partners.setdefault(y, []).append((place[x], False, o))
    for n, i in enumerate(ranked):
        size = align(items[i].size, alignment)
        alive = (first[:n] <= last[n]) & (last[:n] >= first[n])
        special = {}
        for m, is_operand, o in partners.get(i, ()):
            if m < n:
                span = int(begin[m]), int(end[m])
                special[m] = _over(size, span, o, alignment, is_operand)
                alive[m] = False
        spans = zip(begin[:n][alive].tolist(), end[:n][alive].tolist(), strict=True)
        gaps = [_Gap(b - size, e) for b, e in spans]
        at = _lowest([*gaps, *special.values()])
        begin[n], end[n] = at, at + size
    offsets = [0] * len(items)
    for n, i in enumerate(ranked):
        offsets[i] = int(begin[n])
    return offsets, int(end.max(initial=0))


def _over(size: int, other: tuple[int, int], o: Overlap, alignment: int, is_operand: bool) -> _Gap:
    """Where a buffer must not begin for the sake of one that it may lie over."""
    begin, end = other
    exactly = None if o.exactly is None or o.exactly % alignment else o.exactly
    if is_operand:
        low, high = begin - size, min(begin + align(o.at_least, alignment), end)
        return _Gap(low, high, None if exactly is None else begin + exactly)
    low = max(begin - align(o.at_least, alignment), begin - size)
    return _Gap(low, end, None if exactly is None else begin - exactly)


def _lowest(gaps: list[_Gap]) -> int:
    """The lowest place that no gap refuses."""
    at = 0
    for g in sorted(gaps, key=lambda g: g.low):
        if g.low >= at:
            break
        at = max(at, g.high)
    points = sorted(g.point for g in gaps if g.point is not None and 0 <= g.point < at)
    return next((p for p in points if not any(g.refuses(p) for g in gaps)), at)
