"""Reading at indices that come from data."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from millrace.ir.core import Operation, OpResult, Value
from millrace.ir.dialects.mr.kinds import Array, Indexed
from millrace.ir.errors import RunError
from millrace.ir.opdef import attr, operand, result
from millrace.ir.types import TensorType, Type, is_integer, tensor

if TYPE_CHECKING:
    from millrace.ir.scalar import ScalarBuilder, ScalarValue


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


class Gather(Indexed):
    """``mr.gather``: slices of ``input`` along ``axis`` at ``indices``, whose dimensions take the
    axis's place. Negative indices count from the end."""

    name = "mr.gather"
    input: Value = operand()
    indices: Value = operand()
    axis: int = attr(0)
    result: OpResult = result()

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
        self, b: ScalarBuilder, index: tuple[ScalarValue, ...], inputs: tuple[Any, ...]
    ) -> ScalarValue:
        source, indices = inputs
        rank, axis = len(indices.shape), self.axis
        i = b.checked_index(b.read(indices, index[axis : axis + rank]), source.shape[axis])
        return b.read(source, (*index[:axis], i, *index[axis + rank :]))
