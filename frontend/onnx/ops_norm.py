"""Rows: normalizations."""

from __future__ import annotations

from millrace.frontend.onnx.emitter import element_of, shape_of
from millrace.frontend.onnx.expr import Expr
from millrace.frontend.onnx.table import Call, Results, Rows
from millrace.frontend.onnx.tensors import element_type
from millrace.ir.core import Value
from millrace.ir.dialects.mr import norm
from millrace.ir.dialects.mr.reduction import ReduceMean
from millrace.ir.dialects.mr.reduction_composite import ReduceVariance
from millrace.ir.types import F32


def _epsilon(c: Call, default: float = 1e-5) -> float:
    return c.node.get_float("epsilon", default)


def batch_norm(c: Call) -> Results:
    if c.opset < 14 and c.node.has_output(1):
        raise c.node.error("training mode is not supported")
    if c.opset < 9 and c.node.get_int("spatial", 1) == 0:
        raise c.node.error("spatial=0 is not supported")
    if c.rank() < 2:
        raise c.node.error(f"the input has {c.rank()} dimensions, needs 2 at least")
    parameters = [c.arg(i) for i in range(1, 5)]
    channels = c.type_at(0).shape[1]
    if any(shape_of(p) != (channels,) for p in parameters):
        raise c.node.error(f"parameters of {channels} channels have other shapes")
    x = c.arg(0)
    parameters = [c.emit.cast(p, element_of(x)) for p in parameters]
    if c.node.get_int("training_mode", 0):
        return _training(c, x, parameters)
    return c.op(norm.BatchNorm, x, *parameters, axis=1, epsilon=_epsilon(c))


def _training(c: Call, x: Value, parameters: list[Value]) -> Results:
    """Normalized by the batch's own statistics, which also move the running ones."""
    axes = tuple(i for i in range(c.rank()) if i != 1)
    scale, bias = parameters[:2]
    batch = [c.op(cls, x, axes=axes) for cls in (ReduceMean, ReduceVariance)]
    y = c.op(norm.BatchNorm, x, scale, bias, *batch, axis=1, epsilon=_epsilon(c))
    momentum = c.node.get_float("momentum", 0.9)
    running: list[Value | None] = [y]
    for i, new in enumerate(batch):
        old = Expr(c.emit, c.emit.cast(parameters[2 + i], element_of(new)))
        moved = old * momentum + Expr(c.emit, new) * (1 - momentum)
        running.append(c.emit.cast(moved.value, element_of(c.arg(3 + i))))
    return running


def instance_norm(c: Call) -> Results:
    return c.op(norm.InstanceNorm, c.arg(0), c.arg(1), c.arg(2), epsilon=_epsilon(c))


def layer_norm(c: Call) -> Results:
    x, axis = c.arg(0), c.axis(c.node.get_int("axis", -1))
    stash = element_type(c.node.get_int("stash_type", 1), c.node.loc.describe())
    fields = {"axis": axis, "epsilon": _epsilon(c)}
    y = c.op(norm.LayerNorm, x, c.arg(1), c.opt(2), **fields)
    results: list[Value | None] = [y, None, None]
    if c.node.has_output(1) or c.node.has_output(2):
        for i, v in enumerate(c.ops(norm.LayerNormStats, x, **fields)):
            results[i + 1] = c.emit.cast(v, stash)
    return results


def rms_norm(c: Call) -> Results:
    axis = c.axis(c.node.get_int("axis", -1))
    x = c.arg(0)
    scale = c.arg(1)
    if element_of(scale) != element_of(x):
        y = c.op(norm.RMSNorm, c.emit.cast(x, F32), c.emit.cast(scale, F32), axis=axis)
        return c.emit.cast(y, element_of(scale))
    return c.op(norm.RMSNorm, x, scale, axis=axis, epsilon=_epsilon(c))


def group_norm(c: Call) -> Results:
    x, groups = c.arg(0), c.node.need_int("num_groups")
    scale, bias = c.arg(1), c.arg(2)
    if c.opset < 21:
        scale, bias = (_per_channel(c, v, groups) for v in (scale, bias))
    return c.op(norm.GroupNorm, x, scale, bias, num_groups=groups, epsilon=_epsilon(c))


def _per_channel(c: Call, v: Value, groups: int) -> Value:
    """One entry a group (before operator set 21) as one a channel."""
    channels = c.type_at(0).shape[1]
    if shape_of(v) != (groups,) or groups < 1 or channels % groups:
        raise c.node.error(f"{channels} channels in {groups} groups with {v.type}")
    wide = c.emit.broadcast(c.emit.reshape(v, (groups, 1)), (groups, channels // groups))
    return c.emit.reshape(wide, (channels,))


def lrn(c: Call) -> Results:
    fields = {
        k: c.node.get_float(k, d) for k, d in (("alpha", 1e-4), ("beta", 0.75), ("bias", 1.0))
    }
    return c.op(norm.LRN, c.arg(0), axis=c.axis(1), size=c.node.need_int("size"), **fields)


def lp_norm(c: Call) -> Results:
    p = c.node.get_int("p", 2)
    if p not in (1, 2):
        raise c.node.error(f"p = {p} is not supported")
    return c.op(norm.LpNorm, c.arg(0), axis=c.axis(c.node.get_int("axis", -1)), p=p)


def mean_variance_norm(c: Call) -> Results:
    axes = c.axes(c.node.get_ints("axes", (0, 2, 3)))
    return c.op(norm.MeanVarianceNorm, c.arg(0), axes=axes)


ROWS: Rows = {
    "BatchNormalization": batch_norm,
    "GroupNormalization": group_norm,
    "InstanceNormalization": instance_norm,
    "LRN": lrn,
    "LayerNormalization": layer_norm,
    "LpNormalization": lp_norm,
    "MeanVarianceNormalization": mean_variance_norm,
    "RMSNormalization": rms_norm,
}
