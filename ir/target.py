"""What passes and code generation know of a target. Travels as ``Module.target``."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields

from millrace.ir.attributes import FrozenDict


@dataclass(frozen=True)
class TargetInfo:
    """A row of the target table (``codegen/targets.py``).

    ``vector_bytes``: width of a vector register, 0 where there are none; ``vector_registers``:
    how many; ``fma``: fused multiply-add in hardware; ``fma_latency``/``fma_per_cycle`` in
    cycles; ``l1_bytes``/``l2_bytes``: data caches, 0 when there are none; ``pointer_bytes``;
    ``alignment``: bytes to which buffers are aligned; ``flash_bytes``/``ram_bytes``: budgets, 0
    for none."""

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

    def to_attr(self) -> FrozenDict:
        return FrozenDict(asdict(self))

    @staticmethod
    def from_attr(attr: FrozenDict) -> TargetInfo:
        return TargetInfo(**{f.name: attr[f.name] for f in fields(TargetInfo) if f.name in attr})
