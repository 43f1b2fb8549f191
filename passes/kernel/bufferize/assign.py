"""The decision where every tensor lies.

Blocks are walked backwards, so that a consumer can ask the producer of a value to write it to a
particular place: an output of the model, a piece of a concatenation, the buffer of a carry, the
buffer of a dead operand. :meth:`Assigner.bind` is that question. A value that nobody asked for,
or that cannot lie where it should, gets memory of its own, and the consumer copies.

Memory is written once, with two exceptions. A loop's carry is overwritten by its next value: the
request has a :class:`Fence`, and the writer must come after all reads of the old value. A kernel
writes a result over a dead operand: the operand gets a :class:`Deadline`.

States are carries of the entry as a whole, fenced in the same way, as long as nothing can fail.
With run-time checks in the model their new values lie elsewhere until all checks have passed.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from millrace.ir.attributes import Dense
from millrace.ir.core import Block, Operation, Use, Value
from millrace.ir.dialects import func, scf, tensor
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.dialects.mr.control import Check, Scan
from millrace.ir.dialects.mr.index import Index, IndexUpdate
from millrace.ir.dialects.mr.kinds import Assemble, Library, Movement
from millrace.ir.errors import CompileError
from millrace.ir.types import TensorType, element_type_of, signless
from millrace.passes.kernel.bufferize.aliases import Aliases, Deadline, Fence
from millrace.passes.kernel.bufferize.aligned import reads_aligned
from millrace.passes.kernel.bufferize.place import (
    Place,
    Root,
    RootKind,
    extent,
    indexed,
    is_contiguous,
    normal_strides,
    row,
    shape_of,
    sub_place,
    unview,
    view,
    whole,
)

SPLAT_ELEMENTS = 64
"""Constants of more equal elements than this are stored as one element, read with strides 0."""


@dataclass(frozen=True)
class Request:
    """Where a value should lie, and what that memory holds before and after."""

    place: Place
    fences: tuple[Fence, ...] = ()
    deadline: Deadline | None = None


class Assigner:
    """Assigns a place to every tensor value of the entry function."""

    def __init__(self, entry: func.Func, kernels: dict[str, func.Func]) -> None:
        self.entry = entry
        self.kernels = kernels
        self.aliases = Aliases(entry)
        self.places: dict[Value, Place] = {}
        self.requests: dict[Value, Request] = {}
        self._constants: dict[Dense, Root] = {}
        self._arrays: dict[Value, np.ndarray[Any, Any]] = {}
        self._aligned: dict[tuple[str, int, int], bool] = {}
        self.outputs: list[Place] = []
        """Where the entry's outputs are expected."""
        self.states: list[Place] = []
        """Where the states lie before and after the run."""
        self._old_states: Sequence[Value] = ()
        bodies = (entry, *kernels.values())
        self.can_fail = any(isinstance(op, Check | Library) for f in bodies for op in f.walk())
        """True when a run-time check may fail; a Library operation may become one that does."""

    def run(self) -> None:
        self._assign_inputs()
        returned = self.entry.block.terminator.operands
        for v, place in zip(returned, self.outputs, strict=False):
            self.bind(v, Request(place), self.entry.block)
        if not self.can_fail:
            first = len(self.outputs)
            for v, old, place in zip(returned[first:], self._old_states, self.states, strict=True):
                fence = Fence(old, self.entry.block)
                self.bind(v, Request(place, (fence,)), self.entry.block)
        self._visit_block(self.entry.block)
        for op in self.entry.walk():
            for region in op.regions:
                for block in region.blocks:
                    for arg in block.args:
                        self._settle(arg)
            for r in op.results:
                self._settle(r)

    def _settle(self, v: Value) -> None:
        if isinstance(v.type, TensorType):
            self.resolve(v)

    def _assign_inputs(self) -> None:
        """The places of the arguments, and those where the results are expected."""
        args, returned = self.entry.block.args, self.entry.block.terminator.operands
        for i, arg in enumerate(args):
            if not isinstance(arg.type, TensorType):
                raise CompileError(f"@{self.entry.sym_name}: input {i} is {arg.type}, not a tensor")
        split = len(args) - self.entry.num_states
        self._old_states = args[split:]
        inputs = _argument_places(RootKind.INPUT, args[:split])
        self.states = _argument_places(RootKind.STATE, self._old_states)
        self.places.update(zip(args, (*inputs, *self.states), strict=True))
        outputs = returned[: len(returned) - self.entry.num_states]
        self.outputs = _argument_places(RootKind.OUTPUT, outputs)

    # ---- where values lie

    def own(self, v: Value) -> Request:
        """The request under which ``v`` was bound; memory of its own when there was none."""
        if v not in self.places:
            assert isinstance(v.type, TensorType)
            root = _root(RootKind.ALLOC, v.type, home=v.parent_block)
            self.places[v] = whole(root, v.type.shape)
        return self.requests.setdefault(v, Request(self.places[v]))

    def known(self, v: Value) -> Place | None:
        """Where ``v`` lies if that is decided already."""
        if v in self.places:
            return self.places[v]
        op = v.defining_op
        if isinstance(op, Constant):
            return self._constant(v, op.value.array)
        if isinstance(op, Movement):
            source = self.known(op.operands[0])
            return None if source is None else self._view(op, source)
        if isinstance(op, Index):
            source = self.known(op.input)
            return None if source is None else indexed(op, source)
        stacked = _stacked(v)
        if stacked is None:
            return None
        loop, xs = stacked
        source = self.known(xs)
        return None if source is None else row(source, loop, shape_of(v.type))

    def resolve(self, v: Value) -> Place:
        """Where ``v`` lies, after all owners of memory have been visited."""
        if v in self.places:
            return self.places[v]
        op = v.defining_op
        stacked = _stacked(v)
        if isinstance(op, Movement | Index):
            self.resolve(op.operands[0])
        elif stacked is not None:
            self.resolve(stacked[1])
        place = self.known(v)
        if place is None:
            if not isinstance(op, Movement):
                where = op.error("cannot be bufferized") if op else "a block argument"
                raise CompileError(str(where))
            place = self.own(v).place
        self.places[v] = place
        return place

    def _constant(self, v: Value, array: np.ndarray[Any, Any]) -> Place:
        """The place of a constant; equal constants share memory."""
        element = signless(element_type_of(array.dtype))
        array = array if array.dtype == element.dtype else array.view(element.dtype)
        shape = array.shape
        splat = array.size > SPLAT_ELEMENTS and Dense(array).is_splat
        stored = array[(slice(0, 1),) * array.ndim] if splat else np.ascontiguousarray(array)
        dense = Dense(stored.reshape(-1))
        op = v.defining_op
        table = isinstance(op, Constant) and op.table
        root = self._constants.setdefault(
            dense, Root(RootKind.CONSTANT, dense.array.size, element, constant=dense, table=table)
        )
        place = whole(root, shape)
        if splat:
            place = replace(place, strides=normal_strides(shape, (0,) * len(shape)))
        self.places[v] = place
        self._arrays[v] = array
        return place

    def _view(self, op: Movement, source: Place) -> Place | None:
        """The view that a movement makes; of a constant that is only moved, a new constant in
        the new order."""
        place = view(op, source)
        array = self._arrays.get(op.operands[0])
        if array is None or 0 in source.strides:
            return place
        result = op.results[0]
        shape = shape_of(result.type)
        moved = all(isinstance(u, Movement) for u in op.operands[0].users)
        grows = int(np.prod(shape, dtype=np.int64)) > array.size
        if place is not None and is_contiguous(shape, place.strides):
            self._arrays[result] = op.evaluate(array)
            return place
        if grows or (place is not None and not moved):
            return place
        return self._constant(result, np.ascontiguousarray(op.evaluate(array)))

    # ---- requests

    def bind(self, v: Value, request: Request, block: Block) -> bool:
        """Ask that ``v``, which is consumed in ``block``, be produced at a place. True when it
        lies there; else the consumer must copy it there at its own time."""
        if v in self.places:
            return self.places[v] == request.place
        op = v.defining_op
        if op is None or op.parent is not block:
            return False
        if isinstance(op, Movement):
            return self._bind_view(op, request, block)
        if not isinstance(op, _OWNERS) or not self._may_write(op, v, request):
            return False
        self._give(v, request)
        return True

    def _give(self, v: Value, request: Request) -> None:
        self.places[v] = request.place
        self.requests[v] = request

    def _bind_view(self, op: Movement, request: Request, block: Block) -> bool:
        """Bind a view by binding what it views; a movement that needs a copy in any case makes
        the copy right there."""
        result = op.results[0]
        inner = unview(op, request.place)
        source = op.operands[0]
        if inner is not None and self.bind(source, replace(request, place=inner), block):
            self.places[result] = request.place
            return True
        known = self.known(source)
        if result in self.places or known is None or view(op, known) is not None:
            return False
        if not self._may_write(op, result, request):
            return False
        self._give(result, request)
        return True

    def _may_write(self, op: Operation, v: Value, request: Request) -> bool:
        """True when ``op`` may produce ``v`` at the place without destroying what is read
        later, and nothing reads it after its deadline."""
        if request.deadline is not None and not self.aliases.dead_by(v, request.deadline):
            return False
        for fence in request.fences:
            uses = self.aliases.uses_at(fence, op)
            if uses is None or not all(self._harmless(u, op, v, request.place) for u in uses):
                return False
        return True

    def _harmless(self, use: Use, op: Operation, v: Value, place: Place) -> bool:
        """May ``op`` read the old content by ``use`` while it writes ``v`` over it?"""
        if isinstance(op, scf.If):
            return True  # the branches ask for themselves
        if use.op is op and isinstance(op, Assemble):
            return self._moves_forward(op, place)
        if use.op is not op or self.known(op.operands[use.index]) != place:
            return False
        result = [r is v for r in op.results].index(True)
        if isinstance(op, func.Call):
            return self.aligned(op, use.index, result)
        if isinstance(op, _WRITERS):
            return use.index == _target_index(op)
        return use.index == init_index(op, result)

    def _moves_forward(self, op: Assemble, place: Place) -> bool:
        """Whether pieces that come out of the memory where they go to are read before another one
        is written there; they are written in their order."""
        written: list[tuple[int, int]] = []
        for piece in op.pieces():
            v = op.operands[piece.operand]
            shape = shape_of(v.type)
            source, target = self.known(v), sub_place(place, piece, shape)
            if source is not None and source.root is place.root and source != target:
                first, last = extent(source, shape)
                overlaps = any(first < e and s < last for s, e in (*written, extent(target, shape)))
                if overlaps or source.dynamic != place.dynamic:
                    return False
            written.append(extent(target, shape))
        return op.fill_value() is None

    def aligned(self, call: func.Call, operand: int, result: int) -> bool:
        key = (call.callee.name, operand, result)
        if key not in self._aligned:
            self._aligned[key] = reads_aligned(self.kernels[key[0]], operand, result)
        return self._aligned[key]

    # ---- the walk

    def _visit_block(self, block: Block) -> None:
        for op in reversed(block):
            for cls, visit in _VISITS:
                if isinstance(op, cls):
                    visit(self, op)
                    break

    def _call(self, op: func.Call) -> None:
        kernel = self.kernels.get(op.callee.name)
        if kernel is None:
            raise op.error(f"@{op.callee.name} is not a kernel; inline functions first")
        for k, r in enumerate(op.results):
            request = self.own(r)
            if is_contiguous(shape_of(r.type), request.place.strides):
                self._reuse_operand(op, k, request)

    def _reuse_operand(self, op: func.Call, k: int, request: Request) -> None:
        """Let an operand that dies here lie where result ``k`` will."""
        assert op.parent is not None
        for v in op.operands:
            if v.type != op.results[k].type or self.known(v) is not None:
                continue
            uses = [j for j, w in enumerate(op.operands) if w is v]
            if not all(self.aligned(op, j, k) for j in uses):
                continue
            deadline = Deadline(op, frozenset(Use(op, j) for j in uses))
            if self.bind(v, replace(request, deadline=deadline), op.parent):
                return

    def _assemble(self, op: Assemble) -> None:
        assert op.parent is not None
        request = self.own(op.results[0])
        for piece in op.pieces():
            v = op.operands[piece.operand]
            if prefilled(op):
                continue
            place = sub_place(request.place, piece, shape_of(v.type))
            self.bind(v, replace(request, place=place), op.parent)

    def _write(self, op: IndexUpdate | tensor.Insert) -> None:
        """What is written to lies where the result will, when nobody else needs it as it was."""
        assert op.parent is not None
        request = self.own(op.result)
        index = _target_index(op)
        deadline = Deadline(op, frozenset({Use(op, index)}))
        self.bind(op.operands[index], replace(request, deadline=deadline), op.parent)

    def _own_results(self, op: Operation) -> None:
        for r in op.results:
            if isinstance(r.type, TensorType):
                self.own(r)

    def _if(self, op: scf.If) -> None:
        self._own_results(op)
        for block in (op.then_block, op.else_block):
            for r, v in zip(op.results, block.terminator.operands, strict=True):
                if isinstance(v.type, TensorType):
                    self.bind(v, self.requests[r], block)
            self._visit_block(block)

    def _scan(self, op: Scan) -> None:
        n = op.num_carries
        self._carries(op, op.block.args[1 : 1 + n], op.results[:n], 0)
        yielded = op.block.terminator.operands
        for r, y in zip(op.results[n:], yielded[n:], strict=True):
            place = row(self.own(r).place, op, shape_of(y.type))
            self.bind(y, Request(place), op.block)
        self._visit_block(op.block)

    def _for(self, op: scf.For) -> None:
        self._carries(op, op.block.args[1:], op.results, 3)
        self._visit_block(op.block)

    def _carries(
        self, op: Any, args: Sequence[Value], results: Sequence[Value], first: int
    ) -> None:
        """Carries lie in one place, from the initial value (operand ``first`` on) to the last."""
        yielded = op.block.terminator.operands
        for k, (arg, r) in enumerate(zip(args, results, strict=True)):
            if isinstance(r.type, TensorType):
                self._stay(op, first + k, r)
                request = self.own(r)
                self.places[arg] = request.place
                self._bind_init(op, first + k, request)
        for arg, v in zip(args, yielded, strict=False):
            if isinstance(arg.type, TensorType):
                fence = Fence(arg, op.block)
                self.bind(v, Request(self.places[arg], (fence,)), op.block)

    def _stay(self, op: Operation, index: int, r: Value) -> None:
        """Let a carry that starts as a part of a tensor which nobody needs any more lie there."""
        init = op.operands[index]
        part = init.defining_op
        if r in self.places or not isinstance(part, Movement) or init in self.places:
            return
        source, deadline = part.operands[0], Deadline(op, frozenset({Use(op, index)}))
        maker = source.defining_op
        if source in self.places or maker is None or maker.parent is not op.parent:
            return
        if not isinstance(maker, _OWNERS) or not self.aliases.dead_by(source, deadline):
            return
        place = view(part, self.own(source).place)
        if place is not None and is_contiguous(shape_of(r.type), place.strides):
            self.places[r] = place
            self.requests[r] = Request(place)

    def _bind_init(self, op: Operation, index: int, request: Request) -> None:
        """Produce a carry's first value in the carry's buffer when nothing else reads it."""
        assert op.parent is not None
        deadline = Deadline(op, frozenset({Use(op, index)}))
        self.bind(op.operands[index], replace(request, deadline=deadline), op.parent)

    def _while(self, op: scf.While) -> None:
        """What ``before`` takes lies in the carries' buffers. A result that ``before`` hands
        through unchanged is the carry itself; others have buffers that ``before`` writes."""
        self._own_results(op)
        passed = passed_through(op)
        condition = op.before.terminator.operands
        for i, r in enumerate(op.results):
            if isinstance(r.type, TensorType):
                self.places[op.after.args[i]] = self.places[r]
        for j, arg in enumerate(op.before.args):
            if isinstance(arg.type, TensorType):
                request = Request(self._while_carry(op, j, passed))
                if j in passed:
                    request = self.requests[op.results[passed[j]]]
                self.places[arg] = request.place
                self._bind_init(op, j, request)
        for i, r in enumerate(op.results):
            if isinstance(r.type, TensorType):
                self.bind(condition[1 + i], Request(self.places[r]), op.before)
        for arg, v in zip(op.before.args, op.after.terminator.operands, strict=True):
            if isinstance(arg.type, TensorType):
                request = Request(self.places[arg], (Fence(arg, op.after),))
                self.bind(v, request, op.after)
        self._visit_block(op.after)
        self._visit_block(op.before)

    def _while_carry(self, op: scf.While, index: int, passed: dict[int, int]) -> Place:
        t = op.before.args[index].type
        assert isinstance(t, TensorType)
        if index in passed:
            return self.places[op.results[passed[index]]]
        return whole(_root(RootKind.ALLOC, t, home=op.parent), t.shape)


_WRITERS = (IndexUpdate, tensor.Insert)
"""Operations that write a part of what they are given."""

_OWNERS = (
    func.Call,
    Assemble,
    *_WRITERS,
    tensor.FromElements,
    tensor.Empty,
    Scan,
    scf.For,
    scf.If,
    scf.While,
)
"""Operations that write their results."""

_Classes = type[Operation] | tuple[type[Operation], ...]
_VISITS: tuple[tuple[_Classes, Callable[[Assigner, Any], None]], ...] = (
    (func.Call, Assigner._call),
    (Assemble, Assigner._assemble),
    (_WRITERS, Assigner._write),
    (Scan, Assigner._scan),
    (scf.If, Assigner._if),
    (scf.For, Assigner._for),
    (scf.While, Assigner._while),
    (tensor.FromElements, Assigner._own_results),
    (tensor.Empty, Assigner._own_results),
)


def _target_index(op: Operation) -> int:
    """The operand of a writer that it writes to."""
    return 1 if isinstance(op, tensor.Insert) else 0


def _root(kind: RootKind, t: TensorType, *, index: int = 0, home: Block | None = None) -> Root:
    return Root(kind, t.size, signless(t.element), index=index, home=home)


def _argument_places(kind: RootKind, values: Sequence[Value]) -> list[Place]:
    """The buffers that the caller provides for the tensors."""
    places = []
    for i, v in enumerate(values):
        assert isinstance(v.type, TensorType)
        places.append(whole(_root(kind, v.type, index=i), v.type.shape))
    return places


def _stacked(v: Value) -> tuple[Scan, Value] | None:
    """The scan and its stacked operand when ``v`` is a step's slice of it."""
    owner = v.owner
    if not isinstance(owner, Block) or not isinstance(owner.parent_op, Scan):
        return None
    scan = owner.parent_op
    k = owner.args.index(v) - 1 - scan.num_carries  # type: ignore[arg-type]
    return (scan, scan.xs[k]) if k >= 0 else None


def init_index(op: Operation, result: int) -> int:
    """The operand with which a loop's carried result starts; -1 when it does not carry."""
    if isinstance(op, Scan):
        return result if result < op.num_carries else -1
    if isinstance(op, scf.For):
        return 3 + result
    if isinstance(op, scf.While):
        back = {i: j for j, i in passed_through(op).items()}
        return back.get(result, -1)
    return -1


def passed_through(op: scf.While) -> dict[int, int]:
    """Carry index to result index of the tensors that ``before`` hands on unchanged; only the
    first time when it hands one on twice."""
    found: dict[int, int] = {}
    for i, v in enumerate(op.before.terminator.operands[1:]):
        for j, arg in enumerate(op.before.args):
            if v is arg and j not in found and isinstance(v.type, TensorType):
                found[j] = i
    return found


def prefilled(op: Assemble) -> bool:
    """True when pieces lie between filled elements: the whole is filled before they are
    written, so they cannot be produced in place."""
    if op.fill_value() is None:
        return False
    return any(
        k != 1 and n > 1
        for p in op.pieces()
        for k, n in zip(p.steps, shape_of(op.operands[p.operand].type), strict=True)
    )
