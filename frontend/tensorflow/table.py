"""The importer's table: one row an operator."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from millrace.frontend.emitter import Emitter, type_of
from millrace.frontend.from_data import Bounds
from millrace.frontend.tensorflow.graph import Graph
from millrace.frontend.tensorflow.graphdef import Node
from millrace.frontend.tensorflow.items import Item, TensorList, Variable
from millrace.frontend.tensorflow.tensors import Array
from millrace.ir.core import Operation, Value
from millrace.ir.types import TensorType

if TYPE_CHECKING:
    from millrace.frontend.tensorflow.session import Session

Results = Item | Sequence[Item]
"""What a row returns: the items of the node's outputs."""
RowFunction = Callable[["Call"], Results]
Rows = Mapping[str, RowFunction]
"""Operator to the function that imports a node of it."""


@dataclass(frozen=True)
class Call:
    """One node to import: what a row sees. ``args`` are its data inputs."""

    session: Session
    graph: Graph
    node: Node
    args: tuple[Item, ...]
    path: str
    """Name of the node with those of the calls around it."""

    @property
    def emit(self) -> Emitter:
        return self.session.emitter

    @property
    def bounds(self) -> Bounds:
        """The bounds of what follows from data."""
        names = dict.fromkeys((self.node.loc.name or self.node.name, self.node.name, self.path))
        return Bounds(self.emit, list(names), self.node.error)

    # ---- inputs

    def item(self, index: int) -> Item:
        if index >= len(self.args):
            raise self.node.error(f"input {index} is missing")
        return self.args[index]

    def arg(self, index: int) -> Value:
        """An input that is a tensor. References are read."""
        item = self.item(index)
        if isinstance(item, Variable) and item.name in self.session.variables.references:
            return self.session.variables.read(item, self.node)
        if not isinstance(item, Value):
            raise self.node.error(f"input {index} is a {_kind(item)}, not a tensor")
        return item

    def values(self) -> list[Value]:
        return [self.arg(i) for i in range(len(self.args))]

    def list_at(self, index: int) -> TensorList:
        """An input that is a list, or the flow of a TensorArray."""
        item = self.item(index)
        if not isinstance(item, TensorList):
            raise self.node.error(f"input {index} is a {_kind(item)}, not a list")
        return item

    def variable_at(self, index: int) -> Variable:
        item = self.item(index)
        if not isinstance(item, Variable):
            raise self.node.error(f"input {index} is a {_kind(item)}, not a variable")
        return item

    def type_at(self, index: int) -> TensorType:
        return type_of(self.arg(index))

    def shape_at(self, index: int) -> tuple[int, ...]:
        return self.type_at(index).shape

    def known(self, index: int) -> Array | None:
        return self.emit.known(self.arg(index))

    def need(self, index: int, what: str) -> Array:
        """The content of an input that must be known now."""
        known = self.known(index)
        if known is None:
            raise self.node.error(f"{what} depends on data; it must be known at compile time")
        return known

    def need_ints(self, index: int, what: str) -> list[int]:
        return [int(v) for v in self.need(index, what).reshape(-1)]

    def need_int(self, index: int, what: str) -> int:
        values = self.need_ints(index, what)
        if len(values) != 1:
            raise self.node.error(f"{what} has {len(values)} elements, not one")
        return values[0]

    def axis_of(self, axis: int, rank: int) -> int:
        """A dimension's number, counted from the front."""
        if not -rank <= axis < rank:
            raise self.node.error(f"axis {axis} of a tensor of rank {rank}")
        return axis % rank if rank else 0

    def axes_at(self, index: int, rank: int) -> tuple[int, ...]:
        """Sorted dimensions from an input."""
        found = {self.axis_of(a, rank) for a in self.need_ints(index, "the axes")}
        return tuple(sorted(found))

    # ---- results

    def op(self, cls: type[Operation], *operands: Any, **fields: Any) -> Value:
        return self.emit.op(cls, *operands, **fields)


def _kind(item: object) -> str:
    names = {"TensorList": "list", "ArrayHandle": "TensorArray handle", "Strings": "string"}
    plain = type(item).__name__
    return "tensor" if isinstance(item, Value) else names.get(plain, plain.lower())


def merge(*tables: Rows) -> dict[str, RowFunction]:
    """One table; an operator may stand in only one of them."""
    out: dict[str, RowFunction] = {}
    for t in tables:
        for op, row in t.items():
            assert op not in out, op
            out[op] = row
    return out
