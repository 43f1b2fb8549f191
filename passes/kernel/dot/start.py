"""Where sums of products start."""

from __future__ import annotations

from millrace.ir.core import Value
from millrace.ir.dialects import arith
from millrace.ir.types import I32
from millrace.passes.kernel.dot.match import Start
from millrace.passes.kernel.emit import Emitter, Point
from millrace.passes.kernel.stage import Member


def start_of(e: Emitter, m: Member, added: Start | None, pt: Point) -> Value:
    """What is added to a sum afterwards, or what it starts with by itself."""
    if added is None:
        return e.initial(m.op.outputs[0])
    value = e.load(added.access, pt)
    narrow = value.type != I32
    return e.b.value(arith.ExtSI, value, result_types=[I32]) if narrow else value
