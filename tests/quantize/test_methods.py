"""Limits from histograms."""

from __future__ import annotations

import numpy as np
import pytest

from millrace.passes.quantize.formats import narrow
from millrace.passes.quantize.methods import METHODS, Histogram, mse, percentile


def histogram(x: np.ndarray, bins: int = 1024) -> Histogram:
    counts, _ = np.histogram(x, bins, (x.min(), x.max()))
    return Histogram(float(x.min()), float(x.max()), counts.astype(float))


def normal(outlier: float) -> np.ndarray:
    x = np.random.default_rng(0).normal(size=400000)
    return np.append(x, [outlier, -outlier])


@pytest.mark.parametrize("name", METHODS)
def test_even_numbers_keep_their_range(name: str) -> None:
    x = np.linspace(-2, 3, 50001)
    r = METHODS[name](histogram(x))
    assert r.low == pytest.approx(-2, abs=0.1) and r.high == pytest.approx(3, abs=0.1)


@pytest.mark.parametrize("name", ["percentile", "mse", "kl"])
def test_a_lonely_number_is_cut_off(name: str) -> None:
    x = normal(8)
    r = METHODS[name](histogram(x))
    assert 2.5 < r.high < 7 and -7 < r.low < -2.5


def test_mse_has_the_least_error_of_all() -> None:
    x = normal(8)
    errors = {}
    for name, rule in METHODS.items():
        f = narrow(rule(histogram(x)))
        errors[name] = float(np.mean((f.decode(f.encode(x)) - x) ** 2))
    assert min(errors, key=lambda n: errors[n]) == "mse", errors
    assert errors["mse"] < 0.7 * errors["minmax"]


def test_percentile_counts() -> None:
    x = np.arange(10001, dtype=float)
    r = percentile(histogram(x, 10001), kept=0.9)
    assert r.low == pytest.approx(500, abs=2) and r.high == pytest.approx(9500, abs=2)


@pytest.mark.parametrize("name", METHODS)
def test_nothing_at_all(name: str) -> None:
    r = METHODS[name](Histogram(0.0, 0.0, np.zeros(16)))
    assert r.low == r.high == 0.0


def test_one_sided() -> None:
    x = np.abs(normal(8))
    r = mse(histogram(x))
    assert r.low == pytest.approx(0, abs=0.02) and 3 < r.high < 7
