"""Control flow: each program run by Python and compiled."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tests.jit.harness import check

RNG = np.random.default_rng(7)
X = RNG.normal(size=10).astype(np.float32)
M = RNG.normal(size=(5, 3)).astype(np.float32)


def smooth(signal, alpha):
    state = signal[0]
    for value in signal:
        state = state + alpha * (value - state)
    return state


def collatz(n):
    steps = 0
    while n != 1:
        if n % 2 == 0:  # noqa: SIM108
            n = n // 2
        else:
            n = 3 * n + 1
        steps += 1
    return steps


def early_return(x):
    for i in range(10):
        if x[i] > 0.9:
            return i, x[i]
    return -1, x[0]


def while_else(n):
    out = np.zeros(8)
    i = 0
    while i < n:
        out[i] = i * 2
        if i == 5:
            break
        i += 1
    else:
        out[7] = -1
    return out


def continues(x):
    total = 0.0
    for i, v in enumerate(x):
        if i % 2 == 0:
            continue
        total += v
    return total


def recurrence(xs, w, u, b):
    h = np.zeros(4, np.float32)
    for x in xs:
        h = np.tanh(x @ w + h @ u + b)
    return h


def nested_break(m):
    found = -1
    for i in range(5):
        for j in range(3):
            if m[i, j] > 1.0:
                found = i * 3 + j
                break
        if found >= 0:
            break
    return found


def ternary(x):
    return x[0] if x[0] > x[1] else x[1]


def chained(x, low):
    count = 0
    for v in x:
        if low < v <= 1.0:
            count += 1
    return count


def logic(x):
    hits = 0
    for i in range(len(x)):
        if (x[i] > 0 and i % 3 == 0) or not x[i] > -1:
            hits += 1
    return hits


def tuples(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a, b


def zipped(x, m):
    total = np.float32(0)
    for a, row in zip(x, m, strict=False):
        total += a * row.sum()
    return total


def backwards(x):
    last = np.float32(1)
    for v in reversed(x):
        last = last * np.float32(0.5) + v
    return last


def prefix(x):
    out = np.zeros_like(x)
    total = np.float32(0)
    for i in range(x.shape[0]):
        total += x[i]
        out[i] = total
    return out


def nested_function(x, k):
    def scale(v):
        if v > 0:
            return v * k
        return -v

    return scale(x[0]) + scale(x[1]), [scale(v) for v in x[:3]]


def for_else(x):
    where = 0
    for i in range(10):
        if x[i] > 100:
            where = i
            break
    else:
        where = -1
    return where


def newton(a):
    x = a
    while abs(x * x - a) > 1e-9:
        x = 0.5 * (x + a / x)
    return x


def several_returns(x):
    if x[0] > 0:
        if x[1] > 0:
            return x * 2
        return x * 3
    for v in x:
        if v > 1:
            return x * v
    return x


PROGRAMS: list[tuple[Callable[..., Any], tuple[Any, ...]]] = [
    (smooth, (X, 0.3)),
    (collatz, (27,)),
    (early_return, (X,)),
    (early_return, (X * np.float32(0.01),)),
    (while_else, (4,)),
    (while_else, (7,)),
    (continues, (X,)),
    (recurrence, tuple(RNG.normal(size=s).astype(np.float32) for s in ((6, 3), (3, 4), (4, 4), 4))),
    (nested_break, (M,)),
    (nested_break, (M * np.float32(0.01),)),
    (ternary, (X,)),
    (chained, (X, -0.5)),
    (logic, (X,)),
    (tuples, (12,)),
    (zipped, (X, M)),
    (backwards, (X,)),
    (prefix, (X,)),
    (nested_function, (X, 2.5)),
    (for_else, (X,)),
    (newton, (2.0,)),
    (several_returns, (X,)),
    (several_returns, (-X,)),
    (several_returns, (np.abs(X),)),
]


@pytest.mark.parametrize(("function", "args"), PROGRAMS, ids=lambda v: getattr(v, "__name__", ""))
def test_program(function: Callable[..., Any], args: tuple[Any, ...]) -> None:
    check(function, *args)
