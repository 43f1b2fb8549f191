"""observe: the model tells, beside its outputs, between which limits its values lie.

The entry gets one more result, ``ranges``: a row (-lowest, highest) for each real number in the
order of :mod:`values`, over all elements and all steps of all loops. Loops carry the rows of what
is inside of them; a branch that is not taken leaves its rows at ``NOTHING``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from millrace.ir.builder import Builder
from millrace.ir.core import Block, Operation, Value
from millrace.ir.dialects import scf
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.func import Func
from millrace.ir.dialects.mr import assemble, cast, compare, control, elementwise, reduction
from millrace.ir.dialects.mr.movement import reshape, shape_of
from millrace.ir.dialects.mr.support import constant
from millrace.ir.levels import Level
from millrace.ir.rewriter import Rewriter
from millrace.ir.types import F32, FunctionType, element_of
from millrace.passes.base import Pass, PassContext
from millrace.passes.quantize.values import is_real, real_results

NAME = "ranges"
"""The name of the additional output."""
NOTHING = -3.0e38
"""In the rows of a value that was never computed, or never finite."""


@dataclass(frozen=True)
class Observe(Pass):
    """Add an output with the range of every real number."""

    name: ClassVar[str] = "observe"
    requires: ClassVar[Level | tuple[Level, ...]] = Level.GRAPH

    def run(self, module: Module, ctx: PassContext) -> None:
        entry = module.entry
        rows = _Observer(ctx.rewriter).block(entry.block)
        _return_too(entry, rows, ctx.rewriter)


def _return_too(f: Func, rows: Value | None, rw: Rewriter) -> None:
    """One more result before the states."""
    end = f.block.terminator
    if rows is None:
        rows = constant(rw.before(end), np.zeros((0, 2)), F32)
    n = len(end.operands) - f.num_states
    rw.set_operands(end, [*end.operands[:n], rows, *end.operands[n:]])
    t = f.function_type
    names = (*f.output_names, NAME)
    rw.set_attr(f, "function_type", FunctionType(t.inputs, tuple(v.type for v in end.operands)))
    rw.set_attr(f, "result_names", names)


class _Observer:
    def __init__(self, rw: Rewriter) -> None:
        self.rw = rw

    def block(self, block: Block) -> Value | None:
        """The rows of all values of a block, made before its terminator."""
        ops = block.ops
        parts = [self._row(a, self.rw.before(ops[0])) for a in block.args if is_real(a)]
        for op in ops[:-1]:
            seen = real_results(op)
            if op.regions:
                inside, seen = self._control(op)
                parts += [inside] if inside is not None else []
            parts += [self._row(v, _behind(v)) for v in seen]
        return _joined(self.rw.before(block.terminator), parts)

    def _row(self, v: Value, b: Builder) -> Value:
        """(-lowest, highest) of one value."""
        if 0 in shape_of(v):
            return _nothing(b, 1)
        x: Value = v
        if element_of(v.type) != F32:
            x = b.value(cast.Cast, x, to=F32)
        limit, zero = constant(b, -NOTHING, F32), constant(b, 0.0, F32)
        finite = b.value(compare.Less, b.value(elementwise.Abs, x), limit)
        x = b.value(compare.Where, finite, x, zero)
        axes = tuple(range(len(shape_of(x))))
        low = b.value(elementwise.Neg, b.value(reduction.ReduceMin, x, axes=axes))
        high = b.value(reduction.ReduceMax, x, axes=axes)
        return b.value(assemble.Concat, [reshape(b, s, (1, 1)) for s in (low, high)], axis=1)

    # ---- regions

    def _control(self, op: Any) -> tuple[Value | None, list[Value]]:
        """The operation again, with one more result: the rows of what is inside of it; and its
        own results."""
        rows = [self.block(b) for r in op.regions for b in r.blocks]
        counts = [0 if r is None else shape_of(r)[0] for r in rows]
        if not any(counts):
            return None, real_results(op)
        b = self.rw.before(op)
        full = []
        for i, region in enumerate(op.regions):
            at = self.rw.before(region.block.terminator)
            around = [_nothing(at, sum(counts[:i])), rows[i], _nothing(at, sum(counts[i + 1 :]))]
            full.append(_joined(at, [v for v in around if v is not None and shape_of(v)[0]]))
        new, place = _REBUILD[type(op)](self, op, full, _nothing(b, sum(counts)))
        outs = [*new.results[:place], *new.results[place + 1 :]]
        self.rw.replace(op, *outs)
        return new.results[place], [r for r in outs if is_real(r)]

    def _if(self, op: scf.If, full: Sequence[Any], start: Value) -> tuple[Operation, int]:
        for block, rows in zip((op.then_block, op.else_block), full, strict=True):
            self.rw.set_operands(block.terminator, [*block.terminator.operands, rows])
        regions = [self.rw.take_region(op, i) for i in (0, 1)]
        types = [*(r.type for r in op.results), start.type]
        new = self.rw.before(op).create(
            scf.If, op.condition, then_block=regions[0], else_block=regions[1], result_types=types
        )
        return new, len(types) - 1

    def _while(self, op: scf.While, full: Sequence[Any], start: Value) -> tuple[Operation, int]:
        for block, rows in zip((op.before, op.after), full, strict=True):
            self._carry(block, len(block.args), rows, len(block.terminator.operands))
        regions = [self.rw.take_region(op, i) for i in (0, 1)]
        types = [*(r.type for r in op.results), start.type]
        inits = [*op.inits, start]
        new = self.rw.before(op).create(
            scf.While, inits, before=regions[0], after=regions[1], result_types=types
        )
        return new, len(types) - 1

    def _for(self, op: scf.For, full: Sequence[Any], start: Value) -> tuple[Operation, int]:
        self._carry(op.block, len(op.block.args), full[0], len(op.inits))
        region = self.rw.take_region(op)
        inits = [*op.inits, start]
        new = self.rw.before(op).create(scf.For, op.lower, op.upper, op.step, inits, block=region)
        return new, len(inits) - 1

    def _scan(self, op: control.Scan, full: Sequence[Any], start: Value) -> tuple[Operation, int]:
        n = op.num_carries
        self._carry(op.block, 1 + n, full[0], n)
        new = self.rw.before(op).create(
            control.Scan,
            [*op.inits, start],
            list(op.xs),
            op.count,
            trip=op.trip,
            reverse=op.reverse,
            block=self.rw.take_region(op),
        )
        return new, n

    def _carry(self, block: Block, place: int, rows: Value, yielded: int) -> None:
        """A further argument at ``place``, joined with ``rows`` and yielded again."""
        rest = block.args[place:]
        for a in (rows, *rest):
            self.rw.add_argument(block, a.type)
        for old, new in zip(rest, block.args[place + len(rest) + 1 :], strict=True):
            new.name_hint = old.name_hint
            self.rw.replace_value(old, new)
        for _ in rest:
            self.rw.remove_argument(block, place)
        end = block.terminator
        both = self.rw.before(end).value(elementwise.Max, block.args[place], rows)
        at = len(end.operands) if yielded is None else yielded
        self.rw.set_operands(end, [*end.operands[:at], both, *end.operands[at:]])


_REBUILD: dict[type[Operation], Any] = {
    scf.If: _Observer._if,
    scf.While: _Observer._while,
    scf.For: _Observer._for,
    control.Scan: _Observer._scan,
}


def _behind(v: Value) -> Builder:
    op = v.defining_op
    assert op is not None
    return Builder.after(op)


def _nothing(b: Builder, count: int) -> Value:
    return constant(b, np.full((count, 2), NOTHING), F32)


def _joined(b: Builder, parts: Sequence[Value]) -> Value | None:
    if len(parts) < 2:
        return parts[0] if parts else None
    return b.value(assemble.Concat, list(parts), axis=0)
