"""The interpreter's entry points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.func import Func
from millrace.ir.errors import RunError
from millrace.ir.interpreter.flow import interpret_flow, is_flow
from millrace.ir.interpreter.machine import DEFAULT_STEPS, Machine, coerce
from millrace.ir.interpreter.tensors import garbage
from millrace.ir.types import MemRefType, ShapedType, TensorType

Array = np.ndarray[Any, Any]


def interpret(
    module: Module,
    inputs: Sequence[Any],
    *,
    function: str | None = None,
    max_steps: int = DEFAULT_STEPS,
) -> list[Array]:
    """Run a function on tensors (the entry unless named) and return its results.

    Works at all levels but LOOP; for bufferized modules see :func:`interpret_loop`. Integers
    may be given with either sign. States are the last of ``inputs`` and of the results; they may
    be left out of the former: then they have their initial values. Raises RunError when inputs
    do not fit, a run-time check fails, an access is out of range or more than ``max_steps``
    operations run."""
    f = _function(module, function)
    types = f.function_type.inputs
    if f.num_states and len(inputs) == len(types) - f.num_states:
        inputs = [*inputs, *initial_states(f)]
    if len(inputs) != len(types):
        raise RunError(f"@{f.sym_name} takes {len(types)} inputs, got {len(inputs)}")
    args = [coerce(x, t, _name(f, i)) for i, (x, t) in enumerate(zip(inputs, types, strict=True))]
    if is_flow(f):
        return interpret_flow(module, args, function=f, max_steps=max_steps)
    with np.errstate(all="ignore"):
        results = Machine(module, max_steps).call(f, args)
    return [np.asarray(r) for r in results]


def interpret_loop(
    module: Module,
    inputs: Sequence[Any],
    output_types: Sequence[TensorType],
    *,
    function: str | None = None,
    max_steps: int = DEFAULT_STEPS,
) -> list[Array]:
    """Run a bufferized function: allocates the outputs (and the arena, where the function has
    one) filled with garbage, and returns the outputs in the shapes and dtypes of
    ``output_types``, those of the tensors they stood for. States are the last of ``inputs``
    (which may go without them: then they have their initial values) and of the outputs; those
    that are given do not change."""
    f = _function(module, function)
    types = f.function_type.inputs
    split = len(inputs) - f.num_states if f.num_inputs is None else f.num_inputs
    if f.num_states and len(inputs) == split:
        inputs = [*inputs, *initial_states(f)]
    inputs, states = inputs[:split], inputs[split:]
    buffers = types[split:]
    wrong_states = len(states) != f.num_states
    if len(inputs) != split or wrong_states or len(buffers) - len(output_types) not in (0, 1):
        raise RunError(
            f"@{f.sym_name} takes {split} inputs and {len(buffers)} buffers, "
            f"got {len(inputs)} inputs and {len(output_types)} outputs"
        )
    args = [_flat(x, t, _name(f, i)) for i, (x, t) in enumerate(zip(inputs, types, strict=False))]
    for a in args:
        a.flags.writeable = False
    args += [garbage(t) for t in buffers]
    first = split + len(output_types) - len(states)
    for i, x in enumerate(states):
        args[first + i] = _flat(x, types[first + i], f"state {f.names_of_states[i]!r}").copy()
    with np.errstate(all="ignore"):
        Machine(module, max_steps).call(f, args)
    outputs = args[split : split + len(output_types)]
    return [x.view(t.dtype).reshape(t.shape) for x, t in zip(outputs, output_types, strict=True)]


def initial_states(f: Func) -> list[Array]:
    """The states of an entry before its first run."""
    if f.state_init is not None:
        return [d.array for d in f.state_init]
    types = f.function_type.inputs[f.states_at :][: f.num_states]
    return [np.zeros(t.shape, t.dtype) for t in types if isinstance(t, ShapedType)]


def _flat(value: Any, t: Any, what: str) -> Array:
    """A view of an argument as a flat buffer."""
    array = np.ascontiguousarray(coerce(value, t, what)).reshape(-1)
    if array.size != _size(t):
        raise RunError(f"{what}: expected {t}, got {array.size} elements")
    return array.view()


def _function(module: Module, name: str | None) -> Func:
    try:
        return module.entry if name is None else module.function(name)
    except KeyError as error:
        raise RunError(f"the module has no function {name or 'with role entry'}") from error


def _name(f: Func, index: int) -> str:
    names = f.arg_names or ()
    return f"input {names[index]!r}" if index < len(names) else f"input {index}"


def _size(t: Any) -> int:
    assert isinstance(t, MemRefType), t
    return int(np.prod(t.shape, dtype=np.int64))
