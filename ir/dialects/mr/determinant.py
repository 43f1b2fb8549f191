"""Determinants."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from millrace.ir.core import OpResult, Value
from millrace.ir.dialects.mr.kinds import Array, Library, Tolerance
from millrace.ir.dialects.mr.support import quiet, wide_type, widen_array
from millrace.ir.opdef import operand, result
from millrace.ir.types import Type, is_float, tensor

if TYPE_CHECKING:
    from millrace.ir.scalar import Buffer, LoopBuilder, ScalarValue


class Det(Library):
    """``mr.det``: the determinants of the matrices of the last two dimensions. The second result
    is where the elimination works; it holds the upper triangular factors."""

    name = "mr.det"
    tolerance = Tolerance(accumulates=True)
    input: Value = operand()
    det: OpResult = result()
    factors: OpResult = result()

    def infer(self) -> Sequence[Type]:
        t = self.operand_type(0)
        if t.rank < 2 or t.shape[-1] != t.shape[-2] or not is_float(t.element):
            raise self.error(f"{t} holds no square matrices")
        return (tensor(t.shape[:-2], t.element), t.with_element(wide_type(t.element)))

    def evaluate(self, x: Array) -> tuple[Array, Array]:
        wide = widen_array(x)
        assert wide is not None
        work = wide.reshape(math.prod(x.shape[:-2]), *x.shape[-2:]).copy()
        dets = np.ones(len(work), wide.dtype)
        with quiet():
            for n, matrix in enumerate(work):
                dets[n] = _eliminate(matrix)
        return dets.reshape(x.shape[:-2]).astype(x.dtype), work.reshape(x.shape)

    def lower(
        self, b: LoopBuilder, inputs: tuple[Buffer, ...], outputs: tuple[Buffer, ...]
    ) -> None:
        source, (target, work) = inputs[0], outputs
        b.nest(source.shape, lambda at: b.store(work, at, b.cast(b.load(source, at), work.element)))
        b.nest(source.shape[:-2], lambda lane: _lower_lane(b, target, work, lane))


def _eliminate(a: Array) -> Array:
    """Gaussian elimination with row pivots, in place; the determinant."""
    det = a.dtype.type(1)
    for k in range(len(a)):
        pivot = k + int(np.argmax(np.abs(a[k:, k])))
        if pivot != k:
            a[[k, pivot]] = a[[pivot, k]]
            det = -det
        det = det * a[k, k]
        if a[k, k] != 0:
            factors = a[k + 1 :, k] / a[k, k]
            a[k + 1 :, k:] -= factors[:, None] * a[k, k:]
    return np.asarray(det)


def _lower_lane(
    b: LoopBuilder, target: Buffer, work: Buffer, lane: tuple[ScalarValue, ...]
) -> None:
    n, one = work.shape[-1], b.index_const(1)

    def get(i: ScalarValue, j: ScalarValue) -> ScalarValue:
        return b.load(work, (*lane, i, j))

    def step(k: ScalarValue, det: ScalarValue) -> list[ScalarValue]:
        after = b.add(k, one)

        def find(i: ScalarValue, best: ScalarValue, row: ScalarValue) -> list[ScalarValue]:
            size = b.abs(get(i, k))
            # A NaN becomes the pivot, so that it reaches the result.
            better = b.or_(b.gt(size, best), b.and_(b.isnan(size), b.not_(b.isnan(best))))
            return [b.select(better, size, best), b.select(better, i, row)]

        _, pivot = b.for_(after, n, find, [b.abs(get(k, k)), k])

        def swap(j: ScalarValue) -> None:
            upper, lower = get(k, j), get(pivot, j)
            b.store(work, (*lane, k, j), lower)
            b.store(work, (*lane, pivot, j), upper)

        b.for_(0, n, swap)
        top = get(k, k)
        flipped = b.select(b.ne(pivot, k), b.neg(det), det)

        def row(i: ScalarValue) -> None:
            factor = b.div(get(i, k), top)

            def column(j: ScalarValue) -> None:
                rest = b.sub(get(i, j), b.mul(factor, get(k, j)))
                b.store(work, (*lane, i, j), rest)

            b.for_(k, n, column)

        b.if_(b.ne(top, b.const_like(0, top)), lambda: b.for_(after, n, row))
        return [b.mul(flipped, top)]

    (det,) = b.for_(0, n, step, [b.const(1.0, work.element)])
    b.store(target, lane, b.cast(det, target.element))
