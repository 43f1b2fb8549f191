"""Networks with idle units become the networks without them, and masks leave nothing."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from onnx import helper

import millrace
from tests.onnx.onnx_models import model, value
from tests.passes.pruned_models import (
    FEATURES,
    FORMS,
    ORDER,
    RULES,
    STEPS,
    UNITS,
    Array,
    masked,
    network,
    random,
    weights,
)


@pytest.mark.parametrize("quantize", [None, "int8"])
@pytest.mark.parametrize("rule", RULES)
@pytest.mark.parametrize("op", ORDER)
def test_hidden_units(op: str, rule: str, quantize: str | None) -> None:
    """The same weights, byte for byte, in the same kernels; the same results."""
    live = weights(op, UNITS, seed=7)
    x = random(8, STEPS, 1, FEATURES, seed=1)
    options: dict[str, Any] = {"name": "m"}
    if quantize is not None:
        options |= {"quantize": quantize, "calibration": {"x": x}}
    small = millrace.compile(network(op, live), **options)
    large = millrace.compile(network(op, RULES[rule](op, live)), **options)
    for sample in x:
        np.testing.assert_array_equal(small(sample), large(sample))
    assert small.report.code_bytes == large.report.code_bytes
    assert [k.loops for k in small.report.kernels] == [k.loops for k in large.report.kernels]
    assert stored(small) == stored(large)


def stored(m: millrace.Model) -> bytes:
    return bytes(m._artifact.compiled.weights)


@pytest.mark.parametrize("quantize", [None, "int8"])
@pytest.mark.parametrize("form", FORMS)
def test_masks_leave_nothing(form: str, quantize: str | None) -> None:
    """The same object for a microcontroller, byte for byte, with the masks and without them."""
    options: dict[str, Any] = {"name": "m", "target": "cortex-m4"}
    if quantize is not None:
        x = random(8, STEPS, 1, FEATURES, seed=1)
        options |= {"quantize": quantize, "calibration": {"x": x}}
    objects = [
        millrace.compile(masked(form, strip), **options)._artifact.compiled
        for strip in (False, True)
    ]
    assert objects[0].code == objects[1].code
    assert bytes(objects[0].weights) == bytes(objects[1].weights)


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
