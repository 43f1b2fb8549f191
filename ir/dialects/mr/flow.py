"""Dataflow control, TensorFlow's way: FLOW level only, in functions whose bodies are graph regions.

A value is a token that is *live* (has content) or *dead*. Ordinary operations are dead when one
of their operands is. ``mr.switch`` lets its data live on one side, ``mr.merge`` takes the one
input that is live. ``mr.enter`` passes a value into a frame (a loop), ``mr.next_iteration`` on to
the frame's next iteration, ``mr.exit`` out of it. The only cycles go through an operand of
``mr.merge`` that is a ``mr.next_iteration``: builders create the merge with its forward inputs and
append that operand later.

Values without operands (constants) and values of an outer frame may be used in any inner frame,
as if they had passed a constant ``mr.enter``.
"""

from __future__ import annotations

from collections.abc import Sequence

from millrace.ir.core import OpResult, Value
from millrace.ir.dialects.mr.kinds import Control
from millrace.ir.opdef import attr, operand, operands, result, results
from millrace.ir.types import I1, I32, TensorType, Type, is_integer, tensor


class FlowOp(Control):
    """Base of the operations that ``structure-flow`` takes away."""

    def single(self, index: int, what: str) -> TensorType:
        """The type of an operand that must have one element."""
        t = self.operand_type(index)
        if t.size != 1:
            raise self.error(f"{what} is {t}, expected one element")
        return t


class Switch(FlowOp):
    """``mr.switch``: ``data`` lives on ``true_out`` when ``predicate`` holds, else on
    ``false_out``."""

    name = "mr.switch"
    data: Value = operand()
    predicate: Value = operand()
    false_out: OpResult = result()
    true_out: OpResult = result()

    def infer(self) -> Sequence[Type]:
        t = self.operand_type(0)
        if self.single(1, "the predicate").element != I1:
            raise self.error(f"the predicate is {self.operand_type(1)}")
        return (t, t)


class SwitchN(FlowOp):
    """``mr.switch_n``: ``data`` lives on the output that ``output_index`` says, on the last one
    when that is out of range."""

    name = "mr.switch_n"
    data: Value = operand()
    output_index: Value = operand()
    count: int = attr()
    outs: tuple[OpResult, ...] = results()

    def infer(self) -> Sequence[Type]:
        if not is_integer(self.single(1, "the index").element):
            raise self.error(f"the index is {self.operand_type(1)}")
        if self.count < 1:
            raise self.error(f"{self.count} outputs")
        return (self.operand_type(0),) * self.count


class Merge(FlowOp):
    """``mr.merge``: the input that is live, and its number (``i32``). All inputs have one type."""

    name = "mr.merge"
    inputs: tuple[Value, ...] = operands()
    output: OpResult = result()
    value_index: OpResult = result()

    def infer(self) -> Sequence[Type]:
        if not self.operands:
            raise self.error("no inputs")
        first = self.operand_type(0)
        for i in range(1, len(self.operands)):
            t = self.operand_type(i)
            if t != first:
                raise self.error(f"input 0 is {first}, input {i} is {t}: the branches must agree")
        return (first, tensor((), I32))


class Enter(FlowOp):
    """``mr.enter``: ``data`` in iteration 0 of the frame; with ``is_constant`` in all of them."""

    name = "mr.enter"
    data: Value = operand()
    frame_name: str = attr()
    is_constant: bool = attr(False)
    parallel_iterations: int = attr(10)
    output: OpResult = result()

    def infer(self) -> Sequence[Type]:
        return (self.operand_type(0),)


class Through(FlowOp):
    """One value that passes under another tag."""

    data: Value = operand()
    output: OpResult = result()

    def infer(self) -> Sequence[Type]:
        return (self.operand_type(0),)


class Exit(Through):
    """``mr.exit``: ``data`` in the surrounding frame, once it is live."""

    name = "mr.exit"


class NextIteration(Through):
    """``mr.next_iteration``: ``data`` in the frame's next iteration."""

    name = "mr.next_iteration"


class LoopCond(Through):
    """``mr.loop_cond``: the predicate that says whether the frame iterates once more."""

    name = "mr.loop_cond"

    def infer(self) -> Sequence[Type]:
        if self.single(0, "the condition").element != I1:
            raise self.error(f"the condition is {self.operand_type(0)}")
        return (self.operand_type(0),)


class After(FlowOp):
    """``mr.after``: ``data``, dead when one of ``dependencies`` is: the form of control edges. A
    constant that belongs to a branch or a frame is tied to it by a dependency."""

    name = "mr.after"
    data: Value = operand()
    dependencies: tuple[Value, ...] = operands()
    output: OpResult = result()

    def infer(self) -> Sequence[Type]:
        return (self.operand_type(0),)
