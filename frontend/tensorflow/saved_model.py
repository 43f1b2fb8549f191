"""SavedModel folders: a graph, its signatures, and a checkpoint with its variables."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from millrace.frontend.tensorflow.bundle import Bundle
from millrace.frontend.tensorflow.graph import IDENTITIES, Graph, Ref
from millrace.frontend.tensorflow.graphdef import GraphDef, Node, read_graph
from millrace.frontend.tensorflow.importer import (
    Model,
    chosen,
    import_model,
    only_compile_errors,
)
from millrace.frontend.tensorflow.shapes import ShapeOption, name_of
from millrace.frontend.tensorflow.tensors import Array, Strings, read_shape
from millrace.frontend.tensorflow.wire import Message
from millrace.ir.dialects.builtin import Module
from millrace.ir.errors import CompileError
from millrace.ir.sizes import SizeBook

DEFAULT_SIGNATURE = "serving_default"
_HIDDEN = "__"
"""Signatures whose names start so are TensorFlow's own."""


@dataclass(frozen=True)
class Signature:
    """Tensors by the user's name, in the order of names; shapes have -1 where unknown."""

    inputs: Mapping[str, tuple[str, tuple[int, ...] | None]]
    outputs: Mapping[str, tuple[str, tuple[int, ...] | None]]


def import_saved_model(
    directory: str | Path,
    *,
    signature: str | None = None,
    shapes: ShapeOption | None = None,
    feed: Sequence[str] | None = None,
    fetch: Sequence[str] | None = None,
    name: str | None = None,
    sizes: SizeBook | None = None,
) -> Module:
    """A SavedModel folder as a module with one function, ``main``. ``signature`` is
    ``serving_default`` unless given (or the only one); inputs and outputs have the signature's
    names. ``feed`` and ``fetch`` name tensors of the graph instead, as in
    :func:`import_graphdef`."""
    folder = Path(directory)
    label = name or str(directory)
    with only_compile_errors(label):
        meta = _meta_graph(folder, label)
        definition = read_graph(meta.message(2) or Message(memoryview(b"")), label)
        graph = Graph(definition.nodes, label)
        values = _values(definition, graph, folder)
        if feed or fetch:
            return import_model(chosen(definition, label, feed, fetch, values), shapes, sizes)
        found = _choose(_signatures(meta), signature, label)
        model = _model(definition, graph, found, values)
        return import_model(model, _by_tensor(found, shapes), sizes)


def _meta_graph(folder: Path, label: str) -> Message:
    path = folder / "saved_model.pb"
    try:
        data = path.read_bytes()
    except OSError as e:
        raise CompileError(f"{path}: {e.strerror or e}") from e
    for meta in Message(memoryview(data)).messages(2):
        return meta
    raise CompileError(f"{label}: the SavedModel has no graph")


# ---- signatures


def _signatures(meta: Message) -> dict[str, Signature]:
    found = {}
    for name, m in meta.entries(5):
        sides = [
            {key: _tensor_info(info) for key, info in sorted(m.entries(f), key=lambda e: e[0])}
            for f in (1, 2)
        ]
        found[name] = Signature(*sides)
    return found


def _tensor_info(info: Message) -> tuple[str, tuple[int, ...] | None]:
    dims = read_shape(info.message(3)).dims if 3 in info else None
    return info.text(1), None if dims is None else tuple(-1 if d is None else d for d in dims)


def _choose(found: Mapping[str, Signature], wanted: str | None, label: str) -> Signature:
    public = sorted(n for n in found if not n.startswith(_HIDDEN))
    if wanted is None:
        wanted = DEFAULT_SIGNATURE if DEFAULT_SIGNATURE in found else None
        wanted = public[0] if wanted is None and len(public) == 1 else wanted
    if wanted is None or wanted not in found:
        known = ", ".join(public) or "none"
        raise CompileError(f"{label}: no signature {wanted or DEFAULT_SIGNATURE!r} (has: {known})")
    return found[wanted]


def _model(
    definition: GraphDef, graph: Graph, signature: Signature, values: Mapping[str, Array]
) -> Model:
    feeds = tuple(graph.ref(tensor) for tensor, _ in signature.inputs.values())
    declared = {
        name_of(ref): dims
        for ref, (_, dims) in zip(feeds, signature.inputs.values(), strict=True)
        if dims is not None
    }
    return Model(
        graph.file,
        definition,
        feeds,
        tuple(graph.ref(tensor) for tensor, _ in signature.outputs.values()),
        tuple(signature.inputs),
        tuple(signature.outputs),
        values,
        declared,
    )


def _by_tensor(signature: Signature, shapes: ShapeOption | None) -> ShapeOption | None:
    """Shapes by the names of tensors instead of the signature's."""
    if shapes is None:
        return None
    inputs = signature.inputs
    return {inputs[n][0] if n in inputs else n: s for n, s in shapes.items()}


# ---- variables


def _values(definition: GraphDef, graph: Graph, folder: Path) -> dict[str, Array]:
    """Values of variables by name, as the model's own restore operations would assign them."""
    prefix = folder / "variables" / "variables"
    if not prefix.with_name("variables.index").is_file():
        return {}
    bundle = Bundle(prefix)
    values: dict[str, Array] = {}
    for body, handles in _scopes(definition, graph):
        for assign in body.nodes.values():
            if assign.op not in ("AssignVariableOp", "Assign"):
                continue
            target, source = (body.trace(r, _passes) for r in body.data_inputs(assign)[:2])
            key = _restored(body, source)
            handle = handles.get(target.node) or graph.nodes.get(target.node)
            if key is not None and handle is not None and key in bundle:
                values[handle.text("shared_name") or handle.name] = bundle.tensor(key)
    return values


def _passes(node: Node, _: Ref) -> bool:
    return node.op in IDENTITIES


def _scopes(definition: GraphDef, graph: Graph) -> Iterator[tuple[Graph, dict[str, Node]]]:
    """The graph, then the functions it calls, with the handles that their arguments are."""
    yield graph, {}
    for node in graph.nodes.values():
        for name in node.function_names():
            function = definition.functions.get(name)
            if function is None:
                continue
            sources = [graph.producer(graph.trace(r, _passes)) for r in graph.data_inputs(node)]
            handles = {
                a: s
                for a, s in zip(function.arguments, sources, strict=False)
                if s is not None and s.op == "VarHandleOp"
            }
            if handles:
                yield Graph(function.nodes, graph.file, function), handles


def _restored(body: Graph, ref: Ref) -> str | None:
    """The checkpoint's name of what a restore operation gives at ``ref``."""
    restore = body.producer(ref)
    if restore is None or restore.op != "RestoreV2":
        return None
    names = body.producer(body.data_inputs(restore)[1])
    value = None if names is None else names.attributes.get("value")
    if not isinstance(value, Strings) or ref.port >= len(value.values):
        return None
    return value.values[ref.port].decode(errors="replace")
