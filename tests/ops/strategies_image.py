"""Examples of image and signal operations."""

from __future__ import annotations

import itertools

import numpy as np

from millrace.ir.dialects.mr.resize import COORDINATES, NEAREST
from tests.ops.cases import Example, example
from tests.ops.data import BF16, F16, F32, F64, integers, normal, small


def resizes() -> list[Example]:
    x = normal(2, 4, 5)
    two = {"axes": (1, 2), "sizes": (7, 3)}
    out = []
    for mode, coordinates in itertools.product(("nearest", "linear", "cubic"), COORDINATES):
        fields = {"mode": mode, "coordinates": coordinates}
        out += [
            example(x, **two, **fields, label=f"{mode}-{coordinates}"),
            example(x, axes=(2,), sizes=(1,), scales=(0.2,), **fields, label=f"{mode}-one"),
            example(x, axes=(2, 1), sizes=(13, 3), scales=(2.6, 0.8), **fields, label=mode),
        ]
    out += [example(x, **two, nearest=n, label=n) for n in NEAREST]
    for mode in ("linear", "cubic"):
        out += [
            example(x, axes=(2,), sizes=(2,), mode=mode, antialias=True, label=f"{mode}-anti"),
            example(normal(40), axes=(0,), sizes=(3,), mode=mode, antialias=True, label="taps"),
            example(normal(2, 40, 3), axes=(1,), sizes=(3,), mode=mode, antialias=True),
            example(x, **two, mode=mode, exclude_outside=True, label=f"{mode}-exclude"),
            example(normal(4, dtype=F16), axes=(0,), sizes=(7,), mode=mode, label="f16"),
            example(normal(4, dtype=F64), axes=(0,), sizes=(7,), mode=mode, label="f64"),
            example(integers(4, dtype=np.uint8), axes=(0,), sizes=(7,), mode=mode, label="ui8"),
        ]
        crop = {"coordinates": "tf_crop_and_resize", "roi": (0.4, 0.6, 1.2, 0.8)}
        out.append(example(x, **two, **crop, mode=mode, extrapolation=9.0, label="crop"))
    return [
        *out,
        example(x, axes=(1, 2), sizes=(12, 10), coordinates="asymmetric", nearest="floor"),
        example(x, axes=(), sizes=(), label="nothing"),
        example(small(3, dtype=np.int32), axes=(0,), sizes=(6,), label="i32"),
    ]


def grid_samples() -> list[Example]:
    out = []
    x, grid = normal(2, 3, 4, 5), normal(2, 3, 4, 2, scale=0.9)
    far = np.array([[[[-1, -1], [1, 1], [-1.5, 0.2], [3.3, -4.1], [0, 1.01]]]], F32)
    flags = itertools.product(
        ("nearest", "linear", "cubic"), ("zeros", "border", "reflection"), (False, True)
    )
    for mode, padding, align in flags:
        fields = {"mode": mode, "padding": padding, "align_corners": align}
        out += [
            example(x, grid, **fields, label=f"{mode}-{padding}"),
            example(normal(1, 1, 3, 1), far, **fields, label=f"{mode}-far"),
        ]
    volume = normal(1, 2, 2, 3, 4), normal(1, 2, 2, 2, 3)
    out += [example(*volume, mode=mode, label="3d") for mode in ("nearest", "linear")]
    out.append(example(normal(1, 2, 5), normal(1, 3, 1), label="1d"))
    return [*out, example(normal(1, 1, 3, 3, dtype=F16), normal(1, 2, 2, 2), label="f16")]


def rois() -> list[Example]:
    x = normal(2, 3, 8, 9)
    regions = np.array([[0, 0, 7, 7], [1.5, 2.5, 4, 6], [-3, -2, 30, 5], [5, 5, 5, 5]], F32)
    batch, out = np.array([0, 1, 0, 1]), []
    for half, maximum in itertools.product((False, True), (False, True)):
        fields = {"half_pixel": half, "maximum": maximum, "height": 3, "width": 2}
        out += [
            example(x, regions, batch, **fields),
            example(x, regions, batch, **fields, sampling=2, scale=0.5, label="scaled"),
        ]
    return out


def signals() -> tuple[list[Example], list[Example]]:
    real, complex_ = normal(2, 6, 1), normal(2, 6, 2)
    dfts = [
        example(real, axis=1),
        example(complex_, axis=1, label="complex"),
        example(complex_, axis=1, inverse=True, label="inverse"),
        example(real, axis=1, inverse=True, label="inverse-real"),
        example(real, axis=1, onesided=True, label="half"),
        example(complex_, axis=1, inverse=True, onesided=True, label="real"),
        example(normal(3, 5, 4, 2), axis=2, length=6, label="longer"),
        example(normal(3, 5, 4, 2), axis=0, length=2, label="shorter"),
        example(normal(2, 5, 2), axis=1, length=7, inverse=True, onesided=True, label="odd"),
        example(normal(2, 5, 2), axis=1, length=4, inverse=True, onesided=True, label="cut"),
        example(normal(2, 6, 1, dtype=F64), axis=1, label="f64"),
    ]
    stfts = [
        example(normal(2, 20, 1), None, step=3, length=8),
        example(normal(2, 20, 1), normal(8), step=4, length=8, onesided=False, label="window"),
        example(normal(1, 9, 2), normal(5), step=2, length=5, onesided=False, label="complex"),
    ]
    return dfts, stfts


def determinants() -> list[Example]:
    singular = np.array([[1, 2], [2, 4]], F32)
    zero_pivot = np.array([[0, 2, 1], [1, 0, 3], [4, 1, 0]], F32)
    return [
        example(normal(4, 4)),
        example(normal(2, 3, 3, 3), label="batch"),
        example(singular, label="singular"),
        example(zero_pivot, label="pivot"),
        example(np.array([[1, np.nan], [2, 3]], F32), label="nan"),
        example(np.zeros((2, 0, 0), F32), label="empty"),
        example(normal(3, 3, dtype=BF16), label="bf16"),
    ]


def columns() -> list[Example]:
    return [
        example(normal(1, 8, 12), sizes=(4, 5), kernel=(2, 2)),
        example(normal(2, 6, 9), sizes=(6, 5), kernel=(2, 1), strides=(2, 2), label="strides"),
        example(normal(1, 9, 4), sizes=(6, 6), kernel=(3, 3), dilations=(2, 2), label="dilated"),
        example(
            normal(1, 4, 15), sizes=(3, 4), kernel=(2, 2), low=(1, 0), high=(2, 0), label="pads"
        ),
        example(normal(1, 12, 2), sizes=(3, 2, 3), kernel=(2, 2, 3), label="3d"),
    ]


DFTS, STFTS = signals()

STRATEGIES: dict[str, list[Example]] = {
    "mr.resize": resizes(),
    "mr.resample": [
        example(normal(3, 4, 2), np.array([[0, 1], [3, 2], [1, 1]]), normal(3, 2), axis=1),
        example(normal(4), np.array([[3]], np.int32), normal(1, 1), axis=0, label="one"),
    ],
    "mr.depth_to_space": [
        example(normal(2, 8, 2, 3), block=2),
        example(normal(2, 8, 2, 3), block=2, column_row_depth=True),
    ],
    "mr.space_to_depth": [
        example(normal(2, 3, 4, 6), block=2),
        example(normal(2, 3, 4, 6), block=2, column_row_depth=True),
    ],
    "mr.affine_grid": [
        example(normal(2, 2, 3), sizes=(3, 4)),
        example(normal(2, 2, 3), sizes=(3, 1), align_corners=True),
        example(normal(1, 3, 4), sizes=(2, 3, 4), align_corners=True, label="3d"),
    ],
    "mr.col2im": columns(),
    "mr.max_unpool": [
        example(normal(1, 1, 2, 2), np.array([[[[1, 3], [4, 15]]]]), shape=(1, 1, 4, 4)),
        example(normal(3), np.array([2, 0, 2]), shape=(4,), label="repeated"),
    ],
    "mr.grid_sample": grid_samples(),
    "mr.roi_align": rois(),
    "mr.dft": DFTS,
    "mr.stft": STFTS,
    "mr.det": determinants(),
}
