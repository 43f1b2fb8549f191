"""The memory of a model that keeps state: the struct's layout and the initial values.

``NAME_state_t`` has one array a state. Fields lie as every C compiler of our targets lays them
out, each at a multiple of its element's size, so that the struct of the header and the memory
that Python hands over are the same. Initial values that are not all zero bits stand in the
weights.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from millrace.codegen.interface import TensorIO
from millrace.codegen.weights import ALIGNMENT, Bytes
from millrace.ir.dialects.func import Func
from millrace.ir.types import storage_bytes


@dataclass(frozen=True)
class StructLayout:
    """Byte offsets of the fields, size and alignment of the whole."""

    offsets: tuple[int, ...] = ()
    nbytes: int = 0
    alignment: int = 1


@dataclass(frozen=True)
class Start:
    """The initial value of one field: bytes from ``source`` on in the weights; None: zeros."""

    offset: int
    nbytes: int
    source: int | None


@dataclass(frozen=True)
class StatePlan:
    """Struct and initial values. ``contents`` has what goes into the weights, by offset, which
    end at ``weights_end``."""

    layout: StructLayout = StructLayout()
    starts: tuple[Start, ...] = ()
    contents: tuple[tuple[int, Bytes], ...] = field(default=(), repr=False)
    weights_end: int = 0


def struct_of(states: Sequence[TensorIO]) -> StructLayout:
    """The layout of a struct with an array for each state; arrays have one element at least."""
    offsets: list[int] = []
    end, alignment = 0, 1
    for s in states:
        size = storage_bytes(s.element)
        alignment = max(alignment, size)
        offsets.append(_align(end, size))
        end = offsets[-1] + max(1, s.size) * size
    return StructLayout(tuple(offsets), _align(end, alignment), alignment)


def plan_states(
    entry: Func, states: Sequence[TensorIO], weights_end: int, alignment: int = ALIGNMENT
) -> StatePlan:
    """Where the states of an entry lie and where their initial values come from; the weights so
    far end at ``weights_end``, and what is added begins at multiples of ``alignment``."""
    layout = struct_of(states)
    starts: list[Start] = []
    contents: list[tuple[int, Bytes]] = []
    inits: Sequence[Any] = entry.state_init or [None] * len(states)
    for s, at, init in zip(states, layout.offsets, inits, strict=True):
        source = None
        content = None if init is None else _bytes(init.array)
        if content is not None and content.any():
            source = _align(weights_end, alignment)
            weights_end = source + content.size
            contents.append((source, content))
        if s.nbytes:
            starts.append(Start(at, s.nbytes, source))
    return StatePlan(layout, tuple(starts), tuple(contents), weights_end)


def _bytes(array: np.ndarray[Any, Any]) -> Bytes:
    return np.ascontiguousarray(array).reshape(-1).view(np.uint8)


def _align(n: int, alignment: int) -> int:
    return -(-n // alignment) * alignment
