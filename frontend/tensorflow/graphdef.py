"""GraphDef, NodeDef and FunctionDef, decoded."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeVar

from millrace.frontend.tensorflow.tensors import (
    Array,
    DataType,
    PartialShape,
    Strings,
    Unreadable,
    read_shape,
    read_tensor,
)
from millrace.frontend.tensorflow.wire import Message
from millrace.ir.errors import CompileError
from millrace.ir.location import Location

T = TypeVar("T")


@dataclass(frozen=True)
class FunctionName:
    """An attribute that names a function of the library."""

    name: str


@dataclass(frozen=True)
class Node:
    """One node. ``inputs`` are as the file has them: data, then control edges (``^name``)."""

    name: str
    op: str
    inputs: tuple[str, ...]
    attributes: Mapping[str, Any]
    index: int
    loc: Location

    def error(self, message: str) -> CompileError:
        return CompileError(f"{self.loc.describe()}: {message}")

    # ---- attributes

    def get(self, name: str, kind: type[T], default: T) -> T:
        """An attribute of a Python type; the default when absent."""
        value = self.attributes.get(name, default)
        if not isinstance(value, kind):
            raise self.error(f"attribute {name!r} is malformed")
        return value

    def need(self, name: str, kind: type[T]) -> T:
        value = self.attributes.get(name)
        if value is None:
            raise self.error(f"attribute {name!r} is missing")
        if not isinstance(value, kind):
            raise self.error(f"attribute {name!r} is malformed")
        return value

    def text(self, name: str, default: str = "") -> str:
        return self.get(name, bytes, default.encode()).decode(errors="replace")

    def integers(self, name: str) -> list[int]:
        """A list of integers; empty when absent."""
        found = self.get(name, list, [])
        if not all(isinstance(v, int) for v in found):
            raise self.error(f"attribute {name!r} is malformed")
        return found

    def element(self, name: str) -> Any:
        """An element type."""
        return self.need(name, DataType).element(self.loc.describe())

    def function_names(self) -> list[str]:
        """All functions that the node names, lists of them included."""
        out: list[str] = []
        for value in self.attributes.values():
            for v in value if isinstance(value, list) else [value]:
                if isinstance(v, FunctionName):
                    out.append(v.name)
        return out


@dataclass(frozen=True)
class Function:
    """A function of the library; ``results`` are in the order of the signature, each a reference
    into the body."""

    name: str
    arguments: tuple[str, ...]
    types: tuple[DataType, ...]
    results: tuple[str, ...]
    nodes: tuple[Node, ...]


@dataclass(frozen=True)
class GraphDef:
    nodes: tuple[Node, ...]
    functions: Mapping[str, Function] = field(default_factory=dict)


def read_graph(message: Message, file: str) -> GraphDef:
    """A graph; ``file`` is named in errors."""
    nodes = _nodes(message.messages(1), file)
    functions: dict[str, Function] = {}
    for library in message.messages(2):
        for m in library.messages(1):
            function = _function(m, file)
            functions[function.name] = function
    if not nodes and not functions:
        raise CompileError(f"{file}: not a TensorFlow graph")
    return GraphDef(nodes, functions)


def _nodes(messages: Any, file: str) -> tuple[Node, ...]:
    nodes = tuple(_node(m, i, file) for i, m in enumerate(messages))
    seen: set[str] = set()
    for n in nodes:
        if n.name in seen:
            raise n.error("the name is used twice")
        seen.add(n.name)
    return nodes


def _node(message: Message, index: int, file: str) -> Node:
    name, op = message.text(1), message.text(2)
    if not name or not op:
        raise CompileError(f"{file}: not a TensorFlow graph")
    loc = Location(name=name, file=file)
    attributes = {}
    for key, value in message.entries(5):
        attributes[key] = _attribute(value, f"{loc.describe()}: attribute {key!r}")
    return Node(name, op, tuple(message.texts(3)), attributes, index, loc)


def _function(message: Message, file: str) -> Function:
    signature = message.message(1)
    if signature is None:
        raise CompileError(f"{file}: a function without a signature")
    name = signature.text(1)
    arguments = list(signature.messages(2))
    returned = {e.text(1): e.text(2) for e in message.messages(4)}
    results = []
    for r in signature.messages(3):
        if r.text(1) not in returned:
            raise CompileError(f"{file}: function {name!r}: result {r.text(1)!r} is missing")
        results.append(returned[r.text(1)])
    return Function(
        name,
        tuple(a.text(1) for a in arguments),
        tuple(DataType(a.number(3)) for a in arguments),
        tuple(results),
        _nodes(message.messages(3), file),
    )


def _name_of(message: Message) -> FunctionName:
    return FunctionName(message.text(1))


def _tensor(message: Message, what: str) -> Array | Strings | Unreadable:
    """A tensor attribute. Pruned nodes may have ones that cannot be read."""
    try:
        return read_tensor(message, what)
    except CompileError as e:
        return Unreadable(str(e))


def _list(message: Message, what: str) -> list[Any]:
    readers: Sequence[tuple[int, Callable[[], list[Any]]]] = (
        (2, lambda: [bytes(v) for v in message.blobs(2)]),
        (3, lambda: list(message.numbers(3))),
        (4, lambda: [float(v) for v in message.floats(4, "<f4")]),
        (5, lambda: [bool(v) for v in message.numbers(5)]),
        (6, lambda: [DataType(v) for v in message.numbers(6)]),
        (7, lambda: [read_shape(m) for m in message.messages(7)]),
        (8, lambda: [_tensor(m, what) for m in message.messages(8)]),
        (9, lambda: [_name_of(m) for m in message.messages(9)]),
    )
    for number, reader in readers:
        if number in message:
            return reader()
    return []


def _inner(message: Message, number: int) -> Message:
    found = message.message(number)
    assert found is not None
    return found


_ATTRIBUTES: tuple[tuple[int, Callable[[Message, str], Any]], ...] = (
    (1, lambda m, what: _list(_inner(m, 1), what)),
    (2, lambda m, what: bytes(m.blob(2) or b"")),
    (3, lambda m, what: m.number(3)),
    (4, lambda m, what: m.real(4)),
    (5, lambda m, what: bool(m.number(5))),
    (6, lambda m, what: DataType(m.number(6))),
    (7, lambda m, what: read_shape(_inner(m, 7))),
    (8, lambda m, what: _tensor(_inner(m, 8), what)),
    (10, lambda m, what: _name_of(_inner(m, 10))),
)
"""The fields of AttrValue, and what each becomes."""


def _attribute(message: Message, what: str) -> Any:
    for number, reader in _ATTRIBUTES:
        if number in message:
            return reader(message, what)
    return None


__all__ = ["Array", "Function", "FunctionName", "GraphDef", "Node", "PartialShape", "read_graph"]
