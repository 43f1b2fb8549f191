"""Dataflow loops that are written in unusual ways: the token machine, native code and numpy."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import millrace
from millrace.frontend.tensorflow import import_graphdef
from millrace.ir.interpreter.flow import interpret_flow

from .conftest import Shape, Type, Writer

Array = np.ndarray[Any, Any]
F32 = Type("float32")
W = np.random.default_rng(3).standard_normal((3, 3)).astype(np.float32) / 2


class Graph(Writer):
    """With what loops are made of."""

    def ints(self, *control: str, **values: Any) -> None:
        for name, v in values.items():
            self.const(name, v, *control, dtype=np.int32)

    def carry(self, name: str, init: str) -> None:
        self.add(f"enter_{name}", "Enter", init, frame_name="loop")
        self.add(f"merge_{name}", "Merge", f"enter_{name}", f"next_{name}")
        self.add(f"switch_{name}", "Switch", f"merge_{name}", "go")
        self.add(f"exit_{name}", "Exit", f"switch_{name}")
        self.add(name, "Identity", f"switch_{name}:1")

    def fixed(self, **values: str) -> None:
        for name, v in values.items():
            self.add(name, "Enter", v, frame_name="loop", is_constant=True)

    def goes_on(self, condition: str, **nexts: str) -> None:
        self.add("go", "LoopCond", condition)
        for name, v in nexts.items():
            self.add(f"next_{name}", "NextIteration", v)


def rows_in_branches(*, both: bool) -> Graph:
    """A row whose sum is positive is written to an array, or else what it was before, negated;
    or else nothing."""
    g = Graph()
    g.placeholder("x", 5, 3)
    g.ints(zero=0, five=5, all=np.arange(5))
    g.const("start", np.zeros(3))
    g.add("array", "TensorArrayV3", "five", dtype=F32, element_shape=Shape((3,)))
    g.fixed(limit="five", rows="x", out="array")
    for name, init in (("i", "zero"), ("h", "start"), ("flow", "array:1")):
        g.carry(name, init)
    g.add("less", "Less", "merge_i", "limit")
    g.ints("^i", one=1, axis=0)
    g.const("none", 0.0, "^i")
    g.add("after", "AddV2", "i", "one")
    g.add("row", "GatherV2", "rows", "i", "axis")
    g.add("sum", "Sum", "row", "axis", keep_dims=False)
    g.add("p", "Greater", "sum", "none")
    for name in ("row", "h", "flow", "i", "out"):
        g.add(f"{name}_if", "Switch", name, "p")
    g.add("total", "AddV2", "row_if:1", "h_if:1")
    g.add("tanh", "Tanh", "total")
    g.add("write", "TensorArrayWriteV3", "out_if:1", "i_if:1", "tanh", "flow_if:1")
    g.add("minus", "Neg", "h_if")
    g.add("other", "TensorArrayWriteV3", "out_if", "i_if", "minus", "flow_if")
    g.add("h1", "Merge", "minus", "tanh")
    g.add("flow1", "Merge", "other" if both else "flow_if", "write")
    g.goes_on("less", i="after", h="h1", flow="flow1")
    g.add("y", "TensorArrayGatherV3", "array", "all", "exit_flow", dtype=F32)
    g.add("last", "Identity", "exit_h")
    return g


def rows_by_numpy(x: Array, *, both: bool) -> list[Array]:
    h, rows = np.zeros(3, np.float32), []
    for row in x:
        positive = row.sum() > 0
        h = np.tanh(row + h) if positive else -h
        rows.append(h if positive or both else np.zeros(3, np.float32))
    return [np.stack(rows), h]


def until_all_have_finished() -> Graph:
    """``raw_rnn``: each sequence of the batch has its own end; the loop ends with the last."""
    g = Graph()
    g.placeholder("x", 6, 2, 3)
    g.placeholder("lengths", 2, dtype="int32")
    g.ints(zero=0, step=1, six=6, all=np.arange(6))
    g.const("w", W)
    g.const("start", np.zeros((2, 3)))
    g.add("given", "TensorArrayV3", "six", dtype=F32)
    g.add("filled", "TensorArrayScatterV3", "given", "all", "x", "given:1")
    g.add("array", "TensorArrayV3", "six", dtype=F32, dynamic_size=True)
    g.add("empty", "LessEqual", "lengths", "zero")
    g.fixed(xs="given", x_flow="filled", out="array", weights="w", ends="lengths")
    for name, init in (("t", "zero"), ("h", "start"), ("done", "empty"), ("flow", "array:1")):
        g.carry(name, init)
    g.ints("^merge_t", axis=0)
    g.add("all_done", "All", "merge_done", "axis", keep_dims=False)
    g.add("going", "LogicalNot", "all_done")
    g.ints("^t", one=1, five=5)
    g.const("zeros", np.zeros((2, 3)), "^t")
    g.add("after", "AddV2", "t", "one")
    g.add("at", "Minimum", "t", "five")
    g.add("row", "TensorArrayReadV3", "xs", "at", "x_flow", dtype=F32)
    g.add("hw", "MatMul", "h", "weights")
    g.add("u", "AddV2", "hw", "row")
    g.add("tanh", "Tanh", "u")
    g.add("o", "Select", "done", "zeros", "tanh")
    g.add("h1", "Select", "done", "h", "tanh")
    g.add("write", "TensorArrayWriteV3", "out", "t", "o", "flow")
    g.add("ended", "GreaterEqual", "after", "ends")
    g.add("done1", "LogicalOr", "ended", "done")
    g.goes_on("going", t="after", h="h1", done="done1", flow="write")
    g.add("range", "Range", "zero", "exit_t", "step")
    g.add("y", "TensorArrayGatherV3", "array", "range", "exit_flow", dtype=F32)
    g.add("last", "Identity", "exit_h")
    return g


def finished_by_numpy(x: Array, lengths: Array) -> list[Array]:
    h, rows = np.zeros((2, 3), np.float32), []
    for t in range(lengths.max()):
        new, done = np.tanh(h @ W + x[t]), (t >= lengths)[:, None]
        rows.append(np.where(done, 0, new))
        h = np.where(done, h, new)
    return [np.stack(rows), h]


def assigned() -> Graph:
    g = Graph()
    g.placeholder("x", 3)
    g.const("start", np.zeros(3))
    g.add("v", "VariableV2", dtype=F32, shape=Shape((3,)))
    g.add("init", "Assign", "v", "start")
    g.ints(zero=0, four=4)
    g.fixed(limit="four", rows="x")
    g.add("ref", "RefEnter", "v", frame_name="loop", is_constant=True)
    g.carry("i", "zero")
    g.add("less", "Less", "merge_i", "limit")
    g.add("more", "AssignAdd", "ref", "rows", "^i")
    g.ints("^i", "^more", one=1)
    g.add("after", "AddV2", "i", "one")
    g.goes_on("less", i="after")
    g.add("y", "Identity", "v", "^exit_i")
    return g


Numpy = Callable[..., list[Array]]
CASES: Mapping[str, tuple[Graph, Numpy, dict[str, int]]] = {
    "both branches write": (
        rows_in_branches(both=True), lambda x: rows_by_numpy(x, both=True), {}
    ),
    "one branch writes": (
        rows_in_branches(both=False), lambda x: rows_by_numpy(x, both=False), {}
    ),
    "until all have finished": (until_all_have_finished(), finished_by_numpy, {"range": 6}),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
def test_agrees_with_numpy(name: str, tmp_path: Path) -> None:
    graph, by_numpy, bound = CASES[name]
    path = tmp_path / "graph.pb"
    path.write_bytes(graph.data())
    compiled = millrace.compile(path, fetch=["y", "last"], bound=bound)
    rng = np.random.default_rng(1)
    for _ in range(6):
        given = [
            rng.standard_normal(s.shape).astype(np.float32)
            if s.dtype.kind == "f"
            else rng.integers(1, 7, s.shape).astype(np.int32)
            for s in compiled.inputs
        ]
        wanted = by_numpy(*given)
        outputs = [compiled(*given)]
        if not bound:
            module = import_graphdef(graph.data(), fetch=["y", "last"])
            outputs.append(tuple(interpret_flow(module, given)))
        for out in outputs:
            for got, want in zip(out, wanted, strict=True):
                assert got.shape == want.shape
                np.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-6)


def test_an_assignment_in_a_loop_is_named(tmp_path: Path) -> None:
    """What a loop assigns is supported or refused, never lost."""
    path = tmp_path / "graph.pb"
    path.write_bytes(assigned().data())
    with pytest.raises(millrace.CompileError, match=r'node "more".*assign'):
        millrace.compile(path, fetch=["y"])
