"""Constants whose content follows from the sizes become values."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from millrace.ir.affine import evaluate, linear_form
from millrace.ir.builder import Builder
from millrace.ir.core import Operation, Value
from millrace.ir.dialects import arith
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.dialects.mr.kinds import Array
from millrace.ir.dialects.mr.support import constant
from millrace.ir.types import INDEX, ElementType, IndexType, IntegerType, element_of, is_float
from millrace.passes.sizes.opening import Opening
from millrace.passes.sizes.symbols import fit

EXACT = 1 << 24
"""Integers up to here are floats."""


def open_constant(o: Opening, op: Operation) -> None:
    """A constant that is only cut off at the end stays. Whole numbers that change evenly with the
    sizes are computed, and so are reciprocals of such (the divisor of a mean)."""
    assert isinstance(op, Constant)
    arrays = [i.value.array for i in o.family.instances(op) if isinstance(i, Constant)]
    if _agree(arrays, arrays):
        return
    element = element_of(op.result.type)
    with o.rw.atomic():
        b = o.rw.before(op)
        value = _computed(o, b, arrays, element)
        if value is None and is_float(element):
            value = _reciprocal(o, b, arrays, element)
        if value is None:
            raise o.family.error(op, "a constant does not follow from it")
        o.replace(op, value)


def _reciprocal(
    o: Opening, b: Builder, arrays: Sequence[Array], element: ElementType
) -> Value | None:
    """One divided by whole numbers that change evenly."""
    one = np.ones((), arrays[0].dtype)
    with np.errstate(all="ignore"):
        divisors = [np.rint(one / a) for a in arrays]
        exact = all(_same(one / d, a) for d, a in zip(divisors, arrays, strict=True))
    divisor = _computed(o, b, divisors, element) if exact else None
    return None if divisor is None else b.value(ew.Div, constant(b, 1, element), divisor)


def _agree(arrays: Sequence[Array], others: Sequence[Array]) -> bool:
    """Whether the first of ``arrays`` begins with each of ``others``, in every dimension."""
    whole = arrays[0]
    return all(_same(_part(whole, a.shape), a) for a in others)


def _same(a: Array, b: Array) -> bool:
    equal_nan = a.dtype.kind == "f"
    return bool(np.array_equal(a, b, equal_nan=equal_nan))


def _part(whole: Array, shape: tuple[int, ...]) -> Array:
    return whole[tuple(slice(n) for n in shape)]


def _computed(
    o: Opening, b: Builder, arrays: Sequence[Array], element: ElementType
) -> Value | None:
    """``rest + slope * size``, elements alike, where that gives all the arrays."""
    if element.dtype.kind not in "iuf" or arrays[0].size == 0:
        return None
    wide = [np.asarray(a).astype(np.float64) for a in arrays]
    if any(not np.array_equal(w, np.rint(w)) or np.abs(w).max() > EXACT for w in wide):
        return None
    firsts = [int(w.reshape(-1)[0]) for w in wide]
    line = fit(o.family.samples, firsts)
    if line is None or linear_form(line, len(o.family.symbols.names)) is None:
        return None
    rests = [w - evaluate(line, s) for w, s in zip(wide, o.family.samples, strict=True)]
    if not _agree(rests, rests):
        return None
    rest = constant(b, rests[0], element)
    return b.value(ew.Add, rest, o.cast(line, element))


def open_scalar_constant(o: Opening, op: Operation) -> None:
    assert isinstance(op, arith.Constant)
    t = op.value.type
    if not isinstance(t, IndexType | IntegerType) or t == IntegerType(1):
        raise o.family.error(op, "a number does not follow from it")
    values: list[Any] = [i.attributes["value"].value for i in o.family.instances(op)]
    size = o.index(o.family.expression(op, [int(v) for v in values], "a number"))
    with o.rw.atomic():
        b = o.rw.before(op)
        o.replace(op, size if t == INDEX else b.value(arith.IndexCast, size, result_types=[t]))
