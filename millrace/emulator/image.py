"""From a compiled model to an image that a board can run."""

from __future__ import annotations

import re
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from millrace.codegen import CompiledObject, header
from millrace.emulator.boards import Board, Place
from millrace.emulator.layout import STACK_GUARD_BYTES, Layout, under_test
from millrace.emulator.tools import GCC, NEWLIB, Finished, run
from millrace.ir.errors import RunError

IMAGE = "image.elf"
_SOURCES = ("startup.c", "harness.c")
_FILES = (*_SOURCES, "board.h", "board.ld")
_COMPILE = ("-O1", "-std=gnu11", "-ffreestanding", "-Wall", "-Wextra", "-Wpedantic", "-Werror")
_STACK_RESERVE = 8192
"""Stack beyond what the model is said to need: for the harness, library functions, and to see by
how much a wrong figure is exceeded."""


def build(compiled: CompiledObject, place: Place, layout: Layout, folder: Path) -> Path:
    """Link start-up code, harness and the model's object in ``folder``; the image's path."""
    gcc = GCC.find()
    machine = compiled.target.cc_flags.split()
    _write_files(compiled, layout, folder)
    objects = []
    for source in _SOURCES:
        objects.append(source.replace(".c", ".o"))
        arguments = [*_COMPILE, *_defines(place), "-I.", "-c", source, "-o", objects[-1]]
        done = run([gcc, *machine, *arguments], folder)
        if done.status:
            raise RunError(f"{compiled.name}: {GCC.command} cannot compile:\n{done.output.strip()}")
    objects.append(f"model/{compiled.name}.o")
    done = run([gcc, *machine, *_link_arguments(compiled, place.board), *objects, *_LAST], folder)
    if done.status:
        raise RunError(_link_error(compiled, place.board, done))
    return folder / IMAGE


_LAST = ("-lm", "-lc", "-lgcc", "-o", IMAGE)


def _write_files(compiled: CompiledObject, layout: Layout, folder: Path) -> None:
    resources = files("millrace.emulator") / "firmware"
    for name in _FILES:
        (folder / name).write_text((resources / name).read_text())
    (folder / "under_test.h").write_text(under_test(compiled, layout))
    model = folder / "model"
    model.mkdir()
    compiled.write_object(model / f"{compiled.name}.o")
    (model / f"{compiled.name}.h").write_text(header(compiled))


def _defines(place: Place) -> Iterator[str]:
    yield f"-DBOARD_CLOCK_{place.board.clock}={place.board.clock_base:#x}u"
    if place.trap_unaligned:
        yield "-DBOARD_TRAP_UNALIGNED"


def _link_arguments(compiled: CompiledObject, board: Board) -> list[str]:
    symbols = {
        "vectors_origin": board.vectors,
        "rom_origin": board.rom.origin,
        "rom_length": board.rom.length,
        "ram_origin": board.ram.origin,
        "ram_length": board.ram.length,
        "stack_guard_bytes": STACK_GUARD_BYTES,
        "stack_bytes": compiled.stack.nbytes + _STACK_RESERVE,
    }
    defined = [f"-Wl,--defsym={name}={value:#x}" for name, value in symbols.items()]
    return ["-nostartfiles", "-static", "-Wl,--gc-sections", "-Wl,-Tboard.ld", *defined]


def _link_error(compiled: CompiledObject, board: Board, done: Finished) -> str:
    """What the linker means."""
    prefix = f"{compiled.name}: "
    beyond = re.search(r"region `(ROM|RAM)' overflowed by (\d+) bytes", done.output)
    if beyond:
        rom = beyond[1] == "ROM"
        what = "code and weights" if rom else "tensors, state, arena and stack"
        memory, size = ("ROM", board.rom.length) if rom else ("RAM", board.ram.length)
        return (
            f"{prefix}{what} do not fit the {memory} of {board.machine}, the board that "
            f"{compiled.target.name} is emulated on: {int(beyond[2]):,} bytes more than the "
            f"{size:,} that it has"
        )
    if re.search(r"cannot find -l[cm]\b", done.output):
        return f"{prefix}no C library for {compiled.target.name}; Debian's package {NEWLIB} has it"
    missing = sorted(set(re.findall(r"undefined reference to `([^']+)'", done.output)))
    if missing:
        return f"{prefix}neither the C library nor libgcc has {', '.join(missing)}"
    return f"{prefix}{GCC.command} cannot link:\n{done.output.strip()}"
