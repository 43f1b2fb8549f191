"""Whole models on integers, against their float forms."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import millrace
from millrace.codegen import target
from millrace.driver.calibration import Samples
from millrace.driver.compiler import quantize, set_target
from millrace.driver.inspection import entry_specs, load_module
from millrace.driver.options import CompileOptions, Switches
from millrace.driver.passes import PassRun
from millrace.driver.sources import open_source
from millrace.ir.core import Operation
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.dialects.mr.quant import DequantizeLinear, QuantizeLinear
from millrace.passes.quantize.values import is_real
from tests.quantize.quantize_models import MODELS, dense, error, run, samples

ERRORS = {"int8": 0.03, "int16x8": 0.015}


@pytest.mark.parametrize("scheme", ERRORS)
@pytest.mark.parametrize("name", MODELS)
def test_stays_near_the_float_model(name: str, scheme: str) -> None:
    build, shape = MODELS[name]
    x = samples(*shape)
    m = millrace.compile(build(), quantize=scheme, calibration={"x": x})
    assert error(m, millrace.compile(build()), x) <= ERRORS[scheme]


@pytest.mark.parametrize("name", ["dense", "convolution", "lstm", "gru", "rnn"])
def test_integers_inside(name: str) -> None:
    """Floats stand at the borders of the model only."""
    build, shape = MODELS[name]
    module = quantized(build(), {"x": samples(*shape)})
    floats = [op for op in module.entry.walk() if touches_floats(op)]
    assert [type(op) for op in floats] == [QuantizeLinear, DequantizeLinear]


def quantized(model: Any, calibration: dict[str, Any], **options: Any) -> Module:
    module = load_module(open_source(model), None)
    set_target(module, target("host"))
    given = CompileOptions(quantize="int8", calibration=calibration, **options)
    quantize(module, PassRun(Switches(), "test"), given)
    return module


def touches_floats(op: Operation) -> bool:
    if isinstance(op, Constant) or op.name in ("func.func", "func.return"):
        return False
    return any(map(is_real, [*op.operands, *op.results]))


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
        ({"quantize": "int8", "calibration": {"x": 0}, "io": "int4"}, "--io"),
    ],
)
def test_errors(options: dict[str, Any], text: str) -> None:
    with pytest.raises(millrace.CompileError, match=text):
        millrace.compile(dense(), **options)


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
