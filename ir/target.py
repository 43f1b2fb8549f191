"""What passes and code generation know of a target. Travels as ``Module.target``."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields

from millrace.ir.attributes import FrozenDict


@dataclass(frozen=True)
class TargetInfo:
    """A row of the target table (``codegen/targets.py``).

    The machine as LLVM and C compilers name it: ``triple``, ``cpu``, ``features``; ``abi``: how
    floats are passed, ``hard`` or ``soft`` on 32-bit ARM, the ABI's name on RISC-V, empty where
    there is one only; ``cc_flags``: what GCC needs to be told to compile for the same machine;
    ``pointer_bytes``; ``bare``: without an operating system, linked statically.

    Vectors: ``vector_bytes``: width of a register, 0 where there are none; ``vector_registers``:
    how many, or how many floats registers hold where there are no vectors; ``vector_float``:
    whether vectors compute with floats; ``registers``: general ones that are free for values;
    ``mve``: the vector instructions are MVE (Helium); ``dsp``: 16-bit SIMD within general
    registers (``smlad``, ``sxtb16``, ``ssat``).

    Scalars: ``fpu``: the widest float that is computed in hardware, ``none``, ``single`` or
    ``double``; ``fpu_round``: rounding to integral floats in hardware; ``long_multiply``: a product
    of 64 bits of two 32-bit numbers in one instruction; ``divide``: integer division in hardware;
    ``fma``: fused multiply-add in hardware; ``fma_latency``/``fma_per_cycle``: cycles.

    ``code_size``: LLVM's size attribute that makes the best code, ``optsize`` or ``minsize``
    (measured: small code is quicker code where every instruction takes its turn).

    Memory: ``alignment``: bytes to which buffers and large constants are aligned;
    ``l1_bytes``/``l2_bytes``: data caches, 0 when there are none; ``flash_bytes``/``ram_bytes``:
    what decisions assume to be there, 0 for plenty."""

    name: str
    triple: str
    cpu: str = ""
    features: str = ""
    vector_bytes: int = 16
    vector_registers: int = 16
    fma: bool = True
    fma_latency: int = 4
    fma_per_cycle: int = 2
    l1_bytes: int = 32768
    l2_bytes: int = 1 << 20
    pointer_bytes: int = 8
    alignment: int = 64
    flash_bytes: int = 0
    ram_bytes: int = 0
    abi: str = ""
    cc_flags: str = ""
    bare: bool = False
    registers: int = 14
    vector_float: bool = True
    mve: bool = False
    dsp: bool = False
    fpu: str = "double"
    fpu_round: bool = True
    long_multiply: bool = True
    divide: bool = True
    code_size: str = ""

    @property
    def single_issue(self) -> bool:
        """Whether code is best that has the fewest instructions: cores without caches, which
        execute them one by one."""
        return self.bare and not self.l1_bytes

    def to_attr(self) -> FrozenDict:
        return FrozenDict(asdict(self))

    @staticmethod
    def from_attr(attr: FrozenDict) -> TargetInfo:
        return TargetInfo(**{f.name: attr[f.name] for f in fields(TargetInfo) if f.name in attr})
