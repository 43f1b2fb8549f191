"""Intervals of integers: what is known of a tensor's elements, as a whole or for each channel (the
last dimension)."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np

from millrace.ir.types import IntegerType, Type, element_of

Array = np.ndarray[Any, Any]
LIMIT = 1 << 46
"""Bounds beyond are not followed, so that arithmetic on them cannot overflow."""
WORK = 1 << 22
"""Elements of a tensor up to which its bounds are followed channel by channel."""


@dataclass(frozen=True, eq=False)
class Interval:
    """``low`` and ``high`` are i64 arrays of no dimension or one, which goes along the last
    dimension of the tensor."""

    low: Array
    high: Array

    @staticmethod
    def of(low: Any, high: Any) -> Interval:
        """The bounds of each channel from arrays whose last dimension counts channels."""
        lo, hi = np.asarray(low, np.int64), np.asarray(high, np.int64)
        lead = tuple(range(lo.ndim - 1)), tuple(range(hi.ndim - 1))
        return Interval(lo.min(lead[0]), hi.max(lead[1]))

    @staticmethod
    def of_type(t: Type) -> Interval | None:
        """All numbers of an integer type of at most 32 bits, truth values included."""
        return _of_element(element_of(t))

    @property
    def least(self) -> int:
        return int(self.low.min())

    @property
    def most(self) -> int:
        return int(self.high.max())

    @property
    def is_point(self) -> bool:
        return bool((self.low == self.high).all())

    def whole(self) -> Interval:
        """The bounds of all channels together."""
        return Interval.of(self.least, self.most)

    def join(self, other: Interval) -> Interval:
        """The smallest interval around both."""
        return Interval(np.minimum(self.low, other.low), np.maximum(self.high, other.high))

    def within(self, other: Interval) -> bool:
        return bool((self.low >= other.low).all() and (self.high <= other.high).all())


@cache
def _of_element(e: Type) -> Interval | None:
    if not isinstance(e, IntegerType) or e.width > 32:
        return None
    if e.width == 1:
        return Interval.of(0, 1)
    info = np.iinfo(e.dtype)
    return Interval.of(info.min, info.max)


def monotone(
    f: Callable[..., Any], xs: Sequence[Interval | None], signs: Sequence[int]
) -> Interval | None:
    """The image of a function that grows (sign 1) or falls (-1) in each argument. Absent optional
    arguments are None and stay so."""
    if any(x is not None and max(-x.least, x.most) > LIMIT for x in xs):
        return None
    ends = []
    for end in (1, -1):
        pairs = zip(xs, signs, strict=True)
        ends.append(f(*(None if x is None else (x.low if s == end else x.high) for x, s in pairs)))
    return Interval.of(*ends)


def product(x: Interval, y: Interval) -> Interval | None:
    if max(-x.least, x.most) * max(-y.least, y.most) > LIMIT:
        return None
    corners = [a * b for a in (x.low, x.high) for b in (y.low, y.high)]
    return Interval(np.minimum.reduce(corners), np.maximum.reduce(corners))


def moved(
    f: Callable[..., Any], xs: Sequence[Interval], shapes: Sequence[tuple[int, ...]]
) -> Interval | None:
    """The image of a function of whole tensors that grows with each of their elements."""
    if sum(math.prod(s) for s in shapes) > WORK:
        return None
    ends = []
    for side in ([x.low for x in xs], [x.high for x in xs]):
        y = np.asarray(f(*(np.broadcast_to(v, s) for v, s in zip(side, shapes, strict=True))))
        if not y.size:
            return None
        ends.append(y)
    return Interval.of(*ends)


def weighted(x: Interval, weights: Array) -> Interval:
    """The bounds of sums of products with weights [terms, channels]; ``x`` has bounds for each
    term or for all."""
    up, down = np.maximum(weights, 0).astype(np.int64), np.minimum(weights, 0).astype(np.int64)
    low, high = (np.broadcast_to(v, weights.shape[:1]) for v in (x.low, x.high))
    return Interval(low @ up + high @ down, high @ up + low @ down)
