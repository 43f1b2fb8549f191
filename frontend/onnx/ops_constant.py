"""Rows: tensors made from nothing, or from shapes."""

from __future__ import annotations

import math

import numpy as np

from millrace.frontend.from_data import range_of
from millrace.frontend.onnx.dynamic import require, require_equal
from millrace.frontend.onnx.emitter import element_of
from millrace.frontend.onnx.table import Call, Results, RowFunction, Rows
from millrace.frontend.onnx.tensors import checked_shape, element_type, sparse_to_array
from millrace.ir.dialects.mr import bits, compare
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.generate import OneHot, Range, Trilu
from millrace.ir.dialects.mr.kinds import Array
from millrace.ir.types import I64, is_float

_SIMPLE = {
    "value_float": np.float32,
    "value_floats": np.float32,
    "value_int": np.int64,
    "value_ints": np.int64,
}


def constant(c: Call) -> Results:
    attributes = c.node.attributes
    if len(attributes) != 1:
        raise c.node.error(f"must have one value, has {len(attributes)}")
    ((key, value),) = attributes.items()
    if key == "value":
        return c.emit.constant(value)
    if key == "sparse_value":
        what = c.node.loc.describe()
        return c.emit.constant(sparse_to_array(value, c.session.source.directory, what))
    if key not in _SIMPLE:
        raise c.node.error(f"constants of kind {key!r} are not supported")
    return c.emit.constant(np.array(value, dtype=_SIMPLE[key]))


def constant_of_shape(c: Call) -> Results:
    value = c.node.opt_tensor("value")
    if value is None:
        value = np.zeros(1, np.float32)
    if value.size != 1:
        raise c.node.error("the value must have one element")
    shape = c.ints(0)
    if shape is None:
        shape = c.declared_static()
        if shape is None:
            raise c.unknown(0, "the shape")
        if c.type_at(0).shape != (len(shape),):
            raise c.node.error(f"the shape has not the declared rank {len(shape)}")
        require_equal(c, c.arg(0), shape, f"the shape differs from the declared {list(shape)}")
    shape = checked_shape(shape, c.node.loc.describe())
    return c.emit.constant(np.broadcast_to(value.reshape(()), shape))


def shape(c: Call) -> Results:
    dims = c.type_at(0).shape
    end = c.node.opt_int("end")
    return c.emit.constant(np.array(dims[c.node.get_int("start", 0) : end], dtype=np.int64))


def size(c: Call) -> Results:
    return c.emit.constant(np.array(c.type_at(0).size, dtype=np.int64))


def range_(c: Call) -> Results:
    start, limit, delta = (c.emit.reshape(c.arg(i), ()) for i in range(3))
    known = [c.emit.known(v) for v in (start, limit, delta)]
    if all(k is not None for k in known):
        first, last, step = (k.item() for k in known if k is not None)
        return c.op(Range, start, delta, size=_range_size(c, first, last, step))
    declared = c.declared_static()
    if declared is None or len(declared) != 1:
        return range_of(c.bounds, start, limit, delta)
    (n,) = declared
    # limit lies behind the last element and not behind the one after it
    message = f"the range has not the declared {n} elements"
    e = element_of(start)
    ahead = c.op(compare.Greater, delta, c.emit.like(0, delta))
    ends = [
        c.op(ew.Add, start, c.op(ew.Mul, c.emit.constant(np.array(k), e), delta))
        for k in (n - 1, n)
    ]
    up = c.op(compare.LessEqual, limit, ends[1])
    down = c.op(compare.GreaterEqual, limit, ends[1])
    if n > 0:
        up = c.op(bits.And, up, c.op(compare.Greater, limit, ends[0]))
        down = c.op(bits.And, down, c.op(compare.Less, limit, ends[0]))
    require(c, c.op(compare.Where, ahead, up, down), message)
    return c.op(Range, start, delta, size=n)


def _range_size(c: Call, start: float, limit: float, delta: float) -> int:
    if delta == 0 or not all(map(math.isfinite, (start, limit, delta))):
        raise c.node.error(f"from {start} to {limit} in steps of {delta}")
    if isinstance(start, int):
        n = max(0, -((start - limit) // delta))
    else:
        n = max(0, math.ceil((limit - start) / delta))
    return checked_shape((n,), c.node.loc.describe())[0]


def eye_like(c: Call) -> Results:
    shape = c.type_at(0).shape
    if len(shape) != 2:
        raise c.node.error("the input must have two dimensions")
    kind = c.node.opt_int("dtype")
    element = element_of(c.arg(0))
    if kind is not None:
        element = element_type(kind, c.node.loc.describe())
    checked_shape(shape, c.node.loc.describe())
    eye: Array = np.eye(*shape, k=c.node.get_int("k", 0))
    return c.emit.constant(eye.astype(element.dtype))


def one_hot(c: Call) -> Results:
    indices, values = c.arg(0), c.arg(2)
    if is_float(element_of(indices)):
        indices = c.emit.cast(indices, I64)
    axis = c.axis(c.node.get_int("axis", -1), c.rank() + 1)
    known = c.ints(1)
    if known is not None:
        depth = known[0] if len(known) == 1 else -1
    else:
        declared = c.declared()
        if declared is None or len(declared) != c.rank() + 1 or declared[axis] is None:
            raise c.unknown(1, "the depth")
        depth = int(declared[axis] or 0)
        given = c.emit.cast(c.emit.reshape(c.arg(1), ()), I64)
        require_equal(c, given, depth, f"the depth differs from the declared {depth}")
    if depth < 0:
        raise c.node.error("the depth must be one number, not negative")
    return c.op(OneHot, indices, values, depth=depth, axis=axis)


def trilu(c: Call) -> Results:
    k = c.opt(1)
    if k is not None:
        k = c.emit.reshape(k, ())
    return c.op(Trilu, c.arg(0), k, upper=bool(c.node.get_int("upper", 1)))


def window(a0: float, a1: float, a2: float = 0.0) -> RowFunction:
    """A cosine window: a0 - a1 cos(2 pi n / N) + a2 cos(4 pi n / N)."""

    def row(c: Call) -> Results:
        kind = c.node.get_int("output_datatype", 1)
        element = element_type(kind, c.node.loc.describe())
        known = c.ints(0)
        if known is not None:
            n = known[0]
        else:
            declared = c.declared_static()
            if declared is None or len(declared) != 1:
                raise c.unknown(0, "the size")
            n = declared[0]
            size = c.emit.reshape(c.arg(0), ())
            require_equal(c, size, n, f"the size differs from the declared {n}")
        checked_shape((n,), c.node.loc.describe())
        period = n if c.node.get_int("periodic", 1) else n - 1
        angle = 2 * np.pi * np.arange(n) / max(period, 1)
        values = a0 - a1 * np.cos(angle) + a2 * np.cos(2 * angle)
        return c.emit.constant(values.astype(element.dtype))

    return row


ROWS: Rows = {
    "BlackmanWindow": window(0.42, 0.5, 0.08),
    "Constant": constant,
    "ConstantOfShape": constant_of_shape,
    "EyeLike": eye_like,
    "HammingWindow": window(25 / 46, 21 / 46),
    "HannWindow": window(0.5, 0.5),
    "OneHot": one_hot,
    "Range": range_,
    "Shape": shape,
    "Size": size,
    "Trilu": trilu,
}
