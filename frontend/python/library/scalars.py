"""Of ``math``, ``functools`` and ``itertools``: numbers and lists."""

from __future__ import annotations

import itertools
import math
from typing import Any

from millrace.frontend.python.markers import static

# mypy: disable-error-code="no-any-return"


def gcd(*integers: Any) -> Any:
    result = 0
    for n in integers:
        a, b = abs(result), abs(int(n))
        while b != 0:
            a, b = b, a % b
        result = a
    return result


def lcm(*integers: Any) -> Any:
    result = 1
    for n in integers:
        k = int(n)
        divisor = gcd(result, k)
        result = abs(result // max(divisor, 1) * k)
    return result


def factorial(n: Any) -> Any:
    if n < 0:
        raise ValueError("factorial() not defined for negative values")
    result = 1
    for k in range(2, n + 1):
        result = result * k
    return result


def perm(n: Any, k: Any = None) -> Any:
    if k is None:
        return factorial(n)
    result = 1
    for i in range(k):
        result = result * (n - i)
    return result if k <= n else 0


def comb(n: Any, k: Any) -> Any:
    if k > n:
        return 0
    k = min(k, n - k)
    result = 1
    for i in range(k):
        result = result * (n - i) // (i + 1)
    return result


def isclose(a: Any, b: Any, *, rel_tol: Any = 1e-09, abs_tol: Any = 0.0) -> Any:
    if a == b:
        return True
    if math.isinf(a) or math.isinf(b):
        return False
    return abs(a - b) <= max(rel_tol * max(abs(a), abs(b)), abs_tol)


def modf(x: Any) -> Any:
    v = float(x)
    if math.isinf(v):
        return math.copysign(0.0, v), v
    whole = math.copysign(math.floor(abs(v)) * 1.0, v)
    return math.copysign(v - whole, v), whole


def isqrt(n: Any) -> Any:
    if n < 0:
        raise ValueError("isqrt() argument must be nonnegative")
    root = int(math.sqrt(n))
    while root * root > n:
        root = root - 1
    while (root + 1) * (root + 1) <= n:
        root = root + 1
    return root


def prod(iterable: Any, *, start: Any = 1) -> Any:
    result = start
    for x in iterable:
        result = result * x
    return result


def fsum(seq: Any) -> Any:
    """The error of each sum is added up beside it (Neumaier)."""
    total, error = 0.0, 0.0
    for x in seq:
        v = float(x)
        t = total + v
        error += (total - t) + v if abs(total) >= abs(v) else (v - t) + total
        total = t
    return total + error


def dist(p: Any, q: Any) -> Any:
    total = 0.0
    for a, b in zip(p, q, strict=True):
        d = float(a) - float(b)
        total += d * d
    return math.sqrt(total)


def reduce(function: Any, sequence: Any, *initial: Any) -> Any:
    value = initial[0] if len(initial) > 0 else sequence[0]
    for x in sequence if len(initial) > 0 else sequence[1:]:
        value = function(value, x)
    return value


def accumulate(iterable: Any, func: Any = None, *, initial: Any = None) -> Any:
    out = []
    total = initial
    if initial is not None:
        out.append(initial)
    for x in static(iterable):
        total = x if total is None else total + x if func is None else func(total, x)
        out.append(total)
    return out


def pairwise(iterable: Any) -> Any:
    return list(itertools.pairwise(iterable))
