"""Attribute values as text (the table is in ``millrace.ir.attributes``)."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any

from millrace.ir.affine import AffineMap
from millrace.ir.attributes import (
    Dense,
    DialectAttr,
    FrozenDict,
    Iterator,
    Scalar,
    SymbolRef,
)
from millrace.ir.errors import IRError
from millrace.ir.opdef import SEGMENTS
from millrace.ir.text.dense import dense_text, is_resource
from millrace.ir.text.lexer import quote
from millrace.ir.text.numbers import number_text
from millrace.ir.types import F64, FloatType, Type, VectorType, element_of

_BARE = re.compile(r"[A-Za-z_][\w$.]*", re.ASCII)
_I64 = range(-(1 << 63), 1 << 63)
_UI64 = range(1 << 63, 1 << 64)


def attribute_text(value: Any) -> str:
    """The text of an attribute value. Raises IRError when it has none."""
    write = _WRITERS.get(type(value))
    if write is not None:
        return write(value)
    if isinstance(value, Type):
        return str(value)
    raise IRError(f"{type(value).__name__} is not an attribute value: {value!r}")


def dictionary_text(items: Mapping[str, Any]) -> str:
    """``key = value, ...`` in the mapping's order, without the braces."""
    return ", ".join(f"{_key(k)} = {_entry(k, v)}" for k, v in items.items())


def _entry(key: str, value: Any) -> str:
    if key == SEGMENTS:  # upstream's type for it
        return _array("i32", value)
    return attribute_text(value)


def _key(key: str) -> str:
    return key if _BARE.fullmatch(key) else quote(key)


def symbol_text(name: str) -> str:
    return f"@{name}" if _BARE.fullmatch(name) else f"@{quote(name)}"


def _integer(value: int) -> str:
    if value in _I64:
        return f"{value} : i64"
    if value in _UI64:
        return f"{value} : ui64"
    raise IRError(f"integer attribute {value} does not fit 64 bits")


def _tuple(value: tuple[Any, ...]) -> str:
    if all(type(v) is int and v in _I64 for v in value):
        return _array("i64", value)
    return f"[{', '.join(map(attribute_text, value))}]"


def _array(element: str, value: tuple[int, ...]) -> str:
    return f"array<{element}: {', '.join(map(str, value))}>" if value else f"array<{element}>"


def _dense(value: Dense) -> str:
    text = f"dense_resource<{value.key}>" if is_resource(value) else dense_text(value)
    return f"{text} : {value.type}"


def _scalar(value: Scalar) -> str:
    if isinstance(value.value, float) and not isinstance(element_of(value.type), FloatType):
        raise IRError(f"{value.value} is not a number of type {value.type}")
    if isinstance(value.type, VectorType):
        return f"dense<{number_text(value.value, value.type.element)}> : {value.type}"
    text = number_text(value.value, value.type)
    return text if text in ("true", "false") else f"{text} : {value.type}"


_WRITERS: dict[type, Callable[[Any], str]] = {
    bool: lambda v: "true" if v else "false",
    int: _integer,
    float: lambda v: f"{number_text(v, F64)} : f64",
    str: quote,
    tuple: _tuple,
    AffineMap: str,
    Dense: _dense,
    SymbolRef: lambda v: symbol_text(v.name),
    Iterator: lambda v: f"#linalg.iterator_type<{v.value}>",
    FrozenDict: lambda v: f"{{{dictionary_text(v)}}}",
    Scalar: _scalar,
    DialectAttr: lambda v: f"#{v.text}",
}
