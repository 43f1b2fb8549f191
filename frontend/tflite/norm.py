"""Normalization inside of recurrent operators."""

from __future__ import annotations

from millrace.frontend.emitter import shape_of
from millrace.frontend.tflite.table import Call
from millrace.ir.core import Value
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.elementary import Rsqrt
from millrace.ir.dialects.mr.reduction import ReduceMean

EPSILON = 1e-8


def layer_norm(c: Call, x: Value) -> Value:
    """(x - mean) / sqrt(variance) over the last dimension."""
    axes = (len(shape_of(x)) - 1,)
    mean = c.op(ReduceMean, x, axes=axes, keepdims=True)
    centered = c.op(ew.Sub, x, mean)
    variance = c.op(ReduceMean, c.op(ew.Mul, centered, centered), axes=axes, keepdims=True)
    safe = c.op(ew.Max, variance, c.emit.like(EPSILON, x))
    return c.op(ew.Mul, centered, c.op(Rsqrt, safe))
