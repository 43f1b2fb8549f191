"""unroll: for each scan, loop or straight line?

The cost model compares, for every candidate, the instructions of the whole loop and the bytes of
code. A step's kernels are functions that all copies of the step share, so a copy costs its calls,
not its arithmetic; it saves the overhead of an iteration. A longer body is chosen only when it
saves a noticeable part of the whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from millrace.ir.attributes import Scalar
from millrace.ir.builder import Builder
from millrace.ir.core import Block, Operation, Value, clone
from millrace.ir.dialects import arith, scf
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr import assemble, control, kinds, movement
from millrace.ir.dialects.mr.movement import shape_of
from millrace.ir.errors import CompileError
from millrace.ir.levels import Level
from millrace.ir.target import TargetInfo
from millrace.ir.types import INDEX, TensorType, storage_bytes
from millrace.passes.base import Pass, PassContext
from millrace.passes.graph import estimate

FACTORS = (2, 4, 8)
SAVING = 0.03
"""A longer body has to save this part of the loop's instructions."""
MOST_SCALAR_BYTES = 640
"""A body of work on numbers may become so long; more copies save little and cost time."""
FULL_TRIP = 4
"""Scans of at most this many steps may become straight line on their own merit."""


@dataclass(frozen=True)
class Unroll(Pass):
    """Decide loop, partial or full unrolling of every scan. ``mode``: ``auto``, ``never``,
    ``full`` or a number of steps a body."""

    name: ClassVar[str] = "unroll"
    requires: ClassVar[Level | tuple[Level, ...]] = Level.GRAPH
    mode: str = "auto"

    def run(self, module: Module, ctx: PassContext) -> None:
        if self.mode not in ("auto", "never", "full") and not self.mode.isdecimal():
            raise CompileError(f"unroll: {self.mode!r} is not auto, never, full or a number")
        target = TargetInfo.from_attr(module.target) if module.target else TargetInfo("generic", "")
        scans = [op for op in module.walk() if isinstance(op, control.Scan)]
        for scan in reversed(scans):  # inner ones first
            factor = self._factor(scan, target, ctx)
            if factor == scan.trip and scan.count is None:
                _full(scan, ctx)
            elif factor > 1 and scan.count is None:
                _partial(scan, factor, ctx)

    def _factor(self, scan: control.Scan, target: TargetInfo, ctx: PassContext) -> int:
        """Steps in one body."""
        if self.mode == "never" or scan.trip == 0:
            return 1
        if self.mode == "full":
            return scan.trip
        if self.mode != "auto":
            return max(1, min(int(self.mode), scan.trip))
        return _choose(scan, target, ctx)


def _choose(scan: control.Scan, target: TargetInfo, ctx: PassContext) -> int:
    ops = list(scan.block)
    work = sum(estimate.instructions(op, target) for op in ops)
    calls = estimate.kernels(ops)
    copies = sum(_copy_instructions(v, target) for v in scan.block.args[1 : 1 + len(scan.inits)])
    scalar = calls == 0
    around = estimate.SCALAR_LOOP_INSTRUCTIONS if scalar else estimate.LOOP_INSTRUCTIONS
    overhead = around + copies
    step = work + calls * estimate.CALL_INSTRUCTIONS
    size = calls * estimate.CALL_BYTES + estimate.SCALAR_BYTES * sum(map(_is_code, scan.walk()))
    loop = scan.trip * (step + overhead)
    best, best_cost = 1, loop
    candidates = [k for k in FACTORS if k < scan.trip]
    if scan.trip <= FULL_TRIP:
        candidates.append(scan.trip)
    for k in candidates:
        cost = scan.trip * step + scan.trip / k * overhead
        code = k * size
        fits = not target.flash_bytes or code * 8 <= target.flash_bytes
        fits = fits and (not scalar or code <= MOST_SCALAR_BYTES)
        if fits and cost < best_cost - SAVING * loop * k**0.5:
            best, best_cost = k, cost
    text = "loop" if best == 1 else "straight line" if best == scan.trip else f"{best} steps a body"
    ctx.remark(
        scan,
        f"{text}: {scan.trip} steps of about {step:.0f} instructions and {overhead:.0f} around "
        f"them; the loop takes {loop:.0f}, the choice {best_cost:.0f}; a copy of the step costs "
        f"{size} bytes of code",
    )
    return best


def _is_code(op: Operation) -> bool:
    """Whether an operation is a few instructions of the plan."""
    return estimate.is_scalar(op) and bool(op.operands)


def _copy_instructions(v: Value, target: TargetInfo) -> float:
    """Moving a carry to its place at the end of a step; one that is only read pointwise is
    updated where it stands."""
    if not any(isinstance(u, kinds.Accumulating) for u in v.users):
        return 0.0
    size = v.type.nbytes if isinstance(v.type, TensorType) else storage_bytes(INDEX)
    return 2.0 * size / max(target.vector_bytes, target.pointer_bytes)


# ---- transformations


def _full(scan: control.Scan, ctx: PassContext) -> None:
    """Replace the scan by copies of its body."""
    b = Builder.before(scan)
    carries, rows = _steps(scan, scan.block, b, list(scan.inits), list(scan.xs), 0, scan.trip)
    stacked = [_stack(b, ys, scan.reverse) for ys in rows]
    ctx.rewriter.replace(scan, *carries, *stacked)


def _steps(
    scan: control.Scan,
    body: Block,
    b: Builder,
    carries: list[Value],
    xs: Sequence[Value],
    first: int,
    count: int,
    base: Value | None = None,
) -> tuple[list[Value], list[list[Value]]]:
    """``count`` copies of the body on the rows of ``xs`` from step ``first`` on; ``base`` is the
    number of the first step when it is not a constant."""
    n = scan.num_carries
    rows: list[list[Value]] = [[] for _ in scan.results[n:]]
    total = [shape_of(x)[0] for x in xs]
    for k in range(count):
        step: Value = b.value(arith.Constant, value=_index(first + k))
        if base is not None:
            step = b.value(arith.AddI, base, b.value(arith.Constant, value=_index(k)))
        at = [(t - 1 - first - k) if scan.reverse else first + k for t in total]
        slices = [_row(b, x, i) for x, i in zip(xs, at, strict=True)]
        mapping: dict[Value, Value] = dict(zip(body.args, [step, *carries, *slices], strict=True))
        for op in body:
            if isinstance(op, scf.Yield):
                out = [mapping.get(v, v) for v in op.operands]
            else:
                b.insert(clone(op, mapping))
        carries = out[:n]
        for ys, y in zip(rows, out[n:], strict=True):
            ys.append(y)
    return carries, rows


def _index(value: int) -> Scalar:
    return Scalar(value, INDEX)


def _row(b: Builder, x: Value, i: int) -> Value:
    """``x[i]``."""
    return movement.reshape(b, movement.slice_along(b, x, 0, i, 1), shape_of(x)[1:])


def _stack(b: Builder, rows: Sequence[Value], reverse: bool) -> Value:
    ordered = list(reversed(rows)) if reverse else list(rows)
    return b.value(
        assemble.Concat, [movement.reshape(b, r, (1, *shape_of(r))) for r in ordered], axis=0
    )


def _partial(scan: control.Scan, factor: int, ctx: PassContext) -> None:
    """A scan over groups of ``factor`` steps, then copies of the body for the steps left over."""
    whole, rest = divmod(scan.trip, factor)
    b = Builder.before(scan)
    cut = scan.trip - rest
    groups = [_group(b, x, rest if scan.reverse else 0, whole, factor) for x in scan.xs]
    block = Block([INDEX, *(v.type for v in scan.inits), *(_row_type(g) for g in groups)])
    n = scan.num_carries
    inner = Builder(block, None, scan.loc)
    base = inner.value(arith.MulI, block.args[0], inner.value(arith.Constant, value=_index(factor)))
    carried, rows = _steps(
        scan, scan.block, inner, list(block.args[1 : 1 + n]), block.args[1 + n :], 0, factor, base
    )
    inner.create(scf.Yield, [*carried, *(_stack(inner, ys, scan.reverse) for ys in rows)])
    new = b.create(
        control.Scan,
        inits=list(scan.inits),
        xs=groups,
        trip=whole,
        reverse=scan.reverse,
        block=block,
    )
    carries: list[Value] = list(new.results[:n])
    flat = [_ungroup(b, y, cut) for y in new.results[n:]]
    if rest:
        carries, rows = _steps(scan, scan.block, b, carries, scan.xs, cut, rest)
        tails = [_stack(b, ys, scan.reverse) for ys in rows]
        pairs = zip(tails, flat, strict=True) if scan.reverse else zip(flat, tails, strict=True)
        flat = [b.value(assemble.Concat, list(pair), axis=0) for pair in pairs]
    ctx.rewriter.replace(scan, *carries, *flat)


def _row_type(v: Value) -> TensorType:
    assert isinstance(v.type, TensorType)
    return v.type.with_shape(v.type.shape[1:])


def _group(b: Builder, x: Value, start: int, whole: int, factor: int) -> Value:
    """[T, ...] from ``start`` on as [whole, factor, ...]."""
    part = movement.slice_along(b, x, 0, start, whole * factor)
    return movement.reshape(b, part, (whole, factor, *shape_of(x)[1:]))


def _ungroup(b: Builder, y: Value, rows: int) -> Value:
    return movement.reshape(b, y, (rows, *shape_of(y)[2:]))
