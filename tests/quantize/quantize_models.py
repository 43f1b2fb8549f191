"""Small float models with random weights, and how far their integer forms are from them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from onnx import helper

import millrace
from tests.onnx.onnx_models import model, value

Array = np.ndarray[Any, Any]
SAMPLES = 24


def rng(seed: int = 0) -> np.random.Generator:
    return np.random.default_rng(seed)


def samples(*shape: int, seed: int = 1) -> Array:
    return rng(seed).normal(size=(SAMPLES, *shape)).astype(np.float32)


def weights(*shape: int, seed: int = 2) -> Array:
    fan = shape[0] if len(shape) > 1 else 4
    return (rng(seed).normal(size=shape) / np.sqrt(fan)).astype(np.float32)


def dense() -> Any:
    """Two layers and a softmax."""
    nodes = [
        helper.make_node("Gemm", ["x", "w0", "b0"], ["a"], name="/fc0"),
        helper.make_node("Relu", ["a"], ["r"], name="/relu"),
        helper.make_node("Gemm", ["r", "w1", "b1"], ["c"], name="/fc1"),
        helper.make_node("Softmax", ["c"], ["y"], name="/softmax", axis=1),
    ]
    constants = {"w0": weights(12, 20), "b0": weights(20), "w1": weights(20, 5), "b1": weights(5)}
    return model(nodes, [value("x", (1, 12))], [value("y", (1, 5))], constants)


def convolution() -> Any:
    """Convolution, clip, a residual sum, pooling and a mean."""
    nodes = [
        helper.make_node("Conv", ["x", "w0", "b0"], ["a"], name="/c0", pads=[1, 1, 1, 1]),
        helper.make_node("Clip", ["a", "zero", "six"], ["r"], name="/relu6"),
        helper.make_node("Conv", ["r", "w1"], ["c"], name="/c1", pads=[1, 1, 1, 1]),
        helper.make_node("Add", ["r", "c"], ["s"], name="/residual"),
        helper.make_node("MaxPool", ["s"], ["p"], name="/pool", kernel_shape=[2, 2]),
        helper.make_node("GlobalAveragePool", ["p"], ["y"], name="/mean"),
    ]
    constants = {
        "w0": weights(8, 3, 3, 3),
        "b0": weights(8),
        "w1": weights(8, 8, 3, 3) / 2,
        "zero": np.float32(0),
        "six": np.float32(6),
    }
    return model(nodes, [value("x", (1, 3, 8, 8))], [value("y", (1, 8, 1, 1))], constants)


def recurrent(op: str, gates: int, steps: int = 20, units: int = 12, features: int = 6) -> Any:
    """One of ONNX's recurrent operators and its last state."""
    nodes = [helper.make_node(op, ["x", "w", "r", "b"], ["", "y"], name="/rnn", hidden_size=units)]
    constants = {
        "w": weights(1, gates * units, features) * 0.6,
        "r": weights(1, gates * units, units) * 0.15,
        "b": weights(1, 2 * gates * units) * 0.2,
    }
    return model(nodes, [value("x", (steps, 1, features))], [value("y", (1, 1, units))], constants)


def average(rate: float, steps: int) -> Any:
    """y += rate (x - y) along the first axis, as an ONNX Scan."""
    nodes = [
        helper.make_node("Sub", ["xt", "h"], ["d"], name="/difference"),
        helper.make_node("Mul", ["d", "rate"], ["s"], name="/step"),
        helper.make_node("Add", ["h", "s"], ["h1"], name="/sum"),
    ]
    row = (1, 4)
    body = helper.make_graph(nodes, "b", [value("h", row), value("xt", row)], [value("h1", row)])
    scan = helper.make_node(
        "Scan", ["zero", "x"], ["y"], name="/scan", body=body, num_scan_inputs=1
    )
    constants = {"zero": np.zeros(row, np.float32), "rate": np.float32(rate)}
    return model([scan], [value("x", (steps, *row))], [value("y", row)], constants)


def branch() -> Any:
    """One of two functions, by the sign of a sum."""
    branches = {}
    for name, op in (("then_branch", "Tanh"), ("else_branch", "Sigmoid")):
        nodes = [helper.make_node(op, ["x"], [f"{op}_y"], name=f"/{op}")]
        branches[name] = helper.make_graph(nodes, op, [], [value(f"{op}_y", (1, 6))])
    nodes = [
        helper.make_node("ReduceSum", ["x"], ["s"], name="/sum", keepdims=0),
        helper.make_node("Greater", ["s", "zero"], ["c"], name="/positive"),
        helper.make_node("If", ["c"], ["y"], name="/if", **branches),
    ]
    return model(
        nodes, [value("x", (1, 6))], [value("y", (1, 6))], {"zero": np.array(0.0, np.float32)}
    )


def attention(masked: float) -> Any:
    """One head with a causal mask, a residual and a layer norm."""
    nodes = [
        *(helper.make_node("MatMul", ["x", f"w{n}"], [n], name=f"/{n}") for n in "qkv"),
        helper.make_node("Transpose", ["k"], ["kt"], name="/t", perm=[0, 2, 1]),
        helper.make_node("MatMul", ["q", "kt"], ["s"], name="/scores"),
        helper.make_node("Add", ["s", "mask"], ["m"], name="/mask"),
        helper.make_node("Softmax", ["m"], ["p"], name="/softmax", axis=-1),
        helper.make_node("MatMul", ["p", "v"], ["a"], name="/mix"),
        helper.make_node("Add", ["a", "x"], ["r"], name="/residual"),
        helper.make_node("LayerNormalization", ["r", "g"], ["y"], name="/norm", axis=-1),
    ]
    constants = {f"w{n}": weights(8, 8, seed=i) for i, n in enumerate("qkv")}
    constants["mask"] = np.triu(np.full((6, 6), masked, np.float32), 1)
    constants["g"] = np.ones(8, np.float32)
    return model(nodes, [value("x", (1, 6, 8))], [value("y", (1, 6, 8))], constants)


MODELS: dict[str, tuple[Callable[[], Any], tuple[int, ...]]] = {
    "dense": (dense, (1, 12)),
    "convolution": (convolution, (1, 3, 8, 8)),
    "lstm": (lambda: recurrent("LSTM", 4), (20, 1, 6)),
    "gru": (lambda: recurrent("GRU", 3), (20, 1, 6)),
    "rnn": (lambda: recurrent("RNN", 1), (20, 1, 6)),
    "branch": (branch, (1, 6)),
}


def run(m: millrace.Model, x: Array) -> Array:
    return np.stack([m(sample) for sample in x])


def error(m: millrace.Model, reference: millrace.Model, x: Array) -> float:
    """The largest difference as a part of the reference's range."""
    want = run(reference, x)
    return float(np.abs(run(m, x) - want).max() / np.ptp(want))
