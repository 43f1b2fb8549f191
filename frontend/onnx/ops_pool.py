"""Rows: pooling."""

from __future__ import annotations

import math

import numpy as np

from millrace.frontend.onnx.dynamic import require_equal
from millrace.frontend.onnx.emitter import element_of, shape_of
from millrace.frontend.onnx.table import Call, Results, RowFunction, Rows
from millrace.frontend.onnx.windows import (
    Windows,
    channels_first,
    channels_last,
    spatial_shape,
    windows,
)
from millrace.ir.core import Operation, Value
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.assemble import Pad
from millrace.ir.dialects.mr.average_pool import AvgPool, LpPool
from millrace.ir.dialects.mr.gather import Gather, GatherElements
from millrace.ir.dialects.mr.image import MaxUnpool
from millrace.ir.dialects.mr.kinds import Array
from millrace.ir.dialects.mr.pool import MaxPool
from millrace.ir.dialects.mr.reduction import ArgMax, ReduceMax, ReduceMean
from millrace.ir.dialects.mr.reduction_composite import ReduceL1, ReduceL2
from millrace.ir.types import is_float


def _windows(c: Call) -> Windows:
    return windows(c, spatial_shape(c), c.node.need_ints("kernel_shape"))


def max_pool(c: Call) -> Results:
    w = _windows(c)
    if c.node.has_output(1):
        return _max_pool_with_indices(c, w)
    y = c.op(MaxPool, channels_last(c, c.arg(0)), kernel=w.kernel, **w.fields)
    return [channels_first(c, y), None]


def _max_pool_with_indices(c: Call, w: Windows) -> list[Value]:
    """Windows laid out beside each other, [N, C, windows, taps]; then the greatest of each, and
    where in the input it stood."""
    fields = w.fields
    x, spatial = c.arg(0), spatial_shape(c)
    batch, channels = shape_of(x)[:2]
    low, high = fields["low"], fields["high"]
    padded = [n + p + q for n, p, q in zip(spatial, low, high, strict=True)]
    taps, places, outputs = _tap_tables(w, spatial, padded, c.node.get_int("storage_order", 0))
    lowest = _lowest(c, x)
    around = c.op(Pad, x, low=(0, 0, *low), high=(0, 0, *high), value=lowest)
    flat = c.emit.reshape(around, (batch, channels, math.prod(padded)))
    seen = c.op(Gather, flat, c.emit.constant(taps), axis=2, in_bounds=True)
    best = c.op(ArgMax, seen, axes=(3,), keepdims=True)
    y = c.op(GatherElements, seen, best, axis=3)
    table = c.emit.broadcast(c.emit.constant(places), shape_of(seen))
    where = c.op(GatherElements, table, best, axis=3)
    offsets = np.arange(batch * channels).reshape(batch, channels, 1, 1) * math.prod(spatial)
    where = c.op(ew.Add, where, c.emit.constant(offsets))
    shape = (batch, channels, *outputs)
    return [c.emit.reshape(y, shape), c.emit.reshape(where, shape)]


def _lowest(c: Call, x: Value) -> float | int:
    element = element_of(x)
    return -math.inf if is_float(element) else int(np.iinfo(element.dtype).min)


def _tap_tables(
    w: Windows, spatial: tuple[int, ...], padded: list[int], column_major: int
) -> tuple[Array, Array, tuple[int, ...]]:
    """For each window and tap: the position in the padded input, and in the input itself."""
    n = len(spatial)
    outputs = tuple(
        (p - (k - 1) * d - 1) // s + 1
        for p, k, d, s in zip(padded, w.kernel, w.dilations, w.strides, strict=True)
    )
    window = np.indices(outputs).reshape(n, -1, 1)
    tap = np.indices(w.kernel).reshape(n, 1, -1)
    strides, dilations = (np.array(v).reshape(n, 1, 1) for v in (w.strides, w.dilations))
    position = window * strides + tap * dilations
    taps = np.ravel_multi_index(tuple(position), tuple(padded))
    inside = position - np.array(w.low).reshape(n, 1, 1)
    inside = np.clip(inside, 0, np.array(spatial).reshape(n, 1, 1) - 1)
    places = np.ravel_multi_index(tuple(inside), spatial, order="F" if column_major else "C")
    return taps.astype(np.int64), places.astype(np.int64), outputs


def average_pool(c: Call) -> Results:
    w = _windows(c)
    y = c.op(
        AvgPool,
        channels_last(c, c.arg(0)),
        kernel=w.kernel,
        strides=w.strides,
        dilations=w.dilations,
        low=w.low,
        high=w.high,
        extra=w.extra,
        count_pad=bool(c.node.get_int("count_include_pad", 0)),
    )
    return channels_first(c, y)


def lp_pool(c: Call) -> Results:
    w = _windows(c)
    y = c.op(
        LpPool,
        channels_last(c, c.arg(0)),
        kernel=w.kernel,
        strides=w.strides,
        dilations=w.dilations,
        low=w.low,
        high=w.high,
        extra=w.extra,
        p=c.node.get_int("p", 2),
    )
    return channels_first(c, y)


def global_pool(cls: type[Operation]) -> RowFunction:
    def row(c: Call) -> Results:
        axes = tuple(range(2, 2 + len(spatial_shape(c))))
        return c.op(cls, c.arg(0), axes=axes, keepdims=True)

    return row


def global_lp_pool(c: Call) -> Results:
    p = c.node.get_int("p", 2)
    if p not in (1, 2):
        raise c.node.error(f"p = {p} is not supported")
    return global_pool(ReduceL1 if p == 1 else ReduceL2)(c)


def max_unpool(c: Call) -> Results:
    given = _unpooled_shape(c)
    spatial = spatial_shape(c)
    n = len(spatial)
    kernel = c.node.need_ints("kernel_shape")
    strides = c.node.get_ints("strides", (1,) * n)
    pads = c.node.get_ints("pads", (0,) * (2 * n))
    if len(kernel) != n or len(strides) != n or len(pads) != 2 * n:
        raise c.node.error(f"the attributes do not fit {n} dimensions")
    sizes = [
        (size - 1) * s + k - pads[i] - pads[n + i]
        for i, (size, s, k) in enumerate(zip(spatial, strides, kernel, strict=True))
    ]
    inferred = (*c.type_at(0).shape[:2], *sizes)
    if given is None:
        return c.op(MaxUnpool, c.arg(0), c.arg(1), shape=inferred)
    return _unpool_into(c, inferred, given)


def _unpooled_shape(c: Call) -> tuple[int, ...] | None:
    if c.opt(2) is None:
        return None
    known, declared = c.ints(2), c.declared_static()
    if known is not None:
        return known
    if declared is None or len(declared) != c.rank():
        raise c.unknown(2, "the output shape")
    require_equal(c, c.arg(2), declared, f"the shape differs from the declared {list(declared)}")
    return declared


def _unpool_into(c: Call, inferred: tuple[int, ...], given: tuple[int, ...]) -> Value:
    """Flat indices count in the inferred shape; the given one is that with padding behind."""
    if len(given) != len(inferred) or any(g < i for g, i in zip(given, inferred, strict=True)):
        raise c.node.error(f"cannot unpool {list(inferred)} into {list(given)}")
    y = c.op(MaxUnpool, c.arg(0), c.arg(1), shape=inferred)
    high = [g - i for g, i in zip(given, inferred, strict=True)]
    return c.op(Pad, y, low=[0] * len(high), high=high, value=0)


ROWS: Rows = {
    "AveragePool": average_pool,
    "GlobalAveragePool": global_pool(ReduceMean),
    "GlobalLpPool": global_lp_pool,
    "GlobalMaxPool": global_pool(ReduceMax),
    "LpPool": lp_pool,
    "MaxPool": max_pool,
    "MaxUnpool": max_unpool,
}
