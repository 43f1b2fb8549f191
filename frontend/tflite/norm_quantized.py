"""Row: the normalization of quantized numbers by their length, whose reciprocal is found by Newton
steps on fixed-point numbers."""

from __future__ import annotations

import numpy as np

from millrace.frontend.tflite.ops_curves import HALF_ROOT
from millrace.frontend.tflite.quantization import centered, scale_of, stored
from millrace.frontend.tflite.table import Call, Results
from millrace.ir.core import Value
from millrace.ir.dialects.mr import bits, compare
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr import fixed_point as fp
from millrace.ir.dialects.mr import reduction as red

MOST = (1 << 31) - 1
STEPS, RESULT_BITS = 5, 7
"""Newton steps; fractional bits of the result."""


def l2_normalization(c: Call) -> Results:
    source, to = scale_of(c, c.info(0)), scale_of(c, c.result())
    if c.info(0).type != "int8" or (to.scale, to.zero) != (2.0**-RESULT_BITS, 0):
        raise c.error("supported from int8 to int8 in units of 1/128 without a zero point")
    x = centered(c, c.arg(0), source.zero)
    squares = c.op(ew.Mul, x, x)
    total = c.op(red.ReduceSum, squares, axes=(c.axis(-1),), keepdims=True)
    root, shift = _inverse_root(c, total)
    shift = c.op(ew.Add, shift, c.emit.like(RESULT_BITS, shift))
    return stored(c, c.op(fp.FixedPointScale, x, root, shift, rounding="twice"), to)


def _inverse_root(c: Call, x: Value) -> tuple[Value, Value]:
    """1 / sqrt(x) as a multiplier with 31 fractional bits and a power of two."""

    def number(n: int) -> Value:
        return c.emit.constant(np.int32(n))

    large = c.op(compare.GreaterEqual, x, number(1 << 29))
    whole = c.op(compare.Where, large, c.op(bits.ShiftRight, x, number(2)), x)
    # Moved by pairs of bits, so that with 29 fractional bits it is from 1/4 to 1.
    zeros = c.op(fp.LeadingZeros, whole)
    pairs = c.op(bits.ShiftRight, c.op(ew.Sub, zeros, number(3)), number(1))
    pairs = c.op(ew.Max, pairs, number(0))
    whole = c.op(bits.ShiftLeft, whole, c.op(ew.Add, pairs, pairs))
    root = _newton(c, c.op(bits.ShiftRight, whole, number(1)))
    right = c.op(ew.Sub, c.op(compare.Where, large, number(12), number(11)), pairs)
    left = c.op(ew.Max, c.op(ew.Neg, right), number(0))
    root = c.op(bits.ShiftLeft, root, left)
    shift = c.op(ew.Neg, c.op(ew.Max, right, number(0)))
    small = c.op(compare.LessEqual, x, number(1))
    return (
        c.op(compare.Where, small, number(MOST), root),
        c.op(compare.Where, small, number(0), shift),
    )


def _newton(c: Call, x: Value) -> Value:
    """1 / sqrt(2 x) of numbers with 28 fractional bits."""

    def number(n: int) -> Value:
        return c.emit.like(n, x)

    def product(a: Value, b: Value) -> Value:
        return c.op(fp.FixedPointScale, a, b, number(0), rounding="twice")

    half = c.op(bits.ShiftRight, c.op(ew.Add, x, number(1)), number(1))
    y = number(1 << 28)
    for _ in range(STEPS):
        cube = product(product(y, y), y)
        most = c.op(compare.Greater, cube, number(MOST >> 6))
        cube = c.op(bits.ShiftLeft, cube, number(6))
        cube = c.op(compare.Where, most, number(MOST), cube)
        y = c.op(ew.Sub, product(number(3 << 27), y), product(half, cube))
        y = c.op(bits.ShiftLeft, y, number(3))
    return product(y, number(HALF_ROOT))
