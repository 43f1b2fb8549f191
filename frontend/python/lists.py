"""Lists: they have a known length, also where they grow in a loop of a known number of steps.

What such a loop appends becomes one :class:`Rows` among the items: a tensor with a row for each.
While the loop runs the list is :class:`Growing`: it can be appended to and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from millrace.frontend.emitter import shape_of, type_of
from millrace.frontend.python.calls import Call, Row
from millrace.frontend.python.creation import stack_alike, stack_tensors
from millrace.frontend.python.promotion import DType, result_type, strong
from millrace.frontend.python.values import (
    Abstract,
    ArrayRef,
    Growing,
    Known,
    ListRef,
    Number,
    Poison,
    Rows,
    Tuple,
    is_number,
)
from millrace.ir.core import Value
from millrace.ir.dialects.mr.assemble import Concat
from millrace.ir.dialects.mr.index import Index, IndexUpdate

if TYPE_CHECKING:
    from millrace.frontend.python.interpreter import Interpreter


def segments(it: Interpreter, v: ListRef | Tuple) -> tuple[Abstract, ...]:
    """The items, those of loops as one :class:`Rows`. Not of a list that is growing."""
    content = v.items if isinstance(v, Tuple) else it.state.heap[v.cell]
    if isinstance(content, Growing):
        raise it.fail("J008")
    if isinstance(content, Poison):
        raise it.fail(content.code, **content.fields)
    assert isinstance(content, tuple)
    return content


def items(it: Interpreter, v: ListRef | Tuple) -> list[Abstract]:
    """All items one by one."""
    out: list[Abstract] = []
    for s in segments(it, v):
        if isinstance(s, Rows):
            out += [row_of(it, s, it.emit.constant(i)) for i in range(count([s]))]
        else:
            out.append(s)
    return out


def count(content: Sequence[Abstract]) -> int:
    """The number of items."""
    return sum(shape_of(s.ir)[0] if isinstance(s, Rows) else 1 for s in content)


def row_of(it: Interpreter, rows: Rows, at: Value) -> Abstract:
    """Item ``at``, which exists, of what a loop appended."""
    row = it.op(Index, rows.ir, [at], axes=(0,), in_bounds=True)
    if isinstance(rows.like, ArrayRef):
        return it.array(row)
    return it.number(row, rows.like.python if isinstance(rows.like, Number) else None)


def array_of_segments(
    it: Interpreter, content: Sequence[Abstract], dtype: DType | None = None
) -> Value:
    """All items along a new first axis."""
    if not any(isinstance(s, Rows) for s in content):
        return stack_tensors(it, content, 0, dtype)
    if dtype is None:
        dtype = result_type([_weak(it, s) for s in content])
    parts: list[Value] = []
    single: list[Abstract] = []
    for s in (*content, None):
        if s is not None and not isinstance(s, Rows):
            single.append(s)
            continue
        if single:
            parts.append(stack_tensors(it, single, 0, dtype))
            single = []
        if s is not None:
            parts.append(it.tensor(it.array(s.ir), dtype))
    _check_alike(it, parts)
    return parts[0] if len(parts) == 1 else it.op(Concat, parts, axis=0)


def _weak(it: Interpreter, s: Abstract) -> type | DType:
    if isinstance(s, Rows):
        python = s.like.python if isinstance(s.like, Number) else None
        return python or type_of(s.ir).dtype
    return it.weak(it.need_numeric(s, "an array of these items"))


def _check_alike(it: Interpreter, parts: Sequence[Value]) -> None:
    shapes = dict.fromkeys(shape_of(p)[1:] for p in parts)
    if len(shapes) > 1:
        shown = " and ".join(str(list(s)) for s in shapes)
        raise it.fail("J016", op="an array of items", shapes=shown)


def as_rows(it: Interpreter, content: Sequence[Abstract]) -> Rows:
    """What a step of a loop appended, as rows; all items must be alike."""
    if len(content) == 1 and isinstance(content[0], Rows):
        return content[0]
    plain = [s.like if isinstance(s, Rows) else s for s in content]
    if not any(isinstance(s, Rows) for s in content):
        alike = stack_alike(it, content)
        if alike is None:
            raise it.fail("J009", items=" and ".join(it.describe(v) for v in content))
        first = content[0]
        if isinstance(first, ArrayRef):
            return Rows(alike[0], first)
        return Rows(alike[0], Number(alike[0], alike[1]))
    return Rows(array_of_segments(it, content), plain[0])


def item_at(it: Interpreter, v: ListRef | Tuple, index: Abstract) -> Abstract | None:
    """One item by an index; None when the index is none for lists."""
    content = segments(it, v)
    if isinstance(index, Number):
        return _moving_item(it, content, index)
    if not isinstance(index, Known):
        return None
    i, n = it.known_int(index, "the index of a list or tuple"), count(content)
    if not -n <= i < n:
        raise it.fail("J020", index=i, axis=0, size=n)
    i %= n
    for s in content:
        size = count([s])
        if i < size:
            return row_of(it, s, it.emit.constant(i)) if isinstance(s, Rows) else s
        i -= size
    raise AssertionError(i)


def _moving_item(it: Interpreter, content: Sequence[Abstract], index: Number) -> Abstract:
    """An item that is known at run time: the items must be alike, and become one array."""
    rows = None
    if content and all(isinstance(s, Rows | Number | ArrayRef | Known) for s in content):
        alike = any(isinstance(s, Rows) for s in content) or stack_alike(it, content) is not None
        rows = as_rows(it, content) if alike else None
    if rows is None:
        raise it.fail("J049")
    row = it.op(Index, rows.ir, [index.ir], axes=(0,))
    if isinstance(rows.like, ArrayRef):
        return it.array(row)
    return it.number(row, rows.like.python if isinstance(rows.like, Number) else None)


# ---- changes


def write_moving(it: Interpreter, owner: ListRef, index: Number, value: Abstract) -> None:
    """An item at a place of run time: the items become one array, in a type that holds all."""
    content = segments(it, owner)
    numbers = [s.like if isinstance(s, Rows) else s for s in content]
    if not content or not all(is_number(v) for v in (*numbers, value)):
        raise it.fail("J049")
    target = weak_of(it, (*content, value))
    if target is None:
        raise it.fail("J049")
    rows = array_of_segments(it, content, strong(target))
    new = it.tensor(value, strong(target))
    written = it.op(IndexUpdate, rows, new, [index.ir], axes=(0,))
    python = target if isinstance(target, type) else None
    it.state.heap[owner.cell] = (Rows(written, Number(written, python)),)


def weak_of(it: Interpreter, content: Sequence[Abstract]) -> type | DType | None:
    """The type that numbers of a list have together; None when there is none."""
    from millrace.frontend.python.joins import unify

    types = [_weak(it, s) for s in content]
    target: type | DType | None = types[0]
    for t in types[1:]:
        target = None if target is None else unify(target, t)
    return target


def extend(it: Interpreter, owner: ListRef, value: Abstract) -> None:
    from millrace.frontend.python.iteration import every_item

    new = segments(it, value) if isinstance(value, ListRef | Tuple) else every_item(it, value)
    append(it, owner, new)


def append(it: Interpreter, owner: ListRef, new: Sequence[Abstract]) -> None:
    content = it.state.heap[owner.cell]
    if isinstance(content, Growing):
        it.state.heap[owner.cell] = Growing((*content.items, *new))
        return
    change(it, owner, [*segments(it, owner), *new])


def change(it: Interpreter, owner: ListRef, content: Sequence[Abstract]) -> None:
    from millrace.frontend.python.writes import check_writable

    check_writable(it, owner.cell, "the list")
    it.state.heap[owner.cell] = tuple(content)


# ---- methods


def _owner(c: Call) -> ListRef:
    owner = c.args[0]
    assert isinstance(owner, ListRef)
    return owner


def _append(c: Call) -> Abstract:
    append(c.it, _owner(c), [c.need(1, "item") if len(c.args) < 2 else c.args[1]])
    return Known(None)


def _extend(c: Call) -> Abstract:
    extend(c.it, _owner(c), c.need(1, "items"))
    return Known(None)


def _insert(c: Call) -> Abstract:
    content = items(c.it, _owner(c))
    content.insert(c.it.known_int(c.need(1, "index"), "the index"), c.need(2, "item"))
    change(c.it, _owner(c), content)
    return Known(None)


def _pop(c: Call) -> Abstract:
    content = items(c.it, _owner(c))
    at = int(c.known(1, "index", -1))
    if not -len(content) <= at < len(content):
        raise c.it.fail("J020", index=at, axis=0, size=len(content))
    item = content.pop(at)
    change(c.it, _owner(c), content)
    return item


def _reverse(c: Call) -> Abstract:
    change(c.it, _owner(c), items(c.it, _owner(c))[::-1])
    return Known(None)


def _copy(c: Call) -> Abstract:
    return c.it.list_of(segments(c.it, _owner(c)))


def _sort(c: Call) -> Abstract:
    from millrace.frontend.python.tools import sort_list

    return sort_list(c)


def _index(c: Call) -> Abstract:
    wanted = c.it.known(c.need(1, "value"), "what is looked for")
    return Known(c.it.known(_owner(c), "the list").index(wanted))


def _count_items(c: Call) -> Abstract:
    wanted = c.it.known(c.need(1, "value"), "what is counted")
    return Known(c.it.known(_owner(c), "the list").count(wanted))


def _clear(c: Call) -> Abstract:
    change(c.it, _owner(c), ())
    return Known(None)


METHODS: dict[str, Row] = {
    "append": _append,
    "extend": _extend,
    "insert": _insert,
    "pop": _pop,
    "reverse": _reverse,
    "copy": _copy,
    "clear": _clear,
    "sort": _sort,
    "index": _index,
    "count": _count_items,
}
