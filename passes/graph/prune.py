"""``prune``: what nobody uses is dropped, carries and outputs of loops included."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from millrace.ir.core import Block, BlockArgument, Operation, Region, Value
from millrace.ir.dialects import scf
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr.control import Scan
from millrace.ir.levels import Level
from millrace.ir.rewriter import Rewriter
from millrace.passes.base import Pass, PassContext
from millrace.passes.effects import Effects


@dataclass(frozen=True)
class Prune(Pass):
    """Drops operations without effects whose results nobody uses, and the unused results,
    carries and slices of ``mr.scan``, ``scf.if``, ``scf.for`` and ``scf.while``."""

    name = "prune"
    requires = (Level.GRAPH, Level.KERNEL, Level.LOOP)

    def run(self, module: Module, ctx: PassContext) -> None:
        pruner = Pruner(Effects(module), ctx.rewriter)
        pruner.visit(module.block)


class Pruner:
    """Works backwards: users go before what they use. What a loop drops on the outside may
    free values before it, which are reached later in the same sweep."""

    def __init__(self, effects: Effects, rw: Rewriter) -> None:
        self.effects = effects
        self.rw = rw

    def visit(self, block: Block) -> None:
        for op in reversed(block):
            if op.results and self._unused(op):
                self.rw.erase(op)
            elif op.regions:
                self._visit_nested(op)

    def _unused(self, op: Operation) -> bool:
        return all(r.is_unused for r in op.results) and self.effects.droppable(op)

    def _visit_nested(self, op: Operation) -> None:
        shrink = SHRINK.get(type(op))
        if shrink is not None:
            with self.rw.atomic():
                op = shrink(op, self)
        for region in op.regions:
            for inner in region.blocks:
                self.visit(inner)
        if not op.results and isinstance(op, _LOOPS_AND_BRANCHES) and self.effects.droppable(op):
            self.rw.erase(op)


_LOOPS_AND_BRANCHES = (scf.If, scf.For, scf.While, Scan)


class Liveness:
    """Which values of a loop body are needed. ``follow`` says which values (outside of or at
    the end of the body) a needed block argument needs in turn."""

    def __init__(
        self,
        blocks: Sequence[Block],
        effects: Effects,
        follow: Mapping[BlockArgument, Sequence[Value]],
    ) -> None:
        self.blocks = frozenset(blocks)
        self.follow = follow
        self.seen: set[Value] = set()
        self._ops: set[Operation] = set()
        for block in blocks:
            for op in block:
                if op is not block.terminator and not effects.droppable(op):
                    self._need_op(op)

    def need(self, value: Value) -> None:
        todo = [value]
        while todo:
            v = todo.pop()
            if v in self.seen:
                continue
            self.seen.add(v)
            if isinstance(v, BlockArgument):
                todo.extend(self.follow.get(v, ()))
            elif v.parent_block in self.blocks and v.defining_op not in self._ops:
                assert v.defining_op is not None
                self._ops.add(v.defining_op)
                todo.extend(_reads(v.defining_op))

    def _need_op(self, op: Operation) -> None:
        self._ops.add(op)
        for v in _reads(op):
            self.need(v)


def _reads(op: Operation) -> list[Value]:
    """Every value that the operation or one nested in it uses."""
    return [v for inner in op.walk() for v in inner.operands]


def _swap(old: Operation, new: Operation, kept: Sequence[int], rw: Rewriter) -> Operation:
    """Put ``new`` in the place of ``old``; its results stand for the kept ones."""
    rw.before(old).insert(new)
    for r, index in zip(new.results, kept, strict=True):
        r.name_hint = old.results[index].name_hint
        rw.replace_value(old.results[index], r)
    rw.erase(old)
    return new


def _drop_arguments(block: Block, drop: Sequence[int], rw: Rewriter) -> None:
    for index in sorted(drop, reverse=True):
        rw.remove_argument(block, index)


def _erase_readers(block: Block, live: Liveness, rw: Rewriter) -> None:
    """Erase the operations of a body that only fed what is dropped."""
    for op in reversed(block):
        if op is block.terminator or op in live._ops:
            continue
        if all(r.is_unused for r in op.results):
            rw.erase(op)


def _shrink_if(op: Any, pruner: Pruner) -> Operation:
    kept = [i for i, r in enumerate(op.results) if not r.is_unused]
    if len(kept) == len(op.results):
        return op  # type: ignore[no-any-return]
    rw = pruner.rw
    for block in (op.then_block, op.else_block):
        end = block.terminator
        rw.set_operands(end, [end.operands[i] for i in kept])
    regions = _take_regions(op, rw)
    new = scf.If(
        op.condition,
        then_block=regions[0],
        else_block=regions[1],
        result_types=[op.results[i].type for i in kept],
        loc=op.loc,
    )
    return _swap(op, new, kept, rw)


def _take_regions(op: Operation, rw: Rewriter) -> list[Region]:
    return [rw.take_region(op, i) for i in range(len(op.regions))]


def _shrink_for(op: Any, pruner: Pruner) -> Operation:
    block, end = op.block, op.block.terminator
    args = block.args[1:]
    follow = {a: (v,) for a, v in zip(args, end.operands, strict=True)}
    live = Liveness([block], pruner.effects, follow)
    for r, v in zip(op.results, end.operands, strict=True):
        if not r.is_unused:
            live.need(v)
    kept = [i for i, a in enumerate(args) if a in live.seen or not op.results[i].is_unused]
    if len(kept) == len(args):
        return op  # type: ignore[no-any-return]
    rw = pruner.rw
    rw.set_operands(end, [end.operands[i] for i in kept])
    _erase_readers(block, live, rw)
    _drop_arguments(block, [1 + i for i in range(len(args)) if i not in kept], rw)
    inits = [op.inits[i] for i in kept]
    region = rw.take_region(op)
    new = scf.For(op.lower, op.upper, op.step, inits, block=region, loc=op.loc)
    return _swap(op, new, kept, rw)


def _shrink_scan(op: Any, pruner: Pruner) -> Operation:
    block, end, n = op.block, op.block.terminator, op.num_carries
    carries, slices = block.args[1 : 1 + n], block.args[1 + n :]
    follow = {a: (v,) for a, v in zip(carries, end.operands[:n], strict=True)}
    live = Liveness([block], pruner.effects, follow)
    for r, v in zip(op.results, end.operands, strict=True):
        if not r.is_unused:
            live.need(v)
    kept = [i for i, r in enumerate(op.results) if not r.is_unused]
    kept_carries = [i for i in range(n) if carries[i] in live.seen or i in kept]
    kept_xs = [i for i, a in enumerate(slices) if a in live.seen]
    kept_out = [*kept_carries, *(i for i in kept if i >= n)]
    if len(kept_out) == len(op.results) and len(kept_xs) == len(slices):
        return op  # type: ignore[no-any-return]
    rw = pruner.rw
    inits, xs = [op.inits[i] for i in kept_carries], [op.xs[i] for i in kept_xs]
    rw.set_operands(end, [end.operands[i] for i in kept_out])
    _erase_readers(block, live, rw)
    dropped = [1 + i for i in range(n) if i not in kept_carries]
    dropped += [1 + n + i for i in range(len(slices)) if i not in kept_xs]
    _drop_arguments(block, dropped, rw)
    region = rw.take_region(op)
    new = Scan(
        inits,
        xs,
        op.count,
        trip=op.trip,
        reverse=op.reverse,
        block=region,
        result_types=[op.results[i].type for i in kept_out],
        loc=op.loc,
    )
    return _swap(op, new, kept_out, rw)


def _shrink_while(op: Any, pruner: Pruner) -> Operation:
    before, after = op.before, op.after
    condition, end = before.terminator, after.terminator
    passed = condition.values
    follow: dict[BlockArgument, Sequence[Value]] = {
        a: (v,) for a, v in zip(before.args, end.operands, strict=True)
    }
    follow |= {a: (v,) for a, v in zip(after.args, passed, strict=True)}
    live = Liveness([before, after], pruner.effects, follow)
    live.need(condition.condition)
    for r, v in zip(op.results, passed, strict=True):
        if not r.is_unused:
            live.need(v)
    kept_in = [i for i, a in enumerate(before.args) if a in live.seen]
    kept_out = [
        i for i, a in enumerate(after.args) if a in live.seen or not op.results[i].is_unused
    ]
    if len(kept_in) == len(before.args) and len(kept_out) == len(after.args):
        return op  # type: ignore[no-any-return]
    rw = pruner.rw
    inits = [op.inits[i] for i in kept_in]
    types = [op.results[i].type for i in kept_out]
    rw.set_operands(end, [end.operands[i] for i in kept_in])
    rw.set_operands(condition, [condition.condition, *(passed[i] for i in kept_out)])
    for block, kept in ((after, kept_out), (before, kept_in)):
        _erase_readers(block, live, rw)
        _drop_arguments(block, [i for i in range(len(block.args)) if i not in kept], rw)
    regions = _take_regions(op, rw)
    new = scf.While(inits, before=regions[0], after=regions[1], result_types=types, loc=op.loc)
    return _swap(op, new, kept_out, rw)


SHRINK: Mapping[type[Operation], Callable[[Any, Pruner], Operation]] = MappingProxyType(
    {scf.If: _shrink_if, scf.For: _shrink_for, scf.While: _shrink_while, Scan: _shrink_scan}
)
"""How operations with regions lose what is not used of them."""
