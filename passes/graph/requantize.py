"""``requantize``: fixed-point multiplications in as few operations as give the same bits.

A multiplication by a fixed-point number rounds once or twice, in 64 bits. Where it is known what
the number can be, one product of which only the upper half is kept, a sum and a shift do:

- where a limit to at most 256 values follows, by numbers that are searched for and proven on all
  steps between those values (``steps.py``);
- else as the definition says it, but with the parts of the rounding that are constant, and the zero
  point, in the one number that is added.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import numpy as np

from millrace.ir.attributes import Dense
from millrace.ir.builder import Builder
from millrace.ir.core import Operation, Value
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr.bits import ShiftLeft, ShiftRight
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.dialects.mr.elementwise import Add, Clip
from millrace.ir.dialects.mr.fixed_point import FixedPointScale
from millrace.ir.dialects.mr.high_product import MultiplyHigh
from millrace.ir.dialects.mr.movement import shape_of
from millrace.ir.dialects.mr.support import constant, constant_of
from millrace.ir.interval import Interval
from millrace.ir.levels import Level
from millrace.ir.rewriter import Rewriter
from millrace.ir.types import I32
from millrace.passes.base import Pass, PassContext
from millrace.passes.graph.ranges import Ranges, ranges_of
from millrace.passes.graph.steps import Scaling, solve

Array = np.ndarray[Any, Any]
VALUES = 256
"""Results of a limit up to which their steps are looked at one by one."""
LEAST, MOST = -(1 << 31), (1 << 31) - 1


@dataclass(frozen=True)
class Requantize(Pass):
    """Replaces ``mr.fixed_point_scale`` by the upper half of a product where bounds of the operand
    show that the results are the same."""

    name: ClassVar[str] = "requantize"
    requires: ClassVar[Level | tuple[Level, ...]] = Level.GRAPH

    def run(self, module: Module, ctx: PassContext) -> None:
        for f in module.functions():
            found = [op for op in f.walk() if isinstance(op, FixedPointScale)]
            ranges = ranges_of(f.block) if found else Ranges()
            for op in found:
                chain = chain_of(op, ranges)
                if chain is not None:
                    with ctx.rewriter.atomic():
                        _replace(chain, ctx.rewriter)


def _replace(chain: Chain, rw: Rewriter) -> None:
    for each in (chain, chain.alone()):
        value = each.lowered(rw.before(each.last))
        if value is not None:
            rw.replace(each.last, value)
            if each.last is not each.op:
                rw.erase(each.op)
            return


@dataclass(frozen=True)
class Chain:
    """A multiplication, the zero point that is added and the limits that follow, if any. Arrays
    have one element, or one a channel. ``last`` is the operation that gives the result before the
    limits; ``low`` and ``high`` are then known to follow."""

    op: FixedPointScale
    last: Operation
    multiplier: Array
    right: Array
    zero: Array
    low: int
    high: int
    bounds: Interval
    whole: Interval
    """The bounds of the multiplication's result."""

    def alone(self) -> Chain:
        """Without what is added."""
        low, high = self.whole.least - 1, self.whole.most + 1
        return replace(self, last=self.op, zero=np.zeros(1, np.int64), low=low, high=high)

    def lowered(self, b: Builder) -> Value | None:
        if self.high - self.low < VALUES:
            value = self._searched(b)
            if value is not None:
                return value
        return self._once(b) if self.op.rounding == "once" else self._twice(b)

    # ---- by search

    def _searched(self, b: Builder) -> Value | None:
        form = None
        for each in self._scalings():
            form = form or solve(each, _adds_constant(self.op.input))
        if form is None:
            return None
        x: Value = self.op.input
        if form.bias.any():
            x = b.value(Add, x, _table(b, form.bias))
        y = b.value(MultiplyHigh, x, _table(b, form.factor), _table(b, form.high))
        return _shifted(b, y, np.array([form.shift]))

    def _scalings(self) -> Iterator[Scaling]:
        """With one set of numbers for all channels, if the factors are one; then for each."""
        arrays = (self.multiplier, self.right, self.zero, self.bounds.low, self.bounds.high)
        m, right, zero, first, last = np.broadcast_arrays(*(np.atleast_1d(a) for a in arrays))
        fixed = (self.op.rounding, zero, self.low, self.high)
        if len({*zip(m.tolist(), right.tolist(), zero.tolist(), strict=True)}) == 1:
            one = slice(0, 1)
            yield Scaling(
                m[one], -right[one], fixed[0], zero[one], *fixed[2:], first.min(keepdims=True),
                last.max(keepdims=True),
            )  # fmt: skip
        if m.size > 1:
            yield Scaling(m, -right, *fixed, first, last)

    # ---- by definition

    def _once(self, b: Builder) -> Value | None:
        """(x m + 2^(30 + right)) >> (31 + right): half of the units of the result is added."""
        right = self.right
        if right.max() <= 0 and right.min() == right.max():
            return self._rounded(b, self.op.input, 1 - int(right.min()), right * 0, self.zero)
        if (right == 1).all():
            return self._product(b, self.op.input, self.zero, 1 << 31)
        if right.min() < 2 or not _shiftable(right - 1) or not self._has_headroom(right - 1):
            return None
        added = (1 << (right - 2)) + (self.zero << (right - 1))
        y = self._product(b, self.op.input, added)
        return None if y is None else _shifted(b, y, right - 1)

    def _twice(self, b: Builder) -> Value | None:
        """The product is rounded half up; then half of the units is added, less one below 0."""
        right = self.right
        if (right <= 0).all() and right.min() == right.max():
            return self._rounded(b, self.op.input, 1 - int(right.min()), right * 0, self.zero)
        added = (np.int64(1) << np.maximum(right - 1, 0)) + (self.zero << np.maximum(right, 0))
        if right.min() < 1 or not _shiftable(right) or not self._has_room(1) or not _fits(added):
            return None
        if not self._has_headroom(right):
            return None
        sign = b.value(ShiftRight, self.op.input, _numbers(b, np.array([31])))
        high = b.value(Add, sign, _table(b, added))
        return self._rounded(b, self.op.input, 1, right, high)

    def _rounded(
        self, b: Builder, x: Value, left: int, right: Array, high: Array | Value
    ) -> Value | None:
        """``x`` shifted left, the product's upper half, rounded; shifted right."""
        if not self._has_room(left):
            return None
        x = b.value(ShiftLeft, x, _numbers(b, np.array([left])))
        y = self._product(b, x, high, 1 << 31)
        return None if y is None else _shifted(b, y, right)

    def _has_room(self, left: int) -> bool:
        """Whether the operand can be shifted left."""
        return left <= 30 and _fits(np.array([self.bounds.least, self.bounds.most]) << left)

    def _has_headroom(self, right: Array) -> bool:
        """Whether the sums that are shifted right fit: they have so many bits more than what they
        give."""
        low, high = self.whole.low + self.zero, self.whole.high + self.zero + 1
        return _fits(low << right) and _fits((high << right) - 1)

    def _product(
        self, b: Builder, x: Value, high: Array | Value, low: int | None = None
    ) -> Value | None:
        if not isinstance(high, Value):
            if not _fits(high):
                return None
            high = _table(b, high)
        rest = None if low is None else _numbers(b, np.array([low - (1 << 32)]))
        return b.value(MultiplyHigh, x, _table(b, self.multiplier), high, rest)


def chain_of(op: FixedPointScale, ranges: Ranges) -> Chain | None:
    """What is known of a multiplication by constants and of what follows it."""
    m, s, bounds = constant_of(op.multiplier), constant_of(op.shift), ranges.of(op.input)
    if m is None or s is None or bounds is None or not m.size or m.min() < 0:
        return None
    arrays = [_by_channel(a) for a in (m, np.clip(s, -31, 30))]
    last: Operation = op
    zero = np.zeros(1, np.int64)
    following = _next(op, Add)
    if following is not None:
        known = constant_of(following.rhs if following.lhs is op.result else following.lhs)
        if known is not None and _by_channel(known) is not None:
            last, zero = following, known.astype(np.int64).reshape(-1)
    multiplier, shift = arrays
    whole = ranges.of(op.result)
    if multiplier is None or shift is None or whole is None or not _wraps_nowhere(whole, zero):
        return None
    low, high = _limits(last, ranges)
    return Chain(op, last, multiplier, -shift, zero, low, high, bounds, whole)


def _limits(last: Operation, ranges: Ranges) -> tuple[int, int]:
    """Of the values that count: those of a limit that follows, else all."""
    clip = _next(last, Clip)
    if clip is not None and clip.input is last.results[0]:
        ends = [None if v is None else constant_of(v) for v in (clip.low, clip.high)]
        low, high = (None if a is None or a.size != 1 else int(a.reshape(-1)[0]) for a in ends)
        if low is not None and high is not None and low <= high:
            return low, high
    known = ranges.of(last.results[0])
    # One value more on either side, which is not reached: the ends count too.
    return (LEAST, MOST) if known is None else (known.least - 1, known.most + 1)


def _next(op: Operation, cls: type[Any]) -> Any:
    """The only user of the result, if it is of that class and has its shape."""
    uses = op.results[0].uses
    if len(uses) != 1 or not isinstance(uses[0].op, cls):
        return None
    user = uses[0].op
    return user if shape_of(user.results[0]) == shape_of(op.results[0]) else None


def _wraps_nowhere(whole: Interval, zero: Array) -> bool:
    return whole.least + int(zero.min()) > LEAST and whole.most + int(zero.max()) < MOST


def _by_channel(a: Array) -> Array | None:
    """One number, or one a channel; None when it varies along other dimensions."""
    if a.size != 1 and a.size != a.shape[-1]:
        return None
    return a.reshape(-1).astype(np.int64)


def _adds_constant(v: Value) -> bool:
    """Whether a bias costs nothing, as there is one already."""
    op = v.defining_op
    return isinstance(op, Add) and any(constant_of(x) is not None for x in op.operands)


def _fits(a: Array) -> bool:
    return bool(a.min() >= LEAST and a.max() <= MOST)


def _shiftable(right: Array) -> bool:
    """One count for all, or counts for which the shift is a product."""
    return bool(right.min() == right.max() or (right.min() >= 2 and right.max() <= 31))


def _shifted(b: Builder, x: Value, right: Array) -> Value:
    """Shifted right; by different counts as the upper half of products."""
    if not right.any():
        return x
    if right.min() == right.max():
        return b.value(ShiftRight, x, _numbers(b, right[:1]))
    return b.value(MultiplyHigh, x, _table(b, np.int64(1) << (32 - right)))


def _numbers(b: Builder, a: Array) -> Value:
    """A constant; of rank 0 where all are equal."""
    return constant(b, _plain(a), I32)


def _table(b: Builder, a: Array) -> Value:
    """The same of numbers that are the compiler's own."""
    return b.value(Constant, value=Dense(np.asarray(_plain(a)).astype(np.int32)), table=True)


def _plain(a: Array) -> Any:
    return a.reshape(-1)[0] if bool((a == a.reshape(-1)[0]).all()) else a
