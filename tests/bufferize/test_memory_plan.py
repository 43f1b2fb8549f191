"""Arena and weights blob."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np
import pytest

from millrace.ir.dialects import func, memref
from millrace.ir.target import TargetInfo
from millrace.ir.types import F32, I8, MemRefType, TensorType, tensor
from millrace.passes.kernel.packing_plan import Item, lower_bound, pack

rs = np.random.default_rng(3)


def f32(*shape: int) -> TensorType:
    return tensor(shape, F32)


def rand(*shape: int) -> Any:
    return rs.standard_normal(shape).astype(np.float32)


def check(items: list[Item], offsets: list[int], total: int, alignment: int) -> None:
    for i, (a, x) in enumerate(zip(items, offsets, strict=True)):
        assert x % alignment == 0
        assert x + a.size <= total
        for b, y in zip(items[:i], offsets[:i], strict=True):
            together = a.first <= b.last and b.first <= a.last
            assert not together or x + a.size <= y or y + b.size <= x


@pytest.mark.parametrize("seed", range(20))
def test_random_lifetimes(seed: int) -> None:
    r = np.random.default_rng(seed)
    items = []
    for _ in range(int(r.integers(0, 60))):
        first = int(r.integers(0, 50))
        items.append(Item(int(r.integers(0, 1000)), first, first + int(r.integers(0, 12))))
    offsets, total = pack(items, 16)
    check(items, offsets, total, 16)
    bound = lower_bound(items, 16)
    assert bound <= total <= 1.35 * bound


def test_chain_needs_two_buffers() -> None:
    items = [Item(100, i, i + 1) for i in range(10)]
    assert pack(items, 4)[1] == lower_bound(items, 4) == 200


def test_no_buffers() -> None:
    assert pack([], 64) == ([], 0)


def test_arena(plan: Any, harness: Any) -> None:
    p = plan(f32(6, 6), f32(6))
    w, x = p.args
    for _ in range(6):
        x = p.matvec(w, x)
    m = p.finish(x)
    m.attributes["target"] = TargetInfo("t", "", alignment=16).to_attr()
    got = harness.run(m, rand(6, 6) / 4, rand(6))
    assert got.plan.arena_bytes == got.plan.lower_bound == 64
    entry = m.entry
    assert entry.function_type.inputs[-1] == MemRefType((64,), I8)
    assert entry.num_inputs == 2
    assert not [op for op in entry.walk() if isinstance(op, memref.Alloc)]


def test_buffers_of_a_loop_body_share_with_each_other_not_with_outer_ones(
    plan: Any, harness: Any
) -> None:
    p = plan(f32(4, 16), f32(16, 16))
    x, w = p.args
    a = p.matvec(w, p.sum_last(p.transpose(x, 1, 0)))

    def body(t: Any, v: Any) -> Any:
        y = p.matvec(w, p.matvec(w, p.matvec(w, v)))
        return [], [p.matvec(w, p.add(y, a))]

    m = p.finish(*p.scan([], [x], 4, body))
    got = harness.run(m, rand(4, 16), rand(16, 16) / 16)
    assert got.plan.arena_bytes == 3 * 64


def test_weights(plan: Any, harness: Any) -> None:
    p = plan(f32(40))
    w, v, u = rand(40), rand(40), rand(3)
    unused = p.const(rand(7))
    assert unused.is_unused
    y = p.mul(p.mul(p.args[0], p.const(w)), p.const(v))
    m = p.finish(p.inc(p.const(u)), y)
    got = harness.run(m, rand(40), lower=False)
    stored = [g for g in m.block if isinstance(g, memref.Global)]
    by_size = {g.value.array.size: g.offset for g in stored}
    assert len(stored) == 3
    offsets = sorted((g.offset, g.value.type.nbytes) for g in stored)
    assert offsets[0][0] == 0
    for (a, size), (b, _) in pairwise(offsets):
        assert a + size <= b
    assert all(g.offset % 64 == 0 for g in stored if g.value.type.nbytes >= 64)
    assert by_size[3] % 16 == 0
    assert got.plan.weight_bytes == offsets[-1][0] + offsets[-1][1]


def test_unused_globals_are_dropped(plan: Any, harness: Any) -> None:
    from millrace.ir.attributes import Dense
    from millrace.ir.builder import Builder
    from millrace.passes.kernel.bufferize import bufferize
    from millrace.passes.kernel.plan_memory import plan_memory

    p = plan(f32(4))
    m = p.finish(p.inc(p.args[0]))
    bufferize(m)
    Builder(m.block, m.block.first).create(memref.Global, sym_name="x", value=Dense(rand(4)))
    plan_memory(m)
    assert not [g for g in m.block if isinstance(g, memref.Global)]


def test_scratch_of_kernels_becomes_an_argument(plan: Any, harness: Any) -> None:
    """A lowered kernel may ask for memory; its callers pass it from the arena."""
    from millrace.ir.builder import Builder
    from millrace.passes.base import PassContext
    from millrace.passes.kernel.bufferize import bufferize
    from millrace.passes.kernel.lower_kernels import LowerKernels
    from millrace.passes.kernel.plan_memory import plan_memory

    p = plan(f32(4))
    x = p.args[0]
    m = p.finish(p.inc(x), p.call_again("k0", x))
    bufferize(m)
    LowerKernels().run(m, PassContext())
    kernel = m.function("k0")
    first = kernel.block.first
    t = MemRefType((100,), F32)
    scratch = Builder(kernel.block, first).value(memref.Alloc, result_types=[t])
    Builder(kernel.block, first).create(
        memref.Copy, kernel.block.args[0], _part(kernel, scratch, first)
    )
    got = plan_memory(m)
    assert got.arena_bytes == 448
    assert kernel.function_type.inputs[-1] == t
    calls = [op for op in m.entry.walk() if isinstance(op, func.Call)]
    assert [len(c.operands) for c in calls] == [3, 3]
    from millrace.ir.verifier import verify

    verify(m)


def _part(kernel: Any, scratch: Any, anchor: Any) -> Any:
    from millrace.ir.attributes import Scalar
    from millrace.ir.builder import Builder
    from millrace.ir.dialects import arith
    from millrace.ir.types import INDEX

    b = Builder(kernel.block, anchor)
    zero = b.value(arith.Constant, value=Scalar(0, INDEX))
    return b.value(memref.Subview, scratch, zero, size=4)
