"""A random model under construction."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import numpy as np

from tests.tflite.tflite_models import ModelWriter

Array = np.ndarray[Any, Any]
Shape = tuple[int, ...]
T = TypeVar("T")
MOST_ELEMENTS = 3000
"""Of a tensor; also of the multiply-accumulates of an operator, times 100."""


@dataclass(frozen=True)
class Tensor:
    """A tensor of the file; ``scale`` 0: its numbers stand for themselves."""

    number: int
    shape: Shape
    type: str
    scale: float = 0.0
    zero: int = 0

    @property
    def rank(self) -> int:
        return len(self.shape)

    @property
    def size(self) -> int:
        return int(np.prod(self.shape))

    @property
    def limits(self) -> tuple[int, int]:
        return limits(self.type)

    @property
    def reach(self) -> float:
        """The greatest magnitude that it can stand for."""
        low, high = self.limits
        return max(self.zero - low, high - self.zero) * self.scale


def limits(type: str) -> tuple[int, int]:
    info = np.iinfo(type)
    return int(info.min), int(info.max)


class Draft:
    """Random choices, and the model that they make."""

    def __init__(self, rng: np.random.Generator) -> None:
        self.rng = rng
        self.writer = ModelWriter()
        self.inputs: list[Tensor] = []
        self.states: list[Tensor] = []

    # ---- choices

    def pick(self, *options: T) -> T:
        return options[int(self.rng.integers(len(options)))]

    def chance(self, p: float) -> bool:
        return bool(self.rng.random() < p)

    def number(self, low: int, high: int) -> int:
        return int(self.rng.integers(low, high + 1))

    def stretch(self, octaves: float) -> float:
        """A factor from 2^-octaves to 2^octaves."""
        return float(2.0 ** self.rng.uniform(-octaves, octaves))

    def format(self, type: str, reach: float, source: Tensor | None = None) -> tuple[float, int]:
        """Scale and zero point for numbers up to ``reach``; some that fit badly."""
        low, high = limits(type)
        fitting = min(max(reach, 1e-30), 1e30) / (high - low) * 2
        kind = self.rng.random()
        if source is not None and source.type == type and kind < 0.15:
            return source.scale, source.zero
        if kind < 0.65:
            scale = fitting * self.rng.uniform(0.3, 1.5)
        elif kind < 0.85:
            scale = 2.0 ** np.round(np.log2(fitting))
        else:
            scale = fitting * self.stretch(6)
        return float(np.float32(scale)), self.zero(type)

    def zero(self, type: str) -> int:
        low, high = limits(type)
        if type == "int16":
            return 0
        middle = (low + high + 1) // 2
        return self.pick(middle, middle, low, low, high, *self.rng.integers(low, high + 1, 3))

    # ---- tensors

    def tensor(self, shape: Sequence[int], type: str, scale: float, zero: int) -> Tensor:
        number = self.writer.tensor(shape, type, scale=[scale], zero=[zero])
        return Tensor(number, tuple(shape), type, scale, zero)

    def input(self, shape: Sequence[int], type: str, reach: float = 0.0) -> Tensor:
        t = self.tensor(shape, type, *self.format(type, reach or self.stretch(4)))
        self.writer.graphs[0].inputs.append(t.number)
        self.inputs.append(t)
        return t

    def result(self, shape: Sequence[int], x: Tensor, reach: float, type: str = "") -> Tensor:
        """An output of an operator on ``x``."""
        type = type or x.type
        return self.tensor(shape, type, *self.format(type, reach, x))

    def same(self, x: Tensor, shape: Sequence[int] | None = None) -> Tensor:
        """An output in the format of ``x``."""
        return self.tensor(x.shape if shape is None else shape, x.type, x.scale, x.zero)

    def plain(self, shape: Sequence[int], type: str) -> Tensor:
        return Tensor(self.writer.tensor(shape, type), tuple(shape), type)

    def constant(self, value: Any, type: str = "int32") -> int:
        return self.writer.constant(np.array(value, type))

    def codes(self, shape: Sequence[int], type: str) -> Array:
        """Numbers of a type: anything, mostly near the middle, or the extremes."""
        low, high = limits(type)
        kind = self.rng.random()
        if kind < 0.6:
            a: Array = self.rng.integers(low, high + 1, shape)
        elif kind < 0.8:
            a = (low + high + 1) // 2 + self.rng.normal(size=shape) * (high - low) / 12
        else:
            a = self.rng.choice([low, high, (low + high + 1) // 2], size=shape)
        return np.clip(np.round(a), low, high).astype(type)

    def known(self, shape: Sequence[int], x: Tensor) -> Tensor:
        """A constant of the type of ``x``."""
        scale, zero = self.format(x.type, x.reach, x)
        data = self.codes(shape, x.type)
        number = self.writer.tensor(shape, x.type, data=data, scale=[scale], zero=[zero])
        return Tensor(number, tuple(shape), x.type, scale, zero)

    def state(self, shape: Sequence[int], type: str, scale: float, zero: int) -> Tensor:
        number = self.writer.tensor(shape, type, scale=[scale], zero=[zero], variable=True)
        t = Tensor(number, tuple(shape), type, scale, zero)
        self.states.append(t)
        return t

    def node(self, kind: str, inputs: Sequence[int | Tensor], y: Tensor, **o: Any) -> Tensor:
        return self.nodes(kind, inputs, [y], **o)[0]

    def nodes(
        self, kind: str, inputs: Sequence[int | Tensor], ys: Sequence[Tensor], **options: Any
    ) -> list[Tensor]:
        numbers = [x.number if isinstance(x, Tensor) else x for x in inputs]
        self.writer.node(kind, numbers, [y.number for y in ys], **options)
        return list(ys)

    # ---- several at once

    def weights(
        self, shape: Sequence[int], axis: int, per_channel: bool, width: int = 8
    ) -> tuple[int, Array]:
        """Weights of 8 or 4 bits; their number and scales."""
        data = self.codes(shape, "int8")
        if self.chance(0.8):
            data = np.maximum(data, -127)
        if self.chance(0.2):  # channels without a weight
            place = [slice(None)] * len(shape)
            place[axis] = slice(0, self.number(1, shape[axis]))
            data[tuple(place)] = 0
        count = shape[axis] if per_channel else 1
        base = self.stretch(5) / 127
        scales = base * 2.0 ** self.rng.uniform(-3, 3, count)
        if self.chance(0.25):
            scales = 2.0 ** np.round(np.log2(scales))
        scales = scales.astype(np.float32)
        kind = "int8"
        if width == 4:
            kind, data = "int4", packed(data >> 4)
        number = self.writer.tensor(
            shape, kind, data=data, scale=scales.tolist(), zero=[0] * count, axis=axis
        )
        return number, scales

    def bias(self, count: int, unit: Array, reach: float, type: str = "int32") -> int:
        """In units of the products."""
        real = self.rng.normal(size=count) * reach * self.pick(0.0, 0.1, 0.5, 2.0)
        data = np.clip(np.round(real / unit), -(1 << 29), 1 << 29).astype(type)
        scale = np.float32(np.broadcast_to(unit, np.shape(unit))).tolist()
        return self.writer.tensor((count,), type, data=data, scale=scale, zero=[0] * len(scale))


def packed(a: Array) -> Array:
    """Numbers of 4 bits as the file has them, two a byte."""
    halves = a.reshape(-1).astype(np.uint8) & 15
    halves = np.append(halves, halves[:0] if halves.size % 2 == 0 else [0])
    return np.asarray(halves[::2] | (halves[1::2] << 4), np.uint8)


def moved(t: Tensor, shape: Sequence[int]) -> Tensor:
    return replace(t, shape=tuple(shape))
