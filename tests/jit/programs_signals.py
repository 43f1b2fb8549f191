"""Filters, transforms, images, loop by loop."""

# ruff: noqa
# mypy: ignore-errors

import math

import numpy as np

from tests.jit.programs import program

R = np.random.default_rng(5)
img = R.random((9, 10))
sig = np.sin(np.arange(40) * 0.3) + 0.1 * R.normal(size=40)
u8 = R.integers(0, 256, (6, 7)).astype(np.uint8)


@program("augmented, for, if, subscript, write", (sig, 5), ulps=64)
def moving_average(s, w):
    out = np.zeros(len(s))
    acc = 0.0
    for k in range(len(s)):
        acc += s[k]
        if k >= w:
            acc -= s[k - w]
        out[k] = acc / min(k + 1, w)
    return out


@program("for, subscript, write", (sig,), ulps=64)
def median_filter(s):
    out = s.copy()
    for k in range(1, len(s) - 1):
        out[k] = np.median(s[k - 1 : k + 2])
    return out


@program("for, list, subscript, write", (sig,), ulps=64)
def median3(s):
    out = np.empty_like(s)
    n = len(s)
    for k in range(n):
        a = s[max(k - 1, 0)]
        b = s[k]
        c = s[min(k + 1, n - 1)]
        out[k] = sorted([a, b, c])[1]
    return out


@program("augmented, for, if, subscript", (sig,), ulps=64)
def zero_crossings(s):
    c = 0
    for a, b in zip(s[:-1], s[1:]):
        if (a < 0) != (b < 0):
            c += 1
    return c


@program("and-or-not, for, subscript, write", (sig,), ulps=64)
def peaks(s):
    out = np.zeros(len(s), dtype=bool)
    for k in range(1, s.size - 1):
        out[k] = s[k] > s[k - 1] and s[k] > s[k + 1]
    return out, np.sum(out)


@program("for, if, list", (sig, 0.2), ulps=64)
def hysteresis(s, th):
    st = False
    out = []
    for v in s:
        if v > th:
            st = True
        elif v < -th:
            st = False
        out.append(st)
    return np.array(out)


@program("for, subscript, write", (sig,), ulps=64)
def biquad(s):
    b0, b1, b2, a1, a2 = 0.2, 0.4, 0.2, -0.3, 0.1
    x1 = x2 = y1 = y2 = 0.0
    y = np.zeros_like(s)
    for n, v in enumerate(s):
        o = b0 * v + b1 * x1 + b2 * x2 - a1 * y1 - a2 * y2
        x2, x1 = x1, v
        y2, y1 = y1, o
        y[n] = o
    return y


@program(
    "augmented, for, list, subscript, write", (sig, np.array([0.1, 0.2, 0.4, 0.2, 0.1])), ulps=64
)
def fir(s, h):
    y = np.zeros(len(s) + len(h) - 1)
    for k in range(len(s)):
        for j in range(len(h)):
            y[k + j] += s[k] * h[j]
    return y


@program("augmented, for, subscript, write", (sig[:16],), ulps=64)
def dft(s):
    n = len(s)
    re = np.zeros(n)
    im = np.zeros(n)
    for k in range(n):
        for t in range(n):
            a = -2 * np.pi * k * t / n
            re[k] += s[t] * np.cos(a)
            im[k] += s[t] * np.sin(a)
    return np.sqrt(re**2 + im**2)


@program("subscript", (sig[:8],), ulps=256)
def dft_matrix(s):
    n = s.shape[0]
    k = np.arange(n)
    w = 2 * np.pi * np.outer(k, k) / n
    return np.cos(w) @ s, -np.sin(w) @ s


@program("for", (sig,), ulps=64)
def goertzel(s):
    w = 2 * math.pi * 3 / len(s)
    c = 2 * math.cos(w)
    s1 = s2 = 0.0
    for v in s:
        s1, s2 = v + c * s1 - s2, s1
    return s1 * s1 + s2 * s2 - c * s1 * s2


@program("augmented, for, list, subscript, write", (sig, sig[:8]), ulps=64)
def lms(s, d):
    w = np.zeros(4)
    buf = np.zeros(4)
    e = []
    for v in s:
        buf[1:] = buf[:-1].copy()
        buf[0] = v
        y = w @ buf
        err = v * 0.5 - y
        w += 0.1 * err * buf
        e.append(err)
    return np.array(e), w


@program("for, subscript, write", (sig,), ulps=64)
def shift_buffer_overlap(s):
    buf = np.zeros(4)
    for v in s:
        buf[1:] = buf[:-1]
        buf[0] = v
    return buf


@program("augmented, for, subscript, write", (sig,), ulps=64)
def goto_ring(s):
    buf = np.zeros(5)
    pos = 0
    tot = 0.0
    out = np.zeros(len(s))
    for t in range(len(s)):
        tot -= buf[pos]
        buf[pos] = s[t]
        tot += s[t]
        pos = (pos + 1) % 5
        out[t] = tot / 5
    return out


@program("for, list, subscript", (sig,), ulps=64)
def stft_energy(s):
    n = 8
    hop = 4
    w = np.hanning(n)
    e = []
    for st in range(0, len(s) - n + 1, hop):
        fr = s[st : st + n] * w
        e.append((fr**2).sum())
    return np.array(e)


@program("for, subscript, while, write", (sig,), ulps=64)
def haar(s):
    d = s.copy()
    n = 32
    while n > 1:
        h = n // 2
        t = d.copy()
        for k in range(h):
            t[k] = (d[2 * k] + d[2 * k + 1]) / 2
            t[h + k] = (d[2 * k] - d[2 * k + 1]) / 2
        d = t
        n = h
    return d


@program("augmented, for, list", (sig, 0.1, 0.01), ulps=64)
def pid(sp, kp, ki):
    y = 0.0
    integ = 0.0
    prev = 0.0
    out = []
    for r in sp:
        e = r - y
        integ += e
        u = kp * e + ki * integ + 0.05 * (e - prev)
        prev = e
        u = max(-1.0, min(1.0, u))
        y += 0.5 * u
        out.append(y)
    return out


@program("and-or-not, augmented, for, if, subscript", (sig,), (sig.astype(np.float32),), ulps=64)
def ema_pair(s):
    fast = slow = s[0]
    cross = 0
    for v in s[1:]:
        f0, s0 = fast, slow
        fast = 0.5 * v + 0.5 * fast
        slow = 0.1 * v + 0.9 * slow
        if (f0 <= s0) and (fast > slow):
            cross += 1
        elif f0 >= s0 and fast < slow:
            cross -= 1
    return fast, slow, cross


@program("for, list, subscript, write", (img,), ulps=64)
def conv2d(a):
    k = np.array([[0, 1, 0], [1, -4, 1], [0, 1, 0]])
    h, w = a.shape
    out = np.zeros((h - 2, w - 2))
    for r in range(h - 2):
        for c in range(w - 2):
            out[r, c] = np.sum(a[r : r + 3, c : c + 3] * k)
    return out


@program("subscript", (img,), ulps=64)
def sobel(a):
    gx = a[:-2, 2:] - a[:-2, :-2] + 2 * (a[1:-1, 2:] - a[1:-1, :-2]) + a[2:, 2:] - a[2:, :-2]
    gy = a[2:, :-2] - a[:-2, :-2] + 2 * (a[2:, 1:-1] - a[:-2, 1:-1]) + a[2:, 2:] - a[:-2, 2:]
    return np.hypot(gx, gy)


@program("for, subscript, ternary, write", (u8,), ulps=64)
def threshold(a):
    out = np.zeros_like(a)
    for r in range(a.shape[0]):
        for c in range(a.shape[1]):
            out[r, c] = 255 if a[r, c] > 128 else 0
    return out


@program("augmented, for, subscript, ternary, write", (u8,), ulps=64)
def hist_eq(a):
    h = np.zeros(256, dtype=np.int64)
    for v in a.ravel():
        h[v] += 1
    cdf = h.cumsum()
    cmin = cdf[cdf > 0].min() if False else cdf[0]
    return (cdf[a] - cmin) * 255 // (a.size - cmin)


@program("subscript", (u8,), ulps=64)
def blend(a):
    b = a[::-1]
    return (
        (a // 2 + b // 2),
        a + b,
        a - b,
        a * 2,
        (a.astype(np.uint16) + b) // 2,
        a >> 1,
        ~a,
        a & 15,
        a | 1,
        a ^ b,
    )


@program("for, subscript, write", (u8,), ulps=64)
def integral(a):
    s = np.zeros((a.shape[0] + 1, a.shape[1] + 1), np.int64)
    for r in range(a.shape[0]):
        for c in range(a.shape[1]):
            s[r + 1, c + 1] = int(a[r, c]) + s[r, c + 1] + s[r + 1, c] - s[r, c]
    return s


@program("for", (img > 0.5,), ulps=64)
def life(g):
    g = g.astype(int)
    for _ in range(3):
        n = sum(
            np.roll(np.roll(g, a, 0), b, 1)
            for a in (-1, 0, 1)
            for b in (-1, 0, 1)
            if (a, b) != (0, 0)
        )
        g = ((n == 3) | ((g == 1) & (n == 2))).astype(int)
    return g


@program("augmented, for, subscript", (img,), ulps=64)
def dilate(a):
    b = a > 0.5
    p = np.pad(b, 1)
    out = np.zeros_like(b)
    for dr in range(3):
        for dc in range(3):
            out |= p[dr : dr + b.shape[0], dc : dc + b.shape[1]]
    return out


@program("and-or-not, augmented, continue, for, if, list, subscript, while, write", (img,), ulps=64)
def flood(a):
    g = (a > 0.3).astype(np.int32)
    st = np.zeros((200, 2), np.int64)
    st[0] = [4, 4]
    top = 1
    cnt = 0
    while top > 0:
        top -= 1
        r, c = st[top]
        if r < 0 or c < 0 or r >= g.shape[0] or c >= g.shape[1]:
            continue
        if g[r, c] != 1:
            continue
        g[r, c] = 2
        cnt += 1
        for dr, dc in ((0, 1), (1, 0), (0, -1), (-1, 0)):
            st[top, 0] = r + dr
            st[top, 1] = c + dc
            top += 1
    return g, cnt


@program("subscript", (img, 0.3, 0.7), ulps=64)
def bilinear(a, fy, fx):
    y = fy * (a.shape[0] - 1)
    xx = fx * (a.shape[1] - 1)
    y0 = int(y)
    x0 = int(xx)
    dy = y - y0
    dx = xx - x0
    return (
        a[y0, x0] * (1 - dy) * (1 - dx)
        + a[y0, x0 + 1] * (1 - dy) * dx
        + a[y0 + 1, x0] * dy * (1 - dx)
        + a[y0 + 1, x0 + 1] * dy * dx
    )


@program("subscript", (img,), ulps=64)
def downsample(a):
    return (
        a[::2, ::2],
        a[1::2, ::-2],
        a[:8].reshape(4, 2, 10).mean(axis=1),
        a[:8, :10].reshape(4, 2, 5, 2).max(axis=(1, 3)),
    )


@program("list", (img,), ulps=64)
def rgb2gray(a):
    rgb = np.stack([a, a * 0.5, 1 - a], axis=-1)
    return rgb @ np.array([0.299, 0.587, 0.114])


@program("and-or-not, continue, for, if", (img,), ulps=64)
def otsu(a):
    best = -1.0
    bt = 0.0
    for k in range(1, 20):
        t = k / 20
        w0 = (a < t).sum()
        w1 = a.size - w0
        if w0 == 0 or w1 == 0:
            continue
        m0 = np.where(a < t, a, 0).sum() / w0
        m1 = np.where(a >= t, a, 0).sum() / w1
        v = w0 * w1 * (m0 - m1) ** 2
        if v > best:
            best, bt = v, t
    return bt, best
