"""Which buffer lies where in the arena and how long, and which constants each kernel reads:
found in a module at LOOP level."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from millrace.driver.report import BufferRow
from millrace.ir.core import Value
from millrace.ir.dialects import arith, memref
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.func import Call, Func
from millrace.ir.types import MemRefType, storage_bytes
from millrace.passes.kernel.lifetimes import acting_steps


def arena_map(module: Module) -> tuple[BufferRow, ...]:
    """The buffers, by offset and time."""
    names = step_names(module)
    rows = []
    for op in module.entry.walk():
        if not isinstance(op, memref.View) or op.steps is None:
            continue
        shift, t = op.byte_shift.defining_op, op.result.type
        assert isinstance(shift, arith.Constant) and isinstance(t, MemRefType)
        nbytes = math.prod(t.shape) * storage_bytes(t.element)
        first, last = op.steps
        if nbytes:
            at = int(shift.value.value)
            rows.append(BufferRow(at, nbytes, first, last, names[first], names[last]))
    return tuple(sorted(rows, key=lambda b: (b.offset, b.first, b.last)))


def step_names(module: Module) -> tuple[str, ...]:
    """What happens at each step: the name of the kernel that is called, or of an operation."""
    return tuple(
        op.callee.name if isinstance(op, Call) else op.name.partition(".")[2]
        for op in acting_steps(module.entry)
    )


def peak_step(buffers: Sequence[BufferRow]) -> int:
    """The first step at which most bytes are in use."""
    last = max((b.last for b in buffers), default=0)
    live = [[b for b in buffers if b.first <= step <= b.last] for step in range(last + 1)]
    return max(range(last + 1), key=lambda step: covered_bytes(live[step]))


def covered_bytes(buffers: Sequence[BufferRow]) -> int:
    """Bytes of the arena that some buffer takes: they may lie over each other."""
    total = end = 0
    for b in sorted(buffers, key=lambda b: b.offset):
        total += max(b.offset + b.nbytes - max(b.offset, end), 0)
        end = max(end, b.offset + b.nbytes)
    return total


# ---- constants


@dataclass(frozen=True)
class Constants:
    """Bytes of the model's constants, and of the compiler's tables, that a kernel reads and no
    kernel before it."""

    weights: int = 0
    tables: int = 0


def constants_of_kernels(module: Module) -> dict[str, Constants]:
    """By kernel, in the order of the first call."""
    known = {op.sym_name: op for op in module.block if isinstance(op, memref.Global)}
    kernels = {f.sym_name: f for f in module.functions()}
    seen: set[str] = set()
    found: dict[str, Constants] = {}
    for op in module.entry.walk():
        if not isinstance(op, Call):
            continue
        had = found.get(op.callee.name, Constants())
        weights, tables = had.weights, had.tables
        for name in (*_read_by(op.operands), *_read_inside(kernels[op.callee.name])):
            if name in seen:
                continue
            seen.add(name)
            size, own = known[name].value.array.nbytes, known[name].own_bytes
            weights, tables = weights + size - own, tables + own
        found[op.callee.name] = Constants(weights, tables)
    return found


def _read_by(operands: Sequence[Value]) -> Iterator[str]:
    for v in operands:
        op = v.defining_op
        while isinstance(op, memref.Subview | memref.View):
            op = op.operands[0].defining_op
        if isinstance(op, memref.GetGlobal):
            yield op.sym


def _read_inside(f: Func) -> Iterator[str]:
    for op in f.walk():
        if isinstance(op, memref.GetGlobal):
            yield op.sym
