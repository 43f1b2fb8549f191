"""Elementwise arithmetic."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from millrace.ir.core import OpResult, Value
from millrace.ir.dialects.mr import compare, elementary
from millrace.ir.dialects.mr.cast import cast_array
from millrace.ir.dialects.mr.kinds import Array, Tolerance
from millrace.ir.dialects.mr.support import (
    ANY,
    FLOATS,
    NUMBERS,
    SIGNED,
    Binary,
    Pointwise,
    Unary,
    constant,
    constant_of,
    is_all,
    is_table,
    quiet,
    scalar_like,
)
from millrace.ir.interval import Interval, product
from millrace.ir.opdef import attr, operand, optional_operand, result
from millrace.ir.types import (
    F64,
    ElementType,
    FloatType,
    IntegerType,
    element_of,
    is_float,
)

if TYPE_CHECKING:
    from millrace.ir.builder import Builder
    from millrace.ir.scalar import ScalarBuilder, ScalarValue


class Add(Binary):
    """Sum; integers wrap (ONNX Add, StableHLO add)."""

    name = "mr.add"
    monotone = (1, 1)
    compute = staticmethod(np.add)

    def formula(self, b: ScalarBuilder, x: ScalarValue, y: ScalarValue) -> ScalarValue:
        return b.add(x, y)

    def fold(self, constants: Sequence[Array | None]) -> Sequence[Value] | None:
        for i, value in ((1, self.lhs), (0, self.rhs)):
            if is_all(constants[i], 0):  # the sign of a zero may be lost
                return self.same_as_result(value)
        return None

    def canonicalize(self, b: Builder) -> Sequence[Value] | None:
        """Whole numbers: two constants added one after the other are one."""
        value, last = _with_constant(self)
        if last is None or is_float(element_of(self.result.type)):
            return None
        inner = value.defining_op
        if not isinstance(inner, Add):
            return None
        value, first = _with_constant(inner)
        if first is None:
            return None
        with quiet():
            both = np.asarray(content(first) + content(last))
        if both.size > max(content(first).size, content(last).size):
            return None
        table, element = is_table(first) and is_table(last), element_of(self.result.type)
        return [b.value(Add, value, constant(b, both, element, table=table))]


def content(value: Value) -> Array:
    """The array of a constant."""
    known = constant_of(value)
    assert known is not None
    return known


def _with_constant(op: Add) -> tuple[Value, Value | None]:
    """A sum's one operand, and the other when it is known."""
    for value, other in ((op.lhs, op.rhs), (op.rhs, op.lhs)):
        if constant_of(other) is not None:
            return value, other
    return op.lhs, None


class Sub(Binary):
    """Difference; integers wrap (ONNX Sub)."""

    name = "mr.sub"
    monotone = (1, -1)
    compute = staticmethod(np.subtract)

    def formula(self, b: ScalarBuilder, x: ScalarValue, y: ScalarValue) -> ScalarValue:
        return b.sub(x, y)

    def fold(self, constants: Sequence[Array | None]) -> Sequence[Value] | None:
        return self.same_as_result(self.lhs) if is_all(constants[1], 0) else None

    def canonicalize(self, b: Builder) -> Sequence[Value] | None:
        """Whole numbers: less a constant is plus its negative."""
        known = constant_of(self.rhs)
        element = element_of(self.rhs.type)
        if known is None or is_float(element) or constant_of(self.lhs) is not None:
            return None
        with quiet():
            return [b.value(Add, self.lhs, constant(b, np.negative(known), element))]


class Mul(Binary):
    """Product; integers wrap (ONNX Mul)."""

    name = "mr.mul"
    compute = staticmethod(np.multiply)

    def formula(self, b: ScalarBuilder, x: ScalarValue, y: ScalarValue) -> ScalarValue:
        return b.mul(x, y)

    def fold(self, constants: Sequence[Array | None]) -> Sequence[Value] | None:
        for i, value in ((1, self.lhs), (0, self.rhs)):
            if is_all(constants[i], 1):
                return self.same_as_result(value)
        return None

    def interval(self, *xs: Interval | None) -> Interval | None:
        x, y = xs
        assert x is not None and y is not None
        return product(x, y)


def truncating_div(x: Array, y: Array) -> Array:
    """Integer quotient toward zero; by zero 0; MIN / -1 wraps."""
    q: Array = np.floor_divide(x - np.fmod(x, y), y)
    return np.where(y == 0, np.zeros_like(q), q)


class Div(Binary):
    """Quotient. Integers truncate; by zero they give 0 (ONNX Div)."""

    name = "mr.div"

    def compute(self, x: Array, y: Array) -> Array:
        return np.divide(x, y) if x.dtype.kind == "f" else truncating_div(x, y)

    def formula(self, b: ScalarBuilder, x: ScalarValue, y: ScalarValue) -> ScalarValue:
        return b.div(x, y)

    def fold(self, constants: Sequence[Array | None]) -> Sequence[Value] | None:
        return self.same_as_result(self.lhs) if is_all(constants[1], 1) else None

    def interval(self, *xs: Interval | None) -> Interval | None:
        x, y = xs
        assert x is not None and y is not None
        if not y.is_point or y.least <= 0:
            return None
        return Interval.of(truncating_div(x.low, y.low), truncating_div(x.high, y.low))

    def canonicalize(self, b: Builder) -> Sequence[Value] | None:
        """Division by powers of two becomes the exact product."""
        inverse = _exact_inverse(constant_of(self.rhs))
        if inverse is None:
            return None
        return [b.value(Mul, self.lhs, constant(b, inverse, element_of(self.rhs.type)))]


def _exact_inverse(x: Array | None) -> Array | None:
    """1 / x when that is exact and normal everywhere."""
    if x is None or x.size == 0 or x.dtype.kind in "iub":
        return None
    wide = x.astype(np.float64)
    mantissa, exponent = np.frexp(wide)
    exact = (np.abs(mantissa) == 0.5) & (np.abs(exponent) < _NORMAL_EXPONENT[x.dtype.itemsize])
    return 1 / wide if exact.all() else None


_NORMAL_EXPONENT = {2: 13, 4: 125, 8: 1021}
"""By the bytes of a float: powers of two below this have a normal inverse."""


class FloorDiv(Binary):
    """Quotient rounded toward minus infinity, as Python's ``//`` and numpy's ``floor_divide``;
    integers by zero give 0."""

    name = "mr.floor_div"

    def compute(self, x: Array, y: Array) -> Array:
        return np.floor_divide(x, y)

    def formula(self, b: ScalarBuilder, x: ScalarValue, y: ScalarValue) -> ScalarValue:
        if not is_float(x.type):
            return b.floordiv(x, y)
        zero, one = b.const_like(0.0, x), b.const_like(1.0, x)
        whole, rest = b.div(x, y), b.rem(x, y)
        exact = b.div(b.sub(x, rest), y)
        crosses = b.xor(b.lt(y, zero), b.lt(rest, zero))
        below = b.select(b.and_(b.ne(rest, zero), crosses), b.sub(exact, one), exact)
        down = b.floor(below)
        near = b.gt(b.sub(below, down), b.const_like(0.5, x))
        rounded = b.select(near, b.add(down, one), down)
        return b.select(b.eq(y, zero), whole, rounded)

    def canonicalize(self, b: Builder) -> Sequence[Value] | None:
        """Division of integers by a power of two is a shift."""
        from millrace.ir.dialects.mr.bits import ShiftRight

        power = _power_of_two(constant_of(self.rhs))
        if power is None:
            return None
        return [b.value(ShiftRight, self.lhs, constant(b, power, element_of(self.rhs.type)))]


def _power_of_two(x: Array | None) -> Array | None:
    """The exponents of integers that are all positive powers of two."""
    if x is None or x.size == 0 or x.dtype.kind not in "iu":
        return None
    good = (x > 0) & (x & (x - 1) == 0)
    return np.log2(x.astype(np.float64)).astype(x.dtype) if good.all() else None


class Mod(Binary):
    """Remainder. By default it has the divisor's sign, as Python's ``%`` (ONNX Mod with fmod=0);
    with ``fmod`` the dividend's, as C. Integers modulo zero give 0."""

    name = "mr.mod"
    fmod: bool = attr(False)

    def compute(self, x: Array, y: Array) -> Array:
        r: Array = np.fmod(x, y) if self.fmod else np.remainder(x, y)
        return r if x.dtype.kind == "f" else np.where(y == 0, np.zeros_like(r), r)

    def formula(self, b: ScalarBuilder, x: ScalarValue, y: ScalarValue) -> ScalarValue:
        rest = b.rem(x, y)
        zero = b.const_like(0, x)
        if not is_float(x.type):
            rest = b.select(b.eq(y, zero), zero, rest)
        if self.fmod or (isinstance(x.type, IntegerType) and x.type.unsigned):
            return rest
        crosses = b.xor(b.lt(y, zero), b.lt(rest, zero))
        return b.select(b.and_(b.ne(rest, zero), crosses), b.add(rest, y), rest)

    def canonicalize(self, b: Builder) -> Sequence[Value] | None:
        """The remainder of integers by a power of two are the low bits."""
        from millrace.ir.dialects.mr.bits import BitwiseAnd

        known = constant_of(self.rhs)
        truncating = self.fmod and known is not None and known.dtype.kind == "i"
        if truncating or known is None or _power_of_two(known) is None:
            return None
        return [b.value(BitwiseAnd, self.lhs, constant(b, known - 1, element_of(self.rhs.type)))]


class Pow(Pointwise):
    """Power. The result has the base's type, whatever the exponent's (ONNX Pow): with a float
    exponent an integer base is computed in f64 and truncated; integers to negative powers are
    truncated fractions (0, or 1 and -1 for these bases)."""

    name = "mr.pow"
    tolerance = Tolerance(ulp=4)
    lhs: Value = operand()
    rhs: Value = operand()
    result: OpResult = result()

    def check_elements(self, *elements: ElementType) -> None:
        for e in elements:
            if e not in NUMBERS:
                raise self.error(f"not defined on {e}")

    def compute(self, x: Array, y: Array) -> Any:
        if x.dtype.kind == "f":
            return _float_power(x, y.astype(x.dtype))
        if y.dtype.kind != "f":
            return _integer_power(x, y)
        return cast_array(_float_power(x.astype(np.float64), y.astype(np.float64)), x.dtype)

    def formula(self, b: ScalarBuilder, x: ScalarValue, y: ScalarValue) -> ScalarValue:
        if isinstance(x.type, FloatType):
            return b.pow(x, b.cast(y, x.type))
        if isinstance(y.type, FloatType):
            return b.cast(b.pow(b.cast(x, F64), b.cast(y, F64)), x.type)
        return _integer_power_formula(b, x, y)

    def fold(self, constants: Sequence[Array | None]) -> Sequence[Value] | None:
        same = self.lhs.type == self.result.type
        return [self.lhs] if same and is_all(constants[1], 1) else None

    def canonicalize(self, b: Builder) -> Sequence[Value] | None:
        """Small whole powers become products, the power 1/2 a root."""
        exponent = constant_of(self.rhs)
        if self.lhs.type != self.result.type:
            return None
        if is_all(exponent, 2):
            return [b.value(Mul, self.lhs, self.lhs)]
        if is_all(exponent, 3):
            return [b.value(Mul, b.value(Mul, self.lhs, self.lhs), self.lhs)]
        if not is_float(element_of(self.lhs.type)):
            return None
        if is_all(exponent, -1):
            return [b.value(Reciprocal, self.lhs)]
        if is_all(exponent, 0.5):
            return [self._root(b)]
        if is_all(exponent, -0.5):
            return [b.value(Reciprocal, self._root(b))]
        return None

    def _root(self, b: Builder) -> Value:
        """The square root, but as of the power: 0 of -0, infinity of -infinity."""
        root = b.value(Abs, b.value(elementary.Sqrt, self.lhs))
        low = b.value(compare.Equal, self.lhs, scalar_like(b, -float("inf"), self.lhs))
        return b.value(compare.Where, low, scalar_like(b, float("inf"), self.lhs), root)


def _float_power(x: Array, y: Array) -> Array:
    """C's pow; numpy takes the root instead, NaN of -infinity, for a scalar exponent of 1/2."""
    shape = np.broadcast_shapes(x.shape, y.shape)
    base, exponent = np.broadcast_arrays(np.atleast_1d(x), y)
    return np.asarray(np.power(base, exponent.copy())).reshape(shape)


def _integer_power(x: Array, y: Array) -> Array:
    x, y = np.broadcast_arrays(x, y)
    out, base, left = np.ones_like(x), x.copy(), np.maximum(y, 0)
    while left.any():
        out = np.where(left & 1 == 1, out * base, out)
        base = base * base
        left = left >> 1
    if y.dtype.kind == "u" or not (y < 0).any():
        return out
    odd = np.where(y & 1 == 1, x, np.ones_like(x))
    unit = (x == 1) | (x == -1 if x.dtype.kind == "i" else False)
    return np.where(y < 0, np.where(unit, odd, np.zeros_like(x)), out)


def _integer_power_formula(b: ScalarBuilder, x: ScalarValue, y: ScalarValue) -> ScalarValue:
    """Square and multiply over the exponent's bits, unrolled."""
    assert isinstance(y.type, IntegerType) and isinstance(x.type, IntegerType)
    one_y, zero_y = b.const_like(1, y), b.const_like(0, y)
    one, zero = b.const_like(1, x), b.const_like(0, x)
    bits = y.type.width if y.type.unsigned else y.type.width - 1
    out, base, left = one, x, y
    for i in range(bits):
        odd = b.eq(b.and_(left, one_y), one_y)
        out = b.select(odd, b.mul(out, base), out)
        if i + 1 < bits:
            base = b.mul(base, base)
            left = b.shr(left, one_y)
    if y.type.unsigned:
        return out
    unit = b.eq(x, one)
    if not x.type.unsigned:
        unit = b.or_(unit, b.eq(x, b.const_like(-1, x)))
    odd_power = b.select(b.eq(b.and_(y, one_y), one_y), x, one)
    return b.select(b.lt(y, zero_y), b.select(unit, odd_power, zero), out)


class Max(Binary):
    """The larger; NaN if either is NaN (ONNX Max of two)."""

    name = "mr.max"
    monotone = (1, 1)
    accepts = ANY
    compute = staticmethod(np.maximum)

    def selects(self) -> bool:
        return True

    def formula(self, b: ScalarBuilder, x: ScalarValue, y: ScalarValue) -> ScalarValue:
        return b.maximum(x, y)


class Min(Binary):
    """The smaller; NaN if either is NaN (ONNX Min of two)."""

    name = "mr.min"
    monotone = (1, 1)
    accepts = ANY
    compute = staticmethod(np.minimum)

    def selects(self) -> bool:
        return True

    def formula(self, b: ScalarBuilder, x: ScalarValue, y: ScalarValue) -> ScalarValue:
        return b.minimum(x, y)


class Neg(Unary):
    """Negation; integers wrap (ONNX Neg)."""

    name = "mr.neg"
    monotone = (-1,)
    compute = staticmethod(np.negative)

    def formula(self, b: ScalarBuilder, x: ScalarValue) -> ScalarValue:
        return b.neg(x)

    def fold(self, constants: Sequence[Array | None]) -> Sequence[Value] | None:
        inner = self.input.defining_op
        return [inner.input] if isinstance(inner, Neg) else None


class Abs(Unary):
    """Absolute value; the smallest integer stays (ONNX Abs)."""

    name = "mr.abs"
    compute = staticmethod(np.abs)

    def formula(self, b: ScalarBuilder, x: ScalarValue) -> ScalarValue:
        return b.abs(x)


class Sign(Unary):
    """-1, 0 or 1; NaN of NaN (ONNX Sign)."""

    name = "mr.sign"
    monotone = (1,)
    compute = staticmethod(np.sign)

    def formula(self, b: ScalarBuilder, x: ScalarValue) -> ScalarValue:
        one, zero = b.const_like(1, x), b.const_like(0, x)
        positive = b.select(b.gt(x, zero), one, x)
        if x.type not in SIGNED | FLOATS:
            return positive
        return b.select(b.lt(x, zero), b.const_like(-1, x), positive)


class Reciprocal(Unary):
    """1 / x (ONNX Reciprocal)."""

    name = "mr.reciprocal"
    accepts = FLOATS
    compute = staticmethod(np.reciprocal)

    def formula(self, b: ScalarBuilder, x: ScalarValue) -> ScalarValue:
        return b.div(b.const_like(1.0, x), x)


class Clip(Pointwise):
    """Bounded from below and above, each bound optional (ONNX Clip); NaN stays. With crossed
    bounds the upper one wins."""

    name = "mr.clip"
    monotone = (1, 1, 1)
    input: Value = operand()
    low: Value | None = optional_operand()
    high: Value | None = optional_operand()
    result: OpResult = result()

    def compute(self, x: Array, low: Array | None, high: Array | None) -> Array:
        y = x if low is None else np.maximum(x, low)
        return y if high is None else np.minimum(y, high)

    def formula(self, b: ScalarBuilder, x: ScalarValue, *bounds: ScalarValue) -> ScalarValue:
        steps: list[Callable[[ScalarValue, ScalarValue], ScalarValue]] = []
        if self.low is not None:
            steps.append(b.maximum)
        if self.high is not None:
            steps.append(b.minimum)
        for step, bound in zip(steps, bounds, strict=True):
            x = step(x, bound)
        return x

    def fold(self, constants: Sequence[Array | None]) -> Sequence[Value] | None:
        return [self.input] if self.low is None and self.high is None else None
