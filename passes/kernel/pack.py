"""Packing of constants: the order in memory becomes the order in which the tiles read.

A constant read inside a reduction is stored as blocks, one for each tile of the parallel
dimensions it depends on, in loop order; within a block come the reduction steps, and for each step
the elements of the tile with the vector dimension innermost. So the innermost loop reads one
forward stream with aligned, contiguous vectors, whatever the layout in the model file was.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product
from typing import Any

import numpy as np

from millrace.passes.kernel.stage import Access, Stage
from millrace.passes.kernel.tiles import Run, Schedule

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Packing:
    """How one access to a constant is laid out."""

    access: Access
    outer: tuple[int, ...]
    """Parallel dimensions, in loop order."""
    inner: tuple[int, ...]
    """The same dimensions in the order within a block: the vector dimension last."""
    reduced: tuple[int, ...]
    """Reduction dimensions, outermost first."""
    extents: tuple[int, ...]

    def coefficients(self, sizes: dict[int, int]) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Strides of tile positions and of offsets within the tile, for tiles of ``sizes``."""
        n = len(self.extents)
        base, offset = [0] * n, [0] * n
        steps = math.prod(self.extents[d] for d in self.reduced)
        for i, d in enumerate(self.outer):
            before = math.prod(sizes[o] for o in self.outer[:i])
            after = math.prod(self.extents[o] for o in self.outer[i + 1 :])
            base[d] = before * after * steps
        stride = 1
        for d in reversed(self.inner):
            offset[d] = stride
            stride *= sizes[d]
        for d in reversed(self.reduced):
            base[d] = offset[d] = stride
            stride *= self.extents[d]
        return tuple(base), tuple(offset)


def packing_of(stage: Stage, schedule: Schedule, a: Access, group: int) -> Packing | None:
    """The packing of an access to a constant inside a reduction; None when there is nothing to
    gain (it does not depend on a parallel dimension) or the elements are read more than once
    (overlapping windows)."""
    outer = tuple(d for d in schedule.order if d in a.dims)
    reduced = tuple(d for d in stage.groups[group] if d in a.dims)
    if not outer or set(a.dims) != {*outer, *reduced}:
        return None
    inner = tuple(d for d in outer if d != schedule.vector_dim)
    if schedule.vector_dim in outer:
        inner = (*inner, schedule.vector_dim)
    return Packing(a, outer, inner, reduced, tuple(stage.extents))


def pack(p: Packing, schedule: Schedule, data: Array) -> Array:
    """The flat packed array of a constant whose flat data is ``data``."""
    dims = (*p.outer, *p.reduced)
    total = math.prod(p.extents[d] for d in dims)
    out = np.zeros(total, data.dtype)
    runs = [schedule.runs(d, p.extents[d]) for d in p.outer]
    for combo in product(*runs):
        _pack_run(p, dict(zip(p.outer, combo, strict=True)), data, out)
    return out


def _pack_run(p: Packing, runs: dict[int, Run], data: Array, out: Array) -> None:
    """Fill the blocks of one combination of runs."""
    base, offset = p.coefficients({d: r.size for d, r in runs.items()})
    source = np.array(p.access.const, np.int64)
    target = np.array(0, np.int64)
    for d, r in runs.items():
        tiles = np.arange(r.start, r.stop, r.size, dtype=np.int64)
        within = np.arange(r.size, dtype=np.int64)
        c = p.access.coeffs[d]
        source = np.add.outer(np.add.outer(source, tiles * c), within * c)
        target = np.add.outer(np.add.outer(target, tiles * base[d]), within * offset[d])
    for d in p.reduced:
        steps = np.arange(p.extents[d], dtype=np.int64)
        source = np.add.outer(source, steps * p.access.coeffs[d])
        target = np.add.outer(target, steps * offset[d])
    out[target] = data[source]
