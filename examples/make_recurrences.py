"""Makes small recurrent classifiers to compare: an LSTM, a GRU, and a minimal gated unit (MGU) that
no framework has an operator for, written as an ONNX Scan.

    python examples/make_recurrences.py build
    millrace compare LSTM=build/lstm.onnx GRU=build/gru.onnx MGU=build/mgu.onnx \\
        --target cortex-m4 --variants float32,int8,int16x8,int8:unrolled \\
        --data test.npz --calibration reps.npz --plot build/compare.svg

The task: which of four melodies is played in the noise? The recurrences have random (seeded)
weights; their last states are read out by a layer that is fitted to 600 samples.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

import millrace

STEPS, FEATURES, HIDDEN, CLASSES = 30, 8, 32, 4
SAMPLES = {"fit": 600, "reps": 64, "test": 64}
NOISE = 0.6
Array = np.ndarray[Any, Any]


def melodies(count: int, seed: int) -> tuple[Array, Array]:
    """Inputs (sample, step, 1, feature) and classes."""
    rng = np.random.default_rng(seed)
    pitch = np.random.default_rng(1).uniform(0.1, 1.2, (CLASSES, FEATURES))
    labels = rng.integers(0, CLASSES, count)
    phase = rng.uniform(0, 1, (count, 1, FEATURES))
    time = np.arange(STEPS)[None, :, None]
    x = np.sin(pitch[labels][:, None] * time + phase) + NOISE * rng.normal(
        size=(count, STEPS, FEATURES)
    )
    return x[:, :, None].astype(np.float32), labels


def value(name: str, *shape: int) -> Any:
    return helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def weights(gates: int) -> dict[str, Array]:
    """Of a recurrence: from the input, from the state, and biases."""
    rng = np.random.default_rng(7)
    rows = gates * HIDDEN
    return {
        "w": rng.normal(0, 0.5, (rows, FEATURES)).astype(np.float32),
        "r": rng.normal(0, 0.9 * HIDDEN**-0.5, (rows, HIDDEN)).astype(np.float32),
        "b": rng.normal(0, 0.2, rows).astype(np.float32),
    }


def operator(op: str, gates: int) -> tuple[list[Any], dict[str, Array]]:
    """One of ONNX's recurrent operators; its last state is ``h``."""
    w = weights(gates)
    constants = {
        "w": w["w"][None],
        "r": w["r"][None],
        "b": np.concatenate([w["b"], np.zeros_like(w["b"])])[None],
        "first": np.array([0]),
    }
    nodes = [
        helper.make_node(op, ["x", "w", "r", "b"], ["", "last"], f"/{op}", hidden_size=HIDDEN),
        helper.make_node("Squeeze", ["last", "first"], ["h"], "/last"),
    ]
    return nodes, constants


def mgu() -> tuple[list[Any], dict[str, Array]]:
    """f = sigmoid(.), n = tanh(. with f h for h), h' = (1 - f) h + f n."""
    w = weights(2)
    constants = {"start": np.zeros((1, HIDDEN), np.float32), "one": np.float32(1)}
    for gate, rows in (("f", slice(0, HIDDEN)), ("n", slice(HIDDEN, None))):
        constants |= {f"{k}{gate}": w[k][rows].T for k in ("w", "r")}
        constants[f"b{gate}"] = w["b"][rows]

    def gate(name: str, state: str, function: str) -> list[Any]:
        return [
            helper.make_node("MatMul", ["xt", f"w{name}"], [f"{name}x"], f"/{name}/input"),
            helper.make_node("MatMul", [state, f"r{name}"], [f"{name}h"], f"/{name}/state"),
            helper.make_node("Sum", [f"{name}x", f"{name}h", f"b{name}"], [f"{name}s"]),
            helper.make_node(function, [f"{name}s"], [name], f"/{name}"),
        ]

    step = [
        *gate("f", "h0", "Sigmoid"),
        helper.make_node("Mul", ["f", "h0"], ["left"], "/forget"),
        *gate("n", "left", "Tanh"),
        helper.make_node("Sub", ["one", "f"], ["keep"], "/keep"),
        helper.make_node("Mul", ["keep", "h0"], ["old"], "/old"),
        helper.make_node("Mul", ["f", "n"], ["new"], "/new"),
        helper.make_node("Add", ["old", "new"], ["h1"], "/mix"),
    ]
    row = [value("h0", 1, HIDDEN), value("xt", 1, FEATURES)]
    body = helper.make_graph(step, "step", row, [value("h1", 1, HIDDEN)])
    scan = helper.make_node("Scan", ["start", "x"], ["h"], "/mgu", body=body, num_scan_inputs=1)
    return [scan], constants


def model(nodes: list[Any], constants: dict[str, Array], output: Any) -> onnx.ModelProto:
    stored = [numpy_helper.from_array(np.asarray(a), n) for n, a in constants.items()]
    graph = helper.make_graph(nodes, "g", [value("x", STEPS, 1, FEATURES)], [output], stored)
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)


def classifier(nodes: list[Any], constants: dict[str, Array]) -> onnx.ModelProto:
    """The recurrence and a layer fitted to its last states."""
    recurrence = millrace.compile(model(nodes, constants, value("h", 1, HIDDEN)))
    x, labels = melodies(SAMPLES["fit"], seed=2)
    states = np.stack([recurrence(sample)[0] for sample in x])
    states = np.concatenate([states, np.ones((len(states), 1))], axis=1)
    wanted = 6.0 * np.eye(CLASSES)[labels]
    gram = states.T @ states + 0.1 * np.eye(HIDDEN + 1)
    fitted = np.linalg.solve(gram, states.T @ wanted).astype(np.float32)
    readout = [
        helper.make_node("Gemm", ["h", "wo", "bo"], ["logits"], "/readout"),
        helper.make_node("Softmax", ["logits"], ["y"], "/softmax", axis=1),
    ]
    constants = {**constants, "wo": fitted[:-1], "bo": fitted[-1]}
    return model([*nodes, *readout], constants, value("y", 1, CLASSES))


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("folder", type=Path)
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    kinds = {"lstm": operator("LSTM", 4), "gru": operator("GRU", 3), "mgu": mgu()}
    for name, parts in kinds.items():
        onnx.save(classifier(*parts), folder / f"{name}.onnx")
    for seed, name in enumerate(("reps", "test"), 3):
        x, labels = melodies(SAMPLES[name], seed)
        np.savez(folder / f"{name}.npz", x=x, labels=labels)


if __name__ == "__main__":
    main()
