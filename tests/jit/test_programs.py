"""Every program of the table, run by Python and compiled: values, shapes and types are equal."""

from __future__ import annotations

import pytest

from tests.jit.harness import check
from tests.jit.programs import Program, all_programs

PROGRAMS = all_programs()


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.name)
def test_program(program: Program) -> None:
    for args in program.runs:
        check(program.function, *args, ulps=program.ulps)
