"""Arithmetic on 8-bit numbers as an affine form: equal for every pair of them."""

from __future__ import annotations

import numpy as np
import pytest

from millrace.ir.dialects.mr.bits import ShiftLeft
from millrace.ir.dialects.mr.cast import Cast
from millrace.ir.dialects.mr.compare import Greater, Where
from millrace.ir.dialects.mr.elementwise import Add, Clip, Div, Mul, Sub
from millrace.ir.dialects.mr.fixed_point import FixedPointScale
from millrace.ir.dialects.mr.pool import SumPool
from millrace.ir.interpreter import interpret
from millrace.ir.types import I8, I32, UI8, tensor
from millrace.passes.graph.affine_fit import fit
from millrace.passes.manager import run_pipeline

LEFT, RIGHT = (a.reshape(-1) for a in np.meshgrid(np.arange(-128, 128), np.arange(-128, 128)))


def fixed(real):
    fraction, shift = np.frexp(real)
    return round(fraction * 2**31), int(shift)


class Steps:
    def __init__(self, kit, b):
        self.b, self.const = b, lambda n: kit.const(b, n, np.int32)

    def side(self, x, zero, real):
        x = self.b.value(Sub, self.b.value(Cast, x, to=I32), self.const(zero))
        x = self.b.value(ShiftLeft, x, self.const(20))
        m, s = map(self.const, fixed(real))
        return self.b.value(FixedPointScale, x, m, s)

    def stored(self, x, zero, real, low=-128, high=127, to=I8):
        m, s = map(self.const, fixed(real))
        x = self.b.value(Add, self.b.value(FixedPointScale, x, m, s), self.const(zero))
        x = self.b.value(Clip, x, self.const(low), self.const(high))
        return self.b.value(Cast, x, to=to)


def changed(kit, build, *arrays):
    """The names of operations after the pass, which changes no number."""
    types = [tensor(a.shape, UI8 if a.dtype == np.uint8 else I8) for a in arrays]
    m = kit.graph().main(types, build)
    before = interpret(m, arrays)
    run_pipeline(m, "fit-affine,prune")
    for x, y in zip(before, interpret(m, arrays), strict=True):
        np.testing.assert_array_equal(x, y)
    return [n for n in kit.names(m) if n not in ("mr.constant", "mr.cast")]


@pytest.mark.parametrize("seed", range(5))
@pytest.mark.parametrize("sum_of", [Add, Sub])
def test_sums(kit, seed, sum_of):
    rng = np.random.default_rng(seed)
    scales = rng.uniform(0.01, 0.1, 3)
    zeros = rng.integers(-128, 128, 3)
    twice = 2 * scales[:2].max()

    def build(b, x, y):
        s = Steps(kit, b)
        sides = [s.side(v, z, r / twice) for v, z, r in zip((x, y), zeros, scales, strict=False)]
        total = b.value(sum_of, *sides)
        return [s.stored(total, zeros[2], twice / ((1 << 20) * scales[2]))]

    names = changed(kit, build, LEFT.astype(np.int8), RIGHT.astype(np.int8))
    assert names[:5] == ["mr.mul", "mr.mul", "mr.add", "mr.add", "mr.shift_right"]
    assert names[5:] in ([], ["mr.clip"])


@pytest.mark.parametrize("real", [0.05, 1.0, 1.7, 2.9])
def test_other_scales(kit, real):
    codes = np.arange(256).astype(np.uint8)

    def build(b, x):
        s = Steps(kit, b)
        y = b.value(Sub, b.value(Cast, x, to=I32), s.const(131))
        return [s.stored(y, 77, real, 0, 255, UI8)]

    assert changed(kit, build, codes)[:3] == ["mr.mul", "mr.add", "mr.shift_right"]


def test_means_of_windows(kit):
    rows = np.random.default_rng(1).integers(-128, 128, (1, 40, 5)).astype(np.int8)

    def build(b, x):
        const = Steps(kit, b).const
        total = b.value(SumPool, b.value(Cast, x, to=I32), kernel=(20,), strides=(20,))
        up = b.value(Where, b.value(Greater, total, const(0)), const(10), const(-10))
        y = b.value(Div, b.value(Add, total, up), const(20))
        y = b.value(Clip, y, const(-128), const(127))
        return [b.value(Cast, y, to=I8)]

    assert changed(kit, build, rows) == ["mr.sum_pool", "mr.mul", "mr.add", "mr.shift_right"]


def test_products_and_unknown_operands_stay(kit):
    def build(b, x, y):
        s = Steps(kit, b)
        product = b.value(Mul, b.value(Cast, x, to=I32), b.value(Cast, y, to=I32))
        return [s.stored(product, 3, 0.01)]

    before = ["mr.mul", "mr.fixed_point_scale", "mr.add", "mr.clip"]
    assert changed(kit, build, LEFT.astype(np.int8), RIGHT.astype(np.int8)) == before


def test_only_what_is_equal_everywhere_fits():
    x = np.arange(-100, 100)
    line = np.clip((x * 700 + 12345) >> 11, -20, 30)
    form = fit(line, [x])
    assert form is not None
    got = np.clip((x * form.factors[0] + form.added) >> form.shift, form.low, form.high)
    np.testing.assert_array_equal(got, line)
    line[57] += 1
    assert fit(line, [x]) is None


def test_what_changes_nothing_needs_nothing_added():
    x = np.arange(-128, 128)
    form = fit(x, [x])
    assert form is not None and (form.factors[0] >> form.shift, form.added) == (1, 0)
