"""Models for emulated boards: real ones, and ones written in assembly that misbehave on purpose."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest

from millrace.codegen import CompiledObject, TensorIO, target
from millrace.codegen.emitter import CheckSite
from millrace.codegen.stack import Stack
from millrace.ir.types import I8

CORES = ("cortex-m0", "cortex-m3", "cortex-m4", "cortex-m7", "cortex-m33", "cortex-m55")
MISSING = [t for t in ("arm-none-eabi-gcc", "qemu-system-arm") if shutil.which(t) is None]


@pytest.fixture(autouse=True)
def tools(request: pytest.FixtureRequest) -> None:
    """All tests here but those marked ``no_tools`` need compiler and emulator."""
    if MISSING and request.node.get_closest_marker("no_tools") is None:
        pytest.skip(f"NO FIRMWARE IS TESTED: {' and '.join(MISSING)} missing")


Assemble = Callable[..., CompiledObject]

HEAD = """\
.syntax unified
.thumb
.section .text.net_run, "ax"
.global net_run
.type net_run, %function
net_run:
"""


@pytest.fixture
def assemble(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Assemble]:
    """``assemble(core, text)``: a model ``net`` whose ``net_run`` is ``text``. It takes 4 numbers
    of 8 bits and gives 4; its pointers to inputs, outputs and arena are in r0 to r2."""

    def make(
        core: str, text: str, *, stack: int = 0, checks: tuple[CheckSite, ...] = ()
    ) -> CompiledObject:
        folder = tmp_path_factory.mktemp("asm")
        machine = target(core)
        (folder / "net.S").write_text(f"{HEAD}{text}\n")
        subprocess.run(
            ["arm-none-eabi-gcc", *machine.cc_flags.split(), "-c", "net.S", "-o", "net.o"],
            cwd=folder,
            check=True,
        )
        return CompiledObject(
            name="net",
            target=machine,
            code=(folder / "net.o").read_bytes(),
            weights=np.empty(0, np.uint8),
            inputs=(TensorIO("x", (4,), I8),),
            outputs=(TensorIO("y", (2, 2), I8),),
            arena_bytes=16,
            arena_align=8,
            model_hash="0",
            checks=checks,
            stack=Stack(stack),
        )

    yield make


def insn_counter() -> Path:
    """The QEMU plugin that counts instructions by itself: our oracle, kept outside the project."""
    return Path(__file__).parents[3] / "shared" / "firmware" / "insncount.c"
