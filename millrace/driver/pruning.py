"""Pruning on request, and what it does to the outputs."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from millrace.driver.calibration import Samples
from millrace.driver.inspection import entry_specs
from millrace.driver.options import CompileOptions, Switches
from millrace.driver.passes import PassRun
from millrace.driver.pipelines import FRONT
from millrace.driver.simulation import difference
from millrace.driver.specs import Array
from millrace.ir.core import clone
from millrace.ir.dialects.builtin import Module
from millrace.passes.graph.prune_magnitude import PruneMagnitude

if TYPE_CHECKING:
    from millrace.driver.artifact import Artifact

Build = Callable[[Module, PassRun, CompileOptions, str], "Artifact"]


def prune(module: Module, run: PassRun, options: CompileOptions, build: Build) -> None:
    """Set small weights to zero; the passes that follow take away what that makes idle."""
    assert options.prune is not None
    run.run(module, FRONT, "front")
    before = clone(module, {})
    assert isinstance(before, Module)
    wanted = PruneMagnitude(options.prune.share, options.prune.structured)
    run.run(module, [wanted], "prune", exact=False)
    if options.calibration is None:
        return
    samples = Samples.of(options.calibration, entry_specs(module.entry)[0])
    pairs = zip(
        _outputs(module, samples, options, build),
        _outputs(before, samples, options, build),
        module.entry.output_names,
        strict=True,
    )
    run.context.current_pass = "prune-magnitude"
    for got, want, name in pairs:
        off = difference(got, want)
        run.context.remark(
            f"output {name!r}",
            f"moved by {off.largest:.1%} of its range at most, {off.mean:.2%} in the mean"
            + _same_winner(got, want),
        )


def _same_winner(got: Array, want: Array) -> str:
    if got.dtype.kind != "f" or got.ndim < 2 or got.shape[-1] < 2:
        return ""
    share = float((got.argmax(-1) == want.argmax(-1)).mean())
    return f"; the greatest is the same in {share:.1%}"


def _outputs(
    module: Module, samples: Samples, options: CompileOptions, build: Build
) -> list[Array]:
    """Of the model compiled for this machine, over all samples."""
    from millrace.codegen import target
    from millrace.driver.model import Model

    copy = clone(module, {})
    assert isinstance(copy, Module)
    copy.attributes["target"] = target("host").to_attr()
    run = PassRun(Switches(progress=options.switches.progress), "pruning")
    model = Model(build(copy, run, CompileOptions(unroll="never"), "pruned"))
    state = model.new_state()
    names = [s.name for s in model.inputs]
    rows = [list(state.run(dict(zip(names, r, strict=True))).values()) for r in samples.rows]
    return [np.stack(column) for column in zip(*rows, strict=True)]
