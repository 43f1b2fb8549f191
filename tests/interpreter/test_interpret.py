"""The interpreter on hand-built modules."""

from __future__ import annotations

import numpy as np
import pytest

from millrace.ir.affine import AffineMap, Dim, cst, dim
from millrace.ir.attributes import Iterator, Scalar
from millrace.ir.builder import Builder
from millrace.ir.core import Block, Value
from millrace.ir.dialects import arith, func, linalg, memref, scf, tensor, vector
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr.control import Check, Scan
from millrace.ir.errors import RunError
from millrace.ir.interpreter import StepLimit, interpret, interpret_loop
from millrace.ir.interpreter.structured import chunks
from millrace.ir.scalar import ScalarBuilder, ScalarValue
from millrace.ir.types import (
    F32,
    I1,
    I8,
    I32,
    INDEX,
    UI8,
    FunctionType,
    MemRefType,
    Type,
    VectorType,
)
from millrace.ir.types import tensor as tensor_type

PAR, RED = Iterator.PARALLEL, Iterator.REDUCTION


def module_of(inputs: list[Type], build, role: str = "entry", **fields) -> Module:
    """A module with one function; ``build(b, *args)`` gives what it returns."""
    block = Block(inputs)
    b = Builder(block)
    outs = list(build(b, *block.args) or ())
    b.create(func.Return, outs)
    f = func.Func(
        sym_name="main",
        function_type=FunctionType(tuple(inputs), tuple(v.type for v in outs)),
        role=role,
        block=block,
        **fields,
    )
    return Module(block=_block_with(f))


def _block_with(*ops) -> Block:
    block = Block()
    for op in ops:
        Builder(block).insert(op)
    return block


def ranges_of(maps, shapes) -> tuple[int, ...]:
    """The size of each loop, from results that are bare dims."""
    sizes = {}
    for m, shape in zip(maps, shapes, strict=True):
        for e, n in zip(m.results, shape, strict=True):
            if isinstance(e, Dim):
                sizes[e.index] = n
    return tuple(sizes[d] for d in range(maps[0].num_dims))


def generic(b, inputs, outputs, maps, kinds, body) -> list[Value]:
    block = Block([v.type.element for v in (*inputs, *outputs)])
    inner = Builder(block)
    s = ScalarBuilder(inner)
    args = [
        ScalarValue(a, v.type.element) for a, v in zip(block.args, (*inputs, *outputs), strict=True)
    ]
    out = body(s, *args)
    ranges = ranges_of(maps, [v.type.shape for v in (*inputs, *outputs)])
    inner.create(linalg.Yield, [x.value for x in out])
    op = b.create(
        linalg.Generic,
        inputs,
        outputs,
        indexing_maps=maps,
        iterator_types=kinds,
        ranges=ranges,
        block=block,
    )
    return list(op.results)


def empty(b, *shape, element=F32) -> Value:
    return b.value(tensor.Empty, result_types=[tensor_type(shape, element)])


def filled(b, value, *shape, element=F32) -> Value:
    c = b.value(arith.Constant, value=Scalar(value, element))
    return b.value(linalg.Fill, c, empty(b, *shape, element=element))


def test_elementwise_generic_broadcasts_and_transposes():
    def build(b, x, y):
        maps = [
            AffineMap.of(2, dim(1), dim(0)),
            AffineMap.of(2, dim(1)),
            AffineMap.identity(2),
        ]
        return generic(
            b, [x, y], [empty(b, 3, 2)], maps, [PAR, PAR], lambda s, p, q, o: [s.add(p, q)]
        )

    m = module_of([tensor_type((2, 3), F32), tensor_type((2,), F32)], build)
    x, y = np.arange(6, dtype=np.float32).reshape(2, 3), np.array([10, 20], np.float32)
    np.testing.assert_array_equal(interpret(m, [x, y])[0], x.T + y)


def matmul_module(n, k, p, weird=False) -> Module:
    def body(s, x, y, acc):
        prod = s.mul(x, y)
        total = s.add(acc, prod)
        # Adding zero hides the combiner, so that the stepping evaluation runs.
        return [s.add(total, s.const(0.0, F32))] if weird else [total]

    def build(b, x, y):
        maps = [
            AffineMap.of(3, dim(0), dim(2)),
            AffineMap.of(3, dim(2), dim(1)),
            AffineMap.of(3, dim(0), dim(1)),
        ]
        return generic(b, [x, y], [filled(b, 1.0, n, p)], maps, [PAR, PAR, RED], body)

    return module_of([tensor_type((n, k), F32), tensor_type((k, p), F32)], build)


@pytest.mark.parametrize("weird", [False, True])
@pytest.mark.parametrize("shape", [(3, 4, 5), (1, 1, 1), (2, 0, 3), (0, 2, 2)])
def test_matmul_generic(shape, weird):
    n, k, p = shape
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(n, k)).astype(np.float32), rng.normal(size=(k, p)).astype(np.float32)
    got = interpret(matmul_module(n, k, p, weird), [x, y])[0]
    np.testing.assert_allclose(got, x @ y + 1, rtol=1e-5)


@pytest.mark.parametrize("weird", [False, True])
def test_chunked_space(monkeypatch, weird):
    monkeypatch.setattr("millrace.ir.interpreter.structured.CHUNK", 7)
    rng = np.random.default_rng(0)
    x, y = rng.normal(size=(5, 11)).astype(np.float32), rng.normal(size=(11, 6)).astype(np.float32)
    got = interpret(matmul_module(5, 11, 6, weird), [x, y])[0]
    np.testing.assert_allclose(got, x @ y + 1, rtol=1e-5)


def test_convolution_map_and_full_reduction():
    def conv(b, x, w):
        maps = [
            AffineMap.of(2, dim(0) * 2 + dim(1)),
            AffineMap.of(2, dim(1)),
            AffineMap.of(2, dim(0)),
        ]
        y = generic(
            b,
            [x, w],
            [filled(b, 0.0, 4)],
            maps,
            [PAR, RED],
            lambda s, p, q, a: [s.add(a, s.mul(p, q))],
        )[0]
        total = generic(
            b,
            [y],
            [filled(b, 0.0)],
            [AffineMap.identity(1), AffineMap(1, ())],
            [RED],
            lambda s, p, a: [s.add(p, a)],
        )
        return [y, *total]

    m = module_of([tensor_type((9,), F32), tensor_type((3,), F32)], conv)
    x, w = np.arange(9, dtype=np.float32), np.array([1, 2, 3], np.float32)
    want = np.array([x[2 * i : 2 * i + 3] @ w for i in range(4)])
    y, total = interpret(m, [x, w])
    np.testing.assert_allclose(y, want)
    assert total.shape == () and total == want.sum()


def test_arg_max_with_two_accumulators():
    def build(b, x):
        maps = [AffineMap.identity(2), AffineMap.of(2, dim(0)), AffineMap.of(2, dim(0))]

        def body(s, v, best, at):
            better = s.gt(v, best)
            return [s.select(better, v, best), s.select(better, s.cast(s.loop_index(1), I32), at)]

        outs = [filled(b, -np.inf, 3), filled(b, 0, 3, element=I32)]
        return generic(b, [x], outs, maps, [PAR, RED], body)

    m = module_of([tensor_type((3, 5), F32)], build)
    x = np.random.default_rng(1).normal(size=(3, 5)).astype(np.float32)
    best, at = interpret(m, [x])
    np.testing.assert_array_equal(best, x.max(1))
    np.testing.assert_array_equal(at, x.argmax(1))


def test_gather_in_body_and_out_of_range():
    def build(b, x, i):
        def body(s, k, o):
            at = s.cast(k, INDEX)
            return [ScalarValue(s.b.value(tensor.Extract, x, [at.value]), F32)]

        return generic(b, [i], [empty(b, 4)], [AffineMap.identity(1)] * 2, [PAR], body)

    m = module_of([tensor_type((5,), F32), tensor_type((4,), I32)], build)
    x = np.arange(5, dtype=np.float32) * 10
    np.testing.assert_array_equal(
        interpret(m, [x, np.array([4, 0, 1, 1], np.int32)])[0], [40, 0, 10, 10]
    )
    for bad in (5, -1):
        with pytest.raises(RunError, match="out of range"):
            interpret(m, [x, np.array([4, 0, bad, 1], np.int32)])


def test_constant_map_reads_and_writes():
    def build(b, x):
        maps = [AffineMap.of(1, cst(1), dim(0)), AffineMap.of(1, cst(0), dim(0))]
        return generic(b, [x], [filled(b, 0.0, 2, 3)], maps, [PAR], lambda s, p, o: [p])

    m = module_of([tensor_type((2, 3), F32)], build)
    x = np.arange(6, dtype=np.float32).reshape(2, 3)
    np.testing.assert_array_equal(interpret(m, [x])[0], [[3, 4, 5], [0, 0, 0]])


def test_unsigned_bits_in_signless_kernel():
    def build(b, x, y):
        maps = [AffineMap.identity(1)] * 3

        def body(s, p, q, o):
            z = s.div(ScalarValue(p.value, UI8), ScalarValue(q.value, UI8))
            return [s.maximum(z, ScalarValue(q.value, UI8))]

        return generic(b, [x, y], [empty(b, 3, element=I8)], maps, [PAR], body)

    m = module_of([tensor_type((3,), I8)] * 2, build)
    x, y = np.array([200, 9, 255], np.uint8), np.array([3, 0, 2], np.uint8)
    np.testing.assert_array_equal(interpret(m, [x, y])[0].view(np.uint8), [66, 0, 127])


def scan_module(reverse=False, counted=False) -> Module:
    """Running sums of the rows of x, starting at h."""

    def build(b, h, x, *count):
        block = Block([INDEX, tensor_type((2,), F32), tensor_type((2,), F32)])
        inner = Builder(block)
        total = generic(
            inner,
            [block.args[1], block.args[2]],
            [empty(inner, 2)],
            [AffineMap.identity(1)] * 3,
            [PAR],
            lambda s, p, q, o: [s.add(p, q)],
        )[0]
        inner.create(scf.Yield, [total, total])
        return b.create(Scan, [h], [x], *count, trip=3, reverse=reverse, block=block).results

    ins: list[Type] = [tensor_type((2,), F32), tensor_type((3, 2), F32)]
    return module_of([*ins, INDEX] if counted else ins, build)


def test_scan():
    h, x = np.ones(2, np.float32), np.arange(6, dtype=np.float32).reshape(3, 2)
    last, ys = interpret(scan_module(), [h, x])
    np.testing.assert_array_equal(ys, 1 + np.cumsum(x, 0))
    np.testing.assert_array_equal(last, ys[-1])


def test_scan_reverse_counted():
    h, x = np.ones(2, np.float32), np.arange(6, dtype=np.float32).reshape(3, 2)
    last, ys = interpret(scan_module(True, True), [h, x, np.int64(2)])
    np.testing.assert_array_equal(ys, [[3, 5], [3, 4], [0, 0]])
    np.testing.assert_array_equal(last, [3, 5])
    with pytest.raises(RunError, match="4 steps of at most 3"):
        interpret(scan_module(True, True), [h, x, np.int64(4)])


def test_while_if_call_and_step_limit():
    def build(b, n, start):
        before, after = Block([I32]), Block([I32])
        s = ScalarBuilder(Builder(before))
        i = ScalarValue(before.args[0], I32)
        s.b.create(scf.Condition, s.lt(i, ScalarValue(n, I32)).value, [i.value])
        t = ScalarBuilder(Builder(after))
        j = ScalarValue(after.args[0], I32)
        then, other = Block(), Block()
        u = ScalarBuilder(Builder(then))
        u.b.create(scf.Yield, [u.add(j, u.const(3, I32)).value])
        v = ScalarBuilder(Builder(other))
        v.b.create(scf.Yield, [v.mul(j, v.const(2, I32)).value])
        even = t.eq(t.rem(j, t.const(2, I32)), t.const(0, I32))
        r = t.b.create(
            scf.If, even.value, then_block=then, else_block=other, result_types=[I32]
        ).results
        t.b.create(scf.Yield, r)
        return b.create(scf.While, [start], before=before, after=after, result_types=[I32]).results

    m = module_of([I32, I32], build)
    got = interpret(m, [np.int32(100), np.int32(1)])[0]
    x = 1
    while x < 100:
        x = x + 3 if x % 2 == 0 else x * 2
    assert got == x and got.dtype == np.int32
    with pytest.raises(StepLimit):
        interpret(m, [np.int32(100), np.int32(-9)], max_steps=30)


def test_empty_endless_loop_ends():
    def build(b, go):
        before, after = Block([I1]), Block([I1])
        Builder(before).create(scf.Condition, before.args[0], [before.args[0]])
        Builder(after).create(scf.Yield, [after.args[0]])
        return b.create(scf.While, [go], before=before, after=after, result_types=[I1]).results

    m = module_of([I1], build)
    assert not interpret(m, [np.bool_(False)])[0]
    with pytest.raises(StepLimit):
        interpret(m, [np.bool_(True)], max_steps=1000)


def test_check_raises():
    def build(b, c):
        b.create(Check, c, code="index")

    m = module_of([I1], build)
    interpret(m, [np.bool_(True)])
    with pytest.raises(RunError, match="index"):
        interpret(m, [np.bool_(False)])


def test_input_errors():
    m = matmul_module(2, 2, 2)
    x = np.zeros((2, 2), np.float32)
    with pytest.raises(RunError, match="takes 2 inputs"):
        interpret(m, [x])
    with pytest.raises(RunError, match="input 1: expected shape"):
        interpret(m, [x, x[0]])
    with pytest.raises(RunError, match="float64"):
        interpret(m, [x, x.astype(np.float64)])
    with pytest.raises(RunError, match="no function"):
        interpret(m, [x, x], function="other")


def loop_module(offset=0) -> Module:
    """out[i] = x[i] + 1 in vectors of 4, through a view of the arena."""

    def build(b, x, out, arena):
        v4 = VectorType((4,), F32)
        zero = b.value(arith.Constant, value=Scalar(0, INDEX))
        eight = b.value(arith.Constant, value=Scalar(8, INDEX))
        four = b.value(arith.Constant, value=Scalar(4, INDEX))
        at = b.value(arith.Constant, value=Scalar(16, INDEX))
        one = b.value(arith.Constant, value=Scalar(1.0, v4))
        tmp = b.value(memref.View, arena, at, result_types=[MemRefType((8,), F32)])
        body = Block([INDEX])
        c = Builder(body)
        off = c.value(arith.Constant, value=Scalar(offset, INDEX))
        i = c.value(arith.AddI, body.args[0], off)
        v = c.value(vector.Load, x, [i], result_types=[v4])
        c.create(vector.Store, c.value(arith.AddF, v, one), tmp, [i])
        c.create(scf.Yield)
        b.create(scf.For, zero, eight, four, [], block=body)
        b.create(memref.Copy, tmp, out)

    types: list[Type] = [MemRefType((8,), F32), MemRefType((8,), F32), MemRefType((48,), I8)]
    return module_of(types, build, num_inputs=1)


def test_loop_level():
    x = np.arange(8, dtype=np.float32).reshape(2, 4)
    got = interpret_loop(loop_module(), [x], [tensor_type((2, 4), F32)])
    np.testing.assert_array_equal(got[0], x + 1)
    with pytest.raises(RunError, match="elements 5 to 9 of a buffer of 8"):
        interpret_loop(loop_module(1), [x], [tensor_type((2, 4), F32)])


def test_dead_tensors_are_let_go():
    """Ten steps of 8 MB each, of which no more than a few are alive at once."""
    import tracemalloc

    def build(b, x):
        for _ in range(10):
            x = generic(
                b,
                [x],
                [empty(b, 1024, 2048)],
                [AffineMap.identity(2)] * 2,
                [PAR, PAR],
                lambda s, p, o: [s.neg(p)],
            )[0]
        return [x]

    m = module_of([tensor_type((1024, 2048), F32)], build)
    x = np.ones((1024, 2048), np.float32)
    tracemalloc.start()
    interpret(m, [x])
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 7 * x.nbytes, peak / x.nbytes


def test_broken_ir_is_a_run_error():
    def build(b, x):
        maps = [AffineMap.of(1, dim(0) + 1), AffineMap.identity(1)]
        return generic(b, [x], [empty(b, 4)], maps, [PAR], lambda s, p, o: [p])

    m = module_of([tensor_type((4,), F32)], build)
    with pytest.raises(RunError, match="outside of a tensor"):
        interpret(m, [np.zeros(4, np.float32)])


def test_reduction_by_an_operation_that_is_not_associative():
    def build(b, x):
        maps = [AffineMap.identity(2), AffineMap.of(2, dim(0))]
        outs = [filled(b, 100.0, 2)]
        return generic(b, [x], outs, maps, [PAR, RED], lambda s, p, acc: [s.sub(acc, p)])

    m = module_of([tensor_type((2, 4), F32)], build)
    x = np.arange(8, dtype=np.float32).reshape(2, 4)
    np.testing.assert_array_equal(interpret(m, [x])[0], 100 - x.sum(1))


@pytest.mark.parametrize("extents", [(5, 11, 6), (100,), (3, 1000), (1, 1, 9)])
def test_chunks_cover_the_space_in_small_pieces(monkeypatch, extents):
    monkeypatch.setattr("millrace.ir.interpreter.structured.CHUNK", 7)
    seen = np.zeros(extents, int)
    for dims in chunks(extents, range(len(extents))):
        assert np.prod([d.size for d in dims]) <= 7
        seen[tuple(dims)] += 1
    assert (seen == 1).all()
