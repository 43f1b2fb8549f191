"""Products with known weights, whatever operation they are: [taps, inputs, outputs]."""

from __future__ import annotations

import math
from typing import Any, TypeAlias

import numpy as np

from millrace.ir.builder import Builder
from millrace.ir.core import Operation, Value
from millrace.ir.dialects.mr.contraction import MatMul
from millrace.ir.dialects.mr.conv import Conv
from millrace.ir.dialects.mr.movement import shape_of
from millrace.ir.dialects.mr.support import constant, constant_of
from millrace.ir.opdef import fields_with
from millrace.ir.types import element_of

Array = np.ndarray[Any, Any]
ProductOp: TypeAlias = MatMul | Conv


def known_weights(op: Operation) -> tuple[ProductOp, Array] | None:
    """A product in which each output may weigh each input, and its weights."""
    if not isinstance(op, ProductOp):
        return None
    w = constant_of(op.rhs)
    if w is None or (isinstance(op, Conv) and op.groups != 1):
        return None
    if isinstance(op, MatMul):
        if op.transpose_lhs or w.ndim != 2:
            return None
        w = w.T if op.transpose_rhs else w
    return op, w.reshape(math.prod(w.shape[:-2]), *w.shape[-2:])


def with_weights(op: ProductOp, x: Value, w: Array, b: Builder) -> Value:
    """The product of ``x`` and other weights of that form."""
    shape = w.shape[1:] if isinstance(op, MatMul) else (*shape_of(op.rhs)[:-2], *w.shape[1:])
    fields = fields_with(op, [x, constant(b, w.reshape(shape), element_of(op.rhs.type))])
    if isinstance(op, MatMul):
        fields["transpose_rhs"] = False
    return b.value(type(op), **fields)
