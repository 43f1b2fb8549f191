"""``cse``: equal operations are computed once, and what has been checked is not checked again."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from millrace.ir.attributes import FrozenDict
from millrace.ir.core import Operation
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.func import Func
from millrace.ir.dialects.linalg import Generic
from millrace.ir.dialects.mr.control import Check
from millrace.ir.levels import Level
from millrace.ir.rewriter import Rewriter
from millrace.passes.base import Pass, PassContext
from millrace.passes.effects import is_value

Table = dict[tuple[Any, ...], Operation]


_ISOLATED = (Func, Generic)
"""Operations whose bodies keep to themselves: functions must, generics are easier to lower so."""


@dataclass(frozen=True)
class Cse(Pass):
    """Common subexpression elimination: an operation equal to one that dominates it is replaced
    by that one's results."""

    name = "cse"
    requires = (Level.GRAPH, Level.KERNEL, Level.LOOP)

    def run(self, module: Module, ctx: PassContext) -> None:
        visit(module, [{}], ctx.rewriter)


def visit(op: Operation, scopes: list[Table], rw: Rewriter) -> None:
    """``scopes`` are the tables of the enclosing blocks, the innermost last."""
    for region in op.regions:
        for block in region.blocks:
            inner_scopes = [{}] if isinstance(op, _ISOLATED) else [*scopes, {}]
            for inner in block:
                if inner.regions:
                    visit(inner, inner_scopes, rw)
                elif is_value(inner) or isinstance(inner, Check):
                    _merge(inner, inner_scopes, rw)


def _merge(op: Operation, scopes: list[Table], rw: Rewriter) -> None:
    key = key_of(op)
    for table in scopes:
        same = table.get(key)
        if same is not None:
            rw.replace(op, *same.results)
            return
    scopes[-1][key] = op


def key_of(op: Operation) -> tuple[Any, ...]:
    """Equal for operations that compute the same."""
    attributes = tuple((k, attribute_key(v)) for k, v in sorted(op.attributes.items()))
    types = tuple(r.type for r in op.results)
    return (type(op), tuple(op.operands), attributes, types)


def attribute_key(value: Any) -> Any:
    """Tells apart what Python's equality does not: 0.0 and -0.0, 1 and 1.0 and True."""
    if isinstance(value, float):
        return ("float", value.hex())
    if isinstance(value, tuple):
        return ("tuple", tuple(attribute_key(v) for v in value))
    if isinstance(value, FrozenDict):
        return ("dict", tuple((k, attribute_key(v)) for k, v in value.items()))
    return (type(value).__name__, value)
