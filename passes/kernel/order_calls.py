"""``order-calls``: calls that do not need each other in the order that takes least memory.

Branches of a network may run one after the other or in turns, and the one that leaves least behind
had better come first. A beam search over what may come next finds an order; it is taken when its
peak is lower than that of the order as it is. A chain has one order only."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from millrace.ir.core import Block, Operation, Value
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.func import Call
from millrace.ir.dialects.mr.assemble import Concat
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.dialects.mr.control import AllPassed, Check
from millrace.ir.dialects.mr.kinds import Library, Movement
from millrace.ir.levels import Level
from millrace.ir.target import TargetInfo
from millrace.ir.types import TensorType
from millrace.passes.base import Pass, PassContext

MOST = 400
"""Operations that an order is looked for of, at most."""


@dataclass(frozen=True)
class OrderCalls(Pass):
    """Orders the plan's calls by the memory that they take, where memory is scarce; ``beam``: so
    many orders are looked at at once."""

    name: ClassVar[str] = "order-calls"
    requires: ClassVar[Level | tuple[Level, ...]] = Level.KERNEL
    beam: int = 32

    def run(self, module: Module, ctx: PassContext) -> None:
        entry = module.entry
        scarce = module.target is not None and TargetInfo.from_attr(module.target).bare
        fixed = any(isinstance(op, Check | AllPassed | Library) for op in module.walk())
        if not scarce or fixed or entry.num_states or len(entry.block.ops) > MOST:
            return
        plan = _Plan(entry.block)
        before, found = plan.peak(range(len(plan.ops))), plan.search(self.beam)
        if found.peak >= before:
            return
        ctx.remark(entry, f"calls in another order: about {found.peak} bytes at once, not {before}")
        with ctx.rewriter.atomic():
            for i in found.order:
                ctx.rewriter.move_before(plan.ops[i], entry.block.terminator)


@dataclass(frozen=True)
class _Partial:
    """The beginning of an order. ``done``: a bit for each operation; ``left``: the uses that are
    still to come of each buffer in use."""

    peak: int
    live: int
    done: int
    order: tuple[int, ...]
    left: dict[Value, int]


class _Plan:
    """The operations of a block but for its terminator."""

    def __init__(self, block: Block) -> None:
        self.ops = block.ops[:-1]
        place = {op: i for i, op in enumerate(self.ops)}
        self.needs = [self._makers(op, place) for op in self.ops]
        self.buffers = [_made(op) for op in self.ops]
        self.reads = [_read(op) for op in self.ops]
        self.uses: dict[Value, int] = {}
        for found in (*self.reads, *self.buffers):
            for b in found:
                self.uses[b] = self.uses.get(b, 0) + 1
        kept = [_buffer(v) for v in block.terminator.operands]
        self.sizes = {b: 0 if b in kept else _bytes(b) for b in self.uses}
        """What is returned lies where the caller says."""

    @staticmethod
    def _makers(op: Operation, place: dict[Operation, int]) -> int:
        """The operations that must have run, as bits."""
        bits = 0
        for inner in op.walk():
            for v in inner.operands:
                maker = v.defining_op
                if maker in place and maker is not op:
                    bits |= 1 << place[maker]
        return bits

    def after(self, p: _Partial, i: int) -> _Partial:
        """What is there when operation ``i`` comes next. A result lies over what is read for the
        last time, as far as that reaches."""
        left, live, made, ended = dict(p.left), p.live, 0, [0]
        for b in self.buffers[i]:
            if b not in left:
                left[b] = self.uses[b]
                made += self.sizes[b]
        for b in (*self.reads[i], *self.buffers[i]):
            if b in left:
                left[b] -= 1
                if not left[b]:
                    ended.append(self.sizes[b])
                    del left[b]
        peak = max(p.peak, live + made - min(made, max(ended)))
        live += made - sum(ended)
        return _Partial(peak, live, p.done | 1 << i, (*p.order, i), left)

    def peak(self, order: Sequence[int]) -> int:
        """The most bytes in use in an order."""
        p = _Partial(0, 0, 0, (), {})
        for i in order:
            p = self.after(p, i)
        return p.peak

    def search(self, beam: int) -> _Partial:
        """An order with a low peak; of equal ones that which is nearest to what it was."""
        found = [_Partial(0, 0, 0, (), {})]
        for _ in self.ops:
            best: dict[int, _Partial] = {}
            for p in found:
                for i in self._next(p):
                    q = self.after(p, i)
                    known = best.get(q.done)
                    if known is None or (q.peak, q.live) < (known.peak, known.live):
                        best[q.done] = q
            found = sorted(best.values(), key=lambda q: (q.peak, q.live, q.order))[:beam]
        return found[0]

    def _next(self, p: _Partial) -> list[int]:
        """What may come next; what takes no memory comes at once."""
        ready = [
            i
            for i, needs in enumerate(self.needs)
            if not p.done >> i & 1 and needs & p.done == needs
        ]
        free = [i for i in ready if not self.buffers[i]]
        return free[:1] or ready


def _buffer(v: Value) -> Value | None:
    """The tensor in whose memory a value lies, if it takes memory of the arena: that of which it is
    a view, that of which it is a piece."""
    while isinstance(op := v.defining_op, Movement):
        v = op.operands[0]
    if v.defining_op is None or isinstance(v.defining_op, Constant):
        return None
    if not isinstance(v.type, TensorType):
        return None
    users = v.users
    while isinstance(v.defining_op, Call) and len(users) == 1 and isinstance(users[0], Concat):
        v = users[0].results[0]
        users = v.users
    return v


def _made(op: Operation) -> list[Value]:
    if isinstance(op, Movement):
        return []
    return [b for b in map(_buffer, op.results) if b is not None]


def _read(op: Operation) -> list[Value]:
    if isinstance(op, Movement):
        return []  # a view
    found = dict.fromkeys(
        b for inner in op.walk() for v in inner.operands if (b := _buffer(v)) is not None
    )
    return list(found)


def _bytes(v: Value) -> int:
    t = v.type
    return t.nbytes if isinstance(t, TensorType) else 0
