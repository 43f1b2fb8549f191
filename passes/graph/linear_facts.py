"""What holds between several numbers at a place: linear expressions that are zero at most.

Bounds of single numbers do not show that ``j - i`` is no negative number where ``j`` runs from
``i`` on. Where a loop counts and where two numbers are compared there is such a fact; a sum or a
difference in reach of it is bounded by what is left when the fact is taken off."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from millrace.ir.core import Value
from millrace.ir.dialects import arith
from millrace.ir.int_range import IntRange, range_of_type
from millrace.ir.types import I1

Ranges = Callable[[Value], IntRange | None]
DEPTH = 8
"""Operations that are looked through, one behind the other."""
FACTS = 2
"""Facts that are used for one bound."""


class Form(NamedTuple):
    """``constant`` and the sum of ``terms``: values with their factors, none of them 0."""

    constant: int
    terms: dict[Value, int]

    def plus(self, other: Form, factor: int = 1) -> Form:
        terms = dict(self.terms)
        for v, c in other.terms.items():
            terms[v] = terms.get(v, 0) + factor * c
        kept = {v: c for v, c in terms.items() if c}
        return Form(self.constant + factor * other.constant, kept)

    def times(self, factor: int) -> Form:
        return Form(0, {}).plus(self, factor)


class LinearFacts:
    """The facts at the place that is looked at; ``of`` gives the ranges of single values."""

    def __init__(self, of: Ranges, pointer_bits: int) -> None:
        self._of = of
        self._bits = pointer_bits
        self.facts: list[Form] = []
        self.same: dict[Value, Value] = {}
        """Arguments of blocks and the values that they are."""

    def compared(self, x: Value, relation: str, y: Value) -> None:
        """Note that ``x relation y`` holds."""
        difference = self.form(x).plus(self.form(y), -1)
        if relation in ("lt", "le", "eq"):
            self.add(difference, relation == "lt")
        if relation in ("gt", "ge", "eq"):
            self.add(difference.times(-1), relation == "gt")

    def counted(self, counter: Value, end: Value) -> None:
        """Note that ``counter`` is less than ``end``, as a loop's is. How many numbers there are
        from one to another at a distance is a quotient: what it was made of says more."""
        made = end.defining_op
        if isinstance(made, arith.IndexCast) and self._exact(made):
            made = made.input.defining_op
        if isinstance(made, arith.MaxSI):  # of 0: but a step runs
            end = made.lhs if self._is(made.rhs, 0) else made.rhs if self._is(made.lhs, 0) else end
            made = end.defining_op
        k = self.form(counter)
        self.add(k.plus(self.form(end), -1), True)
        if not isinstance(made, arith.SubI) or not self._is(made.lhs, 0):
            return
        quotient = made.rhs.defining_op
        if not isinstance(quotient, arith.ShRSI | arith.FloorDivSI):
            return
        c = self._of(quotient.rhs)
        if c is None or not c.is_point:
            return
        shifted = isinstance(quotient, arith.ShRSI)
        step = 1 << c.low if shifted and 0 <= c.low < 31 else 0 if shifted else c.low
        if step == 0:
            return
        sign = 1 if step > 0 else -1
        # counter < -floor(d / step), so that counter * step + d is still on the side of the start.
        self.add(k.times(step).plus(self.form(quotient.lhs)).times(sign), True)

    def add(self, form: Form, strict: bool = False) -> None:
        """Note that a form is 0 at most, or less than 0."""
        if len(form.terms) > 1:
            self.facts.append(Form(form.constant + strict, form.terms))

    def bound(self, v: Value, known: IntRange) -> IntRange:
        """A range, as tight as the facts make it."""
        form = self.form(v)
        high, low = self._most(form, FACTS), self._most(form.times(-1), FACTS)
        if high is None or low is None:
            return known
        return known.meet(IntRange(-low, high)) or known if -low <= high else known

    def _most(self, form: Form, facts: int) -> int | None:
        """The greatest number that a form can be, by the bounds of its values and by as many
        facts: what is at most 0 may be taken off."""
        most: int | None = form.constant
        for v, c in form.terms.items():
            r = self._of(v)
            most = None if r is None or most is None else most + c * (r.high if c > 0 else r.low)
        for fact in self.facts if facts else ():
            if fact.terms.keys() & form.terms.keys():
                found = self._most(form.plus(fact, -1), facts - 1)
                if found is not None and (most is None or found < most):
                    most = found
        return most

    def form(self, v: Value, depth: int = DEPTH) -> Form:
        """A value by what it was summed up of, as far as nothing can have wrapped."""
        v = self.same.get(v, v)
        known, op = self._of(v), v.defining_op
        if known is not None and known.is_point:
            return Form(known.low, {})
        alone = Form(0, {v: 1})
        if depth == 0 or not isinstance(op, arith.Cast | arith.IntBinary) or not self._exact(op):
            return alone
        if isinstance(op, arith.IndexCast | arith.ExtSI) and op.input.type != I1:
            return self.form(op.input, depth - 1)
        if isinstance(op, arith.AddI | arith.SubI):
            factor = 1 if isinstance(op, arith.AddI) else -1
            return self.form(op.lhs, depth - 1).plus(self.form(op.rhs, depth - 1), factor)
        if isinstance(op, arith.MulI):
            for x, y in ((op.lhs, op.rhs), (op.rhs, op.lhs)):
                c = self._of(y)
                if c is not None and c.is_point and c.low:
                    return self.form(x, depth - 1).times(c.low)
        return alone

    def _exact(self, op: arith.Cast | arith.IntBinary) -> bool:
        """Whether the result is the number that it should be, without wrapping."""
        xs = [self._of(v) for v in op.operands]
        limits = range_of_type(op.result.type, self._bits)
        given = [x for x in xs if x is not None]
        if limits is None or len(given) != len(xs):
            return False
        found = op.infer_range(*given)
        return found is not None and found.within(limits)

    def _is(self, v: Value, number: int) -> bool:
        return self._of(v) == IntRange(number, number)
