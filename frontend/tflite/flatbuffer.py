"""A reader of flatbuffers that trusts nothing: every offset is checked before it is followed,
and the work a file can cause is bounded by its size. It knows the encoding only; which field of
a table means what is in ``schema.py``."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from millrace.ir.errors import CompileError

FORMATS: Mapping[str, struct.Struct] = {
    "bool": struct.Struct("<?"),
    "i8": struct.Struct("<b"),
    "u8": struct.Struct("<B"),
    "u16": struct.Struct("<H"),
    "i32": struct.Struct("<i"),
    "u32": struct.Struct("<I"),
    "i64": struct.Struct("<q"),
    "u64": struct.Struct("<Q"),
    "f32": struct.Struct("<f"),
}


@dataclass(frozen=True)
class Field:
    """Field number ``slot`` of a table. ``kind`` is a scalar's format, ``string``, ``table``,
    ``tables``, or ``[format]`` for a vector of scalars."""

    slot: int
    kind: str
    default: Any = 0


Schema = Mapping[str, Field]
"""The fields of a table by name."""


class Reader:
    """The bytes of a file. ``label`` names it in errors."""

    def __init__(self, data: bytes, label: str) -> None:
        self.data = data
        self.label = label
        # Several tables may share one vector: what is decoded is bounded, not only the file.
        self._budget = 4 * len(data) + 4096

    def error(self, message: str) -> CompileError:
        return CompileError(f"{self.label}: malformed file: {message}")

    def scalar(self, kind: str, at: int) -> Any:
        form = FORMATS[kind]
        if not 0 <= at <= len(self.data) - form.size:
            raise self.error(f"offset {at} is outside of the file")
        return form.unpack_from(self.data, at)[0]

    def span(self, at: int, size: int) -> memoryview:
        """``size`` bytes from ``at`` on, without a copy."""
        if at < 0 or size < 0 or at + size > len(self.data):
            raise self.error(f"{size} bytes at {at} leave the file")
        return memoryview(self.data)[at : at + size]

    def spend(self, count: int) -> None:
        self._budget -= count
        if self._budget < 0:
            raise self.error("tables share more data than the file has")

    def follow(self, at: int) -> int:
        """The place that the offset stored at ``at`` points to."""
        offset = int(self.scalar("u32", at))
        if offset == 0:
            raise self.error(f"empty offset at {at}")
        return at + offset

    def vector(self, at: int, width: int) -> tuple[int, int]:
        """Where the elements of the vector at ``at`` begin, and how many there are."""
        count = int(self.scalar("u32", at))
        self.span(at + 4, count * width)
        return at + 4, count

    def root(self) -> Table:
        return Table(self, self.follow(0))


class Table:
    """A table at ``at``."""

    __slots__ = ("_at", "_reader", "_size", "_vtable")

    def __init__(self, reader: Reader, at: int) -> None:
        reader.spend(1)
        self._reader = reader
        self._at = at
        self._vtable = at - int(reader.scalar("i32", at))
        self._size = int(reader.scalar("u16", self._vtable))
        if self._size < 4 or self._size % 2:
            raise reader.error(f"a table at {at} has no valid field list")
        reader.span(self._vtable, self._size)

    def _place(self, slot: int) -> int | None:
        """Where a field stands; None when it has its default."""
        entry = 4 + 2 * slot
        if entry >= self._size:
            return None
        offset = int(self._reader.scalar("u16", self._vtable + entry))
        return self._at + offset if offset else None

    def get(self, field: Field) -> Any:
        at = self._place(field.slot)
        if at is None:
            return () if field.kind.startswith("[") or field.kind == "tables" else field.default
        if field.kind in FORMATS:
            return self._reader.scalar(field.kind, at)
        return self._reference(field.kind, self._reader.follow(at))

    def _reference(self, kind: str, at: int) -> Any:
        if kind == "table":
            return Table(self._reader, at)
        if kind == "tables":
            return self._tables(at)
        if kind == "string":
            start, count = self._reader.vector(at, 1)
            self._reader.spend(count)
            return bytes(self._reader.span(start, count)).decode("utf-8", "replace")
        return self._scalars(kind[1:-1], at)

    def _tables(self, at: int) -> Sequence[Table]:
        start, count = self._reader.vector(at, 4)
        return tuple(Table(self._reader, self._reader.follow(start + 4 * i)) for i in range(count))

    def _scalars(self, kind: str, at: int) -> tuple[Any, ...]:
        form = FORMATS[kind]
        start, count = self._reader.vector(at, form.size)
        self._reader.spend(count)
        view = self._reader.span(start, count * form.size)
        return tuple(np.frombuffer(view, dtype=np.dtype(form.format)).tolist())

    def bytes_of(self, slot: int) -> memoryview | None:
        """A vector of bytes, without a copy; None when it is absent."""
        at = self._place(slot)
        if at is None:
            return None
        start, count = self._reader.vector(self._reader.follow(at), 1)
        return self._reader.span(start, count)

    def record(self, schema: Schema) -> dict[str, Any]:
        return {name: self.get(field) for name, field in schema.items()}
