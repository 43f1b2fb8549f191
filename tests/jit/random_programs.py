"""Random programs from a grammar with nested control flow, as source text.

Each variable keeps one type: ``n*`` are Python ints, ``s*`` are float64 scalars, ``a*`` float64
arrays of six elements, ``k*`` int64 arrays. Every value stays small, loops end after a bounded
number of steps, and only operations that are exact in IEEE arithmetic occur: compiled without
contraction, a program gives the very same bits as numpy."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

SIZE = 6
MOST_DEPTH = 4


class Chooser:
    """Makes the decisions: ``pick(n)`` gives a number below n."""

    def __init__(self, pick: Callable[[int], int]) -> None:
        self.pick = pick

    def one(self, items: Sequence[Any]) -> Any:
        return items[self.pick(len(items))]

    def chance(self, percent: int) -> bool:
        return self.pick(100) < percent


@dataclass
class Scope:
    """The variables that are certainly bound."""

    ints: list[str] = field(default_factory=list)
    floats: list[str] = field(default_factory=list)
    arrays: list[str] = field(default_factory=list)
    tables: list[str] = field(default_factory=list)
    counters: list[str] = field(default_factory=list)
    """Loop counters, which only loops change."""

    def copy(self) -> Scope:
        return Scope(*(list(v) for v in vars(self).values()))


class Writer:
    def __init__(self, choose: Chooser) -> None:
        self.c = choose
        self.lines: list[str] = []
        self.fresh = 0
        self.budget = 14 + choose.pick(20)

    def line(self, depth: int, text: str) -> None:
        self.lines.append("    " * (depth + 1) + text)

    def name(self, prefix: str) -> str:
        self.fresh += 1
        return f"{prefix}{self.fresh}"

    # ---- expressions

    def index(self, s: Scope, depth: int = 1) -> str:
        """In range, or negative."""
        if s.counters and self.c.chance(40):
            return f"{self.c.one(s.counters)} % {SIZE}"
        if depth > 0 and self.c.chance(40):
            return f"({self.integer(s, depth - 1)}) % {SIZE}"
        return str(self.c.pick(2 * SIZE) - SIZE)

    def element(self, s: Scope, names: Sequence[str]) -> str:
        return f"{self.c.one(names)}[{self.index(s, 0)}]"

    def integer(self, s: Scope, depth: int = 2) -> str:
        if depth <= 0 or self.c.chance(35):
            leaves = [*s.ints, *s.counters, str(self.c.pick(9) - 4)]
            if self.c.chance(20):
                return f"int({self.element(s, s.tables)})"
            return str(self.c.one(leaves))
        left, right = self.integer(s, depth - 1), self.integer(s, depth - 1)
        kind = self.c.pick(7)
        if kind < 3:
            return f"({left} {'+-*'[kind]} {right}) % 97"
        if kind == 3:
            return f"({left} // {self.c.one([2, 3, -4, 7])})"
        if kind == 4:
            return f"({left} % {self.c.one([2, 3, -5])})"
        if kind == 5:
            return f"{self.c.one(['max', 'min'])}({left}, {right})"
        return f"({left} if {self.truth(s, depth - 1)} else {right})"

    def number(self, s: Scope, depth: int = 2) -> str:
        if depth <= 0 or self.c.chance(30):
            leaf = self.element(s, s.arrays) if self.c.chance(40) else self.c.one(s.floats)
            return f"({leaf} * 0.5)" if self.c.chance(20) else str(leaf)
        left, right = self.number(s, depth - 1), self.number(s, depth - 1)
        kind = self.c.pick(9)
        if kind < 2:
            return f"({left} {'+-'[kind]} {right}) * 0.5"
        if kind == 2:
            return f"np.clip({left} * {right}, -8.0, 8.0)"
        if kind == 3:
            return f"({left} / (1.0 + abs({right})))"
        if kind == 4:
            return f"np.sqrt(abs({left}))"
        if kind == 5:
            return f"np.{self.c.one(['maximum', 'minimum'])}({left}, {right})"
        if kind == 6:
            return f"({left} if {self.truth(s, depth - 1)} else {right})"
        if kind == 7:
            return f"({left} * 0.25 + ({self.integer(s, 1)}))"
        return f"np.floor({left})"

    def array(self, s: Scope, depth: int = 2) -> str:
        if depth <= 0 or self.c.chance(30):
            return str(self.c.one(s.arrays))
        left, right = self.array(s, depth - 1), self.array(s, depth - 1)
        kind = self.c.pick(7)
        if kind < 2:
            return f"(({left} {'+-'[kind]} {right}) * 0.5)"
        if kind == 2:
            return f"np.where({left} > {right}, {left}, {self.number(s, 1)})"
        if kind == 3:
            return f"({left})[::-1]"
        if kind == 4:
            return f"np.minimum({left}, {self.number(s, 1)})"
        if kind == 5:
            return f"np.clip({left} * {right}, -8.0, 8.0)"
        return f"np.concatenate((({left})[2:], ({right})[:2]))"

    def truth(self, s: Scope, depth: int = 1) -> str:
        kind = self.c.pick(6)
        if depth > 0 and kind == 0:
            joined = self.c.one(["and", "or"])
            return f"({self.truth(s, depth - 1)} {joined} {self.truth(s, depth - 1)})"
        if depth > 0 and kind == 1:
            return f"not {self.truth(s, depth - 1)}"
        if kind == 2:
            return f"{self.integer(s, 1)} % 3 == {self.c.pick(3)}"
        if kind == 3 and s.arrays:
            return f"({self.c.one(s.arrays)} > {self.number(s, 0)}).any()"
        sign = self.c.one(["<", "<=", ">", ">="])
        return f"{self.number(s, 1)} {sign} {self.number(s, 1)}"

    # ---- statements

    def block(self, s: Scope, depth: int, *, loop: bool) -> None:
        """A few statements; names that they bind first are not known afterwards."""
        inner = s.copy()
        for _ in range(1 + self.c.pick(3)):
            self.statement(inner, depth, loop=loop)

    def statement(self, s: Scope, depth: int, *, loop: bool) -> None:
        self.budget -= 1
        deep = depth < MOST_DEPTH and self.budget > 0
        kinds = [self.assign] * 5 + [self.write] * 2
        if deep:
            kinds += [self.branch] * 3 + [self.loop] * 3 + [self.search]
        if loop:
            kinds += [self.leave]
        if self.c.chance(6):
            kinds = [self.finish]
        self.c.one(kinds)(s, depth, loop)

    def assign(self, s: Scope, depth: int, loop: bool) -> None:
        kind = self.c.pick(5)
        new = self.c.chance(25)
        if kind == 0:
            target = self.name("n") if new else self.c.one(s.ints)
            self.line(depth, f"{target} = ({self.integer(s)}) % 1009")
            s.ints.append(target)
        elif kind < 3:
            target = self.name("s") if new else self.c.one(s.floats)
            self.line(depth, f"{target} = np.float64({self.number(s)})")
            s.floats.append(target)
        elif kind == 3:
            target = self.name("a") if new else self.c.one(s.arrays)
            copy = ".copy()" if self.c.chance(50) else " * 0.5"
            self.line(depth, f"{target} = ({self.array(s)}){copy}")
            s.arrays.append(target)
        else:
            x, y = self.c.one(s.floats), self.c.one(s.floats)
            self.line(depth, f"{x}, {y} = {self.number(s, 1)} * 0.5, {self.number(s, 1)} * 0.5")
            # A Python float is no part of this grammar.
            self.line(depth, f"{x}, {y} = np.float64({x}), np.float64({y})")

    def write(self, s: Scope, depth: int, loop: bool) -> None:
        if s.tables and self.c.chance(25):
            table = self.c.one(s.tables)
            self.line(depth, f"{table}[{self.index(s)}] = ({self.integer(s)}) % 31")
            return
        array = self.c.one(s.arrays)
        kind = self.c.pick(5)
        if kind < 2:
            self.line(depth, f"{array}[{self.index(s)}] = {self.number(s)}")
        elif kind == 2:
            self.line(depth, f"{array}[{self.index(s)}] *= 0.5")
        elif kind == 3:
            self.line(depth, f"{array}[1:4] = ({self.array(s, 1)})[2:5]")
        else:
            self.line(depth, f"{array}[{array} > 4.0] = {self.number(s, 0)}")

    def branch(self, s: Scope, depth: int, loop: bool) -> None:
        self.line(depth, f"if {self.truth(s)}:")
        self.block(s, depth + 1, loop=loop)
        if self.c.chance(30):
            self.line(depth, f"elif {self.truth(s)}:")
            self.block(s, depth + 1, loop=loop)
        if self.c.chance(60):
            self.line(depth, "else:")
            self.block(s, depth + 1, loop=loop)

    def loop(self, s: Scope, depth: int, loop: bool) -> None:
        inner = s.copy()
        kind = self.c.pick(4)
        counter = self.name("i")
        if kind == 0:
            self.line(depth, f"{counter} = 0")
            self.line(depth, f"while {counter} < {1 + self.c.pick(5)} and {self.truth(s)}:")
            self.line(depth + 1, f"{counter} += 1")
            inner.counters.append(counter)
        elif kind == 1:
            value = self.name("v")
            self.line(depth, f"for {counter}, {value} in enumerate({self.c.one(s.arrays)} * 0.5):")
            inner.counters.append(counter)
            inner.floats.append(value)
        elif kind == 2:
            self.line(depth, f"for {counter} in range({1 + self.c.pick(5)}):")
            inner.counters.append(counter)
        else:
            stop = f"({self.integer(s, 1)}) % 5"
            self.line(depth, f"for {counter} in range({stop}):")
            inner.counters.append(counter)
        self.block(inner, depth + 1, loop=True)
        if self.c.chance(15):
            self.line(depth, "else:")
            self.block(s, depth + 1, loop=loop)

    def search(self, s: Scope, depth: int, loop: bool) -> None:
        """A name that is bound before a break, or else."""
        found, counter = self.name("n"), self.name("i")
        self.line(depth, f"for {counter} in range({SIZE}):")
        inner = s.copy()
        inner.counters.append(counter)
        self.line(depth + 1, f"if {self.truth(inner)}:")
        self.line(depth + 2, f"{found} = {counter} * 2")
        self.line(depth + 2, "break")
        self.line(depth, "else:")
        self.line(depth + 1, f"{found} = -1")
        s.ints.append(found)

    def leave(self, s: Scope, depth: int, loop: bool) -> None:
        self.line(depth, f"if {self.truth(s)}:")
        self.line(depth + 1, self.c.one(["break", "continue"]))

    def finish(self, s: Scope, depth: int, loop: bool) -> None:
        if depth == 0:
            self.assign(s, depth, loop)
            return
        self.line(depth, f"if {self.truth(s)}:")
        self.line(depth + 1, self.result())

    def result(self) -> str:
        return "return n0, s0, s1, a0, a1, k0"

    def program(self) -> str:
        s = Scope(["n0"], ["s0", "s1"], ["a0", "a1"], ["k0"])
        self.lines = ["import numpy as np", "", "", "def f(n0, s0, x, k):"]
        self.line(0, "s1 = x[2]")
        self.line(0, "a0 = x.copy()")
        self.line(0, "a1 = x[::-1] * 0.5")
        self.line(0, "k0 = k.copy()")
        while self.budget > 0:
            self.statement(s, 0, loop=False)
        self.line(0, self.result())
        return "\n".join(self.lines) + "\n"


def arguments(seed: int) -> tuple[Any, ...]:
    rng = np.random.default_rng(seed)
    x = np.round(rng.normal(size=SIZE) * 3, 3)
    return int(rng.integers(0, 20)), np.float64(x[0]), x, rng.integers(-5, 9, SIZE)


def run_text(source: str, args: tuple[Any, ...]) -> Any:
    """What plain Python and numpy give."""
    space: dict[str, Any] = {}
    exec(compile(source, "<random program>", "exec"), space)
    with np.errstate(all="ignore"):
        return space["f"](*args)
