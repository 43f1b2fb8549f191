"""The boards that QEMU 7.2 emulates, and which target's code runs on which."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

from millrace.ir.errors import RunError
from millrace.ir.target import TargetInfo

_KB, _MB = 1 << 10, 1 << 20
VECTOR_BYTES = 0x400
"""What the linker script sets aside for the vectors, in front of ROM where both are one memory."""


@dataclass(frozen=True)
class Memory:
    origin: int
    length: int


@dataclass(frozen=True)
class Board:
    """``vectors``: where the core looks for its vector table; ``clock``: which counter there is
    (``CMSDK``, a dual timer, ``SSE``, a system counter, or ``NRF51``, a timer) and ``clock_base``
    its address; ``tick_ns``: nanoseconds of virtual time a tick."""

    machine: str
    core: str
    vectors: int
    rom: Memory
    ram: Memory
    clock: str
    clock_base: int
    tick_ns: Fraction


# The memories are not those of a firmware's chip: they are as large as the board allows, so that
# models of any usual size can be counted. QEMU's counts do not depend on where something lies.
_AN386 = Board(
    machine="mps2-an386",
    core="Cortex-M4",
    vectors=0,
    rom=Memory(VECTOR_BYTES, 4 * _MB - VECTOR_BYTES),
    ram=Memory(0x2100_0000, 16 * _MB),
    clock="CMSDK",
    clock_base=0x4000_2000,
    tick_ns=Fraction(40),
)
_AN385 = Board(
    machine="mps2-an385",
    core="Cortex-M3",
    vectors=0,
    rom=_AN386.rom,
    ram=_AN386.ram,
    clock="CMSDK",
    clock_base=0x4000_2000,
    tick_ns=Fraction(40),
)
_AN500 = Board(
    machine="mps2-an500",
    core="Cortex-M7",
    vectors=0,
    rom=_AN386.rom,
    ram=Memory(0x6000_0000, 16 * _MB),
    clock="CMSDK",
    clock_base=0x4000_2000,
    tick_ns=Fraction(40),
)
_AN505 = Board(
    machine="mps2-an505",
    core="Cortex-M33",
    vectors=0x1000_0000,
    rom=Memory(0x1000_0000 + VECTOR_BYTES, 4 * _MB - VECTOR_BYTES),
    ram=Memory(0x8000_0000, 16 * _MB),
    clock="CMSDK",
    clock_base=0x5000_2000,
    tick_ns=Fraction(50),
)
_AN547 = Board(
    machine="mps3-an547",
    core="Cortex-M55",
    vectors=0,
    # Its memory at 0 has 512 KB only: code and weights lie in the DDR memory's secure alias.
    rom=Memory(0x7000_0000, 16 * _MB),
    ram=Memory(0x3100_0000, 4 * _MB),
    clock="SSE",
    clock_base=0x5810_0000,
    tick_ns=Fraction(125, 4),
)
_MICROBIT = Board(
    machine="microbit",
    core="Cortex-M0",
    vectors=0,
    rom=Memory(VECTOR_BYTES, 256 * _KB - VECTOR_BYTES),
    ram=Memory(0x2000_0000, 16 * _KB),
    clock="NRF51",
    clock_base=0x4000_8000,
    tick_ns=Fraction(125, 2),
)


@dataclass(frozen=True)
class Place:
    """Where a target's code runs. ``trap_unaligned``: the target cannot access unaligned memory
    though the board's core could, so the board is told to trap it."""

    board: Board
    trap_unaligned: bool = False


_PLACES = {
    # ARMv6-M code runs on the M4, instruction by instruction; the only M0 board that QEMU has is
    # one of 16 KB.
    "cortex-m0": Place(_AN386, trap_unaligned=True),
    "cortex-m0plus": Place(_AN386, trap_unaligned=True),
    "cortex-m3": Place(_AN385),
    "cortex-m4": Place(_AN386),
    "cortex-m4-soft": Place(_AN386),
    "cortex-m7": Place(_AN500),
    "cortex-m33": Place(_AN505),
    "cortex-m55": Place(_AN547),
    # What the M85 has beyond the M55 (pointer authentication) is not used.
    "cortex-m85": Place(_AN547),
}

SMALL_M0 = Place(_MICROBIT)
"""A true Cortex-M0, for what is small enough: it knows no instruction that others have more."""


def emulated_targets() -> tuple[str, ...]:
    """The targets whose code can be run."""
    return tuple(_PLACES)


def is_emulated(target: TargetInfo) -> bool:
    return target.name in _PLACES


def place_for(target: TargetInfo) -> Place:
    """Where a target's code runs. RunError when nowhere."""
    place = _PLACES.get(target.name)
    if place is None:
        raise RunError(
            f"this machine cannot execute code for {target.name}, and QEMU 7.2 has no board for "
            f"it; there are boards for {', '.join(_PLACES)}"
        )
    return place
