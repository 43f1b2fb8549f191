"""Finds all operators of a model that the importer does not know, before importing anything."""

from __future__ import annotations

from millrace.frontend.tflite.model import Model, Operator, Subgraph
from millrace.frontend.tflite.session import Finder, reachable
from millrace.ir.errors import CompileError

SHOWN_NODES = 5
"""How many operators of one missing kind an error names."""


def check_supported(model: Model, find: Finder) -> None:
    """Raise one CompileError that lists every missing operator and where it stands."""
    missing: dict[str, list[str]] = {}
    for graph in reachable(model, 0):
        for node in graph.operators:
            if find(graph, node) is None:
                missing.setdefault(_kind(graph, node), []).append(node.label)
    if missing:
        found = "; ".join(_describe(kind, nodes) for kind, nodes in sorted(missing.items()))
        raise CompileError(f"{model.file}: unsupported operators: {found}")


def _kind(graph: Subgraph, node: Operator) -> str:
    """The operator with the data types that matter where it is quantized."""
    infos = [graph.tensors[t] for t in (*node.inputs[:1], *node.outputs[:1]) if t >= 0]
    types = [i.type for i in infos if i.quantization is not None and i.type != "float32"]
    return f"{node.kind} ({', '.join(dict.fromkeys(types))})" if types else node.kind


def _describe(kind: str, nodes: list[str]) -> str:
    shown = ", ".join(f'"{n}"' for n in nodes[:SHOWN_NODES])
    more = f" and {len(nodes) - SHOWN_NODES} more" if len(nodes) > SHOWN_NODES else ""
    return f"{kind} (node{'s' if len(nodes) > 1 else ''} {shown}{more})"
