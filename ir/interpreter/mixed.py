"""Bufferized plans whose kernels still work on tensors: the form between ``bufferize`` and
``lower-kernels``.

A call passes flat buffers; element 0 is the tensor's first one and ``layouts`` has the strides.
The operands are gathered into tensors, the kernel runs on them, and the results are scattered.
As compiled kernels may not, neither may these: a result that overlaps an operand without being
exactly its buffer is an error."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from millrace.ir.dialects.func import Func
from millrace.ir.errors import RunError
from millrace.ir.types import TensorType

if TYPE_CHECKING:
    from millrace.ir.interpreter.machine import Machine

Array = np.ndarray[Any, Any]


def call_kernel(m: Machine, kernel: Func, args: Sequence[Any]) -> None:
    """Run a kernel with tensor operands and results on flat buffers: inputs, then outputs."""
    types = [v.type for v in (*kernel.block.args, *kernel.block.terminator.operands)]
    if len(types) != len(args):
        raise RunError(f"@{kernel.sym_name} takes {len(types)} buffers, got {len(args)}")
    layouts = iter(kernel.layouts or ())
    views = []
    for i, (t, x) in enumerate(zip(types, args, strict=True)):
        if isinstance(t, TensorType):
            views.append(_strided(f"@{kernel.sym_name}: buffer {i}", x, t, next(layouts)))
        else:
            views.append(x)
    count = len(kernel.block.args)
    inputs, outputs = views[:count], views[count:]
    for y in outputs:
        if not y.flags.writeable:
            raise RunError(f"@{kernel.sym_name} writes to a constant or an input")
    _check_overlap(kernel, inputs, outputs)
    results = m.call(kernel, [x.copy() for x in inputs])
    for y, value in zip(outputs, results, strict=True):
        y[...] = value


def _strided(what: str, buffer: Array, t: TensorType, strides: tuple[int, ...]) -> Array:
    """The buffer's elements as a tensor; RunError when they go beyond the buffer."""
    extent = 1 + sum((n - 1) * abs(s) for n, s in zip(t.shape, strides, strict=True))
    if 0 in t.shape:
        return np.zeros(t.shape, t.dtype)
    if min(strides, default=0) < 0 or extent != len(buffer):
        raise RunError(f"{what}: {t} with strides {strides} in {len(buffer)} elements")
    if buffer.dtype != t.dtype:
        raise RunError(f"{what}: expected {t}, got {buffer.dtype}")
    return np.lib.stride_tricks.as_strided(
        buffer,
        t.shape,
        tuple(s * buffer.itemsize for s in strides),
        writeable=buffer.flags.writeable,
    )


def _check_overlap(kernel: Func, inputs: Sequence[Array], outputs: Sequence[Array]) -> None:
    for k, y in enumerate(outputs):
        for i, x in enumerate((*inputs, *outputs[:k])):
            exact = i < len(inputs) and _same(x, y)
            if not exact and _shares(x, y):
                raise RunError(f"@{kernel.sym_name}: result {k} overlaps buffer {i}")


def _same(x: Array, y: Array) -> bool:
    return (
        x.__array_interface__["data"][0] == y.__array_interface__["data"][0]
        and x.shape == y.shape
        and all(s == t for s, t, n in zip(x.strides, y.strides, x.shape, strict=True) if n > 1)
    )


def _shares(x: Array, y: Array) -> bool:
    """True when the arrays have an element in common. Exact: compares element addresses when
    the ranges of memory overlap."""
    return bool(np.may_share_memory(x, y)) and bool(np.isin(_addresses(x), _addresses(y)).any())


def _addresses(x: Array) -> Array:
    at = np.array(x.__array_interface__["data"][0], np.int64)
    for n, s in zip(x.shape, x.strides, strict=True):
        at = np.add.outer(at, np.arange(n, dtype=np.int64) * s)
    return at
