"""Random operators that only arrange numbers."""

from __future__ import annotations

import math

import numpy as np

from tests.tflite.random_quantized.draft import MOST_ELEMENTS, Draft, Tensor
from tests.tflite.random_quantized.products import Made


def reshape(d: Draft, x: Tensor) -> Made:
    shape = list(x.shape)
    if d.chance(0.5):
        shape = [x.shape[0], x.size // x.shape[0]]
    elif len(shape) > 2:
        i = d.number(0, len(shape) - 2)
        shape[i : i + 2] = [shape[i] * shape[i + 1]]
    else:
        shape.insert(d.number(0, len(shape)), 1)
    return d.node("RESHAPE", (x, d.constant(shape)), d.same(x, shape), shape=shape)


def transpose(d: Draft, x: Tensor) -> Made:
    perm = [int(i) for i in d.rng.permutation(x.rank)]
    y = d.same(x, [x.shape[i] for i in perm])
    return d.node("TRANSPOSE", (x, d.constant(perm)), y)


def concatenation(d: Draft, x: Tensor) -> Made:
    axis = d.number(0, x.rank - 1)
    parts = [x]
    for _ in range(d.number(1, 3)):
        shape = [d.number(1, 4) if i == axis else n for i, n in enumerate(x.shape)]
        if d.chance(0.5):
            part = d.same(x, shape)
            d.writer.graphs[0].inputs.append(part.number)
            d.inputs.append(part)
        else:
            data = d.codes(shape, x.type)
            number = d.writer.tensor(shape, x.type, data=data, scale=[x.scale], zero=[x.zero])
            part = Tensor(number, tuple(shape), x.type, x.scale, x.zero)
        parts.insert(d.number(0, len(parts)), part)
    total = [sum(p.shape[axis] for p in parts) if i == axis else n for i, n in enumerate(x.shape)]
    if math.prod(total) > MOST_ELEMENTS:
        return None
    given = axis - x.rank if d.chance(0.3) else axis
    return d.node("CONCATENATION", parts, d.same(x, total), axis=given, activation=0)


def _amounts(d: Draft, x: Tensor, most: int) -> list[list[int]]:
    wide = [0.1, 0.7, 0.7, 0.3][: x.rank] if x.rank == 4 else [0.5] * x.rank
    return [[d.number(0, most), d.number(0, most)] if d.chance(p) else [0, 0] for p in wide]


def pad(d: Draft, x: Tensor) -> Made:
    amounts = _amounts(d, x, 3)
    y = d.same(x, [n + sum(a) for n, a in zip(x.shape, amounts, strict=True)])
    if y.size > MOST_ELEMENTS:
        return None
    if d.chance(0.6):
        return d.node("PAD", (x, d.constant(amounts)), y)
    value = d.codes((1,), x.type)
    v = d.writer.tensor((1,), x.type, data=value, scale=[x.scale], zero=[x.zero])
    return d.node("PADV2", (x, d.constant(amounts), v), y)


def mirror_pad(d: Draft, x: Tensor) -> Made:
    if x.type == "uint8":
        return None
    mode = d.pick(0, 1)
    most = min(x.shape) - 1 + mode
    if most < 1:
        return None
    amounts = _amounts(d, x, min(most, 3))
    y = d.same(x, [n + sum(a) for n, a in zip(x.shape, amounts, strict=True)])
    return d.node("MIRROR_PAD", (x, d.constant(amounts)), y, mode=mode)


def split(d: Draft, x: Tensor) -> Made:
    axis = d.number(0, x.rank - 1)
    n = x.shape[axis]
    counts = [k for k in range(2, 5) if n % k == 0]
    if not counts:
        return None
    k = d.pick(*counts)
    shape = [n // k if i == axis else m for i, m in enumerate(x.shape)]
    ys = [d.same(x, shape) for _ in range(k)]
    return d.nodes("SPLIT", (d.constant(axis), x), ys, count=k)


def split_v(d: Draft, x: Tensor) -> Made:
    axis = d.number(0, x.rank - 1)
    n = x.shape[axis]
    if n < 2:
        return None
    cut = d.number(1, n - 1)
    sizes = [cut, n - cut]
    ys = [d.same(x, [s if i == axis else m for i, m in enumerate(x.shape)]) for s in sizes]
    return d.nodes("SPLIT_V", (x, d.constant(sizes), d.constant(axis)), ys, count=2)


def slice_(d: Draft, x: Tensor) -> Made:
    begins = [d.number(0, n - 1) if d.chance(0.6) else 0 for n in x.shape]
    sizes = [d.number(1, n - b) for n, b in zip(x.shape, begins, strict=True)]
    given = [
        -1 if s == n - b and d.chance(0.4) else s
        for n, b, s in zip(x.shape, begins, sizes, strict=True)
    ]
    return d.node("SLICE", (x, d.constant(begins), d.constant(given)), d.same(x, sizes))


def strided_slice(d: Draft, x: Tensor) -> Made:
    parts: list[tuple[int, int, int]] = []
    shape, shrink = [], 0
    for i, n in enumerate(x.shape):
        a, b = sorted((d.number(0, n - 1), d.number(0, n - 1)))
        step = d.pick(1, 1, 2, -1)
        if d.chance(0.15) and x.rank > 2:
            shrink |= 1 << i
            parts.append((a, a + 1, 1))
            continue
        if step < 0:
            parts.append((b, a - 1 if a else -n - 1, step))
        else:
            parts.append((a, b + 1, step))
        shape.append(-(-(b + 1 - a) // abs(step)))
    columns = [d.constant(list(column)) for column in zip(*parts, strict=True)]
    return d.node("STRIDED_SLICE", (x, *columns), d.same(x, shape), shrink_axis_mask=shrink)


def pack(d: Draft, x: Tensor) -> Made:
    if x.rank > 3:
        return None
    axis = d.number(0, x.rank)
    shape = (*x.shape[:axis], 2, *x.shape[axis:])
    return d.node("PACK", (x, x), d.same(x, shape), count=2, axis=axis)


def unpack(d: Draft, x: Tensor) -> Made:
    axis = d.number(0, x.rank - 1)
    if x.shape[axis] > 4 or x.rank < 2:
        return None
    shape = (*x.shape[:axis], *x.shape[axis + 1 :])
    ys = [d.same(x, shape) for _ in range(x.shape[axis])]
    return d.nodes("UNPACK", (x,), ys, count=len(ys), axis=axis)


def space_to_depth(d: Draft, x: Tensor) -> Made:
    if x.rank != 4 or x.shape[1] % 2 or x.shape[2] % 2 or x.type == "int16":
        return None
    n, h, w, c = x.shape
    return d.node("SPACE_TO_DEPTH", (x,), d.same(x, (n, h // 2, w // 2, c * 4)), block=2)


def depth_to_space(d: Draft, x: Tensor) -> Made:
    if x.rank != 4 or x.shape[3] % 4 or x.type == "int16":
        return None
    n, h, w, c = x.shape
    return d.node("DEPTH_TO_SPACE", (x,), d.same(x, (n, h * 2, w * 2, c // 4)), block=2)


def gather(d: Draft, x: Tensor) -> Made:
    axis = d.number(0, x.rank - 1)
    places = d.rng.integers(0, x.shape[axis], d.number(1, 5))
    shape = (*x.shape[:axis], len(places), *x.shape[axis + 1 :])
    y = d.same(x, shape)
    return d.node("GATHER", (x, d.constant(places)), y, axis=axis) if y.size < 3000 else None


def tile(d: Draft, x: Tensor) -> Made:
    times = [d.pick(1, 1, 2) for _ in x.shape]
    y = d.same(x, [n * k for n, k in zip(x.shape, times, strict=True)])
    return d.node("TILE", (x, d.constant(times)), y) if y.size < MOST_ELEMENTS else None


def reverse(d: Draft, x: Tensor) -> Made:
    axis = d.number(0, x.rank - 1)
    return d.node("REVERSE_V2", (x, d.constant([axis])), d.same(x))


def expand_dims(d: Draft, x: Tensor) -> Made:
    if x.rank > 3:
        return None
    axis = d.number(0, x.rank)
    shape = (*x.shape[:axis], 1, *x.shape[axis:])
    return d.node("EXPAND_DIMS", (x, d.constant(axis)), d.same(x, shape))


def squeeze(d: Draft, x: Tensor) -> Made:
    ones = [i for i, n in enumerate(x.shape) if n == 1]
    if not ones or x.rank < 2:
        return None
    dim = d.pick(*ones)
    shape = [n for i, n in enumerate(x.shape) if i != dim]
    return d.node("SQUEEZE", (x,), d.same(x, shape), dims=[dim])


def arg_max(d: Draft, x: Tensor) -> Made:
    axis = d.number(0, x.rank - 1)
    shape = [n for i, n in enumerate(x.shape) if i != axis]
    kind = d.pick("ARG_MAX", "ARG_MIN") if x.type != "int16" else None
    return kind and d.node(kind, (x, d.constant(axis)), d.plain(shape, "int32"), type=2)


def broadcast_to(d: Draft, x: Tensor) -> Made:
    shape = [d.number(1, 4) if n == 1 else n for n in x.shape]
    y = d.same(x, shape)
    return d.node("BROADCAST_TO", (x, d.constant(shape)), y) if y.size < MOST_ELEMENTS else None


def space_to_batch(d: Draft, x: Tensor) -> Made:
    """And, after a convolution's dilation, back: here at once."""
    if x.rank != 4 or x.type == "int16":
        return None
    blocks = [d.pick(1, 2), d.pick(1, 2)]
    extra = [(-n) % b for n, b in zip(x.shape[1:3], blocks, strict=True)]
    amounts = [[0, e] for e in extra]
    sizes = [(n + e) // b for n, e, b in zip(x.shape[1:3], extra, blocks, strict=True)]
    count = int(np.prod(blocks))
    y = d.same(x, (x.shape[0] * count, *sizes, x.shape[3]))
    d.node("SPACE_TO_BATCH_ND", (x, d.constant(blocks), d.constant(amounts)), y)
    z = d.same(x)
    return d.node("BATCH_TO_SPACE_ND", (y, d.constant(blocks), d.constant(amounts)), z)
