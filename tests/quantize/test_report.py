"""``--quantize-report``: what each value loses."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

import millrace
from tests.quantize.quantize_models import MODELS, dense, recurrent, samples

LINE = re.compile(r"^ +(-?[\d.]+) dB +([\d.]+)% +(\S.*)$")


def report(path: Path) -> tuple[list[tuple[float, float, str]], list[tuple[float, float, str]]]:
    """The worst values, and all."""
    first, _, rest = path.read_text().partition("in the order of the model:")
    worst, every = (
        [(float(m[1]), float(m[2]), m[3]) for m in map(LINE.match, part.splitlines()) if m]
        for part in (first, rest)
    )
    return worst, every


def test_values_by_what_they_lose(tmp_path: Path) -> None:
    path = tmp_path / "loss.txt"
    x = samples(*MODELS["dense"][1])
    millrace.compile(dense(), quantize="int8", calibration={"x": x}, quantize_report=path)
    worst, every = report(path)
    assert worst == sorted(worst, key=lambda row: row[0])
    assert {row[2] for row in worst} <= {row[2] for row in every}
    assert all(25 < decibels < 70 and share < 5 for decibels, share, _ in every)
    text = path.read_text()
    assert "/fc0" in text and "/softmax" in text


def test_first_value_is_the_input(tmp_path: Path) -> None:
    """Rounding to 255 steps from the least sample to the largest."""
    path = tmp_path / "loss.txt"
    x = samples(*MODELS["dense"][1])
    millrace.compile(
        dense(),
        quantize="int8",
        calibration={"x": x},
        calibrate_method="minmax",
        quantize_report=path,
    )
    low, high = min(x.min(), 0), max(x.max(), 0)
    step = (high - low) / 255
    seen = x[::6].astype(np.float64)  # four samples, spread over all
    rounded = np.clip(np.rint(seen / step), np.rint(low / step), np.rint(high / step)) * step
    want = 10 * np.log10(np.mean(seen**2) / np.mean((seen - rounded) ** 2))
    [found] = [row[0] for row in report(path)[1] if "an argument" in row[2]]
    assert abs(found - want) < 0.3


def test_more_bits_lose_less(tmp_path: Path) -> None:
    """In loops, the values of all runs of the body count."""
    x = samples(20, 1, 6)
    found = {}
    for scheme in ("int8", "int16x8"):
        path = tmp_path / f"{scheme}.txt"
        millrace.compile(
            recurrent("GRU", 3), quantize=scheme, calibration={"x": x}, quantize_report=path
        )
        found[scheme] = np.median([row[0] for row in report(path)[1]])
    assert found["int16x8"] > found["int8"] + 5


def test_needs_a_scheme(tmp_path: Path) -> None:
    with pytest.raises(millrace.CompileError, match="--quantize-report goes with --quantize"):
        millrace.compile(dense(), quantize_report=tmp_path / "loss.txt")
