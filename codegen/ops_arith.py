"""Emitters of ``arith``. Nothing is undefined: see ``ir/dialects/arith.py`` for the meanings."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from millrace.codegen import wide_ints
from millrace.codegen.emitter import Emitter, FunctionEmitter
from millrace.codegen.floats import narrow, to_odd_single, widen, with_element
from millrace.ir.attributes import DialectAttr
from millrace.ir.core import Operation, Value
from millrace.ir.dialects import arith, vector
from millrace.ir.dialects.mr.high_product import MulHigh
from millrace.ir.types import (
    F32,
    F64,
    I1,
    I64,
    FloatType,
    IndexType,
    IntegerType,
    Type,
    VectorType,
    element_of,
)

_FLAGS = ("reassoc", "nsz", "arcp", "contract")
"""The relaxations that keep NaN and infinity as they are."""


def flags_of(op: Operation) -> str:
    """LLVM's fast-math flags, with a trailing blank when there are any."""
    given = op.attributes.get("fastmath")
    if not isinstance(given, DialectAttr):
        return ""
    names = given.text.partition("<")[2].rstrip(">").split(",")
    kept = [f for f in _FLAGS if f in (n.strip() for n in names)]
    return " ".join(kept) + " " if kept else ""


def constant_of(v: Value) -> int | float | bool | None:
    """The number that all lanes of a value equal, if it is known."""
    op = v.defining_op
    if isinstance(op, arith.Constant):
        return op.value.value
    if isinstance(op, vector.Broadcast):
        return constant_of(op.operands[0])
    return None


def splat_literal(e: FunctionEmitter, value: int, t: Type) -> str:
    """An integer or truth constant shaped like ``t``."""
    element = element_of(t)
    text = e.types.literal(value, element)
    return f"splat ({e.types.element(element)} {text})" if isinstance(t, VectorType) else text


# ---- floats

FloatCode = Callable[[FunctionEmitter, Sequence[str], str, str], str]
"""(emitter, operand texts, type text, flags) -> result text."""


def float_op(code: FloatCode) -> Emitter:
    """An operation on floats of one type; emulated 16-bit floats go through f32."""

    def emit(e: FunctionEmitter, op: Operation) -> None:
        t = op.results[0].type
        args = [e.use(v) for v in op.operands]
        if isinstance(element := element_of(t), FloatType) and e.types.is_emulated(element):
            wide = e.types(with_element(t, F32))
            y = code(e, [widen(e, x, t) for x in args], wide, flags_of(op))
            e.bind(op.results[0], narrow(e, y, t))
        else:
            e.bind(op.results[0], code(e, args, e.types(t), flags_of(op)))

    return emit


def instruction(name: str) -> FloatCode:
    """A float instruction with one or two operands."""

    def code(e: FunctionEmitter, args: Sequence[str], t: str, flags: str) -> str:
        return e.value(f"{name} {flags}{t} {', '.join(args)}")

    return code


def mangled(t: str) -> str:
    """The suffix of an overloaded intrinsic: ``<16 x float>`` is ``v16f32``."""
    if t.startswith("<"):
        lanes, _, element = t[1:-1].partition(" x ")
        return f"v{lanes}{mangled(element)}"
    return _MANGLED.get(t, t)


_MANGLED = {"half": "f16", "float": "f32", "double": "f64"}


def intrinsic(name: str, extra: str = "") -> FloatCode:
    """An overloaded LLVM intrinsic on operands of the result's type."""

    def code(e: FunctionEmitter, args: Sequence[str], t: str, flags: str) -> str:
        allowed = " ".join(f for f in (extra, flags.strip()) if f)
        allowed += " " if allowed else ""
        return e.call(f"llvm.{name}.{mangled(t)}", t, [(t, x) for x in args], allowed)

    return code


# ---- integers


def _int_instruction(name: str) -> Emitter:
    def emit(e: FunctionEmitter, op: Operation) -> None:
        a, b = op.operands
        e.define(op.results[0], f"{name} {e.types(a.type)} {e.use(a)}, {e.use(b)}")

    return emit


def _int_intrinsic(name: str) -> Emitter:
    code = intrinsic(name)

    def emit(e: FunctionEmitter, op: Operation) -> None:
        t = e.types(op.results[0].type)
        e.bind(op.results[0], code(e, [e.use(v) for v in op.operands], t, ""))

    return emit


def _multiply(e: FunctionEmitter, op: arith.MulI) -> None:
    """A product; of 64 bits on cores whose products have 32, by products of 16 bits."""
    a, b = op.operands
    n = _Ints(e, a.type)
    narrow = [_narrow(e, v) for v in (a, b)] if n.width == 64 and not n.native("mul") else [None]
    if None not in narrow:
        e.bind(op.results[0], wide_ints.signed_product(e, *filter(None, narrow)))
    else:
        e.bind(op.results[0], n.multiply(e.use(a), e.use(b)))


def _narrow(e: FunctionEmitter, v: Value) -> str | None:
    """The ``i32`` with the value of an ``i64``, where it was made from one or is known."""
    known = constant_of(v)
    if known is not None:
        return str(int(known)) if -(1 << 31) <= known < 1 << 31 else None
    op = v.defining_op
    if not isinstance(op, arith.ExtSI | arith.ExtUI) or isinstance(v.type, VectorType):
        return None
    source = element_of(op.operands[0].type)
    assert isinstance(source, IntegerType)
    fits = source.width <= 32 if isinstance(op, arith.ExtSI) else source.width < 32
    return e.value(f"trunc i64 {e.use(v)} to i32") if fits else None


class _Ints:
    """Integer instructions on values of one type."""

    def __init__(self, e: FunctionEmitter, t: Type) -> None:
        self.e, self.type = e, t
        self.text = e.types(t)
        self.truth = e.types(with_element(t, I1))
        element = element_of(t)
        pointer_bits = int(e.types.index[1:])
        self.width = pointer_bits if isinstance(element, IndexType) else element.width

    def const(self, value: int) -> str:
        return splat_literal(self.e, value, self.type)

    def op(self, name: str, a: str, b: str) -> str:
        return self.e.value(f"{name} {self.text} {a}, {b}")

    def native(self, name: str) -> bool:
        """Whether the target has instructions for this."""
        return not wide_ints.needs_help(self.e, name, self.width)

    def multiply(self, a: str, b: str) -> str:
        if self.native("mul"):
            return self.op("mul", a, b)
        return self._each(lambda x, y: wide_ints.multiply(self.e, x, y, self.width), a, b)

    def divide(self, name: str, a: str, b: str, known: int | None = None) -> str:
        """A division by something else than 0, perhaps a ``known`` constant."""
        if self.native(name):
            return self.op(name, a, b)
        return self._each(
            lambda x, y: wide_ints.divide(self.e, name, x, y, self.width, known), a, b
        )

    def shift(self, name: str, a: str, amount: str) -> str:
        """A shift by a run-time amount that is less than the width."""
        if self.native(name):
            return self.op(name, a, amount)
        return self._each(lambda x, y: wide_ints.shift(self.e, name, x, y), a, amount)

    def _each(self, code: Callable[[str, str], str], a: str, b: str) -> str:
        """``code`` on every lane."""
        if not isinstance(self.type, VectorType):
            return code(a, b)
        element, out = self.e.types.element(element_of(self.type)), "poison"
        for i in range(self.type.shape[0]):
            x, y = (self.e.value(f"extractelement {self.text} {v}, i32 {i}") for v in (a, b))
            out = self.e.value(f"insertelement {self.text} {out}, {element} {code(x, y)}, i32 {i}")
        return out

    def truth_op(self, name: str, a: str, b: str) -> str:
        return self.e.value(f"{name} {self.truth} {a}, {b}")

    def select(self, c: str, x: str, y: str) -> str:
        return self.e.value(f"select {self.truth} {c}, {self.text} {x}, {self.text} {y}")


def _safe_divisor(n: _Ints, a: str, b: str, signed: bool) -> tuple[str, str]:
    """(divisor that never traps, whether it was zero)."""
    zero = n.op("icmp eq", b, n.const(0))
    bad = zero
    if signed:
        least = n.op("icmp eq", a, n.const(-(1 << (n.width - 1))))
        minus = n.op("icmp eq", b, n.const(-1))
        bad = n.truth_op("or", zero, n.truth_op("and", least, minus))
    return n.select(bad, n.const(1), b), zero


def _division(name: str, *, signed: bool, remainder: bool = False) -> Emitter:
    """x / 0 is 0 and MIN / -1 wraps; guards only where the divisor is not a safe constant."""

    def emit(e: FunctionEmitter, op: Operation) -> None:
        x, y = op.operands
        n, a, b = _Ints(e, x.type), e.use(x), e.use(y)
        known = constant_of(y)
        if known is not None and known != 0 and not (signed and known == -1):
            e.bind(op.results[0], n.divide(name, a, b, int(known)))
            return
        divisor, zero = _safe_divisor(n, a, b, signed)
        quotient = n.divide(name, a, divisor)
        # x rem 1 is 0 already; x / 1 has to become 0 when the divisor was 0.
        result = quotient if remainder else n.select(zero, n.const(0), quotient)
        e.bind(op.results[0], result)

    return emit


def _floor_division(e: FunctionEmitter, op: Operation) -> None:
    x, y = op.operands
    n, a, b = _Ints(e, x.type), e.use(x), e.use(y)
    known = constant_of(y)
    guarded = known is None or known in (0, -1)
    divisor, zero = _safe_divisor(n, a, b, signed=True) if guarded else (b, "")
    quotient = n.divide("sdiv", a, divisor, None if guarded or known is None else int(known))
    rest = n.op("sub", a, n.multiply(quotient, divisor))
    inexact = n.op("icmp ne", rest, n.const(0))
    opposite = n.op("icmp slt", n.op("xor", rest, divisor), n.const(0))
    lower = n.truth_op("and", inexact, opposite)
    result = n.select(lower, n.op("sub", quotient, n.const(1)), quotient)
    e.bind(op.results[0], n.select(zero, n.const(0), result) if guarded else result)


def _shift(name: str) -> Emitter:
    """Amounts of the width or more (as unsigned numbers) give 0, or the sign for ``ashr``."""

    def emit(e: FunctionEmitter, op: Operation) -> None:
        x, y = op.operands
        n, a, b = _Ints(e, x.type), e.use(x), e.use(y)
        known = constant_of(y)
        if known is not None and 0 <= int(known) < n.width:
            e.bind(op.results[0], n.op(name, a, b))
            return
        fits = n.op("icmp ult", b, n.const(n.width))
        amount = n.select(fits, b, n.const(n.width - 1 if name == "ashr" else 0))
        shifted = n.shift(name, a, amount)
        result = shifted if name == "ashr" else n.select(fits, shifted, n.const(0))
        e.bind(op.results[0], result)

    return emit


def _mul_high(e: FunctionEmitter, op: MulHigh) -> None:
    """As numbers of 64 bits where the machine multiplies to them. Vectors have an instruction for
    the upper half alone: the carry out of the lower one is added."""
    t = op.result.type
    n, x, y = _Ints(e, t), e.use(op.lhs), e.use(op.rhs)
    high, low = (None if constant_of(v) == 0 else e.use(v) for v in (op.high, op.low))
    if not e.state.target.long_multiply:
        e.bind(op.result, _with_carry(n, _mul_high_by_halves(n, x, y), x, y, high, low))
    elif isinstance(t, VectorType) and e.state.target.mve and t.shape == (4,):
        _mul_high_mve(e, op, n, low)
    elif isinstance(t, VectorType):
        e.bind(op.result, _with_carry(n, _upper(e, _product(e, t, x, y), t), x, y, high, low))
    else:
        if e.state.target.dsp:
            x, y = (
                _opaque(e, e.use(v)) if constant_of(v) is not None else e.use(v)
                for v in op.operands[:2]
            )
        wide, total = e.types(I64), _product(e, t, x, y)
        if low is not None:
            total = e.value(f"add {wide} {total}, {e.value(f'zext {n.text} {low} to {wide}')}")
        if high is not None:
            moved = e.value(f"zext {n.text} {high} to {wide}")
            total = e.value(f"add {wide} {total}, {e.value(f'shl {wide} {moved}, 32')}")
        upper = _upper(e, total, t)
        e.bind(op.result, _opaque(e, upper) if e.state.target.dsp and low is not None else upper)


def _mul_high_mve(e: FunctionEmitter, op: MulHigh, n: _Ints, low: str | None) -> None:
    """By ``vmulh``, or ``vrmulh`` where the lower half is rounded."""
    x, y = e.use(op.lhs), e.use(op.rhs)
    rounds = constant_of(op.low) == -(1 << 31)
    name = "vrmulh" if rounds else "vmulh"
    args = [(n.text, x), (n.text, y), ("i32", "0")]
    upper = e.call(f"llvm.arm.mve.{name}.v4i32", n.text, args)
    high = None if constant_of(op.high) == 0 else e.use(op.high)
    e.bind(op.result, _with_carry(n, upper, x, y, high, None if rounds else low))


def _opaque(e: FunctionEmitter, x: str) -> str:
    """A number that LLVM asks no questions about: it would join shifts that follow with the one
    that takes the upper half, and then miss the instruction for that (``smmulr``, ``smmlar``)."""
    return e.value(f'call i32 asm "", "=r,0"(i32 {x})')


def _product(e: FunctionEmitter, t: Type, x: str, y: str) -> str:
    source, wide = e.types(t), e.types(with_element(t, I64))
    a, b = (e.value(f"sext {source} {v} to {wide}") for v in (x, y))
    return e.value(f"mul {wide} {a}, {b}")


def _upper(e: FunctionEmitter, total: str, t: Type) -> str:
    wide = with_element(t, I64)
    moved = e.value(f"lshr {e.types(wide)} {total}, {splat_literal(e, 32, wide)}")
    return e.value(f"trunc {e.types(wide)} {moved} to {e.types(t)}")


def _with_carry(n: _Ints, upper: str, x: str, y: str, high: str | None, low: str | None) -> str:
    """The upper half of a product after the addition of both halves of a number."""
    if high is not None:
        upper = n.op("add", upper, high)
    if low is None:
        return upper
    total = n.op("add", n.op("mul", x, y), low)
    carry = n.e.value(f"zext {n.truth} {n.op('icmp ult', total, low)} to {n.text}")
    return n.op("add", upper, carry)


def _mul_high_by_halves(n: _Ints, x: str, y: str) -> str:
    """From products of 16 bits by 16."""
    half, mask = n.const(16), n.const(0xFFFF)
    (xh, xl), (yh, yl) = ((n.op("ashr", v, half), n.op("and", v, mask)) for v in (x, y))
    below = n.op("lshr", n.op("mul", xl, yl), half)
    middle = n.op("add", n.op("mul", xh, yl), below)
    rest = n.op("add", n.op("mul", xl, yh), n.op("and", middle, mask))
    upper = n.op("add", n.op("mul", xh, yh), n.op("ashr", middle, half))
    return n.op("add", upper, n.op("ashr", rest, half))


# ---- constants, comparisons, selection


def _constant(e: FunctionEmitter, op: arith.Constant) -> None:
    e.bind(op.results[0], e.types.constant(op.value))


def _cmpi(e: FunctionEmitter, op: arith.CmpI) -> None:
    a, b = op.operands
    relation = arith.INT_PREDICATES[op.predicate]
    e.define(op.results[0], f"icmp {relation} {e.types(a.type)} {e.use(a)}, {e.use(b)}")


def _cmpf(e: FunctionEmitter, op: arith.CmpF) -> None:
    x, y = op.operands
    t, a, b = x.type, e.use(x), e.use(y)
    if isinstance(element := element_of(t), FloatType) and e.types.is_emulated(element):
        a, b, t = widen(e, a, t), widen(e, b, t), with_element(t, F32)
    relation = arith.FLOAT_PREDICATES[op.predicate]
    e.define(op.results[0], f"fcmp {relation} {e.types(t)} {a}, {b}")


def _select(e: FunctionEmitter, op: arith.Select) -> None:
    c, x, y = op.operands
    e.define(op.results[0], f"select {e.typed(c)}, {e.typed(x)}, {e.typed(y)}")


# ---- casts


def _cast(name: str) -> Emitter:
    def emit(e: FunctionEmitter, op: Operation) -> None:
        x, y = op.operands[0], op.results[0]
        source, to = e.types(x.type), e.types(y.type)
        if source == to:
            e.bind(y, e.use(x))
        else:
            e.define(y, f"{name} {source} {e.use(x)} to {to}")

    return emit


def as_f32(e: FunctionEmitter, v: Value) -> tuple[str, Type]:
    """A float operand for instructions that know no 16-bit floats: (operand, its type)."""
    element = element_of(v.type)
    if isinstance(element, FloatType) and e.types.is_emulated(element):
        return widen(e, e.use(v), v.type), with_element(v.type, F32)
    return e.use(v), v.type


def _extf(e: FunctionEmitter, op: Operation) -> None:
    x, t = as_f32(e, op.operands[0])
    source, to = e.types(t), e.types(op.results[0].type)
    if source == to:
        e.bind(op.results[0], x)
    else:
        e.define(op.results[0], f"fpext {source} {x} to {to}")


def _truncf(e: FunctionEmitter, op: Operation) -> None:
    x, y = op.operands[0], op.results[0]
    bind_rounded(e, y, e.use(x), x.type)


def bind_rounded(e: FunctionEmitter, y: Value, x: str, source: Type) -> None:
    """Bind ``y`` to the float ``x`` of a type at least as wide, rounded."""
    element = element_of(y.type)
    assert isinstance(element, FloatType)
    if element.width == 16 and element_of(source) == F64:
        x, source = to_odd_single(e, x, source), with_element(source, F32)
    if not e.types.is_emulated(element):
        if element == element_of(source):
            e.bind(y, x)
        else:
            e.define(y, f"fptrunc {e.types(source)} {x} to {e.types(y.type)}")
        return
    e.bind(y, narrow(e, x, y.type))


def _int_to_float(name: str) -> Emitter:
    def emit(e: FunctionEmitter, op: Operation) -> None:
        x, y = op.operands[0], op.results[0]
        element = element_of(y.type)
        assert isinstance(element, FloatType)
        t = with_element(y.type, F32) if element.width == 16 else y.type
        wide = e.value(f"{name} {e.typed(x)} to {e.types(t)}")
        bind_rounded(e, y, _fenced(e, wide, t), t)

    return emit


def _float_to_int(name: str) -> Emitter:
    """Saturating; NaN gives 0."""

    def emit(e: FunctionEmitter, op: Operation) -> None:
        x, t = as_f32(e, op.operands[0])
        source, to = e.types(t), e.types(op.results[0].type)
        if isinstance(t, VectorType) and e.state.target.mve and t.shape[0] < 4:
            # LLVM would widen two lanes to 64-bit integers, and call a library for those.
            e.bind(op.results[0], _lane_by_lane(e, name, x, t, op.results[0].type))
            return
        symbol = f"llvm.{name}.sat.{mangled(to)}.{mangled(source)}"
        e.bind(op.results[0], e.call(symbol, to, [(source, _fenced(e, x, t))]))

    return emit


def _fenced(e: FunctionEmitter, x: str, t: Type) -> str:
    """``x``, which a conversion gives or takes. For MVE, LLVM makes one instruction of the
    conversion and a product with a power of two, and ends the process when a number equal to the
    exponent is in use elsewhere in the function; this keeps them apart, and is no instruction."""
    if not (isinstance(t, VectorType) and e.state.target.mve):
        return x
    text = e.types(t)
    return e.call(f"llvm.arithmetic.fence.{mangled(text)}", text, [(text, x)])


def _lane_by_lane(e: FunctionEmitter, name: str, x: str, t: VectorType, to: Type) -> str:
    source, result = e.types.element(t.element), e.types.element(element_of(to))
    symbol, out = f"llvm.{name}.sat.{result}.{mangled(source)}", "poison"
    for i in range(t.shape[0]):
        lane = e.value(f"extractelement {e.types(t)} {x}, i32 {i}")
        y = e.call(symbol, result, [(source, lane)])
        out = e.value(f"insertelement {e.types(to)} {out}, {result} {y}, i32 {i}")
    return out


def _index_cast(extend: str) -> Emitter:
    def bits(e: FunctionEmitter, t: Type) -> int:
        element = element_of(t)
        if isinstance(element, IndexType):
            return int(e.types.index[1:])
        assert isinstance(element, IntegerType)
        return element.width

    def emit(e: FunctionEmitter, op: Operation) -> None:
        x, y = op.operands[0], op.results[0]
        source, to = bits(e, x.type), bits(e, y.type)
        if source == to:
            e.bind(y, e.use(x))
        else:
            name = extend if source < to else "trunc"
            e.define(y, f"{name} {e.typed(x)} to {e.types(y.type)}")

    return emit


ARITH: dict[type[Operation], Any] = {
    arith.Constant: _constant,
    arith.AddF: float_op(instruction("fadd")),
    arith.SubF: float_op(instruction("fsub")),
    arith.MulF: float_op(instruction("fmul")),
    arith.DivF: float_op(instruction("fdiv")),
    arith.RemF: float_op(instruction("frem")),
    arith.NegF: float_op(instruction("fneg")),
    # The sign of a zero result is unspecified; with nsz one or two instructions do.
    arith.MaximumF: float_op(intrinsic("maximum", "nsz")),
    arith.MinimumF: float_op(intrinsic("minimum", "nsz")),
    arith.MaxNumF: float_op(intrinsic("maxnum", "nsz")),
    arith.MinNumF: float_op(intrinsic("minnum", "nsz")),
    arith.AddI: _int_instruction("add"),
    arith.SubI: _int_instruction("sub"),
    arith.MulI: _multiply,
    arith.AndI: _int_instruction("and"),
    arith.OrI: _int_instruction("or"),
    arith.XOrI: _int_instruction("xor"),
    arith.DivSI: _division("sdiv", signed=True),
    arith.DivUI: _division("udiv", signed=False),
    arith.RemSI: _division("srem", signed=True, remainder=True),
    arith.RemUI: _division("urem", signed=False, remainder=True),
    arith.FloorDivSI: _floor_division,
    arith.ShLI: _shift("shl"),
    arith.ShRSI: _shift("ashr"),
    arith.ShRUI: _shift("lshr"),
    arith.MaxSI: _int_intrinsic("smax"),
    arith.MinSI: _int_intrinsic("smin"),
    arith.MaxUI: _int_intrinsic("umax"),
    arith.MinUI: _int_intrinsic("umin"),
    arith.CmpI: _cmpi,
    arith.CmpF: _cmpf,
    arith.Select: _select,
    arith.ExtF: _extf,
    arith.TruncF: _truncf,
    arith.ExtSI: _cast("sext"),
    arith.ExtUI: _cast("zext"),
    arith.TruncI: _cast("trunc"),
    arith.SIToFP: _int_to_float("sitofp"),
    arith.UIToFP: _int_to_float("uitofp"),
    arith.FPToSI: _float_to_int("fptosi"),
    arith.FPToUI: _float_to_int("fptoui"),
    arith.IndexCast: _index_cast("sext"),
    arith.IndexCastUI: _index_cast("zext"),
    arith.Bitcast: _cast("bitcast"),
    MulHigh: _mul_high,
}
