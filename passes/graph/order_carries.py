"""``order-carries``: one order of what goes into a scan and what comes out of it, whatever order
the model's file had: that in which the results need it. So recurrences that are the same become
the same code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from millrace.ir.builder import Builder
from millrace.ir.core import Block, Operation, Value
from millrace.ir.dialects import scf
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr.control import Scan
from millrace.ir.levels import Level
from millrace.ir.rewriter import Rewriter
from millrace.passes.base import Pass, PassContext


@dataclass(frozen=True)
class OrderCarries(Pass):
    """Sort the carries, slices and stacked outputs of ``mr.scan`` by where they are needed."""

    name: ClassVar[str] = "order-carries"
    requires: ClassVar[Level | tuple[Level, ...]] = Level.GRAPH

    def run(self, module: Module, ctx: PassContext) -> None:
        for f in module.functions():
            _visit(f.block, ctx.rewriter)


def _visit(block: Block, rw: Rewriter) -> None:
    """Users before what they use, whose results are sorted by them."""
    position = {op: i for i, op in enumerate(block)}
    for op in reversed(block.ops):
        inside = op
        if isinstance(op, Scan):
            with rw.atomic():
                inside = _sorted(op, _Order(op, position), rw)
            position[inside] = position[op]
        for region in inside.regions:
            for b in region.blocks:
                _visit(b, rw)


class _Order:
    """New orders, as lists of old places."""

    def __init__(self, scan: Scan, position: dict[Operation, int]) -> None:
        n = scan.num_carries
        uses = [_first_use(r, position) for r in scan.results]
        by_use = sorted(range(len(uses)), key=lambda i: (uses[i], i))
        self._scan = scan
        self._place: dict[Value, int] = {}
        for i in [*(i for i in by_use if i >= n), *(i for i in by_use if i < n)]:
            self._need(scan.block.terminator.operands[i])
        args = scan.block.args[1:]
        self.carries = self._by_need(args[:n])
        self.slices = self._by_need(args[n:])
        self.stacked = [i for i in by_use if i >= n]

    def _need(self, root: Value) -> None:
        """Number what a value is made of, in the order of operands; a carry is made of what it
        becomes."""
        block, place = self._scan.block, self._place
        ends = block.terminator.operands
        nexts = dict(zip(block.args[1:], ends[: self._scan.num_carries], strict=False))
        work = [root]
        while work:
            v = work.pop()
            if v in place:
                continue
            place[v] = len(place)
            op = v.defining_op
            if v in nexts:
                work.append(nexts[v])
            elif op is not None and op.parent is block:
                work.extend(o for inner in op.walk() for o in reversed(inner.operands))

    def _by_need(self, args: Sequence[Value]) -> list[int]:
        never = len(self._place)
        return sorted(range(len(args)), key=lambda i: (self._place.get(args[i], never), i))


def _first_use(v: Value, position: dict[Operation, int]) -> tuple[int, int]:
    found = []
    for user in v.users:
        outer: Operation | None = user
        while outer is not None and outer not in position:
            outer = outer.parent_op
        if outer is not None:
            at = list(user.operands).index(v)
            found.append((position[outer], at))
    return min(found, default=(len(position), 0))


def _sorted(scan: Scan, order: _Order, rw: Rewriter) -> Scan:
    n, args, end = scan.num_carries, scan.block.args, scan.block.terminator
    places = [0, *(1 + i for i in order.carries), *(1 + n + i for i in order.slices)]
    outs = [*order.carries, *order.stacked]
    if places == list(range(len(args))) and outs == list(range(len(outs))):
        return scan
    block = Block([args[p].type for p in places])
    mapped: list[Value] = list(args)
    for new, p in zip(block.args, places, strict=True):
        new.name_hint = args[p].name_hint
        mapped[p] = new
    rw.set_operands(end, [end.operands[i] for i in outs])
    last = Builder(block, loc=end.loc).create(scf.Yield, [])
    rw.set_operands(last, rw.inline_block(scan.block, last, mapped))
    new_scan = Builder.before(scan).create(
        Scan,
        [scan.inits[i] for i in order.carries],
        [scan.xs[i] for i in order.slices],
        scan.count,
        trip=scan.trip,
        reverse=scan.reverse,
        ragged=scan.ragged,
        block=block,
    )
    results: list[Value] = list(new_scan.results)
    for place, i in enumerate(outs):
        results[i] = new_scan.results[place]
    rw.replace(scan, *results)
    return new_scan
