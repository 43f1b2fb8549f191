"""The files of ``../shared``, interpreted: what their frameworks and runtimes computed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from millrace.frontend.tflite import import_tflite
from millrace.ir.errors import CompileError
from millrace.ir.interpreter import interpret
from millrace.ir.verifier import verify

SHARED = Path(__file__).parent.parent.parent.parent / "shared"
Array = np.ndarray[Any, Any]
SAMPLES = 2

# LiteRT's reference kernel for a quantized SUM sums up in 8 bits; its optimized one does not.
WRONG_IN_ITS_RUNTIME = frozenset({"tf_cond/loop.int8.tflite"})


def files() -> list[Any]:
    found = []
    for case in sorted(SHARED.glob("cases/*/case.json")):
        info = json.loads(case.read_text())
        for name, verdict in sorted(info["verdicts"].items()):
            if name.endswith(".tflite"):
                carry = bool(info.get("carry_state"))
                found.append((case.parent / name, verdict, carry))
    for model in sorted(SHARED.glob("models/*/model.tflite")):
        exact = {"tolerance": 0, "float": False}
        verdict = {"tolerance": 1e-4} if "_f32" in model.parent.name else exact
        found.append((model, {"verdict": "match", "reference": "outputs.npz", **verdict}, False))
    params = [pytest.param(*f, id=f"{f[0].parent.name}/{f[0].name}") for f in found]
    return params or [pytest.param(None, {}, False, id="none")]


def numbered(arrays: Any, prefix: str) -> list[Array]:
    found = []
    while (name := f"{prefix}{len(found)}") in arrays:
        found.append(arrays[name])
    return found


@pytest.mark.parametrize(("path", "verdict", "carry"), files())
def test_agrees_as_the_case_says(path: Path | None, verdict: dict[str, Any], carry: bool) -> None:
    if path is None:
        pytest.skip(f"{SHARED} is not there: NO CASE IS TESTED")
    if f"{path.parent.name}/{path.name}" in WRONG_IN_ITS_RUNTIME:
        pytest.skip("the stored outputs are wrong")
    reference = np.load(path.parent / verdict.get("reference", "outputs.npz"))
    source = reference if "in0" in reference else np.load(path.parent / "inputs.npz")
    try:
        module = import_tflite(path)
    except CompileError:
        if verdict["verdict"] == "refuse":
            return
        raise
    verify(module)
    func = module.entry
    states = [d.array for d in func.state_init or ()]
    types = func.function_type.inputs
    inputs, wanted = numbered(source, "in"), numbered(reference, "out")
    n = len(func.function_type.results) - func.num_states
    for k in range(min(SAMPLES, len(inputs[0]))):
        sample = [
            x[k].reshape(t.shape).astype(t.dtype) for x, t in zip(inputs, types, strict=False)
        ]
        results = interpret(module, [*sample, *states])
        if carry:
            states = results[n:]
        for got, want in zip(results[:n], wanted, strict=False):
            compare(got, want[k].reshape(got.shape), want, verdict)


def compare(got: Array, want: Array, whole: Array, verdict: dict[str, Any]) -> None:
    error = float(np.abs(got.astype(np.float64) - want.astype(np.float64)).max(initial=0.0))
    if verdict.get("float", True):
        error /= float(np.ptp(whole.astype(np.float64))) or 1.0
    assert error <= verdict.get("tolerance", 1e-4)
