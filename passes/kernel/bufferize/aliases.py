"""Who may still read a tensor's memory, and when."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from millrace.ir.core import Block, Operation, Use, Value
from millrace.ir.dialects import func, scf
from millrace.ir.dialects.mr.control import Scan
from millrace.ir.dialects.mr.index import Index
from millrace.ir.dialects.mr.kinds import Movement


@dataclass(frozen=True)
class Fence:
    """Memory that holds ``old`` in the block ``scope`` (a loop's body) until it is overwritten:
    the write must come after all reads of ``old`` there."""

    old: Value
    scope: Block


@dataclass(frozen=True)
class Deadline:
    """Memory that ``op`` overwrites: nothing may read it then or later, except ``op`` itself
    by the ``allowed`` operands."""

    op: Operation
    allowed: frozenset[Use]


class Aliases:
    """Order of the operations of a function, and values that may share memory with a value."""

    def __init__(self, function: func.Func) -> None:
        self.order: dict[Operation, int] = {}
        for op in function.walk():
            for region in op.regions:
                for block in region.blocks:
                    self.order.update((inner, i) for i, inner in enumerate(block))

    def closure(self, value: Value) -> list[Value]:
        """The value and all that may be a view of it, or of a part of it."""
        found = {value: None}
        work = [value]
        while work:
            for use in work.pop().uses:
                for alias in _forwarded(use):
                    if alias not in found:
                        found[alias] = None
                        work.append(alias)
        return list(found)

    def dead_by(self, value: Value, deadline: Deadline) -> bool:
        """True when nothing reads the value's memory at or after the deadline."""
        block = deadline.op.parent
        limit = self.order[deadline.op]
        for alias in self.closure(value):
            for use in alias.uses:
                if use in deadline.allowed:
                    continue
                where: Operation | None = use.op
                while where is not None and where.parent is not block:
                    where = where.parent_op
                if where is None or self.order[where] >= limit:
                    return False
        return True

    def uses_at(self, fence: Fence, writer: Operation) -> list[Use] | None:
        """The reads of the fenced value by ``writer`` itself or inside of it; None when there
        is a later one."""
        path = self._path(writer, fence.scope)
        at: list[Use] = []
        for alias in self.closure(fence.old):
            for use in alias.uses:
                where: Operation | None = use.op
                while where is not None and where.parent not in path:
                    where = where.parent_op
                if where is None:
                    continue
                assert where.parent is not None
                mine = path[where.parent]
                if where is writer:
                    at.append(use)
                elif where is not mine and self.order[where] > self.order[mine]:
                    return None
        return at

    @staticmethod
    def _path(op: Operation, scope: Block) -> dict[Block, Operation]:
        """The blocks around an operation out to ``scope``, and where it stands in each."""
        path: dict[Block, Operation] = {}
        here: Operation | None = op
        while here is not None and here.parent is not None:
            path[here.parent] = here
            if here.parent is scope:
                break
            here = here.parent_op
        return path


def _forwarded(use: Use) -> Iterator[Value]:
    """The values that may be views of what ``use`` reads."""
    op = use.op
    if isinstance(op, Movement) or (isinstance(op, Index) and use.index == 0):
        yield op.results[0]
    elif isinstance(op, Scan):
        n = op.num_carries
        if n <= use.index < n + len(op.xs):
            yield op.block.args[1 + use.index]
    elif isinstance(op, scf.Condition) and use.index > 0:
        loop = op.parent_op
        assert isinstance(loop, scf.While)
        yield loop.results[use.index - 1]
        yield loop.after.args[use.index - 1]
