"""Rows: shapes, and what moves elements without changing them."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from millrace.frontend.emitter import shape_of
from millrace.frontend.from_data import range_of
from millrace.frontend.tensorflow.table import Call, Results, Rows
from millrace.frontend.tensorflow.tensors import Array, DataType
from millrace.ir.core import Value
from millrace.ir.dialects.mr import compare, generate
from millrace.ir.dialects.mr.assemble import Concat, Pad, PadMode, Tile
from millrace.ir.dialects.mr.movement import Reverse, Slice
from millrace.ir.types import I32, ElementType


def _number(c: Call, attribute: str) -> ElementType:
    """The integer type that a row of shapes returns."""
    if attribute not in c.node.attributes:
        return I32
    return c.node.need(attribute, DataType).element(c.node.loc.describe())


def shape(c: Call) -> Results:
    return c.emit.constant(np.array(c.shape_at(0), np.int64), _number(c, "out_type"))


def shape_n(c: Call) -> Results:
    out = _number(c, "out_type")
    return [c.emit.constant(np.array(shape_of(v), np.int64), out) for v in c.values()]


def size(c: Call) -> Results:
    return c.emit.constant(math.prod(c.shape_at(0)), _number(c, "out_type"))


def rank(c: Call) -> Results:
    return c.emit.constant(np.int32(len(c.shape_at(0))))


def _complete(c: Call, wanted: Sequence[int], count: int) -> tuple[int, ...]:
    """A shape with its -1 filled in."""
    if list(wanted).count(-1) > 1 or min(wanted, default=0) < -1:
        raise c.node.error(f"malformed shape {list(wanted)}")
    rest = math.prod(d for d in wanted if d != -1)
    if -1 in wanted and (rest == 0 or count % rest):
        raise c.node.error(f"cannot reshape {count} elements to {list(wanted)}")
    return tuple(count // rest if d == -1 else d for d in wanted)


def reshape(c: Call) -> Results:
    wanted = c.need_ints(1, "the shape")
    return c.emit.reshape(c.arg(0), _complete(c, wanted, c.type_at(0).size))


def expand_dims(c: Call) -> Results:
    old = c.shape_at(0)
    axis = c.axis_of(c.need_int(1, "the axis"), len(old) + 1)
    return c.emit.reshape(c.arg(0), (*old[:axis], 1, *old[axis:]))


def squeeze(c: Call) -> Results:
    old = c.shape_at(0)
    given = c.node.integers("squeeze_dims") or c.node.integers("axis")
    axes = {c.axis_of(a, len(old)) for a in given} or {i for i, n in enumerate(old) if n == 1}
    for a in axes:
        if old[a] != 1:
            raise c.node.error(f"dimension {a} of {list(old)} is not 1")
    return c.emit.reshape(c.arg(0), [n for i, n in enumerate(old) if i not in axes])


def transpose(c: Call) -> Results:
    perm = c.need_ints(1, "the permutation")
    if sorted(perm) != list(range(len(c.shape_at(0)))):
        raise c.node.error(f"{perm} is no permutation of the dimensions")
    return c.emit.transpose(c.arg(0), perm)


# ---- several tensors


def pack(c: Call) -> Results:
    values = c.values()
    old = c.shape_at(0)
    axis = c.axis_of(c.node.get("axis", int, 0), len(old) + 1)
    rows = [c.emit.reshape(v, (*old[:axis], 1, *old[axis:])) for v in values]
    return c.op(Concat, rows, axis=axis)


def unpack(c: Call) -> Results:
    old = c.shape_at(0)
    axis = c.axis_of(c.node.get("axis", int, 0), len(old))
    if c.node.get("num", int, old[axis]) != old[axis]:
        raise c.node.error(f"dimension {axis} of {list(old)} has other than 'num' elements")
    rest = (*old[:axis], *old[axis + 1 :])
    return [c.emit.reshape(p, rest) for p in _cut(c, c.arg(0), axis, [1] * old[axis])]


def _concatenate(c: Call, values: Sequence[Value], axis: int) -> Value:
    axis = c.axis_of(axis, len(shape_of(values[0])))
    return c.op(Concat, list(values), axis=axis)


def concat_v2(c: Call) -> Results:
    last = len(c.args) - 1
    axis = c.need_int(last, "the axis")
    return _concatenate(c, [c.arg(i) for i in range(last)], axis)


def concat(c: Call) -> Results:
    axis = c.need_int(0, "the axis")
    return _concatenate(c, [c.arg(i) for i in range(1, len(c.args))], axis)


def _cut(c: Call, x: Value, axis: int, sizes: Sequence[int]) -> list[Value]:
    old, at, out = shape_of(x), 0, []
    if sum(sizes) != old[axis] or min(sizes, default=0) < 0:
        raise c.node.error(f"cannot split {old[axis]} elements into {list(sizes)}")
    for n in sizes:
        starts = [at if i == axis else 0 for i in range(len(old))]
        part = [n if i == axis else m for i, m in enumerate(old)]
        out.append(c.op(Slice, x, starts=starts, sizes=part) if n != old[axis] else x)
        at += n
    return out


def split(c: Call) -> Results:
    old = c.shape_at(1)
    axis = c.axis_of(c.need_int(0, "the axis"), len(old))
    count = c.node.need("num_split", int)
    if count < 1 or old[axis] % count:
        raise c.node.error(f"cannot split {old[axis]} elements into {count} equal parts")
    return _cut(c, c.arg(1), axis, [old[axis] // count] * count)


def split_v(c: Call) -> Results:
    old = c.shape_at(0)
    axis = c.axis_of(c.need_int(2, "the axis"), len(old))
    sizes = c.need_ints(1, "the sizes")
    if sizes.count(-1) == 1:
        rest = old[axis] - sum(sizes) - 1
        sizes = [rest if n == -1 else n for n in sizes]
    return _cut(c, c.arg(0), axis, sizes)


# ---- repetition


def tile(c: Call) -> Results:
    return c.op(Tile, c.arg(0), repeats=c.need_ints(1, "the multiples"))


def broadcast_to(c: Call) -> Results:
    return c.emit.broadcast(c.arg(0), c.need_ints(1, "the shape"))


def fill(c: Call) -> Results:
    return c.emit.broadcast(c.arg(1), c.need_ints(0, "the shape"))


def broadcast_args(c: Call) -> Results:
    shapes = [tuple(c.need_ints(i, "a shape")) for i in range(2)]
    try:
        joined = np.broadcast_shapes(*shapes)
    except ValueError as e:
        raise c.node.error(f"cannot broadcast {shapes[0]} with {shapes[1]}") from e
    return c.emit.constant(np.array(joined, np.int64), c.type_at(0).element)


def range_(c: Call) -> Results:
    known = [c.known(i) for i in range(3)]
    element = c.type_at(0).element
    if all(k is not None for k in known):
        start, limit, delta = (k.reshape(()).item() for k in known if k is not None)
        return c.emit.constant(_arange(c, start, limit, delta), element)
    start_, limit_, delta_ = (c.emit.reshape(c.arg(i), ()) for i in range(3))
    return range_of(c.bounds, start_, limit_, delta_)


def _arange(c: Call, start: float, limit: float, delta: float) -> Array:
    if delta == 0:
        raise c.node.error("the step is 0")
    count = max(0, math.ceil((limit - start) / delta))
    if count > 1 << 28:
        raise c.node.error(f"{count} elements are too many")
    return start + delta * np.arange(count)


def linspace(c: Call) -> Results:
    start, stop = (c.need(i, "a bound").reshape(()) for i in range(2))
    count = c.need_int(2, "the number of elements")
    return c.emit.constant(np.linspace(start, stop, count), c.type_at(0).element)


def one_hot(c: Call) -> Results:
    """Indices out of range give rows of the off value, negative ones too."""
    depth = c.need_int(1, "the depth")
    axis = c.node.get("axis", int, -1)
    indices = c.arg(0)
    inside = c.op(compare.GreaterEqual, indices, c.emit.like(0, indices))
    far = c.op(compare.Where, inside, indices, c.emit.like(depth, indices))
    last = len(shape_of(indices))
    values = c.op(Concat, [c.emit.reshape(c.arg(i), (1,)) for i in (3, 2)], axis=0)
    at = last if axis == -1 else axis
    return c.op(generate.OneHot, far, values, depth=depth, axis=at)


# ---- borders and order


def pad(c: Call) -> Results:
    amounts = c.need(1, "the paddings")
    value = c.need(2, "the padding value").reshape(()).item() if len(c.args) > 2 else 0
    low, high = _borders(c, amounts)
    return c.op(Pad, c.arg(0), low=low, high=high, value=value)


def _borders(c: Call, amounts: Array) -> tuple[list[int], list[int]]:
    if amounts.shape != (len(c.shape_at(0)), 2) or bool((amounts < 0).any()):
        raise c.node.error("malformed paddings")
    return [int(v) for v in amounts[:, 0]], [int(v) for v in amounts[:, 1]]


def mirror_pad(c: Call) -> Results:
    low, high = _borders(c, c.need(1, "the paddings"))
    mode = c.node.text("mode").lower()
    return c.op(PadMode, c.arg(0), low=low, high=high, mode=mode)


def reverse(c: Call) -> Results:
    axes = c.axes_at(1, len(c.shape_at(0)))
    return c.op(Reverse, c.arg(0), axes=axes) if axes else c.arg(0)


def invert_permutation(c: Call) -> Results:
    perm = c.need(0, "the permutation")
    return c.emit.constant(np.argsort(perm), c.type_at(0).element)


ROWS: Rows = {
    "BroadcastArgs": broadcast_args,
    "BroadcastTo": broadcast_to,
    "Concat": concat,
    "ConcatV2": concat_v2,
    "ExpandDims": expand_dims,
    "Fill": fill,
    "InvertPermutation": invert_permutation,
    "LinSpace": linspace,
    "MirrorPad": mirror_pad,
    "OneHot": one_hot,
    "Pack": pack,
    "Pad": pad,
    "PadV2": pad,
    "Range": range_,
    "Rank": rank,
    "Reshape": reshape,
    "ReverseV2": reverse,
    "Shape": shape,
    "ShapeN": shape_n,
    "Size": size,
    "Split": split,
    "SplitV": split_v,
    "Squeeze": squeeze,
    "Tile": tile,
    "Transpose": transpose,
    "Unpack": unpack,
}
