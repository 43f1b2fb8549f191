"""``prune-magnitude``: the smallest weights become zero, on request.

Unstructured, the given share of each weight matrix; structured, the given share of the units of
each layer and recurrent cell: those whose outgoing weights are smallest together lose them, in all
products that read them, and ``prune-units`` then takes the units away.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np

from millrace.ir.core import Value
from millrace.ir.dialects.builtin import Module
from millrace.ir.errors import CompileError
from millrace.ir.levels import Level
from millrace.ir.rewriter import Rewriter
from millrace.passes.base import Pass, PassContext
from millrace.passes.graph.channels import channels_of
from millrace.passes.graph.prune_units import Needs
from millrace.passes.graph.unit_products import Product

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class PruneMagnitude(Pass):
    """Sets small weights to zero."""

    name: ClassVar[str] = "prune-magnitude"
    requires: ClassVar[Level | tuple[Level, ...]] = Level.GRAPH
    share: float = 0.5
    structured: bool = False

    def run(self, module: Module, ctx: PassContext) -> None:
        if not 0 <= self.share < 1:
            raise CompileError(f"prune-magnitude: a share of {self.share}")
        for f in module.functions():
            needs = Needs(f)
            if self.structured:
                _prune_units(needs, self.share, ctx)
            else:
                _prune_weights(list(needs.products.values()), self.share, ctx)


def _prune_weights(products: Sequence[Product], share: float, ctx: PassContext) -> None:
    gone = total = 0
    for p in products:
        w = p.weights
        count = int(share * w.size)
        flat = np.abs(w).reshape(-1)
        order = np.argsort(flat, kind="stable")
        keep = np.ones(w.size, np.bool_)
        keep[order[:count]] = False
        _replace(p, w * keep.reshape(w.shape), ctx.rewriter)
        gone, total = gone + int((w.reshape(-1)[~keep] != 0).sum()), total + w.size
    ctx.remark("weights", f"{gone:,} of {total:,} set to zero")


def _prune_units(needs: Needs, share: float, ctx: PassContext) -> None:
    """By groups of values that have the same units."""
    inputs: dict[Value, list[Product]] = {p.op.lhs: [] for p in needs.products.values()}
    for p in needs.products.values():
        inputs[p.op.lhs].append(p)
    for values in _groups(needs):
        readers = [p for v in values for p in inputs.get(v, ())]
        n = channels_of(values[0])
        if not readers or any(v in needs.demanded for v in values):
            continue
        strength = sum((p.weights**2).sum(axis=(0, 2)) for p in readers)
        count = int(share * n)
        weak = np.argsort(strength, kind="stable")[:count]
        ctx.remark(readers[0].op, f"{count} of {n} units that it reads set to zero")
        for p in readers:
            w = p.weights.copy()
            w[:, weak] = 0
            _replace(p, w, ctx.rewriter)


def _groups(needs: Needs) -> list[list[Value]]:
    """Values that are linked unit by unit."""
    parent: dict[Value, Value] = {}

    def find(v: Value) -> Value:
        while parent.setdefault(v, v) is not v:
            v = parent[v]
        return v

    for link in needs.links:
        same = link.of_result.size == link.of_operand.size == channels_of(link.operand)
        if same and channels_of(link.result) == channels_of(link.operand):
            parent[find(link.operand)] = find(link.result)
        else:
            needs.demanded.update((link.operand, link.result))
    for p in needs.products.values():
        find(p.op.lhs)
    groups: dict[Value, list[Value]] = {}
    for v in list(parent):
        groups.setdefault(find(v), []).append(v)
    return list(groups.values())


def _replace(p: Product, weights: Array, rw: Rewriter) -> None:
    """The same product with other weights, in their own layout."""
    op = p.op
    every = np.ones(weights.shape[1], np.bool_), np.ones(weights.shape[2], np.bool_)
    known = np.full(weights.shape[1], np.nan)
    new = Product(op, weights).on(*every, known, op.lhs, rw.before(op))
    rw.replace(op, new)
