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
from dataclasses import dataclass, field, replace
from itertools import pairwise
from typing import Any

from millrace.ir.affine import Dim, linear_form
from millrace.ir.core import Value
from millrace.ir.dialects import func, linalg, tensor
from millrace.ir.dialects.mr.assemble import Pad
from millrace.ir.errors import CompileError
from millrace.ir.types import ElementType, TensorType, contiguous_strides


@dataclass(frozen=True)
class Coordinate:
    """One dimension of a tensor that is read, as ``const + sum(coeffs[d] * index[d])``."""

    coeffs: tuple[int, ...]
    const: int
    extent: int
    """Elements of the tensor in this dimension."""
    stride: int
    """Elements of memory between neighbours."""
    padded: bool = False
    """Outside of the extent the access reads its ``fill``."""

    def reach(self, extents: Sequence[int]) -> int:
        """How many values it takes while the dimensions run over ``extents``."""
        return 1 + sum(c * (n - 1) for c, n in zip(self.coeffs, extents, strict=True))


@dataclass(frozen=True)
class Access:
    """Where an element lies: ``const + sum(coeffs[d] * index[d])`` in elements of the buffer."""

    buffer: Value
    """The kernel's tensor argument, or the member result that is stored."""
    coeffs: tuple[int, ...]
    const: int
    element: ElementType
    coordinates: tuple[Coordinate, ...] = ()
    """The same by the dimensions of the tensor."""
    fill: bool | int | float = 0
    """What is read where a padded coordinate lies outside."""

    @property
    def padded(self) -> bool:
        return any(c.padded for c in self.coordinates)

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
            source = v.defining_op
            if v in strides:
                m.reads.append(_access(stage, m, v, amap.results, strides[v], v))
            elif isinstance(source, Pad):
                m.reads.append(_padded_access(stage, m, source, amap.results, strides))
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
    assert isinstance(v.type, TensorType)
    coordinates = []
    for e, n, s in zip(exprs, v.type.shape, strides, strict=True):
        form = linear_form(e, m.op.num_loops)  # type: ignore[arg-type]
        if form is None:
            raise CompileError(f"{m.op.loc.describe()}: access is not linear: {e}")
        coeffs = [0] * len(stage.extents)
        for loop, c in enumerate(form[0]):
            coeffs[m.dims[loop]] += c
        coordinates.append(Coordinate(tuple(coeffs), form[1], n, s))
    return _flat(buffer, v.type.element, len(stage.extents), tuple(coordinates))


def _flat(
    buffer: Value,
    element: ElementType,
    dims: int,
    coordinates: tuple[Coordinate, ...],
    fill: bool | int | float = 0,
) -> Access:
    """The access with these coordinates."""
    coeffs = tuple(sum(c.coeffs[d] * c.stride for c in coordinates) for d in range(dims))
    const = sum(c.const * c.stride for c in coordinates)
    return Access(buffer, coeffs, const, element, coordinates, fill)


def _padded_access(
    stage: Stage, m: Member, pad: Pad, exprs: Sequence[object], strides: dict[Any, Any]
) -> Access:
    """A read of a padded argument, in terms of the argument."""
    inner = _access(stage, m, pad.input, exprs, strides[pad.input], pad.input)
    coordinates = tuple(
        replace(c, const=c.const - low, padded=bool(low or high))
        for c, low, high in zip(inner.coordinates, pad.low, pad.high, strict=True)
    )
    return _flat(pad.input, inner.element, len(stage.extents), coordinates, pad.value)


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


def collapse(stage: Stage, *, by_coordinates: bool = False) -> Stage:
    """The stage with adjacent dimensions merged wherever every access allows it, or with
    ``by_coordinates`` every coordinate of every access: then those stay apart, too."""
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
            and all(_walks_alike(a, prev, d, n, by_coordinates) for a in accesses)
        ):
            runs[-1].append(d)
        else:
            runs.append([d])
    if len(runs) == len(stage.extents):
        return stage
    where = {d: i for i, run in enumerate(runs) for d in run}
    new_of = {a: _collapse_access(a, runs, stage.extents) for a in accesses}
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


def _walks_alike(a: Access, outer: int, inner: int, extent: int, by_coordinates: bool) -> bool:
    """A step of the outer dimension is ``extent`` steps of the inner one."""
    apart = (c for c in a.coordinates if c.padded or by_coordinates)
    return a.coeffs[outer] == a.coeffs[inner] * extent and all(
        c.coeffs[outer] == c.coeffs[inner] * extent for c in apart
    )


def _kind(stage: Stage, d: int) -> int:
    if d < stage.parallel:
        return -1
    return next(i for i, g in enumerate(stage.groups) if d in g)


def _collapse_access(a: Access, runs: list[list[int]], extents: list[int]) -> Access:
    coordinates = a.coordinates
    if not all(_collapses(c, runs, extents) for c in coordinates):
        coordinates = (*(c for c in coordinates if c.padded), _joined(coordinates))
    last = [run[-1] for run in runs]
    return replace(
        a,
        coeffs=tuple(a.coeffs[d] for d in last),
        coordinates=tuple(replace(c, coeffs=tuple(c.coeffs[d] for d in last)) for c in coordinates),
    )


def _collapses(c: Coordinate, runs: list[list[int]], extents: list[int]) -> bool:
    return all(
        c.coeffs[outer] == c.coeffs[inner] * extents[inner]
        for run in runs
        for outer, inner in pairwise(run)
    )


def _joined(coordinates: Sequence[Coordinate]) -> Coordinate:
    """All coordinates without padding as one, in elements of memory."""
    free = [c for c in coordinates if not c.padded]
    coeffs = tuple(sum(c.coeffs[d] * c.stride for c in free) for d in range(len(free[0].coeffs)))
    span = 1 + sum((c.extent - 1) * c.stride for c in free)
    return Coordinate(coeffs, sum(c.const * c.stride for c in free), span, 1)


def _product(xs: object) -> int:
    out = 1
    for x in xs:  # type: ignore[attr-defined]
        out *= x
    return out
