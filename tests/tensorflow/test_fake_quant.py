"""TensorFlow's simulated quantization, on ties and with odd ranges."""

from __future__ import annotations

from typing import Any

import numpy as np

from millrace.frontend.tensorflow import import_graphdef
from millrace.ir.interpreter.run import interpret


def test_a_half_is_a_tie_between_0_and_1(writer: Any) -> None:
    """The inverse of the step is 255; that of the step as a float is a bit less, and 0.5, which
    every logistic function of 0 is, would fall the other way."""
    g = writer()
    g.placeholder("x", 3)
    g.add("y", "FakeQuantWithMinMaxArgs", "x", min=0.0, max=1.0)
    (y,) = interpret(import_graphdef(g.data()), [np.array([0.5, 0.498, 1.5], np.float32)])
    assert np.rint(y * 255).tolist() == [128, 127, 255]


def test_channels_without_a_range_give_zeros(writer: Any) -> None:
    g = writer()
    g.placeholder("x", 2, 2)
    g.const("low", [-2.0, 0.0])
    g.const("high", [1.0, 0.0])
    g.add("y", "FakeQuantWithMinMaxVarsPerChannel", "x", "low", "high")
    x = np.array([[0.5, 0.5], [-3.0, 2.0]], np.float32)
    (y,) = interpret(import_graphdef(g.data()), [x])
    assert np.rint(y * 85).tolist() == [[43, 0], [-170, 0]]


def test_zero_of_a_symmetric_range(writer: Any) -> None:
    """It would lie between two steps. The division by the rounded step decides."""
    g = writer()
    g.placeholder("x", 2)
    g.add("y", "FakeQuantWithMinMaxArgs", "x", min=-1.0, max=1.0)
    (y,) = interpret(import_graphdef(g.data()), [np.array([-3.0, 3.0], np.float32)])
    assert np.rint(y * 127.5).tolist() == [-127, 128]
