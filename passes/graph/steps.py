"""A scaled, rounded and limited number, as one product: the search for numbers with which

    ((x + bias) * factor + 2^32 high) >> (32 + shift)

gives, after the same limits, what a fixed-point multiplication gives, for every number that ``x``
can be. Both sides grow with ``x``; so they agree everywhere if they agree where the one steps from
a value to the next. Nothing is approximate: what is found is proven on all steps, or not taken.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from millrace.ir.dialects.mr.fixed_point import scaled_by

Array = np.ndarray[Any, Any]
WORD = 1 << 32
FAR, FARTHEST = 1 << 62, 2.0**40
BIAS = 1 << 20
"""The largest bias."""
CHANGES = (0, 1, -1, 2, -2, 3, -3, 5, -5, 8, -8, 13, -13)
"""Changes of the factor that are tried."""


@dataclass(frozen=True)
class Scaling:
    """``clip(fixed_point_scale(x) + zero, low, high)`` for each channel, for ``x`` from ``first``
    to ``last``. All arrays have one element a channel."""

    multiplier: Array
    shift: Array
    rounding: str
    zero: Array
    low: int
    high: int
    first: Array
    last: Array

    def apply(self, x: Array) -> Array:
        y = scaled_by(x, self.multiplier, self.shift, self.rounding).astype(np.int64)
        return np.clip(y + self.zero, self.low, self.high)

    def steps(self) -> Array:
        """[value, channel]: the first ``x`` that gives ``low + 1 + value`` or more; ``last + 1``
        where none does."""
        values = np.arange(self.low + 1, self.high + 1)[:, None]
        least, end = self._brackets(values)
        while (least < end).any():
            middle = (least + end) >> 1
            enough = self.apply(np.minimum(middle, self.last)) >= values
            end = np.where(enough & (least < end), middle, end)
            least = np.where(enough | (least >= end), least, middle + 1)
        return least

    def _brackets(self, values: Array) -> tuple[Array, Array]:
        """Where the steps are, about: near those of the real numbers, where that is right."""
        real = np.maximum(self.multiplier, 1) * np.exp2(self.shift - 31.0)
        at = np.floor(np.clip((values - self.zero - 0.5) / real, -FARTHEST, FARTHEST))
        reach = 4 + np.ceil(np.exp2(1.0 - np.maximum(self.shift, 0)))
        first, after = self.first, self.last + 1
        least, end = (np.clip(at + r, first, after).astype(np.int64) for r in (-reach, reach))
        before = self.apply(np.maximum(least - 1, first)) < values
        reached = self.apply(np.minimum(end, self.last)) >= values
        least = np.where((least > first) & before, least, first)
        return least, np.where((end <= self.last) & reached, end, after)

    def channel(self, c: int) -> Scaling:
        """One channel alone."""
        names = ("multiplier", "shift", "zero", "first", "last")
        return replace(self, **{n: getattr(self, n)[c : c + 1] for n in names})


@dataclass(frozen=True)
class Form:
    """The numbers of the product, one a channel."""

    bias: Array
    factor: Array
    high: Array
    shift: int

    def apply(self, x: Array) -> Array:
        """Without the limits."""
        moved = np.asarray(x, np.int64) + self.bias
        return np.asarray((moved * self.factor + self.high * WORD) >> (32 + self.shift))


@dataclass(frozen=True)
class Conditions:
    """Of one channel: numbers at which a value must be reached, and at which it must not be."""

    reached: Array
    reached_value: Array
    missed: Array
    missed_value: Array

    @staticmethod
    def of(s: Scaling, steps: Array, c: int) -> Conditions:
        first, last, t = int(s.first[c]), int(s.last[c]), steps[:, c]
        values = np.arange(s.low + 1, s.high + 1)
        inside = (t > first) & (t <= last)
        x, y = [t[inside], t[inside] - 1], [values[inside], values[inside]]
        for i, (at, value) in enumerate(((first, s.low), (last, s.low + 1))):
            value += int((t <= at).sum())
            if s.low < value <= s.high:
                x[i], y[i] = np.append(x[i], at), np.append(y[i], value)
        return Conditions(x[0], y[0], x[1], y[1])

    def window(self, factor: int, shift: int) -> tuple[int, int]:
        """What ``2^32 high + bias * factor`` may be: from the first number to below the second."""
        unit = np.int64(1) << (32 + shift)
        least = self.reached_value * unit - self.reached * factor
        end = self.missed_value * unit - self.missed * factor
        return int(least.max(initial=-FAR)), int(end.min(initial=FAR))


def solve(s: Scaling, free_bias: bool) -> Form | None:
    """A product with one shift for all channels; with a bias only where that costs nothing."""
    right = -s.shift.astype(np.int64)
    live = s.multiplier > 0
    shift = int(right[live].min(initial=1 << 20)) - 1
    largest = max(-int(s.first.min()), int(s.last.max()))
    if not live.any() or not 0 <= shift <= 20 or right[live].max() > 31 or largest >= 1 << 30:
        return None
    most = BIAS if free_bias else 0
    if len(s.first) > 1 and solve(s.channel(int(np.argmax(live))), free_bias) is None:
        return None  # before all channels are looked at
    steps = s.steps()
    found = []
    for c in range(len(s.first)):
        spare = int(right[c]) - 1 - shift if live[c] else 0
        base = int(s.multiplier[c]) >> spare
        numbers = _numbers(Conditions.of(s, steps, c), base, shift, most)
        if numbers is None:
            return None
        found.append(numbers)
    bias, factor, high = np.array(found, np.int64).T
    form = Form(bias, factor, high, shift)
    return form if _proven(s, form, steps) else None


def _numbers(c: Conditions, base: int, shift: int, most: int) -> tuple[int, int, int] | None:
    """Bias, factor and high for one channel; the bias up to ``most``."""
    for factor in (base + change for change in CHANGES):
        if not 0 <= factor < 1 << 31:
            continue
        least, end = c.window(factor, shift)
        bias = _bias(factor, least, end, most) if least < end else None
        if bias is not None:
            return bias, factor, -((bias * factor - least) // WORD)
    return None


def _bias(factor: int, least: int, end: int, most: int) -> int | None:
    """The smallest number whose product with the factor lies between two, but for multiples of
    2^32."""
    low, high = least % WORD, least % WORD + end - least - 1
    if low == 0 or high >= WORD:
        return 0
    up = first_multiple(factor, WORD, low, high)
    down = first_multiple(WORD - factor, WORD, low, high)
    found = [b for b in (up, None if down is None else -down) if b is not None and abs(b) <= most]
    return min(found, key=abs, default=None)


def first_multiple(a: int, m: int, low: int, high: int) -> int | None:
    """The smallest n >= 0 with ``low <= a n mod m <= high``, for 0 <= low <= high < m."""
    a %= m
    if low == 0:
        return 0
    if a == 0:
        return None
    n = -(-low // a)
    if a * n <= high:
        return n
    # No multiple of a lies between; so m y must leave the right rest modulo a.
    y = first_multiple(m, a, -high % a, -low % a)
    return None if y is None else -(-(low + m * y) // a)


def _proven(s: Scaling, form: Form, steps: Array) -> bool:
    """Equal right before and at every step, and at both ends; nothing overflows."""
    points = np.concatenate([steps, steps - 1, s.first[None], s.last[None]])
    points = np.clip(points, s.first, s.last)
    same = np.clip(form.apply(points), s.low, s.high) == s.apply(points)
    moved = np.abs(points) + np.abs(form.bias)
    wide = (moved * form.factor >> 32) + np.abs(form.high) + 1
    return bool(same.all() and (wide < 1 << 31).all() and (moved < 1 << 31).all())
