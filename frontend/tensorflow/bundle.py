"""Tensor bundles, TensorFlow's checkpoints: an index, which is a sorted table of blocks as LevelDB
writes it, and shards with the bytes of the tensors."""

from __future__ import annotations

import math
import struct
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from millrace.frontend.tensorflow.tensors import (
    MAX_ELEMENTS,
    STORAGE,
    Array,
    DataType,
    from_bytes,
    read_shape,
)
from millrace.frontend.tensorflow.wire import Message, read_varint
from millrace.ir.errors import CompileError

_FOOTER = 48
_MAGIC = 0xDB4775248B80FB57
_TRAILER = 5
"""After each block: its compression, and a checksum."""


@dataclass(frozen=True)
class _Entry:
    number: int
    shape: tuple[int, ...]
    shard: int
    offset: int
    size: int


class Bundle:
    """The tensors of a checkpoint, read when asked for."""

    def __init__(self, prefix: Path) -> None:
        self._prefix = prefix
        self._entries: dict[str, _Entry] = {}
        self._shards = 1
        index = prefix.with_name(prefix.name + ".index")
        what = str(index)
        for key, value in _table(memoryview(_read(index)), what):
            message = Message(value)
            if not key:
                self._shards = _checked_shards(message, what)
                continue
            dims = read_shape(message.message(2)).dims or ()
            self._entries[key.decode(errors="replace")] = _Entry(
                message.number(1),
                tuple(d or 0 for d in dims),
                message.number(3),
                message.number(4),
                message.number(5),
            )

    def __contains__(self, key: str) -> bool:
        return key in self._entries

    def tensor(self, key: str) -> Array:
        """A tensor's content."""
        what = f"{self._prefix}: tensor {key!r}"
        entry = self._entries.get(key)
        if entry is None:
            raise CompileError(f"{what}: not in the checkpoint")
        DataType(entry.number).element(what)
        if math.prod(entry.shape) > MAX_ELEMENTS or not 0 <= entry.shard < self._shards:
            raise CompileError(f"{what}: malformed entry")
        name = f"{self._prefix.name}.data-{entry.shard:05d}-of-{self._shards:05d}"
        path = self._prefix.with_name(name)
        try:
            whole = np.memmap(path, np.uint8, "r")
        except (OSError, ValueError) as e:
            raise CompileError(f"{path}: {e}") from e
        if entry.offset < 0 or entry.size < 0 or entry.offset + entry.size > len(whole):
            raise CompileError(f"{what}: lies outside of {name}")
        data = whole[entry.offset : entry.offset + entry.size].tobytes()
        return from_bytes(memoryview(data), STORAGE[entry.number].dtype, entry.shape, what)


def _checked_shards(header: Message, what: str) -> int:
    if header.number(2):
        raise CompileError(f"{what}: big-endian checkpoints are not supported")
    shards = header.number(1, 1)
    if not 1 <= shards <= 99999:
        raise CompileError(f"{what}: {shards} shards")
    return shards


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as e:
        raise CompileError(f"{path}: {e.strerror or e}") from e


# ---- the table


def _table(data: memoryview, what: str) -> Iterator[tuple[bytes, memoryview]]:
    """All keys and values."""
    if len(data) < _FOOTER or struct.unpack("<Q", data[-8:])[0] != _MAGIC:
        raise CompileError(f"{what}: not a checkpoint's index")
    footer = data[-_FOOTER:]
    _, at = _handle(footer, 0)
    index, _ = _handle(footer, at)
    for _, value in _block(data, index, what):
        handle, _ = _handle(value, 0)
        yield from _block(data, handle, what)


def _handle(data: memoryview, at: int) -> tuple[tuple[int, int], int]:
    """Offset and size of a block, and where the next thing starts."""
    offset, at = read_varint(data, at)
    size, at = read_varint(data, at)
    return (offset, size), at


def _block(
    data: memoryview, handle: tuple[int, int], what: str
) -> Iterator[tuple[bytes, memoryview]]:
    """Keys and values of a block. A key shares a prefix with the one before; the block ends in a
    list of the places where keys are whole, and its length."""
    offset, size = handle
    if offset + size + _TRAILER > len(data) or size < 4:
        raise CompileError(f"{what}: a block lies outside of the file")
    if data[offset + size] != 0:
        raise CompileError(f"{what}: compressed blocks are not supported")
    block = data[offset : offset + size]
    restarts = struct.unpack("<I", block[-4:])[0]
    end = size - 4 - 4 * restarts
    if end < 0:
        raise CompileError(f"{what}: a malformed block")
    entries = block[:end]
    at, key = 0, b""
    while at < end:
        shared, at = read_varint(entries, at)
        own, at = read_varint(entries, at)
        length, at = read_varint(entries, at)
        if shared > len(key) or own + length > end - at:
            raise CompileError(f"{what}: a malformed block")
        key = key[:shared] + bytes(entries[at : at + own])
        at += own
        yield key, entries[at : at + length]
        at += length
