"""The interpreter's entry points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.func import Func
from millrace.ir.errors import RunError
from millrace.ir.interpreter.machine import DEFAULT_STEPS, Machine, coerce
from millrace.ir.interpreter.tensors import garbage
from millrace.ir.types import MemRefType, TensorType

Array = np.ndarray[Any, Any]


def interpret(
    module: Module,
    inputs: Sequence[Any],
    *,
    function: str | None = None,
    max_steps: int = DEFAULT_STEPS,
) -> list[Array]:
    """Run a function on tensors (the entry unless named) and return its results.

    Works at GRAPH and KERNEL level; for bufferized modules see :func:`interpret_loop`. Integers
    may be given with either sign. Raises RunError when inputs do not fit, a run-time check
    fails, an access is out of range or more than ``max_steps`` operations run."""
    f = _function(module, function)
    types = f.function_type.inputs
    if len(inputs) != len(types):
        raise RunError(f"@{f.sym_name} takes {len(types)} inputs, got {len(inputs)}")
    args = [coerce(x, t, _name(f, i)) for i, (x, t) in enumerate(zip(inputs, types, strict=True))]
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
    ``output_types``, those of the tensors they stood for."""
    f = _function(module, function)
    types = f.function_type.inputs
    split = len(inputs) if f.num_inputs is None else f.num_inputs
    buffers = types[split:]
    if len(inputs) != split or len(buffers) - len(output_types) not in (0, 1):
        raise RunError(
            f"@{f.sym_name} takes {split} inputs and {len(buffers)} buffers, "
            f"got {len(inputs)} inputs and {len(output_types)} outputs"
        )
    args = []
    for i, (x, t) in enumerate(zip(inputs, types[:split], strict=True)):
        array = coerce(x, t, _name(f, i))
        array = np.ascontiguousarray(array).reshape(-1)
        if array.size != _size(t):
            raise RunError(f"{_name(f, i)}: expected {t}, got {array.size} elements")
        read_only = array.view()
        read_only.flags.writeable = False
        args.append(read_only)
    args += [garbage(t) for t in buffers]
    with np.errstate(all="ignore"):
        Machine(module, max_steps).call(f, args)
    outputs = args[split : split + len(output_types)]
    return [x.view(t.dtype).reshape(t.shape) for x, t in zip(outputs, output_types, strict=True)]


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
