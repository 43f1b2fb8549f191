"""The report's split of flash and RAM, and models that must not take more than they may."""

from __future__ import annotations

from pathlib import Path

import pytest

import millrace
from millrace.cli import main
from millrace.driver.budget import check_budgets
from millrace.driver.memory_map import covered_bytes, peak_step
from millrace.driver.options import parse_size
from millrace.driver.report import BufferRow, Report
from millrace.ir.errors import CompileError
from tests.tflite.test_native import quantized

GRU = Path(__file__).parents[2] / "examples" / "gru_demo.onnx"
Texts = pytest.CaptureFixture[str]


@pytest.fixture(scope="module")
def gru() -> millrace.Model:
    return millrace.compile(GRU, target="cortex-m4", name="net")


def test_the_flash_is_split_by_kernel(gru: millrace.Model) -> None:
    r = gru.report
    inside = sum(k.code_bytes for k in r.kernels)
    assert 0.5 * r.code_bytes < inside < r.code_bytes  # the rest is the plan and the entry
    weights = sum(k.weight_bytes for k in r.kernels)
    assert 0.97 * r.weight_bytes < weights <= r.weight_bytes  # the rest aligns them
    rows = r.to_dict()["kernel_table"]
    assert [k["weight_bytes"] for k in rows] == [k.weight_bytes for k in r.kernels]
    assert " code     weights" in r.to_text()


def test_tables_of_the_compiler_count_as_code() -> None:
    """A tangent and a softmax of 8-bit numbers are looked up; weights are 8 x 16 bytes."""
    model = millrace.compile(quantized(), target="cortex-m4", name="net")
    assert model.report.weight_bytes < 300 < model.report.code_bytes
    compiled = model._artifact.compiled
    assert compiled.table_bytes >= 256
    assert compiled.weight_bytes + compiled.table_bytes == compiled.weights.size


def overlap(a: BufferRow, b: BufferRow, *, at_ends: bool) -> bool:
    """Whether two buffers lie over each other, ``at_ends``: at the step that ends the one and
    begins the other, too."""
    together = a.first <= b.last and b.first <= a.last
    if not at_ends and (a.last == b.first or b.last == a.first):
        together = False
    return together and a.offset < b.offset + b.nbytes and b.offset < a.offset + a.nbytes


@pytest.mark.parametrize("target", ["cortex-m4", "host"])
def test_the_arena_map_is_a_plan(target: str) -> None:
    r = millrace.compile(GRU, target=target).report
    assert r.arena_map and len(r.steps) >= len(r.kernels)
    assert max(b.offset + b.nbytes for b in r.arena_map) <= r.arena_bytes
    rows = r.arena_map
    pairs = [(a, b) for i, a in enumerate(rows) for b in rows[i + 1 :]]
    assert not any(overlap(a, b, at_ends=target == "host") for a, b in pairs)
    for b in rows:
        assert (b.writer, b.reader) == (r.steps[b.first], r.steps[b.last])
    step = peak_step(rows)
    assert covered_bytes([b for b in rows if b.first <= step <= b.last]) <= r.arena_bytes


def test_bytes_that_several_buffers_take_count_once() -> None:
    rows = [BufferRow(at, size, 0, 1, "a", "b") for at, size in ((0, 10), (4, 4), (8, 6), (20, 1))]
    assert covered_bytes(rows) == 15


def test_a_report_is_reopened_as_it_was(gru: millrace.Model, tmp_path: Path) -> None:
    gru.save(tmp_path)
    assert millrace.load(tmp_path).report == gru.report


@pytest.mark.parametrize(
    ("text", "size"),
    [("65536", 65536), ("64K", 65536), ("1.5M", 3 << 19), ("2 MiB", 2 << 20), ("64kb", 65536)],
)
def test_sizes(text: str, size: int) -> None:
    assert parse_size(text, "--ram") == size


@pytest.mark.parametrize("text", ["", "x", "-1", "1Q", "0", "1K2"])
def test_sizes_that_are_none(text: str) -> None:
    with pytest.raises(CompileError, match=f"--ram '{text}'"):
        parse_size(text, "--ram")


def refused(**budgets: int | str) -> str:
    with pytest.raises(CompileError) as e:
        millrace.compile(GRU, target="cortex-m4", name="net", **budgets)
    return str(e.value)


def test_ram_that_does_not_suffice(gru: millrace.Model) -> None:
    r = gru.report
    text = refused(ram=r.ram_bytes - 1)
    assert text.startswith(f"net: needs {r.ram_bytes:,} bytes of RAM and may have")
    kernel = r.steps[peak_step(r.arena_map)]
    assert f"the arena is fullest at {kernel} (" in text and "what would help: " in text
    assert "--quantize int8" in text
    assert (
        millrace.compile(GRU, target="cortex-m4", ram=r.ram_bytes).report.ram_bytes == r.ram_bytes
    )


def test_flash_that_does_not_suffice(gru: millrace.Model) -> None:
    text = refused(flash="8K", ram="1M")
    assert text.startswith(
        f"net: needs {gru.report.flash_bytes:,} bytes of flash and may have 8,192"
    )
    largest = max(gru.report.kernels, key=lambda k: k.weight_bytes + k.code_bytes)
    assert f"most of it: {largest.name} has" in text and "what would help: " in text


def test_both_are_said_at_once() -> None:
    lines = refused(flash="8K", ram="1K").splitlines()
    assert sum(line.startswith("net: needs") for line in lines) == 2


def test_the_command_line(capsys: Texts, tmp_path: Path) -> None:
    common = ["compile", str(GRU), "--target", "cortex-m4", "-o", str(tmp_path), "-q"]
    assert main([*common, "--ram", "2K"]) == 1
    assert "may have 2,048 (--ram)" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
    assert main([*common, "--flash", "1G", "--ram", "lots"]) == 1
    assert "--ram 'lots': give bytes, or a size such as 64K or 1M" in capsys.readouterr().err
    assert main([*common, "--flash", "1G", "--ram", "1G"]) == 0


def test_unknown_targets_are_guessed_at() -> None:
    with pytest.raises(CompileError, match=r"'Cortex_M4F' \(did you mean 'cortex-m4'\?\); the"):
        millrace.compile(GRU, target="Cortex_M4F")


def test_what_takes_most_is_named_first() -> None:
    spec = millrace.compile(GRU).inputs
    report = Report(
        name="n", version="", target="", features="", model_hash="", inputs=spec, outputs=(),
        code_bytes=10, weight_bytes=90, arena_bytes=50, state_bytes=0, stack_bytes=0, io_bytes=0,
        macs=0, kernels=(), decisions=(), steps=("a", "b"),
        arena_map=(BufferRow(0, 30, 0, 0, "a", "a"), BufferRow(0, 50, 1, 1, "b", "b")),
    )  # fmt: skip
    check_budgets(report, 100, 50)
    with pytest.raises(CompileError, match="fullest at b: 50 bytes in 1 buffers"):
        check_budgets(report, None, 49)
