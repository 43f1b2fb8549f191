"""What stands between the brackets of ``x[...]``, as one entry an axis."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from millrace.frontend.emitter import element_of, shape_of
from millrace.frontend.python.values import (
    Abstract,
    ArrayRef,
    Known,
    ListRef,
    Number,
    Slice,
    Tuple,
    is_number,
)
from millrace.ir.core import Operation, Value
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.cast import Cast
from millrace.ir.types import I64, is_bool, is_integer

if TYPE_CHECKING:
    from millrace.frontend.python.interpreter import Interpreter


@dataclass(frozen=True)
class Fixed:
    """One place of an axis, known now."""

    at: int


@dataclass(frozen=True)
class Moving:
    """One place of an axis, known at run time: an integer tensor of rank 0. ``safe`` says that
    the place exists."""

    at: Value
    safe: bool = False


@dataclass(frozen=True)
class Box:
    """Places of an axis at equal distances."""

    start: int
    size: int
    step: int


@dataclass(frozen=True)
class Window:
    """``size`` neighbouring places from one that is known at run time."""

    start: Value
    size: int


@dataclass(frozen=True)
class Many:
    """Places that an array names."""

    places: Value


@dataclass(frozen=True)
class Mask:
    """Places where a truth array holds; it takes as many axes as it has dimensions."""

    truth: Value


NEW_AXIS = "new axis"
Entry = Fixed | Moving | Box | Window | Many | Mask
Item = Any
"""An entry, or ``NEW_AXIS``."""


def numpy_index(items: Sequence[Item]) -> tuple[Any, ...]:
    """The index as numpy takes it, with 0 for what is known at run time."""
    out: list[Any] = []
    for i in items:
        if i == NEW_AXIS:
            out.append(None)
        elif isinstance(i, Box):
            stop = i.start + i.size * i.step
            out.append(slice(i.start, stop if stop >= 0 else None, i.step))
        else:
            out.append(slice(0, i.size) if isinstance(i, Window) else getattr(i, "at", 0))
    return tuple(0 if isinstance(i, Value) else i for i in out)


def parse(it: Interpreter, shape: Sequence[int], index: Abstract) -> list[Item]:
    """The entries for all axes of ``shape`` in order, new axes between them."""
    parts = list(index.items) if isinstance(index, Tuple) else [index]
    taken = sum(_axes_taken(it, p) for p in parts)
    dots = [i for i, p in enumerate(parts) if _is(p, Ellipsis)]
    if taken > len(shape):
        raise it.fail("J021", count=taken, rank=len(shape))
    if len(dots) > 1:
        raise it.fail("J025", what="an index can only have one ellipsis", fix="write out the axes")
    fill = [Slice(None, None, None)] * (len(shape) - taken)
    at = dots[0] if dots else len(parts)
    parts = [*parts[:at], *fill, *parts[at + len(dots) :]]
    items: list[Item] = []
    axis = 0
    for p in parts:
        if _is(p, None):
            items.append(NEW_AXIS)
            continue
        items.append(_entry(it, p, axis, shape))
        axis += _axes_taken(it, p)
    return items


def _is(v: Abstract, what: Any) -> bool:
    return isinstance(v, Known) and v.value is what


def _axes_taken(it: Interpreter, v: Abstract) -> int:
    if _is(v, None) or _is(v, Ellipsis):
        return 0
    if isinstance(v, ArrayRef) and is_bool(it.array_type(v).element):
        return len(it.shape(v))
    if isinstance(v, Known) and isinstance(v.value, bool | np.bool_):
        return 0
    return 1


def _entry(it: Interpreter, v: Abstract, axis: int, shape: Sequence[int]) -> Entry:
    size = shape[axis] if axis < len(shape) else 0
    if isinstance(v, Known) and isinstance(v.value, slice):
        s = v.value
        v = Slice(*(None if x is None else Known(x) for x in (s.start, s.stop, s.step)))
    if isinstance(v, Slice):
        return _slice(it, v, size)
    if isinstance(v, ListRef | Tuple):
        v = it.as_array(v)
    if is_number(v):
        return _integer(it, v, axis, size)
    if isinstance(v, ArrayRef):
        ir = it.read(v)
        if is_bool(element_of(ir)):
            return Mask(ir)
        if is_integer(element_of(ir)):
            return Many(ir) if shape_of(ir) else Moving(ir)
    raise it.fail("J017", op="[...]", types=it.describe(v))


def _integer(it: Interpreter, v: Abstract, axis: int, size: int) -> Entry:
    if isinstance(v, Known):
        if not isinstance(v.value, int | np.integer) or isinstance(v.value, bool):
            raise it.fail("J017", op="[...]", types=v.describe())
        i = int(v.value)
        if not -size <= i < size:
            raise it.fail("J020", index=i, axis=axis, size=size)
        return Fixed(i % size)
    assert isinstance(v, Number)
    if not is_integer(v.element):
        raise it.fail("J017", op="[...]", types=v.describe())
    return Moving(v.ir)


# ---- slices


def _slice(it: Interpreter, v: Slice, size: int) -> Entry:
    parts = [v.start, v.stop, v.step]
    known = [p.value if isinstance(p, Known) else None for p in parts]
    if all(p is None or isinstance(p, Known) for p in parts):
        try:
            start, stop, step = slice(*known).indices(size)
        except (TypeError, ValueError) as e:
            raise it.fail("J025", what=str(e), fix="use integers") from None
        count = len(range(start, stop, step))
        return Box(start if count else 0, count, step)
    step = 1 if v.step is None else it.known_int(v.step, "the step of a slice")
    length = _length(it, v, size)
    if step != 1 or length is None:
        raise it.fail("J043")
    assert v.start is not None
    start_ir = it.emit.cast(it.tensor(v.start), I64)
    return Window(start_ir, length)


def _length(it: Interpreter, v: Slice, size: int) -> int | None:
    """The difference of the bounds when that is known although they are not."""
    if v.start is None or v.stop is None:
        return None
    base, first = _linear(it, it.tensor(v.start))
    other, last = _linear(it, it.tensor(v.stop))
    return last - first if base is other and 0 <= last - first <= size else None


def _linear(it: Interpreter, v: Value) -> tuple[Value | None, int]:
    """``v`` as (base, distance): sums of constants are looked through."""
    distance = 0
    while True:
        known = it.emit.known(v)
        if known is not None:
            return None, distance + int(known)
        op: Operation | None = v.defining_op
        if isinstance(op, Cast):
            v = op.input
        elif isinstance(op, ew.Add | ew.Sub):
            left, right = it.emit.known(op.lhs), it.emit.known(op.rhs)
            if right is not None:
                distance += int(right) if isinstance(op, ew.Add) else -int(right)
                v = op.lhs
            elif left is not None and isinstance(op, ew.Add):
                distance += int(left)
                v = op.rhs
            else:
                return v, distance
        else:
            return v, distance
