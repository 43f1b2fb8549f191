"""Deformable convolution."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from millrace.ir.core import OpResult, Value
from millrace.ir.dialects.mr.contraction import Contract
from millrace.ir.dialects.mr.kinds import Array, Composite, Indexed, Tolerance
from millrace.ir.dialects.mr.movement import reshape, shape_of
from millrace.ir.dialects.mr.support import wide_type, widen_array
from millrace.ir.dialects.mr.window import Geometry, geometry
from millrace.ir.opdef import attr, operand, optional_operand, result
from millrace.ir.types import I64, INDEX, Type, is_float, tensor

if TYPE_CHECKING:
    from millrace.ir.builder import Builder
    from millrace.ir.scalar import ScalarBuilder, ScalarValue, TensorInput


class DeformColumns(Indexed):
    """``mr.deform_columns``: what a window over ``input`` [N, C, H, W] reads where each tap is
    moved by ``offset`` [N, groups * taps * 2, oH, oW] (rows, then columns) and weighted by
    ``mask`` [N, groups * taps, oH, oW]: [N, C, taps, oH, oW], bilinear, zero outside."""

    name = "mr.deform_columns"
    tolerance = Tolerance(accumulates=True)
    input: Value = operand()
    offset: Value = operand()
    mask: Value | None = optional_operand()
    kernel: tuple[int, ...] = attr()
    strides: tuple[int, ...] | None = attr(None)
    dilations: tuple[int, ...] | None = attr(None)
    low: tuple[int, ...] | None = attr(None)
    high: tuple[int, ...] | None = attr(None)
    groups: int = attr(1)
    result: OpResult = result()

    @property
    def geometry(self) -> Geometry:
        x = self.operand_type(0)
        if x.rank != 4:
            raise self.error(f"cannot convolve {x}: only images have deformable windows")
        pads = (self.low, self.high)
        return geometry(self, x.shape[2:], self.kernel, self.strides, self.dilations, pads)

    def infer(self) -> Sequence[Type]:
        x, g = self.operand_type(0), self.geometry
        taps = math.prod(g.kernel)
        shape = (x.shape[0], self.groups * taps * 2, *g.outputs)
        if self.groups < 1 or x.shape[1] % self.groups or 0 in x.shape:
            raise self.error(f"{self.groups} groups of {x}")
        if self.operand_type(1).shape != shape or not is_float(x.element):
            raise self.error(f"offsets {self.operand_type(1)} where {shape} are needed")
        if self.mask is not None:
            shape = (x.shape[0], self.groups * taps, *g.outputs)
            if self.operand_type(2).shape != shape:
                raise self.error(f"a mask {self.operand_type(2)} where {shape} is needed")
        if any(self.operand_type(i).element != x.element for i in range(len(self.operands))):
            raise self.error("operands of different element types")
        return (tensor((*x.shape[:2], taps, *g.outputs), x.element),)

    def evaluate(self, x: Array, offset: Array, mask: Array | None) -> Array:
        g, (n, channels, *_) = self.geometry, x.shape
        wide, moved = widen_array(x), widen_array(offset)
        assert wide is not None and moved is not None
        taps = math.prod(g.kernel)
        moved = moved.reshape(n, self.groups, taps, 2, *g.outputs)
        out = np.zeros((n, channels, taps, *g.outputs), wide.dtype)
        per_group = channels // self.groups
        for k, tap in enumerate(g.taps()):
            grids = np.indices(g.outputs)
            for c in range(channels):
                at = [
                    grids[d] * g.strides[d]
                    - g.low[d]
                    + tap[d] * g.dilations[d]
                    + moved[:, c // per_group, k, d]
                    for d in range(2)
                ]
                out[:, c, k] = _bilinear(wide[:, c], at[0], at[1])
        if mask is not None:
            weights = mask.reshape(n, self.groups, 1, taps, *g.outputs).astype(wide.dtype)
            apart = out.reshape(n, self.groups, per_group, taps, *g.outputs)
            out = (apart * weights).reshape(out.shape)
        return out.astype(x.dtype, copy=False)

    def element(
        self,
        b: ScalarBuilder,
        index: tuple[ScalarValue, ...],
        inputs: tuple[TensorInput | None, ...],
    ) -> ScalarValue:
        source, offset, mask = inputs
        assert source is not None and offset is not None
        g, (n, c, k, *place) = self.geometry, index
        work, taps = wide_type(source.element), b.index_const(math.prod(g.kernel))
        group = b.div(c, b.index_const(source.shape[1] // self.groups))
        entry = b.add(b.mul(group, taps), k)
        width = b.index_const(g.kernel[1])
        tap = (b.div(k, width), b.rem(k, width))
        at = []
        for d in range(2):
            still = b.sub(b.mul(place[d], b.index_const(g.strides[d])), b.index_const(g.low[d]))
            still = b.add(still, b.mul(tap[d], b.index_const(g.dilations[d])))
            double = b.add(b.mul(entry, b.index_const(2)), b.index_const(d))
            move = b.cast(b.read(offset, (n, double, *place)), work)
            at.append(b.add(b.cast(still, work), move))
        total = self._corners(b, source, (n, c), at)
        if mask is not None:
            total = b.mul(total, b.cast(b.read(mask, (n, entry, *place)), work))
        return b.cast(total, source.element)

    def _corners(
        self,
        b: ScalarBuilder,
        source: TensorInput,
        lead: tuple[ScalarValue, ScalarValue],
        at: list[ScalarValue],
    ) -> ScalarValue:
        """The bilinear mean of the four pixels around a point."""
        zero, one = b.const_like(0, at[0]), b.const_like(1, at[0])
        sides = []
        for v, size in zip(at, source.shape[2:], strict=True):
            base = b.floor(v)
            rest = b.sub(v, base)
            side = []
            for near, w in ((base, b.sub(one, rest)), (b.add(base, one), rest)):
                last = b.const_like(size - 1, v)
                w = b.select(b.and_(b.ge(near, zero), b.le(near, last)), w, zero)
                i = b.cast(b.cast(near, I64), INDEX)
                side.append((b.clamp(i, b.index_const(0), b.index_const(size - 1)), w))
            sides.append(side)
        total = zero
        for row, wy in sides[0]:
            for column, wx in sides[1]:
                weight = b.mul(wy, wx)
                pixel = b.cast(b.read(source, (*lead, row, column)), weight.type)
                term = b.select(b.ne(weight, zero), b.mul(weight, pixel), zero)
                total = b.add(total, term)
        return total


def _bilinear(image: Array, y: Array, x: Array) -> Array:
    """``image`` [N, H, W] at points [N, ...]; zero outside."""
    n = np.arange(len(image)).reshape(-1, 1, 1)
    total = np.zeros(y.shape, image.dtype)
    for dy in (0, 1):
        for dx in (0, 1):
            row, column = np.floor(y) + dy, np.floor(x) + dx
            weight = (1 - np.abs(y - row)) * (1 - np.abs(x - column))
            inside = (row >= 0) & (row < image.shape[1])
            inside &= (column >= 0) & (column < image.shape[2])
            i = np.where(inside, row, 0).astype(np.int64)
            j = np.where(inside, column, 0).astype(np.int64)
            total += np.where(inside, image[n, i, j] * weight, 0).astype(image.dtype)
    return total


class DeformConv(Composite):
    """``mr.deform_conv``: convolution of ``input`` [N, C, H, W] with ``weights``
    [O, C / groups, kH, kW] at deformed places (see ``mr.deform_columns``; ``offset_groups`` of
    them); the result is [N, O, oH, oW]."""

    name = "mr.deform_conv"
    tolerance = Tolerance(accumulates=True)
    input: Value = operand()
    weights: Value = operand()
    offset: Value = operand()
    mask: Value | None = optional_operand()
    strides: tuple[int, ...] | None = attr(None)
    dilations: tuple[int, ...] | None = attr(None)
    low: tuple[int, ...] | None = attr(None)
    high: tuple[int, ...] | None = attr(None)
    groups: int = attr(1)
    offset_groups: int = attr(1)
    result: OpResult = result()

    def _columns(self) -> DeformColumns:
        return DeformColumns(
            self.input,
            self.offset,
            self.mask,
            kernel=self.operand_type(1).shape[2:],
            strides=self.strides,
            dilations=self.dilations,
            low=self.low,
            high=self.high,
            groups=self.offset_groups,
            loc=self.loc,
        )

    def infer(self) -> Sequence[Type]:
        x, w = self.operand_type(0), self.operand_type(1)
        fits = x.rank == w.rank == 4 and self.groups >= 1 and w.element == x.element
        if not fits or w.shape[1] * self.groups != x.shape[1] or w.shape[0] % self.groups:
            raise self.error(f"cannot convolve {x} with weights {w} in {self.groups} groups")
        columns = self._columns()
        out = shape_of(columns.result)
        columns._drop_operands()
        return (tensor((x.shape[0], w.shape[0], *out[3:]), x.element),)

    def evaluate(self, x: Array, w: Array, offset: Array, mask: Array | None) -> Array:
        op = self._columns()
        columns, weights = widen_array(op.evaluate(x, offset, mask)), widen_array(w)
        op._drop_operands()
        assert columns is not None and weights is not None
        n, _, taps, *out = columns.shape
        columns = columns.reshape(n, self.groups, -1, *out)
        weights = weights.reshape(self.groups, w.shape[0] // self.groups, -1)
        assert weights.shape[2] == w.shape[1] * taps
        y: Array = np.einsum("goc,ngchw->ngohw", weights, columns)
        return y.reshape(n, w.shape[0], *out).astype(x.dtype, copy=False)

    def decompose(self, b: Builder) -> Sequence[Value]:
        columns = b.insert(self._columns()).result
        n, channels, taps, *out = shape_of(columns)
        outs = self.operand_type(1).shape[0]
        depth = channels // self.groups * taps
        x = reshape(b, columns, (n, self.groups, depth, *out))
        w = reshape(b, self.weights, (self.groups, outs // self.groups, depth))
        y = b.value(Contract, w, x, equation="goc,ngchw->ngohw")
        return (reshape(b, y, (n, outs, *out)),)
