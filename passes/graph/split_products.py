"""A product with a concatenation is the sum of products with its parts: ``[x, h] W`` is
``x W1 + h W2``. Part of ``hoist``: what does not depend on the recurrence can leave the loop then,
and nothing is copied side by side in a step."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import groupby

from millrace.ir.attributes import Dense
from millrace.ir.builder import Builder
from millrace.ir.core import Value
from millrace.ir.dialects.mr.assemble import Concat
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.dialects.mr.contraction import MatMul
from millrace.ir.dialects.mr.control import Scan
from millrace.ir.dialects.mr.elementwise import Add
from millrace.ir.dialects.mr.movement import shape_of
from millrace.ir.rewriter import Rewriter
from millrace.ir.types import F32, F64

LEAST = 512
"""Multiplications that leave a step, for one product: to make fewer of them is as quick as to read
what they gave."""


def split_products(scan: Scan, is_free: Callable[[Value], bool], rw: Rewriter) -> None:
    """``is_free`` says which values of the body do not depend on the recurrence."""
    for op in scan.block:
        if not isinstance(op, MatMul) or op.transpose_lhs or op.acc is not None:
            continue
        pieces, weights = op.lhs.defining_op, op.rhs.defining_op
        if not isinstance(pieces, Concat) or not isinstance(weights, Constant):
            continue
        rank = len(shape_of(op.lhs))
        if pieces.axis != rank - 1 or len(shape_of(op.rhs)) != 2:
            continue
        free = [shape_of(v)[-1] for v in pieces.inputs if is_free(v)]
        work = sum(free) * math.prod(shape_of(op.result))
        if work < LEAST or len(free) == len(pieces.inputs):
            continue
        if weights.value.type.element in (F32, F64):
            with rw.atomic():
                _split(op, pieces, weights, is_free, rw)


def _split(
    op: MatMul, pieces: Concat, weights: Constant, is_free: Callable[[Value], bool], rw: Rewriter
) -> None:
    b = Builder.before(op)
    matrix = weights.value.array
    free: list[Value] = []
    bound: list[Value] = []
    start = 0
    for x, independent in _parts(b, pieces, is_free):
        stop = start + shape_of(x)[-1]
        part = matrix[:, start:stop] if op.transpose_rhs else matrix[start:stop]
        w = b.value(Constant, value=Dense(part))
        product = b.value(MatMul, x, w, transpose_rhs=op.transpose_rhs)
        (free if independent else bound).append(product)
        start = stop
    rw.replace(op, b.value(Add, _sum(b, free), _sum(b, bound)))


def _parts(
    b: Builder, pieces: Concat, is_free: Callable[[Value], bool]
) -> Iterator[tuple[Value, bool]]:
    """Free pieces one by one, some may be the same in all steps; others stay together."""
    for free, run in groupby(pieces.inputs, is_free):
        values = list(run)
        if free:
            yield from ((v, True) for v in values)
        elif len(values) == 1:
            yield values[0], False
        else:
            yield b.value(Concat, values, axis=pieces.axis), False


def _sum(b: Builder, values: Sequence[Value]) -> Value:
    total = values[0]
    for v in values[1:]:
        total = b.value(Add, total, v)
    return total
