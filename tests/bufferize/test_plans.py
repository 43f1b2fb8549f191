"""Hand-written plans: what bufferization makes of them, and that the numbers stay."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from millrace.ir.attributes import Dense
from millrace.ir.dialects import arith, func, memref
from millrace.ir.errors import CompileError
from millrace.ir.types import F32, I1, MemRefType, TensorType, tensor

rs = np.random.default_rng(7)


def f32(*shape: int) -> TensorType:
    return tensor(shape, F32)


def rand(*shape: int) -> Any:
    return rs.standard_normal(shape).astype(np.float32)


# ---- signature


def test_signature(plan: Any, harness: Any) -> None:
    p = plan(f32(2, 3), f32())
    x, s = p.args
    got = harness.run(p.finish(p.inc(x), p.inc(s)), rand(2, 3), rand())
    entry = got.module.entry
    flat = [MemRefType((n,), F32) for n in (6, 1, 6, 1)]
    assert list(entry.function_type.inputs) == flat
    assert entry.function_type.results == ()
    assert entry.num_inputs == 2
    assert not entry.block.terminator.operands
    for call in got.ops(func.Call):
        assert not call.results
        assert got.module.function(call.callee.name).layouts is not None


def test_results_are_produced_in_outputs(plan: Any, harness: Any) -> None:
    p = plan(f32(4, 5))
    x = p.args[0]
    y = p.inc(x)
    got = harness.run(p.finish(y, p.transpose(p.inc(y), 1, 0)), rand(4, 5))
    assert (got.copies, got.allocs) == (0, 0)


def test_input_returned(plan: Any, harness: Any) -> None:
    p = plan(f32(3))
    got = harness.run(p.finish(p.args[0], p.inc(p.args[0])), rand(3))
    assert got.copies == 1


def test_value_returned_twice(plan: Any, harness: Any) -> None:
    p = plan(f32(3, 4))
    y = p.inc(p.args[0])
    got = harness.run(p.finish(y, y, p.transpose(y, 1, 0)), rand(3, 4))
    assert got.copies == 2


def test_constant_returned(plan: Any, harness: Any) -> None:
    p = plan(f32(2))
    got = harness.run(p.finish(p.const(rand(3)), p.inc(p.args[0])), rand(2))
    assert got.copies == 1


def test_one_kernel_two_layouts(plan: Any, harness: Any) -> None:
    p = plan(f32(4, 4))
    x = p.args[0]
    a = p.inc(x)
    p.count -= 1
    b = p.call("k0", [p.transpose(x, 1, 0)], [f32(4, 4)])
    got = harness.run(p.finish(a, b), rand(4, 4))
    names = [c.callee.name for c in got.ops(func.Call)]
    assert len(set(names)) == 2
    layouts = {got.module.function(n).layouts for n in names}
    assert layouts == {((4, 1), (4, 1)), ((1, 4), (4, 1))}


# ---- views


@pytest.mark.parametrize(
    "view",
    [
        lambda p, x: p.reshape(x, 6, 4),
        lambda p, x: p.reshape(x, 2, 1, 12),
        lambda p, x: p.transpose(x, 2, 0, 1),
        lambda p, x: p.slice(x, (0, 1, 1), (2, 2, 2), (1, 1, 2)),
        lambda p, x: p.broadcast(p.slice(x, (1, 0, 0), (1, 3, 4)), 5, 3, 4),
        lambda p, x: p.reshape(p.slice(x, (0, 0, 1), (2, 3, 2)), 6, 2),
        lambda p, x: p.reshape(p.slice(x, (1, 1, 0), (1, 2, 4)), 8),
    ],
)
def test_views_cost_nothing(plan: Any, harness: Any, view: Any) -> None:
    p = plan(f32(2, 3, 4))
    got = harness.run(p.finish(p.inc(view(p, p.args[0]))), rand(2, 3, 4))
    assert (got.copies, got.allocs) == (0, 0)


@pytest.mark.parametrize(
    "view",
    [
        lambda p, x: p.reshape(p.transpose(x, 1, 0, 2), 24),
        lambda p, x: p.reverse(x, 1, 2),
        lambda p, x: p.slice(x, (1, 2, 3), (2, 2, 2), (-1, -2, -2)),
        lambda p, x: p.reshape(p.slice(x, (0, 0, 1), (2, 3, 2)), 12),
    ],
)
def test_views_that_need_a_copy(plan: Any, harness: Any, view: Any) -> None:
    p = plan(f32(2, 3, 4))
    got = harness.run(p.finish(p.inc(view(p, p.args[0]))), rand(2, 3, 4))
    assert got.copies == 1


def test_moved_input_is_copied_straight_to_the_output(plan: Any, harness: Any) -> None:
    p = plan(f32(3, 4))
    x = p.args[0]
    flat = p.reshape(p.transpose(x, 1, 0), 12)
    got = harness.run(p.finish(flat, p.reverse(x, 0), p.transpose(x, 1, 0)), rand(3, 4))
    assert (got.copies, got.allocs) == (3, 0)


def test_views_of_constants_become_constants(plan: Any, harness: Any) -> None:
    p = plan(f32(3, 4))
    w = rand(4, 3)
    got = harness.run(p.finish(p.mul(p.args[0], p.transpose(p.const(w), 1, 0))), rand(3, 4))
    stored = [g.value for g in got.module.block if isinstance(g, memref.Global)]
    assert stored == [Dense(np.ascontiguousarray(w.T).reshape(-1))]
    assert got.copies == 0


def test_equal_constants_are_stored_once_and_splats_as_one_element(plan: Any, harness: Any) -> None:
    p = plan(f32(10, 20))
    x = p.args[0]
    w = rand(10, 20)
    y = p.mul(p.mul(p.mul(x, p.const(w)), p.const(w.copy())), p.const(np.full((10, 20), 2, "f4")))
    got = harness.run(p.finish(y), rand(10, 20))
    sizes = [g.value.array.size for g in got.module.block if isinstance(g, memref.Global)]
    assert sorted(sizes) == [1, 200]


# ---- assembly


def test_concat_is_written_in_place(plan: Any, harness: Any) -> None:
    p = plan(f32(3, 4))
    x = p.args[0]
    a, b = p.inc(x), p.inc(x, 2.0)
    y = p.concat(1, a, b, p.concat(1, p.inc(x, 3.0), p.mul(a, b)))
    got = harness.run(p.finish(y), rand(3, 4))
    assert (got.copies, got.allocs) == (0, 0)


def test_concat_of_what_lies_elsewhere_copies(plan: Any, harness: Any) -> None:
    p = plan(f32(3, 4))
    x = p.args[0]
    a = p.inc(x)
    got = harness.run(p.finish(p.concat(0, x, a, a, p.const(rand(2, 4)))), rand(3, 4))
    assert got.copies == 3


def test_pad_fills_the_border_only(plan: Any, harness: Any) -> None:
    p = plan(f32(3, 4))
    y = p.pad(p.inc(p.args[0]), (1, 2), (0, 1), 5.0)
    got = harness.run(p.finish(y), rand(3, 4))
    assert (got.copies, got.allocs) == (0, 0)
    fills = [c for c in got.ops(func.Call) if c.callee.name.startswith("fill")]
    assert len(fills) == 3


def test_pad_of_concat_of_pad(plan: Any, harness: Any) -> None:
    p = plan(f32(2, 3), f32(2, 2))
    x, y = p.args
    inner = p.concat(1, p.inc(x), p.pad(p.inc(y), (0, 1), (0, 1), -1.0))
    got = harness.run(p.finish(p.pad(inner, (1, 1), (1, 1))), rand(2, 3), rand(2, 2))
    assert (got.copies, got.allocs) == (0, 0)


def test_interior_padding(plan: Any, harness: Any) -> None:
    p = plan(f32(3, 2))
    y = p.pad(p.inc(p.args[0]), (1, 0), (0, 2), 9.0, (2, 1))
    harness.run(p.finish(y), rand(3, 2))


def test_conflicting_views(plan: Any, harness: Any) -> None:
    """One value in two concatenations: in one of them in place."""
    p = plan(f32(2, 3))
    a, b = p.inc(p.args[0]), p.inc(p.args[0], 2.0)
    got = harness.run(p.finish(p.concat(0, a, b), p.concat(1, b, a)), rand(2, 3))
    assert got.copies == 2


# ---- in place


def test_chain_runs_in_one_buffer(plan: Any, harness: Any) -> None:
    p = plan(f32(50))
    y = p.args[0]
    for _ in range(5):
        y = p.inc(y)
    got = harness.run(p.finish(p.sum_last(p.reshape(y, 5, 10))), rand(50))
    assert got.alloc_elements == 50


def test_operand_used_later_is_kept(plan: Any, harness: Any) -> None:
    p = plan(f32(8))
    a = p.inc(p.args[0])
    b = p.inc(a)
    c = p.inc(b)
    got = harness.run(p.finish(p.mul(c, a)), rand(8))
    assert got.alloc_elements == 8


def test_operand_whose_view_is_used_later_is_kept(plan: Any, harness: Any) -> None:
    p = plan(f32(4, 4))
    a = p.inc(p.args[0])
    t = p.transpose(a, 1, 0)
    b = p.inc(a)
    harness.run(p.finish(p.mul(b, t), p.mul(t, b)), rand(4, 4))


def test_kernel_that_reads_a_transposed_operand_is_not_in_place(plan: Any, harness: Any) -> None:
    p = plan(f32(4, 4))
    a = p.inc(p.args[0])
    harness.run(p.finish(p.inc(p.mul(a, p.transpose(a, 1, 0)))), rand(4, 4))


def test_matvec_is_not_in_place(plan: Any, harness: Any) -> None:
    p = plan(f32(6, 6), f32(6))
    w, x = p.args
    harness.run(p.finish(p.matvec(w, p.matvec(w, p.inc(x)))), rand(6, 6), rand(6))


# ---- scalars


def test_scalars(plan: Any, harness: Any) -> None:
    p = plan(f32(3, 4))
    x = p.transpose(p.inc(p.args[0]), 1, 0)
    s = p.b.value(arith.AddF, p.extract(x, 2, 1), p.extract(p.args[0], 1, 2))
    got = harness.run(p.finish(p.scalar_tensor(s), p.inc(p.scalar_tensor(s))), rand(3, 4))
    assert got.copies == 0


def test_empty_tensors(plan: Any, harness: Any) -> None:
    p = plan(f32(0, 3), f32(2, 3))
    y = p.concat(0, p.inc(p.args[0]), p.inc(p.args[1]))
    none = p.slice(p.args[1], (0, 0), (2, 0))
    harness.run(p.finish(y, p.args[0], none), rand(0, 3), rand(2, 3), lower=False)


# ---- errors


def test_run_time_sizes_are_refused(plan: Any, harness: Any) -> None:
    from millrace.ir.types import DYNAMIC
    from millrace.passes.kernel.bufferize import bufferize

    p = plan(TensorType((DYNAMIC,), F32, (4,)))
    with pytest.raises(CompileError, match="run-time sizes"):
        bufferize(p.finish(p.args[0]))


def test_calls_of_functions_are_refused(plan: Any, harness: Any) -> None:
    from millrace.passes.kernel.bufferize import bufferize

    p = plan(f32(4))
    m = p.finish(p.inc(p.args[0]))
    m.function("k0").attributes["role"] = "function"
    with pytest.raises(CompileError, match="inline"):
        bufferize(m)


def test_truth_values(plan: Any, harness: Any) -> None:
    p = plan(tensor((3,), I1), f32(2))
    harness.run(p.finish(p.args[0], p.inc(p.args[1])), np.array([True, False, True]), rand(2))
