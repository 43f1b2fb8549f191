"""How often a loop runs, where that can be known: exporters write counted loops as a condition
on a counter that starts at a constant. The part of the body that the condition depends on is
imported alone and run here, when it depends on constants and itself only. The values that
counters take, step by step, are then known while the rest of the body is imported."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from millrace.frontend.onnx.emitter import Emitter
from millrace.frontend.onnx.node import captures, schedule, subgraphs
from millrace.frontend.onnx.scope import Scope
from millrace.frontend.onnx.table import Call
from millrace.ir.core import Block, BlockArgument, Operation, Value
from millrace.ir.dialects import scf
from millrace.ir.dialects.mr.kinds import Array, Control, TensorOp
from millrace.ir.errors import CompileError
from millrace.ir.opdef import grouped
from millrace.ir.rewriter import Rewriter
from millrace.ir.types import I1, I64, TensorType, is_float, tensor

MAX_WORK = 200_000
"""Operations that are run to count a loop's steps."""
MAX_ELEMENTS = 1024
"""Largest tensor that takes part in a condition."""


@dataclass(frozen=True)
class Counted:
    """A loop of ``trip`` steps. ``tables[i]`` has the values of carry i, known at each step and
    after the last: ``trip + 1`` rows."""

    trip: int
    tables: Mapping[int, Array] = field(default_factory=dict)


@dataclass(frozen=True)
class LoopGraph:
    """The body of a Loop node in the file, and what it starts with."""

    c: Call
    graph: Any
    inits: Sequence[Value]
    growing: frozenset[int] = frozenset()
    """Carries whose shape changes in the loop: nothing is known of them."""

    @property
    def formals(self) -> list[str]:
        return [i.name for i in self.graph.input]

    @property
    def results(self) -> list[str]:
        """Names of the condition, the next carries, the rows."""
        return [o.name for o in self.graph.output]

    @property
    def argument_types(self) -> list[TensorType]:
        """Step number, condition, carries."""
        carries = [v.type for v in self.inits]
        return [tensor((), I64), tensor((), I1), *(t for t in carries if isinstance(t, TensorType))]

    def scope(self, arguments: Sequence[Value]) -> Scope:
        """The body's names. Inside, the condition is always true."""
        c = self.c
        scope = c.session.graph_scope(self.graph, c.scope.opsets, c.scope)
        for i, (name, arg) in enumerate(zip(self.formals, arguments, strict=True)):
            scope.define(name, c.emit.constant(np.array(True)) if i == 1 else arg)
        return scope

    def carries_behind(self, root: str) -> set[int] | None:
        """The carries that ``root`` depends on through all steps; None when one is large."""
        found: set[int] = set()
        work = [root]
        while work:
            used = _names_behind(self.graph, work.pop())
            for i, name in enumerate(self.formals[2:]):
                if name in used and i not in found:
                    size = getattr(self.inits[i].type, "size", MAX_ELEMENTS + 1)
                    if size > MAX_ELEMENTS or i in self.growing:
                        return None
                    found.add(i)
                    work.append(self.results[1 + i])
        return found


def _names_behind(graph: Any, root: str) -> set[str]:
    names = {root}
    for i in schedule(graph.node, [root], graph.name):
        names.update(graph.node[i].input)
        for g in subgraphs(graph.node[i]):
            names |= captures(g)
    return names


def count_trips(loop: LoopGraph, limit: int | None) -> Counted | None:
    """The loop's steps, or None when they depend on data or are too many. Counters among the
    carries that the condition does not depend on are tabulated as well."""
    condition = loop.results[0]
    counted = _tabulate(loop, condition, limit, until=True)
    if counted is None:
        return None
    tables = dict(counted.tables)
    for i, init in enumerate(loop.inits):
        assert isinstance(init.type, TensorType)
        if i in tables or i in loop.growing:
            continue
        if init.type.size == 1 and not is_float(init.type.element):
            extra = _tabulate(loop, loop.results[1 + i], counted.trip, until=False)
            if extra is not None:
                tables.update(extra.tables)
    return Counted(counted.trip, tables)


def _tabulate(loop: LoopGraph, root: str, limit: int | None, *, until: bool) -> Counted | None:
    """Run what ``root`` depends on; None when that includes data, or takes too long. With
    ``until`` the loop ends when ``root`` is false, else after ``limit`` steps."""
    emit = loop.c.emit
    carries = loop.carries_behind(root)
    if root in loop.formals[2:] and not until:
        carries = (carries or set()) | {loop.formals[2:].index(root)}
    if carries is None:
        return None
    state = {i: emit.known(loop.inits[i]) for i in carries}
    if any(a is None for a in state.values()):
        return None
    part = _import_part(loop, root, sorted(carries))
    if part is None:
        return None
    try:
        known = {i: a for i, a in state.items() if a is not None}
        return _run(emit, part, known, limit, until=until)
    finally:
        part.discard()


@dataclass(frozen=True)
class Part:
    """The imported part of a body: its terminator yields the root, then the next of ``carries``."""

    block: Block
    carries: Sequence[int]
    ops: Sequence[Operation]

    def discard(self) -> None:
        rewriter = Rewriter()
        for op in reversed(self.block.ops):
            rewriter.erase(op)


def _import_part(loop: LoopGraph, root: str, carries: Sequence[int]) -> Part | None:
    c = loop.c
    wanted = [root, *(loop.results[1 + i] for i in carries)]
    block = Block(loop.argument_types)
    try:
        with c.emit.inside(block):
            scope = loop.scope(block.args)
            c.session.run_nodes(loop.graph.node, scope, wanted)
            values = [scope.lookup(n, c.node.loc.describe()) for n in wanted]
            c.emit.insert(scf.Yield(values))
    except CompileError:
        # The full import will say what is wrong.
        Part(block, carries, []).discard()
        return None
    ops = _needed(c.emit, block, carries)
    if ops is None:
        Part(block, carries, []).discard()
        return None
    return Part(block, carries, ops)


def _needed(emit: Emitter, block: Block, carries: Sequence[int]) -> list[Operation] | None:
    """The operations that the terminator needs; None when one reads data or cannot be run."""
    allowed: set[Value] = {block.args[0], *(block.args[2 + i] for i in carries)}
    return operations_behind(emit, block.terminator.operands, allowed, block)


def operations_behind(
    emit: Emitter, roots: Iterable[Value], allowed: Iterable[Value], block: Block
) -> list[Operation] | None:
    """Operations of ``block`` that compute ``roots`` from constants and ``allowed`` values, in
    order; None when something else is needed."""
    leaves = set(allowed)
    needed: set[Operation] = set()
    work = list(roots)
    while work:
        value = work.pop()
        if value in leaves or emit.known(value) is not None:
            continue
        op = value.defining_op
        if op is None or op.parent is not block or not _can_run(op):
            return None
        if op not in needed:
            needed.add(op)
            work.extend(op.operands)
    return [op for op in block if op in needed]


def _can_run(op: Operation) -> bool:
    if not isinstance(op, TensorOp) or isinstance(op, Control):
        return False
    sizes = [getattr(r.type, "size", MAX_ELEMENTS + 1) for r in op.results]
    return max(sizes) <= MAX_ELEMENTS


def _run(
    emit: Emitter, part: Part, state: dict[int, Array], limit: int | None, *, until: bool
) -> Counted | None:
    block, ends = part.block, part.block.terminator.operands
    root, nexts = ends[0], dict(zip(part.carries, ends[1:], strict=True))
    if until and emit.known(root) is not None and bool(np.all(emit.known(root))):
        return None if limit is None else Counted(limit)
    most = MAX_WORK // (1 + len(part.ops))
    history: dict[int, list[Array]] = {i: [a] for i, a in state.items()}
    trip = 0
    going = True
    while going and (limit is None or trip < limit):
        if trip >= most:
            return None
        values: dict[Value, Array] = {block.args[2 + i]: a for i, a in state.items()}
        values[block.args[0]] = np.asarray(trip, dtype=np.int64)
        run_operations(emit, part.ops, values)
        if until:
            going = bool(np.all(read(emit, root, values)))
        state = {i: read(emit, nexts[i], values) for i in state}
        for i, a in state.items():
            history[i].append(a)
        trip += 1
    shapes = {i: {a.shape for a in rows} for i, rows in history.items()}
    if any(len(s) != 1 for s in shapes.values()):
        return None
    return Counted(trip, {i: np.stack(rows) for i, rows in history.items()})


def read(emit: Emitter, value: Value, values: Mapping[Value, Array]) -> Array:
    known = emit.known(value)
    return values[value] if known is None else known


def run_operations(emit: Emitter, ops: Iterable[Operation], values: dict[Value, Array]) -> None:
    """Evaluate operations in order; ``values`` has what they read and gains what they give."""
    for op in ops:
        assert isinstance(op, TensorOp)
        arrays = [read(emit, v, values) for v in op.operands]
        with np.errstate(all="ignore"):
            result = op.evaluate(*grouped(op, arrays))
        many = result if isinstance(result, tuple) else (result,)
        for r, a in zip(op.results, many, strict=True):
            values[r] = np.asarray(a)


# ---- what a value can be


def values_by_step(emit: Emitter, *roots: Value) -> list[list[Array]] | None:
    """For each step of the counted loop that is being imported, the values of ``roots``; None when
    they depend on more than that loop's counters."""
    found = _counter_block(emit, roots)
    if found is None:
        return None
    block, ops = found
    tables = emit.tables
    args = [a for a in block.args if a in tables]
    steps = len(tables[args[0]])
    if steps * (1 + len(ops)) > MAX_WORK:
        return None
    rows = []
    for t in range(steps):
        values: dict[Value, Array] = {a: tables[a][t] for a in args}
        run_operations(emit, ops, values)
        rows.append([read(emit, r, values) for r in roots])
    return rows


def _counter_block(emit: Emitter, roots: Sequence[Value]) -> tuple[Block, list[Operation]] | None:
    for block in dict.fromkeys(a.block for a in emit.tables if isinstance(a, BlockArgument)):
        allowed = [a for a in block.args if a in emit.tables]
        ops = operations_behind(emit, roots, allowed, block)
        if ops is not None:
            return block, ops
    return None
