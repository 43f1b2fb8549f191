"""What loops become, whoever wrote them: code that does not grow with the sequence, unrolled files
rolled up again, and one recurrence from many files in the same time.

    python benchmarks/control_flow.py ../shared/cases

The folder has cases with the same network as ``loop.*`` files of several formats, and as
``unroll.f32.tflite``. Times are taken in one run, interleaved.
"""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import onnx
from onnx import TensorProto, helper, numpy_helper

import millrace

Array = np.ndarray[Any, Any]
LENGTHS = (20, 100, 1000)
INPUTS, UNITS = 12, 20
ROUNDS, CALLS = 100, 5
F32 = TensorProto.FLOAT


def info(name: str, *shape: int, kind: int = F32) -> Any:
    return helper.make_tensor_value_info(name, kind, shape)


def model(nodes: list[Any], steps: int, constants: dict[str, Array]) -> Any:
    stored = [numpy_helper.from_array(np.asarray(v), k) for k, v in constants.items()]
    x, y = info("x", steps, 1, INPUTS), info("y", steps, 1, UNITS)
    graph = helper.make_graph(nodes, "g", [x], [y], stored)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=9)


def weights(gates: int) -> tuple[Array, Array, Array]:
    """W [gates * units, inputs], R [gates * units, units], b [gates * units]."""
    rs = np.random.default_rng(0)
    parts = (
        rs.standard_normal((gates * UNITS, INPUTS)) / 4,
        rs.standard_normal((gates * UNITS, UNITS)) / 4,
        rs.standard_normal(gates * UNITS) / 4,
    )
    w, r, b = (p.astype(np.float32) for p in parts)
    return w, r, b


def layer(op: str, gates: int, steps: int) -> Any:
    """The operator that ONNX has for it."""
    w, r, b = weights(gates)
    both = np.concatenate([b, np.zeros_like(b)])
    constants = {"w": w[None], "r": r[None], "b": both[None], "axis": np.array([1])}
    node = helper.make_node(op, ["x", "w", "r", "b"], ["rows"], hidden_size=UNITS)
    return model([node, helper.make_node("Squeeze", ["rows", "axis"], ["y"])], steps, constants)


def lstm_step() -> tuple[list[Any], dict[str, Array]]:
    """(h, c, row) -> (h1, c1), gates in ONNX's order i, o, f, c."""
    w, r, b = weights(4)
    nodes = [
        helper.make_node("MatMul", ["row", "wt"], ["xw"]),
        helper.make_node("MatMul", ["h", "rt"], ["hr"]),
        helper.make_node("Add", ["xw", "hr"], ["s"]),
        helper.make_node("Add", ["s", "b"], ["gates"]),
        helper.make_node("Split", ["gates"], ["i0", "o0", "f0", "g0"], axis=1),
        *(helper.make_node("Sigmoid", [f"{k}0"], [k]) for k in "iof"),
        helper.make_node("Tanh", ["g0"], ["g"]),
        helper.make_node("Mul", ["f", "c"], ["kept"]),
        helper.make_node("Mul", ["i", "g"], ["new"]),
        helper.make_node("Add", ["kept", "new"], ["c1"]),
        helper.make_node("Tanh", ["c1"], ["t"]),
        helper.make_node("Mul", ["o", "t"], ["h1"]),
        helper.make_node("Identity", ["h1"], ["out"]),
    ]
    zeros = np.zeros((1, UNITS), np.float32)
    return nodes, {"wt": w.T.copy(), "rt": r.T.copy(), "b": b, "h0": zeros, "c0": zeros}


def lstm_scan(steps: int) -> Any:
    nodes, constants = lstm_step()
    state = [info(n, 1, UNITS) for n in ("h", "c")]
    outs = [info(n, 1, UNITS) for n in ("h1", "c1", "out")]
    body = helper.make_graph(nodes, "step", [*state, info("row", 1, INPUTS)], outs)
    scan = helper.make_node(
        "Scan", ["h0", "c0", "x"], ["hn", "cn", "y"], body=body, num_scan_inputs=1
    )
    return model([scan], steps, constants)


def lstm_loop(steps: int) -> Any:
    nodes, constants = lstm_step()
    read = helper.make_node("Gather", ["x", "t_"], ["row"], axis=0)
    on = helper.make_node("Identity", ["going"], ["more"])
    head = [info("t_", kind=TensorProto.INT64), info("going", kind=TensorProto.BOOL)]
    state = [info(n, 1, UNITS) for n in ("h", "c")]
    outs = [info("more", kind=TensorProto.BOOL), *(info(n, 1, UNITS) for n in ("h1", "c1", "out"))]
    body = helper.make_graph([read, *nodes, on], "step", [*head, *state], outs)
    loop = helper.make_node("Loop", ["steps", "true", "h0", "c0"], ["hn", "cn", "y"], body=body)
    more = {"steps": np.array(steps), "true": np.array(True)}
    return model([loop], steps, {**constants, **more})


def mgu_scan(steps: int) -> Any:
    """A minimal gated unit, which no format has an operator for."""
    w, r, _ = weights(2)
    nodes = [
        helper.make_node("MatMul", ["row", "wf"], ["xf"]),
        helper.make_node("MatMul", ["h", "rf"], ["hf"]),
        helper.make_node("Add", ["xf", "hf"], ["f0"]),
        helper.make_node("Sigmoid", ["f0"], ["f"]),
        helper.make_node("Mul", ["f", "h"], ["fh"]),
        helper.make_node("MatMul", ["row", "wc"], ["xc"]),
        helper.make_node("MatMul", ["fh", "rc"], ["hc"]),
        helper.make_node("Add", ["xc", "hc"], ["c0"]),
        helper.make_node("Tanh", ["c0"], ["c"]),
        helper.make_node("Sub", ["c", "h"], ["d"]),
        helper.make_node("Mul", ["f", "d"], ["fd"]),
        helper.make_node("Add", ["h", "fd"], ["h1"]),
        helper.make_node("Identity", ["h1"], ["out"]),
    ]
    body = helper.make_graph(
        nodes,
        "step",
        [info("h", 1, UNITS), info("row", 1, INPUTS)],
        [info("h1", 1, UNITS), info("out", 1, UNITS)],
    )
    scan = helper.make_node("Scan", ["h0", "x"], ["hn", "y"], body=body, num_scan_inputs=1)
    constants = {
        "wf": w[:UNITS].T.copy(),
        "wc": w[UNITS:].T.copy(),
        "rf": r[:UNITS].T.copy(),
        "rc": r[UNITS:].T.copy(),
        "h0": np.zeros((1, UNITS), np.float32),
    }
    return model([scan], steps, constants)


def code_by_length() -> None:
    print(f"{'code bytes':24}" + "".join(f"{f'T = {n}':>12}" for n in LENGTHS))
    makers = {
        "LSTM": lambda n: layer("LSTM", 4, n),
        "GRU": lambda n: layer("GRU", 3, n),
        "SimpleRNN": lambda n: layer("RNN", 1, n),
        "custom cell (MGU)": mgu_scan,
    }
    for name, make in makers.items():
        sizes = [millrace.compile(make(n)).report.code_bytes for n in LENGTHS]
        print(f"{name:24}" + "".join(f"{s:12,}" for s in sizes), flush=True)


def rolled_up(folder: Path) -> None:
    print(f"\n{'unrolled file / loop':24}{'code':>12}{'constants':>12}{'loop bytes':>12}")
    for path in sorted(folder.glob("*/unroll.f32.tflite")):
        loop, flat = (
            millrace.compile(path.with_name(f"{n}.f32.tflite")).report for n in ("loop", "unroll")
        )
        ratios = flat.code_bytes / loop.code_bytes, flat.weight_bytes / loop.weight_bytes
        total = loop.code_bytes + loop.weight_bytes
        print(f"{path.parent.name:24}{ratios[0]:12.2f}{ratios[1]:12.2f}{total:12,}", flush=True)


def best_times(models: list[Any]) -> list[float]:
    """The shortest call of each model on the same inputs, in microseconds."""
    rs = np.random.default_rng(0)
    arrays = [rs.standard_normal(s.shape).astype(s.dtype) for s in models[0].inputs]
    best = [float("inf")] * len(models)
    for _ in range(ROUNDS):
        for i, m in enumerate(models):
            given = [a.reshape(s.shape) for a, s in zip(arrays, m.inputs, strict=True)]
            for _ in range(CALLS):
                started = time.perf_counter_ns()
                m(*given)
                best[i] = min(best[i], (time.perf_counter_ns() - started) / 1e3)
    return best


def same_time(title: str, forms: dict[str, Any]) -> None:
    print(f"\n{title:24}{'us':>12}{'ratio':>12}{'code':>12}")
    models = [millrace.compile(form) for form in forms.values()]
    best = best_times(models)
    for name, m, us in zip(forms, models, best, strict=True):
        print(f"{name:24}{us:12.2f}{us / best[0]:12.3f}{m.report.code_bytes:12,}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    args = parser.parse_args()
    code_by_length()
    rolled_up(args.folder)
    for n in LENGTHS[:2]:
        forms = {"LSTM": layer("LSTM", 4, n), "Scan": lstm_scan(n), "Loop": lstm_loop(n)}
        for proto in forms.values():
            onnx.checker.check_model(proto)
        same_time(f"LSTM of {n} steps, ONNX", forms)
    for case in ("k3_lstm", "k3_gru", "k3_rnn_mgu"):
        names = ("f32.tflite", "frozen_v1cf.pb", "frozen_v2cf.pb", "tf2onnx.onnx")
        same_time(f"{case}: loop.*", {n: args.folder / case / f"loop.{n}" for n in names})


if __name__ == "__main__":
    main()
