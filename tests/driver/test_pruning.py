"""--prune: small weights, or whole units, on request."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

import millrace
from tests.passes.test_prune_units import network, weights
from tests.quantize.quantize_models import MODELS, run, samples

CASE = Path(__file__).parents[3] / "shared" / "cases" / "mot_prune_dense"


def texts(m: millrace.Model, by: str = "prune-magnitude") -> list[str]:
    return [f"{d.where}: {d.text}" for d in m.report.decisions if d.by == by]


def test_weights() -> None:
    make, shape = MODELS["dense"]
    x = samples(*shape)
    m = millrace.compile(make(), prune="magnitude:0.25", calibration={"x": x})
    first, second = texts(m)
    assert first == "weights: 85 of 340 set to zero"
    assert second.startswith("output 'y': moved by ") and "the greatest is the same in" in second
    plain = millrace.compile(make())
    assert 0 < np.abs(run(m, x) - run(plain, x)).max() < 0.5


def test_units_of_a_recurrence() -> None:
    model = network("GRU", weights("GRU", 12, seed=3))
    m = millrace.compile(model, prune="magnitude:0.5,structured")
    assert any("6 of 12 units" in t for t in texts(m))
    small = millrace.compile(network("GRU", weights("GRU", 6, seed=3)))
    assert m.report.macs == small.report.macs
    assert m.report.weight_bytes == small.report.weight_bytes


def test_nothing_pruned_at_zero() -> None:
    make, shape = MODELS["dense"]
    m = millrace.compile(make(), prune="magnitude:0", calibration={"x": samples(*shape)})
    assert "moved by 0.0% of its range" in texts(m)[1]


def test_then_quantized() -> None:
    make, shape = MODELS["dense"]
    x = samples(*shape)
    m = millrace.compile(make(), prune="magnitude:0.2", quantize="int8", calibration={"x": x})
    pruned = millrace.compile(make(), prune="magnitude:0.2")
    assert np.abs(run(m, x) - run(pruned, x)).max() < 0.05


@pytest.mark.parametrize("text", ["magnitude", "magnitude:1.5", "size:0.5", "magnitude:0.5,rows"])
def test_errors(text: str) -> None:
    with pytest.raises(millrace.CompileError, match="--prune"):
        millrace.compile(MODELS["dense"][0](), prune=text)


def test_masks_before_and_after_stripping() -> None:
    """The file with masks keeps its weights as state: its code is that of the stripped one."""
    if not CASE.is_dir():
        pytest.skip(f"{CASE} is not there: models with masks are not compared")
    found: list[Any] = []
    for name in ("before.f32.tflite", "after.f32.tflite", "after.onnx", "after.frozen_v2cf.pb"):
        m = millrace.compile(CASE / name, name="m")
        sizes = (m.report.code_bytes, [(k.loops, k.calls) for k in m.report.kernels])
        found.append((sizes, bytes(m._artifact.compiled.weights)))
    assert all(f == found[0] for f in found)
