"""Chains: elementwise operations, one after the other, on one number and constants. Whatever
stands in a chain, its end is a function of its beginning."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from millrace.ir.core import Value
from millrace.ir.dialects.mr.kinds import Elementwise
from millrace.ir.dialects.mr.movement import shape_of
from millrace.ir.dialects.mr.support import constant_of
from millrace.ir.opdef import grouped
from millrace.ir.types import element_of
from millrace.passes.quantize.formats import Array

Curve = Callable[[Array], Array]
LONGEST = 32
"""Operations of a chain that are looked at."""


def beginnings(v: Value) -> list[Value]:
    """The values that ``v`` may be taken for a function of, the farthest first: those through which
    all that varies in ``v`` passes."""
    steps = _before(v)
    return [s for s in reversed(steps) if curve(v, s) is not None]


def _before(v: Value) -> list[Value]:
    """What leads to ``v`` through elementwise operations of its block and shape."""
    found: dict[Value, None] = {}
    work = [v]
    while work and len(found) < LONGEST:
        op = work.pop(0).defining_op
        if not isinstance(op, Elementwise):
            continue
        for operand in op.operands:
            same = operand.parent_block is v.parent_block and shape_of(operand) == shape_of(v)
            if same and constant_of(operand) is None and operand not in found:
                found[operand] = None
                work.append(operand)
    return list(found)


def curve(v: Value, start: Value) -> Curve | None:
    """``v`` as a function of ``start``; None when something else varies in it."""
    order: list[Value] = []
    if not _ordered(v, start, order, set()):
        return None
    dtype = element_of(start.type).dtype

    def evaluate(numbers: Array) -> Array:
        known: dict[Value, Array] = {start: numbers.astype(dtype)}
        with np.errstate(all="ignore"):
            for value in order:
                known[value] = _step(value, known)
        return known[v]

    return evaluate


def _ordered(v: Value, start: Value, order: list[Value], seen: set[Value]) -> bool:
    """Append to ``order`` the values from ``start`` to ``v`` in the order of their making."""
    if v is start or v in seen:
        return True
    seen.add(v)
    op = v.defining_op
    if not isinstance(op, Elementwise) or len(order) > LONGEST:
        return False
    for operand in op.operands:
        array = constant_of(operand)
        if array is not None and array.size != 1:
            return False
        if array is None and not _ordered(operand, start, order, seen):
            return False
    order.append(v)
    return True


def _step(v: Value, known: dict[Value, Array]) -> Array:
    op = v.defining_op
    assert isinstance(op, Elementwise)
    given: list[Any] = []
    for operand in op.operands:
        array = constant_of(operand)
        given.append(known[operand] if array is None else array.reshape(()))
    return np.asarray(op.evaluate(*grouped(op, given)))
