"""``fit-affine``: elementwise arithmetic on small integers in as few operations as give the same.

What a quantized sum does to each pair of 8-bit numbers (moves, scales, rounds each; adds; scales,
rounds, moves and limits) takes some twenty operations, in 64 bits. All pairs are 65,536: the
results are computed for each, and a limited affine form in 32 bits that gives the same is looked
for (``affine_fit.py``). The same goes for functions of one integer with few values: a change of
scale, the mean of a window.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, ClassVar

import numpy as np

from millrace.ir.builder import Builder
from millrace.ir.core import Operation, Value
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr.bits import ShiftRight
from millrace.ir.dialects.mr.cast import Cast
from millrace.ir.dialects.mr.elementwise import Add, Clip, Div, Mul
from millrace.ir.dialects.mr.fixed_point import FixedPointScale
from millrace.ir.dialects.mr.kinds import Elementwise
from millrace.ir.dialects.mr.movement import shape_of
from millrace.ir.dialects.mr.support import constant, constant_of
from millrace.ir.errors import RunError
from millrace.ir.levels import Level
from millrace.ir.opdef import grouped
from millrace.ir.types import I32, IntegerType, element_of, is_float, is_integer
from millrace.passes.base import Pass, PassContext
from millrace.passes.graph.affine_fit import Affine, fit
from millrace.passes.graph.ranges import Ranges, ranges_of

Array = np.ndarray[Any, Any]
POINTS = 1 << 17
"""Combinations of arguments that are looked at, at most."""
COST = 2
"""Operations beside the products and sums: a shift and a limit."""
HEAVY = 8
"""What a scaling or a division counts as."""


@dataclass(frozen=True)
class FitAffine(Pass):
    """Replaces elementwise arithmetic from one or two small integers to 8 bits by a limited affine
    form that is equal for all arguments."""

    name: ClassVar[str] = "fit-affine"
    requires: ClassVar[Level | tuple[Level, ...]] = Level.GRAPH

    def run(self, module: Module, ctx: PassContext) -> None:
        for f in module.functions():
            found = [op for op in f.walk() if _is_stored(op)]
            ranges = ranges_of(f.block) if found else Ranges()
            fits = _Fits()
            for op in found:
                cone = cone_of(op, ranges)
                form = None if cone is None else fits.of(cone)
                if cone is not None and form is not None:
                    with ctx.rewriter.atomic():
                        value = lowered(cone, form, ctx.rewriter.before(op))
                        ctx.rewriter.replace(op, value)


def _is_stored(op: Operation) -> bool:
    """An elementwise operation whose result has 8 bits."""
    return isinstance(op, Elementwise) and _is_narrow(op.results[0])


def _is_narrow(v: Value) -> bool:
    e = element_of(v.type)
    return isinstance(e, IntegerType) and e.width == 8


@dataclass(frozen=True)
class Cone:
    """The operations from ``inputs`` to ``last``, in order; the inputs' ranges."""

    last: Operation
    ops: Sequence[Operation]
    inputs: Sequence[Value]
    domains: Sequence[tuple[int, int]]

    def arguments(self) -> list[Array]:
        """The numbers of each input, along a dimension of its own."""
        n = len(self.inputs)
        numbers = [np.arange(low, high + 1) for low, high in self.domains]
        return [a.reshape([-1 if i == j else 1 for j in range(n)]) for i, a in enumerate(numbers)]

    def values(self) -> Array | None:
        """The results for all arguments."""
        env: dict[Value, Any] = {}
        for v, a in zip(self.inputs, self.arguments(), strict=True):
            env[v] = a.astype(element_of(v.type).dtype)
        with np.errstate(all="ignore"):
            for op in self.ops:
                args = [env[v] if v in env else _number(v) for v in op.operands]
                try:
                    env[op.results[0]] = np.asarray(op.evaluate(*grouped(op, args)))  # type: ignore[attr-defined]
                except RunError:
                    return None
        shape = tuple(high - low + 1 for low, high in self.domains)
        return np.broadcast_to(env[self.last.results[0]], shape)

    def key(self) -> tuple[Any, ...]:
        """The same for cones that compute the same: names, fields, constants and wiring."""
        place = {v: i for i, v in enumerate(self.inputs)}
        parts: list[Any] = [tuple(self.domains)]
        for op in self.ops:
            wires = tuple(place[v] if v in place else _number(v).tobytes() for v in op.operands)
            fields = tuple(sorted((k, str(a)) for k, a in op.attributes.items()))
            parts.append((op.name, fields, wires))
            place[op.results[0]] = len(place)
        return tuple(parts)


@dataclass
class _Fits:
    """Forms that have been looked for: unrolled steps repeat each other."""

    known: dict[tuple[Any, ...], Affine | None] = field(default_factory=dict)

    def of(self, cone: Cone) -> Affine | None:
        key = cone.key()
        if key not in self.known:
            values = cone.values()
            self.known[key] = None if values is None else fit(values, cone.arguments())
        return self.known[key]


def cone_of(last: Operation, ranges: Ranges) -> Cone | None:
    """All elementwise operations on integers that lead to ``last`` and nowhere else, up to what has
    8 bits or comes from elsewhere; None when there are too many inputs, or too few operations."""
    ops: list[Operation] = []
    inputs: dict[Value, None] = {}
    seen: set[Value] = set()

    def visit(v: Value) -> None:
        if v in seen or constant_of(v) is not None:
            return
        seen.add(v)
        op = v.defining_op
        if op is not last and (op is None or _is_narrow(v) or not _is_inside(op, last)):
            inputs[v] = None
            return
        assert op is not None
        for x in op.operands:
            visit(x)
        ops.append(op)

    visit(last.results[0])
    domains = [_domain(v, last, ranges) for v in inputs]
    known = [d for d in domains if d is not None]
    plain = all(a is None or a.size == 1 for op in ops for a in map(constant_of, op.operands))
    costs = sum(map(_cost, ops))
    if not 1 <= len(known) == len(domains) <= 2 or not plain or costs <= 2 * len(known) + COST:
        return None
    if math.prod(high - low + 1 for low, high in known) > POINTS:
        return None
    return Cone(last, ops, list(inputs), known)


def _cost(op: Operation) -> int:
    heavy = isinstance(op, FixedPointScale | Div)
    return 0 if isinstance(op, Cast) else HEAVY if heavy else 1


def _is_inside(op: Operation, last: Operation) -> bool:
    """Whether an operation may be part of a cone: a cast, which costs nothing to repeat, or one
    with a single user or several in the same place."""
    if not isinstance(op, Elementwise) or op.parent is not last.parent:
        return False
    if any(is_float(element_of(v.type)) for v in (*op.operands, *op.results)):
        return False
    return isinstance(op, Cast) or all(isinstance(u, Elementwise) for u in op.results[0].users)


def _domain(v: Value, last: Operation, ranges: Ranges) -> tuple[int, int] | None:
    """The bounds of an input that is not spread over the result."""
    bounds = ranges.of(v)
    if bounds is None or not is_integer(element_of(v.type)):
        return None
    return (bounds.least, bounds.most) if shape_of(v) == shape_of(last.results[0]) else None


def _number(v: Value) -> Array:
    known = constant_of(v)
    assert known is not None
    return known.reshape(())


def lowered(cone: Cone, form: Affine, b: Builder) -> Value:
    total: Value | None = None
    for v, factor in zip(cone.inputs, form.factors, strict=True):
        wide = v if element_of(v.type) == I32 else b.value(Cast, v, to=I32)
        part = b.value(Mul, wide, constant(b, factor, I32))
        total = part if total is None else b.value(Add, total, part)
    assert total is not None
    y: Value = b.value(Add, total, constant(b, form.added, I32))
    y = b.value(ShiftRight, y, constant(b, form.shift, I32))
    if form.is_limited:
        y = b.value(Clip, y, constant(b, form.low, I32), constant(b, form.high, I32))
    return b.value(Cast, y, to=element_of(cone.last.results[0].type))
