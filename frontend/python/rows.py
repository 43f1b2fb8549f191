"""All rows: what the compiler makes of functions that are not written in Python."""

from __future__ import annotations

from functools import cache
from typing import Any

from millrace.frontend.python.calls import Call, Row
from millrace.frontend.python.ufuncs import ROWS as UFUNCS
from millrace.frontend.python.values import Abstract


def ufunc_row(f: Any) -> Row:
    """An elementwise function as a row; a positional argument too many is ``out``."""

    def row(c: Call) -> Abstract:
        from millrace.frontend.python.ufunc_calls import call_ufunc, into

        result = call_ufunc(c, f)
        return into(c.it, c, c.args[f.nin], result) if len(c.args) > f.nin else result

    return row


@cache
def _tables() -> dict[int, tuple[Any, Row]]:
    from millrace.frontend.python import (
        creation,
        linear,
        moves,
        random,
        reductions,
        shapes,
        sorting,
        standard,
        tools,
        written,
    )

    found: dict[int, tuple[Any, Row]] = {id(f): (f, ufunc_row(f)) for f in UFUNCS}
    tables = (
        standard,
        creation,
        reductions,
        shapes,
        linear,
        sorting,
        random,
        tools,
        written,
        moves,
    )
    for module in tables:
        found.update({id(f): (f, row) for f, row in module.ROWS.items()})
    return found


def all_rows() -> list[Any]:
    """The functions that have a row."""
    return [f for f, _ in _tables().values()]


def find_row(f: Any) -> Row | None:
    """The row of a function; None when there is none."""
    entry = _tables().get(id(f))
    return entry[1] if entry is not None and entry[0] is f else None
