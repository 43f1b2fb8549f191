"""What control flow hands on: which values at its borders are one and the same."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from millrace.ir.core import Operation, Value
from millrace.ir.dialects import scf
from millrace.ir.dialects.mr.control import Scan


def handed_on(op: Operation) -> list[Sequence[Value]] | None:
    """Groups of values of a loop or branch that have the same elements (slices of a tensor go with
    the tensor); None for other operations."""
    if type(op) not in _GROUPS:
        return None
    groups: list[Sequence[Value]] = _GROUPS[type(op)](op)
    return groups


def _scan_groups(op: Scan) -> list[Sequence[Value]]:
    n, args, out = op.num_carries, op.block.args, op.block.terminator.operands
    groups: list[Sequence[Value]] = [
        (op.inits[i], args[1 + i], out[i], op.results[i]) for i in range(n)
    ]
    groups += [(x, args[1 + n + i]) for i, x in enumerate(op.xs)]
    groups += [(out[n + i], r) for i, r in enumerate(op.results[n:])]
    return groups


def _for_groups(op: scf.For) -> list[Sequence[Value]]:
    out = op.block.terminator.operands
    return list(zip(op.inits, op.block.args[1:], out, op.results, strict=True))


def _if_groups(op: scf.If) -> list[Sequence[Value]]:
    ends = [b.terminator.operands for b in (op.then_block, op.else_block)]
    return list(zip(*ends, op.results, strict=True))


def _while_groups(op: scf.While) -> list[Sequence[Value]]:
    around = zip(op.inits, op.before.args, op.after.terminator.operands, strict=True)
    passed = op.before.terminator.operands[1:]
    return [*around, *zip(passed, op.after.args, op.results, strict=True)]


_GROUPS: dict[type[Operation], Any] = {
    Scan: _scan_groups,
    scf.For: _for_groups,
    scf.If: _if_groups,
    scf.While: _while_groups,
}
