"""Nodes with decoded attributes, and graphs in an order in which they can be imported."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

import numpy as np

from millrace.frontend.onnx.tensors import Array, Reader
from millrace.ir.errors import CompileError
from millrace.ir.location import Location

T = TypeVar("T")

MAX_DEPTH = 32
"""How deep subgraphs and function bodies may nest."""


@dataclass(frozen=True, eq=False)
class Node:
    """One node. ``attributes`` are Python values; graphs and types stay protobuf messages.
    ``proto`` is kept for function bodies that depend on the node's context."""

    op_type: str
    domain: str
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    attributes: Mapping[str, Any]
    loc: Location
    proto: Any = field(repr=False)

    def error(self, message: str) -> CompileError:
        return CompileError(f"{self.loc.describe()}: {self.op_type}: {message}")

    @property
    def display_op(self) -> str:
        return f"{self.domain}.{self.op_type}" if self.domain else self.op_type

    def has_output(self, index: int) -> bool:
        """True when output ``index`` is asked for."""
        return index < len(self.outputs) and self.outputs[index] != ""

    # ---- attributes by type; a wrong type is the model's fault

    def _get(self, key: str, kind: type, item: type | None = None) -> Any:
        value = self.attributes.get(key)
        if value is None:
            return None
        bad = not isinstance(value, kind)
        if bad or (item is not None and not all(isinstance(v, item) for v in value)):
            raise self.error(f"attribute {key!r} has the wrong type")
        return value

    def opt_int(self, key: str) -> int | None:
        value: int | None = self._get(key, int)
        return value

    def opt_float(self, key: str) -> float | None:
        value: float | None = self._get(key, float)
        return value

    def opt_str(self, key: str) -> str | None:
        value: str | None = self._get(key, str)
        return value

    def opt_ints(self, key: str) -> tuple[int, ...] | None:
        value: tuple[int, ...] | None = self._get(key, tuple, int)
        return value

    def opt_floats(self, key: str) -> tuple[float, ...] | None:
        value: tuple[float, ...] | None = self._get(key, tuple, float)
        return value

    def opt_strs(self, key: str) -> tuple[str, ...] | None:
        value: tuple[str, ...] | None = self._get(key, tuple, str)
        return value

    def opt_tensor(self, key: str) -> Array | None:
        value: Array | None = self._get(key, np.ndarray)
        return value

    def get_int(self, key: str, default: int) -> int:
        value = self.opt_int(key)
        return default if value is None else value

    def get_float(self, key: str, default: float) -> float:
        value = self.opt_float(key)
        return default if value is None else value

    def get_str(self, key: str, default: str) -> str:
        value = self.opt_str(key)
        return default if value is None else value

    def get_ints(self, key: str, default: Sequence[int] = ()) -> tuple[int, ...]:
        value = self.opt_ints(key)
        return tuple(default) if value is None else value

    def need_int(self, key: str) -> int:
        return self._need(key, self.opt_int(key))

    def need_ints(self, key: str) -> tuple[int, ...]:
        return self._need(key, self.opt_ints(key))

    def need_str(self, key: str) -> str:
        return self._need(key, self.opt_str(key))

    def need_graph(self, key: str) -> Any:
        value = self.attributes.get(key)
        if not is_graph(value):
            raise self.error(f"attribute {key!r} must be a graph")
        return value

    def _need(self, key: str, value: T | None) -> T:
        if value is None:
            raise self.error(f"attribute {key!r} is missing")
        return value


def is_graph(value: Any) -> bool:
    return hasattr(value, "node") and hasattr(value, "initializer")


# ---- decoding

Decoder = Callable[[Any, Reader, str], Any]


def _text(data: bytes) -> str:
    return data.decode("utf-8", errors="replace")


# By AttributeProto.AttributeType: the field, and how its content becomes a Python value.
_DECODERS: dict[int, tuple[str, Decoder]] = {
    1: ("f", lambda a, read, what: float(a.f)),
    2: ("i", lambda a, read, what: int(a.i)),
    3: ("s", lambda a, read, what: _text(a.s)),
    4: ("t", lambda a, read, what: read(a.t, what)),
    5: ("g", lambda a, read, what: a.g),
    6: ("floats", lambda a, read, what: tuple(float(v) for v in a.floats)),
    7: ("ints", lambda a, read, what: tuple(int(v) for v in a.ints)),
    8: ("strings", lambda a, read, what: tuple(_text(v) for v in a.strings)),
    9: ("tensors", lambda a, read, what: tuple(read(t, what) for t in a.tensors)),
    10: ("graphs", lambda a, read, what: tuple(a.graphs)),
    11: ("sparse_tensor", lambda a, read, what: a.sparse_tensor),
    13: ("tp", lambda a, read, what: a.tp),
}
_SCALAR_KINDS = (1, 2, 3, 4, 5, 11, 13)


def _kind_of(attribute: Any) -> int:
    """The attribute's type; files of the first IR versions leave it out."""
    if attribute.type:
        return int(attribute.type)
    for kind, (name, _) in _DECODERS.items():
        if kind in _SCALAR_KINDS:
            if attribute.HasField(name):
                return kind
        elif len(getattr(attribute, name)):
            return kind
    return 7  # an empty list


def decode_attribute(attribute: Any, read: Reader, what: str) -> Any:
    decoder = _DECODERS.get(_kind_of(attribute))
    if decoder is None:
        raise CompileError(f"{what}: attributes of type {attribute.type} are not supported")
    return decoder[1](attribute, read, what)


def resolved(proto: Any, given: Mapping[str, Any] | None) -> Any:
    """A NodeProto whose attributes refer to no function's (``ref_attr_name``): ``given`` has the
    attributes of the call that the function's body stands for. Those it lacks are left out."""
    if not any(a.ref_attr_name for a in proto.attribute):
        return proto
    copy = type(proto)()
    copy.CopyFrom(proto)
    del copy.attribute[:]
    for a in proto.attribute:
        source = a if not a.ref_attr_name else (given or {}).get(a.ref_attr_name)
        if source is not None:
            new = copy.attribute.add()
            new.CopyFrom(source)
            new.name = a.name
    return copy


def decode_node(proto: Any, index: int, file: str, read: Reader, prefix: str = "") -> Node:
    """A NodeProto as a Node. ``prefix`` goes before its name in errors."""
    loc = Location(name=prefix + (proto.name or f"{proto.op_type}#{index}"), file=file)
    attributes: dict[str, Any] = {}
    for a in proto.attribute:
        if a.name in attributes:
            raise CompileError(f"{loc.describe()}: attribute {a.name!r} is given twice")
        attributes[a.name] = decode_attribute(a, read, f"{loc.describe()}: attribute {a.name!r}")
    return Node(
        proto.op_type,
        plain_domain(proto.domain),
        tuple(proto.input),
        tuple(proto.output),
        attributes,
        loc,
        proto,
    )


def plain_domain(domain: str) -> str:
    """The default domain has two names."""
    return "" if domain == "ai.onnx" else domain


# ---- order


def subgraphs(proto: Any) -> Iterator[Any]:
    """The graphs in the attributes of a NodeProto."""
    for a in proto.attribute:
        if a.HasField("g"):
            yield a.g
        yield from a.graphs


def captures(graph: Any, depth: int = 0) -> set[str]:
    """Names that a subgraph takes from outside."""
    if depth > MAX_DEPTH:
        raise CompileError("subgraphs are nested too deeply")
    local = {v.name for v in graph.input}
    local.update(v.name for v in graph.initializer)
    local.update(v.values.name for v in graph.sparse_initializer)
    wanted = {v.name for v in graph.output}
    for node in graph.node:
        local.update(node.output)
        wanted.update(node.input)
        for g in subgraphs(node):
            wanted |= captures(g, depth + 1)
    return wanted - local


def schedule(protos: Sequence[Any], wanted: Iterable[str], file: str) -> list[int]:
    """Indices of the nodes that ``wanted`` depend on, such that each stands behind what it reads:
    the file's own order where that is right. Raises CompileError for cycles and names that are
    defined twice."""
    producer: dict[str, int] = {}
    for i, p in enumerate(protos):
        for name in p.output:
            if name and producer.setdefault(name, i) != i:
                raise CompileError(f"{file}: two nodes define {name!r}")
    needs = [_dependencies(p, producer) for p in protos]
    order: Sequence[int] = range(len(protos))
    if not all(j < i for i, deps in enumerate(needs) for j in deps):
        order = _topological(protos, needs, file)
    live = {producer[n] for n in wanted if n in producer}
    for i in reversed(order):
        if i in live:
            live |= needs[i]
    return [i for i in order if i in live]


def _dependencies(proto: Any, producer: Mapping[str, int]) -> set[int]:
    return {producer[n] for n in read_names(proto) if n in producer}


def read_names(proto: Any) -> set[str]:
    """The names that a node reads, its subgraphs included."""
    names: set[str] = set(proto.input)
    for g in subgraphs(proto):
        names |= captures(g)
    return names


def _topological(protos: Sequence[Any], needs: Sequence[Iterable[int]], file: str) -> list[int]:
    waiting = [len(set(deps)) for deps in needs]
    users: list[list[int]] = [[] for _ in protos]
    for i, deps in enumerate(needs):
        for j in deps:
            users[j].append(i)
    ready = [i for i, n in enumerate(waiting) if n == 0]
    order: list[int] = []
    while ready:
        i = heapq.heappop(ready)
        order.append(i)
        for user in users[i]:
            waiting[user] -= 1
            if waiting[user] == 0:
                heapq.heappush(ready, user)
    if len(order) < len(protos):
        stuck = next(i for i, n in enumerate(waiting) if n)
        p = protos[stuck]
        raise CompileError(f'{file}: node "{p.name or p.op_type}" is part of a cycle')
    return order
