"""The benchmark models: right, native, and the same through C."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import millrace
from millrace.ir.dialects.mr.kinds import TensorOp
from millrace.ir.registry import all_ops

STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]
COMPILERS = [
    [name, language, *STRICT]
    for name, language in (("gcc", "-std=c99"), ("g++", "-std=c++11"))
    if shutil.which(name)
]


@pytest.fixture
def no_evaluate(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Call it, and every ``evaluate`` of every operation raises."""

    def block() -> None:
        def refuse(*args: Any) -> None:
            raise AssertionError("a compiled model called evaluate")

        for cls in all_ops().values():
            if issubclass(cls, TensorOp):
                monkeypatch.setattr(cls, "evaluate", refuse)

    return block


def test_agrees_with_its_reference_without_the_interpreter(
    bench_model: Path, reference: Any, error: Any, no_evaluate: Callable[[], None]
) -> None:
    model = millrace.compile(bench_model)
    no_evaluate()
    inputs, wanted = reference(bench_model)
    got = list(model.run(dict(zip([s.name for s in model.inputs], inputs, strict=True))).values())
    assert len(got) == len(wanted) > 0
    for a, b in zip(got, wanted, strict=True):
        assert error(a, b) <= 1e-4
    # A second call finds nothing left over from the first.
    again = list(model.run(dict(zip([s.name for s in model.inputs], inputs, strict=True))).values())
    assert all(np.array_equal(a, b) for a, b in zip(got, again, strict=True))


def test_the_c_program_gives_the_same(
    bench_model: Path, reference: Any, c_program: Any, tmp_path: Path
) -> None:
    model = millrace.compile(bench_model)
    inputs, _ = reference(bench_model)
    model.save(tmp_path)
    result = model(*inputs)
    from_python = list(result) if isinstance(result, tuple) else [result]
    for compiler in COMPILERS:
        (from_c,) = c_program([(model, tmp_path, inputs)], compiler, tmp_path)
        assert all(np.array_equal(a, b) for a, b in zip(from_c, from_python, strict=True))


def test_evaluate_is_really_blocked(no_evaluate: Callable[[], None]) -> None:
    no_evaluate()
    with pytest.raises(AssertionError, match="called evaluate"):
        all_ops()["mr.add"].evaluate(None, np.ones(1), np.ones(1))  # type: ignore[attr-defined]
