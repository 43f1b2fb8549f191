"""The variables of a loop: which of them a step changes, and in which types they are carried.

The body is interpreted with the types that the variables have before the loop. Where a step makes
something else of one, its type before the loop gives way (Python numbers do) or the variable
becomes an error for whoever reads it, and the body is interpreted again."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from millrace.frontend.emitter import shape_of
from millrace.frontend.python.flow import FLOW, RESULT
from millrace.frontend.python.joins import Build, Join, Slot, always
from millrace.frontend.python.lists import as_rows
from millrace.frontend.python.state import Content, Snapshot
from millrace.frontend.python.values import Cell, Growing, Maybe, Poison, Rows
from millrace.ir.core import Value
from millrace.ir.types import TensorType

if TYPE_CHECKING:
    from millrace.frontend.python.interpreter import Interpreter

Name = tuple[int, str]
"""The number of a frame, and a name in it."""
Fill = Callable[[Sequence[Value]], Content]
"""What a cell holds, by the slots' results."""
Contents = dict[Cell, Fill]


@dataclass
class Layout:
    """How names and cells follow from the tensors of a join."""

    join: Join
    names: list[tuple[Name, Build]] = field(default_factory=list)
    cells: Contents = field(default_factory=dict)

    @property
    def types(self) -> list[TensorType]:
        return [s.tensor for s in self.join.slots]

    def apply(self, it: Interpreter, values: Sequence[Value]) -> None:
        """Let names and cells hold what ``values`` say."""
        heap = it.state.heap
        for made in (self.cells, self.join.cells):
            heap.update({c: build(values) for c, build in made.items()})
        for (frame, name), build in self.names:
            it.state.frames[frame].names[name] = build(values)


class Carries:
    """What a loop carries. ``runs`` says that at least one step is certain, ``wanted`` which
    names are read after the loop."""

    def __init__(
        self, it: Interpreter, names: Iterable[str], cells: Iterable[Cell], wanted: set[str]
    ) -> None:
        self.it = it
        self.start = it.state.snapshot()
        top = len(self.start.names) - 1
        known = self.start.names[top]
        self.names: list[Name] = [(top, n) for n in sorted(names) if n in known]
        self.cells = [c for c in cells if c in self.start.heap]
        self.wanted = wanted
        self.runs = False
        self.growing: list[Cell] = []
        """Lists that the steps append to."""
        self.head = self.start
        self.layout = Layout(Join(it, self.start, self.start, dynamic=True))
        self._pending: list[tuple[Name, tuple[Join, Build]]] = []
        self._pending_cells: list[tuple[Cell, tuple[Join, Fill]]] = []

    def open(self) -> list[Value]:
        """The tensors before the loop; :attr:`types` are those of the block's arguments."""
        self.layout = self._layout(self.start)
        return self.layout.join.leaves(left=True)

    @property
    def types(self) -> list[TensorType]:
        return self.layout.types

    def _layout(self, end: Snapshot) -> Layout:
        """From the state before the loop and one after a step."""
        join = Join(self.it, self.start, end, dynamic=True)
        layout = Layout(join)
        for key in self.names:
            frame, name = key
            build = join.value(name, self.start.names[frame][name], end.names[frame].get(name))
            layout.names.append((key, build))
        for c in self.cells:
            layout.cells[c] = join.content("a list", self.start.heap[c], end.heap[c])
        return layout

    def enter(self, values: Sequence[Value]) -> None:
        """The state at the start of a step, or after the loop."""
        self.it.state.restore(self.start)
        self.layout.apply(self.it, values)
        for c in self.growing:
            self.it.state.heap[c] = Growing(())
        self.head = self.it.state.snapshot()

    def close(self, end: Snapshot) -> list[Value] | None:
        """The tensors after a step that ended in ``end``, emitted where the emitter is; None when
        the body has to be interpreted again, after :meth:`retry`."""
        again = self._discover(end)
        self._pending = [
            (key, change) for key in self.names if (change := self._change(key, end)) is not None
        ]
        self._pending_cells = [
            (c, change) for c in self.cells if (change := self._cell_change(c, end)) is not None
        ]
        again = again or bool(self._pending or self._pending_cells)
        return None if again else self._layout(end).join.leaves(left=False)

    def retry(self) -> None:
        """Back to the state before the loop, whose types give way to those after a step."""
        self.it.state.restore(self.start)
        names = [dict(n) for n in self.start.names]
        for (frame, name), (join, build) in self._pending:
            values = join.leaves(left=True)
            self.it.state.heap.update({c: make(values) for c, make in join.cells.items()})
            names[frame][name] = build(values)
        for cell, (join, make) in self._pending_cells:
            self.it.state.heap[cell] = make(join.leaves(left=True))
        self.start = Snapshot(tuple(names), dict(self.it.state.heap), self.start.sites)
        self._pending, self._pending_cells = [], []

    # ---- what changes

    def _discover(self, end: Snapshot) -> bool:
        """Find names and cells that the step changed without being carried."""
        again = False
        for frame, names in enumerate(end.names):
            for name, v in names.items():
                before = self.start.names[frame].get(name)
                changed = v is not self.head.names[frame].get(name)
                if changed and before is not None and (frame, name) not in self.names:
                    self.names.append((frame, name))
                    again = True
        for c in self.start.heap:
            known = c in self.cells or c in self.growing
            if end.heap[c] is not self.head.heap[c] and not known:
                grows = _grows(self.head.heap[c], end.heap[c])
                (self.growing if grows else self.cells).append(c)
                again = True
        return again

    def grown(self, end: Snapshot) -> list[Rows]:
        """What a step has appended to each growing list."""
        found = []
        for c in self.growing:
            content = end.heap[c]
            if isinstance(content, Poison):
                raise self.it.fail(content.code, **content.fields)
            if not isinstance(content, Growing):
                raise self.it.fail("J008")
            found.append(as_rows(self.it, content.items))
        return found

    def append_rows(self, stacks: Sequence[Value], likes: Sequence[Rows]) -> None:
        """After the loop, the lists have the rows of all steps."""
        heap = self.it.state.heap
        for c, stack, like in zip(self.growing, stacks, likes, strict=True):
            shape = shape_of(stack)
            rows = self.it.emit.reshape(stack, (shape[0] * shape[1], *shape[2:]))
            before, new = self.start.heap[c], Rows(rows, like.like)
            grows = isinstance(before, Growing)
            heap[c] = Growing((*before.items, new)) if grows else (*before, new)

    def _change(self, key: Name, end: Snapshot) -> tuple[Join, Build] | None:
        """How the value before the loop has to be converted; None when it fits."""
        frame, name = key
        before, after = self.start.names[frame][name], end.names[frame].get(name)
        if isinstance(before, Poison):
            return None
        old = Join(self.it, self.start, self.start, dynamic=True)
        old.value(name, before, before)
        new = Join(self.it, self.start, end, dynamic=True)
        build = new.value(name, before, after)
        poison = new.poisons[0] if new.poisons else None
        if poison is None and not self.runs and any(map(_int_to_float, old.slots, new.slots)):
            notes = new.notes(name, ("before the loop", "in a step"))
            poison = Poison("J004", {"name": name}, notes)
        if poison is not None:
            return Join(self.it, self.start, self.start), always(poison)
        kept = [(s.tensor, s.python) for s in old.slots] == [
            (s.tensor, s.python) for s in new.slots
        ]
        return None if kept else (new, build)

    def _cell_change(self, c: Cell, end: Snapshot) -> tuple[Join, Fill] | None:
        """How what a list or dictionary holds has to be converted before the loop."""
        before = self.start.heap[c]
        if not isinstance(before, tuple | dict):
            return None
        old = Join(self.it, self.start, self.start, dynamic=True)
        old.content("a list", before, before)
        new = Join(self.it, self.start, end, dynamic=True)
        fill = new.content("a list", before, end.heap[c])
        if new.poisons or new.cells:
            return None
        slots = [[(s.tensor, s.python) for s in j.slots] for j in (old, new)]
        if not self.runs and any(map(_int_to_float, old.slots, new.slots)):
            poison = Poison("J004", {"name": "an item of the list"})
            return Join(self.it, self.start, self.start), lambda values: poison
        return None if slots[0] == slots[1] else (new, fill)

    # ---- what appears

    def late(self, end: Snapshot, *, leaving: bool) -> Layout:
        """Names without a value before the loop that have one after a step, and are wanted.
        ``leaving`` says that the loop may end in the middle of a step."""
        join = Join(self.it, end, end, dynamic=True)
        layout = Layout(join)
        for frame, names in enumerate(end.names):
            for name, v in names.items():
                before = self.start.names[frame].get(name)
                absent = before is None or isinstance(before, Poison)
                wanted = name in self.wanted and frame == len(end.names) - 1
                if not absent or not (wanted or name == RESULT) or isinstance(v, Poison):
                    continue
                if self.runs or leaving or name == RESULT:
                    held = v.value if isinstance(v, Maybe) else v
                    layout.names.append(((frame, name), join.value(name, held, held)))
        return layout

    def forget(self, end: Snapshot, late: Layout) -> None:
        """After the loop, names that only its steps gave a value have one perhaps."""
        done = {key for key, _ in late.names}
        for frame, names in enumerate(end.names):
            for name in names:
                mine = self.it.state.frames[frame].names
                if name not in mine and (frame, name) not in done and name != FLOW:
                    site = end.site(name)
                    notes = () if site is None else (("bound here", site),)
                    mine[name] = Poison("J002", {"name": name}, notes)


def _grows(before: Content, after: Content) -> bool:
    """Whether a list has got further items and no other change."""
    if isinstance(before, Growing) and isinstance(after, Growing):
        before, after = before.items, after.items
    if not isinstance(before, tuple) or not isinstance(after, tuple):
        return isinstance(before, tuple | Growing) and isinstance(after, Poison)
    same = all(a is b for a, b in zip(before, after, strict=False))
    return len(after) > len(before) and same


def _int_to_float(old: Slot, new: Slot) -> bool:
    both = (old.python, new.tensor.dtype)
    return both[0] in (bool, int) and np.issubdtype(both[1], np.floating)
