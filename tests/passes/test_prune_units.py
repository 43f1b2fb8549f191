"""Networks with idle units become the networks without them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from onnx import helper

import millrace
from tests.onnx.onnx_models import model, value

Array = np.ndarray[Any, Any]
UNITS, FEATURES, STEPS, OUTS = 6, 5, 9, 3
ORDER = {"LSTM": "iofc", "GRU": "zrh", "RNN": "i"}
STARTS_AT_ZERO = {"LSTM": "c", "GRU": "h"}
"""The gate without which a state stays 0."""


def random(*shape: int, seed: int) -> Array:
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32) * np.float32(0.5)


def network(op: str, parts: dict[str, Array]) -> Any:
    gates, units = parts["w"].shape[1:3]
    nodes = [
        helper.make_node(op, ["x", "w", "r", "b"], ["", "y"], name="/rnn", hidden_size=units),
        helper.make_node("Squeeze", ["y", "zero"], ["h"], name="/squeeze"),
        helper.make_node("MatMul", ["h", "d"], ["o"], name="/fc"),
    ]
    constants = {
        "w": parts["w"].reshape(1, gates * units, FEATURES),
        "r": parts["r"].reshape(1, gates * units, units),
        "b": parts["b"].reshape(1, 2 * gates * units),
        "d": parts["d"],
        "zero": np.array([0]),
    }
    shapes = [value("x", (STEPS, 1, FEATURES))], [value("o", (1, OUTS))]
    return model(nodes, *shapes, constants)


def weights(op: str, units: int, seed: int) -> dict[str, Array]:
    g = len(ORDER[op])
    return {
        "w": random(1, g, units, FEATURES, seed=seed),
        "r": random(1, g, units, units, seed=seed + 1),
        "b": random(1, 2 * g, units, seed=seed + 2),
        "d": random(units, OUTS, seed=seed + 3),
    }


def spread(op: str, live: dict[str, Array]) -> tuple[dict[str, Array], Array, Array]:
    """Twice as many units: the even ones are the live ones."""
    wide = weights(op, 2 * UNITS, seed=50)
    even = np.arange(0, 2 * UNITS, 2)
    wide["w"][:, :, even] = live["w"]
    wide["r"][:, :, even[:, None], even] = live["r"]
    wide["b"][:, :, even] = live["b"]
    wide["d"][even] = live["d"]
    return wide, even, even + 1


def unweighed(op: str, live: dict[str, Array]) -> dict[str, Array]:
    """The odd units change, by themselves and by the others, but only they see it."""
    wide, even, odd = spread(op, live)
    wide["r"][:, :, even[:, None], odd] = 0
    wide["d"][odd] = 0
    return wide


def constant(op: str, live: dict[str, Array]) -> dict[str, Array]:
    """The odd units stay 0, though they are weighed."""
    wide, _, odd = spread(op, live)
    gate, count = ORDER[op].index(STARTS_AT_ZERO.get(op, "i")), len(ORDER[op])
    wide["w"][:, gate, odd] = 0
    wide["r"][:, gate, odd] = 0
    wide["b"][:, gate, odd] = wide["b"][:, gate + count, odd] = 0
    return wide


@pytest.mark.parametrize("quantize", [None, "int8"])
@pytest.mark.parametrize("rule", [unweighed, constant])
@pytest.mark.parametrize("op", ORDER)
def test_hidden_units(op: str, rule: Callable[..., dict[str, Array]], quantize: str | None) -> None:
    """The same weights, byte for byte, in the same kernels; the same results."""
    live = weights(op, UNITS, seed=7)
    x = random(8, STEPS, 1, FEATURES, seed=1)
    options: dict[str, Any] = {"name": "m"}
    if quantize is not None:
        options |= {"quantize": quantize, "calibration": {"x": x}}
    small = millrace.compile(network(op, live), **options)
    large = millrace.compile(network(op, rule(op, live)), **options)
    for sample in x:
        np.testing.assert_array_equal(small(sample), large(sample))
    assert small.report.code_bytes == large.report.code_bytes
    assert [k.loops for k in small.report.kernels] == [k.loops for k in large.report.kernels]
    assert stored(small) == stored(large)


def stored(m: millrace.Model) -> bytes:
    return bytes(m._artifact.compiled.weights)


def dense(hidden: int, dead: list[int], fixed: list[int]) -> Any:
    w0, w1 = random(4, hidden, seed=1), random(hidden, 2, seed=2)
    w1[dead] = 0
    w0[:, fixed] = 0
    nodes = [
        helper.make_node("Gemm", ["x", "w0", "b0"], ["a"], name="/fc0"),
        helper.make_node("Relu", ["a"], ["r"], name="/relu"),
        helper.make_node("MatMul", ["r", "w1"], ["y"], name="/fc1"),
    ]
    constants = {"w0": w0, "b0": random(hidden, seed=3) + 2, "w1": w1}
    return model(nodes, [value("x", (1, 4))], [value("y", (1, 2))], constants)


def test_known_neurons_go_into_the_bias() -> None:
    m = millrace.compile(dense(9, dead=[1, 2], fixed=[5, 6, 7]))
    texts = [d.text for d in m.report.decisions if d.by == "prune-units"]
    assert "5 of 9 inputs and 0 of 2 outputs removed" in texts
    x = random(1, 4, seed=9)
    plain = dense(9, dead=[1, 2], fixed=[5, 6, 7])
    w = {t.name: np.asarray(_array(t)) for t in plain.graph.initializer}
    want = np.maximum(x @ w["w0"] + w["b0"], 0) @ w["w1"]
    np.testing.assert_allclose(m(x), want, rtol=1e-5)


def _array(t: Any) -> Array:
    from onnx import numpy_helper

    return numpy_helper.to_array(t)


def test_nothing_idle_nothing_removed() -> None:
    m = millrace.compile(dense(9, dead=[], fixed=[]))
    assert not [d for d in m.report.decisions if d.by == "prune-units"]
