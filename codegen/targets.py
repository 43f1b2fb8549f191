"""The targets that Millrace knows by name.

A row is a :class:`millrace.ir.target.TargetInfo`. ``host`` is made from the features of the
machine at hand, never from its CPU's name: LLVM does not know every model number.
"""

from __future__ import annotations

from difflib import get_close_matches
from functools import cache

from millrace.codegen import llvm
from millrace.codegen.embedded import ROWS as _EMBEDDED
from millrace.ir.errors import CompileError
from millrace.ir.target import TargetInfo

_X86_TRIPLE = "x86_64-unknown-linux-gnu"
_ARM64_TRIPLE = "aarch64-unknown-linux-gnu"


def _x86(name: str, *, vector_bytes: int, registers: int, fma: bool) -> TargetInfo:
    return TargetInfo(
        name=name,
        triple=_X86_TRIPLE,
        cpu=name,
        vector_bytes=vector_bytes,
        vector_registers=registers,
        fma=fma,
    )


_ROWS = (
    _x86("x86-64", vector_bytes=16, registers=16, fma=False),
    _x86("x86-64-v2", vector_bytes=16, registers=16, fma=False),
    _x86("x86-64-v3", vector_bytes=32, registers=16, fma=True),
    _x86("x86-64-v4", vector_bytes=64, registers=32, fma=True),
    TargetInfo(
        name="aarch64",
        triple=_ARM64_TRIPLE,
        cpu="generic",
        features="+neon",
        vector_bytes=16,
        vector_registers=32,
    ),
    *_EMBEDDED,
)


@cache
def host() -> TargetInfo:
    """The machine at hand, described by its features."""
    triple = llvm.host_triple()
    features = llvm.host_features()
    names = {f[1:] for f in features.split(",") if f.startswith("+")}
    if not triple.startswith("x86_64"):
        registers, width = (32, 16) if triple.startswith("aarch64") else (16, 16)
        return TargetInfo("host", triple, "generic", features, width, registers)
    wide = {"avx512f", "avx512bw", "avx512dq", "avx512vl"} <= names
    width = 64 if wide else 32 if "avx2" in names else 16
    return TargetInfo(
        name="host",
        triple=triple,
        cpu="x86-64",
        features=features,
        vector_bytes=width,
        vector_registers=32 if wide else 16,
        fma="fma" in names,
    )


def targets() -> tuple[TargetInfo, ...]:
    """All targets, ``host`` first."""
    return (host(), *_ROWS)


def target(name: str) -> TargetInfo:
    """The target of that name. CompileError, listing the names, when there is none."""
    if name == "host":
        return host()
    for row in _ROWS:
        if row.name == name:
            return row
    names = [t.name for t in targets()]
    near = get_close_matches(name.lower().replace("_", "-"), names, n=1, cutoff=0.5)
    hint = f" (did you mean {near[0]!r}?)" if near else ""
    raise CompileError(f"unknown target {name!r}{hint}; the targets are {', '.join(names)}")
