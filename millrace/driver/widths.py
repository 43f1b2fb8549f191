"""What needs 16 bits: decided by simulated errors.

A value whose storage in 8 bits alone does harm gets 16. When all that is left in 8 bits does more
together than is allowed, what does most of it is widened, one after the other: values as products
read them, and where that is not enough or values have 16 bits already, the weights of products.
What turns out not to be needed for that, large weights first, gets 8 bits again.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field

import numpy as np

from millrace.driver.simulation import Simulation
from millrace.driver.specs import Array
from millrace.ir.core import Value
from millrace.ir.dialects.func import Func
from millrace.passes.base import PassContext, describe
from millrace.passes.quantize.contractions import find_accumulators, weights_of
from millrace.passes.quantize.plan import Plan, gains_by_width, read_by_products
from millrace.passes.quantize.simulate import COLUMNS

HARM = 0.005
"""A value whose storage in 8 bits alone moves an output by more than this part of its range gets
16 bits."""
TOGETHER = {8: 0.03, 16: 0.0015}
"""How far all roundings together may move an output, as a part of its range, by the bits of the
scheme."""
LITTLE = 0.02
"""A part of that which is not worth 16 bits."""
STORED, READ, WEIGHTS = slice(0, 2), slice(2, 4), COLUMNS - 1
"""Columns of the rows for the pass ``simulate``."""

Numbers = tuple[int, ...]


@dataclass(eq=False)
class _Candidate:
    """What may get 16 bits: values with their numbers; ``size``: bytes that it takes then."""

    members: Sequence[Value]
    numbers: list[int]
    size: int = 1
    harm: float = 0.0
    before: Array = field(default_factory=lambda: np.zeros(0))


@dataclass
class Widths:
    """Decisions for one model. ``rows`` are the roundings that are left."""

    entry: Func
    values: Sequence[Value]
    plan: Plan
    simulation: Simulation
    bits: int
    context: PassContext
    rows: Array = field(init=False)

    def choose(self, fixed: Collection[Value]) -> tuple[Numbers, Numbers, Numbers]:
        """Numbers of the values that are stored in 16 bits, that products read in 16 bits, and of
        the products whose weights get 16 bits. The values ``fixed`` have 8 whatever it costs."""
        self.rows = formats_of(self.plan, self.values)
        if self.bits == 16:
            self.rows[:, :WEIGHTS] = 0
            return (), (), self._weights()
        roots = {self.plan.classes.find(v) for v in fixed}
        stored = self._stored(roots)
        reads = self._reads(roots)
        wide = (*stored, *(i for i in reads if i not in stored))
        return wide, reads, self._weights()

    # ---- values

    def _stored(self, fixed: Collection[Value]) -> Numbers:
        """Those whose storage alone does harm."""
        wide = []
        for root, members in self.plan.members().items():
            eight = self.plan.formats[root].element.width == 8 and root not in self.plan.grids
            if not (eight and root not in fixed and gains_by_width(members)):
                continue
            harm = self.simulation.error(formats_of(self.plan, self.values, root)).largest
            if harm > HARM:
                self._remark(members, f"16 bits: 8 alone would move an output by {harm:.1%}")
                self.rows[self._numbers(members), STORED] = 0
                wide.append(self._numbers(members)[0])
        return tuple(wide)

    def _reads(self, fixed: Collection[Value]) -> Numbers:
        """Those that are too much with all others."""
        candidates = []
        for root, members in self.plan.members().items():
            numbers = self._numbers(members)
            open_ = root not in self.plan.grids and root not in fixed
            if open_ and (self.rows[numbers, STORED].any() or read_by_products(members)):
                candidates.append(_Candidate(members, numbers))
        chosen = self._until_few(candidates, slice(0, WEIGHTS))
        for c in chosen:
            what = "products read 16 bits" if read_by_products(c.members) else "16 bits"
            self._remark(c.members, f"{what}: 8 alone would move an output by {c.harm:.2%}")
        return tuple(c.numbers[0] for c in chosen)

    # ---- weights

    def _weights(self) -> Numbers:
        """A number for each group of products that are added up."""
        candidates = []
        for group in find_accumulators(self.entry).groups.values():
            members = [op.result for op in group.members]
            size = sum(w.size for op in group.members if (w := weights_of(op)) is not None)
            if members:
                candidates.append(_Candidate(members, self._numbers(members), size))
        chosen = self._until_few(candidates, slice(WEIGHTS, COLUMNS))
        for c in chosen:
            text = f"8 alone would move an output by {c.harm:.2%}"
            self._remark(c.members, f"weights of 16 bits, {c.size:,} bytes more: {text}")
        return tuple(c.numbers[0] for c in chosen)

    # ---- common

    def _until_few(self, candidates: Sequence[_Candidate], columns: slice) -> list[_Candidate]:
        """Widen what does most harm alone, for its size, until all together do little; and take
        back what is not needed for that."""
        allowed = TOGETHER[self.bits]
        if self._total() <= allowed:
            return []
        for c in candidates:
            rows = np.zeros_like(self.rows)
            rows[c.numbers, columns] = self.rows[c.numbers, columns]
            c.harm = self.simulation.error(rows).largest
        chosen = []
        for c in sorted(candidates, key=lambda c: -(c.harm**2) / c.size):
            if self._total() <= allowed:
                break
            if c.harm >= allowed * LITTLE:
                c.before = self.rows[c.numbers, columns]
                self.rows[c.numbers, columns] = 0
                chosen.append(c)
        for c in sorted(chosen[:-1], key=lambda c: -c.size):
            self.rows[c.numbers, columns] = c.before
            if self._total() <= allowed:
                chosen.remove(c)
            else:
                self.rows[c.numbers, columns] = 0
        return chosen

    def _total(self) -> float:
        return self.simulation.error(self.rows).largest

    def _numbers(self, members: Sequence[Value]) -> list[int]:
        wanted = set(members)
        return [i for i, v in enumerate(self.values) if v in wanted]

    def _remark(self, members: Sequence[Value], text: str) -> None:
        number = self._numbers(members)[0]
        self.context.remark(f"value {number} ({_name(members)})", f"{text} of its range")


def formats_of(plan: Plan, values: Sequence[Value], only: Value | None = None) -> Array:
    """Rows for the pass ``simulate``: all that is stored in 8 bits and all weights, or one class
    of values."""
    rows = np.zeros((len(values), COLUMNS), np.float32)
    for i, v in enumerate(values):
        f = plan.narrow(v)
        if only is None:
            rows[i, READ] = f.scale, f.zero
            rows[i, WEIGHTS] = 1
        if plan.format(v).element.width == 8 and only in (None, plan.classes.find(v)):
            rows[i, STORED] = f.scale, f.zero
    return rows


def _name(members: Sequence[Value]) -> str:
    """Where the numbers of a class are made."""
    ops = [v.defining_op for v in members]
    named = [describe(op) for op in ops if op is not None and not op.regions and op.loc]
    return named[0] if named else "an argument"
