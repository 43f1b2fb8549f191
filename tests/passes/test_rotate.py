"""rotate: what products read of a carry becomes a carry, and the results stay the same bits."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from millrace.ir.attributes import Dense
from millrace.ir.builder import Builder
from millrace.ir.core import Block
from millrace.ir.dialects import func, scf
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.mr import bits, cast, contraction, control, elementwise
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.interpreter import interpret
from millrace.ir.target import TargetInfo
from millrace.ir.types import I8, I16, I32, INDEX, FunctionType, TensorType
from millrace.ir.verifier import verify
from millrace.passes.base import PassContext
from millrace.passes.graph.rotate import Rotate

N = 6
RS = np.random.default_rng(4)
SMALL = TargetInfo("small", "", vector_bytes=0, pointer_bytes=4, l1_bytes=0, bare=True)
WIDE = TargetInfo("wide", "", vector_bytes=32)


def const(b: Builder, value: Any) -> Any:
    return b.value(Constant, value=Dense(np.asarray(value)))


def byte_of(b: Builder, h: Any, by: int) -> Any:
    """A 16-bit state as bytes."""
    wide = b.value(cast.Cast, h, to=I32)
    y = b.value(bits.ShiftRight, wide, const(b, np.int32(by)))
    y = b.value(elementwise.Max, y, const(b, np.int32(-128)))
    y = b.value(elementwise.Min, y, const(b, np.int32(127)))
    return b.value(cast.Cast, y, to=I8)


def recurrence(target: TargetInfo, trip: int, shifts: tuple[int, ...], behind: bool) -> Module:
    """h' = the sum of products with bytes of h, a number of them by each shift; the last h, or its
    bytes."""
    xs, h = TensorType((trip, 1, N), I16), TensorType((1, N), I16)
    entry, body = Block([xs, h]), Block([INDEX, h, TensorType((1, N), I16)])
    b = Builder(body)
    total = b.value(cast.Cast, body.args[2], to=I32)
    for by in shifts:
        w = const(b, RS.integers(-128, 128, (N, N)).astype(np.int8))
        p = b.value(contraction.MatMul, byte_of(b, body.args[1], by), w, acc=I32)
        total = b.value(elementwise.Add, total, p)
    total = b.value(bits.ShiftRight, total, const(b, np.int32(2)))
    b.create(scf.Yield, [b.value(cast.Cast, total, to=I16)])
    b = Builder(entry)
    scan = b.create(control.Scan, [entry.args[1]], [entry.args[0]], trip=trip, block=body)
    last = byte_of(b, scan.results[0], shifts[0]) if behind else scan.results[0]
    b.create(func.Return, [last])
    f = func.Func(
        sym_name="main",
        function_type=FunctionType((xs, h), (last.type,)),
        role="entry",
        block=entry,
    )
    module = Module(block=Block(), target=target.to_attr())
    module.block._insert_before(None, f)
    return module


def carries(m: Module) -> int:
    return next(op.num_carries for op in m.walk() if isinstance(op, control.Scan))


@pytest.mark.parametrize("trip", [1, 5])
@pytest.mark.parametrize("behind", [False, True])
@pytest.mark.parametrize(("shifts", "more"), [((8,), 1), ((8, 7), 2), ((8, 7, 6, 5, 4), 4)])
def test_same_bits(trip: int, behind: bool, shifts: tuple[int, ...], more: int) -> None:
    m = recurrence(SMALL, trip, shifts, behind)
    arrays = [RS.integers(-9000, 9000, s).astype(np.int16) for s in ((trip, 1, N), (1, N))]
    want = interpret(m, arrays)
    Rotate().run(m, PassContext())
    verify(m)
    assert carries(m) == 1 + more, "one for each way to read it, and no more than four"
    for got, expected in zip(interpret(m, arrays), want, strict=True):
        np.testing.assert_array_equal(got, expected)
    if behind:
        last = m.entry.block.terminator.operands[0].defining_op
        assert isinstance(last, control.Scan), "what was made of the last carry is made already"


def test_machines_with_vectors_keep_the_loop() -> None:
    m = recurrence(WIDE, 5, (8,), True)
    Rotate().run(m, PassContext())
    assert carries(m) == 1
