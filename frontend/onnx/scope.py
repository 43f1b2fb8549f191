"""Names of a graph while it is imported."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from millrace.ir.core import Value
from millrace.ir.errors import CompileError

if TYPE_CHECKING:
    from millrace.frontend.onnx.node import Node

DeclaredShape = tuple[int | None, ...]
"""A shape as the file declares it; None for a dimension that the file does not know."""


class Scope:
    """Values by name. Subgraphs see their surroundings, function bodies do not."""

    def __init__(
        self,
        file: str,
        opsets: Mapping[str, int],
        parent: Scope | None = None,
        declared: Mapping[str, DeclaredShape] | None = None,
        attributes: Mapping[str, Any] | None = None,
        depth: int = 0,
        prefix: str = "",
    ) -> None:
        self.file = file
        self.opsets = opsets
        self.parent = parent
        self.attributes = attributes
        self.depth = depth
        self.prefix = prefix
        self._declared = declared or {}
        self._values: dict[str, Value | None] = {}
        self.used: set[str] = set()
        """Names that something reads."""

    def define(self, name: str, value: Value | None) -> None:
        """Name a value; None names an input of a function that the call leaves out."""
        if not name:
            return
        if name in self._values:
            raise CompileError(f"{self.file}: {name!r} is defined twice")
        self._values[name] = value
        if value is not None and value.name_hint is None:
            value.name_hint = name

    def find(self, name: str, what: str) -> Value | None:
        scope: Scope | None = self
        while scope is not None:
            if name in scope._values:
                return scope._values[name]
            scope = scope.parent
        raise CompileError(f"{what}: {name!r} is not defined")

    def lookup(self, name: str, what: str) -> Value:
        value = self.find(name, what)
        if value is None:
            raise CompileError(f"{what}: {name!r} is left out, but needed")
        return value

    def inputs_of(self, node: Node) -> tuple[Value | None, ...]:
        """The values of a node's inputs; None for those left out."""
        what = node.loc.describe()
        return tuple(self.find(n, what) if n else None for n in node.inputs)

    def declared_shape(self, name: str) -> DeclaredShape | None:
        """What the file says of the shape of a tensor, if anything."""
        return self._declared.get(name)

    def declared_outputs(self, node: Node) -> Sequence[DeclaredShape | None]:
        return [self._declared.get(n) if n else None for n in node.outputs]
