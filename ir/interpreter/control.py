"""Calls, ``scf``, ``mr.scan`` and ``mr.check``: alike at all levels."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any

import numpy as np

from millrace.ir.core import Operation
from millrace.ir.dialects import func, linalg, scf
from millrace.ir.dialects.mr.control import AllPassed, Check, Scan
from millrace.ir.errors import RunError
from millrace.ir.interpreter.machine import Handler, Machine
from millrace.ir.types import ShapedType, element_of


def _call(m: Machine, op: Any, args: list[Any]) -> Sequence[Any]:
    callee = m.functions.get(op.callee.name)
    if callee is None:
        raise RunError(f"call of @{op.callee.name}, which the module does not have")
    if callee.layouts is not None and len(callee.block.args) != len(args):
        # A bufferized plan with kernels that still work on tensors.
        from millrace.ir.interpreter.mixed import call_kernel

        call_kernel(m, callee, args)
        return ()
    return m.call(callee, args)


def _if(m: Machine, op: Any, args: list[Any]) -> Sequence[Any]:
    return m.run_block(op.then_block if bool(args[0]) else op.else_block, ())


def _for(m: Machine, op: Any, args: list[Any]) -> Sequence[Any]:
    lower, upper, step = (int(a) for a in args[:3])
    carried = list(args[3:])
    if step <= 0:
        raise RunError(f"{op!r}: step {step}")
    dtype = element_of(op.lower.type).dtype.type
    for i in range(lower, upper, step):
        carried = m.run_block(op.block, [dtype(i), *carried])
    return carried


def _while(m: Machine, op: Any, args: list[Any]) -> Sequence[Any]:
    carried = list(args)
    while True:
        go_on, *values = m.run_block(op.before, carried)
        if not bool(go_on):
            return values
        carried = m.run_block(op.after, values)


def _scan(m: Machine, op: Scan, args: list[Any]) -> Sequence[Any]:
    n = op.num_carries
    carries, xs = list(args[:n]), args[n : n + len(op.xs)]
    count = op.trip
    if op.count is not None:
        count = int(args[-1])
        if not 0 <= count <= op.trip:
            raise RunError(f"{op!r}: {count} steps of at most {op.trip}")
    stacked = []
    for r in op.results[n:]:
        assert isinstance(r.type, ShapedType)
        stacked.append(np.zeros(r.type.shape, r.type.dtype))
    for step in range(count):
        at = count - 1 - step if op.reverse else step
        slices = [x[at] if x.ndim > 1 else np.asarray(x[at]) for x in xs]
        out = m.run_block(op.block, [np.int64(step), *carries, *slices])
        carries = out[:n]
        for y, value in zip(stacked, out[n:], strict=True):
            y[at] = value
    return [*carries, *stacked]


def _check(m: Machine, op: Check, args: list[Any]) -> Sequence[Any]:
    if not np.all(args[0]):
        where = f"{op.loc.describe()}: " if op.loc else ""
        raise RunError(f"{where}{op.message or f'run-time check failed: {op.code}'}")
    return ()


def _all_passed(m: Machine, op: AllPassed, args: list[Any]) -> Sequence[Any]:
    return (np.bool_(True),)  # a check that fails ends the run


def _misplaced(m: Machine, op: Operation, args: list[Any]) -> Sequence[Any]:
    raise RunError(f"{op!r} does not end its block")


HANDLERS: Mapping[type[Operation], Handler] = MappingProxyType(
    {
        func.Call: _call,
        scf.If: _if,
        scf.For: _for,
        scf.While: _while,
        Scan: _scan,
        Check: _check,
        AllPassed: _all_passed,
        func.Return: _misplaced,
        scf.Yield: _misplaced,
        scf.Condition: _misplaced,
        linalg.Yield: _misplaced,
    }
)
