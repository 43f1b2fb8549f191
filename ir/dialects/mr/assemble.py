"""Assemble: concat, pad and what is made of them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from millrace.ir.core import OpResult, Value
from millrace.ir.dialects.mr.band import Band, Bands
from millrace.ir.dialects.mr.kinds import Array, Assemble, Composite, Piece
from millrace.ir.dialects.mr.movement import (
    Broadcast,
    Reshape,
    Slice,
    reshape,
    shape_of,
    slice_along,
)
from millrace.ir.opdef import attr, operand, operands, result
from millrace.ir.types import Type, tensor

if TYPE_CHECKING:
    from millrace.ir.builder import Builder


class Concat(Assemble):
    """``mr.concat``: tensors side by side along ``axis``; they agree in all else."""

    name = "mr.concat"
    inputs: tuple[Value, ...] = operands()
    axis: int = attr()
    result: OpResult = result()

    def selects(self) -> bool:
        return True

    def infer(self) -> Sequence[Type]:
        if not self.operands:
            raise self.error("no operands")
        types = [self.operand_type(i) for i in range(len(self.operands))]
        first = types[0]
        if not 0 <= self.axis < first.rank:
            raise self.error(f"axis {self.axis} of a tensor of rank {first.rank}")
        for t in types[1:]:
            same = [i for i in range(first.rank) if i != self.axis]
            if (
                t.rank != first.rank
                or t.element != first.element
                or any(t.shape[i] != first.shape[i] for i in same)
            ):
                raise self.error(f"cannot concatenate {first} and {t} along axis {self.axis}")
        shape = list(first.shape)
        shape[self.axis] = sum(t.shape[self.axis] for t in types)
        return (tensor(shape, first.element),)

    def evaluate(self, xs: tuple[Array, ...]) -> Array:
        return np.concatenate(xs, self.axis)

    def pieces(self) -> tuple[Piece, ...]:
        rank = self.operand_type(0).rank
        out, at = [], 0
        for i in range(len(self.operands)):
            offsets = tuple(at if d == self.axis else 0 for d in range(rank))
            out.append(Piece(i, offsets, (1,) * rank))
            at += self.operand_type(i).shape[self.axis]
        return tuple(out)

    def operand_bands(self, band: Band) -> Bands | None:
        return (band,) * len(self.operands) if band.axis != self.axis else None

    def fold(self, constants: Sequence[Array | None]) -> Sequence[Value] | None:
        return (self.operands[0],) if len(self.operands) == 1 else None

    def canonicalize(self, b: Builder) -> Sequence[Value] | None:
        """Drops empty operands and flattens a concat of concats along the same axis."""
        flat: list[Value] = []
        for v in self.operands:
            inner = v.defining_op
            nested = isinstance(inner, Concat) and inner.axis == self.axis and v.has_one_use
            flat.extend(inner.operands if nested and inner is not None else [v])
        kept = [v for v in flat if shape_of(v)[self.axis]] or flat[:1]
        if kept != self.operands:
            return (b.value(Concat, kept, axis=self.axis),)
        return self._neighbours(b)

    def _neighbours(self, b: Builder) -> Sequence[Value] | None:
        """Neighbouring rows of one tensor put side by side are a slice of it."""
        rows = [_row_of(v, self.axis) for v in self.operands]
        first = rows[0]
        if first is None or len(rows) < 2:
            return None
        source, start, axis = first
        for k, row in enumerate(rows):
            if row is None or row[0] is not source or row[1:] != (start + k, axis):
                return None
        sizes = list(shape_of(source))
        starts = [0] * len(sizes)
        starts[axis], sizes[axis] = start, len(rows)
        part = b.value(Slice, source, starts=starts, sizes=sizes)
        return (reshape(b, part, shape_of(self.results[0])),)


def _row_of(v: Value, axis: int) -> tuple[Value, int, int] | None:
    """(source, index, source axis) when ``v`` is one whole row of a tensor, perhaps reshaped,
    that is laid out along ``axis`` as it is in the source: only unit dimensions stand before."""
    op = v.defining_op
    if isinstance(op, Reshape):
        op = op.input.defining_op
    if not isinstance(op, Slice) or any(n != 1 for n in shape_of(v)[: axis + 1]):
        return None
    full = shape_of(op.input)
    cut = [d for d, n in enumerate(full) if op.sizes[d] != n]
    if len(cut) != 1 or op.sizes[cut[0]] != 1 or any(n != 1 for n in full[: cut[0]]):
        return None
    return op.input, op.starts[cut[0]], cut[0]


class Pad(Assemble):
    """``mr.pad``: ``low`` and ``high`` elements of ``value`` around the input and ``interior``
    ones between its elements. Negative ``low`` and ``high`` cut off (canonicalized to a slice)."""

    name = "mr.pad"
    input: Value = operand()
    low: tuple[int, ...] = attr()
    high: tuple[int, ...] = attr()
    interior: tuple[int, ...] | None = attr(None)
    value: bool | int | float = attr(0)
    result: OpResult = result()

    def selects(self) -> bool:
        return True

    @property
    def all_interior(self) -> tuple[int, ...]:
        """``interior``, zeros when absent."""
        return self.interior if self.interior is not None else (0,) * len(self.low)

    def infer(self) -> Sequence[Type]:
        t = self.operand_type(0)
        if {len(self.low), len(self.high), len(self.all_interior)} != {t.rank}:
            raise self.error(f"low, high and interior must have {t.rank} entries each")
        if any(k < 0 for k in self.all_interior):
            raise self.error("negative interior padding")
        shape = [
            lo + n + max(n - 1, 0) * k + hi
            for n, lo, hi, k in zip(t.shape, self.low, self.high, self.all_interior, strict=True)
        ]
        if any(n < 0 for n in shape):
            raise self.error(f"padding {list(self.low)}, {list(self.high)} leaves nothing of {t}")
        return (tensor(shape, t.element),)

    def evaluate(self, x: Array) -> Array:
        wide = [n + max(n - 1, 0) * k for n, k in zip(x.shape, self.all_interior, strict=True)]
        sizes = [
            max(lo, 0) + n + max(hi, 0) for lo, n, hi in zip(self.low, wide, self.high, strict=True)
        ]
        out = np.full(sizes, self.value, x.dtype)
        at = tuple(
            slice(max(lo, 0), max(lo, 0) + n, k + 1)
            for lo, n, k in zip(self.low, wide, self.all_interior, strict=True)
        )
        out[at] = x
        cut = (
            slice(max(-lo, 0), n - max(-hi, 0))
            for lo, hi, n in zip(self.low, self.high, sizes, strict=True)
        )
        return out[tuple(cut)]

    def pieces(self) -> tuple[Piece, ...]:
        if min((*self.low, *self.high), default=0) < 0:
            raise self.error("negative padding must be canonicalized to a slice first")
        return (Piece(0, self.low, tuple(k + 1 for k in self.all_interior)),)

    def fill_value(self) -> bool | int | float | None:
        return self.value

    def operand_bands(self, band: Band) -> Bands | None:
        """None for a band that has nothing of the input."""
        n, low = self.operand_type(0).shape[band.axis], self.low[band.axis]
        start, stop = max(band.start - low, 0), min(band.stop - low, n)
        plain = not self.all_interior[band.axis] and min(low, self.high[band.axis]) >= 0
        return (Band(band.axis, start, stop),) if plain and start < stop else None

    def band_fields(self, band: Band) -> dict[str, Any]:
        n, axis = self.operand_type(0).shape[band.axis], band.axis
        low, high = list(self.low), list(self.high)
        low[axis] = max(self.low[axis] - band.start, 0)
        high[axis] = max(band.stop - self.low[axis] - n, 0)
        return {"low": tuple(low), "high": tuple(high)}

    def fold(self, constants: Sequence[Array | None]) -> Sequence[Value] | None:
        t = self.operand_type(0)
        same = not any((*self.low, *self.high)) and self.results[0].type == t
        return (self.input,) if same else None

    def canonicalize(self, b: Builder) -> Sequence[Value] | None:
        if min((*self.low, *self.high), default=0) >= 0:
            return None
        low, high = ([max(n, 0) for n in side] for side in (self.low, self.high))
        x = b.value(Pad, self.input, low=low, high=high, interior=self.interior, value=self.value)
        sizes = shape_of(self.results[0])
        return (b.value(Slice, x, starts=[max(-n, 0) for n in self.low], sizes=sizes),)


class PadMode(Composite):
    """``mr.pad_mode``: padding with elements of the input itself: ``edge`` repeats the border,
    ``reflect`` mirrors without it, ``symmetric`` with it, ``wrap`` goes round. Amounts are not
    negative and may exceed the input's size."""

    name = "mr.pad_mode"
    input: Value = operand()
    low: tuple[int, ...] = attr()
    high: tuple[int, ...] = attr()
    mode: str = attr()
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        t = self.operand_type(0)
        if len(self.low) != t.rank or len(self.high) != t.rank:
            raise self.error(f"low and high must have {t.rank} entries each")
        if self.mode not in ("edge", "reflect", "symmetric", "wrap"):
            raise self.error(f"unknown mode {self.mode!r}")
        if min((*self.low, *self.high), default=0) < 0:
            raise self.error("negative padding")
        for n, lo, hi in zip(t.shape, self.low, self.high, strict=True):
            if n == 0 and lo + hi:
                raise self.error(f"cannot pad an empty dimension by mode {self.mode}")
        entries = zip(t.shape, self.low, self.high, strict=True)
        return (tensor([lo + n + hi for n, lo, hi in entries], t.element),)

    def evaluate(self, x: Array) -> Array:
        for axis, n in enumerate(x.shape):
            if self.low[axis] or self.high[axis]:
                index = self._sources(axis, n)
                x = np.take(x, index, axis)
        return x

    def _sources(self, axis: int, n: int) -> Array:
        """Which input element stands at each place along ``axis``."""
        i = np.arange(-self.low[axis], n + self.high[axis])
        if self.mode == "edge":
            return np.clip(i, 0, n - 1)
        if self.mode == "wrap":
            return i % n
        if self.mode == "symmetric":
            i = i % (2 * n)
            return np.minimum(i, 2 * n - 1 - i)
        period = max(2 * (n - 1), 1)
        i = i % period
        return np.minimum(i, period - i) if n > 1 else np.zeros_like(i)

    def decompose(self, b: Builder) -> Sequence[Value]:
        x = self.input
        for axis, n in enumerate(shape_of(x)):
            if self.low[axis] or self.high[axis]:
                x = self._pad_axis(b, x, axis, self._sources(axis, n).tolist())
        return (x,)

    def _pad_axis(self, b: Builder, x: Value, axis: int, sources: list[int]) -> Value:
        """Concatenates the straight runs of ``sources``: slices by +1 or -1, repeated elements
        as broadcasts."""
        parts, at = [], 0
        while at < len(sources):
            start, size, step = sources[at], 1, 0
            if at + 1 < len(sources):
                step = sources[at + 1] - start
                step = step if step in (-1, 0, 1) else 1
                while at + size < len(sources) and sources[at + size] == start + step * size:
                    size += 1
            if step:
                parts.append(slice_along(b, x, axis, start, size, step))
            else:
                one = slice_along(b, x, axis, start, 1)
                shape = [size if i == axis else n for i, n in enumerate(shape_of(x))]
                parts.append(b.value(Broadcast, one, shape=shape))
            at += size
        return b.value(Concat, parts, axis=axis)


class Tile(Composite):
    """``mr.tile``: the input ``repeats[i]`` times along dimension i."""

    name = "mr.tile"
    input: Value = operand()
    repeats: tuple[int, ...] = attr()
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        t = self.operand_type(0)
        if len(self.repeats) != t.rank or min(self.repeats, default=0) < 0:
            raise self.error(f"repeats {list(self.repeats)} of a tensor of rank {t.rank}")
        return (tensor([n * r for n, r in zip(t.shape, self.repeats, strict=True)], t.element),)

    def evaluate(self, x: Array) -> Array:
        return np.tile(x, self.repeats)

    def decompose(self, b: Builder) -> Sequence[Value]:
        shape = shape_of(self.input)
        apart = [k for n in shape for k in (1, n)]
        wide = [k for n, r in zip(shape, self.repeats, strict=True) for k in (r, n)]
        x = reshape(b, self.input, apart)
        x = x if wide == apart else b.value(Broadcast, x, shape=wide)
        return (reshape(b, x, shape_of(self.results[0])),)


def pad(
    b: Builder,
    x: Value,
    low: Sequence[int],
    high: Sequence[int],
    *,
    interior: Sequence[int] | None = None,
    value: bool | int | float = 0,
) -> Value:
    """``x`` padded; ``x`` itself when nothing is to be padded. Negative amounts cut off."""
    if not any((*low, *high, *(interior or ()))):
        return x
    if min((*low, *high)) >= 0:
        return b.value(Pad, x, low=low, high=high, interior=interior, value=value)
    wide = pad(
        b,
        x,
        [max(n, 0) for n in low],
        [max(n, 0) for n in high],
        interior=interior,
        value=value,
    )
    sizes = [
        n + min(lo, 0) + min(hi, 0) for n, lo, hi in zip(shape_of(wide), low, high, strict=True)
    ]
    return b.value(Slice, wide, starts=[max(-n, 0) for n in low], sizes=sizes)
