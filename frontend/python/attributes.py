"""Attributes: of modules and objects they are what they are now; arrays have their own."""

from __future__ import annotations

import ast
import inspect
from collections.abc import Callable
from types import FunctionType
from typing import TYPE_CHECKING, Any

import numpy as np

from millrace.frontend.emitter import shape_of
from millrace.frontend.python.methods import ARRAY as ARRAY_METHODS
from millrace.frontend.python.methods import TUPLE as TUPLE_METHODS
from millrace.frontend.python.selected import count
from millrace.frontend.python.values import (
    Abstract,
    ArrayRef,
    Bound,
    DictRef,
    Generator,
    Known,
    ListRef,
    Method,
    Number,
    Selected,
    Tuple,
    field_names,
)

if TYPE_CHECKING:
    from millrace.frontend.python.interpreter import Interpreter


def attribute(it: Interpreter, node: ast.Attribute) -> Abstract:
    """``x.name``."""
    return get_attribute(it, it.eval(node.value), node.attr)


def get_attribute(it: Interpreter, owner: Abstract, name: str) -> Abstract:
    if isinstance(owner, Selected):
        return _of_selected(it, owner, name)
    if isinstance(owner, ArrayRef | Number):
        return _of_array(it, owner, name)
    if isinstance(owner, Tuple) and name in field_names(owner.kind):
        return owner.items[field_names(owner.kind).index(name)]
    if isinstance(owner, Tuple) and name not in TUPLE_METHODS:
        own = getattr(owner.kind, name, None)
        if isinstance(own, FunctionType):
            return Bound(Known(own), (owner,))
    if isinstance(owner, Tuple | ListRef | DictRef | Generator):
        return Method(owner, name)
    if isinstance(owner, Known):
        return _of_known(it, owner, name)
    raise it.fail("J019", what=it.describe(owner), name=name, fix="compute it differently")


def _of_known(it: Interpreter, owner: Known, name: str) -> Abstract:
    value = owner.value
    static = inspect.getattr_static(type(value), name, None)
    if name not in getattr(value, "__dict__", {}):
        if isinstance(static, FunctionType):
            return Bound(Known(static), (owner,))
        if isinstance(static, classmethod):
            return Bound(Known(static.__func__), (Known(type(value)),))
    if isinstance(value, np.generic | bool | int | float) and name in METHOD_NAMES:
        return Method(owner, name)
    if isinstance(static, property) and isinstance(static.fget, FunctionType):
        from millrace.frontend.python.calls import invoke

        return invoke(it, Known(static.fget), [owner], {})
    try:
        return it.wrap(getattr(value, name), f"the attribute {name!r}")
    except AttributeError:
        kind = getattr(value, "__name__", type(value).__name__)
        raise it.fail("J019", what=kind, name=name, fix="check the spelling") from None


def _of_array(it: Interpreter, owner: ArrayRef | Number, name: str) -> Abstract:
    row = ATTRIBUTES.get(name)
    if row is not None:
        return row(it, owner)
    if name in METHOD_NAMES:
        return Method(owner, name)
    raise it.fail(
        "J019",
        what="a Python number" if isinstance(owner, Number) and owner.python else "an array",
        name=name,
        fix="use one of the attributes and methods of docs/jit.md",
    )


def _of_selected(it: Interpreter, owner: Selected, name: str) -> Abstract:
    if name in ("size", "shape"):
        size = count(it, owner)
        return size if name == "size" else Tuple((size,))
    if name == "ndim":
        return Known(1)
    if name == "dtype":
        return it.wrap(it.dtype(it.array(owner.values)))
    if name in METHOD_NAMES:
        return Method(owner, name)
    raise it.fail("J044", fix="use np.where(mask, x, 0), or reduce with where=mask")


def _shape(it: Interpreter, v: Abstract) -> tuple[int, ...]:
    return shape_of(it.tensor(v))


def _transposed(it: Interpreter, v: Abstract) -> Abstract:
    from millrace.frontend.python.shapes import transpose

    return transpose(it, v, None)


def _known(get: Callable[[Any, tuple[int, ...], Any], Any]) -> Callable[..., Abstract]:
    def row(it: Interpreter, v: Abstract) -> Abstract:
        return it.wrap(get(it, it.shape(v), it.dtype(v)))

    return row


ATTRIBUTES: dict[str, Callable[..., Abstract]] = {
    "shape": _known(lambda it, shape, dtype: tuple(shape)),
    "ndim": _known(lambda it, shape, dtype: len(shape)),
    "size": _known(lambda it, shape, dtype: int(np.prod(shape, dtype=np.int64))),
    "dtype": _known(lambda it, shape, dtype: dtype),
    "itemsize": _known(lambda it, shape, dtype: dtype.itemsize),
    "nbytes": _known(lambda it, shape, dtype: dtype.itemsize * int(np.prod(shape, dtype=np.int64))),
    "T": _transposed,
    "mT": lambda it, v: _swap_last(it, v),
    "real": lambda it, v: v,
    "flat": lambda it, v: _flat(it, v),
}


def _swap_last(it: Interpreter, v: Abstract) -> Abstract:
    from millrace.frontend.python.shapes import swap_axes

    return swap_axes(it, v, -1, -2)


def _flat(it: Interpreter, v: Abstract) -> Abstract:
    from millrace.frontend.python.shapes import reshape

    return reshape(it, v, (-1,))


METHOD_NAMES = frozenset(ARRAY_METHODS)
