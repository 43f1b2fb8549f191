"""reroll: unrolled recurrences become scans again, and only provably equal steps do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from millrace.ir.attributes import Dense
from millrace.ir.builder import Builder
from millrace.ir.core import Block, Value
from millrace.ir.dialects import func
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr import (
    assemble,
    constant,
    contraction,
    control,
    elementary,
    elementwise,
    movement,
)
from millrace.ir.interpreter import interpret
from millrace.ir.types import F32, FunctionType, TensorType
from millrace.ir.verifier import verify
from millrace.passes.manager import run_pipeline

RS = np.random.default_rng(3)
W = RS.standard_normal((4, 6)).astype(np.float32)
U = RS.standard_normal((6, 6)).astype(np.float32)
UC = RS.standard_normal((10, 6)).astype(np.float32)
CLEAN = "canonicalize,fold-constants,canonicalize,cse,prune"


def const(b: Builder, a: Any) -> Value:
    return b.value(constant.Constant, value=Dense(np.asarray(a, np.float32)))


class Unrolled:
    """An RNN written out step by step."""

    def __init__(self, steps: int, init: str, *, joined: bool = False, odd: int = -1) -> None:
        x_type, h_type = TensorType((1, steps, 4), F32), TensorType((1, 6), F32)
        block = Block([x_type, h_type])
        b = Builder(block)
        u = const(b, UC if joined else U)
        w = const(b, W)
        h: Value = block.args[1] if init == "input" else const(b, np.zeros((1, 6)))
        states = []
        for t in range(steps):
            row = movement.slice_along(b, block.args[0], 1, t, 1)
            x = movement.reshape(b, row, (1, 4))
            if joined:
                both = b.value(assemble.Concat, [x, h], axis=1)
                z = b.value(contraction.MatMul, both, u)
            else:
                z = b.value(
                    elementwise.Add,
                    b.value(contraction.MatMul, x, w),
                    b.value(contraction.MatMul, h, u),
                )
            act = elementary.Sin if t == odd else elementary.Tanh
            h = b.value(act, z)
            states.append(h)
        out = b.value(assemble.Concat, [movement.reshape(b, s, (1, 1, 6)) for s in states], axis=1)
        b.create(func.Return, [out, h])
        types = FunctionType((x_type, h_type), (out.type, h.type))
        f = func.Func(sym_name="main", function_type=types, role="entry", block=block)
        self.module = Module(block=Block())
        self.module.block._insert_before(None, f)


def trips(m: Module) -> list[int]:
    return [op.trip for op in m.walk() if isinstance(op, control.Scan)]


@pytest.mark.parametrize("joined", [False, True])
@pytest.mark.parametrize("init", ["input", "zero"])
def test_all_steps_are_found(init: str, joined: bool) -> None:
    args = [
        RS.standard_normal((1, 9, 4)).astype(np.float32),
        RS.standard_normal((1, 6)).astype(np.float32),
    ]
    want = interpret(Unrolled(9, init, joined=joined).module, args)
    m = Unrolled(9, init, joined=joined).module
    run_pipeline(m, f"{CLEAN},reroll,{CLEAN}")
    verify(m)
    assert trips(m) == [9]
    scans = [op for op in m.walk() if isinstance(op, control.Scan)]
    assert len(scans[0].xs) == 1
    assert sum(isinstance(op, contraction.MatMul) for op in m.walk()) == (1 if joined else 2)
    for got, ref in zip(interpret(m, args), want, strict=True):
        np.testing.assert_allclose(got, ref, rtol=1e-6, atol=1e-6)


def test_a_step_that_differs_is_no_part_of_the_loop() -> None:
    args = [RS.standard_normal((1, 12, 4)).astype(np.float32), np.ones((1, 6), np.float32)]
    want = interpret(Unrolled(12, "input", odd=3).module, args)
    m = Unrolled(12, "input", odd=3).module
    run_pipeline(m, f"{CLEAN},reroll,{CLEAN}")
    verify(m)
    assert trips(m) == [8]
    for got, ref in zip(interpret(m, args), want, strict=True):
        np.testing.assert_allclose(got, ref, rtol=1e-6, atol=1e-6)


def test_three_steps_are_left_alone() -> None:
    m = Unrolled(3, "input").module
    run_pipeline(m, f"{CLEAN},reroll")
    assert trips(m) == []
