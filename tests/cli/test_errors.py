"""Errors: exit codes, messages, never a traceback."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import millrace.cli

Run = Callable[..., Any]


def fails(done: Any, text: str) -> None:
    assert done.code == 1, done
    assert done.err.startswith("millrace: error: ") and "Traceback" not in done.err
    assert text in done.err


def test_sizes_that_are_none_are_refused_by_name(run: Run, small: Path) -> None:
    done = run("compile", small, "--shape", "a=T<5,3")
    assert done.code == 2 and "'T<5' in 'a=T<5,3' is no number, nor as T<=100" in done.err


@pytest.mark.parametrize(
    ("args", "text"),
    [
        (["compile", "nowhere.onnx"], "nowhere.onnx: no such file"),
        (["compile", "."], ".: a folder without a saved_model.pb"),
        (["compile", "net.py"], "net.py: say which function of it, as net.py:NAME"),
        (["compile", "net.txt"], "unknown file type '.txt'"),
        (["compile", "SMALL", "--target", "vax"], "unknown target 'vax'; the targets are host"),
        (["compile", "SMALL", "--name", "9 lives"], "not a C identifier"),
        (["compile", "SMALL", "--emit", "pdf"], "--emit 'pdf': known are object, header"),
        (["compile", "SMALL", "--shape", "a=1,2"], "--shape does not apply"),
        (["run", "SMALL", "--inputs", "nowhere.npz"], "nowhere.npz: No such file"),
        (["run", "."], "no model"),
        (["compile", "SMALL", "--io", "int8"], "--io goes with --quantize int8 or int16x8"),
        (["compile", "SMALL", "--calibrate-method", "kl"], "--calibrate-method goes with"),
        (["opt", "nowhere.mlir"], "nowhere.mlir: No such file"),
        (["opt", "SMALL", "--pipeline", "canonicalise"], "there is no pass 'canonicalise'"),
        (["opt", "SMALL", "--pipeline", "bufferize,structure"], "runs at level"),
        (["ops", "mr.nothing"], "no operation is named 'mr.nothing'"),
    ],
)
def test_user_errors(
    run: Run,
    small: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    args: list[str],
    text: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    fails(run(*(str(small) if a == "SMALL" else a for a in args)), text)


def test_usage_errors(run: Run) -> None:
    for args in (
        [],
        ["compile"],
        ["fly"],
        ["compile", "x", "--shape", "nonsense"],
        ["run", "x", "--samples", "two"],
        ["run", "x", "--samples", "0"],
        ["run", "x", "--timeout", "0"],
        ["bench", "x", "--seconds", "-1"],
    ):
        done = run(*args)
        assert done.code == 2 and "error: " in done.err and "--help)" in done.err
        assert done.err.count("\n") == 1


def test_wrong_inputs(run: Run, small: Path, tmp_path: Path) -> None:
    path = tmp_path / "in.npz"
    np.savez(path, a=np.zeros((2, 3), np.float64), b=np.zeros(3, np.float32))
    fails(
        run("run", small, "--inputs", path), "input 'a': expected float32[2, 3], got float64[2, 3]"
    )
    np.savez(path, a=np.zeros((2, 3), np.float32))
    fails(run("run", small, "--inputs", path), "no array for input 'b'")
    for content in ("text", ""):
        path.write_text(content)
        fails(run("run", small, "--inputs", path), "in.npz: not an .npz file: damaged, or of")


def test_a_parse_error_has_line_and_caret(run: Run, small: Path) -> None:
    small.write_text(small.read_text().replace("mr.neg", "mr.nag"))
    done = run("opt", small)
    fails(done, "mr.nag")
    assert "small.mlir:5" in done.err and "^" in done.err


def test_an_unwritable_folder(run: Run, small: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    fails(run("compile", small, "-o", tmp_path / "file"), "file: it is not a folder")


def test_an_object_of_another_build_is_refused(run: Run, small: Path, tmp_path: Path) -> None:
    assert run("compile", small, "-o", tmp_path / "b", "-q").code == 0
    path = tmp_path / "b" / "small.o"
    path.write_bytes(path.read_bytes() + b"\0")
    fails(run("run", tmp_path / "b"), "small.o is not the object")
    (tmp_path / "b" / "small.report.json").write_text("{}")
    fails(run("run", tmp_path / "b"), "not a report of this version")


def test_a_model_for_another_machine_cannot_run(run: Run, small: Path) -> None:
    fails(run("run", small, "--target", "aarch64"), "this machine cannot execute")


def test_an_internal_error_has_its_own_code(
    run: Run, small: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(args: object) -> None:
        raise ZeroDivisionError("oops")

    monkeypatch.setattr("millrace.driver.sources.open_source", broken)
    done = run("inspect", small)
    assert done.code == 3 and done.err.startswith(
        "millrace: internal error: ZeroDivisionError: oops"
    )
    assert "Traceback" in run("inspect", small, "--traceback").err


def test_help_has_examples(run: Run) -> None:
    for command in ("compile", "run", "bench", "inspect", "opt"):
        done = run(command, "--help")
        assert done.code == 0 and "examples:" in done.out
    assert "exit codes" in run("--help").out


def test_version(run: Run) -> None:
    assert run("--version").out == f"millrace {millrace.__version__}\n"


def test_a_reader_that_leaves_is_no_error() -> None:
    command = f"{sys.executable} -m millrace ops --markdown | head -1"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True)
    assert done.returncode == 0 and done.stderr == ""
