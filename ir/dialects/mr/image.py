"""Operations on images (channels first, as their sources define them)."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from millrace.ir.core import OpResult, Value
from millrace.ir.dialects.mr.assemble import pad
from millrace.ir.dialects.mr.contraction import MatMul
from millrace.ir.dialects.mr.elementwise import Add
from millrace.ir.dialects.mr.gather import require_integers, wrap_indices
from millrace.ir.dialects.mr.kinds import Array, Composite, Tolerance
from millrace.ir.dialects.mr.movement import reshape, slice_along, transpose
from millrace.ir.dialects.mr.scatter import ScatterElements
from millrace.ir.dialects.mr.support import constant, widen_array
from millrace.ir.dialects.mr.window import Geometry, geometry
from millrace.ir.opdef import attr, operand, result
from millrace.ir.types import Type, element_of, is_float, tensor

if TYPE_CHECKING:
    from millrace.ir.builder import Builder


class DepthToSpace(Composite):
    """``mr.depth_to_space``: channels of [N, C, H, W] become blocks of pixels; the block's
    position is the slower part of the channel, or the faster with ``column_row_depth``."""

    name = "mr.depth_to_space"
    input: Value = operand()
    block: int = attr()
    column_row_depth: bool = attr(False)
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        t, k = self.operand_type(0), self.block
        if t.rank != 4 or k < 1 or t.shape[1] % (k * k):
            raise self.error(f"blocks of {k}x{k} from {t}")
        n, c, h, w = t.shape
        return (tensor((n, c // (k * k), h * k, w * k), t.element),)

    def evaluate(self, x: Array) -> Array:
        n, c, h, w = x.shape
        k = self.block
        depth = c // (k * k)
        out = np.empty((n, depth, h * k, w * k), x.dtype)
        for i, j in np.ndindex(k, k):
            place = i * k + j
            picked = np.arange(depth)
            channels = picked * k * k + place if self.column_row_depth else place * depth + picked
            out[:, :, i::k, j::k] = x[:, channels]
        return out

    def decompose(self, b: Builder) -> Sequence[Value]:
        n, c, h, w = self.operand_type(0).shape
        k = self.block
        depth = c // (k * k)
        if self.column_row_depth:
            x = reshape(b, self.input, (n, depth, k, k, h, w))
            x = transpose(b, x, (0, 1, 4, 2, 5, 3))
        else:
            x = reshape(b, self.input, (n, k, k, depth, h, w))
            x = transpose(b, x, (0, 3, 4, 1, 5, 2))
        return (reshape(b, x, (n, depth, h * k, w * k)),)


class SpaceToDepth(Composite):
    """``mr.space_to_depth``: blocks of pixels of [N, C, H, W] become channels; the block's
    position is the slower part of the channel, or the faster with ``column_row_depth``."""

    name = "mr.space_to_depth"
    input: Value = operand()
    block: int = attr()
    column_row_depth: bool = attr(False)
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        t, k = self.operand_type(0), self.block
        if t.rank != 4 or k < 1 or t.shape[2] % k or t.shape[3] % k:
            raise self.error(f"blocks of {k}x{k} from {t}")
        n, c, h, w = t.shape
        return (tensor((n, c * k * k, h // k, w // k), t.element),)

    def evaluate(self, x: Array) -> Array:
        k = self.block
        parts = [x[:, :, i::k, j::k] for i, j in np.ndindex(k, k)]
        if self.column_row_depth:
            n, c, h, w = x.shape
            return np.stack(parts, 2).reshape(n, c * k * k, h // k, w // k)
        return np.concatenate(parts, 1)

    def decompose(self, b: Builder) -> Sequence[Value]:
        n, c, h, w = self.operand_type(0).shape
        k = self.block
        x = reshape(b, self.input, (n, c, h // k, k, w // k, k))
        x = transpose(b, x, (0, 1, 3, 5, 2, 4) if self.column_row_depth else (0, 3, 5, 1, 2, 4))
        return (reshape(b, x, (n, c * k * k, h // k, w // k)),)


class AffineGrid(Composite):
    """``mr.affine_grid``: where ``mr.grid_sample`` reads for an affine map ``theta``
    [N, d, d + 1] of the coordinates of an image of ``sizes`` (d of them): [N, sizes..., d]."""

    name = "mr.affine_grid"
    tolerance = Tolerance(accumulates=True)
    theta: Value = operand()
    sizes: tuple[int, ...] = attr()
    align_corners: bool = attr(False)
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        t, d = self.operand_type(0), len(self.sizes)
        if t.rank != 3 or t.shape[1:] != (d, d + 1) or not is_float(t.element):
            raise self.error(f"theta is {t} for {d} spatial dimensions")
        return (tensor((t.shape[0], *self.sizes, d), t.element),)

    def _points(self) -> Array:
        """Homogeneous coordinates of all pixels, the fastest dimension first: [pixels, d + 1]."""
        along = []
        for n in self.sizes:
            i = np.arange(n)
            if self.align_corners:
                along.append(i * (2 / (n - 1)) - 1 if n > 1 else i * 0.0)
            else:
                along.append((2 * i + 1) / n - 1)
        grids = np.meshgrid(*along, indexing="ij")
        columns = [g.reshape(-1) for g in reversed(grids)]
        return np.stack([*columns, np.ones(math.prod(self.sizes))], 1)

    def evaluate(self, theta: Array) -> Array:
        wide = widen_array(theta)
        assert wide is not None
        points = self._points().astype(wide.dtype)
        out: Array = np.einsum("pk,ndk->npd", points, wide)
        return out.reshape(len(theta), *self.sizes, -1).astype(theta.dtype, copy=False)

    def decompose(self, b: Builder) -> Sequence[Value]:
        t = self.operand_type(0)
        points = constant(b, self._points(), t.element)
        y = b.value(MatMul, points, self.theta, transpose_rhs=True)
        return (reshape(b, y, (t.shape[0], *self.sizes, len(self.sizes))),)


class Col2Im(Composite):
    """``mr.col2im``: columns [N, C * taps, positions] added up into an image [N, C, sizes...]: the
    opposite of cutting an image into windows."""

    name = "mr.col2im"
    tolerance = Tolerance(accumulates=True)
    input: Value = operand()
    sizes: tuple[int, ...] = attr()
    kernel: tuple[int, ...] = attr()
    strides: tuple[int, ...] | None = attr(None)
    dilations: tuple[int, ...] | None = attr(None)
    low: tuple[int, ...] | None = attr(None)
    high: tuple[int, ...] | None = attr(None)
    result: OpResult = result()

    @property
    def geometry(self) -> Geometry:
        pads = (self.low, self.high)
        return geometry(self, self.sizes, self.kernel, self.strides, self.dilations, pads)

    def infer(self) -> Sequence[Type]:
        t, g = self.operand_type(0), self.geometry
        taps = math.prod(g.kernel)
        if t.rank != 3 or t.shape[1] % taps or t.shape[2] != math.prod(g.outputs):
            raise self.error(f"{taps} taps at {math.prod(g.outputs)} positions do not fit {t}")
        return (tensor((t.shape[0], t.shape[1] // taps, *self.sizes), t.element),)

    def evaluate(self, x: Array) -> Array:
        g = self.geometry
        channels = x.shape[1] // math.prod(g.kernel)
        full = [lo + n + hi for lo, n, hi in zip(g.low, g.sizes, g.high, strict=True)]
        total = np.zeros((x.shape[0], channels, *full), x.dtype)
        y = x.reshape(x.shape[0], channels, -1, *g.outputs)
        for k, tap in enumerate(g.taps()):
            total[(slice(None), slice(None), *g.tap_slices(tap))] += y[:, :, k]
        cut = (slice(lo, lo + n) for lo, n in zip(g.low, g.sizes, strict=True))
        return total[(slice(None), slice(None), *cut)]

    def decompose(self, b: Builder) -> Sequence[Value]:
        t, g = self.operand_type(0), self.geometry
        n, taps = t.shape[0], math.prod(g.kernel)
        channels = t.shape[1] // taps
        x = reshape(b, self.input, (n, channels, taps, *g.outputs))
        total: Value | None = None
        for k, tap in enumerate(g.taps()):
            part = reshape(b, slice_along(b, x, 2, k, 1), (n, channels, *g.outputs))
            low = [i * d - lo for i, d, lo in zip(tap, g.dilations, g.low, strict=True)]
            high = [
                size - lo - s * (m - 1) - 1
                for size, lo, s, m in zip(g.sizes, low, g.strides, g.outputs, strict=True)
            ]
            interior = [s - 1 for s in g.strides]
            spread = pad(b, part, (0, 0, *low), (0, 0, *high), interior=(0, 0, *interior))
            total = spread if total is None else b.value(Add, total, spread)
        assert total is not None
        return (total,)


class MaxUnpool(Composite):
    """``mr.max_unpool``: each element of ``input`` written into zeros of ``shape`` at its flat
    index; of equal indices the last counts."""

    name = "mr.max_unpool"
    input: Value = operand()
    indices: Value = operand()
    shape: tuple[int, ...] = attr()
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        t, i = self.operand_type(0), self.operand_type(1)
        require_integers(self, i)
        if i.shape != t.shape or min(self.shape, default=0) < 0:
            raise self.error(f"indices {i} for {t}")
        return (tensor(self.shape, t.element),)

    def evaluate(self, x: Array, indices: Array) -> Array:
        out = np.zeros(math.prod(self.shape), x.dtype)
        places = wrap_indices(self, indices, out.size).reshape(-1)
        for place, value in zip(places.tolist(), x.reshape(-1), strict=True):
            out[place] = value
        return out.reshape(self.shape)

    def decompose(self, b: Builder) -> Sequence[Value]:
        element = element_of(self.input.type)
        count = self.operand_type(0).size
        zeros = constant(b, np.zeros(math.prod(self.shape)), element)
        flat = [reshape(b, v, (count,)) for v in (self.indices, self.input)]
        return (reshape(b, b.value(ScatterElements, zeros, *flat), self.shape),)
