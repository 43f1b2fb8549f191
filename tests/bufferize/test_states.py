"""States: where they lie, when they are written in place and when under ``mr.all_passed``."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from millrace.ir.attributes import Dense
from millrace.ir.dialects import func, memref, scf
from millrace.ir.dialects.mr.control import AllPassed, Check
from millrace.ir.errors import IRError, RunError
from millrace.ir.interpreter import interpret, interpret_loop
from millrace.ir.types import F32, TensorType, tensor
from millrace.ir.verifier import verify
from millrace.passes.kernel.bufferize import bufferize

rs = np.random.default_rng(11)


def f32(*shape: int) -> TensorType:
    return tensor(shape, F32)


def rand(*shape: int) -> Any:
    return rs.standard_normal(shape).astype(np.float32)


def test_signature(plan: Any, harness: Any) -> None:
    p = plan(f32(4), f32(4), f32(4))
    x, s, t = p.args
    got = harness.run(
        p.finish(p.mul(x, s), p.add(s, x), p.inc(t), states=2), rand(4), rand(4), rand(4)
    )
    entry = got.module.entry
    assert (entry.num_inputs, entry.num_states, entry.states_at) == (1, 2, 2)
    assert entry.result_names == ("out0",)
    assert entry.state_names == ("state0", "state1")
    assert len(entry.block.args) == 4


def test_accumulator_in_place(plan: Any, harness: Any) -> None:
    p = plan(f32(4), f32(4))
    x, s = p.args
    got = harness.run(p.finish(p.add(s, x), states=1), rand(4), rand(4))
    (call,) = got.ops(func.Call)
    state = got.module.entry.block.args[1]
    assert call.operands[0] is state and call.operands[2] is state
    assert (got.copies, got.allocs) == (0, 0)


def test_old_state_read_after_the_new_one_is_made(plan: Any, harness: Any) -> None:
    p = plan(f32(4), f32(4))
    x, s = p.args
    new = p.add(s, x)
    got = harness.run(p.finish(p.mul(new, s), new, states=1), rand(4), rand(4))
    assert got.copies == 1


def test_swap(plan: Any, harness: Any) -> None:
    p = plan(f32(4), f32(4))
    s, t = p.args
    harness.run(p.finish(t, s, states=2), rand(4), rand(4))


def test_state_only_read(plan: Any, harness: Any) -> None:
    p = plan(f32(4), f32(4))
    x, s = p.args
    got = harness.run(p.finish(p.add(x, s), s, states=1), rand(4), rand(4))
    assert (got.copies, got.allocs) == (0, 0)


def test_written_in_a_branch(plan: Any, harness: Any) -> None:
    for first in (-1.0, 1.0):
        p = plan(f32(4), f32(4))
        x, s = p.args
        c = p.less(p.extract(x, 0), p.extract(p.const(np.float32(0))))
        (new,) = p.if_(c, lambda p=p, s=s, x=x: [p.add(s, x)], lambda s=s: [s])
        harness.run(p.finish(new, states=1), np.full(4, first, np.float32), rand(4))


def test_state_through_a_scan_stays_in_its_buffer(plan: Any, harness: Any) -> None:
    p = plan(f32(5, 4), f32(4))
    xs, s = p.args

    def step(i: Any, h: Any, x: Any) -> Any:
        h = p.add(h, x)
        return [h], [h]

    last, all_ = p.scan([s], [xs], 5, step)
    got = harness.run(p.finish(all_, last, states=1), rand(5, 4), rand(4))
    assert got.allocs == 0


def checked(plan: Any) -> Any:
    """s + x, twice; fails unless x[0] < 0, after the first sum is there."""
    p = plan(f32(4), f32(4))
    x, s = p.args
    new = p.add(s, x)
    zero = p.extract(p.const(np.float32(0)))
    p.b.create(Check, p.less(p.extract(x, 0), zero), code="index")
    return p.finish(p.mul(new, x), new, states=1)


def test_with_a_check_the_state_is_written_last(plan: Any, harness: Any) -> None:
    got = harness.run(checked(plan), -np.ones(4, np.float32), rand(4))
    entry = got.module.entry
    state = entry.block.args[entry.states_at]
    (branch,) = got.ops(scf.If)
    assert isinstance(branch.condition.defining_op, AllPassed)
    writers = [op for op in got.ops(memref.Copy) if op.operands[1] is state]
    assert [op.parent for op in writers] == [branch.then_block]
    for call in got.ops(func.Call):
        reads = got.module.function(call.callee.name)
        assert state not in call.operands[len(reads.block.args) :]


def test_the_interpreter_leaves_given_states_alone(plan: Any) -> None:
    module = checked(plan)
    old = np.zeros(4, np.float32)
    bufferize(module)
    with pytest.raises(RunError, match="index"):
        interpret_loop(module, [np.ones(4, np.float32), old], [f32(4), f32(4)])
    interpret_loop(module, [-np.ones(4, np.float32), old], [f32(4), f32(4)])
    assert not old.any()


def test_initial_values(plan: Any) -> None:
    p = plan(f32(2), f32(2))
    x, s = p.args
    module = p.finish(p.add(s, x), states=1)
    one = np.ones(2, np.float32)
    np.testing.assert_array_equal(interpret(module, [one])[0], one)
    module.entry.attributes["state_init"] = (Dense(np.array([3, 4], np.float32)),)
    verify(module)
    np.testing.assert_array_equal(interpret(module, [one])[0], [4, 5])
    bufferize(module)
    verify(module)
    np.testing.assert_array_equal(interpret_loop(module, [one], [f32(2)])[0], [4, 5])


@pytest.mark.parametrize(
    ("field", "value", "message"),
    [
        ("num_states", 3, "num_states is 3"),
        ("state_names", ("a", "b"), "2 entries for 1 states"),
        ("state_init", (Dense(np.zeros(3, np.float32)),), "starts as"),
        ("state_init", (Dense(np.zeros(2, np.int32)),), "starts as"),
    ],
)
def test_what_the_verifier_refuses(plan: Any, field: str, value: Any, message: str) -> None:
    p = plan(f32(2), f32(2))
    module = p.finish(p.args[0], states=1)
    verify(module)
    module.entry.attributes[field] = value
    with pytest.raises(IRError, match=message):
        verify(module)


def test_states_keep_their_type(plan: Any) -> None:
    p = plan(f32(2), f32(3))
    with pytest.raises(IRError, match="states returned"):
        verify(p.finish(p.args[0], states=1))
