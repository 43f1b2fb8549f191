"""The token machine and the structured result agree on random graphs."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from millrace.ir.dialects.builtin import Module
from millrace.ir.interpreter import interpret
from millrace.ir.interpreter.flow import interpret_flow
from millrace.ir.levels import Level
from millrace.ir.verifier import verify
from millrace.passes.control_flow.structure_flow import StructureFlow
from millrace.passes.manager import run_pipeline

CHUNK = 25


@pytest.mark.parametrize("first", range(0, 500, CHUNK))
def test_structured_result_is_what_the_tokens_compute(
    make_random: Callable[[int], Module], first: int
) -> None:
    for seed in range(first, first + CHUNK):
        module = make_random(seed)
        verify(module, Level.FLOW)
        numbers = np.random.default_rng(seed).integers(-4, 5, (4, 2))
        inputs = [[np.array(x, np.int32) for x in row] for row in numbers]
        wanted = [interpret_flow(module, x) for x in inputs]
        run_pipeline(module, [StructureFlow()], level=Level.FLOW)
        verify(module, Level.GRAPH)
        for x, want in zip(inputs, wanted, strict=True):
            got = interpret(module, x)
            assert [int(g) for g in got] == [int(w) for w in want], f"seed {seed}, inputs {x}"
