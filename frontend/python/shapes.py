"""Rows: functions that move elements: shapes, joining, splitting, flipping."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from millrace.frontend.emitter import shape_of, type_of
from millrace.frontend.python import views
from millrace.frontend.python.calls import Call, Row
from millrace.frontend.python.creation import shape_argument, stack_tensors
from millrace.frontend.python.promotion import result_type
from millrace.frontend.python.reductions import one_axis
from millrace.frontend.python.values import Abstract, ArrayRef, Known, ListRef, Number, Rows, Tuple
from millrace.ir.core import Value
from millrace.ir.dialects.mr.assemble import Concat, Pad, PadMode, Tile
from millrace.ir.dialects.mr.gather import Gather
from millrace.ir.dialects.mr.generate import Trilu
from millrace.ir.dialects.mr.movement import Reverse, Slice

if TYPE_CHECKING:
    from millrace.frontend.python.interpreter import Interpreter


def reshape(it: Interpreter, v: Abstract, shape: Sequence[int]) -> Abstract:
    """``v`` under another shape, of which one size may be -1."""
    x = it.tensor(it.need_numeric(v, "reshape"))
    try:
        found = np.broadcast_to(np.empty(()), shape_of(x)).reshape(tuple(shape)).shape
    except ValueError as e:
        raise it.fail("J025", what=str(e), fix="use a shape of as many elements") from None
    if isinstance(v, ArrayRef):
        return views.reshaped(it, v, found)
    return it.array(it.emit.reshape(x, found))


def transpose(it: Interpreter, v: Abstract, perm: Sequence[int] | None) -> Abstract:
    x = it.tensor(it.need_numeric(v, "transpose"))
    rank = len(shape_of(x))
    axes = tuple(reversed(range(rank))) if perm is None else tuple(p % max(rank, 1) for p in perm)
    if sorted(axes) != list(range(rank)):
        raise it.fail("J025", what=f"axes {perm} do not match the array", fix="name each axis once")
    if isinstance(v, ArrayRef):
        return views.view(it, v, "transpose", axes)
    return it.array(it.emit.transpose(x, axes))


def swap_axes(it: Interpreter, v: Abstract, first: int, second: int) -> Abstract:
    rank = len(it.shape(v))
    perm = list(range(rank))
    perm[first], perm[second] = perm[second], perm[first]
    return transpose(it, v, perm)


def _x(c: Call) -> Value:
    return c.it.tensor(c.it.need_numeric(c.need(0, "a"), c.name))


def _reshape(c: Call) -> Abstract:
    c.allow(3, "a", "shape", "newshape", "order", "copy")
    given = c.get(1, "shape") or c.need(1, "newshape")
    order = c.known(2, "order", "C")
    return in_order(c.it, c.need(0, "a"), _signed_shape(c, given), order)


def in_order(it: Interpreter, v: Abstract, shape: Sequence[int], order: str) -> Abstract:
    """Reshaped; in Fortran's order the first axis runs fastest."""
    if order != "F":
        return reshape(it, v, shape)
    turned = reshape(it, transpose(it, v, None), tuple(shape)[::-1])
    return transpose(it, turned, None)


def _signed_shape(c: Call, v: Abstract) -> tuple[int, ...]:
    items = v.items if isinstance(v, Tuple) else (v,)
    if isinstance(v, ListRef):
        from millrace.frontend.python.lists import items as items_of

        items = tuple(items_of(c.it, v))
    return tuple(c.it.known_int(x, f"the shape given to {c.name}") for x in items)


def _ravel(c: Call) -> Abstract:
    return in_order(c.it, c.it.as_array(c.need(0, "a")), (-1,), c.known(1, "order", "C"))


def _transpose(c: Call) -> Abstract:
    axes = c.get(1, "axes")
    perm = None if axes is None else c.it.known(axes, "axes")
    return transpose(c.it, c.need(0, "a"), perm)


def _swap(c: Call) -> Abstract:
    rank = len(c.it.shape(c.need(0, "a")))
    ends = [one_axis(c, c.it.known_int(c.need(k, f"axis{k}"), "an axis"), rank) for k in (1, 2)]
    return swap_axes(c.it, c.need(0, "a"), *ends)


def _move(c: Call) -> Abstract:
    shape = c.it.shape(c.need(0, "a"))
    source, target = (c.it.known(c.need(k, n), n) for k, n in ((1, "source"), (2, "destination")))
    return transpose(c.it, c.need(0, "a"), _permutation(len(shape), source, target))


def _permutation(rank: int, source: Any, target: Any) -> list[int]:
    """The order of axes that ``numpy.moveaxis`` makes."""
    sources, targets = ([int(a) % rank for a in np.atleast_1d(ends)] for ends in (source, target))
    order = [a for a in range(rank) if a not in sources]
    for place, axis in sorted(zip(targets, sources, strict=True)):
        order.insert(place, axis)
    return order


def _expand(c: Call) -> Abstract:
    x = _x(c)
    given = c.it.known(c.need(1, "axis"), "axis")
    axes = given if isinstance(given, tuple | list) else (given,)
    return reshape(c.it, c.need(0, "a"), np.expand_dims(_blank(x), tuple(axes)).shape)


def _blank(x: Value) -> Any:
    """An array of the shape that takes no memory."""
    return np.broadcast_to(np.empty((), np.bool_), shape_of(x))


def _squeeze(c: Call) -> Abstract:
    x = _x(c)
    axis = c.known(1, "axis", None)
    try:
        shape = np.squeeze(_blank(x), axis).shape
    except ValueError as e:
        raise c.it.fail("J025", what=str(e), fix="squeeze axes of size 1 only") from None
    return reshape(c.it, c.need(0, "a"), shape)


def _broadcast_to(c: Call) -> Abstract:
    x, shape = _x(c), shape_argument(c, c.need(1, "shape"))
    try:
        np.broadcast_to(_blank(x), shape)
    except ValueError as e:
        raise c.it.fail("J025", what=str(e), fix="use a shape that it broadcasts to") from None
    return c.it.array(c.it.emit.broadcast(x, shape))


def _broadcast_arrays(c: Call) -> Abstract:
    values = [c.it.need_numeric(a, c.name) for a in c.args]
    from millrace.frontend.python.operators import check_broadcast

    shape = check_broadcast(c.it, c.name, [c.it.shape(v) for v in values])
    made = [c.it.array(c.it.emit.broadcast(c.it.tensor(v), shape)) for v in values]
    return Tuple(tuple(made))


def _at_least(rank: int) -> Row:
    def row(c: Call) -> Abstract:
        x = _x(c)
        function = {1: np.atleast_1d, 2: np.atleast_2d, 3: np.atleast_3d}[rank]
        return c.it.array(c.it.emit.reshape(x, function(_blank(x)).shape))

    return row


# ---- joining


def parts_of(c: Call, v: Abstract) -> list[Abstract]:
    """The arrays of a list, tuple, or along the first axis of an array."""
    from millrace.frontend.python.iteration import every_item

    return every_item(c.it, v)


def _rows(c: Call) -> Value | None:
    """The items of a list that grew in a loop, as one tensor."""
    from millrace.frontend.python.lists import array_of_segments, segments

    v = c.need(0, "arrays")
    content = segments(c.it, v) if isinstance(v, ListRef) else ()
    if not any(isinstance(s, Rows) for s in content):
        return None
    return array_of_segments(c.it, content)


def _stack(c: Call) -> Abstract:
    c.allow(2, "arrays", "axis", "dtype")
    axis = int(c.known(1, "axis", 0))
    rows = _rows(c)
    if rows is not None:
        rank = len(shape_of(rows))
        order = _permutation(rank, 0, one_axis(c, axis, rank))
        return c.it.array(c.it.emit.transpose(rows, order))
    return c.it.array(stack_tensors(c.it, parts_of(c, c.need(0, "arrays")), axis))


def _concatenate(c: Call) -> Abstract:
    c.allow(2, "arrays", "axis", "dtype")
    given = c.get(1, "axis")
    flat = given is None and (len(c.args) > 1 or "axis" in c.keywords)
    axis = 0 if given is None else c.it.known_int(given, "axis")
    rows = _rows(c)
    if rows is not None and axis == 0 and not flat:
        shape = shape_of(rows)
        return c.it.array(c.it.emit.reshape(rows, (shape[0] * shape[1], *shape[2:])))
    parts = parts_of(c, c.need(0, "arrays"))
    if flat:
        parts = [reshape(c.it, p, (-1,)) for p in parts]
    return concatenate(c, parts, axis)


def concatenate(c: Call, parts: Sequence[Abstract], axis: int) -> Abstract:
    it = c.it
    values = [it.need_numeric(p, c.name) for p in parts]
    if not values:
        raise it.fail("J025", what="need at least one array to concatenate", fix="give arrays")
    dtype = result_type([it.weak(v) for v in values])
    rank = len(it.shape(values[0]))
    if not rank:
        text = "zero-dimensional arrays cannot be concatenated"
        raise it.fail("J025", what=text, fix="use np.stack")
    at = one_axis(c, axis, rank)
    shapes = [it.shape(v) for v in values]
    rest = {tuple(n for d, n in enumerate(s) if d != at) for s in shapes}
    if len(rest) != 1 or len({len(s) for s in shapes}) != 1:
        shown = " and ".join(str(list(s)) for s in shapes)
        raise it.fail("J016", op=f"{c.name} along axis {at}", shapes=shown)
    tensors = [it.tensor(v, dtype) for v in values]
    return it.array(tensors[0] if len(tensors) == 1 else it.op(Concat, tensors, axis=at))


def _along(rank: int, axis: int) -> Row:
    """``vstack``, ``hstack``: of arrays made at least so many dimensions."""

    def row(c: Call) -> Abstract:
        parts = []
        for p in parts_of(c, c.need(0, "tup")):
            shape = c.it.shape(c.it.need_numeric(p, c.name))
            wide = (1,) * (rank - len(shape)) + shape
            parts.append(reshape(c.it, p, wide))
        first = c.it.shape(parts[0])
        return concatenate(c, parts, axis if len(first) > 1 else 0)

    return row


def _column_stack(c: Call) -> Abstract:
    parts = []
    for p in parts_of(c, c.need(0, "tup")):
        shape = c.it.shape(p)
        parts.append(p if len(shape) > 1 else reshape(c.it, p, (-1, 1)))
    return concatenate(c, parts, 1)


def _append(c: Call) -> Abstract:
    axis = c.get(2, "axis")
    parts = [c.need(0, "arr"), c.need(1, "values")]
    if axis is None:
        parts = [reshape(c.it, c.it.as_array(p), (-1,)) for p in parts]
        return concatenate(c, parts, 0)
    return concatenate(c, parts, c.it.known_int(axis, "axis"))


# ---- splitting


def _split(c: Call) -> Abstract:
    x = _x(c)
    shape = shape_of(x)
    axis = one_axis(c, int(c.known(2, "axis", 0)), len(shape))
    where = c.it.known(c.need(1, "indices_or_sections"), "sections")
    function = np.array_split if c.name == "numpy.array_split" else np.split
    try:
        places = function(np.arange(shape[axis]), where)
    except ValueError as e:
        raise c.it.fail("J025", what=str(e), fix="split into equal parts") from None
    parts = []
    for p in places:
        starts, sizes = [0] * len(shape), list(shape)
        starts[axis], sizes[axis] = int(p[0]) if len(p) else 0, len(p)
        parts.append(c.it.array(c.it.op(Slice, x, starts=starts, sizes=sizes)))
    return c.it.list_of(parts)


# ---- repeating, flipping, shifting


def _tile(c: Call) -> Abstract:
    x = _x(c)
    given = c.it.known(c.need(1, "reps"), "reps")
    reps = tuple(int(r) for r in np.atleast_1d(given))
    shape = shape_of(x)
    rank = max(len(reps), len(shape))
    x = c.it.emit.reshape(x, (1,) * (rank - len(shape)) + shape)
    return c.it.array(c.it.op(Tile, x, repeats=(1,) * (rank - len(reps)) + reps))


def _repeat(c: Call) -> Abstract:
    x = _x(c)
    axis = c.known(2, "axis", None)
    if axis is None:
        x, axis = c.it.emit.reshape(x, (x.type.size,)), 0  # type: ignore[attr-defined]
    at = one_axis(c, int(axis), len(shape_of(x)))
    times = c.it.known(c.need(1, "repeats"), "repeats")
    places = np.repeat(np.arange(shape_of(x)[at]), times)
    return c.it.array(c.it.op(Gather, x, c.it.emit.constant(places), axis=at, in_bounds=True))


def _flip(axis: int | None) -> Row:
    def row(c: Call) -> Abstract:
        x = _x(c)
        given = c.known(1, "axis", None) if axis is None else axis
        rank = len(shape_of(x))
        axes = range(rank) if given is None else np.atleast_1d(given)
        wanted = tuple(sorted(one_axis(c, int(a), rank) for a in axes))
        return c.it.array(c.it.op(Reverse, x, axes=wanted))

    return row


def _roll(c: Call) -> Abstract:
    x = _x(c)
    axis = c.known(2, "axis", None)
    shape = shape_of(x)
    if isinstance(c.need(1, "shift"), Number):
        return _roll_by(c, x, c.need(1, "shift"), axis)
    shift = c.known(1, "shift", 0)
    if axis is None:
        flat = c.it.emit.reshape(x, (x.type.size,))  # type: ignore[attr-defined]
        return c.it.array(c.it.emit.reshape(_rolled(c, flat, int(shift), 0), shape))
    for s, a in zip(*np.broadcast_arrays(np.atleast_1d(shift), np.atleast_1d(axis)), strict=True):
        x = _rolled(c, x, int(s), one_axis(c, int(a), len(shape)))
    return c.it.array(x)


def _roll_by(c: Call, x: Value, shift: Abstract, axis: int | None) -> Abstract:
    """By a distance of run time."""
    from millrace.frontend.python.operators import apply

    shape = shape_of(x)
    if axis is None:
        x = c.it.emit.reshape(x, (x.type.size,))  # type: ignore[attr-defined]
    at = 0 if axis is None else one_axis(c, int(axis), len(shape))
    size = shape_of(x)[at]
    places = apply(c.it, np.subtract, [c.it.wrap(np.arange(size)), shift], c.name)
    places = apply(c.it, np.remainder, [places, c.it.wrap(size)], c.name)
    where = c.it.tensor(places, np.dtype(np.int64))
    moved = c.it.op(Gather, x, where, axis=at, in_bounds=True)
    return c.it.array(c.it.emit.reshape(moved, shape))


def _rolled(c: Call, x: Value, shift: int, axis: int) -> Value:
    n = shape_of(x)[axis]
    cut = (-shift) % n if n else 0
    if not cut:
        return x
    parts = []
    for start, size in ((cut, n - cut), (0, cut)):
        starts, sizes = [0] * len(shape_of(x)), list(shape_of(x))
        starts[axis], sizes[axis] = start, size
        parts.append(c.it.op(Slice, x, starts=starts, sizes=sizes))
    return c.it.op(Concat, parts, axis=axis)


def _pad(c: Call) -> Abstract:
    c.allow(3, "array", "pad_width", "mode", "constant_values")
    x = _x(c)
    rank = len(shape_of(x))
    given = np.asarray(c.it.known(c.need(1, "pad_width"), "pad_width"))
    widths = np.broadcast_to(given, (rank, 2)) if given.size else np.zeros((rank, 2), int)
    low, high = ([int(w) for w in widths[:, k]] for k in (0, 1))
    mode = c.known(2, "mode", "constant")
    if mode == "constant":
        return c.it.array(_pad_constant(c, x, low, high))
    if mode not in ("edge", "reflect", "symmetric", "wrap"):
        fix = "use constant, edge, reflect, symmetric or wrap"
        raise c.it.fail("J054", what=f"padding in the mode {mode!r}", fix=fix)
    return c.it.array(c.it.op(PadMode, x, low=low, high=high, mode=mode))


def _pad_constant(c: Call, x: Value, low: list[int], high: list[int]) -> Value:
    """The values may differ from end to end, and be known at run time only."""
    given = c.get(-1, "constant_values")
    if given is None or (isinstance(given, Known) and np.ndim(given.value) == 0):
        value = 0 if given is None else given.value
        value = np.asarray(value).astype(type_of(x).dtype).item()
        return c.it.op(Pad, x, low=low, high=high, value=value)
    rank = len(shape_of(x))
    values = c.it.emit.broadcast(c.it.tensor(given, type_of(x).dtype), (rank, 2))
    for axis in range(rank):
        parts = []
        for end, size in enumerate((low[axis], high[axis])):
            one = c.it.op(Slice, values, starts=(axis, end), sizes=(1, 1))
            shape = [size if d == axis else n for d, n in enumerate(shape_of(x))]
            one = c.it.emit.reshape(one, (1,) * rank)
            parts.append(c.it.emit.broadcast(one, shape))
        x = c.it.op(Concat, [parts[0], x, parts[1]], axis=axis)
    return x


# ---- triangles and diagonals


def _triangle(upper: bool) -> Row:
    def row(c: Call) -> Abstract:
        x = _x(c)
        k = c.get(1, "k")
        diagonal = None if k is None else c.it.tensor(k, np.dtype(np.int64))
        return c.it.array(c.it.op(Trilu, x, diagonal, upper=upper))

    return row


def _diag(c: Call) -> Abstract:
    x = _x(c)
    k = int(c.known(1, "k", 0))
    if len(shape_of(x)) == 2:
        return _diagonal(c)
    n = shape_of(x)[0]
    column = c.it.emit.reshape(x, (n, 1))
    spread = c.it.op(Pad, column, low=(0, 0), high=(0, n))
    flat = c.it.emit.reshape(spread, (n * (n + 1),))
    square = c.it.op(Slice, flat, starts=(0,), sizes=(n * n,))
    matrix = c.it.emit.reshape(square, (n, n))
    low, high = (max(-k, 0), max(k, 0)), (max(k, 0), max(-k, 0))
    return c.it.array(c.it.op(Pad, matrix, low=low, high=high)) if k else c.it.array(matrix)


def _diagonal(c: Call) -> Abstract:
    x = _x(c)
    k = int(c.known(1, "offset", c.known(-1, "k", 0)))
    rows, columns = shape_of(x)[-2:]
    places = np.diagonal(np.arange(rows * columns).reshape(rows, columns), k)
    flat = c.it.emit.reshape(x, (*shape_of(x)[:-2], rows * columns))
    axis = len(shape_of(flat)) - 1
    where = c.it.emit.constant(places)
    return c.it.array(c.it.op(Gather, flat, where, axis=axis, in_bounds=True))


def _meshgrid(c: Call) -> Abstract:
    c.allow(len(c.args), "indexing", "sparse")
    values = [reshape(c.it, c.it.as_array(a), (-1,)) for a in c.args]
    sizes = [c.it.shape(v)[0] for v in values]
    order = list(range(len(values)))
    if c.known(-1, "indexing", "xy") == "xy" and len(order) > 1:
        order[0], order[1] = 1, 0
    shape = [0] * len(sizes)
    for i, place in enumerate(order):
        shape[place] = sizes[i]
    made = []
    for i, v in enumerate(values):
        own = [1] * len(sizes)
        own[order[i]] = sizes[i]
        row = c.it.emit.reshape(c.it.tensor(v), own)
        made.append(c.it.array(c.it.emit.broadcast(row, shape)))
    return Tuple(tuple(made))


def _shape(c: Call) -> Abstract:
    return c.it.wrap(c.it.shape(c.it.need_numeric(c.need(0, "a"), c.name)))


def _size(c: Call) -> Abstract:
    shape = c.it.shape(c.it.need_numeric(c.need(0, "a"), c.name))
    axis = c.known(1, "axis", None)
    return c.it.wrap(int(np.prod(shape, dtype=np.int64)) if axis is None else shape[axis])


def _ndim(c: Call) -> Abstract:
    return c.it.wrap(len(c.it.shape(c.it.need_numeric(c.need(0, "a"), c.name))))


ROWS: dict[Any, Row] = {
    np.reshape: _reshape,
    np.ravel: _ravel,
    np.transpose: _transpose,
    np.permute_dims: _transpose,
    np.swapaxes: _swap,
    np.moveaxis: _move,
    np.expand_dims: _expand,
    np.squeeze: _squeeze,
    np.broadcast_to: _broadcast_to,
    np.broadcast_arrays: _broadcast_arrays,
    np.atleast_1d: _at_least(1),
    np.atleast_2d: _at_least(2),
    np.atleast_3d: _at_least(3),
    np.stack: _stack,
    np.concatenate: _concatenate,
    np.concat: _concatenate,
    np.vstack: _along(2, 0),
    **({np.row_stack: _along(2, 0)} if hasattr(np, "row_stack") else {}),
    np.hstack: _along(1, 1),
    np.column_stack: _column_stack,
    np.append: _append,
    np.split: _split,
    np.array_split: _split,
    np.tile: _tile,
    np.repeat: _repeat,
    np.flip: _flip(None),
    np.flipud: _flip(0),
    np.fliplr: _flip(1),
    np.roll: _roll,
    np.pad: _pad,
    np.tril: _triangle(False),
    np.triu: _triangle(True),
    np.diag: _diag,
    np.diagonal: _diagonal,
    np.meshgrid: _meshgrid,
    np.shape: _shape,
    np.size: _size,
    np.ndim: _ndim,
}
