"""What each pass makes of small modules, as text, and that the text still means the same.

``PASS/CASE.mlir`` starts with the command that is run, ``PASS/CASE.expected.mlir`` is what it
prints; ``pytest --update-golden`` writes the latter. Each module is then run on random inputs: as
it is, after the pass, and as native code after the rest of the default pipeline.
"""

from __future__ import annotations

import re
import shlex
import struct
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from millrace.cli import main
from millrace.codegen import compile_module, io_of_graph, io_of_loop, load, target
from millrace.driver.interpreting import interpret_entry
from millrace.driver.pipelines import NAMED
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.func import Func
from millrace.ir.errors import RunError
from millrace.ir.levels import Level
from millrace.ir.parser import parse_module
from millrace.ir.printer import print_module
from millrace.ir.types import ShapedType, Type
from millrace.ir.verifier import verify
from millrace.passes.base import Pass
from millrace.passes.manager import Instrumentation, check_pipeline, run_pipeline
from millrace.passes.pipeline import parse_pipeline

Array = np.ndarray[Any, Any]
Outcome = list[Array] | None
"""The outputs, flat; None when a run-time check failed."""

HERE = Path(__file__).parent
CASES = sorted(p for p in HERE.glob("*/*.mlir") if not p.name.endswith(".expected.mlir"))
SEEDS = (1, 2, 3)
RUN = "// RUN: "


def name_of(path: Path) -> str:
    return str(path.relative_to(HERE).with_suffix(""))


def command_of(path: Path) -> list[str]:
    """The arguments of ``millrace`` in the first line."""
    first = path.read_text().split("\n", 1)[0]
    assert first.startswith(f"{RUN}millrace opt %s --pipeline "), f"{path}: no RUN line"
    return [str(path) if a == "%s" else a for a in shlex.split(first.removeprefix(RUN))[1:]]


each_case = pytest.mark.parametrize("path", CASES, ids=name_of)


def test_every_pass_has_cases() -> None:
    """Every pass that models go through."""
    found = [p.parent.name for p in CASES]
    used = {p.name for p in parse_pipeline(NAMED["default"])}
    assert {name for name in used if found.count(name) < 2} == set()


@each_case
def test_text(
    path: Path, golden: Callable[[str, str], None], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(command_of(path)) == 0
    text = capsys.readouterr().out
    golden(f"{name_of(path)}.expected.mlir", text)
    assert print_module(parse_module(text)) == text


def test_no_golden_file_is_left_over() -> None:
    """Behind the texts: with ``--update-golden`` those write what is new first."""
    expected = {name_of(p).removesuffix(".expected") for p in HERE.glob("*/*.expected.mlir")}
    assert expected == set(map(name_of, CASES))


@each_case
def test_meaning(path: Path) -> None:
    source = path.read_text()
    passes = parse_pipeline(command_of(path)[-1])
    assert passes[-1].name == path.parent.name
    after = parse_module(source)
    level = run_pipeline(after, passes, options=Instrumentation(check_each=True)).level
    verify(after, level)
    check(source, after, level, rest_of(passes[-1], level))


def test_the_kernel_of_the_printers_tests() -> None:
    source = (HERE.parent / "ir" / "golden" / "kernel.mlir").read_text()
    rest = parse_pipeline(f"{NAMED['kernel'].partition(',')[2]},{NAMED['loop']}")
    check(source, parse_module(source), Level.KERNEL, rest)


def check(source: str, after: Module, level: Level, rest: Sequence[Pass]) -> None:
    """``after`` and its native code give what the text ``source`` gives."""
    before = parse_module(source)
    exact = parse_module(widened(source)) if scales(source) else before
    native = compiled(after, before.entry, level, rest)
    for seed in SEEDS:
        inputs = random_inputs(input_types(before.entry), seed)
        wide = [x.astype(np.float64) if x.dtype == np.float32 else x for x in inputs]
        reference = interpretation(exact, wide if exact is not before else inputs)
        plain = interpretation(before, inputs)
        agree("before the pass", plain, reference, plain)
        agree("after the pass", interpretation(after, inputs), reference, plain)
        agree("native", outcome(lambda: native(*inputs)), reference, plain)  # noqa: B023


def rest_of(last: Pass, level: Level) -> Sequence[Pass]:
    """What follows a pass in the default pipeline, from where it leaves ``level``; for a pass
    that is not there, what lowers a module of ``level``."""
    default = parse_pipeline(NAMED["default"])
    levels = [check_pipeline(default[: i + 1], Level.GRAPH) for i in range(len(default))]
    for i, p in enumerate(default):
        if p.name == last.name and levels[i] is level:
            return default[i + 1 :]
    return default[levels.index(level) + levels.count(level) :]


# ---- running


def compiled(module: Module, entry: Func, level: Level, rest: Sequence[Pass]) -> Any:
    """Native code of ``module``, which takes what ``entry`` takes. Changes a copy."""
    copy = parse_module(print_module(module))
    if copy.target is None:
        copy.attributes["target"] = target("host").to_attr()
    ins, outs = io_of_loop(entry) if entry.num_inputs is not None else io_of_graph(entry)
    run_pipeline(copy, rest, level=level)
    verify(copy, Level.LOOP)
    return load(compile_module(copy, target("host"), name="golden", inputs=ins, outputs=outs))


def input_types(entry: Func) -> tuple[Type, ...]:
    return entry.function_type.inputs[: entry.num_inputs]


def random_inputs(types: Sequence[Type], seed: int) -> list[Array]:
    """Normal floats; bytes of all values; small counts; indices 0 and 1, often out of range."""
    rng = np.random.default_rng(seed)
    arrays = []
    for t in types:
        assert isinstance(t, ShapedType)
        if t.dtype.kind == "f":
            a = rng.standard_normal(t.shape)
        elif t.dtype.itemsize == 1 and t.dtype.kind != "b":
            a = rng.integers(0, 256, t.shape).astype(np.uint8).view(t.dtype)
        else:
            a = rng.integers(0, 2 if t.shape or t.dtype.kind == "b" else 5, t.shape)
        arrays.append(np.asarray(a, t.dtype))
    return arrays


def interpretation(module: Module, inputs: Sequence[Array]) -> Outcome:
    return outcome(lambda: interpret_entry(module, inputs))


def outcome(run: Callable[[], Sequence[Array]]) -> Outcome:
    try:
        return [np.ravel(y) for y in run()]
    except RunError as error:
        assert re.search("index|bound|zero", str(error)), error  # a check, not a wrong call
        return None


# ---- comparing


def widened(source: str) -> str:
    """The text with f64 for f32, also in the bits of infinities and NaNs."""
    return re.sub(r"\b0x([0-9A-F]{8})\b", _wide_bits, source.replace("f32", "f64"))


def _wide_bits(found: re.Match[str]) -> str:
    value = struct.unpack(">f", bytes.fromhex(found[1]))[0]
    return f"0x{struct.pack('>d', value).hex().upper()}"


def scales(source: str) -> bool:
    """True when the same text with f64 for f32 means the same, only more precisely: it must not
    count bytes."""
    return "memref.view" not in source and "bitcast" not in source


def agree(what: str, got: Outcome, reference: Outcome, plain: Outcome) -> None:
    """A model's tolerance: four times the error of the plain interpretation in f32, and 1e-6 of
    the range. Integers are equal."""
    assert (got is None) == (reference is None), f"{what}: {got}, not {reference}"
    if got is None or reference is None or plain is None:
        return
    assert len(got) == len(reference), what
    for y, want, f32 in zip(got, reference, plain, strict=True):
        assert y.shape == want.shape, what
        if y.dtype.kind in "biu":
            np.testing.assert_array_equal(y, want.view(y.dtype), what)
            continue
        finite = np.isfinite(want)
        error = np.abs(f32.astype(np.float64) - want)[finite].max(initial=0.0)
        width = np.abs(want[finite]).max(initial=0.0)
        np.testing.assert_allclose(
            y.astype(np.float64), want, rtol=0, atol=4 * error + 1e-6 * width, err_msg=what
        )
