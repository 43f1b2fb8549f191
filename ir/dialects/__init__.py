"""Dialects. Importing this package defines every operation class."""

from millrace.ir.dialects import (
    arith,
    arm,
    builtin,
    func,
    linalg,
    math,
    memref,
    mr,
    scf,
    tensor,
    vector,
)

__all__ = [
    "arith",
    "arm",
    "builtin",
    "func",
    "linalg",
    "math",
    "memref",
    "mr",
    "scf",
    "tensor",
    "vector",
]
