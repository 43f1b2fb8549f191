"""Row: an LSTM of 8-bit weights and outputs whose gates and cell state have 16 bits."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from millrace.frontend.tflite.activations import clip
from millrace.frontend.tflite.model import TensorInfo
from millrace.frontend.tflite.ops_recurrent import Cell, by_time, scan, state_of
from millrace.frontend.tflite.quantization import Scale, scale_of, scaled, single
from millrace.frontend.tflite.table import Call, Results
from millrace.ir.core import Value
from millrace.ir.dialects.mr import bits, compare
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.fixed_point_curves import (
    FixedPointCurve,
    FixedPointLogistic,
    FixedPointTanh,
)
from millrace.ir.dialects.mr.integer import MatMulInteger
from millrace.ir.types import I8, I16, I32

GATE_SCALE, GATE_BITS = 2.0**-12, 3
"""What the number 1 stands for before a gate's activation, and its integer bits."""
CELL_BITS = range(5)
"""Integer bits of the cell state that can be handled."""
INPUTS, STATES, BIASES = 1, 5, 12
HIDDEN = 4
"""Which of the intermediate tensors describes the output before its projection."""


@dataclass(frozen=True)
class Side:
    """A product that goes into a gate: the weights, what one unit of the sum stands for in units
    of the gate, and the zero point of the other factor."""

    weights: Value
    unit: float
    zero: Value | None


@dataclass(frozen=True)
class Gate:
    input: Side
    state: Side
    bias: Value | None


@dataclass(frozen=True)
class QuantizedLstmCell(Cell):
    """``gates`` are input (may be missing), forget, cell and output."""

    gates: Sequence[Gate | None]
    cell_bits: int
    cell_shift: int
    cell_clip: int
    hidden: Scale
    hidden_unit: float

    def limited(self, x: Value) -> Value:
        return clip(self.c.emit, x, -(1 << 15), (1 << 15) - 1)

    def total(self, side: Side, x: Value, bias: Value | None) -> Value:
        weights = self.c.emit.transpose(side.weights, (1, 0))
        acc = self.c.op(MatMulInteger, x, weights, side.zero, None)
        return scaled(self.c, self.add(acc, bias), side.unit)

    def gate(self, index: int, curve: type[FixedPointCurve], x: Value, h: Value) -> Value:
        """As i32, with 15 fractional bits."""
        g = self.gates[index]
        assert g is not None
        first = self.limited(self.total(g.input, x, g.bias))
        both = self.limited(self.add(first, self.total(g.state, h, None)))
        return self.curved(both, curve, GATE_BITS)

    def curved(self, x: Value, curve: type[FixedPointCurve], integer_bits: int) -> Value:
        return self.c.op(curve, self.c.emit.cast(x, I16), integer_bits=integer_bits)

    def shifted(self, x: Value, count: int) -> Value:
        """x / 2^count, rounded half away from zero."""
        if count == 0:
            return x
        emit = self.c.emit
        negative = emit.cast(self.c.op(compare.Less, x, emit.like(0, x)), I32)
        moved = self.c.op(ew.Sub, self.add(x, emit.like(1 << (count - 1), x)), negative)
        return self.c.op(bits.ShiftRight, moved, emit.like(count, x))

    def step(self, xs: Sequence[Value], states: Sequence[Value]) -> tuple[Value, list[Value]]:
        emit, x = self.c.emit, xs[0]
        h, c = states[0], emit.cast(states[1], I32)
        f = self.gate(1, FixedPointLogistic, x, h)
        g = self.gate(2, FixedPointTanh, x, h)
        if self.gates[0] is None:
            i = self.c.op(ew.Sub, emit.like((1 << 15) - 1, f), f)
        else:
            i = self.gate(0, FixedPointLogistic, x, h)
        kept = self.shifted(self.mul(f, c), 15)
        c = self.limited(self.add(kept, self.shifted(self.mul(i, g), self.cell_shift)))
        if self.cell_clip:
            c = clip(emit, c, -self.cell_clip, self.cell_clip)
        o = self.gate(3, FixedPointLogistic, x, h)
        shown = self.curved(c, FixedPointTanh, self.cell_bits)
        y = scaled(self.c, self.mul(o, shown), self.hidden_unit)
        y = self.add(y, emit.like(self.hidden.zero, y))
        y = emit.cast(clip(emit, y, self.hidden.low, self.hidden.high), I8)
        return y, [y, emit.cast(c, I16)]


def sequence_lstm(c: Call) -> Results:
    if c.info(0).type != "int8":
        raise c.error(f"an input of {c.info(0).type} with quantized weights is not supported")
    absent = {"peephole weights": range(9, 12), "a projection": (16, 17), "norms": range(20, 24)}
    for what, places in absent.items():
        if any(c.item(i) is not None for i in places):
            raise c.error(f"{what} of a quantized LSTM are not supported")
    cell = _cell(c)
    major = c.option("time_major")
    states = [state_of(c, 18), state_of(c, 19)]
    return by_time(c, scan(c, cell, [by_time(c, c.arg(0), major)], states, False), major)


def _cell(c: Call) -> QuantizedLstmCell:
    state = scale_of(c, c.info(19))
    power = math.frexp(state.scale)[1] - 1
    if math.ldexp(1.0, power) != state.scale or 15 + power not in CELL_BITS:
        raise c.error(f"a cell state in units of {state.scale} is not supported")
    if len(c.node.intermediates) <= HIDDEN:
        raise c.error("the intermediate tensors are missing")
    hidden = scale_of(c, c.graph.tensors[c.node.intermediates[HIDDEN]])
    if c.option("activation") != 4:
        raise c.error("the activation is not tanh")
    limit = c.option("cell_clip") / state.scale
    return QuantizedLstmCell(
        c,
        [_gate(c, k) for k in range(4)],
        15 + power,
        30 + power,
        int(min(limit, (1 << 15) - 1)),
        hidden,
        single(single(2.0**-15 / single(hidden.scale)) * 2.0**-15),
    )


def _gate(c: Call, k: int) -> Gate | None:
    if c.opt(INPUTS + k) is None and k == 0:
        return None
    return Gate(
        _side(c, INPUTS + k, c.info(0)), _side(c, STATES + k, c.info(18)), c.opt(BIASES + k)
    )


def _side(c: Call, weights: int, factor: TensorInfo) -> Side:
    source, w = scale_of(c, factor), scale_of(c, c.info(weights))
    if w.zero:
        raise c.error(f"{c.info(weights).name!r} has a zero point")
    unit = single(single(single(w.scale) * single(source.scale)) / GATE_SCALE)
    zero = c.emit.constant(np.array(source.zero, factor.dtype)) if source.zero else None
    return Side(c.arg(weights), unit, zero)
