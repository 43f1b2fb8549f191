"""Run-time sizes: a graph built at several sizes is joined, and its joined form gives at each size
what the graph of that size gives, whatever stands behind the end of its inputs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest

from millrace.ir.attributes import Dense, Scalar
from millrace.ir.builder import Builder
from millrace.ir.core import Block, Value
from millrace.ir.dialects import arith, func, scf
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr import (
    compare,
    contraction,
    conv,
    cumulative,
    gather,
    pool,
    reduction,
    sort,
)
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr import movement as mv
from millrace.ir.dialects.mr.assemble import Concat, Pad
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.dialects.mr.control import Scan
from millrace.ir.dialects.tensor import Extract
from millrace.ir.errors import CompileError, RunError
from millrace.ir.interpreter.run import interpret
from millrace.ir.levels import Level
from millrace.ir.types import F32, I32, I64, INDEX, FunctionType, TensorType, tensor
from millrace.ir.verifier import verify
from millrace.passes.sizes.join import join
from millrace.passes.sizes.symbols import Symbols, fit

Build = Callable[..., Sequence[Value]]
Types = Callable[[int], Sequence[TensorType]]
MOST = 9


def const(b: Builder, value: Any, dtype: Any = np.float32) -> Value:
    return b.value(Constant, value=Dense(np.asarray(value, dtype)))


def main(inputs: Sequence[TensorType], build: Callable[..., Sequence[Value]]) -> Module:
    block = Block(inputs)
    b = Builder(block)
    outs = list(build(b, *block.args))
    b.create(func.Return, outs)
    types = FunctionType(tuple(inputs), tuple(v.type for v in outs))
    entry = func.Func(sym_name="main", function_type=types, role="entry", block=block)
    module = Module(block=Block())
    Builder(module.block).insert(entry)
    return module


def graph(n: int, types: Types, build: Build) -> Module:
    return main(types(n), lambda b, *args: build(n, b, *args))


def joined(types: Types, build: Build, least: int = 1, most: int = MOST) -> Module:
    symbols = Symbols(("T",), (least,), (most,))
    samples = [(s, graph(s[0], types, build)) for s in symbols.samples()]
    module = join(symbols, samples, [])
    verify(module, Level.GRAPH)
    return module


def sample_inputs(types: Sequence[TensorType], seed: int) -> list[Any]:
    """Normal floats; integers from -1 to 1, as indices that may count from the end."""
    rng = np.random.default_rng(seed)
    return [
        rng.standard_normal(t.shape).astype(t.dtype)
        if t.dtype.kind == "f"
        else rng.integers(-1, 2, t.shape).astype(t.dtype)
        for t in types
    ]


def behind(x: Any, shape: tuple[int, ...]) -> Any:
    """``x`` in a tensor of the largest sizes, with what must not matter behind it."""
    filler = np.nan if x.dtype.kind == "f" else 1_000_000
    whole = np.full(shape, filler).astype(x.dtype)
    whole[tuple(slice(n) for n in x.shape)] = x
    return whole


def check(types: Types, build: Build, least: int = 1, most: int = MOST) -> Module:
    module = joined(types, build, least, most)
    for n in range(least, most + 1):
        plain = graph(n, types, build)
        inputs = sample_inputs(types(n), n)
        wide = [behind(x, t.shape) for x, t in zip(inputs, types(most), strict=True)]
        wanted = interpret(plain, inputs)
        got = interpret(module, [*wide, np.array(n, np.int32)])
        for w, g in zip(wanted, got, strict=True):
            part = g[tuple(slice(k) for k in w.shape)]
            np.testing.assert_allclose(part, w, rtol=1e-5, atol=1e-6, err_msg=f"T = {n}")
    return module


def rows(n: int) -> Sequence[TensorType]:
    return [tensor((n, 3), F32)]


def inner(n: int) -> Sequence[TensorType]:
    return [tensor((3, n), F32)]


CASES: dict[str, tuple[Types, Build]] = {
    "elementwise": (rows, lambda n, b, x: [b.value(ew.Add, x, x)]),
    "transpose": (rows, lambda n, b, x: [b.value(mv.Transpose, x, perm=(1, 0))]),
    "flatten": (rows, lambda n, b, x: [b.value(mv.Reshape, x, shape=(n * 3,))]),
    "split": (
        lambda n: [tensor((n * 4, 2), F32)],
        lambda n, b, x: [b.value(mv.Reshape, x, shape=(n, 4, 2))],
    ),
    "last row": (
        rows,
        lambda n, b, x: [b.value(mv.Slice, x, starts=(n - 1, 0), sizes=(1, 3))],
    ),
    "last element of each": (
        inner,
        lambda n, b, x: [b.value(mv.Slice, x, starts=(1, n - 1), sizes=(2, 1))],
    ),
    "all but the last": (
        lambda n: [tensor((n + 1, 3), F32)],
        lambda n, b, x: [b.value(mv.Slice, x, starts=(0, 0), sizes=(n, 3))],
    ),
    "every other": (
        lambda n: [tensor((2 * n, 3), F32)],
        lambda n, b, x: [b.value(mv.Slice, x, starts=(1, 0), sizes=(n, 3), steps=(2, 1))],
    ),
    "second half": (
        lambda n: [tensor((2 * n, 3), F32)],
        lambda n, b, x: [b.value(mv.Slice, x, starts=(n, 0), sizes=(n, 3))],
    ),
    "reverse": (rows, lambda n, b, x: [b.value(mv.Reverse, x, axes=(0, 1))]),
    "backwards by slice": (
        rows,
        lambda n, b, x: [b.value(mv.Slice, x, starts=(n - 1, 0), sizes=(n, 3), steps=(-1, 1))],
    ),
    "broadcast": (
        lambda n: [tensor((1, 3), F32)],
        lambda n, b, x: [b.value(mv.Broadcast, x, shape=(n, 3))],
    ),
    "concat behind": (
        rows,
        lambda n, b, x: [b.value(Concat, [x, const(b, np.ones((2, 3)))], axis=0)],
    ),
    "concat before": (
        rows,
        lambda n, b, x: [b.value(Concat, [const(b, np.ones((2, 3))), x], axis=0)],
    ),
    "concat of both": (
        rows,
        lambda n, b, x: [b.value(Concat, [x, const(b, np.ones((2, 3))), x, x], axis=0)],
    ),
    "pad": (rows, lambda n, b, x: [b.value(Pad, x, low=(1, 0), high=(2, 1), value=7.0)]),
    "pad to a fixed size": (
        rows,
        lambda n, b, x: [b.value(Pad, x, low=(0, 0), high=(MOST - n, 0), value=7.0)],
    ),
    "pad before to a fixed size": (
        rows,
        lambda n, b, x: [b.value(Pad, x, low=(MOST - n, 1), high=(0, 0), value=7.0)],
    ),
    "pad between": (
        rows,
        lambda n, b, x: [b.value(Pad, x, low=(0, 0), high=(2, 0), interior=(1, 0), value=7.0)],
    ),
    "sum": (rows, lambda n, b, x: [b.value(reduction.ReduceSum, x, axes=(0,))]),
    "sum inside": (rows, lambda n, b, x: [b.value(reduction.ReduceSum, x, axes=(1,))]),
    "mean": (
        lambda n: [tensor((n, 3, n), F32)],
        lambda n, b, x: [b.value(reduction.ReduceMean, x, axes=(0, 1), keepdims=True)],
    ),
    "extremes": (
        rows,
        lambda n, b, x: [
            b.value(cls, x, axes=(0,))
            for cls in (reduction.ReduceMax, reduction.ReduceMin, reduction.ReduceProd)
        ],
    ),
    "positions of extremes": (
        rows,
        lambda n, b, x: [
            b.value(cls, x, axes=(0,)) for cls in (reduction.ArgMax, reduction.ArgMin)
        ],
    ),
    "truths": (
        rows,
        lambda n, b, x: [
            b.value(cls, b.value(compare.Less, x, const(b, 0.5)), axes=(0,))
            for cls in (reduction.ReduceAny, reduction.ReduceAll)
        ],
    ),
    "matmul": (
        rows,
        lambda n, b, x: [b.value(contraction.MatMul, x, const(b, np.ones((3, 4))))],
    ),
    "matmul over it": (
        lambda n: [tensor((3, n), F32), tensor((n, 2), F32)],
        lambda n, b, x, y: [b.value(contraction.MatMul, x, y)],
    ),
    "matmul over it with a constant": (
        inner,
        lambda n, b, x: [b.value(contraction.MatMul, x, const(b, np.ones((n, 2))))],
    ),
    "convolution": (
        lambda n: [tensor((1, n + 4, 2), F32)],
        lambda n, b, x: [b.value(conv.Conv, x, const(b, np.ones((3, 2, 4))), strides=(1,))],
    ),
    "convolution by steps of two": (
        lambda n: [tensor((1, n + 2, 2), F32)],
        lambda n, b, x: [b.value(conv.Conv, x, const(b, np.ones((3, 2, 4))), strides=(2,))],
    ),
    "pooling all of it": (
        lambda n: [tensor((1, n, 2), F32)],
        lambda n, b, x: [b.value(pool.MaxPool, x, kernel=(n,))],
    ),
    "running sums": (
        rows,
        lambda n, b, x: [
            b.value(cumulative.CumSum, x, axis=0),
            b.value(cumulative.CumSum, x, axis=1, reverse=True),
            b.value(cumulative.CumSum, x, axis=0, reverse=True),
            b.value(cumulative.CumProd, x, axis=0, reverse=True, exclusive=True),
        ],
    ),
    "gather by it": (
        lambda n: [tensor((n,), I32)],
        lambda n, b, i: [b.value(gather.Gather, const(b, np.arange(6.0).reshape(2, 3)), i)],
    ),
    "gather from it": (
        lambda n: [tensor((n + 1, 3), F32), tensor((2,), I64)],
        lambda n, b, x, i: [b.value(gather.Gather, x, i)],
    ),
    "gather elements": (
        lambda n: [tensor((n + 1, 3), F32), tensor((2, 3), I64)],
        lambda n, b, x, i: [b.value(gather.GatherElements, x, i)],
    ),
    "dynamic slice": (
        lambda n: [tensor((n + 2, 3), F32), tensor((2,), I64)],
        lambda n, b, x, i: [b.value(gather.DynamicSlice, x, i, sizes=(2, 3))],
    ),
    "dynamic update": (
        lambda n: [tensor((n + 1, 3), F32), tensor((1, 3), F32), tensor((2,), I64)],
        lambda n, b, x, u, i: [b.value(gather.DynamicUpdateSlice, x, u, i)],
    ),
    "reversed sequences": (
        lambda n: [tensor((n + 1, 2, 3), F32), tensor((2,), I64)],
        lambda n, b, x, i: [
            b.value(gather.ReverseSequence, x, b.value(ew.Max, i, const(b, 0, np.int64)))
        ],
    ),
    "the size as a number": (
        rows,
        lambda n, b, x: [b.value(ew.Mul, x, const(b, float(n))), const(b, 2 * n - 1, np.int64)],
    ),
    "its reciprocal": (rows, lambda n, b, x: [b.value(ew.Mul, x, const(b, 1 / np.float32(n)))]),
    "numbers from the end": (
        rows,
        lambda n, b, x: [
            b.value(ew.Add, x, const(b, n - 1 - np.arange(n, dtype=np.float32)[:, None]))
        ],
    ),
    "positions": (
        rows,
        lambda n, b, x: [b.value(ew.Add, x, const(b, np.sin(np.arange(3.0 * n)).reshape(n, 3)))],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_joined_graph_agrees_at_every_size(name: str) -> None:
    check(*CASES[name])


def recurrence(n: int, b: Builder, x: Value, *, reverse: bool = False) -> Sequence[Value]:
    block = Block([INDEX, tensor((3,), F32), tensor((3,), F32)])
    inner = Builder(block)
    h = inner.value(ew.Add, inner.value(ew.Mul, block.args[1], const(inner, 0.5)), block.args[2])
    inner.create(scf.Yield, [h, h])
    init = const(b, np.ones(3))
    scan = b.create(Scan, [init], [x], trip=n, reverse=reverse, block=block)
    return scan.results


@pytest.mark.parametrize("reverse", [False, True])
def test_scan_gets_a_count(reverse: bool) -> None:
    module = check(rows, lambda n, b, x: recurrence(n, b, x, reverse=reverse))
    (scan,) = (op for op in module.walk() if isinstance(op, Scan))
    assert scan.count is not None and scan.trip == MOST and scan.ragged


def test_scan_over_something_else_with_it_inside() -> None:
    """Attention in a decoder: each step reduces over the open dimension."""

    def build(n: int, b: Builder, x: Value) -> Sequence[Value]:
        block = Block([INDEX, tensor((3,), F32)])
        inner = Builder(block)
        scaled = inner.value(ew.Mul, x, block.args[1])
        inner.create(scf.Yield, [inner.value(reduction.ReduceMean, scaled, axes=(0,))])
        return b.create(Scan, [const(b, np.ones(3))], [], trip=4, block=block).results

    check(rows, build)


def test_condition_on_the_size() -> None:
    """A branch that compares the size at run time, not when the graph was made."""

    def build(n: int, b: Builder, x: Value) -> Sequence[Value]:
        more = b.value(compare.Less, const(b, 4, np.int64), const(b, n, np.int64))
        condition = b.insert(Extract(more, ())).result
        blocks = []
        for factor in (2.0, 3.0):
            block = Block()
            inner = Builder(block)
            inner.create(scf.Yield, [inner.value(ew.Mul, x, const(inner, factor))])
            blocks.append(block)
        return b.create(
            scf.If, condition, then_block=blocks[0], else_block=blocks[1], result_types=[x.type]
        ).results

    check(rows, build)


def test_loop_that_ends_at_the_size() -> None:
    def build(n: int, b: Builder, x: Value) -> Sequence[Value]:
        block = Block([INDEX, tensor((3,), F32)])
        inner = Builder(block)
        inner.create(scf.Yield, [inner.value(ew.Mul, block.args[1], const(inner, 2.0))])
        start, end, step = (b.value(arith.Constant, value=Scalar(k, INDEX)) for k in (0, n, 1))
        init = b.value(reduction.ReduceSum, x, axes=(0,))
        return b.create(scf.For, start, end, step, [init], block=block).results

    check(rows, build)


def test_two_sizes() -> None:
    symbols = Symbols(("S", "T"), (1, 1), (5, 7))

    def at(s: int, t: int) -> Module:
        return main(
            [tensor((s, 2), F32), tensor((2, t), F32)],
            lambda b, x, y: [
                b.value(reduction.ReduceSum, b.value(contraction.MatMul, x, y), axes=(1,)),
                const(b, s - 2 * t, np.int64),
            ],
        )

    module = join(symbols, [(s, at(*s)) for s in symbols.samples()], [])
    for s, t in ((1, 1), (5, 7), (3, 2)):
        x, y = sample_inputs([tensor((s, 2), F32), tensor((2, t), F32)], s)
        wide = [behind(x, (5, 2)), behind(y, (2, 7))]
        got = interpret(module, [*wide, np.array(s, np.int32), np.array(t, np.int32)])
        np.testing.assert_allclose(got[0][:s], (x @ y).sum(1), rtol=1e-5)
        assert got[1] == s - 2 * t


def test_sizes_out_of_range_fail() -> None:
    module = joined(*CASES["sum"], least=2)
    x = np.zeros((MOST, 3), np.float32)
    for n in (-1, 0, 1, MOST + 1):
        with pytest.raises(RunError, match="bound"):
            interpret(module, [x, np.array(n, np.int32)])


def test_description_of_the_entry() -> None:
    module = joined(*CASES["concat of both"], least=2)
    entry = module.entry
    (size,) = entry.sizes
    assert (size.name, size.least, size.most) == ("T", 2, MOST)
    assert entry.input_names == ("in0", "T")
    assert list(entry.open_shapes()) == [("T", "3"), ("T * 3 + 2", "3")]


REFUSED: dict[str, tuple[Types, Build, str]] = {
    "joined behind another": (
        lambda n: [tensor((2, n), F32)],
        lambda n, b, x: [b.value(mv.Reshape, x, shape=(2 * n,))],
        "only the outermost",
    ),
    "sort": (
        rows,
        lambda n, b, x: [b.create(sort.Sort, x, axis=0).results[0]],
        "mr.sort does not work on dimensions of run-time size",
    ),
    "another graph": (
        rows,
        lambda n, b, x: [b.value(ew.Add if n < 5 else ew.Mul, x, x)],
        r"mr.mul at T = 9, mr.add at T = 2",
    ),
    "more operations": (
        rows,
        lambda n, b, x: [b.value(ew.Add, x, x), *([x] if n < 5 else [])],
        r"1 operands at T = 9, 2 at T = 2",
    ),
    "other operands": (
        lambda n: [tensor((n, 3), F32), tensor((n, 3), F32)],
        lambda n, b, x, y: [b.value(ew.Add, x, x if n < 5 else y)],
        "reads another value",
    ),
    "a constant without a rule": (
        rows,
        lambda n, b, x: [b.value(ew.Mul, x, const(b, np.sqrt(n)))],
        "a constant does not follow from it",
    ),
    "a size that is a square": (
        lambda n: [tensor((n * n,), F32)],
        lambda n, b, x: [x],
        r"a dimension does not follow from it \(81 at T = 9, 4 at T = 2",
    ),
    "last of equal extremes": (
        rows,
        lambda n, b, x: [b.value(reduction.ArgMax, x, axes=(0,), select_last_index=True)],
        "cannot leave out what is behind the end",
    ),
    "moving window of open size": (
        lambda n: [tensor((1, n + 2, 2), F32)],
        lambda n, b, x: [b.value(pool.MaxPool, x, kernel=(n,))],
        "a window of that size moves",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_is_refused(name: str) -> None:
    types, build, message = REFUSED[name]
    with pytest.raises(CompileError, match=message):
        joined(types, build)


def test_fit() -> None:
    symbols = Symbols(("S", "T"), (1, 1), (30, 40))
    samples = symbols.samples()
    assert str(fit(samples, [2 * s - t + 3 for s, t in samples])) == "d0 * 2 + d1 * -1 + 3"
    assert str(fit(samples, [(t + 1) // 2 for _, t in samples])) == "(d1 + 1) floordiv 2"
    assert fit(samples, [s * t for s, t in samples]) is None
