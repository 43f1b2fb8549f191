"""Pooling, channels last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from millrace.ir.affine import AffineMap, dim
from millrace.ir.core import OpResult, Value
from millrace.ir.dialects.mr.assemble import pad
from millrace.ir.dialects.mr.kinds import EXACT, Array, Nest, Window
from millrace.ir.dialects.mr.window import Geometry, geometry, padded
from millrace.ir.opdef import attr, operand, result
from millrace.ir.types import BF16, F16, F32, ElementType, FloatType, IntegerType, Type, tensor

if TYPE_CHECKING:
    from millrace.ir.builder import Builder
    from millrace.ir.scalar import ScalarBuilder, ScalarValue


def lowest(element: ElementType) -> bool | int | float:
    """The neutral element of the maximum."""
    if isinstance(element, FloatType):
        return -float("inf")
    if isinstance(element, IntegerType) and (element.unsigned or element.width == 1):
        return element.width != 1 and 0
    return -(1 << (element.width - 1))


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

    def patches(self, x: Array) -> list[Array]:
        """The padded input as each tap sees it."""
        g = self.geometry
        x = padded(x, g, self.border())
        return [x[(slice(None), *g.tap_slices(tap))] for tap in g.taps()]


class MaxPool(SimplePool):
    """``mr.max_pool``: the greatest element of each window; NaN if there is one."""

    name = "mr.max_pool"
    tolerance = EXACT

    def neutral(self) -> tuple[bool | int | float, ...]:
        return (lowest(self.operand_type(0).element),)

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


class SumPool(SimplePool):
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
        element = self.operand_type(0).element
        wide = (F32 if element in (F16, BF16) else element).dtype
        patches = self.patches(x.astype(wide, copy=False))
        total = patches[0].copy()
        for patch in patches[1:]:
            total += patch
        return total.astype(x.dtype, copy=False)
