"""leave-failed: a loop that goes on while a condition holds ends when a check has failed.

After a failed ``mr.check`` a run goes on with defined values, but these need not lead to an end: a
search that ran out of its array would search for ever. Loops of a known number of steps just run
out."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import ClassVar

from millrace.ir.core import Operation
from millrace.ir.dialects import arith, func, scf
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr.control import AllPassed, Check
from millrace.ir.dialects.mr.kinds import Library
from millrace.ir.levels import Level
from millrace.passes.base import Pass, PassContext


@dataclass(frozen=True)
class LeaveFailed(Pass):
    """Loops on data end when a run-time check has failed."""

    name: ClassVar[str] = "leave-failed"
    requires: ClassVar[Level | tuple[Level, ...]] = Level.KERNEL
    mandatory: ClassVar[bool] = True

    def run(self, module: Module, ctx: PassContext) -> None:
        failing = {
            f.sym_name for f in module.functions() if f.role == "kernel" and _may_fail(f, ())
        }
        for loop in [op for op in module.walk() if isinstance(op, scf.While)]:
            if not _may_fail(loop, failing):
                continue
            end = loop.before.terminator
            b = ctx.rewriter.before(end)
            going = b.value(arith.AndI, end.operands[0], b.value(AllPassed))
            ctx.rewriter.set_operand(end, 0, going)


def _may_fail(op: Operation, kernels: Collection[str]) -> bool:
    """Whether there is a check in it, or a Library operation, which may become one."""
    return any(
        isinstance(inner, Check | Library)
        or (isinstance(inner, func.Call) and inner.callee.name in kernels)
        for inner in op.walk()
    )
