"""``write-in-place``: a loop's step that makes a carry anew in one kernel, reading the old one, and
then copies it over the old one, writes it there at once, where the lowered kernel has read each
byte of the old one before it writes the new one there."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import ClassVar

from millrace.ir.core import Operation, Value
from millrace.ir.dialects import func, memref
from millrace.ir.dialects.builtin import Module
from millrace.ir.levels import Level
from millrace.ir.rewriter import Rewriter
from millrace.ir.target import TargetInfo
from millrace.passes.base import Pass, PassContext
from millrace.passes.kernel.lifetimes import DERIVED
from millrace.passes.kernel.overlaps import Overlaps


@dataclass(frozen=True)
class WriteInPlace(Pass):
    """Drop copies of what a kernel may write to its place by itself."""

    name: ClassVar[str] = "write-in-place"
    requires: ClassVar[Level | tuple[Level, ...]] = Level.LOOP

    def run(self, module: Module, ctx: PassContext) -> None:
        target = None if module.target is None else TargetInfo.from_attr(module.target)
        if target is None or not target.bare:
            return
        overlaps = Overlaps(target.alignment)
        for op in list(module.entry.walk()):
            if isinstance(op, memref.Copy):
                call = _maker(op, overlaps, module)
                if call is not None:
                    _forward(op, call, ctx.rewriter)


def _maker(copy: memref.Copy, overlaps: Overlaps, module: Module) -> func.Call | None:
    """The call that makes what is copied and may write it to the target, if there is one."""
    users = [u for u in copy.source.users if u is not copy]
    if not isinstance(copy.source.defining_op, memref.Alloc) or len(users) != 1:
        return None
    if copy.source.type != copy.target.type or isinstance(copy.target.defining_op, DERIVED):
        return None  # a view: made after the call perhaps, and others see the same bytes
    call = users[0]
    if not isinstance(call, func.Call) or call.parent is not copy.parent:
        return None
    touching = {*_touching(copy.target), copy.target.defining_op}
    if any(inner in touching for op in _between(call, copy) for inner in op.walk()):
        return None
    return call if _may_overlap(call, copy, overlaps, module) else None


def _may_overlap(call: func.Call, copy: memref.Copy, overlaps: Overlaps, module: Module) -> bool:
    """Whether the call may read the target where it is and write it."""
    callee = module.function(call.callee.name)
    written = overlaps.written(callee)
    made = [i for i, v in enumerate(call.operands) if v is copy.source]
    read = [i for i, v in enumerate(call.operands) if v is copy.target]
    views = [v for v in call.operands if v is not copy.target and _root(v) is copy.target]
    if written is None or views or len(made) != 1 or made[0] not in written:
        return False
    if any(i in written for i in read):
        return False
    found = [overlaps.of(callee, i, made[0]) for i in read]
    return all(o is not None and (o.at_least <= 0 or o.exactly == 0) for o in found)


def _between(first: Operation, last: Operation) -> Iterator[Operation]:
    op = first.next
    while op is not None and op is not last:
        yield op
        op = op.next


def _touching(v: Value) -> Iterator[Operation]:
    """All that use a buffer, through views, too."""
    for user in v.users:
        yield user
        if isinstance(user, DERIVED):
            yield from _touching(user.results[0])


def _root(v: Value) -> Value:
    while isinstance(v.defining_op, DERIVED):
        v = v.defining_op.operands[0]
    return v


def _forward(copy: memref.Copy, call: func.Call, rw: Rewriter) -> None:
    alloc, target = copy.source.defining_op, copy.target
    assert alloc is not None
    with rw.atomic():
        rw.set_operand(call, list(call.operands).index(copy.source), target)
        rw.erase(copy)
        rw.erase(alloc)
