"""Merges become ``scf.if``: the one predicate that tells their inputs apart decides, and all
merges that can share the branch do. A merge of many inputs becomes nested branches."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from millrace.ir.attributes import Dense, Scalar
from millrace.ir.builder import Builder
from millrace.ir.core import Block, Value
from millrace.ir.dialects import arith, scf, tensor
from millrace.ir.dialects.mr import flow
from millrace.ir.dialects.mr.compare import Equal
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.location import UNKNOWN, Location
from millrace.ir.types import INDEX, TensorType, Type
from millrace.passes.control_flow.emit import Emitter
from millrace.passes.control_flow.graph import Item, is_header
from millrace.passes.control_flow.guards import FALSE
from millrace.passes.control_flow.scopes import Scope


def define_merge(e: Emitter, merge: flow.Merge, scope: Scope) -> None:
    """Write the merge, and those that go with it, into ``scope``."""
    live = live_inputs(e, merge, scope)
    if len(live) == 1:
        _take(e, merge, scope, next(iter(live)))
        return
    p = choose_predicate(e, list(live.values()), scope)
    if p is None:
        raise merge.error("no predicate tells its inputs apart: unstructured control flow")
    members = _together(e, merge, p, scope)
    wanted = [r for m in members for r in m.results if not r.is_unused or r.index == 0]
    inputs = [v for m in members for v in m.operands]
    scope.pending.update(wanted)

    def branch(inside: Scope) -> list[Value]:
        e.fill(inside, inputs)
        return [e.value(r, inside) for r in wanted]

    results = branch_on(e, p, scope, branch, [r.type for r in wanted], merge.loc)
    scope.pending.difference_update(wanted)
    scope.known.update(zip(wanted, results, strict=True))


def live_inputs(e: Emitter, merge: flow.Merge, scope: Scope) -> dict[int, int]:
    """The inputs that may be live in ``scope``, by number, and when they are."""
    found = {}
    for i, v in enumerate(merge.operands):
        guard = e.guards.both(scope.guard, e.live.guard(v, scope.path))
        if guard != FALSE:
            found[i] = guard
    return found


def _take(e: Emitter, merge: flow.Merge, scope: Scope, number: int) -> None:
    scope.known[merge.output] = e.value(merge.operands[number], scope)
    if not merge.value_index.is_unused:
        scope.known[merge.value_index] = index_constant(scope, number)


def index_constant(scope: Scope, number: int) -> Value:
    """The number of a merge's input, as its ``value_index`` gives it."""
    value = Dense(np.array(number, np.int32))
    return Builder(scope.block).value(Constant, value=value)


def choose_predicate(e: Emitter, guards: Sequence[int], scope: Scope) -> int | None:
    """The predicate to branch on: one that decides all of ``guards`` when there is any, else the
    first that is known in ``scope`` and still open."""
    support = frozenset().union(*(e.guards.support(g) for g in guards))
    usable = [p for p in sorted(support) if _is_usable(e, p, scope)]
    for p in usable:
        sides = [_sides(e, p, g) for g in guards]
        if all(len(s) == 1 for s in sides):
            return p
    return usable[0] if usable else None


def _sides(e: Emitter, predicate: int, guard: int) -> list[int]:
    """The branches of the predicate in which the guard can hold."""
    branches = range(e.live.predicates[predicate].branches)
    return [b for b in branches if e.guards.both(guard, e.live.in_branch(predicate, b)) != FALSE]


def _is_usable(e: Emitter, predicate: int, scope: Scope) -> bool:
    value = e.live.predicates[predicate].value
    if isinstance(value.defining_op, flow.LoopCond):
        return False
    if len(_sides(e, predicate, scope.guard)) < 2:
        return False
    return e.guards.implies(scope.guard, e.live.guard(value, scope.path))


def _together(e: Emitter, seed: flow.Merge, p: int, scope: Scope) -> list[flow.Merge]:
    """``seed`` and the later merges that branch on the same predicate here, without those that
    need something made of the others outside of the branches."""
    members: set[Item] = {seed}
    chosen = [seed]
    late: set[Item] = set()
    items = e.graph.items[scope.path]
    last = e.live.last_merge(scope.path, p)
    for item in items[e.graph.position[seed] + 1 : last + 1]:
        sources = {e.graph.item_of(v, scope.path) for v in e.graph.reads_of(item)}
        if not late.isdisjoint(sources):
            late.add(item)
        elif isinstance(item, flow.Merge) and _fits(e, item, p, scope):
            members.add(item)
            chosen.append(item)
        elif not members.isdisjoint(sources):
            guard = e.live.guard_of_item(item, scope.path)
            # Switches pass on what the branches know already.
            switch = isinstance(item, flow.Switch | flow.SwitchN)
            if not switch and e.guards.implies(scope.guard, guard):
                late.add(item)
    return chosen


def _fits(e: Emitter, merge: flow.Merge, p: int, scope: Scope) -> bool:
    """Whether the merge belongs into ``scope``, is not there yet and branches on ``p``."""
    if is_header(merge) or merge.output in scope.pending or scope.lookup(merge.output) is not None:
        return False
    guard = e.live.guard(merge.output, scope.path)
    if not e.guards.implies(scope.guard, guard):
        return False
    if scope.parent is not None and e.guards.implies(scope.parent.guard, guard):
        return False
    live = live_inputs(e, merge, scope)
    return len(live) > 1 and choose_predicate(e, list(live.values()), scope) == p


def branch_on(
    e: Emitter,
    predicate: int,
    scope: Scope,
    branch: Callable[[Scope], Sequence[Value]],
    types: Sequence[Type],
    loc: Location = UNKNOWN,
) -> list[Value]:
    """``scf.if`` on a predicate, nested when it has more than two branches. ``branch`` fills each
    scope and returns what it yields."""
    p = e.live.predicates[predicate]
    value = e.value(p.value, scope)
    blocks = []
    for number in range(p.branches):
        guard = e.guards.both(scope.guard, e.live.in_branch(predicate, number))
        inside = Scope(scope.path, guard, Block(), parent=scope)
        # A branch that cannot be taken still has to yield; so nothing to skip here.
        yielded = branch(inside) if guard != FALSE else _nothing(inside, types)
        Builder(inside.block, loc=loc).create(scf.Yield, list(yielded))
        blocks.append(inside.block)
    return _branches(value, blocks, types, Builder(scope.block, loc=loc))


def _nothing(scope: Scope, types: Sequence[Type]) -> list[Value]:
    b = Builder(scope.block)
    out: list[Value] = []
    for t in types:
        assert isinstance(t, TensorType)
        out.append(b.value(Constant, value=Dense(np.zeros(t.shape, t.dtype))))
    return out


def _branches(value: Value, blocks: list[Block], types: Sequence[Type], b: Builder) -> list[Value]:
    if len(blocks) == 1:
        end = blocks[0].terminator
        yielded = list(end.operands)
        for op in blocks[0]:
            blocks[0]._unlink(op)
            if op is not end:
                b.insert(op)
        end._drop_operands()
        return yielded
    rest = blocks.pop()
    last = len(blocks)
    if last == 1:
        # Output 0 is that of false: of a predicate, or of an index that is not 0.
        is_index = not _is_truth(value)
        condition = element(b, _equals(b, value, 0) if is_index else value)
        then, other = (blocks[0], rest) if is_index else (rest, blocks[0])
        return list(_if(b, condition, then, other, types))
    for number in reversed(range(last)):
        home = b if number == 0 else Builder(Block(), loc=b.loc)
        condition = element(home, _equals(home, value, number))
        results = _if(home, condition, blocks[number], rest, types)
        if number:
            home.create(scf.Yield, list(results))
            rest = home.block
    return list(results)


def _if(
    b: Builder, condition: Value, then: Block, other: Block, types: Sequence[Type]
) -> Sequence[Value]:
    op = b.create(scf.If, condition, then_block=then, else_block=other, result_types=types)
    return op.results


def _is_truth(value: Value) -> bool:
    t = value.type
    assert isinstance(t, TensorType)
    return t.dtype == np.bool_


def _equals(b: Builder, value: Value, number: int) -> Value:
    t = value.type
    assert isinstance(t, TensorType)
    wanted = b.value(Constant, value=Dense(np.full(t.shape, number, t.dtype)))
    return b.value(Equal, value, wanted)


def element(b: Builder, value: Value) -> Value:
    """The only element of a tensor, as a scalar."""
    t = value.type
    assert isinstance(t, TensorType)
    zeros = [b.value(arith.Constant, value=Scalar(0, INDEX)) for _ in range(t.rank)]
    return b.insert(tensor.Extract(value, zeros)).result
