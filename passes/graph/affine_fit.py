"""A function of one or two small integers, given by all its values, as a limited affine form:

    clip((sum of factor * x + added) >> shift, low, high)

The factors are near those of a least-squares plane. For given factors each value bounds what may
be added; so a form is right for all values exactly if the greatest lower bound is below the least
upper one. Where it is not, the factors are moved in smaller and smaller steps as long as that
brings the two nearer.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import Any

import numpy as np

Array = np.ndarray[Any, Any]
ROOM = 30
"""Bits that the sum may take."""
FIRST_STEP = 8
"""The first steps of the search have less than so many bits."""
MOVES = 4
"""Steps of one size."""


@dataclass(frozen=True)
class Affine:
    """The numbers of the form."""

    factors: tuple[int, ...]
    added: int
    shift: int
    low: int
    high: int
    is_limited: bool = True
    """Whether the limits are ever exceeded."""


@dataclass(frozen=True)
class Side:
    """Arguments (a row each) and the sums at which a value begins there."""

    arguments: Array
    begins: Array

    def rest(self, factors: Sequence[int]) -> Array:
        """What is to be added to the products for the sum to be just that."""
        rest: Array = self.begins - self.arguments[0] * factors[0]
        for x, f in zip(self.arguments[1:], factors[1:], strict=True):
            rest -= x * f
        return rest

    def where(self, mask: Array) -> Side:
        return Side(self.arguments[:, mask], self.begins[mask])

    @property
    def reach(self) -> int:
        """By how much a step of each factor moves the sum at most."""
        return int(np.abs(self.arguments).sum(0).max(initial=0))


@dataclass(frozen=True)
class Bounds:
    """What bounds the number that is added from below (a value must be reached), and from above
    (the next one must not be)."""

    below: Side
    above: Side

    def window(self, factors: Sequence[int]) -> tuple[int, int]:
        """What may be added: from the first number to below the second."""
        least, end = self.below.rest(factors), self.above.rest(factors)
        return int(least.max(initial=-(1 << 62))), int(end.min(initial=1 << 62))

    def near(self, factors: Sequence[int], reach: int) -> Bounds:
        """Those that can count when no factor moves by more than ``reach``."""
        least, end = self.below.rest(factors), self.above.rest(factors)
        low = least >= least.max(initial=-(1 << 62)) - 2 * reach * self.below.reach
        high = end <= end.min(initial=1 << 62) + 2 * reach * self.above.reach
        return Bounds(self.below.where(low), self.above.where(high))


def fit(values: Array, arguments: Sequence[Array]) -> Affine | None:
    """``arguments`` broadcast against each other to the shape of ``values``."""
    f = values.astype(np.int64).reshape(-1)
    x = np.stack([np.broadcast_to(a, values.shape).reshape(-1) for a in arguments])
    x = x.astype(np.int64)
    low, high = int(f.min()), int(f.max())
    plane = _plane(f, x, low, high)
    if plane is None:
        return None
    largest = float(np.abs(x).max(1) @ np.abs(plane[:-1]) + abs(plane[-1]) + 1)
    shift = ROOM - int(np.ceil(np.log2(largest)))
    if not 1 <= shift <= 30:
        return None
    unit = 1 << shift
    below, above = f > low, f < high
    inside = Bounds(Side(x[:, below], f[below] * unit), Side(x[:, above], (f[above] + 1) * unit))
    factors = tuple(round(float(a) * unit) for a in plane[:-1])
    factors, window = _search(inside, factors, shift)
    if window[0] >= window[1]:
        return None
    return _checked(Affine(factors, _round_number(*window), shift, low, high), f, x)


def _plane(f: Array, x: Array, low: int, high: int) -> Array | None:
    """Least squares where the value is not at a limit."""
    inside = (f > low) & (f < high)
    if inside.sum() < 4:
        return None
    rows = np.vstack([x[:, inside].astype(np.float64), np.ones(int(inside.sum()))])
    try:  # normal equations: the columns are few and far from parallel
        return np.asarray(np.linalg.solve(rows @ rows.T, rows @ (f[inside] + 0.5)))
    except np.linalg.LinAlgError:
        return None


def _search(
    b: Bounds, factors: tuple[int, ...], shift: int
) -> tuple[tuple[int, ...], tuple[int, int]]:
    window = b.window(factors)
    if window[0] - window[1] > 1 << (shift - 2):
        return factors, window  # far from affine
    for step in (1 << k for k in reversed(range(min(FIRST_STEP, shift)))):
        if window[0] < window[1]:
            break
        b = b.near(factors, (MOVES + 1) * step * 2)  # smaller steps add up to as much again
        for _ in range(MOVES):
            better = _neighbour(b, factors, window, step)
            if better is None:
                break
            factors, window = better
    return factors, window


def _neighbour(
    b: Bounds, factors: tuple[int, ...], window: tuple[int, int], step: int
) -> tuple[tuple[int, ...], tuple[int, int]] | None:
    """The best of the neighbours, if it is better."""
    best = None
    for move in product((0, 1, -1), repeat=len(factors)):
        other = tuple(f + m * step for f, m in zip(factors, move, strict=True))
        w = b.window(other)
        if w[1] - w[0] > window[1] - window[0]:
            best, window = (other, w), w
    return best


def _round_number(least: int, end: int) -> int:
    """Of the numbers from ``least`` to below ``end`` the one with most zeros at its end."""
    if least <= 0 < end:
        return 0
    bits = 0
    while -(-least >> (bits + 1)) << (bits + 1) < end:
        bits += 1
    return -(-least >> bits) << bits


def _checked(form: Affine, f: Array, x: Array) -> Affine | None:
    """The form, if it is right for every argument and no sum leaves 32 bits."""
    parts = x * np.array(form.factors, np.int64)[:, None]
    y = (parts.sum(0) + form.added) >> form.shift
    most = np.abs(parts).sum(0).max() + abs(form.added)
    if most >= 1 << 31 or (np.clip(y, form.low, form.high) != f).any():
        return None
    return replace(form, is_limited=bool((y != f).any()))
