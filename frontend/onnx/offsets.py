"""Index arithmetic seen through: whether two run-time integers differ by a constant."""

from __future__ import annotations

from millrace.frontend.onnx.emitter import Emitter, type_of
from millrace.ir.core import Value
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.cast import Cast
from millrace.ir.dialects.mr.movement import Reshape

MAX_LINKS = 64


def constant_difference(emit: Emitter, low: Value, high: Value) -> int | None:
    """``high - low`` when both have one element and are the same run-time value plus constants,
    reshaped and cast in any way; None otherwise."""
    if type_of(low).size != 1 or type_of(high).size != 1:
        return None
    base, first = _origin(emit, low)
    other, last = _origin(emit, high)
    return last - first if base is other else None


def _origin(emit: Emitter, value: Value) -> tuple[Value, int]:
    """A value as another one plus a constant, as far back as that goes."""
    offset = 0
    for _ in range(MAX_LINKS):
        op = value.defining_op
        if isinstance(op, Reshape | Cast):
            value = op.operands[0]
        elif isinstance(op, ew.Add | ew.Sub):
            left, right = op.operands
            term, rest, sign = right, left, -1 if isinstance(op, ew.Sub) else 1
            if emit.known(term) is None and sign == 1:
                term, rest = left, right
            known = emit.known(term)
            if known is None or known.size != 1:
                break
            value, offset = rest, offset + sign * int(known.item())
        else:
            break
        if type_of(value).size != 1:
            break
    return value, offset
