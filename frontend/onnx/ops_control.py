"""Rows: If and Loop. A loop whose steps can be counted becomes ``mr.scan``; others ``scf.for`` or
``scf.while``."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from millrace.frontend.onnx.dynamic import require, require_equal
from millrace.frontend.onnx.emitter import element_of, shape_of, type_of
from millrace.frontend.onnx.scope import Scope
from millrace.frontend.onnx.table import Call, Results, Rows
from millrace.frontend.onnx.trips import MAX_ELEMENTS, Counted, LoopGraph, count_trips
from millrace.ir.core import Block, Value
from millrace.ir.dialects import scf
from millrace.ir.dialects.mr import bits, compare
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.control import Scan
from millrace.ir.dialects.mr.gather import DynamicUpdateSlice
from millrace.ir.dialects.mr.kinds import Array
from millrace.ir.rewriter import Rewriter
from millrace.ir.types import I1, INDEX, TensorType


def child_scope(c: Call, graph: Any) -> Scope:
    return c.session.graph_scope(graph, c.scope.opsets, c.scope)


# ---- If


def if_(c: Call) -> Results:
    known = c.known(0)
    if known is not None:
        taken = "then_branch" if bool(known.reshape(())) else "else_branch"
        graph = c.node.need_graph(taken)
        return c.session.run_graph(graph, child_scope(c, graph))
    condition = c.emit.extract(c.arg(0))
    blocks, types = [], []
    for key in ("then_branch", "else_branch"):
        graph = c.node.need_graph(key)
        with c.emit.inside(Block()) as block:
            results = c.session.run_graph(graph, child_scope(c, graph))
            c.emit.insert(scf.Yield(results))
        blocks.append(block)
        types.append([v.type for v in results])
    if types[0] != types[1]:
        shown = [", ".join(map(str, t)) for t in types]
        raise c.node.error(f"the branches give different types: {shown[0]} and {shown[1]}")
    op = scf.If(condition, then_block=blocks[0], else_block=blocks[1], result_types=types[0])
    return c.emit.insert(op).results


# ---- Loop


@dataclass(frozen=True)
class Loop:
    """An imported body. Arguments of ``block``: the step number (i64 tensor), the condition, the
    carries; its terminator yields the condition, the carries, then a row of each stack."""

    block: Block
    inits: Sequence[Value]

    @property
    def step(self) -> Value:
        return self.block.args[0]

    @property
    def condition(self) -> Value:
        return self.block.terminator.operands[0]

    @property
    def nexts(self) -> list[Value]:
        return self.block.terminator.operands[1 : 1 + len(self.inits)]

    @property
    def rows(self) -> list[Value]:
        return self.block.terminator.operands[1 + len(self.inits) :]

    def row_types(self) -> list[TensorType]:
        return [type_of(v) for v in self.rows]


def loop(c: Call) -> Results:
    graph = c.node.need_graph("body")
    source = LoopGraph(c, graph, [c.arg(i) for i in range(2, len(c.args))])
    _check_body(source)
    limit, first = c.opt(0), c.opt(1)
    start = True if first is None else c.emit.known(first)
    known_limit = c.known(0)
    steps = None if known_limit is None else max(0, int(known_limit.reshape(())))
    counted = None
    if start is not None and not bool(np.all(start)):
        counted = Counted(0)
    elif start is not None and (limit is None or steps is not None):
        counted = count_trips(source, steps)
    body = _import_body(source, counted)
    if counted is not None:
        return _as_scan(c, body, counted)
    if start is not None and limit is not None and _is_true(c, body):
        return _as_for(c, body, limit)
    return _as_while(c, body, limit, first)


def _is_true(c: Call, body: Loop) -> bool:
    """Whether only the number of steps ends the loop."""
    known = c.emit.known(body.condition)
    return known is not None and bool(known.all())


def _check_body(source: LoopGraph) -> None:
    n = len(source.inits)
    if len(source.formals) != 2 + n or len(source.results) < 1 + n:
        raise source.c.node.error(
            f"the body takes {len(source.formals)} and gives {len(source.results)} values for "
            f"{n} carried ones"
        )


def _import_body(source: LoopGraph, counted: Counted | None) -> Loop:
    c, inits = source.c, source.inits
    with c.emit.inside(Block(source.argument_types)) as block:
        scope = source.scope(block)
        known = _known_arguments(block, counted)
        c.emit.tables.update(known)
        results = c.session.run_graph(source.graph, scope)
        for key in known:
            del c.emit.tables[key]
        if element_of(results[0]) != I1 or type_of(results[0]).size != 1:
            raise c.node.error(f"the body's condition is {results[0].type}")
        results[0] = c.emit.reshape(results[0], ())
        c.emit.insert(scf.Yield(results))
    for name, init, after in zip(source.formals[2:], inits, results[1:], strict=False):
        if init.type != after.type:
            raise c.node.error(
                f"the carried value {name!r} starts as {init.type} and becomes {after.type}; "
                "shapes must not change in a loop"
            )
    return Loop(block, inits)


def _known_arguments(block: Block, counted: Counted | None) -> dict[Value, Array]:
    """The arguments of a counted loop's body whose values are known, one row a step."""
    if counted is None or counted.trip > MAX_ELEMENTS * MAX_ELEMENTS:
        return {}
    known: dict[Value, Array] = {block.args[0]: np.arange(counted.trip, dtype=np.int64)}
    for i, table in counted.tables.items():
        known[block.args[2 + i]] = table[: counted.trip]
    return known


def _no_rows(c: Call, body: Loop) -> list[Value]:
    return [c.emit.splat(0, (0, *t.shape), t.element) for t in body.row_types()]


# ---- a counted loop


def _as_scan(c: Call, body: Loop, counted: Counted) -> Results:
    """The loop as ``mr.scan``. Carries that are known at each step are no carries any more:
    counters are made of the step number, other tables are sliced step by step."""
    if counted.trip == 0:
        return [*body.inits, *_no_rows(c, body)]
    carried = list(body.block.args[2:])
    still = {i for i, v in enumerate(body.nexts) if v is carried[i]}
    kept = [i for i in range(len(carried)) if i not in counted.tables and i not in still]
    sliced = [i for i, t in counted.tables.items() if _line(t) is None and i not in still]
    tables = [c.emit.use(c.emit.constant(counted.tables[i][: counted.trip])) for i in sliced]
    block = Block([INDEX, *(carried[i].type for i in (*kept, *sliced))])
    with c.emit.inside(block):
        step = c.emit.from_index(block.args[0])
        new: dict[int, Value] = dict(zip((*kept, *sliced), block.args[1:], strict=True))
        for i in still:
            new[i] = c.emit.use(body.inits[i])
        for i, table in counted.tables.items():
            if i not in new:
                new[i] = _counter(c, step, table)
        end = c.emit.insert(scf.Yield([]))
    rewriter = Rewriter()
    true = c.emit.use(c.emit.constant(np.array(True)))
    args = [step, true, *(new[i] for i in range(len(carried)))]
    results = rewriter.inline_block(body.block, end, args)
    rows = results[1 + len(carried) :]
    rewriter.set_operands(end, [*(results[1 + i] for i in kept), *rows])
    inits = [c.emit.use(body.inits[i]) for i in kept]
    op = c.emit.insert(Scan(inits, tables, None, trip=counted.trip, block=block))
    last: dict[int, Value] = dict(zip(kept, op.results, strict=False))
    for i in still:
        last[i] = body.inits[i]
    for i, table in counted.tables.items():
        last.setdefault(i, c.emit.constant(table[counted.trip]))
    return [*(last[i] for i in range(len(carried))), *op.results[len(kept) :]]


def _line(table: Array) -> tuple[int, int] | None:
    """(start, slope) of integers, one a step, that lie on a line."""
    if table.dtype.kind not in "iu" or table[0].size != 1:
        return None
    flat = table.reshape(-1).astype(object)
    slope = int(flat[1] - flat[0])
    on_line = all(int(v) == int(flat[0]) + slope * t for t, v in enumerate(flat))
    return (int(flat[0]), slope) if on_line else None


def _counter(c: Call, step: Value, table: Array) -> Value:
    """The value at ``step`` of a table whose rows lie on a line."""
    line = _line(table)
    assert line is not None
    start, slope = line
    value = step
    if slope != 1:
        value = c.op(ew.Mul, value, c.emit.like(slope, value))
    if start != 0:
        value = c.op(ew.Add, value, c.emit.like(start, value))
    like = c.emit.constant(table[0])
    return c.emit.reshape(c.emit.cast(value, element_of(like)), shape_of(like))


# ---- loops whose steps depend on data


def _declared_trip(c: Call, body: Loop) -> int | None:
    """The number of steps according to the declared shapes of the stacked outputs."""
    if not body.rows:
        return None
    trips = set()
    for i in range(len(body.rows)):
        declared = c.declared(len(body.inits) + i)
        if declared:
            trips.add(declared[0])
    trips.discard(None)
    if len(trips) != 1:
        raise c.node.error(
            "the number of steps depends on data, and the file does not declare the size of the "
            "stacked outputs"
        )
    return trips.pop()


def _as_for(c: Call, body: Loop, limit: Value) -> Results:
    """Only the number of steps is unknown: ``scf.for``, or ``mr.scan`` when rows are stacked."""
    trip = _declared_trip(c, body)
    if trip is not None:
        require_equal(c, limit, trip, f"the loop does not make the declared {trip} steps")
        return _as_scan(c, body, Counted(trip, {}))
    block = Block([INDEX, *(a.type for a in body.block.args[2:])])
    with c.emit.inside(block):
        step = c.emit.from_index(block.args[0])
        end = c.emit.insert(scf.Yield([]))
    rewriter = Rewriter()
    true = c.emit.use(c.emit.constant(np.array(True)))
    results = rewriter.inline_block(body.block, end, [step, true, *block.args[1:]])
    rewriter.set_operands(end, results[1:])
    bounds = [c.emit.index(0), c.emit.extract_index(limit), c.emit.index(1)]
    return c.emit.insert(scf.For(*bounds, body.inits, block=block)).results


def _as_while(c: Call, body: Loop, limit: Value | None, first: Value | None) -> Results:
    """``scf.while`` over the step number, the condition, the carries and the stacks so far."""
    trip = _declared_trip(c, body)
    zero = c.emit.constant(np.array(0, np.int64))
    start = c.emit.constant(np.array(True)) if first is None else c.emit.reshape(first, ())
    stacks = [c.emit.splat(0, (trip or 0, *t.shape), t.element) for t in body.row_types()]
    inits = [zero, start, *body.inits, *stacks]
    types = [v.type for v in inits]
    with c.emit.inside(Block(types)) as before:
        going: Value = before.args[1]
        bound = limit if trip is None else _tighter(c, limit, trip)
        if bound is not None:
            step = before.args[0]
            more = c.op(compare.Less, step, c.emit.reshape(bound, ()))
            going = c.op(bits.And, going, more)
        c.emit.insert(scf.Condition(c.emit.extract(going), before.args))
    after = _while_body(c, body, types)
    op = scf.While([c.emit.use(v) for v in inits], before=before, after=after, result_types=types)
    results = c.emit.insert(op).results
    if trip is not None:
        _require_end(c, results[0], results[1], limit, trip)
    return results[2:]


def _require_end(c: Call, step: Value, going: Value, limit: Value | None, trip: int) -> None:
    """Fail unless the loop ended after exactly ``trip`` steps, of itself."""
    ended = c.op(bits.Not, going)
    if limit is not None:
        bound = c.emit.reshape(limit, ())
        ended = c.op(bits.Or, ended, c.op(compare.GreaterEqual, step, bound))
    exact = c.op(compare.Equal, step, c.emit.like(trip, step))
    require(c, c.op(bits.And, exact, ended), f"the loop does not make the declared {trip} steps")


def _tighter(c: Call, limit: Value | None, trip: int) -> Value:
    bound = c.emit.constant(np.array(trip, np.int64))
    return bound if limit is None else c.op(ew.Min, c.emit.reshape(limit, ()), bound)


def _while_body(c: Call, body: Loop, types: Sequence[Any]) -> Block:
    after = Block(types)
    with c.emit.inside(after):
        end = c.emit.insert(scf.Yield([]))
    rewriter = Rewriter()
    n = 2 + len(body.inits)
    results = rewriter.inline_block(body.block, end, after.args[:n])
    rewriter.erase(end)
    with c.emit.inside(after):
        step = after.args[0]
        one = c.emit.like(1, step)
        written = [
            _write_row(c, stack, step, row)
            for stack, row in zip(after.args[n:], results[n - 1 :], strict=True)
        ]
        c.emit.insert(scf.Yield([c.op(ew.Add, step, one), *results[: n - 1], *written]))
    return after


def _write_row(c: Call, stack: Value, step: Value, row: Value) -> Value:
    starts = np.zeros(len(shape_of(stack)), np.int64)
    starts[0] = 1
    where = c.op(ew.Mul, c.emit.constant(starts), step)
    return c.op(DynamicUpdateSlice, stack, c.emit.reshape(row, (1, *shape_of(row))), where)


ROWS: Rows = {"If": if_, "Loop": loop}
