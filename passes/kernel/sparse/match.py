"""Recognition of products that may skip zeros: sums of an operand's elements times constants."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from millrace.ir.core import Value
from millrace.ir.dialects import arith, linalg
from millrace.ir.types import FloatType
from millrace.passes.kernel.dot.match import Products, factors_of, sides_of
from millrace.passes.kernel.schedule import Problem
from millrace.passes.kernel.stage import Access, Member, Stage


@dataclass(frozen=True)
class SparsePart:
    """The reductions of one group that multiply the same ``x``. ``reduced``: its dimensions;
    ``offsets``: for each of their points, in order, the element of x from where a row begins."""

    products: Products
    reduced: tuple[int, ...]
    offsets: tuple[int, ...]

    @property
    def span(self) -> int:
        """Elements of a row of x from the first to the last."""
        return max(self.offsets, default=0) + 1


@dataclass(frozen=True)
class SparseStage:
    """``outer``: parallel dimensions around all others; ``row``: the one whose steps share the
    weights (-1: none); ``channels``: those along which the weights move."""

    parts: tuple[SparsePart, ...]
    outer: tuple[int, ...]
    row: int
    channels: tuple[int, ...]

    @property
    def members(self) -> list[tuple[SparsePart, Member, Access]]:
        """Every reduction with its weights, in the order in which a tile makes them."""
        return [
            (part, m, w)
            for part in self.parts
            for m, w in zip(part.products.members, part.products.weights, strict=True)
        ]


def sparse_stage(p: Problem) -> SparseStage | None:
    """The stage as products that may skip zeros; None when it is something else, too."""
    stage = p.stage
    if not stage.groups or any(m.role == "pre" for m in stage.members):
        return None
    by_x: dict[tuple[int, Access], list[tuple[Member, Access]]] = {}
    for m in (m for g in range(len(stage.groups)) for m in stage.members if m.group == g):
        sides = _sides(m, p.constants)
        if sides is None or (p.strict and isinstance(sides[1].element, FloatType)):
            return None  # zeros are taken as absent, which a NaN would tell
        by_x.setdefault((m.group, sides[0]), []).append((m, sides[1]))
    parts = []
    for (group, x), pairs in by_x.items():
        products = Products(tuple(m for m, _ in pairs), x, tuple(w for _, w in pairs))
        part = _part(stage, group, products)
        if part is None:
            return None
        parts.append(part)
    return _dims(stage, tuple(parts))


def _dims(stage: Stage, parts: tuple[SparsePart, ...]) -> SparseStage | None:
    """Which parallel dimensions move what; None unless the products agree."""
    weights = [w for part in parts for w in part.products.weights]
    if len({w.element for w in weights}) > 1:
        return None
    parallel = range(stage.parallel)
    channels = tuple(d for d in parallel if weights[0].coeffs[d])
    if any(tuple(d for d in parallel if w.coeffs[d]) != channels for w in weights):
        return None
    moved = [{d for d in parallel if part.products.x.coeffs[d]} for part in parts]
    if not channels or any(m & set(channels) for m in moved):
        return None  # each channel has an x of its own: there is little to skip
    rows = sorted(set.intersection(*moved))
    row = rows[-1] if rows else -1
    outer = tuple(d for d in parallel if d not in channels and d != row)
    return SparseStage(parts, outer, row, channels)


def _part(stage: Stage, group: int, q: Products) -> SparsePart | None:
    reduced = stage.groups[group]
    if q.x.padded or any(q.x.coeffs[d] < 0 for d in range(len(stage.extents))):
        return None
    if any(not w.coeffs[d] for w in q.weights for d in reduced):
        return None
    at = np.zeros((), np.int64)
    for d in reduced:
        at = np.add.outer(at, np.arange(stage.extents[d], dtype=np.int64) * q.x.coeffs[d])
    return SparsePart(q, reduced, tuple(at.reshape(-1).tolist()))


def _sides(m: Member, constants: frozenset[Access]) -> tuple[Access, Access] | None:
    """(x, weights) of a member that adds up products."""
    sides = sides_of(m, constants)
    return sides if sides is not None and _multiplies(m.op) else None


def _multiplies(g: linalg.Generic) -> bool:
    """The body is ``acc + x * y`` of its inputs, which may be converted: from a zero to a zero."""
    factors = factors_of(g)
    return factors is not None and {_converted(v) for v in factors} == set(g.block.args[:2])


def _converted(v: Value) -> Value:
    """What a number was before conversions."""
    while isinstance(op := v.defining_op, arith.Cast):
        v = op.input
    return v
