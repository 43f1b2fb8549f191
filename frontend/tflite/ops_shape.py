"""Rows: the same elements in another arrangement."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from millrace.frontend.emitter import element_of, shape_of, type_of
from millrace.frontend.tflite.activations import activated
from millrace.frontend.tflite.affine import Ragged, together
from millrace.frontend.tflite.model import STORED_QUANTIZED
from millrace.frontend.tflite.table import Call, Results, Rows
from millrace.ir.core import Value
from millrace.ir.dialects.mr.assemble import Concat, Pad, PadMode, Tile
from millrace.ir.dialects.mr.gather import DynamicUpdateSlice, ReverseSequence
from millrace.ir.dialects.mr.movement import Reverse, Slice
from millrace.ir.types import I64, FloatType


def reshape(c: Call) -> Results:
    x = c.arg(0)
    wanted = c.ints(1) if c.opt(1) is not None else tuple(c.option("shape"))
    if wanted is None:
        # Only the declaration says what comes out.
        wanted = c.result().signature
        if -1 in wanted:
            raise c.error("the shape is only known at run time")
    return c.emit.reshape(x, _resolved(c, wanted, type_of(x).size))


def _resolved(c: Call, wanted: Sequence[int], size: int) -> tuple[int, ...]:
    """The shape with its one -1 deduced."""
    if wanted.count(-1) == 1:
        rest = math.prod(n for n in wanted if n != -1)
        if rest > 0 and size % rest == 0:
            return tuple(size // rest if n == -1 else n for n in wanted)
    if min(wanted, default=0) < 0 or math.prod(wanted) != size:
        raise c.error(f"cannot reshape {size} elements to {list(wanted)}")
    return tuple(wanted)


def squeeze(c: Call) -> Results:
    shape = c.shape()
    dims = {c.axis(d) for d in c.option("dims")} or {i for i, n in enumerate(shape) if n == 1}
    if any(shape[d] != 1 for d in dims):
        raise c.error(f"dimensions {sorted(dims)} of {list(shape)} are not all 1")
    return c.emit.reshape(c.arg(0), [n for i, n in enumerate(shape) if i not in dims])


def expand_dims(c: Call) -> Results:
    axis = c.axis(c.need_int(1, "the axis"), c.rank() + 1)
    shape = c.shape()
    return c.emit.reshape(c.arg(0), (*shape[:axis], 1, *shape[axis:]))


def transpose(c: Call) -> Results:
    perm = [c.axis(p) for p in c.need_ints(1, "the permutation")]
    return c.emit.transpose(c.arg(0), perm)


def _one_scale(c: Call) -> None:
    """Quantized pieces are put together as they are stored."""
    to = c.result()
    if to.quantization is None or to.type not in STORED_QUANTIZED:
        return
    if c.option("activation"):
        raise c.error("an activation is not supported on quantized numbers")
    for i in range(len(c.node.inputs)):
        q = c.info(i).quantization
        if q is None or (q.scale, q.zero_point) != (
            to.quantization.scale,
            to.quantization.zero_point,
        ):
            raise c.error(
                f"{c.info(i).name!r} is in another scale than the result {to.name!r}: requantize it"
            )


def concatenation(c: Call) -> Results:
    """Pieces of unknown size around others are one tensor with a part replaced."""
    _one_scale(c)
    items = [c.item(i) for i in range(len(c.args))]
    rank = next((len(shape_of(v)) for v in items if isinstance(v, Value)), 0)
    axis = c.axis(c.option("axis"), rank)
    if not any(isinstance(v, Ragged) for v in items):
        return activated(c, c.op(Concat, [c.arg(i) for i in range(len(items))], axis=axis))
    hole = together(c.emit, items, axis)
    if hole is None:
        raise c.error("pieces of unknown sizes do not make up a whole of known size")
    middle = [v for v in items if isinstance(v, Value)]
    update = middle[0] if len(middle) == 1 else c.op(Concat, middle, axis=axis)
    starts = [c.emit.constant(np.zeros(1, np.int64)) for _ in range(rank)]
    starts[axis] = hole.begin.value(c.emit)
    where = starts[0] if rank == 1 else c.op(Concat, starts, axis=0)
    return activated(c, c.op(DynamicUpdateSlice, hole.source, update, where))


def pack(c: Call) -> Results:
    axis = c.axis(c.option("axis"), c.rank() + 1)
    parts = []
    for i in range(len(c.args)):
        shape = c.shape(i)
        parts.append(c.emit.reshape(c.arg(i), (*shape[:axis], 1, *shape[axis:])))
    return parts[0] if len(parts) == 1 else c.op(Concat, parts, axis=axis)


def unpack(c: Call) -> Results:
    axis = c.axis(c.option("axis"))
    shape = c.shape()
    if c.option("count") != shape[axis]:
        raise c.error(f"{c.option('count')} parts of a dimension of {shape[axis]}")
    rest = (*shape[:axis], *shape[axis + 1 :])
    return [c.emit.reshape(p, rest) for p in _parts(c, c.arg(0), axis, [1] * shape[axis])]


def _parts(c: Call, x: Value, axis: int, sizes: Sequence[int]) -> list[Value]:
    """Slices of the given sizes, one after the other."""
    shape = shape_of(x)
    if min(sizes, default=0) < 0 or sum(sizes) != shape[axis]:
        raise c.error(f"parts of {list(sizes)} in a dimension of {shape[axis]}")
    out, at = [], 0
    for n in sizes:
        starts = [at if i == axis else 0 for i in range(len(shape))]
        whole = [n if i == axis else m for i, m in enumerate(shape)]
        out.append(x if n == shape[axis] else c.op(Slice, x, starts=starts, sizes=whole))
        at += n
    return out


def split(c: Call) -> Results:
    axis = c.axis(c.need_int(0, "the axis"), c.rank(1))
    size, count = c.shape(1)[axis], c.option("count")
    if count < 1 or size % count:
        raise c.error(f"cannot split a dimension of {size} into {count} parts")
    return _parts(c, c.arg(1), axis, [size // count] * count)


def split_v(c: Call) -> Results:
    axis = c.axis(c.need_int(2, "the axis"))
    sizes = c.need_ints(1, "the sizes")
    rest = c.shape()[axis] - sum(n for n in sizes if n != -1)
    if sizes.count(-1) == 1:
        sizes = tuple(rest if n == -1 else n for n in sizes)
    return _parts(c, c.arg(0), axis, sizes)


def _amounts(c: Call) -> tuple[list[int], list[int]]:
    given = c.need_ints(1, "the amounts")
    if len(given) != 2 * c.rank():
        raise c.error(f"{len(given)} amounts for {c.rank()} dimensions")
    return list(given[::2]), list(given[1::2])


def pad(c: Call) -> Results:
    low, high = _amounts(c)
    value = _zero(c)
    if c.opt(2) is not None:
        known = c.known(2)
        if known is None or known.size != 1:
            raise c.error("the padding's value is only known at run time")
        value = known.reshape(-1)[0].item()
    if isinstance(element_of(c.arg(0)), FloatType):
        value = float(value)
    return c.op(Pad, c.arg(0), low=low, high=high, value=value)


def mirror_pad(c: Call) -> Results:
    low, high = _amounts(c)
    mode = {0: "reflect", 1: "symmetric"}.get(c.option("mode"))
    if mode is None:
        raise c.error(f"unknown mode {c.option('mode')}")
    return c.op(PadMode, c.arg(0), low=low, high=high, mode=mode)


def tile(c: Call) -> Results:
    return c.op(Tile, c.arg(0), repeats=c.need_ints(1, "the multiples"))


def reverse(c: Call) -> Results:
    axes = sorted({c.axis(a) for a in c.need_ints(1, "the axes")})
    return c.op(Reverse, c.arg(0), axes=axes)


def reverse_sequence(c: Call) -> Results:
    axes = {
        "time_axis": c.axis(c.option("sequence_axis")),
        "batch_axis": c.axis(c.option("batch_axis")),
    }
    return c.op(ReverseSequence, c.arg(0), c.emit.cast(c.arg(1), I64), **axes)


# ---- blocks of pixels


def _blocked(c: Call) -> tuple[int, int, int, int, int]:
    if c.rank() != 4 or c.option("block") < 1:
        raise c.error(f"blocks of {c.option('block')} in {c.rank()} dimensions")
    return (*c.shape(), c.option("block"))


def depth_to_space(c: Call) -> Results:
    n, h, w, depth, b = _blocked(c)
    if depth % (b * b):
        raise c.error(f"{depth} channels in blocks of {b}")
    x = c.emit.reshape(c.arg(0), (n, h, w, b, b, depth // (b * b)))
    x = c.emit.transpose(x, (0, 1, 3, 2, 4, 5))
    return c.emit.reshape(x, (n, h * b, w * b, depth // (b * b)))


def space_to_depth(c: Call) -> Results:
    n, h, w, depth, b = _blocked(c)
    if h % b or w % b:
        raise c.error(f"{h}x{w} in blocks of {b}")
    x = c.emit.reshape(c.arg(0), (n, h // b, b, w // b, b, depth))
    x = c.emit.transpose(x, (0, 1, 3, 2, 4, 5))
    return c.emit.reshape(x, (n, h // b, w // b, b * b * depth))


def _block_sizes(c: Call, what: str) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The block along each spatial dimension, and the amounts of input 2."""
    blocks, amounts = c.need_ints(1, "the blocks"), c.need_ints(2, what)
    count = len(blocks)
    if not 1 <= count < c.rank() or len(amounts) != 2 * count or min(blocks) < 1:
        raise c.error(f"blocks {list(blocks)} with {what} {list(amounts)}")
    if min(amounts) < 0:
        raise c.error(f"{what} {list(amounts)} are negative")
    return blocks, amounts


def space_to_batch(c: Call) -> Results:
    blocks, pads = _block_sizes(c, "paddings")
    m, rest = len(blocks), c.shape()[len(blocks) + 1 :]
    low = [0, *pads[::2], *(0 for _ in rest)]
    high = [0, *pads[1::2], *(0 for _ in rest)]
    x = c.op(Pad, c.arg(0), low=low, high=high, value=_zero(c))
    shape = shape_of(x)
    if any(n % b for n, b in zip(shape[1:], blocks, strict=False)):
        raise c.error(f"{list(shape)} in blocks of {list(blocks)}")
    pairs = [k for n, b in zip(shape[1:], blocks, strict=False) for k in (n // b, b)]
    x = c.emit.reshape(x, (shape[0], *pairs, *rest))
    inner = [2 + 2 * i for i in range(m)]
    outer = [1 + 2 * i for i in range(m)]
    x = c.emit.transpose(x, (*inner, 0, *outer, *range(2 * m + 1, 2 * m + 1 + len(rest))))
    sizes = [n // b for n, b in zip(shape[1:], blocks, strict=False)]
    return c.emit.reshape(x, (shape[0] * math.prod(blocks), *sizes, *rest))


def batch_to_space(c: Call) -> Results:
    blocks, crops = _block_sizes(c, "crops")
    m, shape = len(blocks), c.shape()
    rest, count = shape[m + 1 :], math.prod(blocks)
    if shape[0] % count:
        raise c.error(f"a batch of {shape[0]} in blocks of {list(blocks)}")
    x = c.emit.reshape(c.arg(0), (*blocks, shape[0] // count, *shape[1:]))
    pairs = [k for i in range(m) for k in (m + 1 + i, i)]
    x = c.emit.transpose(x, (m, *pairs, *range(2 * m + 1, 2 * m + 1 + len(rest))))
    sizes = [n * b for n, b in zip(shape[1:], blocks, strict=False)]
    x = c.emit.reshape(x, (shape[0] // count, *sizes, *rest))
    kept = [n - a - z for n, a, z in zip(sizes, crops[::2], crops[1::2], strict=True)]
    starts = (0, *crops[::2], *(0 for _ in rest))
    if min(kept) < 0:
        raise c.error(f"crops {list(crops)} of {sizes}")
    return c.op(Slice, x, starts=starts, sizes=(shape[0] // count, *kept, *rest))


def _zero(c: Call) -> int | float:
    """What padding holds: the number that stands for zero."""
    if isinstance(element_of(c.arg(0)), FloatType):
        return 0.0
    q = c.result().quantization
    return 0 if q is None else q.zero_point[0]


ROWS: Rows = {
    "BATCH_TO_SPACE_ND": batch_to_space,
    "CONCATENATION": concatenation,
    "DEPTH_TO_SPACE": depth_to_space,
    "EXPAND_DIMS": expand_dims,
    "MIRROR_PAD": mirror_pad,
    "PACK": pack,
    "PAD": pad,
    "PADV2": pad,
    "RESHAPE": reshape,
    "REVERSE_SEQUENCE": reverse_sequence,
    "REVERSE_V2": reverse,
    "SPACE_TO_BATCH_ND": space_to_batch,
    "SPACE_TO_DEPTH": space_to_depth,
    "SPLIT": split,
    "SPLIT_V": split_v,
    "SQUEEZE": squeeze,
    "TILE": tile,
    "TRANSPOSE": transpose,
    "UNPACK": unpack,
}
