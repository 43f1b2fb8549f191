"""Tensors of the file as numpy arrays, checked: sizes, data types, external files."""

from __future__ import annotations

import math
import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import ml_dtypes
import numpy as np

from millrace.ir.errors import CompileError
from millrace.ir.types import ElementType, element_type_of

Array = np.ndarray[Any, Any]

MAX_RANK = 64
MAX_ELEMENTS = 1 << 34


@dataclass(frozen=True)
class Storage:
    """How a data type is kept: its dtype, and the typed field with the field's own dtype."""

    dtype: np.dtype[Any]
    field: str
    carrier: np.dtype[Any]

    def from_field(self, values: Any) -> Array:
        raw = np.array(values, dtype=self.carrier)
        if self.dtype.itemsize == 2 and self.dtype.kind not in "iu":
            return raw.astype(np.uint16).view(self.dtype)  # float16 and bfloat16: bit patterns
        return raw.astype(self.dtype)


def _storage(dtype: Any, field: str, carrier: Any) -> Storage:
    return Storage(np.dtype(dtype), field, np.dtype(carrier))


# The numbers are onnx.TensorProto.DataType's.
STORAGE: dict[int, Storage] = {
    1: _storage(np.float32, "float_data", np.float32),
    2: _storage(np.uint8, "int32_data", np.int32),
    3: _storage(np.int8, "int32_data", np.int32),
    4: _storage(np.uint16, "int32_data", np.int32),
    5: _storage(np.int16, "int32_data", np.int32),
    6: _storage(np.int32, "int32_data", np.int32),
    7: _storage(np.int64, "int64_data", np.int64),
    9: _storage(np.bool_, "int32_data", np.int32),
    10: _storage(np.float16, "int32_data", np.int32),
    11: _storage(np.float64, "double_data", np.float64),
    12: _storage(np.uint32, "uint64_data", np.uint64),
    13: _storage(np.uint64, "uint64_data", np.uint64),
    16: _storage(ml_dtypes.bfloat16, "int32_data", np.int32),
}

OTHER_TYPES: dict[int, str] = {
    8: "string", 14: "complex64", 15: "complex128", 17: "float8e4m3fn", 18: "float8e4m3fnuz",
    19: "float8e5m2", 20: "float8e5m2fnuz", 21: "uint4", 22: "int4", 23: "float4e2m1",
    24: "float8e8m0", 25: "uint2", 26: "int2",
}  # fmt: skip


def element_type(data_type: int, what: str) -> ElementType:
    """The IR's element type of an ONNX data type."""
    storage = STORAGE.get(data_type)
    if storage is None:
        name = OTHER_TYPES.get(data_type, f"number {data_type}")
        raise CompileError(f"{what}: data type {name} is not supported")
    return element_type_of(storage.dtype)


def data_type_of(element: ElementType) -> int:
    """The ONNX data type of an element type; the inverse of :func:`element_type`."""
    return next(k for k, s in STORAGE.items() if element_type_of(s.dtype) == element)


def checked_shape(dims: Any, what: str) -> tuple[int, ...]:
    """The dimensions of a tensor that exists; never negative, never absurd."""
    shape = tuple(int(d) for d in dims)
    if any(d < 0 for d in shape):
        raise CompileError(f"{what}: negative dimension in {list(shape)}")
    if len(shape) > MAX_RANK or math.prod(shape) > MAX_ELEMENTS:
        raise CompileError(f"{what}: {list(shape)} is too large")
    return shape


def to_array(proto: Any, directory: Path | None, what: str) -> Array:
    """The content of a TensorProto. ``what`` names it in errors."""
    element_type(proto.data_type, what)
    storage = STORAGE[proto.data_type]
    shape = checked_shape(proto.dims, what)
    count = math.prod(shape)
    if proto.HasField("segment"):
        raise CompileError(f"{what}: tensors in segments are not supported")
    if proto.data_location == 1:
        flat = _external(proto, storage.dtype, count, directory, what)
    elif proto.HasField("raw_data"):
        flat = _from_bytes(proto.raw_data, storage.dtype, count, what)
    else:
        values = getattr(proto, storage.field)
        if len(values) != count:
            raise CompileError(
                f"{what}: the shape {list(shape)} needs {count} elements, the file has "
                f"{len(values)}"
            )
        flat = storage.from_field(values)
    if storage.dtype == np.bool_:
        flat = flat.astype(np.uint8).astype(np.bool_)  # any nonzero byte is true
    return flat.reshape(shape)


def _from_bytes(data: bytes, dtype: np.dtype[Any], count: int, what: str) -> Array:
    if len(data) != count * dtype.itemsize:
        raise CompileError(
            f"{what}: the shape needs {count * dtype.itemsize} bytes, the file has {len(data)}"
        )
    raw = np.uint8 if dtype == np.bool_ else dtype
    return np.frombuffer(data, dtype=raw)


def _external(
    proto: Any, dtype: np.dtype[Any], count: int, directory: Path | None, what: str
) -> Array:
    """Data in a file beside the model. The file must lie in the model's directory."""
    info = {e.key: e.value for e in proto.external_data}
    path = _external_path(info.get("location", ""), directory, what)
    needed = count * dtype.itemsize
    try:
        offset = int(info.get("offset", 0) or 0)
        length = int(info.get("length", 0) or needed)
        if offset < 0 or length != needed:
            raise CompileError(
                f"{what}: the shape needs {needed} bytes, {path.name} gives {length}"
            )
        with path.open("rb") as f:
            f.seek(0, os.SEEK_END)
            if f.tell() < offset + length:
                raise CompileError(f"{what}: {path.name} is too short")
            f.seek(offset)
            return _from_bytes(f.read(length), dtype, count, what)
    except (OSError, OverflowError, ValueError) as e:
        raise CompileError(f"{what}: cannot read external data {path.name}: {e}") from e


def _external_path(location: str, directory: Path | None, what: str) -> Path:
    if directory is None:
        raise CompileError(
            f"{what}: has external data; compile the model from its path, not from memory"
        )
    if not location or "\0" in location:
        raise CompileError(f"{what}: external data without a location")
    path = (directory / location).resolve()
    if not path.is_relative_to(directory.resolve()):
        raise CompileError(f"{what}: external data {location!r} leaves the model's directory")
    return path


def sparse_to_array(proto: Any, directory: Path | None, what: str) -> Array:
    """A SparseTensorProto, made dense."""
    values = to_array(proto.values, directory, what)
    indices = to_array(proto.indices, directory, what).astype(np.int64)
    shape = checked_shape(proto.dims, what)
    count = math.prod(shape)
    if count > 1 << 28:
        raise CompileError(f"{what}: sparse tensor {list(shape)} is too large")
    if indices.ndim == 2 and indices.shape == (values.size, len(shape)):
        strides = [math.prod(shape[i + 1 :]) for i in range(len(shape))]
        if (indices < 0).any() or (indices >= np.array(shape)).any():
            raise CompileError(f"{what}: sparse index out of range")
        indices = indices @ np.array(strides, dtype=np.int64)
    if values.ndim != 1 or indices.shape != values.shape:
        raise CompileError(f"{what}: sparse values and indices do not fit together")
    if values.size and (int(indices.min()) < 0 or int(indices.max()) >= count):
        raise CompileError(f"{what}: sparse index out of range")
    dense: Array = np.zeros(count, dtype=values.dtype)
    dense[indices] = values
    return dense.reshape(shape)


Reader = Callable[[Any, str], Array]
"""Reads a TensorProto; the second argument names it in errors."""
