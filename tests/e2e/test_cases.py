"""ONNX files as exporters wrote them, with what their frameworks computed.

``case.json`` has a verdict for each file: ``match`` (agrees with the framework), ``file`` (the
exporter wrote something else: agrees with a stored run of the file), or ``refuse`` (the file is
broken: a CompileError, or the framework's result all the same).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import millrace

# The stored run of this file comes from ONNX Runtime with its fusion of quantize and dequantize
# pairs into integer kernels, which rounds elsewhere. The file's own meaning is the unfused run.
FUSED_BY_ITS_RUNTIME = frozenset({"mot_qat_cnn/qat.onnx"})

CASES = Path(__file__).parent.parent.parent.parent / "shared" / "cases"
Array = np.ndarray[Any, Any]


def files() -> list[Any]:
    found = [
        pytest.param(case.parent / name, verdict, id=f"{case.parent.name}/{name}")
        for case in sorted(CASES.glob("*/case.json"))
        for name, verdict in sorted(json.loads(case.read_text())["verdicts"].items())
        if name.endswith(".onnx") and verdict.get("float", True)
    ]
    return found or [pytest.param(None, {}, id="none")]


@pytest.mark.parametrize(("path", "verdict"), files())
def test_agrees_as_the_case_says(path: Path | None, verdict: dict[str, Any]) -> None:
    if path is None:
        pytest.skip(f"{CASES} is not there: NO CASE IS TESTED")
    # A refused file has no reference of its own: if it runs, it has to agree with the framework.
    reference = np.load(path.parent / verdict.get("reference", "outputs.npz"))
    # A run of the file is stored with the inputs it was made on.
    source = reference if "in0" in reference else np.load(path.parent / "inputs.npz")
    inputs = numbered(source, "in")
    if f"{path.parent.name}/{path.name}" in FUSED_BY_ITS_RUNTIME:
        reference = unfused(path, inputs)
    if verdict["verdict"] == "refuse":
        try:
            got, wanted = run(path, inputs), numbered(reference, "out")
        except (millrace.CompileError, millrace.RunError):
            return
    else:
        got, wanted = run(path, inputs), numbered(reference, "out")
    assert len(got) >= len(wanted) > 0
    for a, b in zip(got, wanted, strict=False):
        assert relative_error(a.reshape(b.shape), b) <= verdict.get("tolerance", 1e-4)


def unfused(path: Path, inputs: list[Array]) -> dict[str, Array]:
    """What ONNX Runtime computes without any optimization."""
    onnxruntime = pytest.importorskip("onnxruntime")
    options = onnxruntime.SessionOptions()
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_DISABLE_ALL
    session = onnxruntime.InferenceSession(str(path), options, providers=["CPUExecutionProvider"])
    (given,) = session.get_inputs()
    samples = [x.reshape([d or 1 for d in given.shape]) for x in inputs[0]]
    return {"out0": np.stack([session.run(None, {given.name: x})[0] for x in samples])}


def numbered(arrays: Any, prefix: str) -> list[Array]:
    """``in0``, ``in1``, ... of an .npz file."""
    found = []
    while (name := f"{prefix}{len(found)}") in arrays:
        found.append(arrays[name])
    return found


def run(path: Path, inputs: list[Array]) -> list[Array]:
    """All samples, each on its own; outputs with a leading sample axis."""
    model = millrace.compile(path)
    rows = []
    for i in range(len(inputs[0])):
        sample = [
            x[i].reshape(s.shape).astype(s.dtype) for x, s in zip(inputs, model.inputs, strict=True)
        ]
        result = model(*sample)
        rows.append(result if isinstance(result, tuple) else (result,))
    return [np.stack(column) for column in zip(*rows, strict=True)]


def relative_error(got: Array, want: Array) -> float:
    a, b = got.astype(np.float64), want.astype(np.float64)
    scale = float(np.ptp(b)) or float(np.abs(b).max(initial=0.0)) or 1.0
    return float(np.abs(a - b).max(initial=0.0)) / scale
