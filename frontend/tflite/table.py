"""The importer's table: one row an operator."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from millrace.frontend.emitter import Emitter, shape_of, type_of
from millrace.frontend.from_data import Bounds
from millrace.frontend.tflite.model import NO_TENSOR, Array, Operator, Subgraph, TensorInfo
from millrace.ir.core import Operation, Value
from millrace.ir.errors import CompileError
from millrace.ir.types import TensorType

if TYPE_CHECKING:
    from millrace.frontend.tflite.session import Session


@dataclass(frozen=True)
class Variable:
    """What a resource tensor names, or a variable tensor is."""

    name: str
    owner: int | None = None
    """Of variable tensors: their subgraph."""

    @property
    def describe(self) -> str:
        return f"is the variable {self.name!r}, not a tensor"


Item = Any
"""What a tensor of the file is while its graph is imported: a Value, a Variable or a Ragged."""
Results = Value | Sequence[Any]
"""What a row returns: the items of the operator's outputs."""
RowFunction = Callable[["Call"], Results]
Rows = Mapping[str, RowFunction]


@dataclass(frozen=True)
class Call:
    """One operator to import: what a row sees. ``args`` are its inputs, None for those left out."""

    session: Session
    graph: Subgraph
    node: Operator
    args: tuple[Any, ...]

    @property
    def emit(self) -> Emitter:
        return self.session.emitter

    def error(self, message: str) -> CompileError:
        return CompileError(f'{self.session.file}: node "{self.node.label}": {message}')

    @property
    def bounds(self) -> Bounds:
        """The bounds of what follows from data."""
        label = self.node.label
        names = [label, *label.split(" ", 1)[1:], label.split(" ", 1)[0]]
        return Bounds(self.emit, names, self.error)

    def option(self, name: str) -> Any:
        return self.node.options[name]

    def op(self, cls: type[Operation], *operands: Any, **fields: Any) -> Value:
        return self.emit.op(cls, *operands, **fields)

    # ---- inputs

    def item(self, index: int) -> Any:
        return self.args[index] if index < len(self.args) else None

    def opt(self, index: int) -> Value | None:
        """An input that may be left out."""
        item = self.item(index)
        if item is None or isinstance(item, Value):
            return item
        raise self.error(f"input {index} {item.describe}")

    def arg(self, index: int) -> Value:
        """An input that must be there."""
        value = self.opt(index)
        if value is None:
            raise self.error(f"input {index} is missing")
        return value

    def type_at(self, index: int) -> TensorType:
        return type_of(self.arg(index))

    def shape(self, index: int = 0) -> tuple[int, ...]:
        return shape_of(self.arg(index))

    def rank(self, index: int = 0) -> int:
        return self.type_at(index).rank

    def known(self, index: int) -> Array | None:
        value = self.opt(index)
        return None if value is None else self.emit.known(value)

    def ints(self, index: int) -> tuple[int, ...] | None:
        """An integer input that is known now, as a flat tuple."""
        array = self.known(index)
        if array is not None and array.dtype.kind not in "iub":
            raise self.error(f"input {index} holds {array.dtype} numbers, not integers")
        return None if array is None else tuple(int(v) for v in array.reshape(-1))

    def need_ints(self, index: int, what: str) -> tuple[int, ...]:
        """An integer input that must be known now."""
        self.arg(index)
        found = self.ints(index)
        if found is None:
            name = self.info(index).name
            raise self.error(f"{what} ({name!r}) are only known at run time")
        return found

    def need_int(self, index: int, what: str) -> int:
        found = self.need_ints(index, what)
        if len(found) != 1:
            raise self.error(f"{what}: expected one number, got {list(found)}")
        return found[0]

    def axis(self, axis: int, rank: int | None = None) -> int:
        """A non-negative axis of the first input, or of a tensor of ``rank``."""
        rank = self.rank() if rank is None else rank
        if not -rank <= axis < rank:
            raise self.error(f"axis {axis} of a tensor of rank {rank}")
        return axis % rank

    # ---- what the file says of the tensors

    def info(self, index: int) -> TensorInfo:
        """The declaration of an input."""
        number = self.node.inputs[index] if index < len(self.node.inputs) else NO_TENSOR
        if number == NO_TENSOR:
            raise self.error(f"input {index} is missing")
        return self.graph.tensors[number]

    def result(self, index: int = 0) -> TensorInfo:
        """The declaration of an output."""
        if index >= len(self.node.outputs):
            raise self.error(f"output {index} is missing")
        return self.graph.tensors[self.node.outputs[index]]
