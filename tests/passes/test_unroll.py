"""unroll: every factor computes what the loop computes, and the choice follows the cost."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from millrace.ir.builder import Builder
from millrace.ir.core import Block
from millrace.ir.dialects import arith, func, scf, tensor
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr import control, elementary, elementwise
from millrace.ir.errors import CompileError
from millrace.ir.interpreter import interpret
from millrace.ir.target import TargetInfo
from millrace.ir.types import F32, I64, INDEX, FunctionType, TensorType
from millrace.ir.verifier import verify
from millrace.passes.base import PassContext
from millrace.passes.graph.unroll import Unroll


def recurrence(trip: int, width: int, *, reverse: bool = False) -> Module:
    """h' = tanh(x + h); outputs 2 h' and the step number; the last h."""
    xs, h = TensorType((trip, width), F32), TensorType((width,), F32)
    entry = Block([xs, h])
    body = Block([INDEX, h, h])
    b = Builder(body)
    step, state, x = body.args
    new = b.value(elementary.Tanh, b.value(elementwise.Add, x, state))
    twice = b.value(elementwise.Add, new, new)
    number = b.value(arith.IndexCast, step, result_types=[I64])
    row = b.value(tensor.FromElements, [number], result_types=[TensorType((1,), I64)])
    b.create(scf.Yield, [new, twice, row])
    b = Builder(entry)
    scan = b.create(
        control.Scan,
        inits=[entry.args[1]],
        xs=[entry.args[0]],
        trip=trip,
        reverse=reverse,
        block=body,
    )
    b.create(func.Return, list(scan.results))
    t = FunctionType((xs, h), tuple(r.type for r in scan.results))
    f = func.Func(sym_name="main", function_type=t, role="entry", block=entry)
    module = Module(block=Block(), target=TargetInfo("t", "", vector_bytes=64).to_attr())
    module.block._insert_before(None, f)
    return module


def scans(m: Module) -> list[int]:
    return [op.trip for op in m.walk() if isinstance(op, control.Scan)]


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize(
    ("mode", "left"), [("full", []), ("3", [3]), ("4", [2]), ("1", [11]), ("never", [11])]
)
def test_every_factor_agrees_with_the_loop(mode: str, left: list[int], reverse: bool) -> None:
    rs = np.random.default_rng(0)
    args = [rs.standard_normal((11, 5)).astype(np.float32), np.zeros(5, np.float32)]
    want = interpret(recurrence(11, 5, reverse=reverse), args)
    module = recurrence(11, 5, reverse=reverse)
    Unroll(mode=mode).run(module, PassContext())
    verify(module)
    assert scans(module) == ([2] if mode == "4" else left)
    for got, ref in zip(interpret(module, args), want, strict=True):
        np.testing.assert_array_equal(got, ref)


def test_one_step_is_no_loop() -> None:
    module = recurrence(1, 5)
    Unroll().run(module, PassContext())
    assert scans(module) == []


def test_a_long_loop_of_heavy_steps_stays_and_says_why() -> None:
    module = recurrence(1000, 4096)
    ctx = PassContext()
    Unroll().run(module, ctx)
    assert scans(module) == [1000]
    assert "loop: 1000 steps" in ctx.remarks[0].text


def test_a_wrong_mode_is_refused() -> None:
    with pytest.raises(CompileError, match="sometimes"):
        Unroll(mode="sometimes").run(recurrence(2, 2), PassContext())


def test_the_number_of_steps_may_be_a_run_time_value() -> None:
    """A scan with a count stays a loop whatever the mode says."""
    module = recurrence(6, 3)
    scan: Any = next(op for op in module.walk() if isinstance(op, control.Scan))
    b = Builder.before(scan)
    count = b.value(arith.Constant, value=_three())
    scan._append_operand(count)
    scan.attributes["operandSegmentSizes"] = (1, 1, 1)
    Unroll(mode="full").run(module, PassContext())
    assert scans(module) == [6]


def _three() -> Any:
    from millrace.ir.attributes import Scalar

    return Scalar(3, INDEX)
