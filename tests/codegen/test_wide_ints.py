"""Integer arithmetic in functions of our own, run on this machine by a target that claims to have
neither long products nor division."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from millrace.codegen import compile_module, target
from millrace.codegen.wide_ints import magic_of
from millrace.ir.dialects import arith, math
from millrace.ir.types import I8, I16, I32, I64, ElementType

from .conftest import elementwise, run_elementwise
from .test_arith import INT_CASES, ints, wrap

POOR = replace(target("host"), long_multiply=False, divide=False)
DTYPES = {I8: np.int8, I16: np.int16, I32: np.int32, I64: np.int64}
OPS = [
    arith.MulI,
    arith.DivSI,
    arith.DivUI,
    arith.RemSI,
    arith.RemUI,
    arith.FloorDivSI,
    arith.ShLI,
    arith.ShRSI,
    arith.ShRUI,
]


@pytest.mark.parametrize("width", [0, 4])
@pytest.mark.parametrize("element", DTYPES, ids=str)
@pytest.mark.parametrize("op", OPS, ids=lambda c: c.name)
def test_run_time_operands(op: Any, element: ElementType, width: int) -> None:
    dtype = DTYPES[element]
    a, b = ints(dtype)
    if op in (arith.ShLI, arith.ShRSI, arith.ShRUI):
        b = np.concatenate([np.arange(a.size // 2), b[a.size // 2 :]]).astype(dtype)
    got = run_elementwise(
        lambda m, x, y: m.op(op, x, y), [a, b], [element, element], element, width, POOR
    )
    rows = zip(a.tolist(), b.tolist(), strict=True)
    assert got.tolist() == [wrap(INT_CASES[op](x, y, dtype), dtype) for x, y in rows]


@pytest.mark.parametrize(
    "divisor", [1, 2, 3, 5, 7, 10, 64, 641, 65537, 0x7FFFFFFF, -1, -3, -(1 << 31)]
)
@pytest.mark.parametrize("op", OPS[1:6], ids=lambda c: c.name)
def test_constant_divisors(op: Any, divisor: int) -> None:
    a, _ = ints(np.int32)
    edges = [k * divisor + d for k in (1, 2, 1000, 65535) for d in (-1, 0, 1)]
    a = np.concatenate([a, np.array([wrap(x, np.int32) for x in edges], np.int32)])
    got = run_elementwise(lambda m, x: m.op(op, x, m.const(divisor, I32)), [a], [I32], I32, 0, POOR)
    assert got.tolist() == [wrap(INT_CASES[op](x, divisor, np.int32), np.int32) for x in a.tolist()]


def test_magic_numbers_are_exact_where_rounding_is_tightest() -> None:
    for bits in (31, 32):
        for divisor in [*range(3, 400), 641, 6700417, (1 << 31) - 1, (1 << 30) + 1]:
            m = magic_of(divisor, bits)
            top = (1 << bits) - 1
            for x in {top, top - top % divisor, top - top % divisor - 1, divisor, divisor - 1}:
                assert x * m.multiplier >> (32 + m.shift) == x // divisor


@pytest.mark.parametrize("extend", [arith.ExtSI, arith.ExtUI], ids=lambda c: c.name)
def test_products_of_extended_numbers(extend: Any) -> None:
    a, b = ints(np.int32)

    def make(m: Any, x: Any, y: Any) -> Any:
        return m.op(arith.MulI, *(m.op(extend, v, result_types=[I64]) for v in (x, y)))

    got = run_elementwise(make, [a, b], [I32, I32], I64, 0, POOR)
    wide = [v.astype(np.int64) & (-1 if extend is arith.ExtSI else 0xFFFFFFFF) for v in (a, b)]
    with np.errstate(over="ignore"):
        assert got.tolist() == (wide[0] * wide[1]).tolist()


@pytest.mark.parametrize("element", DTYPES, ids=str)
def test_leading_zeros(element: ElementType) -> None:
    dtype = DTYPES[element]
    bits = np.iinfo(dtype).bits
    values = [0, *(wrap(1 << k, dtype) for k in range(bits)), -1, 3, 5, 100]
    x = np.array(values, dtype)
    got = run_elementwise(
        lambda m, v: m.op(math.CountLeadingZeros, v), [x], [element], element, 0, POOR
    )
    assert got.tolist() == [bits - (v & ((1 << bits) - 1)).bit_length() for v in values]


NARROW = ["cortex-m0", "cortex-m3", "cortex-m4", "cortex-m33", "cortex-m55", "cortex-a7", "riscv32"]


@pytest.mark.parametrize("name", NARROW)
def test_objects_ask_for_no_symbol(name: str) -> None:
    """Nothing of the compiler's run-time library on 32-bit cores; LLVM sees zeros stored."""
    for op in OPS:
        for element in (I32, I64):
            for known in (None, 5, 33):

                def make(
                    m: Any, x: Any, y: Any, op: Any = op, t: Any = element, k: Any = known
                ) -> Any:
                    return m.op(op, x, y if k is None else m.const(k, t))

                module = elementwise(make, [element, element], element, 16, 0)
                compiled = compile_module(module, target(name), name="t")
                assert set(compiled.undefined) <= {"memset"}, (op.name, str(element), known)
    for element in (I16, I32, I64):
        module = elementwise(
            lambda m, v: m.op(math.CountLeadingZeros, v), [element], element, 16, 0
        )
        assert compile_module(module, target(name), name="t").undefined == ()
