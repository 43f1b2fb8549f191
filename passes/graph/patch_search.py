"""What may be computed in bands, with estimates of what that takes: for the driver to choose."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from millrace.ir.core import Operation, Value
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr.movement import shape_of
from millrace.ir.target import TargetInfo
from millrace.ir.types import TensorType
from millrace.passes.graph.bands import BandPlan, plan_bands, split_axis
from millrace.passes.graph.estimate import CALL_INSTRUCTIONS, instructions
from millrace.passes.graph.patch import Patch
from millrace.passes.graph.residency import Residency

BYTE_INSTRUCTIONS = 0.75
"""Of copying a byte."""
ROWS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64)


@dataclass(frozen=True)
class Candidate:
    """A patch, how many bytes of tensors fewer are in memory at once with it, and how many
    instructions more are executed; estimates."""

    patch: Patch
    saved: int
    extra: float


def candidates(module: Module, bands: int | None = None) -> list[Candidate]:
    """All that lower the peak, the cheapest first; ``bands``: all with about so many."""
    ops = module.entry.block.ops
    target = TargetInfo.from_attr(module.target) if module.target else TargetInfo("generic", "")
    residency = Residency(ops)
    steps = residency.steps()
    if not steps.ops:
        return []
    whole, fullest = steps.fullest()
    found = []
    for p in _patches(ops, residency, ops.index(fullest), bands):
        plan = plan_bands(ops, p.first, p.last, p.rows, keep=p.keep)
        if plan is None or len(plan.bands) == len(plan.ops) == 1:
            continue
        peak, _ = residency.steps(plan).fullest()
        if peak < whole or bands is not None:
            found.append(Candidate(p, whole - peak, _extra(plan, residency, target)))
    return sorted(found, key=lambda c: (c.extra, -c.saved))


def _patches(
    ops: Sequence[Operation], residency: Residency, fullest: int, bands: int | None
) -> Iterator[Patch]:
    """Regions that have the fullest step in them: they end at a stored tensor that is made then or
    later, and begin at the inputs or behind a stored tensor that is made before."""
    stored = [i for i, op in enumerate(ops) if any(residency.stored(r) for r in op.results)]
    starts = [0, *(i + 1 for i in stored if i < fullest)]
    for last in stored:
        if last < fullest or len(ops[last].results) != 1:
            continue
        shape = shape_of(ops[last].results[0])
        axis = split_axis(shape)
        if axis is None:
            continue
        sizes = ROWS if bands is None else (-(-shape[axis] // bands),)
        for first, rows, keep in product(starts, sizes, (True, False)):
            if rows < shape[axis]:
                yield Patch(first, last, rows, keep)


def _extra(plan: BandPlan, residency: Residency, target: TargetInfo) -> float:
    total = 0.0
    for op in plan.ops:
        total += (plan.share(op) - 1) * instructions(op, target)
        v = op.results[0]
        if not residency.stored(v):
            continue
        total += CALL_INSTRUCTIONS * (sum(v in rows for rows in plan.bands) - 1)
        if any(rows[v].kept for rows in plan.bands if v in rows):
            total += BYTE_INSTRUCTIONS * _copied(plan, v)
    return total


def _copied(plan: BandPlan, v: Value) -> float:
    """Bytes that are moved to the front, or added behind them."""
    t = v.type
    assert isinstance(t, TensorType)
    moved = [r[v].need for r in plan.bands[1:] if v in r]
    return sum(b.size * t.nbytes / t.shape[b.axis] for b in moved)
