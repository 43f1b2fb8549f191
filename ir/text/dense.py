"""Constant tensors as text: ``dense<[[1.0, 2.0]]>``, splats ``dense<1.0>``."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np

from millrace.ir.attributes import PRINTED_ELEMENTS, Dense
from millrace.ir.text.numbers import element_texts, number_of
from millrace.ir.types import DYNAMIC, ElementType, FloatType, ShapedType, element_type_of

MAX_ELEMENTS = 1 << 40
"""No constant is larger; a larger splat is an error, not a hang of who looks at its elements."""

_ELEMENT = re.compile(r"\s*(?P<item>[\[\],]|[^\s\[\],]+)")


def is_resource(value: Dense) -> bool:
    """True when the constant prints as a key and its bytes travel apart."""
    return value.array.size > PRINTED_ELEMENTS and not value.is_splat


def dense_text(value: Dense) -> str:
    """The constant as ``dense<...>``, without its type."""
    array = value.array
    if array.size == 0:
        return "dense<>"
    element = element_type_of(array.dtype)
    if value.is_splat:
        return f"dense<{element_texts(array.reshape(-1)[:1], element)[0]}>"
    return f"dense<{_nested(element_texts(array, element), array.shape)}>"


def _nested(items: list[str], shape: Sequence[int]) -> str:
    for n in reversed(shape):
        items = [f"[{', '.join(items[i : i + n])}]" for i in range(0, len(items), n)]
    return items[0]


def dense_array(text: str, type: ShapedType) -> np.ndarray[Any, Any]:
    """The array of ``dense<...>`` text. Raises ValueError with what is wrong."""
    if DYNAMIC in type.shape:
        raise ValueError("a constant has a static shape")
    size = 1
    for n in type.shape:
        size *= n
    if size > MAX_ELEMENTS:
        raise ValueError(f"a constant of {size} elements")
    items, shape = _flatten(text[len("dense<") : -1])
    if not items:
        if size:
            raise ValueError(f"no elements for {type}")
        return np.empty(type.shape, type.dtype)
    if shape == ():
        return np.broadcast_to(_array(items, type.element)[0], type.shape)
    if shape != type.shape:
        raise ValueError(f"elements of shape {'x'.join(map(str, shape))} for {type}")
    return _array(items, type.element).reshape(shape)


def splat_number(text: str, element: ElementType) -> bool | int | float:
    """The number of ``dense<1.0>``, where only a splat may stand. Raises ValueError."""
    items, shape = _flatten(text[len("dense<") : -1])
    if shape != () or len(items) != 1:
        raise ValueError("expected dense<> of one number")
    return number_of(items[0], element)


def _flatten(text: str) -> tuple[list[str], tuple[int, ...]]:
    """The elements in order, and the shape that the brackets give; ``()`` for one number."""
    items: list[str] = []
    counts: list[int] = []
    sizes: dict[int, int] = {}
    expect_item = True
    for m in _ELEMENT.finditer(text.rstrip()):
        item = m["item"]
        if item == ",":
            if expect_item or not counts:
                raise ValueError("misplaced , in dense<>")
            expect_item = True
            continue
        if item == "]":
            _close(counts, sizes, expect_item)
            expect_item = False
            continue
        if not expect_item:
            raise ValueError("missing , in dense<>")
        if counts:
            counts[-1] += 1
        if item == "[":
            counts.append(0)
        else:
            if sizes.setdefault(-1, len(counts)) != len(counts):
                raise ValueError("dense<> is not rectangular")
            items.append(item)
            expect_item = False
    if counts:
        raise ValueError("missing ] in dense<>")
    depth = sizes.pop(-1, 0)
    if len(sizes) != depth:
        raise ValueError("dense<> is not rectangular")
    return items, tuple(sizes[d] for d in range(depth))


def _close(counts: list[int], sizes: dict[int, int], expect_item: bool) -> None:
    if not counts or expect_item:
        raise ValueError("misplaced ] in dense<>")
    n = counts.pop()
    if sizes.setdefault(len(counts), n) != n:
        raise ValueError("dense<> is not rectangular")


def _array(items: list[str], element: ElementType) -> np.ndarray[Any, Any]:
    """One dimension of numbers; bits stay as they are, integers wrap to the type's width."""
    if isinstance(element, FloatType):
        plain = [0.0 if s.startswith("0x") else float(number_of(s, element)) for s in items]
        with np.errstate(over="ignore"):
            array = np.array(plain, np.float64).astype(element.dtype)
        bits = array.view(f"u{element.dtype.itemsize}")
        for i, s in enumerate(items):
            if s.startswith("0x"):
                bits[i] = _bits(s, element)
        return array
    numbers = [number_of(s, element) for s in items]
    wide = np.array([int(n) & 0xFFFF_FFFF_FFFF_FFFF for n in numbers], np.uint64)
    return wide.astype(element.dtype)


def _bits(text: str, element: FloatType) -> int:
    if len(text) != 2 + element.width // 4:
        raise ValueError(f"{text} must have {element.width // 4} digits")
    return int(text, 16)
