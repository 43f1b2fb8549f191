"""Rows: pooling, resizing and reductions of quantized numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy as np

from millrace.frontend.emitter import element_of, shape_of, type_of
from millrace.frontend.tflite import ops_conv
from millrace.frontend.tflite.model import Array
from millrace.frontend.tflite.norm_quantized import l2_normalization
from millrace.frontend.tflite.quantization import (
    centered,
    finished,
    fixed,
    scale_of,
    scaled,
    stored,
    times,
)
from millrace.frontend.tflite.softmax_quantized import softmax
from millrace.frontend.tflite.table import Call, Results, RowFunction, Rows
from millrace.frontend.tflite.windows import windows
from millrace.ir.core import Operation, Value
from millrace.ir.dialects.mr import bits, compare
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr import reduction as red
from millrace.ir.dialects.mr.average_pool import AvgPool
from millrace.ir.dialects.mr.pool import MaxPool, SumPool
from millrace.ir.dialects.mr.resize import Resample
from millrace.ir.types import F32, I32, I64

# ---- pooling


def max_pool(c: Call) -> Results:
    kernel = (c.option("filter_h"), c.option("filter_w"))
    at = windows(c, ops_conv.image(c)[1:3], kernel)
    y = c.op(MaxPool, c.arg(0), kernel=kernel, strides=at.strides, low=at.low, high=at.high)
    return _limited(c, c.emit.cast(y, I32))


def _limited(c: Call, x: Value) -> Value:
    """Numbers in the result's scale, zero point included, as i32."""
    to = scale_of(c, c.result())
    if scale_of(c, c.info(0)) != to:
        raise c.error("input and output have different scales")
    return finished(c, c.op(ew.Sub, x, c.emit.like(to.zero, x)))


def average_pool(c: Call) -> Results:
    """The sum divided by the number of elements, rounded half away from zero."""
    kernel = (c.option("filter_h"), c.option("filter_w"))
    at = windows(c, ops_conv.image(c)[1:3], kernel)
    fields = {"kernel": kernel, "strides": at.strides, "low": at.low, "high": at.high}
    n = c.emit.constant(_counts(c, fields).astype(np.int32))
    return _limited(c, _divided(c, c.op(SumPool, c.emit.cast(c.arg(0), I32), **fields), n))


def _counts(c: Call, fields: dict[str, Any]) -> Array:
    """How many elements each window holds, without the padding."""
    return AvgPool(Value(c.type_at(0).with_element(F32)), **fields).counts()


def _divided(c: Call, total: Value, n: Value) -> Value:
    half = c.op(ew.Div, n, c.emit.like(2, n))
    positive = c.op(compare.Greater, total, c.emit.like(0, total))
    up = c.op(compare.Where, positive, half, c.op(ew.Neg, half))
    return c.op(ew.Div, c.op(ew.Add, total, up), n)


# ---- resizing

FRACTION = 10
"""Fractional bits of coordinates."""


def resize_bilinear(c: Call) -> Results:
    """Coordinates and weights are whole numbers, and so are the sums: their order is no matter."""
    if c.info(0).type not in ("int8", "int16"):
        raise c.error(f"not supported on {c.info(0).type}")
    x = c.emit.cast(c.arg(0), I32 if c.info(0).type == "int8" else I64)
    for axis, size in zip((1, 2), _sizes(c), strict=True):
        x = _resampled(c, x, axis, size)
    half = c.emit.like((1 << (2 * FRACTION - 1)) - 1, x)
    positive = c.emit.cast(c.op(compare.Greater, x, c.emit.like(0, x)), element_of(x))
    y = c.op(ew.Add, c.op(ew.Add, x, half), positive)
    y = c.op(bits.ShiftRight, y, c.emit.like(2 * FRACTION, y))
    return c.emit.cast(y, c.info(0).element)


def _sizes(c: Call) -> Sequence[int]:
    ops_conv.image(c)
    sizes = c.need_ints(1, "the sizes")
    if c.option("align_corners") and c.option("half_pixel"):
        raise c.error("both aligned corners and centers of pixels")
    if len(sizes) != 2 or min(sizes) < 1 or min(c.shape()[1:3]) < 1:
        raise c.error(f"cannot resize {c.type_at(0)} to {list(sizes)}")
    return sizes


def _resampled(c: Call, x: Value, axis: int, size: int) -> Value:
    n, unit = shape_of(x)[axis], 1 << FRACTION
    step = (unit * n + size // 2) // size
    if c.option("align_corners") and size > 1:
        step = (unit * (n - 1) + (size - 1) // 2) // (size - 1)
    at = np.arange(size) * step
    if c.option("half_pixel"):
        at = at + step // 2 - unit // 2
    low = np.clip(at >> FRACTION, 0, n - 1)
    high = np.clip((at + unit - 1) >> FRACTION, 0, n - 1)
    part = at - unit * low
    indices = c.emit.constant(np.stack([low, high], 1))
    weights = c.emit.constant(np.stack([unit - part, part], 1).astype(type_of(x).dtype))
    return c.op(Resample, x, indices, weights, axis=axis)


# ---- reductions


def reduce_extreme(cls: type[Operation]) -> RowFunction:
    def row(c: Call) -> Results:
        axes = sorted({c.axis(a) for a in c.need_ints(1, "the axes")})
        if scale_of(c, c.info(0)) != scale_of(c, c.result()):
            raise c.error("input and output have different scales")
        return c.op(cls, c.arg(0), axes=axes, keepdims=bool(c.option("keep_dims")))

    return row


def reduce_sum(c: Call) -> Results:
    axes = sorted({c.axis(a) for a in c.need_ints(1, "the axes")})
    source, to = scale_of(c, c.info(0)), scale_of(c, c.result())
    wide = centered(c, c.arg(0), source.zero)
    if axes:
        wide = c.op(red.ReduceSum, wide, axes=axes, keepdims=bool(c.option("keep_dims")))
    return stored(c, scaled(c, wide, source.scale / to.scale), to)


def mean(c: Call) -> Results:
    """The sum times a factor that holds the scales' ratio and the number of elements."""
    axes = sorted({c.axis(a) for a in c.need_ints(1, "the axes")})
    source, to = scale_of(c, c.info(0)), scale_of(c, c.result())
    count = math.prod(c.shape()[a] for a in axes)
    if not axes or not count:
        raise c.error("there is nothing to take the mean of")
    wide = centered(c, c.arg(0), source.zero)
    total = c.op(red.ReduceSum, wide, axes=axes, keepdims=bool(c.option("keep_dims")))
    multiplier, shift = fixed(source.scale / to.scale)
    spare = min(count.bit_length() - 1, 32, 31 + shift)
    factor = np.array([(multiplier << spare) // count, shift - spare])
    return stored(c, times(c, total, factor), to)


ROWS: Rows = {
    "AVERAGE_POOL_2D": average_pool,
    "L2_NORMALIZATION": l2_normalization,
    "MAX_POOL_2D": max_pool,
    "MEAN": mean,
    "REDUCE_MAX": reduce_extreme(red.ReduceMax),
    "REDUCE_MIN": reduce_extreme(red.ReduceMin),
    "RESIZE_BILINEAR": resize_bilinear,
    "SOFTMAX": softmax,
    "SUM": reduce_sum,
}
