"""Subscripts that are written: an array becomes one that differs in some places, under the same
name. Bufferization writes in place where nobody needs the old one."""

from __future__ import annotations

import ast
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from millrace.frontend.emitter import shape_of
from millrace.frontend.python import views
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
from millrace.frontend.python.operators import binary
from millrace.frontend.python.promotion import DType
from millrace.frontend.python.reads import item, places, read_items, selected
from millrace.frontend.python.selected import written
from millrace.frontend.python.values import (
    Abstract,
    ArrayRef,
    Cell,
    DictRef,
    ListRef,
    Number,
    Selected,
)
from millrace.ir.core import Value
from millrace.ir.dialects.mr import compare
from millrace.ir.dialects.mr.assemble import Pad
from millrace.ir.dialects.mr.index import Index, IndexUpdate
from millrace.ir.dialects.mr.movement import Reverse

if TYPE_CHECKING:
    from millrace.frontend.python.interpreter import Interpreter


def write(it: Interpreter, target: ast.Subscript, value: Abstract) -> None:
    """``target = value``."""
    owner, index = it.eval(target.value), it.eval(target.slice)
    name = ast.unparse(target.value)
    if isinstance(owner, ArrayRef):
        items = parse(it, it.shape(owner), index)
        store(it, owner, items, value, name)
    else:
        _write_item(it, owner, index, value, name)


def update(it: Interpreter, target: ast.Subscript, op: ast.operator, node: ast.expr) -> None:
    """``target op= value``; the target's parts are evaluated once."""
    owner, index = it.eval(target.value), it.eval(target.slice)
    name = ast.unparse(target.value)
    value = it.eval(node)
    if not isinstance(owner, ArrayRef):
        new = binary(it, op, item(it, owner, index), value)
        _write_item(it, owner, index, new, name)
        return
    items = parse(it, it.shape(owner), index)
    x = it.read(owner)
    old = selected(it, x, items) or it.result(read_items(it, x, items))
    new = binary(it, op, old, value)
    _check_cast(it, new, owner)
    store(it, owner, items, new, name)


def overwrite(it: Interpreter, owner: ArrayRef, new: Abstract, name: str) -> None:
    """All of an array, after an augmented assignment."""
    _check_cast(it, new, owner)
    if it.shape(new) != it.shape(owner):
        shapes = f"{list(it.shape(owner))} and {list(it.shape(new))}"
        raise it.fail("J016", op="an augmented assignment", shapes=shapes)
    set_content(it, owner, it.tensor(new, it.dtype(owner)), name)


def _check_cast(it: Interpreter, new: Abstract, owner: ArrayRef) -> None:
    """In place, results are cast back as numpy's ``same_kind`` rule allows."""
    source = it.dtype(it.array(new.values) if isinstance(new, Selected) else new)
    target = it.dtype(owner)
    if not np.can_cast(source, target, "same_kind"):
        raise it.fail("J050", source=source, target=target)


def _write_item(
    it: Interpreter, owner: Abstract, index: Abstract, value: Abstract, name: str
) -> None:
    if isinstance(owner, DictRef):
        check_writable(it, owner.cell, name)
        key = it.known(index, "a key")
        it.state.heap[owner.cell] = {**it.state.heap[owner.cell], key: value}
        return
    if not isinstance(owner, ListRef):
        raise it.fail("J017", op="[...] =", types=it.describe(owner))
    check_writable(it, owner.cell, name)
    from millrace.frontend.python import lists

    if isinstance(index, Number):
        lists.write_moving(it, owner, index, value)
        return
    content = tuple(lists.items(it, owner))
    i = it.known_int(index, "the index of a list", "use an array, or static(range(n))")
    if not -len(content) <= i < len(content):
        raise it.fail("J020", index=i, axis=0, size=len(content))
    i %= len(content)
    it.state.heap[owner.cell] = (*content[:i], value, *content[i + 1 :])


# ---- who may be written


def set_content(it: Interpreter, owner: ArrayRef, new: Value, name: str) -> None:
    if owner.view is None:
        check_writable(it, owner.cell, name)
        it.state.heap[owner.cell] = new
        return
    base = owner.view.base
    whole = views.put(it, it.read(base), owner.view.kind, owner.view.how, new)
    set_content(it, base, whole, name)


def check_writable(it: Interpreter, cell: Cell, name: str) -> None:
    """Arguments and constants must not change."""
    if cell.owner is not None:
        reason = "the caller would not see it: compiled functions have no effects but their results"
        raise it.fail("J022", owner=cell.owner, reason=reason, name=name)
    for source in cell.copied_from:
        other = _other_name(it, source, cell)
        if other is not None:
            raise it.fail("J034", name=name, other=other)


def _other_name(it: Interpreter, source: Cell, cell: Cell) -> str | None:
    """A name that holds an array which ``cell`` may be."""
    for frame in it.state.frames:
        for name, v in frame.names.items():
            if isinstance(v, ArrayRef) and v.cell is not cell and views.shares(v.cell, source):
                return name
    return None


# ---- arrays


def store(
    it: Interpreter, owner: ArrayRef, items: Sequence[Item], value: Abstract, name: str
) -> None:
    """``owner[items] = value``."""
    x = it.read(owner)
    if isinstance(value, Selected):
        set_content(it, owner, _where(it, x, items, value, it.dtype(owner)), name)
        return
    value = it.need_numeric(value, "an assignment")
    new = it.tensor(value, it.dtype(owner))
    if any(isinstance(i, Many | Mask) for i in items):
        from millrace.frontend.python.advanced import write_advanced

        set_content(it, owner, write_advanced(it, x, items, new), name)
        return
    set_content(it, owner, write_items(it, x, items, new), name)


def _where(
    it: Interpreter, x: Value, items: Sequence[Item], value: Selected, dtype: DType
) -> Value:
    """``x[mask] = y[mask]``."""
    target = selected(it, x, items)
    if target is None:
        raise it.fail("J044", fix="write where the same mask holds, or use np.where(mask, x, y)")
    return it.op(compare.Where, target.mask, written(it, value, target.mask, dtype), x)


def write_items(it: Interpreter, x: Value, items: Sequence[Item], new: Value) -> Value:
    """``x`` with ``new``, broadcast to what the items select, in their place."""
    entries = [i for i in items if i != NEW_AXIS]
    shape = _target_shape(shape_of(x), entries)
    sizes = iter(n for n, e in zip(shape, entries, strict=True) if _stays(e))
    seen = [1 if i == NEW_AXIS else next(sizes) for i in items if i == NEW_AXIS or _stays(i)]
    return write_basic(it, x, entries, _fit(it, new, shape, seen))


def _stays(e: Item) -> bool:
    return not isinstance(e, Fixed | Moving)


def _target_shape(shape: Sequence[int], entries: Sequence[Item]) -> list[int]:
    """The shape of what is written, all axes kept."""
    out = []
    for n, e in zip(shape, entries, strict=True):
        out.append(e.size if isinstance(e, Box | Window) else n if _stays(e) else 1)
    return out


def _fit(it: Interpreter, new: Value, shape: Sequence[int], seen: Sequence[int]) -> Value:
    """What is written, broadcast to the shape that the index selects (``seen``), with all axes."""
    given = shape_of(new)
    while len(given) > len(seen) and given[0] == 1:
        given = given[1:]
    new = it.emit.reshape(new, given)
    try:
        fits = np.broadcast_shapes(given, tuple(seen)) == tuple(seen)
    except ValueError:
        fits = False
    if not fits:
        shapes = f"{list(given)} into {list(seen)}"
        raise it.fail("J016", op="an assignment", shapes=shapes)
    return it.emit.reshape(it.emit.broadcast(new, seen), shape)


def write_basic(it: Interpreter, x: Value, entries: Sequence[Item], new: Value) -> Value:
    """``x`` with ``new``, which has all axes of ``x``, in the place that the entries name."""
    strided = any(isinstance(e, Box) and e.step != 1 and e.size > 1 for e in entries)
    moving = any(isinstance(e, Moving | Window) for e in entries)
    if 0 in shape_of(new):
        return x
    if shape_of(new) == shape_of(x) and not strided and not moving:
        return new
    if not strided:
        return _write_places(it, x, entries, new)
    if not moving:
        return _write_strided(it, x, entries, new)
    # The rows at equal distances are written into the part that the others name.
    others = [Box(0, n, 1) if _strided(e) else e for e, n in zip(entries, shape_of(x), strict=True)]
    axes, sizes, indices = places(it, others, Moving | Window | Fixed)
    part = it.op(Index, x, indices, axes=axes, sizes=sizes)
    wide = [e.size if isinstance(e, Box | Window) else 1 for e in others]
    inner = [e if _strided(e) else Box(0, n, 1) for e, n in zip(entries, wide, strict=True)]
    part = _write_strided(it, it.emit.reshape(part, wide), inner, new)
    return _write_places(it, x, others, part)


def _strided(e: Item) -> bool:
    return isinstance(e, Box) and e.step != 1 and e.size > 1


def _write_places(it: Interpreter, x: Value, entries: Sequence[Item], new: Value) -> Value:
    """Neighbouring elements, from places on that may be known at run time only."""
    whole = [isinstance(e, Box) and e.size == n for e, n in zip(entries, shape_of(x), strict=True)]
    chosen = [None if w else e for w, e in zip(whole, entries, strict=True)]
    axes, sizes, indices = places(it, chosen, Fixed | Moving | Box | Window)
    gone = [axis for axis, e in enumerate(chosen) if isinstance(e, Fixed | Moving)]
    update_ = it.emit.reshape(new, [n for d, n in enumerate(shape_of(new)) if d not in gone])
    known = all(e.safe if isinstance(e, Moving) else not isinstance(e, Window) for e in entries)
    return it.op(IndexUpdate, x, update_, indices, axes=axes, sizes=sizes, in_bounds=known)


def _write_strided(it: Interpreter, x: Value, entries: Sequence[Item], new: Value) -> Value:
    """Rows at equal distances, at places that are known."""
    shape = shape_of(x)
    starts, steps, backwards = [], [], []
    for axis, e in enumerate(entries):
        start, step = (e.start, e.step) if isinstance(e, Box) else (getattr(e, "at", 0), 1)
        if not isinstance(e, Box | Fixed):
            start = 0
        size = shape_of(new)[axis]
        if step < 0:
            start, step = start + step * (size - 1), -step
            backwards.append(axis)
        starts.append(start)
        steps.append(step)
    if backwards:
        new = it.op(Reverse, new, axes=backwards)
    if shape_of(new) == shape:
        return new
    mask = np.zeros(shape, np.bool_)
    sizes = shape_of(new)
    lasts = [s + k * (n - 1) + 1 for s, k, n in zip(starts, steps, sizes, strict=True)]
    mask[tuple(slice(s, e, k) for s, e, k in zip(starts, lasts, steps, strict=True))] = True
    high = [n - e for n, e in zip(shape, lasts, strict=True)]
    spread = it.op(Pad, new, low=starts, high=high, interior=[k - 1 for k in steps])
    return it.op(compare.Where, it.emit.constant(mask), spread, x)
