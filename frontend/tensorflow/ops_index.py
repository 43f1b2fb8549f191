"""Rows: slices, gathers, scatters, top-k."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from millrace.frontend.emitter import shape_of, type_of
from millrace.frontend.from_data import coordinates
from millrace.frontend.tensorflow.table import Call, Results, RowFunction, Rows
from millrace.ir.core import Value
from millrace.ir.dialects.mr.assemble import Concat
from millrace.ir.dialects.mr.gather import DynamicSlice, Gather, GatherND, ReverseSequence
from millrace.ir.dialects.mr.movement import Slice
from millrace.ir.dialects.mr.scatter import ScatterND
from millrace.ir.dialects.mr.sort import TopK
from millrace.ir.types import I32, I64

Entry = int | Value
"""An element of an index vector: known, or a vector of one element."""


def _entries(c: Call, value: Value) -> list[Entry]:
    """The elements of an index vector, each known or not."""
    known = c.emit.known(value)
    if known is not None:
        return [int(v) for v in known.reshape(-1)]
    op = value.defining_op
    if isinstance(op, Concat):
        return [e for v in op.operands for e in _entries(c, v)]
    (count,) = shape_of(value)
    if count == 1:
        return [value]
    return [c.op(Slice, value, starts=(i,), sizes=(1,)) for i in range(count)]


# ---- strided slices


@dataclass(frozen=True)
class _Take:
    """What a strided slice does with one dimension. ``dynamic`` is an index known at run time,
    whose dimension then goes away (``drop``)."""

    start: int
    size: int
    step: int = 1
    drop: bool = False
    dynamic: Value | None = None


@dataclass(frozen=True)
class _Spec:
    begin: list[Entry]
    end: list[Entry]
    strides: list[Entry]
    begin_mask: int
    end_mask: int
    shrink: int

    def take(self, c: Call, i: int, size: int) -> _Take:
        """What entry ``i`` does with a dimension of ``size`` elements."""
        step = self.strides[i]
        if not isinstance(step, int) or step == 0:
            raise c.node.error("the strides must be known and not 0")
        begin, end = self.begin[i], self.end[i]
        if self.shrink >> i & 1:
            return self._one(c, begin, size)
        if self.begin_mask >> i & 1:
            begin = 0 if step > 0 else size - 1
        if self.end_mask >> i & 1:
            end = size if step > 0 else -size - 1
        if not isinstance(begin, int) or not isinstance(end, int):
            raise c.node.error("the size of the slice depends on data; it must be known")
        start, stop, _ = slice(begin, end, step).indices(size)
        return _Take(start, len(range(start, stop, step)), step)

    def _one(self, c: Call, begin: Entry, size: int) -> _Take:
        if not isinstance(begin, int):
            return _Take(0, size, drop=True, dynamic=begin)
        if not -size <= begin < size:
            raise c.node.error(f"index {begin} is out of range for size {size}")
        return _Take(begin % size, 1, drop=True)


def strided_slice(c: Call) -> Results:
    masks = {k: c.node.get(k, int, 0) for k in ("ellipsis_mask", "new_axis_mask")}
    vectors = [_entries(c, c.arg(i)) for i in (1, 2, 3)]
    begin, end, shrink = (c.node.get(k, int, 0) for k in _MASKS)
    spec = _Spec(vectors[0], vectors[1], vectors[2], begin, end, shrink)
    count, old = len(vectors[0]), c.shape_at(0)
    new = masks["new_axis_mask"] & ~masks["ellipsis_mask"]
    ellipsis = masks["ellipsis_mask"]
    used = sum(not (new | ellipsis) >> i & 1 for i in range(count))
    if used > len(old):
        raise c.node.error(f"{used} indices for {list(old)}")
    takes: list[_Take | None] = []  # None stands for a new dimension of 1
    at = 0
    for i in range(count):
        if ellipsis >> i & 1:
            for _ in range(len(old) - used):
                takes.append(_Take(0, old[at]))
                at += 1
        elif new >> i & 1:
            takes.append(None)
        else:
            takes.append(spec.take(c, i, old[at]))
            at += 1
    takes.extend(_Take(0, n) for n in old[at:])
    return _taken(c, c.arg(0), takes)


_MASKS = ("begin_mask", "end_mask", "shrink_axis_mask")


def _taken(c: Call, x: Value, takes: list[_Take | None]) -> Value:
    real = [t for t in takes if t is not None]
    static = all(t.start == 0 and t.step == 1 for t in real)
    if not static or tuple(t.size for t in real) != shape_of(x):
        x = c.op(
            Slice,
            x,
            starts=[t.start for t in real],
            sizes=[t.size for t in real],
            steps=[t.step for t in real],
        )
    axis = 0
    for t in real:
        if t.dynamic is None:
            axis += 1
        else:
            x = c.op(Gather, x, c.emit.reshape(t.dynamic, ()), axis=axis)
    shape = [1 if t is None else t.size for t in takes if t is None or not t.drop]
    return c.emit.reshape(x, shape)


def slice_(c: Call) -> Results:
    old = c.shape_at(0)
    begins = _entries(c, c.arg(1))
    sizes = c.need_ints(2, "the size of the slice")
    if len(begins) != len(old) or len(sizes) != len(old):
        raise c.node.error(f"{len(begins)} indices for {list(old)}")
    full = []
    for begin, size, n in zip(begins, sizes, old, strict=True):
        if size == -1 and not isinstance(begin, int):
            raise c.node.error("the size of the slice depends on data; it must be known")
        full.append(n - begin if size == -1 and isinstance(begin, int) else size)
    if all(isinstance(b, int) for b in begins):
        starts = [b for b in begins if isinstance(b, int)]
        return c.op(Slice, c.arg(0), starts=starts, sizes=full)
    return c.op(DynamicSlice, c.arg(0), c.emit.cast(c.arg(1), I64), sizes=full)


# ---- gathers


def gather_v2(c: Call) -> Results:
    x, indices = c.arg(0), c.arg(1)
    rank = len(shape_of(x))
    axis = c.axis_of(c.need_int(2, "the axis") if len(c.args) > 2 else 0, rank)
    batch = c.node.get("batch_dims", int, 0)
    if batch:
        return _batched_gather(c, axis, batch % (len(shape_of(indices)) + 1))
    return c.op(Gather, x, indices, axis=axis)


def _batched_gather(c: Call, axis: int, batch: int) -> Value:
    """Along the first dimension after the shared ones only."""
    if axis != batch:
        raise c.node.error("batch_dims other than the axis are not supported")
    indices = c.arg(1)
    places = c.emit.reshape(indices, (*shape_of(indices), 1))
    return c.op(GatherND, c.arg(0), places, batch_dims=batch)


def gather_nd(c: Call) -> Results:
    return c.op(GatherND, c.arg(0), c.arg(1))


def reverse_sequence(c: Call) -> Results:
    time = c.axis_of(c.node.need("seq_dim", int), len(c.shape_at(0)))
    batch = c.axis_of(c.node.get("batch_dim", int, 0), len(c.shape_at(0)))
    return c.op(ReverseSequence, c.arg(0), c.arg(1), time_axis=time, batch_axis=batch)


# ---- scatters


def updating(reduction: str) -> RowFunction:
    def row(c: Call) -> Results:
        return c.op(ScatterND, c.arg(0), c.arg(1), c.arg(2), reduction=reduction)

    return row


def scatter_nd(c: Call) -> Results:
    shape = c.need_ints(2, "the shape")
    zeros = c.emit.splat(0, shape, c.type_at(1).element)
    return c.op(ScatterND, zeros, c.arg(0), c.arg(1), reduction="add")


def top_k(c: Call) -> Results:
    k = c.need_int(1, "k") if len(c.args) > 1 else c.node.need("k", int)
    axis = len(c.shape_at(0)) - 1
    values, indices = c.emit.create(TopK, c.arg(0), k=k, axis=axis)
    to = c.node.element("index_type") if "index_type" in c.node.attributes else I32
    return [values, c.emit.cast(indices, to)]


def where(c: Call) -> Results:
    known = c.known(0)
    if known is None:
        if not type_of(c.arg(0)).rank:
            raise c.node.error("the indices of a scalar")
        return coordinates(c.bounds, c.arg(0))
    return c.emit.constant(np.argwhere(known).astype(np.int64))


ROWS: Rows = {
    "Gather": gather_v2,
    "GatherNd": gather_nd,
    "GatherV2": gather_v2,
    "ReverseSequence": reverse_sequence,
    "ScatterNd": scatter_nd,
    "Slice": slice_,
    "StridedSlice": strided_slice,
    "TensorScatterAdd": updating("add"),
    "TensorScatterMax": updating("max"),
    "TensorScatterMin": updating("min"),
    "TensorScatterUpdate": updating("none"),
    "TopK": top_k,
    "TopKV2": top_k,
    "Where": where,
}
