"""A LOOP module as LLVM IR text.

Besides the functions of the module there are two ways in, ``NAME_run`` for C and ``NAME_invoke``
for the process that compiles. ``NAME_main`` is the module's entry; functions that can fail take
the status word as a hidden first parameter, those that read constants the weights.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from millrace.codegen.emitter import CheckSite, EmitterTable, FunctionEmitter, ModuleState
from millrace.codegen.entry import entry_points
from millrace.codegen.interface import TensorIO
from millrace.codegen.ops_arith import ARITH
from millrace.codegen.ops_arm import ARM
from millrace.codegen.ops_control import CONTROL, emit_function_body
from millrace.codegen.ops_math import MATH
from millrace.codegen.ops_memory import MEMORY
from millrace.codegen.pointers import ArgFacts, FunctionFacts, PointerFacts
from millrace.codegen.states import StatePlan
from millrace.codegen.values import TypeText
from millrace.codegen.weights import weights_alignment
from millrace.ir.dialects.builtin import Module
from millrace.ir.target import TargetInfo
from millrace.ir.types import element_of, storage_bytes

INLINE_OPS = 24
"""Functions without loops and with at most this many operations are left to LLVM's inliner."""


@dataclass(frozen=True)
class ModuleText:
    """LLVM IR text, the checks in the order of their numbers (the first is number 1), and the
    symbol of each function of the IR."""

    text: str
    checks: tuple[CheckSite, ...]
    symbols: Mapping[str, str]


def _table() -> EmitterTable:
    return {**ARITH, **MATH, **MEMORY, **CONTROL, **ARM}


def module_text(
    module: Module,
    target: TargetInfo,
    name: str,
    offsets: dict[str, int],
    inputs: tuple[TensorIO, ...],
    outputs: tuple[TensorIO, ...],
    states: StatePlan,
) -> ModuleText:
    """LLVM IR for the module; ``name`` is the prefix of all symbols, ``offsets`` has the place
    of each constant in the weights, ``states`` what the model keeps. IRError when an
    operation has no machine code."""
    facts = PointerFacts(module, offsets, target)
    entry = module.entry
    symbols = _symbols(name, entry.sym_name, list(facts.functions))
    state = ModuleState(
        target=target,
        types=TypeText(target),
        table=_table(),
        symbols=symbols,
        checked=frozenset(n for n, f in facts.functions.items() if f.checks),
        weighted=frozenset(n for n, f in facts.functions.items() if f.weights),
        offsets=offsets,
        prefix=name,
    )
    bodies = [_function(state, f) for f in facts.functions.values()]
    has_weights = bool(offsets) or bool(states.contents)
    counts = (len(inputs), len(outputs))
    sizes = sum(t.sizes is not None for t in inputs)
    entries = entry_points(state, entry, name, counts, states, has_weights=has_weights, sizes=sizes)
    parts = [
        f'source_filename = "{name}"',
        f'target triple = "{target.triple}"',
        *sorted(state.declarations.values()),
        *bodies,
        *state.helpers.values(),
        entries,
        _attributes(target),
        '!0 = !{!"branch_weights", i32 1048576, i32 1}',
    ]
    return ModuleText("\n\n".join(parts) + "\n", tuple(state.checks), symbols)


def _symbols(name: str, entry: str, functions: list[str]) -> dict[str, str]:
    """Function names of the IR to symbols that LLVM takes without quotes."""
    found = {entry: f"{name}_main"}
    for f in functions:
        if f != entry:
            text = f"{name}.{re.sub(r'[^A-Za-z0-9_.]', '_', f)}"
            found[f] = text if text not in found.values() else f"{text}.{len(found)}"
    return found


def _function(state: ModuleState, facts: FunctionFacts) -> str:
    f = facts.function
    e = FunctionEmitter(state)
    params = [f"ptr {_hidden(p, state.target)} {p}" for p in state.hidden(f.sym_name)]
    for i, (arg, known) in enumerate(zip(f.block.args, facts.args, strict=True)):
        e.bind(arg, f"%a{i}")
        words = [e.types(arg.type)]
        if known is not None:
            words += _pointer_attributes(known, storage_bytes(element_of(arg.type)))
        params.append(" ".join([*words, f"%a{i}"]))
    emit_function_body(e, f.block)
    small = facts.ops <= INLINE_OPS and not facts.loops and f.role != "entry"
    keep = "" if small else "noinline "
    symbol = state.symbols[f.sym_name]
    group = "#1" if f.role == "kernel" else "#0"
    head = f"define internal void @{symbol}({', '.join(params)}) {keep}{group}"
    head += f"{state.section(symbol)} {{"
    return "\n".join([head, "entry:", *e.lines, "}"])


def _hidden(parameter: str, target: TargetInfo) -> str:
    """The attributes of a parameter that functions of the IR do not have."""
    if parameter == "%status":
        return "noalias captures(none)"
    return f"noalias readonly captures(none) align {weights_alignment(target)}"


def _pointer_attributes(a: ArgFacts, element_bytes: int) -> list[str]:
    words = ["noalias"] if a.noalias else []
    words.append("captures(none)")
    if not a.writes:
        words.append("readonly" if a.reads else "readnone")
    elif not a.reads:
        words.append("writeonly")
    if a.alignment > element_bytes:
        words.append(f"align {a.alignment & -a.alignment}")
    return words


def _attributes(target: TargetInfo) -> str:
    """Group 0, and group 1 for kernels: their loops are what is executed, and under ``minsize``
    LLVM orders instructions without regard to registers; copies and fills of a few words stay
    loops."""
    wide = ' "prefer-vector-width"="512"' if target.vector_bytes == 64 else ""
    size = {"": "", "optsize": " optsize", "minsize": " minsize optsize"}[target.code_size]
    kernel = ' optsize "no-builtins"' if target.code_size else ""
    return (
        f"attributes #0 = {{ nounwind{size}{wide} }}\nattributes #1 = {{ nounwind{kernel}{wide} }}"
    )
