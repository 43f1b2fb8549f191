"""Examples of operations that read or write at computed places."""

from __future__ import annotations

from typing import Any

import numpy as np

from millrace.ir.types import BF16 as BF16_TYPE
from millrace.ir.types import F32 as F32_TYPE
from millrace.ir.types import I32, UI8
from tests.ops.cases import Example, example
from tests.ops.data import (
    BF16,
    F16,
    F32,
    FLOATS,
    INTS,
    corners,
    integers,
    normal,
    small,
    tag,
    truths,
)


def indices(size: int, *shape: int, dtype: Any = np.int64, negative: bool = True) -> Any:
    rng = np.random.default_rng([size, *shape])
    return rng.integers(-size if negative else 0, size, shape).astype(dtype)


def gathers() -> list[Example]:
    x = normal(4, 5, 3)
    return [
        example(x, indices(5, 2, 2), axis=1),
        example(x, indices(4, 6, dtype=np.int32), axis=0, label="i32"),
        example(x, indices(3), axis=2, label="scalar"),
        example(x, np.array([0, 2, 4]), axis=1, label="even"),
        example(x, np.array([-1, -2, -3]), axis=1, label="backward"),
        example(x, np.array([1, 1]), axis=1, label="same"),
        example(x, np.zeros((0,), np.int64), axis=1, label="none"),
        example(x, indices(5, 3, negative=False), axis=1, in_bounds=True, label="known"),
        example(truths(4), indices(4, 3), axis=0, label="bool"),
        example(normal(4, dtype=BF16), indices(4, 3, dtype=np.uint8, negative=False), label="bf16"),
    ]


def gather_nds() -> list[Example]:
    x = normal(4, 5, 3)
    pair = np.stack([indices(4, 6), indices(5, 6)], 1)
    return [
        example(x, pair),
        example(x, indices(4, 2, 2, 1), label="one"),
        example(x, np.stack([indices(5, 4, 2), indices(3, 4, 2)], 2), batch_dims=1),
        example(x, np.stack([*(indices(n, 7) for n in (4, 5, 3))], 1), label="full"),
        example(x, indices(3, 4, 5, 1), batch_dims=2, label="batch2"),
        example(x, np.zeros((2, 0), np.int64), label="whole"),
    ]


def one_hots() -> list[Example]:
    i, values = np.array([[0, 3, -1], [5, -9, 2]]), np.array([2.0, 5.0], F32)
    return [
        example(i, values, depth=4, axis=2),
        example(i, values, depth=4, axis=0, label="first"),
        example(i.astype(F32), np.array([0, 1], np.uint8), depth=3, axis=1, label="float"),
        example(np.array(1), np.array([False, True]), depth=3, axis=0, label="scalar"),
    ]


def triangles() -> list[Example]:
    out = []
    for upper in (True, False):
        for k in (None, -5, -1, 0, 2, 9):
            d = None if k is None else np.array(k)
            out.append(example(normal(2, 3, 4), d, upper=upper, label=f"{k}"))
        out.append(example(small(3, 3), np.array([1]), upper=upper, label="rank1"))
    return out


def scatters() -> list[Example]:
    x, i, u = normal(4, 5), indices(4, 3, 5), normal(3, 5, seed=3)
    unique = np.array([[0, 1], [2, 0]])
    out = [example(x, i, u, axis=0, label="repeated")]
    for reduction in ("none", "add", "mul", "max", "min"):
        out += [
            example(x, i, u, axis=0, reduction=reduction, label=reduction),
            example(x, indices(5, 4, 7), normal(4, 7), axis=1, reduction=reduction),
        ]
        for t in (F16, BF16, np.uint8, np.int64):
            y, v = small(3, 2, dtype=t), small(2, 2, dtype=t, seed=1)
            out.append(example(y, unique, v, axis=0, reduction=reduction, label=tag(t)))
    out.append(example(truths(3), np.array([2, 0]), truths(2), reduction="max", label="bool"))
    nan = np.array([1, np.nan, 2], F32)
    out.append(example(normal(3), np.array([0, 0, 1]), nan, reduction="max", label="nan"))
    return out


def scatter_nds() -> list[Example]:
    x = normal(4, 5, 3)
    rows = indices(4, 3, 1)
    out = []
    for reduction in ("none", "add", "mul", "max", "min"):
        pairs = np.stack([indices(4, 2, 3), indices(5, 2, 3)], 2)
        out += [
            example(x, rows, normal(3, 5, 3, seed=1), reduction=reduction, label=reduction),
            example(x, pairs, normal(2, 3, 3, seed=1), reduction=reduction, label=reduction),
        ]
    full = np.stack([indices(n, 4) for n in (4, 5, 3)], 1)
    return [*out, example(x, full, normal(4), label="full")]


def tensor_scatters() -> list[Example]:
    x, u = normal(2, 3, 5, 2), normal(2, 3, 2, 2, seed=1)
    return [
        example(x, u, np.array([1, 3]), axis=2),
        example(x, u, None, axis=2, label="start"),
        example(x, u, np.array([4, -3]), axis=2, circular=True, label="circular"),
        example(normal(2, 5), normal(2, 3), np.array([0, 2]), axis=1, label="rank2"),
    ]


def dynamic_slices() -> tuple[list[Example], list[Example]]:
    x, u = normal(4, 5, 3), normal(2, 5, 1, seed=1)
    starts = [(1, 0, 2), (-3, 4, 9), (3, 0, 1)]
    return (
        [example(x, np.array(s), sizes=(2, 5, 1)) for s in starts]
        + [example(normal(4), np.array([1], np.int32), sizes=(0,), label="empty")]
        + [example(normal(), np.zeros(0, np.int64), sizes=(), label="scalar")],
        [example(x, u, np.array(s)) for s in starts]
        + [example(normal(4), np.zeros(0, F32), np.array([1]), label="empty")],
    )


def top_ks() -> list[Example]:
    nan = np.array([[1, np.nan, 3, np.nan, -np.inf, 3, 0.0, -0.0, np.inf]], F32)
    out = []
    for largest in (True, False):
        pick = {"largest": largest}
        out += [
            example(normal(3, 8), k=3, axis=1, **pick),
            example(normal(5, 3), k=5, axis=0, **pick, label="all"),
            example(normal(2, 7, 2), k=1, axis=1, **pick, label="one"),
            example(small(3, 20, high=3), k=9, axis=1, **pick, label="ties"),
            example(nan, k=9, axis=1, **pick, label="nan"),
            example(normal(2, 3), k=0, axis=1, **pick, label="none"),
            *(example(corners(t), k=6, axis=0, **pick, label=tag(t)) for t in INTS),
            *(example(normal(9, dtype=t), k=4, axis=0, **pick, label=tag(t)) for t in FLOATS),
        ]
    return out


def sorts() -> list[Example]:
    nan = np.array([1, np.nan, 3, -np.inf, 0.5], F32)
    out = []
    for descending in (False, True):
        out += [
            example(normal(3, 6), axis=1, descending=descending),
            example(nan, axis=0, descending=descending, label="nan"),
            example(nan.astype(BF16), axis=0, descending=descending, label="bf16"),
            example(integers(5, 2, dtype=np.uint64), axis=0, descending=descending),
        ]
    return out


def cumulatives() -> list[Example]:
    out = []
    for exclusive in (False, True):
        for reverse in (False, True):
            flags = {"exclusive": exclusive, "reverse": reverse}
            out += [
                example(normal(3, 4, 2), axis=1, **flags),
                example(normal(5), axis=0, **flags),
                example(np.zeros((2, 0), F32), axis=1, **flags, label="empty"),
            ]
            out += [example(small(3, 3, dtype=t), axis=0, **flags, label=tag(t)) for t in INTS]
    return out + [example(normal(9, dtype=t), axis=0, label=tag(t)) for t in FLOATS]


def ranges() -> list[Example]:
    pairs: list[tuple[Any, Any]] = [(F32(1.5), F32(0.25)), (np.int32(10), np.int32(-3))]
    pairs += [(np.uint8(250), np.uint8(3)), (F16(2), F16(0.5)), (np.array([1]), np.array([2]))]
    return [example(*p, size=5, label=tag(p[0].dtype)) for p in pairs] + [
        example(F32(1), F32(1), size=0, label="empty")
    ]


SLICES, UPDATES = dynamic_slices()

STRATEGIES: dict[str, list[Example]] = {
    "mr.gather": [
        *gathers(),
        example(
            np.arange(9, dtype=np.int8), np.array([3, 8, 4], np.int32), in_bounds=True, label="row"
        ),
    ],
    "mr.gather_elements": [
        example(normal(4, 5), indices(4, 3, 5), axis=0),
        example(normal(4, 5), indices(5, 2, 6), axis=1),
        example(normal(6), indices(6, 2, dtype=np.int8), axis=0, label="i8"),
    ],
    "mr.gather_nd": gather_nds(),
    "mr.reverse_sequence": [
        example(normal(4, 3, 2), np.array([4, 1, 3])),
        example(normal(3, 4), np.array([0, 4, 2], np.int32), time_axis=1, batch_axis=0),
    ],
    "mr.dynamic_slice": SLICES,
    "mr.dynamic_update_slice": UPDATES,
    "mr.iota": [example(size=5, to=t) for t in (F32_TYPE, BF16_TYPE, I32, UI8)]
    + [example(size=0, to=I32)],
    "mr.range": ranges(),
    "mr.one_hot": one_hots(),
    "mr.trilu": triangles(),
    "mr.scatter_elements": scatters(),
    "mr.scatter_nd": scatter_nds(),
    "mr.tensor_scatter": tensor_scatters(),
    "mr.top_k": top_ks(),
    "mr.sort": sorts(),
    "mr.cumsum": cumulatives(),
    "mr.cumprod": cumulatives(),
}
