"""Functions of numpy, and of Millrace's own, written in Python: the compiler takes their source
like any other. Only what it supports itself may be used here."""

from __future__ import annotations

from typing import Any

import numpy as np

from millrace.frontend.python.markers import static

# mypy: disable-error-code="no-any-return"


# ---- differences, sums, interpolation


def diff(a: Any, n: Any = 1, axis: Any = -1) -> Any:
    x = np.asarray(a)
    for _ in static(range(n)):
        x = np.moveaxis(x, axis, 0)
        x = x[1:] != x[:-1] if x.dtype == np.bool_ else x[1:] - x[:-1]
        x = np.moveaxis(x, 0, axis)
    return x


def ediff1d(ary: Any) -> Any:
    return diff(np.ravel(ary))


def gradient(f: Any, spacing: Any = 1.0) -> Any:
    y = np.asarray(f)
    inner = (y[2:] - y[:-2]) / (2.0 * spacing)
    first, last = (y[1] - y[0]) / spacing, (y[-1] - y[-2]) / spacing
    return np.concatenate((np.reshape(first, (1,)), inner, np.reshape(last, (1,))))


def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: Any = -1) -> Any:
    y = np.moveaxis(np.asarray(y), axis, -1)
    d = dx if x is None else diff(x)
    return np.sum(d * (y[..., 1:] + y[..., :-1]) / 2.0, axis=-1)


def interp(x: Any, xp: Any, fp: Any) -> Any:
    x, xp, fp = np.asarray(x) * 1.0, np.asarray(xp) * 1.0, np.asarray(fp) * 1.0
    n = xp.shape[0]
    if n == 1:
        return x * 0.0 + fp[0]
    i = np.clip(np.searchsorted(xp, x, side="right"), 1, n - 1)
    low, high = xp[i - 1], xp[i]
    slope = (fp[i] - fp[i - 1]) / (high - low)
    inside = slope * (x - low) + fp[i - 1]
    return np.where(x <= xp[0], fp[0], np.where(x >= xp[-1], fp[-1], inside))[()]


def polyval(p: Any, x: Any) -> Any:
    p = np.asarray(p)
    y = np.asarray(x) * 0
    for k in static(range(p.shape[0])):
        y = y * x + p[k]
    return y


def convolve(a: Any, v: Any, mode: Any = "full") -> Any:
    a, v = np.asarray(a), np.asarray(v)
    if a.shape[0] < v.shape[0]:
        a, v = v, a
    n, m = a.shape[0], v.shape[0]
    wide = np.pad(a, (m - 1, m - 1))
    places = np.arange(n + m - 1)[:, None] + np.arange(m)
    full = wide[places] @ v[::-1]
    if mode == "full":
        return full
    if mode == "same":
        start = (m - 1) // 2
        return full[start : start + n]
    return full[m - 1 : n]


def correlate(a: Any, v: Any, mode: Any = "valid") -> Any:
    a, v = np.asarray(a), np.asarray(v)
    if a.shape[0] < v.shape[0]:
        return convolve(v[::-1], a, mode)[::-1]
    return convolve(a, v[::-1], mode)


# ---- order


def median(a: Any, axis: Any = None, keepdims: Any = False) -> Any:
    return quantile(a, 0.5, axis, keepdims=keepdims)


def percentile(a: Any, q: Any, axis: Any = None, keepdims: Any = False) -> Any:
    return quantile(a, np.asarray(q) / 100.0, axis, keepdims=keepdims)


def quantile(a: Any, q: Any, axis: Any = None, keepdims: Any = False) -> Any:
    x = np.asarray(a)
    if x.dtype.kind != "f":
        x = x.astype(np.float64)
    rank = x.ndim
    x = np.ravel(x) if axis is None else np.moveaxis(x, axis, 0)
    n = x.shape[0]
    ordered = np.sort(x, axis=0)
    virtual = np.asarray(q) * (n - 1)
    low = np.floor(virtual)
    i = np.clip(low.astype(np.int64), 0, n - 1)
    j = np.minimum(i + 1, n - 1)
    weight = np.reshape((virtual - low).astype(x.dtype), np.shape(q) + (1,) * (x.ndim - 1))
    below, above = ordered[i], ordered[j]
    result = below + (above - below) * weight
    result = np.where(np.isnan(ordered[-1]), np.nan, result).astype(x.dtype)
    if keepdims:
        result = np.reshape(result, (1,) * rank) if axis is None else np.expand_dims(result, axis)
    return result[()]


def searchsorted(a: Any, v: Any, side: Any = "left") -> Any:
    """By counting: a comparison with every element."""
    a, v = np.asarray(a), np.asarray(v)
    before = a < v[..., None] if side == "left" else a <= v[..., None]
    return np.sum(before, axis=-1)


def digitize(x: Any, bins: Any, right: Any = False) -> Any:
    return searchsorted(bins, x, "left" if right else "right")


def bincount(x: Any, weights: Any = None, minlength: Any = 0) -> Any:
    """With ``minlength`` at least the largest value plus 1."""
    out = np.zeros(minlength, np.int64 if weights is None else np.float64)
    for i in range(x.shape[0]):
        out[x[i]] += 1 if weights is None else weights[i]
    return out


def histogram(a: Any, bins: Any, range: Any) -> Any:
    edges = np.linspace(range[0], range[1], bins + 1)
    x = np.ravel(a)
    inside = (x >= edges[0]) & (x <= edges[-1])
    place = np.minimum(searchsorted(edges, x, "right") - 1, bins - 1)
    hits = (place[:, None] == np.arange(bins)) & inside[:, None]
    return np.sum(hits, axis=0), edges


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


# ---- elementwise


def nan_to_num(x: Any, nan: Any = 0.0, posinf: Any = None, neginf: Any = None) -> Any:
    x = np.asarray(x)
    if x.dtype.kind != "f":
        return x
    high = np.finfo(x.dtype).max if posinf is None else posinf
    low = np.finfo(x.dtype).min if neginf is None else neginf
    y = np.where(np.isnan(x), nan, x)
    y = np.where(x == np.inf, high, y)
    return np.where(x == -np.inf, low, y)


def sinc(x: Any) -> Any:
    y = np.pi * np.where(x == 0, 1.0e-20, x)
    return (np.sin(y) / y)[()]


def select(condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    result = default
    for condition, choice in zip(condlist[::-1], choicelist[::-1], strict=True):
        result = np.where(condition, choice, result)
    return result


def choose(a: Any, choices: Any) -> Any:
    result = np.asarray(choices[0])
    for k in static(range(1, len(choices))):
        result = np.where(a == k, choices[k], result)
    return result


def fill_diagonal(a: Any, val: Any) -> None:
    n = min(a.shape)
    for i in range(n):
        a[i, i] = val


def copyto(dst: Any, src: Any) -> None:
    dst[...] = src


def rot90(m: Any, k: Any = 1) -> Any:
    turns = k % 4
    if turns == 1:
        return np.flip(m, 1).T
    if turns == 2:
        return np.flip(m)
    return np.flip(m.T, 1) if turns == 3 else m


def cov(m: Any, rowvar: Any = True, ddof: Any = 1) -> Any:
    x = np.asarray(m) * 1.0
    x = np.reshape(x, (1, -1)) if x.ndim == 1 else x if rowvar else x.T
    d = x - np.mean(x, axis=1, keepdims=True)
    return np.squeeze(d @ d.T / (x.shape[1] - ddof))


def corrcoef(x: Any, rowvar: Any = True) -> Any:
    c = cov(x, rowvar)
    s = np.sqrt(np.diag(c))
    return np.clip(c / s[:, None] / s, -1, 1)


def argpartition(a: Any, kth: Any, axis: Any = -1) -> Any:
    return np.argsort(a, axis=axis)


def partition(a: Any, kth: Any, axis: Any = -1) -> Any:
    return np.sort(a, axis=axis)


def vander(x: Any, N: Any = None, increasing: Any = False) -> Any:
    n = x.shape[0] if N is None else N
    powers = np.arange(n) if increasing else np.arange(n - 1, -1, -1)
    return x[:, None] ** powers


# ---- linear algebra of small matrices


def _floats(a: Any) -> Any:
    x = np.asarray(a)
    return x.copy() if x.dtype.kind == "f" else x.astype(np.float64)


def solve(a: Any, b: Any) -> Any:
    """Gaussian elimination with row pivots."""
    m, y = _floats(a), _floats(b)
    dtype = np.result_type(m, y)
    m, y = m.astype(dtype), y.astype(dtype)
    n = m.shape[0]
    vector = y.ndim == 1
    if vector:
        y = y[:, None].copy()
    for k in range(n):
        pivot = k
        largest = np.abs(m[k, k])
        for i in range(k + 1, n):
            size = np.abs(m[i, k])
            if size > largest:
                largest = size
                pivot = i
        if pivot != k:
            for j in range(n):
                t = m[k, j]
                m[k, j] = m[pivot, j]
                m[pivot, j] = t
            for j in range(y.shape[1]):
                t = y[k, j]
                y[k, j] = y[pivot, j]
                y[pivot, j] = t
        if m[k, k] == 0:
            raise np.linalg.LinAlgError("Singular matrix")
        for i in range(k + 1, n):
            factor = m[i, k] / m[k, k]
            for j in range(k, n):
                m[i, j] -= factor * m[k, j]
            for j in range(y.shape[1]):
                y[i, j] -= factor * y[k, j]
    for c in range(y.shape[1]):
        for r in range(n):
            i = n - 1 - r
            total = y[i, c]
            for j in range(i + 1, n):
                total -= m[i, j] * y[j, c]
            y[i, c] = total / m[i, i]
    return y[:, 0].copy() if vector else y


def inv(a: Any) -> Any:
    m = _floats(a)
    return solve(m, np.eye(m.shape[0], dtype=m.dtype))


def cholesky(a: Any) -> Any:
    m = _floats(a)
    n = m.shape[0]
    out = np.zeros_like(m)
    for i in range(n):
        for j in range(i + 1):
            total = m[i, j]
            for k in range(j):
                total -= out[i, k] * out[j, k]
            if i == j:
                if total <= 0:
                    raise np.linalg.LinAlgError("Matrix is not positive definite")
                out[i, i] = np.sqrt(total)
            else:
                out[i, j] = total / out[j, j]
    return out


def matrix_power(a: Any, n: Any) -> Any:
    if n == 0:
        return np.eye(a.shape[0], dtype=a.dtype)
    base = inv(a) if n < 0 else a
    result = base
    for _ in static(range(abs(n) - 1)):
        result = result @ base
    return result


def multi_dot(arrays: Any) -> Any:
    result = arrays[0]
    for a in arrays[1:]:
        result = result @ a
    return result


# ---- Millrace's functional forms: plain Python runs them as they are


def rnn(cell: Any, xs: Any, initial_state: Any) -> Any:
    """Run a recurrent cell over the rows of ``xs``: ``cell(x, state)``, or the ``call`` of an
    object, gives (output, next state). Returns all outputs and the last state."""
    step = getattr(cell, "call", cell)
    outputs = []
    state = initial_state
    for x in xs:
        y, state = step(x, state)
        outputs.append(y)
    return np.stack(outputs), state


def cond(pred: Any, true_fn: Any, false_fn: Any, *operands: Any) -> Any:
    """``true_fn(*operands)`` if ``pred`` else ``false_fn(*operands)``."""
    if pred:
        return true_fn(*operands)
    return false_fn(*operands)


def while_loop(cond_fn: Any, body_fn: Any, init: Any) -> Any:
    """``body_fn`` of the value for as long as ``cond_fn`` of it holds."""
    value = init
    while cond_fn(value):
        value = body_fn(value)
    return value


def scan(f: Any, init: Any, xs: Any) -> Any:
    """``f(carry, x)`` gives (carry, y) for each row of ``xs``: the last carry and all y."""
    carry = init
    ys = []
    for x in xs:
        carry, y = f(carry, x)
        ys.append(y)
    return carry, np.stack(ys)


def map_rows(f: Any, xs: Any) -> Any:
    """``f`` of each row of ``xs``, as one array."""
    ys = []
    for x in xs:
        ys.append(f(x))
    return np.stack(ys)


def fold(f: Any, init: Any, xs: Any) -> Any:
    """``f(carry, x)`` over the rows of ``xs``, from ``init`` on."""
    carry = init
    for x in xs:
        carry = f(carry, x)
    return carry
