"""Builds KERNEL-level plans by hand and runs them before and after bufferization."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from millrace.ir.affine import AffineMap, dim
from millrace.ir.attributes import Dense, Iterator, Scalar, SymbolRef
from millrace.ir.builder import Builder
from millrace.ir.core import Block, Operation, Value, clone
from millrace.ir.dialects import arith, func, linalg, memref, scf, tensor
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr.assemble import Concat, Pad
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.dialects.mr.control import Scan
from millrace.ir.dialects.mr.movement import Broadcast, Reshape, Reverse, Slice, Transpose
from millrace.ir.interpreter import interpret, interpret_loop
from millrace.ir.types import F32, I1, INDEX, FunctionType, TensorType
from millrace.ir.types import tensor as tensor_type
from millrace.ir.verifier import verify
from millrace.passes.base import PassContext
from millrace.passes.kernel.bufferize import bufferize
from millrace.passes.kernel.lower_kernels import LowerKernels
from millrace.passes.kernel.plan_memory import MemoryPlan, plan_memory

Body = Callable[..., Value]
PAR, RED = Iterator.PARALLEL, Iterator.REDUCTION


def f32(*shape: int) -> TensorType:
    return tensor_type(shape, F32)


def shape(v: Value) -> tuple[int, ...]:
    assert isinstance(v.type, TensorType)
    return v.type.shape


class Plan:
    """A module under construction; ``b`` stands in the entry's body."""

    def __init__(self, *types: TensorType) -> None:
        self.module = Module(block=Block())
        self.block = Block(types)
        self.b = Builder(self.block)
        self.args: list[Value] = list(self.block.args)
        self.count = 0

    # ---- kernels

    def kernel(self, operands: Sequence[Value], build: Callable[..., Sequence[Value]]) -> Any:
        """Call a new kernel with the body ``build(builder, *args)``; its results."""
        block = Block([v.type for v in operands])
        kb = Builder(block)
        outs = list(build(kb, *block.args))
        kb.create(func.Return, outs)
        types = tuple(o.type for o in outs)
        name = f"k{self.count}"
        self.count += 1
        f = func.Func(
            sym_name=name,
            function_type=FunctionType(tuple(v.type for v in operands), types),
            role="kernel",
            block=block,
        )
        Builder(self.module.block).insert(f)
        return self.call(name, operands, types)

    def call(self, name: str, operands: Sequence[Value], types: Sequence[Any]) -> Any:
        op = self.b.create(func.Call, list(operands), callee=SymbolRef(name), result_types=types)
        return op.results[0] if len(op.results) == 1 else tuple(op.results)

    def call_again(self, name: str, *operands: Value) -> Any:
        """Call a kernel that is there already."""
        return self.call(name, operands, self.module.function(name).function_type.results)

    def ew(self, f: Body, *xs: Value) -> Value:
        """An elementwise kernel: ``f(builder, *scalars)``."""
        return self.kernel(xs, lambda kb, *args: [pointwise(kb, f, *args)])  # type: ignore[no-any-return]

    def add(self, x: Value, y: Value) -> Value:
        return self.ew(lambda b, p, q: b.value(arith.AddF, p, q), x, y)

    def mul(self, x: Value, y: Value) -> Value:
        return self.ew(lambda b, p, q: b.value(arith.MulF, p, q), x, y)

    def inc(self, x: Value, by: float = 1.0) -> Value:
        return self.ew(lambda b, p: b.value(arith.AddF, p, number(b, by)), x)

    def matvec(self, w: Value, x: Value) -> Value:
        """``w @ x`` of a matrix and a vector."""
        return self.kernel([w, x], lambda kb, p, q: [dot(kb, p, q)])  # type: ignore[no-any-return]

    def sum_last(self, x: Value) -> Value:
        return self.kernel([x], lambda kb, p: [sum_last(kb, p)])  # type: ignore[no-any-return]

    def cell(self, w: Value, h: Value, x: Value) -> Value:
        """``w @ h + x`` in one kernel."""

        def build(kb: Builder, w: Value, h: Value, x: Value) -> Sequence[Value]:
            return [pointwise(kb, lambda b, p, q: b.value(arith.AddF, p, q), dot(kb, w, h), x)]

        return self.kernel([w, h, x], build)  # type: ignore[no-any-return]

    def twins(self, x: Value, y: Value) -> Any:
        """Two results of one kernel: minimum and maximum."""

        def build(kb: Builder, x: Value, y: Value) -> Sequence[Value]:
            ops = arith.MinimumF, arith.MaximumF
            return [pointwise(kb, lambda b, p, q, c=c: b.value(c, p, q), x, y) for c in ops]

        return self.kernel([x, y], build)

    # ---- the plan

    def const(self, array: Any) -> Value:
        return self.b.value(Constant, value=Dense(np.asarray(array)))

    def reshape(self, x: Value, *to: int) -> Value:
        return self.b.value(Reshape, x, shape=to)

    def transpose(self, x: Value, *perm: int) -> Value:
        return self.b.value(Transpose, x, perm=perm)

    def slice(
        self, x: Value, starts: Sequence[int], sizes: Sequence[int], steps: Any = None
    ) -> Value:
        return self.b.value(Slice, x, starts=starts, sizes=sizes, steps=steps)

    def reverse(self, x: Value, *axes: int) -> Value:
        return self.b.value(Reverse, x, axes=axes)

    def broadcast(self, x: Value, *to: int) -> Value:
        return self.b.value(Broadcast, x, shape=to)

    def concat(self, axis: int, *xs: Value) -> Value:
        return self.b.value(Concat, list(xs), axis=axis)

    def pad(self, x: Value, low: Any, high: Any, value: float = 0.0, interior: Any = None) -> Value:
        return self.b.value(Pad, x, low=low, high=high, value=value, interior=interior)

    def index(self, n: int) -> Value:
        return self.b.value(arith.Constant, value=Scalar(n, INDEX))

    def extract(self, x: Value, *indices: int) -> Value:
        return self.b.value(tensor.Extract, x, [self.index(i) for i in indices])

    def scalar_tensor(self, v: Value) -> Value:
        return self.b.value(tensor.FromElements, [v], result_types=[f32()])

    def scan(
        self,
        inits: Sequence[Value],
        xs: Sequence[Value],
        trip: int,
        build: Callable[..., tuple[Sequence[Value], Sequence[Value]]],
        *,
        count: Value | None = None,
        reverse: bool = False,
    ) -> tuple[Value, ...]:
        """``build(step, *carries, *slices)`` gives the next carries and the stacked outputs."""
        types = [v.type for v in inits]
        slices = [tensor_type(shape(x)[1:], F32) for x in xs]
        body = Block([INDEX, *types, *slices])
        with self.b.at_end_of(body):
            carries, ys = build(*body.args)
            self.b.create(scf.Yield, [*carries, *ys])
        op = self.b.create(
            Scan, list(inits), list(xs), count, trip=trip, reverse=reverse, block=body
        )
        return tuple(op.results)

    def if_(
        self,
        condition: Value,
        then: Callable[[], Sequence[Value]],
        other: Callable[[], Sequence[Value]],
    ) -> tuple[Value, ...]:
        blocks = []
        types: list[Any] = []
        for build in (then, other):
            block = Block()
            with self.b.at_end_of(block):
                outs = list(build())
                self.b.create(scf.Yield, outs)
            types = [o.type for o in outs]
            blocks.append(block)
        op = self.b.create(
            scf.If, condition, then_block=blocks[0], else_block=blocks[1], result_types=types
        )
        return tuple(op.results)

    def for_(
        self, stop: int, inits: Sequence[Value], build: Callable[..., Sequence[Value]]
    ) -> tuple[Value, ...]:
        body = Block([INDEX, *(v.type for v in inits)])
        with self.b.at_end_of(body):
            self.b.create(scf.Yield, list(build(*body.args)))
        bounds = self.index(0), self.index(stop), self.index(1)
        return tuple(self.b.create(scf.For, *bounds, list(inits), block=body).results)

    def while_(
        self,
        inits: Sequence[Value],
        before: Callable[..., tuple[Value, Sequence[Value]]],
        after: Callable[..., Sequence[Value]],
    ) -> tuple[Value, ...]:
        first = Block([v.type for v in inits])
        with self.b.at_end_of(first):
            go_on, values = before(*first.args)
            self.b.create(scf.Condition, go_on, list(values))
        types = [v.type for v in values]
        second = Block(types)
        with self.b.at_end_of(second):
            self.b.create(scf.Yield, list(after(*second.args)))
        op = self.b.create(scf.While, list(inits), before=first, after=second, result_types=types)
        return tuple(op.results)

    def less(self, x: Value, y: Value) -> Value:
        op = arith.CmpF if x.type == F32 else arith.CmpI
        predicate = arith.cmp_f("olt") if x.type == F32 else arith.cmp_i("slt")
        return self.b.value(op, x, y, predicate=predicate)

    def true(self) -> Value:
        return self.b.value(arith.Constant, value=Scalar(True, I1))

    def finish(self, *outs: Value, states: int = 0) -> Module:
        self.b.create(func.Return, list(outs))
        f = func.Func(
            sym_name="main",
            function_type=FunctionType(
                tuple(a.type for a in self.block.args), tuple(o.type for o in outs)
            ),
            role="entry",
            num_states=states,
            block=self.block,
        )
        Builder(self.module.block).insert(f)
        return self.module


# ---- bodies of kernels


def number(b: Builder, value: float) -> Value:
    return b.value(arith.Constant, value=Scalar(value, F32))


def empty(b: Builder, *to: int) -> Value:
    return b.value(tensor.Empty, result_types=[f32(*to)])


def generic(
    b: Builder,
    inputs: Sequence[Value],
    out: Value,
    maps: Sequence[AffineMap],
    ranges: Sequence[int],
    f: Body,
    reduced: int = 0,
) -> Value:
    """A generic whose last ``reduced`` loops reduce; the last map is the output's."""
    point = Block([F32] * (len(inputs) + 1))
    pb = Builder(point)
    pb.create(linalg.Yield, [f(pb, *point.args)])
    kinds = [PAR] * (len(ranges) - reduced) + [RED] * reduced
    op = b.create(
        linalg.Generic,
        list(inputs),
        [out],
        indexing_maps=list(maps),
        iterator_types=kinds,
        ranges=tuple(ranges),
        block=point,
    )
    return op.results[0]


def pointwise(b: Builder, f: Body, *xs: Value) -> Value:
    """Operands of one shape."""
    to = shape(xs[0])
    maps = [AffineMap.identity(len(to))] * (len(xs) + 1)
    return generic(b, xs, empty(b, *to), maps, to, lambda pb, *a: f(pb, *a[:-1]))


def zeros(b: Builder, *to: int) -> Value:
    return b.value(linalg.Fill, number(b, 0.0), empty(b, *to))


def dot(b: Builder, w: Value, x: Value) -> Value:
    n, k = shape(w)
    maps = [AffineMap.identity(2), AffineMap.of(2, dim(1)), AffineMap.of(2, dim(0))]

    def step(pb: Builder, p: Value, q: Value, acc: Value) -> Value:
        return pb.value(arith.AddF, acc, pb.value(arith.MulF, p, q))

    return generic(b, [w, x], zeros(b, n), maps, (n, k), step, 1)


def sum_last(b: Builder, x: Value) -> Value:
    *lead, n = shape(x)
    rank = len(lead) + 1
    maps = [AffineMap.identity(rank), AffineMap.of(rank, *(dim(i) for i in range(rank - 1)))]

    def step(pb: Builder, p: Value, acc: Value) -> Value:
        return pb.value(arith.AddF, acc, p)

    return generic(b, [x], zeros(b, *lead), maps, (*lead, n), step, 1)


# ---- running


class Checked:
    """A bufferized module and what the tests ask about it."""

    def __init__(self, module: Module) -> None:
        self.module = module
        self.plan: MemoryPlan | None = None

    def ops(self, cls: type[Operation]) -> list[Any]:
        return [op for op in self.module.entry.walk() if isinstance(op, cls)]

    @property
    def copies(self) -> int:
        """Copies that remained: calls of copy kernels, memcpys and single elements moved."""
        calls = [c for c in self.ops(func.Call) if c.callee.name.startswith("copy")]
        moved = [s for s in self.ops(memref.Store) if isinstance(s.value.defining_op, memref.Load)]
        return len(calls) + len(self.ops(memref.Copy)) + len(moved)

    @property
    def allocs(self) -> int:
        return len(self.ops(memref.Alloc))

    @property
    def alloc_elements(self) -> int:
        return sum(op.result.type.shape[0] for op in self.ops(memref.Alloc))


def close(got: Sequence[Any], want: Sequence[Any]) -> None:
    for g, w in zip(got, want, strict=True):
        np.testing.assert_allclose(g, w, rtol=2e-5, atol=2e-5)


class Harness:
    """Bufferizes a module and compares each step with the interpretation of the plan."""

    def run(self, module: Module, *inputs: Any, lower: bool = True) -> Checked:
        arrays = [np.asarray(x) for x in inputs]
        types = [v.type for v in module.entry.block.terminator.operands]
        verify(module)
        want = interpret(module, arrays)
        bufferize(module)
        verify(module)
        in_place_is_sound(module)
        close(interpret_loop(module, arrays, types), want)
        result = Checked(clone(module, {}))  # type: ignore[arg-type]
        result.plan = plan_memory(module)
        verify(module)
        close(interpret_loop(module, arrays, types), want)
        if lower:
            LowerKernels().run(module, PassContext())
            verify(module)
            close(interpret_loop(module, arrays, types), want)
        return result


def in_place_is_sound(module: Module) -> None:
    """For every call with a result in an operand's buffer: the result's element p may depend on
    no other element of that operand than p."""
    rs = np.random.default_rng(0)
    for call in module.entry.walk():
        if not isinstance(call, func.Call):
            continue
        kernel = module.function(call.callee.name)
        count = len(kernel.block.args)
        for k, out in enumerate(call.operands[count:]):
            for i, v in enumerate(call.operands[:count]):
                if v is out:
                    probe(module, kernel, i, k, rs)


def probe(module: Module, kernel: func.Func, i: int, k: int, rs: np.random.Generator) -> None:
    args = [rs.standard_normal(t.shape).astype(np.float32) for t in kernel.function_type.inputs]
    want = interpret(module, args, function=kernel.sym_name)
    assert args[i].shape == want[k].shape
    for p in np.ndindex(args[i].shape):
        changed = list(args)
        changed[i] = np.full_like(args[i], np.nan)
        changed[i][p] = args[i][p]
        got = interpret(module, changed, function=kernel.sym_name)
        np.testing.assert_equal(got[k][p], want[k][p])


@pytest.fixture
def harness() -> Harness:
    return Harness()


@pytest.fixture
def plan() -> type[Plan]:
    return Plan
