"""Dynamic programming, sorting, graphs, as people write them."""

# ruff: noqa
# mypy: ignore-errors

import numpy as np

from tests.jit.programs import program

R = np.random.default_rng(5)
x = R.normal(size=8)
i = R.integers(-9, 10, 8)
sig = np.sin(np.arange(40) * 0.3) + 0.1 * R.normal(size=40)
W = np.array([[0, 3, 0, 7], [8, 0, 2, 0], [5, 0, 0, 1], [2, 0, 0, 0]], float)


@program("and-or-not, for, if, list, subscript, write", (i,), (np.array([1, 2, 3]),), ulps=64)
def lis(a):
    n = len(a)
    d = [1] * n
    for j in range(n):
        for k in range(j):
            if a[k] < a[j] and d[k] + 1 > d[j]:
                d[j] = d[k] + 1
    return max(d)


@program("for, list, subscript, write", (np.array([1, 3, 4]), np.array([15, 20, 30]), 4), ulps=64)
def knapsack(w, v, c):
    best = np.zeros(20)
    for k in range(len(w)):
        for cap in range(c, w[k] - 1, -1):
            best[cap] = max(best[cap], best[cap - w[k]] + v[k])
    return best[c]


@program("and-or-not, for, if, list, subscript, write", (np.array([1, 5, 10, 25]), 63), ulps=64)
def coins(c, amount):
    INF = 10**9
    dp = np.full(100, INF)
    dp[0] = 0
    for a in range(1, amount + 1):
        for coin in c:
            if coin <= a and dp[a - coin] + 1 < dp[a]:
                dp[a] = dp[a - coin] + 1
    return dp[amount]


@program(
    "for, if, list, subscript, write",
    (np.array([1, 2, 3, 2, 4, 1]), np.array([2, 4, 3, 1, 2, 1])),
    ulps=64,
)
def lcs(a, b):
    n, mm = a.shape[0], b.shape[0]
    t = np.zeros((n + 1, mm + 1), dtype=int)
    for r in range(n):
        for c in range(mm):
            if a[r] == b[c]:
                t[r + 1, c + 1] = t[r, c] + 1
            else:
                t[r + 1, c + 1] = max(t[r, c + 1], t[r + 1, c])
    return t[-1, -1], t


@program("for, subscript", (i,), (-np.abs(i),), ulps=64)
def kadane(a):
    best = cur = a[0]
    for v in a[1:]:
        cur = max(v, cur + v)
        best = max(best, cur)
    return best


@program("for", (10,), (1,), (0,), ulps=64)
def fib(n):
    a, b = 0, 1
    for _ in range(n):
        a, b = b, a + b
    return a


@program("for, subscript, write", (6,), ulps=64)
def pascal(n):
    t = np.zeros((8, 8), np.int64)
    for r in range(n):
        t[r, 0] = t[r, r] = 1
        for c in range(1, r):
            t[r, c] = t[r - 1, c - 1] + t[r - 1, c]
    return t


@program(
    "and-or-not, augmented, continue, for, if, list, subscript, write",
    (np.array([[1.0, 3, 1], [1, 5, 1], [4, 2, 1]]),),
    ulps=64,
)
def minpath(g):
    r, c = g.shape
    d = g.copy()
    for a in range(r):
        for b in range(c):
            if a == 0 and b == 0:
                continue
            elif a == 0:
                d[a, b] += d[a, b - 1]
            elif b == 0:
                d[a][b] += d[a - 1][b]
            else:
                d[a, b] += min(d[a - 1, b], d[a, b - 1])
    return d[-1][-1]


@program("for, subscript, write", (sig, sig[::-1].copy()), ulps=64)
def dtw(a, b):
    n, k = len(a), len(b)
    D = np.full((n + 1, k + 1), np.inf)
    D[0, 0] = 0
    for p in range(1, n + 1):
        for r in range(1, k + 1):
            cost = abs(a[p - 1] - b[r - 1])
            D[p, r] = cost + min(D[p - 1, r], D[p, r - 1], D[p - 1, r - 1])
    return D[n, k]


@program(
    "for, list, subscript, write",
    (
        np.array([0.6, 0.4]),
        np.array([[0.7, 0.3], [0.4, 0.6]]),
        np.array([[0.5, 0.4, 0.1], [0.1, 0.3, 0.6]]),
        np.array([0, 1, 2, 2, 0]),
    ),
    ulps=64,
)
def viterbi(pi, A, B, obs):
    T = len(obs)
    S = len(pi)
    d = np.zeros((T, S))
    back = np.zeros((T, S), dtype=np.int64)
    d[0] = np.log(pi) + np.log(B[:, obs[0]])
    for t in range(1, T):
        for s in range(S):
            sc = d[t - 1] + np.log(A[:, s])
            back[t, s] = np.argmax(sc)
            d[t, s] = sc.max() + np.log(B[s, obs[t]])
    path = np.zeros(T, dtype=np.int64)
    path[-1] = np.argmax(d[-1])
    for t in range(T - 2, -1, -1):
        path[t] = back[t + 1, path[t + 1]]
    return path, d


@program(
    "augmented, for, list, subscript",
    (
        np.array([0.6, 0.4]),
        np.array([[0.7, 0.3], [0.4, 0.6]]),
        np.array([[0.5, 0.4, 0.1], [0.1, 0.3, 0.6]]),
        np.array([0, 1, 2, 2, 0]),
    ),
    ulps=64,
)
def forward_alg(pi, A, B, obs):
    al = pi * B[:, obs[0]]
    ll = 0.0
    for o in obs[1:]:
        c = al.sum()
        ll += np.log(c)
        al = (al / c) @ A * B[:, o]
    return ll + np.log(al.sum())


@program("for, if, subscript, ternary, write", (i,), (x,), ulps=64)
def selection_sort(a):
    a = a.copy()
    n = a.size
    for s in range(n - 1):
        k = s + np.argmin(a[s:]) if False else s
        for t in range(s + 1, n):
            if a[t] < a[k]:
                k = t
        a[s], a[k] = a[k], a[s]
    return a


@program("and-or-not, augmented, for, subscript, while, write", (x,), ulps=64)
def shell_sort(a):
    a = np.copy(a)
    gap = len(a) // 2
    while gap > 0:
        for k in range(gap, len(a)):
            tmp = a[k]
            j = k
            while j >= gap and a[j - gap] > tmp:
                a[j] = a[j - gap]
                j -= gap
            a[j] = tmp
        gap //= 2
    return a


@program("augmented, for, list, subscript, write", (np.abs(i),), ulps=64)
def counting_sort(a):
    cnt = [0] * 20
    for v in a:
        cnt[v] += 1
    out = np.zeros_like(a)
    p = 0
    for v in range(20):
        for _ in range(cnt[v]):
            out[p] = v
            p += 1
    return out


@program(
    "and-or-not, augmented, break, for, if, nested-function, subscript, while, write", (x,), ulps=64
)
def heap_sort(a):
    a = a.copy()
    n = len(a)

    def sift(a, s, e):
        root = s
        while 2 * root + 1 < e:
            c = 2 * root + 1
            if c + 1 < e and a[c] < a[c + 1]:
                c += 1
            if a[root] < a[c]:
                a[root], a[c] = a[c], a[root]
                root = c
            else:
                break

    for s in range(n // 2 - 1, -1, -1):
        sift(a, s, n)
    for e in range(n - 1, 0, -1):
        a[0], a[e] = a[e], a[0]
        sift(a, 0, e)
    return a


@program("augmented, continue, for, if, subscript, while, write", (x,), ulps=64)
def quick_iter(a):
    a = a.copy()
    st = np.zeros(32, np.int64)
    top = 0
    st[0] = 0
    st[1] = len(a) - 1
    top = 2
    while top > 0:
        top -= 2
        lo = st[top]
        hi = st[top + 1]
        if lo >= hi:
            continue
        p = a[hi]
        k = lo
        for j in range(lo, hi):
            if a[j] < p:
                a[j], a[k] = a[k], a[j]
                k += 1
        a[k], a[hi] = a[hi], a[k]
        st[top] = lo
        st[top + 1] = k - 1
        st[top + 2] = k + 1
        st[top + 3] = hi
        top += 4
    return a


@program(
    "and-or-not, augmented, for, if, subscript, write", (np.sort(x), np.sort(x) + 0.1), ulps=64
)
def merge(a, b):
    out = np.empty(len(a) + len(b))
    p = r = 0
    for k in range(len(out)):
        if r >= len(b) or (p < len(a) and a[p] <= b[r]):
            out[k] = a[p]
            p += 1
        else:
            out[k] = b[r]
            r += 1
    return out


@program("for, if, subscript, write", (W,), ulps=64)
def floyd(w):
    n = w.shape[0]
    d = np.where(w == 0, np.inf, w)
    for k in range(n):
        d[k, k] = 0
    for k in range(n):
        for a in range(n):
            for b in range(n):
                if d[a, k] + d[k, b] < d[a, b]:
                    d[a, b] = d[a, k] + d[k, b]
    return d


@program("and-or-not, break, for, if, subscript, write", (W, 0), (W, 2), ulps=64)
def dijkstra(w, src):
    n = len(w)
    dist = np.full(n, np.inf)
    seen = np.zeros(n, dtype=bool)
    dist[src] = 0
    for _ in range(n):
        u = -1
        best = np.inf
        for v in range(n):
            if not seen[v] and dist[v] < best:
                best = dist[v]
                u = v
        if u < 0:
            break
        seen[u] = True
        for v in range(n):
            if w[u, v] > 0 and dist[u] + w[u, v] < dist[v]:
                dist[v] = dist[u] + w[u, v]
    return dist


@program("and-or-not, augmented, for, if, subscript, while, write", (W > 0, 0), ulps=64)
def bfs(adj, s):
    n = adj.shape[0]
    dist = -np.ones(n, dtype=np.int64)
    queue = np.empty(n, dtype=np.int64)
    head = 0
    tail = 1
    queue[0] = s
    dist[s] = 0
    while head < tail:
        v = queue[head]
        head += 1
        for w in range(n):
            if adj[v, w] and dist[w] == -1:
                dist[w] = dist[v] + 1
                queue[tail] = w
                tail += 1
    return dist


@program(
    "augmented, for, if, list, subscript, while, write",
    (np.array([[0, 1], [1, 2], [3, 4]]), 6),
    ulps=64,
)
def union_find(edges, n):
    parent = np.arange(6)
    for a, b in edges:
        ra = a
        while parent[ra] != ra:
            ra = parent[ra]
        rb = b
        while parent[rb] != rb:
            rb = parent[rb]
        if ra != rb:
            parent[rb] = ra
    count = 0
    for k in range(6):
        if parent[k] == k:
            count += 1
    return count, parent


@program("break, for, if, subscript", (W,), ulps=64)
def pagerank(w):
    n = w.shape[0]
    p = np.ones(n) / n
    M = (w > 0) / np.maximum((w > 0).sum(axis=1, keepdims=True), 1)
    for it in range(100):
        new = 0.15 / n + 0.85 * p @ M
        if np.abs(new - p).sum() < 1e-10:
            break
        p = new
    return p, it


@program("and-or-not, augmented, for, if, list, subscript, write", (W,), ulps=64)
def prim(w):
    n = len(w)
    w = w + w.T
    INF = float("inf")
    key = [INF] * n
    used = [False] * n
    key[0] = 0.0
    total = 0.0
    for _ in range(n):
        u = -1
        for v in range(n):
            if not used[v] and (u == -1 or key[v] < key[u]):
                u = v
        used[u] = True
        total += key[u]
        for v in range(n):
            if w[u, v] > 0 and not used[v] and w[u, v] < key[v]:
                key[v] = w[u, v]
    return total
