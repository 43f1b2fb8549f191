"""Non-maximum suppression."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from millrace.ir.core import OpResult, Value
from millrace.ir.dialects.mr.gather import require_integers
from millrace.ir.dialects.mr.kinds import Array, Library
from millrace.ir.dialects.mr.select import check_count, require_count
from millrace.ir.dialects.mr.support import quiet
from millrace.ir.opdef import attr, operand, optional_operand, result
from millrace.ir.types import F32, I1, I64, INDEX, Type, tensor

if TYPE_CHECKING:
    from millrace.ir.scalar import Buffer, LoopBuilder, ScalarValue


class NonMaxSuppression(Library):
    """``mr.non_max_suppression``: for each batch and class, boxes by falling score (equal ones by
    index), without those that overlap a chosen one by more than ``iou_threshold``, at most
    ``limit`` (0 when absent); only scores above ``score_threshold`` where it is given. The result
    has the ``count`` rows (batch, class, box) that a run must choose (ONNX NonMaxSuppression)."""

    name = "mr.non_max_suppression"
    boxes: Value = operand()
    scores: Value = operand()
    limit: Value | None = optional_operand()
    iou_threshold: Value | None = optional_operand()
    score_threshold: Value | None = optional_operand()
    count: int = attr()
    center: bool = attr(False)
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        boxes, scores = self.operand_type(0), self.operand_type(1)
        fits = boxes.rank == scores.rank == 3 and boxes.shape[2] == 4
        if not fits or boxes.shape[:2] != (scores.shape[0], scores.shape[2]):
            raise self.error(f"boxes {boxes} with scores {scores}")
        if boxes.element != F32 or scores.element != F32 or self.count < 0:
            raise self.error(f"boxes {boxes} and scores {scores} must be f32")
        for v in (self.limit, self.iou_threshold, self.score_threshold):
            if v is not None and self.operand_type(self.operands.index(v)).size != 1:
                raise self.error(f"a parameter is {v.type}, not one number")
        if self.limit is not None:
            require_integers(self, self.operand_type(2), "limit")
        return (tensor((self.count, 3), I64),)

    # ---- in numpy

    def evaluate(
        self,
        boxes: Array,
        scores: Array,
        limit: Array | None,
        iou_threshold: Array | None,
        score_threshold: Array | None,
    ) -> Array:
        most = 0 if limit is None else int(limit.reshape(-1)[0])
        overlap = np.float32(0) if iou_threshold is None else iou_threshold.reshape(-1)[0]
        rows: list[tuple[int, int, int]] = []
        for n, c in np.ndindex(*scores.shape[:2]):
            own = scores[n, c]
            order = [int(i) for i in np.argsort(-own, kind="stable") if own[i] == own[i]]
            if score_threshold is not None:
                order = [i for i in order if own[i] > score_threshold.reshape(-1)[0]]
            chosen: list[int] = []
            corners = self._corners(boxes[n])
            for i in order:
                if len(chosen) >= most:
                    break
                if not any(_overlap(corners[i], corners[j]) > overlap for j in chosen):
                    chosen.append(i)
            rows += [(n, c, i) for i in chosen]
        require_count(self, len(rows), self.count)
        return np.array(rows, np.int64).reshape(-1, 3)

    def _corners(self, boxes: Array) -> Array:
        """Boxes as (low, low, high, high)."""
        if self.center:
            half = boxes[:, 2:] / np.float32(2)
            return np.concatenate([boxes[:, :2] - half, boxes[:, :2] + half], 1)
        low, high = boxes[:, :2], boxes[:, 2:]
        return np.concatenate([np.minimum(low, high), np.maximum(low, high)], 1)

    # ---- as loops

    def lower(
        self, b: LoopBuilder, inputs: tuple[Buffer | None, ...], outputs: tuple[Buffer, ...]
    ) -> None:
        code = _Code(self, b, inputs, outputs[0])
        batches, classes = code.scores.shape[:2]

        def batch(n: ScalarValue, total: ScalarValue) -> list[ScalarValue]:
            return b.for_(0, classes, lambda c, k: [code.one_class(n, c, k)], [total])

        (total,) = b.for_(0, batches, batch, [b.index_const(0)])
        check_count(b, total, self.count)


def _overlap(x: Array, y: Array) -> float:
    """Intersection over union of two boxes; 0 for empty ones."""
    with quiet():
        sides = np.minimum(x[2:], y[2:]) - np.maximum(x[:2], y[:2])
        if (sides <= 0).any():
            return 0.0
        inner = sides[0] * sides[1]
        areas = [(v[2] - v[0]) * (v[3] - v[1]) for v in (x, y)]
        return float(inner / (areas[0] + areas[1] - inner))


class _Code:
    """Loop code of one :class:`NonMaxSuppression`."""

    def __init__(
        self,
        op: NonMaxSuppression,
        b: LoopBuilder,
        inputs: tuple[Buffer | None, ...],
        target: Buffer,
    ) -> None:
        boxes, scores, limit, overlap, least = inputs
        assert boxes is not None and scores is not None
        self.op, self.b, self.target = op, b, target
        self.boxes, self.scores = boxes, scores
        most = self.number(limit)
        self.limit = b.index_const(0) if most is None else b.cast(most, INDEX)
        self.overlap = self.number(overlap) or b.const(0.0, F32)
        self.least = self.number(least)

    def number(self, buffer: Buffer | None) -> ScalarValue | None:
        if buffer is None:
            return None
        return self.b.load(buffer, [self.b.index_const(0)] * len(buffer.shape))

    def one_class(self, n: ScalarValue, c: ScalarValue, start: ScalarValue) -> ScalarValue:
        """Chooses boxes of one class; the number of rows after ``start`` rows before."""
        b = self.b
        none = b.index_const(-1)

        def goes_on(total: ScalarValue, box: ScalarValue) -> ScalarValue:
            room = b.lt(b.sub(total, start), self.limit)
            return b.and_(room, b.ge(box, b.index_const(0)))

        def step(total: ScalarValue, box: ScalarValue) -> list[ScalarValue]:
            fits = self.is_apart(n, box, start, total)

            def choose() -> None:
                for d, v in enumerate((n, c, box)):
                    b.store(self.target, [total, b.index_const(d)], b.cast(v, I64))

            b.if_(b.and_(fits, b.lt(total, b.index_const(self.op.count))), choose)
            after = b.select(fits, b.add(total, b.index_const(1)), total)
            return [after, self.next_box(n, c, box)]

        first = self.next_box(n, c, none)
        return b.while_([start, first], goes_on, step)[0]

    def next_box(self, n: ScalarValue, c: ScalarValue, last: ScalarValue) -> ScalarValue:
        """The box that follows ``last`` by falling score, then index; -1 when there is none.
        ``last`` is -1 at first."""
        b = self.b
        zero, is_first = b.index_const(0), b.lt(last, b.index_const(0))
        bound = b.load(self.scores, [n, c, b.maximum(last, zero)])

        def look(i: ScalarValue, best: ScalarValue) -> list[ScalarValue]:
            score = b.load(self.scores, [n, c, i])
            top = b.load(self.scores, [n, c, b.maximum(best, zero)])
            later = b.or_(b.lt(score, bound), b.and_(b.eq(score, bound), b.gt(i, last)))
            ok = b.or_(is_first, later)
            ok = b.and_(ok, b.eq(score, score))
            if self.least is not None:
                ok = b.and_(ok, b.gt(score, self.least))
            better = b.or_(b.lt(best, zero), b.gt(score, top))
            return [b.select(b.and_(ok, better), i, best)]

        size = self.scores.shape[2]
        return b.for_(0, size, look, [b.index_const(-1)])[0] if size else b.index_const(-1)

    def is_apart(
        self, n: ScalarValue, box: ScalarValue, start: ScalarValue, end: ScalarValue
    ) -> ScalarValue:
        """Whether ``box`` overlaps none of the chosen rows in [start, end)."""
        b = self.b
        own = self.corners(n, box)
        last = b.minimum(end, b.index_const(self.op.count))

        def look(k: ScalarValue, apart: ScalarValue) -> list[ScalarValue]:
            other = b.cast(b.load(self.target, [k, b.index_const(2)]), INDEX)
            ratio = self.ratio(own, self.corners(n, other))
            return [b.and_(apart, b.not_(b.gt(ratio, self.overlap)))]

        return b.for_(start, last, look, [b.const(True, I1)])[0]

    def corners(self, n: ScalarValue, box: ScalarValue) -> list[ScalarValue]:
        b = self.b
        v = [b.load(self.boxes, [n, box, b.index_const(k)]) for k in range(4)]
        if not self.op.center:
            low = [b.minimum(v[k], v[k + 2]) for k in range(2)]
            return [*low, *(b.maximum(v[k], v[k + 2]) for k in range(2))]
        half = [b.div(v[k + 2], b.const(2.0, F32)) for k in range(2)]
        low = [b.sub(v[k], half[k]) for k in range(2)]
        return [*low, *(b.add(v[k], half[k]) for k in range(2))]

    def ratio(self, x: list[ScalarValue], y: list[ScalarValue]) -> ScalarValue:
        """Intersection over union; 0 when the boxes do not meet."""
        b, zero = self.b, self.b.const(0.0, F32)
        sides = [b.sub(b.minimum(x[k + 2], y[k + 2]), b.maximum(x[k], y[k])) for k in range(2)]
        inner = b.mul(*sides)
        areas = [b.mul(b.sub(v[2], v[0]), b.sub(v[3], v[1])) for v in (x, y)]
        union = b.sub(b.add(*areas), inner)
        meets = b.not_(b.or_(b.le(sides[0], zero), b.le(sides[1], zero)))
        return b.select(meets, b.div(inner, union), zero)
