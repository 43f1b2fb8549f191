"""Tiles: how a dimension's extent is covered, and what a schedule says.

A dimension is covered by *pieces*, runs of tiles of equal size, so that all tile sizes are known
at compile time and remainders need no masks: 49 rows by tiles of at most 14 become one piece of
one tile of 13 and one of three tiles of 12; 100 lanes by tiles of 32 become three tiles of 32 and
one of 4.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Run:
    """``count`` tiles of ``size`` from ``start`` on."""

    start: int
    count: int
    size: int

    @property
    def stop(self) -> int:
        return self.start + self.count * self.size


def balanced(extent: int, tile: int) -> tuple[Run, ...]:
    """As few tiles as possible, their sizes differing by at most one."""
    if extent == 0:
        return ()
    n = -(-extent // tile)
    size, larger = divmod(extent, n)
    runs = []
    if larger:
        runs.append(Run(0, larger, size + 1))
    runs.append(Run(larger * (size + 1), n - larger, size))
    return tuple(runs)


def full_then_rest(extent: int, tile: int) -> tuple[Run, ...]:
    """As many full tiles as fit, then one smaller one."""
    full, rest = divmod(extent, tile)
    runs = []
    if full:
        runs.append(Run(0, full, tile))
    if rest:
        runs.append(Run(full * tile, 1, rest))
    return tuple(runs)


def segments(size: int, lanes: int) -> tuple[tuple[int, int], ...]:
    """(offset, width) of the vectors that cover a tile of the vector dimension."""
    return tuple((o, min(lanes, size - o)) for o in range(0, size, lanes))


@dataclass(frozen=True)
class Schedule:
    """How a stage's loops run.

    ``order``: the parallel dimensions from the outermost loop in; ``tile``: for every dimension
    of the stage the size of its tile (parallel: held in registers at once; reduction: unrolled);
    ``vector_dim``: the dimension whose neighbours share a vector, -1 for none, with ``lanes``
    elements a vector; ``splits``: independent accumulators for each result element.
    """

    order: tuple[int, ...]
    tile: tuple[int, ...]
    vector_dim: int = -1
    lanes: int = 1
    splits: int = 1

    def runs(self, d: int, extent: int) -> tuple[Run, ...]:
        """The pieces that cover dimension ``d``."""
        if d == self.vector_dim or d not in self.order:
            return full_then_rest(extent, self.tile[d])
        return balanced(extent, self.tile[d])
