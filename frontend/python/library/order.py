"""Quantiles, bins, order, sets."""

from __future__ import annotations

from typing import Any

import numpy as np

from millrace.frontend.python.library.calculus import floats
from millrace.frontend.python.markers import static

# mypy: disable-error-code="no-any-return"


# ---- quantiles


def _first(a: Any, axis: Any) -> Any:
    """The axis first; all elements as one without an axis."""
    return np.ravel(a) if axis is None else np.moveaxis(a, axis, 0)


def _keep(result: Any, rank: Any, axis: Any, keepdims: Any) -> Any:
    if not keepdims:
        return result
    return np.reshape(result, (1,) * rank) if axis is None else np.expand_dims(result, axis)


def median(a: Any, axis: Any = None, *, keepdims: Any = False) -> Any:
    a = floats(a)
    x = np.sort(_first(a, axis), axis=0)
    n = x.shape[0]
    middle = x[n // 2] if n % 2 else (x[n // 2 - 1] + x[n // 2]) / 2
    result = np.where(np.isnan(x[-1]), np.nan, middle).astype(x.dtype)[()]
    return _keep(result, a.ndim, axis, keepdims)


def percentile(
    a: Any, q: Any, axis: Any = None, *, method: Any = "linear", keepdims: Any = False
) -> Any:
    return quantile(a, np.asarray(q) / 100.0, axis, method=method, keepdims=keepdims)


def quantile(
    a: Any, q: Any, axis: Any = None, *, method: Any = "linear", keepdims: Any = False
) -> Any:
    a = floats(a)
    x = np.sort(_first(a, axis), axis=0)
    n = x.shape[0]
    place = _place(np.asarray(q) * (n - 1), method)
    low = np.floor(place)
    i = np.clip(low.astype(np.int64), 0, n - 1)
    j = np.minimum(i + 1, n - 1)
    weight = np.reshape((place - low).astype(x.dtype), np.shape(q) + (1,) * (x.ndim - 1))
    below, above = x[i], x[j]
    result = np.where(weight == 0, below, below + (above - below) * weight)
    result = np.where(np.isnan(x[-1]), np.nan, result).astype(x.dtype)
    return _keep(result[()], a.ndim, axis, keepdims)


def _place(place: Any, method: Any) -> Any:
    """Where among the ordered elements a quantile lies."""
    if method == "linear":
        return place
    if method == "lower":
        return np.floor(place)
    if method == "higher":
        return np.ceil(place)
    if method == "nearest":
        return np.rint(place)
    if method == "midpoint":
        return 0.5 * (np.floor(place) + np.ceil(place))
    raise NotImplementedError("this method of quantiles")


def nanquantile(a: Any, q: Any, axis: Any = None, *, keepdims: Any = False) -> Any:
    """NaN stands last in order: the others are as many as there are."""
    a = floats(a)
    x = np.sort(_first(a, axis), axis=0)
    count = np.sum(~np.isnan(x), axis=0)
    results = []
    for part in static(np.ravel(q)):
        place = part * np.maximum(count - 1, 0)
        low = np.floor(place)
        i = low.astype(np.int64)
        j = np.minimum(i + 1, np.maximum(count - 1, 0))
        below = np.take_along_axis(x, i[None], 0)[0] if x.ndim > 1 else x[i]
        above = np.take_along_axis(x, j[None], 0)[0] if x.ndim > 1 else x[j]
        results.append((below + (above - below) * (place - low)).astype(x.dtype))
    if np.ndim(q) == 0:
        return _keep(results[0], a.ndim, axis, keepdims)
    return np.stack(results)


def nanpercentile(a: Any, q: Any, axis: Any = None, *, keepdims: Any = False) -> Any:
    return nanquantile(a, np.asarray(q) / 100.0, axis, keepdims=keepdims)


def nanmedian(a: Any, axis: Any = None, *, keepdims: Any = False) -> Any:
    a = floats(a)
    x = np.sort(_first(a, axis), axis=0)
    count = np.sum(~np.isnan(x), axis=0)
    i, j = np.maximum(count - 1, 0) // 2, count // 2
    if x.ndim == 1:
        return _keep((x[i] + x[np.minimum(j, x.shape[0] - 1)]) / 2, a.ndim, axis, keepdims)
    j = np.minimum(j, x.shape[0] - 1)
    low = np.take_along_axis(x, i[None], 0)[0]
    high = np.take_along_axis(x, j[None], 0)[0]
    return _keep((low + high) / 2, a.ndim, axis, keepdims)


def nanvar(
    a: Any, axis: Any = None, dtype: Any = None, *, ddof: Any = 0, keepdims: Any = False
) -> Any:
    x = floats(a) if dtype is None else np.asarray(a).astype(dtype)
    there = ~np.isnan(x)
    count = np.sum(there, axis=axis, keepdims=True)
    mean = np.sum(np.where(there, x, 0), axis=axis, keepdims=True) / count
    d = np.where(there, x - mean, 0)
    total = np.sum(d * d, axis=axis, keepdims=keepdims)
    left = np.sum(there, axis=axis, keepdims=keepdims) - ddof
    return np.where(left <= 0, np.nan, total / left).astype(x.dtype)[()]


def nanstd(
    a: Any, axis: Any = None, dtype: Any = None, *, ddof: Any = 0, keepdims: Any = False
) -> Any:
    return np.sqrt(nanvar(a, axis, dtype, ddof=ddof, keepdims=keepdims))


def nanargmax(a: Any, axis: Any = None) -> Any:
    return np.argmax(np.where(np.isnan(a), -np.inf, a), axis=axis)


def nanargmin(a: Any, axis: Any = None) -> Any:
    return np.argmin(np.where(np.isnan(a), np.inf, a), axis=axis)


# ---- places in order, bins


def searchsorted(a: Any, v: Any, side: Any = "left", sorter: Any = None) -> Any:
    """By counting: a comparison with every element."""
    a, v = np.asarray(a), np.asarray(v)
    if sorter is not None:
        a = a[sorter]
    before = a < v[..., None] if side == "left" else a <= v[..., None]
    return np.sum(before, axis=-1)


def digitize(x: Any, bins: Any, right: Any = False) -> Any:
    """Bins that fall are read from the end."""
    bins = np.asarray(bins)
    up = searchsorted(bins, x, "left" if right else "right")
    down = len(bins) - searchsorted(bins[::-1], x, "right" if right else "left")
    return np.where(bins[0] <= bins[-1], up, down)[()]


def bincount(x: Any, weights: Any = None, minlength: Any = 0) -> Any:
    """With ``minlength`` at least the largest value plus 1."""
    if minlength == 0:
        raise ValueError("bincount needs minlength: its length would depend on data")
    out = np.zeros(minlength, np.int64 if weights is None else np.float64)
    x = np.asarray(x)
    for i in range(x.shape[0]):
        out[x[i]] += 1 if weights is None else weights[i]
    return out


def histogram_bin_edges(a: Any, bins: Any = 10, range: Any = None) -> Any:
    if np.ndim(bins) == 1:
        return np.asarray(bins)
    if range is not None:
        return np.linspace(range[0], range[1], bins + 1)
    low, high = np.min(a) * 1.0, np.max(a) * 1.0
    same = np.where(low == high, 0.5, 0.0)[()]
    return np.linspace(low - same, high + same, bins + 1)


def histogram(
    a: Any, bins: Any = 10, range: Any = None, density: Any = None, weights: Any = None
) -> Any:
    edges = histogram_bin_edges(a, bins, range)
    n = edges.shape[0] - 1
    x = np.ravel(a)
    inside = (x >= edges[0]) & (x <= edges[-1])
    place = np.minimum(searchsorted(edges, x, "right") - 1, n - 1)
    hits = (place[:, None] == np.arange(n)) & inside[:, None]
    if weights is None:
        counts = np.sum(hits, axis=0)
    else:
        counts = np.sum(np.where(hits, np.ravel(weights)[:, None], 0), axis=0)
    if density:
        counts = counts / np.diff(edges) / np.sum(counts)
    return counts, edges


def argpartition(a: Any, kth: Any, axis: Any = -1) -> Any:
    return np.argsort(a, axis=axis)


def partition(a: Any, kth: Any, axis: Any = -1) -> Any:
    return np.sort(a, axis=axis)


def lexsort(keys: Any, axis: Any = -1) -> Any:
    """The last key counts most; each pass keeps the order of equal ones."""
    order = np.argsort(keys[0], axis=axis)
    for k in static(range(1, len(keys))):
        key = np.take_along_axis(np.asarray(keys[k]), order, axis)
        order = np.take_along_axis(order, np.argsort(key, axis=axis), axis)
    return order


def isin(element: Any, test_elements: Any, assume_unique: Any = False, invert: Any = False) -> Any:
    x, wanted = np.asarray(element), np.ravel(test_elements)
    found = np.any(x[..., None] == wanted, axis=-1)
    return ~found if invert else found


def compress(condition: Any, a: Any, axis: Any = None) -> Any:
    return np.take(a, np.flatnonzero(condition), axis=axis)


def extract(condition: Any, arr: Any) -> Any:
    return np.take(np.ravel(arr), np.flatnonzero(condition))
