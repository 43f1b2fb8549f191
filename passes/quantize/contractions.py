"""Sums of products: how their weights are stored, and in which unit they accumulate."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from millrace.ir.core import Operation, Value
from millrace.ir.dialects.func import Func
from millrace.ir.dialects.mr import activation, kinds
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.contraction import MatMul
from millrace.ir.dialects.mr.conv import Conv
from millrace.ir.dialects.mr.movement import shape_of
from millrace.ir.dialects.mr.support import constant_of
from millrace.passes.quantize.formats import Array, Format
from millrace.passes.quantize.plan import Classes
from millrace.passes.quantize.values import is_real

MOST_WEIGHT = 127
MOST_WIDE_WEIGHT = 32767
LARGEST = float((1 << 31) - 1)
BIAS_LIMIT = float(1 << 29)
SAFE_SUM = float(1 << 29)
TINY = 1e-30
ON_GRID = 1e-3
"""As near to a whole number as weights are that come from whole numbers."""
MOST_SHIFT = 12
"""The largest shift between the accumulators of a group."""


@dataclass
class Group:
    """Products whose accumulators have one unit, one a channel of the last dimension. A product
    whose numbers are larger than those of the others accumulates in a unit 2^``shift`` times that
    and is brought to it by a shift to the left."""

    members: list[kinds.Contraction] = field(default_factory=list)
    shifts: list[int] = field(default_factory=list)
    biases: list[Array] = field(default_factory=list)
    unit: Array | None = None
    bound: float = 0.0
    wide: bool = False
    """Weights have 16 bits, as many of them as the sums leave."""

    precise: bool = False
    """Biases are finer than the products' units, as far as sums fit: the model rounds the sums to a
    grid of its own, and carries on what falls to the other step."""

    @property
    def most(self) -> int:
        """The largest stored weight."""
        return MOST_WIDE_WEIGHT if self.wide else MOST_WEIGHT

    @property
    def rounding(self) -> str:
        """As TensorFlow Lite's kernels round: convolutions twice."""
        return "twice" if any(isinstance(op, Conv) for op in self.members) else "once"


@dataclass
class Accumulators:
    """Which values are accumulators, and the groups they belong to."""

    classes: Classes
    groups: dict[Value, Group]
    values: dict[Value, None]

    def group(self, v: Value) -> Group | None:
        """The group of an accumulator; None for other values."""
        return self.groups[self.classes.find(v)] if v in self.values else None


def weights_of(op: kinds.Contraction) -> Array | None:
    """Constant weights whose last dimension is the result's."""
    w = constant_of(op.rhs)
    if w is None or not isinstance(op, MatMul | Conv):
        return None
    if isinstance(op, MatMul) and op.transpose_rhs:
        w = w.swapaxes(-1, -2)
    return w.astype(np.float64)


def find_accumulators(f: Func) -> Accumulators:
    """Products with constant weights, what they are added to, and what changes no number."""
    acc = Accumulators(Classes(), {}, {})
    for op in f.walk():
        if isinstance(op, kinds.Contraction) and weights_of(op) is not None and is_real(op.result):
            acc.values[op.result] = None
        else:
            _follow(op, acc)
    for op in f.walk():
        if isinstance(op, kinds.Contraction) and op.result in acc.values:
            acc.groups.setdefault(acc.classes.find(op.result), Group()).members.append(op)
        elif isinstance(op, ew.Add | ew.Sub) and op.result in acc.values:
            biases = [b for v in op.operands if (b := constant_of(v)) is not None]
            group = acc.groups.setdefault(acc.classes.find(op.result), Group())
            group.biases += [b.astype(np.float64) for b in biases]
    return acc


def _follow(op: Operation, acc: Accumulators) -> None:
    """Is the result an accumulator because the operands are?"""
    known = [v for v in op.operands if v in acc.values]
    if not known or len(op.results) != 1:
        return
    result = op.results[0]
    if isinstance(op, ew.Add | ew.Sub):
        others = [v for v in op.operands if v not in acc.values]
        fits = all(_channels(v) == _channels(result) for v in known)
        fits = fits and all(constant_of(v) is not None for v in others)
    elif isinstance(op, kinds.Movement):
        fits = _keeps_channels(op)
    else:
        fits = isinstance(op, activation.Relu) or (
            isinstance(op, ew.Clip) and all(constant_of(v) is not None for v in op.operands[1:])
        )
    if fits:
        acc.values[result] = None
        for v in known:
            acc.classes.join(v, result)


def _channels(v: Value) -> int:
    shape = shape_of(v)
    return shape[-1] if shape else 1


def _keeps_channels(op: kinds.Movement) -> bool:
    """Element (..., c) of the result comes from (..., c) of the input."""
    shape, source = shape_of(op.results[0]), shape_of(op.input)
    if not shape or not source or shape[-1] != source[-1]:
        return False
    probe = np.broadcast_to(np.arange(source[-1]), source)
    moved = op.evaluate(probe)
    return bool((moved == np.arange(shape[-1])).all())


def set_units(acc: Accumulators, formats: Mapping[Value, Format]) -> None:
    """Choose the unit of each group. ``formats`` are those of the products' left operands."""
    for group in acc.groups.values():
        _set_unit(group, formats)


def _set_unit(group: Group, formats: Mapping[Value, Format]) -> None:
    """The units in which the weights fit in 8 bits and no sum overflows, as near as possible to
    those that each product would have alone."""
    own = [_own_unit(op, formats, group.most) for op in group.members]
    levels = [_level(u) for u in own]
    best = np.inf
    for cap in range(MOST_SHIFT + 1):
        shifts = [min(round(level - min(levels)), cap) for level in levels]
        unit = _unit(group, own, shifts, formats)
        loss = max(level_of_loss(unit, s, u) for s, u in zip(shifts, own, strict=True))
        if loss < best - 0.05:
            best, group.unit, group.shifts = loss, unit, shifts
    assert group.unit is not None
    if group.precise and group.biases:
        total = float(np.max(sum_bound(group, group.unit, group.shifts, formats)))
        finer = min(int(np.log2(SAFE_SUM / max(total, 1.0))), MOST_SHIFT - max(group.shifts))
        group.unit = group.unit / 2.0 ** max(finer, 0)
        group.shifts = [s + max(finer, 0) for s in group.shifts]
    group.bound = float(np.max(sum_bound(group, group.unit, group.shifts, formats)))


def _own_unit(op: kinds.Contraction, formats: Mapping[Value, Format], most: int) -> Array:
    w = weights_of(op)
    assert w is not None
    steps = weight_steps(w.reshape(-1, w.shape[-1]), most)
    return formats[op.lhs].scale * np.maximum(steps, TINY)


def weight_steps(w: Array, most: int = MOST_WEIGHT) -> Array:
    """The distance between stored weights, a column: that of the grid on which they lie already,
    if they do, else the least that lets them fit."""
    largest = np.abs(w).max(axis=0, initial=0.0)
    steps = largest / most
    open_ = largest > 0
    for count in range(MOST_WEIGHT, 0, -1):
        if not open_.any():
            break
        q = w * (count / np.maximum(largest, TINY))
        fits = open_ & (np.abs(q - np.rint(q)).max(axis=0, initial=0.0) < ON_GRID)
        steps = np.where(fits, largest / count, steps)
        open_ &= ~fits
    return np.asarray(steps)


def _level(unit: Array) -> float:
    return float(np.median(np.log2(unit)))


def level_of_loss(unit: Array, shift: int, own: Array) -> float:
    """How many bits of its weights a product loses in a unit that is not its own."""
    return float(np.mean(np.maximum(np.log2(unit * 2.0**shift / own), 0.0)))


def _unit(
    group: Group, own: list[Array], shifts: list[int], formats: Mapping[Value, Format]
) -> Array:
    unit = np.array(TINY)
    for u, shift in zip(own, shifts, strict=True):
        unit = np.maximum(unit, u / 2.0**shift)
    for bias in group.biases:
        unit = np.maximum(unit, _per_channel(np.max, np.atleast_1d(bias)) / BIAS_LIMIT)
    total = sum_bound(group, unit, shifts, formats)
    return np.asarray(unit * np.maximum(total / (LARGEST * 0.9), 1.0))


def sum_bound(
    group: Group, unit: Array, shifts: list[int], formats: Mapping[Value, Format]
) -> Array:
    """The largest absolute value that a sum of the group can have, a channel."""
    total: Array = np.zeros(np.shape(unit))
    for op, shift in zip(group.members, shifts, strict=True):
        w = weights_of(op)
        assert w is not None
        f = formats[op.lhs]
        q = np.abs(np.rint(w * f.scale / (unit * 2.0**shift)))
        total = total + q.sum(axis=tuple(range(w.ndim - 1))) * f.reach * 2.0**shift
    for bias in group.biases:
        total = total + _per_channel(np.max, np.atleast_1d(bias)) / unit
    return total


def _per_channel(reduce: Any, x: Array) -> Array:
    """Over all dimensions but the last, of absolute values."""
    return np.asarray(reduce(np.abs(x), axis=tuple(range(x.ndim - 1)), initial=0.0))


def stored_weights(group: Group, op: kinds.Contraction, scale: float) -> Array:
    """The weights of a member as factors of numbers in units of ``scale``."""
    w = weights_of(op)
    assert w is not None
    q = np.clip(np.rint(w * scale / _unit_of(group, op)), -group.most, group.most)
    return np.asarray(q).astype(np.int16 if group.wide else np.int8)


def rounded_weights(group: Group, op: kinds.Contraction, scale: float) -> Array:
    """What the stored weights stand for, in the layout of the operand."""
    w = stored_weights(group, op, scale) * (_unit_of(group, op) / scale)
    return np.asarray(w.swapaxes(-1, -2) if isinstance(op, MatMul) and op.transpose_rhs else w)


def _unit_of(group: Group, op: kinds.Contraction) -> Array:
    assert group.unit is not None
    return np.asarray(group.unit * 2.0 ** group.shifts[group.members.index(op)])
