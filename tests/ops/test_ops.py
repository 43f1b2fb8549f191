"""Every tensor operation: ``evaluate`` against the second statement of its meaning."""

from __future__ import annotations

import pytest

from millrace.ir.builder import Builder
from millrace.ir.core import Block
from millrace.ir.dialects import func
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.dialects.mr.kinds import Control, TensorOp
from millrace.ir.interpreter import interpret
from millrace.ir.registry import all_ops
from millrace.ir.types import type_of_array
from tests.ops.cases import Array, Case, cases, module_of, strategies
from tests.ops.comparison import assert_close
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
