"""A file, decoded and checked: after :func:`decode` every number that refers to something refers
to something that is there."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ml_dtypes
import numpy as np

from millrace.frontend.tflite import schema
from millrace.frontend.tflite.flatbuffer import Reader, Table
from millrace.ir.errors import CompileError
from millrace.ir.types import ElementType, element_type_of

Array = np.ndarray[Any, Any]

MAX_RANK = 16
MAX_ELEMENTS = 1 << 31
SCHEMA_VERSION = 3
NO_TENSOR = -1

TYPE_NAMES = (
    "float32", "float16", "int32", "uint8", "int64", "string", "bool", "int16", "complex64",
    "int8", "float64", "complex128", "uint64", "resource", "variant", "uint32", "uint16", "int4",
    "bfloat16",
)  # fmt: skip
DTYPES: Mapping[str, np.dtype[Any]] = {
    name: np.dtype(name)
    for name in TYPE_NAMES
    if name not in ("string", "complex64", "complex128", "resource", "variant", "int4", "bfloat16")
} | {"bfloat16": np.dtype(ml_dtypes.bfloat16)}

STORED_QUANTIZED = frozenset({"int8", "uint8", "int16"})
"""Types of numbers that stand for others, where a tensor has a scale."""


@dataclass(frozen=True)
class Quantization:
    """real = scale * (stored - zero_point); one entry, or one a slice along ``axis``."""

    scale: tuple[float, ...]
    zero_point: tuple[int, ...]
    axis: int


@dataclass(frozen=True)
class TensorInfo:
    """A tensor of a subgraph as the file declares it. ``data`` is there for constants."""

    index: int
    name: str
    shape: tuple[int, ...]
    signature: tuple[int, ...]
    type: str
    quantization: Quantization | None
    is_variable: bool
    data: memoryview | None
    what: str

    @property
    def dtype(self) -> np.dtype[Any]:
        found = DTYPES.get(self.type)
        if found is None:
            raise CompileError(f"{self.what}: data type {self.type} is not supported")
        return found

    @property
    def element(self) -> ElementType:
        return element_type_of(self.dtype)

    def array(self) -> Array:
        """The content of a constant."""
        assert self.data is not None
        count = math.prod(self.shape)
        dtype = self.dtype
        if len(self.data) != count * dtype.itemsize:
            raise CompileError(
                f"{self.what}: the shape {list(self.shape)} needs {count * dtype.itemsize} bytes, "
                f"the file has {len(self.data)}"
            )
        if dtype == np.bool_:
            return np.asarray(np.frombuffer(self.data, np.uint8) != 0).reshape(self.shape)
        return np.frombuffer(self.data, dtype).reshape(self.shape)


@dataclass(frozen=True)
class Operator:
    """An operator of a subgraph. Inputs that are left out are :data:`NO_TENSOR`."""

    index: int
    kind: str
    version: int
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    intermediates: tuple[int, ...]
    options: Mapping[str, Any]
    label: str


@dataclass(frozen=True)
class Subgraph:
    index: int
    name: str
    tensors: tuple[TensorInfo, ...]
    inputs: tuple[int, ...]
    outputs: tuple[int, ...]
    operators: tuple[Operator, ...]


@dataclass(frozen=True)
class Model:
    file: str
    subgraphs: tuple[Subgraph, ...]


def decode(data: bytes, file: str) -> Model:
    """The model in ``data``; a CompileError that names ``file`` when it is none."""
    if len(data) < 8 or data[4:8] != schema.IDENTIFIER:
        raise CompileError(f"{file}: not a TensorFlow Lite model")
    return _Decoder(Reader(data, file)).model()


class _Decoder:
    def __init__(self, reader: Reader) -> None:
        self.reader = reader
        self.file = reader.label
        self.buffers: Sequence[Table] = ()
        self.codes: Sequence[tuple[str, int]] = ()

    def error(self, message: str) -> CompileError:
        return CompileError(f"{self.file}: {message}")

    def model(self) -> Model:
        top = self.reader.root().record(schema.MODEL)
        if top["version"] != SCHEMA_VERSION:
            raise self.error(f"schema version {top['version']}, expected {SCHEMA_VERSION}")
        self.buffers = top["buffers"]
        self.codes = [self._code(t) for t in top["operator_codes"]]
        if not top["subgraphs"]:
            raise self.error("the model has no graph")
        return Model(self.file, tuple(self._subgraph(i, t) for i, t in enumerate(top["subgraphs"])))

    def _code(self, table: Table) -> tuple[str, int]:
        """An operator's name and version."""
        r = table.record(schema.OPERATOR_CODE)
        number = max(r["old_code"], r["code"])
        if not 0 <= number < len(schema.OPERATORS):
            return f"operator number {number}", r["version"]
        name = schema.OPERATORS[number]
        return (f"CUSTOM:{r['custom']}" if name == "CUSTOM" else name), r["version"]

    def _subgraph(self, index: int, table: Table) -> Subgraph:
        r = table.record(schema.SUBGRAPH)
        where = f"subgraph {index}"
        tensors = tuple(self._tensor(where, i, t) for i, t in enumerate(r["tensors"]))
        for t in (*r["inputs"], *r["outputs"]):
            if not 0 <= t < len(tensors):
                raise self.error(f"{where} has no tensor {t}")
        operators = tuple(
            self._operator(where, i, t, tensors) for i, t in enumerate(r["operators"])
        )
        return Subgraph(index, r["name"], tensors, r["inputs"], r["outputs"], operators)

    def _tensor(self, where: str, index: int, table: Table) -> TensorInfo:
        r = table.record(schema.TENSOR)
        what = f"{self.file}: tensor {r['name']!r} (number {index} of {where})"
        if not 0 <= r["type"] < len(TYPE_NAMES):
            raise CompileError(f"{what}: unknown data type {r['type']}")
        if r["sparsity"] is not None:
            raise CompileError(f"{what}: sparse storage is not supported")
        shape, signature = r["shape"], r["signature"] or r["shape"]
        if len(signature) != len(shape):
            raise CompileError(f"{what}: the shape and its signature differ in rank")
        # An unknown size stands as 1 in the shape; old files have -1 there too.
        shape = tuple(1 if n == -1 else n for n in shape)
        if len(shape) > MAX_RANK or min(shape, default=0) < 0 or math.prod(shape) > MAX_ELEMENTS:
            raise CompileError(f"{what}: the shape {list(shape)} is not possible")
        kind = TYPE_NAMES[r["type"]]
        data = None if r["is_variable"] else self._data(what, r["buffer"])
        if kind == "int4" and data is not None:
            kind, data = "int8", _unpacked(what, shape, data)
        quantization = _quantization(what, shape, r["quantization"])
        _check_zeros(what, kind, quantization)
        return TensorInfo(
            index, r["name"], shape, signature, kind, quantization,
            r["is_variable"], data, what,
        )  # fmt: skip

    def _data(self, what: str, index: int) -> memoryview | None:
        if index >= len(self.buffers):
            raise CompileError(f"{what}: the file has no buffer {index}")
        if index == 0:
            return None
        table = self.buffers[index]
        place = table.record(schema.BUFFER_PLACE)
        if place["offset"] > 1:
            return self.reader.span(place["offset"], place["size"])
        return table.bytes_of(schema.BUFFER_DATA) or None

    def _operator(
        self, where: str, index: int, table: Table, tensors: tuple[TensorInfo, ...]
    ) -> Operator:
        r = table.record(schema.OPERATOR)
        if r["opcode"] >= len(self.codes):
            raise self.error(f"operator {index} of {where} has no code")
        kind, version = self.codes[r["opcode"]]
        label = f"{kind}#{index}"
        first = r["outputs"][0] if r["outputs"] else NO_TENSOR
        for t in (*r["inputs"], *r["intermediates"]):
            if t != NO_TENSOR and not 0 <= t < len(tensors):
                raise self.error(f"{label} of {where} reads tensor {t}, which is not there")
        for t in r["outputs"]:
            if not 0 <= t < len(tensors):
                raise self.error(f"{label} of {where} writes tensor {t}, which is not there")
        if first != NO_TENSOR and tensors[first].name:
            label = f"{label} {tensors[first].name}"
        options = self._options(label, kind, r["options_type"], r["options"])
        return Operator(
            index, kind, version, r["inputs"], r["outputs"], r["intermediates"], options, label
        )

    def _options(self, label: str, kind: str, number: int, table: Table | None) -> dict[str, Any]:
        known = schema.OPTIONS.get(kind)
        if known is None:
            return {}
        if table is None or number == 0:
            return {name: () if f.kind[0] == "[" else f.default for name, f in known.fields.items()}
        if number != known.number:
            raise self.error(f'node "{label}": options number {number} belong to another operator')
        options = table.record(known.fields)
        broken = [k for k, v in options.items() if isinstance(v, float) and math.isnan(v)]
        if broken:
            raise self.error(f'node "{label}": option {broken[0]!r} is no number')
        return options


def _unpacked(what: str, shape: tuple[int, ...], data: memoryview) -> memoryview:
    """Numbers of 4 bits, the first in the low half of a byte, as bytes."""
    count = math.prod(shape)
    if len(data) != (count + 1) // 2:
        raise CompileError(f"{what}: {len(data)} bytes hold {count} numbers of 4 bits")
    pairs = np.frombuffer(data, np.uint8)
    halves = np.stack([pairs & 15, pairs >> 4], 1).reshape(-1)[:count]
    return memoryview(((halves ^ 8).astype(np.int8) - 8).tobytes())


def _check_zeros(what: str, kind: str, q: Quantization | None) -> None:
    """Zero points are numbers of the tensor's type."""
    dtype = DTYPES.get(kind)
    if q is None or dtype is None or dtype.kind not in "iu":
        return
    limits = np.iinfo(dtype)
    outside = [z for z in q.zero_point if not limits.min <= z <= limits.max]
    if outside:
        raise CompileError(f"{what}: the zero point {outside[0]} is no {kind}")


def _quantization(what: str, shape: tuple[int, ...], table: Table | None) -> Quantization | None:
    if table is None:
        return None
    r = table.record(schema.QUANTIZATION)
    scale, zero = r["scale"], r["zero_point"]
    if not scale:
        return None
    if r["details"]:
        raise CompileError(f"{what}: custom quantization is not supported")
    zero = zero or (0,) * len(scale)
    if len(zero) == 1 and len(scale) > 1:
        zero = zero * len(scale)
    if len(zero) != len(scale):
        raise CompileError(f"{what}: {len(scale)} scales and {len(zero)} zero points")
    if any(not math.isfinite(s) or s < 0 for s in scale):
        raise CompileError(f"{what}: a scale is not a positive number")
    if any(not -(1 << 31) <= z < 1 << 31 for z in zero):
        raise CompileError(f"{what}: a zero point is out of range")
    axis = r["axis"]
    if len(scale) > 1 and (not 0 <= axis < len(shape) or shape[axis] != len(scale)):
        raise CompileError(f"{what}: {len(scale)} scales do not fit {list(shape)}")
    return Quantization(scale, zero, axis)
