"""Compiled: loops with lists, states between calls, 8-bit arithmetic."""

from __future__ import annotations

import numpy as np

import millrace
from millrace.frontend.tflite import import_tflite
from tests.tflite.test_control_flow import counted_loop, counter
from tests.tflite.tflite_models import ModelWriter, run


def test_a_loop_that_writes_a_list() -> None:
    model = millrace.compile(counted_loop().bytes())
    x = np.array([1.0, -2.0, 3.0], np.float32)
    rows, last = model(x)
    np.testing.assert_array_equal(rows, np.arange(5, dtype=np.float32)[:, None] * x)
    assert last == 5


def test_a_state_carries_over_until_it_is_reset() -> None:
    model = millrace.compile(counter(conditional=True).bytes())
    x, minus = np.array([1.0, 2.0], np.float32), np.array([-1.0, -2.0], np.float32)
    np.testing.assert_array_equal(model(x), [11.0, 22.0])
    np.testing.assert_array_equal(model(minus), [11.0, 22.0])
    np.testing.assert_array_equal(model(x), [12.0, 24.0])
    model.reset()
    np.testing.assert_array_equal(model(x), [11.0, 22.0])


def quantized() -> bytes:
    """A product, a sum, a curve and a softmax of 8-bit numbers."""
    rng = np.random.default_rng(2)
    w = ModelWriter()
    main = w.graphs[0]

    def t(shape: list[int], scale: float, zero: int) -> int:
        return w.tensor(shape, "int8", scale=[scale], zero=[zero])

    x = t([2, 16], 0.05, 3)
    weights = rng.integers(-127, 128, (8, 16)).astype(np.int8)
    wide = w.tensor([8, 16], "int8", data=weights, scale=[0.02], zero=[0])
    y, total, curve, last = (
        t([2, 8], *q) for q in ((0.06, -4), (0.1, 5), (1 / 128, 0), (1 / 256, -128))
    )
    w.node("FULLY_CONNECTED", [x, wide, -1], [y], activation=0)
    w.node("ADD", [y, y], [total], activation=1)
    w.node("TANH", [total], [curve])
    w.node("SOFTMAX", [total], [last], beta=1.0)
    main.inputs, main.outputs = [x], [total, curve, last]
    return w.bytes()


def test_8_bit_arithmetic_is_the_same_to_the_bit() -> None:
    data = quantized()
    model, module = millrace.compile(data), import_tflite(data)
    rng = np.random.default_rng(4)
    for _ in range(5):
        x = rng.integers(-128, 128, (2, 16)).astype(np.int8)
        for got, want in zip(model(x), run(module, x), strict=True):
            np.testing.assert_array_equal(got, want)
