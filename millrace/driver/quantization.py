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
from millrace.driver.options import CompileOptions, Switches
from millrace.driver.passes import PassRun
from millrace.driver.pipelines import FLOAT, FRONT
from millrace.driver.simulation import Simulation
from millrace.driver.specs import Array
from millrace.ir.attributes import Dense
from millrace.ir.core import Value, clone
from millrace.ir.dialects.builtin import Module
from millrace.passes.base import Pass, PassContext, describe
from millrace.passes.quantize.methods import METHODS
from millrace.passes.quantize.observe import Observe, ObserveHistograms
from millrace.passes.quantize.plan import Plan, gains_by_width, made_here, make_plan, seen_values
from millrace.passes.quantize.quantize import Quantize
from millrace.passes.quantize.simulate import Simulate
from millrace.passes.quantize.values import real_values

if TYPE_CHECKING:
    from millrace.driver.artifact import Artifact
    from millrace.driver.model import Model

Build = Callable[[Module, PassRun, CompileOptions, str], "Artifact"]

MEASURED = 64
"""Samples on which simulated errors are measured, at most."""
HARM = 0.005
"""A value whose storage in 8 bits alone moves an output by more than this part of its range gets
16 bits."""


def quantize(module: Module, run: PassRun, options: CompileOptions, build: Build) -> None:
    """A float model becomes an integer one, with ranges that its own runs show."""
    assert options.calibration is not None
    run.run(module, f"{FRONT},{FLOAT}", "front")
    samples = Samples.of(options.calibration, entry_specs(module.entry)[0])
    bits = 16 if options.quantize == "int16x8" else 8
    calibration = _Calibration(module, samples, options, build)
    rows, wide = calibration.decide(run) if bits == 8 else (calibration.rows("minmax"), ())
    module.attributes["ranges"] = Dense(rows)
    quantizer = Quantize(bits=bits, float_io=options.io != "int8", wide=wide)
    if options.quantize_report is not None:
        _write_report(module, quantizer, samples, options.quantize_report)
    run.run(module, [quantizer], "quantize", exact=False)


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

    def _model(self, passes: Sequence[Pass]) -> Model:
        """The model for this machine, after some passes."""
        from millrace.codegen import target
        from millrace.driver.model import Model

        copy = clone(self.module, {})
        assert isinstance(copy, Module)
        copy.attributes["target"] = target("host").to_attr()
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

    def plan(self, method: str, wide: Sequence[int] = ()) -> Plan:
        seen = seen_values(self.values, self.rows(method))
        return make_plan(self.module.entry, seen, [self.values[i] for i in wide], 8)

    # ---- decisions

    def decide(self, run: PassRun) -> tuple[Array, tuple[int, ...]]:
        """Ranges by the method that errs least, and which values need 16 bits."""
        simulation = Simulation(
            self._model([Simulate(only=tuple(self.stored))]), self.samples.first(MEASURED)
        )
        tried = METHODS if self.options.method == "auto" else (self.options.method,)
        errors = {m: simulation.error(formats_of(self.plan(m), self.values)).mean for m in tried}
        method = min(errors, key=lambda m: errors[m])
        shown = ", ".join(f"{m} {e:.2%}" for m, e in errors.items())
        run.context.current_pass = "calibrate"
        run.context.remark("ranges", f"by {method}; simulated errors: {shown} of the range")
        plan = self.plan(method)
        wide = []
        for root, members in plan.members().items():
            eight = plan.formats[root].element.width == 8 and root not in plan.grids
            if not (eight and gains_by_width(members)):
                continue
            harm = simulation.error(formats_of(plan, self.values, root)).largest
            if harm > HARM:
                number = self.values.index(members[0])
                wide.append(number)
                what = f"value {number} ({_name(members)})"
                text = f"16 bits: 8 alone would move an output by {harm:.1%} of its range"
                run.context.remark(what, text)
        return self.rows(method), tuple(wide)


def formats_of(plan: Plan, values: Sequence[Value], only: Value | None = None) -> Array:
    """Rows for the pass ``simulate``: all that is stored in 8 bits, or one class of it."""
    rows = np.zeros((len(values), 4), np.float32)
    for i, v in enumerate(values):
        f = plan.narrow(v)
        if only is None:
            rows[i, 2:] = f.scale, f.zero
        if plan.format(v).element.width == 8 and only in (None, plan.classes.find(v)):
            rows[i, :2] = f.scale, f.zero
    return rows


def _name(members: Sequence[Value]) -> str:
    """Where the numbers of a class are made."""
    ops = [v.defining_op for v in members]
    named = [describe(op) for op in ops if op is not None and not op.regions and op.loc]
    return named[0] if named else "an argument"
