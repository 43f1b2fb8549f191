"""Emission of a stage's scalar bodies on tiles of vectors.

A *point* gives for every dimension of the stage its offset inside the current tile: an integer,
or for the vector dimension an (offset, width) pair. The position of the tile itself is the
dimension's *base*: a loop counter or a constant. Values that do not depend on the vector
dimension stay scalars until they meet a vector.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from millrace.ir.attributes import DialectAttr, Scalar
from millrace.ir.builder import Builder
from millrace.ir.core import Block, Operation, Value
from millrace.ir.dialects import arith, linalg, memref, scf, tensor, vector
from millrace.ir.dialects.mr.control import Check
from millrace.ir.types import INDEX, ElementType, VectorType, contiguous_strides, element_of
from millrace.passes.kernel.stage import Access, Member, Stage
from millrace.passes.kernel.tiles import Run, Schedule

Offset = int | tuple[int, int]
Point = tuple[Offset, ...]


@dataclass(frozen=True)
class Base:
    """Where the current tile starts in a dimension: ``counter`` (if any) plus ``const``."""

    counter: Value | None
    const: int


@dataclass(frozen=True)
class Address:
    """An access whose strides between tiles and within a tile may differ (packed constants)."""

    memref: Value
    base_coeffs: tuple[int, ...]
    offset_coeffs: tuple[int, ...]
    const: int


@dataclass(frozen=True)
class Lanes:
    """An index vector known to be ``start + step * lane``."""

    start: Value
    step: int


class Emitter:
    """Evaluates members of a stage at points, once each in a scope."""

    def __init__(
        self,
        stage: Stage,
        schedule: Schedule,
        b: Builder,
        entry: Builder,
        memrefs: dict[Value, Value],
        layouts: dict[Value, tuple[int, ...]],
        fastmath: DialectAttr | None,
    ) -> None:
        self.stage = stage
        self.schedule = schedule
        self.b = b
        self.entry = entry
        self.memrefs = memrefs
        self.layouts = layouts
        self.fastmath = fastmath
        self.bases: dict[int, Base] = {}
        self.locals: dict[int, Base] = {}
        """Where the tile starts within a block of its dimension, for accesses to copies."""
        self.copied: set[Access] = set()
        self.addresses: dict[Access, Address] = {}
        self.results: dict[tuple[Value, Point], Value] = {}
        self.scopes: list[dict[Any, Any]] = [{}]
        self.lanes: dict[Value, Lanes] = {}
        self.constants: dict[tuple[ElementType | VectorType, str], Value] = {}
        self.producers: dict[Value, Member] = {r: m for m in stage.members for r in m.op.results}

    # ---- scopes: what has been computed and is still visible

    def push(self) -> None:
        self.scopes.append({})

    def pop(self) -> None:
        self.scopes.pop()

    def _seen(self, key: Any) -> Any:
        for scope in reversed(self.scopes):
            if key in scope:
                return scope[key]
        return None

    def _keep(self, key: Any, value: Any) -> Any:
        self.scopes[-1][key] = value
        return value

    # ---- loops

    def loop(self, d: int, run: Run, body: Callable[[], None]) -> None:
        """A loop over tiles of dimension ``d``."""
        self.push()
        if run.count == 1:
            self.bases[d] = Base(None, run.start)
            body()
        else:
            block = Block([INDEX])
            with self.b.at_end_of(block):
                self.bases[d] = Base(block.args[0], 0)
                body()
                self.b.create(scf.Yield)
            bounds = (run.start, run.stop, run.size)
            self.b.create(scf.For, *(self.index(n) for n in bounds), [], block=block)
        self.pop()

    def loop_in_block(self, d: int, run: Run, start: Base, body: Callable[[], None]) -> None:
        """A loop over tiles of a block that begins at ``start``; its counter counts from there."""

        def inner() -> None:
            here = self.locals[d] = self.bases[d]
            counter = start.counter if here.counter is None else here.counter
            if here.counter is not None and start.counter is not None:
                counter = self.b.value(arith.AddI, start.counter, here.counter)
            self.bases[d] = Base(counter, start.const + here.const)
            body()

        before = self.locals.get(d)
        self.loop(d, run, inner)
        self.locals[d] = Base(None, 0) if before is None else before
        self.bases[d] = start

    # ---- constants and index arithmetic

    def constant(self, value: bool | int | float, type: ElementType | VectorType) -> Value:
        key = (type, repr(value))  # by text: -0.0 is not 0.0, and NaN is NaN
        if key not in self.constants:
            self.constants[key] = self.entry.value(arith.Constant, value=Scalar(value, type))
        return self.constants[key]

    def index(self, value: int) -> Value:
        return self.constant(value, INDEX)

    def add_index(self, v: Value | None, const: int) -> Value:
        if v is None:
            return self.index(const)
        return v if const == 0 else self.b.value(arith.AddI, v, self.index(const))

    def scaled(self, base: Base, factor: int) -> Base:
        counter = base.counter
        if counter is not None and factor != 1:
            counter = self.b.value(arith.MulI, counter, self.index(factor))
        return Base(counter, base.const * factor)

    def sum_of(self, a: Base, b: Base) -> Base:
        counter = a.counter or b.counter
        if a.counter is not None and b.counter is not None:
            counter = self.b.value(arith.AddI, a.counter, b.counter)
        return Base(counter, a.const + b.const)

    def address(self, a: Access, pt: Point) -> Value:
        """The element index of an access at a point (of its first lane)."""
        where = self.addresses.get(a)
        base = a.coeffs if where is None else where.base_coeffs
        offset = a.coeffs if where is None else where.offset_coeffs
        const = a.const if where is None else where.const
        counter = self._seen(("at", a))
        if counter is None:
            counter = self._keep(("at", a), (self._counters(base, a in self.copied),))
        for d, (c, o) in enumerate(zip(base, offset, strict=True)):
            if c:
                const += c * self._base(d, a in self.copied).const
            p = pt[d]
            const += o * (p[0] if isinstance(p, tuple) else p)
        return self.add_index(counter[0], const)

    def _base(self, d: int, copied: bool) -> Base:
        return self.locals.get(d, self.bases[d]) if copied else self.bases[d]

    def _counters(self, coeffs: Sequence[int], copied: bool) -> Value | None:
        """The part of an address that comes from loop counters."""
        total: Value | None = None
        for d, c in enumerate(coeffs):
            counter = self._base(d, copied).counter if c else None
            if counter is None:
                continue
            term = counter if c == 1 else self.b.value(arith.MulI, counter, self.index(c))
            total = term if total is None else self.b.value(arith.AddI, total, term)
        return total

    # ---- memory

    def memref_of(self, a: Access) -> Value:
        where = self.addresses.get(a)
        return self.memrefs[a.buffer] if where is None else where.memref

    def _lane_step(self, a: Access) -> int:
        v = self.schedule.vector_dim
        if v < 0:
            return 0
        where = self.addresses.get(a)
        return a.coeffs[v] if where is None else where.offset_coeffs[v]

    def load(self, a: Access, pt: Point) -> Value:
        key = ("load", a, self.project(pt, frozenset(a.dims)))
        known = self._seen(key)
        if known is not None:
            return known  # type: ignore[no-any-return]
        at = self.address(a, pt)
        step, width = self._lane_step(a), self._width(pt)
        mem = self.memref_of(a)
        if step == 0 or width == 1:
            value = self.b.value(memref.Load, mem, [at])
        elif step == 1:
            t = VectorType((width,), a.element)
            value = self.b.value(vector.Load, mem, [at], result_types=[t])
        else:
            lanes = [
                self.b.value(memref.Load, mem, [self.add_index(at, step * i)]) for i in range(width)
            ]
            t = VectorType((width,), a.element)
            value = self.b.value(vector.FromElements, lanes, result_types=[t])
        return self._keep(key, value)  # type: ignore[no-any-return]

    def store(self, value: Value, a: Access, pt: Point) -> None:
        at = self.address(a, pt)
        step, width = self._lane_step(a), self._width(pt)
        mem = self.memref_of(a)
        if step == 0 or width == 1:
            self.b.create(memref.Store, value, mem, [at])
            return
        value = self.widen(value, width)
        if step == 1:
            self.b.create(vector.Store, value, mem, [at])
            return
        for i in range(width):
            lane = self.b.value(vector.Extract, value, position=i)
            self.b.create(memref.Store, lane, mem, [self.add_index(at, step * i)])

    def _width(self, pt: Point) -> int:
        v = self.schedule.vector_dim
        p = pt[v] if v >= 0 else 0
        return p[1] if isinstance(p, tuple) else 1

    @staticmethod
    def project(pt: Point, dims: frozenset[int]) -> Point:
        return tuple(p if d in dims else 0 for d, p in enumerate(pt))

    # ---- values

    def widen(self, value: Value, width: int) -> Value:
        """A vector of ``width`` lanes; scalars are broadcast, once a scope."""
        if isinstance(value.type, VectorType) or width == 1:
            return value
        key = ("widen", value, width)
        known = self._seen(key)
        if known is not None:
            return known  # type: ignore[no-any-return]
        t = VectorType((width,), element_of(value.type))
        op = value.defining_op
        if isinstance(op, arith.Constant) and not isinstance(op.value.type, VectorType):
            return self.constant(op.value.value, t)
        return self._keep(key, self.b.value(vector.Broadcast, value, result_types=[t]))  # type: ignore[no-any-return]

    def value(self, v: Value, pt: Point) -> Value:
        """The value of a member's result at a point."""
        m = self.producers[v]
        key = (v, self.project(pt, m.deps))
        if key in self.results:
            return self.results[key]
        known = self._seen(key)
        if known is None:
            outs = self.run(m, self.inputs(m, pt), pt)
            for r, out in zip(m.op.results, outs, strict=True):
                self._keep((r, key[1]), out)
            known = self._seen(key)
        return known  # type: ignore[no-any-return]

    def inputs(self, m: Member, pt: Point) -> list[Value]:
        """What the body's arguments stand for at a point; of outputs, their initial value."""
        args = []
        for v, a in zip(m.op.inputs, m.reads, strict=True):
            args.append(self.value(v, pt) if a is None else self.load(a, pt))
        return args + [self.initial(o) for o in m.op.outputs]

    def initial(self, output: Value) -> Value:
        """The scalar with which an output starts; any constant when it starts empty."""
        op = output.defining_op
        if isinstance(op, linalg.Fill):
            scalar = op.value.defining_op
            assert isinstance(scalar, arith.Constant)
            return self.constant(scalar.value.value, scalar.value.type)
        return self.constant(0, element_of(output.type))

    def run(self, m: Member, args: Sequence[Value], pt: Point) -> list[Value]:
        """Emit the body with ``args``; scalar and vector operands may mix."""
        env: dict[Value, Value] = dict(zip(m.op.block.args, args, strict=True))
        for op in m.op.block:
            if isinstance(op, linalg.Yield):
                return [env[v] for v in op.operands]
            special = _SPECIAL.get(type(op))
            if special is not None:
                special(self, m, op, env, pt)
            else:
                self._plain(op, env)
        raise AssertionError("body without linalg.yield")

    def _plain(self, op: Operation, env: dict[Value, Value]) -> None:
        operands = [env[v] for v in op.operands]
        widths = [v.type.shape[0] for v in operands if isinstance(v.type, VectorType)]
        width = max(widths, default=1)
        types = []
        for r in op.results:
            e = element_of(r.type)
            types.append(VectorType((width,), e) if width > 1 else e)
        if width > 1:
            operands = [self.widen(v, width) for v in operands]
        new = self.b.create(type(op), *operands, result_types=types, loc=op.loc, **op.attributes)
        env.update(zip(op.results, new.results, strict=True))
        self._track_lanes(op, new, env)

    def _track_lanes(self, op: Operation, new: Operation, env: dict[Value, Value]) -> None:
        """Follow ``start + step * lane`` through additions, so that reads stay contiguous."""
        if not isinstance(op, arith.AddI) or not isinstance(new.results[0].type, VectorType):
            return
        x, y = (env[v] for v in op.operands)
        lx, ly = self.lanes.get(x), self.lanes.get(y)
        if lx is not None and not isinstance(y.type, VectorType):
            start = self.b.value(arith.AddI, lx.start, y)
            self.lanes[new.results[0]] = Lanes(start, lx.step)
        elif ly is not None and not isinstance(x.type, VectorType):
            start = self.b.value(arith.AddI, ly.start, x)
            self.lanes[new.results[0]] = Lanes(start, ly.step)

    # ---- operations that need the point

    def _constant(self, m: Member, op: Any, env: dict[Value, Value], pt: Point) -> None:
        env[op.result] = self.constant(op.value.value, op.value.type)

    def _index(self, m: Member, op: Any, env: dict[Value, Value], pt: Point) -> None:
        d = m.dims[op.dim]
        p = pt[d]
        base = self.bases[d]
        offset = p[0] if isinstance(p, tuple) else p
        start = self.add_index(base.counter, base.const + offset)
        width = p[1] if isinstance(p, tuple) else 1
        if width == 1:
            env[op.result] = start
            return
        steps = self.b.value(vector.Step, size=width)
        env[op.result] = self.b.value(arith.AddI, self.widen(start, width), steps)
        self.lanes[env[op.result]] = Lanes(start, 1)

    def _extract(self, m: Member, op: Any, env: dict[Value, Value], pt: Point) -> None:
        indices = [env[v] for v in op.indices]
        source = op.tensor
        strides = self.layouts.get(source) or contiguous_strides(source.type.shape)
        widths = [v.type.shape[0] for v in indices if isinstance(v.type, VectorType)]
        mem = self.memrefs[source]
        if not widths:
            at = self._linear(indices, strides)
            env[op.result] = self.b.value(memref.Load, mem, [at])
            return
        t = VectorType((widths[0],), element_of(source.type))
        starts = self._contiguous(indices, strides)
        if starts is not None:
            at = self._linear(starts, strides)
            env[op.result] = self.b.value(vector.Load, mem, [at], result_types=[t])
            return
        flat = self._linear([self.widen(v, widths[0]) for v in indices], strides, widths[0])
        lanes = [
            self.b.value(memref.Load, mem, [self.b.value(vector.Extract, flat, position=i)])
            for i in range(widths[0])
        ]
        env[op.result] = self.b.value(vector.FromElements, lanes, result_types=[t])

    def _contiguous(self, indices: Sequence[Value], strides: Sequence[int]) -> list[Value] | None:
        """The first lane's indices when the lanes read neighbours in memory."""
        starts = []
        step = 0
        for v, s in zip(indices, strides, strict=True):
            if isinstance(v.type, VectorType):
                lanes = self.lanes.get(v)
                if lanes is None:
                    return None
                starts.append(lanes.start)
                step += lanes.step * s
            else:
                starts.append(v)
        return starts if step == 1 else None

    def _linear(self, indices: Sequence[Value], strides: Sequence[int], width: int = 1) -> Value:
        total: Value | None = None
        for v, s in zip(indices, strides, strict=True):
            term = v
            if s != 1:
                term = self.b.value(arith.MulI, v, self.widen(self.index(s), width))
            total = term if total is None else self.b.value(arith.AddI, total, term)
        return self.index(0) if total is None else total

    def _check(self, m: Member, op: Any, env: dict[Value, Value], pt: Point) -> None:
        condition = env[op.condition]
        if isinstance(condition.type, VectorType):
            condition = self.b.value(vector.Reduction, condition, kind="and")
        self.b.create(Check, condition, code=op.code, loc=op.loc)


_SPECIAL: dict[type[Operation], Any] = {
    arith.Constant: Emitter._constant,
    linalg.Index: Emitter._index,
    tensor.Extract: Emitter._extract,
    Check: Emitter._check,
}
