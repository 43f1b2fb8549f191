"""Programs that are models and algorithms: recurrences, filters, solvers."""

import numpy as np

import millrace
from tests.jit.programs import program

# mypy: ignore-errors

RNG = np.random.default_rng(23)


def normal(*shape):
    return (RNG.normal(size=shape) * 0.5).astype(np.float32)


XS = normal(9, 5)
W, U, B = normal(5, 16), normal(4, 16), normal(16)
WM, UM, BM = normal(5, 8), normal(4, 8), normal(8)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


@program("recurrence, cell", (XS,), ulps=64)
def lstm(xs):
    h = np.zeros(4, np.float32)
    c = np.zeros(4, np.float32)
    for x in xs:
        z = x @ W + h @ U + B
        i, f, g, o = z[:4], z[4:8], z[8:12], z[12:]
        c = sigmoid(f) * c + sigmoid(i) * np.tanh(g)
        h = sigmoid(o) * np.tanh(c)
    return h, c


@program("recurrence, cell, list", (XS,), ulps=64)
def mgu(xs):
    h = np.zeros(4, np.float32)
    outputs = []
    for x in xs:
        f = sigmoid(x @ WM[:, :4] + h @ UM[:, :4] + BM[:4])
        n = np.tanh(x @ WM[:, 4:] + (f * h) @ UM[:, 4:] + BM[4:])
        h = (1 - f) * h + f * n
        outputs.append(h)
    return np.stack(outputs)


class GRUCell:
    """Keras's protocol."""

    def call(self, inputs, states):
        h = states[0]
        x, u = inputs @ W[:, :12], h @ U[:, :12]
        r = sigmoid(x[:4] + u[:4])
        z = sigmoid(x[4:8] + u[4:8])
        n = np.tanh(x[8:] + r * u[8:])
        h = z * h + (1 - z) * n
        return h, [h]


CELL = GRUCell()


@program("recurrence, cell, functional-forms", (XS,), ulps=64)
def gru_by_rnn(xs):
    outputs, states = millrace.rnn(CELL, xs, [np.zeros(4, np.float32)])
    return outputs, states[0]


@program("recurrence, reversed", (XS,), ulps=64)
def bidirectional(xs):
    def run(steps):
        h = np.zeros(4, np.float32)
        out = []
        for x in steps:
            h = np.tanh(x @ WM[:, :4] + h @ UM[:, :4])
            out.append(h)
        return np.stack(out)

    return np.concatenate([run(xs), run(xs[::-1])[::-1]], axis=1)


@program("recurrence, if", (XS, np.array([1, 0, 1, 1, 0, 0, 1, 1, 0])), ulps=64)
def masked_recurrence(xs, mask):
    h = np.zeros(4, np.float32)
    for x, m in zip(xs, mask, strict=True):
        if m:
            h = np.tanh(x @ WM[:, :4] + h @ UM[:, :4])
    return h


@program("recurrence, break", (XS,), ulps=64)
def halting_recurrence(xs):
    h = np.zeros(4, np.float32)
    steps = 0
    for x in xs:
        h = np.tanh(x @ WM[:, :4] + h @ UM[:, :4])
        steps += 1
        if h.max() > 0.9:
            break
    return h, steps


@program("while, linear-algebra", (RNG.normal(size=(4, 4)),), ulps=1024)
def power_iteration(a):
    a = a @ a.T
    v = np.ones(4)
    old = 0.0
    value = 1.0
    while abs(value - old) > 1e-10:
        old = value
        v = a @ v
        value = np.sqrt(v @ v)
        v = v / value
    return value


@program("while, linear-algebra", (RNG.normal(size=(6, 6)), RNG.normal(size=6)), ulps=4096)
def conjugate_gradient(a, b):
    a = a @ a.T + 6 * np.eye(6)
    x = np.zeros(6)
    r = b - a @ x
    p = r
    rs = r @ r
    steps = 0
    while rs > 1e-20 and steps < 50:
        ap = a @ p
        alpha = rs / (p @ ap)
        x = x + alpha * p
        r = r - alpha * ap
        new = r @ r
        p = r + new / rs * p
        rs = new
        steps += 1
    return x


@program(
    "for, write, view",
    (RNG.normal(size=50), RNG.normal(size=(3, 3)), RNG.normal(size=(3, 2)) * 0.3),
)
def filter_bank(x, b, a):
    y = np.zeros((50, 3))
    s1, s2 = np.zeros(3), np.zeros(3)
    for t in range(50):
        v = b[:, 0] * x[t] + s1
        s1 = b[:, 1] * x[t] - a[:, 0] * v + s2
        s2 = b[:, 2] * x[t] - a[:, 1] * v
        y[t] = v
    return y


@program("for, if, write", (RNG.normal(size=(30, 2)), RNG.normal(size=(3, 2))), ulps=256)
def k_means(x, start):
    c = start.copy()
    for _ in range(4):
        total = np.zeros((3, 2))
        count = np.zeros(3)
        for p in x:
            d = ((c - p) ** 2).sum(axis=1)
            j = d.argmin()
            total[j] += p
            count[j] += 1
        for j in range(3):
            if count[j] > 0:
                c[j] = total[j] / count[j]
    return c


@program("while, write", (6, 5, 40))
def mandelbrot(w, h, limit):
    out = np.zeros((5, 6), np.int64)
    for i in range(5):
        for j in range(6):
            cr, ci = -2.0 + 3.0 * j / w, -1.5 + 3.0 * i / h
            zr, zi = 0.0, 0.0
            n = 0
            while zr * zr + zi * zi < 4.0 and n < limit:
                zr, zi = zr * zr - zi * zi + cr, 2.0 * zr * zi + ci
                n += 1
            out[i, j] = n
    return out


@program("for, linear-algebra, solve", (RNG.normal(size=(8, 2)),), ulps=4096)
def kalman(zs):
    f = np.array([[1.0, 0.1], [0.0, 1.0]])
    q, r = np.eye(2) * 0.01, np.eye(2) * 0.5
    x, p = np.zeros(2), np.eye(2)
    for z in zs:
        x = f @ x
        p = f @ p @ f.T + q
        y = z - x
        s = p + r
        k = p @ np.linalg.inv(s)
        if y @ y < 9.0:
            x = x + k @ y
            p = (np.eye(2) - k) @ p
    return x, p


@program("for, while", (RNG.normal(size=20),))
def runs(x):
    longest, i = 0, 0
    while i < 20:
        j = i
        while j < 20 and x[j] > 0:
            j += 1
        longest = max(longest, j - i)
        i = j + 1
    return longest


@program("for, write", ("kitten", "sitting"))
def edit_distance(a, b):
    d = np.zeros((7, 8), np.int64)
    d[:, 0] = np.arange(7)
    d[0] = np.arange(8)
    for i, p in enumerate(a):
        for j, q in enumerate(b):
            cost = 0 if p == q else 1
            d[i + 1, j + 1] = min(d[i, j + 1] + 1, d[i + 1, j] + 1, d[i, j] + cost)
    return d[6, 7]


@program("while, math", (3.0,))
def newton_method(a):
    x = a
    for _ in range(50):
        step = (x * x * x - a) / (3 * x * x)
        x -= step
        if abs(step) < 1e-12:
            break
    return x


@program("for, where, reduction", (RNG.normal(size=(5, 6)).astype(np.float32),), ulps=64)
def attention(x):
    q, k, v = x[:, :2], x[:, 2:4], x[:, 4:]
    scores = q @ k.T / np.sqrt(np.float32(2))
    mask = np.tril(np.ones((5, 5), bool))
    scores = np.where(mask, scores, np.float32(-1e9))
    e = np.exp(scores - scores.max(axis=-1, keepdims=True))
    return e / e.sum(axis=-1, keepdims=True) @ v


@program("for, random", (200,))
def monte_carlo(n):
    rng = np.random.default_rng(7)
    inside = 0
    for p in rng.random((200, 2)):
        if p[0] * p[0] + p[1] * p[1] < 1:
            inside += 1
    return 4 * inside / n


@program("for, write", (RNG.normal(size=16), RNG.normal(size=16)), ulps=256)
def fast_fourier(re, im):
    """In place, radix 2."""
    a, b = re.copy(), im.copy()
    j = 0
    for i in range(1, 16):
        bit = 8
        while j & bit:
            j ^= bit
            bit >>= 1
        j |= bit
        if i < j:
            a[i], a[j] = a[j], a[i]
            b[i], b[j] = b[j], b[i]
    size = 2
    while size <= 16:
        angle = -2 * np.pi / size
        for start in range(0, 16, size):
            for k in range(size // 2):
                c, s = np.cos(angle * k), np.sin(angle * k)
                p, q = start + k, start + k + size // 2
                tr, ti = a[q] * c - b[q] * s, a[q] * s + b[q] * c
                a[q], b[q] = a[p] - tr, b[p] - ti
                a[p], b[p] = a[p] + tr, b[p] + ti
        size *= 2
    return a, b
