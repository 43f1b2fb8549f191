"""The interpreter's state: what names hold, and what cells hold."""

from __future__ import annotations

import ast
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from millrace.frontend.python.source import Source
from millrace.frontend.python.values import Abstract, Cell, Function

Content = Any
"""What a cell holds: a tensor (``ir.core.Value``), a tuple of values, a mapping, ``Growing``."""


class Frame:
    """One call that is being interpreted."""

    def __init__(self, function: Function, names: dict[str, Abstract]) -> None:
        self.function = function
        self.names = names
        self.sites: dict[str, Where] = {}
        """Where names were bound last, for messages."""
        self.globals: set[str] = set()
        self.nonlocals: set[str] = set()
        self.assigned: frozenset[str] = frozenset()
        """Names that the function assigns anywhere: reading one before that is an error."""

    @property
    def source(self) -> Source:
        return self.function.source


@dataclass(frozen=True)
class Snapshot:
    """The state at one point."""

    names: tuple[Mapping[str, Abstract], ...]
    heap: Mapping[Cell, Content]
    sites: tuple[Mapping[str, Where], ...] = ()

    def site(self, name: str) -> Where | None:
        """Where the innermost variable of that name was bound."""
        return next((s[name] for s in reversed(self.sites) if name in s), None)


@dataclass
class State:
    """``frames``, the innermost last, and the heap. ``outside`` is what cells of constants hold:
    they exist everywhere, wherever they were met first."""

    frames: list[Frame] = field(default_factory=list)
    heap: dict[Cell, Content] = field(default_factory=dict)
    outside: dict[Cell, Content] = field(default_factory=dict)

    def add_outside(self, cell: Cell, content: Content) -> None:
        self.heap[cell] = self.outside[cell] = content

    @property
    def frame(self) -> Frame:
        return self.frames[-1]

    def snapshot(self) -> Snapshot:
        names = tuple(dict(f.names) for f in self.frames)
        return Snapshot(names, dict(self.heap), tuple(dict(f.sites) for f in self.frames))

    def restore(self, snapshot: Snapshot) -> None:
        for frame, names in zip(self.frames, snapshot.names, strict=True):
            frame.names = dict(names)
        self.heap = {**self.outside, **snapshot.heap}


@dataclass(frozen=True)
class Where:
    """The node that is being interpreted, and its file."""

    source: Source
    node: ast.AST
