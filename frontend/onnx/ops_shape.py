"""Rows: reshapes, transposes, joins and splits."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from itertools import combinations

import numpy as np

from millrace.frontend.onnx.dynamic import (
    choose,
    non_negative,
    require_equal,
    require_shape,
)
from millrace.frontend.onnx.emitter import shape_of
from millrace.frontend.onnx.table import Call, Results, Rows
from millrace.frontend.onnx.tensors import checked_shape
from millrace.ir.core import Value
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.assemble import Concat, Tile
from millrace.ir.dialects.mr.bits import ShiftLeft
from millrace.ir.dialects.mr.image import DepthToSpace, SpaceToDepth
from millrace.ir.dialects.mr.movement import Slice
from millrace.ir.dialects.mr.reduction import ReduceSum


def reshape(c: Call) -> Results:
    source = c.type_at(0)
    zero_copies = not c.node.get_int("allowzero", 0)
    dims = c.ints(1)
    if dims is None:
        declared = _completed(c.declared(), source.size)
        if declared is None:
            raise c.unknown(1, "the shape")
        require_shape(c, c.arg(1), declared, source.shape, zero_copies=zero_copies)
        return c.emit.reshape(c.arg(0), declared)
    shape = list(dims)
    if zero_copies:
        for i, n in enumerate(shape):
            if n == 0:
                if i >= source.rank:
                    raise c.node.error(f"dimension {i} of {shape} copies one that is not there")
                shape[i] = source.shape[i]
    if shape.count(-1) > 1 or any(n < -1 for n in shape):
        raise c.node.error(f"cannot reshape to {list(dims)}")
    if -1 in shape:
        rest = math.prod(n for n in shape if n != -1)
        if rest == 0 or source.size % rest:
            raise c.node.error(f"cannot reshape {source} to {list(dims)}")
        shape[shape.index(-1)] = source.size // rest
    return c.emit.reshape(c.arg(0), shape)


def _completed(declared: Sequence[int | None] | None, size: int) -> tuple[int, ...] | None:
    """A declared shape with at most one open dimension, which the number of elements gives."""
    if declared is None:
        return None
    known = math.prod(n for n in declared if n is not None)
    open_ = [i for i, n in enumerate(declared) if n is None]
    if len(open_) > 1 or (open_ and (known == 0 or size % known)):
        return None
    return tuple(size // known if n is None else n for n in declared)


def flatten(c: Call) -> Results:
    rank = c.rank()
    axis = c.node.get_int("axis", 1)
    if not -rank <= axis <= rank:
        raise c.node.error(f"axis {axis} of a tensor of rank {rank}")
    axis += rank if axis < 0 else 0
    shape = c.type_at(0).shape
    return c.emit.reshape(c.arg(0), (math.prod(shape[:axis]), math.prod(shape[axis:])))


def transpose(c: Call) -> Results:
    perm = c.node.opt_ints("perm")
    if perm is None:
        perm = tuple(reversed(range(c.rank())))
    return c.emit.transpose(c.arg(0), [c.axis(p) for p in perm])


# ---- Squeeze and Unsqueeze


def _axes_parameter(c: Call) -> tuple[int, ...] | None:
    """Axes: an attribute before operator set 13, the second input since; None when absent or
    not known."""
    return c.node.opt_ints("axes") if c.opset < 13 else c.ints(1)


def squeeze(c: Call) -> Results:
    shape = c.type_at(0).shape
    ones = [i for i, n in enumerate(shape) if n == 1]
    axes = _axes_parameter(c)
    if axes is None and c.opt(1) is None:
        axes = tuple(ones)
    if axes is None:
        count = math.prod(shape_of(c.arg(1)))
        candidates = list(combinations(ones, count))
        target = c.declared_static()
        if target is None and len(candidates) == 1:
            target = tuple(n for i, n in enumerate(shape) if i not in candidates[0])
        if target is None:
            raise c.unknown(1, "the axes")
        return choose_axes(
            c,
            {
                a: lambda: c.emit.reshape(c.arg(0), target)
                for a in candidates
                if tuple(n for i, n in enumerate(shape) if i not in a) == target
            },
            c.rank(),
        )
    drop = c.axes(axes)
    if any(shape[a] != 1 for a in drop):
        raise c.node.error(f"cannot squeeze axes {list(axes)} of {list(shape)}")
    return c.emit.reshape(c.arg(0), [n for i, n in enumerate(shape) if i not in drop])


def unsqueeze(c: Call) -> Results:
    shape = c.type_at(0).shape
    axes = _axes_parameter(c)
    if axes is not None:
        rank = len(shape) + len(axes)
        places = c.axes(axes, rank)
        rest = iter(shape)
        return c.emit.reshape(c.arg(0), [1 if i in places else next(rest) for i in range(rank)])
    target = c.declared_static()
    if target is None or c.opt(1) is None:
        raise c.unknown(1, "the axes")
    count = math.prod(shape_of(c.arg(1)))
    if len(target) != len(shape) + count:
        raise c.node.error(f"the declared result {list(target)} does not fit")
    ones = [i for i, n in enumerate(target) if n == 1]
    fitting = [
        a
        for a in combinations(ones, count)
        if tuple(n for i, n in enumerate(target) if i not in a) == shape
    ]
    same = {a: lambda: c.emit.reshape(c.arg(0), target) for a in fitting}
    return choose_axes(c, same, len(target))


def axes_mask(c: Call, axes: Value, rank: int) -> Value:
    """Run-time axes as a number with one bit an axis."""
    places = non_negative(c, axes, rank)
    bits = c.op(ShiftLeft, c.emit.like(1, places), places)
    return c.op(ReduceSum, bits, axes=tuple(range(len(shape_of(bits)))))


def choose_axes(c: Call, cases: Mapping[tuple[int, ...], Callable[[], Value]], rank: int) -> Value:
    """The case whose axes are those of the second input."""
    numbered = {sum(1 << a for a in axes): make for axes, make in cases.items()}
    return choose(c, axes_mask(c, c.arg(1), rank), numbered, "the axes do not fit")


# ---- joins and splits


def concat(c: Call) -> Results:
    inputs = [c.arg(i) for i in range(len(c.args))]
    return c.op(Concat, inputs, axis=c.axis(c.node.get_int("axis", 1 if c.opset < 4 else 0)))


def split(c: Call) -> Results:
    axis = c.axis(c.node.get_int("axis", 0))
    size = c.type_at(0).shape[axis]
    parts = _split_sizes(c, axis, size)
    if sum(parts) != size or any(p < 0 for p in parts) or len(parts) < len(c.node.outputs):
        raise c.node.error(f"cannot split {size} into {list(parts)}")
    results: list[Value | None] = []
    shape = list(c.type_at(0).shape)
    at = 0
    for i, part in enumerate(parts[: len(c.node.outputs)]):
        starts, sizes = [0] * len(shape), list(shape)
        starts[axis], sizes[axis] = at, part
        wanted = c.node.has_output(i)
        results.append(c.op(Slice, c.arg(0), starts=starts, sizes=sizes) if wanted else None)
        at += part
    return results


def _split_sizes(c: Call, axis: int, size: int) -> tuple[int, ...]:
    given = c.node.opt_ints("split") if c.opset < 13 else c.ints(1)
    if given is not None:
        return given
    if c.opset >= 13 and c.opt(1) is not None:
        declared = [c.declared_static(i) for i in range(len(c.node.outputs))]
        if any(d is None or len(d) != c.rank() for d in declared):
            raise c.unknown(1, "the sizes of the parts")
        parts = tuple(d[axis] for d in declared if d is not None)
        require_equal(c, c.arg(1), parts, f"the parts differ from the declared {list(parts)}")
        return parts
    n = c.node.get_int("num_outputs", len(c.node.outputs))
    if n != len(c.node.outputs):
        raise c.node.error(f"has {len(c.node.outputs)} outputs, not {n}")
    part = -(-size // n)
    return (*(part for _ in range(n - 1)), size - part * (n - 1))


# ---- growth


def expand(c: Call) -> Results:
    source = c.type_at(0).shape
    given = c.ints(1)
    if given is None:
        declared = c.declared_static()
        if declared is None:
            raise c.unknown(1, "the shape")
        count = math.prod(shape_of(c.arg(1)))
        # A 1 in the operand keeps the input's dimension.
        tail = declared[len(declared) - count :]
        have = ((1,) * len(declared) + source)[-count:] if count else ()
        larger = c.op(ew.Max, c.arg(1), c.emit.constant(np.array(have, np.int64)))
        message = f"the shape differs from the declared {list(declared)}"
        require_equal(c, larger, [max(n, h) for n, h in zip(tail, have, strict=True)], message)
        return c.emit.broadcast(c.arg(0), declared)
    shape = checked_shape(given, c.node.loc.describe())
    try:
        result = np.broadcast_shapes(source, shape)
    except ValueError:
        raise c.node.error(f"cannot expand {list(source)} to {list(shape)}") from None
    return c.emit.broadcast(c.arg(0), result)


def tile(c: Call) -> Results:
    shape = c.type_at(0).shape
    repeats = c.ints(1)
    if repeats is None:
        declared = c.declared_static()
        fits = declared is not None and len(declared) == len(shape)
        if declared is None or not fits or any(n == 0 for n in shape):
            raise c.unknown(1, "the repeats")
        repeats = tuple(d // n for d, n in zip(declared, shape, strict=True))
        require_equal(c, c.arg(1), repeats, f"the result differs from the declared {declared}")
    if len(repeats) != len(shape) or any(r < 0 for r in repeats):
        raise c.node.error(f"repeats {list(repeats)} of a tensor of rank {len(shape)}")
    return c.op(Tile, c.arg(0), repeats=repeats)


def _block(c: Call) -> int:
    if c.rank() != 4:
        raise c.node.error(f"the input has {c.rank()} dimensions, not 4")
    return c.node.need_int("blocksize")


def depth_to_space(c: Call) -> Results:
    modes = {"DCR": False, "CRD": True}
    mode = modes.get(c.node.get_str("mode", "DCR"))
    if mode is None:
        raise c.node.error("mode must be DCR or CRD")
    return c.op(DepthToSpace, c.arg(0), block=_block(c), column_row_depth=mode)


def space_to_depth(c: Call) -> Results:
    mode = c.node.get_str("mode", "DCR")
    if mode not in ("DCR", "CRD"):
        raise c.node.error("mode must be DCR or CRD")
    if mode == "CRD":
        block = _block(c)
        n, channels, height, width = c.type_at(0).shape
        if block < 1 or height % block or width % block:
            raise c.node.error(f"blocks of {block} in {height}x{width}")
        rows, columns = height // block, width // block
        cells = c.emit.reshape(c.arg(0), (n, channels, rows, block, columns, block))
        order = c.emit.transpose(cells, (0, 1, 3, 5, 2, 4))
        return c.emit.reshape(order, (n, channels * block * block, rows, columns))
    return c.op(SpaceToDepth, c.arg(0), block=_block(c))


ROWS: Rows = {
    "Concat": concat,
    "DepthToSpace": depth_to_space,
    "Expand": expand,
    "Flatten": flatten,
    "Reshape": reshape,
    "SpaceToDepth": space_to_depth,
    "Split": split,
    "Squeeze": squeeze,
    "Tile": tile,
    "Transpose": transpose,
    "Unsqueeze": unsqueeze,
}
