"""Shapes as the file declares them, and the sizes of its symbolic dimensions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from millrace.frontend.onnx.scope import DeclaredShape
from millrace.frontend.onnx.tensors import checked_shape, element_type
from millrace.ir.errors import CompileError
from millrace.ir.types import OpenSize, TensorType, tensor

BATCH_NAMES = frozenset({"n", "b", "bs", "batch"})
TIME_NAMES = frozenset({"t", "s", "l", "seq", "seqlen", "len", "length", "time", "steps"})

ShapeOption = Mapping[str, tuple[int | str, ...]]


def is_batch(name: str, position: int) -> bool:
    """Whether an unknown dimension is the batch: by its name, or because it comes first and its
    name does not speak of time."""
    plain = name.lower()
    if plain in BATCH_NAMES or "batch" in plain:
        return True
    timely = plain in TIME_NAMES or "seq" in plain or "time" in plain
    return position == 0 and not timely


class Dimensions:
    """Sizes of dimensions by symbolic name, collected from the inputs."""

    def __init__(self, file: str, given: ShapeOption | None) -> None:
        self._file = file
        self._given = dict(given or {})
        self._sizes: dict[str, int] = {}
        self._overridden = False

    def input_types(self, inputs: Iterable[Any]) -> list[TensorType]:
        """The static types of the graph's inputs."""
        inputs = list(inputs)
        names = {i.name for i in inputs}
        for name in self._given:
            if name not in names:
                known = ", ".join(sorted(names)) or "none"
                raise CompileError(f"{self._file}: no input {name!r} (inputs: {known})")
        for info in inputs:
            self._bind_given(info)
        for info in inputs:
            for i, d in enumerate(info.type.tensor_type.shape.dim):
                if d.dim_param and is_batch(d.dim_param, i):
                    self._sizes.setdefault(d.dim_param, 1)
        return [self._input_type(info) for info in inputs]

    def _where(self, info: Any) -> str:
        return f"{self._file}: input {info.name!r}"

    def _bind_given(self, info: Any) -> None:
        given = self._given.get(info.name)
        if given is None:
            return
        dims = tensor_type_of(info, self._where(info)).shape.dim
        has_shape = info.type.tensor_type.HasField("shape")
        if has_shape and len(dims) != len(given):
            raise CompileError(f"{self._where(info)}: has {len(dims)} dimensions, not {len(given)}")
        for size in given:
            if not isinstance(size, int) or isinstance(size, bool):
                raise CompileError(
                    f"{self._where(info)}: {size!r} is not a size; only static ones are supported"
                )
        for d, size in zip(dims, given, strict=False):
            if isinstance(size, OpenSize) and d.HasField("dim_value"):
                self._overridden = True
            elif d.HasField("dim_value") and d.dim_value != size:
                raise CompileError(f"{self._where(info)}: dimension is {d.dim_value}, not {size}")
            if d.dim_param and self._sizes.setdefault(d.dim_param, int(size)) != size:
                raise CompileError(
                    f"{self._where(info)}: dimension {d.dim_param!r} is both "
                    f"{self._sizes[d.dim_param]} and {size}"
                )

    def _input_type(self, info: Any) -> TensorType:
        where = self._where(info)
        proto = tensor_type_of(info, where)
        element = element_type(proto.elem_type, where)
        given = self._given.get(info.name)
        if given is not None:
            return tensor(checked_shape(given, where), element)
        if not proto.HasField("shape"):
            raise CompileError(f"{where}: unknown shape; give it with --shape {info.name}=...")
        dims = [self._size(info, i, d) for i, d in enumerate(proto.shape.dim)]
        return tensor(checked_shape(dims, where), element)

    def _size(self, info: Any, position: int, dim: Any) -> int:
        if dim.HasField("dim_value") and dim.dim_value >= 0:
            return int(dim.dim_value)
        name = dim.dim_param
        if name and name in self._sizes:
            return self._sizes[name]
        if is_batch(name, position):
            return 1
        dims = enumerate(info.type.tensor_type.shape.dim)
        label = f"dimension {position} ({name!r})" if name else f"dimension {position}"
        hint = ",".join(self._hint(d, i) for i, d in dims)
        raise CompileError(
            f"{self._where(info)}: {label} is unknown; give it with --shape {info.name}={hint}"
        )

    def _hint(self, dim: Any, position: int) -> str:
        if dim.HasField("dim_value") and dim.dim_value >= 0:
            return str(dim.dim_value)
        return "1" if is_batch(dim.dim_param, position) else "SIZE"

    def declared(self, infos: Iterable[Any]) -> dict[str, DeclaredShape]:
        """Shapes by name of value_info entries; those that are no tensors are left out. None where
        an input has another size than the file says: they follow from that one."""
        found: dict[str, DeclaredShape] = {}
        if self._overridden:
            return found
        for info in infos:
            proto = info.type.tensor_type
            if info.type.WhichOneof("value") == "tensor_type" and proto.HasField("shape"):
                found[info.name] = tuple(self._declared_size(d) for d in proto.shape.dim)
        return found

    def _declared_size(self, dim: Any) -> int | None:
        if dim.HasField("dim_value") and dim.dim_value >= 0:
            return int(dim.dim_value)
        return self._sizes.get(dim.dim_param) if dim.dim_param else None


def tensor_type_of(info: Any, where: str) -> Any:
    kind = info.type.WhichOneof("value")
    if kind != "tensor_type":
        what = (kind or "no type").removesuffix("_type").replace("_", " ")
        raise CompileError(f"{where}: {what} is not supported, only tensors are")
    return info.type.tensor_type


_PRESERVING = """
    Abs Cast CastLike Ceil Clip Cos Erf Exp Floor Identity Log Neg Not Reciprocal Relu Round
    Sigmoid Sign Sin Sqrt Tanh
"""
SHAPE_PRESERVING = frozenset(_PRESERVING.split())
"""Operators whose first input has the shape of their result."""


def backwards(nodes: Sequence[Any], declared: dict[str, DeclaredShape]) -> None:
    """Complete what is declared: the input of an elementwise node is shaped as its output."""
    for node in reversed(nodes):
        if node.op_type in SHAPE_PRESERVING and node.input and node.output:
            shape = declared.get(node.output[0])
            if shape is not None:
                declared.setdefault(node.input[0], shape)
