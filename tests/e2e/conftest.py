"""Models and tools of the end-to-end tests."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from millrace import Model, TensorSpec

ROOT = Path(__file__).parent.parent.parent
BENCH = ROOT.parent / "shared" / "bench" / "models"
CASES = ROOT.parent / "shared" / "cases"
DEMO = ROOT / "examples" / "gru_demo.onnx"

Array = np.ndarray[Any, Any]


@pytest.fixture
def demo() -> Path:
    """The RNN of the examples."""
    return DEMO


def bench_models() -> list[Path]:
    return sorted(BENCH.glob("*.onnx"))


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """``bench_model`` runs a test on each model of the benchmark folder."""
    if "bench_model" in metafunc.fixturenames:
        paths = bench_models() or [None]
        ids = [p.stem if p else "none" for p in paths]
        metafunc.parametrize("bench_model_path", paths, ids=ids)


@pytest.fixture
def bench_model(bench_model_path: Path | None) -> Path:
    if bench_model_path is None:
        pytest.skip(f"{BENCH} is not there: NO BENCHMARK MODEL IS TESTED")
    return bench_model_path


@pytest.fixture
def reference() -> Callable[[Path], tuple[list[Array], list[Array]]]:
    """(inputs, reference outputs) that lie beside a model."""

    def read(model: Path) -> tuple[list[Array], list[Array]]:
        data = np.load(model.with_suffix(".npz"))

        def all_of(prefix: str) -> list[Array]:
            return [data[f"{prefix}{i}"] for i in range(len(data.files)) if f"{prefix}{i}" in data]

        return all_of("in"), all_of("ref")

    return read


def relative_error(got: Array, want: Array) -> float:
    """The largest difference, relative to the reference's range."""
    assert got.shape == want.shape and got.dtype == want.dtype
    a, b = got.astype(np.float64), want.astype(np.float64)
    scale = float(np.ptp(b)) or float(np.abs(b).max(initial=0.0)) or 1.0
    return float(np.abs(a - b).max(initial=0.0)) / scale


@pytest.fixture
def error() -> Callable[[Array, Array], float]:
    return relative_error


# ---- C programs


@pytest.fixture(params=["gcc -std=c99", "g++ -std=c++11"], ids=["c99", "c++"])
def compiler(request: pytest.FixtureRequest) -> list[str]:
    """A strict compiler of either language."""
    words = str(request.param).split()
    if shutil.which(words[0]) is None:
        pytest.skip(f"{words[0]} is not installed")
    return [*words, "-Wall", "-Wextra", "-Wpedantic", "-Werror", "-O1"]


Program = Callable[..., list[list[Array]]]


@pytest.fixture
def c_program() -> Program:
    """Generates a C program that calls models on given inputs, builds it against their objects
    alone, runs it, and returns the outputs it wrote, a list a model."""
    return run_c_program


def run_c_program(
    calls: Sequence[tuple[Model, Path, list[Array]]],
    compiler: list[str],
    folder: Path,
    wrap: Sequence[str] = (),
) -> list[list[Array]]:
    source = folder / "program.c"
    source.write_text(c_source(calls))
    objects = [str(built / f"{m.name}.o") for m, built, _ in calls]
    includes = [f"-I{built}" for _, built, _ in calls]
    program = str(folder / "program")
    language = ["-x", "c++"] if compiler[0].endswith("++") else ["-x", "c"]
    command = [*compiler, *includes, *language, str(source), "-x", "none", *objects]
    built = subprocess.run([*command, "-o", program, "-lm"], capture_output=True, text=True)
    assert built.returncode == 0, built.stderr
    done = subprocess.run([*wrap, program], capture_output=True, cwd=folder)
    assert done.returncode == 0, (done.stdout, done.stderr)
    return [
        [_read(folder / f"{m.name}.out{i}", s) for i, s in enumerate(m.outputs)]
        for m, _, _ in calls
    ]


def _read(path: Path, spec: TensorSpec) -> Array:
    return np.frombuffer(path.read_bytes(), spec.dtype).reshape(spec.shape)


def c_source(calls: Sequence[tuple[Model, Path, list[Array]]]) -> str:
    """The program's text. Inputs are arrays in it, in hexadecimal; outputs go to files."""
    lines = ["#include <stdint.h>", "#include <stdio.h>", "#include <string.h>"]
    lines += [f'#include "{m.name}.h"' for m, _, _ in calls]
    lines += [
        "static int save(const char *path, const void *data, size_t bytes) {",
        '    FILE *f = fopen(path, "wb");',
        "    if (!f) return 1;",
        "    if (fwrite(data, 1, bytes, f) != bytes) return 1;",
        "    return fclose(f);",
        "}",
    ]
    for model, _, inputs in calls:
        lines += _model_source(model, inputs)
    lines += ["int main(void) {"]
    lines += [f"    if (call_{m.name}()) return 1;" for m, _, _ in calls]
    lines += ["    return 0;", "}"]
    return "\n".join(lines) + "\n"


def _model_source(model: Model, inputs: list[Array]) -> list[str]:
    """Functions for one model. Its tensors are copied to aligned, exactly sized heap-free
    storage; struct members are filled by position, so that names need no guessing."""
    n, u = model.name, model.name.upper()
    lines = [f"static unsigned char {n}_memory[{u}_ARENA_BYTES + {u}_ARENA_ALIGN];"]
    for i, array in enumerate(inputs):
        data = np.ascontiguousarray(array).tobytes() or b"\0"
        body = ",".join(str(b) for b in data)
        lines.append(f"static const unsigned char {n}_in{i}_bytes[] = {{{body}}};")
        lines.append(f"static double {n}_in{i}[{len(data) // 8 + 1}];")
    for i, spec in enumerate(model.outputs):
        lines.append(f"static double {n}_out{i}[{spec.nbytes // 8 + 1}];")
    lines += [
        f"static int call_{n}(void) {{",
        f"    uintptr_t at = (uintptr_t){n}_memory;",
        f"    void *arena = {n}_memory + ({u}_ARENA_ALIGN - at % {u}_ARENA_ALIGN);",
        f"    const void *ins[{max(1, len(inputs))}];",
        f"    void *outs[{max(1, len(model.outputs))}];",
        f"    {n}_inputs_t in;",
        f"    {n}_outputs_t out;",
    ]
    for i in range(len(inputs)):
        lines.append(f"    memcpy({n}_in{i}, {n}_in{i}_bytes, sizeof {n}_in{i}_bytes);")
        lines.append(f"    ins[{i}] = {n}_in{i};")
    lines += [f"    outs[{i}] = {n}_out{i};" for i in range(len(model.outputs))]
    if inputs:
        lines.append("    memcpy(&in, ins, sizeof in);")
    lines += [
        "    memcpy(&out, outs, sizeof out);",
        f"    if ({n}_run(&in, &out, NULL) != {u}_E_ARG) return 1;",
        f"    if ({n}_run(&in, &out, (char *)arena + 1) != {u}_E_ARG) return 1;",
        f"    if ({n}_run(&in, &out, arena) != 0) return 1;",
    ]
    for i, spec in enumerate(model.outputs):
        lines.append(f'    if (save("{n}.out{i}", {n}_out{i}, {spec.nbytes})) return 1;')
    return [*lines, "    return 0;", "}"]
