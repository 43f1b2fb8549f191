"""Geometry of sliding windows, shared by convolution and pooling."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from millrace.ir.affine import AffineExpr, dim
from millrace.ir.core import Operation
from millrace.ir.dialects.mr.kinds import Array


@dataclass(frozen=True)
class Geometry:
    """How a window moves over the spatial dimensions: one entry a dimension in each field."""

    sizes: tuple[int, ...]
    kernel: tuple[int, ...]
    strides: tuple[int, ...]
    dilations: tuple[int, ...]
    low: tuple[int, ...]
    high: tuple[int, ...]

    @property
    def rank(self) -> int:
        return len(self.sizes)

    @property
    def is_padded(self) -> bool:
        return any((*self.low, *self.high))

    @property
    def outputs(self) -> tuple[int, ...]:
        """Number of window positions."""
        return tuple(
            (n + lo + hi - d * (k - 1) - 1) // s + 1
            for n, lo, hi, d, k, s in zip(
                self.sizes,
                self.low,
                self.high,
                self.dilations,
                self.kernel,
                self.strides,
                strict=True,
            )
        )

    def index(self, axis: int, position: int, tap: int) -> AffineExpr:
        """Where window ``position`` (a dim) reads at ``tap`` (a dim), without padding."""
        return dim(position) * self.strides[axis] + dim(tap) * self.dilations[axis]

    def taps(self) -> Iterator[tuple[int, ...]]:
        """The indices of the kernel's elements."""
        return itertools.product(*(range(k) for k in self.kernel))

    def tap_slices(self, tap: Sequence[int]) -> tuple[slice, ...]:
        """Spatial slices of the padded input that all positions read at ``tap``."""
        out = []
        for t, d, s, n in zip(tap, self.dilations, self.strides, self.outputs, strict=True):
            out.append(slice(t * d, t * d + s * (n - 1) + 1, s) if n else slice(0))
        return tuple(out)


def geometry(
    op: Operation,
    sizes: Sequence[int],
    kernel: Sequence[int],
    strides: Sequence[int] | None,
    dilations: Sequence[int] | None,
    pads: tuple[Sequence[int] | None, Sequence[int] | None],
) -> Geometry:
    """Checked geometry; an error of ``op`` when the entries do not fit together."""
    rank = len(sizes)
    ones, zeros = (1,) * rank, (0,) * rank
    low, high = (tuple(p) if p is not None else zeros for p in pads)
    g = Geometry(
        tuple(sizes),
        tuple(kernel),
        tuple(strides) if strides is not None else ones,
        tuple(dilations) if dilations is not None else ones,
        low,
        high,
    )
    for what in ("kernel", "strides", "dilations", "low", "high"):
        entries = getattr(g, what)
        if len(entries) != rank:
            raise op.error(f"{what} {list(entries)} for {rank} spatial dimensions")
        if min(entries, default=1) < (0 if what in ("low", "high") else 1):
            raise op.error(f"{what} {list(entries)} out of range")
    if min(g.outputs, default=1) < 1:
        window = "x".join(map(str, g.kernel))
        raise op.error(f"a window of {window} does not fit into {'x'.join(map(str, sizes))}")
    return g


def padded(x: Array, g: Geometry, value: float) -> Array:
    """A channels-last array with its spatial borders filled with ``value``."""
    if not g.is_padded:
        return x
    spatial = zip(g.low, g.sizes, g.high, strict=True)
    out = np.full((x.shape[0], *(a + n + b for a, n, b in spatial), x.shape[-1]), value, x.dtype)
    inner = tuple(slice(a, a + n) for a, n in zip(g.low, g.sizes, strict=True))
    out[(slice(None), *inner)] = x
    return out
