"""Runs a compiled model on samples in QEMU."""

from __future__ import annotations

import re
import struct
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from millrace.codegen import CompiledObject
from millrace.codegen.errors import MESSAGES, NAMES
from millrace.emulator.boards import Board, Place, place_for
from millrace.emulator.image import IMAGE, build
from millrace.emulator.layout import Layout, lay_out
from millrace.emulator.results import (
    GUARDS,
    INPUTS,
    Array,
    Emulation,
    Fault,
    Reader,
    Record,
    SampleRun,
)
from millrace.emulator.tools import NM, QEMU, Finished, TimedOut, run
from millrace.ir.errors import RunError

DEFAULT_TIMEOUT = 600.0
"""Seconds that QEMU may take for all samples together."""
_SHIFT = 7
"""An instruction takes 2^7 ns of virtual time: more than two ticks of every board's clock, so that
ticks tell instructions exactly."""
_EXITS = {
    90: "the harness cannot open its files",
    91: "the harness has got too few inputs",
    92: "the harness cannot write its results (is the disk full?)",
    99: "the core took a fault before the harness was ready",
}
"""Exit statuses of ``firmware/harness.c``."""
_EXCEPTIONS = {2: "NMI", 3: "hard fault", 4: "memory fault", 5: "bus fault", 6: "usage fault"}


def emulate(
    compiled: CompiledObject,
    samples: Sequence[Sequence[Any]],
    *,
    carry_state: bool = False,
    timeout: float = DEFAULT_TIMEOUT,
    place: Place | None = None,
) -> Emulation:
    """Run the object of ``compiled`` on the board of its target, or at another ``place``.

    A sample has one array an input. Each runs from fresh state, or with ``carry_state`` from what
    the one before it left. All run in one image; after each the guard bytes around whatever the
    caller owns are checked. RunError when a run fails, when something was written that must not
    be, when the board takes a fault, and when a program is missing or takes too long."""
    place = place or place_for(compiled.target)
    QEMU.find()
    request = _request(compiled, samples, carry_state)
    with tempfile.TemporaryDirectory(prefix="millrace-") as name:
        job = _Job(compiled, place.board, lay_out(compiled), Path(name))
        build(compiled, place, job.layout, job.folder)
        (job.folder / "in.bin").write_bytes(request)
        return job.run(len(samples), timeout)


def _request(compiled: CompiledObject, samples: Sequence[Sequence[Any]], carry: bool) -> bytes:
    """``in.bin``."""
    parts = [struct.pack("<II", len(samples), carry)]
    for sample in samples:
        for value, t in zip(sample, compiled.inputs, strict=True):
            array: Array = np.ascontiguousarray(value)
            if array.dtype != t.element.dtype or array.size != t.size:
                raise RunError(
                    f"{compiled.name}: input {t.name!r} is {t.element}{list(t.shape)}, not "
                    f"{array.dtype}{list(array.shape)}"
                )
            parts.append(array.tobytes())
    return b"".join(parts)


@dataclass(frozen=True)
class _Job:
    compiled: CompiledObject
    board: Board
    layout: Layout
    folder: Path

    def run(self, count: int, timeout: float) -> Emulation:
        """Run the image, and find out how it went."""
        done = self._emulate(timeout)
        written = self.folder / "out.bin"
        reader = Reader(
            written.read_bytes() if written.exists() else b"",
            self.compiled,
            Fraction(self.board.tick_ns, 2**_SHIFT),
        )
        runs: list[SampleRun] = []
        for record in reader.records():
            if isinstance(record, Fault):
                raise self._error(len(runs), self._fault(record))
            self._check(len(runs), record)
            runs.append(record.run)
        if done.status or len(runs) != count:
            raise self._error(len(runs), self._trouble(done))
        return Emulation(self.board.machine, tuple(runs))

    def _emulate(self, timeout: float) -> Finished:
        command = [QEMU.find(), "-M", self.board.machine, "-kernel", IMAGE]
        command += ["-display", "none", "-monitor", "none", "-serial", "none"]
        command += ["-semihosting-config", "enable=on,target=native"]
        command += ["-icount", f"shift={_SHIFT},align=off,sleep=off"]
        try:
            return run(command, self.folder, timeout)
        except TimedOut:
            raise RunError(
                f"{self.compiled.name}: the emulation has not ended within {timeout:g} seconds "
                f"({self.board.machine}); give fewer samples or more time"
            ) from None

    def _error(self, sample: int, text: str) -> RunError:
        return RunError(f"{self.compiled.name}: sample {sample}: {text}")

    def _check(self, sample: int, record: Record) -> None:
        if record.damage == GUARDS:
            near = self.layout.near(record.damaged_at)
            raise self._error(sample, f"memory was written that is nobody's: {near}")
        if record.damage == INPUTS:
            raise self._error(sample, "the inputs were written to")
        if record.damage:
            raise self._error(sample, self._overflow())
        if record.status:
            raise self._error(sample, self._status(record.status))

    def _overflow(self) -> str:
        return f"the stack overflowed; {self.compiled.stack.nbytes} bytes should do"

    def _status(self, status: int) -> str:
        """An error code and the nodes that can return it."""
        name = self.compiled.name
        if status not in NAMES:
            return f"{name}_run returned {status}, which is none of its codes"
        places = dict.fromkeys(c.where for c in self.compiled.checks if -c.code == status)
        where = " or ".join(p for p in places if p)
        text = f"{name}_run returned {name.upper()}_{NAMES[status]} ({status}): {MESSAGES[status]}"
        return f"{text}, at {where}" if where else text

    def _fault(self, fault: Fault) -> str:
        if fault.stack_overflow:
            return self._overflow()
        kind = _EXCEPTIONS.get(fault.exception, f"exception {fault.exception}")
        text = f"{kind} at {self._symbolic(fault.pc)}, called from {self._symbolic(fault.lr)}"
        if fault.cause:
            text += f", CFSR {fault.cause:#010x}"
        if fault.address:
            text += f", accessing {fault.address:#010x}"
        return text

    def _symbolic(self, address: int) -> str:
        """``0x00001234 (net_run + 6)``."""
        text = f"{address:#010x}"
        listed = run([NM.find(), "-n", IMAGE], self.folder).output
        rows = re.findall(r"^([0-9a-f]{8}) [tT] (\S+)$", listed, re.MULTILINE)
        below = [(int(at, 16), name) for at, name in rows if int(at, 16) <= address & ~1]
        if not below or "$" in below[-1][1]:
            return text
        at, name = below[-1]
        return f"{text} ({name} + {(address & ~1) - at})"

    def _trouble(self, done: Finished) -> str:
        """Why an image ended without all samples done and without a report of a fault."""
        lines = done.output.strip().splitlines()
        said = f": {lines[0]}" if lines else ""
        if done.status in _EXITS:
            return _EXITS[done.status]
        return f"{QEMU.command} ended with status {done.status}{said}"
