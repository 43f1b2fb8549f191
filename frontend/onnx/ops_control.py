"""Rows: If and Loop. A loop whose steps can be counted becomes ``mr.scan``; others ``scf.for`` or
``scf.while``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from millrace.frontend.onnx.appends import without_appends
from millrace.frontend.onnx.emitter import shape_of, type_of
from millrace.frontend.onnx.loop_body import Loop, check_body, import_body
from millrace.frontend.onnx.loop_forms import as_for, as_scan, as_while
from millrace.frontend.onnx.scope import Scope
from millrace.frontend.onnx.table import Call, Results, Rows
from millrace.frontend.onnx.trips import Counted, LoopGraph, count_trips
from millrace.ir.core import Block, Value
from millrace.ir.dialects import scf
from millrace.ir.dialects.mr.assemble import Pad


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
    branches = []
    for key in ("then_branch", "else_branch"):
        graph = c.node.need_graph(key)
        with c.emit.inside(Block()) as block:
            results = c.session.run_graph(graph, child_scope(c, graph))
        branches.append((block, results))
    shapes = _joined_shapes(c, branches)
    blocks = [_finished(c, block, results, shapes) for block, results in branches]
    types = [v.type for v in blocks[0].terminator.operands]
    op = scf.If(condition, then_block=blocks[0], else_block=blocks[1], result_types=types)
    values: list[Value] = list(c.emit.insert(op).results)
    found, sizes = values[: len(shapes)], values[len(shapes) :]
    for i, (_, open_axes) in enumerate(shapes):
        for axis in open_axes:
            found[i] = c.emit.bounded(found[i], sizes.pop(0), axis)
    return found


Shape = tuple[tuple[int, ...], tuple[int, ...]]
"""The largest shape of a result, and the dimensions in which the branches differ."""


def _joined_shapes(c: Call, branches: Sequence[tuple[Block, Sequence[Value]]]) -> list[Shape]:
    """The results that hold those of both branches; CompileError when there are none."""
    (_, thens), (_, elses) = branches
    found = []
    for a, b in zip(thens, elses, strict=False):
        t, u = type_of(a), type_of(b)
        if t.element != u.element or t.rank != u.rank or len(thens) != len(elses):
            raise c.node.error(f"the branches give different types: {t} and {u}")
        sizes = tuple(max(m, n) for m, n in zip(t.shape, u.shape, strict=True))
        differ = (i for i, (m, n) in enumerate(zip(t.shape, u.shape, strict=True)) if m != n)
        found.append((sizes, tuple(differ)))
    return found


def _finished(c: Call, block: Block, results: Sequence[Value], shapes: Sequence[Shape]) -> Block:
    """A branch that yields its results in tensors of the largest shapes, then their sizes in the
    dimensions in which the other branch has others."""
    with c.emit.inside(block):
        out, sizes = [], []
        for v, (largest, open_axes) in zip(results, shapes, strict=True):
            own = shape_of(v)
            high = [m - n for m, n in zip(largest, own, strict=True)]
            out.append(c.op(Pad, v, low=(0,) * len(own), high=high) if any(high) else v)
            sizes += [c.emit.constant(np.array(own[i], np.int64)) for i in open_axes]
        c.emit.insert(scf.Yield([*out, *sizes]))
    return block


# ---- Loop


def loop(c: Call) -> Results:
    appends = without_appends(c)
    return _loop(c) if appends is None else appends.results(_loop(appends.call))


def _loop(c: Call) -> list[Value | None]:
    source = LoopGraph(c, c.node.need_graph("body"), [c.arg(i) for i in range(2, len(c.args))])
    check_body(source)
    limit, first = c.opt(0), c.opt(1)
    start = True if first is None else c.emit.known(first)
    known_limit = c.known(0)
    steps = None if known_limit is None else max(0, int(known_limit.reshape(())))

    def count(source: LoopGraph) -> Counted | None:
        if start is not None and not bool(np.all(start)):
            return Counted(0)
        if start is not None and (limit is None or steps is not None):
            return count_trips(source, steps)
        return None

    body, counted = import_body(source, count, steps)
    if counted is not None:
        lasts, rows = as_scan(c, body, counted)
    elif start is not None and limit is not None and _is_true(c, body):
        lasts, rows = as_for(c, body, limit)
    else:
        lasts, rows = as_while(c, body, limit, first)
    return [*body.growing.entered(lasts), *_in_places(c, body, rows)]


def _in_places(c: Call, body: Loop, rows: Sequence[Value]) -> list[Value | None]:
    """The stacks that something reads, in the places of the file's outputs."""
    left = list(rows)
    places = range(body.num_carries, max(len(c.node.outputs), body.num_carries))
    return [left.pop(0) if c.is_used(i) else None for i in places]


def _is_true(c: Call, body: Loop) -> bool:
    """Whether only the number of steps ends the loop."""
    known = c.emit.known(body.condition)
    return known is not None and bool(known.all())


ROWS: Rows = {"If": if_, "Loop": loop}
