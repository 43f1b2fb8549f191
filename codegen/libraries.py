"""Which library has the symbols that an object needs."""

from __future__ import annotations

import re
from collections.abc import Iterable

C_LIBRARY = "the C library"
RUN_TIME = "the compiler's run-time library (libgcc)"
MATH = "the C library's mathematics (libm)"

_LIBRARIES = ((re.compile(r"mem(cpy|set|move)$"), C_LIBRARY), (re.compile("__"), RUN_TIME))


def library_of(symbol: str) -> str:
    """The library that has a symbol."""
    return next((library for names, library in _LIBRARIES if names.match(symbol)), MATH)


def by_library(symbols: Iterable[str]) -> dict[str, list[str]]:
    """The symbols by the library that has them."""
    found: dict[str, list[str]] = {}
    for s in symbols:
        found.setdefault(library_of(s), []).append(s)
    return found
