"""Programs about types: promotion, integers, scalars, conversions."""

import math

import numpy as np

from tests.jit.programs import program

# mypy: ignore-errors

RNG = np.random.default_rng(17)
X = RNG.normal(size=6)
F = X.astype(np.float32)
H = X.astype(np.float16)
I = RNG.integers(-9, 10, 6)  # noqa: E741
S = I.astype(np.int8)
U = np.abs(I).astype(np.uint8)
B = X > 0


@program("integers, division, shifts, power", (np.abs(I) + 1,))
def integer_arithmetic(i):
    return (
        i + 1, i * i, i // 3, i % 3, -i, i / 2, i**2, 2**i, i & 3, i | 8, i ^ 5, ~i, i << 2, i >> 1,
        i.astype(np.int8) + np.int8(100), i > 4, np.sqrt(i), i + 1.5, i * np.float32(2),
        np.bitwise_and(i, 6), abs(-i), np.gcd(i, 6) if False else i,
    )  # fmt: skip


@program("division, integers", (I,))
def signed_division(i):
    return i // 3, i % 3, i // -3, i % -3, i / 4, np.fmod(i, 3), divmod(i[0], 4), i[1] // -2


@program("division", (I, X))
def division_by_zero(i, x):
    z = i * 0
    return x / 0.0, -x / z, i // z, i % z, x % z


@program("bool, and-or-not", (B,))
def truth(b):
    return (
        b & ~b, b | b, b ^ True, np.logical_not(b), b * 1, b + b, b.astype(int), np.where(b, 1, 2),
        b & b[0], b == b[1], np.logical_and(b, True), b.sum(), ~b,
    )  # fmt: skip


@program("unsigned, wrap", (U,))
def unsigned(u):
    return (
        u - np.uint8(200), u * 2, u.astype(np.uint16) + u.astype(np.int16),
        u.astype(np.uint32) // 7, -u, u - u[0], u << 3, u.astype(np.uint64) + 1, u / u[0],
    )  # fmt: skip


@program("wrap, integers", (100,))
def wrapping(n):
    a = np.int8(n)
    b = np.array([127, -128], np.int8)
    return b + np.int8(1), b * b, np.array([2**62], np.int64) * n, a // np.int8(7)


@program("promotion", (X, F, I, S))
def promotion(x, f, i, s):
    return (
        x + f, f + i, f + s, s + i, f * 2, f * 2.0, s * 2, s * 2.5, s + np.int16(1),
        x + np.float32(1), s / s, np.sqrt(s), f // 2, i + True,
    )  # fmt: skip


@program("float16, promotion", (H,))
def half(h):
    return h + 1, h * h, np.exp(h), h + np.float32(1), h.sum(), h.mean(), h.max(), np.tanh(h), h / 3


@program("weak-scalars, promotion", (F, 2, 0.1))
def python_scalars(f, n, a):
    return f * n, f * a, n * a, n + 1, a / n, f[0] * a, f[0] + n, n // 3, n**2, a**2, -n, n > a


@program("weak-scalars, for", (F,))
def sum_from_zero(f):
    total = 0
    for v in f:
        total += v
    return total


@program("weak-scalars, while", (F,))
def python_float_becomes_single(f):
    error = 1.0
    x = f[0]
    while error > 1e-3:
        new = x * np.float32(0.5)
        error = abs(new - x)
        x = new
    return x, error


@program("conversion", (X,))
def conversions(x):
    return (
        x.astype(np.int32), x.astype("f4"), x.astype(bool), (x * 10).astype(np.int8),
        np.float32(x[0]), np.int64(x[0] * 10), float(x[0]), int(x[0] * 10), bool(x[0]),
        x[0].item(), np.asarray(3), np.float64(2), int("7"), x.astype(np.float16).astype(float),
    )  # fmt: skip


@program("math, builtins", (1.5, 3))
def python_math(a, n):
    return (
        math.sin(a), math.sqrt(n), math.exp(-a), math.log(a), math.log(a, 2), math.floor(a),
        math.ceil(a), math.hypot(a, n), math.pi * a, math.isnan(a), math.copysign(a, -1),
        math.atan2(a, n), math.fabs(-a), math.trunc(-a), math.pow(a, n),
    )  # fmt: skip


@program("builtins", (-2.5, 7))
def builtin_numbers(a, n):
    return (
        abs(a), round(a), round(a, 1), max(a, 0.5), min(n, 4, 9), pow(n, 2), divmod(n, 3),
        divmod(a, 2), float(n), int(a), bool(n), n % 4, -n // 2, a % 3, a // 2,
    )  # fmt: skip


@program("builtins, reduction", (F,))
def builtins_of_arrays(f):
    return max(f), min(f), sum(f), len(f), any(f > 5), all(f < 5), abs(f[0])


@program("power, weak-scalars", (F, 3))
def powers(f, n):
    return f**n, f**2, np.abs(f) ** 1.5, 2.0**f, n**3, np.power(f, 2), n**-1 if False else n


@program("outputs", (X,), (X[:3],))
def mixed_outputs(x):
    return x, x[0], 3, "text", None, {"sum": x.sum()}, [x * 2, (x[1], 1.5)], True


@program("outputs", (X,))
def same_twice(x):
    y = x + 1
    return y, y, x, x[1:3]


@program("outputs", (X,))
def only_constants(x):
    return x.shape, x.ndim, x.dtype == np.float64, 5


@program("bool, chained", (X,))
def comparisons(x):
    return x > 0, x[0] >= x[1], 0 < x[2] < 1, x == x, x != 0, not x[0] > 0, x[0] in (1.0, 2.0)


@program("integers, while", (97,), (91,))
def is_prime(n):
    if n < 2:
        return False
    i = 2
    while i * i <= n:
        if n % i == 0:
            return False
        i += 1
    return True


@program("shifts, integers, while", (np.uint32(0x12345678),))
def xorshift(seed):
    x = seed
    total = np.uint64(0)
    for _ in range(20):
        x = x ^ (x << np.uint32(13))
        x = x ^ (x >> np.uint32(17))
        x = x ^ (x << np.uint32(5))
        total = total + np.uint64(x)
    return x, total


@program("math, while", (0.5,))
def series(x):
    term = 1.0
    total = 1.0
    n = 1
    while abs(term) > 1e-15:
        term *= x / n
        total += term
        n += 1
    return total, n


@program("random, reduction", (3,), ulps=64)
def random_numbers(n):
    rng = np.random.default_rng(42)
    return (
        rng.random(5),
        rng.random(),
        rng.standard_normal(7),
        rng.integers(0, 10, 6),
        rng.random((2, 2)) * n,
    )
