"""Basic indexing at places that are known at run time: ``x[i, :, j : j + 3]`` and its assignment.

The indices are integer tensors without dimensions. When ``scalarize`` has made scalars of them
(``index`` values, checked already) the operations belong to the plan: a read is a view, a write
changes its operand in place where that may be."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from millrace.ir.core import OpResult, Value
from millrace.ir.dialects.mr.gather import require_integers, wrap_indices
from millrace.ir.dialects.mr.kinds import Array, Indexed
from millrace.ir.dialects.mr.movement import Slice, reshape, shape_of
from millrace.ir.dialects.mr.support import constant_of
from millrace.ir.opdef import attr, operand, operands, result
from millrace.ir.types import I1, INDEX, TensorType, Type, tensor

if TYPE_CHECKING:
    from millrace.ir.builder import Builder
    from millrace.ir.scalar import ScalarBuilder, ScalarValue, TensorInput


class Indexing(Indexed):
    """Common part. ``axes`` are sorted; of each of them ``indices`` has a place, ``sizes`` how
    many elements from there on are meant: 0 is one element, without whose dimension the part is.
    A place of one element may be negative, then it counts from the end. With ``in_bounds`` all
    places are known to exist."""

    input: Value = operand()
    indices: tuple[Value, ...]
    axes: tuple[int, ...] = attr()
    sizes: tuple[int, ...] | None = attr(None, rare=True)
    in_bounds: bool = attr(False)

    @property
    def all_sizes(self) -> tuple[int, ...]:
        """``sizes``, zeros when absent."""
        return self.sizes if self.sizes is not None else (0,) * len(self.axes)

    @property
    def at_run_time(self) -> bool:
        """Whether the indices are scalars of the plan."""
        return all(v.type == INDEX for v in self.indices)

    def part_shape(self) -> tuple[int, ...]:
        """The shape of the part that is read or written."""
        sizes = dict(zip(self.axes, self.all_sizes, strict=True))
        shape = self.operand_type(0).shape
        found = [sizes.get(d, n) for d, n in enumerate(shape)]
        return tuple(n for d, n in enumerate(found) if n or d not in sizes)

    def check_indices(self) -> None:
        t = self.operand_type(0)
        axes, sizes = self.axes, self.all_sizes
        if list(axes) != sorted(set(axes)) or any(not 0 <= a < t.rank for a in axes):
            raise self.error(f"axes {list(axes)} of a tensor of rank {t.rank}")
        if len(self.indices) != len(axes) or len(sizes) != len(axes):
            raise self.error(f"{len(self.indices)} indices and {len(sizes)} sizes for {list(axes)}")
        if any(not 0 <= n <= t.shape[a] for a, n in zip(axes, sizes, strict=True)):
            raise self.error(f"sizes {list(sizes)} of {t}")
        for v in self.indices:
            if v.type == INDEX:
                continue
            assert isinstance(v.type, TensorType)
            require_integers(self, v.type)
            if v.type.rank:
                raise self.error(f"an index is {v.type}, not one integer")

    def numpy_index(self, shape: Sequence[int], indices: Sequence[Array]) -> tuple[Any, ...]:
        """The index as numpy takes it. Raises RunError outside of the tensor."""
        at: list[Any] = [slice(None)] * len(shape)
        for axis, size, i in zip(self.axes, self.all_sizes, indices, strict=True):
            if size:
                first = int(wrap_indices(self, i, shape[axis] - size + 1, negative=False))
                at[axis] = slice(first, first + size)
            else:
                at[axis] = int(wrap_indices(self, i, shape[axis]))
        return tuple(at)

    def place(
        self, b: ScalarBuilder, number: int, shape: Sequence[int], i: ScalarValue
    ) -> ScalarValue:
        """Index ``number``, made non-negative and checked unless it is known to be good."""
        if self.in_bounds:
            return b.cast(i, INDEX)
        size, n = self.all_sizes[number], shape[self.axes[number]]
        if size:
            return b.checked_index(i, n - size + 1, wrap_negative=False)
        return b.checked_index(i, n)

    def known_places(self) -> list[int] | None:
        """The indices when all are constants in range, made non-negative."""
        shape = self.operand_type(0).shape
        found = []
        for v, axis, size in zip(self.indices, self.axes, self.all_sizes, strict=True):
            array = constant_of(v)
            if array is None:
                return None
            i = int(array) + (shape[axis] if int(array) < 0 and not size else 0)
            if not 0 <= i <= shape[axis] - max(size, 1):
                return None
            found.append(i)
        return found


class Index(Indexing):
    """``mr.index``: part of a tensor, at places that are known at run time."""

    name = "mr.index"
    indices: tuple[Value, ...] = operands()
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        self.check_indices()
        return (tensor(self.part_shape(), self.operand_type(0).element),)

    def evaluate(self, x: Array, indices: tuple[Array, ...]) -> Array:
        return np.asarray(x[self.numpy_index(x.shape, indices)])

    def element(
        self,
        b: ScalarBuilder,
        index: tuple[ScalarValue, ...],
        inputs: tuple[Any, ...],
    ) -> ScalarValue:
        source, indices = inputs
        firsts = self._firsts(b, source, indices)
        rest = iter(index)
        at = []
        for d in range(len(source.shape)):
            if d not in self.axes:
                at.append(next(rest))
                continue
            k = self.axes.index(d)
            at.append(b.add(firsts[k], next(rest)) if self.all_sizes[k] else firsts[k])
        return b.read(source, at)

    def _firsts(
        self, b: ScalarBuilder, source: TensorInput, indices: Sequence[TensorInput]
    ) -> list[ScalarValue]:
        return [self.place(b, k, source.shape, b.read(i, ())) for k, i in enumerate(indices)]

    def canonicalize(self, b: Builder) -> Sequence[Value] | None:
        """Known indices make a slice."""
        known = self.known_places()
        if known is None:
            return None
        shape = shape_of(self.input)
        starts, sizes = [0] * len(shape), list(shape)
        for axis, size, i in zip(self.axes, self.all_sizes, known, strict=True):
            starts[axis], sizes[axis] = i, max(size, 1)
        part = b.value(Slice, self.input, starts=starts, sizes=sizes)
        return (reshape(b, part, shape_of(self.result)),)


class IndexUpdate(Indexing):
    """``mr.index_update``: a tensor with ``update`` in the place that ``mr.index`` would read."""

    name = "mr.index_update"
    input: Value = operand()
    update: Value = operand()
    indices: tuple[Value, ...] = operands()
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        self.check_indices()
        t, u = self.operand_type(0), self.operand_type(1)
        if u != tensor(self.part_shape(), t.element):
            raise self.error(f"writing {u} into {t} at axes {list(self.axes)}")
        return (t,)

    def evaluate(self, x: Array, update: Array, indices: tuple[Array, ...]) -> Array:
        out = x.copy()
        out[self.numpy_index(x.shape, indices)] = update
        return out

    def element(
        self,
        b: ScalarBuilder,
        index: tuple[ScalarValue, ...],
        inputs: tuple[Any, ...],
    ) -> ScalarValue:
        source, update, indices = inputs
        old = b.read(source, index)
        if 0 in update.shape:
            return old
        inside, at = b.const(True, I1), []
        for d, i in enumerate(index):
            if d not in self.axes:
                at.append(i)
                continue
            k = self.axes.index(d)
            first = self.place(b, k, source.shape, b.read(indices[k], ()))
            size = self.all_sizes[k]
            if not size:
                inside = b.and_(inside, b.eq(first, i))
                continue
            zero, last = b.index_const(0), b.index_const(size - 1)
            offset = b.sub(i, first)
            inside = b.and_(inside, b.and_(b.ge(offset, zero), b.le(offset, last)))
            at.append(b.clamp(offset, zero, last))
        return b.select(inside, b.read(update, at), old)
