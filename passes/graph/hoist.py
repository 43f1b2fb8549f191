"""hoist: work that does not depend on the recurrence leaves the loop.

Invariant operations move out of the body of any loop as they are. Operations that depend only on
the current slices of a scan's inputs, and belong to a contraction, are done for all steps at once
before the loop: the input projection of an LSTM becomes one matrix product over the whole
sequence, and the body reads one row of its result a step.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from millrace.ir.attributes import Scalar
from millrace.ir.builder import Builder
from millrace.ir.core import Block, Operation, Value
from millrace.ir.dialects import arith, scf
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr import constant, contraction, control, elementwise, kinds, movement
from millrace.ir.dialects.mr.movement import shape_of
from millrace.ir.levels import Level
from millrace.ir.opdef import SEGMENTS, fields_with
from millrace.ir.rewriter import Rewriter
from millrace.ir.target import TargetInfo
from millrace.ir.types import INDEX, TensorType
from millrace.passes.base import Pass, PassContext
from millrace.passes.graph.split_products import split_products

SPARE = 64
"""The part of a small machine's memory that may be spent on projections."""
CHUNK = 24
"""Steps whose projections are made at once in a loop that may end earlier, at most."""


@dataclass(frozen=True)
class Hoist(Pass):
    """Move invariant work out of loops, and input projections out of scans."""

    name: ClassVar[str] = "hoist"
    requires: ClassVar[Level | tuple[Level, ...]] = Level.GRAPH
    max_bytes: int = 1 << 28
    """Memory that hoisted projections of one scan may take."""

    def run(self, module: Module, ctx: PassContext) -> None:
        loops = [op for op in module.walk() if isinstance(op, control.Scan | scf.For | scf.While)]
        budget = min(self.max_bytes, _memory_to_spare(module))
        for loop in reversed(loops):  # inner loops first
            if isinstance(loop, control.Scan) and not module.strict:
                free = _free_values(loop)
                split_products(loop, free.__contains__, ctx.rewriter)
            _hoist_invariants(loop, ctx.rewriter)
            if isinstance(loop, control.Scan):
                if not module.strict:
                    _join_biases(loop, ctx.rewriter)
                _Projections(loop, budget, ctx).run()


def _memory_to_spare(module: Module) -> int:
    """What projections may take of a small machine's memory, which others want to have, too: they
    save few instructions where nothing caches the weights."""
    target = TargetInfo.from_attr(module.target) if module.target else None
    if target is None or not target.bare or not target.ram_bytes:
        return 1 << 62
    return target.ram_bytes // SPARE


_NEVER_FAILING = (
    constant.Constant,
    kinds.Elementwise,
    kinds.Movement,
    kinds.Accumulating,
    kinds.Assemble,
)


def _hoist_invariants(loop: Operation, rw: Rewriter) -> None:
    """Operations on values from outside leave the loop. One that may fail leaves only a loop that
    is sure to make a step: else a run might fail that does not."""
    sure = isinstance(loop, control.Scan) and loop.count is None and loop.trip > 0
    for region in loop.regions:
        for op in region.block:
            movable = isinstance(op, kinds.TensorOp) and not op.regions
            if not movable or not (sure or isinstance(op, _NEVER_FAILING)):
                continue
            if all(_outside(v, region.block) for v in op.operands):
                rw.move_before(op, loop)


def _free_values(scan: control.Scan) -> set[Value]:
    """What depends on the slices of a step and on values from outside only."""
    free: set[Value] = set(scan.block.args[1 + scan.num_carries :])
    for op in scan.block:
        for v in op.operands:
            if _outside(v, scan.block):
                free.add(v)
        if _stackable(op) and all(v in free for v in op.operands):
            free.add(op.results[0])
    return free


def _join_biases(scan: control.Scan, rw: Rewriter) -> None:
    """``(x W + h U) + b``: the bias joins the product that is going to leave the loop."""
    free: set[Value] = set(scan.block.args[1 + scan.num_carries :])
    products: set[Value] = set()
    for op in scan.block:
        inside = [v for v in op.operands if not _outside(v, scan.block)]
        if _stackable(op) and inside and all(v in free for v in inside):
            free.add(op.results[0])
            if isinstance(op, kinds.Contraction) or any(v in products for v in inside):
                products.add(op.results[0])
        elif isinstance(op, elementwise.Add):
            _join_bias(op, products, scan.block, rw)


def _join_bias(op: elementwise.Add, products: set[Value], block: Block, rw: Rewriter) -> None:
    for total, bias in ((op.lhs, op.rhs), (op.rhs, op.lhs)):
        inner = total.defining_op
        if not isinstance(inner, elementwise.Add) or not total.has_one_use:
            continue
        if not _outside(bias, block) or inner.parent is not block:
            continue
        for product, rest in ((inner.lhs, inner.rhs), (inner.rhs, inner.lhs)):
            if product not in products or rest in products or product.type != total.type:
                continue
            with rw.atomic():
                b = Builder.before(inner)
                joined = b.value(elementwise.Add, product, bias)
                if joined.type == product.type:
                    rw.replace(op, rw.before(op).value(elementwise.Add, joined, rest))
            return


def _outside(v: Value, block: Block) -> bool:
    """True when the value is defined outside ``block`` (and whatever is nested in it)."""
    at: Block | None = v.parent_block
    while at is not None:
        if at is block:
            return False
        at = at.parent_op.parent if at.parent_op is not None else None
    return True


class _Projections:
    """Hoists what depends only on the current slices of one scan."""

    def __init__(self, scan: control.Scan, max_bytes: int, ctx: PassContext) -> None:
        self.scan = scan
        self.trip = scan.trip
        self.ctx = ctx
        self.rw = ctx.rewriter
        self.budget = max_bytes
        n = 1 + scan.num_carries
        self.stacked: dict[Value, Value] = dict(zip(scan.block.args[n:], scan.xs, strict=True))

    def run(self) -> None:
        chosen = self._choose()
        if not chosen:
            return
        moved = set(chosen)
        kept = [op.results[0] for op in chosen if any(u not in moved for u in op.results[0].users)]
        rows = self._chunk()
        if rows < self.scan.trip:
            self._stack_in_chunks(chosen, kept, rows)
        else:
            self._stack_all(chosen, Builder.before(self.scan))
        self._pass_in(kept)
        for op in reversed(chosen):
            self.rw.erase(op)
        products = sum(isinstance(op, kinds.Contraction) for op in chosen)
        self.ctx.remark(
            self.scan,
            f"hoisted {products} input projection(s) out of the loop of {self.scan.trip} steps "
            f"({sum(_bytes(self.stacked[v]) for v in kept)} bytes)",
        )

    def _choose(self) -> list[Operation]:
        """Operations on slices alone that lead to or from a contraction, in program order."""
        free: set[Value] = set(self.stacked)
        able: list[Operation] = []
        for op in self.scan.block:
            if _stackable(op) and self._on_slices(op, free):
                able.append(op)
                free.add(op.results[0])
        useful: set[Operation] = {op for op in able if isinstance(op, kinds.Contraction)}
        inside = set(able)
        for op in able:  # what follows a contraction
            if any(v.defining_op in useful for v in op.operands):
                useful.add(op)
        for op in reversed(able):  # what leads to one
            if any(u in useful for u in op.results[0].users):
                useful.add(op)
        chosen = [op for op in able if op in useful and op in inside]
        total = sum(self.scan.trip * _bytes(op.results[0]) for op in chosen)
        if total > self.budget:
            self.ctx.remark(self.scan, f"input projection kept in the loop: {total} bytes")
            return []
        return chosen

    def _on_slices(self, op: Operation, free: set[Value]) -> bool:
        inside = [v for v in op.operands if not _outside(v, self.scan.block)]
        return bool(inside) and all(v in free for v in inside)

    def _chunk(self) -> int:
        """How many steps are done at once: all of them, or, when a run may have fewer, a part that
        divides them and fills a kernel."""
        trip = self.scan.trip
        if self.scan.count is None:
            return trip
        return max((n for n in range(CHUNK // 3, CHUNK + 1) if trip % n == 0), default=trip)

    def _stack_all(self, chosen: Sequence[Operation], b: Builder) -> None:
        for op in chosen:
            with b.at_loc(op.loc):
                self.stacked[op.results[0]] = self._stack(op, b)

    def _stack_in_chunks(
        self, chosen: Sequence[Operation], kept: Sequence[Value], rows: int
    ) -> None:
        """A loop over chunks of steps that ends with the steps of the run."""
        scan, whole = self.scan, self.scan.trip
        b = Builder.before(scan)
        used = {v for op in chosen for v in op.operands}
        slices = [v for v in self.stacked if v in used]
        grouped = [_grouped(b, self.stacked[v], rows) for v in slices]
        block = Block([INDEX, *(_row_type(g) for g in grouped)])
        inner = _Projections(scan, self.budget, self.ctx)
        inner.stacked = dict(zip(slices, block.args[1:], strict=True))
        inner.trip = rows
        body = Builder(block, None, scan.loc)
        inner._stack_all(chosen, body)
        body.create(scf.Yield, [inner.stacked[v] for v in kept])
        new = b.create(
            control.Scan,
            inits=[],
            xs=grouped,
            count=self._chunks(b, rows),
            trip=whole // rows,
            ragged=True,
            block=block,
        )
        for v, y in zip(kept, new.results, strict=True):
            self.stacked[v] = movement.reshape(b, y, (whole, *shape_of(v)))

    def _chunks(self, b: Builder, rows: int) -> Value:
        """The number of chunks in which there is a step."""
        assert self.scan.count is not None
        up = b.value(arith.Constant, value=Scalar(rows - 1, INDEX))
        size = b.value(arith.Constant, value=Scalar(rows, INDEX))
        return b.value(arith.DivSI, b.value(arith.AddI, self.scan.count, up), size)

    def _stack(self, op: Operation, b: Builder) -> Value:
        """The operation on all steps at once: a leading time dimension on what varies."""
        rank = len(shape_of(op.results[0]))
        operands = [self._lift(v, rank, b, isinstance(op, kinds.Elementwise)) for v in op.operands]
        stacked: Value = _STACK[_family(op)](op, operands, self.trip, b)
        return stacked

    def _lift(self, v: Value, rank: int, b: Builder, broadcasts: bool) -> Value:
        """The stacked form of a slice; elementwise operands of lower rank get unit dimensions
        behind the time dimension, so that they broadcast as before."""
        x = self.stacked.get(v)
        if x is None:
            return v
        shape = shape_of(x)
        if broadcasts and len(shape) < rank + 1:
            shape = (shape[0], *(1,) * (rank + 1 - len(shape)), *shape[1:])
            return movement.reshape(b, x, shape)
        return x

    def _pass_in(self, values: Sequence[Value]) -> None:
        """Give the stacked values to the scan as further inputs."""
        scan = self.scan
        for v in values:
            arg = self.rw.add_argument(scan.block, v.type)
            self.rw.replace_value(v, arg)
        xs = [*scan.xs, *(self.stacked[v] for v in values)]
        count = [scan.count] if scan.count is not None else []
        n = len(scan.inits)
        self.rw.set_operands(scan, [*scan.inits, *xs, *count])
        self.rw.set_attr(scan, SEGMENTS, (n, len(xs), len(count)))


def _grouped(b: Builder, x: Value, rows: int) -> Value:
    shape = shape_of(x)
    return movement.reshape(b, x, (shape[0] // rows, rows, *shape[1:]))


def _row_type(v: Value) -> TensorType:
    assert isinstance(v.type, TensorType)
    return v.type.with_shape(v.type.shape[1:])


def _bytes(v: Value) -> int:
    assert isinstance(v.type, TensorType)
    return v.type.nbytes


def _family(op: Operation) -> type[Operation]:
    return next(k for k in _STACK if isinstance(op, k))


def _stackable(op: Operation) -> bool:
    if isinstance(op, contraction.MatMul):
        lhs, rhs = op.lhs, op.rhs
        weights = rhs.defining_op
        return (
            isinstance(weights, constant.Constant)
            and len(shape_of(rhs)) == 2
            and not op.transpose_lhs
            and len(shape_of(lhs)) >= 2
        )
    return isinstance(op, kinds.Elementwise | movement.Reshape | movement.Transpose)


def _stack_same(op: Operation, operands: list[Value], trip: int, b: Builder) -> Value:
    rows = _as_rows(operands, b)
    y = b.create(type(op), **fields_with(op, rows or operands)).results[0]
    if rows is None:
        return y
    shape = next(shape_of(v) for v in operands if isinstance(v.defining_op, movement.Reshape))
    return movement.reshape(b, y, shape)


def _as_rows(operands: list[Value], b: Builder) -> list[Value] | None:
    """Operands of an elementwise operation for the rows of one product of all steps, which then
    shares a kernel with it: the product itself, not reshaped, and vectors along its rows."""
    makers = [v.defining_op for v in operands]
    products = [m.input for m in makers if isinstance(m, movement.Reshape)]
    if len(products) != 1 or len(shape_of(products[0])) != 2:
        return None
    width = shape_of(products[0])[-1]
    rows: list[Value] = []
    for v, maker in zip(operands, makers, strict=True):
        shape = shape_of(v)
        if isinstance(maker, movement.Reshape) and shape[-1:] == (width,):
            rows.append(maker.input)
        elif math.prod(shape) in (1, math.prod(shape[-1:])) and shape[-1:] in ((), (1,), (width,)):
            rows.append(movement.reshape(b, v, shape[-1:]))
        else:
            return None
    return rows


def _stack_matmul(op: Any, operands: list[Value], trip: int, b: Builder) -> Value:
    """All steps' rows in one product of two matrices."""
    x, w = operands
    shape = shape_of(x)
    rows = movement.reshape(b, x, (math.prod(shape[:-1]), shape[-1]))
    y = b.value(contraction.MatMul, rows, w, transpose_rhs=op.transpose_rhs, acc=op.acc)
    return movement.reshape(b, y, (*shape[:-1], shape_of(y)[-1]))


def _stack_reshape(op: Any, operands: list[Value], trip: int, b: Builder) -> Value:
    return movement.reshape(b, operands[0], (trip, *op.shape))


def _stack_transpose(op: Any, operands: list[Value], trip: int, b: Builder) -> Value:
    return movement.transpose(b, operands[0], (0, *(p + 1 for p in op.perm)))


_STACK: dict[type[Operation], Any] = {
    contraction.MatMul: _stack_matmul,
    movement.Reshape: _stack_reshape,
    movement.Transpose: _stack_transpose,
    kinds.Elementwise: _stack_same,
}
