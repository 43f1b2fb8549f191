"""Objects and headers as a firmware's build sees them."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Callable
from functools import cache
from pathlib import Path

import numpy as np
import pytest

import millrace
from millrace.codegen import target
from millrace.codegen.elf import Object
from tests.quantize.quantize_models import MODELS
from tests.tflite.test_control_flow import counter
from tests.tflite.test_native import quantized

GRU = Path(__file__).parents[2] / "examples" / "gru_demo.onnx"
SHARED = Path(__file__).parents[3] / "shared" / "models"
CORES = [
    *("cortex-m0", "cortex-m0plus", "cortex-m3", "cortex-m4", "cortex-m4-soft", "cortex-m7"),
    *("cortex-m33", "cortex-m55", "cortex-m85", "cortex-a7"),
]
HARD = {c for c in CORES if target(c).abi == "hard"}
STRICT = ["-Wall", "-Wextra", "-Wpedantic", "-Werror"]
DIALECTS = {"main.c": ["-std=c99"], "main.cpp": ["-std=c++11"], "other.cpp": ["-std=c++98"]}
LIBC = {"memcpy", "memset", "memmove"}


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """The folder of a core's three models: ``one`` of 8 bits, ``two`` of floats, ``kept`` with a
    state."""

    @cache
    def build(core: str) -> Path:
        folder = tmp_path_factory.mktemp(core)
        for name, model in (("one", quantized()), ("two", GRU), ("kept", counter().bytes())):
            millrace.compile(model, target=core, name=name).save(folder)
        return folder

    return build


Built = Callable[[str], Path]


def tool(name: str, *arguments: object, cwd: Path | None = None) -> str:
    done = subprocess.run(
        [f"arm-none-eabi-{name}", *map(str, arguments)], cwd=cwd, capture_output=True, text=True
    )
    assert done.returncode == 0 and not done.stderr, done.stderr
    return done.stdout


def undefined(file: Path) -> set[str]:
    return {line.split()[-1] for line in tool("nm", "-u", file).splitlines()}


def attributes(file: Path) -> dict[str, str]:
    return dict(re.findall(r"Tag_(\w+): (.*)", tool("readelf", "-A", file)))


each_core = pytest.mark.parametrize("core", CORES)


@each_core
def test_8_bit_models_need_the_c_library_for_copies_only(built: Built, core: str) -> None:
    file = built(core) / "one.o"
    assert undefined(file) <= LIBC
    assert undefined(file) == set(Object(file.read_bytes()).undefined())


@each_core
def test_float_models_need_no_library_but_for_soft_floats(built: Built, core: str) -> None:
    file = built(core) / "two.o"
    others = undefined(file) - LIBC
    if target(core).fpu == "none":
        assert others and all(re.fullmatch(r"__aeabi_(f\w+|i2f|ui2f)", s) for s in others)
    else:
        assert not others
    header = file.with_suffix(".h").read_text()
    report = file.with_suffix(".report.txt").read_text()
    assert all(symbol in header and symbol in report for symbol in undefined(file))


@each_core
def test_floats_are_passed_as_the_object_says(built: Built, core: str) -> None:
    found = attributes(built(core) / "two.o")
    assert found.get("ABI_VFP_args") == ("VFP registers" if core in HARD else None)
    assert ("FP_arch" in found) == (target(core).fpu != "none")
    assert found["CPU_name"].strip('"') in core


MAIN = r"""
#include "one.h"
#include "two.h"
#include "kept.h"
ONE_STATIC_ARENA(first);
TWO_STATIC_ARENA(second) __attribute__((section(".fast")));
KEPT_STATIC_ARENA(third);
static int8_t x[ONE_INPUT_T0_SIZE], total[ONE_OUTPUT_T3_SIZE], curve[ONE_OUTPUT_T4_SIZE];
static int8_t last[ONE_OUTPUT_T5_SIZE];
static float frames[TWO_INPUT_FRAMES_SIZE], scores[TWO_OUTPUT_SCORES_SIZE];
static float step[KEPT_INPUT_T0_SIZE], sum[KEPT_OUTPUT_T2_SIZE];
static kept_state_t state;
int main(void) {
    one_inputs_t a;
    one_outputs_t b;
    two_inputs_t c;
    two_outputs_t d;
    kept_inputs_t e;
    kept_outputs_t f;
    a.t0 = x;
    b.t3 = total;
    b.t4 = curve;
    b.t5 = last;
    c.frames = frames;
    d.scores = scores;
    e.t0 = step;
    f.t2 = sum;
    kept_init(&state);
    return one_run(&a, &b, first) + two_run(&c, &d, second) + kept_run(&e, &f, &state, third);
}
"""


@each_core
def test_three_models_in_one_image(built: Built, core: str, tmp_path: Path) -> None:
    """C99 and C++, all warnings, linked without mending anything."""
    folder = built(core)
    flags = target(core).cc_flags.split()
    for file, dialect in DIALECTS.items():
        (tmp_path / file).write_text(MAIN)
        compiler = "gcc" if file.endswith(".c") else "g++"
        tool(compiler, *flags, *STRICT, *dialect, f"-I{folder}", "-c", file, cwd=tmp_path)
    objects = [folder / f"{name}.o" for name in ("one", "two", "kept")]
    for main in ("main.o", "other.o"):
        linking = [*flags, "--specs=nosys.specs", "-Wl,--gc-sections", main, *objects]
        subprocess.run(
            ["arm-none-eabi-gcc", *linking, "-o", "image.elf"],
            cwd=tmp_path,
            check=True,
            capture_output=True,
        )
        assert ".fast" in tool("readelf", "-SW", tmp_path / "image.elf")


@pytest.mark.parametrize("core", ["cortex-m4", "cortex-m4-soft"])
def test_hard_and_soft_floats_do_not_mix(built: Built, core: str, tmp_path: Path) -> None:
    file = built(core) / "two.o"
    (tmp_path / "m.c").write_text("float f(float x) { return x; }\nint main(void) { return 0; }\n")
    other = target("cortex-m4-soft" if core == "cortex-m4" else "cortex-m4").cc_flags.split()
    build = ["arm-none-eabi-gcc", *other, "--specs=nosys.specs", "m.c", file, "-o", "m.elf"]
    done = subprocess.run(build, cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode != 0 and "VFP register arguments" in done.stderr


@each_core
def test_a_linker_drops_and_places_what_it_wants(built: Built, core: str) -> None:
    """Each function has a section of its own, the weights have one, and nothing is writable."""
    file = built(core) / "one.o"
    row = r"\]\s+(\.\S+)\s+(\w+)\s+\w+\s+\w+\s+(\w+)\s+\w+\s+([WAXIEo]*)"
    rows = re.findall(row, tool("readelf", "-SW", file))
    sizes = {name: int(size, 16) for name, _, size, flags in rows if "A" in flags}
    assert sizes.pop(".text", 0) == 0
    assert set(sizes) >= {".text.one_run", ".text.one_main", ".rodata.one_w"}
    assert all(re.match(r"\.text\.one[_.]|\.rodata", name) for name in sizes)
    assert not any("W" in flags for *_, flags in rows)
    functions = re.findall(r"^\w+ (\w+) [tT] (\S+)$", tool("nm", "-S", file), re.MULTILINE)
    assert all(sizes[f".text.{name}"] == int(size, 16) for size, name in functions)
    report = millrace.load(file.parent, name="one").report
    assert sum(sizes.values()) == report.code_bytes + report.weight_bytes
    assert report.weight_bytes < sizes[".rodata.one_w"]  # the compiler's tables are code


@pytest.mark.parametrize("core", ["cortex-m0", "cortex-m4", "cortex-m55"])
def test_the_same_bytes_each_time(built: Built, core: str, tmp_path: Path) -> None:
    millrace.compile(GRU, target=core, name="two").save(tmp_path)
    for name in ("two.o", "two.h", "two.report.txt", "two.report.json"):
        assert (built(core) / name).read_bytes() == (tmp_path / name).read_bytes()


def test_headers_tell_what_integers_stand_for(built: Built) -> None:
    header = (built("cortex-m4") / "one.h").read_text().splitlines()
    scale = float(np.float32(0.05))
    for line in (
        f"#define ONE_INPUT_T0_SCALE {scale!r}f",
        "#define ONE_INPUT_T0_ZERO_POINT (3)",
        "#define ONE_OUTPUT_T5_SCALE 0.00390625f",
        "#define ONE_OUTPUT_T5_ZERO_POINT (-128)",
        f'#define ONE_MILLRACE_VERSION "{millrace.__version__}"',
        " * GCC: -mcpu=cortex-m4 -mthumb -mfloat-abi=hard -mfpu=fpv4-sp-d16",
    ):
        assert line in header
    spec = millrace.load(built("cortex-m4"), name="one").inputs[0]
    assert spec.quantization is not None
    assert (spec.quantization.scale, spec.quantization.zero_point) == ((scale,), (3,))


MORE = [pytest.param(c, marks=pytest.mark.slow) for c in ("cortex-m4", "cortex-m33", "cortex-m55")]


@pytest.mark.parametrize("core", ["cortex-m0", *MORE])
def test_real_8_bit_models(core: str, tmp_path: Path) -> None:
    if not SHARED.is_dir():
        pytest.skip(f"{SHARED} is missing: NO REAL MODEL IS TESTED")
    for folder in sorted(SHARED.glob("*_int8")):
        if "unrolled" not in folder.name:
            millrace.compile(folder / "model.tflite", target=core, name="net").save(tmp_path)
            assert undefined(tmp_path / "net.o") <= LIBC, folder.name


@pytest.mark.no_tools
@pytest.mark.parametrize("core", ["cortex-m0", "cortex-m55", "riscv32"])
def test_more_sums_than_registers(core: str) -> None:
    """Eight products of an LSTM's step in one kernel, on a core that cannot hold eight sums."""
    build, _ = MODELS["lstm"]
    assert millrace.compile(build(), target=core).report.kernels


REJECTED = r"""
#include <stdio.h>
#include "two.h"
static unsigned char memory[2 * TWO_ARENA_BYTES] __attribute__((aligned(2 * TWO_ARENA_ALIGN)));
static float frames[TWO_INPUT_FRAMES_SIZE], scores[TWO_OUTPUT_SCORES_SIZE];
int main(void) {
    two_inputs_t in = {frames}, no_in = {NULL};
    two_outputs_t out = {scores}, no_out = {NULL};
    printf("%d", two_run(&in, &out, memory));
    printf(" %d", two_run(&in, &out, memory + TWO_ARENA_ALIGN));
    printf(" %d", two_run(&in, &out, memory + TWO_ARENA_ALIGN / 2) == TWO_E_ARG);
    printf(" %d", two_run(&in, &out, NULL) == TWO_E_ARG);
    printf(" %d", two_run(NULL, &out, memory) == TWO_E_ARG);
    printf(" %d", two_run(&in, NULL, memory) == TWO_E_ARG);
    printf(" %d", two_run(&no_in, &out, memory) == TWO_E_ARG);
    printf(" %d\n", two_run(&in, &no_out, memory) == TWO_E_ARG);
    return 0;
}
"""


def test_bad_arguments_are_refused_on_the_core(built: Built, tmp_path: Path) -> None:
    folder, project = built("cortex-m4"), GRU.parent / "firmware"
    (tmp_path / "main.c").write_text(REJECTED)
    flags = [*target("cortex-m4").cc_flags.split(), "-nostartfiles", "-Wl,--gc-sections"]
    flags.append("--specs=rdimon.specs")
    sources = [project / "startup.c", "main.c", folder / "two.o"]
    script = ["-T", project / "board.ld", f"-I{folder}", "-o", "image.elf"]
    tool("gcc", *flags, *sources, *script, cwd=tmp_path)
    machine = ["-M", "mps2-an386", "-display", "none", "-monitor", "none", "-serial", "none"]
    semihosting = ["-semihosting-config", "enable=on,target=native"]
    command = ["qemu-system-arm", *machine, *semihosting, "-kernel", "image.elf"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert (done.stdout + done.stderr).split() == ["0", "0", *["1"] * 6]
