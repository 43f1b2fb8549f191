"""The example model: made as its script says, right, and what the files and C programs do."""

from __future__ import annotations

import importlib.util
import shutil
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import millrace

ROOT = Path(__file__).parent.parent.parent


@pytest.fixture(scope="module")
def model() -> millrace.Model:
    return millrace.compile(ROOT / "examples" / "gru_demo.onnx")


def frames(seed: int = 0) -> Any:
    return np.random.default_rng(seed).uniform(-1, 1, (1, 49, 10)).astype(np.float32)


def test_the_committed_file_is_what_the_script_makes() -> None:
    spec = importlib.util.spec_from_file_location("make", ROOT / "examples" / "make_gru_demo.py")
    assert spec and spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    made = module.build().SerializeToString(deterministic=True)
    assert made == (ROOT / "examples" / "gru_demo.onnx").read_bytes()


def test_agrees_with_onnx_runtime(model: millrace.Model, demo: Path, error: Any) -> None:
    onnxruntime = pytest.importorskip("onnxruntime")
    session = onnxruntime.InferenceSession(str(demo), providers=["CPUExecutionProvider"])
    for seed in range(3):
        (want,) = session.run(None, {"frames": frames(seed)})
        assert error(model(frames(seed)), want) <= 1e-4


def test_sources_of_every_sort_agree(model: millrace.Model, demo: Path) -> None:
    import onnx

    want = model(frames())
    for source in (str(demo), demo.read_bytes(), onnx.load(demo)):
        assert np.array_equal(millrace.compile(source)(frames()), want)


def test_description(model: millrace.Model) -> None:
    (spec,) = model.inputs
    assert (spec.name, spec.shape, spec.dtype, spec.quantization) == (
        "frames", (1, 49, 10), np.float32, None,
    )  # fmt: skip
    assert [s.name for s in model.outputs] == ["scores"]
    assert model.report.io_bytes == 49 * 10 * 4 + 6 * 4
    # Two GRUs and a fully connected layer.
    assert model.report.macs == 49 * 96 * (10 + 32 + 32 + 32) + 32 * 6
    assert model.report.weight_bytes >= 40_000
    assert "frames" in repr(model) and "gru_demo" in model.report.to_text()


def test_save_and_load(model: millrace.Model, tmp_path: Path) -> None:
    files = model.save(tmp_path)
    assert set(files) == {"object", "header", "report.txt", "report.json"}
    again = millrace.load(tmp_path)
    assert np.array_equal(again(frames()), model(frames()))
    assert again.inputs == model.inputs and again.report == model.report
    with pytest.raises(millrace.CompileError, match="no model 'other'"):
        millrace.load(tmp_path, name="other")
    millrace.compile(ROOT / "examples" / "gru_demo.onnx", name="other").save(tmp_path)
    with pytest.raises(millrace.CompileError, match="2 models"):
        millrace.load(tmp_path)
    assert np.array_equal(millrace.load(tmp_path, name="other")(frames()), model(frames()))


def test_threads(model: millrace.Model) -> None:
    wanted = [model(frames(i)) for i in range(8)]
    wrong: list[int] = []

    def work(i: int) -> None:
        for _ in range(50):
            if not np.array_equal(model(frames(i)), wanted[i]):
                wrong.append(i)

    threads = [threading.Thread(target=work, args=(i,)) for i in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert wrong == []


def test_two_processes_give_the_same_bytes(demo: Path, tmp_path: Path) -> None:
    for i, seed in enumerate(("1", "2")):
        command = [sys.executable, "-m", "millrace", "compile", demo, "-q", "-o", tmp_path / str(i),
                   "--emit", "object,header,asm,llvm,ir"]  # fmt: skip
        env = {"PYTHONHASHSEED": seed, "PYTHONPATH": str(ROOT), "PATH": "/usr/bin:/bin"}
        subprocess.run(list(map(str, command)), check=True, env=env, cwd=tmp_path)
    first, second = ({p.name: p.read_bytes() for p in (tmp_path / d).iterdir()} for d in "01")
    assert first.keys() == second.keys() and len(first) >= 9
    assert [n for n in first if first[n] != second[n]] == []


def test_c_and_cpp_programs(
    model: millrace.Model, c_program: Any, compiler: list[str], tmp_path: Path
) -> None:
    model.save(tmp_path)
    ((scores,),) = c_program([(model, tmp_path, [frames()])], compiler, tmp_path)
    assert np.array_equal(scores, model(frames()))


def test_two_models_in_one_program(
    model: millrace.Model, demo: Path, c_program: Any, compiler: list[str], tmp_path: Path
) -> None:
    other = millrace.compile(demo, name="other", target="x86-64")
    model.save(tmp_path)
    other.save(tmp_path)
    calls = [(model, tmp_path, [frames(1)]), (other, tmp_path, [frames(2)])]
    (a,), (b,) = c_program(calls, compiler, tmp_path)
    assert np.array_equal(a, model(frames(1))) and np.array_equal(b, other(frames(2)))


def test_valgrind_finds_nothing(demo: Path, c_program: Any, tmp_path: Path) -> None:
    """For plain x86-64: valgrind does not know every instruction of newer machines."""
    if shutil.which("valgrind") is None:
        pytest.skip("valgrind is not installed")
    model = millrace.compile(demo, target="x86-64")
    model.save(tmp_path)
    valgrind = ["valgrind", "-q", "--error-exitcode=9", "--track-origins=yes"]
    gcc = ["gcc", "-std=c99", "-g"]
    ((scores,),) = c_program([(model, tmp_path, [frames()])], gcc, tmp_path, valgrind)
    assert np.allclose(scores, model(frames()), atol=1e-6)
