"""First layers in bands: when memory is scarce, as told, and never at the price of a bit."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

import millrace
from millrace.driver.report import Report
from millrace.frontend.tflite import import_tflite
from millrace.ir.errors import CompileError
from tests.tflite.image_models import mobile_net, residual_net
from tests.tflite.tflite_models import run

MODEL = residual_net(24)
MISSING = [t for t in ("arm-none-eabi-gcc", "qemu-system-arm") if shutil.which(t) is None]


def compiled(**options: int | str) -> millrace.Model:
    return millrace.compile(MODEL, name="net", **{"target": "cortex-m4", **options})


@pytest.fixture(scope="module")
def plain() -> Report:
    return compiled().report


def patched(r: Report) -> list[str]:
    return [d.text for d in r.decisions if d.by == "patch"]


def test_a_budget_that_suffices_changes_nothing(plain: Report) -> None:
    assert not patched(plain)
    assert compiled(ram=plain.ram_bytes).report == plain


def test_a_budget_that_does_not_is_met_by_bands(plain: Report) -> None:
    r = compiled(ram=plain.ram_bytes - 200).report
    assert r.ram_bytes <= plain.ram_bytes - 200
    assert r.macs == plain.macs
    what, cost = patched(r)
    assert "rows in" in what and "bands of" in what
    saved = f"arena {r.arena_bytes:,} bytes instead of {plain.arena_bytes:,}"
    assert cost.startswith(f"{saved}, no more multiply-accumulates")
    assert r.weight_bytes <= plain.weight_bytes * 1.02


def test_the_least(plain: Report) -> None:
    least = compiled(patch="least").report
    assert least.arena_bytes < 0.75 * plain.arena_bytes
    text = refused(ram=least.ram_bytes - 2000)
    assert text.startswith("net: needs ") and "the arena is fullest at" in text
    needed = int(text.split()[2].replace(",", ""))
    assert needed <= least.ram_bytes


def test_bands_can_be_counted_and_forbidden(plain: Report) -> None:
    assert "in 4 bands of" in patched(compiled(patch="4").report)[0]
    text = refused(ram=plain.ram_bytes - 1000, patch="never")
    assert text.startswith(f"net: needs {plain.ram_bytes:,} bytes of RAM")


def refused(**options: int | str) -> str:
    with pytest.raises(CompileError) as e:
        compiled(**options)
    return str(e.value)


@pytest.mark.parametrize("text", ["1", "x", "-2", ""])
def test_bad_options(text: str) -> None:
    assert refused(patch=text).startswith(f"--patch {text!r}: give auto, never, least or a number")


@pytest.mark.parametrize("data", [MODEL, mobile_net(24, 5)], ids=["residual", "mobile"])
@pytest.mark.parametrize("patch", ["2", "least"])
def test_the_host_computes_the_same(data: bytes, patch: str) -> None:
    model, module = millrace.compile(data, patch=patch), import_tflite(data)
    assert patched(model.report)
    rng = np.random.default_rng(1)
    for _ in range(3):
        x = rng.integers(-128, 128, model.inputs[0].shape).astype(np.int8)
        np.testing.assert_array_equal(model(x), run(module, x)[0])


@pytest.mark.skipif(bool(MISSING), reason=f"NO BANDS ON BOARDS: {' and '.join(MISSING)} missing")
@pytest.mark.parametrize("core", ["cortex-m4", "cortex-m55"])
def test_boards_compute_the_same(core: str) -> None:
    module = import_tflite(MODEL)
    rng = np.random.default_rng(2)
    xs = [rng.integers(-128, 128, (1, 24, 24, 3)).astype(np.int8) for _ in range(2)]
    emulation = compiled(target=core, patch="least").emulate([[x] for x in xs])
    for x, s in zip(xs, emulation.samples, strict=True):
        np.testing.assert_array_equal(s.outputs[0], run(module, x)[0])
