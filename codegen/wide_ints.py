"""Integer arithmetic that a core has no instructions for, in functions of our own.

LLVM would call the compiler's run-time library for it: a product or a shift of 64 bits on Armv6-M
(``__aeabi_lmul``), a division on cores without one, a division of 64 bits on any 32-bit core. An
object must not ask for such symbols. The functions are internal and written once a module, and
only where something calls them; LLVM inlines the short ones.
"""

from __future__ import annotations

from dataclasses import dataclass

from millrace.codegen.emitter import FunctionEmitter

_SHIFTS = {"shl", "lshr", "ashr"}
_DIVISIONS = {"sdiv", "udiv", "srem", "urem"}


def needs_help(e: FunctionEmitter, name: str, width: int) -> bool:
    """Whether the target computes the LLVM instruction ``name`` on scalars of ``width`` bits by a
    call."""
    target = e.state.target
    if name in _DIVISIONS:
        return not target.divide or width > 8 * target.pointer_bytes
    if name == "ctlz":
        return not target.long_multiply  # Armv6-M, which has neither
    if width != 64:
        return False
    if name in _SHIFTS and target.pointer_bytes == 4 and target.code_size == "minsize":
        return True  # LLVM finds a call smaller
    return not target.long_multiply and (name == "mul" or name in _SHIFTS)


def signed_product(e: FunctionEmitter, a: str, b: str) -> str:
    """The product of two ``i32`` in 64 bits."""
    _use(e, "high", _HIGH)
    return _call(e, "product", _PRODUCT, "i64", f"i32 {a}, i32 {b}")


def shift(e: FunctionEmitter, name: str, a: str, amount: str) -> str:
    """``a`` of 64 bits, shifted by less than 64."""
    return _call(e, name, _SHIFT_TEXT[name], "i64", f"i64 {a}, i64 {amount}")


def divide(
    e: FunctionEmitter, name: str, a: str, b: str, width: int, known: int | None = None
) -> str:
    """Quotient or remainder of integers of ``width`` bits; the divisor is not 0 and, if
    ``known``, a constant."""
    work = 32 if width <= 32 else 64
    signed = name[0] == "s"
    x, y = (_resized(e, v, width, work, signed=signed) for v in (a, b))
    t = f"i{work}"
    if known is not None and work == 32:
        q = _constant_quotient(e, x, int(known), signed=signed)
    else:
        kind = "signed" if signed else "unsigned"
        _use(e, f"unsigned_quotient{work}", _unsigned_quotient(work))
        if signed:
            _use(e, f"signed_quotient{work}", _signed_quotient(work))
        q = e.value(f"call {t} @{_symbol(e, f'{kind}_quotient{work}')}({t} {x}, {t} {y})")
    if name.endswith("rem"):
        back = multiply(e, q, y, work)
        q = e.value(f"sub {t} {x}, {back}")
    return _resized(e, q, work, width, signed=signed)


def multiply(e: FunctionEmitter, a: str, b: str, width: int) -> str:
    """The product of two integers of one width."""
    if needs_help(e, "mul", width):
        return _call(e, "wide_product", _WIDE_PRODUCT, "i64", f"i64 {a}, i64 {b}")
    return e.value(f"mul i{width} {a}, {b}")


def _resized(e: FunctionEmitter, x: str, width: int, to: int, *, signed: bool) -> str:
    if width == to:
        return x
    name = "trunc" if to < width else "sext" if signed else "zext"
    return e.value(f"{name} i{width} {x} to i{to}")


def leading_zeros(e: FunctionEmitter, x: str, width: int) -> str:
    """How many bits of an integer are zero before the first one."""
    if width <= 32:
        wide = _resized(e, x, width, 32, signed=False)
        found = _call(e, "leading_zeros", _LEADING_ZEROS, "i32", f"i32 {wide}")
        return _resized(e, e.value(f"sub i32 {found}, {32 - width}"), 32, width, signed=False)
    halves = [e.value(f"trunc i64 {v} to i32") for v in (e.value(f"lshr i64 {x}, 32"), x)]
    high, low = (_call(e, "leading_zeros", _LEADING_ZEROS, "i32", f"i32 {h}") for h in halves)
    none = e.value(f"icmp eq i32 {halves[0]}, 0")
    both = e.value(f"add i32 {low}, 32")
    count = e.value(f"select i1 {none}, i32 {both}, i32 {high}")
    return e.value(f"zext i32 {count} to i64")


# ---- division by constants


@dataclass(frozen=True)
class Magic:
    """``x / divisor`` is the product with ``multiplier``, of which 32 + ``shift`` bits are dropped
    (for a negative x plus one)."""

    multiplier: int
    shift: int


def magic_of(divisor: int, bits: int) -> Magic:
    """The multiplier for dividends below 2^``bits``: at most 33 bits long."""
    for shift in range(bits + 1):
        power = 1 << (32 + shift)
        multiplier = power // divisor + 1
        if (multiplier * divisor - power) << bits <= power:
            return Magic(multiplier, shift)
    raise AssertionError(divisor)


def _constant_quotient(e: FunctionEmitter, x: str, divisor: int, *, signed: bool) -> str:
    if not signed:
        divisor %= 1 << 32
    size = abs(divisor)
    if size & (size - 1) == 0:
        return e.value(f"{'sdiv' if signed else 'udiv'} i32 {x}, {divisor}")
    if signed:
        q = _signed_constant_quotient(e, x, size)
        return e.value(f"sub i32 0, {q}") if divisor < 0 else q
    return _unsigned_constant_quotient(e, x, size)


def _signed_constant_quotient(e: FunctionEmitter, x: str, size: int) -> str:
    found = magic_of(size, 31)
    as_signed = found.multiplier - (found.multiplier >> 31 << 32)
    high = _high(e, x, str(as_signed))
    if as_signed < 0:
        high = e.value(f"add i32 {high}, {x}")
    rounded = e.value(f"ashr i32 {high}, {found.shift}") if found.shift else high
    return e.value(f"add i32 {rounded}, {e.value(f'lshr i32 {x}, 31')}")


def _unsigned_constant_quotient(e: FunctionEmitter, x: str, size: int) -> str:
    found = magic_of(size, 32)
    low = found.multiplier & 0xFFFFFFFF
    _use(e, "unsigned_high", _UNSIGNED_HIGH)
    high = e.value(
        f"call i32 @{_symbol(e, 'unsigned_high')}(i32 {x}, i32 {low - (low >> 31 << 32)})"
    )
    if found.multiplier >> 32 == 0:
        return e.value(f"lshr i32 {high}, {found.shift}") if found.shift else high
    rest = e.value(f"lshr i32 {e.value(f'sub i32 {x}, {high}')}, 1")
    return e.value(f"lshr i32 {e.value(f'add i32 {rest}, {high}')}, {found.shift - 1}")


def _high(e: FunctionEmitter, a: str, b: str) -> str:
    return _call(e, "high", _HIGH, "i32", f"i32 {a}, i32 {b}")


# ---- the functions


def _call(e: FunctionEmitter, name: str, text: str, result: str, args: str) -> str:
    _use(e, name, text)
    return e.value(f"call {result} @{_symbol(e, name)}({args})")


def _symbol(e: FunctionEmitter, name: str) -> str:
    return f"{e.state.prefix}.int.{name}"


def _use(e: FunctionEmitter, name: str, text: str) -> None:
    """Have a function in the module. ``@`` before a name in its text is our prefix."""
    if name not in e.state.helpers:
        section = e.state.section(_symbol(e, name))
        text = text.replace("@", f"@{e.state.prefix}.int.")
        e.state.helpers[name] = text.replace(" #0 {", f" #0{section} {{")


_HIGH = """\
define internal i32 @high(i32 %a, i32 %b) #0 {
  %a0 = and i32 %a, 65535
  %a1 = ashr i32 %a, 16
  %b0 = and i32 %b, 65535
  %b1 = ashr i32 %b, 16
  %p = mul i32 %a0, %b0
  %carry = lshr i32 %p, 16
  %q = mul i32 %a1, %b0
  %m = add i32 %q, %carry
  %m0 = and i32 %m, 65535
  %m1 = ashr i32 %m, 16
  %r = mul i32 %a0, %b1
  %n = add i32 %r, %m0
  %n1 = ashr i32 %n, 16
  %s = mul i32 %a1, %b1
  %t = add i32 %s, %m1
  %high = add i32 %t, %n1
  ret i32 %high
}"""
"""The upper half of a signed product, from products of 16 bits."""


def _halving() -> str:
    """Where the upper half is not zero, it is what counts."""
    x, n = "%x", "32"
    lines = []
    for w in (16, 8, 4, 2):
        lines += [
            f"  %y{w} = lshr i32 {x}, {w}",
            f"  %c{w} = icmp ne i32 %y{w}, 0",
            f"  %m{w} = sub i32 {n}, {w}",
            f"  %n{w} = select i1 %c{w}, i32 %m{w}, i32 {n}",
            f"  %x{w} = select i1 %c{w}, i32 %y{w}, i32 {x}",
        ]
        x, n = f"%x{w}", f"%n{w}"
    return "\n".join(lines)


_LEADING_ZEROS = f"""\
define internal i32 @leading_zeros(i32 %x) noinline #0 {{
{_halving()}
  %two = icmp ugt i32 %x2, 1
  %last = select i1 %two, i32 2, i32 %x2
  %count = sub i32 %n2, %last
  ret i32 %count
}}"""

_UNSIGNED_HIGH = _HIGH.replace("@high(", "@unsigned_high(").replace("ashr", "lshr")

_PRODUCT = """\
define internal i64 @product(i32 %a, i32 %b) #0 {
  %high = call i32 @high(i32 %a, i32 %b)
  %low = mul i32 %a, %b
  %h = zext i32 %high to i64
  %l = zext i32 %low to i64
  %up = shl i64 %h, 32
  %both = or i64 %up, %l
  ret i64 %both
}"""

_WIDE_PRODUCT = """\
define internal i64 @wide_product(i64 %a, i64 %b) #0 {
  %al = trunc i64 %a to i32
  %bl = trunc i64 %b to i32
  %as = lshr i64 %a, 32
  %bs = lshr i64 %b, 32
  %ah = trunc i64 %as to i32
  %bh = trunc i64 %bs to i32
  %a0 = and i32 %al, 65535
  %a1 = lshr i32 %al, 16
  %b0 = and i32 %bl, 65535
  %b1 = lshr i32 %bl, 16
  %p = mul i32 %a0, %b0
  %carry = lshr i32 %p, 16
  %q = mul i32 %a1, %b0
  %m = add i32 %q, %carry
  %m0 = and i32 %m, 65535
  %m1 = lshr i32 %m, 16
  %r = mul i32 %a0, %b1
  %n = add i32 %r, %m0
  %n1 = lshr i32 %n, 16
  %s = mul i32 %a1, %b1
  %t = add i32 %s, %m1
  %u = add i32 %t, %n1
  %v = mul i32 %ah, %bl
  %w = mul i32 %al, %bh
  %x = add i32 %u, %v
  %high = add i32 %x, %w
  %low = mul i32 %al, %bl
  %h = zext i32 %high to i64
  %l = zext i32 %low to i64
  %up = shl i64 %h, 32
  %both = or i64 %up, %l
  ret i64 %both
}"""

_RIGHT = """\
define internal i64 @{name}(i64 %a, i64 %n) #0 {{
  %al = trunc i64 %a to i32
  %as = lshr i64 %a, 32
  %ah = trunc i64 %as to i32
  %count = trunc i64 %n to i32
  %m = and i32 %count, 31
  %rest = xor i32 %m, 31
  %long = and i32 %count, 32
  %far = icmp ne i32 %long, 0
  %h = {name} i32 %ah, %m
  %filler = {filler}
  %l = lshr i32 %al, %m
  %ah1 = shl i32 %ah, 1
  %over = shl i32 %ah1, %rest
  %near = or i32 %l, %over
  %low = select i1 %far, i32 %h, i32 %near
  %high = select i1 %far, i32 %filler, i32 %h
  %hz = zext i32 %high to i64
  %lz = zext i32 %low to i64
  %up = shl i64 %hz, 32
  %both = or i64 %up, %lz
  ret i64 %both
}}"""

_LEFT = """\
define internal i64 @shl(i64 %a, i64 %n) #0 {
  %al = trunc i64 %a to i32
  %as = lshr i64 %a, 32
  %ah = trunc i64 %as to i32
  %count = trunc i64 %n to i32
  %m = and i32 %count, 31
  %rest = xor i32 %m, 31
  %long = and i32 %count, 32
  %far = icmp ne i32 %long, 0
  %l = shl i32 %al, %m
  %h = shl i32 %ah, %m
  %al1 = lshr i32 %al, 1
  %over = lshr i32 %al1, %rest
  %near = or i32 %h, %over
  %high = select i1 %far, i32 %l, i32 %near
  %low = select i1 %far, i32 0, i32 %l
  %hz = zext i32 %high to i64
  %lz = zext i32 %low to i64
  %up = shl i64 %hz, 32
  %both = or i64 %up, %lz
  ret i64 %both
}"""

_SHIFT_TEXT = {
    "shl": _LEFT,
    "lshr": _RIGHT.format(name="lshr", filler="add i32 0, 0"),
    "ashr": _RIGHT.format(name="ashr", filler="ashr i32 %ah, 31"),
}


def _unsigned_quotient(width: int) -> str:
    """Bit by bit: shift the dividend into a remainder, subtract where that is not less."""
    t = f"i{width}"
    return f"""\
define internal {t} @unsigned_quotient{width}({t} %a, {t} %b) noinline #0 {{
entry:
  br label %loop
loop:
  %i = phi i32 [ {width}, %entry ], [ %i1, %loop ]
  %x = phi {t} [ %a, %entry ], [ %x2, %loop ]
  %r = phi {t} [ 0, %entry ], [ %r3, %loop ]
  %top = lshr {t} %x, {width - 1}
  %x1 = shl {t} %x, 1
  %out = icmp slt {t} %r, 0
  %r1 = shl {t} %r, 1
  %r2 = or {t} %r1, %top
  %less = icmp ult {t} %r2, %b
  %enough = xor i1 %less, true
  %take = or i1 %out, %enough
  %part = select i1 %take, {t} %b, {t} 0
  %r3 = sub {t} %r2, %part
  %bit = zext i1 %take to {t}
  %x2 = or {t} %x1, %bit
  %i1 = sub i32 %i, 1
  %more = icmp ne i32 %i1, 0
  br i1 %more, label %loop, label %done
done:
  ret {t} %x2
}}"""


def _signed_quotient(width: int) -> str:
    t = f"i{width}"
    return f"""\
define internal {t} @signed_quotient{width}({t} %a, {t} %b) noinline #0 {{
  %as = ashr {t} %a, {width - 1}
  %bs = ashr {t} %b, {width - 1}
  %ax = xor {t} %a, %as
  %bx = xor {t} %b, %bs
  %au = sub {t} %ax, %as
  %bu = sub {t} %bx, %bs
  %q = call {t} @unsigned_quotient{width}({t} %au, {t} %bu)
  %s = xor {t} %as, %bs
  %qx = xor {t} %q, %s
  %r = sub {t} %qx, %s
  ret {t} %r
}}"""
