"""Random plans: kernels, views, assembly, loops and branches, nested; equal numbers before and
after, from an arena and outputs full of NaN."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest

from millrace.ir.dialects import arith
from millrace.ir.dialects.mr.control import Check
from millrace.ir.types import F32, tensor

SHAPES = [(4,), (2, 4), (4, 2), (4, 4), (3, 4), (1, 4), (2, 2, 2)]
PLANS = 120


class Grower:
    """Adds random operations to a plan; ``pool`` has the values that may be used here."""

    def __init__(self, plan: Any, rs: np.random.Generator) -> None:
        self.p = plan
        self.rs = rs
        self.pool: list[Any] = list(plan.args)

    def pick(self, *shape: int) -> Any:
        """A value of the pool; of a shape, when there is one of it, else a constant."""
        if not shape:
            # late values more often
            k = max(self.rs.integers(len(self.pool)), self.rs.integers(len(self.pool)))
            return self.pool[k]
        fit = [v for v in self.pool if v.type.shape == shape]
        if fit and self.rs.random() < 0.9:
            recent = fit[-3:] if self.rs.random() < 0.7 else fit
            return recent[self.rs.integers(len(recent))]
        return self.p.const(self.rs.uniform(-1, 1, shape).astype(np.float32))

    def grow(self, steps: int, depth: int) -> None:
        for _ in range(steps):
            moves = [self.binary, self.binary, self.unary, self.view, self.view]
            moves += [self.assemble, self.reduce, self.both, self.scalar]
            if depth:
                moves += [self.scan, self.scan, self.branch, self.loop, self.until, self.window]
            move = moves[self.rs.integers(len(moves))]
            out = move(depth - 1) if move in moves[9:] else move()
            for v in out if isinstance(out, tuple | list) else [out]:
                if math.prod(v.type.shape) <= 64 and v.type.rank <= 4:
                    self.pool.append(v)

    def inner(self, *args: Any) -> Grower:
        """For a nested block: sees everything outside, and ``args``."""
        g = Grower(self.p, self.rs)
        g.pool = [*self.pool, *args, *args]
        return g

    # ---- straight code

    def unary(self) -> Any:
        return self.p.ew(_squash, self.pick())

    def binary(self) -> Any:
        x = self.pick()
        y = self.pick(*x.type.shape) if x.type.shape else self.pick()
        return self.p.ew(_mix, x, y if y.type == x.type else x)

    def both(self) -> Any:
        """A kernel with two results."""
        x = self.pick()
        y = self.pick(*x.type.shape) if x.type.shape else x
        return self.p.twins(x, y)

    def reduce(self) -> Any:
        x = self.pick()
        if x.type.rank == 2 and self.rs.random() < 0.7:
            return self.p.matvec(x, self.pick(x.type.shape[1]))
        return self.p.sum_last(x) if x.type.rank else x

    def view(self) -> Any:
        x = self.pick()
        shape = x.type.shape
        if not shape:
            return self.p.broadcast(x, 4)
        kind = self.rs.integers(6)
        if kind == 0:
            return self.p.transpose(x, *self.rs.permutation(len(shape)).tolist())
        if kind == 1:
            fit = [s for s in SHAPES if math.prod(s) == math.prod(shape)]
            to = fit[self.rs.integers(len(fit))] if fit else (math.prod(shape),)
            return self.p.reshape(x, *to)
        if kind == 2:
            return self.p.reverse(x, int(self.rs.integers(len(shape))))
        if kind == 3:
            return self.p.broadcast(x, 2, *shape)
        starts = [int(self.rs.integers(n)) for n in shape]
        sizes = [int(self.rs.integers(1, n - s + 1)) for n, s in zip(shape, starts, strict=True)]
        steps = [1 if k > 1 else int(self.rs.integers(1, 3)) for k in sizes]
        return self.p.slice(x, starts, sizes, steps)

    def assemble(self) -> Any:
        x = self.pick()
        shape = x.type.shape
        if not shape:
            return self.p.reshape(x, 1)
        if self.rs.random() < 0.4:
            low, high = (self.rs.integers(0, 2, len(shape)).tolist() for _ in "lh")
            interior = self.rs.integers(0, 2, len(shape)).tolist() if kind_(self.rs) else None
            return self.p.pad(x, low, high, float(self.rs.integers(3)), interior)
        xs = [x, self.pick(*shape)]
        if self.rs.random() < 0.5:
            xs[0] = self.p.ew(_squash, xs[0])
        return self.p.concat(int(self.rs.integers(len(shape))), *xs)

    def scalar(self) -> Any:
        x = self.pick()
        s = self.p.extract(x, *(int(self.rs.integers(n)) for n in x.type.shape))
        return self.p.scalar_tensor(s)

    # ---- control flow

    def carries(self) -> list[Any]:
        return [self.pick() for _ in range(self.rs.integers(1, 4))]

    def next(self, g: Grower, types: Any) -> list[Any]:
        """Values of the given types, made in this block or passed on."""
        out = []
        for t in types:
            v = g.pick(*t.shape) if t.shape else _scalar_of(g)
            if t.shape and self.rs.random() < 0.6:
                v = self.p.ew(_mix, v, g.pick(*t.shape))
                g.pool.append(v)
            out.append(v)
            if self.rs.random() < 0.4:
                g.grow(1, 0)
        return out

    def scan(self, depth: int) -> Any:
        trip = int(self.rs.integers(1, 4))
        inits = self.carries()
        xs = [v for v in self.pool if v.type.rank and v.type.shape[0] == trip][-2:]

        def body(step: Any, *args: Any) -> Any:
            g = self.inner(*args)
            g.grow(int(self.rs.integers(1, 6)), depth)
            carries = self.next(g, [v.type for v in inits])
            return carries, [g.pick() for _ in range(self.rs.integers(0, 3))]

        count = self.p.index(int(self.rs.integers(0, trip + 1))) if kind_(self.rs) else None
        return self.p.scan(inits, xs, trip, body, count=count, reverse=kind_(self.rs))

    def window(self, depth: int) -> Any:
        """A carry of which some rows move to the front and others are added, perhaps too many;
        it starts as a part of a tensor."""
        fit = [v for v in self.pool if v.type.rank == 2 and v.type.shape[0] > 2]
        if not fit:
            return []
        x = fit[self.rs.integers(len(fit))]
        rows, n = x.type.shape
        x = self.p.ew(_squash, x) if self.rs.random() < 0.7 else x
        first = int(self.rs.integers(0, 2))
        step = int(self.rs.integers(1, rows - first))

        def body(t: Any, w: Any) -> Any:
            g = self.inner(w)
            g.grow(int(self.rs.integers(0, 3)), 0)
            size = w.type.shape[0]
            new = self.p.ew(_squash, self.p.slice(w, [size - step, 0], [step, n]))
            kept = [
                self.p.slice(w, [k, 0], [min(step, size - k), n]) for k in range(step, size, step)
            ]
            return [self.p.concat(0, *kept, new)], [g.pick()]

        init = self.p.slice(x, [first, 0], [rows - first, n])
        return self.p.scan([init], [], int(self.rs.integers(1, 4)), body)

    def loop(self, depth: int) -> Any:
        inits = self.carries()

        def body(i: Any, *args: Any) -> Any:
            g = self.inner(*args)
            g.grow(int(self.rs.integers(1, 5)), depth)
            return self.next(g, [v.type for v in inits])

        return self.p.for_(int(self.rs.integers(0, 4)), inits, body)

    def branch(self, depth: int) -> Any:
        x, y = self.pick(), self.pick()
        c = self.p.less(*(self.p.extract(v, *[0] * v.type.rank) for v in (x, y)))
        types = [v.type for v in self.carries()]

        def block() -> Any:
            g = self.inner()
            g.grow(int(self.rs.integers(0, 4)), depth)
            return self.next(g, types)

        return self.p.if_(c, block, block)

    def until(self, depth: int) -> Any:
        """A while with a counter; ``before`` hands on carries and new values."""
        inits = self.carries()
        stop, one = self.p.index(int(self.rs.integers(0, 4))), self.p.index(1)

        def before(n: Any, *args: Any) -> Any:
            g = self.inner(*args)
            g.grow(int(self.rs.integers(0, 3)), depth)
            order = self.rs.permutation(len(args)).tolist()
            extra = [g.pick() for _ in range(self.rs.integers(0, 2))]
            return self.p.less(n, stop), [n, *(args[i] for i in order), *extra]

        def after(n: Any, *args: Any) -> Any:
            g = self.inner(*args)
            g.grow(int(self.rs.integers(0, 4)), depth)
            n = self.p.b.value(arith.AddI, n, one)
            return [n, *self.next(g, [v.type for v in inits])]

        return self.p.while_([self.p.index(0), *inits], before, after)[1:]


def kind_(rs: np.random.Generator) -> bool:
    return bool(rs.random() < 0.3)


def _scalar_of(g: Grower) -> Any:
    fit = [v for v in g.pool if not v.type.shape]
    return fit[-1] if fit else g.scalar()


def _squash(b: Any, x: Any) -> Any:
    """Keeps numbers small however often it is applied."""
    return b.value(arith.MinimumF, b.value(arith.MulF, x, x), b.value(arith.NegF, x))


def _mix(b: Any, x: Any, y: Any) -> Any:
    return b.value(arith.MaximumF, b.value(arith.SubF, x, y), y)


@pytest.mark.parametrize("checked", [False, True], ids=["plain", "checked"])
@pytest.mark.parametrize("seed", range(PLANS // 2))
def test_random_plan_with_states(plan: Any, harness: Any, seed: int, checked: bool) -> None:
    """States are read and overwritten in one buffer; their new values come from anywhere."""
    rs = np.random.default_rng(1000 + seed)
    types = [tensor(SHAPES[rs.integers(len(SHAPES))], F32) for _ in range(4)]
    p = plan(*types)
    g = Grower(p, rs)
    if checked:
        p.b.create(Check, p.true(), code="index")
    g.grow(int(rs.integers(2, 10)), 1 if seed % 2 else 0)
    outs = [g.pick() for _ in range(rs.integers(0, 3))]
    states = [g.pick(*t.shape) for t in types[1:]]
    inputs = [rs.uniform(-1, 1, t.shape).astype(np.float32) for t in types]
    harness.run(p.finish(*outs, *states, states=3), *inputs, lower=seed % 5 == 0)


@pytest.mark.parametrize("seed", range(PLANS))
def test_random_plan(plan: Any, harness: Any, seed: int) -> None:
    rs = np.random.default_rng(seed)
    types = [tensor(SHAPES[rs.integers(len(SHAPES))], F32) for _ in range(3)]
    p = plan(*types)
    g = Grower(p, rs)
    g.grow(int(rs.integers(3, 14)), 2 if seed % 3 == 0 else 1 if seed % 3 == 1 else 0)
    outs = [g.pick() for _ in range(rs.integers(1, 4))]
    inputs = [rs.uniform(-1, 1, t.shape).astype(np.float32) for t in types]
    harness.run(p.finish(*outs), *inputs, lower=seed % 5 == 0)
