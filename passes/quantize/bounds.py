"""Limits that values have by what they are, whatever the samples show."""

from __future__ import annotations

import numpy as np

from millrace.ir.core import Value
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr import reduction
from millrace.ir.dialects.mr.kinds import Elementwise
from millrace.passes.quantize.formats import Range
from millrace.passes.quantize.functions import one_number

PROBE = np.concatenate([-np.logspace(4, -4, 200), [0.0], np.logspace(-4, 4, 200)])
FAR = 1e3
"""A function that gets so large is taken for unbounded."""


def bounds_of(v: Value) -> Range | None:
    """Of functions that are bounded (sigmoid, tanh), and of parts of a sum (softmax)."""
    op = v.defining_op
    if _is_share(op):
        return Range(0.0, 1.0)
    found = one_number(op) if isinstance(op, Elementwise) and len(op.operands) == 1 else None
    if found is None:
        return None
    y = found[1](PROBE)
    if not np.isfinite(y).all() or np.abs(y).max() > FAR:
        return None
    return Range(float(y.min()), float(y.max()))


def _is_share(op: object) -> bool:
    """x / sum(x), or x * (1 / sum(x)), of numbers that are not negative."""
    if isinstance(op, ew.Mul):
        sides = [(op.lhs, op.rhs.defining_op), (op.rhs, op.lhs.defining_op)]
        pairs = [(x, inverse.input) for x, inverse in sides if isinstance(inverse, ew.Reciprocal)]
    elif isinstance(op, ew.Div):
        pairs = [(op.lhs, op.rhs)]
    else:
        return False
    return any(
        isinstance(total := y.defining_op, reduction.ReduceSum)
        and total.input is x
        and _not_negative(x)
        for x, y in pairs
    )


def _not_negative(x: Value) -> bool:
    op = x.defining_op
    found = one_number(op) if isinstance(op, Elementwise) else None
    return found is not None and bool((found[1](PROBE) >= 0).all())
