"""Speed of ``@millrace.jit``: recurrences beside the same ONNX models compiled by us, scalar loops
beside numba's ``@njit`` and JAX's ``jit`` with ``lax`` loops (where they are installed).

    python benchmarks/jit.py [NAME,...] [--rounds 12]

All contenders of one row take turns, so that a busy moment of the machine hits all of them. Times
are the best of all rounds in microseconds, of one call from Python; compile times in seconds are
those of the first call. This is a measurement, not a test: it exits with 0."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import jit_peers as peers

import millrace

Call = Callable[[], Any]
RNG = np.random.default_rng(0)


def normal(*shape: int) -> Any:
    return (RNG.normal(size=shape) / np.sqrt(shape[-1])).astype(np.float32)


def sigmoid(x: Any) -> Any:
    return 1 / (1 + np.exp(-x))


# ---- recurrences


def lstm(inputs: int, units: int, steps: int = 100) -> dict[str, Call]:
    w, u, b = normal(inputs, 4 * units), normal(units, 4 * units), normal(4 * units)
    xs, h = normal(steps, inputs), units

    @millrace.jit
    def run(xs: Any) -> Any:
        state = np.zeros(h, np.float32)
        cell = np.zeros(h, np.float32)
        out = np.zeros((steps, h), np.float32)
        for t in range(steps):
            z = xs[t] @ w + state @ u + b
            cell = sigmoid(z[h : 2 * h]) * cell + sigmoid(z[:h]) * np.tanh(z[2 * h : 3 * h])
            state = sigmoid(z[3 * h :]) * np.tanh(cell)
            out[t] = state
        return out

    model = peers.onnx_lstm(w, u, b, steps)
    wide = xs.reshape(steps, 1, inputs)
    agree(run(xs), model(wide).reshape(steps, h))
    return {"jit": lambda: run(xs), "onnx": lambda: model(wide)}


def mgu(inputs: int, units: int, steps: int = 100) -> dict[str, Call]:
    wf, uf, bf = normal(inputs, units), normal(units, units), normal(units)
    wn, un, bn = normal(inputs, units), normal(units, units), normal(units)
    xs = normal(steps, inputs)

    @millrace.jit
    def run(xs: Any) -> Any:
        h = np.zeros(units, np.float32)
        outputs = []
        for x in xs:
            f = sigmoid(x @ wf + bf + h @ uf)
            n = np.tanh(x @ wn + bn + (f * h) @ un)
            h = (1 - f) * h + f * n
            outputs.append(h)
        return np.stack(outputs)

    model = peers.onnx_mgu(wf, uf, bf, wn, un, bn, steps)
    wide = xs.reshape(steps, 1, inputs)
    agree(run(xs), model(wide).reshape(steps, units))
    return {"jit": lambda: run(xs), "onnx": lambda: model(wide)}


def agree(got: Any, want: Any) -> None:
    np.testing.assert_allclose(got, want, atol=1e-4)


# ---- scalar loops


def mandelbrot(width: int, height: int, limit: int) -> Any:
    out = np.zeros((96, 96), np.int64)
    for i in range(height):
        for j in range(width):
            cr = -2.0 + 3.0 * j / width
            ci = -1.5 + 3.0 * i / height
            zr = 0.0
            zi = 0.0
            n = 0
            while zr * zr + zi * zi < 4.0 and n < limit:
                t = zr * zr - zi * zi + cr
                zi = 2.0 * zr * zi + ci
                zr = t
                n += 1
            out[i, j] = n
    return out


def newton(values: Any) -> Any:
    out = np.zeros(1000)
    for i in range(1000):
        a = values[i]
        x = a
        while abs(x * x - a) > 1e-12 * a:
            x = 0.5 * (x + a / x)
        out[i] = x
    return out


def filter_bank(x: Any, b: Any, a: Any) -> Any:
    y = np.zeros((1000, 16))
    s1 = np.zeros(16)
    s2 = np.zeros(16)
    for t in range(1000):
        v = b[:, 0] * x[t] + s1
        s1 = b[:, 1] * x[t] - a[:, 0] * v + s2
        s2 = b[:, 2] * x[t] - a[:, 1] * v
        y[t] = v
    return y


def filter_bank_loops(x: Any, b: Any, a: Any) -> Any:
    y = np.zeros((1000, 16))
    s1 = np.zeros(16)
    s2 = np.zeros(16)
    for t in range(1000):
        for c in range(16):
            v = b[c, 0] * x[t] + s1[c]
            s1[c] = b[c, 1] * x[t] - a[c, 0] * v + s2[c]
            s2[c] = b[c, 2] * x[t] - a[c, 1] * v
            y[t, c] = v
    return y


def k_means(x: Any, start: Any) -> Any:
    n, d = x.shape
    k = start.shape[0]
    c = start.copy()
    for _ in range(10):
        total = np.zeros((k, d))
        count = np.zeros(k)
        for i in range(n):
            best = 0
            least = 1e30
            for j in range(k):
                distance = 0.0
                for q in range(d):
                    t = x[i, q] - c[j, q]
                    distance += t * t
                if distance < least:
                    least = distance
                    best = j
            for q in range(d):
                total[best, q] += x[i, q]
            count[best] += 1.0
        for j in range(k):
            if count[j] > 0:
                for q in range(d):
                    c[j, q] = total[j, q] / count[j]
    return c


def collatz(limit: int) -> Any:
    longest = 0
    for start in range(1, limit):
        n = start
        steps = 0
        while n != 1:
            n = n // 2 if n % 2 == 0 else 3 * n + 1
            steps += 1
        longest = max(longest, steps)
    return longest


def insertion_sort(a: Any) -> Any:
    a = a.copy()
    for i in range(1, len(a)):
        x = a[i]
        j = i - 1
        while j >= 0 and a[j] > x:
            a[j + 1] = a[j]
            j -= 1
        a[j + 1] = x
    return a


def heap_sort(a: Any) -> Any:
    a = a.copy()
    n = len(a)
    for start in range(n // 2 - 1, -1, -1):
        i = start
        while 2 * i + 1 < n:
            c = 2 * i + 1
            if c + 1 < n and a[c + 1] > a[c]:
                c += 1
            if a[i] >= a[c]:
                break
            t = a[i]
            a[i] = a[c]
            a[c] = t
            i = c
    for end in range(n - 1, 0, -1):
        t = a[0]
        a[0] = a[end]
        a[end] = t
        i = 0
        while 2 * i + 1 < end:
            c = 2 * i + 1
            if c + 1 < end and a[c + 1] > a[c]:
                c += 1
            if a[i] >= a[c]:
                break
            t = a[i]
            a[i] = a[c]
            a[c] = t
            i = c
    return a


def binary_search(a: Any, keys: Any) -> Any:
    out = np.zeros(len(keys), np.int64)
    for i in range(len(keys)):
        low = 0
        high = len(a)
        while low < high:
            middle = (low + high) // 2
            if a[middle] < keys[i]:
                low = middle + 1
            else:
                high = middle
        out[i] = low
    return out


def edit_distance(a: Any, b: Any) -> Any:
    n = len(a)
    m = len(b)
    d = np.zeros((n + 1, m + 1), np.int64)
    for i in range(n + 1):
        d[i, 0] = i
    for j in range(m + 1):
        d[0, j] = j
    for i in range(1, n + 1):
        for j in range(1, m + 1):
            cost = 0 if a[i - 1] == b[j - 1] else 1
            d[i, j] = min(d[i - 1, j] + 1, d[i, j - 1] + 1, d[i - 1, j - 1] + cost)
    return d[n, m]


COEFFICIENTS = RNG.normal(size=(16, 3)) * 0.3, RNG.normal(size=(16, 2)) * 0.2
LOOPS: dict[str, tuple[Callable[..., Any], tuple[Any, ...]]] = {
    "mandelbrot": (mandelbrot, (96, 96, 200)),
    "newton": (newton, (RNG.random(1000) * 100 + 1,)),
    "filter_bank": (filter_bank, (RNG.normal(size=1000), *COEFFICIENTS)),
    "filter_bank_loops": (filter_bank_loops, (RNG.normal(size=1000), *COEFFICIENTS)),
    "k_means": (k_means, (RNG.normal(size=(1000, 4)), RNG.normal(size=(8, 4)))),
    "collatz": (collatz, (3000,)),
    "insertion_sort": (insertion_sort, (RNG.random(200),)),
    "heap_sort": (heap_sort, (RNG.random(300),)),
    "binary_search": (binary_search, (np.sort(RNG.random(1000)), RNG.random(1000))),
    "edit_distance": (edit_distance, (RNG.integers(0, 4, 60), RNG.integers(0, 4, 70))),
}


def loop(name: str) -> tuple[dict[str, Call], dict[str, float]]:
    """Ours and the peers' functions, compiled, and how long that took."""
    function, args = LOOPS[name]
    want = function(*args)
    calls: dict[str, Call] = {}
    compile_seconds: dict[str, float] = {}
    candidates: dict[str, Callable[..., Any] | None] = {
        "jit": millrace.jit(function),
        "numba": peers.numba_function(function),
        "jax": peers.jax_function(name),
    }
    for peer, f in candidates.items():
        if f is None:
            continue
        start = time.perf_counter()
        got = f(*args)
        compile_seconds[peer] = time.perf_counter() - start
        np.testing.assert_allclose(np.asarray(got), want, rtol=1e-9)
        calls[peer] = lambda f=f: f(*args)  # type: ignore[misc]
    return calls, compile_seconds


# ---- measuring


def best_times(calls: dict[str, Call], rounds: int) -> dict[str, float]:
    """Microseconds of one call; the contenders take turns."""
    repeats = {}
    for peer, call in calls.items():
        start = time.perf_counter()
        call()
        repeats[peer] = max(1, int(0.01 / max(time.perf_counter() - start, 1e-7)))
    best = dict.fromkeys(calls, float("inf"))
    for _ in range(rounds):
        for peer, call in calls.items():
            for _ in range(repeats[peer]):
                start = time.perf_counter()
                call()
                best[peer] = min(best[peer], (time.perf_counter() - start) * 1e6)
    return best


def show(name: str, times: dict[str, float], compile_seconds: dict[str, float]) -> None:
    cells = [f"{peer} {t:9.2f} us" for peer, t in times.items()]
    ratios = [f"{p}/jit {t / times['jit']:.2f}" for p, t in times.items() if p != "jit"]
    compiled = [f"{peer} {s:.2f} s" for peer, s in compile_seconds.items()]
    print(
        f"{name:<18} {'  '.join(cells)}   {'  '.join(ratios)}   {'  '.join(compiled)}", flush=True
    )


RECURRENCES: dict[str, Callable[[], dict[str, Call]]] = {
    "lstm_12_20": lambda: lstm(12, 20),
    "lstm_64_128": lambda: lstm(64, 128),
    "mgu_12_20": lambda: mgu(12, 20),
    "mgu_64_128": lambda: mgu(64, 128),
}


def call_overhead() -> dict[str, Call]:
    """Two arrays of four elements in, one out."""
    f = millrace.jit(lambda x, y: x + y)
    a, b = np.ones(4), np.ones(4)
    f(a, b)
    return {"jit": lambda: f(a, b), "np.add": lambda: np.add(a, b)}


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("names", nargs="?", default="")
    parser.add_argument("--rounds", type=int, default=12)
    args = parser.parse_args()
    wanted = [n for n in args.names.split(",") if n]
    for name in ["call", *RECURRENCES, *LOOPS]:
        if wanted and name not in wanted:
            continue
        seconds: dict[str, float] = {}
        if name == "call":
            calls = call_overhead()
        elif name in RECURRENCES:
            calls = RECURRENCES[name]()
        else:
            calls, seconds = loop(name)
        show(name, best_times(calls, args.rounds), seconds)


if __name__ == "__main__":
    main()
