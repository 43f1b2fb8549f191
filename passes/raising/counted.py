"""Counted loops: ``scf.while`` and ``scf.for`` whose number of steps is known become ``mr.scan``.

The part of the body that the condition depends on is run at compile time. Carried values that
depend on nothing else (counters, however many) are no carries any more: they follow from the step
number.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np

from millrace.ir.attributes import Dense, Scalar
from millrace.ir.builder import Builder
from millrace.ir.core import Block, Value, clone
from millrace.ir.dialects import arith, scf, tensor
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.cast import Cast
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.dialects.mr.control import Scan
from millrace.ir.dialects.mr.kinds import Array
from millrace.ir.dialects.mr.movement import reshape, shape_of
from millrace.ir.types import I64, INDEX, TensorType, element_of, is_float
from millrace.ir.types import tensor as tensor_type
from millrace.passes.base import PassContext
from millrace.passes.effects import Effects
from millrace.passes.raising.run_time import (
    CountOfFor,
    RunTimeCount,
    count_at_run_time,
    count_of_for,
)
from millrace.passes.raising.steps import MAX_ELEMENTS, MAX_WORK, Steps, known, line


@dataclass
class Body:
    """A loop written as a scan would be: ``block`` takes the step number and the carries, and
    ends in a yield of their next values. ``going`` is the condition before the step."""

    block: Block
    inits: list[Value]
    going: Value | None
    trip: int = 0
    count: RunTimeCount | CountOfFor | None = None
    tables: dict[int, Array] = field(default_factory=dict)
    fixed: set[int] = field(default_factory=set)

    @property
    def carries(self) -> list[Value]:
        return list(self.block.args[1:])

    @property
    def nexts(self) -> list[Value]:
        return self.block.terminator.operands

    def discard(self) -> None:
        for op in reversed(self.block.ops):
            op._erase()


def raise_while(op: scf.While, module: Module, ctx: PassContext) -> bool:
    """Replace a ``scf.while`` by a scan; False when its steps are not known."""
    effects = Effects(module)
    if not all(effects.droppable(inner) for inner in op.before if inner is not op.before.last):
        return False
    body = _body_of_while(op)
    _drop_fixed(body, ctx)
    steps = Steps(module, body.block)
    if not _count(body, steps) and not _count_at_run_time(body, steps):
        body.discard()
        return False
    b = Builder.before(op)
    finals = _emit(body, b, ctx)
    mapping: dict[Value, Value] = dict(zip(op.before.args, finals, strict=True))
    for inner in op.before:
        if inner is not op.before.last:
            b.insert(clone(inner, mapping))
    passed = op.before.terminator.operands[1:]
    ctx.rewriter.replace(op, *(mapping.get(v, v) for v in passed))
    return True


def raise_for(op: scf.For, module: Module, ctx: PassContext) -> bool:
    """Replace a ``scf.for`` by a scan. Its bounds must be constants, but for the upper one where
    the steps that read in range bound it."""
    lower, upper, step = (_scalar(v) for v in (op.lower, op.upper, op.step))
    if not all(isinstance(v.type, TensorType) for v in op.inits):
        return False
    if lower is None or step is None or step <= 0:
        return False
    body = _body_of_for(op, lower, step)
    if upper is not None:
        body.trip = len(range(lower, upper, step))
    else:
        body.count = count_of_for(body.block, op.upper, lower, step)
        if body.count is None:
            body.discard()
            return False
        body.trip = body.count.trip
    _drop_fixed(body, ctx)
    if body.trip:
        _tabulate_others(body, Steps(module, body.block))
    finals = _emit(body, Builder.before(op), ctx)
    ctx.rewriter.replace(op, *finals)
    return True


def _scalar(v: Value) -> int | None:
    op = v.defining_op
    return int(op.value.value) if isinstance(op, arith.Constant) else None


# ---- the loop in a scan's form


def _body_of_while(op: scf.While) -> Body:
    block = Block([INDEX, *(v.type for v in op.inits)])
    b = Builder(block, loc=op.loc)
    mapping: dict[Value, Value] = dict(zip(op.before.args, block.args[1:], strict=True))
    condition = op.before.terminator
    _clone_all(op.before, b, mapping)
    going, *passed = (mapping.get(v, v) for v in condition.operands)
    mapping.update(zip(op.after.args, passed, strict=True))
    _clone_all(op.after, b, mapping)
    b.create(scf.Yield, [mapping.get(v, v) for v in op.after.terminator.operands])
    return Body(block, list(op.inits), going)


def _body_of_for(op: scf.For, lower: int, step: int) -> Body:
    block = Block([INDEX, *(v.type for v in op.inits)])
    b = Builder(block, loc=op.loc)
    counter: Value = block.args[0]
    scale, start = (b.value(arith.Constant, value=Scalar(n, INDEX)) for n in (step, lower))
    counter = b.value(arith.AddI, b.value(arith.MulI, counter, scale), start)
    if op.lower.type != INDEX:
        counter = b.value(arith.IndexCast, counter, result_types=[op.lower.type])
    mapping: dict[Value, Value] = dict(zip(op.block.args, [counter, *block.args[1:]], strict=True))
    _clone_all(op.block, b, mapping)
    b.create(scf.Yield, [mapping.get(v, v) for v in op.block.terminator.operands])
    return Body(block, list(op.inits), None)


def _clone_all(source: Block, b: Builder, mapping: dict[Value, Value]) -> None:
    for inner in source:
        if inner is not source.last:
            b.insert(clone(inner, mapping))


def _drop_fixed(body: Body, ctx: PassContext) -> None:
    """Carries that no step changes are values from outside."""
    for i, (arg, after) in enumerate(zip(body.carries, list(body.nexts), strict=True)):
        if after is arg or after is body.inits[i]:
            body.fixed.add(i)
            if not arg.is_unused:
                ctx.rewriter.replace_value(arg, body.inits[i])
                if body.going is arg:
                    body.going = body.inits[i]


# ---- counting


def _count(body: Body, steps: Steps) -> bool:
    """Find the number of steps, and the carries that are known at each; False when the condition
    depends on data or never fails."""
    assert body.going is not None
    if isinstance(body.going.type, TensorType):
        return False
    found = _run(body, steps, [body.going], until=body.going, limit=None)
    if found is None:
        return False
    body.trip, body.tables = found
    if body.trip:
        _tabulate_others(body, steps)
    return True


def _count_at_run_time(body: Body, steps: Steps) -> bool:
    """Find a bound of the number of steps where that itself is a run-time value."""
    assert body.going is not None
    body.count = count_at_run_time(body.block, body.going, body.inits, body.nexts)
    if body.count is None:
        return False
    body.trip, body.tables = body.count.trip, {}
    _tabulate_others(body, steps)
    return True


def _tabulate_others(body: Body, steps: Steps) -> None:
    for i, arg in enumerate(body.carries):
        t = arg.type
        if i in body.tables or i in body.fixed or not isinstance(t, TensorType):
            continue
        if t.size == 1 and not is_float(t.element):
            found = _run(body, steps, [arg], until=None, limit=body.trip)
            if found is not None:
                body.tables.update(found[1])


def _run(
    body: Body, steps: Steps, roots: list[Value], *, until: Value | None, limit: int | None
) -> tuple[int, dict[int, Array]] | None:
    """Run what ``roots`` depend on until the condition fails, or ``limit`` steps: the number of
    steps, and the values of the carries involved before each step and after the last."""
    args = body.carries
    nexts = {
        arg: after
        for i, (arg, after) in enumerate(zip(args, body.nexts, strict=True))
        if i not in body.fixed
    }
    carries = steps.carries_behind(roots, body.block.args, nexts)
    if carries is None:
        return None
    numbers = [i for i, arg in enumerate(args) if arg in carries]
    state = {i: known(body.inits[i]) for i in numbers}
    if any(a is None for a in state.values()):
        return None
    ends = [body.nexts[i] for i in numbers]
    before = steps.behind(roots if until is not None else [], [*body.block.args])
    after = steps.behind(ends, [*body.block.args])
    if before is None or after is None:
        return None
    if not numbers and until is not None:
        limit = 1  # the condition never changes: it fails at once or never
    most = MAX_WORK // (1 + len(before) + len(after))
    history: dict[int, list[Any]] = {i: [state[i]] for i in numbers}
    trip = 0
    while limit is None or trip < limit:
        values: dict[Value, Any] = {args[i]: state[i] for i in numbers}
        values[body.block.args[0]] = np.int64(trip)
        if trip > most or not steps.run(before, values):
            return None
        if until is not None and not bool(steps.read(until, values)):
            break
        if not steps.run(after, values):
            return None
        state = {i: np.asarray(steps.read(e, values)) for i, e in zip(numbers, ends, strict=True)}
        for i in numbers:
            history[i].append(state[i])
        trip += 1
    if not numbers and trip:
        return None
    return trip, {i: np.stack(rows) for i, rows in history.items()}


# ---- the scan


def _emit(body: Body, b: Builder, ctx: PassContext) -> list[Value]:
    """Write the scan; the last value of each carry."""
    if body.trip == 0:
        body.discard()
        return list(body.inits)
    carries, nexts = body.carries, list(body.nexts)
    lines = {i: line(t) for i, t in body.tables.items()}
    counted = [i for i in body.tables if lines[i] is not None]
    listed = [i for i, t in body.tables.items() if lines[i] is None and t.size <= MAX_ELEMENTS**2]
    gone = {*counted, *listed, *body.fixed}
    kept = [i for i in range(len(carries)) if i not in gone]
    xs = [b.value(Constant, value=Dense(body.tables[i][: body.trip])) for i in listed]
    block = Block([INDEX, *(carries[i].type for i in (*kept, *listed))])
    inner = Builder(block, loc=b.loc)
    new: dict[int, Value] = dict(zip((*kept, *listed), block.args[1:], strict=True))
    for i in counted:
        start, slope = lines[i] or (0, 1)
        new[i] = _on_line(inner, block.args[0], start, slope, carries[i])
    for i in body.fixed:
        new[i] = body.inits[i]
    end = inner.create(scf.Yield, [])
    arguments = [block.args[0], *(new[i] for i in range(len(carries)))]
    results = ctx.rewriter.inline_block(body.block, end, arguments)
    assert len(results) == len(nexts)
    ctx.rewriter.set_operands(end, [results[i] for i in kept])
    count = None if body.count is None else body.count.emit(b)
    inits = [body.inits[i] for i in kept]
    scan = b.create(Scan, inits, xs, count, trip=body.trip, block=block)
    last: dict[int, Value] = dict(zip(kept, scan.results, strict=True))
    for i in body.fixed:
        last[i] = body.inits[i]
    for i in (*counted, *listed):
        if count is not None:
            start, slope = lines[i] or (0, 1)
            last[i] = _on_line(b, count, start, slope, carries[i])
            continue
        last[i] = b.value(Constant, value=Dense(body.tables[i][body.trip]))
    return [last[i] for i in range(len(carries))]


def _on_line(b: Builder, step: Value, start: int, slope: int, like: Value) -> Value:
    """``start + slope * step`` as a tensor of the type of ``like``."""
    wide = b.value(arith.IndexCast, step, result_types=[I64])
    value: Value = b.value(tensor.FromElements, [wide], result_types=[tensor_type((), I64)])
    if slope != 1:
        value = b.value(ew.Mul, value, b.value(Constant, value=Dense(np.array(slope, np.int64))))
    if start != 0:
        value = b.value(ew.Add, value, b.value(Constant, value=Dense(np.array(start, np.int64))))
    element = element_of(like.type)
    if element != I64:
        value = b.value(Cast, value, to=element)
    return reshape(b, value, shape_of(like))
