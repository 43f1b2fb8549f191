"""What a compilation can be told."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from millrace.ir.errors import CompileError

EMIT = ("object", "header", "asm", "llvm", "ir")
"""What can be written, as ``--emit`` names it."""


@dataclass(frozen=True)
class Switches:
    """Looking into the passes; see ``millrace opt --help``."""

    print_ir_after_all: bool = False
    print_ir_after_change: bool = False
    time_passes: bool = False
    stop_after: int | None = None
    check_each: bool = False
    dump_dir: Path | None = None
    progress: Callable[[str], None] | None = None


@dataclass(frozen=True)
class CompileOptions:
    """``shapes`` gives inputs the shapes that the file leaves open; ``feed`` and ``fetch`` choose
    the inputs and outputs of a TensorFlow graph; ``unroll`` is ``auto``,
    ``never``, ``full`` or a number; ``emit`` names extra texts to make (``asm``, ``llvm``,
    ``ir``)."""

    target: str = "host"
    name: str | None = None
    shapes: Mapping[str, Sequence[int | str]] | None = None
    feed: tuple[str, ...] = ()
    fetch: tuple[str, ...] = ()
    strict: bool = False
    unroll: str = "auto"
    emit: tuple[str, ...] = ()
    switches: Switches = field(default_factory=Switches)


def parse_unroll(text: str) -> str:
    """``auto``, ``never``, ``full`` or a positive number of steps, checked."""
    if text in ("auto", "never", "full") or (text.isdecimal() and int(text) > 0):
        return text
    raise CompileError(f"--unroll {text!r}: give auto, never, full or a number of steps")


def parse_emit(text: str) -> tuple[str, ...]:
    """``object,header,asm``, checked."""
    wanted = tuple(dict.fromkeys(w.strip() for w in text.split(",") if w.strip()))
    for w in wanted:
        if w not in EMIT:
            raise CompileError(f"--emit {w!r}: known are {', '.join(EMIT)}")
    if not wanted:
        raise CompileError(f"--emit: nothing named; known are {', '.join(EMIT)}")
    return wanted


def parse_tensors(given: str | Sequence[str] | None) -> tuple[str, ...]:
    """Names of tensors: ``a:0,b`` or a list of them."""
    if given is None:
        return ()
    names = given.split(",") if isinstance(given, str) else given
    return tuple(n.strip() for n in names if n.strip())
