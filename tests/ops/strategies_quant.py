"""Examples of quantization."""

from __future__ import annotations

import numpy as np

from millrace.ir.types import I8, I16, UI8, UI16
from tests.ops.cases import Example, example
from tests.ops.data import F16, F32, integers, normal, positive, specials

X = normal(2, 6, 5, scale=40.0)
SCALE = np.array(0.5, F32)


def point(dtype: type, *shape: int) -> np.ndarray:
    return (np.arange(np.prod(shape, dtype=int)) + 3).astype(dtype).reshape(shape)


QUANTIZE = [
    example(X, SCALE, None, to=UI8, label="ui8"),
    example(X, SCALE, None, to=I8, label="i8"),
    example(X, SCALE, point(np.uint8), to=UI8, label="point"),
    example(X, np.array([0.5], F32), point(np.int8, 1), to=I8, label="one"),
    example(specials(), SCALE, point(np.int8), to=I8, label="specials", axis=0),
    example(np.arange(-8, 9).astype(F32) / 2, np.array(1.0, F32), None, to=I8, label="halves"),
    example(X * 400, positive(6), point(np.int16, 6), to=I16, label="axis"),
    example(X, positive(5), point(np.uint16, 5), to=UI16, axis=2, label="last"),
    example(X, positive(2, 3, 5), point(np.int8, 2, 3, 5), to=I8, block_size=2, label="blocked"),
    example(X, positive(2, 2, 5), None, to=I8, block_size=4, label="ragged"),
    example(X.astype(F16), SCALE.astype(F16), None, to=UI8, label="f16"),
    example(integers(3, 4), SCALE, None, to=I8, label="ints"),
]

Q = integers(2, 6, 5, dtype=np.int8)

DEQUANTIZE = [
    example(Q, SCALE, None, label="i8"),
    example(Q, SCALE, point(np.int8), label="point"),
    example(Q.view(np.uint8), SCALE, point(np.uint8), label="ui8"),
    example(Q, positive(6), point(np.int8, 6), label="axis"),
    example(Q, positive(2, 3, 5), point(np.int8, 2, 3, 5), block_size=2, label="blocked"),
    example(Q, positive(2, 2, 5), None, block_size=4, label="ragged"),
    example(Q, SCALE.astype(F16), None, label="f16"),
    example(integers(4), SCALE, None, axis=0, label="i32"),
    example(integers(4, dtype=np.uint16), SCALE, point(np.uint16), axis=0, label="ui16"),
]

STRATEGIES: dict[str, list[Example]] = {
    "mr.quantize_linear": QUANTIZE,
    "mr.dequantize_linear": DEQUANTIZE,
    "mr.fake_quantize": [
        example(X / 4, scale=0.5, low=-9, high=11),
        example(X, scale=0.7, low=-128, high=127, label="i8"),
        example(np.arange(-8, 9).astype(F32) / 2, scale=1.0, low=-3, high=3, label="halves"),
        example(specials(), scale=0.1, low=0, high=255, label="specials"),
    ],
    "mr.dynamic_quantize_linear": [
        example(normal(3, 4)),
        example(positive(7), label="positive"),
        example(-positive(7), label="negative"),
    ],
}
