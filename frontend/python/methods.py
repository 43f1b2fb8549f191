"""Methods of arrays, numbers, lists and dictionaries."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from millrace.frontend.python.calls import Call, Row, run_row
from millrace.frontend.python.promotion import SUPPORTED, DType
from millrace.frontend.python.values import (
    Abstract,
    ArrayRef,
    DictRef,
    Generator,
    Known,
    ListRef,
    Method,
    Selected,
    Tuple,
)
from millrace.ir.types import element_type_of

if TYPE_CHECKING:
    from millrace.frontend.python.interpreter import Interpreter


def astype(it: Interpreter, v: Abstract, dtype: DType, *, number: bool = False) -> Abstract:
    """``v`` converted; a number stays one, and so does anything that ``number`` asks for."""
    if dtype not in SUPPORTED:
        raise it.fail("J029", what="a conversion", dtype=dtype)
    if isinstance(v, Selected):
        from millrace.frontend.python.selected import converted

        return converted(it, v, dtype)
    v = it.need_numeric(v, "astype")
    if isinstance(v, Known):
        return Known(np.asarray(v.value).astype(dtype)[()])
    ir = it.emit.cast(it.tensor(v), element_type_of(dtype))
    if isinstance(v, ArrayRef) and not (number and not it.shape(v)):
        return it.array(ir)
    return it.number(ir)


def call_method(
    it: Interpreter, m: Method, args: Sequence[Abstract], keywords: Mapping[str, Abstract]
) -> Abstract:
    owner = m.owner
    call = Call(it, m.name, (owner, *args), keywords)
    table = _table(owner)
    row = table.get(m.name)
    if row is None:
        raise it.fail(
            "J019", what=it.describe(owner), name=m.name, fix="use a function of docs/jit.md"
        )
    return run_row(row, call)


def _table(owner: Abstract) -> Mapping[str, Row]:
    if isinstance(owner, ListRef):
        from millrace.frontend.python.lists import METHODS

        return METHODS
    if isinstance(owner, DictRef):
        return _DICT
    if isinstance(owner, Generator):
        from millrace.frontend.python.random import METHODS as DRAWS

        return DRAWS
    if isinstance(owner, Tuple):
        return TUPLE
    return ARRAY


def _by(function: Any) -> Row:
    """The method that does what a function of numpy does."""

    def row(c: Call) -> Abstract:
        from millrace.frontend.python.rows import find_row

        found = find_row(function)
        assert found is not None, function
        return found(c)

    return row


def _astype(c: Call) -> Abstract:
    c.allow(2, "dtype", "copy", "order", "casting")
    return astype(c.it, c.args[0], np.dtype(c.it.known(c.need(1, "dtype"), "a dtype")))


def _copy(c: Call) -> Abstract:
    v = c.args[0]
    return c.it.array(c.it.read(v)) if isinstance(v, ArrayRef) else v


def _item(c: Call) -> Abstract:
    from millrace.frontend.emitter import type_of

    v = c.it.tensor(c.args[0])
    if len(c.args) > 1:
        from millrace.frontend.python.reads import item

        flat = len(c.args) == 2 and not isinstance(c.args[1], Tuple)
        owner = c.it.array(c.it.emit.reshape(v, (type_of(v).size,))) if flat else c.args[0]
        v = c.it.tensor(item(c.it, owner, c.args[1] if len(c.args) == 2 else Tuple(c.args[1:])))
    if type_of(v).size != 1:
        text = "can only convert an array of size 1 to a Python number"
        raise c.it.fail("J025", what=text, fix="index one element")
    kind = {"b": bool, "i": int, "u": int, "f": float}[type_of(v).dtype.kind]
    wide = {bool: np.bool_, int: np.int64, float: np.float64}[kind]
    scalar = c.it.emit.reshape(c.it.emit.cast(v, element_type_of(wide)), ())
    return c.it.number(scalar, kind)


def _spread(function: Any, count: int | None = None) -> Row:
    """``x.reshape(2, 3)`` is ``x.reshape((2, 3))``."""

    def row(c: Call) -> Abstract:
        rest = c.args[1:]
        none = len(rest) == 1 and isinstance(rest[0], Known) and rest[0].value is None
        whole = len(rest) == 1 and isinstance(rest[0], Tuple | ListRef)
        if rest and not none and not whole:
            rest = (Tuple(rest),)
        return _by(function)(Call(c.it, c.name, (c.args[0], *rest), c.keywords))

    return row


def _flatten(c: Call) -> Abstract:
    from millrace.frontend.python.shapes import in_order

    flat = in_order(c.it, c.args[0], (-1,), c.known(1, "order", "C"))
    return c.it.array(c.it.tensor(flat))


def _round(c: Call) -> Abstract:
    from millrace.frontend.python.standard import round_

    digits = int(c.known(1, "decimals", 0))
    return round_(c.it, c.args[0], digits, python=False)


def _fill(c: Call) -> Abstract:
    from millrace.frontend.python.writes import set_content

    owner = c.args[0]
    assert isinstance(owner, ArrayRef)
    value = c.it.tensor(c.need(1, "value"), c.it.dtype(owner))
    set_content(c.it, owner, c.it.emit.broadcast(value, c.it.shape(owner)), "the array")
    return Known(None)


def _sort(c: Call) -> Abstract:
    """In place."""
    from millrace.frontend.python.writes import set_content

    owner = c.args[0]
    if isinstance(owner, ArrayRef):
        ordered = _by(np.sort)(c)
        set_content(c.it, owner, c.it.tensor(ordered), "the array")
    return Known(None)


def _to_list(c: Call) -> Abstract:
    from millrace.frontend.python.iteration import every_item

    v = c.args[0]
    if not isinstance(v, ArrayRef) or not c.it.shape(v):
        return _item(c)
    return c.it.list_of([_to_list(Call(c.it, c.name, (x,), {})) for x in every_item(c.it, v)])


_SAME = (
    np.all, np.any, np.argmax, np.argmin, np.argsort, np.clip, np.cumprod, np.cumsum, np.diagonal,
    np.dot, np.max, np.mean, np.min, np.nonzero, np.prod, np.ravel, np.repeat, np.searchsorted,
    np.squeeze, np.std, np.sum, np.swapaxes, np.take, np.trace, np.var,
)  # fmt: skip

ARRAY: dict[str, Row] = {
    **{f.__name__: _by(f) for f in _SAME},
    "astype": _astype,
    "copy": _copy,
    "item": _item,
    "reshape": _spread(np.reshape),
    "transpose": _spread(np.transpose),
    "flatten": _flatten,
    "round": _round,
    "fill": _fill,
    "sort": _sort,
    "tolist": _to_list,
    "conj": lambda c: c.args[0],
}


# ---- dictionaries and tuples


def _content(c: Call) -> dict[Any, Abstract]:
    owner = c.args[0]
    assert isinstance(owner, DictRef)
    content: dict[Any, Abstract] = c.it.state.heap[owner.cell]
    return content


def _get(c: Call) -> Abstract:
    default = c.args[2] if len(c.args) > 2 else Known(None)
    return _content(c).get(c.it.known(c.need(1, "key"), "a key"), default)


def _items(make: Callable[[Any, Abstract], Abstract]) -> Row:
    return lambda c: Tuple(tuple(make(k, v) for k, v in _content(c).items()))


_DICT: dict[str, Row] = {
    "get": _get,
    "items": _items(lambda k, v: Tuple((Known(k), v))),
    "keys": _items(lambda k, v: Known(k)),
    "values": _items(lambda k, v: v),
}


def _index(c: Call) -> Abstract:
    owner = c.args[0]
    assert isinstance(owner, Tuple)
    value = c.it.known(c.need(1, "value"), "what is looked for")
    return Known(c.it.known(owner, "the tuple").index(value))


def _replace(c: Call) -> Abstract:
    """Of named tuples."""
    owner = c.args[0]
    assert isinstance(owner, Tuple)
    fields: Sequence[str] = owner.kind._fields  # type: ignore[attr-defined]
    values = [c.keywords.get(n, v) for n, v in zip(fields, owner.items, strict=True)]
    return Tuple(tuple(values), owner.kind)


TUPLE: dict[str, Row] = {"index": _index, "_replace": _replace}
