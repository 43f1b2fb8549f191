"""Emission of the entry function on memory, from the places that were assigned."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from millrace.ir.builder import Builder
from millrace.ir.core import Block, Operation, Value, clone
from millrace.ir.dialects import arith, func, memref, scf, tensor
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.dialects.mr.control import AllPassed, Scan
from millrace.ir.dialects.mr.index import Index, Indexing, IndexUpdate
from millrace.ir.dialects.mr.kinds import Assemble, Movement
from millrace.ir.dialects.mr.movement import Reshape
from millrace.ir.types import INDEX, FunctionType, MemRefType, TensorType
from millrace.passes.kernel.bufferize.assign import Assigner, prefilled
from millrace.passes.kernel.bufferize.boxes import uncovered
from millrace.passes.kernel.bufferize.helpers import Kernels
from millrace.passes.kernel.bufferize.memory import Memory, Move
from millrace.passes.kernel.bufferize.place import (
    Place,
    Root,
    RootKind,
    indexed,
    row,
    shape_of,
    sub_place,
    unview,
    view,
    whole,
)


class Emitter:
    """Rewrites one entry function."""

    def __init__(self, old: func.Func, assigner: Assigner, kernels: Kernels) -> None:
        self.old = old
        self.places = assigner.places
        self.assigner = assigner
        args, returned = old.block.args, old.block.terminator.operands
        inputs, states = args[: len(args) - old.num_states], args[len(args) - old.num_states :]
        outputs = returned[: len(returned) - old.num_states]
        block = Block([_flat(v) for v in (*inputs, *outputs, *states)])
        first = {
            RootKind.INPUT: 0,
            RootKind.OUTPUT: len(inputs),
            RootKind.STATE: len(inputs) + len(outputs),
        }
        for kind, given in ((RootKind.INPUT, inputs), (RootKind.STATE, states)):
            for i, arg in enumerate(given):
                block.args[first[kind] + i].name_hint = arg.name_hint
        self.b = Builder(block, None, old.loc)
        self.m = Memory(self.b, kernels, first)
        self.scalars: dict[Value, Value] = {}

    def run(self) -> func.Func:
        """The new function, detached."""
        block = self.b.block
        self.m.blocks[self.old.block] = block
        self._ops(self.old.block)
        t = FunctionType(tuple(a.type for a in block.args), ())
        old = self.old
        return func.Func(
            sym_name=old.sym_name,
            function_type=t,
            role=old.role,
            arg_names=None if old.arg_names is None else old.input_names,
            result_names=old.output_names,  # always: they tell the outputs from the arena
            num_inputs=len(old.block.args) - old.num_states,
            num_states=old.num_states,
            state_init=old.state_init,
            state_names=old.names_of_states if old.num_states else None,
            size_names=old.size_names,
            size_least=old.size_least,
            size_most=old.size_most,
            found_names=old.found_names,
            found_most=old.found_most,
            shape_maps=old.shape_maps,
            block=block,
            loc=self.old.loc,
        )

    # ---- helpers

    def _ops(self, block: Block) -> None:
        """All operations but the terminator, then the terminator by its own rule."""
        for op in block:
            with self.b.at_loc(op.loc or self.b.loc):
                for cls, emit in _EMITTERS:
                    if isinstance(op, cls):
                        emit(self, op)
                        break
                else:
                    self._scalar(op)

    def _scalar(self, op: Operation) -> None:
        """Operations on scalars stay as they are."""
        for v in (*op.operands, *op.results):
            if isinstance(v.type, TensorType):
                raise op.error("cannot be bufferized")
        self.b.insert(clone(op, self.scalars))

    def _nothing(self, op: Operation) -> None:
        pass

    def _move(self, v: Value, target: Place) -> Move:
        return Move(self.places[v], target, shape_of(v.type))

    def _mapped(self, values: Sequence[Value]) -> list[Value]:
        """The new scalars among the values."""
        return [self.scalars.get(v, v) for v in values if not isinstance(v.type, TensorType)]

    def _rename(self, old: Sequence[Value], new: Sequence[Value]) -> None:
        """The scalars among ``old`` are now ``new``."""
        kept = [v for v in old if not isinstance(v.type, TensorType)]
        self.scalars.update(zip(kept, new, strict=True))

    # ---- kernels, views, assembly

    def _call(self, op: func.Call) -> None:
        def given(v: Value) -> tuple[Place, tuple[int, ...]] | Value:
            if isinstance(v.type, TensorType):
                return self.places[v], v.type.shape
            return self.scalars.get(v, v)

        results = [(self.places[r], shape_of(r.type)) for r in op.results]
        self.m.call(op.callee.name, [given(v) for v in op.operands], results)

    def _movement(self, op: Movement) -> None:
        """Nothing for a view; else the copy that puts the elements in their new order."""
        source, target = self.places[op.operands[0]], self.places[op.results[0]]
        if source.root.kind is RootKind.CONSTANT and target.root.kind is RootKind.CONSTANT:
            return
        seen = view(op, source)
        old, new = shape_of(op.operands[0].type), shape_of(op.results[0].type)
        if seen is not None:
            self.m.move(Move(seen, target, new))
        elif not isinstance(op, Reshape):
            self.m.gather(source, old, target, new, op.access())
        else:
            inner = unview(op, target)
            if inner is None:  # neither side is contiguous enough: by way of a buffer
                root = Root(RootKind.ALLOC, math.prod(old), target.root.element, home=op.parent)
                inner = whole(root, old)
                self.m.move(Move(source, inner, old))
                self.m.move(Move(whole(root, new), target, new))
            else:
                self.m.move(Move(source, inner, old))

    def _index(self, op: Index) -> None:
        """A view; nothing but its address."""
        self._note_indices(op)

    def _note_indices(self, op: Indexing) -> None:
        for v in op.indices:
            self.m.slices[v] = self.scalars.get(v, v)

    def _index_update(self, op: IndexUpdate) -> None:
        self._note_indices(op)
        target = self.places[op.result]
        self.m.move(self._move(op.input, target))
        self.m.move(self._move(op.update, indexed(op, target)))

    def _insert(self, op: tensor.Insert) -> None:
        target = self.places[op.result]
        self.m.move(self._move(op.dest, target))
        indices = [self.scalars.get(v, v) for v in op.indices]
        buffer, at = self.m.element(target, indices)
        self.b.create(memref.Store, self.scalars.get(op.scalar, op.scalar), buffer, [at])

    def _assemble(self, op: Assemble) -> None:
        target = self.places[op.results[0]]
        shape = shape_of(op.results[0].type)
        value = op.fill_value()
        pieces = op.pieces()
        shapes = [shape_of(op.operands[p.operand].type) for p in pieces]
        if value is not None:
            boxes = [(p.offsets, s) for p, s in zip(pieces, shapes, strict=True)]
            for offsets, size in uncovered(shape, [] if prefilled(op) else boxes):
                start = sum(o * s for o, s in zip(offsets, target.strides, strict=True))
                corner = Place(target.root, target.offset + start, target.strides, target.dynamic)
                self.m.fill(corner, size, value)
        for p, s in zip(pieces, shapes, strict=True):
            self.m.move(self._move(op.operands[p.operand], sub_place(target, p, s)))

    def _extract(self, op: tensor.Extract) -> None:
        indices = [self.scalars.get(v, v) for v in op.indices]
        buffer, at = self.m.element(self.places[op.tensor], indices)
        self.scalars[op.result] = self.b.value(memref.Load, buffer, [at])

    def _from_elements(self, op: tensor.FromElements) -> None:
        place = self.places[op.result]
        shape = shape_of(op.result.type)
        for n, v in enumerate(op.elements):
            offset = place.offset
            for size, stride in zip(reversed(shape), reversed(place.strides), strict=True):
                offset += n % size * stride
                n //= size
            at = self.m.offset(Place(place.root, offset, (), place.dynamic))
            value = self.scalars.get(v, v)
            self.b.create(memref.Store, value, self.m.root(place.root), [at])

    def _return(self, op: func.Return) -> None:
        """Outputs and states get what does not lie there yet; the states only when no check has
        failed."""
        assert op.parent is not None
        places = self.assigner
        targets = (*places.outputs, *places.states)
        moves = [self._move(v, p) for v, p in zip(op.operands, targets, strict=True)]
        outputs, states = moves[: len(places.outputs)], moves[len(places.outputs) :]
        states = [m for m in states if m.source != m.target]
        if places.can_fail and states:
            self.m.move_all(outputs, op.parent)
            self._when_passed(states, op.parent)
        else:
            self.m.move_all([*outputs, *states], op.parent)
        self.b.create(func.Return)

    def _when_passed(self, moves: Sequence[Move], home: Block) -> None:
        """Copies that are made only when no run-time check has failed."""
        passed = self.b.value(AllPassed)
        then, otherwise = Block(), Block()
        with self.b.at_end_of(then):
            self.m.move_all(moves, home)
            self.b.create(scf.Yield)
        with self.b.at_end_of(otherwise):
            self.b.create(scf.Yield)
        self.b.create(scf.If, passed, then_block=then, else_block=otherwise, result_types=[])

    # ---- control flow

    def _if(self, op: scf.If) -> None:
        targets = [self.places[r] if isinstance(r.type, TensorType) else None for r in op.results]
        blocks = [self._branch(b, targets) for b in (op.then_block, op.else_block)]
        types = [r.type for r in op.results if not isinstance(r.type, TensorType)]
        new = self.b.create(
            scf.If,
            self.scalars.get(op.condition, op.condition),
            then_block=blocks[0],
            else_block=blocks[1],
            result_types=types,
        )
        self._rename(op.results, new.results)

    def _branch(self, old: Block, targets: Sequence[Place | None]) -> Block:
        block = self._enter(old, [])
        with self.b.at_end_of(block):
            self._ops(old)
            self._yield(old.terminator.operands, targets, old)
        return block

    def _enter(self, old: Block, leading: Sequence[Any]) -> Block:
        """The new block for an old one, with arguments of types ``leading``."""
        block = Block(leading)
        self.m.blocks[old] = block
        return block

    def _yield(self, values: Sequence[Value], targets: Sequence[Place | None], home: Block) -> None:
        """Put tensors where they are expected and yield the scalars."""
        moves = [self._move(v, t) for v, t in zip(values, targets, strict=True) if t is not None]
        self.m.move_all(moves, home)
        self.b.create(scf.Yield, self._mapped(values))

    def _start_carries(self, inits: Sequence[Value], args: Sequence[Value], home: Block) -> None:
        moves = [
            self._move(v, self.places[a])
            for v, a in zip(inits, args, strict=True)
            if isinstance(v.type, TensorType)
        ]
        self.m.move_all(moves, home)

    def _targets(self, args: Sequence[Value]) -> list[Place | None]:
        return [self.places[a] if isinstance(a.type, TensorType) else None for a in args]

    def _for(self, op: scf.For) -> None:
        assert op.parent is not None
        self._start_carries(op.inits, op.block.args[1:], op.parent)
        inits = self._mapped(op.inits)
        block = self._enter(op.block, [op.block.args[0].type, *(v.type for v in inits)])
        self.scalars[op.block.args[0]] = block.args[0]
        self._rename(op.block.args[1:], block.args[1:])
        with self.b.at_end_of(block):
            self._ops(op.block)
            targets = self._targets(op.block.args[1:])
            self._yield(op.block.terminator.operands, targets, op.block)
        bounds = self._mapped([op.lower, op.upper, op.step])
        new = self.b.create(scf.For, *bounds, inits, block=block)
        self._rename(op.results, new.results)

    def _while(self, op: scf.While) -> None:
        assert op.parent is not None
        self._start_carries(op.inits, op.before.args, op.parent)
        inits = self._mapped(op.inits)
        before = self._enter(op.before, [v.type for v in inits])
        self._rename(op.before.args, before.args)
        with self.b.at_end_of(before):
            self._ops(op.before)
            condition, *values = op.before.terminator.operands
            moves = [
                self._move(v, t)
                for v, t in zip(values, self._targets(op.results), strict=True)
                if t is not None
            ]
            self.m.move_all(moves, op.before)
            self.b.create(scf.Condition, *self._mapped([condition]), self._mapped(values))
        types = [r.type for r in op.results if not isinstance(r.type, TensorType)]
        after = self._enter(op.after, types)
        self._rename(op.after.args, after.args)
        with self.b.at_end_of(after):
            self._ops(op.after)
            targets = self._targets(op.before.args)
            self._yield(op.after.terminator.operands, targets, op.after)
        new = self.b.create(scf.While, inits, before=before, after=after, result_types=types)
        self._rename(op.results, new.results)

    def _scan(self, op: Scan) -> None:
        """A counted loop; slices are rows of the stacked tensors."""
        assert op.parent is not None
        n = op.num_carries
        args = op.block.args
        self._start_carries(op.inits, args[1 : 1 + n], op.parent)
        count = self._steps(op)
        inits = self._mapped(op.inits)
        block = self._enter(op.block, [INDEX, *(v.type for v in inits)])
        self.scalars[args[0]] = block.args[0]
        self._rename(args[1 : 1 + n], block.args[1:])
        yielded = op.block.terminator.operands
        with self.b.at_end_of(block):
            self.m.slices[op] = block.args[0]
            if op.reverse:
                last = self.b.value(arith.SubI, count, self.m.index(1))
                self.m.slices[op] = self.b.value(arith.SubI, last, block.args[0])
            self._ops(op.block)
            rows = [
                row(self.places[r], op, shape_of(y.type))
                for r, y in zip(op.results[n:], yielded[n:], strict=True)
            ]
            self._yield(yielded, [*self._targets(args[1 : 1 + n]), *rows], op.block)
        zero, one = self.m.index(0), self.m.index(1)
        new = self.b.create(scf.For, zero, count, one, inits, block=block)
        self._rename(op.results[:n], new.results)
        if op.count is not None and not op.ragged:
            self._clear_rest(op, count)

    def _steps(self, op: Scan) -> Value:
        """How many steps run: ``count``, kept within 0 and ``trip``."""
        if op.count is None:
            return self.m.index(op.trip)
        count = self.scalars.get(op.count, op.count)
        least = self.b.value(arith.MaxSI, count, self.m.index(0))
        return self.b.value(arith.MinSI, least, self.m.index(op.trip))

    def _clear_rest(self, op: Scan, count: Value) -> None:
        """Zero the rows of the stacked outputs that no step has written."""
        n = op.num_carries
        if len(op.results) == n:
            return
        block = Block([INDEX])
        with self.b.at_end_of(block):
            self.m.slices[op] = block.args[0]
            for r, y in zip(op.results[n:], op.block.terminator.operands[n:], strict=True):
                shape = shape_of(y.type)
                self.m.fill(row(self.places[r], op, shape), shape, 0)
            self.b.create(scf.Yield)
        bounds = count, self.m.index(op.trip), self.m.index(1)
        self.b.create(scf.For, *bounds, [], block=block)


def _flat(v: Value) -> MemRefType:
    t = v.type
    assert isinstance(t, TensorType)
    return MemRefType((t.size,), t.element)


_EMITTERS: tuple[tuple[type[Operation] | tuple[type[Operation], ...], Callable[..., None]], ...]
_EMITTERS = (
    (func.Call, Emitter._call),
    (Movement, Emitter._movement),
    (Assemble, Emitter._assemble),
    ((Constant, tensor.Empty, scf.Yield, scf.Condition), Emitter._nothing),
    (tensor.Extract, Emitter._extract),
    (tensor.FromElements, Emitter._from_elements),
    (tensor.Insert, Emitter._insert),
    (Index, Emitter._index),
    (IndexUpdate, Emitter._index_update),
    (Scan, Emitter._scan),
    (scf.If, Emitter._if),
    (scf.For, Emitter._for),
    (scf.While, Emitter._while),
    (func.Return, Emitter._return),
)
