"""LLVM's spelling of our types and constants.

In registers ``i1`` is ``i1``, in memory one byte. ``bf16`` is ``i16`` everywhere, and so is
``f16`` on targets that cannot convert it: LLVM would call library functions that not every
system has. ``index`` is as wide as a pointer in registers and eight bytes in memory.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable

import numpy as np

from millrace.ir.attributes import Scalar
from millrace.ir.target import TargetInfo
from millrace.ir.types import (
    BF16,
    F16,
    ElementType,
    FloatType,
    IndexType,
    IntegerType,
    MemRefType,
    Type,
    VectorType,
    element_of,
    storage_bytes,
)

_FLOAT_NAMES = {"f16": "half", "f32": "float", "f64": "double"}


class TypeText:
    """Spells types for one target."""

    def __init__(self, target: TargetInfo) -> None:
        self.index = f"i{8 * target.pointer_bytes}"
        self.native_f16 = has_native_f16(target)
        self._cache: dict[Type, str] = {}

    def __call__(self, t: Type) -> str:
        """The type of a register."""
        text = self._cache.get(t)
        if text is None:
            text = self._cache[t] = self._spell(t)
        return text

    def _spell(self, t: Type) -> str:
        if isinstance(t, MemRefType):
            return "ptr"
        if isinstance(t, VectorType):
            return f"<{t.shape[0]} x {self.element(t.element)}>"
        return self.element(element_of(t))

    def element(self, t: ElementType) -> str:
        if isinstance(t, IndexType):
            return self.index
        if isinstance(t, IntegerType):
            return f"i{t.width}"
        return "i16" if self.is_emulated(t) else _FLOAT_NAMES[t.name]

    def is_emulated(self, t: ElementType) -> bool:
        """Whether values of the float type are kept as 16 bits of an integer."""
        return t == BF16 or (t == F16 and not self.native_f16)

    def memory(self, t: ElementType) -> str:
        """The type of an element in memory."""
        if isinstance(t, FloatType):
            return self.element(t)
        return f"i{8 * storage_bytes(t)}"

    def literal(self, value: bool | int | float, t: ElementType) -> str:
        """A number as an operand."""
        if isinstance(t, FloatType):
            return self._float(float(value), t)
        if isinstance(t, IntegerType) and t.width == 1:
            return "true" if value else "false"
        return str(int(value))

    def constant(self, c: Scalar) -> str:
        """The value of ``arith.constant`` as an operand."""
        element = element_of(c.type)
        text = self.literal(c.value, element)
        return f"splat ({self.element(element)} {text})" if isinstance(c.type, VectorType) else text

    def _float(self, value: float, t: FloatType) -> str:
        if self.is_emulated(t):
            return str(int(np.array(value).astype(t.dtype).view(np.int16)))
        return _FLOAT_LITERALS[t.name](value)


def _half(value: float) -> str:
    with np.errstate(over="ignore"):
        return f"0xH{int(np.float16(value).view(np.uint16)):04X}"


def _single(value: float) -> str:
    """The shortest text is not exact for LLVM: it wants the double with the same value."""
    with np.errstate(over="ignore"):
        rounded = float(np.float32(value))
    return _double(math.nan if math.isnan(rounded) else rounded)


def _double(value: float) -> str:
    return f"0x{struct.unpack('<Q', struct.pack('<d', value))[0]:016X}"


_FLOAT_LITERALS: dict[str, Callable[[float], str]] = {"f16": _half, "f32": _single, "f64": _double}


def has_native_f16(target: TargetInfo) -> bool:
    """Whether the target converts between f16 and f32 in hardware."""
    if target.triple.startswith("aarch64"):
        return True
    return "+f16c" in target.features.split(",") or target.cpu in ("x86-64-v3", "x86-64-v4")
