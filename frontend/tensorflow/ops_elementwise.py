"""Rows: arithmetic, comparison, logic, casts, activations."""

from __future__ import annotations

from functools import reduce

import numpy as np

from millrace.frontend.emitter import element_of, shape_of
from millrace.frontend.tensorflow.items import Variable
from millrace.frontend.tensorflow.table import Call, Results, RowFunction, Rows
from millrace.frontend.tensorflow.tensors import Array
from millrace.ir.core import Operation, Value
from millrace.ir.dialects.mr import activation as act
from millrace.ir.dialects.mr import bits, compare, elementary
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.types import F16, is_float


def plain(cls: type[Operation]) -> RowFunction:
    """All inputs are operands; there are no attributes."""

    def row(c: Call) -> Results:
        return c.op(cls, *c.values())

    return row


def add_n(c: Call) -> Results:
    return reduce(lambda x, y: c.op(ew.Add, x, y), c.values())


def bias_add(c: Call) -> Results:
    x, bias = c.arg(0), c.arg(1)
    if c.node.text("data_format", "NHWC").startswith("NC"):
        bias = c.emit.reshape(bias, (*shape_of(bias), *(1,) * (len(shape_of(x)) - 2)))
    return c.op(ew.Add, x, bias)


def divide(c: Call) -> Results:
    return c.op(ew.Div, c.arg(0), c.arg(1))


def divide_no_nan(c: Call) -> Results:
    """Zero where the divisor is zero."""
    x, y = c.arg(0), c.arg(1)
    zero = c.emit.like(0, y)
    return c.op(compare.Where, c.op(compare.Equal, y, zero), zero, c.op(ew.Div, x, y))


def multiply_no_nan(c: Call) -> Results:
    """Zero where the second factor is zero."""
    x, y = c.arg(0), c.arg(1)
    zero = c.emit.like(0, y)
    return c.op(compare.Where, c.op(compare.Equal, y, zero), zero, c.op(ew.Mul, x, y))


def truncated_mod(c: Call) -> Results:
    return c.op(ew.Mod, c.arg(0), c.arg(1), fmod=True)


def square(c: Call) -> Results:
    return c.op(ew.Mul, c.arg(0), c.arg(0))


def squared_difference(c: Call) -> Results:
    d = c.op(ew.Sub, c.arg(0), c.arg(1))
    return c.op(ew.Mul, d, d)


def is_finite(c: Call) -> Results:
    x = c.arg(0)
    odd = c.op(bits.Or, c.op(compare.IsNaN, x), c.op(compare.IsInf, x))
    return c.op(bits.Not, odd)


def cast(c: Call) -> Results:
    return c.emit.cast(c.arg(0), c.node.element("DstT"))


def identity(c: Call) -> Results:
    """Lists and handles pass; references are read."""
    item = c.item(0)
    if isinstance(item, Variable) and item.name in c.session.variables.references:
        return c.arg(0)
    return item


def identity_n(c: Call) -> Results:
    return list(c.args)


def relu6(c: Call) -> Results:
    return _clipped(c, 0, 6)


def _clipped(c: Call, low: float, high: float) -> Value:
    x = c.arg(0)
    return c.op(ew.Clip, x, c.emit.like(low, x), c.emit.like(high, x))


def clip_by_value(c: Call) -> Results:
    return c.op(ew.Min, c.op(ew.Max, c.arg(0), c.arg(1)), c.arg(2))


def leaky_relu(c: Call) -> Results:
    return c.op(act.LeakyRelu, c.arg(0), alpha=c.node.get("alpha", float, 0.2))


def select(c: Call) -> Results:
    """The first version: a vector of conditions chooses whole rows."""
    condition, x, y = c.values()
    rank, own = len(shape_of(x)), len(shape_of(condition))
    if own == 1 and rank > 1:
        condition = c.emit.reshape(condition, (*shape_of(condition), *(1,) * (rank - 1)))
    return c.op(compare.Where, condition, x, y)


def zeros_like(c: Call) -> Results:
    item = c.arg(0)
    return c.emit.splat(0, shape_of(item), element_of(item))


def ones_like(c: Call) -> Results:
    return c.emit.splat(1, c.shape_at(0), c.type_at(0).element)


def approximate_equal(c: Call) -> Results:
    x = c.op(ew.Abs, c.op(ew.Sub, c.arg(0), c.arg(1)))
    return c.op(compare.Less, x, c.emit.like(c.node.get("tolerance", float, 1e-5), x))


def softplus(c: Call) -> Results:
    return c.op(act.Softplus, c.arg(0))


def rounded(c: Call) -> Results:
    return c.op(elementary.Round, c.arg(0)) if is_float(c.type_at(0).element) else c.arg(0)


# ---- simulated quantization


def _nudged(low: Array, high: Array, bits_: int, narrow: bool) -> tuple[Array, Array, Array, Array]:
    """The range moved so that zero is a step of it, the width of a step, and its inverse, which is
    not that of the rounded width: whether 0.5 lies on a tie of a grid from 0 to 1 depends on it."""
    f = np.float32
    first, last = f(1 if narrow else 0), f((1 << bits_) - 1)
    same = low == high  # such channels give 0
    low, high = low.astype(f), np.where(same, low + 1, high).astype(f)
    scale = (high - low) / (last - first)
    inverse = (last - first) / (high - low)
    start = first - low / scale
    inside = np.floor(start + f(0.5))
    zero = np.where(start < first, first, np.where(start > last, last, inside)).astype(f)
    scale = np.where(same, f(0), scale)
    return (first - zero) * scale, (last - zero) * scale, scale, inverse


def _quantized(c: Call, low: Array, high: Array) -> Value:
    x = c.arg(0)
    if not ((low <= high).all() and element_of(x) != F16):
        raise c.node.error("min must be below max")
    bits_ = c.node.get("num_bits", int, 8)
    if not 2 <= bits_ <= 16:
        raise c.node.error(f"{bits_} bits")
    if (low == high).all():
        return c.emit.splat(0, shape_of(x), element_of(x))
    narrow = c.node.get("narrow_range", bool, False)
    start, end, scale, inverse = _nudged(low, high, bits_, narrow)
    first, last, step = (c.emit.constant(v) for v in (start, end, scale))
    zero = c.emit.constant(np.floor(-start * inverse + np.float32(0.5)).astype(np.float32))
    clipped = c.op(ew.Min, c.op(ew.Max, x, first), last)
    steps = c.op(ew.Mul, c.op(ew.Sub, clipped, first), c.emit.constant(inverse))
    shifted = c.op(ew.Add, c.op(ew.Sub, steps, zero), c.emit.like(0.5, x))
    return c.op(ew.Mul, c.op(elementary.Floor, shifted), step)


def fake_quant_args(c: Call) -> Results:
    low, high = (np.float32(c.node.get(k, float, d)) for k, d in (("min", -6.0), ("max", 6.0)))
    return _quantized(c, np.asarray(low), np.asarray(high))


def fake_quant_vars(c: Call) -> Results:
    return _quantized(c, c.need(1, "the minimum"), c.need(2, "the maximum"))


ROWS: Rows = {
    "Abs": plain(ew.Abs),
    "Acos": plain(elementary.Acos),
    "Acosh": plain(elementary.Acosh),
    "Add": plain(ew.Add),
    "AddN": add_n,
    "AddV2": plain(ew.Add),
    "ApproximateEqual": approximate_equal,
    "Asin": plain(elementary.Asin),
    "Asinh": plain(elementary.Asinh),
    "Atan": plain(elementary.Atan),
    "Atan2": plain(elementary.Atan2),
    "Atanh": plain(elementary.Atanh),
    "BiasAdd": bias_add,
    "BitwiseAnd": plain(bits.BitwiseAnd),
    "BitwiseOr": plain(bits.BitwiseOr),
    "BitwiseXor": plain(bits.BitwiseXor),
    "Cast": cast,
    "Ceil": plain(elementary.Ceil),
    "ClipByValue": clip_by_value,
    "Cos": plain(elementary.Cos),
    "Cosh": plain(elementary.Cosh),
    "Div": divide,
    "DivNoNan": divide_no_nan,
    "Elu": plain(act.Elu),
    "Equal": plain(compare.Equal),
    "Erf": plain(elementary.Erf),
    "Exp": plain(elementary.Exp),
    "Expm1": plain(elementary.Expm1),
    "FakeQuantWithMinMaxArgs": fake_quant_args,
    "FakeQuantWithMinMaxVars": fake_quant_vars,
    "FakeQuantWithMinMaxVarsPerChannel": fake_quant_vars,
    "Floor": plain(elementary.Floor),
    "FloorDiv": plain(ew.FloorDiv),
    "FloorMod": plain(ew.Mod),
    "Greater": plain(compare.Greater),
    "GreaterEqual": plain(compare.GreaterEqual),
    **dict.fromkeys(
        (
            "Identity", "RefIdentity", "StopGradient", "PreventGradient", "Snapshot",
            "CheckNumerics", "EnsureShape",
        ),
        identity,
    ),
    "IdentityN": identity_n,
    "Inv": plain(ew.Reciprocal),
    "Invert": plain(bits.BitwiseNot),
    "IsFinite": is_finite,
    "IsInf": plain(compare.IsInf),
    "IsNan": plain(compare.IsNaN),
    "LeakyRelu": leaky_relu,
    "LeftShift": plain(bits.ShiftLeft),
    "Less": plain(compare.Less),
    "LessEqual": plain(compare.LessEqual),
    "Log": plain(elementary.Log),
    "Log1p": plain(elementary.Log1p),
    "LogicalAnd": plain(bits.And),
    "LogicalNot": plain(bits.Not),
    "LogicalOr": plain(bits.Or),
    "Maximum": plain(ew.Max),
    "Minimum": plain(ew.Min),
    "Mod": truncated_mod,
    "Mul": plain(ew.Mul),
    "MulNoNan": multiply_no_nan,
    "Neg": plain(ew.Neg),
    "NotEqual": plain(compare.NotEqual),
    "OnesLike": ones_like,
    "Pow": plain(ew.Pow),
    "RealDiv": divide,
    "Reciprocal": plain(ew.Reciprocal),
    "Relu": plain(act.Relu),
    "Relu6": relu6,
    "RightShift": plain(bits.ShiftRight),
    "Rint": plain(elementary.Round),
    "Round": rounded,
    "Rsqrt": plain(elementary.Rsqrt),
    "Select": select,
    "SelectV2": plain(compare.Where),
    "Selu": plain(act.Selu),
    "Sigmoid": plain(elementary.Sigmoid),
    "Sign": plain(ew.Sign),
    "Sin": plain(elementary.Sin),
    "Sinh": plain(elementary.Sinh),
    "Softplus": softplus,
    "Softsign": plain(act.Softsign),
    "Sqrt": plain(elementary.Sqrt),
    "Square": square,
    "SquaredDifference": squared_difference,
    "Sub": plain(ew.Sub),
    "Tan": plain(elementary.Tan),
    "Tanh": plain(elementary.Tanh),
    "TruncateDiv": divide,
    "TruncateMod": truncated_mod,
    "ZerosLike": zeros_like,
}  # fmt: skip
