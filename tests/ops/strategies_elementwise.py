"""Examples of elementwise operations."""

from __future__ import annotations

from typing import Any

import numpy as np

from millrace.ir.dialects.mr import compare, elementary
from millrace.ir.dialects.mr.activation import Activation
from millrace.ir.types import BF16 as BF16_TYPE
from millrace.ir.types import F16 as F16_TYPE
from millrace.ir.types import F32 as F32_TYPE
from millrace.ir.types import F64 as F64_TYPE
from millrace.ir.types import I1, I8, I16, I32, I64, UI8, UI16, UI32, UI64
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
    pairs,
    small,
    specials,
    tag,
    truths,
)

TYPES = (F16_TYPE, BF16_TYPE, F32_TYPE, F64_TYPE, I1, I8, I16, I32, I64, UI8, UI16, UI32, UI64)


def float_pairs(**attributes: Any) -> list[Example]:
    out = [example(*pairs(specials(t)), label=tag(t), **attributes) for t in FLOATS]
    x, y = normal(2, 1, 3), normal(4, 1, seed=1)
    return [*out, example(x, y, label="broadcast", **attributes)]


def int_pairs(**attributes: Any) -> list[Example]:
    return [example(*pairs(corners(t)), label=tag(t), **attributes) for t in INTS]


def bool_pairs() -> list[Example]:
    return [example(*pairs(np.array([False, True])), label="bool")]


def number_pairs(**attributes: Any) -> list[Example]:
    return float_pairs(**attributes) + int_pairs(**attributes)


def hooked(neutral: int) -> list[Example]:
    """Operands that the operation's folds know."""
    x, scalar = normal(3, 4), np.array(neutral, F32)
    return [
        example(x, scalar, label="right"),
        example(scalar, x, label="left"),
        example(np.array([2.0], F32), np.full((3, 1), neutral, F32), label="widens"),
    ]


def powers_of_two() -> list[Example]:
    x = np.concatenate([specials(), normal(9)])
    by = [np.array(8.0, F32), np.array([0.25] * x.size, F32), np.array(-(2.0**126), F32)]
    out = [example(x, y, label="power") for y in by]
    return [*out, example(specials(BF16), np.array(4.0, BF16)), example(x, np.array(3.0, F32))]


def mod_pairs() -> list[Example]:
    return number_pairs() + number_pairs(fmod=True)


def pow_examples() -> list[Example]:
    out = float_pairs()
    for t in INTS:
        x, y = pairs(corners(t))
        out.append(example(x, np.clip(y, -9, 100) if y.dtype.kind == "i" else y, label=tag(t)))
    out.append(example(corners(np.int64).reshape(-1, 1), small(1, 9, dtype=np.uint8), label="ints"))
    out.append(example(normal(3, 4), small(4, dtype=np.int64), label="float^int"))
    out.append(example(small(3, 4), np.array([2.0, 0.5, -1.0, 3.0], F32), label="int^float"))
    powers = [example(normal(5), np.array(p, F32), label=f"p{p}") for p in (1, 2, 3, -1)]
    powers += [example(specials(), np.array(p, F32), label=f"root{p}") for p in (0.5, -0.5)]
    ints = [example(small(5), np.array(p, np.int32), label=f"i{p}") for p in (1, 2, 3, -1)]
    return out + powers + ints


def unary_floats(**attributes: Any) -> list[Example]:
    return [
        example(np.concatenate([specials(t), normal(40, dtype=t)]), label=tag(t), **attributes)
        for t in FLOATS
    ] + [example(np.array(0.75, F32), label="scalar", **attributes)]


def unary_ints() -> list[Example]:
    return [example(corners(t), label=tag(t)) for t in INTS]


def shifts() -> list[Example]:
    out = []
    for t in INTS:
        bits = np.dtype(t).itemsize * 8
        counts = np.array([0, 1, 3, bits - 1, bits, min(bits + 1, 127), 100], t)
        out.append(example(corners(t).reshape(-1, 1), counts.reshape(1, -1), label=tag(t)))
    return out


def clip_examples() -> list[Example]:
    x = specials()
    low, high = np.array(-1.0, F32), np.array(0.75, F32)
    out = [
        example(x, low, high, label="both"),
        example(x, low, None, label="low"),
        example(x, None, high, label="high"),
        example(x, None, None, label="none"),
        example(x, high, low, label="crossed"),
        example(specials(F16), np.array(-1, F16), np.array(1, F16), label="f16"),
        example(specials(BF16), np.array(-1, BF16), np.array(1, BF16), label="bf16"),
    ]
    return out + [example(corners(t), np.array(2, t), np.array(5, t), label=tag(t)) for t in INTS]


def where_examples() -> list[Example]:
    condition = truths(3, 1)
    out = []
    for t in (*FLOATS, *INTS, np.bool_):
        x, y = small(3, 4).astype(t), small(4, seed=1).astype(t)
        out.append(example(condition, x, y, label=tag(t)))
    x, y = normal(3, 4), normal(3, 4, seed=1)
    known = [example(np.full((3, 4), v), x, y, label=str(v)) for v in (True, False)]
    return [*out, *known, example(np.array(True), normal(4), y, label="widens")]


def cast_sources() -> list[np.ndarray[Any, Any]]:
    floats = [specials(t) for t in FLOATS]
    large = np.array([3e9, -3e9, 200.7, -200.7])
    floats += [large.astype(F32), large, large[2:].astype(F16)]
    return [*floats, *(corners(t) for t in INTS), np.array([True, False])]


def cast_examples() -> list[Example]:
    out = []
    for x in cast_sources():
        for t in TYPES:
            out.append(example(x, to=t, label=f"{tag(x.dtype)}-{t}"))
    return out


def bitcast_examples() -> list[Example]:
    return [
        example(specials(F32), to=UI32),
        example(integers(6, dtype=np.int32), to=F32_TYPE),
        example(specials(F16), to=BF16_TYPE),
        example(specials(F64), to=I64),
        example(integers(3, 2, dtype=np.uint8), to=I8),
        example(normal(4), to=F32_TYPE, label="same"),
        example(truths(5), to=UI8, label="truth"),
        example(truths(5).astype(np.int8), to=I1, label="byte"),
    ]


def isinf_examples() -> list[Example]:
    return [
        e
        for up in (True, False)
        for down in (True, False)
        for e in unary_floats(detect_positive=up, detect_negative=down)
    ]


def prelu_examples() -> list[Example]:
    out = [example(normal(2, 3, 4, dtype=t), normal(3, 1, dtype=t, seed=1)) for t in FLOATS]
    return [*out, example(small(2, 3), small(3, seed=1), label="int")]


COMPARISONS = (
    compare.Equal, compare.NotEqual, compare.Less, compare.LessEqual, compare.Greater,
    compare.GreaterEqual,
)  # fmt: skip

STRATEGIES: dict[str, list[Example]] = {
    "mr.add": number_pairs() + hooked(0),
    "mr.sub": number_pairs() + hooked(0),
    "mr.mul": number_pairs() + hooked(1),
    "mr.div": number_pairs() + hooked(1) + powers_of_two(),
    "mr.floor_div": number_pairs(),
    "mr.mod": mod_pairs(),
    "mr.pow": pow_examples(),
    "mr.max": number_pairs() + bool_pairs(),
    "mr.min": number_pairs() + bool_pairs(),
    "mr.atan2": float_pairs(),
    "mr.neg": unary_floats() + unary_ints(),
    "mr.abs": unary_floats() + unary_ints(),
    "mr.sign": unary_floats() + unary_ints(),
    "mr.reciprocal": unary_floats(),
    "mr.rsqrt": unary_floats(),
    "mr.sigmoid": unary_floats(),
    "mr.relu": unary_floats() + unary_ints(),
    "mr.prelu": prelu_examples(),
    "mr.clip": clip_examples(),
    "mr.where": where_examples(),
    "mr.cast": cast_examples(),
    "mr.bitcast": bitcast_examples(),
    "mr.isnan": unary_floats(),
    "mr.isinf": isinf_examples(),
    "mr.and": bool_pairs(),
    "mr.or": bool_pairs(),
    "mr.xor": bool_pairs(),
    "mr.not": [example(np.array([True, False]))],
    "mr.bitwise_and": int_pairs(),
    "mr.bitwise_or": int_pairs(),
    "mr.bitwise_xor": int_pairs(),
    "mr.bitwise_not": unary_ints(),
    "mr.shift_left": shifts(),
    "mr.shift_right": shifts(),
}
STRATEGIES |= {cls.name: unary_floats() for cls in elementary.MathUnary.__subclasses__()}
STRATEGIES |= {cls.name: unary_floats() for cls in Activation.__subclasses__()}
STRATEGIES |= {cls.name: number_pairs() + bool_pairs() for cls in COMPARISONS}
STRATEGIES["mr.gelu"] += unary_floats(approximate="tanh")
STRATEGIES["mr.shrink"] += unary_floats(lambd=0.25, bias=0.75)
STRATEGIES["mr.swish"] += unary_floats(alpha=1.702)
STRATEGIES["mr.celu"] += unary_floats(alpha=2.0)
STRATEGIES["mr.leaky_relu"] += unary_floats(alpha=0.3)
