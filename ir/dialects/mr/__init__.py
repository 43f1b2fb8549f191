"""The ``mr`` dialect: tensor operations, one class each, and ``mr.scan``."""

from millrace.ir.dialects.mr import (
    constant,
    control,
    kinds,
)

__all__ = [
    "constant",
    "control",
    "kinds",
]
