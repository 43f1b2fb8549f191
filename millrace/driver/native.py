"""Which targets' code this machine can execute."""

from __future__ import annotations

from millrace.codegen import host
from millrace.ir.target import TargetInfo

_V2 = frozenset(["cx16", "sahf", "popcnt", "sse3", "sse4.1", "sse4.2", "ssse3"])
_V3 = _V2 | frozenset(["avx", "avx2", "bmi", "bmi2", "f16c", "fma", "lzcnt", "movbe"])
_V4 = _V3 | frozenset(["avx512bw", "avx512cd", "avx512dq", "avx512f", "avx512vl"])
_BASELINES = {"x86-64-v2": _V2, "x86-64-v3": _V3, "x86-64-v4": _V4}
"""What the x86-64 psABI asks for at each level."""


def runs_here(target: TargetInfo) -> bool:
    """True when this machine has the architecture and all CPU features of ``target``."""
    here = host()
    if _architecture(target) != _architecture(here):
        return False
    needed = set(_BASELINES.get(target.cpu, ()))
    needed |= {f[1:] for f in target.features.split(",") if f.startswith("+")}
    return needed <= {f[1:] for f in here.features.split(",") if f.startswith("+")}


def _architecture(target: TargetInfo) -> str:
    return target.triple.split("-")[0]
