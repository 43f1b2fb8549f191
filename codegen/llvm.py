"""A typed façade over ``llvmlite.binding``: the only file that imports it.

LLVM IR goes in as text; objects, assembly and functions in this process come out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import llvmlite.binding as _llvm

from millrace.ir.errors import CompileError
from millrace.ir.target import TargetInfo


@dataclass(frozen=True)
class Emitted:
    """What LLVM made of one module: the ELF object, the same as assembly, and on request the LLVM
    IR after optimisation."""

    object: bytes
    assembly: str
    optimized: str | None = None


@cache
def _initialize() -> None:
    _llvm.initialize_all_targets()
    _llvm.initialize_all_asmprinters()
    _llvm.initialize_native_asmparser()
    # It adds some products of 16-bit numbers twice; what is worth it are intrinsics already.
    _llvm.set_option("millrace", "--disable-arm-parallel-dsp")


def version() -> str:
    """LLVM's version, such as ``22.1.0``."""
    return ".".join(map(str, _llvm.llvm_version_info))


def host_triple() -> str:
    return str(_llvm.get_default_triple())


@cache
def host_features() -> str:
    """The features that the machine at hand has: ``+avx2,+fma,...``, sorted."""
    _initialize()
    found = dict(_llvm.get_host_cpu_features())
    return ",".join(f"+{name}" for name in sorted(found) if found[name])


def emit(
    text: str,
    target: TargetInfo,
    *,
    level: int = 3,
    optimized: bool = False,
) -> Emitted:
    """Optimise a module and make an object of it, position-independent where there is an
    operating system.

    LLVM's loop and SLP vectorizers and its unroller are off, and its middle end only cleans up
    (level 1): our kernels arrive tiled, higher levels took a quarter longer and changed no
    measured time. ``level`` is that of the back end.
    CompileError when the text is not valid LLVM IR, which is a fault of the compiler.
    """
    machine = _machine(target, level)
    module = _parse(text)
    module.data_layout = str(machine.target_data)
    tuning = _llvm.create_pipeline_tuning_options(speed_level=min(level, 1))
    tuning.loop_vectorization = False
    tuning.slp_vectorization = False
    tuning.loop_unrolling = False
    passes = _llvm.create_pass_builder(machine, tuning)
    manager = passes.getModulePassManager()
    try:
        manager.run(module, passes)
    finally:
        _close(manager)
    # The back end rewrites the module that it is given: each run of it gets one of its own. Read
    # from bytes, not cloned: clones differ in the order of uses, which changes what is emitted,
    # and the stack is read from the assembly that is that of the object.
    bitcode = module.as_bitcode()
    assembly = str(machine.emit_assembly(_llvm.parse_bitcode(bitcode)))
    here = target.name == "host"
    same = _assembled(assembly, target) if here else _llvm.parse_bitcode(bitcode)
    return Emitted(
        object=bytes(machine.emit_object(same)),
        assembly=assembly,
        optimized=str(module) if optimized else None,
    )


def _close(manager: Any) -> None:
    """Free a pass manager. Two base classes of llvmlite's have a ``_dispose``, and the first one
    does nothing: each compilation would keep its passes in memory for good."""
    if type(manager)._dispose is _llvm.ffi.ObjectRef._dispose:
        _llvm.newpassmanagers.NewPassManager._dispose(manager)
    manager.close()


def _assembled(assembly: str, target: TargetInfo) -> Any:
    """A module that is nothing but this assembly. To assemble takes a quarter of the time of the
    back end; LLVM has an assembler for the machine at hand only."""
    escaped = assembly.replace("\\", r"\5C").replace('"', r"\22")
    kept = (line for line in escaped.splitlines() if not line.lstrip().startswith(".file"))
    lines = (f'module asm "{line}"' for line in kept)
    return _parse("\n".join((f'target triple = "{target.triple}"', *lines)))


def _machine(target: TargetInfo, level: int) -> Any:
    _initialize()
    try:
        found = _llvm.Target.from_triple(target.triple)
    except RuntimeError as e:
        raise CompileError(f"target {target.name}: {e}") from None
    return found.create_target_machine(
        cpu=target.cpu,
        features=target.features,
        opt=level,
        reloc="static" if target.bare else "pic",
        codemodel="default",
        abiname=target.abi if target.triple.startswith("riscv") else "",
    )


def _parse(text: str) -> Any:
    try:
        module = _llvm.parse_assembly(text)
        module.verify()
    except RuntimeError as e:
        raise CompileError(f"internal error: LLVM refuses the generated code: {e}") from None
    return module


class LoadedObject:
    """An object linked into this process. Keep it alive as long as its functions are in use."""

    def __init__(self, data: bytes) -> None:
        _initialize()
        machine = _llvm.Target.from_triple(host_triple()).create_target_machine(opt=0)
        empty = _llvm.parse_assembly(f'target triple = "{host_triple()}"')
        self._engine = _llvm.create_mcjit_compiler(empty, machine)
        self._file = _llvm.ObjectFileRef.from_data(data)
        self._engine.add_object_file(self._file)
        self._engine.finalize_object()

    def address(self, symbol: str) -> int:
        """The address of a function; CompileError when the object has none of that name."""
        found = int(self._engine.get_function_address(symbol))
        if not found:
            raise CompileError(f"the object defines no function {symbol!r}")
        return found
