"""The C header of a compiled model: C99 and C++."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from millrace.codegen.compiled import CompiledObject
from millrace.codegen.entry import weights_section
from millrace.codegen.errors import MESSAGES, NAMES
from millrace.codegen.interface import TensorIO
from millrace.codegen.libraries import by_library
from millrace.codegen.names import unique_identifiers
from millrace.ir.quantization import Quantization
from millrace.ir.types import ElementType, storage_bytes

_C_TYPES = {
    "i1": "uint8_t",
    "i8": "int8_t",
    "i16": "int16_t",
    "i32": "int32_t",
    "i64": "int64_t",
    "ui8": "uint8_t",
    "ui16": "uint16_t",
    "ui32": "uint32_t",
    "ui64": "uint64_t",
    "index": "int64_t",
    "f16": "uint16_t",
    "bf16": "uint16_t",
    "f32": "float",
    "f64": "double",
}
_NOTES = {
    "i1": "truth values, 0 or 1",
    "f16": "IEEE half precision, as bits",
    "bf16": "bfloat16, as bits",
}


def c_type(t: ElementType) -> str:
    """The C type of an element."""
    return _C_TYPES[str(t)]


def header(compiled: CompiledObject, version: str = "") -> str:
    """The text of ``NAME.h``. ``version`` is the compiler's."""
    upper = compiled.name.upper()
    sizes = _members(compiled.inputs)[len(compiled.inputs) - len(compiled.sizes) :]
    inputs = _members(compiled.inputs)[: len(compiled.inputs) - len(sizes)]
    outputs = _members(compiled.outputs)
    states = _members(compiled.states)
    parts = [
        _preamble(compiled, version, upper),
        _sizes(compiled, version, upper),
        *_tensor_macros(upper, "INPUT", inputs),
        *_size_macros(upper, sizes),
        *_tensor_macros(upper, "OUTPUT", outputs),
        *_tensor_macros(upper, "STATE", states),
        _errors(upper),
        '#ifdef __cplusplus\nextern "C" {\n#endif',
        _asserts(compiled),
        _struct(compiled.name, "inputs", inputs, "const ", sizes),
        _struct(compiled.name, "outputs", outputs, ""),
        *([_state(compiled, states)] if states else []),
        _prototype(compiled),
        "#ifdef __cplusplus\n}\n#endif",
        f"#endif /* {upper}_H */",
    ]
    return "\n\n".join(parts) + "\n"


Member = tuple[str, TensorIO]


def _members(tensors: Sequence[TensorIO]) -> list[Member]:
    names = unique_identifiers([t.name for t in tensors])
    return list(zip(names, tensors, strict=True))


def _comment_text(text: str) -> str:
    """User text that cannot end a comment or start another."""
    printable = "".join(c if c.isprintable() else "?" for c in text)
    return printable.replace("*/", "* /").replace("/*", "/ *").replace("\\", "/")


def _shape(t: TensorIO) -> str:
    if t.dims is not None:
        return " x ".join(d if d.isalnum() else f"({d})" for d in t.dims)
    return "x".join(map(str, t.shape)) or "scalar"


def _about(t: TensorIO) -> str:
    """What a member of a struct holds."""
    notes = [_NOTES.get(str(t.element), "")]
    room = "room for " if t.dims is not None else ""
    q = t.quantization
    if q is not None and len(q.scale) == 1:
        notes.append(f"scale {q.scale[0]:.7g}, zero point {q.zero_point[0]}")
    return "; ".join([f"{_shape(t)}, {room}{t.size} elements", *filter(None, notes)])


def _preamble(c: CompiledObject, version: str, upper: str) -> str:
    by = f"millrace {version}".strip()
    needs = c.target.features.replace(",", " ") or "nothing beyond the target's baseline"
    flags = f"\n * GCC: {c.target.cc_flags}" if c.target.cc_flags else ""
    return f"""\
/* {c.name}: compiled by {by} for {c.target.name} ({c.target.triple}).
 *
 * Link {c.name}.o. No heap, no writable globals; reentrant with one arena for each call that is
 * running. All tensors are dense and row-major, the last dimension contiguous. The weights lie in
 * the section {weights_section(c.name)}.
 *
{_needed(c)}
 * CPU: {c.target.cpu or "generic"}; features: {needs}{flags}
 */
#ifndef {upper}_H
#define {upper}_H

{"#include <stddef.h>" + chr(10) if c.states else ""}#include <stdint.h>"""


def _needed(c: CompiledObject) -> str:
    """The symbols that the linker has to find elsewhere."""
    lines = []
    for library, symbols in by_library(c.undefined).items():
        text = f"Needs of {library}: {', '.join(symbols)}"
        lines += textwrap.wrap(text, 96, initial_indent=" * ", subsequent_indent=" *     ")
    return "\n".join(lines or [" * Needs no library."])


def _sizes(c: CompiledObject, version: str, upper: str) -> str:
    return f"""\
#define {upper}_MILLRACE_VERSION "{version}"
#define {upper}_MODEL_HASH "{c.model_hash}"

/* Working memory, provided by the caller; holds nothing between calls. */
#define {upper}_ARENA_BYTES {c.arena_bytes}
#define {upper}_ARENA_ALIGN {c.arena_align}
{_arena_macro(upper)}

/* The worst case of the stack below a call; code with its tables, and weights, in read-only
 * memory. */
#define {upper}_STACK_BYTES {c.stack.nbytes}
#define {upper}_CODE_BYTES {c.code_bytes}
#define {upper}_WEIGHT_BYTES {c.weight_bytes}
#define {upper}_NUM_INPUTS {len(c.inputs) - len(c.sizes)}
#define {upper}_NUM_OUTPUTS {len(c.outputs)}{_state_sizes(c, upper)}"""


def _arena_macro(upper: str) -> str:
    memory = f"unsigned char name[{upper}_ARENA_BYTES]"
    align = f"{upper}_ARENA_ALIGN"
    return f"""\
/* {upper}_STATIC_ARENA(arena); defines one. An attribute behind it may choose its section. */
#if defined(__cplusplus) && __cplusplus >= 201103L
#define {upper}_STATIC_ARENA(name) alignas({align}) static {memory}
#elif defined(__STDC_VERSION__) && __STDC_VERSION__ >= 201112L
#define {upper}_STATIC_ARENA(name) _Alignas({align}) static {memory}
#elif defined(__GNUC__)
#define {upper}_STATIC_ARENA(name) static {memory} __attribute__((aligned({align})))
#endif"""


def _state_sizes(c: CompiledObject, upper: str) -> str:
    if not c.states:
        return ""
    return f"""

/* Memory that the model keeps, {c.name}_state_t. */
#define {upper}_STATE_BYTES {c.state_bytes}
#define {upper}_NUM_STATES {len(c.states)}"""


def _tensor_macros(upper: str, kind: str, members: Sequence[Member]) -> list[str]:
    out = []
    for name, t in members:
        prefix = f"{upper}_{kind}_{name.upper()}"
        lines = [
            f'/* {kind.lower()} "{_comment_text(t.name)}": {_shape(t)} {t.element} */',
            f"#define {prefix}_SIZE {t.size}",
            f"#define {prefix}_BYTES {t.nbytes}",
            f"#define {prefix}_RANK {len(t.shape)}",
            *(f"#define {prefix}_DIM{i} {n}" for i, n in enumerate(t.shape)),
        ]
        lines += _quantization_macros(prefix, t.quantization)
        out.append("\n".join(lines))
    return out


def _size_macros(upper: str, sizes: Sequence[Member]) -> list[str]:
    """The ranges of run-time sizes."""
    if not sizes:
        return []
    rows = [
        "/* Run-time sizes. A tensor with such sizes has room for the largest ones and lies in\n"
        " * memory as a tensor of those would; what its sizes do not cover means nothing. */"
    ]
    for name, t in sizes:
        assert t.sizes is not None
        rows.append(f"#define {upper}_SIZE_{name.upper()}_MIN {t.sizes[0]}")
        rows.append(f"#define {upper}_SIZE_{name.upper()}_MAX {t.sizes[1]}")
    return ["\n".join(rows)]


def _quantization_macros(prefix: str, q: Quantization | None) -> list[str]:
    if q is None:
        return []
    if q.axis is None and len(q.scale) == 1:
        return [
            "/* real = SCALE * (stored - ZERO_POINT) */",
            f"#define {prefix}_SCALE {float(q.scale[0])!r}f",
            f"#define {prefix}_ZERO_POINT ({q.zero_point[0]})",
        ]
    scales = ", ".join(f"{float(s)!r}f" for s in q.scale)
    return [
        "/* real = SCALES[i] * (stored - ZERO_POINTS[i]), i the index along the dimension AXIS */",
        f"#define {prefix}_SCALES {{ {scales} }}",
        f"#define {prefix}_ZERO_POINTS {{ {', '.join(map(str, q.zero_point))} }}",
        f"#define {prefix}_AXIS {q.axis or 0}",
    ]


def _errors(upper: str) -> str:
    rows = [f"#define {upper}_OK 0"]
    rows += [f"#define {upper}_{NAMES[code]} ({code}) /* {MESSAGES[code]} */" for code in NAMES]
    return "\n".join(rows)


def _asserts(c: CompiledObject) -> str:
    """The sizes that the object relies on."""
    sizes = {
        c_type(t.element): storage_bytes(t.element) for t in (*c.inputs, *c.outputs, *c.states)
    }
    sizes["void *"] = c.target.pointer_bytes
    rows = ["/* Refuse to compile where the C types differ from those of the object. */"]
    for i, (name, size) in enumerate(sorted(sizes.items())):
        holds = f"(sizeof({name}) == {size}) ? 1 : -1"
        rows.append(f"typedef char {c.name}_assert_{i}_t[{holds}];")
    return "\n".join(rows)


def _struct(
    name: str, what: str, members: Sequence[Member], const: str, sizes: Sequence[Member] = ()
) -> str:
    rows = []
    for member, t in members:
        rows.append(f"    {const}{c_type(t.element)} *{member}; /* {_about(t)} */")
    for member, t in sizes:
        low, high = t.sizes or (1, 1)
        rows.append(f"    {c_type(t.element)} {member}; /* run-time size, {low} to {high} */")
    if not rows:
        rows.append("    const void *unused; /* the model has none */")
    rule = {
        "inputs": "Owned by the caller; never written.",
        "outputs": "Owned by the caller; must not overlap the inputs, the arena or each other.",
    }[what]
    body = "\n".join(rows)
    return f"/* {rule} */\ntypedef struct {{\n{body}\n}} {name}_{what}_t;"


def _state(c: CompiledObject, members: Sequence[Member]) -> str:
    """The struct of what is kept between calls, its initializer and a check of its layout."""
    n, upper, layout = c.name, c.name.upper(), c.state_layout
    rows = [f"    {c_type(t.element)} {m}[{max(1, t.size)}]; /* {_about(t)} */" for m, t in members]
    body = "\n".join(rows)
    fields = zip(members, layout.offsets, strict=True)
    conditions = [f"offsetof({n}_state_t, {m}) == {at}" for (m, _), at in fields]
    conditions.append(f"sizeof({n}_state_t) == {upper}_STATE_BYTES")
    checks = "\n".join(
        f"typedef char {n}_state_assert_{i}_t[({holds}) ? 1 : -1];"
        for i, holds in enumerate(conditions)
    )
    return f"""\
/* What the model keeps from call to call, one struct for each stream of calls. Owned by the caller;
 * must not overlap inputs, outputs or the arena. */
typedef struct {{
{body}
}} {n}_state_t;
{checks}

/* Sets the initial state; to be called before the first run, and to start anew. */
void {n}_init({n}_state_t *state);"""


def _prototype(c: CompiledObject) -> str:
    n, upper = c.name, c.name.upper()
    state, note = "", ""
    if c.states:
        state, note = f" {n}_state_t *state,", ", the state as before the call"
    return f"""\
/* Runs the model once. Returns 0, or one of {upper}_E_... (< 0; the outputs are then
 * unspecified{note}). The arena has {upper}_ARENA_BYTES bytes at a multiple of
 * {upper}_ARENA_ALIGN. */
int {n}_run(const {n}_inputs_t *inputs, const {n}_outputs_t *outputs,{state} void *arena);"""
