"""Functions and calls, as upstream ``func``."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from millrace.ir.affine import AffineMap
from millrace.ir.attributes import Dense, FrozenDict, SymbolRef
from millrace.ir.core import Block, Operation, Value
from millrace.ir.opdef import attr, operands, region, results
from millrace.ir.quantization import Quantization
from millrace.ir.types import FunctionType, Type


@dataclass(frozen=True)
class RunTimeSize:
    """A size that is known at run time only, and its range."""

    name: str
    least: int
    most: int


class Func(Operation):
    """``func.func``. ``role`` is ``entry`` (the model), ``kernel`` (one fused kernel) or
    ``function`` (called from the model). ``arg_names`` and ``result_names`` are the user's
    tensor names of an entry. From bufferization on: ``num_inputs`` says how many of the arguments
    are read-only inputs; ``layouts`` has the element strides of each tensor operand, then of each
    result, of a kernel; ``elements`` the GRAPH element types of a Library operation's kernel;
    ``sparse``: its constants are stored without zeros, which as many rows share as the first number
    says, in bodies of as many entries as the second does.

    ``quantization`` says for each input, output and state of an entry, in this order and without
    run-time sizes, what its integers stand for (``millrace.ir.quantization``).

    State: the last ``num_states`` arguments of an entry are what is kept from the call before,
    its last ``num_states`` results what the next call gets, in the same order and of the same
    types. ``state_init`` has the initial values (None: zeros), ``state_names`` their names;
    ``arg_names`` and ``result_names`` may go without them. From bufferization on the states are
    the arguments after the outputs, read and written in place.

    Run-time sizes: the last of the inputs, one for each of ``size_names``, are sizes between
    ``size_least`` and ``size_most``; the last of the outputs, one for each of ``found_names``, are
    sizes that follow from data, up to ``found_most``. ``shape_maps`` has the shapes of the other
    inputs, then of the other outputs, as expressions of all these. The types have the largest
    sizes."""

    name = "func.func"
    sym_name: str = attr()
    function_type: FunctionType = attr()
    role: str = attr("function")
    arg_names: tuple[str, ...] | None = attr(None)
    result_names: tuple[str, ...] | None = attr(None)
    num_inputs: int | None = attr(None)
    num_states: int = attr(0, rare=True)
    state_init: tuple[Dense, ...] | None = attr(None)
    state_names: tuple[str, ...] | None = attr(None)
    size_names: tuple[str, ...] | None = attr(None, rare=True)
    size_least: tuple[int, ...] | None = attr(None, rare=True)
    size_most: tuple[int, ...] | None = attr(None, rare=True)
    found_names: tuple[str, ...] | None = attr(None, rare=True)
    found_most: tuple[int, ...] | None = attr(None, rare=True)
    shape_maps: tuple[AffineMap, ...] | None = attr(None, rare=True)
    quantization: tuple[FrozenDict, ...] | None = attr(None, rare=True)
    schedule: FrozenDict | None = attr(None)
    layouts: tuple[tuple[int, ...], ...] | None = attr(None)
    elements: tuple[Type, ...] | None = attr(None)
    sparse: tuple[int, ...] | None = attr(None, rare=True)
    block: Block = region()

    def infer(self) -> Sequence[Type]:
        return ()

    def verify_op(self) -> None:
        if tuple(a.type for a in self.block.args) != self.function_type.inputs:
            raise self.error("block arguments differ from the function type")

    # ---- run-time sizes of an entry

    @property
    def sizes(self) -> tuple[RunTimeSize, ...]:
        """The run-time sizes, which are the last inputs."""
        names, least, most = self.size_names or (), self.size_least or (), self.size_most or ()
        return tuple(RunTimeSize(*each) for each in zip(names, least, most, strict=True))

    @property
    def found_sizes(self) -> tuple[RunTimeSize, ...]:
        """The sizes that follow from data, which are the last outputs."""
        found = zip(self.found_names or (), self.found_most or (), strict=True)
        return tuple(RunTimeSize(name, 0, most) for name, most in found)

    def open_shapes(self) -> Iterator[tuple[str, ...]]:
        """``shape_maps`` in words: ``("1", "T", "2 * T + 1")``."""
        named = {f"d{i}": s.name for i, s in enumerate((*self.sizes, *self.found_sizes))}
        for m in self.shape_maps or ():
            yield tuple(re.sub(r"\bd\d+\b", lambda word: named[word[0]], str(e)) for e in m.results)

    # ---- names and states of an entry

    @property
    def input_names(self) -> tuple[str, ...]:
        """Names of the inputs, the states not among them; ``in0``, ... where there are none."""
        given = self.function_type.inputs
        count = len(given) - self.num_states if self.num_inputs is None else self.num_inputs
        return (self.arg_names or tuple(f"in{i}" for i in range(count)))[:count]

    @property
    def output_names(self) -> tuple[str, ...]:
        """Names of the outputs, before bufferization; ``out0``, ... where there are none."""
        count = len(self.function_type.results) - self.num_states
        return (self.result_names or tuple(f"out{i}" for i in range(count)))[:count]

    @property
    def names_of_states(self) -> tuple[str, ...]:
        """``state_names``; ``state0``, ... where there are none."""
        return self.state_names or tuple(f"state{i}" for i in range(self.num_states))

    def quantization_of(self, index: int) -> Quantization | None:
        """By the position among inputs (without run-time sizes), outputs and states."""
        if self.quantization is None or index >= len(self.quantization):
            return None
        return Quantization.from_attr(self.quantization[index])

    @property
    def states_at(self) -> int:
        """The index of the first state among the arguments; the arena may follow the states."""
        if self.num_inputs is None:
            return len(self.block.args) - self.num_states
        return self.num_inputs + len(self.result_names or ())


class Return(Operation):
    name = "func.return"
    values: tuple[Value, ...] = operands()

    def infer(self) -> Sequence[Type]:
        return ()


class Call(Operation):
    """``func.call``; the result types are given."""

    name = "func.call"
    args: tuple[Value, ...] = operands()
    callee: SymbolRef = attr()
    outs: tuple[Value, ...] = results()
