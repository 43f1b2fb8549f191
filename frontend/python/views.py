"""Arrays that share memory: what numpy's basic indexing, ``reshape`` and ``transpose`` give."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.lib.stride_tricks import as_strided

from millrace.frontend.emitter import shape_of
from millrace.frontend.python.values import ArrayRef, Cell, View
from millrace.ir.core import Value

if TYPE_CHECKING:
    from millrace.frontend.python.interpreter import Interpreter


def part(it: Interpreter, base: Value, kind: str, how: Any) -> Value:
    """The elements that a view shows of ``base``."""
    if kind == "index":
        from millrace.frontend.python.reads import read_basic

        return read_basic(it, base, how)
    if kind == "shape":
        return it.emit.reshape(base, how)
    return it.emit.transpose(base, how)


def put(it: Interpreter, base: Value, kind: str, how: Any, new: Value) -> Value:
    """``base`` with ``new`` in the place of the elements that a view shows."""
    if kind == "index":
        from millrace.frontend.python.writes import write_items

        return write_items(it, base, how, new)
    if kind == "shape":
        return it.emit.reshape(new, shape_of(base))
    return it.emit.transpose(new, [int(p) for p in np.argsort(how)])


def view(it: Interpreter, base: ArrayRef, kind: str, how: Any) -> ArrayRef:
    """A view of an array."""
    whole = it.read(base)
    return ArrayRef(base.cell, View(base, kind, how, part(it, whole, kind, how), whole))


def reshaped(it: Interpreter, base: ArrayRef, shape: Sequence[int]) -> ArrayRef:
    """A view where numpy gives one, else a copy."""
    layout = _layout(it, base)
    try:
        layout.shape = tuple(shape)
    except AttributeError:
        return it.array(it.emit.reshape(it.read(base), shape))
    return view(it, base, "shape", tuple(shape))


def _layout(it: Interpreter, v: ArrayRef) -> Any:
    """An array of bytes that lies in memory as ``v`` would in numpy; nothing reads it."""
    if v.view is None:
        shape = it.array_type(v).shape
        strides = np.cumprod((1, *shape[:0:-1]), dtype=np.int64)[::-1] if shape else ()
        return as_strided(np.empty(1, np.uint8), shape, tuple(strides), writeable=False)
    base = _layout(it, v.view.base)
    if v.view.kind == "transpose":
        return base.transpose(v.view.how)
    if v.view.kind == "shape":
        return base.reshape(v.view.how)
    from millrace.frontend.python.indices import numpy_index

    return base[numpy_index(v.view.how)]


def shares(a: Cell, b: Cell) -> bool:
    """Whether two cells may be one array."""
    return (
        a is b
        or any(shares(c, b) for c in a.copied_from)
        or any(shares(a, c) for c in b.copied_from)
    )
