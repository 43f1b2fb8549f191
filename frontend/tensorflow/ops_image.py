"""Rows: resizing, transposed convolution, blocks of pixels."""

from __future__ import annotations

import math
from collections.abc import Sequence

from millrace.frontend.emitter import shape_of
from millrace.frontend.tensorflow.table import Call, Results, RowFunction, Rows
from millrace.ir.core import Value
from millrace.ir.dialects.mr.assemble import Pad
from millrace.ir.dialects.mr.conv import ConvTranspose
from millrace.ir.dialects.mr.movement import Slice
from millrace.ir.dialects.mr.resize import Resize
from millrace.ir.types import F32


def resize(mode: str) -> RowFunction:
    """Height and width of [N, H, W, C]."""

    def row(c: Call) -> Results:
        sizes = c.need_ints(1, "the size")
        if len(sizes) != 2 or min(sizes) < 1 or len(c.shape_at(0)) != 4:
            raise c.node.error(f"cannot resize {list(c.shape_at(0))} to {sizes}")
        corners = c.node.get("align_corners", bool, False)
        centers = c.node.get("half_pixel_centers", bool, False)
        coordinates, nearest = "asymmetric", "floor"
        if corners:
            coordinates, nearest = "align_corners", "round_prefer_ceil"
        elif centers:
            coordinates = "half_pixel"
            # TensorFlow takes the pixel in which the center lies.
            nearest = "round_prefer_ceil"
        x = c.emit.cast(c.arg(0), F32) if mode == "linear" else c.arg(0)
        return c.op(
            Resize, x, axes=(1, 2), sizes=sizes, mode=mode, coordinates=coordinates, nearest=nearest
        )

    return row


def transposed_conv(c: Call) -> Results:
    """The gradient of Conv2D: inputs are the result's shape, the weights [kernel..., O, C], x."""
    out = c.need_ints(0, "the shape of the result")
    weights, x = c.arg(1), c.arg(2)
    strides, dilations = (c.node.integers(k) or [1, 1, 1, 1] for k in ("strides", "dilations"))
    if c.node.text("data_format", "NHWC") != "NHWC" or len(out) != 4 or dilations != [1] * 4:
        raise c.node.error("only undilated convolutions with channels last are supported")
    mode = c.node.text("padding")
    if mode not in ("SAME", "VALID"):
        raise c.node.error(f"padding {mode!r} is not supported")
    low, extra = [], []
    for n, k, s, m in zip(
        shape_of(x)[1:3], shape_of(weights)[:2], strides[1:3], out[1:3], strict=True
    ):
        total = max(0, (n - 1) * s + k - m) if mode == "SAME" else 0
        low.append(total // 2)
        extra.append(m - ((n - 1) * s + k - total // 2))
    high, more = [max(0, -e) for e in extra], [max(0, e) for e in extra]
    return c.op(
        ConvTranspose,
        x,
        c.emit.transpose(weights, (0, 1, 3, 2)),
        strides=strides[1:3],
        low=low,
        high=high,
        output_padding=more,
    )


# ---- blocks


def space_to_depth(c: Call) -> Results:
    block = _block(c)
    n, h, w, ch = c.shape_at(0)
    if h % block or w % block:
        raise c.node.error(f"{h}x{w} is not made of blocks of {block}")
    x = c.emit.reshape(c.arg(0), (n, h // block, block, w // block, block, ch))
    x = c.emit.transpose(x, (0, 1, 3, 2, 4, 5))
    return c.emit.reshape(x, (n, h // block, w // block, block * block * ch))


def depth_to_space(c: Call) -> Results:
    block = _block(c)
    n, h, w, ch = c.shape_at(0)
    if ch % (block * block):
        raise c.node.error(f"{ch} channels are not made of blocks of {block}")
    x = c.emit.reshape(c.arg(0), (n, h, w, block, block, ch // (block * block)))
    x = c.emit.transpose(x, (0, 1, 3, 2, 4, 5))
    return c.emit.reshape(x, (n, h * block, w * block, ch // (block * block)))


def _block(c: Call) -> int:
    block = c.node.need("block_size", int)
    if block < 1 or c.node.text("data_format", "NHWC") != "NHWC" or len(c.shape_at(0)) != 4:
        raise c.node.error("only blocks of pixels with channels last are supported")
    return block


def _pairs(c: Call, index: int, count: int) -> list[tuple[int, int]]:
    flat = c.need_ints(index, "the amounts")
    if len(flat) != 2 * count or min(flat, default=0) < 0:
        raise c.node.error("malformed amounts")
    return list(zip(flat[0::2], flat[1::2], strict=True))


def space_to_batch(c: Call) -> Results:
    blocks = c.need_ints(1, "the block")
    pads = _pairs(c, 2, len(blocks))
    rank = len(c.shape_at(0))
    rest = rank - 1 - len(blocks)
    low, high = ([0, *(p[i] for p in pads), *[0] * rest] for i in (0, 1))
    x = c.op(Pad, c.arg(0), low=low, high=high)
    batch, *sizes = shape_of(x)
    if any(n % b for n, b in zip(sizes, blocks, strict=False)):
        raise c.node.error(f"{sizes} is not made of blocks of {blocks}")
    split = [k for n, b in zip(sizes, blocks, strict=False) for k in (n // b, b)]
    tail = sizes[len(blocks) :]
    x = c.emit.reshape(x, (batch, *split, *tail))
    inner = [2 * i + 2 for i in range(len(blocks))]
    outer = [2 * i + 1 for i in range(len(blocks))]
    after = range(2 * len(blocks) + 1, len(shape_of(x)))
    x = c.emit.transpose(x, (*inner, 0, *outer, *after))
    return c.emit.reshape(x, (batch * math.prod(blocks), *_divided(sizes, blocks), *tail))


def _divided(sizes: Sequence[int], blocks: Sequence[int]) -> list[int]:
    return [n // b for n, b in zip(sizes, blocks, strict=False)]


def batch_to_space(c: Call) -> Results:
    blocks = c.need_ints(1, "the block")
    crops = _pairs(c, 2, len(blocks))
    batch, *sizes = c.shape_at(0)
    count, tail = math.prod(blocks), sizes[len(blocks) :]
    if count < 1 or batch % count:
        raise c.node.error(f"a batch of {batch} is not made of blocks of {blocks}")
    x = c.emit.reshape(c.arg(0), (*blocks, batch // count, *sizes))
    n = len(blocks)
    pairs = [k for i in range(n) for k in (n + 1 + i, i)]
    x = c.emit.transpose(x, (n, *pairs, *range(2 * n + 1, len(shape_of(x)))))
    wide = [m * b for m, b in zip(sizes, blocks, strict=False)]
    x = c.emit.reshape(x, (batch // count, *wide, *tail))
    return _cropped(c, x, wide, crops)


def _cropped(c: Call, x: Value, wide: Sequence[int], crops: Sequence[tuple[int, int]]) -> Value:
    batch, tail = shape_of(x)[0], shape_of(x)[1 + len(wide) :]
    kept = [n - low - high for n, (low, high) in zip(wide, crops, strict=True)]
    starts = (0, *(low for low, _ in crops), *(0,) * len(tail))
    return c.op(Slice, x, starts=starts, sizes=(batch, *kept, *tail))


ROWS: Rows = {
    "BatchToSpaceND": batch_to_space,
    "Conv2DBackpropInput": transposed_conv,
    "DepthToSpace": depth_to_space,
    "ResizeBilinear": resize("linear"),
    "ResizeNearestNeighbor": resize("nearest"),
    "SpaceToBatchND": space_to_batch,
    "SpaceToDepth": space_to_depth,
}
