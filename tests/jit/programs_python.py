"""Python's ways to say things: branches, indices, assignments, numbers."""

# ruff: noqa
# mypy: ignore-errors

import numpy as np

from tests.jit.programs import program

R = np.random.default_rng(5)
x = R.normal(size=8)
m = R.normal(size=(4, 5))
f4 = x.astype(np.float32)
i = R.integers(-9, 10, 8)
b = x > 0
i8 = R.integers(-128, 128, 12).astype(np.int8)
u8 = R.integers(0, 256, 12).astype(np.uint8)


@program("if, subscript", (x,), (np.zeros(0),), ulps=64)
def py_len_branch(a):
    if len(a) == 0:
        return 0.0
    return a[0]


@program("if", (3,), (-1,), (0,), ulps=64)
def py_elif_chain(n):
    if n > 2:
        r = "big"
        v = 1
    elif n < 0:
        v = 2
    else:
        v = 3
    return v


@program("augmented, break, continue, if, while", (5,), ulps=64)
def py_nested_while(n):
    t = 0
    while n > 0:
        k = n
        while True:
            k -= 1
            if k < 0:
                break
            if k % 2:
                continue
            t += k
        n -= 1
    return t


@program("augmented, if, subscript, while, while-else", (x,), (x - 10,), ulps=64)
def py_while_else_ret(a):
    k = 0
    while k < len(a):
        if a[k] > 0:
            return k
        k += 1
    else:
        return -1


@program("and-or-not, augmented, while", (7,), ulps=64)
def py_complex_cond(n):
    a = 0
    while not (a >= n or a * a > 20) and (n % 2 == 1 or n > 100):
        a += 1
    return a


@program("for, subscript, write", (x,), ulps=64)
def py_negrange(a):
    o = np.zeros_like(a)
    for k in range(len(a) - 1, -1, -2):
        o[k] = a[-k - 1]
    return o


@program("for", (2, 9, 3), (9, 2, -2), (0, 0, 1), ulps=64)
def py_dynrange(a, b, c):
    s = 0
    for k in range(a, b, c):
        s = s * 10 + k
    return s


@program("subscript", (x, 2), ulps=64)
def py_neg_index(a, n):
    return a[-n], a[-1], a[n - 1], a[:-2], a[-3:], a[::-2], a[5:1:-1], a[-2::-1]


@program("subscript", (m,), ulps=64)
def py_multi_slice(a):
    return (
        a[1],
        a[:, 1],
        a[1:3, ::2],
        a[..., 0],
        a[None],
        a[:, None, 1],
        a[-1, ::-1],
        a[::-1, ::-1],
        a[1:, :-1],
    )


@program("augmented, list, subscript, write", (m,), ulps=64)
def py_slice_assign(a):
    a = a.copy()
    a[0] = 1
    a[:, 1] = a[:, 2]
    a[1:3, 3:] = [[1, 2], [3, 4]]
    a[::2, 0] *= -1
    a[-1] += a[0]
    a[2, 2] = 7
    a[..., 4] = 0
    return a


@program("augmented, subscript, write", (x,), ulps=64)
def py_mask_assign(a):
    a = a.copy()
    a[a < 0] = 0
    a[a > 1] = 1
    return a


@program("augmented, list, subscript, write", (x, i), ulps=64)
def py_fancy_assign(a, k):
    a = a.copy()
    a[[0, 2]] = 5.0
    a[np.array([1, 3])] += 1
    idx = np.argsort(a)
    return a[idx], a[k % 8]


@program("subscript, write", (x,), ulps=64)
def py_alias(a):
    b_ = a.copy()
    c = b_
    c[0] = 9
    d = b_[2:5]
    d[:] = 0
    d[1] = 4
    return b_


@program("list, subscript, write", (x,), ulps=64)
def py_swap_rows(a):
    m_ = a.reshape(2, 4).copy()
    m_[[0, 1]] = m_[[1, 0]]
    t = m_[0].copy()
    m_[0] = m_[1]
    m_[1] = t
    return m_


@program("list, subscript, write", (x,), ulps=64)
def py_tuple_swap(a):
    a = a.copy()
    a[0], a[1] = a[1], a[0]
    (p, r), s = (a[0], a[1]), a[2]
    [u, *v] = a[:3]
    return a, p, r, s, u


@program("elementwise", (3, 4.5), ulps=64)
def py_py_arith(n, v):
    return (
        n / 2,
        n // 2,
        n % 2,
        -n // 2,
        -n % 2,
        n**2,
        n**-1,
        v // 2,
        v % 2,
        -v % 2,
        divmod(n, 2),
        divmod(v, 2),
        n & 1,
        n | 4,
        n ^ 1,
        ~n,
        n << 3,
        n >> 1,
        abs(-n),
        abs(-v),
        v**0.5,
        n**v,
        round(v),
        round(v, 1),
        int(v),
        float(n),
        bool(n),
        int(-v),
    )


@program("and-or-not, list, ternary", (3, 4.5), ulps=64)
def py_py_types(n, v):
    return (
        n + v,
        n * v,
        n + True,
        True + True,
        (n > 2) + 1,
        (n > 2) * v,
        max(n, v),
        min(n, 2),
        max(n, 2, 7),
        sum([n, n]),
        sum((n, v)),
        n == 3.0,
        not n,
        n and v,
        0 or v,
        n if v > 4 else 0,
    )


@program("elementwise", (np.float32(1.5), 2, np.int8(100)), ulps=64)
def py_np_scalars(f, n, k):
    return (
        f + 1,
        f * 0.1,
        f + n,
        f / 3,
        f**2,
        -f,
        f > 1,
        f == 1.5,
        k + k,
        k * 2,
        k + n,
        k // 7,
        k % 7,
        k / 2,
        k << 1,
        k >> 1,
        -k,
        ~k,
        abs(k),
        f + k,
        k + 1.5,
        f // 1,
        f % 1,
        np.sqrt(f),
        int(f),
        float(f),
        round(f),
        int(k),
    )


@program("elementwise", (i8, u8), ulps=64)
def py_small_ints(a, c):
    return (
        a + a,
        a * a,
        c + c,
        c - 1,
        c * 3,
        -a,
        -c,
        abs(a),
        a // 3,
        a % 3,
        a / 2,
        a + 1,
        a + c,
        a.astype(np.int16) * c,
        a << 1,
        a >> 1,
        c >> 2,
        ~c,
        a & 0x0F,
        a.sum(),
        c.sum(),
        a.mean(),
        c.max() - c.min(),
        a > 0,
        a**2,
        c**2,
        np.sqrt(a.astype(float) ** 2),
        a * 1.0,
        a * np.float32(2),
        c / 2,
        c // 2,
    )


@program("and-or-not, subscript", (b, x), ulps=64)
def py_bools(p, a):
    return (
        p.sum(),
        p.mean(),
        ~p,
        p & (a < 1),
        p | p,
        p ^ True,
        p * 1,
        p + p,
        p.astype(int),
        a[0] > 0 and a[1] > 0,
        not p[0],
        p[0] and p[1],
        p.any() or p.all(),
        np.where(p, a, -a),
        p * a,
        -a * p,
        p == True,
        p.astype(np.uint8) + 1,
        p > False,
    )


@program("subscript", (f4,), ulps=64)
def py_f32_prom(a):
    return (
        a * 2,
        a + 1.5,
        a * np.float64(2),
        a / 2,
        a**2,
        a**0.5,
        np.sin(a),
        a.mean(),
        a.sum(),
        a @ a,
        a + np.arange(8),
        a + i8[:8],
        np.exp(-a) * 0.5,
        a > 0.1,
        np.pi * a,
        a * True,
        np.float32(2) * a[0],
        a[0] * 2.0,
        a[0] + np.float64(1),
        1 / a,
        2**a,
        a // 0.3,
        a % 0.3,
    )


@program("list", (10,), ulps=64)
def py_int_over(n):
    a = np.int32(2**31 - 1)
    b_ = np.array([2**31 - 1], np.int32)
    c = np.int64(2**62)
    d = np.uint8(250)
    return (
        b_ + 1,
        b_ * 2,
        b_ + n,
        np.array([250], np.uint8) + np.uint8(10),
        np.array([-128], np.int8) * -1,
    )


@program("list", (2**62,), ulps=64)
def py_wrap64(n):
    return np.int64(n) * 2, np.array([n]) * 4, np.int64(n) + np.int64(n)
