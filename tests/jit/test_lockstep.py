"""Loops on data inside of loops whose steps are independent run in vectors, lane by lane equal to
plain Python: with branches, reads, sums in order, writes, and steps that are left over."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

import millrace
from tests.jit.harness import assert_same

# mypy: ignore-errors
# ruff: noqa: B007

RNG = np.random.default_rng(8)
SIZES = (1, 7, 8, 16, 37)


def roots(x, n):
    out = np.zeros_like(x)
    for i in range(n):
        a = x[i]
        r = a
        while abs(r * r - a) > 1e-6 * a:
            r = 0.5 * (r + a / r)
        out[i] = r
    return out


def branches(x, n):
    """Both sides of a branch, one loop after another, and a sum in the order of the steps."""
    total = x[0] * 0
    for i in range(n):
        v = x[i]
        steps = 0
        while v > 0.01 and steps < 40:
            if v > 1.0:
                v = v * 0.5
            elif steps % 2 == 0:
                v = v - 0.01
            else:
                v = v * 0.75
            steps += 1
        while v < 3.0:
            v = v * 1.5 + 0.25
        total = total + v * steps
    return total


def lengths(k, n):
    """Integers, a largest value, and where it was."""
    best, where = 0, -1
    for i in range(n):
        v, steps = k[i], 0
        while v != 1 and steps < 500:
            v = v // 2 if v % 2 == 0 else 3 * v + 1
            steps += 1
        if steps > best:
            best, where = steps, i
    return best, where


def counted(x, n):
    """A table that later steps read again; a loop of known length in the body."""
    table = np.zeros(8, np.int64)
    for i in range(n):
        v = x[i]
        for _ in range(3):
            v = v * 1.5
        k = 0
        while v > 1.0:
            v = v * 0.5
            k += 1
        table[k % 8] += k
    return table


def searches(x, n):
    """Reads at places that differ, and an end that the data say."""
    grid = np.linspace(0.0, 4.0, 33)
    out = np.zeros(64, np.int64)
    for i in range(n):
        low, high = 0, 33
        while low < high:
            mid = (low + high) >> 1
            if grid[mid] < x[i]:
                low = mid + 1
            else:
                high = mid
        out[i] = low
    return out


def leaves(x, n):
    """A loop that is left in the middle."""
    out = np.zeros(64)
    for i in range(n):
        v = x[i]
        for k in range(50):
            v = v * v - 0.3
            if v > 4.0:
                break
        out[i] = v if v < 4.0 else k
    return out


FLOATS = np.abs(RNG.normal(size=64)) * 3 + 0.1
INTEGERS = RNG.integers(1, 300, 64)
CASES: list[tuple[Callable[..., Any], Any]] = [
    (roots, FLOATS),
    (roots, FLOATS.astype(np.float32)),
    (branches, FLOATS),
    (branches, FLOATS.astype(np.float32)),
    (lengths, INTEGERS),
    (counted, FLOATS),
    (searches, FLOATS),
    (leaves, FLOATS),
]


@pytest.mark.parametrize(("f", "x"), CASES, ids=lambda v: getattr(v, "__name__", "x"))
def test_equal_to_python(f: Callable[..., Any], x: Any) -> None:
    compiled = millrace.jit(f, strict=True)
    for n in SIZES:
        with np.errstate(all="ignore"):
            assert_same(compiled(x, n), f(x, n), ulps=0)
    fixed = millrace.jit(f, strict=True, static="n")
    for n in (16, 37):
        with np.errstate(all="ignore"):
            assert_same(fixed(x, n), f(x, n), ulps=0)


@pytest.mark.parametrize("f", [roots, branches, lengths, counted, searches])
def test_runs_in_vectors(f: Callable[..., Any]) -> None:
    x = INTEGERS if f is lengths else FLOATS
    text = millrace.jit(f).ir(x, 37, stage="loop")
    assert re.search(r'"vector.reduction"\(.*kind = "or"', text)


def beyond(x, n):
    out = np.zeros(8)
    for i in range(n):
        v = x[i]
        while v > 1.0:
            v = v * 0.5
        out[i] = v
    return out


def test_checks_in_vectors() -> None:
    compiled = millrace.jit(beyond)
    assert_same(compiled(FLOATS, 8), beyond(FLOATS, 8), ulps=0)
    with pytest.raises(IndexError, match=r"test_lockstep.py:\d+"):
        compiled(FLOATS, 9)
    with pytest.raises(IndexError):
        compiled(FLOATS, 64)


def test_what_depends_on_the_step_before_stays_in_order() -> None:
    def chain(x):
        v = 1.0
        for i in range(32):
            while v > x[i]:
                v = v * 0.5
            v = v + x[i]
        return v

    compiled = millrace.jit(chain)
    assert "vector.reduction" not in compiled.ir(FLOATS, stage="loop")
    assert_same(compiled(FLOATS), chain(FLOATS))
