"""``inline``: calls of functions are replaced by their bodies."""

from __future__ import annotations

from dataclasses import dataclass

from millrace.ir.core import Operation, Value, clone
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.func import Call, Func
from millrace.ir.errors import CompileError
from millrace.ir.rewriter import Rewriter
from millrace.passes.base import Pass, PassContext

MOST_OPERATIONS = 2_000_000
"""Functions that call each other twice over grow exponentially; this is where it ends."""


@dataclass(frozen=True)
class Inline(Pass):
    """Inlines calls of functions with the role ``function`` and drops these functions."""

    name = "inline"
    mandatory = True

    def run(self, module: Module, ctx: PassContext) -> None:
        inliner = Inliner(module, ctx.rewriter)
        for f in module.functions():
            if f.role != "function":
                inliner.visit(f, ())
        drop_unused(module, ctx.rewriter)


class Inliner:
    def __init__(self, module: Module, rw: Rewriter) -> None:
        self.functions = {f.sym_name: f for f in module.functions()}
        self.rw = rw
        self.count = 0

    def visit(self, root: Operation, stack: tuple[str, ...]) -> None:
        """Inline all calls nested in ``root``; ``stack`` has the functions around."""
        for op in list(root.walk()):
            if isinstance(op, Call):
                callee = self.functions.get(op.callee.name)
                if callee is None:
                    raise op.error(f"there is no function @{op.callee.name}")
                if callee.role == "function":
                    self._inline(op, callee, stack)

    def _inline(self, call: Call, callee: Func, stack: tuple[str, ...]) -> None:
        name = callee.sym_name
        if name in stack:
            cycle = " -> ".join(f"@{s}" for s in (*stack, name))
            raise call.error(f"functions call each other in a circle: {cycle}")
        mapping: dict[Value, Value] = dict(zip(callee.block.args, call.args, strict=True))
        copies = []
        with self.rw.atomic():
            b = self.rw.before(call)
            end = callee.block.terminator
            for op in callee.block:
                if op is not end:
                    copies.append(b.insert(clone(op, mapping)))
            self.rw.replace(call, *(mapping.get(v, v) for v in end.operands))
        self.count += sum(1 for op in copies for _ in op.walk())
        if self.count > MOST_OPERATIONS:
            raise CompileError(f"@{name}: inlining makes more than {MOST_OPERATIONS} operations")
        for op in copies:
            self.visit(op, (*stack, name))


def drop_unused(module: Module, rw: Rewriter) -> None:
    """Erase functions of role ``function`` that no entry or kernel calls any more."""
    reached: set[str] = set()
    todo: list[Func] = [f for f in module.functions() if f.role != "function"]
    functions = {f.sym_name: f for f in module.functions()}
    while todo:
        for op in todo.pop().walk():
            if isinstance(op, Call) and op.callee.name not in reached:
                reached.add(op.callee.name)
                callee = functions.get(op.callee.name)
                if callee is not None:
                    todo.append(callee)
    for f in module.functions():
        if f.role == "function" and f.sym_name not in reached:
            rw.erase(f)
