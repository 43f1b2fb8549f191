"""What each kind of operation needs so that its padded form gives the same elements that count.

A rule is called for operations that have an open operand, result or attribute: it changes the
operation, or finds that nothing needs changing, or says what cannot be done.
"""

from __future__ import annotations

from collections.abc import Callable

from millrace.ir.core import Operation
from millrace.ir.dialects import arith, scf, tensor
from millrace.ir.dialects.func import Return
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.dialects.mr.control import AllPassed, Check, Scan
from millrace.ir.dialects.mr.cumulative import Cumulative
from millrace.ir.dialects.mr.kinds import (
    Accumulating,
    Assemble,
    Elementwise,
    Indexed,
    Movement,
)
from millrace.ir.dialects.mr.reduction import ReduceMean
from millrace.passes.sizes.accumulate import open_accumulating, open_cumulative, open_mean
from millrace.passes.sizes.assemble import open_assemble
from millrace.passes.sizes.constants import open_constant, open_scalar_constant
from millrace.passes.sizes.indexed import open_indexed
from millrace.passes.sizes.movement import open_movement
from millrace.passes.sizes.opening import Opening

Rule = Callable[[Opening, Operation], None]


def open_operation(o: Opening, op: Operation) -> None:
    """Apply the rule of the operation's kind."""
    if not _depends(o, op):
        return
    for cls, rule in _RULES:
        if isinstance(op, cls):
            rule(o, op)
            return
    raise o.family.error(op, f"{op.name} does not work on dimensions of run-time size")


def _depends(o: Opening, op: Operation) -> bool:
    """Whether anything about the operation itself follows from the sizes."""
    if any(o.family.is_open(v) for v in (*op.operands, *op.results)):
        return True
    first, *others = o.family.instances(op)
    return any(i.attributes != first.attributes for i in others)


def _as_it_is(o: Opening, op: Operation) -> None:
    """Nothing depends on where a tensor ends, as long as the attributes are the same."""
    for name in op.attributes:
        if not o.family.same(op, name):
            raise o.family.error(op, f"{name} of {op.name} does not follow from it")


def open_scan(o: Opening, op: Operation) -> None:
    """The number of steps becomes a run-time count; a count that is there already bounds it."""
    assert isinstance(op, Scan)
    trips = [int(i.attributes["trip"]) for i in o.family.instances(op)]
    steps = o.family.expression(op, trips, "the number of steps")
    for name in op.attributes:
        if name != "trip" and not o.family.same(op, name):
            raise o.family.error(op, f"{name} of the loop does not follow from it")
    if len(set(trips)) == 1:
        return
    b = o.rw.before(op)
    count = o.index(steps)
    if op.count is not None:
        count = b.value(arith.MinSI, op.count, count)
    new = b.create(
        Scan,
        op.inits,
        op.xs,
        count,
        trip=op.trip,
        reverse=op.reverse,
        ragged=op.count is None,
        block=o.rw.take_region(op),
    )
    o.replace(op, *new.results)


_RULES: tuple[tuple[type[Operation] | tuple[type[Operation], ...], Rule], ...] = (
    (Constant, open_constant),
    (arith.Constant, open_scalar_constant),
    (Scan, open_scan),
    (Elementwise, _as_it_is),
    (Movement, open_movement),
    (Assemble, open_assemble),
    (ReduceMean, open_mean),
    (Accumulating, open_accumulating),
    (Indexed, open_indexed),
    (Cumulative, open_cumulative),
    ((scf.If, scf.While, scf.For, scf.Yield, scf.Condition, Return), _as_it_is),
    ((Check, AllPassed, tensor.Extract, tensor.FromElements), _as_it_is),
)
