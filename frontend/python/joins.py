"""One value out of the values of two paths.

A :class:`Join` collects the tensors that have to pass from the paths to what follows, as slots;
each value joined is a function from the slots' results to the value. What cannot be joined becomes
a :class:`Poison`: an error only when it is used."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np

from millrace.frontend.python.flow import FLOW, RESULT, Flow
from millrace.frontend.python.promotion import Weak, result_type, strong, widest_python
from millrace.frontend.python.state import Content, Snapshot, Where
from millrace.frontend.python.values import (
    Abstract,
    ArrayRef,
    Cell,
    DictRef,
    Function,
    Generator,
    Growing,
    Known,
    ListRef,
    Maybe,
    Number,
    Poison,
    Rows,
    Tuple,
    is_number,
)
from millrace.ir.core import Value
from millrace.ir.types import TensorType, element_type_of, tensor

if TYPE_CHECKING:
    from millrace.frontend.python.interpreter import Interpreter

Build = Callable[[Sequence[Value]], Abstract]
Leaf = Any
"""A tensor, a number, what makes a tensor when it is called, or None where a path has no value."""


@dataclass(frozen=True)
class Slot:
    """A tensor that passes out of both paths."""

    left: Leaf
    right: Leaf
    tensor: TensorType
    python: type | None = None
    """Of numbers: the Python type, as :class:`Number` has it."""


class Join:
    """Joins the states ``left`` and ``right``. With ``dynamic`` what is equal on both sides
    becomes slots, too: what a loop may change is not known inside. ``flows`` says how the paths
    end; a name that only one of them binds is known to be bound where that one leads."""

    def __init__(
        self,
        it: Interpreter,
        left: Snapshot,
        right: Snapshot,
        *,
        dynamic: bool = False,
        flows: tuple[Flow, Flow] | None = None,
    ) -> None:
        self.it = it
        self.flows = flows
        self.left, self.right = left, right
        self.dynamic = dynamic
        self.slots: list[Slot] = []
        self.poisons: list[Poison] = []
        self.cells: dict[Cell, Callable[[Sequence[Value]], Content]] = {}
        """Cells whose content is made of the slots."""
        self._pairs: dict[tuple[Cell, Cell], Cell] = {}

    # ---- values

    def value(self, name: str, a: Abstract | None, b: Abstract | None) -> Build:
        """The value of ``name``, ``a`` on the left path and ``b`` on the right one."""
        if a is b and a is not None and not (self.dynamic and _can_change(a)):
            return always(a)
        if self.flows is not None and name not in (FLOW, RESULT):
            partial = [x is None or isinstance(x, Maybe) or _is_unbound(x) for x in (a, b)]
            if any(partial):
                return self._partial(name, a, b, self.flows)
        if a is None or b is None:
            return self._one_sided(name, a, b)
        for side in (a, b):
            if isinstance(side, Poison):
                return self._poison(self._one_path(name) if side.code == "J001" else side)
        if is_number(a) and is_number(b):
            return self._number(name, a, b)
        for kind, join in _BY_KIND:
            if isinstance(a, kind) and isinstance(b, kind):
                return join(self, name, a, b)
        if isinstance(a, ArrayRef | Number | Known) and isinstance(b, ArrayRef | Number | Known):
            return self._zero_rank(name, a, b)
        return self._differ(name, a, b)

    def _partial(
        self, name: str, a: Abstract | None, b: Abstract | None, flows: tuple[Flow, Flow]
    ) -> Build:
        """A name that not all paths bind: bound at the ends to which only paths lead that do."""
        sides = [_bound(v, flow) for v, flow in zip((a, b), flows, strict=True)]
        bound = frozenset(
            e
            for e in flows[0].ends | flows[1].ends
            if all(e in at for flow, (_, at) in zip(flows, sides, strict=True) if e in flow.ends)
        )
        (x, _), (y, _) = sides
        if not bound:
            return self._poison(self._one_path(name))
        if x is not None and y is not None:
            build = self.value(name, x, y)
        elif x is not None:
            build = self._copy(x, self.left, left=True)
        else:
            assert y is not None
            build = self._copy(y, self.right, left=False)
        if bound == flows[0].ends | flows[1].ends:
            return build
        return lambda results: Maybe(build(results), bound)

    def _one_sided(self, name: str, a: Abstract | None, b: Abstract | None) -> Build:
        present = a if b is None else b
        if name != RESULT or present is None:
            return self._poison(self._one_path(name))
        mine = self.left if b is None else self.right
        return self._copy(present, mine, left=b is None)

    def _copy(self, v: Abstract, state: Snapshot, *, left: bool) -> Build:
        """``v`` of one side; the other side, where it is never looked at, gives zeros."""
        if isinstance(v, Number):
            python = v.python
            t = self.it.type_of(v)
            at = self._slot(v.ir, None, t, python) if left else self._slot(None, v.ir, t, python)
            return lambda results: Number(results[at], python)
        if isinstance(v, ArrayRef):
            t, leaf = self.it.array_type(v, state.heap), self._reader(v, state)
            at = self._slot(leaf, None, t) if left else self._slot(None, leaf, t)
            return lambda results: self.it.array(results[at])
        if isinstance(v, Tuple):
            parts = [self._copy(x, state, left=left) for x in v.items]
            kind = v.kind
            return lambda results: Tuple(tuple(p(results) for p in parts), kind)
        if isinstance(v, Rows):
            assert isinstance(v.ir.type, TensorType)
            at = self._slot(v.ir, None, v.ir.type) if left else self._slot(None, v.ir, v.ir.type)
            return lambda results: Rows(results[at], v.like)
        if isinstance(v, ListRef) and isinstance(state.heap[v.cell], tuple):
            parts = [self._copy(x, state, left=left) for x in state.heap[v.cell]]
            return lambda results: self.it.list_of([p(results) for p in parts])
        return always(v)

    def _slot(self, left: Leaf, right: Leaf, type: TensorType, python: type | None = None) -> int:
        self.slots.append(Slot(left, right, type, python))
        return len(self.slots) - 1

    def _poison(self, v: Poison) -> Build:
        self.poisons.append(v)
        return always(v)

    def _number(self, name: str, a: Abstract, b: Abstract) -> Build:
        if isinstance(a, Known) and isinstance(b, Known) and not self.dynamic and same(a, b):
            return always(a)
        target = unify(self.it.weak(a), self.it.weak(b))
        if target is None:
            return self._differ(name, a, b)
        python = target if isinstance(target, type) else None
        at = self._slot(a, b, tensor((), element_type_of(strong(target))), python)
        return lambda results: Number(results[at], python)

    def _array(self, name: str, a: ArrayRef, b: ArrayRef) -> Build:
        if a.cell is b.cell and a.view is b.view and not self.dynamic:
            return always(a)
        left = self.it.array_type(a, self.left.heap)
        if left != self.it.array_type(b, self.right.heap):
            return self._differ(name, a, b)
        whole = a.view is None and b.view is None
        cell = self._new_cell(a.cell, b.cell) if whole else Cell(None, (a.cell, b.cell))
        if cell not in self.cells:
            at = self._slot(self._reader(a, self.left), self._reader(b, self.right), left)
            self.cells[cell] = lambda results: results[at]
        return always(ArrayRef(cell))

    def _reader(self, v: ArrayRef, state: Snapshot) -> Leaf:
        return lambda: self.it.content(v, state.heap)

    def _new_cell(self, a: Cell, b: Cell) -> Cell:
        if self.dynamic:  # names of one array before a loop may be of several after a step
            return Cell(a.owner or b.owner, (a, b))
        if (a, b) not in self._pairs:
            self._pairs[a, b] = Cell(a.owner or b.owner, (a, b))
        return self._pairs[a, b]

    def _zero_rank(self, name: str, a: Abstract, b: Abstract) -> Build:
        """An array without dimensions and a number."""
        types = [self._type_of(v, s) for v, s in ((a, self.left), (b, self.right))]
        found = None if None in types else unify(*[t for t in types if t is not None])
        if found is None:
            return self._differ(name, a, b)
        x, y = (
            self._reader(v, s) if isinstance(v, ArrayRef) else v
            for v, s in ((a, self.left), (b, self.right))
        )
        python = found if isinstance(found, type) else None
        at = self._slot(x, y, tensor((), element_type_of(strong(found))), python)
        return lambda results: Number(results[at], python)

    def _type_of(self, v: Abstract, state: Snapshot) -> Weak | None:
        if isinstance(v, ArrayRef):
            t = self.it.array_type(v, state.heap)
            return t.dtype if t.rank == 0 else None
        return self.it.weak(v) if is_number(v) else None

    def _tuple(self, name: str, a: Tuple, b: Tuple) -> Build:
        if len(a.items) != len(b.items):
            return self._differ(name, a, b)
        parts = [self.value(name, x, y) for x, y in zip(a.items, b.items, strict=True)]
        return lambda results: Tuple(tuple(p(results) for p in parts), a.kind)

    def _reference(self, name: str, a: Any, b: Any) -> Build:
        """Lists and dictionaries."""
        if a.cell is b.cell and not self.dynamic:
            return always(a)
        cell = self._new_cell(a.cell, b.cell)
        if cell not in self.cells:
            content = self.content(name, self.left.heap[a.cell], self.right.heap[b.cell])
            self.cells[cell] = content
        return always(type(a)(cell))

    def _known(self, name: str, a: Known, b: Known) -> Build:
        return always(a) if same(a, b) else self._differ(name, a, b)

    def _rows(self, name: str, a: Rows, b: Rows) -> Build:
        if is_number(a.like) and is_number(b.like):
            target = unify(*(_weak_row(v) for v in (a, b)))
            if target is not None:
                python = target if isinstance(target, type) else None
                assert isinstance(a.ir.type, TensorType)
                t = tensor(a.ir.type.shape, element_type_of(strong(target)))
                at = self._slot(a.ir, b.ir, t, python)
                return lambda results: Rows(results[at], Number(results[at], python))
        if a.ir.type != b.ir.type:
            return self._differ(name, a, b)
        assert isinstance(a.ir.type, TensorType)
        at = self._slot(a.ir, b.ir, a.ir.type)
        return lambda results: Rows(results[at], a.like)

    def _function(self, name: str, a: Function, b: Function) -> Build:
        equal = a.node is b.node and a.frame is b.frame and a.free == b.free
        return always(a) if equal else self._differ(name, a, b)

    # ---- contents of cells

    def content(self, name: str, a: Content, b: Content) -> Callable[[Sequence[Value]], Content]:
        if a is b and not self.dynamic:
            return lambda results: a
        if isinstance(a, Value) and isinstance(b, Value) and a.type == b.type:
            assert isinstance(a.type, TensorType)
            at = self._slot(a, b, a.type)
            return lambda results: results[at]
        if isinstance(a, Growing) and isinstance(b, Growing) and len(a.items) == len(b.items):
            inner = self.content(name, a.items, b.items)
            return lambda results: Growing(inner(results))
        if isinstance(a, tuple) and isinstance(b, tuple) and _same_segments(a, b):
            parts = [self.value(name, x, y) for x, y in zip(a, b, strict=True)]
            return lambda results: tuple(p(results) for p in parts)
        if (
            isinstance(a, tuple)
            and isinstance(b, tuple)
            and any(isinstance(v, Rows) for v in (*a, *b))
        ):
            return self._numbers_as_rows(name, a, b)
        if isinstance(a, dict) and isinstance(b, dict) and list(a) == list(b):
            values = {k: self.value(name, a[k], b[k]) for k in a}
            return lambda results: {k: p(results) for k, p in values.items()}
        return self._poison(Poison("J007", {"name": name}))

    def _numbers_as_rows(
        self, name: str, a: tuple[Abstract, ...], b: tuple[Abstract, ...]
    ) -> Callable[[Sequence[Value]], Content]:
        """Lists of as many numbers, of which one has become an array."""
        from millrace.frontend.python import lists

        numbers = all(is_number(v.like if isinstance(v, Rows) else v) for v in (*a, *b))
        size = lists.count(a)
        target = lists.weak_of(self.it, (*a, *b)) if numbers and size == lists.count(b) else None
        if target is None:
            return self._poison(Poison("J007", {"name": name}))
        dtype = strong(target)
        left, right = (partial(lists.array_of_segments, self.it, v, dtype) for v in (a, b))
        at = self._slot(left, right, tensor((size,), element_type_of(dtype)))
        python = target if isinstance(target, type) else None
        return lambda results: (Rows(results[at], Number(results[at], python)),)

    def _differ(self, name: str, a: Abstract, b: Abstract) -> Build:
        before, after = (self.it.describe(v, s.heap) for v, s in ((a, self.left), (b, self.right)))
        fields = {"name": name, "before": before, "after": after}
        code = "J026" if name == RESULT else "J006"
        if self.dynamic and name != RESULT:
            shapes = [self.it.shape_in(v, s.heap) for v, s in ((a, self.left), (b, self.right))]
            code = "J005" if shapes[0] != shapes[1] else "J003"
            code = "J055" if isinstance(a, Known) and a.value is None else code
        texts = (
            ("before the loop", "in a step") if self.dynamic else ("on one path", "on the other")
        )
        return self._poison(Poison(code, fields, self.notes(name, texts)))

    def _one_path(self, name: str) -> Poison:
        notes = self.notes(name, ("bound here", "bound here"))
        return Poison("J002", {"name": name}, notes[:1])

    def notes(self, name: str, texts: Sequence[str]) -> tuple[tuple[str, Where], ...]:
        """Where both sides have bound a name."""
        sites = [s.site(name) for s in (self.left, self.right)]
        pairs = zip(texts, sites, strict=True)
        return tuple((text, site) for text, site in pairs if site is not None)

    # ---- the tensors

    def leaves(self, *, left: bool) -> list[Value]:
        """The slots' tensors on one side, in their types; emitted where the emitter is."""
        return [self._leaf(s.left if left else s.right, s.tensor) for s in self.slots]

    def _leaf(self, leaf: Leaf, t: TensorType) -> Value:
        if leaf is None:
            return self.it.emit.splat(0, t.shape, t.element)
        if isinstance(leaf, Abstract):
            return self.it.tensor(leaf, t.dtype)
        return self.it.emit.cast(leaf if isinstance(leaf, Value) else leaf(), t.element)


_BY_KIND: tuple[tuple[type[Abstract], Callable[[Join, str, Any, Any], Build]], ...] = (
    (ArrayRef, Join._array),
    (Tuple, Join._tuple),
    (ListRef, Join._reference),
    (DictRef, Join._reference),
    (Generator, Join._reference),
    (Known, Join._known),
    (Function, Join._function),
    (Rows, Join._rows),
)


def _weak_row(v: Rows) -> Weak:
    """The type of the numbers of a list."""
    assert isinstance(v.ir.type, TensorType)
    python = v.like.python if isinstance(v.like, Number) else None
    return python or v.ir.type.dtype


def _same_segments(a: Sequence[Abstract], b: Sequence[Abstract]) -> bool:
    """Whether lists have their items in the same form, one by one or as rows."""
    forms = [[v.ir.type if isinstance(v, Rows) else None for v in side] for side in (a, b)]
    if [f is None for f in forms[0]] != [f is None for f in forms[1]]:
        return False
    shapes = [[t.shape for t in side if isinstance(t, TensorType)] for side in forms]
    return shapes[0] == shapes[1]


def _is_unbound(v: Abstract | None) -> bool:
    return isinstance(v, Poison) and v.code in ("J001", "J002")


def _bound(v: Abstract | None, flow: Flow) -> tuple[Abstract | None, frozenset[int]]:
    """A side's value, and the ends at which the name has it."""
    if v is None or _is_unbound(v):
        return None, frozenset()
    return (v.value, v.ends & flow.ends) if isinstance(v, Maybe) else (v, flow.ends)


def always(v: Abstract) -> Build:
    """A value that needs no slots."""
    return lambda results: v


def _can_change(v: Abstract) -> bool:
    """Whether there are numbers or arrays in it."""
    if isinstance(v, Tuple):
        return any(map(_can_change, v.items))
    return is_number(v) or isinstance(v, ArrayRef | ListRef | DictRef | Generator | Rows)


def same(a: Known, b: Known) -> bool:
    """Whether two objects cannot be told apart."""
    if a.value is b.value:
        return True
    if type(a.value) is not type(b.value):
        return False
    try:
        equal = bool(a.value == b.value)
    except (TypeError, ValueError):
        return False
    if equal and isinstance(a.value, float | np.floating):
        return bool(np.signbit(a.value) == np.signbit(b.value))
    return equal


def unify(a: Weak, b: Weak) -> Weak | None:
    """The type of a variable that is ``a`` on one path and ``b`` on the other; None when it
    would depend on the path. Python numbers take the other side's type."""
    if isinstance(a, type) and isinstance(b, type):
        return widest_python([a, b])
    if isinstance(a, type) or isinstance(b, type):
        return result_type([a, b])
    return a if a == b else None


def merge_states(
    join: Join, base: Snapshot, frames: Sequence[Mapping[str, Abstract]]
) -> tuple[list[dict[str, Build]], dict[Cell, Callable[[Sequence[Value]], Content]]]:
    """How each name and each cell of ``base`` follows from the slots of ``join``."""
    names: list[dict[str, Build]] = []
    for left, right in zip(join.left.names, join.right.names, strict=True):
        keys = dict.fromkeys([*left, *right])
        names.append({k: join.value(k, left.get(k), right.get(k)) for k in keys})
    cells = {
        c: join.content("a list", join.left.heap[c], join.right.heap[c])
        for c in base.heap
        if join.left.heap[c] is not join.right.heap[c]
    }
    return names, cells
