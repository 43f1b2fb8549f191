"""What a ``for`` loop runs over: the number of steps, and the item of each."""

from __future__ import annotations

import itertools
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from millrace.frontend.python import lists
from millrace.frontend.python.values import (
    Abstract,
    ArrayRef,
    DictRef,
    Iterable,
    Known,
    ListRef,
    Range,
    Rows,
    Tuple,
)
from millrace.ir.core import Value
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.types import I64

if TYPE_CHECKING:
    from millrace.frontend.python.interpreter import Interpreter


def items_of(it: Interpreter, v: Abstract) -> list[Abstract] | None:
    """The items, when the loop is to run over them one by one: lists, tuples, what ``static``
    marks. None for arrays and ranges."""
    if isinstance(v, Tuple):
        return list(v.items)
    if isinstance(v, ListRef):
        content = lists.segments(it, v)
        whole = len(content) == 1 and isinstance(content[0], Rows)
        return None if whole else lists.items(it, v)
    if isinstance(v, DictRef):
        return [Known(k) for k in it.state.heap[v.cell]]
    if isinstance(v, Known) and not isinstance(v.value, range):
        return _known_items(it, v)
    if isinstance(v, Iterable):
        return _ITEMS[v.kind](it, v)
    return None


def _known_items(it: Interpreter, v: Known) -> list[Abstract]:
    if not isinstance(v.value, str | bytes | dict | set | frozenset):
        raise it.fail("J023", what=v.describe())
    return [it.wrap(x) for x in v.value]


def every_item(it: Interpreter, v: Abstract) -> list[Abstract]:
    """All items of anything with a known number of them."""
    found = items_of(it, v)
    if found is not None:
        return found
    iteration = iteration_of(it, v)
    if iteration.trip is None:
        raise it.fail("J015", what="the number of items", got=v.describe(), fix="use a loop")
    return [iteration.element(it, it.emit.constant(i)) for i in range(iteration.trip)]


def _static_items(it: Interpreter, v: Iterable) -> list[Abstract]:
    return every_item(it, v.parts[0])


def _enumerate_items(it: Interpreter, v: Iterable) -> list[Abstract] | None:
    items = items_of(it, v.parts[0])
    if items is None:
        return None
    return [Tuple((Known(v.start + i), x)) for i, x in enumerate(items)]


def _zip_items(it: Interpreter, v: Iterable) -> list[Abstract] | None:
    if all(items_of(it, p) is None for p in v.parts):
        return None if v.parts else []
    rows = zip(*(every_item(it, p) for p in v.parts), strict=False)
    return [Tuple(tuple(row)) for row in rows]


def _reversed_items(it: Interpreter, v: Iterable) -> list[Abstract] | None:
    items = items_of(it, v.parts[0])
    return None if items is None else items[::-1]


def _product_items(it: Interpreter, v: Iterable) -> list[Abstract] | None:
    """One by one when all parts are."""
    if any(items_of(it, p) is None for p in v.parts):
        return None
    return [Tuple(row) for row in itertools.product(*(every_item(it, p) for p in v.parts))]


_ITEMS = {
    "product": _product_items,
    "static": _static_items,
    "enumerate": _enumerate_items,
    "zip": _zip_items,
    "reversed": _reversed_items,
}


# ---- iterations


@dataclass(frozen=True)
class Iteration:
    """``trip`` steps; when that is not known now, None."""

    trip: int | None

    def steps(self, it: Interpreter) -> Value:
        """The number of steps as an i64 tensor."""
        return it.emit.constant(self.trip)

    def element(self, it: Interpreter, step: Value) -> Abstract:
        """The item of a step, whose number is an i64 tensor."""
        raise NotImplementedError


@dataclass(frozen=True)
class _OverRange(Iteration):
    start: Value
    stop: Value
    step: Value

    def steps(self, it: Interpreter) -> Value:
        """The distance over the step, rounded up; a step may be negative."""
        if self.trip is not None:
            return it.emit.constant(self.trip)
        distance = it.op(ew.Sub, self.start, self.stop)
        length = it.op(ew.Neg, it.op(ew.FloorDiv, distance, self.step))
        return it.op(ew.Max, length, it.emit.like(0, length))

    def element(self, it: Interpreter, step: Value) -> Abstract:
        known = [it.emit.known(v) for v in (self.start, self.step)]
        place = step
        if known[1] is None or int(known[1]) != 1:
            place = it.op(ew.Mul, place, self.step)
        if known[0] is None or int(known[0]) != 0:
            place = it.op(ew.Add, self.start, place)
        return it.number(place, int)


@dataclass(frozen=True)
class _OverArray(Iteration):
    array: ArrayRef

    def element(self, it: Interpreter, step: Value) -> Abstract:
        return it.row(self.array, step)


@dataclass(frozen=True)
class _OverRows(Iteration):
    """A list that grew in a loop."""

    rows: Rows

    def element(self, it: Interpreter, step: Value) -> Abstract:
        return lists.row_of(it, self.rows, step)


@dataclass(frozen=True)
class _Zipped(Iteration):
    parts: tuple[Iteration, ...]

    def steps(self, it: Interpreter) -> Value:
        if self.trip is not None:
            return it.emit.constant(self.trip)
        least, *rest = (p.steps(it) for p in self.parts)
        for other in rest:
            least = it.op(ew.Min, least, other)
        return least

    def element(self, it: Interpreter, step: Value) -> Abstract:
        return Tuple(tuple(p.element(it, step) for p in self.parts))


@dataclass(frozen=True)
class _Numbered(Iteration):
    inner: Iteration
    start: int

    def steps(self, it: Interpreter) -> Value:
        return self.inner.steps(it)

    def element(self, it: Interpreter, step: Value) -> Abstract:
        number = it.op(ew.Add, step, it.emit.like(self.start, step)) if self.start else step
        return Tuple((it.number(number, int), self.inner.element(it, step)))


@dataclass(frozen=True)
class _Backwards(Iteration):
    inner: Iteration

    def steps(self, it: Interpreter) -> Value:
        return self.inner.steps(it)

    def element(self, it: Interpreter, step: Value) -> Abstract:
        one = it.emit.like(1, step)
        last = it.op(ew.Sub, self.inner.steps(it), one)
        return self.inner.element(it, it.op(ew.Sub, last, step))


@dataclass(frozen=True)
class Shifted(Iteration):
    """All steps but the first."""

    inner: Iteration

    def element(self, it: Interpreter, step: Value) -> Abstract:
        return self.inner.element(it, it.op(ew.Add, step, it.emit.like(1, step)))


@dataclass(frozen=True)
class _Product(Iteration):
    """``itertools.product``: the last part runs fastest."""

    parts: tuple[Iteration, ...]

    def element(self, it: Interpreter, step: Value) -> Abstract:
        found: list[Abstract] = []
        for p in reversed(self.parts):
            size = it.emit.like(p.trip, step)
            found.append(p.element(it, it.op(ew.Mod, step, size)))
            step = it.op(ew.FloorDiv, step, size)
        return Tuple(tuple(reversed(found)))


def iteration_of(it: Interpreter, v: Abstract) -> Iteration:
    """How to run over ``v``; an error when that is not possible."""
    if isinstance(v, Known) and isinstance(v.value, range):
        r = v.value
        return _OverRange(len(r), *(it.emit.constant(n) for n in (r.start, r.stop, r.step)))
    if isinstance(v, Range):
        bounds = (it.emit.cast(it.tensor(x), I64) for x in (v.start, v.stop, v.step))
        return _OverRange(None, *bounds)
    if isinstance(v, ArrayRef):
        shape = it.shape(v)
        if not shape:
            raise it.fail("J023", what="an array without dimensions")
        return _OverArray(shape[0], v)
    if isinstance(v, ListRef):
        (rows,) = lists.segments(it, v)
        assert isinstance(rows, Rows)
        return _OverRows(lists.count([rows]), rows)
    if isinstance(v, Iterable):
        return _iterable(it, v)
    raise it.fail("J023", what=it.describe(v))


def _iterable(it: Interpreter, v: Iterable) -> Iteration:
    parts = [iteration_of(it, p) for p in v.parts]
    if v.kind == "zip":
        trips = [p.trip for p in parts]
        return _Zipped(_least(trips), tuple(parts))
    if v.kind == "product":
        if None in [p.trip for p in parts]:
            raise it.fail("J015", what="the number of items", got="a range", fix="nest the loops")
        return _Product(math.prod(p.trip or 0 for p in parts), tuple(parts))
    (inner,) = parts
    if v.kind == "enumerate":
        return _Numbered(inner.trip, inner, v.start)
    return _Backwards(inner.trip, inner)


def _least(trips: Sequence[int | None]) -> int | None:
    known = [t for t in trips if t is not None]
    return min(known) if len(known) == len(trips) else None
