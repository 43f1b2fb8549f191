"""Channels that are known or not needed leave integer networks, whose results stay."""

from __future__ import annotations

import numpy as np
import pytest

from millrace.ir.dialects.mr.assemble import Concat, Pad
from millrace.ir.dialects.mr.cast import Cast
from millrace.ir.dialects.mr.contraction import MatMul
from millrace.ir.dialects.mr.conv import Conv
from millrace.ir.dialects.mr.elementwise import Add, Clip
from millrace.ir.dialects.mr.fixed_point import FixedPointScale
from millrace.ir.dialects.mr.movement import Reshape, Slice
from millrace.ir.dialects.mr.pool import MaxPool
from millrace.ir.dialects.mr.reduction import ReduceSum
from millrace.ir.interpreter import interpret
from millrace.ir.types import I8, I32, tensor
from millrace.passes.manager import run_pipeline

PIPELINE = "prune-channels,canonicalize,fold-constants,canonicalize,prune"


class Net:
    """Layers on i8 numbers; ``dead`` channels have no weights, and a bias."""

    def __init__(self, kit, b, seed=0):
        self.kit, self.b, self.rng = kit, b, np.random.default_rng(seed)

    def const(self, value, dtype=np.int32):
        return self.kit.const(self.b, value, dtype)

    def weights(self, *shape, dead=()):
        w = self.rng.integers(-128, 128, shape)
        w[..., list(dead)] = 0
        return self.const(w, np.int8)

    def stored(self, x, zero=-128, low=-128, spread=9000):
        n = x.type.shape[-1]
        x = self.b.value(Add, x, self.const(self.rng.integers(-spread, spread, n)))
        m = self.const(self.rng.integers(1 << 30, 1 << 31, n))
        x = self.b.value(FixedPointScale, x, m, self.const(self.rng.integers(-8, -5, n)))
        x = self.b.value(Add, x, self.const(zero))
        x = self.b.value(Clip, x, self.const(low), self.const(127))
        return self.b.value(Cast, x, to=I8)

    def conv(self, x, kernel, outs, dead=(), **fields):
        ins = x.type.shape[-1] // fields.get("groups", 1)
        w = self.weights(*kernel, ins, outs, dead=dead)
        return self.stored(self.b.value(Conv, x, w, acc=I32, **fields))

    def depthwise(self, x, dead=(), value=-128):
        n = x.type.shape[-1]
        x = self.b.value(Pad, x, low=(0, 1, 1, 0), high=(0, 1, 1, 0), value=value)
        return self.conv(x, (3, 3), n, dead, groups=n)

    def dense(self, x, outs, dead=()):
        w = self.weights(x.type.shape[-1], outs, dead=dead)
        return self.stored(self.b.value(MatMul, x, w, acc=I32))


def pruned(kit, build, *shape):
    """(module, sizes of its weights) after the pass, which changes no result."""
    m = kit.graph().main([tensor(shape, I8)], lambda b, x: build(Net(kit, b), x))
    inputs = [np.random.default_rng(s).integers(-128, 128, shape).astype(np.int8) for s in range(3)]
    before = [interpret(m, [x]) for x in inputs]
    run_pipeline(m, PIPELINE)
    kit.names(m)
    for x, want in zip(inputs, before, strict=True):
        for y, z in zip(interpret(m, [x]), want, strict=True):
            np.testing.assert_array_equal(y, z)
    products = [op for op in m.walk() if isinstance(op, Conv | MatMul)]
    return [op.rhs.type.shape for op in products]


def test_dead_channels_of_a_mobile_net(kit):
    def build(n, x):
        y = n.conv(x, (3, 3), 8, dead=(1, 5), strides=(2, 2))
        y = n.depthwise(y, dead=(2,))
        y = n.conv(y, (1, 1), 6, dead=(0, 3, 4))
        y = n.depthwise(y)
        y = n.conv(y, (1, 1), 5)
        y = n.b.value(ReduceSum, n.b.value(Cast, y, to=I32), axes=(1, 2))
        y = n.b.value(Clip, y, n.const(-128), n.const(127))
        return [n.dense(n.b.value(Cast, y, to=I8), 3)]

    first, depthwise, second, deeper, *_ = pruned(kit, build, 1, 9, 9, 3)
    # A dead channel is 0, as the border is, or not, by its bias; then only the border keeps it.
    assert first[-1] < 8 and depthwise[-1] == first[-1]
    assert second[-2:] == (first[-1], deeper[-1]) and deeper[-1] < 6


def test_a_constant_channel_stays_where_the_border_differs(kit):
    def net(value):
        def build(n, x):
            y = n.conv(x, (1, 1), 3, dead=(1,))
            y = n.b.value(Clip, y, n.const(-128, np.int8), n.const(127, np.int8))
            return [n.conv(n.depthwise(y, value=value), (2, 2), 2)]

        return pruned(kit, build, 1, 4, 4, 2)

    assert net(-128)[0] == (1, 1, 2, 2)
    assert net(7)[0] == (1, 1, 2, 3)


def test_channels_that_nobody_weighs(kit):
    def build(n, x):
        y = n.dense(x, 6)
        w = n.rng.integers(-128, 128, (6, 4))
        w[[0, 3]] = 0
        return [n.stored(n.b.value(MatMul, y, n.const(w, np.int8), acc=I32))]

    assert pruned(kit, build, 2, 5) == [(5, 4), (4, 4)]


def test_residual_sums_keep_what_either_side_needs(kit):
    def build(n, x):
        left, right = n.dense(x, 6, dead=(0,)), n.dense(x, 6, dead=(2,))
        wide = [n.b.value(Cast, v, to=I32) for v in (left, right)]
        y = n.stored(n.b.value(Add, *wide), zero=0, spread=9)
        w = n.rng.integers(-128, 128, (6, 2))
        w[[1, 4]] = 0
        return [n.stored(n.b.value(MatMul, y, n.const(w, np.int8), acc=I32))]

    assert pruned(kit, build, 2, 5) == [(5, 4), (5, 4), (4, 2)]


def test_through_concatenation_slices_and_flattening(kit):
    def build(n, x):
        left, right = n.conv(x, (1, 1), 4, dead=(3,)), n.conv(x, (1, 1), 3, dead=(0,))
        y = n.b.value(Concat, [left, right], axis=3)
        y = n.b.value(MaxPool, y, kernel=(2, 2), strides=(2, 2))
        part = n.b.value(Slice, y, starts=(0, 0, 0, 2), sizes=(1, 2, 2, 4))
        flat = n.b.value(Reshape, part, shape=(1, 16))
        return [n.dense(flat, 3)]

    shapes = pruned(kit, build, 1, 4, 4, 2)
    # Channels 0 and 1 are not in the slice, nor is the last one; 3 and 4 are constant.
    assert shapes == [(1, 1, 2, 1), (1, 1, 2, 1), (8, 3)]


def test_an_input_of_constants_leaves_one_channel(kit):
    def build(n, x):
        return [n.dense(n.dense(x, 4, dead=(0, 1, 2, 3)), 3)]

    assert pruned(kit, build, 2, 5)[-1] == (1, 3)


@pytest.mark.parametrize("seed", range(6))
def test_random_nets(kit, seed):
    rng = np.random.default_rng(seed)

    def build(n, x):
        n.rng = np.random.default_rng(seed)
        for _ in range(4):
            outs = int(rng.integers(2, 7))
            dead = rng.choice(outs, int(rng.integers(0, outs)), replace=False)
            x = n.conv(x, (1, 1), outs, dead) if rng.random() < 0.6 else n.depthwise(x)
            if rng.random() < 0.3:
                x = n.b.value(Concat, [x, n.conv(x, (1, 1), 2)], axis=3)
        return [n.conv(x, (2, 2), 3, strides=(2, 2)), x][: 1 + seed % 2]

    pruned(kit, build, 1, 5, 4, 3)
