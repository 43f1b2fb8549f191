"""What the harness measures is exact, and what must not happen is noticed."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

from millrace.codegen import CompiledObject, target
from millrace.codegen.emitter import CheckSite
from millrace.emulator import SampleRun, boards, emulate, image, layout
from millrace.ir.errors import RunError

from .conftest import CORES, Assemble, insn_counter

X = np.array([1, 2, 3, 4], np.int8)
RETURN = "movs r0, #0\nbx lr"
COPY = """\
    ldr r0, [r0]
    ldr r1, [r1]
    movs r3, #4
1:  subs r3, #1
    ldrb r2, [r0, r3]
    strb r2, [r1, r3]
    bne 1b
"""


def once(compiled: CompiledObject, **options: float) -> SampleRun:
    (run,) = emulate(compiled, [[X]], **options).samples  # type: ignore[arg-type]
    return run


@pytest.mark.parametrize("core", CORES)
def test_outputs_come_back(assemble: Assemble, core: str) -> None:
    doubled = COPY.replace("strb", "adds r2, r2\n strb").replace("bne", "cmp r3, #0\n bne")
    emulation = emulate(assemble(core, doubled + RETURN), [[X], [X * 3]])
    outputs = [s.outputs[0].tolist() for s in emulation.samples]
    assert outputs == [[[2, 4], [6, 8]], [[6, 12], [18, 24]]]
    assert emulation.outputs()[0].shape == (2, 2, 2)


# One tick of SysTick's 24 bits passes after 5.2 million instructions, the clock's 32 bits after
# 1.3 thousand million.
@pytest.mark.parametrize("core", CORES)
@pytest.mark.parametrize("steps", [1, 12_345, 5_000_000])
def test_instructions_are_counted_exactly(assemble: Assemble, core: str, steps: int) -> None:
    loop = f"ldr r3, =({steps} + 1)\n1: nop\nsubs r3, #1\nbne 1b\n"
    assert once(assemble(core, loop + RETURN)).instructions == 1 + 3 * (steps + 1) + 2


@pytest.mark.parametrize("core", ["cortex-m4", "cortex-m55"])
def test_two_hundred_million_instructions(assemble: Assemble, core: str) -> None:
    loop = "ldr r3, =100000000\n1: subs r3, #1\nbne 1b\n"
    assert once(assemble(core, loop + RETURN)).instructions == 200_000_003


@pytest.mark.slow
@pytest.mark.parametrize("core", CORES)
def test_a_clock_that_wraps_twice(assemble: Assemble, core: str) -> None:
    loop = "ldr r3, =750000000\n1: nop\nnop\nsubs r3, #1\nbne 1b\n"
    assert once(assemble(core, loop + RETURN)).instructions == 3_000_000_003


@pytest.mark.parametrize("core", ["cortex-m0", "cortex-m4", "cortex-m33", "cortex-m55"])
def test_the_counter_agrees_with_that_of_the_emulator(
    assemble: Assemble, core: str, tmp_path: Path
) -> None:
    source, compiler = insn_counter(), shutil.which("gcc")
    if not source.exists() or compiler is None:
        pytest.skip(f"{source} or gcc is missing: THE COUNTER HAS NO SECOND OPINION")
    plugin = tmp_path / "insncount.so"
    subprocess.run([compiler, "-O2", "-shared", "-fPIC", source, "-o", plugin], check=True)
    calls = "push {r4, lr}\nmovs r4, #77\n1: bl 2f\nsubs r4, #1\nbne 1b\nmovs r0, #0\n"
    net = assemble(core, f"{calls}pop {{r4, pc}}\n2: nop\nbx lr")
    assert once(net).instructions == counted_by(plugin, net, tmp_path) == 77 * 5 + 4


def counted_by(plugin: Path, net: CompiledObject, folder: Path) -> int:
    """Instructions from the first of ``net_run`` to where it returns to."""
    place = boards.place_for(net.target)
    build = folder / "build"
    build.mkdir()
    elf = image.build(net, place, layout.lay_out(net), build)
    (build / "in.bin").write_bytes(np.array([1, 0], "<u4").tobytes() + X.tobytes())
    listing = subprocess.run(
        ["arm-none-eabi-objdump", "-d", elf], check=True, capture_output=True, text=True
    ).stdout
    begin = re.search(r"^([0-9a-f]+) <net_run>:", listing, re.MULTILINE)
    measuring = listing[listing.index("<measure_call>:") :]
    end = re.search(r"\tblx\tr\d+.*\n *([0-9a-f]+):", measuring)
    assert begin and end
    done = subprocess.run(
        [
            *("qemu-system-arm", "-M", place.board.machine, "-kernel", elf),
            *("-display", "none", "-monitor", "none", "-serial", "none"),
            *("-semihosting-config", "enable=on,target=native"),
            *("-plugin", f"{plugin},begin=0x{begin[1]},end=0x{end[1]}", "-d", "plugin"),
        ],
        cwd=build,
        check=True,
        capture_output=True,
        text=True,
    )
    regions = re.findall(r"region \d+: (\d+)", done.stderr + done.stdout)
    # The first region ends where the empty function of the calibration returns to.
    return int(regions[-1])


@pytest.mark.parametrize("core", CORES)
def test_the_high_water_mark_of_the_stack(assemble: Assemble, core: str) -> None:
    text = "push {r4, lr}\nsub sp, #200\nstr r0, [sp, #0]\nadd sp, #200\nmovs r0, #0\npop {r4, pc}"
    assert once(assemble(core, text)).stack_bytes == 208
    assert once(assemble(core, RETURN)).stack_bytes == 0


# ---- damage

POKES = {
    "byte 0 after the end of input 'x'": "ldr r0, [r0]\nmovs r3, #9\nstrb r3, [r0, #4]\n",
    "byte 0 after the end of output 'y'": "ldr r1, [r1]\nmovs r3, #9\nstrb r3, [r1, #4]\n",
    "byte 1 before the start of output 'y'": "ldr r1, [r1]\nsubs r1, #1\nstrb r1, [r1]\n",
    "byte 3 after the end of the arena": "movs r3, #9\nstrb r3, [r2, #19]\n",
    "byte 2 before the start of the arena": "subs r2, #2\nmovs r3, #9\nstrb r3, [r2]\n",
    "the inputs were written to": "ldr r0, [r0]\nmovs r3, #9\nstrb r3, [r0]\n",
    "the stack overflowed; 100 bytes should do": (
        "mov r1, sp\nldr r3, =stack_bottom\nmov sp, r3\npush {r0}\nmov sp, r1\n"
    ),
}


@pytest.mark.parametrize("message", POKES)
def test_what_is_written_where_it_must_not_be(assemble: Assemble, message: str) -> None:
    with pytest.raises(RunError, match=f"^net: sample 0: .*{re.escape(message)}$"):
        once(assemble("cortex-m4", POKES[message] + RETURN, stack=100))


@pytest.mark.parametrize("core", CORES)
def test_arena_and_outputs_are_garbage_and_may_be_written(assemble: Assemble, core: str) -> None:
    """The last byte of each may be; a run finds nothing that the one before has left."""
    text = "ldr r1, [r1]\nldrb r3, [r2, #15]\nstrb r3, [r1, #3]\nmovs r3, #0\nstrb r3, [r2, #15]\n"
    runs = emulate(assemble(core, text + RETURN), [[X], [X]]).samples
    left = [r.outputs[0][1, 1] for r in runs]
    assert 0 not in left and left[0] != left[1]


# ---- failures


def test_a_status_names_code_and_node(assemble: Assemble) -> None:
    checks = (CheckSite(2, 'net.onnx: node "/Gather"'), CheckSite(3, 'net.onnx: node "/Loop"'))
    net = assemble("cortex-m4", "movs r0, #2\nrsbs r0, r0, #0\nbx lr", checks=checks)
    with pytest.raises(RunError, match=r"sample 0: net_run returned NET_E_INDEX \(-2\)") as e:
        once(net)
    assert "/Gather" in str(e.value) and "/Loop" not in str(e.value)


def test_a_status_that_is_none(assemble: Assemble) -> None:
    with pytest.raises(RunError, match="net_run returned 7, which is none of its codes"):
        once(assemble("cortex-m4", "movs r0, #7\nbx lr"))


@pytest.mark.parametrize("core", CORES)
def test_a_fault_says_where(assemble: Assemble, core: str) -> None:
    with pytest.raises(RunError, match=r"hard fault at 0x[0-9a-f]{8} \(net_run \+ 2\), called"):
        once(assemble(core, "nop\nudf #0"))


@pytest.mark.parametrize("core", ["cortex-m0", "cortex-m0plus"])
def test_small_cores_cannot_read_unaligned_words(assemble: Assemble, core: str) -> None:
    """Tensors of bytes lie at odd addresses in the harness."""
    with pytest.raises(RunError, match=r"hard fault at .*net_run \+ 2"):
        once(assemble(core, f"ldr r0, [r0]\nldr r0, [r0]\n{RETURN}"))


def test_an_endless_run_is_ended(assemble: Assemble) -> None:
    with pytest.raises(RunError, match="has not ended within 1 seconds"):
        once(assemble("cortex-m4", "b net_run"), timeout=1)


def test_what_does_not_fit(assemble: Assemble) -> None:
    large = f'{RETURN}\n.section .rodata.net, "a"\n.global net_table\nnet_table: .space {5 << 20}'
    kept = large.replace("movs r0", "ldr r0, =net_table\nmovs r0")
    with pytest.raises(RunError, match=r"code and weights do not fit the ROM of mps2-an386"):
        once(assemble("cortex-m4", kept))


def test_missing_functions_are_named(assemble: Assemble) -> None:
    with pytest.raises(RunError, match="neither the C library nor libgcc has nowhere_to_be_found"):
        once(assemble("cortex-m4", "bl nowhere_to_be_found"))


@pytest.mark.no_tools
@pytest.mark.parametrize("name", ["riscv32", "cortex-a7", "aarch64"])
def test_targets_without_a_board(name: str) -> None:
    with pytest.raises(RunError, match=f"cannot execute code for {name}, and QEMU"):
        boards.place_for(target(name))


def test_what_is_missing_is_named(assemble: Assemble, monkeypatch: pytest.MonkeyPatch) -> None:
    net = assemble("cortex-m4", RETURN)
    monkeypatch.setattr(shutil, "which", lambda name: None if "qemu" in name else "/bin/false")
    with pytest.raises(RunError, match=r"qemu-system-arm is missing.*package qemu-system-arm"):
        once(net)
    monkeypatch.setattr(shutil, "which", lambda name: None if "gcc" in name else "/bin/false")
    with pytest.raises(RunError, match="package gcc-arm-none-eabi"):
        once(net)
