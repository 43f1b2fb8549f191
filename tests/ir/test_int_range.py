"""Ranges of integers: what operations say of their results holds for all operands in range."""

from __future__ import annotations

import random
from collections.abc import Iterator

import numpy as np
import pytest

from millrace.ir.attributes import Scalar
from millrace.ir.core import Operation
from millrace.ir.dialects import arith, math
from millrace.ir.int_range import (
    NEGATED,
    InfersIntRange,
    IntRange,
    bounded,
    compare,
    range_of_type,
)
from millrace.ir.interpreter.scalars import apply
from millrace.ir.types import I1, I8, I16, INDEX, IntegerType, Type


def subclasses(cls: type) -> Iterator[type]:
    for sub in cls.__subclasses__():
        yield sub
        yield from subclasses(sub)


OPERATIONS = sorted(
    {c for c in subclasses(InfersIntRange) if "name" in vars(c)}, key=lambda c: str(vars(c)["name"])
)
SIGNATURES: dict[type, list[tuple[Type, Type]]] = {
    arith.ExtSI: [(I1, I8), (I8, I16)],
    arith.ExtUI: [(I1, I8), (I8, I16)],
    arith.TruncI: [(I16, I8), (I16, I1)],
    arith.IndexCast: [(I8, INDEX), (INDEX, I8)],
    arith.IndexCastUI: [(I8, INDEX), (INDEX, I8)],
}
"""Operand and result of casts between integers; others say nothing."""


def numbers_of(t: Type) -> IntRange:
    found = range_of_type(t if t != INDEX else I16)
    assert found is not None
    return found


def some_range(rng: random.Random, t: Type) -> IntRange:
    low, high = numbers_of(t)
    near = [rng.randint(max(low, -6), min(high, 6)) for _ in range(2)]
    far = [rng.choice((low, high, rng.randint(low, high))) for _ in range(2)]
    return IntRange(*sorted(rng.choice((near, far))))


def value(x: int, t: Type) -> np.ndarray:
    return np.asarray(x).astype(t.dtype)  # type: ignore[attr-defined]


def constant(t: Type) -> Operation:
    return arith.Constant(value=Scalar(False if t == I1 else 0, t))  # type: ignore[arg-type]


def cases(cls: type[Operation]) -> list[tuple[Operation, list[Type]]]:
    if issubclass(cls, arith.CmpI):
        preds = range(len(arith.INT_PREDICATES))
        return [
            (cls(constant(t).results[0], constant(t).results[0], predicate=p), [t, t])
            for t in (I8, I1)
            for p in preds
        ]
    if issubclass(cls, arith.Cast):
        found = []
        for source, target in SIGNATURES.get(cls, []):
            op = cls(constant(source).results[0], result_types=[target])
            found.append((op, [source]))
        return found
    if issubclass(cls, math.Unary):
        return [(cls(constant(I8).results[0]), [I8])]
    both = (arith.AndI, arith.OrI, arith.XOrI)
    types = (I8, I1) if issubclass(cls, both) else (I8,)
    return [(cls(constant(t).results[0], constant(t).results[0]), [t, t]) for t in types]


@pytest.mark.parametrize("cls", OPERATIONS, ids=lambda c: c.name)
def test_results_lie_in_the_range(cls: type[Operation]) -> None:
    rng = random.Random(0)
    told = 0
    for op, types in cases(cls):
        limits = range_of_type(op.results[0].type)
        assert limits is not None
        for _ in range(300):
            ranges = [some_range(rng, t) for t in types]
            found = op.infer_range(*ranges)  # type: ignore[attr-defined]
            if found is None or not found.within(limits):
                continue
            told += 1
            for _ in range(20):
                xs = [rng.choice((*r, rng.randint(*r))) for r in ranges]
                with np.errstate(all="ignore"):
                    got = int(apply(op, *(value(x, t) for x, t in zip(xs, types, strict=True))))
                assert found.low <= got <= found.high, (ranges, xs, got, found)
    assert told or not cases(cls)


@pytest.mark.parametrize("relation", ["lt", "le", "gt", "ge", "eq", "ne"])
def test_comparisons_of_small_ranges(relation: str) -> None:
    """All ranges within -3 ... 3: decided exactly where it can be, and what is left is right."""
    holds = {"lt": int.__lt__, "le": int.__le__, "gt": int.__gt__, "ge": int.__ge__}
    f = {**holds, "eq": int.__eq__, "ne": int.__ne__}[relation]
    every = [IntRange(a, b) for a in range(-3, 4) for b in range(a, 4)]
    for x in every:
        for y in every:
            pairs = [(a, b) for a in range(x.low, x.high + 1) for b in range(y.low, y.high + 1)]
            truths = {bool(f(a, b)) for a, b in pairs}
            assert compare(relation, x, y) == IntRange(min(truths), max(truths))
            left = [a for a, b in pairs if f(a, b)]
            want = IntRange(min(left), max(left)) if left else None
            assert bounded(x, relation, y) == want
            assert NEGATED[NEGATED[relation]] == relation


def test_types() -> None:
    assert range_of_type(I8) == IntRange(-128, 127)
    assert range_of_type(IntegerType(8, unsigned=True)) == IntRange(0, 255)
    assert range_of_type(I1) == IntRange(0, 1)
    assert range_of_type(INDEX, 32) == IntRange(-(1 << 31), (1 << 31) - 1)
