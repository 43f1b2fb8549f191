"""Products of floats with known weights: where one set of units ends and another begins."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np

from millrace.ir.builder import Builder
from millrace.ir.core import Operation, Value
from millrace.ir.dialects.mr.contraction import MatMul
from millrace.ir.dialects.mr.conv import Conv
from millrace.ir.dialects.mr.elementwise import Add
from millrace.ir.dialects.mr.movement import shape_of
from millrace.ir.dialects.mr.support import constant, constant_of
from millrace.ir.opdef import fields_with
from millrace.ir.types import FloatType, element_of

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Product:
    """``weights`` are [taps, inputs, outputs]."""

    op: MatMul | Conv
    weights: Array

    @staticmethod
    def of(op: Operation) -> Product | None:
        if not isinstance(op, MatMul | Conv) or not isinstance(element_of(op.lhs.type), FloatType):
            return None
        w = constant_of(op.rhs)
        if w is None or (isinstance(op, Conv) and op.groups != 1):
            return None
        if isinstance(op, MatMul):
            if op.transpose_lhs or w.ndim != 2:
                return None
            w = w.T if op.transpose_rhs else w
        return Product(op, w.reshape(math.prod(w.shape[:-2]), *w.shape[-2:]))

    def known(self, inputs: Array) -> Array:
        """Which outputs always have one value. Padding is of zeros, so that an input which is not 0
        makes a convolution's border differ."""
        varies = np.isnan(inputs)
        if isinstance(self.op, Conv):
            varies = varies | (inputs != 0)
        weighed = (self.weights[:, varies] != 0).any(axis=(0, 1))
        values = np.where(varies, 0.0, inputs)
        total = (self.weights * values[:, None]).sum(axis=(0, 1))
        return np.where(weighed, np.nan, total)

    def needed(self, outputs: Array, inputs: Array) -> Array:
        """The inputs that the needed outputs weigh and that are not known to be 0 or, in a matrix
        product, anything."""
        fixed = (inputs == 0) if isinstance(self.op, Conv) else ~np.isnan(inputs)
        weighed: Array = (self.weights[:, :, outputs] != 0).any(axis=(0, 2))
        return weighed & ~fixed

    def on(self, ins: Array, outs: Array, values: Array, x: Value, b: Builder) -> Value:
        """The product on fewer inputs and outputs; ``values``: what the inputs are that leave."""
        w = self.weights[:, ins][..., outs]
        gone = np.where(ins | np.isnan(values), 0.0, values)
        bias = (self.weights[..., outs] * gone[:, None]).sum(axis=(0, 1))
        op = self.op
        shape = w.shape[1:] if isinstance(op, MatMul) else (*shape_of(op.rhs)[:-2], *w.shape[1:])
        element = element_of(op.rhs.type)
        fields = fields_with(op, [x, constant(b, w.reshape(shape), element)])
        if isinstance(op, MatMul):
            fields["transpose_rhs"] = False
        new: Value = b.value(type(op), **fields)
        return b.value(Add, new, constant(b, bias, element_of(new.type))) if bias.any() else new
