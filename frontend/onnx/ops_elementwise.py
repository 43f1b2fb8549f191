"""Rows: arithmetic, comparison, logic, casts, activations."""

from __future__ import annotations

from functools import reduce

import numpy as np

from millrace.frontend.onnx.dynamic import require
from millrace.frontend.onnx.emitter import element_of
from millrace.frontend.onnx.table import Call, Results, RowFunction, Rows
from millrace.frontend.onnx.tensors import element_type
from millrace.ir.core import Operation, Value
from millrace.ir.dialects.mr import activation as act
from millrace.ir.dialects.mr import bits, cast, compare, elementary
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.types import I1, UI8, ElementType


def plain(cls: type[Operation]) -> RowFunction:
    """All inputs are operands; there are no attributes."""

    def row(c: Call) -> Results:
        return c.op(cls, *(c.arg(i) for i in range(len(c.args))))

    return row


def with_floats(cls: type[Operation], **defaults: float) -> RowFunction:
    """Float attributes that have the same names here as there."""

    def row(c: Call) -> Results:
        fields = {k: c.node.get_float(k, d) for k, d in defaults.items()}
        return c.op(cls, c.arg(0), **fields)

    return row


def variadic(cls: type[Operation]) -> RowFunction:
    def row(c: Call) -> Results:
        return reduce(lambda x, y: c.op(cls, x, y), [c.arg(i) for i in range(len(c.args))])

    return row


def mean(c: Call) -> Results:
    total = reduce(lambda x, y: c.op(ew.Add, x, y), [c.arg(i) for i in range(len(c.args))])
    return c.op(ew.Div, total, c.emit.like(len(c.args), total))


def modulo(c: Call) -> Results:
    return c.op(ew.Mod, c.arg(0), c.arg(1), fmod=bool(c.node.get_int("fmod", 0)))


def bit_shift(c: Call) -> Results:
    directions = {"LEFT": bits.ShiftLeft, "RIGHT": bits.ShiftRight}
    direction = directions.get(c.node.need_str("direction"))
    if direction is None:
        raise c.node.error("direction must be LEFT or RIGHT")
    return c.op(direction, c.arg(0), c.arg(1))


def clip(c: Call) -> Results:
    x = c.arg(0)
    if c.opset >= 11:
        return c.op(ew.Clip, x, c.opt(1), c.opt(2))
    bounds = [c.node.opt_float(k) for k in ("min", "max")]
    return c.op(ew.Clip, x, *(None if b is None else c.emit.like(b, x) for b in bounds))


def cast_to(c: Call) -> Results:
    return c.emit.cast(c.arg(0), element_type(c.node.need_int("to"), c.node.loc.describe()))


def cast_like(c: Call) -> Results:
    return c.emit.cast(c.arg(0), element_of(c.arg(1)))


def bit_cast(c: Call) -> Results:
    to = element_type(c.node.need_int("to"), c.node.loc.describe())
    x = c.arg(0)
    # Truth values take one byte, 0 or 1.
    if element_of(x) == I1:
        return _same_byte(c, c.emit.cast(x, UI8), to)
    if to == I1:
        byte = _same_byte(c, x, UI8)
        return c.op(compare.NotEqual, byte, c.emit.like(0, byte))
    return c.op(cast.Bitcast, x, to=to)


def _same_byte(c: Call, x: Value, to: ElementType) -> Value:
    return x if element_of(x) == to else c.op(cast.Bitcast, x, to=to)


def is_inf(c: Call) -> Results:
    fields = {k: bool(c.node.get_int(k, 1)) for k in ("detect_positive", "detect_negative")}
    return c.op(compare.IsInf, c.arg(0), **fields)


def gelu(c: Call) -> Results:
    return c.op(act.Gelu, c.arg(0), approximate=c.node.get_str("approximate", "none"))


def dropout(c: Call) -> Results:
    """At inference the identity. Training is refused, at run time when it is only known then,
    unless nothing is dropped."""
    x = c.arg(0)
    mask = c.emit.splat(True, c.type_at(0).shape, I1)
    training = c.opt(2)
    if training is None:
        return [x, mask]
    ratio = c.opt(1)
    idle = c.op(bits.Not, c.emit.reshape(training, ()))
    if ratio is not None:
        none = c.op(compare.Equal, ratio, c.emit.like(0, ratio))
        idle = c.op(bits.Or, idle, c.emit.reshape(none, ()))
    require(c, idle, "training mode is not supported")
    return [x, mask]


def identity(c: Call) -> Results:
    return c.arg(0)


def swish(c: Call) -> Results:
    return c.op(act.Swish, c.arg(0), alpha=c.node.get_float("alpha", 1.0))


def prelu(c: Call) -> Results:
    return c.op(act.PRelu, c.arg(0), c.arg(1))


ROWS: Rows = {
    "Abs": plain(ew.Abs),
    "Acos": plain(elementary.Acos),
    "Acosh": plain(elementary.Acosh),
    "Add": plain(ew.Add),
    "And": plain(bits.And),
    "Asin": plain(elementary.Asin),
    "Asinh": plain(elementary.Asinh),
    "Atan": plain(elementary.Atan),
    "Atanh": plain(elementary.Atanh),
    "BitCast": bit_cast,
    "BitShift": bit_shift,
    "BitwiseAnd": plain(bits.BitwiseAnd),
    "BitwiseNot": plain(bits.BitwiseNot),
    "BitwiseOr": plain(bits.BitwiseOr),
    "BitwiseXor": plain(bits.BitwiseXor),
    "Cast": cast_to,
    "CastLike": cast_like,
    "Ceil": plain(elementary.Ceil),
    "Celu": with_floats(act.Celu, alpha=1.0),
    "Clip": clip,
    "Cos": plain(elementary.Cos),
    "Cosh": plain(elementary.Cosh),
    "Div": plain(ew.Div),
    "Dropout": dropout,
    "Elu": with_floats(act.Elu, alpha=1.0),
    "Equal": plain(compare.Equal),
    "Erf": plain(elementary.Erf),
    "Exp": plain(elementary.Exp),
    "Floor": plain(elementary.Floor),
    "Gelu": gelu,
    "Greater": plain(compare.Greater),
    "GreaterOrEqual": plain(compare.GreaterEqual),
    "HardSigmoid": with_floats(act.HardSigmoid, alpha=0.2, beta=0.5),
    "HardSwish": plain(act.HardSwish),
    "Identity": identity,
    "IsInf": is_inf,
    "IsNaN": plain(compare.IsNaN),
    "LeakyRelu": with_floats(act.LeakyRelu, alpha=0.01),
    "Less": plain(compare.Less),
    "LessOrEqual": plain(compare.LessEqual),
    "Log": plain(elementary.Log),
    "Max": variadic(ew.Max),
    "Mean": mean,
    "Min": variadic(ew.Min),
    "Mish": plain(act.Mish),
    "Mod": modulo,
    "Mul": plain(ew.Mul),
    "Neg": plain(ew.Neg),
    "Not": plain(bits.Not),
    "Or": plain(bits.Or),
    "PRelu": prelu,
    "Pow": plain(ew.Pow),
    "Reciprocal": plain(ew.Reciprocal),
    "Relu": plain(act.Relu),
    "Round": plain(elementary.Round),
    "Selu": with_floats(
        act.Selu, alpha=float(np.float32(1.6732632423)), gamma=float(np.float32(1.0507009873))
    ),
    "Shrink": with_floats(act.Shrink, lambd=0.5, bias=0.0),
    "Sigmoid": plain(elementary.Sigmoid),
    "Sign": plain(ew.Sign),
    "Sin": plain(elementary.Sin),
    "Sinh": plain(elementary.Sinh),
    "Softplus": plain(act.Softplus),
    "Softsign": plain(act.Softsign),
    "Sqrt": plain(elementary.Sqrt),
    "Sub": plain(ew.Sub),
    "Sum": variadic(ew.Add),
    "Swish": swish,
    "Tan": plain(elementary.Tan),
    "Tanh": plain(elementary.Tanh),
    "ThresholdedRelu": with_floats(act.ThresholdedRelu, alpha=1.0),
    "Where": plain(compare.Where),
    "Xor": plain(bits.Xor),
}
