"""The table of programs: functions, what they are run on, and which features each covers."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

F = TypeVar("F", bound=Callable[..., Any])
MODULES = (
    "control", "data", "arrays", "numerics", "functions", "models", "classic", "solvers", "signals",
    "learning", "python", "closures", "bytes", "syntax", "masks",
)  # fmt: skip


@dataclass(frozen=True)
class Program:
    function: Callable[..., Any]
    features: tuple[str, ...]
    runs: tuple[tuple[Any, ...], ...]
    """Arguments of each run."""
    ulps: float

    @property
    def name(self) -> str:
        return self.function.__name__


PROGRAMS: list[Program] = []


def program(features: str, *runs: tuple[Any, ...], ulps: float = 16) -> Callable[[F], F]:
    """Registers a function; it stays a plain Python function."""

    def register(f: F) -> F:
        words = tuple(w.strip() for w in features.split(","))
        PROGRAMS.append(Program(f, words, runs, ulps))
        return f

    return register


def all_programs() -> list[Program]:
    for name in MODULES:
        importlib.import_module(f"tests.jit.programs_{name}")
    return PROGRAMS
