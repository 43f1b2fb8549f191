"""What the ONNX standard says of an operator: arity, attributes, types and function bodies."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from millrace.frontend.onnx.node import Node
from millrace.frontend.onnx.tensors import data_type_of
from millrace.ir.core import Value
from millrace.ir.types import ElementType, TensorType

_TYPE_NAMES = {
    "f16": "float16", "bf16": "bfloat16", "f32": "float", "f64": "double", "i1": "bool",
    "i8": "int8", "i16": "int16", "i32": "int32", "i64": "int64",
    "ui8": "uint8", "ui16": "uint16", "ui32": "uint32", "ui64": "uint64",
}  # fmt: skip


def type_name(element: ElementType) -> str:
    """How the standard spells a tensor type, ``tensor(float)``."""
    return f"tensor({_TYPE_NAMES[str(element)]})"


class Schemas:
    """Looks operators up in the installed ``onnx`` package; remembers what it found."""

    def __init__(self, onnx: Any) -> None:
        self._onnx = onnx
        self._found: dict[tuple[str, str, int], Any] = {}

    def find(self, op_type: str, domain: str, version: int) -> Any | None:
        """The schema in force at an operator set version, or None."""
        key = (op_type, domain, version)
        if key not in self._found:
            try:
                schema = self._onnx.defs.get_schema(op_type, version, domain)
            except (self._onnx.defs.SchemaError, TypeError):  # TypeError: names that are no text
                schema = None
            self._found[key] = schema
        return self._found[key]

    def find_unchanged(self, node: Node, version: int, oldest: int) -> Any:
        """The schema of an operator of an old operator set, which must be as it still was in the
        oldest one that the importer knows."""
        schema = self.find(node.op_type, node.domain, version)
        later = self.find(node.op_type, node.domain, oldest)
        if schema is None or later is None or schema.since_version != later.since_version:
            raise node.error(
                f"operator set version {version} is not supported ({oldest} is the oldest); "
                "convert the model with onnx.version_converter"
            )
        return schema

    def check(self, node: Node, schema: Any, values: Sequence[Value | None]) -> None:
        """Raise CompileError when a node does not fit its schema."""
        _check_arity(node, schema)
        _check_attributes(node, schema)
        _check_types(node, schema, values)

    def function_body(
        self, node: Node, schema: Any, version: int, values: Sequence[Value | None]
    ) -> Any | None:
        """The FunctionProto that defines the operator by others, or None."""
        usable = [v for v in schema.function_opset_versions if v <= version]
        if usable:
            return self._function(schema.get_function_with_opset_version(max(usable)))
        context = schema.context_dependent_function_opset_versions
        usable = [v for v in context if v <= version]
        if not usable:
            return None
        types = [self._type_proto(v) for v in values]
        data = schema.get_context_dependent_function_with_opset_version(
            max(usable), node.proto.SerializeToString(), types
        )
        return self._function(data) if data else None

    def has_function_body(self, schema: Any, version: int) -> bool:
        versions = [
            *schema.function_opset_versions,
            *schema.context_dependent_function_opset_versions,
        ]
        return any(v <= version for v in versions)

    def _function(self, data: Any) -> Any:
        if not isinstance(data, bytes):
            return data
        function = self._onnx.FunctionProto()
        function.ParseFromString(data)
        return function

    def _type_proto(self, value: Value | None) -> bytes:
        proto = self._onnx.TypeProto()
        if value is not None and isinstance(value.type, TensorType):
            proto.tensor_type.elem_type = data_type_of(value.type.element)
            for n in value.type.shape:
                proto.tensor_type.shape.dim.add().dim_value = n
        data: bytes = proto.SerializeToString()
        return data


def _check_arity(node: Node, schema: Any) -> None:
    n = len(node.inputs)
    if not schema.min_input <= n <= schema.max_input:
        raise node.error(f"has {n} inputs, takes {schema.min_input} to {schema.max_input}")
    if not schema.min_output <= len(node.outputs) <= schema.max_output:
        raise node.error(f"has {len(node.outputs)} outputs, gives {schema.max_output} at most")
    for formal, name in zip(schema.inputs, node.inputs, strict=False):
        if not name and formal.option.name == "Single":
            raise node.error(f"input {formal.name!r} is missing")


def _check_attributes(node: Node, schema: Any) -> None:
    for key, value in node.attributes.items():
        formal = schema.attributes.get(key)
        if formal is None:
            raise node.error(f"has no attribute {key!r}")
        if not _ATTRIBUTE_CHECKS.get(formal.type.name, _anything)(value):
            raise node.error(f"attribute {key!r} is not of type {formal.type.name}")
    for key, formal in schema.attributes.items():
        if formal.required and key not in node.attributes:
            raise node.error(f"attribute {key!r} is missing")


def _anything(value: Any) -> bool:
    return True


_ATTRIBUTE_CHECKS = {
    "FLOAT": lambda v: isinstance(v, float),
    "INT": lambda v: isinstance(v, int),
    "STRING": lambda v: isinstance(v, str),
    "FLOATS": lambda v: isinstance(v, tuple) and all(isinstance(x, float) for x in v),
    "INTS": lambda v: isinstance(v, tuple) and all(isinstance(x, int) for x in v),
    "STRINGS": lambda v: isinstance(v, tuple) and all(isinstance(x, str) for x in v),
    "TENSOR": lambda v: hasattr(v, "dtype"),
    "GRAPH": lambda v: hasattr(v, "node"),
}


def _check_types(node: Node, schema: Any, values: Sequence[Value | None]) -> None:
    bound: dict[str, str] = {}
    formals = list(schema.inputs)
    for i, value in enumerate(values):
        if value is None or not isinstance(value.type, TensorType):
            continue
        formal = formals[min(i, len(formals) - 1)]
        name = type_name(value.type.element)
        if name not in formal.types:
            name = f"seq({name})"  # sequences are tensors here
        if name not in formal.types:
            raise node.error(f"input {formal.name!r} cannot be {type_name(value.type.element)}")
        if formal.is_homogeneous and bound.setdefault(formal.type_str, name) != name:
            raise node.error(
                f"input {formal.name!r} is {name}, but {formal.type_str} is "
                f"{bound[formal.type_str]} in another input"
            )
