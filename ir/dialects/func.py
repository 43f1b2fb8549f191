"""Functions and calls, as upstream ``func``."""

from __future__ import annotations

from collections.abc import Sequence

from millrace.ir.attributes import FrozenDict, SymbolRef
from millrace.ir.core import Block, Operation, Value
from millrace.ir.opdef import attr, operands, region, results
from millrace.ir.types import FunctionType, Type


class Func(Operation):
    """``func.func``. ``role`` is ``entry`` (the model), ``kernel`` (one fused kernel) or
    ``function`` (called from the model). ``arg_names`` and ``result_names`` are the user's
    tensor names of an entry. From bufferization on: ``num_inputs`` says how many of the arguments
    are read-only inputs; ``layouts`` has the element strides of each tensor operand, then of each
    result, of a kernel; ``elements`` the GRAPH element types of a Library operation's kernel."""

    name = "func.func"
    sym_name: str = attr()
    function_type: FunctionType = attr()
    role: str = attr("function")
    arg_names: tuple[str, ...] | None = attr(None)
    result_names: tuple[str, ...] | None = attr(None)
    num_inputs: int | None = attr(None)
    schedule: FrozenDict | None = attr(None)
    layouts: tuple[tuple[int, ...], ...] | None = attr(None)
    elements: tuple[Type, ...] | None = attr(None)
    block: Block = region()

    def infer(self) -> Sequence[Type]:
        return ()

    def verify_op(self) -> None:
        if tuple(a.type for a in self.block.args) != self.function_type.inputs:
            raise self.error("block arguments differ from the function type")


class Return(Operation):
    name = "func.return"
    values: tuple[Value, ...] = operands()

    def infer(self) -> Sequence[Type]:
        return ()


class Call(Operation):
    """``func.call``; the result types are given."""

    name = "func.call"
    args: tuple[Value, ...] = operands()
    callee: SymbolRef = attr()
    outs: tuple[Value, ...] = results()
