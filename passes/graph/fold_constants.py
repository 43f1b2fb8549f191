"""``fold-constants``: evaluates operations whose operands are all known."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from millrace.ir.attributes import Dense, Scalar
from millrace.ir.core import Operation, Value
from millrace.ir.dialects import arith, tensor
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.dialects.mr.kinds import Control, Movement, TensorOp
from millrace.ir.errors import RunError
from millrace.ir.interpreter import scalars
from millrace.ir.interpreter.tensors import evaluate_op
from millrace.ir.levels import Level
from millrace.ir.rewriter import Rewriter
from millrace.ir.types import FloatType, IndexType, IntegerType, ShapedType, TensorType
from millrace.passes.base import Pass, PassContext

Array = np.ndarray[Any, Any]
SMALL = 4096
"""Bytes up to which a broadcast or an index pattern is made a constant."""


@dataclass(frozen=True)
class FoldConstants(Pass):
    """Evaluates operations whose operands are all known at compile time.

    A result above ``limit`` bytes is only made when it is not larger than the operands it
    replaces; a large one that repeats elements or follows from their index alone stays as it is,
    but what is computed from it is folded."""

    name = "fold-constants"
    requires = (Level.GRAPH, Level.KERNEL, Level.LOOP)
    limit: int = 64 << 20

    def run(self, module: Module, ctx: PassContext) -> None:
        Folder(ctx.rewriter, self.limit).visit(module)


class Folder:
    """``known`` has the content of constants and of what is computed from constants but is
    better not stored."""

    def __init__(self, rw: Rewriter, limit: int) -> None:
        self.rw = rw
        self.limit = limit
        self.known: dict[Value, Array] = {}
        self.tables: set[Value] = set()
        """Those that are the compiler's own, as what is made of such alone."""

    def visit(self, op: Operation) -> None:
        for region in op.regions:
            for block in region.blocks:
                for inner in block:
                    self._fold(inner)
                    if inner.parent is block:
                        self.visit(inner)

    def _fold(self, op: Operation) -> None:
        if isinstance(op, Constant):
            self.known[op.result] = op.value.array
            if op.table:
                self.tables.add(op.result)
        elif isinstance(op, TensorOp):
            self._fold_tensor(op)
        elif isinstance(op, tensor.Extract):
            self._fold_extract(op)
        elif isinstance(op, tensor.FromElements):
            self._fold_from_elements(op)
        else:
            fold_scalar(op, self.rw)

    def _fold_tensor(self, op: TensorOp) -> None:
        types = [r.type for r in op.results]
        if isinstance(op, Control) or not all(v in self.known for v in op.operands):
            return
        if not all(isinstance(t, TensorType) and t.is_static for t in types):
            return
        size = sum(t.nbytes for t in types if isinstance(t, TensorType))
        given = sum(self.known[v].nbytes for v in op.operands)
        if size > max(self.limit, given):
            return
        try:
            arrays = evaluate_op(op, [self.known[v] for v in op.operands])
        except RunError:
            return  # the failure, an index out of range, say, belongs to run time
        table = bool(op.operands) and all(v in self.tables for v in op.operands)
        if table:
            self.tables.update(op.results)
        repeats = isinstance(op, Movement) or not op.operands
        if repeats and size > max(SMALL, given):
            self.known.update(zip(op.results, arrays, strict=True))
        else:
            self._replace(op, arrays, table)

    def _replace(self, op: Operation, arrays: list[Array], table: bool = False) -> None:
        with self.rw.atomic():
            b = self.rw.before(op)
            values = [b.value(Constant, value=Dense(a), table=table) for a in arrays]
            self.rw.replace(op, *values)
        self.known.update(zip(values, arrays, strict=True))
        if table:
            self.tables.update(values)

    def _fold_extract(self, op: tensor.Extract) -> None:
        array = self.known.get(op.tensor)
        indices = [constant_of(v) for v in op.indices]
        if array is None or any(i is None for i in indices):
            return
        at = tuple(int(i.value) for i in indices if i is not None)
        if all(0 <= i < n for i, n in zip(at, array.shape, strict=True)):
            replace_by_scalar(op, array[at], self.rw)

    def _fold_from_elements(self, op: tensor.FromElements) -> None:
        elements = [constant_of(v) for v in op.elements]
        t = op.result.type
        assert isinstance(t, ShapedType)
        if not any(e is None for e in elements):
            values = [e.value for e in elements if e is not None]
            self._replace(op, [np.array(values).astype(t.dtype).reshape(t.shape)])


def constant_of(v: Value) -> Scalar | None:
    """The scalar when ``v`` is an ``arith.constant``."""
    op = v.defining_op
    return op.value if isinstance(op, arith.Constant) else None


def fold_scalar(op: Operation, rw: Rewriter) -> bool:
    """Replace an ``arith`` or ``math`` operation on scalar constants by its value."""
    if isinstance(op, arith.Constant) or not scalars.is_scalar_op(type(op)):
        return False
    inputs = [v.defining_op for v in op.operands]
    if not all(isinstance(c, arith.Constant) for c in inputs):
        return False
    if any(isinstance(v.type, ShapedType) for v in (*op.operands, *op.results)):
        return False
    with np.errstate(all="ignore"):
        args = [scalars.apply(c) for c in inputs if c is not None]
        value = scalars.apply(op, *args)
    replace_by_scalar(op, value, rw)
    return True


def replace_by_scalar(op: Operation, value: Any, rw: Rewriter) -> None:
    """Replace an operation with one scalar result by a constant."""
    t = op.result.type
    assert isinstance(t, FloatType | IntegerType | IndexType)
    number = float(value) if isinstance(t, FloatType) else np.asarray(value).item()
    with rw.atomic():
        c = rw.before(op).value(arith.Constant, value=Scalar(number, t))
        rw.replace(op, c)
