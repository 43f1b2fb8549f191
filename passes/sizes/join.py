"""From a model at several sizes to one module whose sizes are inputs."""

from __future__ import annotations

import re
from collections.abc import Sequence

from millrace.ir.affine import AffineExpr, AffineMap, cst, dim, dims_of, substitute
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
Shape = tuple[AffineExpr, ...]


def join(symbols: Symbols, instances: Sequence[Instance], others: Sequence[Instance]) -> Module:
    """The first of ``instances``, which is the model at the largest sizes, made to work at all:
    each given symbol becomes an input of the entry (a scalar i32, after the others), loops run as
    often as it says; one that follows from data is read where it is known, and is an output where
    an output is as long as it says. The instances are at GRAPH level, without composites.

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
    opening = Opening(family, entry.block, _add_inputs(entry.block, first, symbols.given))
    for _, ops in work:
        _visit(opening, ops)
    found = _found(symbols, outputs)
    _add_outputs(opening, entry, found)
    _describe(entry, symbols, found, (*inputs, *outputs))
    for sample, instance in (*odd, *others):
        if symbols.found and sample[symbols.given :] != symbols.most[symbols.given :]:
            assert misfit is not None
            raise misfit  # no input is known that leads to these sizes
        problem = disagreement(module, sample[: symbols.given], instance)
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


def _shapes(family: Family, entry: Func) -> tuple[list[Shape], list[Shape]]:
    """The shapes of inputs and outputs; a state must have a fixed one."""
    args, results = entry.block.args, entry.block.terminator.operands
    for value in args[entry.states_at :]:
        if family.is_open(value):
            raise family.error(entry, f"a state has the type {value.type}")
    ins, outs = args[: entry.states_at], results[: len(results) - entry.num_states]
    return [family.shape(v) for v in ins], [family.shape(v) for v in outs]


def _found(symbols: Symbols, outputs: Sequence[Shape]) -> list[int]:
    """The symbols that follow from data and that an output's shape tells."""
    seen = {i for shape in outputs for e in shape for i in dims_of(e)}
    return [i for i in range(symbols.given, len(symbols.names)) if i in seen]


def _add_inputs(block: Block, at: int, count: int) -> list[Value]:
    """Arguments for the symbols that are given, from position ``at`` on."""
    found: list[Value] = []
    for i in range(count):
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


def _add_outputs(o: Opening, entry: Func, found: Sequence[int]) -> None:
    """The sizes that follow from data go out behind the outputs."""
    end = entry.block.terminator
    at = len(end.operands) - entry.num_states
    sizes = [o.tensor(dim(i)) for i in found]
    o.rw.set_operands(end, [*end.operands[:at], *sizes, *end.operands[at:]])


def _describe(entry: Func, symbols: Symbols, found: Sequence[int], shapes: Sequence[Shape]) -> None:
    given = range(symbols.given)
    kept = [*given, *found]
    new: list[AffineExpr] = [cst(0)] * len(symbols.names)
    for place, i in enumerate(kept):
        new[i] = dim(place)
    maps = [AffineMap(len(kept), tuple(substitute(e, new) for e in shape)) for shape in shapes]
    results = tuple(v.type for v in entry.block.terminator.operands)
    attributes = entry.attributes
    names = unique_names([symbols.names[i] for i in kept])
    attributes["result_names"] = (*entry.output_names, *names[len(given) :])
    attributes["arg_names"] = (*entry.input_names, *names[: len(given)])
    attributes["function_type"] = FunctionType(tuple(a.type for a in entry.block.args), results)
    if given:
        attributes["size_names"] = names[: len(given)]
        attributes["size_least"] = symbols.least[: symbols.given]
        attributes["size_most"] = symbols.most[: symbols.given]
    if found:
        attributes["found_names"] = names[len(given) :]
        attributes["found_most"] = tuple(symbols.most[i] for i in found)
    attributes["shape_maps"] = tuple(maps)


def unique_names(names: Sequence[str]) -> tuple[str, ...]:
    """Identifiers that differ from each other: symbols are called after nodes of the model."""
    out: list[str] = []
    for name in names:
        plain = re.sub(r"\W+", "_", re.sub(r"#\d+$", "", name)).strip("_")
        plain = plain if plain and not plain[0].isdigit() else f"n{plain}"
        tries = [plain, *(f"{plain}_{k}" for k in range(len(names)))]
        out.append(next(t for t in tries if t not in out))
    return tuple(out)
