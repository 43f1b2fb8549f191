"""From a model at several sizes to one module whose sizes are inputs."""

from __future__ import annotations

from collections.abc import Sequence

from millrace.ir.affine import AffineMap
from millrace.ir.core import Block, Operation, Value
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.func import Func
from millrace.ir.types import I32, FunctionType, tensor
from millrace.passes.sizes.disagreement import disagreement
from millrace.passes.sizes.family import Family, Misfit
from millrace.passes.sizes.opening import Opening
from millrace.passes.sizes.rules import open_operation
from millrace.passes.sizes.symbols import Sample, Symbols

Instance = tuple[Sample, Module]


def join(symbols: Symbols, instances: Sequence[Instance], others: Sequence[Instance]) -> Module:
    """The first of ``instances``, which is the model at the largest sizes, made to work at all:
    each symbol becomes an input of the entry (a scalar i32, after the others), loops run as often
    as it says. The instances are at GRAPH level, without composites.

    ``others``, and instances whose graph is another one although it may mean the same (at a size
    of 1, say, where dimensions fold away), are run and compared with the result.

    The shapes of inputs and outputs, as expressions of the sizes, are attributes of the entry.
    Raises CompileError naming what cannot be done at run-time sizes."""
    family, odd, misfit = _family(symbols, instances)
    module = instances[0][1]
    entry = module.entry
    inputs, outputs = _shapes(family, entry)
    work = [(f.block, f.block.ops) for f in module.functions()]
    first = entry.states_at
    opening = Opening(family, entry.block, _add_inputs(entry.block, first, symbols))
    for _, ops in work:
        _visit(opening, ops)
    _describe(entry, symbols, first, (*inputs, *outputs))
    for sample, instance in (*odd, *others):
        problem = disagreement(module, sample, instance)
        if problem is not None:
            at = family.at(sample)
            raise misfit or family.error(entry, f"at {at} the result is another: {problem}")
    return module


def _family(
    symbols: Symbols, instances: Sequence[Instance]
) -> tuple[Family, list[Instance], Misfit | None]:
    """The instances that have one graph, at least three if there are so many; the others; and the
    first difference."""
    kept, odd = list(instances), list[Instance]()
    first: Misfit | None = None
    while True:
        try:
            family = Family(symbols, [s for s, _ in kept], [m for _, m in kept])
            return family, odd, first
        except Misfit as e:
            first = first or e
            odd.append(kept.pop(e.sample))
            if len(kept) < min(3, len(instances)):
                raise first from None


def _shapes(family: Family, entry: Func) -> tuple[list[AffineMap], list[AffineMap]]:
    """The shapes of inputs and outputs; a state must have a fixed one."""
    count = len(family.symbols.names)
    args, results = entry.block.args, entry.block.terminator.operands
    kept = entry.num_states
    for value in args[entry.states_at :]:
        if family.is_open(value):
            raise family.error(entry, f"a state has the type {value.type}")
    ins, outs = args[: entry.states_at], results[: len(results) - kept]
    maps = [[AffineMap(count, family.shape(v)) for v in side] for side in (ins, outs)]
    return maps[0], maps[1]


def _add_inputs(block: Block, at: int, symbols: Symbols) -> list[Value]:
    """Arguments for the symbols, from position ``at`` on."""
    found: list[Value] = []
    for i, _ in enumerate(symbols.names):
        arg = block._add_argument(tensor((), I32))
        block.args.pop()
        block.args.insert(at + i, arg)
        found.append(arg)
    for i, arg in enumerate(block.args):
        arg.index = i
    return found


def _visit(o: Opening, ops: Sequence[Operation]) -> None:
    """Inner operations first: the rules move regions, and know their operations by identity."""
    for op in ops:
        for region in op.regions:
            for block in region.blocks:
                _visit(o, block.ops)
        open_operation(o, op)


def _describe(entry: Func, symbols: Symbols, at: int, shapes: Sequence[AffineMap]) -> None:
    names = list(entry.input_names)
    entry.attributes["arg_names"] = (*names, *symbols.names)
    entry.attributes["function_type"] = FunctionType(
        tuple(a.type for a in entry.block.args), entry.function_type.results
    )
    entry.attributes["size_names"] = symbols.names
    entry.attributes["size_least"] = symbols.least
    entry.attributes["size_most"] = symbols.most
    entry.attributes["shape_maps"] = tuple(shapes)
