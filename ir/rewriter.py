"""Rewriter: the one way in which passes change existing operations.

It counts rewrites, so that ``--stop-after=N`` can bisect, and knows whether anything changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from millrace.ir.builder import Builder
from millrace.ir.core import Block, BlockArgument, Operation, Region, Value
from millrace.ir.opdef import freeze
from millrace.ir.types import Type


class StopRewriting(Exception):
    """The rewrite budget of ``--stop-after=N`` is used up."""


class Rewriter:
    """Changes operations in place. ``budget`` is the number of replacements still allowed."""

    def __init__(self, budget: int | None = None) -> None:
        self.budget = budget
        self.count = 0
        self._in_atomic = False
        self._changed = False

    @contextmanager
    def atomic(self) -> Iterator[None]:
        """Count all changes inside as one rewrite, which the budget allows whole or not at all."""
        if self._in_atomic:
            yield
            return
        if self.budget is not None and self.count >= self.budget:
            raise StopRewriting
        self._in_atomic, self._changed = True, False
        try:
            yield
        finally:
            self._in_atomic = False
            self.count += self._changed

    def _tick(self) -> None:
        if self._in_atomic:
            self._changed = True
            return
        if self.budget is not None and self.count >= self.budget:
            raise StopRewriting
        self.count += 1

    def replace(self, op: Operation, *values: Value) -> None:
        """Replace the operation's results by ``values`` and erase it. Name hints move over."""
        assert len(values) == len(op.results), f"{op.name}: {len(values)} values"
        self._tick()
        for old, new in zip(op.results, values, strict=True):
            if new.name_hint is None:
                new.name_hint = old.name_hint
            old._replace_all_uses_with(new)
        op._erase()

    def replace_value(self, old: Value, new: Value) -> None:
        """Make all users of ``old`` use ``new``."""
        self._tick()
        old._replace_all_uses_with(new)

    def erase(self, op: Operation) -> None:
        self._tick()
        op._erase()

    def set_operand(self, op: Operation, index: int, value: Value) -> None:
        self._tick()
        op._set_operand(index, value)

    def set_operands(self, op: Operation, values: Sequence[Value]) -> None:
        self._tick()
        op._set_operands(values)

    def set_attr(self, op: Operation, name: str, value: Any) -> None:
        self._tick()
        if value is None:
            op.attributes.pop(name, None)
        else:
            op.attributes[name] = freeze(value)

    def set_type(self, value: Value, type: Type) -> None:
        self._tick()
        value.type = type

    def move_before(self, op: Operation, anchor: Operation) -> None:
        self._tick()
        assert op.parent is not None and anchor.parent is not None
        op.parent._unlink(op)
        anchor.parent._insert_before(anchor, op)

    def move_to_end(self, op: Operation, block: Block) -> None:
        self._tick()
        if op.parent is not None:
            op.parent._unlink(op)
        block._insert_before(None, op)

    def add_argument(self, block: Block, type: Type) -> BlockArgument:
        self._tick()
        return block._add_argument(type)

    def remove_argument(self, block: Block, index: int) -> None:
        self._tick()
        block._remove_argument(index)

    def take_region(self, op: Operation, index: int = 0) -> Region:
        """Detach a region, leaving an empty one, to give it to another operation."""
        self._tick()
        region = op.regions[index]
        region.parent = None
        op.regions[index] = Region([Block()])
        op.regions[index].parent = op
        return region

    def inline_block(self, block: Block, anchor: Operation, args: Sequence[Value]) -> list[Value]:
        """Move the block's operations before ``anchor`` with ``args`` for its arguments; erases
        the terminator and returns its operands."""
        self._tick()
        assert anchor.parent is not None
        for old, new in zip(block.args, args, strict=True):
            old._replace_all_uses_with(new)
        end = block.terminator
        yielded = list(end.operands)
        for op in block:
            if op is not end:
                block._unlink(op)
                anchor.parent._insert_before(anchor, op)
        end._erase()
        return yielded

    def before(self, op: Operation) -> Builder:
        return Builder.before(op)

    def after(self, op: Operation) -> Builder:
        return Builder.after(op)
