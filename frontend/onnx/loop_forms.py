"""The forms of a Loop: ``mr.scan`` where its steps are counted, ``scf.for`` or ``scf.while`` where
they depend on data. Each gives the carries (and the lengths of those that grow) and the stacks."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from millrace.frontend.onnx.dynamic import require, require_equal
from millrace.frontend.onnx.emitter import element_of, shape_of
from millrace.frontend.onnx.loop_body import Loop
from millrace.frontend.onnx.table import Call
from millrace.frontend.onnx.trips import Counted
from millrace.ir.core import Block, Value
from millrace.ir.dialects import scf
from millrace.ir.dialects.mr import bits, compare
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.control import Scan
from millrace.ir.dialects.mr.gather import DynamicUpdateSlice
from millrace.ir.dialects.mr.kinds import Array
from millrace.ir.rewriter import Rewriter
from millrace.ir.types import INDEX

LastsAndRows = tuple[list[Value], list[Value]]


def _no_rows(c: Call, body: Loop) -> list[Value]:
    return [c.emit.splat(0, (0, *t.shape), t.element) for t in body.row_types()]


# ---- a counted loop


def as_scan(c: Call, body: Loop, counted: Counted, number: Value | None = None) -> LastsAndRows:
    """The loop as ``mr.scan`` of as many steps, or of ``number`` of them. Carries that are known
    at each step are no carries any more: counters are made of the step number, other tables are
    sliced step by step."""
    if counted.trip == 0:
        rows = _no_rows(c, body)
        for op in reversed(body.block.ops):
            Rewriter().erase(op)
        return list(body.inits), rows
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
    op = c.emit.insert(Scan(inits, tables, number, trip=counted.trip, block=block))
    last: dict[int, Value] = dict(zip(kept, op.results, strict=False))
    for i in still:
        last[i] = body.inits[i]
    for i, table in counted.tables.items():
        last.setdefault(i, c.emit.constant(table[counted.trip]))
    return [last[i] for i in range(len(carried))], list(op.results[len(kept) :])


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
    trips = set()
    for i in range(body.num_carries, len(c.node.outputs)):
        declared = c.declared(i)
        if declared and c.is_used(i):
            trips.add(declared[0])
    trips.discard(None)
    return trips.pop() if len(trips) == 1 else None


WHAT = "the number of its steps, which the stacked outputs have as their size,"


def as_for(c: Call, body: Loop, limit: Value) -> LastsAndRows:
    """Only the number of steps is unknown: ``mr.scan`` where it has a bound, else ``scf.for``."""
    declared = _declared_trip(c, body) if body.rows else None
    if declared is not None:
        require_equal(c, limit, declared, f"the loop does not make the declared {declared} steps")
        return as_scan(c, body, Counted(declared, {}))
    if body.rows or c.bounds.has_own():
        most = c.bounds.of(None, WHAT)
        number = c.op(ew.Max, c.emit.reshape(limit, ()), c.emit.constant(np.array(0)))
        top = c.emit.constant(np.array(most))
        require(c, c.op(compare.LessEqual, number, top), f"the loop makes more than {most} steps")
        count = c.op(ew.Min, number, top)
        lasts, rows = as_scan(c, body, Counted(most, {}), c.emit.extract_index(count))
        return lasts, [c.emit.bounded(r, count) for r in rows]
    block = Block([INDEX, *(a.type for a in body.block.args[2:])])
    with c.emit.inside(block):
        step = c.emit.from_index(block.args[0])
        end = c.emit.insert(scf.Yield([]))
    rewriter = Rewriter()
    true = c.emit.use(c.emit.constant(np.array(True)))
    results = rewriter.inline_block(body.block, end, [step, true, *block.args[1:]])
    rewriter.set_operands(end, results[1:])
    bounds = [c.emit.index(0), c.emit.extract_index(limit), c.emit.index(1)]
    return list(c.emit.insert(scf.For(*bounds, body.inits, block=block)).results), []


def as_while(c: Call, body: Loop, limit: Value | None, first: Value | None) -> LastsAndRows:
    """``scf.while`` over the step number, the condition, the carries and the stacks so far."""
    declared = _declared_trip(c, body) if body.rows else None
    trip = declared
    if trip is None and (body.rows or c.bounds.has_own()):
        known = None if limit is None else c.emit.known(limit)
        trip = c.bounds.of(None if known is None else max(0, int(known.reshape(()))), WHAT)
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
    results: list[Value] = list(c.emit.insert(op).results)
    steps, more, *values = results
    n = len(body.inits)
    lasts, rows = values[:n], values[n:]
    if trip is None:
        return lasts, rows
    ended = _ended(c, steps, more, limit)
    if declared is None:
        require(c, ended, f"the loop makes more than {trip} steps")
        return lasts, [c.emit.bounded(r, steps) for r in rows]
    exact = c.op(bits.And, ended, c.op(compare.Equal, steps, c.emit.like(trip, steps)))
    require(c, exact, f"the loop does not make the declared {trip} steps")
    return lasts, rows


def _ended(c: Call, step: Value, going: Value, limit: Value | None) -> Value:
    """Whether the loop ended of itself."""
    ended = c.op(bits.Not, going)
    if limit is None:
        return ended
    return c.op(bits.Or, ended, c.op(compare.GreaterEqual, step, c.emit.reshape(limit, ())))


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
