"""Runs a function as Python and compiled, and compares values, shapes and types."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import numpy as np

import millrace

ULPS = 16
"""Floats may differ by this many units in the last place of the largest element."""


def compiled(function: Callable[..., Any], *args: Any) -> Any:
    """The result of the compiled function."""
    return millrace.jit(function)(*copy.deepcopy(args))


def check(function: Callable[..., Any], *args: Any, ulps: float = ULPS) -> None:
    """Both ways give the same."""
    with np.errstate(all="ignore"):
        want = function(*copy.deepcopy(args))
    assert_same(compiled(function, *args), want, ulps)


def assert_same(got: Any, want: Any, ulps: float = ULPS, where: str = "result") -> None:
    assert type(got) is type(want), f"{where}: {type(got)} is not {type(want)}"
    if isinstance(want, tuple | list):
        assert len(got) == len(want), where
        for i, (g, w) in enumerate(zip(got, want, strict=True)):
            assert_same(g, w, ulps, f"{where}[{i}]")
        return
    if isinstance(want, dict):
        assert list(got) == list(want), where
        for k, w in want.items():
            assert_same(got[k], w, ulps, f"{where}[{k!r}]")
        return
    if not isinstance(want, np.ndarray | np.generic | float):
        assert got == want, f"{where}: {got} is not {want}"
        return
    g, w = np.asarray(got), np.asarray(want)
    assert (g.dtype, g.shape) == (w.dtype, w.shape), f"{where}: {g.dtype}{g.shape}"
    if w.dtype.kind != "f":
        np.testing.assert_array_equal(g, w, where)
        return
    finite = w[np.isfinite(w)]
    scale = float(np.abs(finite).max()) if finite.size else 0.0
    eps = float(np.finfo(w.dtype).eps)
    np.testing.assert_allclose(g, w, rtol=ulps * eps, atol=ulps * eps * scale, err_msg=where)
