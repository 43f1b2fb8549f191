"""How compiled functions are called: specialisation, arguments of all sorts, threads, pickles."""

from __future__ import annotations

import gc
import linecache
import mmap
import pickle
import sys
import threading
import weakref
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import millrace
from millrace import f32, i64
from millrace.codegen.python_entry import is_available
from millrace.ir.errors import RunError

# mypy: disable-error-code="no-untyped-def"


@millrace.jit
def axpy(x, y):
    return x * 2 + y


@millrace.jit
def at(x, i):
    return x[i]


@millrace.jit(x=f32[4], n=i64)
def declared(x, n):
    return x * n


@millrace.jit(x=f32["T", 3], y=f32["T"])
def symbolic(x, y):
    return x.sum(axis=1) + y


def test_one_specialisation_for_each_type() -> None:
    a = np.arange(3.0)
    assert axpy(a, 1).tolist() == [1.0, 3.0, 5.0]
    assert axpy(a, a).dtype == np.float64
    single = axpy(a.astype(np.float32), 1)
    assert single.dtype == np.float32
    assert axpy(2, 3) == 7 and type(axpy(2, 3)) is int
    assert axpy(np.ones((2, 3)), a).shape == (2, 3)


def test_keywords_and_defaults() -> None:
    @millrace.jit
    def f(x, scale=2.0, *, shift=1.0):
        return x * scale + shift

    x = np.ones(2)
    assert f(x).tolist() == [3.0, 3.0]
    assert f(x, shift=0.0, scale=5.0).tolist() == [5.0, 5.0]
    assert f(x, 3.0).tolist() == [4.0, 4.0]


def test_layouts_are_made_contiguous() -> None:
    a = np.arange(12.0).reshape(3, 4)
    want = a.T * 2 + 1
    np.testing.assert_array_equal(axpy(a.T, 1), want)
    np.testing.assert_array_equal(axpy(a[::2, ::-1], 1), a[::2, ::-1] * 2 + 1)
    raw = np.zeros(8 * 3 + 1, np.uint8)[1:].view(np.float64)
    np.testing.assert_array_equal(axpy(raw, 1), np.ones(3))


def test_arguments_are_not_changed_and_results_are_new() -> None:
    a = np.arange(3.0)
    first, second = axpy(a, 0), axpy(a, 0)
    first[0] = 9
    assert second[0] == 0 and a.tolist() == [0.0, 1.0, 2.0]
    same = millrace.jit(lambda x: x)(a)
    same[0] = 7
    assert a[0] == 0


class Foreign:
    def __array__(self, dtype=None, copy=None):
        return np.arange(3.0)


def test_other_array_types() -> None:
    assert axpy(Foreign(), 1).tolist() == [1.0, 3.0, 5.0]


def test_tuples_and_dictionaries() -> None:
    @millrace.jit
    def f(state, options):
        a, (b, c) = state
        return {"sum": a + b * c, "scaled": a * options["scale"]}

    got = f((np.ones(2), (2.0, np.float32(3))), {"scale": 4})
    assert got["sum"].tolist() == [7.0, 7.0] and got["scaled"].tolist() == [4.0, 4.0]


def test_constants_specialise() -> None:
    @millrace.jit
    def f(x, kind):
        return x * 2 if kind == "double" else x

    assert f(np.ones(1), "double")[0] == 2 and f(np.ones(1), "same")[0] == 1


def test_static_arguments() -> None:
    @millrace.jit(static="axis")
    def f(x, axis):
        return x.sum(axis=axis)

    x = np.ones((2, 3))
    assert f(x, 0).tolist() == [2.0, 2.0, 2.0] and f(x, axis=1).tolist() == [3.0, 3.0]
    with pytest.raises(millrace.CompileError, match="no parameter 'size'"):
        millrace.jit(static="size")(lambda x: x)


def test_index_errors_are_pythons() -> None:
    x = np.arange(3.0)
    assert at(x, -3) == 0.0
    for _ in range(2):  # once compiling, once by the quick way
        with pytest.raises(IndexError, match=r"test_calls.py:\d+:\d+: an index is out of range"):
            at(x, 3)
    with pytest.raises(RunError):
        at(x, -4)


@millrace.jit(check=True)
def raising(x, limit):
    assert limit > 0, "a positive limit"
    total = 0.0
    for v in x:
        if v > limit:
            raise ValueError("too large")
        total += v
    return total


def test_raised_exceptions() -> None:
    x = np.arange(4.0)
    for _ in range(2):
        assert raising(x, 5.0) == 6.0
        with pytest.raises(ValueError, match=r"test_calls.py:\d+:\d+: ValueError: too large"):
            raising(x, 2.0)
        with pytest.raises(AssertionError, match="AssertionError: a positive limit"):
            raising(x, -1.0)
    with pytest.raises(RunError):
        raising(x, 2.0)


def test_declared_types() -> None:
    x = np.ones(4, np.float32)
    assert declared(x, np.int64(3)).tolist() == [3.0] * 4
    with pytest.raises(millrace.CompileError, match=r"argument 'x' is float64\[4\], not float32"):
        declared(np.ones(4), np.int64(3))
    assert "mr.mul" in declared.ir()
    assert "_run:" in declared.assembly()
    ones = np.ones((5, 3), np.float32)
    assert symbolic(ones, np.zeros(5, np.float32)).tolist() == [3.0] * 5
    with pytest.raises(millrace.CompileError, match="argument 'y'"):
        symbolic(ones, np.zeros(4, np.float32))
    with pytest.raises(millrace.CompileError, match="size 'T' is not given"):
        symbolic.lower()
    assert symbolic.lower(sizes={"T": 2}).compile().inputs[0].shape == (2, 3)


def test_saving(tmp_path: Path) -> None:
    files = declared.save(tmp_path, target="cortex-m4")
    header = files["header"].read_text()
    assert "declared_run" in header and "const float *x" in header
    model = declared.compile()
    model.save(tmp_path / "host")
    again = millrace.load(tmp_path / "host")
    assert again(np.ones(4, np.float32), np.int64(2)).tolist() == [2.0] * 4


def test_source_text() -> None:
    f = millrace.jit(src="import numpy as np\n\ndef f(x):\n    return np.tanh(x) + 1\n")
    assert f(np.zeros(2)).tolist() == [1.0, 1.0]
    with pytest.raises(millrace.CompileError, match="defines no function"):
        millrace.jit(src="x = 1")


def test_compiled_functions_call_each_other() -> None:
    @millrace.jit
    def outer(x):
        return axpy(x, x) + 1

    assert outer(np.ones(2)).tolist() == [4.0, 4.0]


class Scale:
    factor = 3.0

    @millrace.jit
    def apply(self, x):
        return x * self.factor


def test_methods() -> None:
    assert Scale().apply(np.ones(2)).tolist() == [3.0, 3.0]


def test_pickles() -> None:
    again = pickle.loads(pickle.dumps(axpy))
    assert again(np.ones(1), 1).tolist() == [3.0]


def test_threads() -> None:
    @millrace.jit
    def work(x):
        total = np.zeros(64)
        for row in x:
            total = np.tanh(total + row)
        return total

    inputs = [np.full((50, 64), k / 10) for k in range(8)]
    want = [work(x) for x in inputs]
    errors: list[Any] = []

    def run(k: int) -> None:
        for _ in range(200):
            if not np.array_equal(work(inputs[k]), want[k]):
                errors.append(k)

    threads = [threading.Thread(target=run, args=(k,)) for k in range(8)]
    for t in threads:
        t.start()
    for t in threads:
        t.join()
    assert not errors


@pytest.mark.skipif(not is_available(), reason="the interpreter has other object layouts")
def test_the_native_entry_counts_references() -> None:
    a, b = np.ones(4), np.ones(4)
    axpy(a, b)
    axpy(a, 1.5)
    assert len(axpy._fast) > 1
    gc.collect()
    before = [sys.getrefcount(v) for v in (a, b, a.dtype, 1.5)]
    for _ in range(100):
        axpy(a, b)
        axpy(a, 1.5)
    gc.collect()
    after = [sys.getrefcount(v) for v in (a, b, a.dtype, 1.5)]
    assert [abs(x - y) < 5 for x, y in zip(before, after, strict=True)] == [True] * 4


def test_large_arenas_are_reused() -> None:
    @millrace.jit
    def f(x):
        y = x
        for _ in range(3):
            y = np.sort(y)[::-1] + x
        return y

    x = np.random.default_rng(0).random(30000)
    want = f(x)
    for _ in range(5):
        np.testing.assert_array_equal(f(x), want)


def test_what_is_let_go_of_is_freed() -> None:
    """A process that compiles functions all day keeps none of them, nor their texts."""
    linecache_before = len(linecache.cache)
    alive = []
    for k in range(3):
        f = millrace.jit(src=f"def f(x):\n    return x * {k}.5 + x.sum()\n")
        assert f(np.ones(2)).tolist() == [k + 2.5] * 2
        alive.append(weakref.ref(f))
        alive.append(weakref.ref(next(iter(f._cache.values()))))
    del f
    gc.collect()
    assert [r() for r in alive] == [None] * len(alive)
    assert len(linecache.cache) == linecache_before


def test_memory_does_not_grow_with_compilations() -> None:
    """Passes, machine code and modules are freed: what is left of a compilation is small."""
    resident = Path("/proc/self/statm")
    if not resident.exists():
        pytest.skip("no /proc to read this process's memory from")

    def compile_some(count: int) -> int:
        for _ in range(count):
            millrace.jit(src="def f(x, n):\n    return x[:3] * 0.5 + x.sum() * n\n")(np.ones(6), 2)
        gc.collect()
        return int(resident.read_text().split()[1]) * mmap.PAGESIZE

    before = compile_some(40)
    assert compile_some(80) - before < 80 * 60_000  # it was 114,000 bytes each


def test_the_greatest_of_no_elements() -> None:
    """How many a mask selects shows at run time, and that it is none."""

    @millrace.jit
    def greatest(x, limit):
        return x[x > limit].max()

    assert greatest(np.arange(4.0), 1.5) == 3.0
    with pytest.raises(ValueError, match="max of no elements"):
        greatest(np.arange(4.0), 9.0)
