"""The weights blob: all ``memref.global`` constants of a module, one after the other."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import numpy as np

from millrace.ir.dialects import memref
from millrace.ir.dialects.builtin import Module
from millrace.ir.target import TargetInfo

ALIGNMENT = 64
PLACEHOLDER_BYTES = 64
"""What stands in an object until the weights are filled in."""

Bytes = np.ndarray[Any, np.dtype[np.uint8]]


def weights_alignment(target: TargetInfo) -> int:
    """What the blob's address is a multiple of in an object."""
    return min(ALIGNMENT, target.alignment)


def layout(module: Module, alignment: int = ALIGNMENT) -> tuple[dict[str, int], int]:
    """(byte offset of each constant, size of the blob). Constants to which ``plan-memory`` gave
    no offset follow the others in order, at multiples of ``alignment``."""
    constants = [op for op in module.block if isinstance(op, memref.Global)]
    offsets: dict[str, int] = {}
    end = 0
    for g in constants:
        if g.sym_name in offsets:
            raise g.error(f"two constants are named @{g.sym_name}")
        offsets[g.sym_name] = -1 if g.offset is None else g.offset
        if g.offset is not None:
            end = max(end, g.offset + g.value.array.nbytes)
    for g in constants:
        if g.offset is None:
            at = -(-end // alignment) * alignment
            offsets[g.sym_name] = at
            end = at + g.value.array.nbytes
    return offsets, end


def table_bytes(module: Module) -> int:
    """Bytes of the constants that are tables of the compiler's own."""
    return sum(op.own_bytes for op in module.block if isinstance(op, memref.Global))


def pack(
    module: Module,
    offsets: dict[str, int],
    size: int,
    extra: Iterable[tuple[int, Bytes]] = (),
) -> Bytes:
    """The blob, at an address that is a multiple of 64; ``extra`` is more of it, by offset."""
    blob = aligned_bytes(size, ALIGNMENT)
    for g in module.block:
        if isinstance(g, memref.Global) and g.value.array.size:
            at = offsets[g.sym_name]
            flat = np.ascontiguousarray(g.value.array).reshape(-1).view(np.uint8)
            blob[at : at + flat.size] = flat
    for at, content in extra:
        blob[at : at + content.size] = content
    blob.flags.writeable = False
    return blob


def aligned_bytes(size: int, alignment: int) -> Bytes:
    """Zeroed memory at an aligned address."""
    raw = np.zeros(size + alignment, np.uint8)
    start = -int(raw.ctypes.data) % alignment
    return raw[start : start + size]
