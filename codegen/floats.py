"""Conversions between f32 and the 16-bit floats that a target has no instructions for.

Round to nearest, ties to even; NaNs stay NaNs. Such values live as integers of 16 bits, so the
conversions are integer arithmetic on scalars and vectors alike.
"""

from __future__ import annotations

from millrace.codegen.emitter import FunctionEmitter
from millrace.ir.types import (
    BF16,
    F32,
    I1,
    I16,
    I32,
    ElementType,
    Type,
    VectorType,
    element_of,
)


def with_element(t: Type, element: ElementType) -> Type:
    """The scalar or vector type of the same shape with another element."""
    return VectorType(t.shape, element) if isinstance(t, VectorType) else element


class _Lanes:
    """Integer instructions on values shaped like ``like``."""

    def __init__(self, e: FunctionEmitter, like: Type) -> None:
        self.e = e
        self.vector = isinstance(like, VectorType)
        self.i16, self.i32, self.f32, self.i1 = (
            e.types(with_element(like, t)) for t in (I16, I32, F32, I1)
        )

    def const(self, value: int, element: str = "i32") -> str:
        return f"splat ({element} {value})" if self.vector else str(value)

    def op(self, name: str, a: str, b: str | int) -> str:
        right = self.const(b) if isinstance(b, int) else b
        return self.e.value(f"{name} {self.i32} {a}, {right}")

    def cast(self, name: str, x: str, source: str, to: str) -> str:
        return self.e.value(f"{name} {source} {x} to {to}")

    def compare(self, relation: str, a: str, b: int) -> str:
        return self.e.value(f"icmp {relation} {self.i32} {a}, {self.const(b)}")

    def select(self, c: str, x: str, y: str) -> str:
        return self.e.value(f"select {self.i1} {c}, {self.i32} {x}, {self.i32} {y}")


def widen(e: FunctionEmitter, x: str, t: Type) -> str:
    """An emulated 16-bit float as f32."""
    n = _Lanes(e, t)
    bits = n.cast("zext", x, n.i16, n.i32)
    wide = n.op("shl", bits, 16) if element_of(t) == BF16 else _half_bits_to_single(n, bits)
    return n.cast("bitcast", wide, n.i32, n.f32)


def narrow(e: FunctionEmitter, x: str, t: Type) -> str:
    """f32 rounded to the emulated 16-bit float type ``t``."""
    n = _Lanes(e, t)
    bits = n.cast("bitcast", x, n.f32, n.i32)
    half = _single_to_bf16_bits(n, bits) if element_of(t) == BF16 else _single_to_half_bits(n, bits)
    return n.cast("trunc", half, n.i32, n.i16)


def to_odd_single(e: FunctionEmitter, x: str, t: Type) -> str:
    """f64 as f32, rounded to odd, so that rounding it once more to 16 bits is rounding once."""
    n = _Lanes(e, t)
    double = e.types(t)
    single = e.value(f"fptrunc {double} {x} to {n.f32}")
    back = e.value(f"fpext {n.f32} {single} to {double}")
    lanes = f"v{t.shape[0]}" if isinstance(t, VectorType) else ""
    fabs = f"llvm.fabs.{lanes}f64"
    sizes = [e.call(fabs, double, [(double, v)]) for v in (back, x)]
    above = e.value(f"fcmp ogt {double} {sizes[0]}, {sizes[1]}")
    inexact = e.value(f"fcmp one {double} {back}, {x}")
    bits = n.cast("bitcast", single, n.f32, n.i32)
    toward_zero = n.op("sub", bits, n.cast("zext", above, n.i1, n.i32))
    odd = n.op("or", toward_zero, n.cast("zext", inexact, n.i1, n.i32))
    return n.cast("bitcast", odd, n.i32, n.f32)


def _half_bits_to_single(n: _Lanes, bits: str) -> str:
    sign = n.op("shl", n.op("and", bits, 0x8000), 16)
    magnitude = n.op("and", bits, 0x7FFF)
    # As f32 bits the magnitude is 2^-112 times too small; the product also mends subnormals.
    small = n.cast("bitcast", n.op("shl", magnitude, 13), n.i32, n.f32)
    scale = n.e.types.literal(2.0**112, F32)
    factor = f"splat (float {scale})" if n.vector else scale
    scaled = n.cast("bitcast", n.e.value(f"fmul {n.f32} {small}, {factor}"), n.f32, n.i32)
    special = n.compare("uge", magnitude, 0x7C00)
    mended = n.select(special, n.op("or", scaled, 0x7F800000), scaled)
    return n.op("or", mended, sign)


def _single_to_bf16_bits(n: _Lanes, bits: str) -> str:
    odd = n.op("and", n.op("lshr", bits, 16), 1)
    rounded = n.op("add", n.op("add", bits, 0x7FFF), odd)
    nan = n.compare("ugt", n.op("and", bits, 0x7FFFFFFF), 0x7F800000)
    quiet = n.op("or", bits, 0x400000)
    return n.op("lshr", n.select(nan, quiet, rounded), 16)


def _single_to_half_bits(n: _Lanes, bits: str) -> str:
    sign = n.op("and", n.op("lshr", bits, 16), 0x8000)
    magnitude = n.op("and", bits, 0x7FFFFFFF)
    odd = n.op("and", n.op("lshr", magnitude, 13), 1)
    biased = n.op("add", magnitude, 0xFFF - (112 << 23))
    normal = n.op("lshr", n.op("add", biased, odd), 13)
    # Adding 0.5 aligns a subnormal's last bit with that of the sum, which rounds it.
    half = n.e.types.literal(0.5, F32)
    addend = f"splat (float {half})" if n.vector else half
    as_float = n.cast("bitcast", magnitude, n.i32, n.f32)
    aligned = n.cast("bitcast", n.e.value(f"fadd {n.f32} {as_float}, {addend}"), n.f32, n.i32)
    tiny = n.op("sub", aligned, 0x3F000000)
    finite = n.select(n.compare("ult", magnitude, 0x38800000), tiny, normal)
    large = n.select(n.compare("ult", magnitude, 0x47800000), finite, n.const(0x7C00))
    nan = n.compare("ugt", magnitude, 0x7F800000)
    return n.op("or", n.select(nan, n.const(0x7E00), large), sign)
