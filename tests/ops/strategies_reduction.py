"""Examples of reductions, softmax and the like."""

from __future__ import annotations

from typing import Any

import numpy as np

from tests.ops.cases import Example, example
from tests.ops.data import (
    BF16,
    F16,
    F32,
    F64,
    FLOATS,
    INTS,
    corners,
    integers,
    normal,
    positive,
    small,
    specials,
    tag,
    truths,
)


def axes_of(x: Any) -> list[Example]:
    """One tensor of rank 3 over all kinds of axes."""
    return [
        example(x, axes=[1], label="middle"),
        example(x, axes=[0, 2], keepdims=True, label="outer"),
        example(x, axes=[0, 1, 2], label="all"),
        example(x, axes=[], label="none"),
    ]


def folds(data: Any = normal, empty: bool = True) -> list[Example]:
    out = axes_of(data(3, 4, 5))
    out += [example(data(3, 4, dtype=t), axes=[1], label=tag(t)) for t in FLOATS]
    out += [example(small(3, 4, dtype=t), axes=[0], label=tag(t)) for t in INTS]
    out.append(example(data(2, 1, 3), axes=[1], keepdims=True, label="one"))
    if empty:
        out.append(example(np.zeros((2, 0, 3), F32), axes=[1], label="empty"))
    return out


def extremes() -> list[Example]:
    out = folds() + [example(integers(3, 7, dtype=t), axes=[1], label=tag(t)) for t in INTS]
    out += [example(np.zeros((2, 0), t), axes=[1], label=f"empty-{tag(t)}") for t in INTS]
    out += [example(specials().reshape(1, -1), axes=[0], label="specials")]
    out += [example(truths(4, 3), axes=[0], label="bool")]
    return [*out, example(np.array([[1, np.nan], [2, 3]], F32), axes=[1], label="nan")]


def positions() -> list[Example]:
    nan = np.array([[1, np.nan, 2, np.nan], [3, 3, 0, 0], [-np.inf] * 4], F32)
    out = []
    for last in (False, True):
        pick = {"select_last_index": last}
        out += [
            example(normal(3, 4, 5), axes=[1], **pick),
            example(nan, axes=[1], keepdims=True, label="nan", **pick),
            example(truths(5, 3), axes=[0], label="bool", **pick),
        ]
        out += [example(small(4, 6, dtype=t), axes=[1], label=tag(t), **pick) for t in INTS]
        out += [example(small(4, 6).astype(t), axes=[1], label=tag(t), **pick) for t in FLOATS]
        out += [example(corners(t), axes=[0], label=tag(t), **pick) for t in INTS]
    return out


def truth_folds() -> list[Example]:
    x = np.array([[[True, False], [True, True]], [[False, False], [False, True]]])
    return [*axes_of(x), example(np.zeros((2, 0), np.bool_), axes=[1], label="empty")]


def composites(empty: bool = True) -> list[Example]:
    out = axes_of(positive(3, 4, 5))
    out += [example(positive(3, 4, dtype=t), axes=[1], label=tag(t)) for t in FLOATS]
    out.append(example(small(3, 4, dtype=np.uint8, high=9) + np.uint8(1), axes=[1], label="int"))
    if empty:
        out.append(example(np.zeros((2, 0, 3), F32), axes=[1], label="empty"))
    return out


def along_axis(**attributes: Any) -> list[Example]:
    out = [example(normal(2, 3, 4), axis=a, label=f"axis{a}", **attributes) for a in range(3)]
    out += [example(normal(3, 9, dtype=t), axis=1, label=tag(t), **attributes) for t in FLOATS]
    return [*out, example(np.zeros((2, 0), F32), axis=1, label="empty", **attributes)]


HUGE = np.array([[1000.0, 1001.0, -1000.0], [-np.inf, 0.0, 1.0], [np.inf, 0, 1]], F32)
ALL_SMALL = np.full((2, 3), -np.inf, F32)

STRATEGIES: dict[str, list[Example]] = {
    "mr.reduce_sum": folds(),
    "mr.reduce_mean": folds(),
    "mr.reduce_prod": folds(),
    "mr.reduce_max": extremes(),
    "mr.reduce_min": extremes(),
    "mr.reduce_any": truth_folds(),
    "mr.reduce_all": truth_folds(),
    "mr.arg_max": positions(),
    "mr.arg_min": positions(),
    "mr.reduce_l1": folds(),
    "mr.reduce_l2": composites(),
    "mr.reduce_sum_square": folds(),
    "mr.reduce_log_sum": composites(),
    "mr.reduce_log_sum_exp": [
        *folds(normal),
        example(HUGE, axes=[1], label="huge"),
        example(ALL_SMALL, axes=[0], label="small"),
    ],
    "mr.reduce_variance": [*composites(), example(normal(3, 9), axes=[1], correction=1)],
    "mr.softmax": [*along_axis(), example(HUGE[:2], axis=1, label="huge")],
    "mr.log_softmax": [*along_axis(), example(HUGE[:2], axis=1, label="huge")],
    "mr.hardmax": along_axis(),
    "mr.lp_norm": [
        *along_axis(p=1),
        *along_axis(p=2),
        example(np.zeros((2, 3), F32), axis=1, label="zero"),
    ],
    "mr.lrn": [
        *along_axis(size=3),
        *along_axis(size=4, alpha=0.5, beta=0.6, bias=2.0),
        example(normal(1, 5, 2, 2, dtype=F64), axis=1, size=5, label="image"),
    ],
}


def channels(*shape: int, vectors: int, axis: int = 1, dtype: Any = F32) -> list[Any]:
    """An input and vectors over its channels, the last one positive."""
    n = shape[axis]
    x = normal(*shape, dtype=dtype)
    rest = [normal(n, dtype=dtype, seed=i + 1) for i in range(vectors - 1)]
    return [x, *rest, positive(n, dtype=dtype, seed=9)]


def layer_examples(bias: bool) -> list[Example]:
    out = []
    for t in FLOATS:
        extra = [normal(4, dtype=t, seed=2)] if bias else []
        out.append(
            example(
                normal(2, 3, 4, dtype=t), normal(4, dtype=t, seed=1), *extra, axis=2, label=tag(t)
            )
        )
    extra = [normal(3, 4, seed=2)] if bias else []
    out.append(example(normal(2, 3, 4), normal(3, 4, seed=1), *extra, axis=1, epsilon=0.1))
    return out


STRATEGIES |= {
    "mr.batch_norm": [
        *(example(*channels(2, 3, 4, 5, vectors=4, dtype=t), label=tag(t)) for t in FLOATS),
        example(*channels(2, 4, 4, 3, vectors=4, axis=3), axis=3, epsilon=1e-3, label="last"),
        example(*channels(2, 3, vectors=4), label="matrix"),
        example(normal(2, 3, 4, dtype=F16), *channels(1, 3, vectors=4)[1:], label="mixed"),
    ],
    "mr.instance_norm": [
        *(example(*channels(2, 3, 4, 5, vectors=2, dtype=t), label=tag(t)) for t in FLOATS),
        example(*channels(2, 4, 4, 3, vectors=2, axis=3), axis=3, label="last"),
    ],
    "mr.group_norm": [
        *(
            example(*channels(2, 4, 3, vectors=2, dtype=t), num_groups=2, label=tag(t))
            for t in FLOATS
        ),
        example(*channels(2, 4, vectors=2), num_groups=1, label="matrix"),
    ],
    "mr.layer_norm": layer_examples(bias=True) + layer_examples(bias=False),
    "mr.rms_norm": layer_examples(bias=False),
    "mr.layer_norm_stats": [
        example(normal(2, 3, 4, dtype=t), axis=1, label=tag(t)) for t in FLOATS
    ],
    "mr.mean_variance_norm": [
        example(normal(2, 3, 4, 5)),
        example(np.zeros((0, 3, 4, 5), F32), label="empty"),
        example(normal(2, 3, 4, dtype=BF16), axes=[0, 2]),
    ],
}
