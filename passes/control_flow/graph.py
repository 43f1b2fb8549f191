"""A FLOW function as a graph: order, frames, loops.

Next iterations apart, the graph must have no cycles. Every operation gets the frame it runs in
from the names that ``mr.enter`` gives (strongly connected components are of no use: two loops may
share one, and a loop may fall into several). In the frame around it a loop is one *item*, like an
operation.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from millrace.ir.core import Block, Operation, Value
from millrace.ir.dialects.mr import flow
from millrace.ir.errors import CompileError
from millrace.ir.interpreter.flow import reads

if TYPE_CHECKING:
    import networkx as nx
# At run time where it is needed: few models are dataflow, and it takes a while to import.

Path = tuple[str, ...]
"""Frames around a value by name, the outermost first."""


@dataclass(eq=False)
class Loop:
    """A frame. ``headers`` are the merges of its carried values, ``reads`` what it uses of the
    frame around it."""

    path: Path
    enters: list[flow.Enter] = field(default_factory=list)
    headers: list[flow.Merge] = field(default_factory=list)
    conditions: list[flow.LoopCond] = field(default_factory=list)
    exits: list[flow.Exit] = field(default_factory=list)
    reads: list[Value] = field(default_factory=list)

    @property
    def condition(self) -> flow.LoopCond:
        """The only loop condition."""
        if len(self.conditions) != 1:
            where = self.conditions[1] if self.conditions else self.enters[0]
            raise where.error(f"frame {self.path[-1]!r} has {len(self.conditions)} loop conditions")
        return self.conditions[0]


Item = Operation | Loop


def is_header(op: Operation) -> bool:
    """True for the merge of a value that a loop carries."""
    return isinstance(op, flow.Merge) and any(
        isinstance(v.defining_op, flow.NextIteration) for v in op.operands
    )


class FlowGraph:
    """The operations of a graph region that ``roots`` need. ``items`` has those of each frame in
    an order of execution."""

    def __init__(self, block: Block, roots: Iterable[Operation]) -> None:
        self.block = block
        self.place = {op: i for i, op in enumerate(block)}
        self.needed = self._needed(roots)
        self.order = self._order()
        self.frames: dict[Value, Path] = {}
        self.homes: dict[Operation, Path] = {}
        self._assign_frames()
        self.loops: dict[Path, Loop] = {}
        self._collect_loops()
        self.items: dict[Path, list[Item]] = {}
        self.position: dict[Item, int] = {}
        self._collect_items()

    def item_of(self, v: Value, path: Path) -> Item | None:
        """What gives the value in frame ``path``; None for what comes from outside of it."""
        op = v.defining_op
        if op is None or self.frames[v] != path or isinstance(op, flow.Enter):
            return None
        return self.loops[self.homes[op]] if isinstance(op, flow.Exit) else op

    def reads_of(self, item: Item) -> list[Value]:
        if isinstance(item, Loop):
            return item.reads
        if is_header(item):
            return []
        return reads(item)

    # ---- construction

    def _needed(self, roots: Iterable[Operation]) -> list[Operation]:
        seen: set[Operation] = set()
        todo = list(roots)
        while todo:
            op = todo.pop()
            if op not in seen:
                seen.add(op)
                todo.extend(v.defining_op for v in reads(op) if v.defining_op is not None)
        return sorted(seen, key=self.place.__getitem__)

    def _order(self) -> list[Operation]:
        import networkx as nx

        graph: nx.MultiDiGraph[Operation] = nx.MultiDiGraph()
        graph.add_nodes_from(self.needed)
        for op in self.needed:
            for v in reads(op):
                source = v.defining_op
                back = isinstance(source, flow.NextIteration) and isinstance(op, flow.Merge)
                if source is not None and not back:
                    graph.add_edge(source, op)
        try:
            return list(nx.lexicographical_topological_sort(graph, key=self.place.__getitem__))
        except nx.NetworkXUnfeasible:
            cycle = nx.find_cycle(graph)
            raise cycle[0][0].error(
                "is part of a cycle that does not go through a next iteration"
            ) from None

    def _assign_frames(self) -> None:
        """Enters of one frame may look as if they stood in different frames when some take only
        constants: the deepest is right, and the rest follows in the next round."""
        outer: dict[str, Path] = {}
        for _ in range(len(self.needed) + 1):
            before = dict(outer)
            self.frames = dict.fromkeys(self.block.args, ())
            for op in self.order:
                self._assign_frame(op, outer)
            if outer == before:
                break
        else:
            raise CompileError("the frames of the loops contain each other")
        for op in self.order:
            self._check_frames(op)

    def _assign_frame(self, op: Operation, outer: dict[str, Path]) -> None:
        # The next iteration of a merge comes later in the order.
        home: Path = max((self.frames.get(v, ()) for v in reads(op)), key=len, default=())
        result = home
        if isinstance(op, flow.Enter):
            known = outer[op.frame_name] = max(outer.get(op.frame_name, ()), home, key=len)
            home = result = (*known, op.frame_name)
        elif isinstance(op, flow.Exit):
            if not home:
                raise op.error("leaves a frame, but is in none")
            result = home[:-1]
        self.homes[op] = home
        self.frames.update(dict.fromkeys(op.results, result))

    def _check_frames(self, op: Operation) -> None:
        home = self.homes[op]
        for v in reads(op):
            path = self.frames[v]
            if home[: len(path)] != path:
                names = " and ".join(repr("/".join(p)) for p in (home, path))
                raise op.error(f"belongs to the frames {names}, which do not contain each other")

    def _collect_loops(self) -> None:
        for op in self.order:
            path = self.homes[op]
            if not path:
                continue
            for n in range(1, len(path) + 1):
                self.loops.setdefault(path[:n], Loop(path[:n]))
            loop = self.loops[path]
            if isinstance(op, flow.Enter):
                loop.enters.append(op)
            elif isinstance(op, flow.LoopCond):
                loop.conditions.append(op)
            elif isinstance(op, flow.Exit):
                loop.exits.append(op)
            elif is_header(op):
                assert isinstance(op, flow.Merge)
                loop.headers.append(op)
        for loop in self.loops.values():
            loop.headers.sort(key=self.place.__getitem__)

    def _collect_items(self) -> None:
        """Collapses loops and orders what is left in every frame."""
        import networkx as nx

        graphs: dict[Path, nx.DiGraph[Item]] = {(): nx.DiGraph()}
        first: dict[Item, int] = {}
        for path, loop in self.loops.items():
            graphs.setdefault(path, nx.DiGraph())
            graphs.setdefault(path[:-1], nx.DiGraph()).add_node(loop)
        for index, op in enumerate(self.order):
            home = self.homes[op]
            if not isinstance(op, flow.Enter | flow.Exit):
                graphs[home].add_node(op)
                first[op] = index
            for n in range(1, len(home) + 1):
                first.setdefault(self.loops[home[:n]], index)
            for v in reads(op) if not is_header(op) else ():
                self._connect(graphs, op, v)
        for path, graph in graphs.items():
            self.items[path] = self._sorted(graph, first)
            self.position.update((item, i) for i, item in enumerate(self.items[path]))

    def _connect(self, graphs: dict[Path, nx.DiGraph[Item]], op: Operation, v: Value) -> None:
        """An edge in the frame of ``v``: to ``op``, or to the loop around it."""
        path, home = self.frames[v], self.homes[op]
        target: Item = op
        if len(home) > len(path):
            loop = self.loops[home[: len(path) + 1]]
            loop.reads.append(v)
            target = loop
        source = self.item_of(v, path)
        if source is not None and not (target is op and isinstance(op, flow.Exit)):
            graphs[path].add_edge(source, target)

    def _sorted(self, graph: nx.DiGraph[Item], first: dict[Item, int]) -> list[Item]:
        import networkx as nx

        try:
            return list(nx.lexicographical_topological_sort(graph, key=first.__getitem__))
        except nx.NetworkXUnfeasible:
            cycle = [u for u, _ in nx.find_cycle(graph)]
            loop = next(item for item in cycle if isinstance(item, Loop))
            raise loop.enters[0].error(
                f"frame {loop.path[-1]!r} depends on what it gives out"
            ) from None
