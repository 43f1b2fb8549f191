"""Emitters of ``arm_dsp`` and ``arm_mve``: LLVM's intrinsics of the instructions."""

from __future__ import annotations

from millrace.codegen.emitter import EmitterTable, FunctionEmitter
from millrace.ir.dialects import arm


def _sxtb16(e: FunctionEmitter, op: arm.Sxtb16) -> None:
    """The rotation is part of the instruction; LLVM joins them."""
    word = e.use(op.source)
    if op.rotate:
        turn = [("i32", word), ("i32", word), ("i32", str(op.rotate))]
        word = e.call("llvm.fshr.i32", "i32", turn)
    e.bind(op.result, e.call("llvm.arm.sxtb16", "i32", [("i32", word)]))


def _smlad(e: FunctionEmitter, op: arm.Smlad) -> None:
    args = [("i32", e.use(v)) for v in op.operands]
    e.bind(op.result, e.call("llvm.arm.smlad", "i32", args))


def _vmladava(e: FunctionEmitter, op: arm.Vmladava) -> None:
    """The flags say: signed operands, nothing subtracted, no exchange of pairs."""
    flags = [("i32", "0")] * 3
    values = [(e.types(v.type), e.use(v)) for v in op.operands]
    name = "llvm.arm.mve.vmldava.v16i8"
    e.bind(op.result, e.call(name, "i32", [*flags, *values]))


def _in_order(e: FunctionEmitter, op: arm.InOrder) -> None:
    """An empty piece of assembly that all values go through."""
    n = len(op.values)
    types = [e.types(v.type) for v in op.values]
    outs = ",".join(["=r"] * n + [str(i) for i in range(n)])
    result = types[0] if n == 1 else "{ " + ", ".join(types) + " }"
    given = ", ".join(e.typed(v) for v in op.values)
    all_ = e.value(f'call {result} asm sideeffect "", "{outs}"({given})')
    for i, r in enumerate(op.ordered):
        if n == 1:
            e.bind(r, all_)
        else:
            e.define(r, f"extractvalue {result} {all_}, {i}")


ARM: EmitterTable = {
    arm.Sxtb16: _sxtb16,
    arm.Smlad: _smlad,
    arm.Vmladava: _vmladava,
    arm.InOrder: _in_order,
}
