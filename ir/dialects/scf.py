"""Structured control flow, as upstream ``scf``. At GRAPH level it carries tensors; at LOOP
level scalars, vectors and nothing that lives in memory."""

from __future__ import annotations

from collections.abc import Sequence

from millrace.ir.core import Block, Operation, Value
from millrace.ir.opdef import operand, operands, region, results
from millrace.ir.types import Type


class For(Operation):
    """``for iv = lower to upper step step`` with carried values; the block's arguments are the
    counter (of the bounds' type) and the carried values, its ``scf.yield`` gives their next."""

    name = "scf.for"
    lower: Value = operand()
    upper: Value = operand()
    step: Value = operand()
    inits: tuple[Value, ...] = operands()
    block: Block = region()
    outs: tuple[Value, ...] = results()

    def infer(self) -> Sequence[Type]:
        return tuple(v.type for v in self.inits)


class If(Operation):
    """Both regions yield the results; the condition is a scalar ``i1``. Result types are given."""

    name = "scf.if"
    condition: Value = operand()
    then_block: Block = region()
    else_block: Block = region()
    outs: tuple[Value, ...] = results()


class While(Operation):
    """``before`` takes the carried values and ends in ``scf.condition``, whose values go to
    ``after`` and, at the end, become the results; ``after`` yields the next carried values."""

    name = "scf.while"
    inits: tuple[Value, ...] = operands()
    before: Block = region()
    after: Block = region()
    outs: tuple[Value, ...] = results()


class Condition(Operation):
    name = "scf.condition"
    condition: Value = operand()
    values: tuple[Value, ...] = operands()

    def infer(self) -> Sequence[Type]:
        return ()


class Yield(Operation):
    name = "scf.yield"
    values: tuple[Value, ...] = operands()

    def infer(self) -> Sequence[Type]:
        return ()
