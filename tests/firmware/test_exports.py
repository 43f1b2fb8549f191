"""Folders for other build systems, built as they are."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import numpy as np
import pytest

import millrace
from millrace.cli import main
from millrace.codegen import target
from tests.tflite.test_control_flow import counter
from tests.tflite.test_native import quantized

Texts = pytest.CaptureFixture[str]


def export(folder: Path, kind: str, core: str, model: bytes = b"", name: str = "net") -> Path:
    path = folder / f"{name}.tflite"
    path.write_bytes(model or quantized())
    out = folder / kind
    arguments = ["compile", path, "--target", core, "--export", kind, "-o", out, "-q"]
    assert main([str(a) for a in arguments]) == 0
    return out


def run(*command: object, cwd: Path) -> str:
    done = subprocess.run([str(c) for c in command], cwd=cwd, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


# ---- archives


@pytest.mark.parametrize("core", ["cortex-m0", "cortex-m55"])
def test_a_library_is_an_archive_with_an_index(core: str, tmp_path: Path) -> None:
    library = export(tmp_path, "cmake", core) / "lib" / "libnet.a"
    listed = run("arm-none-eabi-nm", "-s", library, cwd=tmp_path)
    assert "net_run in model.o" in listed
    run("arm-none-eabi-ar", "x", library, cwd=tmp_path)
    model = millrace.compile(tmp_path / "net.tflite", target=core)
    assert (tmp_path / "model.o").read_bytes() == model._artifact.compiled.object_bytes()


# ---- CMake

PROJECT = """\
cmake_minimum_required(VERSION 3.13)
project(app C)
{use}
add_executable(app main.c)
target_link_libraries(app PRIVATE millrace::net)
"""
USES = {
    "add_subdirectory": 'add_subdirectory("{folder}" net)',
    "find_package": 'find_package(net CONFIG REQUIRED PATHS "{folder}" NO_DEFAULT_PATH)',
}
TOOLCHAIN = """\
set(CMAKE_SYSTEM_NAME Generic)
set(CMAKE_SYSTEM_PROCESSOR arm)
set(CMAKE_C_COMPILER arm-none-eabi-gcc)
set(CMAKE_TRY_COMPILE_TARGET_TYPE STATIC_LIBRARY)
set(CMAKE_C_FLAGS_INIT "{flags} -Wall -Wextra -Wpedantic -Werror")
set(CMAKE_EXE_LINKER_FLAGS_INIT "--specs=nosys.specs")
"""
MAIN = r"""
#include <stdio.h>
#include "net.h"
NET_STATIC_ARENA(arena);
static int8_t x[NET_INPUT_T0_SIZE], a[NET_OUTPUT_T3_SIZE], b[NET_OUTPUT_T4_SIZE];
static int8_t c[NET_OUTPUT_T5_SIZE];
int main(void) {
    net_inputs_t in = {x};
    net_outputs_t out = {a, b, c};
    int i, status;
    for (i = 0; i < NET_INPUT_T0_SIZE; i++) x[i] = (int8_t)(i * 5 - 80);
    status = net_run(&in, &out, arena);
    for (i = 0; i < NET_OUTPUT_T5_SIZE; i++) printf("%d ", c[i]);
    return status;
}
"""
needs_cmake = pytest.mark.skipif(shutil.which("cmake") is None, reason="CMAKE EXPORTS NOT TESTED")


def project(folder: Path, use: str, package: Path) -> Path:
    source = folder / "app"
    source.mkdir()
    (source / "CMakeLists.txt").write_text(PROJECT.format(use=USES[use].format(folder=package)))
    (source / "main.c").write_text(MAIN)
    return source


@needs_cmake
@pytest.mark.parametrize("use", USES)
def test_cmake_builds_for_the_core(use: str, tmp_path: Path) -> None:
    package = export(tmp_path, "cmake", "cortex-m4")
    source = project(tmp_path, use, package)
    flags = target("cortex-m4").cc_flags
    (tmp_path / "core.cmake").write_text(TOOLCHAIN.format(flags=flags))
    toolchain = f"-DCMAKE_TOOLCHAIN_FILE={tmp_path / 'core.cmake'}"
    run("cmake", "-S", source, "-B", "build", toolchain, cwd=tmp_path)
    run("cmake", "--build", "build", cwd=tmp_path)
    symbols = run("arm-none-eabi-nm", "build/app", cwd=tmp_path)
    assert " T net_run" in symbols


@needs_cmake
@pytest.mark.parametrize("use", USES)
@pytest.mark.no_tools
def test_cmake_builds_what_computes_the_same(use: str, tmp_path: Path) -> None:
    if shutil.which("cc") is None:
        pytest.skip("no C compiler")
    source = project(tmp_path, use, export(tmp_path, "cmake", "host"))
    run("cmake", "-S", source, "-B", "build", cwd=tmp_path)
    run("cmake", "--build", "build", cwd=tmp_path)
    x = (np.arange(32) * 5 - 80).astype(np.int8).reshape(2, 16)
    want = millrace.compile(quantized())(x)[2]
    assert run("build/app", cwd=tmp_path).split() == [str(v) for v in want.reshape(-1)]


@needs_cmake
def test_cmake_refuses_another_machine(tmp_path: Path) -> None:
    source = project(tmp_path, "find_package", export(tmp_path, "cmake", "cortex-m4"))
    build = ["cmake", "-S", source, "-B", tmp_path / "build"]
    done = subprocess.run([str(b) for b in build], capture_output=True, text=True)
    assert done.returncode != 0 and "net was compiled for cortex-m4" in done.stderr


# ---- Zephyr

ZEPHYR = """\
cmake_minimum_required(VERSION 3.13)
project(image C)
set(CONFIG_MILLRACE_NET {on})
add_library(zephyr_interface INTERFACE)
function(zephyr_include_directories)
  target_include_directories(zephyr_interface INTERFACE ${{ARGV}})
endfunction()
function(zephyr_library_import name path)
  add_library(${{name}} STATIC IMPORTED GLOBAL)
  set_target_properties(${{name}} PROPERTIES IMPORTED_LOCATION ${{path}})
  target_link_libraries(zephyr_interface INTERFACE ${{name}})
endfunction()
add_subdirectory("{module}" module)
add_executable(app main.c)
target_link_libraries(app PRIVATE zephyr_interface)
"""


@needs_cmake
@pytest.mark.parametrize("on", [True, False])
def test_a_zephyr_module(on: bool, tmp_path: Path) -> None:
    """Built with functions that do what Zephyr's of that name do."""
    module = export(tmp_path, "zephyr", "cortex-m4")
    assert (module / "zephyr" / "module.yml").read_text().splitlines() == [
        *("name: net", "build:", "  cmake: .", "  kconfig: Kconfig")
    ]
    source = tmp_path / "image"
    source.mkdir()
    (source / "CMakeLists.txt").write_text(ZEPHYR.format(on="y" if on else "n", module=module))
    (source / "main.c").write_text(MAIN)
    (tmp_path / "core.cmake").write_text(TOOLCHAIN.format(flags=target("cortex-m4").cc_flags))
    toolchain = f"-DCMAKE_TOOLCHAIN_FILE={tmp_path / 'core.cmake'}"
    run("cmake", "-S", source, "-B", "build", toolchain, cwd=tmp_path)
    build = subprocess.run(["cmake", "--build", "build"], cwd=tmp_path, capture_output=True)
    assert (build.returncode == 0) == on


@pytest.mark.no_tools
@pytest.mark.parametrize(
    ("core", "depends"),
    [
        ("cortex-m0plus", "CPU_CORTEX_M0PLUS && !FP_HARDABI"),
        ("cortex-m33", "CPU_CORTEX_M33 && FP_HARDABI"),
        ("cortex-m4-soft", "CPU_CORTEX_M4 && !FP_HARDABI"),
        ("riscv32", "RISCV && !64BIT && !FPU"),
    ],
)
def test_a_zephyr_module_is_for_its_core(core: str, depends: str, tmp_path: Path) -> None:
    kconfig = (export(tmp_path, "zephyr", core) / "Kconfig").read_text()
    assert kconfig.startswith("config MILLRACE_NET\n\tbool ")
    assert f"\n\tdepends on {depends}\n" in kconfig
    assert all(line.startswith(("config ", "\t")) for line in kconfig.splitlines())


# ---- Arduino

PLACES = {
    "cortex-m0plus": "cortex-m0plus",
    "cortex-m3": "cortex-m3",
    "cortex-m4": "cortex-m4/fpv4-sp-d16-hard",
    "cortex-m7": "cortex-m7/fpv5-d16-hard",
    "cortex-m4-soft": "cortex-m4",
    "riscv32": "esp32c3",
}
ARDUINO = """\
struct Port { void begin(long); void print(const char *); void println(int); };
extern Port Serial;
void delay(unsigned long);
"""


@pytest.mark.parametrize("core", PLACES)
def test_an_arduino_library(core: str, tmp_path: Path) -> None:
    folder = export(tmp_path, "arduino", core, counter().bytes())
    text = (folder / "library.properties").read_text()
    properties = dict(line.split("=", 1) for line in text.splitlines())
    wanted = {"name", "version", "author", "maintainer", "sentence", "paragraph", "category", "url"}
    assert wanted <= properties.keys()
    assert properties["precompiled"] == "full" and properties["ldflags"] == "-lnet"
    assert properties["includes"] == "net.h" and (folder / "src" / "net.h").is_file()
    assert (folder / "src" / PLACES[core] / "libnet.a").is_file()


def test_an_arduino_sketch_compiles(tmp_path: Path) -> None:
    folder = export(tmp_path, "arduino", "cortex-m4", counter().bytes())
    sketch = folder / "examples" / "run_net" / "run_net.ino"
    (tmp_path / "Arduino.h").write_text(ARDUINO)
    flags = [*target("cortex-m4").cc_flags.split(), "-std=gnu++17", "-Wall", "-Wextra", "-Werror"]
    options = [*flags, "-include", "Arduino.h", f"-I{folder / 'src'}", "-x", "c++", "-c"]
    run("arm-none-eabi-g++", *options, sketch, "-o", "sketch.o", cwd=tmp_path)
    undefined = run("arm-none-eabi-nm", "-u", "sketch.o", cwd=tmp_path)
    assert set(re.findall(r"U (net_\w+)", undefined)) == {"net_run", "net_init"}


# ---- errors


@pytest.mark.no_tools
def test_what_cannot_be_exported(tmp_path: Path, capsys: Texts) -> None:
    (tmp_path / "net.tflite").write_bytes(quantized())
    command = ["compile", str(tmp_path / "net.tflite"), "-o", str(tmp_path / "out"), "--export"]
    for kind, words in (
        ("bazel", "--export 'bazel': known are cmake, arduino, zephyr"),
        ("arduino", "--export arduino: host is no microcontroller"),
        ("zephyr", "--export zephyr: host is no microcontroller"),
    ):
        assert main([*command, kind]) == 1
        assert words in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


@pytest.mark.no_tools
@pytest.mark.parametrize("kind", ["cmake", "arduino", "zephyr"])
def test_the_same_bytes_each_time(kind: str, tmp_path: Path) -> None:
    folders = []
    for i in range(2):
        (tmp_path / str(i)).mkdir()
        folders.append(export(tmp_path / str(i), kind, "cortex-m4"))
    files = [sorted(p for p in f.rglob("*") if p.is_file()) for f in folders]
    assert len(files[0]) == len(files[1]) >= 6
    for a, b in zip(*files, strict=True):
        assert a.relative_to(folders[0]) == b.relative_to(folders[1])
        assert a.read_bytes() == b.read_bytes()
