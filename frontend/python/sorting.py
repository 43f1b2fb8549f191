"""Rows: order, picking by index, and numpy's functions that are written in Python here."""

from __future__ import annotations

from types import FunctionType
from typing import Any

import numpy as np

from millrace.frontend.emitter import shape_of
from millrace.frontend.python import library
from millrace.frontend.python.calls import Call, Row
from millrace.frontend.python.functions import call_function, function_of
from millrace.frontend.python.reductions import one_axis
from millrace.frontend.python.values import Abstract, Known, Tuple
from millrace.ir.core import Value
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
    c.allow(3, "a", "indices", "axis", "mode")
    x = c.it.tensor(c.it.need_numeric(c.need(0, "a"), c.name))
    where = c.it.tensor(c.it.need_numeric(c.need(1, "indices"), c.name), np.dtype(np.int64))
    axis = c.known(2, "axis", None)
    if axis is None:
        x, axis = c.it.emit.reshape(x, (x.type.size,)), 0  # type: ignore[attr-defined]
    at = one_axis(c, int(axis), len(shape_of(x)))
    return c.it.result(c.it.op(Gather, x, where, axis=at))


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


def in_python(function: Any) -> Row:
    """A row that runs a function of :mod:`library`."""
    assert isinstance(function, FunctionType)

    def row(c: Call) -> Abstract:
        return call_function(c.it, function_of(c.it, function), c.args, c.keywords)

    return row


_LIBRARY: dict[Any, Any] = {
    np.diff: library.diff,
    np.ediff1d: library.ediff1d,
    np.gradient: library.gradient,
    np.trapezoid: library.trapezoid,
    np.interp: library.interp,
    np.polyval: library.polyval,
    np.convolve: library.convolve,
    np.correlate: library.correlate,
    np.median: library.median,
    np.percentile: library.percentile,
    np.quantile: library.quantile,
    np.searchsorted: library.searchsorted,
    np.digitize: library.digitize,
    np.bincount: library.bincount,
    np.histogram: library.histogram,
    np.isclose: library.isclose,
    np.allclose: library.allclose,
    np.array_equal: library.array_equal,
    np.nan_to_num: library.nan_to_num,
    np.sinc: library.sinc,
    np.select: library.select,
    np.choose: library.choose,
    np.fill_diagonal: library.fill_diagonal,
    np.copyto: library.copyto,
    np.rot90: library.rot90,
    np.cov: library.cov,
    np.corrcoef: library.corrcoef,
    np.argpartition: library.argpartition,
    np.partition: library.partition,
    np.vander: library.vander,
    np.linalg.solve: library.solve,
    np.linalg.inv: library.inv,
    np.linalg.cholesky: library.cholesky,
    np.linalg.matrix_power: library.matrix_power,
    np.linalg.multi_dot: library.multi_dot,
}
_MASK = "use np.where(mask, x, 0), or a loop that writes into an array"

ROWS: dict[Any, Row] = {
    np.sort: _sort,
    np.argsort: _argsort,
    np.take: _take,
    np.take_along_axis: _take_along,
    np.nonzero: _unknown_size(_MASK),
    np.flatnonzero: _unknown_size(_MASK),
    np.argwhere: _unknown_size(_MASK),
    np.unique: _unknown_size("sort the array and compare neighbours"),
    np.linalg.det: _det,
    **{f: in_python(g) for f, g in _LIBRARY.items()},
}
