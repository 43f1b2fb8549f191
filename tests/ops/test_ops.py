"""Every tensor operation: ``evaluate`` against the second statement of its meaning."""

from __future__ import annotations

import numpy as np
import pytest

from millrace.ir.builder import Builder
from millrace.ir.core import Block
from millrace.ir.dialects import func
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.dialects.mr.kinds import Control, TensorOp
from millrace.ir.interpreter import interpret
from millrace.ir.registry import all_ops
from millrace.ir.types import FloatType, TensorType, type_of_array
from tests.ops.cases import Array, Case, cases, module_of, strategies
from tests.ops.statements import second_statement

CASES = list(cases())
WITHOUT_EXAMPLES = (Constant, Control)
"""Operations with nothing to compare: constants, and those that carry regions."""


def tensor_ops() -> list[str]:
    return [
        name
        for name, cls in all_ops().items()
        if issubclass(cls, TensorOp) and not issubclass(cls, WITHOUT_EXAMPLES)
    ]


@pytest.mark.parametrize("name", tensor_ops())
def test_has_a_strategy(name: str) -> None:
    assert strategies().get(name), f"{name} has no examples in tests/ops/strategies_*.py"


def test_strategies_name_operations() -> None:
    assert not set(strategies()) - set(tensor_ops())


def first_statement(case: Case) -> tuple[list[Array], TensorOp]:
    module, op = case.module()
    return interpret(module, case.arrays), op


@pytest.mark.parametrize("case", CASES, ids=str)
def test_two_statements_agree(case: Case) -> None:
    expected, op = first_statement(case)
    got = second_statement(case)
    for e, g in zip(expected, got, strict=True):
        assert_close(op, case, e, g)


@pytest.mark.parametrize("case", CASES, ids=str)
def test_hooks_keep_the_meaning(case: Case) -> None:
    """``fold`` and ``canonicalize``, on arguments and on constants."""
    expected, op = first_statement(case)
    for constant in (False, True):
        got = rewritten(case, constant)
        for e, g in zip(expected, got or expected, strict=True):
            assert_close(op, case, e, g)


def rewritten(case: Case, constant: bool) -> list[Array] | None:
    block = Block([type_of_array(a) for a in case.arrays])
    b = Builder(block)
    values = [
        b.value(Constant, value=_dense(a)) if constant else arg
        for a, arg in zip(case.arrays, block.args, strict=True)
    ]
    op = case.build(b, values)
    known = [a if constant else None for a in case.arrays]
    outs = op.fold(known)
    if outs is None:
        outs = op.canonicalize(b)
    if outs is None:
        return None
    assert [v.type for v in outs] == [r.type for r in op.results], "replaced by other types"
    b.create(func.Return, list(outs))
    return interpret(module_of(block), case.arrays)


def _dense(a: Array):
    from millrace.ir.attributes import Dense

    return Dense(a)


def assert_close(op: TensorOp, case: Case, expected: Array, got: Array) -> None:
    assert got.dtype == expected.dtype
    assert got.shape == expected.shape
    t = type_of_array(expected)
    if not isinstance(t.element, FloatType):
        np.testing.assert_array_equal(got, expected)
        return
    e, g = expected.astype(np.float64), got.astype(np.float64)
    np.testing.assert_array_equal(np.isnan(g), np.isnan(e))
    finite = np.isfinite(e)
    with np.errstate(invalid="ignore"):
        off = np.abs(g - e)
        allowed = tolerance(op, case, e)
        wrong = np.where(finite, ~(off <= allowed), (g != e) & ~np.isnan(e))
    if wrong.any():
        at = tuple(np.argwhere(wrong)[0])
        pytest.fail(f"{case}: at {at} expected {e[at]!r}, got {g[at]!r}; {wrong.sum()} wrong")


def tolerance(op: TensorOp, case: Case, expected: Array) -> Array:
    """What ``op.tolerance`` allows at each element; half a unit for an operation that is exact
    but for rounding twice is never given."""
    result = op.results[0].type
    assert isinstance(result, TensorType)
    name = result.element.name if isinstance(result.element, FloatType) else "f32"
    eps = {"f16": 2.0**-10, "bf16": 2.0**-7, "f32": 2.0**-23, "f64": 2.0**-52}[name]
    spec = op.tolerance
    allowed = np.abs(expected) * eps * spec.ulp
    if eps <= 2.0**-23:
        allowed = allowed + spec.absolute * (eps / 2.0**-23)
    else:
        allowed = allowed + np.where(spec.absolute > 0, np.abs(expected) * eps, 0)
    if spec.accumulates:
        allowed = allowed + 4 * eps * accumulated(case, expected)
    return allowed


def accumulated(case: Case, expected: Array) -> Array:
    """A bound of sqrt(K) times the sum of the terms' sizes."""
    k = max(max((a.size for a in case.arrays), default=1) / max(expected.size, 1), 1)
    floats = [a for a in case.arrays if a.dtype.kind not in "iub" and a.size]
    sizes = [
        np.nanmax(np.where(np.isfinite(a.astype(float)), np.abs(a.astype(float)), 0))
        for a in floats
    ]
    return np.sqrt(k) * (np.abs(expected) + min(np.prod([max(s, 1.0) for s in sizes]), 1e6))
