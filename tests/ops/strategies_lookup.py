"""Examples of functions that are given by tables."""

from __future__ import annotations

from typing import Any

import numpy as np

from millrace.ir.attributes import Dense
from tests.ops.cases import Array, Example, example

RNG = np.random.default_rng(6)


def every(dtype: Any, step: int = 1) -> Array:
    limits = np.iinfo(dtype)
    return np.arange(limits.min, limits.max + 1, step).astype(dtype)


def table(size: int, dtype: Any) -> Dense:
    limits = np.iinfo(dtype)
    content = RNG.integers(limits.min, limits.max + 1, size).astype(dtype)
    content[:2] = limits.min, limits.max  # the steepest rise, too
    return Dense(content)


def knots(count: int, low: int, shift: int, label: str) -> Example:
    x = np.concatenate([every(np.int16, 97), np.array([32767, low, low + 1], np.int16)])
    return example(x, table=table(count, np.int16), low=low, shift=shift, label=label)


STRATEGIES: dict[str, list[Example]] = {
    "mr.lookup": [
        example(every(np.int8), table=table(256, np.int8)),
        example(every(np.uint8).reshape(16, 16), table=table(256, np.int16), label="unsigned"),
        example(every(np.int16, 61), table=table(1 << 16, np.int32), label="wide"),
        example(every(np.int8), table=Dense(RNG.normal(size=256).astype(np.float32)), label="real"),
        example(np.array(-128, np.int8), table=table(256, np.uint8), label="scalar"),
    ],
    "mr.interpolate": [
        knots(257, -(1 << 15), 8, "all"),
        knots(5, -(1 << 15), 14, "coarse"),
        knots(33, -4096, 5, "inside"),
        knots(2, 1000, 1, "short"),
        knots(129, 0, 8, "upper"),
        example(
            np.array([-(1 << 31), -40000, -4097, -4096, 0, 777, 40000, (1 << 31) - 1], np.int32),
            table=table(257, np.int16),
            low=-(1 << 15),
            shift=8,
            label="i32",
        ),
        example(
            RNG.integers(-9000, 9000, 99).astype(np.int32),
            table=table(33, np.int16),
            low=-4096,
            shift=6,
            label="i32-inside",
        ),
    ],
}
