"""The importer's table: one row an operator."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from millrace.frontend.from_data import Bounds
from millrace.frontend.onnx.emitter import Emitter, type_of
from millrace.frontend.onnx.node import Node
from millrace.frontend.onnx.scope import DeclaredShape, Scope
from millrace.frontend.onnx.tensors import Array
from millrace.ir.core import Operation, Value
from millrace.ir.errors import CompileError
from millrace.ir.types import TensorType

if TYPE_CHECKING:
    from millrace.frontend.onnx.session import Session

Results = Value | Sequence[Value | None]
"""What a row returns: the values of the node's outputs; None for one that nobody asked for."""
RowFunction = Callable[["Call"], Results]
Rows = Mapping[str, RowFunction]
"""Operator type to the function that imports a node of it. Differences between operator set
versions are decided inside, by :attr:`Call.opset`."""


@dataclass(frozen=True)
class Call:
    """One node to import: what a row sees. ``args`` are its inputs, None for those left out."""

    session: Session
    scope: Scope
    node: Node
    args: tuple[Value | None, ...]

    @property
    def emit(self) -> Emitter:
        return self.session.emitter

    @property
    def opset(self) -> int:
        """The operator set version in force for the node's domain."""
        return self.scope.opsets.get(self.node.domain, 1)

    # ---- inputs

    def arg(self, index: int) -> Value:
        """An input that must be there."""
        value = self.opt(index)
        if value is None:
            raise self.node.error(f"input {index} is missing")
        return value

    def opt(self, index: int) -> Value | None:
        return self.args[index] if index < len(self.args) else None

    def type_at(self, index: int) -> TensorType:
        return type_of(self.arg(index))

    def rank(self, index: int = 0) -> int:
        return self.type_at(index).rank

    def known(self, index: int) -> Array | None:
        """The content of an input, or None when it is absent or only known at run time."""
        value = self.opt(index)
        return None if value is None else self.emit.known(value)

    def ints(self, index: int) -> tuple[int, ...] | None:
        """An integer input that is known now, as a flat tuple."""
        array = self.known(index)
        return None if array is None else tuple(int(v) for v in array.reshape(-1))

    def need_ints(self, index: int, what: str) -> tuple[int, ...]:
        """An integer input that must be known now."""
        self.arg(index)
        found = self.ints(index)
        if found is None:
            raise self.unknown(index, what)
        return found

    def unknown(self, index: int, what: str) -> CompileError:
        name = self.node.inputs[index]
        return self.node.error(
            f"{what} ({name!r}) is only known at run time, and the file does not say enough of "
            "the result's shape"
        )

    def axis(self, axis: int, rank: int | None = None) -> int:
        """A non-negative axis of the first input, or of a tensor of ``rank``."""
        rank = self.rank() if rank is None else rank
        if not -rank <= axis < rank:
            raise self.node.error(f"axis {axis} of a tensor of rank {rank}")
        return axis % rank if rank else 0

    def axes(self, axes: Sequence[int], rank: int | None = None) -> tuple[int, ...]:
        """Non-negative, sorted axes without repetition."""
        found = sorted(self.axis(a, rank) for a in axes)
        if len(set(found)) != len(found):
            raise self.node.error(f"axes {list(axes)} repeat")
        return tuple(found)

    # ---- the result, as the file declares it

    def is_used(self, index: int) -> bool:
        """Whether something reads an output."""
        outputs = self.node.outputs
        return index < len(outputs) and outputs[index] in self.scope.used

    @property
    def bounds(self) -> Bounds:
        """The bounds of what follows from data."""
        names = [n for n in (self.node.loc.name, *self.node.outputs) if n]
        return Bounds(self.emit, names, self.node.error)

    def declared(self, index: int = 0) -> DeclaredShape | None:
        outputs = self.node.outputs
        return self.scope.declared_shape(outputs[index]) if index < len(outputs) else None

    def declared_static(self, index: int = 0) -> tuple[int, ...] | None:
        """The declared shape of an output when all of it is known."""
        shape = self.declared(index)
        if shape is None or any(n is None for n in shape):
            return None
        return tuple(n for n in shape if n is not None)

    # ---- emitting

    def op(self, cls: type[Operation], *operands: Any, **fields: Any) -> Value:
        return self.emit.op(cls, *operands, **fields)

    def ops(self, cls: type[Operation], *operands: Any, **fields: Any) -> Sequence[Value]:
        return self.emit.create(cls, *operands, **fields)


def merge(*families: Rows) -> dict[str, RowFunction]:
    """One table from the families' tables; an operator has one row."""
    table: dict[str, RowFunction] = {}
    for rows in families:
        for op_type, function in rows.items():
            assert op_type not in table, f"two rows for {op_type}"
            table[op_type] = function
    return table
