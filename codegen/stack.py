"""The worst case of the stack, read from the assembly of the finished code.

Functions make frames by pushing registers and by moving the stack pointer; both stand in the
text. The call graph is in the text too, as LLVM left it after inlining. There are neither
recursion nor run-time sized frames, so the deepest path is the bound. A call through a register,
by which LLVM makes repeated calls shorter, may go to any function whose address stands in the
text. Library functions count with what the machine's row says (``codegen/frames.py``), else with
their return address only, and are named.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from millrace.codegen.frames import Machine, machine_of
from millrace.ir.errors import CompileError


@dataclass(frozen=True)
class Stack:
    """``nbytes`` in the worst case. ``externals`` are the library functions that are called,
    ``uncounted`` those of them whose own stack is not known and not in ``nbytes``."""

    nbytes: int = 0
    externals: tuple[str, ...] = ()
    uncounted: tuple[str, ...] = ()


_LABEL = re.compile(r"^(?P<NAME>[A-Za-z_][\w.$]*):")
_WORD = re.compile(r"^(?P<NAME>\.LCPI\w+):\s*\n\s*\.long\s+(?P<VALUE>\d+)\b", re.MULTILINE)
_ADDRESS = re.compile(r"(?:\.long\s+|:lower16:)([A-Za-z_][\w.$]*)\s*$", re.MULTILINE)
_TYPE = re.compile(r"\s*\.type\s+(?P<NAME>[^,\s]+),\s*[@%]function")


def worst_case(assembly: str, triple: str, roots: tuple[str, ...]) -> Stack:
    """The deepest stack below any of the functions ``roots``."""
    machine = machine_of(triple)
    if machine is None:
        raise CompileError(f"internal error: the frames of {triple} are unknown")
    words, functions = _words(assembly), _functions(assembly)
    taken = tuple(dict.fromkeys(n for n in _ADDRESS.findall(assembly) if n in functions))
    frames = {
        name: _Reader(machine, name, words, taken).read(lines) for name, lines in functions.items()
    }
    called = {site for f in frames.values() for site, _ in f.calls}
    externals = tuple(sorted(called - frames.keys()))
    counted = {name: machine.library_bytes(name) for name in externals}
    depths = {name: nbytes for name, nbytes in counted.items() if nbytes is not None}
    deepest = max(_depth(frames, root, depths) + machine.call_bytes for root in roots)
    return Stack(deepest, externals, tuple(n for n in externals if n not in depths))


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
            current.append(re.split(r"\s(?:#[^\d-]|//|@ )", line.strip(), maxsplit=1)[0].strip())
    return found


def _words(assembly: str) -> dict[str, int]:
    """The words that stand right behind labels: constants that registers are loaded with."""
    return {m["NAME"]: int(m["VALUE"]) for m in _WORD.finditer(assembly)}


class _Reader:
    """Follows the stack pointer through the text of one function. Behind a return or a jump the
    depth is that of the function's body again: the greatest so far."""

    def __init__(
        self, machine: Machine, name: str, words: Mapping[str, int], taken: tuple[str, ...]
    ) -> None:
        self.machine, self.name, self.words = machine, name, words
        self.taken = taken
        """Functions that a call through a register may go to."""
        self.registers: dict[str, int] = {}
        """Constants in registers."""
        self.saved: set[str] = set()
        """Registers that point at where registers are saved."""

    def read(self, lines: list[str]) -> _Frame:
        m, frame, depth, prepared = self.machine, _Frame(), 0, 0
        for line in lines:
            if call := m.call.match(line):
                target = next(filter(None, call.groups())).lstrip("*")
                frame.calls.append((target, depth + m.call_bytes))
            elif m.indirect and m.indirect.match(line):
                frame.calls += [(target, depth + m.call_bytes) for target in self.taken]
            elif jump := m.jump.match(line):
                target = jump["TARGET"]
                if target and not target.startswith((".", "*")):  # a label, a jump table
                    frame.calls.append((target, depth))
                depth = frame.peak
            elif m.still.match(line):
                continue
            elif m.prepare and (found := m.prepare.match(line)):
                prepared = self._amount(found)
            elif found := m.align.match(line):
                if found.groupdict().get("FROM") not in self.saved:
                    depth, prepared = depth + prepared + _padding(found["MASK"]), 0
            else:
                self._note(line)
                depth += self._change(line)
            frame.peak = max(frame.peak, depth)
        return frame

    def _note(self, line: str) -> None:
        """Remember what a register holds when the stack pointer may be moved by it."""
        m = self.machine
        for pattern, shift in m.constants:
            if found := pattern.match(line):
                groups = found.groupdict()
                label = groups.get("LABEL")
                value = self.words.get(label, 0) if label else int(groups["VALUE"]) << shift
                self.registers[found["REG"]] = value
        if m.more and (found := m.more.match(line)) and found["REG"] in self.registers:
            self.registers[found["REG"]] += int(found["VALUE"])
        if m.frame and (found := m.frame.match(line)):
            self.saved.add(found["REG"])

    def _change(self, line: str) -> int:
        """How much deeper an instruction makes the stack."""
        for sign, patterns in ((1, self.machine.down), (-1, self.machine.up)):
            for p in patterns:
                if found := p.match(line):
                    return sign * self._amount(found)
        if self.machine.other.match(line):
            raise self._unknown(line)
        return 0

    def _amount(self, found: re.Match[str]) -> int:
        groups = found.groupdict()
        if groups.get("LIST"):
            sizes = self.machine.register_bytes
            return sum(sizes.get(r.strip()[0], 8) for r in groups["LIST"].split(","))
        if register := groups.get("REG"):
            if register not in self.registers:
                raise self._unknown(found[0])
            value = self.registers[register]
            return value - (1 << 32) if value >= 1 << 31 else value
        return int(groups["AMOUNT"]) << int(groups.get("SHIFT") or 0)

    def _unknown(self, line: str) -> CompileError:
        return CompileError(f"internal error: {self.name}: unknown change of the stack: {line}")


def _padding(mask: str) -> int:
    """What rounding down costs at most: the stack is aligned to 8 bytes before. Where the mask
    is not in the text, vectors of 16 bytes are what the stack is aligned for."""
    bits = int(mask or "-16", 0)
    return (-bits if bits < 0 else (1 << 64) - bits) - 8


def _depth(frames: Mapping[str, _Frame], name: str, known: dict[str, int]) -> int:
    """The deepest stack below a function's return address."""
    if name not in known and name not in frames:
        return 0
    if name not in known:
        known[name] = 0
        frame = frames[name]
        below = (at + _depth(frames, callee, known) for callee, at in frame.calls)
        known[name] = max([frame.peak, *below])
    return known[name]
