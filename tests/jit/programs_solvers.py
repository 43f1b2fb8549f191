"""Roots, differential equations, systems of equations, factors."""

# ruff: noqa
# mypy: ignore-errors

import math

import numpy as np

from tests.jit.programs import program

R = np.random.default_rng(5)
x = R.normal(size=8)
q = R.normal(size=(4, 4))


@program("for, if, lambda", (0.0, 2.0), ulps=64)
def bisect(lo, hi):
    f = lambda t: t * t - 2
    for _ in range(60):
        mid = (lo + hi) / 2
        if f(lo) * f(mid) <= 0:
            hi = mid
        else:
            lo = mid
    return mid


@program("and-or-not, augmented, lambda, ternary, while", (1.0, 3.0), ulps=64)
def secant(a, b):
    f = lambda t: math.exp(t) - 5
    it = 0
    while abs(b - a) > 1e-12 and it < 50:
        a, b = b, b - f(b) * (b - a) / (f(b) - f(a)) if f(b) != f(a) else b
        it += 1
    return b, it


@program("for, list, nested-function, subscript", (np.array([1.0, 0.0]), 0.1), ulps=64)
def rk4(y, h):
    def deriv(y):
        return np.array([y[1], -y[0]])

    out = [y]
    for _ in range(10):
        k1 = deriv(y)
        k2 = deriv(y + h / 2 * k1)
        k3 = deriv(y + h / 2 * k2)
        k4 = deriv(y + h * k3)
        y = y + h / 6 * (k1 + 2 * k2 + 2 * k3 + k4)
        out.append(y)
    return np.array(out)


@program("augmented, for", (1.0, 1.0, 1.0, 0.01, 200), ulps=4096)
def lorenz(x, y, z, dt, n):
    for _ in range(n):
        dx = 10 * (y - x)
        dy = x * (28 - z) - y
        dz = x * y - 8 / 3 * z
        x += dx * dt
        y += dy * dt
        z += dz * dt
    return x, y, z


@program("augmented, if, while", (1.0,), ulps=64)
def adaptive_euler(t_end):
    t = 0.0
    y = 1.0
    h = 0.1
    steps = 0
    while t < t_end:
        if t + h > t_end:
            h = t_end - t
        y1 = y + h * -y
        half = y + h / 2 * -y
        y2 = half + h / 2 * -half
        err = abs(y2 - y1)
        if err < 1e-4:
            t += h
            y = y2
            if err < 1e-5:
                h *= 1.5
        else:
            h *= 0.5
        steps += 1
        if steps > 10000:
            return -1.0, steps
    return y, steps


@program("augmented, for, ternary", (0.0, math.pi, 100), ulps=64)
def simpson(a, b, n):
    h = (b - a) / n
    s = math.sin(a) + math.sin(b)
    for k in range(1, n):
        s += (4 if k % 2 else 2) * math.sin(a + k * h)
    return s * h / 3


@program("break, for, for-else, if, list, subscript", (np.array([3.0, -2.0]),), ulps=64)
def gradient_descent(p):
    for it in range(500):
        g = np.array([2 * p[0], 20 * p[1]])
        p = p - 0.04 * g
        if np.linalg.norm(g) < 1e-6:
            break
    else:
        it = -1
    return p, it


@program("for, if, list, subscript", (np.array([-1.2, 1.0]),), ulps=64)
def newton2(p):
    for _ in range(20):
        g = np.array([-400 * p[0] * (p[1] - p[0] ** 2) - 2 * (1 - p[0]), 200 * (p[1] - p[0] ** 2)])
        H = np.array([[1200 * p[0] ** 2 - 400 * p[1] + 2, -400 * p[0]], [-400 * p[0], 200.0]])
        p = p - np.linalg.solve(H, g)
        if np.abs(g).max() < 1e-9:
            return p
    return p * 0


@program("augmented, break, if, subscript, while", (q @ q.T + 4 * np.eye(4), x[:4]), ulps=64)
def jacobi(A, b):
    d = np.diag(A)
    R = A - np.diag(d)
    v = np.zeros_like(b)
    k = 0
    while k < 200:
        n = (b - R @ v) / d
        k += 1
        if np.allclose(n, v, atol=1e-10):
            break
        v = n
    return v, k


@program("augmented, break, for, if, subscript, write", (q @ q.T + 4 * np.eye(4), x[:4]), ulps=64)
def gauss_seidel(A, b):
    n = len(b)
    v = np.zeros(n)
    for _ in range(100):
        old = v.copy()
        for r in range(n):
            s = 0.0
            for c in range(n):
                if c != r:
                    s += A[r, c] * v[c]
            v[r] = (b[r] - s) / A[r, r]
        if np.max(np.abs(v - old)) < 1e-10:
            break
    return v


@program("augmented, for, subscript, write", (q,), ulps=64)
def lu(A):
    n = A.shape[0]
    L = np.eye(n)
    U = A.copy()
    for k in range(n - 1):
        for r in range(k + 1, n):
            L[r, k] = U[r, k] / U[k, k]
            U[r, k:] -= L[r, k] * U[k, k:]
    return L, U


@program("augmented, for, subscript, write", (q,), ulps=4096)
def gram_schmidt(A):
    n = A.shape[1]
    Q = np.zeros_like(A)
    Rr = np.zeros((n, n))
    for c in range(n):
        v = A[:, c].copy()
        for k in range(c):
            Rr[k, c] = Q[:, k] @ A[:, c]
            v -= Rr[k, c] * Q[:, k]
        Rr[c, c] = np.linalg.norm(v)
        Q[:, c] = v / Rr[c, c]
    return Q, Rr


@program("augmented, break, continue, for, if, subscript, write", (q + q.T,), ulps=64)
def jacobi_eig(A):
    A = A.copy()
    n = A.shape[0]
    for sweep in range(15):
        off = 0.0
        for p in range(n - 1):
            for r in range(p + 1, n):
                off += A[p, r] ** 2
                if abs(A[p, r]) < 1e-14:
                    continue
                th = 0.5 * math.atan2(2 * A[p, r], A[r, r] - A[p, p])
                c = math.cos(th)
                s = math.sin(th)
                J = np.eye(n)
                J[p, p] = c
                J[r, r] = c
                J[p, r] = s
                J[r, p] = -s
                A = J.T @ A @ J
        if off < 1e-20:
            break
    return np.sort(np.diag(A))


@program("augmented, continue, for, if, nested-function, subscript, write", (q,), ulps=64)
def det_rec(A):
    def minor(a):
        return a[0, 0] * a[1, 1] - a[0, 1] * a[1, 0]

    s = 0.0
    for c in range(3):
        sub = np.zeros((2, 2))
        for r in range(2):
            k = 0
            for cc in range(3):
                if cc == c:
                    continue
                sub[r, k] = A[r + 1, cc]
                k += 1
        s += (-1) ** c * A[0, c] * minor(sub)
    return s


@program(
    "for, list, subscript, write",
    (np.array([1.0, 2, 3, 4]), np.array([2.0, 2, 2, 2]), np.array([0.5, 0.5, 0.5, 0.5])),
    ulps=64,
)
def thomas(d, a, c):
    n = len(d)
    cp = np.zeros(n)
    dp = np.zeros(n)
    cp[0] = c[0] / a[0]
    dp[0] = d[0] / a[0]
    for k in range(1, n):
        w = a[k] - c[k - 1] * cp[k - 1]
        cp[k] = c[k] / w
        dp[k] = (d[k] - c[k - 1] * dp[k - 1]) / w
    out = np.zeros(n)
    out[-1] = dp[-1]
    for k in reversed(range(n - 1)):
        out[k] = dp[k] - cp[k] * out[k + 1]
    return out
