"""Normalizations. Each is decomposed so that what is constant (scales, means of a trained batch
norm) folds into one scale and one shift."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from millrace.ir.core import OpResult, Value
from millrace.ir.dialects.mr.assemble import Pad
from millrace.ir.dialects.mr.compose import Term
from millrace.ir.dialects.mr.elementwise import Pow
from millrace.ir.dialects.mr.kinds import Array, Composite, Tolerance, broadcast_shapes
from millrace.ir.dialects.mr.movement import slice_along
from millrace.ir.dialects.mr.softmax import AlongAxis
from millrace.ir.dialects.mr.support import FLOATS, mean_array, quiet, tensor_type, wide_type
from millrace.ir.opdef import attr, operand, optional_operand, result
from millrace.ir.types import TensorType, Type, tensor

if TYPE_CHECKING:
    from millrace.ir.builder import Builder


def centered(x: Term, axes: Sequence[int]) -> tuple[Term, Term]:
    """(x - mean, variance) over ``axes``."""
    d = x - x.mean(axes)
    return d, d.square().mean(axes)


def normalized_array(x: Array, axes: Sequence[int], epsilon: float) -> Array:
    """numpy: (x - mean) / sqrt(variance + epsilon)."""
    d = x - mean_array(x, axes)
    variance = mean_array(d * d, axes)
    return np.asarray(d / np.sqrt(variance + x.dtype.type(epsilon)))


def channel_array(v: Array, axis: int, rank: int, like: Array) -> Array:
    """A vector of channels in the dtype of ``like``, shaped to broadcast along ``axis``."""
    return v.astype(like.dtype).reshape([-1 if i == axis else 1 for i in range(rank)])


class Norm(Composite):
    """A normalization of ``input``, computed in f32 or wider; the result has its type."""

    tolerance = Tolerance(accumulates=True, absolute=2e-6)
    compute: Callable[..., Any]
    input: Value = operand()

    def infer(self) -> Sequence[Type]:
        t = self.operand_type(0)
        for i in range(len(self.operands)):
            if self.operand_type(i).element not in FLOATS:
                raise self.error(f"not defined on {self.operand_type(i).element}")
        self.check(t)
        return (t,)

    def check(self, t: TensorType) -> None:
        """Shapes and attributes; raises IRError."""

    def channel_axis(self, t: TensorType, axis: int, first: int = 1) -> None:
        """Operands from ``first`` on are vectors over the channels along ``axis``."""
        if not 0 <= axis < t.rank:
            raise self.error(f"axis {axis} of a tensor of rank {t.rank}")
        for i in range(first, len(self.operands)):
            v = self.operand_type(i)
            if v.shape != (t.shape[axis],):
                raise self.error(f"operand {i} is {v}, not a vector of {t.shape[axis]} channels")

    def evaluate(self, x: Array, *args: Any) -> Any:
        dtype = wide_type(self.operand_type(0).element).dtype
        with quiet():
            rest = (a if a is None else a.astype(dtype) for a in args)
            return np.asarray(self.compute(x.astype(dtype), *rest)).astype(x.dtype)

    def decompose(self, b: Builder) -> Sequence[Value]:
        x = Term(b, self.input)
        return (self.build(x.widened()).cast(x.element).value,)

    def build(self, x: Term) -> Term:
        """The same of other operations, in the widened type."""
        raise NotImplementedError(self.name)

    def term(self, value: Value, x: Term) -> Term:
        """Another operand in the type of computation."""
        return Term(x.b, value).cast(x.element)


class BatchNorm(Norm):
    """(input - mean) / sqrt(variance + epsilon) * scale + bias with given statistics of each
    channel along ``axis`` (ONNX BatchNormalization, inference)."""

    name = "mr.batch_norm"
    scale: Value = operand()
    bias: Value = operand()
    mean: Value = operand()
    variance: Value = operand()
    axis: int = attr(1)
    epsilon: float = attr(1e-5)
    result: OpResult = result()

    def check(self, t: TensorType) -> None:
        self.channel_axis(t, self.axis)

    def compute(self, x: Array, scale: Array, bias: Array, mean: Array, variance: Array) -> Any:
        vectors = (scale, bias, mean, variance)
        s, t, m, v = (channel_array(a, self.axis, x.ndim, x) for a in vectors)
        return (x - m) / np.sqrt(v + x.dtype.type(self.epsilon)) * s + t

    def build(self, x: Term) -> Term:
        vectors = (self.scale, self.bias, self.mean, self.variance)
        scale, bias, mean, variance = (self.term(v, x) for v in vectors)
        factor = scale * (variance + self.epsilon).rsqrt()
        shift = bias - mean * factor
        rank = len(x.shape)
        return x * factor.along(self.axis, rank) + shift.along(self.axis, rank)


class InstanceNorm(Norm):
    """Normalized over all dimensions but the first and the channels ``axis``, then scaled and
    shifted by channel (ONNX InstanceNormalization)."""

    name = "mr.instance_norm"
    scale: Value = operand()
    bias: Value = operand()
    axis: int = attr(1)
    epsilon: float = attr(1e-5)
    result: OpResult = result()

    def check(self, t: TensorType) -> None:
        self.channel_axis(t, self.axis)
        if self.axis == 0:
            raise self.error("the channel axis is the batch axis")

    def reduced(self) -> list[int]:
        return [i for i in range(1, self.operand_type(0).rank) if i != self.axis]

    def compute(self, x: Array, scale: Array, bias: Array) -> Any:
        s, t = (channel_array(a, self.axis, x.ndim, x) for a in (scale, bias))
        return normalized_array(x, self.reduced(), self.epsilon) * s + t

    def build(self, x: Term) -> Term:
        rank = len(x.shape)
        scale, bias = (self.term(v, x).along(self.axis, rank) for v in (self.scale, self.bias))
        d, variance = centered(x, self.reduced())
        return d * ((variance + self.epsilon).rsqrt() * scale) + bias


class GroupNorm(Norm):
    """Channels (dimension 1) in ``num_groups`` groups, each normalized with all that follows,
    then scaled and shifted by channel (ONNX GroupNormalization since 21)."""

    name = "mr.group_norm"
    scale: Value = operand()
    bias: Value = operand()
    num_groups: int = attr()
    epsilon: float = attr(1e-5)
    result: OpResult = result()

    def check(self, t: TensorType) -> None:
        self.channel_axis(t, 1)
        if self.num_groups < 1 or t.shape[1] % self.num_groups:
            raise self.error(f"{t.shape[1]} channels in {self.num_groups} groups")

    def grouped_shape(self) -> tuple[int, int, int]:
        shape = self.operand_type(0).shape
        rest = int(np.prod(shape[1:], dtype=np.int64)) // self.num_groups
        return (shape[0], self.num_groups, rest)

    def compute(self, x: Array, scale: Array, bias: Array) -> Any:
        s, t = (channel_array(a, 1, x.ndim, x) for a in (scale, bias))
        y = normalized_array(x.reshape(self.grouped_shape()), [2], self.epsilon)
        return y.reshape(x.shape) * s + t

    def build(self, x: Term) -> Term:
        rank = len(x.shape)
        scale, bias = (self.term(v, x).along(1, rank) for v in (self.scale, self.bias))
        d, variance = centered(x.reshape(self.grouped_shape()), [2])
        y = d * (variance + self.epsilon).rsqrt()
        return y.reshape(x.shape) * scale + bias


class TrailingNorm(Norm):
    """A norm over the dimensions from ``axis`` on; scale and bias broadcast to the input."""

    def trailing(self) -> list[int]:
        return list(range(self.axis, self.operand_type(0).rank))

    axis: int = attr()
    epsilon: float = attr(1e-5)

    def check(self, t: TensorType) -> None:
        if not 0 <= self.axis <= t.rank:
            raise self.error(f"axis {self.axis} of a tensor of rank {t.rank}")
        for i in range(1, len(self.operands)):
            if broadcast_shapes(self, t.shape, self.operand_type(i).shape) != t.shape:
                raise self.error(f"operand {i}, {self.operand_type(i)}, does not broadcast to {t}")


class LayerNorm(TrailingNorm):
    """(input - mean) / sqrt(variance + epsilon) * scale + bias over the dimensions from ``axis``
    on (ONNX LayerNormalization, first output)."""

    name = "mr.layer_norm"
    scale: Value = operand()
    bias: Value | None = optional_operand()
    result: OpResult = result()

    def compute(self, x: Array, scale: Array, bias: Array | None) -> Any:
        y = normalized_array(x, self.trailing(), self.epsilon) * scale
        return y if bias is None else y + bias

    def build(self, x: Term) -> Term:
        d, variance = centered(x, self.trailing())
        y = d * (variance + self.epsilon).rsqrt() * self.term(self.scale, x)
        return y if self.bias is None else y + self.term(self.bias, x)


class RMSNorm(TrailingNorm):
    """input / sqrt(mean(input^2) + epsilon) * scale over the dimensions from ``axis`` on (ONNX
    RMSNormalization)."""

    name = "mr.rms_norm"
    scale: Value = operand()
    result: OpResult = result()

    def compute(self, x: Array, scale: Array) -> Any:
        mean = mean_array(x * x, self.trailing())
        return x / np.sqrt(mean + x.dtype.type(self.epsilon)) * scale

    def build(self, x: Term) -> Term:
        mean = x.square().mean(self.trailing())
        return x * (mean + self.epsilon).rsqrt() * self.term(self.scale, x)


class LayerNormStats(Composite):
    """Mean and 1 / sqrt(variance + epsilon) over the dimensions from ``axis`` on, which become
    1; in f32 or wider (the other outputs of ONNX LayerNormalization)."""

    name = "mr.layer_norm_stats"
    tolerance = Tolerance(accumulates=True)
    input: Value = operand()
    axis: int = attr()
    epsilon: float = attr(1e-5)
    mean: OpResult = result()
    inv_std_dev: OpResult = result()

    def trailing(self) -> list[int]:
        return list(range(self.axis, self.operand_type(0).rank))

    def infer(self) -> Sequence[Type]:
        t = self.operand_type(0)
        if t.element not in FLOATS:
            raise self.error(f"not defined on {t.element}")
        if not 0 <= self.axis <= t.rank:
            raise self.error(f"axis {self.axis} of a tensor of rank {t.rank}")
        shape = t.shape[: self.axis] + (1,) * (t.rank - self.axis)
        return (tensor(shape, wide_type(t.element)),) * 2

    def evaluate(self, x: Array) -> tuple[Array, Array]:
        wide = x.astype(tensor_type(self.mean).dtype)
        with quiet():
            mean = mean_array(wide, self.trailing())
            variance = mean_array((wide - mean) ** 2, self.trailing())
            inverse = 1 / np.sqrt(variance + wide.dtype.type(self.epsilon))
            return mean, np.asarray(inverse)

    def decompose(self, b: Builder) -> Sequence[Value]:
        x = Term(b, self.input).widened()
        _, variance = centered(x, self.trailing())
        return (x.mean(self.trailing()).value, (variance + self.epsilon).rsqrt().value)


class MeanVarianceNorm(Norm):
    """(input - mean) / (sqrt(variance) + epsilon) over ``axes`` (ONNX
    MeanVarianceNormalization)."""

    name = "mr.mean_variance_norm"
    axes: tuple[int, ...] = attr((0, 2, 3))
    epsilon: float = attr(1e-9)
    result: OpResult = result()

    def check(self, t: TensorType) -> None:
        if any(not 0 <= a < t.rank for a in self.axes):
            raise self.error(f"axes {self.axes} of a tensor of rank {t.rank}")

    def compute(self, x: Array) -> Any:
        d = x - mean_array(x, self.axes)
        return d / (np.sqrt(mean_array(d * d, self.axes)) + x.dtype.type(self.epsilon))

    def build(self, x: Term) -> Term:
        d, variance = centered(x, sorted(self.axes))
        return d * (variance.sqrt() + self.epsilon).reciprocal()


class LpNorm(AlongAxis):
    """Vectors along ``axis`` over their L1 or L2 norm; zero vectors stay (ONNX
    LpNormalization)."""

    name = "mr.lp_norm"
    p: int = attr(2)

    def verify_op(self) -> None:
        if self.p not in (1, 2):
            raise self.error(f"p is {self.p}, not 1 or 2")

    def compute(self, x: Any) -> Any:
        norm = np.linalg.norm(x, ord=self.p, axis=self.axis, keepdims=True)
        return x / np.where(norm == 0, np.ones_like(norm), norm)

    def build(self, x: Term) -> Term:
        axes = [self.axis]
        norm = x.abs().sum(axes) if self.p == 1 else x.square().sum(axes).sqrt()
        return x / norm.equal(0.0).where(norm.number(1.0), norm)


class LRN(AlongAxis):
    """Local response normalization: input over (bias + alpha / size * the sum of squares in a
    window of ``size`` channels along ``axis``) to the beta (ONNX LRN)."""

    name = "mr.lrn"
    size: int = attr()
    alpha: float = attr(1e-4)
    beta: float = attr(0.75)
    bias: float = attr(1.0)

    @property
    def before(self) -> int:
        """How many channels the window reaches down."""
        return (self.size - 1) // 2

    def verify_op(self) -> None:
        if self.size < 1:
            raise self.error(f"size {self.size}")

    def compute(self, x: Any) -> Any:
        n = x.shape[self.axis]
        squares = np.moveaxis(x * x, self.axis, 0)
        windows = []
        for c in range(n):
            low, high = max(c - self.before, 0), min(c + self.size - self.before, n)
            windows.append(squares[low:high].sum(axis=0))
        total = np.moveaxis(np.stack(windows), 0, self.axis)
        t = x.dtype.type
        return x / np.power(t(self.bias) + t(self.alpha / self.size) * total, t(self.beta))

    def build(self, x: Term) -> Term:
        low, high = [0] * len(x.shape), [0] * len(x.shape)
        low[self.axis], high[self.axis] = self.before, self.size - 1 - self.before
        padded = x.square().apply(Pad, low=low, high=high, value=0.0)
        n = x.shape[self.axis]
        total: Term | None = None
        for i in range(self.size):
            part = Term(x.b, slice_along(x.b, padded.value, self.axis, i, n))
            total = part if total is None else total + part
        assert total is not None
        scaled = total * (self.alpha / self.size) + self.bias
        return x / scaled.apply(Pow, self.beta)
