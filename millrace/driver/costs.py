"""How often things run and how many multiply-accumulates they do, counted on the IR."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass

from millrace.driver.report import KernelRow
from millrace.ir.attributes import Iterator as LoopKind
from millrace.ir.core import Block, Operation, Value
from millrace.ir.dialects import arith, linalg, scf
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.func import Call, Func
from millrace.ir.dialects.mr.control import Scan
from millrace.ir.dialects.mr.kinds import Contraction


@dataclass(frozen=True)
class Executed:
    """An operation, how often one run of the model executes it, and whether that is a guess:
    the trip count of a data-dependent loop is counted as one."""

    op: Operation
    times: int
    guessed: bool


def executed(block: Block, times: int = 1, guessed: bool = False) -> Iterator[Executed]:
    """The operations of ``block`` and of nested regions. Both branches of an ``scf.if`` count."""
    for op in block:
        yield Executed(op, times, guessed)
        if isinstance(op, linalg.Generic):
            continue  # its body is the kernel's innermost code
        trips = _trip_count(op)
        for region in op.regions:
            for inner in region.blocks:
                yield from executed(inner, times * (trips or 1), guessed or trips is None)


def _trip_count(op: Operation) -> int | None:
    """How often the regions of an operation run; None when only the data say."""
    if isinstance(op, Scan):
        return op.trip
    if isinstance(op, scf.For):
        bounds = [_constant(v) for v in (op.lower, op.upper, op.step)]
        low, high, step = bounds
        if low is None or high is None or not step:
            return None
        return max(0, -(-(high - low) // step))
    return None if isinstance(op, scf.While) else 1


def _constant(v: Value) -> int | None:
    op = v.defining_op
    return int(op.value.value) if isinstance(op, arith.Constant) else None


def graph_macs(func: Func) -> int:
    """Multiply-accumulates of one run of a GRAPH level function."""
    return sum(
        e.times * math.prod(e.op.nest().extents)
        for e in executed(func.block)
        if isinstance(e.op, Contraction)
    )


def has_guessed_trips(func: Func) -> bool:
    """True when some loop runs a number of times that only the data say."""
    return any(e.guessed for e in executed(func.block))


def kernel_rows(module: Module) -> tuple[KernelRow, ...]:
    """One row for each kernel of a KERNEL level module, in the order of the first call."""
    calls: dict[str, int] = {}
    for e in executed(module.entry.block):
        if isinstance(e.op, Call):
            name = e.op.callee.name
            calls[name] = calls.get(name, 0) + e.times
    kernels = {f.sym_name: f for f in module.functions() if f.role == "kernel"}
    return tuple(_row(kernels[n], times) for n, times in calls.items() if n in kernels)


def _row(kernel: Func, calls: int) -> KernelRow:
    generics = [op for op in kernel.block if isinstance(op, linalg.Generic)]
    biggest = max(generics, key=lambda g: math.prod(g.ranges), default=None)
    return KernelRow(
        name=kernel.sym_name,
        calls=calls,
        macs=sum(map(_generic_macs, generics)),
        loops="" if biggest is None else _loops(biggest),
        origin=_origin(kernel),
    )


def _generic_macs(g: linalg.Generic) -> int:
    """The points of a generic that multiplies and adds into an accumulator."""
    names = {op.name.removesuffix("f").removesuffix("i") for op in g.block}
    reduces = LoopKind.REDUCTION in g.iterator_types
    return math.prod(g.ranges) if reduces and {"arith.mul", "arith.add"} <= names else 0


def _loops(g: linalg.Generic) -> str:
    """``128 x 64 | 256``: parallel loops, a bar, reduction loops."""
    n = g.num_parallel
    parallel = " x ".join(map(str, g.ranges[:n])) or "1"
    reduced = " x ".join(map(str, g.ranges[n:]))
    return f"{parallel} | {reduced}" if reduced else parallel


def _origin(kernel: Func, shown: int = 3) -> str:
    """The nodes of the user's model that the kernel was made of."""
    names = dict.fromkeys(op.loc.name for op in kernel.block if op.loc.name)
    listed = list(names)
    more = f" and {len(listed) - shown} more" if len(listed) > shown else ""
    return ", ".join(listed[:shown]) + more
