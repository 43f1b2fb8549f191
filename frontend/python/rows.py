"""All rows: what the compiler makes of functions that are not written in Python."""

from __future__ import annotations

from functools import cache
from typing import Any

from millrace.frontend.python.calls import Row


@cache
def _tables() -> dict[int, tuple[Any, Row]]:
    from millrace.frontend.python import (
        creation,
        linear,
        random,
        reductions,
        shapes,
        sorting,
        standard,
    )

    found: dict[int, tuple[Any, Row]] = {}
    for module in (standard, creation, reductions, shapes, linear, sorting, random):
        found.update({id(f): (f, row) for f, row in module.ROWS.items()})
    return found


def all_rows() -> list[Any]:
    """The functions that have a row."""
    return [f for f, _ in _tables().values()]


def find_row(f: Any) -> Row | None:
    """The row of a function; None when there is none."""
    entry = _tables().get(id(f))
    return entry[1] if entry is not None and entry[0] is f else None
