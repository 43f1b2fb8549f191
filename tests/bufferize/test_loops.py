"""Loops and branches: carries in place, slices, swaps, unsafe cases."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from millrace.ir.attributes import Scalar
from millrace.ir.dialects import arith, memref
from millrace.ir.types import F32, I32, INDEX, TensorType, tensor

rs = np.random.default_rng(11)


def f32(*shape: int) -> TensorType:
    return tensor(shape, F32)


def rand(*shape: int) -> Any:
    return rs.standard_normal(shape).astype(np.float32)


def in_loop(got: Any, cls: type) -> list[Any]:
    """The operations of a class inside some loop."""
    return [op for op in got.ops(cls) if op.parent is not got.module.entry.block]


def test_carry_is_updated_in_place(plan: Any, harness: Any) -> None:
    p = plan(f32(5, 8), f32(8))
    x, h0 = p.args
    (h,) = p.scan([h0], [x], 5, lambda t, h, xt: ([p.add(h, xt)], []))
    got = harness.run(p.finish(h), rand(5, 8), rand(8))
    assert got.allocs == 0
    assert got.copies == 1  # the initial value


def test_init_is_produced_in_the_carry(plan: Any, harness: Any) -> None:
    p = plan(f32(5, 8), f32(8))
    x, h0 = p.args
    (h,) = p.scan([p.inc(h0)], [x], 5, lambda t, h, xt: ([p.add(h, xt)], []))
    got = harness.run(p.finish(h), rand(5, 8), rand(8))
    assert (got.copies, got.allocs) == (0, 0)


def test_init_of_one_number_is_filled_in(plan: Any, harness: Any) -> None:
    p = plan(f32(5, 8))
    (x,) = p.args
    (h,) = p.scan([p.const(np.zeros(8, np.float32))], [x], 5, lambda t, h, xt: ([p.add(h, xt)], []))
    got = harness.run(p.finish(h), rand(5, 8))
    assert (got.copies, got.ops(memref.GetGlobal)) == (0, [])


def test_init_that_is_used_again_is_copied(plan: Any, harness: Any) -> None:
    p = plan(f32(5, 8), f32(8))
    x, h0 = p.args
    init = p.inc(h0)
    (h,) = p.scan([init], [x], 5, lambda t, h, xt: ([p.add(h, xt)], []))
    got = harness.run(p.finish(h, p.mul(h, init)), rand(5, 8), rand(8))
    assert got.copies == 1


def test_init_that_the_body_reads_is_copied(plan: Any, harness: Any) -> None:
    p = plan(f32(5, 8), f32(8))
    x, h0 = p.args
    init = p.inc(h0)
    (h,) = p.scan([init], [x], 5, lambda t, h, xt: ([p.add(p.mul(h, init), xt)], []))
    got = harness.run(p.finish(h), rand(5, 8), rand(8))
    assert got.copies == 1


def test_recurrent_cell(plan: Any, harness: Any) -> None:
    """h is read by a product: its next value goes to the stacked output, then to the carry."""
    p = plan(f32(6, 8), f32(8), f32(8, 8))
    x, h0, w = p.args

    def body(t: Any, h: Any, xt: Any) -> Any:
        n = p.cell(w, h, xt)
        return [n], [n]

    h, ys = p.scan([h0], [x], 6, body)
    got = harness.run(p.finish(h, ys), rand(6, 8), rand(8), rand(8, 8) * 0.2)
    assert got.allocs == 0
    assert got.copies == 2  # the initial value, and the carry in each step


def test_swapped_carries(plan: Any, harness: Any) -> None:
    p = plan(f32(4), f32(4))
    a, b = p.args
    ra, rb = p.scan([a, b], [], 3, lambda t, a, b: ([b, a], []))
    harness.run(p.finish(ra, rb), rand(4), rand(4))


def test_fibonacci_carries(plan: Any, harness: Any) -> None:
    p = plan(f32(4), f32(4))
    a, b = p.args
    ra, rb = p.scan([a, b], [], 5, lambda t, a, b: ([b, p.add(a, b)], []))
    harness.run(p.finish(ra, rb), rand(4), rand(4))


def test_rotating_carries(plan: Any, harness: Any) -> None:
    p = plan(f32(4), f32(4), f32(4))
    out = p.scan(p.args, [], 4, lambda t, a, b, c: ([p.inc(b), c, a], [p.add(a, c)]))
    harness.run(p.finish(*out), rand(4), rand(4), rand(4))


def test_one_value_for_two_carries_and_output(plan: Any, harness: Any) -> None:
    p = plan(f32(4), f32(4))

    def body(t: Any, a: Any, b: Any) -> Any:
        n = p.mul(a, b)
        return [n, n], [n, a]

    harness.run(p.finish(*p.scan(p.args, [], 4, body)), rand(4), rand(4))


def test_shift_register(plan: Any, harness: Any) -> None:
    """The next carry is made of views of the old one."""
    p = plan(f32(6, 3), f32(4, 3))
    x, r0 = p.args

    def body(t: Any, r: Any, xt: Any) -> Any:
        rest = p.slice(r, (1, 0), (3, 3))
        return [p.concat(0, rest, p.reshape(p.inc(xt), 1, 3))], [p.sum_last(p.transpose(r, 1, 0))]

    harness.run(p.finish(*p.scan([r0], [x], 6, body)), rand(6, 3), rand(4, 3))


def test_carry_transposed_in_each_step(plan: Any, harness: Any) -> None:
    p = plan(f32(3, 3))
    (r,) = p.scan(p.args, [], 3, lambda t, c: ([p.transpose(c, 1, 0)], []))
    harness.run(p.finish(r), rand(3, 3))


def test_old_carry_is_read_after_the_new_one_is_made(plan: Any, harness: Any) -> None:
    p = plan(f32(4))

    def body(t: Any, c: Any) -> Any:
        n = p.inc(c)
        return [n], [p.mul(n, c)]

    harness.run(p.finish(*p.scan(p.args, [], 4, body)), rand(4))


def test_view_of_the_old_carry_is_read_later(plan: Any, harness: Any) -> None:
    p = plan(f32(4, 4))

    def body(t: Any, c: Any) -> Any:
        v = p.transpose(c, 1, 0)
        n = p.inc(c)
        return [n], [p.mul(n, v)]

    harness.run(p.finish(*p.scan(p.args, [], 4, body)), rand(4, 4))


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("count", [None, 0, 3, 5])
def test_count_and_reverse(plan: Any, harness: Any, count: int | None, reverse: bool) -> None:
    p = plan(f32(5, 2, 3), f32(3))
    x, h0 = p.args
    n = None if count is None else p.index(count)

    def body(t: Any, h: Any, xt: Any) -> Any:
        s = p.add(h, p.reshape(p.slice(xt, (1, 0), (1, 3)), 3))
        return [s], [s, p.inc(xt)]

    out = p.scan([h0], [x], 5, body, count=n, reverse=reverse)
    harness.run(p.finish(*out), rand(5, 2, 3), rand(3))


def test_stacked_output_and_slices_of_strided_tensors(plan: Any, harness: Any) -> None:
    """Slices along an inner dimension of the buffers; the output is a piece of a concat."""
    p = plan(f32(3, 5))
    x = p.transpose(p.args[0], 1, 0)
    (ys,) = p.scan([], [x], 5, lambda t, xt: ([], [p.inc(xt)]))
    got = harness.run(p.finish(p.concat(1, p.transpose(ys, 1, 0), p.inc(p.args[0]))), rand(3, 5))
    assert (got.copies, got.allocs) == (0, 0)


def test_step_number(plan: Any, harness: Any) -> None:
    p = plan(f32(1))

    def body(t: Any, c: Any) -> Any:
        i = p.b.value(arith.IndexCast, t, result_types=[I32])
        s = p.scalar_tensor(p.b.value(arith.SIToFP, i, result_types=[F32]))
        return [p.add(c, p.reshape(s, 1))], [s]

    harness.run(p.finish(*p.scan(p.args, [], 4, body)), rand(1))


def test_nested_scans_share_the_carry(plan: Any, harness: Any) -> None:
    p = plan(f32(3, 4, 2), f32(2))
    x, h0 = p.args

    def outer(t: Any, h: Any, xt: Any) -> Any:
        (n,) = p.scan([h], [xt], 4, lambda s, c, v: ([p.add(c, v)], []))
        return [n], []

    (h,) = p.scan([h0], [x], 3, outer)
    got = harness.run(p.finish(h), rand(3, 4, 2), rand(2))
    assert (got.copies, got.allocs) == (1, 0)


def test_nested_scan_with_the_outer_carry_read_inside(plan: Any, harness: Any) -> None:
    p = plan(f32(3, 4, 2), f32(2))
    x, h0 = p.args

    def outer(t: Any, h: Any, xt: Any) -> Any:
        n, ys = p.scan([h], [xt], 4, lambda s, c, v: ([p.add(c, p.mul(v, h))], [c]))
        return [n], [ys]

    harness.run(p.finish(*p.scan([h0], [x], 3, outer)), rand(3, 4, 2), rand(2))


def test_nested_scan_whose_body_reads_the_outer_carry(plan: Any, harness: Any) -> None:
    p = plan(f32(3, 4, 2), f32(2))
    x, h0 = p.args

    def outer(t: Any, h: Any, xt: Any) -> Any:
        (n,) = p.scan([h], [xt], 4, lambda s, c, v: ([p.add(c, p.mul(h, v))], []))
        return [n], []

    harness.run(p.finish(*p.scan([h0], [x], 3, outer)), rand(3, 4, 2), rand(2))


def test_nested_scan_over_slices_of_the_outer_carry(plan: Any, harness: Any) -> None:
    p = plan(f32(3, 3))
    start = p.const(rand(3, 3))

    def inner(t: Any, c: Any, v: Any) -> Any:
        return [p.add(c, p.broadcast(p.reshape(v, 3, 1), 3, 3))], []

    def outer(t: Any, h: Any) -> Any:
        return [*p.scan([start], [h], 3, inner)], []

    harness.run(p.finish(*p.scan(p.args, [], 2, outer)), rand(3, 3))


def test_carry_read_transposed_by_its_writer(plan: Any, harness: Any) -> None:
    p = plan(f32(2, 3, 3), f32(3, 3))
    x, h0 = p.args

    def body(t: Any, h: Any, xt: Any) -> Any:
        return [p.add(p.transpose(h, 1, 0), xt)], []

    harness.run(p.finish(*p.scan([h0], [x], 2, body)), rand(2, 3, 3), rand(3, 3))


def test_buffers_read_in_a_loop_live_through_it(plan: Any, harness: Any) -> None:
    p = plan(f32(4, 40), f32(40, 40))
    x, w = p.args
    a = p.matvec(w, p.sum_last(p.transpose(x, 1, 0)))

    def body(t: Any, v: Any) -> Any:
        y = p.add(v, a)
        return [], [p.matvec(w, p.matvec(w, p.matvec(w, y)))]

    harness.run(p.finish(*p.scan([], [x], 4, body)), rand(4, 40), rand(40, 40) / 40)


def test_for(plan: Any, harness: Any) -> None:
    p = plan(f32(4), f32(4))
    a, b = p.for_(3, p.args, lambda i, a, b: [p.add(a, b), a])
    harness.run(p.finish(a, b), rand(4), rand(4))


def test_for_with_scalar_carry(plan: Any, harness: Any) -> None:
    p = plan(f32(4))

    def body(i: Any, n: Any, a: Any) -> Any:
        return [p.b.value(arith.AddI, n, i), p.inc(a)]

    n, a = p.for_(4, [p.index(0), p.args[0]], body)
    assert n.type == INDEX
    (extra,) = p.scan([p.inc(a)], [], 9, lambda t, c: ([p.inc(c)], []), count=n)
    harness.run(p.finish(a, extra), rand(4))


# ---- if


def test_branches_write_the_result(plan: Any, harness: Any) -> None:
    for first in (0.0, 2.0):
        p = plan(f32(4))
        x = p.args[0]
        c = p.less(p.extract(x, 0), p.extract(x, 1))
        (r,) = p.if_(c, lambda: [p.inc(x)], lambda: [p.mul(x, x)])  # noqa: B023
        got = harness.run(p.finish(r), np.array([first, 1, 5, 6], np.float32))
        assert (got.copies, got.allocs) == (0, 0)


def test_branches_that_yield_outer_values(plan: Any, harness: Any) -> None:
    for first in (0.0, 2.0):
        p = plan(f32(4))
        x = p.args[0]
        y = p.inc(x)
        c = p.less(p.extract(x, 0), p.extract(x, 1))
        r = p.if_(c, lambda: [x, y, p.const(np.ones(4, "f4"))], lambda: [y, y, x])  # noqa: B023
        harness.run(p.finish(*r, y), np.array([first, 1, 5, 6], np.float32))


def test_masked_update_is_in_place(plan: Any, harness: Any) -> None:
    """``if c: state = f(state)`` in a loop: the other branch leaves the carry alone."""
    p = plan(f32(6, 3), f32(3))
    x, h0 = p.args

    def body(t: Any, h: Any, xt: Any) -> Any:
        c = p.less(p.extract(xt, 0), p.extract(xt, 1))
        return p.if_(c, lambda: [p.add(h, xt)], lambda: [h]), []

    (h,) = p.scan([h0], [x], 6, body)
    got = harness.run(p.finish(h), rand(6, 3), rand(3))
    assert (got.copies, got.allocs) == (1, 0)


def test_swap_in_a_branch(plan: Any, harness: Any) -> None:
    p = plan(f32(6, 3), f32(3), f32(3))
    x, a0, b0 = p.args

    def body(t: Any, a: Any, b: Any, xt: Any) -> Any:
        c = p.less(p.extract(xt, 0), p.extract(xt, 1))
        return p.if_(c, lambda: [b, a], lambda: [p.add(a, xt), p.add(b, a)]), [p.inc(a)]

    harness.run(p.finish(*p.scan([a0, b0], [x], 6, body)), rand(6, 3), rand(3), rand(3))


def test_carry_read_after_the_branch(plan: Any, harness: Any) -> None:
    p = plan(f32(6, 3), f32(3))
    x, h0 = p.args

    def body(t: Any, h: Any, xt: Any) -> Any:
        c = p.less(p.extract(xt, 0), p.extract(xt, 1))
        (n,) = p.if_(c, lambda: [p.add(h, xt)], lambda: [h])
        return [n], [p.mul(n, h)]

    harness.run(p.finish(*p.scan([h0], [x], 6, body)), rand(6, 3), rand(3))


def test_scalar_results_of_branches(plan: Any, harness: Any) -> None:
    p = plan(f32(2))
    x = p.args[0]
    c = p.less(p.extract(x, 0), p.extract(x, 1))
    s, t = p.if_(c, lambda: [p.extract(x, 0), p.inc(x)], lambda: [p.extract(x, 1), x])
    harness.run(p.finish(p.scalar_tensor(s), t), np.array([3, 1], np.float32))


# ---- while


def test_while(plan: Any, harness: Any) -> None:
    p = plan(f32(3))
    limit = p.b.value(arith.Constant, value=Scalar(20.0, F32))

    def before(a: Any) -> Any:
        return p.less(p.extract(a, 0), limit), [a]

    (r,) = p.while_([p.args[0]], before, lambda a: [p.add(a, a)])
    got = harness.run(p.finish(r), np.array([1, 2, 3], np.float32))
    assert (got.copies, got.allocs) == (1, 0)


def test_while_with_computed_and_repeated_values(plan: Any, harness: Any) -> None:
    p = plan(f32(3), f32(3))
    limit = p.b.value(arith.Constant, value=Scalar(20.0, F32))

    def before(a: Any, b: Any) -> Any:
        return p.less(p.extract(a, 0), limit), [p.add(a, b), b, b, a]

    def after(s: Any, b: Any, b2: Any, a: Any) -> Any:
        return [p.add(s, a), p.mul(b, b2)]

    out = p.while_(p.args, before, after)
    harness.run(p.finish(*out), np.array([1, 2, 3], np.float32), np.full(3, 1.1, np.float32))


def test_while_swap(plan: Any, harness: Any) -> None:
    p = plan(f32(3), f32(3))
    limit = p.b.value(arith.Constant, value=Scalar(9.0, F32))

    def before(a: Any, b: Any) -> Any:
        return p.less(p.extract(a, 0), limit), [b, a]

    out = p.while_(p.args, before, lambda b, a: [p.inc(a), b])
    harness.run(p.finish(*out), np.array([1, 2, 3], np.float32), np.full(3, 1.5, np.float32))


def test_while_with_a_scalar(plan: Any, harness: Any) -> None:
    p = plan(f32(3))
    stop, one = p.index(4), p.index(1)

    def before(n: Any, a: Any) -> Any:
        return p.less(n, stop), [n, a]

    def after(n: Any, a: Any) -> Any:
        return [p.b.value(arith.AddI, n, one), p.inc(a)]

    _, r = p.while_([p.index(0), p.args[0]], before, after)
    harness.run(p.finish(r), rand(3))


def test_body_buffers_are_allocated_in_the_body(plan: Any, harness: Any) -> None:
    p = plan(f32(5, 6), f32(6, 6))
    x, w = p.args
    (ys,) = p.scan([], [x], 5, lambda t, v: ([], [p.matvec(w, p.matvec(w, v))]))
    got = harness.run(p.finish(ys), rand(5, 6), rand(6, 6))
    assert len(in_loop(got, memref.Alloc)) == got.allocs == 1


# ---- windows that move forward: what is kept goes to the front, what is new behind it


def window(p: Any, w: Any, new: Any, step: int) -> Any:
    """The rows of ``w`` without the first ones, moved a step at a time, then those of ``new``."""
    rows, n = w.type.shape
    pieces = [p.slice(w, [k, 0], [min(step, rows - k), n]) for k in range(step, rows, step)]
    return p.concat(0, *pieces, new)


@pytest.mark.parametrize(("rows", "step"), [(4, 2), (3, 1), (5, 2), (3, 3)])
def test_a_window_moves_in_place(plan: Any, harness: Any, rows: int, step: int) -> None:
    p = plan(f32(6, step, 4), f32(rows, 4))
    xs, start = p.args

    def body(t: Any, w: Any, x: Any) -> Any:
        n = window(p, w, p.inc(x), step)
        return [n], [p.sum_last(n)]

    last, sums = p.scan([p.inc(start)], [xs], 6, body)
    got = harness.run(p.finish(last, sums), rand(6, step, 4), rand(rows, 4))
    assert got.allocs == (1 if rows > step else 0)  # the new rows


def test_rows_that_would_be_overwritten_have_memory_of_their_own(plan: Any, harness: Any) -> None:
    """The last rows come first, so the window cannot move in place."""
    p = plan(f32(5, 2, 4), f32(4, 4))
    xs, start = p.args

    def body(t: Any, w: Any, x: Any) -> Any:
        return [p.concat(0, x, p.slice(w, [0, 0], [2, 4]))], []

    (last,) = p.scan([start], [xs], 5, body)
    got = harness.run(p.finish(last), rand(5, 2, 4), rand(4, 4))
    assert got.allocs == 1


def test_a_window_that_is_read_afterwards_is_not_moved(plan: Any, harness: Any) -> None:
    p = plan(f32(5, 2, 4), f32(4, 4))
    xs, start = p.args

    def body(t: Any, w: Any, x: Any) -> Any:
        n = window(p, w, x, 2)
        return [n], [p.add(n, w)]

    last, sums = p.scan([start], [xs], 5, body)
    harness.run(p.finish(last, sums), rand(5, 2, 4), rand(4, 4))


def test_a_window_starts_where_its_rows_were_made(plan: Any, harness: Any) -> None:
    """In the memory of a larger tensor that is needed no more."""
    p = plan(f32(5, 2, 4), f32(7, 4))
    xs, start = p.args
    made = p.inc(start)
    once = p.sum_last(made)
    init = p.slice(made, [3, 0], [4, 4])
    (last,) = p.scan([init], [xs], 5, lambda t, w, x: ([window(p, w, x, 2)], []))
    got = harness.run(p.finish(p.sum_last(last), once), rand(5, 2, 4), rand(7, 4))
    assert got.allocs == 1
    assert got.copies == 2  # in each step: the rows that are kept, those that are new


def test_two_windows_of_one_tensor_are_two(plan: Any, harness: Any) -> None:
    p = plan(f32(5, 2, 4), f32(7, 4))
    xs, start = p.args
    made = p.inc(start)
    inits = [p.slice(made, [k, 0], [4, 4]) for k in (0, 3)]

    def body(t: Any, a: Any, b: Any, x: Any) -> Any:
        return [window(p, a, x, 2), window(p, b, p.inc(x), 2)], []

    a, b = p.scan(inits, [xs], 5, body)
    harness.run(p.finish(p.add(a, b)), rand(5, 2, 4), rand(7, 4))
