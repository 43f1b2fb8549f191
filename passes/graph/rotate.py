"""``rotate``: what a step makes of a carry alone, element by element, for a product to read it (its
8-bit form, its activation), is made at the end of the step before. It becomes a carry of its own:
the kernel that makes the carry makes it too, and no step begins with a pass over memory.

On machines with vectors that pass takes a few instructions, and what the other kernel must keep in
registers costs more (measured: a GRU on a Cortex-M55 lost 3 %; on M4 it wins 1.5 %, on M0 4 %)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from millrace.ir.builder import Builder
from millrace.ir.core import Block, Operation, Value, clone
from millrace.ir.dialects import scf
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.dialects.mr.control import Scan
from millrace.ir.dialects.mr.kinds import Accumulating, Elementwise
from millrace.ir.levels import Level
from millrace.ir.rewriter import Rewriter
from millrace.ir.target import TargetInfo
from millrace.ir.types import TensorType
from millrace.passes.base import Pass, PassContext

MOST = 4
"""New carries of a scan."""


@dataclass(frozen=True)
class Rotate(Pass):
    """Carry what products read of a carry."""

    name: ClassVar[str] = "rotate"
    requires: ClassVar[Level | tuple[Level, ...]] = Level.GRAPH

    def run(self, module: Module, ctx: PassContext) -> None:
        target = None if module.target is None else TargetInfo.from_attr(module.target)
        if target is None or not target.bare or target.vector_bytes:
            return
        for op in list(module.walk()):
            if isinstance(op, Scan):
                chains = _chains(op)[:MOST]
                if chains:
                    count = (
                        "a product reads" if len(chains) == 1 else f"{len(chains)} products read"
                    )
                    ctx.remark(op, f"what {count} of a carry is made by the step before")
                    with ctx.rewriter.atomic():
                        _rotated(op, chains, ctx.rewriter)


@dataclass(frozen=True)
class _Chain:
    """``ops`` in order, from carry number ``carry`` to ``value``."""

    carry: int
    ops: tuple[Operation, ...]
    value: Value


def _chains(scan: Scan) -> list[_Chain]:
    """One for each value that an accumulating operation reads."""
    found = []
    for i, carry in enumerate(scan.block.args[1 : 1 + scan.num_carries]):
        members: dict[Value, Operation] = {}
        for op in scan.block:
            if _continues(op, carry, members, scan.block):
                members[op.results[0]] = op
        for v in members:
            read = any(isinstance(u, Accumulating) and u.parent is scan.block for u in v.users)
            if read and _size(v) <= _size(carry):
                found.append(_Chain(i, _needed(v, members), v))
    return found


def _continues(
    op: Operation, carry: Value, members: Mapping[Value, Operation], body: Block
) -> bool:
    """Element by element of the carry, and of what is the same in every step."""
    if not isinstance(op, Elementwise) or op.results[0].type.shape != carry.type.shape:  # type: ignore[attr-defined]
        return False
    moving = [v for v in op.operands if v is carry or v in members]
    rest = [v for v in op.operands if v is not carry and v not in members]
    return bool(moving) and all(_is_invariant(v, body) for v in rest)


def _is_invariant(v: Value, body: Block) -> bool:
    op = v.defining_op
    if op is None:
        return v not in body.args
    return op.parent is not body or isinstance(op, Constant)


def _needed(v: Value, members: dict[Value, Operation]) -> tuple[Operation, ...]:
    """The members that ``v`` is made of, in order."""
    needed = {v}
    for result in reversed(members):
        if result in needed:
            needed.update(members[result].operands)
    return tuple(op for result, op in members.items() if result in needed)


def _size(v: Value) -> int:
    assert isinstance(v.type, TensorType)
    return v.type.nbytes


# ---- the scan with more carries


def _rotated(scan: Scan, chains: Sequence[_Chain], rw: Rewriter) -> None:
    n, args, end = scan.num_carries, scan.block.args, scan.block.terminator
    inits = [_applied(Builder.before(scan), c, scan.inits[c.carry], scan.block) for c in chains]
    nexts = [_applied(Builder.before(end), c, end.operands[c.carry], scan.block) for c in chains]
    twins = [_twin(scan, c) for c in chains]
    types = [c.value.type for c in chains]
    block = Block([*(a.type for a in args[: 1 + n]), *types, *(a.type for a in args[1 + n :])])
    new_args = block.args
    for old, new in zip(args, [*new_args[: 1 + n], *new_args[1 + n + len(chains) :]], strict=True):
        new.name_hint = old.name_hint
    rw.set_operands(end, [*end.operands[:n], *nexts, *end.operands[n:]])
    for c, new in zip(chains, new_args[1 + n :], strict=False):
        rw.replace_value(c.value, new)
    b = Builder(block, loc=end.loc)
    anchor = b.create(scf.Yield, [])
    kept = [*new_args[: 1 + n], *new_args[1 + n + len(chains) :]]
    rw.set_operands(anchor, rw.inline_block(scan.block, anchor, kept))
    new_scan = Builder.before(scan).create(
        Scan,
        [*scan.inits, *inits],
        scan.xs,
        scan.count,
        trip=scan.trip,
        reverse=scan.reverse,
        ragged=scan.ragged,
        block=block,
    )
    outs = new_scan.results
    for twin, out in zip(twins, outs[n:], strict=False):
        if twin is not None:
            rw.replace_value(twin, out)
    rw.replace(scan, *outs[:n], *outs[n + len(chains) :])


def _applied(b: Builder, chain: _Chain, start: Value, body: Block) -> Value:
    """The chain from another value than the carry, before the body or at its end."""
    mapping: dict[Value, Value] = {body.args[1 + chain.carry]: start}
    for op in chain.ops:
        for v in op.operands:
            if isinstance(v.defining_op, Constant) and b.block is not body and v not in mapping:
                b.insert(clone(v.defining_op, mapping))
        b.insert(clone(op, mapping))
    return mapping[chain.value]


def _twin(scan: Scan, chain: _Chain) -> Value | None:
    """What the same operations make of the last carry behind the scan."""
    same: dict[Value, Value] = {scan.block.args[1 + chain.carry]: scan.results[chain.carry]}
    for op in chain.ops:
        first = next(v for v in op.operands if v in same)
        twin = next((u for u in same[first].users if _is_twin(u, op, same, scan)), None)
        if twin is None:
            return None
        same[op.results[0]] = twin.results[0]
    return same[chain.value]


def _is_twin(u: Operation, op: Operation, same: Mapping[Value, Value], scan: Scan) -> bool:
    if type(u) is not type(op) or u.attributes != op.attributes or u.parent is not scan.parent:
        return False
    pairs = zip(u.operands, op.operands, strict=True)
    return all(v is same.get(w, w) or _is_equal(v, w) for v, w in pairs)


def _is_equal(a: Value, b: Value) -> bool:
    x, y = a.defining_op, b.defining_op
    return isinstance(x, Constant) and isinstance(y, Constant) and x.attributes == y.attributes
