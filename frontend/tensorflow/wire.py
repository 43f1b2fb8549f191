"""Protocol buffers' wire format, read with bounds: enough for TensorFlow's messages.

A message is read one level at a time: nested messages stay bytes until they are asked for, so
weights are never copied and hostile nesting costs nothing."""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from millrace.ir.errors import CompileError

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
MAX_VARINT = 10
"""Bytes of the longest number."""


def read_varint(data: memoryview, at: int) -> tuple[int, int]:
    """An unsigned number, and where the next thing starts."""
    value = shift = 0
    for i in range(at, min(at + MAX_VARINT, len(data))):
        byte = data[i]
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value & 0xFFFF_FFFF_FFFF_FFFF, i + 1
        shift += 7
    raise CompileError("malformed file: a number is cut off")


def signed(value: int) -> int:
    """A 64-bit two's complement number."""
    return value - (1 << 64) if value >> 63 else value


def _take(data: memoryview, at: int, size: int) -> tuple[memoryview, int]:
    if size > len(data) - at:
        raise CompileError("malformed file: a field is longer than its message")
    return data[at : at + size], at + size


def _number(data: memoryview, at: int) -> tuple[int | memoryview, int]:
    return read_varint(data, at)


def _counted(data: memoryview, at: int) -> tuple[int | memoryview, int]:
    size, at = read_varint(data, at)
    return _take(data, at, size)


_READERS: dict[int, Callable[[memoryview, int], tuple[int | memoryview, int]]] = {
    _VARINT: _number,
    _FIXED64: lambda data, at: _take(data, at, 8),
    _BYTES: _counted,
    _FIXED32: lambda data, at: _take(data, at, 4),
}


class Message:
    """The fields of a message by number, in order of occurrence."""

    def __init__(self, data: memoryview) -> None:
        self._fields: dict[int, list[int | memoryview]] = {}
        at = 0
        while at < len(data):
            key, at = read_varint(data, at)
            reader = _READERS.get(key & 7)
            if reader is None or key >> 3 == 0:
                raise CompileError("malformed file: not a protocol buffer")
            value, at = reader(data, at)
            self._fields.setdefault(key >> 3, []).append(value)

    def __contains__(self, field: int) -> bool:
        return field in self._fields

    def numbers(self, field: int) -> list[int]:
        """Signed integers of a repeated field, packed or not."""
        out: list[int] = []
        for value in self._fields.get(field, ()):
            if isinstance(value, int):
                out.append(signed(value))
                continue
            at = 0
            while at < len(value):
                number, at = read_varint(value, at)
                out.append(signed(number))
        return out

    def number(self, field: int, default: int = 0) -> int:
        found = self.numbers(field)
        return found[-1] if found else default

    def floats(self, field: int, dtype: Any) -> np.ndarray[Any, Any]:
        """Fixed-width numbers of a repeated field, packed or not."""
        parts = [bytes(v) for v in self._fields.get(field, ()) if not isinstance(v, int)]
        size = np.dtype(dtype).itemsize
        joined = b"".join(parts)
        if len(joined) % size:
            raise CompileError("malformed file: a list of numbers is cut off")
        return np.frombuffer(joined, dtype)

    def real(self, field: int) -> float:
        """A float of 32 bits."""
        value = self._fields[field][-1]
        if isinstance(value, int) or len(value) != 4:
            raise CompileError("malformed file: a float has the wrong width")
        return float(struct.unpack("<f", value)[0])

    def blobs(self, field: int) -> list[memoryview]:
        """Byte strings of a repeated field."""
        found = self._fields.get(field, [])
        out = [v for v in found if not isinstance(v, int)]
        if len(out) != len(found):
            raise CompileError("malformed file: a number where bytes belong")
        return out

    def blob(self, field: int) -> memoryview | None:
        found = self.blobs(field)
        return found[-1] if found else None

    def texts(self, field: int) -> list[str]:
        try:
            return [bytes(v).decode() for v in self.blobs(field)]
        except UnicodeDecodeError as e:
            raise CompileError("malformed file: a name is not UTF-8") from e

    def text(self, field: int) -> str:
        found = self.texts(field)
        return found[-1] if found else ""

    def messages(self, field: int) -> Iterator[Message]:
        for value in self.blobs(field):
            yield Message(value)

    def message(self, field: int) -> Message | None:
        found = self.blob(field)
        return None if found is None else Message(found)

    def entries(self, field: int) -> Iterator[tuple[str, Message]]:
        """A map from names to messages."""
        for entry in self.messages(field):
            yield entry.text(1), entry.message(2) or Message(memoryview(b""))
