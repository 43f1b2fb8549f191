"""Where an operation came from: a node's name in the user's model, or a place in a file."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Location:
    """``name`` is a graph node's name; ``file``, ``line`` and ``column`` a place in source text."""

    name: str | None = None
    file: str | None = None
    line: int = 0
    column: int = 0

    def __bool__(self) -> bool:
        return self.name is not None or self.file is not None

    def describe(self) -> str:
        """As error messages show it: ``net.onnx: node "/fc/Add"`` or ``f.py:3:7``."""
        if self.name is not None:
            node = f'node "{self.name}"'
            return f"{self.file}: {node}" if self.file else node
        return f"{self.file}:{self.line}:{self.column}" if self.file else "unknown location"


UNKNOWN = Location()
