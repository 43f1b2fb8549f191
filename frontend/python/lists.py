"""Lists: they have a known length, also where they grow in a loop of a known number of steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from millrace.frontend.emitter import shape_of
from millrace.frontend.python.calls import Call, Row
from millrace.frontend.python.values import Abstract, ArrayRef, Known, ListRef, Number, Stacked
from millrace.ir.core import Value

if TYPE_CHECKING:
    from millrace.frontend.python.interpreter import Interpreter


def content_of(it: Interpreter, v: Abstract, what: str) -> tuple[Abstract, ...]:
    """The items of a list that has not grown in a loop."""
    assert isinstance(v, ListRef)
    content = it.state.heap[v.cell]
    if isinstance(content, Stacked):
        content = tuple(stacked_items(it, content))
    if not isinstance(content, tuple):
        raise it.fail("J007", name="the list")
    return content


def extend(it: Interpreter, owner: ListRef, value: Abstract) -> None:
    from millrace.frontend.python.iteration import every_item

    change(it, owner, [*content_of(it, owner, "+="), *every_item(it, value)])


def change(it: Interpreter, owner: ListRef, items: Sequence[Abstract]) -> None:
    from millrace.frontend.python.writes import check_writable

    check_writable(it, owner.cell, "the list")
    it.state.heap[owner.cell] = tuple(items)


# ---- lists that grew in a loop


def stacked_items(it: Interpreter, content: Stacked) -> list[Abstract]:
    count = shape_of(content.rows)[0]
    rows = [stacked_row(it, content, it.emit.constant(i)) for i in range(count)]
    return [*content.head, *rows]


def stacked_row(it: Interpreter, content: Stacked, at: Value) -> Abstract:
    from millrace.ir.dialects.mr.gather import Gather

    row = it.op(Gather, content.rows, at, axis=0, in_bounds=True)
    like = content.like
    if isinstance(like, ArrayRef):
        return it.array(row)
    return it.number(row, like.python if isinstance(like, Number) else None)


def stacked_item(it: Interpreter, content: Stacked, index: Abstract) -> Abstract:
    count = len(content.head) + shape_of(content.rows)[0]
    if isinstance(index, Known):
        i = it.known_int(index, "the index of a list")
        if not -count <= i < count:
            raise it.fail("J020", index=i, axis=0, size=count)
        i %= count
        if i < len(content.head):
            return content.head[i]
        return stacked_row(it, content, it.emit.constant(i - len(content.head)))
    from millrace.frontend.python.reads import item

    return item(it, it.array(stacked_array(it, content)), index)


def stacked_array(it: Interpreter, content: Stacked) -> Value:
    """All items as one array."""
    if not content.head:
        return content.rows
    from millrace.frontend.python.creation import stack_tensors
    from millrace.ir.dialects.mr.assemble import Concat

    head = stack_tensors(it, content.head, 0, content.rows.type.dtype)  # type: ignore[attr-defined]
    return it.op(Concat, [head, content.rows], axis=0)


# ---- methods


def _append(c: Call) -> Abstract:
    owner = c.args[0]
    assert isinstance(owner, ListRef)
    change(c.it, owner, [*content_of(c.it, owner, "append"), c.need(1, "item")])
    return Known(None)


def _extend(c: Call) -> Abstract:
    owner = c.args[0]
    assert isinstance(owner, ListRef)
    extend(c.it, owner, c.need(1, "items"))
    return Known(None)


def _insert(c: Call) -> Abstract:
    owner = c.args[0]
    assert isinstance(owner, ListRef)
    items = list(content_of(c.it, owner, "insert"))
    items.insert(c.it.known_int(c.need(1, "index"), "the index"), c.need(2, "item"))
    change(c.it, owner, items)
    return Known(None)


def _pop(c: Call) -> Abstract:
    owner = c.args[0]
    assert isinstance(owner, ListRef)
    items = list(content_of(c.it, owner, "pop"))
    at = int(c.known(1, "index", -1))
    if not -len(items) <= at < len(items):
        raise c.it.fail("J020", index=at, axis=0, size=len(items))
    item = items.pop(at)
    change(c.it, owner, items)
    return item


def _reverse(c: Call) -> Abstract:
    owner = c.args[0]
    assert isinstance(owner, ListRef)
    change(c.it, owner, content_of(c.it, owner, "reverse")[::-1])
    return Known(None)


def _copy(c: Call) -> Abstract:
    return c.it.list_of(content_of(c.it, c.args[0], "copy"))


METHODS: dict[str, Row] = {
    "append": _append,
    "extend": _extend,
    "insert": _insert,
    "pop": _pop,
    "reverse": _reverse,
    "copy": _copy,
}
