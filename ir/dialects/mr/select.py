"""Selections whose size depends on data. The size is given when the operation is built; a run in
which it comes out otherwise fails with code ``bound``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from millrace.ir.core import Operation, OpResult, Value
from millrace.ir.dialects.mr.control import Check
from millrace.ir.dialects.mr.gather import Gather
from millrace.ir.dialects.mr.kinds import Array, Composite, Library
from millrace.ir.dialects.mr.movement import reshape, shape_of, transpose
from millrace.ir.dialects.mr.support import widen_array
from millrace.ir.errors import RunError
from millrace.ir.opdef import attr, operand, result
from millrace.ir.types import I1, I64, Type, is_bool, is_float, tensor

if TYPE_CHECKING:
    from millrace.ir.builder import Builder
    from millrace.ir.scalar import Buffer, LoopBuilder, ScalarValue


def require_count(op: Operation, found: int, count: int) -> None:
    """The numpy side's check of a size."""
    if found != count:
        where = f"{op.loc.describe()}: " if op.loc else ""
        raise RunError(f"{where}{op.name}: {found} elements selected where {count} were declared")


def check_count(b: LoopBuilder, found: ScalarValue, count: int) -> None:
    """The compiled side's check of a size."""
    b.b.create(Check, b.eq(found, b.index_const(count)).value, code="bound")


def count_if(b: LoopBuilder, n: ScalarValue, condition: ScalarValue) -> ScalarValue:
    """``n`` and one more where the condition holds."""
    return b.select(condition, b.add(n, b.index_const(1)), n)


class NonZero(Library):
    """``mr.nonzero``: the indices (i64) of the ``count`` elements that are not zero, in row-major
    order: [rank, count]."""

    name = "mr.nonzero"
    input: Value = operand()
    count: int = attr()
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        t = self.operand_type(0)
        if not 0 <= self.count <= t.size:
            raise self.error(f"{self.count} of {t.size} elements")
        return (tensor((t.rank, self.count), I64),)

    def evaluate(self, x: Array) -> Array:
        found = np.argwhere(x != 0) if x.ndim else np.zeros((int(x != 0), 0))
        require_count(self, len(found), self.count)
        return found.T.astype(np.int64)

    def lower(
        self, b: LoopBuilder, inputs: tuple[Buffer, ...], outputs: tuple[Buffer, ...]
    ) -> None:
        (source,), (target,) = inputs, outputs

        def level(index: tuple[ScalarValue, ...], n: ScalarValue) -> ScalarValue:
            if len(index) < len(source.shape):
                size = source.shape[len(index)]
                return b.for_(0, size, lambda i, k: [level((*index, i), k)], [n])[0]
            x = b.load(source, index)
            hit = b.ne(x, b.const_like(0, x))
            fits = b.and_(hit, b.lt(n, b.index_const(self.count)))

            def write() -> None:
                for d, i in enumerate(index):
                    b.store(target, [b.index_const(d), n], b.cast(i, I64))

            b.if_(fits, write)
            return count_if(b, n, hit)

        check_count(b, level((), b.index_const(0)), self.count)


class Compress(Composite):
    """``mr.compress``: the ``count`` slices along ``axis`` whose ``condition`` is true."""

    name = "mr.compress"
    input: Value = operand()
    condition: Value = operand()
    axis: int = attr()
    count: int = attr()
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        t, c = self.operand_type(0), self.operand_type(1)
        if not 0 <= self.axis < t.rank:
            raise self.error(f"axis {self.axis} of a tensor of rank {t.rank}")
        if c.rank != 1 or not is_bool(c.element) or c.shape[0] > t.shape[self.axis]:
            raise self.error(f"a condition {c} for {t.shape[self.axis]} slices")
        if not 0 <= self.count <= c.shape[0]:
            raise self.error(f"{self.count} of {c.shape[0]} slices")
        shape = [self.count if i == self.axis else n for i, n in enumerate(t.shape)]
        return (tensor(shape, t.element),)

    def evaluate(self, x: Array, condition: Array) -> Array:
        require_count(self, int(condition.sum()), self.count)
        return np.compress(condition, x, self.axis)

    def decompose(self, b: Builder) -> Sequence[Value]:
        places = b.value(NonZero, self.condition, count=self.count)
        flat = reshape(b, places, (self.count,))
        return (b.value(Gather, self.input, flat, axis=self.axis, in_bounds=True),)


class UniqueRows(Library):
    """``mr.unique_rows``: the ``count`` distinct rows of a matrix, in ascending order
    (``ordered``) or in that of their first occurrence. Results (i64): the first occurrence of
    each distinct row, for each row its number among the distinct ones, how often each distinct
    row occurs, and the first occurrence of each row's value. NaN equals NaN and counts as
    greatest."""

    name = "mr.unique_rows"
    input: Value = operand()
    count: int = attr()
    ordered: bool = attr(True)
    first: OpResult = result()
    inverse: OpResult = result()
    counts: OpResult = result()
    origins: OpResult = result()

    def infer(self) -> Sequence[Type]:
        t = self.operand_type(0)
        if t.rank != 2 or not 0 <= self.count <= t.shape[0]:
            raise self.error(f"{self.count} distinct rows of {t}")
        distinct, rows = tensor((self.count,), I64), tensor((t.shape[0],), I64)
        return (distinct, rows, distinct, rows)

    def evaluate(self, x: Array) -> tuple[Array, Array, Array, Array]:
        wide = widen_array(x)
        assert wide is not None
        ranks = np.unique(wide, return_inverse=True)[1].reshape(x.shape)
        keys = [tuple(row) for row in ranks.tolist()]
        origin: dict[tuple[int, ...], int] = {}
        for i, key in enumerate(keys):
            origin.setdefault(key, i)
        require_count(self, len(origin), self.count)
        order = sorted(origin) if self.ordered else list(origin)
        number = {key: i for i, key in enumerate(order)}
        columns = (
            [origin[k] for k in order],
            [number[k] for k in keys],
            [keys.count(k) for k in order],
            [origin[k] for k in keys],
        )
        first, inverse, counts, origins = (np.array(c, np.int64) for c in columns)
        return first, inverse, counts, origins

    def lower(
        self, b: LoopBuilder, inputs: tuple[Buffer, ...], outputs: tuple[Buffer, ...]
    ) -> None:
        source, (first, inverse, counts, origins) = inputs[0], outputs
        rows, limit = source.shape[0], b.index_const(self.count)

        def find_origin(i: ScalarValue) -> None:
            """The first row equal to row i: search from the end, the last hit counts."""

            def look(k: ScalarValue, best: ScalarValue) -> list[ScalarValue]:
                j = b.sub(b.sub(i, b.index_const(1)), k)
                less, greater = self._order(b, source, j, i)
                return [b.select(b.or_(less, greater), best, j)]

            (origin,) = b.for_(0, i, look, [i])
            b.store(origins, [i], b.cast(origin, I64))

        def number(i: ScalarValue) -> None:
            own = b.load(origins, [i])

            def before(j: ScalarValue, n: ScalarValue) -> list[ScalarValue]:
                is_first = b.eq(b.load(origins, [j]), b.cast(j, I64))
                if self.ordered:
                    earlier = self._order(b, source, j, i)[0]
                else:
                    earlier = b.lt(b.cast(j, I64), own)
                return [count_if(b, n, b.and_(is_first, earlier))]

            (n,) = b.for_(0, rows, before, [b.index_const(0)])
            b.store(inverse, [i], b.cast(n, I64))
            leads = b.and_(b.eq(own, b.cast(i, I64)), b.lt(n, limit))
            b.if_(leads, lambda: b.store(first, [n], b.cast(i, I64)))

        def total(i: ScalarValue, n: ScalarValue) -> list[ScalarValue]:
            return [count_if(b, n, b.eq(b.load(origins, [i]), b.cast(i, I64)))]

        def count(k: ScalarValue) -> None:
            def same(i: ScalarValue, n: ScalarValue) -> list[ScalarValue]:
                return [count_if(b, n, b.eq(b.load(inverse, [i]), b.cast(k, I64)))]

            (n,) = b.for_(0, rows, same, [b.index_const(0)])
            b.store(counts, [k], b.cast(n, I64))

        b.for_(0, rows, find_origin)
        b.for_(0, rows, number)
        b.for_(0, self.count, count)
        check_count(b, b.for_(0, rows, total, [b.index_const(0)])[0], self.count)

    def _order(
        self, b: LoopBuilder, source: Buffer, i: ScalarValue, j: ScalarValue
    ) -> tuple[ScalarValue, ScalarValue]:
        """Whether row i is less, and whether it is greater, than row j."""
        false = b.const(False, I1)

        def compare(c: ScalarValue, less: ScalarValue, more: ScalarValue) -> list[ScalarValue]:
            x, y = b.load(source, [i, c]), b.load(source, [j, c])
            lower, higher = b.lt(x, y), b.gt(x, y)
            if is_float(x.type):
                x_nan, y_nan = b.isnan(x), b.isnan(y)
                lower = b.or_(lower, b.and_(y_nan, b.not_(x_nan)))
                higher = b.or_(higher, b.and_(x_nan, b.not_(y_nan)))
            open_ = b.not_(b.or_(less, more))
            return [b.or_(less, b.and_(open_, lower)), b.or_(more, b.and_(open_, higher))]

        less, more = b.for_(0, source.shape[1], compare, [false, false])
        return less, more


class Unique(Composite):
    """``mr.unique``: the ``count`` distinct slices along ``axis``, ascending (``ordered``) or as
    they first occur; and (i64) the first occurrence of each, the number of each slice's value
    among them, and how often each occurs (ONNX Unique)."""

    name = "mr.unique"
    input: Value = operand()
    axis: int = attr()
    count: int = attr()
    ordered: bool = attr(True)
    values: OpResult = result()
    first: OpResult = result()
    inverse: OpResult = result()
    counts: OpResult = result()

    def infer(self) -> Sequence[Type]:
        t = self.operand_type(0)
        if not 0 <= self.axis < t.rank or not 0 <= self.count <= t.shape[self.axis]:
            raise self.error(f"{self.count} slices along axis {self.axis} of {t}")
        shape = [self.count if i == self.axis else n for i, n in enumerate(t.shape)]
        distinct, slices = tensor((self.count,), I64), tensor((t.shape[self.axis],), I64)
        return (tensor(shape, t.element), distinct, slices, distinct)

    def evaluate(self, x: Array) -> tuple[Array, Array, Array, Array]:
        wide = widen_array(x)
        assert wide is not None
        rows = np.moveaxis(np.unique(wide, return_inverse=True)[1].reshape(x.shape), self.axis, 0)
        _, first, inverse, counts = np.unique(
            rows.reshape(len(rows), -1),
            return_index=True,
            return_inverse=True,
            return_counts=True,
            axis=0,
        )
        require_count(self, len(first), self.count)
        inverse = inverse.reshape(-1)
        if not self.ordered:
            order = np.argsort(first)
            first, counts = first[order], counts[order]
            inverse = np.argsort(order)[inverse]
        return (
            np.take(x, first, self.axis),
            first.astype(np.int64),
            inverse.astype(np.int64),
            counts.astype(np.int64),
        )

    def decompose(self, b: Builder) -> Sequence[Value]:
        shape = shape_of(self.input)
        perm = [self.axis, *(i for i in range(len(shape)) if i != self.axis)]
        size = shape[self.axis]
        width = int(np.prod([n for i, n in enumerate(shape) if i != self.axis], dtype=np.int64))
        rows = reshape(b, transpose(b, self.input, perm), (size, width))
        op = b.create(UniqueRows, rows, count=self.count, ordered=self.ordered)
        values = b.value(Gather, self.input, op.first, axis=self.axis, in_bounds=True)
        return (values, op.first, op.inverse, op.counts)
