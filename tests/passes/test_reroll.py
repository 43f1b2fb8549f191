"""reroll: unrolled recurrences become scans again, and only provably equal steps do."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from millrace.ir.attributes import Dense
from millrace.ir.builder import Builder
from millrace.ir.core import Block, Value
from millrace.ir.dialects import func, scf
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
from millrace.ir.types import F32, INDEX, FunctionType, TensorType
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


def gated(steps: int) -> Module:
    """h' = z * h + (1 - z) * x @ W with z = sigmoid(x @ W); an exporter has dropped ``z * 0`` from
    the first step."""
    x_type = TensorType((steps, 4), F32)
    block = Block([x_type])
    b = Builder(block)
    w, u, one = const(b, W), const(b, U), const(b, 1.0)
    h: Value | None = None
    for t in range(steps):
        g = b.value(contraction.MatMul, movement.slice_along(b, block.args[0], 0, t, 1), w)
        if h is not None:
            g = b.value(elementwise.Add, g, b.value(contraction.MatMul, h, u))
        z = b.value(elementary.Sigmoid, g)
        new = b.value(elementwise.Mul, b.value(elementwise.Sub, one, z), g)
        h = new if h is None else b.value(elementwise.Add, b.value(elementwise.Mul, z, h), new)
    assert h is not None
    b.create(func.Return, [h])
    types = FunctionType((x_type,), (h.type,))
    f = func.Func(sym_name="main", function_type=types, role="entry", block=block)
    m = Module(block=Block())
    m.block._insert_before(None, f)
    return m


def test_a_first_step_without_its_zero_terms() -> None:
    x = RS.standard_normal((8, 4)).astype(np.float32)
    want = interpret(gated(8), [x])
    m = gated(8)
    run_pipeline(m, f"{CLEAN},reroll,{CLEAN}")
    verify(m)
    assert trips(m) == [8]
    np.testing.assert_allclose(interpret(m, [x])[0], want[0], rtol=1e-6, atol=1e-6)


def random_cell(seed: int, steps: int) -> tuple[Module, list[Any]]:
    """A recurrence with two states of random structure, as a scan."""
    rs = np.random.default_rng(seed)
    x_type, h_type = TensorType((steps, 1, 3), F32), TensorType((1, 5), F32)
    entry = Block([x_type, h_type])
    eb = Builder(entry)
    zero = const(eb, np.zeros((1, 5)))
    weights = [const(eb, 0.3 * rs.standard_normal((n, 5))) for n in (3, 5, 5)]
    body = Block([INDEX, h_type, h_type, TensorType((1, 3), F32)])
    b = Builder(body)
    _, h, c, x = body.args
    pool: list[Value] = [h, c, b.value(contraction.MatMul, x, weights[0])]
    pool.append(b.value(contraction.MatMul, h, weights[1]))
    for _ in range(int(rs.integers(3, 9))):
        u, v = (pool[rs.integers(len(pool))] for _ in range(2))
        kind = rs.integers(5)
        if kind < 2:
            pool.append(b.value((elementwise.Add, elementwise.Mul)[kind], u, v))
        elif kind < 4:
            pool.append(b.value((elementary.Tanh, elementary.Sigmoid)[kind - 2], u))
        else:
            pool.append(b.value(contraction.MatMul, u, weights[2]))
    new_h = b.value(elementary.Tanh, b.value(elementwise.Add, pool[-1], pool[3]))
    new_c = b.value(elementary.Tanh, b.value(elementwise.Add, pool[-2], c))
    b.create(scf.Yield, [new_h, new_c, new_h])
    inits = [zero if rs.random() < 0.6 else entry.args[1] for _ in range(2)]
    scan = eb.create(control.Scan, inits=inits, xs=[entry.args[0]], trip=steps, block=body)
    keep = int(rs.integers(1, 4))
    outs = list(scan.results)[:keep]
    eb.create(func.Return, outs)
    t = FunctionType((x_type, h_type), tuple(r.type for r in outs))
    f = func.Func(sym_name="main", function_type=t, role="entry", block=entry)
    m = Module(block=Block())
    m.block._insert_before(None, f)
    return m, [rs.standard_normal(t.shape).astype(np.float32) for t in (x_type, h_type)]


@pytest.mark.parametrize("seed", range(60))
def test_random_cells_unrolled_and_cleaned_come_back_equal(seed: int) -> None:
    module, args = random_cell(seed, 7)
    want = interpret(module, args)
    run_pipeline(module, f"unroll{{mode=full}},{CLEAN}")
    assert trips(module) == []
    run_pipeline(module, f"reroll,{CLEAN}")
    verify(module)
    for got, ref in zip(interpret(module, args), want, strict=True):
        np.testing.assert_allclose(got, ref, rtol=1e-5, atol=1e-5)
