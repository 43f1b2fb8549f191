"""Integer range analysis of scalars in structured control flow, as upstream's of this name.

What loops carry starts as their first values and grows by what their bodies yield, sweep after
sweep over the whole function, until nothing changes; what still grows then is taken to the next
number that the function names, at last to the end of its type (widening), and two sweeps more take
back what was too much (narrowing). In a region that a condition guards, the condition holds:
``assumptions.py`` says what follows from that."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from millrace.ir.core import Block, Operation, Value
from millrace.ir.dialects import arith, scf, tensor
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.dialects.mr.control import Scan
from millrace.ir.int_range import FALSE, TRUE, InfersIntRange, IntRange, range_of_type
from millrace.passes.graph.assumptions import Assumptions
from millrace.passes.graph.carry_steps import CarrySteps, repeated
from millrace.passes.graph.linear_facts import LinearFacts

PLAIN_SWEEPS = 2
"""Sweeps in which carries grow by what was found alone."""
NAMED_SWEEPS = 4
"""Sweeps after those in which they grow to numbers that the function names."""
MOST_SWEEPS = 24
"""When nothing has settled by then, nothing is known."""
NARROWING_SWEEPS = 2


class IntRanges:
    """Ranges of the scalar integers of a function. ``of`` gives what is known where the value was
    made; guards count for what is made in the region that they guard."""

    def __init__(self, block: Block, pointer_bits: int = 64) -> None:
        self._bits = pointer_bits
        self._known: dict[Value, IntRange] = {}
        self._carried: dict[Value, IntRange] = {}
        """What the arguments of loops are taken to be."""
        self._facts = LinearFacts(self.of, pointer_bits)
        self._moves = CarrySteps(self.of, self._most_steps)
        self._sweep = 0
        self._narrowing = False
        self._changed = False
        self._stops = _named_numbers(block)
        self.settled = self._run(block)
        """Whether there is a result."""

    def of(self, v: Value) -> IntRange | None:
        """None where a value is no scalar integer."""
        found = self._known.get(v)
        return range_of_type(v.type, self._bits) if found is None else found

    def _run(self, block: Block) -> bool:
        for self._sweep in range(MOST_SWEEPS):
            self._changed = False
            self._visit(block)
            if not self._changed:
                break
        else:
            return False
        self._narrowing = True
        for _ in range(NARROWING_SWEEPS):
            self._visit(block)
        return True

    # ---- operations

    def _visit(self, block: Block) -> None:
        for op in block:
            self._operation(op)

    def _operation(self, op: Operation) -> None:
        if isinstance(op, InfersIntRange):
            self._infer(op)
        elif isinstance(op, arith.Constant):
            value = op.value.value
            if not isinstance(value, float):
                self._set(op.result, IntRange(int(value), int(value)))
        elif isinstance(op, arith.Select):
            self._select(op)
        elif isinstance(op, tensor.Extract):
            self._extract(op)
        elif isinstance(op, scf.If):
            self._if(op)
        elif isinstance(op, scf.While):
            self._while(op)
        elif isinstance(op, scf.For | Scan):
            self._loop(op)
        else:
            for region in op.regions:
                for inner in region.blocks:
                    self._visit(inner)

    def _set(self, v: Value, found: IntRange | None) -> None:
        """Note a range, unless the type has a tighter one or would wrap."""
        limits = range_of_type(v.type, self._bits)
        if limits is not None:
            self._known[v] = found if found is not None and found.within(limits) else limits

    def _infer(self, op: Any) -> None:
        xs = [self.of(v) for v in op.operands]
        known = [x for x in xs if x is not None]
        result = op.results[0]
        self._set(result, op.infer_range(*known) if len(known) == len(xs) else None)
        if self._facts.facts and isinstance(op, arith.AddI | arith.SubI):
            self._known[result] = self._facts.bound(result, self._known[result])

    def _select(self, op: arith.Select) -> None:
        """Each value where it is chosen."""
        yes = self._given(op.condition, True, op.true_value)
        no = self._given(op.condition, False, op.false_value)
        self._set(op.result, self._either(op.condition, yes, no))

    def _either(
        self, condition: Value, yes: IntRange | None, no: IntRange | None
    ) -> IntRange | None:
        """What is one of two, by a condition that may be known."""
        known = self.of(condition)
        return yes if known == TRUE else no if known == FALSE else _join(yes, no)

    def _given(self, condition: Value, truth: bool, v: Value) -> IntRange | None:
        """A value where a condition is ``truth``: what it is computed of is looked at anew."""
        with self._where(condition, truth):
            known, op = self.of(v), v.defining_op
            if known is None or not isinstance(op, arith.IntBinary):
                return known
            x, y = self.of(op.lhs), self.of(op.rhs)
            again = None if x is None or y is None else op.infer_range(x, y)
            limits = range_of_type(v.type, self._bits)
            if again is None or limits is None or not again.within(limits):
                return known
            return known.meet(again) or known

    def _extract(self, op: tensor.Extract) -> None:
        """An element of a constant is one of its numbers."""
        made = op.tensor.defining_op
        if isinstance(made, Constant) and made.value.array.size and _is_scalar(op.result):
            array = made.value.array
            self._set(op.result, IntRange(int(array.min()), int(array.max())))

    # ---- control flow

    @contextmanager
    def _where(self, condition: Value, truth: bool) -> Iterator[None]:
        """Values as they are where a condition is ``truth``."""
        found = Assumptions(condition, truth, self.of, self._bits)
        before = {v: self._known.get(v) for v in found.known}
        self._known.update(found.known)
        facts = len(self._facts.facts)
        for x, relation, y in found.related:
            self._facts.compared(x, relation, y)
        yield
        del self._facts.facts[facts:]
        for v, old in before.items():
            if old is None:
                del self._known[v]
            else:
                self._known[v] = old

    def _if(self, op: scf.If) -> None:
        ends = []
        for truth, block in ((True, op.then_block), (False, op.else_block)):
            with self._where(op.condition, truth):
                self._visit(block)
                ends.append([self.of(v) for v in block.terminator.operands])
        for r, yes, no in zip(op.results, *ends, strict=True):
            self._set(r, self._either(op.condition, yes, no))

    def _while(self, op: scf.While) -> None:
        for arg, init in zip(op.before.args, op.inits, strict=True):
            self._enter(arg, init)
        self._visit(op.before)
        end = op.before.terminator
        assert isinstance(end, scf.Condition)
        with self._where(end.condition, True):
            for arg, v in zip(op.after.args, end.values, strict=True):
                self._set(arg, self.of(v))
                self._facts.same[arg] = v
            self._visit(op.after)
        for arg, init, v in zip(
            op.before.args, op.inits, op.after.terminator.operands, strict=True
        ):
            self._again(arg, init, v)
        with self._where(end.condition, False):
            for r, v in zip(op.results, end.values, strict=True):
                self._set(r, self.of(v))

    def _counter(self, op: scf.For | Scan) -> IntRange | None:
        """What the argument is that counts."""
        if isinstance(op, Scan):
            count = None if op.count is None else self.of(op.count)
            steps = op.trip if count is None else min(op.trip, count.high)
            return IntRange(0, max(steps - 1, 0))
        first, last, step = (self.of(v) for v in (op.lower, op.upper, op.step))
        if first is None or last is None or step is None or step.low <= 0:
            return None
        return IntRange(first.low, max(first.low, last.high - 1))

    def _most_steps(self, op: scf.For | Scan) -> int | None:
        """How often a loop runs at most."""
        counter = self._counter(op)
        return None if counter is None else counter.high - counter.low + 1

    def _loop(self, op: scf.For | Scan) -> None:
        """A loop that counts."""
        block, carries = op.block, op.block.args[1 : 1 + len(op.inits)]
        self._set(block.args[0], self._counter(op))
        for arg, init in zip(carries, op.inits, strict=True):
            self._enter(arg, init)
        facts = len(self._facts.facts)
        end = op.upper if isinstance(op, scf.For) else op.count
        if end is not None:
            self._facts.counted(block.args[0], end)
        self._visit(block)
        del self._facts.facts[facts:]
        steps = self._most_steps(op)
        yielded = block.terminator.operands
        for r, arg, init, v in zip(op.results, carries, op.inits, yielded, strict=False):
            reached = self._reached(arg, init, v, steps)
            after = _join(self.of(init), self.of(v))
            if reached is not None and after is not None:
                after = after.meet(reached[1]) or after
            self._set(r, after)
            self._again(arg, init, v, None if reached is None else reached[0])

    def _reached(
        self, arg: Value, init: Value, yielded: Value, steps: int | None
    ) -> tuple[IntRange, IntRange] | None:
        """Where a carry can be in the last step, and after it, by how far a step moves it."""
        first, limits = self.of(init), range_of_type(arg.type, self._bits)
        if first is None or limits is None or steps is None:
            return None
        each = self._moves.distance(yielded, arg)
        if each is None:
            return None
        after = repeated(first, each, steps)
        return (repeated(first, each, steps - 1), after) if after.within(limits) else None

    def _enter(self, arg: Value, init: Value) -> None:
        """What an argument of a loop is taken to be in this sweep."""
        first = self.of(init)
        if first is not None:
            carried = self._carried.get(arg)
            self._set(arg, first if carried is None else carried)

    def _again(
        self, arg: Value, init: Value, yielded: Value, reached: IntRange | None = None
    ) -> None:
        """What it is taken to be in the next one."""
        first, old = self.of(init), self._known.get(arg)
        if first is None or old is None:
            return
        found = first if yielded is arg else _join(first, self.of(yielded))
        assert found is not None
        if self._narrowing:
            found = old.meet(found) or old
        elif reached is not None:
            found = old.join(reached)
            self._changed |= found != old
        elif not found.within(old):
            found = self._widened(old, old.join(found), arg)
            self._changed = True
        else:
            found = old
        self._carried[arg] = found

    def _widened(self, old: IntRange, new: IntRange, arg: Value) -> IntRange:
        """A range that grew: as it is in the first sweeps, later to where it may come to rest."""
        if self._sweep < PLAIN_SWEEPS:
            return new
        limits = range_of_type(arg.type, self._bits)
        assert limits is not None
        named = self._stops if self._sweep < PLAIN_SWEEPS + NAMED_SWEEPS else []
        low, high = new
        if low < old.low:
            low = max((n for n in named if n <= low), default=limits.low)
        if high > old.high:
            high = min((n for n in named if n >= high), default=limits.high)
        return IntRange(max(low, limits.low), min(high, limits.high))


def _is_scalar(v: Value) -> bool:
    return range_of_type(v.type) is not None


def _join(x: IntRange | None, y: IntRange | None) -> IntRange | None:
    return None if x is None or y is None else x.join(y)


def _named_numbers(block: Block) -> list[int]:
    """The integers that a function mentions, and their neighbours: loops often end there."""
    found: set[int] = set()
    for op in _all(block):
        if isinstance(op, arith.Constant) and not isinstance(op.value.value, float):
            found.add(int(op.value.value))
        elif isinstance(op, Scan):
            found.add(op.trip)
    return sorted({n + d for n in found for d in (-1, 0, 1)})


def _all(block: Block) -> Iterator[Operation]:
    for op in block:
        yield from op.walk()
