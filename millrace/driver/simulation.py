"""What rounding does to the outputs, measured with a model made by the pass ``simulate``."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from millrace.driver.calibration import Samples
from millrace.driver.specs import Array
from millrace.ir.errors import CompileError
from millrace.passes.quantize.simulate import FORMATS

if TYPE_CHECKING:
    from millrace.driver.model import Model


@dataclass(frozen=True)
class Error:
    """Of the output that errs most, as parts of its range: the root of the mean square, and the
    largest error. Of whole numbers: how many differ."""

    mean: float
    largest: float


class Simulation:
    """Runs of one model with different formats."""

    def __init__(self, model: Model, samples: Samples) -> None:
        self.model = model
        self.samples = samples
        spec = next(s for s in model.inputs if s.name == FORMATS)
        self.reference = self.outputs(np.zeros(spec.shape, np.float32))
        for output, array in zip(model.outputs, self.reference, strict=True):
            real = array.dtype.kind in "fV" and array.size
            if real and not np.isfinite(array.astype(np.float64)).any():
                raise CompileError(
                    f"calibration: output {output.name!r} of the float model is not finite in any "
                    "sample"
                )

    def outputs(self, formats: Array) -> list[Array]:
        """All outputs over all samples."""
        state = self.model.new_state()
        names = [s.name for s in self.model.inputs if s.name != FORMATS]
        runs = []
        for row in self.samples.rows:
            named = dict(zip(names, row, strict=True))
            runs.append(list(state.run({**named, FORMATS: formats}).values()))
        return [np.stack(column) for column in zip(*runs, strict=True)]

    def error(self, formats: Array) -> Error:
        pairs = zip(self.outputs(formats), self.reference, strict=True)
        errors = [difference(got, want) for got, want in pairs]
        return Error(
            max((e.mean for e in errors), default=0.0),
            max((e.largest for e in errors), default=0.0),
        )


def difference(got: Array, want: Array) -> Error:
    if want.dtype.kind not in "fV":
        wrong = float((got != want).mean()) if want.size else 0.0
        return Error(wrong, wrong)
    a, b = got.astype(np.float64), want.astype(np.float64)
    some = np.isfinite(a) & np.isfinite(b)
    if not some.any():
        return Error(0.0, 0.0)
    off, span = np.abs(a - b)[some], float(np.ptp(b[some])) or 1.0
    return Error(float(np.sqrt(np.mean(off**2))) / span, float(off.max()) / span)
