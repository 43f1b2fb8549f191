"""Ranges of integers: every number that a run computes lies in the range that the analysis gives
it; checks of places that must exist are gone, and all others still fail as Python does."""

from __future__ import annotations

import copy
import random
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

import millrace
from millrace.driver.jit import JitFunction
from millrace.driver.pipelines import GRAPH
from millrace.ir.core import Block, Value
from millrace.ir.dialects.builtin import Module
from millrace.ir.errors import CompileError, RunError
from millrace.ir.int_range import range_of_type
from millrace.ir.interpreter.machine import Machine, Step, coerce
from millrace.passes.graph.int_ranges import IntRanges
from millrace.passes.manager import run_pipeline
from tests.jit.harness import assert_same, check
from tests.jit.index_programs import IndexWriter
from tests.jit.random_programs import Chooser, Writer, arguments

# mypy: ignore-errors
# ruff: noqa: B007

BEFORE = GRAPH.partition(",int-range-optimizations")[0]


class Watching(Machine):
    """Compares each integer with its range."""

    def __init__(self, module: Module, ranges: IntRanges) -> None:
        super().__init__(module, 2_000_000)
        self.ranges = ranges
        self.seen = 0
        self.bounded: set[Value] = set()

    def run_block(self, block: Block, args: Sequence[Any]) -> list[Any]:
        self._look(block.args, args)
        return super().run_block(block, args)

    def execute(self, step: Step) -> None:
        super().execute(step)
        found = [r for r in step.results if r in self.env]
        self._look(found, [self.env[r] for r in found])

    def _look(self, values: Sequence[Value], numbers: Sequence[Any]) -> None:
        for v, x in zip(values, numbers, strict=True):
            limits = range_of_type(v.type)
            if limits is None:
                continue
            known = self.ranges.of(v)
            assert known.low <= int(x) <= known.high, (v, x, known)
            self.seen += 1
            if known != limits:
                self.bounded.add(v)


def watch(function: Any, *args: Any) -> Watching:
    """Run the function in the interpreter as it is when its comparisons are looked at."""
    if not isinstance(function, JitFunction):
        function = millrace.jit(function)
    module = function.lower(*args)._module
    run_pipeline(module, BEFORE)
    ranges = IntRanges(module.entry.block)
    assert ranges.settled
    machine = Watching(module, ranges)
    types = module.entry.function_type.inputs
    given = [coerce(np.asarray(x), t, "input") for x, t in zip(args, types, strict=True)]
    with np.errstate(all="ignore"):
        machine.call(module.entry, given)
    return machine


@pytest.mark.parametrize("seed", range(40))
def test_numbers_of_random_programs_lie_in_their_ranges(seed: int) -> None:
    rng = random.Random(seed)
    source = Writer(Chooser(rng.randrange)).program()
    compiled = millrace.jit(src=source, strict=True)
    for k in range(2):
        watch(compiled, *arguments(k))


# ---- programs whose checks go


def insertion_sort(a):
    a = a.copy()
    for i in range(1, len(a)):
        x = a[i]
        j = i - 1
        while j >= 0 and a[j] > x:
            a[j + 1] = a[j]
            j -= 1
        a[j + 1] = x
    return a


def binary_search(a, x):
    lo = 0
    hi = len(a)
    while lo < hi:
        mid = (lo + hi) // 2
        if a[mid] < x:
            lo = mid + 1
        else:
            hi = mid
    return lo


def heap_sort(a):
    a = a.copy()
    n = len(a)
    for end in range(n - 1, 0, -1):
        for start in range(n // 2 - 1, -1, -1):
            i = start
            while 2 * i + 1 <= end:
                c = 2 * i + 1
                if c + 1 <= end and a[c + 1] > a[c]:
                    c += 1
                if a[i] >= a[c]:
                    break
                t = a[i]
                a[i] = a[c]
                a[c] = t
                i = c
        t = a[0]
        a[0] = a[end]
        a[end] = t
    return a


def edit_distance(a, b):
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


def sieve(n):
    prime = np.ones(200, np.bool_)
    i = 2
    while i * i < 200:
        if prime[i]:
            j = i * i
            while j < 200:
                prime[j] = False
                j += i
        i += 1
    return prime.sum() + n


def backwards(a):
    total = 0.0
    for i in range(len(a)):
        total += a[-1 - i] * a[i - len(a)]
    return total


def ring(steps):
    histogram = np.zeros(16, np.int64)
    x = 3
    for s in steps:
        x = (x + s) % 16
        histogram[x] += 1
    return histogram


def triangle(a):
    """A loop from the step of another one on, and a place at the distance of both."""
    out = np.zeros((5, 5))
    for i in range(5):
        for j in range(i, 5):
            out[i, j - i] = a[i] + a[j]
    return out


def all_pairs(a):
    t = 0.0
    n = len(a)
    for i in range(n):
        for j in range(i + 1, n, 2):
            t += a[i] * a[j]
        for j in range(i):
            t -= a[j] + a[i - j - 1]
        for j in range(n - 1, i, -1):
            t += a[j] * a[j - 1]
        if i > 2:
            for j in range(n):
                if j < i:
                    t += a[i - j]
    return t


def matrix_chain(d):
    """Intervals by their lengths."""
    n = len(d) - 1
    cost = np.zeros((n, n))
    for length in range(2, n + 1):
        for i in range(n - length + 1):
            j = i + length - 1
            best = np.inf
            for k in range(i, j):
                c = cost[i, k] + cost[k + 1, j] + d[i] * d[k + 1] * d[j + 1]
                if c < best:
                    best = c
            cost[i, j] = best
    return cost[0, n - 1]


def compacted(a):
    """A place that moves on in some steps only."""
    out = np.zeros_like(a)
    k = 0
    for x in a:
        if x > 0.5:
            out[k] = x
            k += 1
    return out


def bubble(a):
    a = a.copy()
    swapped = True
    while swapped:
        swapped = False
        for i in range(len(a) - 1):
            if a[i] > a[i + 1]:
                t = a[i]
                a[i] = a[i + 1]
                a[i + 1] = t
                swapped = True
    return a


RNG = np.random.default_rng(3)
PROVEN = [
    (insertion_sort, RNG.random(12)),
    (binary_search, np.sort(RNG.random(12)), 0.5),
    (heap_sort, RNG.random(9)),
    (edit_distance, RNG.integers(0, 3, 7), RNG.integers(0, 3, 9)),
    (sieve, 0),
    (backwards, RNG.random(6)),
    (ring, RNG.integers(-9, 9, 20)),
    (bubble, RNG.random(8)),
    (triangle, RNG.random(5)),
    (all_pairs, RNG.random(9)),
    (matrix_chain, RNG.random(6)),
    (compacted, RNG.random(9)),
]


@pytest.mark.parametrize("case", PROVEN, ids=lambda c: c[0].__name__)
def test_no_check_is_left(case: tuple[Any, ...]) -> None:
    function, *args = case
    text = millrace.jit(function).ir(*copy.deepcopy(args), stage="graph")
    assert "mr.check" not in text
    check(function, *args)


@pytest.mark.parametrize("case", PROVEN, ids=lambda c: c[0].__name__)
def test_numbers_of_programs_lie_in_their_ranges(case: tuple[Any, ...]) -> None:
    function, *args = case
    assert watch(function, *args).bounded


# ---- programs whose checks stay


def search_past_the_end(a, x):
    i = 0
    while a[i] != x:
        i += 1
    return i


def one_too_far(a, x):
    i = 0
    while i <= len(a) and a[i] != x:
        i += 1
    return i


def too_negative(a, x):
    i = len(a) - 1
    while a[i] != x:
        i -= 1
    return i


def tripled(a, x):
    """Products that wrap come out negative at last."""
    i = 1
    total = x
    for k in range(60):
        i = i * 3
        if i > 1000:
            total += a[i % len(a)]
        else:
            total += a[i - 300]
    return total


def guarded_by_a_sum_that_wraps(a, x):
    """``i + 1 < n`` holds for the greatest integer, too."""
    if x + 1 < len(a):
        return a[x]
    return 0.0


def shortened(a, x):
    """The loop's bound does not speak of this array."""
    b = a[2:]
    total = 0.0
    for i in range(len(a)):
        total += b[i]
    return total


def triangle_too_wide(a, x):
    total = 0.0
    for i in range(len(a)):
        for j in range(i, len(a) + 1):
            total += a[j] * x
    return total


def too_many_kept(a, x):
    b = a[1:] * 0.0
    k = 0
    for v in a:
        if v < x:
            b[k] = v
            k += 1
    return b[0]


def distance_too_far(a, x):
    total = 0.0
    for i in range(len(a)):
        for j in range(i, len(a)):
            total += a[j - i - 6] * x
    return total


def after_the_loop(a, x):
    i = 0
    while i < len(a) and a[i] < x:
        i += 1
    return a[i]


FAILING = [
    (search_past_the_end, 7.0),
    (one_too_far, 7.0),
    (too_negative, 7.0),
    (tripled, 1.0),
    (guarded_by_a_sum_that_wraps, np.int64(2**63 - 1)),
    (guarded_by_a_sum_that_wraps, np.int64(-6)),
    (shortened, 1.0),
    (after_the_loop, 9.0),
    (triangle_too_wide, 1.0),
    (too_many_kept, 9.0),
    (distance_too_far, 1.0),
]


@pytest.mark.parametrize("case", FAILING, ids=lambda c: f"{c[0].__name__}-{c[1]}")
def test_places_that_do_not_exist(case: tuple[Callable[..., Any], Any]) -> None:
    function, x = case
    a = np.arange(5.0)
    with np.errstate(all="ignore"), pytest.raises(IndexError):
        function(a.copy(), x)
    with pytest.raises(RunError, match="index"):
        millrace.jit(function)(a, x)


def outcome(run: Callable[..., Any], *args: Any) -> Any:
    """The result, or that a place does not exist."""
    try:
        return run(*copy.deepcopy(args))
    except (IndexError, RunError):
        return "no such place"


@pytest.mark.parametrize("seed", range(60))
def test_random_places(seed: int) -> None:
    """Compiled programs fail exactly where Python fails, and else give the same."""
    source = IndexWriter(seed).program()
    compiled = millrace.jit(src=source, strict=True)
    for k in range(2):
        args = np.random.default_rng(k).normal(size=7), np.arange(4.0)
        space: dict[str, Any] = {}
        exec(compile(source, "<places>", "exec"), space)
        want = outcome(space["f"], *args)
        try:
            got = outcome(compiled, *args)
        except CompileError as e:  # a known place outside of an array, though it be never asked for
            assert "J020" in str(e)
            return
        if isinstance(want, str) or isinstance(got, str):
            assert isinstance(want, str) == isinstance(got, str), source
        else:
            assert_same(got, want, ulps=0)
            watch(compiled, *args)
