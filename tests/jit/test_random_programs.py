"""Random programs give the same bits compiled as in plain numpy (``benchmarks/fuzz_jit.py`` runs
thousands of them)."""

from __future__ import annotations

import copy

from hypothesis import HealthCheck, given, note, settings
from hypothesis import strategies as st

import millrace
from tests.jit.harness import assert_same
from tests.jit.random_programs import Chooser, Writer, arguments, run_text


@settings(max_examples=30, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_random_programs(data: st.DataObject) -> None:
    chooser = Chooser(lambda n: data.draw(st.integers(0, n - 1)))
    source = Writer(chooser).program()
    note(source)
    compiled = millrace.jit(src=source, strict=True)
    for seed in range(3):
        args = arguments(seed)
        want = run_text(source, copy.deepcopy(args))
        assert_same(compiled(*copy.deepcopy(args)), want, ulps=0)
