"""Random FLOW graphs, written as TensorFlow 1 writes conds and loops, with their oddities: shared
and nested predicates, merges of many inputs, partial merges, arguments without switch or exit,
work in a loop's condition and on its way out, constants tied to branches by control edges."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence

import numpy as np
import pytest

from millrace.ir.attributes import Dense
from millrace.ir.core import Block, Operation, Value
from millrace.ir.dialects.builtin import Module
from millrace.ir.dialects.func import Func, Return
from millrace.ir.dialects.mr import bits, compare, flow
from millrace.ir.dialects.mr import elementwise as ew
from millrace.ir.dialects.mr.constant import Constant
from millrace.ir.location import Location
from millrace.ir.types import I32, FunctionType, tensor

SCALAR = tensor((), I32)
Branch = Callable[[Value], Value]


class Program:
    """A graph in the making. All values are ``tensor<i32>``; ``depth`` bounds the nesting."""

    def __init__(self, seed: int, *, depth: int = 3) -> None:
        self.random = random.Random(seed)
        self.depth = depth
        self.ops: list[Operation] = []
        self.frames = 0
        self.loop_nest = 0
        self.budget = 12

    def add(self, op: Operation) -> Operation:
        op.loc = Location(f"n{len(self.ops)}")
        self.ops.append(op)
        return op

    def value(self, op: Operation) -> Value:
        return self.add(op).results[0]

    def constant(self, number: int, pivot: Value | None) -> Value:
        v = self.value(Constant(value=Dense(np.array(number, np.int32))))
        return v if pivot is None else self.value(flow.After(v, [pivot]))

    def arithmetic(self, pool: Sequence[Value], pivot: Value | None) -> Value:
        pick = self.random.choice
        kind = pick([ew.Add, ew.Sub, ew.Mul, ew.Min, ew.Max])
        other = self.constant(self.random.randint(-5, 5), pivot)
        return self.value(kind(pick(pool), pick([*pool, other])))

    def predicate(self, pool: Sequence[Value], pivot: Value | None) -> Value:
        limit = self.constant(self.random.randint(-3, 3), pivot)
        kind = self.random.choice([compare.Less, compare.Greater, compare.Equal])
        return self.value(kind(self.random.choice(pool), limit))

    # ---- programs

    def block(
        self, pool: list[Value], pivot: Value | None, depth: int, known: Sequence[Value] = ()
    ) -> list[Value]:
        """Add some operations, conds and loops on the values of ``pool``, which it returns with
        the new values. ``known`` are predicates that can be used again."""
        pool, known = list(pool), list(known)
        for _ in range(self.random.randint(1, 3)):
            choices = [self._straight]
            if depth > 0 and self.budget > 0:
                choices += [self._cond, self._cond, self._case, self._partial]
                if self.loop_nest < 2:
                    choices += [self._loop, self._loop]
            rule = self.random.choice(choices)
            if rule is not self._straight:
                self.budget -= 1
            pool += rule(pool, pivot, depth, known)
        return pool

    def _straight(
        self, pool: list[Value], pivot: Value | None, depth: int, known: list[Value]
    ) -> list[Value]:
        return [self.arithmetic(pool, pivot)]

    def _some_predicate(self, pool: list[Value], pivot: Value | None, known: list[Value]) -> Value:
        if known and self.random.random() < 0.5:
            return self.random.choice(known)
        p = self.predicate(pool, pivot)
        known.append(p)
        return p

    def _side(
        self, pool: list[Value], known: list[Value], depth: int, enter: Branch, pivot: Value
    ) -> list[Value]:
        """One branch: all that it uses comes in through ``enter``."""
        inside = [enter(v) for v in pool[-4:]]
        predicates = [enter(v) for v in known[-2:]]
        return self.block(inside, pivot, depth - 1, predicates)

    def _cond(
        self, pool: list[Value], pivot: Value | None, depth: int, known: list[Value]
    ) -> list[Value]:
        p = self._some_predicate(pool, pivot, known)
        pivots = self.add(flow.Switch(p, p)).results
        sides = []
        for b in (0, 1):
            sides.append(
                self._side(pool, known, depth, lambda v, b=b: self._switched(v, p, b), pivots[b])
            )
        count = self.random.randint(1, 2)
        merges = [self._merge([side[-1 - i] for side in sides]) for i in range(count)]
        return [v for m in merges for v in m]

    def _switched(self, v: Value, p: Value, branch: int) -> Value:
        return self.add(flow.Switch(v, p)).results[branch]

    def _merge(self, inputs: list[Value]) -> list[Value]:
        m = self.add(flow.Merge(inputs))
        return list(m.results) if self.random.random() < 0.3 else [m.results[0]]

    def _case(
        self, pool: list[Value], pivot: Value | None, depth: int, known: list[Value]
    ) -> list[Value]:
        """``_SwitchN`` on a value that may be out of range."""
        index = self.random.choice(pool)
        count = self.random.randint(2, 4)

        def side(v: Value, b: int) -> Value:
            return self.add(flow.SwitchN(v, index, count=count)).results[b]

        sides = []
        for b in range(count):
            tied = side(index, b)
            sides.append(self._side(pool, [], min(depth, 2), lambda v, b=b: side(v, b), tied))
        return self._merge([s[-1] for s in sides])

    def _partial(
        self, pool: list[Value], pivot: Value | None, depth: int, known: list[Value]
    ) -> list[Value]:
        """A chain of tests, its values merged flat or in two steps that fit no branch."""
        p = self._some_predicate(pool, pivot, known)
        q = self.predicate(pool, pivot)
        a = self._switched(self.random.choice(pool), p, 1)
        not_p = self._switched(self.random.choice(pool), p, 0)
        inner = self._switched(q, p, 0)
        b = self._switched(not_p, inner, 1)
        c = self._switched(self.value(ew.Add(not_p, not_p)), inner, 0)
        one = self.constant(1, a)
        a = self.value(ew.Add(a, one))
        if self.random.random() < 0.5:
            return self._merge([c, a, b])
        first = self.add(flow.Merge([a, b])).results[0]
        first = self.value(ew.Mul(first, first))
        return self._merge([first, c])

    # ---- loops

    def _loop(
        self, pool: list[Value], pivot: Value | None, depth: int, known: list[Value]
    ) -> list[Value]:
        self.loop_nest += 1
        frame = f"while{self.frames}"
        self.frames += 1
        start = self.constant(0, pivot)
        carried = [start, *(self.random.choice(pool) for _ in range(self.random.randint(1, 3)))]
        merges = [self._header(v, frame) for v in carried]
        headers = [m.results[0] for m in merges]
        fixed = [self._constant_enter(v, frame) for v in pool[-2:]]
        limit = self.constant(self.random.randint(0, 4), headers[0])
        going = self.value(compare.Less(headers[0], limit))
        extra = [self.arithmetic([*headers, *fixed], headers[0])]
        if self.random.random() < 0.3:
            going = self.value(bits.And(going, self.predicate([*headers, *extra], headers[0])))
        if self.random.random() < 0.2:
            extra += [merges[0].results[1]]
        condition = self.value(flow.LoopCond(going))
        switches = [self.add(flow.Switch(v, condition)) for v in (*headers, *extra)]
        inside = [s.results[1] for s in switches]
        if self.random.random() < 0.3 and len(inside) > 3:
            del inside[1]  # an argument without a switch
        body = self.block([*inside, *fixed], inside[0], depth - 1)
        after = self.value(ew.Add(inside[0], self.constant(1, inside[0])))
        nexts = [after, *(self._in_body(body, inside[0]) for _ in merges[1:])]
        for m, v in zip(merges, nexts, strict=True):
            m._append_operand(self.value(flow.NextIteration(v)))
        self.loop_nest -= 1
        return self._exits(switches)

    def _in_body(self, body: list[Value], anchor: Value) -> Value:
        """A value of the body, surely one that depends on the loop's condition."""
        return self.value(ew.Add(self.random.choice(body), self.constant(0, anchor)))

    def _exits(self, switches: list[Operation]) -> list[Value]:
        out = []
        for s in switches:
            if out and self.random.random() < 0.3:
                continue  # an argument without an exit
            last = s.results[0]
            if self.random.random() < 0.2:
                last = self.value(ew.Add(last, last))  # work on the way out
            out.append(self.value(flow.Exit(last)))
        return out

    def _header(self, v: Value, frame: str) -> Operation:
        return self.add(flow.Merge([self.value(flow.Enter(v, frame_name=frame))]))

    def _constant_enter(self, v: Value, frame: str) -> Value:
        return self.value(flow.Enter(v, frame_name=frame, is_constant=True))


def random_module(seed: int, *, depth: int = 3) -> Module:
    """A FLOW module with two inputs and a few results; its operations are in random order."""
    program = Program(seed, depth=depth)
    block = Block([SCALAR, SCALAR])
    pool = program.block(list(block.args), None, depth)
    results = pool[-3:]
    program.random.shuffle(program.ops)
    for op in program.ops:
        block._insert_before(None, op)
    block._insert_before(None, Return(results))
    return module_of(block, results)


def module_of(block: Block, results: Sequence[Value]) -> Module:
    signature = FunctionType(tuple(a.type for a in block.args), tuple(v.type for v in results))
    entry = Func(sym_name="main", function_type=signature, role="entry", block=block)
    module = Module()
    module.block._insert_before(None, entry)
    return module


@pytest.fixture
def make_random() -> Callable[[int], Module]:
    """Random FLOW modules by number."""
    return random_module


@pytest.fixture
def make_program() -> Callable[[], Program]:
    """An empty program, to write a graph by hand."""
    return lambda: Program(0)


@pytest.fixture
def finish() -> Callable[[Program, Sequence[Value], Block], Module]:
    """The module of a program with these results and this block, whose arguments it uses."""

    def make(program: Program, results: Sequence[Value], block: Block) -> Module:
        for op in program.ops:
            block._insert_before(None, op)
        block._insert_before(None, Return(results))
        return module_of(block, results)

    return make
