"""numpy's functions and Python's tools, a line of ``numpy_functions.txt`` each: values, shapes and
types are those of plain Python. Parameters have the names and places that they have in numpy."""

from __future__ import annotations

import copy
import inspect
import re
import warnings
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import millrace
from millrace.frontend.python.errors import JitError
from millrace.frontend.python.written import WRITTEN
from tests.jit.harness import assert_same

LINES = [
    line.replace("\\n", "\n")
    for line in (Path(__file__).parent / "numpy_functions.txt").read_text().splitlines()
    if not line.startswith("#")
]
RNG = np.random.default_rng(3)
X = RNG.normal(size=6)
INTEGERS = RNG.integers(-9, 10, 6)
VALUES: dict[str, Any] = {
    "x": X,
    "p": np.abs(X) + 0.1,
    "f": RNG.normal(size=6).astype(np.float32),
    "h": X.astype(np.float16),
    "i": INTEGERS,
    "s": INTEGERS.astype(np.int8),
    "u": np.abs(INTEGERS).astype(np.uint8),
    "b": X > 0,
    "j": np.array([2, 0, 5, 1]),
    "m": RNG.normal(size=(4, 5)),
    "q": RNG.normal(size=(4, 4)),
    "t": RNG.normal(size=(2, 3, 4)),
    "n": 3,
    "a": 0.7,
    "nf": np.float32(1.5),
    "nd": np.float64(2.5),
}


def program(line: str) -> tuple[str, list[Any]]:
    """The source of a function, and its arguments."""
    names = [n for n in VALUES if re.search(rf"\b{n}\b", line)]
    body = line if "return" in line else f"return {line}"
    text = body.replace("\n", "\n    ")
    source = f"import math\nimport numpy as np\n\n\ndef f({', '.join(names)}):\n    {text}\n"
    return source, [copy.deepcopy(VALUES[n]) for n in names]


@pytest.mark.parametrize("line", LINES, ids=lambda line: line[:40].replace("\n", " "))
def test_line(line: str) -> None:
    source, args = program(line)
    space: dict[str, Any] = {}
    exec(compile(source, "<line>", "exec"), space)
    with np.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        want = space["f"](*copy.deepcopy(args))
    assert_same(millrace.jit(src=source)(*args), want, ulps=64)


@pytest.mark.parametrize("function", WRITTEN, ids=lambda f: f"{f.__module__}.{f.__name__}")
def test_parameters_have_numpys_places(function: Any) -> None:
    """Positional parameters of functions written in Python stand where numpy's do."""
    try:
        given = inspect.signature(function)
    except (TypeError, ValueError):
        pytest.skip("no signature to compare with")
    ours = list(inspect.signature(WRITTEN[function]).parameters.values())
    theirs = list(given.parameters)
    positional = [p.name for p in ours if p.kind is p.POSITIONAL_OR_KEYWORD]
    assert positional == theirs[: len(positional)] or isinstance(function, np.ufunc)
    named = [p.name for p in ours if p.kind is p.KEYWORD_ONLY]
    assert set(named) <= set(theirs)


@pytest.mark.parametrize(
    "text",
    ["np.ravel(x, oder='F')", "np.cumsum(x, axes=0)", "np.roll(x, shift=1, ax=0)", "x.sum(axs=0)"],
)
def test_no_argument_is_lost(text: str) -> None:
    with pytest.raises(JitError, match="J047"):
        millrace.jit(src=f"import numpy as np\n\n\ndef f(x):\n    return {text}\n")(X)
