"""Which loops of a stage stand around the copies of padded operands, and which inside.

A padded operand is read from a copy with the border in it (:mod:`promote`). The copy should hold
what many inner loops share, and be small: the dimensions that move the operand go outside, one
after the other, until the copy fits. Where its elements are bytes side by side, four of them are
copied together, as one word.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from millrace.ir.types import storage_bytes
from millrace.passes.kernel.promote import Promotion
from millrace.passes.kernel.stage import Access, Stage
from millrace.passes.kernel.tiles import Schedule

SCRATCH_BYTES = 4096
WORD = 4


@dataclass(frozen=True)
class Nest:
    """``outer``: (dimension, step) of the loops around the copies; step 0: the tiles of the
    schedule, so that the loop does not come again inside. ``inner``: the other loops."""

    outer: tuple[tuple[int, int], ...]
    promoted: tuple[Access, ...]
    inner: tuple[int, ...]

    def step(self, d: int) -> int:
        """Steps of a dimension that is split into blocks; 0 when it is not."""
        return next((step for o, step in self.outer if o == d), 0)


def arrange(stage: Stage, s: Schedule) -> Nest:
    """The nest of a stage that is lowered by a schedule."""
    padded = tuple(a for a in stage.accesses() if a.padded)
    if not padded:
        return Nest((), (), s.order)
    block = _block(stage, s, padded)
    moving = [d for d in range(stage.parallel) if any(a.coeffs[d] for a in padded)]
    outer = [] if block is None else [block]
    rest = [(d, 0) for d in moving if block is None or d != block[0]]
    if block is None and s.vector_dim in moving:
        rest.sort(key=lambda o: o[0] != s.vector_dim)
    while rest and _bytes(stage, s, padded, outer) > SCRATCH_BYTES:
        outer.append(rest.pop(0))
    consumed = {d for d, step in outer if not step}
    return Nest(tuple(outer), padded, tuple(d for d in s.order if d not in consumed))


def promotion(stage: Stage, a: Access, sizes: dict[int, int], outer: Sequence[int]) -> Promotion:
    """The copy of an operand inside of loops over ``outer``; ``sizes``: how far their dimensions
    still run within."""
    extents = tuple(sizes[d] if d in outer else n for d, n in enumerate(stage.extents))
    order = sorted(range(len(a.coordinates)), key=lambda k: -a.coordinates[k].stride)
    return Promotion(a, extents, tuple(order))


def _block(stage: Stage, s: Schedule, padded: Sequence[Access]) -> tuple[int, int] | None:
    """The dimension of which words are copied."""
    for d in range(stage.parallel):
        splits = stage.extents[d] > WORD and stage.extents[d] % WORD == 0
        if d == s.vector_dim or not splits or s.tile[d] not in (1, 2, WORD):
            continue
        if all(_is_lane(a, d) for a in padded):
            return d, WORD
    return None


def _is_lane(a: Access, d: int) -> bool:
    """Neighbours in the dimension are neighbouring bytes, and nothing else moves along them."""
    along = [c for c in a.coordinates if c.coeffs[d]]
    return (
        storage_bytes(a.element) == 1
        and len(along) == 1
        and not along[0].padded
        and along[0].stride == 1
        and sum(map(abs, along[0].coeffs)) == 1
    )


def _bytes(
    stage: Stage, s: Schedule, padded: Sequence[Access], outer: Sequence[tuple[int, int]]
) -> int:
    sizes = {d: step or s.tile[d] for d, step in outer}
    return sum(promotion(stage, a, sizes, list(sizes)).nbytes for a in padded)
