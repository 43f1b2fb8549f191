"""``arith`` and ``math``: the corners that upstream leaves undefined, and unsigned bits."""

from __future__ import annotations

import math as pymath

import ml_dtypes
import numpy as np
import pytest

from millrace.ir.attributes import Scalar
from millrace.ir.builder import Builder
from millrace.ir.core import Block
from millrace.ir.dialects import arith, math
from millrace.ir.interpreter.machine import handler_of
from millrace.ir.interpreter.scalars import apply, is_scalar_op
from millrace.ir.registry import all_ops
from millrace.ir.types import (
    BF16,
    F16,
    F32,
    F64,
    I1,
    I8,
    I16,
    I32,
    I64,
    INDEX,
    FloatType,
    element_type_of,
)

IMIN = np.iinfo(np.int32).min


def run(cls, *args, to=None, **fields):
    """Apply an operation to numpy scalars or arrays; scalars and arrays must agree."""
    block = Block([element_type_of(a.dtype) for a in args])
    types = {} if to is None else {"result_types": [to]}
    op = Builder(block).create(cls, *block.args, **types, **fields)
    with np.errstate(all="ignore"):
        out = apply(op, *args)
        many = apply(op, *(np.stack([a, a]) for a in args))
    expected = (to or op.result.type).dtype
    assert out.dtype == expected and many.dtype == expected, (out.dtype, many.dtype)
    assert many.shape == (2,)
    np.testing.assert_array_equal(np.stack([out, out]), many)
    return out


def i32(x):
    return np.int32(x)


@pytest.mark.parametrize(
    ("cls", "x", "y", "expected"),
    [
        (arith.DivSI, 7, -2, -3),
        (arith.DivSI, -7, 2, -3),
        (arith.DivSI, 7, 0, 0),
        (arith.DivSI, IMIN, -1, IMIN),
        (arith.RemSI, 7, -2, 1),
        (arith.RemSI, -7, 2, -1),
        (arith.RemSI, 7, 0, 0),
        (arith.RemSI, IMIN, -1, 0),
        (arith.FloorDivSI, -7, 2, -4),
        (arith.FloorDivSI, 7, -2, -4),
        (arith.FloorDivSI, 6, -2, -3),
        (arith.FloorDivSI, 7, 0, 0),
        (arith.FloorDivSI, IMIN, -1, IMIN),
        (arith.DivUI, -1, 2, 2**31 - 1),
        (arith.DivUI, -1, 0, 0),
        (arith.RemUI, -1, 10, (2**32 - 1) % 10),
        (arith.RemUI, -1, 0, 0),
        (arith.MaxUI, -1, 5, -1),
        (arith.MinUI, -1, 5, 5),
        (arith.MaxSI, -1, 5, 5),
        (arith.AddI, 2**31 - 1, 1, IMIN),
        (arith.MulI, 2**30, 4, 0),
        (arith.ShLI, 1, 31, IMIN),
        (arith.ShLI, 1, 32, 0),
        (arith.ShLI, 1, -1, 0),
        (arith.ShRSI, -8, 1, -4),
        (arith.ShRSI, -8, 32, -1),
        (arith.ShRSI, 8, 99, 0),
        (arith.ShRUI, -1, 31, 1),
        (arith.ShRUI, -1, 32, 0),
    ],
)
def test_integers(cls, x, y, expected):
    assert run(cls, i32(x), i32(y)) == expected


@pytest.mark.parametrize(
    ("cls", "table"),
    [
        (arith.AddI, [0, 1, 1, 0]),
        (arith.SubI, [0, 1, 1, 0]),
        (arith.MulI, [0, 0, 0, 1]),
        (arith.MaxUI, [0, 1, 1, 1]),
        (arith.MinUI, [0, 0, 0, 1]),
        (arith.MaxSI, [0, 0, 0, 1]),  # true is -1
        (arith.MinSI, [0, 1, 1, 1]),
        (arith.XOrI, [0, 1, 1, 0]),
        (arith.AndI, [0, 0, 0, 1]),
        (arith.DivUI, [0, 0, 0, 1]),
    ],
)
def test_truth_values(cls, table):
    got = [run(cls, np.bool_(x), np.bool_(y)) for x in (0, 1) for y in (0, 1)]
    assert got == [bool(t) for t in table]


@pytest.mark.parametrize(
    ("predicate", "expected"),
    [("slt", True), ("sge", False), ("ult", False), ("ugt", True), ("eq", False), ("ne", True)],
)
def test_compare_integers(predicate, expected):
    assert run(arith.CmpI, i32(-1), i32(3), predicate=arith.cmp_i(predicate)) == expected


def test_compare_truth_values():
    true, false = np.bool_(1), np.bool_(0)
    assert run(arith.CmpI, true, false, predicate=arith.cmp_i("ugt"))
    assert run(arith.CmpI, true, false, predicate=arith.cmp_i("slt"))


@pytest.mark.parametrize("predicate", arith.FLOAT_PREDICATES)
def test_compare_floats(predicate):
    one, two, nan = np.float32(1), np.float32(2), np.float32(np.nan)
    got = [
        run(arith.CmpF, x, y, predicate=arith.cmp_f(predicate))
        for x, y in ((one, two), (two, two), (two, one), (nan, one), (nan, nan))
    ]
    less, equal, greater, unordered = {
        "false": (0, 0, 0, 0),
        "true": (1, 1, 1, 1),
        "ord": (1, 1, 1, 0),
        "uno": (0, 0, 0, 1),
    }.get(predicate) or (
        predicate[1:] in ("lt", "le", "ne"),
        predicate[1:] in ("eq", "le", "ge"),
        predicate[1:] in ("gt", "ge", "ne"),
        predicate[0] == "u",
    )
    assert [bool(g) for g in got] == [bool(b) for b in (less, equal, greater, unordered, unordered)]


@pytest.mark.parametrize(
    ("cls", "to", "x", "expected"),
    [
        (arith.FPToSI, I8, np.float32(1e9), 127),
        (arith.FPToSI, I8, np.float32(-1e9), -128),
        (arith.FPToSI, I8, np.float32(-1.9), -1),
        (arith.FPToSI, I8, np.float32(127.9), 127),
        (arith.FPToSI, I8, np.float32(np.nan), 0),
        (arith.FPToSI, I32, np.float32(np.inf), 2**31 - 1),
        (arith.FPToSI, I32, np.float64(2**31 - 1 + 0.5), 2**31 - 1),
        (arith.FPToSI, I64, np.float32(2.0**63), 2**63 - 1),
        (arith.FPToSI, I64, np.float64(-(2.0**64)), -(2**63)),
        (arith.FPToUI, I8, np.float32(200.7), 200 - 256),
        (arith.FPToUI, I8, np.float32(-3), 0),
        (arith.FPToUI, I8, np.float32(300), -1),
        (arith.FPToUI, I64, np.float64(2.0**63), -(2**63)),
        (arith.FPToUI, I64, np.float64(2.0**65), -1),
        (arith.SIToFP, F32, np.int8(-3), -3.0),
        (arith.SIToFP, F32, np.bool_(True), -1.0),
        (arith.UIToFP, F32, np.int8(-1), 255.0),
        (arith.UIToFP, BF16, np.bool_(True), 1.0),
        (arith.ExtSI, I32, np.int8(-1), -1),
        (arith.ExtSI, I32, np.bool_(True), -1),
        (arith.ExtUI, I32, np.int8(-1), 255),
        (arith.ExtUI, I32, np.bool_(True), 1),
        (arith.TruncI, I8, np.int32(0x1FF), -1),
        (arith.TruncI, I1, np.int32(6), False),
        (arith.TruncI, I1, np.int32(7), True),
        (arith.IndexCast, INDEX, np.int32(-5), -5),
        (arith.IndexCast, I8, np.int64(257), 1),
        (arith.IndexCastUI, INDEX, np.int8(-1), 255),
        (arith.Bitcast, I32, np.float32(1.0), 0x3F800000),
        (arith.Bitcast, F16, np.int16(0x3C00), 1.0),
        (arith.ExtF, F64, np.float32(0.1), float(np.float32(0.1))),
        (arith.TruncF, BF16, np.float32(1.00390625), 1.0),
        (arith.ExtF, F32, ml_dtypes.bfloat16(1.5), 1.5),
    ],
)
def test_casts(cls, to, x, expected):
    assert run(cls, x, to=to) == expected


def test_floats():
    nan, one = np.float32(np.nan), np.float32(1)
    assert np.isnan(run(arith.MaximumF, nan, one)) and run(arith.MaxNumF, nan, one) == 1
    assert np.isnan(run(arith.MinimumF, one, nan)) and run(arith.MinNumF, one, nan) == 1
    assert run(arith.RemF, np.float32(-7), np.float32(2)) == -1
    assert run(arith.DivF, one, np.float32(0)) == np.inf
    assert np.signbit(run(arith.NegF, np.float32(0)))


@pytest.mark.parametrize("x", [0.0, 0.5, -2.5, 3.5, 1e6, 0.3])
def test_math_functions(x):
    v = np.float32(x)
    assert run(math.Erf, v) == np.float32(pymath.erf(v))
    assert run(math.RoundEven, v) == round(float(v))
    assert run(math.Round, v) == pymath.copysign(pymath.floor(abs(v) + 0.5), v)
    assert run(math.Trunc, v) == int(v)
    assert run(math.Tanh, np.float64(x)) == np.tanh(np.float64(x))


def test_round_corners():
    below_half = np.nextafter(np.float32(0.5), np.float32(0))
    assert run(math.Round, below_half) == 0
    assert run(math.Round, np.float32(np.inf)) == np.inf
    assert np.isnan(run(math.Round, np.float32(np.nan)))
    assert np.signbit(run(math.Round, np.float32(-0.2)))


def test_fma_rounds_once():
    x = np.float32(1 + 2**-12)
    c = np.float32(-(1 + 2**-11))
    assert run(math.Fma, x, x, c) == np.float32(2**-24)


def test_bit_counts():
    assert run(math.CountLeadingZeros, i32(1)) == 31
    assert run(math.CountLeadingZeros, i32(0)) == 32
    assert run(math.CountLeadingZeros, i32(-1)) == 0
    assert run(math.CtPop, np.int8(-1)) == 8
    assert run(math.AbsI, np.int8(-128)) == -128


@pytest.mark.parametrize(
    ("value", "t", "expected"),
    [(255, I8, -1), (-1, I8, -1), (True, I1, True), (2**63, I64, -(2**63)), (1.5, BF16, 1.5)],
)
def test_constants(value, t, expected):
    op = arith.Constant(value=Scalar(value, t))
    got = apply(op)
    assert got == expected and got.dtype == t.dtype


def test_every_operation_can_run():
    """Each class of the IR has a handler; those of FLOW come later."""
    skipped = {"builtin.module", "func.func", "memref.global"}
    for name, cls in all_ops().items():
        if name not in skipped:
            assert callable(handler_of(cls)), name
        if name.startswith(("arith.", "math.")):
            assert is_scalar_op(cls), name


def test_float_types_survive():
    for t in (F16, BF16, F32, F64):
        assert isinstance(t, FloatType)
        x = np.asarray(1.5, t.dtype)[()]
        assert run(arith.AddF, x, x) == 3
        assert run(math.Tanh, np.asarray(0, t.dtype)[()]) == 0
    assert I16.dtype == np.int16
