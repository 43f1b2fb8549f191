"""Rows: arithmetic, comparisons and activation functions, element by element."""

from __future__ import annotations

import functools
from typing import Any

import numpy as np

from millrace.frontend.emitter import shape_of
from millrace.frontend.from_data import coordinates, range_of
from millrace.frontend.tflite.activations import activated, clip
from millrace.frontend.tflite.table import Call, Results, RowFunction, Rows
from millrace.ir.core import Operation
from millrace.ir.dialects.mr import activation as act
from millrace.ir.dialects.mr import bits, compare
from millrace.ir.dialects.mr import elementary as em
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.movement import Broadcast


def unary(cls: type[Operation], **fields: Any) -> RowFunction:
    return lambda c: c.op(cls, c.arg(0), **fields)


def binary(cls: type[Operation], **fields: Any) -> RowFunction:
    return lambda c: c.op(cls, c.arg(0), c.arg(1), **fields)


def fused(cls: type[Operation]) -> RowFunction:
    """With an activation in its options."""
    return lambda c: activated(c, c.op(cls, c.arg(0), c.arg(1)))


def clipped(low: float, high: float) -> RowFunction:
    return lambda c: clip(c.emit, c.arg(0), low, high)


def add_n(c: Call) -> Results:
    values = [c.arg(i) for i in range(len(c.args))]
    return functools.reduce(lambda x, y: c.op(ew.Add, x, y), values)


def square(c: Call) -> Results:
    return c.op(ew.Mul, c.arg(0), c.arg(0))


def squared_difference(c: Call) -> Results:
    d = c.op(ew.Sub, c.arg(0), c.arg(1))
    return c.op(ew.Mul, d, d)


def leaky_relu(c: Call) -> Results:
    return c.op(act.LeakyRelu, c.arg(0), alpha=c.option("alpha"))


def gelu(c: Call) -> Results:
    return c.op(act.Gelu, c.arg(0), approximate="tanh" if c.option("approximate") else "none")


def prelu(c: Call) -> Results:
    return c.op(act.PRelu, c.arg(0), c.arg(1))


def cast(c: Call) -> Results:
    return c.emit.cast(c.arg(0), c.result().element)


def zeros_like(c: Call) -> Results:
    t = c.type_at(0)
    return c.emit.splat(0, t.shape, t.element)


def select(c: Call) -> Results:
    """A condition of one dimension chooses rows."""
    condition, x = c.arg(0), c.arg(1)
    rank = c.rank(1)
    if c.rank(0) == 1 and rank > 1:
        condition = c.emit.reshape(condition, (c.shape(0)[0], *(1,) * (rank - 1)))
    elif c.rank(0) not in (0, rank):
        raise c.error(f"a condition of {c.rank(0)} dimensions for {rank}")
    return c.op(compare.Where, condition, x, c.arg(2))


def select_v2(c: Call) -> Results:
    return c.op(compare.Where, c.arg(0), c.arg(1), c.arg(2))


def fill(c: Call) -> Results:
    dims = c.need_ints(0, "the dimensions")
    if any(n < 0 for n in dims):
        raise c.error(f"negative dimension in {list(dims)}")
    return c.emit.broadcast(c.emit.reshape(c.arg(1), ()), dims)


def broadcast_to(c: Call) -> Results:
    dims = c.need_ints(1, "the dimensions")
    return c.op(Broadcast, c.arg(0), shape=dims) if dims != c.shape() else c.arg(0)


def range_(c: Call) -> Results:
    parts = [c.known(i) for i in range(3)]
    numbers = [p.reshape(-1)[0] for p in parts if p is not None and p.size == 1]
    if len(numbers) != 3:
        start, limit, delta = (c.emit.reshape(c.arg(i), ()) for i in range(3))
        return range_of(c.bounds, start, limit, delta)
    if numbers[2] == 0:
        raise c.error("the range's step is 0")
    count = max(0, int(np.ceil((numbers[1] - numbers[0]) / numbers[2])))
    if count > 1 << 24:
        raise c.error(f"a range of {count} numbers is too large")
    values = numbers[0] + np.arange(count) * numbers[2]
    return c.emit.constant(values.astype(c.result().dtype))


def where(c: Call) -> Results:
    """The places of the elements that are not zero."""
    known = c.known(0)
    if known is not None:
        return c.emit.constant(np.argwhere(known).astype(np.int64))
    if not c.rank():
        raise c.error("the places of a scalar")
    return coordinates(c.bounds, c.arg(0))


def shape(c: Call) -> Results:
    return c.emit.constant(np.array(shape_of(c.arg(0)), c.result().dtype))


def rank(c: Call) -> Results:
    return c.emit.constant(np.array(c.rank(), c.result().dtype))


ROWS: Rows = {
    "ABS": unary(ew.Abs),
    "ADD": fused(ew.Add),
    "ADD_N": add_n,
    "ATAN2": binary(em.Atan2),
    "BITWISE_XOR": binary(bits.BitwiseXor),
    "BROADCAST_TO": broadcast_to,
    "CAST": cast,
    "CEIL": unary(em.Ceil),
    "COS": unary(em.Cos),
    "DEQUANTIZE": cast,
    "DIV": fused(ew.Div),
    "ELU": unary(act.Elu),
    "EQUAL": binary(compare.Equal),
    "EXP": unary(em.Exp),
    "FILL": fill,
    "FLOOR": unary(em.Floor),
    "FLOOR_DIV": binary(ew.FloorDiv),
    "FLOOR_MOD": binary(ew.Mod),
    "GELU": gelu,
    "GREATER": binary(compare.Greater),
    "GREATER_EQUAL": binary(compare.GreaterEqual),
    "HARD_SWISH": unary(act.HardSwish),
    "LEAKY_RELU": leaky_relu,
    "LESS": binary(compare.Less),
    "LESS_EQUAL": binary(compare.LessEqual),
    "LOG": unary(em.Log),
    "LOGICAL_AND": binary(bits.And),
    "LOGICAL_NOT": unary(bits.Not),
    "LOGICAL_OR": binary(bits.Or),
    "LOGISTIC": unary(em.Sigmoid),
    "MAXIMUM": binary(ew.Max),
    "MINIMUM": binary(ew.Min),
    "MUL": fused(ew.Mul),
    "NEG": unary(ew.Neg),
    "NOT_EQUAL": binary(compare.NotEqual),
    "POW": binary(ew.Pow),
    "PRELU": prelu,
    "RANGE": range_,
    "RANK": rank,
    "RELU": unary(act.Relu),
    "RELU6": clipped(0.0, 6.0),
    "RELU_0_TO_1": clipped(0.0, 1.0),
    "RELU_N1_TO_1": clipped(-1.0, 1.0),
    "RIGHT_SHIFT": binary(bits.ShiftRight),
    "ROUND": unary(em.Round),
    "RSQRT": unary(em.Rsqrt),
    "SELECT": select,
    "SELECT_V2": select_v2,
    "SHAPE": shape,
    "SIGN": unary(ew.Sign),
    "SIN": unary(em.Sin),
    "SQRT": unary(em.Sqrt),
    "SQUARE": square,
    "SQUARED_DIFFERENCE": squared_difference,
    "SUB": fused(ew.Sub),
    "TANH": unary(em.Tanh),
    "ZEROS_LIKE": zeros_like,
    "WHERE": where,
}
