"""Examples of fixed-point arithmetic."""

from __future__ import annotations

import numpy as np

from tests.ops.cases import Example, example

RNG = np.random.default_rng(5)
I32 = np.int32
X = np.concatenate(
    [
        RNG.integers(-(1 << 31), 1 << 31, 40).astype(I32),
        np.array([0, 1, -1, 2, -2, 3, -3, (1 << 31) - 1, -(1 << 31), 1 << 30, 5, -5], I32),
    ]
)
SMALL = (X >> 8).astype(I32)
M = RNG.integers(1 << 30, (1 << 31) - 1, X.size).astype(I32)
SHIFTS = RNG.integers(-31, 3, X.size).astype(I32)


def scalar(n: int) -> np.ndarray:
    return np.array(n, I32)


def scales(rounding: str) -> list[Example]:
    return [
        example(X, M, SHIFTS, rounding=rounding, label=f"{rounding}-vectors"),
        example(SMALL, M, scalar(4), rounding=rounding, label=f"{rounding}-left"),
        example(X, scalar(1 << 30), scalar(0), rounding=rounding, label=f"{rounding}-half"),
        example(X, scalar((1 << 31) - 1), scalar(-1), rounding=rounding, label=f"{rounding}-one"),
        example(X, scalar(1 << 30), scalar(-31), rounding=rounding, label=f"{rounding}-last"),
        example(X, scalar(-(1 << 30)), scalar(-3), rounding=rounding, label=f"{rounding}-minus"),
        example(X.reshape(4, -1), M[:13], SHIFTS[:13], rounding=rounding, label=f"{rounding}-rows"),
    ]


CODES = np.arange(-(1 << 15), 1 << 15).astype(np.int16)


def curves(most: int) -> list[Example]:
    """All numbers of 16 bits."""
    start = RNG.integers(25520, 32768, CODES.size).astype(np.int16)
    return [
        *(
            example(CODES, None, integer_bits=n, upper=u, label=f"{n}{'upper' if u else ''}")
            for n in range(most + 1)
            for u in (False, True)
        ),
        example(CODES, start, integer_bits=3, label="start"),
        example(CODES, start, integer_bits=0, upper=True, label="start-upper"),
    ]


STRATEGIES: dict[str, list[Example]] = {
    "mr.fixed_point_scale": scales("twice") + scales("once"),
    "mr.fixed_point_logistic": curves(6),
    "mr.fixed_point_tanh": curves(5),
    "mr.multiply_high": [
        example(X, M, None, None),
        example(X, M, X[::-1].copy(), None, label="high"),
        example(X, X[::-1].copy(), SMALL, M * 2, label="both"),
        example(X, X, scalar(5), scalar(-(1 << 31)), label="rounded"),
        example(X.reshape(4, -1), M[:13], None, scalar(-1), label="rows"),
        example(scalar(-(1 << 31)), scalar(-(1 << 31)), scalar(-(1 << 30)), None, label="least"),
    ],
    "mr.leading_zeros": [
        example(X),
        example((np.int64(1) << np.arange(32)).astype(I32), label="powers"),
        example(((np.int64(1) << np.arange(32)) - 1).astype(I32), label="ones"),
    ],
    "mr.fixed_point_reciprocal": [
        example(np.abs(X.astype(np.int64)).clip(0, (1 << 31) - 1).astype(I32)),
        example(np.array([0, 1, 1 << 30, (1 << 31) - 1], I32), label="corners"),
    ],
}
