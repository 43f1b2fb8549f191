"""Builder: creates operations at an insertion point."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from millrace.ir.core import Block, Operation, OpResult
from millrace.ir.location import UNKNOWN, Location

OpT = TypeVar("OpT", bound=Operation)


class Builder:
    """Inserts before ``anchor`` (at the block's end when None). ``loc`` is given to every
    operation that does not bring its own."""

    def __init__(self, block: Block, anchor: Operation | None = None, loc: Location = UNKNOWN):
        self.block = block
        self.anchor = anchor
        self.loc = loc

    @staticmethod
    def before(op: Operation) -> Builder:
        assert op.parent is not None
        return Builder(op.parent, op, op.loc)

    @staticmethod
    def after(op: Operation) -> Builder:
        assert op.parent is not None
        return Builder(op.parent, op.next, op.loc)

    def insert(self, op: OpT) -> OpT:
        if not op.loc:
            op.loc = self.loc
        self.block._insert_before(self.anchor, op)
        return op

    def create(self, cls: type[OpT], *operands: Any, **fields: Any) -> OpT:
        """Build ``cls(*operands, **fields)`` and insert it."""
        fields.setdefault("loc", self.loc)
        return self.insert(cls(*operands, **fields))

    def value(self, cls: type[Operation], *operands: Any, **fields: Any) -> OpResult:
        """Like :meth:`create`, returning the only result."""
        return self.create(cls, *operands, **fields).result

    @contextmanager
    def at_end_of(self, block: Block) -> Iterator[Block]:
        """Insert at the end of ``block`` for the duration of the ``with`` statement."""
        saved = self.block, self.anchor
        self.block, self.anchor = block, None
        try:
            yield block
        finally:
            self.block, self.anchor = saved

    @contextmanager
    def at_loc(self, loc: Location) -> Iterator[None]:
        saved, self.loc = self.loc, loc
        try:
            yield
        finally:
            self.loc = saved
