"""The stream of a sparse product: for each channel the weights that are not zero, and where.

A channel is a number of *bodies*, in one byte or two, then its entries, ``unroll`` of them a body.
An entry is the place of the element of x that it multiplies, one byte, and the weight: behind the
place when it is a byte, else in a part of its own before all, where weights are aligned. Places
count from where the row of x begins, or, where one byte does not reach, from the entry before.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from millrace.ir.types import ElementType, storage_bytes
from millrace.passes.kernel.sparse.match import SparsePart, SparseStage
from millrace.passes.kernel.stage import Access, Stage

Array = np.ndarray[Any, Any]
REACH = 256
"""Elements that a byte tells apart."""


@dataclass(frozen=True)
class Entries:
    """What is stored of one channel: the byte that says the place of each, and its weight."""

    places: Array
    weights: Array


def entries_of(stage: Stage, s: SparseStage, arrays: Sequence[Array]) -> list[Entries]:
    """All channels, those of all members one after the other. ``arrays``: the weights of each
    member."""
    members = s.members
    matrices = [
        _matrix(stage, s, part, w, a) for (part, _, w), a in zip(members, arrays, strict=True)
    ]
    found = []
    for c in range(len(matrices[0])):
        for (part, _, _), matrix in zip(members, matrices, strict=True):
            found.append(_entries(part, matrix[c], walks=walks(s)))
    return found


def walks(s: SparseStage) -> bool:
    """Whether places count from the entry before."""
    return any(part.span > REACH for part in s.parts)


def _matrix(stage: Stage, s: SparseStage, part: SparsePart, w: Access, data: Array) -> Array:
    """The weights of a member as channels by steps of the reduction."""
    at = np.array(w.const, np.int64)
    for d in (*s.channels, *part.reduced):
        at = np.add.outer(at, np.arange(stage.extents[d], dtype=np.int64) * w.coeffs[d])
    return data[at].reshape(-1, len(part.offsets))


def _entries(part: SparsePart, row: Array, *, walks: bool) -> Entries:
    offsets = np.array(part.offsets, np.int64)
    kept = np.nonzero(row)[0]
    kept = kept[np.argsort(offsets[kept], kind="stable")]
    places, weights = offsets[kept], row[kept]
    if not walks:
        return Entries(places, weights)
    steps = np.diff(places, prepend=0)
    rests = steps // (REACH - 1)  # so many entries of weight zero lead there
    reached = np.repeat(np.arange(len(steps)), rests + 1)
    last = np.cumsum(rests + 1) - 1
    out = np.full(len(reached), REACH - 1, np.int64)
    out[last] = steps % (REACH - 1)
    filled = np.zeros(len(reached), row.dtype)
    filled[last] = weights
    return Entries(out, filled)


@dataclass(frozen=True)
class Format:
    """``unroll``: entries of a body; ``count_bytes``: of a number of bodies; ``bodies``: of the
    whole stream, those that are filled up for the sake of another constant too; ``channels``;
    ``element``: of a weight."""

    unroll: int
    count_bytes: int
    bodies: int
    channels: int
    element: ElementType

    @property
    def is_apart(self) -> bool:
        """Whether weights have a part of their own."""
        return storage_bytes(self.element) > 1

    @property
    def entry_bytes(self) -> int:
        """Of an entry behind a number of bodies."""
        return 1 if self.is_apart else 2

    @property
    def weights_bytes(self) -> int:
        """Of the part before all."""
        size = self.bodies * self.unroll * storage_bytes(self.element)
        return size if self.is_apart else 0

    @property
    def places_bytes(self) -> int:
        entries = self.bodies * self.unroll * self.entry_bytes
        return self.channels * self.count_bytes + entries

    @property
    def nbytes(self) -> int:
        return self.weights_bytes + self.places_bytes


def format_of(
    calls: Sequence[Sequence[Entries]], unroll: int, element: ElementType
) -> Format | None:
    """The format for constants that must take the same bytes; None when a channel is too long."""
    counts = [[-(-len(e.places) // unroll) for e in entries] for entries in calls]
    most = max((n for each in counts for n in each), default=0)
    if most >= 1 << 16:
        return None
    count_bytes = 1 if most < REACH else 2
    bodies = max((sum(each) for each in counts), default=0)
    return Format(unroll, count_bytes, bodies, len(calls[0]), element)


def pack_entries(f: Format, entries: Sequence[Entries], *, walks: bool) -> Array:
    """The bytes of a stream."""
    weights = bytearray()
    places = bytearray()
    for e in entries:
        bodies = -(-len(e.places) // f.unroll)
        places += bodies.to_bytes(f.count_bytes, "little")
        filled = list(_filled(e, bodies * f.unroll, f.element, walks=walks))
        for place, weight in filled:
            places.append(place)
            (weights if f.is_apart else places).extend(weight)
    out = np.zeros(f.nbytes, np.int8)
    out[: len(weights)] = np.frombuffer(bytes(weights), np.int8)
    out[f.weights_bytes :][: len(places)] = np.frombuffer(bytes(places), np.int8)
    return out


def _filled(
    e: Entries, size: int, element: ElementType, *, walks: bool
) -> Iterator[tuple[int, bytes]]:
    """Entries as bytes; the last body is filled up with zeros, times what is read anyway."""
    weights = e.weights.astype(element.dtype)
    for place, weight in zip(e.places.tolist(), weights, strict=True):
        yield place, weight.tobytes()
    zero = np.zeros((), element.dtype).tobytes()
    for _ in range(size - len(e.places)):
        yield 0 if walks else int(e.places[-1]), zero
