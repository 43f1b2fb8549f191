"""Writing at indices that come from data."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, ClassVar

import numpy as np

from millrace.ir.core import Operation, OpResult, Value
from millrace.ir.dialects.mr.gather import check_elements_shape, require_integers, wrap_indices
from millrace.ir.dialects.mr.kinds import Array, Library
from millrace.ir.dialects.mr.support import quiet
from millrace.ir.errors import RunError
from millrace.ir.opdef import attr, operand, optional_operand, result
from millrace.ir.types import INDEX, Type, is_bool

if TYPE_CHECKING:
    from millrace.ir.scalar import Buffer, LoopBuilder, ScalarBuilder, ScalarValue

Join = Callable[["ScalarBuilder", "ScalarValue", "ScalarValue"], "ScalarValue"]

_JOINS: dict[str, Join] = {
    "none": lambda b, old, new: new,
    "add": lambda b, old, new: b.add(old, new),
    "mul": lambda b, old, new: b.mul(old, new),
    "max": lambda b, old, new: b.maximum(old, new),
    "min": lambda b, old, new: b.minimum(old, new),
}
_UFUNCS: dict[str, np.ufunc] = {
    "add": np.add,
    "mul": np.multiply,
    "max": np.maximum,
    "min": np.minimum,
}


class Scatter(Library):
    """Common part: ``input`` with ``updates`` written at places that ``indices`` name, joined with
    what stands there by ``reduction`` (none, add, mul, max, min), in row-major order of the
    updates. Negative indices count from the end."""

    reductions: ClassVar[tuple[str, ...]] = tuple(_JOINS)
    input: Value = operand()
    indices: Value = operand()
    updates: Value = operand()
    reduction: str = attr("none")
    result: OpResult = result()

    def selects(self) -> bool:
        return self.reduction in ("none", "max", "min")

    def check(self) -> None:
        t, u = self.operand_type(0), self.operand_type(2)
        require_integers(self, self.operand_type(1))
        if self.reduction not in self.reductions:
            raise self.error(f"unknown reduction {self.reduction!r}")
        if u.element != t.element:
            raise self.error(f"writing {u.element} into {t.element}")
        if is_bool(t.element) and self.reduction in ("add", "mul"):
            raise self.error(f"no reduction {self.reduction!r} of truth values")

    def write(self, out: Array, at: tuple[Array, ...], updates: Array) -> Array:
        """``out`` with ``updates`` joined at ``at``, one after the other."""
        if self.reduction == "none":
            flat = np.ravel_multi_index(at, out.shape).reshape(-1)[::-1]
            places, last = np.unique(flat, return_index=True)
            out.reshape(-1)[places] = updates.reshape(-1)[::-1][last]
            return out
        with quiet():
            _UFUNCS[self.reduction].at(out, at, updates)
        return out

    def join(
        self, b: LoopBuilder, target: Buffer, at: Sequence[ScalarValue], x: ScalarValue
    ) -> None:
        old = x if self.reduction == "none" else b.load(target, at)
        b.store(target, at, _JOINS[self.reduction](b, old, x))


def copy_all(b: LoopBuilder, source: Buffer, target: Buffer) -> None:
    b.nest(source.shape, lambda at: b.store(target, at, b.load(source, at)))


class ScatterElements(Scatter):
    """``mr.scatter_elements``: each update goes to its own index, but for ``axis``, where
    ``indices`` (of the updates' shape) says which."""

    name = "mr.scatter_elements"
    axis: int = attr(0)

    def infer(self) -> Sequence[Type]:
        self.check()
        t, i, u = (self.operand_type(k) for k in range(3))
        check_elements_shape(self, t, i, self.axis)
        if u.shape != i.shape:
            raise self.error(f"indices {i} and updates {u} differ in shape")
        return (t,)

    def evaluate(self, x: Array, indices: Array, updates: Array) -> Array:
        at: list[Array] = list(np.indices(indices.shape))
        at[self.axis] = wrap_indices(self, indices, x.shape[self.axis])
        return self.write(x.copy(), tuple(at), updates)

    def lower(
        self, b: LoopBuilder, inputs: tuple[Buffer, ...], outputs: tuple[Buffer, ...]
    ) -> None:
        source, indices, updates = inputs
        copy_all(b, source, outputs[0])

        def write(index: tuple[ScalarValue, ...]) -> None:
            at = list(index)
            at[self.axis] = b.checked_index(b.load(indices, index), source.shape[self.axis])
            self.join(b, outputs[0], at, b.load(updates, index))

        b.nest(updates.shape, write)


class ScatterND(Scatter):
    """``mr.scatter_nd``: the last dimension of ``indices`` holds partial indices into ``input``;
    an update is the slice that such an index names."""

    name = "mr.scatter_nd"

    def infer(self) -> Sequence[Type]:
        self.check()
        t, i, u = (self.operand_type(k) for k in range(3))
        if i.rank < 1 or not 1 <= i.shape[-1] <= t.rank:
            raise self.error(f"indices {i} into {t}")
        if u.shape != (*i.shape[:-1], *t.shape[i.shape[-1] :]):
            raise self.error(f"updates {u} for indices {i} into {t}")
        return (t,)

    def evaluate(self, x: Array, indices: Array, updates: Array) -> Array:
        depth, lead = indices.shape[-1], indices.shape[:-1]
        grids = np.indices(updates.shape)
        at = [
            np.broadcast_to(i.reshape(*lead, *(1,) * (x.ndim - depth)), updates.shape)
            for i in (wrap_indices(self, indices[..., d], x.shape[d]) for d in range(depth))
        ]
        return self.write(x.copy(), (*at, *grids[len(lead) :]), updates)

    def lower(
        self, b: LoopBuilder, inputs: tuple[Buffer, ...], outputs: tuple[Buffer, ...]
    ) -> None:
        source, indices, updates = inputs
        depth, lead = indices.shape[-1], len(indices.shape) - 1
        copy_all(b, source, outputs[0])

        def write(index: tuple[ScalarValue, ...]) -> None:
            base = []
            for d in range(depth):
                i = b.load(indices, (*index, b.index_const(d)))
                base.append(b.checked_index(i, source.shape[d]))

            def inner(rest: tuple[ScalarValue, ...]) -> None:
                self.join(b, outputs[0], (*base, *rest), b.load(updates, (*index, *rest)))

            b.nest(updates.shape[lead:], inner)

        b.nest(indices.shape[:-1], write)


class TensorScatter(Library):
    """``mr.tensor_scatter``: ``input`` [batch, ...] with ``update`` written along ``axis`` from
    ``starts[n]`` (0 when absent) on for batch n; ``circular`` goes on at the start when the end
    is reached. All other dimensions agree (ONNX TensorScatter, a key-value cache)."""

    name = "mr.tensor_scatter"
    input: Value = operand()
    update: Value = operand()
    starts: Value | None = optional_operand()
    axis: int = attr()
    circular: bool = attr(False)
    result: OpResult = result()

    def selects(self) -> bool:
        return True

    def infer(self) -> Sequence[Type]:
        t, u = self.operand_type(0), self.operand_type(1)
        if not 1 <= self.axis < t.rank:
            raise self.error(f"axis {self.axis} of a tensor of rank {t.rank}")
        fits = (
            u.element == t.element
            and u.rank == t.rank
            and all(
                n == m or (d == self.axis and n <= m)
                for d, (n, m) in enumerate(zip(u.shape, t.shape, strict=True))
            )
        )
        if not fits:
            raise self.error(f"cannot write {u} into {t} along axis {self.axis}")
        if self.starts is not None:
            require_integers(self, self.operand_type(2), "starts")
            if self.operand_type(2).shape != t.shape[:1]:
                raise self.error(f"starts {self.operand_type(2)} for a batch of {t.shape[0]}")
        return (t,)

    def evaluate(self, x: Array, update: Array, starts: Array | None) -> Array:
        out = x.copy()
        size, steps = x.shape[self.axis], update.shape[self.axis]
        for n, i in itertools.product(range(x.shape[0]), range(steps)):
            place = i + (0 if starts is None else int(starts[n]))
            if self.circular:
                place %= size
            if not 0 <= place < size:
                raise RunError(f"{_where(self)}: index {place} is out of range for size {size}")
            # The batch's own row, with the axis in front.
            row = np.moveaxis(out[n], self.axis - 1, 0)
            row[place] = np.moveaxis(update[n], self.axis - 1, 0)[i]
        return out

    def lower(
        self, b: LoopBuilder, inputs: tuple[Buffer | None, ...], outputs: tuple[Buffer, ...]
    ) -> None:
        source, update, starts = inputs
        assert source is not None and update is not None
        size = source.shape[self.axis]
        copy_all(b, source, outputs[0])

        def write(index: tuple[ScalarValue, ...]) -> None:
            place = index[self.axis]
            if starts is not None:
                place = b.add(place, b.cast(b.load(starts, index[:1]), INDEX))
            if self.circular:
                n = b.index_const(size)
                place = b.rem(b.add(b.rem(place, n), n), n)
            elif starts is not None:
                place = b.checked_index(place, size, wrap_negative=False)
            at = [place if d == self.axis else i for d, i in enumerate(index)]
            b.store(outputs[0], at, b.load(update, index))

        b.nest(update.shape, write)


def _where(op: Operation) -> str:
    return f"{op.loc.describe()}: {op.name}" if op.loc else op.name
