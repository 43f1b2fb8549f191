"""Rows: convolutions."""

from __future__ import annotations

from collections.abc import Sequence

from millrace.frontend.onnx.emitter import shape_of
from millrace.frontend.onnx.table import Call, Results, Rows
from millrace.frontend.onnx.windows import (
    channels_first,
    channels_last,
    spatial_shape,
    weights_last,
    windows,
)
from millrace.ir.core import Value
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.conv import Conv, ConvTranspose
from millrace.ir.dialects.mr.integer import ConvInteger


def kernel_of(c: Call, weights: int) -> tuple[int, ...]:
    """The kernel's size: that of the weights, with which the attribute must agree."""
    w = c.type_at(weights)
    if w.rank != c.rank():
        raise c.node.error(f"weights {w} for an input of rank {c.rank()}")
    kernel = w.shape[2:]
    if c.node.get_ints("kernel_shape", kernel) != kernel:
        raise c.node.error(f"kernel_shape differs from that of the weights {w}")
    return kernel


def conv(c: Call) -> Results:
    spatial = spatial_shape(c)
    w = windows(c, spatial, kernel_of(c, 1))
    x, weights = channels_last(c, c.arg(0)), weights_last(c, c.arg(1))
    groups = c.node.get_int("group", 1)
    y = c.op(Conv, x, weights, groups=groups, **w.fields)
    return channels_first(c, add_bias(c, y, c.opt(2)))


def add_bias(c: Call, y: Value, bias: Value | None) -> Value:
    """Add a bias of the channels of a channels-last tensor."""
    if bias is None:
        return y
    if shape_of(bias) != shape_of(y)[-1:]:
        raise c.node.error(f"the bias is {bias.type} for {shape_of(y)[-1]} channels")
    return c.op(ew.Add, y, bias)


def conv_integer(c: Call) -> Results:
    spatial = spatial_shape(c)
    w = windows(c, spatial, kernel_of(c, 1))
    x, weights = channels_last(c, c.arg(0)), weights_last(c, c.arg(1))
    groups = c.node.get_int("group", 1)
    y = c.op(ConvInteger, x, weights, c.opt(2), c.opt(3), groups=groups, **w.fields)
    return channels_first(c, y)


def conv_transpose(c: Call) -> Results:
    spatial = spatial_shape(c)
    n = len(spatial)
    groups = c.node.get_int("group", 1)
    kernel = kernel_of(c, 1)
    strides = c.node.get_ints("strides", (1,) * n)
    dilations = c.node.get_ints("dilations", (1,) * n)
    output_padding = c.node.get_ints("output_padding", (0,) * n)
    if not len(strides) == len(dilations) == len(output_padding) == n:
        raise c.node.error(f"the attributes do not fit {n} dimensions")
    full = [
        (size - 1) * s + (k - 1) * d + 1 + p
        for size, s, k, d, p in zip(
            spatial, strides, kernel, dilations, output_padding, strict=True
        )
    ]
    low, high = _transposed_pads(c, spatial, strides, full)
    y = c.op(
        ConvTranspose,
        channels_last(c, c.arg(0)),
        _transposed_weights(c, groups),
        strides=strides,
        dilations=dilations,
        low=low,
        high=high,
        output_padding=output_padding,
        groups=groups,
    )
    return channels_first(c, add_bias(c, y, c.opt(2)))


def _transposed_weights(c: Call, groups: int) -> Value:
    """[C, O / groups, kernel...] as [kernel..., C / groups, O]."""
    w = c.arg(1)
    channels, outs, *kernel = shape_of(w)
    if groups < 1 or channels % groups:
        raise c.node.error(f"{channels} channels in {groups} groups")
    n = len(kernel)
    split = c.emit.reshape(w, (groups, channels // groups, outs, *kernel))
    order = c.emit.transpose(split, (*range(3, 3 + n), 1, 0, 2))
    return c.emit.reshape(order, (*kernel, channels // groups, groups * outs))


def _transposed_pads(
    c: Call, spatial: Sequence[int], strides: Sequence[int], full: Sequence[int]
) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """What is cut off ``full``, the result without padding: so much that ``output_shape``, or
    with SAME the input's size times the stride, is left."""
    n = len(spatial)
    auto = c.node.get_str("auto_pad", "NOTSET")
    wanted = c.node.opt_ints("output_shape")
    if wanted is None and auto in ("NOTSET", "VALID", ""):
        pads = c.node.get_ints("pads", (0,) * (2 * n))
        if auto == "VALID":
            pads = (0,) * (2 * n)
        if len(pads) != 2 * n:
            raise c.node.error(f"pads {list(pads)} of {n} dimensions")
        return pads[:n], pads[n:]
    if wanted is None:
        wanted = tuple(size * s for size, s in zip(spatial, strides, strict=True))
    totals = [f - w for f, w in zip(full, wanted[-n:], strict=True)]
    small = tuple(t // 2 for t in totals)
    large = tuple(t - t // 2 for t in totals)
    return (small, large) if auto == "SAME_UPPER" else (large, small)


ROWS: Rows = {"Conv": conv, "ConvInteger": conv_integer, "ConvTranspose": conv_transpose}
