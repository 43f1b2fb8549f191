"""How a sparse product runs: how many rows share its weights, and in which bodies they come."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from millrace.passes.kernel.sparse.match import SparseStage
from millrace.passes.kernel.sparse.pack import (
    Entries,
    Format,
    entries_of,
    format_of,
    pack_entries,
    walks,
)
from millrace.passes.kernel.stage import Stage

Array = np.ndarray[Any, Any]
Choice = tuple[int, int]
"""Rows of a tile, entries of a body."""


@dataclass(frozen=True)
class SparsePlan:
    """``rows`` share the entries of a channel."""

    sparse: SparseStage
    format: Format
    rows: int

    @property
    def walks(self) -> bool:
        return walks(self.sparse)

    def describe(self, stage: Stage) -> str:
        loops = " x ".join(str(n) for n in stage.extents[: stage.parallel])
        depths = " + ".join(str(len(part.offsets)) for part in self.sparse.parts)
        return (
            f"sparse: {loops} | {depths}: tiles of {self.rows} rows, "
            f"bodies of {self.format.unroll} entries, {self.format.nbytes} bytes"
        )


def plan_of(
    s: SparseStage, calls: Sequence[Sequence[Entries]], choice: Choice
) -> SparsePlan | None:
    """The plan of a choice for constants that are stored as ``calls``; None where it has none."""
    f = format_of(calls, choice[1], s.members[0][2].element)
    return None if f is None else SparsePlan(s, f, choice[0])


def pack_sparse(stage: Stage, plan: SparsePlan, arrays: Sequence[Array]) -> Array:
    """The stream of one call's weights."""
    entries = entries_of(stage, plan.sparse, arrays)
    return pack_entries(plan.format, entries, walks=plan.walks)


def sparse_key(stage: Stage, plan: SparsePlan) -> object:
    """Equal for plans that give the same weights the same stream."""
    reads = tuple(
        (
            w.const,
            tuple((stage.extents[d], w.coeffs[d]) for d in (*plan.sparse.channels, *part.reduced)),
            part.offsets,
        )
        for part, _, w in plan.sparse.members
    )
    return "sparse", plan.format, reads
