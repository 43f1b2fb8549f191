"""Rows: recurrent cells and layers that are one operator. The formulas are those of TensorFlow's
documentation; a layer is a scan of the cell."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from millrace.frontend.emitter import element_of, shape_of, type_of
from millrace.frontend.tensorflow.table import Call, Results, RowFunction, Rows
from millrace.ir.core import Block, Value
from millrace.ir.dialects import scf
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.contraction import MatMul
from millrace.ir.dialects.mr.control import Scan
from millrace.ir.dialects.mr.elementary import Sigmoid, Tanh
from millrace.ir.dialects.mr.movement import Slice
from millrace.ir.types import I64, INDEX, tensor


def _columns(c: Call, x: Value, start: int, size: int) -> Value:
    """Neighbouring elements of the last dimension."""
    *lead, _ = shape_of(x)
    return c.op(Slice, x, starts=(*(0 for _ in lead), start), sizes=(*lead, size))


def _halves(c: Call, w: Value, inputs: int) -> tuple[Value, Value]:
    """The weights of the input and those of the state, of a product with both joined."""
    rows, columns = shape_of(w)
    parts = ((0, inputs), (inputs, rows - inputs))
    upper, lower = (c.op(Slice, w, starts=(s, 0), sizes=(n, columns)) for s, n in parts)
    return upper, lower


def _sum_of_products(c: Call, x: Value, h: Value, halves: Sequence[Value], b: Value) -> Value:
    projected = c.op(ew.Add, c.op(MatMul, x, halves[0]), b)
    return c.op(ew.Add, projected, c.op(MatMul, h, halves[1]))


def _check(c: Call, shapes: dict[int, tuple[int, ...]]) -> None:
    for index, wanted in shapes.items():
        got = c.shape_at(index)
        if got != wanted:
            raise c.node.error(f"input {index} is {list(got)}, not {list(wanted)}")


# ---- LSTM


@dataclass(frozen=True)
class _Lstm:
    """A cell with its weights. ``order`` has the places of the gates i, c, f and o."""

    c: Call
    halves: tuple[Value, Value]
    peepholes: Sequence[Value]
    """Of the gates i, f and o; none without peepholes."""
    bias: Value
    units: int
    order: tuple[int, int, int, int]
    forget_bias: float
    clip: float

    def step(self, x: Value, cell: Value, h: Value) -> list[Value]:
        """The outputs i, cs, f, o, ci, co, h."""
        c = self.c
        z = _sum_of_products(c, x, h, self.halves, self.bias)
        i, ci, f, o = (_columns(c, z, k * self.units, self.units) for k in self.order)
        if self.forget_bias:
            f = c.op(ew.Add, f, c.emit.like(self.forget_bias, f))
        i = c.op(Sigmoid, self._peep(i, cell, 0))
        f = c.op(Sigmoid, self._peep(f, cell, 1))
        ci = c.op(Tanh, ci)
        cs = c.op(ew.Add, c.op(ew.Mul, ci, i), c.op(ew.Mul, cell, f))
        if self.clip > 0:
            cs = c.op(ew.Clip, cs, c.emit.like(-self.clip, cs), c.emit.like(self.clip, cs))
        o = c.op(Sigmoid, self._peep(o, cs, 2))
        co = c.op(Tanh, cs)
        return [i, cs, f, o, ci, co, c.op(ew.Mul, co, o)]

    def _peep(self, gate: Value, cell: Value, number: int) -> Value:
        if not self.peepholes:
            return gate
        return self.c.op(ew.Add, gate, self.c.op(ew.Mul, cell, self.peepholes[number]))


ICFO, IFCO = (0, 1, 2, 3), (0, 2, 1, 3)


def _lstm(c: Call, first: int, order: tuple[int, int, int, int], second_version: bool) -> _Lstm:
    """The cell of a node whose inputs from ``first`` on are x, cs_prev, h_prev, w, wci, wcf, wco
    and b."""
    inputs, (batch, units) = c.shape_at(first)[-1], c.shape_at(first + 1)[-2:]
    bias = c.arg(first + 7)
    _check(
        c,
        {
            first + 1: (batch, units),
            first + 2: (batch, units),
            first + 3: (inputs + units, 4 * units),
            first + 7: (4 * units,),
        },
    )
    peepholes = c.node.get("use_peephole", bool, False)
    return _Lstm(
        c,
        _halves(c, c.arg(first + 3), inputs),
        [c.arg(first + k) for k in (4, 5, 6)] if peepholes else (),
        bias,
        units,
        order,
        0.0 if second_version else c.node.get("forget_bias", float, 1.0),
        c.node.get("cell_clip", float, 0.0 if second_version else 3.0),
    )


def lstm_cell(c: Call) -> Results:
    return _lstm(c, 0, ICFO, False).step(c.arg(0), c.arg(1), c.arg(2))


def lstm(order: tuple[int, int, int, int], *, second_version: bool) -> RowFunction:
    def row(c: Call) -> Results:
        cell = _lstm(c, 1, order, second_version)
        x = c.arg(1)
        steps = shape_of(x)[0]
        t = type_of(c.arg(2))
        part = tensor(shape_of(x)[1:], element_of(x))
        with c.emit.inside(Block([INDEX, t, t, part])) as block:
            _, before, h, item = block.args
            made = cell.step(item, before, h)
            c.emit.insert(scf.Yield([made[1], made[6], *made]))
        inits = [c.emit.use(c.arg(2)), c.emit.use(c.arg(3))]
        scan = Scan(inits, [c.emit.use(x)], _count(c, steps), trip=steps, block=block)
        return list(c.emit.insert(scan).results[2:])

    return row


def _count(c: Call, steps: int) -> Value | None:
    """How many steps run, by the first input; the rows behind are zero."""
    known = c.known(0)
    if known is not None and int(known) >= steps:
        return None
    wide = c.emit.cast(c.arg(0), I64)
    limits = [c.emit.constant(np.int64(n)) for n in (0, steps)]
    return c.emit.extract_index(c.emit.reshape(c.op(ew.Clip, wide, *limits), ()))


# ---- GRU


def gru_cell(c: Call) -> Results:
    """The outputs r, u, c, h."""
    x, h = c.arg(0), c.arg(1)
    inputs, (batch, units) = c.shape_at(0)[-1], c.shape_at(1)[-2:]
    rows = inputs + units
    _check(c, {1: (batch, units), 2: (rows, 2 * units), 3: (rows, units), 4: (2 * units,)})
    _check(c, {5: (units,)})
    gates = _sum_of_products(c, x, h, _halves(c, c.arg(2), inputs), c.arg(4))
    gates = c.op(Sigmoid, gates)
    r, u = (_columns(c, gates, k * units, units) for k in (0, 1))
    reset = c.op(ew.Mul, h, r)
    new = c.op(Tanh, _sum_of_products(c, x, reset, _halves(c, c.arg(3), inputs), c.arg(5)))
    rest = c.op(ew.Sub, c.emit.like(1.0, u), u)
    return [r, u, new, c.op(ew.Add, c.op(ew.Mul, rest, new), c.op(ew.Mul, u, h))]


ROWS: Rows = {
    "BlockLSTM": lstm(ICFO, second_version=False),
    "BlockLSTMV2": lstm(IFCO, second_version=True),
    "GRUBlockCell": gru_cell,
    "LSTMBlockCell": lstm_cell,
}
