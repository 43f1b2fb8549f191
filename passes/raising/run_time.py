"""Loops whose number of steps is a run-time value with a known bound.

The condition compares counters with values from outside (``time < min(T, length)``). The bound
is the smallest constant among them, or the size of a tensor that every step reads at a counter:
a step beyond would be out of range, which a run-time check says. The loop becomes a scan over the
bound with a run-time ``count``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from millrace.ir.attributes import Scalar
from millrace.ir.builder import Builder
from millrace.ir.core import Block, Operation, Value
from millrace.ir.dialects import arith, tensor
from millrace.ir.dialects.mr import bits, compare
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.cast import Cast
from millrace.ir.dialects.mr.control import Check
from millrace.ir.dialects.mr.gather import Gather
from millrace.ir.dialects.mr.movement import Reshape, shape_of
from millrace.ir.types import INDEX, IntegerType, TensorType, element_of
from millrace.passes.raising.steps import known


@dataclass(frozen=True)
class Counter:
    """A carry that starts at a constant and grows by a constant."""

    start: int
    slope: int

    def steps_to(self, end: int) -> int:
        """The steps after which it is not below ``end`` any more."""
        return max(0, -((self.start - end) // self.slope))


@dataclass(frozen=True)
class Limit:
    """The loop goes on while ``counter`` is below ``end``, plus one where it may be equal."""

    counter: Counter
    end: Value
    inclusive: bool

    @property
    def known_steps(self) -> int | None:
        content = known(self.end)
        if content is None or content.size != 1:
            return None
        return self.counter.steps_to(int(content.reshape(())) + self.inclusive)


@dataclass(frozen=True)
class RunTimeCount:
    """A scan of ``trip`` steps at most; ``limits`` say how many. ``checked``: more than ``trip``
    is an error of the input."""

    trip: int
    limits: tuple[Limit, ...]
    checked: bool

    def emit(self, b: Builder) -> Value:
        """The number of steps, as ``index``, with the check that it is not too large."""
        most = b.value(arith.Constant, value=Scalar(self.trip, INDEX))
        count: Value | None = None
        for limit in self.limits:
            steps = _steps(b, limit)
            count = steps if count is None else b.value(arith.MinSI, count, steps)
        assert count is not None
        if self.checked:
            fits = b.value(arith.CmpI, count, most, predicate=arith.cmp_i("sle"))
            b.create(Check, fits, code="index")
        return b.value(arith.MinSI, count, most)


def _steps(b: Builder, limit: Limit) -> Value:
    def index(n: int) -> Value:
        return b.value(arith.Constant, value=Scalar(n, INDEX))

    fixed = limit.known_steps
    if fixed is not None:
        return index(fixed)
    zeros = [index(0)] * len(shape_of(limit.end))
    end: Value = b.insert(tensor.Extract(limit.end, zeros)).result
    end = b.value(arith.IndexCast, end, result_types=[INDEX])
    end = b.value(arith.AddI, end, index(int(limit.inclusive)))
    return _steps_to(b, limit.counter, end)


def _steps_to(b: Builder, counter: Counter, end: Value) -> Value:
    """The steps after which a counter is not below ``end`` (an ``index``) any more."""

    def index(n: int) -> Value:
        return b.value(arith.Constant, value=Scalar(n, INDEX))

    span = b.value(arith.SubI, end, index(counter.start))
    span = b.value(arith.MaxSI, span, index(0))
    if counter.slope == 1:
        return span
    rounded = b.value(arith.AddI, span, index(counter.slope - 1))
    return b.value(arith.DivSI, rounded, index(counter.slope))


@dataclass(frozen=True)
class CountOfFor:
    """A scan of ``trip`` steps at most, in place of a ``scf.for`` that ends below ``upper``; more
    than ``trip`` steps is an error of the input."""

    trip: int
    upper: Value
    counter: Counter

    def emit(self, b: Builder) -> Value:
        """The number of steps, as ``index``, with the check that it is not too large."""

        def index(n: int) -> Value:
            return b.value(arith.Constant, value=Scalar(n, INDEX))

        end = self.upper
        if end.type != INDEX:
            end = b.value(arith.IndexCast, end, result_types=[INDEX])
        count = _steps_to(b, self.counter, end)
        fits = b.value(arith.CmpI, count, index(self.trip), predicate=arith.cmp_i("sle"))
        b.create(Check, fits, code="index")
        return b.value(arith.MinSI, count, index(self.trip))


def count_of_for(block: Block, upper: Value, lower: int, step: int) -> CountOfFor | None:
    """The number of steps of a ``scf.for`` whose upper bound is a run-time value; None when
    nothing bounds it. The block's first argument counts its steps from 0."""
    counter = Counter(lower, step)
    counters = dict.fromkeys(_numbers_of(block, lower, step), counter)
    reads = [n for op in block if (n := _steps_in_range(op, block, counters)) is not None]
    if not reads or min(reads) == 0:
        return None
    return CountOfFor(min(reads), upper, counter)


def _numbers_of(block: Block, lower: int, step: int) -> list[Value]:
    """The tensors in the block that hold the loop's counter, ``lower + step * number``."""
    lines: dict[Value, tuple[int, int]] = {block.args[0]: (0, 1)}
    found: list[Value] = []
    for op in block:
        if isinstance(op, arith.IndexCast) and op.operands[0] in lines:
            lines[op.result] = lines[op.operands[0]]
        elif isinstance(op, tensor.FromElements) and op.operands[0] in lines:
            if len(op.operands) == 1 and lines[op.operands[0]] == (lower, step):
                found.append(op.result)
        elif isinstance(op, arith.MulI | arith.AddI) and op.operands[0] in lines:
            maker = op.operands[1].defining_op
            if isinstance(maker, arith.Constant):
                start, slope = lines[op.operands[0]]
                k = int(maker.value.value)
                mul = isinstance(op, arith.MulI)
                lines[op.result] = (start * k, slope * k) if mul else (start + k, slope)
    return found


def count_at_run_time(
    block: Block, going: Value, inits: list[Value], nexts: list[Value]
) -> RunTimeCount | None:
    """The number of steps of a loop with the body ``block``; None when its condition is not of
    the kind, or nothing bounds it."""
    counters = _counters(block, inits, nexts)
    limits = _limits(going, block, counters)
    if not limits:
        return None
    fixed = [n for limit in limits if (n := limit.known_steps) is not None]
    reads = [n for op in block if (n := _steps_in_range(op, block, counters)) is not None]
    if not fixed and not reads:
        return None
    trip = min([*fixed, *reads])
    open_ends = tuple(limit for limit in limits if limit.known_steps is None)
    if not open_ends or trip == 0:
        return None
    # Only what the constants do not bound already can run out of range.
    return RunTimeCount(trip, limits, checked=not fixed or trip < min(fixed))


def _counters(block: Block, inits: list[Value], nexts: list[Value]) -> dict[Value, Counter]:
    found: dict[Value, Counter] = {}
    for arg, init, after in zip(block.args[1:], inits, nexts, strict=True):
        start, op = known(init), after.defining_op
        if start is None or start.size != 1 or not _is_signed(arg) or not isinstance(op, ew.Add):
            continue
        other = op.rhs if op.lhs is arg else op.lhs
        slope = known(other)
        if arg in (op.lhs, op.rhs) and slope is not None and slope.size == 1 and slope > 0:
            found[arg] = Counter(int(start.reshape(())), int(slope.reshape(())))
    return found


def _is_signed(v: Value) -> bool:
    t = element_of(v.type) if isinstance(v.type, TensorType) else None
    return isinstance(t, IntegerType) and t.width in (32, 64) and not t.unsigned


_LESS: Mapping[type[Operation], tuple[int, bool]] = MappingProxyType(
    {
        compare.Less: (0, False),
        compare.LessEqual: (0, True),
        compare.Greater: (1, False),
        compare.GreaterEqual: (1, True),
    }
)
"""Which operand must be the counter, and whether it may reach the other."""


def _limits(
    going: Value, block: Block, counters: Mapping[Value, Counter]
) -> tuple[Limit, ...] | None:
    """The comparisons that must all hold; None when there is anything else."""
    found: list[Limit] = []
    todo = [going]
    while todo:
        op = todo.pop().defining_op
        if isinstance(op, bits.And | arith.AndI | tensor.Extract | Reshape):
            todo.extend(v for v in op.operands if v.type != INDEX)
            continue
        if op is None or type(op) not in _LESS:
            return None
        side, inclusive = _LESS[type(op)]
        counter, end = counters.get(op.operands[side]), op.operands[1 - side]
        if counter is None or _is_inside(end, block) or not _is_signed(end):
            return None
        if not isinstance(end.type, TensorType) or end.type.size != 1:
            return None
        found.append(Limit(counter, end, inclusive))
    return tuple(found)


def _is_inside(v: Value, block: Block) -> bool:
    return v.parent_block is block and known(v) is None


def _steps_in_range(op: Operation, block: Block, counters: Mapping[Value, Counter]) -> int | None:
    """How many steps read ``op``'s input within its size, when a counter is the index."""
    if not isinstance(op, Gather) or op.input.parent_block is block:
        return None
    index = op.indices
    while isinstance(maker := index.defining_op, Reshape | Cast):
        index = maker.input
    counter = counters.get(index)
    if counter is None or counter.start < 0:
        return None
    return counter.steps_to(shape_of(op.input)[op.axis])
