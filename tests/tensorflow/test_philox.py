"""The random numbers of seeded initializers."""

from __future__ import annotations

import numpy as np

from millrace.frontend.tensorflow.philox import philox, uniform_floats


def test_known_answers() -> None:
    """Those that the generator's authors publish."""
    zero = [0x6627E8D5, 0xE169C58D, 0xBC57AC4C, 0x9B00DBD8]
    assert philox(0, 0, 4).tolist() == zero
    assert philox(0, 0, 6).tolist()[:4] == zero


def test_streams_differ() -> None:
    assert philox(5, 1, 8).tolist() != philox(5, 2, 8).tolist()


def test_floats_lie_in_the_unit_interval() -> None:
    values = uniform_floats(5, 1, 1000)
    assert values.dtype == np.float32
    assert 0 <= values.min() < 0.01 and 0.99 < values.max() < 1
