"""Printer: operations as text, MLIR's generic form.

::

    %0 = "mr.add"(%x, %y) : (tensor<4xf32>, tensor<4xf32>) -> tensor<4xf32> loc("/fc/Add")

All attributes stand in the properties dictionary ``<{...}>``. Values are numbered within each
function, or carry their ``name_hint`` made a valid identifier that is unique in the function.
``print_module(parse_module(text)) == text`` for every text this module prints.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from millrace.ir.core import Block, Operation, Region, Value
from millrace.ir.location import Location
from millrace.ir.structure import ISOLATED
from millrace.ir.text.attributes import dictionary_text
from millrace.ir.text.lexer import quote
from millrace.ir.text.resources import collect_resources, sidecar_of
from millrace.ir.types import FunctionType, Type

__all__ = ["collect_resources", "print_module", "write"]


def print_module(op: Operation, *, debug_locs: bool = True) -> str:
    """The text of a module, or of any operation, ended by a newline. Large constants appear as
    keys; :func:`collect_resources` gives their arrays."""
    printer = _Printer(debug_locs)
    printer.name_values(op)
    printer.operation(op, "")
    return "\n".join(printer.lines) + "\n"


def write(op: Operation, path: str | Path, *, debug_locs: bool = True) -> None:
    """Write the text to ``path``, and large constants, if there are any, to ``path + ".npz"``."""
    path = Path(path)
    path.write_text(print_module(op, debug_locs=debug_locs), encoding="utf-8", newline="\n")
    resources: dict[str, Any] = collect_resources(op)
    if resources:
        with sidecar_of(path).open("wb") as f:
            np.savez(f, **resources)


def location_text(loc: Location) -> str:
    """``loc("name"("file":3:4))``; the part that is missing is left out."""
    place = f"{quote(loc.file)}:{loc.line}:{loc.column}" if loc.file is not None else ""
    if loc.name is None:
        return f"loc({place})"
    return f"loc({quote(loc.name)}({place}))" if place else f"loc({quote(loc.name)})"


class _Names:
    """Unique names of the values of one isolated operation."""

    def __init__(self) -> None:
        self.next_number = 0
        self.used: set[str] = set()
        self.suffixes: dict[str, int] = {}

    def name(self, value: Value) -> str:
        base = _identifier(value.name_hint) if value.name_hint else ""
        if not base:
            self.next_number += 1
            return f"%{self.next_number - 1}"
        name = base
        while name in self.used:
            n = self.suffixes[base] = self.suffixes.get(base, 0) + 1
            name = f"{base}_{n}"
        self.used.add(name)
        return f"%{name}"


_INVALID = re.compile(r"\W+", re.ASCII)


def _identifier(hint: str) -> str:
    """The hint as an identifier that is not a number; empty when nothing is left of it. An
    identifier stays as it is."""
    text = _INVALID.sub("_", hint)
    if text != hint:
        text = text.strip("_")
    return f"v{text}" if text[:1].isdigit() else text


class _Printer:
    def __init__(self, debug_locs: bool) -> None:
        self.debug_locs = debug_locs
        self.lines: list[str] = []
        self.names: dict[Value, str] = {}
        self.types: dict[Type, str] = {}

    # ---- names, in order of definition

    def name_values(self, op: Operation) -> None:
        self._name_nested(op, _Names())

    def _name_nested(self, op: Operation, names: _Names) -> None:
        for r in op.results:
            self.names[r] = names.name(r)
        if op.name in ISOLATED:
            names = _Names()
        for region in op.regions:
            for block in region.blocks:
                for arg in block.args:
                    self.names[arg] = names.name(arg)
                for inner in block:
                    self._name_nested(inner, names)

    def _name(self, value: Value) -> str:
        name = self.names.get(value)
        if name is None:  # defined outside of what is printed
            outside = sum(n.startswith("%outside") for n in self.names.values())
            name = self.names[value] = f"%outside{outside}"
        return name

    # ---- operations

    def operation(self, op: Operation, indent: str) -> None:
        head = [indent]
        if op.results:
            head.append(", ".join([self.names[r] for r in op.results]) + " = ")
        head.append(f'"{op.name}"({", ".join([self._name(v) for v in op.operands])})')
        if op.attributes:
            head.append(f" <{{{dictionary_text(op.attributes)}}}>")
        if op.regions:
            head.append(" (")
            self._regions(op.regions, "".join(head), indent)
            head = [self.lines.pop(), ")"]
        head.append(f" : {self._signature(op)}")
        if self.debug_locs and op.loc:
            head.append(f" {location_text(op.loc)}")
        self.lines.append("".join(head))

    def _regions(self, regions: Sequence[Region], head: str, indent: str) -> None:
        """Leaves the closing brace of the last region as the last line, for the caller."""
        for i, region in enumerate(regions):
            self.lines.append((head if i == 0 else f"{self.lines.pop()}, ") + "{")
            labelled = len(region.blocks) > 1
            for number, block in enumerate(region.blocks):
                self._block(block, number, indent, labelled=labelled)
            self.lines.append(indent + "}")

    def _block(self, block: Block, number: int, indent: str, *, labelled: bool) -> None:
        if labelled or block.args or block.first is None:
            args = ", ".join(f"{self.names[a]}: {self._type(a.type)}" for a in block.args)
            self.lines.append(f"{indent}^bb{number}" + (f"({args}):" if args else ":"))
        for op in block:
            self.operation(op, indent + "  ")

    # ---- types

    def _type(self, t: Type) -> str:
        text = self.types.get(t)
        if text is None:
            text = self.types[t] = str(t)
        return text

    def _signature(self, op: Operation) -> str:
        ins = ", ".join([self._type(v.type) for v in op.operands])
        outs = ", ".join([self._type(r.type) for r in op.results])
        bare = len(op.results) == 1 and not isinstance(op.results[0].type, FunctionType)
        return f"({ins}) -> {outs}" if bare else f"({ins}) -> ({outs})"
