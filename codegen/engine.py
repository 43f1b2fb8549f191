"""Compiled models in this process."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any

import numpy as np

from millrace.codegen.compiled import CompiledObject
from millrace.codegen.errors import MESSAGES, OK
from millrace.codegen.llvm import LoadedObject
from millrace.codegen.weights import Bytes, aligned_bytes
from millrace.ir.errors import RunError

_INVOKE = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p, ctypes.c_void_p)

Array = np.ndarray[Any, Any]


class LoadedFunction:
    """A compiled model that can be called. Safe in several threads, each with its own arena.

    ``invoke(tensors, arena, weights)`` is the bare C function: addresses of an array of pointers
    (inputs, then outputs), of the arena and of the weights. It returns a status word for
    :meth:`check`, and releases the interpreter lock while it runs."""

    def __init__(self, compiled: CompiledObject) -> None:
        self.compiled = compiled
        self._object = LoadedObject(compiled.code)
        self.address = self._object.address(compiled.invoke_symbol)
        self.invoke = _INVOKE(self.address)
        self.weights_address = int(compiled.weights.ctypes.data) if compiled.weights.size else 0
        self._pointers = ctypes.c_void_p * max(1, len(compiled.inputs) + len(compiled.outputs))

    def new_arena(self) -> Bytes:
        """Memory for one call at a time; its content means nothing between calls."""
        return aligned_bytes(self.compiled.arena_bytes, self.compiled.arena_align)

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
        raise RunError(f"{where}: {what}" if where else what)

    def __call__(self, *inputs: Array) -> list[Array]:
        """Arrays in, fresh arrays out; for tests and simple callers. The arena starts as garbage
        (as float NaN), so that code which reads what it never wrote shows."""
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
        pointers = self.pointer_array([a.ctypes.data for a in (*ins, *outs)])
        self.run(pointers, int(arena.ctypes.data))
        return outs


def load(compiled: CompiledObject) -> LoadedFunction:
    """Link a model compiled for a target that this machine can execute into the process."""
    return LoadedFunction(compiled)
