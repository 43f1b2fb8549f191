"""What the rules for run-time sizes work with: the sizes as values, and masks.

The module stays one of static shapes, the largest. The part of a tensor that its size at run time
covers is the one that counts, from the first element of each dimension on; what stands behind it
is anything, and no element that counts may depend on it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import numpy as np

from millrace.ir.affine import AffineExpr, Binary, Const, dim, dims_of
from millrace.ir.builder import Builder
from millrace.ir.core import Block, Operation, Value
from millrace.ir.dialects import arith, tensor
from millrace.ir.dialects.mr import bits, compare
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.bounded import Bounded
from millrace.ir.dialects.mr.cast import Cast
from millrace.ir.dialects.mr.control import Check
from millrace.ir.dialects.mr.movement import reshape, shape_of
from millrace.ir.dialects.mr.support import constant
from millrace.ir.rewriter import Rewriter
from millrace.ir.scalar import Number
from millrace.ir.types import I32, INDEX, ElementType, element_of
from millrace.passes.sizes.family import Family


@dataclass
class Head:
    """Where values made of sizes stand: behind an operation, or at a block's beginning."""

    block: Block
    last: Operation | None

    @contextmanager
    def builder(self) -> Iterator[Builder]:
        anchor = self.block.first if self.last is None else self.last.next
        yield Builder(self.block, anchor)
        self.last = self.block.last if anchor is None else anchor.prev


class Opening:
    """``sizes`` are the arguments of the entry that hold the symbols' values, i32 tensors of rank
    0. Values made of them stand at the head of the entry, so that all regions can use them; those
    of symbols that follow from data behind what computes these."""

    def __init__(self, family: Family, entry: Block, sizes: Sequence[Value]) -> None:
        self.family = family
        self.rw = Rewriter()
        self._heads = {i: Head(entry, None) for i in range(-1, len(sizes))}
        """By symbol; -1 for what needs none. In the order in which they are defined."""
        self._tensors: dict[AffineExpr, Value] = {}
        self._indices: dict[AffineExpr, Value] = {}
        self._bounded: dict[Operation, list[Bounded]] = {}
        for bounded in family.operations(Bounded):
            at = bounded.parent_op
            while at is not None:
                self._bounded.setdefault(at, []).append(bounded)
                at = at.parent_op
        entry_head = self._heads[-1]
        for i, v in enumerate(sizes):
            self._heads[i] = entry_head
            self._tensors[dim(i)] = self._checked(i, v)

    def _head(self, e: AffineExpr) -> Head:
        """That of the symbol in ``e`` that is defined last: the others are known there too."""
        symbols = dims_of(e)
        latest = [head for i, head in self._heads.items() if i in symbols]
        return latest[-1] if latest else self._heads[-1]

    def _checked(self, i: int, size: Value) -> Value:
        """A size that is in range, whatever was given; a run with another one fails."""
        symbols = self.family.symbols
        with self._heads[i].builder() as b:
            low = constant(b, symbols.least[i], I32)
            high = constant(b, symbols.most[i], I32)
            fits = b.value(
                bits.And,
                b.value(compare.GreaterEqual, size, low),
                b.value(compare.LessEqual, size, high),
            )
            b.create(Check, b.insert(tensor.Extract(fits, ())).result, code="bound")
            return b.value(ew.Min, b.value(ew.Max, size, low), high)

    def bounded_in(self, op: Operation) -> Sequence[Bounded]:
        """The operations nested in ``op`` that define symbols, or did."""
        return self._bounded.get(op, ())

    def define(self, symbol: str, op: Operation, count: Value) -> None:
        """A symbol that follows from data: ``count``, which ``op`` reads."""
        i = self.family.symbols.names.index(symbol)
        assert op.parent is not None
        head = self._heads[i] = Head(op.parent, op.prev)
        with head.builder() as b:
            number = reshape(b, count, ())
            if element_of(number.type) != I32:
                number = b.value(Cast, number, to=I32)
            most = constant(b, self.family.symbols.most[i], I32)
            number = b.value(ew.Min, b.value(ew.Max, number, constant(b, 0, I32)), most)
        self._tensors[dim(i)] = number

    # ---- sizes

    def tensor(self, e: AffineExpr) -> Value:
        """The size as an i32 tensor of rank 0."""
        found = self._tensors.get(e)
        if found is None:
            found = self._tensors[e] = self._make(e)
        return found

    def _make(self, e: AffineExpr) -> Value:
        if isinstance(e, Const):
            with self._head(e).builder() as b:
                return constant(b, e.value, I32)
        assert isinstance(e, Binary), "the symbol is not known here"
        cls = {"+": ew.Add, "*": ew.Mul, "floordiv": ew.Div}[e.kind]
        sides = self.tensor(e.lhs), self.tensor(e.rhs)
        with self._head(e).builder() as b:
            return b.value(cls, *sides)

    def index(self, e: AffineExpr) -> Value:
        """The size as an ``index``."""
        found = self._indices.get(e)
        if found is None:
            size = self.tensor(e)
            with self._head(e).builder() as b:
                narrow = b.insert(tensor.Extract(size, ())).result
                found = b.value(arith.IndexCast, narrow, result_types=[INDEX])
            self._indices[e] = found
        return found

    def cast(self, e: AffineExpr, element: ElementType) -> Value:
        """The size as a tensor of rank 0 and any element type."""
        size = self.tensor(e)
        if element == I32:
            return size
        with self._head(e).builder() as b:
            return b.value(Cast, size, to=element)

    # ---- tensors

    def places(self, b: Builder, x: Value, axis: int) -> Value:
        """0, 1, ... along ``axis`` of ``x``, of its rank."""
        shape = shape_of(x)
        steps = constant(b, np.arange(shape[axis]), I32)
        return reshape(b, steps, [n if i == axis else 1 for i, n in enumerate(shape)])

    def masked(self, b: Builder, x: Value, axis: int, fill: Number) -> Value:
        """``x`` with ``fill`` behind its size in dimension ``axis``."""
        size = self.family.shape(x)[axis]
        inside = b.value(compare.Less, self.places(b, x, axis), self.tensor(size))
        new = b.value(compare.Where, inside, x, constant(b, fill, element_of(x.type)))
        self.family.adopt(new, x)
        return new

    def mask_operand(self, op: Operation, index: int, axis: int, fill: Number) -> None:
        with self.rw.atomic():
            x = self.masked(self.rw.before(op), op.operands[index], axis, fill)
            self.rw.set_operand(op, index, x)

    def replace(self, op: Operation, *values: Value) -> None:
        """Replace an operation; the values are shaped as its results were."""
        for old, new in zip(op.results, values, strict=True):
            self.family.adopt(new, old)
        self.rw.replace(op, *values)
