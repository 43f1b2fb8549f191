"""Average and p-norm pooling, made of sums."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from millrace.ir.core import OpResult, Value
from millrace.ir.dialects.mr.cast import Cast
from millrace.ir.dialects.mr.elementwise import Abs, Div, Pow
from millrace.ir.dialects.mr.kinds import Array, Composite, Tolerance
from millrace.ir.dialects.mr.pool import SumPool
from millrace.ir.dialects.mr.support import constant, quiet, scalar_like, widen_array
from millrace.ir.dialects.mr.window import Geometry, geometry, padded
from millrace.ir.opdef import attr, operand, result
from millrace.ir.types import BF16, F16, F32, Type, element_of, is_float, tensor

if TYPE_CHECKING:
    from millrace.ir.builder import Builder


class WindowComposite(Composite):
    """Common part of pooling [N, spatial..., C] by sums. ``extra`` is padding at the ends beyond
    ``high`` (what ONNX's ceil mode adds), which never counts."""

    tolerance = Tolerance(accumulates=True)
    input: Value = operand()
    kernel: tuple[int, ...] = attr()
    strides: tuple[int, ...] | None = attr(None)
    dilations: tuple[int, ...] | None = attr(None)
    low: tuple[int, ...] | None = attr(None)
    high: tuple[int, ...] | None = attr(None)
    extra: tuple[int, ...] | None = attr(None)
    result: OpResult = result()

    @property
    def geometry(self) -> Geometry:
        x = self.operand_type(0)
        if x.rank < 3 or not is_float(x.element):
            raise self.error(f"cannot pool {x}")
        high = self.high if self.high is not None else (0,) * (x.rank - 2)
        if self.extra is not None:
            high = tuple(h + e for h, e in zip(high, self.extra, strict=True))
        pads = (self.low, high)
        return geometry(self, x.shape[1:-1], self.kernel, self.strides, self.dilations, pads)

    def infer(self) -> Sequence[Type]:
        x = self.operand_type(0)
        return (tensor((x.shape[0], *self.geometry.outputs, x.shape[-1]), x.element),)

    def _sums(self, x: Array) -> Array:
        g = self.geometry
        x = padded(x, g, 0)
        total = np.zeros((x.shape[0], *g.outputs, x.shape[-1]), x.dtype)
        for tap in g.taps():
            total += x[(slice(None), *g.tap_slices(tap))]
        return total

    def _sum_pool(self, b: Builder, x: Value) -> Value:
        g = self.geometry
        return b.value(
            SumPool,
            x,
            kernel=g.kernel,
            strides=g.strides,
            dilations=g.dilations,
            low=g.low,
            high=g.high,
        )

    def _widen(self, b: Builder) -> Value:
        narrow = element_of(self.input.type) in (F16, BF16)
        return b.value(Cast, self.input, to=F32) if narrow else self.input

    def _narrow(self, b: Builder, y: Value) -> Value:
        element = element_of(self.input.type)
        return y if element_of(y.type) == element else b.value(Cast, y, to=element)


class AvgPool(WindowComposite):
    """``mr.avg_pool``: the mean of each window. Elements of the padding are left out of the
    count, unless ``count_pad``, when those of ``low`` and ``high`` (not of ``extra``) count."""

    name = "mr.avg_pool"
    count_pad: bool = attr(False)

    def counts(self) -> Array:
        """How many elements count at each position: [positions..., 1]."""
        g = self.geometry
        total = np.ones((), np.int64)
        for i, n in enumerate(g.sizes):
            extra = self.extra[i] if self.extra is not None else 0
            first, end = (-g.low[i], n + g.high[i] - extra) if self.count_pad else (0, n)
            at = np.arange(g.outputs[i])[:, None] * g.strides[i] - g.low[i]
            at = at + np.arange(g.kernel[i]) * g.dilations[i]
            along = ((at >= first) & (at < end)).sum(1)
            total = total[..., None] * along
        return total[..., None]

    def evaluate(self, x: Array) -> Array:
        wide = widen_array(x)
        assert wide is not None
        with quiet():
            y: Array = self._sums(wide) / self.counts().astype(wide.dtype)
        return y.astype(x.dtype, copy=False)

    def decompose(self, b: Builder) -> Sequence[Value]:
        y = self._sum_pool(b, self._widen(b))
        counts = self.counts()
        counts = counts.reshape(-1)[0] if (counts == counts.reshape(-1)[0]).all() else counts
        return (self._narrow(b, b.value(Div, y, constant(b, counts, element_of(y.type)))),)


class LpPool(WindowComposite):
    """``mr.lp_pool``: the p-norm of each window."""

    name = "mr.lp_pool"
    p: int = attr(2)

    def evaluate(self, x: Array) -> Array:
        wide = widen_array(x)
        assert wide is not None
        with quiet():
            powers = np.power(np.abs(wide), wide.dtype.type(self.p))
            y: Array = np.power(self._sums(powers), wide.dtype.type(1.0 / self.p))
        return y.astype(x.dtype, copy=False)

    def decompose(self, b: Builder) -> Sequence[Value]:
        x = b.value(Abs, self._widen(b))
        y = self._sum_pool(b, b.value(Pow, x, scalar_like(b, self.p, x)))
        return (self._narrow(b, b.value(Pow, y, scalar_like(b, 1.0 / self.p, y))),)
