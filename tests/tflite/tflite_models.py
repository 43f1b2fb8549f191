"""Small models, written for the tests."""

from __future__ import annotations

import struct
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from millrace.frontend.tflite import schema
from millrace.frontend.tflite.flatbuffer import FORMATS, Field
from millrace.frontend.tflite.model import NO_TENSOR, TYPE_NAMES
from millrace.ir.dialects.builtin import Module
from millrace.ir.interpreter import interpret

Array = np.ndarray[Any, Any]
BUFFER = {"data": Field(schema.BUFFER_DATA, "[u8]")}
OPTION_FIELD = Field(4, "table")
VERSIONS = {"BROADCAST_TO": 2}
"""Of operators; others have 1."""


class Writer:
    """Writes tables before what they refer to, as offsets point forward."""

    def __init__(self) -> None:
        self.data = bytearray(b"\0\0\0\0TFL3")

    def align(self, size: int) -> None:
        self.data += b"\0" * (-len(self.data) % size)

    def table(self, fields: Mapping[int, tuple[str, Any]]) -> int:
        """The place of a table with fields of (kind, value) by slot."""
        slots = max(fields, default=-1) + 1
        offsets, size = [0] * slots, 4
        for slot, (kind, _) in sorted(fields.items()):
            width = FORMATS[kind].size if kind in FORMATS else 4
            size += -size % width
            offsets[slot] = size
            size += width
        self.align(8)
        self.data += b"\0" * 2 if (4 + 2 * slots) % 4 else b""
        while (len(self.data) + 4 + 2 * slots) % 8:
            self.data += b"\0\0"
        vtable = len(self.data)
        self.data += struct.pack(f"<{2 + slots}H", 4 + 2 * slots, size, *offsets)
        at = len(self.data)
        self.data += struct.pack("<i", at - vtable) + b"\0" * (size - 4)
        for slot, (kind, value) in fields.items():
            place = at + offsets[slot]
            if kind in FORMATS:
                FORMATS[kind].pack_into(self.data, place, value)
            else:
                target = self.child(kind, value)
                struct.pack_into("<I", self.data, place, target - place)
        return at

    def child(self, kind: str, value: Any) -> int:
        if kind == "table":
            return self.table(value)
        self.align(16)
        if kind == "tables":
            at = len(self.data)
            self.data += struct.pack("<I", len(value)) + b"\0" * (4 * len(value))
            for i, fields in enumerate(value):
                place = at + 4 + 4 * i
                struct.pack_into("<I", self.data, place, self.table(fields) - place)
            return at
        self.data += b"\0" * 12  # the elements behind the count are aligned
        at = len(self.data)
        raw = value.encode() if kind == "string" else value
        form = "<B" if kind in ("string", "[u8]") else FORMATS[kind[1:-1]].format
        body = np.asarray(list(raw), dtype=np.dtype(form)).tobytes()
        self.data += struct.pack("<I", len(raw)) + body + b"\0"
        return at


def fields(description: Mapping[str, Field], **values: Any) -> dict[int, tuple[str, Any]]:
    return {description[k].slot: (description[k].kind, v) for k, v in values.items()}


@dataclass
class Node:
    kind: str
    inputs: list[int]
    outputs: list[int]
    options: dict[str, Any]
    intermediates: list[int]


@dataclass
class Graph:
    """A subgraph under construction; tensors are numbers."""

    tensors: list[dict[int, tuple[str, Any]]] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    inputs: list[int] = field(default_factory=list)
    outputs: list[int] = field(default_factory=list)


class ModelWriter:
    """A model of one graph, ``main``, unless more are added."""

    def __init__(self) -> None:
        self.buffers: list[bytes] = [b""]
        self.graphs: list[Graph] = [Graph()]

    def tensor(
        self,
        shape: Sequence[int],
        type: str = "float32",
        *,
        graph: int = 0,
        data: Array | None = None,
        scale: Sequence[float] = (),
        zero: Sequence[int] = (),
        axis: int = 0,
        variable: bool = False,
        signature: Sequence[int] = (),
    ) -> int:
        g = self.graphs[graph]
        values: dict[str, Any] = {"shape": list(shape), "type": TYPE_NAMES.index(type)}
        values["name"] = f"t{len(g.tensors)}"
        if data is not None:
            self.buffers.append(np.ascontiguousarray(data).tobytes())
            values["buffer"] = len(self.buffers) - 1
        if scale:
            described = {"scale": list(scale), "zero_point": list(zero), "axis": axis}
            q = fields(schema.QUANTIZATION, **described)
            values["quantization"] = q
        if variable:
            values["is_variable"] = True
        if signature:
            values["signature"] = list(signature)
        g.tensors.append(fields(schema.TENSOR, **values))
        return len(g.tensors) - 1

    def constant(self, array: Any, *, graph: int = 0) -> int:
        a = np.asarray(array)
        return self.tensor(a.shape, str(a.dtype), data=a, graph=graph)

    def node(
        self,
        kind: str,
        inputs: Sequence[int],
        outputs: Sequence[int],
        *,
        graph: int = 0,
        intermediates: Sequence[int] = (),
        **o: Any,
    ) -> None:
        node = Node(kind, list(inputs), list(outputs), o, list(intermediates))
        self.graphs[graph].nodes.append(node)

    def bytes(self) -> bytes:
        kinds = sorted({n.kind for g in self.graphs for n in g.nodes})
        codes = []
        for k in kinds:
            number = schema.OPERATORS.index(k)
            version = VERSIONS.get(k, 1)
            codes.append(
                fields(
                    schema.OPERATOR_CODE, old_code=min(number, 127), code=number, version=version
                )
            )
        writer = Writer()
        model = fields(
            schema.MODEL,
            version=3,
            operator_codes=codes,
            subgraphs=[self._graph(g, kinds) for g in self.graphs],
            buffers=[fields(BUFFER, data=b) for b in self.buffers],
        )
        struct.pack_into("<I", writer.data, 0, writer.table(model))
        return bytes(writer.data)

    def _graph(self, g: Graph, kinds: list[str]) -> dict[int, tuple[str, Any]]:
        nodes = []
        for n in g.nodes:
            known = schema.OPTIONS.get(n.kind)
            values: dict[str, Any] = {"opcode": kinds.index(n.kind)}
            values |= {"inputs": n.inputs, "outputs": n.outputs}
            if n.intermediates:
                values["intermediates"] = n.intermediates
            if known is not None and n.options:
                values["options_type"] = known.number
                values["options"] = fields(known.fields, **n.options)
            nodes.append(fields(schema.OPERATOR, **values))
        return fields(
            schema.SUBGRAPH,
            tensors=g.tensors,
            inputs=g.inputs,
            outputs=g.outputs,
            operators=nodes,
            name="g",
        )


def one_node(
    kind: str,
    operands: Sequence[Any],
    result: tuple[Sequence[int], str],
    *,
    constants: Sequence[int] = (),
    **options: Any,
) -> bytes:
    """A model of one operator: operands are arrays, inputs unless listed as constants; None is
    one left out."""
    w = ModelWriter()
    main = w.graphs[0]
    numbers = []
    for i, x in enumerate(operands):
        if x is None:
            numbers.append(NO_TENSOR)
        elif i in constants:
            numbers.append(w.constant(x))
        else:
            a = np.asarray(x)
            numbers.append(w.tensor(a.shape, str(a.dtype)))
            main.inputs.append(numbers[-1])
    main.outputs.append(w.tensor(*result))
    w.node(kind, numbers, main.outputs, **options)
    return w.bytes()


def run(module: Module, *inputs: Any) -> list[Array]:
    """The outputs; states start at their initial values and are returned as well."""
    states = [d.array for d in module.entry.state_init or ()]
    return interpret(module, [*inputs, *states])
