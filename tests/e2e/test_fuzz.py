"""A small piece of the mutation run (`make fuzz` does all of it), and that it can fail."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

FOLDER = Path(__file__).parent.parent.parent / "benchmarks"
SCRIPT = FOLDER / "fuzz_onnx.py"


ENV = {**os.environ, "PYTHONPATH": str(FOLDER.parent)}


def fuzz(*args: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, SCRIPT, *args], capture_output=True, text=True, env=ENV)


def test_mutated_files_never_crash_the_process() -> None:
    done = fuzz("--cases", "90", "--jobs", "1")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "90 cases" in done.stdout


@pytest.mark.slow
def test_all_of_it() -> None:
    done = fuzz()
    assert done.returncode == 0, done.stdout[-5000:]


def test_a_case_is_always_the_same() -> None:
    code = "import fuzz_mutations as f; import hashlib; print([hashlib.sha1(f.make_case(1, i)).hexdigest() for i in range(20)])"  # noqa: E501
    runs = [
        subprocess.run([sys.executable, "-c", code], cwd=FOLDER, capture_output=True, text=True)
        for _ in range(2)
    ]
    assert runs[0].returncode == 0, runs[0].stderr
    assert runs[0].stdout == runs[1].stdout


@pytest.mark.parametrize(
    ("breakage", "word"),
    [
        ("raise KeyError('x')", "exception"),
        ("import os; os.abort()", "crash"),
        ("import os; os.kill(os.getpid(), 9)", "timeout"),
    ],
)
def test_a_fault_is_found(tmp_path: Path, breakage: str, word: str) -> None:
    """With a compiler that fails in some way, the run fails and says so."""
    broken: Any = SCRIPT.read_text().replace(
        "        model = millrace.compile(proto)\n", f"        {breakage}\n"
    )
    (tmp_path / "fuzz_onnx.py").write_text(broken)
    (tmp_path / "fuzz_mutations.py").write_text(
        (FOLDER / "fuzz_mutations.py")
        .read_text()
        .replace("Path(__file__).resolve().parent.parent", f"Path({str(FOLDER.parent)!r})")
    )
    done = subprocess.run(
        [sys.executable, tmp_path / "fuzz_onnx.py", "--cases", "11", "--jobs", "1"],
        capture_output=True,
        text=True,
        cwd=FOLDER.parent,
        env=ENV,
    )
    assert done.returncode == 1 and f": {word}:" in done.stdout, done.stdout + done.stderr
