"""Numbers a channel (biases, multipliers, zero points) side by side in memory: each array of them
would need a pointer of its own, and small machines have no register left for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from millrace.ir.types import ElementType, storage_bytes
from millrace.passes.kernel.stage import Access

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Record:
    """``elements`` of the arrays in order, the widest first, so that none needs a gap; ``count``
    records follow each other."""

    elements: tuple[ElementType, ...]
    count: int

    @property
    def size(self) -> int:
        """Bytes of one record."""
        return sum(storage_bytes(e) for e in self.elements)

    @property
    def nbytes(self) -> int:
        return self.size * self.count

    def offset(self, k: int) -> int:
        """Bytes from a record's start to what stands at place ``k``."""
        return sum(storage_bytes(e) for e in self.elements[:k])

    def pack(self, arrays: Sequence[Array]) -> Array:
        columns = [a.reshape(self.count, 1).view(np.int8) for a in arrays]
        return np.concatenate(columns, axis=1).reshape(-1)


LEAST = 3
"""Arrays that are worth a record: pointers to two find a register more often than not."""
Column = list[Access]
"""Accesses that read one array."""


def is_number(a: Access, channel: int) -> bool:
    """Whether ``a`` reads an array that has one number a channel."""
    return a.dims == (channel,) and a.coeffs[channel] == 1 and a.const == 0 and not a.padded


def record_of(columns: Sequence[Column], count: int) -> tuple[Record, list[Column]] | None:
    """The record of arrays of ``count`` numbers, and those that it has, in its order; None when
    they are too few. Arrays that would need a gap in each record stay apart."""
    found = sorted(columns, key=lambda c: -storage_bytes(c[0].element))
    while len(found) >= LEAST:
        record = Record(tuple(c[0].element for c in found), count)
        if record.size % storage_bytes(found[0][0].element) == 0:
            return record, found
        found.pop()
    return None
