"""Comparing results within the tolerance that an operation states."""

from __future__ import annotations

import numpy as np
import pytest

from millrace.ir.dialects.mr.kinds import TensorOp
from millrace.ir.types import FloatType, TensorType, type_of_array
from tests.ops.cases import Array, Case


def assert_close(op: TensorOp, case: Case, expected: Array, got: Array) -> None:
    assert got.dtype == expected.dtype
    assert got.shape == expected.shape
    t = type_of_array(expected)
    if not isinstance(t.element, FloatType):
        np.testing.assert_array_equal(got, expected)
        return
    e, g = expected.astype(np.float64), got.astype(np.float64)
    np.testing.assert_array_equal(np.isnan(g), np.isnan(e))
    finite = np.isfinite(e)
    with np.errstate(invalid="ignore"):
        off = np.abs(g - e)
        allowed = tolerance(op, case, e)
        wrong = np.where(finite, ~(off <= allowed), (g != e) & ~np.isnan(e))
    if wrong.any():
        at = tuple(np.argwhere(wrong)[0])
        pytest.fail(f"{case}: at {at} expected {e[at]!r}, got {g[at]!r}; {wrong.sum()} wrong")


def tolerance(op: TensorOp, case: Case, expected: Array) -> Array:
    """What ``op.tolerance`` allows at each element; half a unit for an operation that is exact
    but for rounding twice is never given."""
    result = op.results[0].type
    assert isinstance(result, TensorType)
    name = result.element.name if isinstance(result.element, FloatType) else "f32"
    eps = {"f16": 2.0**-10, "bf16": 2.0**-7, "f32": 2.0**-23, "f64": 2.0**-52}[name]
    spec = op.tolerance
    allowed = np.abs(expected) * eps * spec.ulp
    if eps <= 2.0**-23:
        allowed = allowed + spec.absolute * (eps / 2.0**-23)
    else:
        allowed = allowed + np.where(spec.absolute > 0, np.abs(expected) * eps, 0)
    if spec.accumulates:
        allowed = allowed + 4 * eps * accumulated(case, expected)
    return allowed


def accumulated(case: Case, expected: Array) -> Array:
    """A bound of sqrt(K) times the sum of the terms' sizes."""
    k = max(max((a.size for a in case.arrays), default=1) / max(expected.size, 1), 1)
    floats = [a for a in case.arrays if a.dtype.kind not in "iub" and a.size]
    sizes = [
        np.nanmax(np.where(np.isfinite(a.astype(float)), np.abs(a.astype(float)), 0))
        for a in floats
    ]
    return np.sqrt(k) * (np.abs(expected) + min(np.prod([max(s, 1.0) for s in sizes]), 1e6))
