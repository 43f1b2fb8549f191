"""Statistics, learning, recurrent cells, random walks."""

# ruff: noqa
# mypy: ignore-errors

import math

import numpy as np

from tests.jit.programs import program

R = np.random.default_rng(5)
x = R.normal(size=8)
m = R.normal(size=(4, 5))
i = R.integers(-9, 10, 8)
Wx = R.normal(size=(3, 4)).astype(np.float32) * 0.5
Wh = R.normal(size=(4, 4)).astype(np.float32) * 0.5
bb = np.zeros(4, np.float32)
xs = R.normal(size=(6, 3)).astype(np.float32)


class Cell:
    def __init__(self):
        self.w = Wx
        self.u = Wh

    def __call__(self, x, h):
        return np.tanh(x @ self.w + h @ self.u)

    def run(self, xs):
        h = np.zeros(4, np.float32)
        hs = []
        for v in xs:
            h = self(v, h)
            hs.append(h)
        return np.stack(hs)


cell = Cell()


@program("augmented, for, ternary", (x,), ulps=64)
def welford(a):
    n = 0
    mean = 0.0
    M2 = 0.0
    for v in a:
        n += 1
        d = v - mean
        mean += d / n
        M2 += d * (v - mean)
    return mean, M2 / (n - 1) if n > 1 else float("nan")


@program("elementwise", (x, x**2), ulps=64)
def linreg(a, b):
    n = len(a)
    sx = a.sum()
    sy = b.sum()
    sl = (n * (a * b).sum() - sx * sy) / (n * (a * a).sum() - sx**2)
    ic = (sy - sl * sx) / n
    r2 = 1 - ((b - (sl * a + ic)) ** 2).sum() / ((b - b.mean()) ** 2).sum()
    return sl, ic, r2


@program("elementwise", (m,), ulps=64)
def zscore(a):
    return (a - a.mean(axis=0)) / a.std(axis=0), (a - np.mean(a, 1, keepdims=True)) / np.std(
        a, 1, keepdims=True
    )


@program("elementwise", (m,), ulps=64)
def softmax(a):
    e = np.exp(a - np.max(a, axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True)


@program("list, subscript", (m, np.array([0, 2, 1, 4])), ulps=64)
def cross_entropy(l, y):
    l = l - l.max(axis=1, keepdims=True)
    lse = np.log(np.exp(l).sum(axis=1))
    return (lse - l[np.arange(len(y)), y]).mean()


@program("for, subscript, write", (m,), ulps=64)
def pairwise(a):
    d = np.zeros((4, 4))
    for p in range(4):
        for r in range(p + 1, 4):
            d[p, r] = d[r, p] = np.sqrt(((a[p] - a[r]) ** 2).sum())
    return d, np.sqrt(((a[:, None, :] - a[None, :, :]) ** 2).sum(-1))


@program("for, if", (x,), ulps=64)
def mode_int(a):
    k = (a * 2).astype(int)
    best = 0
    bc = 0
    for v in k:
        c = (k == v).sum()
        if c > bc:
            bc = c
            best = v
    return best, bc


@program(
    "augmented, break, for, if, list, subscript, ternary", (m, np.array([0, 1, 0, 1])), ulps=64
)
def perceptron(X, y):
    w = np.zeros(X.shape[1])
    b = 0.0
    errs = 0
    for ep in range(10):
        errs = 0
        for xi, yi in zip(X, y):
            p = 1 if xi @ w + b > 0 else 0
            if p != yi:
                w = w + (yi - p) * xi
                b += yi - p
                errs += 1
        if errs == 0:
            break
    return w, b, errs, ep


@program("augmented, for, list, subscript", (m, np.array([0.0, 1, 0, 1])), ulps=64)
def logistic(X, y):
    w = np.zeros(X.shape[1])
    for _ in range(50):
        p = 1 / (1 + np.exp(-X @ w))
        w -= 0.1 * X.T @ (p - y) / len(y)
    return w


@program("subscript", (m,), ulps=64)
def knn(X):
    qv = X[0] + 0.1
    d = ((X - qv) ** 2).sum(axis=1)
    idx = np.argsort(d)[:2]
    return idx, X[idx].mean(axis=0)


@program("augmented, for, if, ternary", (i,), ulps=64)
def majority(a):
    cand = 0
    cnt = 0
    for v in a:
        if cnt == 0:
            cand = v
        cnt += 1 if v == cand else -1
    return cand


@program("for", (xs,), ulps=64)
def rnn(s):
    h = np.zeros(4, dtype=np.float32)
    for v in s:
        h = np.tanh(v @ Wx + h @ Wh + bb)
    return h


@program("subscript", (xs,), ulps=64)
def use_cell(s):
    return cell.run(s), cell(s[0], np.ones(4, np.float32))


@program("for, subscript, write", (xs,), ulps=64)
def two_layer(s):
    h1 = np.zeros(4, np.float32)
    h2 = np.zeros(4, np.float32)
    ys = np.zeros((len(s), 4), np.float32)
    for t in range(len(s)):
        h1 = np.tanh(s[t] @ Wx + h1 @ Wh)
        h2 = np.maximum(0, h1 @ Wh + h2 @ Wh * 0.1)
        ys[t, :] = h2
    return ys, (h1, h2)


@program("for", (xs,), ulps=64)
def rnn_f64_state(s):
    h = np.zeros(4)
    for v in s:
        h = np.tanh(v.astype(np.float64) @ Wx + h @ Wh)
    return h


@program("break, for, if", (xs, 3), ulps=64)
def rnn_stop(s, n):
    h = np.zeros(4, np.float32)
    for t, v in enumerate(s):
        if t >= n:
            break
        h = np.tanh(v @ Wx + h @ Wh)
    return h


@program("augmented, for, ternary", (7,), ulps=64)
def walk(seed):
    rng = np.random.default_rng(42)
    pos = 0
    mx = 0
    for _ in range(100):
        pos += 1 if rng.random() < 0.5 else -1
        mx = max(mx, pos)
    return pos, mx


@program("augmented, for, if", (), ulps=64)
def metropolis():
    rng = np.random.default_rng(0)
    v = 0.0
    acc = 0
    s = 0.0
    for _ in range(200):
        p = v + rng.normal(0, 1)
        if rng.random() < math.exp(min(0.0, (v * v - p * p) / 2)):
            v = p
            acc += 1
        s += v
    return s / 200, acc


@program("elementwise", (), ulps=64)
def pi_mc():
    rng = np.random.default_rng(3)
    p = rng.random((500, 2))
    return 4 * np.mean((p**2).sum(axis=1) < 1)


@program("for, list, subscript, write", (), ulps=64)
def bootstrap():
    rng = np.random.default_rng(5)
    d = np.arange(10.0)
    ms = np.zeros(20)
    for k in range(20):
        ms[k] = d[rng.integers(0, 10, 10)].mean()
    return ms.std(), np.percentile(ms, [5, 95])


@program("for, list", (12345,), ulps=64)
def lcg(seed):
    s = seed
    out = []
    for _ in range(5):
        s = (1103515245 * s + 12345) % 2**31
        out.append(s / 2**31)
    return out
