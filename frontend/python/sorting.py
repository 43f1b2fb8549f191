"""Rows: order, and picking by index."""

from __future__ import annotations

from typing import Any

import numpy as np

from millrace.frontend.emitter import shape_of
from millrace.frontend.python.calls import Call, Row
from millrace.frontend.python.reductions import one_axis
from millrace.frontend.python.values import Abstract, Known, Tuple
from millrace.ir.core import Value
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.determinant import Det
from millrace.ir.dialects.mr.gather import Gather, GatherElements
from millrace.ir.dialects.mr.sort import TopK


def _ordered(c: Call) -> tuple[Value, Value]:
    """Values and indices along an axis, ascending."""
    c.allow(2, "a", "axis", "kind", "order", "stable")
    x = c.it.tensor(c.it.need_numeric(c.need(0, "a"), c.name))
    given = c.args[1] if len(c.args) > 1 else c.keywords.get("axis", Known(-1))
    axis = c.it.known(given, "axis")
    if axis is None:
        x, axis = c.it.emit.reshape(x, (x.type.size,)), 0  # type: ignore[attr-defined]
    at = one_axis(c, int(axis), len(shape_of(x)))
    size = shape_of(x)[at]
    values, indices = c.it.emit.create(TopK, x, k=size, axis=at, largest=False)
    return values, indices


def _sort(c: Call) -> Abstract:
    return c.it.array(_ordered(c)[0])


def _argsort(c: Call) -> Abstract:
    return c.it.array(_ordered(c)[1])


def _take(c: Call) -> Abstract:
    c.allow(4, "a", "indices", "axis", "mode")
    x = c.it.tensor(c.it.need_numeric(c.need(0, "a"), c.name))
    where = c.it.tensor(c.it.need_numeric(c.need(1, "indices"), c.name), np.dtype(np.int64))
    axis = c.known(2, "axis", None)
    if axis is None:
        x, axis = c.it.emit.reshape(x, (x.type.size,)), 0  # type: ignore[attr-defined]
    at = one_axis(c, int(axis), len(shape_of(x)))
    mode, size = c.known(3, "mode", "raise"), shape_of(x)[at]
    if mode == "raise":
        return c.it.result(c.it.op(Gather, x, where, axis=at))
    if mode == "wrap":
        where = c.it.op(ew.Mod, where, c.it.emit.like(size, where))
    else:
        top = c.it.op(ew.Min, where, c.it.emit.like(size - 1, where))
        where = c.it.op(ew.Max, top, c.it.emit.like(0, where))
    return c.it.result(c.it.op(Gather, x, where, axis=at, in_bounds=True))


def _take_along(c: Call) -> Abstract:
    c.allow(3, "arr", "indices", "axis")
    x, where = (c.it.need_numeric(c.need(k, n), c.name) for k, n in ((0, "arr"), (1, "indices")))
    axis = one_axis(c, int(c.known(2, "axis", -1)), len(c.it.shape(x)))
    indices = c.it.tensor(where, np.dtype(np.int64))
    return c.it.array(c.it.op(GatherElements, c.it.tensor(x), indices, axis=axis))


def _unknown_size(advice: str) -> Row:
    """Functions whose result has a size that depends on data; constants are no matter."""

    def row(c: Call) -> Abstract:
        values = [c.it.need_numeric(a, c.name) for a in c.args]
        known = [c.it.emit.known(c.it.tensor(v)) for v in values]
        if any(k is None for k in known):
            raise c.it.fail("J045", name=c.name, fix=advice)
        function = getattr(np, c.name.removeprefix("numpy.").rpartition(".")[2])
        return _constant(c, function(*known))

    return row


def _constant(c: Call, value: Any) -> Abstract:
    if isinstance(value, tuple):
        return Tuple(tuple(_constant(c, v) for v in value))
    return c.it.array(c.it.emit.constant(value))


def _det(c: Call) -> Abstract:
    x = c.it.need_numeric(c.need(0, "a"), c.name)
    shape = c.it.shape(x)
    if len(shape) < 2 or shape[-1] != shape[-2]:
        raise c.it.fail("J025", what=f"{c.name} of shape {list(shape)}", fix="use a square matrix")
    dtype = c.it.dtype(x) if c.it.dtype(x).kind == "f" else np.dtype(np.float64)
    return c.it.result(c.it.emit.create(Det, c.it.tensor(x, dtype))[0])


_MASK = "use np.where(mask, x, 0), or a loop that writes into an array"

ROWS: dict[Any, Row] = {
    np.sort: _sort,
    np.argsort: _argsort,
    np.take: _take,
    np.take_along_axis: _take_along,
    np.nonzero: _unknown_size(_MASK),
    np.flatnonzero: _unknown_size(_MASK),
    np.argwhere: _unknown_size(_MASK),
    **dict.fromkeys(
        (np.unique, np.union1d, np.intersect1d, np.setdiff1d, np.setxor1d, np.trim_zeros),
        _unknown_size("sort the array and compare neighbours, or mark elements with np.isin"),
    ),
    np.linalg.det: _det,
}
