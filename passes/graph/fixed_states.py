"""``fixed-states``: states that do not change are constants.

A model may keep its weights as state and multiply them by a mask in each run, as tools for pruning
leave it. When what a state becomes depends on nothing but itself, and is the same again after a
second run, then it is known: what the first run makes of it, if only that is used, or what it
starts as, if that is the same.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from millrace.ir.core import Operation, Value
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.func import Func
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.dialects.mr.kinds import Control, TensorOp
from millrace.ir.dialects.mr.support import constant
from millrace.ir.levels import Level
from millrace.ir.opdef import grouped
from millrace.ir.rewriter import Rewriter
from millrace.ir.types import FunctionType, TensorType, element_of
from millrace.passes.base import Pass, PassContext

Array = np.ndarray[Any, Any]
LONGEST = 64
"""Operations between a state and its next value that are looked at."""


@dataclass(frozen=True)
class FixedStates(Pass):
    """Turns states that stay what they are into constants."""

    name: ClassVar[str] = "fixed-states"
    requires: ClassVar[Level | tuple[Level, ...]] = Level.GRAPH

    def run(self, module: Module, ctx: PassContext) -> None:
        for f in module.functions():
            for i in reversed(range(f.num_states)):
                found = _constant_for(f, i)
                if found is not None:
                    with ctx.rewriter.atomic():
                        _drop(f, i, *found, ctx)


def _constant_for(f: Func, index: int) -> tuple[Value, Array] | None:
    """The value that is constant in all runs, and its content."""
    arg = f.block.args[f.states_at + index]
    after = _next(f, index)
    steps = _steps(after, arg)
    if steps is None or not isinstance(arg.type, TensorType) or not arg.type.size:
        return None  # (an empty one takes nothing)
    start = _initial(f, index)
    first = _evaluated(after, arg, start, steps)
    if not _same(_evaluated(after, arg, first, steps), first):
        return None
    if _same(first, start):
        return arg, start
    inside: set[Operation] = set(steps)
    between = [arg, *(r for op in steps for r in op.results if r is not after)]
    alone = all(u in inside for v in between for u in v.users)
    return (after, first) if alone else None


def _next(f: Func, index: int) -> Value:
    ends = f.block.terminator.operands
    return ends[len(ends) - f.num_states + index]


def _initial(f: Func, index: int) -> Array:
    if f.state_init is not None:
        return f.state_init[index].array
    t = f.block.args[f.states_at + index].type
    assert isinstance(t, TensorType)
    return np.zeros(t.shape, t.dtype)


def _steps(v: Value, start: Value) -> list[Operation] | None:
    """The operations that make ``v`` of ``start`` and constants, in order; None when something else
    plays a part."""
    order: list[Operation] = []

    def visit(at: Value) -> bool:
        op = at.defining_op
        if at is start or isinstance(op, Constant) or op in order:
            return True
        able = isinstance(op, TensorOp) and not isinstance(op, Control)
        if op is None or not able or len(order) >= LONGEST or not all(map(visit, op.operands)):
            return False
        order.append(op)
        return True

    return order if visit(v) else None


def _evaluated(v: Value, start: Value, content: Array, steps: list[Operation]) -> Array:
    known: dict[Value, Array] = {start: content}
    for op in steps:
        given = [_content(o, known) for o in op.operands]
        assert isinstance(op, TensorOp)
        with np.errstate(all="ignore"):
            out = op.evaluate(*grouped(op, given))
        results = out if isinstance(out, tuple | list) else (out,)
        known.update(zip(op.results, map(np.asarray, results), strict=True))
    return _content(v, known)


def _content(v: Value, known: dict[Value, Array]) -> Array:
    op = v.defining_op
    return op.value.array if isinstance(op, Constant) else known[v]


def _same(a: Array, b: Array) -> bool:
    return a.dtype == b.dtype and a.shape == b.shape and a.tobytes() == b.tobytes()


def _drop(f: Func, index: int, fixed: Value, content: Array, ctx: PassContext) -> None:
    """Put the constant in its place and forget the state."""
    rw: Rewriter = ctx.rewriter
    ctx.remark(f, f"state {f.names_of_states[index]!r} never changes: it is a constant")
    first = f.block.first
    assert first is not None
    rw.replace_value(fixed, constant(rw.before(first), content, element_of(fixed.type)))
    arg = f.block.args[f.states_at + index]
    if not arg.is_unused:  # by operations that nobody needs any more
        spare = constant(rw.before(first), _initial(f, index), element_of(arg.type))
        rw.replace_value(arg, spare)
    names, init = f.state_names, f.state_init
    place, count = f.states_at + index, f.num_states
    ins, outs = len(f.block.args) - count, len(f.block.terminator.operands) - count
    end = f.block.terminator
    rw.set_operands(end, _without(end.operands, outs + index))
    rw.remove_argument(f.block, place)
    rw.set_attr(f, "arg_names", f.arg_names and _without(f.arg_names, ins + index))
    rw.set_attr(f, "result_names", f.result_names and _without(f.result_names, outs + index))
    rw.set_attr(f, "state_names", names and (_without(names, index) or None))
    rw.set_attr(f, "state_init", init and (_without(init, index) or None))
    if f.quantization is not None:
        rw.set_attr(f, "quantization", _without(f.quantization, ins + outs + index))
    rw.set_attr(f, "num_states", count - 1 or None)
    types = tuple(a.type for a in f.block.args), tuple(v.type for v in end.operands)
    rw.set_attr(f, "function_type", FunctionType(*types))


def _without(items: Any, index: int) -> tuple[Any, ...]:
    """Names of states need not be among those of arguments."""
    return tuple(x for i, x in enumerate(items) if i != index)
