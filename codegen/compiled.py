"""From a LOOP module to a compiled model: object, weights and description."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

from millrace.codegen import elf, llvm, weights
from millrace.codegen.emitter import CheckSite
from millrace.codegen.entry import weights_section
from millrace.codegen.interface import TensorIO, check_io, io_of_loop, states_of_loop
from millrace.codegen.llvm_text import module_text
from millrace.codegen.names import model_identifier
from millrace.codegen.pointers import arena_of
from millrace.codegen.stack import Stack, worst_case
from millrace.codegen.states import StructLayout, plan_states, struct_of
from millrace.codegen.weights import Bytes
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.func import Func
from millrace.ir.errors import CompileError
from millrace.ir.target import TargetInfo
from millrace.ir.types import MemRefType


@dataclass(frozen=True, eq=False)
class CompiledObject:
    """A compiled model.

    ``name`` is the C identifier that prefixes all symbols. ``code`` is the ELF object without
    its weights, ``weights`` the blob that belongs in it; :meth:`object_bytes` and
    :meth:`write_object` bring them together. ``arena_bytes`` and ``arena_align`` say what the
    caller has to provide (at least one byte). ``checks`` names the places that can fail at run
    time, ``states`` what the model keeps between calls, ``stack`` how much stack a call takes.
    ``table_bytes``: the part of ``weights`` that is tables of the compiler's own;
    ``code_of_functions``: bytes of each function of the IR that was not inlined.
    ``model_hash`` identifies code and weights. ``llvm_ir``, ``optimized_ir`` and ``assembly`` are
    there when they were asked for."""

    name: str
    target: TargetInfo
    code: bytes
    weights: Bytes
    inputs: tuple[TensorIO, ...]
    outputs: tuple[TensorIO, ...]
    arena_bytes: int
    arena_align: int
    model_hash: str
    states: tuple[TensorIO, ...] = ()
    checks: tuple[CheckSite, ...] = ()
    kernels: tuple[str, ...] = ()
    stack: Stack = field(default_factory=Stack)
    table_bytes: int = 0
    code_of_functions: Mapping[str, int] = field(default_factory=dict)
    llvm_ir: str | None = field(default=None, repr=False)
    optimized_ir: str | None = field(default=None, repr=False)
    assembly: str | None = field(default=None, repr=False)

    @property
    def run_symbol(self) -> str:
        return f"{self.name}_run"

    @property
    def invoke_symbol(self) -> str:
        return f"{self.name}_invoke"

    @property
    def init_symbol(self) -> str:
        """``void NAME_init(NAME_state_t *)``: for C."""
        return f"{self.name}_init"

    @property
    def reset_symbol(self) -> str:
        """The same with the weights' address as second argument: for this process."""
        return f"{self.name}_reset"

    @property
    def state_layout(self) -> StructLayout:
        """How ``NAME_state_t`` lies in memory."""
        return struct_of(self.states)

    @property
    def state_bytes(self) -> int:
        """Bytes of one state struct."""
        return self.state_layout.nbytes

    @property
    def code_bytes(self) -> int:
        """Machine instructions, and the read-only data that belongs to them: constants, tables."""
        parsed = elf.Object(self.code)
        placeholder = weights.PLACEHOLDER_BYTES if self.weights.size else 0
        data = parsed.bytes_of(code=False) - placeholder
        return parsed.bytes_of(code=True) + data + self.table_bytes

    @property
    def undefined(self) -> tuple[str, ...]:
        """The symbols that the object needs from libraries."""
        return elf.Object(self.code).undefined()

    @property
    def weight_bytes(self) -> int:
        """The model's own constants, with what is between them to align them."""
        return int(self.weights.size) - self.table_bytes

    @property
    def io_bytes(self) -> int:
        """Bytes of the caller's input and output tensors."""
        return sum(t.nbytes for t in (*self.inputs, *self.outputs))

    @property
    def sizes(self) -> tuple[TensorIO, ...]:
        """The inputs that are run-time sizes, the last ones."""
        return tuple(t for t in self.inputs if t.sizes is not None)

    def object_bytes(self) -> bytes:
        """The complete object file."""
        return b"".join(p if isinstance(p, bytes) else p.data for p in self.object_pieces())

    def write_object(self, path: str | Path) -> None:
        """Write the complete object file, without a copy of the weights in memory."""
        with open(path, "wb") as f:
            for piece in self.object_pieces():
                f.write(piece if isinstance(piece, bytes) else piece.data)

    def object_pieces(self) -> list[bytes | Bytes]:
        """The complete object file, to be written piece by piece."""
        if not self.weights.size:
            return [self.code]
        return elf.with_weights(self.code, weights_section(self.name), self.weights)


def compile_module(
    module: Module,
    target: TargetInfo,
    *,
    name: str,
    inputs: tuple[TensorIO, ...] | None = None,
    outputs: tuple[TensorIO, ...] | None = None,
    states: tuple[TensorIO, ...] | None = None,
    level: int = 3,
    keep_llvm: bool = False,
    keep_optimized: bool = False,
    keep_assembly: bool = False,
) -> CompiledObject:
    """Compile a LOOP-level module (after ``plan-memory``; ``expand-math`` makes it fast).

    ``name`` becomes the prefix of the C names (made an identifier if it is none). ``inputs``,
    ``outputs`` and ``states`` describe the tensors as the user knows them (``io_of_graph`` and
    ``states_of_graph`` on the entry before lowering); without them they are the entry's flat
    buffers. ``level`` is LLVM's optimisation level. The ``keep_*`` switches keep texts in the
    result. The module does not change.

    Raises IRError for operations without machine code, CompileError for anything else."""
    entry = _entry(module)
    inputs, outputs, states = _interface(entry, inputs, outputs, states)
    prefix = model_identifier(name)
    alignment = weights.weights_alignment(target)
    offsets, size = weights.layout(module, alignment)
    kept = plan_states(entry, states, size, alignment)
    text = module_text(module, target, prefix, offsets, inputs, outputs, kept)
    blob = weights.pack(module, offsets, kept.weights_end, kept.contents)
    emitted = llvm.emit(text.text, target, level=level, optimized=keep_optimized)
    return CompiledObject(
        name=prefix,
        target=target,
        code=elf.for_firmware(emitted.object) if target.bare else emitted.object,
        weights=blob,
        inputs=inputs,
        outputs=outputs,
        arena_bytes=_arena_bytes(module),
        arena_align=target.alignment,
        model_hash=_hash(text.text, blob),
        states=states,
        checks=text.checks,
        kernels=tuple(f.sym_name for f in module.functions() if f.role == "kernel"),
        table_bytes=weights.table_bytes(module),
        code_of_functions=_code(emitted.object, text.symbols),
        stack=_stack(emitted.assembly, target, prefix, stateful=bool(states)),
        llvm_ir=text.text if keep_llvm else None,
        optimized_ir=emitted.optimized,
        assembly=emitted.assembly if keep_assembly else None,
    )


def _code(data: bytes, symbols: Mapping[str, str]) -> dict[str, int]:
    sizes = elf.Object(data).functions()
    return {f: sizes[s] for f, s in symbols.items() if s in sizes}


Tensors = tuple[TensorIO, ...]


def _interface(
    entry: Func, inputs: Tensors | None, outputs: Tensors | None, states: Tensors | None
) -> tuple[Tensors, Tensors, Tensors]:
    """What the caller says of the tensors, checked; the entry's buffers where it says nothing."""
    flat_inputs, flat_outputs = io_of_loop(entry)
    described = (
        flat_inputs if inputs is None else tuple(inputs),
        flat_outputs if outputs is None else tuple(outputs),
        states_of_loop(entry) if states is None else tuple(states),
    )
    check_io(entry, *described)
    return described


def _entry(module: Module) -> Func:
    try:
        return module.entry
    except KeyError:
        raise CompileError("the module has no entry function") from None


def _arena_bytes(module: Module) -> int:
    arena = arena_of(module.entry)
    if arena is None:
        return 1
    assert isinstance(arena.type, MemRefType)
    return max(1, arena.type.shape[0])


def _stack(assembly: str, target: TargetInfo, name: str, *, stateful: bool) -> Stack:
    """The worst case over the functions that the header declares."""
    roots = (f"{name}_run", f"{name}_init") if stateful else (f"{name}_run",)
    return worst_case(assembly, target.triple, roots)


def _hash(text: str, blob: Bytes) -> str:
    h = hashlib.blake2b(text.encode(), digest_size=8)
    h.update(blob.data)
    return h.hexdigest()
