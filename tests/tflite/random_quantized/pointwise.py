"""Random operators: arithmetic element by element, reductions, pooling, changes of scale."""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from tests.tflite.random_quantized.draft import Draft, Tensor
from tests.tflite.random_quantized.products import Made, activation, spatial

Maker = Callable[[Draft, Tensor], Made]


# ---- two operands


def second(d: Draft, x: Tensor, live: list[Tensor] | None = None) -> Tensor:
    """An operand to go with ``x``: itself, an input, a constant; smaller ones are broadcast."""
    kind = d.rng.random()
    if kind < 0.1:
        return x
    shape = list(x.shape)
    if kind > 0.5:
        for i in range(len(shape)):
            if d.chance(0.4):
                shape[i] = 1
        if d.chance(0.4):
            shape = shape[d.number(0, len(shape) - 1) :]
    return d.input(shape, x.type, x.reach) if kind < 0.7 else d.known(shape, x)


def powers(d: Draft, kind: str, x: Tensor) -> Made:
    """A sum in scales that are powers of two, of which one is the result's."""
    shift = d.number(0, 14)
    other = d.tensor(x.shape, x.type, x.scale * 2.0**-shift, 0)
    d.writer.graphs[0].inputs.append(other.number)
    d.inputs.append(other)
    sides = (x, other) if d.chance(0.5) else (other, x)
    return d.node(kind, sides, d.same(x), activation=activation(d), pot_scale_int16=True)


def binary(kind: str, reach: Callable[[float, float], float]) -> Maker:
    def make(d: Draft, x: Tensor) -> Made:
        is_power = x.type == "int16" and math.frexp(x.scale)[0] == 0.5
        if is_power and kind in ("ADD", "SUB") and d.chance(0.5):
            return powers(d, kind, x)
        other = second(d, x)
        y = d.result(x.shape, x, reach(x.reach, other.reach))
        sides = (x, other) if d.chance(0.7) else (other, x)
        options = {"activation": activation(d)}
        if kind in ("ADD", "SUB"):
            options["pot_scale_int16"] = d.chance(0.2)
        return d.node(kind, sides, y, **options)

    return make


def div(d: Draft, x: Tensor) -> Made:
    """By constants without a zero, which LiteRT refuses."""
    if x.type == "int16":
        return None
    shape = x.shape if d.chance(0.5) else x.shape[d.number(0, x.rank - 1) :]
    scale, zero = d.format(x.type, x.reach, x)
    data = d.codes(shape, x.type)
    data[data == zero] = zero + 1 if zero < x.limits[1] else zero - 1
    number = d.writer.tensor(shape, x.type, data=data, scale=[scale], zero=[zero])
    y = d.result(x.shape, x, 3 * x.reach / (64 * scale))
    return d.node("DIV", (x, number), y, activation=activation(d))


def squared_difference(d: Draft, x: Tensor) -> Made:
    if x.type != "int8":
        return None
    other = second(d, x)
    return d.node(
        "SQUARED_DIFFERENCE", (x, other), d.result(x.shape, x, (x.reach + other.reach) ** 2 / 4)
    )


def extreme(kind: str) -> Maker:
    """Between numbers in one scale."""

    def make(d: Draft, x: Tensor) -> Made:
        shape = [n if d.chance(0.7) else 1 for n in x.shape]
        if d.chance(0.5):
            data = d.codes(shape, x.type)
            number = d.writer.tensor(shape, x.type, data=data, scale=[x.scale], zero=[x.zero])
            other = Tensor(number, tuple(shape), x.type, x.scale, x.zero)
        else:
            other = d.same(x, shape)
            d.writer.graphs[0].inputs.append(other.number)
            d.inputs.append(other)
        return d.node(kind, (x, other), d.same(x))

    return make


def comparison(kind: str) -> Maker:
    def make(d: Draft, x: Tensor) -> Made:
        other = second(d, x)
        if x.type == "int16" or max(x.scale, other.scale) >= 1:  # LiteRT ends at scales from 1 on
            return None
        return d.node(kind, (x, other), d.plain(x.shape, "bool"))

    return make


# ---- one operand


def rectifier(kind: str) -> Maker:
    def make(d: Draft, x: Tensor) -> Made:
        if x.type == "int16" and kind in ("RELU_0_TO_1", "RELU_N1_TO_1"):
            return None
        y = d.same(x) if d.chance(0.3) else d.result(x.shape, x, x.reach)
        return d.node(kind, (x,), y)

    return make


def leaky_relu(d: Draft, x: Tensor) -> Made:
    alpha = float(np.float32(d.pick(0.1, 0.3, 0.01, 1.5, 0.0, d.rng.uniform(-1, 1))))
    return d.node("LEAKY_RELU", (x,), d.result(x.shape, x, x.reach), alpha=alpha)


def prelu(d: Draft, x: Tensor) -> Made:
    if x.type == "int16":
        return None
    shape = [1] * (x.rank - 2) + [x.shape[-1]] if x.rank > 1 else list(x.shape)
    if x.rank == 4 and d.chance(0.3):
        shape = list(x.shape[1:])
    elif x.rank == 4:
        shape = [1, 1, x.shape[-1]]
    data = d.codes(shape, x.type)
    scale, zero = d.format(x.type, 1.0)
    alpha = d.writer.tensor(shape, x.type, data=data, scale=[scale], zero=[zero])
    return d.node("PRELU", (x, alpha), d.result(x.shape, x, x.reach))


FIXED = {"int8": (1 / 256, -128), "uint8": (1 / 256, 0), "int16": (1 / 32768, 0)}
SIGNED = {"int8": (1 / 128, 0), "uint8": (1 / 128, 128), "int16": (1 / 32768, 0)}


def logistic(d: Draft, x: Tensor) -> Made:
    return d.node("LOGISTIC", (x,), d.tensor(x.shape, x.type, *FIXED[x.type]))


def tanh(d: Draft, x: Tensor) -> Made:
    return d.node("TANH", (x,), d.tensor(x.shape, x.type, *SIGNED[x.type]))


def softmax(d: Draft, x: Tensor) -> Made:
    type = "int16" if x.type != "int16" and d.chance(0.1) else x.type
    form = (1 / 65536, -32768) if type != x.type else FIXED[type]
    beta = d.pick(1.0, 1.0, 1.0, 0.5, float(np.float32(d.stretch(2))))
    return d.node("SOFTMAX", (x,), d.tensor(x.shape, type, *form), beta=beta)


def log_softmax(d: Draft, x: Tensor) -> Made:
    form = {"int8": (16 / 256, 127)}.get(x.type)
    return form and d.node("LOG_SOFTMAX", (x,), d.tensor(x.shape, x.type, *form))


def curve(
    kind: str, reach: Callable[[float], float], *, types: str = "int8 int16", **options: float
) -> Maker:
    """A function that becomes a table."""

    def make(d: Draft, x: Tensor) -> Made:
        if x.type not in types.split():
            return None
        y = d.result(x.shape, x, max(reach(min(x.reach, 20.0)), 1e-3))
        return d.node(kind, (x,), y, **options)

    return make


def root(kind: str, reach: Callable[[float], float]) -> Maker:
    """Of numbers that are not negative."""

    def make(d: Draft, x: Tensor) -> Made:
        if x.type != "int8" or x.zero != x.limits[0]:
            return None
        return d.node(kind, (x,), d.result(x.shape, x, reach(x.reach)))

    return make


def negative(d: Draft, x: Tensor) -> Made:
    return d.node("NEG", (x,), d.same(x)) if x.type != "uint8" else None


def l2_normalization(d: Draft, x: Tensor) -> Made:
    form = {"int8": (1 / 128, 0)}.get(x.type)
    return form and d.node("L2_NORMALIZATION", (x,), d.tensor(x.shape, x.type, *form), activation=0)


def quantize(d: Draft, x: Tensor) -> Made:
    other = {"int8": ("int8", "int8", "uint8", "int16"), "uint8": ("int8", "uint8")}
    type = d.pick(*other.get(x.type, ("int16", "int8")))
    return d.node("QUANTIZE", (x,), d.result(x.shape, x, x.reach, type))


# ---- pooling and reductions


def pool(kind: str) -> Maker:
    def make(d: Draft, x: Tensor) -> Made:
        if x.rank != 4:
            return None
        kernel = (d.number(1, 4), d.number(1, 4)) if d.chance(0.7) else x.shape[1:3]
        strides, padding = (d.number(1, 3), d.number(1, 3)), d.pick(0, 1)
        sizes = [spatial(*e, 1, padding) for e in zip(x.shape[1:3], kernel, strides, strict=True)]
        if min(sizes) < 1:
            return None
        return d.node(
            kind,
            (x,),
            d.same(x, (x.shape[0], *sizes, x.shape[3])),
            padding=padding,
            stride_h=strides[0],
            stride_w=strides[1],
            filter_h=kernel[0],
            filter_w=kernel[1],
            activation=activation(d),
        )

    return make


def reduction(kind: str, same: bool, types: str = "int8 int16 uint8") -> Maker:
    def make(d: Draft, x: Tensor) -> Made:
        if x.type not in types.split():
            return None
        axes = [i for i in range(x.rank) if d.chance(0.5)] or [d.number(0, x.rank - 1)]
        if x.rank == 4 and d.chance(0.5):
            axes = [1, 2]
        keep = d.chance(0.5)
        shape = [1 if i in axes else n for i, n in enumerate(x.shape) if keep or i not in axes]
        count = math.prod(x.shape[i] for i in axes)
        reach = x.reach * (math.sqrt(count) if kind == "SUM" else 1.0 / math.sqrt(count))
        y = d.same(x, shape) if same else d.result(shape, x, reach)
        given = [a - x.rank if d.chance(0.2) else a for a in axes]
        return d.node(kind, (x, d.constant(given)), y, keep_dims=keep)

    return make


def resize(kind: str) -> Maker:
    def make(d: Draft, x: Tensor) -> Made:
        if x.rank != 4 or (x.type == "uint8" and kind == "RESIZE_BILINEAR"):
            return None
        sizes = [d.number(1, 2 * n + 1) for n in x.shape[1:3]]
        if d.chance(0.4):
            sizes = [2 * n for n in x.shape[1:3]]
        way = d.pick(0, 1, 2)
        y = d.same(x, (x.shape[0], *sizes, x.shape[3]))
        options = {"align_corners": way == 1, "half_pixel": way == 2}
        return d.node(kind, (x, d.constant(sizes)), y, **options)

    return make
