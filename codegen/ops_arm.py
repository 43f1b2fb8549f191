"""Emitters of ``arm_dsp`` and ``arm_mve``: LLVM's intrinsics of the instructions."""

from __future__ import annotations

from millrace.codegen.emitter import EmitterTable, FunctionEmitter
from millrace.codegen.ops_memory import address
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
    name = f"llvm.arm.mve.vmldava.{'v16i8' if op.lhs.type == arm.BYTES else 'v8i16'}"
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


def _first_lanes(e: FunctionEmitter, op: arm.FirstLanes) -> None:
    t = e.types(op.source.type)
    lanes = range(arm.BYTES.shape[0])
    mask = ", ".join("i8 -1" if i < op.count else "i8 0" for i in lanes)
    e.define(op.result, f"and {t} {e.use(op.source)}, <{mask}>")


def _scatter_bytes(e: FunctionEmitter, op: arm.ScatterBytes) -> None:
    """A store of the low bytes of halves, at a base and offsets in bytes."""
    t = e.types(op.value.type)
    name = "llvm.arm.mve.vstr.scatter.offset.p0.v8i16.v8i16"
    e.state.declarations.setdefault(name, f"declare void @{name}(ptr, {t}, {t}, i32, i32)")
    base = address(e, op.memref, [op.index])
    # Above 32767 an offset reads as a negative number here, and as what it is in the instruction.
    offsets = ", ".join(f"i16 {i * op.stride}" for i in range(arm.HALVES.shape[0]))
    arguments = f"ptr {base}, {t} <{offsets}>, {t} {e.use(op.value)}, i32 8, i32 0"
    e.line(f"call void @{name}({arguments})")


ARM: EmitterTable = {
    arm.Sxtb16: _sxtb16,
    arm.Smlad: _smlad,
    arm.Vmladava: _vmladava,
    arm.InOrder: _in_order,
    arm.FirstLanes: _first_lanes,
    arm.ScatterBytes: _scatter_bytes,
}
