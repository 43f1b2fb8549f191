"""What is in a model, without compiling it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from millrace.driver.costs import executed, graph_macs
from millrace.driver.pipelines import RAISE
from millrace.driver.sizes import load_open, open_shapes
from millrace.driver.sources import Shapes, Source
from millrace.driver.specs import TensorSpec
from millrace.ir.dialects import scf
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.func import Func
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.dialects.mr.control import Scan
from millrace.ir.errors import CompileError
from millrace.ir.levels import FLOW_OPS
from millrace.ir.sizes import SizeBook
from millrace.ir.types import TensorType
from millrace.passes.base import PassContext
from millrace.passes.manager import run_pipeline


@dataclass(frozen=True)
class Inspection:
    """``operations`` counts by name, as imported; ``loops`` describes each loop."""

    source: str
    inputs: tuple[TensorSpec, ...]
    outputs: tuple[TensorSpec, ...]
    states: tuple[TensorSpec, ...]
    operations: dict[str, int]
    loops: tuple[str, ...]
    parameters: int
    parameter_bytes: int
    macs: int

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        out = dict(vars(self))
        for side in ("inputs", "outputs", "states"):
            out[side] = [
                {"name": s.name, "shape": list(s.shape), "dtype": s.dtype.name}
                for s in getattr(self, side)
            ]
        out["loops"] = list(self.loops)
        return out

    def to_text(self) -> str:
        lines = [self.source]
        lines += [f"  input   {s}" for s in self.inputs]
        lines += [f"  output  {s}" for s in self.outputs]
        lines += [f"  state   {s}" for s in self.states]
        lines.append(f"  parameters {self.parameters:,} ({self.parameter_bytes:,} bytes)")
        lines.append(f"  multiply-accumulates {self.macs:,}")
        lines += [f"  loop    {text}" for text in self.loops]
        lines.append(f"  operations {sum(self.operations.values()):,}")
        lines += [f"    {n:6,}  {name}" for name, n in self.operations.items()]
        return "\n".join(lines) + "\n"


def inspect_source(
    source: Source, shapes: Shapes | None, bounds: Mapping[str, int] | None = None
) -> Inspection:
    """Import a model and count. Raises CompileError with all that is not supported."""
    module = load_module(source, shapes, bounds)
    entry = module.entry
    inputs, outputs = entry_specs(entry)
    found = list(executed(entry.block))
    counts = Counter(e.op.name for e in found if not isinstance(e.op, Constant))
    constants = {e.op.value.key: e.op.value.array for e in found if isinstance(e.op, Constant)}
    loops = tuple(
        _describe_loop(e.op) for e in found if isinstance(e.op, Scan | scf.While | scf.For)
    )
    run_pipeline(module, "inline,decompose,canonicalize", context=PassContext(source=source.label))
    return Inspection(
        source=source.label,
        inputs=inputs,
        outputs=outputs,
        states=state_specs(entry),
        operations=dict(sorted(counts.items(), key=lambda item: (-item[1], item[0]))),
        loops=loops,
        parameters=sum(a.size for a in constants.values()),
        parameter_bytes=sum(a.nbytes for a in constants.values()),
        macs=graph_macs(module.entry),
    )


def entry_specs(entry: Func) -> tuple[tuple[TensorSpec, ...], tuple[TensorSpec, ...]]:
    """Inputs and outputs of an entry function of GRAPH level, by the user's tensor names."""
    ftype = entry.function_type
    names = entry.input_names
    tensors, results = len(names) - len(entry.sizes), entry.output_names
    inputs = _specs(entry, names[:tensors], ftype.inputs, 0)
    kept = results[: len(results) - len(entry.found_sizes)]
    outputs = _specs(entry, kept, ftype.results, tensors)
    shapes = list(entry.open_shapes())
    if not shapes:
        return inputs, outputs
    named = [_with_dims(s, d) for s, d in zip((*inputs, *outputs), shapes, strict=True)]
    return tuple(named[: len(inputs)]), tuple(named[len(inputs) :])


def _with_dims(spec: TensorSpec, dims: tuple[str, ...]) -> TensorSpec:
    return spec if all(d.isdigit() for d in dims) else replace(spec, dims=dims)


def state_specs(entry: Func) -> tuple[TensorSpec, ...]:
    """What an entry function of GRAPH level keeps between calls."""
    types = entry.function_type.inputs[entry.states_at :]
    tensors = len(entry.input_names) - len(entry.sizes)
    start = tensors + len(entry.output_names) - len(entry.found_sizes)
    return _specs(entry, entry.names_of_states, types, start)


def _specs(
    entry: Func, names: tuple[str, ...], types: tuple[Any, ...], start: int
) -> tuple[TensorSpec, ...]:
    """Specs of the first types; the states, which follow, have no names among these. ``start`` is
    the first one's place among all quantizations."""
    specs = []
    for i, (name, t) in enumerate(zip(names, types, strict=False)):
        if not isinstance(t, TensorType):
            raise CompileError(f"{name!r} is {t}, not a tensor")
        specs.append(TensorSpec.of(name, t, entry.quantization_of(start + i)))
    return tuple(specs)


def _describe_loop(op: Any) -> str:
    where = op.loc.describe() if op.loc else op.name
    if isinstance(op, Scan):
        backwards = ", backwards" if op.reverse else ""
        carried = ", ".join(str(v.type) for v in op.inits)
        return f"{where}: scan of {op.trip} steps{backwards}, carries {carried or 'nothing'}"
    return f"{where}: {op.name}"


def load_module(
    source: Source, shapes: Shapes | None, bounds: Mapping[str, int] | None = None
) -> Module:
    """The model as imported; an entry function is certain. With run-time sizes, which are inputs
    and outputs then, it comes with its loops raised."""

    def prepare(module: Module) -> None:
        run_pipeline(module, RAISE, context=PassContext(source=source.label))

    def load(given: Shapes | None, sizes: SizeBook) -> Module:
        return _load_static(source, given, sizes)

    return load_open(open_shapes(shapes, bounds), load, prepare)


def _load_static(source: Source, shapes: Shapes | None, sizes: SizeBook | None = None) -> Module:
    module = source.load(shapes, sizes)
    if any(op.name in FLOW_OPS for f in module.functions() for op in f.block):
        run_pipeline(module, "structure-flow", context=PassContext(source=source.label))
    if not any(f.role == "entry" for f in module.functions()):
        raise CompileError(f'{source.label}: no function has role = "entry"')
    return module
