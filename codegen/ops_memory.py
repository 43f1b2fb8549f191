"""Emitters of ``memref``, ``vector`` and ``mr.check``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from millrace.codegen.emitter import CheckSite, FunctionEmitter
from millrace.codegen.errors import CODES
from millrace.codegen.ops_arith import constant_of, mangled
from millrace.ir.attributes import Scalar
from millrace.ir.core import Operation, Value
from millrace.ir.dialects import memref, vector
from millrace.ir.dialects.mr.control import AllPassed, Check
from millrace.ir.types import (
    ElementType,
    FloatType,
    MemRefType,
    Type,
    VectorType,
    element_of,
    is_bool,
    storage_bytes,
)


def address(e: FunctionEmitter, base: Value, at: Sequence[Value]) -> str:
    """Pointer to an element; the base itself for element 0."""
    if len(at) != 1:
        raise AssertionError("memory is flat at LOOP level")
    if constant_of(at[0]) == 0:
        return e.use(base)
    t = e.types.memory(element_of(base.type))
    return e.value(f"getelementptr inbounds {t}, ptr {e.use(base)}, {e.typed(at[0])}")


def _memory_type(e: FunctionEmitter, t: Type) -> str:
    """The type of a scalar or vector in memory."""
    element = e.types.memory(element_of(t))
    return f"<{t.shape[0]} x {element}>" if isinstance(t, VectorType) else element


def _load_at(
    e: FunctionEmitter, result: Value, pointer: str, alignment: int, *, pinned: bool = False
) -> None:
    t = result.type
    stored = _memory_type(e, t)
    load = "load volatile" if pinned else "load"
    raw = e.value(f"{load} {stored}, ptr {pointer}, align {alignment}")
    register = e.types(t)
    if stored == register:
        e.bind(result, raw)
    elif is_bool(element_of(t)):
        zero = "zeroinitializer" if isinstance(t, VectorType) else "0"
        e.define(result, f"icmp ne {stored} {raw}, {zero}")
    else:  # index on a 32-bit target
        e.define(result, f"trunc {stored} {raw} to {register}")


def _store_at(e: FunctionEmitter, v: Value, pointer: str, alignment: int) -> None:
    stored, register, text = _memory_type(e, v.type), e.types(v.type), e.use(v)
    if stored != register:
        extend = "zext" if is_bool(element_of(v.type)) else "sext"
        text = e.value(f"{extend} {register} {text} to {stored}")
    e.line(f"store {stored} {text}, ptr {pointer}, align {alignment}")


def _alignment(op: Operation, element: ElementType) -> int:
    given = op.attributes.get("alignment")
    return given if isinstance(given, int) else storage_bytes(element)


def _advance(e: FunctionEmitter, op: memref.Advance) -> None:
    """Opaque to LLVM: loop strength reduction would otherwise replace one moving pointer with
    immediate offsets by several bases and indices, which do not fit small register files."""
    t, step = e.types.memory(element_of(op.source.type)), f"{e.types.index} {op.step}"
    moved = e.value(f"getelementptr inbounds {t}, ptr {e.use(op.source)}, {step}")
    e.define(op.result, f'call ptr asm "", "=r,0"(ptr {moved})')


def _load(e: FunctionEmitter, op: Operation) -> None:
    base = op.operands[0]
    pointer = address(e, base, op.operands[1:])
    pinned = bool(op.attributes.get("pinned"))
    alignment = _alignment(op, element_of(base.type))
    _load_at(e, op.results[0], pointer, alignment, pinned=pinned)


def _store(e: FunctionEmitter, op: Operation) -> None:
    v, base = op.operands[:2]
    pointer = address(e, base, op.operands[2:])
    _store_at(e, v, pointer, _alignment(op, element_of(base.type)))


def _view(e: FunctionEmitter, op: memref.View) -> None:
    source, shift = op.operands
    if constant_of(shift) == 0:
        e.bind(op.results[0], e.use(source))
    else:
        at = f"getelementptr inbounds i8, ptr {e.use(source)}, {e.typed(shift)}"
        e.define(op.results[0], at)


def _subview(e: FunctionEmitter, op: memref.Subview) -> None:
    e.bind(op.results[0], address(e, op.operands[0], op.operands[1:2]))


def _copy(e: FunctionEmitter, op: memref.Copy) -> None:
    source, target = op.operands
    t = source.type
    assert isinstance(t, MemRefType)
    size = storage_bytes(t.element)
    nbytes = t.shape[0] * size
    if nbytes == 0:
        return
    length = e.types.index
    name = f"llvm.memcpy.p0.p0.{length}"
    e.state.declarations.setdefault(name, f"declare void @{name}(ptr, ptr, {length}, i1)")
    e.line(
        f"call void @{name}(ptr align {size} {e.use(target)}, ptr align {size} {e.use(source)}, "
        f"{length} {nbytes}, i1 false)"
    )


def _get_global(e: FunctionEmitter, op: memref.GetGlobal) -> None:
    offset = e.state.offsets.get(op.sym)
    if offset is None:
        raise op.error(f"no constant is named @{op.sym}")
    pointer = "%weights"
    if offset:
        pointer = e.value(f"getelementptr inbounds i8, ptr %weights, {e.types.index} {offset}")
    e.bind(op.results[0], pointer)


# ---- vectors


def _broadcast(e: FunctionEmitter, op: vector.Broadcast) -> None:
    source, t = op.operands[0], op.results[0].type
    if isinstance(source.type, VectorType):
        e.bind(op.results[0], e.use(source))
        return
    known = constant_of(source)
    if known is not None:
        assert isinstance(t, VectorType)
        e.bind(op.results[0], e.types.constant(Scalar(known, t)))
        return
    e.bind(op.results[0], e.splat(e.use(source), e.types(t), e.types(source.type)))


def _extract(e: FunctionEmitter, op: vector.Extract) -> None:
    e.define(op.results[0], f"extractelement {e.typed(op.operands[0])}, i32 {op.position}")


def _from_elements(e: FunctionEmitter, op: vector.FromElements) -> None:
    t, result = e.types(op.results[0].type), "poison"
    for i, v in enumerate(op.operands):
        result = e.value(f"insertelement {t} {result}, {e.typed(v)}, i32 {i}")
    e.bind(op.results[0], result)


def _shuffle(e: FunctionEmitter, op: vector.Shuffle) -> None:
    a, b = op.operands
    mask = ", ".join(f"i32 {i}" for i in op.mask)
    pair = f"{e.typed(a)}, {e.typed(b)}"
    e.define(op.results[0], f"shufflevector {pair}, <{len(op.mask)} x i32> <{mask}>")


_INT_REDUCTIONS = {
    "add": "add",
    "mul": "mul",
    "and": "and",
    "or": "or",
    "xor": "xor",
    "minsi": "smin",
    "maxsi": "smax",
    "minui": "umin",
    "maxui": "umax",
}
_FLOAT_REDUCTIONS = {
    "add": ("fadd", -0.0),
    "mul": ("fmul", 1.0),
    "minimumf": ("fminimum", None),
    "maximumf": ("fmaximum", None),
    "minnumf": ("fmin", None),
    "maxnumf": ("fmax", None),
}


def _reduction(e: FunctionEmitter, op: vector.Reduction) -> None:
    v = op.operands[0]
    element = element_of(v.type)
    t, scalar = e.types(v.type), e.types.element(element)
    args = [(t, e.use(v))]
    flags = ""
    if isinstance(element, FloatType):
        if e.types.is_emulated(element) or op.kind not in _FLOAT_REDUCTIONS:
            raise op.error(f"no machine code for the reduction {op.kind!r} of {v.type}")
        name, start = _FLOAT_REDUCTIONS[op.kind]
        flags = "nsz "
        if start is not None:
            flags = "reassoc "
            args.insert(0, (scalar, e.types.literal(start, element)))
    elif op.kind in _INT_REDUCTIONS:
        name = _INT_REDUCTIONS[op.kind]
    else:
        raise op.error(f"no machine code for the reduction {op.kind!r} of {v.type}")
    e.bind(op.results[0], e.call(f"llvm.vector.reduce.{name}.{mangled(t)}", scalar, args, flags))


def _step(e: FunctionEmitter, op: vector.Step) -> None:
    t = e.types.index
    e.bind(op.results[0], "<" + ", ".join(f"{t} {i}" for i in range(op.size)) + ">")


# ---- checks


def _check(e: FunctionEmitter, op: Check) -> None:
    """A failing check stores its number in the status word unless another one failed before."""
    condition = op.operands[0]
    ok = e.use(condition)
    if isinstance(condition.type, VectorType):
        t = e.types(condition.type)
        ok = e.call(f"llvm.vector.reduce.and.{mangled(t)}", "i1", [(t, ok)])
    sites = e.state.checks
    if op.code not in CODES:
        raise op.error(f"unknown code {op.code!r}")
    words = [op.loc.describe() if op.loc else "", op.message or ""]
    sites.append(CheckSite(CODES[op.code], ": ".join(filter(None, words))))
    bad, after = e.new_label("failed"), e.new_label("checked")
    e.line(f"br i1 {ok}, label %{after}, label %{bad}, !prof !0")
    e.start(bad)
    old = e.value("load i32, ptr %status, align 4")
    first = e.value(f"icmp eq i32 {old}, 0")
    code = -(8 * len(sites) + CODES[op.code])
    new = e.value(f"select i1 {first}, i32 {code}, i32 {old}")
    e.line(f"store i32 {new}, ptr %status, align 4")
    e.branch(after)
    e.start(after)


def _all_passed(e: FunctionEmitter, op: AllPassed) -> None:
    status = e.value("load i32, ptr %status, align 4")
    e.define(op.result, f"icmp eq i32 {status}, 0")


MEMORY: dict[type[Operation], Any] = {
    memref.Load: _load,
    memref.Store: _store,
    memref.View: _view,
    memref.Advance: _advance,
    memref.Subview: _subview,
    memref.Copy: _copy,
    memref.GetGlobal: _get_global,
    vector.Load: _load,
    vector.Store: _store,
    vector.Broadcast: _broadcast,
    vector.Extract: _extract,
    vector.FromElements: _from_elements,
    vector.Shuffle: _shuffle,
    vector.Reduction: _reduction,
    vector.Step: _step,
    Check: _check,
    AllPassed: _all_passed,
}
