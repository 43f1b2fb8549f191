"""fuse: generics that share a parallel iteration space become one kernel.

Two generics may stand in one kernel when the consumer reads the producer's result at exactly the
point where it was written:

- *after*: a pointwise consumer over the producer's parallel space (bias, activation, residual,
  the cell arithmetic of an LSTM after its four products);
- *before*: a pointwise producer over the whole space of a reduction that reads each of its
  elements once (a sum of exponentials).

Clusters grow greedily along such edges, those of wide elements first, as long as no path leaves a
cluster and comes back. Then each cluster moves into a function of its own; kernels of equal
structure share one function.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import ClassVar

from millrace.ir.affine import AffineMap, Dim, dims_of
from millrace.ir.attributes import Scalar
from millrace.ir.builder import Builder
from millrace.ir.core import Block, Operation, Value
from millrace.ir.dialects import arith, linalg, tensor
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr import constant
from millrace.ir.levels import Level
from millrace.ir.target import TargetInfo
from millrace.ir.types import element_of, storage_bytes
from millrace.passes.base import Pass, PassContext
from millrace.passes.kernel.outline import Outliner
from millrace.passes.kernel.siblings import are_independent, are_siblings
from millrace.passes.order import successors, topological

HEAVY_OPS = 256
"""A body of more operations (a function in fixed point) has a loop of its own on small machines,
where code is scarce: a product's tile would hold it several times."""
MAX_MEMBERS = 160
"""Generics in one kernel at most: bounds compile time and register pressure."""


@dataclass(frozen=True)
class Fuse(Pass):
    """Group generics into kernels and outline them."""

    name: ClassVar[str] = "fuse"
    requires: ClassVar[Level | tuple[Level, ...]] = Level.KERNEL
    ensures: ClassVar[Level | None] = Level.KERNEL
    mandatory: ClassVar[bool] = True

    def run(self, module: Module, ctx: PassContext) -> None:
        outliner = Outliner(module, ctx)
        target = TargetInfo.from_attr(module.target) if module.target else None
        small = target is not None and target.bare
        vectors = target is not None and target.vector_bytes > 0
        for f in module.functions():
            if f.role == "kernel":
                continue
            blocks = [b for op in f.walk() for r in op.regions for b in r.blocks]
            for block in blocks:
                if not isinstance(block.parent_op, linalg.Generic):
                    _fuse_block(block, outliner, small=small, vectors=vectors)


@dataclass(eq=False)
class Cluster:
    """Generics that will share a kernel, in program order. ``space`` is the parallel space."""

    members: list[linalg.Generic]
    space: tuple[int, ...]
    reductions: set[tuple[int, ...]] = field(default_factory=set)
    """Extents of the reduction loops of its reductions."""
    contracts: bool = False
    vectors: bool = True
    """Its contractions multiply a vector that all points of the space share."""
    heavy: bool = False
    """Some body is long: code that a tile of several points should not repeat."""


def _fuse_block(block: Block, outliner: Outliner, *, small: bool, vectors: bool) -> None:
    """``small``: for a machine with little memory. There products of several vectors over one
    space, such as those of a cell's input and state, share a kernel, in which they follow each
    other: that spares the results' way through memory. ``vectors``: the machine has some."""
    generics = [op for op in block if isinstance(op, linalg.Generic)]
    if not generics:
        return
    for g in generics:
        _inline_splats(g)
    position = {op: i for i, op in enumerate(block)}
    of: dict[Operation, Cluster] = {g: _single(g) for g in generics}
    for p, g, v, m in _edges(generics):
        _try_merge(of, p, g, v, m, position, small)
    if small and not vectors:
        _merge_siblings(generics, of, position)
    _emit(block, generics, of, position, outliner)


Edge = tuple[linalg.Generic, linalg.Generic, Value, AffineMap]


def _edges(generics: Sequence[linalg.Generic]) -> list[Edge]:
    """(producer, consumer, value, how it is read), values of wide elements first: where clusters
    cannot become one, what lies in memory between them is then narrow. Of equal ones those that
    feed long bodies, which take in what is made for them alone."""
    found: list[Edge] = []
    inside = set(generics)
    for g in generics:
        for v, m in zip(g.inputs, g.indexing_maps, strict=False):
            p = v.defining_op
            if isinstance(p, linalg.Generic) and p in inside:
                found.append((p, g, v, m))
    return sorted(
        found,
        key=lambda e: (-storage_bytes(element_of(e[2].type)), not _is_heavy(e[1])),
    )


def _is_heavy(g: linalg.Generic) -> bool:
    return len(g.block.ops) > HEAVY_OPS


def _single(g: linalg.Generic) -> Cluster:
    space = tuple(g.ranges[: g.num_parallel])
    c = Cluster([g], space, heavy=_is_heavy(g))
    if g.num_loops > g.num_parallel:
        c.reductions.add(tuple(g.ranges[g.num_parallel :]))
        c.contracts = _contracts(g)
        c.vectors = not c.contracts or _multiplies_vector(g)
    return c


def _multiplies_vector(g: linalg.Generic) -> bool:
    """Some operand of the product does not move along the parallel loops."""
    parallel = set(range(g.num_parallel))
    maps = g.indexing_maps[: len(g.inputs)]
    return any(not parallel & {d for e in m.results for d in dims_of(e)} for m in maps)


def _contracts(g: linalg.Generic) -> bool:
    """True when the reduction reads some element more than once."""
    return any(not _covers(m, g.num_loops) for m in g.indexing_maps[: len(g.inputs)])


def _covers(m: AffineMap, loops: int) -> bool:
    return {e.index for e in m.results if isinstance(e, Dim)} == set(range(loops))


def _try_merge(
    of: dict[Operation, Cluster],
    p: linalg.Generic,
    g: linalg.Generic,
    v: Value,
    read: AffineMap,
    position: dict[Operation, int],
    small: bool,
) -> None:
    a, b = of[p], of[g]
    if a is b or len(a.members) + len(b.members) > MAX_MEMBERS:
        return
    if small and (a.contracts or b.contracts) and (a.heavy or b.heavy):
        return
    written = p.indexing_maps[len(p.inputs) + p.results.index(v)]  # type: ignore[arg-type]
    if not (_after(a, b, p, g, written, read, small) or _before(a, b, p, g, written, read)):
        return
    if not _edges_aligned(a, b) or _cycle(a, b, of, position):
        return
    _unite(a, b, of, position)


def _merge_siblings(
    generics: Sequence[linalg.Generic], of: dict[Operation, Cluster], position: dict[Operation, int]
) -> None:
    """Let clusters that multiply the same vectors share a kernel."""
    done: list[Cluster] = []
    for b in dict.fromkeys(of[g] for g in generics):
        twin = next((a for a in done if are_siblings(a, b)), None)
        if twin is not None and are_independent(twin, b, of, position):
            done.remove(twin)
            done.append(_unite(twin, b, of, position))
        else:
            done.append(b)


def _unite(
    a: Cluster, b: Cluster, of: dict[Operation, Cluster], position: dict[Operation, int]
) -> Cluster:
    merged = Cluster(
        sorted(a.members + b.members, key=lambda op: position[op]),
        b.space,
        a.reductions | b.reductions,
        a.contracts or b.contracts,
        a.vectors and b.vectors,
        a.heavy or b.heavy,
    )
    for op in merged.members:
        of[op] = merged
    return merged


def _after(
    a: Cluster,
    b: Cluster,
    p: linalg.Generic,
    g: linalg.Generic,
    written: AffineMap,
    read: AffineMap,
    small: bool,
) -> bool:
    """``g`` works pointwise on what ``p`` wrote, over one parallel space."""
    if a.space != b.space or g.num_loops != g.num_parallel:
        return False
    if tuple(p.ranges[: p.num_parallel]) != b.space or tuple(g.ranges) != b.space:
        return False
    if written.results != read.results:
        return False
    return _compatible(a, b) or (small and a.vectors and b.vectors)


def _before(
    a: Cluster,
    b: Cluster,
    p: linalg.Generic,
    g: linalg.Generic,
    written: AffineMap,
    read: AffineMap,
) -> bool:
    """``p`` and all of its cluster are pointwise over the space of the reduction ``g``."""
    if a.reductions or g.num_loops == g.num_parallel or _contracts(g):
        return False
    if len(g.inputs) != 1 or a.space != tuple(p.ranges):
        return False
    loops = [-1] * p.num_loops
    for w, r in zip(written.results, read.results, strict=True):
        if isinstance(w, Dim) and isinstance(r, Dim):
            loops[w.index] = r.index
        elif w != r:
            return False
    if sorted(loops) != list(range(g.num_loops)):
        return False
    return all(p.ranges[i] == g.ranges[d] for i, d in enumerate(loops)) and _only_feeds(a, p, g)


def _edges_aligned(a: Cluster, b: Cluster) -> bool:
    """Every value that one cluster reads of the other is read where it was written: a mean that is
    subtracted inside the next reduction's loops needs the whole mean first."""
    members = {*a.members, *b.members}
    for g in members:
        for v, read in zip(g.inputs, g.indexing_maps, strict=False):
            p = v.defining_op
            if isinstance(p, linalg.Generic) and p in members and not _aligned(p, g, v, read):
                return False
    return True


def _aligned(p: linalg.Generic, g: linalg.Generic, v: Value, read: AffineMap) -> bool:
    written = p.indexing_maps[len(p.inputs) + p.results.index(v)]  # type: ignore[arg-type]
    if g.num_loops == g.num_parallel:
        same_space = tuple(p.ranges[: p.num_parallel]) == tuple(g.ranges)
        return same_space and written.results == read.results
    return p.num_loops == p.num_parallel and p.num_loops == g.num_loops


def _only_feeds(a: Cluster, p: linalg.Generic, g: linalg.Generic) -> bool:
    """All members of the cluster lead to ``p``, which ``g`` reads: one that does not would have to
    be computed inside the loops of a reduction that does not read it."""
    leading: set[Operation] = {p}
    for op in reversed(a.members):
        if op is not p and any(u in leading for r in op.results for u in r.users):
            leading.add(op)
    return len(leading) == len(a.members)


def _compatible(a: Cluster, b: Cluster) -> bool:
    """Contractions over different reduction spaces would hold two sets of accumulators."""
    both = a.reductions | b.reductions
    return len(both) <= 1 or not (a.contracts or b.contracts)


def _cycle(
    a: Cluster, b: Cluster, of: dict[Operation, Cluster], position: dict[Operation, int]
) -> bool:
    """True when some path between the two passes through an operation outside both. Clusters do
    not grow in program order, so either may reach the other."""
    return _detour(a, b, of, position) or _detour(b, a, of, position)


def _detour(
    a: Cluster, b: Cluster, of: dict[Operation, Cluster], position: dict[Operation, int]
) -> bool:
    """A path from ``a`` to ``b`` over others; a cluster is passed as a whole."""
    last = max(position[op] for op in b.members)
    work = [u for op in a.members for u in successors(op, position)]
    seen: set[Operation] = set()
    while work:
        op = work.pop()
        other = of.get(op)
        if op in seen or other is a or other is b:
            continue
        group: Sequence[Operation] = other.members if other is not None else [op]
        seen.update(group)
        if min(position[member] for member in group) > last:
            continue
        for member in group:
            for u in successors(member, position):
                if of.get(u) is b:
                    return True
                work.append(u)
    return False


# ---- splat constants


def _inline_splats(g: linalg.Generic) -> None:
    """Read a constant of equal elements as a scalar constant in the body."""
    keep: list[Value] = []
    maps: list[AffineMap] = []
    for i, v in enumerate(g.inputs):
        op = v.defining_op
        if isinstance(op, constant.Constant) and op.value.is_splat and op.value.array.size:
            arg = g.block.args[len(keep)]
            element = element_of(v.type)
            value = op.value.array.reshape(-1)[0].item()
            scalar = Builder(g.block, g.block.first, g.loc).value(
                arith.Constant, value=Scalar(value, element)
            )
            arg._replace_all_uses_with(scalar)
            g.block._remove_argument(len(keep))
        else:
            keep.append(v)
            maps.append(g.indexing_maps[i])
    if len(keep) == len(g.inputs):
        return
    outputs = list(g.outputs)
    g.attributes["indexing_maps"] = (*maps, *g.indexing_maps[len(g.inputs) :])
    g._set_operands([*keep, *outputs])
    g.attributes["operandSegmentSizes"] = (len(keep), len(outputs))


# ---- order and outlining


def _emit(
    block: Block,
    generics: Sequence[linalg.Generic],
    of: dict[Operation, Cluster],
    position: dict[Operation, int],
    outliner: Outliner,
) -> None:
    """Bring the members of each cluster together and outline them."""
    clusters = list(dict.fromkeys(of[g] for g in generics))
    clustered = set(generics)
    nodes: list[list[Operation]] = [list(c.members) for c in clusters]
    nodes += [[op] for op in block if op not in clustered]
    end = block.last
    for i in topological(nodes, position):
        for op in nodes[i]:
            if op is not end:
                block._unlink(op)
                block._insert_before(end, op)
    for c in clusters:
        outliner.outline(c.members)
    for op in reversed(block):
        if isinstance(op, tensor.Empty | linalg.Fill | arith.Constant) and all(
            r.is_unused for r in op.results
        ):
            op._erase()
