"""Graphs as nodes that refer to each other: references, what is needed, and in which order."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass

from millrace.frontend.tensorflow.graphdef import Function, Node
from millrace.ir.errors import CompileError

MERGES = frozenset({"Merge", "RefMerge"})
SWITCHES = frozenset({"Switch", "RefSwitch", "_SwitchN"})
ENTERS = frozenset({"Enter", "RefEnter"})
EXITS = frozenset({"Exit", "RefExit"})
BACK_EDGES = frozenset({"NextIteration", "RefNextIteration"})
IDENTITIES = frozenset({"Identity", "RefIdentity", "StopGradient", "Snapshot", "PreventGradient"})
FLOW = MERGES | SWITCHES | ENTERS | EXITS | BACK_EDGES | {"LoopCond"}

_LSTM = ("i", "cs", "f", "o", "ci", "co", "h")
_OUTPUTS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(("BlockLSTM", "BlockLSTMV2", "LSTMBlockCell"), _LSTM),
    "GRUBlockCell": ("r", "u", "c", "h"),
    "Switch": ("output_false", "output_true"),
    "Merge": ("output", "value_index"),
    "TopKV2": ("values", "indices"),
    "TopK": ("values", "indices"),
    "TensorArrayV3": ("handle", "flow"),
    "TensorListPopBack": ("output_handle", "tensor"),
    "TensorListConcatV2": ("tensor", "lengths"),
    "FusedBatchNorm": ("y", "batch_mean", "batch_variance", "r1", "r2"),
    "FusedBatchNormV2": ("y", "batch_mean", "batch_variance", "r1", "r2"),
    "FusedBatchNormV3": ("y", "batch_mean", "batch_variance", "r1", "r2", "r3"),
}
"""Names of the outputs of operators that have more than one that is no list."""


@dataclass(frozen=True)
class Ref:
    """Output ``port`` of a node, or an argument of the function; a control edge has no port."""

    node: str
    port: int = 0
    control: bool = False


class Graph:
    """The nodes of a graph, or of a function's body with its arguments."""

    def __init__(self, nodes: Sequence[Node], file: str, function: Function | None = None) -> None:
        self.file = file
        self.nodes = {n.name: n for n in nodes}
        self.arguments = () if function is None else function.arguments
        self._in_function = function is not None
        self._selectors: dict[str, list[Ref]] = {}
        self._refs = {n.name: tuple(self.ref(i, n) for i in n.inputs) for n in nodes}

    def ref(self, text: str, user: Node | None = None) -> Ref:
        """A reference as text: ``^node``, ``node``, ``node:1``, in functions ``node:out:0``."""
        name, *rest = text.removeprefix("^").split(":")
        if text.startswith("^"):
            ref = Ref(name, control=True)
        elif self._in_function and len(rest) == 2:
            names = _OUTPUTS.get(self.nodes[name].op, ()) if name in self.nodes else ()
            first = names.index(rest[0]) if rest[0] in names else 0
            ref = Ref(name, first + _port(rest[1], text))
        else:
            ref = Ref(name, _port(rest[0], text) if rest else 0)
        if name not in self.nodes and name not in self.arguments:
            where = user.loc.describe() if user is not None else self.file
            raise CompileError(f"{where}: there is no node {name!r}")
        return ref

    def inputs(self, node: Node) -> tuple[Ref, ...]:
        return self._refs[node.name]

    def data_inputs(self, node: Node) -> list[Ref]:
        return [r for r in self._refs[node.name] if not r.control]

    def producer(self, ref: Ref) -> Node | None:
        """The node that a reference names; None for arguments."""
        return self.nodes.get(ref.node)

    # ---- what is needed

    def closure(self, roots: Iterable[Ref], fed: frozenset[Ref], *, control: bool) -> set[str]:
        """The nodes that the roots depend on, along data edges, and control edges if asked."""
        found: set[str] = set()
        pending = list(roots)
        while pending:
            ref = pending.pop()
            node = self.producer(ref)
            if ref in fed or node is None or node.name in found:
                continue
            found.add(node.name)
            pending.extend(r for r in self.inputs(node) if control or not r.control)
        return found

    def pivot_of(self, ref: Ref) -> Ref | None:
        """The output of a Switch that a node passes on, through identities."""
        seen: set[str] = set()
        while True:
            node = self.producer(ref)
            if node is None or node.name in seen:
                return None
            seen.add(node.name)
            if node.op in SWITCHES:
                return None if ref.control else ref
            if node.op not in IDENTITIES or not self.data_inputs(node):
                return None
            ref = self.data_inputs(node)[0]

    def needed(self, roots: Sequence[Ref], fed: frozenset[Ref]) -> set[str]:
        """What is imported: data dependencies, and the switches that guard by control edges."""
        found: set[str] = set()
        new = self.closure(roots, fed, control=False)
        while new - found:
            found |= new
            pivots = [
                pivot
                for name in sorted(new)
                for r in self.inputs(self.nodes[name])
                if r.control and (pivot := self.pivot_of(r)) is not None
            ]
            pivots += [r for name in sorted(new) for r in self.selectors(self.nodes[name])]
            new = self.closure(pivots, fed, control=False) - found
        return found

    # ---- order

    def order(self, names: set[str], *, fed: frozenset[Ref] = frozenset()) -> list[Node]:
        """The nodes so that each comes after those it depends on, else in file order. Edges
        into a loop's merge from the step before do not count."""
        waiting: dict[str, int] = {}
        users: dict[str, list[str]] = {}
        for name in names:
            sources = {r.node for r in self._forward(self.nodes[name], fed)} & names
            waiting[name] = len(sources)
            for s in sources:
                users.setdefault(s, []).append(name)
        ready = [(self.nodes[n].index, n) for n, count in waiting.items() if not count]
        heapq.heapify(ready)
        out: list[Node] = []
        while ready:
            _, name = heapq.heappop(ready)
            out.append(self.nodes[name])
            for u in users.get(name, ()):
                waiting[u] -= 1
                if not waiting[u]:
                    heapq.heappush(ready, (self.nodes[u].index, u))
        if len(out) < len(names):
            stuck = min((self.nodes[n] for n in names - {n.name for n in out}), key=_index)
            raise stuck.error("is part of a cycle that is no loop")
        return out

    def _forward(self, node: Node, fed: frozenset[Ref]) -> Iterator[Ref]:
        for r in (*self.inputs(node), *self.selectors(node)):
            source = self.producer(r)
            back = node.op in MERGES and source is not None and source.op in BACK_EDGES
            if source is not None and not back and r not in fed:
                yield r

    # ---- tracing

    def trace(self, ref: Ref, through: Callable[[Node, Ref], bool]) -> Ref:
        """Follow first inputs while ``through`` says so."""
        seen: set[str] = set()
        while True:
            node = self.producer(ref)
            if node is None or node.name in seen or not through(node, ref):
                return ref
            seen.add(node.name)
            data = self.data_inputs(node)
            if not data:
                return ref
            ref = data[0]

    def guard_of(self, ref: Ref) -> Ref | None:
        """The nearest output of a Switch that a value of a branch depends on, by data or by
        control. Switches of loops tell nothing of branches."""
        pending, seen = [ref], {ref.node}
        for r in pending:
            node = self.producer(r)
            if node is None or node.op in MERGES:
                continue
            if node.op in SWITCHES:
                if not r.control and not self._is_of_loop(node):
                    return r
                continue
            for i in self.inputs(node):
                if i.node not in seen:
                    seen.add(i.node)
                    pending.append(i)
        return None

    def _is_of_loop(self, switch: Node) -> bool:
        data = self.data_inputs(switch)
        source = self.producer(self.trace(data[1], is_identity)) if len(data) > 1 else None
        return source is not None and source.op == "LoopCond"

    def back_edge(self, merge: Node) -> Ref | None:
        """The input of a loop's merge that comes from the step before."""
        for r in self.data_inputs(merge):
            source = self.producer(r)
            if source is not None and source.op in BACK_EDGES:
                return r
        return None

    def selectors(self, node: Node) -> list[Ref]:
        """The predicates that a merge's branches hang on; constants have lost them."""
        if node.op not in MERGES or self.back_edge(node) is not None:
            return []
        found = self._selectors.get(node.name)
        if found is None:
            guards = [g for r in self.data_inputs(node) if (g := self.guard_of(r)) is not None]
            inputs = [self.data_inputs(self.nodes[g.node]) for g in guards]
            found = self._selectors[node.name] = [i[1] for i in inputs if len(i) > 1]
        return found

    def loop_predicate(self, merge: Node) -> Ref | None:
        """What says whether the loop of a merge goes on."""
        for node in self.nodes.values():
            data = self.data_inputs(node) if node.op in SWITCHES else []
            if len(data) > 1 and data[0] == Ref(merge.name) and self._is_of_loop(node):
                return data[1]
        return None


def is_identity(node: Node, _: Ref) -> bool:
    return node.op in IDENTITIES


def _index(node: Node) -> int:
    return node.index


def _port(text: str, whole: str) -> int:
    if not text.isdecimal() or len(text) > 6:
        raise CompileError(f"malformed tensor name {whole!r}")
    return int(text)
