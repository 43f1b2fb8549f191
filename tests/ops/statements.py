"""The second statement of each operation's meaning, executed: by kind."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from millrace.ir.affine import AffineMap
from millrace.ir.attributes import Dense, Iterator
from millrace.ir.builder import Builder
from millrace.ir.core import Block, Value
from millrace.ir.dialects import func, linalg, tensor
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.dialects.mr.kinds import (
    Accumulating,
    Assemble,
    Composite,
    Elementwise,
    Indexed,
    Library,
    Movement,
    TensorOp,
    broadcast_map,
)
from millrace.ir.errors import IRError
from millrace.ir.interpreter import interpret, interpret_loop
from millrace.ir.opdef import grouped
from millrace.ir.scalar import Buffer, LoopBuilder, ScalarBuilder, ScalarValue, TensorInput
from millrace.ir.types import (
    MemRefType,
    TensorType,
    contiguous_strides,
    element_of,
    signless,
)
from millrace.ir.types import tensor as tensor_of
from tests.ops.cases import Array, Case, module_of


def second_statement(case: Case) -> list[Array]:
    """The results by what the kind owes besides ``evaluate``."""
    _, op = case.module()
    if _must_be_canonical(op):
        return _canonical(case)
    for kind, run in RUNNERS.items():
        if isinstance(op, kind):
            return run(case, op)
    raise AssertionError(f"{op.name} has no kind that could be run")


def _must_be_canonical(op: TensorOp) -> bool:
    """True for a form that only its canonicalization lowers, such as a padded convolution."""
    try:
        if isinstance(op, Accumulating):
            op.nest()
        elif isinstance(op, Assemble):
            op.pieces()
    except IRError as e:
        return "canonicalized" in str(e)
    return False


def _canonical(case: Case) -> list[Array]:
    block = Block([v.type for v in case.module()[1].operands])
    b = Builder(block)
    outs = case.build(b, list(block.args)).canonicalize(b)
    assert outs is not None, "no canonical form"
    b.create(func.Return, list(outs))
    return interpret(module_of(block), case.arrays)


def _bits(a: Array) -> Array:
    """Integers signless, as KERNEL level has them."""
    return a.view(np.dtype(f"i{a.dtype.itemsize}")) if a.dtype.kind == "u" else a


def _typed(t: Any) -> TensorType:
    assert isinstance(t, TensorType)
    return t.with_element(signless(t.element))


def _run(module: Module, case: Case, op: TensorOp) -> list[Array]:
    results = interpret(module, [_bits(a) for a in case.arrays])
    out = []
    for r, got in zip(op.results, results, strict=True):
        t = r.type
        assert isinstance(t, TensorType)
        out.append(got if got.dtype == t.dtype else got.view(t.dtype))
    return [x.reshape(r.type.shape) for x, r in zip(out, op.results, strict=True)]


def _elementwise(case: Case, op: Elementwise) -> list[Array]:
    out = _typed(op.results[0].type)
    block = Block([_typed(v.type) for v in op.operands])
    b = Builder(block)
    types = [op.operand_type(i) for i in range(len(op.operands))]
    maps = [broadcast_map(t.shape, out.rank) for t in types]

    tables = [_table(b, table) for table in op.tables()]

    def body(s: ScalarBuilder, args: list[Value]) -> list[ScalarValue]:
        xs = [ScalarValue(a, t.element) for a, t in zip(args, types, strict=False)]
        y = op.scalar(s, *xs, *tables)
        assert y.type == element_of(op.results[0].type), "the scalar body has another type"
        return [y]

    y = _generic(b, list(block.args), maps, [out], out.shape, out.rank, body)
    b.create(func.Return, y)
    return _run(module_of(block), case, op)


def _table(b: Builder, table: Dense) -> TensorInput:
    t = _typed(table.type)
    bits = Dense(_bits(table.array))
    return TensorInput(b.value(Constant, value=bits), t.shape, table.type.element)


def _accumulating(case: Case, op: Accumulating) -> list[Array]:
    nest = op.nest()
    shape = nest.extents[: nest.parallel]
    types = [op.operand_type(i) for i in range(len(op.operands))]
    block = Block([_typed(v.type) for v in op.operands])
    b = Builder(block)
    elements = op.accumulators()
    start = []
    for value, e in zip(op.neutral(), elements, strict=True):
        c = ScalarBuilder(b).const(value, e).value
        empty = b.value(tensor.Empty, result_types=[tensor_of(shape, signless(e))])
        start.append(b.value(linalg.Fill, c, empty))

    def body(s: ScalarBuilder, args: list[Value]) -> list[ScalarValue]:
        n = len(types)
        xs = tuple(ScalarValue(a, t.element) for a, t in zip(args[:n], types, strict=True))
        accs = tuple(ScalarValue(a, e) for a, e in zip(args[n:], elements, strict=True))
        indices = tuple(s.loop_index(d) for d in range(len(nest.extents)))
        out = op.combine(s, accs, xs, indices)
        assert tuple(v.type for v in out) == elements
        return list(out)

    sums = _generic(b, list(block.args), list(nest.maps), start, nest.extents, nest.parallel, body)
    results = [tensor_of(shape, signless(element_of(r.type))) for r in op.results]

    def last(s: ScalarBuilder, args: list[Value]) -> list[ScalarValue]:
        accs = tuple(ScalarValue(a, e) for a, e in zip(args, elements, strict=False))
        out = op.finish(s, accs)
        assert [v.type for v in out] == [element_of(r.type) for r in op.results]
        return list(out)

    identity = [AffineMap.identity(len(shape))] * len(sums)
    b.create(func.Return, _generic(b, sums, identity, results, shape, len(shape), last))
    return _run(module_of(block), case, op)


def _generic(
    b: Builder,
    inputs: list[Value],
    maps: list[AffineMap],
    outputs: list[Any],
    extents: tuple[int, ...],
    parallel: int,
    body: Callable[[ScalarBuilder, list[Value]], list[ScalarValue]],
) -> list[Value]:
    """A generic; outputs are initial values, or types of fresh tensors."""
    outs = [
        b.value(tensor.Empty, result_types=[o]) if isinstance(o, TensorType) else o for o in outputs
    ]
    block = Block([element_of(v.type) for v in (*inputs, *outs)])
    inner = Builder(block)
    values = body(ScalarBuilder(inner, strict=True), list(block.args))
    inner.create(linalg.Yield, [v.value for v in values])
    loops = len(extents)
    to_out = AffineMap.of(loops, *(AffineMap.identity(loops).results[:parallel]))
    kinds = [Iterator.PARALLEL] * parallel + [Iterator.REDUCTION] * (loops - parallel)
    op = b.create(
        linalg.Generic,
        inputs,
        outs,
        indexing_maps=[*maps, *(to_out for _ in outs)],
        iterator_types=kinds,
        ranges=extents,
        block=block,
    )
    return list(op.results)


def _movement(case: Case, op: Movement) -> list[Array]:
    x, out = case.arrays[0], op.results[0].type
    assert isinstance(out, TensorType)
    grids = np.indices(out.shape, dtype=np.int64)
    at = [np.broadcast_to(np.asarray(i), out.shape) for i in op.access().evaluate(list(grids))]
    assert all(((i >= 0) & (i < n)).all() for i, n in zip(at, x.shape, strict=True))
    return [np.broadcast_to(x[tuple(at)], out.shape)]


def _assemble(case: Case, op: Assemble) -> list[Array]:
    t = op.results[0].type
    assert isinstance(t, TensorType)
    written = np.zeros(t.shape, np.int64)
    fill = op.fill_value()
    out = np.full(t.shape, 0 if fill is None else fill, t.dtype)
    for p in op.pieces():
        x = case.arrays[p.operand]
        grids = np.indices(x.shape)
        at = tuple(np.asarray(o + s * g) for o, s, g in zip(p.offsets, p.steps, grids, strict=True))
        out[at] = x
        np.add.at(written, at, 1)
    assert (written <= 1).all(), "pieces overlap"
    assert fill is not None or (written == 1).all(), "pieces leave holes"
    return [out]


def _indexed(case: Case, op: Indexed) -> list[Array]:
    out = _typed(op.results[0].type)
    block = Block([_typed(v.type) for v in op.operands])
    b = Builder(block)
    inputs = [
        TensorInput(a, op.operand_type(i).shape, op.operand_type(i).element)
        for i, a in enumerate(block.args)
    ]

    def body(s: ScalarBuilder, args: list[Value]) -> list[ScalarValue]:
        index = tuple(s.loop_index(d) for d in range(out.rank))
        y = op.element(s, index, tuple(grouped(op, inputs)))
        assert y.type == element_of(op.results[0].type), "the element has another type"
        return [y]

    b.create(func.Return, _generic(b, [], [], [out], out.shape, out.rank, body))
    return _run(module_of(block), case, op)


def _library(case: Case, op: Library) -> list[Array]:
    values = [*op.operands, *op.results]
    types = [v.type for v in values]
    block = Block([MemRefType((max(_typed(t).size, 1),), _typed(t).element) for t in types])
    b = LoopBuilder(Builder(block), strict=True)
    buffers = []
    for a, t in zip(block.args, types, strict=True):
        assert isinstance(t, TensorType)
        buffers.append(Buffer(a, t.shape, contiguous_strides(t.shape), t.element))
    n = len(op.operands)
    op.lower(b, tuple(grouped(op, buffers[:n])), tuple(buffers[n:]))
    b.b.create(func.Return)
    module = module_of(block)
    module.entry.attributes["num_inputs"] = n
    padded = [_bits(a).reshape(-1) if a.size else np.zeros(1, a.dtype) for a in case.arrays]
    outs = [_typed(r.type) for r in op.results]
    sized = [tensor_of((max(t.size, 1),), t.element) for t in outs]
    got = interpret_loop(module, padded, sized)
    return [
        g[: t.size].view(r.type.dtype).reshape(t.shape)
        for g, t, r in zip(got, outs, op.results, strict=True)
    ]


def _composite(case: Case, op: Composite) -> list[Array]:
    block = Block([v.type for v in op.operands])
    b = Builder(block)
    inner = case.build(b, list(block.args))
    assert isinstance(inner, Composite)
    outs = inner.decompose(Builder(block, None))
    assert [v.type for v in outs] == [r.type for r in op.results], "decomposed to other types"
    inner._erase()
    assert all(type(o) is not type(op) for o in block), "decomposed to itself"
    b.create(func.Return, list(outs))
    return interpret(module_of(block), case.arrays)


RUNNERS: dict[type[TensorOp], Callable[[Case, Any], list[Array]]] = {
    Elementwise: _elementwise,
    Accumulating: _accumulating,
    Movement: _movement,
    Assemble: _assemble,
    Indexed: _indexed,
    Library: _library,
    Composite: _composite,
}
