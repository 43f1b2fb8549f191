"""Pooling, channels last."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from millrace.ir.affine import AffineMap, dim
from millrace.ir.core import OpResult, Value
from millrace.ir.dialects.mr.assemble import pad
from millrace.ir.dialects.mr.band import Band, Bands
from millrace.ir.dialects.mr.kinds import EXACT, Array, Nest, Window
from millrace.ir.dialects.mr.support import extreme, widen_array
from millrace.ir.dialects.mr.window import Geometry, geometry, padded
from millrace.ir.interval import Interval, moved
from millrace.ir.opdef import attr, operand, result
from millrace.ir.types import (
    I1,
    I64,
    ElementType,
    FloatType,
    TensorType,
    Type,
    contiguous_strides,
    is_float,
    tensor,
)

if TYPE_CHECKING:
    from millrace.ir.builder import Builder
    from millrace.ir.scalar import ScalarBuilder, ScalarValue


class SimplePool(Window):
    """Common part of windows with one accumulator over [N, spatial..., C]; borders are filled
    with the neutral element, by ``mr.pad`` once canonicalized."""

    input: Value = operand()
    kernel: tuple[int, ...] = attr()
    strides: tuple[int, ...] | None = attr(None)
    dilations: tuple[int, ...] | None = attr(None)
    low: tuple[int, ...] | None = attr(None)
    high: tuple[int, ...] | None = attr(None)
    result: OpResult = result()

    @property
    def geometry(self) -> Geometry:
        x = self.operand_type(0)
        if x.rank < 3:
            raise self.error(f"cannot pool {x}: it has no spatial dimension")
        pads = (self.low, self.high)
        return geometry(self, x.shape[1:-1], self.kernel, self.strides, self.dilations, pads)

    def infer(self) -> Sequence[Type]:
        x = self.operand_type(0)
        return (tensor((x.shape[0], *self.geometry.outputs, x.shape[-1]), x.element),)

    def nest(self) -> Nest:
        """Loops n, positions, channel | taps."""
        g = self.geometry
        if g.is_padded:
            raise self.error("padding must be canonicalized to mr.pad first")
        x = self.operand_type(0)
        extents = (x.shape[0], *g.outputs, x.shape[-1], *g.kernel)
        spatial = (g.index(i, 1 + i, 2 + g.rank + i) for i in range(g.rank))
        m = AffineMap(len(extents), (dim(0), *spatial, dim(1 + g.rank)))
        return Nest(extents, 2 + g.rank, (m,))

    def canonicalize(self, b: Builder) -> Sequence[Value] | None:
        g = self.geometry
        if not g.is_padded:
            return None
        x = pad(b, self.input, (0, *g.low, 0), (0, *g.high, 0), value=self.border())
        new = b.value(
            type(self), x, kernel=self.kernel, strides=self.strides, dilations=self.dilations
        )
        return (new,)

    def border(self) -> bool | int | float:
        """What stands outside of the input."""
        return self.neutral()[0]

    def padding(self, element: ElementType) -> bool | int | float | None:
        return self.border()

    def patches(self, x: Array) -> list[Array]:
        """The padded input as each tap sees it."""
        g = self.geometry
        x = padded(x, g, self.border())
        return [x[(slice(None), *g.tap_slices(tap))] for tap in g.taps()]


class MonotonePool(SimplePool):
    """The result grows with each element."""

    def interval(self, x: Interval) -> Interval | None:
        return moved(self.evaluate, [x], [self.operand_type(0).shape])


class MaxPool(MonotonePool):
    """``mr.max_pool``: the greatest element of each window; NaN if there is one."""

    name = "mr.max_pool"
    tolerance = EXACT

    def selects(self) -> bool:
        return True

    def neutral(self) -> tuple[bool | int | float, ...]:
        return (extreme(self.operand_type(0).element, -1),)

    def combine(
        self,
        b: ScalarBuilder,
        accs: tuple[ScalarValue, ...],
        xs: tuple[ScalarValue, ...],
        indices: tuple[ScalarValue, ...],
    ) -> tuple[ScalarValue, ...]:
        return (b.maximum(accs[0], b.cast(xs[0], accs[0].type)),)

    def evaluate(self, x: Array) -> Array:
        out = self.patches(x)
        total = out[0]
        for patch in out[1:]:
            total = np.maximum(total, patch)
        return total


class SumPool(MonotonePool):
    """``mr.sum_pool``: the sum of each window."""

    name = "mr.sum_pool"

    def neutral(self) -> tuple[bool | int | float, ...]:
        return (0.0 if isinstance(self.operand_type(0).element, FloatType) else 0,)

    def combine(
        self,
        b: ScalarBuilder,
        accs: tuple[ScalarValue, ...],
        xs: tuple[ScalarValue, ...],
        indices: tuple[ScalarValue, ...],
    ) -> tuple[ScalarValue, ...]:
        return (b.add(accs[0], b.cast(xs[0], accs[0].type)),)

    def evaluate(self, x: Array) -> Array:
        wide = widen_array(x)
        assert wide is not None
        patches = self.patches(wide)
        total = patches[0].copy()
        for patch in patches[1:]:
            total += patch
        return total.astype(x.dtype, copy=False)


class MaxPoolIndices(SimplePool):
    """``mr.max_pool_indices``: ``mr.max_pool`` and where each greatest element stands (the first
    one of equals): its index (i64) in the flattened channels-first tensor [N, C, spatial...]
    without padding, the last spatial dimension fastest, or slowest with ``column_major``.
    ``origin`` and ``full`` say, once padding stands in the input, where the spatial dimensions of
    the tensor begin and how large they are."""

    name = "mr.max_pool_indices"
    tolerance = EXACT
    origin: tuple[int, ...] | None = attr(None)
    full: tuple[int, ...] | None = attr(None)
    column_major: bool = attr(False)
    indices: OpResult = result()

    def selects(self) -> bool:
        return True

    def infer(self) -> Sequence[Type]:
        values = super().infer()[0]
        assert isinstance(values, TensorType)
        return (values, values.with_element(I64))

    def accumulators(self) -> tuple[ElementType, ...]:
        return (*super().accumulators(), I64)

    def neutral(self) -> tuple[bool | int | float, ...]:
        return (extreme(self.operand_type(0).element, -1), -1)

    def padding(self, element: ElementType) -> bool | int | float | None:
        return None  # places count in the whole tensor

    def operand_bands(self, band: Band) -> Bands | None:
        return None  # so here

    def _frame(self) -> tuple[tuple[int, ...], tuple[int, ...]]:
        """Where the tensor's spatial dimensions begin in the padded input, and their sizes."""
        g = self.geometry
        if self.origin is not None and self.full is not None:
            return self.origin, self.full
        return g.low, g.sizes

    def _places(self) -> tuple[int, ...]:
        """The step of the flat index for one step of each spatial dimension."""
        _, full = self._frame()
        if not self.column_major:
            return contiguous_strides(full)
        return tuple(reversed(contiguous_strides(tuple(reversed(full)))))

    def combine(
        self,
        b: ScalarBuilder,
        accs: tuple[ScalarValue, ...],
        xs: tuple[ScalarValue, ...],
        indices: tuple[ScalarValue, ...],
    ) -> tuple[ScalarValue, ...]:
        g, (origin, full) = self.geometry, self._frame()
        x = b.cast(xs[0], accs[0].type)
        batch, channel = indices[0], tuple(indices)[1 + g.rank]
        channels = b.index_const(self.operand_type(0).shape[-1])
        flat = b.add(b.mul(batch, channels), channel)
        flat = b.mul(flat, b.index_const(math.prod(full)))
        inside = b.const(True, I1)
        for i, place in enumerate(self._places()):
            step = b.mul(indices[1 + i], b.index_const(g.strides[i]))
            tap = b.mul(indices[2 + g.rank + i], b.index_const(g.dilations[i]))
            at = b.sub(b.add(step, tap), b.index_const(origin[i]))
            flat = b.add(flat, b.mul(at, b.index_const(place)))
            inside = b.and_(inside, b.ge(at, b.index_const(0)))
            inside = b.and_(inside, b.lt(at, b.index_const(full[i])))
        better = b.or_(b.gt(x, accs[0]), b.lt(accs[1], b.const(0, I64)))
        if is_float(x.type):
            better = b.or_(better, b.and_(b.isnan(x), b.not_(b.isnan(accs[0]))))
        better = b.and_(better, inside)
        return b.select(better, x, accs[0]), b.select(better, b.cast(flat, I64), accs[1])

    def finish(self, b: ScalarBuilder, accs: tuple[ScalarValue, ...]) -> tuple[ScalarValue, ...]:
        return b.cast(accs[0], self.operand_type(0).element), accs[1]

    def canonicalize(self, b: Builder) -> Sequence[Value] | None:
        g = self.geometry
        if not g.is_padded:
            return None
        new = b.create(
            MaxPoolIndices,
            pad(b, self.input, (0, *g.low, 0), (0, *g.high, 0), value=self.border()),
            kernel=self.kernel,
            strides=self.strides,
            dilations=self.dilations,
            origin=self._frame()[0],
            full=self._frame()[1],
            column_major=self.column_major,
        )
        return tuple(new.results)

    def _flat_places(self, x: Array) -> Array:
        """The flat index of each element of the input; -1 for padding that stands in it."""
        origin, full = self._frame()
        grids: list[Array] = list(np.indices(x.shape))
        flat = (grids[0] * x.shape[-1] + grids[-1]) * math.prod(full)
        inside = np.ones(x.shape, bool)
        # With padding still in the attributes the input starts at the origin itself.
        first = (0,) * len(full) if self.geometry.is_padded else origin
        for i, place in enumerate(self._places()):
            at = grids[1 + i] - first[i]
            flat = flat + at * place
            inside &= (at >= 0) & (at < full[i])
        return np.where(inside, flat, -1)

    def evaluate(self, x: Array) -> tuple[Array, Array]:
        g = self.geometry
        places = padded(self._flat_places(x), g, -1)
        shape = self.results[0].type
        assert isinstance(shape, TensorType)
        value = np.full(shape.shape, self.border(), x.dtype)
        index = np.full(shape.shape, -1, np.int64)
        for tap, v in zip(g.taps(), self.patches(x), strict=True):
            i = places[(slice(None), *g.tap_slices(tap))]
            better = (i >= 0) & ((v > value) | (index < 0) | ((v != v) & (value == value)))
            value, index = np.where(better, v, value), np.where(better, i, index)
        return value, index
