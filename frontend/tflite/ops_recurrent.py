"""Rows: operators that are a whole recurrence, each one ``mr.scan`` a direction. Their states are
variables: what one call leaves is what the next one starts with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from millrace.frontend.emitter import element_of, shape_of
from millrace.frontend.tflite import hybrid
from millrace.frontend.tflite.activations import ACTIVATIONS, Activation, activation, clip
from millrace.frontend.tflite.norm import layer_norm
from millrace.frontend.tflite.table import Call, Results, Rows, Variable
from millrace.ir.core import Block, Value
from millrace.ir.dialects import scf
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.assemble import Concat
from millrace.ir.dialects.mr.contraction import Contract, MatMul
from millrace.ir.dialects.mr.control import Scan
from millrace.ir.dialects.mr.elementary import Sigmoid
from millrace.ir.dialects.mr.movement import Slice
from millrace.ir.dialects.mr.reduction import ReduceSum
from millrace.ir.types import INDEX, ElementType, tensor


@dataclass(frozen=True)
class Cell:
    """One step of a recurrence, built with the call ``c``."""

    c: Call

    def add(self, *terms: Value | None) -> Value:
        present = [t for t in terms if t is not None]
        total = present[0]
        for t in present[1:]:
            total = self.c.op(ew.Add, total, t)
        return total

    def mul(self, x: Value, y: Value) -> Value:
        return self.c.op(ew.Mul, x, y)

    def product(self, x: Value, weights: Value | None) -> Value | None:
        """``x`` times weights of [units, depth], which may be quantized."""
        if weights is None:
            return None
        if element_of(weights) != element_of(x):
            return hybrid.product(self.c, x, weights, hybrid.info_of(self.c, weights))
        return self.c.op(MatMul, x, self.c.emit.transpose(weights, (1, 0)))

    def step(self, xs: Sequence[Value], states: Sequence[Value]) -> tuple[Value, list[Value]]:
        """The output and the next states."""
        raise NotImplementedError


@dataclass(frozen=True)
class RnnCell(Cell):
    """act(W x + A a + R h + b); ``a`` is an auxiliary input, which may be missing."""

    weights: Sequence[Value | None]
    recurrent: Value
    bias: Value | None
    function: Activation

    def step(self, xs: Sequence[Value], states: Sequence[Value]) -> tuple[Value, list[Value]]:
        products = [self.product(x, w) for x, w in zip(xs, self.weights, strict=True)]
        total = self.add(*products, self.product(states[0], self.recurrent), self.bias)
        h = self.function(self.c.emit, total)
        return h, [h]


@dataclass(frozen=True)
class Gate:
    """The parameters of a gate: weights of the input, of an auxiliary input, of the state;
    peephole weights, bias, and the scale of its normalization."""

    w: Sequence[Value | None]
    r: Value
    peephole: Value | None
    bias: Value | None
    norm: Value | None


@dataclass(frozen=True)
class LstmCell(Cell):
    """Without an input gate it is what the forget gate leaves."""

    input: Gate | None
    forget: Gate
    cell: Gate
    output: Gate
    projection: Value | None
    projection_bias: Value | None
    function: Activation
    cell_clip: float
    projection_clip: float

    def gate(self, g: Gate, xs: Sequence[Value], h: Value, c: Value | None) -> Value:
        products = [self.product(x, w) for x, w in zip(xs, g.w, strict=True)]
        total = self.add(*products, self.product(h, g.r))
        if g.peephole is not None and c is not None:
            total = self.add(total, self.mul(c, hybrid.real(self.c, g.peephole)))
        if g.norm is not None:
            total = self.mul(layer_norm(self.c, total), g.norm)
        return self.add(total, g.bias)

    def sigmoid(self, x: Value) -> Value:
        return self.c.op(Sigmoid, x)

    def step(self, xs: Sequence[Value], states: Sequence[Value]) -> tuple[Value, list[Value]]:
        h, c = states
        emit = self.c.emit
        f = self.sigmoid(self.gate(self.forget, xs, h, c))
        if self.input is None:
            i = self.c.op(ew.Sub, emit.like(1.0, f), f)
        else:
            i = self.sigmoid(self.gate(self.input, xs, h, c))
        candidate = self.function(emit, self.gate(self.cell, xs, h, None))
        c = self.add(self.mul(f, c), self.mul(i, candidate))
        if self.cell_clip > 0:
            c = clip(emit, c, -self.cell_clip, self.cell_clip)
        o = self.sigmoid(self.gate(self.output, xs, h, c))
        h = self.mul(o, self.function(emit, c))
        if self.projection is not None:
            projected = self.product(h, self.projection)
            h = self.add(projected, self.projection_bias)
            if self.projection_clip > 0:
                h = clip(emit, h, -self.projection_clip, self.projection_clip)
        return h, [h, c]


# ---- what cells are run by


def state_of(c: Call, index: int) -> Variable:
    item = c.item(index)
    if not isinstance(item, Variable):
        raise c.error(f"input {index} is no variable tensor")
    return item


def scan(
    c: Call, cell: Cell, xs: Sequence[Value], states: Sequence[Variable], backwards: bool
) -> Value:
    """The outputs [time, batch, units] on inputs [time, batch, depth]; assigns the states."""
    steps = shape_of(xs[0])[0]
    inits = [c.session.variables[s] for s in states]
    slices = [tensor(shape_of(x)[1:], element_of(x)) for x in xs]
    with c.emit.inside(Block([INDEX, *(v.type for v in inits), *slices])) as block:
        carried = block.args[1 : 1 + len(inits)]
        y, nexts = cell.step(block.args[1 + len(inits) :], carried)
        c.emit.insert(scf.Yield([*nexts, y]))
    operands = [[c.emit.use(v) for v in inits], [c.emit.use(x) for x in xs]]
    op = Scan(*operands, None, trip=steps, reverse=backwards, block=block)
    *last, ys = c.emit.insert(op).results
    c.session.variables.update(zip(states, last, strict=True))
    return ys


def by_time(c: Call, x: Value, time_major: bool) -> Value:
    """To time first, and back: both swap the first two dimensions."""
    if len(shape_of(x)) != 3:
        raise c.error(f"the input is {x.type}, not of 3 dimensions")
    return x if time_major else c.emit.transpose(x, (1, 0, 2))


# ---- RNN


def rnn(c: Call) -> Results:
    """One step; inputs: x, weights, recurrent weights, bias, state."""
    cell = RnnCell(c, [c.arg(1)], c.arg(2), c.opt(3), activation(c))
    state = state_of(c, 4)
    y, (h,) = cell.step([c.arg(0)], [c.session.variables[state]])
    c.session.variables[state] = h
    return y


def sequence_rnn(c: Call) -> Results:
    cell = RnnCell(c, [c.arg(1)], c.arg(2), c.opt(3), activation(c))
    major = c.option("time_major")
    ys = scan(c, cell, [by_time(c, c.arg(0), major)], [state_of(c, 4)], False)
    return by_time(c, ys, major)


def bidirectional_rnn(c: Call) -> Results:
    """Inputs: x; weights, recurrent weights, bias, state of each direction; then an auxiliary
    input and its weights of each direction."""
    major, function = c.option("time_major"), activation(c)
    x, aux = by_time(c, c.arg(0), major), c.opt(9)
    crossed = aux is not None and c.opt(10) is None
    results = []
    for d, first in enumerate((1, 5)):
        xs, weights = [x], [c.opt(first)]
        if aux is not None:
            other = by_time(c, aux, major)
            if crossed:
                xs = [other] if d else xs
            else:
                xs, weights = [x, other], [*weights, c.opt(10 + d)]
        cell = RnnCell(c, weights, c.arg(first + 1), c.opt(first + 2), function)
        results.append(scan(c, cell, xs, [state_of(c, first + 3)], bool(d)))
    return _both(c, results, major)


def _both(c: Call, results: Sequence[Value], major: bool) -> Results:
    if c.option("merge"):
        return by_time(c, c.op(Concat, results, axis=2), major)
    return [by_time(c, ys, major) for ys in results]


# ---- LSTM


def _lstm_cell(c: Call, first: int, norms: int | None, aux: int | None) -> LstmCell:
    """``first`` is the place of the input weights of the first gate; ``norms`` that of the
    normalization's scales, ``aux`` that of the auxiliary input's weights."""
    optional = c.opt(first) is None or c.opt(first + 4) is None

    def gate(k: int) -> Gate:
        peephole = {0: 8, 1: 9, 3: 10}.get(k)
        return Gate(
            [c.arg(first + k), *([c.opt(aux + k)] if aux is not None else [])],
            c.arg(first + 4 + k),
            None if peephole is None else c.opt(first + peephole),
            c.opt(first + 11 + k),
            None if norms is None else c.opt(norms + k),
        )

    return LstmCell(
        c,
        None if optional else gate(0),
        gate(1),
        gate(2),
        gate(3),
        c.opt(first + 15),
        c.opt(first + 16),
        activation(c),
        c.option("cell_clip"),
        c.option("proj_clip"),
    )


def sequence_lstm(c: Call) -> Results:
    if c.option("diagonal"):
        raise c.error("diagonal recurrent weights are not supported")
    cell = _lstm_cell(c, 1, 20, None)
    major = c.option("time_major")
    states = [state_of(c, 18), state_of(c, 19)]
    return by_time(c, scan(c, cell, [by_time(c, c.arg(0), major)], states, False), major)


def lstm(c: Call) -> Results:
    """One step. The basic kernel, whose states are plain tensors, is an operator of its own."""
    if c.option("kernel"):
        return basic_lstm(c)
    cell = _lstm_cell(c, 1, 20, None)
    states = [state_of(c, 18), state_of(c, 19)]
    y, nexts = cell.step([c.arg(0)], [c.session.variables[s] for s in states])
    c.session.variables.update(zip(states, nexts, strict=True))
    return y


def basic_lstm(c: Call) -> Results:
    """Inputs: x, the output before, weights [4 units, depth + units] of the gates input, cell,
    forget, output, bias, the state before. Results: output, state, both parts' inputs."""
    x, h, w, bias, before = (c.arg(i) for i in range(5))
    joined = c.op(Concat, [x, h], axis=1)
    total = c.op(ew.Add, c.op(MatMul, joined, c.emit.transpose(w, (1, 0))), bias)
    batch, width = shape_of(total)
    n = width // 4

    def part(k: int) -> Value:
        return c.op(Slice, total, starts=(0, k * n), sizes=(batch, n))

    i, g, f, o = (part(k) for k in range(4))
    tanh = ACTIVATIONS[4]
    kept = c.op(ew.Mul, c.op(Sigmoid, f), before)
    state = c.op(ew.Add, kept, c.op(ew.Mul, c.op(Sigmoid, i), tanh(c.emit, g)))
    output = c.op(ew.Mul, c.op(Sigmoid, o), tanh(c.emit, state))
    return [output, state, joined, total]


def bidirectional_lstm(c: Call) -> Results:
    """Inputs: x; 17 parameters of each direction; activation and cell states of each; then an
    auxiliary input and its weights, 4 of each direction."""
    major = c.option("time_major")
    x, aux = by_time(c, c.arg(0), major), c.opt(39)
    crossed = aux is not None and c.opt(41) is None
    results = []
    for d, (first, states) in enumerate(((1, 35), (18, 37))):
        both = aux is not None and not crossed
        cell = _lstm_cell(c, first, None, 40 + 4 * d if both else None)
        xs = [x]
        if aux is not None:
            other = by_time(c, aux, major)
            xs = [x, other] if both else [other] if d else [x]
        variables = [state_of(c, states), state_of(c, states + 1)]
        results.append(scan(c, cell, xs, variables, bool(d)))
    return _both(c, results, major)


# ---- SVDF


def svdf(c: Call) -> Results:
    """A product per feature, filtered over the last steps. Inputs: x [batch, depth], weights
    [filters, depth], weights of time [filters, memory], bias, state [batch, filters * memory]."""
    now = Cell(c).product(c.arg(0), c.arg(1))
    assert now is not None
    time = hybrid.real(c, c.arg(2))
    return activation(c)(c.emit, filtered(c, now, time, element_of(now)))


def filtered(c: Call, now: Value, time: Value, element: ElementType) -> Value:
    """What features add up to, which the state remembers; in ``element``, after the bias."""
    rank, state = c.option("rank"), state_of(c, 4)
    filters, memory = shape_of(time)
    batch = shape_of(now)[0]
    if rank < 1 or filters % rank:
        raise c.error(f"rank {rank} of {filters} filters")
    old = c.emit.reshape(c.session.variables[state], (batch, filters, memory))
    moved = c.op(Slice, old, starts=(0, 0, 1), sizes=(batch, filters, memory - 1))
    new = c.op(Concat, [moved, c.emit.reshape(now, (batch, filters, 1))], axis=2)
    c.session.variables[state] = c.emit.reshape(new, (batch, filters * memory))
    y = c.op(Contract, c.emit.cast(new, element), time, equation="bfm,fm->bf")
    if rank > 1:
        y = c.op(ReduceSum, c.emit.reshape(y, (batch, filters // rank, rank)), axes=(2,))
    bias = c.opt(3)
    return y if bias is None else c.op(ew.Add, y, bias)


ROWS: Rows = {
    "BIDIRECTIONAL_SEQUENCE_LSTM": bidirectional_lstm,
    "BIDIRECTIONAL_SEQUENCE_RNN": bidirectional_rnn,
    "LSTM": lstm,
    "RNN": rnn,
    "SVDF": svdf,
    "UNIDIRECTIONAL_SEQUENCE_LSTM": sequence_lstm,
    "UNIDIRECTIONAL_SEQUENCE_RNN": sequence_rnn,
}
