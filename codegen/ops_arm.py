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


ARM: EmitterTable = {
    arm.Sxtb16: _sxtb16,
    arm.Smlad: _smlad,
    arm.Vmladava: _vmladava,
}
