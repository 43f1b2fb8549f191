"""Resize with scales, sizes or a region that are only known at run time: the tables of source
indices and weights are computed by the model itself. The declared shape of the result says how
large they are."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from millrace.frontend.onnx.dynamic import require
from millrace.frontend.onnx.emitter import element_of
from millrace.frontend.onnx.expr import Expr
from millrace.frontend.onnx.table import Call
from millrace.ir.core import Value
from millrace.ir.dialects.mr.gather import Gather
from millrace.ir.dialects.mr.resize import Resample
from millrace.ir.types import F32, F64, I64


@dataclass(frozen=True)
class Modes:
    """The attributes of a Resize node."""

    mode: str
    coordinates: str
    nearest: str
    cubic: float
    antialias: bool
    exclude_outside: bool
    extrapolation: float


@dataclass(frozen=True)
class RunTimeAxis:
    """An axis of ``size`` elements that becomes ``out``; ``begin`` and ``end`` of a crop."""

    size: int
    out: int
    scale: Expr
    begin: Expr
    end: Expr

    @property
    def length(self) -> Expr:
        return self.scale * self.size


def _half_pixel(a: RunTimeAxis, i: Expr) -> Expr:
    return (i + 0.5) / a.scale - 0.5


def _align_corners(a: RunTimeAxis, i: Expr) -> Expr:
    return a.length.equals(1.0).choose(0.0, i * (a.size - 1) / (a.length - 1.0))


def _symmetric(a: RunTimeAxis, i: Expr) -> Expr:
    return _half_pixel(a, i) + (1.0 - float(a.out) / a.length) * (a.size / 2)


def _pytorch(a: RunTimeAxis, i: Expr) -> Expr:
    return a.length.equals(1.0).choose(-0.5, _half_pixel(a, i))


def _crop(a: RunTimeAxis, i: Expr) -> Expr:
    last, part = a.size - 1, a.end - a.begin
    inner = i * (part * last) / (a.length - 1.0)
    return a.length.equals(1.0).choose(part * (last / 2), inner) + a.begin * last


_COORDINATES: dict[str, Callable[[RunTimeAxis, Expr], Expr]] = {
    "half_pixel": _half_pixel,
    "half_pixel_symmetric": _symmetric,
    "pytorch_half_pixel": _pytorch,
    "align_corners": _align_corners,
    "asymmetric": lambda a, i: i / a.scale,
    "tf_half_pixel_for_nn": lambda a, i: (i + 0.5) / a.scale,
    "tf_crop_and_resize": _crop,
}

_NEAREST: dict[str, Callable[[Expr], Expr]] = {
    "round_prefer_floor": lambda x: (x - 0.5).ceil(),
    "round_prefer_ceil": lambda x: (x + 0.5).floor(),
    "floor": lambda x: x.floor(),
    "ceil": lambda x: x.ceil(),
}


def resize_axis(c: Call, x: Value, axis: int, a: RunTimeAxis, modes: Modes) -> Value:
    """``x`` resized along one axis."""
    coordinates = _COORDINATES.get(modes.coordinates)
    nearest = _NEAREST.get(modes.nearest)
    if coordinates is None or nearest is None or modes.mode not in ("nearest", "linear", "cubic"):
        raise c.node.error(f"unknown mode in {modes}")
    places = Expr(c.emit, c.emit.constant(np.arange(a.out, dtype=np.float64)))
    at = coordinates(a, places)
    if modes.mode == "nearest":
        index = nearest(at).at_least(0.0).at_most(a.size - 1.0).cast(I64)
        y = c.op(Gather, x, index.value, axis=axis)
    else:
        y = _mix(c, x, axis, a, modes, at)
    if modes.coordinates != "tf_crop_and_resize":
        return y
    column = (a.out,) + (1,) * (c.rank() - axis - 1)
    outside = ((at < 0.0) | (at > a.size - 1.0)).reshape(*column)
    return outside.choose(modes.extrapolation, Expr(c.emit, y)).value


def _mix(c: Call, x: Value, axis: int, a: RunTimeAxis, modes: Modes, at: Expr) -> Value:
    support = 1 if modes.mode == "linear" else 2
    reach, shrink = support, None
    if modes.antialias:
        # The scale is out / size at least, which bounds the window.
        reach = math.ceil(support * a.size / a.out) if a.size > a.out else support
        shrink = a.scale.at_most(1.0)
    taps = Expr(c.emit, c.emit.constant(np.arange(1 - reach, reach + 1, dtype=np.float64)))
    column = at.reshape(a.out, 1)
    source = column.floor() + taps
    distance = abs(source - column)
    if shrink is not None:
        distance = distance * shrink
    kernel = _triangle(distance) if modes.mode == "linear" else _bicubic(distance, modes.cubic)
    if modes.exclude_outside:
        kernel = ((source < 0.0) | (source > a.size - 1.0)).choose(0.0, kernel)
    total = kernel.sum((1,), keepdims=True)
    kernel = kernel / total.equals(0.0).choose(1.0, total)
    index = source.at_least(0.0).at_most(a.size - 1.0).cast(I64)
    element = element_of(x)
    working = F64 if element == F64 else F32
    wide = c.emit.cast(x, working)
    y = c.op(Resample, wide, index.value, kernel.cast(working).value, axis=axis)
    return c.emit.cast(y, element)


def _triangle(d: Expr) -> Expr:
    return (1.0 - d).at_least(0.0)


def _bicubic(d: Expr, a: float) -> Expr:
    near = (d * (a + 2) - (a + 3)) * d * d + 1.0
    far = ((d * a - 5 * a) * d + 8 * a) * d - 4 * a
    return (d <= 1.0).choose(near, (d < 2.0).choose(far, d * 0.0))


def require_size(c: Call, length: Expr, out: int, rounded: Callable[[Expr], Expr]) -> None:
    """Check that a run-time size is the declared one."""
    message = f"the result has not the declared size {out}"
    require(c, rounded(length).equals(float(out)).value, message)
