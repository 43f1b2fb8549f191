"""Numbers as text: shortest exact decimals, and bits for what has no decimal."""

from __future__ import annotations

import math
import re
from typing import Any

import numpy as np

from millrace.ir.types import F64, ElementType, FloatType, IntegerType

_BIT_TYPES: dict[int, np.dtype[Any]] = {
    2: np.dtype(np.uint16),
    4: np.dtype(np.uint32),
    8: np.dtype(np.uint64),
}
MAX_DIGITS = 24
"""More digits than any 64-bit integer has; longer ones are errors (and slow to convert)."""


def float_text(value: float) -> str:
    """The shortest decimal that reads back as the finite ``value``; always with a dot."""
    text = repr(value)
    if "." in text:
        return text
    mantissa, e, exponent = text.partition("e")
    return f"{mantissa}.0{e}{exponent}"


def bits_text(value: float, type: FloatType) -> str:
    """The bits of a number that has no decimal: NaN, infinity."""
    array = _bits_of(value, type)
    return f"0x{int(array):0{type.width // 4}X}"


def _bits_of(value: float, type: FloatType) -> Any:
    with np.errstate(all="ignore"):
        return np.asarray(value, type.dtype).view(_BIT_TYPES[type.dtype.itemsize])[()]


def float_of_bits(bits: int, type: FloatType) -> float:
    """The number with these bits. Raises ValueError when they are too many."""
    if not 0 <= bits < 1 << type.width:
        raise ValueError(f"more bits than {type} has")
    array = np.array(bits, _BIT_TYPES[type.dtype.itemsize]).view(type.dtype)
    return float(array)


def number_text(value: bool | int | float, type: ElementType) -> str:
    """A number of an element type, as attributes show it (without the type)."""
    if isinstance(type, FloatType):
        value = float(value)
        return float_text(value) if math.isfinite(value) else bits_text(value, type)
    if isinstance(type, IntegerType) and type.width == 1:
        return "true" if value else "false"
    return str(int(value))


def number_of(text: str, type: ElementType) -> bool | int | float:
    """The inverse of :func:`number_text`. Raises ValueError when the text is no such number."""
    if isinstance(type, FloatType):
        if text in _TRUTH:
            raise ValueError(f"{text} is not a number")
        if text.startswith("0x"):
            return float_of_bits(int(text, 16), type)
        if not _DECIMAL.fullmatch(text):
            raise ValueError(f"{text[:40]} is not a number")
        return float(text)
    if isinstance(type, IntegerType) and type.width == 1:
        if text not in _TRUTH:
            raise ValueError(f"expected true or false, got {text}")
        return _TRUTH[text]
    value = integer(text)
    low, high = integer_range(type)
    if not low <= value <= high:
        raise ValueError(f"{text} does not fit {type}")
    return value


def integer(text: str) -> int:
    """An integer literal, decimal or hexadecimal. Raises ValueError."""
    if len(text) > MAX_DIGITS or not _INTEGER.fullmatch(text):
        raise ValueError(f"{text[:40]} is not a 64-bit integer")
    return int(text, 16) if "x" in text else int(text)


def integer_range(type: ElementType) -> tuple[int, int]:
    """The literals that a type takes; signless types take those of both signs."""
    if isinstance(type, IntegerType) and type.unsigned:
        return 0, (1 << type.width) - 1
    return -(1 << (type.width - 1)), (1 << type.width) - 1


_DECIMAL = re.compile(r"-?[0-9]+(?:\.[0-9]*(?:[eE][-+]?[0-9]+)?)?", re.ASCII)
_INTEGER = re.compile(r"-?(?:0x[0-9A-Fa-f]+|[0-9]+)", re.ASCII)
_TRUTH = {"true": True, "false": False, "0": False, "1": True}


def element_texts(array: np.ndarray[Any, Any], type: ElementType) -> list[str]:
    """The elements of an array of ``type`` as text, in row-major order; exact and short."""
    flat = np.ascontiguousarray(array).reshape(-1)
    if not isinstance(type, FloatType):
        return [number_text(x, type) for x in flat.tolist()]
    with np.errstate(all="ignore"):
        exact = flat.astype(np.float64).tolist()
        short = exact if type == F64 else [float(str(x)) for x in flat]
        same = (np.array(short, np.float64).astype(type.dtype) == flat).tolist()
    bits = flat.view(_BIT_TYPES[type.dtype.itemsize]).tolist()
    return [
        float_text(s if ok else x) if math.isfinite(x) else f"0x{b:0{type.width // 4}X}"
        for x, s, ok, b in zip(exact, short, same, bits, strict=True)
    ]
