"""Products of floats with known weights: where one set of units ends and another begins."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from millrace.ir.builder import Builder
from millrace.ir.core import Operation, Value
from millrace.ir.dialects.mr.conv import Conv
from millrace.ir.dialects.mr.elementwise import Add
from millrace.ir.dialects.mr.support import constant
from millrace.ir.types import FloatType, element_of
from millrace.passes.graph.known_weights import ProductOp, known_weights, with_weights

Array = np.ndarray[Any, Any]


@dataclass(frozen=True)
class Product:
    """``weights`` are [taps, inputs, outputs]."""

    op: ProductOp
    weights: Array

    @staticmethod
    def of(op: Operation) -> Product | None:
        found = known_weights(op)
        if found is None or not isinstance(element_of(found[0].lhs.type), FloatType):
            return None
        return Product(*found)

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
        new = with_weights(self.op, x, w, b)
        return b.value(Add, new, constant(b, bias, element_of(new.type))) if bias.any() else new
