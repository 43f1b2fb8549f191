"""Examples of products, convolutions and pooling."""

from __future__ import annotations

from typing import Any

import numpy as np

from millrace.ir.types import F32 as F32_TYPE
from millrace.ir.types import I32
from tests.ops.cases import Example, example
from tests.ops.data import (
    BF16,
    F16,
    F32,
    F64,
    INTS,
    integers,
    normal,
    positive,
    small,
    specials,
    tag,
)


def matmuls() -> list[Example]:
    a, b = integers(2, 3, dtype=np.uint8), integers(3, 4, dtype=np.int8)
    return [
        example(normal(3, 4), normal(4, 5)),
        example(normal(4, 3), normal(5, 4), transpose_lhs=True, transpose_rhs=True),
        example(normal(4, 3), normal(4, 5), transpose_lhs=True, label="lhs"),
        example(normal(2, 1, 3, 4), normal(5, 4, 2), label="batch"),
        example(normal(5, 3, 4), normal(1, 2, 4), transpose_rhs=True, label="batch-one"),
        example(normal(1, 4), normal(4, 1), label="inner"),
        example(normal(3, 0), normal(0, 2), label="empty-sum"),
        example(normal(0, 3), normal(3, 2), label="empty"),
        example(np.array([[np.inf, 1], [np.nan, 2]], F32), normal(2, 2), label="specials"),
        *(example(normal(3, 9, dtype=t), normal(9, 2, dtype=t), label=tag(t)) for t in (F16, BF16)),
        example(normal(3, 9, dtype=F64), normal(9, 2, dtype=F64), label="f64"),
        *(example(small(3, 4, dtype=t), small(4, 2, dtype=t), label=tag(t)) for t in INTS),
        example(a, b, acc=I32, label="ui8-i8"),
        example(normal(3, 9, dtype=BF16), normal(9, 2, dtype=BF16), acc=F32_TYPE, label="acc"),
    ]


def contractions() -> list[Example]:
    return [
        example(normal(2, 3), normal(3, 4), equation="ij,jk->ik"),
        example(normal(2, 3, 4), normal(2, 4, 5), equation="bij,bjk->kbi"),
        example(normal(2, 3), normal(4), equation="ij,k->ki", label="outer"),
        example(normal(2, 3), normal(4), equation="ij,k->i", label="summed"),
        example(normal(3, 3), normal(3), equation="ii,i->", label="diagonal"),
        example(normal(3, 3), normal(), equation="ii,->i", label="scalar"),
        example(normal(1, 3), normal(2, 3), equation="ij,ij->ij", label="ones"),
        example(normal(2, 3, dtype=F16), normal(3, dtype=F16), equation="ij,j->i", label="f16"),
    ]


def einsums() -> list[Example]:
    return [
        example([normal(2, 3), normal(3, 4)], equation="ij,jk"),
        example([normal(2, 5, 3), normal(1, 3, 4)], equation="...ij,...jk->...ik", label="dots"),
        example([normal(2, 3), normal(3, 4), normal(4, 2)], equation="ab,bc,ca->a", label="three"),
        example([normal(2, 3), normal(3, 4), normal(2)], equation="ab,bc,a -> ", label="total"),
        example([normal(2, 3, 4)], equation="abc->ca", label="sum"),
        example([normal(2, 3, 4)], equation="abc->cab", label="transpose"),
        example([normal(3, 3, 4)], equation="iik->ki", label="diag"),
        example([normal(2, 3, 3)], equation="...ii->...i", label="diag-dots"),
        example([normal(3, 2)], equation="ba", label="implicit"),
        example([normal(3), normal(3)], equation="i,i", label="inner"),
        example([normal(5, 1, 3), normal(4, 3)], equation="...i,...i->...", label="dots-one"),
    ]


def weights(*shape: int, dtype: Any = F32) -> Any:
    return normal(*shape, dtype=dtype, seed=7, scale=0.5)


def convolutions() -> list[Example]:
    x = normal(2, 7, 6, 4)
    both = {"low": (1, 2), "high": (2, 0)}
    return [
        example(x, weights(3, 2, 4, 5)),
        example(x, weights(3, 2, 4, 5), strides=(2, 1), dilations=(1, 3)),
        example(x, weights(3, 3, 4, 5), **both, label="pads"),
        example(x, weights(3, 3, 2, 6), groups=2, **both, strides=(2, 2), label="groups"),
        example(x, weights(3, 2, 2, 2), groups=2, label="groups-one-out"),
        example(x, weights(3, 3, 1, 4), groups=4, label="depthwise"),
        example(x, weights(2, 2, 1, 8), groups=4, label="depth-multiplier"),
        example(normal(2, 3, 3, 1), weights(3, 3, 1, 1), label="one-channel"),
        example(x, weights(1, 1, 4, 3), label="pointwise"),
        example(normal(1, 9, 3), weights(4, 3, 2), low=(3,), label="1d"),
        example(normal(1, 4, 5, 3, 2), weights(2, 3, 1, 2, 3), strides=(1, 2, 2), label="3d"),
        example(normal(1, 9, 3, dtype=F16), weights(4, 3, 2, dtype=F16), label="f16"),
        example(normal(1, 9, 3, dtype=F64), weights(4, 3, 2, dtype=F64), label="f64"),
        example(
            integers(1, 5, 3, dtype=np.uint8),
            integers(2, 3, 2, dtype=np.int8),
            acc=I32,
            high=(1,),
            label="integer",
        ),
    ]


def transposed() -> list[Example]:
    x = normal(2, 4, 3, 4)
    return [
        example(x, weights(3, 2, 4, 5)),
        example(x, weights(3, 2, 4, 5), strides=(2, 3), low=(1, 0), high=(0, 1), label="cut"),
        example(x, weights(3, 3, 2, 6), groups=2, strides=(2, 1), dilations=(1, 2), label="groups"),
        example(x, weights(2, 2, 4, 3), strides=(2, 2), output_padding=(1, 1), label="extra"),
        example(x, weights(2, 2, 4, 3), strides=(3, 3), low=(-1, 3), high=(-2, 2), label="more"),
        example(normal(1, 4, 2), weights(3, 2, 3), strides=(2,), label="1d"),
        example(normal(1, 2, 3, 2, 2), weights(2, 1, 3, 2, 2), strides=(2, 1, 2), label="3d"),
        example(normal(1, 4, 2, dtype=BF16), weights(3, 2, 3, dtype=BF16), label="bf16"),
    ]


def integer_products() -> tuple[list[Example], list[Example]]:
    a, b = integers(3, 4, dtype=np.uint8), integers(4, 5, dtype=np.int8)
    rows, columns = integers(3, 1, dtype=np.uint8, seed=1), integers(5, dtype=np.int8, seed=1)
    x, w = integers(1, 5, 4, 2, dtype=np.uint8), integers(3, 2, 2, 3, dtype=np.uint8)
    zero, other = np.uint8(7), integers(3, dtype=np.uint8, seed=2)
    return (
        [
            example(a, b, None, None),
            example(a, b, zero, np.int8(-3), label="scalars"),
            example(a, b, rows, columns, label="rows"),
            example(integers(2, 3, 4, dtype=np.int8), b, None, columns, label="batch"),
        ],
        [
            example(x, w, None, None),
            example(x, w, zero, other, low=(1, 1), high=(1, 0), strides=(2, 1), label="pads"),
        ],
    )


def windows(data: Any = normal, padded: bool = True) -> list[Example]:
    x = data(2, 7, 6, 3)
    out = [
        example(x, kernel=(3, 2)),
        example(x, kernel=(2, 3), strides=(2, 2), dilations=(3, 1)),
        example(data(1, 9, 2), kernel=(3,), strides=(3,), label="1d"),
        example(data(1, 4, 5, 3, 2), kernel=(2, 3, 1), label="3d"),
        example(data(1, 9, 2, dtype=F16), kernel=(3,), label="f16"),
        example(data(1, 9, 2, dtype=BF16), kernel=(3,), label="bf16"),
        example(data(1, 9, 2, dtype=F64), kernel=(3,), label="f64"),
    ]
    if padded:
        pads = {"low": (1, 0), "high": (2, 1)}
        out.append(example(x, kernel=(3, 3), strides=(2, 2), **pads, label="pads"))
    return out


def integer_windows() -> list[Example]:
    types = (np.int8, np.uint8, np.int32)
    return [example(small(1, 6, 2, dtype=t), kernel=(3,), low=(1,), label=tag(t)) for t in types]


def maxima() -> list[Example]:
    infinite = np.full((1, 4, 1), -np.inf, F32)
    return [
        *windows(),
        *integer_windows(),
        example(specials().reshape(1, -1, 1), kernel=(2,), low=(1,), label="specials"),
        example(infinite, kernel=(3,), low=(2,), label="infinite"),
    ]


def indexed_maxima() -> list[Example]:
    x = normal(2, 7, 6, 3)
    pads = {"low": (1, 0), "high": (1, 2)}
    return [
        *maxima(),
        example(x, kernel=(2, 3), column_major=True, label="columns"),
        example(x, kernel=(3, 3), **pads, column_major=True, label="columns-pads"),
        example(x, kernel=(2, 2), origin=(1, 2), full=(5, 3), label="frame"),
        example(small(1, 5, 5, 1), kernel=(3, 3), **pads, label="ties"),
    ]


def averages() -> list[Example]:
    x = normal(2, 7, 6, 3)
    pads = {"low": (1, 0), "high": (1, 2)}
    out = windows()
    for count in (False, True):
        out += [
            example(x, kernel=(3, 3), **pads, count_pad=count, label="pads"),
            example(x, kernel=(3, 4), strides=(2, 3), extra=(0, 2), count_pad=count, label="ceil"),
            example(x, kernel=(2, 2), dilations=(3, 2), **pads, count_pad=count, label="dilated"),
        ]
    return [*out, example(normal(1, 30, 1, dtype=F16, scale=2e4), kernel=(20,), label="large")]


MATMUL_INTEGER, CONV_INTEGER = integer_products()

STRATEGIES: dict[str, list[Example]] = {
    "mr.matmul": matmuls(),
    "mr.contract": contractions(),
    "mr.einsum": einsums(),
    "mr.conv": convolutions(),
    "mr.conv_transpose": transposed(),
    "mr.matmul_integer": MATMUL_INTEGER,
    "mr.conv_integer": CONV_INTEGER,
    "mr.max_pool": maxima(),
    "mr.max_pool_indices": indexed_maxima(),
    "mr.sum_pool": [*windows(), *integer_windows()],
    "mr.avg_pool": averages(),
    "mr.lp_pool": [
        *windows(positive),
        example(normal(1, 6, 2), kernel=(3,), p=3, low=(1,), label="p3"),
        example(normal(1, 6, 2), kernel=(3,), p=1, label="p1"),
    ],
}
