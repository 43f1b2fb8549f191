"""How the assembly of each machine moves the stack pointer: data for ``codegen/stack.py``.

Patterns match a line without its indentation. Their groups: the ``LIST`` of registers, or the
``AMOUNT`` in bytes, perhaps with a ``SHIFT``, or the ``REG`` that holds the amount.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

Pattern = re.Pattern[str]


@dataclass(frozen=True)
class Machine:
    """``call_bytes``: what a call itself pushes. ``register_bytes``: by a register's first
    letter, for lists of registers; 8 when it is not there."""

    down: tuple[Pattern, ...]
    up: tuple[Pattern, ...]
    align: Pattern
    """Rounds the stack pointer down (``MASK``), from what ``prepare`` computed if there is such,
    or sets it ``FROM`` a register."""
    call: Pattern
    """``TARGET``; labels, which begin with a dot, are none."""
    jump: Pattern
    """Leaves this place for good: a return, a jump, a tail call (``TARGET``)."""
    still: Pattern
    """Leaves the depth as it is, or sets the stack pointer from the frame pointer before
    registers are restored, or restores them on one of two paths."""
    other: Pattern
    """Any change of the stack pointer, to notice those that nothing above describes."""
    indirect: Pattern | None = None
    """Calls a function whose address is in a register, as small code does for repeated calls."""
    prepare: Pattern | None = None
    """Computes in another register where the stack pointer is going to be rounded from."""
    frame: Pattern | None = None
    """Computes in ``REG`` where the frame pointer says that registers are saved."""
    constants: tuple[tuple[Pattern, int], ...] = ()
    """Put into ``REG`` a ``VALUE``, shifted by the number, or the word at a ``LABEL``."""
    more: Pattern | None = None
    """Adds a ``VALUE`` to ``REG``."""
    call_bytes: int = 0
    register_bytes: Mapping[str, int] = field(default_factory=dict)
    library: tuple[tuple[Pattern, int], ...] = ()
    """Library functions by name, and the most stack that they take on any core."""

    def library_bytes(self, name: str) -> int | None:
        """The most stack that a library function takes, None when that is not known."""
        return next((nbytes for p, nbytes in self.library if p.fullmatch(name)), None)


def _patterns(*texts: str) -> tuple[Pattern, ...]:
    return tuple(re.compile(t) for t in texts)


_X86_64 = Machine(
    call_bytes=8,
    down=_patterns(
        r"subq\s+\$(?P<AMOUNT>-?\d+), %rsp$",
        r"pushq\s+(?P<LIST>\S)",
    ),
    up=_patterns(r"addq\s+\$(?P<AMOUNT>-?\d+), %rsp$", r"popq\s+(?P<LIST>%)\w+$"),
    align=re.compile(r"andq\s+\$(?P<MASK>-\d+), %rsp$"),
    call=re.compile(r"callq?\s+(?P<TARGET>[^\s@]+)"),
    jump=re.compile(r"(?:retq?$|jmpq?\s+(?P<TARGET>[^\s@]+))"),
    still=re.compile(r"(?:leaq\s+-?\d*\(%rbp\)|movq\s+%rbp), %rsp$"),
    other=re.compile(r"(?:(?!cmp|test)\w+\s+.*%rsp$|push)"),
)

_AARCH64 = Machine(
    down=_patterns(
        r"sub\s+sp, sp, #(?P<AMOUNT>\d+)(?:, lsl #(?P<SHIFT>\d+))?$",
        r"st[rp]\s+.*\[sp, #-(?P<AMOUNT>\d+)\]!$",
    ),
    up=_patterns(
        r"add\s+sp, sp, #(?P<AMOUNT>\d+)(?:, lsl #(?P<SHIFT>\d+))?$",
        r"ld[rp]\s+.*\[sp\], #(?P<AMOUNT>\d+)$",
    ),
    prepare=re.compile(r"sub\s+x\d+, sp, #(?P<AMOUNT>\d+)(?:, lsl #(?P<SHIFT>\d+))?$"),
    align=re.compile(r"and\s+sp, x\d+, #(?P<MASK>0x[0-9a-f]+)$"),
    call=re.compile(r"bl\s+(?P<TARGET>\S+)"),
    jump=re.compile(r"(?:ret$|b\s+(?P<TARGET>\S+))"),
    still=re.compile(r"(?:mov|sub)\s+sp, x29"),
    other=re.compile(r"\w+\s+sp,|.*\[sp(?:, .*\]!|\], )"),
)

_IF = "(?:eq|ne|cs|cc|hs|lo|mi|pl|vs|vc|hi|ls|ge|lt|gt|le)"
_STILL = (
    r"(?:mov|sub[w.]*)\s+sp, r(?:7|11)\b"
    rf"|(?:add|pop|ldr|ldm|v?pop|vldm\w*|mov|sub){_IF}(?:\.w)?\s+(?:sp\b|.*\[sp\],|.*pc|\{{)"
    r"|v?(?:st|ld)m\w*(?:\.w)?\s+sp, "
    r"|cmp\S*\s+sp,"
)

# Read from the code of newlib and of GCC 12's libgcc for ARMv6-M to ARMv8.1-M, and rounded up.
# Calls among the helpers are included; those for ARMv6-M take the most.
_ARM_LIBRARY = tuple(
    (re.compile(names), nbytes)
    for names, nbytes in (
        (r"mem(?:cpy|set|move)", 24),
        (r"__aeabi_(?:f(?:add|sub|mul|div|cmp\w+|2iz|2uiz)|u?i2f|lmul)", 32),
        (r"__aeabi_(?:d(?:add|sub|mul|div|cmp\w+|2iz|2uiz|2f)|u?i2d|f2d|u?idiv(?:mod)?)", 72),
        (r"__aeabi_(?:u?ldivmod|u?l2[fd]|[fd]2u?lz)", 120),
    )
)

_ARM = Machine(
    library=_ARM_LIBRARY,
    register_bytes={"r": 4, "l": 4, "p": 4, "s": 4, "d": 8, "q": 16},
    down=_patterns(
        r"sub[w.]*\s+sp, (?:sp, )?#(?P<AMOUNT>\d+)$",
        r"v?push(?:\.w)?\s+\{(?P<LIST>.*)\}$",
        r"str\s+\w+, \[sp, #-(?P<AMOUNT>\d+)\]!$",
    ),
    up=_patterns(
        r"add[w.]*\s+sp, (?:sp, )?#(?P<AMOUNT>\d+)$",
        r"v?pop(?:\.w)?\s+\{(?P<LIST>(?:(?!pc).)*)\}$",
        r"ldr\s+(?!pc)\w+, \[sp\], #(?P<AMOUNT>\d+)$",
        r"add\s+sp, (?P<REG>r\d+)$",  # Thumb-1 does all with it: down with negative amounts
    ),
    prepare=re.compile(r"sub[w.]*\s+r\d+, sp, #(?P<AMOUNT>\d+)$"),
    frame=re.compile(r"subs?(?:\.w)?\s+(?P<REG>r\d+), r(?:7|11), #\d+$"),
    align=re.compile(r"(?:mov\s+sp, (?P<FROM>r\d+)|bfc\s+sp, #0, #\d+)(?P<MASK>)$"),
    call=re.compile(rf"bl(?:{_IF})?\s+(?P<TARGET>\S+)|b{_IF}(?:\.w)?\s+(?P<TAIL>[^.\s]\S*)"),
    jump=re.compile(r"(?:bx\s+lr|pop.*pc\}|ldr\s+pc,|b(?:\.w)?\s+(?P<TARGET>\S+))"),
    indirect=re.compile(r"blx\s+(?:r\d+|lr)$|bx\s+r\d+$"),
    still=re.compile(_STILL),
    other=re.compile(r"\w[\w.]*\s+sp,|.*\[sp(?:, .*\]!|\], )|.*\bsp!"),
    constants=(
        (re.compile(r"ldr\s+(?P<REG>r\d+), (?P<LABEL>\.LCPI\w+)$"), 0),
        (re.compile(r"mov[sw.]*\s+(?P<REG>r\d+), #(?P<VALUE>\d+)$"), 0),
    ),
)

# Estimates, doubled: there is no such compiler here to read them from.
_RISCV_LIBRARY = tuple(
    (re.compile(names), nbytes)
    for names, nbytes in (
        (r"mem(?:cpy|set|move)", 32),
        (r"__(?:\w+sf[23]|fix(?:uns)?sfsi|float(?:un)?sisf)", 64),
        (r"__\w+", 160),
    )
)

_RISCV = Machine(
    library=_RISCV_LIBRARY,
    register_bytes={},
    down=_patterns(r"addi\s+sp, sp, -(?P<AMOUNT>\d+)$", r"sub\s+sp, sp, (?P<REG>\w+)$"),
    up=_patterns(r"addi\s+sp, sp, (?P<AMOUNT>\d+)$", r"add\s+sp, sp, (?P<REG>\w+)$"),
    align=re.compile(r"andi\s+sp, sp, (?P<MASK>-\d+)$"),
    call=re.compile(r"call\s+(?:t\d, )?(?P<TARGET>[^\s@]+)"),
    jump=re.compile(r"(?:ret$|(?:j|tail)\s+(?P<TARGET>[^\s@]+))"),
    still=re.compile(r"addi\s+sp, s0, "),
    other=re.compile(r"(?!s[bhw]\b|b\w+)[\w.]+\s+sp,"),
    constants=(
        (re.compile(r"lui\s+(?P<REG>\w+), (?P<VALUE>\d+)$"), 12),
        (re.compile(r"li\s+(?P<REG>\w+), (?P<VALUE>-?\d+)$"), 0),
    ),
    more=re.compile(r"addi\s+(?P<REG>\w+), (?P=REG), (?P<VALUE>-?\d+)$"),
)

_BY_TRIPLE = {
    "x86_64": _X86_64,
    "aarch64": _AARCH64,
    "thumb": _ARM,
    "arm": _ARM,
    "riscv32": _RISCV,
}


def machine_of(triple: str) -> Machine | None:
    """The machine that a triple begins with."""
    return next((m for start, m in _BY_TRIPLE.items() if triple.startswith(start)), None)
