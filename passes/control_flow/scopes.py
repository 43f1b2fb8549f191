"""Scopes: the regions under construction, and what is known in each.

The scopes of one frame form a tree: the frame's own region, then the branches inside. ``outer``
leads from a frame to the scope of the frame around it in which its loop stands. The second half
of a loop (``scf.while``: ``after``, and what happens on the way out) is a scope inside the first
one, but its region is not: what it uses of it is passed along by the :class:`Border`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from millrace.ir.core import Block, BlockArgument, Value
from millrace.ir.rewriter import Rewriter
from millrace.passes.control_flow.graph import Path


@dataclass
class Border:
    """From ``before`` to the two blocks that follow it: the loop's body and its way out. Both
    take the same ``passed`` values, as ``scf.condition`` gives them."""

    before: Block
    body: Block
    way_out: Block
    rewriter: Rewriter
    passed: list[Value] = field(default_factory=list)
    arguments: dict[Value, tuple[BlockArgument, BlockArgument]] = field(default_factory=dict)

    def carry(self, v: Value, block: Block) -> Value:
        """The value of ``before`` as seen in ``block``."""
        if v.parent_block is not self.before:
            return v  # from outside of the loop: visible everywhere
        if v not in self.arguments:
            self.passed.append(v)
            inside = self.rewriter.add_argument(self.body, v.type)
            outside = self.rewriter.add_argument(self.way_out, v.type)
            self.arguments[v] = inside, outside
        inside, outside = self.arguments[v]
        return inside if block is self.body else outside


@dataclass(eq=False)
class Scope:
    """A region of frame ``path`` that runs when ``guard`` holds. ``known`` has what the values
    of the FLOW graph became in it; ``pending`` the merges it is about to make."""

    path: Path
    guard: int
    block: Block
    parent: Scope | None = None
    outer: Scope | None = None
    border: Border | None = None
    known: dict[Value, Value] = field(default_factory=dict)
    pending: set[Value] = field(default_factory=set)

    @property
    def frame(self) -> Scope:
        """The scope of the whole frame."""
        scope = self
        while scope.parent is not None:
            scope = scope.parent
        return scope

    def lookup(self, v: Value) -> Value | None:
        """What ``v`` of this frame became, when this scope or one around it knows."""
        chain: list[Scope] = []
        scope: Scope | None = self
        while scope is not None and v not in scope.known:
            chain.append(scope)
            scope = scope.parent
        if scope is None:
            return None
        found = scope.known[v]
        for inner in reversed(chain):
            if inner.border is not None:
                found = inner.known[v] = inner.border.carry(found, inner.block)
        return found
