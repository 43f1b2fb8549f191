"""Loops that are written in unusual ways, native, against ONNX Runtime."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import onnxruntime
import pytest
from onnx import helper, numpy_helper

import millrace
from tests.onnx.onnx_models import model, value

Array = np.ndarray[Any, Any]
node = helper.make_node
I64 = np.int64
CONSTANTS: dict[str, Any] = {
    "true": np.array(True),
    "false": np.array(False),
    "one": np.array(1),
    "zero": np.array(0),
    "five": np.array(5),
    "ten": np.array(10),
    "half": np.float32(0.5),
    "none": np.float32(0),
    "tenth": np.float32(0.1),
}
STEP = [value("i", [], I64), value("c", [], np.bool_)]
GO = value("go", [], np.bool_)
ON = node("Identity", ["c"], ["go"])


def graph(nodes: Sequence[Any], inputs: Sequence[Any], outputs: Sequence[Any]) -> Any:
    return helper.make_graph(list(nodes), "g", list(inputs), list(outputs))


def network(
    nodes: Sequence[Any], inputs: Sequence[Any], outputs: Sequence[Any], **more: Any
) -> Any:
    """A model with those of the constants that it reads."""
    made = model(nodes, inputs, outputs)
    used = _names(made.graph)
    for name, a in {**CONSTANTS, **more}.items():
        if name in used:
            made.graph.initializer.append(numpy_helper.from_array(np.asarray(a), name))
    return made


def _names(g: Any) -> set[str]:
    found: set[str] = set()
    for n in g.node:
        found |= set(n.input)
        for a in n.attribute:
            found |= _names(a.g) if a.HasField("g") else set()
    return found


def f(name: str, *shape: Any) -> Any:
    return value(name, shape)


def weights(*shape: int, seed: int = 1) -> Array:
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def swapped_carries() -> Any:
    body = graph(
        [
            node("Add", ["a", "b"], ["s"]),
            node("Mul", ["s", "half"], ["b1"]),
            node("Identity", ["b"], ["a1"]),
            ON,
        ],
        [*STEP, f("a", 3), f("b", 3)],
        [GO, f("a1", 3), f("b1", 3)],
    )
    loop = node("Loop", ["ten", "true", "x", "half3"], ["p", "q"], body=body)
    return network([loop], [f("x", 3)], [f("p", 3), f("q", 3)], half3=np.full(3, 0.5, np.float32))


def steps_of_the_outer_counter() -> Any:
    inner = graph(
        [
            node("Mul", ["v", "half"], ["v1"]),
            node("Add", ["v1", "x"], ["v2"]),
            node("Identity", ["cj"], ["gj"]),
        ],
        [value("j", [], I64), value("cj", [], np.bool_), f("v", 3)],
        [value("gj", [], np.bool_), f("v2", 3)],
    )
    body = graph(
        [
            node("Loop", ["i", "true", "a"], ["r"], body=inner),
            ON,
            node("Identity", ["r"], ["row"]),
        ],
        [*STEP, f("a", 3)],
        [GO, f("r", 3), f("row", 3)],
    )
    loop = node("Loop", ["ten", "true", "x"], ["p", "rows"], body=body)
    return network([loop], [f("x", 3)], [f("p", 3), f("rows", 10, 3)])


def inner_until_data() -> Any:
    inner = graph(
        [
            node("Mul", ["v", "half"], ["v2"]),
            node("ReduceMax", ["v2"], ["m"], keepdims=0),
            node("Greater", ["m", "half"], ["gj"]),
        ],
        [value("j", [], I64), value("cj", [], np.bool_), f("v", 3)],
        [value("gj", [], np.bool_), f("v2", 3)],
    )
    body = graph(
        [node("Loop", ["", "true", "a"], ["r"], body=inner), node("Add", ["r", "x"], ["r2"]), ON],
        [*STEP, f("a", 3)],
        [GO, f("r2", 3)],
    )
    return network([node("Loop", ["ten", "true", "x"], ["p"], body=body)], [f("x", 3)], [f("p", 3)])


def branch_in_a_loop_that_ends_early() -> Any:
    then = graph([node("Mul", ["a", "half"], ["t"])], [], [f("t", 3)])
    other = graph([node("Add", ["a", "x"], ["e"])], [], [f("e", 3)])
    body = graph(
        [
            node("ReduceSum", ["a"], ["s"], keepdims=0),
            node("Greater", ["s", "none"], ["p"]),
            node("If", ["p"], ["a1"], then_branch=then, else_branch=other),
            node("Greater", ["s", "tenth"], ["go"]),
        ],
        [*STEP, f("a", 3)],
        [GO, f("a1", 3)],
    )
    return network([node("Loop", ["ten", "true", "x"], ["p"], body=body)], [f("x", 3)], [f("p", 3)])


ADDING = graph([node("Add", ["a", "x"], ["a1"]), ON], [*STEP, f("a", 3)], [GO, f("a1", 3)])


def loop_in_a_branch() -> Any:
    then = graph([node("Loop", ["ten", "true", "x"], ["t"], body=ADDING)], [], [f("t", 3)])
    other = graph([node("Identity", ["x"], ["e"])], [], [f("e", 3)])
    nodes = [
        node("ReduceSum", ["x"], ["s"], keepdims=0),
        node("Greater", ["s", "none"], ["p"]),
        node("If", ["p"], ["y"], then_branch=then, else_branch=other),
    ]
    return network(nodes, [f("x", 3)], [f("y", 3)])


def loop_that_never_starts() -> Any:
    return network(
        [node("Loop", ["ten", "false", "x"], ["y"], body=ADDING)], [f("x", 3)], [f("y", 3)]
    )


def scan_over_other_axes() -> Any:
    body = graph(
        [
            node("Add", ["s", "r"], ["s1"]),
            node("Mul", ["s1", "r"], ["o"]),
            node("Identity", ["s1"], ["p"]),
        ],
        [f("s", 2), f("r", 2)],
        [f("s1", 2), f("o", 2), f("p", 2)],
    )
    scan = node(
        "Scan",
        ["s0", "x"],
        ["last", "o_all", "p_all"],
        body=body,
        num_scan_inputs=1,
        scan_input_axes=[1],
        scan_input_directions=[1],
        scan_output_axes=[1, 0],
        scan_output_directions=[0, 1],
    )
    outs = [f("last", 2), f("o_all", 2, 5), f("p_all", 5, 2)]
    return network([scan], [f("x", 2, 5)], outs, s0=np.zeros(2, np.float32))


def counter_that_goes_down() -> Any:
    body = graph(
        [
            node("Sub", ["k", "one"], ["k1"]),
            node("Gather", ["x", "k1"], ["r"]),
            node("Add", ["a", "r"], ["s"]),
            node("Tanh", ["s"], ["a1"]),
            node("Greater", ["k1", "zero"], ["go"]),
            node("Identity", ["a1"], ["row"]),
        ],
        [*STEP, value("k", [], I64), f("a", 3)],
        [GO, value("k1", [], I64), f("a1", 3), f("row", 3)],
    )
    loop = node("Loop", ["", "true", "five", "a0"], ["k", "p", "rows"], body=body)
    outs = [value("k", [], I64), f("p", 3), f("rows", 5, 3)]
    return network([loop], [f("x", 5, 3)], outs, a0=np.zeros(3, np.float32))


def greedy_until_end_token() -> Any:
    body = graph(
        [
            node("MatMul", ["h", "w"], ["hw"]),
            node("Gather", ["e", "token"], ["row"]),
            node("Add", ["hw", "row"], ["u"]),
            node("Tanh", ["u"], ["h1"]),
            node("MatMul", ["h1", "v"], ["logits"]),
            node("ArgMax", ["logits"], ["t1"], axis=1, keepdims=0),
            node("Equal", ["t1", "end"], ["is"]),
            node("Squeeze", ["is"], ["is_end"]),
            node("Not", ["is_end"], ["go"]),
            node("Identity", ["t1"], ["out"]),
        ],
        [*STEP, f("h", 1, 4), value("token", [1], I64)],
        [GO, f("h1", 1, 4), value("t1", [1], I64), value("out", [1], I64)],
    )
    loop = node("Loop", ["ten", "true", "x", "t0"], ["hn", "tn", "tokens"], body=body)
    outs = [value("tokens", ["N", 1], I64), f("hn", 1, 4)]
    more = {"w": weights(4, 4), "e": weights(6, 4, seed=2), "v": weights(4, 6, seed=3)}
    ids = {"t0": np.array([1]), "end": np.array([2])}
    return network([loop], [f("x", 1, 4)], outs, **more, **ids)


def beams() -> Any:
    """Three beams, seven steps; what each beam has said moves along."""
    body = graph(
        [
            node("MatMul", ["h", "w"], ["hw"]),
            node("Tanh", ["hw"], ["ht"]),
            node("MatMul", ["ht", "v"], ["logits"]),
            node("LogSoftmax", ["logits"], ["lp"], axis=-1),
            node("Add", ["lp", "score"], ["all"]),
            node("Reshape", ["all", "flat"], ["row"]),
            node("TopK", ["row", "three"], ["best", "at"], axis=1),
            node("Div", ["at", "six"], ["beam2"]),
            node("Mod", ["at", "six"], ["token"]),
            node("Squeeze", ["beam2", "first"], ["beam"]),
            node("Gather", ["ht", "beam"], ["h1"]),
            node("Gather", ["said", "beam"], ["before"]),
            node("Reshape", ["token", "column"], ["last"]),
            node("Slice", ["before", "from", "far", "from"], ["rest"]),
            node("Concat", ["rest", "last"], ["said1"], axis=1),
            node("Reshape", ["best", "column"], ["score1"]),
            ON,
        ],
        [*STEP, f("h", 3, 4), f("score", 3, 1), value("said", [3, 7], I64)],
        [GO, f("h1", 3, 4), f("score1", 3, 1), value("said1", [3, 7], I64)],
    )
    loop = node("Loop", ["seven", "true", "x", "s0", "said0"], ["hn", "s", "said_all"], body=body)
    numbers = {
        "flat": np.array([1, 18]),
        "three": np.array([3]),
        "six": np.array(6),
        "first": np.array([0]),
        "column": np.array([3, 1]),
        "from": np.array([1]),
        "far": np.array([100]),
        "seven": np.array(7),
        "s0": np.zeros((3, 1), np.float32),
        "said0": np.zeros((3, 7), I64),
    }
    outs = [f("s", 3, 1), value("said_all", [3, 7], I64)]
    more = {"w": weights(4, 4), "v": weights(4, 6, seed=3)}
    return network([loop], [f("x", 3, 4)], outs, **more, **numbers)


def said_so_far() -> Any:
    """A sequence that grows until the data end it; it starts empty."""
    body = graph(
        [
            node("MatMul", ["h", "w"], ["hw"]),
            node("Tanh", ["hw"], ["h1"]),
            node("ArgMax", ["h1"], ["t"], axis=1, keepdims=1),
            node("Concat", ["said", "t"], ["said1"], axis=1),
            node("ReduceSum", ["h1"], ["s"], keepdims=0),
            node("Greater", ["s", "none"], ["go"]),
        ],
        [*STEP, f("h", 3, 4), value("said", [3, "n"], I64)],
        [GO, f("h1", 3, 4), value("said1", [3, "m"], I64)],
    )
    loop = node("Loop", ["ten", "true", "x", "said0"], ["hn", "y"], body=body)
    start = np.zeros((3, 0), I64)
    outs = [f("hn", 3, 4), value("y", [3, "k"], I64)]
    return network([loop], [f("x", 3, 4)], outs, w=weights(4, 4), said0=start)


def attention_with_a_cache() -> Any:
    """Each step attends to all before it; the cache of keys grows by one row a step."""
    body = graph(
        [
            node("Gather", ["x", "i"], ["q"]),
            node("Unsqueeze", ["q", "first"], ["q1"]),
            node("Concat", ["kv", "q1"], ["kv1"], axis=0),
            node("Transpose", ["kv1"], ["kt"]),
            node("MatMul", ["q1", "kt"], ["scores"]),
            node("Softmax", ["scores"], ["p"], axis=-1),
            node("MatMul", ["p", "kv1"], ["o"]),
            ON,
        ],
        [*STEP, f("kv", "n", 4)],
        [GO, f("kv1", "m", 4), f("o", 1, 4)],
    )
    loop = node("Loop", ["five", "true", "kv0"], ["kv_all", "out"], body=body)
    outs = [f("kv_all", "k", 4), f("out", 5, 1, 4)]
    start = {"kv0": np.zeros((0, 4), np.float32), "first": np.array([0])}
    return network([loop], [f("x", 5, 4)], outs, **start)


def windows() -> Any:
    """Each step reads three rows, from its number on."""
    body = graph(
        [
            node("Unsqueeze", ["i", "axis"], ["from"]),
            node("Add", ["from", "three"], ["to"]),
            node("Slice", ["x", "from", "to", "axis"], ["rows"]),
            node("ReduceMean", ["rows", "axis"], ["o"], keepdims=0),
            node("Add", ["a", "o"], ["a1"]),
            ON,
        ],
        [*STEP, f("a", 2)],
        [GO, f("a1", 2), f("o", 2)],
    )
    loop = node("Loop", ["five", "true", "a0"], ["p", "y"], body=body)
    more = {"a0": np.zeros(2, np.float32), "axis": np.array([0]), "three": np.array([3])}
    return network([loop], [f("x", 7, 2)], [f("p", 2), f("y", 5, 2)], **more)


def as_often_as_another_loop() -> Any:
    first = graph(
        [
            node("Add", ["v", "x"], ["v1"]),
            node("ReduceSum", ["v1"], ["s"], keepdims=0),
            node("Abs", ["s"], ["size"]),
            node("Less", ["size", "limit"], ["go"]),
            node("Add", ["k", "one"], ["k1"]),
        ],
        [*STEP, f("v", 3), value("k", [], I64)],
        [GO, f("v1", 3), value("k1", [], I64)],
    )
    second = graph(
        [node("Tanh", ["u"], ["u1"]), node("Identity", ["d"], ["on"])],
        [value("j", [], I64), value("d", [], np.bool_), f("u", 3)],
        [value("on", [], np.bool_), f("u1", 3)],
    )
    nodes = [
        node("Loop", ["ten", "true", "x", "zero"], ["vn", "steps"], body=first),
        node("Loop", ["steps", "true", "vn"], ["y"], body=second),
    ]
    outs = [f("y", 3), value("steps", [], I64)]
    return network(nodes, [f("x", 3)], outs, limit=np.float32(6))


Make = Callable[[], Any]
MODELS: Mapping[str, Make] = {
    m.__name__: m
    for m in (
        swapped_carries,
        steps_of_the_outer_counter,
        inner_until_data,
        branch_in_a_loop_that_ends_early,
        loop_in_a_branch,
        loop_that_never_starts,
        scan_over_other_axes,
        counter_that_goes_down,
        greedy_until_end_token,
        beams,
        said_so_far,
        attention_with_a_cache,
        windows,
        as_often_as_another_loop,
    )
}


@pytest.mark.parametrize("name", MODELS)
def test_agrees_with_onnx_runtime(name: str) -> None:
    proto = MODELS[name]()
    session = onnxruntime.InferenceSession(proto.SerializeToString())
    compiled = millrace.compile(proto)
    (shape,) = (s.shape for s in compiled.inputs)
    for seed in range(6):
        x = weights(*shape, seed=seed) * (3 if seed % 2 else 1)
        wanted = session.run(None, {"x": x})
        for w, g in zip(wanted, compiled.run({"x": x}).values(), strict=True):
            assert g.shape == w.shape
            np.testing.assert_allclose(g, w, rtol=1e-4, atol=1e-5)
