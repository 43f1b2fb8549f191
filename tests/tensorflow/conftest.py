"""Writes GraphDefs for tests, without TensorFlow: the wire format the other way round."""

from __future__ import annotations

import struct
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

DTYPES = {"float32": 1, "float64": 2, "int32": 3, "int64": 9, "bool": 10}


def varint(value: int) -> bytes:
    value &= (1 << 64) - 1
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def number(field: int, value: int) -> bytes:
    return varint(field << 3) + varint(value)


def blob(field: int, data: bytes | str) -> bytes:
    raw = data.encode() if isinstance(data, str) else data
    return varint(field << 3 | 2) + varint(len(raw)) + raw


class Type(str):
    """A data type, by numpy's name."""


class Func(str):
    """The name of a function."""


class Shape(tuple[int, ...]):
    """A shape; -1 for unknown."""


def shape_bytes(dims: Sequence[int]) -> bytes:
    return b"".join(blob(2, number(1, d)) for d in dims)


def tensor_bytes(array: np.ndarray[Any, Any]) -> bytes:
    header = number(1, DTYPES[array.dtype.name]) + blob(2, shape_bytes(array.shape))
    return header + blob(4, array.tobytes())


WRITERS: tuple[tuple[type, Callable[[Any], bytes]], ...] = (
    (Type, lambda v: number(6, DTYPES.get(v, 0) or {"resource": 20, "variant": 21}[v])),
    (Func, lambda v: blob(10, blob(1, str(v)))),
    (Shape, lambda v: blob(7, shape_bytes(v))),
    (bool, lambda v: number(5, int(v))),
    (int, lambda v: number(3, v)),
    (float, lambda v: varint(4 << 3 | 5) + struct.pack("<f", v)),
    (str, lambda v: blob(2, v)),
    (np.ndarray, lambda v: blob(8, tensor_bytes(v))),
    (list, lambda v: blob(1, b"".join(listed(e) for e in v))),
)


def listed(value: Any) -> bytes:
    """An element of a list: an integer or a function's name."""
    return number(3, value) if isinstance(value, int) else blob(9, blob(1, str(value)))


def attribute(value: Any) -> bytes:
    return next(write for kind, write in WRITERS if isinstance(value, kind))(value)


def node_bytes(name: str, op: str, inputs: Sequence[str], attributes: dict[str, Any]) -> bytes:
    out = blob(1, name) + blob(2, op) + b"".join(blob(3, i) for i in inputs)
    return out + b"".join(
        blob(5, blob(1, k) + blob(2, attribute(v))) for k, v in attributes.items()
    )


class Writer:
    """A GraphDef in the making; also the body of a function."""

    def __init__(self) -> None:
        self._nodes: list[bytes] = []
        self._functions: list[bytes] = []

    def add(self, name: str, op: str, *inputs: str, **attributes: Any) -> str:
        self._nodes.append(node_bytes(name, op, inputs, attributes))
        return name

    def const(self, name: str, value: Any, *control: str, dtype: Any = np.float32) -> str:
        return self.add(name, "Const", *control, value=np.asarray(value, dtype))

    def placeholder(self, name: str, *dims: int, dtype: str = "float32") -> str:
        return self.add(name, "Placeholder", dtype=Type(dtype), shape=Shape(dims))

    def function(
        self, name: str, arguments: dict[str, str], results: dict[str, str], body: Writer
    ) -> None:
        """``arguments`` has data types by name, ``results`` references by name."""
        numbers = {**DTYPES, "resource": 20, "variant": 21}
        signature = blob(1, name)
        for a, t in arguments.items():
            signature += blob(2, blob(1, a) + number(3, numbers[t]))
        for r in results:
            signature += blob(3, blob(1, r) + number(3, 1))
        out = blob(1, signature) + b"".join(blob(3, n) for n in body._nodes)
        out += b"".join(blob(4, blob(1, r) + blob(2, ref)) for r, ref in results.items())
        self._functions.append(out)

    def data(self) -> bytes:
        library = b"".join(blob(1, f) for f in self._functions)
        nodes = b"".join(blob(1, n) for n in self._nodes)
        return nodes + (blob(2, library) if library else b"")


class Kinds:
    """The makers of attribute values."""

    type, func, shape = Type, Func, Shape


@pytest.fixture
def kinds() -> type[Kinds]:
    return Kinds


@pytest.fixture
def writer() -> type[Writer]:
    return Writer
