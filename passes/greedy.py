"""The worklist driver of rewrite patterns."""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from typing import get_type_hints

from millrace.ir.core import Operation
from millrace.ir.errors import CompileError
from millrace.ir.rewriter import Rewriter
from millrace.passes.base import Pattern


def target_class(pattern: Pattern) -> type[Operation]:
    """The operation class in the annotation of the pattern's ``op`` parameter."""
    hints = get_type_hints(type(pattern).match_and_rewrite)
    cls = hints.get("op")
    assert isinstance(cls, type) and issubclass(cls, Operation), (
        f"{type(pattern).__name__}.match_and_rewrite needs an annotated parameter 'op'"
    )
    return cls


def is_inside(op: Operation, root: Operation) -> bool:
    """True while ``op`` is still attached below ``root``."""
    up: Operation | None = op.parent_op
    while up is not None and up is not root:
        up = up.parent_op
    return up is root


def _before(op: Operation) -> list[Operation]:
    """The next few operations in front of it: a rewrite may erase some."""
    found: list[Operation] = []
    before = op.prev
    while before is not None and len(found) < 4:
        found.append(before)
        before = before.prev
    return found


class GreedyDriver:
    """Tries patterns on a worklist of operations; what a rewrite touched is tried again."""

    def __init__(self, patterns: Sequence[Pattern], rw: Rewriter) -> None:
        self._patterns = [(target_class(p), p) for p in patterns]
        self._by_class: dict[type[Operation], list[Pattern]] = {}
        self._rw = rw
        self._queue: deque[Operation] = deque()
        self._queued: set[Operation] = set()

    def run(self, root: Operation, limit: int | None = None) -> bool:
        for op in root.walk():
            if op is not root:
                self._push(op)
        budget = limit if limit is not None else 1000 + 50 * len(self._queue)
        rewrites = 0
        while self._queue:
            op = self._queue.popleft()
            self._queued.discard(op)
            if not is_inside(op, root):
                continue
            pattern = self._step(op)
            if pattern is not None:
                rewrites += 1
                if rewrites > budget:
                    raise CompileError(
                        f"rewrite pattern {type(pattern).__name__} does not settle: "
                        f"{budget} rewrites, the last one at {op!r}"
                    )
        return rewrites > 0

    def _patterns_for(self, cls: type[Operation]) -> list[Pattern]:
        found = self._by_class.get(cls)
        if found is None:
            found = [p for target, p in self._patterns if issubclass(cls, target)]
            self._by_class[cls] = found
        return found

    def _step(self, op: Operation) -> Pattern | None:
        """The pattern that changed ``op``, if any."""
        patterns = self._patterns_for(type(op))
        if not patterns:
            return None
        block, after, anchors = op.parent, op.next, _before(op)
        near = [u for r in op.results for u in r.users]
        near += [v.defining_op for v in op.operands if v.defining_op is not None]
        for pattern in patterns:
            with self._rw.atomic():
                changed = pattern.match_and_rewrite(op, self._rw)
            if not changed:
                continue
            assert block is not None
            before = next((a for a in anchors if a.parent is block), None)
            fresh = block.first if before is None else before.next
            while fresh is not None and fresh is not after:
                for inner in fresh.walk():
                    self._push(inner)
                fresh = fresh.next
            for other in near:
                self._push(other)
            return pattern
        return None

    def _push(self, op: Operation) -> None:
        if op not in self._queued:
            self._queued.add(op)
            self._queue.append(op)
