"""Matrix products and Einstein sums."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from millrace.ir.affine import AffineExpr, AffineMap, cst, dim
from millrace.ir.core import Operation, OpResult, Value
from millrace.ir.dialects.mr.kinds import Array, Contraction, Nest, broadcast_shapes
from millrace.ir.dialects.mr.movement import Transpose, producer
from millrace.ir.dialects.mr.support import constant_of
from millrace.ir.interval import Interval, weighted
from millrace.ir.opdef import attr, result
from millrace.ir.types import (
    BF16,
    F16,
    F32,
    ElementType,
    IntegerType,
    TensorType,
    Type,
    tensor,
)

if TYPE_CHECKING:
    from millrace.ir.builder import Builder


def product_element(
    op: Operation, lhs: ElementType, rhs: ElementType, acc: ElementType | None
) -> ElementType:
    """The result's element type of a contraction. Operands of different integer types need
    ``acc``, which also widens the result."""
    if acc is not None:
        narrow = (F16, BF16)
        fits = isinstance(acc, IntegerType) and all(
            isinstance(e, IntegerType) and e.width <= acc.width for e in (lhs, rhs)
        )
        if not fits and not (acc == F32 and lhs == rhs and lhs in narrow) and acc != lhs:
            raise op.error(f"cannot accumulate {lhs} times {rhs} in {acc}")
        return acc
    if lhs != rhs:
        raise op.error(f"operands are {lhs} and {rhs}")
    return lhs


def working_element(result: ElementType) -> ElementType:
    """What sums are kept in: f32 for the narrow floats."""
    return F32 if result in (F16, BF16) else result


class MatMul(Contraction):
    """``mr.matmul``: matrix product of the last two dimensions, numpy broadcasting of the others.
    ``transpose_lhs`` and ``transpose_rhs`` swap an operand's last two dimensions first; ``acc`` is
    the result's element type when it is not the operands' (i8 times i8 gives i32)."""

    name = "mr.matmul"
    lhs: Value
    rhs: Value
    transpose_lhs: bool = attr(False)
    transpose_rhs: bool = attr(False)
    acc: Type | None = attr(None)
    result: OpResult = result()

    def _matrix(self, index: int) -> tuple[int, int]:
        """Rows and columns of an operand, after transposition."""
        shape = self.operand_type(index).shape
        swap = self.transpose_rhs if index else self.transpose_lhs
        return (shape[-1], shape[-2]) if swap else (shape[-2], shape[-1])

    def infer(self) -> Sequence[Type]:
        a, c = self.operand_type(0), self.operand_type(1)
        if a.rank < 2 or c.rank < 2:
            raise self.error(f"needs matrices, got {a} and {c}")
        (m, k), (k2, n) = self._matrix(0), self._matrix(1)
        if k != k2:
            raise self.error(f"cannot multiply {m}x{k} with {k2}x{n}")
        batch = broadcast_shapes(self, a.shape[:-2], c.shape[:-2])
        element = product_element(self, a.element, c.element, _as_element(self.acc))
        return (tensor((*batch, m, n), element),)

    def accumulators(self) -> tuple[ElementType, ...]:
        return (working_element(result_type(self).element),)

    def nest(self) -> Nest:
        shape = result_type(self).shape
        rank, k = len(shape), self._matrix(0)[1]
        row, column, inner = dim(rank - 2), dim(rank - 1), dim(rank)

        def operand_map(index: int, first: AffineExpr, second: AffineExpr, swap: bool) -> AffineMap:
            batch = self.operand_type(index).shape[:-2]
            lead = rank - 2 - len(batch)
            own = [cst(0) if n == 1 else dim(lead + i) for i, n in enumerate(batch)]
            last = (second, first) if swap else (first, second)
            return AffineMap(rank + 1, (*own, *last))

        maps = (
            operand_map(0, row, inner, self.transpose_lhs),
            operand_map(1, inner, column, self.transpose_rhs),
        )
        return Nest((*shape, k), rank, maps)

    def evaluate(self, x: Array, y: Array) -> Array:
        out = result_type(self).element
        wide = working_element(out).dtype
        x, y = x.astype(wide, copy=False), y.astype(wide, copy=False)
        x = x.swapaxes(-1, -2) if self.transpose_lhs else x
        y = y.swapaxes(-1, -2) if self.transpose_rhs else y
        product: Array = np.matmul(x, y)
        return product.astype(out.dtype, copy=False)

    def interval(self, x: Interval, y: Interval) -> Interval | None:
        """With known weights, from the bounds of each input."""
        known = constant_of(self.rhs)
        if known is None or known.ndim != 2:
            return super().interval(x, y)
        w = known.T if self.transpose_rhs else known
        return weighted(x.whole() if self.transpose_lhs else x, w)

    def canonicalize(self, b: Builder) -> Sequence[Value] | None:
        """Takes in a transposition of the last two dimensions."""
        sides, swaps, changed = [], [], False
        for v, swap in ((self.lhs, self.transpose_lhs), (self.rhs, self.transpose_rhs)):
            inner = producer(v, Transpose)
            if inner is not None and _swaps_last_two(inner.perm):
                v, swap, changed = inner.input, not swap, True
            sides.append(v)
            swaps.append(swap)
        if not changed:
            return None
        new = b.value(MatMul, *sides, transpose_lhs=swaps[0], transpose_rhs=swaps[1], acc=self.acc)
        return (new,)


class Contract(Contraction):
    """``mr.contract``: the Einstein sum of two operands, ``"bik,bkj->bij"``: sums over the letters
    that the result lacks. A letter may occur twice in one operand (its diagonal); a dimension of 1
    stands for any size of its letter."""

    name = "mr.contract"
    lhs: Value
    rhs: Value
    equation: str = attr()
    result: OpResult = result()

    def terms(self) -> tuple[str, str, str]:
        left, right = self.equation.split(",")
        right, out = right.split("->")
        return left, right, out

    def sizes(self) -> dict[str, int]:
        """The size of each letter, in order of first occurrence."""
        found: dict[str, int] = {}
        for i, term in enumerate(self.terms()[:2]):
            t = self.operand_type(i)
            if len(term) != t.rank:
                raise self.error(f"{term!r} does not name the dimensions of {t}")
            for letter, n in zip(term, t.shape, strict=True):
                if found.setdefault(letter, n) not in (1, n) and n != 1:
                    raise self.error(f"letter {letter!r} is {found[letter]} and {n}")
                found[letter] = max(found[letter], n) if 0 not in (found[letter], n) else 0
        return found

    def infer(self) -> Sequence[Type]:
        if self.equation.count(",") != 1 or self.equation.count("->") != 1:
            raise self.error(f"equation {self.equation!r} is not of the form ab,bc->ac")
        sizes, out = self.sizes(), self.terms()[2]
        if len(set(out)) != len(out) or any(c not in sizes for c in out):
            raise self.error(f"{out!r} does not name dimensions of a result")
        a, c = self.operand_type(0).element, self.operand_type(1).element
        return (tensor([sizes[x] for x in out], product_element(self, a, c, None)),)

    def nest(self) -> Nest:
        left, right, out = self.terms()
        sizes = self.sizes()
        order = [*out, *(c for c in sizes if c not in out)]
        maps = tuple(
            AffineMap(
                len(order),
                tuple(
                    cst(0) if n == 1 else dim(order.index(c))
                    for c, n in zip(term, self.operand_type(i).shape, strict=True)
                ),
            )
            for i, term in enumerate((left, right))
        )
        return Nest(tuple(sizes[c] for c in order), len(out), maps)

    def evaluate(self, x: Array, y: Array) -> Array:
        dtype = result_type(self).dtype
        wide = working_element(result_type(self).element).dtype
        x, y = x.astype(wide, copy=False), y.astype(wide, copy=False)
        sizes, terms = self.sizes(), self.terms()
        spread = [
            np.broadcast_to(v, [sizes[c] for c in term])
            for v, term in zip((x, y), terms[:2], strict=True)
        ]
        total: Array = np.asarray(np.einsum(self.equation, *spread))
        return total.astype(dtype, copy=False)


def result_type(op: Operation, index: int = 0) -> TensorType:
    """The type of a result; inferred when the operation is still being built."""
    t = op.results[index].type if op.results else op.infer()[index]
    assert isinstance(t, TensorType)
    return t


def _as_element(t: Type | None) -> ElementType | None:
    assert t is None or isinstance(t, ElementType), t
    return t


def _swaps_last_two(perm: tuple[int, ...]) -> bool:
    n = len(perm)
    return perm == (*range(n - 2), n - 1, n - 2)
