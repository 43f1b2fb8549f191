"""lockstep: the steps of a loop that hold a loop on data each run side by side, in vectors.

``for i: while f(x_i): x_i = g(x_i)`` waits for one chain of operations after the other. When the
steps do not depend on each other, a vector holds ``x`` of several: the inner loop goes on for as
long as the condition holds for any, and lanes for which it does not keep what they have. Nothing in
``arith`` is undefined, so what such lanes compute besides does not matter. What has to stay in
order (sums, writes) follows lane by lane; the steps that are left over run as before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from millrace.ir.attributes import Scalar
from millrace.ir.builder import Builder
from millrace.ir.core import Block, Operation, Value, clone
from millrace.ir.dialects import arith, memref, scf, vector
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr.control import Check
from millrace.ir.levels import Level
from millrace.ir.rewriter import Rewriter
from millrace.ir.target import TargetInfo
from millrace.ir.types import I1, INDEX, Type, VectorType
from millrace.passes.base import Pass, PassContext
from millrace.passes.loop.side_by_side import Body, body_of, reads, widest

MAX_LANES = 16


@dataclass(frozen=True)
class Lockstep(Pass):
    """Loops on data inside of loops whose steps are independent run in vectors."""

    name: ClassVar[str] = "lockstep"
    requires: ClassVar[Level | tuple[Level, ...]] = Level.LOOP

    def run(self, module: Module, ctx: PassContext) -> None:
        target = TargetInfo.from_attr(module.target) if module.target else None
        if target is None or target.bare or target.vector_bytes < 16:
            return
        done: set[Operation] = set()
        for loop in [op for op in module.walk() if isinstance(op, scf.For)]:
            if any(outer in done for outer in _around(loop)) or _constant(loop.step) != 1:
                continue
            body = body_of(loop)
            if body is None:
                continue
            lanes = min(target.vector_bytes // widest(body), MAX_LANES)
            if lanes > 1:
                done.add(loop)
                _Loop(loop, body, lanes, ctx.rewriter).rewrite()


def _around(op: Operation) -> list[Operation]:
    found = []
    outer = op.parent_op
    while outer is not None:
        found.append(outer)
        outer = outer.parent_op
    return found


def _constant(v: Value) -> int | None:
    op = v.defining_op
    return int(op.value.value) if isinstance(op, arith.Constant) else None


class _Loop:
    """One loop, ``lanes`` steps at a time. Each value of the body has a scalar when it is the same
    for all steps, else a vector."""

    def __init__(self, loop: scf.For, body: Body, lanes: int, rewriter: Rewriter) -> None:
        self.loop, self.body, self.lanes, self.rewriter = loop, body, lanes, rewriter
        self.outside = rewriter.before(loop)
        self.scalars: dict[Value, Value] = {}
        self.vectors: dict[Value, Value] = {}
        self.spread: dict[Value, Value] = {}
        """Vectors of values from outside of the loop, made once before it."""
        self.mask_type = VectorType((lanes,), I1)
        self.all = self.outside.value(arith.Constant, value=Scalar(True, self.mask_type))

    def rewrite(self) -> None:
        loop, b = self.loop, self.outside
        step, end, whole = self._bounds(b)
        block = Block([INDEX, *(v.type for v in loop.inits)])
        inner = Builder(block)
        places = inner.value(vector.Step, size=self.lanes)
        here = inner.value(vector.Broadcast, block.args[0], result_types=[places.type])
        self.vectors[loop.block.args[0]] = inner.value(arith.AddI, here, places)
        for op in self.body.parallel:
            self._emit(op, inner, None)
        inner.insert(scf.Yield(self._serial(block, inner)))
        made = b.insert(scf.For(loop.lower, end, step, loop.inits, block=block))
        if whole:
            self.rewriter.replace(loop, *made.results)
            return
        self.rewriter.set_operands(loop, [end, loop.upper, loop.step, *made.results])

    def _bounds(self, b: Builder) -> tuple[Value, Value, bool]:
        """The step, the end of the steps that fill vectors, and whether those are all."""
        size = _index(b, self.lanes)
        lower, upper = _constant(self.loop.lower), _constant(self.loop.upper)
        if lower is not None and upper is not None:
            count = max(upper - lower, 0) // self.lanes * self.lanes
            return size, _index(b, lower + count), lower + count == max(upper, lower)
        distance = b.value(arith.SubI, self.loop.upper, self.loop.lower)
        rounds = b.value(arith.MaxSI, b.value(arith.DivSI, distance, size), _index(b, 0))
        filled = b.value(arith.MulI, rounds, size)
        return size, b.value(arith.AddI, self.loop.lower, filled), False

    # ---- values

    def _shaped(self, t: Type) -> VectorType:
        return VectorType((self.lanes,), t)  # type: ignore[arg-type]

    def vector(self, v: Value, b: Builder) -> Value:
        """The value of all lanes."""
        if v in self.vectors:
            return self.vectors[v]
        scalar = self.scalars.get(v, v)
        if scalar is not v:
            return b.value(vector.Broadcast, scalar, result_types=[self._shaped(v.type)])
        if v not in self.spread:
            t = [self._shaped(v.type)]
            self.spread[v] = self.outside.value(vector.Broadcast, v, result_types=t)
        return self.spread[v]

    # ---- the parallel part

    def _emit(self, op: Operation, b: Builder, mask: Value | None) -> None:
        """One operation for all lanes; ``mask`` says which of them are there."""
        if not self.body.varies(op):
            b.insert(clone(op, self.scalars))
        elif isinstance(op, memref.Load):
            self._load(op, b)
        elif isinstance(op, Check):
            self._check(op, b, mask)
        elif isinstance(op, scf.If):
            self._if(op, b, mask)
        elif isinstance(op, scf.While):
            self._while(op, b, mask)
        elif isinstance(op, scf.For):
            self._for(op, b, mask)
        else:
            new = b.insert(clone(op, {v: self.vector(v, b) for v in op.operands}))
            for old, made in zip(op.results, new.results, strict=True):
                self.rewriter.set_type(made, self._shaped(old.type))
                self.vectors[old] = made

    def _block(self, block: Block, b: Builder, mask: Value | None) -> None:
        for op in block.ops[:-1]:
            self._emit(op, b, mask)

    def _load(self, op: memref.Load, b: Builder) -> None:
        source = self.scalars.get(op.memref, op.memref)
        (place,) = op.indices
        if place is self.loop.block.args[0]:
            first = b.value(vector.Extract, self.vectors[place], position=0)
            t = [self._shaped(op.result.type)]
            self.vectors[op.result] = b.value(vector.Load, source, [first], result_types=t)
            return
        places = self.vector(place, b)
        read = [
            b.value(memref.Load, source, [b.value(vector.Extract, places, position=k)])
            for k in range(self.lanes)
        ]
        t = [self._shaped(op.result.type)]
        self.vectors[op.result] = b.value(vector.FromElements, read, result_types=t)

    def _check(self, op: Check, b: Builder, mask: Value | None) -> None:
        holds = self.vector(op.condition, b)
        if mask is not None:
            holds = b.value(arith.OrI, holds, self._not(mask, b))
        new = b.insert(clone(op, {op.condition: holds}))
        new.loc = op.loc

    def _not(self, mask: Value, b: Builder) -> Value:
        return b.value(arith.XOrI, mask, self.all)

    def _if(self, op: scf.If, b: Builder, mask: Value | None) -> None:
        """Both sides, for the lanes that take them."""
        truth = self.vector(op.condition, b)
        here = self.all if mask is None else mask
        sides = (
            (op.then_block, b.value(arith.AndI, here, truth)),
            (op.else_block, b.value(arith.AndI, here, self._not(truth, b))),
        )
        ends = []
        for block, taken in sides:
            self._block(block, b, taken)
            ends.append([self.vector(v, b) for v in block.terminator.operands])
        for out, x, y in zip(op.outs, *ends, strict=True):
            self.vectors[out] = b.value(arith.Select, truth, x, y)

    def _while(self, op: scf.While, b: Builder, mask: Value | None) -> None:
        """Steps for as long as any lane goes on. A lane that does not keeps what it carries, so
        that testing it again gives the same."""
        inits = [self.vector(v, b) for v in op.inits]
        before = Block([*(v.type for v in inits), self.mask_type])
        *carried, going = before.args
        self.vectors.update(zip(op.before.args, carried, strict=True))
        b1 = Builder(before)
        self._block(op.before, b1, going)
        condition, *passed = op.before.terminator.operands
        active = b1.value(arith.AndI, going, self.vector(condition, b1))
        values = [self.vector(v, b1) for v in passed]
        some = b1.value(vector.Reduction, active, kind="or")
        b1.insert(scf.Condition(some, [*values, active, *carried]))
        after = Block([v.type for v in (*values, active, *carried)])
        n = len(values)
        self.vectors.update(zip(op.after.args, after.args[:n], strict=True))
        b2 = Builder(after)
        still = after.args[n]
        self._block(op.after, b2, still)
        ends = [
            b2.value(arith.Select, still, self.vector(v, b2), old)
            for v, old in zip(op.after.terminator.operands, after.args[n + 1 :], strict=True)
        ]
        b2.insert(scf.Yield([*ends, still]))
        types = [v.type for v in after.args]
        first = self.all if mask is None else mask
        made = scf.While([*inits, first], before=before, after=after, result_types=types)
        self.vectors.update(zip(op.outs, b.insert(made).results[:n], strict=True))

    def _for(self, op: scf.For, b: Builder, mask: Value | None) -> None:
        inits = [self.vector(v, b) for v in op.inits]
        block = Block([op.block.args[0].type, *(v.type for v in inits)])
        self.scalars[op.block.args[0]] = block.args[0]
        self.vectors.update(zip(op.block.args[1:], block.args[1:], strict=True))
        inner = Builder(block)
        self._block(op.block, inner, mask)
        ends = [self.vector(v, inner) for v in op.block.terminator.operands]
        inner.insert(scf.Yield(ends))
        bounds = [self.scalars.get(v, v) for v in op.operands[:3]]
        made = b.insert(scf.For(*bounds, inits, block=block))
        self.vectors.update(zip(op.outs, made.results, strict=True))

    # ---- the serial part

    def _serial(self, block: Block, b: Builder) -> list[Value]:
        """Lane by lane, in the order of the steps; the carried values after the last."""
        args = self.loop.block.args
        carried: list[Value] = list(block.args[1:])
        ends = self.loop.block.terminator.operands
        for lane in range(self.lanes):
            known = dict(self.scalars)
            known |= zip(args[1:], carried, strict=True)
            for op in self.body.serial:
                self._extract(reads(op), known, lane, b)
                b.insert(clone(op, known))
            self._extract(ends, known, lane, b)
            carried = [known.get(v, v) for v in ends]
        return carried

    def _extract(
        self, values: Iterable[Value], known: dict[Value, Value], lane: int, b: Builder
    ) -> None:
        for v in values:
            if v in self.vectors and v not in known:
                known[v] = b.value(vector.Extract, self.vectors[v], position=lane)


def _index(b: Builder, value: int) -> Value:
    return b.value(arith.Constant, value=Scalar(value, INDEX))
