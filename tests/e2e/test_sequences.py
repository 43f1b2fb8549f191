"""Sequences of tensors in ONNX files, native, against ONNX Runtime."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

import millrace
from millrace.frontend.onnx import import_onnx
from millrace.ir.printer import print_module
from tests.onnx.onnx_models import model, value

Array = np.ndarray[Any, Any]
node = helper.make_node
I64 = np.int64
STEP = [value("i", [], I64), value("c", [], np.bool_)]
GO = value("go", [], np.bool_)
ON = node("Identity", ["c"], ["go"])
NUMBERS = {
    "true": np.array(True),
    "zero": np.array(0),
    "one": np.array(1),
    "two": np.array(2),
    "five": np.array(5),
    "last": np.array(-1),
    "low": np.float32(-0.5),
}


def f(name: str, *shape: Any) -> Any:
    return value(name, shape)


def items(name: str) -> Any:
    return helper.make_tensor_sequence_value_info(name, TensorProto.FLOAT, None)


def graph(nodes: Sequence[Any], inputs: Sequence[Any], outputs: Sequence[Any]) -> Any:
    return helper.make_graph(list(nodes), "body", list(inputs), list(outputs))


def network(nodes: Sequence[Any], inputs: Sequence[Any], outputs: Sequence[Any]) -> Any:
    made = model(nodes, inputs, outputs)
    for name, a in NUMBERS.items():
        made.graph.initializer.append(numpy_helper.from_array(np.asarray(a), name))
    return made


def joined(name: str) -> Any:
    return node("ConcatFromSequence", [name], ["y"], axis=0, new_axis=1)


EMPTY = node("SequenceEmpty", [], ["s0"])
CELL = [
    node("Gather", ["x", "i"], ["r"]),
    node("Add", ["h", "r"], ["u"]),
    node("Tanh", ["u"], ["h1"]),
]
CARRIES = [*STEP, f("h", 3), items("s")]
NEXTS = [GO, f("h1", 3), items("s1")]


def changed_and_read() -> Any:
    nodes = [
        node("SequenceConstruct", ["x", "x"], ["s"]),
        node("SequenceInsert", ["s", "w", "one"], ["s2"]),
        node("SequenceErase", ["s2", "zero"], ["s3"]),
        node("ConcatFromSequence", ["s3"], ["y"], axis=1),
        node("SequenceLength", ["s3"], ["n"]),
        node("SequenceAt", ["s3", "k"], ["z"]),
    ]
    outs = [f("y", 2, 6), value("n", [], I64), f("z", 2, 3)]
    return network(nodes, [f("x", 2, 3), f("w", 2, 3), value("k", [], I64)], outs)


def cut_and_joined() -> Any:
    nodes = [
        node("SplitToSequence", ["x"], ["s"], axis=1, keepdims=0),
        node("ConcatFromSequence", ["s"], ["y"], axis=0, new_axis=1),
        node("SplitToSequence", ["x", "two"], ["t"], axis=1),
        node("ConcatFromSequence", ["t"], ["z"], axis=0),
    ]
    return network(nodes, [f("x", 2, 4, 3)], [f("y", 4, 2, 3), f("z", 4, 2, 3)])


def appended_in_a_loop(*place: str, go: Sequence[Any] = (ON,), rows: int | str = 5) -> Any:
    body = graph([*CELL, node("SequenceInsert", ["s", "h1", *place], ["s1"]), *go], CARRIES, NEXTS)
    loop = node("Loop", ["five", "true", "h0", "s0"], ["hn", "sn"], body=body)
    outs = [f("hn", 3), f("y", rows, 3)]
    return network([EMPTY, loop, joined("sn")], [f("x", 5, 3), f("h0", 3)], outs)


def appended_until_the_data_end_it() -> Any:
    go = [node("ReduceSum", ["h1"], ["q"], keepdims=0), node("Greater", ["q", "low"], ["go"])]
    return appended_in_a_loop(go=go, rows="N")


def put_in_front() -> Any:
    return appended_in_a_loop("zero")


def last_item_read() -> Any:
    nodes = [
        node("SequenceAt", ["s", "last"], ["h"]),
        *CELL,
        node("SequenceInsert", ["s", "h1"], ["s1"]),
        ON,
    ]
    body = graph(nodes, [*STEP, items("s")], [GO, items("s1")])
    start = node("SequenceConstruct", ["h0"], ["s0"])
    loop = node("Loop", ["five", "true", "s0"], ["sn"], body=body)
    return network([start, loop, joined("sn")], [f("x", 5, 3), f("h0", 3)], [f("y", 6, 3)])


def read_step_by_step() -> Any:
    nodes = [node("SequenceAt", ["s", "i"], ["r"]), *CELL[1:], ON]
    body = graph(nodes, [*STEP, f("h", 3)], [GO, f("h1", 3)])
    outer = [
        node("SplitToSequence", ["x"], ["s"], axis=0, keepdims=0),
        node("SequenceLength", ["s"], ["n"]),
        node("Loop", ["n", "true", "h0"], ["y"], body=body),
    ]
    return network(outer, [f("x", 5, 3), f("h0", 3)], [f("y", 3)])


def one_of_two() -> Any:
    sides = [
        graph([node("SequenceInsert", ["s", name], [name * 2])], [], [items(name * 2)])
        for name in ("x", "w")
    ]
    nodes = [
        node("SequenceConstruct", ["x"], ["s"]),
        node("Greater", ["k", "low"], ["p"]),
        node("If", ["p"], ["t"], then_branch=sides[0], else_branch=sides[1]),
        node("ConcatFromSequence", ["t"], ["y"], axis=0),
    ]
    return network(nodes, [f("x", 2), f("w", 2), f("k")], [f("y", 4)])


def loop_in_a_loop() -> Any:
    inner = graph(
        [
            node("Add", ["a", "r"], ["a1"]),
            node("SequenceInsert", ["t", "a1"], ["t1"]),
            node("Identity", ["d"], ["on"]),
        ],
        [value("j", [], I64), value("d", [], np.bool_), f("a", 3), items("t")],
        [value("on", [], np.bool_), f("a1", 3), items("t1")],
    )
    nodes = [
        node("Gather", ["x", "i"], ["r"]),
        node("SequenceEmpty", [], ["t0"]),
        node("Loop", ["two", "true", "h", "t0"], ["h1", "tn"], body=inner),
        node("ConcatFromSequence", ["tn"], ["row"], axis=0),
        node("SequenceInsert", ["s", "row"], ["s1"]),
        ON,
    ]
    loop = node(
        "Loop", ["five", "true", "h0", "s0"], ["hn", "sn"], body=graph(nodes, CARRIES, NEXTS)
    )
    outs = [f("hn", 3), f("y", 5, 6)]
    return network([EMPTY, loop, joined("sn")], [f("x", 5, 3), f("h0", 3)], outs)


def mapped() -> Any:
    """Over two sequences and a tensor that is the same for all items."""
    nodes = [node("Mul", ["a", "b"], ["ab"]), node("MatMul", ["ab", "m"], ["p"])]
    nodes.append(node("ReduceSum", ["p"], ["q"], keepdims=0))
    body = graph(nodes, [f("a", 3), f("b", 3), f("m", 3, 2)], [f("p", 2), f("q")])
    outer = [
        node("SplitToSequence", ["x"], ["s"], axis=0, keepdims=0),
        node("SplitToSequence", ["z"], ["t"], axis=1, keepdims=0),
        node("SequenceMap", ["s", "t", "w"], ["ps", "qs"], body=body),
        node("ConcatFromSequence", ["qs"], ["v"], axis=0, new_axis=1),
        joined("ps"),
    ]
    ins = [f("x", 5, 3), f("z", 3, 5), f("w", 3, 2)]
    return network(outer, ins, [f("y", 5, 2), f("v", 5)])


MODELS: Mapping[str, Callable[[], Any]] = {
    m.__name__: m
    for m in (
        changed_and_read,
        cut_and_joined,
        appended_in_a_loop,
        appended_until_the_data_end_it,
        put_in_front,
        last_item_read,
        read_step_by_step,
        one_of_two,
        loop_in_a_loop,
        mapped,
    )
}


def session_of(proto: Any) -> Any:
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(proto.SerializeToString(), options)


@pytest.mark.parametrize("name", MODELS)
def test_agrees_with_onnx_runtime(name: str) -> None:
    proto = MODELS[name]()
    session, compiled = session_of(proto), millrace.compile(proto)
    rs = np.random.default_rng(1)
    for _ in range(6):
        feed: dict[str, Array] = {
            i.name: np.array(rs.integers(0, 2))
            if i.type == "tensor(int64)"
            else np.asarray(rs.standard_normal(i.shape), np.float32)
            for i in session.get_inputs()
        }
        got = compiled.run(feed).values()
        for g, w in zip(got, session.run(None, feed), strict=True):
            assert g.shape == np.shape(w)
            np.testing.assert_allclose(g, w, rtol=1e-5, atol=1e-6)


def test_appends_become_stacked_outputs() -> None:
    """What is only appended to is an output of the scan, and never copied."""
    text = print_module(import_onnx(appended_in_a_loop()))
    assert text.count('"mr.scan"') == 1
    assert '"mr.concat"' not in text


def sum_of(*shape: int) -> Any:
    """The body of a map: an item and something else."""
    other = value("b", shape or None)
    return graph([node("Add", ["a", "b"], ["c"])], [f("a", 3), other], [f("c", 3)])


ROWS_OF_X = node("SplitToSequence", ["x"], ["s"], axis=0, keepdims=0)
REFUSED = {
    "a map that does not say what it takes": (
        [ROWS_OF_X, node("SequenceMap", ["s", "h0"], ["t"], "map", body=sum_of()), joined("t")],
        "node \"map\": SequenceMap: the body does not say of which rank its input 'b' is",
    ),
    "a map of something else": (
        [ROWS_OF_X, node("SequenceMap", ["s", "x"], ["t"], body=sum_of(2, 2, 2)), joined("t")],
        "input 1 has rank 2, the body takes rank 3",
    ),
    "a map of sequences that differ in length": (
        [
            ROWS_OF_X,
            node("SequenceConstruct", ["h0", "h0"], ["u"]),
            node("SequenceMap", ["s", "u"], ["t"], body=sum_of(3)),
            joined("t"),
        ],
        "sequences of different lengths [2, 5]",
    ),
    "pieces of other sizes": (
        [node("SplitToSequence", ["x", "sizes"], ["s"], axis=0), joined("s")],
        "splits 5 into [2, 3]",
    ),
    "items of other shapes": (
        [node("SequenceConstruct", ["x", "h0"], ["s"]), joined("s")],
        "shapes [5, 3] and [3]",
    ),
    "no item": ([EMPTY, node("SequenceAt", ["s0", "zero"], ["y"])], "empty sequence"),
    "no such item": (
        [node("SequenceConstruct", ["x"], ["s"]), node("SequenceAt", ["s", "two"], ["y"])],
        "position 2 of a sequence of 1",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_refused(name: str) -> None:
    nodes, message = REFUSED[name]
    proto = network(nodes, [f("x", 5, 3), f("h0", 3)], [value("y", None)])
    proto.graph.initializer.append(numpy_helper.from_array(np.array([2, 3]), "sizes"))
    with pytest.raises(millrace.CompileError) as e:
        millrace.compile(proto)
    assert message in str(e.value)
