"""Graphs that TensorFlow wrote, with what it computed."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from millrace.driver.inspection import load_module
from millrace.driver.sources import open_source
from millrace.ir.dialects.builtin import Module
from millrace.ir.errors import CompileError
from millrace.ir.interpreter.run import interpret
from millrace.ir.verifier import verify

MODELS = Path(__file__).parent / "models"
CASES = Path(__file__).parent.parent.parent.parent / "shared" / "cases"
SAMPLES = 2
Array = np.ndarray[Any, Any]


def load(path: Path, fetch: tuple[str, ...] = ()) -> Module:
    module = load_module(open_source(path).choosing((), fetch), None)
    verify(module)
    return module


def check(module: Module, arrays: Any, tolerance: float) -> None:
    """The first samples, each on its own."""
    types = module.entry.function_type.inputs
    for i in range(min(SAMPLES, len(arrays["in0"]))):
        sample = [
            arrays[f"in{k}"][i].reshape(t.shape).astype(t.dtype)  # type: ignore[attr-defined]
            for k, t in enumerate(types)
        ]
        for k, got in enumerate(interpret(module, sample)):
            whole = arrays[f"out{k}"].astype(np.float64)
            scale = 1 + np.abs(whole).max()
            assert np.abs(got.reshape(whole[i].shape) - whole[i]).max() <= tolerance * scale


@pytest.mark.parametrize("path", sorted(MODELS.glob("*.pb")), ids=lambda p: p.name)
def test_own_copies(path: Path) -> None:
    check(load(path), np.load(MODELS / f"{path.name.partition('.')[0]}.npz"), 1e-5)


def cases() -> list[Any]:
    found = [
        pytest.param(path.parent / name, verdict, id=f"{path.parent.name}/{name}")
        for path in sorted(CASES.glob("*/case.json"))
        for name, verdict in sorted(json.loads(path.read_text())["verdicts"].items())
        if name.endswith((".pb", "saved_model"))
    ]
    return found or [pytest.param(None, {}, id="none")]


@pytest.mark.parametrize(("path", "verdict"), cases())
def test_verdict(path: Path | None, verdict: dict[str, Any]) -> None:
    if path is None:
        pytest.skip(f"{CASES} is not there: NO CASE IS TESTED")
    fetch: tuple[str, ...] = ()
    if path.name == "graph_unfrozen.pb":
        case = json.loads((path.parent / "case.json").read_text())
        fetch = tuple(case["files"]["frozen.pb"]["outputs"])
    try:
        module = load(path, fetch)
    except CompileError:
        assert verdict["verdict"] == "refuse"
        return
    arrays = {**np.load(path.parent / "inputs.npz"), **np.load(path.parent / "outputs.npz")}
    check(module, arrays, verdict.get("tolerance", 1e-4))


def test_a_saved_model_has_its_signatures_names() -> None:
    folder = CASES / "tf_seq2seq_greedy_id" / "saved_model"
    if not folder.is_dir():
        pytest.skip(f"{folder} is not there")
    entry = load(folder).entry
    assert entry.arg_names == ("x0", "x1")
    assert entry.result_names == ("output_0", "output_1")
