"""Random quantized models give LiteRT's results to the bit: here, and on emulated cores.

The results are stored (``random_quantized/store.py``); ``benchmarks/fuzz_tflite.py`` draws new
models without end."""

from __future__ import annotations

import shutil
from functools import cache

import pytest

import millrace
from tests.tflite.random_quantized.compose import MAKERS
from tests.tflite.random_quantized.litert import difference
from tests.tflite.random_quantized.store import PLACE, UNSUPPORTED, Stored, stored

CASES = {s.case: s for s in stored()}
FILTERS = PLACE.with_name("stored_filters.npz")
CORES = ("cortex-m0", "cortex-m4", "cortex-m55")
EACH = 24
"""Models on each core."""
needs_tools = pytest.mark.skipif(
    not all(shutil.which(t) for t in ("arm-none-eabi-gcc", "qemu-system-arm")),
    reason="needs arm-none-eabi-gcc and qemu-system-arm",
)


@cache
def compiled(case: int) -> millrace.Model:
    return millrace.compile(CASES[case].data)


@pytest.mark.parametrize("case", CASES)
def test_models_here(case: int) -> None:
    s, got = CASES[case], []
    model = compiled(case)
    for sample in s.inputs:
        if not s.carries:
            model.reset()
        y = model(*sample)
        got.append(y if isinstance(y, tuple) else (y,))
    assert difference(got, s.outputs) == "", s.kinds


def share(core: str) -> list[Stored]:
    """Other models for each core."""
    step = len(CASES) // EACH
    return list(CASES.values())[CORES.index(core) :: step][:EACH]


@needs_tools
@pytest.mark.parametrize("core", CORES)
def test_models_on_cores(core: str) -> None:
    for s in share(core):
        model = millrace.compile(s.data, target=core)
        done = model.emulate(s.inputs, carry_state=s.carries)
        got = [list(r.outputs) for r in done.samples]
        assert difference(got, s.outputs) == "", (s.case, s.kinds)


@needs_tools
def test_products_of_16_bits_are_added_once() -> None:
    """A pass of LLVM for this core adds some of those in this model twice."""
    (s,) = stored(FILTERS)
    done = millrace.compile(s.data, target="cortex-m4").emulate(s.inputs, carry_state=True)
    assert difference([list(r.outputs) for r in done.samples], s.outputs) == ""


def test_all_operators_of_the_generator_occur() -> None:
    seen = {k for s in CASES.values() for k in s.kinds}
    assert set(MAKERS) - UNSUPPORTED <= seen
