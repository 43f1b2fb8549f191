"""The whole way of a model: import, pipeline, code generation, report."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from millrace._version import __version__
from millrace.codegen import (
    CompiledObject,
    TensorIO,
    compile_module,
    io_of_graph,
    model_identifier,
    states_of_graph,
)
from millrace.codegen import target as find_target
from millrace.codegen.libraries import by_library
from millrace.driver.artifact import Artifact
from millrace.driver.budget import check_budgets
from millrace.driver.costs import graph_macs, has_guessed_trips, kernel_rows
from millrace.driver.inspection import entry_specs, load_module, state_specs
from millrace.driver.memory_map import Constants, arena_map, constants_of_kernels, step_names
from millrace.driver.options import WEIGHTS, CompileOptions
from millrace.driver.passes import PassRun
from millrace.driver.patching import CLEAN, patched
from millrace.driver.pipelines import STATES, stages
from millrace.driver.pruning import prune
from millrace.driver.quantization import quantize, round_weights
from millrace.driver.report import BufferRow, Decision, KernelRow, Report
from millrace.driver.sources import Source
from millrace.driver.sparsity import saving_of, sparser
from millrace.driver.specs import TensorSpec
from millrace.ir.core import clone
from millrace.ir.dialects.builtin import Module
from millrace.ir.errors import CompileError
from millrace.ir.target import TargetInfo
from millrace.passes.graph.patch import Patch

IO = tuple[tuple[TensorIO, ...], tuple[TensorIO, ...]]
Borders = tuple[tuple[TensorSpec, ...], tuple[TensorSpec, ...]]
"""Inputs, outputs."""
Specs = tuple[tuple[TensorSpec, ...], tuple[TensorSpec, ...], tuple[TensorSpec, ...]]
"""Inputs, outputs, states."""


@dataclass
class _Facts:
    """What the stages tell the report on the way."""

    macs: int = 0
    guessed: bool = False
    states: tuple[TensorSpec, ...] = ()
    kept: tuple[TensorIO, ...] = ()
    kernels: tuple[KernelRow, ...] = ()
    constants: Mapping[str, Constants] = field(default_factory=dict)
    steps: tuple[str, ...] = ()
    arena_map: tuple[BufferRow, ...] = ()
    modules: dict[str, Module] = field(default_factory=dict)


def compile_artifact(source: Source, options: CompileOptions) -> Artifact:
    """Compile a model. Raises CompileError."""
    progress = options.switches.progress or _silent
    name = _name(source, options)
    target = target_of(options)
    try:
        progress(f"importing {source.label}")
        source = source.choosing(options.feed, options.fetch)
        module = load_module(source, options.shapes, options.bounds)
        set_target(module, target)
        if options.strict:
            module.attributes["strict"] = True
        run = PassRun(options.switches, source.label)
        if module.entry.num_states:
            run.run(module, STATES, "states", exact=False)
        if options.prune is not None:
            prune(module, run, options, build)
        if options.quantize in WEIGHTS:
            round_weights(module, run, options)
        elif options.quantize is not None:
            quantize(module, run, options, build)
        return build(module, run, options, name)
    finally:
        progress("")


def build(module: Module, run: PassRun, options: CompileOptions, name: str) -> Artifact:
    """From a module at GRAPH level to machine code."""
    target = target_of(options)
    borders, states = entry_specs(module.entry), state_specs(module.entry)
    _check_sizes(run.source, target, [s for group in (*borders, states) for s in group])
    sizes, found = module.entry.sizes, module.entry.found_sizes
    rest = _Rest(options, name, borders, io_of_graph(module.entry))
    facts = _Facts()
    _lower(module, run, {"graph": rest.stages(0)["graph"]}, facts, keep="ir" in options.emit)
    saving = saving_of(options)
    artifact = _fitting(module, run, rest, facts, saving)
    if saving == 0:
        artifact = sparser(artifact, options, partial(_fitting, module, run, rest, facts))
    report = replace(artifact.report, sizes=sizes, found=found)
    run.finish()
    check_budgets(report, options.flash, options.ram)
    return replace(artifact, report=report)


def _fitting(
    module: Module, run: PassRun, rest: _Rest, facts: _Facts, saving: int | None
) -> Artifact:
    """From GRAPH level to machine code, with layers in bands where memory asks for that."""
    options = rest.options
    wanted = options.patch != "never" and not (options.patch == "auto" and options.ram is None)
    sized = module.entry.sizes or module.entry.found_sizes
    again = wanted or (options.flash is not None and saving == 0)
    if not again:
        return rest.build(module, run, facts, saving)
    plain = rest.build(_copy(module), run.branch(), facts, saving)
    if not wanted or sized:
        return plain

    def with_patch(patch: Patch) -> Artifact:
        return rest.patched(_copy(module), run.branch(), facts, saving, patch)

    return patched(module, plain, options, with_patch)


@dataclass(frozen=True)
class _Rest:
    """What comes after the GRAPH level."""

    options: CompileOptions
    name: str
    borders: Borders
    io: IO

    def stages(self, saving: int | None) -> dict[str, str]:
        """The pipelines; ``saving``: bytes that weights without zeros have to save."""
        options = self.options
        weights = WEIGHTS.get(options.quantize or "")
        return stages(options.unroll, options.flash, weights, saving)

    def patched(
        self, module: Module, run: PassRun, facts: _Facts, saving: int | None, patch: Patch
    ) -> Artifact:
        """With some layers in bands."""
        run.run(module, [patch], "patch")
        facts = replace(facts, modules=dict(facts.modules))
        _lower(module, run, {"patch": CLEAN}, facts, keep="ir" in self.options.emit)
        return self.build(module, run, facts, saving)

    def build(self, module: Module, run: PassRun, facts: _Facts, saving: int | None) -> Artifact:
        options = self.options
        facts = replace(facts, modules=dict(facts.modules))
        pipelines = {k: v for k, v in self.stages(saving).items() if k != "graph"}
        _lower(module, run, pipelines, facts, keep="ir" in options.emit)
        (options.switches.progress or _silent)("generating code")
        compiled = compile_module(
            module,
            target_of(options),
            name=self.name,
            inputs=self.io[0],
            outputs=self.io[1],
            states=facts.kept,
            keep_llvm="llvm" in options.emit,
            keep_assembly="asm" in options.emit,
        )
        report = _report(compiled, (*self.borders, facts.states), facts, run)
        return Artifact(compiled, *self.borders, report, facts.modules)


def _copy(module: Module) -> Module:
    copy = clone(module, {})
    assert isinstance(copy, Module)
    return copy


def _check_sizes(label: str, target: TargetInfo, specs: Sequence[TensorSpec]) -> None:
    """Refuse tensors that the target cannot even address."""
    limit = 1 << min(8 * target.pointer_bytes - 1, 47)
    for spec in specs:
        if spec.nbytes >= limit:
            raise CompileError(
                f"{label}: tensor {spec.name!r} has {spec.nbytes:,} bytes, which "
                f"{target.name} cannot address"
            )


def target_of(options: CompileOptions) -> TargetInfo:
    """The target, with the memory that the user has for the model."""
    found = find_target(options.target)
    return replace(
        found,
        flash_bytes=options.flash or found.flash_bytes,
        ram_bytes=options.ram or found.ram_bytes,
    )


def set_target(module: Module, target: TargetInfo) -> None:
    """Tell passes and code generation what they compile for."""
    module.attributes["target"] = target.to_attr()


def _lower(
    module: Module, run: PassRun, pipelines: Mapping[str, str], facts: _Facts, *, keep: bool
) -> None:
    """Run some stages on ``module``; note what the report needs from between them."""
    for stage, pipeline in pipelines.items():
        run.run(module, pipeline, stage)
        if keep:
            facts.modules[stage] = _copy(module)
        if stage in ("graph", "patch"):
            facts.macs, facts.guessed = graph_macs(module.entry), has_guessed_trips(module.entry)
            # Passes may find that states are constant or have fewer units.
            facts.states, facts.kept = state_specs(module.entry), states_of_graph(module.entry)
        if stage == "kernel":
            facts.kernels = kernel_rows(module)
        if stage == "loop":
            facts.constants = constants_of_kernels(module)
            facts.steps, facts.arena_map = step_names(module), arena_map(module)


def _report(compiled: CompiledObject, specs: Specs, facts: _Facts, run: PassRun) -> Report:
    notes = []
    if facts.guessed:
        notes.append("loops whose trip count depends on the data count as one trip")
    for library, symbols in by_library(compiled.undefined).items():
        notes.append(f"needs {', '.join(symbols)} of {library}")
    if compiled.stack.uncounted:
        notes.append(f"stack is without that of {', '.join(compiled.stack.uncounted)}")
    return Report(
        name=compiled.name,
        version=__version__,
        target=compiled.target.name,
        features=compiled.target.features or compiled.target.cpu,
        model_hash=compiled.model_hash,
        inputs=specs[0],
        outputs=specs[1],
        code_bytes=compiled.code_bytes,
        weight_bytes=compiled.weight_bytes,
        arena_bytes=compiled.arena_bytes,
        state_bytes=compiled.state_bytes,
        stack_bytes=compiled.stack.nbytes,
        io_bytes=compiled.io_bytes,
        macs=facts.macs,
        kernels=tuple(_with_sizes(k, compiled, facts) for k in facts.kernels),
        steps=facts.steps,
        arena_map=facts.arena_map,
        decisions=tuple(Decision(r.pass_name, r.subject, r.text) for r in run.context.remarks),
        notes=tuple(notes),
        states=specs[2],
    )


def _with_sizes(k: KernelRow, compiled: CompiledObject, facts: _Facts) -> KernelRow:
    """What the kernel takes of the flash."""
    constants = facts.constants.get(k.name, Constants())
    code = compiled.code_of_functions.get(k.name, 0) + constants.tables
    return replace(k, code_bytes=code, weight_bytes=constants.weights)


def _name(source: Source, options: CompileOptions) -> str:
    if options.name is None:
        return model_identifier(source.stem)
    if model_identifier(options.name) != options.name:
        suggestion = model_identifier(options.name)
        raise CompileError(f"--name {options.name!r} is not a C identifier (try {suggestion!r})")
    return options.name


def _silent(text: str) -> None:
    """Where no progress is wanted."""
