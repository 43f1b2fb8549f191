"""Emission of buffers, addresses, copies and fills."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from millrace.ir.affine import AffineMap
from millrace.ir.attributes import Scalar, SymbolRef
from millrace.ir.builder import Builder
from millrace.ir.core import Block, Operation, Value
from millrace.ir.dialects import arith, func, memref
from millrace.ir.types import INDEX, MemRefType, TensorType
from millrace.passes.kernel.bufferize.helpers import Kernels, scalar
from millrace.passes.kernel.bufferize.place import (
    Place,
    Root,
    RootKind,
    Shape,
    normal_strides,
    runs,
    span,
    whole,
)


@dataclass(frozen=True)
class Move:
    """Copy a tensor of ``shape`` from one place to another."""

    source: Place
    target: Place
    shape: Shape


class Memory:
    """Buffers of the new entry function and what is done with them. ``b`` is the insertion
    point; operations that must dominate everything go to the start of their block."""

    def __init__(self, b: Builder, kernels: Kernels, arguments: dict[RootKind, int]) -> None:
        self.b = b
        self.kernels = kernels
        self.entry = b.block
        self.blocks: dict[Block, Block] = {}
        """Old block to new block."""
        self.slices: dict[Operation | Value, Value] = {}
        """The index of the slice that a loop's current step works on; the new values of indices
        of the plan."""
        self.globals: dict[Root, memref.Global] = {}
        self._first_argument = arguments
        self._roots: dict[Root, Value] = {}
        self._indices: dict[int, Value] = {}
        self._prologues: dict[Block, Operation] = {}
        self._cache: dict[tuple[object, ...], Value] = {}

    # ---- values at the start of blocks

    def _at_start(self, block: Block, op: Operation) -> None:
        last = self._prologues.get(block)
        anchor = block.first if last is None else last.next
        Builder(block, anchor, self.b.loc).insert(op)
        self._prologues[block] = op

    def index(self, value: int) -> Value:
        if value not in self._indices:
            op = arith.Constant(value=Scalar(value, INDEX))
            self._at_start(self.entry, op)
            self._indices[value] = op.result
        return self._indices[value]

    def root(self, root: Root) -> Value:
        """The buffer itself."""
        if root in self._roots:
            return self._roots[root]
        if root.kind in self._first_argument:
            value: Value = self.entry.args[self._first_argument[root.kind] + root.index]
        else:
            t = MemRefType((root.size,), root.element)
            op: memref.Alloc | memref.GetGlobal
            if root.kind is RootKind.CONSTANT:
                op = memref.GetGlobal(sym=self._global(root).sym_name, result_types=[t])
                self._at_start(self.entry, op)
            else:
                assert root.home is not None
                op = memref.Alloc(result_types=[t])
                self._at_start(self.blocks[root.home], op)
            value = op.result
        self._roots[root] = value
        return value

    def _global(self, root: Root) -> memref.Global:
        assert root.constant is not None
        name = self.kernels.fresh("c")
        self.globals[root] = memref.Global(sym_name=name, value=root.constant, table=root.table)
        return self.globals[root]

    # ---- addresses

    def offset(self, place: Place) -> Value:
        """The element index of a place's first element."""
        key = ("offset", self.b.block, place.offset, place.dynamic)
        if key not in self._cache:
            total: Value | None = None
            for loop, stride in place.dynamic:
                term = self.slices[loop]
                if stride != 1:
                    term = self.b.value(arith.MulI, term, self.index(stride))
                total = term if total is None else self.b.value(arith.AddI, total, term)
            if total is None:
                return self.index(place.offset)
            if place.offset:
                total = self.b.value(arith.AddI, total, self.index(place.offset))
            self._cache[key] = total
        return self._cache[key]

    def buffer(self, place: Place, shape: Shape) -> Value:
        """A flat view from the first to the last element of a place."""
        base = self.root(place.root)
        size = span(shape, place.strides)
        if size == place.root.size and place.is_static:
            return base
        if size == 0:
            place = whole(place.root, ())
        key = ("buffer", self.b.block, place.root, place.offset, place.dynamic, size)
        if key not in self._cache:
            at = self.offset(place)
            self._cache[key] = self.b.value(memref.Subview, base, at, size=size)
        return self._cache[key]

    def element(self, place: Place, indices: Sequence[Value]) -> tuple[Value, Value]:
        """(buffer, element index) of one element."""
        at = self.offset(place)
        for i, stride in zip(indices, place.strides, strict=True):
            term = i if stride == 1 else self.b.value(arith.MulI, i, self.index(stride))
            at = self.b.value(arith.AddI, at, term)
        return self.root(place.root), at

    # ---- moving data

    def call(
        self,
        name: str,
        operands: Sequence[tuple[Place, Shape] | Value],
        results: Sequence[tuple[Place, Shape]],
    ) -> None:
        """Call a kernel; operands that are no tensors are passed as they are."""
        args: list[Value] = []
        layouts = []
        for given in (*operands, *results):
            if isinstance(given, Value):
                args.append(given)
            else:
                place, shape = given
                args.append(self.buffer(place, shape))
                layouts.append(place.strides)
        variant = self.kernels.with_layouts(name, tuple(layouts))
        self.b.create(func.Call, args, callee=SymbolRef(variant), result_types=[])

    def move(self, m: Move) -> None:
        """Copy without overlap; nothing when source and target are the same place."""
        if m.source == m.target or 0 in m.shape:
            return
        constant = m.source.root.constant
        if constant is not None and constant.is_splat:
            value = constant.array.reshape(-1)[0].item()
            self.fill(m.target, m.shape, value)
            return
        strides = zip(m.source.strides, m.target.strides, strict=True)
        dims = runs([(n, pair) for n, pair in zip(m.shape, strides, strict=True)])
        if not dims:
            value = self.b.value(memref.Load, self.root(m.source.root), [self.offset(m.source)])
            self.b.create(memref.Store, value, self.root(m.target.root), [self.offset(m.target)])
            return
        shape = tuple(n for n, _ in dims)
        if dims[-1][1] == (1, 1) and len(dims) == 1:
            source, target = self.buffer(m.source, m.shape), self.buffer(m.target, m.shape)
            self.b.create(memref.Copy, source, target)
            return
        t = TensorType(shape, m.source.root.element)
        name = self.kernels.copy(t, t, AffineMap.identity(len(shape)), self.b.loc)
        source_place = _with_strides(m.source, shape, tuple(s for _, (s, _) in dims))
        target_place = _with_strides(m.target, shape, tuple(s for _, (_, s) in dims))
        self.call(name, [(source_place, shape)], [(target_place, shape)])

    def gather(
        self, source: Place, old: Shape, target: Place, shape: Shape, access: AffineMap
    ) -> None:
        """Copy element ``access(p)`` of a tensor of shape ``old`` to p, for each p of ``shape``."""
        if 0 in shape:
            return
        element = source.root.element
        name = self.kernels.copy(
            TensorType(old, element), TensorType(shape, element), access, self.b.loc
        )
        self.call(name, [(source, old)], [(target, shape)])

    def move_all(self, moves: Sequence[Move], home: Block) -> None:
        """Copies that all read before any writes: those whose source another one overwrites go
        through memory of their own, allocated in (old) block ``home``."""
        pending = [m for m in moves if m.source != m.target and 0 not in m.shape]
        while pending:
            free = [m for m in pending if not _overwrites(m, pending)]
            if free:
                self.move(free[0])
                pending.remove(free[0])
                continue
            m = pending[0]
            root = Root(RootKind.ALLOC, math.prod(m.shape), m.source.root.element, home=home)
            saved = whole(root, m.shape)
            self.move(Move(m.source, saved, m.shape))
            pending[0] = Move(saved, m.target, m.shape)

    def fill(self, target: Place, shape: Shape, value: bool | int | float) -> None:
        """Set all elements to one value."""
        if 0 in shape:
            return
        element = target.root.element
        dims = runs([(n, (s,)) for n, s in zip(shape, target.strides, strict=True)])
        if not dims:
            constant = self.b.value(arith.Constant, value=scalar(value, element))
            self.b.create(memref.Store, constant, self.root(target.root), [self.offset(target)])
            return
        merged = tuple(n for n, _ in dims)
        name = self.kernels.fill(TensorType(merged, element), value, self.b.loc)
        self.call(name, [], [(_with_strides(target, merged, tuple(s for _, (s,) in dims)), merged)])


def _with_strides(place: Place, shape: Shape, strides: tuple[int, ...]) -> Place:
    return Place(place.root, place.offset, normal_strides(shape, strides), place.dynamic)


def _overwrites(m: Move, pending: Sequence[Move]) -> bool:
    """True when the move may write what a pending one, or itself, reads."""
    return any(_may_overlap(p.source, p.shape, m.target, m.shape) for p in pending)


def _may_overlap(p: Place, p_shape: Shape, q: Place, q_shape: Shape) -> bool:
    if p.root is not q.root:
        return False
    if not (p.is_static and q.is_static):
        return True
    p_end = p.offset + span(p_shape, p.strides)
    q_end = q.offset + span(q_shape, q.strides)
    return p.offset < q_end and q.offset < p_end
