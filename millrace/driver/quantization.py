"""Quantization of a float model: calibration, decisions by measured errors, and the pass.

The model itself, compiled for this machine, is run on the samples three times: instrumented with
ranges, with histograms, and with a simulation of what rounding would do to its values.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from millrace.driver.calibration import Samples, histograms, observed_ranges, spread
from millrace.driver.files import write_all
from millrace.driver.inspection import entry_specs
from millrace.driver.options import WEIGHTS, CompileOptions, Switches
from millrace.driver.passes import PassRun
from millrace.driver.pipelines import FLOAT, FRONT
from millrace.driver.simulation import Simulation
from millrace.driver.specs import Array
from millrace.driver.widths import Widths, formats_of
from millrace.ir.attributes import Dense
from millrace.ir.core import Value, clone
from millrace.ir.dialects.builtin import Module
from millrace.ir.errors import CompileError
from millrace.passes.base import Pass, PassContext
from millrace.passes.quantize.methods import METHODS
from millrace.passes.quantize.observe import Observe, ObserveHistograms
from millrace.passes.quantize.plan import Plan, made_here, make_plan, seen_values
from millrace.passes.quantize.quantize import Quantize
from millrace.passes.quantize.round_weights import RoundWeights
from millrace.passes.quantize.simulate import Simulate
from millrace.passes.quantize.values import real_values

if TYPE_CHECKING:
    from millrace.driver.artifact import Artifact
    from millrace.driver.model import Model

Build = Callable[[Module, PassRun, CompileOptions, str], "Artifact"]

MEASURED = 64
"""Samples on which simulated errors are measured, at most."""


def quantize(module: Module, run: PassRun, options: CompileOptions, build: Build) -> None:
    """A float model becomes an integer one, with ranges that its own runs show."""
    assert options.calibration is not None
    run.run(module, f"{FRONT},{FLOAT}", "front")
    samples = Samples.of(options.calibration, entry_specs(module.entry)[0])
    bits = 16 if options.quantize == "int16x8" else 8
    quantizer = _Calibration(module, samples, options, build, bits).decide(run)
    if options.quantize_report is not None:
        _write_report(module, quantizer, samples, options.quantize_report)
    run.run(module, [quantizer], "quantize", exact=False)


def round_weights(module: Module, run: PassRun, options: CompileOptions) -> None:
    """A float model whose weights need fewer bytes."""
    assert options.quantize is not None
    if options.io == "int8":
        raise CompileError(f"--io int8: a model of --quantize {options.quantize} takes floats")
    run.run(module, FRONT, "front")
    rounding = RoundWeights(WEIGHTS[options.quantize])
    run.run(module, [rounding], "round-weights", exact=False)


def _write_report(module: Module, quantizer: Quantize, samples: Samples, path: Path) -> None:
    """Of copies: with floats outside, so that both forms take the samples."""
    from millrace.driver.quantize_report import losses, to_text

    twins: dict[Value, Value] = {}
    after = clone(module, {})
    assert isinstance(after, Module)
    before = clone(after, twins)
    assert isinstance(before, Module)
    q = replace(quantizer, float_io=True).rewrite(after, PassContext())
    write_all({path: to_text(losses(before, after, twins, q, samples)).encode()})


@dataclass
class _Calibration:
    module: Module
    samples: Samples
    options: CompileOptions
    build: Build
    bits: int
    _limits: dict[str, Array] = field(default_factory=dict)

    def __post_init__(self) -> None:
        entry = self.module.entry
        self.values = real_values(entry)
        made = made_here(entry)
        self.made = [i for i, v in enumerate(self.values) if v in made]
        found = observed_ranges(self._model([Observe()]), self.samples)
        self.ranges = spread(found, self.made, len(self.values))
        plan = self.plan("minmax")
        self.stored = [
            i
            for i in self.made
            if plan.format(v := self.values[i]).element.width == 8
            and plan.classes.find(v) not in plan.grids
        ]
        """Values that are made here and stored in 8 bits."""

    def _model(self, passes: Sequence[Pass], ranges: Array | None = None) -> Model:
        """The model for this machine, after some passes."""
        from millrace.codegen import target
        from millrace.driver.model import Model

        copy = clone(self.module, {})
        assert isinstance(copy, Module)
        copy.attributes["target"] = target("host").to_attr()
        if ranges is not None:
            copy.attributes["ranges"] = Dense(ranges)
        run = PassRun(Switches(progress=self.options.switches.progress), "calibration")
        run.run(copy, passes, "calibration", exact=False)
        return Model(self.build(copy, run, CompileOptions(unroll="never"), "calibration"))

    def rows(self, method: str) -> Array:
        """What the pass is told of each value."""
        return np.concatenate([self.ranges, self.limits(method)], axis=1)

    def limits(self, method: str) -> Array:
        if method == "minmax":
            return self.ranges
        if not self._limits:
            model = self._model([ObserveHistograms(only=tuple(self.stored))])
            found = histograms(model, self.samples, self.ranges[self.stored])
            for name, rule in METHODS.items():
                limits = self._limits[name] = self.ranges.copy()
                for i, h in zip(self.stored, found, strict=True):
                    r = rule(h)
                    limits[i] = r.low, r.high
        return self._limits[method]

    def plan(self, method: str) -> Plan:
        seen = seen_values(self.values, self.rows(method))
        return make_plan(self.module.entry, seen, (), self.bits)

    # ---- decisions

    def decide(self, run: PassRun) -> Quantize:
        """Ranges by the method that errs least, and what needs 16 bits; the ranges are noted in the
        module."""
        run.context.current_pass = "calibrate"
        simulate = Simulate(only=tuple(self.stored), bits=self.bits)
        model = self._model([simulate], self.rows("minmax"))
        simulation = Simulation(model, self.samples.first(MEASURED))
        method = "minmax" if self.bits == 16 else self._method(simulation, run)
        self.module.attributes["ranges"] = Dense(self.rows(method))
        given, entry = self.options.io == "int8", self.module.entry
        inputs = entry.block.args[: len(entry.block.args) - entry.num_states] if given else ()
        choice = Widths(entry, self.values, self.plan(method), simulation, self.bits, run.context)
        wide, reads, weights = choice.choose(inputs)
        return Quantize(
            bits=self.bits,
            float_io=not given,
            wide=wide,
            wide_reads=reads,
            wide_weights=weights,
        )

    def _method(self, simulation: Simulation, run: PassRun) -> str:
        tried = METHODS if self.options.method == "auto" else (self.options.method,)
        errors = {m: simulation.error(formats_of(self.plan(m), self.values)).mean for m in tried}
        shown = ", ".join(f"{m} {e:.2%}" for m, e in errors.items())
        method = min(errors, key=lambda m: errors[m])
        run.context.remark("ranges", f"by {method}; simulated errors: {shown} of the range")
        return method
