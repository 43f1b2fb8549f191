"""``mr.scan``, the one form of every recurrence, and run-time checks."""

from __future__ import annotations

from collections.abc import Sequence

from millrace.ir.core import Block, Operation, OpResult, Value
from millrace.ir.dialects.mr.kinds import Control
from millrace.ir.opdef import attr, operand, operands, optional_operand, region, result, results
from millrace.ir.types import I1, TensorType, Type, tensor


class Scan(Control):
    """``mr.scan``: a loop over time.

    Operands: ``inits`` (first values of the carries), ``xs`` (tensors sliced along axis 0),
    ``count`` (a scalar ``index`` value: how many of the ``trip`` steps run; absent: all).
    The body's arguments are the step number (``index``), the carries, then one slice of each of
    ``xs`` (axis 0 dropped); ``scf.yield`` gives the next carries, then one slice of each of the
    stacked outputs. Values from outside may be used in the body freely.

    Results: the last carries, then the stacked outputs (``trip`` x slice). With ``reverse`` step
    number s works on slice ``n - 1 - s`` of ``xs`` and of the stacked outputs, n being the number
    of steps that run. Rows of the stacked outputs that no step wrote are zero; with ``ragged``
    they are anything, since nothing that counts depends on them.
    """

    name = "mr.scan"
    inits: tuple[Value, ...] = operands()
    xs: tuple[Value, ...] = operands()
    count: Value | None = optional_operand()
    trip: int = attr()
    reverse: bool = attr(False)
    ragged: bool = attr(False, rare=True)
    block: Block = region()
    outs: tuple[Value, ...] = results()

    @property
    def num_carries(self) -> int:
        return len(self.inits)

    def infer(self) -> Sequence[Type]:
        yielded = [v.type for v in self.block.terminator.operands]
        n = self.num_carries
        carries, ys = yielded[:n], yielded[n:]
        for init, got in zip(self.inits, carries, strict=True):
            if init.type != got:
                raise self.error(f"a carry starts as {init.type} and becomes {got}")
        stacked = []
        for t in ys:
            assert isinstance(t, TensorType)
            stacked.append(tensor((self.trip, *t.shape), t.element))
        return (*carries, *stacked)


class Check(Operation):
    """``mr.check``: when ``condition`` (``i1``) is false the run fails with ``code`` (``index``,
    ``bound``, ``div`` or ``raise``). Execution goes on with defined values; the run's result says
    so. ``message`` is what a ``raise`` says."""

    name = "mr.check"
    condition: Value = operand()
    code: str = attr()
    message: str | None = attr(None, rare=True)

    def infer(self) -> Sequence[Type]:
        return ()


class AllPassed(Operation):
    """``mr.all_passed``: true while no ``mr.check`` of this run has failed. What must not happen
    after a failure, such as the update of the states, is done under it."""

    name = "mr.all_passed"
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        return (I1,)
