"""Operations on floats by integer arithmetic on their bits, for machines that would call a library.

Each function takes and gives floats of 32 or 64 bits; the results are those of the IEEE operation.
A quiet NaN stays itself. All of it works on vectors too.
"""

from __future__ import annotations

from dataclasses import dataclass

from millrace.ir.attributes import Scalar
from millrace.ir.core import Block, Value
from millrace.ir.dialects import arith, scf
from millrace.ir.types import F64, I32, I64, INDEX, ElementType, IntegerType
from millrace.passes.loop.lanes import Lanes, Num


@dataclass(frozen=True)
class Layout:
    """Where sign, exponent and fraction lie in an integer of the same width."""

    integer: IntegerType
    fraction: int
    """Bits of the fraction."""
    bias: int

    @property
    def width(self) -> int:
        return self.integer.width

    @property
    def magnitude(self) -> int:
        return (1 << (self.width - 1)) - 1

    @property
    def infinity(self) -> int:
        return (2 * self.bias + 1) << self.fraction

    @property
    def one(self) -> int:
        """The bits of 1.0."""
        return self.bias << self.fraction


_SINGLE, _DOUBLE = Layout(I32, 23, 127), Layout(I64, 52, 1023)


def layout_of(element: ElementType) -> Layout:
    return _DOUBLE if element == F64 else _SINGLE


def compare(x: Num, relation: str, y: Num | int) -> Num:
    """A comparison of integers."""
    return x.lanes.emit(arith.CmpI, x, x.like(y), predicate=arith.cmp_i(relation))


def is_nan(bits: Num, f: Layout) -> Num:
    return compare(bits & f.magnitude, "sgt", f.infinity)


# ---- the larger and the smaller


def extreme(x: Num, y: Num, *, largest: bool, keep_nan: bool) -> Num:
    """The larger (or smaller) one. With a NaN: that one (``keep_nan``), or the other operand."""
    f = layout_of(x.element)
    a, b = x.bits(), y.bits()
    above = compare(_ordered(a, f), "sgt" if largest else "slt", _ordered(b, f))
    lanes = x.lanes
    chosen = lanes.select(above, a, b)
    if keep_nan:
        chosen = lanes.select(is_nan(b, f), b, chosen)
        chosen = lanes.select(is_nan(a, f), a, chosen)
    else:
        chosen = lanes.select(is_nan(b, f), a, chosen)
        chosen = lanes.select(is_nan(a, f), b, chosen)
    return chosen.as_float()


def _ordered(bits: Num, f: Layout) -> Num:
    """Integers in the order of the floats: those of negative numbers are turned around."""
    return bits ^ ((bits >> (f.width - 1)) & f.magnitude)


# ---- rounding to integral numbers


def rounded(x: Num, how: str) -> Num:
    """``how``: ``floor``, ``ceil``, ``trunc``, ``round`` (half away from zero) or ``roundeven``."""
    f, lanes, bits = layout_of(x.element), x.lanes, x.bits()
    size = bits & f.magnitude
    sign = bits ^ size
    # Bits below the units: none from 2^fraction on, all of them below 1 (where 1 and 0 remain).
    exponent = (size >> f.fraction) - f.bias
    small = compare(exponent, "slt", 0)
    large = compare(exponent, "sge", f.fraction)
    count = lanes.select(small | large, 0, exponent)
    below = lanes.emit(arith.ShRUI, bits.like((1 << f.fraction) - 1), count)
    whole = (size + _addend(size, sign, below, how)) & (below ^ -1)
    whole = lanes.select(small, _below_one(size, sign, f, how), whole)
    return lanes.select(large, bits, sign | whole).as_float()


def _addend(size: Num, sign: Num, below: Num, how: str) -> Num:
    """What is added to the magnitude before the bits below the units are dropped."""
    lanes, zero = size.lanes, size.like(0)
    if how == "trunc":
        return zero
    if how in ("floor", "ceil"):
        return lanes.select(compare(sign, "ne" if how == "floor" else "eq", 0), below, zero)
    half = below.shift_right_logical(1) + 1
    if how == "round":
        return half
    units = below + 1
    odd = compare(size & units, "ne", 0)
    return lanes.select(odd, half, half - 1)


def _below_one(size: Num, sign: Num, f: Layout, how: str) -> Num:
    """The magnitude of the rounded number for magnitudes below 1."""
    lanes, zero, one = size.lanes, size.like(0), size.like(f.one)
    if how == "trunc":
        return zero
    if how in ("floor", "ceil"):
        away = compare(sign, "ne" if how == "floor" else "eq", 0) & compare(size, "ne", 0)
        return lanes.select(away, one, zero)
    half = (f.bias - 1) << f.fraction
    return lanes.select(compare(size, "sge" if how == "round" else "sgt", half), one, zero)


# ---- square root


def square_root(x: Num) -> Num:
    """Rounded correctly; NaN below zero. One bit of the root a step."""
    f, lanes, bits = layout_of(x.element), x.lanes, x.bits()
    # Subnormals are scaled by an even power of two first.
    up = f.fraction + f.fraction % 2 + 2
    subnormal = compare(bits, "slt", 1 << f.fraction)
    normal = lanes.if_any(
        subnormal,
        lambda: lanes.select(subnormal, (x * 2.0**up).bits(), bits),
        lambda: bits,
    )
    exponent = (normal >> f.fraction) - f.bias
    mantissa = (normal & ((1 << f.fraction) - 1)) | (1 << f.fraction)
    odd = exponent & 1
    mantissa = lanes.emit(arith.ShLI, mantissa, odd)
    root = _integer_root(mantissa, f) + ((exponent >> 1) << f.fraction)
    root = lanes.select(subnormal, root - (up // 2 << f.fraction), root)
    nan = bits.like(f.infinity | 1 << (f.fraction - 1))
    # Zeros of both signs, infinity and NaN are their own roots.
    special = lanes.select(compare(bits, "slt", 0), nan, bits)
    special = lanes.select(compare(bits & f.magnitude, "eq", 0) | is_nan(bits, f), bits, special)
    ordinary = compare(bits, "sgt", 0) & compare(bits, "slt", f.infinity)
    return lanes.select(ordinary, root, special).as_float()


def _integer_root(mantissa: Num, f: Layout) -> Num:
    """The bits of the root of a number of ``fraction`` + 1 or + 2 bits, with the exponent 0."""
    lanes = mantissa.lanes
    b = lanes.b
    zero = mantissa.like(0)
    start = [mantissa << 1, zero, zero, mantissa.like(1 << (f.fraction + 1))]
    block = Block([INDEX, *(v.value.type for v in start)])
    bounds = [b.value(arith.Constant, value=Scalar(n, INDEX)) for n in (0, f.fraction + 2, 1)]
    with b.at_end_of(block):
        inner = Lanes(b, mantissa.value.type)
        b.create(scf.Yield, _root_step(*(Num(inner, v) for v in block.args[1:])))
    loop = b.create(scf.For, *bounds, [v.value for v in start], block=block)
    rest, _, root, _ = (Num(lanes, v) for v in loop.results)
    rounds_up = compare(rest, "ne", 0)
    root = lanes.select(rounds_up, root + (root & 1), root)
    return root.shift_right_logical(1) + ((f.bias - 1) << f.fraction)


def _root_step(rest: Num, twice: Num, root: Num, bit: Num) -> list[Value]:
    """Decide one bit of the root; ``twice`` is two times the root so far."""
    lanes, zero = rest.lanes, rest.like(0)
    trial = twice + bit
    fits = compare(trial, "sle", rest)
    rest = rest - lanes.select(fits, trial, zero)
    twice = lanes.select(fits, trial + bit, twice)
    root = lanes.select(fits, root + bit, root)
    return [v.value for v in (rest << 1, twice, root, bit.shift_right_logical(1))]
