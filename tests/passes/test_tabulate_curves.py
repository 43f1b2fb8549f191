"""Tables of curves hold the curves, and are there where there is room for them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.dialects.mr.fixed_point_curves import FixedPointLogistic, FixedPointTanh
from millrace.ir.interpreter import interpret
from millrace.ir.target import TargetInfo
from millrace.ir.types import I16, tensor
from millrace.passes.manager import run_pipeline

CODES = np.arange(-(1 << 15), 1 << 15).astype(np.int16)
CORE = TargetInfo("core", "thumbv7em-none-unknown-gnueabi", vector_bytes=0, flash_bytes=1 << 20)


def tables(kit, target, flash=0):
    """The sizes of the constants after the pass, which changes no number."""

    def build(b, x):
        return [
            b.value(FixedPointLogistic, x, integer_bits=3),
            b.value(FixedPointTanh, x, integer_bits=3),
            b.value(FixedPointTanh, x, integer_bits=4),
            b.value(FixedPointTanh, x, integer_bits=0),
        ]

    m = kit.graph().main([tensor(CODES.shape, I16)], build)
    m.attributes["target"] = target.to_attr()
    before = interpret(m, [CODES])
    run_pipeline(m, f"tabulate-curves{{flash={flash}}},cse")
    for x, y in zip(before, interpret(m, [CODES]), strict=True):
        np.testing.assert_array_equal(x, y)
    found = [op.value.array.size for op in m.walk() if isinstance(op, Constant)]
    return sorted(n for n in found if n > 1)


@pytest.mark.parametrize("dsp", [False, True])
def test_one_table_serves_all_curves_that_are_coarse_enough(kit, dsp):
    assert tables(kit, replace(CORE, dsp=dsp)) == [1024]


def test_whole_tables_where_the_user_allows_them(kit):
    assert tables(kit, CORE, 4 * 131072 + 20000) == [65536] * 4
    assert tables(kit, CORE, 4 * 131072) == [1024]


def test_no_tables_with_little_flash_or_with_vectors(kit):
    assert tables(kit, replace(CORE, flash_bytes=32 << 10)) == []
    assert tables(kit, replace(CORE, vector_bytes=16)) == []
