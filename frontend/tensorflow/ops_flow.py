"""Rows: the dataflow control of TensorFlow 1, which enters the IR as it stands."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from millrace.frontend.emitter import type_of
from millrace.frontend.tensorflow.graph import (
    BACK_EDGES,
    ENTERS,
    IDENTITIES,
    MERGES,
    SWITCHES,
    Graph,
    Ref,
)
from millrace.frontend.tensorflow.graphdef import Node
from millrace.frontend.tensorflow.items import (
    DEAD,
    Dead,
    Item,
    TensorList,
    rewrapped,
    tensor_of,
)
from millrace.frontend.tensorflow.table import Call, Results, RowFunction, Rows
from millrace.ir.core import Value
from millrace.ir.dialects.mr import flow
from millrace.ir.rewriter import Rewriter

if TYPE_CHECKING:
    from millrace.frontend.tensorflow.session import Session


def _is_constant(c: Call, value: Value) -> bool:
    return c.emit.known(value) is not None


def switch(c: Call) -> Results:
    """A known predicate leaves one side dead. Constants and handles pass on both sides: where
    a merge needs to know the side, :func:`_guarded` says it."""
    known = c.known(1)
    data = c.item(0)
    if known is not None:
        taken = bool(known.reshape(()))
        return [DEAD if taken else data, data if taken else DEAD]
    value = tensor_of(data)
    if value is None or _is_constant(c, value):
        return [data, data]
    op = c.emit.insert(flow.Switch(value, c.arg(1)))
    c.session.is_flow = True
    return [rewrapped(data, r) for r in op.results]


def switch_n(c: Call) -> Results:
    count = c.node.need("num_outs", int)
    known = c.known(1)
    data = c.item(0)
    if known is not None:
        index = int(known.reshape(()))
        index = index if 0 <= index < count else count - 1
        return [data if i == index else DEAD for i in range(count)]
    value = tensor_of(data)
    if value is None or _is_constant(c, value):
        return [data] * count
    op = c.emit.insert(flow.SwitchN(value, c.arg(1), count=count))
    c.session.is_flow = True
    return [rewrapped(data, r) for r in op.results]


def enter(c: Call) -> Results:
    data = c.item(0)
    value = tensor_of(data)
    is_constant = c.node.get("is_constant", bool, False)
    if value is None or (is_constant and _is_constant(c, value)):
        return data
    op = flow.Enter(
        value,
        frame_name=c.node.need("frame_name", bytes).decode(errors="replace"),
        is_constant=is_constant,
        parallel_iterations=c.node.get("parallel_iterations", int, 10),
    )
    c.session.is_flow = True
    return rewrapped(data, c.emit.insert(op).results[0])


def _passing(cls: type[flow.Through]) -> RowFunction:
    def row(c: Call) -> Results:
        data = c.item(0)
        value = tensor_of(data)
        if value is None or (cls is not flow.LoopCond and _is_constant(c, value)):
            return data
        c.session.is_flow = True
        return rewrapped(data, c.emit.insert(cls(value)).results[0])

    return row


def loop_cond(c: Call) -> Results:
    c.session.is_flow = True
    return c.emit.insert(flow.LoopCond(c.arg(0))).results[0]


# ---- merges


def merge(c: Call) -> Results:
    back = c.graph.back_edge(c.node)
    if back is not None and _is_invariant(c, back):
        return [_outside(c), c.emit.constant(np.int32(0))]
    refs = [r for r in c.graph.data_inputs(c.node) if r in c.session.items]
    live = [(i, r, a) for i, (r, a) in enumerate(zip(refs, c.args, strict=True)) if a is not DEAD]
    index, _, first = live[0]
    if tensor_of(first) is None or (len(live) == 1 and back is None):
        return [first, c.emit.constant(np.int32(index))]
    values = [_guarded(c, r, a, loop=back is not None) for _, r, a in live]
    types = [type_of(v) for v in values]
    for t in types[1:]:
        if t != types[0]:
            raise c.node.error(f"the branches give different types: {types[0]} and {t}")
    op = c.emit.insert(flow.Merge(values))
    c.session.is_flow = True
    return [_joined([a for _, _, a in live], op.results[0]), op.results[1]]


def _joined(items: Sequence[Item], value: Value) -> Item:
    """A list of unknown elements on one side takes what is known on the other."""
    lists = [i for i in items if isinstance(i, TensorList)]
    return rewrapped(lists[0] if lists else items[0], value)


def _guarded(c: Call, ref: Ref, item: Item, *, loop: bool) -> Value:
    """The content, tied to its branch: constants have lost the switch they came through."""
    value = tensor_of(item)
    if value is None:
        raise c.node.error("one branch gives a handle, another a tensor")
    guard = c.graph.guard_of(ref)
    if loop or guard is None or not _is_constant(c, value):
        return value
    source = c.graph.nodes[guard.node]
    selector = c.session.items[c.graph.data_inputs(source)[1]]
    if not isinstance(selector, Value) or _is_constant(c, selector):
        return value
    if source.op == "_SwitchN":
        count = source.need("num_outs", int)
        return c.emit.insert(flow.SwitchN(value, selector, count=count)).results[guard.port]
    return c.emit.insert(flow.Switch(value, selector)).results[guard.port]


def _is_invariant(c: Call, back: Ref) -> bool:
    """Whether the loop hands on a constant or a handle unchanged."""
    value = tensor_of(c.item(0))
    if value is not None and not _is_constant(c, _before_enter(c, value)):
        return False
    passing = IDENTITIES | BACK_EDGES | SWITCHES | {"Enter"}

    def through(node: Node, ref: Ref) -> bool:
        return node.op in passing and node.op not in ENTERS

    return c.graph.trace(back, through).node == c.node.name


def _outside(c: Call) -> Item:
    """The first input as it was before it entered the loop."""
    item = c.item(0)
    value = tensor_of(item)
    if value is None or not isinstance(value.defining_op, flow.Enter):
        return item
    op = value.defining_op
    outer = rewrapped(item, op.data)
    if value.is_unused:
        Rewriter().erase(op)
    return outer


def _before_enter(c: Call, value: Value) -> Value:
    op = value.defining_op
    return op.data if isinstance(op, flow.Enter) else value


def close_merge(session: Session, graph: Graph, node: Node) -> None:
    """Give a loop's merge the value from the step before."""
    back = graph.back_edge(node)
    item = session.items.get(Ref(node.name))
    if back is None or item is None or isinstance(item, Dead):
        return
    value, after = tensor_of(item), tensor_of(session.lookup(graph, back, node))
    op = None if value is None else value.defining_op
    if not isinstance(op, flow.Merge) or after is None or op.loc != node.loc:
        return
    if type_of(after) != type_of(op.results[0]):
        raise node.error(
            f"a value of a loop starts as {op.results[0].type} and becomes {after.type}; shapes "
            "must not change in a loop"
        )
    if session.emitter.known(after) is not None:
        after = _next_constant(session, graph, node, after)
    Rewriter().set_operands(op, [*op.operands, session.emitter.use(after)])


def _next_constant(session: Session, graph: Graph, node: Node, value: Value) -> Value:
    """A constant for the next step, if there is one: constants have left the loop's frame."""
    ref = graph.loop_predicate(node)
    predicate = None if ref is None else session.items.get(ref)
    if not isinstance(predicate, Value):
        raise node.error("a loop without a condition")
    with session.emitter.at(node.loc):
        switch = session.emitter.insert(flow.Switch(value, predicate))
        return session.emitter.insert(flow.NextIteration(switch.results[1])).results[0]


ROWS: Rows = {
    **dict.fromkeys(("Switch", "RefSwitch"), switch),
    "_SwitchN": switch_n,
    **dict.fromkeys(sorted(ENTERS), enter),
    **dict.fromkeys(("Exit", "RefExit"), _passing(flow.Exit)),
    **dict.fromkeys(sorted(BACK_EDGES), _passing(flow.NextIteration)),
    "LoopCond": loop_cond,
    **dict.fromkeys(sorted(MERGES), merge),
}
