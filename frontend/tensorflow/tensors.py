"""TensorProto, TensorShapeProto and data types."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import ml_dtypes
import numpy as np

from millrace.frontend.tensorflow.wire import Message
from millrace.ir.errors import CompileError
from millrace.ir.types import ElementType, element_type_of

Array = np.ndarray[Any, Any]
MAX_RANK = 64
MAX_ELEMENTS = 1 << 34
STRING, RESOURCE, VARIANT = 7, 20, 21
REF = 100
"""Data types of references are the plain ones plus this."""


@dataclass(frozen=True)
class Storage:
    """A data type, and the field of TensorProto that lists its elements."""

    dtype: np.dtype[Any]
    field: int


def _storage(dtype: Any, field: int) -> Storage:
    return Storage(np.dtype(dtype), field)


# The numbers are those of TensorFlow's DataType.
STORAGE: dict[int, Storage] = {
    1: _storage(np.float32, 5),
    2: _storage(np.float64, 6),
    3: _storage(np.int32, 7),
    4: _storage(np.uint8, 7),
    5: _storage(np.int16, 7),
    6: _storage(np.int8, 7),
    9: _storage(np.int64, 10),
    10: _storage(np.bool_, 11),
    14: _storage(ml_dtypes.bfloat16, 13),
    17: _storage(np.uint16, 7),
    19: _storage(np.float16, 13),
    22: _storage(np.uint32, 16),
    23: _storage(np.uint64, 17),
}

OTHER_TYPES: dict[int, str] = {
    7: "string", 8: "complex64", 11: "qint8", 12: "quint8", 13: "qint32", 15: "qint16",
    16: "quint16", 18: "complex128", 20: "resource", 21: "variant",
}  # fmt: skip


@dataclass(frozen=True)
class DataType:
    """An attribute or tensor's data type; a reference is what it refers to."""

    number: int

    def element(self, what: str) -> ElementType:
        storage = STORAGE.get(self.number % REF)
        if storage is None:
            name = OTHER_TYPES.get(self.number % REF, f"number {self.number}")
            raise CompileError(f"{what}: data type {name} is not supported")
        return element_type_of(storage.dtype)


@dataclass(frozen=True)
class PartialShape:
    """A shape with None for unknown dimensions; ``dims`` is None when the rank is unknown."""

    dims: tuple[int | None, ...] | None


@dataclass(frozen=True)
class Strings:
    """A tensor of strings: only its existence matters."""

    values: tuple[bytes, ...]


@dataclass(frozen=True)
class Unreadable:
    """A tensor that cannot be read, and why: an error only when something needs it."""

    problem: str


def read_shape(message: Message | None) -> PartialShape:
    if message is None:
        return PartialShape(())
    if message.number(3):
        return PartialShape(None)
    dims = [d.number(1) for d in message.messages(2)]
    if len(dims) > MAX_RANK:
        raise CompileError(f"malformed file: a shape of {len(dims)} dimensions")
    return PartialShape(tuple(None if d < 0 else d for d in dims))


def read_tensor(message: Message, what: str) -> Array | Strings:
    """The content of a TensorProto; ``what`` names it in errors."""
    number = message.number(1)
    if number == STRING:
        return Strings(tuple(bytes(v) for v in message.blobs(8)))
    DataType(number).element(what)
    storage = STORAGE[number]
    dims = read_shape(message.message(2)).dims
    if dims is None or None in dims:
        raise CompileError(f"{what}: a constant of unknown shape")
    shape = tuple(d for d in dims if d is not None)
    count = math.prod(shape)
    if count > MAX_ELEMENTS:
        raise CompileError(f"{what}: {list(shape)} is too large")
    content = message.blob(4)
    if content is not None and len(content):
        return from_bytes(content, storage.dtype, shape, what)
    return _from_list(_listed(message, storage), storage.dtype, shape, what)


def from_bytes(data: memoryview, dtype: np.dtype[Any], shape: tuple[int, ...], what: str) -> Array:
    """Elements in row-major order, little-endian."""
    needed = math.prod(shape) * dtype.itemsize
    if len(data) != needed:
        raise CompileError(f"{what}: the shape needs {needed} bytes, the file has {len(data)}")
    if dtype == np.bool_:
        return np.asarray(np.frombuffer(data, np.uint8) != 0).reshape(shape)
    return np.frombuffer(data, dtype).reshape(shape)


def _listed(message: Message, storage: Storage) -> Array:
    dtype = storage.dtype
    if storage.field in (5, 6):
        return message.floats(storage.field, dtype)
    values = np.array(message.numbers(storage.field), np.int64)
    if storage.field == 13:  # half_val: bit patterns
        return values.astype(np.uint16).view(dtype)
    return values.astype(dtype)


def _from_list(values: Array, dtype: np.dtype[Any], shape: tuple[int, ...], what: str) -> Array:
    """The last listed element stands for all that are missing."""
    count = math.prod(shape)
    if len(values) > count:
        raise CompileError(f"{what}: {len(values)} elements for shape {list(shape)}")
    if len(values) == count:
        return values.reshape(shape)
    if len(values) <= 1:
        one = values[0] if len(values) else dtype.type(0)
        return np.broadcast_to(np.asarray(one, dtype), shape)
    if count > 1 << 28:
        raise CompileError(f"{what}: {list(shape)} is too large")
    rest = np.full(count - len(values), values[-1], dtype)
    return np.concatenate([values, rest]).reshape(shape)
