"""Operations that matter beyond their results (run-time checks) run where their guards say."""

from __future__ import annotations

from collections.abc import Sequence

from millrace.ir.core import Operation
from millrace.passes.control_flow.emit import Emitter, copy_operation
from millrace.passes.control_flow.graph import Item, Loop
from millrace.passes.control_flow.guards import FALSE
from millrace.passes.control_flow.loops import define_loop
from millrace.passes.control_flow.merges import branch_on, choose_predicate
from millrace.passes.control_flow.scopes import Scope


def place_effects(e: Emitter, root: Scope, *halves: Scope) -> None:
    """Write the operations with effects of the frame of ``root``, in order. The halves of a
    loop take what only they run."""
    for item in e.graph.items[root.path]:
        if not _has_effects(e, item):
            continue
        guard = e.live.guard_of_item(item, root.path)
        inside = [h for h in halves if e.guards.implies(guard, h.guard)]
        _place(e, item, guard, inside[0] if inside else root)


def _has_effects(e: Emitter, item: Item) -> bool:
    if isinstance(item, Operation):
        return item in e.effects
    n = len(item.path)
    return any(e.graph.homes[op][:n] == item.path for op in e.effects)


def _place(e: Emitter, item: Item, guard: int, scope: Scope) -> None:
    if _is_there(item, scope):
        return
    here = e.guards.both(scope.guard, guard)
    if here == FALSE:
        return
    if e.guards.implies(scope.guard, guard):
        e.fill(scope, e.graph.reads_of(item))
        if isinstance(item, Loop):
            define_loop(e, item, scope)
        else:
            copy_operation(e, item, scope)
        return
    p = choose_predicate(e, [here], scope)
    if p is None:
        raise _first(item).error("no known predicate says when it runs: unstructured control flow")

    def branch(inside: Scope) -> Sequence[object]:
        _place(e, item, guard, inside)
        return ()

    branch_on(e, p, scope, branch, [])  # type: ignore[arg-type]


def _is_there(item: Item, scope: Scope) -> bool:
    """Whether the item was written when somebody needed a result of it."""
    results = [x.output for x in item.exits] if isinstance(item, Loop) else item.results
    return any(scope.lookup(r) is not None for r in results)


def _first(item: Item) -> Operation:
    return item.condition if isinstance(item, Loop) else item
