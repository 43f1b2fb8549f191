"""Cheap forms of fixed-point multiplications give the same numbers, for every operand."""

from __future__ import annotations

import numpy as np
import pytest

from millrace.ir.dialects.mr.bits import ShiftLeft
from millrace.ir.dialects.mr.cast import Cast
from millrace.ir.dialects.mr.elementwise import Add, Clip
from millrace.ir.dialects.mr.fixed_point import FixedPointScale
from millrace.ir.interpreter import interpret
from millrace.ir.types import I16, I32, tensor
from millrace.passes.graph.steps import Scaling, first_multiple, solve
from millrace.passes.manager import run_pipeline

RNG = np.random.default_rng(7)


def test_first_multiple():
    for m in (1, 7, 30, 64):
        for a in range(m):
            for low in range(m):
                for high in range(low, m):
                    fits = [n for n in range(m + 1) if low <= a * n % m <= high]
                    assert first_multiple(a, m, low, high) == (fits[0] if fits else None)


def scaling(channels, rounding, zero, low, reach=150_000):
    m = RNG.integers(1 << 30, (1 << 31) - 1, channels)
    shift = -RNG.integers(6, 10, channels)
    last = RNG.integers(1, reach, channels)
    first = -RNG.integers(0, reach, channels)
    return Scaling(m, shift, rounding, np.full(channels, zero), low, 127, first, last)


@pytest.mark.parametrize("rounding", ["once", "twice"])
@pytest.mark.parametrize(("zero", "low"), [(-128, -128), (5, 5), (-3, -128)])
def test_what_is_found_holds_for_every_number(rounding, zero, low):
    s = scaling(12, rounding, zero, low)
    form = solve(s, free_bias=True)
    one_sided = rounding == "once" or low == zero
    assert (form is not None) == one_sided  # half away from zero is another form
    if form is not None:
        x = np.arange(s.first.min(), s.last.max() + 1)[:, None]
        inside = (x >= s.first) & (x <= s.last)
        same = np.clip(form.apply(x), s.low, s.high) == s.apply(x)
        assert (same | ~inside).all()


def test_a_wrong_form_is_not_proven():
    from dataclasses import replace

    from millrace.passes.graph.steps import _proven

    s = scaling(1, "twice", -128, -128)
    form = solve(s, free_bias=True)
    assert form is not None and _proven(s, form, s.steps())
    assert not _proven(s, replace(form, factor=form.factor + 4000), s.steps())
    assert not _proven(s, replace(form, high=form.high + 1), s.steps())


@pytest.mark.parametrize("rounding", ["once", "twice"])
@pytest.mark.parametrize("right", [-3, 0, 1, 2, 9, 22])
@pytest.mark.parametrize("zero", [0, -77])
def test_definitions_without_limits(kit, rounding, right, zero):
    """All numbers of 16 bits, moved up so that rounding matters."""
    left = 0 if right < 0 else 10

    def build(b, x):
        y = b.value(Cast, x, to=I32)
        y = b.value(ShiftLeft, y, kit.const(b, left, np.int32))
        m, s = kit.const(b, 1771234567, np.int32), kit.const(b, -right, np.int32)
        y = b.value(FixedPointScale, y, m, s, rounding=rounding)
        return [b.value(Add, y, kit.const(b, zero, np.int32))]

    codes = np.arange(-(1 << 15), 1 << 15).astype(np.int16)
    m = kit.graph().main([tensor(codes.shape, I16)], build)
    before = interpret(m, [codes])[0]
    run_pipeline(m, "requantize,canonicalize,fold-constants,prune")
    assert "mr.fixed_point_scale" not in kit.names(m)
    np.testing.assert_array_equal(interpret(m, [codes])[0], before)


@pytest.mark.parametrize("rounding", ["once", "twice"])
@pytest.mark.parametrize("zero", [127, 126, -128, 64])
@pytest.mark.parametrize("right", [22, 23, 24])
def test_sums_that_leave_32_bits_before_the_limits(kit, rounding, zero, right):
    """The zero point does not fit on top of the product when that is not yet shifted."""

    def build(b, x):
        y = b.value(ShiftLeft, b.value(Cast, x, to=I32), kit.const(b, 13, np.int32))
        m, s = kit.const(b, 1602034458, np.int32), kit.const(b, -right, np.int32)
        y = b.value(FixedPointScale, y, m, s, rounding=rounding)
        ends = (kit.const(b, n, np.int32) for n in (-128, 127))
        return [b.value(Clip, b.value(Add, y, kit.const(b, zero, np.int32)), *ends)]

    codes = np.arange(-(1 << 15), 1 << 15).astype(np.int16)
    m = kit.graph().main([tensor(codes.shape, I16)], build)
    before = interpret(m, [codes])[0]
    run_pipeline(m, "requantize,canonicalize,fold-constants,prune")
    assert "mr.fixed_point_scale" not in kit.names(m)
    np.testing.assert_array_equal(interpret(m, [codes])[0], before)


def test_channels_of_different_scales(kit):
    scales = np.array([1 << 30, 2000000000, 1771234567, 1234567890], np.int32)
    shifts = np.array([-4, -9, -4, -2], np.int32)

    def build(b, x):
        y = b.value(ShiftLeft, b.value(Cast, x, to=I32), kit.const(b, 3, np.int32))
        m, s = (kit.const(b, a, np.int32) for a in (scales, shifts))
        y = b.value(FixedPointScale, y, m, s)
        ends = (kit.const(b, n, np.int32) for n in (-128, 127))
        return [b.value(Clip, b.value(Add, y, kit.const(b, 9, np.int32)), *ends)]

    codes = np.repeat(np.arange(-(1 << 15), 1 << 15)[:, None], 4, 1).astype(np.int16)
    m = kit.graph().main([tensor(codes.shape, I16)], build)
    before = interpret(m, [codes])[0]
    run_pipeline(m, "requantize")
    assert "mr.fixed_point_scale" not in kit.names(m)
    np.testing.assert_array_equal(interpret(m, [codes])[0], before)


def test_operands_that_may_be_anything_stay(kit):
    def build(b, x):
        one, half = kit.const(b, 1 << 30, np.int32), kit.const(b, -1, np.int32)
        return [b.value(FixedPointScale, x, one, half)]

    m = kit.graph().main([tensor((3,), I32)], build)
    run_pipeline(m, "requantize")
    assert kit.names(m)[-1] == "mr.fixed_point_scale"
