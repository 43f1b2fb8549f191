"""Sizes that follow from data, for all importers: their bounds, tensors that grow in a loop, ranges
and searches whose results are as long as the data say."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from millrace.frontend.emitter import Emitter, element_of, shape_of, type_of
from millrace.ir.core import Value
from millrace.ir.dialects.mr import bits, compare, elementary
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.assemble import Pad
from millrace.ir.dialects.mr.control import Check
from millrace.ir.dialects.mr.cumulative import CumSum
from millrace.ir.dialects.mr.gather import Gather
from millrace.ir.dialects.mr.generate import Range
from millrace.ir.dialects.mr.movement import Slice
from millrace.ir.dialects.mr.reduction import ReduceAll
from millrace.ir.dialects.mr.sort import TopK
from millrace.ir.errors import CompileError
from millrace.ir.types import I1, I64, TensorType, is_float, tensor


@dataclass(frozen=True)
class Bounds:
    """The bounds of one node: the user's, who knows it by one of ``names``, the first of which
    errors show, or what is sure of itself."""

    emit: Emitter
    names: Sequence[str]
    error: Callable[[str], CompileError]

    def has_own(self) -> bool:
        """Whether the user gave this node a bound of its own."""
        return any(n in self.emit.sizes.bounds for n in self.names)

    def given(self) -> int | None:
        """The user's bound for this node, or for all."""
        return self.emit.sizes.bound(self.names)

    def of(self, natural: int | None, what: str) -> int:
        """The largest size of ``what``: the user's bound, or ``natural`` if that is less."""
        given = self.given()
        if given is None and natural is None:
            hint = f"give its bound with --bound {self.names[0]}=N"
            raise self.error(f"{what} is known at run time only; {hint}")
        return min(n for n in (given, natural) if n is not None)

    def require(self, condition: Value, message: str) -> None:
        """Fail unless a truth tensor holds: now when it is known, else at run time."""
        known = self.emit.known(condition)
        if known is not None:
            if not known.all():
                raise self.error(message)
            return
        axes = tuple(range(len(shape_of(condition))))
        whole = self.emit.op(ReduceAll, condition, axes=axes) if axes else condition
        self.emit.insert(Check(self.emit.extract(whole), code="bound"))

    def require_at_most(self, count: Value, most: int, message: str) -> None:
        top = self.emit.constant(np.array(most), element_of(count))
        self.require(self.emit.op(compare.LessEqual, count, top), message)


# ---- tensors that grow


@dataclass(frozen=True)
class Growth:
    """Carry ``carry`` grows along ``axis``: in the loop it is a buffer of ``bound`` elements there,
    and one more carry, its length (i64), says how many of them count."""

    carry: int
    axis: int
    bound: int
    start: int
    step: int
    """By how much it grows in the first step."""
    name: str
    assumed: bool
    """``bound`` is right if each step adds as much as the first."""


LENGTH = tensor((), I64)
"""The type of a length."""


@dataclass(frozen=True)
class Growing:
    """The carries of a loop that grow. The loop carries the file's values, those that grow in
    their buffers, then the lengths."""

    bounds: Bounds
    growths: Sequence[Growth] = ()

    @property
    def emit(self) -> Emitter:
        return self.bounds.emit

    def enlarged(self, found: Mapping[int, Growth]) -> Growing:
        every = {**{g.carry: g for g in self.growths}, **found}
        return Growing(self.bounds, [every[k] for k in sorted(every)])

    @property
    def carries(self) -> frozenset[int]:
        return frozenset(g.carry for g in self.growths)

    def inits(self, values: Sequence[Value]) -> list[Value]:
        """First values: buffers, and lengths behind."""
        out = list(values)
        for g in self.growths:
            out[g.carry] = self._padded(out[g.carry], g, g.bound)
        return [*out, *(self.emit.constant(np.array(g.start, np.int64)) for g in self.growths)]

    def _padded(self, v: Value, g: Growth, size: int) -> Value:
        shape = shape_of(v)
        high = [size - n if i == g.axis else 0 for i, n in enumerate(shape)]
        if min(high, default=0) < 0:
            raise self.bounds.error(f"{_what(g.name)} exceeds its bound {g.bound}")
        return self.emit.op(Pad, v, low=(0,) * len(shape), high=high) if any(high) else v

    def entered(self, values: Sequence[Value]) -> list[Value]:
        """What the body sees of the loop's values, and what follows the loop of its last ones: the
        file's, as long as they are."""
        count = len(values) - len(self.growths)
        out = list(values[:count])
        for g, length in zip(self.growths, values[count:], strict=True):
            out[g.carry] = self.emit.bounded(out[g.carry], length, g.axis)
        return out

    def nexts(
        self, lengths: Sequence[Value], before: Sequence[Value], after: Sequence[Value]
    ) -> list[Value]:
        """The loop's next values: ``before`` and ``after`` are the file's values in a step."""
        out, longer = list(after), []
        for g, length in zip(self.growths, lengths, strict=True):
            longer.append(self._longer(length, before[g.carry], after[g.carry], g))
            # One more than needed: no instance of the model goes without padding.
            wide = self._padded(after[g.carry], g, 2 * g.bound + 1)
            shape = shape_of(wide)
            sizes = [g.bound if i == g.axis else n for i, n in enumerate(shape)]
            out[g.carry] = self.emit.op(Slice, wide, starts=(0,) * len(shape), sizes=sizes)
        return [*out, *longer]

    def _longer(self, length: Value, before: Value, after: Value, g: Growth) -> Value:
        """The length after a step. What it grows by is a constant of this instance of the model,
        as shapes are; the sum is checked at run time."""
        by = shape_of(after)[g.axis] - shape_of(before)[g.axis]
        longer = self.emit.op(ew.Add, length, self.emit.constant(np.array(by, np.int64)))
        self.bounds.require_at_most(longer, g.bound, f"{_what(g.name)} exceeds its bound")
        return longer

    def is_steady(self, k: int, longer: Value) -> bool:
        """Whether carry number ``k`` of those that grow, of the next length ``longer``, grows by
        as much at another length as in the first step."""
        op = longer.defining_op
        by = self.emit.known(op.operands[1]) if isinstance(op, ew.Add) else None
        return by is not None and int(by) == self.growths[k].step

    def check_bounds(self, longer: Sequence[Value]) -> None:
        """Bounds that were assumed must be right."""
        for k, g in enumerate(self.growths):
            if g.assumed and not self.is_steady(k, longer[k]):
                self.bounds.of(None, _what(g.name))

    def found(
        self,
        names: Sequence[str],
        before: Sequence[Value],
        after: Sequence[Value],
        limit: int | None = None,
    ) -> dict[int, Growth]:
        """Carries whose shape changes in one dimension, beside those that are known to grow;
        an error when one changes otherwise. ``limit``: a bound of the number of steps."""
        out = {}
        for i, name in enumerate(names):
            t, u = type_of(before[i]), type_of(after[i])
            if t == u or i in self.carries:
                continue
            axis = _changed_axis(t, u)
            if axis is None:
                raise self.bounds.error(
                    f"the carried value {name!r} starts as {t} and becomes {u}; only one "
                    "dimension may change in a loop"
                )
            start, step = t.shape[axis], u.shape[axis] - t.shape[axis]
            steady = None if limit is None else start + max(step, 0) * limit
            given = self.bounds.given()
            bound = self.bounds.of(steady, _what(name)) if given is None else given
            bound = max(bound, start, 1)
            out[i] = Growth(i, axis, bound, start, step, name, assumed=given is None)
        return out


def _changed_axis(t: TensorType, u: TensorType) -> int | None:
    """The one dimension in which two types differ."""
    if t.element != u.element or t.rank != u.rank:
        return None
    axes = [a for a, (m, n) in enumerate(zip(t.shape, u.shape, strict=True)) if m != n]
    return axes[0] if len(axes) == 1 else None


def _what(name: str) -> str:
    return f"the size of the carried value {name!r}, which grows in the loop,"


# ---- results as long as the data say


def positions(bounds: Bounds, condition: Value) -> Value:
    """Indices (i64) of the elements of a vector that are not zero."""
    emit = bounds.emit
    if element_of(condition) != I1:
        zero = emit.constant(np.array(0), element_of(condition))
        condition = emit.op(bits.Not, emit.op(compare.Equal, condition, zero))
    (n,) = shape_of(condition)
    most = bounds.of(n, "the number of elements")
    if n == 0:
        return emit.constant(np.zeros(0, np.int64))
    numbers = emit.cast(condition, I64)
    total = emit.op(CumSum, numbers, axis=0)
    found = emit.op(Gather, total, emit.constant(np.array(n - 1)), axis=0)
    bounds.require_at_most(found, most, f"more than {most} elements are selected")
    places = emit.create(TopK, numbers, k=most, axis=0, largest=True)[1]
    return emit.bounded(places, found)


def coordinates(bounds: Bounds, condition: Value) -> Value:
    """The indices (i64) of the elements that are not zero, a row each: [number, rank]."""
    emit, shape = bounds.emit, shape_of(condition)
    flat = emit.reshape(condition, (type_of(condition).size,))
    table = np.indices(shape).reshape(len(shape), -1).T.astype(np.int64)
    return emit.op(Gather, emit.constant(table), positions(bounds, flat), axis=0)


def range_of(bounds: Bounds, start: Value, limit: Value, delta: Value) -> Value:
    """``start``, ``start + delta``, ... before ``limit``: scalars of one type."""
    emit, e = bounds.emit, element_of(start)
    most = bounds.of(None, "the number of elements")
    span = emit.op(ew.Sub, limit, start)
    if is_float(e):
        steps = emit.op(elementary.Ceil, emit.op(ew.Div, span, delta))
    else:
        # Rounded up, in either direction.
        span = emit.op(ew.Add, span, emit.op(ew.Sub, delta, emit.op(ew.Sign, delta)))
        steps = emit.op(ew.Div, span, delta)
    count = emit.op(ew.Max, emit.cast(steps, I64), emit.constant(np.array(0)))
    bounds.require_at_most(count, most, f"the range has more than {most} elements")
    return emit.bounded(emit.op(Range, start, delta, size=most), count)
