"""A harness that lowers the kernels of a small graph and runs each level."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from millrace.ir.attributes import Dense
from millrace.ir.builder import Builder
from millrace.ir.core import Block, Value
from millrace.ir.dialects import func, memref
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr import constant
from millrace.ir.interpreter import interpret, interpret_loop
from millrace.ir.target import TargetInfo
from millrace.ir.types import F32, FunctionType, MemRefType, TensorType, tensor
from millrace.passes.base import PassContext
from millrace.passes.kernel.fuse import Fuse
from millrace.passes.kernel.lower_kernels import LowerKernels
from millrace.passes.kernel.structure import Structure

Build = Callable[..., Sequence[Value]]
WIDE = TargetInfo("wide", "", vector_bytes=64, vector_registers=32)
NARROW = TargetInfo("narrow", "", vector_bytes=16, vector_registers=16)
SCALAR = TargetInfo("scalar", "", vector_bytes=0, vector_registers=8, l1_bytes=0)


def make_module(types: Sequence[TensorType], build: Build, target: TargetInfo) -> Module:
    block = Block(types)
    b = Builder(block)
    outs = list(build(b, *block.args))
    b.create(func.Return, outs)
    f = func.Func(
        sym_name="main",
        function_type=FunctionType(tuple(types), tuple(o.type for o in outs)),
        role="entry",
        block=block,
    )
    m = Module(block=Block(), target=target.to_attr())
    m.block._insert_before(None, f)
    return m


def const(b: Builder, array: Any) -> Value:
    return b.value(constant.Constant, value=Dense(np.asarray(array, np.float32)))


class Harness:
    """Lowers a graph and compares KERNEL level and the lowered kernels with GRAPH level."""

    def run(
        self,
        shapes: Sequence[Any],
        build: Build,
        *,
        target: TargetInfo = WIDE,
        tol: float = 3e-5,
        seed: int = 0,
    ) -> Module:
        types = [s if isinstance(s, TensorType) else tensor(s, F32) for s in shapes]
        rs = np.random.default_rng(seed)
        args = [random_array(rs, t) for t in types]
        want = interpret(make_module(types, build, target), args)
        m = make_module(types, build, target)
        ctx = PassContext()
        Structure().run(m, ctx)
        close(interpret(m, args), want, tol)
        Fuse().run(m, ctx)
        close(interpret(m, args), want, tol)
        close(self.run_lowered(m, args, ctx), want, tol)
        return m

    def run_lowered(self, m: Module, args: Sequence[Any], ctx: PassContext) -> list[Any]:
        """Interpret the plan by hand: constants become globals, calls run lowered kernels."""
        types = {
            op: [r.type for r in op.results] for op in m.entry.block if isinstance(op, func.Call)
        }
        globalize(m)
        LowerKernels().run(m, ctx)
        data = {g.sym_name: g.value.array for g in m.block if isinstance(g, memref.Global)}
        env: dict[Value, Any] = dict(zip(m.entry.block.args, args, strict=True))
        for op in m.entry.block:
            if isinstance(op, memref.GetGlobal):
                env[op.result] = data[op.sym].reshape(-1)
            elif isinstance(op, func.Call):
                ins = [np.ascontiguousarray(env[v]).reshape(-1) for v in op.operands]
                outs = interpret_loop(m, ins, types[op], function=op.callee.name)
                env.update(zip(op.results, outs, strict=True))
            elif isinstance(op, func.Return):
                return [env[v] for v in op.operands]
            else:
                env[op.results[0]] = op.evaluate(*(env[v] for v in op.operands))
        raise AssertionError("no return")


def globalize(m: Module) -> None:
    """What bufferization does with constants."""
    count = 0
    for op in m.entry.block:
        if isinstance(op, constant.Constant):
            g = memref.Global(sym_name=f"c{count}", value=op.value)
            count += 1
            m.block._insert_before(m.block.first, g)
            t = MemRefType((op.value.array.size,), op.value.type.element)
            get = Builder.before(op).value(memref.GetGlobal, sym=g.sym_name, result_types=[t])
            op.result._replace_all_uses_with(get)
            op._erase()


def random_array(rs: np.random.Generator, t: TensorType) -> Any:
    if t.dtype.kind == "f":
        return rs.standard_normal(t.shape).astype(t.dtype)
    return rs.integers(0, 100, t.shape).astype(t.dtype)


def close(got: Sequence[Any], want: Sequence[Any], tol: float) -> None:
    assert len(got) == len(want)
    for g, w in zip(got, want, strict=True):
        np.testing.assert_allclose(g, w, rtol=tol, atol=tol)


@pytest.fixture
def harness() -> Harness:
    return Harness()
