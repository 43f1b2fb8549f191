"""Differences, sums, interpolation, polynomials, convolution."""

from __future__ import annotations

from typing import Any

import numpy as np

from millrace.frontend.python.library.linalg import least_squares
from millrace.frontend.python.markers import static

# mypy: disable-error-code="no-any-return"


def floats(a: Any) -> Any:
    """An array of floats; integers become float64."""
    x = np.asarray(a)
    return x if x.dtype.kind == "f" else x.astype(np.float64)


# ---- differences and integrals


def _edge(v: Any, x: Any, axis: Any) -> Any:
    """What ``diff`` puts at an end: numbers become one slice."""
    e = np.asarray(v)
    if e.ndim > 0:
        return e
    sizes = [1 if d == axis % x.ndim else n for d, n in enumerate(x.shape)]
    return np.broadcast_to(e, tuple(sizes))


def diff(a: Any, n: Any = 1, axis: Any = -1, prepend: Any = None, append: Any = None) -> Any:
    x = np.asarray(a)
    if prepend is not None:
        x = np.concatenate((_edge(prepend, x, axis), x), axis=axis)
    if append is not None:
        x = np.concatenate((x, _edge(append, x, axis)), axis=axis)
    for _ in static(range(n)):
        x = np.moveaxis(x, axis, 0)
        x = x[1:] != x[:-1] if x.dtype == np.bool_ else x[1:] - x[:-1]
        x = np.moveaxis(x, 0, axis)
    return x


def ediff1d(ary: Any, to_end: Any = None, to_begin: Any = None) -> Any:
    x = diff(np.ravel(ary))
    if to_begin is not None:
        x = np.concatenate((np.ravel(to_begin).astype(x.dtype), x))
    if to_end is not None:
        x = np.concatenate((x, np.ravel(to_end).astype(x.dtype)))
    return x


def gradient(f: Any, *varargs: Any, axis: Any = None, edge_order: Any = 1) -> Any:
    y = floats(f)
    axes = tuple(range(y.ndim)) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    slopes = []
    for k, a in enumerate(axes):
        h = 1.0 if len(varargs) == 0 else varargs[0] if len(varargs) == 1 else varargs[k]
        slopes.append(np.moveaxis(_slope(np.moveaxis(y, a, 0), h, edge_order), 0, a))
    return slopes[0] if len(axes) == 1 else tuple(slopes)


def _slope(y: Any, h: Any, edge_order: Any) -> Any:
    """Along the first axis; ``h`` is a distance, or the places."""
    if np.ndim(h) == 0:
        inner = (y[2:] - y[:-2]) / (2.0 * h)
        first, last = (y[1] - y[0]) / h, (y[-1] - y[-2]) / h
        if edge_order == 2:
            first = (-1.5 / h) * y[0] + (2.0 / h) * y[1] + (-0.5 / h) * y[2]
            last = (0.5 / h) * y[-3] + (-2.0 / h) * y[-2] + (1.5 / h) * y[-1]
    else:
        if edge_order == 2:
            raise NotImplementedError("edge_order=2 with places")
        d = np.reshape(diff(h), (-1,) + (1,) * (y.ndim - 1))
        left, right = d[:-1], d[1:]
        inner = -right / (left * (left + right)) * y[:-2]
        inner = inner + (right - left) / (left * right) * y[1:-1]
        inner = inner + left / (right * (left + right)) * y[2:]
        first, last = ((y[1:2] - y[:1]) / d[:1])[0], ((y[-1:] - y[-2:-1]) / d[-1:])[0]
    ends = (1, *y.shape[1:])
    return np.concatenate((np.reshape(first, ends), inner, np.reshape(last, ends)))


def trapezoid(y: Any, x: Any = None, dx: Any = 1.0, axis: Any = -1) -> Any:
    y = np.moveaxis(np.asarray(y), axis, -1)
    d = dx
    if x is not None:
        x = np.asarray(x)
        d = diff(x) if x.ndim == 1 else np.moveaxis(diff(x, axis=axis), axis, -1)
    return np.sum(d * (y[..., 1:] + y[..., :-1]) / 2.0, axis=-1)


def cumulative_sum(
    x: Any, *, axis: Any = None, dtype: Any = None, include_initial: Any = False
) -> Any:
    x = np.asarray(x)
    sums = np.cumsum(x, axis=0 if axis is None else axis, dtype=dtype)
    return _with_first(sums, axis, 0) if include_initial else sums


def cumulative_prod(
    x: Any, *, axis: Any = None, dtype: Any = None, include_initial: Any = False
) -> Any:
    x = np.asarray(x)
    products = np.cumprod(x, axis=0 if axis is None else axis, dtype=dtype)
    return _with_first(products, axis, 1) if include_initial else products


def _with_first(x: Any, axis: Any, value: Any) -> Any:
    a = 0 if axis is None else axis
    sizes = [1 if d == a % x.ndim else n for d, n in enumerate(x.shape)]
    return np.concatenate((np.full(tuple(sizes), value, x.dtype), x), axis=a)


def nancumsum(a: Any, axis: Any = None, dtype: Any = None) -> Any:
    return np.cumsum(np.where(np.isnan(a), 0, a), axis=axis, dtype=dtype)


def nancumprod(a: Any, axis: Any = None, dtype: Any = None) -> Any:
    return np.cumprod(np.where(np.isnan(a), 1, a), axis=axis, dtype=dtype)


def unwrap(p: Any, discont: Any = None, axis: Any = -1, *, period: Any = 2 * np.pi) -> Any:
    x = np.moveaxis(floats(p), axis, 0)
    jump = period / 2 if discont is None else discont
    d = x[1:] - x[:-1]
    half = period / 2
    turned = np.mod(d + half, period) - half
    turned = np.where((turned == -half) & (d > 0), half, turned)
    fix = np.where(np.abs(d) < jump, 0.0, turned - d)
    return np.moveaxis(np.concatenate((x[:1], x[1:] + np.cumsum(fix, axis=0))), 0, axis)


# ---- interpolation and polynomials


def interp(
    x: Any, xp: Any, fp: Any, left: Any = None, right: Any = None, period: Any = None
) -> Any:
    if period is not None:
        raise NotImplementedError("interp with a period")
    x, xp, fp = np.asarray(x) * 1.0, np.asarray(xp) * 1.0, np.asarray(fp) * 1.0
    x, xp, fp = x.astype(np.float64), xp.astype(np.float64), fp.astype(np.float64)
    n = xp.shape[0]
    low = fp[0] if left is None else left
    high = fp[-1] if right is None else right
    if n == 1:
        return np.where(x < xp[0], low, np.where(x > xp[0], high, fp[0]))[()]
    i = np.clip(np.searchsorted(xp, x, side="right"), 1, n - 1)
    slope = (fp[i] - fp[i - 1]) / (xp[i] - xp[i - 1])
    inside = slope * (x - xp[i - 1]) + fp[i - 1]
    inside = np.where(x == xp[-1], fp[-1], np.where(x == xp[0], fp[0], inside))
    return np.where(x < xp[0], low, np.where(x > xp[-1], high, inside))[()]


def polyval(p: Any, x: Any) -> Any:
    p = np.asarray(p)
    y = np.asarray(x) * 0
    for k in static(range(p.shape[0])):
        y = y * x + p[k]
    return y


def polyadd(a1: Any, a2: Any) -> Any:
    p, q = np.atleast_1d(a1), np.atleast_1d(a2)
    n = max(len(p), len(q))
    return np.pad(p, (n - len(p), 0)) + np.pad(q, (n - len(q), 0))


def polysub(a1: Any, a2: Any) -> Any:
    p, q = np.atleast_1d(a1), np.atleast_1d(a2)
    n = max(len(p), len(q))
    return np.pad(p, (n - len(p), 0)) - np.pad(q, (n - len(q), 0))


def polymul(a1: Any, a2: Any) -> Any:
    return convolve(np.atleast_1d(a1), np.atleast_1d(a2))


def polyder(p: Any, m: Any = 1) -> Any:
    p = np.asarray(p)
    for _ in static(range(m)):
        p = p[:-1] * np.arange(p.shape[0] - 1, 0, -1)
    return p


def polyint(p: Any, m: Any = 1, k: Any = None) -> Any:
    p = floats(p)
    for i in static(range(m)):
        last = 0.0 if k is None else k if np.ndim(k) == 0 else k[i]
        p = np.append(p / np.arange(p.shape[0], 0, -1), last)
    return p


def polyfit(x: Any, y: Any, deg: Any) -> Any:
    x, y = np.asarray(x) + 0.0, np.asarray(y) + 0.0
    powers = x[:, None] ** np.arange(deg, -1, -1)
    scale = np.sqrt(np.sum(powers * powers, axis=0))
    c = least_squares(powers / scale, y)
    return c / scale if y.ndim == 1 else c / scale[:, None]


# ---- convolution


def convolve(a: Any, v: Any, mode: Any = "full") -> Any:
    a, v = np.atleast_1d(a), np.atleast_1d(v)
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
        return convolve(v, a[::-1], mode)[::-1]
    return convolve(a, v[::-1], mode)
