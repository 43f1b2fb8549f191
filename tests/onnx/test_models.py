"""Whole models from ``../shared``, imported and interpreted, against their stored results."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import pytest

from millrace.frontend.onnx import import_onnx
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr.control import Scan
from millrace.ir.errors import CompileError
from millrace.ir.interpreter import interpret
from tests.onnx.onnx_models import Array, op_names, reference

SHARED = Path(__file__).resolve().parents[3] / "shared"
BENCH = sorted((SHARED / "bench" / "models").glob("*.onnx"))
CASES = sorted((SHARED / "cases").glob("*/*.onnx"))
SAMPLES = 3


@pytest.mark.skipif(not BENCH, reason=f"MODELS NOT TESTED: {SHARED} is not there")
def test_models_are_there() -> None:
    assert len(BENCH) == 15
    assert len(CASES) > 50


def close(got: Any, wanted: Any, tolerance: float) -> None:
    assert np.abs(got.astype(np.float64) - wanted).max() <= tolerance * max(np.ptp(wanted), 1e-9)


@pytest.mark.parametrize("path", BENCH, ids=lambda p: p.stem)
def test_bench_model(path: Path) -> None:
    module = import_onnx(path)
    data = np.load(path.with_suffix(".npz"))
    names = module.entry.arg_names
    assert names is not None
    outputs = interpret(module, [data[f"in{i}"] for i in range(len(names))])
    for i, y in enumerate(outputs):
        assert y.shape == data[f"ref{i}"].shape
        close(y, data[f"ref{i}"], 1e-4)


RECURRENT = {"lnpeep_64_128_t100": 1, "bilstm2_128_128_t100": 4, "seq2seq_t30": 2}


@pytest.mark.parametrize("path", [p for p in BENCH if p.stem in RECURRENT], ids=lambda p: p.stem)
def test_recurrences_are_scans(path: Path) -> None:
    module = import_onnx(path)
    assert op_names(module).count("mr.scan") == RECURRENT[path.stem]
    assert all(o.trip > 1 for o in module.walk() if isinstance(o, Scan))


def verdict(path: Path) -> dict[str, Any]:
    case = json.loads((path.parent / "case.json").read_text())
    found: dict[str, Any] = case["verdicts"][path.name]
    return found


def samples(path: Path, module: Module, file: bool) -> Iterator[tuple[list[Array], list[Array]]]:
    """Inputs and stored outputs of the first samples."""
    wanted = verdict(path)
    outputs = np.load(path.parent / wanted.get("reference", "outputs.npz"))
    inputs = outputs if file else np.load(path.parent / "inputs.npz")
    count = sum(k.startswith("out") for k in outputs)
    for sample in range(min(SAMPLES, len(inputs["in0"]))):
        arrays = [
            inputs[f"in{i}"][sample].reshape(a.type.shape).astype(a.type.dtype)
            for i, a in enumerate(module.entry.block.args)
        ]
        yield arrays, [outputs[f"out{i}"][sample] for i in range(count)]


# The stored result is that of ONNX Runtime with optimizations, which join Relu and Clip with the
# quantization behind them and so round elsewhere.
FUSED_REFERENCE = {"mot_qat_cnn"}


@pytest.mark.parametrize("path", CASES, ids=lambda p: f"{p.parent.name}-{p.stem}")
def test_case(path: Path) -> None:
    """Models with control flow as PyTorch and tf2onnx write them."""
    wanted = verdict(path)
    try:
        module = import_onnx(path)
    except CompileError as e:
        assert wanted["verdict"] == "refuse", e
        assert path.name in str(e)
        return
    tolerance = wanted.get("tolerance", 1e-4)
    for inputs, outputs in samples(path, module, wanted["verdict"] == "file"):
        if path.parent.name in FUSED_REFERENCE:
            names = module.entry.arg_names or ()
            outputs = reference(onnx.load(path), dict(zip(names, inputs, strict=True)))
        for got, y in zip(interpret(module, inputs), outputs, strict=True):
            close(got.reshape(-1), y.reshape(-1), tolerance)
