"""Sizes that follow from data, with the bounds that the model or the user gives: against ONNX
Runtime, whose results are as long as the data say."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import helper

import millrace
from millrace.cli import main as command
from tests.onnx.onnx_models import model, value

Array = np.ndarray[Any, Any]
I64 = np.int64
TRUE = {"true": np.array(True)}


def body(nodes: Sequence[Any], carries: Sequence[Any], outs: Sequence[Any]) -> Any:
    head = [value("i", [], I64), value("going", [], np.bool_)]
    return helper.make_graph(list(nodes), "body", [*head, *carries], list(outs))


DOUBLE = [
    helper.make_node("Mul", ["s", "two"], ["s2"]),
    helper.make_node("ReduceSum", ["s2"], ["sum"], keepdims=0),
    helper.make_node("Less", ["sum", "hundred"], ["more"]),
    helper.make_node("Identity", ["s2"], ["row"]),
]
NUMBERS = {**TRUE, "two": np.float32(2), "hundred": np.float32(100)}


def until_large(limit: int | None, *, rows: bool = True) -> Any:
    """Doubles ``x`` until its sum exceeds 100, and keeps all steps."""
    outs = [value("more", [], np.bool_), value("s2", [3]), value("row", [3])]
    constants = dict(NUMBERS) if limit is None else {**NUMBERS, "limit": np.array(limit)}
    node = helper.make_node(
        "Loop",
        ["" if limit is None else "limit", "true", "x"],
        ["last", "rows"],
        body=body(DOUBLE, [value("s", [3])], outs),
        name="/double",
    )
    outputs = [value("last", [3])] + ([value("rows", ["N", 3])] if rows else [])
    return model([node], [value("x", [3])], outputs, constants)


def growing(*, counted: bool = False, by: str = "x") -> Any:
    """A tensor that gains elements in each step: four times, or until its sum exceeds 100."""
    nodes = [
        helper.make_node("Concat", ["s", by], ["s2"], axis=0),
        helper.make_node("ReduceSum", ["s2"], ["sum"], keepdims=0),
        helper.make_node("Identity" if counted else "Less", [*_going(counted)], ["more"]),
    ]
    node = helper.make_node(
        "Loop",
        ["limit", "true", "x"],
        ["last"],
        body=body(nodes, [value("s", ["n"])], [value("more", [], np.bool_), value("s2", ["m"])]),
        name="/collect",
    )
    twice = helper.make_node("Mul", ["last", "two"], ["y"])
    constants = {**NUMBERS, "limit": np.array(4 if counted else 30)}
    return model([node, twice], [value("x", [3])], [value("y", ["k"])], constants)


def _going(counted: bool) -> Sequence[str]:
    return ["going"] if counted else ["sum", "hundred"]


def repeated() -> Any:
    """As many steps as an input says."""
    nodes = [
        helper.make_node("Tanh", ["s"], ["t"]),
        helper.make_node("Add", ["t", "x"], ["s2"]),
        helper.make_node("Identity", ["going"], ["more"]),
        helper.make_node("Identity", ["s2"], ["row"]),
    ]
    outs = [value("more", [], np.bool_), value("s2", [3]), value("row", [3])]
    node = helper.make_node(
        "Loop",
        ["n", "", "x"],
        ["last", "rows"],
        body=body(nodes, [value("s", [3])], outs),
        name="/repeat",
    )
    mean = helper.make_node("ReduceMean", ["rows", "axis"], ["mean"], keepdims=0)
    inputs = [value("x", [3]), value("n", [], I64)]
    outputs = [value("rows", ["N", 3]), value("mean", [3])]
    return model([node, mean], inputs, outputs, {"axis": np.array([0])})


def found() -> Any:
    """The elements that are not zero, their places, and a sum over them."""
    nodes = [
        helper.make_node("NonZero", ["x"], ["places"], name="/find"),
        helper.make_node("Transpose", ["places"], ["pairs"]),
        helper.make_node("GatherND", ["x", "pairs"], ["values"]),
        helper.make_node("ReduceSum", ["values"], ["sum"], keepdims=0),
        helper.make_node("Compress", ["x", "mask"], ["kept"], axis=1, name="/keep"),
    ]
    inputs = [value("x", [2, 4]), value("mask", [4], np.bool_)]
    outputs = [
        value("places", [2, "N"], I64),
        value("values", ["N"]),
        value("sum", []),
        value("kept", [2, "M"]),
    ]
    return model(nodes, inputs, outputs)


def branches() -> Any:
    """Branches with results of different sizes."""
    then = helper.make_graph(
        [helper.make_node("Identity", ["x"], ["a"])], "then", [], [value("a", [3])]
    )
    other = helper.make_graph(
        [helper.make_node("Concat", ["x", "x"], ["b"], axis=0)], "else", [], [value("b", [6])]
    )
    node = helper.make_node("If", ["p"], ["y"], then_branch=then, else_branch=other, name="/if")
    top = helper.make_node("ReduceMax", ["y"], ["top"], keepdims=0)
    inputs = [value("x", [3]), value("p", [], np.bool_)]
    return model([node, top], inputs, [value("y", ["N"]), value("top", [])])


def ranges() -> Any:
    node = helper.make_node("Range", ["start", "end", "by"], ["y"], name="/range")
    inputs = [value(n, [], I64) for n in ("start", "end", "by")]
    return model([node], inputs, [value("y", ["N"], I64)])


def x(*numbers: float) -> Array:
    return np.array(numbers, np.float32)


Case = tuple[Callable[[], Any], "int | dict[str, int] | None", list[dict[str, Any]]]
CASES: dict[str, Case] = {
    "steps until a condition, at most as many as the limit": (
        lambda: until_large(20),
        None,
        [{"x": x(1, 2, 3)}, {"x": x(60, 1, 1)}, {"x": x(1e-9, 0, 0)}],
    ),
    "steps until a condition": (
        lambda: until_large(None),
        {"/double": 12},
        [{"x": x(1, 2, 3)}, {"x": x(0.1, 0.1, 0)}],
    ),
    "steps until a condition, of which only the last counts": (
        lambda: until_large(None, rows=False),
        None,
        [{"x": x(1, 2, 3)}, {"x": x(1e-9, 0, 0)}],
    ),
    "grows four times": (lambda: growing(counted=True), None, [{"x": x(1, 2, 3)}]),
    "grows until": (
        growing,
        None,
        [{"x": x(1, 2, 3)}, {"x": x(9, 9, 9)}, {"x": x(200, 0, 0)}, {"x": x(1, 1, 2)}],
    ),
    "doubles until": (
        lambda: growing(by="s"),
        {"last": 100},
        [{"x": x(1, 2, 3)}, {"x": x(9, 9, 9)}, {"x": x(200, 0, 0)}],
    ),
    "as often as an input says": (
        repeated,
        {"/repeat": 9},
        [{"x": x(1, 2, 3), "n": np.array(n)} for n in (1, 2, 9, 5)],
    ),
    "elements that are not zero": (
        found,
        None,
        [
            {"x": np.array([[0, 1, 0, 2], [3, 0, 0, 4]], np.float32), "mask": np.array(m) > 0}
            for m in ([1, 0, 0, 1], [0, 0, 0, 1], [1, 1, 1, 1])
        ]
        + [{"x": np.zeros((2, 4), np.float32), "mask": np.zeros(4) > 0}],
    ),
    "branches of different sizes": (
        branches,
        None,
        [{"x": x(1, 2, 3), "p": np.array(p)} for p in (True, False, True)],
    ),
    "ranges": (
        ranges,
        8,
        [
            {"start": np.array(a), "end": np.array(b), "by": np.array(d)}
            for a, b, d in ((0, 5, 1), (2, 9, 3), (2, 8, 3), (9, 0, -2), (5, 5, 1), (5, 2, 1))
        ],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_results_are_as_long_as_the_data_say(name: str) -> None:
    make, bound, feeds = CASES[name]
    proto = make()
    session = onnxruntime.InferenceSession(proto.SerializeToString())
    compiled = millrace.compile(proto, bound=bound)
    for feed in feeds:
        wanted = session.run(None, feed)
        for w, g in zip(wanted, compiled.run(feed).values(), strict=True):
            assert g.shape == np.shape(w)
            np.testing.assert_allclose(g, w, rtol=1e-5, atol=1e-6)


def test_what_the_user_sees() -> None:
    compiled = millrace.compile(until_large(20))
    assert [str(s) for s in compiled.outputs] == [
        "last: float32[3]",
        "rows: float32[double<=20, 3]",
    ]
    steady = millrace.compile(growing(counted=True))
    assert [str(s) for s in steady.outputs] == ["y: float32[15]"]


@pytest.mark.parametrize(
    ("make", "bound", "feed"),
    [
        (lambda: until_large(None), {"/double": 4}, {"x": x(1, 2, 3)}),
        (growing, {"/collect": 20}, {"x": x(1, 2, 3)}),
        (repeated, {"/repeat": 3}, {"x": x(1, 2, 3), "n": np.array(4)}),
        (found, {"/find": 2}, {"x": np.ones((2, 4), np.float32), "mask": np.zeros(4) > 0}),
        (ranges, 3, {"start": np.array(0), "end": np.array(4), "by": np.array(1)}),
    ],
    ids=["steps", "grown", "count", "found", "range"],
)
def test_more_than_the_bound_is_an_error(
    make: Callable[[], Any], bound: Any, feed: dict[str, Any]
) -> None:
    compiled = millrace.compile(make(), bound=bound)
    with pytest.raises(millrace.RunError, match="bound"):
        compiled.run(feed)


@pytest.mark.parametrize(
    ("make", "name"),
    [
        (lambda: until_large(None), "/double"),
        (lambda: growing(by="s"), "/collect"),
        (repeated, "/repeat"),
        (ranges, "/range"),
    ],
)
def test_without_a_bound_the_error_names_the_node(make: Callable[[], Any], name: str) -> None:
    proto = make()
    for node in proto.graph.node:
        for i, given in enumerate(node.input):
            if given == "limit":
                node.input[i] = ""
    with pytest.raises(millrace.CompileError, match=f"--bound {name}=N") as caught:
        millrace.compile(proto)
    assert f'node "{name}"' in str(caught.value)


def test_a_bound_for_nothing_is_an_error() -> None:
    with pytest.raises(millrace.CompileError, match="--bound /other: no node of this name"):
        millrace.compile(until_large(20), bound={"/other": 3})


def test_rows_of_changing_size_are_refused() -> None:
    nodes = [
        helper.make_node("Concat", ["s", "x"], ["s2"], axis=0),
        helper.make_node("Identity", ["going"], ["more"]),
        helper.make_node("Identity", ["s2"], ["row"]),
    ]
    outs = [value("more", [], np.bool_), value("s2", ["m"]), value("row", ["k"])]
    node = helper.make_node(
        "Loop",
        ["limit", "true", "x"],
        ["last", "rows"],
        body=body(nodes, [value("s", ["n"])], outs),
        name="/rows",
    )
    outputs = [value("last", None), value("rows", None)]
    proto = model([node], [value("x", [3])], outputs, {**TRUE, "limit": np.array(4)})
    with pytest.raises(millrace.CompileError, match='node "/rows": cannot have run-time size'):
        millrace.compile(proto)


MAIN = r"""
#include <stdio.h>
#include "net.h"
static unsigned char memory[NET_ARENA_BYTES + NET_ARENA_ALIGN];
int main(void) {
    unsigned char *arena = memory;
    float x[3] = {1, 2, 3}, last[3], rows[NET_OUTPUT_ROWS_SIZE];
    int32_t count = -1;
    net_inputs_t in = {x};
    net_outputs_t out = {last, rows, &count};
    int i;
    while ((size_t)arena % NET_ARENA_ALIGN) ++arena;
    if (net_run(&in, &out, arena)) return 1;
    for (i = 0; i < count * 3; ++i) printf("%.9g ", rows[i]);
    return 0;
}
"""


@pytest.mark.skipif(shutil.which("gcc") is None, reason="no C compiler: NO C PROGRAM IS TESTED")
def test_c_program(tmp_path: Path) -> None:
    compiled = millrace.compile(until_large(20), name="net")
    compiled.save(tmp_path)
    (tmp_path / "main.c").write_text(MAIN)
    strict = ["gcc", "-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]
    subprocess.run([*strict, "main.c", "net.o", "-lm", "-o", "main"], cwd=tmp_path, check=True)
    out = subprocess.run([tmp_path / "main"], capture_output=True, text=True, check=True).stdout
    rows = compiled(x(1, 2, 3))[1]
    np.testing.assert_array_equal(np.array(out.split(), np.float32), rows.reshape(-1))


def test_saved_loaded_and_run(tmp_path: Path) -> None:
    path, given, out = tmp_path / "net.onnx", tmp_path / "in.npz", tmp_path / "out.npz"
    onnx.save(until_large(None), path)
    np.savez(given, x=x(1, 2, 3))
    arguments = [str(path), "--bound", "/double=12", "--inputs", str(given), "--outputs", str(out)]
    assert command(["run", *arguments]) == 0
    compiled = millrace.compile(path, bound=12)
    rows = compiled(x(1, 2, 3))[1]
    np.testing.assert_array_equal(np.load(out)["rows"], rows)
    compiled.save(tmp_path)
    loaded = millrace.load(tmp_path)
    assert loaded.outputs == compiled.outputs
    np.testing.assert_array_equal(loaded(x(1, 2, 3))[1], rows)
