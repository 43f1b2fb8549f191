"""Bounds through graphs and loops."""

from __future__ import annotations

import numpy as np

from millrace.ir.builder import Builder
from millrace.ir.core import Block
from millrace.ir.dialects import scf
from millrace.ir.dialects.mr.cast import Cast
from millrace.ir.dialects.mr.control import Scan
from millrace.ir.dialects.mr.elementwise import Add, Clip, Mul
from millrace.ir.types import F32, I8, I32, INDEX, tensor
from millrace.passes.graph.ranges import ranges_of


def ends(known):
    return known.low.tolist(), known.high.tolist()


def test_channels_keep_their_own_bounds(kit):
    seen = []

    def build(b, x):
        wide = b.value(Cast, x, to=I32)
        y = b.value(Add, wide, kit.const(b, [0, 1000], np.int32))
        seen.append(b.value(Clip, y, kit.const(b, 0, np.int32), kit.const(b, 900, np.int32)))
        seen.append(b.value(Mul, y, y))
        seen.append(b.value(Mul, seen[1], seen[1]))
        return seen

    m = kit.graph().main([tensor((4, 2), I8)], build)
    known = [ranges_of(m.entry.block).of(v) for v in seen]
    assert ends(known[0]) == ([0, 872], [127, 900])
    assert ends(known[1]) == ([-16256, 760384], [16384, 1270129])
    # What may wrap may be anything.
    assert ends(known[2]) == (-(1 << 31), (1 << 31) - 1)


def test_a_loop_is_bounded_by_what_its_steps_yield(kit):
    seen = []

    def build(b, start, xs):
        body = Block([INDEX, tensor((2,), I32), tensor((2,), I8)])
        inner = Builder(body)
        y = inner.value(Add, body.args[1], inner.value(Cast, body.args[2], to=I32))
        y = inner.value(Clip, y, kit.const(inner, -5, np.int32), kit.const(inner, 9, np.int32))
        inner.create(scf.Yield, [y, y])
        types = [tensor((2,), I32), tensor((3, 2), I32)]
        init = b.value(Cast, start, to=I32)
        scan = b.create(Scan, [init], [xs], trip=3, block=body, result_types=types)
        seen.extend([body.args[1], *scan.results])
        return scan.results

    m = kit.graph().main([tensor((2,), I8), tensor((3, 2), I8)], build)
    ranges = ranges_of(m.entry.block)
    assert [ends(ranges.of(v)) for v in seen] == [(-128, 127), (-128, 127), (-5, 9)]


def test_floats_are_not_followed(kit):
    m = kit.graph().main([kit.vec(2)], lambda b, x: [b.value(Add, x, x)])
    assert ranges_of(m.entry.block).of(m.entry.block.first.results[0]) is None
    assert m.entry.block.args[0].type.element == F32
