"""States that never change become constants."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from millrace.ir.attributes import Dense
from millrace.ir.builder import Builder
from millrace.ir.core import Block, Value
from millrace.ir.dialects import func
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.interpreter import interpret
from millrace.ir.types import F32, FunctionType, tensor
from millrace.ir.verifier import verify
from millrace.passes.manager import run_pipeline
from tests.passes.conftest import const

V = tensor((3,), F32)
W = np.array([2.0, -3.0, 5.0], np.float32)
MASK = np.array([1.0, 0.0, 1.0], np.float32)
X = np.array([1.0, 2.0, 4.0], np.float32)


def with_state(build: Any, init: Any = W) -> Module:
    """``build(b, x, w)`` gives the output and the next state."""
    block = Block([V, V])
    b = Builder(block)
    outs = list(build(b, *block.args))
    b.create(func.Return, outs)
    f = func.Func(
        sym_name="main",
        function_type=FunctionType((V, V), (V, V)),
        role="entry",
        arg_names=["x"],
        result_names=["y"],
        num_states=1,
        state_names=["w"],
        state_init=(Dense(np.asarray(init, np.float32)),),
        block=block,
    )
    outer = Block()
    Builder(outer).insert(f)
    return Module(block=outer)


def masked(b: Builder, x: Value, w: Value) -> list[Value]:
    after = b.value(ew.Mul, w, const(b, MASK))
    return [b.value(ew.Mul, x, after), after]


def unchanged(b: Builder, x: Value, w: Value) -> list[Value]:
    return [b.value(ew.Mul, x, w), w]


@pytest.mark.parametrize(("build", "want"), [(masked, X * W * MASK), (unchanged, X * W)])
def test_becomes_a_constant(build: Any, want: Any) -> None:
    module = with_state(build)
    run_pipeline(module, "fixed-states,fold-constants,prune")
    verify(module)
    entry = module.entry
    assert (entry.num_states, entry.input_names, entry.output_names) == (0, ("x",), ("y",))
    assert entry.state_init is None and entry.state_names is None
    np.testing.assert_array_equal(interpret(module, [X])[0], want)


def first_run_differs(b: Builder, x: Value, w: Value) -> list[Value]:
    """The output sees the state before it is masked."""
    return [b.value(ew.Mul, x, w), b.value(ew.Mul, w, const(b, MASK))]


def depends_on_input(b: Builder, x: Value, w: Value) -> list[Value]:
    total = b.value(ew.Add, x, w)
    return [total, total]


def grows(b: Builder, x: Value, w: Value) -> list[Value]:
    return [x, b.value(ew.Add, w, const(b, 1.0))]


@pytest.mark.parametrize("build", [first_run_differs, depends_on_input, grows])
def test_stays_a_state(build: Any) -> None:
    module = with_state(build)
    run_pipeline(module, "fixed-states")
    assert module.entry.num_states == 1


def test_masked_already() -> None:
    """Then the first run gives what the others do."""
    module = with_state(first_run_differs, W * MASK)
    run_pipeline(module, "fixed-states,fold-constants,prune")
    verify(module)
    assert module.entry.num_states == 0
    np.testing.assert_array_equal(interpret(module, [X])[0], X * W * MASK)
