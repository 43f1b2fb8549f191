"""Bits and bytes, digits, primes, containers that change."""

# ruff: noqa
# mypy: ignore-errors

import numpy as np

from tests.jit.programs import program

R = np.random.default_rng(5)
x = R.normal(size=8)
m = R.normal(size=(4, 5))
q = R.normal(size=(4, 4))


@program("for, list", (np.array([1, 0, 1, 1, 0]),), ulps=64)
def py_bits_to_int(a):
    r = 0
    for v in a:
        r = (r << 1) | v
    return r


@program("for, list", (np.array([1, 0, 1, 1, 0]),), ulps=64)
def py_bits_to_int2(a):
    r = 0
    for v in a:
        r = (r << 1) | int(v)
    return r


@program("for, subscript, write", (37,), ulps=64)
def py_int_to_bits(n):
    o = np.zeros(8, np.int64)
    for k in range(8):
        o[7 - k] = (n >> k) & 1
    return o


@program("for, if, ternary", (np.frombuffer(b"12+34*5", np.uint8),), ulps=64)
def py_parse_digits(s):
    tot = 0
    cur = 0
    op = 43
    for c in s:
        if 48 <= c <= 57:
            cur = cur * 10 + (int(c) - 48)
        else:
            tot = tot + cur if op == 43 else tot * cur
            cur = 0
            op = int(c)
    return tot + cur if op == 43 else tot * cur


@program("augmented, for, if", (np.frombuffer(b"hello world", np.uint8),), ulps=64)
def py_crc8(s):
    crc = 0
    for c in s:
        crc ^= int(c)
        for _ in range(8):
            if crc & 0x80:
                crc = ((crc << 1) ^ 0x07) & 0xFF
            else:
                crc = (crc << 1) & 0xFF
    return crc


@program("for", (np.frombuffer(b"hello world", np.uint8),), ulps=64)
def py_fnv(s):
    h = np.uint32(2166136261)
    for c in s:
        h = (h ^ c) * np.uint32(16777619)
    return h


@program("for", (np.frombuffer(b"hello world", np.uint8),), ulps=64)
def py_djb2(s):
    h = 5381
    for c in s:
        h = (h * 33 + int(c)) & 0xFFFFFFFF
    return h


@program(
    "and-or-not, augmented, subscript, while, write", (np.frombuffer(b"aaabbc", np.uint8),), ulps=64
)
def py_rle(s):
    out = np.zeros((6, 2), np.int64)
    n = 0
    k = 0
    while k < len(s):
        j = k
        while j < len(s) and s[j] == s[k]:
            j += 1
        out[n] = s[k], j - k
        n += 1
        k = j
    return out, n


@program("elementwise", (np.uint64(12345),), ulps=64)
def py_splitmix(s):
    s = s + np.uint64(0x9E3779B97F4A7C15)
    z = s
    z = (z ^ (z >> np.uint64(30))) * np.uint64(0xBF58476D1CE4E5B9)
    return z ^ (z >> np.uint64(31))


@program("for", (np.uint32(1),), ulps=64)
def py_lfsr(s):
    for _ in range(20):
        bit = ((s >> 0) ^ (s >> 2) ^ (s >> 3) ^ (s >> 5)) & 1
        s = (s >> 1) | (bit << 15)
    return s


@program("for, if, subscript, write", (30,), ulps=64)
def py_primes(n):
    s = np.ones(31, dtype=bool)
    s[:2] = False
    for k in range(2, int(n**0.5) + 1):
        if s[k]:
            for j in range(k * k, n + 1, k):
                s[j] = False
    return s, s.sum()


@program("for, if, subscript, write", (30,), ulps=64)
def py_primes_slice(n):
    s = np.ones(31, dtype=bool)
    s[:2] = False
    for k in range(2, 6):
        if s[k]:
            s[k * k :: k] = False
    return s


@program("augmented, list, subscript, while, write", (360,), ulps=64)
def py_factor(n):
    out = [0] * 10
    c = 0
    p = 2
    while n > 1:
        while n % p == 0:
            out[c] = p
            c += 1
            n //= p
        p += 1
    return out, c


@program("while", (1071, 462), ulps=64)
def py_egcd(a, b_):
    x0, x1, y0, y1 = 1, 0, 0, 1
    while b_:
        q_, a, b_ = a // b_, b_, a % b_
        x0, x1 = x1, x0 - q_ * x1
        y0, y1 = y1, y0 - q_ * y1
    return a, x0, y0


@program("augmented, for, if", (100,), ulps=64)
def py_perfect(n):
    c = 0
    for k in range(2, n):
        s = 1
        for d in range(2, k):
            if k % d == 0:
                s += d
        if s == k:
            c += 1
    return c


@program("augmented, while", (123456,), ulps=64)
def py_digits(n):
    s = 0
    rev = 0
    while n:
        n, d = divmod(n, 10)
        s += d
        rev = rev * 10 + d
    return s, rev


@program("for, subscript", (x,), ulps=64)
def py_horner(a):
    r = 0.0
    for c in a[::-1]:
        r = r * 0.5 + c
    return r


@program("augmented, if, list, while", (x,), ulps=64)
def py_matrix_power_loop(a):
    M = np.array([[1, 1], [1, 0]])
    r = np.eye(2, dtype=int)
    n = 10
    while n:
        if n % 2:
            r = r @ M
        M = M @ M
        n //= 2
    return r


@program("elementwise", (3,), ulps=64)
def py_hanoi_iter(n):
    return 2**n - 1, (1 << n) - 1


@program("elementwise", (x,), ulps=64)
def py_unpack_shape(a):
    m_ = a.reshape(2, -1)
    r, c = m_.shape
    return r * c, m_.shape, np.zeros((c, r)).shape, len(m_), m_.size, m_.ndim


@program("comprehension, subscript", (m,), ulps=64)
def py_axis_loop(a):
    return np.array([a[:, c].std() for c in range(a.shape[1])]), np.stack([r / r.sum() for r in a])


@program("ternary", (x,), ulps=64)
def py_inplace_np(a):
    a = a.copy()
    a.sort()
    a.fill(2.0) if False else None
    return a


@program("subscript, write", (m,), ulps=64)
def py_reshape_write(a):
    a = a.copy()
    v = a.reshape(-1)
    v[3] = 9.0
    r = a.ravel()
    r[0] = 8.0
    f = a.flatten()
    f[1] = 7
    a.T[2, 1] = 5.0
    return a


@program("augmented, for, list, subscript", (x,), ulps=64)
def py_iter_tuple(a):
    s = 0.0
    for w, k in ((0.5, 0), (0.25, 3), (1.0, 5)):
        s += w * a[k]
    for w in [1, 2, 3]:
        s *= w
    for k in (0, 1):
        s -= k
    return s


@program("for, subscript", (x,), ulps=64)
def py_nested_tuple(a):
    st = (a[0], (a[1], 0))
    for v in a:
        p, (r, n) = st
        st = (p + v, (r * v, n + 1))
    return st


@program("augmented, for, list, subscript, write", (x,), ulps=64)
def py_list_state(a):
    st = [0.0, 1.0]
    for v in a:
        st[0] += v
        st[1] *= v
    return st


@program("for, list, subscript", (x,), ulps=64)
def py_list_rebuild(a):
    h = [0.0, 0.0, 0.0]
    for v in a:
        h = [v] + h[:-1]
    return h


@program("for, list", (x,), ulps=64)
def py_list_pop_append(a):
    h = [0.0, 0.0, 0.0]
    for v in a:
        h.pop(0)
        h.append(v)
    return h


@program("subscript", (x, 3), ulps=64)
def py_masked_prefix(a, n):
    return np.where(np.arange(8) < n, a, 0).sum(), a[:3].sum()


@program("for, subscript, write", (q,), ulps=64)
def py_back_subst(U):
    n = U.shape[0]
    b_ = np.ones(n)
    v = np.zeros(n)
    for k in range(n - 1, -1, -1):
        v[k] = (b_[k] - U[k, k + 1 :] @ v[k + 1 :]) / U[k, k]
    return v


@program("augmented, for, subscript, ternary, write", (q,), ulps=64)
def py_house(A):
    R_ = A.copy()
    n = 4
    for k in range(n - 1):
        xk = R_[k:, k]
        e = np.zeros(n - k)
        e[0] = np.linalg.norm(xk) * (1 if xk[0] >= 0 else -1)
        v = xk + e
        v = v / np.linalg.norm(v)
        R_[k:, k:] -= 2 * np.outer(v, v @ R_[k:, k:])
    return R_


@program("comprehension, subscript", (x,), ulps=64)
def py_prefix_sums(a):
    return np.array([a[:k].sum() for k in range(1, 5)]), [a[k:].max() for k in range(3)]


@program("for, subscript, write", (x,), ulps=64)
def py_running(a):
    o = np.zeros(8)
    for k in range(8):
        o[k] = a[: k + 1].mean()
    return o


@program("for, list, subscript", (x,), ulps=64)
def py_windowed(a):
    o = []
    for k in range(2, 6):
        o.append(a[k - 2 : k + 3].std())
    return np.array(o)


@program("for, list", (x,), ulps=64)
def py_grow_tri(a):
    t = []
    for k in range(4):
        t.append(np.zeros(4) + k)
    return np.vstack(t), np.concatenate(t), np.array(t)
