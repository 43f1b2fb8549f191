"""Linear algebra of small matrices."""

from __future__ import annotations

from typing import Any

import numpy as np

from millrace.frontend.python.markers import static

QRResult: Any = type(np.linalg.qr(np.eye(1)))
SlogdetResult: Any = type(np.linalg.slogdet(np.eye(1)))

# mypy: disable-error-code="no-any-return"


def _floats(a: Any) -> Any:
    x = np.asarray(a)
    return x.copy() if x.dtype.kind == "f" else x.astype(np.float64)


def _stacked(f: Any, a: Any) -> Any:
    """``f`` of each matrix of a stack."""
    x = np.asarray(a)
    if x.ndim == 2:
        return f(x)
    out = []
    for m in np.reshape(x, (-1, *x.shape[-2:])):
        out.append(f(m))
    y = np.stack(out)
    return np.reshape(y, x.shape[:-2] + y.shape[1:])


def solve(a: Any, b: Any) -> Any:
    x, y = np.asarray(a), np.asarray(b)
    if x.ndim == 2 and y.ndim <= 2:
        return solve_one(x, y)
    if y.ndim == 1:
        y = y[:, None]
    lead = np.broadcast_shapes(x.shape[:-2], y.shape[:-2])
    x = np.reshape(np.broadcast_to(x, lead + x.shape[-2:]), (-1, *x.shape[-2:]))
    shape = lead + y.shape[-2:]
    y = np.reshape(np.broadcast_to(y, shape), (-1, *y.shape[-2:]))
    out = []
    for m, v in zip(x, y, strict=True):
        out.append(solve_one(m, v))
    found = np.reshape(np.stack(out), shape)
    return found[..., 0] if np.ndim(b) == 1 else found


def solve_one(a: Any, b: Any) -> Any:
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
    return _stacked(_inv_one, a)


def _inv_one(a: Any) -> Any:
    m = _floats(a)
    return solve_one(m, np.eye(m.shape[0], dtype=m.dtype))


def cholesky(a: Any, *, upper: Any = False) -> Any:
    lower = _stacked(_cholesky_one, a)
    return np.swapaxes(lower, -1, -2) if upper else lower


def _cholesky_one(a: Any) -> Any:
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


# ---- factors


def _reflected(a: Any) -> Any:
    """Q (square) and R by Householder's reflections, with LAPACK's signs."""
    r = _floats(a)
    m, n = r.shape
    q = np.eye(m, dtype=r.dtype)
    rows = np.arange(m)
    for k in range(min(m, n)):
        column = r[:, k]
        tail = np.where(rows > k, column, 0)
        below = np.sqrt(np.sum(tail * tail))
        head = column[k]
        length = -np.copysign(np.hypot(head, below), head)
        v = np.where(rows == k, head - length, tail)
        square = v @ v
        turns = below > 0
        tau = np.where(turns, 2 / np.where(turns, square, 1), 0)
        r = r - tau * np.outer(v, v @ r)
        q = q - tau * np.outer(q @ v, v)
    return q, np.triu(r)


def qr(a: Any, mode: Any = "reduced") -> Any:
    q, r = _reflected(a)
    p = min(r.shape)
    if mode == "r":
        return r[:p]
    if mode == "complete":
        return QRResult(q, r)
    return QRResult(q[:, :p], r[:p])


def least_squares(a: Any, b: Any) -> Any:
    """Of full rank."""
    q, r = _reflected(a)
    n = r.shape[1]
    y = q.T @ b
    x = np.zeros(y[:n].shape, y.dtype)
    for c in range(n):
        i = n - 1 - c
        x[i] = (y[i] - r[i] @ x) / r[i, i]
    return x


def slogdet(a: Any) -> Any:
    m = _floats(a)
    n = m.shape[0]
    sign = np.ones((), m.dtype)[()]
    for k in range(n):
        pivot = np.argmax(np.where(np.arange(n) >= k, np.abs(m[:, k]), -1.0))
        if pivot != k:
            row = m[k].copy()
            m[k] = m[pivot]
            m[pivot] = row
            sign = -sign
        factors = np.where(np.arange(n) > k, m[:, k] / m[k, k], 0)
        m -= np.outer(np.where(np.isnan(factors), 0, factors), m[k])
    d = np.diag(m)
    sign = sign * np.prod(np.sign(d))
    return SlogdetResult(sign, np.sum(np.log(np.abs(d))))


def _turned(a: Any) -> Any:
    """Columns turned until they are orthogonal (one-sided Jacobi), and how: ``a @ v``, ``v``."""
    u = _floats(a)
    n = u.shape[1]
    v = np.eye(n, dtype=u.dtype)
    eps = np.finfo(u.dtype).eps
    for _ in range(60):
        largest = np.zeros((), u.dtype)[()]
        for p in range(n - 1):
            for q in range(p + 1, n):
                x, y = u[:, p].copy(), u[:, q].copy()
                alpha, beta, gamma = x @ x, y @ y, x @ y
                size = np.sqrt(alpha * beta)
                off = np.where(size > 0, np.abs(gamma) / np.where(size > 0, size, 1), 0)
                largest = np.maximum(largest, off)
                if off > eps:
                    zeta = (beta - alpha) / (2 * gamma)
                    t = np.copysign(1.0, zeta) / (np.abs(zeta) + np.sqrt(1 + zeta * zeta))
                    c = 1 / np.sqrt(1 + t * t)
                    s = c * t
                    u[:, p] = c * x - s * y
                    u[:, q] = s * x + c * y
                    left, right = v[:, p].copy(), v[:, q].copy()
                    v[:, p] = c * left - s * right
                    v[:, q] = s * left + c * right
        if largest <= 4 * eps:
            break
    return u, v


def svdvals(x: Any) -> Any:
    return _stacked(_svdvals_one, x)


def _svdvals_one(a: Any) -> Any:
    u, _ = _turned(a if a.shape[0] >= a.shape[1] else a.T)
    return np.sort(np.sqrt(np.sum(u * u, axis=0)))[::-1]


def svd(a: Any, full_matrices: Any = True, compute_uv: Any = True, hermitian: Any = False) -> Any:
    if compute_uv:
        raise NotImplementedError("svd with vectors, whose signs are arbitrary: compute_uv=False")
    return svdvals(a)


def pinv(a: Any, rcond: Any = None) -> Any:
    m = _floats(a)
    if m.shape[0] < m.shape[1]:
        return pinv_tall(m.T, rcond).T
    return pinv_tall(m, rcond)


def pinv_tall(m: Any, rcond: Any) -> Any:
    u, v = _turned(m)
    squares = np.sum(u * u, axis=0)
    cut = 1e-15 if rcond is None else rcond
    large = np.sqrt(squares) > cut * np.sqrt(np.max(squares))
    return (v * np.where(large, 1 / np.where(large, squares, 1), 0)) @ u.T


def lstsq(a: Any, b: Any, rcond: Any = None) -> Any:
    m, y = _floats(a), _floats(b)
    rows, columns = m.shape
    s = svdvals(m)
    cut = np.finfo(m.dtype).eps * (max(rows, columns) if rcond is None else 1.0)
    cut = cut if rcond is None or rcond < 0 else rcond
    rank = np.sum(s > cut * s[0]).astype(np.int32)
    x = pinv(m, cut) @ y
    rest = m @ x - y
    if rows > columns:
        left = np.sum(rest * rest, axis=0)
        left = np.reshape(left, (1,)) if y.ndim == 1 else left
    else:
        left = np.zeros(0, m.dtype)
    return x, left, rank, s


def matrix_rank(A: Any, tol: Any = None) -> Any:
    s = svdvals(A)
    eps = np.finfo(s.dtype).eps
    cut = np.max(s, axis=-1, keepdims=True) * (max(A.shape[-2:]) * eps) if tol is None else tol
    return np.sum(s > cut, axis=-1)


def eigvalsh(a: Any, UPLO: Any = "L") -> Any:
    return _stacked(_eigvalsh_lower if UPLO == "L" else _eigvalsh_upper, a)


def _eigvalsh_upper(a: Any) -> Any:
    return _eigvalsh_lower(a.T)


def _eigvalsh_lower(a: Any) -> Any:
    """Jacobi's rotations, in turn, until what is beside the diagonal is gone."""
    m = _floats(a)
    m = np.tril(m) + np.tril(m, -1).T
    n = m.shape[0]
    scale = np.sqrt(np.sum(m * m))
    eps = np.finfo(m.dtype).eps
    for _ in range(60):
        largest = np.zeros((), m.dtype)[()]
        for p in range(n - 1):
            for q in range(p + 1, n):
                off = m[p, q]
                largest = np.maximum(largest, np.abs(off))
                if np.abs(off) > eps * 1e-3 * scale:
                    theta = (m[q, q] - m[p, p]) / (2 * off)
                    t = np.copysign(1.0, theta) / (np.abs(theta) + np.sqrt(theta * theta + 1))
                    c = 1 / np.sqrt(t * t + 1)
                    s = t * c
                    x, y = m[p].copy(), m[q].copy()
                    m[p] = c * x - s * y
                    m[q] = s * x + c * y
                    x, y = m[:, p].copy(), m[:, q].copy()
                    m[:, p] = c * x - s * y
                    m[:, q] = s * x + c * y
        if largest <= eps * 1e-3 * scale:
            break
    return np.sort(np.diag(m))


# ---- norms


def cond(x: Any, p: Any = None) -> Any:
    if p is None or p == 2:
        s = svdvals(x)
        return s[..., 0] / s[..., -1]
    return matrix_norm_of(x, p) * matrix_norm_of(inv(x), p)


def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: Any = False) -> Any:
    """Of orders that are neither of the common ones of vectors nor the default."""
    x = _floats(x)
    if axis is None:
        axis = tuple(range(x.ndim))
    if isinstance(axis, tuple) and len(axis) == 2:
        moved = np.moveaxis(x, axis, (-2, -1))
        found = matrix_norm_of(moved, ord)
        return np.expand_dims(found, axis) if keepdims else found
    a = axis[0] if isinstance(axis, tuple) else axis
    if ord == 0:
        return np.sum((x != 0).astype(x.dtype), axis=a, keepdims=keepdims)
    return np.sum(np.abs(x) ** ord, axis=a, keepdims=keepdims) ** (1.0 / ord)


def matrix_norm_of(x: Any, ord: Any) -> Any:
    size = np.abs(x)
    if ord is None or ord == "fro":
        return np.sqrt(np.sum(size * size, axis=(-2, -1)))
    if ord == "nuc":
        return np.sum(svdvals(x), axis=-1)
    if ord == 1:
        return np.max(np.sum(size, axis=-2), axis=-1)
    if ord == -1:
        return np.min(np.sum(size, axis=-2), axis=-1)
    if ord == 2:
        return svdvals(x)[..., 0]
    if ord == -2:
        return svdvals(x)[..., -1]
    if ord > 0:
        return np.max(np.sum(size, axis=-1), axis=-1)
    return np.min(np.sum(size, axis=-1), axis=-1)


def matrix_norm(x: Any, *, keepdims: Any = False, ord: Any = "fro") -> Any:
    found = matrix_norm_of(_floats(x), ord)
    return found[..., None, None] if keepdims else found


def vector_norm(x: Any, *, axis: Any = None, keepdims: Any = False, ord: Any = 2) -> Any:
    x = np.ravel(x) if axis is None and not keepdims else np.asarray(x)
    return np.linalg.norm(x, ord, axis, keepdims)
