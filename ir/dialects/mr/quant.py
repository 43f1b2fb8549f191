"""Quantization to integers and back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from millrace.ir.core import OpResult, Value
from millrace.ir.dialects.mr.cast import cast_array
from millrace.ir.dialects.mr.compose import Term
from millrace.ir.dialects.mr.elementary import Round
from millrace.ir.dialects.mr.elementwise import Clip
from millrace.ir.dialects.mr.kinds import Array, Composite
from millrace.ir.dialects.mr.movement import slice_along
from millrace.ir.dialects.mr.support import FLOATS, INTEGERS, Unary, quiet, wide_type
from millrace.ir.opdef import attr, operand, optional_operand, result
from millrace.ir.types import F32, I32, UI8, ElementType, Type, tensor

if TYPE_CHECKING:
    from millrace.ir.builder import Builder
    from millrace.ir.scalar import ScalarBuilder, ScalarValue


class Quantization(Composite):
    """``scale`` and ``zero_point`` are single numbers, vectors along ``axis``, or, with
    ``block_size``, of the input's rank with one entry a block along ``axis``."""

    input: Value = operand()
    scale: Value = operand()
    zero_point: Value | None = optional_operand()
    axis: int = attr(1)
    block_size: int = attr(0)

    def check_scale(self) -> None:
        t, s = self.operand_type(0), self.operand_type(1)
        if s.element not in FLOATS:
            raise self.error(f"the scale is {s.element}")
        if self.zero_point is not None and self.operand_type(2).shape != s.shape:
            raise self.error(f"zero point {self.operand_type(2)} and scale {s} differ in shape")
        if s.size == 1 and s.rank <= 1:
            return
        if not 0 <= self.axis < t.rank:
            raise self.error(f"axis {self.axis} of a tensor of rank {t.rank}")
        if s.shape != self._parameter_shape():
            raise self.error(f"scale {s} does not fit {t} along axis {self.axis}")

    def _parameter_shape(self) -> tuple[int, ...]:
        shape = self.operand_type(0).shape
        if not self.block_size:
            return (shape[self.axis],)
        blocks = -(-shape[self.axis] // self.block_size)
        return (*shape[: self.axis], blocks, *shape[self.axis + 1 :])

    def spread_array(self, v: Array) -> Array:
        """A parameter shaped to broadcast over the input."""
        shape = self.operand_type(0).shape
        if v.size == 1 and v.ndim <= 1:
            return v.reshape(())
        if not self.block_size:
            return v.reshape([-1 if i == self.axis else 1 for i in range(len(shape))])
        return np.repeat(v, self.block_size, axis=self.axis).take(
            np.arange(shape[self.axis]), axis=self.axis
        )

    def spread(self, v: Term) -> Term:
        """The same of operations."""
        shape = self.operand_type(0).shape
        if len(v.shape) <= 1 and v.shape in ((), (1,)):
            return v.reshape(())
        if not self.block_size:
            return v.along(self.axis, len(shape))
        at = self.axis + 1
        split = (*v.shape[:at], 1, *v.shape[at:])
        wide = (*v.shape[:at], self.block_size, *v.shape[at:])
        whole = (*shape[: self.axis], v.shape[self.axis] * self.block_size, *shape[at:])
        y = v.reshape(split).broadcast(wide).reshape(whole)
        if whole == shape:
            return y
        return Term(v.b, slice_along(v.b, y.value, self.axis, 0, shape[self.axis]))


class QuantizeLinear(Quantization):
    """round(input / scale) + zero_point, half to even, saturated to ``to`` (ONNX
    QuantizeLinear). NaN gives 0."""

    name = "mr.quantize_linear"
    to: ElementType = attr(UI8)
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        self.check_scale()
        t = self.operand_type(0)
        if self.to not in INTEGERS:
            raise self.error(f"cannot quantize to {self.to}")
        if self.zero_point is not None and self.operand_type(2).element != self.to:
            raise self.error(f"zero point {self.operand_type(2)} of a result of {self.to}")
        return (tensor(t.shape, self.to),)

    def computed_in(self) -> ElementType:
        element = self.operand_type(0).element
        return wide_type(element) if element in FLOATS else F32

    def evaluate(self, x: Array, scale: Array, zero_point: Array | None) -> Array:
        dtype = self.computed_in().dtype
        with quiet():
            y = np.rint(x.astype(dtype) / self.spread_array(scale).astype(dtype))
            if zero_point is not None:
                y = y + self.spread_array(zero_point).astype(dtype)
            return cast_array(np.asarray(y), self.to.dtype)

    def decompose(self, b: Builder) -> Sequence[Value]:
        element = self.computed_in()
        scale = self.spread(Term(b, self.scale).cast(element))
        y = (Term(b, self.input).cast(element) / scale).apply(Round)
        if self.zero_point is not None:
            y = y + self.spread(Term(b, self.zero_point).cast(element))
        return (y.cast(self.to).value,)


class DequantizeLinear(Quantization):
    """(input - zero_point) * scale, of the scale's type (ONNX DequantizeLinear)."""

    name = "mr.dequantize_linear"
    result: OpResult = result()

    def infer(self) -> Sequence[Type]:
        self.check_scale()
        t = self.operand_type(0)
        if t.element not in INTEGERS:
            raise self.error(f"cannot dequantize {t.element}")
        if self.zero_point is not None and self.operand_type(2).element != t.element:
            raise self.error(f"zero point {self.operand_type(2)} of an input of {t.element}")
        return (tensor(t.shape, self.operand_type(1).element),)

    def evaluate(self, x: Array, scale: Array, zero_point: Array | None) -> Array:
        dtype = wide_type(self.operand_type(1).element).dtype
        y = x.astype(np.int32)
        if zero_point is not None:
            y = y - self.spread_array(zero_point).astype(np.int32)
        with quiet():
            out = y.astype(dtype) * self.spread_array(scale).astype(dtype)
            return np.asarray(out).astype(scale.dtype)

    def decompose(self, b: Builder) -> Sequence[Value]:
        target = self.operand_type(1).element
        y = Term(b, self.input).cast(I32)
        if self.zero_point is not None:
            y = y - self.spread(Term(b, self.zero_point).cast(I32))
        wide = y.cast(wide_type(target))
        return ((wide * self.spread(Term(b, self.scale).widened())).cast(target).value,)


class FakeQuantize(Unary):
    """``mr.fake_quantize``: rounded to the nearest multiple of ``scale``, half to even, and limited
    to ``low`` and ``high`` multiples: what a value is worth after it was stored so. ``scale`` may
    have more bits than the input: of a grid of 255 steps from 0 to 1, 0.5 is a tie."""

    name = "mr.fake_quantize"
    accepts = frozenset({F32})
    scale: float = attr()
    low: int = attr()
    high: int = attr()

    def verify_op(self) -> None:
        if not self.scale > 0 or not self.low <= 0 <= self.high:
            raise self.error(f"scale {self.scale}, steps {self.low} to {self.high}")

    def compute(self, x: Array) -> Any:
        t = x.dtype.type
        steps = np.clip(np.rint(x * t(1 / self.scale)), t(self.low), t(self.high))
        return steps * t(self.scale)

    def formula(self, b: ScalarBuilder, x: ScalarValue) -> ScalarValue:
        steps = b.round_even(b.mul(x, b.const_like(1 / self.scale, x)))
        steps = b.clamp(steps, b.const_like(self.low, x), b.const_like(self.high, x))
        return b.mul(steps, b.const_like(self.scale, x))


class DynamicQuantizeLinear(Composite):
    """Quantizes f32 to ui8 over the range of the values and 0; also gives the scale and the
    zero point (ONNX DynamicQuantizeLinear)."""

    name = "mr.dynamic_quantize_linear"
    input: Value = operand()
    quantized: OpResult = result()
    scale: OpResult = result()
    zero_point: OpResult = result()

    def infer(self) -> Sequence[Type]:
        t = self.operand_type(0)
        if t.element != F32:
            raise self.error(f"not defined on {t.element}")
        return (tensor(t.shape, UI8), tensor((), F32), tensor((), UI8))

    def evaluate(self, x: Array) -> tuple[Array, Array, Array]:
        with quiet():
            high = np.maximum(np.max(x, initial=0), np.float32(0))
            low = np.minimum(np.min(x, initial=0), np.float32(0))
            scale = np.asarray((high - low) / np.float32(255), dtype=np.float32)
            zero = np.clip(np.rint(-low / scale), 0, 255)
            point = cast_array(np.asarray(zero), UI8.dtype)
            y = np.rint(x / scale) + point.astype(np.float32)
            return cast_array(np.asarray(y), UI8.dtype), scale, point

    def decompose(self, b: Builder) -> Sequence[Value]:
        x = Term(b, self.input)
        axes = range(len(x.shape))
        high = x.max(axes, keepdims=False).maximum(0.0)
        low = x.min(axes, keepdims=False).minimum(0.0)
        scale = (high - low) / 255.0
        zero = (low.number(0.0) - low) / scale
        point = zero.apply(Round).apply(Clip, 0.0, 255.0).cast(UI8)
        y = (x / scale).apply(Round) + point.cast(F32)
        return (y.cast(UI8).value, scale.value, point.value)
