"""Rows: convolution, pooling, resizing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from millrace.frontend.emitter import type_of
from millrace.frontend.tflite.activations import activated
from millrace.frontend.tflite.table import Call, Results, RowFunction, Rows
from millrace.frontend.tflite.windows import Windows, padding, windows
from millrace.ir.core import Operation, Value
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.average_pool import AvgPool
from millrace.ir.dialects.mr.conv import Conv, ConvTranspose
from millrace.ir.dialects.mr.elementary import Sqrt
from millrace.ir.dialects.mr.pool import MaxPool
from millrace.ir.dialects.mr.resize import Resize


def image(c: Call, index: int = 0) -> tuple[int, ...]:
    """The shape of an input that must be [batch, height, width, channels]."""
    if c.rank(index) != 4:
        raise c.error(f"input {index} has {c.rank(index)} dimensions, not 4")
    return c.shape(index)


def conv_2d(c: Call) -> Results:
    shape, kernel = image(c), image(c, 1)
    per_group = kernel[3]
    if not per_group or shape[3] % per_group:
        raise c.error(f"{shape[3]} channels with weights for {per_group}")
    weights = c.emit.transpose(c.arg(1), (1, 2, 3, 0))
    return _conv(c, weights, windows(c, shape[1:3], kernel[1:3]), shape[3] // per_group)


def depthwise_conv_2d(c: Call) -> Results:
    shape, kernel = image(c), image(c, 1)
    if kernel[0] != 1 or kernel[3] != shape[3] * c.option("multiplier"):
        raise c.error(f"weights {list(kernel)} for {shape[3]} channels")
    weights = c.emit.reshape(c.arg(1), (*kernel[1:3], 1, kernel[3]))
    return _conv(c, weights, windows(c, shape[1:3], kernel[1:3]), shape[3])


def _conv(c: Call, weights: Value, at: Windows, groups: int) -> Value:
    y = c.op(
        Conv,
        c.arg(0),
        weights,
        strides=at.strides,
        dilations=at.dilations,
        low=at.low,
        high=at.high,
        groups=groups,
    )
    return activated(c, _biased(c, y, 2))


def _biased(c: Call, y: Value, index: int) -> Value:
    bias = c.opt(index)
    return y if bias is None else c.op(ew.Add, y, c.emit.reshape(bias, (type_of(bias).size,)))


def transpose_conv(c: Call) -> Results:
    """The shape of the result is input 0, weights are input 1, then the tensor and a bias."""
    shape, kernel = image(c, 2), image(c, 1)
    strides, cut = _cut(c, shape[1:3], kernel[1:3])
    y = c.op(
        ConvTranspose,
        c.arg(2),
        c.emit.transpose(c.arg(1), (1, 2, 3, 0)),
        strides=strides,
        low=[before for before, _ in cut],
        high=[max(after, 0) for _, after in cut],
        output_padding=[max(-after, 0) for _, after in cut],
    )
    return activated(c, _biased(c, y, 3))


def _cut(
    c: Call, sizes: Sequence[int], kernel: Sequence[int]
) -> tuple[tuple[int, int], list[tuple[int, int]]]:
    """The strides of a transposed convolution; what is cut off before and after its whole result
    along each dimension. Input 0 is the shape that is left."""
    wanted = c.need_ints(0, "the result's dimensions")
    if len(wanted) != 4:
        raise c.error(f"a result of {len(wanted)} dimensions")
    strides = (c.option("stride_h"), c.option("stride_w"))
    if min(strides) < 1:
        raise c.error(f"strides {strides}")
    cut = []
    for size, k, stride, left in zip(sizes, kernel, strides, wanted[1:3], strict=True):
        before = padding(c, left, k, stride, 1)[0]
        cut.append((before, (size - 1) * stride + k - before - left))
    return strides, cut


def spread(c: Call, sizes: Sequence[int], kernel: Sequence[int]) -> Windows:
    """Borders of a transposed convolution that is written as a plain one."""
    strides, cut = _cut(c, sizes, kernel)
    low, high = zip(
        *((k - 1 - a, k - 1 - b) for k, (a, b) in zip(kernel, cut, strict=True)), strict=True
    )
    return Windows(strides, (1, 1), low, high)


def _pool(c: Call, cls: type[Operation], x: Value) -> Value:
    kernel = (c.option("filter_h"), c.option("filter_w"))
    at = windows(c, image(c)[1:3], kernel)
    return c.op(cls, x, kernel=kernel, strides=at.strides, low=at.low, high=at.high)


def pool(cls: type[Operation]) -> RowFunction:
    return lambda c: activated(c, _pool(c, cls, c.arg(0)))


def l2_pool(c: Call) -> Results:
    squares = c.op(ew.Mul, c.arg(0), c.arg(0))
    return activated(c, c.op(Sqrt, _pool(c, AvgPool, squares)))


def resize(mode: str) -> RowFunction:
    def row(c: Call) -> Results:
        image(c)
        sizes = c.need_ints(1, "the sizes")
        if c.option("align_corners") and c.option("half_pixel"):
            raise c.error("both aligned corners and centers of pixels")
        fields: dict[str, Any] = {"coordinates": "asymmetric", "nearest": "floor"}
        if c.option("align_corners"):
            fields = {"coordinates": "align_corners", "nearest": "round_prefer_ceil"}
        elif c.option("half_pixel"):
            fields = {"coordinates": "half_pixel", "nearest": "round_prefer_ceil"}
        return c.op(Resize, c.arg(0), axes=(1, 2), sizes=sizes, mode=mode, **fields)

    return row


ROWS: Rows = {
    "AVERAGE_POOL_2D": pool(AvgPool),
    "CONV_2D": conv_2d,
    "DEPTHWISE_CONV_2D": depthwise_conv_2d,
    "L2_POOL_2D": l2_pool,
    "MAX_POOL_2D": pool(MaxPool),
    "RESIZE_BILINEAR": resize("linear"),
    "RESIZE_NEAREST_NEIGHBOR": resize("nearest"),
    "TRANSPOSE_CONV": transpose_conv,
}
