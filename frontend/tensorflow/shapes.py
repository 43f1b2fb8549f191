"""The types of a graph's inputs: what the file says, completed by what the user says."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from millrace.frontend.tensorflow.graph import Graph, Ref
from millrace.frontend.tensorflow.graphdef import Node
from millrace.frontend.tensorflow.tensors import MAX_RANK, DataType, PartialShape
from millrace.ir.errors import CompileError
from millrace.ir.types import OpenSize, TensorType, tensor

ShapeOption = Mapping[str, Sequence[int | str]]


def name_of(ref: Ref) -> str:
    """The user's name of a tensor: without ``:0``."""
    return ref.node if ref.port == 0 else f"{ref.node}:{ref.port}"


class Inputs:
    """Types of fed tensors."""

    def __init__(self, graph: Graph, given: ShapeOption | None, declared: ShapeOption) -> None:
        self._graph = graph
        self._declared = declared
        self._given = {name_of(_plain(n)): tuple(s) for n, s in (given or {}).items()}

    def types(self, feeds: Sequence[Ref]) -> list[TensorType]:
        names = {name_of(f) for f in feeds}
        for name in self._given:
            if name not in names:
                known = ", ".join(sorted(names)) or "none"
                raise CompileError(f"{self._graph.file}: no input {name!r} (inputs: {known})")
        return [self._type(f) for f in feeds]

    def _type(self, ref: Ref) -> TensorType:
        node = self._graph.nodes[ref.node]
        name = name_of(ref)
        where = f"{self._graph.file}: input {name!r}"
        element = _data_type(node).element(where)
        dims = self._dims(node, ref)
        given = self._given.get(name)
        if given is not None:
            return tensor(_fitting(given, dims, where), element)
        if dims is None:
            raise CompileError(f"{where}: unknown shape; give it with --shape {name}=...")
        return tensor([self._size(dims, i, name, where) for i in range(len(dims))], element)

    def _size(self, dims: Sequence[int | None], i: int, name: str, where: str) -> int:
        size = dims[i]
        if size is not None:
            return size
        if i == 0:
            return 1  # the batch
        hint = ",".join("SIZE" if d is None else str(d) for d in (dims[0] or 1, *dims[1:]))
        raise CompileError(f"{where}: dimension {i} is unknown; give it with --shape {name}={hint}")

    def _dims(self, node: Node, ref: Ref) -> tuple[int | None, ...] | None:
        declared = self._declared.get(name_of(ref))
        if declared is not None:
            return tuple(None if isinstance(d, str) or d < 0 else d for d in declared)
        shape = node.attributes.get("shape")
        if isinstance(shape, PartialShape):
            return shape.dims
        outputs = node.attributes.get("_output_shapes")
        if isinstance(outputs, list) and len(outputs) > ref.port:
            found = outputs[ref.port]
            return found.dims if isinstance(found, PartialShape) else None
        return None


def _plain(name: str) -> Ref:
    node, _, port = name.partition(":")
    return Ref(node, int(port) if port.isdecimal() and len(port) < 7 else 0)


def _data_type(node: Node) -> DataType:
    for key in ("dtype", "T", "output_type", "out_type", "DstT", "Tparams", "element_dtype"):
        value = node.attributes.get(key)
        if isinstance(value, DataType):
            return value
    raise node.error("its data type is not known; it cannot be fed")


def _fitting(
    given: Sequence[int | str], dims: Sequence[int | None] | None, where: str
) -> tuple[int, ...]:
    sizes: list[int] = []
    for size in given:
        if not isinstance(size, int) or isinstance(size, bool) or size < 0:
            raise CompileError(f"{where}: {size!r} is not a size; only static ones are supported")
        sizes.append(size)
    if len(sizes) > MAX_RANK or (dims is not None and len(dims) != len(sizes)):
        rank = MAX_RANK if dims is None else len(dims)
        raise CompileError(f"{where}: has {rank} dimensions, not {len(sizes)}")
    for d, size in zip(dims or (), sizes, strict=False):
        if d is not None and d != size and not isinstance(size, OpenSize):
            raise CompileError(f"{where}: dimension is {d}, not {size}")
    return tuple(sizes)
