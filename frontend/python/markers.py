"""Functions that mean something to the compiler and nothing to Python."""

from __future__ import annotations

from typing import TypeVar

T = TypeVar("T")


def static(value: T) -> T:
    """``for i in static(range(n))`` is unrolled; ``static(x)`` insists that ``x`` is known when
    the function is compiled. Plain Python gets the value itself."""
    return value
