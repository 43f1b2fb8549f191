"""structure: every tensor operation takes the KERNEL form of its kind.

Elementwise, Accumulating and Indexed operations become ``linalg.generic`` whose loops are the
non-unit dimensions of the result (unit dimensions are indexed by the constant 0, so that
operations which differ only in unit dimensions share an iteration space). Movements stay views
of the plan where strides can express them; Assemble stays; a Library operation moves into a
kernel of its own. At the end integers become signless.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from millrace.ir.affine import AffineExpr, AffineMap, cst, dim, substitute
from millrace.ir.attributes import Dense, Iterator, SymbolRef
from millrace.ir.builder import Builder
from millrace.ir.core import Block, Operation, Value
from millrace.ir.dialects import arith, func, linalg, tensor
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr import constant, kinds, movement
from millrace.ir.dialects.mr.index import Indexing
from millrace.ir.errors import CompileError
from millrace.ir.levels import Level
from millrace.ir.opdef import grouped
from millrace.ir.rewriter import Rewriter
from millrace.ir.scalar import ScalarBuilder, ScalarValue, TensorInput
from millrace.ir.types import (
    ElementType,
    FunctionType,
    IntegerType,
    TensorType,
    Type,
    signless,
)
from millrace.passes.base import Pass, PassContext

VIEWS = (movement.Reshape, movement.Slice, movement.Transpose, movement.Broadcast)


@dataclass(frozen=True)
class Structure(Pass):
    """Lower tensor operations to linalg.generic by their kind."""

    name: ClassVar[str] = "structure"
    requires: ClassVar[Level | tuple[Level, ...]] = Level.GRAPH
    ensures: ClassVar[Level | None] = Level.KERNEL
    mandatory: ClassVar[bool] = True

    def run(self, module: Module, ctx: PassContext) -> None:
        lowering = _Lowering(module, ctx.rewriter)
        for f in module.functions():
            for op in list(f.walk()):
                lowering.lower(op)
            _drop_views(f, ctx.rewriter)
        _make_signless(module, ctx.rewriter)


def _drop_views(f: func.Func, rewriter: Rewriter) -> None:
    """Views that nothing reads: they would count as reads of what they show."""
    for op in reversed(list(f.walk())):
        if isinstance(op, VIEWS) and not op.results[0].users:
            rewriter.erase(op)


def _tensor_type(v: Value) -> TensorType:
    assert isinstance(v.type, TensorType)
    return v.type


@dataclass(frozen=True)
class Loops:
    """The loops over the non-unit dimensions of a shape."""

    extents: tuple[int, ...]
    exprs: tuple[AffineExpr, ...]
    """For each dimension of the shape, its loop, or 0 for a unit dimension."""

    @staticmethod
    def over(shape: Sequence[int]) -> Loops:
        exprs: list[AffineExpr] = []
        extents: list[int] = []
        for n in shape:
            exprs.append(cst(0) if n == 1 else dim(len(extents)))
            if n != 1:
                extents.append(n)
        return Loops(tuple(extents), tuple(exprs))

    def map(self, through: AffineMap | None = None) -> AffineMap:
        """The map from the loops to the shape's indices, then through another map."""
        m = AffineMap(len(self.extents), self.exprs)
        return m if through is None else through.compose(m)


class _Lowering:
    def __init__(self, module: Module, rewriter: Rewriter) -> None:
        self.module = module
        self.rw = rewriter
        self.strict = module.strict
        self.count = 0

    def lower(self, op: Operation) -> None:
        handler = next((h for k, h in _HANDLERS if isinstance(op, k)), None)
        if handler is None:
            return
        values = handler(self, op)
        if values is not None:
            self.rw.replace(op, *values)

    # ---- kinds

    def elementwise(self, op: Any) -> Sequence[Value]:
        """Over the loops of the result; over those of what an operand was made by, where that has
        more and a view joins them: then both can share a kernel."""
        b = self.rw.before(op)
        result = _tensor_type(op.results[0])
        apart = next((s for v in op.operands if (s := _joined_from(v, result.shape))), None)
        shape = result.shape if apart is None else apart
        operands = [
            v if apart is None else _taken_apart(b, v, result.shape, apart) for v in op.operands
        ]
        loops = Loops.over(shape)
        maps = [loops.map(kinds.broadcast_map(_tensor_type(v).shape, len(shape))) for v in operands]

        tables = [
            self._tensor_input(b.value(constant.Constant, value=table, table=True))
            for table in op.tables()
        ]

        def body(sb: ScalarBuilder, args: list[ScalarValue]) -> list[ScalarValue]:
            return [op.scalar(sb, *args, *tables)]

        types = [TensorType(shape, result.element)]
        values = self._generic(b, operands, maps, loops, types, body)
        if apart is None:
            return values
        return [b.value(movement.Reshape, v, shape=result.shape) for v in values]

    def accumulating(self, op: Any) -> Sequence[Value]:
        b = self.rw.before(op)
        nest: kinds.Nest = op.nest()
        result = _tensor_type(op.results[0])
        keep = [i for i, n in enumerate(nest.extents) if n != 1]
        renumber = [cst(0)] * len(nest.extents)
        for k, i in enumerate(keep):
            renumber[i] = dim(k)
        extents = tuple(nest.extents[i] for i in keep)
        parallel = sum(i < nest.parallel for i in keep)
        maps = [
            AffineMap(len(keep), tuple(substitute(e, renumber) for e in m.results))
            for m in nest.maps
        ]
        squeezed = tuple(n for n in result.shape if n != 1)
        direct = squeezed == extents[:parallel]
        out_shape = result.shape if direct else nest.extents[: nest.parallel]
        loops = Loops.over(out_shape)
        out_map = AffineMap(len(keep), loops.exprs)
        inits = [
            self._fill(b, value, out_shape, t)
            for value, t in zip(op.neutral(), op.accumulators(), strict=True)
        ]
        accs = self._reduce(b, op, maps, out_map, inits, extents, parallel)
        done = self._finish(b, op, accs, out_shape, loops)
        if direct:
            return done
        return [
            b.value(movement.Reshape, v, shape=_tensor_type(r).shape)
            for v, r in zip(done, op.results, strict=True)
        ]

    def indexed(self, op: Any) -> Sequence[Value] | None:
        if isinstance(op, Indexing) and op.at_run_time:
            return None
        b = self.rw.before(op)
        inputs = grouped(op, [self._tensor_input(v) for v in op.operands])
        result = _tensor_type(op.results[0])
        loops = Loops.over(result.shape)

        def body(sb: ScalarBuilder, args: list[ScalarValue]) -> list[ScalarValue]:
            index = _index_values(sb, loops)
            return [op.element(sb, index, tuple(inputs))]

        (value,) = self._generic(b, (), (), loops, [result], body)
        assert isinstance(value.defining_op, linalg.Generic)
        return (_with_inputs(value.defining_op, b),)

    def movement(self, op: Any) -> Sequence[Value] | None:
        if isinstance(op, VIEWS) and _is_plain_view(op):
            return None
        b = self.rw.before(op)
        loops = Loops.over(_tensor_type(op.results[0]).shape)
        maps = [loops.map(op.access())]
        return self._generic(
            b, op.operands, maps, loops, [_tensor_type(op.results[0])], lambda _, args: args
        )

    def library(self, op: Operation) -> Sequence[Value]:
        name = f"{op.name.removeprefix('mr.')}_{self.count}"
        self.count += 1
        distinct = list(dict.fromkeys(op.operands))
        block = Block([v.type for v in distinct])
        inputs = dict(zip(distinct, block.args, strict=True))
        types = [r.type for r in op.results]
        inner = Builder(block, None, op.loc)
        moved = inner.create(
            type(op),
            **_operand_fields(op, inputs),
            **_plain_attributes(op),
            result_types=types,
        )
        inner.create(func.Return, list(moved.results))
        kernel = func.Func(
            sym_name=name,
            function_type=FunctionType(tuple(v.type for v in distinct), tuple(types)),
            role="kernel",
            elements=tuple(_tensor_type(v).element for v in (*distinct, *moved.results)),
            block=block,
            loc=op.loc,
        )
        self.module.block._insert_before(self.module.block.first, kernel)
        call = self.rw.before(op).create(
            func.Call, distinct, callee=SymbolRef(name), result_types=types
        )
        return call.results

    def composite(self, op: Operation) -> Sequence[Value]:
        raise CompileError(f"{op.loc.describe()}: {op.name} was not decomposed")

    # ---- parts

    def _tensor_input(self, v: Value) -> TensorInput:
        t = _tensor_type(v)
        return TensorInput(v, t.shape, t.element)

    def _fill(
        self, b: Builder, value: bool | int | float, shape: Sequence[int], t: ElementType
    ) -> Value:
        sb = ScalarBuilder(b, strict=self.strict)
        empty = b.value(tensor.Empty, result_types=[TensorType(tuple(shape), t)])
        return b.value(linalg.Fill, sb.const(value, t).value, empty)

    def _reduce(
        self,
        b: Builder,
        op: Any,
        maps: list[AffineMap],
        out_map: AffineMap,
        inits: list[Value],
        extents: tuple[int, ...],
        parallel: int,
    ) -> list[Value]:
        """The generic with the reduction loops: accumulator tensors out. ``combine`` sees the
        indices of the original nest, unit loops included."""
        block = Block()
        sb = ScalarBuilder(Builder(block, None, op.loc), strict=self.strict)
        xs = [_argument(block, _tensor_type(v).element) for v in op.operands]
        accs = [_argument(block, t) for t in op.accumulators()]
        indices = _nest_indices(sb, op.nest().extents)
        out = op.combine(sb, tuple(accs), tuple(xs), indices)
        sb.b.create(linalg.Yield, [x.value for x in out])
        _drop_dead(block)
        kinds_ = [Iterator.PARALLEL] * parallel + [Iterator.REDUCTION] * (len(extents) - parallel)
        g = b.create(
            linalg.Generic,
            list(op.operands),
            inits,
            indexing_maps=(*maps, *[out_map] * len(inits)),
            iterator_types=tuple(kinds_),
            ranges=extents,
            block=block,
        )
        return list(g.results)

    def _finish(
        self, b: Builder, op: Any, accs: list[Value], shape: Sequence[int], loops: Loops
    ) -> Sequence[Value]:
        elements = [_tensor_type(r).element for r in op.results]
        if len(accs) == 1 and op.accumulators()[0] == elements[0] and _keeps(op):
            return accs
        types = [TensorType(tuple(shape), e) for e in elements]

        def body(sb: ScalarBuilder, args: list[ScalarValue]) -> list[ScalarValue]:
            return list(op.finish(sb, tuple(args)))

        return self._generic(b, accs, [loops.map()] * len(accs), loops, types, body)

    def _generic(
        self,
        b: Builder,
        inputs: Sequence[Value],
        maps: Sequence[AffineMap],
        loops: Loops,
        types: Sequence[TensorType],
        body: Callable[[ScalarBuilder, list[ScalarValue]], list[ScalarValue]],
    ) -> Sequence[Value]:
        """A parallel generic over ``loops`` with one result a type."""
        block = Block()
        sb = ScalarBuilder(Builder(block, None, b.loc), strict=self.strict)
        args = [_argument(block, _tensor_type(v).element) for v in inputs]
        for t in types:
            _argument(block, t.element)
        out = body(sb, args)
        sb.b.create(linalg.Yield, [x.value for x in out])
        _drop_dead(block)
        empties = [b.value(tensor.Empty, result_types=[t]) for t in types]
        g = b.create(
            linalg.Generic,
            list(inputs),
            empties,
            indexing_maps=(*maps, *[loops.map()] * len(types)),
            iterator_types=(Iterator.PARALLEL,) * len(loops.extents),
            ranges=loops.extents,
            block=block,
        )
        return list(g.results)


def _with_inputs(g: linalg.Generic, b: Builder) -> Value:
    """A parallel generic whose reads at its own indices are inputs, so that it can stand in one
    kernel with what makes them."""
    reads: dict[tuple[Value, AffineMap], list[Operation]] = {}
    for op in g.block:
        if isinstance(op, tensor.Extract):
            exprs = [_own_index(v, g) for v in op.indices]
            if all(e is not None for e in exprs):
                m = AffineMap(g.num_loops, tuple(e for e in exprs if e is not None))
                reads.setdefault((op.tensor, m), []).append(op)
    if not reads or g.inputs:
        return g.results[0]
    block = Block([op[0].results[0].type for op in reads.values()])
    for arg, found in zip(block.args, reads.values(), strict=True):
        for op in found:
            op.results[0]._replace_all_uses_with(arg)
    for old in g.block.args:
        old._replace_all_uses_with(block._add_argument(old.type))
    for op in list(g.block):
        g.block._unlink(op)
        block._insert_before(None, op)
    _drop_dead(block)
    new = b.create(
        linalg.Generic,
        [v for v, _ in reads],
        list(g.outputs),
        indexing_maps=(*(m for _, m in reads), *g.indexing_maps),
        iterator_types=g.iterator_types,
        ranges=g.ranges,
        block=block,
    )
    g._erase()
    return new.results[0]


def _own_index(v: Value, g: linalg.Generic) -> AffineExpr | None:
    """An index of a read that is a loop's, or a constant."""
    op = v.defining_op
    if isinstance(op, linalg.Index):
        return dim(op.dim)
    if isinstance(op, arith.Constant) and op.parent is g.block:
        return cst(int(op.value.value))
    return None


def _argument(block: Block, element: ElementType) -> ScalarValue:
    return ScalarValue(block._add_argument(signless(element)), element)


def _index_values(sb: ScalarBuilder, loops: Loops) -> tuple[ScalarValue, ...]:
    """The current index in each dimension of the shape the loops run over."""
    out = []
    loop = 0
    for e in loops.exprs:
        if e == cst(0):
            out.append(sb.index_const(0))
        else:
            out.append(sb.loop_index(loop))
            loop += 1
    return tuple(out)


def _nest_indices(sb: ScalarBuilder, extents: Sequence[int]) -> tuple[ScalarValue, ...]:
    return _index_values(sb, Loops.over(extents))


def _drop_dead(block: Block) -> None:
    """Remove scalar code that nothing uses (indices that a body did not ask for)."""
    for op in reversed(block):
        if op.results and all(r.is_unused for r in op.results):
            op._erase()


def _keeps(op: kinds.Accumulating) -> bool:
    """True when ``finish`` is the plain cast of the base class."""
    return type(op).finish is kinds.Accumulating.finish


def _joined_from(v: Value, shape: tuple[int, ...]) -> tuple[int, ...] | None:
    """The shape that a generic made, when ``v``, of this shape, is a view of it that joins
    dimensions."""
    op = v.defining_op
    if not isinstance(op, movement.Reshape) or _tensor_type(v).shape != shape:
        return None
    if not isinstance(op.input.defining_op, linalg.Generic):
        return None
    apart = _tensor_type(op.input).shape
    return apart if _groups(shape, apart) else None


def _groups(joined: Sequence[int], apart: Sequence[int]) -> list[tuple[int, ...]] | None:
    """For each dimension those that it was joined from; None when it was not made that way, or
    nothing was joined."""
    groups: list[tuple[int, ...]] = []
    rest = list(apart)
    for n in joined:
        group: list[int] = []
        while rest and (not group or math.prod(group) < n):
            group.append(rest.pop(0))
        if math.prod(group) != n or not group:
            return None
        groups.append(tuple(group))
    return groups if not rest and len(apart) > len(joined) else None


def _taken_apart(b: Builder, v: Value, joined: Sequence[int], apart: Sequence[int]) -> Value:
    """An operand that broadcasts to ``joined``, for a result of the shape ``apart``."""
    op = v.defining_op
    if isinstance(op, movement.Reshape) and _tensor_type(op.input).shape == tuple(apart):
        return op.input
    groups = _groups(joined, apart)
    assert groups is not None
    own = _tensor_type(v).shape
    shape: list[int] = []
    for n, group in zip(own, groups[len(groups) - len(own) :], strict=True):
        shape += [1] * len(group) if n == 1 else group
    if isinstance(op, constant.Constant):
        return b.value(constant.Constant, value=Dense(op.value.array.reshape(shape)))
    return b.value(movement.Reshape, v, shape=tuple(shape))


def _is_plain_view(op: Operation) -> bool:
    """A view that strides can express without going backwards."""
    return not isinstance(op, movement.Slice) or all(s > 0 for s in op.all_steps)


def _operand_fields(op: Operation, inputs: dict[Value, Any]) -> dict[str, Any]:
    from millrace.ir.opdef import operand_fields

    values = grouped(op, [inputs[v] for v in op.operands])
    return {f.name: v for f, v in zip(operand_fields(type(op)), values, strict=True)}


def _plain_attributes(op: Operation) -> dict[str, Any]:
    from millrace.ir.opdef import SEGMENTS

    return {k: v for k, v in op.attributes.items() if k != SEGMENTS}


_HANDLERS: tuple[tuple[type[Operation], Callable[[_Lowering, Any], Sequence[Value] | None]], ...]
_HANDLERS = (
    (kinds.Elementwise, _Lowering.elementwise),
    (kinds.Accumulating, _Lowering.accumulating),
    (kinds.Movement, _Lowering.movement),
    (kinds.Indexed, _Lowering.indexed),
    (kinds.Library, _Lowering.library),
    (kinds.Composite, _Lowering.composite),
)


# ---- signless integers


def _signless_type(t: Type) -> Type:
    if isinstance(t, TensorType):
        return TensorType(t.shape, signless(t.element), t.bounds)
    return signless(t) if isinstance(t, IntegerType) else t


def _make_signless(module: Module, rw: Rewriter) -> None:
    """Integer types lose their sign everywhere, but in Library operations' kernels, whose
    lowering still needs it (their boundary is cast by bits when they are lowered)."""
    for op in module.walk():
        for region in op.regions:
            for block in region.blocks:
                for a in block.args:
                    _retype(rw, a)
        for r in op.results:
            _retype(rw, r)
        if isinstance(op, func.Func):
            t = op.function_type
            rw.set_attr(
                op,
                "function_type",
                FunctionType(
                    tuple(_signless_type(i) for i in t.inputs),
                    tuple(_signless_type(o) for o in t.results),
                ),
            )
        if isinstance(op, constant.Constant):
            _constant_bits(op, rw)


def _retype(rw: Rewriter, v: Value) -> None:
    new = _signless_type(v.type)
    if new != v.type:
        rw.set_type(v, new)


def _constant_bits(op: constant.Constant, rw: Rewriter) -> None:
    a = op.value.array
    if a.dtype.kind == "u":
        rw.set_attr(op, "value", Dense(a.view(f"i{a.dtype.itemsize}")))


def identity_copy(v: Value, b: Builder) -> Value:
    """A parallel generic that copies ``v`` into a fresh tensor of the same type."""
    t = _tensor_type(v)
    loops = Loops.over(t.shape)
    block = Block([t.element, t.element])
    Builder(block).create(linalg.Yield, [block.args[0]])
    empty = b.value(tensor.Empty, result_types=[t])
    return b.value(
        linalg.Generic,
        [v],
        [empty],
        indexing_maps=(loops.map(), loops.map()),
        iterator_types=(Iterator.PARALLEL,) * len(loops.extents),
        ranges=loops.extents,
        block=block,
    )
