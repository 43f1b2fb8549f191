"""A kernel's body as a *stage*: one iteration space shared by all of its generics.

The space has parallel dimensions, indexed by every result of the kernel, and for each group of
reductions its own reduction dimensions. A generic is a

- **reduction**, over the parallel dimensions and those of its group;
- **post** member: pointwise over the parallel dimensions, after the reductions;
- **pre** member: pointwise over parallel and reduction dimensions, feeding a reduction.

All accesses are linear in the dimensions; the strides of the buffers are part of them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from millrace.ir.affine import Dim, linear_form
from millrace.ir.core import Value
from millrace.ir.dialects import func, linalg, tensor
from millrace.ir.errors import CompileError
from millrace.ir.types import ElementType, TensorType, contiguous_strides


@dataclass(frozen=True)
class Access:
    """Where an element lies: ``const + sum(coeffs[d] * index[d])`` in elements of the buffer."""

    buffer: Value
    """The kernel's tensor argument, or the member result that is stored."""
    coeffs: tuple[int, ...]
    const: int
    element: ElementType

    @property
    def dims(self) -> tuple[int, ...]:
        return tuple(d for d, c in enumerate(self.coeffs) if c)


@dataclass
class Member:
    """A generic with its loops mapped to the stage's dimensions."""

    op: linalg.Generic
    role: str
    dims: tuple[int, ...]
    group: int = -1
    reads: list[Access | None] = field(default_factory=list)
    """For each input: its access when it is an argument of the kernel, None when a member
    makes it."""
    deps: frozenset[int] = frozenset()
    """Dimensions on which the member's results depend."""


@dataclass
class Stage:
    extents: list[int]
    parallel: int
    """The first ``parallel`` dimensions are parallel."""
    groups: list[tuple[int, ...]]
    """The reduction dimensions of each group of reductions."""
    members: list[Member]
    stores: list[tuple[Value, int, Access]]
    """(member result, index of the kernel's result, where it goes)."""

    def producer(self, value: Value) -> Member | None:
        op = value.defining_op
        return next((m for m in self.members if m.op is op), None)

    def accesses(self) -> list[Access]:
        """All distinct loads and stores."""
        found = {a: None for m in self.members for a in m.reads if a is not None}
        found.update({a: None for _, _, a in self.stores})
        return list(found)

    def extracted(self) -> bool:
        """True when some body reads tensors at computed indices or asks for loop indices."""
        return any(
            isinstance(op, linalg.Index | tensor.Extract) for m in self.members for op in m.op.block
        )


def build_stage(kernel: func.Func) -> Stage:
    """The stage of a kernel whose body is generics, fills and empties."""
    generics = [op for op in kernel.block if isinstance(op, linalg.Generic)]
    reductions = [g for g in generics if g.num_parallel < g.num_loops]
    lead = reductions[0] if reductions else generics[-1]
    parallel = lead.ranges[: lead.num_parallel]
    stage = Stage(list(parallel), len(parallel), [], [], [])
    pre = _pre_members(generics)
    group_of: dict[tuple[object, ...], int] = {}
    for g in generics:
        if g in pre:
            continue
        if g.num_parallel < g.num_loops:
            key = (g.ranges[g.num_parallel :],)
            if key not in group_of:
                group_of[key] = len(stage.groups)
                first = len(stage.extents)
                stage.extents += g.ranges[g.num_parallel :]
                stage.groups.append(tuple(range(first, len(stage.extents))))
            n = group_of[key]
            dims = (*range(len(parallel)), *stage.groups[n])
            stage.members.append(Member(g, "reduce", dims, n))
        else:
            stage.members.append(Member(g, "post", tuple(range(len(parallel)))))
    for g in reversed(generics):
        if g in pre:
            stage.members.append(_place_pre(stage, g))
    order = {g: i for i, g in enumerate(generics)}
    stage.members.sort(key=lambda m: order[m.op])
    _add_accesses(stage, kernel)
    return stage


def _pre_members(generics: Sequence[linalg.Generic]) -> set[linalg.Generic]:
    """Pointwise generics that a reduction, or another such generic, reads inside its loops."""
    inside = set(generics)
    pre: set[linalg.Generic] = set()
    for g in reversed(generics):
        if g.num_parallel < g.num_loops:
            continue
        for user in g.outs[0].users + tuple(u for o in g.outs[1:] for u in o.users):
            reduces = isinstance(user, linalg.Generic) and user.num_parallel < user.num_loops
            if user in inside and (reduces or user in pre):
                pre.add(g)
    return pre


def _place_pre(stage: Stage, g: linalg.Generic) -> Member:
    """Map a pre member's loops through the map with which its consumer reads it."""
    for m in stage.members:
        for v, read in zip(m.op.inputs, m.op.indexing_maps, strict=False):
            if v.defining_op is not g:
                continue
            written = g.indexing_maps[len(g.inputs)]
            dims = [-1] * g.num_loops
            for w, r in zip(written.results, read.results, strict=True):
                if isinstance(w, Dim):
                    assert isinstance(r, Dim)
                    dims[w.index] = m.dims[r.index]
            return Member(g, "pre", tuple(dims), m.group)
    raise AssertionError("a pre member without a consumer")


def _add_accesses(stage: Stage, kernel: func.Func) -> None:
    args = list(kernel.block.args)
    returned = list(kernel.block.terminator.operands)
    layouts = kernel.layouts or tuple(
        contiguous_strides(v.type.shape)  # type: ignore[attr-defined]
        for v in (*args, *returned)
    )
    strides = dict(zip(args, layouts, strict=False))
    for m in stage.members:
        for v, amap in zip(m.op.inputs, m.op.indexing_maps, strict=False):
            if v in strides:
                m.reads.append(_access(stage, m, v, amap.results, strides[v], v))
            else:
                m.reads.append(None)
        m.deps = _dependencies(stage, m)
    for k, v in enumerate(returned):
        producer = stage.producer(v)
        if producer is None:
            raise CompileError(f"{kernel.loc.describe()}: kernel returns its argument")
        index = producer.op.results.index(v)  # type: ignore[arg-type]
        written = producer.op.indexing_maps[len(producer.op.inputs) + index]
        where = _access(stage, producer, v, written.results, layouts[len(args) + k], v)
        stage.stores.append((v, k, where))


def _access(
    stage: Stage,
    m: Member,
    v: Value,
    exprs: Sequence[object],
    strides: Sequence[int],
    buffer: Value,
) -> Access:
    coeffs = [0] * len(stage.extents)
    const = 0
    for e, s in zip(exprs, strides, strict=True):
        form = linear_form(e, m.op.num_loops)  # type: ignore[arg-type]
        if form is None:
            raise CompileError(f"{m.op.loc.describe()}: access is not linear: {e}")
        const += form[1] * s
        for loop, c in enumerate(form[0]):
            coeffs[m.dims[loop]] += c * s
    assert isinstance(v.type, TensorType)
    return Access(buffer, tuple(coeffs), const, v.type.element)


def _dependencies(stage: Stage, m: Member) -> frozenset[int]:
    """The dimensions on which the member's value depends, reductions taken out."""
    deps: set[int] = set()
    for v, a in zip(m.op.inputs, m.reads, strict=True):
        if a is not None:
            deps.update(a.dims)
        else:
            p = stage.producer(v)
            assert p is not None
            deps.update(p.deps)
    deps.update(m.dims[op.dim] for op in m.op.block if isinstance(op, linalg.Index))
    if m.role == "reduce":
        deps -= set(stage.groups[m.group])
    return frozenset(deps)


def collapse(stage: Stage) -> Stage:
    """The stage with adjacent dimensions merged wherever every access allows it."""
    accesses = stage.accesses()
    pinned = {
        m.dims[op.dim] for m in stage.members for op in m.op.block if isinstance(op, linalg.Index)
    }
    runs: list[list[int]] = []
    for d in range(len(stage.extents)):
        prev = runs[-1][-1] if runs else -1
        same = prev >= 0 and _kind(stage, prev) == _kind(stage, d)
        n = stage.extents[d]
        if (
            same
            and not {prev, d} & pinned
            and all(a.coeffs[prev] == a.coeffs[d] * n for a in accesses)
        ):
            runs[-1].append(d)
        else:
            runs.append([d])
    if len(runs) == len(stage.extents):
        return stage
    where = {d: i for i, run in enumerate(runs) for d in run}
    new_of = {a: _collapse_access(a, runs) for a in accesses}
    extents = [_product(stage.extents[d] for d in run) for run in runs]
    members = [
        Member(
            m.op,
            m.role,
            tuple(where[d] for d in m.dims),
            m.group,
            [None if a is None else new_of[a] for a in m.reads],
            frozenset(where[d] for d in m.deps),
        )
        for m in stage.members
    ]
    groups = [tuple(dict.fromkeys(where[d] for d in g)) for g in stage.groups]
    stores = [(v, k, new_of[a]) for v, k, a in stage.stores]
    parallel = sum(run[0] < stage.parallel for run in runs)
    return Stage(extents, parallel, groups, members, stores)


def _kind(stage: Stage, d: int) -> int:
    if d < stage.parallel:
        return -1
    return next(i for i, g in enumerate(stage.groups) if d in g)


def _collapse_access(a: Access, runs: list[list[int]]) -> Access:
    return Access(a.buffer, tuple(a.coeffs[run[-1]] for run in runs), a.const, a.element)


def _product(xs: object) -> int:
    out = 1
    for x in xs:  # type: ignore[attr-defined]
        out *= x
    return out
