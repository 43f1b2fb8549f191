"""sparsify: constants with many zeros are stored without them where that is better on the target.

A product that skips zeros reads two bytes for each byte that is left, the place and the weight, and
takes several instructions for it; a dense one reads all, in words, with instructions that multiply
several at once. Which is better depends on the zeros, the rows that share a weight and the machine,
so both are counted. On hosts only vectors times large matrices come into question: those that are
read from beyond the second cache each time.

Exact for integers. For floats zeros of constants are taken as absent, as ``prune-units`` does:
nothing is made of an infinity, and models compiled strictly stay dense.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property, partial
from typing import Any, ClassVar

import numpy as np

from millrace.ir.core import Operation, Use, Value
from millrace.ir.dialects import func, memref, scf
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr.kinds import Library
from millrace.ir.levels import Level
from millrace.ir.target import TargetInfo
from millrace.passes.base import Pass, PassContext
from millrace.passes.kernel.accesses import trips
from millrace.passes.kernel.constants import Constants
from millrace.passes.kernel.dot.instructions import dot_of
from millrace.passes.kernel.schedule import Problem
from millrace.passes.kernel.sparse.cost import UNROLLS, candidates, dense_cost, sparse_cost, unit
from millrace.passes.kernel.sparse.match import SparseStage, sparse_stage
from millrace.passes.kernel.sparse.pack import Entries, entries_of
from millrace.passes.kernel.sparse.plan import SparsePlan, sparse_key
from millrace.passes.kernel.stage import Stage, build_stage, collapse
from millrace.passes.kernel.stage_lowering import Reads, constant_reads, dot_problem

Array = np.ndarray[Any, Any]
CONSIDERED = 0.25
"""Share of zeros from which on a matrix is worth a line of the report."""
MARGIN, VECTOR_MARGIN, HOST_MARGIN = 1.05, 1.15, 1.3
"""How many times the counted costs are reckoned with; where dense code has vectors; on hosts."""


@dataclass(frozen=True)
class Sparsify(Pass):
    """Stores constants of products without zeros where that takes fewer bytes and no more
    instructions. ``saving``: so many bytes more are to be saved, and may cost instructions, as few
    as possible."""

    name: ClassVar[str] = "sparsify"
    requires: ClassVar[Level | tuple[Level, ...]] = Level.KERNEL
    saving: int = 0

    def run(self, module: Module, ctx: PassContext) -> None:
        target = TargetInfo.from_attr(module.target) if module.target else None
        if target is None or not _comes_into_question(module, target):
            return
        found = groups(module, target, Constants(module, ctx.rewriter), CONSIDERED)
        considered = [g for g in found if g.form is not None and g.is_worth(target)]
        rest = self.saving
        for group in sorted(considered, key=lambda g: g.form.price if g.form else 0.0):
            form = group.form
            assert form is not None
            chosen = form.saved > 0 and (form.price == 0 or rest > 0)
            if chosen and form.price > 0:
                rest -= form.saved
            for k in group.kernels:
                ctx.remark(k.f, f"{group.zeros:.0%} zeros: {form.describe(chosen=chosen)}")
                if chosen:
                    plan = form.plans[k.f]
                    ctx.rewriter.set_attr(k.f, "sparse", (plan.rows, plan.format.unroll))


def _comes_into_question(module: Module, target: TargetInfo) -> bool:
    """Whether some constant may be better without zeros."""
    if target.bare:
        return dot_of(target) is not None
    arrays = (op.value.array for op in module.block if isinstance(op, memref.Global))
    return any(a.nbytes > target.l2_bytes and zeros_of([a]) >= CONSIDERED for a in arrays)


def zeros_of(arrays: Sequence[Array]) -> float:
    """Their share."""
    size = sum(a.size for a in arrays)
    return 1 - sum(int(np.count_nonzero(a)) for a in arrays) / max(size, 1)


@dataclass(frozen=True)
class Form:
    """A group of kernels without zeros. ``plans``: of each kernel; bytes and costs of a run, before
    and after, the latter in ``unit``; ``margin``: how many times the counted costs there may be."""

    plans: Mapping[func.Func, SparsePlan]
    dense_bytes: int
    sparse_bytes: int
    dense_cost: float
    sparse_cost: float
    unit: str
    margin: float

    @property
    def saved(self) -> int:
        return self.dense_bytes - self.sparse_bytes

    @property
    def price(self) -> float:
        """What a byte costs; 0 where nothing."""
        more = max(self.margin * self.sparse_cost - self.dense_cost, 0.0)
        return more / self.saved if self.saved > 0 else math.inf

    def describe(self, *, chosen: bool) -> str:
        counted = (
            f"{self.dense_bytes:,} bytes and about {self.dense_cost:,.0f} {self.unit} a "
            f"run with them, {self.sparse_bytes:,} and {self.sparse_cost:,.0f} without"
        )
        if chosen:
            bought = f", {self.price:.2g} {self.unit} a byte" if self.price else ""
            return f"{counted}: stored without zeros{bought}"
        why = f"{self.price:.2g} {self.unit} a byte" if self.saved > 0 else "no bytes are saved"
        return f"{counted}: stays dense, {why}"


@dataclass(frozen=True, eq=False)
class Candidate:
    """A kernel that may skip zeros. ``args``: its arguments that are weights; ``calls``: names and
    entries of those of each call that differs; ``times``: how often a run calls it."""

    f: func.Func
    whole: Stage
    reads: Reads
    problem: Problem
    sparse: SparseStage
    args: tuple[int, ...]
    calls: Mapping[tuple[str, ...], Sequence[Entries]]
    times: int

    @property
    def names(self) -> set[str]:
        return {name for names in self.calls for name in names}

    def dense_cost(self) -> float:
        """Of a call as it is."""
        p = self.problem
        _, dot = dot_problem(self.whole, self.reads, p.target, strict=p.strict)
        return dense_cost(p, dot)

    @property
    def rows(self) -> int:
        """How often a call reads a weight."""
        stage = self.problem.stage
        others = (d for d in range(stage.parallel) if d not in self.sparse.channels)
        return math.prod(stage.extents[d] for d in others)

    def plan(self, unroll: int) -> SparsePlan | None:
        """The best plan with so many entries a body."""
        plans = candidates(self.problem, self.sparse, list(self.calls.values()), unroll)
        return min(plans, key=lambda plan: sparse_cost(self.problem, plan), default=None)


@dataclass(frozen=True)
class Group:
    """Kernels that have constants in common: all of them skip zeros, or none. ``arrays``: the
    constants."""

    kernels: Sequence[Candidate]
    arrays: Mapping[str, Array]

    @property
    def zeros(self) -> float:
        """Their share."""
        return zeros_of(list(self.arrays.values()))

    def is_worth(self, target: TargetInfo) -> bool:
        """Whether there is something to decide."""
        if self.zeros < CONSIDERED:
            return False
        size = sum(a.nbytes for a in self.arrays.values())
        return target.bare or (size > target.l2_bytes and all(k.rows == 1 for k in self.kernels))

    @cached_property
    def form(self) -> Form | None:
        """Without zeros: the quickest of what costs nothing, else the cheapest."""
        dense = sum(k.times * k.dense_cost() for k in self.kernels)
        forms = [f for f in (self._form(unroll, dense) for unroll in UNROLLS) if f is not None]
        return min(forms, key=lambda f: (f.price, f.sparse_cost), default=None)

    def _form(self, unroll: int, dense: float) -> Form | None:
        plans = {k.f: k.plan(unroll) for k in self.kernels}
        known = {f: plan for f, plan in plans.items() if plan is not None}
        if len(known) < len(plans):
            return None
        target = self.kernels[0].problem.target
        streams = {
            (names, sparse_key(k.problem.stage, known[k.f])): known[k.f].format.nbytes
            for k in self.kernels
            for names in k.calls
        }
        return Form(
            plans=known,
            dense_bytes=sum(a.nbytes for a in self.arrays.values()),
            sparse_bytes=sum(streams.values()),
            dense_cost=dense,
            sparse_cost=sum(k.times * sparse_cost(k.problem, known[k.f]) for k in self.kernels),
            unit=unit(target),
            margin=_margin(target),
        )


def _margin(target: TargetInfo) -> float:
    if not target.bare:
        return HOST_MARGIN
    return VECTOR_MARGIN if target.vector_bytes else MARGIN


def groups(
    module: Module, target: TargetInfo, repository: Constants, zeros: float = 0.0
) -> list[Group]:
    """The kernels all of whose weights may be stored in another form and have such a share of
    zeros."""
    known = [_candidate(f, module, target, repository, zeros) for f in module.functions()]
    found = {k.f.sym_name: k for k in known if k is not None}
    bound = {
        op.sym
        for op in module.walk()
        if isinstance(op, memref.GetGlobal)
        and not all(_is_weight(op.result, use, found) for use in op.result.uses)
    }
    joined: list[tuple[list[Candidate], set[str]]] = []
    for k in found.values():
        kernels, names = [k], set(k.names)
        for g in [g for g in joined if g[1] & names]:
            kernels, names = [*g[0], *kernels], names | g[1]
            joined.remove(g)
        joined.append((kernels, names))
    return [
        Group(kernels, {n: repository.globals[n].value.array for n in sorted(names)})
        for kernels, names in joined
        if not names & bound
    ]


def _is_weight(v: Value, use: Use, kernels: Mapping[str, Candidate]) -> bool:
    """Whether a use of a constant is as the weights of a kernel that may skip zeros."""
    k = kernels.get(use.op.callee.name) if isinstance(use.op, func.Call) else None
    return k is not None and use.index in k.args


def _candidate(
    f: func.Func, module: Module, target: TargetInfo, repository: Constants, zeros: float
) -> Candidate | None:
    if f.role != "kernel" or isinstance(f.block.first, Library):
        return None
    whole = build_stage(f)
    reads = partial(constant_reads, f=f, repository=repository)
    stage = collapse(whole)
    known = reads(stage)
    problem = Problem(stage, frozenset(known), target, module.strict)
    s = sparse_stage(problem)
    if s is None:
        return None
    args = tuple(known[w] for _, _, w in s.members)
    constants = repository.constants(f, args)
    if zeros_of([a for arrays in constants.values() for a in arrays]) < zeros:
        return None
    calls = {names: entries_of(stage, s, arrays) for names, arrays in constants.items()}
    times = sum(_times(call) for call in repository.calls[f.sym_name])
    return Candidate(f, whole, reads, problem, s, args, calls, times)


def _times(call: Operation) -> int:
    """How often a run comes by, one time where only the data say."""
    times, op = 1, call.parent_op
    while op is not None:
        if isinstance(op, scf.For):
            times *= trips(op) or 1
        op = op.parent_op
    return times
