"""The worst case of the stack, read from the assembly of the finished code.

Functions make frames by pushing registers and by moving the stack pointer; both stand in the
text. The call graph is in the text too, as LLVM left it after inlining. There are neither
recursion nor indirect calls nor run-time sized frames, so the deepest path is the bound. Functions
of the C library and of libm count with their return address only; they are named.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from millrace.ir.errors import CompileError


@dataclass(frozen=True)
class Stack:
    """``nbytes`` in the worst case, without what ``externals`` (library functions) take."""

    nbytes: int = 0
    externals: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Machine:
    """How the text of one machine moves the stack pointer. Patterns match a line without its
    indentation. Their groups: the ``LIST`` of registers, or the ``AMOUNT`` in bytes, perhaps with
    a ``SHIFT``."""

    call_bytes: int
    """What a call itself pushes."""
    register_bytes: Mapping[str, int]
    """By a register's first letter, for lists of registers; 8 when it is not here."""
    down: tuple[re.Pattern[str], ...]
    up: tuple[re.Pattern[str], ...]
    prepare: re.Pattern[str] | None
    """Computes in another register where the stack pointer is going to be rounded from."""
    align: re.Pattern[str]
    """Rounds the stack pointer down (``MASK``), from what ``prepare`` computed if there is such."""
    call: re.Pattern[str]
    jump: re.Pattern[str]
    """Leaves this place for good: a return, a jump, a tail call (``TARGET``)."""
    back: re.Pattern[str]
    """Sets the stack pointer from the frame pointer, before registers are restored."""
    other: re.Pattern[str]
    """Any change of the stack pointer, to notice those that nothing above describes."""


def _patterns(*texts: str) -> tuple[re.Pattern[str], ...]:
    return tuple(re.compile(t) for t in texts)


_X86_64 = _Machine(
    call_bytes=8,
    register_bytes={},
    down=_patterns(
        r"subq\s+\$(?P<AMOUNT>-?\d+), %rsp$",
        r"pushq\s+(?P<LIST>\S)",
    ),
    up=_patterns(r"addq\s+\$(?P<AMOUNT>-?\d+), %rsp$", r"popq\s+(?P<LIST>%)\w+$"),
    prepare=None,
    align=re.compile(r"andq\s+\$(?P<MASK>-\d+), %rsp$"),
    call=re.compile(r"callq?\s+(?P<TARGET>[^\s@]+)"),
    jump=re.compile(r"(?:retq?$|jmpq?\s+(?P<TARGET>[^\s@]+))"),
    back=re.compile(r"(?:leaq\s+-?\d*\(%rbp\)|movq\s+%rbp), %rsp$"),
    other=re.compile(r"(?:(?!cmp|test)\w+\s+.*%rsp$|push)"),
)

_AARCH64 = _Machine(
    call_bytes=0,
    register_bytes={},
    down=_patterns(
        r"sub\s+sp, sp, #(?P<AMOUNT>\d+)(?:, lsl #(?P<SHIFT>\d+))?$",
        r"st[rp]\s+.*\[sp, #-(?P<AMOUNT>\d+)\]!$",
    ),
    up=_patterns(
        r"add\s+sp, sp, #(?P<AMOUNT>\d+)(?:, lsl #(?P<SHIFT>\d+))?$",
        r"ld[rp]\s+.*\[sp\], #(?P<AMOUNT>\d+)$",
    ),
    prepare=re.compile(r"sub\s+x\d+, sp, #(?P<AMOUNT>\d+)(?:, lsl #(?P<SHIFT>\d+))?$"),
    align=re.compile(r"and\s+sp, x\d+, #(?P<MASK>0x[0-9a-f]+)$"),
    call=re.compile(r"bl\s+(?P<TARGET>\S+)"),
    jump=re.compile(r"(?:ret$|b\s+(?P<TARGET>\S+))"),
    back=re.compile(r"(?:mov|sub)\s+sp, x29"),
    other=re.compile(r"\w+\s+sp,|.*\[sp(?:, .*\]!|\], )"),
)

_THUMB = _Machine(
    call_bytes=0,
    register_bytes={"r": 4, "l": 4, "p": 4, "s": 4, "d": 8, "q": 16},
    down=_patterns(
        r"sub[w.]*\s+sp, (?:sp, )?#(?P<AMOUNT>\d+)$",
        r"v?push(?:\.w)?\s+\{(?P<LIST>.*)\}$",
        r"str\s+\w+, \[sp, #-(?P<AMOUNT>\d+)\]!$",
    ),
    up=_patterns(
        r"add[w.]*\s+sp, (?:sp, )?#(?P<AMOUNT>\d+)$",
        r"v?pop(?:\.w)?\s+\{(?P<LIST>(?:(?!pc).)*)\}$",
        r"ldr\s+(?!pc)\w+, \[sp\], #(?P<AMOUNT>\d+)$",
    ),
    prepare=re.compile(r"sub[w.]*\s+r\d+, sp, #(?P<AMOUNT>\d+)$"),
    align=re.compile(r"mov\s+sp, r\d+(?P<MASK>)$"),
    call=re.compile(r"bl\s+(?P<TARGET>\S+)"),
    jump=re.compile(r"(?:bx\s+lr|pop.*pc\}|ldr\s+pc,|b(?:\.w)?\s+(?P<TARGET>\S+))"),
    back=re.compile(r"(?:mov|sub[w.]*)\s+sp, r(?:7|11)"),
    other=re.compile(r"\w[\w.]*\s+sp,|.*\[sp(?:, .*\]!|\], )|.*\bsp!"),
)

_MACHINES = (("x86_64", _X86_64), ("aarch64", _AARCH64), ("thumb", _THUMB))

_LABEL = re.compile(r"^(?P<NAME>[A-Za-z_][\w.$]*):")
_TYPE = re.compile(r"\s*\.type\s+(?P<NAME>[^,\s]+),\s*[@%]function")


def worst_case(assembly: str, triple: str, roots: tuple[str, ...]) -> Stack:
    """The deepest stack below any of the functions ``roots``."""
    machine = next((m for start, m in _MACHINES if triple.startswith(start)), None)
    if machine is None:
        raise CompileError(f"internal error: the frames of {triple} are unknown")
    frames = {name: _read(machine, name, lines) for name, lines in _functions(assembly).items()}
    depths: dict[str, int] = {}
    deepest = max(_depth(frames, root, depths) + machine.call_bytes for root in roots)
    called = {site for f in frames.values() for site, _ in f.calls}
    return Stack(deepest, tuple(sorted(called - frames.keys())))


@dataclass
class _Frame:
    """Bytes below the return address, and the depth at which each function is called."""

    peak: int = 0
    calls: list[tuple[str, int]] = field(default_factory=list)


def _functions(assembly: str) -> dict[str, list[str]]:
    """The instructions of each function."""
    names = {m["NAME"] for line in assembly.splitlines() if (m := _TYPE.match(line))}
    found: dict[str, list[str]] = {}
    current: list[str] = []
    for line in assembly.splitlines():
        label = _LABEL.match(line)
        if label and label["NAME"] in names:
            current = found.setdefault(label["NAME"], [])
        elif line[:1].isspace() and not line.lstrip().startswith("."):
            current.append(re.split(r"\s(?:#[^\d-]|//)", line.strip(), maxsplit=1)[0].strip())
    return found


def _read(machine: _Machine, name: str, lines: list[str]) -> _Frame:
    """Follow the stack pointer through the text. Behind a return or a jump the depth is that of
    the function's body again: the greatest so far."""
    frame, depth, prepared = _Frame(), 0, 0
    for line in lines:
        if call := machine.call.match(line):
            frame.calls.append((call["TARGET"].lstrip("*"), depth + machine.call_bytes))
        elif jump := machine.jump.match(line):
            target = jump["TARGET"]
            if target and not target.startswith((".", "*")):  # a label, a jump table
                frame.calls.append((target, depth))
            depth = frame.peak
        elif machine.back.match(line):
            continue
        elif machine.prepare and (found := machine.prepare.match(line)):
            prepared = _amount(machine, found)
        elif found := machine.align.match(line):
            depth, prepared = depth + prepared + _padding(found["MASK"]), 0
        else:
            depth += _change(machine, name, line)
        frame.peak = max(frame.peak, depth)
    return frame


def _change(machine: _Machine, name: str, line: str) -> int:
    """How much deeper an instruction makes the stack."""
    for sign, patterns in ((1, machine.down), (-1, machine.up)):
        for p in patterns:
            if found := p.match(line):
                return sign * _amount(machine, found)
    if machine.other.match(line):
        raise CompileError(f"internal error: {name}: unknown change of the stack: {line}")
    return 0


def _amount(machine: _Machine, found: re.Match[str]) -> int:
    groups = found.groupdict()
    if groups.get("LIST"):
        return sum(machine.register_bytes.get(r.strip()[0], 8) for r in groups["LIST"].split(","))
    return int(groups["AMOUNT"]) << int(groups.get("SHIFT") or 0)


def _padding(mask: str) -> int:
    """What rounding down costs at most: the stack is aligned to 8 bytes before. Where the mask
    is not in the text, vectors of 16 bytes are what the stack is aligned for."""
    bits = int(mask or "-16", 0)
    return (-bits if bits < 0 else (1 << 64) - bits) - 8


def _depth(frames: Mapping[str, _Frame], name: str, known: dict[str, int]) -> int:
    """The deepest stack below a function's return address."""
    if name not in frames:
        return 0
    if name not in known:
        known[name] = 0
        frame = frames[name]
        below = (at + _depth(frames, callee, known) for callee, at in frame.calls)
        known[name] = max([frame.peak, *below])
    return known[name]
