"""``structure-flow``: FLOW level becomes GRAPH level.

Frames become ``scf.while``, merges ``scf.if``. Raises CompileError that names the node where the
graph is not structured.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from millrace.ir.builder import Builder
from millrace.ir.core import Block, Operation, Value
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.func import Func, Return
from millrace.ir.interpreter.flow import reads
from millrace.ir.levels import FLOW_OPS, Level
from millrace.passes.base import Pass, PassContext
from millrace.passes.control_flow.emit import Emitter
from millrace.passes.control_flow.graph import FlowGraph
from millrace.passes.control_flow.guards import TRUE
from millrace.passes.control_flow.scopes import Scope
from millrace.passes.effects import Effects


@dataclass(frozen=True)
class StructureFlow(Pass):
    """Dataflow control (switch, merge, frames) becomes ``scf.if`` and ``scf.while``."""

    name: ClassVar[str] = "structure-flow"
    requires: ClassVar[Level | tuple[Level, ...]] = (Level.FLOW, Level.GRAPH)
    ensures: ClassVar[Level | None] = Level.GRAPH
    mandatory: ClassVar[bool] = True

    def run(self, module: Module, ctx: PassContext) -> None:
        for f in module.functions():
            _structure(f, Effects(module), ctx)


def _structure(f: Func, effects: Effects, ctx: PassContext) -> None:
    rw = ctx.rewriter
    if _is_structured(f):
        return
    end = f.block.terminator
    if not isinstance(end, Return):
        raise f.error("its body does not end in func.return")
    acting = [
        op
        for op in f.block
        if op is not end and op.name not in FLOW_OPS and not effects.droppable(op)
    ]
    old = f.block
    graph = FlowGraph(old, [end, *acting])
    block = Block([a.type for a in old.args])
    for mine, theirs in zip(block.args, old.args, strict=True):
        mine.name_hint = theirs.name_hint
    scope = Scope((), TRUE, block)
    scope.known.update(zip(old.args, block.args, strict=True))
    emitter = Emitter(graph, acting, rw)
    results = emitter.function(scope, end.operands)
    Builder(block).insert(Return(results, loc=end.loc))
    _replace_body(f, old, block, ctx)


def _is_structured(f: Func) -> bool:
    """Whether there is nothing to do: no dataflow control, and operations in order."""
    seen: set[Operation] = set()
    for op in f.block:
        makers = {v.defining_op for v in reads(op)} - {None}
        if op.name in FLOW_OPS or not makers <= seen:
            return False
        seen.add(op)
    return True


def _replace_body(f: Func, old: Block, new: Block, ctx: PassContext) -> None:
    """The function's block takes the new operations; the old ones are gone."""
    ctx.rewriter.take_region(f)
    arguments: list[Value] = []
    for a in new.args:
        arg = ctx.rewriter.add_argument(f.block, a.type)
        arg.name_hint = a.name_hint
        arguments.append(arg)
    marker = Builder(f.block).insert(Return([]))
    end = new.terminator
    loc = end.loc
    results = ctx.rewriter.inline_block(new, marker, arguments)
    ctx.rewriter.erase(marker)
    Builder(f.block).insert(Return(results, loc=loc))
    for op in old:
        for inner in op.walk():
            inner._drop_operands()
