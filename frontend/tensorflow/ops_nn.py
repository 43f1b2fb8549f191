"""Rows: matrix products, convolution, pooling, normalization, softmax."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from millrace.frontend.emitter import shape_of
from millrace.frontend.tensorflow.table import Call, Results, RowFunction, Rows
from millrace.ir.core import Operation, Value
from millrace.ir.dialects.mr import softmax
from millrace.ir.dialects.mr.average_pool import AvgPool
from millrace.ir.dialects.mr.contraction import MatMul
from millrace.ir.dialects.mr.conv import Conv
from millrace.ir.dialects.mr.einsum import Einsum
from millrace.ir.dialects.mr.norm import BatchNorm
from millrace.ir.dialects.mr.pool import MaxPool


def matmul(c: Call) -> Results:
    a, b = (c.node.get(k, bool, False) for k in ("transpose_a", "transpose_b"))
    return c.op(MatMul, c.arg(0), c.arg(1), transpose_lhs=a, transpose_rhs=b)


def batch_matmul(c: Call) -> Results:
    a, b = (c.node.get(k, bool, False) for k in ("adj_x", "adj_y"))
    return c.op(MatMul, c.arg(0), c.arg(1), transpose_lhs=a, transpose_rhs=b)


def einsum(c: Call) -> Results:
    return c.op(Einsum, c.values(), equation=c.node.text("equation").replace(" ", ""))


# ---- windows


@dataclass(frozen=True)
class _Layout:
    """Where the spatial dimensions stand; windows work on channels last."""

    rank: int
    channels_first: bool

    @property
    def spatial(self) -> slice:
        return slice(2, None) if self.channels_first else slice(1, -1)

    def inward(self, c: Call, x: Value) -> Value:
        perm = (0, *range(2, self.rank), 1)
        return c.emit.transpose(x, perm) if self.channels_first else x

    def outward(self, c: Call, x: Value) -> Value:
        perm = (0, self.rank - 1, *range(1, self.rank - 1))
        return c.emit.transpose(x, perm) if self.channels_first else x

    def of(self, c: Call, attribute: str) -> tuple[int, ...]:
        """The spatial part of a list with an entry a dimension; ones when absent."""
        found = c.node.integers(attribute)
        if not found:
            return (1,) * (self.rank - 2)
        if len(found) != self.rank:
            raise c.node.error(f"attribute {attribute!r} has {len(found)} entries")
        return tuple(found[self.spatial])


def _layout(c: Call) -> _Layout:
    rank = len(c.shape_at(0))
    if rank not in (4, 5):
        raise c.node.error(f"a window over a tensor of rank {rank}")
    return _Layout(rank, c.node.text("data_format", "NHWC").startswith("NC"))


def _padding(
    c: Call, layout: _Layout, sizes: Sequence[int], kernel: Sequence[int], dilations: Sequence[int]
) -> dict[str, Any]:
    strides = layout.of(c, "strides")
    mode = c.node.text("padding")
    if min((*strides, *dilations, *kernel), default=1) < 1:
        raise c.node.error("a window with a size, step or dilation below 1")
    if mode == "EXPLICIT":
        given = c.node.integers("explicit_paddings")
        if len(given) != 2 * layout.rank:
            raise c.node.error("attribute 'explicit_paddings' is malformed")
        low, high = given[0::2][layout.spatial], given[1::2][layout.spatial]
    elif mode == "SAME":
        low, high = [], []
        for n, k, s, d in zip(sizes, kernel, strides, dilations, strict=True):
            total = max(0, (-(-n // s) - 1) * s + (k - 1) * d + 1 - n)
            low.append(total // 2)
            high.append(total - total // 2)
    elif mode == "VALID":
        low = high = [0] * len(kernel)
    else:
        raise c.node.error(f"padding {mode!r}")
    return {"strides": strides, "low": tuple(low), "high": tuple(high)}


def _convolved(c: Call, weights: Callable[[int], Value], groups_of: Callable[[int], int]) -> Value:
    layout = _layout(c)
    x = layout.inward(c, c.arg(0))
    channels = shape_of(x)[-1]
    w = weights(channels)
    dilations = layout.of(c, "dilations")
    fields = _padding(c, layout, shape_of(x)[1:-1], shape_of(w)[:-2], dilations)
    y = c.op(Conv, x, w, dilations=dilations, groups=groups_of(shape_of(w)[-2]), **fields)
    return layout.outward(c, y)


def conv(c: Call) -> Results:
    w = c.arg(1)
    channels = c.shape_at(0)[1 if c.node.text("data_format").startswith("NC") else -1]
    return _convolved(c, lambda _: w, lambda per_group: channels // max(per_group, 1))


def depthwise(c: Call) -> Results:
    """Weights are [height, width, channels, multiplier]: one group a channel."""
    *kernel, channels, multiplier = c.shape_at(1)
    w = c.emit.reshape(c.arg(1), (*kernel, 1, channels * multiplier))
    return _convolved(c, lambda _: w, lambda _: channels)


def pool(cls: type[Operation]) -> RowFunction:
    def row(c: Call) -> Results:
        layout = _layout(c)
        x = layout.inward(c, c.arg(0))
        kernel = layout.of(c, "ksize")
        ones = (1,) * len(kernel)
        fields = _padding(c, layout, shape_of(x)[1:-1], kernel, ones)
        return layout.outward(c, c.op(cls, x, kernel=kernel, **fields))

    return row


# ---- normalization


def batch_norm(c: Call) -> Results:
    """Only the first output: the others serve training."""
    if c.node.get("is_training", bool, True):
        raise c.node.error("training mode is not supported")
    rank = len(c.shape_at(0))
    axis = 1 if c.node.text("data_format", "NHWC").startswith("NC") else rank - 1
    epsilon = c.node.get("epsilon", float, 1e-4)
    return [c.op(BatchNorm, *(c.arg(i) for i in range(5)), axis=axis, epsilon=epsilon)]


def along_last(cls: type[Operation]) -> RowFunction:
    def row(c: Call) -> Results:
        return c.op(cls, c.arg(0), axis=len(c.shape_at(0)) - 1)

    return row


ROWS: Rows = {
    "AvgPool": pool(AvgPool),
    "AvgPool3D": pool(AvgPool),
    **dict.fromkeys(("BatchMatMul", "BatchMatMulV2", "BatchMatMulV3"), batch_matmul),
    "Conv2D": conv,
    "Conv3D": conv,
    "DepthwiseConv2dNative": depthwise,
    "Einsum": einsum,
    **dict.fromkeys(("FusedBatchNorm", "FusedBatchNormV2", "FusedBatchNormV3"), batch_norm),
    "LogSoftmax": along_last(softmax.LogSoftmax),
    "MatMul": matmul,
    "MaxPool": pool(MaxPool),
    "MaxPool3D": pool(MaxPool),
    "Softmax": along_last(softmax.Softmax),
}
