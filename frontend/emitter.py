"""Emits operations, and computes at once those whose operands are all known: shape arithmetic
and rearranged weights never reach the IR. Constants stand at the top of the entry function,
inserted when the first operation uses them."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np

from millrace.ir.attributes import Dense, Scalar
from millrace.ir.builder import Builder
from millrace.ir.core import Block, Operation, Value
from millrace.ir.dialects import arith, tensor
from millrace.ir.dialects.mr.bounded import Bounded
from millrace.ir.dialects.mr.cast import Cast
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.dialects.mr.kinds import Accumulating, Array, Control, TensorOp
from millrace.ir.dialects.mr.movement import Broadcast, Reshape, Slice, Transpose
from millrace.ir.errors import IRError
from millrace.ir.location import Location
from millrace.ir.opdef import grouped
from millrace.ir.rewriter import Rewriter
from millrace.ir.sizes import SizeBook
from millrace.ir.types import I64, INDEX, ElementType, TensorType
from millrace.ir.types import tensor as tensor_type

FOLD_BYTES = 1 << 24
"""A result of up to this many bytes is computed at import; a larger one only when it is no larger
than its operands (a transposed weight matrix)."""
FOLD_WORK = 1 << 28
"""Largest iteration space that is computed at import."""
MAX_ELEMENTS = 1 << 31
"""Tensors with more elements are refused."""


class Emitter:
    """Creates operations at the builder's insertion point."""

    def __init__(self, entry: Block, sizes: SizeBook | None = None) -> None:
        self.builder = Builder(entry)
        self._entry = entry
        self._last_constant: Operation | None = None
        self._rewriter = Rewriter()
        self._open = [entry]
        self._blocks: list[Block] = []
        self.sizes = SizeBook() if sizes is None else sizes
        self.tables: dict[Value, Array] = {}
        """Of loops under import: arguments whose value at each step is known, one row a step."""

    # ---- where

    @contextmanager
    def inside(self, block: Block) -> Iterator[Block]:
        """Emit at the end of ``block`` for the duration."""
        self._open.append(block)
        self._blocks.append(block)
        try:
            with self.builder.at_end_of(block):
                yield block
        finally:
            self._open.pop()

    def mark(self) -> int:
        """A point to which :meth:`rollback` comes back."""
        return len(self._blocks)

    def rollback(self, mark: int) -> None:
        """Drop what was emitted since into blocks that belong to no operation: an attempt has
        failed. What stands in the current block is of no use, and goes as dead code."""
        for block in reversed(self._blocks[mark:]):
            if block.parent is None:
                for op in reversed(block.ops):
                    self._rewriter.erase(op)
        del self._blocks[mark:]

    def can_use(self, value: Value) -> bool:
        """Whether a value is there where operations are emitted now."""
        op = value.defining_op
        if op is not None and op.parent is None:
            return isinstance(op, Constant)
        return value.parent_block in self._open

    @contextmanager
    def at(self, loc: Location) -> Iterator[None]:
        with self.builder.at_loc(loc):
            yield

    # ---- operations

    def create(self, cls: type[Operation], *operands: Any, **fields: Any) -> Sequence[Value]:
        """The results of ``cls(*operands, **fields)``, as constants when they can be known."""
        fields.setdefault("loc", self.builder.loc)
        op = cls(*operands, **fields)
        for r in op.results:
            if isinstance(r.type, TensorType) and r.type.size > MAX_ELEMENTS:
                raise op.error(f"{r.type} is too large")
        known = self._evaluate(op)
        if known is not None:
            self._rewriter.erase(op)
            return [self.constant(a) for a in known]
        return self.insert(op).results

    def op(self, cls: type[Operation], *operands: Any, **fields: Any) -> Value:
        """Like :meth:`create`, for operations with one result."""
        (value,) = self.create(cls, *operands, **fields)
        return value

    def bounded(self, x: Value, count: Value, axis: int = 0) -> Value:
        """The first ``count`` elements along ``axis``, which are not more than ``x`` has: a size
        that follows from data unless the count is known."""
        t = x.type
        assert isinstance(t, TensorType)
        known = self.known(count)
        if known is not None:
            sizes = [int(known.reshape(())) if i == axis else n for i, n in enumerate(t.shape)]
            return self.op(Slice, x, starts=(0,) * t.rank, sizes=sizes)
        loc = self.builder.loc
        symbol, size = self.sizes.choose(loc.name or loc.describe(), t.shape[axis])
        op = Bounded(x, count, axis=axis, size=size, symbol=symbol)
        return self.insert(op).result

    def insert(self, op: Operation) -> Operation:
        """Insert an operation that must not be computed now: control flow, terminators."""
        if not op.loc:
            op.loc = self.builder.loc
        for v in op.operands:
            self.use(v)
        return self.builder.insert(op)

    def use(self, value: Value) -> Value:
        """Give a constant that is used for the first time its place in the entry function."""
        op = value.defining_op
        if isinstance(op, Constant) and op.parent is None:
            last = self._last_constant
            anchor = self._entry.first if last is None else last.next
            Builder(self._entry, anchor).insert(op)
            self._last_constant = op
        return value

    def _evaluate(self, op: Operation) -> Sequence[Array] | None:
        if not isinstance(op, TensorOp) or isinstance(op, Control):
            return None
        arrays = [self.known(v) for v in op.operands]
        if any(a is None for a in arrays) or not _cheap(op, arrays):
            return None
        with np.errstate(all="ignore"):
            result = op.evaluate(*grouped(op, arrays))
        results = result if isinstance(result, tuple | list) else (result,)
        out = [np.asarray(a) for a in results]
        for a, r in zip(out, op.results, strict=True):
            assert isinstance(r.type, TensorType)
            if a.shape != r.type.shape or a.dtype != r.type.dtype:
                raise op.error(f"evaluates to {a.dtype}{list(a.shape)}, not {r.type}")
        return out

    # ---- constants

    def constant(
        self, array: Any, element: ElementType | None = None, *, table: bool = False
    ) -> Value:
        """A constant tensor; it enters the IR when something uses it. A ``table`` is no content of
        the model but a part of how it is computed."""
        a = np.asarray(array, dtype=None if element is None else element.dtype)
        return Constant(value=Dense(a), table=table, loc=self.builder.loc).result

    def splat(self, value: Any, shape: Sequence[int], element: ElementType) -> Value:
        """A constant of equal elements, which takes the memory of one."""
        size = math.prod(shape)
        if size > MAX_ELEMENTS:
            raise IRError(f"{self.builder.loc.describe()}: {list(shape)} is too large")
        one = np.asarray(value).astype(element.dtype).reshape(())
        return self.constant(np.broadcast_to(one, tuple(shape)))

    def like(self, value: Any, x: Value) -> Value:
        """A scalar constant of the element type of ``x``."""
        return self.constant(np.asarray(value).astype(type_of(x).dtype))

    def known(self, value: Value) -> Array | None:
        """The content of a value that is known now."""
        op = value.defining_op
        return op.value.array if isinstance(op, Constant) else None

    # ---- the operations that rows use all the time

    def reshape(self, x: Value, shape: Sequence[int]) -> Value:
        shape = tuple(int(n) for n in shape)
        return x if type_of(x).shape == shape else self.op(Reshape, x, shape=shape)

    def transpose(self, x: Value, perm: Sequence[int]) -> Value:
        perm = tuple(int(p) for p in perm)
        return x if perm == tuple(range(len(perm))) else self.op(Transpose, x, perm=perm)

    def broadcast(self, x: Value, shape: Sequence[int]) -> Value:
        shape = tuple(int(n) for n in shape)
        return x if type_of(x).shape == shape else self.op(Broadcast, x, shape=shape)

    def cast(self, x: Value, element: ElementType) -> Value:
        return x if type_of(x).element == element else self.op(Cast, x, to=element)

    # ---- scalars: the borders between tensors and control flow

    def index(self, value: int) -> Value:
        """A constant of type ``index``."""
        return self.builder.value(arith.Constant, value=Scalar(value, INDEX))

    def extract(self, x: Value) -> Value:
        """The only element of a tensor, as a scalar."""
        t = type_of(x)
        if t.size != 1:
            raise IRError(f"{self.builder.loc.describe()}: expected one element, got {t}")
        zero = [self.index(0)] * t.rank
        return self.insert(tensor.Extract(x, zero)).result

    def extract_index(self, x: Value) -> Value:
        """The only element of an integer tensor, as an ``index``."""
        wide = self.extract(self.cast(x, I64))
        return self.builder.value(arith.IndexCast, wide, result_types=[INDEX])

    def from_index(self, i: Value) -> Value:
        """An ``index`` as an i64 tensor without dimensions."""
        wide = self.builder.value(arith.IndexCast, i, result_types=[I64])
        return self.builder.value(tensor.FromElements, [wide], result_types=[tensor_type((), I64)])


def type_of(x: Value) -> TensorType:
    """The tensor type of a value."""
    assert isinstance(x.type, TensorType), x.type
    return x.type


def shape_of(x: Value) -> tuple[int, ...]:
    return type_of(x).shape


def element_of(x: Value) -> ElementType:
    return type_of(x).element


def _cheap(op: TensorOp, arrays: Sequence[Array | None]) -> bool:
    """Whether computing the operation now is worth its time and memory."""
    produced = sum(type_of(r).nbytes for r in op.results)
    read = sum(_stored_bytes(a) for a in arrays if a is not None)
    if produced > max(FOLD_BYTES, read):
        return False
    return not isinstance(op, Accumulating) or _work(op) <= FOLD_WORK


def _work(op: Accumulating) -> int:
    """Steps an accumulating operation takes; an upper bound where its nest is not known yet."""
    try:
        return math.prod(op.nest().extents)
    except IRError:
        return math.prod(max(1, v.type.size) for v in op.operands if isinstance(v.type, TensorType))


def _stored_bytes(a: Array) -> int:
    """Memory an array takes; the dimensions of a splat take none."""
    stored = math.prod(n for n, s in zip(a.shape, a.strides, strict=True) if s)
    return int(stored * a.itemsize)
