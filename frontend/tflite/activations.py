"""Activation functions that are fused into operators, by their number in the file."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from millrace.frontend.emitter import Emitter
from millrace.frontend.tflite.table import Call
from millrace.ir.core import Value
from millrace.ir.dialects.mr.activation import Relu
from millrace.ir.dialects.mr.elementary import Tanh
from millrace.ir.dialects.mr.elementwise import Clip


def clip(emit: Emitter, x: Value, low: float, high: float) -> Value:
    return emit.op(Clip, x, emit.like(low, x), emit.like(high, x))


Activation = Callable[[Emitter, Value], Value]

ACTIVATIONS: Mapping[int, Activation] = {
    0: lambda emit, x: x,
    1: lambda emit, x: emit.op(Relu, x),
    2: lambda emit, x: clip(emit, x, -1.0, 1.0),
    3: lambda emit, x: clip(emit, x, 0.0, 6.0),
    4: lambda emit, x: emit.op(Tanh, x),
}


def activation(c: Call) -> Activation:
    """The operator's own activation."""
    number = c.option("activation")
    found = ACTIVATIONS.get(number)
    if found is None:
        raise c.error(f"activation number {number} is not supported")
    return found


def activated(c: Call, x: Value) -> Value:
    return activation(c)(c.emit, x)
