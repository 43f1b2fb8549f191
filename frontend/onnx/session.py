"""One import: runs graphs, node by node, through the table, and expands functions."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from millrace.frontend.onnx.emitter import Emitter
from millrace.frontend.onnx.loader import OLDEST_OPSET, Source, opset_versions
from millrace.frontend.onnx.node import (
    MAX_DEPTH,
    Node,
    decode_node,
    plain_domain,
    read_names,
    resolved,
    schedule,
)
from millrace.frontend.onnx.schemas import Schemas
from millrace.frontend.onnx.scope import Scope
from millrace.frontend.onnx.shapes import Dimensions, backwards
from millrace.frontend.onnx.table import Call, RowFunction
from millrace.frontend.onnx.tensors import Array, sparse_to_array, to_array
from millrace.ir.core import Value
from millrace.ir.errors import CompileError, IRError, MillraceError

FunctionKey = tuple[str, str]


class Session:
    """What is the same for all graphs of a model."""

    def __init__(
        self,
        onnx: Any,
        source: Source,
        emitter: Emitter,
        rows: Mapping[FunctionKey, RowFunction],
        dimensions: Dimensions,
    ) -> None:
        self.source = source
        self.emitter = emitter
        self.rows = rows
        self.dimensions = dimensions
        self.schemas = Schemas(onnx)
        self._onnx = onnx
        self.functions: dict[FunctionKey, Any] = {
            (plain_domain(f.domain), f.name): f for f in source.model.functions
        }

    @property
    def file(self) -> str:
        return self.source.name

    def read_tensor(self, proto: Any, what: str) -> Array:
        return to_array(proto, self.source.directory, what)

    def opsets_of(self, function: Any) -> dict[str, int]:
        return opset_versions(self._onnx, function.opset_import, self.file)

    # ---- graphs

    def graph_scope(self, graph: Any, opsets: Mapping[str, int], parent: Scope | None) -> Scope:
        """A scope for a graph, with its stored tensors defined."""
        infos = [*graph.value_info, *graph.output]
        declared = self.dimensions.declared(infos)
        backwards(graph.node, declared)
        depth = 0 if parent is None else parent.depth + 1
        attributes = None if parent is None else parent.attributes
        scope = Scope(self.file, opsets, parent, declared, attributes, depth)
        self._check_depth(depth)
        for t in graph.initializer:
            what = f"{self.file}: initializer {t.name!r}"
            scope.define(t.name, self.emitter.constant(self.read_tensor(t, what)))
        for t in graph.sparse_initializer:
            what = f"{self.file}: initializer {t.values.name!r}"
            dense = sparse_to_array(t, self.source.directory, what)
            scope.define(t.values.name, self.emitter.constant(dense))
        return scope

    def _check_depth(self, depth: int) -> None:
        if depth > MAX_DEPTH:
            raise CompileError(f"{self.file}: subgraphs or functions are nested too deeply")

    def run_graph(self, graph: Any, scope: Scope) -> list[Value]:
        """Import the nodes; returns the values of the graph's outputs."""
        self.run_nodes(graph.node, scope, [o.name for o in graph.output])
        what = f"{self.file}: graph {graph.name!r}"
        return [scope.lookup(o.name, what) for o in graph.output]

    def run_nodes(self, protos: Sequence[Any], scope: Scope, wanted: Sequence[str]) -> None:
        """Import the nodes that ``wanted`` depend on."""
        order = schedule(protos, wanted, self.file)
        scope.used.update(wanted, *(read_names(protos[i]) for i in order))
        for i in order:
            proto = resolved(protos[i], scope.attributes)
            node = decode_node(proto, i, self.file, self.read_tensor, scope.prefix)
            results = self.run_node(node, scope)
            for name, value in zip(node.outputs, results, strict=False):
                if name and value is None:
                    if name not in scope.used:
                        continue
                    raise node.error(f"output {name!r} is not supported")
                scope.define(name, value)
            for name in node.outputs[len(results) :]:
                if name:
                    raise node.error(f"output {name!r} is not supported")

    # ---- nodes

    def run_node(self, node: Node, scope: Scope) -> Sequence[Value | None]:
        try:
            with self.emitter.at(node.loc):
                return self._dispatch(node, scope)
        except IRError as e:
            text = str(e)
            named = text.startswith(node.loc.describe())
            raise e if named else IRError(f"{node.loc.describe()}: {text}") from e
        except (MillraceError, RecursionError, MemoryError):
            raise
        except Exception as e:
            # Attributes and operands can be wrong in more ways than rows can check.
            raise node.error(f"malformed node: {e or type(e).__name__}") from e

    def _dispatch(self, node: Node, scope: Scope) -> Sequence[Value | None]:
        key = (node.domain, node.op_type)
        values = scope.inputs_of(node)
        local = self.functions.get(key)
        if local is not None:
            return self.expand(node, local, scope, values)
        version = scope.opsets.get(node.domain, 1)
        schema = self.schemas.find(node.op_type, node.domain, version)
        if not node.domain and version < OLDEST_OPSET:
            schema = self.schemas.find_unchanged(node, version, OLDEST_OPSET)
        if schema is not None:
            self.schemas.check(node, schema, values)
        row = self.rows.get(key)
        if row is not None:
            results = row(Call(self, scope, node, values))
            return [results] if isinstance(results, Value) else results
        body = self.schemas.function_body(node, schema, version, values) if schema else None
        if body is None:
            raise CompileError(
                f'{self.file}: unsupported operators: {node.display_op} (node "{node.loc.name}")'
            )
        return self.expand(node, body, scope, values)

    def expand(
        self,
        node: Node,
        function: Any,
        scope: Scope,
        values: Sequence[Value | None],
    ) -> list[Value | None]:
        """Import a function's body in place of a call of it."""
        attributes = {a.name: a for a in function.attribute_proto}
        attributes.update({a.name: a for a in node.proto.attribute})
        declared = self.dimensions.declared(getattr(function, "value_info", ()))
        for formal, actual in zip(function.output, node.outputs, strict=False):
            shape = scope.declared_shape(actual)
            if shape is not None:
                declared[formal] = shape
        backwards(function.node, declared)
        inner = Scope(
            self.file,
            {**scope.opsets, **self.opsets_of(function)},
            declared=declared,
            attributes=attributes,
            depth=scope.depth + 1,
            prefix=f"{node.loc.name}/",
        )
        self._check_depth(inner.depth)
        for i, formal in enumerate(function.input):
            inner.define(formal, values[i] if i < len(values) else None)
        wanted = [f for f, n in zip(function.output, node.outputs, strict=False) if n]
        self.run_nodes(function.node, inner, wanted)
        what = node.loc.describe()
        return [
            inner.lookup(formal, what) if actual else None
            for formal, actual in zip(function.output, node.outputs, strict=False)
        ]
