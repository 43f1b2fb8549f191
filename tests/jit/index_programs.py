"""Random programs about places in arrays: nested loops in all forms, carried places, guards, sums
of counters as indices. Many of them leave their arrays, as Python then says."""

from __future__ import annotations

import random


class IndexWriter:
    """Writes ``f(a, b)``, whose arrays have 7 and 4 elements."""

    def __init__(self, seed: int) -> None:
        self.rng = random.Random(seed)
        self.lines: list[str] = []
        self.fresh = 0

    def program(self) -> str:
        self.lines = ["import numpy as np", "", "", "def f(a, b):"]
        for text in (
            "n = len(a)",
            "m = len(b)",
            "a = a.copy()",
            "t = np.float64(0.0)",
            "k = 0",
            "fuel = 40",
        ):
            self.line(0, text)
        for _ in range(self.rng.randint(1, 2)):
            self.loop(0, ["k"])
        self.line(0, "return t, a, k")
        return "\n".join(self.lines) + "\n"

    def line(self, depth: int, text: str) -> None:
        self.lines.append("    " * (depth + 1) + text)

    def place(self, names: list[str]) -> str:
        """A sum of names in scope, close to the arrays' bounds."""
        one = self.rng.choice(names)
        kind = self.rng.randrange(10)
        c = self.rng.choice([-2, -1, 0, 0, 0, 1, 2])
        if kind < 3:
            return f"{one} + {c}" if c else one
        if kind < 5:
            return f"{one} {self.rng.choice('+-')} {self.rng.choice(names)} + {c}"
        if kind == 5:
            return f"{self.rng.choice('nm')} - 1 - {one}"
        if kind == 6:
            return f"2 * {one} - {self.rng.choice(names)}"
        if kind == 7:
            return f"({one} + {self.rng.choice(names)}) // 2"
        if kind == 8:
            return f"({one} + {c}) % {self.rng.choice(['n', 'm', '5'])}"
        return f"min({one}, {self.rng.choice('nm')} - 1)"

    def bound(self, names: list[str]) -> str:
        number = str(self.rng.randint(0, 6))
        return self.rng.choice([self.place(names), "n", "m", "n - 1", "m + 1", number])

    def loop(self, depth: int, names: list[str]) -> None:
        self.fresh += 1
        i = f"i{self.fresh}"
        kind = self.rng.randrange(6)
        if kind == 0:
            self.line(depth, f"for {i} in range({self.bound(names)}):")
        elif kind == 1:
            self.line(depth, f"for {i} in range({self.place(names)}, {self.bound(names)}):")
        elif kind == 2:
            step = self.rng.choice([-1, -1, -2, 2, 3])
            ends = [self.place(names), self.bound(names)]
            self.line(depth, f"for {i} in range({ends[0]}, {ends[1]}, {step}):")
        else:
            self.line(depth, f"{i} = {self.bound(names)}")
            down = self.rng.random() < 0.5
            guard = (
                f"{i} >= {self.rng.choice(['0', '1'])}" if down else f"{i} < {self.bound(names)}"
            )
            if self.rng.random() < 0.4:
                guard = f"{guard} and a[{i}] > {self.rng.randint(-2, 2)}"
            self.line(depth, f"while {guard} and fuel > 0:")
            self.line(depth + 1, "fuel -= 1")
            self.body(depth + 1, [*names, i])
            step = self.rng.choice(["1", "1", "2"])
            self.line(depth + 1, f"{i} {'-' if down else '+'}= {step}")
            return
        self.body(depth + 1, [*names, i])

    def body(self, depth: int, names: list[str]) -> None:
        for _ in range(self.rng.randint(1, 3)):
            kind = self.rng.randrange(8)
            if kind < 3:
                self.line(depth, f"t += {self.rng.choice('ab')}[{self.place(names)}]")
            elif kind < 4:
                self.line(depth, f"a[{self.place(names)}] += 0.5")
            elif kind < 5:
                self.line(depth, f"if a[{self.rng.randrange(4)}] > {self.rng.randint(-1, 1)}:")
                self.line(depth + 1, f"k {self.rng.choice('+-')}= 1")
            elif kind < 6:
                guard = f"0 <= {self.place(names)} < {self.rng.choice('nm')}"
                self.line(depth, f"if {guard} and t < 50.0:")
                self.line(depth + 1, f"t += a[{self.place(names)}]")
            elif kind < 7 and depth < 3:
                self.loop(depth, names)
            else:
                self.line(depth, f"if t > {self.rng.randint(0, 30)}.0:")
                self.line(depth + 1, self.rng.choice(["break", "continue", "k = 1"]))
