"""Which units (places in the last dimension) of float tensors have one known value, at every place
and at every step of a loop."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from millrace.ir.core import Block, Operation, Value
from millrace.ir.dialects import scf
from millrace.ir.dialects.func import Func
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.assemble import Pad
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.dialects.mr.control import Scan
from millrace.ir.dialects.mr.kinds import Elementwise
from millrace.ir.dialects.mr.movement import shape_of
from millrace.ir.dialects.mr.pool import SumPool
from millrace.ir.dialects.mr.reduction import ReduceMean, ReduceSum
from millrace.ir.opdef import grouped
from millrace.ir.types import I1, FloatType, TensorType, element_of
from millrace.passes.graph.channels import channels_of, links_of
from millrace.passes.graph.unit_products import Product

Array = np.ndarray[Any, Any]
UNKNOWN = np.nan


class Known:
    """An array a value: the number that each unit always is, NaN where it varies."""

    def __init__(self) -> None:
        self._known: dict[Value, Array] = {}

    def of(self, v: Value) -> Array:
        if v not in self._known:
            op = v.defining_op
            known = _of_constant(op.value.array) if isinstance(op, Constant) else None
            self._known[v] = _unknown(v) if known is None else known
        return self._known[v]

    def function(self, f: Func) -> None:
        """States hold what they start with, as long as each run gives it back."""
        n = f.num_states
        states = f.block.args[len(f.block.args) - n :]
        for a in f.block.args:
            self._known[a] = _unknown(a)
        for a, init in zip(states, f.state_init or (), strict=False):
            self._known[a] = _of_constant(init.array)
        if f.state_init is None:
            self._known.update((a, np.zeros_like(self.of(a))) for a in states)
        ends = f.block.terminator.operands[len(f.block.terminator.operands) - n :]
        self._settle([f.block], list(zip(states, ends, strict=True)))

    def _settle(self, blocks: Sequence[Block], carries: Sequence[tuple[Value, Value]]) -> None:
        """Take the carries for what they start as; what a step changes is unknown. Again, until a
        step changes nothing."""
        while True:
            for block in blocks:
                self._block(block)
            changed = False
            for arg, after in carries:
                now = _agreed(self.of(arg), self.of(after))
                if not np.array_equal(now, self.of(arg), equal_nan=True):
                    self._known[arg], changed = now, True
            if not changed:
                return

    def _block(self, block: Block) -> None:
        for op in block:
            if isinstance(op, Scan | scf.For):
                self._counted(op)
            elif isinstance(op, scf.While):
                self._while(op)
            elif isinstance(op, scf.If):
                self._if(op)
            elif not isinstance(op, Constant):
                for r in op.results:
                    self._known[r] = self._computed(op, r)

    def _counted(self, op: Any) -> None:
        n = len(op.inits)
        args, ends = op.block.args[1:], op.block.terminator.operands
        for arg, init in zip(args, op.inits, strict=False):
            self._known[arg] = self.of(init)
        if isinstance(op, Scan):
            for arg, x in zip(args[n:], op.xs, strict=True):
                self._known[arg] = self.of(x) if shape_of(arg) else _unknown(arg)
        self._settle([op.block], list(zip(args[:n], ends[:n], strict=True)))
        for r, arg in zip(op.results, args[:n], strict=False):
            self._known[r] = self.of(arg)
        for r, y in zip(op.results[n:], ends[n:], strict=True):
            whole = op.count is None and shape_of(y)  # else rows may be 0
            self._known[r] = self.of(y) if whole else _unknown(r)

    def _while(self, op: scf.While) -> None:
        for arg, init in zip(op.before.args, op.inits, strict=True):
            self._known[arg] = self.of(init)
        passed = op.before.terminator.operands[1:]
        for arg in op.after.args:
            self._known[arg] = _unknown(arg)
        while True:
            self._block(op.before)
            for arg, v in zip(op.after.args, passed, strict=True):
                self._known[arg] = self.of(v)
            before = [self.of(a) for a in op.before.args]
            ends = op.after.terminator.operands
            self._settle([op.after], list(zip(op.before.args, ends, strict=True)))
            now = [self.of(a) for a in op.before.args]
            if all(np.array_equal(a, b, equal_nan=True) for a, b in zip(before, now, strict=True)):
                break
        for r, v in zip(op.results, passed, strict=True):
            self._known[r] = self.of(v)

    def _if(self, op: scf.If) -> None:
        ends = []
        for block in (op.then_block, op.else_block):
            self._block(block)
            ends.append(block.terminator.operands)
        for r, *both in zip(op.results, *ends, strict=True):
            self._known[r] = _agreed(self.of(both[0]), self.of(both[1]))

    # ---- operations

    def _computed(self, op: Operation, r: Value) -> Array:
        if not _has_units(r) or len(op.results) != 1:
            return _unknown(r)
        product = Product.of(op)
        if product is not None:
            return product.known(self.of(product.op.lhs))
        if isinstance(op, Elementwise):
            followed = all(map(_is_followed, (*op.operands, r)))
            return self._elementwise(op) if followed else _unknown(r)
        links = links_of(op)
        adds = isinstance(op, SumPool | ReduceSum) and not isinstance(op, ReduceMean)
        if links is None or adds:
            return _unknown(r)
        known = _unknown(r)
        for link in links:
            known[link.of_result] = self.of(link.operand)[link.of_operand]
        if isinstance(op, Pad):
            known = np.where(known == op.value, known, UNKNOWN)
        return known

    def _elementwise(self, op: Elementwise) -> Array:
        n = channels_of(op.results[0]) if shape_of(op.results[0]) else 1
        xs = [np.broadcast_to(self.of(v) if _has_units(v) else UNKNOWN, (n,)) for v in op.operands]
        every = ~np.isnan(np.array(xs)).any(axis=0)
        given = [
            np.where(np.isnan(x), 1.0, x).astype(element_of(v.type).dtype)
            for x, v in zip(xs, op.operands, strict=True)
        ]
        with np.errstate(all="ignore"):
            y = np.asarray(op.evaluate(*grouped(op, given))).astype(np.float64)
        if isinstance(op, ew.Mul):  # nothing is infinite
            zero = (np.array(xs) == 0).any(axis=0)
            y, every = np.where(zero, 0.0, y), every | zero
        return np.where(every, y, UNKNOWN)


def _is_followed(v: Value) -> bool:
    """Floats and truth values; whole numbers may be too large for a float."""
    return isinstance(v.type, TensorType) and (
        isinstance(v.type.element, FloatType) or v.type.element == I1
    )


def _has_units(v: Value) -> bool:
    t = v.type
    return (isinstance(t, TensorType) and t.is_static and t.rank > 0) or _is_scalar(v)


def _is_scalar(v: Value) -> bool:
    return isinstance(v.type, TensorType) and v.type.rank == 0


def _unknown(v: Value) -> Array:
    t = v.type
    size = t.shape[-1] if isinstance(t, TensorType) and t.is_static and t.rank else 1
    return np.full(size, UNKNOWN)


def _of_constant(array: Array) -> Array:
    if array.dtype.kind not in "fb" or array.size == 0:
        return np.full(array.shape[-1] if array.ndim else 1, UNKNOWN)
    rows = array.reshape(-1, array.shape[-1] if array.ndim else 1).astype(np.float64)
    return np.where((rows == rows[0]).all(axis=0), rows[0], UNKNOWN)


def _agreed(a: Array, b: Array) -> Array:
    return np.where(a == b, a, UNKNOWN)
