"""Bounds that operations state of their results hold for every example, with all operands known
exactly, by channels, and as a whole; as arguments and as constants."""

from __future__ import annotations

import numpy as np
import pytest

from millrace.ir.attributes import Dense
from millrace.ir.builder import Builder
from millrace.ir.core import Block
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.dialects.mr.kinds import Composite, Control, TensorOp
from millrace.ir.errors import IRError, RunError
from millrace.ir.interpreter import interpret
from millrace.ir.interval import Interval
from millrace.ir.opdef import grouped
from millrace.ir.types import type_of_array
from tests.ops.cases import Array, Case, cases


def is_followed(op: TensorOp) -> bool:
    hook = type(op).interval is not TensorOp.interval
    types = [v.type for v in (*op.operands, *op.results[:1])]
    known = all(Interval.of_type(t) is not None for t in types)
    return hook and known and not isinstance(op, Composite | Control)


def bounds(op: TensorOp, arrays: list[Array]) -> Interval | None:
    """None also where the result's type cannot hold the bounds."""
    try:
        found = op.interval(*grouped(op, [Interval.of(a, a) for a in arrays]))
    except IRError:  # a form that only its canonicalization lowers
        return None
    limits = Interval.of_type(op.results[0].type)
    assert limits is not None
    return found if found is not None and found.within(limits) else None


def with_constants(case: Case) -> TensorOp:
    b = Builder(Block())
    return case.build(b, [b.value(Constant, value=Dense(a)) for a in case.arrays])


CASES = [c for c in cases() if is_followed(c.module()[1]) and all(a.size for a in c.arrays)]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_results_are_within_their_bounds(case: Case) -> None:
    module, op = case.module()
    try:
        got = interpret(module, case.arrays)[0]
    except RunError:
        return
    for form in (op, with_constants(case)):
        found = bounds(form, case.arrays)
        if found is not None and got.size:
            assert (got >= found.low).all() and (got <= found.high).all()


def test_there_are_examples_of_each_kind() -> None:
    names = {c.op_name for c in CASES}
    assert {"mr.add", "mr.matmul", "mr.conv", "mr.gather", "mr.pad", "mr.max_pool"} <= names
    assert {"mr.fixed_point_scale", "mr.multiply_high", "mr.reduce_sum", "mr.slice"} <= names


def test_bounds_of_a_convolution_are_reached() -> None:
    """With known weights the bounds are those of the best and the worst input."""
    from millrace.ir.dialects.mr.conv import Conv
    from millrace.ir.types import I32

    rng = np.random.default_rng(0)
    w = rng.integers(-128, 128, (3, 2, 2, 6)).astype(np.int8)
    x = np.zeros((1, 3, 2, 4), np.int8)
    b = Builder(Block([type_of_array(x)]))
    op = b.create(Conv, b.block.args[0], b.value(Constant, value=Dense(w)), groups=2, acc=I32)
    low, high = np.array([-128, 0, 5, -1]), np.array([127, 3, 5, 100])
    found = op.interval(Interval.of(low, high), Interval.of(w, w))
    assert found is not None
    for channel in range(6):
        group = slice(0, 2) if channel < 3 else slice(2, 4)
        best = np.where(w[..., channel] > 0, high[group], low[group])
        x[0, ..., group] = best
        assert op.evaluate(x, w)[0, 0, 0, channel] == found.high[channel]
