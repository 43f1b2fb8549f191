"""The ``mr`` dialect: tensor operations, one class each, and ``mr.scan``."""

from millrace.ir.dialects.mr import (
    assemble,
    constant,
    contraction,
    control,
    conv,
    gather,
    kinds,
    movement,
    pool,
)

__all__ = [
    "assemble",
    "constant",
    "contraction",
    "control",
    "conv",
    "gather",
    "kinds",
    "movement",
    "pool",
]
