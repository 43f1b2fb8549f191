"""order-calls: branches one after the other where that takes less memory."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from millrace.driver.pipelines import STAGES
from millrace.ir.attributes import Dense
from millrace.ir.builder import Builder
from millrace.ir.core import Block, clone
from millrace.ir.dialects import func
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr.assemble import Concat
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.dialects.mr.contraction import MatMul
from millrace.ir.dialects.mr.elementwise import Add
from millrace.ir.interpreter import interpret, interpret_loop
from millrace.ir.target import TargetInfo
from millrace.ir.types import F32, FunctionType, tensor
from millrace.ir.verifier import verify
from millrace.passes.base import PassContext
from millrace.passes.kernel.order_calls import OrderCalls
from millrace.passes.manager import run_pipeline
from tests.passes.image_graphs import Images

WIDE = 64
SMALL = TargetInfo("small", "", vector_bytes=0, pointer_bytes=4, l1_bytes=0, bare=True, alignment=8)


def weights(b: Builder, rows: int, columns: int, seed: int) -> Any:
    array = np.random.default_rng(seed).standard_normal((rows, columns)).astype(np.float32)
    return b.value(Constant, value=Dense(array))


def branches(count: int) -> Module:
    """All that is wide first, then all that is narrow; of different sizes, so that they are kernels
    of their own."""
    block = Block([tensor((4, 8), F32)])
    b = Builder(block)
    sizes = [WIDE + i for i in range(count)]
    wide = [b.value(MatMul, block.args[0], weights(b, 8, n, n)) for n in sizes]
    narrow = [b.value(MatMul, w, weights(b, n, 3, n)) for w, n in zip(wide, sizes, strict=True)]
    total = narrow[0]
    for n in narrow[1:]:
        total = b.value(Add, total, n)
    b.create(func.Return, [total, b.value(Concat, narrow, axis=1)])
    return module_of(block)


def module_of(block: Block) -> Module:
    outs = tuple(v.type for v in block.terminator.operands)
    t = FunctionType((block.args[0].type,), outs)
    m = Module(block=Block())
    f = func.Func(sym_name="main", function_type=t, role="entry", block=block)
    m.block._insert_before(None, f)
    return m


def planned(module: Module, target: TargetInfo) -> Module:
    module.attributes["target"] = target.to_attr()
    run_pipeline(module, STAGES["kernel"])
    return module


def ordered(module: Module) -> list[str]:
    """What the pass says."""
    context = PassContext()
    OrderCalls().run(module, context)
    verify(module)
    return [r.text for r in context.remarks]


def calls(module: Module) -> list[str]:
    return [op.callee.name for op in module.entry.block if isinstance(op, func.Call)]


def test_a_branch_ends_before_the_next_one_begins() -> None:
    module = planned(branches(4), SMALL)
    x = np.random.default_rng(5).standard_normal((4, 8)).astype(np.float32)
    want = interpret(module, [x])
    (text,) = ordered(module)
    row = 4 * 4 * WIDE
    assert text.startswith("calls in another order: about ")
    after, before = (int(n) for n in re.findall("[0-9]+", text))
    assert row < after < 2 * row and before > 4 * row
    for g, w in zip(interpret(module, [x]), want, strict=True):
        np.testing.assert_array_equal(g, w)
    assert not ordered(module), "a second time finds nothing better"


def test_the_arena_is_smaller() -> None:
    def arena(beam: int) -> int:
        module = planned(branches(4), SMALL)
        loop = STAGES["loop"].replace("order-calls", f"order-calls{{beam={beam}}}")
        if not beam:
            loop = STAGES["loop"].replace("order-calls,", "")
        run_pipeline(module, loop)
        size: int = module.entry.block.args[-1].type.shape[0]
        return size

    assert arena(32) < 0.5 * arena(0)


def test_hosts_keep_their_order() -> None:
    module = planned(branches(4), replace(SMALL, bare=False))
    before = calls(module)
    assert not ordered(module) and calls(module) == before


def test_a_chain_stays() -> None:
    block = Block([tensor((4, 8), F32)])
    b = Builder(block)
    x = block.args[0]
    for i, n in enumerate((64, 8, 64, 8)):
        x = b.value(MatMul, x, weights(b, x.type.shape[1], n, i))
    b.create(func.Return, [x])
    module = planned(module_of(block), SMALL)
    before = calls(module)
    assert not ordered(module) and calls(module) == before


@pytest.mark.parametrize("seed", range(12))
def test_random_networks(seed: int) -> None:
    images = Images(seed + 100)
    module = images.module(7)
    x = images.array()
    want = interpret(module, [x])
    types = [v.type for v in module.entry.block.terminator.operands]
    planned(module, SMALL)
    again = clone(module, {})
    ordered(module)
    assert isinstance(again, Module)
    ordered(again)
    assert calls(module) == calls(again), "the same every time"
    for g, w in zip(interpret(module, [x]), want, strict=True):
        np.testing.assert_array_equal(g, w)
    if seed < 3:
        run_pipeline(module, STAGES["loop"])
        for g, w in zip(interpret_loop(module, [x], types), want, strict=True):
            np.testing.assert_array_equal(g, w)
