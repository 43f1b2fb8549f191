"""Types from text: the inverse of their ``str()``."""

from __future__ import annotations

import re

from millrace.ir.text.numbers import MAX_DIGITS
from millrace.ir.types import (
    BF16,
    DYNAMIC,
    F16,
    F32,
    F64,
    I1,
    I8,
    I16,
    I32,
    I64,
    INDEX,
    UI8,
    UI16,
    UI32,
    UI64,
    ElementType,
    MemRefType,
    NoneType,
    ShapedType,
    TensorType,
    Type,
    VectorType,
)

ELEMENT_TYPES: dict[str, ElementType] = {
    str(t): t for t in (F16, BF16, F32, F64, I1, I8, I16, I32, I64, UI8, UI16, UI32, UI64, INDEX)
}
KEYWORD_TYPES: dict[str, Type] = {**ELEMENT_TYPES, "none": NoneType()}

_SHAPED = re.compile(
    r"(?P<kind>\w+)<\s*(?P<dims>(?:(?:\?|[0-9]+)\s*x\s*)*)(?P<element>[a-z]\w*)\s*"
    r"(?:,\s*(?P<extra>.*\S)\s*)?>",
    re.DOTALL | re.ASCII,
)
_BOUNDS = re.compile(r"array<i64:\s*(?P<list>[0-9]+(?:\s*,\s*[0-9]+)*)\s*>", re.ASCII)
_STRIDED = re.compile(
    r"strided<\[\s*(?P<list>(?:-?[0-9]+(?:\s*,\s*-?[0-9]+)*)?)\s*\],\s*offset:\s*\?\s*>", re.ASCII
)
MAX_SIZE = (1 << 63) - 1


def shaped_type(text: str) -> ShapedType:
    """A tensor, memref or vector type. Raises ValueError with what is wrong."""
    m = _SHAPED.fullmatch(text)
    if m is None:
        raise ValueError(f"malformed type {' '.join(text.split())[:60]}")
    element = ELEMENT_TYPES.get(m["element"])
    if element is None:
        raise ValueError(f"{m['element']} is not an element type")
    dims = m["dims"].replace("x", " ").split()
    shape = tuple(DYNAMIC if d == "?" else _size(d) for d in dims)
    return _MAKERS[m["kind"]](shape, element, m["extra"])


def _tensor(shape: tuple[int, ...], element: ElementType, extra: str | None) -> ShapedType:
    if extra is None:
        return TensorType(shape, element)
    m = _BOUNDS.fullmatch(extra)
    if m is None:
        raise ValueError("a tensor's bounds are written array<i64: 1, 2>")
    bounds = tuple(_size(b) for b in m["list"].split(","))
    if len(bounds) != len(shape):
        raise ValueError(f"{len(bounds)} bounds for {len(shape)} dimensions")
    if any(d not in (DYNAMIC, b) for d, b in zip(shape, bounds, strict=True)):
        raise ValueError("the bound of a static dimension is its size")
    return TensorType(shape, element, bounds)


def _memref(shape: tuple[int, ...], element: ElementType, extra: str | None) -> ShapedType:
    if DYNAMIC in shape:
        raise ValueError("memrefs have static sizes")
    if extra is None:
        return MemRefType(shape, element)
    m = _STRIDED.fullmatch(extra)
    if m is None:
        raise ValueError("a memref's strides are written strided<[4, 1], offset: ?>")
    strides = tuple(_size(s) for s in m["list"].split(",")) if m["list"] else ()
    if len(strides) != len(shape):
        raise ValueError(f"{len(strides)} strides for {len(shape)} dimensions")
    return MemRefType(shape, element, strides)


def _vector(shape: tuple[int, ...], element: ElementType, extra: str | None) -> ShapedType:
    if extra is not None or DYNAMIC in shape:
        raise ValueError("a vector has static sizes and an element type only")
    return VectorType(shape, element)


_MAKERS = {"tensor": _tensor, "memref": _memref, "vector": _vector}


def _size(text: str) -> int:
    value = int(text) if len(text) <= MAX_DIGITS else MAX_SIZE + 1
    if abs(value) > MAX_SIZE:
        raise ValueError("size does not fit 64 bits")
    return value
