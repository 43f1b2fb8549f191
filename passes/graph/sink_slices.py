"""sink-slices: slices of a result become slices of what it is made of.

A cell that computes all its gates in one product and then splits it, ``split(x @ W + b)``, becomes
one product for each gate with a slice of the weights. Then every gate has the shape of the state,
and the whole step shares one iteration space.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import ClassVar

from millrace.ir.builder import Builder
from millrace.ir.core import Operation, Value
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr import constant, contraction, kinds
from millrace.ir.dialects.mr.movement import Slice, shape_of
from millrace.ir.levels import Level
from millrace.ir.opdef import fields_with
from millrace.ir.rewriter import Rewriter
from millrace.passes.base import Pass, PassContext, Pattern, apply_patterns


@dataclass(frozen=True)
class SinkSlices(Pass):
    """Slice operands instead of results where nothing is computed twice."""

    name: ClassVar[str] = "sink-slices"
    requires: ClassVar[Level | tuple[Level, ...]] = Level.GRAPH

    def run(self, module: Module, ctx: PassContext) -> None:
        patterns = [SliceOfElementwise(), SliceOfMatMul()]
        while apply_patterns(module, patterns, ctx.rewriter):
            pass  # a slice may have waited for the last of its siblings


def _only_sliced_apart(v: Value) -> bool:
    """Every use of ``v`` is a contiguous slice along one dimension, the same for all, and no two
    overlap."""
    users = v.users
    if not users or not all(isinstance(u, Slice) for u in users):
        return False
    shape = shape_of(v)
    axes = set()
    spans = []
    for u in users:
        assert isinstance(u, Slice)
        if any(s != 1 for s in u.all_steps):
            return False
        cut = [d for d, n in enumerate(shape) if u.sizes[d] != n]
        if len(cut) != 1:
            return False
        axes.add(cut[0])
        spans.append((u.starts[cut[0]], u.starts[cut[0]] + u.sizes[cut[0]]))
    spans.sort()
    apart = all(a[1] <= b[0] for a, b in pairwise(spans))
    return len(axes) == 1 and apart


def _cut_axis(op: Slice) -> int:
    shape = shape_of(op.input)
    return next(d for d, n in enumerate(shape) if op.sizes[d] != n)


class SliceOfElementwise(Pattern):
    """``slice(f(x, y))`` is ``f(slice(x), slice(y))``."""

    def match_and_rewrite(self, op: Slice, rw: Rewriter) -> bool:
        inner = op.input.defining_op
        if not isinstance(inner, kinds.Elementwise) or not _only_sliced_apart(op.input):
            return False
        if not any(_leads_to_product(v) for v in inner.operands):
            return False
        axis = _cut_axis(op)
        rank = len(op.sizes)
        b = rw.before(op)
        operands = [_slice_operand(b, v, op, axis, rank) for v in inner.operands]
        with b.at_loc(inner.loc):
            new = b.create(type(inner), **fields_with(inner, operands))
        rw.replace(op, new.results[0])
        _drop_unused(inner, rw)
        return True


def _drop_unused(op: Operation, rw: Rewriter) -> None:
    """What all slices were taken of before they sank: it would count as a use of its operands."""
    if all(r.is_unused for r in op.results):
        rw.erase(op)


def _leads_to_product(value: Value) -> bool:
    """True when the value comes from a product with constant weights through elementwise
    operations."""
    seen = {value}
    todo = [value]
    while todo:
        op = todo.pop().defining_op
        if isinstance(op, contraction.MatMul):
            if _weights(op) is not None:
                return True
        elif isinstance(op, kinds.Elementwise):
            new = [v for v in op.operands if v not in seen]
            seen.update(new)
            todo += new
    return False


def _slice_operand(b: Builder, v: Value, op: Slice, axis: int, rank: int) -> Value:
    """The part of a broadcast operand that the slice needs."""
    shape = shape_of(v)
    own = axis - (rank - len(shape))
    if own < 0 or shape[own] == 1:
        return v
    starts = [0] * len(shape)
    sizes = list(shape)
    starts[own], sizes[own] = op.starts[axis], op.sizes[axis]
    return b.value(Slice, v, starts=starts, sizes=sizes)


def _weights(op: contraction.MatMul) -> constant.Constant | None:
    w = op.rhs.defining_op
    return w if isinstance(w, constant.Constant) and len(shape_of(op.rhs)) == 2 else None


class SliceOfMatMul(Pattern):
    """``slice(x @ W)`` along the columns is ``x @ slice(W)``."""

    def match_and_rewrite(self, op: Slice, rw: Rewriter) -> bool:
        inner = op.input.defining_op
        if not isinstance(inner, contraction.MatMul) or _weights(inner) is None:
            return False
        if not _only_sliced_apart(op.input) or _cut_axis(op) != len(op.sizes) - 1:
            return False
        b = rw.before(op)
        column = 0 if inner.transpose_rhs else 1
        w = shape_of(inner.rhs)
        starts, sizes = [0, 0], list(w)
        starts[column], sizes[column] = op.starts[-1], op.sizes[-1]
        part = b.value(Slice, inner.rhs, starts=starts, sizes=sizes)
        with b.at_loc(inner.loc):
            new = b.value(
                contraction.MatMul,
                inner.lhs,
                part,
                transpose_lhs=inner.transpose_lhs,
                transpose_rhs=inner.transpose_rhs,
                acc=inner.acc,
            )
        rw.replace(op, new)
        _drop_unused(inner, rw)
        return True
