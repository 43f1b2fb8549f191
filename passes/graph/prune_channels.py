"""``prune-channels``: channels that are constant, or that nobody needs, leave integer networks.

A *channel* is a place in the last dimension of a tensor. Most operations work on each channel by
itself (elementwise ones, padding, pooling, depthwise convolutions, reductions of other dimensions):
a channel can leave their operands and results only together. Contractions with known weights end
such a group and begin another: they need an input channel if some output channel that is needed
weighs it and its value is not known. A known one (all weights zero, or a limit that is always
exceeded) is added to the bias instead. All other operations need all channels.

In integer arithmetic this is exact: sums wrap, and nothing is infinite.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from millrace.ir.core import BlockArgument, Operation, Value
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.func import Func
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.dialects.mr.elementwise import Add
from millrace.ir.dialects.mr.support import constant
from millrace.ir.interval import Interval
from millrace.ir.levels import Level
from millrace.ir.rewriter import Rewriter
from millrace.ir.types import I1, IntegerType, TensorType, element_of
from millrace.passes.base import Pass, PassContext
from millrace.passes.graph.channels import Link, channels_of, links_of, on_channels
from millrace.passes.graph.known_weights import ProductOp, known_weights, with_weights
from millrace.passes.graph.ranges import Ranges, ranges_of

Array = np.ndarray[Any, Any]
Mask = np.ndarray[tuple[int], np.dtype[np.bool_]]


@dataclass(frozen=True)
class PruneChannels(Pass):
    """Removes channels of integer tensors that are known to be constant, or that no result
    depends on."""

    name: ClassVar[str] = "prune-channels"
    requires: ClassVar[Level | tuple[Level, ...]] = Level.GRAPH

    def run(self, module: Module, ctx: PassContext) -> None:
        for f in module.functions():
            if any(Contracted.of(op) for op in f.walk()):
                needs = needs_of(f, ranges_of(f.block))
                if needs.some_unneeded():
                    with ctx.rewriter.atomic():
                        _Pruner(needs, ctx).prune(f)


@dataclass(frozen=True)
class Contracted:
    """A contraction of integers with known weights: [taps, inputs, outputs]."""

    op: ProductOp
    weights: Array

    @staticmethod
    def of(op: Operation) -> Contracted | None:
        found = known_weights(op)
        return Contracted(*found) if found is not None and _is_followed(found[0].result) else None


_INTEGERS = tuple(IntegerType(n, unsigned=u) for n in (8, 16, 32) for u in (False, True))


@dataclass
class Needs:
    """For each tensor which of its channels are needed, and which are known."""

    needed: dict[Value, Mask] = field(default_factory=dict)
    known: dict[Value, Interval] = field(default_factory=dict)

    def some_unneeded(self) -> bool:
        return any(map(self.loses, self.needed))

    def loses(self, v: Value) -> bool:
        """Whether a tensor loses channels, but not all."""
        m = self.needed.get(v)
        return m is not None and bool(m.any()) and not bool(m.all())

    def point(self, v: Value) -> Mask:
        """Which channels have a known value."""
        n = channels_of(v)
        bounds = self.known.get(v)
        if bounds is None:
            return np.zeros(n, np.bool_)
        return np.broadcast_to(bounds.low == bounds.high, (n,))

    def follow(self, v: Value, ranges: Ranges) -> None:
        if v in self.needed or not _is_followed(v):
            return
        self.needed[v] = np.zeros(channels_of(v), np.bool_)
        bounds = ranges.of(v)
        if bounds is not None:
            self.known[v] = bounds

    def mark_all(self, v: Value) -> None:
        if v in self.needed:
            self.needed[v] = np.ones(channels_of(v), np.bool_)

    def mark(self, v: Value, mask: Mask) -> bool:
        """More channels that are needed; says whether there are any."""
        old = self.needed[v]
        if (mask <= old).all():
            return False
        self.needed[v] = old | mask
        return True


def needs_of(f: Func, ranges: Ranges) -> Needs:
    """Start with what operations need that take no part; go on until nothing changes."""
    needs = Needs()
    ops = [op for op in f.walk() if op is not f]
    contracted = {op: c for op in ops if (c := Contracted.of(op)) is not None}
    links = {op: _followed_links(op) for op in ops if op not in contracted}
    for op in ops:
        for v in (*op.operands, *op.results):
            needs.follow(v, ranges)
        if op not in contracted:
            tied = {v for link in links[op] for v in (link.result, link.operand)}
            for v in (*op.operands, *op.results):
                if v not in tied:
                    needs.mark_all(v)
    for v in list(needs.needed):
        if isinstance(v, BlockArgument):
            needs.mark_all(v)
    changed = True
    while changed:
        changed = False
        for op in reversed(ops):
            if op in contracted:
                changed |= _propagate(contracted[op], needs)
            for link in links.get(op, ()):
                changed |= needs.mark(link.operand, link.to_operand(needs.needed[link.result]))
                changed |= needs.mark(link.result, link.to_result(needs.needed[link.operand]))
    return needs


def _followed_links(op: Operation) -> Sequence[Link]:
    found = links_of(op) or ()
    return [k for k in found if _is_followed(k.result) and _is_followed(k.operand)]


def _is_followed(v: Value) -> bool:
    t = v.type
    known = isinstance(t, TensorType) and t.rank > 0 and t.is_static and t.shape[-1] > 0
    return known and element_of(t) in (I1, *_INTEGERS) and not isinstance(v.defining_op, Constant)


def _propagate(c: Contracted, needs: Needs) -> bool:
    """The inputs of the outputs that are needed; one at least, so that something is left."""
    x, outs = c.op.lhs, needs.needed[c.op.result]
    if x not in needs.needed or not outs.any():
        return False
    weighed = (c.weights[:, :, outs] != 0).any(axis=(0, 2)) & ~needs.point(x)
    if not weighed.any() and not needs.needed[x].any():
        weighed = np.arange(len(weighed)) == 0
    return needs.mark(x, weighed)


class _Pruner:
    """Rebuilds the operations on tensors that lose channels."""

    def __init__(self, needs: Needs, ctx: PassContext) -> None:
        self.needs = needs
        self.ctx = ctx
        self.rw: Rewriter = ctx.rewriter
        self.narrow: dict[Value, Value] = {}

    def prune(self, f: Func) -> None:
        for op in [op for op in f.walk() if op is not f]:
            contracted = Contracted.of(op)
            if contracted is not None:
                self._contraction(contracted)
            elif op.results and self.needs.loses(op.results[0]):
                v = op.results[0]
                self.narrow[v] = on_channels(op, self.narrow, self.needs.needed, self.rw.before(op))
        # Users are gone or have the new values: results that lost channels have no uses left.
        for op in reversed([op for op in f.walk() if op.results and op.results[0] in self.narrow]):
            if op.results[0].is_unused:
                self.rw.erase(op)

    def _contraction(self, c: Contracted) -> None:
        op, b = c.op, self.rw.before(c.op)
        loses = self.needs.loses(op.lhs), self.needs.loses(op.result)
        if not any(loses) or not self.needs.needed[op.result].any():
            return
        w, bias = c.weights, None
        if loses[0]:
            gone = ~self.needs.needed[op.lhs]
            bias = (w[:, gone].astype(np.int64) * self._values(op.lhs)[gone, None]).sum(axis=(0, 1))
            w = w[:, ~gone]
        if loses[1]:
            outs = self.needs.needed[op.result]
            w, bias = w[..., outs], None if bias is None else bias[outs]
        self._remark(op, c.weights.shape, w.shape)
        new = with_weights(op, self.narrow.get(op.lhs, op.lhs), w, b)
        if bias is not None and bias.any():
            element = element_of(new.type)
            new = b.value(Add, new, constant(b, bias.astype(element.dtype), element))
        if loses[1]:
            self.narrow[op.result] = new
        else:
            self.rw.replace(op, new)

    def _values(self, v: Value) -> Array:
        """Of the channels that are known; of others anything, as only zero weights go to them."""
        bounds = self.needs.known.get(v)
        low = np.zeros(1, np.int64) if bounds is None else bounds.low
        return np.broadcast_to(low, channels_of(v))

    def _remark(self, op: Operation, before: tuple[int, ...], after: tuple[int, ...]) -> None:
        self.ctx.remark(
            op,
            f"{before[1] - after[1]} of {before[1]} input channels and "
            f"{before[2] - after[2]} of {before[2]} output channels removed",
        )
