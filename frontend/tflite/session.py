"""Imports the graphs of a model, operator by operator."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from millrace.frontend.emitter import Emitter, type_of
from millrace.frontend.tflite.model import NO_TENSOR, Array, Model, Operator, Subgraph, TensorInfo
from millrace.frontend.tflite.table import Call, Item, RowFunction, Variable
from millrace.ir.core import Value
from millrace.ir.errors import CompileError, IRError, MillraceError
from millrace.ir.location import Location

MAX_DEPTH = 64
MAX_OPERATORS = 1 << 18
"""Operators that are imported at most; graphs that others share are imported at each use."""

Finder = Callable[[Subgraph, Operator], RowFunction | None]
"""Finds the row that imports an operator."""


class Session:
    """What is the same for all graphs of a model. ``variables`` has the current values of
    variables at the point of import; ``written`` those that some graph assigns."""

    def __init__(self, model: Model, emitter: Emitter, find: Finder) -> None:
        self.model = model
        self.file = model.file
        self.emitter = emitter
        self.variables: dict[Variable, Value] = {}
        self.written: tuple[Variable, ...] = ()
        self._find = find
        self._active: list[int] = []
        self._imported = 0

    def subgraph(self, c: Call, index: int) -> Subgraph:
        if not 0 <= index < len(self.model.subgraphs):
            raise c.error(f"the model has no subgraph {index}")
        return self.model.subgraphs[index]

    def run_graph(self, graph: Subgraph, args: Sequence[Item]) -> list[Item]:
        """Import a graph's operators; returns the items of its outputs."""
        where = f"{self.file}: subgraph {graph.index}"
        if graph.index in self._active or len(self._active) > MAX_DEPTH:
            raise CompileError(f"{where} calls itself")
        if len(args) != len(graph.inputs):
            raise CompileError(f"{where} takes {len(graph.inputs)} inputs, got {len(args)}")
        self._active.append(graph.index)
        try:
            items: dict[int, Item] = dict(zip(graph.inputs, args, strict=True))
            for node in graph.operators:
                self._run(graph, node, items)
            return [self._read(graph, items, t, where) for t in graph.outputs]
        finally:
            self._active.pop()

    def _read(self, graph: Subgraph, items: dict[int, Item], index: int, where: str) -> Item:
        if index in items:
            return items[index]
        info = graph.tensors[index]
        if info.is_variable:
            items[index] = variable_tensor(graph, index)
        elif info.data is not None or 0 in info.shape:
            array = info.array() if info.data is not None else _empty(info)
            items[index] = self.emitter.constant(array)
        else:
            raise CompileError(f"{where}: tensor {info.name!r} is read before it is written")
        return items[index]

    def _run(self, graph: Subgraph, node: Operator, items: dict[int, Item]) -> None:
        self._imported += 1
        if self._imported > MAX_OPERATORS:
            raise CompileError(f"{self.file}: the model has too many operators")
        loc = Location(name=node.label, file=self.file)
        where = loc.describe()
        args = tuple(
            None if t == NO_TENSOR else self._read(graph, items, t, where) for t in node.inputs
        )
        call = Call(self, graph, node, args)
        with self.emitter.at(loc):
            results = self._call(call, where)
        if len(results) != len(node.outputs):
            raise call.error(f"has {len(node.outputs)} outputs, expected {len(results)}")
        for index, item in zip(node.outputs, results, strict=True):
            info = graph.tensors[index]
            if isinstance(item, Value) and type_of(item).element != info.element:
                raise call.error(
                    f"the output {info.name!r} is declared as {info.type}, the operator gives "
                    f"{type_of(item).element}"
                )
            items[index] = item

    def _call(self, call: Call, where: str) -> Sequence[Item]:
        row = self._find(call.graph, call.node)
        if row is None:
            raise call.error("unsupported operator")
        try:
            results = row(call)
        except IRError as e:
            text = str(e)
            raise e if text.startswith(where) else IRError(f"{where}: {text}") from e
        except (MillraceError, RecursionError, MemoryError):
            raise
        except Exception as e:
            # Options and operands can be wrong in more ways than rows can check.
            raise call.error(f"malformed operator: {e or type(e).__name__}") from e
        return [results] if isinstance(results, Value) else results


def variable_tensor(graph: Subgraph, index: int) -> Variable:
    """The variable that a variable tensor is; its name is unique in the model."""
    name = graph.tensors[index].name or f"tensor{index}"
    return Variable(f"{name}@{graph.index}.{index}", graph.index)


def _empty(info: TensorInfo) -> Array:
    return np.zeros(info.shape, info.dtype)


def reachable(model: Model, root: int) -> list[Subgraph]:
    """The graphs that run when ``root`` does, itself included; not those that run only once."""
    found: dict[int, Subgraph] = {}
    work = [root]
    while work:
        index = work.pop()
        if index in found or not 0 <= index < len(model.subgraphs):
            continue
        found[index] = model.subgraphs[index]
        for node in found[index].operators:
            work.extend(callees(node))
    return [found[i] for i in sorted(found)]


CALLEES: Mapping[str, tuple[str, ...]] = {
    "WHILE": ("cond", "body"),
    "IF": ("then", "else"),
    "CALL": ("subgraph",),
}


def callees(node: Operator) -> list[int]:
    return [int(node.options[name]) for name in CALLEES.get(node.kind, ())]
