"""LOOP modules built by hand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from millrace.codegen import compile_module, load, target
from millrace.ir.attributes import Dense, Scalar
from millrace.ir.builder import Builder
from millrace.ir.core import Block, BlockArgument, Operation, OpResult, Value
from millrace.ir.dialects import arith, func, memref, scf, vector
from millrace.ir.dialects.builtin import Module
from millrace.ir.target import TargetInfo
from millrace.ir.types import (
    I8,
    INDEX,
    ElementType,
    FunctionType,
    MemRefType,
    Type,
    VectorType,
)


class Maker:
    """Builds a module function by function."""

    def __init__(self) -> None:
        self.module = Module()
        self.b = Builder(self.module.block)

    def func(
        self,
        name: str,
        args: Sequence[Type],
        body: Callable[..., Any],
        role: str = "kernel",
        **fields: Any,
    ) -> func.Func:
        block = Block(args)
        with self.b.at_end_of(block):
            body(*block.args)
            self.b.create(func.Return)
        return self.b.create(
            func.Func,
            sym_name=name,
            function_type=FunctionType(tuple(args), ()),
            role=role,
            block=block,
            **fields,
        )

    def entry(
        self, ins: Sequence[Type], outs: Sequence[Type], body: Callable[..., Any], arena: int = 0
    ) -> func.Func:
        extra = [MemRefType((arena,), I8)] if arena else []
        return self.func(
            "main",
            [*ins, *outs, *extra],
            body,
            role="entry",
            num_inputs=len(ins),
            arg_names=tuple(f"in{i}" for i in range(len(ins))),
            result_names=tuple(f"out{i}" for i in range(len(outs))),
        )

    def op(self, cls: type[Operation], *operands: Any, **fields: Any) -> OpResult:
        return self.b.value(cls, *operands, **fields)

    def const(self, value: bool | int | float, t: ElementType | VectorType = INDEX) -> OpResult:
        return self.op(arith.Constant, value=Scalar(value, t))

    def load(self, m: Value, at: int | Value) -> OpResult:
        return self.op(memref.Load, m, [self.index(at)])

    def store(self, v: Value, m: Value, at: int | Value) -> None:
        self.b.create(memref.Store, v, m, [self.index(at)])

    def vload(self, m: Value, at: int | Value, n: int) -> OpResult:
        t = m.type
        assert isinstance(t, MemRefType)
        return self.op(vector.Load, m, [self.index(at)], result_types=[VectorType((n,), t.element)])

    def vstore(self, v: Value, m: Value, at: int | Value) -> None:
        self.b.create(vector.Store, v, m, [self.index(at)])

    def index(self, at: int | Value) -> Value:
        return at if isinstance(at, Value) else self.const(at)

    def for_(
        self,
        lower: int | Value,
        upper: int | Value,
        body: Callable[..., Sequence[Value] | None],
        inits: Sequence[Value] = (),
        step: int = 1,
    ) -> Sequence[Value]:
        block = Block([INDEX, *(v.type for v in inits)])
        with self.b.at_end_of(block):
            out = body(*block.args) or ()
            self.b.create(scf.Yield, list(out))
        bounds = (self.index(lower), self.index(upper), self.index(step))
        return self.b.create(scf.For, *bounds, list(inits), block=block).results

    def call(self, name: str, *args: Value) -> None:
        from millrace.ir.attributes import SymbolRef

        self.b.create(func.Call, list(args), callee=SymbolRef(name), result_types=[])

    def constant(self, name: str, array: np.ndarray[Any, Any], offset: int | None = None) -> None:
        self.b.create(memref.Global, sym_name=name, value=Dense(array), offset=offset)

    def get(self, name: str, t: MemRefType) -> OpResult:
        return self.op(memref.GetGlobal, sym=name, result_types=[t])

    def view(self, arena: Value, at: int | Value, t: MemRefType) -> OpResult:
        return self.op(memref.View, arena, self.index(at), result_types=[t])


def buffer(size: int, element: ElementType) -> MemRefType:
    return MemRefType((size,), element)


def elementwise(
    make: Callable[..., Value], ins: Sequence[ElementType], out: ElementType, n: int, width: int
) -> Module:
    """``out[i] = make(maker, in0[i], ...)``; by scalars when ``width`` is 0, else by vectors."""
    m = Maker()

    def body(*args: BlockArgument) -> None:
        def scalar(i: Value) -> None:
            m.store(make(m, *(m.load(a, i) for a in args[:-1])), args[-1], i)

        def lanes(i: Value) -> None:
            m.vstore(make(m, *(m.vload(a, i, width) for a in args[:-1])), args[-1], i)

        m.for_(0, n, lanes if width else scalar, step=width or 1)

    m.entry([buffer(n, t) for t in ins], [buffer(n, out)], body)
    return m.module


def run_elementwise(
    make: Callable[..., Value],
    arrays: Sequence[np.ndarray[Any, Any]],
    ins: Sequence[ElementType],
    out: ElementType,
    width: int,
    on: TargetInfo | None = None,
) -> np.ndarray[Any, Any]:
    module = elementwise(make, ins, out, arrays[0].size, width)
    compiled = compile_module(module, on or target("host"), name="t", level=1)
    (y,) = load(compiled)(*arrays)
    return y


def host_can_run(t: TargetInfo) -> bool:
    needs = {"x86-64-v3": "+avx2", "x86-64-v4": "+avx512f", "x86-64-v2": "+sse4.2"}
    host = target("host")
    if not host.triple.startswith(t.triple.partition("-")[0]):
        return False
    return needs.get(t.name, "") in f"{host.features}"


@pytest.fixture
def maker() -> Maker:
    return Maker()
