"""What each kind of operation needs so that its padded form gives the same elements that count.

A rule is called for operations that have an open operand, result or attribute: it changes the
operation, or finds that nothing needs changing, or says what cannot be done.
"""

from __future__ import annotations

from collections.abc import Callable

from millrace.ir.affine import dims_of
from millrace.ir.core import Operation
from millrace.ir.dialects import arith, scf, tensor
from millrace.ir.dialects.func import Return
from millrace.ir.dialects.mr.bounded import Bounded
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
from millrace.ir.dialects.mr.movement import Reshape, shape_of
from millrace.ir.dialects.mr.reduction import ReduceMean
from millrace.ir.types import TensorType
from millrace.passes.sizes.accumulate import open_accumulating, open_cumulative, open_mean
from millrace.passes.sizes.assemble import open_assemble
from millrace.passes.sizes.constants import open_constant, open_scalar_constant
from millrace.passes.sizes.indexed import open_indexed
from millrace.passes.sizes.movement import open_movement
from millrace.passes.sizes.opening import Opening

Rule = Callable[[Opening, Operation], None]


def open_operation(o: Opening, op: Operation) -> None:
    """Apply the rule of the operation's kind."""
    if not _depends(o, op) and not isinstance(op, Bounded):
        return
    _check_scope(o, op)
    for cls, rule in _RULES:
        if isinstance(op, cls):
            rule(o, op)
            return
    raise o.family.error(op, f"{op.name} does not work on dimensions of run-time size")


def _check_scope(o: Opening, op: Operation) -> None:
    """A size that follows from data inside a region is not known outside of it."""
    inner = {i.symbol for i in o.bounded_in(op)}
    names = o.family.symbols.names
    for v in op.results if inner else ():
        sizes = o.family.shape(v) if isinstance(v.type, TensorType) else ()
        if inner & {names[i] for e in sizes for i in dims_of(e)}:
            raise o.family.error(op, "a result has a size that is another one in each step")


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


def open_bounded(o: Opening, op: Operation) -> None:
    """Its count is the value of a symbol from here on; as a tensor of the largest size it is its
    input."""
    assert isinstance(op, Bounded)
    o.define(op.symbol, op, op.count)
    # A value of its own: the input itself has a fixed size.
    o.replace(op, o.rw.before(op).value(Reshape, op.input, shape=shape_of(op.result)))


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
    (Bounded, open_bounded),
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
