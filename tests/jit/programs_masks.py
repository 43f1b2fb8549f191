"""Elements that a mask of run time selects: changed, copied, reduced, counted."""

# mypy: ignore-errors

import numpy as np

from tests.jit.programs import program

RNG = np.random.default_rng(21)
X = RNG.random(20)
LOW = X * 0.1
M = RNG.normal(size=(4, 5)).astype(np.float32)
K = RNG.integers(-9, 9, 15)


@program("mask, update", (X,), (LOW,))
def masked_update(x):
    x = x.copy()
    x[x > 0.5] *= 2.0
    x[x < 0.2] += x.mean()
    x[(x > 0.3) & (x < 0.4)] **= 2
    return x


@program("mask, write", (X, K), (LOW, -K))
def masked_copies(x, k):
    x, k = x.copy(), k.copy()
    m = x > 0.5
    y = x * 3
    x[m] = y[m] - 1
    x[x < 0.2] = -x[x < 0.2]
    k[k % 2 == 0] = k[k % 2 == 0] // 2
    k[k > 3] = np.sqrt(k[k > 3])
    return x, k


@program("mask, reduction, statistics", (X,))
def masked_reductions(x):
    high = x[x > 0.3]
    return (
        high.sum(), high.mean(), np.max(high), high.min(), np.prod(high * 2), np.std(high),
        high.var(ddof=1), (high > 0.5).any(), np.all(high > 0.3), np.count_nonzero(high > 0.6),
    )  # fmt: skip


@program("mask, reduction, conversion", (K,), (-K,))
def masked_integers(k):
    even = k[k % 2 == 0]
    return even.sum(), even.max(), np.min(even), even.astype(np.float32).mean(), (-even).max()


@program("mask, builtins, shapes", (X,), (LOW,))
def masked_sizes(x):
    high = x[x > 0.3]
    return len(high), high.size, high.shape[0], high.ndim, high.sum(), np.sum(x[x > 7])


@program("mask, update, reduction", (M,))
def masked_matrix(m):
    m = m.copy()
    over = m > m.mean()
    m[over] -= m[over].mean()
    m[~over] = 0
    return m, (m[m != 0] ** 2).sum()


@program("mask, for, if", (X,))
def masked_in_a_loop(x):
    t = 0.0
    for i in range(6):
        part = x[x > i * 0.2]
        if part.size > 3:
            t += part.mean()
    return t


@program("mask, while, reduction", (X,))
def clipped_mean(x):
    """Outliers go until none is left."""
    keep = np.ones(len(x), np.bool_)
    changed = True
    while changed:
        middle, spread = x[keep].mean(), x[keep].std()
        new = keep & (np.abs(x - middle) <= 1.3 * spread)
        changed = (new != keep).any()
        keep = new
    return middle, spread, keep.sum()


@program("mask, gather", (X,))
def mask_changes_later(x):
    """What was selected stays as it was."""
    y = x.copy()
    high = y[y > 0.5]
    y[y > 0.5] = 0.0
    return high.sum(), y.sum(), len(high)
