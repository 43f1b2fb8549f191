"""Frames become ``scf.while``.

What every iteration computes up to the loop condition stands in ``before``; what the switches on
the condition let through stands in ``after``; what happens between such a switch and an exit
comes after the loop. Carried values are the merges of an enter and a next iteration, whether they
have a switch or an exit or not.
"""

from __future__ import annotations

from millrace.ir.builder import Builder
from millrace.ir.core import Block, Value
from millrace.ir.dialects import scf
from millrace.ir.dialects.mr import flow
from millrace.passes.control_flow.emit import Emitter
from millrace.passes.control_flow.graph import Loop
from millrace.passes.control_flow.guards import TRUE
from millrace.passes.control_flow.merges import element, index_constant
from millrace.passes.control_flow.scopes import Border, Scope


def define_loop(e: Emitter, loop: Loop, outer: Scope) -> None:
    """Write the loop into ``outer``, with all its exits."""
    carried = [_parts(e, m, loop) for m in loop.headers]
    inits = [e.value(enter.data, outer) for enter, _ in carried]
    nexts = [back.data for _, back in carried]
    for m, init in zip(loop.headers, inits, strict=True):
        _check_types(m, init, m.output)
    before = Block([v.type for v in inits])
    root = Scope(loop.path, TRUE, before, outer=outer)
    root.known.update(zip((m.output for m in loop.headers), before.args, strict=True))
    indexed = [m for m in loop.headers if not m.value_index.is_unused]
    for m in indexed:
        inits.append(index_constant(outer, 0))
        root.known[m.value_index] = e.rw.add_argument(before, m.value_index.type)

    border = Border(before, Block(), Block(), e.rw)
    condition = loop.condition
    e.fill(root, [condition.data])
    going = e.value(condition.data, root)
    body, way_out = (_half(e, loop, root, border, side) for side in (1, 0))
    e.fill(body, nexts)
    yielded = [e.value(v, body) for v in nexts]
    yielded += [index_constant(body, 1) for _ in indexed]
    outputs = [x.data for x in loop.exits]
    e.fill(way_out, outputs)
    leaving = [e.value(v, way_out) for v in outputs]

    from millrace.passes.control_flow.effects import place_effects

    place_effects(e, root, body, way_out)
    _finish(e, loop, outer, border, inits, going, yielded, leaving)


def _finish(
    e: Emitter,
    loop: Loop,
    outer: Scope,
    border: Border,
    inits: list[Value],
    going: Value,
    yielded: list[Value],
    leaving: list[Value],
) -> None:
    """Put the parts together: the loop, then what happens on the way out."""
    loc = loop.condition.loc
    b = Builder(border.before, loc=loc)
    b.create(scf.Condition, element(b, going), border.passed)
    Builder(border.body, loc=loc).create(scf.Yield, yielded)
    b = Builder(outer.block, loc=loc)
    op = b.create(
        scf.While,
        inits,
        before=border.before,
        after=border.body,
        result_types=[v.type for v in border.passed],
    )
    Builder(border.way_out, loc=loc).create(scf.Yield, leaving)
    marker = b.create(scf.Yield, [])
    results = e.rw.inline_block(border.way_out, marker, op.results)
    e.rw.erase(marker)
    outer.known.update(zip((x.output for x in loop.exits), results, strict=True))


def _half(e: Emitter, loop: Loop, root: Scope, border: Border, side: int) -> Scope:
    guard = e.live.literal(loop.condition.output, side, 2)
    block = border.body if side else border.way_out
    return Scope(loop.path, guard, block, parent=root, border=border)


def _parts(e: Emitter, merge: flow.Merge, loop: Loop) -> tuple[flow.Enter, flow.NextIteration]:
    """Where a carried value comes from, and what gives its next."""
    makers = [v.defining_op for v in merge.operands]
    enters = [m for m in makers if isinstance(m, flow.Enter) and not m.is_constant]
    backs = [m for m in makers if isinstance(m, flow.NextIteration)]
    if len(enters) != 1 or len(backs) != 1 or len(makers) != 2:
        raise merge.error("is no merge of one enter and one next iteration: unstructured loop")
    if e.graph.homes[enters[0]] != loop.path or e.graph.homes[backs[0]] != loop.path:
        raise merge.error("joins values of different frames: unstructured loop")
    _check_types(merge, backs[0].output, merge.output)
    return enters[0], backs[0]


def _check_types(merge: flow.Merge, given: Value, wanted: Value) -> None:
    if given.type != wanted.type:
        raise merge.error(
            f"the loop carries {wanted.type}, but gets {given.type}: "
            "types and shapes must not change in a loop"
        )
