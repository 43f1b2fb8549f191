"""Integers that are known up to a run-time number: ``i + 1`` for a counter ``i``. They say where
pieces of unknown size begin and end, so that pieces can be seen to fit together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from millrace.frontend.emitter import Emitter, shape_of, type_of
from millrace.ir.core import Value
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.assemble import Concat
from millrace.ir.dialects.mr.cast import Cast
from millrace.ir.dialects.mr.movement import Broadcast, Reshape, Slice
from millrace.ir.types import I64, is_float


@dataclass(frozen=True)
class Affine:
    """``base[at] + offset``; a plain number when there is no base."""

    base: Value | None
    at: int
    offset: int

    def plus(self, n: int) -> Affine:
        return Affine(self.base, self.at, self.offset + n)

    def minus(self, other: Affine) -> int | None:
        """The difference when it is a plain number."""
        if self.base is other.base and (self.base is None or self.at == other.at):
            return self.offset - other.offset
        return None

    @property
    def number(self) -> int | None:
        return self.offset if self.base is None else None

    def value(self, emit: Emitter) -> Value:
        """As an i64 tensor of one element and one dimension."""
        if self.base is None:
            return emit.constant(np.array([self.offset], np.int64))
        flat = emit.reshape(self.base, (type_of(self.base).size,))
        one = emit.op(Slice, flat, starts=(self.at,), sizes=(1,))
        wide = emit.cast(one, I64)
        return wide if not self.offset else emit.op(ew.Add, wide, emit.like(self.offset, wide))


def number(n: int) -> Affine:
    return Affine(None, 0, n)


def elements(emit: Emitter, x: Value) -> list[Affine]:
    """Each element of an integer tensor, in row-major order."""
    return [_element(emit, x, i) for i in range(type_of(x).size)]


def _element(emit: Emitter, x: Value, at: int) -> Affine:
    offset = 0
    while True:
        known = emit.known(x)
        if known is not None:
            return number(int(known.reshape(-1)[at]) + offset)
        step = _step(emit, x, at)
        if step is None:
            return Affine(x, at, offset)
        x, at, more = step
        offset += more


def _step(emit: Emitter, x: Value, at: int) -> tuple[Value, int, int] | None:
    """The element that ``x[at]`` is, plus a number; None when that is not to be seen."""
    op = x.defining_op
    if isinstance(op, Reshape):
        return op.input, at, 0
    if isinstance(op, Cast) and not is_float(type_of(op.input).element):
        return (op.input, at, 0) if type_of(op.input).element.width > 8 else None
    if isinstance(op, Broadcast) and type_of(op.input).size == 1:
        return op.input, 0, 0
    if isinstance(op, Concat) and len(shape_of(x)) == 1:
        for piece in op.inputs:
            if at < type_of(piece).size:
                return piece, at, 0
            at -= type_of(piece).size
    if isinstance(op, ew.Add | ew.Sub):
        return _sum(emit, op, at)
    return None


def _sum(emit: Emitter, op: ew.Add | ew.Sub, at: int) -> tuple[Value, int, int] | None:
    sign = 1 if isinstance(op, ew.Add) else -1
    for x, y in ((op.lhs, op.rhs), (op.rhs, op.lhs)):
        known = emit.known(y)
        if known is not None and known.size == 1 and (x is op.lhs or sign == 1):
            same = type_of(x).size == type_of(op.result).size
            return (x, at, sign * int(known.reshape(-1)[0])) if same else None
    return None


@dataclass(frozen=True)
class Ragged:
    """``source[begin:end]`` along ``axis``: a piece whose size is known at run time only."""

    source: Value
    axis: int
    begin: Affine
    end: Affine

    @property
    def describe(self) -> str:
        return "has a size that is only known at run time"


def together(emit: Emitter, pieces: Sequence[Value | Ragged], axis: int) -> Ragged | None:
    """The pieces' whole, when they cover one source in order: what stands between the ragged
    ones replaces exactly what they leave out. The result is what is replaced."""
    first, last = pieces[0], pieces[-1]
    ragged = [p for p in pieces if isinstance(p, Ragged)]
    middle = [p for p in pieces if isinstance(p, Value)]
    if (
        not ragged
        or len({id(p.source) for p in ragged}) != 1
        or any(p.axis != axis for p in ragged)
    ):
        return None
    source, full = ragged[0].source, shape_of(ragged[0].source)[axis]
    size = sum(shape_of(p)[axis] for p in middle)
    begin = first.end if isinstance(first, Ragged) else number(0)
    end = last.begin if isinstance(last, Ragged) else number(full)
    if isinstance(first, Ragged) and first.begin.number != 0:
        return None
    if isinstance(last, Ragged) and last.end.number != full:
        return None
    expected = int(isinstance(first, Ragged)) + int(isinstance(last, Ragged))
    if len(ragged) != expected or end.minus(begin) != size:
        return None
    return Ragged(source, axis, begin, end)
