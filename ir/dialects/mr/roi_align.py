"""Pooling over regions given at run time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from millrace.ir.core import OpResult, Value
from millrace.ir.dialects.mr.gather import require_integers, wrap_indices
from millrace.ir.dialects.mr.kinds import Array, Library, Tolerance
from millrace.ir.dialects.mr.support import wide_type, widen_array
from millrace.ir.opdef import attr, operand, result
from millrace.ir.types import I64, INDEX, Type, is_float, tensor

if TYPE_CHECKING:
    from millrace.ir.scalar import Buffer, LoopBuilder, ScalarValue


class RoiAlign(Library):
    """``mr.roi_align``: each region of ``rois`` [R, 4] (x1, y1, x2, y2) of the image
    ``batch[r]`` of ``input`` [N, C, H, W] pooled to [R, C, height, width] by bilinear samples:
    ``sampling`` by ``sampling`` in a bin, or as many as the bin has pixels when it is 0. Averages,
    or with ``maximum`` takes the greatest weighted corner of any sample (ONNX RoiAlign)."""

    name = "mr.roi_align"
    tolerance = Tolerance(accumulates=True)
    input: Value = operand()
    rois: Value = operand()
    batch: Value = operand()
    height: int = attr(1)
    width: int = attr(1)
    scale: float = attr(1.0)
    sampling: int = attr(0)
    half_pixel: bool = attr(True)
    maximum: bool = attr(False)
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        x, r, n = (self.operand_type(i) for i in range(3))
        require_integers(self, n, "batch indices")
        if x.rank != 4 or 0 in x.shape[2:] or not is_float(x.element) or r.element != x.element:
            raise self.error(f"regions {r} of {x}")
        if r.rank != 2 or r.shape[1] != 4 or n.shape != r.shape[:1]:
            raise self.error(f"regions {r} with batch indices {n}")
        if min(self.height, self.width) < 1 or self.sampling < 0:
            raise self.error(f"{self.height}x{self.width} bins of {self.sampling} samples")
        return (tensor((r.shape[0], x.shape[1], self.height, self.width), x.element),)

    # ---- in numpy

    def evaluate(self, x: Array, rois: Array, batch: Array) -> Array:
        image, regions = widen_array(x), widen_array(rois)
        assert image is not None and regions is not None
        out = np.zeros((len(rois), x.shape[1], self.height, self.width), image.dtype)
        images = wrap_indices(self, batch, x.shape[0], negative=False)
        for r, region in enumerate(regions):
            ys, xs = (
                self._samples(region[k], region[k + 2], bins)
                for k, bins in ((1, self.height), (0, self.width))
            )
            for i, j in np.ndindex(self.height, self.width):
                out[r, :, i, j] = self._bin(image[images[r]], ys[i], xs[j])
        return out.astype(x.dtype, copy=False)

    def _samples(self, start: Array, end: Array, bins: int) -> Array:
        """Sample coordinates along one dimension: [bins, samples]."""
        kind = start.dtype.type
        offset = kind(0.5 if self.half_pixel else 0.0)
        first, last = start * kind(self.scale) - offset, end * kind(self.scale) - offset
        extent = last - first if self.half_pixel else np.maximum(last - first, kind(1))
        step = extent / kind(bins)
        count = self.sampling or max(int(np.ceil(step)), 0)
        inner = (np.arange(count, dtype=start.dtype) + kind(0.5)) * step / kind(max(count, 1))
        begins: Array = first + np.arange(bins, dtype=start.dtype)[:, None] * step
        points: Array = begins + inner
        return points

    def _bin(self, image: Array, ys: Array, xs: Array) -> Array:
        """One pooled value a channel of ``image`` [C, H, W]."""
        corners = []
        for (y0, y1, wy, oky), (x0, x1, wx, okx) in (
            (p, q)
            for p in map(self._corner(image.shape[1]), ys)
            for q in map(self._corner(image.shape[2]), xs)
        ):
            one, ok = image.dtype.type(1), oky and okx
            parts = [
                (one - wy) * (one - wx) * image[:, y0, x0],
                (one - wy) * wx * image[:, y0, x1],
                wy * (one - wx) * image[:, y1, x0],
                wy * wx * image[:, y1, x1],
            ]
            corners.append([p if ok else p * 0 for p in parts])
        if not corners:
            return np.zeros(image.shape[0], image.dtype)
        if self.maximum:
            return np.asarray(np.max(np.array(corners), (0, 1)))
        return np.asarray(np.array(corners).sum((0, 1)) / image.dtype.type(len(corners)))

    def _corner(self, size: int) -> Callable[[Array], tuple[int, int, Array, bool]]:
        """The two pixels around a coordinate, the second's weight, and whether it counts."""

        def corner(v: Array) -> tuple[int, int, Array, bool]:
            ok = bool(-1 <= v <= size)
            v = np.minimum(np.maximum(v, v.dtype.type(0)), v.dtype.type(size - 1))
            low = int(v) if ok else 0
            return low, min(low + 1, size - 1), v - v.dtype.type(low), ok

        return corner

    # ---- as loops

    def lower(
        self, b: LoopBuilder, inputs: tuple[Buffer, ...], outputs: tuple[Buffer, ...]
    ) -> None:
        b.nest(outputs[0].shape, lambda at: _Code(self, b, inputs).element(outputs[0], at))


class _Code:
    """Loop code of one element of a :class:`RoiAlign`."""

    def __init__(self, op: RoiAlign, b: LoopBuilder, inputs: tuple[Buffer, ...]) -> None:
        self.op, self.b = op, b
        self.image, self.rois, self.batch = inputs
        self.work = wide_type(self.image.element)

    def element(self, target: Buffer, at: tuple[ScalarValue, ...]) -> None:
        b, op = self.b, self.op
        region, channel, row, column = at
        image = b.checked_index(
            b.load(self.batch, [region]), self.image.shape[0], wrap_negative=False
        )
        y_first, y_step, y_count = self.bins(region, 1, op.height, row)
        x_first, x_step, x_count = self.bins(region, 0, op.width, column)
        start = b.const(-np.inf if op.maximum else 0.0, self.work)

        def along_y(i: ScalarValue, total: ScalarValue) -> list[ScalarValue]:
            y = self.corner(y_first, y_step, y_count, i, self.image.shape[2])

            def along_x(j: ScalarValue, inner: ScalarValue) -> list[ScalarValue]:
                x = self.corner(x_first, x_step, x_count, j, self.image.shape[3])
                return [self.sample(inner, (image, channel), y, x)]

            return b.for_(0, x_count, along_x, [total])

        (total,) = b.for_(0, y_count, along_y, [start])
        zero = b.const(0.0, self.work)
        count = b.mul(b.cast(y_count, self.work), b.cast(x_count, self.work))
        some = b.gt(count, zero)
        if not op.maximum:
            total = b.div(total, b.select(some, count, b.const(1.0, self.work)))
        b.store(target, at, b.cast(b.select(some, total, zero), target.element))

    def bins(
        self, region: ScalarValue, place: int, bins: int, number: ScalarValue
    ) -> tuple[ScalarValue, ScalarValue, ScalarValue]:
        """Where bin ``number`` starts, how long it is, and its number of samples."""
        b, op, work = self.b, self.op, self.work
        scale, offset = b.const(op.scale, work), b.const(0.5 if op.half_pixel else 0.0, work)
        ends = []
        for k in (place, place + 2):
            v = b.cast(b.load(self.rois, [region, b.index_const(k)]), work)
            ends.append(b.sub(b.mul(v, scale), offset))
        extent = b.sub(ends[1], ends[0])
        if not op.half_pixel:
            extent = b.maximum(extent, b.const(1.0, work))
        step = b.div(extent, b.const(bins, work))
        count = b.index_const(op.sampling)
        if not op.sampling:
            count = b.maximum(b.cast(b.cast(b.ceil(step), I64), INDEX), b.index_const(0))
        first = b.add(ends[0], b.mul(b.cast(number, work), step))
        return first, step, count

    def corner(
        self,
        first: ScalarValue,
        step: ScalarValue,
        count: ScalarValue,
        i: ScalarValue,
        size: int,
    ) -> tuple[ScalarValue, ScalarValue, ScalarValue, ScalarValue]:
        """The two pixels around sample ``i``, the second's weight, and whether it counts."""
        b, work = self.b, self.work
        middle = b.add(b.cast(i, work), b.const(0.5, work))
        v = b.add(first, b.div(b.mul(middle, step), b.cast(count, work)))
        ok = b.and_(b.ge(v, b.const(-1.0, work)), b.le(v, b.const(size, work)))
        v = b.clamp(v, b.const(0.0, work), b.const(size - 1, work))
        last = b.index_const(size - 1)
        low = b.clamp(b.cast(b.cast(v, I64), INDEX), b.index_const(0), last)
        high = b.minimum(b.add(low, b.index_const(1)), last)
        return low, high, b.sub(v, b.cast(low, work)), ok

    def sample(
        self,
        total: ScalarValue,
        lead: tuple[ScalarValue, ScalarValue],
        y: tuple[ScalarValue, ScalarValue, ScalarValue, ScalarValue],
        x: tuple[ScalarValue, ScalarValue, ScalarValue, ScalarValue],
    ) -> ScalarValue:
        b, one, zero = self.b, self.b.const(1.0, self.work), self.b.const(0.0, self.work)
        ok = b.and_(y[3], x[3])
        for row, wy in ((y[0], b.sub(one, y[2])), (y[1], y[2])):
            for column, wx in ((x[0], b.sub(one, x[2])), (x[1], x[2])):
                pixel = b.cast(b.load(self.image, (*lead, row, column)), self.work)
                part = b.select(ok, b.mul(b.mul(wy, wx), pixel), zero)
                total = b.maximum(total, part) if self.op.maximum else b.add(total, part)
        return total
