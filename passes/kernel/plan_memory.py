"""plan-memory: buffers become views of one arena, constants get their place in the blob."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from typing import ClassVar

from millrace.ir.attributes import Scalar
from millrace.ir.builder import Builder
from millrace.ir.core import Operation
from millrace.ir.dialects import arith, func, memref
from millrace.ir.dialects.builtin import Module
from millrace.ir.levels import Level
from millrace.ir.rewriter import Rewriter
from millrace.ir.target import TargetInfo
from millrace.ir.types import I8, INDEX, FunctionType, MemRefType
from millrace.passes.base import Pass, PassContext
from millrace.passes.kernel.lifetimes import Lifetime, acting_steps, lifetimes
from millrace.passes.kernel.live_overlaps import find_overlaps
from millrace.passes.kernel.packing_plan import Item, align, lower_bound, pack

DEFAULT_ALIGNMENT = 64
CONSTANT_ALIGNMENT = 64
"""At most; a target whose buffers need less is content with less for constants too."""
SMALL_ALIGNMENT = 16
"""Of constants of fewer bytes than they would be aligned to."""


@dataclass(frozen=True)
class Slot:
    """A buffer in the arena: bytes from ``offset`` on, in use from ``first`` to ``last``."""

    offset: int
    size: int
    first: int
    last: int


@dataclass(frozen=True)
class MemoryPlan:
    """What was decided. ``lower_bound`` is the most bytes in use at once: no arena is smaller."""

    arena_bytes: int
    lower_bound: int
    weight_bytes: int
    slots: tuple[Slot, ...]


def plan_memory(module: Module, rewriter: Rewriter | None = None) -> MemoryPlan:
    """Replace the entry's ``memref.alloc`` by views of a new last argument, the arena; give
    every ``memref.global`` its offset in the weights blob and drop those that nobody reads."""
    rewriter = rewriter or Rewriter()
    entry = module.entry
    alignment = DEFAULT_ALIGNMENT
    if module.target is not None:
        alignment = TargetInfo.from_attr(module.target).alignment
    weights = _place_constants(module, rewriter, min(CONSTANT_ALIGNMENT, alignment))
    _pass_scratch(module, rewriter)
    lives = lifetimes(entry)
    items = [Item(x.size, x.first, x.last) for x in lives]
    allowed = find_overlaps(module, lives, alignment) if _is_scarce(module) else {}
    offsets, total = pack(items, alignment, allowed)
    arena = rewriter.add_argument(entry.block, MemRefType((total,), I8))
    arena.name_hint = "arena"
    actions = list(acting_steps(entry).values())
    shifts: dict[int, arith.Constant] = {}
    start = Builder(entry.block, entry.block.first, entry.loc)
    for offset in sorted(set(offsets)):
        shifts[offset] = start.create(arith.Constant, value=Scalar(offset, INDEX))
    for x, offset in zip(lives, offsets, strict=True):
        steps = _acting(actions, x)
        view = Builder.before(x.alloc).value(
            memref.View,
            arena,
            shifts[offset].result,
            steps=steps,
            result_types=[x.alloc.result.type],
        )
        rewriter.replace(x.alloc, view)
    types = tuple(a.type for a in entry.block.args)
    rewriter.set_attr(entry, "function_type", FunctionType(types, ()))
    slots = tuple(
        Slot(offset, x.size, x.first, x.last) for x, offset in zip(lives, offsets, strict=True)
    )
    return MemoryPlan(total, lower_bound(items, alignment, allowed), weights, slots)


def _is_scarce(module: Module) -> bool:
    """Whether memory is worth more than what the optimizer gains where nothing overlaps."""
    return module.target is not None and TargetInfo.from_attr(module.target).bare


def _acting(actions: list[int], x: Lifetime) -> tuple[int, int] | None:
    """The numbers of the first and the last call or copy of a buffer's lifetime."""
    first, last = bisect_left(actions, x.first), bisect_right(actions, x.last) - 1
    return (first, last) if first <= last else None


def _pass_scratch(module: Module, rewriter: Rewriter) -> None:
    """Buffers that kernels allocate become their last arguments; each call brings its own."""
    calls: dict[str, list[func.Call]] = {}
    for op in module.entry.walk():
        if isinstance(op, func.Call):
            calls.setdefault(op.callee.name, []).append(op)
    for f in module.functions():
        if f.role != "kernel":
            continue
        for alloc in [op for op in f.walk() if isinstance(op, memref.Alloc)]:
            t = alloc.result.type
            for call in calls.get(f.sym_name, []):
                buffer = Builder.before(call).value(memref.Alloc, result_types=[t])
                rewriter.set_operands(call, [*call.operands, buffer])
            rewriter.replace(alloc, rewriter.add_argument(f.block, t))
            types = tuple(a.type for a in f.block.args)
            rewriter.set_attr(f, "function_type", FunctionType(types, ()))


def _place_constants(module: Module, rewriter: Rewriter, alignment: int) -> int:
    """Offsets in order of first use; the size of the blob."""
    small_alignment = min(SMALL_ALIGNMENT, alignment)
    by_name = {g.sym_name: g for g in module.block if isinstance(g, memref.Global)}
    used = _used_globals(module)
    total = 0
    for name in used:
        g = by_name[name]
        size = g.value.type.nbytes
        total = align(total, small_alignment if size < alignment else alignment)
        rewriter.set_attr(g, "offset", total)
        total += size
    for name, g in by_name.items():
        if name not in used:
            rewriter.erase(g)
    return total


def _used_globals(module: Module) -> list[str]:
    """Names of the constants that are read, in order of the first operation that does so."""
    found: dict[str, None] = {}
    for f in sorted(module.functions(), key=lambda f: f.role != "entry"):
        for op in f.walk():
            found.update((name, None) for name in _reads(op))
    return list(found)


def _reads(op: Operation) -> list[str]:
    sources = [v.defining_op for v in op.operands]
    return [s.sym for s in _through_views(sources) if isinstance(s, memref.GetGlobal)]


def _through_views(sources: list[Operation | None]) -> list[Operation | None]:
    out = []
    for s in sources:
        while isinstance(s, memref.Subview):
            s = s.source.defining_op
        out.append(s)
    return out


@dataclass(frozen=True)
class PlanMemory(Pass):
    """Lay out buffers in one arena by their lifetimes, and constants in the weights blob."""

    name: ClassVar[str] = "plan-memory"
    requires: ClassVar[tuple[Level, ...]] = (Level.KERNEL, Level.LOOP)
    mandatory: ClassVar[bool] = True

    def run(self, module: Module, ctx: PassContext) -> None:
        plan = plan_memory(module, ctx.rewriter)
        entry: func.Func = module.entry
        ctx.remark(
            entry,
            f"arena {plan.arena_bytes} bytes for {len(plan.slots)} buffers, "
            f"at least {plan.lower_bound} in use at once; weights {plan.weight_bytes} bytes",
        )
