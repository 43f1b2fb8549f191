"""Convolution, channels last."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from millrace.ir.affine import AffineExpr, AffineMap, cst, dim
from millrace.ir.core import OpResult, Value
from millrace.ir.dialects.mr.assemble import pad
from millrace.ir.dialects.mr.band import Band, Bands
from millrace.ir.dialects.mr.contraction import product_element, result_type, working_element
from millrace.ir.dialects.mr.kinds import Array, Composite, Contraction, Nest, Tolerance
from millrace.ir.dialects.mr.movement import Reverse
from millrace.ir.dialects.mr.support import constant_of
from millrace.ir.dialects.mr.window import Geometry, geometry, padded
from millrace.ir.interval import Interval, weighted
from millrace.ir.opdef import attr, operand, result
from millrace.ir.types import ElementType, Type, tensor

if TYPE_CHECKING:
    from millrace.ir.builder import Builder


class Conv(Contraction):
    """``mr.conv``: cross-correlation of ``lhs`` [N, spatial..., C] with the weights ``rhs``
    [kernel..., C / groups, O], giving [N, positions..., O]. Output channel o belongs to group
    ``o // (O / groups)``. Padding (zeros) is canonicalized to ``mr.pad``; only unpadded
    convolutions have a nest. ``acc`` as in ``mr.matmul``."""

    name = "mr.conv"
    lhs: Value
    rhs: Value
    strides: tuple[int, ...] | None = attr(None)
    dilations: tuple[int, ...] | None = attr(None)
    low: tuple[int, ...] | None = attr(None)
    high: tuple[int, ...] | None = attr(None)
    groups: int = attr(1)
    acc: Type | None = attr(None)
    result: OpResult = result()

    @property
    def geometry(self) -> Geometry:
        x, w = self.operand_type(0), self.operand_type(1)
        if x.rank < 3 or w.rank != x.rank:
            raise self.error(f"cannot convolve {x} with weights {w}")
        pads = (self.low, self.high)
        return geometry(self, x.shape[1:-1], w.shape[:-2], self.strides, self.dilations, pads)

    def infer(self) -> Sequence[Type]:
        g = self.geometry
        x, w = self.operand_type(0), self.operand_type(1)
        per_group, outs = w.shape[-2:]
        if self.groups < 1 or per_group * self.groups != x.shape[-1] or outs % self.groups:
            raise self.error(
                f"{x.shape[-1]} channels in {self.groups} groups with weights {w}: "
                f"input and output channels must be {self.groups} times those of a group"
            )
        assert self.acc is None or isinstance(self.acc, ElementType)
        element = product_element(self, x.element, w.element, self.acc)
        return (tensor((x.shape[0], *g.outputs, outs), element),)

    def accumulators(self) -> tuple[ElementType, ...]:
        return (working_element(result_type(self).element),)

    def nest(self) -> Nest:
        """Loops n, positions, group, output channel in the group | taps, input channel in the
        group. The loops over groups and channels are left out where they have one step."""
        g = self.geometry
        if g.is_padded:
            raise self.error("padding must be canonicalized to mr.pad first")
        x, w = self.operand_type(0), self.operand_type(1)
        ins, outs = w.shape[-2], w.shape[-1] // self.groups
        extents = [x.shape[0], *g.outputs]

        def loop(size: int, wanted: bool = True) -> AffineExpr:
            if not wanted or size == 1:
                return cst(0)
            extents.append(size)
            return dim(len(extents) - 1)

        group = loop(self.groups)
        # A single output channel still needs its loop when there is no loop over groups.
        out = loop(outs) if self.groups > 1 else _always(extents, outs)
        parallel = len(extents)
        taps = [_always(extents, k) for k in g.kernel]
        channel = loop(ins)
        spatial = [dim(1 + i) * g.strides[i] + t * g.dilations[i] for i, t in enumerate(taps)]
        n = len(extents)
        maps = (
            AffineMap(n, (dim(0), *spatial, group * ins + channel)),
            AffineMap(n, (*taps, channel, group * outs + out)),
        )
        return Nest(tuple(extents), parallel, maps)

    def operand_bands(self, band: Band) -> Bands | None:
        channels = band.axis == len(self.result_shape()) - 1
        return None if channels and self.groups > 1 else super().operand_bands(band)

    def evaluate(self, x: Array, w: Array) -> Array:
        g, out_type = self.geometry, result_type(self)
        wide = working_element(out_type.element).dtype
        x = padded(x.astype(wide, copy=False), g, 0)
        w = w.astype(wide, copy=False)
        ins, outs = w.shape[-2], w.shape[-1] // self.groups
        total = np.zeros((*out_type.shape[:-1], self.groups, outs), wide)
        for tap in g.taps():
            patch = x[(slice(None), *g.tap_slices(tap))]
            patch = patch.reshape(*patch.shape[:-1], self.groups, 1, ins)
            kernel = w[tap].reshape(ins, self.groups, outs).transpose(1, 0, 2)
            total += np.matmul(patch, kernel)[..., 0, :]
        return total.reshape(out_type.shape).astype(out_type.dtype, copy=False)

    def interval(self, x: Interval, y: Interval) -> Interval | None:
        """With known weights, from the bounds of each input channel."""
        w = constant_of(self.rhs)
        if w is None or self.geometry.is_padded:
            return None if self.geometry.is_padded else super().interval(x, y)
        ins, outs = w.shape[-2], w.shape[-1] // self.groups
        low, high = (np.broadcast_to(v, (ins * self.groups,)) for v in (x.low, x.high))
        parts = []
        for g in range(self.groups):
            own = w[..., g * outs : (g + 1) * outs].reshape(-1, outs)
            ends = (np.tile(v[g * ins : (g + 1) * ins], own.shape[0] // ins) for v in (low, high))
            parts.append(weighted(Interval(*ends), own))
        lows, highs = ([p.low for p in parts], [p.high for p in parts])
        return Interval(np.concatenate(lows), np.concatenate(highs))

    def canonicalize(self, b: Builder) -> Sequence[Value] | None:
        g = self.geometry
        if not g.is_padded:
            return None
        x = pad(b, self.lhs, (0, *g.low, 0), (0, *g.high, 0))
        new = b.value(
            Conv,
            x,
            self.rhs,
            strides=self.strides,
            dilations=self.dilations,
            groups=self.groups,
            acc=self.acc,
        )
        return (new,)


def _always(extents: list[int], size: int) -> AffineExpr:
    """A new loop, of one step too."""
    extents.append(size)
    return dim(len(extents) - 1)


class ConvTranspose(Composite):
    """``mr.conv_transpose``: the transposed convolution of ``input`` [N, spatial..., C] with
    ``weights`` [kernel..., C / groups, O]: input position i adds to result positions
    ``i * strides - low + tap * dilations``. ``low`` and ``high`` cut the result's borders,
    ``output_padding`` adds to its ends."""

    name = "mr.conv_transpose"
    tolerance = Tolerance(accumulates=True)
    input: Value = operand()
    weights: Value = operand()
    strides: tuple[int, ...] | None = attr(None)
    dilations: tuple[int, ...] | None = attr(None)
    low: tuple[int, ...] | None = attr(None)
    high: tuple[int, ...] | None = attr(None)
    output_padding: tuple[int, ...] | None = attr(None)
    groups: int = attr(1)
    result: OpResult = result()

    def _entries(self) -> list[tuple[int, int, int, int, int, int, int]]:
        """(size, taps, stride, dilation, low, high, extra) of each spatial dimension."""
        x, w = self.operand_type(0), self.operand_type(1)
        if x.rank < 3 or w.rank != x.rank:
            raise self.error(f"cannot convolve {x} with weights {w}")
        rank = x.rank - 2
        columns: list[tuple[int, ...]] = [x.shape[1:-1], w.shape[:-2]]
        fields = (
            (self.strides, 1, 1),
            (self.dilations, 1, 1),
            (self.low, 0, None),
            (self.high, 0, None),
            (self.output_padding, 0, 0),
        )
        for given, default, least in fields:
            column = given if given is not None else (default,) * rank
            if len(column) != rank or (least is not None and min(column) < least):
                raise self.error(f"{list(column)} for {rank} spatial dimensions")
            columns.append(column)
        return list(zip(*columns, strict=True))

    def infer(self) -> Sequence[Type]:
        x, w = self.operand_type(0), self.operand_type(1)
        sizes = [
            (n - 1) * s + d * (k - 1) + 1 - lo - hi + extra
            for n, k, s, d, lo, hi, extra in self._entries()
        ]
        per_group, outs = w.shape[-2:]
        if self.groups < 1 or per_group * self.groups != x.shape[-1] or outs % self.groups:
            raise self.error(f"{x.shape[-1]} channels in {self.groups} groups with weights {w}")
        if min(sizes) < 1 or 0 in x.shape or 0 in w.shape:
            raise self.error(f"nothing is left of {x} after cropping")
        element = product_element(self, x.element, w.element, None)
        return (tensor((x.shape[0], *sizes, outs), element),)

    def evaluate(self, x: Array, w: Array) -> Array:
        out_type, entries = result_type(self), self._entries()
        wide = working_element(out_type.element).dtype
        x, w = x.astype(wide, copy=False), w.astype(wide, copy=False)
        ins, outs = w.shape[-2], w.shape[-1] // self.groups
        full = [(n - 1) * s + d * (k - 1) + 1 for n, k, s, d, *_ in entries]
        total = np.zeros((x.shape[0], *full, w.shape[-1]), wide)
        x = x.reshape(*x.shape[:-1], self.groups, 1, ins)
        for tap in np.ndindex(*w.shape[:-2]):
            kernel = w[tap].reshape(ins, self.groups, outs).transpose(1, 0, 2)
            part = np.matmul(x, kernel)[..., 0, :]
            at = tuple(
                slice(t * d, t * d + (n - 1) * s + 1, s)
                for t, (n, _, s, d, *_) in zip(tap, entries, strict=True)
            )
            total[(slice(None), *at)] += part.reshape(*part.shape[:-2], -1)
        # Negative crops and the output padding add zeros.
        low = [max(-lo, 0) for *_, lo, _, _ in entries]
        high = [max(extra - hi, 0) for *_, hi, extra in entries]
        spatial = zip(low, high, strict=True)
        total = np.pad(total, [(0, 0), *spatial, (0, 0)])
        first = [max(lo, 0) for *_, lo, _, _ in entries]
        cut = (slice(f, f + n) for f, n in zip(first, out_type.shape[1:-1], strict=True))
        return total[(slice(None), *cut)].astype(out_type.dtype, copy=False)

    def decompose(self, b: Builder) -> Sequence[Value]:
        """Zeros between the elements of the input, then a convolution with turned weights."""
        entries = self._entries()
        reach = [d * (k - 1) for _, k, _, d, *_ in entries]
        low = [r - e[4] for r, e in zip(reach, entries, strict=True)]
        high = [r - e[5] + e[6] for r, e in zip(reach, entries, strict=True)]
        interior = [s - 1 for _, _, s, *_ in entries]
        x = pad(b, self.input, (0, *low, 0), (0, *high, 0), interior=(0, *interior, 0))
        turned = b.value(Reverse, self.weights, axes=tuple(range(len(entries))))
        y = b.value(Conv, x, turned, dilations=self.dilations, groups=self.groups)
        return (y,)
