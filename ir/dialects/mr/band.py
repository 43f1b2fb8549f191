"""Bands: what of a tensor lies between two places along one axis.

An operation that can be computed in bands says which band of each operand a band of its result is
made of (:meth:`TensorOp.operand_bands`), and what changes in its attributes where it computes that
band alone (:meth:`TensorOp.band_fields`)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from millrace.ir.affine import AffineMap, dims_of, linear_form


@dataclass(frozen=True)
class Band:
    """The elements from ``start`` to before ``stop`` along ``axis``."""

    axis: int
    start: int
    stop: int

    @property
    def size(self) -> int:
        return self.stop - self.start

    def hull(self, other: Band) -> Band:
        """The smallest band around both, which lie along one axis."""
        assert self.axis == other.axis
        return Band(self.axis, min(self.start, other.start), max(self.stop, other.stop))


Bands = tuple[Band | None, ...]
"""One an operand; None for all of it."""


def read_band(m: AffineMap, extents: Sequence[int], band: Band) -> tuple[Band | None, bool]:
    """What an access reads while loop ``band.axis`` runs over the band and the others over their
    extents: None for everything. False when that is no band along one axis."""
    moving = [(axis, e) for axis, e in enumerate(m.results) if band.axis in dims_of(e)]
    if not moving:
        return None, True
    axis, e = moving[0]
    form = linear_form(e, m.num_dims)
    if form is None or len(moving) > 1:
        return None, False
    coefficients, low = form
    high = low
    for d, c in enumerate(coefficients):
        first, last = (band.start, band.stop - 1) if d == band.axis else (0, extents[d] - 1)
        low += min(c * first, c * last)
        high += max(c * first, c * last)
    return Band(axis, low, high + 1), True


def read_bands(maps: Sequence[AffineMap], extents: Sequence[int], band: Band) -> Bands | None:
    """The same for all operands; None when one of them cannot be read so."""
    found = [read_band(m, extents, band) for m in maps]
    return tuple(b for b, _ in found) if all(fits for _, fits in found) else None
