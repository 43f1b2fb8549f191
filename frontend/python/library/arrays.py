"""Comparison, selection, statistics, bits, and functions of functions."""

from __future__ import annotations

from typing import Any

import numpy as np

from millrace.frontend.python.markers import static

# mypy: disable-error-code="no-any-return"


# ---- comparison


def isclose(a: Any, b: Any, rtol: Any = 1e-05, atol: Any = 1e-08, equal_nan: Any = False) -> Any:
    x, y = np.asarray(a), np.asarray(b)
    near = np.abs(x - y) <= atol + rtol * np.abs(y)
    result = (near & np.isfinite(y)) | (x == y)
    if equal_nan:
        result = result | (np.isnan(x) & np.isnan(y))
    return result[()]


def allclose(a: Any, b: Any, rtol: Any = 1e-05, atol: Any = 1e-08, equal_nan: Any = False) -> Any:
    return bool(np.all(isclose(a, b, rtol, atol, equal_nan)))


def array_equal(a1: Any, a2: Any) -> Any:
    x, y = np.asarray(a1), np.asarray(a2)
    if x.shape != y.shape:
        return False
    return bool(np.all(x == y))


def array_equiv(a1: Any, a2: Any) -> Any:
    return bool(np.all(np.asarray(a1) == np.asarray(a2)))


def isposinf(x: Any) -> Any:
    return x == np.inf


def isneginf(x: Any) -> Any:
    return x == -np.inf


def isreal(x: Any) -> Any:
    return np.ones(np.shape(x), np.bool_)[()]


# ---- elementwise


def nan_to_num(
    x: Any, copy: Any = True, nan: Any = 0.0, posinf: Any = None, neginf: Any = None
) -> Any:
    x = np.asarray(x)
    if x.dtype.kind != "f":
        return x[()]
    high = np.finfo(x.dtype).max if posinf is None else posinf
    low = np.finfo(x.dtype).min if neginf is None else neginf
    y = np.where(np.isnan(x), nan, x)
    y = np.where(x == np.inf, high, y)
    return np.where(x == -np.inf, low, y)[()]


def sinc(x: Any) -> Any:
    y = np.pi * np.where(x == 0, 1.0e-20, x)
    return (np.sin(y) / y)[()]


def logaddexp2(x1: Any, x2: Any) -> Any:
    return np.logaddexp(x1 * np.log(2.0), x2 * np.log(2.0)) / np.log(2.0)


def modf(x: Any) -> Any:
    whole = np.trunc(x)
    rest = np.where(np.isinf(x), 0.0, x - whole).astype(np.asarray(whole).dtype)
    return np.copysign(rest, x)[()], whole


def divmod_(x1: Any, x2: Any) -> Any:
    return np.floor_divide(x1, x2), np.remainder(x1, x2)


def gcd(x1: Any, x2: Any) -> Any:
    a, b = np.abs(x1), np.abs(x2)
    a, b = a + b * 0, b + a * 0
    while np.any(b != 0):
        rest = np.where(b != 0, a % np.where(b != 0, b, 1), 0)
        a = np.where(b != 0, b, a)
        b = rest
    return np.asarray(a)[()]


def lcm(x1: Any, x2: Any) -> Any:
    g = gcd(x1, x2)
    return (np.abs(x1) // np.maximum(g, 1) * np.abs(x2))[()]


def bitwise_count(x: Any) -> Any:
    x = np.asarray(x)
    bits = x.dtype.itemsize * 8
    size = np.abs(x)
    total = np.zeros(x.shape, np.uint8)
    for k in static(range(bits)):
        total = total + ((size >> k) & 1).astype(np.uint8)
    return total[()]


def packbits(a: Any) -> Any:
    x = np.ravel(a) != 0
    x = np.pad(x, (0, -len(x) % 8))
    weights = np.array([128, 64, 32, 16, 8, 4, 2, 1], np.uint8)
    return np.sum(np.reshape(x, (-1, 8)) * weights, axis=1).astype(np.uint8)


def unpackbits(a: Any) -> Any:
    x = np.ravel(a)
    return np.ravel((x[:, None] >> np.arange(7, -1, -1).astype(np.uint8)) & np.uint8(1))


# ---- selection


def select(condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    result = default
    for condition, choice in zip(condlist[::-1], choicelist[::-1], strict=True):
        result = np.where(condition, choice, result)
    return result


def choose(a: Any, choices: Any, *, mode: Any = "raise") -> Any:
    a = np.asarray(a)
    if mode == "clip":
        a = np.clip(a, 0, len(choices) - 1)
    elif mode == "wrap":
        a = a % len(choices)
    result = np.asarray(choices[0])
    for k in static(range(1, len(choices))):
        result = np.where(a == k, choices[k], result)
    return result


def piecewise(x: Any, condlist: Any, funclist: Any, *args: Any) -> Any:
    x = np.asarray(x)
    conditions = list(condlist)
    given = len(conditions)
    result = np.zeros_like(x)
    if len(funclist) == given + 1:
        result = result + _piece(funclist[given], x, args).astype(x.dtype)
    for k in static(range(given)):
        result = np.where(conditions[k], _piece(funclist[k], x, args).astype(x.dtype), result)
    return result


def _piece(f: Any, x: Any, args: Any) -> Any:
    return np.asarray(f(x, *args) if callable(f) else f)


def fill_diagonal(a: Any, val: Any) -> None:
    n = min(a.shape)
    for i in range(n):
        a[i, i] = val


def copyto(dst: Any, src: Any, *, where: Any = True) -> None:
    dst[...] = np.where(where, src, dst)


def putmask(a: Any, mask: Any, values: Any) -> None:
    a[...] = np.where(mask, values, a)


def put_along_axis(arr: Any, indices: Any, values: Any, axis: Any = -1) -> None:
    n = arr.shape[axis]
    moved = np.moveaxis(arr, axis, -1)
    places = np.moveaxis(indices, axis, -1)
    new = np.moveaxis(np.broadcast_to(values, indices.shape), axis, -1)
    for k in static(range(places.shape[-1])):
        at = places[..., k : k + 1] % n
        moved = np.where(at == np.arange(n), new[..., k : k + 1], moved)
    arr[...] = np.moveaxis(moved, -1, axis)


def rot90(m: Any, k: Any = 1, axes: Any = (0, 1)) -> Any:
    turns = k % 4
    first, second = axes
    if turns == 1:
        return np.swapaxes(np.flip(m, second), first, second)
    if turns == 2:
        return np.flip(m, (first, second))
    return np.flip(np.swapaxes(m, first, second), second) if turns == 3 else m


# ---- statistics


def cov(m: Any, y: Any = None, rowvar: Any = True, bias: Any = False, ddof: Any = None) -> Any:
    x = np.asarray(m) * 1.0
    x = np.reshape(x, (1, -1)) if x.ndim == 1 else x if rowvar else x.T
    if y is not None:
        other = np.asarray(y) * 1.0
        other = np.reshape(other, (1, -1)) if other.ndim == 1 else other if rowvar else other.T
        x = np.concatenate((x, other), axis=0)
    less = ddof if ddof is not None else 0 if bias else 1
    d = x - np.mean(x, axis=1, keepdims=True)
    return np.squeeze(d @ d.T / (x.shape[1] - less))


def corrcoef(x: Any, y: Any = None, rowvar: Any = True) -> Any:
    c = cov(x, y, rowvar)
    if c.ndim == 0:
        return c / c
    s = np.sqrt(np.diag(c))
    return np.clip(c / s[:, None] / s, -1, 1)


def vander(x: Any, N: Any = None, increasing: Any = False) -> Any:
    x = np.asarray(x)
    n = x.shape[0] if N is None else N
    powers = np.arange(n) if increasing else np.arange(n - 1, -1, -1)
    return x[:, None] ** powers


# ---- places


def unravel_index(indices: Any, shape: Any) -> Any:
    rest = np.asarray(indices)
    found = []
    for n in shape[::-1]:
        found.append((rest % n)[()])
        rest = rest // n
    return tuple(found[::-1])


def ravel_multi_index(multi_index: Any, dims: Any) -> Any:
    flat = np.asarray(multi_index[0]).astype(np.int64)
    for k in static(range(1, len(dims))):
        flat = flat * dims[k] + multi_index[k]
    return flat[()]


# ---- functions of functions


def apply_along_axis(func1d: Any, axis: Any, arr: Any, *args: Any) -> Any:
    x = np.moveaxis(np.asarray(arr), axis, -1)
    lead = x.shape[:-1]
    out = []
    for row in np.reshape(x, (-1, x.shape[-1])):
        out.append(func1d(row, *args))
    y = np.stack(out)
    if y.ndim == 1:
        return np.reshape(y, lead)
    y = np.reshape(y, lead + y.shape[1:])
    return np.moveaxis(y, -1, axis)


def vectorized(pyfunc: Any, *args: Any) -> Any:
    """What ``numpy.vectorize(pyfunc)`` does with arguments."""
    parts = np.broadcast_arrays(*args)
    shape = parts[0].shape
    out = []
    for items in zip(*[np.ravel(p) for p in parts], strict=True):
        out.append(pyfunc(*items))
    return np.reshape(np.array(out), shape)


def reduce_by(ufunc: Any, array: Any, axis: Any = 0, initial: Any = None) -> Any:
    """``ufunc.reduce``, of functions without a reduction of their own."""
    x = np.moveaxis(np.asarray(array), axis, 0)
    first = 0 if initial is not None else 1
    total = x[0] if initial is None else initial
    for k in static(range(first, x.shape[0])):
        total = ufunc(total, x[k])
    return total


def accumulate_by(ufunc: Any, array: Any, axis: Any = 0) -> Any:
    x = np.moveaxis(np.asarray(array), axis, 0)
    total = x[0]
    out = np.zeros_like(x)
    out[0] = total
    for k in range(1, x.shape[0]):
        total = ufunc(total, x[k])
        out[k] = total
    return np.moveaxis(out, 0, axis)


def outer_by(ufunc: Any, a: Any, b: Any) -> Any:
    x, y = np.asarray(a), np.asarray(b)
    return ufunc(np.reshape(x, x.shape + (1,) * y.ndim), y)


def at_by(ufunc: Any, a: Any, indices: Any, b: Any = None) -> None:
    """``ufunc.at``: one element after the other, so that equal places add up."""
    given = indices if isinstance(indices, tuple) else (indices,)
    places = [np.atleast_1d(p) for p in given]
    values: Any = None if b is None else np.broadcast_to(b, places[0].shape)
    for k in range(places[0].shape[0]):
        at = tuple([p[k] for p in places])
        a[at] = ufunc(a[at]) if b is None else ufunc(a[at], values[k])
