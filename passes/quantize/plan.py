"""Which format each value gets.

Values that are the same numbers (a carry and what it starts as, a tensor and its transpose) form a
*class* and have one format. A class is stored in 8 bits where memory or a product sees it, and in
16 bits where only elementwise arithmetic does, which happens in registers. Sums of products stay
32-bit accumulators, and products that are added up share the unit of their accumulators: then the
sum costs nothing and is rounded once.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from millrace.ir.core import Operation, Value
from millrace.ir.dialects import func, scf
from millrace.ir.dialects.func import Func
from millrace.ir.dialects.mr import kinds
from millrace.ir.dialects.mr.quant import FakeQuantize
from millrace.ir.dialects.mr.support import constant_of
from millrace.passes.handed import handed_on
from millrace.passes.quantize.bounds import bounds_of
from millrace.passes.quantize.formats import (
    Array,
    Format,
    Range,
    narrow,
    on_grid,
    wide,
    without_far,
)
from millrace.passes.quantize.values import is_constant, is_real, real_values

NEAR = 2.5
"""A limit that a value has by itself replaces what was seen when it is not so many times larger."""


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


@dataclass(frozen=True)
class Seen:
    """Between which limits a value was seen, and those that 8-bit formats are made for."""

    whole: Range
    kept: Range

    def __or__(self, other: Seen) -> Seen:
        return Seen(self.whole | other.whole, self.kept | other.kept)

    def with_constant(self, other: Seen) -> Seen:
        """Together with constants, which may stand for infinity."""
        both = self | other
        return Seen(without_far(both.whole, self.whole), without_far(both.kept, self.kept))

    @staticmethod
    def of(array: Array) -> Seen:
        return Seen(Range.of(array), Range.of(array))


@dataclass
class Plan:
    """The formats of the classes, and the ranges they were made from."""

    classes: Classes
    seen: dict[Value, Seen] = field(default_factory=dict)
    formats: dict[Value, Format] = field(default_factory=dict)

    def format(self, v: Value) -> Format:
        return self.formats[self.classes.find(v)]

    def range(self, v: Value) -> Range:
        return self.seen[self.classes.find(v)].whole

    def narrow(self, v: Value) -> Format:
        """The format in which products read a value."""
        root = self.classes.find(v)
        if root in self.grids:
            return self.grids[root]
        return narrow(self.seen[root].kept)

    def members(self) -> dict[Value, list[Value]]:
        """The values of each class, by the value that names it."""
        found: dict[Value, list[Value]] = {}
        for v in self.values:
            found.setdefault(self.classes.find(v), []).append(v)
        return found

    values: list[Value] = field(default_factory=list)
    grids: dict[Value, Format] = field(default_factory=dict)
    """Formats that the model itself asks for."""
    stored: set[Value] = field(default_factory=set)
    """The classes that memory or products see."""

    def on_own_grid(self, v: Value) -> bool:
        """True when the model itself rounds the numbers of a class."""
        return self.classes.find(v) in self.grids

    def in_registers(self, v: Value) -> bool:
        """True when nothing but elementwise arithmetic sees the numbers of a class."""
        root = self.classes.find(v)
        return root not in self.stored and root not in self.grids


def make_plan(f: Func, seen: Mapping[Value, Seen], wider: Iterable[Value], bits: int) -> Plan:
    """Formats for all values that were seen. ``wider`` are values whose class gets 16 bits
    although it is stored; with ``bits`` 16 all do."""
    same = _joined(f)
    plan = Plan(same.classes, values=list(seen))
    for v, s in seen.items():
        root = same.classes.find(v)
        plan.seen[root] = plan.seen.get(root, s) | s
    for v, s in same.constants:
        root = same.classes.find(v)
        plan.seen[root] = plan.seen[root].with_constant(s) if root in plan.seen else s
    for v in seen:
        limits = bounds_of(v)
        root = same.classes.find(v)
        s = plan.seen[root]
        if limits is not None and limits.radius < NEAR * s.whole.radius:
            plan.seen[root] = s | Seen(limits, limits)
    plan.grids = _grids(f, same.classes)
    lifted = {same.classes.find(v) for v in wider}
    stored = plan.stored = {same.classes.find(v) for v in _stored(f)}
    for root, s in list(plan.seen.items()):
        if s.whole.low > s.whole.high:  # never computed
            s = plan.seen[root] = Seen(Range(0.0, 0.0), Range(0.0, 0.0))
        eight = bits == 8 and root in stored and root not in lifted
        plan.formats[root] = narrow(s.kept) if eight else wide(s.whole)
    plan.formats |= plan.grids
    return plan


def _grids(f: Func, classes: Classes) -> dict[Value, Format]:
    """The formats that simulated quantization asks for: of what it gives, and of what nothing but
    it uses. Where it asks for several in one class, none counts."""
    asked: dict[Value, set[Format]] = {}
    uses: dict[Value, set[Format | None]] = {}
    for op in f.walk():
        own = on_grid(op.scale, op.low, op.high) if isinstance(op, FakeQuantize) else None
        if own is not None:
            asked.setdefault(classes.find(op.results[0]), set()).add(own)
        handed = {v for group in same_numbers(op) for v in group}
        passes = isinstance(op, scf.Yield | scf.Condition)
        for v in op.operands:
            if is_real(v) and v not in handed and not passes:
                uses.setdefault(classes.find(v), set()).add(own)
    grids = {root: next(iter(s)) for root, s in asked.items() if len(s) == 1}
    for root, wanted in uses.items():
        if root not in asked and len(wanted) == 1:
            (only,) = wanted
            if only is not None:
                grids[root] = only
    return grids


def seen_values(values: Sequence[Value], rows: Array) -> dict[Value, Seen]:
    """From rows (lowest, highest, and the limits of 8-bit formats)."""
    found = {}
    for v, row in zip(values, rows, strict=True):
        low, high, first, last = map(float, row)
        found[v] = Seen(Range(low, high), Range(first, last))
    return found


class _Joined:
    """Classes, and the constants that are stored like them."""

    def __init__(self) -> None:
        self.classes = Classes()
        self.constants: list[tuple[Value, Seen]] = []

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
                self.constants.append((members[0], Seen.of(array)))


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
                same.constants.append((a, Seen.of(init.array)))
    return same


def same_numbers(op: Operation) -> list[Sequence[Value]]:
    """Groups of values that are one and the same real numbers for an operation."""
    groups = handed_on(op)
    if groups is not None:
        return groups
    if isinstance(op, kinds.TensorOp) and op.selects():
        return [[*op.operands, *op.results]]
    return []


def made_here(f: Func) -> set[Value]:
    """The values that are computed, not handed on: each class has some, and all of its numbers
    come from them or from constants."""
    handed: set[Value] = set()
    for op in f.walk():
        for group in same_numbers(op):
            sources = [v for v in op.operands if is_real(v) and not is_constant(v)]
            if sources or op.regions:
                handed.update(v for v in group if v.defining_op in (op, None))
    inputs = f.block.args[: len(f.block.args) - f.num_states]
    states = f.block.args[len(f.block.args) - f.num_states :]
    return {v for v in real_values(f) if v in inputs or (v not in handed and v not in states)}


def gains_by_width(members: Sequence[Value]) -> bool:
    """True when something but products, which read 8 bits anyway, uses the numbers of a class."""
    return any(
        not isinstance(op, kinds.Contraction | scf.Yield | scf.Condition)
        and not any(v in group for group in same_numbers(op))
        for v in members
        for op in v.users
    )


def read_by_products(members: Sequence[Value]) -> bool:
    return any(isinstance(op, kinds.Contraction) for v in members for op in v.users)


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


def operand_formats(
    f: Func, plan: Plan, bits: int, wide_reads: Collection[Value] = ()
) -> dict[Value, Format]:
    """The formats in which products read their operands: 8 bits, also of values that are stored in
    16, but for the classes ``wide_reads``."""
    found: dict[Value, Format] = {}
    for op in f.walk():
        if isinstance(op, kinds.Contraction):
            for v in op.operands:
                if is_real(v) and not is_constant(v):
                    stored = plan.format(v)
                    own = stored.element.width == 8 or bits == 16
                    own = own or plan.classes.find(v) in wide_reads
                    found[v] = stored if own else plan.narrow(v)
    return found
