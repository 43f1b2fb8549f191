"""Golden files of error messages: the code, the place, the line with a caret, why, and the fix."""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

import millrace
from millrace.frontend.python.catalogue import CATALOGUE
from millrace.frontend.python.errors import JitError

HERE = Path(__file__).parent / "errors"
CASES = sorted(HERE.glob("J*.py"))


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location(path.stem, path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.parametrize("path", CASES, ids=lambda p: p.stem)
def test_message(path: Path, golden: Callable[[str, str], None]) -> None:
    module = load(path)
    with pytest.raises(JitError) as caught:
        millrace.jit(module.f)(*module.ARGS)
    assert caught.value.code == path.stem.partition("_")[0]
    assert isinstance(caught.value, millrace.CompileError)
    golden(f"{path.stem}.txt", str(caught.value).replace(f"{HERE}/", "") + "\n")


def test_every_code_has_a_case() -> None:
    assert {p.stem.partition("_")[0] for p in CASES} == set(CATALOGUE)
    assert len(CATALOGUE) >= 40


def test_messages_are_complete() -> None:
    for code, entry in CATALOGUE.items():
        assert entry.what and entry.why and entry.fix, code
        assert not entry.fix.endswith("."), code
