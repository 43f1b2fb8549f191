"""What an image writes to ``out.bin``, decoded. ``firmware/harness.c`` has the records."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

import numpy as np

from millrace.codegen import CompiledObject

Array = np.ndarray[Any, Any]

CALIBRATION, SAMPLE, FAULT = 1, 2, 3
GUARDS, INPUTS, STACK = 1, 2, 3
_WORD = struct.Struct("<I")
_TAKEN = struct.Struct("<III")
_CALIBRATION_BYTES = _WORD.size + 2 * _TAKEN.size
_SAMPLE = struct.Struct("<IiIII")
_FAULT = struct.Struct("<7I")
_HIGH_TICKS = 256
"""Ticks in a unit of the slow clock."""


@dataclass(frozen=True)
class SampleRun:
    """One run of the model. ``instructions`` are those of ``NAME_run`` from its first to its
    return; ``init_instructions`` those of ``NAME_init`` where it was called before this run;
    ``stack_bytes``: the deepest that either reached."""

    outputs: tuple[Array, ...]
    instructions: int
    init_instructions: int | None
    stack_bytes: int


@dataclass(frozen=True)
class Emulation:
    """Runs on an emulated board (``machine``, as QEMU names it)."""

    machine: str
    samples: tuple[SampleRun, ...]

    @property
    def instructions(self) -> int:
        """Of the longest run."""
        return max((s.instructions for s in self.samples), default=0)

    @property
    def init_instructions(self) -> int:
        return max((s.init_instructions or 0 for s in self.samples), default=0)

    @property
    def stack_bytes(self) -> int:
        """The stack's high-water mark over all runs."""
        return max((s.stack_bytes for s in self.samples), default=0)

    def outputs(self) -> tuple[Array, ...]:
        """One array an output with a leading sample axis."""
        columns = zip(*(s.outputs for s in self.samples), strict=True)
        return tuple(np.stack(column) for column in columns)


@dataclass(frozen=True)
class Record:
    """A sample as the image reported it: ``status`` of ``NAME_run``, what was damaged if
    something was."""

    status: int
    damage: int
    damaged_at: int
    run: SampleRun


@dataclass(frozen=True)
class Fault:
    exception: int
    pc: int
    lr: int
    cause: int
    address: int
    stack_overflow: bool


@dataclass(frozen=True)
class Taken:
    """What the harness measured of a call, and the ticks that measuring alone takes."""

    low: int
    high: int
    stack: int

    def instructions(self, tick: Fraction) -> int:
        """Instructions between the two readings of the clock; ``tick``: instructions a tick.

        The fast clock wraps; the slow one was read around it and says how often. A tick is less
        than half an instruction, so that rounding recovers the number exactly."""
        wraps = round((self.high * _HIGH_TICKS - self.low) / 2**32)
        return round((self.low + wraps * 2**32) * tick)


class Reader:
    """``out.bin`` from its start to its end. ``tick``: instructions in a tick of the clock."""

    def __init__(self, data: bytes, compiled: CompiledObject, tick: Fraction) -> None:
        self._data = data
        self._compiled = compiled
        self._tick = tick
        self._at = 0
        self._idle_run = self._idle_init = 0

    def records(self) -> Iterator[Record | Fault]:
        """What is there; a record that was not finished is left out."""
        try:
            while self._at < len(self._data):
                (kind,) = _WORD.unpack_from(self._data, self._at)
                if kind == CALIBRATION:
                    self._read_calibration()
                elif kind == SAMPLE:
                    yield self._read_sample()
                else:
                    yield self._read_fault()
        except (struct.error, ValueError):
            return

    def _read_calibration(self) -> None:
        first = self._at + _WORD.size
        self._idle_run, self._idle_init = (
            # All but the one instruction of the function that did nothing.
            Taken(*_TAKEN.unpack_from(self._data, at)).instructions(self._tick) - 1
            for at in (first, first + _TAKEN.size)
        )
        self._at += _CALIBRATION_BYTES

    def _read_sample(self) -> Record:
        _, status, damage, damaged_at, has_init = _SAMPLE.unpack_from(self._data, self._at)
        at = self._at + _SAMPLE.size
        run = Taken(*_TAKEN.unpack_from(self._data, at))
        init = Taken(*_TAKEN.unpack_from(self._data, at + _TAKEN.size))
        self._at = at + 2 * _TAKEN.size
        return Record(
            status=status,
            damage=damage,
            damaged_at=damaged_at,
            run=SampleRun(
                outputs=tuple(self._read_outputs()),
                instructions=run.instructions(self._tick) - self._idle_run,
                init_instructions=(
                    init.instructions(self._tick) - self._idle_init if has_init else None
                ),
                stack_bytes=max(run.stack, init.stack),
            ),
        )

    def _read_outputs(self) -> Iterator[Array]:
        for t in self._compiled.outputs:
            array = np.frombuffer(self._data, t.element.dtype, t.size, self._at)
            self._at += array.nbytes
            yield array.reshape(t.shape).copy()

    def _read_fault(self) -> Fault:
        _, exception, pc, lr, cause, address, overflow = _FAULT.unpack_from(self._data, self._at)
        self._at += _FAULT.size
        return Fault(exception, pc, lr, cause, address, bool(overflow))
