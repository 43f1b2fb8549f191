"""Rows: LSTM, GRU and RNN, each one ``mr.scan`` a direction. A cell supplies its body only; what
directions, lengths, layouts and initial states mean is common to all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from millrace.frontend.onnx.activations import Activation, activation_functions
from millrace.frontend.onnx.emitter import element_of, shape_of
from millrace.frontend.onnx.table import Call, Results, Rows
from millrace.ir.core import Block, Value
from millrace.ir.dialects import scf
from millrace.ir.dialects.mr import compare
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.assemble import Concat
from millrace.ir.dialects.mr.contraction import MatMul
from millrace.ir.dialects.mr.control import Scan
from millrace.ir.dialects.mr.gather import ReverseSequence
from millrace.ir.dialects.mr.movement import Slice
from millrace.ir.types import INDEX, tensor

DIRECTIONS = {"forward": (False,), "reverse": (True,), "bidirectional": (False, True)}


@dataclass(frozen=True)
class Weights:
    """The parameters of one direction, by gate: ``w`` [I, H], ``r`` [H, H], biases [H]."""

    w: Sequence[Value]
    r: Sequence[Value]
    wb: Sequence[Value] | None
    rb: Sequence[Value] | None
    peepholes: Sequence[Value] | None = None


@dataclass(frozen=True)
class Cell:
    """One step of a recurrence, built with the call ``c``."""

    c: Call
    weights: Weights
    activations: Sequence[Activation]
    clip: float | None

    def add(self, *terms: Value | None) -> Value:
        present = [t for t in terms if t is not None]
        total = present[0]
        for t in present[1:]:
            total = self.c.op(ew.Add, total, t)
        return total

    def mul(self, x: Value, y: Value) -> Value:
        return self.c.op(ew.Mul, x, y)

    def bias(self, gate: int) -> Value | None:
        """Both biases of a gate, added up (now, when they are constants)."""
        wb, rb = self.weights.wb, self.weights.rb
        return None if wb is None or rb is None else self.add(wb[gate], rb[gate])

    def product(self, x: Value, matrix: Value) -> Value:
        return self.c.op(MatMul, x, matrix)

    def gate(self, gate: int, function: int, x: Value, h: Value, *more: Value | None) -> Value:
        """f(x W + h R + b + more) of one gate: one product for x and one for h, so that those of
        x can leave the loop."""
        inputs = self.product(x, self.weights.w[gate])
        state = self.product(h, self.weights.r[gate])
        return self.activate(function, self.add(inputs, state, self.bias(gate), *more))

    def activate(self, function: int, x: Value) -> Value:
        return self.activations[function](self.c, self.clipped(x))

    def clipped(self, x: Value) -> Value:
        if self.clip is None:
            return x
        low, high = self.c.emit.like(-self.clip, x), self.c.emit.like(self.clip, x)
        return self.c.op(ew.Clip, x, low, high)

    def step(self, x: Value, states: Sequence[Value]) -> list[Value]:
        """The next states; the first is the output."""
        raise NotImplementedError


class RnnCell(Cell):
    def step(self, x: Value, states: Sequence[Value]) -> list[Value]:
        return [self.gate(0, 0, x, states[0])]


class GruCell(Cell):
    """Gates in order z (update), r (reset), h (hidden)."""

    def step(self, x: Value, states: Sequence[Value]) -> list[Value]:
        h = states[0]
        z = self.gate(0, 0, x, h)
        r = self.gate(1, 0, x, h)
        if self.c.node.get_int("linear_before_reset", 0):
            candidate = self._reset_after(x, h, r)
        else:
            candidate = self.gate(2, 1, x, self.mul(r, h))
        keep = self.c.op(ew.Sub, self.c.emit.like(1.0, z), z)
        return [self.add(self.mul(keep, candidate), self.mul(z, h))]

    def _reset_after(self, x: Value, h: Value, r: Value) -> Value:
        """The reset gate scales the product with the state, bias included."""
        w = self.weights
        state = self.product(h, w.r[2])
        if w.rb is not None:
            state = self.add(state, w.rb[2])
        bias = None if w.wb is None else w.wb[2]
        inputs = self.product(x, w.w[2])
        return self.activate(1, self.add(inputs, bias, self.mul(r, state)))


class LstmCell(Cell):
    """Gates in order i (input), o (output), f (forget), c (cell); peepholes i, o, f."""

    def peep(self, index: int, c: Value) -> Value | None:
        p = self.weights.peepholes
        return None if p is None else self.mul(p[index], c)

    def step(self, x: Value, states: Sequence[Value]) -> list[Value]:
        h, c = states
        i = self.gate(0, 0, x, h, self.peep(0, c))
        if self.c.node.get_int("input_forget", 0):
            f = self.c.op(ew.Sub, self.c.emit.like(1.0, i), i)
        else:
            f = self.gate(2, 0, x, h, self.peep(2, c))
        candidate = self.gate(3, 1, x, h)
        c = self.add(self.mul(f, c), self.mul(i, candidate))
        o = self.gate(1, 0, x, h, self.peep(1, c))
        return [self.mul(o, self.activations[2](self.c, c)), c]


@dataclass(frozen=True)
class Kind:
    """An operator: its cell, how many gates and states it has, its activations by default, and
    where its inputs stand."""

    cell: type[Cell]
    gates: int
    activations: tuple[str, ...]
    states: tuple[int, ...] = (5,)
    peepholes: int | None = None


RNN = Kind(RnnCell, 1, ("Tanh",))
GRU = Kind(GruCell, 3, ("Sigmoid", "Tanh"))
LSTM = Kind(LstmCell, 4, ("Sigmoid", "Tanh", "Tanh"), states=(5, 6), peepholes=7)


@dataclass(frozen=True)
class Layer:
    """One node, its inputs brought to time-first order. ``lengths`` is None when every sequence
    has all steps."""

    c: Call
    kind: Kind
    x: Value
    hidden: int
    directions: tuple[bool, ...]
    lengths: Value | None
    batch_first: bool

    @property
    def steps(self) -> int:
        return shape_of(self.x)[0]

    @property
    def batch(self) -> int:
        return shape_of(self.x)[1]


def recurrent(kind: Kind) -> Callable[[Call], Results]:
    def row(c: Call) -> Results:
        layer = _layer(c, kind)
        functions = activation_functions(c, kind.activations, len(layer.directions))
        per = len(kind.activations)
        outs = [
            _direction(layer, d, functions[d * per : (d + 1) * per])
            for d in range(len(layer.directions))
        ]
        return _outputs(layer, outs)

    return row


def _layer(c: Call, kind: Kind) -> Layer:
    name = c.node.get_str("direction", "forward")
    directions = DIRECTIONS.get(name)
    if directions is None:
        raise c.node.error(f"unknown direction {name!r}")
    if c.rank() != 3:
        raise c.node.error(f"the input has {c.rank()} dimensions, not 3")
    batch_first = bool(c.node.get_int("layout", 0))
    x = c.emit.transpose(c.arg(0), (1, 0, 2)) if batch_first else c.arg(0)
    steps, batch, width = shape_of(x)
    hidden = c.node.get_int("hidden_size", shape_of(c.arg(2))[-1])
    d, g = len(directions), kind.gates
    _check_shape(c, 1, (d, g * hidden, width))
    _check_shape(c, 2, (d, g * hidden, hidden))
    _check_shape(c, 3, (d, 2 * g * hidden))
    _check_shape(c, 4, (batch,))
    for i in kind.states:
        _check_shape(c, i, (batch, d, hidden) if batch_first else (d, batch, hidden))
    if kind.peepholes is not None:
        _check_shape(c, kind.peepholes, (d, 3 * hidden))
    return Layer(c, kind, x, hidden, directions, _lengths(c, steps), batch_first)


def _check_shape(c: Call, index: int, shape: tuple[int, ...]) -> None:
    value = c.opt(index)
    if value is not None and shape_of(value) != shape:
        raise c.node.error(f"input {index} is {value.type}, expected the shape {list(shape)}")


def _lengths(c: Call, steps: int) -> Value | None:
    known = c.known(4)
    if known is not None and (known == steps).all():
        return None
    return c.opt(4)


def _direction(layer: Layer, d: int, functions: Sequence[Activation]) -> list[Value]:
    """Y without its direction dimension, then the last states."""
    c = layer.c
    clip = c.node.opt_float("clip")
    cell = layer.kind.cell(c, _weights(layer, d), functions, clip)
    inits = [_initial(layer, i, d) for i in layer.kind.states]
    backwards = layer.directions[d]
    if layer.lengths is None:
        return _scan(layer, cell, layer.x, inits, backwards)
    x = _reversed(layer, layer.x) if backwards else layer.x
    y, *last = _scan(layer, cell, x, inits, False)
    return [_reversed(layer, y) if backwards else y, *last]


def _reversed(layer: Layer, x: Value) -> Value:
    """Each sequence reversed within its own length."""
    return layer.c.op(ReverseSequence, x, layer.lengths, time_axis=0, batch_axis=1)


def _weights(layer: Layer, d: int) -> Weights:
    c, h, gates = layer.c, layer.hidden, range(layer.kind.gates)
    n = layer.kind.gates

    def matrix(index: int, gate: int) -> Value:
        return c.emit.transpose(_part(c, c.arg(index), d, gate * h, h), (1, 0))

    def vectors(index: int, first: int, count: int) -> list[Value] | None:
        value = c.opt(index)
        if value is None:
            return None
        return [_part(c, value, d, (first + g) * h, h) for g in range(count)]

    peepholes = layer.kind.peepholes
    return Weights(
        [matrix(1, g) for g in gates],
        [matrix(2, g) for g in gates],
        vectors(3, 0, n),
        vectors(3, n, n),
        None if peepholes is None else vectors(peepholes, 0, 3),
    )


def _part(c: Call, x: Value, d: int, start: int, size: int) -> Value:
    """``x[d, start : start + size]``."""
    rest = shape_of(x)[2:]
    part = c.op(Slice, x, starts=(d, start, *(0 for _ in rest)), sizes=(1, size, *rest))
    return c.emit.reshape(part, (size, *rest))


def _initial(layer: Layer, index: int, d: int) -> Value:
    c, shape = layer.c, (layer.batch, layer.hidden)
    value = c.opt(index)
    if value is None:
        return c.emit.splat(0, shape, element_of(layer.x))
    starts, sizes = (0, d, 0), (layer.batch, 1, layer.hidden)
    if not layer.batch_first:
        starts, sizes = (d, 0, 0), (1, layer.batch, layer.hidden)
    return c.emit.reshape(c.op(Slice, value, starts=starts, sizes=sizes), shape)


def _scan(
    layer: Layer, cell: Cell, x: Value, inits: Sequence[Value], backwards: bool
) -> list[Value]:
    """The stacked outputs and the last states."""
    c = layer.c
    slices = tensor(shape_of(x)[1:], element_of(x))
    with c.emit.inside(Block([INDEX, *(v.type for v in inits), slices])) as block:
        step, *states, row = block.args
        after = cell.step(row, states)
        y = after[0]
        if layer.lengths is not None:
            alive = _alive(layer, step)
            after = [c.op(compare.Where, alive, n, s) for n, s in zip(after, states, strict=True)]
            y = c.op(compare.Where, alive, y, c.emit.like(0, y))
        c.emit.insert(scf.Yield([*after, y]))
    operands = [[c.emit.use(v) for v in inits], [c.emit.use(x)]]
    op = Scan(*operands, None, trip=layer.steps, reverse=backwards, block=block)
    *last, ys = c.emit.insert(op).results
    return [ys, *last]


def _alive(layer: Layer, step: Value) -> Value:
    """[N, 1]: whether each sequence still runs at ``step``."""
    c = layer.c
    assert layer.lengths is not None
    lengths = c.emit.reshape(layer.lengths, (layer.batch, 1))
    now = c.emit.cast(c.emit.from_index(step), element_of(lengths))
    return c.op(compare.Less, now, lengths)


def _outputs(layer: Layer, outs: Sequence[Sequence[Value]]) -> list[Value | None]:
    c, n, h = layer.c, layer.batch, layer.hidden
    results: list[Value | None] = []
    for i in range(1 + len(layer.kind.states)):
        if not c.node.has_output(i):
            results.append(None)
            continue
        lead = (layer.steps, 1, n, h) if i == 0 else (1, n, h)
        parts = [c.emit.reshape(o[i], lead) for o in outs]
        whole = parts[0]
        if len(parts) > 1:
            whole = c.op(Concat, parts, axis=1 if i == 0 else 0)
        if layer.batch_first:
            whole = c.emit.transpose(whole, (2, 0, 1, 3) if i == 0 else (1, 0, 2))
        results.append(whole)
    return results


ROWS: Rows = {"GRU": recurrent(GRU), "LSTM": recurrent(LSTM), "RNN": recurrent(RNN)}
