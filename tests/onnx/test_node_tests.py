"""The ONNX standard's own node tests: a sample of them here, all through
``benchmarks/onnx_node_tests.py``."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
EVERY = 6
"""One test in so many is in the sample."""

# What cannot pass: sizes that depend on data and are not declared, random numbers, a reference
# that is less exact than its tolerance.
EXPECTED_FAILURES = 34


def sweep() -> ModuleType:
    path = ROOT / "benchmarks" / "onnx_node_tests.py"
    spec = importlib.util.spec_from_file_location("onnx_node_tests", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def tests() -> Any:
    return sweep().load_tests()


def failures(tests: Any, names: list[str]) -> dict[str, str]:
    module = sweep()
    reasons = {n: module.run_test(tests[n], interpreted=True) for n in names if n in tests}
    return {n: r for n, r in reasons.items() if r}


@pytest.mark.filterwarnings("ignore")
def test_sample(tests: Any) -> None:
    names = sweep().core_names()[::EVERY]
    failed = failures(tests, names)
    assert len(failed) <= EXPECTED_FAILURES / EVERY + 3, failed
    bugs = {n: r for n, r in failed.items() if r.startswith(("BUG", "wrong"))}
    assert set(bugs) <= NOT_EXACT, bugs


NOT_EXACT = {
    "test_attention_4d_causal_fp16",
    "test_attention_4d_causal_fp16_expanded",
    "test_dft_inverse",
    "test_dft_inverse_opset19",
}


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore")
def test_all(tests: Any) -> None:
    failed = failures(tests, sweep().core_names())
    assert len(failed) <= EXPECTED_FAILURES, failed


def test_the_check_can_fail() -> None:
    """A wrong result, type or shape is noticed."""
    import numpy as np

    check = sweep().check
    one = np.ones(2, np.float32)
    check([one], [one], 1e-3, 1e-7)
    for bad in (one * 1.01, one.astype(np.float64), np.ones(3, np.float32)):
        with pytest.raises(AssertionError):
            check([bad], [one], 1e-3, 1e-7)
    with pytest.raises(AssertionError):
        check([], [one], 1e-3, 1e-7)


def test_evaluate_is_blocked() -> None:
    """What the native sweep relies on to see that no compiled model calls back."""
    import numpy as np

    from millrace.ir.dialects.mr.elementwise import Add

    module = sweep()
    with module.evaluate_blocked(), pytest.raises(RuntimeError, match="evaluated in Python"):
        Add.evaluate(Add.__new__(Add), np.ones(1), np.ones(1))
    assert "blocked" not in Add.evaluate.__qualname__
