"""Control flow, memory, calls, aliasing facts, checks and weights."""

from __future__ import annotations

import re
from typing import Any

import numpy as np
import pytest

from millrace.codegen import compile_module, load, target
from millrace.codegen.compiled import CompiledObject
from millrace.codegen.elf import Object
from millrace.ir.core import Block, Value
from millrace.ir.dialects import arith, memref, scf, vector
from millrace.ir.dialects import math as m_math
from millrace.ir.dialects.mr.control import Check
from millrace.ir.errors import CompileError, IRError, RunError
from millrace.ir.location import Location
from millrace.ir.target import TargetInfo
from millrace.ir.types import F32, I1, I8, I32, I64, INDEX, VectorType

from .conftest import Maker, buffer


def native(m: Maker, **keep: Any) -> CompiledObject:
    return compile_module(m.module, target("host"), name="net", keep_llvm=True, **keep)


def run(m: Maker, *arrays: Any) -> list[Any]:
    return load(native(m))(*(np.asarray(a) for a in arrays))


def params_of(c: CompiledObject, function: str) -> list[str]:
    assert c.llvm_ir is not None
    found = re.search(rf"@net\.{function}\((.*?)\) (noinline )?#[01]", c.llvm_ir)
    assert found is not None
    return found[1].split(", ")


BOUNDS = [(0, 10, 1), (0, 10, 3), (3, 4, 1), (5, 5, 1), (7, 2, 1), (-3, 4, 2), (-5, -1, 1)]


@pytest.mark.parametrize("bounds", BOUNDS)
@pytest.mark.parametrize("known", [True, False])
def test_for_carries_values(maker: Maker, bounds: tuple[int, int, int], known: bool) -> None:
    """sum and product-like carries, swapped each step, with constant and run-time bounds."""
    m = maker

    def body(limits: Value, out: Value) -> None:
        lo, hi = (m.op(arith.IndexCast, m.load(limits, i), result_types=[INDEX]) for i in (0, 1))

        def step(i: Value, a: Value, b: Value) -> list[Value]:
            n = m.op(arith.IndexCast, i, result_types=[I64])
            return [m.op(arith.AddI, b, n), a]

        ab = m.for_(
            bounds[0] if known else lo,
            bounds[1] if known else hi,
            step,
            [m.const(100, I64), m.const(200, I64)],
            step=bounds[2],
        )
        for i, v in enumerate(ab):
            m.store(v, out, i)

    m.entry([buffer(2, I64)], [buffer(2, I64)], body)
    a, b = 100, 200
    for i in range(*bounds):
        a, b = b + i, a
    assert run(m, np.array(bounds[:2]))[0].tolist() == [a, b]


def test_nested_loops_and_if(maker: Maker) -> None:
    m = maker

    def body(x: Value, out: Value) -> None:
        def outer(i: Value, acc: Value) -> list[Value]:
            def inner(j: Value, acc2: Value) -> list[Value]:
                at = m.op(arith.AddI, m.op(arith.MulI, i, m.const(8)), j)
                v = m.load(x, at)
                positive = m.op(arith.CmpF, v, m.const(0.0, F32), predicate=arith.cmp_f("ogt"))
                then, other = Block(), Block()
                with m.b.at_end_of(then):
                    m.store(v, out, at)
                    m.b.create(scf.Yield, [m.op(arith.AddF, acc2, v)])
                with m.b.at_end_of(other):
                    m.store(m.const(0.0, F32), out, at)
                    m.b.create(scf.Yield, [acc2])
                branch = m.b.create(
                    scf.If, positive, then_block=then, else_block=other, result_types=[F32]
                )
                return [branch.results[0]]

            return list(m.for_(0, 8, inner, [acc]))

        total = m.for_(0, 8, outer, [m.const(0.0, F32)])[0]
        m.store(total, out, 64)

    m.entry([buffer(64, F32)], [buffer(65, F32)], body)
    x = np.random.default_rng(0).normal(size=64).astype(np.float32)
    (y,) = run(m, x)
    np.testing.assert_array_equal(y[:64], np.maximum(x, 0))
    np.testing.assert_allclose(y[64], np.maximum(x, 0).sum(), rtol=1e-5)


def test_while(maker: Maker) -> None:
    """Collatz: the number of steps until 1."""
    m = maker

    def body(x: Value, out: Value) -> None:
        before, after = Block([I64, I64]), Block([I64, I64])
        with m.b.at_end_of(before):
            n, steps = before.args
            more = m.op(arith.CmpI, n, m.const(1, I64), predicate=arith.cmp_i("ne"))
            m.b.create(scf.Condition, more, [n, steps])
        with m.b.at_end_of(after):
            n, steps = after.args
            odd = m.op(arith.TruncI, n, result_types=[I1])
            up = m.op(arith.AddI, m.op(arith.MulI, n, m.const(3, I64)), m.const(1, I64))
            down = m.op(arith.ShRSI, n, m.const(1, I64))
            following = m.op(arith.Select, odd, up, down)
            m.b.create(scf.Yield, [following, m.op(arith.AddI, steps, m.const(1, I64))])
        w = m.b.create(
            scf.While, [m.load(x, 0), m.const(0, I64)],
            before=before, after=after, result_types=[I64, I64],
        )  # fmt: skip
        m.store(w.results[0], out, 0)
        m.store(w.results[1], out, 1)

    m.entry([buffer(1, I64)], [buffer(2, I64)], body)
    assert run(m, np.array([27]))[0].tolist() == [1, 111]
    assert run(m, np.array([1]))[0].tolist() == [1, 0]


def test_vectors(maker: Maker) -> None:
    m = maker

    def body(x: Value, out: Value) -> None:
        v = m.vload(x, 0, 10)
        r = m.op(vector.Shuffle, v, v, mask=tuple(range(9, -1, -1)))
        m.vstore(r, out, 0)
        m.store(m.op(vector.Reduction, v, kind="add"), out, 10)
        m.store(m.op(vector.Reduction, v, kind="maximumf"), out, 11)
        m.store(m.op(vector.Reduction, v, kind="mul"), out, 12)
        m.store(m.op(vector.Extract, v, position=3), out, 13)
        t = VectorType((2,), F32)
        pair = m.op(vector.FromElements, [m.load(x, 1), m.load(x, 4)], result_types=[t])
        scale = m.op(vector.Broadcast, m.load(x, 2), result_types=[t])
        m.vstore(m.op(arith.MulF, pair, scale), out, 14)
        step = m.op(vector.Step, size=4)
        wide = VectorType((4,), I32)
        n = m.op(arith.IndexCast, step, result_types=[wide])
        f = m.op(arith.SIToFP, n, result_types=[VectorType((4,), F32)])
        m.vstore(f, out, 16)

    m.entry([buffer(10, F32)], [buffer(20, F32)], body)
    x = np.arange(1, 11, dtype=np.float32)
    want = [*x[::-1], x.sum(), x.max(), x.prod(), x[3], x[1] * x[2], x[4] * x[2], 0, 1, 2, 3]
    np.testing.assert_array_equal(run(m, x)[0], np.array(want, np.float32))


def test_integer_and_truth_reductions(maker: Maker) -> None:
    m = maker
    kinds = ("add", "minsi", "maxsi", "minui", "maxui", "and", "or", "xor")

    def body(x: Value, out: Value) -> None:
        v = m.vload(x, 0, 8)
        for i, kind in enumerate(kinds):
            m.store(m.op(vector.Reduction, v, kind=kind), out, i)

    m.entry([buffer(8, I32)], [buffer(8, I32)], body)
    x = np.array([5, -3, 9, 2, -8, 1, 7, 6], np.int32)
    u = x.view(np.uint32)
    bits = [f.reduce(x) for f in (np.bitwise_and, np.bitwise_or, np.bitwise_xor)]
    want = [x.sum(), x.min(), x.max(), u.min().view(np.int32), u.max().view(np.int32), *bits]
    np.testing.assert_array_equal(run(m, x)[0], np.array(want, np.int32))


def scale_kernel(m: Maker, name: str = "scale", n: int = 64, with_weights: bool = False) -> None:
    def body(*args: Value) -> None:
        def step(i: Value) -> None:
            v = m.load(args[0], i)
            w = m.load(args[1], i) if with_weights else m.const(2.0, F32)
            m.store(m.op(arith.MulF, v, w), args[-1], i)

        m.for_(0, n, step)

    m.func(name, [buffer(n, F32)] * (3 if with_weights else 2), body)


def test_calls_arena_weights_and_copy(maker: Maker) -> None:
    m = maker
    w = np.random.default_rng(0).normal(size=64).astype(np.float32)
    m.constant("w", w)
    m.constant("flags", np.array([True, False]))
    scale_kernel(m, "mul", with_weights=True)
    scale_kernel(m, "twice")

    def body(x: Value, out: Value, arena: Value) -> None:
        t = buffer(64, F32)
        first, second = m.view(arena, 0, t), m.view(arena, 256, t)
        weights = m.get("w", t)
        m.call("mul", x, weights, first)
        m.call("twice", first, first)
        m.b.create(memref.Copy, first, second)
        half = m.op(memref.Subview, second, m.const(32), size=32)
        m.call("twice", second, out)
        flag = m.load(m.get("flags", buffer(2, I1)), 0)
        number = m.op(arith.UIToFP, flag, result_types=[F32])
        m.store(m.op(arith.AddF, m.load(half, 0), number), out, 0)

    m.entry([buffer(64, F32)], [buffer(64, F32)], body, arena=512)
    c = native(m)
    assert c.arena_bytes == 512 and c.weight_bytes == 258
    x = np.random.default_rng(1).normal(size=64).astype(np.float32)
    want = x * w * 4
    want[0] = (x * w * 2)[32] + 1
    np.testing.assert_allclose(load(c)(x)[0], want, rtol=1e-6)
    # mul: operands are apart and at known places; twice: called once in place.
    assert params_of(c, "mul") == [
        "ptr noalias captures(none) readonly %a0",
        "ptr noalias captures(none) readonly align 64 %a1",
        "ptr noalias captures(none) writeonly align 64 %a2",
    ]
    assert params_of(c, "twice") == [
        "ptr captures(none) readonly align 64 %a0",
        "ptr captures(none) writeonly %a1",
    ]


def test_moving_slices_of_one_buffer_may_alias(maker: Maker) -> None:
    """Step t reads row t - 1 and writes row t: the kernel must not assume more than it knows."""
    m = maker
    scale_kernel(m, n=4)

    def body(x: Value, out: Value) -> None:
        m.b.create(memref.Copy, x, m.op(memref.Subview, out, m.const(0), size=4))

        def step(t: Value) -> None:
            before = m.op(arith.MulI, m.op(arith.SubI, t, m.const(1)), m.const(4))
            now = m.op(arith.MulI, t, m.const(4))
            m.call(
                "scale",
                m.op(memref.Subview, out, before, size=4),
                m.op(memref.Subview, out, now, size=4),
            )

        m.for_(1, 5, step)

    m.entry([buffer(4, F32)], [buffer(20, F32)], body)
    c = native(m)
    x = np.arange(1, 5, dtype=np.float32)
    np.testing.assert_array_equal(load(c)(x)[0].reshape(5, 4), [x * 2.0**i for i in range(5)])
    assert all("noalias" not in p for p in params_of(c, "scale"))


def test_alignment_of_dynamic_views(maker: Maker) -> None:
    m = maker
    scale_kernel(m, n=16)

    def body(x: Value, out: Value, arena: Value) -> None:
        rows = m.view(arena, 128, buffer(64, F32))

        def step(t: Value) -> None:
            row = m.op(memref.Subview, rows, m.op(arith.MulI, t, m.const(16)), size=16)
            m.call("scale", x, row)
            m.call("scale", row, out)

        m.for_(0, 4, step)

    m.entry([buffer(16, F32)], [buffer(16, F32)], body, arena=512)
    c = native(m)
    assert "align" not in params_of(c, "scale")[0]  # x is as aligned as the caller's float
    x = np.ones(16, np.float32)
    np.testing.assert_array_equal(load(c)(x)[0], x * 4)


def test_reading_constants_inside_a_kernel(maker: Maker) -> None:
    m = maker
    m.constant("k", np.array([3.0], np.float32), offset=64)

    def body(x: Value, out: Value) -> None:
        k = m.load(m.get("k", buffer(1, F32)), 0)
        m.store(m.op(arith.MulF, m.load(x, 0), k), out, 0)

    m.func("kernel", [buffer(1, F32)] * 2, body)
    m.entry([buffer(1, F32)], [buffer(1, F32)], lambda x, out: m.call("kernel", x, out))
    assert run(m, np.array([2.0], np.float32))[0] == [6.0]


def checked_module(m: Maker) -> None:
    def body(x: Value, out: Value) -> None:
        def step(i: Value) -> None:
            v = m.load(x, i)
            for limit, code, node in ((10, "index", "/a/Gather"), (0, "div", "/b/Div")):
                relation = "slt" if code == "index" else "ne"
                ok = m.op(arith.CmpI, v, m.const(limit, I32), predicate=arith.cmp_i(relation))
                m.b.create(Check, ok, code=code, loc=Location(name=node, file="net.onnx"))
            m.store(v, out, i)

        m.for_(0, 8, step)

    m.func("kernel", [buffer(8, I32)] * 2, body)
    m.entry([buffer(8, I32)], [buffer(8, I32)], lambda x, out: m.call("kernel", x, out))


def test_checks_name_the_node(maker: Maker) -> None:
    checked_module(maker)
    f = load(native(maker))
    good = np.arange(1, 9, dtype=np.int32)
    np.testing.assert_array_equal(f(good)[0], good)
    bad = good.copy()
    bad[6], bad[3] = 11, 0
    with pytest.raises(RunError, match=r'net.onnx: node "/b/Div": .*division'):
        f(bad)
    bad[1] = 99
    with pytest.raises(RunError, match=r'node "/a/Gather": .*index'):
        f(bad)


def test_wrong_calls_of_a_loaded_function(maker: Maker) -> None:
    checked_module(maker)
    f = load(native(maker))
    with pytest.raises(RunError, match="takes 1 inputs"):
        f()
    with pytest.raises(RunError, match="'in0'"):
        f(np.zeros(8, np.float32))


def test_vector_check(maker: Maker) -> None:
    m = maker

    def body(x: Value, out: Value) -> None:
        v = m.vload(x, 0, 4)
        limit = m.const(9, VectorType((4,), I32))
        m.b.create(Check, m.op(arith.CmpI, v, limit, predicate=arith.cmp_i("slt")), code="bound")
        m.vstore(v, out, 0)

    m.entry([buffer(4, I32)], [buffer(4, I32)], body)
    f = load(native(m))
    f(np.array([1, 2, 3, 4], np.int32))
    with pytest.raises(RunError, match="bound"):
        f(np.array([1, 2, 3, 9], np.int32))


def test_byte_and_truth_buffers(maker: Maker) -> None:
    m = maker

    def body(x: Value, out: Value) -> None:
        v = m.vload(x, 0, 16)
        zero = m.const(0, VectorType((16,), I8))
        m.vstore(m.op(arith.CmpI, v, zero, predicate=arith.cmp_i("sgt")), out, 0)

    m.entry([buffer(16, I8)], [buffer(16, I1)], body)
    x = np.arange(-8, 8, dtype=np.int8)
    (y,) = run(m, x)
    assert y.dtype == np.bool_
    np.testing.assert_array_equal(y.view(np.uint8), (x > 0).astype(np.uint8))


def test_errors_name_what_is_wrong(maker: Maker) -> None:
    m = maker
    with pytest.raises(CompileError, match="no entry"):
        native(m)

    def body(x: Value, out: Value) -> None:
        m.op(memref.Alloc, result_types=[buffer(4, F32)])

    m.entry([buffer(4, F32)], [buffer(4, F32)], body)
    with pytest.raises(IRError, match=r"memref\.alloc: has no machine code"):
        native(m)


def test_unknown_and_recursive_functions() -> None:
    m = Maker()
    t = buffer(1, F32)
    m.entry([t], [t], lambda x, out: m.call("nowhere", x, out))
    with pytest.raises(IRError, match="@nowhere"):
        native(m)
    m = Maker()
    m.func("loop", [t], lambda x: m.call("loop", x))
    m.entry([t], [t], lambda x, out: m.call("loop", x))
    with pytest.raises(IRError, match="calls itself"):
        native(m)


@pytest.mark.parametrize("name", ["x86-64", "x86-64-v2", "x86-64-v3", "x86-64-v4", "aarch64"])
def test_every_target_emits_an_object(maker: Maker, name: str) -> None:
    m = maker
    m.constant("w", np.ones(64, np.float32))
    scale_kernel(m, "mul", with_weights=True)

    def body(x: Value, out: Value) -> None:
        m.call("mul", x, m.get("w", buffer(64, F32)), out)
        v = m.vload(x, 0, 16)
        m.vstore(m.op(m_math.RoundEven, m.op(m_math.Exp, v)), out, 16)

    m.entry([buffer(64, F32)], [buffer(64, F32)], body)
    c = compile_module(m.module, target(name), name="net", keep_assembly=True, keep_optimized=True)
    data = c.object_bytes()
    machine = int.from_bytes(data[18:20], "little")
    assert machine == (183 if name == "aarch64" else 62)
    assert c.code_bytes > 0 and c.assembly and c.optimized_ir
    assert "net_run" in c.assembly
    assert np.ones(64, np.float32).tobytes() in data


def test_32_bit_targets_emit_objects(maker: Maker) -> None:
    """``index`` is as wide as a pointer; the ELF reader knows both classes."""
    m = maker
    weights = np.arange(1000, dtype=np.float32)
    m.constant("w", weights)
    scale_kernel(m, "mul", with_weights=True)

    def body(x: Value, at: Value, out: Value) -> None:
        m.call("mul", x, m.get("w", buffer(64, F32)), out)
        i = m.load(at, 0)
        m.store(m.load(x, i), out, i)
        m.store(i, at, 1)

    m.entry([buffer(64, F32), buffer(2, INDEX)], [buffer(64, F32)], body)
    m4 = TargetInfo(
        "cortex-m4", "thumbv7em-none-eabi", "cortex-m4", "", 0, 0, pointer_bytes=4, alignment=16
    )
    c = compile_module(m.module, m4, name="net", keep_assembly=True)
    parsed = Object(c.object_bytes())
    section = parsed.section(".rodata.net_w")
    assert parsed.data[4] == 1 and c.code_bytes > 0
    assert parsed.data[section.offset : section.offset + section.size] == weights.tobytes()
    assert "__aeabi_unwind" not in (c.assembly or "")


def test_unknown_target_lists_the_names() -> None:
    with pytest.raises(CompileError, match=r"'z80'.*host, x86-64, .*aarch64"):
        target("z80")


def test_same_input_same_bytes() -> None:
    objects = []
    for _ in range(2):
        m = Maker()
        checked_module(m)
        c = native(m)
        objects.append((c.object_bytes(), c.model_hash, c.llvm_ir))
    assert objects[0] == objects[1]
