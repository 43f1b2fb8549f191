"""fold-scales: a factor a channel moves into the weights of the product before it.

``(x @ W + b) * s`` becomes ``x @ (W s) + b s``, and two sums with constants become one: that is
what is left of a batch normalization.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from millrace.ir.core import Value
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.contraction import MatMul
from millrace.ir.dialects.mr.conv import Conv
from millrace.ir.dialects.mr.kinds import Array
from millrace.ir.dialects.mr.movement import shape_of
from millrace.ir.dialects.mr.support import constant, constant_of
from millrace.ir.levels import Level
from millrace.ir.opdef import fields_with
from millrace.ir.rewriter import Rewriter
from millrace.ir.types import FloatType, element_of
from millrace.passes.base import Pass, PassContext, Pattern, apply_patterns


@dataclass(frozen=True)
class FoldScales(Pass):
    """Multiply weights instead of results."""

    name: ClassVar[str] = "fold-scales"
    requires: ClassVar[Level | tuple[Level, ...]] = Level.GRAPH

    def run(self, module: Module, ctx: PassContext) -> None:
        patterns = [ScaledSum(), ScaledProduct(), TwoSums()]
        while apply_patterns(module, patterns, ctx.rewriter):
            pass  # a sum may have waited for the product before it


def _factor(op: ew.Mul) -> tuple[Value, Array] | None:
    """What is multiplied, and a constant of one number a channel or one for all."""
    for x, other in ((op.lhs, op.rhs), (op.rhs, op.lhs)):
        array = constant_of(other)
        if array is None or constant_of(x) is not None or shape_of(x) != shape_of(op.result):
            continue
        channels = shape_of(x)[-1] if shape_of(x) else 1
        if array.size == 1 or (array.shape[-1:] == (channels,) and array.size == channels):
            return x, array.reshape(-1)
    return None


def _is_product(v: Value) -> bool:
    """A float product with constant weights that nobody else needs."""
    op = v.defining_op
    return (
        isinstance(op, MatMul | Conv)
        and _has_one_user(v)
        and isinstance(element_of(v.type), FloatType)
        and constant_of(op.rhs) is not None
        and (isinstance(op, Conv) or len(shape_of(op.rhs)) == 2)
    )


def _has_one_user(v: Value) -> bool:
    """Users that were replaced and that nobody needs do not count."""
    live = [u for u in v.users if not u.results or any(not r.is_unused for r in u.results)]
    return len(live) == 1


class ScaledSum(Pattern):
    """``(p + b) * s`` is ``p * s + b s``."""

    def match_and_rewrite(self, op: ew.Mul, rw: Rewriter) -> bool:
        found = _factor(op)
        if found is None:
            return False
        x, factor = found
        inner = x.defining_op
        if not isinstance(inner, ew.Add) or not _has_one_user(x):
            return False
        sides = [(inner.lhs, inner.rhs), (inner.rhs, inner.lhs)]
        for p, other in sides:
            bias = constant_of(other)
            if bias is None or not _is_product(p) or shape_of(p) != shape_of(x):
                continue
            b = rw.before(op)
            element = element_of(x.type)
            scaled = b.value(ew.Mul, p, constant(b, factor, element))
            moved = constant(b, np.multiply(bias, factor), element)
            rw.replace(op, b.value(ew.Add, scaled, moved))
            return True
        return False


class ScaledProduct(Pattern):
    """``(x @ W) * s`` is ``x @ (W s)``."""

    def match_and_rewrite(self, op: ew.Mul, rw: Rewriter) -> bool:
        found = _factor(op)
        if found is None or not _is_product(found[0]):
            return False
        product, factor = found[0].defining_op, found[1]
        assert isinstance(product, MatMul | Conv)
        weights = constant_of(product.rhs)
        assert weights is not None
        across = isinstance(product, MatMul) and product.transpose_rhs
        scaled = weights * (factor[:, None] if across and factor.size > 1 else factor)
        b = rw.before(op)
        fields = fields_with(
            product, [product.lhs, constant(b, scaled, element_of(product.rhs.type))]
        )
        with b.at_loc(product.loc):
            new = b.create(type(product), **fields)
        rw.replace(op, new.results[0])
        return True


class TwoSums(Pattern):
    """``(x + a) + b`` is ``x + (a + b)``, of floats that come from a product."""

    def match_and_rewrite(self, op: ew.Add, rw: Rewriter) -> bool:
        outer = constant_of(op.rhs)
        inner = op.lhs.defining_op
        if outer is None or not isinstance(inner, ew.Add) or not _has_one_user(op.lhs):
            return False
        first = constant_of(inner.rhs)
        if first is None or not _is_product(inner.lhs) or shape_of(op.lhs) != shape_of(op.result):
            return False
        b = rw.before(op)
        total = constant(b, np.add(first, outer), element_of(op.rhs.type))
        rw.replace(op, b.value(ew.Add, inner.lhs, total))
        return True
