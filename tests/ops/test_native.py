"""Every tensor operation as native code against ``evaluate``: a few examples of each in the normal
run, all of them with ``-m slow``."""

from __future__ import annotations

from itertools import groupby

import numpy as np
import pytest

from millrace.driver.compiler import compile_artifact
from millrace.driver.model import Model
from millrace.driver.options import CompileOptions
from millrace.driver.sources import Source
from tests.ops.cases import Array, Case, cases
from tests.ops.test_ops import assert_close, first_statement

FEW = 2
"""Examples of each operation in the normal run."""

BY_OP = {name: list(group) for name, group in groupby(cases(), lambda c: c.op_name)}


def run_native(case: Case) -> list[Array]:
    module, op = case.module()
    module.entry.attributes["arg_names"] = tuple(f"x{i}" for i in range(len(case.arrays)))
    module.entry.attributes["result_names"] = tuple(f"y{i}" for i in range(len(op.results)))
    source = Source(None, str(case), "case", lambda source, shapes: module)
    model = Model(compile_artifact(source, CompileOptions()))
    out = model(*(np.ascontiguousarray(a).reshape(a.shape) for a in case.arrays))
    return list(out) if isinstance(out, tuple) else [out]


def check(case: Case) -> None:
    expected, op = first_statement(case)
    for e, g in zip(expected, run_native(case), strict=True):
        assert_close(op, case, e, g)


@pytest.mark.parametrize("name", BY_OP)
def test_native_code_agrees(name: str) -> None:
    for case in BY_OP[name][:FEW]:
        check(case)


@pytest.mark.slow
@pytest.mark.parametrize("case", [c for group in BY_OP.values() for c in group[FEW:]], ids=str)
def test_all_native_code_agrees(case: Case) -> None:
    check(case)
