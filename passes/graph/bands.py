"""Which operations make a tensor band by band, and which rows of each value that takes.

The region of a tensor T are operations that T alone needs. For each band of T the rows of all
values in the region follow backwards: a value that several operations need takes the hull of what
they do, so that branches that join again are no special case. Rows that the band before has made
are kept, those that are missing are made. What a band needs of values outside of the region is cut
out of them. An operation that cannot be computed in bands, or that makes something all bands need
whole, stays outside, and so does what it needs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from millrace.ir.core import Operation, Value
from millrace.ir.dialects.mr.band import Band
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.dialects.mr.kinds import Accumulating, Elementwise, TensorOp
from millrace.ir.dialects.mr.movement import shape_of
from millrace.ir.types import element_of, storage_bytes


@dataclass(frozen=True)
class Rows:
    """What a band has of a value: ``need``; the part ``new`` of it is made for this band, what
    stands before has been made for the band before."""

    need: Band
    new: Band

    @property
    def kept(self) -> int:
        """How many rows are there already."""
        return self.new.start - self.need.start


@dataclass(frozen=True)
class BandPlan:
    """``ops``: the region, in program order, the last one makes T. ``bands``: for each band of T
    the rows of the region's values; a value without an entry is not needed for that band."""

    ops: tuple[Operation, ...]
    bands: tuple[dict[Value, Rows], ...]

    @property
    def last(self) -> Operation:
        return self.ops[-1]

    @property
    def axis(self) -> int:
        return self.bands[0][self.last.results[0]].need.axis

    def share(self, op: Operation) -> float:
        """How often an operation of the region is computed, on average of its elements."""
        v = op.results[0]
        made = [rows[v].new for rows in self.bands if v in rows]
        return sum(b.size for b in made) / shape_of(v)[made[0].axis]


def split_axis(shape: Sequence[int]) -> int | None:
    """The axis along which bands are one piece of memory each: the first one of more than one
    element, unless it is the last one."""
    axis = next((i for i, n in enumerate(shape) if n > 1), None)
    return axis if axis is not None and axis < len(shape) - 1 else None


def cut(shape: Sequence[int], rows: int) -> list[Band]:
    """Bands of ``rows`` rows of a tensor; the last one may have fewer."""
    axis = split_axis(shape)
    if axis is None:
        return []
    return [Band(axis, i, min(i + rows, shape[axis])) for i in range(0, shape[axis], max(rows, 1))]


def plan_bands(
    ops: Sequence[Operation], first: int, last: int, rows: int, *, keep: bool = True
) -> BandPlan | None:
    """A plan for the result of ``ops[last]``, which all stand in one block, by a region that does
    not begin before ``first``. Without ``keep`` each band makes all that it needs anew. None when
    there is no plan."""
    target = ops[last]
    if not _may_split(target):
        return None
    bands = cut(shape_of(target.results[0]), rows)
    outside: set[Operation] = set()
    while len(bands) > 1 and target not in outside:
        before = len(outside)
        region = _region(ops, first, last, outside)
        found, have = [], dict[Value, Band]()
        for band in bands:
            found.append(_propagate(region, band, have if keep else {}, outside))
        if len(outside) == before:
            return BandPlan(tuple(reversed(region)), tuple(found))
    return None


def _may_split(op: Operation) -> bool:
    return isinstance(op, TensorOp) and not isinstance(op, Constant) and len(op.results) == 1


def _region(
    ops: Sequence[Operation], first: int, last: int, outside: set[Operation]
) -> list[Operation]:
    """The operations that only the last one needs, from that one on backwards."""
    inside: dict[Operation, None] = {ops[last]: None}
    for i in range(last - 1, first - 1, -1):
        op = ops[i]
        if op in outside or not _may_split(op):
            continue
        users = op.results[0].users
        if users and all(u in inside for u in users):
            inside[op] = None
    return list(inside)


def _propagate(
    region: Sequence[Operation], band: Band, have: dict[Value, Band], outside: set[Operation]
) -> dict[Value, Rows]:
    """The rows of the region's values for one band of the last one, when ``have`` has been made
    before, which is brought up to date. Operations that cannot make theirs are added to
    ``outside``."""
    inside = set(region)
    needs: dict[Value, Band] = {region[0].results[0]: band}
    found: dict[Value, Rows] = {}
    for op in region:
        v = op.results[0]
        if v not in needs:
            continue
        rows = _rows(needs[v], have.get(v) if _keeps(op) else None)
        found[v] = rows
        have[v] = rows.need
        if not rows.new.size:
            continue
        assert isinstance(op, TensorOp)
        wanted = op.operand_bands(rows.new)
        if wanted is None:
            outside.add(op)
            continue
        for x, b in zip(op.operands, wanted, strict=True):
            maker = x.defining_op
            if maker not in inside:
                continue
            known = needs.get(x)
            if b is None or (known is not None and known.axis != b.axis):
                outside.add(maker)
            else:
                needs[x] = b if known is None else known.hull(b)
    return found


def _keeps(op: Operation) -> bool:
    """Whether rows of the result are kept rather than made again: work is, and what takes no more
    memory than what it is made of."""
    if isinstance(op, Elementwise):
        made = storage_bytes(element_of(op.results[0].type))
        return made <= max(storage_bytes(element_of(v.type)) for v in op.operands)
    return isinstance(op, Accumulating)


def _rows(need: Band, have: Band | None) -> Rows:
    """Rows that are there and not asked for now may be so later."""
    if have is None or not have.start <= need.start < have.stop:
        return Rows(need, need)
    need = need.hull(Band(need.axis, need.start, have.stop))
    return Rows(need, Band(need.axis, have.stop, need.stop))
