"""Symbols: names of functions and globals, and that references to them fit."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from millrace.ir.attributes import SymbolRef
from millrace.ir.core import Operation
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.func import Call, Func
from millrace.ir.dialects.memref import GetGlobal, Global
from millrace.ir.types import MemRefType, TensorType, Type, element_of, signless


class SymbolTable:
    """The module's functions and globals by name. Raises IRError when a name is given twice, or
    when there are two entries."""

    def __init__(self, module: Module) -> None:
        self.ops: dict[str, Operation] = {}
        entry: Operation | None = None
        for op in module.block:
            name = op.attributes.get("sym_name")
            if name is None:
                continue
            if name in self.ops:
                raise op.error(f"the name @{name} is taken")
            self.ops[name] = op
            if isinstance(op, Func) and op.role == "entry":
                if entry is not None:
                    raise op.error("the module has two entries")
                entry = op

    def get(self, user: Operation, name: str) -> Operation:
        """The operation of that name. Raises IRError of ``user`` when there is none."""
        if name not in self.ops:
            raise user.error(f"@{name} is not defined in the module")
        return self.ops[name]


def check_symbols(op: Operation, table: SymbolTable) -> None:
    """Raises IRError when a reference does not resolve or does not fit what it names."""
    for value in op.attributes.values():
        for ref in _refs_in(value):
            table.get(op, ref.name)
    check = _CHECKS.get(type(op))
    if check is not None:
        check(op, table)


def _refs_in(value: Any) -> Iterator[SymbolRef]:
    if isinstance(value, SymbolRef):
        yield value
    elif isinstance(value, tuple):
        for v in value:
            yield from _refs_in(v)
    elif isinstance(value, Mapping):
        for v in value.values():
            yield from _refs_in(v)


def _check_call(call: Any, table: SymbolTable) -> None:
    callee = table.get(call, call.callee.name)
    if not isinstance(callee, Func):
        raise call.error(f"@{call.callee.name} is not a function")
    ins, outs = callee.function_type.inputs, callee.function_type.results
    args = tuple(v.type for v in call.operands)
    results = tuple(r.type for r in call.results)
    if _is_bufferized(args, ins):
        wanted, got = _elements((*ins, *outs)), _elements(args)
        if results or wanted != got:
            raise call.error(f"memrefs of {got} for @{callee.sym_name}, which takes {wanted}")
    elif (args, results) != (ins, outs):
        raise call.error(f"types differ from those of @{callee.sym_name}: {callee.function_type}")


def _is_bufferized(args: tuple[Type, ...], ins: tuple[Type, ...]) -> bool:
    """Between bufferization and the lowering of kernels, plans pass memory to kernels on tensors:
    all inputs, then all outputs."""
    buffers = any(isinstance(t, MemRefType) for t in args)
    return buffers and not any(isinstance(t, MemRefType) for t in ins)


def _elements(types: tuple[Type, ...]) -> str:
    return ", ".join(str(element_of(t)) for t in types)


def _check_get_global(get: Any, table: SymbolTable) -> None:
    op = table.get(get, get.sym)
    if not isinstance(op, Global):
        raise get.error(f"@{get.sym} is not a global")
    constant: TensorType = op.value.type
    wanted = MemRefType((constant.size,), signless(constant.element))
    padded = MemRefType((1,), wanted.element)  # nothing has no address
    if get.result.type != wanted and (constant.size or get.result.type != padded):
        raise get.error(f"the global is {wanted}, the result {get.result.type}")


_CHECKS: dict[type[Operation], Callable[[Any, SymbolTable], None]] = {
    Call: _check_call,
    GetGlobal: _check_get_global,
}
