"""Rows: reductions and cumulative functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from millrace.frontend.emitter import element_of, shape_of
from millrace.frontend.python.calls import Call, Row
from millrace.frontend.python.operators import apply
from millrace.frontend.python.promotion import DType
from millrace.frontend.python.selected import count, must_exist, reduced
from millrace.frontend.python.values import Abstract, Known, Selected
from millrace.ir.core import Operation, Value
from millrace.ir.dialects.mr import reduction as red
from millrace.ir.dialects.mr import reduction_composite as composite
from millrace.ir.dialects.mr.cumulative import CumProd, CumSum
from millrace.ir.types import element_type_of, is_float

if TYPE_CHECKING:
    from millrace.frontend.python.interpreter import Interpreter


def axes_of(c: Call, position: int, rank: int, name: str = "axis") -> tuple[int, ...]:
    """The axes that an argument names, sorted; all of them when there is none."""
    given = c.get(position, name)
    if given is None:
        return tuple(range(rank))
    value = c.it.known(given, f"{name} of {c.name}")
    axes = value if isinstance(value, tuple | list) else (value,)
    return tuple(sorted(one_axis(c, int(a), rank) for a in axes))


def one_axis(c: Call, axis: int, rank: int) -> int:
    if not -rank <= axis < rank:
        text = f"axis {axis} is out of bounds for an array of {rank} dimensions"
        raise c.it.fail("J025", what=text, fix="use an axis of the array")
    return axis % rank


def _sum_type(x: DType) -> DType:
    """The type in which numpy adds: small integers are widened."""
    widened: DType = np.sum(np.zeros(1, x)).dtype
    return widened


def _keep(x: DType) -> DType:
    return x


def _as_float(x: DType) -> DType:
    return x if x.kind == "f" else np.dtype(np.float64)


def reduce(
    op: type[Operation], type_rule: Callable[[DType], DType], dtype_at: int = 2, **fields: Any
) -> Row:
    """``f(x, axis, keepdims)``, in the type that the rule gives."""

    def row(c: Call) -> Abstract:
        c = _whole(c)
        c.allow(max(dtype_at, 1) + 1, "a", "axis", "dtype", "keepdims", "initial", "where")
        x = c.it.need_numeric(c.need(0, "a"), c.name)
        dtype = type_rule(c.it.dtype(x))
        wanted = c.known(dtype_at if dtype_at > 0 else -1, "dtype", None)
        ir = c.it.tensor(x, np.dtype(wanted) if wanted is not None else dtype)
        ir = _where(c, ir, op)
        axes = axes_of(c, 1, len(shape_of(ir)))
        keep = bool(c.known(-1, "keepdims", False))
        result = c.it.result(c.it.op(op, ir, axes=axes, keepdims=keep, **fields))
        return _with_initial(c, result, op)

    return row


def _whole(c: Call) -> Call:
    """Of elements that a mask selects: the whole array, reduced where the mask holds."""
    if not c.args or not isinstance(c.args[0], Selected):
        return c
    words = c.keywords.all()
    if len(c.args) > 1:
        words["axis"] = c.args[1]
    if len(c.args) > 2:
        raise c.misfit("takes dtype= and others by name, of elements that a mask selects")
    x, words = reduced(c.it, c.args[0], words)
    return Call(c.it, c.name, (x,), words)


_JOIN: dict[Any, Any] = {
    red.ReduceSum: np.add,
    red.ReduceProd: np.multiply,
    red.ReduceMax: np.maximum,
    red.ReduceMin: np.minimum,
}


def _with_initial(c: Call, result: Abstract, op: type[Operation]) -> Abstract:
    initial = c.get(-1, "initial")
    if initial is None:
        return result
    return apply(c.it, _JOIN[op], [result, initial], c.name)


def _where(c: Call, x: Value, op: type[Operation]) -> Value:
    """Elements outside of the mask count as the neutral one."""
    mask = c.get(-1, "where")
    if mask is None:
        return x
    from millrace.ir.dialects.mr.compare import Where

    neutral: dict[Any, Any] = {
        red.ReduceSum: 0,
        red.ReduceProd: 1,
        red.ReduceAny: False,
        red.ReduceAll: True,
    }
    initial = c.get(-1, "initial")
    fill = c.it.tensor(initial, element_of(x).dtype) if initial is not None else None
    if fill is None:
        fill = c.it.emit.like(neutral.get(op, 0), x)
    return c.it.op(Where, c.it.tensor(mask, np.dtype(np.bool_)), x, fill)


def _nonempty(row: Row, op: type[Operation]) -> Row:
    """Extremes of no elements are an error, as in numpy."""

    def checked(c: Call) -> Abstract:
        v = c.need(0, "a")
        if isinstance(v, Selected):
            return row(_extreme_of(c, v, op))
        shape = c.it.shape(c.it.need_numeric(c.need(0, "a"), c.name))
        if c.get(-1, "initial") is None and 0 in [shape[a] for a in axes_of(c, 1, len(shape))]:
            raise c.it.fail("J025", what=f"{c.name} of no elements", fix="give initial=")
        return row(c)

    return checked


def _extreme_of(c: Call, v: Selected, op: type[Operation]) -> Call:
    """Where a mask holds, which may be nowhere; elsewhere stands what no element exceeds."""
    from millrace.ir.dialects.mr.compare import Where

    if c.get(-1, "initial") is not None:
        raise c.it.fail("J044", fix="use np.where(mask, x, initial)")
    must_exist(c.it, v, f"ValueError: {c.name} of no elements")
    whole = _whole(c)
    dtype = c.it.dtype(whole.args[0])
    greatest = op is red.ReduceMin
    if dtype.kind == "f":
        fill: Any = np.inf if greatest else -np.inf
    elif dtype.kind == "b":
        fill = greatest
    else:
        fill = np.iinfo(dtype).max if greatest else np.iinfo(dtype).min
    ir = c.it.op(Where, v.mask, v.values, c.it.emit.like(fill, v.values))
    words = {k: w for k, w in whole.keywords.all().items() if k != "where"}
    return Call(c.it, c.name, (c.it.array(ir),), words)


def reduce_any(it: Interpreter, x: Abstract) -> Abstract:
    ir = it.tensor(x, np.dtype(np.bool_))
    return it.result(it.op(red.ReduceAny, ir, axes=tuple(range(len(shape_of(ir))))))


def _truths(op: type[Operation]) -> Row:
    return reduce(op, lambda t: np.dtype(np.bool_), -9)


def _variance(c: Call) -> Abstract:
    c.allow(5, "a", "axis", "dtype", "ddof", "keepdims", "correction")
    if isinstance(c.need(0, "a"), Selected):
        return _variance_of(c, c.args[0])
    x = c.it.need_numeric(c.need(0, "a"), c.name)
    dtype = np.dtype(c.known(2, "dtype", None) or _as_float(c.it.dtype(x)))
    ir = c.it.tensor(x, dtype)
    axes = axes_of(c, 1, len(shape_of(ir)))
    correction = c.known(4, "ddof", c.known(-1, "correction", 0))
    keep = bool(c.known(-1, "keepdims", False))
    return c.it.result(
        c.it.op(composite.ReduceVariance, ir, axes=axes, keepdims=keep, correction=int(correction))
    )


def _variance_of(c: Call, v: Abstract) -> Abstract:
    """Of elements that a mask selects."""
    assert isinstance(v, Selected)
    correction = c.it.wrap(c.known(4, "ddof", c.known(-1, "correction", 0)))
    mean = _mean(Call(c.it, c.name, (v,)))
    away = apply(c.it, np.subtract, [v, mean], c.name)
    total = _SUM(Call(c.it, c.name, (apply(c.it, np.multiply, [away, away], c.name),)))
    least = apply(c.it, np.subtract, [count(c.it, v), correction], c.name)
    return apply(c.it, np.true_divide, [total, least], c.name)


def _deviation(c: Call) -> Abstract:
    return apply(c.it, np.sqrt, [_variance(c)], c.name)


def _arg(op: type[Operation]) -> Row:
    def row(c: Call) -> Abstract:
        c.allow(2, "a", "axis", "keepdims")
        x = c.it.need_numeric(c.need(0, "a"), c.name)
        ir = c.it.tensor(x)
        shape = shape_of(ir)
        keep = bool(c.known(-1, "keepdims", False))
        given = c.get(1, "axis")
        if given is None:
            ir = c.it.emit.reshape(ir, (ir.type.size,))  # type: ignore[attr-defined]
            found = c.it.op(op, ir, axes=(0,))
            return c.it.result(c.it.emit.reshape(found, (1,) * len(shape)) if keep else found)
        axis = one_axis(c, c.it.known_int(given, "axis"), len(shape))
        return c.it.result(c.it.op(op, ir, axes=(axis,), keepdims=keep))

    return row


def _cumulative(op: type[Operation]) -> Row:
    def row(c: Call) -> Abstract:
        c.allow(3, "a", "axis", "dtype")
        x = c.it.need_numeric(c.need(0, "a"), c.name)
        dtype = np.dtype(c.known(2, "dtype", None) or _sum_type(c.it.dtype(x)))
        ir = c.it.tensor(x, dtype)
        axis = c.get(1, "axis")
        if axis is None:
            ir = c.it.emit.reshape(ir, (ir.type.size,))  # type: ignore[attr-defined]
            return c.it.array(c.it.op(op, ir, axis=0))
        at = one_axis(c, c.it.known_int(axis, "axis"), len(shape_of(ir)))
        return c.it.array(c.it.op(op, ir, axis=at))

    return row


def _spread(c: Call) -> Abstract:
    top, bottom = (f(c) for f in (_MAX, _MIN))
    return apply(c.it, np.subtract, [top, bottom], c.name)


def _count(c: Call) -> Abstract:
    if isinstance(c.need(0, "a"), Selected):
        truths = apply(c.it, np.not_equal, [c.args[0], Known(0)], c.name)
        return _SUM(Call(c.it, c.name, (truths, *c.args[1:]), c.keywords))
    c.allow(2, "a", "axis", "keepdims")
    x = c.it.tensor(c.it.need_numeric(c.need(0, "a"), c.name), np.dtype(np.bool_))
    total = c.it.emit.cast(x, element_type_of(np.int64))
    axes = axes_of(c, 1, len(shape_of(total)))
    keep = bool(c.known(-1, "keepdims", False))
    counted = c.it.op(red.ReduceSum, total, axes=axes, keepdims=keep)
    return c.it.result(counted)


def _average(c: Call) -> Abstract:
    c.allow(3, "a", "axis", "weights", "keepdims")
    weights = c.get(2, "weights")
    if weights is None:
        return ROWS[np.mean](Call(c.it, c.name, c.args[:2], c.keywords))
    rank, given = len(c.it.shape(c.need(0, "a"))), c.it.shape(c.it.as_array(weights))
    if len(given) == 1 < rank:
        from millrace.frontend.python.shapes import reshape

        at = one_axis(c, c.it.known_int(c.need(1, "axis"), "axis"), rank)
        weights = reshape(c.it, c.it.as_array(weights), [-1 if d == at else 1 for d in range(rank)])
    product = apply(c.it, np.multiply, [c.need(0, "a"), weights], c.name)
    axis = {} if c.get(1, "axis") is None else {"axis": c.need(1, "axis")}
    top = ROWS[np.sum](Call(c.it, c.name, (product,), axis))
    along = axis if len(c.it.shape(weights)) == len(c.it.shape(product)) else {}
    bottom = ROWS[np.sum](Call(c.it, c.name, (weights,), along))
    return apply(c.it, np.true_divide, [top, bottom], c.name)


def _without_nan(row: Row, fill: float) -> Row:
    """``nansum`` and the like: NaN counts as ``fill``."""

    def patched(c: Call) -> Abstract:
        from millrace.ir.dialects.mr.compare import IsNaN, Where

        x = c.it.need_numeric(c.need(0, "a"), c.name)
        ir = c.it.tensor(x)
        if is_float(element_of(ir)):
            ir = c.it.op(Where, c.it.op(IsNaN, ir), c.it.emit.like(fill, ir), ir)
        return row(Call(c.it, c.name, (c.it.array(ir), *c.args[1:]), c.keywords))

    return patched


def _mean(c: Call) -> Abstract:
    """Where a mask holds, the mean of as many as it holds for."""
    c = _whole(c)
    mask = c.get(-1, "where")
    if mask is None:
        return _MEAN(c)
    x = c.it.need_numeric(c.need(0, "a"), c.name)
    dtype = np.dtype(c.known(2, "dtype", None) or _as_float(c.it.dtype(x)))
    total = _SUM(Call(c.it, c.name, c.args[:2], {**c.keywords.all(), "dtype": c.it.wrap(dtype)}))
    where = c.it.array(c.it.emit.broadcast(c.it.tensor(mask), c.it.shape(x)))
    words = {k: v for k, v in c.keywords.all().items() if k in ("axis", "keepdims")}
    count = _SUM(Call(c.it, c.name, (where, *c.args[1:2]), words))
    quotient = apply(c.it, np.true_divide, [total, count], c.name)
    return c.it.result(c.it.tensor(quotient, dtype))


def _nan_mean(c: Call) -> Abstract:
    x = c.it.need_numeric(c.need(0, "a"), c.name)
    present = apply(c.it, np.logical_not, [apply(c.it, np.isnan, [x], c.name)], c.name)
    total = ROWS[np.nansum](c)
    counts = ROWS[np.sum](Call(c.it, c.name, (present, *c.args[1:]), c.keywords))
    quotient = apply(c.it, np.true_divide, [total, counts], c.name)
    dtype = _as_float(c.it.dtype(x))
    return c.it.result(c.it.tensor(quotient, dtype))


_MAX = _nonempty(reduce(red.ReduceMax, _keep, -9), red.ReduceMax)
_MIN = _nonempty(reduce(red.ReduceMin, _keep, -9), red.ReduceMin)
_SUM = reduce(red.ReduceSum, _sum_type)
_PROD = reduce(red.ReduceProd, _sum_type)
_MEAN = reduce(red.ReduceMean, _as_float)

ROWS: dict[Any, Row] = {
    np.sum: _SUM,
    np.prod: _PROD,
    np.mean: _mean,
    np.max: _MAX,
    np.min: _MIN,
    np.amax: _MAX,
    np.amin: _MIN,
    np.any: _truths(red.ReduceAny),
    np.all: _truths(red.ReduceAll),
    np.var: _variance,
    np.std: _deviation,
    np.argmax: _arg(red.ArgMax),
    np.argmin: _arg(red.ArgMin),
    np.cumsum: _cumulative(CumSum),
    np.cumprod: _cumulative(CumProd),
    np.ptp: _spread,
    np.count_nonzero: _count,
    np.average: _average,
    np.nansum: _without_nan(_SUM, 0.0),
    np.nanprod: _without_nan(_PROD, 1.0),
    np.nanmax: _without_nan(_MAX, -np.inf),
    np.nanmin: _without_nan(_MIN, np.inf),
    np.nanmean: _nan_mean,
}
