"""The functions through which a compiled model is called.

``int NAME_run(const NAME_inputs_t *, const NAME_outputs_t *, void *arena)`` is the C interface;
for models that keep state ``NAME_state_t *`` stands before the arena.
``int NAME_invoke(void **tensors, void *arena, const void *weights)`` is hidden from other
libraries; it takes the inputs' pointers, then the outputs', then that of the state struct if there
is one, and the weights from outside, so that an object whose weights were never filled in serves
the compiling process. ``NAME_run`` returns one of the header's codes, ``NAME_invoke`` the raw
status word: minus (8 times the number of the check, plus its code), so that the check can be
named. Firmware goes without ``NAME_invoke``.

``void NAME_init(NAME_state_t *)`` sets the initial state, and so does the hidden
``void NAME_reset(void *state, const void *weights)``.
"""

from __future__ import annotations

from millrace.codegen.emitter import FunctionEmitter, ModuleState
from millrace.codegen.errors import E_ARG
from millrace.codegen.pointers import arena_of
from millrace.codegen.states import StatePlan
from millrace.codegen.weights import PLACEHOLDER_BYTES, weights_alignment
from millrace.ir.dialects.func import Func

SIZE_BYTES = 4
"""A run-time size is an int32_t after the pointers in the struct of inputs."""


def weights_symbol(name: str) -> str:
    return f"{name}_weights"


def weights_section(name: str) -> str:
    return f".rodata.{name}_w"


def entry_points(
    state: ModuleState,
    entry: Func,
    name: str,
    counts: tuple[int, int],
    states: StatePlan,
    *,
    has_weights: bool,
    sizes: int = 0,
) -> str:
    """LLVM IR text of the functions, and of the weights' symbol; ``counts`` are those of inputs
    and outputs. The last ``sizes`` inputs are fields of the struct of inputs themselves."""
    parts = [_run(state, entry, name, counts, states, has_weights=has_weights, sizes=sizes)]
    hosted = not state.target.bare
    if hosted:
        parts.append(_invoke(state, entry, name, sum(counts), states))
    if states.layout.offsets:
        parts.append(_init(state, name, states, has_weights=has_weights))
        if hosted:
            parts.append(_reset(state, name, states))
    if has_weights:
        # A placeholder: the exported object gets the real bytes in its place (codegen/elf.py).
        # Nothing may look at its content or size, hence the detour in _run.
        parts.insert(
            0,
            f"@{weights_symbol(name)} = internal externally_initialized constant "
            f"[{PLACEHOLDER_BYTES} x i8] zeroinitializer, section "
            f'"{weights_section(name)}", align {weights_alignment(state.target)}',
        )
    return "\n\n".join(parts)


def _run(
    state: ModuleState,
    entry: Func,
    name: str,
    counts: tuple[int, int],
    states: StatePlan,
    *,
    has_weights: bool,
    sizes: int,
) -> str:
    e = FunctionEmitter(state)
    index = state.types.index
    params = ["%in", "%out", *(["%state"] if states.layout.offsets else []), "%arena"]
    _reject_if(e, _any(e, [_is_null(e, p) for p in params]))
    address = e.value(f"ptrtoint ptr %arena to {index}")
    low = e.value(f"and {index} {address}, {state.target.alignment - 1}")
    _reject_if(e, e.value(f"icmp ne {index} {low}, 0"))
    inputs = _pointers(e, "%in", counts[0] - sizes)
    outputs = _pointers(e, "%out", counts[1])
    if inputs or outputs:
        _reject_if(e, _any(e, [_is_null(e, p) for p in inputs + outputs]))
    start = len(inputs) * state.target.pointer_bytes
    inputs += [_shifted(e, "%in", start + SIZE_BYTES * i) for i in range(sizes)]
    tensors = inputs + outputs + _fields(e, "%state", states)
    weights = _own_weights(e, name) if has_weights else "null"
    status = _call_main(e, entry, tensors, weights)
    if status == "0":
        e.line("ret i32 0")
    else:
        positive = e.value(f"sub i32 0, {status}")
        code = e.value(f"and i32 {positive}, 7")
        e.line(f"ret i32 {e.value(f'sub i32 0, {code}')}")
    given = ", ".join(f"ptr {p}" for p in params)
    return _define(state, "i32 ", f"{name}_run", f"({given})", e)


def _own_weights(e: FunctionEmitter, name: str) -> str:
    """The address of the object's own weights."""
    return e.value(f'call ptr asm "", "=r,0"(ptr @{weights_symbol(name)})')


def _invoke(state: ModuleState, entry: Func, name: str, count: int, states: StatePlan) -> str:
    e = FunctionEmitter(state)
    tensors = _pointers(e, "%tensors", count + bool(states.layout.offsets))
    if states.layout.offsets:
        tensors += _fields(e, tensors.pop(), states)
    status = _call_main(e, entry, tensors, "%weights")
    e.line(f"ret i32 {status}")
    params = "(ptr %tensors, ptr %arena, ptr %weights)"
    return _define(state, "hidden i32 ", f"{name}_invoke", params, e)


def _init(state: ModuleState, name: str, states: StatePlan, *, has_weights: bool) -> str:
    e = FunctionEmitter(state)
    none, go = e.new_label("none"), e.new_label("go")
    e.line(f"br i1 {_is_null(e, '%state')}, label %{none}, label %{go}")
    e.start(none)
    e.line("ret void")
    e.start(go)
    weights = _own_weights(e, name) if has_weights else "null"
    _start_states(e, states, weights)
    return _define(state, "void ", f"{name}_init", "(ptr %state)", e)


def _reset(state: ModuleState, name: str, states: StatePlan) -> str:
    e = FunctionEmitter(state)
    _start_states(e, states, "%weights")
    return _define(state, "hidden void ", f"{name}_reset", "(ptr %state, ptr %weights)", e)


def _start_states(e: FunctionEmitter, states: StatePlan, weights: str) -> None:
    """Write the initial values into ``%state``."""
    index = e.types.index
    copy, fill = f"llvm.memcpy.p0.p0.{index}", f"llvm.memset.p0.{index}"
    for start in states.starts:
        target = _shifted(e, "%state", start.offset)
        if start.source is None:
            e.state.declarations.setdefault(fill, f"declare void @{fill}(ptr, i8, {index}, i1)")
            e.line(f"call void @{fill}(ptr {target}, i8 0, {index} {start.nbytes}, i1 false)")
        else:
            source = _shifted(e, weights, start.source)
            e.state.declarations.setdefault(copy, f"declare void @{copy}(ptr, ptr, {index}, i1)")
            e.line(
                f"call void @{copy}(ptr {target}, ptr {source}, {index} {start.nbytes}, i1 false)"
            )
    e.line("ret void")


def _fields(e: FunctionEmitter, base: str, states: StatePlan) -> list[str]:
    """Pointers to the fields of the state struct."""
    return [_shifted(e, base, offset) for offset in states.layout.offsets]


def _shifted(e: FunctionEmitter, base: str, offset: int) -> str:
    if offset == 0:
        return base
    return e.value(f"getelementptr inbounds i8, ptr {base}, {e.types.index} {offset}")


def _define(state: ModuleState, result: str, symbol: str, params: str, e: FunctionEmitter) -> str:
    head = f"define {result}@{symbol}{params} #0{state.section(symbol)} {{"
    return "\n".join([head, "entry:", *e.lines, "}"])


def _pointers(e: FunctionEmitter, base: str, count: int) -> list[str]:
    """The pointers in an array of pointers."""
    out = []
    for i in range(count):
        at = e.value(f"getelementptr inbounds ptr, ptr {base}, i32 {i}")
        out.append(e.value(f"load ptr, ptr {at}"))
    return out


def _is_null(e: FunctionEmitter, pointer: str) -> str:
    return e.value(f"icmp eq ptr {pointer}, null")


def _any(e: FunctionEmitter, truths: list[str]) -> str:
    found = truths[0]
    for t in truths[1:]:
        found = e.value(f"or i1 {found}, {t}")
    return found


def _reject_if(e: FunctionEmitter, bad: str) -> None:
    """Return E_ARG when the condition holds."""
    reject, go = e.new_label("reject"), e.new_label("go")
    e.line(f"br i1 {bad}, label %{reject}, label %{go}")
    e.start(reject)
    e.line(f"ret i32 {E_ARG}")
    e.start(go)


def _call_main(e: FunctionEmitter, entry: Func, tensors: list[str], weights: str) -> str:
    """Call the entry; returns the status word, ``0`` when nothing in the model can fail."""
    name = entry.sym_name
    hidden = []
    checked = name in e.state.checked
    if checked:
        hidden.append("%status")
        e.lines.insert(0, "  %status = alloca i32, align 4")  # static only in the first block
        e.line("store i32 0, ptr %status, align 4")
    if name in e.state.weighted:
        hidden.append(weights)
    args = [*hidden, *tensors]
    if arena_of(entry) is not None:
        args.append("%arena")
    given = ", ".join(f"ptr {p}" for p in args)
    e.line(f"call void @{e.state.symbols[name]}({given})")
    return e.value(f"load i32, ptr {hidden[0]}, align 4") if checked else "0"
