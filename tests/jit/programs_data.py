"""Programs about subscripts, writes, lists and other containers."""

from collections import namedtuple

import numpy as np

from tests.jit.programs import program

# mypy: ignore-errors

RNG = np.random.default_rng(11)
X = RNG.normal(size=8)
M = RNG.normal(size=(4, 5))
T = RNG.normal(size=(2, 3, 4)).astype(np.float32)
Pair = namedtuple("Pair", "left right")


@program("view, write, slice", (M,))
def row_view(m):
    a = m.copy()
    r = a[1]
    r[2] = 7.0
    a[1, 0] = -1.0
    return a, r


@program("view, for, augmented", (M,))
def rows_in_place(m):
    a = m.copy()
    for row in a:
        row[0] = row[1] + 1
        row *= 2
    return a


@program("view, shapes", (M, 2))
def transposed_view(m, i):
    a = m.copy()
    t = a.T
    t[i] = 3.0
    b = a.reshape(-1)
    b[3] = 9.0
    return a, t, b


@program("view, negative-step, strided-write", (X,))
def two_names(x):
    a = x.copy()
    b = a
    b[0] = 5.0
    b += 1
    c = a[::2]
    c[1] = 100.0
    d = a[::-1]
    d[0] = -7
    return a, b, c, d


@program("view, for, write", (M, 3))
def left_columns(m, n):
    a = m.copy()
    left = a[:, :2]
    for i in range(n):
        left[i] = left[i] * 2
        a[i, 1] += 10
    return a, left


@program("slice, write, for", (X,))
def diffusion(x):
    u = x.copy()
    for _ in range(5):
        new = u.copy()
        new[1:-1] = u[1:-1] + 0.1 * (u[2:] - 2 * u[1:-1] + u[:-2])
        u = new
    return u


@program("write, slice, gather, mask, ellipsis", (M,))
def writes(m):
    a = m.copy()
    a[:, 1] = a[:, 0]
    a[1:3, 1:3] = 0
    a[..., 2] += 1
    a[[0, 2]] = 5.0
    a[a > 1] = 1.0
    a[1:3, ::2] = -2
    a[::-1][0] = 4
    return a


@program("newaxis, ellipsis, slice", (T,))
def basic_indexing(t):
    return t[None, 0], t[..., 1], t[:, None, 1:, ::2], t[1, -1], t[:, ::-1], t[0, 1:2, 3]


@program("gather", (M, np.array([0, 3, 1]), np.array([[1, 0], [4, 2]])))
def advanced_indexing(m, i, j):
    return m[i], m[:, j], m[i, i], m[1, j], m[j[:, 0] - 1, 2], m[-i]


@program("gather, mask", (M,))
def known_mask(m):
    pick = np.array([True, False, True, True])
    return m[pick], m[:, np.arange(5) % 2 == 0]


@program("window, for", (X, 3))
def windows(x, n):
    best = x[0:3].sum()
    for i in range(n):
        s = x[i : i + 3].sum()
        if s > best:
            best = s
    return best


@program("window, write", (X, 4))
def window_write(x, i):
    a = x.copy()
    a[i : i + 2] = a[i - 2 : i] * 2
    a[i - 1 : i + 1] += 1
    return a


@program("subscript, negative-step", (X, -2), (X, 3))
def negative_index(x, i):
    return x[i], x[-1], x[i - 1]


@program("list, for", (T[0],))
def grows(rows):
    out = []
    h = np.zeros(4, np.float32)
    for r in rows:
        h = h * np.float32(0.5) + r
        out.append(h)
    return np.stack(out), h


@program("list, for, joining", (M,))
def grows_nested(m):
    out = []
    for r in m:
        for i in range(3):
            out.append(r[i] * i)
    return np.array(out), len(out)


@program("list, outputs", (3,))
def list_result(n):
    out = [1]
    for i in range(5):
        out.append(i * n)
        out.append(-i)
    return out


@program("list, write, static", (X,))
def list_writes(x):
    parts = [x[0], x[1], x[2]]
    parts[1] = parts[0] + parts[2]
    parts.extend([x[3], x[4]])
    last = parts.pop()
    parts.insert(0, last)
    return parts, parts[1:3], parts[-1]


@program("tuple, subscript", (X, 2))
def moving_item(x, i):
    weights = (0.5, 1.5, 2.5, 3.5)
    rows = [x * 1.0, x * 2.0, x * 3.0]
    return weights[i] * x[0], rows[i - 1]


@program("dict, for", (X,))
def dictionary(x):
    d = {"a": x[0], "b": x.sum()}
    d["c"] = d["a"] + d["b"]
    total = 0.0
    for k in d:
        total += d[k]
    for _, v in d.items():
        total += v
    return d, total, d.get("z", 1.0)


@program("namedtuple, for", (X,))
def named(x):
    p = Pair(x[0], x * 0)
    for v in x:
        p = Pair(p.left + v, p.right + p.left)
    return p, p._replace(left=p.left * 2)


@program("unpacking, tuple", (M,))
def stars(m):
    first, *rest = m
    (a, b), c = (rest[0], rest[1]), first
    return a + b + c, len(rest)


@program("tuple, for", (X,))
def tuple_state(x):
    state = (0.0, (1.0, np.zeros(2)))
    for v in x:
        s, (p, h) = state
        state = (s + v, (p * 0.5, h + v))
    return state


@program("write, while", (12,))
def fibonacci(n):
    f = np.zeros(20, np.int64)
    f[1] = 1
    i = 2
    while i < n:
        f[i] = f[i - 1] + f[i - 2]
        i += 1
    return f


@program("update, for", (RNG.integers(0, 6, 30),))
def counts(values):
    hist = np.zeros(6, np.int64)
    for v in values:
        hist[v] += 1
    return hist


@program("write, for, window", (M,))
def dynamic_programming(m):
    cost = np.zeros((4, 5))
    cost[0] = m[0]
    for i in range(1, 4):
        for j in range(5):
            low = max(j - 1, 0)
            high = min(j + 1, 4)
            cost[i, j] = m[i, j] + min(cost[i - 1, low], cost[i - 1, j], cost[i - 1, high])
    return cost


@program("write, if, for", (X,))
def insertion_sort(x):
    a = x.copy()
    for i in range(1, 8):
        v = a[i]
        j = i - 1
        while j >= 0 and a[j] > v:
            a[j + 1] = a[j]
            j -= 1
        a[j + 1] = v
    return a


@program("comprehension, list", (M,))
def nested_lists(m):
    table = [[m[i, j] for j in range(2)] for i in range(3)]
    return np.array(table), table[1][0]


@program("strided-write, slice", (M,))
def strides(m):
    a = m.copy()
    a[::2, 1::2] = a[1::2, ::2][:, :2]
    a[:, -1] = 0
    return a


@program("write, ellipsis", (T,))
def fill_all(t):
    a = np.empty_like(t)
    a[...] = 2
    a[0] = t[1]
    a[1, :, 0] = t[0, :, 1]
    b = np.empty(3)
    b.fill(1.5)
    return a, b


@program("builtins, tuple", (X,))
def container_builtins(x):
    t = (x[0], x[1], np.float64(3))
    return (
        len(t),
        max(t),
        min(t),
        sum(t),
        sorted_pair(t),
        tuple(reversed(t)),
        list(t),
        any(t),
        all(t),
    )


def sorted_pair(t):
    return (t[0], t[1]) if t[0] < t[1] else (t[1], t[0])
