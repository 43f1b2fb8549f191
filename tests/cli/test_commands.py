"""Every command, on a small model."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import millrace
from millrace.driver.pipelines import KERNEL, LOOP

Run = Callable[..., Any]

A = np.arange(6, dtype=np.float32).reshape(2, 3)
B = np.array([1, 2, 3], np.float32)


@pytest.fixture
def inputs(tmp_path: Path) -> Path:
    path = tmp_path / "in.npz"
    np.savez(path, a=A, in1=B)
    return path


def test_compile_writes_the_four_files(run: Run, small: Path, tmp_path: Path) -> None:
    done = run("compile", small, "-o", tmp_path / "out", "--name", "net")
    assert done.code == 0, done.err
    assert "net: compiled by Millrace" in done.out and "arena" in done.out
    names = sorted(p.name for p in (tmp_path / "out").iterdir())
    assert names == ["net.h", "net.o", "net.report.json", "net.report.txt"]
    assert (tmp_path / "out" / "net.o").read_bytes()[:4] == b"\x7fELF"
    assert "net_run(" in (tmp_path / "out" / "net.h").read_text()
    facts = json.loads((tmp_path / "out" / "net.report.json").read_text())
    assert facts["io_bytes"] == 24 + 12 + 24
    assert facts["kernels"] == len(facts["kernel_table"]) >= 1
    sizes = {f"{what}_bytes" for what in ("code", "weight", "arena", "state", "stack")}
    assert sizes | {"macs"} <= facts.keys() and 0 < facts["stack_bytes"] < 1000
    assert facts["flash_bytes"] == facts["code_bytes"] + facts["weight_bytes"]
    ram = sum(facts[f"{what}_bytes"] for what in ("arena", "state", "stack", "io"))
    assert facts["ram_bytes"] == ram
    assert facts["inputs"][0] == {"name": "a", "shape": [2, 3], "dtype": "float32"}


def test_emit_everything(run: Run, small: Path, tmp_path: Path) -> None:
    done = run("compile", small, "-o", tmp_path, "-q", "--emit", "object,header,asm,llvm,ir")
    assert done.code == 0 and done.out == ""
    for suffix in ("o", "h", "s", "ll", "graph.mlir", "kernel.mlir", "loop.mlir"):
        assert (tmp_path / f"small.{suffix}").stat().st_size > 0, suffix
    assert "small_run" in (tmp_path / "small.s").read_text()
    assert "define" in (tmp_path / "small.ll").read_text()
    assert "linalg.generic" in (tmp_path / "small.kernel.mlir").read_text()


def test_emit_only_what_is_named(run: Run, small: Path, tmp_path: Path) -> None:
    assert run("compile", small, "-o", tmp_path / "out", "--emit", "asm").code == 0
    names = sorted(p.name for p in (tmp_path / "out").iterdir())
    assert names == ["small.report.json", "small.report.txt", "small.s"]


def test_emitted_ir_compiles_again(run: Run, small: Path, tmp_path: Path) -> None:
    assert run("compile", small, "-o", tmp_path, "--emit", "ir").code == 0
    model = millrace.compile(tmp_path / "small.graph.mlir")
    assert np.array_equal(model(A, B), A + B)


def test_named_targets(run: Run, small: Path, tmp_path: Path) -> None:
    for target, machine in (("aarch64", 183), ("x86-64", 62), ("x86-64-v3", 62)):
        assert run("compile", small, "-o", tmp_path, "-q", "--target", target).code == 0
        assert int.from_bytes((tmp_path / "small.o").read_bytes()[18:20], "little") == machine
        assert json.loads((tmp_path / "small.report.json").read_text())["target"] == target


def test_run_by_name_and_position(run: Run, small: Path, inputs: Path, tmp_path: Path) -> None:
    out = tmp_path / "out.npz"
    assert run("run", small, "--inputs", inputs, "--outputs", out).code == 0
    got = np.load(out)
    assert set(got.files) == {"out0", "y"}
    assert np.array_equal(got["out0"], A + B) and np.array_equal(got["y"], A + B)


def test_run_prints_a_summary(run: Run, small: Path, inputs: Path) -> None:
    done = run("run", small, "--inputs", inputs)
    assert done.code == 0 and "y: float32[2, 3]" in done.out and "[1. 3. 5.]" in done.out


def test_run_samples(run: Run, small: Path, tmp_path: Path) -> None:
    stacked, out = tmp_path / "in.npz", tmp_path / "out.npz"
    # A sample may come in another shape of the same size.
    np.savez(stacked, in0=np.stack([A, A * 2, A * 3]).reshape(3, 6), in1=np.stack([B, B, B]))
    for extra, count in (
        (["--samples"], 3),
        (["--samples", "2"], 2),
        (["--samples", "--carry-state"], 3),
    ):
        assert run("run", small, "--inputs", stacked, "--outputs", out, *extra).code == 0
        got = np.load(out)["y"]
        assert got.shape == (count, 2, 3) and np.array_equal(got[1], A * 2 + B)


def test_run_what_compile_wrote(run: Run, small: Path, inputs: Path, tmp_path: Path) -> None:
    built, out = tmp_path / "built", tmp_path / "out.npz"
    assert run("compile", small, "-o", built, "-q").code == 0
    assert run("run", built, "--inputs", inputs, "--outputs", out).code == 0
    assert np.array_equal(np.load(out)["y"], A + B)


def test_bench(run: Run, small: Path, tmp_path: Path) -> None:
    figures = tmp_path / "bench.json"
    done = run("bench", small, "--seconds", "0.05", "--json", figures)
    assert done.code == 0 and "median" in done.out
    facts = json.loads(figures.read_text())
    latency = facts["latency_us"]
    assert 0 < latency["min"] <= latency["median"] <= latency["max"]
    sizes = {f"{what}_bytes" for what in ("code", "weight", "arena", "state", "stack", "io")}
    assert sizes | {"macs", "kernels", "kernels_native"} <= facts.keys()


def test_opt_takes_named_pipelines_among_passes(run: Run, small: Path) -> None:
    done = run("opt", small, "--pipeline", "cse, unroll{mode=never}, graph,structure")
    assert done.code == 0, done.err
    assert "linalg.generic" in done.out
    assert run("opt", small, "--pipeline", "graph,kernel,loop").out == (
        run("opt", small, "--pipeline", "default").out
    )


PADDED_CONV = """\
"builtin.module"() ({
  "func.func"() <{sym_name = "main", function_type = (tensor<1x4x4x2xf32>, tensor<3x3x2x3xf32>) -> tensor<1x4x4x3xf32>, role = "entry", arg_names = ["x", "w"], result_names = ["y"]}> ({
  ^bb0(%0: tensor<1x4x4x2xf32>, %1: tensor<3x3x2x3xf32>):
    %2 = "mr.conv"(%0, %1) <{low = [1, 1], high = [1, 1]}> : (tensor<1x4x4x2xf32>, tensor<3x3x2x3xf32>) -> tensor<1x4x4x3xf32>
    "func.return"(%2) : (tensor<1x4x4x3xf32>) -> ()
  }) : () -> ()
}) : () -> ()
"""  # noqa: E501


def test_inspect_counts_padded_windows(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "conv.mlir"
    path.write_text(PADDED_CONV)
    done = run("inspect", path, "--json")
    assert done.code == 0, done.err
    assert json.loads(done.out)["macs"] == 3 * 16 * 2 * 9


def test_inspect(run: Run, small: Path) -> None:
    done = run("inspect", small)
    assert done.code == 0 and "mr.add" in done.out and "a: float32[2, 3]" in done.out
    facts = json.loads(run("inspect", small, "--json").out)
    assert facts["operations"]["mr.neg"] == 2 and facts["macs"] == 0


def test_opt_runs_a_pipeline(run: Run, small: Path, tmp_path: Path) -> None:
    done = run("opt", small, "--pipeline", "canonicalize,prune")
    assert done.code == 0 and "mr.add" in done.out
    assert "mr.exp" not in done.out and "mr.neg" not in done.out
    same = run("opt", small)
    assert same.code == 0 and "mr.exp" in same.out
    target = tmp_path / "new.mlir"
    assert run("opt", small, "--pipeline", "prune", "-o", target).code == 0
    assert "mr.exp" not in target.read_text()


def test_opt_prints_after_passes(run: Run, small: Path) -> None:
    every = run("opt", small, "--pipeline", "cse,prune,cse", "--print-ir-after-all")
    assert every.err.count("after cse") == 2 and every.err.count("after prune") == 1
    changed = run("opt", small, "--pipeline", "cse,prune,cse", "--print-ir-after-change")
    assert "after cse" not in changed.err and changed.err.count("after prune") == 1
    times = run("opt", small, "--pipeline", "cse,prune", "--time-passes")
    assert "seconds" in times.err and "prune" in times.err


@pytest.mark.parametrize("pipeline", ["", "graph", KERNEL])
def test_opt_interprets(run: Run, small: Path, inputs: Path, pipeline: str) -> None:
    done = run("opt", small, "--pipeline", pipeline, "--interpret", "--inputs", inputs)
    assert done.code == 0, done.err
    assert "out0: float32[2, 3]" in done.out and "[1. 3. 5.]" in done.out.replace("[[", "[")


def test_opt_interprets_lowered_code(run: Run, small: Path, inputs: Path) -> None:
    pipeline = f"{KERNEL},{LOOP}"
    args = ("--pipeline", pipeline, "--target", "host", "--interpret", "--inputs", inputs)
    done = run("opt", small, *args)
    assert done.code == 0, done.err
    assert "out0: float32[6]" in done.out and "[1. 3. 5. 4. 6. 8.]" in done.out


def test_lists(run: Run) -> None:
    assert "aarch64" in run("targets").out and "x86-64-v3" in run("targets").out
    passes = run("passes").out
    assert "canonicalize" in passes and "pipelines" in passes
    assert "mr.add" in run("ops").out
    assert "operand `lhs`" in run("ops", "mr.matmul").out


def test_progress(run: Run, small: Path, tmp_path: Path) -> None:
    loud = run("compile", small, "-o", tmp_path, "-q", "--progress")
    assert "importing" in loud.err and "generating code" in loud.err
    quiet = run("compile", small, "-o", tmp_path, "-q")
    assert quiet.err == ""


def test_stop_after_bisects(run: Run, small: Path, tmp_path: Path) -> None:
    """Without any optional rewrite the model still compiles and is right."""
    done = run("run", small, "--stop-after", 0, "--outputs", tmp_path / "o.npz", "--inputs",
               _inputs(tmp_path))  # fmt: skip
    assert done.code == 0, done.err
    assert np.array_equal(np.load(tmp_path / "o.npz")["y"], A + B)


def _inputs(tmp_path: Path) -> Path:
    np.savez(tmp_path / "i.npz", a=A, b=B)
    return tmp_path / "i.npz"


def test_check_each(run: Run, small: Path, tmp_path: Path) -> None:
    assert run("compile", small, "-o", tmp_path, "-q", "--check-each").code == 0
    done = run("opt", small, "--pipeline", "canonicalize,cse", "--check-each")
    assert done.code == 0
    assert done.err == "check-each: the same results after 2 passes\n"
