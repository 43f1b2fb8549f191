"""Reading at indices that come from data: the gather family and dynamic slices."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from millrace.ir.core import Operation, OpResult, Value
from millrace.ir.dialects.mr.kinds import Array, Indexed
from millrace.ir.dialects.mr.movement import reshape, slice_along
from millrace.ir.dialects.mr.support import constant, constant_of
from millrace.ir.errors import RunError
from millrace.ir.interval import Interval
from millrace.ir.opdef import attr, operand, result
from millrace.ir.types import I1, INDEX, TensorType, Type, element_of, is_integer, tensor

if TYPE_CHECKING:
    from millrace.ir.builder import Builder
    from millrace.ir.scalar import ScalarBuilder, ScalarValue, TensorInput


def wrap_indices(op: Operation, index: Array, size: int, *, negative: bool = True) -> Array:
    """Indices from data as i64 in [0, size): negative ones count from the end when allowed.
    Raises RunError outside."""
    i = index.astype(np.int64)
    if negative:
        i = np.where(i < 0, i + size, i)
    bad = (i < 0) | (i >= size)
    if bad.any():
        where = f"{op.loc.describe()}: " if op.loc else ""
        got = int(index[bad].reshape(-1)[0])
        raise RunError(f"{where}{op.name}: index {got} is out of range for size {size}")
    return i


def require_integers(op: Operation, t: TensorType, what: str = "indices") -> None:
    if not is_integer(t.element):
        raise op.error(f"{what} are {t.element}, not integers")


def _known_indices(indices: Value, size: int) -> Array | None:
    """Constant indices made non-negative; None unless all are known and in range."""
    known = constant_of(indices)
    if known is None or known.size == 0:
        return None
    i = known.astype(np.int64)
    i = np.where(i < 0, i + size, i)
    return i if i.min() >= 0 and i.max() < size else None


class Gather(Indexed):
    """``mr.gather``: slices of ``input`` along ``axis`` at ``indices``, whose dimensions take the
    axis's place. Negative indices count from the end; with ``in_bounds`` all are known to be in
    [0, size) and go unchecked."""

    name = "mr.gather"
    input: Value = operand()
    indices: Value = operand()
    axis: int = attr(0)
    in_bounds: bool = attr(False)
    result: OpResult = result()

    def selects(self) -> bool:
        return True

    def infer(self) -> Sequence[Type]:
        t, i = self.operand_type(0), self.operand_type(1)
        require_integers(self, i)
        if not 0 <= self.axis < t.rank:
            raise self.error(f"axis {self.axis} of a tensor of rank {t.rank}")
        shape = (*t.shape[: self.axis], *i.shape, *t.shape[self.axis + 1 :])
        return (tensor(shape, t.element),)

    def evaluate(self, x: Array, indices: Array) -> Array:
        return np.take(x, wrap_indices(self, indices, x.shape[self.axis]), self.axis)

    def element(
        self,
        b: ScalarBuilder,
        index: tuple[ScalarValue, ...],
        inputs: tuple[TensorInput, ...],
    ) -> ScalarValue:
        source, indices = inputs
        rank, axis = len(indices.shape), self.axis
        i = b.read(indices, index[axis : axis + rank])
        at = b.cast(i, INDEX) if self.in_bounds else b.checked_index(i, source.shape[axis])
        return b.read(source, (*index[:axis], at, *index[axis + rank :]))

    def interval(self, x: Interval, indices: Interval) -> Interval | None:
        """Of a known row of numbers, those that the indices can reach."""
        known = constant_of(self.input)
        if known is None or known.ndim != 1 or not self.in_bounds or not known.size:
            return x.whole()
        first, last = np.clip([indices.least, indices.most], 0, known.size - 1)
        return Interval.of(known[first : last + 1].min(), known[first : last + 1].max())

    def canonicalize(self, b: Builder) -> Sequence[Value] | None:
        """Constant indices: evenly spaced ones become a slice, others lose their check."""
        if self.in_bounds:
            return None
        i = _known_indices(self.indices, self.operand_type(0).shape[self.axis])
        if i is None:
            return None
        flat = i.reshape(-1)
        step = int(flat[1] - flat[0]) if flat.size > 1 else 1
        if step and (np.diff(flat) == step).all():
            x = slice_along(b, self.input, self.axis, int(flat[0]), flat.size, step)
            t = self.results[0].type
            assert isinstance(t, TensorType)
            return (reshape(b, x, t.shape),)
        indices = constant(b, i, element_of(self.indices.type))
        return (b.value(Gather, self.input, indices, axis=self.axis, in_bounds=True),)


class GatherElements(Indexed):
    """``mr.gather_elements``: the element at the result's own index, but for ``axis``, where
    ``indices`` says which (numpy ``take_along_axis``). Negative indices count from the end."""

    name = "mr.gather_elements"
    input: Value = operand()
    indices: Value = operand()
    axis: int = attr(0)
    result: OpResult = result()

    def selects(self) -> bool:
        return True

    def infer(self) -> Sequence[Type]:
        t, i = self.operand_type(0), self.operand_type(1)
        require_integers(self, i)
        check_elements_shape(self, t, i, self.axis)
        return (tensor(i.shape, t.element),)

    def evaluate(self, x: Array, indices: Array) -> Array:
        at: list[Array] = list(np.indices(indices.shape, sparse=True))
        at[self.axis] = wrap_indices(self, indices, x.shape[self.axis])
        return np.asarray(x[tuple(at)])

    def element(
        self,
        b: ScalarBuilder,
        index: tuple[ScalarValue, ...],
        inputs: tuple[TensorInput, ...],
    ) -> ScalarValue:
        source, indices = inputs
        at = list(index)
        at[self.axis] = b.checked_index(b.read(indices, index), source.shape[self.axis])
        return b.read(source, at)


def check_elements_shape(op: Operation, t: TensorType, i: TensorType, axis: int) -> None:
    """Gather-elements and scatter-elements: equal ranks, indices within the other dimensions."""
    if not 0 <= axis < t.rank:
        raise op.error(f"axis {axis} of a tensor of rank {t.rank}")
    fits = i.rank == t.rank and all(
        n <= m for d, (n, m) in enumerate(zip(i.shape, t.shape, strict=True)) if d != axis
    )
    if not fits:
        raise op.error(f"indices {i} do not fit into {t} along axis {axis}")


class GatherND(Indexed):
    """``mr.gather_nd``: the last dimension of ``indices`` holds partial indices into ``input``,
    after ``batch_dims`` dimensions that both share. Negative indices count from the end."""

    name = "mr.gather_nd"
    input: Value = operand()
    indices: Value = operand()
    batch_dims: int = attr(0)
    result: OpResult = result()

    def selects(self) -> bool:
        return True

    def infer(self) -> Sequence[Type]:
        t, i = self.operand_type(0), self.operand_type(1)
        require_integers(self, i)
        batch = self.batch_dims
        if not 0 <= batch < max(i.rank, 1) or i.rank < 1 or batch + i.shape[-1] > t.rank:
            raise self.error(f"indices {i} with {batch} batch dimensions for {t}")
        if i.shape[:batch] != t.shape[:batch]:
            raise self.error(f"batch dimensions of {t} and {i} differ")
        return (tensor((*i.shape[:-1], *t.shape[batch + i.shape[-1] :]), t.element),)

    def evaluate(self, x: Array, indices: Array) -> Array:
        batch, depth = self.batch_dims, indices.shape[-1]
        lead = indices.shape[:-1]
        at: list[Array] = list(np.indices(lead, sparse=True)[:batch])
        for d in range(depth):
            at.append(wrap_indices(self, indices[..., d], x.shape[batch + d]))
        full = [np.broadcast_to(a, lead) for a in at]
        return np.asarray(x[tuple(full)]) if full else np.broadcast_to(x, (*lead, *x.shape))

    def element(
        self,
        b: ScalarBuilder,
        index: tuple[ScalarValue, ...],
        inputs: tuple[TensorInput, ...],
    ) -> ScalarValue:
        source, indices = inputs
        batch, lead, depth = self.batch_dims, len(indices.shape) - 1, indices.shape[-1]
        at = list(index[:batch])
        for d in range(depth):
            i = b.read(indices, (*index[:lead], b.index_const(d)))
            at.append(b.checked_index(i, source.shape[batch + d]))
        return b.read(source, (*at, *index[lead:]))


class ReverseSequence(Indexed):
    """``mr.reverse_sequence``: for each index n of ``batch_axis``, the first ``lengths[n]``
    elements of ``time_axis`` in reverse order; the rest stays."""

    name = "mr.reverse_sequence"
    input: Value = operand()
    lengths: Value = operand()
    time_axis: int = attr(0)
    batch_axis: int = attr(1)
    result: OpResult = result()

    def selects(self) -> bool:
        return True

    def infer(self) -> Sequence[Type]:
        t, n = self.operand_type(0), self.operand_type(1)
        require_integers(self, n, "lengths")
        axes = (self.time_axis, self.batch_axis)
        if axes[0] == axes[1] or any(not 0 <= a < t.rank for a in axes):
            raise self.error(f"time and batch axes {axes} of a tensor of rank {t.rank}")
        if n.shape != (t.shape[self.batch_axis],):
            raise self.error(f"lengths {n} for {t.shape[self.batch_axis]} sequences")
        return (t,)

    def evaluate(self, x: Array, lengths: Array) -> Array:
        at: list[Array] = list(np.indices(x.shape, sparse=True))
        t, n = at[self.time_axis], lengths.astype(np.int64)[at[self.batch_axis]]
        source = np.where(t < n, n - 1 - t, t)
        at[self.time_axis] = wrap_indices(self, source, x.shape[self.time_axis], negative=False)
        return np.asarray(x[tuple(at)])

    def element(
        self,
        b: ScalarBuilder,
        index: tuple[ScalarValue, ...],
        inputs: tuple[TensorInput, ...],
    ) -> ScalarValue:
        source, lengths = inputs
        t = index[self.time_axis]
        n = b.cast(b.read(lengths, [index[self.batch_axis]]), INDEX)
        mirrored = b.sub(b.sub(n, b.index_const(1)), t)
        i = b.select(b.lt(t, n), mirrored, t)
        at = list(index)
        at[self.time_axis] = b.checked_index(i, source.shape[self.time_axis], wrap_negative=False)
        return b.read(source, at)


class DynamicSlice(Indexed):
    """``mr.dynamic_slice``: ``sizes`` elements from ``starts`` (one integer a dimension, known at
    run time) on. Starts are clamped so that the slice lies inside (StableHLO)."""

    name = "mr.dynamic_slice"
    input: Value = operand()
    starts: Value = operand()
    sizes: tuple[int, ...] = attr()
    result: OpResult = result()

    def selects(self) -> bool:
        return True

    def infer(self) -> Sequence[Type]:
        t = self.operand_type(0)
        check_starts(self, t, self.operand_type(1), self.sizes)
        return (tensor(self.sizes, t.element),)

    def evaluate(self, x: Array, starts: Array) -> Array:
        first = clamped_starts(x.shape, self.sizes, starts)
        return x[tuple(slice(s, s + n) for s, n in zip(first, self.sizes, strict=True))]

    def element(
        self,
        b: ScalarBuilder,
        index: tuple[ScalarValue, ...],
        inputs: tuple[TensorInput, ...],
    ) -> ScalarValue:
        source, starts = inputs
        first = read_starts(b, source.shape, self.sizes, starts)
        at = [b.add(s, i) if s is not None else i for s, i in zip(first, index, strict=True)]
        return b.read(source, at)

    def fold(self, constants: Sequence[Array | None]) -> Sequence[Value] | None:
        return (self.input,) if self.operand_type(0).shape == self.sizes else None


class DynamicUpdateSlice(Indexed):
    """``mr.dynamic_update_slice``: ``input`` with ``update`` written from ``starts`` on; starts
    are clamped as in ``mr.dynamic_slice``."""

    name = "mr.dynamic_update_slice"
    input: Value = operand()
    update: Value = operand()
    starts: Value = operand()
    result: OpResult = result()

    def selects(self) -> bool:
        return True

    def infer(self) -> Sequence[Type]:
        t, u = self.operand_type(0), self.operand_type(1)
        if u.element != t.element:
            raise self.error(f"writing {u.element} into {t.element}")
        check_starts(self, t, self.operand_type(2), u.shape)
        return (t,)

    def evaluate(self, x: Array, update: Array, starts: Array) -> Array:
        out = x.copy()
        first = clamped_starts(x.shape, update.shape, starts)
        out[tuple(slice(s, s + n) for s, n in zip(first, update.shape, strict=True))] = update
        return out

    def element(
        self,
        b: ScalarBuilder,
        index: tuple[ScalarValue, ...],
        inputs: tuple[TensorInput, ...],
    ) -> ScalarValue:
        source, update, starts = inputs
        old = b.read(source, index)
        if 0 in update.shape:
            return old
        inside, at, zero = b.const(True, I1), [], b.index_const(0)
        first = read_starts(b, source.shape, update.shape, starts)
        for i, s, n in zip(index, first, update.shape, strict=True):
            if s is None:
                at.append(i)
                continue
            k = b.sub(i, s)
            ok = b.and_(b.ge(k, zero), b.lt(k, b.index_const(n)))
            inside = b.and_(inside, ok)
            at.append(b.clamp(k, zero, b.index_const(n - 1)))
        return b.select(inside, b.read(update, at), old)

    def fold(self, constants: Sequence[Array | None]) -> Sequence[Value] | None:
        same = self.operand_type(0).shape == self.operand_type(1).shape
        return (self.update,) if same else None


def check_starts(op: Operation, t: TensorType, starts: TensorType, sizes: Sequence[int]) -> None:
    require_integers(op, starts, "starts")
    if starts.shape != (t.rank,) or len(sizes) != t.rank:
        raise op.error(f"starts {starts} and sizes {list(sizes)} for {t}")
    if any(not 0 <= n <= m for n, m in zip(sizes, t.shape, strict=True)):
        raise op.error(f"sizes {list(sizes)} exceed {t}")


def clamped_starts(shape: Sequence[int], sizes: Sequence[int], starts: Array) -> list[int]:
    room = [m - n for m, n in zip(shape, sizes, strict=True)]
    return [min(max(int(s), 0), r) for s, r in zip(starts, room, strict=True)]


def read_starts(
    b: ScalarBuilder, shape: Sequence[int], sizes: Sequence[int], starts: TensorInput
) -> list[ScalarValue | None]:
    """The clamped start of each dimension; None where the slice takes the whole dimension."""
    out: list[ScalarValue | None] = []
    for d, (m, n) in enumerate(zip(shape, sizes, strict=True)):
        if m == n:
            out.append(None)
            continue
        s = b.cast(b.read(starts, [b.index_const(d)]), INDEX)
        out.append(b.clamp(s, b.index_const(0), b.index_const(m - n)))
    return out
