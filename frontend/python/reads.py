"""Subscripts that are read."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from millrace.frontend.emitter import shape_of
from millrace.frontend.python import lists
from millrace.frontend.python.indices import (
    NEW_AXIS,
    Box,
    Fixed,
    Item,
    Many,
    Mask,
    Moving,
    Window,
    parse,
)
from millrace.frontend.python.values import (
    Abstract,
    ArrayRef,
    DictRef,
    Known,
    ListRef,
    Selected,
    Slice,
    Tuple,
    is_number,
)
from millrace.frontend.python.views import view
from millrace.ir.core import Value
from millrace.ir.dialects.mr.index import Index
from millrace.ir.dialects.mr.movement import Slice as SliceOp

if TYPE_CHECKING:
    from millrace.frontend.python.interpreter import Interpreter


def subscript(it: Interpreter, node: ast.Subscript) -> Abstract:
    owner = it.eval(node.value)
    return item(it, owner, it.eval(node.slice))


def item(it: Interpreter, owner: Abstract, index: Abstract) -> Abstract:
    """``owner[index]``."""
    if isinstance(owner, ArrayRef):
        return read_array(it, owner, index)
    if isinstance(owner, Tuple | ListRef):
        return _of_sequence(it, owner, index)
    if isinstance(owner, DictRef):
        content = it.state.heap[owner.cell]
        key = it.known(index, "a key")
        if key not in content:
            raise it.fail("J025", what=f"KeyError: {key!r}", fix="use a key of the dictionary")
        return content[key]  # type: ignore[no-any-return]
    if is_number(owner) and isinstance(index, Tuple) and not index.items:
        return owner
    if isinstance(owner, Known):
        from millrace.frontend.python.moves import joined

        made = joined(it, owner.value, index)
        if made is not None:
            return made
        key = it.known(index, "a key")
        try:
            return it.wrap(owner.value[key])
        except Exception as e:
            text = f"{type(e).__name__}: {e}"
            raise it.fail("J025", what=text, fix="use another key") from None
    raise it.fail("J017", op="[...]", types=it.describe(owner))


def _of_sequence(it: Interpreter, owner: Tuple | ListRef, index: Abstract) -> Abstract:
    if isinstance(index, Slice):
        parts = (index.start, index.stop, index.step)
        bounds = [None if p is None else it.known_int(p, "a bound of a slice") for p in parts]
        chosen = lists.items(it, owner)[slice(*bounds)]
        return Tuple(tuple(chosen)) if isinstance(owner, Tuple) else it.list_of(chosen)
    found = lists.item_at(it, owner, index)
    if found is None:
        raise it.fail("J017", op="[...]", types=it.describe(index))
    return found


# ---- arrays


def read_array(it: Interpreter, owner: ArrayRef, index: Abstract) -> Abstract:
    """An element, a row, a part of an array."""
    items = parse(it, it.shape(owner), index)
    if any(isinstance(i, Many | Mask) for i in items):
        return selected(it, it.read(owner), items) or it.array(
            read_items(it, it.read(owner), items)
        )
    if all(isinstance(i, Fixed | Moving) for i in items):
        return it.number(read_items(it, it.read(owner), items))
    return view(it, owner, "index", tuple(items))


def selected(it: Interpreter, x: Value, items: Sequence[Item]) -> Selected | None:
    """``x[mask]``, where the mask is not known and names single elements."""
    if len(items) != 1 or not isinstance(items[0], Mask):
        return None
    mask = items[0].truth
    if it.emit.known(mask) is not None or shape_of(mask) != shape_of(x):
        return None
    return Selected(x, mask)


def read_items(it: Interpreter, x: Value, items: Sequence[Item]) -> Value:
    """The part of ``x`` that parsed indices name."""
    if any(isinstance(i, Many | Mask) for i in items):
        from millrace.frontend.python.advanced import read_advanced

        return read_advanced(it, x, items)
    return read_basic(it, x, items)


def read_basic(it: Interpreter, x: Value, items: Sequence[Item]) -> Value:
    """Slices and integers: first what is known at run time, then boxes, then the shape."""
    entries = [i for i in items if i != NEW_AXIS]
    if any(isinstance(e, Moving | Window) for e in entries):
        axes, sizes, indices = places(it, entries, Fixed | Moving | Window)
        safe = all(e.safe if isinstance(e, Moving) else not isinstance(e, Window) for e in entries)
        x = it.op(Index, x, indices, axes=axes, sizes=sizes, in_bounds=safe)
        kept = [e for e in entries if not isinstance(e, Fixed | Moving)]
        x = boxes(it, x, [Box(0, e.size, 1) if isinstance(e, Window) else e for e in kept])
    else:
        x = boxes(it, x, entries)
        kept = [e for e in entries if not isinstance(e, Fixed)]
    dims = iter([e.size for e in kept])
    shape = [1 if i == NEW_AXIS else next(dims) for i in items if not isinstance(i, Fixed | Moving)]
    return it.emit.reshape(x, shape)


def places(
    it: Interpreter, entries: Sequence[Item], kinds: Any
) -> tuple[tuple[int, ...], tuple[int, ...] | None, list[Value]]:
    """Axes, sizes and indices of ``mr.index``, from the entries of these kinds."""
    axes, sizes, indices = [], [], []
    for axis, e in enumerate(entries):
        if isinstance(e, kinds):
            axes.append(axis)
            sizes.append(e.size if isinstance(e, Box | Window) else 0)
            at = e.at if isinstance(e, Fixed | Moving) else e.start
            indices.append(at if isinstance(at, Value) else it.emit.constant(at))
    return tuple(axes), tuple(sizes) if any(sizes) else None, indices


def boxes(it: Interpreter, x: Value, entries: Sequence[Item]) -> Value:
    """What is known of the indices, as one slice; integers leave a dimension of 1."""
    shape = shape_of(x)
    starts, sizes, steps = [], [], []
    for n, e in zip(shape, entries, strict=True):
        start, size, step = 0, n, 1
        if isinstance(e, Fixed):
            start, size = e.at, 1
        elif isinstance(e, Box):
            start, size, step = e.start, e.size, e.step
        starts.append(start)
        sizes.append(size)
        steps.append(step)
    if tuple(sizes) == shape and all(s == 1 for s in steps):
        return x
    return it.op(SliceOp, x, starts=starts, sizes=sizes, steps=steps)


def row(it: Interpreter, owner: ArrayRef, step: Value) -> Abstract:
    """Row ``step``, which is in range, of an array."""
    shape = it.shape(owner)
    items = (Moving(step, safe=True), *(Box(0, n, 1) for n in shape[1:]))
    if len(shape) == 1:
        return it.number(read_basic(it, it.read(owner), items))
    return view(it, owner, "index", items)
