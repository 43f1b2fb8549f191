"""The state of emitting one function as LLVM IR text, and the table of its emitters.

An emitter is a function ``(FunctionEmitter, Operation) -> None`` registered for an operation
class. Values map to operand text (``%12``, ``7``, ``splat (float 0x...)``), so that constants
cost nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from millrace.codegen.values import TypeText
from millrace.ir.core import Block, Operation, Value
from millrace.ir.target import TargetInfo
from millrace.ir.types import Type

Emitter = Callable[["FunctionEmitter", Any], None]
EmitterTable = Mapping[type[Operation], Emitter]


@dataclass(frozen=True)
class CheckSite:
    """A place that can fail at run time: the code's number (1 to 5) and where it came from."""

    code: int
    where: str


@dataclass
class ModuleState:
    """What the functions of a module share while they are emitted."""

    target: TargetInfo
    types: TypeText
    table: EmitterTable
    symbols: dict[str, str]
    """Function names of the IR to symbols."""
    checked: frozenset[str]
    """Functions that take the status word."""
    weighted: frozenset[str]
    """Functions that take the weights."""
    offsets: dict[str, int]
    """Globals to byte offsets in the weights."""
    prefix: str = "model"
    """What all symbols begin with."""
    declarations: dict[str, str] = field(default_factory=dict)
    helpers: dict[str, str] = field(default_factory=dict)
    """Functions for what the target has no instructions for, by name (``wide_ints.py``)."""
    checks: list[CheckSite] = field(default_factory=list)

    def section(self, symbol: str) -> str:
        """The section of a function, with a leading blank: its own in firmware, so that linkers
        drop and place functions one by one."""
        return f' section ".text.{symbol}"' if self.target.bare else ""

    def hidden(self, function: str) -> list[str]:
        """The parameters that a function has before those of the IR; all are pointers."""
        status = ["%status"] if function in self.checked else []
        return status + (["%weights"] if function in self.weighted else [])


class FunctionEmitter:
    """Emits the body of one function."""

    def __init__(self, state: ModuleState) -> None:
        self.state = state
        self.types = state.types
        self.lines: list[str] = []
        self.names: dict[Value, str] = {}
        self.label = "entry"
        """The label of the current basic block, for phis."""
        self._counter = 0

    # ---- values

    def fresh(self, prefix: str = "%v") -> str:
        self._counter += 1
        return f"{prefix}{self._counter}"

    def use(self, v: Value) -> str:
        """The operand text of a value."""
        return self.names[v]

    def typed(self, v: Value) -> str:
        """``type operand``."""
        return f"{self.types(v.type)} {self.names[v]}"

    def bind(self, v: Value, text: str) -> None:
        self.names[v] = text

    # ---- instructions

    def line(self, text: str) -> None:
        self.lines.append(f"  {text}")

    def value(self, text: str) -> str:
        """An instruction with a result; returns its name."""
        name = self.fresh()
        self.lines.append(f"  {name} = {text}")
        return name

    def define(self, v: Value, text: str) -> None:
        """An instruction whose result is the value of the IR."""
        self.names[v] = self.value(text)

    def call(self, name: str, result: str, args: Sequence[tuple[str, str]], flags: str = "") -> str:
        """Call an intrinsic or a library function; (type, operand) arguments."""
        types = ", ".join(t for t, _ in args)
        self.state.declarations.setdefault(name, f"declare {result} @{name}({types})")
        given = ", ".join(f"{t} {x}" for t, x in args)
        return self.value(f"call {flags}{result} @{name}({given})")

    def splat(self, text: str, vector: str, element: str) -> str:
        """A vector of one scalar."""
        first = self.value(f"insertelement {vector} poison, {element} {text}, i32 0")
        lanes = vector[1:].split(" ", 1)[0]
        mask = f"<{lanes} x i32> zeroinitializer"
        return self.value(f"shufflevector {vector} {first}, {vector} poison, {mask}")

    # ---- control flow

    def new_label(self, hint: str) -> str:
        return self.fresh(hint)

    def branch(self, label: str) -> None:
        self.line(f"br label %{label}")

    def start(self, label: str) -> None:
        """Begin a basic block."""
        self.lines.append(f"{label}:")
        self.label = label

    def phi(self, t: Type, incoming: Sequence[tuple[str, str]]) -> str:
        """A phi of (operand, label) pairs; patched later when a loop closes."""
        pairs = ", ".join(f"[ {x}, %{label} ]" for x, label in incoming)
        return self.value(f"phi {self.types(t)} {pairs}")

    def close_phi(self, at: int, operand: str, label: str) -> None:
        """Add an incoming edge to the phi on line number ``at``."""
        self.lines[at] += f", [ {operand}, %{label} ]"

    # ---- the walk

    def block(self, block: Block) -> Operation:
        """Emit all operations but the terminator, which is returned."""
        table = self.state.table
        end = block.terminator
        op = block.first
        while op is not None and op is not end:
            emitter = table.get(type(op))
            if emitter is None:
                raise op.error("has no machine code: it must be lowered before code generation")
            emitter(self, op)
            op = op.next
        return end
