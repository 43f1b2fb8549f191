"""Examples of movement and assembly."""

from __future__ import annotations

import numpy as np

from tests.ops.cases import Example, example
from tests.ops.data import BF16, F16, F32, integers, normal, tag, truths

TYPES = (F16, BF16, F32, np.int8, np.uint64, np.bool_)


def typed(**attributes: object) -> list[Example]:
    """One matrix of each type."""
    out = []
    for t in TYPES:
        x = truths(3, 4) if t is np.bool_ else normal(3, 4, scale=20.0).astype(np.int32).astype(t)
        out.append(example(x, label=tag(t), **attributes))
    return out


def reshapes() -> list[Example]:
    pairs = [
        ((2, 12, 5), (24, 5)),
        ((24, 5), (2, 3, 4, 5)),
        ((6, 4), (4, 6)),
        ((2, 1, 3), (3, 2, 1)),
        ((4, 6, 5), (3, 8, 5)),
        ((1, 1), ()),
        ((), (1,)),
        ((2, 0, 3), (0, 7)),
        ((3, 4), (3, 4)),
    ]
    return [example(normal(*a), shape=b, label=f"{a}-{b}") for a, b in pairs]


def slices() -> list[Example]:
    x = normal(4, 5, 6)
    return [
        example(x, starts=(1, 0, 2), sizes=(2, 5, 3)),
        example(x, starts=(0, 4, 5), sizes=(4, 3, 3), steps=(1, -2, -1)),
        example(x, starts=(0, 0, 0), sizes=(4, 5, 6), label="all"),
        example(x, starts=(3, 0, 0), sizes=(4, 5, 6), steps=(-1, 1, 1), label="turned"),
        example(x, starts=(4, 0, 0), sizes=(0, 5, 2), steps=(1, 1, 5), label="empty"),
        *typed(starts=(2, 1), sizes=(2, 2), steps=(-2, 1)),
    ]


def concats() -> list[Example]:
    return [
        example([normal(2, 3), normal(2, 4), normal(2, 1)], axis=1),
        example([normal(2, 3), normal(4, 3)], axis=0),
        example([normal(2, 3, 2)], axis=2, label="single"),
        example([normal(2, 0), normal(2, 3), normal(2, 0)], axis=1, label="empties"),
        example([np.zeros((0, 2), F32), np.zeros((0, 2), F32)], axis=0, label="nothing"),
        example([truths(2), truths(3)], axis=0, label="bool"),
        example([normal(2, dtype=BF16), normal(3, dtype=BF16)], axis=0, label="bf16"),
    ]


def pads() -> list[Example]:
    x = normal(3, 4)
    return [
        example(x, low=(1, 0), high=(2, 3), value=1.5),
        example(x, low=(0, 2), high=(0, 1), interior=(2, 1), label="interior"),
        example(x, low=(-1, 2), high=(1, -2), value=-1.0, label="negative"),
        example(x, low=(-2, 0), high=(0, -5), interior=(1, 2), label="cut-interior"),
        example(x, low=(0, 0), high=(0, 0), label="nothing"),
        example(x, low=(1, 1), high=(1, 1), value=float("-inf"), label="infinite"),
        example(np.zeros((0, 2), F32), low=(2, 0), high=(1, 0), interior=(3, 0), label="empty"),
        example(integers(3, dtype=np.uint8), low=(1,), high=(1,), value=255, label="ui8"),
        example(truths(3), low=(1,), high=(1,), value=True, label="bool"),
        example(normal(2, dtype=BF16), low=(1,), high=(1,), value=0.5, label="bf16"),
    ]


def pad_modes() -> list[Example]:
    out = []
    for mode in ("edge", "reflect", "symmetric", "wrap"):
        out += [
            example(normal(3, 4), low=(2, 0), high=(1, 3), mode=mode, label=mode),
            example(normal(3, 2), low=(7, 5), high=(8, 6), mode=mode, label=f"{mode}-far"),
            example(normal(1, 2), low=(2, 0), high=(3, 0), mode=mode, label=f"{mode}-one"),
        ]
    return out


def tiles() -> list[Example]:
    return [
        example(normal(2, 3), repeats=(2, 3)),
        example(normal(2, 1, 3), repeats=(1, 4, 1)),
        example(normal(2, 3), repeats=(1, 1), label="once"),
        example(normal(2, 3), repeats=(0, 2), label="never"),
        example(normal(), repeats=(), label="scalar"),
    ]


STRATEGIES: dict[str, list[Example]] = {
    "mr.reshape": [*reshapes(), *typed(shape=(2, 6))],
    "mr.transpose": [
        example(normal(2, 3, 4), perm=(2, 0, 1)),
        example(normal(2, 3), perm=(0, 1), label="same"),
        example(normal(), perm=(), label="scalar"),
        *typed(perm=(1, 0)),
    ],
    "mr.slice": slices(),
    "mr.reverse": [
        example(normal(2, 3, 4), axes=(0, 2)),
        example(normal(2, 1), axes=(1,), label="one"),
        example(normal(2, 3), axes=(), label="none"),
        *typed(axes=(1,)),
    ],
    "mr.broadcast": [
        example(normal(3, 1), shape=(2, 3, 4)),
        example(normal(3), shape=(3,), label="same"),
        example(normal(), shape=(2, 2), label="scalar"),
        example(normal(1, 3), shape=(0, 3), label="empty"),
    ],
    "mr.concat": concats(),
    "mr.pad": pads(),
    "mr.pad_mode": pad_modes(),
    "mr.tile": tiles(),
}
