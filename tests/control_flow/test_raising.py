"""Loops written the ways frontends write them become the scan they stand for: same IR."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest

from millrace.ir.attributes import Dense, Scalar
from millrace.ir.builder import Builder
from millrace.ir.core import Block, Operation, Value, clone
from millrace.ir.dialects import arith, func, scf, tensor
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr import bits, compare, elementary
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.assemble import Concat
from millrace.ir.dialects.mr.cast import Cast
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.dialects.mr.contraction import MatMul
from millrace.ir.dialects.mr.control import Scan
from millrace.ir.dialects.mr.gather import DynamicSlice, DynamicUpdateSlice, Gather
from millrace.ir.dialects.mr.movement import reshape, shape_of, slice_along
from millrace.ir.errors import RunError
from millrace.ir.interpreter import interpret
from millrace.ir.printer import print_module
from millrace.ir.types import F32, I32, I64, INDEX, FunctionType, element_of
from millrace.ir.types import tensor as tensor_type
from millrace.ir.verifier import verify
from millrace.passes.manager import run_pipeline

STEPS, BATCH, SIZE, UNITS = 7, 2, 3, 4
CLEAN = "canonicalize,fold-constants,canonicalize,cse,prune"
PIPELINE = f"{CLEAN},raise-loops,{CLEAN},layout,{CLEAN},hoist,{CLEAN},order-carries"


def const(b: Builder, value: Any, dtype: Any = np.float32) -> Value:
    return b.value(Constant, value=Dense(np.asarray(value, dtype)))


def lstm(*, reverse: bool = False) -> Module:
    """An LSTM over a sequence, as ``mr.scan``; gives all outputs and the last states."""
    rng = np.random.default_rng(3)
    state = tensor_type((BATCH, UNITS), F32)
    block = Block([tensor_type((STEPS, BATCH, SIZE), F32)])
    b = Builder(block)
    w = const(b, rng.normal(size=(SIZE, 4 * UNITS)))
    r = const(b, rng.normal(size=(UNITS, 4 * UNITS)))
    zero = const(b, np.zeros((BATCH, UNITS)))
    body = Block([INDEX, state, state, tensor_type((BATCH, SIZE), F32)])
    k = Builder(body)
    _, h, c, x = body.args
    gates = k.value(ew.Add, k.value(MatMul, x, w), k.value(MatMul, h, r))
    i, f, g, o = (slice_along(k, gates, 1, n * UNITS, UNITS) for n in range(4))
    i, f, o = (k.value(elementary.Sigmoid, v) for v in (i, f, o))
    g = k.value(elementary.Tanh, g)
    c = k.value(ew.Add, k.value(ew.Mul, f, c), k.value(ew.Mul, i, g))
    h = k.value(ew.Mul, o, k.value(elementary.Tanh, c))
    k.create(scf.Yield, [h, c, h])
    scan = b.create(
        Scan, [zero, zero], [block.args[0]], None, trip=STEPS, reverse=reverse, block=body
    )
    return finish(block, scan.results)


def finish(block: Block, results: Sequence[Value]) -> Module:
    Builder(block).create(func.Return, list(results))
    types = FunctionType(tuple(a.type for a in block.args), tuple(v.type for v in results))
    module = Module()
    entry = func.Func(sym_name="main", function_type=types, role="entry", block=block)
    Builder(module.block).insert(entry)
    verify(module)
    return module


class Idiom:
    """How a frontend writes a loop: the counters it carries, how it reads and writes."""

    dtype: Any = np.int64
    counters = 1
    read = "gather"

    def condition(self, b: Builder, counters: Sequence[Value]) -> Value:
        end = const(b, STEPS, self.dtype)
        out: Value = b.value(compare.Less, counters[0], end)
        for other in counters[1:]:
            out = b.value(bits.And, out, b.value(compare.Less, other, end))
        return out

    def starts(self, b: Builder, at: Value, rank: int) -> Value:
        zero = const(b, np.zeros(1), self.dtype)
        return b.value(Concat, [reshape(b, at, (1,)), *[zero] * (rank - 1)], axis=0)

    def row(self, b: Builder, x: Value, at: Value) -> Value:
        if self.read == "gather":
            return b.value(Gather, x, at, axis=0)
        shape = shape_of(x)
        starts = self.starts(b, at, len(shape))
        return reshape(b, b.value(DynamicSlice, x, starts, sizes=(1, *shape[1:])), shape[1:])

    def write(self, b: Builder, buffer: Value, row: Value, at: Value) -> Value:
        row = reshape(b, row, (1, *shape_of(row)))
        starts = self.starts(b, at, len(shape_of(buffer)))
        return b.value(DynamicUpdateSlice, buffer, row, starts)

    def place(self, b: Builder, counter: Value, scan: Scan) -> Value:
        if not scan.reverse:
            return counter
        return b.value(ew.Sub, const(b, scan.trip - 1, self.dtype), counter)


class OnnxLoop(Idiom):
    """One i64 counter, gathers."""


class TensorFlowWhile(Idiom):
    """Keras: three i32 counters, two of them in the condition."""

    dtype = np.int32
    counters = 3


class TfliteWhile(Idiom):
    """Slices instead of gathers."""

    dtype = np.int32
    counters = 2
    read = "slice"


class ForLoop(Idiom):
    """``scf.for`` with constant bounds."""


def written_as(idiom: Idiom, module: Module) -> Module:
    """``module`` with its scan written as a loop."""
    scan = next(op for op in module.entry.block if isinstance(op, Scan))
    b = Builder.before(scan)
    stacks = [const(b, np.zeros(shape_of(r))) for r in scan.results[scan.num_carries :]]
    inits = [*scan.inits, *stacks]
    make = _as_for if isinstance(idiom, ForLoop) else _as_while
    last = make(idiom, scan, inits, b)
    for old, new in zip(scan.results, last, strict=True):
        old._replace_all_uses_with(new)
    scan._erase()
    verify(module)
    return module


def _as_while(idiom: Idiom, scan: Scan, inits: Sequence[Value], b: Builder) -> Sequence[Value]:
    zeros = [const(b, 0, idiom.dtype) for _ in range(idiom.counters)]
    types = [v.type for v in (*zeros, *inits)]
    before, after = Block(types), Block(types)
    k = Builder(before)
    going = idiom.condition(k, before.args[: idiom.counters])
    k.create(scf.Condition, k.insert(tensor.Extract(going, [])).result, list(before.args))
    k = Builder(after)
    counters, carried = after.args[: idiom.counters], after.args[idiom.counters :]
    nexts = _body(idiom, scan, k, counters[0], carried)
    one = const(k, 1, idiom.dtype)
    k.create(scf.Yield, [*(k.value(ew.Add, c, one) for c in counters), *nexts])
    op = b.create(scf.While, [*zeros, *inits], before=before, after=after, result_types=types)
    return op.results[idiom.counters :]


def _as_for(idiom: Idiom, scan: Scan, inits: Sequence[Value], b: Builder) -> Sequence[Value]:
    from millrace.ir.attributes import Scalar

    bounds = [b.value(arith.Constant, value=Scalar(n, INDEX)) for n in (0, STEPS, 1)]
    block = Block([INDEX, *(v.type for v in inits)])
    k = Builder(block)
    wide = k.value(arith.IndexCast, block.args[0], result_types=[I64])
    at = k.value(tensor.FromElements, [wide], result_types=[tensor_type((), I64)])
    k.create(scf.Yield, _body(idiom, scan, k, at, block.args[1:]))
    return b.create(scf.For, *bounds, list(inits), block=block).results


def _body(
    idiom: Idiom, scan: Scan, b: Builder, counter: Value, carried: Sequence[Value]
) -> list[Value]:
    n = scan.num_carries
    at = idiom.place(b, counter, scan)
    rows = [idiom.row(b, x, at) for x in scan.xs]
    mapping: dict[Value, Value] = dict(zip(scan.block.args[1:], [*carried[:n], *rows], strict=True))
    for op in scan.block:
        if op is not scan.block.last:
            b.insert(clone(op, mapping))
    out = [mapping.get(v, v) for v in scan.block.terminator.operands]
    pairs = zip(carried[n:], out[n:], strict=True)
    return [*out[:n], *(idiom.write(b, stack, row, at) for stack, row in pairs)]


def text_after(module: Module) -> str:
    run_pipeline(module, PIPELINE)
    verify(module)
    return print_module(module)


def operations(module: Module) -> list[Operation]:
    return list(module.walk())


@pytest.mark.parametrize("reverse", [False, True])
@pytest.mark.parametrize("idiom", [OnnxLoop, TensorFlowWhile, TfliteWhile, ForLoop])
def test_an_lstm_is_the_same_ir_however_its_loop_is_written(
    idiom: type[Idiom], reverse: bool
) -> None:
    wanted = text_after(lstm(reverse=reverse))
    assert "mr.scan" in wanted
    assert text_after(written_as(idiom(), lstm(reverse=reverse))) == wanted


@pytest.mark.parametrize("idiom", [OnnxLoop, TensorFlowWhile, TfliteWhile, ForLoop])
def test_raising_keeps_the_meaning(idiom: type[Idiom]) -> None:
    module = written_as(idiom(), lstm())
    x = np.random.default_rng(5).normal(size=(STEPS, BATCH, SIZE)).astype(np.float32)
    wanted = interpret(module, [x])
    text_after(module)
    for got, want in zip(interpret(module, [x]), wanted, strict=True):
        np.testing.assert_allclose(got, want, rtol=1e-5, atol=1e-6)


def loop(
    inits: Sequence[Any],
    condition: Any,
    body: Any,
    inputs: Sequence[Any] = (),
) -> Module:
    """A module with one ``scf.while``. ``condition`` and ``body`` take a builder, the carries
    and the module's inputs."""
    block = Block(list(inputs))
    b = Builder(block)
    first = [v if isinstance(v, Value) else const(b, v, v.dtype) for v in inits]
    types = [v.type for v in first]
    before, after = Block(types), Block(types)
    k = Builder(before)
    going = condition(k, *before.args, *block.args)
    k.create(scf.Condition, k.insert(tensor.Extract(going, [])).result, list(before.args))
    k = Builder(after)
    k.create(scf.Yield, list(body(k, *after.args, *block.args)))
    op = b.create(scf.While, first, before=before, after=after, result_types=types)
    return finish(block, op.results)


INT = np.int32


def step(b: Builder, v: Value, by: int = 1) -> Value:
    return b.value(ew.Add, v, const(b, by, element_of(v.type).dtype))


def kinds(module: Module) -> set[str]:
    return {op.name for op in module.walk()}


def test_a_condition_on_data_stays_a_while() -> None:
    module = loop(
        [np.array(0, INT)],
        lambda b, i, n: b.value(compare.Less, i, n),
        lambda b, i, n: [step(b, i)],
        [tensor_type((), I32)],
    )
    text_after(module)
    assert "scf.while" in kinds(module) and "mr.scan" not in kinds(module)
    assert int(interpret(module, [np.array(5, INT)])[0]) == 5


def test_a_loop_that_never_ends_stays_a_while() -> None:
    module = loop(
        [np.array(0, INT)],
        lambda b, i: b.value(compare.Less, const(b, 0, INT), const(b, 1, INT)),
        lambda b, i: [step(b, i)],
    )
    text_after(module)
    assert "scf.while" in kinds(module)


@pytest.mark.parametrize(
    ("start", "by", "end", "last"), [(0, 3, 10, 12), (5, 1, 5, 5), (9, 4, 2, 9)]
)
def test_counters_of_any_step_are_gone(start: int, by: int, end: int, last: int) -> None:
    module = loop(
        [np.array(start, INT), np.array(1, np.float32)],
        lambda b, i, x: b.value(compare.Less, i, const(b, end, INT)),
        lambda b, i, x: [step(b, i, by), b.value(ew.Add, x, b.value(Cast, i, to=F32))],
    )
    want = interpret(module, [])
    text_after(module)
    assert "scf.while" not in kinds(module)
    got = interpret(module, [])
    assert int(got[0]) == last
    assert [float(v) for v in got] == [float(v) for v in want]


def test_a_counter_that_jumps_is_a_table() -> None:
    module = loop(
        [np.array(1, INT), np.array(0, INT)],
        lambda b, i, x: b.value(compare.Less, i, const(b, 100, INT)),
        lambda b, i, x: [b.value(ew.Mul, i, const(b, 3, INT)), b.value(ew.Sub, i, x)],
    )
    want = [int(v) for v in interpret(module, [])]
    text_after(module)
    assert "scf.while" not in kinds(module)
    assert [int(v) for v in interpret(module, [])] == want


def test_a_buffer_that_is_read_stays_carried() -> None:
    """Fibonacci: each step reads what the last two wrote."""

    def body(b: Builder, i: Value, buffer: Value) -> list[Value]:
        idiom = TfliteWhile()
        a = idiom.row(b, buffer, step(b, i, -1))
        c = idiom.row(b, buffer, step(b, i, -2))
        return [step(b, i), idiom.write(b, buffer, b.value(ew.Add, a, c), i)]

    module = loop(
        [np.array(2, INT), np.array([1] * 8, np.float32)],
        lambda b, i, buffer: b.value(compare.Less, i, const(b, 8, INT)),
        body,
    )
    text_after(module)
    scan = next(op for op in module.walk() if isinstance(op, Scan))
    assert scan.num_carries == 1 and len(scan.results) == 1
    assert interpret(module, [])[1].tolist() == [1, 1, 2, 3, 5, 8, 13, 21]


def test_a_partly_written_buffer_keeps_the_rest() -> None:
    module = loop(
        [np.array(2, INT), np.arange(8).astype(np.float32)],
        lambda b, i, buffer: b.value(compare.Less, i, const(b, 6, INT)),
        lambda b, i, buffer: [
            step(b, i),
            TfliteWhile().write(b, buffer, b.value(Cast, i, to=F32), step(b, i, 1)),
        ],
    )
    want = interpret(module, [])[1].tolist()
    text_after(module)
    assert "mr.dynamic_update_slice" not in kinds(module)
    assert interpret(module, [])[1].tolist() == want == [0, 1, 2, 2, 3, 4, 5, 7]


def test_reads_of_any_pattern_become_slices() -> None:
    """Rows 0, 2, 1, 0, ... by a remainder, along the second axis."""

    def body(b: Builder, i: Value, total: Value, x: Value) -> list[Value]:
        twice = b.value(ew.Mul, i, const(b, 2, INT))
        at = b.value(ew.Mod, twice, const(b, 3, INT))
        return [step(b, i), b.value(ew.Add, total, b.value(Gather, x, at, axis=1))]

    module = loop(
        [np.array(0, INT), np.zeros(2, np.float32)],
        lambda b, i, total, x: b.value(compare.Less, i, const(b, 5, INT)),
        body,
        [tensor_type((2, 3), F32)],
    )
    x = np.arange(6).reshape(2, 3).astype(np.float32)
    want = interpret(module, [x])[1].tolist()
    text_after(module)
    scan = next(op for op in module.walk() if isinstance(op, Scan))
    assert len(scan.xs) == 1
    assert "mr.gather" not in {op.name for op in scan.block}
    assert interpret(module, [x])[1].tolist() == want


def test_nested_loops_are_both_raised() -> None:
    def outer(b: Builder, i: Value, x: Value) -> list[Value]:
        before, after = Block([i.type, x.type]), Block([i.type, x.type])
        k = Builder(before)
        going = k.value(compare.Less, before.args[0], const(k, 3, INT))
        k.create(scf.Condition, k.insert(tensor.Extract(going, [])).result, list(before.args))
        k = Builder(after)
        k.create(scf.Yield, [step(k, after.args[0]), k.value(ew.Add, after.args[1], after.args[0])])
        zero = const(b, 0, INT)
        types = [i.type, x.type]
        op = b.create(scf.While, [zero, x], before=before, after=after, result_types=types)
        return [step(b, i), b.value(ew.Add, op.results[1], i)]

    module = loop(
        [np.array(0, INT), np.array(0, INT)],
        lambda b, i, x: b.value(compare.Less, i, const(b, 4, INT)),
        outer,
    )
    want = [int(v) for v in interpret(module, [])]
    text_after(module)
    assert "scf.while" not in kinds(module)
    assert [int(v) for v in interpret(module, [])] == want


# ---- a number of steps that is known at run time


def sequence(*, end: int | None = None, start: int = 0) -> Module:
    """Running sums of the rows of ``x`` up to a length that is the second input."""
    block = Block([tensor_type((5, 2), F32), tensor_type((), I32)])
    b = Builder(block)
    x, n = block.args
    inits = [const(b, start, INT), const(b, np.zeros(2)), const(b, np.zeros((5, 2)))]
    types = [v.type for v in inits]
    before, after = Block(types), Block(types)
    k = Builder(before)
    going = k.value(compare.Less, before.args[0], n)
    if end is not None:
        going = k.value(bits.And, going, k.value(compare.Less, before.args[0], const(k, end, INT)))
    k.create(scf.Condition, k.insert(tensor.Extract(going, [])).result, list(before.args))
    k = Builder(after)
    i, total, buffer = after.args
    total = k.value(ew.Add, total, k.value(Gather, x, i, axis=0))
    written = TfliteWhile().write(k, buffer, total, i)
    k.create(scf.Yield, [step(k, i), total, written])
    op = b.create(scf.While, inits, before=before, after=after, result_types=types)
    return finish(block, op.results)


@pytest.mark.parametrize(("end", "start"), [(None, 0), (None, 2), (4, 0), (9, 1)])
def test_a_length_known_at_run_time_is_the_count_of_a_scan(end: int | None, start: int) -> None:
    x = np.arange(10).reshape(5, 2).astype(np.float32)
    lengths = [np.array(n, INT) for n in (-1, 0, 1, 3, 5)]
    module = sequence(end=end, start=start)
    wanted = [interpret(module, [x, n]) for n in lengths]
    text_after(module)
    scan = next(op for op in module.walk() if isinstance(op, Scan))
    assert scan.count is not None and len(scan.xs) == 1 and scan.num_carries == 1
    for n, want in zip(lengths, wanted, strict=True):
        for got, expected in zip(interpret(module, [x, n]), want, strict=True):
            np.testing.assert_array_equal(got, expected)


def test_a_length_beyond_the_sequence_is_an_error_as_before() -> None:
    x = np.zeros((5, 2), np.float32)
    module = sequence()
    for _ in range(2):
        with pytest.raises(RunError):
            interpret(module, [x, np.array(6, INT)])
        text_after(module)


def test_nothing_that_bounds_a_length_leaves_the_loop() -> None:
    module = loop(
        [np.array(0, INT), np.array(0, INT)],
        lambda b, i, x, n: b.value(compare.Less, i, n),
        lambda b, i, x, n: [step(b, i), b.value(ew.Add, x, i)],
        [tensor_type((), I32)],
    )
    text_after(module)
    assert "scf.while" in kinds(module)


def test_an_output_that_only_the_last_step_gives_is_no_carry() -> None:
    """Keras writes the last output into a list of one element."""

    def body(b: Builder, i: Value, h: Value, last: Value) -> list[Value]:
        h = b.value(elementary.Tanh, b.value(ew.Add, h, const(b, np.ones(3))))
        return [step(b, i), h, TfliteWhile().write(b, last, h, const(b, 0, INT))]

    module = loop(
        [np.array(0, INT), np.zeros(3, np.float32), np.zeros((1, 3), np.float32)],
        lambda b, i, h, last: b.value(compare.Less, i, const(b, 4, INT)),
        body,
    )
    want = interpret(module, [])
    text_after(module)
    scan = next(op for op in module.walk() if isinstance(op, Scan))
    assert scan.num_carries == 1
    for got, expected in zip(interpret(module, []), want, strict=True):
        np.testing.assert_allclose(got, expected, rtol=1e-6)


def rows_up_to(lower: int, by: int) -> Module:
    """``scf.for`` over the rows of a tensor from ``lower`` up to a number that is an input."""
    block = Block([tensor_type((6, 2), F32), tensor_type((), I64)])
    b = Builder(block)
    x, n = block.args
    end = b.value(arith.IndexCast, b.insert(tensor.Extract(n, [])).result, result_types=[INDEX])
    first, step_ = (b.value(arith.Constant, value=Scalar(k, INDEX)) for k in (lower, by))
    init = const(b, np.zeros(2))
    body = Block([INDEX, init.type])
    k = Builder(body)
    wide = k.value(arith.IndexCast, body.args[0], result_types=[I64])
    i = k.value(tensor.FromElements, [wide], result_types=[tensor_type((), I64)])
    k.create(scf.Yield, [k.value(ew.Add, body.args[1], k.value(Gather, x, i, axis=0))])
    loop_ = b.create(scf.For, first, end, step_, [init], block=body)
    return finish(block, loop_.results)


@pytest.mark.parametrize(("lower", "by"), [(0, 1), (1, 2), (2, 3)])
def test_a_for_up_to_a_run_time_bound_is_the_count_of_a_scan(lower: int, by: int) -> None:
    x = np.arange(12).reshape(6, 2).astype(np.float32)
    module = rows_up_to(lower, by)
    lengths = [np.array(n, np.int64) for n in (-3, 0, 1, 2, 5, 6)]
    wanted = [interpret(module, [x, n])[0] for n in lengths]
    text_after(module)
    scan = next(op for op in module.walk() if isinstance(op, Scan))
    assert scan.count is not None and len(scan.xs) == 1 and "scf.for" not in kinds(module)
    for n, want in zip(lengths, wanted, strict=True):
        np.testing.assert_array_equal(interpret(module, [x, n])[0], want)
    with pytest.raises(RunError):
        interpret(module, [x, np.array(10, np.int64)])


def test_a_for_that_nothing_bounds_stays() -> None:
    block = Block([tensor_type((2,), F32), tensor_type((), I64)])
    b = Builder(block)
    end = b.value(
        arith.IndexCast, b.insert(tensor.Extract(block.args[1], [])).result, result_types=[INDEX]
    )
    first, by = (b.value(arith.Constant, value=Scalar(k, INDEX)) for k in (0, 1))
    body = Block([INDEX, block.args[0].type])
    k = Builder(body)
    k.create(scf.Yield, [k.value(ew.Add, body.args[1], body.args[1])])
    module = finish(block, b.create(scf.For, first, end, by, [block.args[0]], block=body).results)
    text_after(module)
    assert "scf.for" in kinds(module)
