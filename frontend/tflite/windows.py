"""Where windows stand: the file's padding schemes as numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from millrace.frontend.tflite.table import Call

SAME, VALID = 0, 1


@dataclass(frozen=True)
class Windows:
    strides: tuple[int, int]
    dilations: tuple[int, int]
    low: tuple[int, int]
    high: tuple[int, int]


def windows(c: Call, sizes: Sequence[int], kernel: Sequence[int]) -> Windows:
    """The windows of an operator over two spatial dimensions of ``sizes``."""
    strides = (c.option("stride_h"), c.option("stride_w"))
    options = c.node.options
    dilations = (options.get("dilation_h", 1), options.get("dilation_w", 1))
    if min(*strides, *dilations, *kernel) < 1:
        raise c.error(f"strides {strides}, dilations {dilations}, window {tuple(kernel)}")
    pads = [
        padding(c, n, k, s, d) for n, k, s, d in zip(sizes, kernel, strides, dilations, strict=True)
    ]
    low, high = zip(*pads, strict=True)
    return Windows(strides, dilations, low, high)


def padding(c: Call, size: int, kernel: int, stride: int, dilation: int) -> tuple[int, int]:
    """Elements before and after one dimension."""
    scheme = c.option("padding")
    if scheme == VALID:
        return 0, 0
    if scheme != SAME:
        raise c.error(f"unknown padding scheme {scheme}")
    span = (kernel - 1) * dilation + 1
    total = max((-(-size // stride) - 1) * stride + span - size, 0)
    return total // 2, total - total // 2
