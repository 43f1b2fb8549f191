"""Functions as objects for microcontrollers, and from the command line."""

from __future__ import annotations

import importlib.util
import json
import shutil
from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

from millrace.cli import main

ROOT = Path(__file__).parent.parent.parent
MISSING = [t for t in ("arm-none-eabi-gcc", "qemu-system-arm") if shutil.which(t) is None]
SOURCE = """
import numpy as np
from millrace import f32, jit

W = np.eye(3, dtype=np.float32) * 2


def plain(x, alpha=0.5):
    h = np.zeros(3, np.float32)
    for row in x:
        h = h * np.float32(alpha) + row @ W
    return h


@jit(x=f32[4, 3], gain=f32)
def typed(x, gain):
    return (x * gain).sum(axis=0)


def annotated(x: f32[2, 3]):
    return x.T
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "net.py"
    path.write_text(SOURCE)
    return path


def load_example() -> ModuleType:
    spec = importlib.util.spec_from_file_location("kalman", ROOT / "examples" / "kalman.py")
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.skipif(bool(MISSING), reason=f"NOTHING RUNS ON A BOARD: {MISSING} missing")
def test_the_kalman_filter_gives_the_same_bits_on_a_board(
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert load_example().main() == 0
    assert "equal results" in capsys.readouterr().out


def test_the_kalman_filter_is_numpys() -> None:
    example = load_example()
    readings = example.sample(seed=5)
    path, rejected = example.track(readings)
    plain, left_out = example.track.__millrace_function__(readings)
    assert rejected == left_out > 0
    np.testing.assert_allclose(path, plain, atol=1e-5)


def test_functions_on_the_command_line(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "build"
    plain = [f"{file}:plain", "--shape", "x=5,3", "--target", "cortex-m4", "-o", str(out)]
    assert main(["compile", *plain]) == 0
    assert "plain_run" in (out / "plain.h").read_text()
    assert main(["compile", f"{file}:typed", "-o", str(out)]) == 0
    report = json.loads((out / "typed.report.json").read_text())
    assert [i["shape"] for i in report["inputs"]] == [[4, 3], []]
    x = np.arange(6, dtype=np.float32).reshape(2, 3)
    np.savez(tmp_path / "in.npz", x=x)
    given = ["--inputs", str(tmp_path / "in.npz"), "--outputs", str(tmp_path / "out.npz")]
    assert main(["run", f"{file}:annotated", *given]) == 0
    np.testing.assert_array_equal(np.load(tmp_path / "out.npz")["out0"], x.T)


@pytest.mark.parametrize(
    ("function", "shape", "text"),
    [
        ("plain", [], "the types of x are not known"),
        ("plain", ["--shape", "y=3"], "no parameter is named 'y'; parameters: x, alpha"),
        ("none", [], "there is no function 'none'"),
        ("plain", ["--shape", "x=5,4"], "J025: @: cannot multiply [4] with [3, 3]"),
    ],
)
def test_errors_on_the_command_line(
    file: Path, function: str, shape: list[str], text: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["compile", f"{file}:{function}", *shape]) != 0
    assert text in capsys.readouterr().err
