"""When each value of a FLOW graph is live: one guard a value, within its frame.

Guards are conjunctions at ordinary operations and disjunctions at merges. Inside of a frame they
count from one iteration: what enters is always live there, and the loop condition is a predicate
like any other.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from millrace.ir.core import Operation, Value
from millrace.ir.dialects.mr import flow
from millrace.ir.dialects.mr.constant import Constant
from millrace.passes.control_flow.graph import FlowGraph, Item, Loop, Path, is_header
from millrace.passes.control_flow.guards import FALSE, TRUE, Guards


@dataclass(frozen=True)
class Predicate:
    """A value that a switch decides by; ``branches`` are numbered like the switch's outputs."""

    value: Value
    branches: int


def source_of(v: Value) -> Value:
    """The value behind switches and control edges: what they pass on is the same predicate."""
    while isinstance(op := v.defining_op, flow.Switch | flow.SwitchN | flow.After):
        v = op.data
    return v


class Liveness:
    """The guards of all values; ``predicates`` by their numbers."""

    def __init__(self, graph: FlowGraph) -> None:
        self.graph = graph
        self.guards = Guards()
        self.predicates: list[Predicate] = []
        self._numbers: dict[Predicate, int] = {}
        self._of: dict[Value, int] = {}
        self._last_merges: dict[tuple[Path, int], int] = {}
        self._visit(())

    def guard(self, v: Value, path: Path) -> int:
        """When ``v`` is live in frame ``path``; what comes from outside always is."""
        return self._of.get(v, TRUE) if self.graph.frames[v] == path else TRUE

    def guard_of_item(self, item: Item, path: Path) -> int:
        """When all that an operation or a loop reads is live."""
        if isinstance(item, Operation) and item.results:
            return self.guard(item.results[0], path)
        guard = TRUE
        for v in self.graph.reads_of(item):
            guard = self.guards.both(guard, self.guard(v, path))
        return guard

    def literal(self, v: Value, branch: int, branches: int) -> int:
        """The guard that the predicate ``v`` takes ``branch``."""
        source = source_of(v)
        known = source.defining_op
        if isinstance(known, Constant):
            return TRUE if branch_of(known.value.array, branches) == branch else FALSE
        return self.guards.literal(self.number(source, branches), branch, branches)

    def number(self, source: Value, branches: int) -> int:
        key = Predicate(source, branches)
        number = self._numbers.get(key)
        if number is None:
            number = self._numbers[key] = len(self.predicates)
            self.predicates.append(key)
        return number

    def in_branch(self, predicate: int, branch: int) -> int:
        return self.guards.literal(predicate, branch, self.predicates[predicate].branches)

    def last_merge(self, path: Path, predicate: int) -> int:
        """The position of the last merge of a frame whose inputs depend on the predicate."""
        return self._last_merges.get((path, predicate), -1)

    # ---- construction

    def _visit(self, path: Path) -> None:
        for item in self.graph.items[path]:
            if isinstance(item, Loop):
                self._visit(item.path)
                guard = self.guard_of_item(item, path)
                self._of.update((e.output, guard) for e in item.exits)
            elif isinstance(item, flow.Switch | flow.SwitchN):
                self._switch(item, path)
            elif isinstance(item, flow.Merge) and not is_header(item):
                self._merge(item, path)
            elif not is_header(item):
                guard = TRUE
                for v in self.graph.reads_of(item):
                    guard = self.guards.both(guard, self.guard(v, path))
                self._of.update((r, guard) for r in item.results)

    def _switch(self, op: flow.Switch | flow.SwitchN, path: Path) -> None:
        data, predicate = op.operands
        guard = self.guards.both(self.guard(data, path), self.guard(predicate, path))
        for r in op.results:
            side = self.literal(predicate, r.index, len(op.results))
            self._of[r] = self.guards.both(guard, side)

    def _merge(self, op: flow.Merge, path: Path) -> None:
        union = FALSE
        for i, v in enumerate(op.operands):
            if v.type != op.output.type:
                raise op.error(
                    f"input {i} is {v.type}, the output {op.output.type}: the branches must agree"
                )
            guard = self.guard(v, path)
            for p in self.guards.support(guard):
                self._last_merges[path, p] = self.graph.position[op]
            if self.guards.both(union, guard) != FALSE:
                raise op.error(f"input {i} and one before it can be live at once: unstructured")
            union = self.guards.either(union, guard)
        self._of.update((r, union) for r in op.results)


def branch_of(content: np.ndarray, branches: int) -> int:
    """The output that a switch of that many takes for a known predicate."""
    number = int(content.reshape(()))
    return number if 0 <= number < branches else branches - 1
