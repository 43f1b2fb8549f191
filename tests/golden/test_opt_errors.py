"""``millrace opt`` on what is not right: one clear error, exit code 1, no traceback, no output."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from millrace.cli import main

HERE = Path(__file__).parent
INVALID = sorted((HERE.parent / "ir" / "invalid").glob("*.mlir"))
GRAPH = (HERE / "layout" / "reduction.mlir").read_text()
KERNEL = (HERE / "fuse" / "softmax.mlir").read_text()
LOOP = (HERE / "expand-math" / "exp.mlir").read_text()

Fails = Callable[..., str]


@pytest.fixture
def fails(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> Fails:
    """``fails(text, *options)`` runs ``millrace opt`` on a file of that text (or on the path that
    is given) and returns the error."""

    def run(source: str | bytes | Path, *options: str) -> str:
        path = source if isinstance(source, Path) else tmp_path / "bad.mlir"
        if not isinstance(source, Path):
            path.write_bytes(source if isinstance(source, bytes) else source.encode())
        code = main(["opt", str(path), "--dump-dir", str(tmp_path / "dump"), *options])
        captured = capfd.readouterr()
        assert code == 1, captured.err
        assert captured.out == ""
        assert captured.err.startswith("millrace: error: ")
        assert "Traceback" not in captured.err and "bug in the compiler" not in captured.err
        return captured.err.removeprefix("millrace: error: ")

    return run


def caret(error: str) -> str:
    """What the caret under the quoted line points at, to the end of the word."""
    *_, line, mark = error.rstrip("\n").split("\n")
    at = mark.index("^")
    return line[at:].split()[0]


# ---- files


def test_no_file(fails: Fails, tmp_path: Path) -> None:
    assert fails(tmp_path / "nowhere.mlir").endswith("nowhere.mlir: No such file or directory\n")
    assert fails(tmp_path).endswith(f"{tmp_path}: Is a directory\n")


def test_no_text(fails: Fails) -> None:
    assert "bad.mlir: not UTF-8 text" in fails(b"\xff\xfe\x00")
    assert "bad.mlir:1:1: " in fails("")
    assert "bad.mlir:" in fails(b"\x7fELF\0\0")


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
def test_truncated(fails: Fails, share: float) -> None:
    assert "bad.mlir:" in fails(GRAPH[: int(len(GRAPH) * share)])


def test_large_constants_without_their_file(fails: Fails) -> None:
    text = '"mr.constant"() <{value = dense_resource<abc> : tensor<99xf32>}> : () -> tensor<99xf32>'
    module = f'"builtin.module"() ({{\n  {text}\n}}) : () -> ()\n'
    assert "bad.mlir:2:" in fails(module) and "no .npz file" in fails(module)


# ---- text


@pytest.mark.parametrize(
    ("old", "new", "message", "at"),
    [
        ("mr.reduce_max", "mr.reduce_mx", "did you mean 'mr.reduce_max'?", '"mr.reduce_mx"(%0)'),
        ("(%x)", "(%y)", "%y is not defined", "%y)"),
        ("= array<i64: 2, 3>", "= array<i64: 2, oops>", "", "array<i64:"),
        ("tensor<2x5x3x4xf32>\n", "tensor<2x5x3x4xf33>\n", "f33", "tensor<2x5x3x4xf33>"),
        (" = true", " true", "expected '='", "true}>"),
    ],
)
def test_parse_error(fails: Fails, old: str, new: str, message: str, at: str) -> None:
    assert old in GRAPH
    error = fails(GRAPH.replace(old, new, 1))
    line = next(i for i, t in enumerate(GRAPH.split("\n"), 1) if old.rstrip("\n") in t)
    assert f"bad.mlir:{line}:" in error and message in error
    assert caret(error) == at


# ---- modules


@pytest.mark.parametrize("path", INVALID, ids=lambda p: p.stem)
def test_invalid_files(fails: Fails, path: Path) -> None:
    """Those that are wrong only at a level need a pass of that level."""
    first = path.read_text().split("\n")[0]
    passes = {"GRAPH": "layout", "KERNEL": "fuse", "LOOP": "expand-math", "FLOW": "layout"}
    level = first.removeprefix("// level: ") if first.startswith("// level") else None
    error = fails(path, *(["--pipeline", passes[level]] if level else []))
    assert len(error) > 10


def test_verifier_error_names_the_operation(fails: Fails) -> None:
    error = fails(GRAPH.replace("perm = array<i64: 0, 3, 1, 2>", "perm = array<i64: 0, 3, 1, 1>"))
    assert "mr.transpose: " in error
    error = fails(GRAPH.replace("axes = array<i64: 1>", "axes = array<i64: 7>"))
    assert "mr.reduce_max: " in error


def test_wrong_result_of_a_pass_is_no_output(fails: Fails) -> None:
    recursive = GRAPH.replace(
        '"func.return"(',
        '%z = "func.call"(%x) <{callee = @main}> : (tensor<2x3x4x5xf32>) -> f32\n'
        '    "func.return"(',
    )
    assert "func.call: " in fails(recursive, "--pipeline", "inline")


# ---- pipelines


@pytest.mark.parametrize(
    ("pipeline", "message", "at"),
    [
        ("layout,hoister", "there is no pass 'hoister'; there are bufferize, ", "hoister"),
        ("hoist{size=4}", "hoist has no option 'size'; its options are max-bytes", "size=4}"),
        ("hoist{max-bytes=few}", "hoist: max-bytes takes int", "few}"),
        ("layout{wide=1}", "layout has no option 'wide'; it has no options", "wide=1}"),
        ("layout hoist", "expected ','", "hoist"),
    ],
)
def test_pipeline_text(fails: Fails, pipeline: str, message: str, at: str) -> None:
    error = fails(GRAPH, "--pipeline", pipeline)
    assert message in error
    assert caret(error) == at


@pytest.mark.parametrize(
    ("file", "pipeline", "is_at", "runs_at"),
    [
        (GRAPH, "fuse", "", "KERNEL"),
        (GRAPH, "lower-kernels", "", "KERNEL"),
        (GRAPH, "expand-math", "", "LOOP"),
        (GRAPH, "layout,fuse", "GRAPH", "KERNEL"),
        (KERNEL, "structure", "", "GRAPH"),
        (KERNEL, "cse,structure", "KERNEL", "GRAPH"),
        (LOOP, "bufferize", "", "KERNEL"),
        (LOOP, "lower-kernels", "", "KERNEL"),
    ],
    ids=lambda text: text[:20] if text[:2] != "//" else "",
)
def test_wrong_level(fails: Fails, file: str, pipeline: str, is_at: str, runs_at: str) -> None:
    """Of the first pass the error says what in the module does not fit."""
    name = pipeline.split(",")[-1]
    error = fails(file, "--pipeline", pipeline)
    assert error.startswith(f"pipeline: {name} runs at level {runs_at}, but ")
    if is_at:
        assert f"at its place the module is at level {is_at}" in error
    else:
        assert f"admitted in a plan at {runs_at} level" in error or "not admitted" in error


def test_the_level_is_found(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """Passes for all levels come first; what follows needs the level of the module."""
    for source, pipeline in ((KERNEL, "cse,fuse"), (LOOP, "canonicalize,expand-math")):
        path = tmp_path / "good.mlir"
        path.write_text(source)
        assert main(["opt", str(path), "--pipeline", pipeline]) == 0
        assert "builtin.module" in capsys.readouterr().out


# ---- interpreting


def test_interpret(fails: Fails, tmp_path: Path) -> None:
    no_entry = GRAPH.replace('role = "entry"', 'role = "function"')
    assert "no function has role" in fails(no_entry, "--interpret")
    assert "unknown target 'vax'" in fails(GRAPH, "--target", "vax")
    assert "nowhere.npz" in fails(GRAPH, "--interpret", "--inputs", str(tmp_path / "nowhere.npz"))
