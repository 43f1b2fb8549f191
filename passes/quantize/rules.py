"""How operations are written on integers: a row each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from millrace.ir.core import Operation, Value
from millrace.ir.dialects.mr import activation, assemble, cast, compare, kinds, pool
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr import reduction as red
from millrace.ir.dialects.mr.contraction import MatMul
from millrace.ir.dialects.mr.conv import Conv
from millrace.ir.dialects.mr.integer import ConvInteger, MatMulInteger
from millrace.ir.dialects.mr.movement import Transpose, shape_of
from millrace.ir.dialects.mr.quant import FakeQuantize
from millrace.ir.dialects.mr.support import constant_of
from millrace.ir.opdef import fields_with
from millrace.ir.types import I8, I16, I32
from millrace.passes.quantize.arithmetic import Fixed, Stored
from millrace.passes.quantize.contractions import stored_weights, weights_of
from millrace.passes.quantize.control import CONTROL
from millrace.passes.quantize.exact import exact_product, exact_sum, exactly
from millrace.passes.quantize.formats import Array, Range, wide
from millrace.passes.quantize.functions import tabulated
from millrace.passes.quantize.rewrite import Quantizer, Rule
from millrace.passes.quantize.values import is_real

Numbers = Sequence[Stored | Fixed | Value]

# ---- products


def product(q: Quantizer, op: Any) -> Numbers:
    if weights_of(op) is not None:
        group = q.accumulators.group(op.result)
        assert group is not None
        x = q.stored(op.lhs, q.operand_format(op.lhs))
        shift = group.shifts[group.members.index(op)]
        w = q.math.const(stored_weights(group, op, x.format.scale), I16 if group.wide else I8)
        y = _contracted(q, op, x, Stored(w, x.format), 0)
        return [Fixed(q.math.shifted(y, shift), group.unit, group.bound, group.rounding)]
    if not isinstance(op, MatMul):
        return q.island(op)
    a, b = (q.stored(v, q.operand_format(v)) for v in (op.lhs, op.rhs))
    depth = shape_of(op.lhs)[-2 if op.transpose_lhs else -1]
    bound = float(depth) * a.format.reach * b.format.reach
    y = _contracted(q, op, a, b, b.format.zero)
    return [q.finish(op.result, Fixed(y, a.format.scale * b.format.scale, bound))]


def _contracted(q: Quantizer, op: Any, x: Stored, w: Stored, w_zero: int) -> Value:
    """The product of two tensors of integers, in i32. Constant weights come transposed."""
    zeros = [
        q.math.const(z, s.format.element) if z else None
        for s, z in ((x, x.format.zero), (w, w_zero))
    ]
    if isinstance(op, Conv):
        names = ("strides", "dilations", "low", "high", "groups")
        fields = {n: getattr(op, n) for n in names}
        return q.math.op(ConvInteger, x.value, w.value, *zeros, **fields)
    sides = [x.value, w.value]
    swapped = (op.transpose_lhs, op.transpose_rhs and constant_of(op.rhs) is None)
    for i, swap in enumerate(swapped):
        if swap:
            rank = len(shape_of(sides[i]))
            perm = [*range(rank - 2), rank - 1, rank - 2]
            sides[i] = q.math.op(Transpose, sides[i], perm=perm)
    return q.math.op(MatMulInteger, *sides, *zeros)


# ---- arithmetic


def addition(q: Quantizer, op: Any) -> Numbers:
    """A sum or difference. Of accumulators of one group it is nothing but that."""
    group = q.accumulators.group(op.result)
    if group is not None:
        sides = [_in_group(q, v, group.unit) for v in (op.lhs, op.rhs)]
        y = q.math.op(type(op), *(s.value for s in sides))
        return [Fixed(y, group.unit, group.bound, group.rounding)]
    exact = exact_sum(q, op)
    if exact is not None:
        return _rounded(q, op, exact)
    to = q.format(op.result)
    known = [constant_of(v) for v in (op.lhs, op.rhs)]
    if known[0] is None and known[1] is None:
        a, b = q.opened(op.lhs), q.opened(op.rhs)
    elif known[1] is not None:
        a = _finer(q, q.opened(op.lhs), to.scale)
        b = q.constant_in(known[1], a.scale)
    else:
        assert known[0] is not None
        b = _finer(q, q.opened(op.rhs), to.scale)
        a = q.constant_in(known[0], b.scale)
    return [q.finish(op.result, q.math.sum(type(op), a, b, to))]


def _rounded(q: Quantizer, op: Any, exact: Fixed) -> Numbers:
    """An exact number, which those that need no more see in its format."""
    if not q.plan.on_own_grid(op.result):
        q.exact[op.result] = exact
    return [q.finish(op.result, exact)]


def _in_group(q: Quantizer, v: Value, unit: Any) -> Fixed:
    array = constant_of(v)
    if array is not None:
        return q.constant_in(array, unit)
    x = q.numbers[v]
    assert isinstance(x, Fixed)
    return x


def _finer(q: Quantizer, x: Fixed, scale: float) -> Fixed:
    """In a unit in which a constant can be added without losing what the result has."""
    unit = x.scale
    while unit > scale / 4 and x.bound * x.scale / unit < 1 << 24:
        unit /= 2
    return q.math.in_unit(x, unit)


def multiplication(q: Quantizer, op: Any) -> Numbers:
    known = [constant_of(v) for v in (op.lhs, op.rhs)]
    for array, v in zip(known, (op.rhs, op.lhs), strict=True):
        if array is not None and array.size == 1:
            return [q.finish(op.result, _times(q, q.opened(v), float(array.reshape(()))))]
    exact = exact_product(q, op)
    if exact is not None:
        return _rounded(q, op, exact)
    sides = [
        q.factor(v) if array is None else _stored_constant(q, array)
        for array, v in zip(known, (op.lhs, op.rhs), strict=True)
    ]
    return [q.finish(op.result, q.math.product(*sides))]


def _stored_constant(q: Quantizer, array: Array) -> Fixed:
    return q.constant_in(array, wide(Range.of(array)).scale)


def _times(q: Quantizer, x: Fixed, factor: float) -> Fixed:
    """Times a number: only the unit changes."""
    if factor == 0:
        return Fixed(q.math.op(ew.Sub, x.value, x.value), 1.0, 0)
    value = x.value if factor > 0 else q.math.op(ew.Neg, x.value)
    return Fixed(value, x.scale * abs(factor), x.bound)


def division(q: Quantizer, op: Any) -> Numbers:
    array = constant_of(op.rhs)
    if array is None:
        return tabulated(q, op)
    with np.errstate(all="ignore"):
        inverse = np.nan_to_num(1.0 / array.astype(np.float64))
    x = q.opened(op.lhs)
    if array.size == 1:
        y = _times(q, x, float(inverse.reshape(())))
    else:
        y = q.math.product(q.factor(op.lhs), _stored_constant(q, inverse))
    return [q.finish(op.result, y)]


def sign_change(q: Quantizer, op: Any) -> Numbers:
    """-x and |x|."""
    x = q.opened(op.input)
    return [q.finish(op.result, Fixed(q.math.op(type(op), x.value), x.scale, x.bound))]


def limited(q: Quantizer, op: Any) -> Numbers:
    """ReLU, and limits that are constants."""
    low, high = limits_of(op)
    if low is None and high is None:
        return tabulated(q, op)
    group = q.accumulators.group(op.result)
    x = q.opened(op.input) if group is None else q.numbers[op.input]
    assert isinstance(x, Fixed)
    y, reached = x.value, [x.bound, x.bound]
    for i, (cls, limit, sign) in enumerate(((ew.Max, low, -1), (ew.Min, high, 1))):
        if limit is None:
            continue
        whole = np.rint(limit / np.asarray(x.scale))
        if np.all(sign * whole >= x.bound):
            continue  # never reached
        y = q.math.op(cls, y, q.constant_in(limit, x.scale).value)
        reached[i] = float(np.max(np.abs(whole)))
    total = Fixed(y, x.scale, min(x.bound, max(reached)), x.rounding)
    return [total if group is not None else q.finish(op.result, total)]


def limits_of(op: Any) -> tuple[Array | None, Array | None]:
    """The constant limits that an operation sets; none when they are not constants."""
    if isinstance(op, activation.Relu):
        return np.zeros(()), None
    sides = [None if v is None else constant_of(v) for v in (op.low, op.high)]
    given = [v is not None for v in (op.low, op.high)]
    if any(g and a is None for g, a in zip(given, sides, strict=True)):
        return None, None
    return sides[0], sides[1]


def fake_quantized(q: Quantizer, op: Any) -> Numbers:
    """What is stored in the grid's format is rounded to the grid."""
    exact = exactly(q, op.input)
    if exact is not None and q.format(op.result) != q.format(op.input):
        return [q.finish(op.result, exact)]
    x = q.numbers[op.input]
    if isinstance(x, Fixed):
        return [q.finish(op.result, x)]
    return [q.stored(op.input, q.format(op.result))]


# ---- reductions


def sums(q: Quantizer, op: Any) -> Numbers:
    """Sums and means."""
    x = q.opened(op.input)
    count = op.count
    total = q.math.op(red.ReduceSum, x.value, axes=op.axes, keepdims=op.keepdims)
    scale = x.scale / count if isinstance(op, red.ReduceMean) and count else x.scale
    return [q.finish(op.result, Fixed(total, scale, x.bound * count))]


def pooled_sum(q: Quantizer, op: Any) -> Numbers:
    x = q.opened(op.input)
    total = q.b.create(type(op), **fields_with(op, [x.value])).results[0]
    return [q.finish(op.result, Fixed(total, x.scale, x.bound * np.prod(op.kernel)))]


# ---- comparison


_ROUND: dict[type[Operation], Any] = {
    compare.Less: np.ceil,
    compare.LessEqual: np.floor,
    compare.Greater: np.floor,
    compare.GreaterEqual: np.ceil,
}
"""How a constant becomes a whole number so that the comparison with it stays what it was."""
_MIRRORED: dict[type[Operation], type[Operation]] = {
    compare.Less: compare.Greater,
    compare.LessEqual: compare.GreaterEqual,
    compare.Greater: compare.Less,
    compare.GreaterEqual: compare.LessEqual,
}


def comparison(q: Quantizer, op: Any) -> Numbers:
    cls, sides = type(op), [op.lhs, op.rhs]
    if constant_of(op.lhs) is not None:
        cls, sides = _MIRRORED.get(cls, cls), sides[::-1]
    a = q.opened(sides[0])
    array = constant_of(sides[1])
    if array is not None:
        whole = _ROUND.get(cls, np.rint)(array.astype(np.float64) / a.scale)
        limit = np.clip(whole, -(2.0**31), 2.0**31 - 1).astype(np.int32)
        return [q.math.op(cls, a.value, q.math.const(limit))]
    b = q.opened(sides[1])
    unit = q.math.common_unit(a, b, q.format(sides[0]))
    return [q.math.op(cls, q.math.in_unit(a, unit).value, q.math.in_unit(b, unit).value)]


# ---- the rest


def conversion(q: Quantizer, op: Any) -> Numbers:
    """Between kinds of numbers."""
    if is_real(op.input):
        return [q.stored(op.input, q.format(op.result))] if is_real(op.result) else q.island(op)
    whole = q.math.op(cast.Cast, q.value(op.input), to=I32)
    bound = max(q.plan.range(op.result).radius, 1.0) * 1.01
    return [q.finish(op.result, Fixed(whole, 1.0, bound))]


def padding(q: Quantizer, op: Any) -> Numbers:
    x = q.stored(op.input, q.format(op.result))
    fields = fields_with(op, [x.value])
    fields["value"] = int(x.format.encode(np.array(float(op.value))))
    return [Stored(q.b.create(type(op), **fields).results[0], x.format)]


def carried_over(q: Quantizer, op: Any) -> Numbers:
    """A movement of an accumulator, or of a stored number."""
    x = q.numbers.get(op.input)
    if op.result in q.accumulators.values and isinstance(x, Fixed):
        y = q.b.create(type(op), **fields_with(op, [x.value])).results[0]
        return [Fixed(y, x.scale, x.bound, x.rounding)]
    return q.selected(op)


RULES: Mapping[type[Operation], Rule] = {
    **CONTROL,
    kinds.Contraction: product,
    kinds.Movement: carried_over,
    kinds.Elementwise: tabulated,
    ew.Add: addition,
    ew.Sub: addition,
    ew.Mul: multiplication,
    ew.Div: division,
    ew.Neg: sign_change,
    ew.Abs: sign_change,
    ew.Max: Quantizer.selected,
    ew.Min: Quantizer.selected,
    ew.Clip: limited,
    activation.Relu: limited,
    FakeQuantize: fake_quantized,
    red.ReduceSum: sums,
    red.ReduceMean: sums,
    pool.SumPool: pooled_sum,
    compare.Compare: comparison,
    compare.Where: Quantizer.selected,
    cast.Cast: conversion,
    assemble.Pad: padding,
}
