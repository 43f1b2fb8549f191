"""Random operators: products with weights."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from millrace.frontend.tflite.model import TYPE_NAMES
from tests.tflite.random_quantized.draft import MOST_ELEMENTS, Draft, Tensor

Made = Tensor | Sequence[Tensor] | None
"""What a maker returns: the results; None when the operator does not take the tensor."""
BIAS = {"int8": "int32", "uint8": "int32", "int16": "int64"}


def activation(d: Draft) -> int:
    """None, RELU, RELU_N1_TO_1 or RELU6."""
    return d.pick(0, 0, 0, 1, 1, 1, 2, 3, 3)


def spatial(size: int, kernel: int, stride: int, dilation: int, padding: int) -> int:
    span = (kernel - 1) * dilation + 1
    return -(-size // stride) if padding == 0 else (size - span) // stride + 1


def _windows(d: Draft, x: Tensor) -> tuple[dict[str, int], tuple[int, int], list[int]] | None:
    """Options of a convolution, its kernel and the size of its result."""
    kernel = (d.number(1, 5), d.number(1, 5)) if d.chance(0.4) else (d.pick(1, 3, 5),) * 2
    dilated = d.chance(0.15)
    strides = (1, 1) if dilated else (d.pick(1, 1, 2, 3), d.pick(1, 1, 2, 3))
    dilations = (d.number(1, 3), d.number(1, 3)) if dilated else (1, 1)
    padding = d.pick(0, 1)
    sizes = [
        spatial(*each, padding)
        for each in zip(x.shape[1:3], kernel, strides, dilations, strict=True)
    ]
    if min(sizes) < 1:
        return None
    options = {
        "padding": padding,
        "stride_h": strides[0],
        "stride_w": strides[1],
        "dilation_h": dilations[0],
        "dilation_w": dilations[1],
        "activation": activation(d),
    }
    return options, kernel, sizes


def conv_2d(d: Draft, x: Tensor) -> Made:
    found = _windows(d, x) if x.rank == 4 else None
    if found is None:
        return None
    options, kernel, sizes = found
    units = d.number(1, 20)
    depth = x.shape[3]
    if d.chance(0.1) and depth > 1 and x.type != "uint8":  # grouped
        groups = next(g for g in range(2, depth + 1) if depth % g == 0)
        depth, units = depth // groups, groups * d.number(1, 6)
    count = math.prod(kernel) * depth
    if math.prod(sizes) * units * count > 100 * MOST_ELEMENTS:
        return None
    return _product(d, "CONV_2D", x, (units, *kernel, depth), 0, count, sizes, options)


def depthwise_conv_2d(d: Draft, x: Tensor) -> Made:
    found = _windows(d, x) if x.rank == 4 else None
    if found is None:
        return None
    options, kernel, sizes = found
    options["multiplier"] = d.pick(1, 1, 1, 2, 3)
    shape = (1, *kernel, x.shape[3] * options["multiplier"])
    return _product(d, "DEPTHWISE_CONV_2D", x, shape, 3, math.prod(kernel), sizes, options)


def _product(
    d: Draft,
    kind: str,
    x: Tensor,
    shape: Sequence[int],
    axis: int,
    count: int,
    sizes: Sequence[int],
    options: dict[str, int],
) -> Tensor:
    units = shape[axis]
    w, scales = _weights(d, x, shape, axis, d.chance(0.8))
    reach = x.reach * 127 * float(scales.mean()) * math.sqrt(count) * 0.4
    bias = d.bias(units, (scales * np.float32(x.scale)).astype(np.float32), reach, BIAS[x.type])
    y = d.result((x.shape[0], *sizes, units), x, reach)
    return d.node(kind, [x, w, bias], y, **options)


def _weights(
    d: Draft, x: Tensor, shape: Sequence[int], axis: int, per_channel: bool
) -> tuple[int, np.ndarray]:
    if x.type != "uint8":
        # LiteRT reads those of 16-bit depthwise convolutions as if they had 8 bits.
        narrow = d.chance(0.1) and not (x.type == "int16" and axis == 3)
        return d.weights(shape, axis, per_channel, 4 if narrow else 8)
    scale = np.array([d.stretch(5) / 127], np.float32)
    data, zero = d.codes(shape, "uint8"), d.zero("uint8")
    w = d.writer.tensor(shape, "uint8", data=data, scale=scale.tolist(), zero=[zero])
    return w, scale


def fully_connected(d: Draft, x: Tensor) -> Made:
    depth = x.shape[-1] if d.chance(0.6) else math.prod(x.shape[1:])
    units = d.number(1, 24)
    if depth < 1 or x.rank < 2 or units * x.size > 100 * MOST_ELEMENTS:
        return None
    keep = d.chance(0.3) and depth == x.shape[-1]
    w, scales = _weights(d, x, (units, depth), 0, d.chance(0.3))
    reach = x.reach * 127 * float(scales.mean()) * math.sqrt(depth) * 0.4
    kind = d.pick("int32", "int64") if x.type == "int16" else "int32"
    bias = d.bias(units, (scales * np.float32(x.scale)).astype(np.float32), reach, kind)
    if d.chance(0.15):
        bias = -1
    shape = (*x.shape[:-1], units) if keep else (x.size // depth, units)
    y = d.result(shape, x, reach)
    options = {"activation": activation(d), "keep_num_dims": keep}
    options["bias_type"] = TYPE_NAMES.index(kind)
    return d.node("FULLY_CONNECTED", [x, w, bias], y, **options)


def transpose_conv(d: Draft, x: Tensor) -> Made:
    if x.rank != 4 or x.type == "uint8":
        return None
    kernel, strides = (d.number(1, 4), d.number(1, 4)), (d.number(1, 3), d.number(1, 3))
    padding, units = d.pick(0, 1), d.number(1, 8)
    extra = [max(k - s, 0) if padding else 0 for k, s in zip(kernel, strides, strict=True)]
    sizes = [n * s + e for n, s, e in zip(x.shape[1:3], strides, extra, strict=True)]
    if x.size * units * math.prod(kernel) > 100 * MOST_ELEMENTS:
        return None
    w, scales = d.weights((units, *kernel, x.shape[3]), 0, d.chance(0.8))
    reach = x.reach * 127 * float(scales.mean()) * math.sqrt(x.shape[3] * math.prod(kernel)) * 0.4
    bias = d.bias(units, (scales * np.float32(x.scale)).astype(np.float32), reach, BIAS[x.type])
    y = d.result((x.shape[0], *sizes, units), x, reach)
    options = {"padding": padding, "stride_h": strides[0], "stride_w": strides[1]}
    if d.chance(0.3):
        options["activation"] = activation(d)
    operands = [d.constant(y.shape), w, x, bias]
    return d.node("TRANSPOSE_CONV", operands[: 3 if d.chance(0.3) else 4], y, **options)


def batch_matmul(d: Draft, x: Tensor) -> Made:
    if x.rank < 2 or x.type == "uint8":
        return None
    adjoint = d.chance(0.3), d.chance(0.4)
    rows, depth = x.shape[-2:] if not adjoint[0] else x.shape[:-3:-1]
    units = d.number(1, 9)
    matrix = (units, depth) if adjoint[1] else (depth, units)
    lead = x.shape[:-2] if d.chance(0.7) else (1,) * (x.rank - 2)
    other = d.known((*lead, *matrix), x) if d.chance(0.4) else d.input((*lead, *matrix), x.type)
    reach = x.reach * other.reach * math.sqrt(depth) * 0.4
    y = d.result((*x.shape[:-2], rows, units), x, reach)
    return d.node("BATCH_MATMUL", [x, other], y, adj_x=adjoint[0], adj_y=adjoint[1])
