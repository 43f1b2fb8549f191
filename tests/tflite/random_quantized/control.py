"""Random quantized models with loops, branches and variables."""

from __future__ import annotations

import copy
from collections.abc import Sequence

import numpy as np

from tests.tflite.random_quantized.compose import MAKERS, SAMPLES, RandomModel, sample
from tests.tflite.random_quantized.draft import Array, Draft, Tensor
from tests.tflite.tflite_models import Graph, ModelWriter

_NAMES = """
    ABS ADD DIV EXP GELU HARD_SWISH LEAKY_RELU LOGISTIC MAXIMUM MINIMUM MUL PRELU QUANTIZE RELU
    RELU6 REVERSE_V2 SOFTMAX SQUARED_DIFFERENCE SUB TANH
"""
KINDS = tuple(_NAMES.split())
"""Operators that keep the shape."""


def random_control(seed: Sequence[int]) -> RandomModel:
    rng = np.random.default_rng(list(seed))
    d = Draft(rng)
    type = d.pick("int8", "int8", "int16")
    x = d.input([d.pick(1, 2), d.number(1, 6), d.number(1, 8)], type)
    _chain(d, x)
    make = d.pick(_loop, _branch, _variable)
    choices = make(d, x)
    inputs: list[list[Array]] = []
    for k in range(SAMPLES):
        inputs.append([*([np.array(d.chance(0.5))] if choices else [])])
        inputs[-1] += [sample(d, t, k) for t in d.inputs]
    return RandomModel(d.writer, inputs, make is _variable)


def _chain(d: Draft, x: Tensor) -> None:
    """A graph from ``x`` to something in its format; other inputs may come up on the way."""
    t, wanted, made = x, d.number(1, 4), 0
    for _ in range(40):
        if made == wanted:
            break
        g = d.writer.graphs[0]
        before = len(d.writer.buffers), len(g.tensors), len(g.nodes), len(g.inputs)
        found = MAKERS[d.pick(*KINDS)](d, t)
        if isinstance(found, Tensor) and found.shape == x.shape and found.type == x.type:
            t, made = found, made + 1
            continue
        buffers, tensors, nodes, inputs = before
        del d.writer.buffers[buffers:], g.tensors[tensors:], g.nodes[nodes:], g.inputs[inputs:]
        del d.inputs[inputs:]
    y = d.node("QUANTIZE", [t], d.same(x))
    d.writer.graphs[0].outputs = [y.number]


def _formats(g: Graph, numbers: Sequence[int], into: Graph) -> list[int]:
    """Tensors like those of another graph."""
    start = len(into.tensors)
    into.tensors += [copy.deepcopy(g.tensors[n]) for n in numbers]
    return list(range(start, len(into.tensors)))


def _loop(d: Draft, x: Tensor) -> bool:
    """What was drawn is the body of a loop that counts its steps."""
    w, body = d.writer, d.writer.graphs[0]
    main, cond = Graph(), Graph()
    w.graphs[:] = [main, cond, body]
    given = list(body.inputs)
    count, one, more = w.tensor([], "int32", graph=2), _number(w, 1, 2), _plain(w, "int32", 2)
    w.node("ADD", [count, one], [more], graph=2, activation=0)
    body.inputs = [count, *given]
    body.outputs = [more, *body.outputs, *given[1:]]
    cond.inputs = [w.tensor([], "int32", graph=1), *_formats(body, given, cond)]
    cond.outputs = [_plain(w, "bool", 1)]
    w.node("LESS", [cond.inputs[0], _number(w, d.number(0, 5), 1)], cond.outputs, graph=1)
    main.inputs = _formats(body, given, main)
    start, end = _number(w, 0, 0), _plain(w, "int32", 0)
    results = _formats(body, given, main)
    w.node("WHILE", [start, *main.inputs], [end, *results], cond=1, body=2)
    main.outputs = [end, results[0]]
    return False


def _branch(d: Draft, x: Tensor) -> bool:
    """What was drawn is one branch; the other one rectifies."""
    w, then = d.writer, d.writer.graphs[0]
    main, other = Graph(), Graph()
    w.graphs[:] = [main, then, other]
    other.inputs = _formats(then, then.inputs, other)
    other.outputs = _formats(then, then.outputs, other)
    w.node("RELU", other.inputs[:1], other.outputs, graph=2)
    chosen = _plain(w, "bool", 0)
    given = _formats(then, then.inputs, main)
    main.inputs = [chosen, *given]
    main.outputs = _formats(then, then.outputs, main)
    ways = (1, 2) if d.chance(0.5) else (2, 1)
    w.node("IF", main.inputs, main.outputs, **{"then": ways[0], "else": ways[1]})
    return True


def _variable(d: Draft, x: Tensor) -> bool:
    """The result is added to a variable, which begins with a constant."""
    w, main, start = d.writer, d.writer.graphs[0], Graph()
    w.graphs.append(start)
    data = d.codes(x.shape, x.type)
    form = {"scale": [x.scale], "zero": [x.zero]}
    handle = w.tensor([], "resource", graph=1)
    first = w.tensor(x.shape, x.type, data=data, graph=1, **form)
    w.node("VAR_HANDLE", [], [handle], graph=1, name="v")
    w.node("ASSIGN_VARIABLE", [handle, first], [], graph=1)
    handle, old = w.tensor([], "resource"), d.same(x)
    total = d.same(x)
    w.node("CALL_ONCE", [], [], subgraph=1)
    w.node("VAR_HANDLE", [], [handle], name="v")
    w.node("READ_VARIABLE", [handle], [old.number])
    sides = [old.number, *main.outputs]
    w.node("ADD", sides, [total.number], activation=0, pot_scale_int16=False)
    w.node("ASSIGN_VARIABLE", [handle, total.number], [])
    main.outputs = [total.number, *main.outputs]
    return False


def _number(w: ModelWriter, n: int, graph: int) -> int:
    return w.constant(np.array(n, np.int32), graph=graph)


def _plain(w: ModelWriter, type: str, graph: int) -> int:
    return w.tensor([], type, graph=graph)
