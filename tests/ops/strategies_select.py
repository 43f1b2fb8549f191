"""Examples of selections and of deformable convolution."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.ops.cases import Example, example
from tests.ops.data import BF16, F16, F32, normal, small, tag, truths


def nonzeros() -> list[Example]:
    arrays = [small(3, 4, high=2), truths(7), small(2, 3, 4, high=1).astype(F32), np.zeros(3)]
    arrays += [np.array(3), np.array([0, np.nan, -0.0], F32), np.zeros((0, 2), np.uint8)]
    return [example(x, count=int(np.count_nonzero(x)), label=f"{x.ndim}d") for x in arrays]


def compressions() -> list[Example]:
    x = normal(3, 4)
    few, all_of = np.array([True, False, True]), np.ones(4, bool)
    return [
        example(x, few, axis=1, count=2),
        example(x, few, axis=0, count=2),
        example(x, all_of, axis=1, count=4, label="all"),
        example(x, ~all_of, axis=1, count=0, label="none"),
    ]


def distinct(x: Any, axis: int) -> int:
    ranks = np.unique(x.astype(np.float64), return_inverse=True)[1].reshape(x.shape)
    return int(np.unique(ranks, axis=axis).shape[axis])


def uniques(axis: int | None) -> list[Example]:
    nan = np.array([[1, np.nan], [np.nan, 1], [1, np.nan], [-0.0, 0.0], [0.0, -0.0]], F32)
    arrays = [small(9, 1, high=2), small(8, 2, high=1), nan, small(6, 2, dtype=np.uint8, high=2)]
    arrays += [small(6, 1, high=1).astype(t) for t in (F16, BF16)]
    if axis is not None:
        arrays += [small(2, 9, 2, high=0), small(3, 2, 5, high=1)]
    out = []
    for x in arrays:
        along = 0 if axis is None else min(axis, x.ndim - 1)
        fields = {} if axis is None else {"axis": along}
        for ordered in (True, False):
            n = distinct(x, along)
            out.append(example(x, count=n, ordered=ordered, **fields, label=tag(x.dtype)))
    return out


def suppressions() -> list[Example]:
    boxes = np.array(
        [[[0, 0, 1, 1], [0, 0.1, 1, 1.1], [1, 0.9, 0, -0.1], [0, 10, 1, 11], [0, 10.1, 1, 11.1]]],
        F32,
    )
    scores = np.array([[[0.9, 0.75, 0.6, 0.95, 0.5], [0.2, 0.8, 0.8, 0.1, 0.3]]], F32)
    most, half = np.array([3]), np.array([0.5], F32)
    two = np.concatenate([boxes, boxes + F32(0.05)]), np.concatenate([scores, scores[:, ::-1]])
    return [
        example(boxes, scores, most, half, np.array([0.4], F32), count=3),
        example(boxes, scores, most, half, None, count=4, label="all-scores"),
        example(boxes, scores, np.array(1), half, None, count=2, label="one"),
        example(boxes, scores, None, None, None, count=0, label="no-limit"),
        example(boxes, scores, most, None, None, count=4, label="any-overlap"),
        example(boxes, scores, most, half, None, center=True, count=6, label="center"),
        example(*two, most, half, np.array(0.55, F32), count=6, label="batch"),
    ]


def deformations() -> tuple[list[Example], list[Example]]:
    x, offset, mask = normal(2, 4, 5, 6), normal(2, 24, 3, 4), normal(2, 12, 3, 4)
    half = {"kernel": (2, 3), "groups": 2, "low": (0, 0), "high": (-0, 0)}
    plain = normal(2, 12, 4, 4)
    w = normal(6, 4, 2, 3)
    return (
        [
            example(x, plain, None, kernel=(2, 3)),
            example(x, offset, mask, **half | {"dilations": (2, 1)}, label="groups"),
            example(
                x.astype(F16),
                plain[:, :, :3, :3].astype(F16),
                None,
                kernel=(2, 3),
                strides=(2, 2),
                low=(1, 1),
                high=(1, 1),
                label="f16",
            ),
        ],
        [
            example(x, w, plain, None),
            example(
                x, normal(6, 2, 2, 3), offset, mask, groups=2, offset_groups=2, dilations=(2, 1)
            ),
        ],
    )


COLUMNS, CONVOLUTIONS = deformations()


def firsts() -> list[Example]:
    x = normal(3, 4)
    return [
        example(x, np.array(2), size=2, symbol="n", label="rows"),
        example(x, np.array([4], np.int32), size=4, axis=1, symbol="n", label="all columns"),
        example(x, np.array(0), size=0, symbol="n", label="none"),
    ]


STRATEGIES: dict[str, list[Example]] = {
    "mr.bounded": firsts(),
    "mr.nonzero": nonzeros(),
    "mr.compress": compressions(),
    "mr.unique_rows": uniques(None),
    "mr.unique": [*uniques(0), *uniques(1)],
    "mr.non_max_suppression": suppressions(),
    "mr.deform_columns": COLUMNS,
    "mr.deform_conv": CONVOLUTIONS,
}
