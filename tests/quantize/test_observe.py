"""The ranges that an instrumented model tells, against numpy."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from millrace.driver.calibration import settled_range
from millrace.ir.builder import Builder
from millrace.ir.core import Block, Value
from millrace.ir.dialects import arith, scf
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr import compare, elementary, elementwise
from millrace.ir.dialects.mr.control import Scan
from millrace.ir.interpreter import interpret
from millrace.ir.types import F32, I1, INDEX, tensor
from millrace.ir.verifier import verify
from millrace.passes.manager import run_pipeline
from millrace.passes.quantize.observe import (
    LIMITS,
    NOTHING,
    ObserveHistograms,
    RangeProbe,
    chosen_values,
)
from millrace.passes.quantize.values import real_values
from tests.passes.conftest import Graph, const, scalar

V = tensor((3,), F32)
X = np.array([0.5, -2.0, 1.0], np.float32)


def observed(module: Module, *inputs: Any) -> list[tuple[float, float]]:
    """(lowest, highest) of each real number that is computed."""
    count = len(chosen_values(module.entry, None))
    run_pipeline(module, "observe")
    verify(module)
    rows = interpret(module, inputs)[-1]
    assert rows.shape == (count, RangeProbe.width)
    return [(-float(low), float(high)) for low, high in rows[:, :2]]


def test_straight_line() -> None:
    def build(b: Builder, x: Value) -> list[Value]:
        y = b.value(elementwise.Mul, x, const(b, 3.0))
        return [b.value(elementwise.Neg, y)]

    module = Graph().main([V], build)
    assert observed(module, X) == [(-2.0, 1.0), (-6.0, 3.0), (-3.0, 6.0)]


def test_infinity_and_nan_do_not_count() -> None:
    module = Graph().main([V], lambda b, x: [b.value(elementary.Log, x)])
    (x, y) = observed(module, np.array([0.0, -1.0, np.e], np.float32))
    assert x == (-1.0, pytest.approx(np.e))
    assert y == (0.0, pytest.approx(1.0))


def test_scan_over_all_steps() -> None:
    """Carries and slices keep their places, stacked outputs too."""

    def build(b: Builder, x: Value) -> list[Value]:
        body = Block([INDEX, V, V])
        inner = Builder(body)
        _, h, xt = body.args
        new = inner.value(elementwise.Add, h, xt)
        inner.create(scf.Yield, [new, inner.value(elementwise.Neg, new)])
        scan = b.create(Scan, [const(b, np.zeros(3))], [x], None, trip=4, block=body)
        return list(scan.results)

    x = np.arange(12, dtype=np.float32).reshape(4, 3)
    module = Graph().main([tensor((4, 3), F32)], build)
    before = interpret(module, [x])
    h = np.cumsum(x, axis=0)
    got = observed(module, x)
    assert got == [
        (0.0, 11.0),  # the input; the slices are the same numbers
        (0.0, h.max()),  # the sum, which is carried on
        (-h.max(), 0.0),  # its negative, which is stacked
    ]
    after = interpret(module, [x])
    for a, c in zip(before, after, strict=False):
        np.testing.assert_array_equal(a, c)


def test_branch_not_taken() -> None:
    def build(b: Builder, c: Value, x: Value) -> list[Value]:
        blocks = []
        for op in (elementwise.Neg, elementwise.Abs):
            block = Block()
            inner = Builder(block)
            inner.create(scf.Yield, [inner.value(op, x)])
            blocks.append(block)
        condition = b.value(arith.CmpI, c, scalar(b, True, I1), predicate=arith.cmp_i("eq"))
        op = b.create(
            scf.If, condition, then_block=blocks[0], else_block=blocks[1], result_types=[V]
        )
        return list(op.results)

    module = Graph().main([I1, V], build)
    x, taken, other = observed(module, np.bool_(True), X)
    assert (x, taken) == ((-2.0, 1.0), (-1.0, 2.0))
    assert other[0] > other[1] and other[1] == np.float32(NOTHING)


def test_while_loop() -> None:
    """x doubles while its first element is below 10."""
    from millrace.ir.dialects.mr.movement import Reshape, Slice
    from millrace.ir.dialects.tensor import Extract

    def build(b: Builder, x: Value) -> list[Value]:
        before, after = Block([V]), Block([V])
        inner = Builder(before)
        first = inner.value(Slice, before.args[0], starts=[0], sizes=[1])
        small = inner.value(compare.Less, inner.value(Reshape, first, shape=()), const(inner, 10.0))
        go_on = inner.value(Extract, small, [], result_types=[I1])
        inner.create(scf.Condition, go_on, [before.args[0]])
        inner = Builder(after)
        twice = inner.value(elementwise.Add, after.args[0], after.args[0])
        inner.create(scf.Yield, [twice])
        return list(b.create(scf.While, [x], before=before, after=after, result_types=[V]).results)

    module = Graph().main([V], build)
    x, twice = observed(module, np.array([1.0, -3.0, 0.0], np.float32))
    assert (x, twice) == ((-3.0, 1.0), (-48.0, 16.0))


def test_histograms_in_a_loop() -> None:
    """Of a carry that takes the values 1 to 4, three elements each."""

    def build(b: Builder, x: Value) -> list[Value]:
        body = Block([INDEX, V])
        inner = Builder(body)
        new = inner.value(elementwise.Add, body.args[1], const(inner, 1.0))
        inner.create(scf.Yield, [new])
        return list(b.create(Scan, [x], [], None, trip=4, block=body).results)

    module = Graph().main([V], build)
    made = chosen_values(module.entry, None)
    numbers = [real_values(module.entry).index(v) for v in made]
    run_pipeline(module, [ObserveHistograms(bins=8, only=tuple(numbers))])
    verify(module)
    assert module.entry.input_names[-1] == LIMITS
    limits = np.array([[0, 2], [0, 2]], np.float32)  # bins of a half
    rows = interpret(module, [np.zeros(3, np.float32), limits])[-1]
    assert rows[0].tolist() == [3, 0, 0, 0, 0, 0, 0, 0]
    assert rows[1].tolist() == [0, 0, 3, 0, 3, 0, 3, 3]  # 4 counts in the last bin


def test_numbers_that_stand_for_infinity() -> None:
    """Those far from the rest, with nothing between, count as somewhat outside of it."""
    nothing = [NOTHING, NOTHING]

    def limits(low: float, *rest: float) -> tuple[float, float]:
        near = [abs(r) for r in rest if abs(r) < 1e3] or [0.0]
        row = [-low, max(rest), max(near), max(rest), max(near), max(rest), -low, max(rest)]
        return settled_range(np.array(row))

    assert limits(-1e9, -3.0, 2.0) == (-3.0 - 4 * 3 - 16, 2.0)
    assert limits(-1e5, -300.0, 2.0) == (-1e5, 2.0)  # not so far
    assert limits(-5.0, 2.0) == (-5.0, 2.0)
    assert settled_range(np.array(nothing * 4)) == (-NOTHING, NOTHING)
