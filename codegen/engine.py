"""Compiled models in this process."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

import numpy as np

from millrace.codegen.compiled import CompiledObject
from millrace.codegen.errors import E_RAISE, MESSAGES, OK
from millrace.codegen.llvm import LoadedObject
from millrace.codegen.weights import Bytes, aligned_bytes
from millrace.ir.errors import RunError

_RESET = ctypes.CFUNCTYPE(None, ctypes.c_void_p, ctypes.c_void_p)
_INVOKE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)

Array = np.ndarray[Any, Any]


class LoadedFunction:
    """A compiled model that can be called. Safe in several threads, each with its own arena.

    ``invoke(tensors, arena, weights)`` is the bare C function: addresses of an array of pointers
    (inputs, outputs, then the state struct if there is one), of the arena and of the weights. It
    returns a status word for :meth:`check`, and releases the interpreter lock while it runs."""

    def __init__(self, compiled: CompiledObject) -> None:
        self.compiled = compiled
        self._object = LoadedObject(compiled.code)
        self.address = self._object.address(compiled.invoke_symbol)
        self.invoke = _INVOKE(self.address)
        self.weights_address = int(compiled.weights.ctypes.data) if compiled.weights.size else 0
        count = len(compiled.inputs) + len(compiled.outputs) + bool(compiled.states)
        self._pointers = ctypes.c_void_p * max(1, count)
        self._reset = (
            _RESET(self._object.address(compiled.reset_symbol)) if compiled.states else None
        )

    def new_arena(self) -> Bytes:
        """Memory for one call at a time; its content means nothing between calls."""
        return aligned_bytes(self.compiled.arena_bytes, self.compiled.arena_align)

    def new_state(self) -> Bytes:
        """Memory of a state struct, with the initial values in it."""
        memory = aligned_bytes(self.compiled.state_bytes, self.compiled.arena_align)
        self.reset(memory)
        return memory

    def reset(self, state: Bytes) -> None:
        """Set the initial values."""
        if self._reset is not None:
            self._reset(int(state.ctypes.data), self.weights_address)

    def pointer_array(self, tensors: Sequence[int] = ()) -> Any:
        """A ctypes array of pointers, to be filled with the addresses of inputs and outputs."""
        return self._pointers(*tensors)

    def run(self, tensors: Any, arena: int) -> None:
        """Run on a filled :meth:`pointer_array` and the arena's address. Inputs and outputs have
        to be contiguous and of the right type. RunError, naming the node, when a check fails."""
        status = self.invoke(ctypes.addressof(tensors), arena, self.weights_address)
        if status != OK:
            self.check(status)

    def check(self, status: int) -> None:
        """Raises RunError unless the status word is 0."""
        if status == OK:
            return
        number, code = divmod(-status, 8)
        what = MESSAGES.get(-code, f"error {status}")
        where = ""
        if 0 < number <= len(self.compiled.checks):
            where = self.compiled.checks[number - 1].where
        if -code == E_RAISE and where:
            raise RunError(where)  # it has the exception's own words
        raise RunError(f"{where}: {what}" if where else what)

    def __call__(self, *inputs: Array, state: Bytes | None = None) -> list[Array]:
        """Arrays in, fresh arrays out; for tests and simple callers. ``state`` is of
        :meth:`new_state`, which is also what is taken when none is given. The arena starts as
        garbage (as float NaN), so that code which reads what it never wrote shows."""
        c = self.compiled
        if len(inputs) != len(c.inputs):
            raise RunError(f"{c.name} takes {len(c.inputs)} inputs, got {len(inputs)}")
        ins = []
        for x, t in zip(inputs, c.inputs, strict=True):
            a = np.ascontiguousarray(x)
            if a.dtype != t.element.dtype or a.size != t.size:
                raise RunError(f"input {t.name!r} is {a.dtype}{a.shape}, not {t.element}{t.shape}")
            ins.append(a)
        outs = [np.empty(t.shape, t.element.dtype) for t in c.outputs]
        arena = self.new_arena()
        arena.fill(0xFF)
        kept = [self.new_state() if state is None else state] if c.states else []
        pointers = self.pointer_array([a.ctypes.data for a in (*ins, *outs, *kept)])
        self.run(pointers, int(arena.ctypes.data))
        return outs


def load(compiled: CompiledObject) -> LoadedFunction:
    """Link a model compiled for a target that this machine can execute into the process."""
    return LoadedFunction(compiled)
