"""Which format each value gets.

Values that are the same numbers (a carry and what it starts as, a tensor and its transpose) form a
*class* and have one format. A class is stored in 8 bits where memory or a product sees it, and in
16 bits where only elementwise arithmetic does, which happens in registers. Sums of products stay
32-bit accumulators, and products that are added up share the unit of their accumulators: then the
sum costs nothing and is rounded once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from millrace.ir.core import Operation, Value
from millrace.ir.dialects import func, scf
from millrace.ir.dialects.func import Func
from millrace.ir.dialects.mr import kinds
from millrace.ir.dialects.mr.control import Scan
from millrace.ir.dialects.mr.support import constant_of
from millrace.passes.quantize.formats import Format, Range, narrow, wide
from millrace.passes.quantize.values import is_constant, is_real


class Classes:
    """Values joined into classes; a class is named by one of its values."""

    def __init__(self) -> None:
        self._parent: dict[Value, Value] = {}

    def find(self, v: Value) -> Value:
        root = v
        while (up := self._parent.get(root, root)) is not root:
            root = up
        while (up := self._parent.get(v, v)) is not root and up is not v:
            self._parent[v], v = root, up
        return root

    def join(self, a: Value, b: Value) -> None:
        a, b = self.find(a), self.find(b)
        if a is not b:
            self._parent[b] = a


@dataclass
class Plan:
    """The formats of the classes, and the ranges they were made from."""

    classes: Classes
    ranges: dict[Value, Range] = field(default_factory=dict)
    formats: dict[Value, Format] = field(default_factory=dict)

    def format(self, v: Value) -> Format:
        return self.formats[self.classes.find(v)]

    def range(self, v: Value) -> Range:
        return self.ranges[self.classes.find(v)]


def make_plan(f: Func, ranges: Mapping[Value, Range], wider: Iterable[Value], bits: int) -> Plan:
    """Formats for all values with a range. ``wider`` are values whose class gets 16 bits although
    it is stored; with ``bits`` 16 all do."""
    same = _joined(f)
    plan = Plan(same.classes)
    for v, r in [*ranges.items(), *same.constants]:
        root = same.classes.find(v)
        plan.ranges[root] = plan.ranges.get(root, r) | r
    lifted = {same.classes.find(v) for v in wider}
    stored = {same.classes.find(v) for v in _stored(f)}
    for root, r in plan.ranges.items():
        eight = bits == 8 and root in stored and root not in lifted
        plan.formats[root] = narrow(r) if eight else wide(r)
    return plan


class _Joined:
    """Classes, and the constants that are stored like them."""

    def __init__(self) -> None:
        self.classes = Classes()
        self.constants: list[tuple[Value, Range]] = []

    def join(self, values: Sequence[Value]) -> None:
        """One class; constants only widen it."""
        real = [v for v in values if is_real(v)]
        members = [v for v in real if not is_constant(v)]
        if not members:
            return
        for v in members[1:]:
            self.classes.join(members[0], v)
        for v in real:
            array = constant_of(v)
            if array is not None:
                self.constants.append((members[0], Range.of(array)))


def _joined(f: Func) -> _Joined:
    same = _Joined()
    for op in f.walk():
        for group in same_numbers(op):
            same.join(group)
    n = f.num_states
    if n:
        for a, v in zip(f.block.args[-n:], f.block.terminator.operands[-n:], strict=True):
            same.join([a, v])
            if f.state_init is not None:
                init = f.state_init[a.index - len(f.block.args) + n]
                same.constants.append((a, Range.of(init.array)))
    return same


def same_numbers(op: Operation) -> list[Sequence[Value]]:
    """Groups of values that are one and the same real numbers for an operation."""
    if type(op) in _GROUPS:
        groups: list[Sequence[Value]] = _GROUPS[type(op)](op)
        return groups
    if isinstance(op, kinds.TensorOp) and op.selects():
        return [[*op.operands, *op.results]]
    return []


def _scan_groups(op: Scan) -> list[Sequence[Value]]:
    n, args, out = op.num_carries, op.block.args, op.block.terminator.operands
    groups: list[Sequence[Value]] = [
        (op.inits[i], args[1 + i], out[i], op.results[i]) for i in range(n)
    ]
    groups += [(x, args[1 + n + i]) for i, x in enumerate(op.xs)]
    groups += [(out[n + i], r) for i, r in enumerate(op.results[n:])]
    return groups


def _for_groups(op: scf.For) -> list[Sequence[Value]]:
    out = op.block.terminator.operands
    return list(zip(op.inits, op.block.args[1:], out, op.results, strict=True))


def _if_groups(op: scf.If) -> list[Sequence[Value]]:
    ends = [b.terminator.operands for b in (op.then_block, op.else_block)]
    return list(zip(*ends, op.results, strict=True))


def _while_groups(op: scf.While) -> list[Sequence[Value]]:
    around = zip(op.inits, op.before.args, op.after.terminator.operands, strict=True)
    passed = op.before.terminator.operands[1:]
    return [*around, *zip(passed, op.after.args, op.results, strict=True)]


_GROUPS: dict[type[Operation], Any] = {
    Scan: _scan_groups,
    scf.For: _for_groups,
    scf.If: _if_groups,
    scf.While: _while_groups,
}


def _stored(f: Func) -> list[Value]:
    """Values that a product reads or that live in memory."""
    found: list[Value] = list(f.block.args)
    for op in f.walk():
        if op.regions and op is not f:
            found += [*op.operands, *op.results]
        elif isinstance(op, kinds.Contraction | kinds.Window):
            found += op.operands
        elif isinstance(op, kinds.Assemble | kinds.Indexed | kinds.Library):
            found += [*op.operands, *op.results]
        elif isinstance(op, func.Return | scf.Yield | scf.Condition):
            found += op.operands
    return [v for v in found if is_real(v) and not is_constant(v)]
