"""A band of a result, made of the bands of the operands that the operation asks for, is that part
of the whole result: for every example of every operation, along every axis."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from millrace.ir.builder import Builder
from millrace.ir.core import Block
from millrace.ir.dialects import func
from millrace.ir.dialects.mr.band import Band
from millrace.ir.dialects.mr.kinds import Composite, Control, TensorOp
from millrace.ir.errors import IRError, RunError
from millrace.ir.interpreter import interpret
from millrace.ir.opdef import fields_with
from millrace.ir.types import TensorType, type_of_array
from tests.ops.cases import Array, Case, cases, module_of
from tests.ops.comparison import assert_close


def has_bands(case: Case) -> bool:
    op = case.module()[1]
    if isinstance(op, Composite | Control) or len(op.results) != 1:
        return False
    return type(op).operand_bands is not TensorOp.operand_bands and all(a.size for a in case.arrays)


CASES = [c for c in cases() if has_bands(c)]


def bands(op: TensorOp) -> Iterator[Band]:
    t = op.results[0].type
    assert isinstance(t, TensorType)
    for axis, n in enumerate(t.shape):
        for start, stop in {(0, 1), (n - 1, n), (0, n), (n // 3, n - n // 4), (1, n - 1)}:
            if 0 <= start < stop <= n:
                yield Band(axis, start, stop)


def part(a: Array, band: Band | None) -> Array:
    if band is None:
        return a
    assert 0 <= band.start < band.stop <= a.shape[band.axis]
    return a[(slice(None),) * band.axis + (slice(band.start, band.stop),)]


def on_bands(op: TensorOp, case: Case, band: Band) -> Array | None:
    """The band, computed by itself; None when the operation cannot do that."""
    try:
        wanted = op.operand_bands(band)
    except IRError:  # a form that only its canonicalization lowers
        return None
    if wanted is None:
        return None
    arrays = [part(a, w) for a, w in zip(case.arrays, wanted, strict=True)]
    block = Block([type_of_array(a) for a in arrays])
    b = Builder(block)
    fields = fields_with(op, list(block.args)) | op.band_fields(band)
    b.create(func.Return, [b.value(type(op), **fields)])
    return interpret(module_of(block), arrays)[0]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_bands_are_parts_of_the_whole(case: Case) -> None:
    module, op = case.module()
    try:
        whole = interpret(module, case.arrays)[0]
    except RunError:
        return
    for band in bands(op):
        got = on_bands(op, case, band)
        if got is not None:
            want = np.ascontiguousarray(part(whole, band))
            if op.tolerance.accumulates:
                np.testing.assert_allclose(got, want, rtol=1e-3, atol=1e-3)
            else:
                assert_close(op, case, want, got)


def test_there_are_bands_of_each_kind() -> None:
    made = set()
    for case in CASES:
        op = case.module()[1]
        if any(on_bands(op, case, b) is not None for b in bands(op)):
            made.add(case.op_name)
    assert {"mr.add", "mr.matmul", "mr.conv", "mr.max_pool", "mr.sum_pool", "mr.pad"} <= made
    assert {"mr.slice", "mr.reshape", "mr.transpose", "mr.broadcast", "mr.concat"} <= made
    assert {"mr.reverse", "mr.reduce_sum", "mr.cast", "mr.multiply_high"} <= made
    assert not {"mr.max_pool_indices", "mr.sort", "mr.gather"} & made
