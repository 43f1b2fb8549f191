"""Models with something wrong in them: changed bytes, or changed fields of the file's tables."""

from __future__ import annotations

import copy
import struct
from collections.abc import Sequence
from typing import Any

import numpy as np

from tests.tflite.random_quantized.draft import Array
from tests.tflite.tflite_models import ModelWriter, Node

Rng = np.random.Generator
NUMBERS = (0, 1, -1, 2, 3, 5, 127, 128, -128, -129, 255, 256, 1 << 16, (1 << 31) - 1, -(1 << 31))
FLOATS = (0.0, -0.0, 1.0, -1.0, 1e-30, 1e-9, 1e9, 1e30, float("nan"), float("inf"))
LIMITS = {"i8": (-128, 127), "u8": (0, 255), "i32": (-(1 << 31), (1 << 31) - 1)}


def mutated(rng: Rng, writer: ModelWriter) -> bytes:
    if rng.random() < 0.4:
        return mutated_bytes(rng, writer.bytes())
    w = copy.deepcopy(writer)
    for _ in range(int(rng.integers(1, 3))):
        g = w.graphs[int(rng.integers(len(w.graphs)))]
        if rng.random() < 0.55 or not g.nodes:
            t = g.tensors[int(rng.integers(len(g.tensors)))]
            _change_table(rng, t)
        else:
            _change_node(rng, g.nodes[int(rng.integers(len(g.nodes)))], len(g.tensors))
    try:
        return w.bytes()
    except (
        ValueError,
        OverflowError,
        KeyError,
        TypeError,
        struct.error,
    ):  # it cannot even be written
        return mutated_bytes(rng, writer.bytes())


def mutated_bytes(rng: Rng, data: bytes) -> bytes:
    """One to four bytes or words changed, or the end cut off."""
    out = bytearray(data)
    for _ in range(int(rng.integers(1, 5))):
        at = int(rng.integers(8, len(out)))
        kind = rng.random()
        if kind < 0.4:
            out[at] ^= 1 << int(rng.integers(8))
        elif kind < 0.7:
            out[at] = int(rng.integers(256))
        elif kind < 0.98:
            word = int(NUMBERS[int(rng.integers(len(NUMBERS)))]) & 0xFFFFFFFF
            out[at & ~3 : (at & ~3) + 4] = word.to_bytes(4, "little")
        else:
            del out[max(at, 16) :]
    return bytes(out)


def _change_table(rng: Rng, table: dict[int, tuple[str, Any]]) -> None:
    slot = list(table)[int(rng.integers(len(table)))]
    kind, value = table[slot]
    if rng.random() < 0.1:
        del table[slot]
    elif kind == "table":
        _change_table(rng, value)
    elif kind.startswith("["):
        table[slot] = kind, _changed_list(rng, kind[1:-1], list(value))
    elif kind != "string":
        table[slot] = kind, _changed(rng, kind, value)


def _changed_list(rng: Rng, kind: str, values: list[Any]) -> list[Any]:
    way = rng.random()
    if values and way < 0.2:
        del values[int(rng.integers(len(values)))]
    elif way < 0.3 or not values:
        values.append(_changed(rng, kind, values[-1] if values else 0))
    else:
        at = int(rng.integers(len(values)))
        values[at] = _changed(rng, kind, values[at])
    return values


def _changed(rng: Rng, kind: str, value: Any) -> Any:
    if kind in ("f32", "f64"):
        return _one(rng, FLOATS) if rng.random() < 0.5 else value * float(rng.uniform(-1, 3))
    if kind == "bool":
        return not value
    if not isinstance(value, int | np.integer):
        return value
    number = int(value) + int(rng.integers(-2, 3)) if rng.random() < 0.5 else _one(rng, NUMBERS)
    low, high = LIMITS.get(kind, (-(1 << 31), (1 << 31) - 1))
    return min(max(number, low), high)


def _change_node(rng: Rng, node: Node, tensors: int) -> None:
    way = rng.random()
    if way < 0.35 and node.options:
        name = list(node.options)[int(rng.integers(len(node.options)))]
        value = node.options[name]
        kind = "f32" if isinstance(value, float) else "bool" if isinstance(value, bool) else "i32"
        node.options[name] = _changed(rng, kind, value)
    elif way < 0.45 and node.options:
        del node.options[list(node.options)[int(rng.integers(len(node.options)))]]
    else:
        numbers = node.inputs if rng.random() < 0.8 else node.outputs
        way = rng.random()
        if numbers and way < 0.2:
            del numbers[int(rng.integers(len(numbers)))]
        elif way < 0.3 or not numbers:
            numbers.append(int(rng.integers(-2, tensors + 1)))
        else:
            numbers[int(rng.integers(len(numbers)))] = int(rng.integers(-2, tensors + 1))


def _one(rng: Rng, values: Sequence[Any]) -> Any:
    return values[int(rng.integers(len(values)))]


__all__ = ["Array", "mutated", "mutated_bytes"]
