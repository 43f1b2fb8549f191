"""Quantized operators against their definition in exact arithmetic."""

from __future__ import annotations

import math
from fractions import Fraction
from typing import Any

import numpy as np
import pytest

from millrace.frontend.tflite import import_tflite
from millrace.ir.dialects.mr import fixed_point as fp
from millrace.ir.errors import CompileError
from tests.tflite.tflite_models import ModelWriter, run

Array = np.ndarray[Any, Any]
RNG = np.random.default_rng(11)
CODES = np.arange(-128, 128).astype(np.int8)


def half_up(x: Fraction) -> int:
    return math.floor(x + Fraction(1, 2))


def test_fully_connected_rounds_once() -> None:
    x = RNG.integers(-128, 128, (2, 16)).astype(np.int8)
    weights = RNG.integers(-127, 128, (3, 16)).astype(np.int8)
    bias = RNG.integers(-999, 999, 3).astype(np.int32)
    w = ModelWriter()
    main = w.graphs[0]
    main.inputs = [w.tensor([2, 16], "int8", scale=[0.5], zero=[3])]
    wide = w.tensor([3, 16], "int8", data=weights, scale=[0.25], zero=[0])
    main.outputs = [w.tensor([2, 3], "int8", scale=[7.0], zero=[-5])]
    w.node("FULLY_CONNECTED", [*main.inputs, wide, w.constant(bias)], main.outputs, activation=1)
    (got,) = run(import_tflite(w.bytes()), x)
    total = (x.astype(int) - 3) @ weights.astype(int).T + bias
    fraction, shift = math.frexp(0.5 * 0.25 / 7.0)
    factor = Fraction(round(fraction * 2**31), 2**31) * Fraction(2) ** shift
    want = [[max(min(half_up(int(t) * factor) - 5, 127), -5) for t in row] for row in total]
    np.testing.assert_array_equal(got, want)


def one(kind: str, scale: float, zero: int, to_scale: float, to_zero: int, **o: Any) -> Array:
    """An operator on all numbers of 8 bits."""
    w = ModelWriter()
    main = w.graphs[0]
    main.inputs = [w.tensor([256], "int8", scale=[scale], zero=[zero])]
    main.outputs = [w.tensor([256], "int8", scale=[to_scale], zero=[to_zero])]
    w.node(kind, main.inputs, main.outputs, **o)
    (got,) = run(import_tflite(w.bytes()), CODES)
    return got.astype(int)


@pytest.mark.parametrize("scale", [0.01, 0.06, 0.3])
def test_curves_are_within_one_of_the_real_ones(scale: float) -> None:
    x = (CODES.astype(int) - 7) * scale
    logistic = one("LOGISTIC", scale, 7, 1 / 256, -128)
    tanh = one("TANH", scale, 7, 1 / 128, 0)
    np.testing.assert_allclose(logistic, np.clip(256 / (1 + np.exp(-x)) - 128, -128, 127), atol=1)
    np.testing.assert_allclose(tanh, np.clip(128 * np.tanh(x), -128, 127), atol=1)
    assert logistic[7 + 128] == 0 and tanh[7 + 128] == 0


def test_softmax_adds_up_to_one() -> None:
    got = one("SOFTMAX", 0.05, 0, 1 / 256, -128, beta=1.0) + 128
    x = CODES.astype(float) * 0.05
    want = 256 * np.exp(x - x.max()) / np.exp(x - x.max()).sum()
    np.testing.assert_allclose(got, want, atol=1)


def test_requantize_rounds_twice() -> None:
    """Halves first, then the whole: off by up to three quarters."""
    got = one("QUANTIZE", 0.1, -3, 0.25, 11)
    np.testing.assert_allclose(got, (CODES.astype(int) + 3) * 0.4 + 11, atol=0.751)


@pytest.mark.parametrize("bits", [16, 32])
def test_fixed_point_curves(bits: int) -> None:
    one_ = 2.0 ** (bits - 1)
    x = np.linspace(-one_, one_ - 1, 4001).astype(np.int64)
    real = x / one_ * 8
    near = 16 if bits == 16 else 1 << 8
    for curve, want in (
        (fp.logistic, 1 / (1 + np.exp(-real))),
        (fp.hyperbolic_tangent, np.tanh(real)),
    ):
        np.testing.assert_allclose(curve(x, 3, bits), want * one_, atol=near)


def test_quantized_numbers_need_a_scale() -> None:
    w = ModelWriter()
    main = w.graphs[0]
    main.inputs = [w.tensor([4], "int8", scale=[0.5], zero=[0])]
    main.outputs = [w.tensor([4], "int8")]
    w.node("MUL", [*main.inputs, *main.inputs], main.outputs, activation=0)
    with pytest.raises(CompileError, match="has no scale"):
        import_tflite(w.bytes())
