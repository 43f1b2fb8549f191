"""What of a box is not covered by other boxes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

Box = tuple[tuple[int, ...], tuple[int, ...]]
"""Offsets and sizes."""


def uncovered(shape: tuple[int, ...], boxes: Sequence[Box]) -> list[Box]:
    """Disjoint boxes that together with ``boxes`` cover a box of ``shape`` at the origin."""
    rest: list[Box] = [((0,) * len(shape), shape)]
    for box in boxes:
        if 0 not in box[1]:
            rest = [part for r in rest for part in _subtract(r, box)]
    return [r for r in rest if 0 not in r[1]]


def _subtract(a: Box, b: Box) -> Iterator[Box]:
    """``a`` without ``b``: slabs before and behind it along each dimension in turn."""
    low = [max(x, y) for x, y in zip(a[0], b[0], strict=True)]
    ends = zip(a[0], a[1], b[0], b[1], strict=True)
    high = [min(ao + an, bo + bn) for ao, an, bo, bn in ends]
    if any(lo >= hi for lo, hi in zip(low, high, strict=True)):
        yield a
        return
    offsets, sizes = list(a[0]), list(a[1])
    for d in range(len(low)):
        end = offsets[d] + sizes[d]
        for start, stop in ((offsets[d], low[d]), (high[d], end)):
            if start < stop:
                at, extent = offsets.copy(), sizes.copy()
                at[d], extent[d] = start, stop - start
                yield tuple(at), tuple(extent)
        offsets[d], sizes[d] = low[d], high[d] - low[d]
