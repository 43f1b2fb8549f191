"""The reference of what ``@millrace.jit`` knows, made from its tables."""

from __future__ import annotations

import builtins
import functools
import itertools
import math
import operator
from collections.abc import Iterable, Iterator
from typing import Any

import numpy as np

from millrace.driver.reference import NOTICE
from millrace.frontend.python.attributes import ATTRIBUTES
from millrace.frontend.python.catalogue import CATALOGUE
from millrace.frontend.python.methods import ARRAY
from millrace.frontend.python.random import METHODS as DRAWS
from millrace.frontend.python.rows import all_rows


def jit_markdown() -> str:
    """The functions, methods and errors."""
    functions = all_rows()
    parts = [
        "# Reference of @millrace.jit\n",
        NOTICE,
        "## numpy\n",
        _list(_names(np, functions)),
        "\n## numpy.linalg\n",
        _list(_names(np.linalg, functions)),
        "\n## Python, math, functools, itertools, operator\n",
        _list([*_names(builtins, functions), *(_qualified(functions))]),
        "\n## Methods and attributes of arrays\n",
        _list([*(f"{n}()" for n in sorted(ARRAY)), *sorted(ATTRIBUTES)]),
        "\n## Methods of numpy.random.default_rng(seed)\n",
        _list(sorted(DRAWS)),
        "\n## Errors\n",
        "| code | what | why | fix |\n|---|---|---|---|",
        *_errors(),
    ]
    return "\n".join(parts) + "\n"


def _qualified(functions: Iterable[Any]) -> list[str]:
    modules = (math, functools, itertools, operator)
    return [f"{m.__name__}.{n}" for m in modules for n in _names(m, functions)]


def _names(module: Any, functions: Iterable[Any]) -> list[str]:
    """The names under which a module has the functions."""
    wanted = {id(f) for f in functions}
    found = {n for n in dir(module) if not n.startswith("_") and id(_get(module, n)) in wanted}
    return sorted(found)


def _get(module: Any, name: str) -> Any:
    return vars(module).get(name)


def _list(names: Iterable[str]) -> str:
    return ", ".join(f"`{n}`" for n in names)


def _errors() -> Iterator[str]:
    for code, entry in CATALOGUE.items():
        cells = [code, entry.what, entry.why, entry.fix]
        yield "| " + " | ".join(c.replace("|", "\\|").replace("\n", " ") for c in cells) + " |"
