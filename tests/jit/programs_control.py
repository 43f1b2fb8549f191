"""Programs about control flow."""

from __future__ import annotations

import numpy as np

from millrace import static
from tests.jit.programs import program

# mypy: ignore-errors
# ruff: noqa: SIM108

RNG = np.random.default_rng(7)
X = RNG.normal(size=10).astype(np.float32)
M = RNG.normal(size=(5, 3)).astype(np.float32)


@program("for, subscript, weak-scalars", (X, 0.3))
def smooth(signal, alpha):
    state = signal[0]
    for value in signal:
        state = state + alpha * (value - state)
    return state


@program("while, if, augmented, integers", (27,), (1,))
def collatz(n):
    steps = 0
    while n != 1:
        if n % 2 == 0:
            n = n // 2
        else:
            n = 3 * n + 1
        steps += 1
    return steps


@program("for, range, early-return, tuple", (X,), (X * np.float32(0.01),))
def early_return(x):
    for i in range(10):
        if x[i] > 0.9:
            return i, x[i]
    return -1, x[0]


@program("while-else, break, write", (4,), (7,))
def while_else(n):
    out = np.zeros(8)
    i = 0
    while i < n:
        out[i] = i * 2
        if i == 5:
            break
        i += 1
    else:
        out[7] = -1
    return out


@program("continue, enumerate", (X,))
def continues(x):
    total = 0.0
    for i, v in enumerate(x):
        if i % 2 == 0:
            continue
        total += v
    return total


@program(
    "recurrence, linear-algebra",
    tuple(RNG.normal(size=s).astype(np.float32) for s in ((6, 3), (3, 4), (4, 4), 4)),
)
def recurrence(xs, w, u, b):
    h = np.zeros(4, np.float32)
    for x in xs:
        h = np.tanh(x @ w + h @ u + b)
    return h


@program("break, for", (M,), (M * np.float32(0.01),))
def nested_break(m):
    found = -1
    for i in range(5):
        for j in range(3):
            if m[i, j] > 1.0:
                found = i * 3 + j
                break
        if found >= 0:
            break
    return found


@program("ternary", (X,))
def ternary(x):
    return x[0] if x[0] > x[1] else x[1]


@program("chained, for", (X, -0.5))
def chained(x, low):
    count = 0
    for v in x:
        if low < v <= 1.0:
            count += 1
    return count


@program("and-or-not, for", (X,))
def logic(x):
    hits = 0
    for i in range(len(x)):
        if (x[i] > 0 and i % 3 == 0) or not x[i] > -1:
            hits += 1
    return hits


@program("unpacking, range", (12,), (0,))
def tuples(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a, b


@program("zip, reduction", (X, M))
def zipped(x, m):
    total = np.float32(0)
    for a, row in zip(x, m, strict=False):
        total += a * row.sum()
    return total


@program("reversed", (X,))
def backwards(x):
    last = np.float32(1)
    for v in reversed(x):
        last = last * np.float32(0.5) + v
    return last


@program("write, augmented", (X,))
def prefix(x):
    out = np.zeros_like(x)
    total = np.float32(0)
    for i in range(x.shape[0]):
        total += x[i]
        out[i] = total
    return out


@program("nested-function, closure, comprehension", (X, 2.5))
def nested_function(x, k):
    def scale(v):
        if v > 0:
            return v * k
        return -v

    return scale(x[0]) + scale(x[1]), [scale(v) for v in x[:3]]


@program("for-else, break", (X,))
def for_else(x):
    where = 0
    for i in range(10):
        if x[i] > 100:
            where = i
            break
    else:
        where = -1
    return where


@program("while, math", (2.0,))
def newton(a):
    x = a
    while abs(x * x - a) > 1e-9:
        x = 0.5 * (x + a / x)
    return x


@program("early-return, if, for", (X,), (-X,), (np.abs(X),))
def several_returns(x):
    if x[0] > 0:
        if x[1] > 0:
            return x * 2
        return x * 3
    for v in x:
        if v > 1:
            return x * v
    return x


@program("for-else, break", (X, 0.5), (X, 50))
def search(x, v):
    for i in range(10):
        if x[i] > v:
            where = i
            break
    else:
        where = -1
    return where


@program("while, break", (X, 0.5))
def endless(x, v):
    i = 0
    while True:
        if x[i] > v:
            found = x[i]
            break
        i += 1
    return found, i


@program("for, early-return", (X, 0.5), (X, 100.0))
def last_value(x, v):
    for a in x:
        y = a * 2
        if y > v:
            return y
    return y * 3


@program("while-else, break", (10,), (11,))
def else_binds(n):
    while n > 0:
        last = n
        n -= 2
        if n == 3:
            break
    else:
        last = -5
    return last


@program("if, early-return", (X,), (-X,))
def bound_before_return(x):
    if x[0] > 0:
        y = x[0]
        z = y + 1
    else:
        return x[1]
    return y * z


@program("elif, if", (3,), (-3,), (0,), (40,))
def classify(n):
    if n < 0:
        kind = -1
    elif n == 0:
        kind = 0
    elif n < 10:
        kind = 1
    else:
        kind = 2
    return kind


@program("while, break, continue", (50,), (3,))
def odd_sum(n):
    total = 0
    i = 0
    while True:
        i += 1
        if i > n:
            break
        if i % 2 == 0:
            continue
        if total > 200:
            return -total
        total += i
    return total


@program("for, break, continue", (M, 0.2))
def nested_continue(m, limit):
    rows = 0
    for row in m:
        bad = False
        for v in row:
            if v < -limit:
                bad = True
                break
            if v > limit:
                continue
            rows += 10
        if bad:
            continue
        rows += 1
    return rows


@program("while, for", (17,))
def triangle(n):
    total = 0
    while n > 0:
        for k in range(3):
            total += n * k
        n -= 2
    return total


@program("range", (7,), (0,), (-2,))
def dynamic_range(n):
    total = 0
    for i in range(n):
        total += i * i
    for i in range(n, 20, 3):
        total -= i
    for i in range(10, n, -1):
        total += 3 * i
    return total


@program("range, negative-step", (X,))
def backward_range(x):
    total = np.float32(0)
    for i in range(9, -1, -2):
        total = total * np.float32(0.5) + x[i]
    return total


@program("walrus, while", (X,))
def walrus(x):
    i = 0
    while (v := x[i]) < 1.0 and i < 8:
        i += 1
    return v, i


@program("and-or-not", (3, 0), (0, 4), (0, 0))
def operand_of_or(a, b):
    return (a or b), (a and b), not a


@program("ternary, chained", (0.5,), (-2.0,), (7.5,))
def clamp(v):
    return 0.0 if v < 0 else v if 0 <= v < 1 else 1.0


@program("comprehension, static", (X,))
def comprehensions(x):
    squares = [x[i] * x[i] for i in range(4)]
    pairs = [a * b for a in squares for b in (1, 2) if b > 1]
    return squares, sum(pairs), max(squares)


@program("static, for", (M,))
def unrolled(m):
    total = np.zeros(3, np.float32)
    for i in static(range(5)):
        if i % 2 == 0:
            total = total + m[i]
        else:
            total = total - m[i]
    return total


@program("assert, raise", (X,))
def checks(x):
    assert x.ndim == 1, "a vector"
    if x.shape[0] != 10:
        raise ValueError("ten elements")
    return x.sum()


@program("enumerate, early-return, for", (M,), (-M,))
def first_large(m):
    for i, row in enumerate(m):
        for j, v in enumerate(row):
            if v > 1.0:
                return i, j, v
    return -1, -1, m[0, 0]


@program("while, integers", (48, 36), (17, 5))
def gcd(a, b):
    while b:
        a, b = b, a % b
    return a


@program("while, integers, shifts", (13, 20, 1000))
def power_mod(base, exponent, modulus):
    result = 1
    base = base % modulus
    while exponent > 0:
        if exponent & 1:
            result = result * base % modulus
        exponent = exponent >> 1
        base = base * base % modulus
    return result


@program("for, break, write", (30,))
def sieve(n):
    prime = np.ones(30, dtype=bool)
    prime[0] = False
    prime[1] = False
    for i in range(2, 30):
        if i * i > n:
            break
        if prime[i]:
            j = i * i
            while j < 30:
                prime[j] = False
                j += i
    return prime


@program("while, write", (X,))
def bubble_sort(x):
    a = x.copy()
    swapped = True
    while swapped:
        swapped = False
        for i in range(9):
            if a[i] > a[i + 1]:
                t = a[i]
                a[i] = a[i + 1]
                a[i + 1] = t
                swapped = True
    return a


@program("unpacking, write", (X,))
def swaps(x):
    a = x.copy()
    for i in range(5):
        a[i], a[9 - i] = a[9 - i], a[i]
    return a


@program("while", (np.sort(X), 0.3), (np.sort(X), -9.0))
def binary_search(x, v):
    low, high = 0, len(x)
    while low < high:
        middle = (low + high) // 2
        if x[middle] < v:
            low = middle + 1
        else:
            high = middle
    return low


@program("for, if", (np.arange(12).reshape(3, 4) % 5,))
def count_pairs(m):
    count = 0
    for i in range(3):
        for j in range(4):
            for k in range(j):
                if m[i, j] == m[i, k]:
                    count += 1
    return count


@program("for, continue, early-return", (X, 2), (X, 20))
def third_positive(x, wanted):
    seen = 0
    for v in x:
        if v <= 0:
            continue
        seen += 1
        if seen == wanted:
            return v
    return np.float32(-1)


@program("if", (1.5,), (-1.5,))
def nothing_happens(v):
    if v > 0:
        pass
    return v


@program("for-else, break", (X, 0.5), (X, 2.0), (-X, 0.1))
def break_in_else(x, v):
    steps = 0
    for i in range(6):
        for j in range(i):
            if x[j] > v:
                break
        else:
            steps += 100
            if i > 3:
                break
        steps += 1
    return steps
