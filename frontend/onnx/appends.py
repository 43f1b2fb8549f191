"""Sequences to which a Loop only appends are stacked outputs of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from millrace.frontend.onnx.node import read_names
from millrace.frontend.onnx.ops_sequence import stacked
from millrace.frontend.onnx.table import Call
from millrace.ir.core import Value


@dataclass(frozen=True)
class Appends:
    """A Loop node, and ``call``, which is the same with stacked outputs in place of the sequences:
    they are carries number ``places`` of the file's node."""

    call: Call
    places: Sequence[int]
    inits: Sequence[Value]

    def results(self, found: Sequence[Value | None]) -> list[Value | None]:
        """The outputs of the file's node: the stacks behind what the sequences start with are
        what has been appended."""
        split = len(found) - len(self.places)
        out = list(found[:split])
        for i, init, rows in zip(self.places, self.inits, found[split:], strict=True):
            out.insert(i, None if rows is None else stacked(self.call, [init, rows]))
        return out


def without_appends(c: Call) -> Appends | None:
    """A Loop whose appended sequences are stacked outputs; None when it has none."""
    graph = c.node.need_graph("body")
    found = _appended(graph)
    places = [i for i in found if i < len(c.args) - 2]
    if not places:
        return None
    changed = type(graph)()
    changed.CopyFrom(graph)
    for i in reversed(places):
        del changed.input[2 + i], changed.output[1 + i]
    for i in places:
        changed.output.add().name = graph.node[found[i]].input[1]
    node = c.node
    outputs = [*node.outputs, *("" for _ in range(len(graph.output) - 1 - len(node.outputs)))]
    kept = [o for i, o in enumerate(outputs) if i not in places]
    left = [k for k in range(len(c.args)) if k - 2 not in places]
    node = replace(
        node,
        inputs=tuple(node.inputs[k] for k in left),
        outputs=(*kept, *(outputs[i] for i in places)),
        attributes={**node.attributes, "body": changed},
    )
    call = replace(c, node=node, args=tuple(c.args[k] for k in left))
    return Appends(call, places, [c.arg(2 + i) for i in places])


def _appended(graph: Any) -> dict[int, int]:
    """Carries that the body only appends to, and the nodes that do so."""
    readers: dict[str, list[int]] = {}
    for k, node in enumerate(graph.node):
        for name in read_names(node):
            readers.setdefault(name, []).append(k)
    results = [o.name for o in graph.output]
    found = {}
    for i, formal in enumerate(f.name for f in graph.input[2:]):
        using = readers.get(formal, [])
        if len(using) != 1 or formal in results or len(results) <= 1 + i:
            continue
        node, result = graph.node[using[0]], results[1 + i]
        appends = node.op_type == "SequenceInsert" and list(node.input[2:]) in ([], [""])
        alone = result not in readers and results.count(result) == 1
        if appends and alone and [*node.output] == [result] and node.input[0] == formal:
            found[i] = using[0]
    return found
