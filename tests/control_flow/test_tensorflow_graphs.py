"""TensorFlow 1 graphs of the shared cases: the token machine, the structured graph and the raised
one agree, and recurrences are scans. Skipped where the cases are not there."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from millrace.driver.pipelines import GRAPH
from millrace.frontend.tensorflow import import_graphdef
from millrace.frontend.tflite import import_tflite
from millrace.ir.core import Value
from millrace.ir.interpreter import interpret
from millrace.ir.interpreter.flow import interpret_flow
from millrace.ir.levels import Level
from millrace.ir.types import TensorType
from millrace.ir.verifier import verify
from millrace.passes.manager import run_pipeline
from tests.control_flow.same_ir import fingerprint

CASES = Path(__file__).parents[2].parent / "shared" / "cases"
GRAPHS = sorted([*CASES.glob("*/loop.frozen_v1cf.pb"), *CASES.glob("tf1_*/frozen.pb")])
CLEAN = "canonicalize,fold-constants,canonicalize,cse,prune"
DEPENDS_ON_DATA = {
    "tf1_while": 1,
    "tf_autograph_bc": 1,
    "tf_seq2seq_greedy": 1,
    "tf_seq2seq_greedy_id": 1,
    "tf_while_nested": 2,
    "tf_while_newton": 1,
}
"""Loops that cannot be scans: their conditions look at what they compute."""


def sample(v: Value, rng: np.random.Generator) -> np.ndarray:  # type: ignore[type-arg]
    t = v.type
    assert isinstance(t, TensorType)
    if t.dtype.kind == "f":
        return rng.uniform(-1, 1, t.shape).astype(t.dtype)
    return rng.integers(0, 5, t.shape).astype(t.dtype)


@pytest.mark.skipif(not GRAPHS, reason="no shared cases")
@pytest.mark.parametrize("path", GRAPHS, ids=lambda p: p.parent.name)
def test_tokens_structure_and_scans_agree(path: Path) -> None:
    module = import_graphdef(path)
    verify(module, Level.FLOW)
    rng = np.random.default_rng(1)
    inputs = [sample(a, rng) for a in module.entry.block.args]
    wanted = interpret_flow(module, inputs)
    for pipeline in ("structure-flow", f"inline,{CLEAN},raise-loops,{CLEAN}"):
        run_pipeline(module, pipeline)
        verify(module, Level.GRAPH)
        for got, want in zip(interpret(module, inputs), wanted, strict=True):
            np.testing.assert_allclose(got, want, rtol=1e-4, atol=1e-5)
    left = sum(op.name == "scf.while" for op in module.walk())
    assert left == DEPENDS_ON_DATA.get(path.parent.name, 0)


RECURRENT = [
    *("k215_gru", "k215_lstm", "k3_gru", "k3_lstm", "k3_masking", "k3_retseq", "k3_rnn_mgu"),
    *("k3_rnn_simplecell", "k3_simplernn", "k3_stacked", "tf_foldl", "tf_scan", "tf_while_cond"),
]


@pytest.mark.skipif(not GRAPHS, reason="no shared cases")
@pytest.mark.parametrize("case", RECURRENT)
def test_all_files_of_a_recurrence_become_the_same_ir(case: str) -> None:
    """TensorFlow 1 control flow, functional while and TensorFlow Lite's subgraphs."""
    found = {}
    for name in ("frozen_v1cf.pb", "frozen_v2cf.pb", "f32.tflite"):
        path = CASES / case / f"loop.{name}"
        load = import_tflite if name.endswith("tflite") else import_graphdef
        module = load(path)
        run_pipeline(module, GRAPH)
        assert any(op.name == "mr.scan" for op in module.walk())
        found[name] = fingerprint(module.entry.block)
    assert len(set(found.values())) == 1, found
