"""Offsets for buffers with lifetimes: strip packing."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np


@dataclass(frozen=True)
class Item:
    """``size`` bytes that are in use from step ``first`` to step ``last``, both included."""

    size: int
    first: int
    last: int


def align(n: int, alignment: int) -> int:
    """``n`` rounded up."""
    return -(-n // alignment) * alignment


def lower_bound(items: Sequence[Item], alignment: int) -> int:
    """The most bytes in use at one step: no plan takes less."""
    changes: dict[int, int] = {}
    for it in items:
        size = align(it.size, alignment)
        changes[it.first] = changes.get(it.first, 0) + size
        changes[it.last + 1] = changes.get(it.last + 1, 0) - size
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
)
"""By size, by area, by length of life, by start, by end."""


def pack(items: Sequence[Item], alignment: int) -> tuple[list[int], int]:
    """(offsets, total size): first fit in several orders, the best of them."""
    bound = lower_bound(items, alignment)
    best: tuple[list[int], int] | None = None
    for order in ORDERS:
        ranked = sorted(range(len(items)), key=lambda i: (*order(items[i]), i))
        found = _first_fit(items, ranked, alignment)
        if best is None or found[1] < best[1]:
            best = found
        if best[1] == bound:
            break
    assert best is not None
    return best


def _first_fit(
    items: Sequence[Item], ranked: Sequence[int], alignment: int
) -> tuple[list[int], int]:
    """Place items in the given order, each at the lowest offset that is free in its lifetime."""
    first = np.array([items[i].first for i in ranked], np.int64)
    last = np.array([items[i].last for i in ranked], np.int64)
    begin = np.zeros(len(ranked), np.int64)
    end = np.zeros(len(ranked), np.int64)
    for n, i in enumerate(ranked):
        size = align(items[i].size, alignment)
        alive = (first[:n] <= last[n]) & (last[:n] >= first[n])
        at = 0
        spans = sorted(zip(begin[:n][alive].tolist(), end[:n][alive].tolist(), strict=True))
        for b, e in spans:
            if b - at >= size:
                break
            at = max(at, e)
        begin[n], end[n] = at, at + size
    offsets = [0] * len(items)
    for n, i in enumerate(ranked):
        offsets[i] = int(begin[n])
    return offsets, int(end.max(initial=0))
