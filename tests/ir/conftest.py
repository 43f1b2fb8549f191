"""Modules of every level, built by hand, that together have every kind of attribute."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import ml_dtypes
import numpy as np
import pytest

from millrace.ir.affine import AffineMap, cst, dim
from millrace.ir.attributes import Dense, DialectAttr, FrozenDict, Iterator, Scalar, SymbolRef
from millrace.ir.builder import Builder
from millrace.ir.core import Block, Operation, Value
from millrace.ir.dialects import arith, func, linalg, memref, scf, tensor, vector
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.dialects.mr.control import Check, Scan
from millrace.ir.location import Location
from millrace.ir.types import (
    F32,
    F64,
    I1,
    I32,
    I64,
    INDEX,
    UI8,
    FunctionType,
    MemRefType,
    TensorType,
    Type,
    VectorType,
)
from millrace.ir.types import tensor as tensor_type

Build = Callable[..., Sequence[Value]]


def add_function(module: Module, name: str, inputs: Sequence[Type], build: Build, **fields) -> None:
    block = Block(inputs)
    b = Builder(block)
    outs = list(build(b, *block.args))
    b.create(func.Return, outs)
    signature = FunctionType(tuple(inputs), tuple(v.type for v in outs))
    op = func.Func(sym_name=name, function_type=signature, block=block, **fields)
    Builder(module.block).insert(op)


def block_of(types: Sequence[Type], build: Build, end: type[Operation] = scf.Yield) -> Block:
    block = Block(types)
    b = Builder(block)
    b.create(end, *build(b, *block.args))
    return block


def constants() -> Module:
    """Every element type, sizes on both sides of the limit, numbers without a decimal."""
    arrays = [
        np.arange(6, dtype=np.float32).reshape(2, 3) / 7,
        np.array([1.5, np.nan, -np.inf, 0.1], ml_dtypes.bfloat16),
        np.array([np.nan, -0.0, 1e-300, 5e-324, np.inf]),
        np.array([65504, 6e-8, np.inf], np.float16),
        np.array([0x7FC00001, 0xFFC00000, 0x80000000], np.uint32).view(np.float32),
        np.array([[True, False], [False, True]]),
        np.array([-128, 127], np.int8),
        np.array([0, 255], np.uint8),
        np.array([-(2**63), 2**63 - 1], np.int64),
        np.array([2**64 - 1, 0], np.uint64),
        np.array(True),
        np.array(3, np.int32),
        np.zeros((0, 3), np.float16),
        np.zeros((1000, 3), np.int8),
        np.full((3,), np.nan, np.float32),
        np.arange(65, dtype=np.int16),
        np.arange(100).astype(ml_dtypes.bfloat16).reshape(4, 25),
        np.linspace(0, 1, 200).reshape(10, 20).T,
        np.arange(130) % 3 == 0,
    ]

    def build(b: Builder, x: Value) -> Sequence[Value]:
        for i, a in enumerate(arrays):
            b.create(Constant, value=Dense(a), loc=Location(f"/c{i} é", 'a "q"\n.onnx', i, 0))
        return [x]

    module = Module(target=FrozenDict({"name": "host", "fma": True, "bytes": 32, "odd key": ()}))
    types = [tensor_type((4,), UI8)]
    add_function(module, "main", types, build, role="entry", arg_names=("/x:0",))
    return module


def scalars() -> Module:
    values = [
        Scalar(1.0, F64),
        Scalar(float("inf"), F32),
        Scalar(float("-inf"), F64),
        Scalar(float("nan"), F32),
        Scalar(0.1, VectorType((16,), F32)),
        Scalar(True, I1),
        Scalar(-3, I32),
        Scalar(7, I64),
        Scalar(4, INDEX),
        Scalar(-1, VectorType((4,), I32)),
    ]

    def build(b: Builder) -> Sequence[Value]:
        outs = [b.value(arith.Constant, value=v) for v in values]
        x = outs[0]
        b.create(
            arith.AddF, x, x, fastmath=arith.REASSOC_CONTRACT, loc=Location(None, "f.py", 3, 7)
        )
        return outs

    module = Module()
    add_function(module, "scalars", [], build)
    return module


def control() -> Module:
    """Regions at GRAPH level: scan, if, while, for, a call, a check."""
    t, rows = tensor_type((4,), F32), tensor_type((5, 4), F32)

    def scan_body(b: Builder, i: Value, h: Value, x: Value) -> Sequence[Value]:
        b.create(Check, b.value(arith.CmpI, i, i, predicate=0), code="index")
        return [x, h]

    def build(b: Builder, h: Value, xs: Value, c: Value, n: Value) -> Sequence[Value]:
        h.name_hint, xs.name_hint = "h", "/layer/xs:0"
        body = block_of([INDEX, t, t], scan_body)
        body.args[1].name_hint = "h"
        scan = b.create(Scan, [h], [xs], n, trip=5, reverse=True, block=body)
        chosen = b.create(
            scf.If,
            c,
            then_block=block_of([], lambda _: [h]),
            else_block=block_of([], lambda _: [scan.results[0]]),
            result_types=[t],
        )
        loop = b.create(
            scf.While,
            [chosen.result],
            before=block_of([t], lambda _, v: [c, v], scf.Condition),
            after=block_of([t], lambda _, v: [v]),
            result_types=[t],
        )
        counted = b.create(
            scf.For, n, n, n, [loop.result], block=block_of([INDEX, t], lambda _, i, v: [v])
        )
        called = b.create(
            func.Call, counted.results, callee=SymbolRef("odd name"), result_types=[t]
        )
        called.result.name_hint = "h"
        return [called.result, scan.results[1]]

    module = Module(sym_name="control")
    add_function(module, "main", [t, rows, I1, INDEX], build, role="entry")
    add_function(module, "odd name", [t], lambda b, x: [x])
    return module


def kernel() -> Module:
    t, row = tensor_type((4, 8), F32), tensor_type((4,), F32)
    maps = (AffineMap.identity(2), AffineMap.of(2, dim(0)))
    odd = AffineMap.of(2, (dim(0) * 2 + dim(1) + 1) // 4, (dim(1) - 3) % 5, cst(0), dim(0) * -1)

    def element(b: Builder, x: Value, acc: Value) -> Sequence[Value]:
        b.create(linalg.Index, dim=1)
        return [b.value(arith.AddF, acc, x, fastmath=arith.CONTRACT)]

    def build(b: Builder, x: Value) -> Sequence[Value]:
        zero = b.value(arith.Constant, value=Scalar(0.0, F32))
        init = b.value(linalg.Fill, zero, b.create(tensor.Empty, result_types=[row]).result)
        body = block_of([F32, F32], element, linalg.Yield)
        return b.create(
            linalg.Generic,
            [x],
            [init],
            indexing_maps=maps,
            iterator_types=(Iterator.PARALLEL, Iterator.REDUCTION),
            ranges=(4, 8),
            block=body,
        ).results

    module = Module()
    schedule = FrozenDict(
        {"map": odd, "scale": 0.5, "tile": (4, 8), "on": False, "note": DialectAttr("x.y<a, <b>>")}
    )
    add_function(module, "k0", [t], build, role="kernel", schedule=schedule)
    types = [t]
    call = lambda b, x: b.create(func.Call, [x], callee=SymbolRef("k0"), result_types=[row]).results  # noqa: E731
    add_function(module, "main", types, call, role="entry")
    return module


def loop() -> Module:
    buffer, wide = MemRefType((64,), F32), VectorType((16,), F32)

    def build(b: Builder, x: Value, y: Value) -> Sequence[Value]:
        zero = b.value(arith.Constant, value=Scalar(0, INDEX))
        w = b.create(memref.GetGlobal, sym="w", result_types=[MemRefType((100,), F32)]).result
        v = b.create(vector.Load, x, [zero], alignment=64, result_types=[wide]).result
        u = b.create(vector.Load, w, [zero], result_types=[wide]).result
        b.create(vector.Store, b.value(arith.MulF, v, u), y, [zero])
        b.create(memref.Alloc, result_types=[MemRefType((8,), I32)])
        return []

    module = Module()
    weights = memref.Global(sym_name="w", value=Dense(np.arange(100, dtype=np.float32)), offset=64)
    Builder(module.block).insert(weights)
    add_function(module, "main", [buffer, buffer], build, role="entry", num_inputs=1)
    return module


def dynamic() -> Module:
    bounded = TensorType((-1, 4), F32, (100, 4))
    strided = MemRefType((2, 3), F32, (-3, 1))
    nested = FunctionType((bounded,), (FunctionType((), (F32,)),))
    module = Module()
    types = [bounded, strided, tensor_type((), F32), nested]
    add_function(module, "main", types, lambda b, *xs: xs)
    return module


SAMPLES = {f.__name__: f for f in (constants, scalars, control, kernel, loop, dynamic)}


@pytest.fixture(params=SAMPLES)
def sample(request: pytest.FixtureRequest) -> tuple[str, Module]:
    """Each sample module in turn, with its name."""
    return request.param, SAMPLES[request.param]()


@pytest.fixture
def make() -> Callable[[str], Module]:
    """A sample module by name."""
    return lambda name: SAMPLES[name]()
