"""From histograms to the limits of 8-bit formats. What lies outside is cut off; what is inside is
finer for it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from millrace.passes.quantize.formats import Range, narrow

Array = np.ndarray[Any, Any]
LEVELS = 256
SHARES = np.linspace(1.0, 0.3, 36)
"""Parts of the whole range that are tried."""


@dataclass(frozen=True)
class Histogram:
    """Counts in bins of equal width between ``low`` and ``high``."""

    low: float
    high: float
    counts: Array

    @property
    def centers(self) -> Array:
        n = self.counts.size
        return self.low + (np.arange(n) + 0.5) * (self.high - self.low) / n


def minmax(h: Histogram) -> Range:
    return Range(h.low, h.high)


def percentile(h: Histogram, kept: float = 0.9999) -> Range:
    """Without the outermost numbers on each side, one in ten thousand together."""
    total = np.cumsum(h.counts)
    if not total.size or not total[-1]:
        return minmax(h)
    part = total / total[-1]
    width = (h.high - h.low) / h.counts.size
    first = int(np.searchsorted(part, (1 - kept) / 2, side="right"))
    last = int(np.searchsorted(part, 1 - (1 - kept) / 2, side="left"))
    return Range(h.low + first * width, h.low + (last + 1) * width)


def mse(h: Histogram) -> Range:
    """The least mean square error."""
    return _best(h, _square_error)


def kl(h: Histogram) -> Range:
    """The least divergence of the distribution of stored numbers from that of the numbers."""
    return _best(h, _divergence)


METHODS: Mapping[str, Callable[[Histogram], Range]] = {
    "minmax": minmax,
    "percentile": percentile,
    "mse": mse,
    "kl": kl,
}


def _best(h: Histogram, cost: Callable[[Histogram, Range], float]) -> Range:
    """The cheapest of ranges that are cut on the sides of the larger magnitudes."""
    radius = max(abs(h.low), abs(h.high))
    tried = [Range(max(h.low, -radius * s), min(h.high, radius * s)) for s in SHARES]
    costs = [cost(h, r) for r in tried]
    return tried[int(np.argmin(costs))]


def _square_error(h: Histogram, r: Range) -> float:
    f = narrow(r)
    x = h.centers
    off = f.decode(f.encode(x)) - x
    inside = (x >= r.low) & (x <= r.high)
    # Inside, numbers lie anywhere between two that can be stored.
    return float((h.counts * np.where(inside, f.scale**2 / 12, off**2)).sum())


def _divergence(h: Histogram, r: Range) -> float:
    """Of the numbers with what is outside moved to the limits, from the same spread evenly over
    the steps of the format."""
    f = narrow(r)
    step = np.clip(f.encode(h.centers).astype(np.int64) + 128, 0, LEVELS - 1)
    inside = (h.centers >= r.low) & (h.centers <= r.high)
    p = np.where(inside, h.counts, 0.0)
    if not p.any():
        return float("inf")
    first, last = np.flatnonzero(inside)[[0, -1]]
    p[first] += h.counts[:first].sum()
    p[last] += h.counts[last + 1 :].sum()
    kept = np.where(inside, h.counts, 0.0)
    sums = np.bincount(step, kept, LEVELS)
    used = np.bincount(step, (kept > 0).astype(float), LEVELS)
    even = np.divide(sums, used, out=np.zeros(LEVELS), where=used > 0)
    q = np.where(kept > 0, even[step], 0.0)
    p, q = p / p.sum(), q / max(q.sum(), 1e-30)
    some = p > 0
    return float((p[some] * np.log(p[some] / np.maximum(q[some], 1e-9))).sum())
