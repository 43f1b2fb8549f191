"""Movement: reshape, transpose, slice, reverse, broadcast. Each result element is the input
element that one affine map names."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np

from millrace.ir.affine import AffineExpr, AffineMap, cst, dim
from millrace.ir.core import Operation, OpResult, Value
from millrace.ir.dialects.mr.band import Band, Bands
from millrace.ir.dialects.mr.kinds import Array, Movement, broadcast_map
from millrace.ir.opdef import attr, result
from millrace.ir.types import TensorType, Type, tensor

if TYPE_CHECKING:
    from millrace.ir.builder import Builder

OpT = TypeVar("OpT", bound=Operation)


def producer(value: Value, cls: type[OpT]) -> OpT | None:
    """The operation that makes ``value`` when it is a ``cls``."""
    op = value.defining_op
    return op if isinstance(op, cls) else None


class Reshape(Movement):
    """``mr.reshape``: the same elements in row-major order under another shape."""

    name = "mr.reshape"
    shape: tuple[int, ...] = attr()
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        t = self.operand_type(0)
        if any(n < 0 for n in self.shape) or math.prod(self.shape) != t.size:
            raise self.error(f"cannot reshape {_dims(t.shape)} to {_dims(self.shape)}")
        return (tensor(self.shape, t.element),)

    def evaluate(self, x: Array) -> Array:
        return x.reshape(self.shape)

    def operand_bands(self, band: Band) -> Bands | None:
        """Bands that have the same elements on both sides."""
        found = super().operand_bands(band)
        read = found[0] if found else None
        shape = self.operand_type(0).shape
        same = read is not None and read.size * self.shape[band.axis] == (
            band.size * shape[read.axis]
        )
        return found if same else None

    def band_fields(self, band: Band) -> dict[str, Any]:
        return {"shape": resized(self.shape, band)}

    def access(self) -> AffineMap:
        return reshape_map(self.shape, self.operand_type(0).shape)

    def fold(self, constants: Sequence[Array | None]) -> Sequence[Value] | None:
        return (self.input,) if self.operand_type(0).shape == self.shape else None

    def canonicalize(self, b: Builder) -> Sequence[Value] | None:
        inner = producer(self.input, Reshape)
        return (b.value(Reshape, inner.input, shape=self.shape),) if inner else None


class Transpose(Movement):
    """``mr.transpose``: dimension i of the result is dimension ``perm[i]`` of the input."""

    name = "mr.transpose"
    perm: tuple[int, ...] = attr()
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        t = self.operand_type(0)
        if sorted(self.perm) != list(range(t.rank)):
            raise self.error(f"perm {list(self.perm)} is no permutation of {t.rank} dimensions")
        return (tensor([t.shape[p] for p in self.perm], t.element),)

    def evaluate(self, x: Array) -> Array:
        return x.transpose(self.perm)

    def access(self) -> AffineMap:
        return AffineMap.permutation(inverse_perm(self.perm))

    def fold(self, constants: Sequence[Array | None]) -> Sequence[Value] | None:
        if self.perm == tuple(range(len(self.perm))):
            return (self.input,)
        inner = producer(self.input, Transpose)
        if inner is not None and inverse_perm(inner.perm) == self.perm:
            return (inner.input,)
        return None

    def canonicalize(self, b: Builder) -> Sequence[Value] | None:
        inner = producer(self.input, Transpose)
        if inner is None:
            return None
        perm = tuple(inner.perm[p] for p in self.perm)
        return (b.value(Transpose, inner.input, perm=perm),)


class Slice(Movement):
    """``mr.slice``: result element i is input element ``starts + steps * i``, for i in ``sizes``.
    Steps may be negative, not zero; every index must be in range."""

    name = "mr.slice"
    starts: tuple[int, ...] = attr()
    sizes: tuple[int, ...] = attr()
    steps: tuple[int, ...] | None = attr(None)
    result: OpResult = result()

    @property
    def all_steps(self) -> tuple[int, ...]:
        """``steps``, ones when absent."""
        return self.steps if self.steps is not None else (1,) * len(self.starts)

    def infer(self) -> Sequence[Type]:
        t = self.operand_type(0)
        if {len(self.starts), len(self.sizes), len(self.all_steps)} != {t.rank}:
            raise self.error(f"starts, sizes and steps must have {t.rank} entries each")
        for n, start, size, step in zip(
            t.shape, self.starts, self.sizes, self.all_steps, strict=True
        ):
            last = start + step * (size - 1)
            if step == 0 or size < 0 or (size and not (0 <= start < n and 0 <= last < n)):
                raise self.error(f"{size} elements from {start} by {step} of a dimension of {n}")
        return (tensor(self.sizes, t.element),)

    def evaluate(self, x: Array) -> Array:
        index = []
        for start, size, step in zip(self.starts, self.sizes, self.all_steps, strict=True):
            stop = start + step * size
            index.append(slice(start, None if stop < 0 else stop, step) if size else slice(0))
        return x[tuple(index)]

    def band_fields(self, band: Band) -> dict[str, Any]:
        """Of the elements that are left, the band's is the first one."""
        starts = list(self.starts)
        backwards = self.all_steps[band.axis] < 0
        starts[band.axis] = -self.all_steps[band.axis] * (band.size - 1) if backwards else 0
        return {"starts": tuple(starts), "sizes": resized(self.sizes, band)}

    def access(self) -> AffineMap:
        entries = zip(self.starts, self.all_steps, strict=True)
        return AffineMap.of(len(self.starts), *(dim(i) * k + s for i, (s, k) in enumerate(entries)))

    def fold(self, constants: Sequence[Array | None]) -> Sequence[Value] | None:
        whole = self.sizes == self.operand_type(0).shape
        forward = all(k > 0 or n <= 1 for k, n in zip(self.all_steps, self.sizes, strict=True))
        return (self.input,) if whole and forward else None

    def canonicalize(self, b: Builder) -> Sequence[Value] | None:
        inner = producer(self.input, Slice)
        if inner is None:
            return None
        outer = zip(self.starts, inner.starts, inner.all_steps, strict=True)
        starts = [s + k * o for o, s, k in outer]
        steps = [o * k for o, k in zip(self.all_steps, inner.all_steps, strict=True)]
        return (b.value(Slice, inner.input, starts=starts, sizes=self.sizes, steps=steps),)


class Reverse(Movement):
    """``mr.reverse``: the order of the elements along ``axes`` turned round."""

    name = "mr.reverse"
    axes: tuple[int, ...] = attr()
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        t = self.operand_type(0)
        if any(not 0 <= a < t.rank for a in self.axes) or len(set(self.axes)) != len(self.axes):
            raise self.error(f"axes {list(self.axes)} of a tensor of rank {t.rank}")
        return (t,)

    def evaluate(self, x: Array) -> Array:
        return np.flip(x, self.axes)

    def access(self) -> AffineMap:
        shape = self.operand_type(0).shape
        return AffineMap.of(
            len(shape),
            *(dim(i) * -1 + (n - 1) if i in self.axes else dim(i) for i, n in enumerate(shape)),
        )

    def fold(self, constants: Sequence[Array | None]) -> Sequence[Value] | None:
        inner = producer(self.input, Reverse)
        if inner is not None and set(inner.axes) == set(self.axes):
            return (inner.input,)
        shape = self.operand_type(0).shape
        return (self.input,) if all(shape[a] <= 1 for a in self.axes) else None


class Broadcast(Movement):
    """``mr.broadcast``: the input repeated to ``shape`` by numpy's rules."""

    name = "mr.broadcast"
    shape: tuple[int, ...] = attr()
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        t = self.operand_type(0)
        lead = len(self.shape) - t.rank
        if lead < 0 or any(
            n not in (1, m) for n, m in zip(t.shape, self.shape[lead:], strict=True)
        ):
            raise self.error(f"cannot broadcast {_dims(t.shape)} to {_dims(self.shape)}")
        return (tensor(self.shape, t.element),)

    def evaluate(self, x: Array) -> Array:
        return np.broadcast_to(x, self.shape)

    def band_fields(self, band: Band) -> dict[str, Any]:
        return {"shape": resized(self.shape, band)}

    def access(self) -> AffineMap:
        return broadcast_map(self.operand_type(0).shape, len(self.shape))

    def fold(self, constants: Sequence[Array | None]) -> Sequence[Value] | None:
        return (self.input,) if self.operand_type(0).shape == self.shape else None

    def canonicalize(self, b: Builder) -> Sequence[Value] | None:
        inner = producer(self.input, Broadcast)
        return (b.value(Broadcast, inner.input, shape=self.shape),) if inner else None


# ---- helpers for decompositions


def shape_of(value: Value) -> tuple[int, ...]:
    assert isinstance(value.type, TensorType), value.type
    return value.type.shape


def reshape(b: Builder, x: Value, shape: Sequence[int]) -> Value:
    """``x`` under another shape; ``x`` itself when it has it already."""
    return x if shape_of(x) == tuple(shape) else b.value(Reshape, x, shape=tuple(shape))


def transpose(b: Builder, x: Value, perm: Sequence[int]) -> Value:
    """``x`` with its dimensions permuted; ``x`` itself for the identity."""
    same = list(perm) == list(range(len(perm)))
    return x if same else b.value(Transpose, x, perm=tuple(perm))


def slice_along(b: Builder, x: Value, axis: int, start: int, size: int, step: int = 1) -> Value:
    """A slice of one dimension, all of the others."""
    sizes = list(shape_of(x))
    starts, steps = [0] * len(sizes), [1] * len(sizes)
    starts[axis], sizes[axis], steps[axis] = start, size, step
    return b.value(Slice, x, starts=starts, sizes=sizes, steps=steps)


def resized(shape: Sequence[int], band: Band) -> tuple[int, ...]:
    """The shape of a band of a tensor."""
    return tuple(band.size if i == band.axis else n for i, n in enumerate(shape))


def inverse_perm(perm: Sequence[int]) -> tuple[int, ...]:
    out = [0] * len(perm)
    for i, p in enumerate(perm):
        out[p] = i
    return tuple(out)


def reshape_map(result: tuple[int, ...], source: tuple[int, ...]) -> AffineMap:
    """From indices of ``result`` to indices of ``source``, both row-major. Runs of dimensions
    with equal products are mapped apart, so that unchanged dimensions stay bare dims."""
    if 0 in source:
        return AffineMap.of(len(result), *(0 for _ in source))
    exprs: list[AffineExpr] = [cst(0)] * len(source)
    for outs, ins in _runs(result, source):
        flat: AffineExpr = cst(0)
        for i in outs:
            flat = flat * result[i] + dim(i)
        inner = 1
        for n, i in reversed(list(enumerate(ins))):
            e = flat // inner
            exprs[i] = e if n == 0 else e % source[i]
            inner *= source[i]
    return AffineMap(len(result), tuple(exprs))


def _runs(a: tuple[int, ...], b: tuple[int, ...]) -> list[tuple[list[int], list[int]]]:
    """Groups of dimensions of ``a`` and ``b`` with equal products, without dimensions of 1."""
    left = [i for i, n in enumerate(a) if n != 1]
    right = [i for i, n in enumerate(b) if n != 1]
    runs = []
    while left or right:
        outs, ins = [left.pop(0)], [right.pop(0)]
        p, q = a[outs[0]], b[ins[0]]
        while p != q:
            if p < q:
                outs.append(left.pop(0))
                p *= a[outs[-1]]
            else:
                ins.append(right.pop(0))
                q *= b[ins[-1]]
        runs.append((outs, ins))
    return runs


def _dims(shape: Sequence[int]) -> str:
    return "x".join(map(str, shape)) or "scalar"
