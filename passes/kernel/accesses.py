"""Which bytes of its operands a lowered kernel reads and writes, and when.

Read off the loops themselves, so that it holds for whatever schedule made them: addresses are
affine in the steps of the loops around, pointers that walk through memory included."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

from millrace.ir.core import Block, BlockArgument, Operation, Value
from millrace.ir.dialects import arith, arm, func, memref, scf, vector
from millrace.ir.types import MemRefType, VectorType, element_of, storage_bytes


@dataclass(frozen=True)
class Affine:
    """``const`` and so much more for each step of loops."""

    const: int
    steps: tuple[tuple[scf.For, int], ...] = ()

    def plus(self, other: Affine) -> Affine:
        total = dict(self.steps)
        for loop, step in other.steps:
            total[loop] = total.get(loop, 0) + step
        return Affine(self.const + other.const, tuple(total.items()))

    def times(self, factor: int) -> Affine:
        return Affine(self.const * factor, tuple((d, s * factor) for d, s in self.steps))


@dataclass(frozen=True)
class Pointer:
    """``at`` bytes behind the start of an operand, anywhere in it when that is not known; no
    operand: memory that the kernel has to itself."""

    operand: BlockArgument | None
    at: Affine | None


@dataclass(frozen=True)
class Access:
    """``size`` bytes of an operand at ``at``; all of it when that is None. ``path``: the loops
    around and their places in their blocks, from the outermost in; ``place``: its own."""

    operand: BlockArgument
    writes: bool
    at: Affine | None
    size: int
    path: tuple[tuple[int, scf.For], ...]
    place: int


def trips(loop: scf.For) -> int | None:
    """How many steps a loop has, if that is known."""
    known = [_number(v) for v in (loop.lower, loop.upper, loop.step)]
    lower, upper, step = known
    if lower is None or upper is None or step is None or step <= 0:
        return None
    return max(-(-(upper - lower) // step), 0)


def accesses(f: func.Func) -> list[Access] | None:
    """All accesses of a kernel's operands; None when they are not known."""
    tracer = _Tracer(f)
    try:
        tracer.block(f.block, ())
    except _Unknown:
        return None
    return tracer.found


class _Unknown(Exception):
    """Something that no statement is made about."""


def _number(v: Value) -> int | None:
    op = v.defining_op
    return int(op.value.value) if isinstance(op, arith.Constant) else None


@dataclass
class _Tracer:
    f: func.Func
    found: list[Access] = field(default_factory=list)
    indices: dict[Value, Affine | None] = field(default_factory=dict)
    pointers: dict[Value, Pointer] = field(default_factory=dict)
    place: int = 0

    def __post_init__(self) -> None:
        for arg in self.f.block.args:
            if isinstance(arg.type, MemRefType):
                self.pointers[arg] = Pointer(arg, Affine(0))

    def block(self, block: Block, path: tuple[tuple[int, scf.For], ...]) -> None:
        for op in block:
            self.place += 1
            if isinstance(op, scf.For):
                self._loop(op, path)
            elif isinstance(op, scf.If):
                self.block(op.then_block, path)
                self.block(op.else_block, path)
                self._opaque(op.results)
            elif op.regions:
                raise _Unknown
            else:
                self._straight(op, path)

    def _opaque(self, values: Sequence[Value]) -> None:
        if any(isinstance(v.type, MemRefType) for v in values):
            raise _Unknown

    def _loop(self, op: scf.For, path: tuple[tuple[int, scf.For], ...]) -> None:
        lower, step, count = _number(op.lower), _number(op.step), trips(op)
        if count is None or lower is None or step is None:
            self._data_loop(op, path)
            return
        self.indices[op.block.args[0]] = Affine(lower, ((op, step),))
        moved: dict[int, int] = {}
        for k, init in enumerate(op.inits):
            if not isinstance(init.type, MemRefType):
                continue
            start, each = self.pointers[init], _moved(op, k)
            at = None
            if start.at is not None and each is not None:
                at = start.at.plus(Affine(0, ((op, each),)))
                moved[k] = each * count
            self.pointers[op.block.args[1 + k]] = Pointer(start.operand, at)
        self.block(op.block, (*path, (self.place, op)))
        for k, init in enumerate(op.inits):
            if isinstance(init.type, MemRefType):
                start, at = self.pointers[init], None
                if start.at is not None and k in moved:
                    at = start.at.plus(Affine(moved[k]))
                self.pointers[op.results[k]] = Pointer(start.operand, at)

    def _data_loop(self, op: scf.For, path: tuple[tuple[int, scf.For], ...]) -> None:
        """A loop whose steps the data count is one moment in which much may be read."""
        self.indices[op.block.args[0]] = None
        for arg, out, init in zip(op.block.args[1:], op.results, op.inits, strict=True):
            if isinstance(init.type, MemRefType):
                self.pointers[arg] = self.pointers[out] = Pointer(self.pointers[init].operand, None)
        known = len(self.found)
        self.block(op.block, path)
        if any(a.writes for a in self.found[known:]):
            raise _Unknown

    def _straight(self, op: Operation, path: tuple[tuple[int, scf.For], ...]) -> None:
        if isinstance(op, memref.View | memref.Subview | memref.Advance):
            self._view(op)
        elif isinstance(op, memref.Alloc):
            self.pointers[op.result] = Pointer(None, None)
        elif isinstance(op, memref.GetGlobal | func.Call):
            raise _Unknown
        elif (found := _touched(op)) is not None:
            for t in found:
                self._access(t, path)
        elif not isinstance(op, scf.Yield):
            self._opaque(op.operands)

    def _access(self, t: _Touched, path: tuple[tuple[int, scf.For], ...]) -> None:
        p = self.pointers[t.memory]
        if p.operand is None:
            return
        index = None if t.index is None else self.index(t.index)
        at, size = None, t.size
        if p.at is not None and index is not None:
            unit = storage_bytes(element_of(t.memory.type))
            at = p.at.plus(index.plus(Affine(t.further)).times(unit))
        elif isinstance(t.memory.defining_op, memref.Subview) and not t.writes:
            at, size = p.at, _bytes(t.memory)  # somewhere within the view
        self.found.append(Access(p.operand, t.writes, at, size, path, self.place))

    def _view(self, op: memref.View | memref.Subview | memref.Advance) -> None:
        p = self.pointers[op.source]
        unit = storage_bytes(element_of(op.source.type))
        if isinstance(op, memref.Advance):
            shift: Affine | None = Affine(op.step * unit)
        elif isinstance(op, memref.View):
            shift = self.index(op.byte_shift)
        else:
            shift = self.index(op.offset)
            shift = None if shift is None else shift.times(unit)
        at = None if p.at is None or shift is None else p.at.plus(shift)
        self.pointers[op.result] = Pointer(p.operand, at)

    def index(self, v: Value) -> Affine | None:
        """An ``index`` as an affine function."""
        if v not in self.indices:
            self.indices[v] = self._index(v)
        return self.indices[v]

    def _index(self, v: Value) -> Affine | None:
        op, number = v.defining_op, _number(v)
        if number is not None:
            return Affine(number)
        if not isinstance(op, arith.AddI | arith.SubI | arith.MulI):
            return None
        a, b = (self.index(o) for o in op.operands)
        if a is None or b is None:
            return None
        if isinstance(op, arith.AddI):
            return a.plus(b)
        if isinstance(op, arith.SubI):
            return a.plus(b.times(-1))
        if a.steps and b.steps:
            return None
        return a.times(b.const) if not b.steps else b.times(a.const)


def _bytes(v: Value) -> int:
    assert isinstance(v.type, MemRefType)
    return math.prod(v.type.shape) * storage_bytes(v.type.element)


def _moved(op: scf.For, k: int) -> int | None:
    """Bytes that a carried pointer goes a step; None when the data say."""
    v, total = op.block.terminator.operands[k], 0
    while isinstance(made := v.defining_op, memref.Advance):
        total += made.step * storage_bytes(element_of(made.source.type))
        v = made.source
    return total if v is op.block.args[1 + k] else None


@dataclass(frozen=True)
class _Touched:
    """``size`` bytes from ``further`` elements behind ``index`` on; all when that is None."""

    memory: Value
    index: Value | None
    size: int
    writes: bool
    further: int = 0


def _touched(op: Operation) -> list[_Touched] | None:
    """What an operation reads or writes; None when nothing."""
    if isinstance(op, memref.Load | memref.Store):
        size = storage_bytes(element_of(op.memref.type))
        return [_Touched(op.memref, op.indices[0], size, isinstance(op, memref.Store))]
    if isinstance(op, vector.Load | vector.Store):
        t = op.value.type if isinstance(op, vector.Store) else op.result.type
        assert isinstance(t, VectorType)
        size = t.shape[0] * storage_bytes(element_of(op.base.type))
        return [_Touched(op.base, op.indices[0], size, isinstance(op, vector.Store))]
    if isinstance(op, arm.ScatterBytes):
        lanes = range(arm.HALVES.shape[0])
        return [_Touched(op.memref, op.index, 1, True, k * op.stride) for k in lanes]
    if isinstance(op, memref.Copy):
        return [_Touched(op.source, None, 0, False), _Touched(op.target, None, 0, True)]
    return None
