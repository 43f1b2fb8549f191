"""Recognition of dot products of bytes and halves: sums of products of one operand with constant
weights."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from millrace.ir.core import Operation, Value
from millrace.ir.dialects import arith, linalg
from millrace.ir.types import I8, I16, I32, ElementType
from millrace.passes.kernel.promote import can_promote
from millrace.passes.kernel.stage import Access, Member, Stage


@dataclass(frozen=True)
class Products:
    """The reductions of one group: each multiplies ``x`` by weights of its own."""

    members: tuple[Member, ...]
    x: Access
    weights: tuple[Access, ...]

    @property
    def group(self) -> int:
        return self.members[0].group

    def singles(self) -> list[Products]:
        """One by one: for vectors of the channels of each."""
        return [
            Products((m,), self.x, (w,)) for m, w in zip(self.members, self.weights, strict=True)
        ]


@dataclass(frozen=True)
class Start:
    """A number a channel that is added to a sum: the sum may as well start with it."""

    member: Member
    access: Access


def products_of(stage: Stage, constants: frozenset[Access]) -> list[Products] | None:
    """The products of each group of reductions, those of each x by themselves, and of them those
    with weights of one type; None when some reduction is none."""
    if not stage.groups or any(m.role == "pre" for m in stage.members):
        return None
    by_x: dict[tuple[int, Access, ElementType], list[tuple[Member, Access]]] = {}
    for m in (m for g in range(len(stage.groups)) for m in stage.members if m.group == g):
        sides = _sides(m, constants)
        if sides is None:
            return None
        by_x.setdefault((m.group, sides[0], sides[1].element), []).append((m, sides[1]))
    found = []
    for (_, x, _), pairs in by_x.items():
        products = Products(tuple(m for m, _ in pairs), x, tuple(w for _, w in pairs))
        if not _is_uniform(stage, products):
            return None
        found.append(products)
    return found


def _is_uniform(stage: Stage, q: Products) -> bool:
    """The weights move along the same dimensions, and all along the reduction."""
    accesses = (q.x, *q.weights)
    if not can_promote(q.x) or any(
        not a.coeffs[d] for a in accesses for d in stage.groups[q.group]
    ):
        return False
    return len({tuple(map(bool, w.coeffs)) for w in q.weights}) == 1


def _sides(m: Member, constants: frozenset[Access]) -> tuple[Access, Access] | None:
    """(x, weights) of a member that adds up products of bytes or halves."""
    sides = sides_of(m, constants)
    if sides is None or any(a.element not in (I8, I16) for a in sides):
        return None
    return sides if _multiplies(m.op) else None


def sides_of(m: Member, constants: frozenset[Access]) -> tuple[Access, Access] | None:
    """(what varies, the constant) of a member that reads one of each."""
    reads = [a for a in m.reads if a is not None]
    if len(m.op.inputs) != 2 or len(reads) != 2:
        return None
    known = [a in constants for a in reads]
    if known[0] == known[1]:
        return None
    return (reads[1], reads[0]) if known[0] else (reads[0], reads[1])


def factors_of(g: linalg.Generic) -> tuple[Value, ...] | None:
    """What the body multiplies, when all that it does is to add one product to its only sum."""
    if len(g.outputs) != 1:
        return None
    acc, total = g.block.args[-1], g.block.terminator.operands[0].defining_op
    if not isinstance(total, arith.AddI | arith.AddF) or acc not in total.operands:
        return None
    product = next((v for v in total.operands if v is not acc), acc).defining_op
    return tuple(product.operands) if isinstance(product, arith.MulI | arith.MulF) else None


def _multiplies(g: linalg.Generic) -> bool:
    """The body is ``acc + extsi(x) * extsi(y)`` in i32."""
    factors = factors_of(g)
    if factors is None or g.block.args[-1].type != I32:
        return False
    return {_widened(v) for v in factors} == set(g.block.args[:2])


def _widened(v: Value) -> Value | None:
    op: Operation | None = v.defining_op
    return op.input if isinstance(op, arith.ExtSI) else None


def starts_of(stage: Stage, members: Sequence[Member], channel: int) -> dict[Value, Start]:
    """What is added to each sum at once, when it is a number a channel."""
    found: dict[Value, Start] = {}
    for m in members:
        total = m.op.results[0]
        user = next((n for n in stage.members if n.role == "post" and n.op in total.users), None)
        if user is None or len(total.uses) != 1 or not _starts_at_zero(m.op):
            continue
        reads = [a for a in user.reads if a is not None]
        if _adds(user.op) and len(reads) == 1 and set(reads[0].dims) <= {channel}:
            found[total] = Start(user, reads[0])
    return found


def _adds(g: linalg.Generic) -> bool:
    """The body is the sum of its two inputs, which may be widened."""
    total = g.block.terminator.operands[0].defining_op
    if len(g.inputs) != 2 or not isinstance(total, arith.AddI):
        return False
    return {_widened(v) or v for v in total.operands} == set(g.block.args[:2])


def _starts_at_zero(g: linalg.Generic) -> bool:
    fill = g.outputs[0].defining_op
    scalar = fill.value.defining_op if isinstance(fill, linalg.Fill) else None
    return isinstance(scalar, arith.Constant) and scalar.value.value == 0
