"""Integer products whose zero points are known: nothing of 8 bits is copied in 32."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from millrace.ir.dialects.mr.integer import ConvInteger, MatMulInteger
from millrace.ir.interpreter import interpret
from millrace.ir.types import tensor, type_of_array
from millrace.passes.manager import run_pipeline

PIPELINE = "decompose,canonicalize,fold-constants,canonicalize,prune"
TYPES = (np.int8, np.uint8)
RNG = np.random.default_rng(3)


def numbers(*shape, dtype):
    info = np.iinfo(dtype)
    return RNG.integers(info.min, info.max, shape, dtype, endpoint=True)


def lowered(kit, op, x, w, zeros, **fields):
    """The names of what an operation on a constant ``w`` becomes; the results do not change."""

    def build(b, arg):
        points = [None if z is None else kit.const(b, z, z.dtype) for z in zeros]
        return [b.value(op, arg, kit.const(b, w, w.dtype), *points, **fields)]

    m = kit.graph().main([tensor(x.shape, type_of_array(x).element)], build)
    before = interpret(m, [x])
    run_pipeline(m, PIPELINE)
    np.testing.assert_array_equal(interpret(m, [x])[0], before[0])
    return [n for n in kit.names(m) if n != "mr.constant"]


@pytest.mark.parametrize(("a", "c"), list(itertools.product(TYPES, repeat=2)))
def test_the_inputs_zero_point_becomes_a_sum(kit, a, c):
    x, w = numbers(3, 5, dtype=a), numbers(5, 4, dtype=c)
    assert lowered(kit, MatMulInteger, x, w, (a(7), None)) == ["mr.matmul", "mr.add"]
    rows = numbers(3, 1, dtype=a)
    assert lowered(kit, MatMulInteger, x, w, (rows, c(0))) == ["mr.matmul", "mr.add"]


def test_weights_take_in_their_zero_point_where_it_fits(kit):
    x, w = numbers(3, 5, dtype=np.int8), numbers(5, 4, dtype=np.uint8)
    assert lowered(kit, MatMulInteger, x, w, (None, np.uint8(128))) == ["mr.matmul"]
    w[0, 0] = 255
    names = lowered(kit, MatMulInteger, x, w, (np.int8(-3), np.uint8(127)))
    assert names.count("mr.reduce_sum") == 1 and "mr.matmul" in names


def test_a_zero_point_a_term_is_subtracted(kit):
    x, w = numbers(3, 5, dtype=np.int8), numbers(5, 4, dtype=np.int8)
    names = lowered(kit, MatMulInteger, x, w, (numbers(5, dtype=np.int8), None))
    assert names == ["mr.cast", "mr.add", "mr.matmul"]


@pytest.mark.parametrize("groups", [1, 2, 4])
def test_borders_hold_the_zero_point(kit, groups):
    x, w = numbers(2, 5, 4, 4, dtype=np.int8), numbers(3, 2, 4 // groups, 8, dtype=np.int8)
    fields = {"low": (1, 0), "high": (1, 1), "strides": (2, 1), "groups": groups}
    names = lowered(kit, ConvInteger, x, w, (np.int8(-128), None), **fields)
    assert names == ["mr.pad", "mr.conv", "mr.add"]
    u = numbers(3, 2, 4 // groups, 8, dtype=np.uint8)
    u[0, 0, 0] = 255
    columns = numbers(1, 1, 1, 8, dtype=np.uint8)
    names = lowered(kit, ConvInteger, x, u, (np.int8(5), columns), **fields)
    assert names.count("mr.conv") == 2 and "mr.cast" not in names
