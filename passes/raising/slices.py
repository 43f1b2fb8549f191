"""Reads and writes at the step number become the slices of ``mr.scan``.

A tensor from outside that a step reads at a known place becomes one of ``xs``; a carried buffer
that every step writes at a known place, and that nobody reads meanwhile, becomes a stacked
output. Places are known because they depend on the step number alone; they may run backwards.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

import numpy as np

from millrace.ir.attributes import Dense
from millrace.ir.builder import Builder
from millrace.ir.core import Block, Operation, Value
from millrace.ir.dialects import scf
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr.assemble import Concat
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.dialects.mr.control import Scan
from millrace.ir.dialects.mr.gather import (
    DynamicSlice,
    DynamicUpdateSlice,
    Gather,
    GatherND,
    clamped_starts,
)
from millrace.ir.dialects.mr.index import Index, Indexing, IndexUpdate
from millrace.ir.dialects.mr.kinds import Array
from millrace.ir.dialects.mr.movement import (
    Reverse,
    Slice,
    inverse_perm,
    reshape,
    shape_of,
    slice_along,
    transpose,
)
from millrace.ir.dialects.mr.scatter import ScatterND
from millrace.ir.types import INDEX, Type, element_of, tensor
from millrace.passes.base import PassContext
from millrace.passes.raising.steps import Steps, known, line


@dataclass(frozen=True)
class Place:
    """Where a step reads or writes: ``rows`` has the index along ``axis``, one a step; the other
    dimensions start at ``starts`` and take ``sizes``."""

    axis: int
    rows: tuple[int, ...]
    starts: tuple[int, ...]
    sizes: tuple[int, ...]

    @property
    def slope(self) -> int | None:
        """The distance from row to row when it is always the same."""
        found = line(np.array(self.rows, np.int64))
        return None if found is None else found[1]


@dataclass(frozen=True)
class Read:
    op: Operation
    source: Value
    place: Place


@dataclass(frozen=True)
class Write:
    """Carry number ``carry`` takes ``update`` at ``place``."""

    op: Operation
    carry: int
    update: Value
    place: Place


def raise_slices(scan: Scan, module: Module, ctx: PassContext) -> Scan:
    """Give ``scan`` the slices that its body takes and makes; the scan in its place."""
    if scan.trip == 0 or (scan.count is not None and scan.reverse):
        return scan
    steps = Steps(module, scan.block)
    reads = [r for op in scan.block if (r := _read(op, scan, steps)) is not None]
    writes = [w for i in range(scan.num_carries) if (w := _write(i, scan, steps)) is not None]
    if not reads and not writes:
        return scan
    with ctx.rewriter.atomic():
        return _rebuild(scan, reads, writes, ctx)


# ---- what can be raised


def _read(op: Operation, scan: Scan, steps: Steps) -> Read | None:
    rule = _READS.get(type(op))
    if rule is None or not _outside(op.operands[0], scan.block):
        return None
    place = rule(op, steps, scan.trip)
    return None if place is None else Read(op, op.operands[0], place)


def _outside(v: Value, block: Block) -> bool:
    at: Block | None = v.parent_block
    while at is not None:
        if at is block:
            return False
        at = at.parent_op.parent if at.parent_op is not None else None
    return True


def _wrapped(rows: Array, size: int) -> tuple[int, ...] | None:
    """Indices as rows of a dimension; None when one is out of range."""
    flat = [int(i) + size if int(i) < 0 else int(i) for i in rows.reshape(-1)]
    return tuple(flat) if all(0 <= i < size for i in flat) else None


def _whole(shape: Sequence[int], axis: int, rows: tuple[int, ...] | None) -> Place | None:
    """One row of ``axis`` and all of the other dimensions."""
    if rows is None:
        return None
    sizes = tuple(1 if d == axis else n for d, n in enumerate(shape))
    return Place(axis, rows, (0,) * len(shape), sizes)


def _gather_place(op: Gather, steps: Steps, trip: int) -> Place | None:
    shape, table = shape_of(op.input), steps.table(op.indices, trip)
    if table is None or table.size != len(table):
        return None
    return _whole(shape, op.axis, _wrapped(table, shape[op.axis]))


def _gather_nd_place(op: GatherND, steps: Steps, trip: int) -> Place | None:
    shape, table = shape_of(op.input), steps.table(op.indices, trip)
    if table is None or table.size != len(table) or op.batch_dims:
        return None
    return _whole(shape, 0, _wrapped(table, shape[0]))


def _slice_place(op: DynamicSlice, steps: Steps, trip: int) -> Place | None:
    table = steps.table(op.starts, trip)
    return None if table is None else _moving(shape_of(op.input), op.sizes, table)


def _moving(shape: Sequence[int], sizes: Sequence[int], table: Array) -> Place | None:
    """The place of a slice of which one dimension moves, by one row a step."""
    starts = [clamped_starts(shape, sizes, row) for row in table]
    moving = [d for d in range(len(shape)) if len({s[d] for s in starts}) > 1]
    if not moving:
        moving = [d for d, n in enumerate(sizes) if n == 1][:1]
    if len(moving) != 1 or sizes[moving[0]] != 1:
        return None
    axis = moving[0]
    first = tuple(0 if d == axis else s for d, s in enumerate(starts[0]))
    return Place(axis, tuple(s[axis] for s in starts), first, tuple(sizes))


def _index_place(op: Indexing, steps: Steps, trip: int) -> Place | None:
    """One axis moves, the others stay where they are."""
    shape = shape_of(op.input)
    starts, sizes = [0] * len(shape), list(shape)
    moving: dict[int, tuple[int, ...]] = {}
    for v, axis, size in zip(op.indices, op.axes, op.all_sizes, strict=True):
        table = steps.table(v, trip)
        rows = None if table is None else _rows_from(table, shape[axis], size)
        if rows is None:
            return None
        starts[axis], sizes[axis] = rows[0], max(size, 1)
        if len(set(rows)) > 1:
            moving[axis] = rows
    if not moving:
        moving = {a: (starts[a],) * trip for a in op.axes if sizes[a] == 1}
    axis = min(moving, default=-1)
    if axis < 0 or (len(moving) > 1 and len(set(moving[axis])) > 1) or sizes[axis] != 1:
        return None
    starts[axis], rows = 0, moving[axis]
    return Place(axis, rows, tuple(starts), tuple(sizes))


def _rows_from(table: Array, size: int, window: int) -> tuple[int, ...] | None:
    """First places of windows, or places of elements, which count from the end when negative."""
    if not window:
        return _wrapped(table, size)
    flat = tuple(int(i) for i in table.reshape(-1))
    return flat if all(0 <= i <= size - window for i in flat) else None


_READS: Mapping[type[Operation], Callable[[Any, Steps, int], Place | None]] = MappingProxyType(
    {
        Gather: _gather_place,
        GatherND: _gather_nd_place,
        DynamicSlice: _slice_place,
        Index: _index_place,
    }
)


def _write(carry: int, scan: Scan, steps: Steps) -> Write | None:
    """The only use of a carry is a write whose result is its only next value."""
    arg = scan.block.args[1 + carry]
    op = scan.block.terminator.operands[carry].defining_op
    if not isinstance(op, DynamicUpdateSlice | ScatterND | IndexUpdate) or op.input is not arg:
        return None
    if not arg.has_one_use or not op.result.has_one_use or op.parent is not scan.block:
        return None
    shape = shape_of(arg)
    if isinstance(op, ScatterND):
        if op.reduction != "none" or shape_of(op.indices)[-1:] != (1,):
            return None
        table = steps.table(op.indices, scan.trip)
        if table is None or table.size != len(table):
            return None
        place, update = _whole(shape, 0, _wrapped(table, shape[0])), op.updates
    elif isinstance(op, IndexUpdate):
        place, update = _index_place(op, steps, scan.trip), op.update
    else:
        table = steps.table(op.starts, scan.trip)
        if table is None:
            return None
        place, update = _moving(shape, shape_of(op.update), table), op.update
    if place is None or not _is_full(place, shape):
        return None
    if scan.count is not None and not _is_zero(scan.inits[carry]):
        return None  # the rows that no step writes are zero
    return Write(op, carry, update, place)


def _is_zero(v: Value) -> bool:
    content = known(v)
    return content is not None and not np.any(content) and not np.any(np.signbit(content))


def _is_full(place: Place, shape: Sequence[int]) -> bool:
    """Whether each write covers its row, and the rows follow one another."""
    whole = all(
        n == m for d, (n, m) in enumerate(zip(place.sizes, shape, strict=True)) if d != place.axis
    )
    return whole and place.slope in (1, -1)


# ---- the new scan


def _rebuild(scan: Scan, reads: list[Read], writes: list[Write], ctx: PassContext) -> Scan:
    """Put a scan with more slices and fewer carries in the place of ``scan``."""
    reverse = _runs_backwards(scan, reads, writes)
    b = Builder.before(scan)
    sources: dict[tuple[Value, Place], int] = {}
    for r in reads:
        sources.setdefault((r.source, r.place), len(sources))
    rows = [_rows_of(x, place, scan, b, reverse=reverse) for x, place in sources]
    gone = {w.carry for w in writes}
    kept = [i for i in range(scan.num_carries) if i not in gone]
    block = _new_block(scan, kept, rows)
    end = _move_body(scan, block, kept, writes, ctx)
    slices = block.args[len(block.args) - len(rows) :]
    for r in reads:
        row = slices[sources[r.source, r.place]]
        ctx.rewriter.replace(r.op, reshape(Builder.before(r.op), row, shape_of(r.op.results[0])))
    _drop_dimension(end, writes)
    new = b.create(
        Scan,
        [scan.inits[i] for i in kept],
        [*scan.xs, *rows],
        scan.count,
        trip=scan.trip,
        reverse=scan.reverse or reverse,
        block=block,
    )
    _replace(scan, new, kept, writes, b, ctx)
    return new


def _new_block(scan: Scan, kept: list[int], rows: Sequence[Value]) -> Block:
    args = scan.block.args
    carries = [args[1 + i].type for i in kept]
    slices = [a.type for a in args[1 + scan.num_carries :]]
    return Block([INDEX, *carries, *slices, *(_row_type(v) for v in rows)])


def _move_body(
    scan: Scan, block: Block, kept: list[int], writes: list[Write], ctx: PassContext
) -> Operation:
    """Move the body into ``block``, whose terminator yields the kept carries, the slices stacked
    so far, then what the writes write."""
    n, old_end = scan.num_carries, scan.block.terminator
    updates = [w.update for w in writes]
    yielded = [*(old_end.operands[i] for i in kept), *old_end.operands[n:], *updates]
    ctx.rewriter.set_operands(old_end, yielded)
    end = Builder(block, loc=scan.loc).create(scf.Yield, [])
    mapped: list[Value] = list(scan.inits)
    for i, arg in zip(kept, block.args[1:], strict=False):
        mapped[i] = arg
    first = 1 + len(kept)
    old_slices = block.args[first : first + len(scan.xs)]
    results = ctx.rewriter.inline_block(scan.block, end, [block.args[0], *mapped, *old_slices])
    ctx.rewriter.set_operands(end, results)
    for w in writes:
        ctx.rewriter.erase(w.op)
    return end


def _drop_dimension(end: Operation, writes: list[Write]) -> None:
    """What is written loses the dimension along which the steps are stacked."""
    b = Builder.before(end)
    first = len(end.operands) - len(writes)
    for k, w in enumerate(writes):
        shape = [n for d, n in enumerate(w.place.sizes) if d != w.place.axis]
        end._set_operand(first + k, reshape(b, end.operands[first + k], shape))


def _runs_backwards(scan: Scan, reads: list[Read], writes: list[Write]) -> bool:
    """Whether all that is sliced is sliced from the last row to the first."""
    if scan.reverse or scan.count is not None or scan.xs or len(scan.results) > scan.num_carries:
        return False
    places = [(r.source, r.place) for r in reads]
    places += [(w.op.operands[0], w.place) for w in writes]
    backwards = tuple(reversed(range(scan.trip)))
    return all(p.rows == backwards and shape_of(x)[p.axis] == scan.trip for x, p in places)


def _row_type(rows: Value) -> Type:
    return tensor(shape_of(rows)[1:], element_of(rows.type))


def _rows_of(x: Value, place: Place, scan: Scan, b: Builder, *, reverse: bool) -> Value:
    """What the steps read, one row a step, in the order in which the scan takes its slices."""
    shape = shape_of(x)
    if place.sizes != tuple(1 if d == place.axis else n for d, n in enumerate(shape)):
        sizes = list(place.sizes)
        sizes[place.axis] = shape[place.axis]
        x = b.value(Slice, x, starts=place.starts, sizes=sizes)
    rest = [d for d in range(len(shape)) if d != place.axis]
    x = transpose(b, x, [place.axis, *rest])
    rows = list(place.rows)
    if scan.reverse or reverse:
        rows.reverse()
    found = line(np.array(rows, np.int64))
    if found is not None and found[1] > 0:
        start, slope = found
        whole = start == 0 and slope == 1 and shape_of(x)[0] == len(rows)
        return x if whole else slice_along(b, x, 0, start, len(rows), slope)
    if found is not None and found[1] == -1:
        x = slice_along(b, x, 0, rows[-1], len(rows))
        return b.value(Reverse, x, axes=(0,))
    indices = b.value(Constant, value=Dense(np.array(rows, np.int64)))
    return b.value(Gather, x, indices, axis=0, in_bounds=True)


def _replace(
    scan: Scan, new: Scan, kept: list[int], writes: list[Write], b: Builder, ctx: PassContext
) -> None:
    n = scan.num_carries
    last: dict[int, Value] = dict(zip(kept, new.results, strict=False))
    stacks = list(new.results[len(kept) :])
    for w, rows in zip(writes, stacks[len(stacks) - len(writes) :], strict=True):
        last[w.carry] = _buffer(w, rows, new, scan.inits[w.carry], b)
    old = [*(last[i] for i in range(n)), *stacks[: len(stacks) - len(writes)]]
    ctx.rewriter.replace(scan, *old)


def _buffer(w: Write, rows: Value, scan: Scan, init: Value, b: Builder) -> Value:
    """The buffer after the loop: the stacked rows in their places."""
    place = w.place
    order = list(place.rows)
    if scan.reverse:
        order.reverse()
    if len(order) > 1 and order[0] > order[-1]:
        rows = b.value(Reverse, rows, axes=(0,))
    rank = len(place.sizes)
    perm = [place.axis, *(d for d in range(rank) if d != place.axis)]
    rows = transpose(b, rows, inverse_perm(perm))
    low, high, size = min(order), max(order) + 1, shape_of(init)[place.axis]
    parts = [rows]
    if low > 0:
        parts.insert(0, slice_along(b, init, place.axis, 0, low))
    if high < size:
        parts.append(slice_along(b, init, place.axis, high, size - high))
    return rows if len(parts) == 1 else b.value(Concat, parts, axis=place.axis)
