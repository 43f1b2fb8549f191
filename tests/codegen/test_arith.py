"""``arith`` and ``math`` on scalars and vectors against numpy."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import ml_dtypes
import numpy as np
import pytest

from millrace.codegen import compile_module, target
from millrace.ir.dialects import arith, math
from millrace.ir.dialects.mr.high_product import MulHigh
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
    MemRefType,
    VectorType,
)

from .conftest import Maker, elementwise, host_can_run, run_elementwise

Array = np.ndarray[Any, Any]
WIDTHS = (0, 8, 16)


def like(v: Any, element: Any) -> Any:
    return VectorType(v.type.shape, element) if isinstance(v.type, VectorType) else element


def ints(dtype: Any, seed: int = 0) -> tuple[Array, Array]:
    rng = np.random.default_rng(seed)
    info = np.iinfo(dtype)
    special = np.array([0, 1, -1, 2, -2, 7, info.min, info.max], dtype)
    a, b = (x.ravel() for x in np.meshgrid(special, special))
    noise = rng.integers(info.min, info.max, (2, 64), dtype, endpoint=True)
    small = rng.integers(-9, 9, 64).astype(dtype)
    return np.concatenate([a, noise[0], noise[0]]), np.concatenate([b, noise[1], small])


def wrap(value: int, dtype: Any) -> int:
    bits = np.iinfo(dtype).bits
    value &= (1 << bits) - 1
    return value - (1 << bits) if value >> (bits - 1) else value


def truncated(a: int, b: int) -> int:
    q = abs(a) // abs(b)
    return q if (a < 0) == (b < 0) else -q


def unsigned(a: int, dtype: Any) -> int:
    return a & ((1 << np.iinfo(dtype).bits) - 1)


def shift(kind: str, a: int, b: int, dtype: Any) -> int:
    bits = np.iinfo(dtype).bits
    n = unsigned(b, dtype)
    if n >= bits:
        return (-1 if a < 0 else 0) if kind == "sra" else 0
    if kind == "shl":
        return a << n
    return a >> n if kind == "sra" else unsigned(a, dtype) >> n


INT_CASES = {
    arith.AddI: lambda a, b, t: a + b,
    arith.SubI: lambda a, b, t: a - b,
    arith.MulI: lambda a, b, t: a * b,
    arith.AndI: lambda a, b, t: a & b,
    arith.OrI: lambda a, b, t: a | b,
    arith.XOrI: lambda a, b, t: a ^ b,
    arith.DivSI: lambda a, b, t: truncated(a, b) if b else 0,
    arith.DivUI: lambda a, b, t: unsigned(a, t) // unsigned(b, t) if b else 0,
    arith.RemSI: lambda a, b, t: a - b * truncated(a, b) if b else 0,
    arith.RemUI: lambda a, b, t: unsigned(a, t) % unsigned(b, t) if b else 0,
    arith.FloorDivSI: lambda a, b, t: a // b if b else 0,
    arith.ShLI: lambda a, b, t: shift("shl", a, b, t),
    arith.ShRSI: lambda a, b, t: shift("sra", a, b, t),
    arith.ShRUI: lambda a, b, t: shift("srl", a, b, t),
    arith.MaxSI: lambda a, b, t: max(a, b),
    arith.MinSI: lambda a, b, t: min(a, b),
    arith.MaxUI: lambda a, b, t: max(a, b, key=lambda x: unsigned(x, t)),
    arith.MinUI: lambda a, b, t: min(a, b, key=lambda x: unsigned(x, t)),
}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("cls", INT_CASES, ids=lambda c: c.name)
def test_integers(cls: Any, width: int) -> None:
    for t in (I8, I32, I64):
        a, b = ints(t.dtype)
        got = run_elementwise(lambda m, x, y: m.op(cls, x, y), [a, b], [t, t], t, width)
        want = [
            wrap(INT_CASES[cls](int(x), int(y), t.dtype), t.dtype)
            for x, y in zip(a, b, strict=True)
        ]
        np.testing.assert_array_equal(got, np.array(want, t.dtype))


@pytest.mark.parametrize("long_multiply", [True, False])
@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("low", [0, 1 << 31, 12345])
def test_upper_half_of_a_product(low: int, width: int, long_multiply: bool) -> None:
    a, b = ints(np.int32)
    c = np.random.default_rng(1).integers(-(1 << 31), 1 << 31, a.size).astype(np.int32)
    on = replace(target("host"), long_multiply=long_multiply)

    def make(m: Maker, x: Any, y: Any, z: Any) -> Any:
        return m.op(MulHigh, x, y, z, m.const(wrap(low, np.int32), like(x, I32)))

    got = run_elementwise(make, [a, b, c], [I32] * 3, I32, width, on)
    numbers = zip(a.tolist(), b.tolist(), c.tolist(), strict=True)
    want = [wrap((x * y + (z << 32) + low) >> 32, np.int32) for x, y, z in numbers]
    np.testing.assert_array_equal(got, want)


@pytest.mark.parametrize("divisor", [0, 1, -1, 3, -7, 64])
@pytest.mark.parametrize(
    "cls", [arith.DivSI, arith.RemSI, arith.FloorDivSI, arith.DivUI, arith.RemUI]
)
def test_division_by_constants(cls: Any, divisor: int) -> None:
    a, _ = ints(np.int16)
    got = run_elementwise(
        lambda m, x: m.op(cls, x, m.const(divisor, like(x, I16))), [a], [I16], I16, 8
    )
    want = [wrap(INT_CASES[cls](int(x), divisor, np.int16), np.int16) for x in a]
    np.testing.assert_array_equal(got, np.array(want, np.int16))


def floats(dtype: Any = np.float32) -> tuple[Array, Array]:
    special = np.array([0.0, -0.0, 1.5, -2.5, np.inf, -np.inf, np.nan, 1e-3], dtype)
    a, b = (x.ravel() for x in np.meshgrid(special, special))
    rng = np.random.default_rng(1)
    noise = rng.normal(size=(2, 64)).astype(dtype)
    return np.concatenate([a, noise[0]]), np.concatenate([b, noise[1]])


FLOAT_CASES = {
    arith.AddF: np.add,
    arith.SubF: np.subtract,
    arith.MulF: np.multiply,
    arith.DivF: np.divide,
    arith.RemF: np.fmod,
    arith.MaximumF: np.maximum,
    arith.MinimumF: np.minimum,
    arith.MaxNumF: np.fmax,
    arith.MinNumF: np.fmin,
    math.CopySign: np.copysign,
}


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("cls", FLOAT_CASES, ids=lambda c: c.name)
def test_floats(cls: Any, width: int) -> None:
    for t in (F32, F64, F16, BF16):
        a, b = floats(t.dtype)
        got = run_elementwise(lambda m, x, y: m.op(cls, x, y), [a, b], [t, t], t, width)
        with np.errstate(all="ignore"):
            want = FLOAT_CASES[cls](a.astype(np.float32), b.astype(np.float32))
            if t == F64:
                want = FLOAT_CASES[cls](a, b)
            want = want.astype(t.dtype)
        np.testing.assert_array_equal(got.astype(np.float64), want.astype(np.float64))


def test_relu_keeps_nan_and_takes_one_instruction() -> None:
    def relu(m: Maker, x: Any) -> Any:
        return m.op(arith.MaximumF, x, m.const(0.0, x.type))

    a, _ = floats()
    got = run_elementwise(relu, [a], [F32], F32, 8)
    np.testing.assert_array_equal(got, np.maximum(a, np.float32(0)))
    module = elementwise(relu, [F32], F32, 1024, 8)
    c = compile_module(module, target("x86-64-v3"), name="t", keep_assembly=True)
    assert c.assembly is not None
    assert c.assembly.count("vmaxps") == 1
    assert "cmpunord" not in c.assembly


@pytest.mark.parametrize("predicate", arith.FLOAT_PREDICATES)
def test_float_comparisons(predicate: str) -> None:
    a, b = floats()
    i = arith.cmp_f(predicate)
    for width in WIDTHS:
        got = run_elementwise(
            lambda m, x, y: m.op(arith.CmpF, x, y, predicate=i), [a, b], [F32, F32], I1, width
        )
        nan = np.isnan(a) | np.isnan(b)
        with np.errstate(invalid="ignore"):
            base = {
                "eq": a == b, "ne": a != b, "lt": a < b, "le": a <= b, "gt": a > b, "ge": a >= b,
                "rd": ~nan, "no": nan,
            }  # fmt: skip
        if predicate in ("true", "false"):
            want = np.full(a.shape, predicate == "true")
        elif predicate in ("ord", "uno"):
            want = base[predicate[1:]]
        else:
            want = np.where(nan, predicate[0] == "u", base[predicate[1:]])
        np.testing.assert_array_equal(got, want)


@pytest.mark.parametrize("predicate", arith.INT_PREDICATES)
def test_integer_comparisons(predicate: str) -> None:
    a, b = ints(np.int32)
    ua, ub = a.view(np.uint32), b.view(np.uint32)
    x, y = (ua, ub) if predicate[0] == "u" else (a, b)
    relation = predicate[-2:]
    fn = {
        "eq": np.equal, "ne": np.not_equal, "lt": np.less, "le": np.less_equal,
        "gt": np.greater, "ge": np.greater_equal,
    }[relation]  # fmt: skip
    for width in WIDTHS:
        got = run_elementwise(
            lambda m, p, q: m.op(arith.CmpI, p, q, predicate=arith.cmp_i(predicate)),
            [a, b], [I32, I32], I1, width,
        )  # fmt: skip
        np.testing.assert_array_equal(got, fn(x, y))


def test_select_and_truth_values_in_memory() -> None:
    rng = np.random.default_rng(2)
    c = rng.random(64) < 0.5
    a, b = rng.normal(size=(2, 64)).astype(np.float32)
    for width in WIDTHS:
        got = run_elementwise(
            lambda m, p, x, y: m.op(arith.Select, p, x, y), [c, a, b], [I1, F32, F32], F32, width
        )
        np.testing.assert_array_equal(got, np.where(c, a, b))
        got = run_elementwise(lambda m, p: m.op(arith.ExtUI, p, result_types=[like(p, I32)]),
                              [c], [I1], I32, width)  # fmt: skip
        np.testing.assert_array_equal(got, c.astype(np.int32))


@pytest.mark.parametrize("to", [I8, I16, I32, I64], ids=str)
def test_float_to_integer_saturates(to: Any) -> None:
    a = np.array([0, 1.9, -1.9, 127.5, 128, 255, 256, -129, 3e9, -3e9, 1e20, np.inf, -np.inf,
                  np.nan, 65504, 5e-8], np.float32)  # fmt: skip
    info, unsigned_info = np.iinfo(to.dtype), np.iinfo(f"u{to.dtype.itemsize}")
    for width in WIDTHS:
        for source in (F32, F64):
            x = a.astype(source.dtype)
            got = run_elementwise(
                lambda m, v: m.op(arith.FPToSI, v, result_types=[like(v, to)]),
                [x], [source], to, width,
            )  # fmt: skip
            want = [0 if np.isnan(v) else int(np.clip(float(v), info.min, info.max))
                    if abs(v) < 1e15 else (info.max if v > 0 else info.min) for v in x]  # fmt: skip
            np.testing.assert_array_equal(got, np.array(want, to.dtype))
            got = run_elementwise(
                lambda m, v: m.op(arith.FPToUI, v, result_types=[like(v, to)]),
                [x], [source], to, width,
            )  # fmt: skip
            top = unsigned_info.max
            exact = [0 if np.isnan(v) or v < 0 else top if v >= top else int(v) for v in x]
            np.testing.assert_array_equal(got.view(f"u{to.dtype.itemsize}"), exact)


def all_halves() -> Array:
    return np.arange(65536, dtype=np.uint16)


@pytest.mark.parametrize("name", ["host", "x86-64", "x86-64-v3"])
@pytest.mark.parametrize("t", [F16, BF16], ids=str)
def test_narrow_floats_convert_exactly(t: Any, name: str) -> None:
    on = target(name)
    if not host_can_run(on):
        pytest.skip(f"this machine cannot run {name}")
    a = all_halves().view(t.dtype)
    for width in (0, 16):
        got = run_elementwise(
            lambda m, v: m.op(arith.ExtF, v, result_types=[like(v, F32)]), [a], [t], F32, width, on
        )
        with np.errstate(invalid="ignore"):
            np.testing.assert_array_equal(got, a.astype(np.float32))
        rng = np.random.default_rng(3)
        x = rng.integers(0, 1 << 32, 1 << 16, dtype=np.uint32).view(np.float32)
        with np.errstate(all="ignore"):
            near = np.nextafter(got, np.float32(0))
            ties = (got[:-1] + got[1:]) / 2
        x = np.concatenate([x, near, got, np.resize(ties, 65536)]).astype(np.float32)
        back = run_elementwise(
            lambda m, v: m.op(arith.TruncF, v, result_types=[like(v, t)]), [x], [F32], t, width, on
        )
        with np.errstate(all="ignore"):
            want = x.astype(t.dtype)
        ok = np.isnan(want.astype(np.float32)) | (back.view(np.uint16) == want.view(np.uint16))
        assert ok.all()
        np.testing.assert_array_equal(
            np.isnan(back.astype(np.float32)), np.isnan(want.astype(np.float32))
        )


def test_double_to_half_rounds_once() -> None:
    # 1 + 2^-11 + 2^-40 is above the tie; through f32 it would become the tie and round down.
    a = np.array([1 + 2**-11 + 2**-40, -(1 + 2**-11 + 2**-40), 1e300, np.nan] * 4)
    for width in (0, 8):
        got = run_elementwise(
            lambda m, v: m.op(arith.TruncF, v, result_types=[like(v, F16)]), [a], [F64], F16, width
        )
        with np.errstate(over="ignore"):
            np.testing.assert_array_equal(got, a.astype(np.float16))


CASTS = [
    (arith.ExtSI, I8, I32, lambda a: a.astype(np.int32)),
    (arith.ExtUI, I8, I32, lambda a: a.view(np.uint8).astype(np.int32)),
    (arith.TruncI, I32, I8, lambda a: a.astype(np.int8)),
    (arith.SIToFP, I32, F32, lambda a: a.astype(np.float32)),
    (arith.UIToFP, I32, F32, lambda a: a.view(np.uint32).astype(np.float32)),
    (arith.SIToFP, I8, BF16, lambda a: a.astype(ml_dtypes.bfloat16)),
    (arith.SIToFP, I64, F64, lambda a: a.astype(np.float64)),
    (arith.ExtF, F32, F64, lambda a: a.astype(np.float64)),
    (arith.TruncF, F64, F32, lambda a: a.astype(np.float32)),
    (arith.Bitcast, F32, I32, lambda a: a.view(np.int32)),
    (arith.Bitcast, I16, BF16, lambda a: a.view(ml_dtypes.bfloat16)),
    (arith.IndexCast, I32, INDEX, lambda a: a.astype(np.int64)),
    (arith.IndexCastUI, I32, INDEX, lambda a: a.view(np.uint32).astype(np.int64)),
    (arith.IndexCast, INDEX, I8, lambda a: a.astype(np.int8)),
]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("case", CASTS, ids=lambda c: f"{c[0].name}-{c[1]}-{c[2]}")
def test_casts(case: Any, width: int) -> None:
    cls, source, to, reference = case
    a = floats(source.dtype)[0] if source in (F32, F64) else ints(source.dtype)[0]
    got = run_elementwise(
        lambda m, v: m.op(cls, v, result_types=[like(v, to)]), [a], [source], to, width
    )
    with np.errstate(all="ignore"):
        want = reference(a)
    np.testing.assert_array_equal(got.view(np.uint8), want.view(np.uint8))


UNARY = {
    math.AbsF: np.abs,
    math.Ceil: np.ceil,
    math.Floor: np.floor,
    math.RoundEven: np.round,
    math.Trunc: np.trunc,
    math.Sqrt: np.sqrt,
    math.Exp: np.exp,
    math.Exp2: np.exp2,
    math.ExpM1: np.expm1,
    math.Log: np.log,
    math.Log1p: np.log1p,
    math.Log2: np.log2,
    math.Log10: np.log10,
    math.Sin: np.sin,
    math.Cos: np.cos,
    math.Tan: np.tan,
    math.Asin: np.arcsin,
    math.Acos: np.arccos,
    math.Atan: np.arctan,
    math.Sinh: np.sinh,
    math.Cosh: np.cosh,
    math.Tanh: np.tanh,
    math.Asinh: np.arcsinh,
    math.Acosh: np.arccosh,
    math.Atanh: np.arctanh,
    math.Rsqrt: lambda x: 1 / np.sqrt(x),
    math.IsNaN: np.isnan,
    math.IsInf: np.isinf,
    math.Round: lambda x: np.copysign(np.floor(np.abs(x) + 0.5), x),
}


@pytest.mark.parametrize("cls", UNARY, ids=lambda c: c.name)
def test_math_through_the_library(cls: Any) -> None:
    for t in (F32, F64, F16, BF16):
        a, _ = floats(t.dtype)
        out = I1 if cls in (math.IsNaN, math.IsInf) else t
        with np.errstate(all="ignore"):
            want = UNARY[cls](a.astype(np.float64))
        eps = float(ml_dtypes.finfo(t.dtype).eps)
        for width in (0, 8):
            got = run_elementwise(lambda m, x: m.op(cls, x), [a], [t], out, width)
            np.testing.assert_allclose(
                got.astype(np.float64), want.astype(np.float64), rtol=4 * eps, atol=1e-7
            )


def test_integer_math_and_fma() -> None:
    a, _ = ints(np.int32)
    for width in WIDTHS:
        got = run_elementwise(lambda m, x: m.op(math.CtPop, x), [a], [I32], I32, width)
        np.testing.assert_array_equal(got, [int(v).bit_count() for v in a.view(np.uint32)])
        got = run_elementwise(lambda m, x: m.op(math.CountLeadingZeros, x), [a], [I32], I32, width)
        np.testing.assert_array_equal(got, [32 - int(v).bit_length() for v in a.view(np.uint32)])
        got = run_elementwise(lambda m, x: m.op(math.AbsI, x), [a], [I32], I32, width)
        with np.errstate(over="ignore"):
            np.testing.assert_array_equal(got, np.abs(a))
        x, y = floats()
        got = run_elementwise(
            lambda m, p, q: m.op(math.Fma, p, q, q), [x, y], [F32] * 2, F32, width
        )
        with np.errstate(all="ignore"):
            want = (x.astype(np.float64) * y + y).astype(np.float32)
        np.testing.assert_allclose(got, want, rtol=2e-7)


def test_contract_flag_gives_fma() -> None:
    def make(fast: Any) -> Any:
        def f(m: Maker, x: Any, y: Any) -> Any:
            return m.op(arith.AddF, m.op(arith.MulF, x, y, fastmath=fast), y, fastmath=fast)

        return f

    for fast, expected in ((arith.CONTRACT, True), (arith.REASSOC_CONTRACT, True), (None, False)):
        module = elementwise(make(fast), [F32, F32], F32, 64, 8)
        c = compile_module(module, target("x86-64-v3"), name="t", keep_assembly=True)
        assert ("vfmadd" in (c.assembly or "")) is expected


@pytest.mark.parametrize("lanes", [2, 4, 8])
def test_mve_conversions_beside_a_number_equal_to_the_exponent(lanes: int) -> None:
    """LLVM joins a conversion and a product with 2**-14 to an instruction with the number 14 in it,
    and ends the process where that number is in a register, too."""
    t = VectorType((lanes,), I32)
    f = VectorType((lanes,), F32)
    mk = Maker()

    def body(x: Any, y: Any, z: Any) -> None:
        def load(m: Any) -> Any:
            return mk.vload(m, 0, lanes)

        shifted = mk.op(arith.ShRSI, load(x), mk.const(14, t))
        scaled = mk.op(
            arith.MulF, mk.op(arith.SIToFP, shifted, result_types=[f]), mk.const(2.0**-14, f)
        )
        mk.vstore(scaled, y, 0)
        scaled = mk.op(arith.MulF, scaled, mk.const(2.0**14, f))
        mk.vstore(mk.op(arith.FPToSI, scaled, result_types=[t]), z, 0)

    memory = MemRefType((lanes,), I32), MemRefType((lanes,), F32), MemRefType((lanes,), I32)
    mk.entry([memory[0]], memory[1:], body)
    assert compile_module(mk.module, target("cortex-m55"), name="m").code_bytes > 0
