"""The declared types of attribute fields, read from the class annotations.

``axes: tuple[int, ...] = attr()`` says both that the field is there and what it holds; the
verifier checks the one, and the parser uses the other where text alone is ambiguous
(``1.0 : f64`` is a float, or the Scalar of an ``arith.constant``).
"""

from __future__ import annotations

import sys
import types
import typing
from collections.abc import Mapping
from functools import cache
from typing import Any, Union, cast, get_args, get_origin

from millrace.ir.attributes import Scalar
from millrace.ir.core import Operation
from millrace.ir.opdef import attr_fields

_UNIONS = (Union, types.UnionType)


def attr_types(cls: type[Operation]) -> Mapping[str, Any]:
    """The annotation of each declared attribute of an operation class, by name."""
    return _attr_types(cast(Any, cls))


def wants_scalar(cls: type[Operation], name: str) -> bool:
    """True when numbers in this field are Scalars: its type mentions Scalar and no plain number."""
    return name in _scalar_fields(cast(Any, cls))


@cache
def _attr_types(cls: type[Operation]) -> Mapping[str, Any]:
    return {f.name: _annotation(cls, f.name) for f in attr_fields(cls)}


def _annotation(cls: type[Operation], name: str) -> Any:
    """One field's annotation. Others of the class may name types that only type checkers see."""
    for base in cls.__mro__:
        text = vars(base).get("__annotations__", {}).get(name)
        if text is not None:
            holder = types.SimpleNamespace(__annotations__={name: text})
            return typing.get_type_hints(holder, vars(sys.modules[base.__module__]))[name]
    return Any


@cache
def _scalar_fields(cls: type[Operation]) -> frozenset[str]:
    mentioned = {name: set(_leaves(hint)) for name, hint in attr_types(cls).items()}
    return frozenset(
        name for name, m in mentioned.items() if Scalar in m and not m & {bool, int, float}
    )


def _leaves(hint: Any) -> typing.Iterator[Any]:
    args = get_args(hint)
    if not args:
        yield hint
    for a in args:
        yield from _leaves(a)


def matches(value: Any, hint: Any) -> bool:
    """True when ``value`` is of the annotated type. ``int`` excludes truth values; ``float``
    takes integers."""
    if hint is Any:
        return True
    if hint is int:
        return type(value) is int
    if type(hint) is type and hint is not float:  # most are classes
        return isinstance(value, hint)
    origin = get_origin(hint)
    if origin in _UNIONS:
        return any(matches(value, h) for h in get_args(hint))
    if origin is tuple:
        return isinstance(value, tuple) and _matches_items(value, get_args(hint))
    if origin is typing.Literal:
        return any(value == h and type(value) is type(h) for h in get_args(hint))
    if hint is None or hint is type(None):
        return value is None
    if hint is float:
        return isinstance(value, float) or type(value) is int
    return isinstance(value, origin or hint)


def _matches_items(items: tuple[Any, ...], hints: tuple[Any, ...]) -> bool:
    if len(hints) == 2 and hints[1] is Ellipsis:
        return all(matches(i, hints[0]) for i in items)
    return len(items) == len(hints) and all(map(matches, items, hints))


def type_text(hint: Any) -> str:
    """An annotation as error messages show it."""
    return hint.__name__ if isinstance(hint, type) and not get_args(hint) else str(hint)
