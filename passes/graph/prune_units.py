"""``prune-units``: units that nobody needs, or that never change, leave float networks.

A *unit* is a place in the last dimension of a tensor: a neuron, a channel, a hidden unit of a
recurrent cell. It is needed by outputs, by operations that need all units, and by products with
known weights that weigh it in an output which is needed. So a hidden unit all of whose outgoing
weights are zero is not needed, whatever it does to itself; and one that a product sees but that
provably always has the value it started with is a part of the bias. Loops, branches and states hand
units on.

Numbers are taken to be finite: a zero weight makes nothing of an infinity.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from millrace.ir.attributes import Dense
from millrace.ir.core import BlockArgument, Operation, OpResult, Value
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.func import Func, Return
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.dialects.mr.movement import shape_of
from millrace.ir.dialects.mr.support import constant, constant_of
from millrace.ir.levels import Level
from millrace.ir.rewriter import Rewriter
from millrace.ir.types import I1, FloatType, FunctionType, TensorType, element_of
from millrace.passes.base import Pass, PassContext
from millrace.passes.graph.channels import Link, channels_of, links_of, on_channels
from millrace.passes.graph.unit_products import Product
from millrace.passes.graph.unit_values import Known
from millrace.passes.handed import handed_on

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class PruneUnits(Pass):
    """Removes neurons, channels and hidden units that do not matter."""

    name: ClassVar[str] = "prune-units"
    requires: ClassVar[Level | tuple[Level, ...]] = Level.GRAPH

    def run(self, module: Module, ctx: PassContext) -> None:
        for f in module.functions():
            if any(Product.of(op) for op in f.walk()):
                needs = Needs(f)
                if any(map(needs.loses, needs.needed)):
                    with ctx.rewriter.atomic():
                        _Pruner(f, needs, ctx).run()


class Needs:
    """Which units of each tensor are needed: at first those of operations that need all; then what
    these depend on, until nothing changes."""

    def __init__(self, f: Func) -> None:
        self.known = Known()
        self.known.function(f)
        self.needed: dict[Value, Array] = {}
        self.demanded: set[Value] = set()
        """Values all of whose units something but a product needs."""
        self.products: dict[Operation, Product] = {}
        self.links: list[Link] = _state_links(f)
        ops = [op for op in f.walk() if op is not f]
        for a in f.block.args[: len(f.block.args) - f.num_states]:
            self._need_all(a)
        for op in ops:
            self._visit(op, f)
        self._spread(ops)

    def loses(self, v: Value) -> bool:
        """Whether a tensor loses units, but not all."""
        m = self.needed.get(v)
        return m is not None and bool(m.any()) and not bool(m.all())

    def _visit(self, op: Operation, f: Func) -> None:
        product = Product.of(op)
        if product is not None:
            self.products[op] = product
            return
        links = self._links(op)
        self.links += links
        tied = {v for k in links for v in (k.result, k.operand)}
        loose = [v for v in (*op.operands, *op.results) if v not in tied]
        if isinstance(op, Return):
            loose = list(op.operands[: len(op.operands) - f.num_states])
        elif op.name in ("scf.yield", "scf.condition"):
            loose = []  # handed on by the loop or branch
        for v in loose:
            self._need_all(v)

    def _links(self, op: Operation) -> list[Link]:
        groups = handed_on(op)
        found = links_of(op) or () if groups is None else _links_of_groups(groups)
        return [k for k in found if _has_units(k.result) and _has_units(k.operand)]

    def _need_all(self, v: Value) -> None:
        if _has_units(v):
            self.needed[v] = np.ones(channels_of(v), np.bool_)
            self.demanded.add(v)

    def _mark(self, v: Value, mask: Array) -> bool:
        if not _has_units(v):
            return False
        old = self.needed.get(v, np.zeros(channels_of(v), np.bool_))
        self.needed[v] = old | mask
        return not bool((mask <= old).all())

    def of(self, v: Value) -> Array:
        return self.needed.get(v, np.zeros(channels_of(v), np.bool_))

    def _spread(self, ops: Sequence[Operation]) -> None:
        changed = True
        while changed:
            changed = False
            for op in reversed(ops):
                product = self.products.get(op)
                if product is not None:
                    changed |= self._through(product)
            for link in reversed(self.links):
                changed |= self._mark(link.operand, link.to_operand(self.of(link.result)))
                changed |= self._mark(link.result, link.to_result(self.of(link.operand)))

    def _through(self, product: Product) -> bool:
        """The inputs of the outputs that are needed; one at least, so that something is left."""
        x, outs = product.op.lhs, self.of(product.op.result)
        if not outs.any():
            return False
        wanted = product.needed(outs, self.known.of(x))
        if not wanted.any() and not self.of(x).any():
            wanted = np.arange(wanted.size) == 0
        return self._mark(x, wanted)


def _has_units(v: Value) -> bool:
    t = v.type
    some = isinstance(t, TensorType) and t.is_static and t.rank > 0 and t.shape[-1] > 0
    if not some or isinstance(v.defining_op, Constant):
        return False
    return isinstance(element_of(t), FloatType) or element_of(t) == I1


def _links_of_groups(groups: Sequence[Sequence[Value]]) -> list[Link]:
    """Values that are handed on have the same units, but for slices that are single numbers."""
    links = []
    for group in groups:
        tied = [v for v in group if _has_units(v)]
        for v in tied[1:]:
            if channels_of(v) == channels_of(tied[0]):
                every = np.arange(channels_of(v))
                links.append(Link(tied[0], v, every, every))
    return links


def _state_links(f: Func) -> list[Link]:
    n = f.num_states
    args = f.block.args[len(f.block.args) - n :]
    ends = f.block.terminator.operands
    return _links_of_groups(list(zip(args, ends[len(ends) - n :], strict=True)))


@dataclass
class _Pruner:
    """Rebuilds what loses units; arguments and results of loops and branches change their type."""

    f: Func
    needs: Needs
    ctx: PassContext
    narrow: dict[Value, Value] = field(default_factory=dict)

    @property
    def rw(self) -> Rewriter:
        return self.ctx.rewriter

    def run(self) -> None:
        self._arguments(self.f.block.args)
        old = [op for op in self.f.walk() if op is not self.f]
        for op in old:
            self._operation(op)
        self._signature()
        for op in reversed(old):
            replaced = bool(op.results) and all(r in self.narrow for r in op.results)
            left = op.parent is not None and all(r.is_unused for r in op.results)
            if replaced and left and not op.regions:
                self.rw.erase(op)

    def _operation(self, op: Operation) -> None:
        product = self.needs.products.get(op)
        if product is not None:
            self._product(product)
        elif op.regions or op.name in ("scf.yield", "scf.condition", "func.return"):
            self._handing_on(op)
        elif len(op.results) == 1 and self.needs.loses(op.results[0]):
            b = self.rw.before(op)
            self.narrow[op.results[0]] = on_channels(op, self.narrow, self.needs.needed, b)

    def _product(self, product: Product) -> None:
        op = product.op
        if not any(map(self.needs.loses, (op.lhs, op.result))):
            return
        ins = self.needs.of(op.lhs)
        ins = ins if ins.any() and _has_units(op.lhs) else np.ones(product.weights.shape[1], bool)
        outs = self.needs.of(op.result)
        if not outs.any():
            return
        b = self.rw.before(op)
        x = self.narrow.get(op.lhs, op.lhs)
        new = product.on(ins, outs, self.needs.known.of(op.lhs), x, b)
        self.ctx.remark(
            op,
            f"{int((~ins).sum())} of {ins.size} inputs and {int((~outs).sum())} of {outs.size} "
            "outputs removed",
        )
        self.narrow[op.result] = new
        if outs.all():
            self.rw.replace(op, new)

    def _handing_on(self, op: Operation) -> None:
        """Operands as they are now; arguments and results with fewer units."""
        for i, v in enumerate(list(op.operands)):
            mask = self._wanted(op, i)
            if mask is None or mask.all() or not mask.any():
                continue
            known = constant_of(v)
            if known is not None:
                part = constant(self.rw.before(op), known[..., mask], element_of(v.type))
                self.rw.set_operand(op, i, part)
            elif v in self.narrow:
                self.rw.set_operand(op, i, self.narrow[v])
        for region in op.regions:
            for block in region.blocks:
                self._arguments(block.args)
        self._arguments(op.results)

    def _wanted(self, op: Operation, index: int) -> Array | None:
        """Which units of an operand go on: those of what it is handed to."""
        v = op.operands[index]
        if _has_units(v):
            return self.needs.of(v)
        if constant_of(v) is None or not shape_of(v):
            return None
        for group in self._groups(op):
            if any(member is v for member in group):
                masks = [self.needs.of(m) for m in group if _has_units(m)]
                if masks:
                    return masks[0]
        return None

    def _groups(self, op: Operation) -> list[Sequence[Value]]:
        if isinstance(op, Return):
            n = self.f.num_states
            args = self.f.block.args[len(self.f.block.args) - n :]
            return list(zip(op.operands[len(op.operands) - n :], args, strict=True))
        owner = op if op.regions else op.parent_op
        assert owner is not None
        return handed_on(owner) or []

    def _arguments(self, values: Sequence[BlockArgument | OpResult]) -> None:
        for v in values:
            if self.needs.loses(v):
                assert isinstance(v.type, TensorType)
                kept = int(self.needs.of(v).sum())
                self.rw.set_type(v, v.type.with_shape((*v.type.shape[:-1], kept)))
                self.narrow[v] = v

    def _signature(self) -> None:
        """The function's type and the first values of its states."""
        f = self.f
        ins = tuple(a.type for a in f.block.args)
        outs = tuple(v.type for v in f.block.terminator.operands)
        self.rw.set_attr(f, "function_type", FunctionType(ins, outs))
        if f.state_init is None:
            return
        states = f.block.args[len(f.block.args) - f.num_states :]
        inits = [
            Dense(d.array[..., self.needs.of(a)]) if a in self.narrow else d
            for a, d in zip(states, f.state_init, strict=True)
        ]
        self.rw.set_attr(f, "state_init", tuple(inits))
