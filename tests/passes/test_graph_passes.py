"""The basic GRAPH passes on hand-built modules."""

from __future__ import annotations

import numpy as np
import pytest

from millrace.ir.attributes import SymbolRef
from millrace.ir.builder import Builder
from millrace.ir.core import Block
from millrace.ir.dialects import arith, func, scf, tensor
from millrace.ir.dialects.mr.activation import LeakyRelu
from millrace.ir.dialects.mr.assemble import Concat, Pad
from millrace.ir.dialects.mr.control import Check, Scan
from millrace.ir.dialects.mr.elementary import Exp, Tanh
from millrace.ir.dialects.mr.elementwise import Add, Mul, Sub
from millrace.ir.dialects.mr.gather import Gather
from millrace.ir.dialects.mr.movement import Broadcast, Reshape, Transpose
from millrace.ir.dialects.mr.softmax import Softmax
from millrace.ir.errors import CompileError, RunError
from millrace.ir.interpreter import interpret
from millrace.ir.types import F32, I1, I32, I64, INDEX
from millrace.ir.types import tensor as tensor_type
from millrace.passes.manager import run_pipeline


def run(module, pipeline, *inputs):
    """The results, which must not change through the pipeline."""
    before = interpret(module, inputs)
    run_pipeline(module, pipeline)
    after = interpret(module, inputs)
    for x, y in zip(before, after, strict=True):
        np.testing.assert_array_equal(x, y)
    return after


def arange(*shape):
    return np.arange(np.prod(shape), dtype=np.float32).reshape(shape)


# ---- fold-constants


def test_fold_constants(kit):
    def build(b, x):
        w = b.value(Add, kit.const(b, [1, 2, 3]), kit.const(b, [10, 20, 30]))
        return [b.value(Mul, x, b.value(Tanh, w))]

    m = kit.graph().main([kit.vec(3)], build)
    run(m, "fold-constants", arange(3))
    assert kit.names(m).count("mr.tanh") == kit.names(m).count("mr.add") == 0
    run(m, "prune", arange(3))
    assert kit.names(m) == ["mr.constant", "mr.mul"]


def test_folding_respects_the_limit_and_sees_through_broadcasts(kit):
    def build(b, x):
        row = kit.const(b, np.ones(2048))
        wide = b.value(Broadcast, row, shape=(64, 2048))
        total = b.value(Add, wide, wide)
        return [b.value(Add, x, total), b.value(Add, x, wide)]

    m = kit.graph().main([kit.vec(64, 2048)], build)
    run(m, "fold-constants{limit=100000}", arange(64, 2048))
    assert kit.names(m).count("mr.add") == 3  # the sum is 512 KB
    run(m, "fold-constants", arange(64, 2048))
    assert kit.names(m).count("mr.add") == 2
    assert kit.names(m).count("mr.broadcast") == 1


def test_failing_evaluation_is_left_to_run_time(kit):
    def build(b):
        return [b.value(Gather, kit.const(b, [1, 2]), kit.const(b, [7], np.int64), axis=0)]

    m = kit.graph().main([], build)
    run_pipeline(m, "fold-constants")
    assert "mr.gather" in kit.names(m)


def test_fold_scalars_and_extracts(kit):
    def build(b, x):
        table = kit.const(b, [[1, 2], [3, 4]], np.int32)
        one, zero = kit.scalar(b, 1, INDEX), kit.scalar(b, 0, INDEX)
        v = b.value(tensor.Extract, table, [one, zero])
        y = b.value(arith.MulI, v, kit.scalar(b, 5, I32))
        z = b.value(tensor.FromElements, [y], result_types=[tensor_type((1,), I32)])
        return [z, x]

    m = kit.graph().main([kit.vec(1)], build)
    out = run(m, "fold-constants,prune", arange(1))
    assert out[0] == [15]
    assert kit.names(m) == ["mr.constant"]


# ---- canonicalize


def test_canonicalize_hooks_run_to_the_end(kit):
    def build(b, x):
        y = b.value(Transpose, x, perm=(1, 0))
        y = b.value(Transpose, y, perm=(1, 0))
        y = b.value(Reshape, y, shape=(6,))
        y = b.value(Reshape, y, shape=(3, 2))
        return [b.value(Reshape, y, shape=(2, 3))]

    m = kit.graph().main([kit.vec(2, 3)], build)
    run(m, "canonicalize,prune", arange(2, 3))
    assert kit.names(m) == []


def test_layout_takes_padding_between_elements_along(kit):
    def build(b, x):
        y = b.value(Transpose, x, perm=(1, 0))
        return [b.value(Pad, y, low=(0, 1), high=(0, 2), interior=(0, 1))]

    m = kit.graph().main([kit.vec(2, 3)], build)
    run(m, "layout,prune", arange(2, 3))
    assert kit.names(m) == ["mr.pad", "mr.transpose"]


def branch(build):
    block = Block()
    b = Builder(block)
    b.create(scf.Yield, build(b))
    return block


@pytest.mark.parametrize("taken", [True, False])
def test_known_condition(kit, taken):
    def build(b, x):
        c = kit.scalar(b, taken, I1)
        op = b.create(
            scf.If,
            c,
            then_block=branch(lambda b: [b.value(Exp, x)]),
            else_block=branch(lambda b: [b.value(Tanh, x)]),
            result_types=[x.type],
        )
        return op.results

    m = kit.graph().main([kit.vec(2)], build)
    run(m, "canonicalize,prune", arange(2))
    assert kit.names(m) == ["mr.exp" if taken else "mr.tanh"]


@pytest.mark.parametrize("trips", [0, 1, 2])
def test_short_for(kit, trips):
    def build(b, x):
        block = Block([INDEX, x.type])
        inner = Builder(block)
        inner.create(scf.Yield, [inner.value(Tanh, block.args[1])])
        bounds = [kit.scalar(b, n, INDEX) for n in (3, 3 + 2 * trips, 2)]
        return b.create(scf.For, *bounds, [x], block=block).results

    m = kit.graph().main([kit.vec(2)], build)
    run(m, "canonicalize,prune", arange(2))
    assert ("scf.for" in kit.names(m)) == (trips == 2)
    assert ("mr.tanh" in kit.names(m)) == (trips > 0)


def test_scalar_patterns(kit):
    def build(b, i, x):
        zero, one = kit.scalar(b, 0, INDEX), kit.scalar(b, 1, INDEX)
        j = b.value(arith.AddI, zero, b.value(arith.MulI, i, one))
        k = b.value(arith.Select, kit.scalar(b, True, I1), j, zero)
        e = b.value(tensor.Extract, x, [])
        t = b.value(tensor.FromElements, [e], result_types=[x.type])
        back = b.value(tensor.Extract, t, [])
        b.create(Check, kit.scalar(b, True, I1), code="index")
        return [k, t, b.value(tensor.FromElements, [back], result_types=[x.type])]

    m = kit.graph().main([INDEX, kit.vec()], build)
    run(m, "canonicalize,prune", np.int64(5), np.float32(2))
    assert kit.names(m) == []


def counting_scan(kit, b, h, w, x, count=None, trip=3):
    """Carries h (changes), w (does not) and a third that only feeds itself; outputs h + w twice,
    once never used; slices of x."""
    block = Block([INDEX, h.type, w.type, h.type, kit.vec(2)])
    inner = Builder(block)
    _, ah, aw, dead, ax = block.args
    s = inner.value(Add, inner.value(Add, ah, aw), ax)
    dead_next = inner.value(Tanh, inner.value(Exp, dead))
    unused = inner.value(Mul, s, s)
    inner.create(scf.Yield, [s, aw, dead_next, s, unused])
    return b.create(Scan, [h, w, h], [x], count, trip=trip, block=block).results


def test_invariant_carry_and_prune_of_scan(kit):
    def build(b, h, w, x):
        out = counting_scan(kit, b, h, w, x)
        return [out[0], out[1], out[3]]

    m = kit.graph().main([kit.vec(2), kit.vec(2), kit.vec(3, 2)], build)
    run(m, "canonicalize,prune", arange(2), arange(2), arange(3, 2))
    assert kit.names(m) == ["mr.scan", "mr.add", "mr.add"]
    scan = next(op for op in m.function("main").block if isinstance(op, Scan))
    assert len(scan.inits) == 1 and len(scan.results) == 2 and len(scan.xs) == 1


def test_unused_slices_and_full_count(kit):
    def build(b, h, x):
        block = Block([INDEX, h.type, kit.vec(2)])
        inner = Builder(block)
        inner.create(scf.Yield, [inner.value(Tanh, block.args[1])])
        three = kit.scalar(b, 3, INDEX)
        return b.create(Scan, [h], [x], three, trip=3, block=block).results

    m = kit.graph().main([kit.vec(2), kit.vec(3, 2)], build)
    run(m, "canonicalize,prune", arange(2), arange(3, 2))
    scan = next(op for op in m.function("main").block if isinstance(op, Scan))
    assert scan.count is None and scan.xs == ()
    assert kit.names(m) == ["mr.scan", "mr.tanh"]


# ---- cse


def test_cse_dominance_and_attributes(kit):
    def build(b, c, x):
        first = b.value(Exp, x)
        then = branch(lambda b: [b.value(Add, b.value(Exp, x), b.value(Tanh, x))])
        other = branch(lambda b: [b.value(Tanh, x)])
        r = b.create(scf.If, c, then_block=then, else_block=other, result_types=[x.type]).results
        z = b.value(LeakyRelu, x, alpha=0.0)
        nz = b.value(LeakyRelu, x, alpha=-0.0)
        return [first, *r, b.value(Tanh, x), z, nz, kit.const(b, [1]), kit.const(b, [1])]

    m = kit.graph().main([I1, kit.vec(2)], build)
    run(m, "cse", np.bool_(True), -arange(2))
    found = kit.names(m)
    assert found.count("mr.exp") == 1  # the one in the branch is the one before it
    assert found.count("mr.tanh") == 3  # those in branches dominate nothing after
    assert found.count("mr.leaky_relu") == 2  # 0.0 and -0.0 are not the same
    assert found.count("mr.constant") == 1


# ---- prune


def test_prune_keeps_effects(kit):
    def build(b, c, x):
        def then(b):
            b.create(Check, c, code="div")
            return [b.value(Exp, x), b.value(Tanh, x)]

        op = b.create(
            scf.If,
            c,
            then_block=branch(then),
            else_block=branch(lambda b: [x, b.value(Sub, x, x)]),
            result_types=[x.type, x.type],
        )
        b.create(
            scf.If,
            c,
            then_block=branch(lambda b: [b.value(Exp, x)]),
            else_block=branch(lambda b: [x]),
            result_types=[x.type],
        )
        return [op.results[1]]

    m = kit.graph().main([I1, kit.vec(2)], build)
    run(m, "prune", np.bool_(True), arange(2))
    assert kit.names(m) == ["scf.if", "mr.check", "mr.tanh", "mr.sub"]


def test_prune_while(kit):
    def build(b, n, x):
        before, after = Block([I64, x.type, x.type]), Block([I64, x.type, x.type])
        c = Builder(before)
        go_on = c.value(arith.CmpI, before.args[0], n, predicate=arith.cmp_i("slt"))
        c.create(scf.Condition, go_on, list(before.args))
        d = Builder(after)
        i, y, dead = after.args
        d.create(
            scf.Yield,
            [
                d.value(arith.AddI, i, kit.scalar(d, 1, I64)),
                d.value(Tanh, y),
                d.value(Exp, dead),
            ],
        )
        zero = kit.scalar(b, 0, I64)
        types = [I64, x.type, x.type]
        op = b.create(scf.While, [zero, x, x], before=before, after=after, result_types=types)
        return [op.results[1]]

    m = kit.graph().main([I64, kit.vec(2)], build)
    run(m, "prune", np.int64(3), arange(2))
    assert "mr.exp" not in kit.names(m) and "mr.tanh" in kit.names(m)
    loop = next(op for op in m.function("main").block if isinstance(op, scf.While))
    assert len(loop.inits) == 2 and len(loop.results) == 2


def test_prune_for(kit):
    def build(b, x):
        block = Block([INDEX, x.type, x.type])
        inner = Builder(block)
        inner.create(scf.Yield, [inner.value(Tanh, block.args[1]), inner.value(Exp, block.args[1])])
        bounds = [kit.scalar(b, n, INDEX) for n in (0, 4, 1)]
        return b.create(scf.For, *bounds, [x, x], block=block).results[:1]

    m = kit.graph().main([kit.vec(2)], build)
    run(m, "prune", arange(2))
    assert "mr.exp" not in kit.names(m) and "scf.for" in kit.names(m)


# ---- inline


def test_inline(kit):
    g = kit.graph()
    f32x2 = kit.vec(2)
    g.function("twice", [f32x2], lambda b, x: [b.value(Add, x, x)])

    def outer(b, x):
        return b.create(func.Call, [x], callee=SymbolRef("twice"), result_types=[f32x2]).results

    g.function("outer", [f32x2], outer)

    def build(b, x):
        y = b.create(func.Call, [x], callee=SymbolRef("outer"), result_types=[f32x2]).result
        return b.create(func.Call, [y], callee=SymbolRef("twice"), result_types=[f32x2]).results

    m = g.main([f32x2], build)
    run(m, "inline", arange(2))
    assert kit.names(m) == ["mr.add", "mr.add"]
    assert [f.sym_name for f in m.functions()] == ["main"]


def test_inline_recursion_and_missing(kit):
    t = kit.vec(2)

    def call(name):
        return lambda b, x: (
            b.create(func.Call, [x], callee=SymbolRef(name), result_types=[t]).results
        )

    g = kit.graph()
    g.function("f", [t], call("g"))
    g.function("g", [t], call("f"))
    m = g.main([t], call("f"))
    with pytest.raises(CompileError, match="@f -> @g -> @f"):
        run_pipeline(m, "inline")
    with pytest.raises(CompileError, match="no function @nowhere"):
        run_pipeline(kit.graph().main([t], call("nowhere")), "inline")


# ---- decompose


def test_decompose_in_regions(kit):
    def build(b, c, x):
        op = b.create(
            scf.If,
            c,
            then_block=branch(lambda b: [b.value(Softmax, x, axis=1)]),
            else_block=branch(lambda b: [x]),
            result_types=[x.type],
        )
        return op.results

    m = kit.graph().main([I1, kit.vec(2, 3)], build)
    x = arange(2, 3)
    before = interpret(m, [np.bool_(True), x])[0]
    run_pipeline(m, "decompose")
    np.testing.assert_allclose(interpret(m, [np.bool_(True), x])[0], before, rtol=1e-6)
    assert "mr.softmax" not in kit.names(m) and "mr.reduce_sum" in kit.names(m)


def test_everything_together_is_stable(kit):
    def build(b, x):
        y = b.value(Softmax, b.value(Concat, [x, kit.const(b, [[1, 2, 3]])], axis=0), axis=0)
        return [b.value(Mul, y, b.value(Exp, kit.const(b, [0, 0, 0])))]

    m = kit.graph().main([kit.vec(2, 3)], build)
    pipeline = "inline,decompose,fold-constants,canonicalize,cse,prune"
    run_pipeline(m, pipeline)
    once = kit.names(m)
    result = run_pipeline(m, pipeline)
    assert kit.names(m) == once and result.rewrites == 0
    assert m.entry.function_type.results[0].element == F32


def test_prune_keeps_what_only_checks_need(kit):
    """Nobody uses the results, but a check reads a carry: it and its carry stay."""

    def build(b, h, x):
        block = Block([INDEX, h.type, h.type, kit.vec(2)])
        inner = Builder(block)
        _, a, dead, ax = block.args
        zero = kit.scalar(inner, 0, INDEX)
        first = inner.value(tensor.Extract, a, [zero])
        low = kit.scalar(inner, 100.0)
        ok = inner.value(arith.CmpF, first, low, predicate=arith.cmp_f("olt"))
        inner.create(Check, ok, code="bound")
        inner.create(scf.Yield, [inner.value(Add, a, ax), inner.value(Exp, dead)])
        b.create(Scan, [h, h], [x], trip=3, block=block)
        return [x]

    m = kit.graph().main([kit.vec(2), kit.vec(3, 2)], build)
    run(m, "prune", arange(2), arange(3, 2))
    found = kit.names(m)
    assert "mr.check" in found and "mr.add" in found and "mr.exp" not in found
    with pytest.raises(RunError, match="bound"):
        interpret(m, [arange(2), 99 + arange(3, 2)])


def test_prune_keeps_calls_with_effects(kit):
    g = kit.graph()

    def checked(b, c):
        b.create(Check, c, code="div")
        return [c]

    g.function("checked", [I1], checked)
    g.function("plain", [I1], lambda b, c: [c])

    def build(b, c):
        for name in ("checked", "plain"):
            b.create(func.Call, [c], callee=SymbolRef(name), result_types=[I1])
        return [c]

    m = g.main([I1], build)
    run(m, "prune", np.bool_(True))
    calls = [op.callee.name for op in m.entry.block if isinstance(op, func.Call)]
    assert calls == ["checked"]
