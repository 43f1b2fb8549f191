"""Interpreting a module of any level, for ``millrace opt --interpret``."""

from __future__ import annotations

from collections.abc import Sequence

from millrace.codegen.pointers import arena_of
from millrace.driver.specs import Array, TensorSpec
from millrace.ir.dialects.builtin import Module
from millrace.ir.errors import CompileError
from millrace.ir.interpreter import interpret, interpret_loop
from millrace.ir.types import MemRefType, TensorType, Type, tensor


def input_specs(module: Module) -> tuple[TensorSpec, ...]:
    """The inputs of the entry function, whatever its level."""
    try:
        entry = module.entry
    except KeyError:
        raise CompileError('no function has role = "entry"') from None
    types = entry.function_type.inputs
    return tuple(
        TensorSpec.of(n, _as_tensor(t)) for n, t in zip(entry.input_names, types, strict=False)
    )


def interpret_entry(module: Module, inputs: Sequence[Array]) -> list[Array]:
    """Run the entry function; its states, from their initial values on, come after the outputs.
    After bufferization outputs come flat, as the buffers are."""
    entry = module.entry
    if entry.num_inputs is None:
        return interpret(module, inputs)
    buffers = entry.function_type.inputs[entry.num_inputs :]
    outputs = buffers if arena_of(entry) is None else buffers[:-1]
    return interpret_loop(module, inputs, [_as_tensor(t) for t in outputs])


def _as_tensor(t: Type) -> TensorType:
    if isinstance(t, MemRefType):
        return tensor(t.shape, t.element)
    if not isinstance(t, TensorType):
        raise CompileError(f"the entry function takes {t}, which has no array")
    return t
