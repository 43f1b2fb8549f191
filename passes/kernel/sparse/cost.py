"""What sums of products take, dense and without zeros: instructions where each takes its turn.

Counted on emitted code and compared with what boards measure (``benchmarks/sparse.py``). What
follows the sums is the same for both and left out. On hosts it is time that counts, and a matrix
that no cache nearby holds takes as long as reading it does.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from millrace.ir.target import TargetInfo
from millrace.ir.types import FloatType, element_of, storage_bytes
from millrace.passes.kernel.dot.plan import DotPlan
from millrace.passes.kernel.dot.plan import sums_cost as dot_sums_cost
from millrace.passes.kernel.schedule import Problem, choose, instructions
from millrace.passes.kernel.schedule import sums_cost as plain_sums_cost
from millrace.passes.kernel.sparse.match import SparseStage
from millrace.passes.kernel.sparse.pack import Entries, walks
from millrace.passes.kernel.sparse.plan import SparsePlan, plan_of
from millrace.passes.kernel.stage import Access, Stage
from millrace.passes.kernel.tiles import balanced

UNROLLS = (1, 2, 4)
"""Entries of a body: more of them share the loop's instructions, and more are filled up."""
FEW_REGISTERS = 10
"""With fewer, rows do not share entries: their sums would be spilled."""
MOST_ROWS = 4
CHANNEL = 5.0
"""Instructions of a channel: its number of bodies, zeros, an empty loop."""
MEASURED = {"scalar": 1.0, "smlad": 1.05, "vmladava": 1.1}
"""What dense products take by measurement, beside the cost that tiles are compared with."""
FEW = 2.28
"""The same where registers are few: weights and sums are spilled."""
PLAIN = 1.45
"""The same of other products, one by one: each takes a product and a sum."""
SOFT, SOFT_DENSE = 195.0, 120.0
"""Of a product and a sum of floats in software: of any numbers, and where many are zeros."""
READ = 0.032
"""Nanoseconds that reading a byte takes from beyond the second cache."""
HOST_ENTRY, HOST_CHANNEL = 0.85, 10.0
"""Nanoseconds of an entry of one row and of a channel."""


def unit(target: TargetInfo) -> str:
    """What costs are counted in."""
    return "instructions" if target.bare else "nanoseconds"


def dense_cost(p: Problem, plan: DotPlan | None) -> float:
    """What a call takes until its sums are there."""
    if not p.target.bare:
        weights = {a for m in p.stage.members for a in m.reads if a in p.constants and a}
        return READ * sum(_bytes(p.stage, a) for a in weights)
    if plan is not None:
        few = p.target.registers < FEW_REGISTERS
        return (FEW if few else MEASURED[plan.dot.name]) * dot_sums_cost(p.stage, plan)
    schedule = choose(p)
    cost = plain_sums_cost(p, schedule)
    if schedule.lanes > 1:
        return cost
    if not _is_soft(p):
        return PLAIN * cost if _adds_floats(p) else cost
    products = sum(
        math.prod(p.stage.extents[d] for d in m.dims) for m in p.stage.members if m.role == "reduce"
    )
    return cost + SOFT_DENSE * products


def sparse_cost(p: Problem, plan: SparsePlan) -> float:
    """The same without zeros; where vectors do what follows, too, that is one by one then."""
    stage, s, f = p.stage, plan.sparse, plan.format
    if not p.target.bare:
        rows = math.prod(stage.extents[d] for d in range(stage.parallel) if d not in s.channels)
        return rows * (HOST_ENTRY * f.bodies * f.unroll + HOST_CHANNEL * f.channels)
    fixed, each = _entry_costs(p, s)
    loop = 2.0 if p.target.registers >= FEW_REGISTERS else 3.0
    if f.is_apart:
        loop += 1.0
    total = 0.0
    for run in balanced(stage.extents[s.row] if s.row >= 0 else 1, plan.rows):
        shared = 1.0 if run.size > 1 and not plan.walks else 0.0
        one = fixed + shared + each * run.size
        total += run.count * (f.bodies * (f.unroll * one + loop) + f.channels * CHANNEL)
    total *= math.prod(stage.extents[d] for d in s.outer)
    return total + (_alone_cost(stage) if p.target.vector_bytes else 0.0)


def _bytes(stage: Stage, a: Access) -> int:
    return math.prod(stage.extents[d] for d in a.dims) * storage_bytes(a.element)


def _alone_cost(stage: Stage) -> float:
    """How much more what follows the sums takes without vectors."""
    posts = [m for m in stage.members if m.role == "post"]
    each = sum(instructions(m, 1) for m in posts) + len(stage.stores)
    each += sum(a is not None for m in posts for a in m.reads)
    return 0.75 * each * math.prod(stage.extents[: stage.parallel])


def _adds_floats(p: Problem) -> bool:
    sums = [m.op.results[0] for m in p.stage.members if m.role == "reduce"]
    return any(isinstance(element_of(v.type), FloatType) for v in sums)


def _is_soft(p: Problem) -> bool:
    return p.target.fpu == "none" and _adds_floats(p)


def _entry_costs(p: Problem, s: SparseStage) -> tuple[float, float]:
    """(instructions of an entry, more of them for each row)."""
    walk = 1.0 if walks(s) else 0.0
    if _is_soft(p):
        return 4.0 + walk, SOFT
    if _adds_floats(p):
        return 3.0 + walk, 3.0  # place, address, weight; element, product, sum
    few = p.target.registers < FEW_REGISTERS
    return (3.0 + walk, 3.0) if few else (2.0 + walk, 2.0)


def candidates(
    p: Problem, s: SparseStage, calls: Sequence[Sequence[Entries]], unroll: int
) -> Iterator[SparsePlan]:
    """All plans with so many entries a body."""
    rows = p.stage.extents[s.row] if s.row >= 0 else 1
    most = MOST_ROWS if p.target.registers >= FEW_REGISTERS else 1
    for n in range(1, min(rows, most) + 1):
        plan = plan_of(s, calls, (n, unroll))
        if plan is not None:
            yield plan
