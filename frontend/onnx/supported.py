"""Finds all operators of a model that the importer does not know, before importing anything."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from millrace.frontend.onnx.node import MAX_DEPTH, plain_domain, schedule, subgraphs
from millrace.frontend.onnx.session import Session
from millrace.ir.errors import CompileError

SHOWN_NODES = 5
"""How many nodes of one missing operator an error names."""


def check_supported(session: Session, graph: Any, opsets: Mapping[str, int]) -> None:
    """Raise one CompileError that lists every missing operator with its nodes."""
    missing: dict[str, list[str]] = {}
    wanted = [o.name for o in graph.output]
    _Walk(session, missing).nodes(graph.node, wanted, opsets, 0)
    if missing:
        found = "; ".join(_describe(op, nodes) for op, nodes in sorted(missing.items()))
        raise CompileError(f"{session.file}: unsupported operators: {found}")


def _describe(op: str, nodes: list[str]) -> str:
    shown = ", ".join(f'"{n}"' for n in nodes[:SHOWN_NODES])
    more = f" and {len(nodes) - SHOWN_NODES} more" if len(nodes) > SHOWN_NODES else ""
    return f"{op} (node{'s' if len(nodes) > 1 else ''} {shown}{more})"


class _Walk:
    def __init__(self, session: Session, missing: dict[str, list[str]]) -> None:
        self._session = session
        self._missing = missing
        self._functions: set[tuple[str, str]] = set()

    def nodes(self, protos: Any, wanted: list[str], opsets: Mapping[str, int], depth: int) -> None:
        if depth > MAX_DEPTH:
            raise CompileError(f"{self._session.file}: subgraphs are nested too deeply")
        for i in schedule(protos, wanted, self._session.file):
            proto = protos[i]
            if not self._is_known(proto, opsets, depth):
                domain = plain_domain(proto.domain)
                op = f"{domain}.{proto.op_type}" if domain else proto.op_type
                self._missing.setdefault(op, []).append(proto.name or f"{proto.op_type}#{i}")
            for g in subgraphs(proto):
                self.nodes(g.node, [o.name for o in g.output], opsets, depth + 1)

    def _is_known(self, proto: Any, opsets: Mapping[str, int], depth: int) -> bool:
        session = self._session
        key = (plain_domain(proto.domain), proto.op_type)
        function = session.functions.get(key)
        if function is not None:
            if key not in self._functions:
                self._functions.add(key)
                inner = {**opsets, **session.opsets_of(function)}
                self.nodes(function.node, list(function.output), inner, depth + 1)
            return True
        if key in session.rows:
            return True
        version = opsets.get(key[0], 1)
        schema = session.schemas.find(proto.op_type, key[0], version)
        return schema is not None and session.schemas.has_function_body(schema, version)
