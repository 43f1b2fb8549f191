"""scalarize: what is one number becomes a scalar of the plan.

A loop over numbers must not keep them in memory, with a kernel for each operation. Carries of one
element become scalars, and so does the arithmetic that leads to them, to conditions and to indices:
those operations are evaluated by their scalar bodies, in the plan itself. Elements that such code
reads are extracted, elements that it writes are inserted into the tensor. Other operations on one
element stay: they belong to the kernels before or after them.

Indexing at run time (``mr.index``, ``mr.index_update``) becomes views and writes of the plan, with
explicit checks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from millrace.ir.builder import Builder
from millrace.ir.core import Block, BlockArgument, Operation, Value
from millrace.ir.dialects import scf, tensor
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.dialects.mr.control import Check, Scan
from millrace.ir.dialects.mr.gather import Gather, GatherND
from millrace.ir.dialects.mr.index import Index, Indexing, IndexUpdate
from millrace.ir.dialects.mr.kinds import Elementwise, Movement
from millrace.ir.levels import Level
from millrace.ir.opdef import grouped
from millrace.ir.rewriter import Rewriter
from millrace.ir.scalar import ScalarBuilder, ScalarValue, TensorInput
from millrace.ir.types import TensorType, signless
from millrace.passes.base import Pass, PassContext

_LOOPS = (scf.If, scf.For, scf.While, Scan)
_ELEMENTS = (Index, Gather, GatherND)
"""Indexed operations of which one element costs a few reads."""


@dataclass(frozen=True)
class Scalarize(Pass):
    """Numbers that loops, branches and indices are about become scalars."""

    name: ClassVar[str] = "scalarize"
    requires: ClassVar[Level | tuple[Level, ...]] = Level.GRAPH

    def run(self, module: Module, ctx: PassContext) -> None:
        for f in module.functions():
            wanted = Demand(f.block).ops
            with ctx.rewriter.atomic():
                _Scalarizer(ctx.rewriter, wanted, strict=module.strict).run(f.block)


def is_one(v: Value) -> bool:
    """Whether a value is a tensor of one element."""
    return isinstance(v.type, TensorType) and v.type.is_static and v.type.size == 1


def _links(op: Operation) -> Iterator[tuple[Value, Sequence[Value]]]:
    """Of control flow: what goes in or out of a region as a tensor of one element, and the
    values that become scalars with it."""
    if isinstance(op, scf.If):
        for i, r in enumerate(op.results):
            yield op.then_block.terminator.operands[i], (r,)
            yield op.else_block.terminator.operands[i], (r,)
    elif isinstance(op, scf.While):
        for i, arg in enumerate(op.before.args):
            yield op.inits[i], (arg,)
            yield op.after.terminator.operands[i], (arg,)
        for i, r in enumerate(op.results):
            yield op.before.terminator.operands[1 + i], (r, op.after.args[i])
    elif isinstance(op, scf.For | Scan):
        for i, init in enumerate(op.inits):
            targets = (op.block.args[1 + i], op.results[i])
            yield init, targets
            yield op.block.terminator.operands[i], targets


class Demand:
    """The operations on single elements whose results are wanted as scalars."""

    def __init__(self, block: Block) -> None:
        self.ops: set[Operation] = set()
        self._visit(block)

    def _visit(self, block: Block) -> None:
        for op in block:
            for region in op.regions:
                for inner in region.blocks:
                    self._visit(inner)
            if isinstance(op, _LOOPS):
                for v, _ in _links(op):
                    self.want(v)
            if isinstance(op, Scan):
                for v in op.block.terminator.operands[op.num_carries :]:
                    self.want(v)
            if isinstance(op, tensor.Extract):
                self.want(op.tensor)
            if isinstance(op, Indexing):
                for v in op.indices:
                    self.want(v)
            if isinstance(op, IndexUpdate):
                self.want(op.update)

    def want(self, value: Value) -> None:
        todo = [value]
        while todo:
            op = todo.pop().defining_op
            if op is None or op in self.ops or not _is_able(op):
                continue
            self.ops.add(op)
            todo.extend(v for v in op.operands if is_one(v))


def _is_able(op: Operation) -> bool:
    """Whether the operation's one element can be computed by scalar code."""
    if len(op.results) != 1 or not is_one(op.results[0]):
        return False
    if isinstance(op, tensor.FromElements):
        return True
    return isinstance(op, (Elementwise, Movement, *_ELEMENTS))


class _Reader(ScalarBuilder):
    """Reads tensors of one element as the scalars that they have become."""

    def __init__(self, owner: _Scalarizer, b: Builder) -> None:
        super().__init__(b, strict=owner.strict)
        self.owner = owner

    def read(self, source: TensorInput, indices: Sequence[ScalarValue]) -> ScalarValue:
        if self.owner.is_scalar(source.tensor):
            return self.owner.scalar(source.tensor)
        return super().read(source, indices)


class _Scalarizer:
    """Rewrites a function's blocks in order."""

    def __init__(self, rw: Rewriter, wanted: set[Operation], *, strict: bool) -> None:
        self.rw = rw
        self.wanted = wanted
        self.strict = strict
        self.scalars: dict[Value, ScalarValue] = {}
        """What tensors of one element are as scalars."""
        self.types: dict[Value, TensorType] = {}
        """The types of the values that are made as scalars, and tensors no more."""
        self._tensors: dict[Value, Value] = {}

    def run(self, block: Block) -> None:
        self._block(block)
        self._erase(block)

    def _block(self, block: Block) -> None:
        for op in block:
            if isinstance(op, _LOOPS):
                self._control(op)
            elif op in self.wanted:
                self._compute(op)
            elif isinstance(op, tensor.Extract) and self.is_scalar(op.tensor):
                self.rw.replace(op, self.scalar(op.tensor).value)
            elif isinstance(op, Index) and not op.at_run_time:
                self._index(op)
            elif isinstance(op, IndexUpdate) and not op.at_run_time:
                self._update(op)
            elif not isinstance(op, scf.Yield | scf.Condition):
                self._operands(op, range(0))

    def _erase(self, block: Block) -> None:
        """Drop the operations whose elements scalar code computes now."""
        for op in reversed(block):
            for region in op.regions:
                for inner in region.blocks:
                    self._erase(inner)
            if op in self.wanted:
                self.rw.erase(op)

    # ---- values

    def is_scalar(self, v: Value) -> bool:
        """Whether a value can be had as a scalar."""
        return is_one(v) or v in self.types

    def scalar(self, v: Value) -> ScalarValue:
        """A tensor of one element as a scalar, extracted where it is made."""
        found = self.scalars.get(v)
        if found is None:
            found = self.scalars[v] = self._extracted(v)
        return found

    def _extracted(self, v: Value) -> ScalarValue:
        t, made = v.type, v.defining_op
        assert isinstance(t, TensorType)
        sb = ScalarBuilder(self._after(v), strict=self.strict)
        if isinstance(made, Constant):
            return sb.const(made.value.array.reshape(-1)[0].item(), t.element)
        zeros = [sb.index_const(0) for _ in t.shape]
        return sb.read(TensorInput(v, t.shape, t.element), zeros)

    def tensor(self, v: Value) -> Value:
        """A value as a tensor, although it is made as a scalar."""
        if v not in self.types:
            return v
        if v not in self._tensors:
            scalar = self.scalars[v].value
            make = self._after(v).create(
                tensor.FromElements, [scalar], result_types=[self.types[v]]
            )
            self._tensors[v] = make.result
        return self._tensors[v]

    def _after(self, v: Value) -> Builder:
        if isinstance(v, BlockArgument):
            return Builder(v.block, v.block.first)
        assert v.defining_op is not None
        return self.rw.after(v.defining_op)

    def _input(self, v: Value) -> TensorInput:
        t = self.types.get(v, v.type)
        assert isinstance(t, TensorType)
        return TensorInput(v, t.shape, t.element)

    def _operands(self, op: Operation, scalars: range) -> None:
        """Scalars where they are expected, tensors elsewhere."""
        for i, v in enumerate(op.operands):
            if i in scalars and self.is_scalar(v):
                self.rw.set_operand(op, i, self.scalar(v).value)
            elif v in self.types and _takes_tensor(op, i):
                self.rw.set_operand(op, i, self.tensor(v))

    # ---- operations on one element

    def _compute(self, op: Any) -> None:
        """Compute the one element in the plan."""
        result = op.results[0]
        sb = _Reader(self, self.rw.before(op))
        if isinstance(op, tensor.FromElements):
            made = ScalarValue(op.elements[0], result.type.element)
        elif isinstance(op, Elementwise):
            made = op.scalar(sb, *(self.scalar(v) for v in op.operands), *_tables(op, sb))
        elif isinstance(op, Movement):
            made = self._moved(op, sb)
        else:
            inputs = grouped(op, [self._input(v) for v in op.operands])
            zeros = tuple(sb.index_const(0) for _ in result.type.shape)
            made = op.element(sb, zeros, tuple(inputs))
        self.scalars[result] = made
        self.types[result] = result.type

    def _moved(self, op: Movement, sb: _Reader) -> ScalarValue:
        """The element of the input that a movement picks."""
        source = op.operands[0]
        if self.is_scalar(source):
            return self.scalar(source)
        access = op.access()
        at = [sb.index_const(n) for n in access.evaluate([0] * access.num_dims)]
        return sb.read(self._input(source), at)

    # ---- indexing

    def _places(self, op: Indexing) -> list[Value]:
        """Checked ``index`` values."""
        sb = _Reader(self, self.rw.before(op))
        shape = self._input(op.input).shape
        given = [self.scalar(v) for v in op.indices]
        return [op.place(sb, k, shape, i).value for k, i in enumerate(given)]

    def _index(self, op: Index) -> None:
        places = self._places(op)
        source = self.tensor(op.input)
        new = self.rw.before(op).create(
            Index, source, places, axes=op.axes, sizes=op.sizes, in_bounds=True
        )
        self.rw.replace(op, new.result)

    def _update(self, op: IndexUpdate) -> None:
        """One element is inserted, a part is written."""
        places = self._places(op)
        target, b = self.tensor(op.input), self.rw.before(op)
        new: Operation
        if self.is_scalar(op.update):
            zero = ScalarBuilder(b).index_const(0).value
            chosen = dict(zip(op.axes, places, strict=True))
            rank = len(self._input(op.input).shape)
            at = [chosen.get(d, zero) for d in range(rank)]
            new = b.create(tensor.Insert, self.scalar(op.update).value, target, at)
        else:
            fields = {"axes": op.axes, "sizes": op.sizes, "in_bounds": True}
            new = b.create(IndexUpdate, target, op.update, places, **fields)
        self.rw.replace(op, new.results[0])

    # ---- control flow

    def _control(self, op: Operation) -> None:
        """Operands from outside, the regions, then the results."""
        blocks = [block for region in op.regions for block in region.blocks]
        carried = [t for _, targets in _links(op) for t in targets if is_one(t)]
        for v in dict.fromkeys(carried):
            if isinstance(v, BlockArgument):
                self._retype(v)
        self._operands(op, _inits(op))
        for block in blocks:
            self._block(block)
        for block in blocks:
            self._operands(block.terminator, _yielded(op, block))
        for v in dict.fromkeys(carried):
            if not isinstance(v, BlockArgument):
                self._retype(v)

    def _retype(self, v: Value) -> None:
        """A tensor of one element becomes a scalar."""
        t = v.type
        assert isinstance(t, TensorType)
        self.types[v] = t
        self.scalars[v] = ScalarValue(v, t.element)
        self.rw.set_type(v, signless(t.element))


def _tables(op: Elementwise, sb: ScalarBuilder) -> list[TensorInput]:
    """The tables of an operation, as constants of the plan."""
    found = []
    for table in op.tables():
        v = sb.b.value(Constant, value=table, table=True)
        found.append(TensorInput(v, table.type.shape, table.type.element))
    return found


def _takes_tensor(op: Operation, index: int) -> bool:
    """Whether an operand is a tensor by the meaning of the operation."""
    if isinstance(op, tensor.Insert):
        return index == 1
    if isinstance(op, Scan):
        return index < len(op.inits) + len(op.xs)
    if isinstance(op, scf.For):
        return index >= 3
    if isinstance(op, scf.Condition):
        return index > 0
    if isinstance(op, tensor.FromElements | Check | scf.If):
        return False
    return op.name.partition(".")[0] not in ("arith", "math")


def _inits(op: Operation) -> range:
    """The operands of a loop that become scalars where they are of one element."""
    if isinstance(op, scf.For):
        return range(3, len(op.operands))
    if isinstance(op, Scan):
        return range(op.num_carries)
    return range(len(op.operands)) if isinstance(op, scf.While) else range(0)


def _yielded(op: Operation, block: Block) -> range:
    """The operands of a terminator that become scalars where they are of one element."""
    if isinstance(op, Scan):
        return range(op.num_carries)
    first = 1 if isinstance(op, scf.While) and block is op.before else 0
    return range(first, len(block.terminator.operands))
