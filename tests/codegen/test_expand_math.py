"""The errors of the polynomials that ``expand-math`` makes, in units in the last place."""

from __future__ import annotations

import math as pymath
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
import pytest

from millrace.codegen import compile_module, load, target
from millrace.ir.core import Operation
from millrace.ir.dialects import math
from millrace.ir.target import TargetInfo
from millrace.ir.types import F32, F64
from millrace.passes.loop.expand_floats import expand_floats
from millrace.passes.loop.expand_math import expand_math

from .conftest import Maker, elementwise, host_can_run

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Case:
    op: type[Operation]
    reference: Callable[[Array], Array]
    ulp: float
    dense: tuple[float, float]
    """Where to sample densely, besides all exponents."""


CASES = [
    Case(math.Exp, np.exp, 1, (-105, 90)),
    Case(math.Exp2, np.exp2, 2, (-152, 129)),
    Case(math.ExpM1, np.expm1, 2, (-20, 20)),
    Case(math.Tanh, np.tanh, 3, (-10, 10)),
    Case(math.Log, np.log, 1, (0, 4)),
    Case(math.Log2, np.log2, 2, (0, 4)),
    Case(math.Log10, np.log10, 2, (0, 4)),
    Case(math.Log1p, np.log1p, 2, (-1, 4)),
    Case(math.Sin, np.sin, 2, (-100, 100)),
    Case(math.Cos, np.cos, 2, (-100, 100)),
    Case(math.Tan, np.tan, 4, (-100, 100)),
    Case(math.Asin, np.arcsin, 2, (-1.1, 1.1)),
    Case(math.Acos, np.arccos, 2, (-1.1, 1.1)),
    Case(math.Atan, np.arctan, 2, (-8, 8)),
    Case(math.Sinh, np.sinh, 3, (-90, 90)),
    Case(math.Cosh, np.cosh, 2, (-90, 90)),
    Case(math.Asinh, np.arcsinh, 2, (-10, 10)),
    Case(math.Acosh, np.arccosh, 4, (0.9, 10)),
    Case(math.Atanh, np.arctanh, 3, (-1.1, 1.1)),
    Case(math.Erf, np.vectorize(pymath.erf, otypes=[float]), 2, (-4.5, 4.5)),
]
SPECIAL = np.array(
    [0.0, -0.0, np.inf, -np.inf, np.nan, 1.0, -1.0, 1e-45, -1e-45, 1.1754944e-38, 3.4028235e38,
     88.7228, 88.7229, -87.3365, -103.97, -103.98, 128.0, -149.0, -150.0, 0.84375, 3.94, 9.02],
    np.float32,
)  # fmt: skip


@cache
def samples(low: float, high: float) -> Array:
    bits = np.arange(0, 1 << 32, 9001, dtype=np.uint64).astype(np.uint32)
    rng = np.random.default_rng(0)
    dense = rng.uniform(low, high, 300_000).astype(np.float32)
    x = np.concatenate([SPECIAL, bits.view(np.float32), dense])
    return np.concatenate([x, np.zeros(-x.size % 16, np.float32)])


def ulps(got: Array, exact: Array) -> Array:
    """Distance in f32 units in the last place; 0 where both are the same special value."""
    with np.errstate(all="ignore"):
        rounded = exact.astype(np.float32)
        same = (got == rounded) | (np.isnan(got) & np.isnan(exact))
        largest = np.float64(np.finfo(np.float32).max)
        unit = np.spacing(np.minimum(np.abs(exact), largest).astype(np.float32)).astype(np.float64)
        distance = np.abs(got.astype(np.float64) - exact) / unit
    return np.where(same, 0.0, distance)


def expanded(
    op: type[Operation], arrays: list[Array], width: int, on: TargetInfo, *, f64: bool = True
) -> Array:
    kinds = [F32] * len(arrays)
    module = elementwise(lambda m, *xs: m.op(op, *xs), kinds, F32, arrays[0].size, width)
    assert expand_math(module, f64=f64) == 1
    return load(compile_module(module, on, name="t", level=1))(*arrays)[0]


def runnable(name: str) -> TargetInfo:
    on = target(name)
    if not host_can_run(on):
        pytest.skip(f"this machine cannot run {name}")
    return on


@pytest.mark.parametrize("width,name", [(16, "host"), (8, "x86-64-v3"), (4, "x86-64"), (0, "host")])
@pytest.mark.parametrize("case", CASES, ids=lambda c: c.op.name)
def test_error_is_within_the_stated_bound(case: Case, width: int, name: str) -> None:
    x = samples(*case.dense)
    got = expanded(case.op, [x], width, runnable(name))
    with np.errstate(all="ignore"):
        exact = case.reference(x.astype(np.float64))
    error = ulps(got, exact)
    worst = int(np.nanargmax(np.where(np.isnan(error), np.inf, error)))
    print(f"{case.op.name} {name}: {error[worst]:.3f} ulp")
    assert error[worst] <= case.ulp, f"{error[worst]} ulp at {x[worst]!r}: {got[worst]!r}"


@pytest.mark.parametrize("width", [0, 4])
@pytest.mark.parametrize("case", [c for c in CASES if c.op in (math.Sin, math.Cos, math.Tan)])
def test_machines_without_doubles(case: Case, width: int) -> None:
    """The reduction by integers, over all exponents and near multiples of pi/2."""
    n = np.arange(1, 1 << 20, 37)
    near = (n * (pymath.pi / 2)).astype(np.float32)
    x = np.concatenate([samples(*case.dense), near, -near, np.nextafter(near, np.float32(0))])
    x = x[: x.size // 16 * 16]
    got = expanded(case.op, [x], width, target("host"), f64=False)
    with np.errstate(all="ignore"):
        exact = case.reference(x.astype(np.float64))
    error = ulps(got, exact)
    worst = int(np.nanargmax(np.where(np.isnan(error), np.inf, error)))
    assert error[worst] <= case.ulp, f"{error[worst]} ulp at {x[worst]!r}: {got[worst]!r}"


ODD = [
    *(math.Tanh, math.ExpM1, math.Log1p, math.Sin, math.Tan, math.Erf),
    *(math.Asin, math.Atan, math.Sinh, math.Asinh, math.Atanh),
]


@pytest.mark.parametrize("op", ODD)
def test_odd_functions_keep_the_sign_of_zero(op: type[Operation]) -> None:
    x = np.array([0.0, -0.0] * 8, np.float32)
    got = expanded(op, [x], 16, target("host"))
    np.testing.assert_array_equal(np.signbit(got), np.signbit(x))
    np.testing.assert_array_equal(got, x)


@pytest.mark.parametrize("width,name", [(16, "host"), (4, "x86-64"), (0, "host")])
def test_pow(width: int, name: str) -> None:
    rng = np.random.default_rng(1)
    special = np.array(
        [0.0, -0.0, 1.0, -1.0, 2.0, -2.0, 3.0, 0.5, -0.5, np.inf, -np.inf, np.nan, 1e-45, 3e38,
         16777217.0, 1e10, -3.0, 0.1], np.float32
    )  # fmt: skip
    a, b = (v.ravel() for v in np.meshgrid(special, special))
    base = np.abs(rng.integers(0, 0x7F800000, 200_000, dtype=np.uint32).view(np.float32))
    near = rng.uniform(0.5, 2, 100_000).astype(np.float32)
    with np.errstate(divide="ignore"):
        limit = 140 / np.abs(np.log2(base.astype(np.float64)))
    x = np.concatenate([a, base, near, -near])
    y = np.concatenate([
        b, rng.uniform(-1, 1, base.size) * np.minimum(limit, 1e30), rng.uniform(-200, 200, 100_000),
        rng.integers(-200, 200, 100_000),
    ]).astype(np.float32)  # fmt: skip
    pad = -x.size % 16
    x, y = np.pad(x, (0, pad), constant_values=1), np.pad(y, (0, pad))
    got = expanded(math.PowF, [x, y], width, runnable(name))
    with np.errstate(all="ignore"):
        exact = np.power(x.astype(np.float64), y.astype(np.float64))
    error = ulps(got, exact)
    worst = int(np.nanargmax(np.where(np.isnan(error), np.inf, error)))
    print(f"pow {name}: {error[worst]:.3f} ulp")
    assert error[worst] <= 2, f"{x[worst]!r}^{y[worst]!r} = {got[worst]!r}, not {exact[worst]!r}"


@pytest.mark.parametrize("width,name", [(16, "host"), (4, "x86-64"), (0, "host")])
def test_atan2(width: int, name: str) -> None:
    rng = np.random.default_rng(1)
    special = np.array(
        [0.0, -0.0, 1.0, -1.0, 0.5, -2.0, np.inf, -np.inf, np.nan, 1e-45, -3e38, 3e38], np.float32
    )
    a, b = (v.ravel() for v in np.meshgrid(special, special))
    noise = rng.normal(size=(2, 100_000)) * 10.0 ** rng.uniform(-5, 5, (2, 100_000))
    y, x = (np.concatenate([s, n]).astype(np.float32) for s, n in zip((a, b), noise, strict=True))
    y, x = y[: y.size // 16 * 16], x[: x.size // 16 * 16]
    got = expanded(math.Atan2, [y, x], width, runnable(name))
    exact = np.arctan2(y.astype(np.float64), x.astype(np.float64))
    error = ulps(got, exact)
    worst = int(np.nanargmax(np.where(np.isnan(error), np.inf, error)))
    print(f"atan2 {name}: {error[worst]:.3f} ulp")
    assert error[worst] <= 3, f"atan2({y[worst]!r}, {x[worst]!r}) = {got[worst]!r}"
    np.testing.assert_array_equal(
        np.signbit(got[~np.isnan(exact)]), np.signbit(exact[~np.isnan(exact)])
    )


@pytest.mark.parametrize("exponent", [0.0, 0.5, 1.0, 2.0, 3.0, -1.0, 1.5])
def test_constant_powers(exponent: float) -> None:
    x = np.concatenate([SPECIAL, np.linspace(-9, 9, 42, dtype=np.float32)])
    module = elementwise(
        lambda m, v: m.op(math.PowF, v, m.const(exponent, v.type)), [F32], F32, x.size, 16
    )
    expand_math(module)
    (got,) = load(compile_module(module, target("host"), name="t"))(x)
    with np.errstate(all="ignore"):
        exact = np.power(x.astype(np.float64), np.full(x.size, exponent))
    assert np.max(ulps(got, exact)) <= 1.5


def test_other_types_stay() -> None:
    m = Maker()
    from .conftest import buffer

    t = buffer(1, F64)
    m.entry([t], [t], lambda x, y: m.store(m.op(math.Exp, m.load(x, 0)), y, 0))
    assert expand_math(m.module) == 0


def test_functions_inside_loops_are_found_and_pass_is_idempotent() -> None:
    module = elementwise(lambda m, x: m.op(math.Sin, x), [F32], F32, 64, 16)
    assert expand_math(module) == 1
    assert expand_math(module) == 0


@pytest.mark.parametrize("name", ["cortex-m0", "cortex-m4", "cortex-m33", "cortex-m55", "riscv32"])
def test_firmware_needs_no_mathematics_library(name: str) -> None:
    on = target(name)
    soft = ("__aeabi_f", "__aeabi_i2f", "__aeabi_ui2f", "__") if on.fpu == "none" else ("mem",)
    for case in CASES:
        module = elementwise(lambda m, x, op=case.op: m.op(op, x), [F32], F32, 8, 0)
        expand_math(module, f64=on.fpu == "double")
        expand_floats(module, on)
        symbols = compile_module(module, on, name="t").undefined
        assert all(s.startswith(soft) for s in symbols), (case.op.name, symbols)
