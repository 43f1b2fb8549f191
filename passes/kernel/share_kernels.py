"""share-kernels: kernels that differ in nothing but numbers become one, which is told the numbers.

A recurrent network that was exported unrolled with integers has a kernel a step, each with scales
of its own. On small machines one kernel and a row of numbers for each call is a fraction of the
code.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from millrace.ir.affine import AffineMap, cst
from millrace.ir.attributes import Dense, SymbolRef
from millrace.ir.builder import Builder
from millrace.ir.core import Block, Operation, Value, clone
from millrace.ir.dialects import func, linalg
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.levels import Level
from millrace.ir.rewriter import Rewriter
from millrace.ir.target import TargetInfo
from millrace.ir.types import I32, FunctionType, TensorType
from millrace.passes.base import Pass, PassContext
from millrace.passes.kernel.outline import has_checks, is_number, structural_key

OPERATION_BYTES = 4
NUMBER_BYTES = 4
WORTH_BYTES = 4096
"""Code saved, at least: a number from a row costs a load that one in the code does not."""


@dataclass(frozen=True)
class ShareKernels(Pass):
    """One kernel for many calls that differ in numbers, where code is scarce."""

    name: ClassVar[str] = "share-kernels"
    requires: ClassVar[Level | tuple[Level, ...]] = Level.KERNEL
    ensures: ClassVar[Level | None] = Level.KERNEL
    worth: int = WORTH_BYTES
    """Bytes of code that have to be saved."""

    def run(self, module: Module, ctx: PassContext) -> None:
        target = TargetInfo.from_attr(module.target) if module.target else None
        if target is None or not target.bare:
            return
        for family in _families(module):
            saved = family.saved_bytes()
            if saved >= self.worth:
                ctx.remark(
                    family.kernels[0],
                    f"{len(family.kernels)} kernels are one, with {family.width} numbers a call "
                    f"(about {saved} bytes less)",
                )
                _share(module, family, ctx.rewriter)


@dataclass(frozen=True)
class Family:
    """Kernels of one structure. ``numbers``: for each kernel the integers in its bodies, in order
    of the operations; ``column``: for each of these its place in the row of those that differ, -1
    for one that all kernels have in common."""

    kernels: tuple[func.Func, ...]
    numbers: tuple[tuple[int, ...], ...]
    column: tuple[int, ...]

    @property
    def width(self) -> int:
        return max(self.column, default=-1) + 1

    def saved_bytes(self) -> int:
        size = sum(1 for _ in self.kernels[0].walk())
        rows = len(self.kernels) * self.width * NUMBER_BYTES
        return (len(self.kernels) - 1) * size * OPERATION_BYTES - rows

    def row(self, i: int) -> list[int]:
        """The numbers of a kernel that differ."""
        row = [0] * self.width
        for value, at in zip(self.numbers[i], self.column, strict=True):
            if at >= 0:
                row[at] = value
        return row


def _families(module: Module) -> list[Family]:
    alike: dict[object, list[tuple[func.Func, tuple[int, ...]]]] = defaultdict(list)
    for f in module.functions():
        if f.role == "kernel" and f.layouts is None and f.elements is None:
            if has_checks(f.block) or not _is_generics(f):
                continue
            numbers: list[int] = []
            alike[structural_key(f.block, numbers)].append((f, tuple(numbers)))
    found = []
    for members in alike.values():
        if len(members) > 1:
            kernels, rows = zip(*members, strict=True)
            found.append(Family(kernels, rows, _columns(rows)))
    return found


def _is_generics(f: func.Func) -> bool:
    return any(isinstance(op, linalg.Generic) for op in f.block)


def _columns(rows: Sequence[tuple[int, ...]]) -> tuple[int, ...]:
    """Numbers that are equal in every kernel need one place."""
    places: dict[tuple[int, ...], int] = {}
    columns = list(zip(*rows, strict=True))
    return tuple(
        -1 if len(set(column)) == 1 else places.setdefault(column, len(places))
        for column in columns
    )


def _share(module: Module, family: Family, rw: Rewriter) -> None:
    first = family.kernels[0]
    of = {f.sym_name: i for i, f in enumerate(family.kernels)}
    row = first.block._add_argument(TensorType((family.width,), I32))
    places = iter(family.column)
    for g in [op for op in first.block if isinstance(op, linalg.Generic)]:
        _take_numbers(g, row, _places_of(g, places), rw)
    inputs = tuple(a.type for a in first.block.args)
    rw.set_attr(first, "function_type", FunctionType(inputs, first.function_type.results))
    for call in [op for op in module.walk() if isinstance(op, func.Call)]:
        i = of.get(call.callee.name)
        if i is not None:
            numbers = Dense(np.array(family.row(i), np.int32))
            table = rw.before(call).value(Constant, value=numbers, table=True)
            rw.set_operands(call, [*call.operands, table])
            rw.set_attr(call, "callee", SymbolRef(first.sym_name))
    for f in family.kernels[1:]:
        rw.erase(f)


def _places_of(g: linalg.Generic, places: Iterator[int]) -> dict[Operation, int]:
    """The place in the row of each number in a body that differs."""
    found: dict[Operation, int] = {}
    for op in g.block:
        if is_number(op):
            at = next(places)
            if at >= 0:
                found[op] = at
    return found


def _take_numbers(
    g: linalg.Generic, row: Value, places: dict[Operation, int], rw: Rewriter
) -> None:
    """Read numbers from the row instead of having them in the body."""
    if not places:
        return
    columns = sorted(set(places.values()))
    inputs = len(g.inputs)
    types = [a.type for a in g.block.args]
    block = Block([*types[:inputs], *[I32] * len(columns), *types[inputs:]])
    new = block.args
    mapping: dict[Value, Value] = dict(
        zip(g.block.args, (*new[:inputs], *new[inputs + len(columns) :]), strict=True)
    )
    for op, at in places.items():
        mapping[op.results[0]] = new[inputs + columns.index(at)]
    b = Builder(block, None, g.loc)
    for op in g.block:
        if op not in places:
            b.insert(clone(op, mapping))
    n = g.num_loops
    reads = [AffineMap(n, (cst(at),)) for at in columns]
    made = rw.before(g).create(
        linalg.Generic,
        [*g.inputs, *[row] * len(columns)],
        list(g.outputs),
        indexing_maps=(*g.indexing_maps[:inputs], *reads, *g.indexing_maps[inputs:]),
        iterator_types=g.iterator_types,
        ranges=g.ranges,
        block=block,
    )
    rw.replace(g, *made.results)
