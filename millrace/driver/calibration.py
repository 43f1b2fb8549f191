"""Calibration: the float model runs over samples and tells between which limits its values lie."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from millrace.driver.arrays import match_inputs, read_npz, split_samples
from millrace.driver.specs import Array, TensorSpec
from millrace.ir.errors import CompileError, RunError
from millrace.passes.quantize.formats import Range, without_far
from millrace.passes.quantize.methods import Histogram
from millrace.passes.quantize.observe import HISTOGRAMS, LIMITS, NOTHING, RANGES, TIERS

if TYPE_CHECKING:
    from millrace.driver.model import Model


@dataclass(frozen=True)
class Samples:
    """Inputs of a model, one list of arrays a run."""

    rows: Sequence[Sequence[Array]]

    @staticmethod
    def of(given: Path | Mapping[str, Array], inputs: Sequence[TensorSpec]) -> Samples:
        """From arrays with a leading sample axis. Raises CompileError."""
        where = given if isinstance(given, Path) else Path("the arrays")
        try:
            arrays = read_npz(given) if isinstance(given, Path) else given
            matched = match_inputs({k: np.asarray(a) for k, a in arrays.items()}, inputs, where)
            cast = [_cast(a, s) for a, s in zip(matched, inputs, strict=True)]
            rows = split_samples(cast, inputs, None)
        except RunError as e:
            raise CompileError(f"calibration: {e}") from None
        if not rows:
            raise CompileError(f"calibration: {where} has no samples")
        for i, row in enumerate(rows):
            for a, s in zip(row, inputs, strict=True):
                if s.dtype.kind in "fV" and np.isnan(a.astype(np.float64)).any():
                    raise CompileError(
                        f"calibration: {where}: input {s.name!r} of sample {i} has NaN"
                    )
        return Samples(rows)

    def first(self, count: int) -> Samples:
        """Not more than ``count`` of them, spread over all."""
        step = max(1, len(self.rows) // count)
        return Samples(self.rows[::step][:count])


def _cast(a: Array, spec: TensorSpec) -> Array:
    """Floats of another width are welcome."""
    floats = a.dtype.kind == "f" and spec.dtype.kind == "f"
    return a.astype(spec.dtype) if floats else a


def observed_ranges(model: Model, samples: Samples) -> Array:
    """The lowest and the highest value of each real number, of a model made by ``observe``. State
    carries over from sample to sample."""
    found: Array | None = None
    state = model.new_state()
    for row in samples.rows:
        named = {s.name: a for s, a in zip(model.inputs, row, strict=True)}
        rows = state.run(named)[RANGES]
        found = rows if found is None else np.maximum(found, rows)
    assert found is not None
    return np.array([settled_range(row) for row in found.astype(np.float64)]).reshape(-1, 2)


def settled_range(row: Array) -> tuple[float, float]:
    """The limits to count with, from a row of the pass ``observe``."""
    finite, *tiers, everything = (Range(-low, high) for low, high in row.reshape(-1, 2))
    for limit, near in zip(TIERS, tiers, strict=True):
        # Between the rest and the limit there is nothing for a decade.
        if near.radius < limit / 10 and everything.radius >= limit:
            settled = without_far(everything, near)
            if settled != everything:
                return settled.low, settled.high
    return finite.low, finite.high


def spread(rows: Array, numbers: Sequence[int], count: int) -> Array:
    """Rows of some values among those of all: an empty range for the others."""
    full = np.tile(np.array([-NOTHING, NOTHING]), (count, 1))
    full[list(numbers)] = rows
    return full


def histograms(model: Model, samples: Samples, ranges: Array) -> list[Histogram]:
    """Of each real number between the limits in ``ranges``, of a model made by
    ``observe-histograms``."""
    bins = next(s.shape[1] for s in model.outputs if s.name == HISTOGRAMS)
    low, width = ranges[:, 0], np.maximum(ranges[:, 1] - ranges[:, 0], 1e-30)
    limits = np.stack([low, bins / width], axis=1).astype(np.float32)
    total = np.zeros((len(ranges), bins))
    state = model.new_state()
    names = [s.name for s in model.inputs if s.name != LIMITS]
    for row in samples.rows:
        named = dict(zip(names, row, strict=True))
        total += state.run({**named, LIMITS: limits})[HISTOGRAMS]
    return [Histogram(float(a), float(b), c) for (a, b), c in zip(ranges, total, strict=True)]
