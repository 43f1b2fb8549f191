"""One LSTM, written as ONNX's operator, as Scan and Loop, as TensorFlow's dataflow loop and
functional while, and as TFLite's WHILE: the same IR after raising, and the same results."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import helper

import millrace
from millrace.driver.pipelines import GRAPH
from millrace.frontend.onnx import import_onnx
from millrace.frontend.tensorflow import import_graphdef
from millrace.frontend.tflite import import_tflite
from millrace.ir.dialects.builtin import Module
from millrace.passes.manager import run_pipeline
from tests.control_flow.same_ir import fingerprint
from tests.onnx.onnx_models import model, value
from tests.tensorflow.conftest import Func, Type, Writer
from tests.tflite.tflite_models import Graph, ModelWriter

Array = np.ndarray[Any, Any]
STEPS, WIDTH, UNITS = 9, 6, 8
RNG = np.random.default_rng(5)
W, R, B = (
    RNG.standard_normal(s).astype(np.float32) / 2
    for s in ((WIDTH, 4 * UNITS), (UNITS, 4 * UNITS), (4 * UNITS,))
)
"""Gates in Keras' order: i, f, g, o."""
ZEROS = np.zeros((1, UNITS), np.float32)
F32, I32 = Type("float32"), Type("int32")
node = helper.make_node


def by_numpy(x: Array) -> Array:
    h = c = np.zeros((1, UNITS))
    rows = []
    for row in x:
        i, f, g, o = np.split(row @ W + h @ R + B, 4, axis=1)
        i, f, o = (1 / (1 + np.exp(-v)) for v in (i, f, o))
        c = f * c + i * np.tanh(g)
        h = o * np.tanh(c)
        rows.append(h)
    return np.stack(rows)


# ---- ONNX


def onnx_operator() -> Any:
    def gates(a: Array) -> Array:
        i, f, g, o = np.split(a, 4, axis=-1)
        return np.concatenate([i, o, f, g], axis=-1).T[None]

    nodes = [
        node("LSTM", ["x", "w", "r", "b"], ["rows"], hidden_size=UNITS),
        node("Squeeze", ["rows", "axis"], ["y"]),
    ]
    bias = np.concatenate([gates(B[None])[..., 0], np.zeros((1, 4 * UNITS), np.float32)], axis=1)
    more = {"w": gates(W), "r": gates(R), "b": bias, "axis": np.array([1])}
    return onnx_model(nodes, more)


def onnx_model(nodes: list[Any], constants: dict[str, Any]) -> Any:
    x, y = value("x", [STEPS, 1, WIDTH]), value("y", [STEPS, 1, UNITS])
    return model(nodes, [x], [y], constants)


ONNX_STEP = [
    node("MatMul", ["row", "w"], ["xw"]),
    node("MatMul", ["h", "r"], ["hr"]),
    node("Add", ["xw", "hr"], ["s"]),
    node("Add", ["s", "b"], ["gates"]),
    node("Split", ["gates"], ["i0", "f0", "g0", "o0"], axis=1, num_outputs=4),
    *(node("Sigmoid", [f"{k}0"], [k]) for k in "ifo"),
    node("Tanh", ["g0"], ["g"]),
    node("Mul", ["f", "c"], ["kept"]),
    node("Mul", ["i", "g"], ["new"]),
    node("Add", ["kept", "new"], ["c1"]),
    node("Tanh", ["c1"], ["t"]),
    node("Mul", ["o", "t"], ["h1"]),
    node("Identity", ["h1"], ["out"]),
]
STATE = [value(n, [1, UNITS]) for n in ("h", "c")]
NEXT = [value(n, [1, UNITS]) for n in ("h1", "c1", "out")]
CONSTANTS = {"w": W, "r": R, "b": B, "h0": ZEROS, "c0": ZEROS}


def onnx_scan() -> Any:
    body = helper.make_graph(ONNX_STEP, "step", [*STATE, value("row", [1, WIDTH])], NEXT)
    scan = node("Scan", ["h0", "c0", "x"], ["hn", "cn", "y"], body=body, num_scan_inputs=1)
    return onnx_model([scan], CONSTANTS)


def onnx_loop() -> Any:
    read = node("Gather", ["x", "t_"], ["row"], axis=0)
    on = node("Identity", ["going"], ["more"])
    head = [value("t_", [], np.int64), value("going", [], np.bool_)]
    outs = [value("more", [], np.bool_), *NEXT]
    body = helper.make_graph([read, *ONNX_STEP, on], "step", [*head, *STATE], outs)
    loop = node("Loop", ["steps", "true", "h0", "c0"], ["hn", "cn", "y"], body=body)
    return onnx_model([loop], {**CONSTANTS, "steps": np.array(STEPS), "true": np.array(True)})


# ---- TensorFlow


def tensorflow_step(g: Writer, row: str, h: str, c: str, *control: str, ports: bool) -> None:
    """Nodes ``h1`` and ``c1``; in a function results are named by port."""

    def out(name: str, port: str) -> str:
        return f"{name}:{port}" if ports else name

    def add(name: str, op: str, *inputs: str, port: str, **attributes: Any) -> str:
        g.add(name, op, *inputs, T=F32, **attributes)
        return out(name, port)

    for name, a in (("w", W), ("r", R), ("b", B)):
        g.const(name, a, *control)
    g.const("axis", 1, *control, dtype=np.int32)
    constants = {n: out(n, "output:0") for n in ("w", "r", "b", "axis")}
    xw = add("xw", "MatMul", row, constants["w"], port="product:0")
    hr = add("hr", "MatMul", h, constants["r"], port="product:0")
    s = add("s", "AddV2", xw, hr, port="z:0")
    add("gates", "BiasAdd", s, constants["b"], port="output:0")
    add("parts", "Split", constants["axis"], out("gates", "output:0"), port="output:0", num_split=4)
    part = [f"parts:output:{k}" if ports else f"parts:{k}" for k in range(4)]
    i, f, o = (add(f"gate{k}", "Sigmoid", part[k], port="y:0") for k in (0, 1, 3))
    g_ = add("gate2", "Tanh", part[2], port="y:0")
    kept, new = (add(n, "Mul", a, b, port="z:0") for n, a, b in (("kept", f, c), ("new", i, g_)))
    c1 = add("c1", "AddV2", kept, new, port="z:0")
    add("h1", "Mul", o, add("t", "Tanh", c1, port="y:0"), port="z:0")


def functional_while() -> bytes:
    g, cond, body = Writer(), Writer(), Writer()
    g.placeholder("x", STEPS, 1, WIDTH)
    g.const("zero", 0, dtype=np.int32)
    g.const("steps", STEPS, dtype=np.int32)
    g.const("rows", [1, UNITS], dtype=np.int32)
    g.const("row", [1, WIDTH], dtype=np.int32)
    g.const("state", ZEROS)
    g.add("xs", "TensorListFromTensor", "x", "row", element_dtype=F32)
    g.add("ys", "TensorListReserve", "rows", "steps", element_dtype=F32)
    cond.const("steps", STEPS, dtype=np.int32)
    cond.add("go", "Less", "i", "steps:output:0")
    body.const("one", 1, dtype=np.int32)
    body.const("shape", [1, WIDTH], dtype=np.int32)
    body.add("next", "AddV2", "i", "one:output:0")
    body.add("item", "TensorListGetItem", "xs", "i", "shape:output:0", element_dtype=F32)
    tensorflow_step(body, "item:item:0", "h", "c", ports=True)
    body.add("set", "TensorListSetItem", "ys", "i", "h1:z:0", element_dtype=F32)
    body.add("same", "Identity", "xs")
    types = {"i": "int32", "ys": "variant", "h": "float32", "c": "float32", "xs": "variant"}
    g.function("cond", types, {"go": "go:z:0"}, cond)
    ends = ["next:z:0", "set:output_handle:0", "h1:z:0", "c1:z:0", "same:output:0"]
    g.function("body", types, dict(zip(types, ends, strict=True)), body)
    arguments = ("zero", "ys", "state", "state", "xs")
    g.add("loop", "StatelessWhile", *arguments, cond=Func("cond"), body=Func("body"))
    g.add("y", "TensorListStack", "loop:1", "rows", element_dtype=F32)
    return g.data()


def dataflow_loop() -> bytes:
    g = Writer()
    g.placeholder("x", STEPS, 1, WIDTH)
    g.const("zero", 0, dtype=np.int32)
    g.const("steps", STEPS, dtype=np.int32)
    g.const("all", np.arange(STEPS), dtype=np.int32)
    g.const("state", ZEROS)
    for name in ("xs", "ys"):
        g.add(name, "TensorArrayV3", "steps", dtype=F32)
    g.add("filled", "TensorArrayScatterV3", "xs", "all", "x", "xs:1")
    for name, given in (("limit", "steps"), ("in", "xs"), ("in_flow", "filled"), ("out", "ys")):
        g.add(name, "Enter", given, frame_name="loop", is_constant=True)
    for name, init in (("i", "zero"), ("h", "state"), ("c", "state"), ("flow", "ys:1")):
        g.add(f"enter_{name}", "Enter", init, frame_name="loop")
        g.add(f"merge_{name}", "Merge", f"enter_{name}", f"next_{name}")
        g.add(f"switch_{name}", "Switch", f"merge_{name}", "go")
        g.add(f"exit_{name}", "Exit", f"switch_{name}")
        g.add(f"body_{name}", "Identity", f"switch_{name}:1")
    g.add("less", "Less", "merge_i", "limit")
    g.add("go", "LoopCond", "less")
    g.const("one", 1, "^body_i", dtype=np.int32)
    g.add("more", "AddV2", "body_i", "one")
    g.add("item", "TensorArrayReadV3", "in", "body_i", "in_flow", dtype=F32)
    tensorflow_step(g, "item", "body_h", "body_c", "^body_i", ports=False)
    g.add("write", "TensorArrayWriteV3", "out", "body_i", "h1", "body_flow")
    for name, end in (("i", "more"), ("h", "h1"), ("c", "c1"), ("flow", "write")):
        g.add(f"next_{name}", "NextIteration", end)
    g.add("y", "TensorArrayGatherV3", "ys", "all", "exit_flow", dtype=F32)
    return g.data()


# ---- TensorFlow Lite


def tflite_while() -> bytes:
    w = ModelWriter()
    w.graphs += [Graph(), Graph()]
    main, cond, body = w.graphs
    shapes: list[tuple[list[int], str]] = [
        ([], "int32"), ([STEPS, 1, UNITS], "float32"), ([1, UNITS], "float32"),
        ([1, UNITS], "float32"), ([STEPS, 1, WIDTH], "float32"),
    ]  # fmt: skip
    main.inputs = [w.tensor(*shapes[4])]
    starts = [np.int32(0), np.zeros((STEPS, 1, UNITS), np.float32), ZEROS, ZEROS]
    given = [*(w.constant(a) for a in starts), *main.inputs]
    ends = [w.tensor(*s) for s in shapes]
    main.outputs = [ends[1]]
    w.node("WHILE", given, ends, cond=1, body=2)
    cond.inputs = [w.tensor(*s, graph=1) for s in shapes]
    cond.outputs = [w.tensor([], "bool", graph=1)]
    w.node("LESS", [cond.inputs[0], w.constant(np.int32(STEPS), graph=1)], cond.outputs, graph=1)
    body.inputs = [w.tensor(*s, graph=2) for s in shapes]
    tflite_step(w, body)
    return w.bytes()


def tflite_step(w: ModelWriter, body: Graph) -> None:
    i, ys, h, c, xs = body.inputs

    def add(
        kind: str, *inputs: Any, shape: Any = (1, UNITS), type: str = "float32", **o: Any
    ) -> int:
        constant = [w.constant(v, graph=2) if isinstance(v, np.ndarray) else v for v in inputs]
        out = w.tensor(shape, type, graph=2)
        w.node(kind, constant, [out], graph=2, **o)
        return out

    after = add("ADD", i, np.array(1, np.int32), shape=(), type="int32")
    row = add("GATHER", xs, i, shape=(1, WIDTH), axis=0)
    xw = add("FULLY_CONNECTED", row, W.T.copy(), B, shape=(1, 4 * UNITS))
    hr = add("FULLY_CONNECTED", h, R.T.copy(), -1, shape=(1, 4 * UNITS))
    gates = add("ADD", xw, hr, shape=(1, 4 * UNITS))
    parts = [w.tensor((1, UNITS), graph=2) for _ in range(4)]
    w.node("SPLIT", [w.constant(np.int32(1), graph=2), gates], parts, graph=2, count=4)
    gi, gf, go = (add("LOGISTIC", parts[k]) for k in (0, 1, 3))
    c1 = add("ADD", add("MUL", gf, c), add("MUL", gi, add("TANH", parts[2])))
    h1 = add("MUL", go, add("TANH", c1))
    update = add("RESHAPE", h1, np.array([1, 1, UNITS], np.int32), shape=(1, 1, UNITS))
    at = add("RESHAPE", i, np.array([1], np.int32), shape=(1,), type="int32")
    start = w.tensor((3,), "int32", graph=2)
    w.node(
        "CONCATENATION", [at, w.constant(np.zeros(2, np.int32), graph=2)], [start], graph=2, axis=0
    )
    written = add("DYNAMIC_UPDATE_SLICE", ys, update, start, shape=(STEPS, 1, UNITS))
    body.outputs = [after, written, h1, c1, xs]


# ---- all of them

FORMS: dict[str, tuple[Callable[[], Any], Callable[[Any], Module]]] = {
    "ONNX LSTM": (onnx_operator, import_onnx),
    "ONNX Scan": (onnx_scan, import_onnx),
    "ONNX Loop": (onnx_loop, import_onnx),
    "TensorFlow StatelessWhile": (functional_while, import_graphdef),
    "TensorFlow Enter, Merge, Exit": (dataflow_loop, import_graphdef),
    "TFLite WHILE": (tflite_while, import_tflite),
}


def ir_of(form: str) -> Any:
    make, load = FORMS[form]
    module = load(make())
    run_pipeline(module, GRAPH)
    assert sum(op.name == "mr.scan" for op in module.walk()) == 1
    return fingerprint(module.entry.block)


@pytest.mark.parametrize("form", list(FORMS)[1:])
def test_is_the_same_ir_as_the_operator(form: str) -> None:
    assert ir_of(form) == ir_of("ONNX LSTM")


@pytest.mark.parametrize("form", FORMS)
def test_gives_what_numpy_gives(form: str, tmp_path: Path) -> None:
    x = np.random.default_rng(1).standard_normal((STEPS, 1, WIDTH)).astype(np.float32)
    made: Any = FORMS[form][0]()
    if form.startswith("TensorFlow"):
        path = tmp_path / "graph.pb"
        path.write_bytes(made)
        made = path
    compiled = millrace.compile(made)
    np.testing.assert_allclose(compiled(x), by_numpy(x), rtol=1e-5, atol=1e-6)
