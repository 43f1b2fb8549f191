"""Closures, comprehensions, containers, methods, arguments."""

# ruff: noqa
# mypy: ignore-errors

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from tests.jit.programs import program

R = np.random.default_rng(5)
x = R.normal(size=8)
m = R.normal(size=(4, 5))
b = x > 0
SCALE = 2.5
TABLE = [1.0, 2.0, 3.0]
NAMES = {"a": 1, "b": 2.5}
WTS = np.arange(5.0)


class Pt(NamedTuple):
    x: float
    y: float


@dataclass
class DC:
    a: float
    b: float = 2.0

    def norm(self):
        return math.sqrt(self.a**2 + self.b**2)


class Filt:
    gain = 2.0

    def __init__(self, c):
        self.c = c
        self.hist = [0.5, 0.25]

    def step(self, s, v):
        return self.c * s + (1 - self.c) * v * self.gain

    @property
    def twice(self):
        return self.c * 2

    @staticmethod
    def sq(v):
        return v * v

    @classmethod
    def g(cls):
        return cls.gain

    def apply(self, a):
        s = 0.0
        for v in a:
            s = self.step(s, v)
        return s + self.twice + self.sq(s) + self.g() + sum(self.hist)


FL = Filt(0.3)


@program("comprehension, lambda, nested-function, subscript", (x,), ulps=64)
def py_closures(a):
    k = 2.0

    def f(v):
        return v * k + SCALE

    g = lambda v, w=3: f(v) - w

    def compose(h1, h2):
        return lambda v: h1(h2(v))

    return compose(f, g)(a), list(map(f, a[:2])), [g(v) for v in a[:2]], g(1, w=2)


@program("augmented, for, nested-function, nonlocal", (4,), ulps=64)
def py_counter_closure(n):
    c = 0

    def inc(d=1):
        nonlocal c
        c += d
        return c

    for _ in range(n):
        inc()
    inc(5)
    return c


@program("for, if, subscript", (x,), ulps=64)
def py_early(a):
    for k, v in enumerate(a):
        if v > 0:
            if k > 2:
                return k, v
            for j in range(k):
                if a[j] < -1:
                    return j, a[j]
    return -1, 0.0


@program("and-or-not, for, if, subscript", (x,), ulps=64)
def py_find_first(a):
    found = False
    where = -1
    for k in range(len(a)):
        if a[k] < 0 and not found:
            found = True
            where = k
    return found, where


@program("comprehension, subscript, ternary", (x,), ulps=64)
def py_ternaries(a):
    return (
        [v if v > 0 else -v for v in a],
        (a[0] if a[1] > 0 else a[2]) if a[3] > 0 else a[4],
        1 if a[0] > 0 else 0,
    )


@program("comprehension, subscript", (x,), ulps=64)
def py_comps(a):
    return (
        [v * 2 for v in a],
        [k * v for k, v in enumerate(a) if k % 2 == 0],
        sum(v * v for v in a),
        max(v for v in a),
        [[r * c for c in range(3)] for r in range(2)],
        {k: k * k for k in range(3)}[2],
        any(v > 1 for v in a),
        all(v < 10 for v in a),
    )


@program("augmented, for, subscript", (x,), ulps=64)
def py_zips(a):
    s = 0.0
    for k, (u, v) in enumerate(zip(a, a[::-1])):
        s += k * u * v
    for u, v, w in zip(a, a[1:], a[2:]):
        s += u * v * w
    for v in reversed(a):
        s = s * 0.5 + v
    for k in reversed(range(4)):
        s += k
    for k, v in enumerate(a, start=1):
        s -= k * v
    for k, v in reversed(list(enumerate(a))):
        s += k * v
    return s


@program("augmented, list, subscript, write", (x,), ulps=64)
def py_list_ops(a):
    l = []
    l.append(a[0])
    l.append(a[1])
    l += [a[2]]
    l.extend([a[3], a[4]])
    l.insert(0, 1.0)
    p = l.pop()
    l[0] = 5.0
    l2 = l[::-1]
    l3 = l + l2
    n = len(l3)
    del_ = l3[1:3]
    return l3, p, n, del_, [0] * 3, l3[-1], sum(l), 5.0 in [1.0, 5.0]


@program("for, list, subscript", (x,), ulps=64)
def py_stack_list(a):
    st = []
    for k in range(4):
        st.append(a[k] * k)
    return np.array(st).sum(), len(st), st[-1], st[0]


@program("for, list", (m,), ulps=64)
def py_rows_loop(a):
    out = []
    for r in a:
        out.append(r.sum())
    return np.array(out), out


@program("augmented, for, if, subscript", (m,), ulps=64)
def py_rows_cols(a):
    s = 0.0
    for r in range(a.shape[0]):
        for c in range(a.shape[1]):
            if (r + c) % 2 == 0:
                s += a[r][c]
            else:
                s -= a[r, c]
    for col in a.T:
        s += col.max()
    return s


@program("augmented, dict, for, if, subscript, write", (x,), ulps=64)
def py_dicts(a):
    d = {"s": 0.0, "n": 0}
    for v in a:
        d["s"] += v
        if v > 0:
            d["n"] += 1
    d["m"] = d["s"] / len(a)
    return d


@program("for, subscript", (x,), ulps=64)
def py_namedt(a):
    p = Pt(a[0], a[1])
    for v in a:
        p = Pt(p.x + v, p.y * 0.5)
    return p.x, p.y, p


@program("subscript", (x,), ulps=64)
def py_dcs(a):
    d = DC(a[0])
    return d.norm(), d.a + d.b


@program("elementwise", (x,), ulps=64)
def py_methods(a):
    return FL.apply(a)


@program("subscript", (x,), ulps=64)
def py_globals(a):
    return a * SCALE + TABLE[1] + NAMES["b"] + sum(TABLE), WTS[:4] * a[:4], np.array(TABLE) * a[:3]


@program("dict, nested-function, subscript", (x, 1.0, 2.0), ulps=64)
def py_starargs(a, *rest):
    def f(p, *args, k=1, **kw):
        return p + sum(args) * k + kw.get("z", 0)

    return f(a[0], *rest, k=2, z=3), f(*rest), f(a[1], **{"k": 5})


@program("subscript", (x,), (x, 2), ulps=64)
def py_defaults(a, n=3, *, scale=1.5):
    return a[:2] * scale + n


@program("and-or-not, augmented, if, subscript, walrus, while", (x,), ulps=64)
def py_walrus(a):
    n = 0
    k = 0
    while (v := a[k]) < 5 and k < 7:
        n += v
        k += 1
    if (t := n * 2) > 1:
        n = t
    return n, k


@program("augmented, subscript, write", (x,), ulps=64)
def py_aug(a):
    a = a.copy()
    n = 7
    n += 1
    n -= 2
    n *= 3
    n //= 2
    n %= 5
    n **= 2
    n <<= 1
    n |= 1
    n &= 7
    n ^= 2
    n >>= 1
    v = 1.5
    v /= 2
    v **= 2
    a += 1
    a *= 2
    a -= a[0]
    a /= 3
    a[1] -= 1
    a[2:4] *= 2
    a **= 2
    return n, v, a


@program("if, subscript", (x,), ulps=64)
def py_asserts(a):
    assert len(a) == 8, "bad"
    assert a.ndim == 1
    if a.shape[0] < 2:
        raise ValueError("small")
    return a.sum()


@program("if, subscript, write", (4,), ulps=64)
def py_assign_in_branches(n):
    if n > 3:
        a = np.zeros(3)
        a[0] = 1
    else:
        a = np.ones(3)
    if n > 100:
        a = a * 2
    return a


@program("augmented, for, ternary", (4, 2.5), (1, 2.5), ulps=64)
def py_mixed_types(n, v):
    r = v if n > 2 else float(n)
    s = 0.0
    for k in range(n):
        s += k
    t = 0
    for k in range(n):
        t += k * 2
    return r, s, t


@program("augmented, for", (x,), ulps=64)
def py_int_to_float(a):
    s = 0
    for v in a:
        s += v
    c = 0
    for v in a:
        c = c + (v > 0)
    mx = -1
    for v in a:
        mx = max(mx, v)
    return s, c, mx


@program("and-or-not, for, if", (x,), ulps=64)
def py_none_init(a):
    best = None
    for v in a:
        if best is None or v > best:
            best = v
    return best


@program("augmented, for, if", (x,), ulps=64)
def py_prev_none(a):
    prev = None
    s = 0.0
    for v in a:
        if prev is not None:
            s += abs(v - prev)
        prev = v
    return s


@program("and-or-not, augmented, if, subscript, while", (x,), ulps=64)
def py_flag_loop(a):
    done = False
    k = 0
    while not done:
        k += 1
        if a[k % 8] > 1 or k > 20:
            done = True
    return k, done


@program("augmented, for, if, subscript", (x,), ulps=64)
def py_str_mode(a):
    mode = "up"
    s = 0.0
    for k in range(4):
        if mode == "up":
            s += a[k]
    return s


@program("augmented, for, if", (5,), ulps=64)
def py_string_state(n):
    c = 0
    for ch in "abcab":
        if ch == "a":
            c += n
    return c
