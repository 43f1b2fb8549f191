"""Writes a FLOW graph down as structured operations.

Every value goes into the outermost scope in which its guard surely holds; ``define`` writes it
there, its operands first. Merges become ``scf.if`` (``merges``), frames ``scf.while`` (``loops``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Any

from millrace.ir.builder import Builder
from millrace.ir.core import Operation, Value, clone
from millrace.ir.dialects.mr import flow
from millrace.ir.interpreter.flow import reads
from millrace.ir.rewriter import Rewriter
from millrace.passes.control_flow.graph import FlowGraph, Item, Loop, is_header
from millrace.passes.control_flow.guards import FALSE
from millrace.passes.control_flow.liveness import Liveness
from millrace.passes.control_flow.scopes import Scope


class Emitter:
    """Emits one function. ``effects`` are the operations that must run even though nobody uses
    their results."""

    def __init__(self, graph: FlowGraph, effects: Sequence[Operation], rw: Rewriter) -> None:
        self.graph = graph
        self.live = Liveness(graph)
        self.guards = self.live.guards
        self.rw = rw
        self.effects = frozenset(effects)

    def function(self, scope: Scope, results: Sequence[Value]) -> list[Value]:
        """Emit all of the outermost frame; the values of ``results``."""
        from millrace.passes.control_flow.effects import place_effects

        self.fill(scope, results)
        values = [self.value(v, scope) for v in results]
        place_effects(self, scope)
        return values

    # ---- values

    def value(self, v: Value, scope: Scope) -> Value:
        """What ``v`` becomes, for use in ``scope``."""
        if self.graph.frames[v] != scope.path:
            outer = scope.frame.outer
            assert outer is not None
            return self.value(v, outer)
        found = scope.lookup(v)
        if found is None:
            self.ensure(v, scope)
            found = scope.lookup(v)
            assert found is not None, v.owner
        return found

    def ensure(self, v: Value, scope: Scope) -> None:
        """Write ``v`` into the outermost scope around ``scope`` in which it is live."""
        at = self._home(v, scope)
        if v not in at.known:
            DEFINE.get(type(v.owner), _copy)(self, v, at)

    def _home(self, v: Value, scope: Scope) -> Scope:
        guard = self.live.guard(v, scope.path)
        if not self.guards.implies(scope.guard, guard):
            raise _owner(v).error("its value is needed where it may not exist (a dead branch)")
        home: Scope | None = None
        at: Scope | None = scope
        while at is not None and self.guards.implies(at.guard, guard):
            if v in at.known:
                return at
            if v not in at.pending:
                home = at
            at = at.parent
        if home is None:
            raise _owner(v).error("depends on itself: unstructured control flow")
        return home

    def fill(self, scope: Scope, targets: Iterable[Value]) -> None:
        """Write all that ``targets`` need and that surely exists in ``scope``, in the graph's
        order: so nothing nests deeper here than it does in the result."""
        for item in self._behind(scope, targets):
            if isinstance(item, Loop):
                results: list[Any] = [e.output for e in item.exits]
            else:
                results = [] if isinstance(item, flow.NextIteration) else list(item.results)
            for r in results:
                if r.is_unused:
                    continue
                guard = self.live.guard(r, scope.path)
                if guard != FALSE and self.guards.implies(scope.guard, guard):
                    self.ensure(r, scope)

    def _behind(self, scope: Scope, targets: Iterable[Value]) -> list[Item]:
        """The items of the scope's frame that ``targets`` need and that are not known yet."""
        found: set[Item] = set()
        outside: dict[Value, None] = {}
        todo = list(targets)
        while todo:
            v = todo.pop()
            if self.graph.frames[v] != scope.path:
                outside[v] = None
                continue
            item = self.graph.item_of(v, scope.path)
            if item is None or item in found or _is_known(v, scope):
                continue
            found.add(item)
            todo.extend(self.graph.reads_of(item))
        outer = scope.frame.outer
        if outer is not None and outside:
            self.fill(outer, outside)
        return sorted(found, key=self.graph.position.__getitem__)


def _is_known(v: Value, scope: Scope) -> bool:
    at: Scope | None = scope
    while at is not None:
        if v in at.known:
            return True
        at = at.parent
    return False


def _owner(v: Value) -> Operation:
    op = v.defining_op
    assert op is not None
    return op


# ---- what each operation becomes


def _copy(e: Emitter, v: Value, at: Scope) -> None:
    """An ordinary operation stays what it is."""
    op = _owner(v)
    copy_operation(e, op, at)


def copy_operation(e: Emitter, op: Operation, at: Scope) -> Operation:
    """Write an ordinary operation into ``at``; what every iteration of a loop would compute from
    values of outside goes before the loop."""
    mapping = {r: e.value(r, at) for r in reads(op)}
    home = at
    while home.outer is not None and _is_invariant(e, op, mapping.values(), home):
        home = home.outer
    new = Builder(home.block).insert(clone(op, dict(mapping)))
    at.known.update(zip(op.results, new.results, strict=True))
    return new


def _is_invariant(e: Emitter, op: Operation, operands: Iterable[Value], scope: Scope) -> bool:
    if op.regions or op in e.effects or not operands:
        return False
    return all(v.parent_block is not scope.block for v in operands)


def _pass_on(e: Emitter, v: Value, at: Scope) -> None:
    """Switches, control edges and loop conditions: their first operand."""
    at.known[v] = e.value(_owner(v).operands[0], at)


def _merge(e: Emitter, v: Value, at: Scope) -> None:
    from millrace.passes.control_flow.merges import define_merge

    op = _owner(v)
    assert isinstance(op, flow.Merge)
    if is_header(op):
        raise op.error("the merge of a loop is used outside of it")
    define_merge(e, op, at)


def _enter(e: Emitter, v: Value, at: Scope) -> None:
    op = _owner(v)
    assert isinstance(op, flow.Enter)
    if not op.is_constant:
        raise op.error("is used in the loop other than by the merge that carries it")
    frame = at.frame
    assert frame.outer is not None
    frame.known[v] = e.value(op.data, frame.outer)


def _exit(e: Emitter, v: Value, at: Scope) -> None:
    from millrace.passes.control_flow.loops import define_loop

    op = _owner(v)
    define_loop(e, e.graph.loops[e.graph.homes[op]], at)


def _next_iteration(e: Emitter, v: Value, at: Scope) -> None:
    raise _owner(v).error("may only be used by the merge of its loop")


Define = Callable[[Emitter, Value, Scope], None]
DEFINE: Mapping[type, Define] = MappingProxyType(
    {
        flow.Switch: _pass_on,
        flow.SwitchN: _pass_on,
        flow.After: _pass_on,
        flow.LoopCond: _pass_on,
        flow.Merge: _merge,
        flow.Enter: _enter,
        flow.Exit: _exit,
        flow.NextIteration: _next_iteration,
    }
)
"""Anything else is copied."""
