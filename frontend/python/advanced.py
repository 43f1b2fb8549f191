"""Advanced indexing: places that arrays of integers or truths name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from millrace.frontend.emitter import shape_of
from millrace.frontend.python.indices import NEW_AXIS, Box, Fixed, Item, Many, Mask, Moving
from millrace.frontend.python.operators import check_broadcast
from millrace.frontend.python.reads import read_basic
from millrace.ir.core import Value
from millrace.ir.dialects.mr.assemble import Concat
from millrace.ir.dialects.mr.compare import Where
from millrace.ir.dialects.mr.gather import Gather, GatherND
from millrace.ir.types import I64

if TYPE_CHECKING:
    from millrace.frontend.python.interpreter import Interpreter


def read_advanced(it: Interpreter, x: Value, items: Sequence[Item]) -> Value:
    """``x[...]`` with arrays among the indices."""
    items = [i for e in items for i in _places_of_mask(it, e)]
    plain = [e for e in items if e != NEW_AXIS]
    arrays = [a for a, e in enumerate(plain) if isinstance(e, Many)]
    # Integers next to arrays are arrays without dimensions.
    chosen = [a for a, e in enumerate(plain) if isinstance(e, Many | Fixed | Moving)]
    together = _adjacent(items)
    boxed = [Box(0, n, 1) if a in chosen else e for (a, e), n in _sized(x, plain)]
    x = read_basic(it, x, boxed)
    rank = len(shape_of(x))
    if len(chosen) == 1 and NEW_AXIS not in items:
        (axis,) = arrays
        return it.op(Gather, x, plain[axis].places, axis=axis)
    rest = [a for a in range(rank) if a not in chosen]
    x = it.emit.transpose(x, [*chosen, *rest])
    places = [_as_places(it, plain[a]) for a in chosen]
    shape = check_broadcast(it, "[...]", [shape_of(p) for p in places])
    columns = [it.emit.reshape(it.emit.broadcast(p, shape), (*shape, 1)) for p in places]
    where = columns[0] if len(columns) == 1 else it.op(Concat, columns, axis=len(shape))
    y = it.op(GatherND, x, where)
    return _arrange(it, y, items, len(shape), together)


def _sized(x: Value, plain: Sequence[Item]) -> Any:
    return zip(enumerate(plain), shape_of(x), strict=True)


def _as_places(it: Interpreter, e: Item) -> Value:
    if isinstance(e, Fixed):
        return it.emit.constant(np.array(e.at, np.int64))
    return it.emit.cast(e.places if isinstance(e, Many) else e.at, I64)


def _adjacent(items: Sequence[Item]) -> bool:
    """Whether the indices that are arrays or integers stand side by side."""
    at = [i for i, e in enumerate(items) if isinstance(e, Many | Fixed | Moving)]
    return at == list(range(at[0], at[0] + len(at)))


def _arrange(it: Interpreter, y: Value, items: Sequence[Item], depth: int, together: bool) -> Value:
    """Gathered dimensions stand first; side by side, they go where their indices stood."""
    others = [e for e in items if e == NEW_AXIS or not isinstance(e, Many | Fixed | Moving)]
    first = next(i for i, e in enumerate(items) if isinstance(e, Many | Fixed | Moving))
    lead = sum(1 for e in items[:first]) if together else 0
    shape = list(shape_of(y))
    gathered, rest = shape[:depth], shape[depth:]
    sizes = iter(rest)
    wide = [1 if e == NEW_AXIS else next(sizes) for e in others]
    y = it.emit.reshape(y, [*gathered, *wide])
    order = [*range(depth, depth + lead), *range(depth), *range(depth + lead, depth + len(wide))]
    return it.emit.transpose(y, order)


def _places_of_mask(it: Interpreter, e: Item) -> list[Item]:
    """A mask that is known names its places; others do not say how many there are."""
    if not isinstance(e, Mask):
        return [e]
    known = it.emit.known(e.truth)
    if known is None:
        raise it.fail("J044", fix="use np.where(mask, x, 0), or reduce with where=mask")
    return [Many(it.emit.constant(p.astype(np.int64))) for p in np.nonzero(known)]


# ---- writing


def write_advanced(it: Interpreter, x: Value, items: Sequence[Item], new: Value) -> Value:
    """``x[...] = new`` with an array or a mask among the indices."""
    masks = [e for e in items if isinstance(e, Mask)]
    if len(masks) == 1 and all(_is_whole(e) for e in items if e is not masks[0]):
        return _write_mask(it, x, items, masks[0], new)
    return _write_places(it, x, items, new)


def _is_whole(e: Item) -> bool:
    return isinstance(e, Box) and e.start == 0 and e.step == 1


def _write_mask(it: Interpreter, x: Value, items: Sequence[Item], mask: Mask, new: Value) -> Value:
    """Elements where the mask holds; only one value can be written to all of them."""
    shape = shape_of(x)
    lead = next(i for i, e in enumerate(items) if e is mask)
    depth = len(shape_of(mask.truth))
    if shape_of(mask.truth) != shape[lead : lead + depth]:
        shapes = f"{list(shape)} and {list(shape_of(mask.truth))}"
        raise it.fail("J016", op="a mask", shapes=shapes)
    tail = len(shape) - lead - depth
    if len(shape_of(new)) > tail:
        known = it.emit.known(mask.truth)
        if known is not None:
            return _write_places(it, x, items, new)
        raise it.fail("J044", fix="write one value, or use np.where(mask, new, old)")
    wide = it.emit.reshape(mask.truth, (*shape_of(mask.truth), *(1,) * tail))
    return it.op(Where, wide, it.emit.broadcast(new, shape), x)


def _write_places(it: Interpreter, x: Value, items: Sequence[Item], new: Value) -> Value:
    from millrace.ir.dialects.mr.scatter import ScatterND

    items = [i for e in items for i in _places_of_mask(it, e)]
    chosen = [a for a, e in enumerate(items) if isinstance(e, Many | Fixed | Moving)]
    whole = all(_is_whole(e) and e.size == n for (a, e), n in _sized(x, items) if a not in chosen)
    if NEW_AXIS in items or not whole:
        what = "writing to an array of places and a slice at once"
        raise it.fail("J054", what=what, fix="write into a view: part = x[:, 1:3]; part[i] = v")
    rank = len(shape_of(x))
    rest = [a for a in range(rank) if a not in chosen]
    order = [*chosen, *rest]
    places = [_as_places(it, items[a]) for a in chosen]
    shape = check_broadcast(it, "[...] =", [shape_of(p) for p in places])
    columns = [it.emit.reshape(it.emit.broadcast(p, shape), (*shape, 1)) for p in places]
    where = columns[0] if len(columns) == 1 else it.op(Concat, columns, axis=len(shape))
    turned = it.emit.transpose(x, order)
    seen = [*shape, *(shape_of(x)[a] for a in rest)]
    if chosen != list(range(len(chosen))) and len(shape_of(new)) > len(rest):
        new = _gathered_first(it, new, items, len(shape), len(rest))
    updates = it.emit.broadcast(new, seen)
    written = it.op(ScatterND, turned, where, updates)
    return it.emit.transpose(written, list(np.argsort(order)))


def _gathered_first(
    it: Interpreter, new: Value, items: Sequence[Item], depth: int, rest: int
) -> Value:
    """Values to write, which stand as numpy shows them, with the dimensions of places first."""
    first = next(i for i, e in enumerate(items) if isinstance(e, Many | Fixed | Moving))
    lead = first if _adjacent(items) else 0
    rank = depth + rest
    given = shape_of(new)
    new = it.emit.reshape(new, (1,) * (rank - len(given)) + given)
    order = [*range(lead, lead + depth), *range(lead), *range(lead + depth, rank)]
    return it.emit.transpose(new, order)
