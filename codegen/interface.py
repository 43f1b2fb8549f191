"""The tensors that a compiled model takes and gives."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from millrace.codegen.pointers import arena_of
from millrace.ir.dialects.func import Func
from millrace.ir.errors import IRError
from millrace.ir.quantization import Quantization
from millrace.ir.types import (
    ElementType,
    MemRefType,
    ShapedType,
    TensorType,
    Type,
    storage_bytes,
)


@dataclass(frozen=True)
class TensorIO:
    """An input or output: the user's name, the shape and the (signed or unsigned) element type.
    ``dims`` has the shape in words where some sizes are known at run time only (``shape`` is the
    largest then); ``sizes`` is there for an input that is such a size itself, an i32 of that
    range."""

    name: str
    shape: tuple[int, ...]
    element: ElementType
    quantization: Quantization | None = None
    dims: tuple[str, ...] | None = None
    sizes: tuple[int, int] | None = None

    @property
    def size(self) -> int:
        """Number of elements."""
        return math.prod(self.shape)

    @property
    def nbytes(self) -> int:
        return self.size * storage_bytes(self.element)


def io_of_graph(entry: Func) -> tuple[tuple[TensorIO, ...], tuple[TensorIO, ...]]:
    """(inputs, outputs) from the entry's signature at GRAPH level. Keep them while lowering: from
    KERNEL level on signs are gone, at LOOP level shapes too."""
    names_in, names_out = entry.input_names, entry.output_names
    ins, outs = entry.function_type.inputs, entry.function_type.results
    tensors = len(names_in) - len(entry.sizes)
    found = (
        list(_described(entry, names_in, ins, 0)),
        list(_described(entry, names_out, outs, tensors)),
    )
    if entry.shape_maps:
        found = (_with_sizes(entry, found[0]), found[1])
        shapes = list(entry.open_shapes())
        found[0][:tensors] = map(_with_dims, found[0][:tensors], shapes)
        outputs = len(found[1]) - len(entry.found_sizes)
        found[1][:outputs] = map(_with_dims, found[1][:outputs], shapes[tensors:])
    return tuple(found[0]), tuple(found[1])


def _with_sizes(entry: Func, inputs: Sequence[TensorIO]) -> list[TensorIO]:
    """The inputs, the last of which are run-time sizes."""
    tensors = len(inputs) - len(entry.sizes)
    sizes = zip(inputs[tensors:], entry.sizes, strict=True)
    return [*inputs[:tensors], *(replace(t, sizes=(s.least, s.most)) for t, s in sizes)]


def _with_dims(t: TensorIO, dims: tuple[str, ...]) -> TensorIO:
    return t if all(d.isdigit() for d in dims) else replace(t, dims=dims)


def states_of_graph(entry: Func) -> tuple[TensorIO, ...]:
    """The states from the entry's signature at GRAPH level; to be kept like ``io_of_graph``."""
    types = entry.function_type.inputs[entry.states_at :]
    start = len(entry.input_names) - len(entry.sizes) + len(entry.output_names)
    return _described(entry, entry.names_of_states, types, start)


def _described(
    entry: Func, names: Sequence[str], types: Sequence[Type], start: int
) -> tuple[TensorIO, ...]:
    """The first types, by name; ``start`` is the first one's place among all quantizations."""
    found = []
    for i, (name, t) in enumerate(zip(names, types, strict=False)):
        if not isinstance(t, TensorType):
            raise entry.error(f"tensor {name!r} has type {t}")
        q = entry.quantization_of(start + i)
        found.append(TensorIO(name, t.max_shape, t.element, q))
    return tuple(found)


def io_of_loop(entry: Func) -> tuple[tuple[TensorIO, ...], tuple[TensorIO, ...]]:
    """(inputs, outputs) as flat buffers, from the entry's signature at LOOP level."""
    args = entry.block.args
    arena = arena_of(entry)
    count = len(args) - (arena is not None) - entry.num_states
    n = entry.num_inputs if entry.num_inputs is not None else count
    names = [
        *(entry.arg_names or tuple(f"in{i}" for i in range(n)))[:n],
        *(entry.result_names or tuple(f"out{i}" for i in range(count - n))),
    ]
    found = [_flat(entry, name, a.type) for name, a in zip(names, args[:count], strict=True)]
    return tuple(_with_sizes(entry, found[:n])), tuple(found[n:])


def states_of_loop(entry: Func) -> tuple[TensorIO, ...]:
    """The states as flat buffers, from the entry's signature at LOOP level."""
    args = entry.block.args[entry.states_at :][: entry.num_states]
    return tuple(_flat(entry, n, a.type) for n, a in zip(entry.names_of_states, args, strict=True))


def _flat(entry: Func, name: str, t: object) -> TensorIO:
    if not isinstance(t, MemRefType):
        raise entry.error(f"argument {name!r} is {t}, not memory")
    return TensorIO(name, t.shape, t.element)


def check_io(
    entry: Func,
    inputs: Sequence[TensorIO],
    outputs: Sequence[TensorIO],
    states: Sequence[TensorIO] = (),
) -> None:
    """Raises IRError when the description does not fit the entry at LOOP level."""
    args = entry.block.args
    count = len(args) - (arena_of(entry) is not None)
    given = [*inputs, *outputs, *states]
    if len(given) != count or len(inputs) != (entry.num_inputs or 0):
        raise IRError(f"@{entry.sym_name} has {count} tensors, {len(given)} are described")
    for t, a in zip(given, args[:count], strict=True):
        assert isinstance(a.type, ShapedType)
        same = storage_bytes(a.type.element) == storage_bytes(t.element)
        if not same or math.prod(a.type.shape) < t.size:
            raise entry.error(f"tensor {t.name!r} is {t.shape} x {t.element}, not {a.type}")
