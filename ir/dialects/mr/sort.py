"""Sorting: top-k and sort."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from millrace.ir.core import OpResult, Value
from millrace.ir.dialects.mr.kinds import Array, Composite, Library
from millrace.ir.dialects.mr.support import widen_array
from millrace.ir.opdef import attr, operand, result
from millrace.ir.types import I1, I64, Type, is_float, tensor

if TYPE_CHECKING:
    from millrace.ir.builder import Builder
    from millrace.ir.scalar import Buffer, LoopBuilder, ScalarValue


class TopK(Library):
    """``mr.top_k``: the ``k`` greatest (or smallest) elements along ``axis`` in order, and their
    indices (i64). Of equal elements the lower index comes first; NaN counts as greatest."""

    name = "mr.top_k"
    input: Value = operand()
    k: int = attr()
    axis: int = attr()
    largest: bool = attr(True)
    values: OpResult = result()
    indices: OpResult = result()

    def selects(self) -> bool:
        return True

    def infer(self) -> Sequence[Type]:
        t = self.operand_type(0)
        if not 0 <= self.axis < t.rank:
            raise self.error(f"axis {self.axis} of a tensor of rank {t.rank}")
        if not 0 <= self.k <= t.shape[self.axis]:
            raise self.error(f"{self.k} of {t.shape[self.axis]} elements")
        shape = [self.k if i == self.axis else n for i, n in enumerate(t.shape)]
        return (tensor(shape, t.element), tensor(shape, I64))

    def evaluate(self, x: Array) -> tuple[Array, Array]:
        wide = widen_array(x)
        assert wide is not None
        # Ranks among the distinct values are integers, which can be negated without overflow.
        rank = np.unique(wide, return_inverse=True)[1].reshape(x.shape).astype(np.int64)
        order = np.argsort(-rank if self.largest else rank, self.axis, kind="stable")
        order = order[(slice(None),) * self.axis + (slice(self.k),)]
        return np.take_along_axis(x, order, self.axis), order.astype(np.int64, copy=False)

    def lower(
        self, b: LoopBuilder, inputs: tuple[Buffer, ...], outputs: tuple[Buffer, ...]
    ) -> None:
        source = inputs[0]
        if self.k == 0 or 0 in source.shape:
            return
        lanes = [1 if i == self.axis else n for i, n in enumerate(source.shape)]
        b.nest(lanes, lambda lane: _Heap(self, b, source, outputs, lane).run())


class _Heap:
    """Code for one lane: a heap of the best ``k`` elements so far with the worst at the root, kept
    in the outputs, then sorted in place. Value and index together order strictly, so the result is
    that of a stable sort."""

    def __init__(
        self,
        op: TopK,
        b: LoopBuilder,
        source: Buffer,
        outputs: tuple[Buffer, ...],
        lane: tuple[ScalarValue, ...],
    ) -> None:
        self.op, self.b, self.source, self.lane = op, b, source, lane
        self.values, self.indices = outputs

    def run(self) -> None:
        b, k, n = self.b, self.op.k, self.source.shape[self.op.axis]
        one = b.index_const(1)

        def fill(i: ScalarValue) -> None:
            self.put(i, (b.load(self.source, self.at(i)), b.cast(i, I64)))

        def heapify(i: ScalarValue) -> None:
            at = b.sub(b.index_const(k // 2 - 1), i)
            self.sift(at, b.index_const(k), self.get(at))

        def offer(i: ScalarValue) -> None:
            item = (b.load(self.source, self.at(i)), b.cast(i, I64))
            root = self.get(b.index_const(0))
            b.if_(
                self.before(item, root),
                lambda: self.sift(b.index_const(0), b.index_const(k), item),
            )

        def extract(i: ScalarValue) -> None:
            last = b.sub(b.index_const(k - 1), i)
            worst, moved = self.get(b.index_const(0)), self.get(last)
            self.put(last, worst)
            self.sift(b.index_const(0), last, moved)

        b.for_(0, k, fill)
        b.for_(0, k // 2, heapify)
        b.for_(k, n, offer)
        b.for_(0, b.sub(b.index_const(k), one), extract)

    def at(self, i: ScalarValue) -> list[ScalarValue]:
        return [i if d == self.op.axis else x for d, x in enumerate(self.lane)]

    def get(self, i: ScalarValue) -> tuple[ScalarValue, ScalarValue]:
        return self.b.load(self.values, self.at(i)), self.b.load(self.indices, self.at(i))

    def put(self, i: ScalarValue, item: tuple[ScalarValue, ScalarValue]) -> None:
        self.b.store(self.values, self.at(i), item[0])
        self.b.store(self.indices, self.at(i), item[1])

    def before(
        self, x: tuple[ScalarValue, ScalarValue], y: tuple[ScalarValue, ScalarValue]
    ) -> ScalarValue:
        """Whether item ``x`` comes before ``y`` in the result."""
        b, (v, i), (w, j) = self.b, x, y
        better = b.gt(v, w) if self.op.largest else b.lt(v, w)
        same = b.eq(v, w)
        if is_float(v.type):
            v_nan, w_nan = b.isnan(v), b.isnan(w)
            first, second = (v_nan, w_nan) if self.op.largest else (w_nan, v_nan)
            better = b.or_(better, b.and_(first, b.not_(second)))
            same = b.or_(same, b.and_(v_nan, w_nan))
        return b.or_(better, b.and_(same, b.lt(i, j)))

    def sift(
        self, start: ScalarValue, end: ScalarValue, item: tuple[ScalarValue, ScalarValue]
    ) -> None:
        """Put ``item`` at ``start`` and move it down until no child in [0, end) is worse."""
        b = self.b
        one, two = b.index_const(1), b.index_const(2)
        true, false = b.const(True, I1), b.const(False, I1)

        def descend(hole: ScalarValue, go: ScalarValue) -> list[ScalarValue]:
            left = b.add(b.mul(hole, two), one)
            return b.if_(b.lt(left, end), lambda: compare(hole, left), lambda: [hole, false])

        def compare(hole: ScalarValue, left: ScalarValue) -> list[ScalarValue]:
            right = b.add(left, one)
            # Without a right child compare the left one with itself.
            other = b.select(b.lt(right, end), right, left)
            child = b.select(self.before(self.get(left), self.get(other)), other, left)
            moved = self.get(child)

            def move() -> list[ScalarValue]:
                self.put(hole, moved)
                return [child, true]

            return b.if_(self.before(item, moved), move, lambda: [hole, false])

        hole, _ = b.while_([start, true], lambda hole, go: go, descend)
        self.put(hole, item)


class Sort(Composite):
    """``mr.sort``: the elements along ``axis`` in ascending (or descending) order; NaN counts as
    greatest."""

    name = "mr.sort"
    input: Value = operand()
    axis: int = attr()
    descending: bool = attr(False)
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        t = self.operand_type(0)
        if not 0 <= self.axis < t.rank:
            raise self.error(f"axis {self.axis} of a tensor of rank {t.rank}")
        return (t,)

    def evaluate(self, x: Array) -> Array:
        wide = widen_array(x)
        assert wide is not None
        y: Array = np.sort(wide, self.axis, kind="stable").astype(x.dtype, copy=False)
        return np.flip(y, self.axis) if self.descending else y

    def decompose(self, b: Builder) -> Sequence[Value]:
        size = self.operand_type(0).shape[self.axis]
        top = b.create(TopK, self.input, k=size, axis=self.axis, largest=self.descending)
        return (top.values,)
