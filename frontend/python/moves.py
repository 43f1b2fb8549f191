"""Rows: functions that pick, insert and arrange elements at places that are known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from millrace.frontend.emitter import shape_of
from millrace.frontend.python.calls import Call, Row, invoke
from millrace.frontend.python.operators import apply
from millrace.frontend.python.promotion import result_type
from millrace.frontend.python.reductions import one_axis
from millrace.frontend.python.shapes import concatenate, parts_of, reshape, transpose
from millrace.frontend.python.values import (
    Abstract,
    Bound,
    Known,
    ListRef,
    Slice,
    Tuple,
    is_number,
)
from millrace.ir.core import Value
from millrace.ir.dialects.mr.gather import Gather

if TYPE_CHECKING:
    from millrace.frontend.python.interpreter import Interpreter


def _along(c: Call, position: int) -> tuple[Value, int]:
    """The array, and the axis; flat when there is none."""
    x = c.it.tensor(c.it.need_numeric(c.need(0, "arr"), c.name))
    axis = c.known(position, "axis", None)
    if axis is None:
        return c.it.emit.reshape(x, (x.type.size,)), 0  # type: ignore[attr-defined]
    return x, one_axis(c, int(axis), len(shape_of(x)))


def gather(c: Call, x: Value, places: Any, axis: int) -> Abstract:
    where = c.it.emit.constant(np.asarray(places, np.int64))
    return c.it.array(c.it.op(Gather, x, where, axis=axis, in_bounds=True))


def _delete(c: Call) -> Abstract:
    c.allow(3, "obj", "axis")
    x, axis = _along(c, 2)
    obj = c.it.known(c.need(1, "obj"), "what to delete")
    try:
        places = np.delete(np.arange(shape_of(x)[axis]), obj)
    except IndexError as e:
        raise c.it.fail("J025", what=str(e), fix="delete places that exist") from None
    return gather(c, x, places, axis)


def _insert(c: Call) -> Abstract:
    """One place of ``arr`` or of ``values`` for each place of the result."""
    c.allow(4, "obj", "values", "axis")
    x, axis = _along(c, 3)
    n, rank = shape_of(x)[axis], len(shape_of(x))
    obj = c.it.known(c.need(1, "obj"), "where to insert")
    values = c.it.tensor(c.it.need_numeric(c.need(2, "values"), c.name), c.it.dtype(c.it.array(x)))
    given = shape_of(values)
    several = np.ndim(obj) == 0 and len(given) == rank and not (rank > 1 and axis != 0)
    count = len(obj) if np.ndim(obj) else given[axis] if several else 1
    wanted = tuple(count if d == axis else s for d, s in enumerate(shape_of(x)))
    if np.ndim(obj) == 0 and rank > 1 and len(given) == rank - 1:
        values = c.it.emit.reshape(values, (*given[:axis], 1, *given[axis:]))
    both = concatenate(c, [c.it.array(x), c.it.array(c.it.emit.broadcast(values, wanted))], axis)
    at = [obj] * count if np.ndim(obj) == 0 else obj
    places = np.insert(np.arange(n), at, np.arange(n, n + count))
    return gather(c, c.it.tensor(both), places, axis)


def _resize(c: Call) -> Abstract:
    x = c.it.tensor(c.it.need_numeric(c.need(0, "a"), c.name))
    shape = c.it.known(c.need(1, "new_shape"), "the shape")
    size = x.type.size  # type: ignore[attr-defined]
    flat = c.it.emit.reshape(x, (size,))
    return gather(c, flat, np.resize(np.arange(size), shape), 0)


def _roll_axis(c: Call) -> Abstract:
    rank = len(c.it.shape(c.need(0, "a")))
    axis = one_axis(c, int(c.known(1, "axis", 0)), rank)
    start = int(c.known(2, "start", 0))
    order = list(np.rollaxis(np.empty(range(1, rank + 1), np.bool_), axis, start).shape)
    return transpose(c.it, c.need(0, "a"), [n - 1 for n in order])


def _matrix_transpose(c: Call) -> Abstract:
    from millrace.frontend.python.shapes import swap_axes

    return swap_axes(c.it, c.need(0, "x"), -1, -2)


def _deep_stack(c: Call) -> Abstract:
    parts = []
    for p in parts_of(c, c.need(0, "tup")):
        shape = c.it.shape(c.it.need_numeric(p, c.name))
        wide = {0: (1, 1, 1), 1: (1, *shape, 1), 2: (*shape, 1)}.get(len(shape), shape)
        parts.append(reshape(c.it, c.it.as_array(p), wide))
    return concatenate(c, parts, 2)


def _split_along(axis: int) -> Row:
    def row(c: Call) -> Abstract:
        flat = axis == 1 and len(c.it.shape(c.need(0, "ary"))) == 1
        words = {"axis": Known(0 if flat else axis)}
        return invoke(c.it, Known(np.split), c.args[:2], words)

    return row


def _block(c: Call) -> Abstract:
    """Nested lists: the innermost along the last axis, the next along the one before."""

    def depth(v: Abstract) -> int:
        return 1 + depth(parts_of(c, v)[0]) if isinstance(v, ListRef) else 0

    def build(v: Abstract, level: int) -> Abstract:
        if not isinstance(v, ListRef):
            shape = c.it.shape(c.it.need_numeric(v, c.name))
            return reshape(c.it, c.it.as_array(v), (1,) * (rank - len(shape)) + shape)
        return concatenate(c, [build(x, level - 1) for x in parts_of(c, v)], rank - level)

    def widest(v: Abstract) -> int:
        if isinstance(v, ListRef):
            return max(widest(x) for x in parts_of(c, v))
        return len(c.it.shape(c.it.need_numeric(v, c.name)))

    levels = depth(c.need(0, "arrays"))
    rank = max(levels, widest(c.need(0, "arrays")))
    return build(c.need(0, "arrays"), levels)


def _diag_flat(c: Call) -> Abstract:
    flat = reshape(c.it, c.it.need_numeric(c.need(0, "v"), c.name), (-1,))
    return invoke(c.it, Known(np.diag), [flat, *c.args[1:]], c.keywords.all())


def _open_mesh(c: Call) -> Abstract:
    made: list[Abstract] = []
    for k, v in enumerate(c.args):
        shape = [1] * len(c.args)
        shape[k] = -1
        made.append(reshape(c.it, c.it.as_array(c.it.need_numeric(v, c.name)), shape))
    return Tuple(tuple(made))


def _vectorize(c: Call) -> Abstract:
    from millrace.frontend.python.library.arrays import vectorized

    c.allow(1, "otypes", "excluded", "signature")
    return Bound(Known(vectorized), (c.need(0, "pyfunc"),))


def _from_iter(c: Call) -> Abstract:
    c.allow(3, "dtype", "count")
    return invoke(c.it, Known(np.array), [c.need(0, "iter")], {"dtype": c.need(1, "dtype")})


# ---- objects that are indexed: numpy.r_, c_, mgrid, ogrid


def joined(it: Interpreter, owner: Any, index: Abstract) -> Abstract | None:
    """``numpy.r_[...]`` and its like; None when ``owner`` is none of them."""
    if owner is np.r_ or owner is np.c_:
        return _joined(it, index, columns=owner is np.c_)
    if owner is np.mgrid or owner is np.ogrid:
        from millrace.frontend.python.creation import fresh

        parts = index.items if isinstance(index, Tuple) else (index,)
        slices = tuple(it.known(p, "a bound of a grid") for p in parts)
        call = Call(it, "numpy.mgrid", ())
        return fresh(call, owner[slices if isinstance(index, Tuple) else slices[0]])
    return None


def _joined(it: Interpreter, index: Abstract, *, columns: bool) -> Abstract:
    parts: list[Abstract] = []
    for p in index.items if isinstance(index, Tuple) else (index,):
        if isinstance(p, Slice):
            p = it.array(it.emit.constant(np.r_[it.known(p, "a bound of a range")]))
        p = it.as_array(it.need_numeric(p, "numpy.r_"))
        rank = len(it.shape(p))
        if is_number(p) or not rank:
            p = reshape(it, p, (1, 1) if columns else (1,))
        elif columns and rank == 1:
            p = reshape(it, p, (-1, 1))
        parts.append(p)
    call = Call(it, "numpy.c_" if columns else "numpy.r_", ())
    return concatenate(call, parts, -1 if columns else 0)


# ---- shapes and types


def _broadcast_shapes(c: Call) -> Abstract:
    return c.it.wrap(np.broadcast_shapes(*(c.it.known(a, "a shape") for a in c.args)))


def _identity(c: Call) -> Abstract:
    return c.it.need_numeric(c.need(0, "val"), c.name)


def _imag(c: Call) -> Abstract:
    return invoke(c.it, Known(np.zeros_like), [c.it.need_numeric(c.need(0, "val"), c.name)], {})


def _angle(c: Call) -> Abstract:
    """Of real numbers: 0, or pi for negative ones."""
    v = c.it.need_numeric(c.need(0, "z"), c.name)
    zero = invoke(c.it, Known(np.zeros_like), [v], {})
    return apply(c.it, np.arctan2, [zero if c.it.shape(v) else Known(0.0), v], c.name)


def _always(value: bool) -> Row:
    return lambda c: Known(value)


def _is_scalar(c: Call) -> Abstract:
    v = c.need(0, "element")
    return Known(np.isscalar(v.value) if isinstance(v, Known) else is_number(v))


def _common_type(c: Call) -> Abstract:
    types = [c.it.weak(c.it.need_numeric(a, c.name)) for a in c.args]
    wide = [np.dtype(np.float64) if np.dtype(t).kind in "biu" else t for t in types]
    return Known(result_type(wide).type)


def _fix(c: Call) -> Abstract:
    return apply(c.it, np.trunc, [c.need(0, "x")], c.name)


def _vector_product(equation: str) -> Row:
    def row(c: Call) -> Abstract:
        a, b = (c.it.need_numeric(c.need(k, n), c.name) for k, n in ((0, "x1"), (1, "x2")))
        return invoke(c.it, Known(np.einsum), [Known(equation), a, b], {})

    return row


ROWS: dict[Any, Row] = {
    np.delete: _delete,
    np.insert: _insert,
    np.resize: _resize,
    np.rollaxis: _roll_axis,
    np.matrix_transpose: _matrix_transpose,
    np.linalg.matrix_transpose: _matrix_transpose,
    np.dstack: _deep_stack,
    np.hsplit: _split_along(1),
    np.vsplit: _split_along(0),
    np.dsplit: _split_along(2),
    np.block: _block,
    np.diagflat: _diag_flat,
    np.ix_: _open_mesh,
    np.vectorize: _vectorize,
    np.fromiter: _from_iter,
    np.broadcast_shapes: _broadcast_shapes,
    np.real: _identity,
    np.conjugate: _identity,
    np.imag: _imag,
    np.angle: _angle,
    np.fix: _fix,
    np.iscomplexobj: _always(False),
    np.isrealobj: _always(True),
    np.isscalar: _is_scalar,
    np.common_type: _common_type,
    np.matvec: _vector_product("...ij,...j->...i"),
    np.vecmat: _vector_product("...i,...ij->...j"),
    np.vecdot: _vector_product("...i,...i->..."),
    np.linalg.vecdot: _vector_product("...i,...i->..."),
}
