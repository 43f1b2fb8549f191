"""``reads_aligned``: which kernels may write a result over an operand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from millrace.ir.affine import AffineMap, cst, dim
from millrace.ir.attributes import Iterator, Scalar
from millrace.ir.builder import Builder
from millrace.ir.core import Block, Value
from millrace.ir.dialects import arith, func, linalg, tensor
from millrace.ir.types import F32, FunctionType, TensorType
from millrace.ir.types import tensor as tensor_type
from millrace.passes.kernel.bufferize.aligned import reads_aligned

ID = AffineMap.identity(2)
TURNED = AffineMap.of(2, dim(1), dim(0))
RED = Iterator.REDUCTION


def f32(*shape: int) -> TensorType:
    return tensor_type(shape, F32)


class Kernel:
    """Builds one kernel."""

    def __init__(self, *shapes: tuple[int, ...]) -> None:
        self.block = Block([f32(*s) for s in shapes])
        self.b = Builder(self.block)
        self.args: list[Value] = list(self.block.args)

    def generic(
        self,
        inputs: Sequence[Value],
        maps: Sequence[AffineMap],
        ranges: tuple[int, ...],
        out: tuple[int, ...],
        reduced: int = 0,
    ) -> Value:
        point = Block([F32] * (len(inputs) + 1))
        pb = Builder(point)
        total: Value = point.args[-1] if reduced else point.args[0]
        for a in point.args[:-1]:
            total = pb.value(arith.AddF, total, a)
        pb.create(linalg.Yield, [total])
        start = self.b.value(tensor.Empty, result_types=[f32(*out)])
        if reduced:
            zero = self.b.value(arith.Constant, value=Scalar(0.0, F32))
            start = self.b.value(linalg.Fill, zero, start)
        kinds = [Iterator.PARALLEL] * (len(ranges) - reduced) + [RED] * reduced
        return self.b.create(
            linalg.Generic,
            list(inputs),
            [start],
            indexing_maps=list(maps),
            iterator_types=kinds,
            ranges=ranges,
            block=point,
        ).results[0]

    def add(self, x: Value, y: Value) -> Value:
        return self.generic([x, y], [ID, ID, ID], (3, 3), (3, 3))

    def done(self, *outs: Value) -> func.Func:
        self.b.create(func.Return, list(outs))
        t = FunctionType(tuple(a.type for a in self.args), tuple(o.type for o in outs))
        return func.Func(sym_name="k", function_type=t, role="kernel", block=self.block)


def test_elementwise() -> None:
    k = Kernel((3, 3), (3, 3))
    x, y = k.args
    f = k.done(k.add(k.add(x, y), x))
    assert reads_aligned(f, 0, 0)
    assert reads_aligned(f, 1, 0)


def test_two_results() -> None:
    k = Kernel((3, 3), (3, 3))
    x, y = k.args
    a = k.add(x, y)
    f = k.done(a, k.add(a, x))
    assert reads_aligned(f, 0, 0)
    assert reads_aligned(f, 0, 1)


def test_turned_read() -> None:
    k = Kernel((3, 3), (3, 3))
    x, y = k.args
    out = k.generic([x, y], [TURNED, ID, ID], (3, 3), (3, 3))
    f = k.done(out)
    assert not reads_aligned(f, 0, 0)
    assert reads_aligned(f, 1, 0)


def test_everything_turned() -> None:
    """Loops in another order, but the same element at each point."""
    k = Kernel((3, 3))
    f = k.done(k.generic([k.args[0]], [TURNED, TURNED], (3, 3), (3, 3)))
    assert reads_aligned(f, 0, 0)


def test_other_result_reads_elsewhere() -> None:
    k = Kernel((3, 3), (3, 3))
    x, y = k.args
    f = k.done(k.add(x, y), k.generic([x, y], [TURNED, ID, ID], (3, 3), (3, 3)))
    assert not reads_aligned(f, 0, 0)
    assert reads_aligned(f, 1, 0)


def test_reduction_reads_operand() -> None:
    k = Kernel((3, 3), (3, 3))
    x, y = k.args
    maps = [AffineMap.of(3, dim(0), dim(2)), AffineMap.of(3, dim(2), dim(1))]
    product = k.generic([x, y], [*maps, AffineMap.of(3, dim(0), dim(1))], (3, 3, 3), (3, 3), 1)
    f = k.done(k.add(product, x))
    assert not reads_aligned(f, 0, 0)


def test_reduction_beside_an_aligned_operand() -> None:
    """An LSTM's cell state: read pointwise beside products of other operands."""
    k = Kernel((3, 3), (3, 3), (3, 3))
    x, y, c = k.args
    maps = [AffineMap.of(3, dim(0), dim(2)), AffineMap.of(3, dim(2), dim(1))]
    product = k.generic([x, y], [*maps, AffineMap.of(3, dim(0), dim(1))], (3, 3, 3), (3, 3), 1)
    f = k.done(k.add(product, c))
    assert reads_aligned(f, 2, 0)
    assert not reads_aligned(f, 0, 0)


def test_reduction_reads_what_is_made_of_the_operand() -> None:
    k = Kernel((3, 3), (3, 3))
    x, y = k.args
    doubled = k.add(x, x)
    maps = [AffineMap.of(3, dim(0), dim(2)), AffineMap.of(3, dim(2), dim(1))]
    product = k.generic(
        [doubled, y], [*maps, AffineMap.of(3, dim(0), dim(1))], (3, 3, 3), (3, 3), 1
    )
    f = k.done(k.add(product, x))
    assert not reads_aligned(f, 0, 0)


def test_result_that_feeds_a_reduction() -> None:
    """It is written inside of the reduction's loops, at other points."""
    k = Kernel((3, 3), (3, 3))
    x, y = k.args
    pre = k.add(y, y)
    maps = [AffineMap.of(3, dim(0), dim(2)), AffineMap.of(3, dim(2), dim(1))]
    product = k.generic([pre, y], [*maps, AffineMap.of(3, dim(0), dim(1))], (3, 3, 3), (3, 3), 1)
    f = k.done(pre, k.add(product, x))
    assert not reads_aligned(f, 0, 0)
    assert not reads_aligned(f, 1, 0)
    assert reads_aligned(f, 0, 1)


def test_loops_of_one_step_do_not_matter() -> None:
    k = Kernel((1, 3), (1, 3))
    row = AffineMap.of(2, cst(0), dim(1))
    f = k.done(k.generic(k.args, [row, ID, ID], (1, 3), (1, 3)))
    assert reads_aligned(f, 0, 0)
    assert reads_aligned(f, 1, 0)


def test_broadcast_read() -> None:
    k = Kernel((3, 3), (3, 3))
    row = AffineMap.of(2, cst(0), dim(1))
    f = k.done(k.generic(k.args, [row, ID, ID], (3, 3), (3, 3)))
    assert not reads_aligned(f, 0, 0)


def test_read_at_computed_index() -> None:
    k = Kernel((3, 3), (3, 3))
    x, y = k.args
    point = Block([F32, F32])
    pb = Builder(point)
    i = pb.value(linalg.Index, dim=0)
    taken = pb.value(tensor.Extract, x, [i, i])
    pb.create(linalg.Yield, [pb.value(arith.AddF, taken, point.args[0])])
    out = k.b.create(
        linalg.Generic,
        [y],
        [k.b.value(tensor.Empty, result_types=[f32(3, 3)])],
        indexing_maps=[ID, ID],
        iterator_types=[Iterator.PARALLEL] * 2,
        ranges=(3, 3),
        block=point,
    )
    f = k.done(k.add(out.results[0], x))
    assert not reads_aligned(f, 0, 0)
    assert reads_aligned(f, 1, 0)


@pytest.mark.parametrize("shape", [(3,), (4, 3)])
def test_other_types(shape: Any) -> None:
    k = Kernel(shape, (3, 3))
    f = k.done(k.add(k.args[1], k.args[1]))
    assert not reads_aligned(f, 0, 0)


def test_argument_returned() -> None:
    k = Kernel((3, 3))
    x = k.args[0]
    f = k.done(x, k.add(x, x))
    assert not reads_aligned(f, 0, 0)
    assert not reads_aligned(f, 0, 1)
