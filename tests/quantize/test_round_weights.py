"""Weights in fewer bytes: float models that keep computing with floats."""

from __future__ import annotations

from typing import Any

import ml_dtypes
import numpy as np
import pytest

import millrace
from millrace.ir.builder import Builder
from millrace.ir.core import Value
from millrace.ir.dialects.mr.contraction import MatMul
from millrace.ir.interpreter import interpret
from millrace.ir.types import F32, tensor
from millrace.ir.verifier import verify
from millrace.passes.manager import run_pipeline
from tests.passes.conftest import Graph, const
from tests.quantize.quantize_models import MODELS, dense, error, run, samples

Array = np.ndarray[Any, Any]
ERRORS = {"bf16": 0.005, "f16": 0.0006, "weights-int8": 0.015}
BYTES = {"bf16": 2, "f16": 2, "weights-int8": 1}
REST = 0.25
"""Of the bytes of small models: biases, a factor a channel, gaps between constants."""
X = np.random.default_rng(0).normal(size=(1, 16)).astype(np.float32)
W = np.random.default_rng(1).normal(size=(16, 8)).astype(np.float32)


@pytest.mark.parametrize("scheme", ERRORS)
@pytest.mark.parametrize("name", ["dense", "convolution", "lstm", "gru", "rnn"])
def test_fewer_bytes_and_nearly_the_same(name: str, scheme: str) -> None:
    make, shape = MODELS[name]
    x = samples(*shape)
    m, plain = millrace.compile(make(), quantize=scheme), millrace.compile(make())
    assert error(m, plain, x) <= ERRORS[scheme]
    assert m.inputs[0].dtype == m.outputs[0].dtype == np.float32
    assert m.report.weight_bytes <= plain.report.weight_bytes * (BYTES[scheme] / 4 + REST)


def rounded(to: str) -> Array:
    """The product of X and W after the pass, by the interpreter."""

    def build(b: Builder, x: Value) -> list[Value]:
        return [b.value(MatMul, x, const(b, W))]

    module = Graph().main([tensor(X.shape, F32)], build)
    run_pipeline(module, f"round-weights{{to={to}}}")
    verify(module)
    return np.asarray(interpret(module, [X])[0])


def test_rounded_to_the_nearest() -> None:
    for to, dtype in (("bf16", ml_dtypes.bfloat16), ("f16", np.float16)):
        want = X @ W.astype(dtype).astype(np.float32)
        np.testing.assert_allclose(rounded(to), want, rtol=1e-5)
    steps = np.abs(W).max(axis=0) / 127
    np.testing.assert_allclose(rounded("int8"), X @ (np.rint(W / steps) * steps), rtol=1e-4)


def test_code_computes_with_the_rounded_weights() -> None:
    """What is stored narrow is read as it was rounded: as plain weights give the same result."""
    x = samples(1, 12)
    m = millrace.compile(dense(), quantize="bf16")
    model = dense()
    for w in model.graph.initializer:
        if len(w.dims) == 2:
            array = np.frombuffer(w.raw_data, np.float32)
            w.raw_data = array.astype(ml_dtypes.bfloat16).astype(np.float32).tobytes()
    np.testing.assert_allclose(run(m, x), run(millrace.compile(model), x), rtol=1e-5)


def test_weights_that_do_not_fit_stay() -> None:
    model = dense()
    for w in model.graph.initializer:
        if w.name == "w0":
            w.raw_data = (np.frombuffer(w.raw_data, np.float32) * np.float32(1e6)).tobytes()
    m = millrace.compile(model, quantize="f16")
    assert any("stay as they are" in d.text for d in m.report.decisions)


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"calibration": {"x": samples(1, 12)}}, "needs no --calibration"),
        ({"io": "int8"}, "takes floats"),
        ({"quantize_report": "r.txt"}, "goes with --quantize"),
    ],
)
def test_errors(options: dict[str, Any], text: str) -> None:
    with pytest.raises(millrace.CompileError, match=text):
        millrace.compile(dense(), quantize="bf16", **options)
