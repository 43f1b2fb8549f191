"""Parameters that are only known at run time: checks, and choices among few possible values."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np

from millrace.frontend.onnx.emitter import element_of, shape_of
from millrace.frontend.onnx.table import Call
from millrace.ir.core import Block, Value
from millrace.ir.dialects import scf
from millrace.ir.dialects.mr import bits, compare
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.control import Check
from millrace.ir.dialects.mr.reduction import ReduceAll
from millrace.ir.types import I64


def require(c: Call, condition: Value, message: str, code: str = "bound") -> None:
    """Fail unless all of a truth tensor holds: now when it is known, else at run time."""
    known = c.emit.known(condition)
    if known is not None:
        if not known.all():
            raise c.node.error(message)
        return
    axes = tuple(range(len(shape_of(condition))))
    whole = c.op(ReduceAll, condition, axes=axes) if axes else condition
    c.emit.insert(Check(c.emit.extract(whole), code=code))


def require_equal(c: Call, value: Value, expected: Sequence[int] | int, message: str) -> None:
    """Fail unless an integer tensor has the expected content."""
    wanted = c.emit.constant(expected, element_of(value))
    require(c, c.op(compare.Equal, value, wanted), message)


def require_shape(
    c: Call, dims: Value, result: Sequence[int], source: Sequence[int] = (), *, zero_copies: bool
) -> None:
    """Check a run-time target shape of Reshape against the declared result: a dimension may be
    -1 (deduced), or 0 where that copies the dimension of ``source``."""
    message = f"shape differs from the declared {list(result)}"
    if shape_of(dims) != (len(result),):
        raise c.node.error(message)
    free = [-1] * len(result)
    if zero_copies:
        free = [0 if i < len(source) and source[i] == n else -1 for i, n in enumerate(result)]
    same = c.op(compare.Equal, dims, c.emit.constant(np.array(result, np.int64)))
    minus = c.op(compare.Equal, dims, c.emit.constant(np.full(len(result), -1, np.int64)))
    other = c.op(compare.Equal, dims, c.emit.constant(np.array(free, np.int64)))
    require(c, c.op(bits.Or, same, c.op(bits.Or, minus, other)), message)


def non_negative(c: Call, axes: Value, rank: int) -> Value:
    """Run-time axes with negative ones counted from the end, as i64."""
    axes = c.emit.cast(axes, I64)
    zero, size = c.emit.like(0, axes), c.emit.like(rank, axes)
    wrapped = c.op(ew.Add, axes, size)
    return c.op(compare.Where, c.op(compare.Less, axes, zero), wrapped, axes)


def choose(
    c: Call, selector: Value, cases: Mapping[int, Callable[[], Value]], message: str
) -> Value:
    """The result of the case whose number ``selector`` (one i64 element) equals. Cases have
    results of one type; any other number fails at run time."""
    scalar = c.emit.reshape(selector, ())
    numbers = list(cases)
    if not numbers:
        raise c.node.error(message)
    hits = [c.op(compare.Equal, scalar, c.emit.like(n, scalar)) for n in numbers]
    valid = hits[0]
    for h in hits[1:]:
        valid = c.op(bits.Or, valid, h)
    require(c, valid, message)
    known = c.emit.known(scalar)
    if known is not None:
        return cases[int(known)]()
    return _choose(c, hits, [cases[n] for n in numbers])


def _choose(c: Call, hits: Sequence[Value], cases: Sequence[Callable[[], Value]]) -> Value:
    if len(cases) == 1:
        return cases[0]()
    condition = c.emit.extract(hits[0])
    blocks = []
    for make in (cases[0], lambda: _choose(c, hits[1:], cases[1:])):
        with c.emit.inside(Block()) as block:
            value = make()
            c.emit.insert(scf.Yield([value]))
        blocks.append((block, value.type))
    (then, t), (other, u) = blocks
    if t != u:
        raise c.node.error(f"the result's type depends on data: {t} or {u}")
    op = scf.If(condition, then_block=then, else_block=other, result_types=[t])
    return c.emit.insert(op).results[0]
