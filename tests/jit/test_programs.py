"""Every program of the table, run by Python and compiled: values, shapes and types are equal."""

from __future__ import annotations

import pytest

from tests.jit.harness import check
from tests.jit.programs import Program, all_programs

PROGRAMS = all_programs()
FEATURES = """if, elif, while, while-else, for, for-else, range, enumerate, zip, reversed, break,
continue, early-return, ternary, and-or-not, chained, augmented, unpacking, walrus, assert, raise,
list, tuple, dict, comprehension, static, closure, lambda, nested-function, method, recursion-free,
default-arguments, keyword-arguments, star-arguments, nonlocal, namedtuple, subscript, slice,
negative-step, newaxis, ellipsis, window, write, update, strided-write, mask, gather, view,
promotion, weak-scalars, integers, unsigned, bool, float16, division, shifts, power, wrap,
creation, elementwise, reduction, linear-algebra, einsum, solve, shapes, joining, sorting,
cumulative, where, clip, statistics, interpolation, math, random, recurrence, scan, cell,
functional-forms, builtins, conversion, outputs, match, set"""


@pytest.mark.parametrize("program", PROGRAMS, ids=lambda p: p.name)
def test_program(program: Program) -> None:
    for args in program.runs:
        check(program.function, *args, ulps=program.ulps)


def test_the_table_is_large_enough() -> None:
    assert len(PROGRAMS) >= 120
    names = [p.name for p in PROGRAMS]
    assert len(set(names)) == len(names)


def test_every_feature_is_covered() -> None:
    covered = {f for p in PROGRAMS for f in p.features}
    wanted = {w.strip() for w in FEATURES.replace("\n", " ").split(",")}
    assert covered == wanted
