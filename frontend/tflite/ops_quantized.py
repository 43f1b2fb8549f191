"""Rows: between floats and the numbers that stand for them, from scale to scale, and operators
with a state."""

from __future__ import annotations

import numpy as np

from millrace.frontend.tflite import ops_elementwise, ops_recurrent
from millrace.frontend.tflite.activations import clip
from millrace.frontend.tflite.lstm_quantized import sequence_lstm
from millrace.frontend.tflite.model import Array, Quantization
from millrace.frontend.tflite.ops_recurrent import filtered
from millrace.frontend.tflite.quantization import (
    centered,
    is_float,
    ratio,
    round_away,
    scale_of,
    scaled,
    stored,
    zero_constant,
)
from millrace.frontend.tflite.table import Call, Results, RowFunction, Rows
from millrace.ir.core import Value
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.integer import MatMulInteger
from millrace.ir.types import F32, I16, I32

# ---- between floats and numbers that stand for them


def quantize(c: Call) -> Results:
    x, q = c.arg(0), c.result().quantization
    if q is None or not is_float(x):
        source, to = scale_of(c, c.info(0)), scale_of(c, c.result())
        ratio = float(source.scale) / float(to.scale)
        return stored(c, scaled(c, centered(c, x, source.zero), ratio), to)
    scale = along_axis(c, q, np.array(q.scale, np.float32))
    zero = along_axis(c, q, np.array(q.zero_point, np.float32))
    y = c.op(ew.Add, round_away(c, c.op(ew.Div, x, scale)), zero)
    return c.emit.cast(y, c.result().element)


def along_axis(c: Call, q: Quantization, parameter: Array) -> Value:
    """A parameter, one or one a slice, to go with the first input."""
    if len(q.scale) == 1:
        return c.emit.constant(parameter.reshape(()))
    return c.emit.constant(parameter.reshape([-1 if i == q.axis else 1 for i in range(c.rank())]))


def dequantize(c: Call) -> Results:
    """Also of weights with a scale a channel."""
    info, x = c.info(0), c.arg(0)
    q = info.quantization
    if q is None or is_float(x):
        return ops_elementwise.cast(c)
    wide = c.emit.cast(x, I32)
    if any(q.zero_point):
        wide = c.op(ew.Sub, wide, along_axis(c, q, np.array(q.zero_point, np.int32)))
    return c.op(ew.Mul, c.emit.cast(wide, F32), along_axis(c, q, np.array(q.scale, np.float32)))


# ---- with a state


def svdf(c: Call) -> Results:
    """The state has 16 bits. LiteRT's kernel applies no activation: the result's range does."""
    if is_float(c.arg(0)):
        return ops_recurrent.svdf(c)
    kinds = [c.info(i).type for i in (0, 1, 2, 4)] + [c.result().type]
    if kinds != ["int8", "int8", "int16", "int16", "int8"]:
        raise c.error(f"not supported on {', '.join(kinds)}")
    x, feature, time, state = (scale_of(c, c.info(i)) for i in (0, 1, 2, 4))
    to = scale_of(c, c.result())
    weights = c.emit.transpose(c.arg(1), (1, 0))
    now = c.op(MatMulInteger, c.arg(0), weights, zero_constant(c, c.info(0)), None)
    now = scaled(c, now, ratio([x.scale, feature.scale], [state.scale]))
    now = c.emit.cast(clip(c.emit, now, state.low, state.high), I16)
    y = filtered(c, now, c.emit.cast(c.arg(2), I32), I32)
    return stored(c, scaled(c, y, ratio([state.scale, time.scale], [to.scale])), to)


def with_floats(row: RowFunction) -> RowFunction:
    """A recurrence of floats whose weights are quantized."""

    def checked(c: Call) -> Results:
        if not is_float(c.arg(0)):
            raise c.error(f"not supported on {c.info(0).type}, only on float32")
        return row(c)

    return checked


def any_sequence_lstm(c: Call) -> Results:
    return (ops_recurrent.sequence_lstm if is_float(c.arg(0)) else sequence_lstm)(c)


_WITH_FLOATS = (
    "BIDIRECTIONAL_SEQUENCE_LSTM BIDIRECTIONAL_SEQUENCE_RNN LSTM RNN UNIDIRECTIONAL_SEQUENCE_RNN"
)
ROWS: Rows = {
    **{kind: with_floats(ops_recurrent.ROWS[kind]) for kind in _WITH_FLOATS.split()},
    "DEQUANTIZE": dequantize,
    "QUANTIZE": quantize,
    "SVDF": svdf,
    "UNIDIRECTIONAL_SEQUENCE_LSTM": any_sequence_lstm,
}
