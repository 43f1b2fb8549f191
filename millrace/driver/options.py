"""What a compilation can be told."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from millrace.ir.errors import CompileError
from millrace.passes.quantize.methods import METHODS

_UNITS = {"": 1, "b": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30}

Array = np.ndarray[Any, Any]

EMIT = ("object", "header", "asm", "llvm", "ir")
"""What can be written, as ``--emit`` names it."""


SCHEMES = ("int8", "int16x8")
"""Ways to quantize: activations of 8 or of 16 bits, with weights of 8."""
WEIGHTS = {"weights-int8": "int8", "bf16": "bf16", "f16": "f16"}
"""Ways to store weights of a model that computes with floats, and the types that they take."""

IO = ("float32", "int8")
"""What a quantized model takes and gives."""


@dataclass(frozen=True)
class Pruning:
    """Which share of the weights, or of the units, becomes zero."""

    share: float
    structured: bool = False


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
    """``shapes`` gives inputs the shapes that the file leaves open; ``bounds`` has the largest
    sizes of what follows from data, by node; ``feed`` and ``fetch`` choose the inputs and
    outputs of a TensorFlow graph; ``unroll`` is ``auto``, ``never``, ``full`` or a number;
    ``quantize`` is a scheme of :data:`SCHEMES`, for which ``calibration`` has samples of the
    inputs (a file or arrays), ``method`` says how ranges are made of them, and ``io`` the type
    of inputs and outputs; ``quantize_report`` is a file for what each value loses; ``prune``
    says which weights become zero; ``patch`` is ``auto``, ``never``, ``least`` or a number of
    bands; ``sparse`` is ``auto``, ``never`` or ``least``; ``flash`` and ``ram`` are the bytes that
    the model may take, None for no limit; ``emit`` names extra texts to make (``asm``, ``llvm``,
    ``ir``)."""

    target: str = "host"
    name: str | None = None
    shapes: Mapping[str, Sequence[int | str]] | None = None
    bounds: Mapping[str, int] | None = None
    feed: tuple[str, ...] = ()
    fetch: tuple[str, ...] = ()
    strict: bool = False
    unroll: str = "auto"
    quantize: str | None = None
    calibration: Path | Mapping[str, Array] | None = None
    method: str = "auto"
    io: str | None = None
    quantize_report: Path | None = None
    prune: Pruning | None = None
    patch: str = "auto"
    sparse: str = "auto"
    flash: int | None = None
    ram: int | None = None
    emit: tuple[str, ...] = ()
    switches: Switches = field(default_factory=Switches)


def parse_unroll(text: str) -> str:
    """``auto``, ``never``, ``full`` or a positive number of steps, checked."""
    if text in ("auto", "never", "full") or (text.isdecimal() and int(text) > 0):
        return text
    raise CompileError(f"--unroll {text!r}: give auto, never, full or a number of steps")


def parse_patch(text: str) -> str:
    """``auto``, ``never``, ``least`` or a number of bands, checked."""
    if text in ("auto", "never", "least") or (text.isdecimal() and int(text) > 1):
        return text
    raise CompileError(f"--patch {text!r}: give auto, never, least or a number of bands above 1")


def parse_sparse(text: str) -> str:
    """``auto``, ``never`` or ``least``, checked."""
    if text in ("auto", "never", "least"):
        return text
    raise CompileError(f"--sparse {text!r}: give auto, never or least")


def parse_quantize(scheme: str | None, calibration: object, prune: str | None = None) -> str | None:
    """A scheme of quantization, checked."""
    if scheme is None:
        if calibration is not None and prune is None:
            raise CompileError("--calibration goes with --quantize or --prune")
        return None
    if scheme in WEIGHTS:
        if calibration is not None and prune is None:
            raise CompileError(f"--quantize {scheme} needs no --calibration")
        return scheme
    if scheme not in SCHEMES:
        known = ", ".join((*SCHEMES, *WEIGHTS))
        raise CompileError(f"--quantize {scheme!r}: known are {known}")
    if calibration is None:
        raise CompileError(f"--quantize {scheme} needs --calibration: samples of the inputs")
    return scheme


def parse_report(path: str | Path | None, scheme: str | None) -> Path | None:
    """A file for what each value loses."""
    if path is not None and scheme not in SCHEMES:
        raise CompileError(f"--quantize-report goes with --quantize {' or '.join(SCHEMES)}")
    return None if path is None else Path(path)


def parse_size(text: str | int | None, option: str) -> int | None:
    """``65536``, ``64K``, ``1.5M``, ``2 MB``: bytes; a K is 1024."""
    if text is None or isinstance(text, int):
        given = text
    else:
        found = re.fullmatch(r"\s*(\d+(?:\.\d+)?)\s*([bkmg]?)(?:i?b)?\s*", text.lower())
        if found is None:
            raise CompileError(f"{option} {text!r}: give bytes, or a size such as 64K or 1M")
        given = int(float(found[1]) * _UNITS[found[2]])
    if given is not None and given <= 0:
        raise CompileError(f"{option} {text!r}: a model needs some")
    return given


def parse_prune(text: str | None) -> Pruning | None:
    """``magnitude:0.5`` or ``magnitude:0.5,structured``, checked."""
    if text is None:
        return None
    found = re.fullmatch(r"\s*magnitude:(0?\.\d+|0)(\s*,\s*structured)?\s*", text)
    if found is None:
        raise CompileError(f"--prune {text!r}: give magnitude:SHARE or magnitude:SHARE,structured")
    return Pruning(float(found[1]), found[2] is not None)


def parse_method(text: str, scheme: str | None) -> str:
    """A method of calibration, checked."""
    known = ("auto", *METHODS)
    if text not in known:
        raise CompileError(f"--calibrate-method {text!r}: known are {', '.join(known)}")
    if text != "auto" and scheme not in SCHEMES:
        raise CompileError(f"--calibrate-method goes with --quantize {' or '.join(SCHEMES)}")
    return text


def parse_io(text: str | None, scheme: str | None) -> str | None:
    """``float32`` or ``int8``, checked."""
    if text is not None and text not in IO:
        raise CompileError(f"--io {text!r}: known are {', '.join(IO)}")
    if text is not None and scheme is None:
        raise CompileError(f"--io goes with --quantize {' or '.join(SCHEMES)}")
    return text


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
