"""Sibling products: clusters that multiply the same vectors and do not need each other.

The gates of a recurrent cell read the same input and the same state. In one kernel they share the
loads of both, and what follows each product stands in the code once, where a tile of several
channels of each would hold it several times.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from millrace.ir.affine import dims_of
from millrace.ir.core import Operation, Value
from millrace.ir.dialects import linalg
from millrace.passes.order import successors

if TYPE_CHECKING:
    from millrace.passes.kernel.fuse import Cluster

MOST = 4
"""Products of one vector in a kernel at most: their accumulators are in registers at once."""


def are_siblings(a: Cluster, b: Cluster) -> bool:
    """The same space and the same vectors, and few products of each."""
    both = (a, b)
    if a.space != b.space or not all(c.contracts and c.vectors for c in both):
        return False
    vectors = [_vectors(c.members) for c in both]
    return vectors[0].keys() == vectors[1].keys() and all(
        n + vectors[1][v] <= MOST for v, n in vectors[0].items()
    )


def _vectors(members: Sequence[linalg.Generic]) -> dict[Value, int]:
    """The vectors that products read, and how many products read each."""
    found: dict[Value, int] = {}
    for g in members:
        if g.num_loops > g.num_parallel:
            for v, m in zip(g.inputs, g.indexing_maps, strict=False):
                if not any(d < g.num_parallel for e in m.results for d in dims_of(e)):
                    found[v] = found.get(v, 0) + 1
    return found


def are_independent(
    a: Cluster, b: Cluster, of: Mapping[Operation, Cluster], position: dict[Operation, int]
) -> bool:
    """No path leads from one to the other."""
    return not _reaches(a, b, of, position) and not _reaches(b, a, of, position)


def _reaches(
    a: Cluster, b: Cluster, of: Mapping[Operation, Cluster], position: dict[Operation, int]
) -> bool:
    targets: set[Operation] = set(b.members)
    last = max(position[op] for op in b.members)
    work: list[Operation] = list(a.members)
    seen: set[Operation] = set(work)
    while work:
        for user in successors(work.pop(), position):
            if user in targets:
                return True
            other = of.get(user)
            group: Sequence[Operation] = other.members if other is not None else [user]
            if user not in seen and min(position[op] for op in group) <= last:
                seen.update(group)
                work.extend(group)
    return False
