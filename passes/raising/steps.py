"""Running a part of a loop body at compile time: what depends on counters only is known at each
step. Operations are evaluated, not recognised, so it does not matter how a counter is written."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import numpy as np

from millrace.ir.core import Block, Operation, Value
from millrace.ir.dialects import arith, math, tensor
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.dialects.mr.kinds import Array, Control, TensorOp
from millrace.ir.errors import MillraceError
from millrace.ir.interpreter.machine import Machine, handler_of
from millrace.ir.types import TensorType

MAX_WORK = 400_000
"""Operations that are evaluated for one question."""
MAX_ELEMENTS = 1024
"""Largest tensor that takes part in a condition or an index."""

_SCALAR = (arith.Constant, arith.Binary, arith.CmpI, arith.CmpF, arith.Select, arith.Cast)
_EXTRACTS = (tensor.Extract, tensor.FromElements, math.Unary)


def known(v: Value) -> Array | None:
    """The content of a constant tensor."""
    op = v.defining_op
    return op.value.array if isinstance(op, Constant) else None


def is_small(v: Value) -> bool:
    return not isinstance(v.type, TensorType) or (v.type.is_static and v.type.size <= MAX_ELEMENTS)


def _can_run(op: Operation) -> bool:
    if op.regions or not all(is_small(r) for r in op.results):
        return False
    if isinstance(op, TensorOp):
        return not isinstance(op, Control)
    return isinstance(op, _SCALAR + _EXTRACTS)


class Steps:
    """Evaluates operations of one loop body. Constants, in the body or outside, are known."""

    def __init__(self, module: Module, block: Block) -> None:
        self.machine = Machine(module)
        self.block = block

    def behind(self, roots: Iterable[Value], leaves: Iterable[Value]) -> list[Operation] | None:
        """The operations that make ``roots`` out of ``leaves`` and constants, in order; None when
        they need anything else."""
        done = set(leaves)
        needed: dict[Operation, None] = {}
        outside: list[Operation] = []
        todo = list(roots)
        while todo:
            v = todo.pop()
            op = v.defining_op
            if v in done or isinstance(op, Constant):
                continue
            if op is None or not _can_run(op):
                return None
            if op.parent is not self.block and op not in needed:
                outside.append(op)
            if op not in needed:
                needed[op] = None
                todo.extend(op.operands)
        if any(op.operands for op in outside):
            return None  # not folded, so not constant
        inside = [op for op in self.block if op in needed] if needed else []
        return [*outside, *inside]

    def carries_behind(
        self, roots: Iterable[Value], args: Sequence[Value], nexts: Mapping[Value, Value]
    ) -> set[Value] | None:
        """The arguments that ``roots`` depend on through all steps; None when anything else is
        involved. ``nexts`` has what each argument becomes."""
        found: set[Value] = set()
        todo = list(roots)
        seen: set[Value] = set()
        while todo:
            v = todo.pop()
            if v in seen:
                continue
            seen.add(v)
            op = v.defining_op
            if isinstance(op, Constant):
                continue
            if v in nexts:
                if not is_small(v):
                    return None
                found.add(v)
                todo.append(nexts[v])
            elif op is None:
                if v is not args[0]:
                    return None
            elif not _can_run(op):
                return None
            else:
                todo.extend(op.operands)
        return found

    def run(self, ops: Sequence[Operation], values: dict[Value, Any]) -> bool:
        """Evaluate operations in order; ``values`` has their leaves and gains their results.
        False when one fails: that belongs to run time."""
        try:
            with np.errstate(all="ignore"):
                for op in ops:
                    args = [self.read(v, values) for v in op.operands]
                    results = handler_of(type(op))(self.machine, op, args)
                    values.update(zip(op.results, results, strict=True))
        except (MillraceError, ArithmeticError, LookupError, TypeError, ValueError):
            return False
        return True

    def read(self, v: Value, values: Mapping[Value, Any]) -> Any:
        content = known(v)
        return values[v] if content is None else content

    def table(self, v: Value, trip: int) -> Array | None:
        """The values of ``v`` at each step of a counted loop, one row a step; None when they depend
        on more than the step number."""
        step = self.block.args[0]
        ops = self.behind([v], [step])
        if ops is None or trip * (1 + len(ops)) > MAX_WORK or trip == 0 or not is_small(v):
            return None
        rows = []
        for t in range(trip):
            values: dict[Value, Any] = {step: np.int64(t)}
            if not self.run(ops, values):
                return None
            rows.append(np.asarray(self.read(v, values)))
        return np.stack(rows)


def line(table: Array) -> tuple[int, int] | None:
    """(start, slope) of integers, one a row, that lie on a line."""
    flat = table.reshape(-1)
    if len(flat) != len(table) or flat.dtype.kind not in "iu":
        return None
    numbers = [int(x) for x in flat]
    slope = numbers[1] - numbers[0] if len(numbers) > 1 else 1
    good = all(n == numbers[0] + slope * t for t, n in enumerate(numbers))
    return (numbers[0], slope) if good else None
