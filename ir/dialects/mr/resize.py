"""Resizing by interpolation. All coordinates are known when the operation is built, so each axis
becomes a table of source indices and weights."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from millrace.ir.core import OpResult, Value
from millrace.ir.dialects.mr.cast import Cast, cast_array
from millrace.ir.dialects.mr.compare import Where
from millrace.ir.dialects.mr.contraction import MatMul
from millrace.ir.dialects.mr.gather import Gather
from millrace.ir.dialects.mr.kinds import Array, Composite, Indexed, Tolerance
from millrace.ir.dialects.mr.movement import Broadcast, reshape, shape_of, transpose
from millrace.ir.dialects.mr.support import constant, scalar_like
from millrace.ir.opdef import attr, operand, result
from millrace.ir.types import (
    F32,
    F64,
    I1,
    I64,
    INDEX,
    ElementType,
    Type,
    element_of,
    is_integer,
    tensor,
)

if TYPE_CHECKING:
    from millrace.ir.builder import Builder
    from millrace.ir.scalar import ScalarBuilder, ScalarValue, TensorInput

UNROLLED_TAPS = 8
"""Axes with more taps are resized by a matrix product."""


class Resample(Indexed):
    """``mr.resample``: along ``axis``, result element o is the sum of ``weights[o, t]`` times the
    input's element ``indices[o, t]`` over the taps t. Indices are in range."""

    name = "mr.resample"
    tolerance = Tolerance(accumulates=True)
    input: Value = operand()
    indices: Value = operand()
    weights: Value = operand()
    axis: int = attr()
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        t, i, w = (self.operand_type(k) for k in range(3))
        if not 0 <= self.axis < t.rank or w.element != t.element:
            raise self.error(f"axis {self.axis} and weights {w} for {t}")
        if i.rank != 2 or i.shape != w.shape or not is_integer(i.element):
            raise self.error(f"indices {i} and weights {w}")
        shape = [i.shape[0] if d == self.axis else n for d, n in enumerate(t.shape)]
        return (tensor(shape, t.element),)

    def evaluate(self, x: Array, indices: Array, weights: Array) -> Array:
        lead, rest = (1,) * self.axis, (1,) * (x.ndim - self.axis - 1)
        parts = [
            np.take(x, i.astype(np.int64), self.axis) * w.reshape(*lead, -1, *rest)
            for i, w in zip(indices.T, weights.T, strict=True)
        ]
        return np.asarray(sum(parts[1:], parts[0]))

    def element(
        self,
        b: ScalarBuilder,
        index: tuple[ScalarValue, ...],
        inputs: tuple[TensorInput, ...],
    ) -> ScalarValue:
        source, indices, weights = inputs
        total = None
        for tap in range(indices.shape[1]):
            entry = (index[self.axis], b.index_const(tap))
            at = list(index)
            at[self.axis] = b.cast(b.read(indices, entry), INDEX)
            term = b.mul(b.read(source, at), b.read(weights, entry))
            total = term if total is None else b.add(total, term)
        assert total is not None
        return total


# ---- source coordinates


@dataclass(frozen=True)
class Axis:
    """One axis of a resize: ``scale`` is output size over input size (not always exactly), and
    [``begin``, ``end``] the part of the input that a crop takes, in units of its extent."""

    size: int
    out: int
    scale: float
    begin: float = 0.0
    end: float = 1.0

    @property
    def length(self) -> float:
        """The output's size before rounding."""
        return self.scale * self.size


def _align_corners(a: Axis, i: Array) -> Array:
    return i * 0.0 if a.length == 1 else i * (a.size - 1) / (a.length - 1)


def _half_pixel(a: Axis, i: Array) -> Array:
    return (i + 0.5) / a.scale - 0.5


def _half_pixel_symmetric(a: Axis, i: Array) -> Array:
    return a.size / 2 * (1 - a.out / a.length) + _half_pixel(a, i)


def _pytorch_half_pixel(a: Axis, i: Array) -> Array:
    return i * 0.0 - 0.5 if a.length == 1 else _half_pixel(a, i)


def _tf_half_pixel_for_nn(a: Axis, i: Array) -> Array:
    return (i + 0.5) / a.scale


def _crop(a: Axis, i: Array) -> Array:
    last, part = a.size - 1, a.end - a.begin
    if a.length == 1:
        return i * 0.0 + part * last / 2 + a.begin * last
    return i * part * last / (a.length - 1) + a.begin * last


COORDINATES: dict[str, Callable[[Axis, Array], Array]] = {
    "half_pixel": _half_pixel,
    "half_pixel_symmetric": _half_pixel_symmetric,
    "pytorch_half_pixel": _pytorch_half_pixel,
    "align_corners": _align_corners,
    "asymmetric": lambda a, i: i / a.scale,
    "tf_half_pixel_for_nn": _tf_half_pixel_for_nn,
    "tf_crop_and_resize": _crop,
}
"""ONNX's coordinate transformation modes: from output indices to input coordinates."""

NEAREST: dict[str, Callable[[Array], Array]] = {
    "round_prefer_floor": lambda x: np.ceil(x - 0.5),
    "round_prefer_ceil": lambda x: np.floor(x + 0.5),
    "floor": np.floor,
    "ceil": np.ceil,
}


class Resize(Composite):
    """``mr.resize``: ``axes`` resized to ``sizes`` (ONNX Resize). ``scales`` defaults to the
    ratios of the sizes; ``roi`` (the begins, then the ends, for ``tf_crop_and_resize``) is in
    units of the input's extent. ``mode`` is nearest, linear or cubic."""

    name = "mr.resize"
    tolerance = Tolerance(accumulates=True)
    input: Value = operand()
    axes: tuple[int, ...] = attr()
    sizes: tuple[int, ...] = attr()
    scales: tuple[float, ...] | None = attr(None)
    roi: tuple[float, ...] | None = attr(None)
    mode: str = attr("nearest")
    coordinates: str = attr("half_pixel")
    nearest: str = attr("round_prefer_floor")
    cubic: float = attr(-0.75)
    antialias: bool = attr(False)
    exclude_outside: bool = attr(False)
    extrapolation: float = attr(0.0)
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        t = self.operand_type(0)
        count = len(self.axes)
        if any(not 0 <= a < t.rank for a in self.axes) or len(set(self.axes)) != count:
            raise self.error(f"axes {list(self.axes)} of a tensor of rank {t.rank}")
        lengths = {len(self.sizes), count if self.scales is None else len(self.scales)}
        lengths.add(count if self.roi is None else len(self.roi) // 2)
        if lengths != {count} or min(self.sizes, default=0) < 0:
            raise self.error(f"sizes, scales or roi do not fit to axes {list(self.axes)}")
        if self.scales is not None and min(self.scales, default=1) <= 0:
            raise self.error(f"scales {list(self.scales)} must be positive")
        self._check_modes()
        shape = list(t.shape)
        for axis, size in zip(self.axes, self.sizes, strict=True):
            if shape[axis] == 0 and size:
                raise self.error("cannot resize an empty dimension")
            shape[axis] = size
        return (tensor(shape, t.element),)

    def _check_modes(self) -> None:
        known = (
            (self.mode, ("nearest", "linear", "cubic")),
            (self.coordinates, tuple(COORDINATES)),
            (self.nearest, tuple(NEAREST)),
        )
        for given, choices in known:
            if given not in choices:
                raise self.error(f"unknown mode {given!r}; there are {', '.join(choices)}")

    def _each_axis(self) -> list[tuple[int, Axis]]:
        """The axes that change, with their geometry."""
        shape, out = self.operand_type(0).shape, []
        for k, axis in enumerate(self.axes):
            n, size = shape[axis], self.sizes[k]
            if n == 0:
                continue
            scale = self.scales[k] if self.scales is not None else size / n
            begin, end = 0.0, 1.0
            if self.roi is not None and self.coordinates == "tf_crop_and_resize":
                begin, end = self.roi[k], self.roi[len(self.axes) + k]
            if (n, scale, begin, end) != (size, 1.0, 0.0, 1.0):
                out.append((axis, Axis(n, size, scale, begin, end)))
        return out

    def _coordinates(self, a: Axis) -> Array:
        return COORDINATES[self.coordinates](a, np.arange(a.out, dtype=np.float64))

    def _nearest(self, a: Axis) -> Array:
        index = NEAREST[self.nearest](self._coordinates(a))
        return np.clip(index, 0, a.size - 1).astype(np.int64)

    def taps(self, a: Axis) -> tuple[Array, Array]:
        """Source indices and weights (f64), both [output, tap]."""
        x = self._coordinates(a)
        shrink = min(a.scale, 1.0) if self.antialias else 1.0
        support = 1 if self.mode == "linear" else 2
        reach = int(np.ceil(support / shrink))
        at = np.floor(x)[:, None] + np.arange(1 - reach, reach + 1)
        distance = np.abs(at - x[:, None]) * shrink
        kernel = _triangle(distance) if self.mode == "linear" else _bicubic(distance, self.cubic)
        if self.exclude_outside:
            kernel = np.where((at < 0) | (at >= a.size), 0.0, kernel)
        total = kernel.sum(1, keepdims=True)
        kernel = kernel / np.where(total == 0, 1.0, total)
        return np.clip(at, 0, a.size - 1).astype(np.int64), kernel

    def _outside(self, a: Axis) -> Array:
        """Which outputs lie outside of the input: what a crop fills."""
        if self.coordinates != "tf_crop_and_resize":
            return np.zeros(a.out, bool)
        x = self._coordinates(a)
        return (x < 0) | (x > a.size - 1)

    @property
    def _working(self) -> ElementType:
        element = self.operand_type(0).element
        return F64 if element == F64 else F32

    def evaluate(self, x: Array) -> Array:
        dtype, dims = x.dtype, x.ndim
        y = x if self.mode == "nearest" else x.astype(self._working.dtype)
        for axis, a in self._each_axis():
            along = (1,) * axis + (-1,) + (1,) * (dims - axis - 1)
            if self.mode == "nearest":
                y = np.take(y, self._nearest(a), axis)
            else:
                indices, weights = self.taps(a)
                matrix = np.zeros((a.out, a.size), y.dtype)
                np.add.at(matrix, (np.arange(a.out)[:, None], indices), weights.astype(y.dtype))
                y = np.moveaxis(np.tensordot(matrix, y, (1, axis)), 0, axis)
            y = np.where(self._outside(a).reshape(along), y.dtype.type(self.extrapolation), y)
        return y if self.mode == "nearest" else cast_array(y, dtype)

    def decompose(self, b: Builder) -> Sequence[Value]:
        x, element = self.input, self.operand_type(0).element
        if self.mode != "nearest" and element != self._working:
            x = b.value(Cast, x, to=self._working)
        for axis, a in self._each_axis():
            x = self._pick(b, x, axis, a) if self.mode == "nearest" else self._mix(b, x, axis, a)
            x = self._fill(b, x, axis, a)
        return (x if element_of(x.type) == element else b.value(Cast, x, to=element),)

    def _pick(self, b: Builder, x: Value, axis: int, a: Axis) -> Value:
        index, shape = self._nearest(a), list(shape_of(x))
        times = a.out // a.size
        if a.out == times * a.size and (index == np.repeat(np.arange(a.size), times)).all():
            lead, rest = shape[: axis + 1], shape[axis + 1 :]
            apart = reshape(b, x, [*lead, 1, *rest])
            wide = b.value(Broadcast, apart, shape=[*lead, times, *rest])
            return reshape(b, wide, [*lead[:-1], a.out, *rest])
        return b.value(Gather, x, constant(b, index, I64), axis=axis)

    def _mix(self, b: Builder, x: Value, axis: int, a: Axis) -> Value:
        indices, weights = self.taps(a)
        element = element_of(x.type)
        if indices.shape[1] <= UNROLLED_TAPS:
            table = constant(b, indices, I64)
            return b.value(Resample, x, table, constant(b, weights, element), axis=axis)
        matrix = np.zeros((a.size, a.out))
        np.add.at(matrix, (indices, np.arange(a.out)[:, None]), weights)
        last = len(shape_of(x)) - 1
        swap = [axis if d == last else last if d == axis else d for d in range(last + 1)]
        if last == 0:
            row = b.value(MatMul, reshape(b, x, (1, a.size)), constant(b, matrix, element))
            return reshape(b, row, (a.out,))
        y = b.value(MatMul, transpose(b, x, swap), constant(b, matrix, element))
        return transpose(b, y, swap)

    def _fill(self, b: Builder, x: Value, axis: int, a: Axis) -> Value:
        outside = self._outside(a)
        if not outside.any():
            return x
        along = (a.out,) + (1,) * (len(shape_of(x)) - axis - 1)
        mask = constant(b, outside.reshape(along), I1)
        return b.value(Where, mask, scalar_like(b, self.extrapolation, x), x)


def _triangle(distance: Array) -> Array:
    out: Array = np.maximum(1 - distance, 0.0)
    return out


def _bicubic(d: Array, a: float) -> Array:
    """The cubic convolution kernel with parameter ``a``."""
    near = ((a + 2) * d - (a + 3)) * d * d + 1
    far = ((a * d - 5 * a) * d + 8 * a) * d - 4 * a
    return np.where(d <= 1, near, np.where(d < 2, far, 0.0))
