"""Sampling an image at run-time coordinates."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from millrace.ir.core import OpResult, Value
from millrace.ir.dialects.mr.kinds import Array, Indexed, Tolerance
from millrace.ir.dialects.mr.support import wide_type, widen_array
from millrace.ir.opdef import attr, operand, result
from millrace.ir.types import I64, INDEX, Type, is_float, tensor

if TYPE_CHECKING:
    from millrace.ir.scalar import ScalarBuilder, ScalarValue, TensorInput

CUBIC = -0.75
MODES = ("nearest", "linear", "cubic")
PADDINGS = ("zeros", "border", "reflection")


class GridSample(Indexed):
    """``mr.grid_sample``: ``input`` [N, C, spatial...] read at the coordinates ``grid``
    [N, positions..., d], which run from -1 to 1 over the image with the fastest dimension first;
    -1 is the first pixel's centre with ``align_corners``, else its outer border (ONNX
    GridSample)."""

    name = "mr.grid_sample"
    tolerance = Tolerance(accumulates=True)
    input: Value = operand()
    grid: Value = operand()
    mode: str = attr("linear")
    padding: str = attr("zeros")
    align_corners: bool = attr(False)
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        x, g = self.operand_type(0), self.operand_type(1)
        d = x.rank - 2
        fits = d >= 1 and g.rank == x.rank and g.shape[0] == x.shape[0] and g.shape[-1] == d
        if not fits or not is_float(g.element) or not is_float(x.element):
            raise self.error(f"a grid of {g} for {x}")
        if self.mode not in MODES or self.padding not in PADDINGS:
            raise self.error(f"unknown mode {self.mode!r} or padding {self.padding!r}")
        if 0 in x.shape[2:]:
            raise self.error(f"{x} has no pixels")
        return (tensor((*x.shape[:2], *g.shape[1:-1]), x.element),)

    def _limits(self, size: int) -> tuple[float, float]:
        """Where the image ends along a dimension, in pixels."""
        return (0.0, size - 1.0) if self.align_corners else (-0.5, size - 0.5)

    # ---- in numpy

    def evaluate(self, x: Array, grid: Array) -> Array:
        image, where = widen_array(x), widen_array(grid)
        assert image is not None and where is not None
        rank = x.ndim - 2
        per_axis = [
            self._taps(where[..., rank - 1 - d], size) for d, size in enumerate(x.shape[2:])
        ]
        batch = np.arange(x.shape[0]).reshape(-1, *(1,) * rank)
        total = np.zeros((*grid.shape[:-1], x.shape[1]), image.dtype)
        last = np.moveaxis(image, 1, -1)
        for taps in itertools.product(*per_axis):
            weight = np.ones(grid.shape[:-1], image.dtype)
            for _, w in taps:
                weight = weight * w.astype(image.dtype)
            pixel = last[(batch, *(i for i, _ in taps))]
            total += np.where(weight[..., None] != 0, pixel * weight[..., None], 0)
        return np.moveaxis(total, -1, 1).astype(x.dtype, copy=False)

    def _taps(self, g: Array, size: int) -> list[tuple[Array, Array]]:
        """Indices and weights of the pixels read along one dimension."""
        one = g.dtype.type(1)
        with np.errstate(all="ignore"):
            if self.align_corners:
                v = (g + one) / 2 * g.dtype.type(size - 1)
            else:
                v = ((g + one) * g.dtype.type(size) - one) / 2
            v = np.rint(v) if self.mode == "nearest" else v
            v = self._settle(v, size)
            base = np.floor(v)
            r = v - base
        weights = {"nearest": lambda r: [one + 0 * r], "linear": lambda r: [one - r, r]}
        found = weights.get(self.mode, _cubic_weights)(r)
        first = base - (1 if self.mode == "cubic" else 0)
        out = []
        for k, w in enumerate(found):
            at = first + k
            if self.padding == "zeros":
                w = np.where((at >= 0) & (at <= size - 1), w, 0)
            elif self.padding == "reflection":
                at = _reflect(at, *self._limits(size))
            at = np.where(np.isnan(at), 0, np.clip(np.trunc(at), 0, size - 1))
            out.append((at.astype(np.int64), w))
        return out

    def _settle(self, v: Array, size: int) -> Array:
        """Coordinates outside of the image brought inside, unless zeros stand there."""
        low, high = self._limits(size)
        outside = (v < low) | (v > high)
        if self.padding == "border":
            return np.where(outside, np.clip(v, 0, size - 1), v)
        if self.padding == "reflection":
            return np.where(outside, _reflect(v, low, high), v)
        return v

    # ---- the same on scalars

    def element(
        self,
        b: ScalarBuilder,
        index: tuple[ScalarValue, ...],
        inputs: tuple[TensorInput, ...],
    ) -> ScalarValue:
        source, grid = inputs
        rank, code = len(source.shape) - 2, _Code(self, b)
        work = wide_type(source.element)
        per_axis = []
        for d in range(rank):
            place = b.index_const(rank - 1 - d)
            g = b.read(grid, (index[0], *index[2:], place))
            per_axis.append(code.taps(b.cast(g, wide_type(g.type)), source.shape[2 + d]))
        total = b.const(0, work)
        for taps in itertools.product(*per_axis):
            weight = b.const(1, work)
            for _, w in taps:
                weight = b.mul(weight, b.cast(w, work))
            pixel = b.cast(b.read(source, (*index[:2], *(i for i, _ in taps))), work)
            # Pixels without weight do not count, infinite ones neither.
            term = b.select(b.ne(weight, b.const(0, work)), b.mul(weight, pixel), b.const(0, work))
            total = b.add(total, term)
        return b.cast(total, source.element)


class _Code:
    """Scalar code of one :class:`GridSample`."""

    def __init__(self, op: GridSample, b: ScalarBuilder) -> None:
        self.op, self.b = op, b

    def taps(self, g: ScalarValue, size: int) -> list[tuple[ScalarValue, ScalarValue]]:
        b, op = self.b, self.op
        one, two = b.const_like(1, g), b.const_like(2, g)
        if op.align_corners:
            v = b.mul(b.div(b.add(g, one), two), b.const_like(size - 1, g))
        else:
            v = b.div(b.sub(b.mul(b.add(g, one), b.const_like(size, g)), one), two)
        v = b.round_even(v) if op.mode == "nearest" else v
        v = self.settle(v, size)
        base = b.floor(v)
        first = b.sub(base, one) if op.mode == "cubic" else base
        out = []
        for k, w in enumerate(self.weights(b.sub(v, base))):
            at = b.add(first, b.const_like(k, g))
            if op.padding == "zeros":
                inside = b.and_(b.ge(at, b.const_like(0, g)), b.le(at, b.const_like(size - 1, g)))
                w = b.select(inside, w, b.const_like(0, g))
            elif op.padding == "reflection":
                at = self.reflect(at, size)
            at = b.clamp(b.cast(b.cast(at, I64), INDEX), b.index_const(0), b.index_const(size - 1))
            out.append((at, w))
        return out

    def weights(self, r: ScalarValue) -> list[ScalarValue]:
        b = self.b
        one = b.const_like(1, r)
        if self.op.mode == "nearest":
            return [one]
        if self.op.mode == "linear":
            return [b.sub(one, r), r]
        return [
            self.cubic_far(b.add(r, one)),
            self.cubic_near(r),
            self.cubic_near(b.sub(one, r)),
            self.cubic_far(b.sub(b.const_like(2, r), r)),
        ]

    def cubic_near(self, d: ScalarValue) -> ScalarValue:
        b = self.b
        slope = b.sub(b.mul(b.const_like(CUBIC + 2, d), d), b.const_like(CUBIC + 3, d))
        return b.add(b.mul(b.mul(slope, d), d), b.const_like(1, d))

    def cubic_far(self, d: ScalarValue) -> ScalarValue:
        b = self.b
        y = b.sub(b.mul(b.const_like(CUBIC, d), d), b.const_like(5 * CUBIC, d))
        y = b.add(b.mul(y, d), b.const_like(8 * CUBIC, d))
        return b.sub(b.mul(y, d), b.const_like(4 * CUBIC, d))

    def settle(self, v: ScalarValue, size: int) -> ScalarValue:
        b = self.b
        low, high = (b.const_like(x, v) for x in self.op._limits(size))
        outside = b.or_(b.lt(v, low), b.gt(v, high))
        if self.op.padding == "border":
            inner = b.clamp(v, b.const_like(0, v), b.const_like(size - 1, v))
            return b.select(outside, inner, v)
        if self.op.padding == "reflection":
            return b.select(outside, self.reflect(v, size), v)
        return v

    def reflect(self, v: ScalarValue, size: int) -> ScalarValue:
        """``v`` mirrored at the image's ends until it lies inside."""
        b = self.b
        low, high = self.op._limits(size)
        if low == high:
            return b.const_like(low, v)
        first, span = b.const_like(low, v), b.const_like(high - low, v)
        distance = b.abs(b.sub(v, first))
        turns = b.floor(b.div(distance, span))
        rest = b.sub(distance, b.mul(turns, span))
        half = b.mul(turns, b.const_like(0.5, v))
        even = b.eq(b.floor(half), half)
        return b.add(first, b.select(even, rest, b.sub(span, rest)))


def _reflect(v: Array, low: float, high: float) -> Array:
    """``v`` mirrored at ``low`` and ``high`` until it lies between them."""
    if low == high:
        return np.full_like(v, low)
    span = v.dtype.type(high - low)
    distance = np.abs(v - v.dtype.type(low))
    turns = np.floor(distance / span)
    rest = distance - turns * span
    inside: Array = np.where(turns % 2 == 0, rest, span - rest) + v.dtype.type(low)
    return inside


def _cubic_weights(r: Array) -> list[Array]:
    def near(d: Array) -> Array:
        return ((CUBIC + 2) * d - (CUBIC + 3)) * d * d + 1

    def far(d: Array) -> Array:
        return ((CUBIC * d - 5 * CUBIC) * d + 8 * CUBIC) * d - 4 * CUBIC

    return [far(r + 1), near(r), near(1 - r), far(2 - r)]
