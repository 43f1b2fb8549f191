"""``memref`` and ``vector``: flat buffers and registers at LOOP level."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from millrace.ir.core import Operation
from millrace.ir.dialects import memref, vector
from millrace.ir.errors import RunError
from millrace.ir.interpreter.machine import Handler, Machine
from millrace.ir.interpreter.scalars import unsigned
from millrace.ir.interpreter.tensors import garbage
from millrace.ir.types import ShapedType, element_of, storage_bytes


def _range(op: Operation, buffer: Any, start: Any, size: int) -> slice:
    """The checked slice of ``size`` elements of a flat buffer."""
    at = int(start)
    if at < 0 or at + size > len(buffer):
        raise RunError(f"{op!r}: elements {at} to {at + size} of a buffer of {len(buffer)}")
    return slice(at, at + size)


def _size(op: Operation) -> int:
    """Number of elements of the operation's only result."""
    t = op.results[0].type
    assert isinstance(t, ShapedType)
    return int(np.prod(t.shape, dtype=np.int64))


def _index(op: Operation, indices: list[Any]) -> Any:
    if len(indices) != 1:
        raise RunError(f"{op!r}: {len(indices)} indices; buffers are flat")
    return indices[0]


def _view(m: Machine, op: memref.View, args: list[Any]) -> Sequence[Any]:
    t = op.result.type
    assert isinstance(t, ShapedType)
    memory = args[0].view(np.uint8)
    where = _range(op, memory, args[1], _size(op) * storage_bytes(t.element))
    return (memory[where].view(t.dtype),)


def _subview(m: Machine, op: memref.Subview, args: list[Any]) -> Sequence[Any]:
    return (args[0][_range(op, args[0], args[1], op.size)],)


def _advance(m: Machine, op: memref.Advance, args: list[Any]) -> Sequence[Any]:
    if op.step > len(args[0]):
        raise RunError(f"{op!r}: {op.step} elements on in a buffer of {len(args[0])}")
    return (args[0][op.step :],)


def _load(m: Machine, op: memref.Load, args: list[Any]) -> Sequence[Any]:
    return (args[0][_range(op, args[0], _index(op, args[1:]), 1).start],)


def _store(m: Machine, op: memref.Store, args: list[Any]) -> Sequence[Any]:
    _write(op, args[1], _range(op, args[1], _index(op, args[2:]), 1), args[0])
    return ()


def _write(op: Operation, buffer: Any, where: slice, value: Any) -> None:
    if not buffer.flags.writeable:
        raise RunError(f"{op!r}: writes to a constant or an input")
    buffer[where] = value


def _copy(m: Machine, op: memref.Copy, args: list[Any]) -> Sequence[Any]:
    source, target = args
    if len(source) != len(target):
        raise RunError(f"{op!r}: {len(source)} elements to {len(target)}")
    _write(op, target, slice(None), source)
    return ()


def _alloc(m: Machine, op: memref.Alloc, args: list[Any]) -> Sequence[Any]:
    return (garbage(op.result.type),)


def _get_global(m: Machine, op: memref.GetGlobal, args: list[Any]) -> Sequence[Any]:
    if op.sym not in m.globals:
        raise RunError(f"{op!r}: the module has no @{op.sym}")
    array = np.ascontiguousarray(m.globals[op.sym]).reshape(-1)
    flat = array.view(element_of(op.result.type).dtype)
    flat.flags.writeable = False
    return (flat,)


def _vector_load(m: Machine, op: vector.Load, args: list[Any]) -> Sequence[Any]:
    where = _range(op, args[0], _index(op, args[1:]), _size(op))
    return (args[0][where].copy(),)


def _vector_store(m: Machine, op: vector.Store, args: list[Any]) -> Sequence[Any]:
    value, base, *indices = args
    _write(op, base, _range(op, base, _index(op, indices), len(value)), value)
    return ()


def _broadcast(m: Machine, op: vector.Broadcast, args: list[Any]) -> Sequence[Any]:
    return (np.full(_size(op), args[0]),)


def _extract(m: Machine, op: vector.Extract, args: list[Any]) -> Sequence[Any]:
    return (args[0][op.position],)


def _from_elements(m: Machine, op: vector.FromElements, args: list[Any]) -> Sequence[Any]:
    return (np.array(args, element_of(op.result.type).dtype),)


def _shuffle(m: Machine, op: vector.Shuffle, args: list[Any]) -> Sequence[Any]:
    return (np.concatenate(args)[list(op.mask)],)


def _bits(f: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A reduction of unsigned integers held as signed ones."""
    return lambda x: f(unsigned(x)).view(x.dtype)


REDUCTIONS: Mapping[str, Callable[[Any], Any]] = MappingProxyType(
    {
        "add": lambda x: np.add.reduce(x, dtype=x.dtype),
        "mul": lambda x: np.multiply.reduce(x, dtype=x.dtype),
        "and": np.bitwise_and.reduce,
        "or": np.bitwise_or.reduce,
        "xor": np.bitwise_xor.reduce,
        "minsi": np.minimum.reduce,
        "maxsi": np.maximum.reduce,
        "minui": _bits(np.minimum.reduce),
        "maxui": _bits(np.maximum.reduce),
        "minimumf": np.minimum.reduce,
        "maximumf": np.maximum.reduce,
    }
)
"""By the ``kind`` of ``vector.reduction``."""


def _reduction(m: Machine, op: vector.Reduction, args: list[Any]) -> Sequence[Any]:
    if op.kind not in REDUCTIONS:
        raise RunError(f"{op!r}: kind {op.kind!r}")
    return (REDUCTIONS[op.kind](args[0]),)


def _vector_step(m: Machine, op: vector.Step, args: list[Any]) -> Sequence[Any]:
    return (np.arange(op.size, dtype=np.int64),)


HANDLERS: Mapping[type[Operation], Handler] = MappingProxyType(
    {
        memref.View: _view,
        memref.Subview: _subview,
        memref.Advance: _advance,
        memref.Load: _load,
        memref.Store: _store,
        memref.Copy: _copy,
        memref.Alloc: _alloc,
        memref.GetGlobal: _get_global,
        vector.Load: _vector_load,
        vector.Store: _vector_store,
        vector.Broadcast: _broadcast,
        vector.Extract: _extract,
        vector.FromElements: _from_elements,
        vector.Shuffle: _shuffle,
        vector.Reduction: _reduction,
        vector.Step: _vector_step,
    }
)
