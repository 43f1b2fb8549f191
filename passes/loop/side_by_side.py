"""What of a loop's body can run for several steps at once, and what has to stay in order.

The *serial* part is what depends on the carried values, what writes memory, and what reads memory
that the loop writes; it stays scalar, step by step. The rest is *parallel*: its values differ
between steps, or are the same for all (*uniform*)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import prod

from millrace.ir.core import Operation, Value
from millrace.ir.dialects import arith, func, math, memref, scf
from millrace.ir.dialects.mr.control import AllPassed, Check
from millrace.ir.types import F32, FloatType, IndexType, IntegerType, MemRefType

MAX_SERIAL = 32
"""Operations of a step that may stay in order."""
MAX_READS = 2
"""Reads of memory inside of loops on data: each lane reads on its own."""
_SLOW = (arith.DivSI, arith.DivUI, arith.RemSI, arith.RemUI, arith.FloorDivSI)
_MATH = (
    math.AbsF,
    math.AbsI,
    math.Sqrt,
    math.Floor,
    math.Ceil,
    math.Trunc,
    math.RoundEven,
    math.Fma,
)
_SINGLE = (math.Exp, math.Log, math.Sin, math.Cos, math.Tanh)
"""Elementary functions that are made of arithmetic for vectors of f32."""
_CONTROL = (scf.If, scf.While, scf.For)
_PLAIN = (memref.Load, Check, AllPassed, scf.Yield, scf.Condition)


@dataclass
class Body:
    """The two parts of a body, in order, and the values that differ between steps."""

    parallel: list[Operation] = field(default_factory=list)
    serial: list[Operation] = field(default_factory=list)
    varying: set[Value] = field(default_factory=set)

    def varies(self, op: Operation) -> bool:
        return any(v in self.varying for v in reads(op))


def body_of(loop: scf.For) -> Body | None:
    """The parts of a loop's body; None when it has to stay as it is, or gains nothing."""
    body = Body(varying={loop.block.args[0]})
    written = [op.memref for op in loop.walk() if isinstance(op, memref.Store)]
    ordered: set[Value] = set(loop.block.args[1:])
    size = 0
    for op in loop.block.ops[:-1]:
        if any(v in ordered for v in reads(op)) or _touches(op, written):
            size += sum(1 for _ in op.walk())
            if isinstance(op, scf.While | scf.For | func.Call) or size > MAX_SERIAL:
                return None
            body.serial.append(op)
            ordered |= set(op.results)
        else:
            body.parallel.append(op)
    _mark(body, body.parallel)
    loops = [op for op in body.parallel if _on_data(body, op)]
    if not loops or not all(_fits(body, op) for op in body.parallel):
        return None
    inner = [op for loop_ in loops for op in loop_.walk() if body.varies(op)]
    loads = sum(isinstance(op, memref.Load) for op in inner)
    if loads > MAX_READS or any(isinstance(op, _SLOW) for op in inner):
        return None
    return body


def reads(op: Operation) -> Iterable[Value]:
    """Operands, those of nested operations among them."""
    return (v for inner in op.walk() for v in inner.operands)


def _touches(op: Operation, written: list[Value]) -> bool:
    """Whether it writes, or reads what the loop writes."""
    for inner in op.walk():
        if isinstance(inner, memref.Store):
            return True
        if isinstance(inner, memref.Load) and any(_overlap(inner.memref, w) for w in written):
            return True
    return False


def _overlap(a: Value, b: Value) -> bool:
    """Whether two buffers may share memory: parts of one do, views of an arena by their places."""
    a, b = _root(a), _root(b)
    if a is b:
        return True
    one, two = _span(a), _span(b)
    if one is None or two is None or one[0] is not two[0]:
        return False
    return one[1] < two[2] and two[1] < one[2]


def _root(v: Value) -> Value:
    while isinstance(v.defining_op, memref.Subview | memref.Advance):
        v = v.defining_op.source
    return v


def _span(v: Value) -> tuple[Value, int, int] | None:
    """The arena of a view, and the bytes that it takes there at most."""
    op = v.defining_op
    if not isinstance(op, memref.View):
        return None
    shift = op.byte_shift.defining_op
    assert isinstance(v.type, MemRefType)
    if not isinstance(shift, arith.Constant):
        return op.source, 0, 1 << 62
    start = int(shift.value.value)
    return op.source, start, start + prod(v.type.shape) * 8


# ---- what differs between steps


def _mark(body: Body, ops: Iterable[Operation]) -> None:
    """Add what follows from values that differ."""
    for op in ops:
        if not body.varies(op):
            continue
        if isinstance(op, scf.While):
            body.varying |= {*op.before.args, *op.after.args}
        elif isinstance(op, scf.For):
            body.varying |= set(op.block.args[1:])
        for region in op.regions:
            _mark(body, region.block)
        body.varying |= set(op.results)


def _on_data(body: Body, op: Operation) -> bool:
    """Whether the number of steps of a loop in it differs from lane to lane."""
    return any(isinstance(inner, scf.While) and body.varies(inner) for inner in op.walk())


def _fits(body: Body, op: Operation) -> bool:
    """Whether an operation can run on vectors."""
    if not body.varies(op):
        return all(not isinstance(i, memref.Store) for i in op.walk())
    if isinstance(op, _CONTROL):
        if isinstance(op, scf.For) and any(v in body.varying for v in op.operands[:3]):
            return False
        return all(_fits(body, inner) for r in op.regions for inner in r.block)
    if isinstance(op, memref.Load) and op.memref in body.varying:
        return False
    known = type(op).__module__ == arith.__name__ or isinstance(op, (*_MATH, *_PLAIN))
    single = isinstance(op, _SINGLE) and op.results[0].type == F32
    return (known or single) and all(_is_scalar(r) for r in op.results)


def _is_scalar(v: Value) -> bool:
    return isinstance(v.type, IntegerType | FloatType | IndexType)


def widest(body: Body) -> int:
    """Bytes of the widest number that loops on data carry."""
    sizes = [1]
    for op in body.parallel:
        for inner in op.walk():
            if isinstance(inner, scf.While) and body.varies(inner):
                sizes += [_bytes(v) for v in inner.operands]
    return max(sizes)


def _bytes(v: Value) -> int:
    t = v.type
    return 8 if isinstance(t, IndexType) else max(1, t.width // 8)  # type: ignore[attr-defined]
