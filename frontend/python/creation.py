"""Rows: functions that make arrays."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from millrace.frontend.python.calls import Call, Row
from millrace.frontend.python.promotion import DType, result_type, strong
from millrace.frontend.python.values import (
    Abstract,
    ArrayRef,
    Iterable,
    Known,
    ListRef,
    Number,
    Range,
    Rows,
    Tuple,
    is_number,
)
from millrace.ir.core import Value
from millrace.ir.dialects.mr.assemble import Concat
from millrace.ir.types import element_type_of

if TYPE_CHECKING:
    from millrace.frontend.python.interpreter import Interpreter


# ---- arrays of lists and tuples


def array_of(it: Interpreter, v: Abstract, dtype: DType | None = None) -> Abstract:
    """A list or tuple, perhaps of others, as one array."""
    if isinstance(v, Iterable | Range) or (isinstance(v, Known) and isinstance(v.value, range)):
        from millrace.frontend.python.iteration import every_item

        v = Tuple(tuple(every_item(it, v)))
    if not isinstance(v, Tuple | ListRef):
        return v
    from millrace.frontend.python.lists import array_of_segments, segments

    content = segments(it, v)
    if any(isinstance(s, Rows) for s in content):
        return it.array(array_of_segments(it, content, dtype))
    parts = [array_of(it, x, dtype) for x in content]
    if not parts:
        return it.array(it.emit.constant(np.zeros(0, dtype or np.float64)))
    return it.array(stack_tensors(it, parts, 0, dtype))


def stack_tensors(
    it: Interpreter, parts: Sequence[Abstract], axis: int, dtype: DType | None = None
) -> Value:
    """Arrays or numbers of one shape along a new axis."""
    values = [it.need_numeric(p, "an array of these items") for p in parts]
    dtype = dtype or result_type([it.weak(v) for v in values])
    shapes = [it.shape(v) for v in values]
    if len(set(shapes)) > 1:
        shown = " and ".join(str(list(s)) for s in dict.fromkeys(shapes))
        raise it.fail("J016", op="an array of items", shapes=shown)
    if all(isinstance(v, Known) for v in values):
        return it.emit.constant(np.array([v.value for v in values], dtype))  # type: ignore[attr-defined]
    rank = len(shapes[0])
    axis = axis if axis >= 0 else axis + rank + 1
    apart = (*shapes[0][:axis], 1, *shapes[0][axis:])
    rows = [it.emit.reshape(it.tensor(v, dtype), apart) for v in values]
    return rows[0] if len(rows) == 1 else it.op(Concat, rows, axis=axis)


def stack_alike(it: Interpreter, content: Sequence[Abstract]) -> tuple[Value, type | None] | None:
    """Items of one type as one array, and their Python type; None when they differ."""
    if not all(is_number(v) or isinstance(v, ArrayRef) for v in content):
        return None
    kinds = {(it.weak(v), it.shape(v)) for v in content}
    if len(kinds) != 1:
        return None
    ((weak, _),) = kinds
    rows = stack_tensors(it, content, 0, strong(weak))
    return rows, weak if isinstance(weak, type) else None


# ---- rows


def shape_argument(c: Call, v: Abstract) -> tuple[int, ...]:
    """A shape: an int or a tuple of ints, known now."""
    if isinstance(v, Number):
        raise c.it.fail("J027", name=c.name)
    items = v.items if isinstance(v, Tuple) else None
    if isinstance(v, ListRef):
        from millrace.frontend.python.lists import items as items_of

        items = tuple(items_of(c.it, v))
    if items is None:
        items = (v,)
    fix = "use the shape of an argument, x.shape, or a constant"
    shape = tuple(c.it.known_int(x, f"the shape given to {c.name}", fix) for x in items)
    if min(shape, default=0) < 0:
        raise c.it.fail("J025", what="negative dimensions are not allowed", fix="use sizes >= 0")
    return shape


def dtype_argument(c: Call, position: int, default: Any) -> DType:
    given = c.known(position, "dtype", default)
    try:
        found: DType = np.dtype(given)
        return found
    except TypeError:
        raise c.it.fail("J025", what=f"{given!r} is no dtype", fix="use a numpy dtype") from None


def _filled(value: int) -> Row:
    def row(c: Call) -> Abstract:
        c.allow(2, "shape", "dtype", "order")
        shape = shape_argument(c, c.need(0, "shape"))
        dtype = dtype_argument(c, 1, np.float64)
        return c.it.array(c.it.emit.splat(value, shape, element_type_of(dtype)))

    return row


def _filled_like(value: int) -> Row:
    def row(c: Call) -> Abstract:
        c.allow(2, "dtype", "shape", "order", "subok")
        like = c.it.need_numeric(c.need(0, "a"), c.name)
        dtype = dtype_argument(c, 1, c.it.dtype(like))
        given = c.get(-1, "shape")
        shape = c.it.shape(like) if given is None else shape_argument(c, given)
        return c.it.array(c.it.emit.splat(value, shape, element_type_of(dtype)))

    return row


def _full(c: Call) -> Abstract:
    c.allow(3, "shape", "fill_value", "dtype", "order")
    shape = shape_argument(c, c.need(0, "shape"))
    value = c.it.need_numeric(c.need(1, "fill_value"), c.name)
    dtype = dtype_argument(c, 2, c.it.dtype(value))
    return _broadcast(c, value, shape, dtype)


def _full_like(c: Call) -> Abstract:
    c.allow(3, "a", "fill_value", "dtype", "order", "subok")
    like = c.it.need_numeric(c.need(0, "a"), c.name)
    value = c.it.need_numeric(c.need(1, "fill_value"), c.name)
    return _broadcast(c, value, c.it.shape(like), dtype_argument(c, 2, c.it.dtype(like)))


def _broadcast(c: Call, value: Abstract, shape: tuple[int, ...], dtype: DType) -> Abstract:
    if isinstance(value, Known):
        return c.it.array(c.it.emit.splat(value.value, shape, element_type_of(dtype)))
    return c.it.array(c.it.emit.broadcast(c.it.tensor(value, dtype), shape))


def _array(c: Call) -> Abstract:
    c.allow(2, "object", "dtype", "copy", "order", "ndmin")
    given = c.need(0, "object")
    dtype = c.known(1, "dtype", None)
    dtype = None if dtype is None else np.dtype(dtype)
    v = array_of(c.it, given, dtype)
    v = c.it.need_numeric(v, c.name)
    return c.it.array(c.it.tensor(v, dtype or c.it.dtype(v)))


def _as_array(c: Call) -> Abstract:
    """An array stays the one that it is."""
    v = c.need(0, "a")
    dtype = c.known(1, "dtype", None)
    same = dtype is None or (isinstance(v, ArrayRef) and c.it.dtype(v) == np.dtype(dtype))
    return v if isinstance(v, ArrayRef) and same else _array(c)


def _copy(c: Call) -> Abstract:
    v = c.it.need_numeric(c.need(0, "a"), c.name)
    return c.it.array(c.it.tensor(v))


def _arange(c: Call) -> Abstract:
    c.allow(3, "start", "stop", "step", "dtype")
    if len(c.args) + len(c.keywords.keys() - {"dtype"}) == 1:
        bounds = [Known(0), c.need(0, "stop"), Known(1)]
    else:
        bounds = [c.need(0, "start"), c.need(1, "stop"), c.get(2, "step") or Known(1)]
    fix = "use a constant length; add the offset to the array"
    values = [c.it.known(b, f"a bound of {c.name}", fix) for b in bounds]
    dtype = c.known(-1, "dtype", None)
    return c.it.array(c.it.emit.constant(np.arange(*values, dtype=dtype)))


def _known_only(f: Any) -> Row:
    """Functions of constants: computed by numpy now."""

    def row(c: Call) -> Abstract:
        fix = "use constants, and shift or scale the result"
        args = [c.it.known(a, f"an argument of {c.name}", fix) for a in c.args]
        words = {k: c.it.known(v, f"{k} of {c.name}", fix) for k, v in c.keywords.all().items()}
        return fresh(c, f(*args, **words))

    return row


def fresh(c: Call, value: Any) -> Abstract:
    """A value computed now; arrays are their own."""
    if isinstance(value, np.ndarray):
        return c.it.array(c.it.emit.constant(value))
    if isinstance(value, tuple):
        return Tuple(tuple(fresh(c, v) for v in value))
    if isinstance(value, list):
        return c.it.list_of([fresh(c, v) for v in value])
    return Known(value)


def _linspace(c: Call) -> Abstract:
    """Between bounds that may be known at run time only."""
    c.allow(4, "start", "stop", "num", "endpoint", "dtype", "retstep")
    if all(isinstance(c.need(i, n), Known) for i, n in ((0, "start"), (1, "stop"))):
        return _known_only(np.linspace)(c)
    from millrace.frontend.python.operators import apply

    if c.known(-1, "retstep", False) or c.known(-1, "dtype", None) is not None:
        fix = "leave retstep and dtype out"
        raise c.it.fail("J054", what=f"{c.name} between bounds of run time", fix=fix)
    count = int(c.known(2, "num", 50))
    endpoint = bool(c.known(3, "endpoint", True))
    start, stop = c.need(0, "start"), c.need(1, "stop")
    ramp = np.arange(count, dtype=np.float64) / max(count - endpoint, 1)
    steps = c.it.array(c.it.emit.constant(ramp))
    span = apply(c.it, np.subtract, [stop, start], c.name)
    scaled = apply(c.it, np.multiply, [steps, span], c.name)
    return apply(c.it, np.add, [scaled, start], c.name)


def _scalar_type(dtype: Any) -> Row:
    """``np.float32(x)``: a conversion."""

    def row(c: Call) -> Abstract:
        from millrace.frontend.python.methods import astype

        v = c.get(0, "value")
        if v is None:
            return Known(dtype(0))
        v = c.it.need_numeric(v, c.name)
        if isinstance(v, Known):
            try:
                return Known(dtype(v.value))
            except (OverflowError, ValueError, TypeError) as e:
                raise c.it.fail("J025", what=str(e), fix="use a number that fits") from None
        return astype(c.it, v, np.dtype(dtype), number=True)

    return row


_TYPES = (
    np.bool_, np.int8, np.int16, np.int32, np.int64, np.uint8, np.uint16, np.uint32, np.uint64,
    np.float16, np.float32, np.float64,
)  # fmt: skip

ROWS: dict[Any, Row] = {
    np.zeros: _filled(0),
    np.ones: _filled(1),
    np.empty: _filled(0),
    np.zeros_like: _filled_like(0),
    np.ones_like: _filled_like(1),
    np.empty_like: _filled_like(0),
    np.full: _full,
    np.full_like: _full_like,
    np.array: _array,
    np.asarray: _as_array,
    np.ascontiguousarray: _as_array,
    np.asanyarray: _as_array,
    np.copy: _copy,
    np.arange: _arange,
    np.linspace: _linspace,
    np.eye: _known_only(np.eye),
    np.identity: _known_only(np.identity),
    np.logspace: _known_only(np.logspace),
    np.geomspace: _known_only(np.geomspace),
    np.tri: _known_only(np.tri),
    np.hanning: _known_only(np.hanning),
    np.hamming: _known_only(np.hamming),
    np.blackman: _known_only(np.blackman),
    np.bartlett: _known_only(np.bartlett),
    np.kaiser: _known_only(np.kaiser),
    np.indices: _known_only(np.indices),
    np.dtype: lambda c: Known(np.dtype(c.known(0, "dtype", None))),
    np.finfo: lambda c: Known(np.finfo(c.known(0, "dtype", None))),
    np.iinfo: lambda c: Known(np.iinfo(c.known(0, "dtype", None))),
    np.result_type: lambda c: Known(result_type([_weak(c, a) for a in c.args])),
    np.promote_types: _known_only(np.promote_types),
    **{t: _scalar_type(t) for t in _TYPES},
}


def _weak(c: Call, v: Abstract) -> Any:
    if isinstance(v, Known) and isinstance(v.value, type | np.dtype | str):
        return np.dtype(v.value)
    return c.it.weak(c.it.need_numeric(v, c.name))
