"""Floats times quantized weights: LiteRT's results, which are stored
(``random_quantized/store.py``), but for roundings of f32."""

from __future__ import annotations

import numpy as np
import pytest

import millrace
from tests.tflite.random_quantized.store import FLOATS, stored

CASES = {s.case: s for s in stored(FLOATS)}
TOLERANCE = 1e-6
"""Of the greatest number."""


@pytest.mark.parametrize("case", CASES)
def test_models(case: int) -> None:
    s = CASES[case]
    model = millrace.compile(s.data)
    for sample, (want,) in zip(s.inputs, s.outputs, strict=True):
        got = model(*sample)
        assert got.shape == want.shape and got.dtype == want.dtype
        error = float(np.abs(got - want).max()) / float(np.abs(want).max())
        assert error < TOLERANCE, s.kinds


def test_rows_are_quantized_as_a_whole() -> None:
    """A result is not what the floats themselves give: the test can tell."""
    s = next(c for c in CASES.values() if c.kinds == ["FULLY_CONNECTED"])
    model = millrace.compile(s.data)
    x = s.inputs[0][0].copy()
    x[0, 0] = 100.0  # the others in its row lose nearly all digits
    assert np.abs(model(x)[0] - model(s.inputs[0][0])[0]).max() > 1e-2
    np.testing.assert_array_equal(model(x)[1], model(s.inputs[0][0])[1])
