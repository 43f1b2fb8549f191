"""Tensors made from indices: ranges, one-hot rows, triangles."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from millrace.ir.core import OpResult, Value
from millrace.ir.dialects.mr.kinds import Array, Indexed, Tolerance
from millrace.ir.dialects.mr.support import wide_type
from millrace.ir.opdef import attr, operand, optional_operand, result
from millrace.ir.types import I64, INDEX, ElementType, Type, is_bool, is_float, tensor

if TYPE_CHECKING:
    from millrace.ir.scalar import ScalarBuilder, ScalarValue, TensorInput


class Iota(Indexed):
    """``mr.iota``: 0, 1, ... ``size`` - 1."""

    name = "mr.iota"
    size: int = attr()
    to: ElementType = attr()
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        if self.size < 0 or is_bool(self.to):
            raise self.error(f"no range of {self.size} elements of {self.to}")
        return (tensor((self.size,), self.to),)

    def evaluate(self) -> Array:
        return np.arange(self.size).astype(self.to.dtype)

    def element(
        self,
        b: ScalarBuilder,
        index: tuple[ScalarValue, ...],
        inputs: tuple[TensorInput, ...],
    ) -> ScalarValue:
        return b.cast(index[0], self.to)


class Range(Indexed):
    """``mr.range``: ``start + i * delta`` for i in [0, size); start and delta are scalars known at
    run time (ONNX Range with a known number of elements)."""

    name = "mr.range"
    tolerance = Tolerance(ulp=2)
    start: Value = operand()
    delta: Value = operand()
    size: int = attr()
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        a, d = self.operand_type(0), self.operand_type(1)
        if a.size != 1 or d != a or is_bool(a.element) or self.size < 0:
            raise self.error(f"start {a} and delta {d} must be numbers of one type")
        return (tensor((self.size,), a.element),)

    def evaluate(self, start: Array, delta: Array) -> Array:
        wide = wide_type(self.operand_type(0).element).dtype
        first, step = start.reshape(()).astype(wide), delta.reshape(()).astype(wide)
        with np.errstate(all="ignore"):
            out: Array = first + np.arange(self.size).astype(wide) * step
        return out.astype(start.dtype, copy=False)

    def element(
        self,
        b: ScalarBuilder,
        index: tuple[ScalarValue, ...],
        inputs: tuple[TensorInput, ...],
    ) -> ScalarValue:
        zeros = [b.index_const(0)] * len(inputs[0].shape)
        element = inputs[0].element
        wide = wide_type(element)
        start, delta = (b.cast(b.read(x, zeros), wide) for x in inputs)
        return b.cast(b.add(start, b.mul(b.cast(index[0], wide), delta)), element)


class OneHot(Indexed):
    """``mr.one_hot``: a new dimension ``axis`` of ``depth`` elements, ``values[1]`` at the index
    that ``indices`` names and ``values[0]`` elsewhere. Negative indices count from the end; a row
    whose index is out of range is all ``values[0]``."""

    name = "mr.one_hot"
    indices: Value = operand()
    values: Value = operand()
    depth: int = attr()
    axis: int = attr()
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        i, v = self.operand_type(0), self.operand_type(1)
        if v.shape != (2,) or not 0 <= self.axis <= i.rank or self.depth < 0:
            raise self.error(f"indices {i}, values {v}, depth {self.depth}, axis {self.axis}")
        shape = (*i.shape[: self.axis], self.depth, *i.shape[self.axis :])
        return (tensor(shape, v.element),)

    def evaluate(self, indices: Array, values: Array) -> Array:
        i = indices.astype(np.int64)
        i = np.expand_dims(np.where(i < 0, i + self.depth, i), self.axis)
        places = np.arange(self.depth).reshape(-1, *(1,) * (indices.ndim - self.axis))
        out: Array = np.where(i == places, values[1], values[0])
        return out.astype(values.dtype, copy=False)

    def element(
        self,
        b: ScalarBuilder,
        index: tuple[ScalarValue, ...],
        inputs: tuple[TensorInput, ...],
    ) -> ScalarValue:
        indices, values = inputs
        place = index[self.axis]
        i = b.read(indices, (*index[: self.axis], *index[self.axis + 1 :]))
        i = b.cast(b.cast(i, I64) if is_float(i.type) else i, INDEX)
        zero = b.index_const(0)
        i = b.select(b.lt(i, zero), b.add(i, b.index_const(self.depth)), i)
        hot, cold = b.read(values, [b.index_const(1)]), b.read(values, [zero])
        return b.select(b.eq(i, place), hot, cold)


class Trilu(Indexed):
    """``mr.trilu``: the upper (or lower) triangle of each matrix of the last two dimensions, zero
    elsewhere; ``diagonal`` (an integer scalar, 0 when absent) shifts its border up."""

    name = "mr.trilu"
    input: Value = operand()
    diagonal: Value | None = optional_operand()
    upper: bool = attr(True)
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        t = self.operand_type(0)
        if t.rank < 2:
            raise self.error(f"{t} is no matrix")
        if self.diagonal is not None and self.operand_type(1).size != 1:
            raise self.error(f"the diagonal is {self.operand_type(1)}, not one number")
        return (t,)

    def evaluate(self, x: Array, diagonal: Array | None) -> Array:
        k = 0 if diagonal is None else int(diagonal.reshape(()))
        row, column = np.arange(x.shape[-2])[:, None], np.arange(x.shape[-1])
        keep = column - row >= k if self.upper else column - row <= k
        return np.where(keep, x, np.zeros((), x.dtype))

    def element(
        self,
        b: ScalarBuilder,
        index: tuple[ScalarValue, ...],
        inputs: tuple[TensorInput | None, ...],
    ) -> ScalarValue:
        source, diagonal = inputs
        assert source is not None
        distance = b.sub(index[-1], index[-2])
        k = b.index_const(0)
        if diagonal is not None:
            k = b.cast(b.read(diagonal, [k] * len(diagonal.shape)), INDEX)
        keep = b.ge(distance, k) if self.upper else b.le(distance, k)
        x = b.read(source, index)
        return b.select(keep, x, b.const_like(0, x))
