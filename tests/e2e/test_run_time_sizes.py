"""Sequences whose length is known at run time only (``--shape x=T<=12,1,4``): ONNX models against
ONNX Runtime at each length, TensorFlow Lite loops against numpy, C against Python."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
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
from tests.tflite.tflite_models import Graph, ModelWriter

Array = np.ndarray[Any, Any]
MOST, WIDTH, UNITS = 12, 4, 5
LENGTHS = (1, 2, 3, 7, 11, 12)


def weights(*shape: int, seed: int = 0) -> Array:
    return (np.random.default_rng(seed).standard_normal(shape) * 0.5).astype(np.float32)


def recurrent(op: str, gates: int, **attributes: Any) -> Any:
    """A layer over [T, 1, WIDTH], its outputs: the rows, the last state."""
    both = attributes.get("direction") == "bidirectional"
    n = 2 if both else 1
    node = helper.make_node(op, ["x", "w", "r", "b"], ["y", "h"], hidden_size=UNITS, **attributes)
    constants = {
        "w": weights(n, gates * UNITS, WIDTH, seed=1),
        "r": weights(n, gates * UNITS, UNITS, seed=2),
        "b": weights(n, 2 * gates * UNITS, seed=3),
    }
    return model(
        [node],
        [value("x", ["T", 1, WIDTH])],
        [value("y", ["T", n, 1, UNITS]), value("h", [n, 1, UNITS])],
        constants,
    )


def cell_nodes() -> list[Any]:
    """A minimal gated unit: h and a row of x to the next h."""
    return [
        helper.make_node("Concat", ["h", "row"], ["both"], axis=1),
        helper.make_node("MatMul", ["both", "wf"], ["f0"]),
        helper.make_node("Sigmoid", ["f0"], ["f"]),
        helper.make_node("Mul", ["f", "h"], ["fh"]),
        helper.make_node("Concat", ["fh", "row"], ["gated"], axis=1),
        helper.make_node("MatMul", ["gated", "wc"], ["c0"]),
        helper.make_node("Tanh", ["c0"], ["c"]),
        helper.make_node("Sub", ["c", "h"], ["d"]),
        helper.make_node("Mul", ["f", "d"], ["fd"]),
        helper.make_node("Add", ["h", "fd"], ["next"]),
        helper.make_node("Identity", ["next"], ["out"]),
    ]


CELL = {
    "wf": weights(UNITS + WIDTH, UNITS, seed=4),
    "wc": weights(UNITS + WIDTH, UNITS, seed=5),
    "h0": np.zeros((1, UNITS), np.float32),
}
STATE, ROW = [1, UNITS], [1, WIDTH]


def scan(reverse: int = 0) -> Any:
    body = helper.make_graph(
        cell_nodes(),
        "cell",
        [value("h", STATE), value("row", ROW)],
        [value("next", STATE), value("out", STATE)],
    )
    node = helper.make_node(
        "Scan",
        ["h0", "x"],
        ["last", "y"],
        body=body,
        num_scan_inputs=1,
        scan_input_directions=[reverse],
        scan_output_directions=[reverse],
    )
    outputs = [value("y", ["T", *STATE]), value("last", STATE)]
    return model([node], [value("x", ["T", *ROW])], outputs, CELL)


def loop(*, by_condition: bool = False) -> Any:
    """The same cell in a Loop over the number of rows that Shape gives, as its trip count or as
    a condition on a counter."""
    step = [
        helper.make_node("Gather", ["x", "i"], ["row"], axis=0),
        *cell_nodes(),
        helper.make_node("Add", ["i", "one"], ["after"]),
        helper.make_node("Less", ["after", "rows"] if by_condition else ["i", "rows"], ["more"]),
    ]
    body = helper.make_graph(
        step,
        "cell",
        [value("i", [], np.int64), value("going", [], np.bool_), value("h", STATE)],
        [value("more", [], np.bool_), value("next", STATE), value("out", STATE)],
    )
    nodes = [
        helper.make_node("Shape", ["x"], ["dims"]),
        helper.make_node("Gather", ["dims", "zero"], ["rows"], axis=0),
        helper.make_node(
            "Loop", ["" if by_condition else "rows", "true", "h0"], ["last", "y"], body=body
        ),
    ]
    constants = {**CELL, "zero": np.array(0), "one": np.array(1), "true": np.array(True)}
    outputs = [value("y", ["T", *STATE]), value("last", STATE)]
    return model(nodes, [value("x", ["T", *ROW])], outputs, constants)


def attention() -> Any:
    """Softmax over the length, a mean over it, and its own number."""
    nodes = [
        helper.make_node("Transpose", ["x"], ["xt"], perm=[1, 2, 0]),
        helper.make_node("Transpose", ["x"], ["xb"], perm=[1, 0, 2]),
        helper.make_node("MatMul", ["xb", "xt"], ["scores"]),
        helper.make_node("Softmax", ["scores"], ["p"], axis=-1),
        helper.make_node("MatMul", ["p", "xb"], ["mixed"]),
        helper.make_node("ReduceMean", ["mixed", "axes"], ["mean"], keepdims=0),
        helper.make_node("ReduceMax", ["x", "zeros"], ["top"], keepdims=0),
        helper.make_node("Size", ["x"], ["size"]),
    ]
    outputs = [
        value("mixed", [1, "T", WIDTH]),
        value("mean", [1, WIDTH]),
        value("top", [1, WIDTH]),
        value("size", [], np.int64),
    ]
    constants = {"axes": np.array([1]), "zeros": np.array([0])}
    return model(nodes, [value("x", ["T", 1, WIDTH])], outputs, constants)


def convolution() -> Any:
    """Two convolutions along the length (padded, then by steps of two), an LSTM's rows, the last
    of which goes into a product."""
    nodes = [
        helper.make_node("Transpose", ["x"], ["xt"], perm=[1, 2, 0]),
        helper.make_node("Conv", ["xt", "k1"], ["c1"], pads=[1, 1]),
        helper.make_node("Relu", ["c1"], ["r1"]),
        helper.make_node("Conv", ["r1", "k2"], ["c2"], strides=[2]),
        helper.make_node("Transpose", ["c2"], ["seq"], perm=[2, 0, 1]),
        helper.make_node("RNN", ["seq", "w", "r"], ["rows", "h"], hidden_size=UNITS),
        helper.make_node("Gather", ["rows", "last"], ["end"], axis=0),
        helper.make_node("Squeeze", ["end", "zero"], ["flat"]),
        helper.make_node("MatMul", ["flat", "dense"], ["y"]),
        helper.make_node("Squeeze", ["rows", "one"], ["z"]),
    ]
    constants = {
        "k1": weights(6, WIDTH, 3, seed=6),
        "k2": weights(WIDTH, 6, 2, seed=7),
        "w": weights(1, UNITS, WIDTH, seed=8),
        "r": weights(1, UNITS, UNITS, seed=9),
        "dense": weights(UNITS, 2, seed=10),
        "last": np.array(-1),
        "zero": np.array([0]),
        "one": np.array([1]),
    }
    outputs = [value("y", [1, 2]), value("z", ["U", 1, UNITS])]
    return model(nodes, [value("x", ["T", 1, WIDTH])], outputs, constants)


def assembled() -> Any:
    """A token before and one behind, the whole of it backwards."""
    nodes = [
        helper.make_node("Concat", ["token", "x", "token"], ["longer"], axis=0),
        helper.make_node("Slice", ["longer", "m1", "far", "zero", "m1"], ["y"]),
        helper.make_node("CumSum", ["x", "zero0"], ["sums"], reverse=1),
        helper.make_node("Pad", ["x", "pads"], ["padded"]),
    ]
    constants = {
        "token": weights(1, 1, WIDTH, seed=11),
        "m1": np.array([-1]),
        "far": np.array([np.iinfo(np.int64).min]),
        "zero": np.array([0]),
        "zero0": np.array(0),
        "pads": np.array([2, 0, 0, 1, 0, 0]),
    }
    outputs = [value(n, None) for n in ("y", "sums", "padded")]
    return model(nodes, [value("x", ["T", 1, WIDTH])], outputs, constants)


MODELS: dict[str, Callable[[], Any]] = {
    "LSTM": lambda: recurrent("LSTM", 4),
    "LSTM backwards": lambda: recurrent("LSTM", 4, direction="reverse"),
    "GRU both ways": lambda: recurrent("GRU", 3, direction="bidirectional"),
    "RNN": lambda: recurrent("RNN", 1),
    "Scan": scan,
    "Scan backwards": lambda: scan(1),
    "Loop": loop,
    "Loop by condition": lambda: loop(by_condition=True),
    "attention": attention,
    "convolution": convolution,
    "assembled": assembled,
}


@pytest.mark.parametrize("name", MODELS)
def test_onnx_at_each_length(name: str) -> None:
    proto = MODELS[name]()
    session = onnxruntime.InferenceSession(proto.SerializeToString())
    compiled = millrace.compile(proto, shape={"x": (f"T<={MOST}", 1, WIDTH)})
    least = 2 if name == "convolution" else 1
    assert compiled.report.sizes[0].least == least
    for n in (*LENGTHS, 3, MOST, 3):
        if n < least:
            continue
        x = np.random.default_rng(n).standard_normal((n, 1, WIDTH)).astype(np.float32)
        wanted = session.run(None, {"x": x})
        got = list(compiled.run({"x": x}).values())
        for w, g in zip(wanted, got, strict=True):
            assert g.shape == w.shape and g.flags.c_contiguous
            np.testing.assert_allclose(g, w, rtol=1e-4, atol=1e-5, err_msg=f"T = {n}")


def test_token_ids_and_a_shared_length() -> None:
    """Ids of run-time number look rows up; a mask of the same number goes beside them. What is
    behind the end may be any id."""
    nodes = [
        helper.make_node("Gather", ["table", "ids"], ["rows"], axis=0),
        helper.make_node("Unsqueeze", ["mask", "minus"], ["column"]),
        helper.make_node("Mul", ["rows", "column"], ["masked"]),
        helper.make_node("ReduceSum", ["masked", "axis"], ["y"], keepdims=0),
    ]
    inputs = [value("ids", [1, "T"], np.int64), value("mask", [1, "T"])]
    table = weights(7, 3)
    constants = {"table": table, "minus": np.array([-1]), "axis": np.array([1])}
    proto = model(nodes, inputs, [value("y", [1, 3])], constants)
    compiled = millrace.compile(proto, shape={"ids": (1, "T<=9"), "mask": (1, "T")})
    for n in (1, 4, 9, 2):
        rng = np.random.default_rng(n)
        ids, mask = rng.integers(-7, 7, (1, n)), rng.standard_normal((1, n)).astype(np.float32)
        wanted = (table[ids] * mask[..., None]).sum(1)
        np.testing.assert_allclose(compiled(ids, mask), wanted, rtol=1e-5, atol=1e-6)
    with pytest.raises(millrace.RunError, match=r"input 'mask': expected float32\[1, T<=9\]"):
        compiled(ids, np.zeros((1, n + 1), np.float32))
    with pytest.raises(millrace.RunError, match="index"):
        compiled(np.full((1, 3), 8), np.zeros((1, 3), np.float32))


def test_an_index_behind_the_end_is_an_error() -> None:
    node = helper.make_node("Gather", ["x", "i"], ["y"], axis=0)
    inputs = [value("x", ["T", 2]), value("i", [1], np.int64)]
    compiled = millrace.compile(
        model([node], inputs, [value("y", [1, 2])]), shape={"x": ("T<=6", 2)}
    )
    x = np.arange(8, dtype=np.float32).reshape(4, 2)
    for i in (0, 3, -1, -4):
        np.testing.assert_array_equal(compiled(x, np.array([i])), x[[i]])
    for i in (4, 5, -5, -6):
        with pytest.raises(millrace.RunError, match="index"):
            compiled(x, np.array([i]))


def test_several_sizes_and_a_batch() -> None:
    """Batches of sequences: results of smaller sizes are dense arrays of their own."""
    nodes = [
        helper.make_node("MatMul", ["x", "y"], ["z0"]),
        helper.make_node("Tanh", ["z0"], ["z"]),
    ]
    inputs = [value("x", ["B", "S", 3]), value("y", ["B", 3, "T"])]
    proto = model(nodes, inputs, [value("z", ["B", "S", "T"])])
    shape = {"x": ("B<=4", "S<=5", 3), "y": ("B", 3, "T<=6")}
    compiled = millrace.compile(proto, shape=shape)
    for b, s, t in ((1, 1, 1), (4, 5, 6), (3, 2, 4)):
        rng = np.random.default_rng(b)
        x = rng.standard_normal((b, s, 3)).astype(np.float32)
        y = rng.standard_normal((b, 3, t)).astype(np.float32)
        z = compiled(x, y)
        assert z.shape == (b, s, t)
        np.testing.assert_allclose(z, np.tanh(x @ y), rtol=1e-5, atol=1e-6)


# ---- TensorFlow Lite


def tflite_loop() -> ModelWriter:
    """The sum of rows of unknown number, weighted by their numbers; WHILE below SHAPE[0]."""
    w = ModelWriter()
    w.graphs += [Graph(), Graph()]
    main, cond, body = w.graphs

    def i32(n: Any, graph: int) -> int:
        return w.constant(np.asarray(n, np.int32), graph=graph)

    x = w.tensor([-1, 3])
    dims, rows = w.tensor([2], "int32"), w.tensor([], "int32")
    w.node("SHAPE", [x], [dims])
    w.node("GATHER", [dims, i32(0, 0)], [rows], axis=0)
    outs = [w.tensor([], "int32"), w.tensor([3]), w.tensor([-1, 3]), w.tensor([], "int32")]
    start = w.constant(np.zeros(3, np.float32))
    w.node("WHILE", [i32(0, 0), start, x, rows], outs, cond=1, body=2)
    main.inputs, main.outputs = [x], [outs[1]]
    for g, graph in ((1, cond), (2, body)):
        graph.inputs = [
            w.tensor([], "int32", graph=g),
            w.tensor([3], graph=g),
            w.tensor([-1, 3], graph=g),
            w.tensor([], "int32", graph=g),
        ]
    going = w.tensor([], "bool", graph=1)
    w.node("LESS", [cond.inputs[0], cond.inputs[3]], [going], graph=1)
    cond.outputs = [going]
    i, total, seq, count = body.inputs
    row, number, scaled, after, more = (
        w.tensor(s, t, graph=2)
        for s, t in (
            ([3], "float32"), ([], "float32"), ([3], "float32"), ([3], "float32"), ([], "int32"),
        )
    )  # fmt: skip
    w.node("GATHER", [seq, i], [row], graph=2, axis=0)
    w.node("CAST", [i], [number], graph=2)
    w.node("MUL", [row, number], [scaled], graph=2)
    w.node("ADD", [total, scaled], [after], graph=2)
    w.node("ADD", [i, i32(1, 2)], [more], graph=2)
    body.outputs = [more, after, seq, count]
    return w


def test_tflite_while() -> None:
    data = tflite_loop().bytes()
    (name,) = (s.name for s in millrace.compile(data, shape={"t0": (2, 3)}).inputs)
    compiled = millrace.compile(data, shape={name: ("T<=12", 3)})
    for n in LENGTHS:
        x = np.random.default_rng(n).standard_normal((n, 3)).astype(np.float32)
        wanted = (x * np.arange(n, dtype=np.float32)[:, None]).sum(0)
        np.testing.assert_allclose(compiled(x), wanted, rtol=1e-5, atol=1e-5)


# ---- C, files, the command line

MAIN = r"""
#include <stdio.h>
#include <stdlib.h>
#include "net.h"
static unsigned char memory[NET_ARENA_BYTES + NET_ARENA_ALIGN];
static float x[NET_INPUT_X_SIZE], y[NET_OUTPUT_Y_SIZE], h[NET_OUTPUT_H_SIZE];
int main(int argc, char **argv) {
    unsigned char *arena = memory;
    net_inputs_t in = {x, 0};
    net_outputs_t out = {y, h};
    int i, n = atoi(argv[argc - 1]), status;
    while ((size_t)arena % NET_ARENA_ALIGN) ++arena;
    for (i = 0; i < NET_INPUT_X_SIZE; ++i) x[i] = i < n * 4 ? (float)(i % 7) / 7 - 0.5f : 1e30f;
    in.t = n;
    status = net_run(&in, &out, arena);
    printf("%d %d %d\n", status, NET_SIZE_T_MIN, NET_SIZE_T_MAX);
    for (i = 0; status == 0 && i < n * 5; ++i) printf("%.9g\n", y[i]);
    for (i = 0; status == 0 && i < 5; ++i) printf("%.9g\n", h[i]);
    return 0;
}
"""


@pytest.mark.skipif(shutil.which("gcc") is None, reason="no C compiler: NO C PROGRAM IS TESTED")
def test_c_program(tmp_path: Path) -> None:
    compiled = millrace.compile(
        recurrent("LSTM", 4), name="net", shape={"x": (f"T<={MOST}", 1, WIDTH)}
    )
    compiled.save(tmp_path)
    (tmp_path / "main.c").write_text(MAIN)
    strict = ["gcc", "-std=c99", "-Wall", "-Wextra", "-Wpedantic", "-Werror"]
    sources = ["main.c", "net.o", "-lm", "-o", "main"]
    subprocess.run([*strict, *sources], cwd=tmp_path, check=True)

    def run(n: int) -> tuple[list[int], Array]:
        out = subprocess.run(
            [tmp_path / "main", str(n)], capture_output=True, text=True, check=True
        ).stdout.split()
        return [int(w) for w in out[:3]], np.array(out[3:], np.float32)

    for n in LENGTHS:
        head, numbers = run(n)
        assert head == [0, 1, MOST]
        x = ((np.arange(n * WIDTH) % 7).astype(np.float32) / 7 - 0.5).reshape(n, 1, WIDTH)
        y, h = compiled(x)
        np.testing.assert_array_equal(numbers, np.concatenate([y.reshape(-1), h.reshape(-1)]))
    for n in (0, -1, MOST + 1):
        assert run(n)[0][0] < 0


def test_saved_and_loaded(tmp_path: Path) -> None:
    compiled = millrace.compile(scan(), name="net", shape={"x": ("T<=9", 1, WIDTH)})
    compiled.save(tmp_path)
    loaded = millrace.load(tmp_path)
    assert loaded.inputs == compiled.inputs and loaded.outputs == compiled.outputs
    assert str(loaded.inputs[0]) == "x: float32[T<=9, 1, 4]"
    x = weights(5, 1, WIDTH)
    for a, b in zip(loaded(x), compiled(x), strict=True):
        np.testing.assert_array_equal(a, b)


def test_command_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path, given, out = tmp_path / "net.onnx", tmp_path / "in.npz", tmp_path / "out.npz"
    onnx.save(scan(), path)
    x = weights(3, 1, WIDTH)
    np.savez(given, x=x)
    arguments = [str(path), "--shape", "x=T<=9,1,4"]
    assert command(["run", *arguments, "--inputs", str(given), "--outputs", str(out)]) == 0
    y = millrace.compile(path, shape={"x": (3, 1, WIDTH)})(x)[0]
    np.testing.assert_allclose(np.load(out)["y"], y, rtol=1e-5, atol=1e-6)
    assert command(["inspect", *arguments]) == 0
    assert "x: float32[T<=9, 1, 4]" in capsys.readouterr().out


def refused(shape: Any, proto: Any = None) -> str:
    with pytest.raises(millrace.CompileError) as caught:
        millrace.compile(proto if proto is not None else scan(), shape={"x": shape})
    return str(caught.value)


def test_errors_say_what_is_wrong() -> None:
    assert "T has no bound: give one, as in T<=100" in refused(("T", 1, WIDTH))
    assert "'T<100' is not a size" in refused(("T<100", 1, WIDTH))
    assert "cannot be 9 to 4" in refused(("9<=T<=4", 1, WIDTH))
    node = helper.make_node("Unique", ["x"], ["y"], name="/distinct")
    proto = model([node], [value("x", ["T"])], [value("y", None)])
    assert 'node "/distinct"' in refused(("T<=9",), proto)
    reshape = helper.make_node("Reshape", ["x", "to"], ["y"], name="/flat")
    proto = model([reshape], [value("x", [2, "T", 2])], [value("y", None)], {"to": np.array([-1])})
    text = refused((2, "T<=9", 2), proto)
    assert 'node "/flat": cannot have run-time size T' in text and "outermost" in text


def test_wrong_calls() -> None:
    compiled = millrace.compile(scan(), shape={"x": ("3<=T<=9", 1, WIDTH)})
    for shape in ((10, 1, WIDTH), (2, 1, WIDTH)):
        with pytest.raises(millrace.RunError, match=f"T is {shape[0]}, not 3 to 9"):
            compiled(np.zeros(shape, np.float32))
    for shape in ((4, 2, WIDTH), (4, 1, WIDTH + 1), (4, WIDTH)):
        with pytest.raises(millrace.RunError, match=r"expected float32\[T<=9, 1, 4\]"):
            compiled(np.zeros(shape, np.float32))


def test_calls_of_different_lengths_do_not_see_each_other() -> None:
    """Nothing of an earlier, longer call is seen by a shorter one."""
    compiled = millrace.compile(attention(), shape={"x": (f"T<={MOST}", 1, WIDTH)})
    first = [compiled(weights(n, 1, WIDTH, seed=n)) for n in LENGTHS]
    for n, wanted in reversed(list(zip(LENGTHS, first, strict=True))):
        for a, b in zip(compiled(weights(n, 1, WIDTH, seed=n)), wanted, strict=True):
            np.testing.assert_array_equal(a, b)


def test_projections_leave_loops_of_any_length() -> None:
    """As they do where the length is known."""
    compiled = millrace.compile(recurrent("LSTM", 4), shape={"x": ("T<=24", 1, WIDTH)})
    assert any(d.by == "hoist" for d in compiled.report.decisions)
