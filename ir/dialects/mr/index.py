"""Basic indexing by integers that are known at run time: ``x[i, :, j]`` and its assignment."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from millrace.ir.core import Operation, OpResult, Value
from millrace.ir.dialects.mr.gather import require_integers, wrap_indices
from millrace.ir.dialects.mr.kinds import Array, Indexed
from millrace.ir.dialects.mr.movement import reshape, shape_of, slice_along
from millrace.ir.dialects.mr.support import constant_of
from millrace.ir.opdef import attr, operand, operands, result
from millrace.ir.types import I1, INDEX, TensorType, Type, tensor

if TYPE_CHECKING:
    from millrace.ir.builder import Builder
    from millrace.ir.scalar import ScalarBuilder, ScalarValue, TensorInput


def check_axes(op: Operation, t: TensorType, axes: Sequence[int], indices: Sequence[Value]) -> None:
    """One integer without dimensions for each of some sorted axes."""
    if list(axes) != sorted(set(axes)) or any(not 0 <= a < t.rank for a in axes):
        raise op.error(f"axes {list(axes)} of a tensor of rank {t.rank}")
    if len(indices) != len(axes):
        raise op.error(f"{len(indices)} indices for {len(axes)} axes")
    for v in indices:
        assert isinstance(v.type, TensorType)
        require_integers(op, v.type)
        if v.type.rank:
            raise op.error(f"an index is {v.type}, not one integer")


def without(shape: Sequence[int], axes: Sequence[int]) -> tuple[int, ...]:
    return tuple(n for d, n in enumerate(shape) if d not in axes)


def _places(op: Any, shape: Sequence[int], indices: Sequence[Array]) -> tuple[Any, ...]:
    """The numpy index."""
    at: list[Any] = [slice(None)] * len(shape)
    for axis, i in zip(op.axes, indices, strict=True):
        at[axis] = int(wrap_indices(op, i, shape[axis]))
    return tuple(at)


def read_index(
    b: ScalarBuilder, op: Any, number: int, source: TensorInput, given: TensorInput
) -> ScalarValue:
    """Index ``number`` in range, as an ``index``."""
    i = b.read(given, ())
    if op.in_bounds:
        return b.cast(i, INDEX)
    return b.checked_index(i, source.shape[op.axes[number]])


def _known(indices: Sequence[Value], axes: Sequence[int], shape: Sequence[int]) -> list[int] | None:
    """The indices when all are constants in range, made non-negative."""
    found = []
    for v, axis in zip(indices, axes, strict=True):
        array = constant_of(v)
        if array is None:
            return None
        i = int(array)
        i += shape[axis] if i < 0 else 0
        if not 0 <= i < shape[axis]:
            return None
        found.append(i)
    return found


class Index(Indexed):
    """``mr.index``: ``input`` at ``indices`` along ``axes``, which the result is without. Negative
    indices count from the end; with ``in_bounds`` all are known to be in [0, size)."""

    name = "mr.index"
    input: Value = operand()
    indices: tuple[Value, ...] = operands()
    axes: tuple[int, ...] = attr()
    in_bounds: bool = attr(False)
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        t = self.operand_type(0)
        check_axes(self, t, self.axes, self.indices)
        return (tensor(without(t.shape, self.axes), t.element),)

    def evaluate(self, x: Array, indices: tuple[Array, ...]) -> Array:
        return np.asarray(x[_places(self, x.shape, indices)])

    def element(
        self,
        b: ScalarBuilder,
        index: tuple[ScalarValue, ...],
        inputs: tuple[Any, ...],
    ) -> ScalarValue:
        source, indices = inputs
        given = [read_index(b, self, k, source, i) for k, i in enumerate(indices)]
        rest = iter(index)
        at = [
            given[self.axes.index(d)] if d in self.axes else next(rest)
            for d in range(len(source.shape))
        ]
        return b.read(source, at)

    def canonicalize(self, b: Builder) -> Sequence[Value] | None:
        """Known indices make a slice."""
        x = self.input
        known = _known(self.indices, self.axes, shape_of(x))
        if known is None:
            return None
        for axis, i in zip(self.axes, known, strict=True):
            x = slice_along(b, x, axis, i, 1)
        return (reshape(b, x, shape_of(self.result)),)


class IndexUpdate(Indexed):
    """``mr.index_update``: ``input`` with ``update`` in the place that ``mr.index`` would read."""

    name = "mr.index_update"
    input: Value = operand()
    update: Value = operand()
    indices: tuple[Value, ...] = operands()
    axes: tuple[int, ...] = attr()
    in_bounds: bool = attr(False)
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        t, u = self.operand_type(0), self.operand_type(1)
        check_axes(self, t, self.axes, self.indices)
        if u != tensor(without(t.shape, self.axes), t.element):
            raise self.error(f"writing {u} into {t} at axes {list(self.axes)}")
        return (t,)

    def evaluate(self, x: Array, update: Array, indices: tuple[Array, ...]) -> Array:
        out = x.copy()
        out[_places(self, x.shape, indices)] = update
        return out

    def element(
        self,
        b: ScalarBuilder,
        index: tuple[ScalarValue, ...],
        inputs: tuple[Any, ...],
    ) -> ScalarValue:
        source, update, indices = inputs
        here = b.const(True, I1)
        for k, i in enumerate(indices):
            place = read_index(b, self, k, source, i)
            here = b.and_(here, b.eq(place, index[self.axes[k]]))
        rest = [i for d, i in enumerate(index) if d not in self.axes]
        return b.select(here, b.read(update, rest), b.read(source, index))
