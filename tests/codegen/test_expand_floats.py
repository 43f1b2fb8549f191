"""Max, min, rounding and roots by integer arithmetic, against numpy, on this machine."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from millrace.codegen import compile_module, load, target
from millrace.ir.dialects import arith, math
from millrace.ir.target import TargetInfo
from millrace.ir.types import BF16, F16, F32, F64, I64, ElementType, VectorType
from millrace.passes.loop.expand_floats import expand_floats

from .conftest import elementwise, run_elementwise

Array = np.ndarray[Any, Any]
HOST = target("host")
SOFT = replace(HOST, fpu="none", fpu_round=False)
SINGLE = replace(HOST, fpu="single", fpu_round=False)


def round_half_away(x: Array) -> Array:
    return np.copysign(np.where(np.abs(x) < 2.0**52, np.trunc(np.abs(x) + 0.5), np.abs(x)), x)


UNARY: dict[Any, Any] = {
    math.Floor: np.floor,
    math.Ceil: np.ceil,
    math.Trunc: np.trunc,
    math.RoundEven: np.rint,
    math.Sqrt: np.sqrt,
}
BINARY: dict[Any, Any] = {
    arith.MaximumF: np.maximum,
    arith.MinimumF: np.minimum,
    arith.MaxNumF: np.fmax,
    arith.MinNumF: np.fmin,
}


def samples(dtype: Any) -> Array:
    info = np.finfo(dtype)
    special = [0.0, -0.0, 0.5, -0.5, 1.5, 2.5, -2.5, 0.49999997, 0.50000006, 1.0, -1.0, np.inf]
    special += [-np.inf, np.nan, -np.nan, info.max, info.tiny, info.smallest_subnormal]
    special += [-float(info.smallest_subnormal), 3.0, 4.0, 8388607.5, 8388608.0, 4503599627370495.5]
    rng = np.random.default_rng(0)
    noise = rng.normal(size=2000) * 10.0 ** rng.uniform(-3, 9, 2000)
    halves = np.arange(-300, 300) / 2
    with np.errstate(over="ignore"):
        x = np.concatenate([special, noise, halves]).astype(dtype)
    if dtype is np.float32:
        bits = np.arange(0, 1 << 32, 900_001, dtype=np.uint64).astype(np.uint32)
        x = np.concatenate([x, bits.view(np.float32)])
    if dtype is np.float64:
        scaled = rng.uniform(1, 4, 1000) * 2.0 ** rng.integers(-1074, 1000, 1000)
        x = np.concatenate([x, scaled, -scaled])
    return np.concatenate([x, np.ones(-x.size % 4, dtype)])


def run(op: Any, arrays: list[Array], element: ElementType, width: int, on: TargetInfo) -> Array:
    kinds = [element] * len(arrays)
    module = elementwise(lambda m, *xs: m.op(op, *xs), kinds, element, arrays[0].size, width)
    assert expand_floats(module, on) == 1
    return load(compile_module(module, HOST, name="t", level=1))(*arrays)[0]


def check(got: Array, want: Array) -> None:
    np.testing.assert_array_equal(got, want)
    signs = ~np.isnan(want) & (want != 0)
    np.testing.assert_array_equal(np.signbit(got)[signs], np.signbit(want)[signs])


@pytest.mark.parametrize("width", [0, 4])
@pytest.mark.parametrize("element", [F32, F64], ids=str)
@pytest.mark.parametrize("op", UNARY, ids=lambda c: c.name)
def test_unary(op: Any, element: ElementType, width: int) -> None:
    x = samples(element.dtype.type)
    with np.errstate(all="ignore"):
        want = UNARY[op](x)
    check(run(op, [x], element, width, SOFT), want)


@pytest.mark.parametrize("element", [F32, F64], ids=str)
def test_round_goes_away_from_zero(element: ElementType) -> None:
    x = samples(element.dtype.type)
    with np.errstate(invalid="ignore"):  # NaNs that signal
        want = round_half_away(x.astype(np.float64)).astype(x.dtype)
    if element == F64:  # adding one half rounds where it is not a multiple of the last place
        want[np.abs(x) == np.nextafter(0.5, 0)] = 0
    check(run(math.Round, [x], element, 0, SOFT), want)


def test_signs_of_zeros_stay() -> None:
    x = np.array([-0.0, -0.25, -0.5, 0.25], np.float32)
    for op in (math.Ceil, math.Trunc, math.RoundEven):
        got = run(op, [x], F32, 0, SOFT)
        assert np.signbit(got).tolist() == [True, True, True, False]
    assert np.signbit(run(math.Sqrt, [x], F32, 0, SOFT)[0])


@pytest.mark.parametrize("width", [0, 4])
@pytest.mark.parametrize("element", [F16, BF16, F32, F64], ids=str)
@pytest.mark.parametrize("op", BINARY, ids=lambda c: c.name)
def test_binary(op: Any, element: ElementType, width: int) -> None:
    special = samples(np.float32)[:24]
    with np.errstate(over="ignore"):
        x, y = (v.ravel().astype(element.dtype) for v in np.meshgrid(special, special))
    want = BINARY[op](x.astype(np.float64), y.astype(np.float64)).astype(element.dtype)
    got = run(op, [x, y], element, width, SOFT)
    check(got.astype(np.float64), want.astype(np.float64))


NARROW = replace(HOST, pointer_bytes=4)


@pytest.mark.parametrize("width", [0, 4])
@pytest.mark.parametrize("element", [F32, F64], ids=str)
@pytest.mark.parametrize("op", [arith.FPToSI, arith.FPToUI], ids=lambda c: c.name)
def test_floats_to_wide_integers(op: Any, element: ElementType, width: int) -> None:
    x = samples(element.dtype.type)
    edges = np.array([2.0**63, -(2.0**63), 2.0**64, -(2.0**64), 2.0**62 * 1.5, 2.0**63 * 1.5])
    x = np.concatenate([x, edges.astype(x.dtype), np.zeros(2, x.dtype)])

    def make(m: Any, v: Any) -> Any:
        return m.op(op, v, result_types=[VectorType((width,), I64) if width else I64])

    want = run_elementwise(make, [x], [element], I64, width)
    module = elementwise(make, [element], I64, x.size, width)
    assert expand_floats(module, NARROW) == 1
    got = load(compile_module(module, HOST, name="t", level=1))(x)[0]
    np.testing.assert_array_equal(got, want)
    low, high = (-(1 << 63), (1 << 63) - 1) if op is arith.FPToSI else (0, (1 << 64) - 1)
    for value, number in zip(x.tolist(), got.tolist(), strict=True):
        exact = 0 if value != value else min(max(value, low), high)
        assert int(exact) % (1 << 64) == number % (1 << 64), value


@pytest.mark.parametrize("width", [0, 4])
@pytest.mark.parametrize("element", [F32, F64], ids=str)
@pytest.mark.parametrize("op", [arith.SIToFP, arith.UIToFP], ids=lambda c: c.name)
def test_wide_integers_to_floats(op: Any, element: ElementType, width: int) -> None:
    rng = np.random.default_rng(0)
    noise = rng.integers(-(1 << 63), 1 << 63, 4000) >> rng.integers(0, 63, 4000)
    halves = [(1 << k) + (1 << (k - 24)) + d for k in range(25, 63) for d in (-1, 0, 1)]
    edges = [0, 1, -1, (1 << 63) - 1, -(1 << 63), (1 << 53) + 1, *halves]
    x = np.concatenate([noise, np.array(edges, np.int64)])
    x = x[: x.size // 4 * 4]

    def make(m: Any, v: Any) -> Any:
        return m.op(op, v, result_types=[VectorType((width,), element) if width else element])

    module = elementwise(make, [I64], element, x.size, width)
    assert expand_floats(module, NARROW) == 1
    got = load(compile_module(module, HOST, name="t", level=1))(x)[0]
    want = (x if op is arith.SIToFP else x.view(np.uint64)).astype(element.dtype)
    np.testing.assert_array_equal(got, want)


@pytest.mark.parametrize("name", ["cortex-m4", "cortex-m7", "cortex-m55", "cortex-a7"])
def test_wide_casts_need_no_library(name: str) -> None:
    on = target(name)
    for op, source, to in [
        *((c, I64, F32) for c in (arith.SIToFP, arith.UIToFP)),
        *((c, F32, I64) for c in (arith.FPToSI, arith.FPToUI)),
    ]:
        module = elementwise(
            lambda m, v, op=op, to=to: m.op(op, v, result_types=[to]), [source], to, 16, 0
        )
        assert expand_floats(module, on) == 1
        assert compile_module(module, on, name="t").undefined == ()


def test_what_the_hardware_has_stays() -> None:
    def count(op: Any, element: ElementType, on: TargetInfo) -> int:
        n = 1 if op in UNARY else 2
        module = elementwise(lambda m, *xs: m.op(op, *xs), [element] * n, element, 4, 0)
        return expand_floats(module, on)

    assert all(count(op, t, HOST) == 0 for op in (*UNARY, *BINARY) for t in (F32, F64))
    m4 = target("cortex-m4")
    assert count(math.Sqrt, F32, m4) == count(arith.MaximumF, F32, m4) == 0
    assert count(math.Floor, F32, m4) == count(arith.MaxNumF, F32, m4) == 1
    assert all(count(op, F64, m4) == 1 for op in (*UNARY, *BINARY))
    assert all(count(op, F32, target("cortex-m33")) == 0 for op in (*UNARY, *BINARY))


NAMES = ["cortex-m0", "cortex-m3", "cortex-m4", "cortex-m4-soft", "cortex-m7", "cortex-m33"]


@pytest.mark.parametrize("name", [*NAMES, "cortex-m55", "cortex-a7", "riscv32"])
def test_no_object_calls_the_c_library(name: str) -> None:
    on = target(name)
    allowed = ("__aeabi_", "__") if on.fpu == "none" else ()
    for op in (*UNARY, *BINARY):
        n = 1 if op in UNARY else 2
        for width in (0, 4) if on.vector_bytes else (0,):
            module = elementwise(lambda m, *xs, op=op: m.op(op, *xs), [F32] * n, F32, 16, width)
            expand_floats(module, on)
            compiled = compile_module(module, on, name="t")
            calls = [s for s in compiled.stack.externals if not s.startswith(allowed)]
            assert not calls, (op.name, width)
