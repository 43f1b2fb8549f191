"""Rows: ``numpy.random.default_rng`` and the methods of its generator, equal to numpy's PCG64 bit
by bit. The state is a value like any other: it is carried by loops and branches."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import numpy as np

from millrace.frontend.python import pcg
from millrace.frontend.python.calls import Call, Row
from millrace.frontend.python.creation import shape_argument
from millrace.frontend.python.functions import call_function, function_of
from millrace.frontend.python.operators import apply
from millrace.frontend.python.values import Abstract, Cell, Generator, Known, Tuple
from millrace.frontend.python.ziggurat import layers

if TYPE_CHECKING:
    from millrace.frontend.python.interpreter import Interpreter


def _new_generator(c: Call) -> Abstract:
    c.allow(1, "seed")
    fix = "use a constant seed"
    given = c.get(0, "seed")
    if given is None:
        raise c.it.fail("J041")
    if isinstance(given, Generator):
        return given
    seed = c.it.known(given, "the seed of a generator", fix)
    return generator(c.it, np.random.PCG64(seed))


def generator(it: Interpreter, bits: np.random.PCG64) -> Generator:
    """A generator that starts where ``bits`` stands."""
    state: Any = bits.state
    high, low = divmod(state["state"]["state"], 1 << 64)
    inc_high, inc_low = divmod(state["state"]["inc"], 1 << 64)
    halves = [Known(np.uint64(n)) for n in (high, low, inc_high, inc_low)]
    cell = Cell()
    spare = Known(np.uint64(state["uinteger"]))
    it.state.heap[cell] = (*halves, Known(bool(state["has_uint32"])), spare)
    return Generator(cell)


def _bit_generator(c: Call) -> Abstract:
    """``Generator(PCG64(seed))``: the generator itself."""
    return c.need(0, "bit_generator")


# ---- drawing


def _draw(c: Call, function: Callable[..., Any], *args: Abstract) -> Abstract:
    """Run a function of :mod:`pcg` on the state, which moves on."""
    owner = c.args[0]
    assert isinstance(owner, Generator)
    state = Tuple(c.it.state.heap[owner.cell])
    f = function_of(c.it, function)  # type: ignore[arg-type]
    result = call_function(c.it, f, [state, *args], {})
    assert isinstance(result, Tuple)
    value, after = result.items
    assert isinstance(after, Tuple)
    c.it.state.heap[owner.cell] = after.items
    return value


def _sized(
    c: Call, size: Abstract | None, one: Callable[..., Any], many: Callable[..., Any], *args: Any
) -> Abstract:
    """One number, or an array of them."""
    if size is None:
        return _draw(c, one, *args)
    from millrace.frontend.python.shapes import reshape

    shape = shape_argument(c, size)
    flat = _draw(c, many, Known(math.prod(shape)), *args)
    return flat if len(shape) == 1 else reshape(c.it, flat, shape)


def _as_python(c: Call, v: Abstract, size: Abstract | None) -> Abstract:
    """Single floats of a generator are Python's."""
    if size is not None:
        return v
    return Known(float(v.value)) if isinstance(v, Known) else c.it.number(c.it.tensor(v), float)


def _random(c: Call) -> Abstract:
    c.allow(3, "size", "dtype")
    size = c.get(1, "size")
    dtype = np.dtype(c.known(2, "dtype", np.float64))
    if dtype == np.float32:
        drawn = _sized(c, size, pcg.next_float, pcg.fill_float)
    else:
        drawn = _sized(c, size, pcg.next_double, pcg.fill_double)
    return _as_python(c, drawn, size)


def _standard_normal(c: Call) -> Abstract:
    c.allow(2, "size")
    size = c.get(1, "size")
    tables = [c.it.wrap(t, "a table") for t in layers()]
    drawn = _sized(c, size, pcg.standard_normal, pcg.fill_normal, *tables)
    return _as_python(c, drawn, size)


def _scaled(draw: Row, low: str, high: str, *, span: bool) -> Row:
    """``low + (high - low) * u``, or ``low + high * u``."""

    def row(c: Call) -> Abstract:
        c.allow(4, low, high, "size")
        first = c.get(1, low) or Known(0.0)
        second = c.get(2, high) or Known(1.0)
        size = {} if c.get(3, "size") is None else {"size": c.need(3, "size")}
        u = draw(Call(c.it, c.name, c.args[:1], dict(size)))
        width = apply(c.it, np.subtract, [second, first], c.name) if span else second
        scaled = apply(c.it, np.multiply, [u, width], c.name)
        return apply(c.it, np.add, [scaled, first], c.name)

    return row


def _integers(c: Call) -> Abstract:
    c.allow(5, "low", "high", "size", "dtype", "endpoint")
    low, high = c.need(1, "low"), c.get(2, "high")
    if high is None:
        low, high = Known(0), low
    fix = "use constant bounds and scale the result"
    first, last = (int(c.it.known(v, "a bound of integers", fix)) for v in (low, high))
    last -= 0 if c.known(5, "endpoint", False) else 1
    dtype = np.dtype(c.known(4, "dtype", np.int64))
    if dtype.itemsize != 8:
        raise c.it.fail("J054", what=f"integers of {dtype}", fix="draw int64, then use astype")
    if last < first:
        raise c.it.fail("J025", what="low >= high", fix="use bounds in order")
    size = c.get(3, "size")
    span = Known(last - first)
    drawn = _sized(c, size, pcg.bounded, pcg.fill_bounded, span)
    signed = c.it.tensor(drawn, np.dtype(np.int64))
    return apply(c.it, np.add, [c.it.result(signed), Known(np.int64(first))], c.name)


def _permutation(c: Call) -> Abstract:
    c.allow(2, "x")
    x = c.need(1, "x")
    if isinstance(x, Known):
        x = c.it.array(c.it.emit.constant(np.arange(int(x.value))))
    return _draw(c, pcg.permuted, x)


def _shuffle(c: Call) -> Abstract:
    from millrace.frontend.python.writes import overwrite

    owner = c.need(1, "x")
    overwrite(c.it, owner, _permutation(c), "the array")  # type: ignore[arg-type]
    return Known(None)


METHODS: dict[str, Row] = {
    "random": _random,
    "standard_normal": _standard_normal,
    "integers": _integers,
    "uniform": _scaled(_random, "low", "high", span=True),
    "normal": _scaled(_standard_normal, "loc", "scale", span=False),
    "permutation": _permutation,
    "shuffle": _shuffle,
}

ROWS: dict[Any, Row] = {
    np.random.default_rng: _new_generator,
    np.random.PCG64: _new_generator,
    np.random.Generator: _bit_generator,
}
