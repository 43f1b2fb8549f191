"""How much memory the tensors of a function will take at once: an estimate, made at GRAPH level.

It follows what later passes do on small machines: elementwise operations that follow others stand
in their kernels, borders and views take no memory, the pieces of an assembled tensor are made in
place. Each value that is stored is a step, at which the kernel that makes it has it and all that it
reads in memory; it lies over what is read there for the last time."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from millrace.ir.core import Operation, Value
from millrace.ir.dialects.func import Return
from millrace.ir.dialects.mr.assemble import Concat, Pad
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.dialects.mr.kinds import Accumulating, Elementwise, Movement
from millrace.ir.dialects.mr.movement import shape_of
from millrace.ir.types import TensorType, element_of, storage_bytes
from millrace.passes.graph.bands import BandPlan, Rows

Key = tuple[Value, str, int]
"""A buffer: of a value, what for, and of which band."""


@dataclass
class Steps:
    """What is read and written, one after the other."""

    ops: list[Operation] = field(default_factory=list)
    touched: list[set[Key]] = field(default_factory=list)
    sizes: dict[Key, int] = field(default_factory=dict)

    def add(self, op: Operation, reads: Iterable[Key], key: Key, size: int) -> None:
        """A step of ``op``, which writes ``size`` bytes."""
        self.sizes[key] = max(size, self.sizes.get(key, 0))
        self.ops.append(op)
        self.touched.append({key, *reads})

    def fullest(self) -> tuple[int, Operation]:
        """The most bytes in use, and the operation at whose step that is first."""
        use = self.in_use()
        step = max(range(len(use)), key=use.__getitem__)
        return use[step], self.ops[step]

    def in_use(self) -> list[int]:
        """Bytes in use at each step."""
        spans: dict[Key, tuple[int, int]] = {}
        for i, keys in enumerate(self.touched):
            for k in keys:
                spans[k] = (spans[k][0] if k in spans else i, i)
        change = [0] * (len(self.touched) + 1)
        for k, (first, last) in spans.items():
            change[first] += self.sizes[k]
            change[last + 1] -= self.sizes[k]
            read = [self.sizes[x] for x in self.touched[first] if spans[x][1] == first]
            shared = min(self.sizes[k], max(read, default=0)) if last > first else 0
            change[first] -= shared
            change[first + 1] += shared
        total, found = 0, []
        for c in change[:-1]:
            total += c
            found.append(total)
        return found


class Residency:
    """What of a block's values is stored, and what reading a value reads of that."""

    def __init__(self, ops: Sequence[Operation]) -> None:
        self.ops = ops
        self._read: dict[Value, frozenset[Value]] = {}

    def stored(self, v: Value) -> bool:
        """Whether a value has memory of its own."""
        op = v.defining_op
        if op is None or not isinstance(v.type, TensorType) or isinstance(op, Constant | Movement):
            return False
        users = v.users
        if isinstance(op, Pad):
            return not all(isinstance(u, Accumulating) for u in users)
        if isinstance(op, Elementwise | Accumulating):
            return not users or not all(_joins(v, u) for u in users)
        return True

    def home(self, v: Value) -> Value:
        """The tensor in which a stored value is made: what it is the only piece of, or itself."""
        users = v.users
        if len(users) == 1 and isinstance(users[0], Concat):
            return self.home(users[0].results[0])
        return v

    def reads(self, v: Value) -> frozenset[Value]:
        """The stored values that reading ``v`` reads."""
        if v not in self._read:
            op = v.defining_op
            if self.stored(v):
                self._read[v] = frozenset({self.home(v)})
            elif op is None or isinstance(op, Constant):
                self._read[v] = frozenset()
            else:
                self._read[v] = frozenset(x for o in op.operands for x in self.reads(o))
        return self._read[v]

    def steps(self, plan: BandPlan | None = None) -> Steps:
        """The steps of the block, with the region of ``plan`` in bands."""
        out = Steps()
        inside = set(plan.ops) if plan is not None else set()
        for op in self.ops:
            if plan is not None and op is plan.last:
                _band_steps(self, plan, out)
            elif op not in inside:
                self._add(op, out)
        return out

    def _add(self, op: Operation, out: Steps) -> None:
        reads = [(x, "", 0) for o in op.operands for x in self.reads(o)]
        for r in op.results:
            if self.stored(r):
                home = self.home(r)
                out.add(op, reads, (home, "", 0), self.size(home))

    @staticmethod
    def size(v: Value) -> int:
        """Bytes of a stored value; none of one that is returned: it lies where the caller says."""
        t = v.type
        assert isinstance(t, TensorType)
        return 0 if any(isinstance(u, Return) for u in v.users) else t.nbytes


def _joins(v: Value, user: Operation) -> bool:
    """Whether a value is made in the kernel of what uses it: of elementwise operations that
    follow, of sums if it is wider than what it is made of."""
    op = v.defining_op
    if isinstance(user, Elementwise):
        return shape_of(user.results[0]) == shape_of(v)
    return (
        isinstance(user, Accumulating)
        and isinstance(op, Elementwise)
        and storage_bytes(element_of(v.type)) > _least_width(v)
    )


def _least_width(v: Value) -> int:
    """Bytes of an element of the narrowest tensor that elementwise operations make ``v`` of."""
    op, width = v.defining_op, storage_bytes(element_of(v.type))
    if not isinstance(op, Elementwise):
        return width
    alike = [x for x in op.operands if shape_of(x) == shape_of(v)]
    return min(width, max((_least_width(x) for x in alike), default=width))


def _band_steps(r: Residency, plan: BandPlan, out: Steps) -> None:
    """The steps of the first bands and of the last one; those between are alike."""
    count = len(plan.bands)
    shown = sorted({0, 1, 2, count - 1} & set(range(count)))
    kept = {v for rows in plan.bands for v, x in rows.items() if x.kept}
    target = plan.last.results[0]
    for i in shown:
        rows = plan.bands[i]
        for op in plan.ops:
            v = op.results[0]
            if v not in rows or not rows[v].new.size or not r.stored(v):
                continue
            reads = [_key(x, i, rows, kept) for o in op.operands for x in r.reads(o)]
            home = r.home(v)
            if v is target or home not in rows:
                out.add(op, reads, (home, "", 0), r.size(home))
                continue
            row = r.size(home) // shape_of(home)[rows[home].need.axis]
            out.add(op, reads, (home, "new", i), rows[home].new.size * row)
            if v in kept:
                made = [(v, "new", i)] if i else []
                out.add(op, made, (v, "rows", 0), rows[v].need.size * row)


def _key(v: Value, band: int, rows: dict[Value, Rows], kept: set[Value]) -> Key:
    """What a band reads of a stored value."""
    if v not in rows:
        return v, "", 0
    return (v, "rows", 0) if v in kept else (v, "new", band)
