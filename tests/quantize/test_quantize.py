"""Whole models on integers, against their float forms."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from onnx import helper

import millrace
from millrace.codegen import target
from millrace.driver.calibration import Samples
from millrace.driver.compiler import build, set_target
from millrace.driver.inspection import entry_specs, load_module
from millrace.driver.options import CompileOptions, Switches
from millrace.driver.passes import PassRun
from millrace.driver.quantization import quantize
from millrace.driver.sources import open_source
from millrace.ir.core import Operation
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.dialects.mr.quant import DequantizeLinear, QuantizeLinear
from millrace.passes.quantize.values import is_real
from tests.onnx.onnx_models import model, value
from tests.quantize.quantize_models import (
    MODELS,
    attention,
    average,
    dense,
    error,
    run,
    samples,
    weights,
)

F32 = np.float32
ERRORS = {"int8": 0.03, "int16x8": 0.004}


@pytest.mark.parametrize("scheme", ERRORS)
@pytest.mark.parametrize("name", MODELS)
def test_stays_near_the_float_model(name: str, scheme: str) -> None:
    make, shape = MODELS[name]
    x = samples(*shape)
    m = millrace.compile(make(), quantize=scheme, calibration={"x": x})
    assert error(m, millrace.compile(make()), x) <= ERRORS[scheme]


@pytest.mark.parametrize("name", ["dense", "convolution", "lstm", "gru", "rnn"])
def test_integers_inside(name: str) -> None:
    """Floats stand at the borders of the model only."""
    make, shape = MODELS[name]
    module = quantized(make(), {"x": samples(*shape)})
    floats = [op for op in module.entry.walk() if touches_floats(op)]
    assert [type(op) for op in floats] == [QuantizeLinear, DequantizeLinear]


def quantized(model: Any, calibration: dict[str, Any], **options: Any) -> Module:
    module = load_module(open_source(model), None)
    set_target(module, target("host"))
    given = CompileOptions(quantize="int8", calibration=calibration, **options)
    quantize(module, PassRun(Switches(), "test"), given, build)
    return module


def touches_floats(op: Operation) -> bool:
    if isinstance(op, Constant) or op.name in ("func.func", "func.return"):
        return False
    return any(map(is_real, [*op.operands, *op.results]))


def test_state_that_8_bits_cannot_hold_gets_16() -> None:
    """A slow average: in 8 bits its increments would be lost."""
    model = average(0.02, 200)
    x = samples(200, 1, 4) + np.float32(1)
    m = millrace.compile(model, quantize="int8", calibration={"x": x})
    texts = [d.text for d in m.report.decisions if d.by == "calibrate"]
    assert any(t.startswith("16 bits: 8 alone would move an output by") for t in texts), texts
    assert error(m, millrace.compile(model), x) < 0.02


def test_state_that_8_bits_can_hold_stays() -> None:
    model = average(0.9, 40)
    x = samples(40, 1, 4)
    m = millrace.compile(model, quantize="int8", calibration={"x": x})
    assert not [d for d in m.report.decisions if "16 bits" in d.text]
    assert error(m, millrace.compile(model), x) < 0.02


def sharp() -> Any:
    """A sigmoid of a hundredfold difference: 8 bits of its input are nothing like enough."""
    nodes = [
        helper.make_node("MatMul", ["x", "w"], ["a"], name="/difference"),
        helper.make_node("Sigmoid", ["a"], ["y"], name="/sigmoid"),
    ]
    w = np.array([[101.3, 40.7], [-99.1, 3.3]], np.float32)
    return model(nodes, [value("x", (1, 2))], [value("y", (1, 2))], {"w": w})


def remarks(m: millrace.Model) -> list[str]:
    return [d.text for d in m.report.decisions if d.by == "calibrate"]


def test_products_read_16_bits_where_8_are_too_few() -> None:
    x = samples(1, 2)
    m = millrace.compile(sharp(), quantize="int8", calibration={"x": x})
    assert any(t.startswith("products read 16 bits") for t in remarks(m))
    assert error(m, millrace.compile(sharp()), x) <= 0.03
    bytes_in = millrace.compile(sharp(), quantize="int8", calibration={"x": x}, io="int8")
    assert not any(t.startswith("products read") for t in remarks(bytes_in))


def test_weights_of_16_bits_where_8_are_too_few() -> None:
    x = samples(1, 12)
    m = millrace.compile(dense(), quantize="int16x8", calibration={"x": x})
    assert any(t.startswith("weights of 16 bits") for t in remarks(m))
    assert error(m, millrace.compile(dense()), x) <= 0.002


def test_weights_of_16_bits_in_a_scheme_of_8() -> None:
    """One weight that meets hardly anything is so large that of the others nothing is left."""
    x = samples(1, 12)
    x[:, :, 0] *= 1e-3
    w = weights(12, 5)
    w[0] *= 300
    node = helper.make_node("MatMul", ["x", "w"], ["y"], name="/fc")
    proto = model([node], [value("x", (1, 12))], [value("y", (1, 5))], {"w": w})
    m = millrace.compile(proto, quantize="int8", calibration={"x": x})
    assert any(t.startswith("weights of 16 bits") for t in remarks(m))
    assert error(m, millrace.compile(proto), x) < 0.02


@pytest.mark.parametrize("scheme", ERRORS)
@pytest.mark.parametrize("masked", [-1e4, -1e9, -np.inf])
def test_masks_do_not_widen_what_they_are_added_to(masked: float, scheme: str) -> None:
    x = samples(1, 6, 8)
    m = millrace.compile(attention(masked), quantize=scheme, calibration={"x": x})
    assert error(m, millrace.compile(attention(masked)), x) <= ERRORS[scheme]


@pytest.mark.parametrize("method", ["minmax", "percentile", "mse", "kl"])
def test_methods(method: str) -> None:
    x = samples(1, 12)
    m = millrace.compile(dense(), quantize="int8", calibration={"x": x}, calibrate_method=method)
    assert any(f"by {method};" in d.text for d in m.report.decisions)
    assert error(m, millrace.compile(dense()), x) < 0.06


def test_unseen_numbers_of_bounded_functions_fit() -> None:
    """A softmax is at most 1, whatever the samples show."""
    quiet = np.zeros((8, 1, 12), np.float32)
    m = millrace.compile(
        dense(), quantize="int8", calibration={"x": quiet + samples(1, 12)[:8] * 0.3}
    )
    y = run(m, samples(1, 12))
    np.testing.assert_allclose(y.sum(axis=-1), 1.0, atol=0.1)


@pytest.mark.parametrize("scheme", ERRORS)
@pytest.mark.parametrize("name", ["dense", "lstm"])
def test_integers_outside(name: str, scheme: str) -> None:
    """--io int8: what goes in and out says what it stands for."""
    make, shape = MODELS[name]
    x = samples(*shape)
    inside = millrace.compile(make(), quantize=scheme, calibration={"x": x})
    m = millrace.compile(make(), quantize=scheme, calibration={"x": x}, io="int8")
    (given,), (got,) = m.inputs, m.outputs
    assert given.dtype == got.dtype == np.int8
    assert given.quantization is not None and got.quantization is not None
    y = decoded(run(m, encoded(x, given.quantization)), got.quantization)
    reference = run(inside, x)
    assert np.abs(y - reference).max() <= 0.02 * np.ptp(reference)


def encoded(x: Any, q: Any) -> Any:
    return np.clip(np.rint(x / q.scale[0]) + q.zero_point[0], -128, 127).astype(np.int8)


def decoded(y: Any, q: Any) -> Any:
    return (y.astype(np.float64) - q.zero_point[0]) * q.scale[0]


def test_calibration_takes_a_file(tmp_path: Path) -> None:
    x = samples(1, 12)
    np.savez(tmp_path / "reps.npz", in0=x.reshape(-1, 12))
    by_file = millrace.compile(dense(), quantize="int8", calibration=tmp_path / "reps.npz")
    by_array = millrace.compile(dense(), quantize="int8", calibration={"x": x})
    np.testing.assert_array_equal(run(by_file, x), run(by_array, x))


def test_double_samples_are_welcome() -> None:
    x = samples(1, 12)
    specs = entry_specs(load_module(open_source(dense()), None).entry)[0]
    rows = Samples.of({"x": x.astype(np.float64)}, specs).rows
    assert len(rows) == len(x) and rows[0][0].dtype == np.float32


@pytest.mark.parametrize(
    ("options", "text"),
    [
        ({"quantize": "int8"}, "needs --calibration"),
        ({"quantize": "int4", "calibration": {}}, "known are int8"),
        ({"calibration": {}}, "goes with --quantize"),
        ({"quantize": "int8", "calibration": {"z": np.zeros((3, 12), np.float32)}}, "'x'"),
        ({"quantize": "int8", "calibration": {"x": np.zeros((3, 11), np.float32)}}, "expected"),
        ({"quantize": "int8", "calibration": {"x": np.zeros((0, 12), np.float32)}}, "no samples"),
        ({"quantize": "int8", "calibration": Path("missing.npz")}, "missing.npz"),
        ({"quantize": "int8", "calibration": {"x": F32(np.nan).repeat(12)[None]}}, "NaN"),
        (
            {"quantize": "int8", "calibration": {"x": np.full((3, 12), np.inf, np.float32)}},
            "finite",
        ),
        ({"quantize": "int8", "calibration": {"x": 0}, "io": "int4"}, "--io"),
        ({"quantize": "int8", "calibration": {"x": 0}, "calibrate_method": "best"}, "method"),
    ],
)
def test_errors(options: dict[str, Any], text: str) -> None:
    with pytest.raises(millrace.CompileError, match=text):
        millrace.compile(dense(), **options)


def test_a_file_of_one_array_is_no_calibration(tmp_path: Path) -> None:
    np.save(tmp_path / "x.npy", samples(1, 12))
    with pytest.raises(millrace.CompileError, match="single array"):
        millrace.compile(dense(), quantize="int8", calibration=tmp_path / "x.npy")


def test_integer_borders_say_what_they_stand_for() -> None:
    build, shape = MODELS["dense"]
    x = samples(*shape)
    m = millrace.compile(build(), quantize="int8", calibration={"x": x}, io="int8")
    source, stored = m.inputs[0].quantization, m.outputs[0].quantization
    assert source is not None and stored is not None
    low, high = np.iinfo(np.int8).min, np.iinfo(np.int8).max
    q = np.clip(np.rint(x[0] / source.scale[0]) + source.zero_point[0], low, high).astype(np.int8)
    got = (m(q).astype(np.float64) - stored.zero_point[0]) * stored.scale[0]
    want = millrace.compile(build())(x[0])
    assert np.abs(got - want).max() <= 0.03 * np.ptp(want)
