"""Which variables a model keeps from call to call, and what they start with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from millrace.frontend.emitter import Emitter
from millrace.frontend.tflite.model import Array, Model, Quantization, Subgraph, TensorInfo
from millrace.frontend.tflite.ops_control import resource
from millrace.frontend.tflite.rows import find_row
from millrace.frontend.tflite.session import Session, reachable, variable_tensor
from millrace.frontend.tflite.table import Variable
from millrace.ir.attributes import Dense
from millrace.ir.core import Block
from millrace.ir.errors import CompileError
from millrace.ir.types import TensorType


@dataclass(frozen=True)
class State:
    """``variables`` are assigned by the model and start as ``inits``; ``constants`` have their
    value for good."""

    variables: tuple[Variable, ...]
    inits: tuple[Dense, ...]
    constants: Mapping[Variable, Array]
    scales: tuple[Quantization | None, ...]
    """What the integers of the variables stand for, where that is declared."""

    @property
    def types(self) -> list[TensorType]:
        return [d.type for d in self.inits]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(v.name for v in self.variables)


def find_state(model: Model) -> State:
    graphs = reachable(model, 0)
    values = _initialized(model, graphs)
    written = _assigned(graphs, values)
    for v in written:
        if v not in values:
            raise CompileError(
                f"{model.file}: the variable {v.name!r} is assigned but has no initial value"
            )
    scales: list[Quantization | None] = [None] * len(written)
    for g in graphs:
        for index in _variable_tensors(g):
            v = variable_tensor(g, index)
            values[v] = _zero(g.tensors[index])
            written.append(v)
            scales.append(g.tensors[index].quantization)
    inits = tuple(Dense(values[v]) for v in written)
    constants = {v: a for v, a in values.items() if v not in written}
    return State(tuple(written), inits, constants, tuple(scales))


def _initialized(model: Model, graphs: Sequence[Subgraph]) -> dict[Variable, Array]:
    """What the graphs that run once assign."""
    emitter = Emitter(Block())
    session = Session(model, emitter, find_row)
    for g in graphs:
        for node in g.operators:
            if node.kind != "CALL_ONCE":
                continue
            index = node.options["subgraph"]
            if not 0 <= index < len(model.subgraphs) or model.subgraphs[index].inputs:
                raise CompileError(f'{model.file}: node "{node.label}": no subgraph {index}')
            session.run_graph(model.subgraphs[index], [])
    found: dict[Variable, Array] = {}
    for variable, value in session.variables.items():
        known = emitter.known(value)
        if known is None:
            raise CompileError(
                f"{model.file}: the initial value of the variable {variable.name!r} is not known"
            )
        found[variable] = known
    return found


def _assigned(graphs: Sequence[Subgraph], values: Mapping[Variable, Array]) -> list[Variable]:
    """The resource variables that the graphs assign, in the order of their first mention; all of
    them when one is assigned through an argument."""
    handles: dict[tuple[int, int], Variable] = {}
    for g in graphs:
        for node in g.operators:
            if node.kind == "VAR_HANDLE" and node.outputs:
                name = resource(node.options["container"], node.options["name"])
                handles[g.index, node.outputs[0]] = name
    found: dict[Variable, None] = {}
    for g in graphs:
        for node in g.operators:
            if node.kind != "ASSIGN_VARIABLE" or not node.inputs:
                continue
            variable = handles.get((g.index, node.inputs[0]))
            found.update(dict.fromkeys(values if variable is None else [variable]))
    return list(found)


def _variable_tensors(graph: Subgraph) -> list[int]:
    """The variable tensors that operators of the graph use."""
    used = {t for node in graph.operators for t in node.inputs if t >= 0}
    return [t for t in sorted(used) if graph.tensors[t].is_variable]


def _zero(info: TensorInfo) -> Array:
    """Variable tensors start as zero, those of 8 bits as what stands for zero."""
    q = info.quantization
    start = q.zero_point[0] if q is not None and info.type in ("int8", "uint8") else 0
    return np.full(info.shape, start, info.dtype)
